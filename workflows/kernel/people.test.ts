import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  absenceAt,
  capacityOf,
  chasersOf,
  couldStandInFor,
  currentPosts,
  displayName,
  eligiblePeople,
  firstName,
  holdersNow,
  holds,
  isBelow,
  isCentral,
  isCurrent,
  isManagedBy,
  lineManagerOf,
  mailboxOf,
  mainPost,
  makeDirectory,
  mayDecide,
  nextInChain,
  recipientsOf,
  resolveDecider,
  schoolsOf,
  sortName,
} from './people.ts';
import { type Candidate, type Person, type Post, type Role, TRUST, trustRoles, type Wait } from './records.ts';
import { isRejection } from './rejections.ts';
import { addDays, day, instant } from './time.ts';

const today = day('2026-11-18');
const [oakfield, brookLane, longacre] = ['910101', '910102', '910107'] as const;

const post = (schoolId: string, change: Partial<Post> = {}): Post => ({
  schoolId,
  employeeNumber: '1',
  job: 'Teacher',
  startsOn: day('2020-09-01'),
  ...change,
});
const person = (personId: string, change: Partial<Person> = {}): Person => ({
  type: 'person',
  personId,
  version: 1,
  forename: personId,
  surname: 'Example',
  email: `${personId}@oak.example`,
  posts: [],
  roles: [],
  qualifications: [],
  absences: [],
  ...change,
});
const at = (role: Role, schoolId: string = TRUST) => ({ role, schoolId });
const directoryOf = (...people: Person[]) =>
  makeDirectory(
    people,
    people.flatMap(({ personId, roles }) => roles.map((held) => ({ type: 'role-holder' as const, personId, ...held }))),
  );

const head = person('head', { posts: [post(oakfield)], roles: [at('headteacher', oakfield)] });
const lead = person('lead', {
  posts: [post(oakfield, { lineManagerId: 'head' })],
  roles: [at('school-lead', oakfield), at('induction-tutor', oakfield)],
});
const teacher = person('teacher', { posts: [post(oakfield, { lineManagerId: 'lead' })] });
const chair = person('chair', { roles: [at('lsc-chair', oakfield)] });
const longacreHead = person('longacre-head', { posts: [post(longacre)], roles: [at('headteacher', longacre)] });
const trustLead = person('trust-lead', { posts: [post(TRUST)], roles: [at('trust-lead')] });
const executive = person('executive', { posts: [post(TRUST)], roles: [at('executive')] });
const officer = person('officer', { posts: [post(TRUST)] });
const trustChair = person('trust-chair', { roles: [at('trust-chair')] });
const everybody = [head, lead, teacher, chair, longacreHead, trustLead, executive, officer, trustChair];
const trust = directoryOf(...everybody);
/** The trust with some people changed or added. */
const trustWith = (...changed: Person[]) => {
  const ids = new Set(changed.map(({ personId }) => personId));
  return directoryOf(...everybody.filter(({ personId }) => !ids.has(personId)), ...changed);
};
const ids = (people: readonly Person[]) => people.map(({ personId }) => personId);

const waitFor = (candidate: Candidate | undefined, change: Partial<Wait> = {}): Wait => ({
  type: 'wait',
  processId: 'process',
  step: 1,
  wait: 'endorse',
  kind: 'task',
  state: 'open',
  stage: 'endorsement',
  processKind: 'npq-application',
  subjectId: 'teacher',
  schoolId: oakfield,
  ...(candidate ? { candidate } : {}),
  openedAt: instant('2026-11-16T09:00:00Z'),
  dueOn: day('2026-11-23'),
  ...change,
});
const headsTask = waitFor(at('headteacher', oakfield));

