/**
 * A certified provider of OpenID Connect on this machine, with a page to sign in, and the gateway's authorizer for its
 * tokens. It stands at `127.0.0.1` where the console is at `localhost`: another site, as on AWS.
 */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  createRemoteJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from 'jose';
import { interactionPolicy, Provider } from 'oidc-provider';

export const CLIENT = 'oak-cpd-console';
const API = 'urn:oak-cpd:api';

export interface ProviderOptions {
  /** Where the console is. */
  readonly address: string;
  /** What a token says of whoever has signed in by that name; as Entra ID does it unless said. */
  readonly claimsOf?: (account: string) => Readonly<Record<string, unknown>>;
  /** Gives a refresh token with every code, as Cognito does; Entra ID and Google do not for these scopes. */
  readonly hasRefresh?: boolean;
  /** Wants it from the page, as Google does. */
  readonly secret?: string;
  /** Offers no way to end its session, as Google does not. */
  readonly hasNoEnd?: boolean;
  /** Seconds that a token is good for. */
  readonly lasts?: number;
  /** Its access tokens are for this console's API, and say the same as its ID tokens. */
  readonly knowsApi?: boolean;
}

export interface OpenIdProvider {
  readonly issuer: string;
  /** Begins anew, for another console. */
  begin(options: ProviderOptions): void;
  /** Does not answer at all, says that something broke, or gives out no tokens. */
  fail(how: 'gone' | 'broken' | 'no-tokens' | undefined): void;
  /** The next request to sign in arrives with another `state` or `nonce` than was sent. */
  change(what: 'state' | 'nonce'): void;
  /** As API Gateway's JWT authorizer does it: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html */
  verify(token: string): Promise<JWTPayload | undefined>;
  /** A token as the provider signs it. */
  sign(claims: JWTPayload, header?: { readonly kid?: string }): Promise<string>;
  /** Every token that was seen until now is looked at by a clock that is a day ahead. */
  expire(): Promise<void>;
  /** The tokens that were taken. */
  readonly seen: ReadonlySet<string>;
  /** What the token endpoint was asked for. */
  readonly grants: string[];
  stop(): Promise<void>;
}

const entra = (account: string) => ({ oid: `oid-${account}`, preferred_username: account, email: account });

export async function startProvider(): Promise<OpenIdProvider> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwks = { keys: [{ ...(await exportJWK(privateKey)), kid: 'of-tests', alg: 'RS256', use: 'sig' }] };
  let provider: Provider | undefined;
  let failure: Parameters<OpenIdProvider['fail']>[0];
  let changed: 'state' | 'nonce' | undefined;
  const seen = new Set<string>();
  const expired = new Set<string>();
  const grants: string[] = [];

  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.writeHead(500).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (failure === 'gone') return void request.socket.destroy();
    const isForToken = request.url?.startsWith('/token') ?? false;
    // What stands before a provider that is down says so to whoever asks.
    if (failure === 'broken' || (failure === 'no-tokens' && isForToken))
      return void response.writeHead(503, { 'access-control-allow-origin': '*' }).end();
    if (provider === undefined) throw new Error('The provider has not begun');
    if (isForToken) grants.push(request.method ?? '');
    if (changed !== undefined && request.url?.startsWith('/auth?')) {
      const url = new URL(request.url, issuer);
      url.searchParams.set(changed, 'another-one-that-is-long-enough');
      request.url = `${url.pathname}${url.search}`;
      changed = undefined;
    }
    if (!request.url?.startsWith('/interaction/')) return provider.callback()(request, response);
    if (request.method === 'GET') return void response.writeHead(200, { 'content-type': 'text/html' }).end(form);
    const given = new URLSearchParams(await text(request));
    const result = given.has('cancel')
      ? { error: 'access_denied', error_description: 'The person cancelled' }
      : { login: { accountId: given.get('account') ?? '' }, select_account: {} };
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }

  return {
    issuer,
    seen,
    grants,
    begin(options) {
      failure = undefined;
      changed = undefined;
      grants.length = 0;
      provider = new Provider(issuer, configurationOf(options, jwks));
    },
    fail(how) {
      failure = how;
    },
    change(what) {
      changed = what;
    },
    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, keys, {
          issuer,
          algorithms: ['RS256', 'RS384', 'RS512'],
          requiredClaims: ['exp', 'iat'],
          ...(expired.has(token) && { currentDate: new Date(Date.now() + 86_400_000) }),
        });
        const audience = payload.aud ?? payload['client_id'];
        if (decodeProtectedHeader(token).kid === undefined) return undefined;
        if (![audience].flat().includes(CLIENT) || (payload.iat ?? 0) > Date.now() / 1000) return undefined;
        seen.add(token);
        return payload;
      } catch {
        return undefined;
      }
    },
    sign: (claims, header = { kid: 'of-tests' }) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'RS256', ...header }).sign(privateKey),
    async expire() {
      // Signed in the same second with the same claims, the next one would be the same text.
      await new Promise((resolve) => setTimeout(resolve, 1000));
      for (const token of seen) expired.add(token);
    },
    async stop() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

