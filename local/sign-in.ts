/** As whom to sign in: one person for each role, so that every side of the sample can be seen. */
import type { Store } from '../functions/table/store.ts';
import { displayName, isCurrent } from '../workflows/kernel/people.ts';
import { type Person, type Role, roles, TRUST } from '../workflows/kernel/records.ts';
import type { Day } from '../workflows/kernel/time.ts';

export interface SignIn {
  readonly role: Role;
  /** Where the role is held; null for the whole trust. */
  readonly schoolId: string | null;
  readonly personId: string;
  readonly name: string;
  readonly email: string | null;
}

/**
 * For each role its first current holder with an address, schools by their number; `staff` and `line-manager`, which
 * nobody is given, are somebody at the first school that has one.
 */
export async function signInTable(store: Store, today: Day): Promise<readonly SignIn[]> {
  const schoolIds = [...new Set([TRUST, ...(await store.schools()).map(({ schoolId }) => schoolId)])];
  const found = new Map<Role, SignIn>();
  const add = (role: Role, schoolId: string, person: Person): void => {
    const { personId, email } = person;
    if (found.has(role) || email === undefined || !isCurrent(person, today)) return;
    found.set(role, {
      role,
      schoolId: schoolId === TRUST ? null : schoolId,
      personId,
      name: displayName(person),
      email,
    });
  };
  for (const schoolId of schoolIds) {
    const holders = await store.roleHolders(schoolId);
    const persons = new Map(
      (await store.persons(holders.map(({ personId }) => personId))).map((person) => [person.personId, person]),
    );
    for (const { role, personId } of holders) {
      const person = persons.get(personId);
      if (person) add(role, schoolId, person);
    }
  }
  for (const schoolId of schoolIds.filter((id) => id !== TRUST)) {
    if (found.has('staff') && found.has('line-manager')) break;
    const { items } = await store.postRows(schoolId, { limit: 100 });
    const persons = await store.persons([...new Set(items.map(({ personId }) => personId))]);
    for (const person of persons) {
      if (person.roles.length === 0) add('staff', schoolId, person);
    }
    const managers = [...new Set(items.flatMap(({ lineManagerId }) => lineManagerId ?? []))];
    for (const person of await store.persons(managers)) add('line-manager', schoolId, person);
  }
  return roles.flatMap((role) => found.get(role) ?? []);
}
