/**
 * A checked file as the table keeps it: a head that tells how far it is, and parts with the lines, as an item holds
 * 400 KB. It holds names, so it is kept 14 days; never a date of birth.
 */
import * as z from 'zod';
import { put } from '../../workflows/kernel/change.ts';
import { type ImportRecord, TRUST } from '../../workflows/kernel/records.ts';
import { Instant, secondsAfter } from '../../workflows/kernel/time.ts';
import type { Store } from '../table/store.ts';
import { importKinds } from './columns.ts';
import { ManagersFile } from './line-managers.ts';
import { HoursFile } from './off-the-job.ts';
import { countsOf, Line, Missing, Progress, type ReportedLine } from './report.ts';
import { RolesFile } from './role-rows.ts';
import { SchoolsFile } from './schools.ts';
import { StaffFile } from './staff.ts';

export const KEPT_DAYS = 14;

export const ImportFile = z.discriminatedUnion('kind', [StaffFile, SchoolsFile, RolesFile, ManagersFile, HoursFile]);
export type ImportFile = z.infer<typeof ImportFile>;

const Head = z.object({
  kind: z.enum(importKinds),
  schoolId: z.string().nullable(),
  /** Everything of the file but its lines. */
  file: z.record(z.string(), z.unknown()),
  /** A person id, or `system`. */
  checkedBy: z.string(),
  checkedAt: Instant,
  /** How many parts there are besides this one. */
  parts: z.int(),
  attempt: z.int().optional(),
  appliedAt: Instant.optional(),
  progress: Progress.optional(),
  /** When an attempt last wrote. */
  touchedAt: Instant.optional(),
});
export type Head = z.infer<typeof Head>;

const Body = z.object({
  /** As read from the file: what a plan is made of. */
  file: z.array(z.looseObject({})),
  /** As reported. */
  lines: z.array(Line),
  grounds: z.array(z.tuple([z.int(), z.string()])),
  missing: z.array(Missing),
});
type Body = z.infer<typeof Body>;

/** An import with all its parts. */
export interface KeptImport {
  readonly record: ImportRecord;
  readonly head: Head;
  readonly file: ImportFile;
  readonly lines: readonly Line[];
  readonly missing: readonly Missing[];
  readonly grounds: ReadonlyMap<number, string>;
}

/** How far an import is. */
export const stateOf = (record: ImportRecord, head: Head) => ({
  importId: record.importId,
  kind: head.kind,
  schoolId: head.schoolId,
  checkedAt: head.checkedAt,
  appliedAt: head.appliedAt ?? null,
  // Applied with an expiry: nothing is left to do.
  progress: record.status === 'checked' || isFinished(record) ? null : (head.progress ?? null),
});
export type ImportState = ReturnType<typeof stateOf>;

const isFinished = ({ status, expiresAt }: ImportRecord): boolean => status === 'applied' && expiresAt !== undefined;

/**
 * A function answers with 6 MB at most, of which the text of the answer, with its quotation marks escaped, may take
 * nearly all: some 30,000 lines without remarks, half as many with one each.
 */
const PAGE_BYTES = 5_000_000;

/**
 * What a check and an apply answer, from the `from`-th line or missing one on: as much as fits into one answer, and where
 * the next page begins.
 */
export function answerOf({ record, head, file, lines: all, missing }: KeptImport, from = 0, most = PAGE_BYTES) {
  const about = aboutLines(file);
  const lines = all.map((line): ReportedLine => ({ ...line, about: about.get(line.line) ?? null }));
  const end = pageEnd([...lines, ...missing], from, most);
  return {
    ...stateOf(record, head),
    counts: countsOf(lines, missing),
    missing: missing.slice(Math.max(0, from - lines.length), Math.max(0, end - lines.length)),
    lines: lines.slice(from, end),
    cursor: end < lines.length + missing.length ? String(end) : null,
  };
}
export type ImportAnswer = ReturnType<typeof answerOf>;

/** By line whom or what it is about, as far as it could be read. */
function aboutLines(file: ImportFile): ReadonlyMap<number, string> {
  switch (file.kind) {
    case 'staff':
      return new Map(
        file.lines.flatMap(({ line, entry, name, number }) => {
          const who = entry ? `${entry.forename} ${entry.surname}` : name;
          const said = [who, entry?.number ?? number].filter((part) => part !== undefined).join(', ');
          return said === '' ? [] : [[line, said] as const];
        }),
      );
    case 'schools':
      return about(file.lines, ({ name, schoolId }) => `${name}, ${schoolId}`);
    case 'roles':
      return about(file.lines, ({ email, role, schoolId }) =>
        [email, role, ...(schoolId === TRUST ? [] : [schoolId])].join(', '),
      );
    case 'line-managers':
      return about(file.lines, ({ email, manager }) => `${email}, managed by ${manager}`);
    case 'off-the-job':
      return about(file.lines, ({ email, month, hours }) => `${email}, ${month}: ${hours} h`);
    default:
      throw new Error(`No words for lines of ${(file satisfies never as ImportFile).kind}`);
  }
}

