/**
 * Every ten minutes: processes whose next move the machine has owed for too long get a new run, which resumes from the
 * table. The second line behind the relay: a record lost for ever, an execution stopped or aged, heals here.
 */
import middy from '@middy/core';
import { restarted } from '../../workflows/kernel/drive.ts';
import { addMs, type Clock, msBetween } from '../../workflows/kernel/time.ts';
import type { Emit } from '../metrics.ts';
import { shards } from '../table/keys.ts';
import type { Store } from '../table/store.ts';
import { runSuffix } from '../world.ts';

/** 10 minutes: longer than 10,000 starts take at 150 a second (67 s), or the reconciler feeds the fire. */
export const GRACE_MS = 10 * 60_000;

const LONGEST_MS = 24 * 60 * 60_000;

/** How many at most in one tick, over all shards. */
export const PER_TICK = 100;

/** How many of a shard are looked at: those that a restart has not helped wait up to a day, and must not hide the others. */
const LOOKED_AT = 1000;

/** From so many restarts on somebody has to look. */
export const NEEDS_ATTENTION = 5;

/** How long a process may be owed its move before the next restart: doubled each time, a day at most. */
export const patience = (restarts: number): number => Math.min(GRACE_MS * 2 ** restarts, LONGEST_MS);

export interface ReconcileDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly emit: Emit;
}

export interface Reconciled {
  readonly restarted: number;
  readonly needsAttention: readonly string[];
}

export function makeReconcile({ store, clock, emit }: ReconcileDependencies) {
  const reconcile = async (): Promise<Reconciled> => {
    const now = clock();
    const lists = await Promise.all(shards.map((shard) => store.owed(shard, addMs(now, -GRACE_MS), LOOKED_AT)));
    const owed = lists.flat().sort((a, b) => ((a.owedAt ?? '') < (b.owedAt ?? '') ? -1 : 1));
    const due = owed.filter(({ owedAt, restarts }) => owedAt && msBetween(owedAt, now) >= patience(restarts));
    let count = 0;
    for (const process of due.slice(0, PER_TICK)) {
      const { committed } = await store.commit(restarted(process, { now, suffix: runSuffix() }));
      if (committed) count++;
    }
    const needsAttention = owed.filter(({ restarts }) => restarts >= NEEDS_ATTENTION).map(({ processId }) => processId);
    const oldest = owed[0]?.owedAt;
    emit(
      {
        Restarted: count,
        NeedsAttention: needsAttention.length,
        OldestOwedSeconds: oldest ? Math.round(msBetween(oldest, now) / 1000) : 0,
      },
      now,
    );
    return { restarted: count, needsAttention };
  };
  return middy<unknown, Reconciled>().handler(reconcile);
}
