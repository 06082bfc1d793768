/** Processes of every kind: starting, listing, reading, acting. The registry says which there are. */
import * as z from 'zod';
import drawings from '../../workflows/drawings.json' with { type: 'json' };
import { act, start } from '../../workflows/kernel/decide.ts';
import { type Person, type Process, ProcessStatus } from '../../workflows/kernel/records.ts';
import { isRejection, type Rejection, reject } from '../../workflows/kernel/rejections.ts';
import { mayListProcesses } from '../../workflows/kernel/rights.ts';
import type { AnyProcess, Scene } from '../../workflows/kernel/snapshot.ts';
import { dayOf } from '../../workflows/kernel/time.ts';
import { registry } from '../../workflows/registry.ts';
import { makeReading, TooBusy } from '../world.ts';
import { noSuch, type Seen, seenBy, seenProcess } from './access.ts';
import { command, committed } from './command.ts';
import { EventShape, eventsShape, ProcessShape, processShape } from './present.ts';
import { type Answer, type ApiContext, type Asked, type Route, route } from './route.ts';
import { Cursor, Limit, pageOf } from './tasks.ts';

const ATTEMPTS = 5;

const answerOf = (seen: Seen, caller: Person, status = 200): Answer => ({
  status,
  body: processShape(seen, caller),
  version: seen.scene.snapshot.process.version,
});

/** After a command: the process as the caller sees it then; who has moved it out of their sight gets stage and dates once more. */
const afterwards = (scene: Scene, caller: Person, status = 200): Answer =>
  answerOf(seenBy(scene, caller) ?? { scene, level: 'brief' }, caller, status);

/** Reading with "who else of the school is out then", which is asked where something is shown or answered. */
const starting = (definition: AnyProcess): Route =>
  route({
    method: 'POST',
    path: `/${definition.path}`,
    tag: definition.texts.label,
    summary: `Starts: ${definition.texts.label}`,
    body: definition.input,
    answers: { status: 201, schema: ProcessShape, description: 'The process, with its address in `Location`' },
    async answer(context, asked) {
      const { store, clock } = context;
      const input = asked.body as Record<string, unknown>;
      const subjectId = definition.subjectOf(input, asked.caller);
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const subject = await store.person(subjectId);
        if (subject === undefined)
          return reject('invalid-fields', 'There is nobody with that id.', [
            { path: 'personId', message: 'Choose somebody who is on file.' },
          ]);
        const schoolId = typeof input['schoolId'] === 'string' ? input['schoolId'] : undefined;
        const world = await makeReading(store, clock).world(subject, [asked.caller.personId], {
          kind: definition.kind,
          ...(schoolId !== undefined && { schoolId }),
        });
        const started = start(definition, input, asked.caller, world);
        if (isRejection(started)) return started;
        const process = lastOf(started.change) ?? started.process;
        const scene: Scene = { definition, snapshot: { process, waits: [] }, world };
        const answer: Answer = {
          ...afterwards(scene, asked.caller, 201),
          location: `/${definition.path}/${process.processId}`,
        };
        const result = await committed(context, started.change, asked, answer);
        if (result !== undefined) return result;
      }
      throw new TooBusy('others changed the same person each time');
    },
  });

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
    answers: { status: 200, schema: pageOf(ProcessShape), description: 'A page of processes' },
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
      const shown = async (processes: readonly Process[]) => {
        const shapes = await Promise.all(
          processes.map(async (process) => {
            const snapshot = await store.snapshot(process.processId);
            const seen = snapshot && seenBy(await reading.scene(snapshot, [caller.personId]), caller);
            return seen === undefined ? [] : [processShape(seen, caller)];
          }),
        );
        return shapes.flat();
      };

      const scope = mayListProcesses(caller, today);
      if (query.person !== undefined && (scope.all || query.person === caller.personId)) {
        // One person's are few: they are one page.
        const items = await shown((await store.processesOf(query.person)).filter(isWanted));
        return { status: 200, body: { items, cursor: null } };
      }
      const asked = ListCursor.safeParse(query.cursor ?? 'own:0');
      if (!asked.success) return badCursor();
      const schools = scope.all ? (await store.schools()).map(({ schoolId }) => schoolId) : scope.schools;
      const wantedSchools =
        query.school === undefined ? [...new Set(schools)] : schools.filter((id) => id === query.school);

      // First one's own and those of people one manages, as far as no school's list has them.
      const isListedAtSchool = (process: Process): boolean => schools.includes(process.schoolId);
      const from = asked.data.startsWith('own:') ? Number(asked.data.slice(4)) : undefined;
      if (from !== undefined) {
        const rows = scope.all ? [] : await store.reportsOf(caller.personId);
        const people = scope.all
          ? [caller.personId]
          : [...new Set([caller.personId, ...rows.map(({ personId }) => personId)])];
        const all = (await Promise.all(people.map((personId) => store.processesOf(personId)))).flat();
        const own = all.filter((process) => isWanted(process) && !isListedAtSchool(process));
        const page = own.slice(from, from + query.limit);
        if (from + query.limit < own.length || page.length === query.limit) {
          const isMore = from + query.limit < own.length;
          const next = isMore ? `own:${from + query.limit}` : wantedSchools.length > 0 ? 'at:' : null;
          return { status: 200, body: { items: await shown(page), cursor: next } };
        }
        if (wantedSchools.length === 0) return { status: 200, body: { items: await shown(page), cursor: null } };
        const rest = await store.processesAcross(
          wantedSchools,
          kind,
          { status: query.status, stage: query.stage },
          { limit: query.limit - page.length, keep: isWanted },
        );
        const items = await shown([...page, ...rest.items]);
        return { status: 200, body: { items, cursor: rest.cursor === null ? null : `at:${rest.cursor}` } };
      }
      const cursor = asked.data.slice(3);
      const page = await store.processesAcross(
        wantedSchools,
        kind,
        { status: query.status, stage: query.stage },
        { limit: query.limit, keep: isWanted, ...(cursor !== '' && { cursor }) },
      );
      const items = await shown(page.items);
      return { status: 200, body: { items, cursor: page.cursor === null ? null : `at:${page.cursor}` } };
    },
  });

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

