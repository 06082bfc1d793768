/**
 * What the relay does about a process it was told to look at: one pure function of the three items it re-reads. A
 * stream record only says "look", so duplicates and reorderings are harmless. Source: `docs/protocol.md`, Relay.
 */
import type { Process, Token, Wait } from './records.ts';

export type RelayAction =
  /** Ended: the execution is stopped and the token deleted, for tidiness; the fence protects already. */
  | { readonly action: 'tidy'; readonly token: Token }
  /** The current run waits for this answer. */
  | {
      readonly action: 'answer';
      readonly token: Token;
      readonly output: {
        readonly processId: string;
        readonly run: string;
        readonly step: number;
        readonly outcome: string;
      };
    }
  /** No execution of the current run is known: start it, and stop the one that held the token. */
  | { readonly action: 'start'; readonly name: string; readonly input: RunInput; readonly stopRun: string | undefined }
  | { readonly action: 'nothing'; readonly why: 'not-owed' | 'on-its-way' | 'ended' | 'outdated' };

/** What a run is started with: a pure function of the run, so that starting twice is starting once. */
export interface RunInput {
  readonly processId: string;
  readonly run: string;
  readonly step: number;
  readonly wait: string;
}

/** Name of the one execution of a run, at most 80 characters: 36 of the id, a dot, the run. */
export const executionName = (processId: string, run: string): string => `${processId}.${run}`;

/** Runs of a process are counted; what makes one unique is the rest of its name. */
const numberOf = (run: string): number => Number(run.split('-')[0]);

/** `wait` is the row at the process's step, where there is one. */
export function relayAction(process: Process, token: Token | undefined, wait: Wait | undefined): RelayAction {
  if (process.status === 'completed' || process.status === 'stopped')
    return token ? { action: 'tidy', token } : { action: 'nothing', why: 'ended' };
  if (process.owedAt === undefined) return { action: 'nothing', why: 'not-owed' };
  const { processId, run, step } = process;
  if (token?.run === run) {
    if (token.step === step && wait?.state === 'answered' && wait.outcome !== undefined)
      return { action: 'answer', token, output: { processId, run, step: step + 1, outcome: wait.outcome } };
    return { action: 'nothing', why: 'on-its-way' };
  }
  // The token is read after the head: one of a later run says that the head has moved since, and that is in the stream.
  if (token !== undefined && numberOf(token.run) > numberOf(run)) return { action: 'nothing', why: 'outdated' };
  return {
    action: 'start',
    name: executionName(processId, run),
    input: { processId, run, step, wait: process.wait },
    stopRun: token?.run,
  };
}
