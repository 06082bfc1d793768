import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tableSchema } from '../functions/table/keys.ts';
import { registry } from '../workflows/registry.ts';
import { type FunctionName, functionNames, shapes } from './functions.ts';
import { referredTo, type Statement, type Synthesized, synthesized } from './synthesized.ts';

let oak: Synthesized;
beforeAll(async () => {
  oak = await synthesized();
});
afterAll(() => rmSync(oak.directory, { recursive: true }));

const roleOf = (name: FunctionName): string => {
  const found = oak
    .ofType('AWS::Lambda::Function')
    .find(([, { Properties }]) => Properties.Description === shapes[name].description);
  return referredTo(found?.[1].Properties.Role) ?? '';
};
const rightsOf = (name: FunctionName): readonly Statement[] => oak.rights.get(roleOf(name)) ?? [];
const all = (): readonly (readonly [role: string, statement: Statement])[] =>
  [...oak.rights].flatMap(([role, statements]) => statements.map((statement) => [role, statement] as const));

/** What of the table a function may do, index by index: `''` is the table itself. */
function tableRights(name: FunctionName): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const { actions, resources } of rightsOf(name)) {
    const ofTable = actions.filter((action) => /^dynamodb:(?!.*Stream|GetRecords|GetShardIterator)/.test(action));
    if (ofTable.length === 0) continue;
    for (const resource of resources) {
      const [base, index = ''] = (resource as { 'Fn::Join'?: [string, [unknown, string]] })['Fn::Join']?.[1] ?? [
        resource,
      ];
      expect(oak.resources.get(referredTo(base) ?? '')?.Type, name).toBe('AWS::DynamoDB::Table');
      found[index] = ofTable.map((action) => action.replace('dynamodb:', '')).toSorted();
    }
  }
  return found;
}

const readsAndCommits = [
  'BatchGetItem',
  'ConditionCheckItem',
  'DeleteItem',
  'GetItem',
  'PutItem',
  'Query',
  'UpdateItem',
];
const [a, b, due] = tableSchema.indexes.map(({ name }) => `/index/${name}`) as [string, string, string];
const query = ['Query'];

describe('A function', () => {
  test('has a role that no other has', () => {
    expect(new Set(functionNames.map(roleOf)).size).toBe(functionNames.length);
    const assumed = oak.ofType('AWS::IAM::Role').map(([id]) => id);
    expect(assumed.toSorted()).toEqual([...oak.rights.keys()].toSorted());
    for (const [id, { Properties }] of oak.ofType('AWS::IAM::Role')) {
      expect([Properties.ManagedPolicyArns, Properties.Policies], id).toEqual([undefined, undefined]);
    }
  });

  test.each<[FunctionName, Record<string, string[]>]>([
    ['api', { '': readsAndCommits, [a]: query, [b]: query, [due]: query }],
    ['imports', { '': readsAndCommits, [a]: query, [b]: query }],
    ['step', { '': readsAndCommits, [a]: query }],
    ['relay', { '': ['DeleteItem', 'GetItem', 'UpdateItem'] }],
    ['publish', {}],
    ['morning-run', { '': readsAndCommits, [a]: query, [b]: query, [due]: query }],
    ['reconcile', { '': ['BatchGetItem', 'UpdateItem'], [due]: query }],
    ['notify', { '': readsAndCommits.filter((action) => action !== 'ConditionCheckItem'), [a]: query }],
  ])('such as %s may do this to the table and no more', (name, expected) => {
    expect(tableRights(name)).toEqual(expected);
  });

  test('is told by name what it may do: no action has a wildcard', () => {
    for (const [role, { actions }] of all()) {
      for (const action of actions) expect(action, role).toMatch(/^[a-z0-9-]+:[A-Za-z]+$/);
    }
  });

  test('may never scan', () => {
    expect(all().flatMap(([, { actions }]) => actions.filter((action) => /Scan|PartiQL/i.test(action)))).toEqual([]);
  });
});

describe('A wildcard in a resource', () => {
  test('stands where a name cannot be known, and nowhere else', () => {
    const wild = all()
      .filter(([, { resources }]) => resources.some((resource) => JSON.stringify(resource).includes('*')))
      .map(([role, { actions }]) => `${role.replace(/[0-9A-F]{8}$/, '')}: ${actions.join(' ')}`)
      .toSorted();
    const delivery =
      'logs:CreateLogDelivery logs:DeleteLogDelivery logs:DescribeLogGroups logs:DescribeResourcePolicies logs:GetLogDelivery logs:ListLogDeliveries logs:PutResourcePolicy logs:UpdateLogDelivery';
    expect(wild).toEqual(
      [
        ...registry.map(({ kind }) => `Machines${kind.replaceAll('-', '')}Role: ${delivery}`),
        'morningrunRole: s3:PutObject',
        'publishRole: dynamodb:ListStreams',
        'relayRole: dynamodb:ListStreams',
        'relayRole: states:StopExecution',
      ].toSorted(),
    );
  });
});

const holders = (of: RegExp): readonly string[] => [
  ...new Set(all().flatMap(([role, { actions }]) => (actions.some((action) => of.test(action)) ? [role] : []))),
];

describe('Only', () => {
  test('the relay talks to Step Functions', () => {
    expect(holders(/^states:/)).toEqual([roleOf('relay')]);
  });

  test('the relay and publish read the stream', () => {
    expect(holders(/^dynamodb:GetRecords$/).toSorted()).toEqual([roleOf('publish'), roleOf('relay')].toSorted());
  });

  test('notify sends mail, from one address by one identity', () => {
    expect(holders(/^ses:/)).toEqual([roleOf('notify')]);
    const [mail] = rightsOf('notify').filter(({ actions }) => actions.includes('ses:SendEmail'));
    expect(mail?.actions).toEqual(['ses:SendEmail']);
    expect(JSON.stringify(mail?.resources)).toContain(':identity/oak-trust.example');
    expect(mail?.Condition).toEqual({ StringEquals: { 'ses:FromAddress': 'cpd@oak-trust.example' } });
  });

  test('the morning run writes anchors, and it cannot read, change or delete one', () => {
    expect(holders(/^s3:/)).toEqual([roleOf('morning-run')]);
    expect(
      rightsOf('morning-run').flatMap(({ actions }) => actions.filter((action) => action.startsWith('s3:'))),
    ).toEqual(['s3:PutObject']);
  });

  test('publish and the morning run put events on the bus', () => {
    expect(holders(/^events:/).toSorted()).toEqual([roleOf('morning-run'), roleOf('publish')].toSorted());
  });

  test('state machines and schedules call functions, each its own', () => {
    const callers = all().filter(([, { actions }]) => actions.includes('lambda:InvokeFunction'));
    expect(callers.length).toBe(registry.length + 2);
    for (const [role, { resources }] of callers) {
      expect(resources.length, role).toBe(1);
      const called = oak.resources.get(referredTo(resources[0]) ?? '');
      expect(['AWS::Lambda::Function', 'AWS::Lambda::Alias'], role).toContain(called?.Type);
    }
  });

  test('nobody but CloudFormation reads the secret', () => {
    expect(holders(/^secretsmanager:/)).toEqual([]);
  });
});
