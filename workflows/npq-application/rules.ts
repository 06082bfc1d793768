/**
 * The policy of an NPQ application: who may start one and where it begins, what each answer comes to, what may be done
 * at any time. Pure: everything a rule looks at is in its view.
 *
 * Sources: the trust's own settled rules; `DFE-Digital/npq-registration` at 9e9784a85 (21 August 2026) for the DfE's
 * (`applications/{accept,reject}.rb`, `app/models/application.rb`, `docs/funding.md`). Numbers of hard cases are those
 * of the project's list of facts.
 */
import {
  addSchoolDays,
  cohort as cohortOnFile,
  cohortState,
  cohorts,
  type NpqCohort,
  nextSchoolDay,
  schoolDaysBetween,
} from '../kernel/calendar.ts';
import { countedFrom, type DueContext, defaultDueOn } from '../kernel/due.ts';
import { tell, tellEach } from '../kernel/news.ts';
import { currentPosts, holdersNow, holds, lineManagerOf, schoolsOf } from '../kernel/people.ts';
import type { Acted, Answered, Effect, Course as Path, Started, View } from '../kernel/process.ts';
import { type Person, type Process, TRUST } from '../kernel/records.ts';
import { isRejection, type Rejection } from '../kernel/rejections.ts';
import { addDays, type Day, dayOf } from '../kernel/time.ts';
import type { World } from '../kernel/world.ts';
import {
  type Course,
  courseOf,
  detailsOf,
  isOffered,
  isSameCourse,
  type ProviderId,
  privateReasons,
  providerIds,
} from '../npq/courses.ts';
import { acceptedGuard } from '../npq/effects.ts';
import { schoolsToMoveTo } from '../npq/schools.ts';
import {
  type EarlierPlace,
  type Funding,
  fundingAfterAcceptance,
  fundingFor,
  isPlaceFunded,
  isPreviouslyFunded,
} from './funding.ts';
import * as refuse from './refusals.ts';
import {
  type AcceptedAnswer,
  ApplicationData,
  type ApprovedAnswer,
  type ChangeProviderAnswer,
  type ChangesAnswer,
  type ContentAnswer,
  type DeclinedAnswer,
  type DeferAnswer,
  type EndorsedAnswer,
  fundingSourcesFor,
  LATEST_START_DAYS,
  type MoveSchoolAnswer,
  type NextCohortAnswer,
  type RegisteredAnswer,
  type RejectedAnswer,
  type StartInput,
  type TrnAnswer,
  type WithdrawAnswer,
  type WithdrawEndorsementAnswer,
} from './schemas.ts';

export const KIND = 'npq-application';
const STUDY = 'npq-study';

type ApplicationView = View<ApplicationData>;
type Answer<Outcome extends string> = Answered<ApplicationData, Outcome>;

// What an application stands in

/** The cohort of a stored application. Throws where the calendar has lost it: a calendar must keep the cohorts in use. */
export function cohortOf(world: World, cohortId: string): NpqCohort {
  const found = cohortOnFile(world.calendar, cohortId);
  if (!found) throw new Error(`The calendar has no cohort ${cohortId}`);
  return found;
}

/** Course and cohort of the application in view. */
export const courseAndCohort = ({ data, world }: ApplicationView): { course: Course; cohort: NpqCohort } => ({
  course: courseOf(data.courseId),
  cohort: cohortOf(world, data.cohortId),
});

/** Live: it may still come to something. */
export const isLive = ({ status }: Process): boolean => status === 'active' || status === 'paused';

interface OtherApplication {
  readonly process: Process;
  readonly data: ApplicationData;
}

/** The person's other applications, ended ones too. */
export const otherApplications = ({ others }: World): readonly OtherApplication[] =>
  others
    .filter((process) => process.kind === KIND)
    .map((process) => ({ process, data: ApplicationData.parse(process.data) }));

/** Other live applications for the same course: another provider or another cohort, which is allowed. */
export const otherLiveForCourse = ({ data, world }: ApplicationView): readonly OtherApplication[] =>
  otherApplications(world).filter((other) => isLive(other.process) && isSameCourse(other.data.courseId, data.courseId));

/** How the study that came of an application ended, where it has. */
const studyEnd = ({ others }: World, application: Process): string | undefined =>
  others.find((other) => other.kind === STUDY && other.parentId === application.processId)?.outcome;

/**
 * Accepted and not withdrawn: it waits for the start, or the person is enrolled (`applications/accept.rb`). Somebody who
 * has withdrawn from the study, or whose provider took the acceptance back, may be accepted again (hard case 41).
 */
function isAccepted({ process, data }: OtherApplication, world: World): boolean {
  if (data.acceptance === null) return false;
  if (isLive(process)) return true;
  const end = studyEnd(world, process);
  return process.outcome === 'enrolled' && end !== 'withdrawn' && end !== 'rejected';
}

/** An accepted application for the same course and cohort, the only one there may be (hard case 2). */
export const acceptedElsewhere = ({ data, world }: ApplicationView): OtherApplication | undefined =>
  otherApplications(world).find(
    (other) =>
      isAccepted(other, world) &&
      other.data.cohortId === data.cohortId &&
      isSameCourse(other.data.courseId, data.courseId),
  );

