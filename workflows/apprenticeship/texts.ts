/**
 * Every sentence that a person reads about an apprenticeship, for a busy school: plain words, what happened, what to do.
 * The type checker holds the waits, actions and codes to it.
 */
import type { Texts } from '../kernel/process.ts';
import { type Day, fullDate } from '../kernel/time.ts';
import type { Criterion } from './gateway.ts';
import type { MilestoneName } from './rules.ts';
import type {
  Activity,
  BreakReason,
  ConcernCode,
  NextStep,
  PlanReason,
  QualificationState,
  WithdrawalReason,
} from './schemas.ts';
import type { AssessmentPlan } from './standards.ts';

export type WaitKey =
  | 'confirm-details'
  | 'onboarding'
  | 'next-review'
  | 'review'
  | 'act-on-concern'
  | 'consider-break'
  | 're-sign-plan'
  | 'gateway'
  | 'record-assessment'
  | 'decide-next-step'
  | 'confirm-next-step';

export type ActionKey =
  | 'log-training'
  | 'record-month'
  | 'break-in-learning'
  | 'extend-break'
  | 'resume'
  | 'change-hours'
  | 'change-provider'
  | 'change-plan'
  | 'change-standard-version'
  | 'bring-review-forward'
  | 'change-mentor'
  | 'move-school'
  | 'record-english-maths'
  | 'sign-shortfall-statement'
  | 'record-assessment-part'
  | 'record-qts'
  | 'say-next-step'
  | 'withdraw';

/** Labels of the fields of all forms. */
export const fields = {
  personId: 'Apprentice',
  schoolId: 'School',
  standardId: 'Standard',
  standardVersion: 'Version of the standard',
  assessmentPlan: 'Assessment plan',
  providerId: 'Training provider',
  startsOn: 'First day of training',
  plannedEndOn: 'Planned last day of training',
  weeklyHours: 'Contracted hours a week',
  isTermTimeOnly: 'Is the contract for term time only?',
  mentorId: 'Mentor',
  ageAtStart: 'Age on the first day of training',
  hasReadPlan: 'I have read the training plan and agree to it',
  signedOn: 'When did the provider sign?',
  priorLearningHours: 'Hours that prior learning takes off',
  plannedHours: 'Off-the-job hours in the training plan',
  english: 'English at level 2',
  maths: 'Maths at level 2',
  needsSupport: 'Is learning support needed?',
  agreementSignedOn: 'When was the apprenticeship agreement signed?',
  isOnService: 'The apprenticeship is set up on the apprenticeship service',
  reason: 'Reason',
  heldOn: 'When was the review held?',
  isEmployerPresent: 'Was somebody of the school there?',
  isProviderPresent: 'Was the provider there?',
  progress: 'What has gone well since the last review?',
  targets: 'What is agreed until the next?',
  concern: 'What is the concern?',
  measures: 'What is done about it, by when?',
  startedOn: 'First day of the break',
  expectedReturnOn: 'First day of training again',
  returnedOn: 'First day of training again',
  breakReason: 'Reason',
  isEvidenceComplete: 'Portfolio and required qualifications are complete',
  isAgreedByProvider: 'Provider and apprentice agree that it is time',
  areBehavioursConfirmed: 'The school confirms the behaviours of the standard',
  missing: 'What is missing?',
  grade: 'Grade',
  assessedOn: 'When was the assessment?',
  resitPlan: 'What happens until the resit?',
  step: 'What comes next?',
  nextStandardId: 'Which apprenticeship?',
  isAgreedWithApprentice: 'The apprentice has been asked and agrees',
  on: 'When?',
  hours: 'Hours',
  activity: 'What was it?',
  month: 'Month',
  monthHours: 'Off-the-job hours in this month',
  withdrawalReason: 'Reason',
  otherReason: 'In a few words',
  lastDayOfLearning: 'Last day of learning',
  from: 'From when?',
  because: 'What has changed?',
  agreesHoursAreEnough: 'Fewer hours than planned were enough, because what the standard asks for has been learned',
  part: 'Part of the assessment',
  partOutcome: 'Result',
  awardedOn: 'When was qualified teacher status awarded?',
  note: 'Anything to add?',
} as const satisfies Record<string, string>;
export type FieldName = keyof typeof fields;

