/** The dates of a learning review cycle, and who has a review in it (the trust's settled rules on the learning review). */
import {
  addSchoolDays,
  type Calendar,
  isSchoolDay,
  type LearningReviewCycle,
  learningReviewCycles,
} from '../kernel/calendar.ts';
import { absenceAt, currentPosts } from '../kernel/people.ts';
import type { Person, Post } from '../kernel/records.ts';
import { addDays, type Day, Temporal } from '../kernel/time.ts';

/** So many school days after closing a review may still be finished, marked late. */
const FINISH_SCHOOL_DAYS = 10;
/** Who joins so many school days before closing or earlier gets a review. */
const JOIN_SCHOOL_DAYS = 10;
/** A line manager with more reviews than this is shown it. */
export const MANY_REVIEWS = 12;

/** The cycle on file, or nothing. */
export const cycleOnFile = (calendar: Calendar, cycleId: string): LearningReviewCycle | undefined =>
  learningReviewCycles(calendar).find(({ id }) => id === cycleId);

/**
 * The cycles that may be opened by hand: those whose window is open, and the next to come. Opening one means a review,
 * and a mail, for everybody in scope: one years away would be a slip of the hand.
 */
export function cyclesToOpen(calendar: Calendar, today: Day): readonly LearningReviewCycle[] {
  const cycles = learningReviewCycles(calendar).filter(({ closesOn }) => today <= closesOn);
  const isOpen = ({ opensOn }: LearningReviewCycle): boolean => opensOn <= today;
  const [next] = cycles.filter((cycle) => !isOpen(cycle)).sort((a, b) => (a.opensOn < b.opensOn ? -1 : 1));
  return cycles.filter((cycle) => isOpen(cycle) || cycle === next);
}

/** The cycle of a process. Throws where the calendar has lost it: a calendar keeps the cycles in use. */
export function cycleOf(calendar: Calendar, cycleId: string): LearningReviewCycle {
  const found = cycleOnFile(calendar, cycleId);
  if (!found) throw new Error(`The calendar has no learning review cycle ${cycleId}`);
  return found;
}

/** The last day on which a review of the cycle can be finished, late. */
export const finishesOn = (calendar: Calendar, { closesOn }: Pick<LearningReviewCycle, 'closesOn'>): Day =>
  addSchoolDays(calendar, closesOn, FINISH_SCHOOL_DAYS);

/** Current posts whose job is not excluded, the main one first. Jobs are compared without regard to case. */
export function postsInScope(person: Person, { scope }: Pick<LearningReviewCycle, 'scope'>, on: Day): readonly Post[] {
  const excluded = new Set((scope.excludeJobs ?? []).map(asJob));
  return currentPosts(person, on).filter(({ job }) => !excluded.has(asJob(job)));
}

const asJob = (job: string): string => job.trim().toLowerCase();

/**
 * Whether that person gets a review on that day: the window is open, they have a post in scope, joined in time, and are
 * not away. Early-career teachers are in scope; who is on leave is asked about again every morning.
 */
export function getsReview(person: Person, cycle: LearningReviewCycle, calendar: Calendar, today: Day): boolean {
  if (today > cycle.closesOn || absenceAt(person, today) !== undefined) return false;
  const latest = addSchoolDays(calendar, cycle.closesOn, -JOIN_SCHOOL_DAYS);
  return postsInScope(person, cycle, today).some(({ startsOn }) => startsOn === undefined || startsOn <= latest);
}

const mondayOf = (on: Day): Day => addDays(on, 1 - Temporal.PlainDate.from(on).dayOfWeek);

/**
 * Whether how far the reviews are is told today: in the window, on the first school day of each week that comes after
 * it was last told (or begun), on a later day where that morning was missed.
 */
export const isToldToday = (calendar: Calendar, { closesOn }: LearningReviewCycle, last: Day, today: Day): boolean =>
  today <= closesOn && isSchoolDay(calendar, today) && last < mondayOf(today);
