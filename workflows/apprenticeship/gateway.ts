/**
 * The gateway: each criterion with yes or no, and why. Domain facts 3.2 and 3.3; hard case 76. What the employer and the
 * provider confirm themselves (evidence, behaviours) is in the form of the answer.
 */
import type { Day } from '../kernel/time.ts';
import { longEnoughOn, reviewLatestOn } from './calendar.ts';
import { countedThrough, minimumHours, plannedHours } from './off-the-job.ts';
import type { RuleSet } from './rule-sets.ts';
import type { ApprenticeshipData, QualificationState } from './schemas.ts';

export const criteria = [
  'minimum-duration',
  'off-the-job-hours',
  'reviews-held',
  'english',
  'maths',
  'shortfall-statement',
] as const;
export type Criterion = (typeof criteria)[number];

/** Who was 16 to 18 at the start has to have English and maths; later birthdays change nothing (hard case 76). */
const ADULT_AT_START = 19;

export const areEnglishAndMathsMandatory = ({ ageAtStart }: Pick<ApprenticeshipData, 'ageAtStart'>): boolean =>
  ageAtStart !== null && ageAtStart < ADULT_AT_START;

const isQualified = (data: ApprenticeshipData, state: QualificationState | undefined): boolean =>
  !areEnglishAndMathsMandatory(data) || state === 'achieved' || state === 'exempt';

/** Fewer hours than planned, though enough for the rules: employer and apprentice sign that it was enough. */
export const isShort = (data: ApprenticeshipData, rules: RuleSet): boolean =>
  countedThrough(data.months) < plannedHours(data, rules);

const isStatementSigned = ({ shortfall }: ApprenticeshipData): boolean =>
  shortfall !== null && shortfall.apprentice !== null && shortfall.employer !== null;

/** None is overdue, and somebody of the employer was at most of them. */
function areReviewsHeld(data: ApprenticeshipData, rules: RuleSet, today: Day): boolean {
  const attended = data.reviews.filter(({ isEmployerPresent }) => isEmployerPresent).length;
  return today <= reviewLatestOn(data, rules) && attended * 2 >= data.reviews.length;
}

/** Every criterion as it stands today, in the order in which it is shown. */
export function criteriaOn(
  data: ApprenticeshipData,
  rules: RuleSet,
  today: Day,
): readonly { readonly criterion: Criterion; readonly isMet: boolean }[] {
  const met: Readonly<Record<Criterion, boolean>> = {
    'minimum-duration': today >= longEnoughOn(data, rules),
    'off-the-job-hours': countedThrough(data.months) >= minimumHours(data, rules),
    'reviews-held': areReviewsHeld(data, rules, today),
    english: isQualified(data, data.initialAssessment?.english),
    maths: isQualified(data, data.initialAssessment?.maths),
    'shortfall-statement': !isShort(data, rules) || isStatementSigned(data),
  };
  return criteria.map((criterion) => ({ criterion, isMet: met[criterion] }));
}

export const isReady = (data: ApprenticeshipData, rules: RuleSet, today: Day): boolean =>
  criteriaOn(data, rules, today).every(({ isMet }) => isMet);
