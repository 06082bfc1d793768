/** The invariants of `docs/protocol.md`, checked in the table alone. Numbers are the protocol's. */
import type { Engine } from '../../local/step-functions/engine.ts';
import { ANY_OUTCOME } from '../../workflows/kernel/asl.ts';
import { verifyChain } from '../../workflows/kernel/chain.ts';
import type { Item } from '../../workflows/kernel/change.ts';
import type { Event, Process, Token, Wait } from '../../workflows/kernel/records.ts';
import { isEnded, taskIdOf } from '../../workflows/kernel/snapshot.ts';
import { renderings } from '../renderings.ts';

export class Violated extends Error {
  override readonly name = 'Violated';
}

/** Where the plot goes from a wait by that outcome: a wait, or an end. */
function plotted(kind: string, wait: string, outcome: string): { readonly wait?: string; readonly end?: string } {
  const rendering = renderings.get(kind);
  if (rendering === undefined) throw new Error(`There is no ${kind}`);
  const found = rendering.waits.find((each) => each.wait === wait);
  const next = found?.next.get(outcome) ?? found?.next.get(ANY_OUTCOME);
  if (next === undefined) throw new Violated(`2: ${wait} has no branch for ${outcome}`);
  const isWait = rendering.waits.find(({ name }) => name === next);
  return isWait ? { wait: isWait.wait } : { end: rendering.ends.find(({ name }) => name === next)?.as ?? next };
}

export interface Seen {
  readonly process: Process;
  readonly token: Token | undefined;
  readonly waits: readonly Wait[];
  readonly events: readonly Event[];
}

/** The process in what was read of its partition; the sort keys put waits and events in order. */
export function seenIn(items: readonly Item[]): Seen | undefined {
  const process = items.find((item) => item.type === 'process');
  if (process === undefined) return undefined;
  return {
    process,
    token: items.find((item) => item.type === 'token'),
    waits: items.filter((item) => item.type === 'wait'),
    events: items.filter((item) => item.type === 'event'),
  };
}

