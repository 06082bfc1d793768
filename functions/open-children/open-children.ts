/**
 * Opens the children that a process waits for: for each person or school that its rule gives one and that has none yet.
 * Told by the bus when such a wait opens, and again every morning. Each child is a transaction of its own that can
 * happen once, so a run that breaks off, is repeated or overlaps another only does what is left.
 */
import middy from '@middy/core';
import * as z from 'zod';
import type { AnyChildren } from '../../workflows/kernel/dates.ts';
import { isCurrent } from '../../workflows/kernel/people.ts';
import { isPlace } from '../../workflows/kernel/places.ts';
import type { ChildToBe } from '../../workflows/kernel/process.ts';
import type { Person } from '../../workflows/kernel/records.ts';
import { currentWait, declarationOf, type Scene, viewOf } from '../../workflows/kernel/snapshot.ts';
import { type Clock, dayOf } from '../../workflows/kernel/time.ts';
import { begun, bySystem } from '../../workflows/kernel/transition.ts';
import { toldOf } from '../log.ts';
import { everyPage, sideBySide } from '../side-by-side.ts';
import type { Store } from '../table/store.ts';
import { definitionOf, makeReading, type Reading } from '../world.ts';

const QueueEvent = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });

/** As the bus delivers it: the process that waits for children. */
const BusEvent = z.object({ detail: z.object({ processId: z.string() }) });

export interface OpenChildrenDependencies {
  readonly store: Store;
  readonly clock: Clock;
}

/** One that should have a child: whom it is for, and which. */
interface Wanted {
  readonly subjectId: string;
  readonly child: ChildToBe;
}

export function makeOpenChildren({ store, clock }: OpenChildrenDependencies) {
  async function* wanted(scene: Scene, declared: AnyChildren): AsyncGenerator<Wanted> {
    const wait = currentWait(scene.snapshot);
    const view = viewOf(scene, wait);
    const { forPerson, forSchool } = declared;
    if (forSchool)
      for (const school of await store.schools()) {
        const child = forSchool(view, school);
        if (child) yield { subjectId: school.schoolId, child };
      }
    if (forPerson) {
      const today = dayOf(clock());
      const everybody = everyPage<Person>((cursor) =>
        store.everybody({ limit: 100, ...(cursor !== undefined && { cursor }) }),
      );
      for await (const person of everybody) {
        const child = isCurrent(person, today) ? forPerson(view, person) : undefined;
        if (child) yield { subjectId: person.personId, child };
      }
    }
  }

  async function openOne(scene: Scene, reading: Reading, { subjectId, child }: Wanted): Promise<void> {
    const definition = definitionOf(child.kind);
    if (definition.startedBySystem === undefined) throw new Error(`${child.kind} can only be started by a person`);
    const subject = await reading.subject(subjectId);
    if (subject === undefined) return;
    const parent = scene.snapshot.process;
    const schoolId = isPlace(subjectId) ? subjectId : parent.schoolId;
    const world = await reading.world(subject, [], { kind: child.kind, schoolId, parent });
    const started = definition.startedBySystem(child.input, world);
    if (started === undefined) return;
    const { change } = begun(world, {
      definition,
      started,
      by: bySystem,
      parentId: parent.processId,
      naturalKey: `${parent.processId}/${subjectId}`,
    });
    // A condition that fails says that it has been opened meanwhile.
    await store.commit(change);
  }

  /** Opens what is missing; throws at the end where something could not be opened, so that the message comes again. */
  async function open(processId: string): Promise<void> {
    const snapshot = await store.snapshot(processId);
    const wait = snapshot && currentWait(snapshot);
    if (snapshot?.process.status !== 'active' || wait?.state !== 'open' || wait.kind !== 'children') return;
    const reading = makeReading(store, clock);
    const scene = await reading.scene(snapshot);
    const declared = declarationOf(scene.definition, wait);
    if (declared.wait !== 'children') return;
    const rows = await store.children({ parentId: processId });
    const have = new Set(rows.map(({ kind, subjectId }) => `${kind} ${subjectId}`));
    let failures = 0;
    await sideBySide(wanted(scene, declared), async (one) => {
      if (have.has(`${one.child.kind} ${one.subjectId}`)) return;
      try {
        await openOne(scene, reading, one);
      } catch (error) {
        failures++;
        console.error(
          JSON.stringify({ openChildren: 'failed', processId, subjectId: one.subjectId, ...toldOf(error) }),
        );
      }
    });
    if (failures > 0) throw new Error(`${failures} children of ${processId} could not be opened`);
  }

  const openChildren = async (received: unknown) => {
    const failed: string[] = [];
    for (const { messageId, body } of QueueEvent.parse(received).Records) {
      try {
        await open(BusEvent.parse(JSON.parse(body)).detail.processId);
      } catch (error) {
        console.error(JSON.stringify({ openChildren: 'failed', messageId, ...toldOf(error) }));
        failed.push(messageId);
      }
    }
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
  return middy<unknown, { batchItemFailures: { itemIdentifier: string }[] }>().handler(openChildren);
}
