/**
 * When the reviews and assessments of an induction fall, and when it is complete: a pure function of start, posts, hours,
 * absences, extensions, reductions and the calendar's terms. What has been held is not in it; {@link nextReview} goes on
 * from there, so that a correction of the past moves what is to come and nothing that was recorded.
 *
 * Sources: statutory guidance "Induction for early career teachers" (April 2024), paragraphs in brackets. Induction
 * counts three terms a year; the calendar maps the six of a Somerset year to them.
 *
 * **How time is counted.** A school day of a term with N of them counts `fte / N` of a term, so that a full-time term is
 * 1 and a term at half-time 0.5, however long that term is (2.36). Days by which an absence extends a year are added
 * literally after it: 30 days are 30 days more at full time, 60 school days more at half-time (3.6).
 */
import { addSchoolDays, type Calendar, inductionTerms, termAt } from '../kernel/calendar.ts';
import { addDays, type Day, day } from '../kernel/time.ts';

/** Statutory leave is excluded from the 30 days; the teacher chooses whether it extends the induction (3.7). */
export const statutoryLeave = [
  'maternity',
  'paternity',
  'adoption',
  'shared-parental',
  'parental-bereavement',
  'carers',
] as const;
export const absenceKinds = ['ad-hoc', ...statutoryLeave] as const;
export type AbsenceKind = (typeof absenceKinds)[number];

export interface InductionAbsence {
  readonly from: Day;
  readonly to: Day;
  readonly kind: AbsenceKind;
  /** Working days missed, where that is not every school day of it: somebody part time, or a correction. */
  readonly days: number | null;
  /** Statutory leave only: whether it extends. `null`: not chosen yet, and counted as if it did. */
  readonly isExtending: boolean | null;
}

export interface InductionFacts {
  /** Served elsewhere before, as the appropriate body has it; at most one decimal. */
  readonly termsServedBefore: number;
  /** Six, less a reduction, plus what the appropriate body extended by. */
  readonly termsRequired: number;
  /** How often the appropriate body has extended: each time a further final assessment is needed. */
  readonly extensions: number;
  /** Posts in their order, the last one open; both days included. The first begins when induction begins. */
  readonly periods: readonly { readonly from: Day; readonly to: Day | null }[];
  /** Share of full time from that day on, in order; the first from the start. */
  readonly hours: readonly { readonly from: Day; readonly fte: number }[];
  readonly absences: readonly InductionAbsence[];
  /** The last day, for somebody who is to leave. */
  readonly leavesOn: Day | null;
}

export type ReviewKind = 'progress' | 'formal' | 'interim';

export interface PlannedReview {
  /** `progress-4`, `first`, `final-1`, `interim`: the same review whatever moves. */
  readonly key: string;
  readonly kind: ReviewKind;
  /** In which term of this induction it falls, counted from 1 in terms of the calendar. */
  readonly term: number;
  /** The rule's last day. */
  readonly latestOn: Day;
  /** The last school day on or before it. */
  readonly dueOn: Day;
  /** From when it can be held. */
  readonly opensOn: Day;
}

/** One year of induction: three terms of service, or what is left. */
export interface InductionYear {
  readonly endsOn: Day;
  /** Absences in it that are no statutory leave, in days. */
  readonly adHocDays: number;
  /** Days by which it is extended. */
  readonly extensionDays: number;
}

export interface ReviewCalendar {
  /** The day from which time counts: the first day of the first post that lasted a term (2.33). */
  readonly countsFrom: Day;
  readonly completesOn: Day;
  readonly years: readonly InductionYear[];
  readonly reviews: readonly PlannedReview[];
}

/** Ad hoc absence of so many days in a year of induction extends that year by all of it, not by the excess (3.6). */
export const EXTENDING_DAYS = 30;
/** A review can be held in the last three school weeks before it is due. */
const OPENS_SCHOOL_DAYS_BEFORE = 15;
/** Somebody away for two school weeks when a review is due has it after their return (2.49), within two school weeks. */
const LONG_ABSENCE_SCHOOL_DAYS = 10;
const AFTER_RETURN_SCHOOL_DAYS = 10;
/** Terms of a year of induction. */
const TERMS_A_YEAR = 3;
/** Sums of fractions of terms: 1/73 added 73 times is not quite 1. */
const ALMOST = 1e-6;

