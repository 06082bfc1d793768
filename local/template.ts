/**
 * What would be deployed, read from the synthesized CloudFormation template, so that this machine runs the same: each
 * function's variables, time and memory, the filters of the stream, routes, rules, queues, schedules and the rendered
 * state machines. References become local values; anything that is not understood is refused by name.
 *
 * Not read, because nothing here is behind it: roles and policies, alarms, logs, the user pool, rules on the default bus.
 */
import * as z from 'zod';
import type { QueueConsumerSettings, QueueSettings, RuleSettings } from './bus.ts';
import { compilePattern } from './event-pattern.ts';
import type { RouteSettings } from './gateway.ts';
import type { FunctionSettings } from './lambda.ts';
import { type Timetable, timetable } from './schedule.ts';
import type { StreamConsumerSettings } from './stream.ts';

export interface ScheduleSettings {
  readonly name: string;
  readonly function: string;
  readonly timetable: Timetable;
  /** JSON. */
  readonly input: string;
  /** After an attempt that failed: one minute later, then two, as an asynchronous call of Lambda is. */
  readonly retries: number;
}

export interface MachineSettings {
  readonly arn: string;
  readonly definition: string;
}

export interface Deployment {
  readonly account: string;
  readonly region: string;
  readonly tableName: string;
  readonly functions: readonly FunctionSettings[];
  readonly machines: readonly MachineSettings[];
  readonly streamConsumers: readonly StreamConsumerSettings[];
  readonly busNames: readonly string[];
  readonly rules: readonly RuleSettings[];
  readonly queues: readonly QueueSettings[];
  readonly queueConsumers: readonly QueueConsumerSettings[];
  readonly routes: readonly RouteSettings[];
  readonly schedules: readonly ScheduleSettings[];
}

/** What stands in the place of what only a deployment knows. */
export interface LocalValues {
  /** Where people reach this machine: `http://localhost:3000`. */
  readonly publicUrl: string;
  /** Stands for every secret: a key of this machine, the same at every start. */
  readonly secret: string;
}

const ACCOUNT = '000000000000';
const REGION = 'eu-west-2';
/** The name stays the same whatever the template calls the table: the data on disk is under it. */
export const TABLE_NAME = 'oak-cpd';

const Resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Metadata: z.object({ 'aws:cdk:path': z.string().optional() }).loose().optional(),
});
type Resource = z.infer<typeof Resource>;
const Template = z.object({ Resources: z.record(z.string(), Resource) });

