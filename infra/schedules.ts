/** What happens by itself: the morning run and the reconciler. */
import { Aws, Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { OakFunction } from './functions.ts';
import { deadLetterQueue } from './queues.ts';

export class Schedules extends Construct {
  readonly failures: sqs.Queue;

  constructor(
    scope: Construct,
    id: string,
    props: { readonly morningRun: OakFunction<'morning-run'>; readonly reconcile: OakFunction<'reconcile'> },
  ) {
    super(scope, id);
    this.failures = deadLetterQueue(this, 'Failures');
    // Both may safely run twice or late: each item is moved by compare-and-set, dates are ranges up to now.
    this.#schedule('MorningRun', props.morningRun, {
      description: 'Timers, reminders, escalations and the anchor, every day at seven in London.',
      expression: 'cron(0 7 * * ? *)',
      timezone: 'Europe/London',
      retries: { attempts: 2, maxAge: Duration.hours(3) },
    });
    this.#schedule('Reconcile', props.reconcile, {
      description: 'Restarts what the state machines have owed for too long, day and night.',
      expression: 'rate(10 minutes)',
      // The next turn comes anyway.
      retries: { attempts: 0, maxAge: Duration.minutes(10) },
    });
  }

  #schedule(
    id: string,
    { name, lambda }: OakFunction<'morning-run'> | OakFunction<'reconcile'>,
    when: {
      readonly description: string;
      readonly expression: string;
      readonly timezone?: string;
      readonly retries: { readonly attempts: number; readonly maxAge: Duration };
    },
  ): void {
    const scope = new Construct(this, id);
    const role = new iam.Role(scope, 'Role', {
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
      description: `Of the schedule that calls ${name}.`,
    });
    role.addToPolicy(new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [lambda.functionArn] }));
    role.addToPolicy(new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.failures.queueArn] }));
    const schedule = new scheduler.CfnSchedule(scope, 'Schedule', {
      description: when.description,
      scheduleExpression: when.expression,
      ...(when.timezone ? { scheduleExpressionTimezone: when.timezone } : {}),
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: lambda.functionArn,
        roleArn: role.roleArn,
        deadLetterConfig: { arn: this.failures.queueArn },
        // Of the call itself, where Lambda cannot take it …
        retryPolicy: { maximumRetryAttempts: 5, maximumEventAgeInSeconds: when.retries.maxAge.toSeconds() },
      },
    });
    schedule.node.addDependency(role);
    // … and of a run that threw: the scheduler only hands the call over.
    lambda.configureAsyncInvoke({
      retryAttempts: when.retries.attempts,
      maxEventAge: when.retries.maxAge,
      onFailure: new SqsDestination(this.failures),
    });
  }
}