/** What helps with a field, where its label does not say enough. */
export const hints: { readonly [F in FieldName]?: string } = {
  standardVersion: 'Leave this out for the newest version that is open on the first day.',
  assessmentPlan: 'Leave this out unless the provider says that the reformed plan of the standard applies.',
  startsOn: 'The funding rules of this day count to the end, whatever changes later.',
  ageAtStart: 'The rules on English and maths go by it. The date of birth is not kept.',
  mentorId: 'Somebody of the school who holds the reviews with the apprentice and the provider.',
  priorLearningHours: 'From the provider’s skills scan. None is 0.',
  plannedHours: 'The total in the training plan. It is never below the minimum of the standard.',
  monthHours:
    'The provider’s total of the whole month. It takes the place of what was logged in it. English and maths do not count.',
  hours: 'In quarters of an hour.',
  startedOn: 'Today or earlier: a break is recorded when it has begun.',
  expectedReturnOn: 'If it is not known, your best guess: it can be changed.',
  lastDayOfLearning: 'Before the start it is the first day of training.',
  from: 'Today, if you do not say.',
  breakReason: 'Reasons of health and family are shown to the apprentice and the trust’s CPD lead only.',
};

const signing = { signed: 'Sign', refused: 'Do not sign', unsigned: 'Not signed yet' };
/** Said where a signature is asked for first: one refusal ends it. */
const REFUSING =
  'Whoever does not sign ends the apprenticeship before it begins, for good. If something in the plan has to change, say so in a comment first.';
const signParts = {
  'sign-as-apprentice': {
    title: 'Sign your training plan',
    why: 'The training plan says what you learn, when, and how many hours there are for it. Read it and sign it.',
    outcomes: signing,
  },
  'sign-as-employer': {
    title: 'Sign a training plan as the employer',
    why: 'The plan says how much working time is for training, and until when. Somebody of the school signs it; the apprentice signs it too.',
    outcomes: signing,
  },
  'sign-for-provider': {
    title: 'Record the provider’s signature under a training plan',
    why: 'The provider signs the plan as well. Enter when, once you have the signed copy.',
    outcomes: { ...signing, signed: 'The provider has signed', refused: 'The provider does not sign' },
  },
};
const withoutRefusal = Object.fromEntries(
  Object.entries(signParts).map(
    ([
      key,
      {
        title,
        why,
        outcomes: { signed, unsigned },
      },
    ]) => [
      key,
      {
        title: title
          .replace('a training plan', 'a changed training plan')
          .replace('your training plan', 'your changed training plan'),
        why: `The plan has changed, so all three sign it again. ${why}`,
        outcomes: { signed, unsigned },
      },
    ],
  ),
) as typeof signParts;
const withRefusal = Object.fromEntries(
  Object.entries(signParts).map(
    ([
      key,
      {
        title,
        why,
        outcomes: { signed, refused },
      },
    ]) => [key, { title, why: `${why} ${REFUSING}`, outcomes: { signed, refused } }],
  ),
) as typeof signParts;

