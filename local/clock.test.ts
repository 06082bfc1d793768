import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { instant } from '../workflows/kernel/time.ts';
import { makeClock } from './clock.ts';

const folders: string[] = [];
const newFile = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'oak-clock-'));
  folders.push(folder);
  return join(folder, 'clock.json');
};
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const wednesday = instant('2026-11-25T09:00:00Z');

describe('the clock of one machine', () => {
  test('a new one begins where it is told and ticks with the machine', () => {
    let real = 1_000_000;
    const clock = makeClock({ startsAt: wednesday, real: () => real });
    expect(clock.now()).toBe(wednesday);
    real += 1_500;
    expect(clock.now()).toBe(instant('2026-11-25T09:00:01.500Z'));
  });

  test('a moved one ticks on from where it was moved to', () => {
    let real = 0;
    const clock = makeClock({ startsAt: wednesday, real: () => real });
    clock.moveTo(instant('2027-01-04T08:00:00Z'));
    real += 2_000;
    expect(clock.now()).toBe(instant('2027-01-04T08:00:02Z'));
  });

  test('it never goes back, neither when moved nor when the machine is set back', () => {
    let real = 10_000;
    const clock = makeClock({ startsAt: wednesday, real: () => real });
    clock.moveTo(instant('2026-11-24T09:00:00Z'));
    expect(clock.now()).toBe(wednesday);
    real -= 5_000;
    expect(clock.now()).toBe(wednesday);
  });

  test('the next start finds the time that has passed meanwhile, whatever beginning it names', () => {
    const file = newFile();
    let real = 0;
    makeClock({ startsAt: wednesday, file, real: () => real }).moveTo(instant('2027-06-01T06:00:00Z'));
    real += 3_600_000;
    expect(makeClock({ startsAt: wednesday, file, real: () => real }).now()).toBe(instant('2027-06-01T07:00:00Z'));
  });

  test('a paused one stands still and then carries on without a jump', () => {
    let real = 0;
    const clock = makeClock({ startsAt: wednesday, real: () => real });
    clock.pause();
    real += 60_000;
    expect(clock.now()).toBe(wednesday);
    clock.moveTo(instant('2026-11-25T10:00:00Z'));
    clock.resume();
    real += 1_000;
    expect(clock.now()).toBe(instant('2026-11-25T10:00:01Z'));
  });

  test('a frozen one stays frozen', () => {
    let real = 0;
    const clock = makeClock({ startsAt: wednesday, isFrozen: true, real: () => real });
    real += 60_000;
    clock.resume();
    expect(clock.isTicking()).toBe(false);
    expect(clock.now()).toBe(wednesday);
  });
});