describe('who is current', () => {
  test('hard case 96: a leaver whose last day is today is current today and no longer tomorrow', () => {
    const leaver = person('leaver', { posts: [post(oakfield, { endsOn: today })] });
    expect(isCurrent(leaver, today)).toBe(true);
    expect(isCurrent(leaver, addDays(today, 1))).toBe(false);
  });

  test('a post begins on its first day; one without a start has begun', () => {
    const joiner = person('joiner', { posts: [post(oakfield, { startsOn: today })] });
    expect(isCurrent(joiner, addDays(today, -1))).toBe(false);
    expect(isCurrent(joiner, today)).toBe(true);
    expect(isCurrent(person('old hand', { posts: [post(oakfield, { startsOn: undefined })] }), today)).toBe(true);
    expect(isCurrent(person('nobody'), today)).toBe(false);
  });

  test('people from outside are current while they are listed', () => {
    expect(isCurrent(chair, today)).toBe(true);
    expect(isCurrent({ ...chair, roles: [] }, today)).toBe(false);
  });

  test('hard case 94: two posts are one person; most hours, then the earliest start make the main post', () => {
    const shared = person('shared', {
      posts: [
        post(oakfield, { fte: 0.4, startsOn: day('2018-09-01') }),
        post(brookLane, { fte: 0.6 }),
        post(longacre, { fte: 0.9, endsOn: day('2026-07-31') }),
      ],
    });
    expect(schoolsOf(shared, today)).toEqual([brookLane, oakfield]);
    expect(mainPost(shared, today)?.schoolId).toBe(brookLane);
    expect(mainPost(shared, day('2026-07-31'))?.schoolId).toBe(longacre);
    const equal = person('equal', {
      posts: [post(oakfield, { fte: 0.5 }), post(brookLane, { fte: 0.5, startsOn: day('2019-01-01') })],
    });
    expect(mainPost(equal, today)?.schoolId).toBe(brookLane);
    expect(mainPost(person('left', { posts: [post(oakfield, { endsOn: day('2026-07-31') })] }), today)).toBeUndefined();
  });

  test('the order of the posts in the record does not matter', () => {
    const posts = [
      post(oakfield, { fte: 0.5, employeeNumber: '7' }),
      post(oakfield, { fte: 0.5, employeeNumber: '3' }),
      post(brookLane, { fte: 0.5 }),
      post(longacre, { fte: undefined, startsOn: undefined }),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(posts, { minLength: posts.length }), (shuffled) => {
        expect(currentPosts(person('p', { posts: shuffled }), today)).toEqual(
          currentPosts(person('p', { posts }), today),
        );
      }),
    );
  });
});

describe('roles', () => {
  test('are in force only with a current post', () => {
    const formerHead = { ...head, posts: [post(oakfield, { endsOn: day('2026-08-31') })] };
    expect(holds(head, 'headteacher', oakfield, today)).toBe(true);
    expect(holds(formerHead, 'headteacher', oakfield, today)).toBe(false);
    expect(holds(head, 'headteacher', brookLane, today)).toBe(false);
    expect(holdersNow(trustWith(formerHead), 'headteacher', oakfield, today)).toEqual([]);
  });

  test('of outside people need no post, but give a leaver nothing else', () => {
    const retired = person('retired', {
      posts: [post(oakfield, { endsOn: day('2026-08-31') })],
      roles: [at('headteacher', oakfield), at('lsc-chair', oakfield)],
    });
    expect(holds(retired, 'lsc-chair', oakfield, today)).toBe(true);
    expect(holds(retired, 'headteacher', oakfield, today)).toBe(false);
  });

  test('for the whole trust are in force at every school', () => {
    expect(holds(trustLead, 'trust-lead', oakfield, today)).toBe(true);
    expect(ids(holdersNow(trust, 'trust-lead', longacre, today))).toEqual(['trust-lead']);
  });

  test('staff follows from posts, line-manager is nobody’s to hold', () => {
    expect(holds(teacher, 'staff', oakfield, today)).toBe(true);
    expect(holds(teacher, 'staff', brookLane, today)).toBe(false);
    expect(holds({ ...head, roles: [at('line-manager', oakfield)] }, 'line-manager', oakfield, today)).toBe(false);
  });

  test('listed for somebody whose record does not say so are not in force', () => {
    const directory = makeDirectory([teacher], [{ type: 'role-holder', personId: 'teacher', ...at('admin') }]);
    expect(directory.listed('admin', TRUST)).toEqual([teacher]);
    expect(holdersNow(directory, 'admin', TRUST, today)).toEqual([]);
  });
});

