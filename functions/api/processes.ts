/** Processes of every kind: listing, reading, acting. The registry says which there are. */
import * as z from 'zod';
import drawings from '../../workflows/drawings.json' with { type: 'json' };
import { act } from '../../workflows/kernel/decide.ts';
import { holds } from '../../workflows/kernel/people.ts';
import { type Person, type Process, ProcessStatus, TRUST } from '../../workflows/kernel/records.ts';
import { isRejection } from '../../workflows/kernel/rejections.ts';
import { mayListProcesses } from '../../workflows/kernel/rights.ts';
import type { AnyProcess, Scene } from '../../workflows/kernel/snapshot.ts';
import { dayOf } from '../../workflows/kernel/time.ts';
import { registry } from '../../workflows/registry.ts';
import type { Store } from '../table/store.ts';
import { mentionsIn } from '../world.ts';
import { glancedBy, noSuch, seenBy, seenProcess } from './access.ts';
import { command } from './command.ts';
import { comments, events } from './history.ts';
import { linked } from './linked.ts';
import { badCursor, Cursor, Limit, pageOf } from './paging.ts';
import { ListedProcess, listedProcess, ProcessShape, processAfterwards, processAnswer } from './present-process.ts';
import { type ApiContext, type Asked, type Route, route } from './route.ts';
import { starting } from './starting.ts';

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

const one = (definition: AnyProcess): Route =>
  route({
    method: 'GET',
    path: `/${definition.path}/{id}`,
    tag: definition.texts.label,
    summary: `One ${definition.texts.label}: where it stands, what is open, what may be done`,
    answers: { status: 200, schema: ProcessShape, description: 'The process' },
    async answer({ store, reading }, { caller, params }) {
      const seen = await seenProcess(store, reading, definition.kind, params['id'] ?? '', caller);
      return isRejection(seen) ? seen : processAnswer(seen, caller);
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
        present: (scene) => processAfterwards(scene, asked.caller),
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
