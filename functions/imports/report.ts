/** What a check says about a file: every line's fate, with its reason. The vocabulary of all kinds of import. */
import * as z from 'zod';

/**
 * `leaver`: the end date is before today, kept as somebody who is not current. `repeated`: the same as an earlier line.
 * `refused`: nothing of this line is taken; the others are.
 */
export const fates = ['added', 'changed', 'unchanged', 'leaver', 'repeated', 'empty', 'refused'] as const;
export const Fate = z.enum(fates);
export type Fate = z.infer<typeof Fate>;

export const Line = z.object({
  /** The physical line of the file; the first is 1. */
  line: z.int().min(1),
  fate: Fate,
  /** A sentence: why it was refused, or of which line it is a repetition. */
  reason: z.string().nullable(),
  /** What was taken and should be looked at nevertheless. */
  warnings: z.array(z.string()),
  /** Null for rows that are about nobody: empty and refused ones, schools. */
  personId: z.string().nullable(),
  /** Which fields a `changed` line changes; with `left`, `school` or `line-manager` their processes follow in the next morning run. */
  changes: z.array(z.string()),
});
export type Line = z.infer<typeof Line>;

/** A line as it is told: with whom or what it is about, in the words of the file. */
export const ReportedLine = Line.extend({ about: z.string().nullable() });
export type ReportedLine = z.infer<typeof ReportedLine>;

/** What is on file and not in this export. Nobody and nothing is ended by that: it is named, and a person decides. */
export const Missing = z.object({
  personId: z.string().optional(),
  schoolId: z.string().optional(),
  role: z.string().optional(),
  employeeNumber: z.string().optional(),
  name: z.string(),
});
export type Missing = z.infer<typeof Missing>;

/** How much of an apply is done, in people (or months of hours): written ahead, then made final. */
export const Progress = z.object({ step: z.enum(['writing', 'finishing']), done: z.int(), of: z.int() });
export type Progress = z.infer<typeof Progress>;

export type Counts = Readonly<Record<Fate | 'missing', number>>;

export function countsOf(lines: readonly Line[], missing: readonly Missing[]): Counts {
  const counts: Record<Fate | 'missing', number> = {
    added: 0,
    changed: 0,
    unchanged: 0,
    leaver: 0,
    repeated: 0,
    empty: 0,
    refused: 0,
    missing: missing.length,
  };
  for (const line of lines) counts[line.fate] += 1;
  return counts;
}

export const lineOf = (
  line: number,
  fate: Fate,
  more: {
    readonly reason?: string;
    readonly warnings?: readonly string[];
    readonly personId?: string;
    readonly changes?: readonly string[];
  } = {},
): Line => ({
  line,
  fate,
  reason: more.reason ?? null,
  warnings: [...(more.warnings ?? [])],
  personId: more.personId ?? null,
  changes: [...(more.changes ?? [])],
});
