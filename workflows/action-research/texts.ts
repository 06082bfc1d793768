/** Every sentence that a person reads about an action research project. Plain words, what happened, what to do. */
import type { Texts } from '../kernel/process.ts';
import type { Criterion, Judgement, LogSort, Stage } from './stages.ts';

export type WaitKey =
  | `${Stage}-work`
  | `${Stage}-gate`
  | 'deliver-adaptation'
  | 'sustain-adaptation'
  | 'review-due'
  | 'review';

export type ActionKey =
  | 'log'
  | 'log-adaptation'
  | 'change-plan'
  | 'change-team'
  | 'change-partner'
  | 'change-lead'
  | 'withdraw';

export const stageNames: Readonly<Record<Stage, string>> = {
  explore: 'Explore',
  prepare: 'Prepare',
  deliver: 'Deliver',
  sustain: 'Sustain',
};

/** What each gate asks, as the lead and the sponsor read it. */
export const criterionLabels: Readonly<Record<Criterion, string>> = {
  'problem-evidenced': 'The problem is agreed, and data show it',
  'approach-chosen-or-rejected': 'An approach is chosen, or is rejected for a reason',
  'fit-and-capacity-judged': 'It fits our school, and we have the time and people for it',
  'plan-complete': 'The plan is complete: problem, active ingredients, activities, outcomes with dates, final outcomes',
  'readiness-judged': 'We have judged our readiness, and we are ready',
  'training-done': 'The first training is done',
  'reach-and-fidelity-shown': 'The staff we meant to reach use it, as it was meant to be used',
  'early-outcomes-reviewed': 'We have looked at the early outcomes',
  'next-step-reasoned': 'We know what to do next, and why',
  'turnover-planned': 'It goes on when people leave: new staff are shown how',
  'review-date-set': 'There is a date on which somebody looks again',
  'results-shared': 'Colleagues have heard what came of it',
};

export const fields = {
  leadId: 'Lead',
  teamIds: 'Team',
  schoolIds: 'Schools that take part',
  title: 'Title',
  priorityArea: 'Priority',
  question: 'What do you want to find out?',
  partner: 'Partner from outside',
  setId: 'Action research set',
  sponsorId: 'Sponsor',
  isSmall: 'Small project',
  startsOn: 'First day',
  endsOn: 'Last day',
  exploreUntil: 'Explore until',
  prepareUntil: 'Prepare until',
  deliverUntil: 'Deliver until',
  unevenBecause: 'Why do the stages not get the same time?',
  activeIngredients: 'Active ingredients: what must not be changed without asking',
  to: 'Which stage?',
  missing: 'What is missing?',
  until: 'Until when?',
  why: 'Why?',
  what: 'What do you change?',
  learned: 'What was learned?',
  note: 'Anything to add?',
  reviewOn: 'When will you look at it again?',
  sessionTitle: 'Title of the session for colleagues',
  sort: 'What is it?',
  text: 'What happened, or what did you find?',
  on: 'On which day?',
  touchesActiveIngredient: 'Does it touch an active ingredient?',
  reason: 'Reason',
  ...criterionLabels,
} as const satisfies Record<string, string>;
export type FieldName = keyof typeof fields;

/** Said at each text that the team writes. */
const NO_PUPILS = 'Do not name pupils, or describe one so that others know who it is.';