/** Holds what must not change between two looks. */
export function makeInvariants() {
  const outcomes = new Map<string, string>();
  const ended = new Map<string, string>();
  const inputs = new Map<string, string>();

  const hold = (condition: boolean, sentence: string): void => {
    if (!condition) throw new Violated(sentence);
  };

  return {
    check({ process, waits, events }: Seen): void {
      const id = process.processId;
      const whole = waits.filter(({ part }) => part === undefined);
      // 1
      whole.forEach(({ step }, at) => {
        hold(step === at + 1, `1: ${id} has a gap before wait ${step}`);
      });
      const open = whole.filter(({ state }) => state === 'open');
      hold(open.length <= 1, `1: ${id} has ${open.length} open waits`);
      hold(
        open.every(({ step }) => step === process.step),
        `1: ${id} is at ${process.step}, open is ${open[0]?.step}`,
      );
      hold(
        whole.length <= process.step && whole.length >= process.step - 1,
        `1: ${id} is at ${process.step} with ${whole.length} waits`,
      );
      // 2
      const jumps = events.flatMap(({ data }) => (typeof data['jumpsTo'] === 'string' ? [data['jumpsTo']] : []));
      let jumped = 0;
      whole.forEach((wait, at) => {
        const next = whole[at + 1];
        if (next === undefined) return;
        if (wait.state === 'answered')
          hold(
            plotted(process.kind, wait.wait, wait.outcome ?? '').wait === next.wait,
            `2: ${id} went from ${wait.wait} by ${wait.outcome} to ${next.wait}`,
          );
        else hold(jumps[jumped++] === next.wait, `2: ${id} left ${wait.wait} for ${next.wait} without a jump`);
      });
      // An end by the machine follows the plot; people, and other processes, may end it anywhere.
      const last = whole.at(-1);
      const end = events.at(-1);
      const isByMachine = end !== undefined && 'system' in end.by && end.data['becauseOf'] === undefined;
      if (isEnded(process) && isByMachine && last?.state === 'answered')
        hold(
          plotted(process.kind, last.wait, last.outcome ?? '').end === process.outcome,
          `2: ${id} ended ${process.outcome} after ${last.wait} ${last.outcome}`,
        );
      // 3
      for (const wait of waits) {
        if (wait.outcome === undefined) continue;
        const known = outcomes.get(taskIdOf(wait)) ?? wait.outcome;
        hold(known === wait.outcome, `3: ${taskIdOf(wait)} was ${known}, is ${wait.outcome}`);
        outcomes.set(taskIdOf(wait), known);
      }
      // 4
      const current = whole.find(({ step }) => step === process.step);
      if (process.status === 'active' && process.owedAt === undefined)
        hold(current?.state === 'open', `4: ${id} is active, nothing owed, and its wait is ${current?.state}`);
      // 5
      if (isEnded(process)) {
        hold(open.length === 0 && process.owedAt === undefined, `5: ${id} has ended with something open`);
        const now = JSON.stringify([process, waits]);
        hold((ended.get(id) ?? now) === now, `5: ${id} was written after its end`);
        ended.set(id, now);
      }
      // 11
      hold(
        events.length === process.lastSeq,
        `11: ${id} has ${events.length} events, the head says ${process.lastSeq}`,
      );
      hold(
        verifyChain(events, { seq: process.lastSeq, hash: process.lastHash }).ok,
        `11: the chain of ${id} is broken`,
      );
      // Every task was opened once.
      const opened = events.flatMap(({ event, taskId }) =>
        /opened|set|elapsed|decided/.test(event) && taskId ? [`${event} ${taskId}`] : [],
      );
      hold(new Set(opened).size === opened.length, `a task of ${id} was opened twice`);
    },

    /** 6: one run, one execution name, one input. */
    checkExecutions(engine: Engine): void {
      for (const { name, input } of engine.executions()) {
        const known = inputs.get(name) ?? input;
        hold(known === input, `6: ${name} was started with two inputs`);
        inputs.set(name, known);
      }
    },

    hold,
  };
}

/** The table as people see it, and what they were told of these processes: without times, runs, tokens and hashes, ids by their names in the story. */
export function essence(seen: readonly Seen[], names: ReadonlyMap<string, string>, told: ReadonlySet<string>): string {
  const shown = seen.map(({ process, waits, events }) => ({
    process: pick(process, [
      'kind',
      'status',
      'outcome',
      'reason',
      'stage',
      'step',
      'wait',
      'version',
      'lastSeq',
      'subjectId',
      'schoolId',
      'ruleSet',
      'data',
    ]),
    waits: waits.map((wait) =>
      pick(wait, [
        'step',
        'part',
        'wait',
        'kind',
        'state',
        'outcome',
        'stage',
        'candidate',
        'answer',
        'answeredBy',
        'dueOn',
        'hardOn',
      ]),
    ),
    events: events.map((event) => pick(event, ['seq', 'event', 'by', 'outcome', 'fromStage', 'toStage', 'data'])),
  }));
  const ofThese = [...told].filter((line) => [...names.keys()].some((id) => line.includes(id)));
  const named = (line: string): string =>
    [...names].reduce((replaced, [id, name]) => replaced.replaceAll(id, name), line);
  const text = [named(JSON.stringify(shown, null, 1)), ...ofThese.map(named).sort()].join('\n');
  // Other ids (of comments, of processes that these have started) are random too: the first, the second, …
  const others = new Map<string, string>();
  return text.replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => {
    const label = others.get(id) ?? `id-${others.size + 1}`;
    others.set(id, label);
    return label;
  });
}

const pick = <T extends object>(record: T, fields: readonly (keyof T)[]): Partial<T> =>
  Object.fromEntries(
    fields.filter((field) => record[field] !== undefined).map((field) => [field, record[field]]),
  ) as Partial<T>;