interface TermOfDays {
  readonly ends: Day;
  readonly days: readonly Day[];
}

const known = new WeakMap<Calendar, Map<number, readonly TermOfDays[]>>();

/** The three terms of an academic year, with their school days. */
function termsOfYear(calendar: Calendar, year: number): readonly TermOfDays[] {
  const years = known.get(calendar) ?? new Map<number, readonly TermOfDays[]>();
  known.set(calendar, years);
  const made = years.get(year) ?? makeTerms(calendar, year);
  years.set(year, made);
  return made;
}

function makeTerms(calendar: Calendar, year: number): readonly TermOfDays[] {
  const academicYear = `${year}-${String((year + 1) % 100).padStart(2, '0')}`;
  const onFile = inductionTerms(calendar).filter((period) => period.academicYear === academicYear);
  // Without a file: from September to Christmas, to the end of March, to the end of July (the provisional rule).
  const bounds =
    onFile.length > 0
      ? onFile
      : [
          { starts: day(`${year}-09-01`), ends: day(`${year}-12-31`) },
          { starts: day(`${year + 1}-01-01`), ends: day(`${year + 1}-03-31`) },
          { starts: day(`${year + 1}-04-01`), ends: day(`${year + 1}-08-31`) },
        ];
  return bounds.flatMap(({ starts, ends }) => {
    const days: Day[] = [];
    let on = addSchoolDays(calendar, addSchoolDays(calendar, starts, -1), 1);
    for (; on <= ends; on = addSchoolDays(calendar, on, 1))
      // An INSET day in half-term is work, and no day of a term.
      if (onFile.length === 0 || termAt(calendar, on) !== undefined) days.push(on);
    const last = days.at(-1);
    return last === undefined ? [] : [{ ends: onFile.length > 0 ? ends : last, days }];
  });
}

const academicYearOf = (on: Day): number => Number(on.slice(0, 4)) - (on.slice(5, 7) >= '08' ? 0 : 1);

interface Step {
  readonly on: Day;
  readonly term: TermOfDays;
}

/** More than the longest induction: six terms and sixteen of extension at a tenth of full time. */
const MOST_YEARS = 90;

/** School days of terms from that day on. */
function* daysFrom(calendar: Calendar, from: Day): Generator<Step> {
  const first = academicYearOf(from);
  for (let year = first; year < first + MOST_YEARS; year++)
    for (const term of termsOfYear(calendar, year))
      if (term.ends >= from) for (const on of term.days) if (on >= from) yield { on, term };
  throw new Error(`An induction that counts from ${from} has no end`);
}

/** The first day on which the sum over the days since `from` comes to `target`. */
function dayOfSum(calendar: Calendar, from: Day, target: number, share: (step: Step) => number): Step {
  let sum = 0;
  for (const step of daysFrom(calendar, from)) {
    sum += share(step);
    if (sum >= target - ALMOST) return step;
  }
  throw new Error('unreachable');
}

function sumTo(calendar: Calendar, from: Day, to: Day, share: (step: Step) => number): number {
  let sum = 0;
  for (const step of daysFrom(calendar, from)) {
    if (step.on > to) break;
    sum += share(step);
  }
  return sum;
}

/** The n-th school day of a term after that day: unlike a school day, never one outside term. */
function termDayAfter(calendar: Calendar, after: Day, n: number): Step {
  let left = n;
  for (const step of daysFrom(calendar, after)) {
    if (step.on > after) left -= 1;
    if (left === 0) return step;
  }
  throw new Error('unreachable');
}

const schoolDaysIn = (calendar: Calendar, from: Day, to: Day): number =>
  to < from ? 0 : sumTo(calendar, from, to, () => 1);

/** The share of full time on that day; before the first entry that of the first. */
export const fteOn = (hours: InductionFacts['hours'], on: Day): number =>
  (hours.findLast(({ from }) => from <= on) ?? hours[0])?.fte ?? 1;

