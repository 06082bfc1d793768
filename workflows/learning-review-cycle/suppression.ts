/**
 * Which counts of linked tables may be shown, so that no small one can be read off or worked out. Pure, and it knows
 * nothing of what is counted.
 *
 * A count from 1 to 4 is hidden, and whatever would give it away is hidden too, the smallest first. A nought is shown:
 * nobody is behind it. A total is a count like the others, and is hidden like them.
 */

/** A count below this, and above 0, is about so few that it might be about somebody. */
const SHOWN_FROM = 5;

/** A total and the counts of which it is the sum, all by their keys. */
export interface Line {
  readonly total: string;
  readonly parts: readonly string[];
}

/**
 * The keys of the counts that are hidden. From what is left nobody can work out a hidden one: not by subtraction along
 * any line or several of them, and not because only ones would be left to add up.
 */
export function hiddenCounts(counts: ReadonlyMap<string, number>, lines: readonly Line[]): ReadonlySet<string> {
  const countOf = (key: string): number => counts.get(key) ?? 0;
  const hidden = new Set([...counts].filter(([, count]) => count > 0 && count < SHOWN_FROM).map(([key]) => key));
  for (;;) {
    const known = [...new Set([...solvedBySubtraction(hidden, lines), ...solvedByBounds(hidden, lines, countOf)])];
    if (known.length === 0) return hidden;
    // One more in a line may be enough for several: the others are looked at again.
    const added = new Set<string>();
    for (const key of known) {
      const near = lines.filter(({ total, parts }) => total === key || parts.includes(key));
      if (near.some(({ total, parts }) => [total, ...parts].some((each) => added.has(each)))) continue;
      const next = smallestShown(near, hidden, countOf);
      if (next === undefined) continue;
      hidden.add(next);
      added.add(next);
    }
    if (added.size > 0) continue;
    const next = smallestShown(lines, hidden, countOf);
    // Nothing is left to hide: then there is nothing to subtract from either.
    if (next === undefined) return hidden;
    hidden.add(next);
  }
}

function smallestShown(
  lines: readonly Line[],
  hidden: ReadonlySet<string>,
  countOf: (key: string) => number,
): string | undefined {
  const shown = lines
    .flatMap(({ total, parts }) => [...parts, total])
    .filter((key) => countOf(key) > 0 && !hidden.has(key));
  return shown.sort((a, b) => countOf(a) - countOf(b) || (a < b ? -1 : 1))[0];
}

const TINY = 1e-9;

/**
 * Hidden counts that the sums settle: each line with hidden counts is an equation over them, and a count is settled
 * where the reduced equations have one for it alone (Gauss–Jordan).
 */
function solvedBySubtraction(hidden: ReadonlySet<string>, lines: readonly Line[]): readonly string[] {
  const keys = [...hidden];
  const place = new Map(keys.map((key, at) => [key, at]));
  const rows: Float64Array[] = lines
    .map(({ total, parts }) => {
      const row = new Float64Array(keys.length);
      const at = place.get(total);
      if (at !== undefined) row[at] = -1;
      for (const part of parts) {
        const where = place.get(part);
        if (where !== undefined) row[where] = (row[where] ?? 0) + 1;
      }
      return row;
    })
    .filter((row) => row.some((value) => value !== 0));
  let rank = 0;
  for (let column = 0; column < keys.length && rank < rows.length; column++) {
    const from = rows.findIndex((row, at) => at >= rank && Math.abs(row[column] ?? 0) > TINY);
    if (from < 0) continue;
    const pivot = rows[from] as Float64Array;
    rows[from] = rows[rank] as Float64Array;
    rows[rank] = pivot;
    const scale = pivot[column] as number;
    for (let at = column; at < keys.length; at++) pivot[at] = (pivot[at] as number) / scale;
    for (const row of rows) {
      const factor = row[column] as number;
      if (row === pivot || Math.abs(factor) <= TINY) continue;
      for (let at = column; at < keys.length; at++) row[at] = (row[at] as number) - factor * (pivot[at] as number);
    }
    rank++;
  }
  return rows.slice(0, rank).flatMap((row) => {
    const used = keys.filter((_, at) => Math.abs(row[at] as number) > TINY);
    return used.length === 1 ? used : [];
  });
}

/** Hidden counts that can have one value only, given that each is at least 1: bounds are narrowed along the lines until nothing moves. */
function solvedByBounds(
  hidden: ReadonlySet<string>,
  lines: readonly Line[],
  countOf: (key: string) => number,
): readonly string[] {
  const low = new Map([...hidden].map((key) => [key, 1]));
  const high = new Map([...hidden].map((key) => [key, Number.POSITIVE_INFINITY]));
  const lowOf = (key: string): number => low.get(key) ?? countOf(key);
  const highOf = (key: string): number => high.get(key) ?? countOf(key);
  const sum = (keys: readonly string[], of: (key: string) => number): number =>
    keys.reduce((total, key) => total + of(key), 0);
  let hasMoved = true;
  const narrow = (key: string, from: number, to: number): void => {
    if (!hidden.has(key)) return;
    if (from > lowOf(key)) {
      low.set(key, from);
      hasMoved = true;
    }
    if (to < highOf(key)) {
      high.set(key, to);
      hasMoved = true;
    }
  };
  while (hasMoved) {
    hasMoved = false;
    for (const { total, parts } of lines) {
      narrow(total, sum(parts, lowOf), sum(parts, highOf));
      for (const part of parts) {
        const others = parts.filter((other) => other !== part);
        narrow(part, lowOf(total) - sum(others, highOf), highOf(total) - sum(others, lowOf));
      }
    }
  }
  return [...hidden].filter((key) => lowOf(key) === highOf(key));
}
