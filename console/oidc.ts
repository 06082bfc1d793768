/** The trust's own sign-in: OpenID Connect, authorization code with PKCE, as a public client without a secret. */
import * as oauth from 'oauth4webapi';
import type { Session, SignInConfig } from './session.ts';

type OidcConfig = Extract<SignInConfig, { kind: 'oidc' }>;

/** What has to outlive the way to the provider and back, in this tab alone. */
interface Pending {
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
  readonly to: string;
}

const KEY = 'oak.sign-in';
const redirectUri = (): string => `${location.origin}/app`;

async function serverOf({ issuer }: OidcConfig): Promise<oauth.AuthorizationServer> {
  const url = new URL(issuer);
  return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url));
}

const clientOf = ({ clientId }: OidcConfig): oauth.Client => ({ client_id: clientId });

/** Leaves for the provider's page; comes back to `/app` with a code, and from there to `to`. */
export async function leaveToSignIn(config: OidcConfig, to: string): Promise<void> {
  const server = await serverOf(config);
  if (server.authorization_endpoint === undefined) throw new Error('The provider names no page to sign in');
  const pending: Pending = {
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    to,
  };
  sessionStorage.setItem(KEY, JSON.stringify(pending));
  const url = new URL(server.authorization_endpoint);
  url.search = new URLSearchParams({
    client_id: config.clientId,
    redirect_uri: redirectUri(),
    response_type: 'code',
    scope: config.scope,
    code_challenge: await oauth.calculatePKCECodeChallenge(pending.verifier),
    code_challenge_method: 'S256',
    state: pending.state,
    nonce: pending.nonce,
  }).toString();
  location.assign(url);
}

function sessionOf(config: OidcConfig, answer: oauth.TokenEndpointResponse, before?: Session): Session {
  const token = config.token === 'id' ? answer.id_token : answer.access_token;
  if (token === undefined) throw new Error('The provider sent no token of the kind that was asked for');
  return {
    token,
    expiresAt: answer.expires_in === undefined ? undefined : Date.now() + answer.expires_in * 1000,
    refreshToken: answer.refresh_token ?? before?.refreshToken,
  };
}

/** Back from the provider: checks what it says, and fetches the token. Throws where anything does not fit. */
export async function comeBack(
  config: OidcConfig,
  address: URL,
): Promise<{ readonly session: Session; readonly to: string }> {
  const pending = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Pending | null;
  sessionStorage.removeItem(KEY);
  if (pending === null) throw new Error('Nobody was signing in here');
  const server = await serverOf(config);
  const client = clientOf(config);
  const parameters = oauth.validateAuthResponse(server, client, address, pending.state);
  const answer = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    parameters,
    redirectUri(),
    pending.verifier,
  );
  const result = await oauth.processAuthorizationCodeResponse(server, client, answer, {
    expectedNonce: pending.nonce,
    requireIdToken: true,
  });
  return { session: sessionOf(config, result), to: pending.to };
}

/** A fresh token for a session that is about to expire. */
export async function renew(config: OidcConfig, before: Session): Promise<Session> {
  const server = await serverOf(config);
  const client = clientOf(config);
  const answer = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), before.refreshToken ?? '');
  return sessionOf(config, await oauth.processRefreshTokenResponse(server, client, answer), before);
}
