/**
 * A person's records as parts of transactions, in three steps: written ahead (`claim`), made final once the import counts
 * (`settle`), or taken back where it never did (`withdraw`). One person's parts always go into one transaction, so each
 * of the three is whole for that person.
 */
import { type Part, put, remove, update } from '../../workflows/kernel/change.ts';
import { sortName } from '../../workflows/kernel/people.ts';
import type { Guard, Person, PostRow, RoleHolder } from '../../workflows/kernel/records.ts';
import { emailGuard, employeeGuard } from '../table/guard-names.ts';
import { asItCounts } from '../table/pending.ts';
import { canonical, type importedFields, type PersonChange } from './roster.ts';

/** What hangs on a person besides the person's own record. */
interface Satellites {
  readonly guards: ReadonlyMap<string, Guard>;
  readonly rows: ReadonlyMap<string, PostRow>;
  readonly holders: ReadonlyMap<string, RoleHolder>;
}

function satellitesOf(person: Person | undefined): Satellites {
  const { personId = '', email, posts = [], roles = [] } = person ?? {};
  const names = [
    ...(email === undefined ? [] : [emailGuard(email)]),
    ...posts.map((post) => employeeGuard(post.schoolId, post.employeeNumber)),
  ];
  return {
    guards: new Map(names.map((guard) => [guard, { type: 'guard', guard, holder: personId }])),
    rows: new Map(
      posts.map(({ schoolId, employeeNumber, lineManagerId }) => [
        `${schoolId}#${employeeNumber}`,
        {
          type: 'post-row',
          schoolId,
          employeeNumber,
          personId,
          sortName: person ? sortName(person) : '',
          ...(email !== undefined && { email }),
          ...(lineManagerId !== undefined && { lineManagerId }),
        },
      ]),
    ),
    holders: new Map(
      roles.map(({ role, schoolId }) => [`${schoolId}#${role}`, { type: 'role-holder', schoolId, role, personId }]),
    ),
  };
}

/** Names that a change takes, for which nobody else may be the holder. */
export const namesClaimed = ({ base, next }: PersonChange): readonly string[] =>
  onlyIn(satellitesOf(next).guards, satellitesOf(base).guards).map(({ guard }) => guard);

const onlyIn = <T>(these: ReadonlyMap<string, T>, those: ReadonlyMap<string, T>): readonly T[] =>
  [...these].filter(([key]) => !those.has(key)).map(([, value]) => value);

const partName = (of: PostRow | RoleHolder): string =>
  of.type === 'post-row'
    ? `post:${of.personId}#${of.schoolId}#${of.employeeNumber}`
    : `role:${of.personId}#${of.schoolId}#${of.role}`;

/** Whatever is there: the person's own record, in the same transaction, carries the condition. */
const write = (row: PostRow | RoleHolder): Part => ({ name: partName(row), after: row, isUnconditional: true });
const drop = (row: PostRow | RoleHolder): Part => ({ name: partName(row), before: row, isUnconditional: true });

/** Written ahead: nothing of it counts before the attempt `pendingIn` is applied. Fails where the person changed since `base` was read, or a name is taken. */
export function claim({ base, next }: PersonChange, pendingIn: string): readonly Part[] {
  const [before, after] = [satellitesOf(base), satellitesOf(next)];
  const name = `person:${next.personId}`;
  const { forename, surname, email, birthHash, posts, roles } = next;
  const pendingNext = {
    forename,
    surname,
    ...(email !== undefined && { email }),
    ...(birthHash !== undefined && { birthHash }),
    posts,
    roles,
  } satisfies Person['pendingNext'] & Pick<Person, (typeof importedFields)[number]>;
  return [
    base
      ? update<Person>(name, base, { ...base, pendingIn, pendingNext }, { version: base.version, pendingIn: undefined })
      : put<Person>(name, { ...next, pendingIn }),
    ...onlyIn(after.guards, before.guards).map((guard) => put(`guard:${guard.guard}`, guard)),
    ...onlyIn(after.rows, before.rows).map((row) => write({ ...row, pendingIn })),
    ...onlyIn(after.holders, before.holders).map((holder) => write({ ...holder, pendingIn })),
  ];
}

/** A person as stored, with what an import wrote ahead, as the two that it stands for. */
function bothOf(stored: Person): PersonChange {
  const { pendingIn } = stored;
  const next = pendingIn === undefined ? stored : asItCounts(stored, new Set([pendingIn]));
  if (!next) throw new Error(`Nothing is pending for ${stored.personId}`);
  return { base: asItCounts(stored, new Set()), next };
}

/** Makes final what was written ahead and counts. Fails where somebody else has done so, or changed the person, since it was read. */
export function settle(stored: Person): readonly Part[] {
  const { base, next } = bothOf(stored);
  const [before, after] = [satellitesOf(base), satellitesOf(next)];
  const isNewOrOther = (row: PostRow): boolean =>
    canonical(before.rows.get(`${row.schoolId}#${row.employeeNumber}`)) !== canonical(row);
  return [
    update<Person>(
      `person:${stored.personId}`,
      stored,
      { ...next, version: base ? stored.version + 1 : stored.version },
      { version: stored.version, pendingIn: stored.pendingIn },
    ),
    ...onlyIn(before.guards, after.guards).map(
      (guard): Part => ({ name: `guard:${guard.guard}`, before: guard, isUnconditional: true }),
    ),
    ...onlyIn(before.rows, after.rows).map(drop),
    ...[...after.rows.values()].filter(isNewOrOther).map(write),
    ...onlyIn(before.holders, after.holders).map(drop),
    ...onlyIn(after.holders, before.holders).map(write),
  ];
}

/** Takes back what was written ahead and never counted. The attempt must not be able to count any more. */
export function withdraw(stored: Person): readonly Part[] {
  const { base, next } = bothOf(stored);
  const [before, after] = [satellitesOf(base), satellitesOf(next)];
  const name = `person:${stored.personId}`;
  const expect = { pendingIn: stored.pendingIn };
  return [
    base ? update<Person>(name, stored, base, expect) : remove<Person>(name, stored, expect),
    ...onlyIn(after.guards, before.guards).map(
      (guard): Part => ({ name: `guard:${guard.guard}`, before: guard, isUnconditional: true }),
    ),
    ...onlyIn(after.rows, before.rows).map(drop),
    ...onlyIn(after.holders, before.holders).map(drop),
  ];
}
