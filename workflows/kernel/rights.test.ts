import { describe, expect, test } from 'vitest';
import { makeDirectory } from './people.ts';
import type { Actors } from './process.ts';
import { type Person, type Post, type Process, type Role, roles, TRUST, type Wait } from './records.ts';
import {
  formerLimit,
  mayAct,
  mayAssign,
  mayImport,
  mayListPeople,
  mayListProcesses,
  mayPutCalendar,
  mayReadHealthReasons,
  mayRecordAbsence,
  mayRecordQualification,
  mayReport,
  maySeePerson,
  mayStart,
  readLevel,
  reports,
} from './rights.ts';
import { day, instant } from './time.ts';

const today = day('2026-11-18');
/** The process's school, its former school, and one that has nothing to do with it. */
const [here, formerly, elsewhere] = ['910101', '910102', '910107'] as const;

const post = (schoolId: string, change: Partial<Post> = {}): Post => ({
  schoolId,
  employeeNumber: '1',
  job: 'Teacher',
  startsOn: day('2020-09-01'),
  ...change,
});
const person = (personId: string, posts: Post[], held: (readonly [Role, string])[] = []): Person => ({
  type: 'person',
  personId,
  version: 1,
  forename: personId,
  surname: 'Example',
  email: `${personId}@oak.example`,
  posts,
  roles: held.map(([role, schoolId]) => ({ role, schoolId })),
  qualifications: [],
  absences: [],
});
const withRole = (role: Role, schoolId: string) => person(`${role} ${schoolId}`, [post(schoolId)], [[role, schoolId]]);
const outside = (role: Role, schoolId: string) => person(`${role} ${schoolId}`, [], [[role, schoolId]]);
const ended = [post(here, { endsOn: day('2026-11-17') })];

const subject = person('subject', [post(here, { lineManagerId: 'manager' })]);
const endorser = withRole('headteacher', here);

/** Everybody who may come along, and how they stand to the process. */
const cast = {
  subject,
  'the line manager': person('manager', [post(here)]),
  'a colleague': person('colleague', [post(here)]),
  'a colleague who held a task': person('helper', [post(here)]),
  'a mentor here': withRole('mentor', here),
  'a mentor whom it names': person('mentor', [post(here)], [['mentor', here]]),
  'a coach here': withRole('coach', here),
  'a coach whom it names': person('coach', [post(here)], [['coach', here]]),
  'an induction-tutor here': withRole('induction-tutor', here),
  'an induction-tutor whom it names': person('tutor', [post(here)], [['induction-tutor', here]]),
  'the school-lead': withRole('school-lead', here),
  'the headteacher, who endorsed': endorser,
  'the former school-lead of the school': person('former lead', ended, [['school-lead', here]]),
  'the school-lead of the former school': withRole('school-lead', formerly),
  'the headteacher of the former school': withRole('headteacher', formerly),
  'the school-lead of another school': withRole('school-lead', elsewhere),
  'the headteacher of another school': withRole('headteacher', elsewhere),
  'the trust-lead': withRole('trust-lead', TRUST),
  'a trust-lead who has left': person('former trust-lead', ended, [['trust-lead', TRUST]]),
  'the apprenticeship-lead': withRole('apprenticeship-lead', TRUST),
  'the executive': withRole('executive', TRUST),
  'the admin': withRole('admin', TRUST),
  'an admin who has left': person('former admin', ended, [['admin', TRUST]]),
  'the lsc-chair': outside('lsc-chair', here),
  'the lsc-chair, with a task': person('asked chair', [], [['lsc-chair', here]]),
  'the trust-chair': outside('trust-chair', TRUST),
  'the trust-chair, with a task': person('asked trust-chair', [], [['trust-chair', TRUST]]),
  'a partner': outside('partner', TRUST),
  'a partner whom it invited': person('invited', [], [['partner', TRUST]]),
  'somebody of the central office': person('officer', [post(TRUST)]),
  'nobody any more': person('nobody', []),
} satisfies Record<string, Person>;
type Somebody = keyof typeof cast;

