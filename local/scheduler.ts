/**
 * EventBridge Scheduler on one machine: calls a function at its times, and again after a minute and after two more where
 * the run failed, as the template says.
 *
 * While the clock ticks, every schedule fires at every time of its own. While it is moved, a two-year walk would mean a
 * hundred thousand turns of the reconciler that find nothing. So when the clock is moved a rate fires
 * with each daily schedule (at 07:00, which is one of its times), and otherwise only while the machine owes some process
 * a move: ten minutes later, then after 20, 40, … at most a day, for as long as it is the same processes that are owed.
 * Those are the times at which the reconciler would act; in between it would only look.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { addMs, type Clock, Instant, msBetween } from '../workflows/kernel/time.ts';
import type { Answer } from './lambda.ts';
import type { ScheduleSettings } from './template.ts';

export interface Scheduler {
  /** From now on schedules have times. A new table has had this day's; else what was missed last is due now, once. */
  begin(options: { readonly isNewTable: boolean }): void;
  /** When something fires next. */
  nextAt(options?: { readonly isMoved?: boolean }): Instant | undefined;
  /** Of that, only runs that failed. */
  nextRetryAt(): Instant | undefined;
  /** Calls what is due, in the order of its time, each to its end. `between` is awaited after each. */
  runDue(options?: { readonly between?: () => Promise<unknown> }): Promise<void>;
  dropRetries(): void;
}

export interface SchedulerOptions {
  readonly schedules: readonly ScheduleSettings[];
  readonly invoke: (name: string, input: string) => Promise<Answer>;
  readonly clock: Clock;
  /** The processes that the machine owes a move. */
  readonly owed: () => ReadonlySet<string>;
  /** Keeps when each function was called last between starts. */
  readonly file?: string;
}

const Kept = z.record(z.string(), Instant);

/** A rate waits at most a day while nothing changes. */
const LONGEST_WAIT_MS = 86_400_000;

interface Retry {
  readonly schedule: ScheduleSettings;
  readonly at: Instant;
  /** Attempts made so far. */
  readonly attempts: number;
}

export function makeScheduler({ schedules, invoke, clock, owed, file }: SchedulerOptions): Scheduler {
  /** When each schedule fired last; empty until it begins. */
  const lastAt = new Map<ScheduleSettings, Instant>();
  let retries: Retry[] = [];
  /** While the clock is moved: how long a rate waits, and for whom. */
  let wait = { ms: 0, owed: '' };

  const nextOf = (schedule: ScheduleSettings): Instant | undefined => {
    const last = lastAt.get(schedule);
    return last === undefined ? undefined : schedule.timetable.next(last);
  };

  /** When a rate fires next while the clock is moved, apart from the mornings; nothing where nothing is owed. */
  function movedRate(schedule: ScheduleSettings): Instant | undefined {
    const last = lastAt.get(schedule);
    if (last === undefined || owed().size === 0) return undefined;
    const now = clock();
    const from = msBetween(last, now) > 0 && wait.owed !== signature() ? now : last;
    return schedule.timetable.next(addMs(from, wait.owed === signature() ? wait.ms : 0));
  }

  const signature = (): string => [...owed()].sort().join();

  function nextAt({ isMoved = false }: { readonly isMoved?: boolean } = {}): Instant | undefined {
    const times = schedules.map((schedule) =>
      isMoved && schedule.timetable.is === 'rate' ? movedRate(schedule) : nextOf(schedule),
    );
    return [...times, ...retries.map(({ at }) => at)].filter((at) => at !== undefined).sort()[0];
  }

  async function call(schedule: ScheduleSettings, attempts: number): Promise<void> {
    const answer = await invoke(schedule.function, schedule.input);
    if (answer.ok || attempts > schedule.retries) return;
    retries.push({ schedule, attempts: attempts + 1, at: addMs(clock(), attempts * 60_000) });
  }

  function keep(): void {
    if (file === undefined) return;
    const kept = Object.fromEntries([...lastAt].map(([schedule, at]) => [schedule.function, at]));
    writeFileSync(`${file}.new`, JSON.stringify(kept));
    renameSync(`${file}.new`, file);
  }

  return {
    begin({ isNewTable }) {
      const kept = isNewTable || file === undefined ? {} : readKept(file);
      const now = clock();
      for (const schedule of schedules) {
        const last = kept[schedule.function];
        lastAt.set(schedule, last !== undefined && msBetween(last, now) > 0 ? last : now);
      }
      keep();
    },
    nextAt,
    nextRetryAt: () => retries.map(({ at }) => at).sort()[0],
    async runDue({ between } = {}) {
      const now = clock();
      const isDue = (at: Instant | undefined): boolean => at !== undefined && msBetween(at, now) >= 0;
      const dueRetries = retries.filter(({ at }) => isDue(at));
      retries = retries.filter((retry) => !dueRetries.includes(retry));
      for (const { schedule, attempts } of dueRetries) {
        await call(schedule, attempts);
        await between?.();
      }
      // A time that was missed while the machine was off, or many of them, is one call; the daily ones come first, so
      // that the reconciler sees what a morning left.
      const due = schedules
        .filter((schedule) => isDue(nextOf(schedule)))
        .sort((a, b) => Number(a.timetable.is === 'rate') - Number(b.timetable.is === 'rate'));
      const owedBefore = signature();
      for (const schedule of due) {
        await call(schedule, 1);
        await between?.();
        // Only now: a machine killed in between runs it once more, which it bears.
        lastAt.set(schedule, now);
        keep();
        if (schedule.timetable.is === 'rate') {
          const isSame = wait.owed === owedBefore && owedBefore === signature();
          const ms = isSame ? Math.min(LONGEST_WAIT_MS, Math.max(600_000, wait.ms * 2)) : 0;
          wait = { ms, owed: signature() };
        }
      }
    },
    dropRetries() {
      retries = [];
    },
  };
}

function readKept(file: string): z.infer<typeof Kept> {
  try {
    return Kept.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // Never written, or cut off: then this is the first day.
    return {};
  }
}
