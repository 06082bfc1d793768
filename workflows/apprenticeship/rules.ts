/**
 * The policy of an apprenticeship: who may start one and on which rules, what each answer comes to, what a morning
 * brings, what an end does. What may be done at any time is in `actions.ts`. Pure: everything a rule looks at is in its
 * view.
 *
 * Sources: the trust's settled rules; the apprenticeship funding rules 2024-25, 2025-26 and 2026-27 (domain facts 3.2 to
 * 3.4). Numbers of hard cases are those of the project's list of facts.
 */
import { addSchoolDays, inductionTerms, nextSchoolDay } from '../kernel/calendar.ts';
import { countedFrom } from '../kernel/due.ts';
import { tell, tellEach } from '../kernel/news.ts';
import { currentPosts, holdersNow, holds, isCurrent, lineManagerOf, schoolsOf } from '../kernel/people.ts';
import type { Acted, Answered, Effect, Started, View } from '../kernel/process.ts';
import type { Person, Process, Role } from '../kernel/records.ts';
import { isRejection, type Rejection } from '../kernel/rejections.ts';
import { addDays, type Day, dayOf } from '../kernel/time.ts';
import type { World } from '../kernel/world.ts';
import {
  addMonths,
  lastFullMonth,
  monthOf,
  nextStepOpensOn,
  planSignedBy,
  programmeUntil,
  returnOf,
  reviewBase,
  reviewDueOn,
  reviewLatestOn,
  reviewOpensOn,
} from './calendar.ts';
import { isReady, isShort } from './gateway.ts';
import {
  augustToAnnounce,
  countedThrough,
  fullHours,
  minimumHours,
  progressThrough,
  verdictOn,
} from './off-the-job.ts';
import {
  firstPlan,
  isPlanSigned,
  missingSignatures,
  planSignedOn,
  withEnd,
  withNewPlan,
  withSignature,
} from './plan.ts';
import * as refuse from './refusals.ts';
import { type RuleSet, ruleSetFor, ruleSetOf } from './rule-sets.ts';
import {
  type ActedAnswer,
  ApprenticeshipData,
  type AssessedAnswer,
  type AssessmentFailedAnswer,
  type AssessmentPassedAnswer,
  type Break,
  type BreakAnswer,
  type DetailsAnswer,
  type FundingAnswer,
  type NextStep,
  type NextStepAnswer,
  type NotYetAnswer,
  nextSteps,
  type ProviderSignedAnswer,
  privateBreakReasons,
  type ReasonAnswer,
  type Review,
  type ReviewAnswer,
  type Signatory,
  type StartInput,
  SystemStart,
} from './schemas.ts';
import {
  type AssessmentPlan,
  type PassGrade,
  POSTGRADUATE_TEACHER,
  passGrades,
  type Standard,
  type StandardVersion,
  standardOf,
  standardsFor,
  TEACHER_DEGREE,
  versionFor,
  versionOf,
} from './standards.ts';

export const KIND = 'apprenticeship';

export type ApprenticeshipView = View<ApprenticeshipData>;
type Answer<Outcome extends string> = Answered<ApprenticeshipData, Outcome>;

/** The rules of this apprenticeship: fixed on the day it starts, whatever today is (hard case 64). */
export const rulesOf = ({ process }: Pick<ApprenticeshipView, 'process'>): RuleSet => ruleSetOf(process.ruleSet);

export const isLive = ({ status }: Process): boolean => status === 'active' || status === 'paused';

/** The standard on file. Throws where the code has lost it: standards in use stay. */
export function standardIn({ standardId }: Pick<ApprenticeshipData, 'standardId'>): Standard {
  const found = standardOf(standardId);
  if (!found) throw new Error(`There is no standard ${standardId}`);
  return found;
}

// Who is told

export const managerIdOf = ({ process, world }: ApprenticeshipView): string | undefined =>
  lineManagerOf(world.subject, process.schoolId, world.directory, world.today)?.personId;

export const holderIds = ({ process, world }: ApprenticeshipView, role: Role): readonly string[] =>
  holdersNow(world.directory, role, process.schoolId, world.today).map(({ personId }) => personId);

/** Who keeps apprenticeships for the trust: the apprenticeship lead, where there is none the trust-lead. */
const keeperIds = (view: ApprenticeshipView): readonly string[] => {
  const leads = holderIds(view, 'apprenticeship-lead');
  return leads.length > 0 ? leads : holderIds(view, 'trust-lead');
};

/** Mentor and line manager: who is warned of what goes wrong. */
const warned = (view: ApprenticeshipView): readonly (string | undefined)[] => [view.data.mentorId, managerIdOf(view)];

export const isSubject = ({ world }: ApprenticeshipView, actor: Person | null): boolean =>
  actor?.personId === world.subject.personId;

// Start

/** One live apprenticeship of a person in a standard. */
const liveGuard = (personId: string, standardId: string): string => `apprenticeship#${personId}#${standardId}`;

/** What a start is checked by. */
interface Wanted {
  readonly standardId: string;
  readonly standardVersion?: string | undefined;
  readonly startsOn: Day;
  readonly plannedEndOn: Day;
  readonly ageAtStart: number;
}

/** The longest that a plan may run, in months. */
const LONGEST_MONTHS = 72;

/**
 * The version and the rules for such a start, or why it cannot be: no funding for new starts, closed version, wrong age
 * (hard case 80), too short, too far ahead, or beside another apprenticeship (hard case 77).
 */
function checkedStart(
  world: World,
  wanted: Wanted,
): { readonly standard: Standard; readonly version: StandardVersion; readonly rules: RuleSet } | Rejection {
  const { startsOn, plannedEndOn, ageAtStart } = wanted;
  const standard = standardIn(wanted);
  if (standard.fundingEndsOn !== undefined && startsOn > standard.fundingEndsOn)
    return refuse.defunded(standard.title, standard.fundingEndsOn);
  const version =
    wanted.standardVersion === undefined ? versionFor(standard, startsOn) : versionOf(standard, wanted.standardVersion);
  if (version === undefined) return refuse.noSuchVersion();
  if ((version.startsFrom ?? startsOn) > startsOn || (version.startsUntil ?? startsOn) < startsOn)
    return refuse.versionClosed();
  const [youngest, oldest] = standard.ages ?? [0, Number.POSITIVE_INFINITY];
  if (ageAtStart < youngest || ageAtStart > oldest) return refuse.wrongAge(standard.title, youngest, oldest);
  const latest = latestStart(world.today);
  if (startsOn > latest) return refuse.startsTooLate(latest);
  const rules = ruleSetFor(startsOn);
  if (plannedEndOn < addDays(addMonths(startsOn, rules.minimumMonths), -1)) return refuse.tooShort(rules.minimumMonths);
  if (plannedEndOn > addMonths(startsOn, LONGEST_MONTHS)) return refuse.tooLong();
  const beside = overlappingWith(world, startsOn, plannedEndOn);
  return beside ? refuse.overlapping(beside.title) : { standard, version, rules };
}

