/**
 * The school calendar: terms, bank holidays, INSET days, NPQ cohorts, review cycles, and the policy of due times.
 * Everything is pure. A calendar is sorted and indexed once, so that counting over years costs a binary search.
 *
 * A **school day** is a weekday in term that is no bank holiday; an INSET day counts, staff work then. Outside the
 * academic years on file the provisional rule holds: weekdays that are no bank holiday and not in August, nor from
 * 20 December to 2 January (the settled rules on time and notices).
 */
import * as z from 'zod';
import { inWords } from './in-words.ts';
import type { FieldError } from './rejections.ts';
import { Day, day, MORNING, Temporal } from './time.ts';

const Urn = z.string().regex(/^\d{6}$/, 'This is not a URN: six digits');
const Schools = z.union(
  [z.literal('all'), z.array(z.string().regex(/^(\d{6}|trust)$/, 'This is not a school: its URN, or "trust"'))],
  {
    error: 'This is either "all" or a list of schools',
  },
);

/** The three terms that induction counts; a school year of six maps each of its own to one of them. */
export const InductionTerm = z.enum(['autumn', 'spring', 'summer']);
export type InductionTerm = z.infer<typeof InductionTerm>;

/** A term as the schools keep it, both days included. */
export const Term = z.strictObject({ name: z.string().min(1), starts: Day, ends: Day, inductionTerm: InductionTerm });
export type Term = z.infer<typeof Term>;

/**
 * The dates of a schedule's milestones in a cohort, once the DfE or a provider has said them. What is left out is
 * worked out from what was published for earlier cohorts, and shown as provisional.
 */
export const NpqMilestones = z.strictObject({
  schedule: z.string().min(1),
  started: Day.optional(),
  'retained-1': Day.optional(),
  'retained-2': Day.optional(),
  completed: Day.optional(),
  /** In which the assessment is taken, both days included. */
  assessment: z.strictObject({ from: Day, to: Day }).optional(),
});
export type NpqMilestones = z.infer<typeof NpqMilestones>;

/** One national intake of NPQs: when one may register, who offers what, which schools the DfE's lists name. */
export const NpqCohort = z.strictObject({
  id: z.string().regex(/^\d{4}[a-z]$/, 'A cohort is a year and a letter, like 2026b'),
  label: z.string().min(1),
  funding: z.enum(['zero', 'capped', 'full']),
  registrationOpens: Day,
  providerDeadline: Day,
  startsOn: Day,
  schedule: z.enum(['autumn', 'spring']),
  offers: z.array(
    z.strictObject({
      providerId: z.string().min(1),
      courses: z.union([z.literal('all'), z.array(z.string().min(1))], {
        error: 'This is either "all" or a list of courses',
      }),
    }),
  ),
  /** `null`: the lists are not out yet. */
  eligibleSettings: z.strictObject({ pp50: z.array(Urn), rise: z.array(Urn), asOf: Day }).nullable(),
  milestones: z.array(NpqMilestones).optional(),
});
export type NpqCohort = z.infer<typeof NpqCohort>;

/** A window in which everybody in scope has a learning review; it opens by itself on `opensOn`. */
export const LearningReviewCycle = z.strictObject({
  id: z.string().min(1),
  label: z.string().min(1),
  opensOn: Day,
  closesOn: Day,
  followUpAfterSchoolDays: z.int().min(1).max(400),
  scope: z.strictObject({ excludeJobs: z.array(z.string().min(1)).optional() }),
});
export type LearningReviewCycle = z.infer<typeof LearningReviewCycle>;

const yearShape = z.strictObject({
  academicYear: z.string().regex(/^\d{4}-\d{2}$/, 'An academic year is written like 2026-27'),
  timeZone: z.literal('Europe/London'),
  terms: z.array(Term).min(1, 'A year has at least one term'),
  bankHolidays: z.array(Day),
  insetDays: z.array(z.strictObject({ on: Day, schools: Schools })),
  npqCohorts: z.array(NpqCohort),
  learningReviewCycles: z.array(LearningReviewCycle),
  /** Not agreed yet: every date found in it may still move. */
  provisional: z.boolean().optional(),
});