export const hints: { readonly [F in FieldName]?: string } = {
  leadId: 'Leave this out to lead it yourself.',
  teamIds:
    'Colleagues who work on it with the lead. They can read all of it and add to its log. If you cannot find them here, leave this out: your sponsor can add them with “Change the team”.',
  schoolIds: 'Leave this out for the lead’s own school.',
  question: NO_PUPILS,
  partner: 'Somebody from outside the trust who is on file as a partner. They can read all of the project.',
  setId: 'Leave this out unless it belongs to a set of projects.',
  sponsorId:
    'The headteacher where one school takes part, otherwise the trust’s CPD lead; never somebody of the team. Leave this out to take the usual one.',
  isSmall: 'One school, within one term. Then one sentence for each question of a gate is enough.',
  exploreUntil: 'Leave out all three dates to give each stage the same time.',
  unevenBecause: 'Only needed where the stages do not get the same time.',
  activeIngredients: NO_PUPILS,
  learned: `A project that stops early and says what it learned is a good result. ${NO_PUPILS}`,
  missing: `The team reads this. ${NO_PUPILS}`,
  why: NO_PUPILS,
  what: NO_PUPILS,
  note: NO_PUPILS,
  text: NO_PUPILS,
  touchesActiveIngredient: 'If so, the sponsor is asked before it counts. Other changes are only noted.',
  sessionTitle: 'Offered for an INSET day or a development meeting. Leave this out to take the project’s title.',
  ...Object.fromEntries(Object.keys(criterionLabels).map((criterion) => [criterion, NO_PUPILS])),
};

const work = (stage: string, asks: string) => ({
  title: `${stage}: hand in for the sponsor’s decision`,
  why: `${asks} Add notes, evidence and measures to the log whenever you like. When you are ready, say for each question what shows it.`,
  outcomes: { ready: 'Ready for the sponsor' },
});

const gate = {
  proceed: 'Go on to the next stage',
  stay: 'Stay in this stage',
  back: 'Go back to an earlier stage',
  stop: 'Stop here, with what was learned',
} as const;

const adaptation = {
  title: 'Agree a change to an active ingredient',
  why: 'The team wants to change something that makes the approach work. Do you agree? Other changes are only noted; this one counts when you agree.',
  outcomes: { agreed: 'Agree', 'not-agreed': 'Do not agree' },
} as const;

const gateWhy =
  'Look at each question and at what shows it. Going on needs all three; staying, going back and stopping are good decisions too.';

export const texts = {
  label: 'Action research project',
  stages: { ...stageNames, embedded: 'Embedded, until its review' },
  waits: {
    'explore-work': work(
      'Explore',
      'Find out what the problem is and what has worked elsewhere, then choose or reject an approach.',
    ),
    'explore-gate': {
      title: 'Decide what follows Explore',
      why: gateWhy,
      outcomes: { proceed: gate.proceed, stay: gate.stay, stop: gate.stop },
    },
    'prepare-work': work('Prepare', 'Make the plan, judge whether everybody is ready, and train those who begin.'),
    'prepare-gate': {
      title: 'Decide what follows Prepare',
      why: `${gateWhy} Where people are not ready, stay here or go back to Explore.`,
      outcomes: gate,
    },
    'deliver-work': {
      ...work('Deliver', 'Use it, watch how it goes, and solve problems as they come.'),
      outcomes: { ready: 'Ready for the sponsor', 'adaptation-proposed': 'Ask to change an active ingredient' },
    },
    'deliver-adaptation': adaptation,
    'deliver-gate': {
      title: 'Decide what follows Deliver',
      why: gateWhy,
      outcomes: { ...gate, 'back-to-explore': 'Go back to Explore' },
    },
    'sustain-work': {
      ...work('Sustain', 'Keep it going without you, and share what you found.'),
      outcomes: { ready: 'Ready for the sponsor', 'adaptation-proposed': 'Ask to change an active ingredient' },
    },
    'sustain-adaptation': adaptation,
    'sustain-gate': {
      title: 'Decide what becomes of it',
      why: 'Does it become part of everyday work, go to further schools, or stop being used? The first two need all three questions met.',
      outcomes: {
        embedded: 'Part of everyday work',
        scaled: 'Take it to further schools',
        'de-implemented': 'Stop using it',
        stay: gate.stay,
        back: gate.back,
        'back-to-prepare': 'Go back to Prepare',
        'back-to-explore': 'Go back to Explore',
      },
    },
    'review-due': {
      title: 'The review of what was embedded',
      why: 'It is part of everyday work. On this day somebody looks at it again.',
      outcomes: { elapsed: 'The day of the review has come' },
    },
    review: {
      title: 'Review what was embedded',
      why: 'It was agreed to look at this again today. Is it still in use, and does it still help?',
      outcomes: {
        'still-in-use': 'Still in use',
        'review-again': 'Still in use, to be looked at again',
        'work-again': 'It needs work again',
        'de-implemented': 'Stop using it',
      },
    },
  },
  actions: {
    log: 'Add to the log',
    'log-adaptation': 'Note a change to the approach',
    'change-plan': 'Change the dates',
    'change-team': 'Change the team',
    'change-partner': 'Change the partner',
    'change-lead': 'Change the lead',
    withdraw: 'Withdraw the project',
  },
  ends: {
    stopped: 'Stopped, with what was learned',
    embedded: 'Part of everyday work',
    scaled: 'Taken to further schools',
    'de-implemented': 'No longer used',
    withdrawn: 'Withdrawn',
  },
  told: {
    'decision-ready': 'Your sponsor has decided about your project. Please read what is next.',
    'team-decision': 'The sponsor has decided about an action research project that you work on.',
    'started-for-you': 'An action research project was started with you as its lead.',
    'in-the-team': 'You are in the team of an action research project. You can add to its log at any time.',
    'not-in-the-team': 'You are no longer in the team of an action research project.',
    'your-school-takes-part': 'Your school takes part in an action research project. There is nothing for you to do.',
    'partner-invited': 'You are invited to read an action research project as its partner.',
    'you-are-sponsor': 'You are the sponsor of an action research project: you decide at the end of each stage.',
    'sponsor-changed': 'Your project has another sponsor now.',
    'you-are-lead': 'You lead an action research project from now on. Please look at what is open.',
    'lead-changed': 'An action research project has another lead now.',
    'lead-left': 'The lead of an action research project has left. Please name who carries on, or stop it.',
    'lead-moved':
      'The lead of an action research project works elsewhere now. Please look whether somebody else carries on.',
    'comes-to-your-school': 'A project that worked elsewhere begins at your school. Please name who leads it there.',
    'scaled-for-you': 'Your project goes to a further school. You lead it there until somebody of that school does.',
    withdrawn: 'An action research project was withdrawn.',
  },
  events: { 'sponsor-changed': 'Somebody else is the sponsor now' },
  fields,
  named: { team: 'Team', sponsor: 'Sponsor', partner: 'Partner from outside' },
} as const satisfies Texts<WaitKey, ActionKey>;

