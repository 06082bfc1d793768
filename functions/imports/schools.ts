/** The trust's schools, as the DfE register of schools (GIAS) names its columns. */
import * as z from 'zod';
import { School, TRUST } from '../../workflows/kernel/records.ts';
import { isTooLong, tidy } from './cells.ts';
import { type Columns, cellOf, isOverlong } from './columns.ts';
import { digestOf, type Plan } from './plan.ts';
import { isEmptyRow, type Row, type SeparatedFile } from './read-file.ts';
import { type Line, lineOf } from './report.ts';
import { canonical, type Roster } from './roster.ts';

const registerFields = [
  'ukprn',
  'establishmentTypeCode',
  'phase',
  'town',
  'postcode',
  'statusCode',
  'laCode',
  'establishmentNumber',
] as const;

export const SchoolEntry = School.omit({ type: true, version: true });
export type SchoolEntry = z.infer<typeof SchoolEntry>;

export const SchoolLine = z.object({
  line: z.int(),
  warnings: z.array(z.string()),
  entry: SchoolEntry.optional(),
  refusal: z.string().optional(),
});
export type SchoolLine = z.infer<typeof SchoolLine>;

export const SchoolsFile = z.object({ kind: z.literal('schools'), lines: z.array(SchoolLine) });
export type SchoolsFile = z.infer<typeof SchoolsFile>;

/** A file of schools is applied in one transaction of 100 items; the whole register of England has 50,000. */
export const MAX_SCHOOLS = 98;

export const readSchools = (file: SeparatedFile, columns: Columns): SchoolsFile => ({
  kind: 'schools',
  lines: file.rows.map((row) => readLine(file.header, row, columns)),
});

function readLine(header: Row, row: Row, columns: Columns): SchoolLine {
  const { line } = row;
  if (isEmptyRow(row)) return { line, warnings: [] };
  const refused = (refusal: string): SchoolLine => ({ line, warnings: [], refusal });
  if (isOverlong(header, row)) {
    return refused(
      `This line has more values than the heading: a comma inside a value needs quotation marks around it.`,
    );
  }
  const urn = cellOf(columns, row, 'urn');
  if (urn === '') return refused('The URN of the school is missing.');
  if (!/^\d{6}$/.test(urn)) return refused(`“${urn.slice(0, 20)}” is no URN: a URN has six digits.`);
  const name = tidy(cellOf(columns, row, 'name').slice(0, 500));
  if (name === '') return refused('The name of the school is missing.');
  if (isTooLong('job', name)) return refused('The name of the school is too long to be one.');

  const warnings: string[] = [];
  const pupils = cellOf(columns, row, 'pupils');
  const isNumber = /^\d{1,5}$/.test(pupils);
  if (pupils !== '' && !isNumber) warnings.push(`“${pupils.slice(0, 20)}” is no number of pupils, so none was taken.`);
  const statusCode = cellOf(columns, row, 'statusCode');
  if (statusCode === '2') warnings.push('The register says that this school is closed.');
  const fields = registerFields.flatMap((field) => {
    const text = tidy(cellOf(columns, row, field).slice(0, 100));
    return text === '' ? [] : [[field, text] as const];
  });
  return {
    line,
    warnings,
    entry: { schoolId: urn, name, ...Object.fromEntries(fields), ...(isNumber && { pupils: Number(pupils) }) },
  };
}

export function planSchools(file: SchoolsFile, roster: Roster): Plan {
  const lines: Line[] = [];
  const grounds = new Map<number, string>();
  const schools: { base: School | undefined; next: School }[] = [];
  const seen = new Map<string, { line: number; text: string }>();

  for (const { line, warnings, entry, refusal } of file.lines) {
    const report = (fate: Line['fate'], reason?: string, changes?: readonly string[]): void => {
      lines.push(
        lineOf(line, fate, { warnings, ...(reason !== undefined && { reason }), ...(changes && { changes }) }),
      );
    };
    if (!entry) {
      report(refusal === undefined ? 'empty' : 'refused', refusal);
      continue;
    }
    const text = canonical(entry);
    const earlier = seen.get(entry.schoolId);
    if (earlier) {
      if (earlier.text === text) report('repeated', `The same as line ${earlier.line}.`);
      else report('refused', `URN ${entry.schoolId} is on line ${earlier.line} already, with other details.`);
      continue;
    }
    seen.set(entry.schoolId, { line, text });
    const base = roster.schools.get(entry.schoolId);
    const next: School = { ...base, ...entry, type: 'school', version: (base?.version ?? 0) + 1 };
    const changes = base ? registerChanges(base, next) : [];
    const isUnchanged = base !== undefined && changes.length === 0;
    report(isUnchanged ? 'unchanged' : base ? 'changed' : 'added', undefined, changes);
    if (!isUnchanged) schools.push({ base, next });
    grounds.set(line, digestOf([base, next]));
  }
  const missing = [...roster.schools.values()]
    .filter((school) => school.schoolId !== TRUST && !seen.has(school.schoolId))
    .map((school) => ({ schoolId: school.schoolId, name: school.name }));
  return { lines, missing, people: [], schools, grounds };
}

const registerChanges = (base: School, next: School): readonly string[] =>
  (['name', ...registerFields, 'pupils'] as const).filter((field) => base[field] !== next[field]);
