/**
 * What an NPQ application keeps, what starts one, and the form of each outcome and action. A form is built from what the
 * rules allow now: its enums hold only that, and only what is needed now is required. Labels come from `texts.ts`.
 */
import * as z from 'zod';
import type { NpqCohort } from '../kernel/calendar.ts';
import { choice, dayBetween, makeLabelled, schoolField, text } from '../kernel/forms.ts';
import { Day, fullDate } from '../kernel/time.ts';
import {
  type Course,
  chooseableCourseIds,
  courseIds,
  courseOf,
  deferralReasons,
  type FundingRoute,
  fundingCodes,
  fundingRoutes,
  headteacherStatuses,
  type ProviderId,
  providerIds,
  providerName,
  rejectionReasons,
  scheduleIds,
  schedulesFor,
  USUAL_PROVIDER,
  usualSchedule,
  withdrawalReasons,
} from '../npq/courses.ts';
import { deferralLabels, rejectionLabels, withdrawalLabels } from '../npq/words.ts';
import { type FundedPlaceRefusal, type Funding, fundedPlaceRefusal, isScholarshipPossible } from './funding.ts';
import { fields, fundedPlaceSentences, headteacherLabels, hints, refusals, routeLabels } from './texts.ts';

/** Most characters of a text in which somebody explains something. */
const LONG_TEXT = 4000;
const SHORT_TEXT = 2000;

// What is kept

export const FundingData = z.object({ code: z.enum(fundingCodes), sentence: z.string(), isEligible: z.boolean() });

export const Endorsement = z.object({
  endorsedBy: z.string(),
  endorsedOn: Day,
  isReleaseAgreed: z.boolean(),
  isCoverAgreed: z.boolean(),
  /** `null`: the question did not arise. */
  schoolWillPay: z.boolean().nullable(),
  /** The price that was shown; `null` where none is published. */
  priceInPounds: z.number().nullable(),
  /** The earlier application whose endorsement counts. */
  carriedOverFrom: z.string().nullable(),
});
export type Endorsement = z.infer<typeof Endorsement>;

export const Approval = z.object({
  approvedBy: z.string(),
  approvedOn: Day,
  fundingSource: z.enum(fundingRoutes),
  secondNpqReason: z.string().nullable(),
  /** The chain had nobody else: one person endorsed and approved. */
  isByEndorser: z.boolean(),
  carriedOverFrom: z.string().nullable(),
});
export type Approval = z.infer<typeof Approval>;

export const Acceptance = z.object({
  acceptedOn: Day,
  /** As the DfE records it: `null` in a cohort where every eligible place is funded. */
  fundedPlace: z.boolean().nullable(),
  /** Whether the DfE pays for the place. */
  isFunded: z.boolean(),
  startsOn: Day,
  scheduleId: z.enum(scheduleIds),
  isTrnPending: z.boolean(),
});

export const ApplicationData = z.object({
  courseId: z.enum(courseIds),
  cohortId: z.string(),
  providerId: z.enum(providerIds),
  motivation: z.string(),
  fundingRoute: z.enum(fundingRoutes),
  headteacherStatus: z.enum(headteacherStatuses).nullable(),
  trn: z.string().nullable(),
  funding: FundingData,
  /** What the headteacher asks to be changed, until it is sent back. */
  changesRequested: z.string().nullable(),
  /** The approver named the school as payer, and the headteacher has not answered yet. */
  isSchoolAskedToPay: z.boolean(),
  endorsement: Endorsement.nullable(),
  /** The last endorsement that was taken back, and why. */
  endorsementWithdrawal: z.object({ withdrawnBy: z.string(), withdrawnOn: Day, reason: z.string() }).nullable(),
  approval: Approval.nullable(),
  declinedBy: z.enum(['endorsement', 'approval']).nullable(),
  declineReason: z.string().nullable(),
  registration: z.object({ registeredOn: Day, reference: z.string().nullable(), recordedBy: z.string() }).nullable(),
  acceptance: Acceptance.nullable(),
  rejection: z.object({ reason: z.enum(rejectionReasons), note: z.string().nullable(), rejectedOn: Day }).nullable(),
  /** The last deferral. */
  deferral: z.object({ fromCohortId: z.string(), reason: z.enum(deferralReasons), deferredOn: Day }).nullable(),
  withdrawal: z
    .object({ reason: z.enum(withdrawalReasons).nullable(), note: z.string().nullable(), withdrawnOn: Day })
    .nullable(),
});
export type ApplicationData = z.infer<typeof ApplicationData>;

