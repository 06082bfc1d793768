/**
 * What went wrong while functions ran: kept for tests, told on stderr. Messages of errors may quote what people wrote,
 * so that everything in quotes and every address is left out.
 */
import { SUPERSEDED } from '../workflows/kernel/errors.ts';
import type { Clock, Instant } from '../workflows/kernel/time.ts';

export interface Failure {
  readonly at: Instant;
  /** The function, or the part of the runtime. */
  readonly where: string;
  readonly name: string;
  readonly message: string;
  readonly trace: readonly string[];
}

export interface Failures {
  note(where: string, error: unknown): void;
  /** Oldest first. */
  all(): readonly Failure[];
}

/** Keeps the last 1,000 failures; `tell` gets each as one text, but for runs that were superseded: that is how they end. */
export function makeFailures(clock: Clock, tell?: (text: string) => void): Failures {
  const kept: Failure[] = [];
  return {
    note(where, error) {
      const { name, message, trace } = describeError(error);
      const failure: Failure = { at: clock(), where, name, message, trace };
      kept.push(failure);
      if (kept.length > 1_000) kept.shift();
      if (name !== SUPERSEDED)
        tell?.(
          `${failure.at} ${where}: ${name}: ${withoutPersonalData(message)}${trace.map((line) => `\n    ${line}`).join('')}`,
        );
    },
    all: () => [...kept],
  };
}

/** Name, message and the first own lines of the trace of anything that was thrown. */
export function describeError(error: unknown): { name: string; message: string; trace: readonly string[] } {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), trace: [] };
  const trace = (error.stack ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at ') && !line.includes('node_modules') && !line.includes('node:'))
    .slice(0, 6);
  const cause =
    error.cause === undefined
      ? ''
      : ` (because of ${describeError(error.cause).name}: ${describeError(error.cause).message})`;
  return { name: error.name, message: `${error.message}${cause}`, trace };
}

/** The text without quoted parts and addresses, at most 500 characters. */
export const withoutPersonalData = (text: string): string =>
  text
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '"…"')
    .replaceAll(/'[^']*'/g, "'…'")
    .replaceAll(/[^\s<>@]+@[^\s<>@]+/g, '<address>')
    .slice(0, 500);
