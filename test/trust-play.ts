/**
 * Several processes of the small trust played by hand over a table in memory: the calendar starts some, they open
 * children, people answer, mornings pass. The same steps as `morning-run`, `open-children` and the machines, one after
 * the other; every change is committed as the store would commit it.
 */
import { ANY_OUTCOME } from '../workflows/kernel/asl.ts';
import type { Change, Item } from '../workflows/kernel/change.ts';
import { act, completeTask, type Decision } from '../workflows/kernel/decide.ts';
import { endProcess, openWait } from '../workflows/kernel/drive.ts';
import { countingOf, dueWait, tended } from '../workflows/kernel/morning.ts';
import { isPlace, placeAsSubject } from '../workflows/kernel/places.ts';
import type { Counting } from '../workflows/kernel/process.ts';
import { type Child, type Notice, type Person, type Process, TRUST, type Wait } from '../workflows/kernel/records.ts';
import { isRejection } from '../workflows/kernel/rejections.ts';
import { currentWait, declarationOf, isEnded, type Scene, viewOf } from '../workflows/kernel/snapshot.ts';
import { addDays, type Day } from '../workflows/kernel/time.ts';
import { begun, bySystem } from '../workflows/kernel/transition.ts';
import type { World } from '../workflows/kernel/world.ts';
import { registry } from '../workflows/registry.ts';
import { listed } from './listed.ts';
import { renderings } from './renderings.ts';
import { commitTo, type Items, itemsOf } from './table-in-memory.ts';
import { everybody, schools, type WorldOptions, worldOf } from './world.ts';

export interface TrustPlayOptions extends Pick<WorldOptions, 'calendar' | 'people'> {
  readonly today: Day;
}

