/**
 * Which processes a report is about, and how it reads them: the schools of which its reader sees each kind, where the
 * processes stand there by the index alone, and their heads a hundred at a time.
 */
import * as z from 'zod';
import {
  type Person,
  type Process,
  type ProcessStatus,
  type School,
  TRUST,
  type Wait,
} from '../../workflows/kernel/records.ts';
import { mayReport, type Report, type Scope } from '../../workflows/kernel/rights.ts';
import type { AnyProcess } from '../../workflows/kernel/snapshot.ts';
import type { Day } from '../../workflows/kernel/time.ts';
import { processOfKind } from '../../workflows/registry.ts';
import { sideBySide } from '../side-by-side.ts';
import type { Standing as StandingAtSchool } from '../table/keys.ts';
import type { Store } from '../table/store.ts';
import { nameIn } from './demand.ts';

export const Count = z.int().min(0);

export const SchoolOfReport = z
  .string()
  .max(20)
  .optional()
  .meta({ description: 'Of one school; by default of all that you see' });

export const SchoolQuery = z.strictObject({ school: SchoolOfReport });
type SchoolQuery = z.infer<typeof SchoolQuery>;

/** Schools by id, with their names. */
type Places = ReadonlyMap<string, string>;

/** The schools of a scope, or the one of them that is asked for. The central office has processes whether it is on file or not. */
function placesIn(schools: readonly School[], scope: Scope, { school }: SchoolQuery): Places {
  const nameOf = nameIn(schools);
  const all = scope.all ? new Set([...schools.map(({ schoolId }) => schoolId), TRUST]) : scope.schools;
  return new Map(
    [...all].flatMap((schoolId) =>
      school === undefined || schoolId === school ? [[schoolId, nameOf(schoolId)] as const] : [],
    ),
  );
}

export const placesOf = async (store: Store, scope: Scope): Promise<Places> =>
  placesIn(await store.schools(), scope, {});

/** Who asks for which report, when. */
export interface Asking {
  readonly caller: Person;
  readonly report: Report;
  readonly today: Day;
}

/** By kind: the schools of which the reader sees that kind. */
export type Scopes = ReadonlyMap<string, Places>;

export async function scopesOf(
  store: Store,
  { caller, report, today }: Asking,
  definitions: readonly AnyProcess[],
  query: SchoolQuery = {},
): Promise<Scopes> {
  const schools = await store.schools();
  return new Map(
    definitions.map(({ kind, keptBy }) => [kind, placesIn(schools, mayReport(caller, report, today, keptBy), query)]),
  );
}

/** Queries at once: a trust of a hundred schools has nine hundred to make, of a handful of keys each. */
const QUERIES_AT_ONCE = 25;

export interface Standing extends StandingAtSchool {
  readonly kind: string;
  readonly schoolId: string;
}

/** Where each process of these kinds and schools stands, by the index alone. */
export async function standingsIn(store: Store, scopes: Scopes): Promise<readonly Standing[]> {
  const stretches = [...scopes].flatMap(([kind, places]) => [...places.keys()].map((schoolId) => ({ kind, schoolId })));
  const standings: Standing[] = [];
  const read = async ({ kind, schoolId }: (typeof stretches)[number]): Promise<void> => {
    for (const each of await store.standingsAt(schoolId, kind)) standings.push({ ...each, kind, schoolId });
  };
  await sideBySide(stretches, read, QUERIES_AT_ONCE);
  return standings;
}

export const isLive = ({ status }: { readonly status: ProcessStatus }): boolean =>
  status === 'active' || status === 'paused';

/** So many heads read at once, and what hangs on them. */
export const LOT = 100;

/** Their heads, lot after lot, those that are still of these kinds and schools. */
export async function inHeads(
  store: Store,
  standings: readonly Standing[],
  scopes: Scopes,
  work: (heads: readonly Process[]) => Promise<void> | void,
): Promise<void> {
  const ids = standings.map(({ processId }) => processId);
  const lots = Array.from({ length: Math.ceil(ids.length / LOT) }, (_, n) => ids.slice(n * LOT, (n + 1) * LOT));
  await sideBySide(lots, async (lot) => {
    const heads = await store.processes(lot);
    await work(heads.filter(({ kind, schoolId }) => scopes.get(kind)?.has(schoolId)));
  });
}

/** The tasks that active processes of these kinds and schools wait for now, lot after lot. */
export async function inOpenTasks(store: Store, scopes: Scopes, work: (waits: readonly Wait[]) => void): Promise<void> {
  const isActive = ({ status }: { readonly status: ProcessStatus }): boolean => status === 'active';
  const standings = (await standingsIn(store, scopes)).filter(isActive);
  await inHeads(store, standings, scopes, async (heads) => {
    const waits = await store.visits(heads.filter(isActive).flatMap(tasksAt));
    work(waits.filter(({ state }) => state === 'open'));
  });
}

/** The keys of what a process may wait for somebody to answer now: its wait or, of a `together`, the parts. */
function tasksAt({ kind, processId, step, wait }: Process): readonly Pick<Wait, 'processId' | 'step' | 'part'>[] {
  const declared = processOfKind(kind)?.waits[wait];
  if (declared?.wait === 'together') return Object.keys(declared.parts).map((part) => ({ processId, step, part }));
  return declared?.wait === 'task' ? [{ processId, step }] : [];
}