/** One academic year, as a file of the sample has it but for its policy. Refuses what cannot be, each with its path. */
export const CalendarYear = yearShape.superRefine((year, context) => {
  for (const { path, message } of problemsOf(year)) context.addIssue({ code: 'custom', path: [...path], message });
});
export type CalendarYear = z.infer<typeof CalendarYear>;

const DueTime = z.union([z.int().min(1).max(400), z.literal('cohort-start')], {
  error: 'This is a number of school days from 1 to 400, or "cohort-start"',
});

/** Due times, follow-up, escalation and stalling, all in school days. */
export const Policy = z
  .strictObject({
    /** Said in the policy, so that a trust reads when its mail comes; no policy can move the schedule. */
    morningRunAt: z.literal(MORNING),
    /** After which part of the time a follow-up comes, more than 0, at most 1. */
    followUpShare: z.number().gt(0).max(1),
    repeatEverySchoolDays: z.int().min(1).max(400),
    escalateAfterSchoolDays: z.int().min(1).max(400),
    nextMayDecideAfterSchoolDays: z.int().min(1).max(400),
    stalledAfterSchoolDays: z.int().min(1).max(400),
    /** By the task's name; `other` for every task that is not named. */
    dueSchoolDays: z.record(z.string(), DueTime),
  })
  .superRefine((policy, context) => {
    if (typeof policy.dueSchoolDays['other'] !== 'number')
      context.addIssue({
        code: 'custom',
        path: ['dueSchoolDays', 'other'],
        message: 'There has to be a number of school days for every other task',
      });
    if (policy.nextMayDecideAfterSchoolDays < policy.escalateAfterSchoolDays)
      context.addIssue({
        code: 'custom',
        path: ['nextMayDecideAfterSchoolDays'],
        message: 'The notice comes first: this cannot be less than escalateAfterSchoolDays',
      });
    if (policy.stalledAfterSchoolDays < policy.nextMayDecideAfterSchoolDays)
      context.addIssue({
        code: 'custom',
        path: ['stalledAfterSchoolDays'],
        message: 'This cannot be less than nextMayDecideAfterSchoolDays',
      });
  });
export type Policy = z.infer<typeof Policy>;

/** The policy that holds until one is put: the one settled for time and notices. */
export const defaultPolicy: Policy = {
  morningRunAt: MORNING,
  followUpShare: 0.5,
  repeatEverySchoolDays: 5,
  escalateAfterSchoolDays: 5,
  nextMayDecideAfterSchoolDays: 10,
  stalledAfterSchoolDays: 15,
  dueSchoolDays: {
    submit: 5,
    endorse: 5,
    revise: 5,
    approve: 5,
    'register-with-dfe': 10,
    'record-provider-decision': 'cohort-start',
    'confirm-registration': 5,
    other: 10,
  },
};

/** The years on file in their order, and the policy. */
export interface Calendar {
  readonly years: readonly CalendarYear[];
  readonly policy: Policy;
}

/** What a file came to: its two parts, or all that is wrong with it. */
export type CalendarFile =
  | { readonly year: CalendarYear; readonly policy: Policy | undefined }
  | { readonly errors: readonly FieldError[] };

/** Splits one file of the sample into its year and, where it has one, its policy. Never throws, whatever it is given. */
export function parseCalendarFile(json: unknown): CalendarFile {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return {
      errors: [{ path: '', message: 'This is not a calendar: a JSON object with an academicYear and its terms' }],
    };
  const { policy, ...rest } = json as Readonly<Record<string, unknown>>;
  const year = CalendarYear.safeParse(rest, { error: inWords });
  const parsedPolicy = policy === undefined ? undefined : Policy.safeParse(policy, { error: inWords });
  const errors = [
    ...(year.success ? [] : fieldErrors(year.error)),
    ...(parsedPolicy === undefined || parsedPolicy.success ? [] : fieldErrors(parsedPolicy.error, ['policy'])),
  ];
  if (errors.length > 0 || !year.success) return { errors };
  return { year: year.data, policy: parsedPolicy?.success ? parsedPolicy.data : undefined };
}

