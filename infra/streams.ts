/** The two readers of the table's stream: `relay` drives processes, `publish` puts events on the bus. Two is also the limit per shard. */
import { Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { TheTable } from './data.ts';
import type { OakFunction } from './functions.ts';
import { deadLetterQueue } from './queues.ts';

const { exists, isEqual } = { exists: lambda.FilterRule.exists(), isEqual: lambda.FilterRule.isEqual };

/** What the relay is woken for: a process that the machine owes a move, or one that has ended. Only economy: it re-reads everything. */
export const relayFilters = [
  { dynamodb: { NewImage: { type: { S: isEqual('process') }, owedAt: { S: exists } } } },
  { dynamodb: { NewImage: { type: { S: isEqual('process') }, endedAt: { S: exists } } } },
];

/** Every event once, when it is written; an event is never changed. */
export const publishFilters = [
  { eventName: isEqual('INSERT'), dynamodb: { NewImage: { type: { S: isEqual('event') } } } },
];

export class Streams extends Construct {
  readonly relayFailures: sqs.Queue;
  readonly publishFailures: sqs.Queue;

  constructor(
    scope: Construct,
    id: string,
    props: { readonly table: TheTable; readonly relay: OakFunction<'relay'>; readonly publish: OakFunction<'publish'> },
  ) {
    super(scope, id);
    this.relayFailures = deadLetterQueue(this, 'RelayFailures');
    this.publishFailures = deadLetterQueue(this, 'PublishFailures');

    this.#read(props.table, props.relay, this.relayFailures, {
      // A process is driven in three reads, a call of Step Functions and a write: about 60 ms, so one reader moves 16
      // processes a second and four move 64. 10,000 reviews started at once then take 2.6 minutes; with one reader it
      // would be 10.4, longer than the 10 minutes after which the reconciler starts everything once more.
      parallelizationFactor: 4,
      batchSize: 25,
      // What has not gone through in an hour is the reconciler's: it has had six turns by then.
      maxRecordAge: Duration.hours(1),
      retryAttempts: 10,
      filters: relayFilters,
    });
    this.#read(props.table, props.publish, this.publishFailures, {
      batchSize: 100,
      maxBatchingWindow: Duration.seconds(10),
      // Nobody waits for the bus, and nothing else would deliver the event: as long as may be, the stream keeps 24 hours.
      maxRecordAge: Duration.hours(12),
      retryAttempts: 100,
      filters: publishFilters,
    });
  }

  #read(
    table: TheTable,
    reader: OakFunction<'relay'> | OakFunction<'publish'>,
    failures: sqs.Queue,
    options: Pick<
      lambda.EventSourceMappingOptions,
      'parallelizationFactor' | 'batchSize' | 'maxBatchingWindow' | 'maxRecordAge' | 'retryAttempts'
    > & { readonly filters: readonly Record<string, unknown>[] },
  ): void {
    reader.allow(['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], [table.streamArn]);
    reader.allowAny(
      ['dynamodb:ListStreams'],
      `${table.arn}/stream/*`,
      'It is asked about the table, before a stream is named (DynamoDB guide, "IAM policy to grant read access for a DynamoDB stream only").',
    );
    new lambda.EventSourceMapping(this, reader.name, {
      target: reader.lambda,
      eventSourceArn: table.streamArn,
      // From the oldest record: what was written while this was being deployed is looked at too.
      startingPosition: lambda.StartingPosition.TRIM_HORIZON,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      onFailure: new SqsDlq(failures),
      ...options,
      filters: options.filters.map((pattern) => lambda.FilterCriteria.filter(pattern)),
    });
  }
}
