/** What is shown beside a decision about an apprenticeship: facts, and what the rules noticed. */
import { schoolsOf } from '../kernel/people.ts';
import { type Fact, type FactGroup, type Finding, group } from '../kernel/process.ts';
import { addDays, fullDate, fullMonth } from '../kernel/time.ts';
import { lengthOfBreaks, reviewLatestOn } from './calendar.ts';
import { criteriaOn } from './gateway.ts';
import { countedIn, countedThrough, minimumHours, plannedHours, progressThrough } from './off-the-job.ts';
import { missingSignatures } from './plan.ts';
import { BEHIND_PLAN } from './rule-sets.ts';
import { type ApprenticeshipView, isLive, KIND, openConcerns, rulesOf } from './rules.ts';
import { ApprenticeshipData, privateBreakReasons } from './schemas.ts';
import { standardOf } from './standards.ts';
import {
  breakReasonLabels,
  concernLabels,
  criterionLabels,
  type FindingCode,
  findings,
  groups,
  facts as labels,
  nextStepLabels,
  planLabels,
  qualificationLabels,
  withdrawalLabels,
  words,
} from './texts.ts';

const fact = (label: string, value: string | number): Fact => ({ label, value: String(value) });
const finding = (code: FindingCode, sentence: string): Finding => ({ code, sentence });

const whatItIs = ({ data }: ApprenticeshipView): readonly Fact[] => [
  fact(labels.standard, words.level(data.title, data.level)),
  fact(labels.version, `${data.standardId} ${data.standardVersion}`),
  fact(labels.provider, data.providerId),
  fact(labels.startsOn, fullDate(data.startsOn)),
  fact(labels.plannedEnd, fullDate(data.plannedEndOn)),
];

/** Hours against plan as of yesterday: today is not over. */
const progressNow = (view: ApprenticeshipView) =>
  progressThrough(view.data, rulesOf(view), addDays(view.world.today, -1));

function hours(view: ApprenticeshipView): readonly Fact[] {
  const { counted, planned, expected, behind } = progressNow(view);
  const notCounted = view.data.months
    .flatMap(({ uncounted }) => Object.values(uncounted))
    .reduce<number>((sum, each) => sum + (each ?? 0), 0);
  return [
    fact(labels.hours, words.hoursOf(counted, planned)),
    fact(labels.expected, expected),
    fact(labels.minimum, minimumHours(view.data, rulesOf(view))),
    ...(behind > 0 ? [fact(labels.behind, words.percent(behind))] : []),
    ...(notCounted > 0 ? [fact(labels.notCounted, notCounted)] : []),
  ];
}

/** What was said at the last review, from its answer: texts stay with the task, not in the process. */
function lastReview({ data, history }: ApprenticeshipView): readonly Fact[] {
  const last = data.reviews.at(-1);
  const answer = history.findLast(({ wait, answer: given }) => wait === 'review' && given !== undefined)?.answer ?? {};
  const said = (label: string, field: string) =>
    typeof answer[field] === 'string' ? [fact(label, answer[field])] : [];
  return last === undefined
    ? []
    : [
        fact(labels.lastReview, fullDate(last.heldOn)),
        ...said(labels.lastTargets, 'targets'),
        ...said(labels.lastConcern, 'concern'),
      ];
}

const breaks = ({ data }: ApprenticeshipView): readonly Fact[] =>
  data.breaks.length === 0 ? [] : [fact(labels.breaks, lengthOfBreaks(data.breaks))];

/** What was said last to a concern and to the gateway. */
const answers = ({ data }: ApprenticeshipView): readonly Fact[] => [
  ...(data.measures ? [fact(labels.measures, data.measures.text)] : []),
  ...(data.missing ? [fact(labels.missing, data.missing.text)] : []),
];

const resit = ({ data }: ApprenticeshipView): readonly Fact[] => {
  const plan = data.assessments.at(-1)?.resitPlan ?? null;
  return plan === null ? [] : [fact(labels.resitPlan, plan)];
};

export const detailFacts = (view: ApprenticeshipView): readonly Fact[] => [
  ...whatItIs(view),
  fact(labels.weeklyHours, view.data.weeklyHours),
];

