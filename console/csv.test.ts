import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvOf } from './csv.ts';

describe('a table as a file', () => {
  it('has its cells as they are shown, numbers as numbers', () => {
    expect(
      csvOf([
        ['School', 'Late'],
        ['St Aldhelm’s, "Infants"', 3],
        ['Riverside', 'under 5'],
      ]),
    ).toBe('School,Late\r\n"St Aldhelm’s, ""Infants""",3\r\nRiverside,under 5\r\n');
  });

  it('runs no formula, and gives back every other cell', () => {
    expect(csvOf([['=1+1', -1, ' @SUM(A1)']])).toBe("'=1+1,-1,' @SUM(A1)\r\n");
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 2, maxLength: 4 }), (cells) => {
        const [row] = parse(csvOf([cells])) as string[][];
        expect(row?.map((cell, at) => (cell === `'${cells[at]}` ? cells[at] : cell))).toEqual(cells);
        for (const cell of row ?? []) expect(cell).not.toMatch(/^\s*[=+\-@\t\r]/);
      }),
    );
  });
});
