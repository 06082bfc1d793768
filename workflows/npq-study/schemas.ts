/**
 * What an NPQ study keeps, what starts one, and the form of each outcome and action. A form is built from what the rules
 * allow now: its enums hold only that, and only what is needed now is required. Labels come from `texts.ts`.
 */
import * as z from 'zod';
import type { NpqCohort } from '../kernel/calendar.ts';
import { choice, dayBetween, makeLabelled, schoolField, text } from '../kernel/forms.ts';
import { Day, fullDate } from '../kernel/time.ts';
import {
  chooseableCourseIds,
  courseIds,
  courseOf,
  type DeclarationType,
  deferralReasons,
  type ProviderId,
  providerIds,
  providerName,
  rejectionReasons,
  type ScheduleId,
  scheduleIds,
  USUAL_PROVIDER,
  withdrawalReasons,
} from '../npq/courses.ts';
import { deferralLabels, rejectionLabels, withdrawalLabels } from '../npq/words.ts';
import {
  declarationLabels,
  fields,
  formHints,
  hints,
  pulseLabels,
  refusals,
  scheduleLabels,
  stateLabels,
  struggleLabels,
} from './texts.ts';

/** Most characters of a text in which somebody explains something. */
const SHORT_TEXT = 2000;

export const declarationTypes = [
  'started',
  'retained-1',
  'retained-2',
  'completed',
] as const satisfies readonly DeclarationType[];

/** `app/models/declaration.rb`. */
export const declarationStates = [
  'submitted',
  'eligible',
  'payable',
  'paid',
  'voided',
  'ineligible',
  'awaiting_clawback',
  'clawed_back',
] as const;
export type DeclarationState = (typeof declarationStates)[number];

/** How it goes, in the participant's own view. */
export const pulses = ['going-well', 'struggling', 'thinking-of-stopping'] as const;
export type Pulse = (typeof pulses)[number];

/** With what somebody struggles. */
export const struggles = [
  'time',
  'release',
  'content',
  'live-sessions',
  'assessment',
  'personal-or-health',
  'something-else',
] as const;

// What is kept

export const Declaration = z.object({
  type: z.enum(declarationTypes),
  declaredOn: Day,
  state: z.enum(declarationStates),
  /** Who declared it; it stays theirs when the provider changes. */
  providerId: z.enum(providerIds),
  /** With `completed` of a course that is assessed, until it is voided. */
  hasPassed: z.boolean().nullable(),
  recordedOn: Day,
  recordedBy: z.string(),
  /** The last day on which its state changed. */
  changedOn: Day.nullable(),
});
export type Declaration = z.infer<typeof Declaration>;

export const Outcome = z.object({
  state: z.enum(['passed', 'failed', 'voided']),
  /** Of which assessment that counted, from 1. */
  attempt: z.int().min(1),
  completedOn: Day,
  recordedOn: Day,
  recordedBy: z.string(),
  /** Place in `outcomes` of the one whose date this corrects; `null`: it corrects none. */
  amends: z.int().min(0).nullable(),
  reason: z.string().nullable(),
});
export type Outcome = z.infer<typeof Outcome>;

/** `training_status`, as each provider has it. */
export const TrainingState = z.object({
  state: z.enum(['active', 'deferred', 'withdrawn']),
  providerId: z.enum(providerIds),
  on: Day,
});

export const Assessment = z.object({ from: Day, to: Day, isProvisional: z.boolean() });

