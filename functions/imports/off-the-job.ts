/**
 * Off-the-job hours from a provider's spreadsheet: a line is one apprentice's total of one month. Each line is what the
 * caller could do by hand (`record-month`), decided by the process's own rules, so this takes no rights of its own.
 *
 * Unlike people, who are read together, each apprenticeship is a process of its own with a version of its own: lines are
 * applied one after the other, and applying again after a crash finds those as they should be and goes on.
 */
import * as z from 'zod';
import { ApprenticeshipData } from '../../workflows/apprenticeship/schemas.ts';
import { act } from '../../workflows/kernel/decide.ts';
import type { Person, Process } from '../../workflows/kernel/records.ts';
import { isRejection, type Rejection } from '../../workflows/kernel/rejections.ts';
import { isEnded, type Scene } from '../../workflows/kernel/snapshot.ts';
import { type Clock, type Day, day } from '../../workflows/kernel/time.ts';
import { emailGuard } from '../table/guard-names.ts';
import type { Store } from '../table/store.ts';
import { decideAndCommit, makeReading, type Reading } from '../world.ts';
import { addressOf, isAddress, noAddress, readDay } from './cells.ts';
import { type Columns, cellOf, isOverlong } from './columns.ts';
import { digestOf, type Plan } from './plan.ts';
import { isEmptyRow, type Row, type SeparatedFile } from './read-file.ts';
import { type Line, lineOf } from './report.ts';

const KIND = 'apprenticeship';
const ACTION = 'record-month';

const HoursEntry = z.object({ email: z.string(), month: z.string(), hours: z.number() });
type HoursEntry = z.infer<typeof HoursEntry>;
const HoursLine = z.object({ line: z.int(), entry: HoursEntry.optional(), refusal: z.string().optional() });
type HoursLine = z.infer<typeof HoursLine>;

export const HoursFile = z.object({ kind: z.literal('off-the-job'), lines: z.array(HoursLine) });
export type HoursFile = z.infer<typeof HoursFile>;

/** A year of forty apprentices, which is recorded well within what a request may take. */
export const MAX_HOURS_LINES = 500;

export const readHours = (file: SeparatedFile, columns: Columns): HoursFile => ({
  kind: 'off-the-job',
  lines: file.rows.map((row) => readLine(file.header, row, columns)),
});

function readLine(header: Row, row: Row, columns: Columns): HoursLine {
  const { line } = row;
  if (isEmptyRow(row)) return { line };
  const refused = (refusal: string): HoursLine => ({ line, refusal });
  if (isOverlong(header, row))
    return refused(
      'This line has more values than the heading: a comma inside a value needs quotation marks around it.',
    );
  const email = addressOf(cellOf(columns, row, 'email').slice(0, 300));
  if (!isAddress(email)) return refused(noAddress(email));
  const writtenMonth = cellOf(columns, row, 'month').slice(0, 40);
  const month = readMonth(writtenMonth);
  if (month === undefined)
    return refused(`“${writtenMonth}” is no month. Write it like 2026-09, September 2026 or 09/2026.`);
  const writtenHours = cellOf(columns, row, 'hours').slice(0, 40);
  const hours = readHoursCell(writtenHours);
  if (hours === undefined) return refused(`“${writtenHours}” is no number of hours. Write it like 12.5 or 12:30.`);
  return { line, entry: { email, month, hours } };
}

/** `2026-09`, `09/2026`, `Sep 2026`, or any day of the month; `undefined` for anything else. */
export function readMonth(text: string): string | undefined {
  const bare = text.trim();
  const iso = /^(\d{4})-(\d{1,2})$/.exec(bare);
  const british = /^(\d{1,2})[/.-](\d{4})$/.exec(bare);
  const named = /^([a-z]{3,9})[ -](\d{4})$/i.exec(bare);
  const on: Day | undefined = iso
    ? readDay(`${iso[1]}-${iso[2]}-01`)
    : british
      ? readDay(`01/${british[1]}/${british[2]}`)
      : named
        ? readDay(`1 ${named[1]} ${named[2]}`)
        : readDay(bare);
  return on?.slice(0, 7);
}

/** `12`, `12.5`, `12,5` or `12:30`, to the hundredth of an hour; `undefined` for anything else. */
export function readHoursCell(text: string): number | undefined {
  const bare = text.trim();
  const clock = /^(\d{1,3}):([0-5]\d)$/.exec(bare);
  if (clock) return Math.round((Number(clock[1]) + Number(clock[2]) / 60) * 100) / 100;
  return /^\d{1,3}([.,]\d{1,2})?$/.test(bare) ? Number(bare.replace(',', '.')) : undefined;
}

export interface HoursDependencies {
  readonly store: Store;
  readonly clock: Clock;
  /** Who sends the file: every line is theirs. */
  readonly actor: Person;
}

/** What a line would do: to which process, and what its month has now. */
interface Recording {
  readonly line: number;
  readonly entry: HoursEntry;
  readonly personId: string;
  readonly processId: string;
}

/** A plan with what is to be recorded; a plan alone reports. */
export interface HoursPlan extends Plan {
  readonly recordings: readonly Recording[];
}

/** Whoever may not record them is not told whether there is an apprentice. */
const NOBODY = 'There is no apprentice with this address whose hours you may record in that month.';

