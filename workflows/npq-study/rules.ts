/**
 * The policy of an NPQ study: what starts one, what may be done at any time, what a morning and the end bring, and what
 * others see. What is declared is in `declarations.ts`, the assessment and its result in `assessment.ts`. Pure: everything
 * a rule looks at is in its view.
 *
 * Sources: the trust's own settled rules; `DFE-Digital/npq-registration` at 9e9784a85 (21 August 2026) for the DfE's
 * (`participants/{defer,resume,withdraw,change_schedule}.rb`, `applications/reject.rb`). Numbers of hard cases are those of
 * the project's list of facts.
 */
import { cohort as cohortOnFile, cohorts, inductionTermAt, type NpqCohort } from '../kernel/calendar.ts';
import { tell, tellEach } from '../kernel/news.ts';
import { currentPosts, schoolsOf } from '../kernel/people.ts';
import type { Acted, Effect, Course as Path, Started } from '../kernel/process.ts';
import { type Person, type Process, type Qualification, TRUST } from '../kernel/records.ts';
import { isRejection, type Rejection } from '../kernel/rejections.ts';
import { addDays, type Day, daysBetween } from '../kernel/time.ts';
import type { World } from '../kernel/world.ts';
import {
  courseOf,
  isOffered,
  isSameCourse,
  type ProviderId,
  privateReasons,
  providerIds,
  type ScheduleId,
  schedulesFor,
  usualSchedule,
} from '../npq/courses.ts';
import { acceptedGuard } from '../npq/effects.ts';
import { scheduleDates } from '../npq/milestones.ts';
import { schoolsToMoveTo } from '../npq/schools.ts';
import { attendanceLookedAt } from './assessment.ts';
import * as refuse from './refusals.ts';
import {
  type ChangeProviderAnswer,
  type DeferAnswer,
  HandOver,
  type MoveSchoolAnswer,
  type PulseAnswer,
  type RejectAnswer,
  type ScheduleAnswer,
  type ScheduleChoices,
  type StartInput,
  StudyData,
  type WithdrawAnswer,
} from './schemas.ts';
import {
  cohortOf,
  courseAndCohort,
  goTo,
  isLive,
  laterOf,
  liveOf,
  type MilestoneWindow,
  type Morning,
  managerOf,
  nextType,
  type StudyView,
  tellSubject,
  tellTheSchool,
  trustLeads,
  windowOf,
  windows,
} from './standing.ts';

export const KIND = 'npq-study';

/** A term is this old before somebody is asked how it goes: four weeks. */
const PULSE_AFTER_DAYS = 28;

// Start

const othersOfKind = (world: World): readonly { readonly process: Process; readonly data: StudyData }[] =>
  world.others
    .filter((process) => process.kind === KIND)
    .map((process) => ({ process, data: StudyData.parse(process.data) }));

const isUnderWay = (world: World, { courseId, cohortId }: Pick<StudyData, 'courseId' | 'cohortId'>): boolean =>
  othersOfKind(world).some(
    ({ process, data }) =>
      (process.status === 'active' || process.status === 'paused') &&
      data.cohortId === cohortId &&
      isSameCourse(data.courseId, courseId),
  );

const begins = (
  handed: Omit<HandOver, 'schoolId'>,
  subjectId: string,
  schoolId: string,
  effects: readonly Effect[],
): Started<StudyData> => ({
  data: {
    ...handed,
    declarations: [],
    trainingStates: [{ state: 'active', providerId: handed.providerId, on: handed.startsOn }],
    outcomes: [],
    attendance: null,
    assessment: null,
    assessmentsBehind: [],
    maySit: 0,
    protection: null,
    deferrals: [],
    withdrawal: null,
    rejection: null,
    pulses: [],
    pulseAskedFor: null,
    attendanceAskedFor: null,
    attendanceToldFor: null,
    leftToldOn: null,
  },
  subjectId,
  schoolId,
  ruleSet: handed.cohortId,
  wait: 'started-window',
  effects,
});