export const texts = {
  label: 'Apprenticeship',
  stages: {
    onboarding: 'Getting started',
    'on-programme': 'In training',
    gateway: 'At the gateway',
    assessment: 'Being assessed',
    progression: 'Deciding what comes next',
  },
  waits: {
    'confirm-details': {
      title: 'Confirm the details of the next apprenticeship',
      why: 'This apprenticeship follows from the one before. Check what was assumed: provider, first and last day, hours, mentor. Then it begins.',
      outcomes: { confirmed: 'Confirm', refused: 'It does not take place' },
    },
    onboarding: {
      title: 'Getting started',
      why: 'Before training goes on, three people sign the training plan, prior learning is looked at, and employment and funding are set up.',
      outcomes: { ready: 'All done', refused: 'Refused' },
      parts: {
        ...withRefusal,
        'initial-assessment': {
          title: 'Record the initial assessment of an apprentice',
          why: 'What do they know already, and what about English and maths? With the provider’s skills scan you can fill this in from one page. At least 187 hours of new learning have to be left.',
          outcomes: { assessed: 'It can go ahead', 'not-eligible': 'Not possible as an apprenticeship' },
        },
        'set-up-funding': {
          title: 'Set up employment and funding of an apprentice',
          why: 'Apprentice and employer sign the apprenticeship agreement, and the apprenticeship is put on the apprenticeship service.',
          outcomes: { 'set-up': 'Done', refused: 'It does not take place' },
        },
      },
    },
    'next-review': {
      title: 'The next review opens',
      why: 'Training goes on until the next review.',
      outcomes: { elapsed: 'Something is to be done' },
    },
    review: {
      title: 'Hold a progress review with an apprentice',
      why: 'Meet the apprentice and the provider: what has been learned, are the hours on plan, what comes until next time? The review has to be held by its last day.',
      outcomes: {
        'on-track': 'On track',
        concern: 'There is a concern',
        'ready-for-gateway': 'Ready for the gateway',
        'not-yet': 'Not due yet',
        'ask-about-break': 'First: is this a break?',
        'ask-manager': 'First: a concern',
        'ask-to-sign': 'First: the changed plan',
        'ask-next-step': 'First: what comes next',
      },
    },
    'act-on-concern': {
      title: 'Act on a concern about an apprentice you manage',
      why: 'A review or the hours on record raised a concern. Say what you do about it, for example which hours are kept free for training.',
      outcomes: { acted: 'Say what is done', unanswered: 'Not answered before the next review' },
    },
    'consider-break': {
      title: 'Is this a break in learning?',
      why: 'Two months running no training is on record. The rules then want a break in learning, or training that goes on. Ask the apprentice and the provider.',
      outcomes: {
        'training-continues': 'Training goes on',
        'break-agreed': 'It is a break',
        unanswered: 'Not answered before the next review',
      },
    },
    're-sign-plan': {
      title: 'The changed training plan is signed',
      why: 'Content, end, hours, provider or standard changed, so all three sign the plan again.',
      outcomes: { signed: 'All have signed', unsigned: 'Not signed before the next review' },
      parts: withoutRefusal,
    },
    gateway: {
      title: 'Decide whether an apprentice passes the gateway',
      why: 'The review says that the apprentice is ready for the assessment. Each criterion is shown with yes or no. It can be passed once all are met.',
      outcomes: { passed: 'Pass the gateway', 'not-yet': 'Not yet' },
    },
    'record-assessment': {
      title: 'Record the result of an apprentice’s assessment',
      why: 'The apprentice has passed the gateway. Enter the result when you have it in writing.',
      outcomes: { passed: 'Passed', failed: 'Failed' },
    },
    'decide-next-step': {
      title: 'Propose what an apprentice does next',
      why: 'The apprenticeship ends in half a year or less. Talk with the apprentice and propose what comes next. The headteacher confirms a permanent post and a next apprenticeship.',
      outcomes: {
        proposed: 'Propose it',
        noted: 'Noted',
        decided: 'Decided',
        unanswered: 'Not answered before the next review',
      },
    },
    'confirm-next-step': {
      title: 'Confirm what an apprentice does next',
      why: 'Manager and apprentice propose this. A permanent post and a next apprenticeship need your yes.',
      outcomes: {
        confirmed: 'Confirm',
        'confirmed-at-end': 'Confirmed at the end',
        'sent-back': 'Ask for another proposal',
        unanswered: 'Not answered before the next review',
      },
    },
  },
  actions: {
    'log-training': 'Log training',
    'record-month': 'Enter a month’s hours',
    'break-in-learning': 'Record a break in learning',
    'extend-break': 'Change the day of return',
    resume: 'End the break',
    'change-hours': 'Change the contracted hours',
    'change-provider': 'Change the provider',
    'change-plan': 'Change the training plan',
    'change-standard-version': 'Move to another version of the standard',
    'bring-review-forward': 'Hold the next review now',
    'change-mentor': 'Change the mentor',
    'move-school': 'Move to another school of the trust',
    'record-english-maths': 'Update English and maths',
    'sign-shortfall-statement': 'Sign that fewer hours were enough',
    'record-assessment-part': 'Record a part of the assessment',
    'record-qts': 'Record qualified teacher status',
    'say-next-step': 'Say what you would like to do next',
    withdraw: 'End the apprenticeship early',
  },
  ends: {
    completed: 'Completed',
    refused: 'Did not begin',
    withdrawn: 'Ended early',
    left: 'Closed: no longer employed by the trust',
  },
  told: {
    'started-for-you': 'Your apprenticeship is being set up. Please look at what to do first.',
    'named-as-mentor': 'You are the mentor of an apprentice.',
    'no-longer-mentor': 'An apprentice whom you mentored has another mentor now.',
    'mentor-changed': 'You have another mentor now.',
    'mentor-elsewhere':
      'An apprentice has come to your school. Their mentor works at another one: please name a mentor here.',
    'moved-school': 'Your apprenticeship goes on at another school of the trust.',
    'plan-changed': 'Your training plan has changed. You are asked to sign it again.',
    'provider-changed': 'An apprentice whom you mentor has another training provider now.',
    'plan-unsigned':
      'A training plan is not signed by all three after 42 days, as the rules require. Please have it signed now.',
    'month-without-training':
      'No off-the-job training is on record for an apprentice last month. If there was some, please have it entered.',
    'second-month-without-training':
      'No off-the-job training is on record for an apprentice for two months. The school is asked whether this is a break in learning.',
    'august-ahead':
      'An apprentice works in term time only, so August will have no training. Please make sure that July and September do.',
    'behind-plan':
      'An apprentice is {percent} per cent behind plan: {counted} hours off the job instead of {expected}. Please keep time free for training.',
    'concern-acted-on': 'A concern about an apprentice was answered. What is done about it is ready to read.',
    'break-recorded': 'A break in your apprenticeship is on record. The planned end moves with it.',
    'break-began': 'An apprentice is on a break in learning. The next review and the planned end move with it.',
    'break-over': 'The break of an apprentice is over. If they are not back, please record it.',
    'welcome-back': 'Your apprenticeship goes on. Please look at what to do first.',
    'statement-needed':
      'You are put forward for the gateway with fewer hours than planned. Please sign on your apprenticeship that they were enough.',
    'statement-needed-of-employer':
      'An apprentice is put forward for the gateway with fewer hours than planned. Please sign on the apprenticeship that they were enough.',
    'gateway-passed': 'You have passed the gateway. Next is your assessment.',
    'gateway-passed-by-apprentice': 'An apprentice has passed the gateway. Next is the assessment.',
    'gateway-not-yet': 'An apprentice has not passed the gateway yet. What is missing is ready to read.',
    'review-brought-forward': 'Your next review is held earlier. Your mentor arranges it.',
    refused: 'An apprenticeship does not take place. Why is ready to read.',
    'decision-ready': 'A decision about your apprenticeship is ready to read.',
    assessed: 'The result of your assessment is ready to read.',
    'assessment-decided': 'The result of an apprentice’s assessment is ready to read.',
    'say-what-next':
      'What comes after your apprenticeship is to be decided. Please say on it what you would like to do next.',
    'next-step-decided': 'What comes after your apprenticeship is decided.',
    'next-step-confirmed': 'What you proposed for an apprentice is confirmed.',
    'qts-recorded': 'Your qualified teacher status is on record.',
    'qts-awarded':
      'An apprentice has qualified teacher status. Induction can be set up; the assessment of the apprenticeship may still come.',
    completed: 'You have completed your apprenticeship.',
    'withdrawn-for-you': 'Your apprenticeship was ended early.',
    'apprentice-withdrawn': 'An apprenticeship was ended early. There is nothing more to do for you.',
    'apprentice-left':
      'An apprenticeship was closed, because the apprentice no longer works for the trust. Please stop it on the apprenticeship service.',
  },
  events: {
    'plan-found-late': 'The training plan was not signed in time',
    'break-ended': 'The break is over',
    'august-announced': 'The mentor and manager were told of August without training',
    'month-judged': 'The hours of the last month were looked at',
  },
  fields,
  named: { mentor: 'Mentor' },
} as const satisfies Texts<WaitKey, ActionKey>;

