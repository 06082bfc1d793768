import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { makeIssuer } from './issuer.ts';

const folder = mkdtempSync(join(tmpdir(), 'oak-issuer-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the issuer of this machine', () => {
  test('names a person by address, and by id where there is none', async () => {
    const issuer = await makeIssuer();
    const withAddress = await issuer.verify(await issuer.tokenFor({ personId: 'p1', email: 'a@oak.example' }));
    expect(withAddress).toMatchObject({ sub: 'p1', email: 'a@oak.example', email_verified: true });
    expect(await issuer.verify(await issuer.tokenFor({ personId: 'p2' }))).toMatchObject({ sub: 'p2', email: 'p2' });
  });

  test('keeps its key for its owner alone, and its tokens stay good over a restart', async () => {
    const file = join(folder, 'issuer.json');
    const token = await (await makeIssuer({ file })).tokenFor({ personId: 'p1' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await (await makeIssuer({ file })).verify(token)).toMatchObject({ sub: 'p1' });
  });

  test("takes neither another's token, nor one that was changed, nor one without a signature", async () => {
    const issuer = await makeIssuer();
    const token = await issuer.tokenFor({ personId: 'p1' });
    const [header, , signature] = token.split('.');
    const body = Buffer.from(JSON.stringify({ sub: 'p2', exp: 9_999_999_999 })).toString('base64url');
    const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
    expect(await (await makeIssuer()).verify(token)).toBeUndefined();
    expect(await issuer.verify(`${header}.${body}.${signature}`)).toBeUndefined();
    expect(await issuer.verify(`${none}.${body}.`)).toBeUndefined();
  });
});
