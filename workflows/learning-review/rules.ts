/**
 * The policy of a learning review: whom it is led by, what its answers come to, when it can no longer be finished, what
 * the cycle is told. Pure: everything a rule looks at is in its view.
 *
 * Source: the trust's own settled rules on learning reviews, on two posts, and on people without e-mail.
 */
import { addSchoolDays, type LearningReviewCycle } from '../kernel/calendar.ts';
import { defaultDueOn } from '../kernel/due.ts';
import { tell } from '../kernel/news.ts';
import { currentPosts, isCurrent, lineManagerOf } from '../kernel/people.ts';
import type { Acted, Answered, Started, View } from '../kernel/process.ts';
import type { Process } from '../kernel/records.ts';
import type { Rejection } from '../kernel/rejections.ts';
import { type Day, dayOf } from '../kernel/time.ts';
import type { World } from '../kernel/world.ts';
import { cycleOf, cycleOnFile, finishesOn, MANY_REVIEWS, postsInScope } from '../learning-needs/cycle.ts';
import {
  CONVERSATION_HELD,
  Decision,
  decisionFor,
  LEARNING_REVIEW,
  type ReviewTally,
} from '../learning-needs/needs.ts';
import * as refuse from './refusals.ts';
import {
  type ConversationAnswer,
  type FollowUpAnswer,
  type Helped,
  type Need,
  ReviewData,
  type SelfReviewAnswer,
} from './schemas.ts';

export const KIND = LEARNING_REVIEW;

/** So many school days after it is due a follow-up is not asked for any more: the next cycle is near. */
const FOLLOW_UP_LAPSES_SCHOOL_DAYS = 20;
/** So long after the window the trust's answer is waited for. */
const ANSWER_SCHOOL_DAYS = 60;

type ReviewView = View<ReviewData>;
type Answer<Outcome extends string> = Answered<ReviewData, Outcome>;

export const cycleInView = ({ data, world }: Pick<ReviewView, 'data' | 'world'>): LearningReviewCycle =>
  cycleOf(world.calendar, data.cycleId);

/** After the last day of the window: not in the numbers any more. */
export const isPastClosing = (view: ReviewView): boolean => view.world.today > cycleInView(view).closesOn;

/** The last day on which it can be finished, late. */
export const lastDay = (view: ReviewView): Day => finishesOn(view.world.calendar, cycleInView(view));

// Who leads it

/**
 * Who manages the main post leads it; who manages another current post may read and comment. Nobody twice, and never
 * the person.
 */
export function managersOf(world: World, schoolId: string): Pick<ReviewData, 'managerId' | 'otherManagerIds'> {
  const { subject, directory, today } = world;
  const managerId = lineManagerOf(subject, schoolId, directory, today)?.personId ?? null;
  const others = currentPosts(subject, today).flatMap((post) => {
    const onFile = post.lineManagerId === undefined ? undefined : directory.person(post.lineManagerId);
    const manager =
      onFile && isCurrent(onFile, today) ? onFile : lineManagerOf(subject, post.schoolId, directory, today);
    return manager ? [manager.personId] : [];
  });
  const isOther = (personId: string): boolean => personId !== managerId && personId !== subject.personId;
  return { managerId, otherManagerIds: [...new Set(others)].filter(isOther).sort() };
}

/** Whom it names: its manager and the other posts' managers, who find it and read it in full. */
export const named = ({ managerId, otherManagerIds }: ReviewData) => [
  ...(managerId === null ? [] : [{ personId: managerId, as: 'manager' }]),
  ...otherManagerIds.map((personId) => ({ personId, as: 'other-manager' })),
];

// Start

/** Opened by the cycle: at the school of the main post in scope. Nothing for somebody who has no such post (any more). */
export function startedBySystem(
  input: Readonly<Record<string, unknown>>,
  world: World,
): Started<ReviewData> | undefined {
  const { subject, today, calendar } = world;
  const cycle = cycleOnFile(calendar, String(input['cycleId']));
  const main = cycle && postsInScope(subject, cycle, today)[0];
  if (!cycle || !main) return undefined;
  return {
    naturalKey: `${cycle.id}/${subject.personId}`,
    data: {
      cycleId: cycle.id,
      ...managersOf(world, main.schoolId),
      selfReview: null,
      conversation: null,
      followUp: null,
      toldOn: null,
    },
    subjectId: subject.personId,
    schoolId: main.schoolId,
    ruleSet: cycle.id,
    wait: 'self-review',
  };
}

/** Nobody starts one by hand. */
export const start = (): Rejection => refuse.onlyByCycle();

// Last time

interface LastReview {
  readonly process: Process;
  readonly needs: readonly Need[];
}

