/**
 * What `workflows/kernel/change.ts` promises of a commit, as a map: for models that make millions of them. Its own test
 * holds it against the store on a real table.
 */
import { isDeepStrictEqual } from 'node:util';
import { keyOf } from '../functions/table/keys.ts';
import type { Change, Committed, Item, Part } from '../workflows/kernel/change.ts';

export type Items = ReadonlyMap<string, Item>;

export const placeOf = (item: Item): string => {
  const { pk, sk } = keyOf(item);
  return `${pk} ${sk}`;
};

export const itemsOf = (items: Iterable<Item>): Items => new Map([...items].map((item) => [placeOf(item), item]));

const fields = (item: Item): Record<string, unknown> => item as unknown as Record<string, unknown>;

function holds(part: Part, stored: Item | undefined): boolean {
  if (part.isUnconditional) return true;
  if (part.before === undefined) return stored === undefined;
  if (part.mayBeGone && stored === undefined) return true;
  return (
    stored !== undefined &&
    Object.entries(part.expect ?? {}).every(([field, seen]) => isDeepStrictEqual(fields(stored)[field], seen))
  );
}

/** Only the fields that differ between `before` and `after`, on what is stored. */
function updated(stored: Item, before: Item, after: Item): Item {
  const result = { ...fields(stored) };
  for (const field of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const now = fields(after)[field];
    if (isDeepStrictEqual(fields(before)[field], now)) continue;
    if (now === undefined) delete result[field];
    else result[field] = now;
  }
  return result as unknown as Item;
}

/** One transaction: all of it, or nothing and the names of the parts that do not hold. */
export function commitTo(items: Items, { parts }: Change): { readonly items: Items; readonly result: Committed } {
  const places = parts.map((part) => {
    const item = part.before ?? part.after;
    if (item === undefined) throw new Error(`Part ${part.name} neither puts, changes nor deletes`);
    return placeOf(item);
  });
  if (new Set(places).size < places.length) throw new Error('Two parts write the same item');
  if (parts.length === 0 || parts.length > 100) throw new Error(`A transaction of ${parts.length} parts`);
  const failed = parts.filter((part, at) => !holds(part, items.get(places[at] as string))).map(({ name }) => name);
  if (failed.length > 0) return { items, result: { committed: false, failed } };
  const next = new Map(items);
  parts.forEach(({ before, after, isUnconditional }, at) => {
    const place = places[at] as string;
    const stored = items.get(place);
    if (after === undefined) next.delete(place);
    else if (before === undefined || isUnconditional || stored === undefined) next.set(place, after);
    else next.set(place, updated(stored, before, after));
  });
  return { items: next, result: { committed: true } };
}
