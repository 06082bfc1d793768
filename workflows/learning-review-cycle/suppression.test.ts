import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hiddenCounts, type Line } from './suppression.ts';

/** A table of rows and columns with its totals, by keys like `1,2`, `1,*`, `*,2` and `*,*`. */
function tableOf(cells: readonly (readonly number[])[]): {
  readonly counts: ReadonlyMap<string, number>;
  readonly lines: readonly Line[];
} {
  const [first = []] = cells;
  const columns = first.map((_, c) => c);
  const rows = cells.map((_, r) => r);
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  const counts = new Map<string, number>();
  for (const r of rows) for (const c of columns) counts.set(`${r},${c}`, cells[r]?.[c] ?? 0);
  for (const r of rows) counts.set(`${r},*`, sum(cells[r] ?? []));
  for (const c of columns) counts.set(`*,${c}`, sum(cells.map((row) => row[c] ?? 0)));
  counts.set('*,*', sum(cells.flat()));
  return {
    counts,
    lines: [
      ...rows.map((r) => ({ total: `${r},*`, parts: columns.map((c) => `${r},${c}`) })),
      ...columns.map((c) => ({ total: `*,${c}`, parts: rows.map((r) => `${r},${c}`) })),
      { total: '*,*', parts: rows.map((r) => `${r},*`) },
      { total: '*,*', parts: columns.map((c) => `*,${c}`) },
    ],
  };
}

/**
 * Every table that somebody who sees only what is shown would have to hold possible, by trying them all: cells shown are
 * as shown, cells hidden are 1 or more, sums hold. `most` bounds what is tried, beyond what is in the table.
 */
function* possible(
  cells: readonly (readonly number[])[],
  hidden: ReadonlySet<string>,
  counts: ReadonlyMap<string, number>,
  most: number,
): Generator<ReadonlyMap<string, number>> {
  const keys = cells.flatMap((row, r) => row.map((_, c) => `${r},${c}`));
  const chosen: number[] = [];
  function* from(at: number): Generator<ReadonlyMap<string, number>> {
    if (at === keys.length) {
      const [width = 0] = cells.map((row) => row.length);
      const tried = tableOf(cells.map((_, r) => chosen.slice(r * width, (r + 1) * width))).counts;
      const fits = [...tried].every(([key, value]) => (hidden.has(key) ? value >= 1 : value === counts.get(key)));
      if (fits) yield tried;
      return;
    }
    const key = keys[at] as string;
    const values = hidden.has(key) ? Array.from({ length: most }, (_, n) => n + 1) : [counts.get(key) ?? 0];
    for (const value of values) {
      chosen[at] = value;
      yield* from(at + 1);
    }
  }
  yield* from(0);
}

describe('a count from 1 to 4', () => {
  it('is hidden, 0 and 5 are not', () => {
    const { counts, lines } = tableOf([
      [0, 5, 9, 3],
      [7, 8, 9, 4],
    ]);
    const hidden = hiddenCounts(counts, lines);
    expect([...hidden].sort()).toEqual(expect.arrayContaining(['0,3', '1,3']));
    expect(hidden.has('0,0')).toBe(false);
  });

  it('that is alone in its row takes the next smallest of the row with it, and that one another of its column', () => {
    const { counts, lines } = tableOf([
      [3, 10, 20],
      [11, 12, 30],
      [40, 41, 42],
    ]);
    expect([...hiddenCounts(counts, lines)].sort()).toEqual(['0,0', '0,1', '1,0', '1,1']);
  });

  it('is not given away by ones that are left to add up', () => {
    // 1 + 1 = 22 - 20: two hidden counts of which each is at least 1 would both be read off.
    const { counts, lines } = tableOf([[1, 1, 20]]);
    expect([...hiddenCounts(counts, lines)]).toContain('0,2');
  });

  it('hides the grand total where that alone would give it away', () => {
    const { counts, lines } = tableOf([[4]]);
    expect([...hiddenCounts(counts, lines)].sort()).toEqual(['*,*', '*,0', '0,*', '0,0']);
  });

  it('is not given away across lines: a bridge between two groups of hidden counts is settled by no single line', () => {
    // Rows 0 and 1 hide columns 0 and 1, rows 2 and 3 hide columns 2 and 3; the 2 in row 1, column 2 joins both groups.
    const { counts, lines } = tableOf([
      [2, 3, 50, 50],
      [3, 2, 2, 50],
      [50, 50, 3, 2],
      [50, 50, 2, 3],
    ]);
    const hidden = hiddenCounts(counts, lines);
    expect(hidden.size).toBeGreaterThan(9);
  });
});

describe('where nothing is small', () => {
  it('nothing is hidden', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 5, max: 40 }), { minLength: 3, maxLength: 3 }), {
          minLength: 1,
          maxLength: 5,
        }),
        (cells) => {
          const { counts, lines } = tableOf(cells);
          expect(hiddenCounts(counts, lines).size).toBe(0);
        },
      ),
    );
  });
});

describe('whatever is counted', () => {
  const tables = fc
    .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }))
    .chain(([rows, columns]) =>
      fc.array(
        fc.array(fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 0, max: 4 }) }, fc.integer({ min: 5, max: 9 })), {
          minLength: columns,
          maxLength: columns,
        }),
        { minLength: rows, maxLength: rows },
      ),
    )
    .filter((cells) => cells.flat().length <= 6);

  it('no hidden count can be worked out from what is shown: another table fits as well, for each of them', () => {
    fc.assert(
      fc.property(tables, (cells) => {
        const { counts, lines } = tableOf(cells);
        const hidden = hiddenCounts(counts, lines);
        const left = new Set(hidden);
        for (const other of possible(cells, hidden, counts, 11)) {
          for (const key of left) if (other.get(key) !== counts.get(key)) left.delete(key);
          if (left.size === 0) break;
        }
        expect([...left]).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('every count from 1 to 4 is hidden, and no nought', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 6, maxLength: 6 }), {
          minLength: 1,
          maxLength: 7,
        }),
        (cells) => {
          const { counts, lines } = tableOf(cells);
          const hidden = hiddenCounts(counts, lines);
          for (const [key, count] of counts) {
            if (count === 0) expect(hidden.has(key)).toBe(false);
            else if (count < 5) expect(hidden.has(key)).toBe(true);
          }
        },
      ),
    );
  });
});