export const logLabels: Readonly<Record<LogSort, string>> = {
  note: 'A note',
  evidence: 'Evidence',
  measure: 'A measurement',
};

export const judgementLabels: Readonly<Record<Judgement, string>> = { met: 'Met', 'not-met': 'Not met' };

const list = (words: readonly string[]): string => words.join('; ');

/** Refusals: what was wrong, and what to do. */
export const refusals = {
  'no-current-post': () => 'Only somebody with a current post in the trust can lead a project.',
  'name-the-schools': () => 'Name the schools that take part.',
  'no-such-school': (schoolId: string) => `There is no school ${schoolId} in the trust.`,
  'no-such-person': () => 'There is nobody with a current post under this number.',
  'lead-in-team': () => 'The lead is not named in the team as well.',
  'not-a-partner': () => 'This person is not on file as a partner from outside.',
  'no-such-set': () => 'There is no action research set under way with this number.',
  'not-a-sponsor': (usual: string) =>
    `The sponsor is ${usual}, and neither the lead nor somebody of the team or managed by the lead.`,
  'not-small': () =>
    'Small is only a project of one school whose first and last day are in one of the terms of the trust’s calendar. Change the days, or do not tick this.',
  'dates-out-of-order': () => 'Each date must be after the one before it, and none after the last day.',
  'dates-incomplete': () => 'Give all three dates, or none.',
  'too-short': (days: number) => `There must be at least ${days} school days from the first day to the last.`,
  'starts-out-of-range': () => 'The first day must be within a year of today.',
  'ends-out-of-range': () => 'The last day must be at most four years after the first.',
  'uneven-without-reason': () => 'The stages do not get the same time. Say why, or leave the dates out.',
  'stage-skipped': (next: string, asked: string) =>
    `${next} comes before ${asked}: there is no plan yet, and nobody has judged whether people are ready. Go on to ${next}.`,
  'criteria-not-met': (missing: readonly string[]) =>
    `Not met yet: ${list(missing)}. Stay in this stage or go back, and say what is missing.`,
  'decides-in-team': () => 'You work on this project, so somebody else has to decide it.',
  'not-in-use-yet': () => 'Nothing is in use yet. Change the plan itself until Deliver begins.',
  'in-review': () => 'This is part of everyday work now. Bring a change to an active ingredient to its review.',
  'adaptation-waits': () =>
    'The sponsor has not answered the last change to an active ingredient. Wait for that first.',
  'already-leads': () => 'This person leads the project already.',
  'same-team': () => 'This is the team already.',
  'past-day': () => 'Choose a day after today.',
  'log-day': () => 'Choose a day from the start of the project to today.',
  'school-takes-part': () => 'This school takes part already.',
} as const;

