import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../local/dynamodb.ts';
import { type Harness, makeHarness } from '../../test/harness.ts';
import { sienna, zoe } from '../../test/world.ts';
import { verifyChain } from '../../workflows/kernel/chain.ts';
import type { Process } from '../../workflows/kernel/records.ts';
import type { Store } from '../table/store.ts';
import { TooBusy } from '../world.ts';
import { makeStep } from './step.ts';

let database: DynamoDbLocal;
let oak: Harness;

beforeAll(async () => {
  database = await startDynamoDbLocal();
});
afterAll(() => database?.stop());
beforeEach(async () => {
  oak = await makeHarness(database);
});

/** An application as the API has just made it: no wait is open yet. */
async function begun(): Promise<Process> {
  const body = {
    courseId: 'npq-senior-leadership',
    cohortId: '2026b',
    motivation: 'I want to lead more.',
    fundingRoute: 'dfe-scholarship',
  };
  const { body: process } = await oak.request(zoe, 'POST', '/npq-applications', { body });
  return (await oak.store.process(process.id)) as Process;
}

const ask = (process: Process, more: object = {}) => ({
  do: 'wait',
  wait: 'endorse',
  stage: 'endorsement',
  processId: process.processId,
  run: process.run,
  step: 1,
  token: 'token-1',
  ...more,
});
const stepOn = (store: Store) => {
  const step = makeStep({ store, clock: oak.now });
  return (event: object) => step(event, {} as Context);
};
const call = (event: object) => stepOn(oak.store)(event);
const superseded = expect.objectContaining({ name: 'Superseded' });

/** The store, and what happens between a read and the commit that follows it. */
const meanwhile = (between: (attempt: number) => Promise<unknown>): Store => {
  let attempt = 0;
  return {
    ...oak.store,
    commit: async (change, options) => {
      await between(attempt++);
      return oak.store.commit(change, options);
    },
  };
};

const complete = async (process: Process, step: number, as: typeof zoe, body: object) => {
  const reply = await oak.request(as, 'POST', `/tasks/${process.processId}.${step}/complete`, { body });
  expect(reply.status, reply.text).toBe(200);
};
const endorsed = { outcome: 'endorsed', isReleaseAgreed: true, isCoverAgreed: true };

describe('a wait', () => {
  test('is opened once, with its token, its notices and one event; the machine owes nothing any more', async () => {
    const process = await begun();
    expect(await call(ask(process))).toEqual({});
    const { process: then, waits, token } = (await oak.store.snapshot(process.processId)) ?? {};
    expect(then).toMatchObject({ version: 2, step: 1, wait: 'endorse', restarts: 0 });
    expect(then?.owedAt).toBeUndefined();
    expect(waits).toMatchObject([{ step: 1, wait: 'endorse', state: 'open', candidate: { role: 'headteacher' } }]);
    expect(token).toMatchObject({ run: process.run, step: 1, token: 'token-1' });
    expect((await oak.store.notices('sienna')).map(({ reason, about }) => `${reason} ${about}`)).toContain(
      `new ${process.processId}.1`,
    );
    const events = await oak.store.events(process.processId);
    expect(events.map(({ event }) => event)).toEqual(['process-started', 'task-opened']);
    expect(verifyChain(events, { seq: then?.lastSeq ?? 0, hash: then?.lastHash ?? '' })).toEqual({ ok: true });
  });

  test('that is called twice keeps the newer token and opens nothing again', async () => {
    const process = await begun();
    await call(ask(process));
    await call(ask(process, { token: 'token-2' }));
    expect(await oak.store.token(process.processId)).toMatchObject({ token: 'token-2' });
    expect(await oak.store.process(process.processId)).toMatchObject({ version: 2 });
    expect(await oak.store.events(process.processId)).toHaveLength(2);
  });

  test('that was answered before the token came back owes the next move again', async () => {
    const process = await begun();
    await call(ask(process));
    await complete(process, 1, sienna, endorsed);
    await call(ask(process, { token: 'token-2' }));
    expect((await oak.store.process(process.processId))?.owedAt).toBeDefined();
    expect(await oak.store.token(process.processId)).toMatchObject({ token: 'token-2', step: 1 });
  });

  test('is opened after the one before was answered, and is the next step', async () => {
    const process = await begun();
    await call(ask(process));
    await complete(process, 1, sienna, endorsed);
    await call(ask(process, { wait: 'approve', stage: 'approval', step: 2, token: 'token-2' }));
    expect(await oak.store.process(process.processId)).toMatchObject({ step: 2, wait: 'approve', stage: 'approval' });
    expect((await oak.store.waits(process.processId)).map(({ state }) => state)).toEqual(['answered', 'open']);
  });
});