/** A policy that comes alone, or what is wrong with it. */
export function parsePolicy(json: unknown): Policy | { readonly errors: readonly FieldError[] } {
  const parsed = Policy.safeParse(json, { error: inWords });
  return parsed.success ? parsed.data : { errors: fieldErrors(parsed.error) };
}

/**
 * What cannot be between years that are each in order: the same year twice, terms that overlap, an NPQ cohort or a
 * review cycle in two years. Ask with the year that is to be stored among the others; empty means it may be.
 */
export function calendarProblems(years: readonly CalendarYear[]): readonly FieldError[] {
  const sorted = [...years].sort(byYear);
  const errors: FieldError[] = [];
  const seenYears = new Set<string>();
  const seenIds = new Map<string, string>();
  for (const [at, year] of sorted.entries()) {
    if (seenYears.has(year.academicYear))
      errors.push({ path: 'academicYear', message: `The year ${year.academicYear} is there twice` });
    seenYears.add(year.academicYear);
    const before = sorted[at - 1];
    const lastEnd = before && [...before.terms].sort(byStart).at(-1)?.ends;
    const firstStart = [...year.terms].sort(byStart)[0]?.starts;
    if (before && lastEnd && firstStart && firstStart <= lastEnd)
      errors.push({
        path: 'terms',
        message: `${year.academicYear} begins on ${firstStart}, before ${before.academicYear} ends on ${lastEnd}`,
      });
    for (const [list, entries] of [
      ['npqCohorts', year.npqCohorts],
      ['learningReviewCycles', year.learningReviewCycles],
    ] as const)
      for (const { id } of entries) {
        const elsewhere = seenIds.get(`${list}#${id}`);
        if (elsewhere && elsewhere !== year.academicYear)
          errors.push({ path: list, message: `${id} is in ${elsewhere} and in ${year.academicYear}` });
        seenIds.set(`${list}#${id}`, year.academicYear);
      }
  }
  return errors;
}

/** A calendar of parsed years. Where two years contradict each other ({@link calendarProblems}) the earlier one counts. */
export const makeCalendar = (years: readonly CalendarYear[], policy: Policy): Calendar => ({
  years: [...years].sort(byYear),
  policy,
});

/** No year on file and the default policy: what a table without any has. Every date in it is provisional. */
export const noCalendar = (): Calendar => makeCalendar([], defaultPolicy);

/**
 * Do staff work then? A weekday in term that is no bank holiday. An INSET day outside term counts for the schools it is
 * for, so name the school where one school is meant; one that is put on a bank holiday does not count.
 */
export function isSchoolDay(calendar: Calendar, on: Day, schoolId?: string): boolean {
  const days = schoolDaysOfYear(calendar, yearOf(on), schoolId);
  return days[lowerBound(days, on)] === on;
}

/** Are pupils in that school then? A school day that is no INSET day of the school. */
export const isPupilDay = (calendar: Calendar, on: Day, schoolId: string): boolean =>
  isSchoolDay(calendar, on, schoolId) && !insetsFor(indexOf(calendar), schoolId).has(on);

/** May that date still move, because its academic year (1 September to 31 August) is not on file, or not agreed? */
export function isProvisional(calendar: Calendar, on: Day): boolean {
  const term = termAndYearAt(calendar, on);
  const year = term ? term.year : indexOf(calendar).yearsByStart.get(academicYearStart(on));
  return year === undefined || year.provisional === true;
}

/** A weekday that is no bank holiday, in term or not: what statutory limits count. */
export function isWorkingDay(calendar: Calendar, on: Day): boolean {
  const days = workingDaysOfYear(calendar, yearOf(on));
  return days[lowerBound(days, on)] === on;
}

