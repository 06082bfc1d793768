/**
 * The funding rules as data, by the day on which somebody starts, and never by today's date: each apprenticeship keeps
 * the key of its rule set to its end, and the rules of a new academic year are a new entry (domain facts 3.2).
 */
import { type Day, day } from '../kernel/time.ts';

/** By when the next review is due: so many days after the last, or by the end of the n-th calendar month after it. */
export type ReviewInterval = { readonly days: number } | { readonly months: number };

export interface RuleSet {
  readonly key: string;
  /** The first start to which it applies; absent for the oldest. */
  readonly from?: Day;
  /** The shortest practical period, in months. */
  readonly minimumMonths: number;
  /** What the minimum of hours off the job is: a share of the contract, or what is published for the standard's version. */
  readonly hours:
    | { readonly by: 'share'; readonly share: number; readonly weeklyHoursAtMost: number }
    | { readonly by: 'published' };
  /** Fewer hours than these are never enough, whatever somebody knows already. */
  readonly leastHours: number;
  readonly review: ReviewInterval;
  /** The training plan is signed by the end of this day, the first day of training being day 1. */
  readonly signedWithinDays: number;
}

/** Until July 2025: a fifth of the working hours, 30 a week at most; the individualised learner record checks 278 hours. Reviews every 12 weeks. */
const before: RuleSet = {
  key: 'before-2025-08',
  minimumMonths: 12,
  hours: { by: 'share', share: 0.2, weeklyHoursAtMost: 30 },
  leastHours: 278,
  review: { days: 84 },
  signedWithinDays: 42,
};

/** Paragraphs 73, 97 and 98 of the rules of 2025-26: 8 months, published hours, reviews by the end of the third month. */
const from2025: RuleSet = {
  key: '2025-26',
  from: day('2025-08-01'),
  minimumMonths: 8,
  hours: { by: 'published' },
  leastHours: 187,
  review: { months: 3 },
  signedWithinDays: 42,
};

/** Paragraphs 77, 85-89 and 99.1.1 of the rules of 2026-27. */
const from2026: RuleSet = { ...from2025, key: '2026-27', from: day('2026-08-01') };

/** Oldest first. */
export const ruleSets: readonly RuleSet[] = [before, from2025, from2026];

/** The rules for a start on that day; for a year whose rules are not out yet the latest there are. */
export function ruleSetFor(startsOn: Day): RuleSet {
  const found = [...ruleSets].reverse().find(({ from }) => from === undefined || from <= startsOn);
  if (!found) throw new Error(`No rules for a start on ${startsOn}`);
  return found;
}

/** The rules with that key. Throws where the code has lost them: rules in use stay. */
export function ruleSetOf(key: string): RuleSet {
  const found = ruleSets.find((rules) => rules.key === key);
  if (!found) throw new Error(`There are no apprenticeship rules ${key}`);
  return found;
}

/** More than this share behind the plan raises a concern. */
export const BEHIND_PLAN = 0.15;
