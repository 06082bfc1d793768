/**
 * The table and its stream in memory, at the boundary of the SDK's clients: what `functions/table/` sends, answered as
 * DynamoDB answers it, without a database, a socket or marshalling. It understands exactly the expressions that
 * `functions/table/{queries,transaction}.ts` write and refuses anything else by name, so that nothing is ever answered
 * wrongly in silence. It holds because the contract of the store (`functions/table/store.test.ts`) runs over it and over
 * DynamoDB Local alike. For simulations only: nothing outlives the process, nothing is throttled, and an index never lags.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  DynamoDBServiceException,
  IdempotentParameterMismatchException,
  ResourceNotFoundException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import {
  type _Record,
  type AttributeValue,
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams';
import {
  BatchGetCommand,
  type BatchGetCommandInput,
  GetCommand,
  type GetCommandInput,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { bytesOf } from '../functions/table/items.ts';
import { tableSchema } from '../functions/table/keys.ts';
import type { Documents } from '../functions/table/transaction.ts';

/** Wraps each call: its name as the service has it, what was sent, and how to make it. */
export type Around = (command: string, input: unknown, go: () => Promise<unknown>) => Promise<unknown>;

export interface MemoryTable {
  /** A document client of this table. */
  documents(around?: Around): Documents;
  /** A client of its stream. */
  readonly streams: Pick<DynamoDBStreamsClient, 'send'>;
  readonly streamArn: string;
  /** Everything that is in it, in no order: what a scan would give. */
  all(): Iterable<Attributes>;
}

type Attributes = Readonly<Record<string, unknown>>;

/** A line of a partition, of the table or of an index: sorted by `sort`, then by the item's own key. */
interface Row {
  readonly sort: string;
  readonly pk: string;
  readonly sk: string;
  /** What a query of this partition gives: the item, or the keys that an index holds. */
  readonly attributes: Attributes;
  readonly bytes: number;
}

interface Line {
  readonly partition: string;
  readonly row: Row;
}

/** An item with where it stands. */
interface Stored {
  readonly item: Attributes;
  readonly line: Line;
  /** In the order of the schema's indexes. */
  readonly indexLines: readonly (Line | undefined)[];
}

const ITEM_BYTES = 400 * 1024;
const PAGE_BYTES = 1024 * 1024;
const BATCH_BYTES = 16 * 1024 * 1024;
const TRANSACTION_BYTES = 4 * 1024 * 1024;
const BATCH_KEYS = 100;
const TRANSACTION_ITEMS = 100;
const PARTITION_KEY_BYTES = 2048;
const SORT_KEY_BYTES = 1024;
const DEPTH = 32;

/** Amazon remembers a token for ten minutes; here so many transactions long. */
const TOKENS = 10_000;

/** What has been read is kept for those who read it again after a crash: so many records. */
const RECORDS_KEPT = 10_000;
const RECORDS_PER_PAGE = 1_000;

/** Something that `functions/table/` never sends: a bug here or there, never an answer. */
class NotUnderstood extends Error {
  override readonly name = 'NotUnderstood';
}

const $metadata = {};
const invalid = (message: string) =>
  new DynamoDBServiceException({ name: 'ValidationException', $fault: 'client', $metadata, message });

/** Only these fields may be there: another one would mean something, and be passed over. */
function onlyKnown(what: string, given: object | undefined, known: readonly string[]): void {
  for (const [name, value] of Object.entries(given ?? {}))
    if (value !== undefined && !known.includes(name)) throw new NotUnderstood(`${what} with ${name}`);
}