const directory = makeDirectory(
  Object.values(cast),
  Object.values(cast).flatMap(({ personId, roles: held }) =>
    held.map((one) => ({ type: 'role-holder' as const, personId, ...one })),
  ),
);
const heldTasks = ['helper', 'asked chair', 'asked trust-chair'];
const named = ['mentor', 'coach', 'tutor', 'invited'];

const process: Process = {
  type: 'process',
  processId: 'process',
  kind: 'npq-application',
  status: 'active',
  version: 9,
  step: 3,
  wait: 'approve',
  stage: 'approval',
  run: '1-abcdef',
  runAt: instant('2026-09-14T08:00:00Z'),
  restarts: 0,
  lastSeq: 9,
  lastHash: '',
  subjectId: subject.personId,
  schoolId: here,
  formerSchools: [{ schoolId: formerly, until: instant('2026-10-01T10:00:00Z'), lastSeq: 4 }],
  ruleSet: '2026b',
  startedBy: subject.personId,
  startedAt: instant('2026-09-14T08:00:00Z'),
  data: {},
};

/** As they are settled for NPQ applications. */
const startedBy: Actors = ['subject', 'school-lead', 'headteacher', 'trust-lead'];
const withdraw: Actors = ['subject', 'trust-lead'];
const moveSchool: Actors = ['trust-lead', 'school-lead'];
const withdrawEndorsement: Actors = [{ answered: 'endorse' }];
const acting = (actors: Actors, actor: Person, schoolId?: string) =>
  mayAct(actors, actor, process, {
    directory,
    today,
    answeredBy: (wait) => (wait === 'endorse' ? [endorser.personId] : []),
    named: () => [],
    schoolId,
  });
const scopeWords = (scope: ReturnType<typeof mayListPeople>) =>
  scope.all ? 'all' : scope.schools.length > 0 ? scope.schools.join(' ') : 'own';

/** The operations, each answering with a word; `-` is refused. */
const yes = (may: boolean) => (may ? 'yes' : '-');
const operations = {
  read: (actor: Person) =>
    readLevel(actor, process, { directory, today, heldTasks: heldTasks.includes(actor.personId), named }),
  health: (actor: Person) => yes(mayReadHealthReasons(actor, process, today)),
  start: (actor: Person) => yes(mayStart(startedBy, actor, subject, { directory, today })),
  withdraw: (actor: Person) => yes(acting(withdraw, actor)),
  'move here': (actor: Person) => yes(acting(moveSchool, actor)),
  'move elsewhere': (actor: Person) => yes(acting(moveSchool, actor, elsewhere)),
  unendorse: (actor: Person) => yes(acting(withdrawEndorsement, actor)),
  people: (actor: Person) => scopeWords(mayListPeople(actor, today)),
  person: (actor: Person) => yes(maySeePerson(actor, subject, today)),
  report: (actor: Person) => scopeWords(mayReport(actor, 'npq-applications', today)),
  ownerless: (actor: Person) => scopeWords(mayReport(actor, 'ownerless', today)),
  import: (actor: Person) => yes(mayImport(actor, today)),
  calendar: (actor: Person) => yes(mayPutCalendar(actor, today)),
  absence: (actor: Person) => yes(mayRecordAbsence(actor, subject, today)),
  qualification: (actor: Person) => yes(mayRecordQualification(actor, today)),
} as const;
type Operation = keyof typeof operations;

