/** Commands on one process: read, decide, commit with the receipt, and answer with what is then there. */
import type { Change, Part } from '../../workflows/kernel/change.ts';
import { type Decision, UNCHANGED } from '../../workflows/kernel/decide.ts';
import type { Process } from '../../workflows/kernel/records.ts';
import { isRejection, type Rejection, reject } from '../../workflows/kernel/rejections.ts';
import { type Scene, type Snapshot, taskIdOf } from '../../workflows/kernel/snapshot.ts';
import { withoutDrafts } from '../drafts.ts';
import { type Reading, TooBusy } from '../world.ts';
import type { Answer, ApiContext, Asked } from './route.ts';

/** Attempts of read, decide, commit. */
const ATTEMPTS = 6;
/** While the machine moves on, a jump waits so long for it, and so often: 2 s in all, a tenth of what a person would. */
const MOVING_PAUSE_MS = 200;
const MOVING_PAUSES = 10;

/** Others were faster each time; the caller may try again. */
export const busy = (): Rejection =>
  reject('too-many-requests', 'Many people are changing this at the moment. Please try again.');

export interface Command {
  /** Nothing: there is none, or the caller may not know that there is. */
  readonly read: (reading: Reading) => Promise<Scene | Rejection>;
  readonly decide: (scene: Scene) => Decision;
  /** What the caller gets, from the process as it is after the change; without one where nothing changed. */
  readonly present: (scene: Scene, reading: Reading, change?: Change) => Promise<Answer> | Answer;
}

const receiptPart = (asked: Asked, answer: Answer): Part[] => (asked.receipt ? [asked.receipt(answer)] : []);

/** Commits a change with the receipt of its answer; `undefined` where it has to be decided again. */
export async function committed(
  { store }: ApiContext,
  change: Change,
  asked: Asked,
  answer: Answer,
): Promise<Answer | Rejection | undefined> {
  const result = await store.commit({ ...change, parts: [...change.parts, ...receiptPart(asked, answer)] });
  if (result.committed) return answer;
  // The same key was faster: its answer is the first one.
  if (result.failed.includes('receipt'))
    return reject('in-progress', 'The same request was sent twice at once. Send it again to get its answer.');
  const refusals = result.failed.map((name) => change.refusals?.[name]);
  // A name that is taken counts only where nothing else moved; otherwise decide again on what is there now.
  if (!refusals.every((refusal) => refusal !== undefined)) return undefined;
  const findings = result.failed.flatMap((name) => change.findings?.[name] ?? []);
  if (findings.length > 0) await store.commit({ parts: findings });
  return refusals[0];
}

export async function command(
  context: ApiContext,
  asked: Asked,
  { read, decide, present }: Command,
): Promise<Answer | Rejection> {
  let pauses = 0;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const reading = attempt + pauses === 0 ? context.reading : context.readAgain();
    const scene = await read(reading);
    if (isRejection(scene)) return scene;
    const { version } = scene.snapshot.process;
    if (asked.ifMatch !== undefined && asked.ifMatch !== version)
      return reject(
        'stale-version',
        `Somebody changed this meanwhile: it is at version ${version} now. Read it again, then decide.`,
      );
    const decided = decide(scene);
    const decision =
      decided === UNCHANGED || isRejection(decided) ? decided : await withoutDrafts(context.store, decided);
    if (decision === UNCHANGED) return present(scene, reading);
    if (isRejection(decision)) {
      if (decision.rejected !== 'moving-on' || pauses >= MOVING_PAUSES) return decision;
      pauses++;
      attempt--;
      await context.sleep(MOVING_PAUSE_MS);
      continue;
    }
    const then: Snapshot = after(scene.snapshot, decision);
    // Whom it is about may be somebody else from now on.
    const subject = scene.world.directory.person(then.process.subjectId) ?? scene.world.subject;
    const answer = await present({ ...scene, snapshot: then, world: { ...scene.world, subject } }, reading, decision);
    const result = await committed(context, decision, asked, answer);
    if (result !== undefined) return result;
  }
  throw new TooBusy('others changed the same process each time');
}

/** The snapshot as it is once the change is committed, so that the answer needs no second read. */
function after(snapshot: Snapshot, change: Change): Snapshot {
  let process: Process = snapshot.process;
  const waits = new Map(snapshot.waits.map((wait) => [taskIdOf(wait), wait]));
  for (const { after: item } of change.parts) {
    if (item?.type === 'process' && item.processId === process.processId) process = item;
    if (item?.type === 'wait' && item.processId === process.processId) waits.set(taskIdOf(item), item);
  }
  const added = change.parts.flatMap(({ after: item }) => (item?.type === 'left' ? [item] : []));
  return { process, waits: [...waits.values()], lefts: [...(snapshot.lefts ?? []), ...added] };
}