/** What the rules noticed, for those who decide or work on it. */
export const findings = {
  'no-pupil-names': () => 'Many people read this. Do not name pupils, or describe one so that others know who it is.',
  'lead-left': () => 'The lead has left. Name who carries on with “Change the lead”.',
  'lead-moved': () => 'The lead works elsewhere now.',
  'nothing-logged': () => 'The log has no evidence and no measurement of this stage yet.',
  'took-longer': (stage: string, planned: number, spent: number) =>
    `${stage} was planned for ${schoolDays(planned)} and has taken ${schoolDays(spent)}.`,
  uneven: () => 'The stages do not get the same time. The lead has said why.',
  'adaptation-not-agreed': () => 'The last change to an active ingredient was not agreed.',
} as const;
export type FindingCode = keyof typeof findings;

/** Labels of the facts that are shown beside a task. */
export const facts = {
  title: 'Project',
  priorityArea: 'Priority',
  question: 'Question',
  schools: 'Schools',
  small: 'Small project',
  activeIngredients: 'Active ingredients',
  unevenBecause: 'Why the stages do not get the same time',
  log: 'In the log of this stage',
  lastDecision: 'The sponsor’s last decision',
  change: 'The change',
  changeWhy: 'Why',
  balance: (stage: string) => `Time for ${stage}`,
  from: 'From',
  decision: 'Decided',
  learned: 'What was learned',
  reviewOn: 'To be looked at again',
  furtherSchools: 'Taken to',
  session: 'Session for colleagues',
  withdrawn: 'Why it was withdrawn',
  shown: (stage: string) => `What shows it: ${stage}`,
  answered: 'The sponsor',
  answer: 'The sponsor adds',
} as const;

/** Above the facts of its page. */
export const groups = {
  end: 'What came of it',
  gate: 'The sponsor’s last decision',
  change: 'Change to an active ingredient',
  time: 'Time',
} as const;

export const words = {
  yes: 'Yes, one sentence for each question is enough',
  balance: (planned: number, spent: number) => `${schoolDays(planned)} planned, ${schoolDays(spent)} spent`,
  milestone: (stage: string, planned: number, spent: number) =>
    `${stage}: ${schoolDays(planned)} planned, ${spent} spent`,
  review: 'Review of what was embedded',
  range: (from: string, to: string) => `${from} to ${to}`,
  decided: (stage: string, on: string, outcome: string) => `${stage}, ${on}: ${outcome}.`,
  agreed: 'Agrees',
  notAgreed: 'Does not agree',
  notAnswered: 'Has not answered yet',
  log: (evidence: number, measures: number, notes: number, adaptations: number) =>
    `${count(evidence, 'piece', 'pieces')} of evidence, ${count(measures, 'measurement', 'measurements')}, ${count(notes, 'note', 'notes')}, ${count(adaptations, 'change', 'changes')}`,
  usualSponsor: {
    headteacher: 'the headteacher of the school',
    'trust-lead': 'the trust’s CPD lead',
    executive: 'an executive of the trust',
    'trust-chair': 'the chair of the trust board',
  },
} as const;

function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}

function schoolDays(n: number): string {
  return count(n, 'school day', 'school days');
}