/** Different courses that the person applies for or studies at the same time (hard case 6). */
export const coursesBeside = ({ data, world }: ApplicationView): readonly string[] => [
  ...new Set(
    world.others
      .filter((other) => isLive(other) && (other.kind === KIND || other.kind === STUDY))
      .map((other) => String(other.data['courseId']))
      .filter((courseId) => !isSameCourse(courseId, data.courseId)),
  ),
];

const isDuplicate = (
  world: World,
  { courseId, cohortId, providerId }: Pick<ApplicationData, 'courseId' | 'cohortId' | 'providerId'>,
): boolean =>
  otherApplications(world).some(
    ({ process, data }) =>
      isLive(process) && data.courseId === courseId && data.cohortId === cohortId && data.providerId === providerId,
  );

// Names that only one application may hold

/** One live application for a person, course, cohort and provider. */
export const liveGuard = (
  personId: string,
  { courseId, cohortId, providerId }: Pick<ApplicationData, 'courseId' | 'cohortId' | 'providerId'>,
): string => `npq#${personId}#${courseId}#${cohortId}#${providerId}`;

const claimLive = (personId: string, data: ApplicationData): Effect => ({
  effect: 'claim',
  guard: liveGuard(personId, data),
  rejection: refuse.duplicate(),
});

const releaseLive = (personId: string, data: ApplicationData): Effect => ({
  effect: 'release',
  guard: liveGuard(personId, data),
});

const releaseAccepted = (personId: string, data: ApplicationData): readonly Effect[] =>
  data.acceptance === null ? [] : [{ effect: 'release', guard: acceptedGuard(personId, data) }];

// Funding

const earlierPlaces = (world: World): readonly EarlierPlace[] => [
  ...world.subject.qualifications,
  ...otherApplications(world).flatMap(({ process, data }) =>
    data.acceptance === null || studyEnd(world, process) === 'rejected'
      ? []
      : [{ courseId: data.courseId, isFunded: data.acceptance.isFunded }],
  ),
];

type FundingQuestion = Pick<ApplicationData, 'courseId' | 'cohortId' | 'headteacherStatus'>;

const fundingAt = (world: World, schoolId: string, asked: FundingQuestion): Funding =>
  fundingFor({
    course: courseOf(asked.courseId),
    cohort: cohortOf(world, asked.cohortId),
    schoolId,
    school: world.directory.school(schoolId),
    isPreviouslyFunded: isPreviouslyFunded(asked.courseId, earlierPlaces(world)),
    headteacherStatus: asked.headteacherStatus,
  });

/** Worked out at every stage before the provider's acceptance; afterwards it stands (hard case 17). */
export const fundingNow = ({ data, process, world }: ApplicationView): Funding =>
  data.acceptance === null ? fundingAt(world, process.schoolId, data) : data.funding;

/** The application with its funding as it is today: written when a task opens, so that everybody reads the same. */
export const withFundingNow = (view: ApplicationView): ApplicationData => ({ ...view.data, funding: fundingNow(view) });

// Start

/**
 * Starts an application: for oneself, or by a lead for somebody else, who then confirms it first. Refused where the
 * cohort has closed (a draft may be kept, hard case 14), the provider does not offer the course then, the course is
 * passed, the same application is under way, or no current post is on file.
 */
export function start(
  sent: Readonly<Record<string, unknown>>,
  actor: Person,
  world: World,
): Started<ApplicationData> | Rejection {
  const input = sent as StartInput;
  const { subject, today } = world;
  const cohort = cohortOnFile(world.calendar, input.cohortId);
  if (!cohort) return refuse.noSuchCohort();
  const schoolId = schoolToRegisterUnder(input.schoolId, actor, world);
  if (isRejection(schoolId)) return schoolId;
  if (input.trn !== undefined && subject.trn !== undefined && input.trn !== subject.trn) return refuse.otherTrn();

  const state = cohortState(cohort, today);
  if (!isOffered(cohort, input.courseId, input.providerId))
    return refuse.notOffered(cohort, input.courseId, input.providerId);
  if (state === 'closed' && input.draft !== true) return refuse.cohortClosed(cohort);
  if (hasPassed(subject, input.courseId)) return refuse.alreadyPassed(input.courseId);
  if (isDuplicate(world, input)) return refuse.duplicate();

  const isOnBehalf = actor.personId !== subject.personId;
  const headteacherStatus = input.headteacherStatus ?? null;
  const data: ApplicationData = {
    courseId: input.courseId,
    cohortId: input.cohortId,
    providerId: input.providerId,
    motivation: input.motivation,
    fundingRoute: input.fundingRoute,
    headteacherStatus,
    trn: subject.trn ?? input.trn ?? null,
    funding: fundingAt(world, schoolId, { courseId: input.courseId, cohortId: input.cohortId, headteacherStatus }),
    changesRequested: null,
    isSchoolAskedToPay: false,
    endorsement: null,
    endorsementWithdrawal: null,
    approval: null,
    declinedBy: null,
    declineReason: null,
    registration: null,
    acceptance: null,
    rejection: null,
    deferral: null,
    withdrawal: null,
  };
  return {
    data,
    subjectId: subject.personId,
    schoolId,
    ruleSet: cohort.id,
    wait: input.draft === true || isOnBehalf || state !== 'open' ? 'submit' : 'endorse',
    effects: [claimLive(subject.personId, data), ...recordTrn(world, input.trn)],
  };
}

