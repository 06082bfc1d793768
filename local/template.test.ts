import { describe, expect, test } from 'vitest';
import { registry } from '../workflows/registry.ts';
import { functions } from './functions.ts';
import { makeEngine } from './step-functions/engine.ts';
import { synthesize } from './synthesize.ts';
import { readTemplate } from './template.ts';

const values = { publicUrl: 'http://localhost:3000', secret: 'the secret of this machine' };

describe('the template that would be deployed', async () => {
  const deployment = readTemplate(await synthesize(), values);
  const of = (name: string) => deployment.functions.find((each) => each.name === name);

  test('has the functions that this machine knows, no more and no fewer', () => {
    expect(deployment.functions.map(({ name }) => name).sort()).toEqual(Object.keys(functions).sort());
  });

  test('has no reference left unresolved in any variable', () => {
    const text = JSON.stringify(deployment.functions);
    expect(text).not.toMatch(/Fn::|"Ref"|\$\{|resolve:secretsmanager|\[object/);
    expect(of('api')?.environment).toMatchObject({ TABLE_NAME: 'oak-cpd', PUBLIC_URL: values.publicUrl });
    expect(of('imports')?.environment['BIRTH_KEY']).toBe(values.secret);
  });

  test('has one machine for each kind of process, which the engine takes and the relay knows', () => {
    const engine = makeEngine({ now: () => 0, invoke: async () => ({}) });
    for (const { arn, definition } of deployment.machines) engine.define(arn, definition);
    const machines = JSON.parse(of('relay')?.environment['MACHINES'] ?? '{}') as Record<string, string>;
    expect(Object.keys(machines)).toEqual(registry.map(({ kind }) => kind));
    expect(Object.values(machines)).toEqual(deployment.machines.map(({ arn }) => arn));
    for (const { definition } of deployment.machines) expect(definition).toContain('"FunctionName":"step"');
  });

  test('wakes the relay for a process that is owed a move or has ended, and publish for a new event', () => {
    const takes = (name: string, record: unknown): boolean | undefined =>
      deployment.streamConsumers.find((each) => each.function === name)?.filters.some((filter) => filter(record));
    const image = (NewImage: object, eventName = 'MODIFY') => ({ eventName, dynamodb: { NewImage } });
    const process = { type: { S: 'process' } };
    expect(takes('relay', image({ ...process, owedAt: { S: '2026' } }))).toBe(true);
    expect(takes('relay', image({ ...process, endedAt: { S: '2026' } }))).toBe(true);
    expect(takes('relay', image(process))).toBe(false);
    expect(takes('relay', image({ type: { S: 'wait' }, owedAt: { S: '2026' } }))).toBe(false);
    expect(takes('publish', image({ type: { S: 'event' } }, 'INSERT'))).toBe(true);
    expect(takes('publish', image({ type: { S: 'event' } }, 'MODIFY'))).toBe(false);
  });

  test('lets nobody in without a token but where it says so', () => {
    const open = deployment.routes.filter(({ needsToken }) => !needsToken).map(({ key }) => key);
    expect(open.every((key) => key.startsWith('GET '))).toBe(true);
    expect(open).toContain('GET /health');
    expect(deployment.routes.find(({ key }) => key === 'POST /imports/{proxy+}')).toMatchObject({
      function: 'imports',
      needsToken: true,
    });
  });

  test('leads from the bus to the mail', () => {
    const [consumer] = deployment.queueConsumers;
    expect(consumer?.function).toBe('notify');
    const rules = deployment.rules.filter(({ targets }) => targets.includes(consumer?.queueArn ?? ''));
    expect(rules.some(({ takes }) => takes({ 'detail-type': 'digest-due', detail: {} }))).toBe(true);
  });

  test('calls the morning run every day and the reconciler every ten minutes', () => {
    expect(deployment.schedules.map((each) => [each.function, each.timetable.is])).toEqual(
      expect.arrayContaining([
        ['morning-run', 'daily'],
        ['reconcile', 'rate'],
      ]),
    );
  });
});

describe('a template with something that cannot be run here is refused by name', () => {
  const table = { Table: { Type: 'AWS::DynamoDB::Table', Properties: {} } };
  const read = (resources: object) => () =>
    readTemplate(JSON.stringify({ Resources: { ...table, ...resources } }), values);
  const bus = { Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'oak' } } };

  test.each([
    [
      'an intrinsic function',
      { F: { Type: 'AWS::Lambda::Function', Properties: { Timeout: { 'Fn::If': [] } } } },
      /F: Fn::If/,
    ],
    [
      'a reference to nothing',
      { M: { Type: 'AWS::StepFunctions::StateMachine', Properties: { DefinitionString: { Ref: 'Gone' } } } },
      /M refers to Gone/,
    ],
    ['a function without a name', { F: { Type: 'AWS::Lambda::Function', Properties: {} } }, /F: whose function/],
    [
      'a comparison in a pattern',
      {
        ...bus,
        R: {
          Type: 'AWS::Events::Rule',
          Properties: { EventBusName: { Ref: 'Bus' }, EventPattern: { a: [{ wildcard: '*' }] }, Targets: [] },
        },
      },
      /R: a.*wildcard/,
    ],
    [
      'a target that changes its input',
      {
        ...bus,
        R: {
          Type: 'AWS::Events::Rule',
          Properties: { EventBusName: { Ref: 'Bus' }, Targets: [{ Arn: 'a', InputPath: '$.detail' }] },
        },
      },
      /R .*changes its input/s,
    ],
    ['a second table', { Other: { Type: 'AWS::DynamoDB::Table', Properties: {} } }, /exactly one table/],
  ])('%s', (_what, resources, message) => {
    expect(read(resources)).toThrow(message);
  });
});
