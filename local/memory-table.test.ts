import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  type _Record,
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams';
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Documents } from '../functions/table/transaction.ts';
import { createTable, type DynamoDbLocal, startDynamoDbLocal } from './dynamodb.ts';
import { makeMemoryTable } from './memory-table.ts';

let database: DynamoDbLocal;
let client: DynamoDBClient;
let streams: DynamoDBStreamsClient;
beforeAll(async () => {
  database = await startDynamoDbLocal();
  client = new DynamoDBClient(database);
  streams = new DynamoDBStreamsClient(database);
});
afterAll(async () => {
  client?.destroy();
  streams?.destroy();
  await database?.stop();
});

const TableName = 'oak';

type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** Transactions as `functions/table/transaction.ts` writes them, over a few items, so that they meet. */
const pk = fc.constantFrom('P#1', 'P#2');
const sk = fc.constantFrom('A', 'A#1', 'B', 'é', '\ufffd', '\u{1d49c}');
const indexKeys = fc.record(
  { aPk: fc.constantFrom('x', 'y'), aSk: fc.constantFrom('1', '2', '10') },
  { requiredKeys: [] },
);
const value = fc.oneof(
  fc.constantFrom('', 'a', 0, -1, 1.5, true, null),
  fc.constant([1, ['x'], {}]),
  fc.constant({ deep: { n: 1 }, e: '' }),
);
const key = fc.record({ pk, sk });
const field = fc.constantFrom('f', 'g', 'aPk');
const heldBy = (name: string) => (name === 'aPk' ? fc.constantFrom('x', 'y') : value);
const pairs = fc
  .uniqueArray(field, { minLength: 1, maxLength: 2 })
  .chain((names) => fc.tuple(...names.map((name) => fc.tuple(fc.constant(name), heldBy(name)))));

interface Expression {
  readonly names: Record<string, string>;
  readonly values: Record<string, unknown>;
}
const attributesOf = ({ names, values }: Expression) => ({
  ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
  ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
});

const put = fc.tuple(key, indexKeys, value, fc.boolean()).map(([at, keys, f, isNew]): TransactItem => {
  const condition = { ConditionExpression: 'attribute_not_exists(#n0)', ExpressionAttributeNames: { '#n0': 'pk' } };
  return { Put: { TableName, Item: { ...at, ...keys, f }, ...(isNew && condition) } };
});
const remove = fc.tuple(key, fc.boolean(), value).map(([Key, mayBeGone, seen]): TransactItem => {
  const there = 'attribute_exists(#n0) AND #n1 = :v0';
  const ConditionExpression = mayBeGone ? `attribute_not_exists(#n0) OR (${there})` : there;
  const names = { '#n0': 'pk', '#n1': 'f' };
  return { Delete: { TableName, Key, ConditionExpression, ...attributesOf({ names, values: { ':v0': seen } }) } };
});
const update = fc
  .tuple(key, pairs, fc.option(field, { nil: undefined }), fc.option(value))
  .map(([Key, set, gone, seen]): TransactItem => {
    const names: Record<string, string> = { '#n0': 'pk', '#n1': 'f' };
    const values: Record<string, unknown> = {};
    const term = seen === null ? 'attribute_not_exists(#n1)' : '#n1 = :v0';
    if (seen !== null) values[':v0'] = seen;
    const sets = set.map(([name, to], n) => {
      names[`#s${n}`] = name;
      values[`:s${n}`] = to;
      return `#s${n} = :s${n}`;
    });
    const removes = gone !== undefined && !set.some(([name]) => name === gone);
    if (removes) names['#r'] = gone;
    const UpdateExpression = `SET ${sets.join(', ')}${removes ? ' REMOVE #r' : ''}`;
    const ConditionExpression = `attribute_exists(#n0) AND ${term}`;
    return { Update: { TableName, Key, ConditionExpression, UpdateExpression, ...attributesOf({ names, values }) } };
  });
const check = fc.tuple(key, value).map(
  ([Key, seen]): TransactItem => ({
    ConditionCheck: {
      TableName,
      Key,
      ConditionExpression: 'attribute_exists(#n0) AND #n1 = :v0',
      ...attributesOf({ names: { '#n0': 'pk', '#n1': 'f' }, values: { ':v0': seen } }),
    },
  }),
);
/** `transaction.ts` writes no item twice in one transaction, which DynamoDB refuses and DynamoDB Local does not always. */
const placeOf = ({ Put, Update, Delete, ConditionCheck }: TransactItem): string => {
  const { pk, sk } = Put?.Item ?? (Update ?? Delete ?? ConditionCheck)?.Key ?? {};
  return `${pk} ${sk}`;
};
const transactions = fc.array(
  fc.uniqueArray(fc.oneof({ weight: 3, arbitrary: put }, remove, update, check), {
    minLength: 1,
    maxLength: 3,
    selector: placeOf,
  }),
  { minLength: 1, maxLength: 12 },
);