/** What an application that ends as `enrolled` starts. None where the trust's CPD lead has put the study on record already. */
export function startedBySystem(
  input: Readonly<Record<string, unknown>>,
  world: World,
): Started<StudyData> | undefined {
  const { schoolId, ...handed } = HandOver.parse(input);
  if (isUnderWay(world, handed)) return undefined;
  const { personId } = world.subject;
  // The application's: whoever gives the study up may be accepted for the course again.
  return begins(handed, personId, schoolId, [{ effect: 'take-over', guard: acceptedGuard(personId, handed) }]);
}

/** The longest time between a cohort's start and a provider's own, as for an application: a year. */
const LATEST_START_DAYS = 365;

/** Puts a study on record that began elsewhere: before this service, or at another trust. */
export function start(
  sent: Readonly<Record<string, unknown>>,
  _actor: Person,
  world: World,
): Started<StudyData> | Rejection {
  const input = sent as StartInput;
  const { subject } = world;
  const cohort = cohortOnFile(world.calendar, input.cohortId);
  if (!cohort) return refuse.noSuchCohort();
  const course = courseOf(input.courseId);
  const startsOn = input.startsOn ?? cohort.startsOn;
  const latest = addDays(cohort.startsOn, LATEST_START_DAYS);
  if (startsOn < cohort.registrationOpens || startsOn > latest)
    return refuse.startOutOfRange(cohort.registrationOpens, latest);
  const scheduleId = input.scheduleId ?? usualSchedule(course, cohort, startsOn);
  if (!schedulesFor(course).includes(scheduleId)) return refuse.wrongSchedule();
  const schoolId = schoolOf(input.schoolId, world);
  if (isRejection(schoolId)) return schoolId;
  if (subject.qualifications.some((held) => held.outcome === 'passed' && isSameCourse(held.courseId, input.courseId)))
    return refuse.alreadyPassed(input.courseId);
  if (isUnderWay(world, input)) return refuse.studyUnderWay();
  const { courseId, cohortId, providerId, isFunded } = input;
  const fundedPlace = cohort.funding === 'full' ? null : cohort.funding === 'capped' ? isFunded : false;
  return begins(
    { courseId, cohortId, providerId, scheduleId, startsOn, fundedPlace, isEligible: isFunded, isFunded },
    subject.personId,
    schoolId,
    [
      { effect: 'claim', guard: acceptedGuard(subject.personId, input), rejection: refuse.studyUnderWay() },
      {
        effect: 'record-qualification',
        qualification: { courseId, cohortId, providerId, outcome: 'enrolled', isFunded },
      },
    ],
  );
}

function schoolOf(named: string | undefined, world: World): string | Rejection {
  const theirs = schoolsOf(world.subject, world.today);
  const [main] = theirs;
  if (main === undefined) return refuse.noCurrentPost();
  if (named === undefined) return theirs.find((schoolId) => schoolId !== TRUST) ?? refuse.nameTheSchool();
  if (theirs.includes(named)) return named;
  if (!theirs.includes(TRUST)) return refuse.notASchoolOfTheirs();
  return world.directory.school(named) ? named : refuse.noSuchSchool();
}

// What may be done at any time

/** The DfE takes no deferral before a declaration; the provider moves the person to another cohort (hard case 37). */
export function deferralRefused({ data, process }: StudyView): Rejection | undefined {
  if (process.status === 'paused') return refuse.pausedAlready();
  return data.declarations.length === 0 ? refuse.deferBeforeAny() : undefined;
}

export function defer(view: StudyView, form: DeferAnswer, actor: Person): Acted<StudyData> | Rejection {
  const refused = deferralRefused(view);
  if (refused) return refused;
  const { data, world } = view;
  return {
    data: {
      ...data,
      deferrals: [
        ...data.deferrals,
        { reason: form.reason, note: form.note ?? null, deferredOn: world.today, resumedOn: null },
      ],
      trainingStates: [...data.trainingStates, { state: 'deferred', providerId: data.providerId, on: world.today }],
    },
    course: { then: 'pauses' },
    effects: [
      ...tellSubject(view, actor, 'deferred-for-you'),
      ...tellEach([managerOf(view), ...trustLeads(view)], 'deferred', [actor.personId, world.subject.personId]),
    ],
  };
}

