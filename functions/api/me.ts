/** You: who the caller is, and what they may do besides what records say. */
import * as z from 'zod';
import { absenceAt, currentPosts, displayName, schoolsOf } from '../../workflows/kernel/people.ts';
import { mayImport, mayImportHours, mayLookIntoFindings } from '../../workflows/kernel/rights.ts';
import { dayOf } from '../../workflows/kernel/time.ts';
import { managedBy } from './person.ts';
import { Reference } from './present.ts';
import { RoleShape, roleShape, rolesOf, SchoolShape, schoolShape } from './present-person.ts';
import { route } from './route.ts';

export const Me = z
  .object({
    personId: z.string(),
    name: z.string(),
    email: z.string().nullable(),
    schools: z.array(SchoolShape),
    roles: z.array(RoleShape),
    standingIn: z
      .array(Reference.extend({ until: z.iso.date() }))
      .meta({ description: 'Who is away today and named you as their stand-in: their tasks are in your inbox' }),
    may: z
      .array(z.enum(['import', 'import-hours', 'look-into-findings']))
      .meta({ description: 'What you may do besides what records say' }),
    today: z.iso.date().meta({ description: 'The day it is in London' }),
  })
  .meta({ id: 'Me' });

export const me = route({
  method: 'GET',
  path: '/me',
  tag: 'People',
  summary: 'You: your schools, and your roles in force. A role for the whole trust has no school',
  answers: { status: 200, schema: Me, description: 'You' },
  async answer({ store, clock }, { caller }) {
    const today = dayOf(clock());
    const managed = await managedBy(store, caller, today);
    const managedAt = managed.flatMap((person) =>
      currentPosts(person, today).flatMap((post) => (post.lineManagerId === caller.personId ? [post.schoolId] : [])),
    );
    const [schools, named] = await Promise.all([
      Promise.all(schoolsOf(caller, today).map((schoolId) => store.school(schoolId))),
      caller.standsInFor ? store.persons(caller.standsInFor) : [],
    ]);
    return {
      status: 200,
      body: {
        personId: caller.personId,
        name: displayName(caller),
        email: caller.email ?? null,
        schools: schools.flatMap((school) => (school ? [schoolShape(school)] : [])),
        roles: [
          ...rolesOf(caller, today),
          ...[...new Set(managedAt)].map((schoolId) => roleShape('line-manager', schoolId)),
        ],
        standingIn: named.flatMap((person) => {
          const absence = absenceAt(person, today);
          return absence?.standInId === caller.personId
            ? [{ personId: person.personId, name: displayName(person), until: absence.to }]
            : [];
        }),
        may: [
          ...(mayImport(caller, today) ? ['import' as const] : []),
          ...(mayImportHours(caller, today) ? ['import-hours' as const] : []),
          ...(mayLookIntoFindings(caller, today) ? ['look-into-findings' as const] : []),
        ],
        today,
      },
    };
  },
});