// ── Values ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A copy that nobody can change, of what DynamoDB holds as it was given; refuses the rest. */
function kept(value: unknown, depth = 0): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') {
    if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER) throw invalid(`${value} is no number`);
    return value === 0 ? 0 : value;
  }
  if (depth > DEPTH) throw invalid(`Nesting levels exceed the limit of ${DEPTH}`);
  if (Array.isArray(value)) return Object.freeze(value.map((held) => kept(held, depth + 1)));
  if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    const copy: Record<string, unknown> = {};
    for (const name of Object.keys(value)) copy[name] = kept((value as Attributes)[name], depth + 1);
    return Object.freeze(copy);
  }
  throw new NotUnderstood(
    `A value of type ${value === undefined ? 'undefined' : (value.constructor?.name ?? 'object')}`,
  );
}

const isEqual = (one: unknown, other: unknown): boolean =>
  one === other || (typeof one === 'object' && typeof other === 'object' && isDeepStrictEqual(one, other));

const IN_CODE_POINTS = /[\uD800-\uFFFF]/;

/** By the bytes of UTF-8, as DynamoDB sorts; text of JavaScript is in that order but for what lies beyond U+D7FF. */
function inOrder(one: string, other: string): number {
  if (one === other) return 0;
  if (IN_CODE_POINTS.test(one) || IN_CODE_POINTS.test(other)) {
    return Buffer.compare(Buffer.from(one), Buffer.from(other));
  }
  return one < other ? -1 : 1;
}

function keyText(value: unknown, name: string, bytes: number): string {
  if (typeof value !== 'string') throw invalid(`The key ${name} is no text`);
  if (value === '') throw invalid(`The key ${name} is empty`);
  if (Buffer.byteLength(value) > bytes) throw invalid(`The key ${name} is longer than ${bytes} bytes`);
  return value;
}

function keyOf(given: Attributes | undefined): { readonly pk: string; readonly sk: string } {
  const { partitionKey, sortKey } = tableSchema;
  onlyKnown('A key', given, [partitionKey, sortKey]);
  return {
    pk: keyText(given?.[partitionKey], partitionKey, PARTITION_KEY_BYTES),
    sk: keyText(given?.[sortKey], sortKey, SORT_KEY_BYTES),
  };
}

function storedAs(attributes: Attributes): Stored {
  const { partitionKey, sortKey, indexes } = tableSchema;
  const item = kept(attributes) as Attributes;
  const bytes = bytesOf(item);
  if (bytes > ITEM_BYTES) throw invalid('Item size has exceeded the maximum allowed size');
  const pk = keyText(item[partitionKey], partitionKey, PARTITION_KEY_BYTES);
  const sk = keyText(item[sortKey], sortKey, SORT_KEY_BYTES);
  const indexLines = indexes.map((index): Line | undefined => {
    const [partition, sort] = [item[index.partitionKey], item[index.sortKey]];
    if (partition !== undefined) keyText(partition, index.partitionKey, PARTITION_KEY_BYTES);
    if (sort !== undefined) keyText(sort, index.sortKey, SORT_KEY_BYTES);
    if (typeof partition !== 'string' || typeof sort !== 'string') return undefined;
    const keys = Object.freeze({ pk, sk, [index.partitionKey]: partition, [index.sortKey]: sort });
    return { partition, row: { sort, pk, sk, attributes: keys, bytes: bytesOf(keys) } };
  });
  return { item, line: { partition: pk, row: { sort: sk, pk, sk, attributes: item, bytes } }, indexLines };
}

// ── Partitions ──────────────────────────────────────────────────────────────────────────────────────────────────────

type Place = Pick<Row, 'sort' | 'pk' | 'sk'>;

const rowOrder = (one: Place, other: Place): number =>
  inOrder(one.sort, other.sort) || inOrder(one.pk, other.pk) || inOrder(one.sk, other.sk);

