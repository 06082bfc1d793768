/**
 * Hours off the job: which count, how many there have to be, how many the plan has by now, and what a month says.
 * Domain facts 3.2; hard cases 64, 67 and 69.
 */
import { type Calendar, isSchoolDay, isWorkingDay } from '../kernel/calendar.ts';
import type { Day } from '../kernel/time.ts';
import {
  firstOf,
  isOnBreak,
  lastOf,
  learnedThrough,
  monthOf,
  previousMonth,
  shareThrough,
  type Timeline,
  trainingDaysIn,
} from './calendar.ts';
import { BEHIND_PLAN, type RuleSet } from './rule-sets.ts';
import type { Activity, ApprenticeshipData, MonthOfTraining, UncountedReason } from './schemas.ts';

type Hours = Pick<
  ApprenticeshipData,
  'months' | 'initialAssessment' | 'publishedHours' | 'isTermTimeOnly' | 'plannedEndOn'
> &
  Timeline;

/** To the hundredth: sums of quarter hours stay what they are. */
const rounded = (hours: number): number => Math.round(hours * 100) / 100;

/**
 * Why an hour does not count, or nothing where it does. It has to be new learning, in paid normal working hours, away
 * from the productive role; English and maths never count (hard case 67: Saturday, functional skills, cover).
 */
export function uncounted(
  { breaks, isTermTimeOnly }: Pick<Hours, 'breaks' | 'isTermTimeOnly'>,
  calendar: Calendar,
  entry: { readonly on: Day; readonly activity: Activity },
): UncountedReason | undefined {
  switch (entry.activity) {
    case 'english-maths':
    case 'productive-work':
    case 'progress-review':
    case 'own-time':
      return entry.activity;
    default:
      break;
  }
  if (isOnBreak(breaks, entry.on)) return 'on-a-break';
  const isNormalDay = isTermTimeOnly ? isSchoolDay(calendar, entry.on) : isWorkingDay(calendar, entry.on);
  return isNormalDay ? undefined : 'not-a-working-day';
}

const emptyMonth = (month: string): MonthOfTraining => ({ month, total: null, logged: 0, uncounted: {} });

/** The months with one of them altered, in order. */
const withMonth = (
  months: readonly MonthOfTraining[],
  month: string,
  alter: (found: MonthOfTraining) => MonthOfTraining,
): MonthOfTraining[] => {
  const found = months.find((each) => each.month === month) ?? emptyMonth(month);
  return [...months.filter((each) => each.month !== month), alter(found)].sort((a, b) => (a.month < b.month ? -1 : 1));
};

/** One logged entry, folded into its month: the log itself is the history of events. */
export const withEntry = (
  months: readonly MonthOfTraining[],
  entry: { readonly on: Day; readonly hours: number },
  reason: UncountedReason | undefined,
): MonthOfTraining[] =>
  withMonth(months, monthOf(entry.on), (found) =>
    reason === undefined
      ? { ...found, logged: rounded(found.logged + entry.hours) }
      : {
          ...found,
          uncounted: { ...found.uncounted, [reason]: rounded((found.uncounted[reason] ?? 0) + entry.hours) },
        },
  );

/** A month's total, as the provider says it; typing it again puts the new one in the place of the old. */
export const withTotal = (months: readonly MonthOfTraining[], month: string, total: number): MonthOfTraining[] =>
  withMonth(months, month, (found) => ({ ...found, total }));

/** What counts of a month: its total, else what was logged. */
export const countedIn = (months: readonly MonthOfTraining[], month: string): number => {
  const found = months.find((each) => each.month === month);
  return found?.total ?? found?.logged ?? 0;
};

/** Counted up to the end of that month; all there is without one. */
export const countedThrough = (months: readonly MonthOfTraining[], month?: string): number =>
  rounded(
    months
      .filter((each) => month === undefined || each.month <= month)
      .reduce((sum, each) => sum + countedIn(months, each.month), 0),
  );

