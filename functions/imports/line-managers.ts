/** Who manages whom at which school. A line applies to that person's posts at that school; nobody is guessed from a name. */
import * as z from 'zod';
import { displayName, isCurrentPost } from '../../workflows/kernel/people.ts';
import { type Person, TRUST } from '../../workflows/kernel/records.ts';
import { addressOf, isAddress, noAddress } from './cells.ts';
import { type Columns, cellOf, isOverlong } from './columns.ts';
import { digestOf, groundsOf, type Plan } from './plan.ts';
import { isEmptyRow, type Row, type SeparatedFile } from './read-file.ts';
import { type Line, lineOf, type Missing } from './report.ts';
import type { Roster } from './roster.ts';

export const ManagerEntry = z.object({ email: z.string(), manager: z.string(), schoolId: z.string() });
export type ManagerEntry = z.infer<typeof ManagerEntry>;

export const ManagerLine = z.object({ line: z.int(), entry: ManagerEntry.optional(), refusal: z.string().optional() });
export type ManagerLine = z.infer<typeof ManagerLine>;

export const ManagersFile = z.object({ kind: z.literal('line-managers'), lines: z.array(ManagerLine) });
export type ManagersFile = z.infer<typeof ManagersFile>;

export const readManagers = (file: SeparatedFile, columns: Columns): ManagersFile => ({
  kind: 'line-managers',
  lines: file.rows.map((row) => readLine(file.header, row, columns)),
});

function readLine(header: Row, row: Row, columns: Columns): ManagerLine {
  const { line } = row;
  if (isEmptyRow(row)) return { line };
  const refused = (refusal: string): ManagerLine => ({ line, refusal });
  if (isOverlong(header, row)) {
    return refused(
      'This line has more values than the heading: a comma inside a value needs quotation marks around it.',
    );
  }
  const email = addressOf(cellOf(columns, row, 'email').slice(0, 300));
  const manager = addressOf(cellOf(columns, row, 'manager').slice(0, 300));
  if (!isAddress(email)) return refused(noAddress(email));
  if (!isAddress(manager)) return refused(noAddress(manager, ' of the line manager'));
  return { line, entry: { email, manager, schoolId: cellOf(columns, row, 'urn').slice(0, 20).toLowerCase() || TRUST } };
}

/** A line that may be taken, with the two people it is about. */
interface Assignment {
  readonly line: number;
  readonly person: Person;
  readonly manager: Person;
  readonly schoolId: string;
}

export function planManagers(file: ManagersFile, roster: Roster): Plan {
  const lines = new Map<number, Line>();
  const grounds = new Map<number, string>();
  const settle = (line: Line, ground: string): void => {
    lines.set(line.line, line);
    grounds.set(line.line, ground);
  };
  const refuse = (line: number, reason: string): void =>
    settle(lineOf(line, 'refused', { reason }), digestOf('refused'));

  const assignments = new Map<string, Assignment>();
  for (const { line, entry, refusal } of file.lines) {
    if (refusal !== undefined) refuse(line, refusal);
    else if (!entry) settle(lineOf(line, 'empty'), digestOf('empty'));
    else {
      const found = assignmentOf(line, entry, roster);
      if ('refusal' in found) {
        refuse(line, found.refusal);
        continue;
      }
      const key = `${found.person.personId}#${found.schoolId}`;
      const earlier = assignments.get(key);
      if (!earlier) assignments.set(key, found);
      else if (earlier.manager.personId === found.manager.personId) {
        settle(
          lineOf(line, 'repeated', { reason: `The same as line ${earlier.line}.`, personId: found.person.personId }),
          digestOf(['repeated', earlier.line]),
        );
      } else {
        refuse(
          line,
          `${entry.email} has another line manager at ${roster.placeOf(found.schoolId)} on line ${earlier.line}: that line was taken.`,
        );
      }
    }
  }

  for (const [line, reason] of linesInCircles([...assignments.values()], roster)) refuse(line, reason);

  for (const { line, person: found, manager, schoolId } of assignments.values()) {
    if (lines.has(line)) continue;
    const person = roster.person(found.personId) ?? found;
    const next: Person = {
      ...person,
      posts: person.posts.map((post) =>
        post.schoolId === schoolId ? { ...post, lineManagerId: manager.personId } : post,
      ),
    };
    const old = person.posts.filter((post) => post.schoolId === schoolId).map((post) => post.lineManagerId);
    const isUnchanged = old.every((managerId) => managerId === manager.personId);
    const isNew = old.every((managerId) => managerId === undefined);
    if (!isUnchanged) roster.plan(next);
    settle(
      lineOf(line, isUnchanged ? 'unchanged' : isNew ? 'added' : 'changed', {
        personId: person.personId,
        changes: isUnchanged ? [] : ['line-manager'],
      }),
      groundsOf(person, next),
    );
  }
  return {
    lines: file.lines.flatMap(({ line }) => lines.get(line) ?? []),
    missing: missingFrom(assignments, roster),
    people: roster.changes(),
    schools: [],
    grounds,
  };
}

