/** What an induction stands in, which everything here asks: its dates, its people, whom it tells. Pure. */
import { countedFrom } from '../kernel/due.ts';
import * as news from '../kernel/news.ts';
import { holdersNow } from '../kernel/people.ts';
import type { Answered, Effect, View } from '../kernel/process.ts';
import type { Day } from '../kernel/time.ts';
import {
  comingReviews,
  type InductionFacts,
  type ReviewCalendar,
  type ReviewKind,
  reviewCalendar,
} from './review-calendar.ts';
import type { ExtendedAnswer, InductionData } from './schemas.ts';

export const KIND = 'ect-induction';

/** The longest that a start, a change or an absence may lie ahead. */
export const DAYS_AHEAD = 366;
/** The last day in a post is at most four months ahead (`leaving_date.rb`). */
export const LEAVING_DAYS_AHEAD = 122;
/** A move is recorded from four weeks before it. */
export const MOVE_DAYS_AHEAD = 28;

export type InductionView = View<InductionData>;
export type Answer<Outcome extends string> = Answered<InductionData, Outcome>;

/** What the review calendar is a function of. */
export const factsOf = (data: InductionData): InductionFacts => ({
  termsServedBefore: data.termsServedBefore,
  termsRequired: termsRequired(data),
  extensions: data.termChanges.filter(({ change }) => change === 'extended').length,
  periods: data.periods,
  hours: data.hours,
  absences: data.absences,
  leavesOn: data.leaving?.leavesOn ?? null,
});

/** Six, less what was taken off and plus what was put on. */
export const termsRequired = (data: InductionData): number =>
  Math.round(
    data.termChanges.reduce((all, { change, terms }) => (change === 'extended' ? all + terms : all - terms), 6) * 100,
  ) / 100;

export const startsOn = (data: InductionData): Day => (data.periods[0] as { readonly from: Day }).from;

export const calendarOf = ({ data, world }: Pick<InductionView, 'data' | 'world'>): ReviewCalendar =>
  reviewCalendar(world.calendar, factsOf(data));

/** The review that comes next, and the one after it. */
export function nextOf(view: Pick<InductionView, 'data' | 'world'>) {
  const [next, following] = comingReviews(calendarOf(view), view.data.reviews, view.data.keptFrom);
  return { next, following };
}

/** The open entry of mentors or tutors. */
export const openEntry = <T extends { readonly to: Day | null }>(entries: readonly T[]): T | undefined =>
  entries.findLast(({ to }) => to === null);

export const mentorId = (data: InductionData): string | undefined => openEntry(data.mentors)?.personId;
export const tutorId = (data: InductionData): string | undefined => openEntry(data.tutors)?.personId;

/** Tells each once, but not those who know because they did it, nor the subject. */
export function tellEach(
  { process }: Pick<InductionView, 'process'>,
  people: readonly (string | undefined)[],
  code: string,
  actorId?: string,
): readonly Effect[] {
  return news.tellEach(people, code, [actorId, process.subjectId]);
}

export const tellEct = (
  { process }: Pick<InductionView, 'process'>,
  code: string,
  actorId?: string,
): readonly Effect[] => (actorId === process.subjectId ? [] : [news.tell(process.subjectId, 'decided', code)]);

export const headIds = ({ process, world }: InductionView): readonly string[] =>
  holdersNow(world.directory, 'headteacher', process.schoolId, world.today).map(({ personId }) => personId);

/** From when somebody who is named in setup counts: from the start, or from today where that is past. */
export const firstDay = ({ data }: InductionView): Day => (data.periods.at(-1) as { readonly from: Day }).from;

export const undecidedLeave = ({ data }: InductionView) =>
  data.leaving === null
    ? data.absences.find(({ kind, isExtending }) => kind !== 'ad-hoc' && isExtending === null)
    : undefined;

export const openedOn = ({ wait, world }: InductionView): Day => (wait === undefined ? world.today : countedFrom(wait));

export const withExtension = (data: InductionData, { terms, decidedOn }: ExtendedAnswer): InductionData => ({
  ...data,
  termChanges: [...data.termChanges, { change: 'extended', terms, reason: null, decidedOn }],
});

export const extensionNews = (view: InductionView, actorId?: string): readonly Effect[] => [
  ...tellEct(view, 'induction-extended', actorId),
  ...tellEach(view, [...headIds(view), mentorId(view.data), tutorId(view.data)], 'dates-moved', actorId),
];

export const unchanged = <Outcome extends string>({ data }: InductionView, outcome: Outcome): Answer<Outcome> => ({
  outcome,
  data,
});

/** Waits that can be left and come back to: what was due there is found again. */
export const interruptible: ReadonlySet<string> = new Set(['review-ahead', 'progress-review', 'formal-assessment']);

const kindOfWait = new Map<string, ReviewKind>([
  ['progress-review', 'progress'],
  ['formal-assessment', 'formal'],
  ['interim-assessment', 'interim'],
]);

/** Whether the wait is for a review, and that is still what comes next: dates move under an open task. */
export function isStillDue({ data, process, world }: Pick<InductionView, 'data' | 'process' | 'world'>): boolean {
  const kind = kindOfWait.get(process.wait);
  if (data.move !== null) return kind === 'interim';
  const { next } = nextOf({ data, world });
  return next !== undefined && next.kind === kind && next.opensOn <= world.today;
}

/** Whether the process stands at a review that is to be held or written. */
export const isAtReview = ({ process }: Pick<InductionView, 'process'>): boolean => kindOfWait.has(process.wait);

export const later = (a: Day, b: Day): Day => (a > b ? a : b);
export const earlier = (a: Day, b: Day): Day => (a < b ? a : b);