/** Passed once is passed, under the old name of the course as well. */
const hasPassed = (person: Person, courseId: string): boolean =>
  person.qualifications.some((held) => held.outcome === 'passed' && isSameCourse(held.courseId, courseId));

const recordTrn = ({ subject }: World, trn: string | undefined): readonly Effect[] =>
  trn === undefined || trn === '' || subject.trn === trn ? [] : [{ effect: 'record-trn', trn }];

/**
 * The school of the application: one of the person's current schools, by default the one with most hours, for a lead
 * the one that they lead. Central staff name any school of the trust.
 */
function schoolToRegisterUnder(named: string | undefined, actor: Person, world: World): string | Rejection {
  const { subject, today } = world;
  const theirs = schoolsOf(subject, today);
  if (theirs.length === 0) return refuse.noCurrentPost();
  const isCentral = theirs.includes(TRUST);
  const leads = (schoolId: string): boolean => mayApplyForOthers(actor, schoolId, today);
  const isForOther = actor.personId !== subject.personId;
  if (named === undefined) {
    const [main] = theirs;
    const led = isForOther ? theirs.find((schoolId) => schoolId !== TRUST && leads(schoolId)) : undefined;
    const schoolId = main !== undefined && (!isForOther || leads(main)) ? main : (led ?? main);
    if (schoolId === undefined || schoolId === TRUST) return refuse.nameTheSchool();
    return isForOther && !leads(schoolId) ? refuse.notYourSchool() : schoolId;
  }
  if (!theirs.includes(named)) {
    if (!isCentral) return refuse.notASchoolOfTheirs();
    if (!world.directory.school(named)) return refuse.noSuchSchool();
  }
  return isForOther && !leads(named) ? refuse.notYourSchool() : named;
}

const mayApplyForOthers = (actor: Person, schoolId: string, today: Day): boolean =>
  (['school-lead', 'headteacher', 'trust-lead'] as const).some((role) => holds(actor, role, schoolId, today));

// Draft and revision

/** What the applicant may still change when submitting, sending back. */
function withContent(view: ApplicationView, form: ContentAnswer): ApplicationData {
  const data = withFundingNow(view);
  return {
    ...data,
    motivation: form.motivation ?? data.motivation,
    fundingRoute: form.fundingRoute ?? data.fundingRoute,
    trn: view.world.subject.trn ?? form.trn ?? data.trn,
  };
}

/** Only while the cohort is open, both days included. */
export function submitted(view: ApplicationView, form: ContentAnswer): Answer<'submitted'> | Rejection {
  const { cohort } = courseAndCohort(view);
  const state = cohortState(cohort, view.world.today);
  if (state === 'not-open') return refuse.cohortNotOpen(cohort);
  if (state === 'closed') return refuse.cohortClosed(cohort);
  return { outcome: 'submitted', data: withContent(view, form), effects: recordTrn(view.world, form.trn) };
}

export const resubmitted = (view: ApplicationView, form: ContentAnswer): Answer<'resubmitted'> => ({
  outcome: 'resubmitted',
  data: { ...withContent(view, form), changesRequested: null },
  effects: recordTrn(view.world, form.trn),
});

/** Whether the person's TRN is on record: then no form asks for it. */
export const isTrnKnown = ({ world }: ApplicationView): boolean => world.subject.trn !== undefined;

export const withdrawnByTask = (view: ApplicationView, form: WithdrawAnswer): Answer<'withdrawn'> => ({
  outcome: 'withdrawn',
  data: { ...view.data, withdrawal: withdrawalOf(view, form) },
});

const withdrawalOf = ({ world }: ApplicationView, form: WithdrawAnswer): ApplicationData['withdrawal'] => ({
  reason: form.reason ?? null,
  note: form.note ?? null,
  withdrawnOn: world.today,
});

// Endorsement

/** How long the endorsement and approval of an application that came to nothing count for a new one, in school days. */
const CARRIED_OVER_FOR = 40;

/**
 * A new application for the same course, cohort and school within 40 school days of `rejected` or `lapsed` takes
 * endorsement and approval over. Once only, when it is first put to the head; and not where they could not be given
 * today: the DfE would no longer pay, or a second course needs a reason that nobody gave.
 */
