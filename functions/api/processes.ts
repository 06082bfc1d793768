/** Processes of every kind: starting, listing, reading, acting. The registry says which there are. */
import * as z from 'zod';
import drawings from '../../workflows/drawings.json' with { type: 'json' };
import type { Change } from '../../workflows/kernel/change.ts';
import { act, notForThem, start } from '../../workflows/kernel/decide.ts';
import { isNaturalId } from '../../workflows/kernel/natural-id.ts';
import { holds } from '../../workflows/kernel/people.ts';
import type { View } from '../../workflows/kernel/process.ts';
import { type Person, type Process, ProcessStatus, TRUST } from '../../workflows/kernel/records.ts';
import { isRejection, type Rejection, reject } from '../../workflows/kernel/rejections.ts';
import { mayListPeople, mayListProcesses } from '../../workflows/kernel/rights.ts';
import { type AnyProcess, type Scene, viewOf } from '../../workflows/kernel/snapshot.ts';
import { dayOf } from '../../workflows/kernel/time.ts';
import { registry } from '../../workflows/registry.ts';
import type { ChildrenOf } from '../table/keys.ts';
import type { Store } from '../table/store.ts';
import { makeReading, mentionsIn, TooBusy } from '../world.ts';
import { glancedBy, noSuch, type Seen, seenBy, seenProcess } from './access.ts';
import { command, committed } from './command.ts';
import {
  commentsShape,
  EventShape,
  eventsShape,
  ListedProcess,
  listedProcess,
  ProcessComment,
  ProcessShape,
  processShape,
  Subject,
  subjectShape,
  titleOf,
} from './present.ts';
import { type Answer, type ApiContext, type Asked, type Route, route } from './route.ts';
import { Cursor, Limit, nobodyOfThatId, pageOf } from './tasks.ts';

const ATTEMPTS = 5;

const answerOf = (seen: Seen, caller: Person, status = 200): Answer => ({
  status,
  body: processShape(seen, caller),
  version: seen.scene.snapshot.process.version,
});

/** After a command: the process as the caller sees it then; who has moved it out of their sight gets stage and dates once more. */
const afterwards = (scene: Scene, caller: Person, status = 200): Answer =>
  answerOf(seenBy(scene, caller) ?? { scene, level: 'brief' }, caller, status);

const starting = (definition: AnyProcess): Route =>
  route({
    method: 'POST',
    path: `/${definition.path}`,
    tag: definition.texts.label,
    summary: `Starts: ${definition.texts.label}`,
    body: definition.input,
    answers: { status: 201, schema: ProcessShape, description: 'The process, with its address in `Location`' },
    async answer(context, asked) {
      const input = asked.body as Record<string, unknown>;
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const started = await wouldStart(context, definition, input, asked.caller);
        if (isRejection(started)) return started;
        const { change, scene, isThere } = started;
        if (isThere) return afterwards(scene, asked.caller);
        const answer: Answer = {
          ...afterwards(scene, asked.caller, 201),
          location: `/${definition.path}/${scene.snapshot.process.processId}`,
        };
        const result = await committed(context, change, asked, answer);
        if (result !== undefined) return result;
      }
      throw new TooBusy('others changed the same person each time');
    },
  });

/** What starting one would do, decided on what is there now; nothing is written. */
export async function wouldStart(
  { store, clock }: ApiContext,
  definition: AnyProcess,
  input: Readonly<Record<string, unknown>>,
  caller: Person,
): Promise<{ readonly change: Change; readonly scene: Scene; readonly isThere: boolean } | Rejection> {
  const reading = makeReading(store, clock);
  const subject = await reading.subject(definition.subjectOf(input, caller));
  // Who may not see everybody is not told whether somebody is on file.
  if (subject === undefined)
    return mayListPeople(caller, dayOf(clock())).all ? nobodyOfThatId : reject('not-allowed', notForThem(definition));
  const schoolId = typeof input['schoolId'] === 'string' ? input['schoolId'] : undefined;
  const world = await reading.world(subject, [caller.personId], {
    kind: definition.kind,
    mentions: mentionsIn(definition, input),
    ...(schoolId !== undefined && { schoolId }),
  });
  const started = start(definition, input, caller, world);
  if (isRejection(started)) return started;
  // What there can be only one of is started once; whoever comes second gets the first.
  const there = isNaturalId(started.process.processId) ? await store.snapshot(started.process.processId) : undefined;
  const scene = there
    ? await reading.scene(there, [caller.personId])
    : {
        definition,
        snapshot: { process: lastOf(started.change) ?? started.process, waits: [] },
        world,
      };
  return { change: started.change, scene, isThere: there !== undefined };
}

