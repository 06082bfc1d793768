import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../local/dynamodb.ts';
import { type Harness, makeHarness } from '../../test/harness.ts';
import type { Process } from '../../workflows/kernel/records.ts';
import { addMs, type Instant } from '../../workflows/kernel/time.ts';
import { makeReconcile, NEEDS_ATTENTION, PER_TICK, patience } from './reconcile.ts';

const MINUTE = 60_000;

let database: DynamoDbLocal;
let oak: Harness;
let metrics: Readonly<Record<string, number>>[];
let reconcile: ReturnType<typeof makeReconcile>;

beforeAll(async () => {
  database = await startDynamoDbLocal();
});
afterAll(() => database?.stop());
beforeEach(async () => {
  oak = await makeHarness(database, []);
  metrics = [];
  reconcile = makeReconcile({ store: oak.store, clock: oak.now, emit: (each) => metrics.push(each) });
});

const idOf = (n: number): string => `0199f000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const minutesAgo = (minutes: number): Instant => addMs(oak.now(), -minutes * MINUTE);

const owed = (n: number, since: Instant | undefined, fields: Partial<Process> = {}): Process => ({
  type: 'process',
  processId: idOf(n),
  kind: 'npq-application',
  status: 'active',
  version: 4,
  step: 2,
  wait: 'approve',
  stage: 'approval',
  run: '1-qwerty',
  runAt: minutesAgo(600),
  ...(since && { owedAt: since }),
  restarts: 0,
  lastSeq: 4,
  lastHash: 'h',
  subjectId: 'zoe',
  schoolId: '910101',
  ruleSet: '2026b',
  startedBy: 'zoe',
  startedAt: minutesAgo(600),
  data: {},
  ...fields,
});

const tick = () => reconcile({}, {} as Context);

test('a process is owed 10 minutes before its first restart, twice as long before each further one, and at most a day', () => {
  expect([0, 1, 2, 5, 7, 8, 20].map((restarts) => patience(restarts) / MINUTE)).toEqual([
    10, 20, 40, 320, 1280, 1440, 1440,
  ]);
});

describe('a tick of the reconciler', () => {
  test('gives a process that was owed its move for 10 minutes a new run, and nobody sees a difference', async () => {
    await oak.put(owed(1, minutesAgo(10)));
    expect(await tick()).toEqual({ restarted: 1, needsAttention: [] });
    const then = await oak.store.process(idOf(1));
    expect(then).toMatchObject({ version: 4, lastSeq: 4, step: 2, wait: 'approve', restarts: 1, owedAt: oak.now() });
    expect(then?.run).toMatch(/^2-[a-z2-9]{6}$/);
    expect(then?.runAt).toBe(oak.now());
  });

  test('leaves alone what is owed for less, what nobody is owed, and what has ended', async () => {
    await oak.put(
      owed(1, minutesAgo(9)),
      owed(2, undefined),
      owed(3, undefined, { status: 'stopped', outcome: 'withdrawn' }),
      owed(4, minutesAgo(30), { restarts: 2 }),
    );
    expect(await tick()).toEqual({ restarted: 0, needsAttention: [] });
    for (const n of [1, 2, 3, 4]) expect((await oak.store.process(idOf(n)))?.run).toBe('1-qwerty');
  });

  test('restarts the paused too: a pause stops people, not the machine', async () => {
    await oak.put(owed(1, minutesAgo(11), { status: 'paused' }));
    expect((await tick()).restarted).toBe(1);
  });

  test('run twice restarts once', async () => {
    await oak.put(owed(1, minutesAgo(15)));
    const results = await Promise.all([tick(), tick()]);
    expect(results[0].restarted + results[1].restarted).toBe(1);
    expect((await oak.store.process(idOf(1)))?.restarts).toBe(1);
    expect((await tick()).restarted).toBe(0);
  });

  test(`restarts at most ${PER_TICK}, those owed longest first, and the rest at the next tick`, async () => {
    const several = PER_TICK + 5;
    await oak.put(...Array.from({ length: several }, (_, n) => owed(n, minutesAgo(20 + n))));
    expect((await tick()).restarted).toBe(PER_TICK);
    for (let n = 0; n < several; n++)
      expect((await oak.store.process(idOf(n)))?.restarts, `owed since ${20 + n} minutes`).toBe(n < 5 ? 0 : 1);
    expect((await tick()).restarted).toBe(5);
  });

  test('does not let those that are beyond its help hide the others', async () => {
    const beyond = Array.from({ length: PER_TICK * 8 }, (_, n) => owed(n, minutesAgo(60 * 20), { restarts: 9 }));
    await oak.put(...beyond, owed(5000, minutesAgo(12)));
    expect((await tick()).restarted).toBe(1);
    expect((await oak.store.process(idOf(5000)))?.restarts).toBe(1);
  });

  test('names those that somebody has to look at, and tells the oldest', async () => {
    await oak.put(
      owed(1, minutesAgo(45), { restarts: NEEDS_ATTENTION }),
      owed(2, minutesAgo(11)),
      owed(3, minutesAgo(5), { restarts: NEEDS_ATTENTION - 1 }),
    );
    expect((await tick()).needsAttention).toEqual([idOf(1)]);
    expect(metrics).toEqual([{ Restarted: 1, NeedsAttention: 1, OldestOwedSeconds: 45 * 60 }]);
  });

  test('tells that all is well where nothing is owed', async () => {
    await tick();
    expect(metrics).toEqual([{ Restarted: 0, NeedsAttention: 0, OldestOwedSeconds: 0 }]);
  });

  test('leaves a process that moves on in the same moment as it is', async () => {
    await oak.put(owed(1, minutesAgo(15)));
    const late = makeReconcile({
      store: {
        ...oak.store,
        owed: async (...asked) => {
          const found = await oak.store.owed(...asked);
          if (found.length > 0) await oak.put(owed(1, undefined, { version: 5, step: 3 }));
          return found;
        },
      },
      clock: oak.now,
      emit: () => undefined,
    });
    expect(await late({}, {} as Context)).toEqual({ restarted: 0, needsAttention: [] });
    expect(await oak.store.process(idOf(1))).toMatchObject({ run: '1-qwerty', step: 3 });
  });
});
