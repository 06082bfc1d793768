/** Asking the API: the token goes with it, a refusal comes back as a {@link Refused}, no answer as {@link Unreachable}. */
import { type Session, session, setSession, signInConfig } from './session.ts';

export interface FieldError {
  readonly path: string;
  readonly message: string;
}

/** The API said no, and why, in words for the person. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;
  readonly code: string;
  readonly errors: readonly FieldError[];
  constructor(
    status: number,
    problem: { readonly detail?: string; readonly code?: string; readonly errors?: readonly FieldError[] },
  ) {
    super(problem.detail ?? '');
    this.status = status;
    this.code = problem.code ?? '';
    this.errors = problem.errors ?? [];
  }
}

/** No answer came; whether a command was carried out is not known, and the same key makes it safe to send again. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

export interface Asking {
  readonly body?: unknown;
  /** Makes a command safe to repeat: the same for the same answer, however often it is sent. */
  readonly key?: string;
  /** Of what was read: somebody else's change since then refuses the command. */
  readonly version?: number;
  readonly signal?: AbortSignal;
  readonly accept?: string;
  /** Sends it in the place of `fetch`, which cannot tell how much of a body has gone. */
  readonly through?: (path: string, init: RequestInit) => Promise<Response>;
}

/** A minute before it expires, a token is renewed. */
const EARLY = 60_000;

const isExpiring = ({ expiresAt }: Session): boolean => expiresAt !== undefined && Date.now() >= expiresAt - EARLY;

let renewing: Promise<void> | undefined;

/** A new token in the place of the one that is held, where there is a way to have one. */
async function renewed(held: Session): Promise<void> {
  if (held.refreshToken === undefined) return;
  renewing ??= (async () => {
    const config = await signInConfig();
    if (config.kind === 'oidc') {
      const { renew } = await import('./oidc.ts');
      const next = await renew(config, held);
      // Whoever has signed out meanwhile stays so.
      if (session() === held) setSession(next);
    }
  })()
    // The API says whether the old one still counts.
    .catch(() => undefined)
    .finally(() => {
      renewing = undefined;
    });
  await renewing;
}

async function send(
  method: string,
  path: string,
  { body, key, version, signal, accept, through = fetch }: Asking,
  token: string | undefined,
): Promise<Response> {
  const isBytes = body instanceof Blob;
  try {
    return await through(path, {
      method,
      headers: {
        accept: accept ?? 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': isBytes ? 'application/octet-stream' : 'application/json' }),
        ...(key !== undefined && { 'idempotency-key': key }),
        ...(version !== undefined && { 'if-match': `"${version}"` }),
      },
      ...(body !== undefined && { body: isBytes ? body : JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new Unreachable('No answer', { cause });
  }
}

/** Asks, and gives the answer's body. A 401 ends the session: the page then leads to the sign-in and back. */
export async function ask<T>(method: string, path: string, asking: Asking = {}): Promise<T> {
  const held = session();
  if (held && isExpiring(held)) await renewed(held);
  let token = session()?.token;
  let answer = await send(method, path, asking, token);
  // The gateway's clock counts, not this computer's; what it refuses has not been done.
  if (isTokenRefused(answer)) {
    const now = session();
    if (now && now.token === token) await renewed(now);
    if (session() && session()?.token !== token) {
      token = session()?.token;
      answer = await send(method, path, asking, token);
    }
  }
  const type = answer.headers.get('content-type') ?? '';
  const text = await answer.text().catch((cause: unknown) => {
    throw new Unreachable('The answer broke off', { cause });
  });
  if (answer.ok) return (type.includes('json') ? JSON.parse(text) : text) as T;
  // A gateway in between answers with something else than the API does.
  const refused = new Refused(answer.status, type.includes('json') ? JSON.parse(text) : {});
  // A late answer says nothing of somebody who has signed in since.
  if (answer.status === 401 && token !== undefined && session()?.token === token)
    setSession(undefined, {
      by: 'api',
      detail: refused.message,
      isUnknown: refused.code !== '' && !isTokenRefused(answer),
    });
  throw refused;
}

/** The gateway does not take the token, or not any more. The API refuses who is in it with a problem, and challenges otherwise. */
const isTokenRefused = ({ status, headers }: Response): boolean =>
  status === 401 &&
  ((headers.get('www-authenticate') ?? '').includes('invalid_token') ||
    !(headers.get('content-type') ?? '').includes('problem'));

/** Whether asking again may help. */
export const passes = (error: unknown): boolean =>
  error instanceof Unreachable || (error instanceof Refused && (error.status === 429 || error.status >= 500));
