/**
 * The policy of an NPQ study: when each milestone can be recorded and by which date, what is refused, what happens when
 * somebody pauses, changes or withdraws, and when the assessment may be taken. Pure: everything a rule looks at is in
 * its view.
 *
 * Sources: the trust's own settled rules; `DFE-Digital/npq-registration` at 9e9784a85 (21 August 2026) for the DfE's
 * (`declarations/{create,void}.rb`, `participants/{defer,resume,withdraw,change_schedule}.rb`, `applications/reject.rb`,
 * `participant_outcomes/create.rb`). Numbers of hard cases are those of the project's list of facts.
 */
import {
  addSchoolDays,
  cohort as cohortOnFile,
  cohorts,
  inductionTermAt,
  lastSchoolDayBefore,
  lastSchoolDayOnOrBefore,
  type NpqCohort,
  nextSchoolDay,
} from '../kernel/calendar.ts';
import { countedFrom, defaultDueOn } from '../kernel/due.ts';
import { currentPosts, holdersNow, lineManagerOf, schoolsOf } from '../kernel/people.ts';
import type { Acted, Answered, Effect, Course as Path, Started, View } from '../kernel/process.ts';
import { type Person, type Process, TRUST } from '../kernel/records.ts';
import { isRejection, type Rejection } from '../kernel/rejections.ts';
import { addDays, type Day, daysBetween } from '../kernel/time.ts';
import type { World } from '../kernel/world.ts';
import {
  type Course,
  courseOf,
  type DeclarationType,
  isAssessed,
  isOffered,
  isSameCourse,
  type ProviderId,
  privateReasons,
  providerIds,
  resubmissionsOf,
  type ScheduleId,
  schedulesFor,
  usualSchedule,
} from '../npq/courses.ts';
import { acceptedGuard, tell, tellEach } from '../npq/effects.ts';
import {
  type AssessmentWindow,
  nextAssessment,
  resultsExpectedOn,
  type ScheduleDates,
  scheduleDates,
} from '../npq/milestones.ts';
import { schoolsToMoveTo } from '../npq/schools.ts';
import * as refuse from './refusals.ts';
import {
  type AmendAnswer,
  type AssessmentAnswer,
  type AttendanceAnswer,
  type AttendanceConfirmedAnswer,
  type ChangeProviderAnswer,
  type Declaration,
  type DeclarationState,
  type DeclareAnswer,
  type DeferAnswer,
  HandOver,
  type MoveSchoolAnswer,
  type Outcome,
  type OutcomeAnswer,
  type ProtectedAnswer,
  type PulseAnswer,
  type RecordedAnswer,
  type RejectAnswer,
  type ScheduleAnswer,
  type ScheduleChoices,
  type StartInput,
  type StateAnswer,
  StudyData,
  type VoidAnswer,
  type WithdrawAnswer,
} from './schemas.ts';

export const KIND = 'npq-study';

type StudyView = View<StudyData>;
type Answer<Word extends string> = Answered<StudyData, Word>;

/** How long before its date a milestone is put to the trust's CPD lead, in days: eight weeks. Our rule. */
const WINDOW_DAYS = 56;

/** Attendance without which nobody sits the assessment, in per cent (domain facts 1.2). */
const ATTENDANCE_NEEDED = 90;

/** With so many days to go people are told of an attendance that is too low: six weeks. */
const ATTENDANCE_LOOKED_AT_DAYS = 42;

/** How many school days before the assessment the line manager is asked to protect time for it. */
const PROTECTED_AHEAD = 20;

/** Providers publish no result of a second assessment sooner than four weeks after it closed. An assumption. */
const RESULTS_SOONEST_DAYS = 28;

/** A term is this old before somebody is asked how it goes: four weeks. */
const PULSE_AFTER_DAYS = 28;

// What a study stands in

/** The cohort of a stored study. Throws where the calendar has lost it: a calendar must keep the cohorts in use. */
export function cohortOf(world: World, cohortId: string): NpqCohort {
  const found = cohortOnFile(world.calendar, cohortId);
  if (!found) throw new Error(`The calendar has no cohort ${cohortId}`);
  return found;
}

/** Course and cohort of the study in view. */
export const courseAndCohort = ({ data, world }: StudyView): { course: Course; cohort: NpqCohort } => ({
  course: courseOf(data.courseId),
  cohort: cohortOf(world, data.cohortId),
});

