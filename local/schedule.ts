/**
 * When the schedules of the template fire. Of EventBridge Scheduler's expressions it knows what the template uses, a
 * time of every day and a rate; any other is refused by name when it is loaded.
 */
import { addDays, addMs, atLondon, dayOf, type Instant, instant, msBetween, ZONE } from '../workflows/kernel/time.ts';

/** Answers the first time strictly after an instant. */
export type NextTime = (after: Instant) => Instant;

export interface Timetable {
  readonly next: NextTime;
  /** A time of the day in London, or every so many minutes since 1970. */
  readonly is: 'daily' | 'rate';
}

const units: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Reads `cron(0 7 * * ? *)` in London time or `rate(10 minutes)`; throws for any other, with its `name`. */
export function timetable(name: string, expression: string, timeZone: string | undefined): Timetable {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  if (rate) {
    const every = Number(rate[1]) * (units[rate[2] ?? ''] ?? Number.NaN);
    return { is: 'rate', next: (after) => instant((Math.floor(Date.parse(after) / every) + 1) * every) };
  }
  const daily = /^cron\((\d{1,2}) (\d{1,2}) \* \* \? \*\)$/.exec(expression);
  if (daily && timeZone === ZONE) {
    const time = `${daily[2]?.padStart(2, '0')}:${daily[1]?.padStart(2, '0')}`;
    return {
      is: 'daily',
      next(after) {
        const today = atLondon(dayOf(after), time);
        return msBetween(after, today) > 0 ? today : atLondon(addDays(dayOf(after), 1), time);
      },
    };
  }
  throw new Error(`schedule ${name}: ${expression} in ${timeZone ?? 'UTC'} is not implemented on one machine`);
}

/** The last time at or before an instant, for a timetable that fires at least once in two days. */
export function lastTime(table: Timetable, at: Instant): Instant {
  let last = table.next(addMs(at, -2 * 86_400_000));
  for (let next = table.next(last); msBetween(next, at) >= 0; next = table.next(last)) last = next;
  return last;
}
