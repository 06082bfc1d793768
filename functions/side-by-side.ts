/** Work on many items from pages of the table. */
import type { Page } from './table/queries.ts';

/** The pages of a list, one after the other. */
export async function* pagesOf<T>(read: (cursor?: string) => Promise<Page<T>>): AsyncGenerator<readonly T[]> {
  let cursor: string | undefined;
  do {
    const page: Page<T> = await read(cursor);
    yield page.items;
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
}

/** Every item of a list, page after page. */
export async function* everyPage<T>(read: (cursor?: string) => Promise<Page<T>>): AsyncGenerator<T> {
  for await (const items of pagesOf(read)) yield* items;
}

/** Items worked on side by side: one takes some five reads, 25 ms; 10,000 then take half a minute and not four. */
const AT_ONCE = 8;

/** Works on each item, some at once, as they come. */
export async function sideBySide<T>(
  items: AsyncIterable<T> | Iterable<T>,
  work: (item: T) => Promise<void>,
  atOnce = AT_ONCE,
): Promise<void> {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** Items read together: 25 processes have some hundred waits, which is what one call reads. */
const LOT = 25;

/** The items in lots, as they come; the last may be smaller. */
export async function* inLots<T>(items: AsyncIterable<T>): AsyncGenerator<readonly T[]> {
  let lot: T[] = [];
  for await (const item of items) {
    lot.push(item);
    if (lot.length < LOT) continue;
    yield lot;
    lot = [];
  }
  if (lot.length > 0) yield lot;
}
