/** Processes that belong to a process: what it came from, what came of it. */
import * as z from 'zod';
import type { View } from '../../workflows/kernel/process.ts';
import { ProcessStatus } from '../../workflows/kernel/records.ts';
import { isRejection } from '../../workflows/kernel/rejections.ts';
import { type AnyProcess, type Scene, viewOf } from '../../workflows/kernel/snapshot.ts';
import { registry } from '../../workflows/registry.ts';
import type { ChildrenOf } from '../table/keys.ts';
import { glancedBy, type Seen, seenProcess } from './access.ts';
import { Cursor, Limit, pageOf } from './paging.ts';
import { Subject, subjectShape } from './present.ts';
import { outcomeOf, titleOf } from './present-process.ts';
import { type ApiContext, type Route, route } from './route.ts';

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
    outcome: outcomeOf(scene, isFull),
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

export const linked = (definition: AnyProcess): Route =>
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
