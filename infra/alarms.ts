/** What is watched. Every alarm sends mail and names the section of the runbook that says what to do. */
import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { NAMESPACE } from '../functions/metrics.ts';
import type { BusConsumer } from './bus-consumer.ts';
import type { Configuration } from './configuration.ts';
import type { TheTable } from './data.ts';
import type { FrontDoor } from './front-door.ts';
import type { FunctionName, OakFunction } from './functions.ts';
import type { Schedules } from './schedules.ts';
import type { Streams } from './streams.ts';

const { GREATER_THAN_OR_EQUAL_TO_THRESHOLD, LESS_THAN_THRESHOLD } = cloudwatch.ComparisonOperator;
const { BREACHING, NOT_BREACHING } = cloudwatch.TreatMissingData;

interface Watched {
  readonly configuration: Configuration;
  readonly table: TheTable;
  readonly anchors: s3.IBucket;
  readonly functions: { readonly [Name in FunctionName]: OakFunction<Name> };
  readonly machines: ReadonlyMap<string, sfn.StateMachine>;
  readonly door: FrontDoor;
  readonly streams: Streams;
  readonly schedules: Schedules;
  readonly messages: BusConsumer;
  readonly children: BusConsumer;
}

interface Watch {
  /** Name of the alarm and, unless `section` says another, of its section in the runbook. */
  readonly id: string;
  readonly section?: string;
  /** What has happened, for whoever reads the mail. */
  readonly says: string;
  readonly metric: cloudwatch.IMetric;
  readonly atLeast?: number;
  readonly below?: number;
  /** So many periods, of `within` where not all of them. */
  readonly periods?: number;
  readonly within?: number;
  readonly missing?: cloudwatch.TreatMissingData;
}

/** 26 hours: from one seven o'clock to the next there are 25 when summer time ends, and one for a late start. */
const A_DAY_IN_HOURS = 26;

