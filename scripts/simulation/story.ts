/** What happens in this year besides answering: who applies, who begins a project, who comes, goes or is away. */
import { addSchoolDays, type Calendar, isSchoolDay } from '../../workflows/kernel/calendar.ts';
import { addDays, type Day, day } from '../../workflows/kernel/time.ts';
import { phrases } from './behaviour.ts';
import { type Chance, oneOf, shuffled } from './chance.ts';
import { isTeacher, keyOf, type Listed, type People, schoolOf } from './people.ts';

export interface Story {
  /** Does what happens that day. */
  tell(today: Day): Promise<void>;
}

interface Application {
  readonly on: string;
  readonly courseId: string;
  readonly cohortId: string;
  readonly providerId?: string;
  /** So many days later something comes between. */
  readonly then?: { readonly days: number; readonly action: string; readonly fields: object };
}

const applications: readonly Application[] = [
  { on: '2026-09-14', courseId: 'npq-senior-leadership', cohortId: '2026b' },
  { on: '2026-09-16', courseId: 'npq-leading-literacy', cohortId: '2026b' },
  { on: '2026-09-21', courseId: 'npq-leading-teaching', cohortId: '2026b', providerId: 'ambition-institute' },
  { on: '2026-09-28', courseId: 'npq-senco', cohortId: '2026b' },
  {
    on: '2026-10-05',
    courseId: 'npq-leading-behaviour-culture',
    cohortId: '2026b',
    then: { days: 30, action: 'change-provider', fields: { providerId: 'ucl-institute-of-education' } },
  },
  { on: '2026-10-07', courseId: 'npq-early-years-leadership', cohortId: '2026b' },
  { on: '2026-10-12', courseId: 'npq-leading-teaching-development', cohortId: '2026b' },
  {
    on: '2026-10-19',
    courseId: 'npq-leading-literacy',
    cohortId: '2026b',
    then: { days: 21, action: 'withdraw', fields: { reason: 'other' } },
  },
  { on: '2026-11-04', courseId: 'npq-leading-primary-mathematics', cohortId: '2026b' },
  { on: '2027-01-11', courseId: 'npq-leading-teaching', cohortId: '2027a', providerId: 'llse' },
  { on: '2027-01-18', courseId: 'npq-senior-leadership', cohortId: '2027a', providerId: 'best-practice-network' },
  { on: '2027-02-01', courseId: 'npq-leading-behaviour-culture', cohortId: '2027a', providerId: 'llse' },
  { on: '2027-06-07', courseId: 'npq-leading-literacy', cohortId: '2027b' },
  { on: '2027-06-14', courseId: 'npq-senior-leadership', cohortId: '2027b' },
  { on: '2027-06-21', courseId: 'npq-senco', cohortId: '2027b' },
];

interface Research {
  readonly on: string;
  readonly title: string;
  readonly priorityArea: string;
  readonly question: string;
  /** School days from start to end. */
  readonly schoolDays: number;
}

const projects: readonly Research[] = [
  {
    on: '2026-09-10',
    title: 'Fluent readers by Easter',
    priorityArea: 'Reading',
    question: 'Does repeated reading with one adult help the slowest readers of Year 3?',
    schoolDays: 150,
  },
  {
    on: '2026-09-17',
    title: 'Questions that reach everybody',
    priorityArea: 'Pedagogy',
    question: 'Do mini whiteboards change who answers in mathematics?',
    schoolDays: 110,
  },
  {
    on: '2026-09-24',
    title: 'Calm starts',
    priorityArea: 'Behaviour',
    question: 'Does one routine at the door bring lessons to a calm start?',
    schoolDays: 90,
  },
  {
    on: '2026-11-05',
    title: 'Words before stories',
    priorityArea: 'Vocabulary',
    question: 'Do six words taught first help with the text of the week?',
    schoolDays: 95,
  },
  {
    on: '2027-01-14',
    title: 'Talking about errors',
    priorityArea: 'Assessment',
    question: 'Does feedback on common errors save marking without loss?',
    schoolDays: 85,
  },
  {
    on: '2027-02-25',
    title: 'Number sense in ten minutes',
    priorityArea: 'Mathematics',
    question: 'Do ten minutes a day improve number facts in Year 4?',
    schoolDays: 75,
  },
];