/** A year after the end of the current teaching year, which ends in July (domain facts 3.4, start date). */
function latestStart(today: Day): Day {
  const year = Number(today.slice(0, 4));
  return `${today.slice(5) <= '07-31' ? year + 1 : year + 2}-07-31` as Day;
}

/** Another apprenticeship of the person in some of those months; the month in which one ends and the next begins is none (hard case 77). */
function overlappingWith({ others }: World, startsOn: Day, endsOn: Day): ApprenticeshipData | undefined {
  return others
    .filter(({ kind, outcome }) => kind === KIND && outcome !== 'refused')
    .map((other) => ({ other, data: ApprenticeshipData.parse(other.data) }))
    .find(
      ({ other, data }) =>
        monthOf(startsOn) < monthOf(trainedUntil(other, data)) && monthOf(data.startsOn) < monthOf(endsOn),
    )?.data;
}

/** The last day of training: after the gateway there is only the assessment. */
const trainedUntil = ({ endedAt }: Process, data: ApprenticeshipData): Day =>
  data.withdrawal?.lastDayOfLearning ??
  data.gateway?.passedOn ??
  (endedAt === undefined ? data.plannedEndOn : dayOf(endedAt));

/** Somebody current who is not the apprentice. */
export function mentorRefused(world: World, mentorId: string): Rejection | undefined {
  if (mentorId === world.subject.personId) return refuse.ownMentor();
  const mentor = world.directory.person(mentorId);
  return mentor && isCurrent(mentor, world.today) ? undefined : refuse.noSuchMentor();
}

interface Terms {
  readonly standard: Standard;
  readonly version: StandardVersion;
  readonly assessmentPlan?: AssessmentPlan | undefined;
  readonly providerId: string;
  readonly mentorId: string;
  readonly ageAtStart: number | null;
  readonly isTermTimeOnly: boolean;
  readonly startsOn: Day;
  readonly plannedEndOn: Day;
  readonly weeklyHours: number;
}

const MINUTES = 60;

/** What depends on start, end and hours: the contract, and the programme that is kept from then on. */
const timelineOf = ({
  startsOn,
  plannedEndOn,
  weeklyHours,
}: Pick<Terms, 'startsOn' | 'plannedEndOn' | 'weeklyHours'>) => {
  const contract = [{ from: startsOn, weeklyMinutes: Math.round(weeklyHours * MINUTES) }];
  return {
    startsOn,
    plannedEndOn,
    weeklyHours,
    contract,
    programme: programmeUntil({ startsOn, contract, breaks: [] }, plannedEndOn),
  };
};

function dataOf(terms: Terms, today: Day): ApprenticeshipData {
  const { standard, version } = terms;
  return {
    standardId: standard.standardId,
    standardVersion: version.version,
    title: standard.title,
    level: standard.level,
    publishedHours: version.hours,
    typicalMonths: version.months,
    assessmentPlan: terms.assessmentPlan ?? version.assessmentPlan,
    providerId: terms.providerId,
    formerProviders: [],
    mentorId: terms.mentorId,
    ageAtStart: terms.ageAtStart,
    isTermTimeOnly: terms.isTermTimeOnly,
    ...timelineOf(terms),
    breaks: [],
    plan: firstPlan(today),
    formerPlans: [],
    initialAssessment: null,
    funding: null,
    months: [],
    reviews: [],
    reviewsFrom: null,
    broughtForwardOn: null,
    concerns: [],
    breakQuestion: null,
    checkedMonth: null,
    augustAnnounced: null,
    wasPlanLate: false,
    shortfall: null,
    gateway: null,
    assessmentParts: [],
    assessments: [],
    qtsAwardedOn: null,
    wish: null,
    nextStep: null,
    refusal: null,
    measures: null,
    missing: null,
    sentBack: null,
    withdrawal: null,
  };
}

const claimLive = (personId: string, { standardId, title }: ApprenticeshipData): Effect => ({
  effect: 'claim',
  guard: liveGuard(personId, standardId),
  rejection: refuse.overlapping(title),
});

/** Starts an apprenticeship: a lead does, with the age that the rules need. */
export function start(
  sent: Readonly<Record<string, unknown>>,
  actor: Person,
  world: World,
): Started<ApprenticeshipData> | Rejection {
  const input = sent as StartInput;
  const { personId } = world.subject;
  const schoolId = schoolOfStart(input.schoolId, actor, world);
  if (isRejection(schoolId)) return schoolId;
  const checked = checkedStart(world, input);
  if (isRejection(checked)) return checked;
  const refused = mentorRefused(world, input.mentorId);
  if (refused) return refused;
  const data = dataOf(
    { ...input, ...checked, ageAtStart: input.ageAtStart, isTermTimeOnly: input.isTermTimeOnly ?? false },
    world.today,
  );
  return {
    data,
    subjectId: personId,
    schoolId,
    ruleSet: checked.rules.key,
    wait: 'onboarding',
    effects: [
      claimLive(personId, data),
      tell(personId, 'decided', 'started-for-you'),
      ...tellEach([data.mentorId], 'named-as-mentor', [actor.personId]),
    ],
  };
}

/** One of the person's current places of work: the one named, else the one that the actor leads, else the main one. */
function schoolOfStart(named: string | undefined, actor: Person, { subject, today }: World): string | Rejection {
  const theirs = schoolsOf(subject, today);
  const [main] = theirs;
  if (main === undefined) return refuse.noCurrentPost();
  if (named !== undefined) return theirs.includes(named) ? named : refuse.notASchoolOfTheirs();
  const led = theirs.find((schoolId) =>
    (['school-lead', 'headteacher'] as const).some((role) => holds(actor, role, schoolId, today)),
  );
  return led ?? main;
}