export class Alarms extends Construct {
  constructor(scope: Construct, id: string, watched: Watched) {
    super(scope, id);
    const topic = this.#topic(watched.configuration);
    const action = new SnsAction(topic);
    const anchorLog = this.#anchorLog(watched);
    for (const watch of watchesOf(watched, anchorLog)) {
      const alarm = new cloudwatch.Alarm(this, watch.id, {
        alarmName: `oak-cpd-${watched.configuration.stage}-${watch.id}`,
        alarmDescription: `${watch.says} What to do: docs/runbook.md#${watch.section ?? watch.id}`,
        metric: watch.metric,
        threshold: watch.below ?? watch.atLeast ?? 1,
        comparisonOperator: watch.below === undefined ? GREATER_THAN_OR_EQUAL_TO_THRESHOLD : LESS_THAN_THRESHOLD,
        evaluationPeriods: watch.within ?? watch.periods ?? 1,
        datapointsToAlarm: watch.periods ?? 1,
        treatMissingData: watch.missing ?? NOT_BREACHING,
      });
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
    dashboardOf(this, watched);
  }

  #topic({ alarmEmails }: Configuration): sns.Topic {
    // A key of our own, because CloudWatch cannot send to a topic under the key that AWS manages.
    const key = new kms.Key(this, 'TopicKey', {
      description: 'Encrypts the topic of alarms, nothing else.',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    key.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    const topic = new sns.Topic(this, 'Topic', { displayName: 'Oak CPD', masterKey: key, enforceSSL: true });
    // Said here, because a policy of its own takes the place of the one that lets the account's alarms publish.
    topic.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    for (const address of alarmEmails) topic.addSubscription(new EmailSubscription(address));
    return topic;
  }

  /**
   * A line for each object that comes into the anchor bucket, told by S3 and not by the function that writes it: what
   * a broken or a tampered morning run says of itself proves nothing.
   */
  #anchorLog({ anchors, configuration }: Watched): logs.LogGroup {
    const log = new logs.LogGroup(this, 'AnchorLog', {
      logGroupName: `/aws/events/oak-cpd-${configuration.stage}/anchors`,
      retention: logs.RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const arn = Stack.of(this).formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: log.logGroupName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const rule = new events.Rule(this, 'AnchorWritten', {
      description: 'An anchor of the event chains was written.',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: { bucket: { name: [anchors.bucketName] } },
      },
    });
    rule.addTarget({ bind: () => ({ arn }) });
    new logs.ResourcePolicy(this, 'AnchorLogPolicy', {
      resourcePolicyName: `oak-cpd-${configuration.stage}-anchors`,
      policyStatements: [
        new iam.PolicyStatement({
          principals: [
            new iam.ServicePrincipal('events.amazonaws.com'),
            new iam.ServicePrincipal('delivery.logs.amazonaws.com'),
          ],
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [log.logGroupArn],
        }),
      ],
    });
    return log;
  }
}

const figure = (
  namespace: string,
  metricName: string,
  dimensionsMap: Record<string, string>,
  statistic: string,
  period: Duration,
) => new cloudwatch.Metric({ namespace, metricName, dimensionsMap, statistic, period });

/** Figures that a function reports of itself carry its name, so that two stages in one account stay apart. */
const of = ({ lambda }: OakFunction<FunctionName>) => ({ FunctionName: lambda.functionName });

const { minutes, hours } = Duration;
const sum = cloudwatch.Stats.SUM;
const maximum = cloudwatch.Stats.MAXIMUM;

/** What it means to people when a function fails, and from how many failures on, in five minutes unless said, it is worth a mail. */
const failing: {
  readonly [Name in FunctionName]: { readonly says: string; readonly from: number; readonly within?: Duration };
} = {
  api: { says: 'People cannot use the service, or not always.', from: 1 },
  imports: { says: 'An import broke off.', from: 1 },
  // An execution that has been replaced is refused with an error, which is how it should end: some are no news, and a
  // process that really cannot go on shows in `executions-fail` and `needs-attention`.
  step: { says: 'State machines call the function step and it fails.', from: 10 },
  relay: { says: 'What people decided is not passed on to the state machines, or late.', from: 3 },
  publish: { says: 'Events do not reach the bus, or late.', from: 3 },
  'morning-run': { says: 'Reminders, timers or the anchor of today may be missing.', from: 1 },
  // Three turns in half an hour: one that fails is made up for by the next.
  reconcile: { says: 'Nothing restarts what is stuck.', from: 2, within: minutes(30) },
  notify: { says: 'Mail is not sent, or late.', from: 3 },
  'open-children': { says: 'Not everybody has got the process they should have.', from: 1 },
};

function failuresOf({ name, lambda }: OakFunction<FunctionName>): Watch {
  const period = failing[name].within ?? minutes(5);
  return {
    id: `${name}-fails`,
    says: `${failing[name].says} The function ${name} throws, runs out of time, or is throttled.`,
    metric: new cloudwatch.MathExpression({
      label: `${name}: errors and throttles`,
      expression: 'FILL(errors, 0) + FILL(throttles, 0)',
      usingMetrics: { errors: lambda.metricErrors({ period }), throttles: lambda.metricThrottles({ period }) },
      period,
    }),
    atLeast: failing[name].from,
  };
}

function watchesOf(watched: Watched, anchorLog: logs.LogGroup): readonly Watch[] {
  const { functions, machines, door, streams, schedules, messages, children, table } = watched;
  const ofTable = { TableName: table.name };
  const waiting = (queue: sqs.Queue) =>
    queue.metricApproximateNumberOfMessagesVisible({ statistic: maximum, period: minutes(5) });
  const age = ({ lambda }: OakFunction<FunctionName>) =>
    lambda.metric('IteratorAge', { statistic: maximum, period: minutes(5) });
  const invocations = ({ lambda }: OakFunction<FunctionName>, period: Duration) => lambda.metricInvocations({ period });
  const tableErrors = ['GetItem', 'BatchGetItem', 'Query', 'TransactWriteItems'].map((Operation, n) => [
    `e${n}`,
    figure('AWS/DynamoDB', 'SystemErrors', { ...ofTable, Operation }, sum, minutes(5)),
  ]);

  return [
    ...Object.values(functions).map((each) => failuresOf(each as OakFunction<FunctionName>)),
    {
      id: 'api-answers-5xx',
      says: 'The API answers people with a server error.',
      metric: door.api.metricServerError({ statistic: sum, period: minutes(5) }),
      atLeast: 3,
    },
    {
      id: 'relay-behind',
      says: 'The relay is more than five minutes behind the table: what people decide has no consequence yet.',
      metric: age(functions.relay),
      atLeast: 5 * 60 * 1000,
      periods: 2,
    },
    {
      id: 'publish-behind',
      says: 'Events reach the bus more than half an hour late.',
      metric: age(functions.publish),
      atLeast: 30 * 60 * 1000,
      periods: 2,
    },
    {
      id: 'relay-gave-up',
      says: 'The relay has given up on records of the stream.',
      metric: waiting(streams.relayFailures),
    },
    {
      id: 'publish-gave-up',
      says: 'Events were never put on the bus.',
      metric: waiting(streams.publishFailures),
    },
    {
      id: 'schedule-gave-up',
      says: 'A morning run or a turn of the reconciler failed for good.',
      metric: waiting(schedules.failures),
    },
    {
      id: 'mail-undelivered',
      says: 'The bus could not put a request for mail into the queue.',
      metric: waiting(messages.undelivered),
    },
    {
      id: 'mail-gave-up',
      says: 'Mail could not be sent after five attempts.',
      metric: waiting(messages.failures),
    },
    {
      id: 'mail-waits',
      says: 'Requests for mail wait for more than an hour.',
      metric: messages.queue.metricApproximateAgeOfOldestMessage({ statistic: maximum, period: minutes(5) }),
      atLeast: 60 * 60,
    },
    {
      id: 'children-undelivered',
      says: 'The bus could not pass on that a process waits for others to be opened.',
      metric: waiting(children.undelivered),
    },
    {
      id: 'children-gave-up',
      says: 'Processes for some people or schools could not be opened after five attempts.',
      metric: waiting(children.failures),
    },
    {
      id: 'mail-bounces',
      says: 'More than 5 % of the mail of this AWS account comes back; at 10 % SES may stop sending.',
      metric: figure('AWS/SES', 'Reputation.BounceRate', {}, maximum, hours(1)),
      atLeast: 0.05,
    },
    {
      id: 'morning-run-missed',
      says: 'There was no morning run in the last 26 hours.',
      metric: invocations(functions['morning-run'], hours(1)),
      below: 1,
      periods: A_DAY_IN_HOURS,
      missing: BREACHING,
    },
    {
      id: 'morning-run-skipped',
      says: 'The morning run came to its end but had to leave out single processes.',
      metric: figure(NAMESPACE, 'MorningRunFailures', of(functions['morning-run']), maximum, hours(1)),
    },
    {
      id: 'anchor-missing',
      says: 'No anchor of the event chains was written in the last 26 hours.',
      metric: figure('AWS/Logs', 'IncomingLogEvents', { LogGroupName: anchorLog.logGroupName }, sum, hours(1)),
      below: 1,
      periods: A_DAY_IN_HOURS,
      missing: BREACHING,
    },
    {
      id: 'reconcile-missed',
      says: 'The reconciler has not run for half an hour.',
      metric: invocations(functions.reconcile, minutes(10)),
      below: 1,
      periods: 3,
      missing: BREACHING,
    },
    {
      id: 'needs-attention',
      says: 'Processes were restarted five times and still do not move.',
      metric: figure(NAMESPACE, 'NeedsAttention', of(functions.reconcile), maximum, minutes(10)),
    },
    {
      id: 'owed-too-long',
      says: 'Somebody decided more than half an hour ago and the process has not moved.',
      metric: figure(NAMESPACE, 'OldestOwedSeconds', of(functions.reconcile), maximum, minutes(10)),
      atLeast: 30 * 60,
      periods: 2,
      // A turn that begins a second late leaves a period without a figure.
      within: 3,
    },
    ...[...machines].map(([kind, machine]): Watch => {
      const period = minutes(5);
      return {
        id: `${kind}-executions-fail`,
        section: 'executions-fail',
        says: `Executions of the state machine ${kind} end with an error.`,
        metric: new cloudwatch.MathExpression({
          label: `${kind}: failed and timed out`,
          expression: 'FILL(failed, 0) + FILL(timedOut, 0)',
          usingMetrics: { failed: machine.metricFailed({ period }), timedOut: machine.metricTimedOut({ period }) },
          period,
        }),
      };
    }),
    {
      id: 'table-throttled',
      says: 'DynamoDB turns reads or writes away because there are too many at once.',
      metric: new cloudwatch.MathExpression({
        label: 'throttled reads and writes',
        expression: 'FILL(reads, 0) + FILL(writes, 0)',
        usingMetrics: {
          reads: figure('AWS/DynamoDB', 'ReadThrottleEvents', ofTable, sum, minutes(5)),
          writes: figure('AWS/DynamoDB', 'WriteThrottleEvents', ofTable, sum, minutes(5)),
        },
        period: minutes(5),
      }),
      atLeast: 10,
      periods: 2,
    },
    {
      id: 'table-errors',
      says: 'DynamoDB itself answers with errors.',
      metric: new cloudwatch.MathExpression({
        label: 'errors of DynamoDB',
        expression: tableErrors.map(([name]) => `FILL(${name}, 0)`).join(' + '),
        usingMetrics: Object.fromEntries(tableErrors),
        period: minutes(5),
      }),
      atLeast: 5,
    },
  ];
}

function dashboardOf(scope: Construct, watched: Watched): void {
  const { functions, machines, door, streams, messages, table } = watched;
  const all = Object.values(functions) as readonly OakFunction<FunctionName>[];
  const ofTable = { TableName: table.name };
  const graph = (title: string, left: cloudwatch.IMetric[], right: cloudwatch.IMetric[] = []) =>
    new cloudwatch.GraphWidget({ title, left, right, width: 12, height: 6 });
  const dashboard = new cloudwatch.Dashboard(scope, 'Dashboard', {
    dashboardName: `oak-cpd-${watched.configuration.stage}`,
    defaultInterval: Duration.days(7),
  });
  dashboard.addWidgets(
    graph(
      'Do people get answers?',
      [
        door.api.metricCount({ statistic: sum }),
        door.api.metricServerError({ statistic: sum }),
        door.api.metricClientError({ statistic: sum }),
      ],
      [door.api.metricLatency({ statistic: 'p95' })],
    ),
    graph(
      'Do processes move?',
      [figure(NAMESPACE, 'NeedsAttention', of(functions.reconcile), maximum, minutes(10))],
      [figure(NAMESPACE, 'OldestOwedSeconds', of(functions.reconcile), maximum, minutes(10))],
    ),
  );
  dashboard.addWidgets(
    graph(
      'Executions',
      [...machines.values()].flatMap((machine) => [
        machine.metricStarted(),
        machine.metricSucceeded(),
        machine.metricFailed(),
      ]),
    ),
    graph(
      'How far behind the table',
      [functions.relay, functions.publish].map(({ lambda }) => lambda.metric('IteratorAge', { statistic: maximum })),
    ),
  );
  dashboard.addWidgets(
    graph(
      'Functions: errors',
      all.map(({ lambda }) => lambda.metricErrors()),
    ),
    graph(
      'Functions: duration',
      all.map(({ lambda }) => lambda.metricDuration({ statistic: 'p95' })),
    ),
  );
  dashboard.addWidgets(
    graph('Mail', [
      figure('AWS/SES', 'Send', {}, sum, hours(1)),
      figure('AWS/SES', 'Bounce', {}, sum, hours(1)),
      messages.queue.metricApproximateNumberOfMessagesVisible({ statistic: maximum }),
    ]),
    graph(
      'Given up',
      [
        streams.relayFailures,
        streams.publishFailures,
        watched.schedules.failures,
        messages.undelivered,
        messages.failures,
      ].map((queue) => queue.metricApproximateNumberOfMessagesVisible({ statistic: maximum })),
    ),
  );
  dashboard.addWidgets(
    graph('Table: units used', [
      figure('AWS/DynamoDB', 'ConsumedReadCapacityUnits', ofTable, sum, hours(1)),
      figure('AWS/DynamoDB', 'ConsumedWriteCapacityUnits', ofTable, sum, hours(1)),
    ]),
  );
}
