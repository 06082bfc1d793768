/**
 * A process played by hand: people, mornings and the machine over a table in memory, one after the other. Every change
 * is committed as the store would commit it, and each time the chain of events is checked, and that lists can show it.
 */
import { ANY_OUTCOME } from '../workflows/kernel/asl.ts';
import { verifyChain } from '../workflows/kernel/chain.ts';
import type { Change, Item } from '../workflows/kernel/change.ts';
import { act, completeTask, type Decision, start } from '../workflows/kernel/decide.ts';
import { endProcess, openWait } from '../workflows/kernel/drive.ts';
import { dueWait, tended } from '../workflows/kernel/morning.ts';
import type { Event, Notice, Person, Process, Wait } from '../workflows/kernel/records.ts';
import { isRejection } from '../workflows/kernel/rejections.ts';
import { type AnyProcess, currentWait, isEnded, type Scene, taskIdOf } from '../workflows/kernel/snapshot.ts';
import type { Day } from '../workflows/kernel/time.ts';
import type { World } from '../workflows/kernel/world.ts';
import { processOfKind } from '../workflows/registry.ts';
import { listed } from './listed.ts';
import { type Next, toy, plot as toyPlot } from './protocol/toy.ts';
import { renderings } from './renderings.ts';
import { commitTo, type Items, itemsOf, placeOf } from './table-in-memory.ts';
import { everybody, type WorldOptions, wednesday, worldOf, zoe } from './world.ts';

export interface Played {
  readonly definition: AnyProcess;
  /** Where the machine goes from a wait by that outcome. */
  readonly next: (wait: string, outcome: string) => Next | undefined;
}

export const playedToy: Played = {
  definition: toy,
  next: (wait, outcome) => toyPlot[wait]?.[outcome],
};

/** A process of the registry, with its machine as it is rendered. */
function played(kind: string): Played {
  const definition = processOfKind(kind);
  const rendering = renderings.get(kind);
  if (definition === undefined || rendering === undefined) throw new Error(`There is no ${kind}`);
  return {
    definition,
    next(wait, outcome) {
      const from = rendering.waits.find((each) => each.wait === wait);
      const name = from?.next.get(outcome) ?? from?.next.get(ANY_OUTCOME);
      const to = rendering.waits.find((each) => each.name === name);
      return to ? { wait: to.wait } : rendering.ends.find((each) => each.name === name);
    },
  };
}

export const playedNpq = played('npq-application');
export const playedStudy = played('npq-study');
export const playedApprenticeship = played('apprenticeship');
export const playedInduction = played('ect-induction');
export const playedResearch = played('action-research');
export const playedSet = played('action-research-set');

export interface PlayOptions extends WorldOptions {
  readonly subject?: Person;
}

export const isChange = (decision: Decision | undefined): decision is Change =>
  typeof decision === 'object' && !isRejection(decision);