const about = <Entry>(
  lines: readonly { readonly line: number; readonly entry?: Entry | undefined }[],
  words: (entry: Entry) => string,
): ReadonlyMap<number, string> =>
  new Map(lines.flatMap(({ line, entry }) => (entry === undefined ? [] : [[line, words(entry)] as const])));

function pageEnd(items: readonly unknown[], from: number, most: number): number {
  let bytes = 0;
  let end = from;
  while (end < items.length) {
    bytes += Buffer.byteLength(JSON.stringify(JSON.stringify(items[end])));
    if (bytes > most && end > from) break;
    end += 1;
  }
  return end;
}

/** Text of so many characters fits into an item of 400 KB at up to three bytes each. */
const PART_CHARACTERS = 100_000;

/** A transaction takes 4 MB; ten parts are 3 MB at most. */
const PARTS_AT_ONCE = 10;

/** What `keep` and `read` need of the plan and the file. */
export type NewImport = Omit<KeptImport, 'record' | 'head'> & {
  readonly importId: string;
  readonly head: Omit<Head, 'parts' | 'file'>;
};

/** The records of a new import, its head last: it is there once the head is. */
export function recordsOf(made: NewImport): { readonly head: ImportRecord; readonly parts: readonly ImportRecord[] } {
  const expiresAt = secondsAfter(made.head.checkedAt, KEPT_DAYS);
  const record = (part: number, data: Head | Body): ImportRecord => ({
    type: 'import',
    importId: made.importId,
    part,
    version: 1,
    status: 'checked',
    expiresAt,
    data,
  });
  const { lines: fileLines, ...fileHead } = made.file;
  const bodies = [
    ...inPieces<object, Body>(fileLines, (file) => ({ ...emptyBody, file: file.map((line) => ({ ...line })) })),
    ...inPieces(made.lines, (lines): Body => ({ ...emptyBody, lines: [...lines] })),
    ...inPieces([...made.grounds], (grounds): Body => ({ ...emptyBody, grounds })),
    ...inPieces(made.missing, (missing): Body => ({ ...emptyBody, missing: [...missing] })),
  ];
  return {
    head: record(0, { ...made.head, file: fileHead, parts: bodies.length }),
    parts: bodies.map((body, at) => record(at + 1, body)),
  };
}

const emptyBody: Body = { file: [], lines: [], grounds: [], missing: [] };

function inPieces<T, Piece>(items: readonly T[], piece: (items: T[]) => Piece): readonly Piece[] {
  const pieces: T[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const length = JSON.stringify(item).length;
    if (size + length > PART_CHARACTERS) {
      pieces.push([]);
      size = 0;
    }
    pieces.at(-1)?.push(item);
    size += length;
  }
  return pieces.map(piece);
}

/** Stores the parts, not yet the head. A crash in between leaves parts that nobody finds, and that expire. */
export async function keepParts(store: Store, parts: readonly ImportRecord[]): Promise<void> {
  for (let at = 0; at < parts.length; at += PARTS_AT_ONCE) {
    const some = parts.slice(at, at + PARTS_AT_ONCE);
    const { committed } = await store.commit({ parts: some.map((part) => put(`import:${part.part}`, part)) });
    if (!committed) throw new Error(`Import ${some[0]?.importId} is there already`);
  }
}

export async function readImport(store: Store, importId: string): Promise<KeptImport | undefined> {
  const [record, ...parts] = await store.import(importId);
  if (record?.part !== 0) return undefined;
  const head = Head.parse(record.data);
  const bodies = parts.map((part) => Body.parse(part.data));
  if (bodies.length !== head.parts) return undefined;
  const file = ImportFile.parse({ ...head.file, lines: bodies.flatMap((body) => body.file) });
  return {
    record,
    head,
    file,
    lines: bodies.flatMap((body) => body.lines),
    missing: bodies.flatMap((body) => body.missing),
    grounds: new Map(bodies.flatMap((body) => body.grounds)),
  };
}

export const parseHead = (record: ImportRecord): Head => Head.parse(record.data);
