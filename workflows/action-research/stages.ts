/**
 * The four stages of putting something into practice and what each gate asks, as data. Equal weight: each stage has the
 * same number of criteria (domain facts 4.1; the trust's settled rules on action research).
 */

/** In their order. Nobody goes on but to the next one; going back is allowed (EEF 2024: phases overlap). */
export const stages = ['explore', 'prepare', 'deliver', 'sustain'] as const;
export type Stage = (typeof stages)[number];

export const criteria = {
  explore: ['problem-evidenced', 'approach-chosen-or-rejected', 'fit-and-capacity-judged'],
  prepare: ['plan-complete', 'readiness-judged', 'training-done'],
  deliver: ['reach-and-fidelity-shown', 'early-outcomes-reviewed', 'next-step-reasoned'],
  sustain: ['turnover-planned', 'review-date-set', 'results-shared'],
} as const satisfies Record<Stage, readonly [string, string, string]>;
export type Criterion = (typeof criteria)[Stage][number];

export const allCriteria: readonly Criterion[] = stages.flatMap((stage): readonly Criterion[] => criteria[stage]);

export const isStage = (word: string): word is Stage => (stages as readonly string[]).includes(word);

/** The stage that follows; nothing after Sustain, which ends by a decision alone. */
export const stageAfter = (stage: Stage): Stage | undefined => stages[stages.indexOf(stage) + 1];

/** Stages to which one can go back from there. */
export const stagesBefore = (stage: Stage): readonly Stage[] => stages.slice(0, stages.indexOf(stage));

/** What is logged besides adaptations. */
export const logSorts = ['note', 'evidence', 'measure'] as const;
export type LogSort = (typeof logSorts)[number];

export const judgements = ['met', 'not-met'] as const;
export type Judgement = (typeof judgements)[number];