/** Every cell written down. A row: read · health | start · withdraw · move here · move elsewhere · unendorse | people · person · report · ownerless | import · calendar · absence · qualification. */
// biome-ignore format: a table is read in columns
const table: Record<Somebody, string> = {
  subject:                                'full   yes | yes yes -   -   -   | own    yes own    own    | -   -   yes -',
  'the line manager':                     'brief  -   | -   -   -   -   -   | own    yes own    own    | -   -   -   -',
  'a colleague':                          'none   -   | -   -   -   -   -   | own    -   own    own    | -   -   -   -',
  'a colleague who held a task':          'full   -   | -   -   -   -   -   | own    -   own    own    | -   -   -   -',
  'a mentor here':                        'none   -   | -   -   -   -   -   | own    -   own    own    | -   -   -   -',
  'a mentor whom it names':               'full   -   | -   -   -   -   -   | own    -   own    own    | -   -   -   -',
  'a coach here':                         'none   -   | -   -   -   -   -   | own    -   own    own    | -   -   -   -',
  'a coach whom it names':                'full   -   | -   -   -   -   -   | own    -   own    own    | -   -   -   -',
  'an induction-tutor here':              'none   -   | -   -   -   -   -   | own    -   own    own    | -   -   -   -',
  'an induction-tutor whom it names':     'full   -   | -   -   -   -   -   | own    -   own    own    | -   -   -   -',
  'the school-lead':                      'full   -   | yes -   yes -   -   | 910101 yes 910101 910101 | -   -   -   -',
  'the headteacher, who endorsed':        'full   -   | yes -   -   -   yes | 910101 yes 910101 910101 | -   -   yes -',
  'the former school-lead of the school': 'none   -   | -   -   -   -   -   | own    -   own    own    | -   -   -   -',
  'the school-lead of the former school': 'former -   | -   -   -   -   -   | 910102 -   910102 910102 | -   -   -   -',
  'the headteacher of the former school': 'former -   | -   -   -   -   -   | 910102 -   910102 910102 | -   -   -   -',
  'the school-lead of another school':    'none   -   | -   -   -   yes -   | 910107 -   910107 910107 | -   -   -   -',
  'the headteacher of another school':    'none   -   | -   -   -   -   -   | 910107 -   910107 910107 | -   -   -   -',
  'the trust-lead':                       'full   yes | yes yes yes yes -   | all    yes all    all    | -   yes -   yes',
  'a trust-lead who has left':            'none   -   | -   -   -   -   -   | own    -   own    own    | -   -   -   -',
  'the apprenticeship-lead':              'none   -   | -   -   -   -   -   | own    -   all    all    | -   -   -   -',
  'the executive':                        'full   -   | -   -   -   -   -   | all    yes all    all    | -   -   -   -',
  'the admin':                            'none   -   | -   -   -   -   -   | all    yes own    all    | yes yes yes -',
  'an admin who has left':                'none   -   | -   -   -   -   -   | own    -   own    own    | -   -   -   -',
  'the lsc-chair':                        'none   -   | -   -   -   -   -   | own    -   own    own    | -   -   -   -',
  'the lsc-chair, with a task':           'full   -   | -   -   -   -   -   | own    -   own    own    | -   -   -   -',
  'the trust-chair':                      'none   -   | -   -   -   -   -   | own    -   own    own    | -   -   -   -',
  'the trust-chair, with a task':         'full   -   | -   -   -   -   -   | own    -   own    own    | -   -   -   -',
  'a partner':                            'none   -   | -   -   -   -   -   | own    -   own    own    | -   -   -   -',
  'a partner whom it invited':            'full   -   | -   -   -   -   -   | own    -   own    own    | -   -   -   -',
  'somebody of the central office':       'none   -   | -   -   -   -   -   | own    -   own    own    | -   -   -   -',
  'nobody any more':                      'none   -   | -   -   -   -   -   | own    -   own    own    | -   -   -   -',
};
const columns = Object.keys(operations) as Operation[];
const cells = Object.entries(table).flatMap(([who, row]) => {
  const words = row.split(/[\s|]+/);
  if (words.length !== columns.length) throw new Error(`${who} has ${words.length} cells`);
  return columns.map((operation, at) => [who as Somebody, operation, words[at] as string] as const);
});

describe('roles × operations', () => {
  test('every role is in the cast, but staff and line-manager, which follow from posts', () => {
    const held = new Set(Object.values(cast).flatMap((one) => one.roles.map(({ role }) => role)));
    expect(roles.filter((role) => !held.has(role))).toEqual(['staff', 'line-manager']);
  });

  test.each(cells)('%s · %s: %s', (who, operation, word) => {
    expect(operations[operation](cast[who])).toBe(word);
  });
});

