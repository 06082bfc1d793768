/**
 * When the milestones of a schedule are, as data with their cohort. Published dates stand below; for a cohort without,
 * they are worked out from the latest cohort of the same season and marked provisional, until the calendar has them
 * (`npqCohorts[].milestones`), where the trust puts what the DfE or the provider says. The calendar comes first.
 *
 * Source: `DFE-Digital/npq-registration` at 9e9784a85 (21 August 2026), `schedules-and-milestone-all-course.md` (dates)
 * and `db/seeds/schedules.csv` (from when a schedule applies). Dates of 2025 autumn and later are not published there.
 */
import { type Calendar, lastSchoolDayBefore, type NpqCohort, nextSchoolDay } from '../kernel/calendar.ts';
import { addDays, type Day, day, Temporal } from '../kernel/time.ts';
import { type Course, type DeclarationType, isAssessed, type ScheduleId } from './courses.ts';

type Season = 'autumn' | 'spring';

interface PublishedSeason {
  readonly season: Season;
  /** The first day of the schedule, from which the DfE takes declarations. */
  readonly appliesFrom: Day;
  readonly started: Day;
  readonly 'retained-1': Day;
  /** Leadership courses only. */
  readonly 'retained-2': Day;
  readonly completed: { readonly specialist: Day; readonly leadership: Day };
}

/** The latest first. Until 2024 the DfE counted an autumn and the spring after it as one cohort. */
const published: readonly PublishedSeason[] = [
  {
    season: 'spring',
    appliesFrom: day('2025-01-01'),
    started: day('2025-05-30'),
    'retained-1': day('2025-12-19'),
    'retained-2': day('2026-07-24'),
    completed: { specialist: day('2026-08-21'), leadership: day('2027-02-25') },
  },
  {
    season: 'autumn',
    appliesFrom: day('2024-10-01'),
    started: day('2024-11-25'),
    'retained-1': day('2025-05-26'),
    'retained-2': day('2026-01-24'),
    completed: { specialist: day('2026-02-21'), leadership: day('2026-07-25') },
  },
  {
    season: 'spring',
    appliesFrom: day('2024-01-01'),
    started: day('2024-06-25'),
    'retained-1': day('2024-10-25'),
    'retained-2': day('2025-05-25'),
    completed: { specialist: day('2025-05-25'), leadership: day('2025-12-19') },
  },
  {
    season: 'autumn',
    appliesFrom: day('2023-10-01'),
    started: day('2023-11-24'),
    'retained-1': day('2024-03-11'),
    'retained-2': day('2025-01-24'),
    completed: { specialist: day('2025-02-25'), leadership: day('2025-08-25') },
  },
];

/** Where nothing is published of a coaching offer: spread over its twelve months, in months after it starts. An assumption. */
const monthsOfCoaching = { started: 1, 'retained-1': 5, 'retained-2': 9, completed: 12 } as const;

/** A course that starts late in its season is not "started by" a day before that: four weeks after it, then. */
const STARTED_WITHIN_DAYS = 28;

/** Between the assessment and the provider's declaration lie the results: about three months (domain facts 1.2). */
const MONTHS_OF_MARKING = 3;

/** The case study is open for eight days (domain facts 1.2). */
const ASSESSMENT_DAYS = 8;

/** Providers hold an assessment about twice a year. An assumption, until the provider names the day. */
const MONTHS_TO_NEXT_ASSESSMENT = 6;

export interface MilestoneDate {
  readonly type: DeclarationType;
  readonly dueOn: Day;
  readonly isProvisional: boolean;
}

export interface AssessmentWindow {
  readonly from: Day;
  /** The last day, included. */
  readonly to: Day;
  readonly isProvisional: boolean;
}

export interface ScheduleDates {
  /** No declaration may be dated before this day. */
  readonly appliesFrom: Day;
  /** In their order; those that the course has. */
  readonly milestones: readonly MilestoneDate[];
  /** The first assessment; `null` for a course without one. */
  readonly assessment: AssessmentWindow | null;
}

export interface Scheduled {
  readonly course: Course;
  readonly cohort: NpqCohort;
  readonly scheduleId: ScheduleId;
  /** When this person's course starts. */
  readonly startsOn: Day;
}

const addMonths = (from: Day, months: number): Day => Temporal.PlainDate.from(from).add({ months }).toString() as Day;
const laterOf = (a: Day, b: Day): Day => [a, b].sort()[1] ?? a;
const addYears = (from: Day, years: number): Day => Temporal.PlainDate.from(from).add({ years }).toString() as Day;
const yearOf = (on: Day): number => Number(on.slice(0, 4));
const firstSchoolDayFrom = (calendar: Calendar, on: Day): Day => nextSchoolDay(calendar, addDays(on, -1));