/** Reads a template (JSON text). Throws with the resource's name for anything that cannot be run here. */
export function readTemplate(text: string, values: LocalValues): Deployment {
  const resources = Template.parse(JSON.parse(text)).Resources;
  const resolve = makeResolver(resources, values);

  /** Every resource of a type: its logical id and the properties that are read, resolved and parsed. */
  function all<T extends z.ZodType>(
    type: string,
    schema: T,
  ): { id: string; resource: Resource; properties: z.output<T> }[] {
    return Object.entries(resources).flatMap(([id, resource]) => {
      if (resource.Type !== type) return [];
      const parsed = schema.safeParse(resolve(resource.Properties, id));
      if (!parsed.success) throw new Error(`${id} (${type}): ${z.prettifyError(parsed.error)}`);
      return [{ id, resource, properties: parsed.data }];
    });
  }

  if (all('AWS::DynamoDB::Table', z.unknown()).length !== 1) throw new Error('The template needs exactly one table');

  const functions = all('AWS::Lambda::Function', LambdaFunction).map(
    ({ id, resource, properties }): FunctionSettings => {
      return {
        name: functionName(id, resource),
        arn: arnOf(id, resource),
        timeoutSeconds: properties.Timeout,
        memoryMb: properties.MemorySize,
        environment: {
          ...properties.Environment.Variables,
          ...('PUBLIC_URL' in properties.Environment.Variables && { PUBLIC_URL: values.publicUrl }),
        },
      };
    },
  );
  /** The function that an ARN, an alias, a version or a name leads to. */
  function functionOf(reference: string, by: string): string {
    const found = functions.find(({ arn }) => reference === arn || reference.startsWith(`${arn}:`));
    if (!found) throw new Error(`${by}: ${reference} is no function of the template`);
    return found.name;
  }

  const machines = all('AWS::StepFunctions::StateMachine', StateMachine).map(({ id, resource, properties }) => ({
    arn: arnOf(id, resource),
    definition: withFunctionNames(properties.DefinitionString, (reference) => functionOf(reference, id)),
  }));

  const mappings = all('AWS::Lambda::EventSourceMapping', EventSourceMapping).map(({ id, properties }) => ({
    id,
    properties,
    function: functionOf(properties.FunctionName, id),
    reportsItemFailures: properties.FunctionResponseTypes.includes('ReportBatchItemFailures'),
  }));
  const queues = all('AWS::SQS::Queue', Queue).map(({ id, resource, properties }): QueueSettings => {
    const { VisibilityTimeout, RedrivePolicy } = properties;
    return {
      arn: arnOf(id, resource),
      name: id,
      visibilitySeconds: VisibilityTimeout,
      ...(RedrivePolicy && {
        maxReceiveCount: RedrivePolicy.maxReceiveCount,
        deadLetterArn: RedrivePolicy.deadLetterTargetArn,
      }),
    };
  });
  const busNames = all('AWS::Events::EventBus', EventBus).map(({ properties }) => properties.Name);
  const retries = new Map(
    all('AWS::Lambda::EventInvokeConfig', EventInvokeConfig).map(({ id, properties }) => [
      functionOf(properties.FunctionName, id),
      properties.MaximumRetryAttempts,
    ]),
  );
  const integrations = new Map(
    all('AWS::ApiGatewayV2::Integration', Integration).map(({ id, properties }) => [
      id,
      functionOf(properties.IntegrationUri, id),
    ]),
  );

  return {
    account: ACCOUNT,
    region: REGION,
    tableName: TABLE_NAME,
    functions,
    machines,
    streamConsumers: mappings
      .filter(({ properties }) => properties.EventSourceArn.includes(':dynamodb:'))
      .map(({ id, properties, reportsItemFailures, function: name }) => ({
        function: name,
        batchSize: properties.BatchSize,
        filters: properties.FilterCriteria.Filters.map(({ Pattern }) => compilePattern(JSON.parse(Pattern), id)),
        retries: properties.MaximumRetryAttempts,
        bisects: properties.BisectBatchOnFunctionError,
        reportsItemFailures,
      })),
    busNames,
    rules: all('AWS::Events::Rule', Rule)
      .filter(({ properties }) => properties.EventBusName !== undefined && properties.State === 'ENABLED')
      .map(({ id, properties }) => ({
        name: id,
        busName: (properties.EventBusName ?? '').replace(/^arn:.*:event-bus\//, ''),
        takes: compilePattern(properties.EventPattern, id),
        targets: properties.Targets.map(({ Arn }) => Arn),
      })),
    queues,
    queueConsumers: mappings
      .filter(({ properties }) => properties.EventSourceArn.includes(':sqs:'))
      .map(({ properties, reportsItemFailures, function: name }) => ({
        queueArn: properties.EventSourceArn,
        function: name,
        batchSize: properties.BatchSize,
        reportsItemFailures,
      })),
    routes: all('AWS::ApiGatewayV2::Route', Route).map(({ id, properties }) => {
      const target = integrations.get(properties.Target.replace(/^integrations\//, ''));
      if (target === undefined) throw new Error(`${id}: ${properties.Target} is no integration of the template`);
      return { key: properties.RouteKey, function: target, needsToken: properties.AuthorizationType === 'JWT' };
    }),
    schedules: all('AWS::Scheduler::Schedule', Schedule).map(({ id, properties }) => {
      const name = functionOf(properties.Target.Arn, id);
      return {
        name: id,
        function: name,
        timetable: timetable(id, properties.ScheduleExpression, properties.ScheduleExpressionTimezone),
        input: properties.Target.Input,
        retries: retries.get(name) ?? 2,
      };
    }),
  };
}

// ── What is read of each resource ───────────────────────────────────────────────────────────────────────────────────

const LambdaFunction = z.object({
  Timeout: z.int().default(3),
  MemorySize: z.int().default(128),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }).default({ Variables: {} }),
});
const StateMachine = z.object({ DefinitionString: z.string() });
const EventSourceMapping = z.object({
  FunctionName: z.string(),
  EventSourceArn: z.string(),
  BatchSize: z.int().default(10),
  FilterCriteria: z.object({ Filters: z.array(z.object({ Pattern: z.string() })) }).default({ Filters: [] }),
  MaximumRetryAttempts: z.int().default(-1),
  BisectBatchOnFunctionError: z.boolean().default(false),
  FunctionResponseTypes: z.array(z.string()).default([]),
});
const Queue = z.object({
  VisibilityTimeout: z.int().default(30),
  RedrivePolicy: z.object({ maxReceiveCount: z.int(), deadLetterTargetArn: z.string() }).optional(),
});
const EventBus = z.object({ Name: z.string() });
const Rule = z.object({
  EventBusName: z.string().optional(),
  State: z.string().default('ENABLED'),
  EventPattern: z.record(z.string(), z.unknown()).default({}),
  Targets: z.array(
    z
      .object({ Arn: z.string() })
      .loose()
      .refine((target) => !('InputPath' in target || 'InputTransformer' in target || 'Input' in target), {
        message: 'a target that changes its input is not implemented on one machine',
      }),
  ),
});
const EventInvokeConfig = z.object({ FunctionName: z.string(), MaximumRetryAttempts: z.int().default(2) });
const Integration = z.object({ IntegrationUri: z.string(), PayloadFormatVersion: z.literal('2.0') });
const Route = z.object({
  RouteKey: z.string(),
  Target: z.string(),
  AuthorizationType: z.enum(['JWT', 'NONE']).default('NONE'),
});
const Schedule = z.object({
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().optional(),
  Target: z.object({ Arn: z.string(), Input: z.string().default('{}') }),
});

/** `OakCpd/morning-run/Function/Resource` is the function `morning-run`. */
function functionName(id: string, { Metadata }: Resource): string {
  const name = /([^/]+)\/Function\/Resource$/.exec(Metadata?.['aws:cdk:path'] ?? '')?.[1];
  if (name === undefined) throw new Error(`${id}: whose function this is cannot be told from its path`);
  return name;
}

/** Definitions name functions by ARN; the engine calls them by name. */
function withFunctionNames(definition: string, nameOf: (reference: string) => string): string {
  return JSON.stringify(
    JSON.parse(definition, (key, value: unknown) =>
      key === 'FunctionName' && typeof value === 'string' ? nameOf(value) : value,
    ),
  );
}

// ── References ──────────────────────────────────────────────────────────────────────────────────────────────────────

const services: Readonly<Record<string, readonly [service: string, prefix: string]>> = {
  'AWS::Lambda::Function': ['lambda', 'function:'],
  'AWS::StepFunctions::StateMachine': ['states', 'stateMachine:'],
  'AWS::SQS::Queue': ['sqs', ''],
  'AWS::Events::EventBus': ['events', 'event-bus/'],
  'AWS::DynamoDB::Table': ['dynamodb', 'table/'],
};

function arnOf(id: string, { Type, Properties }: Resource): string {
  const [service, prefix] = services[Type] ?? [Type.split('::')[1]?.toLowerCase() ?? '', ''];
  const name = Type === 'AWS::Events::EventBus' && typeof Properties['Name'] === 'string' ? Properties['Name'] : id;
  return `arn:aws:${service}:${REGION}:${ACCOUNT}:${prefix}${Type === 'AWS::DynamoDB::Table' ? TABLE_NAME : name}`;
}

const pseudo: Readonly<Record<string, string>> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Region': REGION,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'oak-cpd-local',
  'AWS::StackId': `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/oak-cpd-local/local`,
};