/** The first row for which `isFrom` holds, in rows of which it holds for none before some row and all after it. */
function firstAt(rows: readonly Row[], isFrom: (row: Row) => boolean): number {
  let from = 0;
  let to = rows.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (isFrom(rows[middle] as Row)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** Rows by partition, each in order. */
class Partitions {
  readonly #partitions = new Map<string, Row[]>();

  rowsOf(partition: string): readonly Row[] {
    return this.#partitions.get(partition) ?? [];
  }

  /** Takes a row's place, or makes room for it. */
  set({ partition, row }: Line): void {
    const rows = this.#partitions.get(partition);
    if (rows === undefined) {
      this.#partitions.set(partition, [row]);
      return;
    }
    const at = firstAt(rows, (each) => rowOrder(each, row) >= 0);
    const there = rows[at];
    rows.splice(at, there !== undefined && rowOrder(there, row) === 0 ? 1 : 0, row);
  }

  delete({ partition, row }: Line): void {
    const rows = this.#partitions.get(partition) ?? [];
    const at = firstAt(rows, (each) => rowOrder(each, row) >= 0);
    rows.splice(at, 1);
    if (rows.length === 0) this.#partitions.delete(partition);
  }
}

// ── Expressions ─────────────────────────────────────────────────────────────────────────────────────────────────────

type Term =
  | { readonly is: 'there' | 'absent'; readonly name: string }
  | { readonly is: 'equal'; readonly name: string; readonly value: string };

interface Clauses {
  readonly set: readonly { readonly name: string; readonly value: string }[];
  readonly remove: readonly string[];
}

interface Range {
  readonly name: string;
  readonly value: string;
  readonly sort?: {
    readonly name: string;
    readonly is: 'after' | 'prefix' | 'between';
    readonly values: readonly string[];
  };
}

const reading =
  <T>(parse: (text: string) => T) =>
  (known: Map<string, T> = new Map()) =>
  (text: string): T => {
    const parsed = known.get(text) ?? parse(text);
    known.set(text, parsed);
    return parsed;
  };

function readTerm(text: string): Term {
  const [, there, absent, name, value] =
    /^(?:attribute_exists\((#\w+)\)|attribute_not_exists\((#\w+)\)|(#\w+) = (:\w+))$/.exec(text) ?? [];
  if (there !== undefined) return { is: 'there', name: there };
  if (absent !== undefined) return { is: 'absent', name: absent };
  if (name !== undefined && value !== undefined) return { is: 'equal', name, value };
  throw new NotUnderstood(`The condition ${text}`);
}

/** `term AND term`, or `term OR (term AND term)`: alternatives, in each of which every term has to hold. */
const readCondition = reading((text): readonly (readonly Term[])[] => {
  const [, first, rest] = /^([^ ]+) OR \((.+)\)$/.exec(text) ?? [];
  const alternatives = first !== undefined && rest !== undefined ? [first, rest] : [text];
  return alternatives.map((each) => each.split(' AND ').map(readTerm));
})();

const readUpdate = reading((text): Clauses => {
  const [, set, remove] =
    /^(?:SET (#\w+ = :\w+(?:, #\w+ = :\w+)*))?(?:(?:^| )REMOVE (#\w+(?:, #\w+)*))?$/.exec(text) ?? [];
  if (set === undefined && remove === undefined) throw new NotUnderstood(`The update ${text}`);
  const pairs = set?.split(', ').map((pair) => pair.split(' = ')) ?? [];
  return {
    set: pairs.map(([name = '', value = '']) => ({ name, value })),
    remove: remove?.split(', ') ?? [],
  };
})();

const readKeyCondition = reading((text): Range => {
  const [, name, value, after, afterValue, prefix, prefixValue, between, from, to] =
    /^(#\w+) = (:\w+)(?: AND (?:(#\w+) > (:\w+)|begins_with\((#\w+), (:\w+)\)|(#\w+) BETWEEN (:\w+) AND (:\w+)))?$/.exec(
      text,
    ) ?? [];
  if (name === undefined || value === undefined) throw new NotUnderstood(`The key condition ${text}`);
  if (after && afterValue) return { name, value, sort: { name: after, is: 'after', values: [afterValue] } };
  if (prefix && prefixValue) return { name, value, sort: { name: prefix, is: 'prefix', values: [prefixValue] } };
  if (between && from && to) return { name, value, sort: { name: between, is: 'between', values: [from, to] } };
  return { name, value };
})();

/** What `#n` and `:v` stand for; `close` refuses, as DynamoDB does, those that were given and not used. */
function placeholders(
  names: Readonly<Record<string, string>> | undefined,
  values: Readonly<Record<string, unknown>> | undefined,
) {
  const used = new Set<string>();
  return {
    name(placeholder: string): string {
      used.add(placeholder);
      const name = names?.[placeholder];
      if (name === undefined) throw invalid(`The attribute name ${placeholder} is not defined`);
      return name;
    },
    value(placeholder: string): unknown {
      used.add(placeholder);
      const value = values?.[placeholder];
      if (value === undefined) throw invalid(`The attribute value ${placeholder} is not defined`);
      return kept(value);
    },
    close(): void {
      const unused = [...Object.keys(names ?? {}), ...Object.keys(values ?? {})].filter((each) => !used.has(each));
      if (unused.length > 0) throw invalid(`Unused in expressions: ${unused.join(', ')}`);
    },
  };
}

type Placeholders = ReturnType<typeof placeholders>;

function holds(text: string | undefined, item: Attributes | undefined, { name, value }: Placeholders): boolean {
  if (text === undefined) return true;
  // Every term is looked at, so that each of its placeholders counts as used.
  const results = readCondition(text).map((terms) =>
    terms.map((term) => {
      const attribute = name(term.name);
      const held = item?.[attribute];
      if (term.is !== 'equal') return (held !== undefined) === (term.is === 'there');
      const wanted = value(term.value);
      return held !== undefined && isEqual(held, wanted);
    }),
  );
  return results.some((terms) => terms.every(Boolean));
}

// ── The table ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** What one item of a transaction comes to. */
interface Write {
  readonly before: Stored | undefined;
  readonly after: Stored | undefined;
}

type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

const CONDITION = ['TableName', 'ConditionExpression', 'ExpressionAttributeNames', 'ExpressionAttributeValues'];

export function makeMemoryTable(tableName: string): MemoryTable {
  const table = new Partitions();
  const indexes = tableSchema.indexes.map((names) => ({ names, partitions: new Partitions() }));
  const byKey = new Map<string, Stored>();
  const tokens = new Map<string, TransactWriteCommandInput['TransactItems']>();
  const stream = makeMemoryStream(`arn:aws:dynamodb:eu-west-2:000000000000:table/${tableName}/stream/memory`);

  const textOf = ({ pk, sk }: { readonly pk: string; readonly sk: string }) => `${pk}\0${sk}`;

  function checkName(name: string | undefined): void {
    if (name !== tableName) throw new ResourceNotFoundException({ message: `No table ${name}`, $metadata });
  }

  function write({ before, after }: Write): void {
    if (before && after && isDeepStrictEqual(before.item, after.item)) return;
    indexes.forEach(({ partitions }, at) => {
      const [old, next] = [before?.indexLines[at], after?.indexLines[at]];
      if (old && next && old.partition === next.partition && old.row.sort === next.row.sort) return;
      if (old) partitions.delete(old);
      if (next) partitions.set(next);
    });
    if (after) {
      table.set(after.line);
      byKey.set(textOf(after.line.row), after);
      stream.add(before ? 'MODIFY' : 'INSERT', after.line.row, after.item);
    } else if (before) {
      table.delete(before.line);
      byKey.delete(textOf(before.line.row));
      stream.add('REMOVE', before.line.row, undefined);
    }
  }

  function get(input: GetCommandInput) {
    onlyKnown('GetCommand', input, ['TableName', 'Key', 'ConsistentRead']);
    checkName(input.TableName);
    const found = byKey.get(textOf(keyOf(input.Key)));
    return { $metadata, ...(found && { Item: found.item }) };
  }

  function batchGet(input: BatchGetCommandInput) {
    onlyKnown('BatchGetCommand', input, ['RequestItems']);
    const [[name, asked] = [], ...more] = Object.entries(input.RequestItems ?? {});
    if (more.length > 0) throw new NotUnderstood('BatchGetCommand over several tables');
    checkName(name);
    onlyKnown('BatchGetCommand', asked, ['Keys', 'ConsistentRead']);
    const keys = (asked?.Keys ?? []).map(keyOf);
    if (keys.length === 0 || keys.length > BATCH_KEYS) throw invalid(`${keys.length} keys in one batch`);
    if (new Set(keys.map(textOf)).size < keys.length) throw invalid('Provided list of item keys contains duplicates');
    const items: Attributes[] = [];
    let bytes = 0;
    for (const [at, key] of keys.entries()) {
      const found = byKey.get(textOf(key));
      if (!found) continue;
      bytes += found.line.row.bytes;
      if (bytes > BATCH_BYTES) {
        const Keys = keys.slice(at);
        return { $metadata, Responses: { [tableName]: items }, UnprocessedKeys: { [tableName]: { ...asked, Keys } } };
      }
      items.push(found.item);
    }
    return { $metadata, Responses: { [tableName]: items }, UnprocessedKeys: {} };
  }

  function query(input: QueryCommandInput) {
    onlyKnown('QueryCommand', input, [
      'TableName',
      'IndexName',
      'ConsistentRead',
      'KeyConditionExpression',
      'ExpressionAttributeNames',
      'ExpressionAttributeValues',
      'Limit',
      'ExclusiveStartKey',
    ]);
    checkName(input.TableName);
    const index = indexes.find(({ names }) => names.name === input.IndexName);
    if (input.IndexName !== undefined && !index) throw invalid(`The table has no index ${input.IndexName}`);
    if (index && input.ConsistentRead) throw invalid('Consistent reads are not supported on global secondary indexes');
    const { partitionKey, sortKey } = index?.names ?? tableSchema;
    const partitions = index?.partitions ?? table;
    const held = placeholders(input.ExpressionAttributeNames, input.ExpressionAttributeValues);
    const range = readKeyCondition(input.KeyConditionExpression ?? '');
    if (held.name(range.name) !== partitionKey) throw invalid(`Query condition missed the key ${partitionKey}`);
    const partition = keyText(held.value(range.value), partitionKey, PARTITION_KEY_BYTES);
    if (range.sort && held.name(range.sort.name) !== sortKey)
      throw invalid(`Query condition missed the key ${sortKey}`);
    const [first = '', last = ''] = (range.sort?.values ?? []).map((value) =>
      keyText(held.value(value), sortKey, SORT_KEY_BYTES),
    );
    held.close();
    const is = range.sort?.is;
    if (is === 'between' && inOrder(first, last) > 0) throw invalid('The BETWEEN operator needs its bounds in order');
    const isBefore = (sort: string): boolean =>
      is !== undefined && (is === 'after' ? inOrder(sort, first) <= 0 : inOrder(sort, first) < 0);
    const isBeyond = (sort: string): boolean =>
      is === 'prefix' ? !sort.startsWith(first) : is === 'between' && inOrder(sort, last) > 0;
    const rows = partitions.rowsOf(partition);
    let at = firstAt(rows, ({ sort }) => !isBefore(sort));
    if (input.ExclusiveStartKey) {
      const start = startOf(input.ExclusiveStartKey, index?.names, partition);
      if (isBefore(start.sort) || isBeyond(start.sort)) {
        throw invalid('The provided starting key is outside query boundaries based on provided conditions');
      }
      at = firstAt(rows, (row) => rowOrder(row, start) > 0);
    }
    const limit = input.Limit ?? Number.POSITIVE_INFINITY;
    if (limit < 1) throw invalid(`Limit is ${limit}`);
    const Items: Attributes[] = [];
    let bytes = 0;
    for (; at < rows.length; at += 1) {
      const row = rows[at] as Row;
      if (isBeyond(row.sort)) break;
      Items.push(row.attributes);
      bytes += row.bytes;
      if (Items.length === limit || bytes > PAGE_BYTES) {
        const LastEvaluatedKey = { pk: row.pk, sk: row.sk, [partitionKey]: partition, [sortKey]: row.sort };
        return { $metadata, Items, Count: Items.length, ScannedCount: Items.length, LastEvaluatedKey };
      }
    }
    return { $metadata, Items, Count: Items.length, ScannedCount: Items.length };
  }

  function startOf(
    given: Attributes,
    names: (typeof tableSchema.indexes)[number] | undefined,
    partition: string,
  ): Place {
    const { partitionKey, sortKey, ...own } = tableSchema;
    const wanted = [partitionKey, sortKey, ...(names ? [names.partitionKey, names.sortKey] : [])];
    if (Object.keys(given).length !== wanted.length) throw invalid('The provided starting key is invalid');
    const { partitionKey: at, sortKey: by } = names ?? { ...own, partitionKey, sortKey };
    if (given[at] !== partition) throw invalid('The provided starting key is outside query boundaries');
    return {
      sort: keyText(given[by], by, SORT_KEY_BYTES),
      pk: keyText(given[partitionKey], partitionKey, PARTITION_KEY_BYTES),
      sk: keyText(given[sortKey], sortKey, SORT_KEY_BYTES),
    };
  }

  /** What the item of a transaction would do, or how its condition failed. */
  function planned(
    given: TransactItem,
  ): { readonly key: string; readonly write: Write } | { readonly key: string; readonly code: string } {
    onlyKnown('A transaction', given, ['Put', 'Update', 'Delete', 'ConditionCheck']);
    if (Object.values(given).filter(Boolean).length !== 1) throw invalid('An item of a transaction does one thing');
    const { Put, Update, Delete, ConditionCheck } = given;
    const part = Put ?? Update ?? Delete ?? ConditionCheck;
    checkName(part?.TableName);
    if (Put) onlyKnown('Put', Put, [...CONDITION, 'Item']);
    if (Update) onlyKnown('Update', Update, [...CONDITION, 'Key', 'UpdateExpression']);
    if (Delete) onlyKnown('Delete', Delete, [...CONDITION, 'Key']);
    if (ConditionCheck) onlyKnown('ConditionCheck', ConditionCheck, [...CONDITION, 'Key']);
    const { partitionKey, sortKey } = tableSchema;
    const place = keyOf(
      Put
        ? { [partitionKey]: Put.Item?.[partitionKey], [sortKey]: Put.Item?.[sortKey] }
        : part && 'Key' in part
          ? part.Key
          : undefined,
    );
    const key = textOf(place);
    const before = byKey.get(key);
    const held = placeholders(part?.ExpressionAttributeNames, part?.ExpressionAttributeValues);
    const isHeld = holds(part?.ConditionExpression, before?.item, held);
    const changed = Update && updated(Update.UpdateExpression ?? '', before?.item ?? place, held);
    held.close();
    if (!isHeld) return { key, code: 'ConditionalCheckFailed' };
    if (ConditionCheck) return { key, write: { before, after: before } };
    if (Delete) return { key, write: { before, after: undefined } };
    return { key, write: { before, after: storedAs(changed ?? Put?.Item ?? {}) } };
  }

  function updated(text: string, item: Attributes, { name, value }: Placeholders): Attributes {
    const { set, remove } = readUpdate(text);
    const result: Record<string, unknown> = { ...item };
    for (const clause of set) {
      const attribute = name(clause.name);
      if (attribute === tableSchema.partitionKey || attribute === tableSchema.sortKey) {
        throw invalid(`Cannot update attribute ${attribute}. This attribute is part of the key`);
      }
      result[attribute] = value(clause.value);
    }
    for (const placeholder of remove) delete result[name(placeholder)];
    return result;
  }

  function transactWrite(input: TransactWriteCommandInput) {
    onlyKnown('TransactWriteCommand', input, ['TransactItems', 'ClientRequestToken']);
    const { TransactItems = [], ClientRequestToken: token } = input;
    if (TransactItems.length === 0 || TransactItems.length > TRANSACTION_ITEMS) {
      throw invalid(`${TransactItems.length} items in one transaction`);
    }
    if (token !== undefined) {
      const known = tokens.get(token);
      if (known && isDeepStrictEqual(known, TransactItems)) return { $metadata };
      if (known) throw new IdempotentParameterMismatchException({ message: 'Another transaction had it', $metadata });
    }
    const plans = TransactItems.map(planned);
    if (new Set(plans.map(({ key }) => key)).size < plans.length) {
      throw invalid('Transaction request cannot include multiple operations on one item');
    }
    const bytes = plans.reduce((sum, plan) => sum + ('write' in plan ? (plan.write.after?.line.row.bytes ?? 0) : 0), 0);
    if (bytes > TRANSACTION_BYTES) throw invalid('The transaction is larger than 4 MB');
    if (plans.some((plan) => 'code' in plan)) {
      throw new TransactionCanceledException({
        message: 'Transaction cancelled, please refer cancellation reasons for specific reasons',
        $metadata,
        CancellationReasons: plans.map((plan) =>
          'code' in plan ? { Code: plan.code, Message: 'The conditional request failed' } : { Code: 'None' },
        ),
      });
    }
    for (const plan of plans) if ('write' in plan) write(plan.write);
    if (token !== undefined) {
      tokens.set(token, TransactItems);
      if (tokens.size > TOKENS) tokens.delete(tokens.keys().next().value as string);
    }
    return { $metadata };
  }

  /** The command by the name that the service has for it, and what it does here. */
  function callOf(command: unknown): { readonly name: string; readonly input: object; readonly run: () => object } {
    if (command instanceof GetCommand) return { name: 'GetItem', input: command.input, run: () => get(command.input) };
    if (command instanceof QueryCommand)
      return { name: 'Query', input: command.input, run: () => query(command.input) };
    if (command instanceof BatchGetCommand)
      return { name: 'BatchGetItem', input: command.input, run: () => batchGet(command.input) };
    if (command instanceof TransactWriteCommand)
      return { name: 'TransactWriteItems', input: command.input, run: () => transactWrite(command.input) };
    throw new NotUnderstood(`The command ${(command as object).constructor.name}`);
  }

  return {
    documents: (around = (_command, _input, go) => go()) => {
      const send = async (command: unknown): Promise<unknown> => {
        const { name, input, run } = callOf(command);
        return around(name, input, async () => run());
      };
      return { send: send as Documents['send'] };
    },
    streams: stream.client,
    streamArn: stream.arn,
    *all() {
      for (const { item } of byKey.values()) yield item;
    },
  };
}

// ── The stream ──────────────────────────────────────────────────────────────────────────────────────────────────────

interface Change {
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly keys: { readonly pk: string; readonly sk: string };
  readonly item: Attributes | undefined;
  readonly at: Date;
}

function typed(value: unknown): AttributeValue {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (value === null) return { NULL: true };
  if (Array.isArray(value)) return { L: value.map(typed) };
  return { M: typedMap(value as Attributes) };
}

const typedMap = (attributes: Attributes): Record<string, AttributeValue> => {
  const result: Record<string, AttributeValue> = {};
  for (const name of Object.keys(attributes)) result[name] = typed(attributes[name]);
  return result;
};

/** One shard that never closes. It keeps what nobody has read yet, and of the rest the last {@link RECORDS_KEPT}. */
function makeMemoryStream(arn: string) {
  const SHARD = 'shardId-00000000000000000000-00000000';
  const records: Change[] = [];
  /** The number of the first record that is still there; they count from 1. */
  let oldest = 1;
  let readUpTo = 0;

  const numbered = (n: number) => String(n).padStart(21, '0');

  function trim(): void {
    const many = Math.min(readUpTo + 1 - oldest, records.length - RECORDS_KEPT);
    // In pieces: to shift an array costs its length.
    if (many < RECORDS_KEPT) return;
    records.splice(0, many);
    oldest += many;
  }

  function recordOf({ eventName, keys: { pk, sk }, item, at }: Change, n: number): _Record {
    return {
      eventID: `memory-${n}`,
      eventName,
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: arn.split(':')[3],
      dynamodb: {
        ApproximateCreationDateTime: at,
        Keys: typedMap({ pk, sk }),
        ...(item && { NewImage: typedMap(item) }),
        SequenceNumber: numbered(n),
        SizeBytes: item ? bytesOf(item) : bytesOf({ pk, sk }),
        StreamViewType: tableSchema.stream,
      },
    };
  }

  function getRecords({ ShardIterator = '', Limit }: GetRecordsCommand['input']) {
    const from = Number(/^from (\d+)$/.exec(ShardIterator)?.[1]);
    if (!Number.isInteger(from)) throw new ExpiredIteratorException({ message: ShardIterator, $metadata });
    if (from < oldest) throw new TrimmedDataAccessException({ message: `Before ${numbered(oldest)}`, $metadata });
    const Records: _Record[] = [];
    let bytes = 0;
    const most = Math.min(Limit ?? RECORDS_PER_PAGE, RECORDS_PER_PAGE);
    for (let at = from - oldest; at < records.length && Records.length < most && bytes < PAGE_BYTES; at += 1) {
      const record = recordOf(records[at] as Change, oldest + at);
      bytes += record.dynamodb?.SizeBytes ?? 0;
      Records.push(record);
    }
    readUpTo = Math.max(readUpTo, from + Records.length - 1);
    trim();
    return { $metadata, Records, NextShardIterator: `from ${from + Records.length}` };
  }

  function getShardIterator({ ShardId, ShardIteratorType, SequenceNumber }: GetShardIteratorCommand['input']) {
    if (ShardId !== SHARD) throw new ResourceNotFoundException({ message: `No shard ${ShardId}`, $metadata });
    if (ShardIteratorType === 'TRIM_HORIZON') return { $metadata, ShardIterator: `from ${oldest}` };
    if (ShardIteratorType !== 'AFTER_SEQUENCE_NUMBER') throw new NotUnderstood(`An iterator ${ShardIteratorType}`);
    const from = Number(SequenceNumber) + 1;
    if (!(from >= oldest)) throw new TrimmedDataAccessException({ message: `Before ${numbered(oldest)}`, $metadata });
    return { $metadata, ShardIterator: `from ${from}` };
  }

  const send = async (command: unknown): Promise<unknown> => {
    if (command instanceof GetRecordsCommand) return getRecords(command.input);
    if (command instanceof GetShardIteratorCommand) return getShardIterator(command.input);
    if (command instanceof DescribeStreamCommand) {
      const { StreamArn, ExclusiveStartShardId } = command.input;
      if (StreamArn !== arn) throw new ResourceNotFoundException({ message: `No stream ${StreamArn}`, $metadata });
      const SequenceNumberRange = { StartingSequenceNumber: numbered(oldest) };
      const Shards = ExclusiveStartShardId === undefined ? [{ ShardId: SHARD, SequenceNumberRange }] : [];
      return { $metadata, StreamDescription: { StreamArn: arn, StreamStatus: 'ENABLED', Shards } };
    }
    throw new NotUnderstood(`The command ${(command as object).constructor.name}`);
  };

  return {
    arn,
    add(eventName: Change['eventName'], keys: Change['keys'], item: Attributes | undefined): void {
      records.push({ eventName, keys, item, at: new Date() });
    },
    client: { send: send as DynamoDBStreamsClient['send'] },
  };
}
