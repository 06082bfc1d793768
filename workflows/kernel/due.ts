/**
 * When a task is due, and what happens as it grows late: the ladder. Everything counts in school days and comes from
 * the calendar's policy (the settled rules on time and notices), so that a change of policy reaches tasks that are open.
 *
 * The ladder never answers for anybody: notice first, right later.
 */
import {
  addSchoolDays,
  type Calendar,
  isSchoolDay,
  lastSchoolDayBefore,
  lastSchoolDayOnOrBefore,
  nextSchoolDay,
  schoolDaysBetween,
} from './calendar.ts';
import type { Wait } from './records.ts';
import { type Day, dayOf, type Instant, morningOf, Temporal } from './time.ts';

/** A follow-up comes only where the time is so many school days or more. */
const followUpFromSchoolDays = 10;

/** So many school days before a provider's or statutory date the next in the chain may decide as well. */
const mayDecideBeforeHardOn = 3;

/** What each later stage needs before a provider's deadline, in school days. */
const reservedFor: Readonly<Record<string, number>> = { approve: 2, 'register-with-dfe': 3 };

/** What a due date depends on besides the task's name and the day it opened. */
export interface DueContext {
  /** The provider's or statute's last day: caps the due date. */
  readonly hardOn?: Day | undefined;
  /** Names of the tasks that still come before that day: for `endorse`, `['approve', 'register-with-dfe']`. */
  readonly laterStages?: readonly string[] | undefined;
  /** For a task whose policy is `cohort-start`. */
  readonly cohortStartsOn?: Day | undefined;
  /** For `self-review` and `conversation`: the day on which their cycle closes. */
  readonly closesOn?: Day | undefined;
}

/**
 * When a task is due that opened on that day: so many school days as the policy gives it; `cohort-start` is the last
 * school day before the cohort starts, `closesOn` the cycle's last school day, each at least the next school day.
 *
 * With `hardOn` the earlier of that and `hardOn` less what the later stages need, but at least the next school day and
 * at most `hardOn` itself, which alone may make it a day without school. A `hardOn` that has passed caps nothing.
 */
export function defaultDueOn(calendar: Calendar, task: string, openedOn: Day, context: DueContext = {}): Day {
  const { hardOn, laterStages = [] } = context;
  const soonest = nextSchoolDay(calendar, openedOn);
  const wanted = wantedOn(calendar, task, openedOn, context);
  if (hardOn === undefined || hardOn < openedOn) return later(wanted, soonest);
  const needed = laterStages.reduce((sum, stage) => sum + (reservedFor[stage] ?? 0), 0);
  const latest = needed === 0 ? lastSchoolDayOnOrBefore(calendar, hardOn) : addSchoolDays(calendar, hardOn, -needed);
  return earlier(later(earlier(wanted, latest), soonest), hardOn);
}

function wantedOn(calendar: Calendar, task: string, openedOn: Day, { cohortStartsOn, closesOn }: DueContext): Day {
  if (closesOn !== undefined && (task === 'self-review' || task === 'conversation'))
    return lastSchoolDayOnOrBefore(calendar, closesOn);
  const { dueSchoolDays } = calendar.policy;
  const own = Object.hasOwn(dueSchoolDays, task) ? dueSchoolDays[task] : undefined;
  if (own === 'cohort-start' && cohortStartsOn !== undefined) return lastSchoolDayBefore(calendar, cohortStartsOn);
  if (typeof own === 'number') return addSchoolDays(calendar, openedOn, own);
  const other = dueSchoolDays['other'];
  if (typeof other !== 'number') throw new Error('The policy has no due time for other tasks');
  return addSchoolDays(calendar, openedOn, other);
}

/** The rungs, as the reasons of notices call them. `late` comes again and again. */
export type RungName = 'follow-up' | 'due-today' | 'late' | 'escalated' | 'may-decide' | 'stalled';

/** What the ladder of a task depends on. */
export interface LadderTask {
  readonly openedOn: Day;
  readonly dueOn: Day;
  /** A provider's or statutory last day; one that had passed when the task opened counts for nothing. */
  readonly hardOn?: Day | undefined;
  /** Work of one person that nobody else may do: `may-decide` never comes. */
  readonly isPersonal?: boolean | undefined;
}

