import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tableSchema } from '../functions/table/keys.ts';
import { registry } from '../workflows/registry.ts';
import { publicPaths } from './front-door.ts';
import { functionNames, shapes } from './functions.ts';
import { machineLogicalId } from './machines.ts';
import { referredTo, type Synthesized, synthesized } from './synthesized.ts';

let oak: Synthesized;
beforeAll(async () => {
  oak = await synthesized();
});
afterAll(() => rmSync(oak.directory, { recursive: true }));

const functionOf = (name: string) => {
  const found = oak
    .ofType('AWS::Lambda::Function')
    .find(([, each]) => each.Properties.Description === shapes[name as 'api'].description);
  if (!found) throw new Error(`no function ${name}`);
  return { id: found[0], ...found[1].Properties };
};

describe('The table', () => {
  test('has the keys, indexes, stream and time to live that keys.ts says', () => {
    const { Properties } = oak.only('AWS::DynamoDB::Table');
    expect(Properties.KeySchema).toEqual([
      { AttributeName: tableSchema.partitionKey, KeyType: 'HASH' },
      { AttributeName: tableSchema.sortKey, KeyType: 'RANGE' },
    ]);
    expect(Properties.GlobalSecondaryIndexes).toEqual(
      tableSchema.indexes.map(({ name, partitionKey, sortKey }) => ({
        IndexName: name,
        KeySchema: [
          { AttributeName: partitionKey, KeyType: 'HASH' },
          { AttributeName: sortKey, KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      })),
    );
    expect(Properties.StreamSpecification).toEqual({ StreamViewType: tableSchema.stream });
    expect(Properties.TimeToLiveSpecification).toEqual({ AttributeName: tableSchema.timeToLive, Enabled: true });
    expect(Properties.BillingMode).toBe('PAY_PER_REQUEST');
  });

  test('can be restored to any second, refuses deletion and stays when the stack goes', () => {
    const { Properties, DeletionPolicy, UpdateReplacePolicy } = oak.only('AWS::DynamoDB::Table');
    expect(Properties.PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: true });
    expect(Properties.DeletionProtectionEnabled).toBe(true);
    expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
  });
});

test('What cannot be made again stays when the stack goes, and only that', () => {
  const retained = [...oak.resources]
    .filter(([, { DeletionPolicy }]) => DeletionPolicy === 'Retain')
    .map(([, { Type }]) => Type);
  expect(new Set(retained)).toEqual(
    new Set([
      'AWS::DynamoDB::Table',
      'AWS::S3::Bucket',
      'AWS::SecretsManager::Secret',
      'AWS::StepFunctions::StateMachine',
      'AWS::Cognito::UserPool',
    ]),
  );
});

test('Everything that keeps something is encrypted', () => {
  for (const [id, { Properties }] of oak.ofType('AWS::DynamoDB::Table'))
    expect(Properties.SSESpecification, id).toEqual({ SSEEnabled: true });
  for (const [id, { Properties }] of oak.ofType('AWS::S3::Bucket'))
    expect(Properties.BucketEncryption, id).toBeDefined();
  for (const [id, { Properties }] of oak.ofType('AWS::SQS::Queue'))
    expect(Properties.SqsManagedSseEnabled, id).toBe(true);
  for (const [id, { Properties }] of oak.ofType('AWS::SNS::Topic')) expect(Properties.KmsMasterKeyId, id).toBeDefined();
});

test('Every queue either has a queue for what fails, or is one', () => {
  const queues = oak.ofType('AWS::SQS::Queue');
  const failures = new Set<string | undefined>();
  for (const { Properties } of oak.resources.values()) {
    JSON.stringify(Properties, (key, value) => {
      if (key === 'deadLetterTargetArn') failures.add(referredTo(value));
      if (key === 'DeadLetterConfig') failures.add(referredTo(value.Arn));
      if (key === 'OnFailure') failures.add(referredTo(value.Destination));
      return value;
    });
  }
  expect(queues.length).toBeGreaterThan(0);
  for (const [id, { Properties }] of queues) {
    expect(failures.has(id) !== (Properties.RedrivePolicy !== undefined), id).toBe(true);
  }
});

test('Every log is kept for a time that is said', () => {
  for (const [id, { Properties }] of oak.ofType('AWS::Logs::LogGroup')) {
    expect(Properties.RetentionInDays, id).toBeGreaterThan(0);
  }
});

describe('The functions', () => {
  test('are those of the folders, each on Node 24 and ARM, in a log group of its own', () => {
    const functions = oak.ofType('AWS::Lambda::Function');
    expect(functions.map(([, { Properties }]) => Properties.Description).toSorted()).toEqual(
      functionNames.map((name) => shapes[name].description).toSorted(),
    );
    const logs = functions.map(([, { Properties }]) => referredTo(Properties.LoggingConfig.LogGroup));
    expect(new Set(logs).size).toBe(functions.length);
    for (const [id, { Properties }] of functions) {
      expect([Properties.Runtime, Properties.Architectures], id).toEqual(['nodejs24.x', ['arm64']]);
    }
  });

  test('get exactly the variables that their environment.ts reads', async () => {
    for (const name of functionNames) {
      const { environment } = (await import(/* @vite-ignore */ `../functions/${name}/environment.ts`)) as {
        environment: { shape: Record<string, unknown> };
      };
      const { NODE_OPTIONS, ...variables } = functionOf(name).Environment.Variables;
      expect(NODE_OPTIONS, name).toBe('--enable-source-maps');
      expect(Object.keys(variables).toSorted(), name).toEqual(Object.keys(environment.shape).toSorted());
    }
  });

  test('answer before API Gateway gives up', () => {
    for (const name of ['api', 'imports']) expect(functionOf(name).Timeout).toBeLessThan(30);
  });

  test('hold no secret in clear', () => {
    const { BIRTH_KEY } = functionOf('imports').Environment.Variables;
    expect(JSON.stringify(BIRTH_KEY)).toMatch(/\{\{resolve:secretsmanager:.*:SecretString:::\}\}/);
  });
});

describe('The state machines', () => {
  test('are those of the registry, standard, with a logical id that never changes', () => {
    expect(machineLogicalId('npq-application')).toBe('NpqApplicationMachine');
    const machines = oak.ofType('AWS::StepFunctions::StateMachine');
    expect(machines.map(([id]) => id)).toEqual(registry.map(({ kind }) => machineLogicalId(kind)));
    for (const [id, { Properties }] of machines) expect(Properties.StateMachineType, id).toBe('STANDARD');
  });

  test('log errors and never data', () => {
    for (const [id, { Properties }] of oak.ofType('AWS::StepFunctions::StateMachine')) {
      const { Level, IncludeExecutionData } = Properties.LoggingConfiguration;
      expect([Level, IncludeExecutionData], id).toEqual(['ERROR', false]);
    }
  });

  test('call the function step by its alias and nothing else', () => {
    const [alias] = oak.ofType('AWS::Lambda::Alias').map(([id]) => id);
    for (const [id, { Properties }] of oak.ofType('AWS::StepFunctions::StateMachine')) {
      const pieces = Properties.DefinitionString['Fn::Join'][1] as readonly unknown[];
      const references = new Set(pieces.filter((piece) => typeof piece !== 'string').map(referredTo));
      expect(references, id).toEqual(new Set([alias, 'AWS::Partition']));
    }
  });

  test('are all known to the relay', () => {
    const text = JSON.stringify(functionOf('relay').Environment.Variables.MACHINES);
    for (const { kind } of registry) {
      expect(text).toContain(`\\"${kind}\\":\\"`);
      expect(text).toContain(`{"Ref":"${machineLogicalId(kind)}"}`);
    }
  });
});

describe('The stream', () => {
  const mappingOf = (name: string) => {
    const found = oak
      .ofType('AWS::Lambda::EventSourceMapping')
      .find(([, { Properties }]) => referredTo(Properties.FunctionName) === functionOf(name).id);
    if (!found) throw new Error(`nothing calls ${name}`);
    return found[1].Properties;
  };
  const filtersOf = (name: string) =>
    (mappingOf(name).FilterCriteria.Filters as readonly { Pattern: string }[]).map(({ Pattern }) =>
      JSON.parse(Pattern),
    );

  test('wakes the relay at once for a process that the machine owes a move, or that has ended', () => {
    expect(filtersOf('relay')).toEqual([
      { dynamodb: { NewImage: { type: { S: ['process'] }, owedAt: { S: [{ exists: true }] } } } },
      { dynamodb: { NewImage: { type: { S: ['process'] }, endedAt: { S: [{ exists: true }] } } } },
    ]);
    expect(mappingOf('relay').MaximumBatchingWindowInSeconds).toBeUndefined();
  });

  test('gives each event to publish when it is written', () => {
    expect(filtersOf('publish')).toEqual([
      { eventName: ['INSERT'], dynamodb: { NewImage: { type: { S: ['event'] } } } },
    ]);
    expect(mappingOf('publish').MaximumBatchingWindowInSeconds).toBe(10);
  });

  test.each(['relay', 'publish'])('is read by %s with bounded attempts, in halves, and what fails is kept', (name) => {
    const mapping = mappingOf(name);
    expect(mapping.BisectBatchOnFunctionError).toBe(true);
    expect(mapping.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
    expect(mapping.MaximumRetryAttempts).toBeGreaterThan(0);
    expect(mapping.MaximumRecordAgeInSeconds).toBeLessThan(24 * 60 * 60);
    expect(oak.resources.get(referredTo(mapping.DestinationConfig.OnFailure.Destination) ?? '')?.Type).toBe(
      'AWS::SQS::Queue',
    );
  });

  test('has two readers: a third would slow all of them down', () => {
    const readers = oak
      .ofType('AWS::Lambda::EventSourceMapping')
      .filter(([, { Properties }]) => JSON.stringify(Properties.EventSourceArn).includes('StreamArn'));
    expect(readers.length).toBe(2);
  });
});

describe('Mail', () => {
  const patternsTo = (consumer: string) =>
    oak
      .ofType('AWS::Events::Rule')
      .filter(([, { Properties }]) => JSON.stringify(Properties.Targets).includes(consumer))
      .map(([, { Properties }]) => Properties.EventPattern);

  test('is asked for by the morning run, and at once where a task is urgent', () => {
    expect(patternsTo('MessagesQueue')).toEqual([
      { 'detail-type': ['digest-due'] },
      { source: ['oak-cpd'], detail: { isUrgent: [true] } },
    ]);
  });

  test('is not what children are opened by: a wait for them is, at once and every morning', () => {
    expect(patternsTo('ChildrenQueue')).toEqual([
      { source: ['oak-cpd'], 'detail-type': ['children-awaited', 'children-due'] },
    ]);
  });

  test('stays hidden in its queue for as long as six attempts of notify would take', () => {
    const [queue] = oak.ofType('AWS::SQS::Queue').filter(([, { Properties }]) => Properties.RedrivePolicy);
    expect(queue?.[1].Properties.VisibilityTimeout).toBe(functionOf('notify').Timeout * 6);
  });
});

test('The morning run comes at seven in London, winter and summer; the reconciler every ten minutes', () => {
  const schedules = oak.ofType('AWS::Scheduler::Schedule').map(([, { Properties }]) => ({
    at: Properties.ScheduleExpression,
    zone: Properties.ScheduleExpressionTimezone,
    calls: referredTo(Properties.Target.Arn),
  }));
  expect(schedules).toEqual([
    { at: 'cron(0 7 * * ? *)', zone: 'Europe/London', calls: functionOf('morning-run').id },
    { at: 'rate(10 minutes)', zone: undefined, calls: functionOf('reconcile').id },
  ]);
});

describe('The API', () => {
  const routes = () =>
    oak.ofType('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => ({
      key: Properties.RouteKey as string,
      type: Properties.AuthorizationType as string,
      authorizer: Properties.AuthorizerId,
    }));

  test('asks for a token on every path but those that say nothing about anybody', () => {
    const open = routes().filter(({ type }) => type !== 'JWT');
    expect(open.map(({ key }) => key).toSorted()).toEqual(publicPaths.map((path) => `GET ${path}`).toSorted());
    expect(
      routes()
        .filter(({ type }) => type === 'JWT')
        .map(({ key }) => key)
        .toSorted(),
    ).toEqual(['ANY /{proxy+}', 'GET /imports/{proxy+}', 'POST /imports/{proxy+}']);
  });

  test('allows no other site, limits the rate and logs neither bodies nor queries', () => {
    expect(oak.only('AWS::ApiGatewayV2::Api').Properties.CorsConfiguration).toBeUndefined();
    const { DefaultRouteSettings, AccessLogSettings } = oak.only('AWS::ApiGatewayV2::Stage').Properties;
    expect(DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 });
    expect(AccessLogSettings.Format).not.toMatch(/body|query|header|authorizer\.claims/i);
  });
});