export const activityLabels: Readonly<Record<Activity, string>> = {
  'taught-session': 'A taught session',
  'online-learning': 'Learning online',
  shadowing: 'Shadowing a colleague',
  mentoring: 'Time with the mentor',
  'practice-of-new-skills': 'Practising something new',
  assignment: 'Writing an assignment in working time',
  visit: 'A visit',
  'english-maths': 'English or maths (does not count)',
  'productive-work': 'Ordinary work, cover (does not count)',
  'progress-review': 'A progress review (does not count)',
  'own-time': 'In my own time (does not count)',
};

export const breakReasonLabels: Readonly<Record<BreakReason, string>> = {
  'long-term-sickness': 'Long-term sickness',
  'parental-leave': 'Parental leave',
  bereavement: 'Bereavement',
  caring: 'Caring for somebody',
  'no-training-available': 'The provider has no training now',
  other: 'Another reason',
};

export const withdrawalLabels: Readonly<Record<WithdrawalReason, string>> = {
  WithdrawFromStart: 'It never really began',
  WithdrawDuringLearning: 'Ended during the training',
  WithdrawFromBeta: 'Taken off the trial of the apprenticeship service',
  Other: 'Another reason',
};

export const qualificationLabels: Readonly<Record<QualificationState, string>> = {
  achieved: 'Achieved',
  studying: 'Studying for it now',
  exempt: 'Exempt',
  'not-taken': 'Not achieved and not studied for',
};

