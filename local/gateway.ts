/**
 * API Gateway on one machine: an HTTP API with the routes of the template. It verifies the token, makes the very event
 * of payload format 2.0 and turns the function's answer into HTTP. No CORS header is ever given.
 *
 * What the gateway itself refuses is said as `application/problem+json` here, where AWS says `{"message": …}`.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type RejectionCode, reject, rejections } from '../workflows/kernel/rejections.ts';
import type { Clock } from '../workflows/kernel/time.ts';
import { type Lambda, PAYLOAD_LIMIT } from './lambda.ts';

export interface RouteSettings {
  /** `ANY /{proxy+}`, `POST /imports/{proxy+}`, `GET /health`, `$default`. */
  readonly key: string;
  readonly function: string;
  readonly needsToken: boolean;
}

export interface GatewayRequest {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly url: string;
  /** Names and values in turn, as they were sent; a name may come more than once. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly sourceIp?: string;
}

export interface GatewayResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: Buffer;
}

export interface Gateway {
  handle(request: GatewayRequest): Promise<GatewayResponse>;
}

export interface GatewayOptions {
  readonly routes: readonly RouteSettings[];
  readonly invoke: Lambda['invoke'];
  /** The claims of a good token. */
  readonly verify: (token: string) => Promise<Readonly<Record<string, unknown>> | undefined>;
  readonly clock: Clock;
  readonly account: string;
  /** After so many milliseconds the caller is told 503: 30 s on AWS. */
  readonly patience?: number;
}

/** Ten megabytes: the largest request of an HTTP API. */
const REQUEST_LIMIT = 10 * 1024 * 1024;

export function makeGateway(options: GatewayOptions): Gateway {
  const { invoke, verify, clock, account, patience = 30_000 } = options;
  const routes = options.routes.map(compileRoute);

  return {
    async handle(request) {
      if (request.body.length > REQUEST_LIMIT) return tooLarge();
      const [path = '/', ...query] = request.url.split('?');
      const rawQueryString = query.join('?');
      const found = findRoute(routes, request.method, path);
      if (!found) return problem('not-found', 'Nothing is at this address.');
      const headers = joined(request.rawHeaders);
      let claims: Readonly<Record<string, unknown>> | undefined;
      if (found.route.needsToken) {
        claims = await claimsOf(headers['authorization'], verify);
        if (!claims) return unauthorized(headers['authorization'] !== undefined);
      }
      const event = JSON.stringify(
        eventOf({ request, path, rawQueryString, headers, found, claims, now: clock(), account }),
      );
      if (Buffer.byteLength(event) > PAYLOAD_LIMIT) return tooLarge();
      const answer = await within(patience, invoke(found.route.function, event));
      if (answer === undefined) return plain(503, 'Service Unavailable', 'The answer took longer than 30 seconds.');
      if (!answer.ok) return plain(500, 'Internal Server Error', 'This did not work, and it is not your fault.');
      return responseOf(answer.payload);
    },
  };
}

// ── Routes ──────────────────────────────────────────────────────────────────────────────────────────────────────────

interface Route extends RouteSettings {
  readonly method: string;
  readonly segments: readonly string[];
}

interface Found {
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
}

function compileRoute(settings: RouteSettings): Route {
  if (settings.key === '$default') return { ...settings, method: 'ANY', segments: ['{proxy+}'] };
  const [method, path, ...rest] = settings.key.split(' ');
  if (!method || !path?.startsWith('/') || rest.length > 0) throw new Error(`route ${settings.key}: not a route key`);
  return { ...settings, method, segments: path.split('/').slice(1) };
}

/** The most specific route: a path of words before one with variables, that before a greedy one, a method before `ANY`. */
function findRoute(routes: readonly Route[], method: string, path: string): Found | undefined {
  const segments = path.split('/').slice(1);
  const found = routes.flatMap((route): (Found & { rank: string })[] => {
    if (route.method !== 'ANY' && route.method !== method) return [];
    const parameters = matchPath(route.segments, segments);
    if (!parameters) return [];
    const rank = route.segments
      .map((segment) => (segment.endsWith('+}') ? 2 : segment.startsWith('{') ? 1 : 0))
      .join('');
    return [
      { route, parameters, rank: `${route.key === '$default' ? 9 : ''}${rank}${route.method === 'ANY' ? 1 : 0}` },
    ];
  });
  return found.sort((a, b) => (a.rank < b.rank ? -1 : 1))[0];
}

