import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type DynamoDbLocal, startDynamoDbLocal } from '../local/dynamodb.ts';
import { type Harness, makeHarness } from '../test/harness.ts';
import { listed } from '../test/listed.ts';
import { calendar, hazel, rowan, ST_ALDHELM, sam, sienna, terry, wednesday, zoe } from '../test/world.ts';
import { addSchoolDays, noCalendar } from '../workflows/kernel/calendar.ts';
import { put, update } from '../workflows/kernel/change.ts';
import type { View } from '../workflows/kernel/process.ts';
import type { Guard, Process } from '../workflows/kernel/records.ts';
import { reject } from '../workflows/kernel/rejections.ts';
import type { Scene } from '../workflows/kernel/snapshot.ts';
import { atLondon, instant } from '../workflows/kernel/time.ts';
import { liveAt } from './api/live-at.ts';
import type { Store } from './table/store.ts';
import {
  decideAndCommit,
  definitionOf,
  makeReading,
  mentionsIn,
  readCalendar,
  runSuffix,
  TooBusy,
  uuidv7,
} from './world.ts';

let database: DynamoDbLocal;
let oak: Harness;

beforeAll(async () => {
  database = await startDynamoDbLocal();
});
afterAll(() => database?.stop());
beforeEach(async () => {
  oak = await makeHarness(database);
});

const application = {
  courseId: 'npq-senior-leadership',
  cohortId: '2026b',
  motivation: 'I want to lead more.',
  fundingRoute: 'dfe-scholarship',
};
const begun = async (as = zoe, more: object = {}): Promise<string> =>
  (await oak.request(as, 'POST', '/npq-applications', { body: { ...application, ...more } })).body.id;

/** The store, with a count of its calls. */
function counted(): { store: Store; calls: Map<string, number> } {
  const calls = new Map<string, number>();
  const store = new Proxy(oak.store, {
    get: (target, name: keyof Store) => {
      const method = target[name] as (...args: unknown[]) => unknown;
      return (...args: unknown[]) => {
        calls.set(name, (calls.get(name) ?? 0) + 1);
        return method.apply(target, args);
      };
    },
  });
  return { store, calls };
}

describe('whom and what a form names', () => {
  const research = definitionOf('action-research');

  test('is read with the world: people, schools with those who lead them, processes with whom they are about', async () => {
    const id = await begun();
    const mentions = { personIds: ['nora', 'nobody'], schoolIds: [ST_ALDHELM, '999999'], processIds: [id, 'nothing'] };
    const world = await makeReading(oak.store, oak.now).world(rowan, [], { kind: 'action-research', mentions });
    expect(world.directory.person('nora')?.personId).toBe('nora');
    expect(world.directory.person('nobody')).toBeUndefined();
    expect(world.directory.school(ST_ALDHELM)?.schoolId).toBe(ST_ALDHELM);
    expect(world.directory.listed('headteacher', ST_ALDHELM).map(({ personId }) => personId)).toEqual(['robin']);
    expect(world.mentioned(id)).toMatchObject({ processId: id, subjectId: 'zoe' });
    expect(world.directory.person('zoe')?.personId).toBe('zoe');
    expect(world.mentioned('nothing')).toBeUndefined();
  });

  test('is nothing where a kind names nothing, and never without end', () => {
    expect(mentionsIn(definitionOf('npq-application'), { personIds: ['x'] })).toEqual({
      personIds: [],
      schoolIds: [],
      processIds: [],
    });
    const many = Array.from({ length: 10_000 }, (_, at) => `person-${at}`);
    const sent = {
      teamIds: [...many, '', 'x'.repeat(101), 7, null],
      schoolIds: ['trust', 'no school', {}],
      setId: [[]],
    };
    const { personIds, schoolIds, processIds } = mentionsIn(research, sent);
    expect(personIds).toEqual(many.slice(0, 60));
    expect([schoolIds, processIds]).toEqual([['trust'], []]);
  });
});

