/**
 * The clock of one machine. Functions, engine and schedules read this one, never the system's, so that a two-year
 * induction can be walked through in seconds.
 *
 * It is the real time plus an offset, so between two moves it ticks as a clock does, also while nothing runs: after a
 * night with the laptop closed it is the next morning. A test takes one that stands still.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { type Clock, type Instant, instant } from '../workflows/kernel/time.ts';

export interface LocalClock {
  /** The time now. Never earlier than it was before, also where the machine's own clock is set back. */
  readonly now: Clock;
  /** Whether time passes by itself at this moment. */
  readonly isTicking: () => boolean;
  /** Moves forward; a time that is past changes nothing. */
  moveTo(at: Instant): void;
  /** Stops ticking, for a walk through many mornings; `resume` carries on from where it then stands. */
  pause(): void;
  resume(): void;
}

export interface ClockOptions {
  /** Where a new clock begins; the present where absent. */
  readonly startsAt?: Instant;
  /** Keeps the offset between starts. Absent: forgotten at the end. */
  readonly file?: string;
  /** A clock that moves only when it is moved. */
  readonly isFrozen?: boolean;
  /** The machine's time in milliseconds since 1970. */
  readonly real?: () => number;
}

/** A clock, as `file` left it where there is one. */
export function makeClock({ startsAt, file, isFrozen = false, real = Date.now }: ClockOptions = {}): LocalClock {
  const kept = file === undefined ? undefined : readOffset(file);
  let offset = kept ?? (startsAt === undefined ? 0 : ms(startsAt) - real());
  let pausedAt: number | undefined = isFrozen ? real() + offset : undefined;
  let latest = Number.NEGATIVE_INFINITY;

  const read = (): number => {
    latest = Math.max(latest, pausedAt ?? real() + offset);
    return latest;
  };
  /** What was told last: while the clock stands still it is asked a thousand times for the same instant. */
  let told: { readonly ms: number; readonly at: Instant } | undefined;
  const tell = (ms: number): Instant => {
    if (told?.ms !== ms) told = { ms, at: instant(ms) };
    return told.at;
  };
  const keep = (): void => {
    if (file !== undefined) writeOffset(file, offset);
  };
  if (kept === undefined) keep();

  return {
    now: () => tell(read()),
    isTicking: () => pausedAt === undefined,
    moveTo(at) {
      const to = ms(at);
      if (to <= read()) return;
      offset = to - real();
      if (pausedAt !== undefined) pausedAt = to;
      keep();
    },
    pause() {
      pausedAt = read();
    },
    resume() {
      if (isFrozen || pausedAt === undefined) return;
      offset = pausedAt - real();
      pausedAt = undefined;
      keep();
    },
  };
}

const ms = (at: Instant): number => Date.parse(at);

function readOffset(file: string): number | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
  const { offset } = JSON.parse(text) as { offset?: unknown };
  if (typeof offset !== 'number')
    throw new Error(`${file} holds no offset of the clock; remove the data folder to begin anew`);
  return offset;
}

/** Written beside and renamed, so that a kill in between leaves the old or the new one. */
function writeOffset(file: string, offset: number): void {
  writeFileSync(`${file}.new`, JSON.stringify({ offset }));
  renameSync(`${file}.new`, file);
}
