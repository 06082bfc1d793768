/**
 * The calendar of an apprenticeship as pure functions of its start, contract, breaks and rules: the planned end, how much
 * of the programme has passed, when the next review is due, from when a month of training can be judged.
 */
import { addSchoolDays, type Calendar, lastSchoolDayOnOrBefore } from '../kernel/calendar.ts';
import { addDays, type Day, daysBetween, Temporal } from '../kernel/time.ts';
import type { ReviewInterval, RuleSet } from './rule-sets.ts';
import type { ApprenticeshipData, Break } from './schemas.ts';

/** What the end follows from. */
export type Timeline = Pick<ApprenticeshipData, 'startsOn' | 'programme' | 'contract' | 'breaks'>;

const plain = (on: Day) => Temporal.PlainDate.from(on);
const dayText = (date: Temporal.PlainDate): Day => date.toString() as Day;

/** The day so many calendar months later; 31 August and six months is the last of February. */
export const addMonths = (on: Day, months: number): Day => dayText(plain(on).add({ months }));
/** `2026-09`. */
export const monthOf = (on: Day): string => on.slice(0, 7);
export const firstOf = (month: string): Day => `${month}-01` as Day;
export const lastOf = (month: string): Day =>
  dayText(plain(firstOf(month)).with({ day: plain(firstOf(month)).daysInMonth }));
export const nextMonth = (month: string): string => monthOf(addDays(lastOf(month), 1));
export const previousMonth = (month: string): string => monthOf(addDays(firstOf(month), -1));

const laterOf = (a: Day, b: Day): Day => (a > b ? a : b);
const earlierOf = (a: Day, b: Day): Day => (a < b ? a : b);

/** The first day of training again: as it was, or as it is expected. */
export const returnOf = ({ returnedOn, expectedReturnOn }: Break): Day => returnedOn ?? expectedReturnOn;

/** Is that day in a break? Its first day is, the day of return is not. */
export const isOnBreak = (breaks: readonly Break[], on: Day): boolean =>
  breaks.some((each) => each.startedOn <= on && on < returnOf(each));

/** Days of breaks from `from` up to but not including `until`; breaks never overlap. */
export const breakDays = (breaks: readonly Break[], from: Day, until: Day): number =>
  breaks.reduce((sum, each) => {
    const starts = laterOf(each.startedOn, from);
    const ends = earlierOf(returnOf(each), until);
    return starts < ends ? sum + daysBetween(starts, ends) : sum;
  }, 0);

/** The length of all breaks, in days. */
export const lengthOfBreaks = (breaks: readonly Break[]): number =>
  breaks.reduce((sum, each) => sum + Math.max(0, daysBetween(each.startedOn, returnOf(each))), 0);

/** A stretch without a change of hours and without the edge of a break; the last has no end. */
interface Stretch {
  readonly from: Day;
  readonly until?: Day;
  /** Contracted minutes a week; none in a break. */
  readonly minutes: number;
}

function stretchesOf({ startsOn, contract, breaks }: Timeline): readonly Stretch[] {
  const edges = [
    startsOn,
    ...contract.map(({ from }) => from),
    ...breaks.flatMap((each) => [each.startedOn, returnOf(each)]),
  ];
  const days = [...new Set(edges)].filter((on) => on >= startsOn).sort();
  return days.map((from, at) => {
    const until = days[at + 1];
    const minutes = isOnBreak(breaks, from) ? 0 : minutesOn(contract, from);
    return { from, minutes, ...(until !== undefined && { until }) };
  });
}

/** Contracted minutes a week on that day; before the first entry those of the first. */
function minutesOn(contract: Timeline['contract'], on: Day): number {
  const sorted = [...contract].sort((a, b) => (a.from < b.from ? -1 : 1));
  const entry = sorted.filter(({ from }) => from <= on).at(-1) ?? sorted[0];
  if (!entry) throw new Error('A contract without hours');
  return entry.weeklyMinutes;
}

/** How much of the programme lies between the start and that day, both included, as days times minutes a week. */
export function learnedThrough(timeline: Timeline, on: Day): number {
  const until = addDays(on, 1);
  return stretchesOf(timeline).reduce((sum, stretch) => {
    const ends = earlierOf(stretch.until ?? until, until);
    return stretch.from < ends ? sum + daysBetween(stretch.from, ends) * stretch.minutes : sum;
  }, 0);
}

/**
 * The day on which the whole programme has passed: breaks push it back by their length, fewer hours stretch what is left,
 * more hours shorten it. The total is kept, whatever happens in between.
 */
export function endOf(timeline: Timeline): Day {
  let left = timeline.programme;
  for (const { from, until, minutes } of stretchesOf(timeline)) {
    if (minutes === 0) continue;
    const needed = Math.ceil(left / minutes);
    const days = until === undefined ? needed : Math.min(needed, daysBetween(from, until));
    if (days === needed) return addDays(from, days - 1);
    left -= days * minutes;
  }
  throw new Error('The last stretch of a contract has no end');
}

