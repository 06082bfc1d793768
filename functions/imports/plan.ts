/** What every kind of import comes to: its report, and the records as they would be. Data; `importer.ts` carries it out. */
import { createHash } from 'node:crypto';
import type { Person, School } from '../../workflows/kernel/records.ts';
import type { Line, Missing } from './report.ts';
import { canonical, importedFields, type PersonChange } from './roster.ts';

export interface Plan {
  readonly lines: readonly Line[];
  readonly missing: readonly Missing[];
  readonly people: readonly PersonChange[];
  readonly schools: readonly { readonly base: School | undefined; readonly next: School }[];
  /** For each line what it was decided on and what it comes to: another text, when the file is planned again, means that something changed in between. */
  readonly grounds: ReadonlyMap<number, string>;
}

/** Gives the id of somebody whom that line adds; the same line always gets the same one. */
export type NewId = (line: number) => string;

const ofImport = (person: Person | undefined): unknown =>
  person &&
  Object.fromEntries([['personId', person.personId], ...importedFields.map((field) => [field, person[field]])]);

/** A digest, as what it is made of holds names and the grounds are stored. */
export const groundsOf = (before: Person | undefined, after: Person | undefined, refusal?: string): string =>
  digestOf([ofImport(before), ofImport(after), refusal]);

export const digestOf = (value: unknown): string =>
  createHash('sha256').update(canonical(value)).digest('base64url').slice(0, 22);
