/**
 * What an apprenticeship keeps, what starts one, and the form of each outcome and action. A form is built from what the
 * rules allow now. Labels come from `texts.ts`. No date of birth is asked for or kept: rules need the age at the start.
 */
import * as z from 'zod';
import { choice as choiceOf, dayBetween as dayFrom, makeLabelled, text } from '../kernel/forms.ts';
import { SchoolId } from '../kernel/records.ts';
import { Day, type Day as DayType } from '../kernel/time.ts';
import { allStandards, assessmentPlans, type PassGrade, passGrades, type Standard } from './standards.ts';
import {
  activityLabels,
  breakReasonLabels,
  type FieldName,
  fields,
  hints,
  nextStepLabels,
  planLabels,
  qualificationLabels,
  refusals,
  withdrawalLabels,
} from './texts.ts';

// Closed lists

/** What somebody did in an hour that is logged. The last four are not off-the-job training (domain facts 3.2). */
export const activities = [
  'taught-session',
  'online-learning',
  'shadowing',
  'mentoring',
  'practice-of-new-skills',
  'assignment',
  'visit',
  'english-maths',
  'productive-work',
  'progress-review',
  'own-time',
] as const;
export type Activity = (typeof activities)[number];

/** Why an hour does not count. */
export const uncountedReasons = [
  'not-a-working-day',
  'english-maths',
  'productive-work',
  'progress-review',
  'own-time',
  'on-a-break',
] as const;
export type UncountedReason = (typeof uncountedReasons)[number];

export const breakReasons = [
  'long-term-sickness',
  'parental-leave',
  'bereavement',
  'caring',
  'no-training-available',
  'other',
] as const;
export type BreakReason = (typeof breakReasons)[number];
/** Seen by the apprentice and the trust-lead only. */
export const privateBreakReasons: ReadonlySet<string> = new Set<BreakReason>([
  'long-term-sickness',
  'parental-leave',
  'bereavement',
  'caring',
]);

/** The reasons of the apprenticeship service, character for character (domain facts 3.4). */
export const withdrawalReasons = ['WithdrawFromStart', 'WithdrawDuringLearning', 'WithdrawFromBeta', 'Other'] as const;
export type WithdrawalReason = (typeof withdrawalReasons)[number];

/** English and maths at level 2. */
export const qualificationStates = ['achieved', 'studying', 'exempt', 'not-taken'] as const;
export type QualificationState = (typeof qualificationStates)[number];

export const signatories = ['apprentice', 'employer', 'provider'] as const;
export type Signatory = (typeof signatories)[number];

export const planReasons = ['start', 'content', 'end', 'hours', 'provider', 'standard-version', 'break'] as const;
export type PlanReason = (typeof planReasons)[number];

export const nextSteps = [
  'permanent-post',
  'next-apprenticeship',
  'postgraduate-teacher-apprenticeship',
  'teacher-degree-apprenticeship',
  'other-teacher-training',
  'leaving',
] as const;
export type NextStep = (typeof nextSteps)[number];

export const concernCodes = ['behind-plan', 'month-without-training', 'raised-at-review'] as const;
export type ConcernCode = (typeof concernCodes)[number];

// What is kept

const Month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'A month is written like 2026-09');
const Hours = z.number().min(0).max(400);

const Signature = z.object({ by: z.string(), on: Day }).nullable();
const Plan = z.object({
  version: z.int().min(1),
  because: z.enum(planReasons),
  since: Day,
  apprentice: Signature,
  employer: Signature,
  provider: Signature,
});
export type Plan = z.infer<typeof Plan>;

/** One calendar month of training: what the provider says in all, and what was logged hour by hour, folded together. */
const MonthOfTraining = z.object({
  month: Month,
  /** The month's total as it was typed or imported; it counts in the place of what was logged. */
  total: Hours.nullable(),
  /** Logged and counted. */
  logged: Hours,
  /** Logged and not counted, by reason. */
  uncounted: z.partialRecord(z.enum(uncountedReasons), Hours),
});
export type MonthOfTraining = z.infer<typeof MonthOfTraining>;