export const planFacts = (view: ApprenticeshipView): readonly Fact[] => [
  ...detailFacts(view),
  fact(labels.planVersion, words.planVersion(view.data.plan.version)),
  ...(view.data.plan.version > 1 ? [fact(labels.changed, planLabels[view.data.plan.because])] : []),
  fact(labels.hours, plannedHours(view.data, rulesOf(view))),
  ...breaks(view),
];

export const assessmentFacts = (view: ApprenticeshipView): readonly Fact[] => [
  ...detailFacts(view),
  fact(labels.minimum, minimumHours(view.data, rulesOf(view))),
];

export const reviewFacts = (view: ApprenticeshipView): readonly Fact[] => [
  ...whatItIs(view),
  ...hours(view),
  ...lastReview(view),
  ...answers(view),
  ...resit(view),
  ...breaks(view),
];

const raised = (view: ApprenticeshipView): readonly Fact[] =>
  openConcerns(view).map(({ code, raisedOn }) =>
    fact(labels.concern, words.onDay(concernLabels[code], fullDate(raisedOn))),
  );

export const concernFacts = (view: ApprenticeshipView): readonly Fact[] => [
  ...whatItIs(view),
  ...raised(view),
  ...lastReview(view),
  ...hours(view),
];

export function gatewayFacts(view: ApprenticeshipView): readonly Fact[] {
  const { data, world } = view;
  const known = data.initialAssessment;
  return [
    ...whatItIs(view),
    ...criteriaOn(data, rulesOf(view), world.today).map(({ criterion, isMet }) =>
      fact(criterionLabels[criterion], isMet ? words.yes : words.no),
    ),
    ...hours(view),
    ...(known
      ? [fact(labels.english, qualificationLabels[known.english]), fact(labels.maths, qualificationLabels[known.maths])]
      : []),
    ...assessment(view),
    ...answers(view),
    ...breaks(view),
  ];
}

const assessment = ({ data }: ApprenticeshipView): readonly Fact[] => [
  fact(labels.assessmentPlan, planLabels[data.assessmentPlan]),
  ...(data.assessmentPlan === 'reformed'
    ? [
        fact(
          labels.assessmentParts,
          data.assessmentParts
            .filter(({ outcome }) => outcome === 'passed')
            .map(({ part }) => part)
            .join(', ') || words.none,
        ),
      ]
    : []),
];

export const resultFacts = (view: ApprenticeshipView): readonly Fact[] => [...whatItIs(view), ...assessment(view)];

export function nextStepFacts(view: ApprenticeshipView): readonly Fact[] {
  const { wish, nextStep, sentBack } = view.data;
  const standard = nextStep?.standardId ? standardOf(nextStep.standardId) : undefined;
  return [
    ...whatItIs(view),
    ...(wish ? [fact(labels.wish, nextStepLabels[wish.step])] : []),
    ...(wish?.note ? [fact(labels.wishNote, wish.note)] : []),
    ...(nextStep
      ? [
          fact(
            labels.proposal,
            standard ? `${nextStepLabels[nextStep.step]}: ${standard.title}` : nextStepLabels[nextStep.step],
          ),
        ]
      : []),
    ...(sentBack ? [fact(labels.sentBack, sentBack.text)] : []),
    ...lastReview(view),
  ];
}

// Its page

const yesNo = (is: boolean): string => (is ? words.yes : words.no);

const plan = ({ data }: ApprenticeshipView): readonly Fact[] => {
  const { plan: signed, initialAssessment: known, funding } = data;
  return [
    fact(labels.planVersion, words.planVersion(signed.version)),
    ...(signed.version > 1 ? [fact(labels.changed, planLabels[signed.because])] : []),
    ...(['apprentice', 'employer', 'provider'] as const).map((who) =>
      fact(labels.signed[who], signed[who] === null ? words.notSigned : fullDate(signed[who].on)),
    ),
    ...(known === null
      ? []
      : [
          fact(labels.priorLearning, known.priorLearningHours),
          fact(labels.english, qualificationLabels[known.english]),
          fact(labels.maths, qualificationLabels[known.maths]),
          fact(labels.support, yesNo(known.needsSupport)),
        ]),
    ...(funding === null
      ? []
      : [
          fact(labels.agreementOn, fullDate(funding.agreementSignedOn)),
          fact(labels.onService, yesNo(funding.isOnService)),
        ]),
  ];
};