/** The hours that the rules ask of somebody without prior learning. */
export function fullHours(data: Hours, rules: RuleSet): number {
  if (rules.hours.by === 'published') return Math.max(rules.leastHours, data.publishedHours ?? rules.leastHours);
  const { share, weeklyHoursAtMost } = rules.hours;
  const capped = data.contract.map(({ from, weeklyMinutes }) => ({
    from,
    weeklyMinutes: Math.min(weeklyMinutes, weeklyHoursAtMost * 60),
  }));
  // A programme is days times minutes a week.
  const minutes = learnedThrough({ ...data, contract: capped }, data.plannedEndOn) / 7;
  return Math.max(rules.leastHours, Math.round((minutes / 60) * share));
}

/** Prior learning takes hours off, but never below the least: 187, and 278 for starts before August 2025. */
export const minimumHours = (data: Hours, rules: RuleSet): number =>
  Math.max(rules.leastHours, fullHours(data, rules) - (data.initialAssessment?.priorLearningHours ?? 0));

/** What the training plan has; until it is known, the minimum. */
export const plannedHours = (data: Hours, rules: RuleSet): number =>
  Math.max(minimumHours(data, rules), data.initialAssessment?.plannedHours ?? 0);

export interface Progress {
  readonly counted: number;
  readonly planned: number;
  readonly expected: number;
  /** How far behind what is expected by now, 0 to 1. */
  readonly behind: number;
}

/** Hours against plan at the end of that day: the plan spreads them evenly over the programme. */
export function progressThrough(data: Hours, rules: RuleSet, on: Day): Progress {
  const planned = plannedHours(data, rules);
  const counted = countedThrough(data.months, monthOf(on));
  const expected = rounded(planned * shareThrough(data, on));
  return { counted, planned, expected, behind: expected <= counted ? 0 : (expected - counted) / expected };
}

/** Less than half a month in training says nothing about it. */
const DAYS_THAT_COUNT = 14;

const isEmpty = (data: Hours, month: string): boolean =>
  trainingDaysIn(data, month) >= DAYS_THAT_COUNT && countedIn(data.months, month) === 0;

/** What a month, and the plan at its end, give cause to say. */
export interface Verdict {
  readonly isWithoutTraining: boolean;
  /** The second running: a break in learning has to be considered. */
  readonly isSecondRunning: boolean;
  readonly isBehindPlan: boolean;
  readonly progress: Progress;
}

/**
 * Some training is expected in every calendar month. One month without is warned of, a second running asks whether this
 * is a break (hard case 69). The August of a term-time contract was announced in July and is not warned of by itself.
 * Who has all the planned hours needs no more.
 */
export function verdictOn(data: Hours, rules: RuleSet, month: string): Verdict {
  const progress = progressThrough(data, rules, lastOf(month));
  const hasAll = progress.counted >= progress.planned;
  const isThisEmpty = !hasAll && isEmpty(data, month);
  const isSecondRunning = isThisEmpty && isEmpty(data, previousMonth(month));
  return {
    isWithoutTraining: isThisEmpty && !isSecondRunning && !(isAugust(month) && data.isTermTimeOnly),
    isSecondRunning,
    isBehindPlan: trainingDaysIn(data, month) >= DAYS_THAT_COUNT && progress.behind > BEHIND_PLAN,
    progress,
  };
}

const isAugust = (month: string): boolean => month.endsWith('-08');

/** In July the August to come, for a contract of term time, where somebody is in training then. */
export function augustToAnnounce(data: Hours, today: Day): string | undefined {
  if (!data.isTermTimeOnly || today.slice(5, 7) !== '07') return undefined;
  const august = `${today.slice(0, 4)}-08`;
  const isInTraining = trainingDaysIn(data, august) >= DAYS_THAT_COUNT && firstOf(august) <= data.plannedEndOn;
  return isInTraining && data.startsOn <= today ? august : undefined;
}
