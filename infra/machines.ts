/** One state machine for each kind of process, rendered from its own folder. */
import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { commentOf, type Machine, renderInto } from '../workflows/kernel/machine.ts';
import type { Configuration } from './configuration.ts';
import { acknowledgeWildcard } from './wildcards.ts';

/** The machine of each kind in the registry. */
export async function loadMachines(kinds: readonly string[]): Promise<readonly Machine[]> {
  return Promise.all(
    kinds.map(async (kind) => ((await import(`../workflows/${kind}/machine.ts`)) as { machine: Machine }).machine),
  );
}

export class Machines extends Construct {
  readonly byKind: ReadonlyMap<string, sfn.StateMachine>;

  constructor(
    scope: Construct,
    id: string,
    props: {
      readonly configuration: Configuration;
      readonly machines: readonly Machine[];
      /** By its alias: a running execution keeps the ARN that it began with for up to a year. */
      readonly step: lambda.Alias;
    },
  ) {
    super(scope, id);
    this.byKind = new Map(props.machines.map((machine) => [machine.process.kind, this.#machine(machine, props)]));
  }

  #machine(
    machine: Machine,
    { configuration, step }: { readonly configuration: Configuration; readonly step: lambda.Alias },
  ): sfn.StateMachine {
    const { kind } = machine.process;
    const scope = new Construct(this, kind);
    const role = new iam.Role(scope, 'Role', {
      assumedBy: new iam.ServicePrincipal('states.amazonaws.com'),
      description: `Of the state machine ${kind} alone: it calls the function step and nothing else.`,
    });
    const stateMachine = new sfn.StateMachine(scope, 'Machine', {
      comment: commentOf(machine),
      definitionBody: sfn.DefinitionBody.fromChainable(renderInto(scope, machine, { stepFunction: step })),
      queryLanguage: sfn.QueryLanguage.JSONATA,
      stateMachineType: sfn.StateMachineType.STANDARD,
      role,
      // Errors only, and without the data: the log says which execution failed at which state.
      logs: {
        destination: new logs.LogGroup(scope, 'Log', {
          // Under this prefix the delivery of logs needs no entry of its own in the account's log policy, which is short.
          logGroupName: `/aws/vendedlogs/states/oak-cpd-${configuration.stage}/${kind}`,
          retention: configuration.logRetentionDays,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: sfn.LogLevel.ERROR,
        includeExecutionData: false,
      },
      tracingEnabled: false,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // Another logical id would be another machine, and every execution under way would stay behind on the old one.
    (stateMachine.node.defaultChild as sfn.CfnStateMachine).overrideLogicalId(machineLogicalId(kind));
    Validations.of(stateMachine).acknowledge(
      {
        id: 'AwsSolutions-SF1',
        reason:
          'Every transition is in the history for 90 days and every event in the table: a third copy says nothing more.',
      },
      {
        id: 'AwsSolutions-SF2',
        reason:
          'An execution waits for people, for weeks; a trace of it shows waiting. X-Ray would need a right on all resources.',
      },
    );
    acknowledgeWildcard(
      role,
      '*',
      'Delivery of logs: these actions of CloudWatch Logs know no resource (Step Functions guide, "Logging in CloudWatch Logs").',
    );
    return stateMachine;
  }
}

/** `npq-application` → `NpqApplicationMachine`: fixed for as long as executions of the kind may live. */
export const machineLogicalId = (kind: string): string =>
  `${kind
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')}Machine`;