export const nextStepLabels: Readonly<Record<NextStep, string>> = {
  'permanent-post': 'A permanent post',
  'next-apprenticeship': 'Another apprenticeship',
  'postgraduate-teacher-apprenticeship': 'The postgraduate teacher apprenticeship',
  'teacher-degree-apprenticeship': 'The teacher degree apprenticeship',
  'other-teacher-training': 'Another way into teaching',
  leaving: 'Leaving the trust',
};

export const planLabels: Readonly<Record<PlanReason | AssessmentPlan, string>> = {
  start: 'The first plan',
  content: 'What is taught',
  end: 'The planned end',
  hours: 'The hours',
  provider: 'The provider',
  'standard-version': 'The version of the standard',
  break: 'A break in learning',
  'end-point': 'End-point assessment',
  reformed: 'Reformed assessment plan',
};

export const criterionLabels: Readonly<Record<Criterion, string>> = {
  'minimum-duration': 'Long enough in training',
  'off-the-job-hours': 'Enough hours off the job',
  'reviews-held': 'Reviews held in time, with the school there',
  english: 'English, where the rules require it',
  maths: 'Maths, where the rules require it',
  'shortfall-statement': 'Hours as planned, or a signed statement that fewer were enough',
};

export const concernLabels: Readonly<Record<ConcernCode, string>> = {
  'behind-plan': 'Hours are behind plan',
  'month-without-training': 'A month without training',
  'raised-at-review': 'Raised at a review',
};

export const milestoneLabels: Readonly<Record<MilestoneName, string>> = {
  started: 'Training begins',
  'plan-signed': 'Training plan signed by all three',
  'initially-assessed': 'Prior learning looked at',
  'funding-set-up': 'Employment and funding set up',
  review: 'Review',
  'next-step-decided': 'What comes next is decided',
  gateway: 'Gateway',
  qts: 'Qualified teacher status',
  assessed: 'Assessment passed',
};

/** What the rules noticed, for those who decide. */
export const findings = {
  'behind-plan': (percent: number) => `Hours off the job are ${percent} per cent behind plan.`,
  'month-without-training': (month: string) => `No training is on record for ${month}.`,
  'review-overdue': (latest: string) => `This review had to be held by ${latest}.`,
  'plan-unsigned': (names: string) => `The training plan is not signed by: ${names}.`,
  'plan-was-late': () => 'The training plan was not signed by all three within 42 days.',
  'criterion-not-met': (criterion: string) => `Not met: ${criterion}.`,
  'hours-not-published': () =>
    'No minimum of hours is published for this version of the standard. The plan counts, and never less than 187 hours.',
  'below-minimum': () => 'The hours are below the minimum of the rules. Funding is at risk if training ended now.',
  'other-apprenticeship': (title: string) => `There is another apprenticeship under way: ${title}.`,
  'mentor-elsewhere': () => 'The mentor does not work at this school.',
} as const;
export type FindingCode = keyof typeof findings;

