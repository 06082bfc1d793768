/** Every sentence that a person reads about a school review. */
import type { Texts } from '../kernel/process.ts';

export type WaitKey = 'conversations' | 'school-priorities';

export const fields = {
  cycleId: 'Cycle',
  priorities: 'One to five priorities',
  strand: 'Strand',
  priority: 'What is the priority?',
} as const satisfies Record<string, string>;

export const texts = {
  label: 'School review',
  stages: { conversations: 'Conversations under way', priorities: 'Choosing priorities' },
  waits: {
    conversations: {
      title: 'Conversations of the school',
      why: 'Until eight of ten learning review conversations of the school are held, or the window closes.',
      outcomes: {
        told: 'A week on, the leads were told how far it is',
        counted: 'Counted',
        'nobody-reviewed': 'Nobody had a review',
      },
    },
    'school-priorities': {
      title: 'Choose the school’s priorities',
      why: 'The needs of your school’s learning reviews are added up below. Choose one to five priorities for professional development.',
      outcomes: { chosen: 'These are our priorities', 'none-chosen': 'None chosen in time' },
    },
  },
  actions: {},
  ends: {
    'priorities-chosen': 'Priorities chosen',
    'no-reviews': 'Nobody at the school had a review',
    'no-priorities': 'No priorities were chosen in time',
  },
  told: {
    progress: 'Learning reviews at your school: {held} of {reviews} conversations are held.',
  },
  fields,
} as const satisfies Texts<WaitKey, never>;

/** Labels of the facts that are shown beside the task. */
export const facts = {
  cycle: 'Cycle',
  countedOn: 'Counted on',
  conversations: 'Conversations held',
  chosenOn: 'Priorities chosen on',
} as const;

/** Above the facts of its page. */
export const groups = { needs: 'Needs by strand', priorities: 'Priorities of the school' } as const;

export const words = {
  onePriorityAtLeast: 'Choose at least one priority.',
  fivePrioritiesAtMost: 'Choose five priorities at most.',
  ofReviews: (held: number, reviews: number) => `${held} of ${reviews}`,
  needs: (count: number) => (count === 1 ? '1 need' : `${count} needs`),
  byRoute: (route: string, count: number) => `${route} ${count}`,
} as const;

export const refusals = {
  'only-by-cycle': () => 'School reviews are opened by their cycle.',
} as const;