const datesOf = (view: StudyView): ScheduleDates =>
  scheduleDates(view.world.calendar, {
    ...courseAndCohort(view),
    scheduleId: view.data.scheduleId,
    startsOn: view.data.startsOn,
  });

/** No declaration may be dated before this day. */
export const appliesFrom = (view: StudyView): Day => datesOf(view).appliesFrom;

/** Declarations that stand: submitted, or on their way to being paid. */
const LIVE: ReadonlySet<DeclarationState> = new Set(['submitted', 'eligible', 'payable', 'paid']);
const isLive = ({ state }: Declaration): boolean => LIVE.has(state);

/** The declaration of that type that stands, if one does. */
export const liveOf = ({ declarations }: StudyData, type: DeclarationType): Declaration | undefined =>
  declarations.findLast((declaration) => declaration.type === type && isLive(declaration));

const typesOf = ({ courseId }: StudyData): readonly DeclarationType[] => courseOf(courseId).declarationTypes;

/** The next milestone that has to be declared; nothing once all of them are. */
export const nextType = (data: StudyData): DeclarationType | undefined =>
  typesOf(data).find((type) => liveOf(data, type) === undefined);

/** The assessment that counts now; nothing for a course without one. */
export const assessmentOf = (view: StudyView): AssessmentWindow | null =>
  view.data.assessment ?? datesOf(view).assessment;

/** The number of the assessment that counts now, from 1. */
const assessmentNumber = ({ assessmentsBehind }: StudyData): number => assessmentsBehind.length + 1;

/** Whether that assessment has been decided about, so that nothing more of it is asked. */
const isAssessmentSettled = (data: StudyData): boolean => data.maySit >= assessmentNumber(data);

/** The number of assessments that counted, this one included: each but the last was failed. */
const attemptOf = ({ assessmentsBehind }: StudyData): number =>
  assessmentsBehind.filter(({ because }) => because === 'failed').length + 1;

/** The result that stands; nothing before there is one, and after it was taken back. */
export function outcomeOf({ outcomes }: StudyData): Outcome | undefined {
  const last = outcomes.at(-1);
  return last === undefined || last.state === 'voided' ? undefined : last;
}

export interface MilestoneWindow {
  readonly type: DeclarationType;
  /** From this day on it is asked for. */
  readonly opensOn: Day;
  readonly dueOn: Day;
  readonly isProvisional: boolean;
}

/** The milestones of the course on its schedule, in their order. A later assessment moves the completion. */
export function windows(view: StudyView): readonly MilestoneWindow[] {
  const { calendar } = view.world;
  const { appliesFrom: start, milestones: dates } = datesOf(view);
  const begins = laterOf(start, view.data.startsOn);
  return dates.map(({ type, dueOn, isProvisional }) => {
    const moved = type === 'completed' && view.data.assessment;
    const results = moved ? resultsExpectedOn(calendar, moved) : dueOn;
    const isLater = results > dueOn;
    const by = isLater ? results : dueOn;
    return {
      type,
      opensOn: type === 'started' ? begins : laterOf(addDays(by, -WINDOW_DAYS), begins),
      dueOn: by,
      isProvisional: isLater || isProvisional,
    };
  });
}

/** The window of a milestone. Throws for one that the course does not have: a bug. */
export function windowOf(view: StudyView, type: DeclarationType): MilestoneWindow {
  const found = windows(view).find((window) => window.type === type);
  if (!found) throw new Error(`${view.data.courseId} has no ${type}`);
  return found;
}

const laterOf = (a: Day, b: Day): Day => (a > b ? a : b);

/** A day on which a timer elapses at once. */
const atOnce = ({ world }: StudyView): Day => addDays(world.today, -1);

/** When a milestone is asked for; at once where it is declared already. */
export const windowOpensOn = (view: StudyView, type: DeclarationType): Day =>
  liveOf(view.data, type) === undefined ? windowOf(view, type).opensOn : atOnce(view);

/** From when the due time of the task in view counts. */
const openedOn = ({ wait, world }: StudyView): Day => (wait ? countedFrom(wait) : world.today);

