/**
 * `npm run bench`: measures, and prints what it found as Markdown. `-- --only api` measures one part, `-- --write` puts
 * the tables into `docs/performance.md`. Each part runs in a process of its own, so that none finds the memory or the
 * warm code of another.
 */
import { execFileSync, fork } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { between, type Findings, figure, markdownOf } from './markdown.ts';

type Measure = (say: (text: string) => void) => Promise<Findings>;

/** By the name of the markers in the document, in its order. */
const parts: Readonly<Record<string, { readonly title: string; readonly load: () => Promise<Measure> }>> = {
  api: { title: 'API latency', load: async () => (await import('./api.ts')).measureApi },
  throughput: { title: 'Processes a second', load: async () => (await import('./throughput.ts')).measureThroughput },
  cost: { title: 'What an application uses', load: async () => (await import('./cost.ts')).measureCost },
  bundles: { title: 'Bundles and cold starts', load: async () => (await import('./bundles.ts')).measureBundles },
  console: { title: 'The console', load: async () => (await import('./console.ts')).measureConsole },
  large: { title: 'A trust of 10,000 people', load: async () => (await import('./large.ts')).measureLarge },
  waiting: { title: '10,000 waiting processes', load: async () => (await import('./waiting.ts')).measureWaiting },
};

const documentFile = new URL('../docs/performance.md', import.meta.url);

const { values } = parseArgs({
  options: { only: { type: 'string' }, write: { type: 'boolean', default: false }, part: { type: 'string' } },
});
if (values.part === undefined) await measureAll();
else await measureOne(values.part);

/** In the child: measures, and sends what it found. */
async function measureOne(name: string): Promise<void> {
  const measure = await parts[name]?.load();
  if (!measure) throw new Error(`There is no part ${name}`);
  const begun = performance.now();
  const findings = await measure((text) => console.log(`  ${figure((performance.now() - begun) / 1000)} s  ${text}`));
  await new Promise<void>((resolve) => process.send?.(findings, () => resolve()));
  process.exit();
}

async function measureAll(): Promise<void> {
  const names = values.only === undefined ? Object.keys(parts) : [values.only];
  const unknown = names.find((name) => !Object.hasOwn(parts, name));
  if (unknown !== undefined) {
    console.error(`There is no part ${unknown}: ${Object.keys(parts).join(', ')}`);
    process.exit(2);
  }
  const machine = machineText();
  const found: [string, string][] = [];
  for (const name of names) {
    console.log(`${parts[name]?.title} (${name})`);
    found.push([name, markdownOf(await inChild(name))]);
  }
  console.log(`\n${machine}`);
  for (const [name, text] of found) console.log(`\n## ${parts[name]?.title}\n\n${text}`);
  if (!values.write) return;
  let document = readFileSync(documentFile, 'utf8');
  for (const [name, text] of found) document = between(document, name, text);
  // Where only one part was measured, the others keep the machine that they were measured on.
  if (values.only === undefined) document = between(document, 'machine', machine);
  writeFileSync(documentFile, document);
  console.log('\ndocs/performance.md is written');
}

function inChild(name: string): Promise<Findings> {
  const child = fork(fileURLToPath(import.meta.url), ['--part', name], { execArgv: ['--expose-gc'] });
  return new Promise((resolve, reject) => {
    let findings: Findings | undefined;
    child.on('message', (message) => {
      findings = message as Findings;
    });
    child.on('error', reject);
    child.on('exit', (code) => (findings ? resolve(findings) : reject(new Error(`${name} ended with ${code}`))));
  });
}

/** Where and when, so that a reader knows what the milliseconds are worth. */
function machineText(): string {
  const java = execFileSync('sh', ['-c', 'java -version 2>&1 | head -1'], { encoding: 'utf8' }).trim();
  const [cpu] = cpus();
  return [
    `Measured on ${new Date().toISOString().slice(0, 10)} by \`npm run bench -- --write\`: ${availableParallelism()} processors`,
    cpu ? `(${cpu.model.trim()}),` : ',',
    `${figure(totalmem() / 2 ** 30)} GB, ${platform()} ${release().split('-')[0]}, Node ${process.versions.node}, Java: ${java};`,
    `${figure(loadavg()[0] ?? 0)} processes were running or waiting to run on it when the bench began.`,
  ].join(' ');
}
