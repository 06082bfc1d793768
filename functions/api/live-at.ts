/** The live processes of a kind at a school, whoever they are about: for "how many are out for CPD then". */
import type { Process } from '../../workflows/kernel/records.ts';
import { everyPage } from '../side-by-side.ts';
import type { Store } from '../table/store.ts';

export const liveAt =
  (store: Store) =>
  async (schoolId: string, kind: string): Promise<readonly Process[]> => {
    const inStatus = async (status: 'active' | 'paused'): Promise<readonly Process[]> => {
      const found: Process[] = [];
      const all = everyPage((cursor) => store.processesAt(schoolId, kind, { status }, { limit: 100, cursor }));
      for await (const process of all) found.push(process);
      return found;
    };
    return (await Promise.all([inStatus('active'), inStatus('paused')])).flat();
  };