describe('reading', () => {
  const reading = (actor: Person, of: Process) =>
    readLevel(actor, of, { directory, today, heldTasks: false, named: [] });

  test('somebody who left reads nothing more, not through an old task either, but what is about themselves', () => {
    const context = { directory, today, heldTasks: true, named: ['nobody'] };
    expect(readLevel(cast['nobody any more'], process, context)).toBe('none');
    expect(reading(cast['nobody any more'], { ...process, subjectId: 'nobody' })).toBe('full');
  });

  test('a former school reads up to its last move', () => {
    const moved: Process = {
      ...process,
      formerSchools: [
        { schoolId: formerly, until: instant('2026-10-01T10:00:00Z'), lastSeq: 4 },
        { schoolId: elsewhere, until: instant('2026-10-09T10:00:00Z'), lastSeq: 5 },
        { schoolId: formerly, until: instant('2026-11-02T10:00:00Z'), lastSeq: 7 },
      ],
    };
    const lead = cast['the school-lead of the former school'];
    expect(formerLimit(lead, moved, today)).toEqual({ until: '2026-11-02T10:00:00.000Z', lastSeq: 7 });
    expect(formerLimit(cast['the trust-lead'], moved, today)).toBeUndefined();
    expect(reading(lead, { ...process, formerSchools: undefined })).toBe('none');
  });

  test('hard case 97: the chair of a school’s committee reads nothing of an early-career teacher’s assessment', () => {
    expect(reading(cast['the lsc-chair'], { ...process, kind: 'ect-induction' })).toBe('none');
  });

  test('the trust-chair, who manages the executive, reads their process only through a task', () => {
    const executives = { ...process, subjectId: cast['the executive'].personId, schoolId: TRUST };
    expect(reading(cast['the trust-chair'], executives)).toBe('none');
  });

  test('a manager who has left, or of a post that has ended, reads nothing', () => {
    const gone = person('manager', ended);
    expect(reading(gone, process)).toBe('none');
    const moved = person('subject', [
      post(here, { lineManagerId: 'manager', endsOn: day('2026-11-17') }),
      post(elsewhere),
    ]);
    const later = makeDirectory([moved, cast['the line manager']], []);
    expect(readLevel(cast['the line manager'], process, { directory: later, today, heldTasks: false, named: [] })).toBe(
      'none',
    );
  });
});

describe('what stays at its school', () => {
  const level = (who: Somebody, change: { readonly heldTasks?: boolean; readonly named?: readonly string[] } = {}) =>
    readLevel(cast[who], process, { directory, today, heldTasks: false, named: [], staysAtSchool: true, ...change });

  test('is read in full by the subject and the leads of the school; the trust sees stage and dates', () => {
    const whos: readonly Somebody[] = [
      'subject',
      'the school-lead',
      'the headteacher, who endorsed',
      'the trust-lead',
      'the executive',
      'the line manager',
      'a colleague',
      'the admin',
    ];
    expect(Object.fromEntries(whos.map((who) => [who, level(who)]))).toEqual({
      subject: 'full',
      'the school-lead': 'full',
      'the headteacher, who endorsed': 'full',
      'the trust-lead': 'brief',
      'the executive': 'brief',
      'the line manager': 'brief',
      'a colleague': 'none',
      'the admin': 'none',
    });
  });

  test('is read in full by somebody of the trust who holds a task of it or whom it names', () => {
    expect(level('the executive', { heldTasks: true })).toBe('full');
    expect(level('the trust-lead', { named: [cast['the trust-lead'].personId] })).toBe('full');
  });
});

describe('what a role of the trust keeps', () => {
  const keeper: Person = {
    ...person('keeper', [post(TRUST)]),
    roles: [{ role: 'apprenticeship-lead', schoolId: TRUST }],
  };
  const context = { directory, today, heldTasks: false, named: [] };

  test('is read in full and found everywhere by who holds it, and nothing else is', () => {
    expect(readLevel(keeper, process, { ...context, keptBy: 'apprenticeship-lead' })).toBe('full');
    expect(mayListProcesses(keeper, today, 'apprenticeship-lead')).toEqual({ all: true });
    expect(readLevel(keeper, process, context)).toBe('none');
    expect(mayListProcesses(keeper, today)).toEqual({ all: false, schools: [] });
    const gone = { ...keeper, posts: [] };
    expect(readLevel(gone, process, { ...context, keptBy: 'apprenticeship-lead' })).toBe('none');
  });
});

