/**
 * Which column of an export holds what. Three kinds of school information system are known by their headings, besides
 * the trust's own lists. Capitals, spaces and underlines in a heading do not matter.
 */
import { type FieldError, type Rejection, reject } from '../../workflows/kernel/rejections.ts';
import type { Row } from './read-file.ts';

/** The kinds of file, by the last part of their address: `/imports/staff`. */
export const importKinds = ['staff', 'schools', 'roles', 'line-managers', 'off-the-job'] as const;
export type ImportKind = (typeof importKinds)[number];

interface Layout {
  readonly kind: ImportKind;
  /** As a person would call such a file. */
  readonly label: string;
  /** Field → the headings that it may have, the first one preferred. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
  readonly required: readonly string[];
}

const staffFields = ['number', 'forename', 'surname', 'email'] as const;

const layouts = [
  {
    kind: 'staff',
    label: 'an Arbor staff export',
    columns: {
      number: ['Employee ID'],
      forename: ['First Name'],
      surname: ['Last Name'],
      email: ['Email', 'Email Address'],
      job: ['Job Title'],
      birth: ['Date of Birth'],
      starts: ['Start Date'],
      ends: ['End Date'],
      fte: ['FTE'],
    },
    required: [...staffFields, 'job'],
  },
  {
    kind: 'staff',
    label: 'a Bromcom staff export',
    columns: {
      number: ['PersonID'],
      forename: ['Forename'],
      surname: ['Surname'],
      email: ['EmailAddress', 'Email'],
      job: ['JobTitle', 'StaffType'],
      birth: ['DateOfBirth'],
      starts: ['StartDate'],
      ends: ['LeavingDate'],
      fte: ['FTE'],
    },
    required: staffFields,
  },
  {
    kind: 'staff',
    label: 'a SIMS staff export',
    columns: {
      number: ['Staff Code'],
      forename: ['Forename'],
      surname: ['Surname'],
      email: ['Email'],
      job: ['Post'],
      birth: ['Date of Birth'],
      starts: ['Start Date'],
      ends: ['Leaving Date'],
      fte: ['FTE', 'Contract'],
    },
    required: [...staffFields, 'birth'],
  },
  {
    kind: 'schools',
    label: 'a list of schools',
    columns: {
      urn: ['URN'],
      name: ['EstablishmentName'],
      laCode: ['LA (code)'],
      establishmentNumber: ['EstablishmentNumber'],
      statusCode: ['EstablishmentStatus (code)'],
      establishmentTypeCode: ['TypeOfEstablishment (code)'],
      phase: ['PhaseOfEducation (name)'],
      ukprn: ['UKPRN'],
      town: ['Town'],
      postcode: ['Postcode'],
      pupils: ['NumberOfPupils'],
    },
    required: ['urn', 'name'],
  },
  {
    kind: 'roles',
    label: 'a list of roles',
    columns: {
      email: ['Email'],
      role: ['Role'],
      urn: ['URN'],
      forename: ['First Name'],
      surname: ['Last Name'],
      ended: ['Ended'],
    },
    required: ['email', 'role', 'urn'],
  },
  {
    kind: 'line-managers',
    label: 'a list of line managers',
    columns: { email: ['Email'], manager: ['Line Manager Email'], urn: ['URN'] },
    required: ['email', 'manager', 'urn'],
  },
  {
    kind: 'off-the-job',
    label: 'a list of off-the-job hours',
    columns: {
      email: ['Email', 'Learner Email'],
      month: ['Month'],
      hours: ['Hours', 'Off-the-job hours', 'OTJ hours'],
    },
    required: ['email', 'month', 'hours'],
  },
] as const satisfies readonly Layout[];

const called: Readonly<Record<ImportKind, string>> = {
  staff: 'a staff export of Arbor, Bromcom or SIMS',
  schools: 'a list of schools',
  roles: 'a list of roles',
  'line-managers': 'a list of line managers',
  'off-the-job': 'a list of off-the-job hours',
};

/** Where each field stands in a row; a field that the file does not have is absent. */
export type Columns = ReadonlyMap<string, number>;

export interface Recognised {
  /** `an Arbor staff export` */
  readonly label: string;
  readonly columns: Columns;
}

const plain = (heading: string): string => heading.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

interface Match {
  readonly layout: Layout;
  readonly columns: Columns;
  readonly missing: readonly string[];
}

function matchLayout(layout: Layout, headings: readonly string[]): Match {
  const columns = new Map<string, number>();
  for (const [field, names] of Object.entries(layout.columns)) {
    for (const name of names) {
      const at = headings.indexOf(plain(name));
      if (at >= 0 && !columns.has(field)) columns.set(field, at);
    }
  }
  return { layout, columns, missing: layout.required.filter((field) => !columns.has(field)) };
}

/**
 * Finds the columns of a file that should be of that kind. A file of another kind, one that lacks a column, or one that
 * has a column twice is refused as a whole, and the refusal names the columns.
 */
export function recognise(kind: ImportKind, header: Row): Recognised | Rejection {
  const headings = header.cells.map(plain);
  const matches = layouts.map((layout) => matchLayout(layout, headings));
  const isWhole = (match: Match): boolean => match.missing.length === 0;
  const best = (among: readonly Match[]): Match | undefined =>
    among.reduce<Match | undefined>((a, b) => {
      if (!a || isWhole(b) !== isWhole(a)) return !a || isWhole(b) ? b : a;
      return b.columns.size > a.columns.size ? b : a;
    }, undefined);

  const wanted = best(matches.filter((match) => match.layout.kind === kind));
  if (!wanted) throw new Error(`No layout for ${kind}`);
  if (!isWhole(wanted)) {
    const other = best(matches.filter((match) => match.layout.kind !== kind && isWhole(match)));
    if (other && other.columns.size >= wanted.columns.size) {
      return reject(
        'unreadable-file',
        `This is ${other.layout.label}, not ${called[kind]}. Import it as ${called[other.layout.kind]}.`,
        [{ path: `kind.${other.layout.kind}`, message: `It has the columns of ${other.layout.label}.` }],
      );
    }
    return reject('unreadable-file', missingSentence(kind, wanted, header), missingErrors(wanted));
  }
  const twice = [...wanted.columns.values()].filter((at) => headings.lastIndexOf(headings[at] ?? '') !== at);
  if (twice.length > 0) {
    const names = twice.map((at) => `“${header.cells[at]}”`).join(', ');
    return reject(
      'unreadable-file',
      `The heading has ${names} more than once, so it is not clear which one counts. Take one away, then send the file again.`,
    );
  }
  return { label: wanted.layout.label, columns: wanted.columns };
}

const headingOf = (layout: Layout, field: string): string => layout.columns[field]?.[0] ?? field;

function missingSentence(kind: ImportKind, match: Match, header: Row): string {
  const missing = match.missing.map((field) => `“${headingOf(match.layout, field)}”`).join(', ');
  const has = header.cells
    .filter((cell) => cell.trim() !== '')
    .slice(0, 20)
    .map((cell) => `“${cell.trim().slice(0, 40)}”`)
    .join(', ');
  return match.columns.size < 2
    ? `The first line does not name the columns of ${called[kind]}. It begins with ${has || 'nothing'}; ${match.layout.label} has ${match.layout.required.map((field) => `“${headingOf(match.layout, field)}”`).join(', ')}.`
    : `This looks like ${match.layout.label}, but has no column ${missing}. Add it to the report in your system, export again and send that file. Columns found: ${has}.`;
}

const missingErrors = (match: Match): readonly FieldError[] =>
  match.missing.map((field) => ({
    path: `columns.${headingOf(match.layout, field)}`,
    message: 'This column is needed and was not found.',
  }));

/** The text of a field in a row, without outer spaces; empty where the row is short or the file has no such column. */
export const cellOf = (columns: Columns, row: Row, field: string): string => {
  const at = columns.get(field);
  return at === undefined ? '' : (row.cells[at] ?? '').trim();
};

/** Cells with text beyond the last heading: somebody's name held a separator, and everything behind it is in the wrong column. */
export const isOverlong = (header: Row, row: Row): boolean =>
  row.cells.slice(header.cells.length).some((cell) => cell.trim() !== '');