interface Joiner {
  readonly on: string;
  readonly schoolId: string;
  readonly number: string;
  readonly forename: string;
  readonly surname: string;
  readonly job: string;
  readonly startsOn: string;
}

const joiners: readonly Joiner[] = [
  joiner('2026-10-30', '910101', 'N1', 'Asha', 'Newbury', 'Class Teacher', '2026-11-02'),
  joiner('2026-11-20', '910105', 'N2', 'Ivo', 'Marsh', 'Teaching Assistant', '2026-11-23'),
  joiner('2026-12-17', '910103', 'N3', 'Morwenna', 'Vale', 'Headteacher', '2027-01-04'),
  joiner('2027-01-11', '910102', 'N4', 'Tariq', 'Alder', 'Class Teacher', '2027-01-13'),
  joiner('2027-04-13', '910106', 'N5', 'Bryony', 'Stead', 'Early Career Teacher', '2027-04-14'),
  joiner('2027-05-17', '910107', 'N6', 'Callum', 'Frost', 'Class Teacher', '2027-05-19'),
];

function joiner(
  on: string,
  schoolId: string,
  number: string,
  forename: string,
  surname: string,
  job: string,
  startsOn: string,
): Joiner {
  return { on, schoolId, number, forename, surname, job, startsOn };
}

/** Whose last day it is, where they are told by; the headteacher of 910103 among them. */
const leavers = [
  { on: '2026-10-02', many: 2, endsOn: '2026-10-23' },
  { on: '2026-11-27', many: 3, endsOn: '2026-12-31' },
  { on: '2027-03-01', many: 3, endsOn: '2027-03-31' },
  { on: '2027-05-24', many: 4, endsOn: '2027-08-31' },
] as const;

const NEW_HEAD = { schoolId: '910103', tellsOn: '2026-11-27', endsOn: '2026-12-31', startsOn: '2027-01-04' } as const;

/** Away for so long: parental leave that covers a window, an illness, a head with a deputy in their place. */
const absences = [
  { on: '2026-10-12', who: 'teacher', from: '2026-11-02', to: '2027-05-14' },
  { on: '2026-11-30', who: 'teacher', from: '2026-11-30', to: '2026-12-18' },
  { on: '2027-01-06', who: 'teacher', from: '2027-01-06', to: '2027-03-31' },
  { on: '2027-05-10', who: 'head', from: '2027-05-10', to: '2027-06-04' },
] as const;

/** A set with a lead from outside, who meets the people of several schools. */
const SET = {
  on: '2026-10-08',
  lead: 'maths.lead@mathshub.example',
  title: 'Mathematics across the trust',
  priorityArea: 'Mathematics',
  members: 3,
  /** The project that joins it. */
  project: 'Number sense in ten minutes',
  joinsOn: '2027-03-04',
} as const;

/** When the apprentices of the sample begin their apprenticeships, and its early career teachers their inductions. */
const BEGINNERS = {
  on: '2026-09-03',
  apprentice: /apprentice/i,
  apprenticeship: {
    standardId: 'ST0454',
    providerId: 'university-of-somerset',
    startsOn: '2026-09-14',
    plannedEndOn: '2028-03-14',
    weeklyHours: 26,
    isTermTimeOnly: true,
    ageAtStart: 21,
  },
  earlyCareer: /early career/i,
  induction: {
    startsOn: '2026-09-03',
    qtsOn: '2026-07-15',
    appropriateBodyName: 'Five Counties Teaching School Hub',
    appropriateBodyType: 'teaching-school-hub',
    isBodyIndependent: true,
    programme: 'school-led',
  },
} as const;