export const StudyData = z.object({
  courseId: z.enum(courseIds),
  cohortId: z.string(),
  providerId: z.enum(providerIds),
  scheduleId: z.enum(scheduleIds),
  startsOn: Day,
  /** As the DfE records it: `null` in a cohort where every eligible place is funded. */
  fundedPlace: z.boolean().nullable(),
  /** Whether the DfE funds this course for this person at all. */
  isEligible: z.boolean(),
  /** Whether the DfE pays for the place. */
  isFunded: z.boolean(),
  /** In the order in which they were recorded, those that were voided too. */
  declarations: z.array(Declaration),
  trainingStates: z.array(TrainingState),
  outcomes: z.array(Outcome),
  attendance: z.object({ percent: z.number(), asOn: Day, recordedOn: Day }).nullable(),
  /** The assessment that counts now, where it is not the schedule's. */
  assessment: Assessment.nullable(),
  /** Assessments that came to nothing: not enough attendance, or failed and to be taken again. */
  assessmentsBehind: z.array(z.object({ from: Day, because: z.enum(['attendance', 'failed']) })),
  /** The number of the assessment that may be sat, from 1. */
  maySit: z.int().min(0),
  /** What the line manager says about time for the assessment. */
  protection: z
    .object({ assessmentFrom: Day, isProtected: z.boolean(), on: Day, note: z.string().nullable() })
    .nullable(),
  deferrals: z.array(
    z.object({
      reason: z.enum(deferralReasons),
      note: z.string().nullable(),
      deferredOn: Day,
      resumedOn: Day.nullable(),
    }),
  ),
  withdrawal: z
    .object({
      reason: z.enum(withdrawalReasons),
      note: z.string().nullable(),
      withdrawnOn: Day,
      /** Nothing was declared yet, so that the DfE's service cannot record it: the provider has to be told. */
      tellProvider: z.boolean(),
    })
    .nullable(),
  rejection: z.object({ reason: z.enum(rejectionReasons), note: z.string().nullable(), rejectedOn: Day }).nullable(),
  /** What the participant said, once a term or oftener. */
  pulses: z.array(
    z.object({ pulse: z.enum(pulses), struggle: z.enum(struggles).nullable(), note: z.string().nullable(), on: Day }),
  ),
  /** The term for which they were asked last: `2026-27-spring`. */
  pulseAskedFor: z.string().nullable(),
  /** The assessment for which the attendance was asked for. */
  attendanceAskedFor: Day.nullable(),
  /** The assessment about whose attendance people were told. */
  attendanceToldFor: Day.nullable(),
  /** The trust's CPD lead was told that they left the trust. */
  leftToldOn: Day.nullable(),
});
export type StudyData = z.infer<typeof StudyData>;

// Building blocks of forms

const labelled = makeLabelled(fields, hints);

/** The earliest day that a date of ours may have: before it there was no NPQ of this kind. */
const EARLIEST = '2021-09-01' as Day;

/** A day that is not in the future, from the one named on. Days are London's (hard case 28). */
const pastDay = (from: Day, today: Day) =>
  dayBetween(from, today, refusals['day-out-of-range'](fullDate(from), fullDate(today)));

const noteText = labelled('note', text(SHORT_TEXT)).optional();

/** Days that the form shows; of those that the rules refuse each has a sentence of its own. */
interface Bounds {
  readonly from: Day;
  readonly to: Day;
}

const declaredOnField = (appliesFrom: Day, today: Day, { from, to }: Bounds) =>
  labelled(
    'declaredOn',
    Day.refine((on) => on >= appliesFrom, {
      error: refusals['before-schedule'](fullDate(appliesFrom)),
      abort: true,
    }).refine((on) => on <= today, refusals['in-the-future']()),
    { formatMinimum: from, formatMaximum: to },
  );

const hasPassedField = (isAsked: boolean) => (isAsked ? { hasPassed: labelled('hasPassed', z.boolean()) } : {});

// What starts one

export const StartForm = z.strictObject({
  personId: labelled('personId', z.string().min(1).max(100)),
  courseId: labelled('courseId', z.enum(courseIds), {
    enum: chooseableCourseIds,
    enumLabels: Object.fromEntries(chooseableCourseIds.map((courseId) => [courseId, courseOf(courseId).name])),
  }),
  // A study is put on record after it has begun, when its cohort has closed.
  cohortId: labelled('cohortId', z.string().min(1).max(20), { includesClosed: true }),
  providerId: labelled('providerId', choice(providerIds, providerName), {
    enum: providerIds,
    enumLabels: Object.fromEntries(providerIds.map((providerId) => [providerId, providerName(providerId)])),
  }).default(USUAL_PROVIDER),
  scheduleId: labelled('scheduleId', choice(scheduleIds, scheduleLabels)).optional(),
  startsOn: labelled('startsOn', Day).optional(),
  isFunded: labelled('isFunded', z.boolean()),
  schoolId: labelled('schoolId', z.string().regex(/^\d{6}$/, 'Enter the six digits of the school’s URN')).optional(),
});
export type StartInput = z.infer<typeof StartForm>;

