import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { addMs, type Instant, instant, ZONE } from '../workflows/kernel/time.ts';
import { makeClock } from './clock.ts';
import { timetable } from './schedule.ts';
import { makeScheduler, type Scheduler } from './scheduler.ts';

const schedules = [
  {
    name: 'R',
    function: 'reconcile',
    timetable: timetable('R', 'rate(10 minutes)', undefined),
    input: '{}',
    retries: 0,
  },
  { name: 'M', function: 'morning-run', timetable: timetable('M', 'cron(0 7 * * ? *)', ZONE), input: '{}', retries: 2 },
];

function schedulerAt(
  startsAt: string,
  { file, fails = () => false }: { file?: string; fails?: (name: string) => boolean } = {},
) {
  const clock = makeClock({ startsAt: instant(startsAt), isFrozen: true });
  const calls: string[] = [];
  const owed = new Set<string>();
  const scheduler = makeScheduler({
    schedules,
    async invoke(name) {
      calls.push(`${clock.now().slice(5, 16)} ${name}`);
      return fails(name) ? { ok: false, errorType: 'Error', errorMessage: 'no' } : { ok: true, payload: '{}' };
    },
    clock: clock.now,
    owed: () => owed,
    ...(file !== undefined && { file }),
  });
  return { scheduler, clock, calls, owed };
}

/** As the cloud walks through time. */
async function walk({ scheduler, clock }: { scheduler: Scheduler; clock: ReturnType<typeof makeClock> }, to: Instant) {
  for (let next = scheduler.nextAt({ isMoved: true }); next && next <= to; next = scheduler.nextAt({ isMoved: true })) {
    clock.moveTo(next);
    await scheduler.runDue();
  }
  clock.moveTo(to);
}

describe('the scheduler', () => {
  test('calls nothing before it has begun', () => {
    expect(schedulerAt('2026-11-25T09:00:00Z').scheduler.nextAt()).toBeUndefined();
  });

  test("a new table has had this day's morning", () => {
    const { scheduler } = schedulerAt('2026-11-25T09:05:00Z');
    scheduler.begin({ isNewTable: true });
    expect(scheduler.nextAt()).toBe(instant('2026-11-25T09:10:00Z'));
    expect(scheduler.nextAt({ isMoved: true })).toBe(instant('2026-11-26T07:00:00Z'));
  });

  test('a walk through days calls each morning, then the reconciler, and nothing else where nothing is owed', async () => {
    const it = schedulerAt('2026-11-25T09:05:00Z');
    it.scheduler.begin({ isNewTable: true });
    await walk(it, instant('2026-11-27T08:00:00Z'));
    expect(it.calls).toEqual([
      '11-26T07:00 morning-run',
      '11-26T07:00 reconcile',
      '11-27T07:00 morning-run',
      '11-27T07:00 reconcile',
    ]);
  });

  test('while a process is owed a move the reconciler is called after ten minutes, and then less and less often', async () => {
    const it = schedulerAt('2026-11-25T09:05:00Z');
    it.scheduler.begin({ isNewTable: true });
    it.owed.add('p1');
    await walk(it, instant('2026-11-25T12:00:00Z'));
    expect(it.calls.map((call) => call.slice(6, 11))).toEqual(['09:10', '09:20', '09:40', '10:10', '11:00']);
  });

  test('another process that is owed a move starts it anew', async () => {
    const it = schedulerAt('2026-11-25T09:05:00Z');
    it.scheduler.begin({ isNewTable: true });
    it.owed.add('p1');
    await walk(it, instant('2026-11-25T11:05:00Z'));
    it.owed.add('p2');
    expect(it.scheduler.nextAt({ isMoved: true })).toBe(instant('2026-11-25T11:10:00Z'));
  });

  test('a morning that failed is run again one and then two minutes later, and then not', async () => {
    const it = schedulerAt('2026-11-25T06:55:00Z', { fails: (name) => name === 'morning-run' });
    it.scheduler.begin({ isNewTable: true });
    await walk(it, instant('2026-11-25T07:30:00Z'));
    expect(it.calls.filter((call) => call.endsWith('morning-run')).map((call) => call.slice(6, 11))).toEqual([
      '07:00',
      '07:01',
      '07:03',
    ]);
  });

  test('after days without the machine the missed mornings are one run', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'oak-scheduler-'));
    try {
      const file = join(folder, 'schedules.json');
      schedulerAt('2026-11-25T09:00:00Z', { file }).scheduler.begin({ isNewTable: true });
      const later = schedulerAt('2026-11-29T12:00:00Z', { file });
      later.scheduler.begin({ isNewTable: false });
      await later.scheduler.runDue();
      expect(later.calls).toEqual(['11-29T12:00 morning-run', '11-29T12:00 reconcile']);
      expect(later.scheduler.nextAt({ isMoved: true })).toBe(addMs(instant('2026-11-29T12:00:00Z'), 19 * 3_600_000));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