export const resumptionRefused = ({ process }: StudyView): Rejection | undefined =>
  process.status === 'paused' ? undefined : refuse.notPaused();

/** Carries on today, perhaps on another schedule (hard case 38). */
export function resume(view: StudyView, form: ScheduleAnswer, actor: Person): Acted<StudyData> | Rejection {
  const refused = resumptionRefused(view);
  if (refused) return refused;
  const { data, world } = view;
  const isMoved = form.scheduleId !== undefined || form.cohortId !== undefined;
  const moved = isMoved ? onSchedule(view, form) : { data, effects: [] as readonly Effect[] };
  if (isRejection(moved)) return moved;
  return {
    data: {
      ...moved.data,
      deferrals: data.deferrals.map((deferral) =>
        deferral.resumedOn === null ? { ...deferral, resumedOn: world.today } : deferral,
      ),
      trainingStates: [...data.trainingStates, { state: 'active', providerId: data.providerId, on: world.today }],
    },
    course: { then: 'resumes' },
    ...(moved.data.cohortId === data.cohortId ? {} : { ruleSet: moved.data.cohortId }),
    effects: [
      ...moved.effects,
      ...tellSubject(view, actor, 'resumed-for-you'),
      ...tellEach([managerOf(view), ...trustLeads(view)], 'resumed', [actor.personId, world.subject.personId]),
    ],
    eventData: { scheduleId: moved.data.scheduleId, cohortId: moved.data.cohortId },
  };
}

/** The schedules of the course's group, and the cohorts on file. */
export const scheduleChoices = ({ data, world }: StudyView): ScheduleChoices => ({
  schedules: schedulesFor(courseOf(data.courseId)),
  cohorts: cohorts(world.calendar),
});

/**
 * On another schedule (`participants/change_schedule.rb`): one that differs, on which each declaration that stands has
 * its type and is dated *after* the first day (hard case 27). To another cohort only without such declarations (hard
 * case 38), where the provider offers the course and the funding allows it.
 */
function onSchedule(
  view: StudyView,
  form: ScheduleAnswer,
): { readonly data: StudyData; readonly effects: readonly Effect[] } | Rejection {
  const { data, world } = view;
  const course = courseOf(data.courseId);
  const from = cohortOf(world, data.cohortId);
  const to = form.cohortId === undefined ? from : cohortOnFile(world.calendar, form.cohortId);
  if (!to) return refuse.noSuchCohort();
  const scheduleId: ScheduleId = form.scheduleId ?? data.scheduleId;
  if (!schedulesFor(course).includes(scheduleId)) return refuse.wrongSchedule();
  if (scheduleId === data.scheduleId && to.id === from.id) return refuse.sameSchedule();
  const isMoving = to.id !== from.id;
  const live = data.declarations.filter(isLive);
  if (isMoving && live.length > 0) return refuse.cohortWithDeclarations();
  if (isMoving && !isOffered(to, data.courseId, data.providerId))
    return refuse.notOffered(to, data.courseId, data.providerId);
  if ((from.funding === 'capped' && to.funding === 'full') || (from.funding === 'zero' && to.funding !== 'zero'))
    return refuse.fundingDiffers();
  const startsOn = isMoving ? to.startsOn : data.startsOn;
  const dates = scheduleDates(world.calendar, { course, cohort: to, scheduleId, startsOn });
  for (const declaration of live) {
    if (!dates.milestones.some(({ type }) => type === declaration.type))
      return refuse.declarationNotOnSchedule(declaration);
    if (declaration.declaredOn <= dates.appliesFrom)
      return refuse.declarationNotAfterStart(declaration, dates.appliesFrom);
  }
  const { personId } = world.subject;
  const place = isMoving ? placeIn(to, data) : { fundedPlace: data.fundedPlace, isFunded: data.isFunded };
  return {
    data: {
      ...data,
      scheduleId,
      cohortId: to.id,
      startsOn,
      ...place,
      assessment: data.assessmentsBehind.length === 0 ? null : data.assessment,
    },
    effects: isMoving
      ? [
          { effect: 'release', guard: acceptedGuard(personId, data) },
          {
            effect: 'claim',
            guard: acceptedGuard(personId, { courseId: data.courseId, cohortId: to.id }),
            rejection: refuse.studyUnderWay(),
          },
          // The place in the earlier cohort never was used; nobody was funded for it.
          record(data, { cohortId: data.cohortId, outcome: 'withdrawn', isFunded: false }),
          record(data, { cohortId: to.id, outcome: 'enrolled', isFunded: place.isFunded }),
        ]
      : [],
  };
}