const Break = z.object({
  startedOn: Day,
  /** The first day of training again, as it is expected. */
  expectedReturnOn: Day,
  /** As it was; `null` until then. */
  returnedOn: Day.nullable(),
  reason: z.enum(breakReasons).nullable(),
});
export type Break = z.infer<typeof Break>;

const WeeklyHours = z.object({ from: Day, weeklyMinutes: z.int().min(1) });

const Review = z.object({
  heldOn: Day,
  /** The last day on which it could be held. */
  latestOn: Day,
  outcome: z.enum(['on-track', 'concern', 'ready-for-gateway']),
  isEmployerPresent: z.boolean(),
  isProviderPresent: z.boolean(),
  countedHours: z.number(),
  expectedHours: z.number(),
});
export type Review = z.infer<typeof Review>;

const Concern = z.object({
  code: z.enum(concernCodes),
  month: Month.nullable(),
  raisedOn: Day,
  raisedBy: z.string().nullable(),
  /** When the manager said what is done about it; a warning that asks for nothing has none. */
  actedOn: Day.nullable(),
  isForManager: z.boolean(),
});
export type Concern = z.infer<typeof Concern>;

const NextStepDecision = z.object({
  step: z.enum(nextSteps),
  standardId: z.string().nullable(),
  proposedBy: z.string(),
  proposedOn: Day,
  /** By the headteacher, where the step needs that. */
  confirmedBy: z.string().nullable(),
  confirmedOn: Day.nullable(),
});

/** The last of its sort; earlier ones stay with their tasks. */
const Said = z.object({ text: z.string(), by: z.string(), on: Day }).nullable();

export const ApprenticeshipData = z.object({
  standardId: z.string(),
  standardVersion: z.string(),
  title: z.string(),
  level: z.int(),
  /** Of the standard's version, for a starter without prior learning; `null` where none are published. */
  publishedHours: z.number().nullable(),
  typicalMonths: z.number().nullable(),
  assessmentPlan: z.enum(assessmentPlans),
  providerId: z.string(),
  formerProviders: z.array(z.object({ providerId: z.string(), until: Day })),
  mentorId: z.string(),
  ageAtStart: z.int().nullable(),
  isTermTimeOnly: z.boolean(),
  startsOn: Day,
  /** The end as it now stands: moved by breaks and changes of hours. */
  plannedEndOn: Day,
  /**
   * The whole of the programme as days times contracted minutes a week: what is kept when hours change or a break comes
   * between, so that the end follows from it.
   */
  programme: z.int().min(1),
  weeklyHours: z.number(),
  contract: z.array(WeeklyHours).min(1),
  breaks: z.array(Break),
  plan: Plan,
  formerPlans: z.array(Plan),
  initialAssessment: z
    .object({
      priorLearningHours: z.number(),
      plannedHours: z.number(),
      english: z.enum(qualificationStates),
      maths: z.enum(qualificationStates),
      needsSupport: z.boolean(),
      assessedOn: Day,
    })
    .nullable(),
  funding: z.object({ agreementSignedOn: Day, isOnService: z.boolean(), recordedOn: Day }).nullable(),
  months: z.array(MonthOfTraining),
  reviews: z.array(Review),
  /** From when the next review counts, where that is not the start or the last review: after a failed assessment. */
  reviewsFrom: Day.nullable(),
  /** The day on which somebody brought the next review forward; until it is held. */
  broughtForwardOn: Day.nullable().default(null),
  concerns: z.array(Concern),
  /** Two months running without training: is this a break? */
  breakQuestion: z.object({ month: Month, answeredOn: Day.nullable() }).nullable(),
  /** The last month about which something was said. */
  checkedMonth: Month.nullable(),
  /** The August whose lack of training was announced. */
  augustAnnounced: Month.nullable(),
  /** On day 43 a signature was missing. */
  wasPlanLate: z.boolean(),
  shortfall: z.object({ apprentice: Signature, employer: Signature }).nullable(),
  gateway: z.object({ passedOn: Day, by: z.string() }).nullable(),
  assessmentParts: z.array(
    z.object({ part: z.string(), outcome: z.enum(['passed', 'failed']), assessedOn: Day, by: z.string() }),
  ),
  assessments: z.array(
    z.object({
      outcome: z.enum(['passed', 'failed']),
      grade: z.enum([...passGrades, 'Fail']),
      assessedOn: Day,
      resitPlan: z.string().nullable(),
    }),
  ),
  qtsAwardedOn: Day.nullable(),
  /** What the apprentice would like to do afterwards. */
  wish: z.object({ step: z.enum(nextSteps), note: z.string().nullable(), saidOn: Day }).nullable(),
  nextStep: NextStepDecision.nullable(),
  /** Why it did not begin. */
  refusal: z.object({ by: z.string(), reason: z.string(), on: Day }).nullable(),
  /** What the manager said last about a concern, the headteacher about the gateway and about what comes next. */
  measures: Said,
  missing: Said,
  sentBack: Said,
  withdrawal: z
    .object({
      reason: z.enum(withdrawalReasons),
      otherReason: z.string().nullable(),
      lastDayOfLearning: Day,
    })
    .nullable(),
});
export type ApprenticeshipData = z.infer<typeof ApprenticeshipData>;

