/**
 * Who may know of, read and do what, of every kind of process in the registry: deny by default. One process of each
 * kind, everybody of whom the rights speak, every route, every action. A kind that is not in {@link kinds} fails.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cloud } from '../../local/cloud.ts';
import { cloudInMemory } from '../../test/embedded.ts';
import { ada, apple, cole, lee, mina, paul } from '../../test/harness.ts';
import { ask, inboxOf, type Json, send } from '../../test/people-over-http.ts';
import {
  corin,
  everybody,
  evie,
  hazel,
  OAKFIELD,
  personOf,
  robin,
  rowan,
  sam,
  sienna,
  sunil,
  terry,
} from '../../test/world.ts';
import { type Person, TRUST } from '../../workflows/kernel/records.ts';
import { atLondon, day } from '../../workflows/kernel/time.ts';
import { registry } from '../../workflows/registry.ts';

/** Stands in whatever people write: only those who may read in full ever get it. */
const WRITTEN = 'Only-for-readers';

/** One at Oakfield for each kind, managed by Mina, with nothing else to do with the others. */
const subjects = new Map(
  registry.map(({ kind }) => [kind, personOf(kind, { posts: [{ schoolId: OAKFIELD, lineManagerId: 'mina' }] })]),
);
const subjectOf = (kind: string): Person => subjects.get(kind) as Person;

const tess = personOf('Tess', { posts: [{ schoolId: OAKFIELD }], roles: [['induction-tutor', OAKFIELD]] });
/** Of the same school, and of the trust's office: neither leads anything. */
const peer = personOf('Peer', { posts: [{ schoolId: OAKFIELD }] });
const clerk = personOf('Clerk', { posts: [{ schoolId: TRUST }] });

const actors: readonly Person[] = [
  ...[mina, cole, tess, peer, sam, sienna, lee, corin],
  ...[robin, sunil, evie],
  ...[rowan, hazel, apple, clerk, ada, terry, paul],
];

interface Kind {
  /** Starts one and writes into it; the answer is its id. */
  readonly begin: (cloud: Cloud) => Promise<string>;
  /** Of the actors; the subject always does. Everybody else does not know of it. */
  readonly full: readonly Person[];
  readonly brief: readonly Person[];
  /** Whose roles start one for the subject, with that body; nobody where there is no such route. */
  readonly starts?: { readonly by: readonly Person[]; readonly body: object };
}

async function begun(cloud: Cloud, as: Person, kind: string, body: object): Promise<string> {
  const { path } = registry.find((each) => each.kind === kind) as (typeof registry)[number];
  return (await ask(cloud, as, 'POST', `/${path}`, body)).id;
}

const application = {
  personId: subjectOf('npq-application').personId,
  courseId: 'npq-senior-leadership',
  cohortId: '2026b',
  motivation: WRITTEN,
  fundingRoute: 'dfe-scholarship',
};
const study = { courseId: 'npq-leading-teaching', cohortId: '2026b', isFunded: false };
const cycle = { cycleId: '2026-27-autumn' };
const project = {
  leadId: subjectOf('action-research').personId,
  title: WRITTEN,
  priorityArea: WRITTEN,
  question: WRITTEN,
  startsOn: '2026-11-16',
  endsOn: '2027-07-16',
  teamIds: ['cole'],
};
const set = {
  leadId: subjectOf('action-research-set').personId,
  title: WRITTEN,
  priorityArea: WRITTEN,
  memberIds: ['cole'],
};
const induction = {
  personId: subjectOf('ect-induction').personId,
  startsOn: '2026-09-01',
  qtsOn: '2026-07-15',
  mentorId: 'cole',
  tutorId: 'tess',
  appropriateBodyName: WRITTEN,
  appropriateBodyType: 'teaching-school-hub',
  isBodyIndependent: true,
  programme: 'provider-led',
  leadProvider: WRITTEN,
};
const apprenticeship = {
  personId: subjectOf('apprenticeship').personId,
  schoolId: OAKFIELD,
  standardId: 'ST0454',
  providerId: 'somerset-college',
  startsOn: '2026-11-16',
  plannedEndOn: '2028-05-06',
  weeklyHours: 30,
  mentorId: 'cole',
  ageAtStart: 24,
};

