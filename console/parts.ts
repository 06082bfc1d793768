/** Pages, forms and drawings come when they are opened. What if one does not: no connection, or a new release with other files. */

const missing = new WeakSet<object>();
const RELOADED = 'oak.reloaded';
/** A page that is loaded anew more often than that does not get better by it. */
const AGAIN_AFTER = 10_000;

export const isMissingPart = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && missing.has(error);

/** Loads the console anew where it can be reached: without a connection the browser would show a page of its own instead. */
export async function reloadIfReached(): Promise<void> {
  const isReached = await fetch('/app/config.json', { cache: 'no-store' }).then(
    ({ ok }) => ok,
    () => false,
  );
  if (isReached) window.location.reload();
}

export function watchParts(): void {
  window.addEventListener('vite:preloadError', ({ payload }) => {
    missing.add(payload);
    const before = Number(sessionStorage.getItem(RELOADED) ?? 0);
    if (Date.now() - before < AGAIN_AFTER) return;
    sessionStorage.setItem(RELOADED, String(Date.now()));
    void reloadIfReached();
  });
}