/** Answers a value of the template with its references replaced. `by` names the resource in errors. */
function makeResolver(resources: Readonly<Record<string, Resource>>, values: LocalValues) {
  function ref(id: string, by: string): string {
    const known = pseudo[id];
    if (known !== undefined) return known;
    const resource = resources[id];
    if (!resource) throw new Error(`${by} refers to ${id}, which is not in the template`);
    switch (resource.Type) {
      case 'AWS::DynamoDB::Table':
        return TABLE_NAME;
      case 'AWS::S3::Bucket':
        return id.toLowerCase();
      case 'AWS::Events::EventBus':
        return typeof resource.Properties['Name'] === 'string' ? resource.Properties['Name'] : id;
      case 'AWS::StepFunctions::StateMachine':
      case 'AWS::Lambda::Function':
        // A function's reference is its name on AWS; its ARN serves wherever that is read.
        return arnOf(id, resource);
      case 'AWS::Lambda::Alias':
      case 'AWS::Lambda::Version': {
        const qualifier = typeof resource.Properties['Name'] === 'string' ? resource.Properties['Name'] : '1';
        return `${String(resolve(resource.Properties['FunctionName'], id))}:${qualifier}`;
      }
      default:
        return id;
    }
  }

  function attribute(id: string, name: string, by: string): string {
    const resource = resources[id];
    if (!resource) throw new Error(`${by} refers to ${id}, which is not in the template`);
    if (name === 'Arn') return resource.Type === 'AWS::Lambda::Alias' ? ref(id, by) : arnOf(id, resource);
    if (name === 'StreamArn') return `${arnOf(id, resource)}/stream/local`;
    if (name === 'ApiEndpoint') return values.publicUrl;
    return `${id}.${name}`;
  }

  function sub(text: string, variables: Readonly<Record<string, unknown>>, by: string): string {
    return text.replaceAll(/\$\{([^}]+)\}/g, (_match, name: string) => {
      if (name.startsWith('!')) return `\${${name.slice(1)}}`;
      if (name in variables) return String(resolve(variables[name], by));
      const [id = '', ...rest] = name.split('.');
      return rest.length > 0 ? attribute(id, rest.join('.'), by) : ref(id, by);
    });
  }

  function intrinsic(name: string, argument: unknown, by: string): unknown {
    const list = (): unknown[] => {
      const resolved = resolve(argument, by);
      if (!Array.isArray(resolved)) throw new Error(`${by}: ${name} needs a list`);
      return resolved;
    };
    switch (name) {
      case 'Ref':
        return ref(String(argument), by);
      case 'Fn::GetAtt': {
        const [id, ...rest] = typeof argument === 'string' ? argument.split('.') : (argument as string[]);
        return attribute(id ?? '', rest.join('.'), by);
      }
      case 'Fn::Join': {
        const [separator, parts] = list() as [string, unknown[]];
        return parts.map(String).join(separator);
      }
      case 'Fn::Select': {
        const [index, items] = list() as [string | number, unknown[]];
        return items[Number(index)];
      }
      case 'Fn::Split': {
        const [separator, text] = list() as [string, string];
        return text.split(separator);
      }
      case 'Fn::Sub':
        return Array.isArray(argument)
          ? sub(String(argument[0]), argument[1] as Record<string, unknown>, by)
          : sub(String(argument), {}, by);
      default:
        throw new Error(`${by}: ${name} is not implemented on one machine`);
    }
  }

  function resolve(value: unknown, by: string): unknown {
    if (typeof value === 'string') return value;
    if (Array.isArray(value)) return value.map((item) => resolve(item, by));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [only] = entries;
    if (entries.length === 1 && only && (only[0] === 'Ref' || only[0].startsWith('Fn::'))) {
      const resolved = intrinsic(only[0], only[1], by);
      return typeof resolved === 'string' && resolved.startsWith('{{resolve:secretsmanager:')
        ? values.secret
        : resolved;
    }
    return Object.fromEntries(entries.map(([key, item]) => [key, resolve(item, by)]));
  }

  return resolve;
}
