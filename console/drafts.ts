/**
 * What somebody has begun to write, kept on this device until the server has it or it is sent: nothing is lost when a
 * page is loaded again or the connection drops. Signing out removes it.
 */
import { ask } from './api.ts';
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

const names = (): readonly string[] =>
  Object.keys(localStorage).flatMap((key) => (key.startsWith(PREFIX) ? [key.slice(PREFIX.length)] : []));

export function forgetDrafts(): void {
  for (const name of names()) dropLocally(name);
}

/** So many milliseconds somebody waits for the server before they are asked. */
const PATIENCE = 5_000;

/**
 * Before somebody signs out: what they have written in answers to tasks goes to the server. Whether something that they
 * wrote is on this device alone after that.
 */
export async function isLeftBehind(personId: string): Promise<boolean> {
  const answers = `task.${personId}.`;
  await Promise.all(
    names()
      .filter((name) => name.startsWith(answers))
      .map(async (name) => {
        const body = localDraft(name);
        const signal = AbortSignal.timeout(PATIENCE);
        try {
          await ask('PUT', `/tasks/${name.slice(answers.length)}/draft`, { body, signal });
          // What was written meanwhile, here or in another tab, the server does not have.
          if (JSON.stringify(localDraft(name)) === JSON.stringify(body)) dropLocally(name);
        } catch {
          // It is asked for, then.
        }
      }),
  );
  return names().some((name) =>
    ['task', 'start', 'action', 'comment', 'several'].some((of) => name.startsWith(`${of}.${personId}.`)),
  );
}
