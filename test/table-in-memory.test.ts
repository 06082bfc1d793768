import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeStore, type Store } from '../functions/table/store.ts';
import { createTable, type DynamoDbLocal, startDynamoDbLocal } from '../local/dynamodb.ts';
import { type Change, discard, type Item, type Part, put, remove, update } from '../workflows/kernel/change.ts';
import type { Guard, Process, Token } from '../workflows/kernel/records.ts';
import { instant } from '../workflows/kernel/time.ts';
import { commitTo, type Items, placeOf } from './table-in-memory.ts';

const MORNING = instant('2026-09-16T08:30:00Z');
const NOON = instant('2026-09-16T11:00:00Z');

let database: DynamoDbLocal;
let client: DynamoDBClient;
let store: Store;
let made = 0;

beforeAll(async () => {
  database = await startDynamoDbLocal();
  client = new DynamoDBClient(database);
  await createTable(client, 'oak');
  store = makeStore({ documents: DynamoDBDocumentClient.from(client), tableName: 'oak' });
});

afterAll(async () => {
  client?.destroy();
  await database?.stop();
});

const processOf = (processId: string, fields: Partial<Process> = {}): Process => ({
  type: 'process',
  processId,
  kind: 'npq-application',
  status: 'active',
  version: 1,
  step: 1,
  wait: 'endorse',
  stage: 'endorsement',
  run: '1-abcdef',
  runAt: MORNING,
  restarts: 0,
  lastSeq: 0,
  lastHash: '',
  subjectId: 'zoe',
  schoolId: '910101',
  ruleSet: '2026b',
  startedBy: 'zoe',
  startedAt: MORNING,
  data: {},
  ...fields,
});
const tokenOf = (processId: string, fields: Partial<Token> = {}): Token => ({
  type: 'token',
  processId,
  run: '1-abcdef',
  step: 1,
  token: 't1',
  ...fields,
});

/** What is on file of one process and its guard, in both tables. */
async function onFile(processId: string): Promise<readonly (Item | undefined)[]> {
  return [await store.process(processId), await store.token(processId), await store.guard(`npq#${processId}`)];
}
const inMemory = (items: Items, processId: string): readonly (Item | undefined)[] => {
  const guard: Guard = { type: 'guard', guard: `npq#${processId}`, holder: '' };
  return [processOf(processId), tokenOf(processId), guard].map((item) => items.get(placeOf(item)));
};

/** The same changes on both; each is answered alike and leaves the same. */
async function alike(processId: string, changes: readonly Change[]): Promise<void> {
  let items: Items = new Map();
  for (const change of changes) {
    const { items: next, result } = commitTo(items, change);
    expect(await store.commit(change)).toEqual(result);
    items = next;
    expect(await onFile(processId)).toEqual(inMemory(items, processId));
  }
}

const newId = (): string => `p${++made}`;

describe('the table of the models keeps the same promises as the store', () => {
  test('a put is refused where the item is there', async () => {
    const id = newId();
    await alike(id, [
      { parts: [put('process', processOf(id))] },
      { parts: [put('process', processOf(id, { step: 2 }))] },
    ]);
  });

  test('one part that does not hold keeps all the others out, and is the one that is named', async () => {
    const id = newId();
    const process = processOf(id);
    await alike(id, [
      { parts: [put('process', process)] },
      {
        parts: [
          put('guard', { type: 'guard', guard: `npq#${id}`, holder: id }),
          update('process', process, { ...process, step: 2 }, { version: 7 }),
        ],
      },
    ]);
  });

  test('only what differs is written, so that a writer of other fields is not undone', async () => {
    const id = newId();
    const read = processOf(id);
    await alike(id, [
      { parts: [put('process', read)] },
      { parts: [update('process', read, { ...read, owedAt: NOON, run: '2-abcdef' }, { run: read.run })] },
      { parts: [update('process', read, { ...read, version: 2, stage: 'approval' }, { version: 1 })] },
    ]);
  });

  test('a field that is expected not to be there is', async () => {
    const id = newId();
    const read = processOf(id);
    await alike(id, [
      { parts: [put('process', read)] },
      { parts: [update('process', read, { ...read, owedAt: NOON }, { owedAt: undefined })] },
      { parts: [update('process', read, { ...read, step: 2 }, { owedAt: undefined })] },
      { parts: [update('process', { ...read, owedAt: NOON }, read, { owedAt: NOON })] },
      { parts: [update('process', read, { ...read, step: 2 }, { owedAt: undefined })] },
    ]);
  });

  test('nothing is changed or deleted that is not there', async () => {
    const id = newId();
    await alike(id, [
      { parts: [update('token', tokenOf(id), tokenOf(id, { sentAt: NOON }), {})] },
      { parts: [remove('token', tokenOf(id))] },
    ]);
  });

  test('whatever the changes, one after the other', async () => {
    const id = fc.constant(0).map(newId);
    const field = fc.record(
      {
        version: fc.integer({ min: 1, max: 2 }),
        step: fc.integer({ min: 1, max: 2 }),
        owedAt: fc.constantFrom(MORNING, NOON),
        run: fc.constantFrom('1-abcdef', '2-abcdef'),
      },
      { requiredKeys: [] },
    );
    const expected = fc.record(
      {
        version: fc.integer({ min: 1, max: 2 }),
        owedAt: fc.constantFrom(undefined, MORNING, NOON),
        run: fc.constantFrom('1-abcdef', '2-abcdef'),
      },
      { requiredKeys: [] },
    );
    const partOfProcess = (processId: string): fc.Arbitrary<Part> =>
      fc.oneof(
        field.map((fields) => put('process', processOf(processId, fields))),
        fc
          .tuple(field, field, expected)
          .map(([before, after, expect]) =>
            update('process', processOf(processId, before), processOf(processId, after), expect),
          ),
        expected.map((expect) => remove('process', processOf(processId), expect)),
      );
    const partOfToken = (processId: string): fc.Arbitrary<Part> =>
      fc.oneof(
        fc.constant<Part>({ name: 'token', after: tokenOf(processId), isUnconditional: true }),
        fc.constant<Part>({ name: 'token', before: tokenOf(processId), isUnconditional: true }),
        fc.constantFrom('t1', 't2').map((token) => discard('token', tokenOf(processId), { token })),
        fc.constantFrom('t1', 't2').map((token) => remove('token', tokenOf(processId), { token })),
        fc.constant(update('token', tokenOf(processId), tokenOf(processId, { sentAt: NOON }), { token: 't1' })),
      );
    const sequence = id.chain((processId) =>
      fc
        .array(
          fc
            .tuple(partOfProcess(processId), fc.option(partOfToken(processId)))
            .map(([process, token]): Change => ({ parts: token ? [process, token] : [process] })),
          { minLength: 1, maxLength: 6 },
        )
        .map((changes) => ({ processId, changes })),
    );
    await fc.assert(
      // Shrinking would come back to an id that is on file by then.
      fc.asyncProperty(sequence, ({ processId, changes }) => alike(processId, changes)),
      { numRuns: 60, endOnFailure: true },
    );
  });
});
