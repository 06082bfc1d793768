/** A record as the table holds it: the record's fields, its key and where it stands in the indexes; and back again, parsed. */
import * as z from 'zod';
import type { Item } from '../../workflows/kernel/change.ts';
import {
  Anchor,
  CalendarYearRecord,
  Child,
  Comment,
  Draft,
  Event,
  Guard,
  ImportRecord,
  Left,
  Mail,
  Named,
  Notice,
  Person,
  PolicyRecord,
  PostRow,
  Process,
  Receipt,
  RoleHolder,
  School,
  Token,
  Wait,
} from '../../workflows/kernel/records.ts';
import { indexKeysOf, type Key, keyOf } from './keys.ts';

const AnyItem = z.discriminatedUnion('type', [
  Anchor,
  CalendarYearRecord,
  Child,
  Comment,
  Draft,
  Event,
  Guard,
  ImportRecord,
  Left,
  Mail,
  Named,
  Notice,
  Person,
  PolicyRecord,
  PostRow,
  Process,
  Receipt,
  RoleHolder,
  School,
  Token,
  Wait,
]) satisfies z.ZodType<Item>;

/** The attributes of a stored item. */
export type Attributes = Readonly<Record<string, unknown>>;

/** Where and why, never what: an item may hold a name or somebody's words. */
const sentence = (what: string, error: z.ZodError) =>
  `${what} is broken: ${error.issues.map((issue) => `${issue.path.join('.') || 'item'} (${issue.code})`).join(', ')}`;

/** Without fields that are `undefined`, at any depth: the table has no such value. */
export function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, held]) => held !== undefined)
      .map(([name, held]) => [name, withoutUndefined(held)]),
  );
}

/** What DynamoDB holds in one item, bytes. */
const MAX_BYTES = 400 * 1024;

/** A record that outgrew what one item may hold. */
export class ItemTooLarge extends Error {
  override readonly name = 'ItemTooLarge';
}

/** Bytes as DynamoDB counts them: text in UTF-8, two digits a byte, 3 for a list or map and 1 for each of its members. */
export function bytesOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return Math.ceil(String(value).length / 2) + 1;
  if (Array.isArray(value)) return value.reduce((sum: number, held) => sum + 1 + bytesOf(held), 3);
  if (typeof value !== 'object' || value === null) return 1;
  return Object.entries(value).reduce((sum, [name, held]) => sum + 1 + Buffer.byteLength(name) + bytesOf(held), 3);
}

/** The attributes to store. A record that its own schema refuses is a bug and throws: nobody could read it again. So does one over 400 KB. */
export function encode(item: Item): Attributes & Key {
  const parsed = AnyItem.safeParse(item);
  const key = keyOf(item);
  if (!parsed.success) throw new Error(sentence(`Record for ${key.pk} ${key.sk}`, parsed.error));
  const attributes = { ...(withoutUndefined(parsed.data) as Attributes), ...indexKeysOf(parsed.data), ...key };
  const bytes = bytesOf(attributes);
  if (bytes > MAX_BYTES) {
    throw new ItemTooLarge(`Record for ${key.pk} ${key.sk} is too large: ${bytes} bytes of ${MAX_BYTES}`);
  }
  return attributes;
}

/** The record that is stored there. Throws where it does not fit its schema. */
export function decode(stored: Attributes): Item {
  const parsed = AnyItem.safeParse(stored);
  if (!parsed.success) throw new Error(sentence(`Item ${stored['pk']} ${stored['sk']}`, parsed.error));
  return parsed.data;
}