const record = (
  { courseId, providerId }: StudyData,
  held: Pick<Qualification, 'cohortId' | 'outcome' | 'isFunded'>,
): Effect => ({ effect: 'record-qualification', qualification: { courseId, providerId, ...held } });

/** Full to capped: funded as eligible. To zero: not funded. */
function placeIn({ funding }: NpqCohort, data: StudyData): Pick<StudyData, 'fundedPlace' | 'isFunded'> {
  if (funding === 'zero') return { fundedPlace: false, isFunded: false };
  if (funding === 'capped' && data.fundedPlace === null)
    return { fundedPlace: data.isEligible, isFunded: data.isEligible };
  return { fundedPlace: data.fundedPlace, isFunded: data.isFunded };
}

export function changeSchedule(view: StudyView, form: ScheduleAnswer, actor: Person): Acted<StudyData> | Rejection {
  const moved = onSchedule(view, form);
  if (isRejection(moved)) return moved;
  const there: StudyView = { ...view, data: moved.data };
  return {
    data: moved.data,
    course: backToWindow(there),
    ...(moved.data.cohortId === view.data.cohortId ? {} : { ruleSet: moved.data.cohortId }),
    effects: [...moved.effects, ...tellSubject(view, actor, 'schedule-changed')],
    eventData: { scheduleId: moved.data.scheduleId, cohortId: moved.data.cohortId },
  };
}

/** A milestone that was asked for and is now further away is waited for again. */
function backToWindow(view: StudyView): Path {
  const type = nextType(view.data);
  const isAsked = type !== undefined && view.process.wait === `record-${type}`;
  return isAsked && windowOf(view, type).opensOn > view.world.today ? goTo(view, `${type}-window`) : { then: 'stays' };
}

/** Providers that offer the course in the cohort, but the one it is with. */
export const otherProviders = (view: StudyView): readonly ProviderId[] => {
  const { cohort } = courseAndCohort(view);
  return providerIds.filter(
    (providerId) => providerId !== view.data.providerId && isOffered(cohort, view.data.courseId, providerId),
  );
};

export const providerChangeRefused = (view: StudyView): Rejection | undefined =>
  otherProviders(view).length === 0 ? refuse.noOtherProvider() : undefined;

/** The first day from which another provider can be: the start, or today where that is still to come. */
export function providerChangesFrom({ data, world }: StudyView): Day {
  if (data.startsOn > world.today) return world.today;
  return data.startsOn;
}

/** The DfE has recorded another provider. What the earlier one declared stays; whether it withdrew the person does not matter (hard case 41). */
export function changeProvider(
  view: StudyView,
  form: ChangeProviderAnswer,
  actor: Person,
): Acted<StudyData> | Rejection {
  const refused = providerChangeRefused(view);
  if (refused) return refused;
  const { data, process } = view;
  return {
    data: {
      ...data,
      providerId: form.providerId,
      trainingStates: [
        ...data.trainingStates,
        ...(form.isWithdrawnByEarlier
          ? [{ state: 'withdrawn' as const, providerId: data.providerId, on: form.changedOn }]
          : []),
        {
          state: process.status === 'paused' ? ('deferred' as const) : ('active' as const),
          providerId: form.providerId,
          on: form.changedOn,
        },
      ],
    },
    course: { then: 'stays' },
    effects: tellSubject(view, actor, 'provider-changed'),
    eventData: { fromProviderId: data.providerId, providerId: form.providerId },
  };
}

