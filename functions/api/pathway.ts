/** Where somebody stands on the career ladder, and what comes next for them. */
import * as z from 'zod';
import { currentPosts, displayName, isManagedBy, schoolsOf } from '../../workflows/kernel/people.ts';
import type { Person } from '../../workflows/kernel/records.ts';
import { mayListProcesses } from '../../workflows/kernel/rights.ts';
import { type Day, dayOf } from '../../workflows/kernel/time.ts';
import { pathwayOf } from '../../workflows/pathway/rules.ts';
import { processOfKind } from '../../workflows/registry.ts';
import { noSuch } from './access.ts';
import { type Route, route } from './route.ts';

const PathwayShape = z
  .object({
    personId: z.string(),
    name: z.string(),
    completed: z.array(
      z.object({
        step: z.string(),
        label: z.string(),
        shownBy: z.enum(['qualification', 'role', 'post']).meta({
          description: 'A qualification on record, a role in force, or a post that nobody has without it',
        }),
        on: z.iso.date().nullable(),
      }),
    ),
    current: z.array(
      z.object({ step: z.string(), label: z.string(), processId: z.string(), path: z.string().nullable() }),
    ),
    next: z.array(
      z.object({
        step: z.string(),
        label: z.string(),
        why: z.string(),
        startPath: z
          .string()
          .nullable()
          .meta({ description: 'Where to start it with POST; null where nobody does now' }),
      }),
    ),
  })
  .meta({ id: 'Pathway' });

/** Oneself, one's line manager, leads of one's schools, trust-lead and executive; not the admin, who sees no process. */
function maySeePathway(caller: Person, person: Person, today: Day): boolean {
  if (caller.personId === person.personId) return true;
  const scope = mayListProcesses(caller, today);
  if (scope.all || schoolsOf(person, today).some((schoolId) => scope.schools.includes(schoolId))) return true;
  return currentPosts(caller, today).length > 0 && isManagedBy(person, caller.personId, today);
}

const pathOf = (kind: string | null): string | null => {
  const path = kind === null ? undefined : processOfKind(kind)?.path;
  return path === undefined ? null : `/${path}`;
};

const pathway = route({
  method: 'GET',
  path: '/people/{id}/pathway',
  tag: 'People',
  summary: 'The career ladder for one person: completed, under way, and what comes next with the reason',
  answers: { status: 200, schema: PathwayShape, description: 'The pathway' },
  async answer({ store, clock }, { caller, params }) {
    const today = dayOf(clock());
    const person = await store.person(params['id'] ?? '');
    if (person === undefined || !maySeePathway(caller, person, today)) return noSuch('person');
    const found = pathwayOf(person, await store.processesOf(person.personId), today);
    return {
      status: 200,
      body: {
        personId: person.personId,
        name: displayName(person),
        completed: found.completed,
        current: found.current.map(({ step, label, processId, kind }) => {
          const path = pathOf(kind);
          return { step, label, processId, path: path === null ? null : `${path}/${processId}` };
        }),
        next: found.next.map(({ step, label, why, kind }) => ({ step, label, why, startPath: pathOf(kind) })),
      },
    };
  },
});

export const pathwayRoutes: readonly Route[] = [pathway];
