/**
 * Every interleaving of people, the `step` function, the relay, executions, restarts and faults over one process, within
 * small budgets: breadth first, over the engine's own pure functions and a table that keeps the promises of `change.ts`.
 *
 * A state holds no times and no hashes, and runs are numbered by their age, so that histories that differ in nothing
 * else meet. What a time or a hash must be is checked when it is written. Numbers in violations are those of
 * `docs/protocol.md`.
 */
import { hashOf } from '../../workflows/kernel/chain.ts';
import type { Change, Item, Part } from '../../workflows/kernel/change.ts';
import { act, completeTask } from '../../workflows/kernel/decide.ts';
import { endProcess, openWait, restarted } from '../../workflows/kernel/drive.ts';
import { dueWait } from '../../workflows/kernel/morning.ts';
import type { Event, Process, Token, Wait } from '../../workflows/kernel/records.ts';
import { isRejection } from '../../workflows/kernel/rejections.ts';
import { type RelayAction, relayAction } from '../../workflows/kernel/relaying.ts';
import { type AnyProcess, isEnded, type Scene, taskIdOf } from '../../workflows/kernel/snapshot.ts';
import { atLondon, day, type Instant, instant } from '../../workflows/kernel/time.ts';
import type { World } from '../../workflows/kernel/world.ts';
import { commitTo, itemsOf } from '../table-in-memory.ts';
import { worldOf, zoe } from '../world.ts';
import { dateOn, plot, toy } from './toy.ts';

/** The pure functions under test; a mutant puts another in the place of one. */
export const engine = { openWait, endProcess, restarted, relayAction, completeTask, act, dueWait };
export type Engine = typeof engine;

export interface Case {
  readonly engine?: Partial<Engine>;
  /** What people and dates may do: outcomes of tasks and parts by `wait:outcome`, actions, `elapse`. */
  readonly commands: readonly string[];
  readonly budget: {
    readonly commands: number;
    /** Lost or double records, calls and relays that die, executions that are killed, restarts out of turn. */
    readonly faults: number;
    /** Backups that are restored, at most one. */
    readonly restores?: number;
  };
  /** Commands that run at once. */
  readonly people?: number;
  /** Relays that run at once. */
  readonly relays?: number;
  /** The clock stands still: everything happens at one instant. */
  readonly isFrozen?: boolean;
  readonly startsAt?: string;
  readonly mostStates?: number;
}

export interface Explored {
  readonly states: number;
  readonly atRest: number;
  readonly violation?: { readonly sentence: string; readonly trace: readonly string[] };
}

class Violation extends Error {
  override readonly name = 'Violation';
}

const violated = (sentence: string): never => {
  throw new Violation(sentence);
};

// ── Instants and runs, without their values ─────────────────────────────────────────────────────────────────────────

const EARLIER = instant('2026-09-16T08:00:00.000Z');
const NOW = instant('2026-09-16T08:30:00.000Z');
const WHEN_DATE_COMES = atLondon(dateOn, '09:00');
const FRESH = 'newest';

const runText = (run: number): string => `${run}-r${String(run).padStart(5, '0')}`;
const runNumber = (run: string): number => Number(run.slice(run.indexOf('r') + 1));
const isFresh = (run: string): boolean => run.endsWith(FRESH);

const tokenText = (run: number, step: number, attempt: number): string => `${run}/${step}/${attempt}`;

// ── The table, each state of it once ────────────────────────────────────────────────────────────────────────────────

interface Table {
  readonly process: Process;
  readonly waits: readonly Wait[];
  readonly token: Token | undefined;
}

const processId = '0199f000-0000-7000-8000-00000000000a';
const headOf = (seq: number): string => `head ${seq}`;

const withTime = <T extends object>(record: T, field: keyof T): T =>
  record[field] === undefined ? record : { ...record, [field]: EARLIER };

/** Times and hashes taken out. */
function plain(table: Table): Table {
  let { process } = table;
  process = { ...process, runAt: EARLIER, restarts: 0, lastHash: headOf(process.lastSeq) };
  process = withTime(withTime(process, 'owedAt'), 'endedAt');
  return {
    process,
    waits: table.waits.map((wait) => withTime(withTime(wait, 'answeredAt'), 'openedAt')),
    token: table.token && withTime(table.token, 'sentAt'),
  };
}

const sorted = (record: object): object =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));

/** `wait` of a step, whole. */
const wholeAt = ({ waits }: Table, step: number): Wait | undefined =>
  waits.find((wait) => wait.step === step && wait.part === undefined);

// ── States ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** An invocation of the relay: what it has read so far, or what it is about to do. */
type Look =
  | { readonly at: 'reading'; readonly token?: number; readonly process?: number; readonly wait?: string }
  | { readonly at: 'acting'; readonly process: number; readonly action: RelayAction }
  | { readonly at: 'marking'; readonly token: Token }
  | { readonly at: 'restarting'; readonly process: number }
  | { readonly at: 'stopping'; readonly run: number }
  | { readonly at: 'deleting'; readonly token: Token };

