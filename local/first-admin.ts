/**
 * The first administrator of a trust that has none: without one nobody can import anybody, and who is not on file cannot
 * sign in. Done by whoever may write the table, never over HTTP.
 */
import { emailGuard, employeeGuard } from '../functions/table/guard-names.ts';
import type { Store } from '../functions/table/store.ts';
import { put, update } from '../workflows/kernel/change.ts';
import { holds, isCurrent, sortName } from '../workflows/kernel/people.ts';
import { type Person, type RoleHolder, TRUST } from '../workflows/kernel/records.ts';
import { type Clock, dayOf } from '../workflows/kernel/time.ts';

export interface FirstAdminDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly newId: () => string;
}

/** Of the post that stands for the office until the office's own export has the person. */
const EMPLOYEE_NUMBER = 'first-administrator';

const Address = /^[^\s@<>,;:"]+@[^\s@<>,;:"]+$/;

/**
 * Makes whoever has that address an administrator where there is no administrator in force; somebody who is not on file is
 * put there, with a post in the central office, which their own line in the office's export joins later. Answers with a
 * sentence that says what came of it.
 */
export async function makeFirstAdmin(
  address: string,
  { store, clock, newId }: FirstAdminDependencies,
): Promise<string> {
  const email = address.trim().toLowerCase();
  if (!Address.test(email)) return `${address} is no e-mail address: nobody was made administrator`;
  const today = dayOf(clock());
  const listed = (await store.roleHolders(TRUST)).filter(({ role }) => role === 'admin');
  const inForce = (await store.persons(listed.map(({ personId }) => personId))).filter((person) =>
    holds(person, 'admin', TRUST, today),
  );
  if (inForce.length > 0)
    return inForce.some((person) => person.email === email)
      ? `${email} is administrator already`
      : `There is an administrator already, who can name others: ${email} was not made one`;

  const holder = (await store.guard(emailGuard(email)))?.holder;
  const known = holder === undefined ? undefined : await store.person(holder);
  if (known !== undefined) {
    if (!isCurrent(known, today)) return `${email} has left the trust: nobody was made administrator`;
    const role: RoleHolder = { type: 'role-holder', role: 'admin', schoolId: TRUST, personId: known.personId };
    const roles = [...known.roles, { role: 'admin' as const, schoolId: TRUST }];
    const { committed } = await store.commit({
      parts: [
        update('person', known, { ...known, roles, version: known.version + 1 }, { version: known.version }),
        put('role', role),
      ],
    });
    return committed ? `${email} is administrator now` : `${email} was changed at the same moment: try again`;
  }

  const person: Person = {
    type: 'person',
    personId: newId(),
    version: 1,
    forename: 'First',
    surname: 'Administrator',
    email,
    posts: [{ schoolId: TRUST, employeeNumber: EMPLOYEE_NUMBER, job: 'Administrator' }],
    roles: [{ role: 'admin', schoolId: TRUST }],
    qualifications: [],
    absences: [],
  };
  const { personId } = person;
  const { committed } = await store.commit({
    parts: [
      put('person', person),
      put('email', { type: 'guard', guard: emailGuard(email), holder: personId }),
      put('employee', { type: 'guard', guard: employeeGuard(TRUST, EMPLOYEE_NUMBER), holder: personId }),
      put('post', {
        type: 'post-row',
        schoolId: TRUST,
        employeeNumber: EMPLOYEE_NUMBER,
        personId,
        sortName: sortName(person),
        email,
      }),
      put('role', { type: 'role-holder', role: 'admin', schoolId: TRUST, personId }),
    ],
  });
  return committed
    ? `${email} is the first administrator: sign in and import your schools and staff`
    : `Somebody was made administrator at the same moment: ${email} was not`;
}
