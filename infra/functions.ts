/** The Lambda functions: how each is built, how large it is, and what it may do to the table. One role each. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { type BundlingOptions, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type { environment as api } from '../functions/api/environment.ts';
import type { environment as imports } from '../functions/imports/environment.ts';
import type { environment as morningRun } from '../functions/morning-run/environment.ts';
import type { environment as notify } from '../functions/notify/environment.ts';
import type { environment as openChildren } from '../functions/open-children/environment.ts';
import type { environment as publish } from '../functions/publish/environment.ts';
import type { environment as reconcile } from '../functions/reconcile/environment.ts';
import type { environment as relay } from '../functions/relay/environment.ts';
import type { environment as step } from '../functions/step/environment.ts';
import type { IndexId } from '../functions/table/keys.ts';
import type { Configuration } from './configuration.ts';
import { indexArn, type TheTable } from './data.ts';
import { acknowledgeWildcard } from './wildcards.ts';

/** The variables of each function, typed by the schema with which its handler reads them. */
export interface Environments {
  readonly api: z.input<typeof api>;
  readonly imports: z.input<typeof imports>;
  readonly step: z.input<typeof step>;
  readonly relay: z.input<typeof relay>;
  readonly publish: z.input<typeof publish>;
  readonly 'morning-run': z.input<typeof morningRun>;
  readonly reconcile: z.input<typeof reconcile>;
  readonly notify: z.input<typeof notify>;
  readonly 'open-children': z.input<typeof openChildren>;
}

export type FunctionName = keyof Environments;

type TableAction =
  | 'GetItem'
  | 'BatchGetItem'
  | 'Query'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'ConditionCheckItem';

/** A transaction is allowed by the actions of its parts; there is none for the transaction itself. */
const commits: readonly TableAction[] = ['PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'];
const reads: readonly TableAction[] = ['GetItem', 'BatchGetItem', 'Query'];

interface Shape {
  readonly description: string;
  /** 1,769 MB is one whole processor; less memory is a smaller share of one. */
  readonly memory: number;
  readonly timeout: Duration;
  readonly table: readonly TableAction[];
  readonly indexes: readonly IndexId[];
}

/** HTTP APIs give up after 30 s: a function that answered later would have done its work for nobody. */
const BEFORE_THE_GATEWAY_GIVES_UP = Duration.seconds(29);

export const shapes: { readonly [Name in FunctionName]: Shape } = {
  api: {
    description: 'Commands and queries of people.',
    memory: 1024,
    timeout: BEFORE_THE_GATEWAY_GIVES_UP,
    table: [...reads, ...commits],
    indexes: ['a', 'b', 'due'],
  },
  imports: {
    description: 'Checks and applies exports of staff, schools, roles, line managers and off-the-job hours.',
    memory: 1769,
    timeout: BEFORE_THE_GATEWAY_GIVES_UP,
    table: [...reads, ...commits],
    indexes: ['a', 'b'],
  },
  step: {
    description: 'Called by the state machines: opens the next wait of a process, or records its end.',
    memory: 512,
    timeout: Duration.seconds(30),
    table: [...reads, ...commits],
    indexes: ['a'],
  },
  relay: {
    description: 'Reads the stream and starts, answers or stops executions. Nothing else talks to Step Functions.',
    memory: 512,
    timeout: Duration.seconds(60),
    table: ['GetItem', 'UpdateItem', 'DeleteItem'],
    indexes: [],
  },
  publish: {
    description: 'Puts each event of the stream on the event bus.',
    memory: 256,
    timeout: Duration.seconds(60),
    // The stream brings the whole event.
    table: [],
    indexes: [],
  },
  'morning-run': {
    description: 'Every morning: timers, reminders, escalations, renewals, the anchor.',
    memory: 1024,
    timeout: Duration.minutes(15),
    table: [...reads, ...commits],
    indexes: ['a', 'b', 'due'],
  },
  reconcile: {
    description: 'Every ten minutes: restarts what the machine has owed for too long.',
    memory: 256,
    timeout: Duration.minutes(2),
    table: ['BatchGetItem', 'UpdateItem'],
    indexes: ['due'],
  },
  notify: {
    description: 'Sends the one message a day that a person gets.',
    memory: 512,
    // Five requests of 50 people, at half a second each: 125 s.
    timeout: Duration.minutes(5),
    table: [...reads, 'PutItem', 'UpdateItem', 'DeleteItem'],
    indexes: ['a'],
  },
  'open-children': {
    description: 'Opens the processes that another waits for, one for each person or school.',
    memory: 1024,
    // 10,000 children, eight at a time, some 40 ms each: 50 s; the rest is for a table that has to grow to it.
    timeout: Duration.minutes(15),
    table: [...reads, ...commits],
    indexes: ['a', 'b'],
  },
};

export const functionNames = Object.keys(shapes) as readonly FunctionName[];

/**
 * How a handler becomes one file. The SDK goes in, because a bundled one starts in about a third of the time of the
 * runtime's own. CommonJS: parts of the SDK call `require`, which a bundled module does not have.
 */
export const bundling: BundlingOptions = {
  bundleAwsSDK: true,
  format: OutputFormat.CJS,
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  sourceMap: true,
  sourcesContent: false,
};

const root = fileURLToPath(new URL('..', import.meta.url));

/** One function with its role and its log group. Rights beyond the table and its own log are added by whoever gives them. */
export class OakFunction<Name extends FunctionName> extends Construct {
  readonly name: Name;
  readonly lambda: NodejsFunction;
  readonly role: iam.Role;

  constructor(
    scope: Construct,
    name: Name,
    props: {
      readonly configuration: Configuration;
      readonly table: TheTable;
      readonly environment: Environments[Name];
    },
  ) {
    super(scope, name);
    this.name = name;
    const shape = shapes[name];
    const entry = `${root}functions/${name}/handler.ts`;
    if (!existsSync(entry)) throw new Error(`functions/${name}/handler.ts is missing: infra/functions.ts deploys it`);

    const logGroup = new logs.LogGroup(this, 'Log', {
      retention: props.configuration.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: `Of the function ${name} alone.`,
    });
    this.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
    if (shape.table.length > 0) {
      this.allow(
        shape.table.map((action) => `dynamodb:${action}`),
        [props.table.arn],
      );
    }
    if (shape.indexes.length > 0) {
      this.allow(
        ['dynamodb:Query'],
        shape.indexes.map((index) => indexArn(props.table, index)),
      );
    }
    this.lambda = new NodejsFunction(this, 'Function', {
      description: shape.description,
      entry,
      handler: 'handler',
      projectRoot: root,
      depsLockFilePath: `${root}package-lock.json`,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      memorySize: shape.memory,
      timeout: shape.timeout,
      // Errors in the log name the lines of our files; reading the map costs a cold start about 20 ms.
      environment: { ...props.environment, NODE_OPTIONS: '--enable-source-maps' },
      awsSdkConnectionReuse: false,
      bundling,
      role: this.role,
      logGroup,
    });
  }

  /** Gives the function's role a right. Actions are spelt out, resources named. */
  allow(actions: string[], resources: string[], conditions?: Record<string, Record<string, string>>): void {
    this.role.addToPrincipalPolicy(
      new iam.PolicyStatement({ actions, resources, ...(conditions ? { conditions } : {}) }),
    );
  }

  /** A right on resources whose names cannot be known beforehand: it needs a reason. */
  allowAny(actions: string[], resource: string, reason: string): void {
    this.allow(actions, [resource]);
    acknowledgeWildcard(this.role, resource, reason);
  }
}