/** How long a plan is assumed to run where the standard gives no typical time: until somebody says. */
const USUAL_MONTHS = 18;

/**
 * The apprenticeship after this one. Its details are a proposal that the school confirms or changes before anything
 * begins. None is started where the standard has no funding any more, or the person is in it already.
 */
export function startedBySystem(
  sent: Readonly<Record<string, unknown>>,
  world: World,
): Started<ApprenticeshipData> | undefined {
  const input = SystemStart.parse(sent);
  const { subject, today, others } = world;
  const standard = standardsFor(today).find(({ standardId }) => standardId === input.standardId);
  const version = standard && versionFor(standard, today);
  const isThere = others.some(
    (other) => other.kind === KIND && isLive(other) && other.data['standardId'] === input.standardId,
  );
  if (standard === undefined || version === undefined || isThere) return undefined;
  const plannedEndOn = addDays(addMonths(today, version.months ?? USUAL_MONTHS), -1);
  return {
    data: dataOf({ ...input, standard, version, ageAtStart: null, startsOn: today, plannedEndOn }, today),
    subjectId: subject.personId,
    schoolId: input.schoolId,
    ruleSet: ruleSetFor(today).key,
    wait: 'confirm-details',
  };
}

/** What was only assumed, as it is. The rules follow from the start. */
export function detailsConfirmed(view: ApprenticeshipView, form: DetailsAnswer): Answer<'confirmed'> | Rejection {
  const { data, world } = view;
  const { personId } = world.subject;
  const checked = checkedStart(world, { ...form, standardId: data.standardId });
  if (isRejection(checked)) return checked;
  const refused = mentorRefused(world, form.mentorId);
  if (refused) return refused;
  const confirmed = dataOf({ ...form, ...checked, isTermTimeOnly: data.isTermTimeOnly }, world.today);
  return {
    outcome: 'confirmed',
    data: confirmed,
    ruleSet: checked.rules.key,
    effects: [
      claimLive(personId, confirmed),
      tell(personId, 'decided', 'started-for-you'),
      ...tellEach([form.mentorId], 'named-as-mentor'),
    ],
  };
}

// Onboarding and signatures

export const unchanged = <Outcome extends string>(view: ApprenticeshipView, outcome: Outcome): Answer<Outcome> => ({
  outcome,
  data: view.data,
});

/** It does not begin; why is kept. */
export const refused = <Outcome extends string>(
  view: ApprenticeshipView,
  outcome: Outcome,
  form: ReasonAnswer,
  actor: Person,
): Answer<Outcome> => ({
  outcome,
  data: { ...view.data, refusal: { by: actor.personId, reason: form.reason, on: view.world.today } },
});

/** What somebody wrote, with who and when. */
const said = ({ world }: ApprenticeshipView, text: string, actor: Person) => ({
  text,
  by: actor.personId,
  on: world.today,
});

/** Nobody signs for two: the subject never as the employer (hard case 82), which the kernel refuses before this. */
export const signed = (view: ApprenticeshipView, signatory: Signatory, by: Person, on?: Day): Answer<'signed'> => ({
  outcome: 'signed',
  data: withSignature(view.data, signatory, { by: by.personId, on: on ?? view.world.today }),
  eventData: { signatory, planVersion: view.data.plan.version },
});

export const providerSigned = (view: ApprenticeshipView, form: ProviderSignedAnswer, by: Person): Answer<'signed'> =>
  signed(view, 'provider', by, form.signedOn);

/** Who has signed this version is not asked again. */
export const signedBefore = (view: ApprenticeshipView, signatory: Signatory): Answer<'signed'> | undefined =>
  view.data.plan[signatory] === null ? undefined : unchanged(view, 'signed');

/**
 * Initial assessment: what somebody knows already takes hours off, but a programme has at least the least (187 hours) to
 * teach, or it is none that is funded.
 */
export function assessed(view: ApprenticeshipView, form: AssessedAnswer): Answer<'assessed'> | Rejection {
  const { data, world } = view;
  const rules = rulesOf(view);
  const known: ApprenticeshipData = {
    ...data,
    initialAssessment: {
      priorLearningHours: form.priorLearningHours,
      plannedHours: form.plannedHours,
      english: form.english,
      maths: form.maths,
      needsSupport: form.needsSupport,
      assessedOn: world.today,
    },
  };
  const isPublished = rules.hours.by === 'share' || data.publishedHours !== null;
  if (
    isPublished &&
    form.priorLearningHours > 0 &&
    fullHours(known, rules) - form.priorLearningHours < rules.leastHours
  )
    return refuse.tooFewHoursLeft(rules.leastHours);
  const minimum = minimumHours(known, rules);
  if (form.plannedHours < minimum) return refuse.planBelowMinimum(minimum);
  return { outcome: 'assessed', data: known, eventData: { plannedHours: form.plannedHours } };
}

export const fundingSetUp = (view: ApprenticeshipView, form: FundingAnswer): Answer<'set-up'> => ({
  outcome: 'set-up',
  data: {
    ...view.data,
    funding: { agreementSignedOn: form.agreementSignedOn, isOnService: true, recordedOn: view.world.today },
  },
});

/** One refusal ends it; all done begins the programme. */
export const onboardingJoined = (answered: Readonly<Record<string, string>>): 'ready' | 'refused' | undefined => {
  const outcomes = Object.values(answered);
  if (outcomes.some((outcome) => outcome === 'refused' || outcome === 'not-eligible')) return 'refused';
  return outcomes.length === ONBOARDING_PARTS ? 'ready' : undefined;
};
const ONBOARDING_PARTS = 5;

/** All three, or what is there when the next review comes. */
export const signaturesJoined = (answered: Readonly<Record<string, string>>): 'signed' | 'unsigned' | undefined => {
  const outcomes = Object.values(answered);
  if (outcomes.includes('unsigned')) return 'unsigned';
  return outcomes.length === SIGNATURES ? 'signed' : undefined;
};
const SIGNATURES = 3;

/** How long before the first day of training a plan may have been signed, in days. */
const SIGNED_AHEAD_DAYS = 90;