/** Before a first `started`, of whatever state, the DfE's service takes no withdrawal: the provider has to be told (hard case 37). */
export function withdraw(view: StudyView, form: WithdrawAnswer, actor: Person): Acted<StudyData> {
  const { data, world } = view;
  const tellProvider = !data.declarations.some(({ type }) => type === 'started');
  const code = tellProvider ? 'tell-the-provider' : 'withdrawn-by-participant';
  return {
    data: {
      ...data,
      withdrawal: { reason: form.reason, note: form.note ?? null, withdrawnOn: world.today, tellProvider },
      trainingStates: [...data.trainingStates, { state: 'withdrawn', providerId: data.providerId, on: world.today }],
    },
    course: { then: 'stops', outcome: 'withdrawn', reason: form.reason },
    effects: [
      ...tellSubject(view, actor, 'withdrawn'),
      ...tellEach(
        trustLeads(view),
        code,
        tellProvider ? [world.subject.personId] : [actor.personId, world.subject.personId],
      ),
      ...tellTheSchool(view, 'ended', actor),
    ],
    eventData: { tellProvider },
  };
}

/** Only without a declaration that stands (`applications/reject.rb`, hard case 8). */
export const rejectionRefused = ({ data }: StudyView): Rejection | undefined =>
  data.declarations.some(isLive) ? refuse.rejectWithDeclarations() : undefined;

export function reject(view: StudyView, form: RejectAnswer, actor: Person): Acted<StudyData> | Rejection {
  const refused = rejectionRefused(view);
  if (refused) return refused;
  return {
    data: {
      ...view.data,
      rejection: { reason: form.reason, note: form.note ?? null, rejectedOn: view.world.today },
    },
    course: { then: 'stops', outcome: 'rejected', reason: form.reason },
    effects: [...tellSubject(view, actor, 'rejected'), ...tellTheSchool(view, 'ended', actor)],
  };
}

export const moveRefused = (view: StudyView): Rejection | undefined =>
  schoolsToMoveTo(view).length === 0 ? refuse.noOtherSchool() : undefined;

export function moveSchool(view: StudyView, form: MoveSchoolAnswer, actor: Person): Acted<StudyData> | Rejection {
  const { process, world } = view;
  if (form.schoolId === process.schoolId) return refuse.sameSchool();
  if (schoolsToMoveTo(view) === 'any' && !world.directory.school(form.schoolId)) return refuse.noSuchSchool();
  return movedTo(view, form.schoolId, actor);
}

/** Only the record changes: place, funding and milestones stay (hard case 17). */
const movedTo = (view: StudyView, schoolId: string, actor: Person | null): Acted<StudyData> => ({
  data: view.data,
  course: { then: 'stays' },
  schoolId,
  effects: tellSubject(view, actor, 'moved-school'),
  eventData: { fromSchoolId: view.process.schoolId, schoolId },
});

/** An import says that the person works elsewhere now. */
export function onSubjectMoved(view: StudyView): Acted<StudyData> | undefined {
  const { process, world } = view;
  const theirs = schoolsOf(world.subject, world.today);
  const [main] = theirs;
  if (main === undefined || theirs.includes(process.schoolId) || theirs.includes(TRUST)) return undefined;
  return movedTo(view, main, null);
}

/** The last post has ended: the course is theirs, so nothing ends by itself. The trust's CPD lead is told, once. */
export function onSubjectLeft(view: StudyView): Acted<StudyData> | undefined {
  const { data, world } = view;
  const { subject, today } = world;
  const hasPostToCome = subject.posts.some((post) => post.endsOn === undefined || post.endsOn >= today);
  if (data.leftToldOn !== null || hasPostToCome || currentPosts(subject, today).length > 0) return undefined;
  return {
    data: { ...data, leftToldOn: today },
    course: { then: 'stays' },
    effects: tellEach(trustLeads(view), 'participant-left', [subject.personId]),
  };
}

