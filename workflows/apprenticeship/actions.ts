/**
 * What may be done to an apprenticeship at any time: hours off the job, breaks, changes of hours, provider, plan, school,
 * standard version and mentor, what is signed and recorded besides, and the end before its time. Pure, as `rules.ts` is.
 */
import { tell, tellEach } from '../kernel/news.ts';
import { schoolsOf } from '../kernel/people.ts';
import type { Acted } from '../kernel/process.ts';
import type { Person } from '../kernel/records.ts';
import { isRejection, type Rejection } from '../kernel/rejections.ts';
import { addDays, type Day } from '../kernel/time.ts';
import { addMonths, monthOf, programmeUntil, trainingDaysIn } from './calendar.ts';
import { isShort } from './gateway.ts';
import { minimumHours, uncounted, withEntry, withTotal } from './off-the-job.ts';
import { withEnd, withNewPlan } from './plan.ts';
import * as refuse from './refusals.ts';
import {
  type ApprenticeshipView,
  holderIds,
  inductionBegins,
  isPassed,
  isSubject,
  managerIdOf,
  mentorRefused,
  movedTo,
  onwards,
  rulesOf,
  standardIn,
  withBreak,
} from './rules.ts';
import type {
  ApprenticeshipData,
  AssessmentPartAnswer,
  Break,
  BreakAnswer,
  ChangeHoursAnswer,
  ChangeMentorAnswer,
  ChangePlanAnswer,
  ChangeProviderAnswer,
  ChangeVersionAnswer,
  EnglishMathsAnswer,
  ExtendBreakAnswer,
  LogAnswer,
  MonthAnswer,
  MoveSchoolAnswer,
  QtsAnswer,
  ResumeAnswer,
  WishAnswer,
  WithdrawAnswer,
} from './schemas.ts';
import { versionOf } from './standards.ts';

type Act = Acted<ApprenticeshipData>;

const earlierOf = (a: Day, b: Day): Day => (a < b ? a : b);
const laterOf = (a: Day, b: Day): Day => (a > b ? a : b);

const stays = (data: ApprenticeshipData, more: Partial<Act> = {}): Act => ({
  data,
  course: { then: 'stays' },
  ...more,
});

/** Only the apprentice's own: not to who did it. */
const tellApprentice = (view: ApprenticeshipView, actor: Person, code: string) =>
  isSubject(view, actor) ? [] : [tell(view.world.subject.personId, 'decided', code)];

// When

/** Nothing can be done to what nobody has confirmed yet but to end it. */
export const detailsFirst = ({ process }: ApprenticeshipView): Rejection | undefined =>
  process.wait === 'confirm-details' ? refuse.detailsFirst() : undefined;

/** From the first day of training until the gateway. */
export function notInTraining(view: ApprenticeshipView): Rejection | undefined {
  const { data, world } = view;
  if (world.today < data.startsOn) return detailsFirst(view) ?? refuse.notInTrainingYet(data.startsOn);
  return changeRefused(view);
}

/** Hours and plan can change until the gateway. */
export const changeRefused = (view: ApprenticeshipView): Rejection | undefined =>
  detailsFirst(view) ?? (view.data.gateway !== null || isPassed(view.data) ? refuse.trainingIsOver() : undefined);

// Hours off the job

/** One entry, folded into its month: counted where the rules count it (hard case 67). */
export function logTraining(view: ApprenticeshipView, form: LogAnswer): Act {
  const { data, world } = view;
  const reason = uncounted(data, world.calendar, form);
  return stays(
    { ...data, months: withEntry(data.months, form, reason) },
    {
      eventData: {
        on: form.on,
        hours: form.hours,
        activity: form.activity,
        isCounted: reason === undefined,
        ...(reason !== undefined && { reason }),
      },
    },
  );
}

/** The total of a month, in the place of what was logged; not for one wholly in a break. */
export function recordMonth(view: ApprenticeshipView, form: MonthAnswer): Act | Rejection {
  const { data, world } = view;
  const [first, last] = [monthOf(data.startsOn), monthOf(world.today)];
  if (form.month < first || form.month > last) return refuse.monthOutOfRange(first, last);
  if (form.hours > 0 && trainingDaysIn(data, form.month) === 0) return refuse.monthOnBreak();
  return stays(
    { ...data, months: withTotal(data.months, form.month, form.hours) },
    { eventData: { month: form.month, hours: form.hours } },
  );
}