/** What an application that ends as `enrolled` hands over. */
export const HandOver = z.object({
  courseId: z.enum(courseIds),
  cohortId: z.string(),
  providerId: z.enum(providerIds),
  scheduleId: z.enum(scheduleIds),
  startsOn: Day,
  fundedPlace: z.boolean().nullable(),
  isEligible: z.boolean(),
  isFunded: z.boolean(),
  schoolId: z.string(),
});
export type HandOver = z.infer<typeof HandOver>;

// Forms of outcomes

/** When the provider declared it; whether passed, where the course is assessed (hard case 32). */
export const recordedForm = (now: {
  readonly appliesFrom: Day;
  readonly today: Day;
  /** After the milestones before it, before those after it. */
  readonly bounds: Bounds;
  readonly asksHasPassed: boolean;
}) =>
  z.strictObject({
    declaredOn: declaredOnField(now.appliesFrom, now.today, now.bounds),
    ...hasPassedField(now.asksHasPassed),
  });
export interface RecordedAnswer {
  readonly declaredOn: Day;
  readonly hasPassed?: boolean;
}

export const protectedForm = () => z.strictObject({ note: noteText });
export const notProtectedForm = () =>
  z.strictObject({
    note: labelled('note', text(SHORT_TEXT), {
      title: formHints.notProtectedTitle,
      description: formHints.notProtected,
    }),
  });
export interface ProtectedAnswer {
  readonly note?: string;
}

const attendanceField = labelled('percent', z.number().min(0).max(100), { minimum: 0, maximum: 100 });

export const attendanceConfirmedForm = () => z.strictObject({ percent: attendanceField });
export interface AttendanceConfirmedAnswer {
  readonly percent: number;
}

export const outcomeForm = (now: {
  readonly from: Day;
  readonly today: Day;
  readonly completedOn: Day | undefined;
}) => {
  const field = labelled('completedOn', pastDay(now.from, now.today), {
    formatMinimum: now.from,
    formatMaximum: now.today,
  });
  return z.strictObject({ completedOn: now.completedOn === undefined ? field : field.default(now.completedOn) });
};
export interface OutcomeAnswer {
  readonly completedOn: Day;
}

// Forms of actions

export const deferForm = () =>
  z.strictObject({ reason: labelled('reason', choice(deferralReasons, deferralLabels)), note: noteText });
export interface DeferAnswer {
  readonly reason: (typeof deferralReasons)[number];
  readonly note?: string;
}

const scheduleField = (schedules: readonly ScheduleId[]) => labelled('scheduleId', choice(schedules, scheduleLabels));

const cohortField = (cohorts: readonly NpqCohort[]) =>
  labelled(
    'cohortId',
    choice(
      cohorts.map((cohort) => cohort.id),
      (cohortId) => cohorts.find((cohort) => cohort.id === cohortId)?.label ?? cohortId,
    ),
  );

export interface ScheduleChoices {
  readonly schedules: readonly ScheduleId[];
  readonly cohorts: readonly NpqCohort[];
}

export const resumeForm = ({ schedules, cohorts }: ScheduleChoices) =>
  z.strictObject({ scheduleId: scheduleField(schedules).optional(), cohortId: cohortField(cohorts).optional() });
export interface ScheduleAnswer {
  readonly scheduleId?: ScheduleId;
  readonly cohortId?: string;
}

export const changeScheduleForm = ({ schedules, cohorts }: ScheduleChoices) =>
  z.strictObject({ scheduleId: scheduleField(schedules), cohortId: cohortField(cohorts).optional() });

export const withdrawForm = () =>
  z.strictObject({ reason: labelled('reason', choice(withdrawalReasons, withdrawalLabels)), note: noteText });