// Building blocks of forms

const labelled = makeLabelled(fields, hints);

const TRN_PATTERN = /^\d{7}$/;

/** Drops the spaces that a payslip prints. */
const withoutSpaces = (value: string): string => value.replace(/\s/g, '');

/**
 * A TRN by the strict rule: spaces dropped, exactly seven digits, not 0000000. Text, because leading zeros count
 * (`valid_trn_validator.rb`).
 */
export const Trn = z
  .string()
  .overwrite(withoutSpaces)
  .refine((value) => TRN_PATTERN.test(value) && value !== '0000000', refusals['bad-trn']());

/** How the rule looks to somebody who fills the form in: seven digits, with or without spaces. */
const trnHint = { pattern: '^\\s*(?:\\d\\s*){7}$', examples: ['1234567'] };

// What starts one

export const StartForm = z.strictObject({
  personId: labelled('personId', z.string().min(1).max(100)).optional(),
  courseId: labelled('courseId', z.enum(courseIds), {
    enum: chooseableCourseIds,
    enumLabels: Object.fromEntries(chooseableCourseIds.map((courseId) => [courseId, courseOf(courseId).name])),
  }),
  cohortId: labelled('cohortId', z.string().min(1).max(20)),
  providerId: labelled('providerId', choice(providerIds, providerName), {
    enum: providerIds,
    enumLabels: Object.fromEntries(providerIds.map((providerId) => [providerId, providerName(providerId)])),
  }).default(USUAL_PROVIDER),
  motivation: labelled('motivation', text(LONG_TEXT)),
  fundingRoute: labelled('fundingRoute', choice(fundingRoutes, routeLabels)),
  headteacherStatus: labelled('headteacherStatus', choice(headteacherStatuses, headteacherLabels)).optional(),
  trn: labelled('trn', Trn, trnHint).optional(),
  schoolId: labelled('schoolId', z.string().regex(/^\d{6}$/, 'Enter the six digits of the school’s URN')).optional(),
  draft: labelled('draft', z.boolean()).optional(),
});
export type StartInput = z.infer<typeof StartForm>;

// Forms of outcomes

const reasonText = labelled('reason', text(SHORT_TEXT));
const noteText = labelled('note', text(SHORT_TEXT)).optional();

const contentFields = {
  motivation: labelled('motivation', text(LONG_TEXT)).optional(),
  fundingRoute: labelled('fundingRoute', choice(fundingRoutes, routeLabels)).optional(),
};

/** `submitted` and `resubmitted`: whoever confirms may still change what is written. The TRN is asked for where it is not known. */
export const contentForm = ({ isTrnKnown }: { readonly isTrnKnown: boolean }) =>
  z.strictObject({
    ...contentFields,
    ...(isTrnKnown ? {} : { trn: labelled('trn', Trn, trnHint).optional() }),
  });
export interface ContentAnswer {
  readonly motivation?: string;
  readonly fundingRoute?: FundingRoute;
  readonly trn?: string;
}

/** `withdrawn` as an answer to a task: the reason may be left out, nothing has begun yet. */
export const withdrawnForm = () =>
  z.strictObject({
    reason: labelled('reason', choice(withdrawalReasons, withdrawalLabels)).optional(),
    note: noteText,
  });

export const endorsedForm = ({ isPaymentAsked }: { readonly isPaymentAsked: boolean }) =>
  z.strictObject({
    isReleaseAgreed: labelled('isReleaseAgreed', z.boolean()),
    isCoverAgreed: labelled('isCoverAgreed', z.boolean()),
    ...(isPaymentAsked ? { schoolWillPay: labelled('schoolWillPay', z.boolean()) } : {}),
  });