describe('the line manager', () => {
  const managerOf = (who: Person, schoolId: string, directory = trust) =>
    lineManagerOf(who, schoolId, directory, today)?.personId;

  test('is the one on file for the post at that school', () => {
    const shared = person('shared', {
      posts: [
        post(oakfield, { fte: 0.4, lineManagerId: 'lead' }),
        post(longacre, { fte: 0.6, lineManagerId: 'longacre-head' }),
      ],
    });
    expect(managerOf(shared, oakfield, trustWith(shared))).toBe('lead');
    expect(managerOf(shared, longacre, trustWith(shared))).toBe('longacre-head');
    expect(managerOf(shared, brookLane, trustWith(shared))).toBe('longacre-head');
    expect(isManagedBy(shared, 'lead', today)).toBe(true);
    expect(isManagedBy(shared, 'head', today)).toBe(false);
  });

  test('who has left is followed by the headteacher', () => {
    const gone = { ...lead, posts: [post(oakfield, { endsOn: day('2026-10-31') })] };
    expect(managerOf(teacher, oakfield, trustWith(gone))).toBe('head');
    expect(managerOf({ ...teacher, posts: [post(oakfield)] }, oakfield)).toBe('head');
    expect(managerOf({ ...teacher, posts: [post(oakfield, { lineManagerId: 'unknown' })] }, oakfield)).toBe('head');
    expect(managerOf({ ...teacher, posts: [post(oakfield, { lineManagerId: 'teacher' })] }, oakfield)).toBe('head');
  });

  test('of a headteacher and of the central office is the executive, of the executive the trust-chair, of a chair nobody', () => {
    expect(managerOf(head, oakfield)).toBe('executive');
    expect(managerOf(trustLead, TRUST)).toBe('executive');
    expect(managerOf(trustLead, oakfield)).toBe('executive');
    expect(managerOf(executive, TRUST)).toBe('trust-chair');
    expect(managerOf(trustChair, TRUST)).toBeUndefined();
  });

  test('of a school without a headteacher is the executive', () => {
    const other = person('other', { posts: [post(brookLane)] });
    expect(managerOf(other, brookLane, trustWith(other))).toBe('executive');
  });

  test('stands anywhere above, also by fall-back, and never above themselves', () => {
    expect(isBelow(teacher, 'lead', trust, today)).toBe(true);
    expect(isBelow(teacher, 'head', trust, today)).toBe(true);
    expect(isBelow(teacher, 'executive', trust, today)).toBe(true);
    expect(isBelow(trustLead, 'executive', trust, today)).toBe(true);
    expect(isBelow(head, 'teacher', trust, today)).toBe(false);
    expect(isBelow(chair, 'executive', trust, today)).toBe(false);
    const circle = trustWith({ ...head, posts: [post(oakfield, { lineManagerId: 'teacher' })] });
    expect(isBelow(teacher, 'teacher', circle, today)).toBe(false);
    expect(isBelow(circle.person('head') as Person, 'teacher', circle, today)).toBe(true);
  });
});

