/** What a caller may see of a process: read once, asked by every route. What they may not know of is not found. */
import { capacityIn, taskOf } from '../../workflows/kernel/decide.ts';
import { schoolsOf } from '../../workflows/kernel/people.ts';
import type { Person, Process, Wait } from '../../workflows/kernel/records.ts';
import { isRejection, type Rejection, reject } from '../../workflows/kernel/rejections.ts';
import { formerLimit, type ReadLevel, readLevel } from '../../workflows/kernel/rights.ts';
import { namedToRead, parseTaskId, type Scene, taskIdOf, without } from '../../workflows/kernel/snapshot.ts';
import type { Instant } from '../../workflows/kernel/time.ts';
import type { Store } from '../table/store.ts';
import { definitionOf, mentionsIn, type Reading } from '../world.ts';

export const noSuch = (what: string): Rejection =>
  reject('not-found', `There is no ${what} here that you may see. Check the link, or ask who sent it to you.`);

export const nobodyOfThatId = reject('invalid-fields', 'There is nobody with that id.', [
  { path: 'personId', message: 'Choose somebody who is on file.' },
]);

/** A process as a caller may see it. */
export interface Seen {
  readonly scene: Scene;
  readonly level: Exclude<ReadLevel, 'none'>;
  /** For a former school: it was so then, and what came after is not in it. */
  readonly asOf?: { readonly at: Instant; readonly lastSeq: number };
}

/**
 * Whether the caller holds or held a task of this process. Of a former school only one that is still open counts: what
 * they did before or after the move (the report that was still theirs to write) opens nothing that others do later.
 */
function heldTasks(scene: Scene, caller: Person): boolean {
  const { process, waits } = scene.snapshot;
  const theirs = schoolsOf(caller, scene.world.today);
  const isFormer =
    !theirs.includes(process.schoolId) &&
    (process.formerSchools ?? []).some(({ schoolId }) => theirs.includes(schoolId));
  return waits.some((wait) => {
    const task = wait.state === 'open' ? taskOf(scene.definition, wait) : undefined;
    // A begun task stays with whoever has it, at a former school too.
    if (task !== undefined && !isRejection(capacityIn(scene, task, wait, caller))) return true;
    return !isFormer && (wait.answeredBy === caller.personId || wait.assigneeId === caller.personId);
  });
}

/** The process as far as the caller may see it; nothing where they may not know of it. */
export function seenBy(scene: Scene, caller: Person): Seen | undefined {
  const { definition, snapshot, world } = scene;
  const level = readLevel(caller, snapshot.process, {
    directory: world.directory,
    today: world.today,
    heldTasks: heldTasks(scene, caller),
    named: namedToRead(scene, 'full'),
    namedBriefly: namedToRead(scene, 'brief'),
    ...(definition.staysAtSchool !== undefined && { staysAtSchool: definition.staysAtSchool }),
    ...(definition.keptBy !== undefined && { keptBy: definition.keptBy }),
    ...(definition.alsoAt && { alsoAt: definition.alsoAt(definition.data.parse(snapshot.process.data)) }),
  });
  if (level === 'none') return undefined;
  const limit = level === 'former' ? formerLimit(caller, snapshot.process, world.today) : undefined;
  if (limit === undefined) return { scene, level };
  const left = asLeft(scene, limit.lastSeq, caller);
  return left && { scene: left, level, asOf: { at: limit.until, lastSeq: limit.lastSeq } };
}

const leftOf = ({ snapshot: { lefts = [] } }: Scene, lastSeq: number) => lefts.find((left) => left.lastSeq === lastSeq);

/** The process as it was known at a former school, up to the move; what the caller still had to answer afterwards stays theirs to read, with what led to it. */
function asLeft(scene: Scene, lastSeq: number, caller: Person): Scene | undefined {
  const { process, waits } = scene.snapshot;
  const left = leftOf(scene, lastSeq);
  if (left === undefined) return undefined;
  const { schoolId, step, isOpen, status, stage, data } = left;
  const lastStep = waits.reduce(
    (last, wait) => (wait.answeredBy === caller.personId ? Math.max(last, wait.step) : last),
    step,
  );
  return {
    ...scene,
    snapshot: {
      process: {
        ...without(process, 'outcome', 'reason', 'endedAt', 'resumesOn', 'owedAt'),
        schoolId,
        status,
        stage,
        data,
        step,
      },
      waits: waits
        .filter((wait) => wait.step <= lastStep)
        .map((wait) => (isOpen && wait.step === step ? unanswered(wait) : wait)),
    },
  };
}

const unanswered = (wait: Wait): Wait => ({
  ...without(wait, 'outcome', 'answeredAt', 'answeredBy', 'onBehalfOf', 'chosen', 'answer'),
  state: 'open',
});

/** Those of many processes that the caller may see, as far as a list shows them. */
export async function glancedBy(
  reading: Reading,
  processes: readonly Process[],
  caller: Person,
): Promise<readonly Seen[]> {
  const scenes = await reading.glances(processes, [caller.personId]);
  return scenes.flatMap((scene) => seenBy(scene, caller) ?? []);
}

/** A process and how much of it the caller may read. */
export async function seenProcess(
  store: Store,
  reading: Reading,
  kind: string,
  processId: string,
  caller: Person,
): Promise<Seen | Rejection> {
  const snapshot = await store.snapshot(processId);
  if (snapshot === undefined || snapshot.process.kind !== kind) return noSuch('process');
  return seenBy(await reading.scene(snapshot, [caller.personId]), caller) ?? noSuch('process');
}

/** A task and how much of its process the caller may read; a line manager who may read stage and dates sees no task. `sent`: the body, where it may name somebody. */
export async function seenTask(
  store: Store,
  reading: Reading,
  taskId: string,
  caller: Person,
  sent: Readonly<Record<string, unknown>> = {},
): Promise<(Seen & { readonly wait: Wait }) | Rejection> {
  const named = parseTaskId(taskId);
  const snapshot = named && (await store.snapshot(named.processId));
  if (snapshot === undefined) return noSuch('task');
  const mentions = mentionsIn(definitionOf(snapshot.process.kind), sent);
  const seen = seenBy(await reading.scene(snapshot, [caller.personId], { mentions }), caller);
  const wait = seen?.scene.snapshot.waits.find((each) => taskIdOf(each) === taskId);
  if (seen === undefined || wait === undefined || wait.kind !== 'task' || seen.level === 'brief') return noSuch('task');
  return { ...seen, wait };
}
