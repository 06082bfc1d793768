/**
 * Everybody on file while a plan is made: how they are, and how they would be after the lines planned so far. Pure
 * bookkeeping; who is the same person as whom is decided in the plans (`staff.ts`, `role-rows.ts`).
 */
import { type Person, type Post, type School, TRUST } from '../../workflows/kernel/records.ts';
import type { Day } from '../../workflows/kernel/time.ts';

/** What an import may change of a person; everything else on the record is left alone. */
export const importedFields = ['forename', 'surname', 'email', 'birthHash', 'posts', 'roles'] as const;
export type ImportedFields = Pick<Person, (typeof importedFields)[number]>;

export interface PersonChange {
  /** As on file; absent for somebody new. */
  readonly base: Person | undefined;
  readonly next: Person;
}

export interface Roster {
  readonly today: Day;
  readonly schools: ReadonlyMap<string, School>;
  /** What people call that school. */
  placeOf(schoolId: string): string;
  /** As planned so far. */
  person(personId: string): Person | undefined;
  /** As on file before this import. */
  onFile(personId: string): Person | undefined;
  /** Whoever has this address on file, or would by an earlier line. Their planned address may be another by now. */
  withAddress(email: string): Person | undefined;
  withNumber(schoolId: string, employeeNumber: string): Person | undefined;
  /** Others with the same name and date of birth. */
  twinsOf(person: Person): readonly Person[];
  everybody(): Iterable<Person>;
  plan(next: Person): void;
  changes(): readonly PersonChange[];
}

const numberKey = (schoolId: string, employeeNumber: string): string => `${schoolId}#${employeeNumber}`;

const twinKey = (person: Person): string | undefined =>
  person.birthHash && `${person.birthHash}#${sameName(person.forename)}#${sameName(person.surname)}`;

/** Names alike but for capitals, accents and the form of an apostrophe. */
export const sameName = (name: string): string =>
  name
    .normalize('NFD')
    .replaceAll(/[\p{M}'’‘`\s-]/gu, '')
    .toLowerCase();

export function makeRoster(people: Iterable<Person>, schools: Iterable<School>, today: Day): Roster {
  const onFile = new Map<string, Person>();
  const planned = new Map<string, Person>();
  const byAddress = new Map<string, string>();
  const byNumber = new Map<string, string>();
  const byTwin = new Map<string, Set<string>>();

  const index = (person: Person): void => {
    if (person.email !== undefined) byAddress.set(person.email, person.personId);
    for (const post of person.posts) byNumber.set(numberKey(post.schoolId, post.employeeNumber), person.personId);
    const twin = twinKey(person);
    if (twin) byTwin.set(twin, (byTwin.get(twin) ?? new Set()).add(person.personId));
  };
  for (const person of people) {
    onFile.set(person.personId, person);
    index(person);
  }
  const personOf = (personId: string | undefined): Person | undefined =>
    personId === undefined ? undefined : (planned.get(personId) ?? onFile.get(personId));

  const byUrn = new Map([...schools].map((school) => [school.schoolId, school]));

  return {
    today,
    schools: byUrn,
    placeOf: (schoolId) => (schoolId === TRUST ? 'the central office' : (byUrn.get(schoolId)?.name ?? schoolId)),
    person: personOf,
    onFile: (personId) => onFile.get(personId),
    withAddress: (email) => personOf(byAddress.get(email)),
    withNumber: (schoolId, employeeNumber) => personOf(byNumber.get(numberKey(schoolId, employeeNumber))),
    twinsOf: (person) =>
      [...(byTwin.get(twinKey(person) ?? '') ?? [])]
        .filter((personId) => personId !== person.personId)
        .flatMap((personId) => personOf(personId) ?? []),
    *everybody() {
      for (const personId of new Set([...onFile.keys(), ...planned.keys()])) {
        const person = personOf(personId);
        if (person) yield person;
      }
    },
    plan: (next) => {
      planned.set(next.personId, next);
      index(next);
    },
    changes: () =>
      [...planned.values()].flatMap((next) => {
        const base = onFile.get(next.personId);
        return base && changedFields(base, next).length === 0 ? [] : [{ base, next }];
      }),
  };
}

const isSame = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b);

/** JSON with sorted keys and without absent values: equal for what is equal. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  ) ?? 'undefined';

/** Which imported fields differ. */
export const changedFields = (base: Person, next: Person): readonly (keyof ImportedFields)[] =>
  importedFields.filter((field) => !isSame(base[field], next[field]));

/** Which fields of a post differ, in the words of the API. */
export const changedInPost = (base: Post, next: Post): readonly string[] =>
  (['job', 'startsOn', 'endsOn', 'fte', 'lineManagerId'] as const).filter((field) => !isSame(base[field], next[field]));
