/** What the bench computes, not what it times. */
import { BatchGetItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DynamoDbLocal, startDynamoDbLocal } from '../local/dynamodb.ts';
import { depthOf } from './api.ts';
import { onTable, recordCalls, replay } from './calls.ts';
import { getUnits, itemBytes, queryUnits, transactWriteUnits } from './capacity.ts';
import { transitionsOf } from './cost.ts';
import { between, figure } from './markdown.ts';
import { costOf, together } from './prices.ts';
import { interleaved, median, ratioOf } from './rounds.ts';
import { newTable, twinOf } from './tables.ts';

const ofBytes = (bytes: number, more: object = {}) => {
  const item = marshall({ pk: 'a', sk: 'b', ...more, text: '' });
  return { ...item, text: { S: 'x'.repeat(bytes - itemBytes(item)) } };
};

describe('units of the table', () => {
  it('counts names and values as the Developer Guide does', () => {
    expect(itemBytes({ name: { S: 'Zoë' } })).toBe(4 + 4);
    expect(itemBytes({ n: { N: '12345' } })).toBe(1 + 4);
    expect(itemBytes({ n: { N: '-100' } })).toBe(1 + 3);
    expect(itemBytes({ is: { BOOL: true }, no: { NULL: true } })).toBe(3 + 3);
    expect(itemBytes({ list: { L: [{ S: 'ab' }, { BOOL: false }] } })).toBe(4 + 3 + (1 + 2) + (1 + 1));
    expect(itemBytes({ map: { M: { key: { S: 'value' } } } })).toBe(3 + 3 + (1 + 3 + 5));
  });

  it('a transaction costs twice the larger of before and after, in whole kilobytes', () => {
    expect(transactWriteUnits(undefined, ofBytes(1024))).toBe(2);
    expect(transactWriteUnits(undefined, ofBytes(1025))).toBe(4);
    expect(transactWriteUnits(ofBytes(3000), ofBytes(10 + 100))).toBe(6);
    expect(transactWriteUnits(ofBytes(500), undefined)).toBe(2);
    expect(transactWriteUnits(undefined, undefined)).toBe(2);
  });

  it('an index costs where a row comes, goes or moves, and nothing where its keys stay', () => {
    const [here, there] = ['here', 'there'].map((aPk) => ofBytes(300, { aPk, aSk: '1' }));
    expect(transactWriteUnits(undefined, here)).toBe(2 * (1 + 1));
    expect(transactWriteUnits(here, { ...here, other: { S: 'changed' } })).toBe(2);
    expect(transactWriteUnits(here, there)).toBe(2 * (1 + 2));
    expect(transactWriteUnits(here, ofBytes(300))).toBe(2 * (1 + 1));
    expect(transactWriteUnits(undefined, ofBytes(300, { aPk: 'half of a key' }))).toBe(2);
  });

  it('single reads round each item up, a query all of them together', () => {
    expect(getUnits([ofBytes(100), ofBytes(4097), undefined])).toBe(1 + 2 + 1);
    expect(queryUnits([ofBytes(2000), ofBytes(2000)], true)).toBe(1);
    expect(queryUnits([ofBytes(2000), ofBytes(2100)], true)).toBe(2);
    expect(queryUnits([], false)).toBe(0.5);
  });
});