export interface EndorsedAnswer {
  readonly isReleaseAgreed: boolean;
  readonly isCoverAgreed: boolean;
  readonly schoolWillPay?: boolean;
}

export const declinedForm = () =>
  z.strictObject({ reason: labelled('reason', text(SHORT_TEXT), { description: hints.declineReason }) });
export type DeclinedAnswer = z.infer<ReturnType<typeof declinedForm>>;

export const changesForm = () => z.strictObject({ changes: labelled('changes', text(SHORT_TEXT)) });
export type ChangesAnswer = z.infer<ReturnType<typeof changesForm>>;

/** Who can pay: the DfE only where it may fund this application at all. */
export const fundingSourcesFor = (funding: Funding): readonly FundingRoute[] =>
  isScholarshipPossible(funding) ? fundingRoutes : fundingRoutes.filter((route) => route !== 'dfe-scholarship');

export const approvedForm = ({
  funding,
  isSecondCourse,
}: {
  readonly funding: Funding;
  readonly isSecondCourse: boolean;
}) =>
  z.strictObject({
    fundingSource: labelled('fundingSource', choice(fundingSourcesFor(funding), routeLabels)),
    ...(isSecondCourse ? { secondNpqReason: labelled('secondNpqReason', text(SHORT_TEXT)) } : {}),
  });
export interface ApprovedAnswer {
  readonly fundingSource: FundingRoute;
  readonly secondNpqReason?: string;
}

const cohortChoice = (cohorts: readonly NpqCohort[]) =>
  labelled(
    'cohortId',
    choice(
      cohorts.map((cohort) => cohort.id),
      (cohortId) => cohorts.find((cohort) => cohort.id === cohortId)?.label ?? cohortId,
    ),
  );

export const nextCohortForm = (cohorts: readonly NpqCohort[]) => z.strictObject({ cohortId: cohortChoice(cohorts) });
export type NextCohortAnswer = z.infer<ReturnType<typeof nextCohortForm>>;

/** From the opening of the cohort to today, and not after the provider's deadline. Days are London's (hard case 28). */
export function registeredForm({ cohort, today }: { readonly cohort: NpqCohort; readonly today: Day }) {
  const last = today < cohort.providerDeadline ? today : cohort.providerDeadline;
  const opens = cohort.registrationOpens;
  return z.strictObject({
    registeredOn: labelled(
      'registeredOn',
      Day.refine((on) => on <= cohort.providerDeadline, {
        error: refusals['registered-after-deadline'](fullDate(cohort.providerDeadline)),
        abort: true,
      }).refine(
        (on) => on >= opens && on <= last,
        refusals['registered-out-of-range'](fullDate(opens), fullDate(last)),
      ),
      { formatMinimum: opens, formatMaximum: last },
    ),
    reference: labelled('reference', text(100)).optional(),
  });
}
export type RegisteredAnswer = z.infer<ReturnType<typeof registeredForm>>;

export const notRegisteredForm = () => z.strictObject({ note: noteText });

/** `fundedPlace` as the cohort wants it: each of the four refusals has its own sentence. */
function fundedPlaceField(cohortFunding: NpqCohort['funding'], funding: Funding) {
  const refused = (value: unknown): FundedPlaceRefusal | undefined => fundedPlaceRefusal(cohortFunding, funding, value);
  const error = (issue: { readonly input?: unknown }) => {
    const refusal = refused(issue.input);
    return refusal === undefined ? undefined : fundedPlaceSentences[refusal];
  };
  if (cohortFunding === 'full') return labelled('fundedPlace', z.null({ error })).optional();
  return refused(true) === undefined
    ? labelled('fundedPlace', z.boolean({ error }))
    : labelled('fundedPlace', z.literal(false, { error }), { enum: [false] });
}

/** The longest time between a cohort's start and a provider's own: a year. */
const LATEST_START_DAYS = 365;

