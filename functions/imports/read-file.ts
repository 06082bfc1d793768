/**
 * From the untouched bytes of an export to numbered rows of text. Nothing here knows what the columns mean.
 *
 * A file that is not a text file of separated values is refused as a whole, with a sentence that says what it is and
 * what to do instead. This never throws, whatever the bytes are.
 */
import { CsvError, parse } from 'csv-parse/sync';
import { type Rejection, reject } from '../../workflows/kernel/rejections.ts';

/** 4.5 MB: what is left of Lambda's 6 MB request when a body travels as base64 (4.5 MB × 4/3 = 6 MB). */
export const MAX_BYTES = 4_500_000;

/** Lines of one file, empty ones counted. A trust of 10,000 staff exports half of this at once. */
export const MAX_LINES = 20_000;

export interface Row {
  /** The physical line of the file on which the row begins; the first line is 1, also inside quoted text. */
  readonly line: number;
  readonly cells: readonly string[];
}

export interface SeparatedFile {
  readonly header: Row;
  readonly rows: readonly Row[];
}

const unreadable = (detail: string): Rejection => reject('unreadable-file', detail);

const beginsWith = (bytes: Uint8Array, ...magic: readonly number[]): boolean =>
  bytes.length >= magic.length && magic.every((byte, at) => bytes[at] === byte);

const HOW_TO_SAVE = 'In Excel choose File > Save As > CSV UTF-8 (Comma delimited), then send that file.';

