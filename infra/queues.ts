import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

const every = {
  encryption: sqs.QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  removalPolicy: RemovalPolicy.DESTROY,
} as const;

/** Where what has finally failed waits for somebody, 14 days at most (the longest that SQS keeps). An alarm watches each. */
export function deadLetterQueue(scope: Construct, id: string): sqs.Queue {
  const queue = new sqs.Queue(scope, id, { ...every, retentionPeriod: Duration.days(14) });
  Validations.of(queue).acknowledge({ id: 'AwsSolutions-SQS3', reason: 'It is itself where failures end.' });
  return queue;
}

/**
 * A queue that a function reads. A message stays hidden for six times the function's timeout, as Lambda asks, so that
 * it is not handed out again while the first attempt still runs.
 */
export function workQueue(
  scope: Construct,
  id: string,
  options: { readonly readerTimeout: Duration; readonly attempts: number; readonly failures: sqs.Queue },
): sqs.Queue {
  return new sqs.Queue(scope, id, {
    ...every,
    visibilityTimeout: Duration.seconds(options.readerTimeout.toSeconds() * 6),
    retentionPeriod: Duration.days(4),
    deadLetterQueue: { queue: options.failures, maxReceiveCount: options.attempts },
  });
}
