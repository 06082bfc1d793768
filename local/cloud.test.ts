import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Ground, type GroundOptions, makeGround } from '../test/embedded.ts';
import { sienna, zoe } from '../test/world.ts';
import { instant } from '../workflows/kernel/time.ts';
import type { Call, Cloud, Intercept, Job } from './cloud.ts';

let ground: Ground;
const clouds: Cloud[] = [];

beforeAll(async () => {
  ground = await makeGround();
});
afterEach(async () => {
  for (const cloud of clouds.splice(0)) await cloud.stop();
});
afterAll(() => ground.stop());

/** Wednesday 16 September 2026, a school day, 9:00 in London. */
const startsAt = instant('2026-09-16T08:00:00Z');

async function cloudWith(options: GroundOptions = {}): Promise<Cloud> {
  const cloud = await ground.cloud({ startsAt, ...options });
  clouds.push(cloud);
  return cloud;
}

interface Application {
  readonly id: string;
  readonly stage: string;
}

async function apply(cloud: Cloud): Promise<string> {
  const { status, body } = await cloud.request({
    method: 'POST',
    path: '/npq-applications',
    as: zoe,
    body: {
      personId: zoe.personId,
      courseId: 'npq-senior-leadership',
      cohortId: '2026b',
      motivation: 'I would like to lead the work on reading.',
      fundingRoute: 'dfe-scholarship',
    },
  });
  expect(status).toBe(201);
  return (body as Application).id;
}

function endorse(cloud: Cloud, processId: string) {
  return cloud.request({
    method: 'POST',
    path: `/tasks/${processId}.1/complete`,
    as: sienna,
    body: { outcome: 'endorsed', isReleaseAgreed: true, isCoverAgreed: true },
  });
}

const statesOf = (cloud: Cloud) => cloud.engine.executions().map(({ status, state }) => `${status} ${state}`);

describe('by itself', () => {
  test('an application comes to the headteacher, and from there to the trust lead', async () => {
    const cloud = await cloudWith();
    const processId = await apply(cloud);
    await cloud.settle();
    expect(await cloud.store.waits(processId)).toMatchObject([{ wait: 'endorse', state: 'open' }]);
    expect((await endorse(cloud, processId)).status).toBe(200);
    await cloud.settle();
    expect(await cloud.store.waits(processId)).toMatchObject([
      { wait: 'endorse', state: 'answered', outcome: 'endorsed' },
      { wait: 'approve', state: 'open' },
    ]);
    expect(cloud.failures.all()).toEqual([]);
  });

  test('moved by days, each morning sends its digests, one a person', async () => {
    const cloud = await cloudWith();
    const processId = await apply(cloud);
    await cloud.advance(instant('2026-09-18T08:00:00Z'));
    expect(cloud.clock.now()).toBe(instant('2026-09-18T08:00:00Z'));
    const sent = cloud.mailbox.sent('sienna@oak.example');
    expect(sent).toMatchObject([{ sentAt: instant('2026-09-17T06:00:00Z'), processIds: [processId] }]);
    expect([...cloud.objects.all().keys()].map((key) => key.split('/').at(-1))).toEqual([
      '2026-09-17.txt',
      '2026-09-18.txt',
    ]);
  });

  test('an answer goes compressed to whoever takes gzip, and as it is to everybody else', async () => {
    const cloud = await cloudWith();
    const asked = (headers: readonly string[]) =>
      cloud.gateway({
        method: 'GET',
        url: '/openapi.json',
        rawHeaders: ['host', 'localhost', ...headers],
        body: Buffer.alloc(0),
      });
    const plain = await asked([]);
    const packed = await asked(['accept-encoding', 'br, gzip']);
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
    expect(gunzipSync(packed.body)).toEqual(plain.body);
    expect(packed.body.length * 5).toBeLessThan(plain.body.length);
  });

  test('the clock does not go back', async () => {
    const cloud = await cloudWith();
    await expect(cloud.advance(instant('2026-09-15T08:00:00Z'))).rejects.toThrow(RangeError);
  });

  test('events of a process are on the bus', async () => {
    const cloud = await cloudWith();
    const processId = await apply(cloud);
    await cloud.settle();
    const events = cloud.bus
      .events()
      .filter(({ detail }) => (detail as { processId?: string }).processId === processId);
    expect(events.map((event) => event['detail-type'])).toEqual(['process-started', 'task-opened']);
  });
});

