/**
 * The second consumer of the stream: puts each event of a process on the bus. Events hold ids and codes only. At least
 * once: `processId` and `seq` tell a repetition.
 */
import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import middy from '@middy/core';
import * as z from 'zod';
import type { environment } from './environment.ts';

const StreamEvent = z.object({
  Records: z.array(
    z.object({
      dynamodb: z.object({ SequenceNumber: z.string(), NewImage: z.record(z.string(), z.unknown()).optional() }),
    }),
  ),
});

const Published = z.object({
  type: z.literal('event'),
  processId: z.string(),
  kind: z.string(),
  seq: z.number(),
  at: z.string(),
  event: z.string(),
  taskId: z.string().optional(),
  outcome: z.string().optional(),
  fromStage: z.string().optional(),
  toStage: z.string().optional(),
  data: z.record(z.string(), z.unknown()),
});

/** One event of a process as the bus gets it. */
export function busEntry(event: z.output<typeof Published>, busName: string): PutEventsRequestEntry {
  const { type: _type, data, ...told } = event;
  return {
    EventBusName: busName,
    Source: 'oak-cpd',
    DetailType: event.event,
    Time: new Date(event.at),
    Detail: JSON.stringify({ ...data, ...told }),
  };
}

export interface PublishDependencies {
  readonly events: EventBridgeClient;
  readonly unmarshall: (image: Record<string, unknown>) => Record<string, unknown>;
  readonly environment: z.output<typeof environment>;
}

/** What EventBridge takes at once. */
const ENTRIES = 10;

export function makePublish({ events, unmarshall, environment: { BUS_NAME } }: PublishDependencies) {
  const publish = async (received: unknown) => {
    const { Records } = StreamEvent.parse(received);
    const entries: { readonly id: string; readonly entry: PutEventsRequestEntry }[] = Records.flatMap(
      ({ dynamodb }) => {
        const image = dynamodb.NewImage && unmarshall(dynamodb.NewImage);
        const parsed = Published.safeParse(image);
        return parsed.success ? [{ id: dynamodb.SequenceNumber, entry: busEntry(parsed.data, BUS_NAME) }] : [];
      },
    );
    const failed: string[] = [];
    for (let from = 0; from < entries.length && failed.length === 0; from += ENTRIES) {
      const batch = entries.slice(from, from + ENTRIES);
      try {
        const { Entries } = await events.send(new PutEventsCommand({ Entries: batch.map(({ entry }) => entry) }));
        Entries?.forEach((answer, i) => {
          const id = batch[i]?.id;
          if (answer.ErrorCode !== undefined && id !== undefined) failed.push(id);
        });
      } catch (error) {
        console.error(JSON.stringify({ publish: 'failed', error: String(error) }));
        if (batch[0]) failed.push(batch[0].id);
      }
    }
    return { batchItemFailures: failed.slice(0, 1).map((itemIdentifier) => ({ itemIdentifier })) };
  };
  return middy<unknown, { batchItemFailures: { itemIdentifier: string }[] }>().handler(publish);
}
