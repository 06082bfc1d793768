/** Rounds in which every contestant runs in turn, so that a busy moment of the machine strikes all of them alike. */

/** Something to time, once a round. Answers with its own time in milliseconds, or is timed from outside. */
export type Contestant = (round: number) => Promise<number | undefined>;

/** Milliseconds of each measured round, in order. */
export type Timings = readonly number[];

export interface RoundsOptions {
  readonly rounds: number;
  /** Rounds before the first that counts: caches fill, code is compiled. */
  readonly warmUp: number;
  readonly onRound?: (round: number) => void;
}

/** Runs A B C, A B C, …; the round number counts the warm-up too. */
export async function interleaved<const All extends Readonly<Record<string, Contestant>>>(
  contestants: All,
  { rounds, warmUp, onRound }: RoundsOptions,
): Promise<{ readonly [Name in keyof All]: Timings }> {
  const names = Object.keys(contestants) as (keyof All & string)[];
  const timings = Object.fromEntries(names.map((name) => [name, [] as number[]])) as { [Name in keyof All]: number[] };
  for (let round = 0; round < warmUp + rounds; round += 1) {
    for (const name of names) {
      const begun = performance.now();
      const own = await contestants[name]?.(round);
      const took = own ?? performance.now() - begun;
      if (round >= warmUp) timings[name].push(took);
    }
    onRound?.(round);
  }
  return timings;
}

/** The middle one, or the mean of the two in the middle. Throws `RangeError` for none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new RangeError('No median of nothing');
  return (lower + upper) / 2;
}

/** The median over rounds of how many times as long one took as the other in the same round. */
export function ratioOf(timings: Timings, floor: Timings): number {
  return median(timings.map((took, round) => took / (floor[round] ?? Number.NaN)));
}