describe('who decides', () => {
  const endorser = (subject: Person, schoolId: string, directory = trust, conflicts: string[] = []) =>
    resolveDecider({ chain: 'endorsing' }, { subject, schoolId, conflicts }, directory, today);
  const approver = (subject: Person, exclude: string[] = [], directory = trust) =>
    resolveDecider({ chain: 'approving' }, { subject, schoolId: oakfield, exclude }, directory, today);

  test('the headteacher endorses, the trust-lead approves', () => {
    expect(endorser(teacher, oakfield)).toEqual({
      candidate: at('headteacher', oakfield),
      eligible: [head],
      isRepeat: false,
    });
    expect(approver(teacher).candidate).toEqual(at('trust-lead'));
  });

  test('hard case 18: a headteacher’s own application goes to the chair of the school’s committee', () => {
    expect(endorser(head, oakfield).candidate).toEqual(at('lsc-chair', oakfield));
    expect(mayDecide(head, headsTask, head, trust, today)).toMatchObject({ rejected: 'about-yourself' });
  });

  test('hard case 18: where there is no chair it goes to the executive, and the executive’s to the trust-chair', () => {
    expect(endorser(longacreHead, longacre).candidate).toEqual(at('executive'));
    expect(endorser(executive, oakfield).candidate).toEqual(at('trust-chair'));
    expect(endorser(executive, TRUST).candidate).toEqual(at('trust-chair'));
  });

  test('for somebody of the central office the endorsing chain begins at the executive', () => {
    expect(isCentral(officer, oakfield, today)).toBe(true);
    expect(endorser(officer, oakfield).candidate).toEqual(at('executive'));
    const both = person('both', { posts: [post(TRUST, { fte: 0.8 }), post(oakfield, { fte: 0.2 })] });
    expect(endorser(both, oakfield).candidate).toEqual(at('headteacher', oakfield));
  });

  test('hard case 19: a headteacher in the applicant’s reporting line downwards is passed over', () => {
    const managed = { ...head, posts: [post(oakfield, { lineManagerId: 'lead' })] };
    expect(endorser(lead, oakfield, trustWith(managed)).candidate).toEqual(at('lsc-chair', oakfield));
    const indirectly = { ...head, posts: [post(oakfield, { lineManagerId: 'deputy' })] };
    const deputy = person('deputy', { posts: [post(oakfield, { lineManagerId: 'lead' })] });
    expect(endorser(lead, oakfield, trustWith(indirectly, deputy)).candidate).toEqual(at('lsc-chair', oakfield));
    expect(mayDecide(managed, headsTask, lead, trustWith(managed), today)).toMatchObject({
      rejected: 'conflict-of-interest',
    });
  });

  test('hard case 19: who declares a conflict is passed over, and refused', () => {
    expect(endorser(teacher, oakfield, trust, ['head']).candidate).toEqual(at('lsc-chair', oakfield));
    expect(endorser(teacher, oakfield, trust, ['head', 'chair']).candidate).toEqual(at('executive'));
    const declared = { ...headsTask, conflicts: ['head'] };
    expect(mayDecide(head, declared, teacher, trust, today)).toMatchObject({ rejected: 'conflict-of-interest' });
    expect(mayDecide(chair, declared, teacher, trust, today)).toBe(true);
  });

  test('of two headteachers who share the post the other one decides', () => {
    const second = person('second-head', { posts: [post(oakfield)], roles: [at('headteacher', oakfield)] });
    const shared = trustWith(second);
    expect(ids(endorser(teacher, oakfield, shared).eligible).sort()).toEqual(['head', 'second-head']);
    expect(ids(endorser(head, oakfield, shared).eligible)).toEqual(['second-head']);
    expect(mayDecide(head, headsTask, head, shared, today)).toMatchObject({ rejected: 'about-yourself' });
  });

  test('a new headteacher finds the old one’s tasks', () => {
    const old = { ...head, posts: [post(oakfield, { endsOn: day('2026-10-31') })] };
    const fresh = person('fresh', { posts: [post(oakfield)], roles: [at('headteacher', oakfield)] });
    const directory = trustWith(old, fresh);
    expect(mayDecide(fresh, headsTask, teacher, directory, today)).toBe(true);
    expect(mayDecide(old, headsTask, teacher, directory, today)).toMatchObject({ rejected: 'not-allowed' });
  });

  test('who endorsed does not approve, unless the chain has nobody else, and then it says so', () => {
    const busy = { ...executive, roles: [at('executive'), at('trust-lead')] };
    const small = directoryOf(head, teacher, busy, trustChair);
    expect(approver(teacher, ['executive'], small)).toMatchObject({ candidate: at('trust-chair'), isRepeat: false });
    const smaller = directoryOf(head, teacher, busy);
    expect(approver(teacher, ['executive'], smaller)).toMatchObject({ candidate: at('trust-lead'), isRepeat: true });
    const approval = waitFor(at('trust-lead'));
    expect(mayDecide(busy, approval, teacher, small, today, { exclude: ['executive'] })).toMatchObject({
      rejected: 'conflict-of-interest',
    });
    expect(mayDecide(busy, approval, teacher, smaller, today, { exclude: ['executive'] })).toBe(true);
  });

  test('the executive’s own application is approved by nobody below: by the trust-chair', () => {
    expect(approver(executive)).toMatchObject({ candidate: at('trust-chair'), isRepeat: false });
    expect(approver(executive, ['trust-chair'])).toMatchObject({ candidate: at('trust-chair'), isRepeat: true });
    expect(approver(trustLead).candidate).toEqual(at('executive'));
  });

  test('without anybody there is no candidate, and nobody may', () => {
    const empty = directoryOf(teacher);
    expect(endorser(teacher, oakfield, empty)).toEqual({ candidate: undefined, eligible: [], isRepeat: false });
    expect(eligiblePeople(waitFor(undefined), teacher, empty, today)).toEqual([]);
    expect(mayDecide(head, waitFor(undefined), teacher, trust, today)).toMatchObject({ rejected: 'not-allowed' });
  });

  test.each<Role>(['school-lead', 'mentor', 'coach', 'induction-tutor'])(
    'a task of the %s goes to the headteacher where there is none, and never to governors',
    (role) => {
      const bare = directoryOf(head, teacher, chair, executive, trustChair);
      const given = (subject: Person) =>
        resolveDecider(at(role, oakfield), { subject, schoolId: oakfield }, bare, today).candidate;
      expect(given(teacher)).toEqual(at('headteacher', oakfield));
      expect(given(head)).toEqual(at('executive'));
    },
  );

  test('a task of the apprenticeship-lead falls to the trust-lead', () => {
    const given = resolveDecider(at('apprenticeship-lead'), { subject: teacher, schoolId: oakfield }, trust, today);
    expect(given.candidate).toEqual(at('trust-lead'));
  });

  test('a line manager’s task names the manager, or who stands above where there is a conflict', () => {
    const given = (conflicts: string[]) =>
      resolveDecider(at('line-manager', oakfield), { subject: teacher, schoolId: oakfield, conflicts }, trust, today);
    expect(given([]).candidate).toEqual({ personId: 'lead' });
    expect(given(['lead']).candidate).toEqual(at('headteacher', oakfield));
  });

  test('the subject’s own work is the subject’s, and nobody else’s ever', () => {
    const own = waitFor({ personId: 'teacher' });
    expect(
      resolveDecider({ personId: 'teacher' }, { subject: teacher, schoolId: oakfield }, trust, today),
    ).toMatchObject({ candidate: { personId: 'teacher' }, eligible: [teacher] });
    expect(ids(eligiblePeople(own, teacher, trust, today))).toEqual(['teacher']);
    expect(
      nextInChain({ personId: 'teacher' }, { subject: teacher, schoolId: oakfield }, trust, today).candidate,
    ).toBeUndefined();
  });

  test('somebody named who has left is followed by the headteacher', () => {
    const gone = person('gone', { posts: [post(oakfield, { endsOn: day('2026-10-31') })] });
    const given = resolveDecider(
      { personId: 'gone' },
      { subject: teacher, schoolId: oakfield },
      trustWith(gone),
      today,
    );
    expect(given.candidate).toEqual(at('headteacher', oakfield));
  });

  test('late by 10 the next in the chain may decide as well', () => {
    const next = (current: Candidate, subject = teacher, exclude: string[] = []) =>
      nextInChain(current, { subject, schoolId: oakfield, exclude }, trust, today).candidate;
    expect(next(at('headteacher', oakfield))).toEqual(at('lsc-chair', oakfield));
    expect(next(at('lsc-chair', oakfield), head)).toEqual(at('executive'));
    expect(next(at('trust-lead'))).toEqual(at('executive'));
    expect(next(at('trust-lead'), teacher, ['executive'])).toEqual(at('trust-chair'));
    expect(next(at('trust-chair'))).toBeUndefined();
    expect(next(at('school-lead', oakfield))).toEqual(at('headteacher', oakfield));
    expect(
      nextInChain(at('headteacher', longacre), { subject: officer, schoolId: longacre }, trust, today).candidate,
    ).toEqual(at('executive'));
  });

  test('the next is somebody else: a trust-lead who is the executive too is followed by the trust-chair', () => {
    const busy = { ...executive, roles: [at('executive'), at('trust-lead')] };
    const directory = directoryOf(head, teacher, busy, trustChair);
    expect(nextInChain(at('trust-lead'), { subject: teacher, schoolId: oakfield }, directory, today).candidate).toEqual(
      at('trust-chair'),
    );
  });

  test('who may decide as well may, without taking it from the first', () => {
    const late = { ...headsTask, alsoCandidate: at('lsc-chair', oakfield) };
    expect(capacityOf(chair, late, teacher, trust, today)).toEqual({ as: 'also' });
    expect(capacityOf(head, late, teacher, trust, today)).toEqual({ as: 'candidate' });
    expect(ids(recipientsOf(late, teacher, trust, today))).toEqual(['head']);
    expect(mayDecide(chair, headsTask, teacher, trust, today)).toMatchObject({ rejected: 'not-allowed' });
  });

  test('the trust-lead with a confirmation in hand may answer as well, but not about themselves', () => {
    const own = (subjectId: string) => waitFor({ personId: subjectId }, { alsoCandidate: at('trust-lead'), subjectId });
    expect(capacityOf(trustLead, own('teacher'), teacher, trust, today)).toEqual({ as: 'also' });
    expect(capacityOf(trustLead, own('trust-lead'), trustLead, trust, today)).toEqual({ as: 'candidate' });
    const officers = own('officer');
    expect(mayDecide(teacher, officers, officer, trust, today)).toMatchObject({ rejected: 'not-allowed' });
  });

  test('the assignee may, as long as they are current and have no part in it; the candidates still may', () => {
    const given = { ...headsTask, assigneeId: 'lead', assignedBy: 'head' };
    expect(capacityOf(lead, given, teacher, trust, today)).toEqual({ as: 'assignee' });
    expect(capacityOf(head, given, teacher, trust, today)).toEqual({ as: 'candidate' });
    expect(ids(recipientsOf(given, teacher, trust, today))).toEqual(['lead']);
    expect(mayDecide(lead, given, lead, trust, today)).toMatchObject({ rejected: 'about-yourself' });
    const gone = trustWith({ ...lead, posts: [post(oakfield, { endsOn: day('2026-11-17') })] });
    expect(ids(recipientsOf(given, teacher, gone, today))).toEqual(['head']);
    const below = trustWith({ ...lead, posts: [post(oakfield, { lineManagerId: 'teacher' })] });
    expect(mayDecide(below.person('lead') as Person, given, teacher, below, today)).toMatchObject({
      rejected: 'conflict-of-interest',
    });
  });
});