/** The milestone's day, or the time for any task where that has passed. */
export function recordDueOn(view: StudyView, type: DeclarationType): Day {
  const { calendar } = view.world;
  const opened = openedOn(view);
  const { dueOn } = windowOf(view, type);
  return dueOn > opened
    ? laterOf(lastSchoolDayOnOrBefore(calendar, dueOn), nextSchoolDay(calendar, opened))
    : defaultDueOn(calendar, `record-${type}`, opened);
}

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
  return begins(handed, world.subject.personId, schoolId, []);
}

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

// Declarations

/**
 * Why a declaration cannot be recorded. The DfE's rules (`declarations/create.rb`): on the schedule (hard case 25), not
 * before it starts nor in the future, one of a type (hard case 31), with the result where the course is assessed (hard
 * case 32), not once this provider has withdrawn the participant (an earlier provider's withdrawal does not count, hard
 * case 41). Ours: in order, by type and by date, equal dates allowed (hard cases 23, 24), and not for a day on which the
 * study was paused (hard case 39).
 */
export function declarationRefused(
  view: StudyView,
  type: DeclarationType,
  { declaredOn, hasPassed }: { readonly declaredOn: Day; readonly hasPassed?: boolean | undefined },
): Rejection | undefined {
  const { data, world } = view;
  const course = courseOf(data.courseId);
  const types = typesOf(data);
  if (!types.includes(type)) return refuse.notOnSchedule(type);
  const dates = datesOf(view);
  if (declaredOn < dates.appliesFrom) return refuse.beforeSchedule(dates.appliesFrom);
  if (declaredOn > world.today) return refuse.inTheFuture();
  const live = liveOf(data, type);
  if (live) return refuse.alreadyDeclared(live);

  const at = types.indexOf(type);
  for (const earlier of types.slice(0, at)) {
    const declared = liveOf(data, earlier);
    if (!declared) return refuse.earlierMissing(earlier);
    if (declaredOn < declared.declaredOn) return refuse.beforeEarlier(declared);
  }
  for (const later of types.slice(at + 1)) {
    const declared = liveOf(data, later);
    if (declared && declaredOn > declared.declaredOn) return refuse.afterLater(declared);
  }

  const deferral = data.deferrals.find(
    ({ deferredOn, resumedOn }) => declaredOn >= deferredOn && (resumedOn === null || declaredOn < resumedOn),
  );
  if (deferral)
    return deferral.resumedOn === null
      ? refuse.whileDeferred(deferral.deferredOn)
      : refuse.inADeferral(deferral.deferredOn, deferral.resumedOn);

  const latest = data.trainingStates.findLast(({ providerId }) => providerId === data.providerId);
  if (latest?.state === 'withdrawn' && latest.on <= declaredOn) return refuse.withdrawnByProvider(latest.on);

  if (type !== 'completed') return undefined;
  if (isAssessed(course)) return hasPassed === undefined ? refuse.hasPassedNeeded() : undefined;
  return hasPassed === undefined ? undefined : refuse.hasPassedNotAsked();
}

/** The study with that declaration, and with its result where it brings one. */
function withDeclaration(view: StudyView, type: DeclarationType, form: RecordedAnswer, actor: Person): StudyData {
  const { data, world } = view;
  const hasPassed = type === 'completed' ? (form.hasPassed ?? null) : null;
  const declaration: Declaration = {
    type,
    declaredOn: form.declaredOn,
    state: 'submitted',
    providerId: data.providerId,
    hasPassed,
    recordedOn: world.today,
    recordedBy: actor.personId,
    changedOn: null,
  };
  const declared: StudyData = { ...data, declarations: [...data.declarations, declaration] };
  if (type !== 'completed') return declared;
  const settled: StudyData = { ...declared, maySit: Math.max(data.maySit, assessmentNumber(data)) };
  return hasPassed === null
    ? settled
    : withOutcome(settled, hasPassed ? 'passed' : 'failed', form.declaredOn, view, actor);
}

const withOutcome = (
  data: StudyData,
  state: 'passed' | 'failed',
  completedOn: Day,
  { world }: StudyView,
  actor: Person,
): StudyData => ({
  ...data,
  outcomes: [
    ...data.outcomes,
    {
      state,
      attempt: attemptOf(data),
      completedOn,
      recordedOn: world.today,
      recordedBy: actor.personId,
      amends: null,
      reason: null,
    },
  ],
});