/** Programme of a plan that ends on that day. */
export const programmeUntil = (timeline: Omit<Timeline, 'programme'>, endsOn: Day): number =>
  Math.max(1, learnedThrough({ ...timeline, programme: 1 }, endsOn));

/** The part of the programme that has passed by the end of that day, 0 to 1. */
export const shareThrough = (timeline: Timeline, on: Day): number =>
  on < timeline.startsOn ? 0 : Math.min(1, learnedThrough(timeline, on) / timeline.programme);

/** The first day on which the practical period has been long enough; breaks do not count. */
export function longEnoughOn(timeline: Pick<Timeline, 'startsOn' | 'breaks'>, rules: RuleSet): Day {
  return pushed(addDays(addMonths(timeline.startsOn, rules.minimumMonths), -1), timeline.startsOn, timeline.breaks);
}

/** That day, later by the breaks that fall between `from` and it. */
function pushed(on: Day, from: Day, breaks: readonly Break[]): Day {
  let moved = on;
  for (const each of [...breaks].sort((a, b) => (a.startedOn < b.startedOn ? -1 : 1))) {
    const starts = laterOf(each.startedOn, from);
    if (starts > moved || returnOf(each) <= starts) continue;
    moved = addDays(moved, daysBetween(starts, returnOf(each)));
  }
  return moved;
}

/** The last day of a review by the rules, breaks aside: 12 weeks on, or the end of the third calendar month (1 August: 30 November). */
export const intervalAfter = (interval: ReviewInterval, last: Day): Day =>
  'days' in interval
    ? addDays(last, interval.days)
    : lastOf(monthOf(addMonths(firstOf(monthOf(last)), interval.months)));

/** From what the next review counts: the last one held, the start, or the day from which reviews were begun anew. */
export const reviewBase = ({ startsOn, reviews, reviewsFrom }: ReviewDates): Day =>
  [startsOn, reviews.at(-1)?.heldOn, reviewsFrom].reduce<Day>(
    (latest, on) => (on && on > latest ? on : latest),
    startsOn,
  );

export type ReviewDates = Pick<ApprenticeshipData, 'startsOn' | 'reviews' | 'reviewsFrom' | 'breaks'>;

/** The last day on which the next review can be held: moved by the breaks since the last. */
export function reviewLatestOn(data: ReviewDates, { review }: RuleSet): Day {
  const base = reviewBase(data);
  return pushed(intervalAfter(review, base), base, data.breaks);
}

/** How many school days before its last day a review is opened. */
const REVIEW_OPENS_SCHOOL_DAYS_AHEAD = 20;

/** The morning on which the mentor is asked for the next review, never before the day after the last. */
export const reviewOpensOn = (calendar: Calendar, data: ReviewDates, rules: RuleSet): Day =>
  laterOf(
    addSchoolDays(calendar, reviewLatestOn(data, rules), -REVIEW_OPENS_SCHOOL_DAYS_AHEAD),
    addDays(reviewBase(data), 1),
  );

/** When the open review is due: the last school day on or before the rules' last day. */
export const reviewDueOn = (calendar: Calendar, data: ReviewDates, rules: RuleSet): Day =>
  lastSchoolDayOnOrBefore(calendar, reviewLatestOn(data, rules));

/** The last day of the qualifying period, by whose end the training plan is signed; the start is day 1 (hard case 83). */
export const planSignedBy = (startsOn: Day, { signedWithinDays }: RuleSet): Day =>
  addDays(startsOn, signedWithinDays - 1);

/** What comes afterwards is asked this long before the planned end. */
const NEXT_STEP_MONTHS_AHEAD = 6;

export const nextStepOpensOn = (plannedEndOn: Day): Day => addMonths(plannedEndOn, -NEXT_STEP_MONTHS_AHEAD);

/** How many school days there are after a month to record its hours, before it is judged. */
const SCHOOL_DAYS_TO_RECORD = 5;

/** The last month whose hours can be expected to be on record. */
export function lastFullMonth(calendar: Calendar, today: Day): string {
  const previous = previousMonth(monthOf(today));
  return addSchoolDays(calendar, lastOf(previous), SCHOOL_DAYS_TO_RECORD) <= today ? previous : previousMonth(previous);
}

/** The days of that month on which somebody was in training: from the start on, breaks aside. */
export function trainingDaysIn({ startsOn, breaks }: Pick<Timeline, 'startsOn' | 'breaks'>, month: string): number {
  const from = laterOf(startsOn, firstOf(month));
  const until = addDays(lastOf(month), 1);
  return from < until ? daysBetween(from, until) - breakDays(breaks, from, until) : 0;
}
