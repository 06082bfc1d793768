/**
 * `npm run simulate`: a year of the sample trust in under a minute, told week by week. `-- --weeks 10` lives ten weeks,
 * `-- --seed 7` another year, `-- --json` prints a line of JSON for each week.
 */
import { parseArgs } from 'node:util';
import type { Week } from './simulation/chronicle.ts';
import { simulate } from './simulation/simulation.ts';

const { values } = parseArgs({
  options: {
    weeks: { type: 'string', default: '52' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});

function numberOf(name: 'weeks' | 'seed', most: number): number {
  const number = Number(values[name]);
  if (!Number.isInteger(number) || number < 1 || number > most) {
    console.error(`--${name} is a whole number from 1 to ${most}, not ${values[name]}.`);
    process.exit(2);
  }
  return number;
}

const weeks = numberOf('weeks', 104);
const seed = numberOf('seed', 1_000_000_000);
const started = performance.now();
const seconds = (): string => `${((performance.now() - started) / 1000).toFixed(1)} s`;

function tell(week: Week): void {
  if (values.json) {
    console.log(JSON.stringify(week));
    return;
  }
  console.log(`Week ${week.week} of ${weeks}, from ${week.from} (${seconds()})`);
  for (const line of week.notable) console.log(`  ${line}`);
  for (const [kind, { started: begun, decided, late, ended, outcomes }] of Object.entries(week.kinds)) {
    const how = Object.entries(outcomes).map(([outcome, many]) => `${many} ${outcome}`);
    const ends = ended === 0 ? '' : ` (${how.join(', ')})`;
    console.log(`  ${kind.padEnd(22)} ${begun} started, ${decided} decided, ${late} late, ${ended} ended${ends}`);
  }
  const longest = week.longestWait
    ? `; longest wait ${week.longestWait.schoolDays} school days (${week.longestWait.task})`
    : '';
  console.log(`  ${week.mails} mails${longest}`);
}

if (!values.json) console.log(`A year of the sample trust, seed ${seed}. Preparing …`);
const { cloud, tally } = await simulate({ seed, weeks, onWeek: tell, onFailure: (text) => console.error(text) });
await cloud.stop();
if (!values.json) {
  const refused = Map.groupBy(tally.refused, ({ what, status, code }) => `${status} ${code} ${what}`);
  console.log(`${weeks} weeks in ${seconds()}: ${tally.requests} requests, ${tally.answers} tasks answered`);
  if (refused.size > 0) console.log('What was refused, as it would be in life:');
  for (const [what, all] of refused) console.log(`  ${all.length} × ${what}: ${all[0]?.detail}`);
}
