/**
 * A cycle opens for a trust of 10,000: `open-children` itself over a table in memory that throttles, with a crash in the
 * middle and two runs at once. Whatever happens, everybody ends up with one review.
 */
import type { Context } from 'aws-lambda';
import { expect, test, vi } from 'vitest';
import { makeOpenChildren } from '../functions/open-children/open-children.ts';
import { makeStore } from '../functions/table/store.ts';
import { makeReading } from '../functions/world.ts';
import { makeMemoryTable } from '../local/memory-table.ts';
import { openWait } from '../workflows/kernel/drive.ts';
import { type Person, TRUST } from '../workflows/kernel/records.ts';
import { atLondon, day } from '../workflows/kernel/time.ts';
import { begun, bySystem } from '../workflows/kernel/transition.ts';
import { process as cycle } from '../workflows/learning-review-cycle/process.ts';
import { itemsOfTrust } from './embedded.ts';
import { everybody, OAKFIELD, personOf, RIVERSIDE, ST_ALDHELM, schools } from './world.ts';

const TABLE = 'oak';
const PEOPLE = 10_000;

/**
 * Every n-th call of that command is turned away, as DynamoDB turns away who asks too much. Writes are tried again by the
 * store. Reads are by the SDK, which is not in here: one that fails breaks the run off, so only a few do.
 */
const THROTTLED_EVERY = { TransactWriteItems: 9, Query: 4_001 } as const;

const throttled = (): Error =>
  Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException', $retryable: { throttling: true } });

test('everybody of 10,000 gets one review, through throttles, a crash in the middle and two runs at once', async () => {
  // It tells of each child that it could not open.
  vi.spyOn(console, 'error').mockReturnValue();
  const memory = makeMemoryTable(TABLE);
  const clock = () => atLondon(day('2026-11-09'), '07:00');
  const quiet = makeStore({ documents: memory.documents(), tableName: TABLE });

  const named = everybody.filter(({ posts }) => posts.length > 0);
  const places = [OAKFIELD, ST_ALDHELM, RIVERSIDE];
  const others = Array.from(
    { length: PEOPLE - named.length },
    (_, at): Person =>
      personOf(`Person${at}`, { posts: [{ schoolId: places[at % places.length] as string, lineManagerId: 'sam' }] }),
  );
  const items = itemsOfTrust([...everybody, ...others]);
  for (let from = 0; from < items.length; from += 100)
    await quiet.commit({
      parts: items.slice(from, from + 100).map((after, at) => ({ name: `item:${at}`, after, isUnconditional: true })),
    });

  // The cycle, waiting for its reviews.
  const reading = makeReading(quiet, clock);
  const trust = await reading.subject(TRUST);
  if (!trust) throw new Error('There is no trust');
  const world = await reading.world(trust, [], { kind: cycle.kind });
  const started = cycle.startedBySystem?.({ cycleId: '2026-27-autumn' }, world);
  if (!started) throw new Error('No cycle begins');
  const { change, process } = begun(world, { definition: cycle, started, by: bySystem });
  await quiet.commit(change);
  const snapshot = await quiet.snapshot(process.processId);
  if (!snapshot) throw new Error('The cycle is not there');
  const { processId, run } = snapshot.process;
  const waiting = openWait(await reading.scene(snapshot), {
    processId,
    run,
    step: 1,
    wait: 'reviews',
    stage: 'reviews',
    token: 'token',
  });
  if (typeof waiting === 'string') throw new Error(waiting);
  await quiet.commit(waiting);

  const calls = new Map<string, number>();
  let throttles = 0;
  let writesLeft = Number.POSITIVE_INFINITY;
  const documents = memory.documents(async (command, _input, go) => {
    const n = (calls.get(command) ?? 0) + 1;
    calls.set(command, n);
    const every = Object.entries(THROTTLED_EVERY).find(([name]) => name === command)?.[1];
    if (every !== undefined && n % every === 0) {
      throttles++;
      throw throttled();
    }
    if (command === 'TransactWriteItems' && --writesLeft < 0) throw new Error('The machine has died');
    return go();
  });
  const store = makeStore({ documents, tableName: TABLE, sleep: async () => undefined });
  const openChildren = makeOpenChildren({ store, clock });
  const message = { Records: [{ messageId: 'm', body: JSON.stringify({ detail: { processId } }) }] };
  const openAll = () => openChildren(message, {} as Context);
  const reviewed = async () =>
    (await quiet.children({ parentId: processId, kind: 'learning-review' })).map(({ subjectId }) => subjectId);

  // It dies after 3,000 writes, and says that it has not done its work.
  writesLeft = 3_000;
  expect((await openAll()).batchItemFailures).toHaveLength(1);
  const before = (await reviewed()).length;
  expect(before).toBeGreaterThan(2_000);
  expect(before).toBeLessThan(3_001);

  // The message comes again, twice at once, until nothing is left to do.
  writesLeft = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 5; attempt++) {
    const answers = await Promise.all([openAll(), openAll()]);
    if (answers.every(({ batchItemFailures }) => batchItemFailures.length === 0)) break;
  }

  const subjects = await reviewed();
  expect(throttles).toBeGreaterThan(1_000);
  expect(subjects).toHaveLength(PEOPLE);
  expect(new Set(subjects).size).toBe(PEOPLE);
  const atSchools = await quiet.children({ parentId: processId, kind: 'school-review' });
  expect(atSchools.map(({ subjectId }) => subjectId).sort()).toEqual(schools.map(({ schoolId }) => schoolId).sort());
  // One process each, not only one row.
  for (const personId of ['zoe', 'person0', 'person9991'])
    expect((await quiet.processesOf(personId)).filter(({ kind }) => kind === 'learning-review')).toHaveLength(1);
  expect((await openAll()).batchItemFailures).toEqual([]);
  expect(await reviewed()).toHaveLength(PEOPLE);
}, 120_000);
