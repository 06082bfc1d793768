/** What a caller may see of a process: read once, asked by every route. What they may not know of is not found. */
import { capacityIn, taskOf } from '../../workflows/kernel/decide.ts';
import type { Person, Wait } from '../../workflows/kernel/records.ts';
import { isRejection, type Rejection, reject } from '../../workflows/kernel/rejections.ts';
import { formerLimit, type ReadLevel, readLevel } from '../../workflows/kernel/rights.ts';
import { parseTaskId, type Scene, taskIdOf } from '../../workflows/kernel/snapshot.ts';
import type { Store } from '../table/store.ts';
import type { Reading } from '../world.ts';

export const noSuch = (what: string): Rejection =>
  reject('not-found', `There is no ${what} here that you may see. Check the link, or ask who sent it to you.`);

/** Whether the caller holds or held a task of this process. */
function heldTasks(scene: Scene, caller: Person): boolean {
  return scene.snapshot.waits.some((wait) => {
    if (wait.answeredBy === caller.personId || wait.assigneeId === caller.personId) return true;
    const task = wait.state === 'open' ? taskOf(scene.definition, wait) : undefined;
    return task !== undefined && !isRejection(capacityIn(scene, task, wait, caller));
  });
}

export const levelOf = (scene: Scene, caller: Person): ReadLevel =>
  readLevel(caller, scene.snapshot.process, {
    directory: scene.world.directory,
    today: scene.world.today,
    heldTasks: heldTasks(scene, caller),
    named: [],
  });

/** A process and how much of it the caller may read. */
export async function seenProcess(
  store: Store,
  reading: Reading,
  kind: string,
  processId: string,
  caller: Person,
): Promise<{ readonly scene: Scene; readonly level: Exclude<ReadLevel, 'none'> } | Rejection> {
  const snapshot = await store.snapshot(processId);
  if (snapshot === undefined || snapshot.process.kind !== kind) return noSuch('process');
  const scene = await reading.scene(snapshot, [caller.personId]);
  const level = levelOf(scene, caller);
  if (level === 'none') return noSuch('process');
  return { scene: level === 'former' ? asLeft(scene, caller) : scene, level };
}

/** For the former school: the process as it was known there, up to the move. */
function asLeft(scene: Scene, caller: Person): Scene {
  const { process, waits } = scene.snapshot;
  const limit = formerLimit(caller, process, scene.world.today);
  if (limit === undefined) return scene;
  return {
    ...scene,
    snapshot: { process, waits: waits.filter(({ openedAt }) => openedAt <= limit.until) },
  };
}

/** A task and how much of its process the caller may read; a line manager who may read stage and dates sees no task. */
export async function seenTask(
  store: Store,
  reading: Reading,
  taskId: string,
  caller: Person,
): Promise<{ readonly scene: Scene; readonly wait: Wait; readonly level: ReadLevel } | Rejection> {
  const named = parseTaskId(taskId);
  const snapshot = named && (await store.snapshot(named.processId));
  const wait = snapshot?.waits.find((each) => taskIdOf(each) === taskId);
  if (snapshot === undefined || wait === undefined || wait.kind !== 'task') return noSuch('task');
  const scene = await reading.scene(snapshot, [caller.personId]);
  const level = levelOf(scene, caller);
  const task = taskOf(scene.definition, wait);
  const mayAnswer = task !== undefined && !isRejection(capacityIn(scene, task, wait, caller));
  const isTheirs = wait.answeredBy === caller.personId || mayAnswer;
  if (!isTheirs && level !== 'full') return noSuch('task');
  return { scene, wait, level };
}