const EventsQuery = z.object({
  limit: Limit,
  cursor: z
    .string()
    .regex(/^\d{1,9}$/, 'Use the cursor of the last page.')
    .optional(),
});

const events = (definition: AnyProcess): Route =>
  route({
    method: 'GET',
    path: `/${definition.path}/{id}/events`,
    tag: definition.texts.label,
    summary: 'Its history, oldest first: who, when, what, from which stage to which',
    query: EventsQuery,
    answers: { status: 200, schema: pageOf(EventShape), description: 'A page of events' },
    async answer({ store, reading }, { caller, params, query }) {
      const seen = await seenProcess(store, reading, definition.kind, params['id'] ?? '', caller);
      if (isRejection(seen)) return seen;
      const { process } = seen.scene.snapshot;
      const last = seen.asOf?.lastSeq;
      const found = await store.events(process.processId, { after: Number(query.cursor ?? 0), limit: query.limit + 1 });
      const visible = found.filter(({ seq }) => last === undefined || seq <= last);
      const items = visible.slice(0, query.limit);
      const cursor = visible.length > query.limit ? String(items.at(-1)?.seq) : null;
      return { status: 200, body: { items: eventsShape(seen, items, caller), cursor } };
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
          const scene = await reading.scene(snapshot, [asked.caller.personId]);
          return mayKnowOf(scene, asked, action) ? scene : noSuch('process');
        },
        decide: (scene) => act(scene, action, asked.body, asked.caller),
        present: (scene) => afterwards(scene, asked.caller),
      }),
  });

/** Whoever may read it; for a move, the leads of the school it would go to as well. */
function mayKnowOf(scene: Scene, asked: Asked, action: string): boolean {
  if (seenBy(scene, asked.caller) !== undefined) return true;
  const spec = scene.definition.actions[action];
  const schoolId = (asked.body as Record<string, unknown>)['schoolId'];
  if (!spec?.rolesCountAtTarget || typeof schoolId !== 'string') return false;
  const { subject } = scene.world;
  return (
    subject.posts.some((post) => post.schoolId === schoolId) &&
    asked.caller.roles.some((held) => spec.by.includes(held.role) && held.schoolId === schoolId)
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
    starting(definition),
    listing(definition),
    one(definition),
    events(definition),
    ...Object.keys(definition.actions).map((action) => acting(definition, action)),
  ]),
  diagram,
];
