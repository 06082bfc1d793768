/**
 * After a start the machine has the table and no execution: each process that has not ended gets a new run, whose
 * execution finds in the table where it stands. The same is done on AWS after a restore from backup.
 */
import type { Store } from '../functions/table/store.ts';
import { runSuffix } from '../functions/world.ts';
import { restarted } from '../workflows/kernel/drive.ts';
import { TRUST } from '../workflows/kernel/records.ts';
import type { Clock } from '../workflows/kernel/time.ts';
import { registry } from '../workflows/registry.ts';

export interface Resumed {
  readonly processes: number;
}

/** Attempts where somebody changes the process at the same moment; whoever did so last has made it move. */
const ATTEMPTS = 5;

/** Restarts every process that has not ended; `onPage` is told how many so far. */
export async function resumeProcesses(
  store: Store,
  clock: Clock,
  onPage: (count: number) => void = () => {},
): Promise<Resumed> {
  const schoolIds = [...new Set([...(await store.schools()).map(({ schoolId }) => schoolId), TRUST])];
  let processes = 0;
  for (const { kind } of registry) {
    for (const status of ['active', 'paused'] as const) {
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<Store['processesAcross']>> = await store.processesAcross(
          schoolIds,
          kind,
          { status },
          { limit: 100, ...(cursor !== null && { cursor }) },
        );
        for (const { processId } of page.items) if (await restart(store, clock, processId)) processes += 1;
        cursor = page.cursor;
        onPage(processes);
      } while (cursor !== null);
    }
  }
  return { processes };
}

async function restart(store: Store, clock: Clock, processId: string): Promise<boolean> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const process = await store.process(processId);
    if (!process || process.status === 'completed' || process.status === 'stopped') return false;
    const { committed } = await store.commit(restarted(process, { now: clock(), suffix: runSuffix() }));
    if (committed) return true;
  }
  return false;
}
