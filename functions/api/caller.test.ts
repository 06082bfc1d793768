import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../local/dynamodb.ts';
import { type Harness, itemsOf, makeHarness } from '../../test/harness.ts';
import { OAKFIELD, personOf, sam, zoe } from '../../test/world.ts';
import { isRejection } from '../../workflows/kernel/rejections.ts';
import { emailGuard } from '../table/guard-names.ts';
import { makeCaller } from './caller.ts';

let database: DynamoDbLocal;
let oak: Harness;

beforeAll(async () => {
  database = await startDynamoDbLocal();
});
afterAll(() => database?.stop());
beforeEach(async () => {
  oak = await makeHarness(database);
});

const iss = 'https://login.example/tenant';
const claimsOf = (sub: string, email: string, more: object = {}) => ({
  iss,
  sub,
  email,
  email_verified: true,
  ...more,
});

/** Who that is, or the refusal's code. */
async function who(
  claims: Readonly<Record<string, unknown>> | undefined,
  claim: Parameters<typeof makeCaller>[0]['claim'] = 'email',
): Promise<string> {
  const caller = await makeCaller({ store: oak.store, claim })(claims);
  return isRejection(caller) ? caller.rejected : caller.personId;
}

describe('who is calling', () => {
  it('is the person with that address, however it is written', async () => {
    expect(await who(claimsOf('s1', 'zoe@oak.example'))).toBe('zoe');
    expect(await who(claimsOf('s1', ' ZOE@Oak.Example '))).toBe('zoe');
    expect(await who(claimsOf('s2', 'Sam@OAK.example'))).toBe('sam');
  });

  it('is nobody without a token, without the claim, or with an address that nobody has', async () => {
    expect(await who(undefined)).toBe('not-signed-in');
    expect(await who({ iss, sub: 's1' })).toBe('not-signed-in');
    for (const email of [
      '',
      ' ',
      'nobody@oak.example',
      'zoe@oak.example.evil.example',
      'x'.repeat(5000),
      7,
      null,
      {},
      ['zoe@oak.example'],
    ])
      expect(await who({ iss, sub: 's1', email, email_verified: true }), String(email)).toBe('not-signed-in');
  });

  it('has to have confirmed the address, where the token says so or not', async () => {
    for (const email_verified of [false, 'false', '', null, 0, 1, 'TRUE'])
      expect(await who(claimsOf('s1', 'zoe@oak.example', { email_verified })), String(email_verified)).toBe(
        'not-signed-in',
      );
    expect(await who(claimsOf('s1', 'zoe@oak.example', { email_verified: 'true' }))).toBe('zoe');
    expect(await who({ iss, sub: 's1', email: 'zoe@oak.example' })).toBe('zoe');
  });

  it('may be somebody without an address, by person id', async () => {
    const { email: _, ...quiet } = personOf('Quill', { posts: [{ schoolId: OAKFIELD }] });
    await oak.put(...itemsOf([quiet]));
    expect(await who(claimsOf('s3', 'Quill'))).toBe('quill');
  });

  it('is found by the claim that the configuration names, and by no other', async () => {
    const claims = { iss, sub: 's1', preferred_username: 'zoe@oak.example', email: 'sam@oak.example' };
    expect(await who(claims, 'preferred_username')).toBe('zoe');
    expect(await who({ iss, sub: 's9', email: 'sam@oak.example' }, 'preferred_username')).toBe('not-signed-in');
  });

  it('is found by the number that the directory gives an account, where people have it as their id', async () => {
    const oid = '7D8F3C1E-0000-4A4A-9C9C-0123456789AB';
    const people = [oid.toLowerCase(), '00u1abc'].map((personId) => ({
      ...personOf(`P${personId}`, { posts: [{ schoolId: OAKFIELD }] }),
      personId,
    }));
    await oak.put(...itemsOf(people));
    // An address that somebody has written into their own profile says nothing then.
    expect(await who({ iss, sub: 's1', oid, email: 'zoe@oak.example' }, 'oid')).toBe(oid.toLowerCase());
    expect(await who({ iss, sub: '00U1abc' }, 'sub')).toBe('00u1abc');
    expect(await who({ iss, sub: 's2', oid: 'another', email: 'zoe@oak.example' }, 'oid')).toBe('not-signed-in');
  });

  it('is 401 where two people match', async () => {
    // Somebody's id is another's address: an import gone wrong.
    const odd = {
      ...personOf('Odd', { posts: [{ schoolId: OAKFIELD }] }),
      personId: 'zoe@oak.example',
      email: 'odd@oak.example',
    };
    await oak.put(odd);
    expect(await who(claimsOf('s1', 'zoe@oak.example'))).toBe('not-signed-in');
  });

  it('does not follow a name that an import has claimed before its person has the address', async () => {
    await oak.put({ type: 'guard', guard: emailGuard('new@oak.example'), holder: 'zoe' });
    expect(await who(claimsOf('s1', 'new@oak.example'))).toBe('not-signed-in');
  });
});

