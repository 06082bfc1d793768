/**
 * The machine's side: what the `step` function writes when an execution comes to a wait or to an end. Each write needs
 * the version that was read *and* the run (`docs/protocol.md`); a run that is not the process's own writes nothing.
 */
import { type Change, type Part, update } from './change.ts';
import { type AnyChildren, type AnyTask, type AnyTimer, datedChildren, datedTask, datedTimer } from './dates.ts';
import type { Answered, Effect, Together } from './process.ts';
import type { Process, Token, Wait } from './records.ts';
import { currentWait, declarationOf, isEnded, type Scene, taskIdOf, viewOf, without } from './snapshot.ts';
import { addMs, type Instant } from './time.ts';
import { bySystem, changeOf, type Happened, noticesOfTask, told, type WaitChange, withDecider } from './transition.ts';

/** An execution has come to a wait, and brings its token. */
export interface WaitAsk {
  readonly wait: string;
  readonly stage: string;
  readonly processId: string;
  readonly run: string;
  readonly step: number;
  readonly token: string;
}

/** An execution has come to an end. */
export interface EndAsk {
  readonly as: string;
  readonly status: 'completed' | 'stopped';
  readonly processId: string;
  readonly run: string;
  readonly step: number;
}

/** The run may no longer drive: it ends quietly. */
export const SUPERSEDED = 'superseded';

/** Answers whether that run may drive that step at all. Throws where no interleaving can have led here: a bug. */
function mayDrive({ snapshot }: Scene, ask: WaitAsk | EndAsk): boolean {
  const { process } = snapshot;
  if (process.run !== ask.run || isEnded(process) || ask.step < process.step) return false;
  if (ask.step > process.step + 1)
    throw new Error(`${ask.processId} stands at ${process.step}, the run asks ${ask.step}`);
  return true;
}

/** Opens the wait, once per visit, and keeps the token; for a visit that is open or answered already, only keeps the token. */
export function openWait(scene: Scene, ask: WaitAsk): Change | typeof SUPERSEDED {
  if (!mayDrive(scene, ask)) return SUPERSEDED;
  const { process } = scene.snapshot;
  const current = currentWait(scene.snapshot);
  if (ask.step === process.step) {
    if (current !== undefined) return keptToken(scene, current, ask);
    // A wait that this release has no more is taken up at its successor.
    const goesTo = scene.definition.retired?.[process.wait] ?? process.wait;
    if (ask.wait !== goesTo) throw new Error(`${ask.processId} goes to ${process.wait}, the run to ${ask.wait}`);
  } else if (current?.state !== 'answered') {
    throw new Error(`${ask.processId} waits at ${process.step}, the run went on to ${ask.step}`);
  }
  return opened(scene, ask);
}

const tokenPart = (ask: WaitAsk): Part => {
  const token: Token = { type: 'token', processId: ask.processId, run: ask.run, step: ask.step, token: ask.token };
  return { name: 'token', after: token, isUnconditional: true };
};

/**
 * Now, or a millisecond after `before`: the head has to change, or the stream would not tell the relay that the token it
 * waits for is there. On a clock that stands still, and on two clocks that differ, `now` alone may be no change.
 */
const laterThan = (before: Instant | undefined, now: Instant): Instant =>
  before !== undefined && before >= now ? addMs(before, 1) : now;

function keptToken({ snapshot: { process }, world }: Scene, wait: Wait, ask: WaitAsk): Change {
  const after: Process =
    wait.state === 'answered'
      ? { ...process, owedAt: laterThan(process.owedAt, world.now) }
      : // It stands where it shall, and nothing is owed: what was restarted before, years of renewals too, has helped.
        { ...without(process, 'owedAt'), restarts: 0 };
  return {
    parts: [update('process', process, after, { version: process.version, run: process.run }), tokenPart(ask)],
  };
}