const lastOf = (change: { readonly parts: readonly { readonly name: string; readonly after?: unknown }[] }) =>
  change.parts.find(({ name }) => name === 'process')?.after as Process | undefined;

const ListQuery = z.object({
  school: z.string().optional(),
  status: ProcessStatus.optional(),
  stage: z.string().max(80).optional(),
  person: z.string().max(100).optional(),
  limit: Limit,
  cursor: Cursor,
});

/** `own:<n>` while the caller's own and their people's are listed, `at:<cursor>` among those of schools. */
const ListCursor = z.union([z.string().regex(/^own:\d{1,6}$/), z.string().regex(/^at:.*$/)]);

const listing = (definition: AnyProcess): Route =>
  route({
    method: 'GET',
    path: `/${definition.path}`,
    tag: definition.texts.label,
    summary: `Lists those that you may see: ${definition.texts.label}`,
    query: ListQuery,
    answers: { status: 200, schema: pageOf(ListedProcess), description: 'A page of processes' },
    async answer(context, { caller, query }) {
      const { store, reading, clock } = context;
      const today = dayOf(clock());
      const { kind } = definition;
      const isWanted = (process: Process): boolean =>
        process.kind === kind &&
        (query.school === undefined || process.schoolId === query.school) &&
        (query.status === undefined || process.status === query.status) &&
        (query.stage === undefined || process.stage === query.stage) &&
        (query.person === undefined || process.subjectId === query.person);
      const seen = (processes: readonly Process[]) => glancedBy(reading, processes, caller);
      const shown = async (processes: readonly Process[]) =>
        (await seen(processes)).map((each) => listedProcess(each, caller));

      const scope = mayListProcesses(caller, today, definition.keptBy);
      const everywhere = scope.all
        ? [...new Set([...(await store.schools()).map(({ schoolId }) => schoolId), TRUST])]
        : scope.schools;
      // One person's are few, and so are one's own and those of people one manages: they need no school's list.
      const schools =
        query.person === undefined ? everywhere.filter((id) => query.school === undefined || id === query.school) : [];
      const few = async (): Promise<readonly Process[]> => {
        const [own, named] = await Promise.all([
          peopleFirst(context, caller, query.person).then((people) => Promise.all(people.map(store.processesOf))),
          query.person === undefined ? processesNaming(store, caller, kind) : [],
        ]);
        const gone = query.person === undefined ? await leftSchools(context, kind, scope) : [];
        const all = new Map([...own.flat(), ...named, ...gone].map((process) => [process.processId, process]));
        const here = [...all.values()].filter((each) => each.kind === kind && !schools.includes(each.schoolId));
        // Not even how many there are is told of what the caller may not see, nor of a former school's what it is by now.
        return (await seen(here)).map(({ scene }) => scene.snapshot.process).filter(isWanted);
      };
      const asked = ListCursor.safeParse(query.cursor ?? 'own:0');
      if (!asked.success) return badCursor();

      const from = asked.data.startsWith('own:') ? Number(asked.data.slice(4)) : undefined;
      const own = from === undefined ? [] : await few();
      const page = own.slice(from, (from ?? 0) + query.limit);
      if (from !== undefined && from + page.length < own.length)
        return { status: 200, body: { items: await shown(page), cursor: `own:${from + page.length}` } };
      const at = from === undefined ? asked.data.slice(3) : '';
      const left = query.limit - page.length;
      if (left === 0)
        return { status: 200, body: { items: await shown(page), cursor: schools.length > 0 ? 'at:' : null } };
      const rest = await store.processesAcross(
        schools,
        kind,
        { status: query.status, stage: query.stage },
        { limit: left, keep: isWanted, ...(at !== '' && { cursor: at }) },
      );
      const items = await shown([...page, ...rest.items]);
      return { status: 200, body: { items, cursor: rest.cursor === null ? null : `at:${rest.cursor}` } };
    },
  });

/** What moved away from a school that the caller leads; who sees all schools finds it where it is. */
async function leftSchools(
  { store }: ApiContext,
  kind: string,
  scope: ReturnType<typeof mayListProcesses>,
): Promise<readonly Process[]> {
  if (scope.all) return [];
  const lefts = (await Promise.all(scope.schools.map((schoolId) => store.leftFrom(schoolId, kind)))).flat();
  return store.processes([...new Set(lefts.map(({ processId }) => processId))]);
}