/** The person's latest review in an earlier cycle that agreed needs. */
export function lastReview({ process, world }: Pick<ReviewView, 'process' | 'world'>): LastReview | undefined {
  return world.others
    .filter((other) => other.kind === KIND && other.startedAt < process.startedAt)
    .map((other) => ({ process: other, needs: ReviewData.parse(other.data).conversation?.needs ?? [] }))
    .filter(({ needs }) => needs.length > 0)
    .sort((a, b) => (a.process.startedAt < b.process.startedAt ? 1 : -1))[0];
}

// The course of it

/** Both are due when the cycle closes, and at least the next school day. */
export const dueWithCycle = (view: ReviewView, task: 'self-review' | 'conversation'): Day =>
  defaultDueOn(view.world.calendar, task, dayOf(view.wait?.openedAt ?? view.world.now), {
    closesOn: cycleInView(view).closesOn,
  });

/** The time for it is over: the person is told, and the next cycle brings a new one. */
export const notHeld = (view: ReviewView): Answer<'not-held'> => ({
  outcome: 'not-held',
  data: view.data,
  effects: [tell(view.world.subject.personId, 'decided', 'not-held')],
});

export const selfReviewed = (view: ReviewView, form: SelfReviewAnswer): Answer<'written'> => ({
  outcome: 'written',
  data: {
    ...view.data,
    selfReview: {
      goingWell: form.goingWell ?? null,
      workOn: form.workOn,
      wouldHelp: form.wouldHelp ?? null,
      isSkipped: false,
      answeredOn: view.world.today,
    },
  },
});

export const selfReviewSkipped = (view: ReviewView): Answer<'skipped'> => ({
  outcome: 'skipped',
  data: {
    ...view.data,
    selfReview: { goingWell: null, workOn: null, wouldHelp: null, isSkipped: true, answeredOn: view.world.today },
  },
});

/** The manager need not wait for a self-review that does not come. */
export const goingToConversationRefused = ({ process }: ReviewView): Rejection | undefined =>
  process.wait === 'self-review' ? undefined : refuse.pastSelfReview();

export const goToConversation = (view: ReviewView): Acted<ReviewData> | Rejection =>
  goingToConversationRefused(view) ?? {
    data: view.data,
    course: { then: 'goes-to', wait: 'conversation' },
    effects: [tell(view.world.subject.personId, 'decided', 'manager-closed-self-review')],
  };

/** What the cycle is told of a conversation: the strand and route of each need, nothing else. */
const tallyOf = ({ needs, isLate, countsAt }: NonNullable<ReviewData['conversation']>): ReviewTally => ({
  needs: needs.map(({ strand, route }) => ({ strand, route })),
  isLate,
  ...(countsAt !== null && { countsAt }),
});

export function agreed(view: ReviewView, form: ConversationAnswer, heldBy: string): Answer<'agreed'> {
  const conversation = {
    needs: form.needs.map((need) => ({ ...need, helped: null, answer: null })),
    heldOn: view.world.today,
    heldBy,
    isLate: isPastClosing(view),
    countsAt: null,
  };
  return {
    outcome: 'agreed',
    data: { ...view.data, conversation },
    effects: [{ effect: 'report', mark: CONVERSATION_HELD, tally: tallyOf(conversation) }],
    eventData: { needs: conversation.needs.length, isLate: conversation.isLate },
  };
}

/** Reviews of the same cycle at the school that this manager leads, this one among them: where they are known, and many. */
export function manyReviews({ data, world }: ReviewView): number | undefined {
  const others = world.atSchool.filter(
    (other) =>
      other.kind === KIND && other.data['cycleId'] === data.cycleId && other.data['managerId'] === data.managerId,
  );
  const reviews = others.length + 1;
  return data.managerId !== null && reviews > MANY_REVIEWS ? reviews : undefined;
}

/** The needs that were agreed. Throws before the conversation: the machine does not come here without. */
export function needsOf({ data }: Pick<ReviewView, 'data'>): readonly Need[] {
  if (data.conversation === null) throw new Error('No conversation was held');
  return data.conversation.needs;
}

/** So many school days after the conversation as the cycle says. */
export function followUpOn(view: ReviewView): Day {
  const { calendar, today } = view.world;
  return addSchoolDays(calendar, view.data.conversation?.heldOn ?? today, cycleInView(view).followUpAfterSchoolDays);
}

export const followUpLapses = (view: ReviewView): { readonly lastDay: Day; readonly outcome: 'unanswered' } => ({
  lastDay: addSchoolDays(view.world.calendar, view.wait?.dueOn ?? view.world.today, FOLLOW_UP_LAPSES_SCHOOL_DAYS),
  outcome: 'unanswered',
});