/** An invocation of `step`. */
interface Call {
  readonly do: 'wait' | 'end';
  /** Key of the wait, or the word of the end. */
  readonly key: string;
  readonly run: number;
  readonly step: number;
  readonly attempt: number;
  /** The table as it was read. */
  readonly read?: number;
}

interface Execution {
  readonly run: number;
  readonly input: string;
  readonly at: 'wait' | 'end' | 'over';
  readonly key: string;
  readonly step: number;
  readonly attempt: number;
}

interface Command {
  readonly what: string;
  readonly read: number;
}

interface State {
  readonly table: number;
  /** A backup that may be restored; -1: none. */
  readonly backup: number;
  readonly records: number;
  readonly looks: readonly Look[];
  readonly calls: readonly Call[];
  readonly executions: readonly Execution[];
  readonly commands: readonly Command[];
  /** A restart out of turn that has read this table; -1: none. */
  readonly restart: number;
  readonly commandsLeft: number;
  readonly faultsLeft: number;
  readonly restoresLeft: number;
}

/** More records on their way change nothing: each only says "look". */
const MOST_RECORDS = 2;

export function explore(spec: Case): Explored {
  const used: Engine = { ...engine, ...spec.engine };
  const definition: AnyProcess = toy;
  const base = worldOf(zoe);
  const now: Instant = spec.isFrozen ? EARLIER : NOW;
  const worldAt = (at: Instant): World => ({
    ...base,
    now: at,
    today: day(at.slice(0, 10)),
    newRunSuffix: () => FRESH,
    definitionOf: () => definition,
  });
  const world = worldAt(now);
  const later = worldAt(WHEN_DATE_COMES);

  // Tables, numbered
  const tables: Table[] = [];
  const tableIds = new Map<string, number>();
  const idOf = (table: Table): number => {
    const key = JSON.stringify([sorted(table.process), table.waits.map(sorted), table.token && sorted(table.token)]);
    const known = tableIds.get(key);
    if (known !== undefined) return known;
    const id = tables.push(table) - 1;
    tableIds.set(key, id);
    checkTable(table);
    return id;
  };
  const tableOf = (id: number): Table => tables[id] as Table;

  const remembered = <T>(cache: Map<string, T>, key: string, make: () => T): T => {
    const known = cache.get(key);
    if (known !== undefined) return known;
    const made = make();
    cache.set(key, made);
    return made;
  };

  function checkTable({ process, waits }: Table): void {
    const whole = waits.filter(({ part }) => part === undefined);
    whole.forEach(({ step }, at) => {
      if (step !== at + 1) violated(`1: a gap before wait ${step}`);
    });
    const open = whole.filter(({ state }) => state === 'open');
    if (open.length > 1) violated(`1: ${open.length} waits are open`);
    if (open.some(({ step }) => step !== process.step))
      violated(`1: open at ${open[0]?.step}, it is at ${process.step}`);
    if (whole.length > process.step || whole.length < process.step - 1)
      violated(`1: at ${process.step} with ${whole.length} waits`);
    if (waits.some((wait) => wait.state === 'open' && wait.part !== undefined && wait.step !== process.step))
      violated('1: a part is open before the wait it stands at');
    const current = whole.find(({ step }) => step === process.step);
    if (process.status === 'active' && process.owedAt === undefined && current?.state !== 'open')
      violated(`4: active, nothing owed, and wait ${process.step} is ${current?.state ?? 'not there'}`);
    if (isEnded(process) && (process.owedAt !== undefined || waits.some(({ state }) => state === 'open')))
      violated('5: ended with something open or owed');
  }

  // Commits
  interface Written {
    readonly table: number;
    /** The head itself is another: only then is it in the stream. */
    readonly isHead: boolean;
  }
  const commits = new Map<string, Written | 'failed'>();
  const eventsBefore = (lastSeq: number): Item[] =>
    Array.from({ length: lastSeq }, (_, at) => ({
      type: 'event' as const,
      processId,
      seq: at + 1,
      kind: 'toy',
      at: EARLIER,
      event: 'earlier',
      by: { system: true as const },
      data: {},
      previousHash: '',
      hash: '',
    }));

  /** One transaction on the table of that number, checked against what must hold of any write. */
  function commit(key: string, change: () => Change, on: number): Written | undefined {
    const result = remembered(commits, `${key} on ${on}`, () => {
      const before = tableOf(on);
      const wanted = change();
      const items = itemsOf([
        before.process,
        ...before.waits,
        ...(before.token ? [before.token] : []),
        ...eventsBefore(before.process.lastSeq),
      ]);
      const { items: after, result: committed } = commitTo(items, wanted);
      if (!committed.committed) {
        const isNews = committed.failed.every((name) => name !== 'process');
        const of = wanted.parts.find(({ name }) => name === 'process');
        if (isNews && of?.expect && 'version' in of.expect)
          violated(`1: the process was as it was seen, and ${committed.failed.join(', ')} was not`);
        return 'failed' as const;
      }
      const all = [...after.values()];
      const process = all.find((item) => item.type === 'process') as Process;
      const table: Table = {
        process,
        waits: all.filter((item) => item.type === 'wait').sort(byStep),
        token: all.find((item) => item.type === 'token'),
      };
      checkWrite(before, table, wanted.parts);
      return { table: idOf(plain(table)), isHead: JSON.stringify(before.process) !== JSON.stringify(process) };
    });
    return result === 'failed' ? undefined : result;
  }

  function checkWrite(before: Table, after: Table, parts: readonly Part[]): void {
    const isHeadWritten = JSON.stringify(before.process) !== JSON.stringify(after.process);
    const areWaitsWritten = JSON.stringify(before.waits) !== JSON.stringify(after.waits);
    if (isEnded(before.process) && (isHeadWritten || areWaitsWritten)) violated('5: a write after the end');
    for (const wait of before.waits) {
      const then = after.waits.find((each) => taskIdOf(each) === taskIdOf(wait));
      if (then === undefined) violated(`1: ${taskIdOf(wait)} is gone`);
      else if (wait.outcome !== undefined && then.outcome !== wait.outcome)
        violated(`3: ${taskIdOf(wait)} was ${wait.outcome}, is ${then.outcome}`);
    }
    const events = parts.flatMap(({ after: item }) => (item?.type === 'event' ? [item] : []));
    if (after.process.version !== before.process.version + events.length)
      violated(`the version went from ${before.process.version} to ${after.process.version}, events: ${events.length}`);
    for (const event of events) checkEvent(before.process, after.process, event);
    for (const wait of after.waits) {
      if (wait.part !== undefined || before.waits.some((each) => taskIdOf(each) === taskIdOf(wait))) continue;
      const last = wholeAt(before, wait.step - 1);
      // A jump has moved the head before its wait opens; the machine opens the wait of the next step, or the first.
      if (before.process.step === wait.step) {
        if (wait.wait !== before.process.wait)
          violated(`2: it goes to ${before.process.wait}, ${wait.wait} was opened`);
        continue;
      }
      const next = last?.outcome === undefined ? undefined : plot[last.wait]?.[last.outcome];
      if (next === undefined || !('wait' in next) || next.wait !== wait.wait)
        violated(`2: from ${last?.wait} by ${last?.outcome} to ${wait.wait}`);
    }
    if (after.process.status === 'completed' || (after.process.outcome === 'refused' && !isEnded(before.process))) {
      const last = wholeAt(after, after.process.step);
      const next = last?.outcome === undefined ? undefined : plot[last.wait]?.[last.outcome];
      if (next === undefined || !('as' in next) || next.as !== after.process.outcome)
        violated(`2: ended ${after.process.outcome} after ${last?.wait} by ${last?.outcome}`);
    }
  }

  function checkEvent(before: Process, after: Process, event: Event): void {
    const { hash, ...unsigned } = event;
    if (event.seq !== before.lastSeq + 1 || event.previousHash !== before.lastHash || hash !== hashOf(unsigned))
      violated(`11: event ${event.seq} does not follow ${before.lastSeq}`);
    if (after.lastSeq !== event.seq || after.lastHash !== hash) violated('11: the head is not the newest event');
  }

  // Decisions of the engine, each once
  const sceneOf = (id: number, at: World): Scene => {
    const { process, waits } = tableOf(id);
    return { definition, snapshot: { process, waits }, world: at };
  };
  const decisions = new Map<string, { readonly change?: Change }>();

  /** What a person or a date comes to on the table as it was read; nothing where it is refused. */
  const commanded = (what: string, read: number): Change | undefined =>
    remembered(decisions, `${what} ${read}`, () => {
      const scene = sceneOf(read, world);
      const { process, waits } = scene.snapshot;
      if (what === 'elapse') {
        const wait = waits.find((each) => each.step === process.step && each.kind === 'timer');
        const change = wait && used.dueWait({ ...scene, world: later }, wait);
        return change ? { change } : {};
      }
      const [name = '', outcome] = what.split(':');
      const decision =
        outcome === undefined
          ? used.act(scene, name, {}, zoe)
          : waits
              .filter(
                (wait) => wait.step === process.step && wait.state === 'open' && (wait.part ?? wait.wait) === name,
              )
              .map((wait) => used.completeTask(scene, wait, { outcome, sent: {} }, zoe))[0];
      return decision === undefined || isRejection(decision) || typeof decision === 'string'
        ? {}
        : { change: decision };
    }).change;

  /** What `step` decides on the table as it was read; nothing where it is superseded. */
  const called = (call: Call, read: number): Change | undefined =>
    remembered(decisions, `${call.do} ${call.key} ${call.run} ${call.step} ${call.attempt} ${read}`, () => {
      const scene = sceneOf(read, world);
      const common = { processId, run: runText(call.run), step: call.step };
      const decision =
        call.do === 'wait'
          ? used.openWait(scene, {
              ...common,
              wait: call.key,
              stage: definition.waits[call.key]?.stage ?? '',
              token: tokenText(call.run, call.step, call.attempt),
            })
          : used.endProcess(scene, {
              ...common,
              as: call.key,
              status: call.key === 'finished' ? 'completed' : 'stopped',
            });
      return typeof decision === 'string' ? {} : { change: decision };
    }).change;

  const restartOf = (read: number): Change => used.restarted(tableOf(read).process, { now, suffix: FRESH });

  // Moves
  interface Move {
    readonly label: string;
    readonly to: State;
    /** Happens by itself once faults have ceased. */
    readonly isNatural: boolean;
  }

  /** After a commit: whoever watches the stream hears of it. */
  function wrote(state: State, written: Written | undefined): State {
    if (written === undefined) return state;
    const { table, isHead } = written;
    const { process } = tableOf(table);
    const isHeard = isHead && (process.owedAt !== undefined || isEnded(process));
    return { ...state, table, records: isHeard ? Math.min(state.records + 1, MOST_RECORDS) : state.records };
  }

  const replaced = <T>(list: readonly T[], at: number, ...by: readonly T[]): readonly T[] => [
    ...list.slice(0, at),
    ...by,
    ...list.slice(at + 1),
  ];
  const without = <T>(list: readonly T[], at: number): readonly T[] => replaced(list, at);

  const currentOf = (state: State): Execution | undefined =>
    state.executions.find(({ run }) => run === runNumber(tableOf(state.table).process.run));

  function overFor(executions: readonly Execution[], run: number): readonly Execution[] {
    return executions.map((one) => (one.run === run && one.at !== 'over' ? { ...one, at: 'over' as const } : one));
  }

  /** The execution comes to a state: it calls `step`. */
  function entered(state: State, execution: Execution): State {
    const { run, key, step, attempt, at } = execution;
    const call: Call = { do: at === 'end' ? 'end' : 'wait', key, run, step, attempt };
    const known = state.executions.findIndex((one) => one.run === run);
    const executions = known < 0 ? [...state.executions, execution] : replaced(state.executions, known, execution);
    return { ...state, executions, calls: [...state.calls, call] };
  }

  /** `step` has returned, or failed: only the attempt that the execution waits for counts. */
  function returned(state: State, call: Call, how: 'well' | 'superseded' | 'failed'): State {
    const execution = state.executions.find(({ run }) => run === call.run);
    if (
      execution === undefined ||
      execution.at === 'over' ||
      execution.step !== call.step ||
      execution.attempt !== call.attempt ||
      (execution.at === 'end') !== (call.do === 'end')
    )
      return state;
    if (how === 'failed') return entered(state, { ...execution, attempt: execution.attempt + 1 });
    if (how === 'superseded' || call.do === 'end') return { ...state, executions: overFor(state.executions, call.run) };
    return state;
  }

  function startExecution(state: State, { run, step, wait }: { run: string; step: number; wait: string }): State {
    const number = runNumber(run);
    const input = `${step} ${wait}`;
    const known = state.executions.find((one) => one.run === number);
    if (known !== undefined) {
      const { process } = tableOf(state.table);
      if (known.input !== input && run === process.run && !isEnded(process))
        violated(`6: ${run} was started with ${known.input} and with ${input}`);
      return state;
    }
    return entered(state, { run: number, input, at: 'wait', key: wait, step, attempt: 0 });
  }

  /** `SendTaskSuccess`: `undefined` where the token is used, dead or of another attempt. */
  function sentAnswer(state: State, token: string, output: { step: number; outcome: string }): State | undefined {
    const execution = state.executions.find(
      (one) => one.at === 'wait' && tokenText(one.run, one.step, one.attempt) === token,
    );
    if (execution === undefined) return undefined;
    const { run, key, step } = execution;
    if (output.step !== step + 1) violated(`the execution waits at ${step}, it is answered as ${output.step - 1}`);
    if (runText(run) === tableOf(state.table).process.run) {
      const visit = wholeAt(tableOf(state.table), step);
      if (visit?.wait !== key || visit.outcome !== output.outcome)
        violated(`${key} at ${step} came to ${visit?.outcome}, its execution hears ${output.outcome}`);
    }
    const next = plot[key]?.[output.outcome];
    if (next === undefined) return violated(`no branch of ${key} for ${output.outcome}`);
    return entered(
      state,
      'wait' in next
        ? { ...execution, at: 'wait', key: next.wait, step: output.step, attempt: 0 }
        : { ...execution, at: 'end', key: next.as, step: output.step, attempt: 0 },
    );
  }

  function lookMoves(state: State, at: number, moves: Move[]): void {
    const look = state.looks[at] as Look;
    const done = (next: State, label: string, then?: Look) =>
      moves.push({
        label: `relay ${label}`,
        to: { ...next, looks: then ? replaced(state.looks, at, then) : without(state.looks, at) },
        isNatural: true,
      });
    switch (look.at) {
      case 'reading':
        // The head first, then token and wait in either order, with everything that may happen in between.
        if (look.process === undefined) {
          done(state, 'reads the process', decided({ ...look, process: state.table }));
          return;
        }
        if (look.token === undefined) done(state, 'reads the token', decided({ ...look, token: state.table }));
        if (look.wait === undefined) {
          const row = wholeAt(tableOf(state.table), tableOf(look.process).process.step);
          done(state, 'reads the wait', decided({ ...look, wait: row ? `${row.state} ${row.outcome ?? ''}` : 'none' }));
        }
        return;
      case 'acting': {
        const { action } = look;
        switch (action.action) {
          case 'answer': {
            const next = sentAnswer(state, action.token.token, action.output);
            if (next)
              done(next, `sends ${action.output.outcome} to ${action.token.run}`, {
                at: 'marking',
                token: action.token,
              });
            else if (action.token.sentAt !== undefined) done(state, 'finds it settled');
            else done(state, 'finds the token dead', { at: 'restarting', process: look.process });
            return;
          }
          case 'start':
            done(
              startExecution(state, action.input),
              `starts ${action.input.run} at ${action.input.step} ${action.input.wait}`,
              action.stopRun === undefined ? undefined : { at: 'stopping', run: runNumber(action.stopRun) },
            );
            return;
          case 'tidy': {
            const executions = overFor(state.executions, runNumber(action.token.run));
            done({ ...state, executions }, `stops ${action.token.run}`, { at: 'deleting', token: action.token });
            return;
          }
          case 'nothing':
            done(state, 'does nothing');
            return;
          default:
            action satisfies never;
        }
        return;
      }
      case 'marking': {
        const { token } = look;
        const change: Change = {
          parts: [{ name: 'token', before: token, after: { ...token, sentAt: now }, expect: { token: token.token } }],
        };
        done(
          wrote(
            state,
            commit(`mark ${JSON.stringify(token)}`, () => change, state.table),
          ),
          'marks it sent',
        );
        return;
      }
      case 'deleting': {
        const { token } = look;
        const change: Change = { parts: [{ name: 'token', before: token, expect: { token: token.token } }] };
        done(
          wrote(
            state,
            commit(`delete ${JSON.stringify(token)}`, () => change, state.table),
          ),
          'deletes the token',
        );
        return;
      }
      case 'restarting': {
        const written = commit(`restart ${look.process}`, () => restartOf(look.process), state.table);
        done(wrote(state, written), written === undefined ? 'needs no restart' : 'restarts');
        return;
      }
      case 'stopping':
        if (runText(look.run) === tableOf(state.table).process.run) violated('the relay stops the run that may drive');
        done({ ...state, executions: overFor(state.executions, look.run) }, `stops ${runText(look.run)}`);
        return;
      default:
        look satisfies never;
    }
  }

  /** All three read: what the relay is about to do; where that is nothing, it is over. */
  function decided(look: Look & { at: 'reading' }): Look | undefined {
    const { process: read, token: tokenRead, wait: seen } = look;
    if (read !== undefined && needsNoLook(tableOf(read).process)) return undefined;
    if (read === undefined || tokenRead === undefined || seen === undefined) return look;
    const { process } = tableOf(read);
    const { token } = tableOf(tokenRead);
    const [state, outcome] = seen.split(' ');
    const wait =
      state === 'none'
        ? undefined
        : ({ step: process.step, state, ...(outcome && { outcome }) } as Partial<Wait> as Wait);
    const action = used.relayAction(process, token, wait);
    return action.action === 'nothing' ? undefined : { at: 'acting', process: read, action };
  }

  function movesOf(state: State): readonly Move[] {
    const moves: Move[] = [];
    const push = (label: string, to: State, isNatural = true) => moves.push({ label, to, isNatural });
    const { process } = tableOf(state.table);

    // The relay
    if (state.records > 0 && state.looks.length < (spec.relays ?? 1))
      push('relay looks', {
        ...state,
        records: state.records - 1,
        looks: [...state.looks, { at: 'reading' }],
      });
    state.looks.forEach((_, at) => {
      lookMoves(state, at, moves);
    });

    // The step function
    state.calls.forEach((call, at) => {
      const calls = without(state.calls, at);
      if (call.read === undefined) {
        const change = called(call, state.table);
        const label = `step ${call.do} ${call.key} of ${runText(call.run)}`;
        if (change === undefined) push(`${label} is superseded`, returned({ ...state, calls }, call, 'superseded'));
        else push(`${label} reads`, { ...state, calls: replaced(state.calls, at, { ...call, read: state.table }) });
        return;
      }
      const { read, ...unread } = call;
      const change = called(call, read) as Change;
      const key = `call ${call.do} ${call.key} ${call.run} ${call.step} ${call.attempt} ${read}`;
      const written = commit(key, () => change, state.table);
      const label = `step ${call.do} ${call.key} of ${runText(call.run)}`;
      if (written === undefined) {
        push(`${label} reads again`, { ...state, calls: [...calls, unread] });
        return;
      }
      if (runText(call.run) !== process.run) violated(`8: ${runText(call.run)} wrote, the run is ${process.run}`);
      const after = wrote({ ...state, calls }, written);
      push(`${label} commits`, returned(after, call, 'well'));
      if (state.faultsLeft > 0)
        push(
          `${label} commits and dies`,
          returned({ ...after, faultsLeft: state.faultsLeft - 1 }, call, 'failed'),
          false,
        );
    });

    // People and dates
    if (state.commandsLeft > 0 && state.commands.length < (spec.people ?? 1))
      for (const what of spec.commands)
        if (commanded(what, state.table) !== undefined)
          push(
            `${what} is asked`,
            {
              ...state,
              commandsLeft: state.commandsLeft - 1,
              commands: [...state.commands, { what, read: state.table }],
            },
            false,
          );
    state.commands.forEach(({ what, read }, at) => {
      const change = commanded(what, read) as Change;
      const written = commit(`command ${what} ${read}`, () => change, state.table);
      const commands = without(state.commands, at);
      push(`${what} ${written === undefined ? 'comes too late' : 'commits'}`, wrote({ ...state, commands }, written));
    });

    // Restarts: the reconciler's, when nothing else moves; others at any time
    if (state.restart >= 0) {
      const written = commit(`restart ${state.restart}`, () => restartOf(state.restart), state.table);
      push(
        `a restart ${written === undefined ? 'comes too late' : 'commits'}`,
        wrote({ ...state, restart: -1 }, written),
      );
    }
    const isStill =
      state.records === 0 &&
      state.looks.length === 0 &&
      state.calls.length === 0 &&
      state.commands.length === 0 &&
      state.restart < 0;
    if (isStill && process.owedAt !== undefined) {
      if (state.faultsLeft === spec.budget.faults && state.restoresLeft === (spec.budget.restores ?? 0))
        violated('7: owed for ever, and nothing has failed');
      push(
        'the reconciler restarts',
        wrote(
          state,
          commit(`restart ${state.table}`, () => restartOf(state.table), state.table),
        ),
      );
    }

    // Faults
    if (state.faultsLeft > 0) {
      const faultsLeft = state.faultsLeft - 1;
      const broken = (label: string, to: State) => push(label, { ...to, faultsLeft }, false);
      if (state.records > 0) broken('a record is lost', { ...state, records: state.records - 1 });
      if (state.records < MOST_RECORDS && (process.owedAt !== undefined || isEnded(process)))
        broken('a record comes twice', { ...state, records: state.records + 1 });
      state.looks.forEach((_, at) => {
        broken('the relay dies', {
          ...state,
          looks: without(state.looks, at),
          records: Math.min(state.records + 1, MOST_RECORDS),
        });
      });
      state.calls.forEach((call, at) => {
        broken(`step ${call.key} dies`, returned({ ...state, calls: without(state.calls, at) }, call, 'failed'));
        if (call.read === undefined)
          broken(`step ${call.key} is called twice`, { ...state, calls: [...state.calls, call] });
      });
      for (const { run, at } of state.executions)
        if (at !== 'over')
          broken(`execution ${runText(run)} is killed`, { ...state, executions: overFor(state.executions, run) });
      if (state.restart < 0 && !isEnded(process)) broken('a restart is asked', { ...state, restart: state.table });
    }
    if (state.restoresLeft > 0 && state.backup < 0 && !isEnded(process))
      push('a backup is taken', { ...state, backup: state.table }, false);
    if (state.restoresLeft > 0 && state.backup >= 0 && state.backup !== state.table) {
      const written = commit(`restart ${state.backup}`, () => restartOf(state.backup), state.backup);
      if (written !== undefined)
        push(
          'the backup is restored',
          // A restore is a new table: what runs on the old one does not reach it, executions go on.
          {
            ...wrote(state, written),
            backup: -1,
            restoresLeft: 0,
            commands: [],
            restart: -1,
            looks: [],
            calls: state.calls.map(({ read: _, ...call }) => call),
          },
          false,
        );
    }
    if (isStill && state.faultsLeft === spec.budget.faults && state.restoresLeft === (spec.budget.restores ?? 0)) {
      const alive = state.executions.filter(({ at }) => at !== 'over');
      if (alive.some(({ run }) => runText(run) !== process.run) && process.owedAt === undefined && !isEnded(process))
        violated('8: without faults an execution of another run is at rest');
      if (process.owedAt === undefined && !isEnded(process) && currentOf(state) === undefined)
        violated('nobody owes anything, and the run has no execution');
    }
    return moves;
  }

  const needsNoLook = (process: Process): boolean => !isEnded(process) && process.owedAt === undefined;

  // Runs, numbered by age
  const runsOf = new Map<number, readonly number[]>();
  const runsIn = (id: number): readonly number[] => {
    const known = runsOf.get(id);
    if (known) return known;
    const { process, token } = tableOf(id);
    const runs = [process.run, ...(token ? [token.run] : [])].map((run) => (isFresh(run) ? Infinity : runNumber(run)));
    runsOf.set(id, runs);
    return runs;
  };
  const renamedTables = new Map<string, number>();

  function settled(state: State): State {
    const named = new Set<number>();
    const add = (id: number) => {
      if (id >= 0) for (const run of runsIn(id)) named.add(run);
    };
    add(state.table);
    add(state.backup);
    add(state.restart);
    for (const { read } of state.commands) add(read);
    for (const { run, read } of state.calls) {
      named.add(run);
      if (read !== undefined) add(read);
    }
    for (const look of state.looks) {
      if ('process' in look && look.process !== undefined) add(look.process);
      if (look.at === 'reading' && look.token !== undefined) add(look.token);
      if (look.at === 'stopping') named.add(look.run);
      if (look.at === 'marking' || look.at === 'deleting') named.add(runNumber(look.token.run));
      if (look.at === 'acting' && look.action.action === 'start') named.add(runNumber(look.action.input.run));
      if (look.at === 'acting' && 'token' in look.action) named.add(runNumber(look.action.token.run));
      if (look.at === 'acting' && look.action.action === 'start' && look.action.stopRun !== undefined)
        named.add(runNumber(look.action.stopRun));
    }
    // A run that is over and named nowhere else will never be asked for again.
    const executions = state.executions.filter(({ run, at }) => at !== 'over' || named.has(run));
    for (const { run } of executions) named.add(run);
    const order = [...named].sort((a, b) => a - b);
    const names = new Map(order.map((run, at) => [run, at + 1]));
    const isSame = order.every((run, at) => run === at + 1);
    const looks = state.looks;
    if (isSame) return executions.length === state.executions.length ? state : { ...state, executions };
    const name = (run: number): number => names.get(run) ?? violated(`run ${run} is not named`);
    const nameText = (run: string): string => runText(name(isFresh(run) ? Infinity : runNumber(run)));
    const nameToken = (token: Token): Token => {
      const [, step, attempt] = token.token.split('/').map(Number);
      const run = nameText(token.run);
      return { ...token, run, token: tokenText(runNumber(run), step as number, attempt as number) };
    };
    const nameTable = (id: number): number => {
      if (id < 0) return id;
      const [of = 0, token] = runsIn(id);
      const key = `${id} ${name(of)} ${token === undefined ? '' : name(token)}`;
      return remembered(renamedTables, key, () => {
        const table = tableOf(id);
        return idOf({
          ...table,
          process: { ...table.process, run: nameText(table.process.run) },
          token: table.token && nameToken(table.token),
        });
      });
    };
    const nameLook = (look: Look): Look => {
      switch (look.at) {
        case 'reading':
          return {
            ...look,
            ...(look.process !== undefined && { process: nameTable(look.process) }),
            ...(look.token !== undefined && { token: nameTable(look.token) }),
          };
        case 'acting':
          return { ...look, process: nameTable(look.process), action: nameAction(look.action) };
        case 'restarting':
          return { ...look, process: nameTable(look.process) };
        case 'stopping':
          return { ...look, run: name(look.run) };
        default:
          return { ...look, token: nameToken(look.token) };
      }
    };
    const nameAction = (action: RelayAction): RelayAction => {
      switch (action.action) {
        case 'tidy':
          return { ...action, token: nameToken(action.token) };
        case 'answer':
          return {
            ...action,
            token: nameToken(action.token),
            output: { ...action.output, run: nameText(action.output.run) },
          };
        case 'start':
          return {
            ...action,
            name: '',
            input: { ...action.input, run: nameText(action.input.run) },
            stopRun: action.stopRun === undefined ? undefined : nameText(action.stopRun),
          };
        default:
          return action;
      }
    };
    return {
      ...state,
      table: nameTable(state.table),
      backup: nameTable(state.backup),
      restart: nameTable(state.restart),
      looks: looks.map(nameLook),
      calls: state.calls.map((call) => ({
        ...call,
        run: name(call.run),
        ...(call.read !== undefined && { read: nameTable(call.read) }),
      })),
      executions: executions.map((one) => ({ ...one, run: name(one.run) })),
      commands: state.commands.map((command) => ({ ...command, read: nameTable(command.read) })),
    };
  }

  function keyOfLook(look: Look): string {
    switch (look.at) {
      case 'reading':
        return `r${look.process ?? ''},${look.token ?? ''},${look.wait ?? ''}`;
      case 'acting':
        return `a${look.process},${JSON.stringify(look.action)}`;
      case 'marking':
      case 'deleting':
        return `${look.at}${look.token.token},${look.token.sentAt ?? ''}`;
      case 'restarting':
        return `s${look.process}`;
      default:
        return `x${look.run}`;
    }
  }

  const keyOfState = (state: State): string =>
    [
      state.table,
      state.backup,
      state.restart,
      state.records,
      `${state.commandsLeft}.${state.faultsLeft}.${state.restoresLeft}`,
      state.looks.map(keyOfLook).sort().join(';'),
      state.calls
        .map((c) => `${c.do}${c.key},${c.run},${c.step},${c.attempt},${c.read ?? ''}`)
        .sort()
        .join(';'),
      state.executions
        .map(
          (e) =>
            `${e.run},${e.at === 'over' ? `over,${e.input}` : `${e.at}${e.key},${e.step},${e.attempt},${e.input}`}`,
        )
        .sort()
        .join(';'),
      state.commands
        .map(({ what, read }) => `${what},${read}`)
        .sort()
        .join(';'),
    ].join('|');

  // The search
  const first: Process = {
    type: 'process',
    processId,
    kind: 'toy',
    status: 'active',
    version: 1,
    step: 1,
    wait: spec.startsAt ?? 'write',
    stage: 'draft',
    run: runText(1),
    runAt: EARLIER,
    owedAt: EARLIER,
    restarts: 0,
    lastSeq: 1,
    lastHash: headOf(1),
    subjectId: zoe.personId,
    schoolId: zoe.posts[0]?.schoolId ?? '',
    ruleSet: 'toy',
    startedBy: zoe.personId,
    startedAt: EARLIER,
    data: { notes: [] },
  };
  const states = new Map<string, number>();
  const queue: (State | undefined)[] = [];
  const from: number[] = [];
  const labels: string[] = [];
  const natural: number[] = [];
  const rest: number[] = [];
  const mostStates = spec.mostStates ?? 2_000_000;

  const traceOf = (at: number): string[] => {
    const trace: string[] = [];
    for (let each = at; each > 0; each = from[each] as number) trace.unshift(labels[each] as string);
    return trace;
  };
  const visit = (state: State, parent: number, label: string): number => {
    const key = keyOfState(state);
    const known = states.get(key);
    if (known !== undefined) return known;
    const at = queue.push(state) - 1;
    states.set(key, at);
    from.push(parent);
    labels.push(label);
    return at;
  };

  try {
    visit(
      {
        table: idOf({ process: first, waits: [], token: undefined }),
        backup: -1,
        records: 1,
        looks: [],
        calls: [],
        executions: [],
        commands: [],
        restart: -1,
        commandsLeft: spec.budget.commands,
        faultsLeft: spec.budget.faults,
        restoresLeft: spec.budget.restores ?? 0,
      },
      0,
      '',
    );
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    return { states: 1, atRest: 0, violation: { sentence: error.message, trace: [] } };
  }
  for (let at = 0; at < queue.length; at++) {
    const state = queue[at] as State;
    queue[at] = undefined;
    if (queue.length > mostStates) throw new Error(`More than ${mostStates} states`);
    try {
      const { process } = tableOf(state.table);
      if (
        process.owedAt === undefined &&
        state.records + state.looks.length + state.calls.length + state.commands.length === 0 &&
        state.restart < 0
      )
        rest.push(at);
      for (const { label, to, isNatural } of movesOf(state)) {
        let next: number;
        try {
          next = visit(settled(to), at, label);
        } catch (error) {
          if (error instanceof Violation) return found(error.message, at, label);
          throw error;
        }
        if (isNatural) natural.push(at, next);
      }
    } catch (error) {
      // What the engine itself throws is "no interleaving can have led here".
      const sentence = error instanceof Violation ? error.message : `thrown: ${String(error)}`;
      return found(sentence, at);
    }
  }

  function found(sentence: string, at: number, label?: string): Explored {
    return {
      states: queue.length,
      atRest: rest.length,
      violation: { sentence, trace: [...traceOf(at), ...(label === undefined ? [] : [label])] },
    };
  }

  // From every state there is a way to rest, without any fault or command more.
  const count = queue.length;
  const heads = new Int32Array(count + 1);
  for (let at = 1; at < natural.length; at += 2)
    heads[(natural[at] as number) + 1] = (heads[(natural[at] as number) + 1] ?? 0) + 1;
  for (let at = 0; at < count; at++) heads[at + 1] = (heads[at + 1] ?? 0) + (heads[at] ?? 0);
  const fill = heads.slice();
  const before = new Int32Array(natural.length / 2);
  for (let at = 0; at < natural.length; at += 2) {
    const to = natural[at + 1] as number;
    before[fill[to] as number] = natural[at] as number;
    fill[to] = (fill[to] ?? 0) + 1;
  }
  const reaches = new Uint8Array(count);
  const open = [...rest];
  for (const at of open) reaches[at] = 1;
  for (let at = open.pop(); at !== undefined; at = open.pop())
    for (let edge = heads[at] as number; edge < (heads[at + 1] as number); edge++) {
      const previous = before[edge] as number;
      if (reaches[previous]) continue;
      reaches[previous] = 1;
      open.push(previous);
    }
  const stuck = reaches.indexOf(0);
  if (stuck >= 0) return found('a dead end: no way to rest from here', stuck);
  return { states: count, atRest: rest.length };
}

function byStep(a: Wait, b: Wait): number {
  return a.step - b.step || ((a.part ?? '') < (b.part ?? '') ? -1 : 1);
}
