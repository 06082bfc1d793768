/** The live processes of a kind at a school, whoever they are about: for "how many are out for CPD then". */
import type { Process } from '../../workflows/kernel/records.ts';
import type { Store } from '../table/store.ts';

export const liveAt =
  (store: Store) =>
  async (schoolId: string, kind: string): Promise<readonly Process[]> => {
    const inStatus = async (status: 'active' | 'paused'): Promise<readonly Process[]> => {
      const found: Process[] = [];
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<Store['processesAt']>> = await store.processesAt(
          schoolId,
          kind,
          { status },
          { limit: 100, ...(cursor !== null && { cursor }) },
        );
        found.push(...page.items);
        cursor = page.cursor;
      } while (cursor !== null);
      return found;
    };
    return (await Promise.all([inStatus('active'), inStatus('paused')])).flat();
  };
