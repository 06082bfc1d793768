/** `npm start` as somebody who has just cloned the project meets it, and as a laptop that loses power treats it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const dataDir = mkdtempSync(join(tmpdir(), 'oak-start-'));

interface Started {
  readonly process: ChildProcess;
  readonly output: () => string;
  readonly closed: Promise<number | null>;
}

const started: Started[] = [];

/** Everything that `npm start` starts is of one process group, but for the database, which ends by itself. */
function npmStart(environment: Record<string, string>): Started {
  const child = spawn('npm', ['start'], {
    cwd: root,
    detached: true,
    env: { ...process.env, DATA_DIR: dataDir, PORT: '0', NOW: '2026-09-16T09:00', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
  const it: Started = { process: child, output: () => output, closed };
  started.push(it);
  return it;
}

/** The address, once it is ready. */
async function ready(it: Started): Promise<string> {
  let isClosed = false;
  void it.closed.then(() => {
    isClosed = true;
  });
  for (;;) {
    const address = /^ready http:\/\/localhost(:\d+)/m.exec(it.output())?.[1];
    if (address !== undefined) return `http://127.0.0.1${address}`;
    if (isClosed) throw new Error(`It ended instead:\n${it.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function kill(it: Started, signal: NodeJS.Signals): void {
  try {
    process.kill(-(it.process.pid ?? 0), signal);
  } catch {
    // It has ended.
  }
}

afterEach(async () => {
  for (const it of started.splice(0)) {
    kill(it, 'SIGKILL');
    await it.closed;
  }
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 }));

// biome-ignore lint/suspicious/noExplicitAny: answers of the API, read as a client reads them
type Json = any;

async function ask(
  address: string,
  method: string,
  path: string,
  options: { as?: string; body?: unknown } = {},
): Promise<Json> {
  const token = options.as === undefined ? undefined : await tokenOf(address, options.as);
  const response = await fetch(`${address}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
  });
  return { ...((await response.json()) as object), http: response.status };
}

const tokenOf = async (address: string, email: string): Promise<string> =>
  (await ask(address, 'POST', '/local/token', { body: { email } })).token;

const inboxOf = async (address: string, as: string): Promise<string[]> =>
  (await ask(address, 'GET', '/inbox', { as })).items.map(({ task }: { task: string }) => task);

const teacher = 'r.baker@oak.example';
const head = 's.obrien@oak.example';
const lead = 'cpd.lead@oak.example';

describe('npm start', () => {
  it('lets the administrator who is named into an empty trust', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'oak-empty-'));
    try {
      const it = npmStart({ DATA_DIR: empty, SAMPLE: 'none', ADMIN_EMAIL: 'it@oak.example' });
      const address = await ready(it);
      const me = await ask(address, 'GET', '/me', { as: 'it@oak.example' });
      expect(me.roles).toContainEqual({ role: 'admin', schoolId: null });
      kill(it, 'SIGKILL');
      await it.closed;
    } finally {
      rmSync(empty, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
    }
  });

  it('brings up the sample trust, and carries every process on after the power was cut', {
    timeout: 180_000,
  }, async () => {
    const first = npmStart({});
    let address = await ready(first);
    expect(first.output()).toMatch(/trust-lead +cpd\.lead@oak\.example/);
    expect((await ask(address, 'GET', '/health')).http).toBe(200);
    expect((await ask(address, 'GET', '/me')).http).toBe(401);
    expect((await ask(address, 'POST', '/local/token', { body: { email: 'nobody@oak.example' } })).http).toBe(404);
    const me = await ask(address, 'GET', '/me', { as: teacher });
    const application = await ask(address, 'POST', '/npq-applications', {
      as: teacher,
      body: {
        personId: me.personId,
        courseId: 'npq-senior-leadership',
        cohortId: '2026b',
        motivation: 'I would like to lead the work on reading.',
        fundingRoute: 'dfe-scholarship',
      },
    });
    expect(application.status).toBe('active');
    await ask(address, 'POST', '/local/settle');
    expect(await inboxOf(address, head)).toEqual(['endorse']);
    const { now } = await ask(address, 'POST', '/local/clock/advance', { body: { days: 1 } });
    const mailed = await ask(address, 'GET', `/local/mailbox?to=${head}`);
    expect(mailed.items).toMatchObject([{ to: head, processIds: [application.id] }]);

    // The local database may lose what it was told in its last 8 ms; that is not what is tested.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    kill(first, 'SIGKILL');
    await first.closed;

    const second = npmStart({});
    address = await ready(second);
    expect(second.output()).toContain('1 resumed');
    expect(second.output()).not.toContain('Importing');
    expect(await inboxOf(address, head)).toEqual(['endorse']);
    const [task] = (await ask(address, 'GET', '/inbox', { as: head })).items;
    const endorsed = await ask(address, 'POST', `/tasks/${task.taskId}/complete`, {
      as: head,
      body: { outcome: 'endorsed', isReleaseAgreed: true, isCoverAgreed: true },
    });
    expect(endorsed.status).toBe('completed');
    await ask(address, 'POST', '/local/settle');
    expect(await inboxOf(address, lead)).toEqual(['approve']);
    expect((await ask(address, 'GET', `/local/mailbox?to=${head}`)).items).toEqual(mailed.items);
    expect((await ask(address, 'GET', '/local/executions')).items).toMatchObject([{ status: 'RUNNING' }]);

    // The time that has passed counts, and nothing goes back.
    expect((await ask(address, 'GET', '/local/clock')).now > now).toBe(true);
    const back = await ask(address, 'POST', '/local/clock/advance', { body: { to: '2026-09-16' } });
    expect(back).toMatchObject({ http: 409, code: 'clock-cannot-go-back' });
    const on = await ask(address, 'POST', '/local/clock/advance', { body: { to: '2026-09-21' } });
    expect(on.now.slice(0, 16)).toBe('2026-09-21T07:00');

    // Another one on the same data says so, and leaves the first alone.
    const other = npmStart({});
    await other.closed;
    expect(other.output()).toMatch(/is in use by process \d+/);

    kill(second, 'SIGTERM');
    await second.closed;
  });

  it('says in a sentence what keeps it from starting', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const port = String((taken.address() as { port: number }).port);
    const outputs = await Promise.all(
      [
        { PORT: port },
        { PORT: 'http' },
        { NOW: 'yesterday' },
        { SAMPLE: 'no-such-folder' },
        { JAVA_HOME: '/nowhere' },
      ].map(async (environment) => {
        const it = npmStart({ DATA_DIR: join(dataDir, 'never'), ...environment });
        await it.closed;
        return it.output();
      }),
    );
    taken.close();
    const sentences = [
      `Port ${port} is taken`,
      'PORT is a number',
      'NOW is a time in London',
      'no-such-folder',
      'needs Java',
    ];
    for (const [at, sentence] of sentences.entries()) {
      expect(outputs[at]).toContain(sentence);
      expect(outputs[at]).not.toMatch(/^\s+at /m);
    }
  });
});