/**
 * The n-th school day after `from`: a Monday in term and 5 give the Monday after. A negative n counts back, 0 is `from`
 * itself, whatever day it is. Throws `RangeError` for an n that is no whole number of at most 100,000.
 */
export const addSchoolDays = (calendar: Calendar, from: Day, n: number, schoolId?: string): Day =>
  nthDay((year) => schoolDaysOfYear(calendar, year, schoolId), from, n);

/** How many school days come after `a` up to `b`, `b` included; negative when `b` is earlier. */
export const schoolDaysBetween = (calendar: Calendar, a: Day, b: Day, schoolId?: string): number =>
  countDays((year) => schoolDaysOfYear(calendar, year, schoolId), a, b);

/** The first school day strictly after that day. */
export const nextSchoolDay = (calendar: Calendar, on: Day): Day => addSchoolDays(calendar, on, 1);

/** The last school day strictly before that day. */
export const lastSchoolDayBefore = (calendar: Calendar, on: Day): Day => addSchoolDays(calendar, on, -1);

/** That day where it is a school day, else the last one before. */
export const lastSchoolDayOnOrBefore = (calendar: Calendar, on: Day): Day =>
  isSchoolDay(calendar, on) ? on : lastSchoolDayBefore(calendar, on);

/**
 * The n-th working day of a statutory limit, which counts the day itself as day 1: ten working days from a Monday end
 * on the Friday of the week after. A day that is no working day is not counted, so the next one is day 1.
 * Throws `RangeError` for an n that is no whole number from 1 to 100,000.
 */
export function addWorkingDays(calendar: Calendar, from: Day, n: number): Day {
  if (n < 1) throw new RangeError(`A limit has at least one working day, not ${n}`);
  return nthDay((year) => workingDaysOfYear(calendar, year), from, isWorkingDay(calendar, from) ? n - 1 : n);
}

/** The term on file that has that day. */
export const termAt = (calendar: Calendar, on: Day): Term | undefined => termAndYearAt(calendar, on)?.term;

/** One of the three terms of a year, from the first day of its first term to the last of its last; half-term is in it. */
export interface InductionPeriod {
  readonly academicYear: string;
  readonly inductionTerm: InductionTerm;
  readonly starts: Day;
  readonly ends: Day;
}

/** The induction term that has that day; nothing in the holidays between two of them and outside the years on file. */
export const inductionTermAt = (calendar: Calendar, on: Day): InductionPeriod | undefined =>
  inductionTerms(calendar).find((period) => period.starts <= on && on <= period.ends);

/** All induction terms on file, in order: six terms (or however many) to three a year. */
export function inductionTerms(calendar: Calendar): readonly InductionPeriod[] {
  return calendar.years.flatMap((year) =>
    InductionTerm.options.flatMap((inductionTerm) => {
      const terms = year.terms.filter((term) => term.inductionTerm === inductionTerm).sort(byStart);
      const [first, last] = [terms[0], terms.at(-1)];
      return first && last
        ? [{ academicYear: year.academicYear, inductionTerm, starts: first.starts, ends: last.ends }]
        : [];
    }),
  );
}

/** The INSET days of a school (or of the central office), in order. */
export const insetDaysOf = (calendar: Calendar, schoolId: string): readonly Day[] =>
  [...insetsFor(indexOf(calendar), schoolId)].sort();

/** The NPQ cohorts of all years, by the start of the course. */
export const cohorts = (calendar: Calendar): readonly NpqCohort[] => indexOf(calendar).cohorts;

export const cohort = (calendar: Calendar, cohortId: string): NpqCohort | undefined =>
  cohorts(calendar).find(({ id }) => id === cohortId);

/** Where registration with that cohort stands, both its first and its last day included. */
export function cohortState(
  { registrationOpens, providerDeadline }: Pick<NpqCohort, 'registrationOpens' | 'providerDeadline'>,
  today: Day,
): 'not-open' | 'open' | 'closed' {
  if (today < registrationOpens) return 'not-open';
  return today <= providerDeadline ? 'open' : 'closed';
}