export function carriedOver(view: ApplicationView): Answer<'carried-over'> | undefined {
  const { data, process, world, history } = view;
  if (history.some((wait) => wait.wait === 'endorse')) return undefined;
  const earlier = otherApplications(world)
    .filter(
      (other) =>
        (other.process.outcome === 'rejected' || other.process.outcome === 'lapsed') &&
        other.process.schoolId === process.schoolId &&
        other.data.courseId === data.courseId &&
        other.data.cohortId === data.cohortId,
    )
    .sort((a, b) => ((a.process.endedAt ?? '') < (b.process.endedAt ?? '') ? 1 : -1))[0];
  if (!earlier?.process.endedAt || !earlier.data.endorsement || !earlier.data.approval) return undefined;
  const { calendar, today, subject } = world;
  if (schoolDaysBetween(calendar, dayOf(earlier.process.endedAt), today, process.schoolId) > CARRIED_OVER_FOR)
    return undefined;
  const { endorsement, approval } = earlier.data;
  if (!fundingSourcesFor(fundingNow(view)).includes(approval.fundingSource)) return undefined;
  if (coursesBeside(view).length > 0 && approval.secondNpqReason === null) return undefined;
  const carriedOverFrom = earlier.process.processId;
  return {
    outcome: 'carried-over',
    data: {
      ...withFundingNow(view),
      endorsement: { ...endorsement, carriedOverFrom },
      approval: { ...approval, carriedOverFrom },
    },
    effects: [
      tell(subject.personId, 'decided', 'carried-over'),
      ...tellEach([endorsement.endorsedBy, approval.approvedBy], 'decision-carried-over', [subject.personId]),
    ],
    eventData: { carriedOverFrom },
  };
}

/** Whether the head is asked to pay: the route is the school, the DfE does not (surely) pay, or the approver asks. */
export const isPaymentAsked = (view: ApplicationView): boolean =>
  view.data.fundingRoute === 'school' || view.data.isSchoolAskedToPay || !fundingNow(view).isEligible;

/** The line manager is told, not asked, the first time that a head of that school is. */
export function onEndorsementOpened(view: ApplicationView): { data: ApplicationData; effects: readonly Effect[] } {
  const { world, process, history } = view;
  const isFirstHere = !history.some((wait) => wait.wait === 'endorse' && wait.schoolId === process.schoolId);
  const manager = lineManagerOf(world.subject, process.schoolId, world.directory, world.today);
  const candidate = view.wait?.candidate;
  const isAsked =
    manager !== undefined &&
    candidate !== undefined &&
    ('personId' in candidate
      ? candidate.personId === manager.personId
      : holds(manager, candidate.role, candidate.schoolId, world.today));
  return {
    data: withFundingNow(view),
    effects:
      isFirstHere && !isAsked ? tellEach([manager?.personId], 'endorsement-opened', [world.subject.personId]) : [],
  };
}

export const endorsed = (view: ApplicationView, form: EndorsedAnswer, actor: Person): Answer<'endorsed'> => {
  const { data, world } = view;
  return {
    outcome: 'endorsed',
    data: {
      ...withFundingNow(view),
      isSchoolAskedToPay: false,
      changesRequested: null,
      endorsement: {
        endorsedBy: actor.personId,
        endorsedOn: world.today,
        isReleaseAgreed: form.isReleaseAgreed,
        isCoverAgreed: form.isCoverAgreed,
        schoolWillPay: form.schoolWillPay ?? null,
        priceInPounds: detailsOf(data.courseId, data.providerId, data.cohortId).priceInPounds,
        carriedOverFrom: null,
      },
      approval: null,
    },
    effects: [tell(world.subject.personId, 'decided', 'endorsed')],
  };
};

export const changesRequested = (view: ApplicationView, form: ChangesAnswer): Answer<'changes-requested'> => ({
  outcome: 'changes-requested',
  data: { ...withFundingNow(view), changesRequested: form.changes },
});

export const declined = (
  view: ApplicationView,
  form: DeclinedAnswer,
  declinedBy: 'endorsement' | 'approval',
): Answer<'declined'> => ({
  outcome: 'declined',
  data: { ...withFundingNow(view), declinedBy, declineReason: form.reason },
  eventData: { declinedBy },
});

// Approval

/**
 * Approved, with who pays. Where the approver names the school and the head did not agree to that, the head is asked
 * instead. That one person endorsed and approved (the chain had nobody else) is kept with the approval.
 */
export function approved(
  view: ApplicationView,
  form: ApprovedAnswer,
  actor: Person,
): Answer<'approved' | 'ask-school-to-pay'> {
  const data = withFundingNow(view);
  if (form.fundingSource === 'school' && data.endorsement?.schoolWillPay !== true) {
    return { outcome: 'ask-school-to-pay', data: { ...data, endorsement: null, isSchoolAskedToPay: true } };
  }
  const isByEndorser = data.endorsement?.endorsedBy === actor.personId;
  return {
    outcome: 'approved',
    data: {
      ...data,
      approval: {
        approvedBy: actor.personId,
        approvedOn: view.world.today,
        fundingSource: form.fundingSource,
        secondNpqReason: form.secondNpqReason ?? null,
        isByEndorser,
        carriedOverFrom: null,
      },
    },
    effects: [tell(view.world.subject.personId, 'decided', 'approved')],
    eventData: { fundingSource: form.fundingSource, ...(isByEndorser ? { isByEndorser } : {}) },
  };
}

/** Cohorts to which the application can move: later, still to be registered for, offered, and without a twin of this application. */
export const laterCohorts = (view: ApplicationView): readonly NpqCohort[] => {
  const { data, world } = view;
  const { cohort } = courseAndCohort(view);
  return cohorts(world.calendar).filter(
    (later) =>
      later.startsOn > cohort.startsOn &&
      cohortState(later, world.today) !== 'closed' &&
      isOffered(later, data.courseId, data.providerId) &&
      !isDuplicate(world, { ...data, cohortId: later.id }),
  );
};

