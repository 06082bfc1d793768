/** Every sentence that a person reads about a learning review: plain words for a busy member of staff. */
import type { Texts } from '../kernel/process.ts';
import type { Helped, Priority } from './schemas.ts';

export type WaitKey = 'self-review' | 'conversation' | 'follow-up-due' | 'follow-up' | 'trust-answer';
export type ActionKey = 'go-to-conversation';

/** Labels of the fields of all forms. */
export const fields = {
  cycleId: 'Cycle',
  goingWell: 'What has gone well?',
  workOn: 'What would you like to get better at next?',
  wouldHelp: 'What would help you with it?',
  needs: 'One to three needs',
  need: 'What exactly?',
  strand: 'Strand',
  priority: 'Which priority does it serve?',
  route: 'How would you like to work on it?',
  need1: 'Did it help with the first need?',
  need2: 'Did it help with the second need?',
  need3: 'Did it help with the third need?',
  next: 'What next?',
} as const satisfies Record<string, string>;

/** The first line of a self-review: what is counted, and who sees what. */
const WHO_SEES_IT =
  'Your line manager, your headteacher and the CPD lead of your school can read what you write here; for the school’s plans and the trust’s, needs are only counted, without names and without your words.';

export const texts = {
  label: 'Learning review',
  stages: {
    'self-review': 'Self-review',
    conversation: 'Conversation',
    development: 'Working on it',
    'follow-up': 'Follow-up',
    answer: 'Waiting for the trust’s answer',
  },
  waits: {
    'self-review': {
      title: 'Look back and ahead: your learning review',
      why: `${WHO_SEES_IT} There are three questions, for about five minutes; you may skip them. Your line manager gets what you send, then talks with you.`,
      outcomes: { written: 'Answer the questions', skipped: 'Skip them and just talk', 'not-held': 'Not held' },
    },
    conversation: {
      title: 'Hold a learning review conversation',
      why: 'Talk with them about what they would like to learn, and agree one to three needs together. The needs are counted for the school and the trust without names and words. You may hold the conversation with several people of the same job at once; each has needs of their own.',
      outcomes: { agreed: 'We have agreed', 'not-held': 'Not held' },
    },
    'follow-up-due': {
      title: 'Follow-up',
      why: 'Some weeks after the conversation the person is asked what has helped.',
      outcomes: { elapsed: 'It is time to follow up' },
    },
    'follow-up': {
      title: 'Did it help? Follow up your learning review',
      why: 'One tap for each of your needs: did what was done help? Your line manager and the leaders of your school can read it.',
      outcomes: {
        reviewed: 'Send',
        unanswered: 'Nobody answered',
      },
    },
    'trust-answer': {
      title: 'The trust answers',
      why: 'The trust still has to say what becomes of the needs of all its schools.',
      outcomes: { elapsed: 'The trust has answered, or the time for it is over' },
    },
  },
  actions: {
    'go-to-conversation': 'Hold the conversation without a self-review',
  },
  ends: {
    reviewed: 'Held',
    'not-held': 'Not held',
    left: 'Closed: no longer employed by the trust',
  },
  told: {
    'you-said-we-did': 'You said, we did: what becomes of the needs in your learning review is ready to read.',
    'manager-closed-self-review':
      'Your line manager goes ahead with your learning review conversation. There is no self-review to write any more.',
    'not-held': 'Your learning review has ended without a conversation. The next cycle brings a new one.',
  },
  events: {
    'managers-changed': 'Somebody else leads the review now',
    'answer-told': 'The person was told what becomes of their needs',
  },
  fields,
  named: { manager: 'Leads the review', 'other-manager': 'Manages another post' },
} as const satisfies Texts<WaitKey, ActionKey>;

export const priorityLabels: Readonly<Record<Priority, string>> = {
  school: 'A priority of the school',
  trust: 'A priority of the trust',
  own: 'Neither: it is for their own work',
};

export const helpedLabels: Readonly<Record<Helped, string>> = {
  helped: 'It helped',
  partly: 'Partly',
  no: 'No',
  'did-not-happen': 'It did not happen',
};

/** Labels of the facts that are shown beside a task. */
export const facts = {
  cycle: 'Cycle',
  closesOn: 'Open until',
  lastNeed: 'Last time you named',
  theirLastNeed: 'Last time they named',
  goingWell: fields.goingWell,
  workOn: 'What they would like to get better at',
  wouldHelp: 'What would help',
  selfReview: 'Self-review',
  need: 'Need',
  answer: 'You said, we did',
  heldOn: 'Conversation held on',
  lateness: 'Counted',
  helped: 'Did it help?',
  priority: 'Serves',
  route: 'By',
  next: 'What next',
} as const;

/** Above the facts of its page. */
export const groups = { selfReview: 'Self-review', needs: 'Agreed needs', followUp: 'Follow-up' } as const;

export const words = {
  oneNeedAtLeast: 'Agree at least one need.',
  threeNeedsAtMost: 'Agree three needs at most: the ones that matter most.',
  didItHelp: (strand: string, need: string) => `${strand}: ${need}. Did it help?`,
  late: 'No: the conversation was held after the window had closed',
  skipped: 'Skipped',
  notWritten: 'Not written',
  need: (strand: string, need: string, route: string) => `${strand}: ${need} (${route})`,
  withHelp: (need: string, helpedWord: string) => `${need} – ${helpedWord}`,
  becameOf: (need: string, answer: string, note: string | null) => `${need} – ${answer}${note ? `. ${note}` : ''}`,
  answered: (answer: string, note: string | null) => (note === null ? answer : `${answer}. ${note}`),
  notAnsweredYet: 'The trust has not answered yet',
  notAnswered: 'The trust has not answered this one',
} as const;

/** What the rules noticed, for those who decide. */
export const findings = {
  'many-reviews': (reviews: number) =>
    `This manager has ${reviews} learning reviews in this cycle. Any of them can be handed to another leader of the school, and one conversation can be held for up to eight people of the same job.`,
  late: (closedOn: string, lastDay: string) =>
    `The window closed on ${closedOn}. This can be finished until ${lastDay}; it is marked late and is not in the numbers.`,
} as const;

export const refusals = {
  'only-by-cycle': () => 'Learning reviews are opened by their cycle.',
  'past-self-review': () => 'The self-review is over: the conversation is open, or was held.',
} as const;
