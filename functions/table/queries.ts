/** Reading: single items, whole partitions, and pages over an index whose rows are read again consistently. */
import { BatchGetCommand, GetCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Item } from '../../workflows/kernel/change.ts';
import { type Attributes, decode } from './items.ts';
import { dueKeysOf, type IndexId, isWithin, type Key, listKeysOf, type Segment, tableSchema } from './keys.ts';
import { type Documents, TableBusy } from './transaction.ts';

export interface Paging {
  /** How many at most: 50 unless given. */
  readonly limit?: number | undefined;
  /** Where the page before ended. */
  readonly cursor?: string | undefined;
}

/** A page of those items only that `keep` says yes to; what it drops does not make the page shorter. */
export interface Listing<T> extends Paging {
  readonly keep?: ((item: T) => boolean) | undefined;
  /** What it says no to by the sort key in the index is not even read. */
  readonly keepKey?: ((sortKey: string) => boolean) | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next page begins; `null` after the last. */
  readonly cursor: string | null;
}

/** A cursor that no list of this kind has given out: the caller's mistake, never ours. */
export class BadCursor extends Error {
  override readonly name = 'BadCursor';
}

const DEFAULT_LIMIT = 50;

/** What BatchGetItem takes at once. */
const BATCH = 100;

const BATCH_ATTEMPTS = 6;

/** A key row is some 250 bytes, and DynamoDB answers with 1 MB at most. */
const KEYS_AT_ONCE = 4000;

type ItemOf<T extends Item['type']> = Extract<Item, { type: T }>;

/** What an index knows of an item: keys only. */
interface Row extends Key {
  readonly segment: Segment;
  readonly sortKey: string;
}

const namesOf = (index: IndexId | undefined) =>
  tableSchema.indexes.find(({ id }) => id === index) ?? { ...tableSchema, name: undefined };

const PARTITION_BYTES = 2048;
const SORT_BYTES = 1024;

/** Whether an item could have that key: ids come from addresses that anybody may type, of any length. */
const isPossible = (partition: string, sort: string) =>
  Buffer.byteLength(partition) <= PARTITION_BYTES && Buffer.byteLength(sort) <= SORT_BYTES;

const isPossibleSegment = ({ partition, prefix, between }: Segment) =>
  isPossible(partition, prefix ?? between?.[1] ?? '');

const keyText = (bytes: number) =>
  z
    .string()
    .min(1)
    .refine((text) => Buffer.byteLength(text) <= bytes);

/** Partition and sort key in the index, then the item's own. */
const Position = z.tuple([
  keyText(PARTITION_BYTES),
  keyText(SORT_BYTES),
  keyText(PARTITION_BYTES),
  keyText(SORT_BYTES),
]);

/** In the list of open tasks every inbox is sorted alike, so one sort key is a place in all of them. */
const MergedPosition = z.tuple([keyText(SORT_BYTES)]);

const toCursor = (position: readonly string[]) => Buffer.from(JSON.stringify(position)).toString('base64url');

function fromCursor<T>(schema: z.ZodType<T>, cursor: string): T {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch (cause) {
    throw new BadCursor('This cursor is not one of ours', { cause });
  }
}

/** The item read again is still where the index said. */
function isStillThere(item: Item, segment: Segment): boolean {
  const { index, partition } = segment;
  if (index === undefined) return true;
  const stands = index === 'due' ? dueKeysOf(item) : listKeysOf(item);
  const sortKey = stands[`${index}Sk`];
  return stands[`${index}Pk`] === partition && sortKey !== undefined && isWithin(segment, sortKey);
}

const textOf = ({ pk, sk }: Key) => `${pk} ${sk}`;

