/**
 * How the simulated people behave, as data: how soon they answer what, what they choose, how they write. Any task of any
 * kind is answered from its schema; only what would not be true to life otherwise stands here, by `<kind>/<task>`.
 */

export interface Temperament {
  /** How many of a hundred people are like this. */
  readonly share: number;
  /** School days from a message until they look. */
  readonly looksAfter: readonly [number, number];
  /** When they answer, as a part of the time that the task gives them. Beyond 1 is late. */
  readonly pace: readonly [number, number];
}

export const temperaments: Readonly<Record<string, Temperament>> = {
  prompt: { share: 45, looksAfter: [0, 1], pace: [0, 0.4] },
  steady: { share: 38, looksAfter: [0, 3], pace: [0.2, 1] },
  slow: { share: 17, looksAfter: [1, 6], pace: [0.6, 1.8] },
};

/** Those who lead look on their own accord as well, so many school days apart. */
export const looksAnyway: Readonly<Record<string, number>> = {
  'trust-lead': 2,
  executive: 5,
  headteacher: 4,
  'school-lead': 4,
  'line-manager': 5,
  'lsc-chair': 10,
  'trust-chair': 10,
};

/** Without a date of its own a task is taken for one that gives two weeks. */
export const USUAL_SCHOOL_DAYS = 10;

/** A day's work in Oak CPD: so many tasks, and the rest tomorrow. */
export const TASKS_A_DAY = 12;

export interface Habit {
  /** In the place of the temperament's: when within its time the work itself is done. */
  readonly pace?: readonly [number, number];
  /** How many of a hundred never do it, however often they are reminded. */
  readonly never?: number;
  /** What is chosen how often; what is not offered falls out, what is not named here is never chosen. */
  readonly chooses?: Readonly<Record<string, number>>;
  /** So many school days ahead the next meeting is put. */
  readonly meetsAhead?: readonly [number, number];
  /** How many of a hundred say something under the task first. */
  readonly comments?: number;
  /** What they look up before they answer, by field: a number by chance would not make sense. */
  readonly knows?: Readonly<Record<string, unknown>>;
}

const gate = { proceed: 70, stay: 18, back: 8, stop: 4 };

export const habits: Readonly<Record<string, Habit>> = {
  'npq-application/submit': { chooses: { submitted: 95, withdrawn: 5 } },
  'npq-application/endorse': {
    chooses: { endorsed: 86, 'changes-requested': 10, declined: 4 },
    comments: 10,
  },
  'npq-application/revise': { chooses: { resubmitted: 95, withdrawn: 5 } },
  'npq-application/approve': { chooses: { approved: 94, declined: 3, 'next-cohort': 3 } },
  'npq-application/register-with-dfe': { never: 4 },
  'npq-application/confirm-registration': { chooses: { registered: 50, 'not-registered': 50 } },
  'npq-application/record-provider-decision': { pace: [0.3, 0.9], chooses: { accepted: 92, rejected: 8 } },
  'apprenticeship/initial-assessment': { knows: { priorLearningHours: 10, plannedHours: 420 } },
  'ect-induction/register-with-body': { knows: { registeredOn: '2026-09-02' } },
  'npq-study/protect-time': { chooses: { protected: 90, 'not-protected': 10 }, never: 8 },
  'npq-study/record-outcome': { chooses: { passed: 90, failed: 10 } },
  'learning-review/self-review': { pace: [0, 1.1], chooses: { written: 84, skipped: 16 }, never: 4 },
  'learning-review/conversation': { pace: [0.05, 1.15], never: 3, comments: 3 },
  'learning-review/follow-up': { never: 9 },
  'school-review/school-priorities': { never: 5 },
  'action-research/explore-work': { pace: [0.6, 1.05] },
  'action-research/prepare-work': { pace: [0.6, 1.05] },
  'action-research/deliver-work': { pace: [0.6, 1.05], chooses: { ready: 75, 'adaptation-proposed': 25 } },
  'action-research/sustain-work': { pace: [0.6, 1.05], chooses: { ready: 85, 'adaptation-proposed': 15 } },
  'action-research/explore-gate': { chooses: gate, comments: 20 },
  'action-research/prepare-gate': { chooses: gate, comments: 20 },
  'action-research/deliver-gate': { chooses: gate, comments: 20 },
  'action-research/deliver-adaptation': { chooses: { agreed: 80, 'not-agreed': 20 } },
  'action-research/sustain-adaptation': { chooses: { agreed: 80, 'not-agreed': 20 } },
  'action-research/sustain-gate': { chooses: { embedded: 55, scaled: 25, 'de-implemented': 10, stay: 10 } },
  'action-research-set/plan-meeting': { meetsAhead: [12, 25], chooses: { planned: 97, closed: 3 } },
  'action-research-set/record-meeting': { chooses: { recorded: 90, 'not-held': 10 } },
  'action-research/review': { chooses: { 'still-in-use': 85, 'work-again': 5, 'de-implemented': 10 } },
};

