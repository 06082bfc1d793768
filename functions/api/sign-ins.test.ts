import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../local/dynamodb.ts';
import { ada, type Harness, makeHarness, nora } from '../../test/harness.ts';
import { rowan, sienna, zoe } from '../../test/world.ts';
import { forgetEverySignIn } from './sign-ins.ts';

let database: DynamoDbLocal;
let oak: Harness;

beforeAll(async () => {
  database = await startDynamoDbLocal();
});
afterAll(() => database?.stop());
beforeEach(async () => {
  oak = await makeHarness(database);
});

/** Who that account is by its address, or the status of the refusal. */
async function who(issuer: string, sub: string, email = 'zoe@oak.example'): Promise<string> {
  const { status, body } = await oak.requestWith({ iss: issuer, sub, email }, 'GET', '/me');
  return status === 200 ? body.personId : String(status);
}

const [old, moved] = ['https://old.example', 'https://new.example'];

describe('a sign-in that is forgotten', () => {
  it('lets somebody in with another account, and the one before no more', async () => {
    expect(await who(old, 'z1')).toBe('zoe');
    expect(await who(moved, 'z2')).toBe('401');
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    const reply = await oak.request(ada, 'POST', '/people/zoe/forget-sign-in');
    expect(reply.status, reply.text).toBe(200);
    expect(reply.body).toMatchObject({ personId: 'zoe' });
    expect(log.mock.calls.flat().map((line) => JSON.parse(line))).toEqual([
      { api: 'sign-in-forgotten', personId: 'zoe', by: 'ada' },
    ]);
    log.mockRestore();
    expect(await who(moved, 'z2')).toBe('zoe');
    expect(await who(old, 'z1')).toBe('401');
  });

  it('changes nothing else, and is safe to ask for again', async () => {
    await who(old, 'z1');
    const before = await oak.store.person('zoe');
    const send = () =>
      oak.request(ada, 'POST', '/people/zoe/forget-sign-in', { headers: { 'idempotency-key': 'one' } });
    const first = await send();
    expect(await oak.store.person('zoe')).toEqual(zoe);
    expect(before).toEqual({ ...zoe, externalId: `${old}|z1` });
    await who(moved, 'z2');
    // The same request again: the sign-in since then stays.
    expect((await send()).body).toEqual(first.body);
    expect(await who(moved, 'z2')).toBe('zoe');
  });

  it('is asked for by administrators only', async () => {
    await who(old, 'z1');
    for (const other of [nora, sienna, rowan]) {
      const reply = await oak.request(other, 'POST', '/people/zoe/forget-sign-in');
      expect(reply.body.code, other.personId).toBe('not-allowed');
    }
    expect((await oak.request(ada, 'POST', '/people/nobody/forget-sign-in')).status).toBe(404);
    expect(await who(old, 'z1')).toBe('zoe');
  });
});

it('all of them are forgotten at once where the directory is another, and nobody is counted twice', async () => {
  await who(old, 'z1');
  await who(old, 's1', 'sienna@oak.example');
  await oak.request(ada, 'GET', '/me');
  expect(await forgetEverySignIn(oak.store)).toBe(3);
  expect(await forgetEverySignIn(oak.store)).toBe(0);
  expect(await who(moved, 'z2')).toBe('zoe');
  expect(await who(moved, 's2', 'sienna@oak.example')).toBe('sienna');
});