/** The first day on which the provider can have signed this version. */
export const signedFrom = ({ data, world }: ApprenticeshipView): Day =>
  earlierOf(data.plan.version > 1 ? data.plan.since : addDays(data.startsOn, -SIGNED_AHEAD_DAYS), world.today);

/** The statute's day for the first version, as long as it lies ahead; later versions have none. */
export const signedByDay = (view: ApprenticeshipView): Day | undefined => {
  if (view.data.plan.version > 1) return undefined;
  const last = planSignedBy(view.data.startsOn, rulesOf(view));
  return last < openedOn(view) ? undefined : last;
};

// On programme

/** From when the due time of the task in view counts. */
const openedOn = ({ wait, world }: ApprenticeshipView): Day => (wait ? countedFrom(wait) : world.today);

/** Concerns on which the manager has not said anything yet; hours that were entered late settle one about hours. */
export const openConcerns = (view: ApprenticeshipView) =>
  view.data.concerns.filter(
    ({ code, month, isForManager, actedOn }) =>
      isForManager &&
      actedOn === null &&
      (code !== 'behind-plan' || month === null || verdictOn(view.data, rulesOf(view), month).isBehindPlan),
  );

/** Whether it is still to be said that two months without training are no break, and still so that they were. */
const isBreakAsked = (view: ApprenticeshipView): boolean => {
  const asked = view.data.breakQuestion;
  return (
    asked !== null && asked.answeredOn === null && verdictOn(view.data, rulesOf(view), asked.month).isSecondRunning
  );
};

/** The confirmed decision about what comes next, or one that needs no confirmation. */
export const isStepSettled = ({ nextStep }: Pick<ApprenticeshipData, 'nextStep'>): boolean =>
  nextStep !== null && (nextStep.confirmedOn !== null || !needsConfirmation(nextStep.step));

const needsConfirmation = (step: NextStep): boolean => step === 'permanent-post' || step === 'next-apprenticeship';

type Route = 'not-yet' | 'ask-about-break' | 'ask-manager' | 'ask-to-sign' | 'ask-next-step';

/** The morning of the next review by the calendar, or the day on which somebody brought it forward. */
const opensReviewOn = (view: ApprenticeshipView): Day =>
  view.data.broughtForwardOn ?? reviewOpensOn(view.world.calendar, view.data, rulesOf(view));

/** What else is to be asked before the next review, most urgent first. */
function agenda(view: ApprenticeshipView): Exclude<Route, 'not-yet'> | undefined {
  const { data, world } = view;
  if (isBreakAsked(view)) return 'ask-about-break';
  if (openConcerns(view).length > 0) return 'ask-manager';
  if (!isPlanSigned(data)) return 'ask-to-sign';
  if (!isStepSettled(data) && nextStepOpensOn(data.plannedEndOn) <= world.today) return 'ask-next-step';
  return undefined;
}

/** The morning that ends the wait: the next review opens, or there is something to ask before. */
export function nextReviewOn(view: ApprenticeshipView): Day {
  const { data, world } = view;
  const opens = opensReviewOn(view);
  if (agenda(view) !== undefined) return earlierOf(opens, world.today);
  return isStepSettled(data) ? opens : earlierOf(opens, nextStepOpensOn(data.plannedEndOn));
}

/** Where the loop goes: a review that has opened is never put off; nothing else is asked while it is open. */
export const routed = (view: ApprenticeshipView): Answer<Route> | undefined =>
  opensReviewOn(view) <= view.world.today ? undefined : unchanged(view, agenda(view) ?? 'not-yet');

/** Whatever is asked between two reviews gives way to the next one, and is asked again after it. */
export const untilReview = (view: ApprenticeshipView): { readonly lastDay: Day } => ({
  lastDay: addDays(opensReviewOn(view), -1),
});

/** For somebody whose reviews begin late (they were entered late) there is a little time all the same. */
const SCHOOL_DAYS_FOR_LATE_REVIEW = 5;
/** A review that was brought forward is to be held soon. */
const SCHOOL_DAYS_FOR_EARLY_REVIEW = 10;

export function reviewDue(view: ApprenticeshipView): Day {
  const { calendar } = view.world;
  const opened = openedOn(view);
  const latest = reviewDueOn(calendar, view.data, rulesOf(view));
  const due =
    view.data.broughtForwardOn === null
      ? latest
      : earlierOf(latest, addSchoolDays(calendar, opened, SCHOOL_DAYS_FOR_EARLY_REVIEW));
  return due < opened
    ? addSchoolDays(calendar, opened, SCHOOL_DAYS_FOR_LATE_REVIEW)
    : laterOf(due, nextSchoolDay(calendar, opened));
}

export const reviewHardOn = (view: ApprenticeshipView): Day | undefined => {
  const latest = reviewLatestOn(view.data, rulesOf(view));
  return latest < openedOn(view) ? undefined : latest;
};

/** The first day on which the review can have been held. */
export const reviewFrom = ({ data, world }: ApprenticeshipView): Day => earlierOf(reviewBase(data), world.today);

/** A review is recorded with how things stood on its day; later changes leave it as it is. */
export function reviewed<Outcome extends Review['outcome']>(
  view: ApprenticeshipView,
  outcome: Outcome,
  form: ReviewAnswer,
  actor: Person,
): Answer<Outcome> {
  const { data, world } = view;
  const rules = rulesOf(view);
  const { counted, expected } = progressThrough(data, rules, form.heldOn);
  const review: Review = {
    heldOn: form.heldOn,
    latestOn: reviewLatestOn(data, rules),
    outcome,
    isEmployerPresent: form.isEmployerPresent,
    isProviderPresent: form.isProviderPresent,
    countedHours: counted,
    expectedHours: expected,
  };
  const raised: ApprenticeshipData['concerns'] =
    outcome === 'concern'
      ? [
          {
            code: 'raised-at-review',
            month: null,
            raisedOn: world.today,
            raisedBy: actor.personId,
            actedOn: null,
            isForManager: true,
          },
        ]
      : [];
  const reviewedData: ApprenticeshipData = {
    ...data,
    broughtForwardOn: null,
    reviews: [...data.reviews, review],
    concerns: [...data.concerns, ...raised],
  };
  // Below the minimum of the rules no statement helps.
  const isStatementNeeded =
    outcome === 'ready-for-gateway' &&
    isShort(reviewedData, rules) &&
    countedThrough(data.months) >= minimumHours(data, rules) &&
    data.shortfall === null;
  return {
    outcome,
    data: reviewedData,
    effects: isStatementNeeded
      ? [
          tell(world.subject.personId, 'decided', 'statement-needed'),
          ...tellEach(holderIds(view, 'headteacher'), 'statement-needed-of-employer', [world.subject.personId]),
        ]
      : [],
    eventData: { heldOn: form.heldOn, number: reviewedData.reviews.length },
  };
}