describe('by hand', () => {
  const runAll = async (cloud: Cloud): Promise<void> => {
    for (let [job] = await cloud.jobs(); job; [job] = await cloud.jobs()) await job.run();
  };
  const aboutRelay = (job: Job): boolean => job.about.startsWith('relay');

  test('nothing happens before it is run', async () => {
    const cloud = await cloudWith({ mode: 'manual' });
    const processId = await apply(cloud);
    expect(await cloud.store.waits(processId)).toEqual([]);
    expect((await cloud.jobs()).map(({ about }) => about.split(' ')[0])).toEqual(['relay', 'publish']);
    await runAll(cloud);
    expect(await cloud.store.waits(processId)).toHaveLength(1);
  });

  test('a held call holds its function and nobody else, and a kill ends it for good', async () => {
    const held: { readonly call: Call; readonly go: () => void }[] = [];
    let isHolding = false;
    const intercept: Intercept = async (call, go) => {
      if (isHolding && call.function === 'step' && call.command === 'TransactWriteItems') {
        await new Promise<void>((resolve) => held.push({ call, go: resolve }));
      }
      return go();
    };
    const cloud = await cloudWith({ mode: 'manual', intercept });
    const processId = await apply(cloud);
    isHolding = true;
    await (await cloud.jobs()).find(aboutRelay)?.run();
    const [first] = await cloud.jobs();
    let isOver = false;
    const running = first?.run().then(() => {
      isOver = true;
    });
    // Choices are jobs too: on to the state that calls the function.
    await running;
    const opening = (await cloud.jobs())[0]?.run();
    await expect.poll(() => held.length).toBe(1);
    expect(isOver).toBe(true);
    expect((await cloud.request({ method: 'GET', path: '/health' })).status).toBe(200);

    isHolding = false;
    await cloud.kill();
    await opening;
    held[0]?.go();
    // The dead function's write never comes; a new run opens the wait.
    expect(await cloud.store.waits(processId)).toEqual([]);
    await runAll(cloud);
    expect(await cloud.store.waits(processId)).toMatchObject([{ step: 1, state: 'open' }]);
    expect(statesOf(cloud)).toEqual(['RUNNING Headteacher endorses']);
  });

  test('a call that fails after its commit is done and not known to be', async () => {
    let failures = 1;
    const intercept: Intercept = async (call, go) => {
      const answer = await go();
      if (call.function === 'step' && call.command === 'TransactWriteItems' && failures > 0) {
        failures -= 1;
        throw new Error('the answer was lost');
      }
      return answer;
    };
    const cloud = await cloudWith({ mode: 'manual', intercept });
    const processId = await apply(cloud);
    await runAll(cloud);
    expect(await cloud.store.waits(processId)).toHaveLength(1);
    expect(cloud.failures.all()).toMatchObject([{ where: 'step', message: 'the answer was lost' }]);
    // The state machine tries the function again after a pause: time has to pass for that.
    const next = cloud.nextTimeAt();
    if (next === undefined) throw new Error('no retry is waiting');
    cloud.clock.moveTo(next);
    await runAll(cloud);
    expect((await endorse(cloud, processId)).status).toBe(200);
    await runAll(cloud);
    expect(await cloud.store.waits(processId)).toMatchObject([
      { state: 'answered' },
      { wait: 'approve', state: 'open' },
    ]);
  });

  test('an error that the SDK takes for transient is tried again with the same transaction token', async () => {
    const tokens: unknown[] = [];
    const intercept: Intercept = async (call, go) => {
      const answer = await go();
      if (call.function !== 'api' || call.command !== 'TransactWriteItems') return answer;
      const { ClientRequestToken, TransactItems } = call.input as {
        ClientRequestToken: string;
        TransactItems: unknown[];
      };
      if (TransactItems.length > 2) tokens.push(ClientRequestToken);
      if (tokens.length === 1) throw Object.assign(new Error('reset'), { name: 'TimeoutError' });
      return answer;
    };
    const cloud = await cloudWith({ mode: 'manual', intercept });
    const processId = await apply(cloud);
    expect(tokens).toHaveLength(2);
    expect(new Set(tokens).size).toBe(1);
    expect(await cloud.store.events(processId)).toHaveLength(1);
  });

  test('a lost record is healed by the reconciler', async () => {
    const cloud = await cloudWith({ mode: 'manual' });
    const processId = await apply(cloud);
    (await cloud.jobs()).find(aboutRelay)?.drop?.();
    await runAll(cloud);
    expect(await cloud.store.waits(processId)).toEqual([]);
    cloud.clock.moveTo(instant('2026-09-16T08:20:00Z'));
    expect(await cloud.invoke('reconcile')).toMatchObject({ ok: true });
    await runAll(cloud);
    expect(await cloud.store.waits(processId)).toMatchObject([{ state: 'open' }]);
  });

  test('the same record twice does nothing more', async () => {
    const cloud = await cloudWith({ mode: 'manual' });
    const processId = await apply(cloud);
    (await cloud.jobs()).find(aboutRelay)?.repeat?.();
    await runAll(cloud);
    expect(await cloud.store.waits(processId)).toHaveLength(1);
    expect(cloud.engine.executions()).toHaveLength(1);
  });
});