const isServing = (facts: InductionFacts, on: Day): boolean =>
  facts.periods.some(({ from, to }) => from <= on && (to === null || on <= to));

const ofTerm =
  (facts: InductionFacts) =>
  ({ on, term }: Step): number =>
    isServing(facts, on) ? 1 / term.days.length : 0;

const served =
  (facts: InductionFacts) =>
  ({ on, term }: Step): number =>
    isServing(facts, on) ? fteOn(facts.hours, on) / term.days.length : 0;

/**
 * The day from which time counts. A post of less than a term does not, unless a longer one came before it (2.33–34); for
 * somebody part time the term is one of the calendar. The post that is still held is taken to last.
 */
function countingFrom(calendar: Calendar, facts: InductionFacts): Day {
  const [first] = facts.periods;
  if (first === undefined) throw new Error('An induction is served in a post');
  if (facts.termsServedBefore > 0) return first.from;
  const counting = facts.periods.find(
    ({ from, to }) => to === null || sumTo(calendar, from, to, ({ term }) => 1 / term.days.length) >= 1 - ALMOST,
  );
  return counting?.from ?? first.from;
}

interface Window {
  /** The first day of it. */
  readonly from: Day;
  readonly to: Day;
}

/** Days absent in that window: of a long absence the part that falls in it. */
function daysAbsent(calendar: Calendar, absence: InductionAbsence, window: Window): number {
  const [from, to] = [later(absence.from, window.from), earlier(absence.to, window.to)];
  if (to < from) return 0;
  const inAll = schoolDaysIn(calendar, absence.from, absence.to);
  if (inAll === 0) return 0;
  return ((absence.days ?? inAll) * schoolDaysIn(calendar, from, to)) / inAll;
}

function extensionIn(calendar: Calendar, facts: InductionFacts, window: Window) {
  const days = (wanted: (absence: InductionAbsence) => boolean): number =>
    facts.absences.filter(wanted).reduce((sum, absence) => sum + daysAbsent(calendar, absence, window), 0);
  const adHocDays = days(({ kind }) => kind === 'ad-hoc');
  const leaveDays = days(({ kind, isExtending }) => kind !== 'ad-hoc' && isExtending !== false);
  return { adHocDays, extensionDays: (adHocDays >= EXTENDING_DAYS - ALMOST ? adHocDays : 0) + leaveDays };
}

interface ServicePoint extends Step {
  readonly terms: number;
}

/**
 * When three, six … and all terms have been served, each with the extensions of its year and of those before. Absences in
 * the days by which a year is extended belong to that year as well, so it is extended until there are no more.
 */
function servicePoints(calendar: Calendar, facts: InductionFacts, countsFrom: Day) {
  const { termsServedBefore: before, termsRequired: required } = facts;
  const targets: number[] = [];
  for (let terms = TERMS_A_YEAR; terms < required - ALMOST; terms += TERMS_A_YEAR)
    if (terms > before + ALMOST) targets.push(terms);
  targets.push(Math.max(required, before));

  const points: ServicePoint[] = [];
  const years: InductionYear[] = [];
  let earlierYears = 0;
  let from = countsFrom;
  for (const terms of targets) {
    const base = dayOfSum(calendar, countsFrom, terms - before, served(facts));
    let extension = 0;
    for (;;) {
      const at = shifted(calendar, facts, base, earlierYears + extension);
      const found = extensionIn(calendar, facts, { from, to: at.on });
      if (found.extensionDays <= extension + ALMOST) {
        points.push({ ...at, terms });
        years.push({ endsOn: at.on, adHocDays: found.adHocDays, extensionDays: extension });
        from = termDayAfter(calendar, at.on, 1).on;
        break;
      }
      extension = found.extensionDays;
    }
    earlierYears += extension;
  }
  return { points, years };
}

/** So many days of work after `base`, at the hours of those days. */
function shifted(calendar: Calendar, facts: InductionFacts, base: Step, days: number): Step {
  if (days < ALMOST) return base;
  const next = termDayAfter(calendar, base.on, 1);
  return dayOfSum(calendar, next.on, days, ({ on }) => (isServing(facts, on) ? fteOn(facts.hours, on) : 0));
}