describe('on DynamoDB Local', () => {
  let database: DynamoDbLocal;
  let client: DynamoDBClient;
  let tableName: string;
  beforeAll(async () => {
    database = await startDynamoDbLocal();
    client = new DynamoDBClient(database);
    tableName = await newTable(client);
  });
  afterAll(async () => {
    client?.destroy();
    await database?.stop();
  });

  it('an item that has just one kilobyte by our count costs one unit there, and one more byte costs two', async () => {
    const unitsOf = async (bytes: number) => {
      const Item = ofBytes(bytes, { n: 12.5, list: ['a', { deep: [1, null, true] }], ö: 'ü' });
      const put = new PutItemCommand({ TableName: tableName, Item, ReturnConsumedCapacity: 'TOTAL' });
      return (await client.send(put)).ConsumedCapacity?.CapacityUnits;
    };
    expect([await unitsOf(1024), await unitsOf(1025)]).toEqual([1, 2]);
  });

  it('recorded calls are made again on a twin, those that waited for others after these', async () => {
    const recording = new DynamoDBClient(database);
    const { take } = recordCalls(recording);
    const read = () =>
      recording.send(
        new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys: [marshall({ pk: 'a', sk: 'b' })] } } }),
      );
    await Promise.all([read(), read()]);
    await read();
    const calls = take();
    expect(calls.map(({ after }) => after.toSorted())).toEqual([[], [], [0, 1]]);
    expect(depthOf(calls)).toBe(2);
    expect(take()).toEqual([]);

    const twin = await twinOf(client, tableName);
    expect(onTable(calls[0] as never, twin).input).toEqual({
      RequestItems: { [twin]: { Keys: [marshall({ pk: 'a', sk: 'b' })] } },
    });
    const again = new DynamoDBClient(database);
    const repeated = recordCalls(again);
    await replay(again, calls, twin);
    expect(repeated.take().map(({ after }) => after.toSorted())).toEqual([[], [], [0, 1]]);
    for (const each of [recording, again]) each.destroy();
  });
});

describe('cost', () => {
  const nothing = {
    transitions: 0,
    invocations: 0,
    gigabyteSeconds: 0,
    writeUnits: 0,
    readUnits: 0,
    requests: 0,
    events: 0,
    queueCalls: 0,
    messages: 0,
  };

  it('is the sum of what each service asks', () => {
    expect(together(costOf(nothing))).toBe(0);
    expect(costOf({ ...nothing, transitions: 4_000 })['Step Functions']).toBeCloseTo(0.1);
    expect(costOf({ ...nothing, messages: 6_000 })['SES']).toBeCloseTo(0.6);
    const cost = costOf({ ...nothing, invocations: 1_000_000, gigabyteSeconds: 100_000, writeUnits: 250_000 });
    expect(cost['Lambda']).toBeCloseTo(0.2 + 1.34);
    expect(together(cost)).toBeCloseTo(0.2 + 1.34 + 0.2);
  });

  it('counts each state entered, the start and the end as transitions', () => {
    const types = [
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskStateExited',
      'ChoiceStateEntered',
      'SucceedStateEntered',
    ];
    const history = types.map((type, n) => ({ id: n + 1, timestamp: 0, type: type as 'ExecutionStarted' }));
    expect(transitionsOf({ history })).toBe(3 + 2);
  });
});

describe('rounds', () => {
  it('every contestant has its turn in each round, and warming up is not counted', async () => {
    const turns: string[] = [];
    const contestant = (name: string, ms: number) => async (round: number) => {
      turns.push(`${name}${round}`);
      return ms * (round + 1);
    };
    const timings = await interleaved({ a: contestant('a', 1), b: contestant('b', 2) }, { rounds: 2, warmUp: 1 });
    expect(turns).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2']);
    expect(timings).toEqual({ a: [2, 3], b: [4, 6] });
    expect(ratioOf(timings.b, timings.a)).toBe(2);
  });

  it('half of the values lie on either side of the median', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const middle = median(values);
        expect(values.filter((value) => value < middle).length).toBeLessThanOrEqual(values.length / 2);
        expect(values.filter((value) => value > middle).length).toBeLessThanOrEqual(values.length / 2);
      }),
    );
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('the document', () => {
  it('takes a text between its markers and leaves the rest', () => {
    const document = 'before\n<!-- bench:api -->\nold\n<!-- /bench:api -->\nafter';
    expect(between(document, 'api', 'new')).toBe('before\n<!-- bench:api -->\nnew\n<!-- /bench:api -->\nafter');
    expect(() => between(document, 'waiting', 'new')).toThrow('no markers');
  });

  it('shows three digits', () => {
    expect([0, 0.01234, 1.234, 12.34, 123.4, 12_345].map(figure)).toEqual([
      '0',
      '0.0123',
      '1.23',
      '12.3',
      '123',
      '12,345',
    ]);
  });
});