describe('an execution that may no longer drive is told so by name, and writes nothing', () => {
  test('because another run does', async () => {
    const process = await begun();
    const before = await oak.digest();
    await expect(call(ask(process, { run: '9-other' }))).rejects.toEqual(superseded);
    expect(await oak.digest()).toBe(before);
  });

  test('because the process has ended', async () => {
    const process = await begun();
    await call(ask(process));
    await oak.request(zoe, 'POST', `/npq-applications/${process.processId}/withdraw`, { body: { reason: 'other' } });
    const before = await oak.digest();
    await expect(call(ask(process))).rejects.toEqual(superseded);
    await expect(
      call({ do: 'end', as: 'declined', status: 'stopped', processId: process.processId, run: process.run, step: 2 }),
    ).rejects.toEqual(superseded);
    expect(await oak.digest()).toBe(before);
  });

  test('because it stands further on, or is not there', async () => {
    const process = await begun();
    await call(ask(process));
    await complete(process, 1, sienna, endorsed);
    await call(ask(process, { wait: 'approve', stage: 'approval', step: 2 }));
    await expect(call(ask(process))).rejects.toEqual(superseded);
    await expect(call(ask({ ...process, processId: 'nobody' }))).rejects.toEqual(superseded);
  });
});

describe('what no interleaving can lead to is a bug and fails loudly, so that the machine tries again and then alarms', () => {
  test('a step that skips one', async () => {
    const process = await begun();
    await expect(call(ask(process, { step: 3 }))).rejects.toThrow(/stands at 1/);
  });

  test('going on from a wait that nobody has answered', async () => {
    const process = await begun();
    await call(ask(process));
    await expect(call(ask(process, { wait: 'approve', step: 2 }))).rejects.toThrow(/went on to 2/);
  });

  test('an end before the answer', async () => {
    const process = await begun();
    await call(ask(process));
    const end = {
      do: 'end',
      as: 'declined',
      status: 'stopped',
      processId: process.processId,
      run: process.run,
      step: 2,
    };
    await expect(call(end)).rejects.toThrow(/the run ends it at 2/);
  });

  test('something that is no call of a machine', async () => {
    await expect(call({ do: 'dance' })).rejects.toThrow();
  });
});

describe('between reading and writing', () => {
  test('a withdrawal wins: the wait is never opened on a process that has ended', async () => {
    const process = await begun();
    const step = stepOn(
      meanwhile(async (attempt) => {
        if (attempt === 0)
          await oak.request(zoe, 'POST', `/npq-applications/${process.processId}/withdraw`, {
            body: { reason: 'other' },
          });
      }),
    );
    await expect(step(ask(process))).rejects.toEqual(superseded);
    const then = await oak.store.snapshot(process.processId);
    expect(then?.process).toMatchObject({ status: 'stopped', outcome: 'withdrawn' });
    expect(then?.waits).toEqual([]);
  });

  test('an answer is seen: the token of an answered wait owes the next move', async () => {
    const process = await begun();
    await call(ask(process));
    const step = stepOn(
      meanwhile(async (attempt) => {
        if (attempt === 0) await complete(process, 1, sienna, endorsed);
      }),
    );
    await step(ask(process, { token: 'token-2' }));
    expect((await oak.store.process(process.processId))?.owedAt).toBeDefined();
  });

  test('somebody who is faster every time makes it give up loudly', async () => {
    const process = await begun();
    const step = stepOn(
      meanwhile(async () => {
        const now = (await oak.store.process(process.processId)) as Process;
        await oak.put({ ...now, version: now.version + 1 });
      }),
    );
    await expect(step(ask(process))).rejects.toBeInstanceOf(TooBusy);
  });
});

test('the end is recorded once', async () => {
  const process = await begun();
  await call(ask(process));
  await complete(process, 1, sienna, { outcome: 'declined', reason: 'Not this year.' });
  const end = { do: 'end', as: 'declined', status: 'stopped', processId: process.processId, run: process.run, step: 2 };
  expect(await call(end)).toEqual({});
  expect(await oak.store.process(process.processId)).toMatchObject({ status: 'stopped', outcome: 'declined', step: 1 });
  await expect(call(end)).rejects.toEqual(superseded);
  expect((await oak.store.events(process.processId)).at(-1)?.event).toBe('process-stopped');
});
