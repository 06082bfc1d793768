/** A learning review, declared: its tasks and timers. The story is plotted in `machine.ts`, the policy is in `rules.ts`. */
import { type ActionSpec, defineProcess, present, task, timer, type View } from '../kernel/process.ts';
import * as facts from './facts.ts';
import * as rules from './rules.ts';
import * as schemas from './schemas.ts';
import { texts } from './texts.ts';

type ReviewView = View<schemas.ReviewData>;

const subject = ({ process }: ReviewView) => ({ personId: process.subjectId });
const notLaterThanAllowed = (view: ReviewView) => ({ lastDay: rules.lastDay(view), outcome: 'not-held' as const });

const selfReview = task('self-review', {
  stage: 'self-review',
  decider: subject,
  outcomes: {
    written: (view: ReviewView) => schemas.selfReviewForm({ lastNeeds: facts.lastNeeds(view) }),
    skipped: schemas.nothingForm,
    'not-held': null,
  },
  answer: (view: ReviewView, chosen, form) => {
    switch (chosen) {
      case 'written':
        return rules.selfReviewed(view, form as unknown as schemas.SelfReviewAnswer);
      case 'skipped':
        return rules.selfReviewSkipped(view);
      default:
        chosen satisfies 'not-held';
        return rules.notHeld(view);
    }
  },
  dueOn: (view) => rules.dueWithCycle(view, 'self-review'),
  lapses: notLaterThanAllowed,
  isPersonal: true,
  isFormOfFact: true,
  chaser: 'headteacher',
  facts: facts.selfReviewFacts,
  findings: facts.lateFindings,
});

const conversation = task('conversation', {
  stage: 'conversation',
  decider: ({ process }: ReviewView) => ({ role: 'line-manager', schoolId: process.schoolId }),
  outcomes: { agreed: schemas.conversationForm, 'not-held': null },
  answer: (view: ReviewView, chosen, form, actor) =>
    chosen === 'agreed'
      ? rules.agreed(view, form as unknown as schemas.ConversationAnswer, present(actor).personId)
      : rules.notHeld(view),
  dueOn: (view) => rules.dueWithCycle(view, 'conversation'),
  lapses: notLaterThanAllowed,
  chaser: 'headteacher',
  isForSeveral: true,
  facts: facts.conversationFacts,
  findings: facts.conversationFindings,
});

const followUpDue = timer('follow-up-due', { stage: 'development', on: rules.followUpOn });

const followUp = task('follow-up', {
  stage: 'follow-up',
  decider: subject,
  outcomes: { reviewed: (view: ReviewView) => schemas.followUpForm(rules.needsOf(view)), unanswered: null },
  answer: (view: ReviewView, chosen, form) =>
    chosen === 'reviewed'
      ? rules.followedUp(view, form as unknown as schemas.FollowUpAnswer)
      : rules.notFollowedUp(view),
  lapses: rules.followUpLapses,
  isPersonal: true,
  isFormOfFact: true,
  chaser: 'headteacher',
  facts: facts.followUpFacts,
});

const trustAnswer = timer('trust-answer', { stage: 'answer', on: rules.answerOn });

export const tasks = { selfReview, conversation, followUp } as const;

export const timers = { followUpDue, trustAnswer } as const;

const actions = {
  'go-to-conversation': {
    // Who leads it; the manager of another post reads and comments.
    by: [{ named: 'manager' }],
    refusedNow: rules.goingToConversationRefused,
    form: schemas.nothingForm,
    act: rules.goToConversation,
    event: 'self-review-passed-over',
  },
} as const satisfies Record<string, ActionSpec<schemas.ReviewData>>;

export const process = defineProcess({
  kind: rules.KIND,
  path: 'learning-reviews',
  data: schemas.ReviewData,
  input: schemas.StartForm,
  subjectOf: (_input, actor) => actor.personId,
  startedBy: [],
  start: rules.start,
  startedBySystem: rules.startedBySystem,
  waits: {
    'self-review': selfReview,
    conversation,
    'follow-up-due': followUpDue,
    'follow-up': followUp,
    'trust-answer': trustAnswer,
  },
  actions,
  milestones: (view) =>
    rules.milestones(view).map(({ name, dueOn, doneOn }) => ({ name, label: texts.waits[name].title, dueOn, doneOn })),
  onSubjectLeft: rules.onSubjectLeft,
  onSubjectMoved: rules.onSubjectMoved,
  onMorning: rules.onMorning,
  named: rules.named,
  about: facts.about,
  brief: rules.brief,
  staysAtSchool: true,
  texts,
});