/** The manager has said what is done about all that is open. */
export const concernsActedOn = (view: ApprenticeshipView, form: ActedAnswer, actor: Person): Answer<'acted'> => ({
  outcome: 'acted',
  data: {
    ...view.data,
    measures: said(view, form.measures, actor),
    concerns: view.data.concerns.map((concern) =>
      concern.isForManager && concern.actedOn === null ? { ...concern, actedOn: view.world.today } : concern,
    ),
  },
  effects: tellEach([view.data.mentorId], 'concern-acted-on', [actor.personId]),
});

const breakAnswered = ({ data, world }: ApprenticeshipView): ApprenticeshipData => ({
  ...data,
  breakQuestion: data.breakQuestion && { ...data.breakQuestion, answeredOn: world.today },
});

export const trainingContinues = (view: ApprenticeshipView): Answer<'training-continues'> => ({
  outcome: 'training-continues',
  data: breakAnswered(view),
});

/** A break was agreed: the process pauses until the return, and the plan is signed anew afterwards. */
export function breakAgreed(
  view: ApprenticeshipView,
  form: BreakAnswer,
  actor: Person,
): Answer<'break-agreed'> | Rejection {
  const begun = withBreak({ ...view, data: breakAnswered(view) }, form);
  if (isRejection(begun)) return begun;
  const isOver = form.expectedReturnOn <= view.world.today;
  return {
    outcome: 'break-agreed',
    data: begun,
    ...(isOver ? {} : { pausesUntil: form.expectedReturnOn }),
    effects: [
      tell(view.world.subject.personId, 'decided', 'break-recorded'),
      ...tellEach(warned(view), 'break-began', [actor.personId]),
    ],
    eventData: { startedOn: form.startedOn, expectedReturnOn: form.expectedReturnOn },
  };
}

/** With a break in its history: the planned end moves by its length. Breaks never overlap. */
export function withBreak({ data, world }: ApprenticeshipView, form: BreakAnswer): ApprenticeshipData | Rejection {
  if (form.expectedReturnOn <= form.startedOn) return refuse.returnBeforeBreak();
  const isBeside = data.breaks.some(
    (each) => form.startedOn < returnOf(each) && each.startedOn < form.expectedReturnOn,
  );
  if (isBeside) return refuse.breakOverlaps();
  const begun: Break = {
    startedOn: form.startedOn,
    expectedReturnOn: form.expectedReturnOn,
    returnedOn: form.expectedReturnOn <= world.today ? form.expectedReturnOn : null,
    reason: form.reason,
  };
  const breaks = [...data.breaks, begun].sort((a, b) => (a.startedOn < b.startedOn ? -1 : 1));
  return withNewPlan(withEnd({ ...data, breaks }), 'break', world.today);
}

// Gateway and assessment

export const gatewayOffered = (view: ApprenticeshipView): readonly ('passed' | 'not-yet')[] =>
  isReady(view.data, rulesOf(view), view.world.today) ? ['passed', 'not-yet'] : ['not-yet'];

export const gatewayPassed = (view: ApprenticeshipView, actor: Person): Answer<'passed'> => ({
  outcome: 'passed',
  data: { ...view.data, gateway: { passedOn: view.world.today, by: actor.personId } },
  effects: [
    tell(view.world.subject.personId, 'decided', 'gateway-passed'),
    ...tellEach(warned(view), 'gateway-passed-by-apprentice', [actor.personId]),
  ],
});

export const gatewayNotYet = (view: ApprenticeshipView, form: NotYetAnswer, actor: Person): Answer<'not-yet'> => ({
  outcome: 'not-yet',
  data: { ...view.data, reviewsFrom: view.world.today, missing: said(view, form.missing, actor) },
  effects: [
    tell(view.world.subject.personId, 'decided', 'decision-ready'),
    ...tellEach([view.data.mentorId], 'gateway-not-yet', [actor.personId]),
  ],
});

/** Grades that this standard's assessment can give. */
export const gradesOf = ({ data }: ApprenticeshipView): readonly PassGrade[] => standardIn(data).grades ?? passGrades;

/** How long the assessment usually takes to be on record, in school days. */
const SCHOOL_DAYS_TO_ASSESS = 60;

export const assessmentDueOn = (view: ApprenticeshipView): Day =>
  addSchoolDays(view.world.calendar, openedOn(view), SCHOOL_DAYS_TO_ASSESS);

export const assessmentPassed = (view: ApprenticeshipView, form: AssessmentPassedAnswer): Answer<'passed'> => ({
  outcome: 'passed',
  data: {
    ...view.data,
    assessments: [
      ...view.data.assessments,
      { outcome: 'passed', grade: form.grade, assessedOn: form.assessedOn, resitPlan: null },
    ],
  },
  effects: [tell(view.world.subject.personId, 'decided', 'assessed'), ...tellEach(warned(view), 'assessment-decided')],
});

/** Back on programme, with the plan for the resit; reviews begin anew, and the gateway comes again. */
export const assessmentFailed = (view: ApprenticeshipView, form: AssessmentFailedAnswer): Answer<'failed'> => ({
  outcome: 'failed',
  data: {
    ...view.data,
    assessments: [
      ...view.data.assessments,
      { outcome: 'failed', grade: 'Fail', assessedOn: form.assessedOn, resitPlan: form.resitPlan },
    ],
    gateway: null,
    reviewsFrom: view.world.today,
  },
  effects: [
    tell(view.world.subject.personId, 'decided', 'decision-ready'),
    ...tellEach(warned(view), 'assessment-decided'),
  ],
});

export const isPassed = ({ assessments }: Pick<ApprenticeshipData, 'assessments'>): boolean =>
  assessments.at(-1)?.outcome === 'passed';