/** The person asked for, else the caller and those whom they manage. */
async function peopleFirst(
  { store }: ApiContext,
  caller: Person,
  asked: string | undefined,
): Promise<readonly string[]> {
  if (asked !== undefined) return [asked];
  const rows = await store.reportsOf(caller.personId);
  return [...new Set([caller.personId, ...rows.map(({ personId }) => personId)])];
}

/** Those that name the caller besides the subject: as mentor, in the team, as a guest. */
async function processesNaming(store: Store, caller: Person, kind: string): Promise<readonly Process[]> {
  const rows = (await store.namedIn(caller.personId)).filter((row) => row.kind === kind);
  return store.processes([...new Set(rows.map(({ processId }) => processId))]);
}

export const badCursor = (): Rejection =>
  reject('invalid-fields', 'This page cannot be found again. Start the list from its beginning.', [
    { path: 'cursor', message: 'Use the cursor exactly as the last page gave it.' },
  ]);

const one = (definition: AnyProcess): Route =>
  route({
    method: 'GET',
    path: `/${definition.path}/{id}`,
    tag: definition.texts.label,
    summary: `One ${definition.texts.label}: where it stands, what is open, what may be done`,
    answers: { status: 200, schema: ProcessShape, description: 'The process' },
    async answer({ store, reading }, { caller, params }) {
      const seen = await seenProcess(store, reading, definition.kind, params['id'] ?? '', caller);
      return isRejection(seen) ? seen : answerOf(seen, caller);
    },
  });

const Order = z.enum(['oldest', 'newest']).default('oldest').meta({ description: 'Which come first' });

/** A place in a list that only grows at its end. */
const PlaceCursor = z
  .string()
  .regex(/^\d{1,9}$/, 'Use the cursor of the last page.')
  .optional();

const EventsQuery = z.object({ limit: Limit, order: Order, cursor: PlaceCursor });

const events = (definition: AnyProcess): Route =>
  route({
    method: 'GET',
    path: `/${definition.path}/{id}/events`,
    tag: definition.texts.label,
    summary: 'Its history: who, when, what, from which stage to which',
    query: EventsQuery,
    answers: { status: 200, schema: pageOf(EventShape), description: 'A page of events' },
    async answer({ store, reading }, { caller, params, query }) {
      const seen = await seenProcess(store, reading, definition.kind, params['id'] ?? '', caller);
      if (isRejection(seen)) return seen;
      const { processId, lastSeq } = seen.scene.snapshot.process;
      const last = seen.asOf?.lastSeq ?? lastSeq;
      const isNewestFirst = query.order === 'newest';
      // Events are numbered without a gap. The cursor is the last that was shown: after it, or before it.
      const shown = Number(query.cursor ?? (isNewestFirst ? last + 1 : 0));
      const through = isNewestFirst ? Math.min(shown - 1, last) : Math.min(shown + query.limit, last);
      const after = isNewestFirst ? Math.max(0, through - query.limit) : shown;
      const found = through > after ? await store.events(processId, { after, limit: through - after }) : [];
      const items = isNewestFirst ? found.toReversed() : found;
      const isMore = isNewestFirst ? after > 0 : through < last;
      const cursor = isMore && items.length > 0 ? String(items.at(-1)?.seq) : null;
      const people = await store.persons([
        ...new Set(items.flatMap(({ by }) => ('personId' in by ? [by.personId] : []))),
      ]);
      return { status: 200, body: { items: eventsShape(seen, items, caller, people), cursor } };
    },
  });

/** Characters of one answer; each is at most three bytes, and Lambda answers with 6 MB at most. */
const MOST_SAID = 1_000_000;
const AROUND_A_COMMENT = 300;

const CommentsQuery = z.object({
  order: Order,
  limit: z.coerce.number().int().min(1, 'Ask for 1 or more.').optional(),
  cursor: PlaceCursor,
});