/** Registration opens ≤ today ≤ the provider's deadline. */
export const isCohortOpen = (intake: Pick<NpqCohort, 'registrationOpens' | 'providerDeadline'>, today: Day): boolean =>
  cohortState(intake, today) === 'open';

/** The review cycles of all years, by the day they open. */
export const learningReviewCycles = (calendar: Calendar): readonly LearningReviewCycle[] =>
  calendar.years.flatMap((year) => year.learningReviewCycles).sort((a, b) => compare(a.opensOn, b.opensOn));

/**
 * Bank holidays of England in a civil year that fall on weekdays, by rule: with substitutes for those at a weekend
 * (Banking and Financial Dealings Act 1971). For years that no file tells of; one-off holidays are only in the files.
 */
export function bankHolidaysOf(year: number): readonly Day[] {
  const easter = easterSunday(year);
  const newYear = Temporal.PlainDate.from({ year, month: 1, day: 1 });
  const christmas = Temporal.PlainDate.from({ year, month: 12, day: 25 });
  const boxing = christmas.add({ days: 1 });
  const firstMonday = (month: number) => onOrAfterMonday(Temporal.PlainDate.from({ year, month, day: 1 }));
  const lastMonday = (month: number) => onOrAfterMonday(Temporal.PlainDate.from({ year, month, day: 25 }));
  return [
    isWeekend(newYear) ? onOrAfterMonday(newYear) : newYear,
    easter.subtract({ days: 2 }),
    easter.add({ days: 1 }),
    firstMonday(5),
    lastMonday(5),
    lastMonday(8),
    // Two days in a row: a weekend pushes Christmas to the Monday, or to the Tuesday where Boxing Day is the Monday.
    isWeekend(christmas) ? christmas.add({ days: 2 }) : christmas,
    isWeekend(boxing) ? boxing.add({ days: 2 }) : boxing,
  ]
    .map((date) => date.toString() as Day)
    .sort();
}

/** Issues of a parse as path and sentence. */
function fieldErrors(error: z.ZodError, under: readonly string[] = []): readonly FieldError[] {
  return error.issues.map((issue) => ({ path: [...under, ...issue.path].join('.'), message: sentence(issue) }));
}

function sentence(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_format' && issue.format === 'date') return 'This is not a day like 2026-09-14';
  if (issue.code === 'unrecognized_keys') return `Nothing is known of ${issue.keys.join(', ')}`;
  if (issue.code === 'invalid_value') return `This is one of: ${issue.values.join(', ')}`;
  return issue.message;
}

