/**
 * Records as the API shows them: here what all of them share, beside it tasks, processes, history and people
 * (`present-*.ts`). A field without a value is null, never absent. What the caller may not read is taken out there and
 * nowhere else.
 */
import * as z from 'zod';
import { displayName } from '../../workflows/kernel/people.ts';
import { isPlace } from '../../workflows/kernel/places.ts';
import type { Person } from '../../workflows/kernel/records.ts';
import type { Scene } from '../../workflows/kernel/snapshot.ts';

export const Day_ = z.iso.date();
export const Instant_ = z.iso.datetime();
export const Reference = z.object({ personId: z.string(), name: z.string() });

/** Whom a process is about: a person, or a place, which has a name and no person's id. */
export const Subject = z
  .object({ personId: z.string().nullable(), name: z.string() })
  .meta({ id: 'Subject', description: 'A person; for a process about a school or the trust `personId` is null.' });

export type PersonNamer = (personId: string) => { readonly personId: string; readonly name: string };

/** Names as they are found; somebody who is not on file any more keeps the id. */
export const namerOf =
  (find: (personId: string) => Person | undefined): PersonNamer =>
  (personId) => {
    const person = find(personId);
    return { personId, name: person ? displayName(person) : 'Somebody no longer on file' };
  };

/** Names by the directory. */
export const namer = (scene: Scene): PersonNamer => namerOf(scene.world.directory.person);

/** The subject by name. */
export const subjectShape = ({ world: { subject } }: Scene): z.output<typeof Subject> => ({
  personId: isPlace(subject.personId) ? null : subject.personId,
  name: displayName(subject),
});

/** The schema of a form as JSON Schema, as people's clients read it. */
export const jsonSchemaOf = (form: z.ZodType): Record<string, unknown> =>
  z.toJSONSchema(form, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>;
