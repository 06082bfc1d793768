/** What people do, in order. The same answers with and without faults must come to the same table. */

import { addSchoolDays } from '../../workflows/kernel/calendar.ts';
import { type Person, TRUST } from '../../workflows/kernel/records.ts';
import { type Day, day } from '../../workflows/kernel/time.ts';
import { calendar, corin, OAKFIELD, personOf, robin, rowan, ST_ALDHELM, sam, sienna, zoe } from '../world.ts';

export interface Who {
  readonly personId: string;
  readonly email?: string | undefined;
}

export type Step =
  /** `path`: of another kind than an NPQ application. */
  | { readonly do: 'start'; readonly name: string; readonly as: Who; readonly path?: string; readonly body: object }
  | {
      readonly do: 'answer';
      readonly of: string;
      readonly as: Who;
      readonly task: string;
      readonly outcome: string;
      readonly fields?: object;
    }
  /** What is done with a task besides answering it. */
  | {
      readonly do: 'on-task';
      readonly of: string;
      readonly as: Who;
      readonly task: string;
      readonly what: 'assign' | 'comments' | 'declare-conflict';
      readonly fields: object;
    }
  | { readonly do: 'act'; readonly of: string; readonly as: Who; readonly action: string; readonly fields?: object }
  /** The people do nothing before that task is there: what they answer next could come before it otherwise. */
  | { readonly do: 'see'; readonly of: string; readonly task: string }
  /** The people do nothing before that process is there, which another, or the calendar, starts: it has that name from then on. */
  | {
      readonly do: 'find';
      readonly name: string;
      readonly kind: string;
      readonly path: string;
      readonly subjectId: string;
      readonly at: string;
    }
  /** Time passes, morning by morning, some of them skipped, until the morning run of that day. */
  | { readonly do: 'wait'; readonly until: Day };

export interface Story {
  readonly name: string;
  readonly steps: readonly Step[];
  /** In the place of those of the small trust with the same id, or besides them. */
  readonly people?: readonly Person[];
  /** With learning review cycles in the calendar: one is open on the first day. */
  readonly hasCycles?: boolean;
  /** Processes whose course depends on which mornings there were: held by the invariants, not compared. */
  readonly notCompared?: readonly string[];
  /** How each process ends; nothing for one that goes on. */
  readonly ends: Readonly<Record<string, string>>;
}

/** Leads Oakfield together with Sienna. */
const dara = personOf('Dara', { posts: [{ schoolId: OAKFIELD }], roles: [['headteacher', OAKFIELD]] });

/** Forty school days after a conversation of 2 December 2026, as the cycle of the sample says. */
const FOLLOW_UP = addSchoolDays(calendar, day('2026-12-02'), 40);

/** The day on which every story begins: three days before registration for autumn 2026 closes. */
export const firstDay = day('2026-12-01');

const start = (name: string, more: object = {}): Step => ({
  do: 'start',
  name,
  as: zoe,
  body: {
    courseId: 'npq-senior-leadership',
    cohortId: '2026b',
    motivation: 'I lead our phonics.',
    fundingRoute: 'dfe-scholarship',
    ...more,
  },
});
const answer = (of: string, as: Who, task: string, outcome: string, fields: object = {}): Step => ({
  do: 'answer',
  of,
  as,
  task,
  outcome,
  fields,
});
const onTask = (
  of: string,
  as: Who,
  task: string,
  what: 'assign' | 'comments' | 'declare-conflict',
  fields: object,
): Step => ({
  do: 'on-task',
  of,
  as,
  task,
  what,
  fields,
});
const act = (of: string, as: Who, action: string, fields: object = {}): Step => ({ do: 'act', of, as, action, fields });
const wait = (until: string): Step => ({ do: 'wait', until: day(until) });

const endorse = (of: string) =>
  answer(of, sienna, 'endorse', 'endorsed', { isReleaseAgreed: true, isCoverAgreed: true });
const approve = (of: string, more: object = {}) =>
  answer(of, rowan, 'approve', 'approved', { fundingSource: 'dfe-scholarship', ...more });