describe('absence', () => {
  const deputy = person('deputy', { posts: [post(oakfield, { lineManagerId: 'head' })] });
  const away = (standInId?: string): Person => ({
    ...head,
    absences: [{ from: day('2026-11-16'), to: day('2026-11-27'), standInId }],
  });
  const withStandIn = trustWith(away('deputy'), deputy);

  test('has its first and its last day', () => {
    expect(absenceAt(away(), day('2026-11-16'))).toBeDefined();
    expect(absenceAt(away(), day('2026-11-27'))).toBeDefined();
    expect(absenceAt(away(), day('2026-11-28'))).toBeUndefined();
  });

  test('a task due in it goes to the stand-in, and comes back afterwards', () => {
    expect(capacityOf(deputy, headsTask, teacher, withStandIn, today)).toEqual({
      as: 'stand-in',
      standsInFor: 'head',
    });
    expect(ids(recipientsOf(headsTask, teacher, withStandIn, today))).toEqual(['deputy']);
    const lastDay = { ...headsTask, dueOn: day('2026-11-27') };
    expect(ids(recipientsOf(lastDay, teacher, withStandIn, today))).toEqual(['deputy']);
    const back = day('2026-11-30');
    expect(mayDecide(deputy, headsTask, teacher, withStandIn, back)).toMatchObject({ rejected: 'not-allowed' });
    expect(ids(recipientsOf(headsTask, teacher, withStandIn, back))).toEqual(['head']);
  });

  test('a task due after it waits, and nothing is sent meanwhile', () => {
    const later = { ...headsTask, dueOn: day('2026-11-30') };
    expect(mayDecide(deputy, later, teacher, withStandIn, today)).toMatchObject({ rejected: 'not-allowed' });
    expect(recipientsOf(later, teacher, withStandIn, today)).toEqual([]);
    expect(mayDecide(away('deputy'), later, teacher, withStandIn, today)).toBe(true);
  });

  test('without a stand-in nothing is sent, unless a provider’s date passes in it', () => {
    const alone = trustWith(away());
    expect(recipientsOf(headsTask, teacher, alone, today)).toEqual([]);
    expect(ids(recipientsOf({ ...headsTask, hardOn: day('2026-11-27') }, teacher, alone, today))).toEqual(['head']);
    expect(recipientsOf({ ...headsTask, hardOn: day('2026-12-04') }, teacher, alone, today)).toEqual([]);
  });

  test('the stand-in must be allowed to decide: not the subject, not below, not in conflict, not who endorsed', () => {
    expect(mayDecide(deputy, headsTask, deputy, withStandIn, today)).toMatchObject({ rejected: 'about-yourself' });
    const below = trustWith(away('deputy'), { ...deputy, posts: [post(oakfield, { lineManagerId: 'teacher' })] });
    expect(recipientsOf(headsTask, teacher, below, today)).toEqual([]);
    const declared = { ...headsTask, conflicts: ['deputy'] };
    expect(mayDecide(deputy, declared, teacher, withStandIn, today)).toMatchObject({
      rejected: 'conflict-of-interest',
    });
    expect(isRejection(mayDecide(deputy, headsTask, teacher, withStandIn, today, { exclude: ['deputy'] }))).toBe(true);
    const gone = trustWith(away('deputy'), { ...deputy, posts: [] });
    expect(recipientsOf(headsTask, teacher, gone, today)).toEqual([]);
  });

  test('the stand-in holds the role too or a later place of its chain, or works where it is held', () => {
    const stands = (standIn: Person, wait: Wait, absentee: Person): boolean =>
      ids(
        eligiblePeople(
          wait,
          teacher,
          trustWith(
            { ...absentee, absences: [{ from: today, to: day('2026-11-27'), standInId: standIn.personId }] },
            standIn,
          ),
          today,
        ),
      ).includes(standIn.personId);
    const elsewhere = person('elsewhere', { posts: [post(longacre)] });
    const officer = person('officer', { posts: [post(TRUST)] });
    const partner = person('partner', { roles: [at('partner', TRUST)] });
    const chair = person('chair2', { roles: [at('lsc-chair', oakfield)] });
    for (const one of [elsewhere, officer, partner]) expect(stands(one, headsTask, head), one.personId).toBe(false);
    for (const one of [deputy, chair]) expect(stands(one, headsTask, head), one.personId).toBe(true);

    const leads = waitFor(at('trust-lead', TRUST));
    const trustLead = person('trust-lead', { posts: [post(TRUST)], roles: [at('trust-lead', TRUST)] });
    expect(stands(officer, leads, trustLead)).toBe(true);
    for (const one of [deputy, elsewhere, chair]) expect(stands(one, leads, trustLead), one.personId).toBe(false);

    const managers = waitFor({ personId: 'lead' });
    for (const one of [elsewhere, officer, partner]) expect(stands(one, managers, lead), one.personId).toBe(false);
    expect(stands(deputy, managers, lead)).toBe(true);
  });

  test('nobody of the school’s staff stands in for its governors', () => {
    const chair = person('chair', { roles: [at('lsc-chair', oakfield)] });
    const second = person('second', { roles: [at('lsc-chair', oakfield)] });
    const executive = person('executive', { posts: [post(TRUST)], roles: [at('executive', TRUST)] });
    expect(couldStandInFor(deputy, chair, today)).toBe(false);
    expect(couldStandInFor(second, chair, today)).toBe(true);
    expect(couldStandInFor(executive, chair, today)).toBe(true);
  });

  test('nobody stands in for the subject’s own work', () => {
    const ill = { ...teacher, absences: [{ from: today, to: day('2026-12-18'), standInId: 'lead' }] };
    const own = waitFor({ personId: 'teacher' });
    expect(ids(eligiblePeople(own, ill, trustWith(ill), today))).toEqual(['teacher']);
    expect(recipientsOf(own, ill, trustWith(ill), today)).toEqual([]);
  });
});

