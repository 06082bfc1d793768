/** Rows as CSV (RFC 4180), for a spreadsheet. */

/** A cell that begins so would be taken for a formula, also after spaces. */
const FORMULA = /^\s*[=+\-@\t\r]/;

/** Text that no spreadsheet takes for a formula; numbers stay numbers. */
function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",;\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A head and rows; with the mark by which Excel knows UTF-8. A cell that looks like a formula gets an apostrophe in front. */
export const csvOf = <Column extends string>(
  columns: readonly Column[],
  rows: readonly Readonly<Record<Column, string | number | null>>[],
): string =>
  `\uFEFF${[columns.map(cell), ...rows.map((row) => columns.map((column) => cell(row[column])))]
    .map((cells) => `${cells.join(',')}\r\n`)
    .join('')}`;