const nobody = (email: string): string =>
  `Nobody on file has the address ${email}. Correct it, or import the staff of their school first.`;

function assignmentOf(line: number, entry: ManagerEntry, roster: Roster): Assignment | { readonly refusal: string } {
  const { email, schoolId } = entry;
  if (schoolId !== TRUST && !roster.schools.has(schoolId)) {
    return { refusal: `No school of this trust has the URN ${schoolId}.` };
  }
  const person = roster.withAddress(email);
  const manager = roster.withAddress(entry.manager);
  if (!person) return { refusal: nobody(email) };
  if (!manager) return { refusal: nobody(entry.manager) };
  if (!person.posts.some((post) => post.schoolId === schoolId)) {
    return { refusal: `${displayName(person)} has no post at ${roster.placeOf(schoolId)}.` };
  }
  if (person.personId === manager.personId) return { refusal: 'Nobody is their own line manager.' };
  return { line, person, manager, schoolId };
}

/**
 * Lines that would make two or more people each other's line managers, directly or in a circle, together with what is
 * on file. All lines of a circle are refused, as it cannot be said which is wrong; what is on file for them then counts
 * again, and is looked at again.
 */
function linesInCircles(assignments: readonly Assignment[], roster: Roster): ReadonlyMap<number, string> {
  const refused = new Map<number, string>();
  const onFileOnly = new Set<string>();
  for (;;) {
    const left = assignments.filter(({ line }) => !refused.has(line));
    const circle = findCircle(managersAfter(left, roster, onFileOnly));
    if (!circle) return refused;
    const after = new Map(circle.map((personId, at) => [personId, circle[(at + 1) % circle.length]]));
    const inside = left.filter(({ person, manager }) => after.get(person.personId) === manager.personId);
    // No line of this file closes it: it is on file already, and must not hide others.
    if (inside.length === 0) for (const personId of circle) onFileOnly.add(personId);
    const names = circle
      .map((personId) => roster.person(personId))
      .map((each) => (each ? displayName(each) : 'somebody'));
    for (const { line } of inside) {
      refused.set(line, `This would close a circle of line managers: ${[...names, names[0]].join(' → ')}.`);
    }
  }
}

type Managers = ReadonlyMap<string, ReadonlySet<string>>;

function managersAfter(assignments: readonly Assignment[], roster: Roster, without: ReadonlySet<string>): Managers {
  const assigned = new Map(
    assignments.map((each) => [`${each.person.personId}#${each.schoolId}`, each.manager.personId]),
  );
  const managers = new Map<string, Set<string>>();
  for (const person of roster.everybody()) {
    if (without.has(person.personId)) continue;
    const current = person.posts.filter((post) => isCurrentPost(post, roster.today));
    const ids = current.flatMap(
      (post) => assigned.get(`${person.personId}#${post.schoolId}`) ?? post.lineManagerId ?? [],
    );
    if (ids.length > 0) managers.set(person.personId, new Set(ids));
  }
  return managers;
}

/** People in a circle, from the one managed to the manager; the first found. Walks without recursion: a chain may be long in a damaged table. */
function findCircle(managers: Managers): readonly string[] | undefined {
  const done = new Set<string>();
  for (const start of managers.keys()) {
    const path: string[] = [];
    const onPath = new Set<string>();
    const ahead: (readonly string[])[] = [[start]];
    while (ahead.length > 0) {
      const choices = ahead.at(-1) ?? [];
      const [next, ...others] = choices;
      if (next === undefined) {
        ahead.pop();
        const left = path.pop();
        if (left !== undefined) {
          onPath.delete(left);
          done.add(left);
        }
        continue;
      }
      ahead[ahead.length - 1] = others;
      if (onPath.has(next)) return path.slice(path.indexOf(next));
      if (done.has(next)) continue;
      path.push(next);
      onPath.add(next);
      ahead.push([...(managers.get(next) ?? [])]);
    }
  }
  return undefined;
}

/** Current posts with a line manager on file of whom the list says nothing: that one stays. */
function missingFrom(assignments: ReadonlyMap<string, Assignment>, roster: Roster): readonly Missing[] {
  const missing: Missing[] = [];
  for (const person of roster.everybody()) {
    for (const post of person.posts) {
      if (post.lineManagerId === undefined || !isCurrentPost(post, roster.today)) continue;
      if (assignments.has(`${person.personId}#${post.schoolId}`)) continue;
      missing.push({
        personId: person.personId,
        name: displayName(person),
        schoolId: post.schoolId,
        employeeNumber: post.employeeNumber,
      });
    }
  }
  return missing.sort((a, b) => (a.name < b.name ? -1 : 1));
}