describe('somebody without an address', () => {
  const caretaker = person('caretaker', { email: undefined, posts: [post(oakfield, { lineManagerId: 'lead' })] });
  const directory = trustWith(caretaker);
  const own = waitFor({ personId: 'caretaker' }, { subjectId: 'caretaker' });

  test('completes a form of fact alone or with the line manager, who acts on their behalf', () => {
    const options = { isFormOfFact: true };
    expect(capacityOf(caretaker, own, caretaker, directory, today, options)).toEqual({ as: 'candidate' });
    expect(capacityOf(lead, own, caretaker, directory, today, options)).toEqual({
      as: 'with',
      onBehalfOf: 'caretaker',
    });
    expect(ids(eligiblePeople(own, caretaker, directory, today, options))).toEqual(['caretaker', 'lead']);
    expect(mayDecide(head, own, caretaker, directory, today, options)).toMatchObject({ rejected: 'not-allowed' });
  });

  test('but not anything else, and nobody helps who has an address', () => {
    expect(mayDecide(lead, own, caretaker, directory, today)).toMatchObject({ rejected: 'not-allowed' });
    const teachers = waitFor({ personId: 'teacher' });
    expect(mayDecide(lead, teachers, teacher, trust, today, { isFormOfFact: true })).toMatchObject({
      rejected: 'not-allowed',
    });
  });

  test('has their notices in the line manager’s digest, or further up', () => {
    expect(mailboxOf(caretaker, directory, today)?.personId).toBe('lead');
    expect(mailboxOf(teacher, directory, today)?.personId).toBe('teacher');
    const silent = trustWith(caretaker, { ...lead, email: undefined });
    expect(mailboxOf(caretaker, silent, today)?.personId).toBe('head');
    const left = person('left', { email: undefined });
    expect(mailboxOf(left, trustWith(left), today)).toBeUndefined();
  });
});

