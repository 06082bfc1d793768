/**
 * Read and write units of DynamoDB by the documented formula (Developer Guide, "Read and write capacity" and "Item
 * sizes", read November 2026), from the items themselves. DynamoDB Local also answers with units, but counts a
 * transaction of puts and updates short (2 units for one of each) and a query that finds nothing as free; AWS charges both.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { tableSchema } from '../functions/table/keys.ts';

export type StoredItem = Readonly<Record<string, AttributeValue>>;

const utf8 = (text: string): number => Buffer.byteLength(text);

/** One byte for each two significant digits, one more, and one for a minus sign; 21 at most. */
function numberBytes(text: string): number {
  const [mantissa = '0'] = text.replace('-', '').toLowerCase().split('e');
  const digits = mantissa.replace('.', '').replace(/^0+/, '').replace(/0+$/, '');
  return Math.min(21, Math.ceil(digits.length / 2) + 1 + (text.startsWith('-') ? 1 : 0));
}

/** A list or a map takes 3 bytes, and 1 for each element, besides what is in it. */
function valueBytes(value: AttributeValue): number {
  if (value.S !== undefined) return utf8(value.S);
  if (value.N !== undefined) return numberBytes(value.N);
  if (value.BOOL !== undefined || value.NULL !== undefined) return 1;
  if (value.B !== undefined) return value.B.byteLength;
  if (value.L !== undefined) return 3 + value.L.reduce((sum, each) => sum + 1 + valueBytes(each), 0);
  if (value.M !== undefined)
    return 3 + Object.entries(value.M).reduce((sum, [name, each]) => sum + 1 + utf8(name) + valueBytes(each), 0);
  if (value.SS !== undefined) return value.SS.reduce((sum, each) => sum + utf8(each), 0);
  if (value.NS !== undefined) return value.NS.reduce((sum, each) => sum + numberBytes(each), 0);
  throw new Error(`No size of ${Object.keys(value).join()}`);
}

/** Names and values, UTF-8. */
export const itemBytes = (item: StoredItem): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + utf8(name) + valueBytes(value), 0);

const WRITE_BYTES = 1024;
const READ_BYTES = 4096;

const units = (bytes: number, each: number): number => Math.max(1, Math.ceil(bytes / each));

/** What an index holds of an item: its keys, where it has both of the index. */
function projected(item: StoredItem | undefined, index: (typeof tableSchema.indexes)[number]): StoredItem | undefined {
  const names = [index.partitionKey, index.sortKey, tableSchema.partitionKey, tableSchema.sortKey];
  const keys = names.flatMap((name) => (item?.[name] === undefined ? [] : [[name, item[name]] as const]));
  return keys.length === names.length ? Object.fromEntries(keys) : undefined;
}

/**
 * Of one item in a transaction: the larger of before and after, in units of 1 KB, twice (prepare and commit). Each index
 * costs a write where a row comes or goes, two where its keys change, nothing where they stay (they hold keys only);
 * these are counted twice as well, as DynamoDB Local does: AWS documents the doubling for the item only, so the figure is
 * a ceiling. An item that is only checked costs as one that is written.
 */
export function transactWriteUnits(before: StoredItem | undefined, after: StoredItem | undefined): number {
  const largest = Math.max(before ? itemBytes(before) : 0, after ? itemBytes(after) : 0);
  const ofIndexes = tableSchema.indexes.map((index) => {
    const [was, is] = [projected(before, index), projected(after, index)];
    const isSame = was !== undefined && is !== undefined && JSON.stringify(was) === JSON.stringify(is);
    return isSame ? 0 : [was, is].reduce((sum, row) => sum + (row ? units(itemBytes(row), WRITE_BYTES) : 0), 0);
  });
  return 2 * (units(largest, WRITE_BYTES) + ofIndexes.reduce((sum, each) => sum + each, 0));
}

/** Of a read of single items, consistent: each rounded up to 4 KB by itself; one that is not there costs as the smallest. */
export const getUnits = (items: readonly (StoredItem | undefined)[]): number =>
  items.reduce((sum, item) => sum + units(item ? itemBytes(item) : 0, READ_BYTES), 0);

/** Of a query: all items together rounded up to 4 KB; half where it is not consistent, as on every index. */
export const queryUnits = (items: readonly StoredItem[], isConsistent: boolean): number =>
  units(
    items.reduce((sum, item) => sum + itemBytes(item), 0),
    READ_BYTES,
  ) * (isConsistent ? 1 : 0.5);
