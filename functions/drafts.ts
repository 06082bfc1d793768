/** Unfinished answers are gone with the task: what somebody wrote and did not send is kept no longer than it can be sent. */
import { type Change, discard, type Part } from '../workflows/kernel/change.ts';
import { taskIdOf } from '../workflows/kernel/snapshot.ts';
import type { Store } from './table/store.ts';
import { MAX_PARTS } from './table/transaction.ts';

/** A receipt comes on top. */
const ROOM_FOR_A_RECEIPT = 1;

/**
 * The change with the deletion of every draft of a task that it answers or closes. A draft that is kept at that very
 * moment, or for which a transaction has no room, goes by its time to live.
 */
export async function withoutDrafts(store: Pick<Store, 'draftsOf'>, change: Change): Promise<Change> {
  const over = change.parts.flatMap(({ before, after }) =>
    before?.type === 'wait' && after?.type === 'wait' && before.state === 'open' && after.state !== 'open'
      ? before.isBegun === undefined
        ? []
        : [taskIdOf(after)]
      : [],
  );
  if (over.length === 0) return change;
  const drafts = (await Promise.all(over.map(store.draftsOf))).flat();
  const parts = drafts.map((draft): Part => discard(`draft:${draft.taskId}:${draft.personId}`, draft, {}));
  const room = Math.max(0, MAX_PARTS - change.parts.length - ROOM_FOR_A_RECEIPT);
  return { ...change, parts: [...change.parts, ...parts.slice(0, room)] };
}