/** The latest first. */
const monthByMonth = ({ data: { months } }: ApprenticeshipView): readonly Fact[] =>
  months.toReversed().map(({ month, uncounted }) =>
    fact(
      fullMonth(month),
      words.counted(
        countedIn(months, month),
        Object.values(uncounted).reduce<number>((sum, each) => sum + (each ?? 0), 0),
      ),
    ),
  );

const reviewsHeld = ({ data }: ApprenticeshipView): readonly Fact[] =>
  data.reviews
    .toReversed()
    .map(({ heldOn, outcome, isEmployerPresent, isProviderPresent }) =>
      fact(
        fullDate(heldOn),
        words.held(words.reviewOutcomes[outcome], [
          ...(isEmployerPresent ? [words.signatories.employer] : []),
          ...(isProviderPresent ? [words.signatories.provider] : []),
        ]),
      ),
    );

/** Why, where it tells of health or family, only for those who may read it. */
const eachBreak = ({ data }: ApprenticeshipView, mayReadHealth: boolean): readonly Fact[] =>
  data.breaks.flatMap(({ startedOn, expectedReturnOn, returnedOn, reason }) => [
    fact(
      labels.break,
      returnedOn === null
        ? words.breakExpected(fullDate(startedOn), fullDate(expectedReturnOn))
        : words.breakUntil(fullDate(startedOn), fullDate(addDays(returnedOn, -1))),
    ),
    ...(reason !== null && (mayReadHealth || !privateBreakReasons.has(reason))
      ? [fact(labels.breakReason, breakReasonLabels[reason])]
      : []),
  ]);

const concerns = (view: ApprenticeshipView): readonly Fact[] => [
  ...raised(view),
  ...(view.data.measures ? [fact(labels.measures, view.data.measures.text)] : []),
];

const gatewayOn = (view: ApprenticeshipView): readonly Fact[] => {
  const { gateway, assessmentParts, assessments, qtsAwardedOn, missing } = view.data;
  return [
    fact(labels.assessmentPlan, planLabels[view.data.assessmentPlan]),
    ...(missing ? [fact(labels.missing, missing.text)] : []),
    ...(gateway === null ? [] : [fact(labels.gateway, fullDate(gateway.passedOn))]),
    ...assessmentParts.map(({ part, outcome, assessedOn }) =>
      fact(labels.part(part), words.onDay(words.outcomes[outcome], fullDate(assessedOn))),
    ),
    ...assessments.map(({ grade, assessedOn }) => fact(labels.result, words.onDay(grade, fullDate(assessedOn)))),
    ...resit(view),
    ...(qtsAwardedOn === null ? [] : [fact(labels.qts, fullDate(qtsAwardedOn))]),
  ];
};

const whatIsNext = ({ data: { wish, nextStep } }: ApprenticeshipView): readonly Fact[] => [
  ...(wish ? [fact(labels.wish, nextStepLabels[wish.step])] : []),
  ...(wish?.note ? [fact(labels.wishNote, wish.note)] : []),
  ...(nextStep
    ? [fact(nextStep.confirmedOn === null ? labels.proposal : labels.decided, nextStepLabels[nextStep.step])]
    : []),
];

const howItEnded = ({ data: { refusal, withdrawal } }: ApprenticeshipView): readonly Fact[] => [
  ...(refusal ? [fact(labels.refused, refusal.reason)] : []),
  ...(withdrawal
    ? [
        fact(labels.lastDay, fullDate(withdrawal.lastDayOfLearning)),
        fact(labels.withdrawn, withdrawal.otherReason ?? withdrawalLabels[withdrawal.reason]),
      ]
    : []),
];