/** From which day the dates of a wait count: from its opening, or from when the process carried on after a pause. */
export const countedFrom = (wait: Pick<Wait, 'datedOn' | 'openedAt'>): Day => wait.datedOn ?? dayOf(wait.openedAt);

/** The ladder of a stored wait; nothing where it has no due date (a timer, a `together` as a whole). */
export function ladderOf(wait: Wait, isPersonal = false): LadderTask | undefined {
  if (wait.dueOn === undefined) return undefined;
  return { openedOn: countedFrom(wait), dueOn: wait.dueOn, hardOn: wait.hardOn, isPersonal };
}

export interface Rung {
  readonly rung: RungName;
  readonly on: Day;
}

/** All rungs up to `until`, that day included, in order; those of one day in the order of {@link RungName}. */
export function rungsOf(task: LadderTask, calendar: Calendar, until: Day): readonly Rung[] {
  const rungs = rungsBeforeRepeating(task, calendar).filter(({ on }) => on <= until);
  const { repeatEverySchoolDays: every } = calendar.policy;
  for (let n = every; ; n += every) {
    const on = addSchoolDays(calendar, task.dueOn, n);
    if (on > until) break;
    rungs.push({ rung: 'late', on });
  }
  return rungs.sort(byDayThenRung);
}

/**
 * The first day after `after` on which a rung falls, with all rungs of that day: a sweep that was missed for a week
 * says once how things stand ({@link rungsDue}) and goes on from there. There is always one: `late` repeats.
 */
export function nextRung(
  task: LadderTask,
  calendar: Calendar,
  after: Day,
): { readonly on: Day; readonly rungs: readonly RungName[] } {
  const { repeatEverySchoolDays: every } = calendar.policy;
  const late = after < task.dueOn ? 0 : schoolDaysBetween(calendar, task.dueOn, after);
  const nextLate: Rung = {
    rung: 'late',
    on: addSchoolDays(calendar, task.dueOn, (Math.floor(late / every) + 1) * every),
  };
  const coming = [...rungsBeforeRepeating(task, calendar), nextLate].filter(({ on }) => on > after).sort(byDayThenRung);
  const on = coming[0]?.on ?? nextLate.on;
  return { on, rungs: coming.filter((rung) => rung.on === on).map(({ rung }) => rung) };
}

/**
 * The rungs that have been reached and still mean something, strongest last: before the due date at most `follow-up`,
 * on it `due-today`, and once it has passed every one of the others that has come.
 */
export function rungsDue(task: LadderTask, calendar: Calendar, today: Day): readonly RungName[] {
  const reached = new Set(rungsOf(task, calendar, today).map(({ rung }) => rung));
  return rungOrder.filter((rung) => {
    if (!reached.has(rung)) return false;
    if (rung === 'follow-up') return today < task.dueOn;
    if (rung === 'due-today') return today === task.dueOn;
    return true;
  });
}

/** How late a task is, for everybody who sees it. */
export interface Lateness {
  /** The due date has passed, though in the holidays by no school day yet. */
  readonly isOverdue: boolean;
  readonly isEscalated: boolean;
  readonly isStalled: boolean;
  readonly schoolDaysLate: number;
}

/** Lateness on that day; a task without a due date is never late. */
export function latenessOf(calendar: Calendar, dueOn: Day | undefined, today: Day): Lateness {
  const isOverdue = dueOn !== undefined && today > dueOn;
  const schoolDaysLate = isOverdue ? schoolDaysBetween(calendar, dueOn, today) : 0;
  const { escalateAfterSchoolDays, stalledAfterSchoolDays } = calendar.policy;
  return {
    isOverdue,
    isEscalated: schoolDaysLate >= escalateAfterSchoolDays,
    isStalled: schoolDaysLate >= stalledAfterSchoolDays,
    schoolDaysLate,
  };
}

/** May the next in the deciding chain decide as well: late by 10, or 3 school days before `hardOn`? Never a personal task. */
export function mayNextDecide(task: LadderTask, calendar: Calendar, today: Day): boolean {
  const on = mayDecideOn(task, calendar);
  return on !== undefined && on <= today;
}

