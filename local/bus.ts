/**
 * The event bus and the queues behind it on one machine: `PutEvents` hands each event to the queues of the rules that
 * take it, and a queue hands its messages to its function until they are done, or to its dead-letter queue.
 */
import { createHash, randomUUID } from 'node:crypto';
import * as z from 'zod';
import { addMs, type Clock, type Instant } from '../workflows/kernel/time.ts';
import type { Matcher } from './event-pattern.ts';
import type { Job } from './job.ts';
import type { Lambda } from './lambda.ts';
import { jsonAnswer, jsonError, type Service } from './service.ts';

export interface RuleSettings {
  readonly name: string;
  readonly busName: string;
  readonly takes: Matcher;
  /** ARNs of queues. */
  readonly targets: readonly string[];
}

export interface QueueSettings {
  readonly arn: string;
  readonly name: string;
  readonly visibilitySeconds: number;
  /** After so many deliveries a message goes to the dead-letter queue; for ever where absent. */
  readonly maxReceiveCount?: number;
  readonly deadLetterArn?: string;
}

export interface QueueConsumerSettings {
  readonly queueArn: string;
  readonly function: string;
  readonly batchSize: number;
  readonly reportsItemFailures: boolean;
}

export interface Message {
  readonly messageId: string;
  readonly body: string;
  readonly sentAt: Instant;
  readonly receiveCount: number;
  readonly visibleAt: Instant;
}

export interface BusEvent {
  readonly id: string;
  readonly source: string;
  readonly 'detail-type': string;
  readonly time: string;
  readonly detail: unknown;
}

export interface Bus {
  /** Answers what the EventBridge client asks; only `PutEvents` is known. */
  readonly service: Service;
  /** The last 10,000 events that were put. */
  events(): readonly BusEvent[];
  /** Messages of a queue that no function is at work on. */
  messages(queueArn: string): readonly Message[];
  /** Messages for a queue's function that may be delivered now. */
  jobs(): Job[];
  /** When the next message that failed may be delivered again. */
  nextTimeAt(): Instant | undefined;
  /** Forgets every message. */
  dropAll(): void;
}

export interface BusOptions {
  readonly busNames: readonly string[];
  readonly rules: readonly RuleSettings[];
  readonly queues: readonly QueueSettings[];
  readonly consumers: readonly QueueConsumerSettings[];
  readonly lambda: Pick<Lambda, 'invoke'>;
  readonly clock: Clock;
  readonly region: string;
  readonly account: string;
  readonly onWork?: () => void;
}

const Entry = z.object({
  EventBusName: z.string(),
  Source: z.string().min(1),
  DetailType: z.string().min(1),
  Detail: z.string(),
  Time: z.number().optional(),
  Resources: z.array(z.string()).optional(),
});
const PutEvents = z.object({ Entries: z.array(Entry).min(1).max(10) });

/** 1 MB since 2026 on AWS; 256 KB is what an SQS message behind a rule could always hold. */
const LARGEST_REQUEST = 256 * 1024;

