/**
 * `npm run faults -- --runs 1000 --seed 1`: so many schedules from that seed on, each a story under its own faults, and
 * compared with the same story without any. `--replay 4711` runs one seed alone and tells every step. The table is one in
 * memory, which keeps the contract of the store; `--database local` takes DynamoDB Local, some ten times as slow.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Ground, makeGround, makeMemoryGround } from '../embedded.ts';
import { Violated } from './invariants.ts';
import { runSchedule } from './schedule.ts';
import { type Story, stories } from './stories.ts';

export interface Failed {
  readonly seed: number;
  readonly story: string;
  readonly why: string;
}

export const storyOf = (seed: number): Story => stories[seed % stories.length] as Story;

/** DynamoDB Local grows slower with each table that was ever made: after so many schedules a fresh one is faster. */
const SCHEDULES_PER_DATABASE = 12;

/** Runs those seeds one after the other; stops at the first that fails. */
export async function runSeeds(
  seeds: readonly number[],
  onEach: (seed: number, faults: number) => void,
  database: string,
  trace?: (line: string) => void,
): Promise<Failed | undefined> {
  const references = new Map<string, string>();
  for (let from = 0; from < seeds.length; from += SCHEDULES_PER_DATABASE) {
    const ground = database === 'local' ? await makeGround() : await makeMemoryGround();
    try {
      for (const seed of seeds.slice(from, from + SCHEDULES_PER_DATABASE)) {
        const faults = await runSeed(ground, seed, references, trace);
        if (typeof faults !== 'number') return faults;
        onEach(seed, faults);
      }
    } finally {
      await ground.stop();
    }
  }
  return undefined;
}

/** How many faults there were, or how it failed. `references`: each story's table without faults, made once. */
async function runSeed(
  ground: Pick<Ground, 'cloud' | 'itemsOf'>,
  seed: number,
  references: Map<string, string>,
  trace?: (line: string) => void,
): Promise<number | Failed> {
  const story = storyOf(seed);
  try {
    if (!references.has(story.name))
      references.set(story.name, (await runSchedule(ground, story, { seed: 0, hasFaults: false })).essence);
    const { essence, faults } = await runSchedule(ground, story, { seed, hasFaults: true, ...(trace && { trace }) });
    if (essence !== references.get(story.name)) {
      const difference = firstDifference(references.get(story.name) ?? '', essence);
      throw new Violated(`9: the table differs from the one without faults: ${difference}`);
    }
    return faults.length;
  } catch (error) {
    const bug = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { seed, story: story.name, why: error instanceof Violated ? error.message : bug };
  }
}

function firstDifference(a: string, b: string): string {
  const left = a.split('\n');
  const right = b.split('\n');
  const at = left.findIndex((line, i) => line !== right[i]);
  return `line ${at}: ${left[at]?.trim()} ≠ ${right[at]?.trim()}`;
}

const isMain = process.argv[1] === fileURLToPath(import.meta.url);
if (isMain) {
  await main();
  // A schedule that failed leaves calls that are held for ever.
  process.exit();
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      replay: { type: 'string' },
      workers: { type: 'string', default: String(Math.max(1, Math.min(4, availableParallelism()))) },
      part: { type: 'string' },
      database: { type: 'string', default: 'memory' },
    },
  });
  const { database } = values;
  if (values.part !== undefined) return workOnPart(values.part, database);
  if (values.replay !== undefined) {
    const failed = await runSeeds(
      [Number(values.replay)],
      () => {},
      database,
      (line) => console.log(line),
    );
    console.log(
      failed ? `seed ${failed.seed} (${failed.story}): ${failed.why}` : `seed ${values.replay}: as without faults`,
    );
    process.exitCode = failed ? 1 : 0;
    return;
  }
  const runs = Number(values.runs);
  const first = Number(values.seed);
  const workers = Math.min(Number(values.workers), runs);
  const started = performance.now();
  let done = 0;
  let faults = 0;
  const children: ChildProcess[] = [];
  const failures = await Promise.all(
    Array.from({ length: workers }, (_, worker) => {
      const child = fork(fileURLToPath(import.meta.url), [
        '--part',
        `${first},${runs},${worker},${workers}`,
        '--database',
        database,
      ]);
      children.push(child);
      return new Promise<Failed | undefined>((resolve, reject) => {
        child.on('message', (message: { done?: number; faults?: number; failed?: Failed }) => {
          if (message.failed) {
            for (const other of children) if (other !== child) other.kill();
            resolve(message.failed);
          }
          if (message.done === undefined) return;
          done++;
          faults += message.faults ?? 0;
          if (done % 50 === 0) {
            const seconds = (performance.now() - started) / 1000;
            console.log(`${done} of ${runs} schedules, ${faults} faults, ${Math.round(seconds)} s`);
          }
        });
        child.on('error', reject);
        child.on('exit', (code) =>
          code === 0 || child.killed ? resolve(undefined) : reject(new Error(`a worker ended with ${code}`)),
        );
      });
    }),
  );
  const failed = failures.find((each) => each !== undefined);
  if (failed) {
    console.log(`seed ${failed.seed} (${failed.story}): ${failed.why}`);
    console.log(`replay it alone: npm run faults -- --replay ${failed.seed}`);
    process.exitCode = 1;
    return;
  }
  console.log(
    `${done} schedules: 0 lost, 0 repeated (${faults} faults, ${Math.round((performance.now() - started) / 1000)} s)`,
  );
}

async function workOnPart(part: string, database: string): Promise<void> {
  const [first = 1, runs = 0, worker = 0, workers = 1] = part.split(',').map(Number);
  const seeds = Array.from({ length: runs }, (_, i) => first + i).filter((_, i) => i % workers === worker);
  const failed = await runSeeds(seeds, (seed, faults) => process.send?.({ done: seed, faults }), database);
  // The last message, so all before it have arrived when it has.
  await new Promise<void>((resolve) => process.send?.(failed ? { failed } : { finished: true }, () => resolve()));
}