// What comes next

/** Standards for which somebody could start today, but this one. */
export const nextStandards = ({ data, world }: ApprenticeshipView): readonly Standard[] =>
  standardsFor(world.today).filter(({ standardId }) => standardId !== data.standardId);

/** Steps that lead on from here: an apprenticeship never to itself. */
export const nextStepsOf = ({ data }: ApprenticeshipView): readonly NextStep[] =>
  nextSteps.filter((step) => standardOfStep({ step, standardId: null }) !== data.standardId);

/** Decided, and the assessment is passed: it ends. Else the decision is noted and training goes on. */
const settled = ({ data }: ApprenticeshipView): 'decided' | 'noted' => (isPassed(data) ? 'decided' : 'noted');

/** What was decided before is not asked again. */
export const stepBefore = (view: ApprenticeshipView): Answer<'proposed' | 'decided' | 'noted'> | undefined => {
  if (view.data.nextStep === null) return undefined;
  return unchanged(view, isStepSettled(view.data) ? settled(view) : 'proposed');
};

/** Manager and apprentice propose; the headteacher confirms a permanent post and a next apprenticeship. */
export function stepProposed(
  view: ApprenticeshipView,
  form: NextStepAnswer,
  actor: Person,
): Answer<'proposed' | 'decided' | 'noted'> {
  const { data, world } = view;
  const nextStep: ApprenticeshipData['nextStep'] = {
    step: form.step,
    standardId: form.step === 'next-apprenticeship' ? (form.nextStandardId ?? null) : null,
    proposedBy: actor.personId,
    proposedOn: world.today,
    confirmedBy: null,
    confirmedOn: null,
  };
  return {
    outcome: needsConfirmation(form.step) ? 'proposed' : settled(view),
    data: { ...data, nextStep },
    eventData: { step: form.step, ...(nextStep.standardId !== null && { standardId: nextStep.standardId }) },
  };
}

export function stepConfirmed(view: ApprenticeshipView, actor: Person): Answer<'confirmed' | 'confirmed-at-end'> {
  const { data, world } = view;
  const confirmed = data.nextStep && { ...data.nextStep, confirmedBy: actor.personId, confirmedOn: world.today };
  return {
    outcome: isPassed(data) ? 'confirmed-at-end' : 'confirmed',
    data: { ...data, nextStep: confirmed },
    effects: [
      tell(world.subject.personId, 'decided', 'next-step-decided'),
      ...tellEach([data.nextStep?.proposedBy], 'next-step-confirmed', [actor.personId]),
      ...inductionBegins({ ...view, data: { ...data, nextStep: confirmed } }),
    ],
  };
}

/**
 * With qualified teacher status and a confirmed post induction follows, though the assessment may still be ahead (hard
 * case 81). It is due to start with a term; who registers it corrects the day. The later of the two decisions begins it.
 */
export function inductionBegins({ data, process, world }: ApprenticeshipView): readonly Effect[] {
  const { nextStep, qtsAwardedOn } = data;
  if (qtsAwardedOn === null || nextStep?.step !== 'permanent-post' || nextStep.confirmedOn === null) return [];
  const post = currentPosts(world.subject, world.today).find(({ schoolId }) => schoolId === process.schoolId);
  const term = inductionTerms(world.calendar).find(({ starts }) => starts >= world.today);
  const input = {
    schoolId: process.schoolId,
    startsOn: term?.starts ?? nextSchoolDay(world.calendar, world.today),
    qtsOn: qtsAwardedOn,
    ...(post?.fte !== undefined && { fte: post.fte }),
  };
  return [{ effect: 'start', kind: INDUCTION, key: 'induction', input }];
}
/** What a teacher who has just qualified does next, by its kind. */
const INDUCTION = 'ect-induction';

export const stepSentBack = (view: ApprenticeshipView, form: ReasonAnswer, actor: Person): Answer<'sent-back'> => ({
  outcome: 'sent-back',
  data: { ...view.data, nextStep: null, sentBack: said(view, form.reason, actor) },
});

/** While the assessment is ahead, the next review takes precedence; after it nothing does. */
export const untilReviewBeforeEnd = (view: ApprenticeshipView): { readonly lastDay: Day } | undefined =>
  isPassed(view.data) ? undefined : untilReview(view);

/** Which standard the next step is an apprenticeship in, if it is one. */
const standardOfStep = (nextStep: {
  readonly step: NextStep;
  readonly standardId: string | null;
}): string | undefined => {
  switch (nextStep.step) {
    case 'next-apprenticeship':
      return nextStep.standardId ?? undefined;
    case 'postgraduate-teacher-apprenticeship':
      return POSTGRADUATE_TEACHER;
    case 'teacher-degree-apprenticeship':
      return TEACHER_DEGREE;
    default:
      return undefined;
  }
};

const successor = ({ data, process }: ApprenticeshipView): readonly Effect[] => {
  const standardId = data.nextStep === null ? undefined : standardOfStep(data.nextStep);
  if (standardId === undefined) return [];
  const input: SystemStart = {
    standardId,
    schoolId: process.schoolId,
    providerId: data.providerId,
    mentorId: data.mentorId,
    weeklyHours: data.weeklyHours,
    isTermTimeOnly: data.isTermTimeOnly,
  };
  return [{ effect: 'start', kind: KIND, key: 'next', input }];
};

// The end

/** The record of the person, the free name, and at the end of a passed one the apprenticeship that follows. */
export function onEnd(
  view: ApprenticeshipView,
  outcome: string,
): { data: ApprenticeshipData; effects: readonly Effect[] } {
  const { data, process, world } = view;
  const { personId } = world.subject;
  const isConfirmed = process.wait !== 'confirm-details';
  // Whoever has said no knows; of one that nobody confirmed the mentor has not heard.
  const whoPrepared = isConfirmed
    ? [data.mentorId, ...holderIds(view, 'school-lead'), ...keeperIds(view)]
    : holderIds(view, 'school-lead');
  const hasBegun = data.reviews.length > 0 || data.months.length > 0;
  const recorded: readonly Effect[] =
    isPassed(data) || (hasBegun && outcome !== 'completed')
      ? [
          {
            effect: 'record-qualification',
            qualification: {
              courseId: data.standardId,
              cohortId: monthOf(data.startsOn),
              providerId: data.providerId,
              outcome: isPassed(data) ? 'passed' : 'withdrawn',
              isFunded: true,
            },
          },
        ]
      : [];
  return {
    data,
    effects: [
      ...(isConfirmed ? [{ effect: 'release' as const, guard: liveGuard(personId, data.standardId) }] : []),
      ...recorded,
      ...(outcome === 'completed' ? [...successor(view), tell(personId, 'decided', 'completed')] : []),
      ...(outcome === 'refused'
        ? [
            ...(data.refusal?.by === personId ? [] : [tell(personId, 'decided', 'decision-ready')]),
            ...tellEach(whoPrepared, 'refused', [data.refusal?.by, personId]),
          ]
        : []),
    ],
  };
}

