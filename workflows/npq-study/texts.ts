/**
 * Every sentence that a person reads about an NPQ study, for a busy teacher: plain words, what happened, what to do. The
 * type checker holds the waits, actions and codes to it, `rules.test.ts` the rest.
 */
import type { Texts } from '../kernel/process.ts';
import type { DeclarationType, ScheduleId } from '../npq/courses.ts';
import type { DeclarationState, Pulse } from './schemas.ts';

export type WaitKey =
  | 'started-window'
  | 'record-started'
  | 'retained-1-window'
  | 'record-retained-1'
  | 'retained-2-window'
  | 'record-retained-2'
  | 'assessment-ahead'
  | 'protect-time'
  | 'assessment-window'
  | 'confirm-attendance'
  | 'completed-window'
  | 'record-completed'
  | 'results-due'
  | 'record-outcome';

export type ActionKey =
  | 'pulse'
  | 'defer'
  | 'resume'
  | 'withdraw'
  | 'change-schedule'
  | 'change-provider'
  | 'move-school'
  | 'declare'
  | 'void-declaration'
  | 'update-declaration'
  | 'record-attendance'
  | 'set-assessment'
  | 'amend-outcome'
  | 'reject';

/** Labels of the fields of all forms. */
export const fields = {
  personId: 'Participant',
  courseId: 'NPQ',
  cohortId: 'Cohort',
  providerId: 'Provider',
  scheduleId: 'Schedule',
  startsOn: 'When did or does the course start?',
  isFunded: 'Does the DfE pay for the place?',
  schoolId: 'School',
  declarationType: 'Milestone',
  declaredOn: 'Declared by the provider for which day?',
  hasPassed: 'Has the participant passed?',
  state: 'What has become of it?',
  completedOn: 'Completed on',
  percent: 'Attendance so far, in per cent',
  asOn: 'As at',
  from: 'First day',
  to: 'Last day',
  reason: 'Reason',
  note: 'Anything to add?',
  changedOn: 'Since when?',
  isWithdrawnByEarlier: 'Has the earlier provider withdrawn the participant?',
  pulse: 'How is the course going?',
  struggle: 'What do you struggle with?',
} as const satisfies Record<string, string>;
export type FieldName = keyof typeof fields;

/** What helps with a field, where its label does not say enough. */
export const hints: { readonly [F in FieldName]?: string } = {
  startsOn: 'The cohort’s start, unless the provider says otherwise.',
  scheduleId: 'The one in the provider’s list. Leave this out if it stays as it is.',
  cohortId: 'The one in which the course began or begins. For a change of schedule alone, leave this out.',
  declaredOn: 'The date in the provider’s list.',
  hasPassed: 'The provider says so when it declares the course as completed.',
  completedOn: 'The date of the result in the provider’s list.',
  percent: 'A number from 0 to 100, from the provider’s list.',
  changedOn: 'From this day on the new provider declares the milestones.',
};

/** Help that goes with one form only. */
export const formHints = {
  pulseNote: 'You and the trust’s CPD lead see your answer. Nobody else does.',
  notProtectedTitle: 'What stands in the way?',
  notProtected: 'The trust’s CPD lead and the headteacher see this.',
  amendReason: 'Why is the date corrected? Both dates stay on record.',
} as const;