const school = [sam, sienna];
const trust = [rowan, hazel];

/** A review that the cycle has opened: of a school, or of a person. */
async function opened(cloud: Cloud, kind: string, subjectId: string): Promise<string> {
  const [parent] = (await ask(cloud, rowan, 'GET', '/learning-review-cycles')).items;
  const rows = await cloud.store.children({ parentId: parent.id, kind });
  return rows.find((row) => row.subjectId === subjectId)?.childId ?? '';
}

const kinds: Readonly<Record<string, Kind>> = {
  'npq-application': {
    begin: (cloud) => begun(cloud, subjectOf('npq-application'), 'npq-application', application),
    full: [...school, ...trust],
    brief: [mina],
    starts: { by: [...school, rowan], body: application },
  },
  'npq-study': {
    begin: (cloud) =>
      begun(cloud, rowan, 'npq-study', { ...study, personId: subjectOf('npq-study').personId, schoolId: OAKFIELD }),
    full: [...school, ...trust],
    brief: [mina],
    starts: { by: [rowan], body: { ...study, personId: subjectOf('npq-study').personId } },
  },
  'learning-review-cycle': {
    begin: (cloud) => begun(cloud, rowan, 'learning-review-cycle', cycle),
    full: trust,
    brief: [],
    starts: { by: [rowan], body: cycle },
  },
  'school-review': { begin: (cloud) => opened(cloud, 'school-review', OAKFIELD), full: school, brief: trust },
  'learning-review': {
    async begin(cloud) {
      const one = subjectOf('learning-review');
      const [task] = await inboxOf(cloud, one, 'self-review');
      await ask(cloud, one, 'POST', `/tasks/${task.taskId}/complete`, { outcome: 'written', workOn: WRITTEN });
      return opened(cloud, 'learning-review', one.personId);
    },
    full: [mina, ...school],
    brief: trust,
  },
  'action-research': {
    begin: (cloud) => begun(cloud, subjectOf('action-research'), 'action-research', project),
    full: [cole, ...school, ...trust],
    brief: [mina],
    starts: { by: [...school, rowan], body: project },
  },
  'action-research-set': {
    begin: (cloud) => begun(cloud, rowan, 'action-research-set', set),
    full: [cole, ...school, ...trust],
    brief: [mina],
    starts: { by: [...school, ...trust], body: set },
  },
  'ect-induction': {
    begin: (cloud) => begun(cloud, sienna, 'ect-induction', induction),
    full: [tess, ...school, ...trust],
    brief: [cole, mina],
    starts: { by: [tess, ...school, rowan], body: induction },
  },
  apprenticeship: {
    begin: (cloud) => begun(cloud, sam, 'apprenticeship', apprenticeship),
    full: [cole, ...school, ...trust, apple],
    brief: [mina],
    starts: { by: [...school, rowan, apple], body: apprenticeship },
  },
};

let cloud: Cloud;
const ids = new Map<string, string>();

beforeAll(async () => {
  const people = [
    ...new Map([...everybody, ...actors, ...subjects.values()].map((one) => [one.personId, one])).values(),
  ];
  cloud = await cloudInMemory({ startsAt: atLondon(day('2026-11-16'), '09:00'), people });
  // The cycle first: it opens the reviews.
  for (const { kind } of registry) {
    const id = await kinds[kind]?.begin(cloud);
    if (id === undefined || id === '') throw new Error(`Nobody says who may see ${kind}`);
    ids.set(kind, id);
  }
  for (const { kind } of registry)
    for (const { taskId } of (await snapshotOf(kind)).open)
      await send(cloud, sienna, 'POST', `/tasks/${taskId}/comments`, { text: WRITTEN });
  // Everybody has signed in before: the first sign-in writes.
  for (const person of people) await send(cloud, person, 'GET', '/me');
}, 120_000);
afterAll(() => cloud?.stop());