const movedToCohort = (
  { data, process, world }: ApplicationView,
  cohortId: string,
): { data: ApplicationData; effects: readonly Effect[] } => {
  const moved: ApplicationData = {
    ...data,
    cohortId,
    funding: fundingAt(world, process.schoolId, { ...data, cohortId }),
  };
  const { personId } = world.subject;
  return { data: moved, effects: [releaseLive(personId, data), claimLive(personId, moved)] };
};

/** Same stage, new cohort: approved or not when that one opens. */
export function nextCohort(view: ApplicationView, form: NextCohortAnswer): Answer<'next-cohort'> {
  const moved = movedToCohort(view, form.cohortId);
  return {
    outcome: 'next-cohort',
    data: moved.data,
    ruleSet: form.cohortId,
    effects: [...moved.effects, tell(view.world.subject.personId, 'decided', 'moved-to-next-cohort')],
    eventData: { fromCohortId: view.data.cohortId, cohortId: form.cohortId },
  };
}

// Registration

/** The applicant's, or the trust-lead's with the DfE's confirmation in hand. */
export const registered = (view: ApplicationView, form: RegisteredAnswer, actor: Person): Answer<'registered'> => ({
  outcome: 'registered',
  data: {
    ...withFundingNow(view),
    registration: {
      registeredOn: form.registeredOn,
      reference: form.reference ?? null,
      recordedBy: actor.personId,
    },
  },
  eventData: { registeredOn: form.registeredOn },
});

/** An answer that changes nothing but the way. */
export const unchanged = <Outcome extends string>(view: ApplicationView, outcome: Outcome): Answer<Outcome> => ({
  outcome,
  data: withFundingNow(view),
});

// The provider's decision

/** The latest start that a provider may name. */
export const latestStart = (view: ApplicationView): Day =>
  addDays(courseAndCohort(view).cohort.startsOn, LATEST_START_DAYS);

/**
 * Accepted: the only one for this course and cohort; the person's other live ones end as superseded (hard cases 1, 2).
 * Two acceptances at one moment meet at the guard (hard case 31).
 */
export function accepted(
  view: ApplicationView,
  form: AcceptedAnswer,
  actor: Person | null,
): Answer<'accepted' | 'accepted-trn-pending'> | Rejection {
  const { data, process, world } = view;
  const { subject, directory, today } = world;
  if (acceptedElsewhere(view)) return refuse.anotherAccepted();
  const given = form.trn === undefined || form.trn === '' ? undefined : form.trn;
  const trn = subject.trn ?? given;
  if (trn === undefined && form.trnPending !== true) return refuse.trnNeeded();

  const fundedPlace = form.fundedPlace ?? null;
  const funding = fundingAfterAcceptance(fundingNow(view), fundedPlace);
  const superseded = otherLiveForCourse(view).filter((other) => other.data.cohortId === data.cohortId);
  const manager = lineManagerOf(subject, process.schoolId, directory, today);
  return {
    outcome: trn === undefined ? 'accepted-trn-pending' : 'accepted',
    data: {
      ...data,
      trn: trn ?? null,
      funding,
      acceptance: {
        acceptedOn: today,
        fundedPlace,
        isFunded: isPlaceFunded(fundedPlace, funding),
        startsOn: form.startsOn,
        scheduleId: form.scheduleId,
        isTrnPending: trn === undefined,
      },
    },
    effects: [
      { effect: 'claim', guard: acceptedGuard(subject.personId, data), rejection: refuse.anotherAccepted() },
      ...recordTrn(world, given),
      ...superseded.map(
        (other): Effect => ({
          effect: 'stop-other',
          processId: other.process.processId,
          outcome: 'superseded',
          reason: 'other_application_in_this_cohort_accepted',
        }),
      ),
      tell(subject.personId, 'decided', 'accepted'),
      ...tellEach([data.endorsement?.endorsedBy, manager?.personId], 'place-accepted', [
        subject.personId,
        actor?.personId,
      ]),
    ],
    eventData: { fundedPlace, startsOn: form.startsOn, scheduleId: form.scheduleId },
  };
}

/** What another acceptance has ended cannot be accepted as well, also where both were sent at one moment (hard case 2). */
export const refusedAfterEnd = ({ outcome }: Process): Rejection | undefined =>
  outcome === 'superseded' ? refuse.anotherAccepted() : undefined;

export const rejected = (view: ApplicationView, form: RejectedAnswer): Answer<'rejected'> => ({
  outcome: 'rejected',
  data: {
    ...withFundingNow(view),
    rejection: { reason: form.reason, note: form.note ?? null, rejectedOn: view.world.today },
  },
  eventData: { reason: form.reason },
});

// Awaiting the start

export const trnEntered = (view: ApplicationView, form: TrnAnswer): Answer<'entered'> | Rejection => {
  const { subject } = view.world;
  if (subject.trn !== undefined && subject.trn !== form.trn) return refuse.otherTrn();
  return { outcome: 'entered', data: withTrn(view, form.trn), effects: recordTrn(view.world, form.trn) };
};

