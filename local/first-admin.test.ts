import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ada, type Harness, lee, makeHarness, mina } from '../test/harness.ts';
import { type DynamoDbLocal, startDynamoDbLocal } from './dynamodb.ts';
import { makeFirstAdmin } from './first-admin.ts';

let database: DynamoDbLocal;

beforeAll(async () => {
  database = await startDynamoDbLocal();
});
afterAll(() => database?.stop());

let made = 0;
const first = (oak: Harness, email: string): Promise<string> =>
  makeFirstAdmin(email, {
    store: oak.store,
    clock: oak.now,
    newId: () => {
      made++;
      return `made-${made}`;
    },
  });

const roleOf = async (oak: Harness, email: string) =>
  (await oak.requestWith({ iss: 'https://id.example', sub: email, email }, 'GET', '/me')).body.roles?.map(
    ({ role }: { role: string }) => role,
  );

describe('the first administrator', () => {
  it('is whoever is named on an empty table, and can then sign in and see the staff', async () => {
    const oak = await makeHarness(database, []);
    expect(await roleOf(oak, 'it@oak.example')).toBeUndefined();
    expect(await first(oak, ' IT@Oak.example ')).toMatch(/^it@oak\.example is the first administrator/);
    expect(await roleOf(oak, 'it@oak.example')).toEqual(['staff', 'admin']);
    const claims = { iss: 'https://id.example', sub: 'it@oak.example', email: 'it@oak.example' };
    expect((await oak.requestWith(claims, 'GET', '/people')).body.items).toMatchObject([
      { name: 'First Administrator' },
    ]);
    const there = await oak.digest();
    expect(await first(oak, 'it@oak.example')).toBe('it@oak.example is administrator already');
    expect(await first(oak, 'other@oak.example')).toMatch(/^There is an administrator already/);
    expect(await oak.digest()).toBe(there);
  });

  it('is somebody on file where no administrator is left, and nobody who has left', async () => {
    const oak = await makeHarness(database, [mina, lee]);
    expect(await first(oak, lee.email ?? '')).toMatch(/has left the trust/);
    expect(await first(oak, mina.email ?? '')).toBe('mina@oak.example is administrator now');
    expect(await roleOf(oak, 'mina@oak.example')).toContain('admin');
  });

  it('is nobody while there is one, nor by something that is no address', async () => {
    const oak = await makeHarness(database, [ada, mina]);
    const there = await oak.digest();
    expect(await first(oak, 'mina@oak.example')).toMatch(/^There is an administrator already/);
    const empty = await makeHarness(database, []);
    for (const wrong of ['', 'it', 'it@', 'a b@oak.example', 'x<y@oak.example'])
      expect(await first(empty, wrong)).toMatch(/is no e-mail address/);
    expect(await oak.digest()).toBe(there);
  });
});