const register = (of: string, registeredOn = '2026-12-01') =>
  answer(of, zoe, 'register-with-dfe', 'registered', { registeredOn, reference: 'DFE-1' });
const accept = (of: string, more: object = { trn: '1234567' }) =>
  answer(of, rowan, 'record-provider-decision', 'accepted', { fundedPlace: true, ...more });

/** Tutor and mentor at Oakfield. */
const tess = personOf('Tess', { posts: [{ schoolId: OAKFIELD }], roles: [['induction-tutor', OAKFIELD]] });
const milo = personOf('Milo', { posts: [{ schoolId: OAKFIELD }], roles: [['mentor', OAKFIELD]] });
const mina = personOf('Mina', { posts: [{ schoolId: OAKFIELD }], roles: [['mentor', OAKFIELD]] });
/** An induction that is reduced to one term, with its four parts of setup answered. */
const induct = (name: string): readonly Step[] => [
  {
    do: 'start',
    name,
    as: sienna,
    path: '/ect-inductions',
    body: {
      personId: 'zoe',
      startsOn: '2027-01-04',
      qtsOn: '2026-07-15',
      termsRequired: 1,
      mentorId: 'milo',
      tutorId: 'tess',
      appropriateBodyName: 'Five Counties Teaching School Hub',
      appropriateBodyType: 'teaching-school-hub',
      isBodyIndependent: true,
      programme: 'school-led',
    },
  },
  answer(name, sienna, 'confirm-mentor', 'confirmed', { isTimeGiven: true }),
  answer(name, tess, 'register-with-body', 'registered', { registeredOn: '2026-12-01' }),
  answer(name, sienna, 'confirm-timetable', 'confirmed', { firstYearPercent: 10, secondYearPercent: 5 }),
  answer(name, sienna, 'confirm-tutor', 'confirmed'),
];
const find = (name: string, kind: string, path: string, subjectId: string, at: string): Step => ({
  do: 'find',
  name,
  kind,
  path,
  subjectId,
  at,
});

/** Works with Zoe on a project. */
const nora = personOf('Nora', { posts: [{ schoolId: OAKFIELD }] });
const evidence = (...criteria: string[]) => Object.fromEntries(criteria.map((criterion) => [criterion, 'Shown.']));
const met = (...criteria: string[]) => Object.fromEntries(criteria.map((criterion) => [criterion, 'met']));
const explored = ['problem-evidenced', 'approach-chosen-or-rejected', 'fit-and-capacity-judged'];
const prepared = ['plan-complete', 'readiness-judged', 'training-done'];

/** An apprentice at Oakfield, the mentor, and who looks after apprenticeships for the trust. */
const tilly = personOf('Tilly', { posts: [{ schoolId: OAKFIELD, lineManagerId: 'sam', job: 'Teaching Assistant' }] });
const cole = personOf('Cole', { posts: [{ schoolId: OAKFIELD }], roles: [['mentor', OAKFIELD]] });
const apple = personOf('Apple', { posts: [{ schoolId: TRUST }], roles: [['apprenticeship-lead', TRUST]] });

const assessed = { isOnTrack: true, strengths: 'Reading.', evidence: 'Lessons seen.', targets: 'Mathematics.' };

