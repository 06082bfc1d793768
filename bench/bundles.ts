/** The size of each function's bundle and how long it takes to load, against an empty function with the same clients. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build } from 'esbuild';
import { bundling, functionNames } from '../infra/functions.ts';
import { type Findings, figure, milliseconds, times } from './markdown.ts';
import { interleaved, median, ratioOf, type Timings } from './rounds.ts';

const ROUNDS = 7;
const WARM_UP = 1;

const root = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);

/** What each client package brings; a function's bundle tells which it has. */
const clients: Readonly<Record<string, string>> = {
  '@aws-sdk/client-dynamodb': 'DynamoDBClient',
  '@aws-sdk/client-eventbridge': 'EventBridgeClient',
  '@aws-sdk/client-s3': 'S3Client',
  '@aws-sdk/client-sesv2': 'SESv2Client',
  '@aws-sdk/client-sfn': 'SFNClient',
};

/** As CDK bundles a handler (`infra/functions.ts`). */
const options = {
  absWorkingDir: root,
  bundle: true,
  metafile: true,
  platform: 'node',
  format: 'cjs',
  target: bundling.target ?? '',
  mainFields: [...(bundling.mainFields ?? [])],
  minify: bundling.minify ?? false,
  sourcemap: bundling.sourceMap ?? false,
  sourcesContent: bundling.sourcesContent ?? true,
  logLevel: 'silent',
} as const satisfies BuildOptions;

interface Bundle {
  readonly file: string;
  readonly bytes: number;
  readonly gzipped: number;
  readonly packages: ReadonlySet<string>;
}

async function bundled(outfile: string, source: Pick<BuildOptions, 'entryPoints' | 'stdin'>): Promise<Bundle> {
  const { metafile, outputFiles = [] } = await build({ ...options, ...source, outfile, write: false });
  for (const { path, contents } of outputFiles) writeFileSync(path, contents);
  const code = outputFiles.find(({ path }) => path.endsWith('.js'))?.contents;
  if (!code) throw new Error(`${outfile} has no code`);
  const packages = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => {
      const name = /node_modules\/(@[^/]+\/[^/]+|[^/]+)/.exec(path)?.[1];
      return name !== undefined && bytesInOutput > 0 ? [name] : [];
    }),
  );
  return { file: outfile, bytes: code.byteLength, gzipped: gzipSync(code).byteLength, packages: new Set(packages) };
}

/** A handler that makes the clients of that bundle and does nothing. */
function emptySource({ packages }: Bundle): string {
  const made = Object.entries(clients).filter(([name]) => packages.has(name));
  const hasDocuments = packages.has('@aws-sdk/lib-dynamodb');
  return [
    ...made.map(([name, client]) => `import { ${client} } from '${name}';`),
    ...(hasDocuments ? [`import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';`] : []),
    `const clients = [${made.map(([, client]) => `new ${client}({})`).join(', ')}];`,
    ...(hasDocuments ? ['const documents = DynamoDBDocumentClient.from(clients[0]);'] : []),
    `export const handler = async () => ({ clients: clients.length${hasDocuments ? ', documents' : ''} });`,
  ].join('\n');
}

/** Milliseconds of `require`, and of one request where there is one, in a process of its own. */
const LOADER = `
const [file, event] = process.argv.slice(1);
const begun = performance.now();
const { handler } = require(file);
const loaded = performance.now();
(async () => {
  const answer = event && (await handler(JSON.parse(event), {}));
  if (answer && answer.statusCode !== 200) throw new Error(JSON.stringify(answer));
  process.stdout.write(JSON.stringify([loaded - begun, performance.now() - begun]));
  process.exit();
})();
`;

const health = JSON.stringify({
  version: '2.0',
  routeKey: 'GET /health',
  rawPath: '/health',
  rawQueryString: '',
  headers: {},
  requestContext: { http: { method: 'GET', path: '/health' }, requestId: 'bench' },
  isBase64Encoded: false,
});

const environment = {
  PATH: process.env['PATH'] ?? '',
  // As deployed.
  NODE_OPTIONS: '--enable-source-maps',
  AWS_REGION: 'eu-west-2',
  TABLE_NAME: 'table',
  PUBLIC_URL: 'https://cpd.oak-trust.example',
  PERSON_CLAIM: 'email',
  BIRTH_KEY: 'k'.repeat(64),
  MACHINES: JSON.stringify({ 'npq-application': 'arn:aws:states:eu-west-2:111122223333:stateMachine:npq' }),
  BUS_NAME: 'bus',
  ANCHOR_BUCKET: 'anchors',
  FROM_ADDRESS: 'cpd@oak-trust.example',
};

async function load(file: string, event?: string): Promise<{ readonly loaded: number; readonly answered: number }> {
  const { stdout } = await run(process.execPath, ['--eval', LOADER, file, ...(event ? [event] : [])], {
    env: environment,
  });
  const [loaded = Number.NaN, answered = Number.NaN] = JSON.parse(stdout) as number[];
  return { loaded, answered };
}

interface Measured {
  readonly name: string;
  readonly bundle: Bundle;
  readonly empty: Bundle;
  readonly timings: Readonly<Record<'ours' | 'empty', Timings>>;
}

export async function measureBundles(say: (text: string) => void): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), 'oak-bench-'));
  try {
    const measured: Measured[] = [];
    let first: Timings = [];
    for (const name of functionNames) {
      say(name);
      const bundle = await bundled(join(folder, `${name}.js`), {
        entryPoints: [`${root}functions/${name}/handler.ts`],
      });
      const contents = emptySource(bundle);
      const empty = await bundled(join(folder, `${name}-empty.js`), { stdin: { contents, resolveDir: root } });
      const answers: number[] = [];
      const timings = await interleaved(
        {
          async ours() {
            const { loaded, answered } = await load(bundle.file, name === 'api' ? health : undefined);
            answers.push(answered);
            return loaded;
          },
          empty: async () => (await load(empty.file)).loaded,
        },
        { rounds: ROUNDS, warmUp: WARM_UP },
      );
      measured.push({ name, bundle, empty, timings });
      if (name === 'api') first = answers.slice(WARM_UP);
    }
    return findingsOf(measured, median(first));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const kilobytes = (bytes: number): string => `${figure(bytes / 1024)} KB`;

const findingsOf = (measured: readonly Measured[], answered: number): Findings => ({
  tables: [
    {
      head: ['function', 'bundle', 'gzip', 'empty', 'ratio', 'loads in', 'empty', 'ratio'],
      rows: measured.map(({ name, bundle, empty, timings }) => [
        name,
        kilobytes(bundle.bytes),
        kilobytes(bundle.gzipped),
        kilobytes(empty.bytes),
        times(bundle.bytes / empty.bytes),
        milliseconds(median(timings.ours)),
        milliseconds(median(timings.empty)),
        times(ratioOf(timings.ours, timings.empty)),
      ]),
    },
  ],
  notes: [
    `*Empty*: a handler that makes the same clients and does nothing, bundled alike (esbuild with the settings of \`infra/functions.ts\`). *Loads in*: from the first line of a new Node process to the end of \`require\`, with source maps switched on as deployed; median of ${ROUNDS} after ${WARM_UP}, interleaved. \`api\` has answered its first \`GET /health\` ${milliseconds(answered)} after it began to load. On AWS the start of the sandbox and of Node comes on top, and a function with less than 1,769 MB gets a share of a processor only.`,
  ],
});
