import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRejection } from '../../workflows/kernel/rejections.ts';
import { MAX_BYTES, MAX_LINES, readSeparatedFile, type SeparatedFile } from './read-file.ts';

const bytes = (...values: (number | string)[]): Uint8Array =>
  Buffer.concat(values.map((value) => (typeof value === 'number' ? Buffer.from([value]) : Buffer.from(value))));

function read(content: Uint8Array | string): SeparatedFile {
  const file = readSeparatedFile(typeof content === 'string' ? Buffer.from(content) : content);
  if (isRejection(file)) throw new Error(file.detail);
  return file;
}

function refusal(content: Uint8Array | string): string {
  const file = readSeparatedFile(typeof content === 'string' ? Buffer.from(content) : content);
  if (!isRejection(file)) throw new Error('was read');
  expect(file.rejected).toBe('unreadable-file');
  return file.detail;
}

const rowsOf = (file: SeparatedFile) => file.rows.map(({ line, cells }) => [line, ...cells]);

describe('letters', () => {
  test('UTF-8 is read with and without a byte-order mark', () => {
    expect(rowsOf(read('Forename,Surname\nZoë,O’Connor\n'))).toEqual([[2, 'Zoë', 'O’Connor']]);
    const marked = read('\uFEFFForename,Surname\r\nZoë,O’Connor\r\n');
    expect(marked.header.cells).toEqual(['Forename', 'Surname']);
    expect(rowsOf(marked)).toEqual([[2, 'Zoë', 'O’Connor']]);
  });

  test('Windows-1252 is read, the curly apostrophe of a real export included', () => {
    const file = read(readFileSync(new URL('../../sample/staff-910104-sims.csv', import.meta.url)));
    const names = file.rows.map(({ cells }) => `${cells[3]} ${cells[2]}`);
    expect(names).toContain('Agnieszka O’Connor');
    expect(names).toContain('Siân Ward');
    expect(names).toContain('Zoë Evans');
  });

  test('every byte that Windows-1252 has letters for beyond Latin-1 is that letter', () => {
    const named = bytes('a,b\n', 0x80, 0x8a, 0x8e, 0x92, 0x93, 0x94, 0x96, 0x99, 0x9f, ',x\n');
    expect(rowsOf(read(named))).toEqual([[2, '€ŠŽ’“”–™Ÿ', 'x']]);
  });

  test('a byte that no letter of Windows-1252 has is not guessed', () => {
    expect(refusal(bytes('a,b\n', 0x81, ',x\n'))).toContain('neither UTF-8 nor Windows-1252');
  });
});

describe('what is not such a file is named, with what to do', () => {
  test.each([
    ['a workbook', bytes(0x50, 0x4b, 0x03, 0x04, 'xl/workbook.xml'), /xlsx.*Save As > CSV UTF-8/],
    ['an old workbook', bytes(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 'x'), /xls\).*Save As/],
    ['a PDF', '%PDF-1.7\n', /PDF.*CSV/],
    ['UTF-16 with a mark', Buffer.from('\uFEFFa,b\n1,2\n', 'utf16le'), /UTF-16/],
    ['UTF-16 without one', Buffer.from('Forename,Surname\nZoë,Smith\n', 'utf16le'), /UTF-16/],
    ['UTF-16 the other way round', Buffer.from('Forename,Surname\nZoe,Smith\n', 'utf16le').swap16(), /UTF-16/],
    ['a web page', '<!DOCTYPE html><html><table><tr><td>a</td></tr></table></html>', /web page/],
    ['a table that calls itself .xls', '\r\n <table><tr><td>Forename</td></tr></table>', /web page.*\.xls/],
    ['XML', '<?xml version="1.0"?><Workbook/>', /XML/],
    ['JSON', '{\n "rows": [1, 2]\n}', /JSON/],
    ['a JSON list', '[{"Email": "a@b.example", "Role": "admin"}]', /JSON/],
    ['a Word document', '{\\rtf1 hello, there}', /Word/],
    ['nothing', '', /empty/],
    ['nothing but a mark and line ends', '\uFEFF\r\n\r\n', /empty/],
    [
      'bytes of a picture',
      bytes(0x89, 'PNG', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d),
      /characters that no list|neither/,
    ],
    ['one column', 'Staff report\nZoë\n', /only one column/],
  ])('%s', (_, content, sentence) => {
    expect(refusal(content)).toMatch(sentence);
  });

  test('a quotation mark that is never closed is named with its line', () => {
    expect(refusal('a,b\n1,2\n"x,2\n3,4\n')).toContain('line 3');
  });

  test('more than 4.5 MB is too large, and more lines than a trust has are refused', () => {
    expect(readSeparatedFile(Buffer.alloc(MAX_BYTES + 1, 'a'))).toMatchObject({ rejected: 'body-too-large' });
    expect(refusal(`a,b\n${'1,2\n'.repeat(MAX_LINES)}`)).toMatch(/20,001 lines; 20,000/);
  });
});

describe('lines', () => {
  test('are those of the file, also after a value with line breaks in it, and for each kind of line end', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const file = read(['a,b', '"x', '', 'y",2', '', '3,4', ',,'].join(end));
      expect(rowsOf(file)).toEqual([
        [2, 'x\n\ny', '2'],
        [5, ''],
        [6, '3', '4'],
        [7, '', '', ''],
      ]);
    }
  });

  test('rows shorter and longer than the heading are read as they are', () => {
    expect(rowsOf(read('a,b\n1\n1,2,3\n'))).toEqual([
      [2, '1'],
      [3, '1', '2', '3'],
    ]);
  });
});

test('semicolons, tabs and a separator that the file declares are found', () => {
  expect(rowsOf(read('a;b\n1,5;2\n'))).toEqual([[2, '1,5', '2']]);
  expect(rowsOf(read('a\tb\n1, x\t2\n'))).toEqual([[2, '1, x', '2']]);
  expect(rowsOf(read('sep=|\na|b\n1|2\n'))).toEqual([[3, '1', '2']]);
  expect(read('"a, and; more;",b\n1,2\n').header.cells).toEqual(['a, and; more;', 'b']);
});

test('no bytes at all make it throw', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 400 }),
        fc.string({ unit: 'binary', maxLength: 400 }).map((text) => Buffer.from(text)),
      ),
      (content) => {
        const file = readSeparatedFile(content);
        if (isRejection(file)) return;
        expect(file.header.cells.length).toBeGreaterThan(1);
        const lines = file.rows.map(({ line }) => line);
        expect(lines).toEqual([...lines].sort((a, b) => a - b));
      },
    ),
    { numRuns: 2000 },
  );
});