// Building blocks of forms

const SHORT_TEXT = 2000;

const labelled = makeLabelled(fields, hints);

const longText = (field: FieldName) => labelled(field, text(SHORT_TEXT));

const choice = <const T extends string>(field: FieldName, allowed: readonly T[], labelOf: (value: T) => string) =>
  labelled(field, choiceOf(allowed, labelOf));

const dayBetween = (field: FieldName, from: DayType, to: DayType) =>
  labelled(field, dayFrom(from, to, refusals['day-out-of-range'](from, to)));

const yesOnly = (field: FieldName) =>
  labelled(field, z.literal(true, { error: refusals['must-be-yes']() }).meta({ enum: [true] }));
const yesNo = (field: FieldName) => labelled(field, z.boolean());
const hoursOf = (field: FieldName, most: number) =>
  labelled(field, z.number().min(0).max(most).multipleOf(0.25, refusals['quarter-hours']()));
const personId = (field: FieldName) => labelled(field, z.string().min(1).max(100));
const providerField = labelled('providerId', text(100));
const weeklyHoursField = labelled(
  'weeklyHours',
  z.number().min(1).max(60).multipleOf(0.25, refusals['quarter-hours']()),
);
const ageField = labelled(
  'ageAtStart',
  z.int().min(15, refusals['age-out-of-range']()).max(114, refusals['age-out-of-range']()),
);

// What starts one

const standardChoice = (standards: readonly Standard[]) =>
  choice(
    'standardId',
    standards.map(({ standardId }) => standardId),
    (standardId) => {
      const found = standards.find((each) => each.standardId === standardId);
      return found ? `${found.title} (level ${found.level})` : standardId;
    },
  );

export const StartForm = z.strictObject({
  personId: personId('personId'),
  schoolId: labelled('schoolId', SchoolId).optional(),
  standardId: standardChoice(allStandards),
  standardVersion: labelled('standardVersion', z.string().regex(/^\d+\.\d+$/, 'A version is written like 1.1'), {
    examples: ['1.1'],
  }).optional(),
  assessmentPlan: choice('assessmentPlan', assessmentPlans, (plan) => planLabels[plan]).optional(),
  providerId: providerField,
  startsOn: labelled('startsOn', Day),
  plannedEndOn: labelled('plannedEndOn', Day),
  weeklyHours: weeklyHoursField,
  isTermTimeOnly: yesNo('isTermTimeOnly').optional(),
  mentorId: personId('mentorId'),
  ageAtStart: ageField,
});
export type StartInput = z.infer<typeof StartForm>;