describe('the account of the first sign-in', () => {
  it('is stored and counts from then on, also when the address changes', async () => {
    expect(await who(claimsOf('s1', 'zoe@oak.example'))).toBe('zoe');
    expect((await oak.store.person('zoe'))?.externalId).toBe(`${iss}|s1`);
    expect((await oak.store.person('zoe'))?.version).toBe(zoe.version);
    expect(await who(claimsOf('s1', 'zoe.married@oak.example'))).toBe('zoe');
  });

  it('counts also when the directory gives no address any more', async () => {
    await who(claimsOf('s1', 'zoe@oak.example'));
    expect(await who({ iss, sub: 's1' })).toBe('zoe');
    expect(await who({ iss, sub: 's2' })).toBe('not-signed-in');
    expect(await who(claimsOf('s1', 'zoe@oak.example', { email_verified: false }))).toBe('not-signed-in');
  });

  it('keeps a re-used address from opening another person’s record', async () => {
    await who(claimsOf('s1', 'zoe@oak.example'));
    // The address goes to somebody new, who has an account of their own; the record still has it.
    expect(await who(claimsOf('s2', 'zoe@oak.example'))).toBe('not-signed-in');
    // Another issuer's account of the same number is another account.
    expect(await who({ ...claimsOf('s1', 'zoe@oak.example'), iss: 'https://evil.example' })).toBe('not-signed-in');
    expect(await who(claimsOf('s1', 'zoe@oak.example'))).toBe('zoe');
  });

  it('gives the new holder of an address their own record, and the old one theirs', async () => {
    await who(claimsOf('s1', 'zoe@oak.example'));
    const old = await oak.store.person('zoe');
    if (!old) throw new Error('Zoe is gone');
    const { email: _, ...without } = old;
    const newZoe = { ...personOf('Zora', { posts: [{ schoolId: OAKFIELD }] }), email: 'zoe@oak.example' };
    await oak.put(without, ...itemsOf([newZoe]));
    expect(await who(claimsOf('s2', 'zoe@oak.example'))).toBe('zora');
    expect(await who(claimsOf('s1', 'zoe@oak.example'))).toBe('zoe');
  });

  it('is stored once by two first requests at the same moment', async () => {
    const claims = claimsOf('s5', 'sam@oak.example');
    expect(await Promise.all([1, 2, 3].map(() => who(claims)))).toEqual(['sam', 'sam', 'sam']);
    expect((await oak.store.person('sam'))?.externalId).toBe(`${iss}|s5`);
  });

  it('is one of two accounts that come at the same moment, not both', async () => {
    const both = await Promise.all(['a', 'b'].map((sub) => who(claimsOf(sub, 'sam@oak.example'))));
    expect(both.sort()).toEqual(['not-signed-in', sam.personId]);
  });

  it('is not needed by a token without issuer', async () => {
    expect(await who({ email: 'zoe@oak.example' })).toBe('zoe');
    expect((await oak.store.person('zoe'))?.externalId).toBeUndefined();
  });
});