/** Nothing to ask where the TRN came on record otherwise. */
export const trnOnRecord = (view: ApplicationView): Answer<'entered'> | undefined => {
  const { trn } = view.world.subject;
  return trn === undefined ? undefined : { outcome: 'entered', data: withTrn(view, trn) };
};

const withTrn = ({ data }: ApplicationView, trn: string): ApplicationData => ({
  ...data,
  trn,
  acceptance: data.acceptance && { ...data.acceptance, isTrnPending: false },
});

/** The day on which the course starts: the provider's, until it has named one the cohort's. */
export const startsOn = (view: ApplicationView): Day =>
  view.data.acceptance?.startsOn ?? courseAndCohort(view).cohort.startsOn;

// What may be done at any time

const isSubject = ({ world }: ApplicationView, actor: Person): boolean => actor.personId === world.subject.personId;

/** To a wait; where the process is paused it stays so until its day. */
const goTo = ({ process }: ApplicationView, wait: string): Path =>
  process.status === 'paused' && process.resumesOn !== undefined
    ? { then: 'pauses', until: process.resumesOn, goesTo: wait }
    : { then: 'goes-to', wait };

export const withdraw = (view: ApplicationView, form: WithdrawAnswer, actor: Person): Acted<ApplicationData> => {
  const { data, world } = view;
  return {
    data: { ...data, withdrawal: withdrawalOf(view, form) },
    course: { then: 'stops', outcome: 'withdrawn', ...(form.reason === undefined ? {} : { reason: form.reason }) },
    effects: [
      ...(isSubject(view, actor) ? [] : [tell(world.subject.personId, 'decided', 'withdrawn-for-you')]),
      ...tellEach([data.endorsement?.endorsedBy], 'support-not-needed', [actor.personId, world.subject.personId]),
    ],
  };
};

/** Stages whose work stands when the cohort changes. */
const stagesThatStay: ReadonlySet<string> = new Set(['draft', 'endorsement', 'revision', 'approval']);

export const deferralRefused = (view: ApplicationView): Rejection | undefined =>
  laterCohorts(view).length === 0 ? refuse.noLaterCohort() : undefined;

/**
 * To a later cohort, paused until that one opens. What the head and the trust decided stands; a registration and an
 * acceptance were for the other cohort, so the person registers again.
 */
export function defer(view: ApplicationView, form: DeferAnswer, actor: Person): Acted<ApplicationData> {
  const { data, process, world } = view;
  const { personId } = world.subject;
  const moved = movedToCohort({ ...view, data: { ...data, acceptance: null } }, form.cohortId);
  const opens = cohortOf(world, form.cohortId).registrationOpens;
  const target = stagesThatStay.has(process.stage)
    ? process.wait === 'cohort-opens'
      ? 'approve'
      : undefined
    : 'register-with-dfe';
  const isPaused = opens > world.today || process.status === 'paused';
  const course: Path = isPaused
    ? { then: 'pauses', until: laterOf(opens, world.today), ...(target ? { goesTo: target } : {}) }
    : target
      ? { then: 'goes-to', wait: target }
      : { then: 'stays' };
  return {
    data: {
      ...moved.data,
      registration: null,
      deferral: { fromCohortId: data.cohortId, reason: form.reason, deferredOn: world.today },
    },
    course,
    ruleSet: form.cohortId,
    effects: [
      ...moved.effects,
      ...releaseAccepted(personId, data),
      ...(isSubject(view, actor) ? [] : [tell(personId, 'decided', 'deferred-for-you')]),
    ],
    eventData: { fromCohortId: data.cohortId, cohortId: form.cohortId },
  };
}

/** Providers that offer the course in the cohort, but this one and those with a twin of this application. */
export const otherProviders = (view: ApplicationView): readonly ProviderId[] => {
  const { data, world } = view;
  const { cohort } = courseAndCohort(view);
  return providerIds.filter(
    (providerId) =>
      providerId !== data.providerId &&
      isOffered(cohort, data.courseId, providerId) &&
      !isDuplicate(world, { ...data, providerId }),
  );
};

/** Until acceptance, and while somebody can still register with the new one. */
export function providerChangeRefused(view: ApplicationView): Rejection | undefined {
  if (view.data.acceptance !== null) return refuse.acceptedAlready();
  const { cohort } = courseAndCohort(view);
  if (cohortState(cohort, view.world.today) === 'closed') return refuse.cohortClosed(cohort);
  return otherProviders(view).length === 0 ? refuse.noOtherProvider() : undefined;
}

/** Before registration only the record changes; after it the person registers with the new provider. */
export function changeProvider(
  view: ApplicationView,
  form: ChangeProviderAnswer,
  actor: Person,
): Acted<ApplicationData> | Rejection {
  const refused = providerChangeRefused(view);
  if (refused) return refused;
  const { data, process, world } = view;
  const { personId } = world.subject;
  const changed: ApplicationData = { ...withFundingNow(view), providerId: form.providerId, registration: null };
  return {
    data: changed,
    course: stagesThatStay.has(process.stage) ? { then: 'stays' } : goTo(view, 'register-with-dfe'),
    effects: [
      releaseLive(personId, data),
      claimLive(personId, changed),
      ...(isSubject(view, actor) ? [] : [tell(personId, 'decided', 'provider-changed-for-you')]),
    ],
    eventData: { fromProviderId: data.providerId, providerId: form.providerId },
  };
}