/** One tap, at any time: for the participant and the trust's CPD lead only. Whoever does not do well is spoken to. */
export function pulse(view: StudyView, form: PulseAnswer): Acted<StudyData> {
  const { data, world } = view;
  return {
    data: {
      ...data,
      pulses: [
        ...data.pulses,
        {
          pulse: form.pulse,
          struggle: form.pulse === 'going-well' ? null : (form.struggle ?? null),
          note: form.note ?? null,
          on: world.today,
        },
      ],
    },
    course: { then: 'stays' },
    effects: form.pulse === 'going-well' ? [] : tellEach(trustLeads(view), 'pulse-needs-you', [world.subject.personId]),
  };
}

// What a morning brings

/** Low attendance while something can still be done about it, then how it goes, once a term. */
export const onMorning = (view: StudyView): Morning | undefined => attendanceLookedAt(view) ?? pulseAsked(view);

/** Once in each of the three terms of a year, four weeks into it; not in the term's weeks after which the study began. */
function pulseAsked(view: StudyView): Morning | undefined {
  const { data, world } = view;
  const term = inductionTermAt(world.calendar, world.today);
  if (!term) return undefined;
  const since = laterOf(term.starts, data.startsOn);
  if (daysBetween(since, world.today) < PULSE_AFTER_DAYS) return undefined;
  const name = `${term.academicYear}-${term.inductionTerm}`;
  if (data.pulseAskedFor === name) return undefined;
  return {
    data: { ...data, pulseAskedFor: name },
    course: { then: 'stays' },
    effects: [tell(world.subject.personId, 'decided', 'pulse-asked')],
    event: 'pulse-asked',
  };
}

// The end

/** What every end does, whoever brings it about: it goes on the person's record, and those concerned are told. */
export function onEnd(
  view: StudyView,
  outcome: string,
): { data: StudyData; reason?: string; effects: readonly Effect[] } {
  const { data, world } = view;
  const { personId } = world.subject;
  const ends = (held: 'passed' | 'failed' | 'withdrawn', isFunded = data.isFunded): Effect =>
    record(data, { cohortId: data.cohortId, outcome: held, isFunded });
  const release: Effect = { effect: 'release', guard: acceptedGuard(personId, data) };
  switch (outcome) {
    case 'passed':
    case 'failed':
      return {
        data,
        effects: [ends(outcome), tell(personId, 'decided', outcome), ...tellTheSchool(view, 'ended', null)],
      };
    case 'completed':
      // A coaching offer is neither passed nor failed; it cannot be taken again, which is what a pass means on record.
      return {
        data,
        effects: [ends('passed'), tell(personId, 'decided', outcome), ...tellTheSchool(view, 'ended', null)],
      };
    case 'rejected':
      // The place never was: it is no earlier funding either.
      return { data, effects: [ends('withdrawn', false), release] };
    default:
      return { data, effects: [ends('withdrawn'), release] };
  }
}

// What others see

/** The milestones of the course in their order; each is done on the day for which the provider declared it. */
export const milestones = (view: StudyView): readonly (MilestoneWindow & { readonly doneOn: Day | null })[] =>
  windows(view).map((window) => ({ ...window, doneOn: liveOf(view.data, window.type)?.declaredOn ?? null }));

/** Stage and dates only: nothing that people wrote, no reasons, no money, no results. */
export const brief = (data: StudyData): Readonly<Record<string, unknown>> => ({
  courseId: data.courseId,
  cohortId: data.cohortId,
  providerId: data.providerId,
  scheduleId: data.scheduleId,
  startsOn: data.startsOn,
  declarations: data.declarations.filter(isLive).map(({ type, declaredOn }) => ({ type, declaredOn })),
});

/** Health, family and loss, and how it goes: for all but the subject and the trust-lead not there, with what was written. */
export const discreet = (data: StudyData, reason: string | null) => ({
  data: {
    ...data,
    deferrals: data.deferrals.map((deferral) =>
      privateReasons.has(deferral.reason) ? { ...deferral, reason: null, note: null } : deferral,
    ),
    withdrawal:
      data.withdrawal && privateReasons.has(data.withdrawal.reason)
        ? { ...data.withdrawal, reason: null, note: null }
        : data.withdrawal,
    pulses: [],
  },
  reason: reason !== null && privateReasons.has(reason) ? null : reason,
});