export async function planHours(file: HoursFile, { store, clock, actor }: HoursDependencies): Promise<HoursPlan> {
  const seen = remembering((processId: string) =>
    sceneOf(processId, { store, reading: makeReading(store, clock), actor }),
  );
  const apprenticeships = await apprenticeshipsOf(file, store);
  const lines: Line[] = [];
  const grounds = new Map<number, string>();
  const recordings: Recording[] = [];
  const taken = new Map<string, { readonly line: number; readonly hours: number }>();
  const say = (line: Line, ground: unknown): void => {
    lines.push(line);
    grounds.set(line.line, digestOf(ground));
  };
  const refuse = (line: number, reason: string): void => say(lineOf(line, 'refused', { reason }), ['refused', reason]);

  for (const { line, entry, refusal } of file.lines) {
    if (refusal !== undefined) refuse(line, refusal);
    else if (!entry) say(lineOf(line, 'empty'), 'empty');
    else {
      const key = `${entry.email}#${entry.month}`;
      const earlier = taken.get(key);
      if (earlier !== undefined) {
        if (earlier.hours === entry.hours)
          say(lineOf(line, 'repeated', { reason: `The same as line ${earlier.line}.` }), ['repeated', earlier.line]);
        else refuse(line, `${entry.email} has other hours for ${entry.month} on line ${earlier.line}: that was taken.`);
        continue;
      }
      const process = inTrainingThen(apprenticeships.get(entry.email) ?? [], entry.month);
      const scene = process && (await seen(process.processId));
      const decided = scene && decidedOn(scene, entry, actor);
      if (process === undefined || decided === undefined) refuse(line, NOBODY);
      else if (isRejection(decided)) refuse(line, decided.rejected === 'not-allowed' ? NOBODY : decided.detail);
      else {
        taken.set(key, { line, hours: entry.hours });
        const { total } = decided;
        const fate = total === null ? 'added' : total === entry.hours ? 'unchanged' : 'changed';
        say(lineOf(line, fate, { personId: process.subjectId, changes: fate === 'unchanged' ? [] : ['hours'] }), [
          process.processId,
          total,
          entry.hours,
        ]);
        if (fate !== 'unchanged')
          recordings.push({ line, entry, personId: process.subjectId, processId: process.processId });
      }
    }
  }
  return { lines, missing: [], people: [], schools: [], grounds, recordings };
}

/** By address, the apprenticeships that have not ended. */
async function apprenticeshipsOf(file: HoursFile, store: Store): Promise<ReadonlyMap<string, readonly Process[]>> {
  const emails = [...new Set(file.lines.flatMap(({ entry }) => entry?.email ?? []))];
  const guards = await store.guards(emails.map(emailGuard));
  const holders = new Map(guards.map(({ guard, holder }) => [guard, holder]));
  const found = new Map<string, readonly Process[]>();
  for (const email of emails) {
    const personId = holders.get(emailGuard(email));
    const all = personId === undefined ? [] : await store.processesOf(personId);
    found.set(
      email,
      all.filter((process) => process.kind === KIND && !isEnded(process)),
    );
  }
  return found;
}

/** The one that had begun by then, the latest of several: one may end in the month in which the next begins. */
const inTrainingThen = (processes: readonly Process[], month: string): Process | undefined =>
  processes
    .map((process) => ({ process, startsOn: ApprenticeshipData.parse(process.data).startsOn }))
    .filter(({ startsOn }) => startsOn <= day(`${month}-28`))
    .sort((one, other) => (one.startsOn < other.startsOn ? 1 : -1))[0]?.process;

/** A process with its world, or nothing where it is gone. */
async function sceneOf(
  processId: string,
  { store, reading, actor }: { readonly store: Store; readonly reading: Reading; readonly actor: Person },
): Promise<Scene | undefined> {
  const snapshot = await store.snapshot(processId);
  return snapshot && reading.scene(snapshot, [actor.personId]);
}

/** Asks once for each key. */
function remembering<T>(ask: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (key) => {
    const answer = known.get(key) ?? ask(key);
    known.set(key, answer);
    return answer;
  };
}

/** What recording it would come to, and what the month has now. */
function decidedOn(scene: Scene, { month, hours }: HoursEntry, actor: Person) {
  const decision = act(scene, ACTION, { month, hours }, actor);
  if (isRejection(decision)) return decision;
  const { months } = ApprenticeshipData.parse(scene.snapshot.process.data);
  return { change: decision, total: months.find((each) => each.month === month)?.total ?? null };
}

/** So many recordings lie between two words of how far it is. */
const TOLD_EVERY = 20;

/**
 * Records what is planned, line by line; the first rejection ends it, and what is recorded by then stays, as where the
 * time is up.
 */
export async function applyHours(
  { recordings }: HoursPlan,
  {
    store,
    clock,
    actor,
    hasTime,
    tell,
  }: HoursDependencies & { readonly hasTime: () => boolean; readonly tell: (done: number) => Promise<unknown> },
): Promise<Rejection | 'out-of-time' | undefined> {
  for (const [done, { processId, entry }] of recordings.entries()) {
    const isUp = !hasTime();
    if (done > 0 && (isUp || done % TOLD_EVERY === 0)) await tell(done);
    if (isUp) return 'out-of-time';
    const refused = await decideAndCommit<Rejection | undefined>(
      store,
      async () => {
        const scene = await sceneOf(processId, { store, reading: makeReading(store, clock), actor });
        const decided = scene && decidedOn(scene, entry, actor);
        if (decided === undefined || isRejection(decided)) return { result: decided };
        if (decided.total === entry.hours || typeof decided.change === 'string') return { result: undefined };
        return { change: decided.change, result: undefined };
      },
      (rejection) => rejection,
    );
    if (refused !== undefined) return refused;
  }
  return undefined;
}
