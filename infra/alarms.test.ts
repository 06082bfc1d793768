import { readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emitMetrics, NAMESPACE } from '../functions/metrics.ts';
import { instant } from '../workflows/kernel/time.ts';
import { registry } from '../workflows/registry.ts';
import { functionNames, shapes } from './functions.ts';
import { referredTo, type Synthesized, synthesized } from './synthesized.ts';

let oak: Synthesized;
beforeAll(async () => {
  oak = await synthesized();
});
afterAll(() => rmSync(oak.directory, { recursive: true }));

const runbook = readFileSync(new URL('../docs/runbook.md', import.meta.url), 'utf8');
const sections = [...runbook.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading as string);
const alarms = () => oak.ofType('AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
const named = (name: string) => alarms().find(({ AlarmName }) => AlarmName === `oak-cpd-staging-${name}`);

describe('Every alarm', () => {
  test('links to a section of the runbook, and every section is linked to', () => {
    const linked = alarms().map(
      ({ AlarmDescription }) => /docs\/runbook\.md#([a-z0-9-]+)$/.exec(AlarmDescription)?.[1],
    );
    expect([...new Set(linked)].toSorted()).toEqual(sections.toSorted());
    expect(new Set(sections).size).toBe(sections.length);
  });

  test('sends mail when it comes and when it goes, to a topic that CloudWatch may publish to', () => {
    const [topic] = oak.ofType('AWS::SNS::Topic').map(([id]) => id);
    for (const { AlarmName, AlarmActions, OKActions } of alarms()) {
      expect([...AlarmActions, ...OKActions].map(referredTo), AlarmName).toEqual([topic, topic]);
    }
    expect(oak.only('AWS::SNS::TopicPolicy').Properties.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
      }),
    );
    expect(oak.only('AWS::SNS::Subscription').Properties).toMatchObject({
      Protocol: 'email',
      Endpoint: 'it@oak-trust.example',
    });
  });

  test('says in a sentence what has happened', () => {
    for (const { AlarmName, AlarmDescription } of alarms())
      expect(AlarmDescription, AlarmName).toMatch(/^[A-Z].{20,}\. What to do: /);
  });
});

describe('There is an alarm', () => {
  test('for each function, counting what throws and what is turned away', () => {
    for (const name of functionNames) {
      const alarm = named(`${name}-fails`);
      const metrics = (alarm?.Metrics ?? []).map(
        (each: { MetricStat?: { Metric: { MetricName: string } } }) => each.MetricStat?.Metric.MetricName,
      );
      expect(metrics, name).toEqual(expect.arrayContaining(['Errors', 'Throttles']));
    }
  });

  test('for each queue of failures, at the first message', () => {
    const watched = alarms()
      .filter(({ MetricName, Threshold }) => MetricName === 'ApproximateNumberOfMessagesVisible' && Threshold === 1)
      .map(({ Dimensions }) => Dimensions[0].Value['Fn::GetAtt'][0]);
    const failures = oak.ofType('AWS::SQS::Queue').filter(([, { Properties }]) => !Properties.RedrivePolicy);
    expect(watched.toSorted()).toEqual(failures.map(([id]) => id).toSorted());
  });

  test('for each kind of process', () => {
    for (const { kind } of registry) expect(named(`${kind}-executions-fail`), kind).toBeDefined();
  });
});

test('An alarm for a function that runs seldom waits long enough to count as many failures as it asks for', () => {
  const turns = { reconcile: 10 * 60, 'morning-run': 24 * 60 * 60 };
  for (const [name, every] of Object.entries(turns)) {
    const alarm = named(`${name}-fails`);
    const period = alarm?.Metrics.find((each: { MetricStat?: unknown }) => each.MetricStat).MetricStat.Period;
    expect(Math.max(1, period / every), name).toBeGreaterThanOrEqual(alarm?.Threshold);
  }
});

describe('What should happen and does not', () => {
  test.each([
    // 26 hours: the night in which summer time ends makes 25 of one seven o'clock to the next.
    ['morning-run-missed', 'Invocations', 26 * 60 * 60],
    ['anchor-missing', 'IncomingLogEvents', 26 * 60 * 60],
    ['reconcile-missed', 'Invocations', 30 * 60],
  ])('is an alarm though there are no figures at all: %s', (name, metric, seconds) => {
    const alarm = named(name);
    expect(alarm).toMatchObject({
      MetricName: metric,
      TreatMissingData: 'breaching',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
    });
    expect(alarm.Period * alarm.EvaluationPeriods).toBe(seconds);
    expect(alarm.DatapointsToAlarm).toBe(alarm.EvaluationPeriods);
  });

  test('an anchor is seen by what S3 tells, not by what its writer says', () => {
    const anchors =
      oak.ofType('AWS::S3::Bucket').find(([id]) => id.startsWith('DataAnchors')) ??
      expect.fail('there is no bucket of anchors');
    const { NotificationConfiguration } = anchors[1].Properties;
    expect(NotificationConfiguration).toEqual({ EventBridgeConfiguration: { EventBridgeEnabled: true } });
    const [bucket] = anchors;
    const [rule] = oak
      .ofType('AWS::Events::Rule')
      .filter(([, { Properties }]) => Properties.EventBusName === undefined);
    expect(rule?.[1].Properties.EventPattern).toEqual({
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      detail: { bucket: { name: [{ Ref: bucket }] } },
    });
  });
});

describe('Figures that a function reports of itself', () => {
  test.each([
    ['needs-attention', 'NeedsAttention', 'reconcile', 1],
    ['owed-too-long', 'OldestOwedSeconds', 'reconcile', 30 * 60],
    ['morning-run-skipped', 'MorningRunFailures', 'morning-run', 1],
  ] as const)('%s are those of this stage', (name, metric, reporter, threshold) => {
    const [lambda] =
      oak
        .ofType('AWS::Lambda::Function')
        .find(([, { Properties }]) => Properties.Description === shapes[reporter].description) ?? [];
    expect(lambda).toBeDefined();
    expect(named(name)).toMatchObject({
      Namespace: NAMESPACE,
      MetricName: metric,
      Threshold: threshold,
      Dimensions: [{ Name: 'FunctionName', Value: { Ref: lambda } }],
    });
  });

  test('are written with the namespace and the dimension that the alarms look for', () => {
    const lines: string[] = [];
    const log = console.log;
    console.log = (line: string) => void lines.push(line);
    try {
      emitMetrics({ NeedsAttention: 2 }, instant('2026-11-25T09:00:00.000Z'));
    } finally {
      console.log = log;
    }
    const { _aws, ...values } = JSON.parse(lines[0] ?? '');
    const [{ Namespace, Dimensions, Metrics }] = _aws.CloudWatchMetrics;
    expect([Namespace, Dimensions]).toEqual([NAMESPACE, [['FunctionName']]]);
    expect(Metrics.map(({ Name }: { Name: string }) => Name)).toEqual(['NeedsAttention']);
    expect(values).toMatchObject({ NeedsAttention: 2, FunctionName: expect.any(String) });
  });
});
