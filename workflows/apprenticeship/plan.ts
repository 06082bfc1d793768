/**
 * The training plan: who has signed it, and what makes a new version of it. Both versions are kept; a signature is never
 * taken off (domain facts 3.2, paragraphs 99-103 and 346).
 */
import type { Day } from '../kernel/time.ts';
import { endOf } from './calendar.ts';
import { type ApprenticeshipData, type Plan, type PlanReason, type Signatory, signatories } from './schemas.ts';

export const firstPlan = (on: Day): Plan => ({
  version: 1,
  because: 'start',
  since: on,
  apprentice: null,
  employer: null,
  provider: null,
});

export const missingSignatures = ({ plan }: Pick<ApprenticeshipData, 'plan'>): readonly Signatory[] =>
  signatories.filter((signatory) => plan[signatory] === null);

export const isPlanSigned = (data: Pick<ApprenticeshipData, 'plan'>): boolean => missingSignatures(data).length === 0;

/** The day of the last signature, once all three are there. */
export const planSignedOn = ({ plan }: Pick<ApprenticeshipData, 'plan'>): Day | null => {
  const days = signatories.flatMap((signatory) => plan[signatory]?.on ?? []);
  return days.length === signatories.length ? (days.sort().at(-1) ?? null) : null;
};

export const withSignature = (
  data: ApprenticeshipData,
  signatory: Signatory,
  signature: { readonly by: string; readonly on: Day },
): ApprenticeshipData => ({ ...data, plan: { ...data.plan, [signatory]: signature } });

/**
 * A new version of the plan, to be signed by all three: content, end, hours, provider or standard changed. What nobody
 * has signed yet is only altered.
 */
export function withNewPlan(data: ApprenticeshipData, because: PlanReason, on: Day): ApprenticeshipData {
  const isUnsigned = missingSignatures(data).length === signatories.length;
  if (isUnsigned) return data.plan.version === 1 ? data : { ...data, plan: { ...data.plan, because, since: on } };
  return {
    ...data,
    plan: { ...firstPlan(on), version: data.plan.version + 1, because },
    formerPlans: [...data.formerPlans, data.plan],
  };
}

/** With the planned end as it follows from contract and breaks. */
export const withEnd = (data: ApprenticeshipData): ApprenticeshipData => ({ ...data, plannedEndOn: endOf(data) });