describe('ids', () => {
  test('of processes are UUIDs of version 7: in the order of their time, never the same', () => {
    const early = uuidv7(instant('2026-09-16T08:00:00.000Z'));
    const late = uuidv7(instant('2026-09-16T08:00:00.001Z'));
    expect(early).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(early < late).toBe(true);
    expect(Number.parseInt(early.replaceAll('-', '').slice(0, 12), 16)).toBe(Date.parse('2026-09-16T08:00:00.000Z'));
    expect(new Set(Array.from({ length: 1000 }, () => uuidv7(oak.now()))).size).toBe(1000);
  });

  test('of runs are six characters that nobody mistakes for others', () => {
    expect(new Set(Array.from({ length: 200 }, runSuffix)).size).toBe(200);
    for (let n = 0; n < 200; n++) expect(runSuffix()).toMatch(/^[a-hj-km-np-z2-9]{6}$/);
  });

  test('of kinds that no release has are refused', () => {
    expect(definitionOf('npq-application').kind).toBe('npq-application');
    expect(() => definitionOf('tea-party')).toThrow(/tea-party/);
  });
});

describe('the calendar on file', () => {
  test('is read with its policy', async () => {
    const read = await readCalendar(oak.store);
    expect(read.policy).toEqual(calendar.policy);
    expect(addSchoolDays(read, wednesday, 30)).toBe(addSchoolDays(calendar, wednesday, 30));
  });

  test('where there is none, is the rule for years that are not on file', async () => {
    const empty: Store = { ...oak.store, calendarYears: async () => [], policy: async () => undefined };
    expect((await readCalendar(empty)).policy).toEqual(noCalendar().policy);
  });
});

describe('what a list sees', () => {
  test('is a world without other processes: whatever looks for them throws', async () => {
    const id = await begun();
    const process = await oak.store.process(id);
    if (!process) throw new Error('it is not on file');
    const [scene, ...others] = await makeReading(oak.store, oak.now).glances([process], ['sam']);
    if (!scene) throw new Error('it is not seen');
    const { world } = scene;
    expect(others).toEqual([]);
    for (const { personId } of [zoe, sam, sienna]) expect(world.directory.person(personId)?.personId).toBe(personId);
    for (const look of [
      () => world.others,
      () => world.parent,
      () => world.atSchool,
      () => world.waitsOf(id),
      () => world.childRowOf(id),
    ])
      expect(look).toThrow(/^A list does not read/);
  });

  test('is held to by the plays of every kind, after each of their changes', async () => {
    const id = await begun();
    const snapshot = await oak.store.snapshot(id);
    if (!snapshot) throw new Error('it is not on file');
    const scene = await makeReading(oak.store, oak.now).scene(snapshot);
    expect(listed(scene)).toMatchObject({ id, kind: 'npq-application' });
    const definition = { ...scene.definition, milestones: (view: View<Record<string, unknown>>) => view.world.others };
    expect(() => listed({ ...scene, definition } as unknown as Scene)).toThrow(/^A list does not read/);
  });

  test('leaves out what is of a release to come', async () => {
    const process = await oak.store.process(await begun());
    if (!process) throw new Error('it is not on file');
    const reading = makeReading(oak.store, oak.now);
    const scenes = await reading.glances([{ ...process, processId: 'later', kind: 'tea-party' }, process]);
    expect(scenes.map(({ snapshot }) => snapshot.process)).toEqual([process]);
  });
});

describe('the world of a process', () => {
  const sceneOf = async (processId: string, store: Store = oak.store) => {
    const snapshot = await oak.store.snapshot(processId);
    if (!snapshot) throw new Error('it is not on file');
    return makeReading(store, oak.now).scene(snapshot);
  };

  test('has its subject, everybody who may have to decide, and those above them', async () => {
    const { world, definition } = await sceneOf(await begun());
    expect(definition.kind).toBe('npq-application');
    expect(world.subject.personId).toBe('zoe');
    for (const person of [zoe, sam, sienna, rowan, hazel, terry])
      expect(world.directory.person(person.personId), person.personId).toMatchObject(person);
    // As listed; whether a role is in force is asked of the people.
    expect(world.directory.listed('headteacher', '910101').map(({ personId }) => personId)).toEqual(['lee', 'sienna']);
    expect(world.directory.school('910101')?.name).toMatch(/Oakfield/);
    expect(world.today).toBe(wednesday);
    expect(world.digestAt).toBe(atLondon(addSchoolDays(calendar, wednesday, 1), '07:00'));
  });

  test('has the subject’s other processes with their waits, and not the process itself', async () => {
    const first = await begun();
    await oak.drive(first);
    const second = await begun(zoe, { providerId: 'ambition-institute' });
    const { world } = await sceneOf(second);
    expect(world.others.map(({ processId }) => processId)).toEqual([first]);
    expect(world.waitsOf(first).map(({ wait }) => wait)).toEqual(['endorse']);
    expect(world.waitsOf('nobody')).toEqual([]);
  });

  test('has the school’s live processes only where they are asked for', async () => {
    const first = await begun();
    const second = await begun(sam);
    const snapshot = await oak.store.snapshot(second);
    if (!snapshot) throw new Error('it is not on file');
    const without = await makeReading(oak.store, oak.now).scene(snapshot);
    expect(without.world.atSchool).toEqual([]);
    const { world } = await makeReading(oak.store, oak.now).scene(snapshot, [], { atSchool: liveAt(oak.store) });
    expect(world.atSchool.map(({ processId }) => processId)).toEqual([first]);
  });

  test('is one view of one moment: what many processes need is read once', async () => {
    const ids = [await begun(), await begun(sam)];
    const { store, calls } = counted();
    const reading = makeReading(store, oak.now);
    for (const id of ids) {
      const snapshot = await oak.store.snapshot(id);
      if (snapshot) await reading.scene(snapshot);
    }
    expect(calls.get('calendarYears')).toBe(1);
    expect(calls.get('roleHolders')).toBe(2);
    expect(calls.get('processesBeside')).toBe(2);
  });

  test('cannot be made of a process about nobody', async () => {
    const id = await begun();
    const snapshot = await oak.store.snapshot(id);
    if (!snapshot) throw new Error('it is not on file');
    const process: Process = { ...snapshot.process, subjectId: 'nobody' };
    await expect(makeReading(oak.store, oak.now).scene({ ...snapshot, process })).rejects.toThrow(/about nobody/);
  });
});