// Breaks in learning

/** Hard case 70: nobody on a break begins another. */
export function breakRefused(view: ApprenticeshipView): Rejection | undefined {
  const { data, process, world } = view;
  if (process.status === 'paused') return refuse.pausedAlready();
  if (world.today < data.startsOn) return detailsFirst(view) ?? refuse.notInTrainingYet(data.startsOn);
  return detailsFirst(view);
}

/** From a day that has come to an expected return; where that is past as well, it only goes into the history. */
export function beginBreak(view: ApprenticeshipView, form: BreakAnswer, actor: Person): Act | Rejection {
  const begun = withBreak(view, form);
  if (isRejection(begun)) return begun;
  const isOver = form.expectedReturnOn <= view.world.today;
  return {
    data: begun,
    course: isOver ? { then: 'stays' } : { then: 'pauses', until: form.expectedReturnOn },
    effects: [
      ...tellApprentice(view, actor, 'break-recorded'),
      ...tellEach([view.data.mentorId, managerIdOf(view)], 'break-began', [actor.personId]),
    ],
    eventData: { startedOn: form.startedOn, expectedReturnOn: form.expectedReturnOn },
  };
}

/** The break somebody is on now. */
const currentBreak = ({ data }: ApprenticeshipView): Break | undefined =>
  data.breaks.find(({ returnedOn }) => returnedOn === null);

/** Hard case 70: only who is on a break comes back from one. */
export const notOnBreak = (view: ApprenticeshipView): Rejection | undefined =>
  view.process.status === 'paused' && currentBreak(view) !== undefined ? undefined : refuse.notPaused();

const withBreakEnding = (view: ApprenticeshipView, change: Partial<Break>): ApprenticeshipData => {
  const current = currentBreak(view);
  const breaks = view.data.breaks.map((each) => (each === current ? { ...each, ...change } : each));
  return withEnd({ ...view.data, breaks });
};

export function extendBreak(view: ApprenticeshipView, form: ExtendBreakAnswer, actor: Person): Act | Rejection {
  if (form.expectedReturnOn <= view.world.today) return refuse.returnNotAhead();
  return {
    data: withBreakEnding(view, { expectedReturnOn: form.expectedReturnOn }),
    course: { then: 'pauses', until: form.expectedReturnOn },
    effects: tellApprentice(view, actor, 'break-recorded'),
    eventData: { expectedReturnOn: form.expectedReturnOn },
  };
}

export const breakStartedOn = (view: ApprenticeshipView): Day => currentBreak(view)?.startedOn ?? view.data.startsOn;

export const resume = (view: ApprenticeshipView, form: ResumeAnswer, actor: Person): Act => ({
  data: withBreakEnding(view, { returnedOn: form.returnedOn }),
  course: { then: 'resumes' },
  effects: [
    ...tellApprentice(view, actor, 'welcome-back'),
    ...tellEach([view.data.mentorId, managerIdOf(view)], 'break-over', [actor.personId]),
  ],
  eventData: { returnedOn: form.returnedOn },
});

// Reviews

/** While training only waits for the next one. */
export const bringForwardRefused = (view: ApprenticeshipView): Rejection | undefined =>
  notInTraining(view) ??
  (view.process.wait === 'next-review' && view.process.status === 'active' ? undefined : refuse.somethingElseFirst());

/** Who is ready earlier, or has only little left to do at the gateway, does not wait for the calendar. */
export const bringForward = (view: ApprenticeshipView, actor: Person): Act => ({
  data: { ...view.data, broughtForwardOn: view.world.today },
  course: { then: 'goes-to', wait: 'review' },
  effects: tellApprentice(view, actor, 'review-brought-forward'),
});

// Changes of the plan

/** A new version of the plan goes to the signatories as soon as nothing else is open. */
const toBeSigned = (view: ApprenticeshipView, data: ApprenticeshipData): Pick<Act, 'data' | 'course'> => ({
  data,
  course: onwards({ ...view, data }),
});

