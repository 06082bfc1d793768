/**
 * What was ever released: `workflows/waits.lock.json` lists every wait and outcome, so that none goes away while a
 * process in flight may still stand at it. Lines are added by `npm run render` and never removed; only what no release
 * has had may be deleted by hand.
 */
import * as z from 'zod';
import type { AnyProcess } from './process.ts';
import { outcomesOf } from './process.ts';

/** For each kind and wait: the outcomes. */
export const Released = z.record(z.string(), z.record(z.string(), z.array(z.string())));
export type Released = z.infer<typeof Released>;

type Releasable = Pick<AnyProcess, 'kind' | 'waits' | 'retired'>;

/** The list with everything that these processes have now; what it had stays. In alphabetical order, so that a merge is a merge of lines. */
export function withReleased(released: Released, processes: readonly Releasable[]): Released {
  const all = new Map<string, Map<string, Set<string>>>();
  const add = (kind: string, wait: string, outcomes: readonly string[]): void => {
    const waits = all.get(kind) ?? new Map<string, Set<string>>();
    all.set(kind, waits.set(wait, new Set([...(waits.get(wait) ?? []), ...outcomes])));
  };
  for (const [kind, waits] of Object.entries(released)) {
    for (const [wait, outcomes] of Object.entries(waits)) add(kind, wait, outcomes);
  }
  for (const { kind, waits } of processes) {
    for (const [wait, declared] of Object.entries(waits)) add(kind, wait, outcomesOf(declared));
  }
  const sorted = <T>(entries: Iterable<[string, T]>): [string, T][] =>
    [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    sorted(all).map(([kind, waits]) => [
      kind,
      Object.fromEntries(sorted(waits).map(([wait, outcomes]) => [wait, [...outcomes].sort()])),
    ]),
  );
}

/** What was released of this process and is neither there nor retired: `wait` or `wait.outcome`, each. */
export function unaccounted(released: Released, process: Releasable): string[] {
  const retired = process.retired ?? {};
  return Object.entries(released[process.kind] ?? {}).flatMap(([wait, outcomes]) => {
    const declared = process.waits[wait];
    if (!declared) return wait in retired ? [] : [wait];
    const present = outcomesOf(declared);
    return outcomes
      .map((outcome) => ({ outcome, name: `${wait}.${outcome}` }))
      .filter(({ outcome, name }) => !present.includes(outcome) && !(name in retired))
      .map(({ name }) => name);
  });
}