/** The word by which the study goes on after a milestone: a course may have no second retention point, or no assessment. */
export function wordAfter(
  data: StudyData,
  type: DeclarationType,
): 'recorded' | 'recorded-no-second' | 'recorded-not-assessed' {
  const course = courseOf(data.courseId);
  if (type === 'retained-1' && !course.declarationTypes.includes('retained-2')) return 'recorded-no-second';
  if ((type === 'retained-2' || type === 'completed') && !isAssessed(course)) return 'recorded-not-assessed';
  return 'recorded';
}

/** The trust's CPD lead ticks a milestone against the provider's list. */
export function recorded<Word extends string>(
  view: StudyView,
  type: DeclarationType,
  form: RecordedAnswer,
  actor: Person,
): Answer<Word> | Rejection {
  const refused = declarationRefused(view, type, form);
  if (refused) return refused;
  return {
    outcome: wordAfter(view.data, type) as Word,
    data: withDeclaration(view, type, form, actor),
    eventData: { declarationType: type, declaredOn: form.declaredOn },
  };
}

/** Nothing to ask where the milestone is declared already. */
export const recordedBefore = <Word extends string>(
  view: StudyView,
  type: DeclarationType,
): Answer<Word> | undefined =>
  liveOf(view.data, type) === undefined ? undefined : { outcome: wordAfter(view.data, type) as Word, data: view.data };

/** An answer that changes nothing but the way. */
export const unchanged = <Word extends string>(view: StudyView, outcome: Word): Answer<Word> => ({
  outcome,
  data: view.data,
});

/** To a wait; where the study is paused it stays so. */
const goTo = ({ process }: StudyView, wait: string): Path =>
  process.status === 'paused'
    ? { then: 'pauses', ...(process.resumesOn === undefined ? {} : { until: process.resumesOn }), goesTo: wait }
    : { then: 'goes-to', wait };

export const declareRefused = ({ data }: StudyView): Rejection | undefined =>
  nextType(data) === undefined ? refuse.nothingLeftToDeclare() : undefined;

/** Records a declaration before its window, or of a day before the study was paused; the study goes on from there. */
export function declare(view: StudyView, form: DeclareAnswer, actor: Person): Acted<StudyData> | Rejection {
  const type = form.declarationType;
  const refused = declarationRefused(view, type, form) ?? declareRefused(view);
  if (refused) return refused;
  return {
    data: withDeclaration(view, type, form, actor),
    course: goTo(view, `record-${type}`),
    eventData: { declarationType: type, declaredOn: form.declaredOn },
  };
}

/** What may become of a declaration besides being voided (`declaration.rb`). */
const STATES_AFTER: Readonly<Partial<Record<DeclarationState, readonly DeclarationState[]>>> = {
  submitted: ['eligible', 'ineligible'],
  eligible: ['payable'],
  payable: ['paid', 'eligible'],
  awaiting_clawback: ['clawed_back'],
};

/** Of what can be voided, what it becomes: a paid one has to be paid back (hard case 36). */
const VOIDED_AS: Readonly<Partial<Record<DeclarationState, DeclarationState>>> = {
  submitted: 'voided',
  eligible: 'voided',
  payable: 'voided',
  ineligible: 'voided',
  paid: 'awaiting_clawback',
};

/** The place of the last declaration of a type whose state is one of these. */
const placeOf = (
  { declarations }: StudyData,
  type: DeclarationType,
  states: Readonly<Partial<Record<DeclarationState, unknown>>>,
): number => declarations.findLastIndex((declaration) => declaration.type === type && declaration.state in states);

const typesIn = (
  data: StudyData,
  states: Readonly<Partial<Record<DeclarationState, unknown>>>,
): readonly DeclarationType[] => typesOf(data).filter((type) => placeOf(data, type, states) >= 0);

export const typesToVoid = ({ data }: StudyView): readonly DeclarationType[] => typesIn(data, VOIDED_AS);
export const typesToUpdate = ({ data }: StudyView): readonly DeclarationType[] => typesIn(data, STATES_AFTER);

export const statesToChoose = (view: StudyView): readonly DeclarationState[] => [
  ...new Set(
    typesToUpdate(view).flatMap((type) => {
      const declaration = view.data.declarations[placeOf(view.data, type, STATES_AFTER)];
      return declaration ? (STATES_AFTER[declaration.state] ?? []) : [];
    }),
  ),
];

export const voidRefused = (view: StudyView): Rejection | undefined =>
  typesToVoid(view).length === 0 ? refuse.nothingToVoid() : undefined;