export const audienceOf = (token: string): unknown => decodeJwt(token).aud;

const form = `<!doctype html><html lang="en"><title>The trust's sign-in</title><h1>The trust's sign-in</h1>
<form method="post"><label>Account <input name="account"></label><button>Continue</button><button name="cancel">Cancel</button></form>`;

function configurationOf(options: ProviderOptions, jwks: unknown): unknown {
  const {
    address,
    claimsOf = entra,
    hasRefresh = false,
    secret,
    hasNoEnd = false,
    lasts = 3600,
    knowsApi = false,
  } = options;
  const policy = interactionPolicy.base();
  policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }));
  return {
    adapter: makeAdapter(),
    jwks,
    cookies: { keys: [randomBytes(16).toString('hex')] },
    clients: [
      {
        client_id: CLIENT,
        redirect_uris: [`${address}/app`],
        post_logout_redirect_uris: [`${address}/app`],
        response_types: ['code'],
        grant_types: ['authorization_code', 'refresh_token'],
        ...(secret === undefined
          ? { token_endpoint_auth_method: 'none' }
          : { token_endpoint_auth_method: 'client_secret_post', client_secret: secret }),
      },
    ],
    scopes: ['openid', 'email'],
    // In the token itself, where the API looks, and not only at an endpoint.
    conformIdTokenClaims: false,
    claims: { openid: ['sub', 'oid', 'preferred_username', 'hd'], email: ['email', 'email_verified'] },
    findAccount: (_: unknown, account: string) => ({
      accountId: account,
      claims: () => ({ sub: account, ...claimsOf(account) }),
    }),
    pkce: { required: () => true },
    clientBasedCORS: (_: unknown, origin: string) => origin === address,
    issueRefreshToken: () => hasRefresh,
    ttl: {
      IdToken: lasts,
      AccessToken: lasts,
      Session: 86_400,
      Grant: 86_400,
      Interaction: 3600,
      RefreshToken: 86_400,
    },
    interactions: { policy },
    // The trust has agreed for everybody.
    async loadExistingGrant({ oidc }: { oidc: Oidc }) {
      const grant = new oidc.provider.Grant({ accountId: oidc.session.accountId, clientId: oidc.client.clientId });
      grant.addOIDCScope('openid email');
      grant.addResourceScope(API, 'openid email');
      await grant.save();
      return grant;
    },
    renderError(context: { body: string }, out: Kept) {
      context.body = JSON.stringify(out);
    },
    // As Cognito's access tokens, which API Gateway takes too.
    extraTokenClaims: (_: unknown, { accountId }: { accountId: string }) => claimsOf(accountId),
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: knowsApi,
        defaultResource: () => API,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: 'openid email',
          audience: CLIENT,
          accessTokenFormat: 'jwt',
          accessTokenTTL: lasts,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
      rpInitiatedLogout: {
        enabled: !hasNoEnd,
        logoutSource(context: { body: string }, html: string) {
          context.body = `<!doctype html><html lang="en"><title>Sign out</title><h1>Sign out of the trust</h1>${html}
            <button form="op.logoutForm" name="logout" value="yes">Yes, sign me out</button>`;
        },
      },
    },
  };
}

type Kept = Readonly<Record<string, unknown>>;

/** What the provider remembers, until it begins anew. */
function makeAdapter() {
  const kept = new Map<string, Kept>();
  return class {
    readonly #kind: string;
    constructor(kind: string) {
      this.#kind = kind;
    }
    #key(id: string): string {
      return `${this.#kind} ${id}`;
    }
    async upsert(id: string, payload: Kept): Promise<void> {
      kept.set(this.#key(id), payload);
    }
    async find(id: string): Promise<Kept | undefined> {
      return structuredClone(kept.get(this.#key(id)));
    }
    async findByUid(uid: string): Promise<Kept | undefined> {
      return structuredClone(
        [...kept].find(([key, its]) => key.startsWith(`${this.#kind} `) && its['uid'] === uid)?.[1],
      );
    }
    async consume(id: string): Promise<void> {
      kept.set(this.#key(id), { ...kept.get(this.#key(id)), consumed: Math.floor(Date.now() / 1000) });
    }
    async destroy(id: string): Promise<void> {
      kept.delete(this.#key(id));
    }
    async revokeByGrantId(grantId: string): Promise<void> {
      const isOfGrant = (key: string) => /^(AccessToken|AuthorizationCode|RefreshToken) /.test(key);
      for (const [key, { grantId: its }] of kept) if (its === grantId && isOfGrant(key)) kept.delete(key);
    }
  };
}

interface Oidc {
  readonly provider: {
    readonly Grant: new (of: {
      accountId: string;
      clientId: string;
    }) => {
      addOIDCScope(scope: string): void;
      addResourceScope(resource: string, scope: string): void;
      save(): Promise<string>;
    };
  };
  readonly session: { readonly accountId: string };
  readonly client: { readonly clientId: string };
}