function matchPath(wanted: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [at, segment] of wanted.entries()) {
    const value = given[at];
    const [, name, greedy] = /^\{([^+}]+)(\+?)\}$/.exec(segment) ?? [];
    if (name !== undefined && greedy) {
      const rest = given.slice(at).join('/');
      if (rest === '') return undefined;
      parameters[name] = decoded(rest);
      return parameters;
    }
    if (value === undefined || (name === undefined && value !== segment) || (name !== undefined && value === '')) {
      return undefined;
    }
    if (name !== undefined) parameters[name] = decoded(value);
  }
  return given.length === wanted.length ? parameters : undefined;
}

// ── The event ───────────────────────────────────────────────────────────────────────────────────────────────────────

interface EventParts {
  readonly request: GatewayRequest;
  readonly path: string;
  readonly rawQueryString: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly found: Found;
  readonly claims: Readonly<Record<string, unknown>> | undefined;
  readonly now: string;
  readonly account: string;
}

function eventOf({ request, path, rawQueryString, headers, found, claims, now, account }: EventParts): unknown {
  const { cookie, ...others } = headers;
  const cookies = cookie === undefined ? [] : cookie.split(';').map((text) => text.trim());
  const domainName = headers['host'] ?? 'localhost';
  const { body, isBase64Encoded } = bodyOf(request.body, headers['content-type']);
  const query = queryOf(rawQueryString);
  return {
    version: '2.0',
    routeKey: found.route.key,
    rawPath: decodedPath(path),
    rawQueryString,
    ...(cookies.length > 0 && { cookies }),
    headers: others,
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    requestContext: {
      accountId: account,
      apiId: 'local',
      ...(claims && { authorizer: { jwt: { claims: claimTexts(claims), scopes: null } } }),
      domainName,
      domainPrefix: domainName.split('.')[0],
      http: {
        method: request.method,
        path: decodedPath(path),
        protocol: 'HTTP/1.1',
        sourceIp: request.sourceIp ?? '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: found.route.key,
      stage: '$default',
      time: commonLogTime(now),
      timeEpoch: Date.parse(now),
    },
    ...(Object.keys(found.parameters).length > 0 && { pathParameters: found.parameters }),
    ...(body !== undefined && { body }),
    isBase64Encoded,
  };
}

/** Names in lower case; values of one name joined by a comma, cookies by a semicolon. */
function joined(rawHeaders: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    const value = rawHeaders[at + 1] ?? '';
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ','}${value}`;
  }
  return headers;
}

/** Values of one name joined by a comma, as the gateway does. */
function queryOf(rawQueryString: string): Record<string, string> {
  const query: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    const before = query[name];
    query[name] = before === undefined ? value : `${before},${value}`;
  }
  return query;
}

/** The gateway decodes the path it hands over, but for what cannot be decoded. */
const decodedPath = (path: string): string => decoded(path);

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Claims are texts: a list is `[a b]`. */
const claimTexts = (claims: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [
      name,
      Array.isArray(value) ? `[${value.join(' ')}]` : String(value),
    ]),
  );

const TEXT = /^(text\/|application\/([a-z.-]+\+)?(json|xml)\b|application\/javascript\b)/i;

/** Text as text; everything else, and what says that it is text and is no UTF-8, as base64. */
function bodyOf(bytes: Buffer, contentType: string | undefined): { body?: string; isBase64Encoded: boolean } {
  if (bytes.length === 0) return { isBase64Encoded: false };
  if (contentType === undefined || TEXT.test(contentType)) {
    const text = bytes.toString('utf8');
    if (Buffer.from(text).equals(bytes)) return { body: text, isBase64Encoded: false };
  }
  return { body: bytes.toString('base64'), isBase64Encoded: true };
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `25/Nov/2026:09:30:00 +0000`. */
const commonLogTime = (at: string): string =>
  `${at.slice(8, 10)}/${months[Number(at.slice(5, 7)) - 1]}/${at.slice(0, 4)}:${at.slice(11, 19)} +0000`;

async function claimsOf(
  authorization: string | undefined,
  verify: GatewayOptions['verify'],
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const [, token] = /^Bearer +([^ ]+)$/i.exec(authorization ?? '') ?? [];
  return token === undefined ? undefined : verify(token);
}

// ── The answer ──────────────────────────────────────────────────────────────────────────────────────────────────────

function responseOf(payload: string): GatewayResponse {
  const value: unknown = JSON.parse(payload);
  // Without a status code the whole answer is the body, as format 2.0 has it.
  if (typeof value !== 'object' || value === null || !('statusCode' in value)) {
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      cookies: [],
      body: Buffer.from(typeof value === 'string' ? value : payload),
    };
  }
  const { statusCode, headers, cookies, body, isBase64Encoded } = value as Record<string, unknown>;
  if (
    typeof statusCode !== 'number' ||
    !Number.isInteger(statusCode) ||
    (body !== undefined && typeof body !== 'string')
  ) {
    return plain(500, 'Internal Server Error', 'This did not work, and it is not your fault.');
  }
  return {
    status: statusCode,
    headers: Object.fromEntries(
      Object.entries((headers ?? {}) as Record<string, unknown>).map(([name, text]) => [
        name.toLowerCase(),
        String(text),
      ]),
    ),
    cookies: Array.isArray(cookies) ? cookies.map(String) : [],
    body: body === undefined ? Buffer.alloc(0) : Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}

/** The problem that goes with a rejection. */
export function problem(
  code: RejectionCode,
  detail: string,
  errors: readonly { path: string; message: string }[] = [],
): GatewayResponse {
  const { rejected } = reject(code, detail);
  const { status, title } = rejections[rejected];
  return asProblem(status, { type: `urn:oak:problem:${code}`, title, code, detail, errors });
}

/** A problem that is the gateway's own, not a refusal of the API. */
export function plain(status: number, title: string, detail: string): GatewayResponse {
  return asProblem(status, { type: 'about:blank', title, detail, errors: [] });
}

const asProblem = (status: number, { type, title, ...rest }: Record<string, unknown>): GatewayResponse => ({
  status,
  headers: { 'content-type': 'application/problem+json' },
  cookies: [],
  body: Buffer.from(JSON.stringify({ type, title, status, ...rest })),
});

const tooLarge = (): GatewayResponse => problem('body-too-large', 'At most six megabytes can be sent, 4.5 of a file.');

const unauthorized = (hasToken: boolean): GatewayResponse => {
  const refusal = problem(
    'not-signed-in',
    hasToken ? 'Your sign-in has expired or is not valid here.' : 'Please sign in first.',
  );
  const challenge = hasToken ? 'Bearer error="invalid_token"' : 'Bearer';
  return { ...refusal, headers: { ...refusal.headers, 'www-authenticate': challenge } };
};

function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), ms);
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

// ── HTTP ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Serves on 127.0.0.1 alone; `port` 0 takes a free one. Another host name in the request is refused: a page of
 * somewhere else could otherwise reach this machine through a name that leads here.
 */
export async function serve(handle: Gateway['handle'], port: number): Promise<{ server: Server; port: number }> {
  const server = createServer((request, response) => {
    void answer(handle, request, response);
  });
  await new Promise<void>((resolve, refuse) => {
    server.once('error', refuse);
    server.listen(port, '127.0.0.1', () => resolve());
  });
  const address = server.address();
  return { server, port: typeof address === 'object' && address !== null ? address.port : port };
}

async function answer(handle: Gateway['handle'], request: IncomingMessage, response: ServerResponse): Promise<void> {
  let result: GatewayResponse;
  try {
    const body = await read(request);
    if (!/^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(request.headers.host ?? '')) {
      result = problem('bad-request', 'This service answers to localhost only.');
    } else if (body === undefined) {
      result = tooLarge();
    } else {
      const { method = 'GET', url = '/', rawHeaders } = request;
      result = await handle({ method, url, rawHeaders, body });
    }
  } catch {
    result = plain(500, 'Internal Server Error', 'This did not work, and it is not your fault.');
  }
  if (response.destroyed) return;
  response.statusCode = result.status;
  for (const [name, value] of Object.entries(result.headers)) {
    // A header that Node refuses would end the whole process otherwise.
    try {
      response.setHeader(name, value);
    } catch {
      response.statusCode = 500;
    }
  }
  if (result.cookies.length > 0) response.setHeader('set-cookie', [...result.cookies]);
  response.end(result.body);
}

/** The whole body; `undefined` where it is larger than the gateway takes (it is read to the end, so that the answer arrives). */
async function read(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= REQUEST_LIMIT) chunks.push(chunk);
    if (size > 10 * REQUEST_LIMIT) request.destroy();
  }
  return size > REQUEST_LIMIT ? undefined : Buffer.concat(chunks);
}