/** Labels of the facts that are shown beside a decision. */
export const facts = {
  standard: 'Apprenticeship',
  version: 'Version',
  provider: 'Provider',
  startsOn: 'First day of training',
  plannedEnd: 'Planned end',
  hours: 'Hours off the job',
  expected: 'Expected by now',
  minimum: 'Minimum of the rules',
  behind: 'Behind plan',
  planVersion: 'Plan',
  changed: 'What has changed',
  lastReview: 'Last review',
  lastTargets: 'Agreed at the last review',
  concern: 'Concern',
  lastConcern: 'Concern of the last review',
  breaks: 'Days of breaks so far',
  weeklyHours: 'Contracted hours a week',
  wish: 'The apprentice would like',
  wishNote: 'The apprentice adds',
  proposal: 'Proposed',
  assessmentPlan: 'Assessment',
  assessmentParts: 'Parts passed',
  resitPlan: 'Until the resit',
  english: 'English',
  maths: 'Maths',
  notCounted: 'Logged but not counted',
  measures: 'Done about the last concern',
  missing: 'Missing at the last gateway',
  sentBack: 'The headteacher asked for another proposal',
  formerProvider: 'Former provider',
  signed: {
    apprentice: 'Signed by the apprentice',
    employer: 'Signed by the school',
    provider: 'Signed by the provider',
  },
  priorLearning: 'Hours that prior learning takes off',
  support: 'Learning support needed',
  agreementOn: 'Agreement signed on',
  onService: 'Set up on the apprenticeship service',
  break: 'Break',
  breakReason: 'Reason',
  gateway: 'Gateway passed on',
  result: 'Assessment',
  part: (part: string) => `Part “${part}”`,
  qts: 'Qualified teacher status on',
  decided: 'Decided',
  refused: 'Why it did not begin',
  lastDay: 'Last day of learning',
  withdrawn: 'Reason',
} as const;

export const words = {
  yes: 'Yes',
  no: 'No',
  level: (title: string, level: number) => `${title}, level ${level}`,
  hoursOf: (counted: number, planned: number) => `${counted} of ${planned}`,
  percent: (share: number) => `${Math.round(share * 100)} per cent`,
  planVersion: (version: number) => `Version ${version}`,
  review: (number: number) => `Review ${number}`,
  signatories: { apprentice: 'apprentice', employer: 'school', provider: 'provider' },
  none: 'None',
  until: (provider: string, until: string) => `${provider}, until ${until}`,
  notSigned: 'Not yet',
  counted: (counted: number, uncounted: number) =>
    uncounted === 0 ? `${counted} hours` : `${counted} hours; ${uncounted} logged and not counted`,
  breakUntil: (from: string, to: string) => `${from} to ${to}`,
  breakExpected: (from: string, to: string) => `From ${from}, back expected on ${to}`,
  held: (how: string, there: readonly string[]) =>
    there.length === 0 ? `${how}. Only the apprentice was there` : `${how}. There: ${there.join(' and ')}`,
  reviewOutcomes: { 'on-track': 'On track', concern: 'With a concern', 'ready-for-gateway': 'Ready for the gateway' },
  outcomes: { passed: 'Passed', failed: 'Not passed' },
  onDay: (what: string, on: string) => `${what}, ${on}`,
} as const;

/** Above the facts of its page. */
export const groups = {
  hours: 'Off the job',
  months: 'Hours month by month',
  plan: 'Training plan and funding',
  reviews: 'Reviews',
  breaks: 'Breaks',
  concerns: 'Concerns',
  assessment: 'Gateway and assessment',
  next: 'What comes next',
  end: 'How it ended',
} as const;

