/** The event bus, and the way from it to people's mail. */
import { Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type Configuration, mailIdentityOf } from './configuration.ts';
import type { OakFunction } from './functions.ts';
import { deadLetterQueue, workQueue } from './queues.ts';

export class Messages extends Construct {
  readonly queue: sqs.Queue;
  /** What the bus could not put into the queue. */
  readonly undelivered: sqs.Queue;
  /** What `notify` could not send. */
  readonly failures: sqs.Queue;

  constructor(
    scope: Construct,
    id: string,
    props: {
      readonly configuration: Configuration;
      readonly bus: events.EventBus;
      readonly notify: OakFunction<'notify'>;
    },
  ) {
    super(scope, id);
    const { bus, notify, configuration } = props;
    this.undelivered = deadLetterQueue(this, 'Undelivered');
    this.failures = deadLetterQueue(this, 'Failures');
    this.queue = workQueue(this, 'Queue', {
      readerTimeout: notify.lambda.timeout ?? Duration.minutes(1),
      attempts: 5,
      failures: this.failures,
    });

    const target = new targets.SqsQueue(this.queue, {
      deadLetterQueue: this.undelivered,
      maxEventAge: Duration.hours(12),
      retryAttempts: 100,
    });
    new events.Rule(this, 'DigestDue', {
      description: 'The morning run has made the notices of these people: each gets one message.',
      eventBus: bus,
      eventPattern: { detailType: ['digest-due'] },
      targets: [target],
    });
    new events.Rule(this, 'UrgentTask', {
      description: 'A task that cannot wait for the next morning.',
      eventBus: bus,
      eventPattern: { source: ['oak-cpd'], detail: { isUrgent: [true] } },
      targets: [target],
    });

    notify.allow(
      ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
      [this.queue.queueArn],
    );
    notify.allow(
      ['ses:SendEmail'],
      [Stack.of(this).formatArn({ service: 'ses', resource: 'identity', resourceName: mailIdentityOf(configuration) })],
      { StringEquals: { 'ses:FromAddress': configuration.fromAddress } },
    );
    new lambda.EventSourceMapping(this, 'Notify', {
      target: notify.lambda,
      eventSourceArn: this.queue.queueArn,
      batchSize: 5,
      reportBatchItemFailures: true,
      // SES gives a new account 14 messages a second; two at a time stay under it.
      maxConcurrency: 2,
    });
  }
}