export const stories: readonly Story[] = [
  {
    name: 'straight to enrolment',
    steps: [start('a'), endorse('a'), approve('a'), register('a'), accept('a'), wait('2026-12-14')],
    ends: { a: 'enrolled' },
  },
  {
    name: 'changes asked for twice, then declined by the trust',
    steps: [
      start('a'),
      answer('a', sienna, 'endorse', 'changes-requested', { changes: 'Say more about your team.' }),
      answer('a', zoe, 'revise', 'resubmitted', { motivation: 'I lead a team of four.' }),
      answer('a', sienna, 'endorse', 'changes-requested', { changes: 'And about next year.' }),
      answer('a', zoe, 'revise', 'resubmitted', { motivation: 'I lead a team of four, next year of six.' }),
      endorse('a'),
      answer('a', rowan, 'approve', 'declined', { reason: 'No place left this year.' }),
    ],
    ends: { a: 'declined' },
  },
  {
    name: 'a draft, submitted, withdrawn while it waits for the trust',
    steps: [
      start('a', { draft: true }),
      answer('a', zoe, 'submit', 'submitted', {}),
      endorse('a'),
      act('a', zoe, 'withdraw', { reason: 'change-in-career' }),
    ],
    ends: { a: 'withdrawn' },
  },
  {
    name: 'registration is missed and lapses',
    steps: [
      start('a'),
      endorse('a'),
      approve('a'),
      wait('2026-12-05'),
      answer('a', zoe, 'confirm-registration', 'not-registered', {}),
    ],
    ends: { a: 'lapsed' },
  },
  {
    name: 'another provider after registration',
    steps: [
      start('a'),
      endorse('a'),
      approve('a'),
      register('a'),
      act('a', zoe, 'change-provider', { providerId: 'ucl-institute-of-education' }),
      register('a'),
      accept('a'),
      wait('2026-12-14'),
    ],
    ends: { a: 'enrolled' },
  },
  {
    name: 'two applications, one accepted, the other superseded',
    steps: [
      start('a'),
      start('b', { providerId: 'ucl-institute-of-education' }),
      endorse('a'),
      endorse('b'),
      approve('a'),
      register('a'),
      approve('b'),
      { do: 'see', of: 'b', task: 'register-with-dfe' },
      accept('a'),
      wait('2026-12-14'),
    ],
    ends: { a: 'enrolled', b: 'superseded' },
  },
  {
    name: 'the endorsement is taken back and given again',
    steps: [
      start('a'),
      endorse('a'),
      act('a', sienna, 'withdraw-endorsement', { reason: 'Cover fell through.' }),
      endorse('a'),
      approve('a'),
      act('a', rowan, 'withdraw', { reason: 'change-in-career' }),
    ],
    ends: { a: 'withdrawn' },
  },
  {
    name: 'accepted without a TRN, which comes later',
    steps: [
      start('a'),
      endorse('a'),
      approve('a'),
      register('a'),
      accept('a', { trnPending: true }),
      answer('a', zoe, 'enter-trn', 'entered', { trn: '7654321' }),
      wait('2026-12-14'),
    ],
    ends: { a: 'enrolled' },
  },
  {
    name: 'deferred to the next cohort, paused until it opens',
    steps: [
      start('a'),
      endorse('a'),
      approve('a'),
      { do: 'see', of: 'a', task: 'register-with-dfe' },
      act('a', zoe, 'defer', { cohortId: '2027b', reason: 'parental-leave' }),
      wait('2027-05-31'),
      register('a', '2027-05-31'),
      answer('a', rowan, 'record-provider-decision', 'rejected', { reason: 'rejected_by_provider' }),
    ],
    ends: { a: 'rejected' },
  },
  {
    name: 'the applicant moves school after approval, and the new head endorses again',
    people: [
      {
        ...zoe,
        posts: [...zoe.posts, { schoolId: ST_ALDHELM, employeeNumber: 'Zoe-1', job: 'Class Teacher', fte: 0.4 }],
      },
    ],
    steps: [
      start('a', { schoolId: OAKFIELD }),
      endorse('a'),
      approve('a'),
      { do: 'see', of: 'a', task: 'register-with-dfe' },
      act('a', rowan, 'move-school', { schoolId: ST_ALDHELM }),
      answer('a', robin, 'endorse', 'endorsed', { isReleaseAgreed: true, isCoverAgreed: true }),
      approve('a'),
      act('a', zoe, 'withdraw', { reason: 'change-in-career' }),
    ],
    ends: { a: 'withdrawn' },
  },
  {
    name: 'approved for the next cohort, when it opens',
    steps: [
      start('a'),
      endorse('a'),
      answer('a', rowan, 'approve', 'next-cohort', { cohortId: '2027b' }),
      wait('2027-05-31'),
      approve('a'),
      act('a', rowan, 'withdraw', { reason: 'change-in-career' }),
    ],
    ends: { a: 'withdrawn' },
  },
  {
    name: 'given to a colleague, who talks about it and then endorses',
    people: [dara],
    steps: [
      start('a'),
      onTask('a', sienna, 'endorse', 'assign', { personId: dara.personId }),
      onTask('a', sam, 'endorse', 'comments', { text: 'Cover is in place on Thursdays.' }),
      onTask('a', dara, 'endorse', 'comments', { text: 'Thank you, then yes.' }),
      answer('a', dara, 'endorse', 'endorsed', { isReleaseAgreed: true, isCoverAgreed: true }),
      answer('a', rowan, 'approve', 'declined', { reason: 'No place left this year.' }),
    ],
    ends: { a: 'declined' },
  },
  {
    name: 'the head should not decide, so the chair of the governors does',
    steps: [
      start('a'),
      onTask('a', sienna, 'endorse', 'declare-conflict', { reason: 'We are related.' }),
      answer('a', corin, 'endorse', 'endorsed', { isReleaseAgreed: true, isCoverAgreed: true }),
      onTask('a', rowan, 'approve', 'comments', { text: 'Is the cover paid for?' }),
      approve('a'),
      act('a', zoe, 'withdraw', { reason: 'change-in-career' }),
    ],
    ends: { a: 'withdrawn' },
  },
  {
    name: 'rejected by the provider',
    steps: [
      start('a'),
      endorse('a'),
      approve('a'),
      register('a'),
      answer('a', rowan, 'record-provider-decision', 'rejected', { reason: 'rejected_by_provider' }),
    ],
    ends: { a: 'rejected' },
  },
  {
    name: 'an induction of one term, from four tasks at once to the pass',
    people: [tess, milo],
    steps: [
      ...induct('i'),
      wait('2027-03-04'),
      answer('i', tess, 'formal-assessment', 'written', { meetingOn: '2027-03-04', ...assessed }),
      answer('i', zoe, 'sign-assessment', 'signed', { comments: 'Thank you.' }),
      answer('i', sienna, 'countersign', 'signed'),
      wait('2027-03-25'),
      answer('i', sienna, 'recommend', 'recommended', { recommendation: 'pass', sentOn: '2027-03-25' }),
      answer('i', tess, 'record-outcome', 'passed', { decidedOn: '2027-03-25' }),
    ],
    ends: { i: 'passed' },
  },
  {
    name: 'an assessment that is open is put off by an absence; another mentor; started by mistake',
    people: [tess, milo, mina],
    steps: [
      ...induct('i'),
      wait('2027-03-04'),
      { do: 'see', of: 'i', task: 'formal-assessment' },
      act('i', tess, 'record-absence', { from: '2027-03-08', to: '2027-03-25', kind: 'ad-hoc' }),
      act('i', sienna, 'change-mentor', { mentorId: 'mina', from: '2027-03-04' }),
      wait('2027-04-14'),
      { do: 'see', of: 'i', task: 'formal-assessment' },
      act('i', rowan, 'withdraw', { reason: 'started_in_error' }),
    ],
    ends: { i: 'left' },
  },
  {
    name: 'an enrolment starts the study, which is put off and then given up',
    steps: [
      start('a'),
      endorse('a'),
      approve('a'),
      register('a'),
      accept('a'),
      wait('2026-12-14'),
      find('s', 'npq-study', '/npq-studies', 'zoe', OAKFIELD),
      answer('s', rowan, 'record-started', 'recorded', { declaredOn: '2026-12-14' }),
      act('s', rowan, 'defer', { reason: 'career-break' }),
      act('s', rowan, 'withdraw', { reason: 'change-in-career' }),
    ],
    ends: { a: 'enrolled', s: 'withdrawn' },
  },
  {
    name: 'the calendar opens a cycle; one review goes its whole way, the school chooses, the trust signs off',
    hasCycles: true,
    // A machine that dies forgets what its queues held: who has no review yet gets it the next morning, a day later.
    notCompared: ['c', 'o', 'r'],
    steps: [
      wait('2026-12-02'),
      find('c', 'learning-review-cycle', '/learning-review-cycles', TRUST, TRUST),
      find('o', 'school-review', '/school-reviews', OAKFIELD, OAKFIELD),
      find('r', 'learning-review', '/learning-reviews', 'zoe', OAKFIELD),
      answer('r', zoe, 'self-review', 'skipped'),
      answer('r', sam, 'conversation', 'agreed', {
        needs: [{ need: 'Questioning.', strand: 'pedagogy', priority: 'school', route: 'coaching' }],
      }),
      wait('2027-01-22'),
      answer('o', sienna, 'school-priorities', 'chosen', { priorities: [{ strand: 'pedagogy', priority: 'Talk.' }] }),
      wait('2027-02-05'),
      answer('c', rowan, 'sign-off', 'signed-off', {
        decisions: [{ strand: 'pedagogy', route: 'coaching', meetBy: 'coaching' }],
      }),
      wait('2027-02-06'),
      wait(FOLLOW_UP),
      answer('r', zoe, 'follow-up', 'reviewed', { need1: 'helped' }),
    ],
    ends: { c: 'signed-off', o: 'priorities-chosen', r: 'reviewed' },
  },
  {
    name: 'a project that is explored, sent back from preparing, and stopped with what was learned',
    people: [nora],
    steps: [
      {
        do: 'start',
        name: 'p',
        as: zoe,
        path: '/action-research',
        body: {
          title: 'Talk partners',
          priorityArea: 'Oracy',
          question: 'Do talk partners help?',
          startsOn: '2026-12-01',
          endsOn: '2027-07-16',
          teamIds: ['nora'],
        },
      },
      act('p', nora, 'log', { sort: 'measure', text: 'Four of 30 speak in full sentences.' }),
      answer('p', zoe, 'explore-work', 'ready', evidence(...explored)),
      answer('p', sienna, 'explore-gate', 'proceed', met(...explored)),
      answer('p', zoe, 'prepare-work', 'ready', {
        ...evidence(...prepared),
        activeIngredients: 'Partners change weekly.',
      }),
      answer('p', sienna, 'prepare-gate', 'back', { ...met(...prepared), to: 'explore', why: 'Not ready.' }),
      answer('p', zoe, 'explore-work', 'ready', evidence(...explored)),
      answer('p', sienna, 'explore-gate', 'stop', { ...met(...explored), learned: 'It does not fit.' }),
    ],
    ends: { p: 'stopped' },
  },
  {
    name: 'an apprenticeship whose plan three people sign, with a break in learning, given up',
    people: [tilly, cole, apple],
    steps: [
      {
        do: 'start',
        name: 't',
        as: sam,
        path: '/apprenticeships',
        body: {
          personId: 'tilly',
          standardId: 'ST0454',
          providerId: 'university-of-somerset',
          startsOn: '2026-12-01',
          plannedEndOn: '2028-06-01',
          weeklyHours: 32.5,
          isTermTimeOnly: true,
          mentorId: 'cole',
          ageAtStart: 24,
        },
      },
      answer('t', tilly, 'sign-as-apprentice', 'signed', { hasReadPlan: true }),
      answer('t', sienna, 'sign-as-employer', 'signed', { hasReadPlan: true }),
      answer('t', sam, 'sign-for-provider', 'signed', { signedOn: '2026-12-01' }),
      answer('t', sam, 'initial-assessment', 'assessed', {
        priorLearningHours: 0,
        plannedHours: 400,
        english: 'achieved',
        maths: 'achieved',
        needsSupport: false,
      }),
      answer('t', apple, 'set-up-funding', 'set-up', { agreementSignedOn: '2026-12-01', isOnService: true }),
      act('t', sam, 'break-in-learning', { startedOn: '2026-12-01', expectedReturnOn: '2027-03-01', reason: 'other' }),
      act('t', rowan, 'withdraw', { reason: 'WithdrawDuringLearning', lastDayOfLearning: '2026-12-01' }),
    ],
    ends: { t: 'withdrawn' },
  },
];