export const texts = {
  label: 'NPQ study',
  stages: {
    started: 'Starting',
    'retained-1': 'First retention point',
    'retained-2': 'Second retention point',
    assessment: 'Assessment',
    completed: 'Completing',
    outcome: 'Result',
  },
  waits: {
    'started-window': {
      title: 'The course starts',
      why: 'From this day on the provider can declare that the participant has started.',
      outcomes: { elapsed: 'The course has started' },
    },
    'record-started': {
      title: 'Record the start of an NPQ',
      why: 'Look in the provider’s list. Has the provider declared that the participant has started? Enter the date.',
      outcomes: { recorded: 'Declared' },
    },
    'retained-1-window': {
      title: 'First retention point comes near',
      why: 'From this day on the provider’s declaration can be expected.',
      outcomes: { elapsed: 'It can be expected' },
    },
    'record-retained-1': {
      title: 'Record the first retention point of an NPQ',
      why: 'Look in the provider’s list. Has the provider declared that the participant is still on the course? Enter the date.',
      outcomes: { recorded: 'Declared', 'recorded-no-second': 'Declared; this course has no second retention point' },
    },
    'retained-2-window': {
      title: 'Second retention point comes near',
      why: 'From this day on the provider’s declaration can be expected.',
      outcomes: { elapsed: 'It can be expected' },
    },
    'record-retained-2': {
      title: 'Record the second retention point of an NPQ',
      why: 'Look in the provider’s list. Has the provider declared that the participant is still on the course? Enter the date.',
      outcomes: { recorded: 'Declared', 'recorded-not-assessed': 'Declared; this course has no assessment' },
    },
    'assessment-ahead': {
      title: 'The assessment comes near',
      why: 'Twenty school days before the assessment the line manager is asked to protect time for it.',
      outcomes: { elapsed: 'Time is asked for' },
    },
    'protect-time': {
      title: 'Protect time for an NPQ assessment',
      why: 'Somebody you manage takes the assessment of an NPQ soon. It is open for eight days. Agree with them when they can work on it, and keep that time free.',
      outcomes: {
        protected: 'Time is agreed',
        'not-protected': 'Time cannot be given',
        unanswered: 'Nobody answered',
      },
    },
    'assessment-window': {
      title: 'The assessment opens',
      why: 'On this day the participant can begin the assessment, if at least 90 % of the course was attended.',
      outcomes: { elapsed: 'The assessment is open' },
    },
    'confirm-attendance': {
      title: 'Confirm the attendance before an NPQ assessment',
      why: 'The assessment is open to those who attended at least 90 % of the course. Look in the provider’s list and enter how much it was. With less they take the next assessment; that is not a fail.',
      outcomes: {
        'may-sit': 'Enter the attendance',
        'may-resit': 'May be assessed again',
        'cannot-sit': 'Cannot sit this assessment',
      },
    },
    'completed-window': {
      title: 'Completion comes near',
      why: 'From this day on the provider’s declaration can be expected.',
      outcomes: { elapsed: 'It can be expected' },
    },
    'record-completed': {
      title: 'Record the completion of an NPQ',
      why: 'Look in the provider’s list. Has the provider declared that the course is completed? Enter the date and, where the course is assessed, whether it was passed.',
      outcomes: { recorded: 'Declared', 'recorded-not-assessed': 'Declared; this course has no assessment' },
    },
    'results-due': {
      title: 'Results of the new assessment come in',
      why: 'From this day on the result can be expected.',
      outcomes: { elapsed: 'It can be expected' },
    },
    'record-outcome': {
      title: 'Record the result of an NPQ',
      why: 'Compare with the result that the provider has sent to the participant. This closes the study, or opens another assessment where there is one left.',
      outcomes: { passed: 'Passed', failed: 'Failed', resubmission: 'Failed, to be assessed again' },
    },
  },
  actions: {
    pulse: 'Say how it is going',
    defer: 'Pause the study',
    resume: 'Carry on with the study',
    withdraw: 'Withdraw from the course',
    'change-schedule': 'Change the schedule',
    'change-provider': 'Change the provider',
    'move-school': 'Move to another school',
    declare: 'Record a declaration',
    'void-declaration': 'Void a declaration',
    'update-declaration': 'Record what became of a declaration',
    'record-attendance': 'Record the attendance',
    'set-assessment': 'Set the days of the assessment',
    'amend-outcome': 'Correct the date of the result',
    reject: 'Take the acceptance back',
  },
  ends: {
    passed: 'Passed',
    failed: 'Not passed',
    completed: 'Completed',
    withdrawn: 'Withdrawn',
    rejected: 'The provider took its acceptance back',
  },
  told: {
    passed: 'The result of your NPQ is on record. It is ready to read.',
    failed: 'The result of your NPQ is on record. It is ready to read.',
    completed: 'Your course is recorded as completed.',
    ended: 'An NPQ in your team has come to its end. Release time and cover are free again.',
    resubmission: 'There is news about the assessment of your NPQ. It is ready to read.',
    'assessment-again': 'An NPQ assessment is put off to a later date. Time for it is asked for again.',
    withdrawn: 'Your study was withdrawn.',
    'withdrawn-by-participant': 'A participant has withdrawn from an NPQ.',
    'tell-the-provider': 'A study ended before its first milestone. Please tell the provider.',
    rejected: 'The provider took its acceptance of you back.',
    'deferred-for-you': 'Your study was paused.',
    deferred: 'An NPQ study was paused.',
    'resumed-for-you': 'Your study carries on.',
    resumed: 'An NPQ study carries on.',
    'schedule-changed': 'The schedule of your study was changed. Please look at the new dates.',
    'provider-changed': 'The provider of your study was changed.',
    'moved-school': 'Your study was moved to another school.',
    'attendance-low': 'Less than 90 % of your course is attended so far. Below that the assessment cannot be taken.',
    'attendance-low-told':
      'The attendance of an NPQ is below 90 %, and the assessment is six weeks away or less. Please talk about it.',
    'attendance-needed':
      'An NPQ assessment is six weeks away or less, and no attendance is on record. Please ask the provider.',
    'cannot-sit': 'You take the next assessment of your NPQ, because less than 90 % is attended. That is not a fail.',
    'time-protected': 'Your line manager has answered about time for your assessment.',
    'time-not-protected': 'Time for an NPQ assessment cannot be given. Please look for another way.',
    'pulse-asked': 'How is your NPQ going? One tap is enough.',
    'pulse-needs-you': 'A participant has told you how their NPQ is going. Please talk to them.',
    'participant-left':
      'A participant of an NPQ no longer works for the trust. Withdraw them, or go on with the record.',
    'declaration-voided': 'A milestone of your study was taken back.',
    'outcome-amended': 'The date of your result was corrected.',
  },
  events: {
    'pulse-asked': 'The participant was asked how it goes',
    'attendance-asked-for': 'The attendance was asked for',
    'attendance-found-low': 'The attendance is too low for the assessment',
  },
  fields,
} as const satisfies Texts<WaitKey, ActionKey>;