export const updateRefused = (view: StudyView): Rejection | undefined =>
  typesToUpdate(view).length === 0 ? refuse.nothingToUpdate() : undefined;

/** The declaration at that place in another state; without its result where it does not stand any more. */
function withState(view: StudyView, at: number, state: DeclarationState): StudyData {
  const { data, world } = view;
  const declarations = data.declarations.map((declaration, place) =>
    place === at
      ? {
          ...declaration,
          state,
          hasPassed: LIVE.has(state) ? declaration.hasPassed : null,
          changedOn: world.today,
        }
      : declaration,
  );
  return { ...data, declarations };
}

/** The result is taken back with the completion it came with; earlier declarations stay (hard case 35). */
function withoutOutcome(data: StudyData, { world }: StudyView, actor: Person): StudyData {
  const standing = outcomeOf(data);
  if (!standing) return data;
  const taken: Outcome = {
    ...standing,
    state: 'voided',
    recordedOn: world.today,
    recordedBy: actor.personId,
    amends: null,
    reason: null,
  };
  // An assessment that was failed was failed by that result, so it counts again.
  const behind = data.assessmentsBehind.filter(({ because }) => because !== 'failed');
  const counted =
    behind.length === data.assessmentsBehind.length
      ? {}
      : {
          assessmentsBehind: behind,
          maySit: behind.length + 1,
          assessment: behind.length === 0 ? null : data.assessment,
        };
  return { ...data, ...counted, outcomes: [...data.outcomes, taken] };
}

/** Where a study goes on when one of its declarations does not stand any more: at the first milestone that is missing. */
function backToMissing(view: StudyView, data: StudyData): Path {
  const missing = nextType(data);
  const { wait } = view.process;
  if (missing === undefined || wait === `${missing}-window` || wait === `record-${missing}`) return { then: 'stays' };
  // What comes before a completion that is still to come is the assessment: it goes on as it is.
  if (missing === 'completed' && nextType(view.data) === 'completed') return { then: 'stays' };
  return goTo(view, `${missing}-window`);
}

export function voidDeclaration(view: StudyView, form: VoidAnswer, actor: Person): Acted<StudyData> | Rejection {
  const at = placeOf(view.data, form.declarationType, VOIDED_AS);
  const declaration = view.data.declarations[at];
  const state = declaration && VOIDED_AS[declaration.state];
  if (!declaration || state === undefined) return refuse.nothingToVoid();
  const voided = withState(view, at, state);
  const isResultGone = declaration.type === 'completed' && isLive(declaration);
  const data = isResultGone ? withoutOutcome(voided, view, actor) : voided;
  return {
    data,
    course: backToMissing(view, data),
    effects: tellSubject(view, actor, 'declaration-voided'),
    eventData: { declarationType: declaration.type, state },
  };
}

/** What the provider or the DfE says became of a declaration. One that is not eligible does not stand. */
export function updateDeclaration(view: StudyView, form: StateAnswer, actor: Person): Acted<StudyData> | Rejection {
  const at = placeOf(view.data, form.declarationType, STATES_AFTER);
  const declaration = view.data.declarations[at];
  if (!declaration) return refuse.nothingToUpdate();
  if (!STATES_AFTER[declaration.state]?.includes(form.state)) return refuse.noSuchChange(declaration.state, form.state);
  const changed = withState(view, at, form.state);
  const isGone = isLive(declaration) && !LIVE.has(form.state);
  const data = isGone && declaration.type === 'completed' ? withoutOutcome(changed, view, actor) : changed;
  return {
    data,
    course: isGone ? backToMissing(view, data) : { then: 'stays' },
    eventData: { declarationType: declaration.type, state: form.state },
  };
}

// Who is told

const isSubject = ({ world }: StudyView, actor: Person): boolean => actor.personId === world.subject.personId;

const tellSubject = (view: StudyView, actor: Person | null, code: string): readonly Effect[] =>
  actor && isSubject(view, actor) ? [] : [tell(view.world.subject.personId, 'decided', code)];

const managerOf = ({ process, world }: StudyView): string | undefined =>
  lineManagerOf(world.subject, process.schoolId, world.directory, world.today)?.personId;

const holdersOf = ({ world }: StudyView, role: 'trust-lead' | 'headteacher', schoolId: string): readonly string[] =>
  holdersNow(world.directory, role, schoolId, world.today).map(({ personId }) => personId);