describe('starting and acting', () => {
  test('for somebody with two posts the leads of both schools may start', () => {
    const shared = person('shared', [post(here), post(elsewhere)]);
    const context = { directory, today };
    expect(mayStart(startedBy, cast['the school-lead'], shared, context)).toBe(true);
    expect(mayStart(startedBy, cast['the school-lead of another school'], shared, context)).toBe(true);
    expect(mayStart(startedBy, cast['the headteacher of the former school'], shared, context)).toBe(false);
  });

  test('nobody starts for themselves before the first day or after the last', () => {
    const joiner = person('joiner', [post(here, { startsOn: day('2026-11-19') })]);
    expect(mayStart(startedBy, joiner, joiner, { directory, today })).toBe(false);
    const leaver = person('leaver', ended);
    expect(mayStart(startedBy, leaver, leaver, { directory, today })).toBe(false);
  });

  test('the line manager may where a process says so', () => {
    expect(mayStart(['line-manager'], cast['the line manager'], subject, { directory, today })).toBe(true);
    expect(mayStart(['line-manager'], cast['a colleague'], subject, { directory, today })).toBe(false);
    expect(acting(['line-manager'], cast['the line manager'])).toBe(true);
    expect(acting(['line-manager'], cast['a colleague'])).toBe(false);
  });

  test('who endorsed and has left takes nothing back', () => {
    expect(acting(withdrawEndorsement, { ...endorser, posts: ended })).toBe(false);
  });

  test('an action for nobody is nobody’s', () => {
    for (const actor of Object.values(cast)) expect(acting([], actor)).toBe(false);
  });
});

describe('people and reports', () => {
  test('a school’s leads see who has left it, and their committee’s chair', () => {
    const lead = cast['the school-lead'];
    expect(maySeePerson(lead, cast['the former school-lead of the school'], today)).toBe(true);
    expect(maySeePerson(lead, cast['the lsc-chair'], today)).toBe(true);
    expect(maySeePerson(lead, cast['somebody of the central office'], today)).toBe(false);
  });

  test('everybody sees themselves, also after they have left', () => {
    for (const one of Object.values(cast)) expect(maySeePerson(one, one, today)).toBe(true);
  });

  test('the admin sees the reports that tell of roles and mail, not those of processes', () => {
    const seen = reports.filter((report) => mayReport(cast['the admin'], report, today).all);
    expect(seen).toEqual(['ownerless', 'workload']);
  });

  test('the apprenticeship-lead counts the kinds that this role keeps, and no other', () => {
    const lead = cast['the apprenticeship-lead'];
    for (const report of ['boards', 'trends', 'milestones'] as const) {
      expect(mayReport(lead, report, today, 'apprenticeship-lead')).toEqual({ all: true });
      for (const keptBy of [undefined, 'trust-lead'] as const)
        expect(mayReport(lead, report, today, keptBy)).toEqual({ all: false, schools: [] });
      expect(mayReport(cast['the executive'], report, today)).toEqual({ all: true });
      expect(mayReport(endorser, report, today, 'apprenticeship-lead')).toEqual({ all: false, schools: [here] });
    }
  });

  test('a headteacher records no absence of another school’s staff, and nobody’s of the central office', () => {
    expect(mayRecordAbsence(cast['the headteacher of another school'], subject, today)).toBe(false);
    expect(mayRecordAbsence(endorser, cast['somebody of the central office'], today)).toBe(false);
    expect(mayRecordAbsence(cast['the executive'], cast['somebody of the central office'], today)).toBe(false);
  });
});

