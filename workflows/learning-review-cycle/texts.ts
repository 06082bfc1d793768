/** Every sentence that a person reads about a learning review cycle. */
import type { Texts } from '../kernel/process.ts';

export type WaitKey = 'reviews' | 'sign-off';

export const fields = {
  cycleId: 'Cycle',
  decisions: 'What will meet the needs',
  strand: 'Strand',
  route: 'Route (leave out for the whole strand)',
  meetBy: 'What will meet it?',
  note: 'When, where or why not: everybody who named such a need reads this',
} as const satisfies Record<string, string>;

/** Help beside a field. */
export const hints = {
  cycleId: 'It opens by itself on its first day. If you open it now, everybody gets their learning review now.',
} as const;

export const texts = {
  label: 'Learning review cycle',
  stages: { reviews: 'Reviews under way', 'sign-off': 'Answering the needs' },
  waits: {
    reviews: {
      title: 'Learning reviews of the trust',
      why: 'Until the window has closed and every school has chosen its priorities, or the time for it is over.',
      outcomes: { told: 'A week on, the trust lead was told how far it is', counted: 'Counted' },
    },
    'sign-off': {
      title: 'Answer the needs of the trust and sign off',
      why: 'The needs of all schools are added up below; small numbers are hidden. Say for each strand what will meet it, or why not now; where one route gets another answer, add an entry for that route. Then everybody is told what becomes of their needs.',
      outcomes: { 'signed-off': 'Sign off' },
    },
  },
  actions: {},
  ends: { 'signed-off': 'Signed off' },
  told: { progress: 'Learning reviews in all schools: {held} of {reviews} conversations are held.' },
  fields,
} as const satisfies Texts<WaitKey, never>;

/** Labels of the facts that are shown beside the sign-off. */
export const facts = {
  cycle: 'Cycle',
  countedOn: 'Counted on',
  total: 'Needs',
  conversations: 'Conversations held in time',
  sessions: 'Sessions on file',
  schools: 'Chosen as a priority',
  opensOn: 'Open from',
  closesOn: 'Open until',
  signedOff: 'Signed off on',
} as const;

/** Above the facts of its page. */
export const groups = {
  needs: 'Needs by strand',
  schools: 'Chosen as a priority',
  decisions: 'What the trust answers',
} as const;

export const words = {
  sayWhyNotNow: 'Say why not now.',
  stillToDecide: (groups: readonly string[]) => `Still to decide: ${groups.join('; ')}.`,
  group: (strand: string, route: string) => `${strand}, by ${route}`,
  strand: (count: string, parts: readonly string[]) => (parts.length === 0 ? count : `${count}: ${parts.join(', ')}`),
  part: (label: string, count: string) => `${label} ${count}`,
  insetDay: (on: string) => `INSET day on ${on}`,
  cohort: (label: string, on: string) => `${label} NPQs, registration from ${on}`,
  sessionsFor: (route: string) => `For ${route}`,
  noSession: 'None on file',
  allRoutes: 'by any other route',
  answered: (answer: string, note: string | null) => (note === null ? answer : `${answer}. ${note}`),
  centralOffice: 'Central office',
} as const;

export const refusals = {
  'no-such-cycle': (cycles: readonly string[]) =>
    cycles.length === 0
      ? 'There is no such cycle, and the calendar has none to come. Put one into the calendar first.'
      : `There is no such cycle. The calendar has: ${cycles.join(', ')}.`,
  'cycle-too-early': (opensOn: string) =>
    `This cycle opens on ${opensOn}, after another one. Opening it sends everybody a review: open the next one first.`,
  'cycle-closed': (closedOn: string) => `This cycle closed on ${closedOn}. Choose a later one.`,
} as const;

export const milestoneLabels = {
  opens: 'Opens',
  closes: 'Closes',
  counted: 'Needs added up at the latest',
  'signed-off': 'Signed off',
} as const;