export function makeBus(options: BusOptions): Bus {
  const { busNames, rules, queues, consumers, lambda, clock, region, account, onWork = () => {} } = options;
  const events: BusEvent[] = [];
  /** Counts crashes: what was being delivered before one is forgotten. */
  let life = 0;
  const held = new Map<string, Message[]>(queues.map(({ arn }) => [arn, []]));
  for (const { name, targets } of rules) {
    for (const target of targets) {
      if (!held.has(target)) throw new Error(`rule ${name}: the target ${target} is no queue of the template`);
    }
  }

  function put(entry: z.infer<typeof Entry>): string {
    const event = {
      version: '0',
      id: randomUUID(),
      'detail-type': entry.DetailType,
      source: entry.Source,
      account,
      time: `${clock().slice(0, 19)}Z`,
      region,
      resources: entry.Resources ?? [],
      detail: JSON.parse(entry.Detail) as unknown,
    };
    events.push(event);
    if (events.length > 10_000) events.shift();
    for (const rule of rules) {
      if (busNameOf(entry.EventBusName) !== rule.busName || !rule.takes(event)) continue;
      for (const target of rule.targets) send(target, JSON.stringify(event));
    }
    return event.id;
  }

  function send(queueArn: string, body: string): void {
    const now = clock();
    held.get(queueArn)?.push({ messageId: randomUUID(), body, sentAt: now, receiveCount: 0, visibleAt: now });
    onWork();
  }

  async function deliver(
    consumer: QueueConsumerSettings,
    queue: QueueSettings,
    batch: readonly Message[],
  ): Promise<void> {
    const begun = life;
    const waiting = held.get(queue.arn) ?? [];
    for (const message of batch) {
      const at = waiting.indexOf(message);
      if (at >= 0) waiting.splice(at, 1);
    }
    const received = batch.map((message) => ({ ...message, receiveCount: message.receiveCount + 1 }));
    const answer = await lambda.invoke(consumer.function, JSON.stringify(sqsEvent(queue, received, region)));
    if (begun !== life) return;
    const failed = answer.ok ? failedItems(consumer, answer.payload, received) : received;
    for (const message of failed) {
      if (queue.maxReceiveCount !== undefined && message.receiveCount >= queue.maxReceiveCount) {
        held.get(queue.deadLetterArn ?? '')?.push(message);
      } else {
        waiting.push({ ...message, visibleAt: addMs(clock(), queue.visibilitySeconds * 1_000) });
      }
    }
    onWork();
  }

  const attended = consumers.map((consumer) => {
    const queue = queues.find(({ arn }) => arn === consumer.queueArn);
    if (!queue)
      throw new Error(`${consumer.function} reads from ${consumer.queueArn}, which is no queue of the template`);
    return { consumer, queue };
  });

  return {
    events: () => [...events],
    messages: (queueArn) => [...(held.get(queueArn) ?? [])],
    jobs() {
      const now = clock();
      return attended.flatMap(({ consumer, queue }) => {
        const waiting = held.get(queue.arn) ?? [];
        const batch = waiting.filter(({ visibleAt }) => visibleAt <= now).slice(0, consumer.batchSize);
        if (batch.length === 0) return [];
        const job: Job = {
          kind: 'queue',
          about: `${consumer.function} ${batch.length} of ${queue.name}`,
          run: () => deliver(consumer, queue, batch),
          repeat: () => waiting.push(...batch.map((message) => ({ ...message }))),
        };
        return [job];
      });
    },
    nextTimeAt() {
      const now = clock();
      return attended
        .flatMap(({ queue }) => held.get(queue.arn) ?? [])
        .map(({ visibleAt }) => visibleAt)
        .filter((at) => at > now)
        .sort()[0];
    },
    dropAll() {
      life += 1;
      for (const messages of held.values()) messages.length = 0;
    },
    async service({ headers, body }) {
      const operation = headers['x-amz-target'];
      if (operation !== 'AWSEvents.PutEvents') {
        return jsonError(400, 'UnknownOperationException', `${operation} is not implemented on one machine`);
      }
      if (body.length > LARGEST_REQUEST)
        return jsonError(400, 'ValidationException', 'Total size of the entries is too large');
      const parsed = PutEvents.safeParse(JSON.parse(body.toString()));
      if (!parsed.success) return jsonError(400, 'ValidationException', z.prettifyError(parsed.error));
      for (const { EventBusName } of parsed.data.Entries) {
        if (!busNames.includes(busNameOf(EventBusName))) {
          return jsonError(400, 'ResourceNotFoundException', `Event bus ${EventBusName} does not exist.`);
        }
      }
      const entries = parsed.data.Entries.map((entry) =>
        isObjectText(entry.Detail)
          ? { EventId: put(entry) }
          : { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' },
      );
      const FailedEntryCount = entries.filter((entry) => 'ErrorCode' in entry).length;
      return jsonAnswer({ FailedEntryCount, Entries: entries });
    },
  };
}

/** A bus is named by its name or its ARN. */
const busNameOf = (name: string): string => name.replace(/^arn:.*:event-bus\//, '');

function isObjectText(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

const sqsEvent = (queue: QueueSettings, messages: readonly Message[], region: string) => ({
  Records: messages.map(({ messageId, body, sentAt, receiveCount }) => ({
    messageId,
    receiptHandle: `${messageId}#${receiveCount}`,
    body,
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: String(Date.parse(sentAt)),
      SenderId: 'AIDAIT2UOQQY3AUEKVGXU',
      ApproximateFirstReceiveTimestamp: String(Date.parse(sentAt)),
    },
    messageAttributes: {},
    md5OfBody: createHash('md5').update(body).digest('hex'),
    eventSource: 'aws:sqs',
    eventSourceARN: queue.arn,
    awsRegion: region,
  })),
});

const Failed = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() });

/**
 * The messages that come again. As on AWS an answer without failures means that all are done, and one that cannot be
 * understood, or names a message that was not there, that none is.
 */
function failedItems(
  { reportsItemFailures }: QueueConsumerSettings,
  payload: string,
  batch: readonly Message[],
): readonly Message[] {
  if (!reportsItemFailures || payload === 'null') return [];
  const parsed = Failed.safeParse(JSON.parse(payload));
  if (!parsed.success) return batch;
  const ids = (parsed.data.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  const failed = batch.filter(({ messageId }) => ids.includes(messageId));
  return failed.length === new Set(ids).size ? failed : batch;
}