export function acceptedForm({
  course,
  cohort,
  funding,
  isTrnKnown,
  isRefusedAnyway,
  latestStart,
}: {
  readonly course: Course;
  readonly cohort: NpqCohort;
  readonly funding: Funding;
  readonly isTrnKnown: boolean;
  /** Another application is accepted: no field shall hide that behind a complaint of its own. */
  readonly isRefusedAnyway: boolean;
  readonly latestStart: Day;
}) {
  const form = z.strictObject({
    fundedPlace: isRefusedAnyway
      ? labelled('fundedPlace', z.boolean().nullable()).optional()
      : fundedPlaceField(cohort.funding, funding),
    startsOn: labelled(
      'startsOn',
      dayBetween(
        cohort.registrationOpens,
        latestStart,
        refusals['start-out-of-range'](fullDate(cohort.registrationOpens), fullDate(latestStart)),
      ),
      { formatMinimum: cohort.registrationOpens, formatMaximum: latestStart },
    ).default(cohort.startsOn),
    scheduleId: labelled(
      'scheduleId',
      choice(schedulesFor(course), (scheduleId) => scheduleId),
    ).default(usualSchedule(course, cohort, cohort.startsOn)),
    ...(isTrnKnown
      ? {}
      : {
          trn: labelled('trn', z.union([Trn, z.string().overwrite(withoutSpaces).length(0)], refusals['bad-trn']()), {
            type: 'string',
            anyOf: undefined,
            pattern: '^\\s*(?:(?:\\d\\s*){7})?$',
            examples: trnHint.examples,
          }).optional(),
          trnPending: labelled('trnPending', z.boolean()).optional(),
        }),
  });
  if (isTrnKnown || isRefusedAnyway) return form;
  return form
    .refine((answer) => isTrnGiven(answer) || isTrnToFollow(answer), { path: ['trn'], error: refusals['trn-needed']() })
    .meta({ required: [...(cohort.funding === 'full' ? [] : ['fundedPlace']), 'trn'] });
}

const isTrnGiven = (answer: { readonly trn?: unknown }): boolean => typeof answer.trn === 'string' && answer.trn !== '';
const isTrnToFollow = (answer: { readonly trnPending?: unknown }): boolean => answer.trnPending === true;

export interface AcceptedAnswer {
  readonly fundedPlace?: boolean | null;
  readonly startsOn: Day;
  readonly scheduleId: z.infer<typeof Acceptance>['scheduleId'];
  readonly trn?: string;
  readonly trnPending?: boolean;
}

export { LATEST_START_DAYS };

export const rejectedForm = () =>
  z.strictObject({ reason: labelled('reason', choice(rejectionReasons, rejectionLabels)), note: noteText });
export type RejectedAnswer = z.infer<ReturnType<typeof rejectedForm>>;

export const trnForm = () => z.strictObject({ trn: labelled('trn', Trn, trnHint) });
export type TrnAnswer = z.infer<ReturnType<typeof trnForm>>;

// Forms of actions

export const withdrawForm = () =>
  z.strictObject({ reason: labelled('reason', choice(withdrawalReasons, withdrawalLabels)), note: noteText });
export interface WithdrawAnswer {
  readonly reason?: (typeof withdrawalReasons)[number] | undefined;
  readonly note?: string | undefined;
}

export const deferForm = (cohorts: readonly NpqCohort[]) =>
  z.strictObject({
    cohortId: cohortChoice(cohorts),
    reason: labelled('reason', choice(deferralReasons, deferralLabels)),
  });
export type DeferAnswer = z.infer<ReturnType<typeof deferForm>>;

export const changeProviderForm = (offered: readonly ProviderId[]) =>
  z.strictObject({ providerId: labelled('providerId', choice(offered, providerName)) });
export type ChangeProviderAnswer = z.infer<ReturnType<typeof changeProviderForm>>;

export const moveSchoolForm = (schools: readonly { readonly schoolId: string; readonly name: string }[] | 'any') =>
  z.strictObject({ schoolId: labelled('schoolId', schoolField(schools)) });
export type MoveSchoolAnswer = z.infer<ReturnType<typeof moveSchoolForm>>;

export const withdrawEndorsementForm = () => z.strictObject({ reason: reasonText });
export type WithdrawEndorsementAnswer = z.infer<ReturnType<typeof withdrawEndorsementForm>>;