/** Its page: what it is, the hours, the plan, reviews, breaks, and what came of it. */
export const about = (view: ApprenticeshipView, mayReadHealth: boolean): readonly FactGroup[] => [
  ...group(null, [
    ...detailFacts(view),
    ...view.data.formerProviders.map(({ providerId, until }) =>
      fact(labels.formerProvider, words.until(providerId, fullDate(until))),
    ),
  ]),
  ...group(groups.hours, hours(view)),
  ...group(groups.concerns, concerns(view)),
  ...group(groups.reviews, reviewsHeld(view)),
  ...group(groups.breaks, eachBreak(view, mayReadHealth)),
  ...group(groups.assessment, gatewayOn(view)),
  ...group(groups.next, whatIsNext(view)),
  ...group(groups.end, howItEnded(view)),
  ...group(groups.plan, plan(view)),
  ...group(groups.months, monthByMonth(view)),
];

// What the rules noticed

const behind = (view: ApprenticeshipView): readonly Finding[] => {
  const { behind: share } = progressNow(view);
  return share > BEHIND_PLAN ? [finding('behind-plan', findings['behind-plan'](Math.round(share * 100)))] : [];
};

/** Months without training that were warned of since the last review. */
const emptyMonths = ({ data }: ApprenticeshipView): readonly Finding[] =>
  data.concerns
    .filter(({ code, raisedOn }) => code === 'month-without-training' && raisedOn > (data.reviews.at(-1)?.heldOn ?? ''))
    .map(({ month }) => finding('month-without-training', findings['month-without-training'](fullMonth(month ?? ''))));

/** Who signs is asked for it, and need not be told that it is missing. */
export const planFindings = ({ data }: ApprenticeshipView): readonly Finding[] =>
  data.wasPlanLate ? [finding('plan-was-late', findings['plan-was-late']())] : [];

function unsigned(view: ApprenticeshipView): readonly Finding[] {
  const missing = missingSignatures(view.data).map((signatory) => words.signatories[signatory]);
  return [
    ...(missing.length > 0 ? [finding('plan-unsigned', findings['plan-unsigned'](missing.join(', ')))] : []),
    ...planFindings(view),
  ];
}

const elsewhere = ({ data, process, world }: ApprenticeshipView): readonly Finding[] => {
  const mentor = world.directory.person(data.mentorId);
  return mentor && !schoolsOf(mentor, world.today).includes(process.schoolId)
    ? [finding('mentor-elsewhere', findings['mentor-elsewhere']())]
    : [];
};

/** No published hours, and what else the person is in. */
export function startFindings(view: ApprenticeshipView): readonly Finding[] {
  const { data, world } = view;
  const beside = world.others
    .filter((other) => other.kind === KIND && isLive(other))
    .map((other) => ApprenticeshipData.parse(other.data).title);
  return [
    ...(rulesOf(view).hours.by === 'published' && data.publishedHours === null
      ? [finding('hours-not-published', findings['hours-not-published']())]
      : []),
    ...beside.map((title) => finding('other-apprenticeship', findings['other-apprenticeship'](title))),
  ];
}

export function reviewFindings(view: ApprenticeshipView): readonly Finding[] {
  const latest = reviewLatestOn(view.data, rulesOf(view));
  return [
    ...(view.world.today > latest ? [finding('review-overdue', findings['review-overdue'](fullDate(latest)))] : []),
    ...behind(view),
    ...emptyMonths(view),
    ...unsigned(view),
    ...elsewhere(view),
  ];
}

export const concernFindings = (view: ApprenticeshipView): readonly Finding[] => [
  ...behind(view),
  ...emptyMonths(view),
];

export function gatewayFindings(view: ApprenticeshipView): readonly Finding[] {
  const { data, world } = view;
  const rules = rulesOf(view);
  return [
    ...criteriaOn(data, rules, world.today).flatMap(({ criterion, isMet }) =>
      isMet ? [] : [finding('criterion-not-met', findings['criterion-not-met'](criterionLabels[criterion]))],
    ),
    ...(countedThrough(data.months) < minimumHours(data, rules)
      ? [finding('below-minimum', findings['below-minimum']())]
      : []),
    ...unsigned(view),
  ];
}
