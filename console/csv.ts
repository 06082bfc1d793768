/** A table as a file for a spreadsheet (RFC 4180), made here from what is shown, so that both say the same. */

/** A cell that begins so would be taken for a formula, also after spaces. */
const FORMULA = /^\s*[=+\-@\t\r]/;

function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",;\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export const csvOf = (rows: readonly (readonly (string | number)[])[]): string =>
  rows.map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');

/** Given to the browser to be saved. The mark at the front tells a spreadsheet that it is UTF-8. */
export function save(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob(['\uFEFF', text], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // Safari still reads it by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