export function makeQueries(documents: Documents, TableName: string, sleep: (ms: number) => Promise<void>) {
  /** The item with that key, read consistently. */
  async function get<T extends Item['type']>(type: T, key: Key): Promise<ItemOf<T> | undefined> {
    if (!isPossible(key.pk, key.sk)) return undefined;
    const { Item: stored } = await documents.send(new GetCommand({ TableName, Key: key, ConsistentRead: true }));
    return stored && only(type, stored);
  }

  function only<T extends Item['type']>(type: T, stored: Attributes): ItemOf<T> {
    const item = decode(stored);
    if (item.type !== type) throw new Error(`Item ${stored['pk']} ${stored['sk']} is no ${type}`);
    return item as ItemOf<T>;
  }

  const isOf = <T extends Item['type']>(item: Item, ...types: readonly T[]): item is ItemOf<T> =>
    (types as readonly string[]).includes(item.type);

  /** The items with these keys, read consistently, by the text of their key; those that are not there are left out. */
  async function batch(keys: readonly Key[]): Promise<ReadonlyMap<string, Item>> {
    const possible = keys.filter(({ pk, sk }) => isPossible(pk, sk));
    const wanted = [...new Map(possible.map(({ pk, sk }) => [textOf({ pk, sk }), { pk, sk }])).values()];
    const found = new Map<string, Item>();
    const chunks = Array.from({ length: Math.ceil(wanted.length / BATCH) }, (_, n) =>
      wanted.slice(n * BATCH, (n + 1) * BATCH),
    );
    await Promise.all(
      chunks.map(async (chunk) => {
        let left: Attributes[] = chunk.map((key) => ({ ...key }));
        for (let attempt = 0; left.length > 0; attempt += 1) {
          if (attempt === BATCH_ATTEMPTS) throw new TableBusy(`Not read after ${BATCH_ATTEMPTS} attempts`);
          if (attempt > 0) await sleep(Math.random() * 25 * 2 ** attempt);
          const { Responses, UnprocessedKeys } = await documents.send(
            new BatchGetCommand({ RequestItems: { [TableName]: { Keys: left, ConsistentRead: true } } }),
          );
          for (const stored of Responses?.[TableName] ?? []) {
            found.set(textOf(stored as Attributes & Key), decode(stored));
          }
          left = UnprocessedKeys?.[TableName]?.Keys ?? [];
        }
      }),
    );
    return found;
  }

  /** The items with these keys, in this order. */
  async function getAll<T extends Item['type']>(type: T, keys: readonly Key[]): Promise<readonly ItemOf<T>[]> {
    const found = await batch(keys);
    return keys.flatMap((key) => {
      const item = found.get(textOf(key));
      return item && isOf(item, type) ? [item] : [];
    });
  }

  function queryOf(segment: Segment, after?: string): QueryCommandInput {
    const { index, partition, prefix, between } = segment;
    const { name, partitionKey, sortKey } = namesOf(index);
    const range =
      after !== undefined
        ? { text: ' AND #sort > :after', values: { ':after': after } }
        : prefix !== undefined
          ? { text: ' AND begins_with(#sort, :prefix)', values: { ':prefix': prefix } }
          : between !== undefined
            ? { text: ' AND #sort BETWEEN :from AND :to', values: { ':from': between[0], ':to': between[1] } }
            : { text: '', values: {} };
    return {
      TableName,
      ...(name === undefined ? { ConsistentRead: true } : { IndexName: name }),
      KeyConditionExpression: `#partition = :partition${range.text}`,
      ExpressionAttributeNames: { '#partition': partitionKey, ...(range.text !== '' && { '#sort': sortKey }) },
      ExpressionAttributeValues: { ':partition': partition, ...range.values },
    };
  }

  /** All items of a stretch of one partition of the table itself, consistently, in order; at most `limit`. */
  async function readAll<T extends Item['type']>(
    types: readonly T[],
    segment: Segment,
    limit = Number.POSITIVE_INFINITY,
  ): Promise<readonly ItemOf<T>[]> {
    const items: ItemOf<T>[] = [];
    if (!isPossibleSegment(segment)) return items;
    let ExclusiveStartKey: Attributes | undefined;
    do {
      const left = limit - items.length;
      const answer = await documents.send(
        new QueryCommand({
          ...queryOf(segment),
          ...(Number.isFinite(left) && { Limit: left }),
          ...(ExclusiveStartKey && { ExclusiveStartKey }),
        }),
      );
      for (const stored of answer.Items ?? []) {
        const item = decode(stored);
        if (!isOf(item, ...types)) throw new Error(`Item ${stored['pk']} ${stored['sk']} is no ${types.join(' or ')}`);
        items.push(item);
      }
      ExclusiveStartKey = answer.LastEvaluatedKey;
    } while (ExclusiveStartKey && items.length < limit);
    return items;
  }

  /** Rows of one segment of an index, from a position on, and whether there may be more. */
  async function rowsOf(
    segment: Segment,
    limit: number,
    from: { readonly start?: Attributes | undefined; readonly after?: string | undefined },
  ): Promise<{ readonly rows: readonly Row[]; readonly next: Attributes | undefined }> {
    if (!isPossibleSegment(segment)) return { rows: [], next: undefined };
    const { sortKey } = namesOf(segment.index);
    const answer = await documents.send(
      new QueryCommand({
        ...queryOf(segment, from.after),
        Limit: limit,
        ...(from.start && { ExclusiveStartKey: from.start }),
      }),
    );
    const rows = (answer.Items ?? []).map((stored) => ({
      segment,
      sortKey: stored[sortKey] as string,
      pk: stored['pk'] as string,
      sk: stored['sk'] as string,
    }));
    return { rows, next: answer.LastEvaluatedKey };
  }

  /** The sort keys of a stretch of an index, read once and not checked against the items: for counts. */
  async function sortKeys(segment: Segment): Promise<readonly string[]> {
    const found: string[] = [];
    let start: Attributes | undefined;
    do {
      const { rows, next } = await rowsOf(segment, KEYS_AT_ONCE, { start });
      for (const { sortKey } of rows) found.push(sortKey);
      start = next;
    } while (start);
    return found;
  }

  /** What the index proposes, read again; rows that are no longer there are dropped. */
  async function reread<T extends Item['type']>(types: readonly T[], rows: readonly Row[]) {
    const found = await batch(rows);
    return rows.flatMap((row) => {
      const item = found.get(textOf(row));
      return item && isOf(item, ...types) && isStillThere(item, row.segment) ? [{ row, item }] : [];
    });
  }

  function startOf(segments: readonly Segment[], cursor: string) {
    const [partition, sortKey, pk, sk] = fromCursor(Position, cursor);
    const at = segments.findIndex((segment) => segment.partition === partition && isWithin(segment, sortKey));
    const segment = segments[at];
    if (!segment) throw new BadCursor('This cursor belongs to another list');
    const names = namesOf(segment.index);
    return { at, start: { pk, sk, [names.partitionKey]: partition, [names.sortKey]: sortKey } };
  }

  /**
   * One page over segments of an index, one after the other. `resolve` makes of each row that is still there what the
   * list shows, or leaves it out. One more than asked for is read, so that a last page says that it is the last.
   */
  async function page<T extends Item['type'], Shown>(
    types: readonly T[],
    segments: readonly Segment[],
    { limit = DEFAULT_LIMIT, cursor, keep = () => true, keepKey }: Listing<Shown>,
    resolve: (items: readonly ItemOf<T>[]) => Promise<readonly (Shown | undefined)[]>,
  ): Promise<Page<Shown>> {
    const collected: { readonly row: Row; readonly shown: Shown }[] = [];
    let { at, start }: { at: number; start: Attributes | undefined } =
      cursor === undefined ? { at: 0, start: undefined } : startOf(segments, cursor);
    while (collected.length <= limit) {
      const segment = segments[at];
      if (!segment) break;
      const many = keepKey ? KEYS_AT_ONCE : limit + 1;
      const { rows, next } = await rowsOf(segment, many, { start }).catch((error: unknown) => {
        const isOurs = cursor === undefined || !(error instanceof Error && error.name === 'ValidationException');
        throw isOurs ? error : new BadCursor('This cursor points nowhere', { cause: error });
      });
      const proposed = keepKey ? rows.filter(({ sortKey }) => keepKey(sortKey)) : rows;
      for (let from = 0; from < proposed.length && collected.length <= limit; from += limit + 1) {
        const there = await reread(types, proposed.slice(from, from + limit + 1));
        const resolved = await resolve(there.map(({ item }) => item));
        for (const [n, { row }] of there.entries()) {
          const shown = resolved[n];
          if (shown !== undefined && keep(shown)) collected.push({ row, shown });
        }
      }
      start = next;
      if (!next) at += 1;
    }
    const last = collected.length > limit ? collected[limit - 1]?.row : undefined;
    return {
      items: collected.slice(0, limit).map(({ shown }) => shown),
      cursor: last ? toCursor([last.segment.partition, last.sortKey, last.pk, last.sk]) : null,
    };
  }

  /** The items themselves, one page over segments of an index. */
  const itemPage = <T extends Item['type']>(
    types: readonly T[],
    segments: readonly Segment[],
    listing: Listing<ItemOf<T>>,
  ): Promise<Page<ItemOf<T>>> => page(types, segments, listing, async (items) => items);

  /** All of one segment of an index, each read again; what is not `wanted` by its key is not read at all. */
  async function everyItem<T extends Item['type']>(
    type: T,
    segment: Segment,
    wanted: (row: Key) => boolean = () => true,
  ): Promise<readonly ItemOf<T>[]> {
    const items: ItemOf<T>[] = [];
    let start: Attributes | undefined;
    do {
      const { rows, next } = await rowsOf(segment, 1000, { start });
      for (const { item } of await reread([type], rows.filter(wanted))) items.push(item);
      start = next;
    } while (start);
    return items;
  }

  /**
   * One page over segments that are sorted alike, merged by sort key; an item that stands in several of them is shown
   * once. Segments are whole partitions.
   */
  async function merged<T extends Item['type']>(
    type: T,
    segments: readonly Segment[],
    { limit = DEFAULT_LIMIT, cursor, keep = () => true }: Listing<ItemOf<T>>,
  ): Promise<Page<ItemOf<T>>> {
    const collected: { readonly row: Row; readonly item: ItemOf<T> }[] = [];
    let after = cursor === undefined ? undefined : fromCursor(MergedPosition, cursor)[0];
    let open = segments;
    while (collected.length <= limit && open.length > 0) {
      const read = await Promise.all(open.map((segment) => rowsOf(segment, limit + 1, { after })));
      /** Up to here every segment has told all it has. */
      const horizon = read
        .flatMap(({ rows, next }) => (next ? (rows.at(-1)?.sortKey ?? []) : []))
        .reduce<string | undefined>((least, key) => (least === undefined || key < least ? key : least), undefined);
      const rows = read
        .flatMap((each) => each.rows)
        .filter((row) => horizon === undefined || row.sortKey <= horizon)
        .sort((one, other) => (one.sortKey < other.sortKey ? -1 : one.sortKey > other.sortKey ? 1 : 0));
      const shown = new Set<string>();
      for (const { row, item } of await reread([type], rows)) {
        if (shown.has(textOf(row)) || !keep(item)) continue;
        shown.add(textOf(row));
        collected.push({ row, item });
      }
      if (horizon === undefined) break;
      after = horizon;
      open = open.filter((_, n) => read[n]?.next || (read[n]?.rows.at(-1)?.sortKey ?? '') > (horizon ?? ''));
    }
    const last = collected.length > limit ? collected[limit - 1]?.row : undefined;
    return {
      items: collected.slice(0, limit).map(({ item }) => item),
      cursor: last ? toCursor([last.sortKey]) : null,
    };
  }

  return { get, getAll, readAll, itemPage, page, everyItem, merged, sortKeys };
}