describe('assigning', () => {
  const deputy = person('deputy', [post(here)]);
  const secondHead = person('second head', [post(here)], [['headteacher', here]]);
  const headWithDeputy: Person = {
    ...endorser,
    absences: [{ from: day('2026-12-01'), to: day('2026-12-04'), standInId: 'deputy' }],
  };
  const everybody = [
    ...Object.values(cast).filter((one) => one !== endorser),
    headWithDeputy,
    deputy,
    secondHead,
  ] as Person[];
  const people = makeDirectory(
    everybody,
    everybody.flatMap(({ personId, roles: held }) =>
      held.map((one) => ({ type: 'role-holder' as const, personId, ...one })),
    ),
  );
  const task: Wait = {
    type: 'wait',
    processId: 'process',
    step: 1,
    wait: 'endorse',
    kind: 'task',
    state: 'open',
    stage: 'endorsement',
    processKind: 'npq-application',
    subjectId: 'subject',
    schoolId: here,
    candidate: { role: 'headteacher', schoolId: here },
    openedAt: instant('2026-11-16T09:00:00Z'),
    dueOn: day('2026-11-23'),
  };
  const assigning = (
    actor: Person,
    target: Person,
    change: Partial<Wait> = {},
    context: Partial<Parameters<typeof mayAssign>[3]> = {},
  ) => {
    const may = mayAssign(
      actor,
      target,
      { ...task, ...change },
      {
        subject,
        directory: people,
        today,
        isEscalated: false,
        chaser: 'trust-lead',
        ...context,
      },
    );
    return may === true ? 'yes' : may.rejected;
  };

  test('who may decide gives it to another holder of the role, or to a deputy named for it', () => {
    expect(assigning(headWithDeputy, secondHead)).toBe('yes');
    expect(assigning(headWithDeputy, deputy)).toBe('yes');
    expect(assigning(headWithDeputy, cast['a colleague'])).toBe('may-not-be-assigned');
    expect(assigning(headWithDeputy, cast['the headteacher of another school'])).toBe('may-not-be-assigned');
  });

  test('a deputy of an absence that is over, or of another school, is none', () => {
    const later = { today: day('2026-12-05') };
    expect(assigning(headWithDeputy, deputy, {}, later)).toBe('may-not-be-assigned');
    const away = { ...deputy, posts: [post(elsewhere)] };
    expect(assigning(headWithDeputy, away)).toBe('may-not-be-assigned');
  });

  test('never to the subject, nor to who is below, in conflict, gone or has decided before', () => {
    expect(assigning(headWithDeputy, subject)).toBe('may-not-be-assigned');
    const below = { ...secondHead, posts: [post(here, { lineManagerId: 'subject' })] };
    expect(assigning(headWithDeputy, below)).toBe('may-not-be-assigned');
    expect(assigning(headWithDeputy, secondHead, { conflicts: ['second head'] })).toBe('may-not-be-assigned');
    expect(assigning(headWithDeputy, { ...secondHead, posts: ended })).toBe('may-not-be-assigned');
    expect(assigning(headWithDeputy, secondHead, {}, { exclude: ['second head'] })).toBe('may-not-be-assigned');
  });

  test('by nobody else, not by the subject, and by its chaser only once it is late by 5', () => {
    expect(assigning(cast['a colleague'], secondHead)).toBe('not-allowed');
    expect(assigning(subject, secondHead)).toBe('about-yourself');
    expect(assigning(cast['the trust-lead'], secondHead)).toBe('not-allowed');
    expect(assigning(cast['the trust-lead'], secondHead, {}, { isEscalated: true })).toBe('yes');
    expect(assigning(cast['a colleague'], secondHead, {}, { isEscalated: true })).toBe('not-allowed');
  });

  test('a chaser does not hand round a task about themselves', () => {
    const chaser = cast['the trust-lead'];
    expect(assigning(chaser, secondHead, {}, { isEscalated: true, subject: chaser })).toBe('about-yourself');
  });

  test('work for one person is not given away', () => {
    const own = { candidate: { personId: 'subject' } };
    expect(assigning(subject, deputy, own)).toBe('may-not-be-assigned');
    expect(assigning(headWithDeputy, secondHead, {}, { isPersonal: true })).toBe('may-not-be-assigned');
  });

  test('a line manager hands a review to another leader of the school, to nobody else', () => {
    const review = { candidate: { personId: 'manager' } };
    const manager = cast['the line manager'];
    expect(assigning(manager, cast['the school-lead'], review)).toBe('yes');
    expect(assigning(manager, cast['a colleague'], review)).toBe('may-not-be-assigned');
    expect(assigning(manager, cast['the school-lead of another school'], review)).toBe('may-not-be-assigned');
  });
});