describe('read, decide, commit', () => {
  const guard = (holder: string): Guard => ({ type: 'guard', guard: 'the-one-cup', holder });
  const refused = reject('duplicate-application', 'Somebody has it.');

  test('answers with what was decided, and commits it', async () => {
    const answer = await decideAndCommit(
      oak.store,
      async () => ({ change: { parts: [put('guard', guard('zoe'))] }, result: 'done' }),
      () => 'refused',
    );
    expect(answer).toBe('done');
    expect((await oak.store.guard('the-one-cup'))?.holder).toBe('zoe');
  });

  test('answers without a commit where there is nothing to write', async () => {
    const { store, calls } = counted();
    expect(
      await decideAndCommit(
        store,
        async () => ({ result: 'nothing' }),
        () => 'refused',
      ),
    ).toBe('nothing');
    expect(calls.get('commit')).toBeUndefined();
  });

  test('reads and decides again where a condition no longer holds', async () => {
    await oak.put(guard('zoe'));
    let reads = 0;
    await decideAndCommit(
      oak.store,
      async () => {
        const held = (await oak.store.guard('the-one-cup')) as Guard;
        if (reads++ === 0) await oak.put(guard('sam'));
        return { change: { parts: [update('guard', held, guard('sienna'), { holder: held.holder })] }, result: 'done' };
      },
      () => 'refused',
    );
    expect(reads).toBe(2);
    expect((await oak.store.guard('the-one-cup'))?.holder).toBe('sienna');
  });

  test('ends with the refusal where a name is taken and nothing else has moved', async () => {
    await oak.put(guard('zoe'));
    const change = { parts: [put('guard:the-one-cup', guard('sam'))], refusals: { 'guard:the-one-cup': refused } };
    expect(
      await decideAndCommit<unknown>(
        oak.store,
        async () => ({ change, result: 'done' }),
        (rejection) => rejection,
      ),
    ).toEqual(refused);
  });

  test('does not take a taken name at its word while the process moves: decides again on what is there now', async () => {
    await oak.put(guard('zoe'), { ...guard('zoe'), guard: 'another' });
    const another = { ...guard('zoe'), guard: 'another' };
    let attempts = 0;
    const answer = await decideAndCommit<string>(
      oak.store,
      async () => {
        if (attempts++ > 0) return { result: 'seen as it is' };
        return {
          change: {
            parts: [put('guard:the-one-cup', guard('sam')), update('another', another, another, { holder: 'sam' })],
            refusals: { 'guard:the-one-cup': refused },
          },
          result: 'done',
        };
      },
      () => 'refused',
    );
    expect(answer).toBe('seen as it is');
  });

  test('gives up after five times', async () => {
    await oak.put(guard('zoe'));
    let attempts = 0;
    const decide = async () => {
      attempts++;
      return { change: { parts: [put('guard', guard('sam'))] }, result: 'done' };
    };
    await expect(decideAndCommit(oak.store, decide, () => 'refused')).rejects.toBeInstanceOf(TooBusy);
    expect(attempts).toBe(5);
  });
});