export const declarationLabels: Readonly<Record<DeclarationType, string>> = {
  started: 'Started',
  'retained-1': 'Retained 1',
  'retained-2': 'Retained 2',
  completed: 'Completed',
};

/** A milestone whose date is worked out, until the DfE or the provider says it. */
export const provisional = (label: string): string => `${label} (provisional date)`;

export const stateLabels: Readonly<Record<DeclarationState, string>> = {
  submitted: 'Submitted',
  eligible: 'Eligible for payment',
  payable: 'About to be paid',
  paid: 'Paid',
  voided: 'Voided',
  ineligible: 'Not eligible: it was declared before',
  awaiting_clawback: 'To be paid back',
  clawed_back: 'Paid back',
};

export const pulseLabels: Readonly<Record<Pulse, string>> = {
  'going-well': 'It is going well',
  struggling: 'I am struggling',
  'thinking-of-stopping': 'I am thinking of stopping',
};

export const struggleLabels = {
  time: 'Time for self-study',
  release: 'Release for live sessions',
  content: 'The content',
  'live-sessions': 'The live sessions',
  assessment: 'The assessment',
  'personal-or-health': 'Something personal, or my health',
  'something-else': 'Something else',
} as const satisfies Record<string, string>;

/** "Leadership, autumn", for `npq-leadership-autumn`. */
export function scheduleLabels(scheduleId: ScheduleId): string {
  const [, group = '', from = ''] = scheduleId.split('-');
  const name = group === 'ehco' || group === 'aso' ? group.toUpperCase() : group[0]?.toUpperCase() + group.slice(1);
  return `${name}, ${from}`;
}

/** What the rules noticed, for those who decide. */
export const findings = {
  provisional: () =>
    'The DfE has not published this date. It is worked out from earlier cohorts; correct it in the calendar when it is known.',
  'was-deferred': (from: string, to: string) => `The study was paused from ${from} to ${to}.`,
  'late-start': (on: string) => `The course started on ${on}.`,
  'attendance-unknown': () => 'No attendance is on record.',
  'attendance-low': (percent: number) => `The attendance on record is ${percent} %.`,
  'last-assessment': () => 'There is no further assessment after this one.',
  'assessment-left': () => 'If it was not passed, there is another assessment.',
  'declared-as': (passed: boolean) =>
    passed ? 'The provider declared the course as passed.' : 'The provider declared the course as not passed.',
} as const;
export type FindingCode = keyof typeof findings;

