/**
 * Who is signed in, for as long as this tab lives: the token is kept in the session storage of the browser and nowhere
 * else, so that a closed tab is signed out on a shared computer.
 */
import { useSyncExternalStore } from 'react';
import type { SignInConfig } from './sign-in-config.ts';

export interface Session {
  readonly token: string;
  /** Milliseconds since 1970; absent where the server alone says so. */
  readonly expiresAt?: number | undefined;
  readonly refreshToken?: string | undefined;
  /** When somebody signed in, in milliseconds since 1970. */
  readonly since?: number | undefined;
}

const KEY = 'oak.session';
/** When somebody last signed out in this browser. */
const SIGNED_OUT = 'oak.signed-out';
const listeners = new Set<() => void>();

function stored(): Session | undefined {
  try {
    const held = (JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Session | null) ?? undefined;
    if (held === undefined || !isOver(held)) return held;
    sessionStorage.removeItem(KEY);
  } catch {
    // Without storage, or with nonsense in it, nobody is signed in.
  }
  return undefined;
}

/** Somebody has signed out since, in whichever tab: also while this one slept, or was closed to be opened again. */
const isOver = ({ since }: Session): boolean =>
  since !== undefined && Number(localStorage.getItem(SIGNED_OUT) ?? 0) >= since;

let current = stored();

export const session = (): Session | undefined => current;

/** Who ended the last session: the person, or the API with a sentence of why. */
export type Ended =
  | {
      readonly by: 'person';
      /** The provider's own session goes on: it offers no way to end it, or could not be reached. */
      readonly isElsewhere?: boolean;
    }
  | {
      readonly by: 'api';
      readonly detail: string;
      /** The token is good, but names nobody who may come in. */
      readonly isUnknown?: boolean;
    };

let ended: Ended | undefined;

export function setSession(next: Session | undefined, how?: Ended): void {
  current = next && { ...next, since: next.since ?? Date.now() };
  ended = how;
  if (current === undefined) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, JSON.stringify(current));
  for (const listener of listeners) listener();
}

/** Signs out here and, through {@link watchSignOut}, in every other tab of this browser. */
export function endSessions(): void {
  localStorage.setItem(SIGNED_OUT, String(Date.now()));
  setSession(undefined, { by: 'person' });
}

/** Ends this tab's session when somebody signs out in another one. */
export function watchSignOut(onEnd: () => void): void {
  const look = () => {
    if (current === undefined || !isOver(current)) return;
    onEnd();
    setSession(undefined, { by: 'person' });
  };
  window.addEventListener('storage', look);
  // A page that the browser has kept aside was told of nothing.
  window.addEventListener('pageshow', look);
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useSession = (): Session | undefined => useSyncExternalStore(listen, session);

/** How the last session of this page ended; nothing where there was none. */
export const useEnded = (): Ended | undefined => useSyncExternalStore(listen, () => ended);

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

/** The provider sends people back to the first page, with a code or with an error. */
export function isAnswerOfProvider(path: string, search: string): boolean {
  const given = new URLSearchParams(search);
  return path === '/' && (given.has('state') || given.has('error'));
}

/** The sign-in, with the way back to where somebody wanted to go. */
export const signInAddress = (to: string): string =>
  to === '/' || to === '/inbox' ? '/sign-in' : `/sign-in?to=${encodeURIComponent(to)}`;

/** Where to go after signing in: a page of this console, whatever the address says. */
export const placeAfter = (to: string | null): string =>
  to !== null && /^\/(?!\/)[\w./?=&%+~:*'(),;@!$-]*$/.test(to) && !to.startsWith('/sign-in') ? to : '/inbox';
