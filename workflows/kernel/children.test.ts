/** A parent and its children over a table in memory: what starts, what is counted, and whose transaction writes what. */
import { beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { commitTo, type Items, itemsOf } from '../../test/table-in-memory.ts';
import { everybody, OAKFIELD, RIVERSIDE, robin, rowan, sienna, wednesday, worldOf, zoe } from '../../test/world.ts';
import type { Change, Item } from './change.ts';
import { act, completeTask, start } from './decide.ts';
import { openWait } from './drive.ts';
import { countingOf, dueWait, tended } from './morning.ts';
import { isNaturalId } from './natural-id.ts';
import { placeAsSubject } from './places.ts';
import { type ActionSpec, children, defineProcess, task, type View } from './process.ts';
import { type Person, type Process, SYSTEM, TRUST, type Wait } from './records.ts';
import { isRejection } from './rejections.ts';
import { type AnyProcess, namedBy, type Scene } from './snapshot.ts';
import { addDays, type Day } from './time.ts';
import { begun, bySystem } from './transition.ts';
import type { World } from './world.ts';

const nothing = () => z.strictObject({});
const words = { label: 'a test', stages: {}, ends: {}, told: {}, fields: {} };
const sentence = { title: 'A title', why: 'A reason.', outcomes: {} };

const GatheringData = z.object({ held: z.int(), guests: z.array(z.string()), days: z.int() });
type GatheringData = z.infer<typeof GatheringData>;

/** About the trust: gives Zoe and Sienna a leaflet each, and is counted once all are written or a letter is left. */
const gathering = defineProcess({
  kind: 'gathering',
  path: 'gatherings',
  data: GatheringData,
  input: z.strictObject({}),
  subjectOf: () => TRUST,
  startedBy: ['trust-lead'],
  start: (): ReturnType<typeof opening> => opening(),
  startedBySystem: () => opening(),
  fromCalendar: (_calendar, today) => (today >= '2026-09-16' ? [{ subjectId: TRUST, input: {} }] : []),
  waits: {
    leaflets: children('leaflets', {
      stage: 'open',
      outcomes: ['counted'],
      forPerson: (_view: View<GatheringData>, person) => ({ kind: 'leaflet', input: { personId: person.personId } }),
      counted: ({ data }, rows) =>
        rows.length > 0 && rows.every(({ mark }) => mark === 'written')
          ? { outcome: 'counted', data: { ...data, held: rows.length } }
          : undefined,
    }),
  },
  actions: {
    'name-guests': {
      by: ['trust-lead', { named: 'guest' }],
      form: () => z.strictObject({ guests: z.array(z.string()) }),
      act: ({ data }, form) => ({ data: { ...data, guests: form['guests'] as string[] }, course: { then: 'stays' } }),
      event: 'guests-named',
    } satisfies ActionSpec<GatheringData>,
  },
  named: ({ guests }) => guests.map((personId) => ({ personId, as: 'guest' })),
  onMorning: ({ data, world }) =>
    data.days === 0 && world.today > '2026-09-16'
      ? { data: { ...data, days: 1 }, course: { then: 'stays' }, event: 'day-counted' }
      : undefined,
  milestones: () => [],
  brief: () => ({}),
  texts: { ...words, waits: { leaflets: sentence }, actions: { 'name-guests': 'Name guests' } },
});
const opening = () => ({
  naturalKey: '2026',
  data: { held: 0, guests: [] as string[], days: 0 },
  subjectId: TRUST,
  schoolId: TRUST,
  ruleSet: '1',
  wait: 'leaflets',
});

const proof = (courseId: string) => ({ courseId, cohortId: '2026', outcome: 'passed' as const, isFunded: false });

const LeafletData = z.object({ pages: z.int() });
type LeafletData = z.infer<typeof LeafletData>;
const leaflet = defineProcess({
  kind: 'leaflet',
  path: 'leaflets',
  data: LeafletData,
  input: z.strictObject({}),
  subjectOf: (_input, actor) => actor.personId,
  startedBy: [],
  start: () => ({ rejected: 'not-allowed', detail: 'No.' }),
  startedBySystem: (input, world) =>
    input['personId'] === 'sienna'
      ? undefined
      : {
          data: { pages: 0 },
          subjectId: input['personId'] === 'robin' ? 'robin' : world.subject.personId,
          schoolId: world.subject.posts[0]?.schoolId ?? TRUST,
          // By whom it was started, as its rule sees it.
          ruleSet: world.parent?.processId ?? '1',
          wait: 'write',
          effects:
            input['hasProof'] === true
              ? [
                  {
                    effect: 'record-qualification',
                    qualification: proof(`after-${world.subject.qualifications.length}`),
                  },
                ]
              : [],
        },
  waits: {
    write: task('write', {
      stage: 'draft',
      decider: ({ process }: View<LeafletData>) => ({ personId: process.subjectId }),
      outcomes: { written: nothing, 'passed-on': nothing, 'passed-to-robin': nothing, 'passed-with-proof': nothing },
      answer: ({ data }, chosen) => ({
        outcome: chosen,
        data: { pages: data.pages + 1 },
        effects: [
          { effect: 'report', mark: chosen, tally: { pages: data.pages + 1 } },
          ...(chosen === 'passed-on'
            ? ([{ effect: 'start', kind: 'leaflet', key: 'next', input: { personId: 'zoe' } }] as const)
            : []),
          ...(chosen === 'passed-with-proof'
            ? ([
                { effect: 'record-qualification', qualification: proof('first') },
                { effect: 'start', kind: 'leaflet', key: 'proof', input: { hasProof: true } },
                { effect: 'record-qualification', qualification: proof('last') },
              ] as const)
            : []),
          ...(chosen === 'passed-to-robin'
            ? ([{ effect: 'start', kind: 'leaflet', key: 'robin', input: { personId: 'robin' } }] as const)
            : []),
        ],
      }),
      chaser: 'headteacher',
    }),
  },
  actions: {
    move: {
      by: ['subject'],
      form: nothing,
      act: ({ data }) => ({ data, course: { then: 'stays' }, schoolId: RIVERSIDE }),
      event: 'school-moved',
    } satisfies ActionSpec<LeafletData>,
    stop: {
      by: ['subject'],
      form: nothing,
      act: ({ data }) => ({ data, course: { then: 'stops', outcome: 'given-up' } }),
      event: 'process-withdrawn',
    } satisfies ActionSpec<LeafletData>,
  },
  milestones: () => [],
  brief: () => ({}),
  texts: { ...words, waits: { write: sentence }, actions: { move: 'Move', stop: 'Stop' } },
});

const kinds: Readonly<Record<string, AnyProcess>> = { gathering, leaflet };
const trust = placeAsSubject(TRUST, undefined);

let items: Items;
let today: Day;
beforeEach(() => {
  items = itemsOf(everybody);
  today = wednesday;
});

const all = <T extends Item['type']>(type: T): Extract<Item, { type: T }>[] =>
  [...items.values()].filter((item): item is Extract<Item, { type: T }> => item.type === type);
const head = (kind: string): Process => {
  const found = all('process').find((each) => each.kind === kind);
  if (found === undefined) throw new Error(`There is no ${kind}`);
  return found;
};
function worldFor(subject: Person, process?: Process): World {
  const parent = all('process').find(({ processId }) => processId === process?.parentId);
  return {
    ...worldOf(subject, { today }),
    ...(parent && { parent }),
    definitionOf: (kind) => kinds[kind] ?? leaflet,
    childRowOf: (processId) => all('child').find(({ childId }) => childId === processId),
  };
}
function sceneOf(process: Process): Scene {
  const subject = everybody.find(({ personId }) => personId === process.subjectId) ?? trust;
  const waits = all('wait').filter(({ processId }) => processId === process.processId);
  const definition = kinds[process.kind];
  if (definition === undefined) throw new Error(`No ${process.kind}`);
  return { definition, snapshot: { process, waits }, world: worldFor(subject, process) };
}
function commit(change: unknown): void {
  if (typeof change !== 'object' || change === null || !('parts' in change)) throw new Error(JSON.stringify(change));
  const { items: after, result } = commitTo(items, change as Change);
  expect(result).toEqual({ committed: true });
  items = after;
}
const open = (process: Process) =>
  commit(
    openWait(sceneOf(process), {
      wait: process.wait,
      stage: 'draft',
      processId: process.processId,
      run: process.run,
      step: 1,
      token: 'token',
    }),
  );
const waitOf = (process: Process): Wait => {
  const found = all('wait').find(({ processId }) => processId === process.processId);
  if (found === undefined) throw new Error('It waits for nothing');
  return found;
};

/** The gathering, open, with Zoe's leaflet, open. */
function gathered(): Process {
  const started = start(gathering, {}, rowan, worldFor(trust));
  if (isRejection(started)) throw new Error(started.detail);
  commit(started.change);
  open(head('gathering'));
  commit(leafletFor(zoe)?.change);
  open(head('leaflet'));
  return head('leaflet');
}
function leafletFor(person: Person) {
  const parent = head('gathering');
  const world = { ...worldFor(person), parent };
  const started = leaflet.startedBySystem?.({ personId: person.personId }, world);
  return (
    started &&
    begun(world, {
      definition: leaflet,
      started,
      by: bySystem,
      parentId: parent.processId,
      naturalKey: `${parent.processId}/${person.personId}`,
    })
  );
}
const answer = (process: Process, outcome: string) =>
  commit(completeTask(sceneOf(process), waitOf(process), { outcome, sent: {} }, zoe));

describe('what there can be only one of', () => {
  test('has an id that follows from its key: a second start is refused by the table', () => {
    gathered();
    expect(isNaturalId(head('gathering').processId)).toBe(true);
    const again = start(gathering, {}, rowan, worldFor(trust));
    if (isRejection(again)) throw new Error(again.detail);
    expect(again.process.processId).toBe(head('gathering').processId);
    expect(commitTo(items, again.change).result).toMatchObject({ committed: false });
  });

  test('is about the trust, which stands in as a person without posts', () => {
    gathered();
    expect(head('gathering')).toMatchObject({ subjectId: TRUST, schoolId: TRUST, startedBy: 'rowan' });
    expect(start(gathering, {}, sienna, worldFor(trust))).toMatchObject({ rejected: 'not-allowed' });
  });
});

describe('a child', () => {
  test('is put with its row in the partition of its parent, by the system', () => {
    const child = gathered();
    expect(child).toMatchObject({ subjectId: 'zoe', startedBy: SYSTEM, parentId: head('gathering').processId });
    expect(all('child')).toMatchObject([{ childId: child.processId, subjectId: 'zoe', schoolId: OAKFIELD }]);
    expect(all('child')[0]).not.toHaveProperty('outcome');
  });

  test('is opened once for each person', () => {
    gathered();
    const again = leafletFor(zoe);
    expect(commitTo(items, again?.change as Change).result).toMatchObject({ committed: false });
  });

  test('reports in its own transaction, and never touches the parent', () => {
    const child = gathered();
    const parent = head('gathering');
    answer(child, 'written');
    expect(all('child')[0]).toMatchObject({ mark: 'written', tally: { pages: 1 } });
    expect(head('gathering')).toEqual(parent);
  });

  test('takes its row along where it moves school', () => {
    const child = gathered();
    commit(act(sceneOf(child), 'move', {}, zoe));
    expect(all('child').map(({ schoolId }) => schoolId)).toEqual([RIVERSIDE]);
  });

  test('marks its row at its end', () => {
    const child = gathered();
    commit(act(sceneOf(child), 'stop', {}, zoe));
    expect(all('child')[0]).toMatchObject({ outcome: 'given-up', endedAt: worldFor(zoe).now });
  });

  test('may start another in the transaction of an answer, and the event says which', () => {
    const child = gathered();
    answer(child, 'passed-on');
    const next = all('process').find(({ parentId }) => parentId === child.processId);
    expect(next).toMatchObject({ kind: 'leaflet', subjectId: 'zoe', version: 1, step: 1, ruleSet: child.processId });
    expect(all('child').map(({ parentId }) => parentId)).toContain(child.processId);
    const told = all('event').find(
      ({ event, processId }) => event === 'task-completed' && processId === child.processId,
    );
    expect(told?.data['started']).toEqual([{ kind: 'leaflet', processId: next?.processId }]);
    const first = all('event').find(({ processId }) => processId === next?.processId);
    expect(first).toMatchObject({ event: 'process-started', seq: 1, data: { parentId: child.processId } });
  });

  test('writes the record of their person together with its parent, on what the parent has written', () => {
    answer(gathered(), 'passed-with-proof');
    const record = all('person').find(({ personId }) => personId === 'zoe');
    expect(record?.qualifications.map(({ courseId }) => courseId)).toEqual(['first', 'after-1', 'last']);
    expect(record?.version).toBe(zoe.version + 1);
  });

  test('is never started about somebody else, of whom nothing was read', () => {
    const child = gathered();
    expect(() => answer(child, 'passed-to-robin')).toThrow('about somebody else');
  });
});

describe('the morning', () => {
  const morning = (day: Day): void => {
    today = day;
    const parent = head('gathering');
    const scene = sceneOf(parent);
    expect(countingOf(scene, waitOf(parent))).toEqual({ parentId: parent.processId });
    const morningScene = { ...scene, world: { ...scene.world, now: waitOf(parent).nextAt ?? scene.world.now } };
    const change = dueWait(morningScene, waitOf(parent), all('child'));
    if (change) commit(change);
  };

  test('counts again the next day while the rule has no word yet, and touches only the wait', () => {
    gathered();
    const parent = head('gathering');
    const first = waitOf(parent).nextAt;
    morning(addDays(wednesday, 1));
    expect(waitOf(parent)).toMatchObject({ state: 'open' });
    expect(waitOf(parent).nextAt).not.toBe(first);
    expect(head('gathering')).toEqual(parent);
  });

  test('answers with the word and the data of the rule, and the machine owes the next move', () => {
    const child = gathered();
    answer(child, 'written');
    morning(addDays(wednesday, 1));
    expect(waitOf(head('gathering'))).toMatchObject({ state: 'answered', outcome: 'counted' });
    expect(head('gathering')).toMatchObject({ data: { held: 1 } });
    expect(head('gathering').owedAt).toBeDefined();
  });

  test('brings what is no date of a wait, once', () => {
    gathered();
    expect(tended(sceneOf(head('gathering')))).toBeUndefined();
    today = addDays(wednesday, 1);
    commit(tended(sceneOf(head('gathering'))));
    expect(head('gathering').data['days']).toBe(1);
    expect(tended(sceneOf(head('gathering')))).toBeUndefined();
  });
});

describe('people whom a process names', () => {
  const name = (...guests: string[]) => commit(act(sceneOf(head('gathering')), 'name-guests', { guests }, rowan));

  test('have a row each, put and removed with the data', () => {
    gathered();
    name('robin', 'sienna');
    expect(all('named').map(({ personId, as }) => `${personId} ${as}`)).toEqual(['robin guest', 'sienna guest']);
    name('robin');
    expect(all('named').map(({ personId }) => personId)).toEqual(['robin']);
  });

  test('may do what is declared for them, and nobody else may', () => {
    gathered();
    name('robin');
    expect(namedBy(sceneOf(head('gathering')), 'guest')).toEqual(['robin']);
    expect(act(sceneOf(head('gathering')), 'name-guests', { guests: [] }, sienna)).toMatchObject({
      rejected: 'not-allowed',
    });
    commit(act(sceneOf(head('gathering')), 'name-guests', { guests: ['robin', 'zoe'] }, robin));
    expect(all('named')).toHaveLength(2);
  });
});