/** As it stands, by the store. */
async function snapshotOf(kind: string) {
  const id = ids.get(kind) ?? '';
  const snapshot = await cloud.store.snapshot(id);
  if (snapshot === undefined) throw new Error(`There is no ${kind}`);
  const open = snapshot.waits
    .filter((wait) => wait.kind === 'task' && wait.state === 'open')
    .map(({ step, part }) => ({ taskId: [id, step, part].filter((each) => each !== undefined).join('.') }));
  return { ...snapshot, open };
}

describe.each(registry.map((definition) => [definition.kind, definition] as const))('%s', (kind, definition) => {
  const { full, brief, starts } = kinds[kind] as Kind;
  const path = () => `/${definition.path}/${ids.get(kind)}`;
  /** People are its subject; a place reads nothing. */
  const all = (): readonly Person[] =>
    definition.path === 'learning-review-cycles' || kind === 'school-review' ? actors : [subjectOf(kind), ...actors];
  const levelOf = (actor: Person): 'full' | 'brief' | 'none' =>
    full.includes(actor) || actor === subjectOf(kind) ? 'full' : brief.includes(actor) ? 'brief' : 'none';
  const read = (actor: Person | null, at: string) => send(cloud, actor, 'GET', at);
  const isTold = (answer: Json): boolean => JSON.stringify(answer ?? null).includes(WRITTEN);

  it('is read in full, in stage and dates, or not known of', async () => {
    for (const actor of all()) {
      const level = levelOf(actor);
      const status = level === 'none' ? 404 : 200;
      const named = `${actor.personId} reads ${level}`;
      const [process, list, ...parts] = await Promise.all(
        [
          path(),
          `/${definition.path}?limit=100`,
          ...['events', 'comments', 'linked'].map((of) => `${path()}/${of}`),
        ].map((at) => read(actor, at)),
      );
      const [events, comments, linked] = parts;
      expect(
        [process, ...parts].map((answer) => answer?.status),
        named,
      ).toEqual([status, status, status, status]);
      const listed = list?.body.items.filter(({ id }: Json) => id === ids.get(kind));
      expect(listed.length, `${named}, in the list`).toBe(level === 'none' ? 0 : 1);
      expect((process?.body.about ?? []).length > 0, `${named}, what there is to say`).toBe(level === 'full');
      // Nobody finds by a link what they do not find by itself.
      for (const { path: of, id } of linked?.body.items ?? [])
        expect((await read(actor, `/${of}/${id}`)).status, `${named}, ${of}`).toBe(200);
      const shown = [process?.body.subject, ...(process?.body.people ?? [])];
      for (const personId of new Set(shown.flatMap((each) => each?.personId ?? [])))
        expect((await read(actor, `/people/${personId}`)).status === 200, `${named}, and ${personId}`).toBe(
          process?.body.mayOpen.includes(personId),
        );
      if (level === 'full') continue;
      for (const answer of [process, list, ...parts]) expect(isTold(answer?.body), named).toBe(false);
      if (level === 'none') continue;
      expect(
        process?.body.visits.every(({ outcome }: Json) => outcome === null),
        named,
      ).toBe(true);
      expect([process?.body.title, process?.body.people, process?.body.about], named).toEqual([null, [], []]);
      expect(comments?.body.items, named).toEqual([]);
      expect(
        events?.body.items.every(({ data }: Json) => Object.keys(data).length === 0),
        named,
      ).toBe(true);
    }
  });

  it('holds what people wrote in no event', async () => {
    const events = await cloud.store.events(ids.get(kind) ?? '');
    expect(events.length).toBeGreaterThan(0);
    const names = [...actors, ...subjects.values()].map(({ forename, surname }) => `${forename} ${surname}`);
    const text = JSON.stringify(events);
    for (const private_ of [WRITTEN, ...names]) expect(text).not.toContain(private_);
  });

  it('has tasks that only who reads in full sees, and only whose inbox they are in answers', async () => {
    const { open, process } = await snapshotOf(kind);
    for (const actor of all()) {
      const level = levelOf(actor);
      const inbox = (await inboxOf(cloud, actor)).map(({ taskId }) => taskId);
      for (const { taskId } of open) {
        const named = `${actor.personId} and ${taskId}`;
        expect((await read(actor, `/tasks/${taskId}`)).status, named).toBe(level === 'full' ? 200 : 404);
        const sent = await send(cloud, actor, 'POST', `/tasks/${taskId}/complete`, { outcome: 'no-such-outcome' });
        // 409: whom it is about, and others whose interests conflict, are told so.
        const expected = level !== 'full' ? [404] : inbox.includes(taskId) ? [422] : [403, 409];
        expect(expected, `${named}: ${sent.status}`).toContain(sent.status);
        if (level !== 'full') {
          expect(inbox, named).not.toContain(taskId);
          for (const [what, body] of [
            ['comments', { text: 'Let me in' }],
            ['assign', { personId: actor.personId }],
            ['declare-conflict', { reason: 'Let me in' }],
          ] as const)
            expect((await send(cloud, actor, 'POST', `/tasks/${taskId}/${what}`, body)).status, named).toBe(404);
          expect((await send(cloud, actor, 'PUT', `/tasks/${taskId}/draft`, {})).status, named).toBe(404);
        } else if (!inbox.includes(taskId)) {
          const other = { personId: actor.personId };
          for (const { status } of [
            await send(cloud, actor, 'POST', `/tasks/${taskId}/assign`, other),
            await send(cloud, actor, 'PUT', `/tasks/${taskId}/draft`, {}),
          ])
            expect([403, 409], `${named}: ${status}`).toContain(status);
        }
      }
    }
    expect((await snapshotOf(kind)).process.version).toBe(process.version);
  });

  it('is acted on only by whom an action is declared for', async () => {
    const { process } = await snapshotOf(kind);
    const named = definition.named?.(definition.data.parse(process.data)) ?? [];
    for (const [action, spec] of Object.entries(definition.actions)) {
      const reached: string[] = [];
      for (const actor of all()) {
        const isFor = spec.by.some((who) => {
          if (typeof who === 'object')
            return 'named' in who && named.some(({ personId, as }) => personId === actor.personId && as === who.named);
          if (who === 'subject') return actor === subjectOf(kind);
          if (who === 'line-manager') return actor === mina;
          const place = actor.roles.find(({ role }) => role === who)?.schoolId;
          return actor !== lee && (place === process.schoolId || place === TRUST);
        });
        // No form has such a field: who may do it is told so, and nothing happens.
        const { status } = await send(cloud, actor, 'POST', `${path()}/${action}`, { noSuchField: true });
        // 403 for them, too, where the kind says that it is another's to do first.
        const expected = levelOf(actor) === 'none' ? [404] : isFor ? [403, 409, 422] : [403];
        expect(expected, `${actor.personId}: ${action} is ${status}`).toContain(status);
        if (status === 409 || status === 422) reached.push(actor.personId);
      }
      const isOfAnswerers = spec.by.every((who) => typeof who === 'object' && 'answered' in who);
      expect(reached.length > 0, `somebody may ${action}`).toBe(!isOfAnswerers);
    }
    expect((await snapshotOf(kind)).process).toEqual(process);
  });

  it('is started by whose role it is, and by nobody else', async () => {
    for (const actor of actors) {
      const { status } = starts?.by.includes(actor)
        ? { status: 403 }
        : await send(cloud, actor, 'POST', `/${definition.path}`, starts?.body ?? {});
      expect(status, `${actor.personId} starts one`).toBe(starts === undefined ? 405 : 403);
    }
  });

  it('is nothing to whom is not signed in', async () => {
    const { open } = await snapshotOf(kind);
    for (const at of [path(), `${path()}/events`, `${path()}/comments`, `/${definition.path}`])
      expect((await read(null, at)).status, at).toBe(401);
    for (const { taskId } of open) expect((await read(null, `/tasks/${taskId}`)).status).toBe(401);
    for (const action of Object.keys(definition.actions))
      expect((await send(cloud, null, 'POST', `${path()}/${action}`, {})).status, action).toBe(401);
  });
});
