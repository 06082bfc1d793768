/** An execution as plain data, and the limits that the service sets to one. */
import type { HistoryEvent as SdkHistoryEvent } from '@aws-sdk/client-sfn';
import type { Json } from './json.ts';

export type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** As `GetExecutionHistory` gives it; `timestamp` in milliseconds since 1970. */
export type HistoryEvent = Omit<SdkHistoryEvent, 'timestamp' | 'id' | 'type'> & {
  readonly id: number;
  readonly timestamp: number;
  readonly type: NonNullable<SdkHistoryEvent['type']>;
};

/** What an execution waits for. */
export type Phase =
  /** The next job enters `state`. */
  | { readonly is: 'entering' }
  /** The function was called; `expiresAt` is the end of the state's timeout. */
  | { readonly is: 'calling'; readonly token?: string; readonly expiresAt: number }
  | { readonly is: 'backing-off'; readonly until: number }
  | { readonly is: 'over' };

/** One run of a machine: JSON, all of it. Times are milliseconds since 1970. */
export interface Execution {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  /** The definition it runs, whatever was loaded for its machine since: an index into all that were ever loaded. */
  readonly definition: number;
  readonly input: string;
  readonly startedAt: number;
  status: Status;
  stoppedAt?: number;
  output?: string;
  error?: string;
  cause?: string;
  /** Where it stands. */
  state: string;
  stateInput: Json;
  phase: Phase;
  /** For each retrier of the state, how often it has retried during this visit. */
  retried: number[];
  readonly history: HistoryEvent[];
}

/** 365 days: the longest that a Standard execution may take. */
export const LONGEST_EXECUTION = 365 * 86_400_000;
/** 90 days: how long a closed execution can be described and its name is taken. */
export const RETENTION = 90 * 86_400_000;
/** The last one is the failure. */
export const MOST_EVENTS = 25_000;
