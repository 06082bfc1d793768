/**
 * `npm start`: the whole of Oak CPD on this machine, with the sample trust. It keeps everything in `DATA_DIR`, and every
 * start carries on where the last one ended, however it ended.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DescribeTableCommand, DynamoDBClient, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { buildConsole } from '../console/build.ts';
import { uuidv7 } from '../functions/world.ts';
import { dayOf, type Instant, instant, Temporal, ZONE } from '../workflows/kernel/time.ts';
import { type LocalClock, makeClock } from './clock.ts';
import { type Cloud, makeCloud } from './cloud.ts';
import { makeSite } from './console.ts';
import { createTable, type DynamoDbLocal, startDynamoDbLocal } from './dynamodb.ts';
import { describeError, withoutPersonalData } from './failures.ts';
import { makeFirstAdmin } from './first-admin.ts';
import { type GatewayRequest, type GatewayResponse, plain, serve } from './gateway.ts';
import { makeIssuer } from './issuer.ts';
import { importSample, SAMPLE_FOLDER } from './sample.ts';
import { signInTable } from './sign-in.ts';
import { synthesize } from './synthesize.ts';
import { type Deployment, readTemplate } from './template.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A sentence for whoever started it: what is wrong and what to do. */
class CannotStart extends Error {
  override readonly name = 'CannotStart';
}

const Environment = z.object({
  PORT: z.string().default('3000').transform(Number).pipe(z.int('PORT is a number, such as 3000').min(0).max(65_535)),
  DATA_DIR: z.string().min(1).default('.data'),
  SAMPLE: z.string().min(1).default('sample'),
  NOW: z.string().optional(),
  ADMIN_EMAIL: z.string().optional(),
});

const say = (text: string): void => console.log(text);

function readEnvironment() {
  const parsed = Environment.safeParse(process.env);
  if (!parsed.success) throw new CannotStart(z.prettifyError(parsed.error));
  const { PORT: port, DATA_DIR, SAMPLE, NOW, ADMIN_EMAIL: adminEmail } = parsed.data;
  const isSample = SAMPLE === 'sample';
  const folder = SAMPLE === 'none' ? undefined : isSample ? SAMPLE_FOLDER : resolve(SAMPLE);
  if (folder !== undefined && !existsSync(folder)) {
    throw new CannotStart(
      `SAMPLE names the folder ${folder}, which is not there: correct it, or start with SAMPLE=none`,
    );
  }
  return {
    port,
    dataDir: resolve(root, DATA_DIR),
    folder,
    adminEmail,
    startsAt: NOW === undefined ? undefined : londonTime(NOW),
  };
}

/** `2026-09-14T08:00` by London's clocks. */
function londonTime(text: string): Instant {
  try {
    return instant(Temporal.PlainDateTime.from(text).toZonedDateTime(ZONE).toInstant().toString());
  } catch (cause) {
    throw new CannotStart(`NOW is a time in London such as 2026-09-14T08:00, not ${text}`, { cause });
  }
}

async function start(): Promise<void> {
  const { port: asked, dataDir, folder, adminEmail, startsAt } = readEnvironment();
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const door = await openDoor(asked);
  const closing: (() => Promise<unknown>)[] = [door.close];
  closeAtSignals(closing);
  try {
    say('Starting the local database (Java) …');
    const database = await startDynamoDbLocal({ dataDir, onLog: tellOfDatabase });
    closing.unshift(() => database.stop());
    // From here on the folder is ours.
    const values = { publicUrl: `http://localhost:${door.port}`, secret: secretIn(dataDir) };
    const template = await synthesize({ onWork: () => say('Synthesizing the template (once, some seconds) …') });
    const deployment = readTemplate(template, values);
    const consoleFolder = await buildConsole({ onWork: () => say('Building the console (once, some seconds) …') });
    say(`Template: ${deployment.functions.length} functions, ${deployment.machines.length} state machine(s)`);
    const isNewTable = await makeTable(database, deployment);
    say(isNewTable ? 'Table: new' : 'Table: kept from the last start');
    const clock = makeClock({ file: join(dataDir, 'clock.json'), ...(startsAt !== undefined && { startsAt }) });
    const issuer = await makeIssuer({ file: join(dataDir, 'issuer.json') });
    const cloud = await makeCloud({
      database,
      deployment,
      clock,
      issuer,
      dataDir,
      awaitsBegin: true,
      onFailure: (text) => console.error(text),
    });
    closing.unshift(() => cloud.stop());

    if (folder !== undefined) await importOnce(folder, { cloud, clock, dataDir, secret: values.secret });
    if (adminEmail !== undefined) {
      const newId = (): string => uuidv7(clock.now());
      say(`Administrator: ${await makeFirstAdmin(adminEmail, { store: cloud.store, clock: clock.now, newId })}`);
    }
    if (!isNewTable) {
      const { processes } = await cloud.resume((count) => count > 0 && say(`Resuming processes: ${count} …`));
      say(processes === 0 ? 'Processes: none to resume' : `Processes: ${processes} resumed`);
    }
    await cloud.begin({ isNewTable });
    await cloud.settle();

    door.open(makeSite({ cloud, issuer, folder: consoleFolder }));
    await tellWhoToBe(cloud, values.publicUrl);
    const health = await fetch(`http://127.0.0.1:${door.port}/health`);
    if (!health.ok) throw new Error(`GET /health answers ${health.status}`);
    say(`ready ${values.publicUrl}`);
  } catch (error) {
    await closeAll(closing);
    throw error;
  }
}

