/** What a part of the bench found, as Markdown, and where it goes in the document. */

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A part's findings. */
export interface Findings {
  readonly tables: readonly Table[];
  /** What was measured how, in sentences; one paragraph each. */
  readonly notes: readonly string[];
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const tableText = ({ head, rows }: Table): string =>
  [line(head), line(head.map((_, at) => (at === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');

export const markdownOf = ({ tables, notes }: Findings): string => [...tables.map(tableText), ...notes].join('\n\n');

/** Puts a text between the two markers of that name. Throws where the document has none: nothing is written beside them. */
export function between(document: string, name: string, text: string): string {
  const [begin, end] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new Error(`The document has no markers ${begin} … ${end}`);
  return `${document.slice(0, from + begin.length)}\n${text}\n${document.slice(to)}`;
}

/** Three significant digits, thousands apart. */
export function figure(value: number): string {
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString('en-GB', { minimumFractionDigits: 0, maximumFractionDigits: Math.min(digits, 4) });
}

export const milliseconds = (value: number): string =>
  value >= 10_000 ? `${figure(value / 1000)} s` : `${figure(value)} ms`;

export const times = (ratio: number): string => `${figure(ratio)} ×`;
