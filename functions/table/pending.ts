/**
 * Records that an import writes ahead. A file of 53 people needs more items than a transaction holds, so they are
 * written one after the other with the import's name on them, and count all at once, in the one write that marks the
 * import as applied (`functions/imports/importer.ts`). Until then readers see what was there before.
 */
import * as z from 'zod';
import type { ImportRecord, Person, PostRow, RoleHolder } from '../../workflows/kernel/records.ts';

export type Pending = Person | PostRow | RoleHolder;

const Attempt = z.object({ attempt: z.int() });

/** Whether that attempt of the import is applied; part 0 of the import tells. */
export function isApplied(importId: string, attempt: number, head: ImportRecord | undefined): boolean {
  if (head?.importId !== importId || head.status !== 'applied') return false;
  const data = Attempt.safeParse(head.data);
  return data.success && data.data.attempt === attempt;
}

/** `<importId>.<attempt>`, taken apart. */
export function parsePendingIn(pendingIn: string): { readonly importId: string; readonly attempt: number } {
  const [importId = '', attempt = ''] = pendingIn.split('.');
  return { importId, attempt: Number(attempt) };
}

function personAsItCounts(person: Person, counts: boolean): Person | undefined {
  const { pendingIn: _, pendingNext: next, ...shown } = person;
  if (!next) return counts ? shown : undefined;
  if (!counts) return shown;
  const { email: _email, birthHash: _birthHash, ...kept } = shown;
  return { ...kept, ...next };
}

/** The record as it counts: what was before an import that is not applied, what comes of one that is; `undefined` for what is not there yet. */
export function asItCounts<T extends Pending>(record: T, applied: ReadonlySet<string>): T | undefined {
  if (record.pendingIn === undefined) return record;
  const counts = applied.has(record.pendingIn);
  if (record.type === 'person') return personAsItCounts(record, counts) as T | undefined;
  const { pendingIn: _, ...shown } = record;
  return counts ? (shown as T) : undefined;
}

/** Shows records as they count, in the same order. The imports are read after the records: one that is applied by then counts for all of them. */
export function makePendingReader(head: (importId: string) => Promise<ImportRecord | undefined>) {
  return async <T extends Pending>(records: readonly T[]): Promise<readonly (T | undefined)[]> => {
    const names = [...new Set(records.flatMap(({ pendingIn }) => pendingIn ?? []))];
    const applied = new Set<string>();
    await Promise.all(
      names.map(async (pendingIn) => {
        const { importId, attempt } = parsePendingIn(pendingIn);
        if (isApplied(importId, attempt, await head(importId))) applied.add(pendingIn);
      }),
    );
    return records.map((record) => asItCounts(record, applied));
  };
}
