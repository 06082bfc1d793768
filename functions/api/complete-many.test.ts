import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../local/dynamodb.ts';
import { type Harness, type Json, makeHarness, nora, people, type Reply } from '../../test/harness.ts';
import { robin, rowan, sienna, zoe } from '../../test/world.ts';
import type { Person } from '../../workflows/kernel/records.ts';

let database: DynamoDbLocal;
let oak: Harness;

beforeAll(async () => {
  database = await startDynamoDbLocal();
});
afterAll(() => database?.stop());
beforeEach(async () => {
  oak = await makeHarness(database);
  for (const person of people) await oak.request(person, 'GET', '/me');
});

async function started(as: Person, more: object = {}): Promise<string> {
  const body = {
    courseId: 'npq-senior-leadership',
    cohortId: '2026b',
    motivation: 'I lead our phonics.',
    fundingRoute: 'dfe-scholarship',
    ...more,
  };
  const reply = await oak.request(as, 'POST', '/npq-applications', { body });
  expect(reply.status, reply.text).toBe(201);
  await oak.drive(reply.body.id);
  return reply.body.id;
}

const sent = (as: Person, items: unknown, headers: Record<string, string> = {}): Promise<Reply> =>
  oak.request(as, 'POST', '/tasks/complete', { body: { items }, headers });

const endorsing = { outcome: 'endorsed', isReleaseAgreed: true, isCoverAgreed: true };

const stateOf = async (id: string): Promise<Json> => (await oak.store.snapshot(id))?.waits.at(-1);

describe('completing many tasks', () => {
  it('completes each on its own, and says of each what became of it', async () => {
    const zoes = await started(zoe);
    const noras = await started(nora);
    const { status, body } = await sent(sienna, [
      { taskId: `${zoes}.1`, ...endorsing },
      { taskId: `${noras}.1`, outcome: 'declined' },
      { taskId: 'nothing.1', outcome: 'endorsed' },
    ]);
    expect(status).toBe(200);
    expect(body.results).toEqual([
      {
        taskId: `${zoes}.1`,
        status: 200,
        task: expect.objectContaining({ task: 'endorse', status: 'completed', outcome: 'endorsed', version: 3 }),
      },
      {
        taskId: `${noras}.1`,
        status: 422,
        problem: expect.objectContaining({
          code: 'invalid-fields',
          errors: [expect.objectContaining({ path: 'reason' })],
        }),
      },
      { taskId: 'nothing.1', status: 404, problem: expect.objectContaining({ code: 'not-found' }) },
    ]);
    expect(await stateOf(zoes)).toMatchObject({ state: 'answered', answeredBy: 'sienna' });
    expect(await stateOf(noras)).toMatchObject({ state: 'open' });
  });

  it('refuses each item that is not the caller’s, and completes the others', async () => {
    const zoes = await started(zoe);
    const { body } = await sent(robin, [{ taskId: `${zoes}.1`, ...endorsing }]);
    expect(body.results[0]).toMatchObject({ status: 404, problem: { code: 'not-found' } });
    const own = await sent(zoe, [{ taskId: `${zoes}.1`, ...endorsing }]);
    expect(own.body.results[0]).toMatchObject({ status: 409, problem: { code: 'about-yourself' } });
    expect(await stateOf(zoes)).toMatchObject({ state: 'open' });
  });

  it('says so where the same task is named twice with different answers: the first counts', async () => {
    const zoes = await started(zoe);
    const { body } = await sent(sienna, [
      { taskId: `${zoes}.1`, ...endorsing },
      { taskId: `${zoes}.1`, outcome: 'declined', reason: 'Not this year.' },
    ]);
    expect(body.results.map(({ status }: Json) => status)).toEqual([200, 409]);
    expect(body.results[1].problem.code).toBe('already-completed');
  });

  it('is safe to repeat, with a key and without', async () => {
    const zoes = await started(zoe);
    const noras = await started(nora);
    const items = [zoes, noras].map((id) => ({ taskId: `${id}.1`, ...endorsing }));
    const first = await sent(sienna, items);
    expect(first.body.results.map(({ status }: Json) => status)).toEqual([200, 200]);
    const there = await oak.digest();
    expect((await sent(sienna, items)).body).toEqual(first.body);
    expect(await oak.digest()).toBe(there);

    const key = { 'idempotency-key': 'round-1' };
    const keyed = await sent(sienna, items, key);
    expect(keyed.body).toEqual(first.body);
    await oak.drive(zoes);
    expect((await sent(sienna, items, key)).body).toEqual(first.body);
    expect((await sent(sienna, items.slice(1), key)).body.code).toBe('idempotency-key-reused');
  });

  it('tries what was refused again under the same key', async () => {
    const zoes = await started(zoe);
    const items = [{ taskId: `${zoes}.2`, outcome: 'approved', fundingSource: 'dfe-scholarship' }];
    const key = { 'idempotency-key': 'round-2' };
    expect((await sent(rowan, items, key)).body.results[0].status).toBe(404);
    await sent(sienna, [{ taskId: `${zoes}.1`, ...endorsing }]);
    await oak.drive(zoes);
    expect((await sent(rowan, items, key)).body.results[0].status).toBe(200);
  });

  it.each([
    ['none', []],
    ['fifty-one', Array.from({ length: 51 }, () => ({ taskId: 'x.1', outcome: 'endorsed' }))],
    ['one without an outcome', [{ taskId: 'x.1' }]],
    ['no list', 'x.1'],
  ])('refuses %s as a whole', async (_name, items) => {
    const there = await oak.digest();
    const reply = await sent(sienna, items);
    expect(reply.status, reply.text).toBe(422);
    expect(reply.body.code).toBe('invalid-fields');
    expect(await oak.digest()).toBe(there);
  });

  it('says of any item whatsoever what is wrong with it, and changes nothing', async () => {
    const zoes = await started(zoe);
    const there = await oak.digest();
    const anyItem = fc.record(
      {
        taskId: fc.oneof(
          fc.constantFrom(`${zoes}.1`, `${zoes}.2`, `${zoes}.1.part`, `${zoes}.0`, '__proto__.1', '..'),
          fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }).filter((text) => text.isWellFormed()),
        ),
        outcome: fc.constantFrom('approved', 'constructor', '', 'endorsed '),
        fields: fc.jsonValue({ maxDepth: 2 }),
      },
      { requiredKeys: ['taskId', 'outcome'] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(anyItem, { minLength: 1, maxLength: 5 }), async (items) => {
        const reply = await sent(sienna, items);
        expect(reply.status, reply.text).toBeLessThan(500);
        for (const { status, problem } of reply.body.results ?? []) {
          expect(status, JSON.stringify(problem)).toBeGreaterThanOrEqual(400);
          expect(status).toBeLessThan(500);
        }
        expect(await oak.digest()).toBe(there);
      }),
      { numRuns: 40 },
    );
  });
});
