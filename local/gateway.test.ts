import { request as httpRequest } from 'node:http';
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { afterAll, describe, expect, test } from 'vitest';
import { instant } from '../workflows/kernel/time.ts';
import { type GatewayOptions, type GatewayRequest, makeGateway, serve } from './gateway.ts';
import { makeIssuer } from './issuer.ts';

type Event = APIGatewayProxyEventV2WithJWTAuthorizer;

const issuer = await makeIssuer();
const token = await issuer.tokenFor({ personId: 'p1', email: 's.khan@oak.example' });

function gatewayTo(handler: (event: Event, name: string) => unknown, more: Partial<GatewayOptions> = {}) {
  return makeGateway({
    routes: [
      { key: 'ANY /{proxy+}', function: 'api', needsToken: true },
      { key: 'POST /imports/{proxy+}', function: 'imports', needsToken: true },
      { key: 'GET /health', function: 'api', needsToken: false },
    ],
    invoke: async (name, event) => ({
      ok: true,
      payload: JSON.stringify((await handler(JSON.parse(event), name)) ?? null),
    }),
    verify: issuer.verify,
    clock: () => instant('2026-11-25T09:30:00Z'),
    account: '000000000000',
    ...more,
  });
}

const ask = (
  method: string,
  url: string,
  more: { headers?: string[]; body?: Buffer | string } = {},
): GatewayRequest => ({
  method,
  url,
  rawHeaders: ['Host', 'localhost:3000', 'Authorization', `Bearer ${token}`, ...(more.headers ?? [])],
  body: Buffer.from(more.body ?? ''),
});

const echo = (event: Event) => ({ statusCode: 200, body: JSON.stringify(event) });
const eventOf = async (request: GatewayRequest): Promise<Event> =>
  JSON.parse((await gatewayTo(echo).handle(request)).body.toString()) as Event;

describe('the gateway', () => {
  test('makes the event of an HTTP API, payload format 2.0', async () => {
    const event = await eventOf(
      ask('POST', '/npq-applications?school=910101&task=a&task=b', {
        headers: ['Content-Type', 'application/json', 'X-Two', '1', 'x-two', '2', 'Cookie', 'a=1; b=2'],
        body: '{"a":"é"}',
      }),
    );
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'ANY /{proxy+}',
      rawPath: '/npq-applications',
      rawQueryString: 'school=910101&task=a&task=b',
      cookies: ['a=1', 'b=2'],
      headers: { 'content-type': 'application/json', 'x-two': '1,2' },
      queryStringParameters: { school: '910101', task: 'a,b' },
      pathParameters: { proxy: 'npq-applications' },
      body: '{"a":"é"}',
      isBase64Encoded: false,
      requestContext: {
        authorizer: { jwt: { claims: { sub: 'p1', email: 's.khan@oak.example', email_verified: 'true' } } },
        http: { method: 'POST', path: '/npq-applications', sourceIp: '127.0.0.1' },
        stage: '$default',
        time: '25/Nov/2026:09:30:00 +0000',
        timeEpoch: Date.parse('2026-11-25T09:30:00Z'),
      },
    });
    expect(event.headers).not.toHaveProperty('cookie');
  });

  test('takes the route that says most about the path', async () => {
    const names: string[] = [];
    const gateway = gatewayTo((_event, name) => void names.push(name));
    await gateway.handle(ask('POST', '/imports/staff'));
    await gateway.handle(ask('GET', '/imports/staff'));
    await gateway.handle(ask('GET', '/health'));
    expect(names).toEqual(['imports', 'api', 'api']);
  });

  test('hands bytes that are no UTF-8 over as base64, whatever they say they are', async () => {
    const windows1252 = Buffer.from([0x4e, 0xe9, 0x65]);
    const event = await eventOf(
      ask('POST', '/imports/staff', { headers: ['Content-Type', 'text/csv'], body: windows1252 }),
    );
    expect(event.isBase64Encoded).toBe(true);
    expect(Buffer.from(event.body ?? '', 'base64')).toEqual(windows1252);
  });

  test('keeps the mark of a UTF-8 file', async () => {
    const event = await eventOf(
      ask('POST', '/imports/staff', { headers: ['Content-Type', 'text/csv'], body: '\uFEFFa,b' }),
    );
    expect(event.body).toBe('\uFEFFa,b');
  });

  test('lets nobody in without a good token, and says so as a problem', async () => {
    const other = await (await makeIssuer()).tokenFor({ personId: 'p1' });
    for (const header of [
      [],
      ['Authorization', 'Bearer x.y.z'],
      ['Authorization', `Bearer ${other}`],
      ['Authorization', token],
    ]) {
      const response = await gatewayTo(echo).handle({
        method: 'GET',
        url: '/me',
        rawHeaders: header,
        body: Buffer.alloc(0),
      });
      expect(response.status).toBe(401);
      expect(response.headers).toMatchObject({ 'content-type': 'application/problem+json' });
      expect(JSON.parse(response.body.toString())).toMatchObject({ code: 'not-signed-in', status: 401 });
    }
  });

  test('lets everybody see what is open, and says nothing about a token there', async () => {
    const open = await gatewayTo(echo).handle({ method: 'GET', url: '/health', rawHeaders: [], body: Buffer.alloc(0) });
    expect(JSON.parse(open.body.toString()).requestContext).not.toHaveProperty('authorizer');
  });

  test('takes six megabytes and no more', async () => {
    const response = await gatewayTo(echo).handle(
      ask('POST', '/imports/staff', { body: Buffer.alloc(5_000_000, 0xff) }),
    );
    expect(response.status).toBe(413);
  });

  test('is 500 without a word about why when the function throws, 503 when it takes too long', async () => {
    const failing = gatewayTo(echo, {
      invoke: async () => ({ ok: false, errorType: 'TypeError', errorMessage: 'secret' }),
    });
    const failed = await failing.handle(ask('GET', '/me'));
    expect([failed.status, failed.body.toString().includes('secret')]).toEqual([500, false]);
    const slow = gatewayTo(echo, { invoke: () => new Promise(() => {}), patience: 10 });
    expect((await slow.handle(ask('GET', '/me'))).status).toBe(503);
  });

  test('gives no other site access', async () => {
    const response = await gatewayTo(echo).handle(
      ask('GET', '/me', { headers: ['Origin', 'https://elsewhere.example'] }),
    );
    expect(Object.keys(response.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('over HTTP', async () => {
  const { server, port } = await serve(
    gatewayTo(() => ({ statusCode: 201, headers: { Location: '/x' }, cookies: ['a=1'], body: 'ok' })).handle,
    0,
  );
  afterAll(() => {
    server.close();
  });

  test('the answer of the function arrives', async () => {
    const response = await fetch(`http://127.0.0.1:${port}/me`, { headers: { authorization: `Bearer ${token}` } });
    expect([
      response.status,
      response.headers.get('location'),
      response.headers.get('set-cookie'),
      await response.text(),
    ]).toEqual([201, '/x', 'a=1', 'ok']);
  });

  test('another host name is refused', async () => {
    const status = await new Promise((resolve) => {
      httpRequest({ port, host: '127.0.0.1', path: '/health', headers: { host: 'evil.example' } }, (response) =>
        resolve(response.statusCode),
      ).end();
    });
    expect(status).toBe(400);
  });

  test('it listens on this machine alone', () => {
    expect(server.address()).toMatchObject({ address: '127.0.0.1' });
  });
});