/** The last post has ended, and no other is to begin. */
export function onSubjectLeft(view: ApprenticeshipView): Acted<ApprenticeshipData> | undefined {
  const { data, world } = view;
  const { subject, today } = world;
  const hasPostToCome = subject.posts.some((post) => post.endsOn === undefined || post.endsOn >= today);
  if (hasPostToCome || currentPosts(subject, today).length > 0) return undefined;
  return {
    data,
    course: { then: 'stops', outcome: 'left' },
    effects: tellEach([data.mentorId, ...keeperIds(view)], 'apprentice-left'),
  };
}

/** An import says that the person works elsewhere in the trust now: the same employer (hard case 78). */
export function onSubjectMoved(view: ApprenticeshipView): Acted<ApprenticeshipData> | undefined {
  const { process, world } = view;
  const theirs = schoolsOf(world.subject, world.today);
  const [main] = theirs;
  if (main === undefined || theirs.includes(process.schoolId)) return undefined;
  return movedTo(view, main, undefined);
}

/**
 * Between schools of the trust only the place changes: the line manager follows from the post, signatures, hours and
 * plan stand (hard case 78). A mentor who works elsewhere stays until the new school names one.
 */
export function movedTo(
  view: ApprenticeshipView,
  schoolId: string,
  actor: Person | undefined,
  mentorId = view.data.mentorId,
): Acted<ApprenticeshipData> {
  const { data, process, world } = view;
  const mentor = world.directory.person(mentorId);
  const isElsewhere = mentor === undefined || !schoolsOf(mentor, world.today).includes(schoolId);
  const leads = holdersNow(world.directory, 'school-lead', schoolId, world.today).map(({ personId }) => personId);
  return {
    data: { ...data, mentorId },
    course: { then: 'stays' },
    schoolId,
    effects: [
      ...(actor?.personId === world.subject.personId ? [] : [tell(world.subject.personId, 'decided', 'moved-school')]),
      ...(isElsewhere ? tellEach(leads, 'mentor-elsewhere', [world.subject.personId]) : []),
    ],
    eventData: { fromSchoolId: process.schoolId, schoolId },
  };
}

// The morning

type MorningAct = Acted<ApprenticeshipData> & { readonly event: string };

/** To the agenda at once where the process only waits for the next review; else it is taken up when the open task is done. */
export const onwards = ({ process }: ApprenticeshipView): Acted<ApprenticeshipData>['course'] =>
  process.wait === 'next-review' && process.status === 'active'
    ? { then: 'goes-to', wait: 'review' }
    : { then: 'stays' };

/** What nobody has begun to answer about a concern gives way as well: the question of a break is the first to be asked. */
function breakFirst(view: ApprenticeshipView): Acted<ApprenticeshipData>['course'] {
  const { process, history } = view;
  const isBegun = history.some(({ step, isBegun: begun }) => step === process.step && begun === true);
  return process.wait === 'act-on-concern' && process.status === 'active' && !isBegun
    ? { then: 'goes-to', wait: 'review' }
    : onwards(view);
}

/** What a day brings that is no wait's date, one thing at a time. */
export const onMorning = (view: ApprenticeshipView): MorningAct | undefined =>
  view.process.wait === 'confirm-details'
    ? undefined
    : (planLate(view) ?? breakOver(view) ?? augustAhead(view) ?? monthJudged(view));

/** Day 43 without all three signatures: flagged for good, whatever is signed later (hard case 83). */
function planLate(view: ApprenticeshipView): MorningAct | undefined {
  const { data, process, world } = view;
  const last = planSignedBy(data.startsOn, rulesOf(view));
  const isLate = world.today > last && data.plan.version === 1 && missingSignatures(data).length > 0;
  // Who was entered after that day may have signed on paper: nobody can say.
  if (!isLate || data.wasPlanLate || dayOf(process.startedAt) > last) return undefined;
  const told = [...holderIds(view, 'school-lead'), ...holderIds(view, 'headteacher'), ...keeperIds(view)];
  return {
    data: { ...data, wasPlanLate: true },
    course: { then: 'stays' },
    effects: tellEach(told, 'plan-unsigned', [world.subject.personId]),
    event: 'plan-found-late',
  };
}

/** The break ended on the day that was expected: that is its history from now on. */
function breakOver(view: ApprenticeshipView): MorningAct | undefined {
  const { data, world } = view;
  const over = data.breaks.find((each) => each.returnedOn === null && each.expectedReturnOn <= world.today);
  if (over === undefined) return undefined;
  const breaks = data.breaks.map((each) => (each === over ? { ...each, returnedOn: each.expectedReturnOn } : each));
  return {
    data: { ...data, breaks },
    course: onwards({ ...view, data: { ...data, breaks } }),
    effects: tellEach([...holderIds(view, 'school-lead'), ...warned(view)], 'break-over', [world.subject.personId]),
    event: 'break-ended',
    eventData: { returnedOn: over.expectedReturnOn },
  };
}

/** Training goes on and reviews are due: not before the start, not after the gateway. */
const isInTraining = ({ data, process, world }: ApprenticeshipView): boolean =>
  data.gateway === null &&
  !isPassed(data) &&
  data.startsOn <= world.today &&
  (process.stage === 'on-programme' || process.stage === 'progression');