const comments = (definition: AnyProcess): Route =>
  route({
    method: 'GET',
    path: `/${definition.path}/{id}/comments`,
    tag: definition.texts.label,
    summary: 'What was said on its tasks and logged; nothing for who may see stage and dates only',
    query: CommentsQuery,
    answers: {
      status: 200,
      schema: pageOf(ProcessComment),
      description: 'As many as asked for and as an answer holds',
    },
    async answer({ store, reading }, { caller, params, query }) {
      const seen = await seenProcess(store, reading, definition.kind, params['id'] ?? '', caller);
      if (isRejection(seen)) return seen;
      const said = seen.level === 'brief' ? [] : await store.commentsOf(seen.scene.snapshot.process.processId);
      const people = await store.persons([...new Set(said.map(({ personId }) => personId))]);
      const all = commentsShape(seen, said, people);
      const isNewestFirst = query.order === 'newest';
      // Counted from the oldest, so that what is written meanwhile moves nothing: from here on, or what is before here.
      const here = Number(query.cursor ?? (isNewestFirst ? all.length : 0));
      const ahead = isNewestFirst ? all.slice(0, here).toReversed() : all.slice(here);
      const items = thatFit(ahead).slice(0, query.limit);
      const next = isNewestFirst ? Math.min(here, all.length) - items.length : here + items.length;
      return { status: 200, body: { items, cursor: items.length < ahead.length ? String(next) : null } };
    },
  });

/** As many of these as an answer holds. */
function thatFit<T extends { readonly text: string }>(comments: readonly T[]): readonly T[] {
  let room = MOST_SAID;
  const end = comments.findIndex(({ text }) => {
    room -= text.length + AROUND_A_COMMENT;
    return room < 0;
  });
  return end < 0 ? comments : comments.slice(0, end);
}

export const Linked = z
  .object({
    as: z.enum(['parent', 'other', 'child']).meta({
      description: '`parent` started this one, `child` was started by it, `other` belongs to it',
    }),
    id: z.string(),
    kind: z.string(),
    path: z.string().meta({ description: 'Its path in this API, without the slash' }),
    subject: Subject,
    title: z.string().nullable(),
    schoolId: z.string(),
    status: ProcessStatus,
    stage: z.string(),
    outcome: z.string().nullable(),
    startedAt: z.iso.datetime(),
  })
  .meta({ id: 'Linked' });

function linkedShape({ scene, level, asOf }: Seen, as: z.output<typeof Linked>['as']): z.output<typeof Linked> {
  const { definition, snapshot } = scene;
  const { process } = snapshot;
  const isFull = level === 'full' || asOf !== undefined;
  return {
    as,
    id: process.processId,
    kind: process.kind,
    path: definition.path,
    subject: subjectShape(scene),
    title: isFull ? titleOf(scene) : null,
    schoolId: process.schoolId,
    status: process.status,
    stage: process.stage,
    outcome: process.outcome ?? null,
    startedAt: process.startedAt,
  };
}

/** The one that started it and those that belong to it: few, on the first page. */
async function neighboursOf({ store }: ApiContext, { definition, snapshot: { process } }: Scene) {
  const guards = registry.flatMap(({ linkGuard }) => (linkGuard ? [linkGuard(process.processId)] : []));
  const held = guards.length === 0 ? [] : await store.guards(guards);
  const others = [
    ...(definition.linked?.(definition.data.parse(process.data)) ?? []),
    ...held.map(({ holder }) => holder),
  ];
  return [
    ...(process.parentId === undefined ? [] : [{ as: 'parent', processId: process.parentId } as const]),
    ...[...new Set(others)].map((processId) => ({ as: 'other', processId }) as const),
  ];
}

/** Its own children, kind by kind, and those of another that it counts: a school's review counts the reviews of its school. */
function childrenOf({ definition, snapshot: { process } }: Scene, view: View<unknown>): readonly ChildrenOf[] {
  const counted = Object.values(definition.waits).flatMap((declared) =>
    declared.wait === 'children' && declared.counts ? [declared.counts(view)] : [],
  );
  return [
    ...registry.map(({ kind }) => ({ parentId: process.processId, kind })),
    ...counted.filter(({ parentId }) => parentId !== process.processId),
  ];
}

const LinkedQuery = z.object({ limit: Limit, cursor: Cursor });

