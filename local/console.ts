/**
 * The console on one machine: the built files under `/app`, any other address below it being a page of the console, as
 * CloudFront serves them on AWS. Signing in is choosing somebody of the sample.
 */
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import type { SignInConfig } from '../console/sign-in-config.ts';
import type { Cloud } from './cloud.ts';
import type { GatewayRequest, GatewayResponse } from './gateway.ts';
import type { Issuer } from './issuer.ts';
import { makeLocalRoutes } from './local-routes.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

/** The content security policy: nothing inline runs, nothing from elsewhere is loaded, and no other page frames it. */
export const consolePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** The same where what signs people in is elsewhere, and has to be asked. */
const policyFor = (signIn: SignInConfig): string =>
  signIn.kind === 'local'
    ? consolePolicy
    : consolePolicy.replace("connect-src 'self'", `connect-src 'self' ${new URL(signIn.issuer).origin}`);

const common = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};

const YEAR = 31_536_000;

/** Whether a request is for the console: a page or file of it, to be read. */
const isForConsole = ({ method, url }: GatewayRequest): boolean => method === 'GET' && /^\/app(?:[/?]|$)/.test(url);

/** Answers what {@link isForConsole}; `folder` holds the built console. */
function makeConsole(folder: string, signIn: SignInConfig) {
  const policy = policyFor(signIn);
  const answered = (body: Buffer | string, name: string, isForever: boolean): GatewayResponse => ({
    status: 200,
    headers: {
      ...common,
      'content-security-policy': policy,
      'content-type': types[extname(name)] ?? 'application/octet-stream',
      // Names of assets change with what is in them.
      'cache-control': isForever ? `public, max-age=${YEAR}, immutable` : 'no-cache',
    },
    cookies: [],
    body: Buffer.from(body),
  });
  // Read each time: the console may be built anew while this runs.
  const file = (name: string): Promise<Buffer | undefined> => readFile(join(folder, name)).catch(() => undefined);
  return async (request: GatewayRequest): Promise<GatewayResponse> => {
    const [path = ''] = request.url.split('?');
    const name = normalize(path.slice('/app'.length)).replaceAll('\\', '/');
    if (name === '/config.json') return answered(JSON.stringify({ signIn }), name, false);
    const isAsset = name.startsWith('/assets/');
    const found = isAsset || name === '/favicon.svg' ? await file(name) : undefined;
    if (found) return answered(found, name, isAsset);
    if (isAsset) return { ...answered('', name, false), status: 404 };
    const page = await file('/index.html');
    if (!page) throw new Error(`The console is not built: ${folder} has no index.html`);
    return answered(page, '/index.html', false);
  };
}

/** One address for all there is on this machine: the console, `/local/*`, and the API behind its gateway. */
export function makeSite({
  cloud,
  issuer,
  folder,
  signIn = { kind: 'local' },
}: {
  readonly cloud: Cloud;
  readonly issuer: Issuer;
  /** The built console. */
  readonly folder: string;
  /** How people sign in, where not as anybody of the sample. */
  readonly signIn?: SignInConfig;
}): (request: GatewayRequest) => Promise<GatewayResponse> {
  const pages = makeConsole(folder, signIn);
  const local = makeLocalRoutes({ cloud, issuer });
  return (request) => {
    if (isForConsole(request)) return pages(request);
    return request.url.startsWith('/local/') ? local(request) : cloud.gateway(request);
  };
}