describe('The anchors', () => {
  test('cannot be changed, and are reached by encrypted connections only', () => {
    const [anchors] = oak.ofType('AWS::S3::Bucket').filter(([id]) => id.startsWith('DataAnchors'));
    const [id, { Properties }] = anchors ?? expect.fail('there is no bucket of anchors');
    expect(Properties.ObjectLockEnabled).toBe(true);
    expect(Properties.ObjectLockConfiguration.Rule.DefaultRetention).toEqual({ Mode: 'GOVERNANCE', Days: 1 });
    expect(Object.values(Properties.PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
    const policies = oak
      .ofType('AWS::S3::BucketPolicy')
      .filter(([, each]) => referredTo(each.Properties.Bucket) === id);
    expect(policies.flatMap(([, each]) => each.Properties.PolicyDocument.Statement)).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    );
  });
});

test('The template can be deployed without parameters, custom resources or anything of the CDK of its own', () => {
  for (const [id, { Type }] of oak.resources)
    expect(Type, id).not.toMatch(/^Custom::|^AWS::CDK::|CloudFormation::CustomResource/);
});

test('Two stages can stand in one account: no resource has a name that another stage would give its own', () => {
  const named: Readonly<Record<string, string>> = {
    'AWS::ApiGatewayV2::Api': 'Name',
    'AWS::CloudWatch::Alarm': 'AlarmName',
    'AWS::CloudWatch::Dashboard': 'DashboardName',
    'AWS::Cognito::UserPool': 'UserPoolName',
    'AWS::Cognito::UserPoolDomain': 'Domain',
    'AWS::DynamoDB::Table': 'TableName',
    'AWS::Events::EventBus': 'Name',
    'AWS::Events::Rule': 'Name',
    'AWS::IAM::Role': 'RoleName',
    'AWS::Lambda::Function': 'FunctionName',
    'AWS::Logs::LogGroup': 'LogGroupName',
    'AWS::Logs::ResourcePolicy': 'PolicyName',
    'AWS::S3::Bucket': 'BucketName',
    'AWS::Scheduler::Schedule': 'Name',
    'AWS::SecretsManager::Secret': 'Name',
    'AWS::SNS::Topic': 'TopicName',
    'AWS::SQS::Queue': 'QueueName',
    'AWS::StepFunctions::StateMachine': 'StateMachineName',
  };
  const fixed = [...oak.resources.values()].flatMap(({ Type, Properties }) => {
    const name = Properties[named[Type] ?? ''];
    return name === undefined ? [] : [JSON.stringify(name)];
  });
  expect(fixed.length).toBeGreaterThan(20);
  expect(fixed.filter((name) => !name.includes('oak-cpd-staging'))).toEqual([]);
});

describe('CloudFormation', () => {
  /** Logical ids that each resource needs before it. */
  function dependencies(): ReadonlyMap<string, ReadonlySet<string>> {
    return new Map(
      [...oak.resources].map(([id, resource]) => {
        const found = new Set<string>();
        JSON.stringify(resource, (key, value) => {
          if (key === 'Ref' && !String(value).startsWith('AWS::')) found.add(value);
          if (key === 'Fn::GetAtt') found.add(value[0]);
          if (key === 'DependsOn') for (const each of [value].flat()) found.add(each);
          return value;
        });
        return [id, found] as const;
      }),
    );
  }

  test('finds every resource that another refers to', () => {
    for (const [id, needed] of dependencies()) {
      expect(
        [...needed].filter((other) => !oak.resources.has(other)),
        id,
      ).toEqual([]);
    }
  });

  test('can make them in an order: none waits for itself', () => {
    const left = new Map([...dependencies()].map(([id, needed]) => [id, new Set(needed)] as const));
    for (let made = true; made; ) {
      const ready = [...left].filter(([, needed]) => [...needed].every((other) => !left.has(other))).map(([id]) => id);
      for (const id of ready) left.delete(id);
      made = ready.length > 0;
    }
    expect([...left.keys()]).toEqual([]);
  });
});
