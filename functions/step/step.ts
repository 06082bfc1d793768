/**
 * What a state machine calls when a process has to wait, or ends. It opens the wait once per visit and keeps the token;
 * it never answers: the relay is the only voice. A run that may no longer drive gets `Superseded` and ends quietly.
 */
import middy from '@middy/core';
import * as z from 'zod';
import { endProcess, openWait, SUPERSEDED } from '../../workflows/kernel/drive.ts';
import { Superseded } from '../../workflows/kernel/errors.ts';
import type { Rejection } from '../../workflows/kernel/rejections.ts';
import type { Clock } from '../../workflows/kernel/time.ts';
import type { Store } from '../table/store.ts';
import { decideAndCommit, makeReading } from '../world.ts';

const common = { processId: z.string(), run: z.string(), step: z.int().min(1) };

/** What the machine sends. Fields are only ever added: a running execution keeps the definition it began with. */
export const StepEvent = z.discriminatedUnion('do', [
  z.object({ do: z.literal('wait'), wait: z.string(), stage: z.string(), token: z.string(), ...common }),
  z.object({ do: z.literal('end'), as: z.string(), status: z.enum(['completed', 'stopped']), ...common }),
]);

export interface StepDependencies {
  readonly store: Store;
  readonly clock: Clock;
}

export function makeStep({ store, clock }: StepDependencies) {
  const step = async (received: unknown): Promise<Record<string, never>> => {
    const event = StepEvent.parse(received);
    const outcome = await decideAndCommit<'done' | typeof SUPERSEDED | Rejection>(
      store,
      async () => {
        const snapshot = await store.snapshot(event.processId);
        if (snapshot === undefined) return { result: SUPERSEDED };
        const scene = await makeReading(store, clock).scene(snapshot);
        const change = event.do === 'wait' ? openWait(scene, event) : endProcess(scene, event);
        return change === SUPERSEDED ? { result: SUPERSEDED } : { change, result: 'done' };
      },
      (rejection) => rejection,
    );
    if (outcome === SUPERSEDED) throw new Superseded(`${event.processId} is no longer driven by ${event.run}`);
    if (outcome !== 'done') throw new Error(`A rule took a name that is taken: ${outcome.rejected}`);
    return {};
  };
  return middy<unknown, Record<string, never>>().handler(step);
}