const linked = (definition: AnyProcess): Route =>
  route({
    method: 'GET',
    path: `/${definition.path}/{id}/linked`,
    tag: definition.texts.label,
    summary: 'Processes that belong to it: what it came from, what came of it. Each only for who may see it',
    query: LinkedQuery,
    answers: { status: 200, schema: pageOf(Linked), description: 'A page; shorter where you may not see each' },
    async answer(context, { caller, params, query }) {
      const { store, reading } = context;
      const seen = await seenProcess(store, reading, definition.kind, params['id'] ?? '', caller);
      if (isRejection(seen)) return seen;
      const { processId } = seen.scene.snapshot.process;
      const [neighbours, children] = await Promise.all([
        query.cursor === undefined ? neighboursOf(context, seen.scene) : [],
        store.childrenBy(childrenOf(seen.scene, viewOf(seen.scene)), { limit: query.limit, cursor: query.cursor }),
      ]);
      const wanted = [
        ...neighbours,
        ...children.items.map(
          ({ childId, parentId }) => ({ as: parentId === processId ? 'child' : 'other', processId: childId }) as const,
        ),
      ];
      const found = await store.processes(wanted.map((each) => each.processId));
      const visible = new Map(
        (await glancedBy(reading, found, caller)).map((each) => [each.scene.snapshot.process.processId, each]),
      );
      const items = wanted.flatMap((each) => {
        const one = visible.get(each.processId);
        return one === undefined ? [] : [linkedShape(one, each.as)];
      });
      return { status: 200, body: { items, cursor: children.cursor } };
    },
  });

const acting = (definition: AnyProcess, action: string): Route =>
  route({
    method: 'POST',
    path: `/${definition.path}/{id}/${action}`,
    tag: definition.texts.label,
    summary: `${definition.texts.actions[action] ?? action}`,
    body: z.looseObject({}).meta({ description: 'The fields of the form that the process lists under `actions`' }),
    isBodyOpen: true,
    answers: { status: 200, schema: ProcessShape, description: 'The process' },
    answer: (context: ApiContext, asked: Asked) =>
      command(context, asked, {
        read: async (reading) => {
          const snapshot = await context.store.snapshot(asked.params['id'] ?? '');
          if (snapshot === undefined || snapshot.process.kind !== definition.kind) return noSuch('process');
          const targetSchoolId = targetOf(definition, asked, action);
          const scene = await reading.scene(snapshot, [asked.caller.personId], {
            mentions: mentionsIn(definition, asked.body as Record<string, unknown>),
            ...(targetSchoolId !== undefined && { targetSchoolId }),
          });
          return mayKnowOf(scene, asked, action) ? scene : noSuch('process');
        },
        decide: (scene) => act(scene, action, asked.body, asked.caller),
        present: (scene) => afterwards(scene, asked.caller),
      }),
  });

/** The school to which a move would go. */
function targetOf(definition: AnyProcess, asked: Asked, action: string): string | undefined {
  const { schoolId } = asked.body as { readonly schoolId?: unknown };
  const isMove = definition.actions[action]?.rolesCountAtTarget === true;
  return isMove && typeof schoolId === 'string' && /^\d{6}$/.test(schoolId) ? schoolId : undefined;
}

/** Whoever may read it; for a move, the leads of the school it would go to as well. */
function mayKnowOf(scene: Scene, asked: Asked, action: string): boolean {
  if (seenBy(scene, asked.caller) !== undefined) return true;
  const spec = scene.definition.actions[action];
  const schoolId = targetOf(scene.definition, asked, action);
  if (spec === undefined || schoolId === undefined) return false;
  const { subject } = scene.world;
  return (
    subject.posts.some((post) => post.schoolId === schoolId) &&
    spec.by.some(
      (who) => typeof who === 'string' && who !== 'subject' && holds(asked.caller, who, schoolId, scene.world.today),
    )
  );
}

const Diagram = z
  .object({
    nodes: z.array(
      z.object({
        id: z.string(),
        label: z.string(),
        kind: z
          .string()
          .meta({ description: 'A wait (`task`, `timer`, `together`, `children`) or an end (`completed`, `stopped`)' }),
      }),
    ),
    edges: z.array(z.object({ from: z.string(), to: z.string(), outcome: z.string() })),
  })
  .meta({ id: 'Diagram' });

const diagram = route({
  method: 'GET',
  path: '/processes/{kind}/diagram',
  tag: 'Processes',
  summary: 'The state machine of a kind of process, as nodes and edges to draw',
  answers: { status: 200, schema: Diagram, description: 'The diagram' },
  async answer(_context, { params }) {
    const { kind = '' } = params;
    const known = registry.some((definition) => definition.kind === kind);
    return known ? { status: 200, body: (drawings as Record<string, unknown>)[kind] } : noSuch('kind of process');
  },
});

export const processRoutes: readonly Route[] = [
  ...registry.flatMap((definition) => [
    ...(definition.startedBy.length > 0 ? [starting(definition)] : []),
    listing(definition),
    one(definition),
    events(definition),
    comments(definition),
    linked(definition),
    ...Object.keys(definition.actions).map((action) => acting(definition, action)),
  ]),
  diagram,
];
