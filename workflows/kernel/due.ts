import type { Calendar } from './calendar.ts';
import type { Wait } from './records.ts';
import type { Day, Instant } from './time.ts';

export interface DueContext {
  /** The provider's or statute's last day: caps the due date. */
  readonly hardOn?: Day | undefined;
  /** Names of the tasks that still come before that day: `['approve', 'register-with-dfe']`. */
  readonly laterStages?: readonly string[];
  /** For tasks whose policy is `cohort-start`. */
  readonly cohortStartsOn?: Day | undefined;
  /** For `self-review` and `conversation`. */
  readonly closesOn?: Day | undefined;
}

export declare function defaultDueOn(calendar: Calendar, task: string, openedOn: Day, context?: DueContext): Day;

export type RungName = 'follow-up' | 'due-today' | 'late' | 'escalated' | 'may-decide' | 'stalled';

/** What the ladder of a task depends on. `isPersonal`: nobody else may ever decide it, so `may-decide` never comes. */
export interface LadderTask {
  readonly openedOn: Day;
  readonly dueOn: Day;
  readonly hardOn?: Day | undefined;
  readonly isPersonal?: boolean | undefined;
}
export interface Rung {
  readonly rung: RungName;
  readonly on: Day;
}
/** The ladder of a stored wait; nothing for one without a due date. */
export declare function ladderOf(wait: Wait, isPersonal?: boolean): LadderTask | undefined;
/** All rungs on or before `until`, in order. */
export declare function rungsOf(task: LadderTask, calendar: Calendar, until: Day): readonly Rung[];
/** The first day after `after` on which a rung falls, with all rungs of that day. */
export declare function nextRung(
  task: LadderTask,
  calendar: Calendar,
  after: Day,
): { readonly on: Day; readonly rungs: readonly RungName[] };
/** The state that holds now: the rungs reached that still mean something. */
export declare function rungsDue(task: LadderTask, calendar: Calendar, today: Day): readonly RungName[];

export interface Lateness {
  readonly isOverdue: boolean;
  readonly isEscalated: boolean;
  readonly isStalled: boolean;
  readonly schoolDaysLate: number;
}
export declare function latenessOf(calendar: Calendar, dueOn: Day | undefined, today: Day): Lateness;
/** May the next in the deciding chain decide as well by now? */
export declare function mayNextDecide(task: LadderTask, calendar: Calendar, today: Day): boolean;
/** "3 school days late", "due today", "due Mon 21 Sep". */
export declare function latenessWords(calendar: Calendar, dueOn: Day, today: Day): string;
/** "Mon 21 Sep", with the year where it is not today's. */
export declare function dayWords(on: Day, today: Day): string;

export declare function isDigestDay(calendar: Calendar, on: Day): boolean;
export declare function nextDigestDay(calendar: Calendar, after: Day): Day;
/** The instant of the morning run on that day. */
export declare function digestMorning(calendar: Calendar, on: Day): Instant;
/** The first digest at or after `now`. */
export declare function nextDigestAt(calendar: Calendar, now: Instant): Instant;
/** Does that date (statutory or provider's) fall on or after today and before the next school day? */
export declare function fallsBeforeNextSchoolDay(calendar: Calendar, on: Day | undefined, today: Day): boolean;
/** A new task due before the next digest: goes out at once. */
export declare function isDueBeforeNextDigest(calendar: Calendar, dueOn: Day | undefined, now: Instant): boolean;
