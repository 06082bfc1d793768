/** A process as it was read: its head and its waits. What every decision starts from. */
import type { AnyProcess, View, WaitWords } from './process.ts';
import type { Left, Process, Wait } from './records.ts';
import type { World } from './world.ts';

export interface Snapshot {
  readonly process: Process;
  /** Every wait there has been, by step; a `together`'s parts follow it. */
  readonly waits: readonly Wait[];
  /** What it was at each of its moves. */
  readonly lefts?: readonly Left[];
}

export type { AnyProcess } from './process.ts';

/** `<processId>.<step>` or `<processId>.<step>.<part>`: the only name of a visit, in the API and in mail. */
export const taskIdOf = (wait: Pick<Wait, 'processId' | 'step' | 'part'>): string =>
  wait.part === undefined ? `${wait.processId}.${wait.step}` : `${wait.processId}.${wait.step}.${wait.part}`;

/** Whether a visit is kept from who may see stage and dates only. */
export const isDiscreet = ({ discreetWaits = [] }: AnyProcess, { wait }: Pick<Wait, 'wait'>): boolean =>
  discreetWaits.includes(wait);

const TASK_ID = /^([^.]+)\.([1-9]\d{0,5})(?:\.([a-z0-9-]+))?$/;

/** The parts of a task id, or nothing where the text is none. */
export function parseTaskId(taskId: string): { processId: string; step: number; part?: string } | undefined {
  const [, processId, step, part] = TASK_ID.exec(taskId) ?? [];
  if (processId === undefined || step === undefined) return undefined;
  return part === undefined ? { processId, step: Number(step) } : { processId, step: Number(step), part };
}

export const isEnded = (process: Process): boolean => process.status === 'completed' || process.status === 'stopped';

/** The wait it stands at, once the machine has opened it. */
export const currentWait = ({ process, waits }: Snapshot): Wait | undefined =>
  waits.find((wait) => wait.step === process.step && wait.part === undefined);

/** The parts of the wait it stands at. */
export const currentParts = ({ process, waits }: Snapshot): readonly Wait[] =>
  waits.filter((wait) => wait.step === process.step && wait.part !== undefined);

/** A field taken off a record: what is not there is absent, never undefined. */
export function without<T extends object, K extends keyof T>(record: T, ...keys: readonly K[]): T {
  const copy = { ...record };
  for (const key of keys) delete copy[key];
  return copy;
}

/** A process, its declaration and the world around it: what a decision is made on. */
export interface Scene {
  readonly definition: AnyProcess;
  readonly snapshot: Snapshot;
  readonly world: World;
}

/** The view in which the rules of a process see it; `wait` is the one asked about. */
export function viewOf({ definition, snapshot, world }: Scene, wait?: Wait): View<unknown> {
  const view = {
    process: snapshot.process,
    data: definition.data.parse(snapshot.process.data),
    world,
    history: snapshot.waits.filter((w) => wait === undefined || w.step < wait.step),
  };
  return wait === undefined ? view : { ...view, wait };
}

/** The declaration of a wait, or of a part of a `together`. */
export function declarationOf(definition: AnyProcess, wait: Pick<Wait, 'wait' | 'part'>) {
  const declared = definition.waits[wait.wait];
  if (declared === undefined) throw new Error(`${definition.kind} declares no wait ${wait.wait}`);
  if (wait.part === undefined) return declared;
  const part = declared.wait === 'together' ? declared.parts[wait.part] : undefined;
  if (part === undefined) throw new Error(`${definition.kind} declares no part ${wait.part} of ${wait.wait}`);
  return part;
}

/** The words of a wait, or of a part of a `together`; nothing for one that this release has no words for. */
export function wordsOf({ texts }: AnyProcess, wait: Pick<Wait, 'wait' | 'part'>): WaitWords | undefined {
  const whole = texts.waits[wait.wait];
  return wait.part === undefined ? whole : (whole?.parts?.[wait.part] ?? whole);
}

/** People who answered the wait of that key, latest visit last. */
export const answeredBy = ({ waits }: Snapshot, key: string): readonly string[] =>
  waits.flatMap((wait) => (wait.wait === key && wait.answeredBy !== undefined ? [wait.answeredBy] : []));

/** Whom the process names to read it in full, or to read stage and dates only. */
export const namedToRead = (
  { definition, snapshot: { process } }: Omit<Scene, 'world'>,
  level: 'full' | 'brief',
): readonly string[] =>
  (definition.named?.(definition.data.parse(process.data)) ?? [])
    .filter(({ reads = 'full' }) => reads === level)
    .map(({ personId }) => personId);

/** Schools beyond its own that the process says by name. */
export function schoolsNamedBy({ definition, snapshot: { process } }: Omit<Scene, 'world'>): readonly string[] {
  if (definition.alsoAt === undefined && definition.namesSchools === undefined) return [];
  const data = definition.data.parse(process.data);
  return [...(definition.alsoAt?.(data) ?? []), ...(definition.namesSchools?.(data) ?? [])];
}

/** Whom the process names besides its subject: all of them, or those that it names as that. */
export const namedBy = ({ definition, snapshot: { process } }: Omit<Scene, 'world'>, as?: string): readonly string[] =>
  (definition.named?.(definition.data.parse(process.data)) ?? [])
    .filter((each) => as === undefined || each.as === as)
    .map(({ personId }) => personId);
