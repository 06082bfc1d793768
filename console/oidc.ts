/** The trust's own sign-in: OpenID Connect, authorization code with PKCE, as a public client. */
import * as oauth from 'oauth4webapi';
import type { Session } from './session.ts';
import type { SignInConfig } from './sign-in-config.ts';

type OidcConfig = Extract<SignInConfig, { kind: 'oidc' }>;

/** What has to outlive the way to the provider and back, in this tab alone. */
interface Pending {
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
  readonly to: string;
}

/** Why nobody was signed in: they, or the provider, said no; it did not answer; what it said does not fit. */
export type Failure = 'refused' | 'unreachable' | 'unfit';

export class SignInFailed extends Error {
  override readonly name = 'SignInFailed';
  readonly why: Failure;
  /** Where they wanted to go, which the next attempt has to know. */
  readonly to: string | undefined;
  constructor(cause: unknown, to?: string) {
    super('Nobody was signed in', { cause });
    this.why = failureOf(cause);
    this.to = to;
  }
}

function failureOf(cause: unknown): Failure {
  if (cause instanceof oauth.AuthorizationResponseError) {
    if (cause.error === 'access_denied') return 'refused';
    return ['server_error', 'temporarily_unavailable'].includes(cause.error) ? 'unreachable' : 'unfit';
  }
  if (cause instanceof oauth.ResponseBodyError) return cause.status >= 500 ? 'unreachable' : 'unfit';
  if (cause instanceof oauth.OperationProcessingError)
    return cause.cause instanceof Response && cause.cause.status >= 500 ? 'unreachable' : 'unfit';
  // What `fetch` throws has no code of the library.
  const isOfFetch = cause instanceof TypeError && !('code' in cause);
  return isOfFetch || (cause instanceof DOMException && cause.name === 'TimeoutError') ? 'unreachable' : 'unfit';
}

const KEY = 'oak.sign-in';
const redirectUri = (): string => `${location.origin}/app`;

/** A provider that has not answered by then does not. */
const PATIENCE = 20_000;
/** School computers go wrong by minutes. Whether a token still counts, the gateway says, by its own clock. */
const CLOCK_TOLERANCE = 5 * 60;

/** Every request to the provider. Without TLS only to this very machine, as browsers have it, too. */
const asking = ({ issuer }: OidcConfig) => ({
  signal: () => AbortSignal.timeout(PATIENCE),
  [oauth.allowInsecureRequests]: ['localhost', '127.0.0.1'].includes(new URL(issuer).hostname),
});

async function serverOf(config: OidcConfig): Promise<oauth.AuthorizationServer> {
  const url = new URL(config.issuer);
  return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, asking(config)));
}

const clientOf = ({ clientId }: OidcConfig): oauth.Client => ({
  client_id: clientId,
  [oauth.clockTolerance]: CLOCK_TOLERANCE,
});

const authenticationOf = ({ clientSecret }: OidcConfig): oauth.ClientAuth =>
  clientSecret === undefined ? oauth.None() : oauth.ClientSecretPost(clientSecret);

function addressOf(endpoint: string, parameters: Readonly<Record<string, string>>): URL {
  const url = new URL(endpoint);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url;
}

/**
 * Leaves for the provider's page; comes back to `/app` with a code, and from there to `to`. `isChoosing`: whoever is
 * signed in there may not be who wants to come in.
 */
export async function leaveToSignIn(
  config: OidcConfig,
  { to, isChoosing }: { readonly to: string; readonly isChoosing: boolean },
): Promise<void> {
  try {
    const server = await serverOf(config);
    if (server.authorization_endpoint === undefined) throw new Error('The provider names no page to sign in');
    const pending: Pending = {
      verifier: oauth.generateRandomCodeVerifier(),
      state: oauth.generateRandomState(),
      nonce: oauth.generateRandomNonce(),
      to,
    };
    sessionStorage.setItem(KEY, JSON.stringify(pending));
    location.assign(
      addressOf(server.authorization_endpoint, {
        client_id: config.clientId,
        redirect_uri: redirectUri(),
        response_type: 'code',
        scope: config.scope,
        code_challenge: await oauth.calculatePKCECodeChallenge(pending.verifier),
        code_challenge_method: 'S256',
        state: pending.state,
        nonce: pending.nonce,
        ...(isChoosing && { prompt: choosingAt(server) }),
      }),
    );
  } catch (cause) {
    throw new SignInFailed(cause);
  }
}

/** How the provider is asked to ask who it is. */
function choosingAt(server: oauth.AuthorizationServer): string {
  const known = server['prompt_values_supported'];
  return Array.isArray(known) && !known.includes('select_account') ? 'login' : 'select_account';
}

function sessionOf(config: OidcConfig, answer: oauth.TokenEndpointResponse, before?: Session): Session {
  const token = config.token === 'id' ? answer.id_token : answer.access_token;
  if (token === undefined) throw new Error('The provider sent no token of the kind that was asked for');
  // `expires_in` is the access token's; the other one may last less.
  const { exp, iat } = (config.token === 'id' && oauth.getValidatedIdTokenClaims(answer)) || {};
  const lasts = Math.min(
    answer.expires_in ?? Number.POSITIVE_INFINITY,
    exp === undefined || iat === undefined ? Number.POSITIVE_INFINITY : exp - iat,
  );
  return {
    token,
    expiresAt: Number.isFinite(lasts) ? Date.now() + lasts * 1000 : undefined,
    refreshToken: answer.refresh_token ?? before?.refreshToken,
    since: before?.since,
  };
}

/** Back from the provider: checks what it says, and fetches the token. Throws {@link SignInFailed} where anything does not fit. */
export async function comeBack(
  config: OidcConfig,
  address: URL,
): Promise<{ readonly session: Session; readonly to: string }> {
  const pending = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Pending | null;
  sessionStorage.removeItem(KEY);
  if (pending === null) throw new SignInFailed(new Error('Nobody was signing in here'));
  try {
    const server = await serverOf(config);
    const client = clientOf(config);
    const parameters = oauth.validateAuthResponse(server, client, address, pending.state);
    const answer = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      authenticationOf(config),
      parameters,
      redirectUri(),
      pending.verifier,
      asking(config),
    );
    const result = await oauth.processAuthorizationCodeResponse(server, client, answer, {
      expectedNonce: pending.nonce,
      requireIdToken: true,
    });
    return { session: sessionOf(config, result), to: pending.to };
  } catch (cause) {
    throw new SignInFailed(cause, pending.to);
  }
}

/** A fresh token for a session that is about to expire. */
export async function renew(config: OidcConfig, before: Session): Promise<Session> {
  const server = await serverOf(config);
  const client = clientOf(config);
  const answer = await oauth.refreshTokenGrantRequest(
    server,
    client,
    authenticationOf(config),
    before.refreshToken ?? '',
    asking(config),
  );
  return sessionOf(config, await oauth.processRefreshTokenResponse(server, client, answer), before);
}

/**
 * Leaves for the provider to end its session, too, and comes back to `/app`. `false` where it offers no way to. Without
 * `id_token_hint`: the address stays in the history of the browser, and who finds a token there has an hour to use it.
 */
export async function leaveToSignOut(config: OidcConfig): Promise<boolean> {
  const { end_session_endpoint: endpoint } = await serverOf(config);
  if (endpoint === undefined) return false;
  location.assign(
    addressOf(endpoint, {
      client_id: config.clientId,
      post_logout_redirect_uri: redirectUri(),
      // Cognito's name for it.
      logout_uri: redirectUri(),
    }),
  );
  return true;
}
