/** The way from the event bus to a function: rules, a queue in between that keeps and repeats, and where what failed waits. */
import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { FunctionName, OakFunction } from './functions.ts';
import { deadLetterQueue, workQueue } from './queues.ts';

export interface BusConsumerProps {
  readonly bus: events.EventBus;
  readonly reader: OakFunction<FunctionName>;
  /** By name: what it is for, and what it lets through. */
  readonly rules: Readonly<Record<string, { readonly description: string; readonly pattern: events.EventPattern }>>;
  /** Messages in one call of the function. */
  readonly batchSize: number;
  /** Calls at the same time, 2 at least. */
  readonly maxConcurrency: number;
}

export class BusConsumer extends Construct {
  readonly queue: sqs.Queue;
  /** What the bus could not put into the queue. */
  readonly undelivered: sqs.Queue;
  /** What the function could not do after five attempts. */
  readonly failures: sqs.Queue;

  constructor(scope: Construct, id: string, { bus, reader, rules, batchSize, maxConcurrency }: BusConsumerProps) {
    super(scope, id);
    this.undelivered = deadLetterQueue(this, 'Undelivered');
    this.failures = deadLetterQueue(this, 'Failures');
    this.queue = workQueue(this, 'Queue', {
      readerTimeout: reader.lambda.timeout ?? Duration.minutes(1),
      attempts: 5,
      failures: this.failures,
    });
    const target = new targets.SqsQueue(this.queue, {
      deadLetterQueue: this.undelivered,
      maxEventAge: Duration.hours(12),
      retryAttempts: 100,
    });
    for (const [name, { description, pattern }] of Object.entries(rules))
      new events.Rule(this, name, { description, eventBus: bus, eventPattern: pattern, targets: [target] });
    reader.allow(
      ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
      [this.queue.queueArn],
    );
    new lambda.EventSourceMapping(this, 'Reader', {
      target: reader.lambda,
      eventSourceArn: this.queue.queueArn,
      batchSize,
      reportBatchItemFailures: true,
      maxConcurrency,
    });
  }
}
