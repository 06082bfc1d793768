/**
 * Who is signed in, for as long as this tab lives: the token is kept in the session storage of the browser and nowhere
 * else, so that a closed tab is signed out on a shared computer.
 */
import { useSyncExternalStore } from 'react';

export interface Session {
  readonly token: string;
  /** Milliseconds since 1970; absent where the server alone says so. */
  readonly expiresAt?: number | undefined;
  readonly refreshToken?: string | undefined;
}

/** How people sign in here; `/app/config.json` holds it, written by whoever serves the console. */
export type SignInConfig =
  | { readonly kind: 'local' }
  | {
      readonly kind: 'oidc';
      readonly issuer: string;
      readonly clientId: string;
      readonly scope: string;
      /** Which of the two tokens names the person. */
      readonly token: 'id' | 'access';
    };

const KEY = 'oak.session';
const listeners = new Set<() => void>();

function stored(): Session | undefined {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

let current = stored();

export const session = (): Session | undefined => current;

/** Who ended the last session: the person, or the API with a sentence of why. */
export type Ended = { readonly by: 'person' } | { readonly by: 'api'; readonly detail: string };

let ended: Ended | undefined;

/** How the last session of this page ended; nothing where there was none. */
export const howEnded = (): Ended | undefined => ended;

export function setSession(next: Session | undefined, how?: Ended): void {
  current = next;
  ended = how;
  if (next === undefined) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, JSON.stringify(next));
  for (const listener of listeners) listener();
}

export const useSession = (): Session | undefined =>
  useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, session);

let asked: Promise<SignInConfig> | undefined;

/** Asked once; again where it could not be had. */
export function signInConfig(): Promise<SignInConfig> {
  asked ??= fetch('/app/config.json')
    .then(async (answer) => {
      if (!answer.ok) throw new Error(`config.json answers ${answer.status}`);
      return ((await answer.json()) as { readonly signIn: SignInConfig }).signIn;
    })
    .catch((error: unknown) => {
      asked = undefined;
      throw error;
    });
  return asked;
}

/** Where to go after signing in: a page of this console, whatever the address says. */
export const placeAfter = (to: string | null): string =>
  to !== null && /^\/(?!\/)[\w./?=&%+~:*'(),;@!$-]*$/.test(to) && !to.startsWith('/sign-in') ? to : '/inbox';
