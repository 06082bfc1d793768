/** What is shown beside the tasks of a learning review, in the words of `texts.ts`. */
import type { Fact, Finding, View } from '../kernel/process.ts';
import { fullDate } from '../kernel/time.ts';
import { answerLabels, routeLabels, strandLabels } from '../learning-needs/needs.ts';
import { cycleInView, isPastClosing, lastDay, lastReview, manyReviews, needsOf } from './rules.ts';
import type { Need, ReviewData } from './schemas.ts';
import { findings, helpedLabels, facts as labels, WHO_SEES_IT, words } from './texts.ts';

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
  fact(labels.counted, WHO_SEES_IT),
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