function opened(scene: Scene, ask: WaitAsk): Change {
  const { definition, snapshot, world } = scene;
  const before = snapshot.process;
  const moved: Process = {
    ...without(before, 'owedAt'),
    step: ask.step,
    wait: ask.wait,
    stage: ask.stage,
    restarts: 0,
  };
  const there: Scene = { ...scene, snapshot: { ...snapshot, process: moved } };
  const declared = declarationOf(definition, { wait: ask.wait });
  const row = (part?: string): Wait => ({
    type: 'wait',
    processId: before.processId,
    step: ask.step,
    ...(part !== undefined && { part }),
    wait: ask.wait,
    kind: part === undefined ? declared.wait : 'task',
    state: 'open',
    stage: ask.stage,
    processKind: before.kind,
    subjectId: before.subjectId,
    schoolId: before.schoolId,
    openedAt: world.now,
  });

  let result: Opened;
  switch (declared.wait) {
    case 'task':
      result = openedTask(there, declared, row());
      break;
    case 'timer':
      result = openedTimer(there, declared, row());
      break;
    case 'together':
      result = openedTogether(there, declared, row);
      break;
    case 'children':
      result = openedChildren(there, declared, row());
      break;
    default:
      declared satisfies never;
      throw new Error('unreachable');
  }
  const [wait] = result.waits;
  if (wait === undefined) throw new Error('a visit without a wait');
  const isAnswered = wait.state === 'answered';
  const happened: Happened = {
    event: result.event,
    by: bySystem,
    taskId: taskIdOf(wait),
    outcome: wait.outcome,
    data: { ...result.eventData, wait: ask.wait },
  };
  return changeOf(world, {
    before,
    after: {
      ...moved,
      data: (result.data ?? moved.data) as Process['data'],
      ...(isAnswered && { owedAt: world.now }),
    },
    side: 'machine',
    waits: result.waits.map((after): WaitChange => ({ after })),
    happened,
    effects: result.effects,
    extra: [...result.notices, tokenPart(ask)],
  });
}

/** The event of a wait for children: `open-children` hears of it on the bus. */
export const CHILDREN_AWAITED = 'children-awaited';