const named = (given: TransactItem[], name: string): TransactItem[] =>
  given.map((each) =>
    Object.fromEntries(Object.entries(each).map(([does, part]) => [does, { ...part, TableName: name }])),
  );

/** What came of it, as the caller sees it; messages are the database's own. */
async function outcomeOf(documents: Documents, TransactItems: TransactItem[]): Promise<unknown> {
  try {
    await documents.send(new TransactWriteCommand({ TransactItems }));
    return 'written';
  } catch (error) {
    const { name, CancellationReasons } = error as { name: string; CancellationReasons?: { Code?: string }[] };
    return { name, codes: CancellationReasons?.map(({ Code }) => Code) };
  }
}

const queries = (name: string): QueryCommandInput[] => [
  ...['P#1', 'P#2'].flatMap((partition) =>
    [
      { text: '', values: {} },
      { text: ' AND #sort > :after', values: { ':after': 'A' } },
      { text: ' AND begins_with(#sort, :prefix)', values: { ':prefix': 'A' } },
      { text: ' AND #sort BETWEEN :from AND :to', values: { ':from': 'A#', ':to': '\ufffd' } },
    ].map(({ text, values }) => ({
      TableName: name,
      ConsistentRead: true,
      KeyConditionExpression: `#partition = :partition${text}`,
      ExpressionAttributeNames: { '#partition': 'pk', ...(text !== '' && { '#sort': 'sk' }) },
      ExpressionAttributeValues: { ':partition': partition, ...values },
    })),
  ),
  ...['x', 'y'].map((partition) => ({
    TableName: name,
    IndexName: 'index-a',
    KeyConditionExpression: '#partition = :partition',
    ExpressionAttributeNames: { '#partition': 'aPk' },
    ExpressionAttributeValues: { ':partition': partition },
  })),
];

/** Pages of two, with where each ends. Equal sort keys of an index come in any order, so pages of those are not compared. */
async function seen(documents: Documents, name: string): Promise<unknown> {
  return Promise.all(
    queries(name).map(async (query) => {
      if (query.IndexName !== undefined) {
        const { Items = [] } = await documents.send(new QueryCommand(query));
        expect(Items.map((item) => item['aSk'])).toEqual(Items.map((item) => item['aSk']).sort());
        return Items.map((item) => JSON.stringify(Object.entries(item).sort())).sort();
      }
      const pages: unknown[] = [];
      let from: Record<string, unknown> | undefined;
      do {
        const page = await documents.send(
          new QueryCommand({ ...query, Limit: 2, ...(from && { ExclusiveStartKey: from }) }),
        );
        // Whether a last full page says that there may be more is left open by the documentation.
        if (page.Items?.length) pages.push(page.Items);
        from = page.LastEvaluatedKey;
      } while (from);
      return pages;
    }),
  );
}

async function recordsOf(reader: Pick<DynamoDBStreamsClient, 'send'>, StreamArn: string): Promise<unknown[]> {
  const { StreamDescription } = await reader.send(new DescribeStreamCommand({ StreamArn }));
  const ShardId = StreamDescription?.Shards?.[0]?.ShardId;
  let { ShardIterator } = await reader.send(
    new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
  );
  const found: _Record[] = [];
  for (;;) {
    const { Records = [], NextShardIterator } = await reader.send(new GetRecordsCommand({ ShardIterator }));
    if (Records.length === 0) break;
    found.push(...Records);
    ShardIterator = NextShardIterator;
  }
  const numbers = found.map(({ dynamodb }) => BigInt(dynamodb?.SequenceNumber ?? 0));
  expect(numbers).toEqual(numbers.toSorted((one, other) => (one < other ? -1 : one > other ? 1 : 0)));
  return found.map(({ eventName, dynamodb }) => ({
    eventName,
    keys: dynamodb?.Keys,
    // DynamoDB Local streams an empty map without its type.
    image: JSON.parse(JSON.stringify(dynamodb?.NewImage ?? null).replaceAll('{"M":{}}', '{}')) as unknown,
  }));
}