/** Refusals: what was wrong, and what to do. */
export const refusals = {
  'day-out-of-range': (from: string, to: string) => `Enter a day from ${from} to ${to}.`,
  'before-schedule': (from: string) => `The schedule starts on ${from}. The date must not be before it.`,
  'in-the-future': () => 'The date is in the future. Come back when it has come.',
  'not-on-schedule': (type: string) => `There is no milestone “${type}” on this schedule.`,
  'already-declared': (type: string, on: string) =>
    `“${type}” is on record for ${on}. To change it, void that declaration first.`,
  'earlier-missing': (type: string) => `“${type}” comes first. Record that one before.`,
  'before-earlier': (type: string, on: string) => `“${type}” was on ${on}. The date must not be before it.`,
  'after-later': (type: string, on: string) => `“${type}” was on ${on}. The date must not be after it.`,
  'has-passed-needed': () => 'Say whether the participant has passed: this course is assessed.',
  'has-passed-not-asked': () => 'This course is not assessed. Leave this empty.',
  'while-deferred': (from: string) =>
    `The study has been paused since ${from}. Only what was before that day can be recorded, until it carries on.`,
  'in-a-deferral': (from: string, to: string) =>
    `The study was paused from ${from} to ${to}. Nothing can be declared for these days.`,
  'withdrawn-by-provider': (on: string) =>
    `This provider withdrew the participant on ${on}. It cannot declare anything for that day or later.`,
  'nothing-left-to-declare': () => 'Every milestone is on record.',
  'about-yourself': () => 'This is your own study, so somebody else keeps its record.',
  'for-the-trust-lead': () => 'The trust’s CPD lead keeps the record of this study.',
  'defer-before-any': () =>
    'No milestone is on record yet, so the study cannot be paused. Ask the provider to move you to the next cohort.',
  'paused-already': () => 'The study is paused already.',
  'not-paused': () => 'The study is not paused.',
  'same-schedule': () => 'The study is on this schedule already. Choose another.',
  'declaration-not-after-start': (type: string, on: string, start: string) =>
    `“${type}” was declared for ${on}, and the new schedule starts on ${start}. Void that declaration first, or choose another schedule.`,
  'declaration-not-on-schedule': (type: string) =>
    `“${type}” is declared, and the new schedule has no such milestone. Void that declaration first.`,
  'cohort-with-declarations': () =>
    'Milestones are declared in this cohort. Void them, move the study, and have them submitted again.',
  'funding-differs': () => 'The new cohort is funded in another way. A study cannot be moved there.',
  'no-such-cohort': () => 'There is no such cohort.',
  'not-offered': (provider: string, course: string, cohort: string) =>
    `${provider} does not offer ${course} in ${cohort}. Choose another cohort.`,
  'no-other-provider': () => 'No other provider offers this course in this cohort.',
  'same-school': () => 'The study is at this school already.',
  'no-such-school': () => 'There is no such school in the trust.',
  'no-other-school': () => 'They have no current post at another school. Record the post first.',
  'nothing-to-void': () => 'There is no declaration that can be voided.',
  'nothing-to-update': () => 'There is no declaration whose state can change.',
  'no-such-change': (from: string, to: string) => `A declaration that is “${from}” does not become “${to}”.`,
  'not-assessed': () => 'This course has no assessment.',
  'assessment-over': () => 'The assessment has been decided about. Its days cannot be changed any more.',
  'ends-before-it-begins': () => 'The last day must not be before the first.',
  'assessment-past': () => 'The assessment must not be over already.',
  'outcome-on-record': (on: string) =>
    `This result is on record with the date ${on}. To correct the date, use “Correct the date of the result”.`,
  'no-outcome': () => 'There is no result to correct.',
  'same-date': () => 'This date is on record already.',
  'struggle-needed': () => 'Choose what you struggle with.',
  'reject-with-declarations': () =>
    'Milestones are declared, so the provider cannot take its acceptance back. They have to be voided first.',
  'already-passed': (course: string) => `${course} is passed already. It cannot be taken again.`,
  'study-under-way': () => 'This person has such a study under way, or an accepted application for it.',
  'no-current-post': () => 'Only somebody with a current post in the trust can be added.',
  'name-the-school': () => 'Name the school: central staff study under one of the trust’s schools.',
  'not-a-school-of-theirs': () => 'This is not one of the schools where they work now.',
  'wrong-schedule': () => 'This schedule is for another kind of course.',
} as const;

/** Labels of the facts that are shown beside a decision. */
export const facts = {
  course: 'NPQ',
  provider: 'Provider',
  cohort: 'Cohort',
  schedule: 'Schedule',
  startedOn: 'Course started on',
  milestone: 'Expected by',
  declared: 'Declared so far',
  assessment: 'Assessment',
  attendance: 'Attendance',
  attempt: 'Assessment number',
  funded: 'The DfE pays for the place',
  result: (attempt: number) => (attempt === 1 ? 'Result' : `Result of assessment ${attempt}`),
  protection: 'Time for the assessment',
  protectionNote: 'The line manager adds',
  deferred: 'Deferred',
  withdrawn: 'Withdrawn on',
  rejected: 'Rejected by the provider on',
  reason: 'Reason',
  note: 'Added',
} as const;

/** Above the facts of its page. */
export const groups = {
  declarations: 'Declared by the provider',
  assessment: 'Assessment',
  breaks: 'Deferrals',
  pulses: 'How it goes',
  end: 'How it ended',
} as const;

export const words = {
  nothing: 'Nothing',
  yes: 'Yes',
  no: 'No',
  declaration: (on: string, state: string) => `${on}. ${state}`,
  results: { passed: 'Passed', failed: 'Not passed', voided: 'Taken back' },
  resultOn: (result: string, on: string) => `${result}, ${on}`,
  isProtected: 'Set aside',
  notProtected: 'Not set aside',
  untilNow: (from: string) => `Since ${from}`,
  pulse: (pulse: string, struggle: string | null, note: string | null) =>
    [pulse, ...(struggle === null ? [] : [struggle]), ...(note === null ? [] : [note])].join('. '),
  unknown: 'Not on record',
  percent: (percent: number, on: string) => `${percent} % on ${on}`,
  range: (from: string, to: string) => `${from} to ${to}`,
  declared: (type: string, on: string) => `${type} on ${on}`,
  provisional: (date: string) => `${date} (provisional)`,
} as const;