/** What another process, or the apprenticeship before, says of the next one. */
export const SystemStart = z.object({
  standardId: z.string(),
  schoolId: SchoolId,
  providerId: z.string(),
  mentorId: z.string(),
  weeklyHours: z.number(),
  isTermTimeOnly: z.boolean(),
});
export type SystemStart = z.infer<typeof SystemStart>;

// Forms of outcomes

export const detailsForm = () =>
  z.strictObject({
    providerId: providerField,
    startsOn: labelled('startsOn', Day),
    plannedEndOn: labelled('plannedEndOn', Day),
    weeklyHours: weeklyHoursField,
    mentorId: personId('mentorId'),
    ageAtStart: ageField,
  });
export type DetailsAnswer = z.infer<ReturnType<typeof detailsForm>>;

export const refusedForm = () => z.strictObject({ reason: longText('reason') });
export interface ReasonAnswer {
  readonly reason: string;
}

export const signedForm = () => z.strictObject({ hasReadPlan: yesOnly('hasReadPlan') });
export const providerSignedForm = (from: DayType, today: DayType) =>
  z.strictObject({ signedOn: dayBetween('signedOn', from, today) });
export type ProviderSignedAnswer = z.infer<ReturnType<typeof providerSignedForm>>;

const qualification = (field: 'english' | 'maths', isMandatory: boolean) =>
  choice(
    field,
    qualificationStates.filter((state) => !isMandatory || state !== 'not-taken'),
    (state) => qualificationLabels[state],
  );

export const assessedForm = ({ areMandatory }: { readonly areMandatory: boolean }) =>
  z.strictObject({
    priorLearningHours: hoursOf('priorLearningHours', 2000),
    plannedHours: hoursOf('plannedHours', 4000),
    english: qualification('english', areMandatory),
    maths: qualification('maths', areMandatory),
    needsSupport: yesNo('needsSupport'),
  });
export interface AssessedAnswer {
  readonly priorLearningHours: number;
  readonly plannedHours: number;
  readonly english: QualificationState;
  readonly maths: QualificationState;
  readonly needsSupport: boolean;
}

export const fundingForm = (today: DayType) =>
  z.strictObject({
    agreementSignedOn: labelled(
      'agreementSignedOn',
      Day.refine((on) => on <= today, refusals['not-in-future']()).meta({ formatMaximum: today }),
    ),
    isOnService: yesOnly('isOnService'),
  });
export type FundingAnswer = z.infer<ReturnType<typeof fundingForm>>;

const reviewFields = (from: DayType, today: DayType) => ({
  heldOn: dayBetween('heldOn', from, today),
  isEmployerPresent: yesNo('isEmployerPresent'),
  isProviderPresent: yesNo('isProviderPresent'),
  progress: longText('progress'),
  targets: longText('targets'),
});
export const reviewedForm = (from: DayType, today: DayType) => z.strictObject(reviewFields(from, today));
export const concernForm = (from: DayType, today: DayType) =>
  z.strictObject({ ...reviewFields(from, today), concern: longText('concern') });
export interface ReviewAnswer {
  readonly heldOn: DayType;
  readonly isEmployerPresent: boolean;
  readonly isProviderPresent: boolean;
  readonly progress: string;
  readonly targets: string;
  readonly concern?: string;
}

export const actedForm = () => z.strictObject({ measures: longText('measures') });
export interface ActedAnswer {
  readonly measures: string;
}
export const trainingContinuesForm = () => z.strictObject({ reason: longText('reason') });

const breakFields = (from: DayType, today: DayType) => ({
  startedOn: dayBetween('startedOn', from, today),
  expectedReturnOn: labelled('expectedReturnOn', Day),
  reason: choice('breakReason', breakReasons, (reason) => breakReasonLabels[reason]),
});
export const breakForm = (from: DayType, today: DayType) => z.strictObject(breakFields(from, today));
export type BreakAnswer = z.infer<ReturnType<typeof breakForm>>;