/** Somebody's study is deferred for some months, and taken up again. */
const DEFERRAL = { on: '2027-02-22', resumesOn: '2027-05-17' } as const;

/** Somebody who helps a beginner: the field of the form that names them, and the role that they need for it. */
interface Helper {
  readonly field: string;
  readonly role: string;
}
const MENTOR: Helper = { field: 'mentorId', role: 'mentor' };

const csv = (rows: readonly (readonly string[])[]): string => rows.map((row) => row.join(',')).join('\r\n');

const STAFF = ['Employee ID', 'First Name', 'Last Name', 'Email', 'Job Title', 'Start Date', 'End Date', 'FTE'];

export interface StoryOptions {
  readonly people: People;
  readonly calendar: Calendar;
  readonly chance: Chance;
  /** A line for the week's report. */
  readonly note: (line: string) => void;
  /** Kinds of process that there are: what is not there yet is left out. */
  readonly kinds: ReadonlySet<string>;
  /** Addresses of who imports, and of the trust's CPD lead. */
  readonly admin: string;
  readonly lead: string;
}

export function makeStory({ people, calendar, chance, note, kinds, admin, lead: trustLead }: StoryOptions): Story {
  /** On that day, or on the next one on which school is. */
  const schoolDayFrom = (text: string): Day => {
    const on = day(text);
    return isSchoolDay(calendar, on) ? on : addSchoolDays(calendar, on, 1);
  };
  let later: { readonly on: Day; readonly do: () => Promise<void> }[] = [];
  const isBusy = new Set<string>();
  const studies = new Set<string>();
  const research: { readonly id: string; readonly title: string; readonly who: string }[] = [];
  let setId: string | undefined;
  let deferred: { readonly id: string; readonly who: string } | undefined;

  /** Somebody who has no part in this story yet. */
  function somebody(what: string, isOne: (person: Listed) => boolean): Listed | undefined {
    const free = people.everybody().filter((person) => isOne(person) && !isBusy.has(keyOf(person)));
    const [chosen] = shuffled(free, (...about) => chance(what, ...about), keyOf);
    if (chosen) isBusy.add(keyOf(chosen));
    return chosen;
  }

  const known = (key: string): Listed | undefined => people.everybody().find((each) => keyOf(each) === key);

  async function studiesOf(person: Listed): Promise<readonly string[]> {
    const { body } = await people.ask(person, 'GET', '/npq-studies?status=active');
    return ((body as { readonly items?: readonly { readonly id: string }[] }).items ?? []).map(({ id }) => id);
  }

  const isOfStaff = (person: Listed): boolean => isTeacher(person) && person.roles.length === 0;

  async function apply(application: Application, today: Day): Promise<void> {
    const { on, courseId, cohortId, providerId, then } = application;
    const applicant = somebody(`applies ${on}`, isOfStaff);
    if (!applicant) return;
    studies.add(keyOf(applicant));
    const { status, body } = await people.ask(applicant, 'POST', '/npq-applications', {
      courseId,
      cohortId,
      ...(providerId && { providerId }),
      motivation: oneOf(phrases['motivation'] ?? [], chance('motivation', on)),
      fundingRoute: cohortId === '2027a' ? 'trust' : 'dfe-scholarship',
    });
    if (status !== 201 || then === undefined) return;
    const { id } = body as { readonly id: string };
    later.push({
      on: schoolDayFrom(addDays(today, then.days)),
      do: async () => {
        await people.ask(applicant, 'POST', `/npq-applications/${id}/${then.action}`, then.fields);
      },
    });
  }

  async function begin({ on, title, priorityArea, question, schoolDays }: Research, today: Day): Promise<void> {
    const lead = somebody(`leads ${on}`, isOfStaff);
    if (!lead) return;
    const team = [1, 2].flatMap(
      (n) => somebody(`team ${on} ${n}`, (person) => isOfStaff(person) && schoolOf(person) === schoolOf(lead)) ?? [],
    );
    const startsOn = addSchoolDays(calendar, today, 3);
    const { status, body } = await people.ask(lead, 'POST', '/action-research', {
      title,
      priorityArea,
      question,
      teamIds: team.map(({ personId }) => personId),
      startsOn,
      endsOn: addSchoolDays(calendar, startsOn, schoolDays),
    });
    if (status !== 201) return;
    const { id } = body as { readonly id: string };
    for (const person of [lead, ...team]) research.push({ id, title, who: keyOf(person) });
    note(`“${title}” began with ${team.length + 1} people`);
  }

  /** What a project's people note down, every other week or so. */
  async function log(today: Day): Promise<void> {
    for (const { id, who } of research) {
      if (chance('logs', who, today) > 0.09) continue;
      const person = known(who);
      if (!person || !people.isHere(person, today)) continue;
      await people.act(person, `/action-research/${id}`, 'log');
    }
  }

  /** Participants say once a term how their course goes. */
  async function pulse(today: Day): Promise<void> {
    for (const key of studies) {
      if (chance('pulse', key, today) > 1 / 60) continue;
      const person = known(key);
      if (!person || !people.isHere(person, today)) continue;
      for (const id of await studiesOf(person)) {
        const isWell = chance('how', key, today) < 0.8;
        await people.act(person, `/npq-studies/${id}`, 'pulse', {
          pulse: isWell ? 'going-well' : 'thinking-of-stopping',
        });
      }
    }
  }

  async function meetInASet(): Promise<void> {
    const leader = people.byEmail(SET.lead);
    const members = Array.from(
      { length: SET.members },
      (_, n) => somebody(`meets ${n}`, isOfStaff)?.personId ?? leader.personId,
    );
    const { status, body } = await people.ask(people.byEmail(trustLead), 'POST', '/action-research-sets', {
      leadId: leader.personId,
      title: SET.title,
      priorityArea: SET.priorityArea,
      memberIds: members,
    });
    if (status !== 201) return;
    setId = (body as { readonly id: string }).id;
    note(`a set began, led from outside: “${SET.title}”`);
  }

  async function joinTheSet(): Promise<void> {
    const project = research.find(({ title }) => title === SET.project);
    if (setId === undefined || !project) return;
    const path = `/action-research-sets/${setId}`;
    await people.act(people.byEmail(trustLead), path, 'add-project', { projectId: project.id });
  }

  /** Who helps beginners at a school: the same teacher mentors them all, and whoever leads its CPD is their tutor. */
  const mentors = new Map<string, Listed | undefined>();
  function helper({ role }: Helper, schoolId: string): Listed | undefined {
    if (role === 'induction-tutor')
      return people
        .everybody()
        .find(({ roles }) => roles.some((each) => each.role === 'school-lead' && each.schoolId === schoolId));
    const isHere = (each: Listed): boolean => isOfStaff(each) && schoolOf(each) === schoolId;
    if (!mentors.has(schoolId)) mentors.set(schoolId, somebody(`mentors at ${schoolId}`, isHere));
    return mentors.get(schoolId);
  }

  /** The CPD lead of the trust begins them, once the administrator has given roles to who helps. */
  async function beginners(path: string, isOne: RegExp, form: object, helpers: readonly Helper[]): Promise<void> {
    const found = people
      .everybody()
      .filter(({ isCurrent, posts }) => isCurrent && posts.some(({ job }) => isOne.test(job)));
    const rows: string[][] = [];
    const named = found.map((person) => {
      const schoolId = schoolOf(person);
      const chosen = helpers.flatMap((each) => {
        const one = helper(each, schoolId);
        if (one?.email) rows.push([one.email, each.role, schoolId]);
        return one ? [[each.field, one.personId] as const] : [];
      });
      return { personId: person.personId, ...Object.fromEntries(chosen) };
    });
    await send('/imports/roles', [['Email', 'Role', 'URN'], ...rows]);
    for (const who of named) await people.ask(people.byEmail(trustLead), 'POST', path, { ...who, ...form });
  }

  async function defer(): Promise<void> {
    for (const who of studies) {
      const person = known(who);
      const [id] = person ? await studiesOf(person) : [];
      if (!person || id === undefined) continue;
      await people.act(person, `/npq-studies/${id}`, 'defer', { reason: 'parental-leave' });
      deferred = { id, who };
      note('a study is deferred');
      return;
    }
  }

  async function resume(): Promise<void> {
    const person = deferred && known(deferred.who);
    if (!person || !deferred) return;
    await people.act(person, `/npq-studies/${deferred.id}`, 'resume');
    note('a study is taken up again');
  }

  const asAdmin = (): Listed => people.byEmail(admin);

  async function send(path: string, rows: readonly (readonly string[])[]): Promise<void> {
    const bytes = Buffer.from(csv(rows));
    const headers = { 'content-type': 'application/octet-stream' };
    const checked = await people.ask(asAdmin(), 'POST', path, bytes, headers);
    if (checked.status !== 201) throw new Error(`${path} was refused`);
    const { importId, counts } = checked.body as { importId: string; counts: Record<string, number> };
    if (counts['refused']) throw new Error(`${path}: ${counts['refused']} lines were refused`);
    const applied = await people.ask(asAdmin(), 'POST', `/imports/${importId}/apply`);
    if (applied.status !== 200) throw new Error(`${path} was not applied`);
    await people.meet();
  }

  async function join({ schoolId, number, forename, surname, job, startsOn }: Joiner): Promise<void> {
    const email = `${forename[0]}.${surname}@oak.example`.toLowerCase();
    const head = people
      .everybody()
      .find(({ roles }) => roles.some((each) => each.role === 'headteacher' && each.schoolId === schoolId));
    await send(`/imports/staff?school=${schoolId}`, [
      STAFF,
      [number, forename, surname, email, job, startsOn, '', '1.0'],
    ]);
    if (job === 'Headteacher') return;
    note(`${job} joins ${schoolId} on ${startsOn}`);
    if (head?.email)
      await send('/imports/line-managers', [
        ['Email', 'Line Manager Email', 'URN'],
        [email, head.email, schoolId],
      ]);
  }

  async function leave(person: Listed, endsOn: string): Promise<void> {
    const [post] = person.posts;
    if (!post) return;
    const [forename = '', ...names] = person.name.split(' ');
    await send(`/imports/staff?school=${post.schoolId}`, [
      STAFF,
      [post.employeeNumber, forename, names.join(' '), person.email ?? '', post.job, '', endsOn, ''],
    ]);
  }

  async function tellLeavers({ on, many, endsOn }: (typeof leavers)[number]): Promise<void> {
    for (let n = 0; n < many; n += 1) {
      const person = somebody(
        `leaves ${on} ${n}`,
        (each) => isTeacher(each) && each.roles.length === 0 && each.posts.length === 1,
      );
      if (person) await leave(person, endsOn);
    }
    note(`${many} people will leave on ${endsOn}`);
  }

  const headOf = (schoolId: string): Listed | undefined =>
    people
      .everybody()
      .find(
        ({ roles, isCurrent }) =>
          isCurrent && roles.some((each) => each.role === 'headteacher' && each.schoolId === schoolId),
      );

  async function headLeaves(): Promise<void> {
    const head = headOf(NEW_HEAD.schoolId);
    if (head) await leave(head, NEW_HEAD.endsOn);
    note(`the headteacher of ${NEW_HEAD.schoolId} will leave on ${NEW_HEAD.endsOn}`);
  }

  async function headComes(): Promise<void> {
    const next = people
      .everybody()
      .find(({ posts }) =>
        posts.some(
          ({ job, schoolId }) =>
            job === 'Headteacher' && schoolId === NEW_HEAD.schoolId && posts.every(({ endsOn }) => endsOn === null),
        ),
      );
    if (!next?.email) return;
    await send('/imports/roles', [
      ['Email', 'Role', 'URN'],
      [next.email, 'headteacher', NEW_HEAD.schoolId],
    ]);
    const managed = people
      .everybody()
      .filter((person) => person.isCurrent && person.email !== null && person.personId !== next.personId)
      .filter(({ posts }) =>
        posts.some(
          ({ schoolId, lineManagerId }) =>
            schoolId === NEW_HEAD.schoolId &&
            !people.everybody().some((each) => each.personId === lineManagerId && each.isCurrent),
        ),
      );
    const email = next.email;
    if (managed.length > 0)
      await send('/imports/line-managers', [
        ['Email', 'Line Manager Email', 'URN'],
        ...managed.map((person) => [person.email ?? '', email, NEW_HEAD.schoolId]),
      ]);
    note(`${NEW_HEAD.schoolId} has a new headteacher, who manages ${managed.length} people`);
  }

  async function goAway({ on, who, from, to }: (typeof absences)[number]): Promise<void> {
    const isWho = (person: Listed): boolean =>
      who === 'head' ? person.roles.some(({ role }) => role === 'headteacher') : isOfStaff(person);
    const person = somebody(`away ${on}`, isWho);
    if (!person) return;
    const deputy = people
      .everybody()
      .find(
        ({ roles, isCurrent }) =>
          isCurrent && roles.some(({ role, schoolId }) => role === 'school-lead' && schoolId === schoolOf(person)),
      );
    await people.ask(asAdmin(), 'PUT', `/people/${person.personId}/absences`, [
      { from, to, ...(who === 'head' && deputy && { standInId: deputy.personId }) },
    ]);
    await people.meet();
    note(`${who === 'head' ? 'a headteacher' : 'a teacher'} is away from ${from} to ${to}`);
  }

  const days = new Map<Day, (() => Promise<void>)[]>();
  const plan = (text: string, what: (today: Day) => Promise<void>): void => {
    const on = schoolDayFrom(text);
    days.set(on, [...(days.get(on) ?? []), () => what(on)]);
  };
  for (const application of applications) plan(application.on, (today) => apply(application, today));
  if (kinds.has('action-research')) for (const project of projects) plan(project.on, (today) => begin(project, today));
  if (kinds.has('action-research-set')) {
    plan(SET.on, meetInASet);
    plan(SET.joinsOn, joinTheSet);
  }
  if (kinds.has('apprenticeship'))
    plan(BEGINNERS.on, () => beginners('/apprenticeships', BEGINNERS.apprentice, BEGINNERS.apprenticeship, [MENTOR]));
  if (kinds.has('ect-induction'))
    plan(BEGINNERS.on, () =>
      beginners('/ect-inductions', BEGINNERS.earlyCareer, BEGINNERS.induction, [
        MENTOR,
        { field: 'tutorId', role: 'induction-tutor' },
      ]),
    );
  if (kinds.has('npq-study')) {
    plan(DEFERRAL.on, defer);
    plan(DEFERRAL.resumesOn, resume);
  }
  for (const each of joiners) plan(each.on, () => join(each));
  for (const each of leavers) plan(each.on, () => tellLeavers(each));
  for (const each of absences) plan(each.on, () => goAway(each));
  plan(NEW_HEAD.tellsOn, headLeaves);
  plan(NEW_HEAD.startsOn, headComes);
  // Somebody's post begins or ends without anybody doing anything: a new list of who is there.
  for (let n = 0; n < 12; n += 1) plan(addDays(day('2026-09-01'), n * 30), () => people.meet());

  return {
    async tell(today) {
      for (const happen of days.get(today) ?? []) await happen();
      const due = later.filter(({ on }) => on <= today);
      later = later.filter(({ on }) => on > today);
      for (const each of due) await each.do();
      if (kinds.has('action-research')) await log(today);
      if (kinds.has('npq-study')) await pulse(today);
    },
  };
}