interface Problem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** What the shape of a year cannot refuse. */
function problemsOf(year: z.infer<typeof yearShape>): readonly Problem[] {
  const start = Number(year.academicYear.slice(0, 4));
  const problems: Problem[] = [];
  const add = (path: readonly (string | number)[], message: string) => problems.push({ path, message });
  if ((start + 1) % 100 !== Number(year.academicYear.slice(5))) {
    add(['academicYear'], `After ${start} comes ${start + 1}: ${start}-${String((start + 1) % 100).padStart(2, '0')}`);
    return problems;
  }
  const [first, last] = [day(`${start}-08-01`), day(`${start + 1}-08-31`)];
  const isOutside = (on: Day) => on < first || on > last;
  const outside = (on: Day) => `${on} is not in ${year.academicYear}, which is from ${first} to ${last}`;

  for (const [at, term] of year.terms.entries()) {
    if (term.ends < term.starts)
      add(['terms', at, 'ends'], `${term.name} ends on ${term.ends}, before it starts on ${term.starts}`);
    if (isOutside(term.starts)) add(['terms', at, 'starts'], outside(term.starts));
    if (isOutside(term.ends)) add(['terms', at, 'ends'], outside(term.ends));
  }
  for (const at of repeated(year.terms.map(({ name }) => name)))
    add(['terms', at, 'name'], `${year.terms[at]?.name} is there twice`);
  const inOrder = [...year.terms.entries()].sort(([, a], [, b]) => byStart(a, b));
  for (const [place, [at, term]] of inOrder.entries()) {
    const before = inOrder[place - 1]?.[1];
    if (!before) continue;
    if (term.starts <= before.ends)
      add(
        ['terms', at, 'starts'],
        `${term.name} starts on ${term.starts}, before ${before.name} ends on ${before.ends}`,
      );
    if (InductionTerm.options.indexOf(term.inductionTerm) < InductionTerm.options.indexOf(before.inductionTerm))
      add(['terms', at, 'inductionTerm'], `${term.inductionTerm} cannot come after ${before.inductionTerm}`);
  }

  for (const [at, on] of year.bankHolidays.entries()) if (isOutside(on)) add(['bankHolidays', at], outside(on));
  for (const at of repeated(year.bankHolidays)) add(['bankHolidays', at], `${year.bankHolidays[at]} is there twice`);

  const placed = new Map<Day, Set<string>>();
  for (const [at, inset] of year.insetDays.entries()) {
    const path = ['insetDays', at, 'on'] as const;
    if (isOutside(inset.on)) add(path, outside(inset.on));
    if (isWeekend(Temporal.PlainDate.from(inset.on))) add(path, `${inset.on} is at a weekend`);
    const schools = inset.schools === 'all' ? ['all'] : inset.schools;
    const there = placed.get(inset.on) ?? new Set();
    const twice =
      there.has('all') || (inset.schools === 'all' && there.size > 0) || schools.some((id) => there.has(id));
    if (twice || new Set(schools).size < schools.length) add(path, `${inset.on} is there twice for a school`);
    placed.set(inset.on, new Set([...there, ...schools]));
  }

  for (const [at, intake] of year.npqCohorts.entries()) {
    const under = ['npqCohorts', at] as const;
    if (intake.providerDeadline < intake.registrationOpens)
      add(
        [...under, 'providerDeadline'],
        `The deadline ${intake.providerDeadline} is before registration opens on ${intake.registrationOpens}`,
      );
    if (intake.startsOn <= intake.providerDeadline)
      add(
        [...under, 'startsOn'],
        `The course starts on ${intake.startsOn}, which is not after the deadline ${intake.providerDeadline}`,
      );
    for (const offer of repeated(intake.offers.map(({ providerId }) => providerId)))
      add([...under, 'offers', offer, 'providerId'], `${intake.offers[offer]?.providerId} is there twice`);
    for (const { path, message } of problemsOfMilestones(intake.milestones ?? [])) add([...under, ...path], message);
  }
  for (const at of repeated(year.npqCohorts.map(({ id }) => id)))
    add(['npqCohorts', at, 'id'], `${year.npqCohorts[at]?.id} is there twice`);

  for (const [at, cycle] of year.learningReviewCycles.entries())
    if (cycle.closesOn < cycle.opensOn)
      add(
        ['learningReviewCycles', at, 'closesOn'],
        `${cycle.label} closes on ${cycle.closesOn}, before it opens on ${cycle.opensOn}`,
      );
  for (const at of repeated(year.learningReviewCycles.map(({ id }) => id)))
    add(['learningReviewCycles', at, 'id'], `${year.learningReviewCycles[at]?.id} is there twice`);
  return problems;
}

function problemsOfMilestones(schedules: readonly NpqMilestones[]): readonly Problem[] {
  const problems: Problem[] = [];
  for (const at of repeated(schedules.map(({ schedule }) => schedule)))
    problems.push({ path: ['milestones', at, 'schedule'], message: `${schedules[at]?.schedule} is there twice` });
  for (const [at, milestones] of schedules.entries()) {
    let before: { readonly name: string; readonly on: Day } | undefined;
    for (const name of ['started', 'retained-1', 'retained-2', 'completed'] as const) {
      const on = milestones[name];
      if (on === undefined) continue;
      if (before && on < before.on)
        problems.push({
          path: ['milestones', at, name],
          message: `${name} is on ${on}, before ${before.name} on ${before.on}`,
        });
      before = { name, on };
    }
    const { assessment } = milestones;
    if (assessment && assessment.to < assessment.from)
      problems.push({
        path: ['milestones', at, 'assessment', 'to'],
        message: `The assessment ends on ${assessment.to}, before it begins on ${assessment.from}`,
      });
  }
  return problems;
}