export function makePlay({ definition, next }: Played, { subject: first = zoe, ...options }: PlayOptions = {}) {
  let items: Items = itemsOf([first]);
  let subject = first;
  let people: readonly Person[] = options.people ?? [];
  let today = options.today ?? wednesday;
  let at = options.at ?? '09:30';
  let calendar = options.calendar;
  let processId = '';
  let tokens = 0;
  let runs = 0;

  const all = <T extends Item['type']>(type: T): Extract<Item, { type: T }>[] =>
    [...items.values()].filter((item): item is Extract<Item, { type: T }> => item.type === type);

  const world = (): World => {
    // Whom it is about may have changed since it began.
    const about = all('process').find((each) => each.processId === processId)?.subjectId ?? subject.personId;
    const person = [...all('person'), ...people, ...everybody].find((each) => each.personId === about) ?? subject;
    const base = worldOf(person, { ...options, today, at, people, ...(calendar && { calendar }) });
    return {
      ...base,
      // A toy is in no registry; what it starts, if anything, is.
      definitionOf: (kind) => (kind === definition.kind ? definition : base.definitionOf(kind)),
      newRunSuffix: () => `run${String(++runs).padStart(3, '0')}`,
      newId: () => `0199f000-0000-7000-8000-${String(++runs).padStart(12, '0')}`,
    };
  };
  const process = (): Process => {
    const found = all('process').find((each) => each.processId === processId);
    if (!found) throw new Error('Nothing has begun');
    return found;
  };
  const waits = (): Wait[] =>
    all('wait')
      .filter((wait) => wait.processId === processId)
      .sort((a, b) => a.step - b.step || ((a.part ?? '') < (b.part ?? '') ? -1 : 1));
  const scene = (): Scene => ({ definition, snapshot: { process: process(), waits: waits() }, world: world() });
  const events = (): Event[] =>
    all('event')
      .filter((event) => event.processId === processId)
      .sort((a, b) => a.seq - b.seq);

  function commit(change: Change): void {
    const { items: after, result } = commitTo(items, change);
    if (!result.committed) throw new Error(`Not committed: ${result.failed.join(', ')}`);
    items = after;
    const head = all('process').find((each) => each.processId === processId);
    if (head && !verifyChain(events(), { seq: head.lastSeq, hash: head.lastHash }).ok)
      throw new Error('A broken chain');
    if (head) listed(scene());
  }
  const decided = (decision: Decision): Decision => {
    if (isChange(decision)) commit(decision);
    return decision;
  };
  const wait = (step = process().step, part?: string): Wait => {
    const found = waits().find((each) => each.step === step && each.part === part);
    if (!found) throw new Error(`There is no wait ${step} ${part ?? ''}`);
    return found;
  };

  return {
    commit,
    process,
    waits,
    wait,
    scene,
    world,
    events,
    items: () => items,
    token: () => all('token')[0],
    /** `reason about` of every notice, with who gets it. */
    notices: (personId?: string): Notice[] =>
      all('notice').filter((each) => personId === undefined || each.personId === personId),
    clearNotices(): void {
      items = new Map([...items].filter(([, item]) => item.type !== 'notice'));
    },
    moveTo(day: Day, time = '09:30'): void {
      today = day;
      at = time;
    },
    setPeople(...changed: readonly Person[]): void {
      people = [...people.filter((one) => !changed.some((other) => other.personId === one.personId)), ...changed];
      subject = changed.find((one) => one.personId === subject.personId) ?? subject;
      items = new Map([...items, [placeOf(subject), subject]]);
    },
    setCalendar(changed: NonNullable<WorldOptions['calendar']>): void {
      calendar = changed;
    },

    begin(input: Readonly<Record<string, unknown>> = {}, actor: Person = subject) {
      const started = start(definition, definition.input.parse(input), actor, world());
      if (!isRejection(started)) {
        processId = started.process.processId;
        commit(started.change);
      }
      return started;
    },

    /** What the machine owes, until a person or a date does. */
    drive(): void {
      for (let turn = 0; turn < 20; turn++) {
        const now = process();
        if (isEnded(now) || now.owedAt === undefined) return;
        const current = currentWait({ process: now, waits: waits() });
        const to =
          current?.state === 'answered'
            ? next(current.wait, current.outcome ?? '')
            : { wait: current?.wait ?? now.wait };
        const step = current?.state === 'answered' ? now.step + 1 : now.step;
        if (to === undefined) throw new Error(`${current?.wait} leads nowhere by ${current?.outcome}`);
        const ask = { processId, run: now.run, step };
        const change =
          'wait' in to
            ? openWait(scene(), {
                ...ask,
                wait: to.wait,
                stage: definition.waits[to.wait]?.stage ?? '',
                token: `t${++tokens}`,
              })
            : endProcess(scene(), { ...ask, as: to.as, status: to.status });
        if (typeof change === 'string') throw new Error('It is superseded');
        commit(change);
      }
      throw new Error('It goes round and round');
    },

    complete(
      of: Wait,
      outcome: unknown,
      sent: Readonly<Record<string, unknown>> = {},
      actor: Person = subject,
    ): Decision {
      return decided(completeTask(scene(), of, { outcome, sent }, actor));
    },
    act(action: string, sent: unknown = {}, actor: Person = subject): Decision {
      return decided(act(scene(), action, sent, actor));
    },
    decided,

    /** The morning run on this process alone, on that day. */
    morning(on: Day): void {
      today = on;
      at = '07:00';
      const inMorning = (): Scene => ({ ...scene(), world: { ...world(), digestAt: world().now } });
      for (let thing = 0; thing < 3; thing++) {
        const change = tended(inMorning());
        if (change === undefined) break;
        commit(change);
      }
      for (const { step, part } of waits().filter(({ nextAt }) => nextAt !== undefined && nextAt <= world().now)) {
        const found = waits().find((each) => each.step === step && each.part === part);
        const change = found && dueWait(inMorning(), found);
        if (change) commit(change);
      }
    },
    taskId: (of: Wait) => taskIdOf(of),
  };
}

export type Play = ReturnType<typeof makePlay>;
