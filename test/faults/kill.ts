/**
 * `npm run kill -- --kills 20 --seed 1`: the real `npm start` on the sample trust, its whole process group killed with
 * signal 9 again and again while four people apply for an NPQ. A kill comes at least 50 ms after the last answer that
 * people got (DynamoDB Local may lose the last 8 ms), or in the middle of a request. In the end each application is
 * enrolled, every chain is whole, each task was opened once, and nobody got two mails on one day.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { verifyChain } from '../../workflows/kernel/chain.ts';
import { Event } from '../../workflows/kernel/records.ts';
import { randomOf } from './schedule.ts';

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '20' }, seed: { type: 'string', default: '1' } },
});
const random = randomOf(Number(values.seed));
const between = (least: number, most: number): number => Math.round(least + random() * (most - least));
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const root = fileURLToPath(new URL('../..', import.meta.url));
const dataDir = mkdtempSync(join(tmpdir(), 'oak-kill-'));
let machine: { readonly child: ChildProcess; readonly address: string } | undefined;

/** Starts it, or answers the one that runs. */
async function running(): Promise<string> {
  if (machine) return machine.address;
  const child = spawn('npm', ['start'], {
    cwd: root,
    detached: true,
    env: { ...process.env, DATA_DIR: dataDir, PORT: '0', NOW: '2026-12-01T09:00' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const address = await new Promise<string>((resolve, reject) => {
    const read = (text: string): void => {
      output += text;
      const port = /^ready http:\/\/localhost:(\d+)/m.exec(output)?.[1];
      if (port !== undefined) resolve(`http://127.0.0.1:${port}`);
    };
    child.stdout?.setEncoding('utf8').on('data', read);
    child.stderr?.setEncoding('utf8').on('data', read);
    child.on('close', (code) => reject(new Error(`npm start ended with ${code}:\n${output}`)));
  });
  machine = { child, address };
  return address;
}

async function kill(): Promise<void> {
  if (!machine) return;
  const { child } = machine;
  machine = undefined;
  const closed = new Promise((resolve) => child.once('close', resolve));
  process.kill(-(child.pid ?? 0), 'SIGKILL');
  await closed;
}

async function call(method: string, path: string, options: { as?: string; body?: unknown; key?: string } = {}) {
  const address = await running();
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (options.key !== undefined) headers['idempotency-key'] = options.key;
  if (options.as !== undefined) {
    const signedIn = await fetch(`${address}/local/token`, {
      method: 'POST',
      body: JSON.stringify({ email: options.as }),
    });
    headers['authorization'] = `Bearer ${z.object({ token: z.string() }).parse(await signedIn.json()).token}`;
  }
  const response = await fetch(`${address}${path}`, {
    method,
    headers,
    ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
}

const HEAD = 's.obrien@oak.example';
const LEAD = 'cpd.lead@oak.example';
const applicants = ['z.smith', 'c.hembrow', 'r.hall', 'a.patel'].map((name) => `${name}@oak.example`);

interface Step {
  readonly name: string;
  /** Asks; `true` once it was answered with success. */
  readonly ask: () => Promise<boolean>;
}

const ids = new Map<string, string>();
const Inbox = z.object({
  items: z.array(z.object({ taskId: z.string(), task: z.string(), process: z.object({ id: z.string() }) })),
});

/** Completes a task of an application; also where the try before was carried out and its answer lost. */
const answering = (applicant: string, as: string, task: string, body: object): Step => ({
  name: `${applicant}: ${task}`,
  async ask() {
    const id = ids.get(applicant) ?? '';
    const known = tasks.get(`${applicant} ${task}`);
    const inbox = known === undefined ? Inbox.parse((await call('GET', '/inbox?limit=100', { as })).body) : undefined;
    const taskId = known ?? inbox?.items.find((each) => each.task === task && each.process.id === id)?.taskId;
    if (taskId === undefined) {
      await call('POST', '/local/settle');
      return false;
    }
    tasks.set(`${applicant} ${task}`, taskId);
    return (await call('POST', `/tasks/${taskId}/complete`, { as, body, key: `${applicant}-${task}` })).status === 200;
  },
});
const tasks = new Map<string, string>();

const steps: readonly Step[] = [
  ...applicants.map((as) => ({
    name: `${as}: apply`,
    async ask() {
      const body = {
        courseId: 'npq-senior-leadership',
        cohortId: '2026b',
        motivation: 'I lead our phonics.',
        fundingRoute: 'dfe-scholarship',
      };
      const answer = await call('POST', '/npq-applications', { as, body, key: `${as}-apply` });
      if (answer.status !== 201) return false;
      ids.set(as, z.object({ id: z.string() }).parse(answer.body).id);
      return true;
    },
  })),
  ...applicants.map((who) =>
    answering(who, HEAD, 'endorse', { outcome: 'endorsed', isReleaseAgreed: true, isCoverAgreed: true }),
  ),
  ...applicants.map((who) =>
    answering(who, LEAD, 'approve', { outcome: 'approved', fundingSource: 'dfe-scholarship' }),
  ),
  ...applicants.map((who) =>
    answering(who, who, 'register-with-dfe', { outcome: 'registered', registeredOn: '2026-12-01' }),
  ),
  ...applicants.map((who, at) =>
    answering(who, LEAD, 'record-provider-decision', { outcome: 'accepted', fundedPlace: true, trn: `123456${at}` }),
  ),
  ...['2026-12-02', '2026-12-07', '2026-12-14', '2026-12-16'].map((to) => ({
    name: `the clock to ${to}`,
    ask: async () => [200, 409].includes((await call('POST', '/local/clock/advance', { body: { to } })).status),
  })),
];

const wanted = Number(values.kills);
let kills = 0;
let tries = 0;
try {
  for (const [at, step] of steps.entries()) {
    for (let isDone = false; !isDone; ) {
      if (++tries > steps.length * 4 + wanted * 4) throw new Error(`${step.name} never succeeds`);
      await running();
      const isKilledWithin = kills < wanted && random() < 0.3;
      const asked = step.ask().catch(() => false);
      if (isKilledWithin) {
        await Promise.race([asked, pause(between(5, 400))]);
        await kill();
        kills++;
        console.log(`kill ${kills} of ${wanted}: in the middle of ${step.name}`);
        await asked;
      } else {
        isDone = await asked;
        const isKilledAfter = kills < wanted && (random() < 0.6 || wanted - kills >= steps.length - at);
        if (isDone && isKilledAfter) {
          await pause(between(50, 300));
          await kill();
          kills++;
          console.log(`kill ${kills} of ${wanted}: after ${step.name}`);
        }
      }
    }
  }
  await call('POST', '/local/settle');
  const problems: string[] = [];
  for (const [applicant, id] of ids) {
    const one = z
      .object({ outcome: z.string().nullable(), version: z.int() })
      .parse((await call('GET', `/npq-applications/${id}`, { as: applicant })).body);
    if (one.outcome !== 'enrolled') problems.push(`${applicant} ended ${one.outcome}`);
    const page = z
      .object({ items: z.array(z.record(z.string(), z.unknown())) })
      .parse((await call('GET', `/npq-applications/${id}/events?limit=100`, { as: applicant })).body);
    const events = page.items.map(({ type, by, ...event }) => {
      const told = Object.fromEntries(Object.entries(event).filter(([, value]) => value !== null));
      // The API tells who it was by name as well; the chain holds ids.
      const { name: _, ...who } = z.looseObject({}).parse(by) as Record<string, unknown>;
      return Event.parse({ ...told, by: who, type: 'event', event: type, processId: id, kind: 'npq-application' });
    });
    if (!verifyChain(events).ok) problems.push(`the chain of ${applicant} is broken`);
    const opened = events.filter(({ event }) => event === 'task-opened').map(({ taskId }) => taskId);
    if (new Set(opened).size !== opened.length) problems.push(`a task of ${applicant} was opened twice`);
  }
  const Mailbox = z.object({ items: z.array(z.object({ to: z.string(), sentAt: z.string() })) });
  const mails = Mailbox.parse((await call('GET', '/local/mailbox')).body).items.map(
    ({ to, sentAt }) => `${to} ${sentAt.slice(0, 10)}`,
  );
  if (new Set(mails).size !== mails.length) problems.push('somebody got two mails on one day');
  for (const problem of problems) console.log(problem);
  console.log(
    `${kills} kills: ${problems.length === 0 ? '0 lost, 0 repeated' : 'FAILED'} (${ids.size} applications, ${mails.length} mails)`,
  );
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  await kill();
  rmSync(dataDir, { recursive: true, force: true });
}