describe('a table in memory', () => {
  it('does what DynamoDB Local does with the same transactions, shows the same pages and streams the same records', async () => {
    let count = 0;
    await fc.assert(
      fc.asyncProperty(transactions, async (given) => {
        count += 1;
        const name = `twin-${count}`;
        const streamArn = await createTable(client, name).then(() => streamArnOf(name));
        const local = DynamoDBDocumentClient.from(client);
        const memory = makeMemoryTable(name);
        const documents = memory.documents();
        for (const transaction of given) {
          const TransactItems = named(transaction, name);
          expect(await outcomeOf(documents, TransactItems)).toEqual(await outcomeOf(local, TransactItems));
        }
        expect(await seen(documents, name)).toEqual(await seen(local, name));
        expect(await recordsOf(memory.streams, memory.streamArn)).toEqual(await recordsOf(streams, streamArn));
      }),
      { numRuns: 40 },
    );
  });

  async function streamArnOf(name: string): Promise<string> {
    const { Streams = [] } = await streams.send(new ListStreamsCommand({ TableName: name }));
    return Streams[0]?.StreamArn ?? '';
  }

  const documents = makeMemoryTable(TableName).documents();
  const query = (more: Partial<QueryCommandInput>) =>
    documents.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: '#p = :p',
        ExpressionAttributeNames: { '#p': 'pk' },
        ExpressionAttributeValues: { ':p': 'P' },
        ...more,
      }),
    );
  const write = (item: TransactItem) => documents.send(new TransactWriteCommand({ TransactItems: [item] }));
  const Item = { pk: 'P', sk: 'S' };

  it.each([
    ['a command', () => documents.send(new PutCommand({ TableName, Item })), 'The command PutCommand'],
    ['a filter', () => query({ FilterExpression: '#p = :p' }), 'QueryCommand with FilterExpression'],
    ['another order', () => query({ ScanIndexForward: false }), 'QueryCommand with ScanIndexForward'],
    ['a key condition', () => query({ KeyConditionExpression: 'pk = :p' }), 'The key condition pk = :p'],
    [
      'a condition',
      () => write({ Put: { TableName, Item, ConditionExpression: 'size(#p) > :p' } }),
      'The condition size(#p) > :p',
    ],
    [
      'an update',
      () => write({ Update: { TableName, Key: Item, UpdateExpression: 'ADD #n :v' } }),
      'The update ADD #n :v',
    ],
    ['a set', () => write({ Put: { TableName, Item: { ...Item, f: new Set(['a']) } } }), 'A value of type Set'],
    ['nothing', () => write({ Put: { TableName, Item: { ...Item, f: undefined } } }), 'A value of type undefined'],
  ])('refuses %s that the table code does not send, by name', async (_, send, message) => {
    await expect(send()).rejects.toThrow(message);
    await expect(send()).rejects.toMatchObject({ name: 'NotUnderstood' });
  });

  it.each([
    ['a placeholder that is not used', () => query({ ExpressionAttributeNames: { '#p': 'pk', '#q': 'q' } })],
    ['a placeholder that is not there', () => query({ ExpressionAttributeValues: {} })],
    ['an empty key', () => documents.send(new GetCommand({ TableName, Key: { pk: 'P', sk: '' } }))],
    ['an index that is read consistently', () => query({ IndexName: 'index-a', ConsistentRead: true })],
    [
      'the same key twice',
      () => documents.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys: [Item, Item] } } })),
    ],
    [
      'more than a hundred keys',
      () =>
        documents.send(
          new BatchGetCommand({
            RequestItems: { [TableName]: { Keys: Array.from({ length: 101 }, (_, n) => ({ pk: 'P', sk: `${n}` })) } },
          }),
        ),
    ],
    ['an item of more than 400 KB', () => write({ Put: { TableName, Item: { ...Item, f: 'x'.repeat(410_000) } } })],
    ['an index key that is no text', () => write({ Put: { TableName, Item: { ...Item, aPk: 1, aSk: 'x' } } })],
  ])('refuses %s as DynamoDB does', async (_, send) => {
    await expect(send()).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('gives out what nobody can change, and keeps what it was given as it was', async () => {
    const list = [1];
    await write({ Put: { TableName, Item: { ...Item, list } } });
    list.push(2);
    const { Item: found = {} } = await documents.send(new GetCommand({ TableName, Key: Item }));
    expect(found).toEqual({ ...Item, list: [1] });
    expect(() => (found['list'] as number[]).push(3)).toThrow(TypeError);
  });
});
