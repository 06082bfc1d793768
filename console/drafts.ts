/**
 * What somebody has begun to write, kept on this device until the server has it or it is sent: nothing is lost when a
 * page is loaded again or the connection drops. Signing out removes it.
 */
import { session } from './session.ts';

const PREFIX = 'oak.draft.';

export type Draft = Readonly<Record<string, unknown>>;

export function localDraft(name: string): Draft | undefined {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

export function keepLocally(name: string, draft: Draft): void {
  // An answer that comes after the sign-out brings nothing back.
  if (session() === undefined) return;
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(draft));
  } catch {
    // The storage is full or switched off: the server's draft is all there is then.
  }
}

export const dropLocally = (name: string): void => localStorage.removeItem(PREFIX + name);

/** Tells what another tab of this browser keeps under that name, or that it is gone from here. Returns how to stop. */
export function onKeptElsewhere(name: string, tell: (draft: Draft | undefined) => void): () => void {
  const listener = ({ key }: StorageEvent) => {
    if (key === PREFIX + name) tell(localDraft(name));
  };
  window.addEventListener('storage', listener);
  return () => window.removeEventListener('storage', listener);
}

export function forgetDrafts(): void {
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
}