export const moveRefused = (view: ApplicationView): Rejection | undefined =>
  schoolsToMoveTo(view).length === 0 ? refuse.noOtherSchool() : undefined;

export function moveSchool(
  view: ApplicationView,
  form: MoveSchoolAnswer,
  actor: Person,
): Acted<ApplicationData> | Rejection {
  const { process, world } = view;
  if (form.schoolId === process.schoolId) return refuse.sameSchool();
  if (schoolsToMoveTo(view) === 'any' && !world.directory.school(form.schoolId)) return refuse.noSuchSchool();
  return movedTo(view, form.schoolId, actor.personId);
}

/**
 * Before acceptance the old endorsement is void, the new head endorses, funding is worked out again (hard case 16); a
 * draft stays one. After it only the record changes (hard case 17).
 */
function movedTo(view: ApplicationView, schoolId: string, actorId: string | undefined): Acted<ApplicationData> {
  const { data, process, world } = view;
  const told = actorId === world.subject.personId ? [] : [tell(world.subject.personId, 'decided', 'moved-school')];
  const eventData = { fromSchoolId: process.schoolId, schoolId };
  if (data.acceptance !== null) return { data, course: { then: 'stays' }, schoolId, effects: told, eventData };
  const moved: ApplicationData = {
    ...data,
    funding: fundingAt(world, schoolId, data),
    changesRequested: null,
    isSchoolAskedToPay: false,
    endorsement: null,
    approval: null,
    registration: null,
  };
  const course: Path = process.stage === 'draft' ? { then: 'stays' } : goTo(view, 'endorse');
  return { data: moved, course, schoolId, effects: told, eventData };
}

/** An import says that the person works elsewhere now. */
export function onSubjectMoved(view: ApplicationView): Acted<ApplicationData> | undefined {
  const { process, world } = view;
  const theirs = schoolsOf(world.subject, world.today);
  const [main] = theirs;
  if (main === undefined || theirs.includes(process.schoolId) || theirs.includes(TRUST)) return undefined;
  return movedTo(view, main, undefined);
}

/** The last post has ended, and no other is to begin: before acceptance the application ends; after it the course is theirs. */
export function onSubjectLeft({ data, process, world }: ApplicationView): Acted<ApplicationData> | undefined {
  const { subject, today, directory } = world;
  const hasPostToCome = subject.posts.some((post) => post.endsOn === undefined || post.endsOn >= today);
  if (data.acceptance !== null || hasPostToCome || currentPosts(subject, today).length > 0) return undefined;
  const informed = process.stage === 'draft' ? [] : holdersNow(directory, 'trust-lead', TRUST, today);
  return {
    data,
    course: { then: 'stops', outcome: 'left' },
    effects: tellEach([data.endorsement?.endorsedBy, ...informed.map((one) => one.personId)], 'applicant-left', [
      subject.personId,
    ]),
  };
}

/** Until the person has registered with the DfE. */
export function endorsementWithdrawalRefused({ data, process }: ApplicationView): Rejection | undefined {
  if (data.registration !== null || data.acceptance !== null) return refuse.registeredAlready();
  const isEndorsed = data.endorsement !== null && (process.stage === 'approval' || process.stage === 'registration');
  return isEndorsed ? undefined : refuse.nothingEndorsed();
}

/** Void, with the approval that rested on it; the head is asked again. */
export function withdrawEndorsement(
  view: ApplicationView,
  form: WithdrawEndorsementAnswer,
  actor: Person,
): Acted<ApplicationData> | Rejection {
  const refused = endorsementWithdrawalRefused(view);
  if (refused) return refused;
  const { data, world } = view;
  return {
    data: {
      ...withFundingNow(view),
      endorsement: null,
      endorsementWithdrawal: { withdrawnBy: actor.personId, withdrawnOn: world.today, reason: form.reason },
      approval: null,
      isSchoolAskedToPay: false,
    },
    course: goTo(view, 'endorse'),
    effects: [
      tell(world.subject.personId, 'decided', 'decision-ready'),
      ...tellEach([data.approval?.approvedBy], 'endorsement-withdrawn', [actor.personId, world.subject.personId]),
    ],
  };
}

// The end

/** What every end does, whoever brings it about: names are free again, those concerned are told, an enrolment goes on record. */
export function onEnd(
  { data, process, world }: ApplicationView,
  outcome: string,
): { data: ApplicationData; reason?: string; effects: readonly Effect[] } {
  const { personId } = world.subject;
  const released = [releaseLive(personId, data)];
  switch (outcome) {
    case 'enrolled':
      return {
        data,
        effects: [
          ...released,
          {
            effect: 'record-qualification',
            qualification: {
              courseId: data.courseId,
              cohortId: data.cohortId,
              providerId: data.providerId,
              outcome: 'enrolled',
              isFunded: data.acceptance?.isFunded ?? false,
            },
          },
          tell(personId, 'decided', 'enrolled'),
          ...studyOf(data, process),
        ],
      };
    case 'declined':
    case 'rejected':
      return {
        data,
        ...(data.rejection ? { reason: data.rejection.reason } : {}),
        effects: [...released, tell(personId, 'decided', 'decision-ready')],
      };
    case 'lapsed':
    case 'superseded':
      return { data, effects: [...released, tell(personId, 'decided', outcome)] };
    default:
      return {
        data,
        ...(data.withdrawal?.reason ? { reason: data.withdrawal.reason } : {}),
        effects: [...released, ...releaseAccepted(personId, data)],
      };
  }
}

