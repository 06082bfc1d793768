/**
 * The processes that exist. To add one: its folder, its line here, `npm run render`. Its routes, tasks, forms,
 * permissions, pages and state machine follow.
 *
 * Functions import this file, so it and what it imports know nothing of CDK: `infra/machines.ts` finds each process's
 * machine by its kind.
 */
import { process as actionResearch } from './action-research/process.ts';
import { process as actionResearchSet } from './action-research-set/process.ts';
import { process as apprenticeship } from './apprenticeship/process.ts';
import { process as ectInduction } from './ect-induction/process.ts';
import type { AnyProcess } from './kernel/process.ts';
import { process as learningReview } from './learning-review/process.ts';
import { process as learningReviewCycle } from './learning-review-cycle/process.ts';
import { process as npqApplication } from './npq-application/process.ts';
import { process as npqStudy } from './npq-study/process.ts';
import { process as schoolReview } from './school-review/process.ts';

export const registry: readonly AnyProcess[] = [
  npqApplication,
  npqStudy,
  learningReviewCycle,
  schoolReview,
  learningReview,
  actionResearch,
  actionResearchSet,
  ectInduction,
  apprenticeship,
];

/** The process of that kind, or nothing. */
export const processOfKind = (kind: string): AnyProcess | undefined =>
  registry.find((process) => process.kind === kind);
