/**
 * The only code that talks to Step Functions. A stream record only says "look": the process is read again and one pure
 * function says what to do, so duplicates, reorderings and torn records are harmless.
 */
import {
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidToken,
  SendTaskSuccessCommand,
  type SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import middy from '@middy/core';
import * as z from 'zod';
import { remove, update } from '../../workflows/kernel/change.ts';
import { restarted } from '../../workflows/kernel/drive.ts';
import type { Process, Token } from '../../workflows/kernel/records.ts';
import { executionName, relayAction } from '../../workflows/kernel/relaying.ts';
import type { Clock } from '../../workflows/kernel/time.ts';
import type { Store } from '../table/store.ts';
import { runSuffix } from '../world.ts';
import type { environment } from './environment.ts';

const StreamEvent = z.object({
  Records: z.array(
    z.object({
      dynamodb: z.object({
        SequenceNumber: z.string(),
        Keys: z.object({ pk: z.object({ S: z.string() }) }),
      }),
    }),
  ),
});

/** From the lowest failure on, everything comes again. */
export interface BatchResponse {
  readonly batchItemFailures: { readonly itemIdentifier: string }[];
}

export interface RelayDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly sfn: SFNClient;
  readonly environment: z.output<typeof environment>;
}

/** The service's words for "that is over": to look again is all there is to do. */
const isSettled = (error: unknown): boolean =>
  error instanceof ExecutionAlreadyExists ||
  error instanceof TaskTimedOut ||
  error instanceof TaskDoesNotExist ||
  error instanceof InvalidToken ||
  error instanceof ExecutionDoesNotExist;

export function makeRelay({ store, clock, sfn, environment: { MACHINES } }: RelayDependencies) {
  const machineOf = (kind: string): string => {
    const arn = MACHINES[kind];
    if (arn === undefined) throw new Error(`No state machine for ${kind}`);
    return arn;
  };
  const executionArn = ({ kind, processId }: Process, run: string) =>
    `${machineOf(kind).replace(':stateMachine:', ':execution:')}:${executionName(processId, run)}`;

  /** Whether the service took it; `false` means settled: over, already there. */
  async function sent(send: () => Promise<unknown>): Promise<boolean> {
    try {
      await send();
      return true;
    } catch (error) {
      if (isSettled(error)) return false;
      throw error;
    }
  }

  const stop = (process: Process, run: string) =>
    sent(() => sfn.send(new StopExecutionCommand({ executionArn: executionArn(process, run), cause: 'superseded' })));

  async function answered(process: Process, token: Token, output: object): Promise<void> {
    const isTaken = await sent(() =>
      sfn.send(new SendTaskSuccessCommand({ taskToken: token.token, output: JSON.stringify(output) })),
    );
    if (isTaken) {
      const marked = { ...token, sentAt: clock() };
      await store.commit({ parts: [update('token', token, marked, { token: token.token })] });
    } else if (token.sentAt === undefined) {
      // A dead token: nobody waits for this answer any more. A new run finds it in the table.
      await store.commit(restarted(process, { now: clock(), suffix: runSuffix() }));
    }
  }

  async function look(processId: string): Promise<void> {
    const process = await store.process(processId);
    if (process === undefined) return;
    const [token, wait] = await Promise.all([store.token(processId), store.wait(processId, process.step)]);
    const next = relayAction(process, token, wait);
    switch (next.action) {
      case 'nothing':
        return;
      case 'tidy':
        await stop(process, next.token.run);
        await store.commit({ parts: [remove('token', next.token, { token: next.token.token })] });
        return;
      case 'answer':
        return answered(process, next.token, next.output);
      case 'start': {
        const { name, input, stopRun } = next;
        const stateMachineArn = machineOf(process.kind);
        await sent(() => sfn.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) })));
        if (stopRun !== undefined) await stop(process, stopRun);
        return;
      }
      default:
        next satisfies never;
    }
  }

  const relay = async (received: unknown): Promise<BatchResponse> => {
    const { Records } = StreamEvent.parse(received);
    for (const { dynamodb } of Records) {
      try {
        await look(dynamodb.Keys.pk.S.replace(/^P#/, ''));
      } catch (error) {
        console.error(JSON.stringify({ relay: 'failed', process: dynamodb.Keys.pk.S, error: String(error) }));
        // In order: what comes after the first failure comes again with it.
        return { batchItemFailures: [{ itemIdentifier: dynamodb.SequenceNumber }] };
      }
    }
    return { batchItemFailures: [] };
  };
  return middy<unknown, BatchResponse>().handler(relay);
}