/** The study that an enrolment starts, with what was accepted. */
const studyOf = (
  { acceptance, courseId, cohortId, providerId, funding }: ApplicationData,
  process: Process,
): readonly Effect[] =>
  acceptance === null
    ? []
    : [
        {
          effect: 'start',
          kind: STUDY,
          key: 'study',
          input: {
            courseId,
            cohortId,
            providerId,
            scheduleId: acceptance.scheduleId,
            startsOn: acceptance.startsOn,
            fundedPlace: acceptance.fundedPlace,
            isEligible: funding.isEligible,
            isFunded: acceptance.isFunded,
            schoolId: process.schoolId,
          },
        },
      ];

// Dates

/** From when the due time of the task in view counts. */
const openedOn = ({ wait, world }: ApplicationView): Day => (wait ? countedFrom(wait) : world.today);

/** The provider's deadline, as long as it could still be kept when the task opened. */
export const deadlineAhead = (view: ApplicationView): Day | undefined => {
  const { providerDeadline } = courseAndCohort(view).cohort;
  return providerDeadline < openedOn(view) ? undefined : providerDeadline;
};

/** When a task is due by the policy, with what its later stages need before the provider's deadline. */
export const dueOn = (view: ApplicationView, task: string, context: DueContext = {}): Day =>
  defaultDueOn(view.world.calendar, task, openedOn(view), context);

/** A draft for a cohort that is not open yet cannot be submitted before: its time counts from the opening. */
export function submitDueOn(view: ApplicationView): Day {
  const opens = courseAndCohort(view).cohort.registrationOpens;
  return defaultDueOn(view.world.calendar, 'submit', laterOf(openedOn(view), opens), {
    hardOn: deadlineAhead(view),
    laterStages: ['approve', 'register-with-dfe'],
  });
}

/** 10 school days before the start, where that still lies ahead; the task stays open after it. */
export function trnDueOn(view: ApplicationView): Day {
  const { calendar } = view.world;
  const wanted = addSchoolDays(calendar, startsOn(view), -TRN_AHEAD_OF_START);
  const soonest = nextSchoolDay(calendar, openedOn(view));
  return laterOf(wanted, soonest);
}

const TRN_AHEAD_OF_START = 10;

const laterOf = (a: Day, b: Day): Day => [a, b].sort()[1] ?? a;

type MilestoneName = 'endorsed' | 'approved' | 'registered' | 'provider-decided' | 'course-started';

/** The dates that matter, in their order; without one nothing gives a date. */
export function milestones(
  view: ApplicationView,
): readonly { readonly name: MilestoneName; readonly dueOn: Day | null; readonly doneOn: Day | null }[] {
  const { data, process } = view;
  const { cohort } = courseAndCohort(view);
  return [
    { name: 'endorsed', dueOn: null, doneOn: data.endorsement?.endorsedOn ?? null },
    { name: 'approved', dueOn: null, doneOn: data.approval?.approvedOn ?? null },
    { name: 'registered', dueOn: cohort.providerDeadline, doneOn: data.registration?.registeredOn ?? null },
    {
      name: 'provider-decided',
      dueOn: cohort.startsOn,
      doneOn: data.acceptance?.acceptedOn ?? data.rejection?.rejectedOn ?? null,
    },
    {
      name: 'course-started',
      dueOn: startsOn(view),
      doneOn: process.outcome === 'enrolled' ? (data.acceptance?.startsOn ?? null) : null,
    },
  ];
}

// What others see

/** Stage and dates only: nothing that people wrote, no reasons, no money, no TRN. */
export const brief = (data: ApplicationData): Readonly<Record<string, unknown>> => ({
  courseId: data.courseId,
  cohortId: data.cohortId,
  providerId: data.providerId,
  endorsedOn: data.endorsement?.endorsedOn ?? null,
  approvedOn: data.approval?.approvedOn ?? null,
  registeredOn: data.registration?.registeredOn ?? null,
  acceptedOn: data.acceptance?.acceptedOn ?? null,
  startsOn: data.acceptance?.startsOn ?? null,
});

/** Reasons of health, family or loss, for all but the subject and the trust-lead: not there, with what was written to them. */
export const discreet = (data: ApplicationData, reason: string | null) => ({
  data: {
    ...data,
    withdrawal:
      data.withdrawal?.reason && privateReasons.has(data.withdrawal.reason)
        ? { ...data.withdrawal, reason: null, note: null }
        : data.withdrawal,
    deferral:
      data.deferral && privateReasons.has(data.deferral.reason) ? { ...data.deferral, reason: null } : data.deferral,
  },
  reason: reason !== null && privateReasons.has(reason) ? null : reason,
});
