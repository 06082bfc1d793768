/**
 * Who holds which role where. The file adds holders; those on file and not in it are named and stay, as nobody should
 * lose a role because a line was forgotten. A role is taken away by a line that says so in the column `Ended`.
 */
import * as z from 'zod';
import { displayName, isCurrent } from '../../workflows/kernel/people.ts';
import { outsideRoles, type Person, Role, TRUST, trustRoles } from '../../workflows/kernel/records.ts';
import { addressOf, isAddress, isTooLong, noAddress, surnameOf, tidy } from './cells.ts';
import { type Columns, cellOf, isOverlong } from './columns.ts';
import { digestOf, groundsOf, type NewId, type Plan } from './plan.ts';
import { isEmptyRow, type Row, type SeparatedFile } from './read-file.ts';
import { type Line, lineOf, type Missing } from './report.ts';
import type { Roster } from './roster.ts';

export const RoleEntry = z.object({
  email: z.string(),
  role: Role,
  /** A URN as written, or `trust`; whether there is such a school is known when it is planned. */
  schoolId: z.string(),
  forename: z.string().optional(),
  surname: z.string().optional(),
  /** The role is taken away. */
  isEnded: z.literal(true).optional(),
});
export type RoleEntry = z.infer<typeof RoleEntry>;

export const RoleLine = z.object({ line: z.int(), entry: RoleEntry.optional(), refusal: z.string().optional() });
export type RoleLine = z.infer<typeof RoleLine>;

export const RolesFile = z.object({ kind: z.literal('roles'), lines: z.array(RoleLine) });
export type RolesFile = z.infer<typeof RolesFile>;

/** Everybody has these by their posts, so they are in no file. */
const byPosts: ReadonlySet<Role> = new Set<Role>(['staff', 'line-manager']);

const given = Role.options.filter((role) => !byPosts.has(role));

export const readRoles = (file: SeparatedFile, columns: Columns): RolesFile => ({
  kind: 'roles',
  lines: file.rows.map((row) => readLine(file.header, row, columns)),
});

function readLine(header: Row, row: Row, columns: Columns): RoleLine {
  const { line } = row;
  if (isEmptyRow(row)) return { line };
  const refused = (refusal: string): RoleLine => ({ line, refusal });
  if (isOverlong(header, row)) {
    return refused(
      'This line has more values than the heading: a comma inside a value needs quotation marks around it.',
    );
  }
  const email = addressOf(cellOf(columns, row, 'email').slice(0, 300));
  if (!isAddress(email)) return refused(noAddress(email));
  const written = cellOf(columns, row, 'role').slice(0, 60);
  if (written === '') return refused(`The role is missing. Roles are: ${given.join(', ')}.`);
  const role = Role.safeParse(written.toLowerCase().replaceAll(/[\s_]/g, '-'));
  if (!role.success) return refused(`“${written}” is no role. Roles are: ${given.join(', ')}.`);
  if (byPosts.has(role.data)) return refused(`“${written}” follows from somebody's post and is not given by a list.`);
  const urn = cellOf(columns, row, 'urn').slice(0, 20).toLowerCase();
  const isTrustWide = trustRoles.has(role.data);
  if (isTrustWide && urn !== '' && urn !== TRUST) {
    return refused(`“${written}” is held for the whole trust: leave the URN empty.`);
  }
  if (!isTrustWide && urn === '') return refused(`“${written}” is held at a school: its URN is missing.`);

  const ended = cellOf(columns, row, 'ended').slice(0, 20);
  const isEnded = readYesNo(ended);
  if (isEnded === undefined) return refused(`“${ended}” in the column “Ended” is neither yes nor no.`);

  const forename = tidy(cellOf(columns, row, 'forename').slice(0, 300));
  const surname = surnameOf(cellOf(columns, row, 'surname').slice(0, 300));
  if (isTooLong('name', forename) || isTooLong('name', surname))
    return refused('A name of this line is too long to be one.');
  return {
    line,
    entry: {
      email,
      role: role.data,
      schoolId: isTrustWide ? TRUST : urn,
      ...(forename !== '' && { forename }),
      ...(surname !== '' && { surname }),
      ...(isEnded && { isEnded }),
    },
  };
}

/** Nothing written is no; undefined: neither. */
function readYesNo(text: string): boolean | undefined {
  if (/^(?:yes|y|true|1|x)$/i.test(text)) return true;
  return /^(?:no|n|false|0)?$/i.test(text) ? false : undefined;
}

export function planRoles(file: RolesFile, roster: Roster, newId: NewId): Plan {
  const lines: Line[] = [];
  const grounds = new Map<number, string>();
  const seen: Seen = new Map();
  for (const each of file.lines) {
    const { line, ground } = planLine(each, roster, newId, seen);
    lines.push(line);
    grounds.set(each.line, ground);
  }
  return { lines, missing: missingFrom(seen, roster), people: roster.changes(), schools: [], grounds };
}

type Seen = Map<string, { readonly line: number; readonly isEnded: boolean }>;

const keyOf = (personId: string, role: Role, schoolId: string): string => `${role}#${schoolId}#${personId}`;