/** Takes the port at once, so that a taken one is said before anything else is done; answers 503 until it is opened. */
async function openDoor(port: number) {
  const starting = plain(503, 'Service Unavailable', 'Oak CPD is still starting. Try again in some seconds.');
  let handle = async (_request: GatewayRequest): Promise<GatewayResponse> => starting;
  const listening = await serve((request) => handle(request), port).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EADDRINUSE' && cause.code !== 'EACCES') throw cause;
    const why = cause.code === 'EADDRINUSE' ? 'is taken by another program' : 'may not be used';
    throw new CannotStart(`Port ${port} ${why}. Start with another one: PORT=${port + 1} npm start`, { cause });
  });
  return {
    port: listening.port,
    open(to: typeof handle) {
      handle = to;
    },
    close: () =>
      new Promise<void>((done) => {
        listening.server.close(() => done());
        listening.server.closeAllConnections();
      }),
  };
}

/** Java says who it is when it starts; what it says later is a warning. */
function tellOfDatabase(line: string): void {
  if (/warn|error|exception|unasked/i.test(line)) console.error(`database: ${line}`);
}

async function makeTable(database: DynamoDbLocal, { tableName }: Deployment): Promise<boolean> {
  const { endpoint, region, credentials } = database;
  const client = new DynamoDBClient({ endpoint, region, credentials });
  try {
    const isThere = await client.send(new DescribeTableCommand({ TableName: tableName })).then(
      () => true,
      (error: unknown) => {
        if (error instanceof ResourceNotFoundException) return false;
        throw error;
      },
    );
    await createTable(client, tableName);
    return !isThere;
  } finally {
    client.destroy();
  }
}

/** A secret of this machine, made once; it keys the hashes of dates of birth. */
function secretIn(dataDir: string): string {
  const file = join(dataDir, 'secret');
  if (existsSync(file)) return readFileSync(file, 'utf8');
  const secret = randomBytes(48).toString('base64url');
  writeFileSync(`${file}.new`, secret, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return secret;
}

/** Into an empty table, or further where an import was cut short; a table that holds anything else is left alone. */
async function importOnce(
  folder: string,
  { cloud, clock, dataDir, secret }: { cloud: Cloud; clock: LocalClock; dataDir: string; secret: string },
): Promise<void> {
  const marker = join(dataDir, 'import-begun');
  const isBegun = existsSync(marker);
  if (!isBegun) {
    const [schools, people, years] = [
      await cloud.store.schools(),
      await cloud.store.everybody({ limit: 1 }),
      await cloud.store.calendarYears(),
    ];
    if (schools.length > 0 || people.items.length > 0 || years.length > 0) return;
    writeFileSync(marker, folder);
  } else if (readFileSync(marker, 'utf8').endsWith('\ndone')) {
    return;
  }
  say(`Importing ${folder === SAMPLE_FOLDER ? 'the sample trust' : folder} …`);
  const newId = (): string => uuidv7(clock.now());
  for await (const line of importSample(folder, { store: cloud.store, clock: clock.now, newId, birthKey: secret })) {
    say(`  ${line}`);
  }
  writeFileSync(marker, `${folder}\ndone`);
}

async function tellWhoToBe(cloud: Cloud, publicUrl: string): Promise<void> {
  const rows = await signInTable(cloud.store, dayOf(cloud.clock.now()));
  const now = Temporal.Instant.from(cloud.clock.now()).toZonedDateTimeISO(ZONE);
  say('');
  say(`It is ${now.toPlainDateTime().toString({ smallestUnit: 'minute' }).replace('T', ' ')} in London here.`);
  if (rows.length > 0) {
    say('Sign in as:');
    for (const { role, email, schoolId } of rows) {
      say(`  ${role.padEnd(19)} ${(email ?? '').padEnd(34)} ${schoolId ?? 'trust'}`);
    }
    say(`  A token:  curl -s ${publicUrl}/local/token -d '{"email":"${rows[0]?.email}"}'`);
  }
  say(`  The console:  ${publicUrl}/app`);
  say(`  The API:  ${publicUrl}/docs`);
  say('');
}

/** Ctrl-C and a polite kill: what runs is let finish, the database last; after ten seconds no longer. */
function closeAtSignals(closing: readonly (() => Promise<unknown>)[]): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      setTimeout(() => process.exit(1), 10_000).unref();
      void closeAll(closing).finally(() => process.exit(0));
    });
  }
}

async function closeAll(closing: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (const close of closing) await close().catch((error: unknown) => tellOf(error));
}

function tellOf(error: unknown): void {
  if (error instanceof CannotStart) {
    console.error(error.message);
    return;
  }
  const { name, message, trace } = describeError(error);
  console.error(name === 'Error' ? message : [`${name}: ${withoutPersonalData(message)}`, ...trace].join('\n    '));
}

process.on('unhandledRejection', (error) => tellOf(error));

await start().catch((error: unknown) => {
  tellOf(error);
  process.exitCode = 1;
  // Something may still hold the process: a connection, a timer.
  setTimeout(() => process.exit(1), 1_000).unref();
});