const trustLeads = (view: StudyView): readonly string[] => holdersOf(view, 'trust-lead', TRUST);
const heads = (view: StudyView): readonly string[] => holdersOf(view, 'headteacher', view.process.schoolId);

/** Line manager and headteacher, but not who did it and not the participant. */
const tellTheSchool = (view: StudyView, code: string, actor: Person | null): readonly Effect[] =>
  tellEach([managerOf(view), ...heads(view)], code, [actor?.personId, view.world.subject.personId]);

// Assessment

/** Twenty school days before the assessment; at once where it has been decided about. */
export function timeIsAskedForOn(view: StudyView): Day {
  const assessment = assessmentOf(view);
  return assessment && !isAssessmentSettled(view.data)
    ? addSchoolDays(view.world.calendar, assessment.from, -PROTECTED_AHEAD)
    : atOnce(view);
}

const assessmentBegins = (view: StudyView): Day => assessmentOf(view)?.from ?? view.world.today;

/** Before the assessment opens, where that can still be. */
export function protectDueOn(view: StudyView): Day {
  const { calendar } = view.world;
  const opened = openedOn(view);
  return laterOf(lastSchoolDayBefore(calendar, assessmentBegins(view)), nextSchoolDay(calendar, opened));
}

/** Whoever does not answer does not hold the assessment up. */
export const protectLapses = (view: StudyView) =>
  ({ lastDay: addDays(assessmentBegins(view), -1), outcome: 'unanswered' }) as const;

/** Nothing to ask where time is agreed for this assessment, or the assessment has been decided about. */
export function protectedBefore(view: StudyView): Answer<'protected'> | undefined {
  const { data } = view;
  const isAgreed = data.protection?.isProtected === true && data.protection.assessmentFrom === assessmentOf(view)?.from;
  return isAgreed || isAssessmentSettled(data) ? unchanged(view, 'protected') : undefined;
}

export function timeAnswered(
  view: StudyView,
  outcome: 'protected' | 'not-protected',
  form: ProtectedAnswer,
  actor: Person,
): Answer<'protected' | 'not-protected'> {
  const isProtected = outcome === 'protected';
  return {
    outcome,
    data: {
      ...view.data,
      protection: {
        assessmentFrom: assessmentBegins(view),
        isProtected,
        on: view.world.today,
        note: form.note ?? null,
      },
    },
    effects: [
      ...tellSubject(view, actor, 'time-protected'),
      ...(isProtected
        ? []
        : tellEach([...trustLeads(view), ...heads(view)], 'time-not-protected', [
            actor.personId,
            view.world.subject.personId,
          ])),
    ],
  };
}

/** The day on which the assessment opens; at once where it has been decided about. */
export const assessmentOpensOn = (view: StudyView): Day =>
  isAssessmentSettled(view.data) ? atOnce(view) : assessmentBegins(view);

/** Attendance as it was in the last weeks before the assessment; older figures are asked for again. */
function attendanceForAssessment(view: StudyView): number | undefined {
  const { attendance } = view.data;
  const since = addDays(assessmentBegins(view), -ATTENDANCE_LOOKED_AT_DAYS);
  return attendance && attendance.asOn >= since ? attendance.percent : undefined;
}

/** Decided without asking: settled before, assessed once already, or the attendance is on record. */
export function attendanceKnown(view: StudyView): Answer<'may-sit' | 'may-resit' | 'cannot-sit'> | undefined {
  const { data } = view;
  if (isAssessmentSettled(data))
    return unchanged(view, data.maySit > 1 && attemptOf(data) > 1 ? 'may-resit' : 'may-sit');
  if (attemptOf(data) > 1) return { outcome: 'may-resit', data: { ...data, maySit: assessmentNumber(data) } };
  const percent = attendanceForAssessment(view);
  return percent === undefined ? undefined : sits(view, data, percent, null);
}

/**
 * With 90 % the assessment may be sat. Without, the next one: that is not a fail (hard case 42), so it costs no
 * resubmission. The line manager is asked for time again.
 */