function augustAhead(view: ApprenticeshipView): MorningAct | undefined {
  const { data, world } = view;
  const august = augustToAnnounce(data, world.today);
  if (august === undefined || data.augustAnnounced === august || !isInTraining(view)) return undefined;
  return {
    data: { ...data, augustAnnounced: august },
    course: { then: 'stays' },
    effects: tellEach(warned(view), 'august-ahead'),
    event: 'august-announced',
    eventData: { month: august },
  };
}

/** Hours of the last month that can be on record: each month is spoken of once at most. */
function monthJudged(view: ApprenticeshipView): MorningAct | undefined {
  const { data, world } = view;
  const month = lastFullMonth(world.calendar, world.today);
  if (!isInTraining(view) || (data.checkedMonth !== null && month <= data.checkedMonth)) return undefined;
  const verdict = verdictOn(data, rulesOf(view), month);
  const isNewlyBehind = verdict.isBehindPlan && !data.concerns.some(isBehindSince(reviewBase(data)));
  if (!verdict.isWithoutTraining && !verdict.isSecondRunning && !isNewlyBehind) return undefined;
  const concern = (code: 'behind-plan' | 'month-without-training', isForManager: boolean) => ({
    code,
    month,
    raisedOn: world.today,
    raisedBy: null,
    actedOn: null,
    isForManager,
  });
  const judged: ApprenticeshipData = {
    ...data,
    checkedMonth: month,
    concerns: [
      ...data.concerns,
      ...(verdict.isWithoutTraining ? [concern('month-without-training', false)] : []),
      ...(isNewlyBehind ? [concern('behind-plan', true)] : []),
    ],
    breakQuestion: verdict.isSecondRunning ? { month, answeredOn: null } : data.breakQuestion,
  };
  const { counted, expected, behind } = verdict.progress;
  const numbers = { percent: Math.round(behind * 100), counted: Math.round(counted), expected: Math.round(expected) };
  return {
    data: judged,
    course: verdict.isSecondRunning ? breakFirst(view) : isNewlyBehind ? onwards(view) : { then: 'stays' },
    effects: [
      ...(verdict.isWithoutTraining ? tellEach(warned(view), 'month-without-training') : []),
      ...(verdict.isSecondRunning ? tellEach(warned(view), 'second-month-without-training') : []),
      ...(isNewlyBehind ? tellEach(warned(view), 'behind-plan', [], numbers) : []),
    ],
    event: 'month-judged',
    eventData: {
      month,
      ...(verdict.isWithoutTraining && { isWithoutTraining: true }),
      ...(verdict.isSecondRunning && { isSecondRunning: true }),
      ...(isNewlyBehind && { percentBehind: numbers.percent }),
    },
  };
}

/** Between two reviews being behind is one concern. */
const isBehindSince =
  (since: Day) =>
  ({ code, raisedOn }: ApprenticeshipData['concerns'][number]): boolean =>
    code === 'behind-plan' && raisedOn > since;

const earlierOf = (a: Day, b: Day): Day => (a < b ? a : b);
const laterOf = (a: Day, b: Day): Day => (a > b ? a : b);

// What is shown

export type MilestoneName =
  | 'started'
  | 'plan-signed'
  | 'initially-assessed'
  | 'funding-set-up'
  | 'review'
  | 'next-step-decided'
  | 'gateway'
  | 'qts'
  | 'assessed';

/** Done, next and late: every review held and the next one, and what frames them. `number` counts reviews. */
export function milestones(view: ApprenticeshipView): readonly {
  readonly name: MilestoneName;
  readonly number?: number;
  readonly dueOn: Day | null;
  readonly doneOn: Day | null;
}[] {
  const { data, process, world } = view;
  const rules = rulesOf(view);
  const signedPlan = [...data.formerPlans, data.plan].find(({ version }) => version === 1) ?? data.plan;
  const isWaitingForReview = data.gateway === null && !isPassed(data) && isLive(process);
  const passed = data.assessments.find(({ outcome }) => outcome === 'passed');
  return [
    { name: 'started', dueOn: data.startsOn, doneOn: data.startsOn <= world.today ? data.startsOn : null },
    {
      name: 'plan-signed',
      dueOn: planSignedBy(data.startsOn, rules),
      doneOn: planSignedOn({ plan: signedPlan }),
    },
    { name: 'initially-assessed', dueOn: null, doneOn: data.initialAssessment?.assessedOn ?? null },
    { name: 'funding-set-up', dueOn: null, doneOn: data.funding?.recordedOn ?? null },
    ...data.reviews.map(({ heldOn, latestOn }, at) => ({
      name: 'review' as const,
      number: at + 1,
      dueOn: latestOn,
      doneOn: heldOn,
    })),
    ...(isWaitingForReview
      ? [
          {
            name: 'review' as const,
            number: data.reviews.length + 1,
            dueOn: reviewDueOn(world.calendar, data, rules),
            doneOn: null,
          },
        ]
      : []),
    {
      name: 'next-step-decided',
      dueOn: data.plannedEndOn,
      doneOn: isStepSettled(data) ? (data.nextStep?.confirmedOn ?? data.nextStep?.proposedOn ?? null) : null,
    },
    { name: 'gateway', dueOn: data.plannedEndOn, doneOn: data.gateway?.passedOn ?? null },
    ...(standardIn(data).isTeaching ? [{ name: 'qts' as const, dueOn: null, doneOn: data.qtsAwardedOn }] : []),
    { name: 'assessed', dueOn: null, doneOn: passed?.assessedOn ?? null },
  ];
}

/** Stage and dates only: no reasons, no words, nothing about English, maths or support. */
export const brief = (data: ApprenticeshipData): Readonly<Record<string, unknown>> => ({
  standardId: data.standardId,
  standardVersion: data.standardVersion,
  title: data.title,
  level: data.level,
  providerId: data.providerId,
  mentorId: data.mentorId,
  startsOn: data.startsOn,
  plannedEndOn: data.plannedEndOn,
  reviewsHeldOn: data.reviews.map(({ heldOn }) => heldOn),
  countedHours: countedThrough(data.months),
});

/** Why somebody was on a break, where it tells of health or family: not for others than the apprentice and the trust-lead. */
export const discreet = (data: ApprenticeshipData, reason: string | null) => ({
  data: {
    ...data,
    breaks: data.breaks.map((each) =>
      each.reason !== null && privateBreakReasons.has(each.reason) ? { ...each, reason: null } : each,
    ),
  },
  reason,
});