/** Refusals: what was wrong, and what to do. */
export const refusals = {
  'no-current-post': () => 'Only somebody with a current post in the trust can be an apprentice.',
  'not-a-school-of-theirs': () => 'This is not one of the schools where they work now.',
  'no-such-version': () => 'No such version of this standard is on file for that first day of training.',
  'version-closed': () => 'This version of the standard is not open for starts on that day. Choose another.',
  defunded: (title: string, lastDay: string) =>
    `${title} has no funding for starts after ${lastDay}. Who began before goes on.`,
  'wrong-age': (title: string, from: number, to: number) =>
    `${title} is funded only for apprentices aged ${from} to ${to} on the first day of training.`,
  'age-out-of-range': () => 'The age on the first day of training is between 15 and 114.',
  'too-short': (months: number) => `Training lasts at least ${months} months. Choose a later end.`,
  'too-long': () => 'That is too far ahead. Please look at the date again.',
  'starts-too-late': (latest: string) => `Training can begin on ${latest} at the latest.`,
  overlapping: (title: string) =>
    `There is another apprenticeship of this person at that time: ${title}. End that one first, or choose other months.`,
  'own-mentor': () => 'Nobody is their own mentor.',
  'no-such-mentor': () => 'This is nobody with a current post here. Choose somebody of the school.',
  'same-mentor': () => 'This is the mentor already.',
  'too-few-hours-left': (least: number) =>
    `At least ${least} hours of new learning have to be left. With this much prior learning it cannot be funded as an apprenticeship.`,
  'plan-below-minimum': (minimum: number) => `The plan needs at least ${minimum} hours.`,
  'not-in-training-yet': (startsOn: string) => `Training begins on ${startsOn}.`,
  'training-is-over': () => 'Training has ended: the gateway is passed.',
  'month-out-of-range': (from: string, to: string) => `Choose a month from ${from} to ${to}.`,
  'month-on-break': () => 'They were on a break in learning all that month, so no hours can count.',
  'paused-already': () => 'They are on a break already. Change its end, or end it first.',
  'not-paused': () => 'They are not on a break.',
  'break-overlaps': () => 'There is another break at that time.',
  'return-before-break': () => 'The first day of training again comes after the first day of the break.',
  'return-not-ahead': () => 'Choose a day to come. If they are back, end the break.',
  'stop-before-start': (startsOn: string) =>
    `The last day of learning has to be the first day of training, ${startsOn}.`,
  'day-out-of-range': (from: Day, to: Day) => `Choose a day from ${fullDate(from)} to ${fullDate(to)}.`,
  'not-in-future': () => 'This day is still to come.',
  'same-hours': () => 'These are the hours already.',
  'same-provider': () => 'This is the provider already.',
  'nothing-changed': () => 'Say which end or how many hours are planned now.',
  'no-other-version': () => 'No other version of this standard is on file.',
  'no-other-school': () => 'They have no current post at another school. Record the post first.',
  'not-at-gateway': () =>
    'This is signed when the apprentice is put forward for the gateway: until then the hours can still be made up.',
  'something-else-first': () => 'A review is open already, or something else is to be answered first.',
  'not-short': () => 'The hours are as planned, so nothing needs to be signed.',
  'signed-already': () => 'This is signed already.',
  'not-assessed-yet': () => 'The initial assessment is not recorded yet.',
  'not-reformed': () => 'Parts of an assessment are recorded only under a reformed assessment plan.',
  'too-many-parts': () => 'All parts that can be kept are on record.',
  'not-teaching': () => 'This apprenticeship does not lead to qualified teacher status.',
  'qts-already': () => 'Qualified teacher status is on record already.',
  'details-first': () => 'Somebody has to confirm the details of this apprenticeship first.',
  'must-be-yes': () => 'This has to be so. If it is not, choose another answer.',
  'quarter-hours': () => 'Enter hours in quarters, like 1.25',
  hundredths: () => 'Enter hours with two decimals at most, like 12.35',
  'name-the-standard': () => 'Say which apprenticeship.',
  'say-the-reason': () => 'Say the reason in a few words.',
} as const;