export interface WithdrawAnswer {
  readonly reason: (typeof withdrawalReasons)[number];
  readonly note?: string;
}

export const rejectForm = () =>
  z.strictObject({ reason: labelled('reason', choice(rejectionReasons, rejectionLabels)), note: noteText });
export interface RejectAnswer {
  readonly reason: (typeof rejectionReasons)[number];
  readonly note?: string;
}

export const changeProviderForm = (now: {
  readonly offered: readonly ProviderId[];
  readonly from: Day;
  readonly today: Day;
}) =>
  z.strictObject({
    providerId: labelled('providerId', choice(now.offered, providerName)),
    changedOn: labelled('changedOn', pastDay(now.from, now.today)).default(now.today),
    isWithdrawnByEarlier: labelled('isWithdrawnByEarlier', z.boolean()).default(false),
  });
export interface ChangeProviderAnswer {
  readonly providerId: ProviderId;
  readonly changedOn: Day;
  readonly isWithdrawnByEarlier: boolean;
}

export const moveSchoolForm = (schools: Parameters<typeof schoolField>[0]) =>
  z.strictObject({ schoolId: labelled('schoolId', schoolField(schools)) });
export interface MoveSchoolAnswer {
  readonly schoolId: string;
}

/** Any type: which of them the schedule has, and which comes next, is said by the rules, with what is wrong. */
export const declareForm = (now: { readonly appliesFrom: Day; readonly today: Day }) =>
  z.strictObject({
    declarationType: labelled('declarationType', choice(declarationTypes, declarationLabels)),
    declaredOn: declaredOnField(now.appliesFrom, now.today, { from: now.appliesFrom, to: now.today }),
    hasPassed: labelled('hasPassed', z.boolean()).optional(),
  });
export interface DeclareAnswer extends RecordedAnswer {
  readonly declarationType: DeclarationType;
}

const liveType = (types: readonly DeclarationType[]) => labelled('declarationType', choice(types, declarationLabels));

export const voidForm = (types: readonly DeclarationType[]) => z.strictObject({ declarationType: liveType(types) });
export interface VoidAnswer {
  readonly declarationType: DeclarationType;
}

export const stateForm = (types: readonly DeclarationType[], states: readonly DeclarationState[]) =>
  z.strictObject({
    declarationType: liveType(types),
    state: labelled('state', choice(states, stateLabels)),
  });
export interface StateAnswer extends VoidAnswer {
  readonly state: DeclarationState;
}

export const attendanceForm = (today: Day) =>
  z.strictObject({ percent: attendanceField, asOn: labelled('asOn', pastDay(EARLIEST, today)).default(today) });
export interface AttendanceAnswer {
  readonly percent: number;
  readonly asOn: Day;
}

export const assessmentForm = () =>
  z
    .strictObject({ from: labelled('from', Day), to: labelled('to', Day) })
    .refine(({ from, to }) => to >= from, { path: ['to'], error: refusals['ends-before-it-begins']() });
export interface AssessmentAnswer {
  readonly from: Day;
  readonly to: Day;
}

export const amendForm = (now: { readonly from: Day; readonly today: Day }) =>
  z.strictObject({
    completedOn: labelled('completedOn', pastDay(now.from, now.today), {
      formatMinimum: now.from,
      formatMaximum: now.today,
    }),
    reason: labelled('reason', text(SHORT_TEXT), { description: formHints.amendReason }),
  });
export interface AmendAnswer {
  readonly completedOn: Day;
  readonly reason: string;
}

export const pulseForm = () =>
  z
    .strictObject({
      pulse: labelled('pulse', choice(pulses, pulseLabels)),
      struggle: labelled('struggle', choice(struggles, struggleLabels)).optional(),
      note: labelled('note', text(SHORT_TEXT), { description: formHints.pulseNote }).optional(),
    })
    .refine(({ pulse, struggle }) => pulse !== 'struggling' || struggle !== undefined, {
      path: ['struggle'],
      error: refusals['struggle-needed'](),
    });
export interface PulseAnswer {
  readonly pulse: Pulse;
  readonly struggle?: (typeof struggles)[number];
  readonly note?: string;
}