/** How a task stands, for a person: "3 school days late", "due today", "due Mon 21 Sep", "was due Fri 23 Oct". */
export function latenessWords(calendar: Calendar, dueOn: Day, today: Day): string {
  if (dueOn === today) return 'due today';
  if (dueOn > today) return `due ${dayWords(dueOn, today)}`;
  const { schoolDaysLate } = latenessOf(calendar, dueOn, today);
  if (schoolDaysLate === 0) return `was due ${dayWords(dueOn, today)}`;
  return schoolDaysLate === 1 ? '1 school day late' : `${schoolDaysLate} school days late`;
}

/** "Mon 21 Sep", with the year where it is not today's: "Mon 4 Jan 2027". */
export function dayWords(on: Day, today: Day): string {
  const date = Temporal.PlainDate.from(on);
  const words = `${weekdayNames[date.dayOfWeek - 1]} ${date.day} ${monthNames[date.month - 1]}`;
  return date.year === Temporal.PlainDate.from(today).year ? words : `${words} ${date.year}`;
}

/** Digests go out on school days only. */
export const isDigestDay = (calendar: Calendar, on: Day): boolean => isSchoolDay(calendar, on);

/** The first day with digests after that day. */
export const nextDigestDay = (calendar: Calendar, after: Day): Day => nextSchoolDay(calendar, after);

/** The first digest at or after `now`: this morning's until it goes out, else the next school day's. */
export function nextDigestAt(calendar: Calendar, now: Instant): Instant {
  const today = dayOf(now);
  const thisMorning = morningOf(today);
  return isDigestDay(calendar, today) && now <= thisMorning ? thisMorning : morningOf(nextDigestDay(calendar, today));
}

/** Does a statutory or provider's date fall today or later, but before the next school day? Then a day without school has a digest. */
export const fallsBeforeNextSchoolDay = (calendar: Calendar, on: Day | undefined, today: Day): boolean =>
  on !== undefined && on >= today && on < nextSchoolDay(calendar, today);

/** Is a task that is new at `now` due before the next digest? Then it goes out at once and is that day's message. */
export const isDueBeforeNextDigest = (calendar: Calendar, dueOn: Day | undefined, now: Instant): boolean =>
  dueOn !== undefined && dueOn < dayOf(nextDigestAt(calendar, now));

/** Every rung but the repeating one. */
function rungsBeforeRepeating(task: LadderTask, calendar: Calendar): Rung[] {
  const { policy } = calendar;
  const time = schoolDaysBetween(calendar, task.openedOn, task.dueOn);
  const rungs: Rung[] = [];
  const add = (rung: RungName, on: Day | undefined) => on !== undefined && rungs.push({ rung, on });
  if (time >= followUpFromSchoolDays) {
    const on = addSchoolDays(calendar, task.openedOn, Math.ceil(time * policy.followUpShare));
    if (on < task.dueOn) add('follow-up', on);
  }
  add('due-today', task.dueOn);
  add('escalated', addSchoolDays(calendar, task.dueOn, policy.escalateAfterSchoolDays));
  add('may-decide', mayDecideOn(task, calendar));
  add('stalled', addSchoolDays(calendar, task.dueOn, policy.stalledAfterSchoolDays));
  return rungs;
}

/** Not before the next school day: whoever got the task has had it for one. */
function mayDecideOn(task: LadderTask, calendar: Calendar): Day | undefined {
  if (task.isPersonal) return undefined;
  const whenLate = addSchoolDays(calendar, task.dueOn, calendar.policy.nextMayDecideAfterSchoolDays);
  if (task.hardOn === undefined || task.hardOn < task.openedOn) return whenLate;
  const beforeHardOn = addSchoolDays(calendar, task.hardOn, -mayDecideBeforeHardOn);
  return earlier(whenLate, later(beforeHardOn, nextSchoolDay(calendar, task.openedOn)));
}

const rungOrder: readonly RungName[] = ['follow-up', 'due-today', 'late', 'escalated', 'may-decide', 'stalled'];
const byDayThenRung = (a: Rung, b: Rung): number =>
  a.on === b.on ? rungOrder.indexOf(a.rung) - rungOrder.indexOf(b.rung) : a.on < b.on ? -1 : 1;
const earlier = (a: Day, b: Day): Day => (a < b ? a : b);
const later = (a: Day, b: Day): Day => (a > b ? a : b);
const weekdayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