/** What the bytes are, where they are something that is recognised and cannot be read. */
function foreignFormat(bytes: Uint8Array): string | undefined {
  if (beginsWith(bytes, 0x50, 0x4b, 0x03, 0x04) || beginsWith(bytes, 0x50, 0x4b, 0x05, 0x06)) {
    return `This is an Excel workbook (xlsx) or another zipped file, not a CSV file. ${HOW_TO_SAVE}`;
  }
  if (beginsWith(bytes, 0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1)) {
    return `This is an old Excel workbook (xls), not a CSV file. ${HOW_TO_SAVE}`;
  }
  if (beginsWith(bytes, 0x25, 0x50, 0x44, 0x46)) {
    return 'This is a PDF, which cannot be read as a table. Export the report again as CSV, then send that file.';
  }
  if (beginsWith(bytes, 0xff, 0xfe) || beginsWith(bytes, 0xfe, 0xff) || looksLikeUtf16(bytes)) {
    return `This file is written in UTF-16 ("Unicode text"), which is not read. ${HOW_TO_SAVE}`;
  }
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 512)).replace(/^ï»¿/, '').trimStart().toLowerCase();
  if (/^(<!doctype\s+html|<html|<head|<body|<table|<meta|<style|<div)\b/.test(start)) {
    return (
      'This is a web page (HTML), not a CSV file; some systems name such a file .xls. ' +
      `Export it again as CSV, or open it in Excel. ${HOW_TO_SAVE}`
    );
  }
  if (start.startsWith('<?xml')) {
    return `This is an XML file, not a CSV file. Export it again as CSV, or open it in Excel. ${HOW_TO_SAVE}`;
  }
  if (/^[[{]\s*["[{]/.test(start))
    return 'This is a JSON file, not a CSV file. Export the report as CSV, then send that file.';
  if (start.startsWith('{\\rtf'))
    return 'This is a Word document (RTF). Export the report as CSV, then send that file.';
  return undefined;
}

/** Text in UTF-16 without a mark: every other byte is nought, as far as the letters are Latin ones. */
function looksLikeUtf16(bytes: Uint8Array): boolean {
  const sample = bytes.subarray(0, 1024);
  if (sample.length < 8) return false;
  const nought = [0, 0] as [number, number];
  for (const [at, byte] of sample.entries()) if (byte === 0) nought[at % 2 === 0 ? 0 : 1] += 1;
  const [even, odd] = nought;
  const most = sample.length * 0.35;
  return (odd > most && even === 0) || (even > most && odd === 0);
}

/** Windows-1252 where it differs from Latin-1: the letters for bytes 80 to 9F; a space where the byte means nothing. */
const WINDOWS_1252 = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';
const UNDEFINED_IN_WINDOWS_1252: ReadonlySet<number> = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);

/** Not by TextDecoder: which letters it gives for 80 to 9F has differed between releases of Node. */
function decodeWindows1252(bytes: Uint8Array): string | undefined {
  if (bytes.some((byte) => UNDEFINED_IN_WINDOWS_1252.has(byte))) return undefined;
  return Buffer.from(bytes)
    .toString('latin1')
    .replace(/[\u0080-\u009f]/g, (letter) => WINDOWS_1252.charAt(letter.charCodeAt(0) - 0x80));
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000e-\u001f\u007f]/;

function decode(bytes: Uint8Array): string | Rejection {
  const foreign = foreignFormat(bytes);
  if (foreign) return unreadable(foreign);
  const hasMark = beginsWith(bytes, 0xef, 0xbb, 0xbf);
  const utf8 = decodeUtf8(bytes);
  const text = utf8 ?? (hasMark ? undefined : decodeWindows1252(bytes));
  if (text === undefined) {
    return unreadable(
      `The letters of this file are neither UTF-8 nor Windows-1252, so they would be guessed. ${HOW_TO_SAVE}`,
    );
  }
  if (CONTROL.test(text)) {
    return unreadable(`This is not a text file: it holds characters that no list of names has. ${HOW_TO_SAVE}`);
  }
  return text;
}

/** The separator of the heading: Excel in some languages writes `;`, a copy from a sheet has tabs. */
function separatorOf(heading: string): string {
  const bare = heading.replaceAll(/"[^"]*"/g, '');
  const count = (separator: string): number => bare.split(separator).length - 1;
  return [',', ';', '\t'].reduce((best, next) => (count(next) > count(best) ? next : best));
}

/**
 * Reads UTF-8, with or without a byte-order mark, and Windows-1252; commas, semicolons and tabs; line ends of Windows,
 * Unix and old Macs. Refuses everything else with `unreadable-file`, and more than {@link MAX_BYTES} with `body-too-large`.
 */
export function readSeparatedFile(bytes: Uint8Array): SeparatedFile | Rejection {
  if (bytes.length > MAX_BYTES) {
    return reject('body-too-large', 'A file may have 4.5 MB at most. Send the export of one school at a time.');
  }
  const decoded = decode(bytes);
  if (typeof decoded !== 'string') return decoded;
  if (decoded.trim() === '') return unreadable('This file is empty. Export it again, then send the new file.');

  const lines = decoded.replaceAll('\r\n', '\n').replaceAll('\r', '\n').split('\n');
  while (lines.at(-1) === '') lines.pop();
  const declared = /^"?sep=(.)"?$/i.exec(lines[0]?.trim() ?? '');
  let headingAt = declared ? 1 : 0;
  while (headingAt < lines.length && (lines[headingAt] ?? '').trim() === '') headingAt += 1;
  if (lines.length > MAX_LINES) {
    return unreadable(
      `This file has ${lines.length.toLocaleString('en-GB')} lines; ${MAX_LINES.toLocaleString('en-GB')} are read at most. ` +
        'Send the export of one school, or of the schools of this trust only.',
    );
  }

  const rows: Row[] = [];
  let ended = headingAt;
  try {
    parse(lines.slice(headingAt).join('\n'), {
      delimiter: declared?.[1] ?? separatorOf(lines[headingAt] ?? ''),
      record_delimiter: '\n',
      relax_column_count: true,
      relax_quotes: true,
      trim: true,
      max_record_size: 0,
      on_record: (cells: string[], { lines: last }: { lines: number }) => {
        rows.push({ line: ended + 1, cells });
        ended = headingAt + last;
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return unreadable(
      error.code === 'CSV_QUOTE_NOT_CLOSED'
        ? `A quotation mark on line ${ended + 1} is opened and never closed, so the rest of the file cannot be told apart. Correct that line, then send the file again.`
        : `Line ${ended + 1} cannot be read as separated values. Correct that line, then send the file again.`,
    );
  }
  const [header, ...rest] = rows;
  if (!header || header.cells.length < 2) {
    return unreadable(
      `The first line has only one column, so this is not a CSV file with a heading. ${HOW_TO_SAVE} Its first line names the columns.`,
    );
  }
  return { header, rows: rest };
}

export const isEmptyRow = (row: Row): boolean => row.cells.every((cell) => cell.trim() === '');
