/**
 * The whole of Oak CPD on AWS, as one stack.
 *
 * One, because one template can be deployed, compared and read as a whole: by CloudFormation, by an emulator, by the
 * local runtime. What a stack of its own for the data would protect is protected without the knots of exported values:
 * table, anchors, birth key and state machines are retained when the stack goes, the table refuses deletion, and what
 * was retained or restored from backup is taken up again by `adopt` in the configuration.
 */
import { readFileSync } from 'node:fs';
import { App, ArnFormat, CfnOutput, DefaultStackSynthesizer, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Construct } from 'constructs';
import type { Machine } from '../workflows/kernel/machine.ts';
import { Alarms } from './alarms.ts';
import { BusConsumer } from './bus-consumer.ts';
import { type Configuration, mailIdentityOf } from './configuration.ts';
import { Console } from './console.ts';
import { Data } from './data.ts';
import { FrontDoor } from './front-door.ts';
import { type Environments, type FunctionName, OakFunction } from './functions.ts';
import { Machines } from './machines.ts';
import { Schedules } from './schedules.ts';
import { Streams } from './streams.ts';

export class OakStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    configuration: Configuration,
    machines: readonly Machine[],
    props: StackProps,
  ) {
    super(scope, id, props);
    const data = new Data(this, 'Data', configuration);
    const { table } = data;
    const bus = new events.EventBus(this, 'Bus', {
      eventBusName: `oak-cpd-${configuration.stage}`,
      description: 'What happened to processes, in ids and codes.',
    });
    const door = new FrontDoor(this, 'FrontDoor', configuration);
    const make = <Name extends FunctionName>(name: Name, environment: Environments[Name]) =>
      new OakFunction(this, name, { configuration, table, environment });

    const TABLE_NAME = table.name;
    const PUBLIC_URL = door.publicUrl;
    const PERSON_CLAIM = configuration.personClaim;
    const step = make('step', { TABLE_NAME });
    const stateMachines = new Machines(this, 'Machines', {
      configuration,
      machines,
      step: new lambda.Alias(step, 'Live', { aliasName: 'live', version: step.lambda.currentVersion }),
    });
    const functions = {
      api: make('api', { TABLE_NAME, PUBLIC_URL, PERSON_CLAIM }),
      imports: make('imports', {
        TABLE_NAME,
        PERSON_CLAIM,
        // A reference that CloudFormation resolves at deployment: the key stands in no template and no file, and the
        // function needs no call, no right and no cache to have it. Whoever may read the function's settings can read
        // it; with it one can test a guess of a date of birth against a hash, no more.
        BIRTH_KEY: data.birthKey.secretValue.unsafeUnwrap(),
      }),
      step,
      relay: make('relay', { TABLE_NAME, MACHINES: machineArns(this, stateMachines) }),
      publish: make('publish', { TABLE_NAME, BUS_NAME: bus.eventBusName }),
      'morning-run': make('morning-run', {
        TABLE_NAME,
        BUS_NAME: bus.eventBusName,
        ANCHOR_BUCKET: data.anchors.bucketName,
      }),
      reconcile: make('reconcile', { TABLE_NAME }),
      notify: make('notify', { TABLE_NAME, PUBLIC_URL, FROM_ADDRESS: configuration.fromAddress }),
      'open-children': make('open-children', { TABLE_NAME }),
    } satisfies { [Name in FunctionName]: OakFunction<Name> };
    const { api, imports, relay, publish, reconcile, notify } = functions;
    const { 'morning-run': morningRun, 'open-children': openChildren } = functions;

    door.open({ api, imports });
    new Console(this, 'Console', configuration, door);
    allowToDrive(relay, stateMachines);
    publish.allow(['events:PutEvents'], [bus.eventBusArn]);
    morningRun.allow(['events:PutEvents'], [bus.eventBusArn]);
    morningRun.allowAny(
      ['s3:PutObject'],
      data.anchors.arnForObjects('anchors/*'),
      'It may put an anchor of any day into the bucket and do nothing else there: each day has a name of its own.',
    );

    const streams = new Streams(this, 'Streams', { table, relay, publish });
    const schedules = new Schedules(this, 'Schedules', { morningRun, reconcile });
    allowToSend(notify, configuration);
    const messages = new BusConsumer(this, 'Messages', {
      bus,
      reader: notify,
      rules: {
        DigestDue: {
          description: 'The morning run has made the notices of these people: each gets one message.',
          pattern: { detailType: ['digest-due'] },
        },
        UrgentTask: {
          description: 'A task that cannot wait for the next morning.',
          pattern: { source: ['oak-cpd'], detail: { isUrgent: [true] } },
        },
      },
      batchSize: 5,
      // SES gives a new account 14 messages a second; two at a time stay under it.
      maxConcurrency: 2,
    });
    const children = new BusConsumer(this, 'Children', {
      bus,
      reader: openChildren,
      rules: {
        ChildrenDue: {
          description: 'A process waits for others that have to be opened: now, and what is missing every morning.',
          pattern: { source: ['oak-cpd'], detailType: ['children-awaited', 'children-due'] },
        },
      },
      // One process may have 10,000 children.
      batchSize: 1,
      maxConcurrency: 2,
    });
    new Alarms(this, 'Alarms', {
      configuration,
      table,
      anchors: data.anchors,
      functions,
      machines: stateMachines.byKind,
      door,
      streams,
      schedules,
      messages,
      children,
    });

    new CfnOutput(this, 'TableName', { key: 'TableName', value: table.name });
    new CfnOutput(this, 'AnchorBucket', { key: 'AnchorBucket', value: data.anchors.bucketName });
  }
}

