/**
 * Days and instants. Both are kept as ISO text, because that is what the table, the API and events hold and because
 * ISO text of one kind sorts as time does; the brands keep the two apart for the type checker. All arithmetic is
 * `Temporal`'s; wall time is Europe/London, whatever machine this runs on.
 */
import { Temporal } from 'temporal-polyfill';
import * as z from 'zod';

export { Temporal };

/** Where wall time is taken: deadlines end at London's midnight, the morning run is at London's 07:00. */
export const ZONE = 'Europe/London';

/** A civil day in London, `YYYY-MM-DD`. */
export const Day = z.iso.date().brand<'Day'>();
export type Day = z.infer<typeof Day>;

/** An instant in UTC, RFC 3339 with milliseconds, `2026-11-23T09:30:00.000Z`: always this length, so that text order is time order. */
export const Instant = z.iso.datetime({ precision: 3 }).brand<'Instant'>();
export type Instant = z.infer<typeof Instant>;

/** Tells the time when it is asked; never call it when a module loads. */
export type Clock = () => Instant;

/** As many answers as a few years of days come to; then it begins anew. */
const REMEMBERED = 5_000;

/**
 * Remembers what it answered: every live process asks for the same few days each morning, and a polyfilled `Temporal`
 * takes microseconds for what a look-up does in a tenth.
 */
function remembering<Asked extends readonly (string | number)[], Answer>(work: (...asked: Asked) => Answer) {
  const known = new Map<string, Answer>();
  return (...asked: Asked): Answer => {
    const key = asked.join(' ');
    const found = known.get(key);
    if (found !== undefined) return found;
    const answer = work(...asked);
    if (known.size >= REMEMBERED) known.clear();
    known.set(key, answer);
    return answer;
  };
}

/** A day from text that is known to be one (a literal, a parsed field). Throws `RangeError` for a day that is none. */
export const day: (text: string) => Day = remembering(
  (text: string) => Temporal.PlainDate.from(text).toString() as Day,
);

/** An instant from RFC 3339 text or from milliseconds since 1970. Throws `RangeError` for anything else. */
export function instant(from: string | number): Instant {
  const at = typeof from === 'number' ? Temporal.Instant.fromEpochMilliseconds(from) : Temporal.Instant.from(from);
  return at.toString({ smallestUnit: 'millisecond' }) as Instant;
}

/** The instant of a wall time in London on that day; a time that the clocks skip is taken an hour later. */
export const atLondon: (on: Day, time: string) => Instant = remembering((on: Day, time: string) =>
  instant(
    Temporal.PlainDate.from(on)
      .toZonedDateTime({ timeZone: ZONE, plainTime: Temporal.PlainTime.from(time) })
      .toInstant()
      .toString(),
  ),
);

/** The day `n` calendar days after `from`; negative goes back. */
export const addDays: (from: Day, n: number) => Day = remembering(
  (from: Day, n: number) => Temporal.PlainDate.from(from).add({ days: n }).toString() as Day,
);

/**
 * The civil day in London at that instant: 00:30 British Summer Time is the London day, not the UTC one. London is never
 * behind UTC and never a day ahead, so it is the UTC day, or from London's midnight on the next.
 */
export function dayOf(at: Instant): Day {
  const utc = day(at.slice(0, 10));
  const next = addDays(utc, 1);
  return at < atLondon(next, '00:00') ? utc : next;
}

/** Calendar days from `a` to `b`; negative when `b` is earlier. */
export const daysBetween = (a: Day, b: Day): number =>
  Temporal.PlainDate.from(a).until(Temporal.PlainDate.from(b)).days;

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** As people write it: "4 December 2026". */
export function fullDate(on: Day): string {
  const date = Temporal.PlainDate.from(on);
  return `${date.day} ${months[date.month - 1]} ${date.year}`;
}

/** "December 2026", of `2026-12`. */
export const fullMonth = (month: string): string => `${months[Number(month.slice(5)) - 1]} ${month.slice(0, 4)}`;

/** When the morning run looks at everything, London. The schedule has it too (`infra/schedules.ts`). */
export const MORNING = '07:00';

/** The instant of that day's morning run. */
export const morningOf = (on: Day): Instant => atLondon(on, MORNING);

/** Milliseconds from `a` to `b`. */
export const msBetween = (a: Instant, b: Instant): number =>
  Temporal.Instant.from(b).epochMilliseconds - Temporal.Instant.from(a).epochMilliseconds;

/** The instant `ms` milliseconds after `at`. */
export const addMs = (at: Instant, ms: number): Instant => instant(Temporal.Instant.from(at).epochMilliseconds + ms);

/** Seconds since 1970 so many days after that instant: what the table's time to live compares. */
export const secondsAfter = (at: Instant, days: number): number => Math.floor(Date.parse(at) / 1000) + days * 86_400;

/** The system's clock: what every deployed function uses. */
export const systemClock: Clock = () => instant(Date.now());