describe('who chases', () => {
  test('is the holder of the chaser’s role, or who comes in their place', () => {
    expect(ids(chasersOf('trust-lead', headsTask, teacher, trust, today))).toEqual(['trust-lead']);
    expect(ids(chasersOf('school-lead', headsTask, teacher, trust, today))).toEqual(['lead']);
    expect(ids(chasersOf('school-lead', headsTask, lead, trust, today))).toEqual(['head']);
    expect(ids(chasersOf('trust-lead', headsTask, trustLead, trust, today))).toEqual(['executive']);
  });

  test('of what is a head’s is the trust-lead, not the governor who would decide in their place (hard case 97)', () => {
    expect(ids(chasersOf('headteacher', headsTask, teacher, trust, today))).toEqual(['head']);
    expect(ids(chasersOf('headteacher', headsTask, head, trust, today))).toEqual(['trust-lead']);
  });

  test('of work for one person is the line manager only', () => {
    const own = waitFor({ personId: 'teacher' });
    expect(ids(chasersOf('trust-lead', own, teacher, trust, today, true))).toEqual(['lead']);
  });
});

describe('names', () => {
  test.each([
    ["O'BRIEN", "O'Brien"],
    ['O’BRIEN', 'O’Brien'],
    ['SMITH-JONES', 'Smith-Jones'],
    ['MCDONALD', 'McDonald'],
    ['MACKIE', 'Mackie'],
    ['VAN DER BERG', 'Van Der Berg'],
    ['ÉTIENNE', 'Étienne'],
    ['NG', 'Ng'],
    ['O', 'O'],
    [' PRING ', 'Pring'],
    ["O'Brien", "O'Brien"],
    ['de Souza', 'de Souza'],
    ['MacDonald', 'MacDonald'],
    ['smith', 'smith'],
  ])('the surname %s is shown as %s', (surname, shown) => {
    expect(displayName({ forename: ' Sienna', surname })).toBe(`Sienna ${shown}`);
  });

  test('the forename stays as exported, and lists sort without accents and capitals', () => {
    expect(firstName({ forename: ' Mary Jane ' })).toBe('Mary Jane');
    expect(sortName({ forename: 'Zoë', surname: ' ÉTIENNE' })).toBe('etienne, zoe');
  });
});