/** Places of entries that were there before. */
const repeated = (entries: readonly string[]): readonly number[] =>
  [...entries.keys()].filter((at) => entries.indexOf(entries[at] as string) < at);

/** What is looked up again and again, made once for each calendar. */
interface Index {
  readonly yearsByStart: ReadonlyMap<number, CalendarYear>;
  readonly terms: readonly { readonly term: Term; readonly year: CalendarYear }[];
  readonly holidays: ReadonlySet<Day>;
  /** By school, and `all`. */
  readonly insets: ReadonlyMap<string, ReadonlySet<Day>>;
  readonly cohorts: readonly NpqCohort[];
  /** Days of civil years, filled as they are asked for: working days by `year`, school days by `year#school`. */
  readonly daysOf: Map<string, readonly Day[]>;
}

const indexes = new WeakMap<Calendar, Index>();

function indexOf(calendar: Calendar): Index {
  const known = indexes.get(calendar);
  if (known) return known;
  const insets = new Map<string, Set<Day>>();
  for (const { on, schools } of calendar.years.flatMap((year) => year.insetDays))
    for (const school of schools === 'all' ? ['all'] : schools)
      insets.set(school, (insets.get(school) ?? new Set()).add(on));
  const intakes = new Map<string, NpqCohort>();
  for (const intake of calendar.years.flatMap((year) => year.npqCohorts))
    if (!intakes.has(intake.id)) intakes.set(intake.id, intake);
  const yearsByStart = new Map<number, CalendarYear>();
  for (const year of calendar.years) {
    const start = Number(year.academicYear.slice(0, 4));
    if (!yearsByStart.has(start)) yearsByStart.set(start, year);
  }
  const index: Index = {
    yearsByStart,
    terms: [...yearsByStart.values()]
      .flatMap((year) => year.terms.map((term) => ({ term, year })))
      .sort((a, b) => byStart(a.term, b.term)),
    holidays: new Set(calendar.years.flatMap((year) => year.bankHolidays)),
    insets,
    cohorts: [...intakes.values()].sort((a, b) => compare(a.startsOn, b.startsOn)),
    daysOf: new Map(),
  };
  indexes.set(calendar, index);
  return index;
}

/** `schoolId` absent: the days that are INSET for all. */
function insetsFor(index: Index, schoolId: string | undefined): ReadonlySet<Day> {
  const forAll = index.insets.get('all') ?? new Set<Day>();
  const own = schoolId === undefined ? undefined : index.insets.get(schoolId);
  return own ? new Set([...forAll, ...own]) : forAll;
}

const termAndYearAt = (calendar: Calendar, on: Day) =>
  indexOf(calendar).terms.find(({ term }) => term.starts <= on && on <= term.ends);

/** On file where the academic year is, else by rule. */
const isBankHoliday = (index: Index, on: Day): boolean =>
  index.holidays.has(on) || (!index.yearsByStart.has(academicYearStart(on)) && computedHolidays(yearOf(on)).has(on));

function workingDaysOfYear(calendar: Calendar, year: number): readonly Day[] {
  const index = indexOf(calendar);
  return remembered(index.daysOf, `${year}`, () => weekdaysOf(year).filter((on) => !isBankHoliday(index, on)));
}

function schoolDaysOfYear(calendar: Calendar, year: number, schoolId: string | undefined): readonly Day[] {
  const index = indexOf(calendar);
  const school = schoolId !== undefined && index.insets.has(schoolId) ? schoolId : undefined;
  return remembered(index.daysOf, `${year}#${school ?? ''}`, () => {
    const insets = insetsFor(index, school);
    return workingDaysOfYear(calendar, year).filter(
      (on) =>
        termAndYearAt(calendar, on) !== undefined ||
        insets.has(on) ||
        (!index.yearsByStart.has(academicYearStart(on)) && isInTermByRule(on)),
    );
  });
}

