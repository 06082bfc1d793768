import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ground, makeGround } from '../test/embedded.ts';
import { zoe } from '../test/world.ts';
import { instant } from '../workflows/kernel/time.ts';
import type { Cloud } from './cloud.ts';
import { makeLocalRoutes } from './local-routes.ts';

let ground: Ground;
let cloud: Cloud;
beforeAll(async () => {
  ground = await makeGround();
  cloud = await ground.cloud({ startsAt: instant('2026-09-16T08:00:00Z') });
});
afterAll(async () => {
  await cloud.stop();
  await ground.stop();
});

// biome-ignore lint/suspicious/noExplicitAny: answers of the API, read as a client reads them
type Json = any;

async function ask(
  method: string,
  url: string,
  body?: unknown,
  headers: string[] = [],
): Promise<{ status: number; body: Json }> {
  const routes = makeLocalRoutes({ cloud, issuer: ground.issuer });
  const sent = Buffer.from(typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body));
  const response = await routes({ method, url, rawHeaders: ['Host', 'localhost:3000', ...headers], body: sent });
  return { status: response.status, body: JSON.parse(response.body.toString()) };
}

describe('what exists on one machine only', () => {
  test('gives a token for anybody who is known, by address or id, whatever its case', async () => {
    for (const who of [{ email: ' ZOE@oak.example' }, { personId: 'zoe' }]) {
      const { status, body } = await ask('POST', '/local/token', who);
      expect(status).toBe(200);
      expect(await ground.issuer.verify(body.token)).toMatchObject({ sub: zoe.personId });
    }
    expect((await ask('POST', '/local/token', { email: 'nobody@oak.example' })).status).toBe(404);
    expect((await ask('POST', '/local/token', { name: 'Zoe' })).status).toBe(422);
    expect((await ask('POST', '/local/token', '{')).status).toBe(400);
  });

  test('moves the clock by days, to eight in the morning of a day, and never back', async () => {
    expect((await ask('POST', '/local/clock/advance', { days: 1 })).body).toEqual({ now: '2026-09-17T08:00:00.000Z' });
    expect((await ask('POST', '/local/clock/advance', { to: '2026-09-18' })).body).toEqual({
      now: '2026-09-18T07:00:00.000Z',
    });
    expect((await ask('POST', '/local/clock/advance', { days: 0 })).body).toEqual({ now: '2026-09-18T07:00:00.000Z' });
    for (const back of [{ days: -1 }, { to: '2026-09-17' }]) {
      const { status, body } = await ask('POST', '/local/clock/advance', back);
      expect([status, body.code]).toEqual([409, 'clock-cannot-go-back']);
    }
    for (const wrong of [{ days: 1.5 }, { to: 'tomorrow' }, {}, { days: 1, to: '2027-01-04' }, []]) {
      expect((await ask('POST', '/local/clock/advance', wrong)).status).toBe(422);
    }
    expect((await ask('GET', '/local/clock')).body).toEqual({ now: '2026-09-18T07:00:00.000Z' });
  });

  test('lists one person for each role', async () => {
    const { items } = (await ask('GET', '/local/people')).body;
    expect(items.find(({ role }: { role: string }) => role === 'trust-lead')).toEqual({
      role: 'trust-lead',
      schoolId: null,
      schoolName: null,
      personId: 'rowan',
      name: 'Rowan Sample',
      email: 'rowan@oak.example',
    });
    expect(items.find(({ role }: { role: string }) => role === 'headteacher')).toMatchObject({
      schoolName: 'Oakfield Primary School',
    });
    expect(new Set(items.map(({ role }: { role: string }) => role)).size).toBe(items.length);
  });

  test('a page of another site may do none of it', async () => {
    const headers = ['Origin', 'https://elsewhere.example'];
    expect((await ask('POST', '/local/clock/advance', { days: 1 }, headers)).status).toBe(403);
    expect((await ask('POST', '/local/settle', undefined, ['Origin', 'http://localhost:3000'])).status).toBe(200);
  });

  test('says what there is where something else is asked', async () => {
    expect((await ask('GET', '/local/settle')).status).toBe(405);
    expect((await ask('GET', '/local/other')).status).toBe(404);
  });
});