/** The absence of two school weeks or more that has that day. */
const longAbsenceAt = (calendar: Calendar, facts: InductionFacts, on: Day): InductionAbsence | undefined =>
  facts.absences.find(
    ({ from, to, days }) =>
      from <= on && on <= to && days !== 0 && schoolDaysIn(calendar, from, to) >= LONG_ABSENCE_SCHOOL_DAYS,
  );

/** Away for long on the day itself: after the return, and again where another absence begins before that. */
function afterAbsence(calendar: Calendar, facts: InductionFacts, step: Step): Step {
  const away = longAbsenceAt(calendar, facts, step.on);
  if (away === undefined) return step;
  return afterAbsence(calendar, facts, termDayAfter(calendar, away.to, AFTER_RETURN_SCHOOL_DAYS));
}

interface Placed extends PlannedReview {
  readonly inTerm: TermOfDays;
}

/** Every review from the start to the completion, or to the last day of somebody who is to leave, in order. */
export function reviewCalendar(calendar: Calendar, facts: InductionFacts): ReviewCalendar {
  const countsFrom = countingFrom(calendar, facts);
  const { points, years } = servicePoints(calendar, facts, countsFrom);
  const completion = points.at(-1) as ServicePoint;
  const placed = (key: string, kind: ReviewKind, point: Step, term: number): Placed => {
    const { on, term: inTerm } = afterAbsence(calendar, facts, point);
    return {
      key,
      kind,
      term,
      latestOn: on === inTerm.days.at(-1) ? inTerm.ends : on,
      dueOn: on,
      opensOn: presentFrom(calendar, facts, opensOn(calendar, on, countsFrom)),
      inTerm,
    };
  };
  // Terms 3 and 6 or the equivalent; with a year or less required, the final one alone (3.2–3.4).
  const formals = points.flatMap((point): Placed[] => {
    const isFinal = point === completion;
    if (!isFinal && point.terms !== TERMS_A_YEAR) return [];
    const key = isFinal ? `final-${facts.extensions + 1}` : 'first';
    return [placed(key, 'formal', point, termOrdinal(calendar, facts, countsFrom, point.on))];
  });
  const final = formals.at(-1) as Placed;
  const progress = termEnds(calendar, facts, countsFrom, completion.on).map((point, at) =>
    placed(`progress-${at + 1}`, 'progress', point, at + 1),
  );
  const leaving = interimOf(calendar, facts, countsFrom, completion.on, formals);
  const assessed = [...formals.filter((each) => each === final || each.inTerm !== final.inTerm), ...leaving];
  const isLastInTerm = (review: Placed, at: number): boolean =>
    !progress.some((other, place) => place > at && other.inTerm === review.inTerm);
  const reviews = [
    ...assessed,
    // A term with an assessment has no review (2.49), and what an absence put together is one.
    ...progress.filter((each, at) => isLastInTerm(each, at) && !assessed.some(({ inTerm }) => inTerm === each.inTerm)),
  ]
    .filter(({ kind, dueOn }) => kind === 'interim' || facts.leavesOn === null || dueOn <= facts.leavesOn)
    .sort((a, b) => (a.dueOn < b.dueOn ? -1 : 1))
    .map(({ inTerm: _, ...review }): PlannedReview => review);
  return { countsFrom, completesOn: completion.on, years, reviews };
}

const opensOn = (calendar: Calendar, dueOn: Day, countsFrom: Day): Day =>
  later(addSchoolDays(calendar, dueOn, -OPENS_SCHOOL_DAYS_BEFORE), countsFrom);

/** Nothing opens while the teacher is away for long. */
function presentFrom(calendar: Calendar, facts: InductionFacts, on: Day): Day {
  const away = longAbsenceAt(calendar, facts, on);
  return away === undefined ? on : presentFrom(calendar, facts, addDays(away.to, 1));
}

/** In which term of induction that day is, counted from 1 in terms of the calendar. */
export const termOn = (calendar: Calendar, facts: InductionFacts, on: Day): number =>
  termOrdinal(calendar, facts, countingFrom(calendar, facts), on);

