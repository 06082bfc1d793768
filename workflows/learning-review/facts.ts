/** What is shown beside the tasks of a learning review, in the words of `texts.ts`. */
import { type Fact, type FactGroup, type Finding, group, type View } from '../kernel/process.ts';
import { fullDate } from '../kernel/time.ts';
import { answerLabels, routeLabels, strandLabels } from '../learning-needs/needs.ts';
import { cycleInView, isPastClosing, lastDay, lastReview, manyReviews, needsOf } from './rules.ts';
import type { Need, ReviewData } from './schemas.ts';
import { findings, groups, helpedLabels, facts as labels, priorityLabels, words } from './texts.ts';

type ReviewView = View<ReviewData>;

const fact = (label: string, value: string): Fact => ({ label, value });

const inWords = ({ strand, need, route }: Need): string => words.need(strandLabels[strand], need, routeLabels[route]);

/** A need with what became of it: you said, we did. */
function became(need: Need, isAnswered: boolean): Fact {
  const answer =
    need.answer === null ? (isAnswered ? words.notAnswered : words.notAnsweredYet) : answerLabels[need.answer.meetBy];
  return fact(labels.answer, words.becameOf(inWords(need), answer, need.answer?.note ?? null));
}

/** Last time's needs, each with what became of it and what came of that. */
const lastTime = (view: ReviewView, label: string): readonly Fact[] =>
  (lastReview(view)?.needs ?? []).flatMap((need) => [
    ...(need.answer === null ? [] : [became(need, true)]),
    fact(label, need.helped === null ? inWords(need) : words.withHelp(inWords(need), helpedLabels[need.helped])),
  ]);

/** The needs of last time, as the answer to begin with; nothing for a first review. */
export function lastNeeds(view: ReviewView): string | undefined {
  const needs = lastReview(view)?.needs ?? [];
  return needs.length === 0 ? undefined : needs.map(({ need }) => need).join('\n');
}

export const selfReviewFacts = (view: ReviewView): readonly Fact[] => [
  ...lastTime(view, labels.lastNeed),
  fact(labels.cycle, cycleInView(view).label),
  fact(labels.closesOn, fullDate(cycleInView(view).closesOn)),
];

export function conversationFacts(view: ReviewView): readonly Fact[] {
  const { selfReview } = view.data;
  const written = (label: string, value: string | null | undefined): readonly Fact[] =>
    value ? [fact(label, value)] : [];
  return [
    fact(labels.cycle, cycleInView(view).label),
    fact(labels.closesOn, fullDate(cycleInView(view).closesOn)),
    ...(selfReview === null
      ? [fact(labels.selfReview, words.notWritten)]
      : selfReview.isSkipped
        ? [fact(labels.selfReview, words.skipped)]
        : []),
    ...written(labels.goingWell, selfReview?.goingWell),
    ...written(labels.workOn, selfReview?.workOn),
    ...written(labels.wouldHelp, selfReview?.wouldHelp),
    ...lastTime(view, labels.theirLastNeed),
  ];
}

/** The needs, each with what the trust answered: you said, we did. */
export const followUpFacts = (view: ReviewView): readonly Fact[] => [
  ...(view.data.conversation === null ? [] : [fact(labels.heldOn, fullDate(view.data.conversation.heldOn))]),
  ...needsOf(view).map((need) => became(need, view.data.toldOn !== null)),
];

const selfReviewWritten = ({ data: { selfReview } }: ReviewView): readonly Fact[] => {
  if (selfReview === null) return [];
  const written = (label: string, value: string | null): readonly Fact[] => (value ? [fact(label, value)] : []);
  return [
    ...(selfReview.isSkipped ? [fact(labels.selfReview, words.skipped)] : []),
    ...written(labels.goingWell, selfReview.goingWell),
    ...written(labels.workOn, selfReview.workOn),
    ...written(labels.wouldHelp, selfReview.wouldHelp),
  ];
};

/** One line for each thing that is known of a need: what it is, what it serves, what the trust answered, whether it helped. */
const agreed = (view: ReviewView, need: Need): readonly Fact[] => [
  fact(labels.need, `${strandLabels[need.strand]}: ${need.need}`),
  fact(labels.priority, priorityLabels[need.priority]),
  fact(labels.route, routeLabels[need.route]),
  ...(need.answer === null
    ? view.data.toldOn === null
      ? []
      : [fact(labels.answer, words.notAnswered)]
    : [fact(labels.answer, words.answered(answerLabels[need.answer.meetBy], need.answer.note))]),
  ...(need.helped === null ? [] : [fact(labels.helped, helpedLabels[need.helped])]),
];

/** Its page: the cycle, what was written before, what was agreed and what became of it. */
export function about(view: ReviewView): readonly FactGroup[] {
  const { conversation, followUp } = view.data;
  return [
    ...group(null, [
      fact(labels.cycle, cycleInView(view).label),
      fact(labels.closesOn, fullDate(cycleInView(view).closesOn)),
      ...(conversation === null ? [] : [fact(labels.heldOn, fullDate(conversation.heldOn))]),
      ...(conversation?.isLate ? [fact(labels.lateness, words.late)] : []),
    ]),
    ...group(groups.selfReview, selfReviewWritten(view)),
    ...group(
      groups.needs,
      (conversation?.needs ?? []).flatMap((need) => agreed(view, need)),
    ),
    ...group(groups.followUp, followUp?.next ? [fact(labels.next, followUp.next)] : []),
  ];
}

export const lateFindings = (view: ReviewView): readonly Finding[] =>
  isPastClosing(view)
    ? [
        {
          code: 'late',
          sentence: findings.late(fullDate(cycleInView(view).closesOn), fullDate(lastDay(view))),
        },
      ]
    : [];

export function conversationFindings(view: ReviewView): readonly Finding[] {
  const reviews = manyReviews(view);
  return [
    ...lateFindings(view),
    ...(reviews === undefined ? [] : [{ code: 'many-reviews', sentence: findings['many-reviews'](reviews) }]),
  ];
}
