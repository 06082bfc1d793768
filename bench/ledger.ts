/** What the functions use while they work: units of the table, messages, events, by function. */
import {
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import { tableSchema } from '../functions/table/keys.ts';
import type { Call, Intercept } from '../local/cloud.ts';
import { dynamoCall } from './calls.ts';
import { getUnits, queryUnits, type StoredItem, transactWriteUnits } from './capacity.ts';

export interface Entry {
  invocations: number;
  reads: number;
  readUnits: number;
  transactions: number;
  writeUnits: number;
}

export interface Ledger {
  readonly intercept: Intercept;
  readonly byFunction: ReadonlyMap<string, Readonly<Entry>>;
  readonly messages: () => number;
  readonly events: () => number;
  /** Invocations that called nothing cannot be seen: the highest number of any, to compare the sum with. */
  readonly lastInvocation: () => number;
}

const textOf = ({ [tableSchema.partitionKey]: pk, [tableSchema.sortKey]: sk }: StoredItem): string =>
  `${pk?.S} ${sk?.S}`;

const keyOf = (item: StoredItem): StoredItem =>
  Object.fromEntries(
    [tableSchema.partitionKey, tableSchema.sortKey].flatMap((name) => (item[name] ? [[name, item[name]]] : [])),
  );

/** The key that a part of a transaction writes. */
const keyWritten = ({ Put, Update, Delete, ConditionCheck }: TransactWriteItem): StoredItem =>
  keyOf(Put?.Item ?? Update?.Key ?? Delete?.Key ?? ConditionCheck?.Key ?? {});

/** Reads with a client of its own what each call concerned, so that the time of the calls means nothing any more. */
export function makeLedger(client: DynamoDBClient): Ledger {
  const byFunction = new Map<string, Entry>();
  const seen = new Set<number>();
  let messages = 0;
  let events = 0;

  function entryOf({ function: name, invocation }: Call): Entry {
    const entry = byFunction.get(name) ?? { invocations: 0, reads: 0, readUnits: 0, transactions: 0, writeUnits: 0 };
    byFunction.set(name, entry);
    if (!seen.has(invocation)) entry.invocations += 1;
    seen.add(invocation);
    return entry;
  }

  async function itemsAt(tableName: string, keys: readonly StoredItem[]): Promise<ReadonlyMap<string, StoredItem>> {
    const RequestItems = { [tableName]: { Keys: keys.map((key) => ({ ...key })), ConsistentRead: true } };
    const { Responses } = await client.send(new BatchGetItemCommand({ RequestItems }));
    return new Map((Responses?.[tableName] ?? []).map((item) => [textOf(item), item]));
  }

  async function transaction(call: Call, items: readonly TransactWriteItem[], go: () => Promise<unknown>) {
    const [first] = items;
    const tableName = Object.values(first ?? {})[0]?.TableName ?? '';
    const keys = items.map(keyWritten);
    const before = await itemsAt(tableName, keys);
    const answer = await go();
    const after = await itemsAt(tableName, keys);
    const entry = entryOf(call);
    entry.transactions += 1;
    for (const key of keys) entry.writeUnits += transactWriteUnits(before.get(textOf(key)), after.get(textOf(key)));
    return answer;
  }

  async function unitsOfRead(call: Call): Promise<number> {
    const made = dynamoCall(call.command, call.input);
    switch (made.command) {
      case 'GetItem':
        return getUnits([(await client.send(new GetItemCommand(made.input))).Item]);
      case 'BatchGetItem': {
        const found = await client.send(new BatchGetItemCommand(made.input));
        const items = Object.values(found.Responses ?? {}).flat();
        return getUnits([...items, ...Array.from({ length: keysIn(made.input) - items.length }, () => undefined)]);
      }
      case 'Query': {
        const { Items = [] } = await client.send(new QueryCommand(made.input));
        return queryUnits(Items, made.input.ConsistentRead === true);
      }
      case 'TransactWriteItems':
        throw new Error('A transaction is no read');
      default:
        throw new Error(`No units of ${(made satisfies never as { command: string }).command}`);
    }
  }

  return {
    byFunction,
    messages: () => messages,
    events: () => events,
    lastInvocation: () => Math.max(0, ...seen),
    async intercept(call, go) {
      if (call.service === 'ses') messages += 1;
      if (call.service === 'events') events += (call.input as { Entries: readonly unknown[] }).Entries.length;
      if (call.command === 'TransactWriteItems')
        return transaction(call, (call.input as { TransactItems: TransactWriteItem[] }).TransactItems, go);
      const entry = entryOf(call);
      if (call.service !== 'dynamodb') return go();
      entry.reads += 1;
      entry.readUnits += await unitsOfRead(call);
      return go();
    },
  };
}

const keysIn = ({ RequestItems = {} }: BatchGetItemCommandInput): number =>
  Object.values(RequestItems).reduce((sum, { Keys = [] }) => sum + Keys.length, 0);
