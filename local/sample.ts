/**
 * The sample trust, or a folder of real exports with the same file names, into a table: the same checks and applies as over
 * HTTP, by the system. A file that is not there is skipped and said.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ImportKind } from '../functions/imports/columns.ts';
import { type ImporterDependencies, makeImporter } from '../functions/imports/importer.ts';
import type { ImportAnswer } from '../functions/imports/kept-import.ts';
import { fates } from '../functions/imports/report.ts';
import { parseCalendarFile } from '../workflows/kernel/calendar.ts';
import { put } from '../workflows/kernel/change.ts';
import { TRUST } from '../workflows/kernel/records.ts';
import { isRejection, type Rejection } from '../workflows/kernel/rejections.ts';

/** The folder that comes with the project: its calendar serves where a folder has none. */
export const SAMPLE_FOLDER = fileURLToPath(new URL('../sample/', import.meta.url));

/** One file to import, in the order in which files build on each other. */
interface PlannedFile {
  readonly name: string;
  readonly kind: ImportKind;
  readonly schoolId?: string;
}

export interface SamplePlan {
  readonly files: readonly PlannedFile[];
  /** Calendar files with their folder. */
  readonly calendar: readonly string[];
  /** What is not in the folder, as sentences. */
  readonly skipped: readonly string[];
}

const isCalendar = (name: string): boolean => /^calendar-.+\.json$/.test(name);

/** Which files of the folder are imported, and in which order: schools, staff, roles, line managers. */
export async function planSample(folder: string): Promise<SamplePlan> {
  const names = (await readdir(folder)).sort();
  const staff = names.flatMap((name): PlannedFile[] => {
    const of = /^staff-(\d{6}|trust-office)\b.*\.csv$/.exec(name)?.[1];
    return of === undefined ? [] : [{ name, kind: 'staff', schoolId: of === 'trust-office' ? TRUST : of }];
  });
  const single = (kind: ImportKind): PlannedFile[] =>
    names.includes(`${kind}.csv`) ? [{ name: `${kind}.csv`, kind }] : [];
  const files = [...single('schools'), ...staff, ...single('roles'), ...single('line-managers')];
  const own = names.filter(isCalendar).map((name) => join(folder, name));
  const skipped = [
    ...(['schools', 'roles', 'line-managers'] as const)
      .filter((kind) => single(kind).length === 0)
      .map((kind) => `${kind}.csv: not in the folder, skipped`),
    ...(staff.length === 0 ? ['staff-<URN or trust-office>….csv: none in the folder, skipped'] : []),
    ...(own.length === 0 ? ['calendar-*.json: none in the folder, the calendar of the sample serves'] : []),
  ];
  const calendar =
    own.length > 0 ? own : (await readdir(SAMPLE_FOLDER)).filter(isCalendar).map((name) => join(SAMPLE_FOLDER, name));
  return { files, calendar: calendar.sort(), skipped };
}

/**
 * Imports the folder, telling a line for each file as it is done. Running it again after it was cut short carries on where
 * it was; run to its end again it changes nothing, unless somebody changed people in between.
 */
export async function* importSample(folder: string, dependencies: ImporterDependencies): AsyncGenerator<string, void> {
  const plan = await planSample(folder);
  yield* plan.skipped;
  yield* importCalendar(plan.calendar, dependencies);
  const importer = makeImporter(dependencies);
  for (const { name, kind, schoolId } of plan.files) {
    const bytes = await readFile(join(folder, name));
    const checked = await importer.check({ kind, schoolId, bytes, by: 'system' });
    if (!checked) throw new Error(`${name} was not stored`);
    yield isRejection(checked) ? refusal(name, checked) : await applied(name, checked);
  }

  async function applied(name: string, checked: ImportAnswer): Promise<string> {
    const { counts } = checked;
    const told = `${name}: ${fates.flatMap((fate) => (counts[fate] > 0 ? `${counts[fate]} ${fate}` : [])).join(', ')}`;
    if (counts.added + counts.changed + counts.leaver === 0) return `${told}; nothing to apply`;
    const answer = await importer.apply(checked.importId);
    return isRejection(answer) ? refusal(name, answer) : told;
  }
}

const refusal = (name: string, { detail }: Rejection): string => `${name}: refused. ${detail}`;

/** Years that are on file already stay as they are: they may have been edited. The policy is that of the first file that has one. */
async function* importCalendar(
  paths: readonly string[],
  { store }: Pick<ImporterDependencies, 'store'>,
): AsyncGenerator<string, void> {
  for (const path of paths) {
    const name = path.slice(path.lastIndexOf('calendar-'));
    let json: unknown;
    try {
      json = JSON.parse(await readFile(path, 'utf8'));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      yield `${name}: refused. It is no JSON: ${error.message}`;
      continue;
    }
    const file = parseCalendarFile(json);
    if ('errors' in file) {
      yield `${name}: refused. ${file.errors.map((each) => `${each.path}: ${each.message}`).join('; ')}`;
      continue;
    }
    const { academicYear } = file.year;
    const { committed } = await store.commit({
      parts: [put('year', { type: 'calendar-year', academicYear, version: 1, year: file.year })],
    });
    if (file.policy) {
      await store.commit({ parts: [put('policy', { type: 'policy', version: 1, policy: file.policy })] });
    }
    yield committed ? `${name}: added` : `${name}: ${academicYear} is on file already`;
  }
}