interface Opened {
  readonly waits: readonly Wait[];
  readonly notices: readonly Part[];
  readonly effects: readonly Effect[];
  readonly event: string;
  readonly data?: unknown;
  readonly eventData?: Readonly<Record<string, unknown>> | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: several tasks at once of every process
type AnyTogether = Together<any, string, any>;

/**
 * The parts in their order, each on what those before it wrote. A rule may answer some at once; where the join needs no
 * more than those, the whole is answered, nobody is asked, and nobody told.
 */
function openedTogether(scene: Scene, together: AnyTogether, row: (part?: string) => Wait): Opened {
  let there = scene;
  const parts = Object.entries(together.parts).map(([key, part]) => {
    const one = openedTask(there, part, row(key));
    if (one.data !== undefined) {
      const process: Process = { ...there.snapshot.process, data: one.data as Process['data'] };
      there = { ...there, snapshot: { ...there.snapshot, process } };
    }
    return one;
  });
  const waits = parts.flatMap((part) => part.waits);
  const decided = waits.flatMap(({ part, outcome }) => (part && outcome !== undefined ? [[part, outcome]] : []));
  const joined = decided.length > 0 ? together.join(viewOf(there, row()), Object.fromEntries(decided)) : undefined;
  const besides = {
    effects: parts.flatMap(({ effects }) => effects),
    ...(there !== scene && { data: there.snapshot.process.data }),
    ...(decided.length > 0 && { eventData: { decidedByRule: decided.map(([part]) => part) } }),
  };
  if (joined === undefined)
    return {
      waits: [row(), ...waits],
      notices: parts.flatMap((part) => part.notices),
      event: 'tasks-opened',
      ...besides,
    };
  const { now } = scene.world;
  return {
    waits: [
      { ...row(), state: 'answered', outcome: joined, answeredAt: now },
      ...waits.map((wait): Wait => (wait.state === 'open' ? { ...without(wait, 'nextAt'), state: 'closed' } : wait)),
    ],
    notices: [],
    event: 'task-decided-by-rule',
    ...besides,
  };
}

function openedTask(scene: Scene, task: AnyTask, row: Wait): Opened {
  const { world, snapshot } = scene;
  const atOnce: Answered<unknown> | undefined = task.atOnce?.(viewOf(scene, row));
  if (atOnce !== undefined) {
    return {
      waits: [{ ...row, state: 'answered', outcome: atOnce.outcome, answeredAt: world.now }],
      notices: [],
      effects: atOnce.effects ?? [],
      event: 'task-decided-by-rule',
      data: atOnce.data,
      eventData: atOnce.eventData,
    };
  }
  const dated = datedTask(task, withDecider(scene, task, row), viewOf(scene, row));
  const onOpen = task.onOpen?.(viewOf(scene, dated));
  return {
    waits: [dated],
    notices:
      snapshot.process.status === 'paused'
        ? []
        : noticesOfTask(world, snapshot.process, dated, told(scene, task, dated), 'new'),
    effects: onOpen?.effects ?? [],
    event: 'task-opened',
    data: onOpen?.data,
  };
}

function openedTimer(scene: Scene, timer: AnyTimer, row: Wait): Opened {
  const { world } = scene;
  const dated = datedTimer(timer, row, viewOf(scene, row));
  if (dated.nextAt !== undefined && dated.nextAt <= world.now) {
    const elapsed = timer.elapsed?.(viewOf(scene, dated));
    return {
      waits: [{ ...without(dated, 'nextAt'), state: 'answered', outcome: 'elapsed', answeredAt: world.now }],
      notices: [],
      effects: elapsed?.effects ?? [],
      event: 'timer-elapsed',
      data: elapsed?.data,
    };
  }
  const onOpen = timer.onOpen?.(viewOf(scene, dated));
  return {
    waits: [dated],
    notices: [],
    effects: onOpen?.effects ?? [],
    event: 'timer-set',
    data: onOpen?.data,
  };
}

/** Children are opened by whoever hears of the event; the morning run counts them from tomorrow on. */
function openedChildren(scene: Scene, children: AnyChildren, row: Wait): Opened {
  const dated = datedChildren(row, viewOf(scene, row));
  const onOpen = children.onOpen?.(viewOf(scene, dated));
  return {
    waits: [dated],
    notices: [],
    effects: onOpen?.effects ?? [],
    event: CHILDREN_AWAITED,
    data: onOpen?.data,
  };
}

/** Records how the process ended, once. */
export function endProcess(scene: Scene, ask: EndAsk): Change | typeof SUPERSEDED {
  if (!mayDrive(scene, ask)) return SUPERSEDED;
  const { definition, snapshot, world } = scene;
  const before = snapshot.process;
  if (ask.step !== before.step + 1 || currentWait(snapshot)?.state !== 'answered')
    throw new Error(`${ask.processId} waits at ${before.step}, the run ends it at ${ask.step}`);
  const atEnd = definition.onEnd?.(viewOf(scene), ask.as);
  return changeOf(world, {
    before,
    after: {
      ...without(before, 'owedAt', 'resumesOn'),
      status: ask.status,
      outcome: ask.as,
      ...(atEnd?.reason !== undefined && { reason: atEnd.reason }),
      endedAt: world.now,
      data: (atEnd?.data ?? before.data) as Process['data'],
    },
    side: 'machine',
    happened: { event: `process-${ask.status}`, by: bySystem, outcome: ask.as },
    effects: atEnd?.effects ?? [],
  });
}

/**
 * A new run for the same process: by the reconciler, for renewal, after a release or a restore; only if the machine has
 * not moved since. No version, no event: nobody sees a difference. A wait that was retired is left for its successor.
 */
export function restarted(process: Process, at: { readonly now: Instant; readonly suffix: string }): Change {
  const number = Number(process.run.split('-')[0]) + 1;
  const after: Process = {
    ...process,
    run: `${number}-${at.suffix}`,
    runAt: at.now,
    owedAt: at.now,
    restarts: process.restarts + 1,
  };
  const { run, status, owedAt } = process;
  return { parts: [update('process', process, after, { run, status, owedAt })] };
}