/** A year ahead at most. */
export const latestChange = ({ world }: ApprenticeshipView): Day => addMonths(world.today, 12);

/** Other hours: what is left of the programme is stretched or shortened with them, the total is kept. */
export function changeHours(view: ApprenticeshipView, form: ChangeHoursAnswer, actor: Person): Act | Rejection {
  const { data, world } = view;
  const weeklyMinutes = Math.round(form.weeklyHours * 60);
  const isTermTimeOnly = form.isTermTimeOnly ?? data.isTermTimeOnly;
  const before = data.contract.filter(({ from }) => from <= form.from).at(-1) ?? data.contract[0];
  if (before?.weeklyMinutes === weeklyMinutes && isTermTimeOnly === data.isTermTimeOnly) return refuse.sameHours();
  const contract = [...data.contract.filter(({ from }) => from !== form.from), { from: form.from, weeklyMinutes }].sort(
    (a, b) => (a.from < b.from ? -1 : 1),
  );
  const changed = withEnd({ ...data, contract, weeklyHours: form.weeklyHours, isTermTimeOnly });
  return {
    ...toBeSigned(view, withNewPlan(changed, 'hours', world.today)),
    effects: tellApprentice(view, actor, 'plan-changed'),
    eventData: { from: form.from, weeklyHours: form.weeklyHours, plannedEndOn: changed.plannedEndOn },
  };
}

/** Another provider teaches on: the plan is signed anew. */
export function changeProvider(view: ApprenticeshipView, form: ChangeProviderAnswer, actor: Person): Act | Rejection {
  const { data, world } = view;
  if (form.providerId === data.providerId) return refuse.sameProvider();
  const changed: ApprenticeshipData = {
    ...data,
    providerId: form.providerId,
    formerProviders: [...data.formerProviders, { providerId: data.providerId, until: addDays(form.from, -1) }],
  };
  return {
    ...toBeSigned(view, withNewPlan(changed, 'provider', world.today)),
    effects: [
      ...tellApprentice(view, actor, 'plan-changed'),
      ...tellEach([data.mentorId], 'provider-changed', [actor.personId]),
    ],
    eventData: { fromProviderId: data.providerId, providerId: form.providerId, from: form.from },
  };
}

/** Content, end or hours were agreed anew. A new end makes a new programme; it is kept from then on. */
export function changePlan(view: ApprenticeshipView, form: ChangePlanAnswer, actor: Person): Act | Rejection {
  const { data, world } = view;
  const rules = rulesOf(view);
  if (form.because !== 'content' && form.plannedEndOn === undefined && form.plannedHours === undefined)
    return refuse.nothingChanged();
  let changed = data;
  if (form.plannedEndOn !== undefined) {
    const earliest = addDays(addMonths(data.startsOn, rules.minimumMonths), -1);
    if (form.plannedEndOn < laterOf(earliest, data.startsOn)) return refuse.tooShort(rules.minimumMonths);
    if (form.plannedEndOn > addMonths(data.startsOn, 96)) return refuse.tooLong();
    changed = withEnd({ ...changed, programme: programmeUntil(data, form.plannedEndOn) });
  }
  if (form.plannedHours !== undefined) {
    if (changed.initialAssessment === null) return refuse.notAssessedYet();
    const minimum = minimumHours(changed, rules);
    if (form.plannedHours < minimum) return refuse.planBelowMinimum(minimum);
    changed = { ...changed, initialAssessment: { ...changed.initialAssessment, plannedHours: form.plannedHours } };
  }
  return {
    ...toBeSigned(view, withNewPlan(changed, form.because, world.today)),
    effects: tellApprentice(view, actor, 'plan-changed'),
    eventData: { because: form.because, plannedEndOn: changed.plannedEndOn },
  };
}

/** Versions of the standard on file besides the present one. */
export const otherVersions = ({ data }: ApprenticeshipView): readonly string[] =>
  standardIn(data)
    .versions.map(({ version }) => version)
    .filter((version) => version !== data.standardVersion);