export const gatewayForm = ({ isReformed }: { readonly isReformed: boolean }) =>
  z.strictObject({
    isEvidenceComplete: yesOnly('isEvidenceComplete'),
    isAgreedByProvider: yesOnly('isAgreedByProvider'),
    ...(isReformed ? { areBehavioursConfirmed: yesOnly('areBehavioursConfirmed') } : {}),
  });
export const notYetForm = () => z.strictObject({ missing: longText('missing') });
export interface NotYetAnswer {
  readonly missing: string;
}

export const assessmentPassedForm = (grades: readonly PassGrade[], from: DayType, today: DayType) =>
  z.strictObject({
    grade: choice('grade', grades, (grade) => grade),
    assessedOn: dayBetween('assessedOn', from, today),
  });
export interface AssessmentPassedAnswer {
  readonly grade: PassGrade;
  readonly assessedOn: DayType;
}
export const assessmentFailedForm = (from: DayType, today: DayType) =>
  z.strictObject({
    grade: labelled('grade', z.literal('Fail')).default('Fail'),
    assessedOn: dayBetween('assessedOn', from, today),
    resitPlan: longText('resitPlan'),
  });
export interface AssessmentFailedAnswer {
  readonly assessedOn: DayType;
  readonly resitPlan: string;
}

export const nextStepForm = (steps: readonly NextStep[], standards: readonly Standard[]) =>
  z
    .strictObject({
      step: choice('step', steps, (step) => nextStepLabels[step]),
      nextStandardId: labelled('nextStandardId', standardChoice(standards)).optional(),
      isAgreedWithApprentice: yesOnly('isAgreedWithApprentice'),
    })
    .refine((answer) => answer.step !== 'next-apprenticeship' || answer.nextStandardId !== undefined, {
      path: ['nextStandardId'],
      error: refusals['name-the-standard'](),
    });
export interface NextStepAnswer {
  readonly step: NextStep;
  readonly nextStandardId?: string;
}
export const confirmedForm = () => z.strictObject({});
export const sentBackForm = () => z.strictObject({ reason: longText('reason') });

// Forms of actions

export const logForm = (from: DayType, today: DayType) =>
  z.strictObject({
    on: dayBetween('on', from, today),
    hours: hoursOf('hours', 12),
    activity: choice('activity', activities, (activity) => activityLabels[activity]),
  });
export interface LogAnswer {
  readonly on: DayType;
  readonly hours: number;
  readonly activity: Activity;
}
export const monthForm = () =>
  z.strictObject({
    month: labelled('month', Month),
    hours: labelled('monthHours', z.number().min(0).max(250).multipleOf(0.01, refusals.hundredths())),
  });
export type MonthAnswer = z.infer<ReturnType<typeof monthForm>>;

export const extendBreakForm = () => z.strictObject({ expectedReturnOn: labelled('expectedReturnOn', Day) });
export type ExtendBreakAnswer = z.infer<ReturnType<typeof extendBreakForm>>;
export const resumeForm = (from: DayType, today: DayType) =>
  z.strictObject({ returnedOn: dayBetween('returnedOn', from, today).default(today) });
export type ResumeAnswer = z.infer<ReturnType<typeof resumeForm>>;

export const withdrawForm = () =>
  z
    .strictObject({
      reason: choice('withdrawalReason', withdrawalReasons, (reason) => withdrawalLabels[reason]),
      otherReason: labelled('otherReason', text(100)).optional(),
      lastDayOfLearning: labelled('lastDayOfLearning', Day),
    })
    .refine((answer) => answer.reason !== 'Other' || answer.otherReason !== undefined, {
      path: ['otherReason'],
      error: refusals['say-the-reason'](),
    });
