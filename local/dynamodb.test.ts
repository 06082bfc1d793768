import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tableSchema } from '../functions/table/keys.ts';
import { createTable, type DynamoDbLocal, startDynamoDbLocal } from './dynamodb.ts';

let folder: string;
const running: DynamoDbLocal[] = [];
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oak-dynamodb-'));
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const each of running.splice(0)) await each.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(...options: Parameters<typeof startDynamoDbLocal>): Promise<DynamoDbLocal> {
  const started = await startDynamoDbLocal(...options);
  running.push(started);
  return started;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function endOf(pid: number): Promise<boolean> {
  for (let waited = 0; waited < 10_000; waited += 50) {
    if (!isRunning(pid)) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

/** Another process that starts a database on the folder, tells Java's process id and stays. */
async function owner(dataDir: string): Promise<{ readonly child: ChildProcess; readonly javaPid: number }> {
  const module = JSON.stringify(new URL('./dynamodb.ts', import.meta.url).href);
  const script = `
    const { startDynamoDbLocal } = await import(${module});
    const { javaPid } = await startDynamoDbLocal({ dataDir: ${JSON.stringify(dataDir)} });
    console.log(javaPid);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const text = await new Promise<string>((resolve, reject) => {
    child.stdout?.setEncoding('utf8').once('data', resolve);
    child.once('exit', () => reject(new Error('The owner ended early')));
  });
  return { child, javaPid: Number(text) };
}

async function fakeJava(lines: string): Promise<string> {
  const path = join(folder, 'java');
  await writeFile(path, `#!/bin/sh\n${lines}\n`);
  await chmod(path, 0o755);
  return path;
}

test('What was written is there after a stop and a start, and only for who holds the kept key', async () => {
  const first = await start({ dataDir: folder });
  await createTable(new DynamoDBClient(first), 'oak');
  await first.stop();
  expect(isRunning(first.javaPid)).toBe(false);

  const second = await start({ dataDir: folder });
  const tables = async (client: DynamoDBClient) => (await client.send(new ListTablesCommand({}))).TableNames;
  expect(await tables(new DynamoDBClient(second))).toEqual(['oak']);
  await createTable(new DynamoDBClient(second), 'oak');
  const stranger = { ...second, credentials: { accessKeyId: 'STRANGER', secretAccessKey: 'local' } };
  expect(await tables(new DynamoDBClient(stranger))).toEqual([]);
  expect((await stat(join(folder, 'dynamodb', 'access-key'))).mode & 0o777).toBe(0o600);
});

test('The table has the keys, indexes and stream of the one schema', async () => {
  const client = new DynamoDBClient(await start());
  await createTable(client, 'oak');
  const { Table } = await client.send(new DescribeTableCommand({ TableName: 'oak' }));
  expect(Table?.KeySchema?.map(({ AttributeName }) => AttributeName)).toEqual(['pk', 'sk']);
  expect(Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName).sort()).toEqual(
    tableSchema.indexes.map(({ name }) => name).sort(),
  );
  expect(Table?.StreamSpecification).toMatchObject({ StreamEnabled: true, StreamViewType: 'NEW_IMAGE' });
});

test('Java ends with a process that is killed, and the next one takes the folder over', async () => {
  const { child, javaPid } = await owner(folder);
  expect(isRunning(javaPid)).toBe(true);
  await expect(startDynamoDbLocal({ dataDir: folder })).rejects.toThrow(`in use by process ${child.pid}`);
  expect(isRunning(javaPid)).toBe(true);

  child.kill('SIGKILL');
  const next = await start({ dataDir: folder });
  expect(isRunning(javaPid)).toBe(false);
  expect(next.javaPid).not.toBe(javaPid);
});

test('Java ends with a process that is killed, though nobody comes after it', async () => {
  const { child, javaPid } = await owner(folder);
  child.kill('SIGKILL');
  expect(await endOf(javaPid)).toBe(true);
});

test('A stop leaves nothing but the data and its key', async () => {
  const database = await start({ dataDir: folder });
  await createTable(new DynamoDBClient(database), 'oak');
  await Promise.all([database.stop(), database.stop()]);
  const left = await readdir(join(folder, 'dynamodb'));
  expect(left.filter((name) => !name.endsWith('.db'))).toEqual(['access-key']);
});

test('Where Java is missing the message says what to install', async () => {
  await expect(startDynamoDbLocal({ java: join(folder, 'nothing-here') })).rejects.toThrow(
    /not found.*Install Java 17 or later/,
  );
});

test.each([
  ['openjdk version "11.0.2" 2019-01-15', 11],
  ['java version "1.8.0_292"', 8],
])('A Java that is too old (%s) is named with its version', async (line, version) => {
  const java = await fakeJava(`echo '${line}' >&2`);
  await expect(startDynamoDbLocal({ java })).rejects.toThrow(new RegExp(`is Java ${version}\\. Install Java 17`));
});

test('A Java that cannot run the database is told with what it said, and the folder is free again', async () => {
  const java = await fakeJava(
    'case "$1" in -version) echo \'openjdk version "21.0.1"\' >&2;; *) echo "no memory left" >&2; exit 3;; esac',
  );
  await expect(startDynamoDbLocal({ java, dataDir: folder })).rejects.toThrow(/did not start:\nno memory left/);
  await start({ dataDir: folder });
});