/** Not in August, nor from 20 December to 2 January. */
function isInTermByRule(on: Day): boolean {
  const monthAndDay = on.slice(-5);
  return on.slice(-5, -3) !== '08' && monthAndDay < '12-20' && monthAndDay > '01-02';
}

function nthDay(daysOf: (year: number) => readonly Day[], from: Day, n: number): Day {
  if (!Number.isInteger(n) || Math.abs(n) > 100_000) throw new RangeError(`${n} is no number of days to count`);
  if (n === 0) return from;
  let year = yearOf(from);
  let days = daysOf(year);
  // Place of the day sought in this year's list; outside it, in a neighbour's.
  let place = n > 0 ? upperBound(days, from) + n - 1 : lowerBound(days, from) + n;
  while (place >= days.length) {
    place -= days.length;
    year += 1;
    days = daysOf(year);
  }
  while (place < 0) {
    year -= 1;
    days = daysOf(year);
    place += days.length;
  }
  return days[place] as Day;
}

function countDays(daysOf: (year: number) => readonly Day[], a: Day, b: Day): number {
  if (b < a) return 0 - countDays(daysOf, b, a);
  let count = upperBound(daysOf(yearOf(b)), b) - upperBound(daysOf(yearOf(a)), a);
  for (let year = yearOf(a); year < yearOf(b); year += 1) count += daysOf(year).length;
  return count;
}

/** Place of the first entry that is not before `on`. */
function lowerBound(days: readonly Day[], on: Day): number {
  let [low, high] = [0, days.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((days[middle] as Day) < on) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Place of the first entry after `on`. */
function upperBound(days: readonly Day[], on: Day): number {
  const at = lowerBound(days, on);
  return days[at] === on ? at + 1 : at;
}

const weekdays = new Map<string, readonly Day[]>();
/** Monday to Friday of a civil year. */
const weekdaysOf = (year: number): readonly Day[] =>
  remembered(weekdays, `${year}`, () => {
    const first = Temporal.PlainDate.from({ year, month: 1, day: 1 });
    return Array.from({ length: first.daysInYear }, (_, at) => first.add({ days: at }))
      .filter((date) => !isWeekend(date))
      .map((date) => date.toString() as Day);
  });

const holidaySets = new Map<string, ReadonlySet<Day>>();
const computedHolidays = (year: number): ReadonlySet<Day> =>
  remembered(holidaySets, `${year}`, () => new Set(bankHolidaysOf(year)));

function remembered<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

/** Gregorian Easter by the "anonymous" computus (Meeus, Astronomical Algorithms, chapter 8). */
function easterSunday(year: number): Temporal.PlainDate {
  const golden = year % 19;
  const [century, inCentury] = [Math.floor(year / 100), year % 100];
  const correction = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + century - Math.floor(century / 4) - correction + 15) % 30;
  const weekday = (32 + 2 * (century % 4) + 2 * Math.floor(inCentury / 4) - epact - (inCentury % 4)) % 7;
  const shift = Math.floor((golden + 11 * epact + 22 * weekday) / 451);
  const march = epact + weekday - 7 * shift + 114;
  return Temporal.PlainDate.from({ year, month: Math.floor(march / 31), day: (march % 31) + 1 });
}

const isWeekend = (date: Temporal.PlainDate): boolean => date.dayOfWeek > 5;
const onOrAfterMonday = (date: Temporal.PlainDate): Temporal.PlainDate => date.add({ days: (8 - date.dayOfWeek) % 7 });
const yearOf = (on: Day): number => Number(on.slice(0, 4));
const academicYearStart = (on: Day): number => (on.slice(5, 7) >= '09' ? yearOf(on) : yearOf(on) - 1);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byStart = (a: Term, b: Term): number => compare(a.starts, b.starts);
const byYear = (a: CalendarYear, b: CalendarYear): number => compare(a.academicYear, b.academicYear);