/** Mail goes out from one address, by one identity. */
function allowToSend(notify: OakFunction<'notify'>, configuration: Configuration): void {
  notify.allow(
    ['ses:SendEmail'],
    [Stack.of(notify).formatArn({ service: 'ses', resource: 'identity', resourceName: mailIdentityOf(configuration) })],
    { StringEquals: { 'ses:FromAddress': configuration.fromAddress } },
  );
}

/** The relay alone talks to Step Functions, and to our machines alone. */
function allowToDrive(relay: OakFunction<'relay'>, { byKind }: Machines): void {
  const machines = [...byKind.values()];
  // An answer is allowed by machine: a token cannot be named beforehand.
  relay.allow(
    ['states:StartExecution', 'states:SendTaskSuccess'],
    machines.map((machine) => machine.stateMachineArn),
  );
  for (const machine of machines) {
    relay.allowAny(
      ['states:StopExecution'],
      Stack.of(relay).formatArn({
        service: 'states',
        resource: 'execution',
        resourceName: `${machine.stateMachineName}:*`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
      'Each process has an execution of its own; the name of the machine keeps it to ours.',
    );
  }
}

/** `{"npq-application": "arn:…"}`, as text. */
const machineArns = (stack: Stack, { byKind }: Machines): string =>
  stack.toJsonString(Object.fromEntries([...byKind].map(([kind, machine]) => [kind, machine.stateMachineArn])));

/**
 * An app with the settings of `cdk.json` and the checks that have to pass. `context` is what `cdk` is told besides: with
 * `{'aws:cdk:bundling-stacks': []}` nothing is bundled, which takes a second and not ten.
 */
export function makeApp(
  options: { readonly context?: Readonly<Record<string, unknown>>; readonly outdir?: string } = {},
): App {
  const settings = JSON.parse(readFileSync(new URL('../cdk.json', import.meta.url), 'utf8')) as {
    context: Record<string, unknown>;
  };
  const app = new App({
    analyticsReporting: false,
    context: { ...settings.context, ...options.context },
    ...(options.outdir === undefined ? {} : { outdir: options.outdir }),
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}

/** Puts Oak CPD of one stage into the app. */
export function addOak(app: App, configuration: Configuration, machines: readonly Machine[]): OakStack {
  const { stage, account, region } = configuration;
  return new OakStack(app, 'OakCpd', configuration, machines, {
    stackName: `oak-cpd-${stage}`,
    description: `Oak CPD, ${stage}: professional development of a school trust`,
    env: { ...(account === undefined ? {} : { account }), region },
    tags: { application: 'oak-cpd', stage },
    terminationProtection: stage === 'production',
    // The command line checks the version of the bootstrap itself; without the rule the template needs no parameter.
    synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }),
  });
}
