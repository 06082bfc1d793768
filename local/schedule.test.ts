import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayOf, instant, msBetween, Temporal, ZONE } from '../workflows/kernel/time.ts';
import { lastTime, timetable } from './schedule.ts';

const morning = timetable('Morning', 'cron(0 7 * * ? *)', ZONE);

describe('a timetable', () => {
  test("is seven in the morning by London's clocks, in summer and in winter", () => {
    expect(morning.next(instant('2026-09-14T00:00:00Z'))).toBe(instant('2026-09-14T06:00:00Z'));
    expect(morning.next(instant('2026-11-25T00:00:00Z'))).toBe(instant('2026-11-25T07:00:00Z'));
  });

  test('gives the next day at the very time, never the same once more', () => {
    expect(morning.next(instant('2026-11-25T07:00:00Z'))).toBe(instant('2026-11-26T07:00:00Z'));
  });

  test('fires every ten minutes on the ten minutes', () => {
    const every = timetable('Reconcile', 'rate(10 minutes)', undefined);
    expect(every.next(instant('2026-11-25T09:09:59.999Z'))).toBe(instant('2026-11-25T09:10:00Z'));
    expect(every.next(instant('2026-11-25T09:10:00Z'))).toBe(instant('2026-11-25T09:20:00Z'));
  });

  test('walks over every day once, also where the clocks change', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_790_000_000_000, max: 1_900_000_000_000 }), (ms) => {
        const first = morning.next(instant(ms));
        const second = morning.next(first);
        const local = Temporal.Instant.from(second).toZonedDateTimeISO(ZONE);
        expect(local.toPlainTime().toString()).toBe('07:00:00');
        expect(Temporal.PlainDate.from(dayOf(first)).add({ days: 1 }).toString()).toBe(dayOf(second));
      }),
    );
  });

  test('knows the last time up to now', () => {
    expect(lastTime(morning, instant('2026-11-25T06:59:59Z'))).toBe(instant('2026-11-24T07:00:00Z'));
    expect(lastTime(morning, instant('2026-11-25T07:00:00Z'))).toBe(instant('2026-11-25T07:00:00Z'));
    expect(msBetween(lastTime(morning, instant('2026-11-25T09:00:00Z')), instant('2026-11-25T07:00:00Z'))).toBe(0);
  });

  test('refuses what it cannot keep, by name', () => {
    expect(() => timetable('Weekly', 'cron(0 7 ? * MON *)', ZONE)).toThrow(/schedule Weekly/);
    expect(() => timetable('Morning', 'cron(0 7 * * ? *)', 'UTC')).toThrow(/schedule Morning/);
  });
});
