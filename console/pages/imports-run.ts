/**
 * What runs of an import while pages come and go: sending a file, reading a report page by page, applying. An apply takes
 * as many requests as it needs; it is asked how far it is meanwhile, and goes on while other pages are shown.
 */
import { queryOptions } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { ask, passes } from '../api.ts';
import { type Draft, dropLocally, keepLocally, localDraft } from '../drafts.ts';
import { pathWith, personHere, queryClient } from '../queries.ts';
import type { ImportReport, ImportState } from '../shapes.ts';

const pathOf = (importId: string): string => `/imports/${encodeURIComponent(importId)}`;

/** Like `fetch`, and tells how many bytes have gone. */
export const telling =
  (tell: (sent: number, of: number) => void) =>
  (path: string, { method = 'POST', headers, body }: RequestInit): Promise<Response> =>
    new Promise((resolve, refuse) => {
      const request = new XMLHttpRequest();
      request.open(method, path);
      for (const [name, value] of new Headers(headers)) request.setRequestHeader(name, value);
      for (const event of ['progress', 'load'] as const)
        request.upload.addEventListener(event, ({ loaded, total }) => tell(loaded, total));
      request.addEventListener('load', () => {
        const type = request.getResponseHeader('content-type') ?? '';
        resolve(new Response(request.responseText, { status: request.status, headers: { 'content-type': type } }));
      });
      request.addEventListener('error', () => refuse(new TypeError('No answer')));
      request.addEventListener('abort', () => refuse(new TypeError('Broken off')));
      request.send(body as Blob);
    });

/** The rest of a report, of which the first page is there. */
export async function wholeOf(first: ImportReport, tell?: (report: ImportReport) => void): Promise<ImportReport> {
  let report = first;
  while (report.cursor !== null) {
    tell?.(report);
    const page = await ask<ImportReport>('GET', pathWith(pathOf(report.importId), { cursor: report.cursor }));
    report = { ...page, lines: [...report.lines, ...page.lines], missing: [...report.missing, ...page.missing] };
  }
  return report;
}

/** The API knows bytes; what their file is called, the window in which it was chosen knows, or the device. */
export interface NamedReport extends ImportReport {
  readonly fileName?: string;
}

/** A report is read once: what is in it does not change before it is applied, and then it is told. */
export const reportOf = (importId: string) =>
  queryOptions({
    queryKey: ['import', importId],
    queryFn: async (): Promise<NamedReport> => {
      const report = await wholeOf(await ask<ImportReport>('GET', pathOf(importId)));
      const remembered = rememberedImport();
      const name = remembered?.['importId'] === importId ? remembered['name'] : undefined;
      return typeof name === 'string' ? { ...report, fileName: name } : report;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Rows that change something. */
export const changing = ({ counts }: ImportReport): number =>
  (counts['added'] ?? 0) + (counts['changed'] ?? 0) + (counts['leaver'] ?? 0);

export const showReport = (report: NamedReport): void => {
  queryClient.setQueryData(reportOf(report.importId).queryKey, (before) => ({
    ...(before?.fileName !== undefined && { fileName: before.fileName }),
    ...report,
  }));
};

export type Run =
  | { readonly at: 'running'; readonly progress: ImportState['progress'] }
  | { readonly at: 'stopped'; readonly error: unknown };

const runs = new Map<string, Run>();
const listeners = new Set<() => void>();

function tellRun(importId: string, run: Run | undefined): void {
  if (run === undefined) runs.delete(importId);
  else runs.set(importId, run);
  for (const listener of listeners) listener();
}

/** The apply of that import in this window, as long as it runs and where it could not go on. */
export const useRun = (importId: string): Run | undefined =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => runs.get(importId),
  );

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Milliseconds between two questions of how far it is. */
const ASKED_EVERY = 1_500;

/** How often in a row it is tried to go on by itself, after 1, 2 and 4 seconds. */
const RETRIES = 3;

/** Asks how far it is until told to stop. That nobody answers is no matter: the apply itself says what is wrong. */
function follow(importId: string): () => void {
  let isOver = false;
  void (async () => {
    for (;;) {
      await wait(ASKED_EVERY);
      if (isOver) return;
      const state = await ask<ImportState>('GET', `${pathOf(importId)}/progress`).catch(() => undefined);
      if (isOver) return;
      if (state?.progress) tellRun(importId, { at: 'running', progress: state.progress });
    }
  })();
  return () => {
    isOver = true;
  };
}

async function requestApply(importId: string): Promise<ImportReport | ImportState> {
  const stop = follow(importId);
  try {
    return await ask<ImportReport | ImportState>('POST', `${pathOf(importId)}/apply`, { body: {} });
  } finally {
    stop();
  }
}

/** Somebody else sits here now: what the one before began is not carried on in their name. */
class Left extends Error {
  override readonly name = 'Left';
}

async function applied(importId: string, by: string | undefined): Promise<ImportReport> {
  for (let failures = 0; ; ) {
    if (personHere() !== by) throw new Left();
    try {
      const answer = await requestApply(importId);
      if ('lines' in answer) return await wholeOf(answer);
      failures = 0;
      tellRun(importId, { at: 'running', progress: answer.progress });
    } catch (error) {
      if (!passes(error) || failures === RETRIES) throw error;
      await wait(1_000 * 2 ** failures);
      failures += 1;
    }
  }
}

/** Applies it, or carries on with it. Twice is once. */
export async function apply(importId: string): Promise<void> {
  if (runs.get(importId)?.at === 'running') return;
  const by = personHere();
  const { data: known } = queryClient.getQueryState(reportOf(importId).queryKey) ?? {};
  tellRun(importId, { at: 'running', progress: known?.progress ?? null });
  try {
    const report = await applied(importId, by);
    if (personHere() !== by) throw new Left();
    showReport(report);
    forgetImport(importId);
    tellRun(importId, undefined);
    // Whoever or whatever is shown may be another now.
    void queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'import' });
  } catch (error) {
    if (personHere() !== by) {
      tellRun(importId, undefined);
      return;
    }
    // How far it came is asked for before the way on is offered.
    const state = await ask<ImportState>('GET', `${pathOf(importId)}/progress`).catch(() => undefined);
    if (state && known) showReport({ ...known, appliedAt: state.appliedAt, progress: state.progress });
    tellRun(importId, { at: 'stopped', error });
  }
}

/** Under which name the device keeps it: each person's by itself, as several may use one device. */
const rememberedAs = (): string => `import.${personHere()}`;

/** The import that this person checked last on this device and has not applied. */
export const rememberedImport = (): Draft | undefined => localDraft(rememberedAs());

export const rememberImport = ({ importId }: ImportReport, name: string): void =>
  keepLocally(rememberedAs(), { importId, name });

/** Where it is that one that is remembered. */
export function forgetImport(importId: string): void {
  if (rememberedImport()?.['importId'] === importId) dropLocally(rememberedAs());
}