export const versionChangeRefused = (view: ApprenticeshipView): Rejection | undefined =>
  changeRefused(view) ?? (otherVersions(view).length === 0 ? refuse.noOtherVersion() : undefined);

/** Onto another version: its published hours and its assessment count; the rules of the start stay. */
export function changeVersion(view: ApprenticeshipView, form: ChangeVersionAnswer, actor: Person): Act | Rejection {
  const { data, world } = view;
  const version = versionOf(standardIn(data), form.standardVersion);
  if (version === undefined) return refuse.noSuchVersion();
  const changed: ApprenticeshipData = {
    ...data,
    standardVersion: version.version,
    publishedHours: version.hours,
    typicalMonths: version.months,
    assessmentPlan: form.assessmentPlan ?? version.assessmentPlan,
  };
  return {
    ...toBeSigned(view, withNewPlan(changed, 'standard-version', world.today)),
    effects: tellApprentice(view, actor, 'plan-changed'),
    eventData: { fromVersion: data.standardVersion, version: version.version },
  };
}

// People and places

export function changeMentor(view: ApprenticeshipView, form: ChangeMentorAnswer, actor: Person): Act | Rejection {
  const { data, world } = view;
  if (form.mentorId === data.mentorId) return refuse.sameMentor();
  const refused = mentorRefused(world, form.mentorId);
  if (refused) return refused;
  return stays(
    { ...data, mentorId: form.mentorId },
    {
      effects: [
        ...tellApprentice(view, actor, 'mentor-changed'),
        ...tellEach([form.mentorId], 'named-as-mentor', [actor.personId]),
        ...tellEach([data.mentorId], 'no-longer-mentor', [actor.personId]),
      ],
      eventData: { fromMentorId: data.mentorId, mentorId: form.mentorId },
    },
  );
}

/** The person's other current places of work in the trust. */
export const schoolsToMoveTo = ({
  process,
  world,
}: ApprenticeshipView): readonly { readonly schoolId: string; readonly name: string }[] =>
  schoolsOf(world.subject, world.today)
    .filter((schoolId) => schoolId !== process.schoolId)
    .map((schoolId) => ({ schoolId, name: world.directory.school(schoolId)?.name ?? schoolId }));

export const moveRefused = (view: ApprenticeshipView): Rejection | undefined =>
  schoolsToMoveTo(view).length === 0 ? refuse.noOtherSchool() : undefined;

export function moveSchool(view: ApprenticeshipView, form: MoveSchoolAnswer, actor: Person): Act | Rejection {
  const refused = form.mentorId === undefined ? undefined : mentorRefused(view.world, form.mentorId);
  return refused ?? movedTo(view, form.schoolId, actor, form.mentorId);
}

// Records

export const englishMathsRefused = (view: ApprenticeshipView): Rejection | undefined =>
  view.data.initialAssessment === null ? refuse.notAssessedYet() : undefined;

export const recordEnglishMaths = ({ data }: ApprenticeshipView, form: EnglishMathsAnswer): Act =>
  stays({
    ...data,
    initialAssessment: data.initialAssessment && {
      ...data.initialAssessment,
      english: form.english,
      maths: form.maths,
    },
  });

/** At the gateway, when the hours are what they will be, and only where they are below the plan. */
export function shortfallRefused(view: ApprenticeshipView): Rejection | undefined {
  const refused = changeRefused(view);
  if (refused) return refused;
  if (view.process.wait !== 'gateway') return refuse.notAtGateway();
  return isShort(view.data, rulesOf(view)) ? undefined : refuse.notShort();
}

/** That fewer hours than planned were enough, by the apprentice and by the employer: never by one person for both (hard case 82). */
export function signShortfall(view: ApprenticeshipView, actor: Person): Act | Rejection {
  const { data, world } = view;
  const signatory = isSubject(view, actor) ? 'apprentice' : 'employer';
  const statement = data.shortfall ?? { apprentice: null, employer: null };
  if (statement[signatory] !== null) return refuse.signedAlready();
  return stays(
    { ...data, shortfall: { ...statement, [signatory]: { by: actor.personId, on: world.today } } },
    { eventData: { signatory } },
  );
}