function sits(
  view: StudyView,
  data: StudyData,
  percent: number,
  actor: Person | null,
): Answer<'may-sit' | 'cannot-sit'> {
  if (percent >= ATTENDANCE_NEEDED) return { outcome: 'may-sit', data: { ...data, maySit: assessmentNumber(data) } };
  return {
    outcome: 'cannot-sit',
    data: withNextAssessment(view, data, 'attendance'),
    effects: [
      ...tellSubject(view, actor, 'cannot-sit'),
      ...tellEach([managerOf(view), ...trustLeads(view)], 'assessment-again', [
        actor?.personId,
        view.world.subject.personId,
      ]),
    ],
  };
}

function withNextAssessment(view: StudyView, data: StudyData, because: 'attendance' | 'failed'): StudyData {
  const assessment = assessmentOf(view);
  if (!assessment) return data;
  return {
    ...data,
    assessment: nextAssessment(view.world.calendar, assessment, view.world.today),
    assessmentsBehind: [...data.assessmentsBehind, { from: assessment.from, because }],
    protection: null,
  };
}

export function attendanceConfirmed(
  view: StudyView,
  form: AttendanceConfirmedAnswer,
  actor: Person,
): Answer<'may-sit' | 'cannot-sit'> {
  const { today } = view.world;
  const data: StudyData = { ...view.data, attendance: { percent: form.percent, asOn: today, recordedOn: today } };
  return sits(view, data, form.percent, actor);
}

export const assessmentRefused = (view: StudyView): Rejection | undefined =>
  assessmentOf(view) === null
    ? refuse.notAssessed()
    : isAssessmentSettled(view.data)
      ? refuse.assessmentOver()
      : undefined;

/** The provider has named the days. Whoever waits for the assessment waits from before the line manager is asked. */
export function setAssessment(view: StudyView, form: AssessmentAnswer): Acted<StudyData> | Rejection {
  const refused = assessmentRefused(view);
  if (refused) return refused;
  if (form.to < view.world.today) return refuse.assessmentPast();
  return {
    data: { ...view.data, assessment: { from: form.from, to: form.to, isProvisional: false } },
    course: view.process.stage === 'assessment' ? goTo(view, 'assessment-ahead') : { then: 'stays' },
    eventData: { from: form.from, to: form.to },
  };
}

export const recordAttendance = (view: StudyView, form: AttendanceAnswer): Acted<StudyData> => ({
  data: {
    ...view.data,
    attendance: { percent: form.percent, asOn: form.asOn, recordedOn: view.world.today },
  },
  course: { then: 'stays' },
});

// Result

/** The result of the assessment that counts now, where one is on record. */
const outcomeOfAttempt = (data: StudyData): Outcome | undefined => {
  const standing = outcomeOf(data);
  return standing?.attempt === attemptOf(data) ? standing : undefined;
};

/** The date that the provider declared the result for. */
export const completedOn = ({ data }: StudyView): Day | undefined => outcomeOfAttempt(data)?.completedOn;

/** When the result of a second assessment can be asked for. */
export const resultsDueOn = (view: StudyView): Day =>
  addDays(assessmentOf(view)?.to ?? view.world.today, RESULTS_SOONEST_DAYS);

export function outcomeDueOn(view: StudyView): Day {
  const { calendar } = view.world;
  const opened = openedOn(view);
  const assessment = assessmentOf(view);
  const soon = defaultDueOn(calendar, 'record-outcome', opened);
  return attemptOf(view.data) > 1 && assessment ? laterOf(resultsExpectedOn(calendar, assessment), soon) : soon;
}

/**
 * Passed or failed. A second time the same result changes nothing, and with another date it is refused: a date is
 * corrected by an amendment that leaves both on record (hard case 34). Failed is followed by another assessment as long
 * as the course has one left.
 */
export function outcomeRecorded(
  view: StudyView,
  state: 'passed' | 'failed',
  form: OutcomeAnswer,
  actor: Person,
): Answer<'passed' | 'failed' | 'resubmission'> | Rejection {
  const { data } = view;
  const standing = outcomeOfAttempt(data);
  if (standing?.state === state && standing.completedOn !== form.completedOn)
    return refuse.outcomeOnRecord(standing.completedOn);
  const kept = standing?.state === state ? data : withOutcome(data, state, form.completedOn, view, actor);
  if (state === 'passed' || attemptOf(data) > resubmissionsOf(courseOf(data.courseId)))
    return { outcome: state, data: kept };
  return {
    outcome: 'resubmission',
    data: withNextAssessment(view, kept, 'failed'),
    effects: [
      ...tellSubject(view, actor, 'resubmission'),
      ...tellEach([managerOf(view)], 'assessment-again', [actor.personId, view.world.subject.personId]),
    ],
  };
}