/** Who lets something go on has found every criterion met. */
export const goesOn: ReadonlySet<string> = new Set(['proceed', 'embedded', 'scaled']);

/** How many of a hundred fields that may be left out are filled. */
export const FILLS_OPTIONAL = 35;

/** Fields that people leave as they are offered, because a value by chance would contradict another. */
export const leftOut: ReadonlySet<string> = new Set([
  'trnPending',
  'unevenBecause',
  'exploreUntil',
  'prepareUntil',
  'deliverUntil',
  'fundingRoute',
  'headteacherStatus',
  'struggle',
  'scheduleId',
  'route',
  'cohortId',
  'on',
  'at',
  'place',
  'agenda',
]);

/** How many of a hundred say yes, where it is not nearly everybody. */
export const saysYes: Readonly<Record<string, number>> = {
  isCoverAgreed: 88,
  fundedPlace: 80,
  touchesActiveIngredient: 15,
  hasPassed: 90,
};
export const USUALLY_YES = 97;

/** What people write, by the name of the field; elsewhere one of `anything`. */
export const phrases: Readonly<Record<string, readonly string[]>> = {
  motivation: [
    'I lead phonics across two year groups and want to support colleagues better.',
    'I am taking on a phase next year and would like to prepare for it properly.',
    'Our reading results are uneven, and I want to know what the evidence says.',
  ],
  goingWell: ['Routines in class are settled.', 'My work with the new curriculum plans.', 'Feedback in lessons.'],
  workOn: ['Questioning that reaches everybody.', 'Making assessment lighter.', 'Leading adults in the room.'],
  wouldHelp: ['Watching a colleague teach.', 'An hour a fortnight with a coach.', 'Time to plan with the year group.'],
  need: [
    'Use of questioning to check understanding',
    'Adaptive teaching for children with additional needs',
    'Reading fluency in Key Stage 2',
    'Calm transitions after lunch',
    'Planning with a teaching assistant',
    'Leading a subject across the school',
  ],
  priority: ['Fluent readers by the end of Year 2', 'Every adult asks good questions', 'Calm starts to lessons'],
  changes: ['Please say more about what your team would gain.', 'Which project would you base the assessment on?'],
  reason: ['Cover cannot be found this year.', 'Better next year, after the inspection.'],
  text: ['Observed two lessons and noted who answered.', 'Short meeting: what we try until half term.'],
  learned: ['What helps needs more adults than we have.', 'It worked, and costs little to keep going.'],
  activeIngredients: ['Fifteen minutes daily, the same adult, the same text for a week.'],
};

export const anything: readonly string[] = [
  'Agreed in our meeting.',
  'As we discussed it with the phase team.',
  'We have looked at the work of three classes and compared notes.',
  'This is in place since half term and most colleagues use it.',
  'Two people still need the training; dates are set.',
];