/** A process holds so many parts of an assessment. */
const MOST_PARTS = 20;

/** Under the reformed plans parts of the assessment can come before the gateway. */
export function assessmentPartRefused(view: ApprenticeshipView): Rejection | undefined {
  if (view.data.assessmentPlan !== 'reformed') return refuse.notReformed();
  if (view.data.assessmentParts.length >= MOST_PARTS) return refuse.tooManyParts();
  return isPassed(view.data) ? refuse.trainingIsOver() : undefined;
}

export const recordAssessmentPart = ({ data }: ApprenticeshipView, form: AssessmentPartAnswer, actor: Person): Act =>
  stays(
    {
      ...data,
      assessmentParts: [
        ...data.assessmentParts,
        { part: form.part, outcome: form.outcome, assessedOn: form.assessedOn, by: actor.personId },
      ],
    },
    { eventData: { outcome: form.outcome, assessedOn: form.assessedOn } },
  );

export function qtsRefused(view: ApprenticeshipView): Rejection | undefined {
  if (!standardIn(view.data).isTeaching) return refuse.notTeaching();
  return view.data.qtsAwardedOn === null ? undefined : refuse.qtsAlready();
}

/** Qualified teacher status may come months before the assessment: the apprenticeship goes on beside the induction (hard case 81). */
export function recordQts(view: ApprenticeshipView, form: QtsAnswer, actor: Person): Act {
  const { data } = view;
  return stays(
    { ...data, qtsAwardedOn: form.awardedOn },
    {
      effects: [
        {
          effect: 'record-qualification',
          qualification: {
            courseId: 'qts',
            cohortId: monthOf(form.awardedOn),
            providerId: data.providerId,
            outcome: 'passed',
            isFunded: true,
          },
        },
        ...tellApprentice(view, actor, 'qts-recorded'),
        ...tellEach(holderIds(view, 'induction-tutor'), 'qts-awarded', [actor.personId]),
        ...inductionBegins({ ...view, data: { ...data, qtsAwardedOn: form.awardedOn } }),
      ],
      eventData: { awardedOn: form.awardedOn },
    },
  );
}

/** What the apprentice would like to do afterwards; who proposes it sees this. */
export const sayWish = ({ data, world }: ApprenticeshipView, form: WishAnswer): Act =>
  stays(
    { ...data, wish: { step: form.step, note: form.note ?? null, saidOn: world.today } },
    { eventData: { step: form.step } },
  );

// The end before its time

/** Years of apprenticeships end in July. */
const academicYearEnd = (on: Day): Day =>
  `${on.slice(5) <= '07-31' ? Number(on.slice(0, 4)) : Number(on.slice(0, 4)) + 1}-07-31` as Day;

/**
 * The last day of learning: before the start it is the start; else not in the future, not after the planned end, nor
 * after the academic year (domain facts 3.4; hard case 71). Who withdraws from the start has learned on no day but that.
 */
export function withdraw(view: ApprenticeshipView, form: WithdrawAnswer, actor: Person): Act | Rejection {
  const { data, world } = view;
  const { startsOn } = data;
  const isFromStart = world.today < startsOn || form.reason === 'WithdrawFromStart';
  if (isFromStart && form.lastDayOfLearning !== startsOn) return refuse.stopBeforeStart(startsOn);
  const latest = earlierOf(earlierOf(world.today, data.plannedEndOn), academicYearEnd(world.today));
  if (!isFromStart && (form.lastDayOfLearning < startsOn || form.lastDayOfLearning > latest))
    return refuse.stopOutOfRange(startsOn, latest);
  return {
    data: {
      ...data,
      withdrawal: {
        reason: form.reason,
        otherReason: form.otherReason ?? null,
        lastDayOfLearning: form.lastDayOfLearning,
      },
    },
    course: { then: 'stops', outcome: 'withdrawn', reason: form.reason },
    effects: [
      ...tellApprentice(view, actor, 'withdrawn-for-you'),
      ...tellEach([data.mentorId, managerIdOf(view)], 'apprentice-withdrawn', [actor.personId, world.subject.personId]),
    ],
    eventData: { lastDayOfLearning: form.lastDayOfLearning },
  };
}