function planLine(
  { line, entry, refusal }: RoleLine,
  roster: Roster,
  newId: NewId,
  seen: Seen,
): { readonly line: Line; readonly ground: string } {
  const refused = (reason: string) => ({ line: lineOf(line, 'refused', { reason }), ground: digestOf('refused') });
  if (refusal !== undefined) return refused(refusal);
  if (!entry) return { line: lineOf(line, 'empty'), ground: digestOf('empty') };
  const { email, role, schoolId, isEnded = false } = entry;
  if (schoolId !== TRUST && !roster.schools.has(schoolId))
    return refused(`No school of this trust has the URN ${schoolId}.`);
  if (schoolId === TRUST && !trustRoles.has(role))
    return refused(`“${role}” is held at a school, not for the whole trust.`);

  const known = roster.withAddress(email);
  if (!known && isEnded) return refused(`Nobody on file has the address ${email}, so there is no role to end.`);
  if (!known && !outsideRoles.has(role)) {
    return refused(
      `Nobody on file has the address ${email}. Only chairs and partners may be people without a post; import the staff first.`,
    );
  }
  if (!known && (entry.forename === undefined || entry.surname === undefined)) {
    return refused(`Nobody on file has the address ${email}: for somebody new, forename and surname are needed.`);
  }
  const person = known ?? outsider(newId(line), entry);
  const key = keyOf(person.personId, role, schoolId);
  const earlier = seen.get(key);
  if (earlier && earlier.isEnded !== isEnded) return refused(`Line ${earlier.line} says the opposite.`);
  if (earlier) {
    return {
      line: lineOf(line, 'repeated', { reason: `The same as line ${earlier.line}.`, personId: person.personId }),
      ground: digestOf(['repeated', earlier.line]),
    };
  }
  seen.set(key, { line, isEnded });

  const isHeld = known?.roles.some((held) => held.role === role && held.schoolId === schoolId) ?? false;
  if (known && isEnded) {
    if (!isHeld) {
      const warnings = [`${displayName(known)} does not hold this role.`];
      return {
        line: lineOf(line, 'unchanged', { personId: known.personId, warnings }),
        ground: groundsOf(known, known),
      };
    }
    if (role === 'admin' && isOnlyAdmin(known, roster))
      return refused(`${displayName(known)} is the only administrator. Give the role to somebody else first.`);
    const without = { ...known, roles: known.roles.filter((held) => held.role !== role || held.schoolId !== schoolId) };
    roster.plan(without);
    return {
      line: lineOf(line, 'changed', {
        personId: known.personId,
        changes: ['roles'],
        warnings: [`“${role}” is taken away from ${displayName(known)}.`],
      }),
      ground: groundsOf(known, without),
    };
  }
  const next = renamed({ ...person, roles: isHeld ? person.roles : [...person.roles, { role, schoolId }] }, entry);
  const changes = known
    ? [
        ...(isHeld ? [] : ['roles']),
        ...(['forename', 'surname'] as const).filter((field) => known[field] !== next[field]),
      ]
    : [];
  const isUnchanged = known !== undefined && changes.length === 0;
  if (!isUnchanged) roster.plan(next);
  return {
    line: lineOf(line, isUnchanged ? 'unchanged' : isHeld ? 'changed' : 'added', {
      personId: person.personId,
      changes,
      warnings: isInForce(next, role, roster)
        ? []
        : [`${displayName(next)} has no current post, so this role is not in force now.`],
    }),
    ground: groundsOf(known, next),
  };
}

/** Whoever may give roles again must not be gone. */
const isOnlyAdmin = (person: Person, roster: Roster): boolean =>
  ![...roster.everybody()].some(
    ({ personId, roles, ...each }) =>
      personId !== person.personId &&
      roles.some(({ role }) => role === 'admin') &&
      isCurrent({ personId, roles, ...each }, roster.today),
  );

const outsider = (personId: string, entry: RoleEntry): Person => ({
  type: 'person',
  personId,
  version: 1,
  forename: entry.forename ?? '',
  surname: entry.surname ?? '',
  email: entry.email,
  posts: [],
  roles: [],
  qualifications: [],
  absences: [],
});

/** Somebody without a post has no other source of their name than this list. */
const renamed = (person: Person, entry: RoleEntry): Person =>
  person.posts.length > 0
    ? person
    : { ...person, forename: entry.forename ?? person.forename, surname: entry.surname ?? person.surname };

const isInForce = (person: Person, role: Role, roster: Roster): boolean =>
  person.posts.length === 0 ? outsideRoles.has(role) : isCurrent(person, roster.today);

function missingFrom(seen: ReadonlyMap<string, unknown>, roster: Roster): readonly Missing[] {
  const missing: Missing[] = [];
  for (const person of roster.everybody()) {
    for (const { role, schoolId } of person.roles) {
      if (seen.has(keyOf(person.personId, role, schoolId))) continue;
      missing.push({ personId: person.personId, name: displayName(person), role, schoolId });
    }
  }
  return missing.sort((a, b) => (a.name < b.name ? -1 : 1));
}
