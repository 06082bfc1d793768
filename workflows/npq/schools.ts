/** Where an NPQ process can move to. */
import { schoolsOf } from '../kernel/people.ts';
import type { View } from '../kernel/process.ts';
import { TRUST } from '../kernel/records.ts';

/** The person's other current schools; for central staff any school. */
export function schoolsToMoveTo({
  process,
  world,
}: Pick<View<unknown>, 'process' | 'world'>): readonly { readonly schoolId: string; readonly name: string }[] | 'any' {
  const theirs = schoolsOf(world.subject, world.today);
  if (theirs.includes(TRUST)) return 'any';
  return theirs
    .filter((schoolId) => schoolId !== process.schoolId)
    .map((schoolId) => ({ schoolId, name: world.directory.school(schoolId)?.name ?? schoolId }));
}