/** How many assessments are left after the one that counts now. */
export const assessmentsLeft = ({ data }: StudyView): number =>
  Math.max(0, resubmissionsOf(courseOf(data.courseId)) + 1 - attemptOf(data));

export const amendRefused = ({ data }: StudyView): Rejection | undefined =>
  outcomeOf(data) === undefined ? refuse.noOutcome() : undefined;

/** A corrected date is a record of its own that names the one it corrects (hard case 34). */
export function amendOutcome(view: StudyView, form: AmendAnswer, actor: Person): Acted<StudyData> | Rejection {
  const { data, world } = view;
  const standing = outcomeOf(data);
  if (!standing) return refuse.noOutcome();
  if (standing.completedOn === form.completedOn) return refuse.sameDate();
  const amendment: Outcome = {
    ...standing,
    completedOn: form.completedOn,
    recordedOn: world.today,
    recordedBy: actor.personId,
    amends: data.outcomes.length - 1,
    reason: form.reason,
  };
  return {
    data: { ...data, outcomes: [...data.outcomes, amendment] },
    course: { then: 'stays' },
    effects: tellSubject(view, actor, 'outcome-amended'),
    eventData: { completedOn: form.completedOn },
  };
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
  return {
    data: {
      ...data,
      scheduleId,
      cohortId: to.id,
      startsOn,
      ...(isMoving ? placeIn(to, data) : {}),
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
        ]
      : [],
  };
}

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

type Morning = Acted<StudyData> & { readonly event: string };

/** Low attendance while something can still be done about it, then how it goes, once a term. */
export const onMorning = (view: StudyView): Morning | undefined => attendanceLookedAt(view) ?? pulseAsked(view);

/**
 * From six weeks before the assessment on: under 90 % the participant, the line manager and the trust's CPD lead are
 * told; where nothing is on record the CPD lead is asked for it. Each once for an assessment.
 */
function attendanceLookedAt(view: StudyView): Morning | undefined {
  const { data, world } = view;
  const assessment = assessmentOf(view);
  if (!assessment || isAssessmentSettled(data) || attemptOf(data) > 1) return undefined;
  const toGo = daysBetween(world.today, assessment.from);
  if (toGo < 0 || toGo > ATTENDANCE_LOOKED_AT_DAYS) return undefined;
  const { from } = assessment;
  const except = [world.subject.personId];
  if (data.attendance === null) {
    if (data.attendanceAskedFor === from) return undefined;
    return {
      data: { ...data, attendanceAskedFor: from },
      course: { then: 'stays' },
      effects: tellEach(trustLeads(view), 'attendance-needed', except),
      event: 'attendance-asked-for',
    };
  }
  if (data.attendance.percent >= ATTENDANCE_NEEDED || data.attendanceToldFor === from) return undefined;
  return {
    data: { ...data, attendanceToldFor: from },
    course: { then: 'stays' },
    effects: [
      tell(world.subject.personId, 'decided', 'attendance-low'),
      ...tellEach([managerOf(view), ...trustLeads(view)], 'attendance-low-told', except),
    ],
    event: 'attendance-found-low',
  };
}

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
  const { courseId, cohortId, providerId } = data;
  const record = (held: 'passed' | 'failed' | 'withdrawn', isFunded: boolean): Effect => ({
    effect: 'record-qualification',
    qualification: { courseId, cohortId, providerId, outcome: held, isFunded },
  });
  const release: Effect = { effect: 'release', guard: acceptedGuard(personId, data) };
  switch (outcome) {
    case 'passed':
    case 'failed':
      return {
        data,
        effects: [
          record(outcome, data.isFunded),
          tell(personId, 'decided', outcome),
          ...tellTheSchool(view, 'ended', null),
        ],
      };
    case 'completed':
      // A coaching offer is neither passed nor failed; it cannot be taken again, which is what a pass means on record.
      return {
        data,
        effects: [
          record('passed', data.isFunded),
          tell(personId, 'decided', outcome),
          ...tellTheSchool(view, 'ended', null),
        ],
      };
    case 'rejected':
      // The place never was: it is no earlier funding either.
      return { data, effects: [record('withdrawn', false), release] };
    default:
      return { data, effects: [record('withdrawn', data.isFunded), release] };
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