/** The season of a schedule; nothing for the coaching offers, which start in one of four months. */
const seasonOf = (scheduleId: ScheduleId): Season | undefined =>
  scheduleId.endsWith('-autumn') ? 'autumn' : scheduleId.endsWith('-spring') ? 'spring' : undefined;

const coachingMonths: Readonly<Record<string, number>> = { november: 11, december: 12, march: 3, june: 6 };

/** The calendar year in which a schedule starts: spring, March and June come after the new year of an autumn cohort. */
function yearOfStart(scheduleId: ScheduleId, { id, schedule }: NpqCohort): number {
  const year = Number(id.slice(0, 4));
  return schedule === 'autumn' && /-(spring|march|june)$/.test(scheduleId) ? year + 1 : year;
}

/** The first day of a schedule: 1 October for autumn, 1 January for spring; for a coaching offer the first of its month. */
function appliesFrom(scheduleId: ScheduleId, cohort: NpqCohort): Day {
  const month = { autumn: 10, spring: 1, ...coachingMonths }[scheduleId.slice(scheduleId.lastIndexOf('-') + 1)] ?? 1;
  return day(`${yearOfStart(scheduleId, cohort)}-${String(month).padStart(2, '0')}-01`);
}

/** Published for that season, or the latest of its kind moved by whole years. */
function seasonDates(season: Season, start: Day): { readonly dates: PublishedSeason; readonly years: number } {
  const ofSeason = published.filter((candidate) => candidate.season === season);
  const dates = ofSeason.find((candidate) => candidate.appliesFrom === start) ?? ofSeason[0];
  if (!dates) throw new Error(`Nothing is published for ${season}`);
  return { dates, years: yearOf(start) - yearOf(dates.appliesFrom) };
}

function workedOut({ course, cohort, scheduleId, startsOn }: Scheduled, type: DeclarationType): MilestoneDate {
  const season = seasonOf(scheduleId);
  const start = appliesFrom(scheduleId, cohort);
  const begins = laterOf(start, startsOn);
  if (season === undefined) return { type, dueOn: addMonths(begins, monthsOfCoaching[type]), isProvisional: true };
  const { dates, years } = seasonDates(season, start);
  const on =
    type === 'completed' ? dates.completed[course.group === 'specialist' ? 'specialist' : 'leadership'] : dates[type];
  if (years === 0) return { type, dueOn: on, isProvisional: false };
  const moved = addYears(on, years);
  const dueOn = type === 'started' ? laterOf(moved, addDays(begins, STARTED_WITHIN_DAYS)) : moved;
  return { type, dueOn, isProvisional: true };
}

/** The assessment from that day on, which is moved to the first school day. */
const assessmentFrom = (calendar: Calendar, on: Day): AssessmentWindow => {
  const from = firstSchoolDayFrom(calendar, on);
  return { from, to: addDays(from, ASSESSMENT_DAYS - 1), isProvisional: true };
};

/** The dates of a schedule for a course in a cohort: the calendar's, else what is published, else worked out. */
export function scheduleDates(calendar: Calendar, scheduled: Scheduled): ScheduleDates {
  const { course, cohort, scheduleId } = scheduled;
  const said = cohort.milestones?.find(({ schedule }) => schedule === scheduleId);
  const milestones: MilestoneDate[] = [];
  for (const type of course.declarationTypes) {
    const on = said?.[type];
    const found = on === undefined ? workedOut(scheduled, type) : { type, dueOn: on, isProvisional: false };
    // What is worked out for a course that starts very late comes after what is said, or worked out, before it.
    const before = milestones.at(-1)?.dueOn;
    milestones.push(before && found.isProvisional ? { ...found, dueOn: laterOf(found.dueOn, before) } : found);
  }
  const completed = milestones.find(({ type }) => type === 'completed');
  const assessment =
    !isAssessed(course) || !completed
      ? null
      : said?.assessment
        ? { ...said.assessment, isProvisional: false }
        : assessmentFrom(calendar, addMonths(completed.dueOn, -MONTHS_OF_MARKING));
  return { appliesFrom: appliesFrom(scheduleId, cohort), milestones, assessment };
}

/** The assessment after that one, for somebody who could not sit it or has failed: the first that is still to come. */
export function nextAssessment(calendar: Calendar, after: AssessmentWindow, today: Day): AssessmentWindow {
  let next = after;
  do next = assessmentFrom(calendar, addMonths(next.from, MONTHS_TO_NEXT_ASSESSMENT));
  while (next.from <= today);
  return next;
}

/** When the results of an assessment are expected: the last school day of three months after it began. */
export const resultsExpectedOn = (calendar: Calendar, { from }: AssessmentWindow): Day =>
  lastSchoolDayBefore(calendar, addDays(addMonths(from, MONTHS_OF_MARKING), 1));