export function makeTrustPlay({ today: first, people: more = [], calendar }: TrustPlayOptions) {
  let items: Items = itemsOf([]);
  let people = new Map([...everybody, ...more].map((one) => [one.personId, one]));
  let today = first;
  let at = '09:30';
  let made = 0;

  const all = <T extends Item['type']>(type: T): Extract<Item, { type: T }>[] =>
    [...items.values()].filter((item): item is Extract<Item, { type: T }> => item.type === type);
  const processes = (kind?: string): Process[] => all('process').filter((each) => !kind || each.kind === kind);
  const definitionOf: World['definitionOf'] = (kind) => {
    const found = registry.find((each) => each.kind === kind);
    if (!found) throw new Error(`There is no process of the kind ${kind}`);
    return found;
  };
  const rowsOf = ({ parentId, kind, schoolId }: Counting): readonly Child[] =>
    all('child').filter(
      (row) =>
        row.parentId === parentId &&
        (kind === undefined || row.kind === kind) &&
        (schoolId === undefined || row.schoolId === schoolId),
    );
  const subjectOf = (subjectId: string): Person => {
    const found = isPlace(subjectId)
      ? placeAsSubject(
          subjectId,
          schools.find((school) => school.schoolId === subjectId),
        )
      : people.get(subjectId);
    if (!found) throw new Error(`${subjectId} is nobody`);
    return found;
  };
  const waitsOf = (processId: string): Wait[] =>
    all('wait')
      .filter((each) => each.processId === processId)
      .sort((a, b) => a.step - b.step);

  function worldFor(subject: Person, process?: Process, parentId = process?.parentId): World {
    const parent = processes().find((each) => each.processId === parentId);
    return {
      ...worldOf(subject, {
        today,
        at,
        people: [...people.values()],
        others: isPlace(subject.personId)
          ? []
          : processes().filter((each) => each.subjectId === subject.personId && each !== process),
        atSchool: processes().filter(
          (each) => process && each !== process && each.kind === process.kind && each.schoolId === process.schoolId,
        ),
        ...(calendar && { calendar }),
      }),
      ...(parent && { parent }),
      waitsOf,
      childRowOf: (processId) => all('child').find(({ childId }) => childId === processId),
      definitionOf,
      newId: () => `0199f000-0000-7000-8000-${String(++made).padStart(12, '0')}`,
      newRunSuffix: () => `run${String(++made).padStart(3, '0')}`,
    };
  }
  function sceneOf(processId: string): Scene {
    const process = processes().find((each) => each.processId === processId);
    if (!process) throw new Error(`There is no process ${processId}`);
    const world = worldFor(subjectOf(process.subjectId), process);
    return {
      definition: definitionOf(process.kind),
      snapshot: { process, waits: waitsOf(processId) },
      world: at === '07:00' ? { ...world, digestAt: world.now } : world,
    };
  }
  function commit(change: Change): boolean {
    const { items: after, result } = commitTo(items, change);
    items = after;
    return result.committed;
  }
  function committed(change: Change): void {
    if (!commit(change)) throw new Error('Not committed');
    // Lists can show it, each time.
    for (const { after } of change.parts) if (after?.type === 'process') listed(sceneOf(after.processId));
  }

  function drive(processId: string): void {
    for (let turn = 0; turn < 20; turn++) {
      const scene = sceneOf(processId);
      const { process, waits } = scene.snapshot;
      if (isEnded(process) || process.owedAt === undefined) return;
      const current = currentWait({ process, waits });
      const rendering = renderings.get(process.kind);
      if (!rendering) throw new Error(`No machine of ${process.kind} is played`);
      const from = rendering.waits.find((each) => each.wait === (current?.wait ?? process.wait));
      const name = from?.next.get(current?.outcome ?? '') ?? from?.next.get(ANY_OUTCOME);
      const isOn = current?.state === 'answered';
      const wait = isOn ? rendering.waits.find((each) => each.name === name) : from;
      const end = rendering.ends.find((each) => each.name === name);
      const ask = { processId, run: process.run, step: process.step + (isOn ? 1 : 0) };
      const change = wait
        ? openWait(scene, { ...ask, wait: wait.wait, stage: wait.stage, token: `t${++made}` })
        : end && endProcess(scene, { ...ask, as: end.as, status: end.status });
      if (change === undefined || typeof change === 'string')
        throw new Error(`${current?.wait} leads nowhere by ${current?.outcome}`);
      committed(change);
    }
    throw new Error('It goes round and round');
  }

  /** What `open-children` does for whoever waits for children. */
  function openChildren(): void {
    for (const parent of processes()) {
      const scene = sceneOf(parent.processId);
      const wait = currentWait(scene.snapshot);
      if (parent.status !== 'active' || wait?.state !== 'open' || wait.kind !== 'children') continue;
      const declared = declarationOf(scene.definition, wait);
      if (declared.wait !== 'children') continue;
      const view = viewOf(scene, wait);
      const wanted = [
        ...schools.map((school) => ({ subjectId: school.schoolId, child: declared.forSchool?.(view, school) })),
        ...[...people.values()].map((person) => ({
          subjectId: person.personId,
          child: declared.forPerson?.(view, person),
        })),
      ];
      for (const { subjectId, child } of wanted) {
        if (child === undefined) continue;
        if (rowsOf({ parentId: parent.processId, kind: child.kind }).some((row) => row.subjectId === subjectId))
          continue;
        const definition = definitionOf(child.kind);
        const world = worldFor(subjectOf(subjectId), undefined, parent.processId);
        const started = definition.startedBySystem?.(child.input, world);
        if (started === undefined) continue;
        const { change, process } = begun(world, {
          definition,
          started,
          by: bySystem,
          parentId: parent.processId,
          naturalKey: `${parent.processId}/${subjectId}`,
        });
        if (commit(change)) drive(process.processId);
      }
    }
  }

  function startFromCalendar(): void {
    for (const definition of registry.filter(({ kind }) => renderings.has(kind)))
      for (const { subjectId, input } of definition.fromCalendar?.(worldFor(subjectOf(TRUST)).calendar, today) ?? []) {
        const world = worldFor(subjectOf(subjectId));
        const started = definition.startedBySystem?.(input, world);
        if (started === undefined) continue;
        const { change, process } = begun(world, { definition, started, by: bySystem });
        if (!processes().some(({ processId }) => processId === process.processId)) {
          committed(change);
          drive(process.processId);
        }
      }
  }

  return {
    processes,
    waitsOf,
    sceneOf,
    rowsOf,
    notices: (personId?: string): Notice[] =>
      all('notice').filter((each) => personId === undefined || each.personId === personId),
    clearNotices(): void {
      items = new Map([...items].filter(([, item]) => item.type !== 'notice'));
    },
    today: () => today,
    /** The process of that kind about that person or place. */
    of(kind: string, subjectId: string): Process {
      const found = processes(kind).filter((each) => each.subjectId === subjectId);
      const last = found.sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1)).at(-1);
      if (!last) throw new Error(`There is no ${kind} of ${subjectId}`);
      return last;
    },
    person: (personId: string): Person => subjectOf(personId),
    setPeople(...changed: readonly Person[]): void {
      people = new Map([...people, ...changed.map((one) => [one.personId, one] as const)]);
    },
    /** Answers the task at which the process stands. */
    complete(processId: string, outcome: string, sent: Readonly<Record<string, unknown>>, actor: Person): Decision {
      at = '09:30';
      const scene = sceneOf(processId);
      const wait = currentWait(scene.snapshot);
      if (!wait) throw new Error(`${processId} waits for nothing`);
      const decision = completeTask(scene, wait, { outcome, sent }, actor);
      if (typeof decision === 'object' && !isRejection(decision)) {
        committed(decision);
        drive(processId);
      }
      return decision;
    },
    act(processId: string, action: string, sent: unknown, actor: Person): Decision {
      at = '09:30';
      const decision = act(sceneOf(processId), action, sent, actor);
      if (typeof decision === 'object' && !isRejection(decision)) {
        committed(decision);
        drive(processId);
      }
      return decision;
    },
    /** The morning run of that day, and what the machines and `open-children` do on it. */
    morning(on: Day): void {
      today = on;
      at = '07:00';
      startFromCalendar();
      const live = processes().filter((each) => !isEnded(each));
      for (const { processId } of live)
        for (let thing = 0; thing < 5; thing++) {
          const change = tended(sceneOf(processId));
          if (change === undefined) break;
          committed(change);
          drive(processId);
        }
      for (const wait of all('wait').filter(({ state, nextAt }) => state === 'open' && nextAt !== undefined)) {
        const scene = sceneOf(wait.processId);
        const found = scene.snapshot.waits.find((each) => each.step === wait.step && each.part === wait.part);
        const counting = found && countingOf(scene, found);
        const change = found && dueWait(scene, found, counting && rowsOf(counting));
        if (change === undefined) continue;
        committed(change);
        drive(wait.processId);
      }
      openChildren();
    },
    /** Every morning from tomorrow to that day. */
    mornings(to: Day): void {
      for (let on = addDays(today, 1); on <= to; on = addDays(on, 1)) this.morning(on);
    },
  };
}

export type TrustPlay = ReturnType<typeof makeTrustPlay>;