export function followedUp(view: ReviewView, form: FollowUpAnswer): Answer<'reviewed'> {
  const { data, world } = view;
  const taps: readonly (Helped | undefined)[] = [form.need1, form.need2, form.need3];
  const needs = needsOf(view).map((need, at) => ({ ...need, helped: taps[at] ?? null }));
  return {
    outcome: 'reviewed',
    data: {
      ...data,
      conversation: data.conversation && { ...data.conversation, needs },
      followUp: { next: form.next ?? null, answeredOn: world.today },
    },
  };
}

export const notFollowedUp = ({ data }: ReviewView): Answer<'unanswered'> => ({ outcome: 'unanswered', data });

// You said, we did

/** What the trust answered to the groups of needs; nothing before its sign-off. */
function signedOff({ parent }: World): readonly Decision[] | undefined {
  const decisions = parent?.data['decisions'];
  return decisions === null || decisions === undefined ? undefined : Decision.array().parse(decisions);
}

/** The day on which the person was told the trust's answer; without one, so long after the window that nobody waits any more. */
export const answerOn = (view: ReviewView): Day =>
  view.data.toldOn ?? addSchoolDays(view.world.calendar, cycleInView(view).closesOn, ANSWER_SCHOOL_DAYS);

// What happens around it

/** The last post has ended, and no other is to begin. */
export function onSubjectLeft({ data, world }: ReviewView): Acted<ReviewData> | undefined {
  const { subject, today } = world;
  const hasPostToCome = subject.posts.some((post) => post.endsOn === undefined || post.endsOn >= today);
  if (hasPostToCome || currentPosts(subject, today).length > 0) return undefined;
  return { data, course: { then: 'stops', outcome: 'left' } };
}

/**
 * It moves with the person, and with it what the cycle counts; once the numbers are frozen it goes on counting where it
 * was counted.
 */
export function onSubjectMoved(view: ReviewView): Acted<ReviewData> | undefined {
  const { data, process, world } = view;
  const posts = currentPosts(world.subject, world.today);
  const main = postsInScope(world.subject, cycleInView(view), world.today)[0] ?? posts[0];
  if (main === undefined || posts.some(({ schoolId }) => schoolId === process.schoolId)) return undefined;
  const isFrozen = data.conversation !== null && data.conversation.countsAt === null && isPastClosing(view);
  const conversation = isFrozen && data.conversation ? { ...data.conversation, countsAt: process.schoolId } : null;
  return {
    data: {
      ...data,
      ...managersOf(world, main.schoolId),
      ...(conversation && { conversation }),
    },
    course: { then: 'stays' },
    schoolId: main.schoolId,
    effects: conversation ? [{ effect: 'report', tally: tallyOf(conversation) }] : [],
    eventData: { fromSchoolId: process.schoolId, schoolId: main.schoolId },
  };
}

/** Other managers than yesterday; or the trust has answered, which the person is told once. */
export function onMorning(view: ReviewView): (Acted<ReviewData> & { readonly event: string }) | undefined {
  const { data, process, world } = view;
  const managers = managersOf(world, process.schoolId);
  const isSame =
    managers.managerId === data.managerId && managers.otherManagerIds.join() === data.otherManagerIds.join();
  if (!isSame) return { event: 'managers-changed', data: { ...data, ...managers }, course: { then: 'stays' } };
  const decisions = signedOff(world);
  if (data.conversation === null || data.toldOn !== null || decisions === undefined) return undefined;
  const needs = data.conversation.needs.map((need) => {
    const decision = decisionFor(decisions, need);
    return { ...need, answer: decision ? { meetBy: decision.meetBy, note: decision.note } : null };
  });
  return {
    event: 'answer-told',
    data: { ...data, conversation: { ...data.conversation, needs }, toldOn: world.today },
    course: { then: 'stays' },
    effects: [tell(world.subject.personId, 'decided', 'you-said-we-did')],
  };
}

/** For who may see stage and dates only: nothing that anybody wrote, and no need. */
export const brief = ({ cycleId, conversation }: ReviewData): Readonly<Record<string, unknown>> => ({
  cycleId,
  isHeld: conversation !== null,
  isLate: conversation?.isLate ?? false,
});

export const milestones = (view: ReviewView) => {
  const { data } = view;
  const { closesOn } = cycleInView(view);
  return [
    { name: 'self-review', dueOn: closesOn, doneOn: data.selfReview?.answeredOn ?? null },
    { name: 'conversation', dueOn: closesOn, doneOn: data.conversation?.heldOn ?? null },
    {
      name: 'follow-up',
      dueOn: data.conversation === null ? null : followUpOn(view),
      doneOn: data.followUp?.answeredOn ?? null,
    },
  ] as const;
};
