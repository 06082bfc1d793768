/** Tables to measure on: filled at once, or twins of one another. */
import { randomBytes } from 'node:crypto';
import { type AttributeValue, BatchWriteItemCommand, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { encode } from '../functions/table/items.ts';
import type { Cloud } from '../local/cloud.ts';
import { createTable } from '../local/dynamodb.ts';
import type { Ground, GroundOptions } from '../test/embedded.ts';
import type { Item } from '../workflows/kernel/change.ts';

type Stored = Record<string, AttributeValue>;

/** What BatchWriteItem takes at once, and how many such calls are out at the same time. */
const BATCH = 25;
const AT_ONCE = 4;

async function putStored(client: DynamoDBClient, tableName: string, items: readonly Stored[]): Promise<void> {
  const batches = Array.from({ length: Math.ceil(items.length / BATCH) }, (_, n) =>
    items.slice(n * BATCH, (n + 1) * BATCH).map((Item) => ({ PutRequest: { Item } })),
  );
  const lanes = Array.from({ length: AT_ONCE }, async () => {
    for (let batch = batches.pop(); batch; batch = batches.pop())
      await client.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: batch } }));
  });
  await Promise.all(lanes);
}

/** Writes records as the store would, past every condition. In no order. */
export const putAll = (client: DynamoDBClient, tableName: string, items: readonly Item[]): Promise<void> =>
  putStored(
    client,
    tableName,
    items.map((item) => marshall(encode(item), { removeUndefinedValues: true })),
  );

export async function newTable(client: DynamoDBClient): Promise<string> {
  const tableName = `oak-bench-${randomBytes(6).toString('hex')}`;
  await createTable(client, tableName);
  return tableName;
}

/**
 * A new table with the same items. DynamoDB Local answers more slowly from each further table, by a tenth or so, also after
 * others are deleted: few tables, and contestants that take turns on them.
 */
export async function twinOf(client: DynamoDBClient, tableName: string): Promise<string> {
  const twin = await newTable(client);
  let from: Stored | undefined;
  do {
    const page = await client.send(
      new ScanCommand({ TableName: tableName, ConsistentRead: true, ...(from && { ExclusiveStartKey: from }) }),
    );
    await putStored(client, twin, page.Items ?? []);
    from = page.LastEvaluatedKey;
  } while (from);
  return twin;
}

/** A cloud over a new table of that ground, and the table's name. */
export async function cloudWithTable(
  ground: Ground,
  options: GroundOptions = {},
): Promise<{ readonly cloud: Cloud; readonly tableName: string }> {
  let tableName: string | undefined;
  const { intercept = (_, go) => go() } = options;
  const cloud = await ground.cloud({
    ...options,
    intercept(call, go) {
      const { RequestItems, TableName } = call.input as { RequestItems?: object; TableName?: string };
      tableName ??= TableName ?? Object.keys(RequestItems ?? {})[0];
      return intercept(call, go);
    },
  });
  // Its first call tells the name.
  await cloud.invoke('reconcile');
  if (tableName === undefined) throw new Error('No function has called the table');
  return { cloud, tableName };
}
