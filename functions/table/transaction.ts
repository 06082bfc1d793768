/** A `Change` as one DynamoDB transaction, and the transaction's refusal in the words of the change. */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { Change, Committed, Part } from '../../workflows/kernel/change.ts';
import { type Attributes, encode, withoutUndefined } from './items.ts';
import { type Key, tableSchema } from './keys.ts';

/** The part of the SDK's document client that the table asks for. */
export type Documents = Pick<DynamoDBDocumentClient, 'send'>;

/** A transaction holds so many items. */
export const MAX_PARTS = 100;

const ATTEMPTS = 6;

/** Conflicts and throttling outlasted every attempt. Nothing was written; the same commit may be tried later. */
export class TableBusy extends Error {
  override readonly name = 'TableBusy';
}

type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** Collects `#n` and `:v` placeholders, so that no field name has to be checked against reserved words. */
function makePlaceholders() {
  const names: Record<string, string> = {};
  const values: Record<string, unknown> = {};
  const name = (attribute: string) => {
    const known = Object.entries(names).find(([, held]) => held === attribute);
    if (known) return known[0];
    const placeholder = `#n${Object.keys(names).length}`;
    names[placeholder] = attribute;
    return placeholder;
  };
  const value = (held: unknown) => {
    const placeholder = `:v${Object.keys(values).length}`;
    values[placeholder] = held;
    return placeholder;
  };
  const used = () => ({
    ExpressionAttributeNames: names,
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  });
  return { name, value, used };
}

type Placeholders = ReturnType<typeof makePlaceholders>;

/** The item is there, and each field that the change expects is as it was seen. */
function conditionOf(part: Part, { name, value }: Placeholders): string {
  const expected = Object.entries(part.expect ?? {}).map(([field, seen]) =>
    seen === undefined ? `attribute_not_exists(${name(field)})` : `${name(field)} = ${value(withoutUndefined(seen))}`,
  );
  return [`attribute_exists(${name(tableSchema.partitionKey)})`, ...expected].join(' AND ');
}

/** Only what differs, so that a writer of other fields is not undone. */
function updateOf(before: Attributes, after: Attributes, { name, value }: Placeholders): string | undefined {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const changed = fields.filter((field) => field in after && !isDeepStrictEqual(before[field], after[field]));
  const gone = fields.filter((field) => !(field in after));
  const clauses = [
    ...(changed.length > 0
      ? [`SET ${changed.map((field) => `${name(field)} = ${value(after[field])}`).join(', ')}`]
      : []),
    ...(gone.length > 0 ? [`REMOVE ${gone.map(name).join(', ')}`] : []),
  ];
  return clauses.length > 0 ? clauses.join(' ') : undefined;
}

const keyIn = ({ pk, sk }: Key): Key => ({ pk, sk });

function itemOf(part: Part, TableName: string): TransactItem & { readonly key: Key } {
  const placeholders = makePlaceholders();
  const before = part.before && encode(part.before);
  const after = part.after && encode(part.after);
  if (part.isUnconditional) {
    if (after) return { key: keyIn(after), Put: { TableName, Item: after } };
    if (before) return { key: keyIn(before), Delete: { TableName, Key: keyIn(before) } };
  }
  if (before && after) {
    const key = keyIn(before);
    if (!isDeepStrictEqual(key, keyIn(after))) throw new Error(`Part ${part.name} would move ${key.pk} ${key.sk}`);
    const ConditionExpression = conditionOf(part, placeholders);
    const UpdateExpression = updateOf(before, after, placeholders);
    const common = { TableName, Key: key, ConditionExpression };
    return UpdateExpression === undefined
      ? { key, ConditionCheck: { ...common, ...placeholders.used() } }
      : { key, Update: { ...common, UpdateExpression, ...placeholders.used() } };
  }
  if (after) {
    if (part.expect) throw new Error(`Part ${part.name} puts a new item and cannot expect anything of it`);
    const ConditionExpression = `attribute_not_exists(${placeholders.name(tableSchema.partitionKey)})`;
    return { key: keyIn(after), Put: { TableName, Item: after, ConditionExpression, ...placeholders.used() } };
  }
  if (before) {
    const there = conditionOf(part, placeholders);
    const gone = `attribute_not_exists(${placeholders.name(tableSchema.partitionKey)})`;
    const ConditionExpression = part.mayBeGone ? `${gone} OR (${there})` : there;
    return {
      key: keyIn(before),
      Delete: { TableName, Key: keyIn(before), ConditionExpression, ...placeholders.used() },
    };
  }
  throw new Error(`Part ${part.name} neither puts, changes nor deletes`);
}

/** The change as the items of a transaction. What no transaction can hold is a bug and throws, before anything is sent. */
export function transactItems(change: Change, tableName: string): TransactItem[] {
  if (change.parts.length === 0) throw new Error('A change without parts');
  if (change.parts.length > MAX_PARTS) {
    throw new Error(`A change of ${change.parts.length} parts: a transaction holds ${MAX_PARTS}`);
  }
  const partOf = new Map<string, string>();
  return change.parts.map((part) => {
    const { key, ...item } = itemOf(part, tableName);
    const at = `${key.pk} ${key.sk}`;
    const other = partOf.get(at);
    if (other !== undefined) throw new Error(`Parts ${other} and ${part.name} both write ${at}`);
    partOf.set(at, part.name);
    return item;
  });
}

const passing: ReadonlySet<string> = new Set([
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
  'RequestLimitExceeded',
]);

const passingErrors: ReadonlySet<string> = new Set([
  'TransactionConflictException',
  'TransactionInProgressException',
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
]);

/** What a refused transaction means: parts that failed, `again`, or a bug, which throws. */
function meaningOf(error: unknown, change: Change): readonly string[] | 'again' {
  if (error instanceof TransactionCanceledException) {
    const reasons = (error.CancellationReasons ?? []).map(({ Code, Message }, at) => ({
      part: change.parts[at]?.name ?? `part ${at}`,
      code: Code ?? 'None',
      message: Message ?? '',
    }));
    const failed = reasons.filter(({ code }) => code === 'ConditionalCheckFailed').map(({ part }) => part);
    if (failed.length > 0) return failed;
    const others = reasons.filter(({ code }) => code !== 'None');
    if (others.length > 0 && others.every(({ code }) => passing.has(code))) return 'again';
    const told = others.map(({ part, code, message }) => `${part}: ${code} ${message}`).join('; ');
    throw new Error(`The table refused a change (${told})`, { cause: error });
  }
  if (error instanceof Error && passingErrors.has(error.name)) return 'again';
  throw error;
}

/** Full jitter: anything up to 25 ms, 50 ms, … 400 ms. */
const pause = (attempt: number) => Math.random() * 25 * 2 ** attempt;

/** One transaction, tried again on conflict: at most six attempts, with less than 25 + 50 + … + 400 = 775 ms between them in all. */
export async function commit(
  documents: Documents,
  tableName: string,
  change: Change,
  sleep: (ms: number) => Promise<void>,
  token: string = randomUUID(),
): Promise<Committed> {
  const TransactItems = transactItems(change, tableName);
  for (let attempt = 0; ; attempt += 1) {
    try {
      await documents.send(new TransactWriteCommand({ TransactItems, ClientRequestToken: token }));
      return { committed: true };
    } catch (error) {
      const meaning = meaningOf(error, change);
      if (meaning !== 'again') return { committed: false, failed: meaning };
      if (attempt + 1 === ATTEMPTS) {
        throw new TableBusy(`Not written after ${ATTEMPTS} attempts`, { cause: error });
      }
      await sleep(pause(attempt));
    }
  }
}
