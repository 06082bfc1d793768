import * as z from 'zod';
import type { FieldError } from './rejections.ts';
import { Day } from './time.ts';

export const InductionTerm = z.enum(['autumn', 'spring', 'summer']);
export type InductionTerm = z.infer<typeof InductionTerm>;

export const Term = z.strictObject({ name: z.string().min(1), starts: Day, ends: Day, inductionTerm: InductionTerm });
export type Term = z.infer<typeof Term>;

export const NpqCohort = z.strictObject({
  id: z.string().regex(/^\d{4}[a-z]$/),
  label: z.string().min(1),
  funding: z.enum(['zero', 'capped', 'full']),
  registrationOpens: Day,
  providerDeadline: Day,
  startsOn: Day,
  schedule: z.enum(['autumn', 'spring']),
  offers: z.array(
    z.strictObject({ providerId: z.string(), courses: z.union([z.literal('all'), z.array(z.string())]) }),
  ),
  eligibleSettings: z.strictObject({ pp50: z.array(z.string()), rise: z.array(z.string()), asOf: Day }).nullable(),
});
export type NpqCohort = z.infer<typeof NpqCohort>;

export const LearningReviewCycle = z.strictObject({
  id: z.string(),
  label: z.string(),
  opensOn: Day,
  closesOn: Day,
  followUpAfterSchoolDays: z.int().min(1),
  scope: z.strictObject({ excludeJobs: z.array(z.string()).optional() }),
});
export type LearningReviewCycle = z.infer<typeof LearningReviewCycle>;

export const CalendarYear = z.strictObject({
  academicYear: z.string(),
  timeZone: z.literal('Europe/London'),
  terms: z.array(Term).min(1),
  bankHolidays: z.array(Day),
  insetDays: z.array(z.strictObject({ on: Day, schools: z.union([z.literal('all'), z.array(z.string())]) })),
  npqCohorts: z.array(NpqCohort),
  learningReviewCycles: z.array(LearningReviewCycle),
  provisional: z.boolean().optional(),
});
export type CalendarYear = z.infer<typeof CalendarYear>;

export const Policy = z.strictObject({
  morningRunAt: z.string(),
  followUpShare: z.number(),
  repeatEverySchoolDays: z.int().min(1),
  escalateAfterSchoolDays: z.int().min(1),
  nextMayDecideAfterSchoolDays: z.int().min(1),
  stalledAfterSchoolDays: z.int().min(1),
  dueSchoolDays: z.record(z.string(), z.union([z.int().min(1), z.literal('cohort-start')])),
});
export type Policy = z.infer<typeof Policy>;

export interface Calendar {
  readonly years: readonly CalendarYear[];
  readonly policy: Policy;
}

export type CalendarFile =
  | { readonly year: CalendarYear; readonly policy: Policy | undefined }
  | { readonly errors: readonly FieldError[] };

/** One sample file, split into year and policy; or what is wrong with it, path by path. */
export declare function parseCalendarFile(json: unknown): CalendarFile;
/** What is wrong between years: the same year twice, overlapping terms, a cohort or cycle id twice. */
export declare function calendarProblems(years: readonly CalendarYear[]): readonly FieldError[];
export declare function makeCalendar(years: readonly CalendarYear[], policy: Policy): Calendar;
/** No years on file, the default policy: for a table without any. */
export declare function noCalendar(): Calendar;
export declare const defaultPolicy: Policy;
export declare function isSchoolDay(calendar: Calendar, on: Day, schoolId?: string): boolean;
export declare function isPupilDay(calendar: Calendar, on: Day, schoolId: string): boolean;
export declare function isProvisional(calendar: Calendar, on: Day): boolean;
export declare function isWorkingDay(calendar: Calendar, on: Day): boolean;
/** The n-th school day after; negative: before; 0: the day itself. */
export declare function addSchoolDays(calendar: Calendar, from: Day, n: number, schoolId?: string): Day;
/** Number of school days in (a, b]; negative when b is earlier. */
export declare function schoolDaysBetween(calendar: Calendar, a: Day, b: Day, schoolId?: string): number;
/** Strictly after. */
export declare function nextSchoolDay(calendar: Calendar, on: Day): Day;
export declare function lastSchoolDayBefore(calendar: Calendar, on: Day): Day;
export declare function lastSchoolDayOnOrBefore(calendar: Calendar, on: Day): Day;
/** The n-th working day on or after `from`: the day itself is day 1. */
export declare function addWorkingDays(calendar: Calendar, from: Day, n: number): Day;
export declare function termAt(calendar: Calendar, on: Day): Term | undefined;
export declare function inductionTermAt(
  calendar: Calendar,
  on: Day,
):
  | { readonly academicYear: string; readonly inductionTerm: InductionTerm; readonly starts: Day; readonly ends: Day }
  | undefined;
export declare function insetDaysOf(calendar: Calendar, schoolId: string): readonly Day[];
export declare function cohorts(calendar: Calendar): readonly NpqCohort[];
export declare function cohort(calendar: Calendar, cohortId: string): NpqCohort | undefined;
export declare function cohortState(cohort: NpqCohort, today: Day): 'not-open' | 'open' | 'closed';
export declare function isCohortOpen(cohort: NpqCohort, today: Day): boolean;
export declare function learningReviewCycles(calendar: Calendar): readonly LearningReviewCycle[];