const termOrdinal = (calendar: Calendar, facts: InductionFacts, countsFrom: Day, on: Day): number =>
  Math.max(1, Math.ceil(sumTo(calendar, countsFrom, on, ofTerm(facts)) - ALMOST));

/** The days on which one, two, … terms of the calendar have passed, before the completion: who began in mid-term is reviewed in mid-term (2.49). */
function termEnds(calendar: Calendar, facts: InductionFacts, countsFrom: Day, completesOn: Day): readonly Step[] {
  const ends: Step[] = [];
  let sum = 0;
  for (const step of daysFrom(calendar, countsFrom)) {
    if (step.on >= completesOn) break;
    sum += ofTerm(facts)(step);
    if (sum >= ends.length + 1 - ALMOST) ends.push(step);
  }
  return ends;
}

/** On leaving after a term or more in the post and before the next formal assessment (2.62); none in a term that has one. */
function interimOf(
  calendar: Calendar,
  facts: InductionFacts,
  countsFrom: Day,
  completesOn: Day,
  formals: readonly Placed[],
): readonly Placed[] {
  const { leavesOn } = facts;
  if (leavesOn === null || leavesOn >= completesOn || !isInterimDue(calendar, facts, leavesOn)) return [];
  let last: Step | undefined;
  for (const step of daysFrom(calendar, countsFrom)) {
    if (step.on > leavesOn) break;
    last = step;
  }
  if (last === undefined) return [];
  const { on, term: inTerm } = last;
  if (formals.some((each) => each.inTerm === inTerm && each.dueOn <= leavesOn)) return [];
  const term = termOrdinal(calendar, facts, countsFrom, on);
  return [
    {
      key: 'interim',
      kind: 'interim',
      term,
      latestOn: leavesOn,
      dueOn: on,
      opensOn: opensOn(calendar, on, countsFrom),
      inTerm,
    },
  ];
}

/** Whether the post that is held lasts a term by that day: then it ends with an interim assessment (2.62). */
export function isInterimDue(calendar: Calendar, { periods }: Pick<InductionFacts, 'periods'>, on: Day): boolean {
  const post = periods.at(-1);
  return post !== undefined && sumTo(calendar, post.from, on, ({ term }) => 1 / term.days.length) >= 1 - ALMOST;
}

/**
 * Terms served by that day, that day included, and what is left: 2.5 and 3.5 after two and a half terms full time, 1.25
 * and 4.75 at half-time (hard case 44). A first post of less than a term counts for nothing (2.33).
 */
export function termsServed(calendar: Calendar, facts: InductionFacts, on: Day): { served: number; left: number } {
  const countsFrom = countingFrom(calendar, facts);
  const isTooShort = facts.termsServedBefore === 0 && sumTo(calendar, countsFrom, on, ofTerm(facts)) < 1 - ALMOST;
  const here = isTooShort ? 0 : sumTo(calendar, countsFrom, on, served(facts));
  const all = Math.min(facts.termsRequired, facts.termsServedBefore + here);
  return { served: rounded(all), left: rounded(facts.termsRequired - all) };
}

const rounded = (terms: number): number => Math.round(terms * 100) / 100;

/** A review that is over: held, or missed. */
export interface PastReview {
  readonly key: string;
  readonly term: number;
}

/**
 * The reviews that are still to come: what is over stays as it was, and a term that has had a review or an assessment gets
 * no further review. Those that were due before `keptFrom`, when the process began, were somebody else's; the final one
 * never is.
 */
export function comingReviews(
  { reviews }: ReviewCalendar,
  past: readonly PastReview[],
  keptFrom: Day,
): readonly PlannedReview[] {
  const lastTerm = Math.max(0, ...past.map(({ term }) => term));
  const isOver = ({ key, kind, term }: PlannedReview): boolean =>
    kind === 'progress' ? term <= lastTerm : past.some((review) => review.key === key);
  const isBefore = ({ key, dueOn }: PlannedReview): boolean => dueOn < keptFrom && !key.startsWith('final');
  return reviews.filter((review) => !isOver(review) && !isBefore(review));
}

const later = (a: Day, b: Day): Day => (a > b ? a : b);
const earlier = (a: Day, b: Day): Day => (a < b ? a : b);