export interface WithdrawAnswer {
  readonly reason: WithdrawalReason;
  readonly otherReason?: string;
  readonly lastDayOfLearning: DayType;
}

export const changeHoursForm = (from: DayType, to: DayType) =>
  z.strictObject({
    weeklyHours: weeklyHoursField,
    from: dayBetween('from', from, to),
    isTermTimeOnly: yesNo('isTermTimeOnly').optional(),
  });
export interface ChangeHoursAnswer {
  readonly weeklyHours: number;
  readonly from: DayType;
  readonly isTermTimeOnly?: boolean;
}
export const changeProviderForm = (from: DayType, today: DayType) =>
  z.strictObject({ providerId: providerField, from: dayBetween('from', from, today).default(today) });
export type ChangeProviderAnswer = z.infer<ReturnType<typeof changeProviderForm>>;
export const changePlanForm = () =>
  z.strictObject({
    because: choice('because', ['content', 'end', 'hours'] as const, (reason) => planLabels[reason]),
    plannedEndOn: labelled('plannedEndOn', Day).optional(),
    plannedHours: hoursOf('plannedHours', 4000).optional(),
  });
export interface ChangePlanAnswer {
  readonly because: 'content' | 'end' | 'hours';
  readonly plannedEndOn?: DayType;
  readonly plannedHours?: number;
}
export const changeVersionForm = (versions: readonly string[]) =>
  z.strictObject({
    standardVersion: choice('standardVersion', versions, (version) => version),
    assessmentPlan: choice('assessmentPlan', assessmentPlans, (plan) => planLabels[plan]).optional(),
  });
export interface ChangeVersionAnswer {
  readonly standardVersion: string;
  readonly assessmentPlan?: (typeof assessmentPlans)[number];
}
export const broughtForwardForm = () => z.strictObject({});
export const changeMentorForm = () => z.strictObject({ mentorId: personId('mentorId') });
export type ChangeMentorAnswer = z.infer<ReturnType<typeof changeMentorForm>>;

export const moveSchoolForm = (schools: readonly { readonly schoolId: string; readonly name: string }[]) =>
  z.strictObject({
    schoolId: choice(
      'schoolId',
      schools.map((school) => school.schoolId),
      (schoolId) => schools.find((school) => school.schoolId === schoolId)?.name ?? schoolId,
    ),
    mentorId: personId('mentorId').optional(),
  });
export interface MoveSchoolAnswer {
  readonly schoolId: string;
  readonly mentorId?: string;
}

export const englishMathsForm = ({ areMandatory }: { readonly areMandatory: boolean }) =>
  z.strictObject({ english: qualification('english', areMandatory), maths: qualification('maths', areMandatory) });
export interface EnglishMathsAnswer {
  readonly english: QualificationState;
  readonly maths: QualificationState;
}
export const shortfallForm = () => z.strictObject({ agreesHoursAreEnough: yesOnly('agreesHoursAreEnough') });
export const assessmentPartForm = (from: DayType, today: DayType) =>
  z.strictObject({
    part: labelled('part', text(100)),
    outcome: choice('partOutcome', ['passed', 'failed'] as const, (outcome) => outcome),
    assessedOn: dayBetween('assessedOn', from, today),
  });
export interface AssessmentPartAnswer {
  readonly part: string;
  readonly outcome: 'passed' | 'failed';
  readonly assessedOn: DayType;
}
export const qtsForm = (from: DayType, today: DayType) =>
  z.strictObject({ awardedOn: dayBetween('awardedOn', from, today) });
export type QtsAnswer = z.infer<ReturnType<typeof qtsForm>>;
export const wishForm = (steps: readonly NextStep[]) =>
  z.strictObject({
    step: choice('step', steps, (step) => nextStepLabels[step]),
    note: labelled('note', text(SHORT_TEXT)).optional(),
  });
export interface WishAnswer {
  readonly step: NextStep;
  readonly note?: string;
}