describe('for any trust', () => {
  const schools = [oakfield, longacre, TRUST] as const;
  const everyId = Array.from({ length: 8 }, (_, n) => `p${n}`);
  const heldRoles = fc.constantFrom<Role>(
    ...(['headteacher', 'school-lead', 'mentor', 'lsc-chair', 'trust-lead', 'executive', 'trust-chair'] as const),
  );
  const anyPost = fc
    .record({
      schoolId: fc.constantFrom(...schools),
      endsOn: fc.constantFrom(undefined, addDays(today, -1), today),
      lineManagerId: fc.option(fc.constantFrom(...everyId), { nil: undefined }),
      fte: fc.constantFrom(0.2, 0.5, 1),
    })
    .map(({ schoolId, ...change }) => post(schoolId, change));
  const anyPerson = (personId: string) =>
    fc
      .record({
        posts: fc.array(anyPost, { maxLength: 2 }),
        roles: fc.array(fc.tuple(heldRoles, fc.constantFrom(oakfield, longacre)), { maxLength: 2 }),
        email: fc.constantFrom(undefined, `${personId}@oak.example`),
        absences: fc.array(
          fc.record({
            from: fc.constant(addDays(today, -3)),
            to: fc.constantFrom(addDays(today, -1), addDays(today, 9)),
            standInId: fc.option(fc.constantFrom(...everyId), { nil: undefined }),
          }),
          { maxLength: 1 },
        ),
      })
      .map(({ roles, ...rest }) =>
        person(personId, {
          ...rest,
          roles: roles.map(([role, schoolId]) => at(role, trustRoles.has(role) ? TRUST : schoolId)),
        }),
      );
  const anyTrust = fc.tuple(...everyId.map(anyPerson));
  const anyDecider = fc.oneof(
    fc.constantFrom<{ chain: 'endorsing' | 'approving' }>({ chain: 'endorsing' }, { chain: 'approving' }),
    fc.tuple(heldRoles, fc.constantFrom(oakfield, longacre)).map(([role, schoolId]) => at(role, schoolId)),
    fc.constant(at('line-manager', oakfield)),
    fc.constantFrom(...everyId).map((personId) => ({ personId })),
  );
  const someone = fc.subarray(everyId, { maxLength: 3 });

  test('who decides is never the subject, nor anywhere below the subject, nor in conflict, nor without a current place', () => {
    fc.assert(
      fc.property(anyTrust, anyDecider, someone, someone, (people, decider, conflicts, exclude) => {
        const directory = directoryOf(...people);
        const [subject] = people as [Person, ...Person[]];
        const about = { subject, schoolId: oakfield, conflicts, exclude };
        const resolved = resolveDecider(decider, about, directory, today);
        if ('personId' in decider && decider.personId === subject.personId) return;
        const further = resolved.candidate
          ? nextInChain(resolved.candidate, about, directory, today)
          : { candidate: undefined, eligible: [] as Person[] };
        for (const { personId, ...rest } of [...resolved.eligible, ...further.eligible]) {
          expect(personId).not.toBe(subject.personId);
          expect(conflicts).not.toContain(personId);
          expect(isBelow({ personId, ...rest }, subject.personId, directory, today)).toBe(false);
          expect(isManagedBy({ personId, ...rest }, subject.personId, today)).toBe(false);
          expect(isCurrent({ personId, ...rest }, today)).toBe(true);
        }
        expect(resolved.eligible.length > 0).toBe(resolved.candidate !== undefined);
        for (const { personId } of resolved.eligible) expect(exclude.includes(personId)).toBe(resolved.isRepeat);
        for (const { personId } of further.eligible) {
          expect(exclude).not.toContain(personId);
          expect(ids(resolved.eligible)).not.toContain(personId);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('exactly those who are eligible may decide, the subject only their own work, and notices go to nobody else', () => {
    fc.assert(
      fc.property(
        anyTrust,
        fc.oneof(
          fc.tuple(heldRoles, fc.constantFrom(oakfield, longacre)).map(([role, schoolId]) => at(role, schoolId)),
          fc.constantFrom(...everyId).map((personId) => ({ personId })),
        ),
        fc.record({ conflicts: someone, assigneeId: fc.constantFrom(undefined, ...everyId) }),
        fc.record({ exclude: someone, isFormOfFact: fc.boolean() }),
        (people, candidate, change, options) => {
          const directory = directoryOf(...people);
          const [subject] = people as [Person, ...Person[]];
          const wait = waitFor(candidate, { ...change, alsoCandidate: at('executive') });
          const eligible = ids(eligiblePeople(wait, subject, directory, today, options));
          expect(new Set(eligible).size).toBe(eligible.length);
          for (const one of people)
            expect(mayDecide(one, wait, subject, directory, today, options) === true).toBe(
              eligible.includes(one.personId),
            );
          if (eligible.includes(subject.personId)) expect(candidate).toEqual({ personId: subject.personId });
          for (const id of ids(recipientsOf(wait, subject, directory, today, options))) expect(eligible).toContain(id);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('the line manager is somebody else who is current, and mail ends at somebody with an address', () => {
    fc.assert(
      fc.property(anyTrust, (people) => {
        const directory = directoryOf(...people);
        for (const one of people) {
          const manager = lineManagerOf(one, oakfield, directory, today);
          if (manager) {
            expect(manager.personId).not.toBe(one.personId);
            expect(isCurrent(manager, today)).toBe(true);
          }
          const mailbox = mailboxOf(one, directory, today);
          if (mailbox) expect(mailbox.email).toBeDefined();
        }
      }),
    );
  });
});
