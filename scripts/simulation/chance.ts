/**
 * Chance from a seed and from words that say what it is about, not from a stream of numbers: the same person decides the
 * same thing alike in every run with that seed, whatever else happens before and whatever ids are given out.
 */

/** A number from 0 to 1, 1 not included. */
export type Chance = (...about: readonly string[]) => number;

export const makeChance =
  (seed: number): Chance =>
  (...about) => {
    // FNV-1a over the words, then the finalizer of MurmurHash3, so that words that are alike lie far apart.
    let hash = 0x811c9dc5 ^ seed;
    for (const letter of about.join('\u0000')) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
  };

/** One of them; the list must not be empty. */
export const oneOf = <T>(list: readonly T[], at: number): T => list[Math.floor(at * list.length)] as T;

/** A whole number between the two, both included. */
export const between = ([from, to]: readonly [number, number], at: number): number =>
  from + Math.floor(at * (to - from + 1));

/** One of the words by its weight; nothing where there are none. */
export function weighted(weights: readonly (readonly [string, number])[], at: number): string | undefined {
  const all = weights.reduce((sum, [, weight]) => sum + weight, 0);
  let left = at * all;
  for (const [word, weight] of weights) {
    left -= weight;
    if (left < 0) return word;
  }
  return weights.at(-1)?.[0];
}

/** In an order by chance, the same for the same words. */
export const shuffled = <T>(list: readonly T[], chance: Chance, nameOf: (item: T) => string): readonly T[] =>
  list.toSorted((one, other) => chance('order', nameOf(one)) - chance('order', nameOf(other)));
