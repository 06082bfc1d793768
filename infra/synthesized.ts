/** For tests: the template of a configuration, without bundling. About two seconds; keep the answer. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registry } from '../workflows/registry.ts';
import { Configuration } from './configuration.ts';
import { loadMachines } from './machines.ts';
import { addOak, makeApp } from './oak.ts';

/** A value of a template: text, or something that CloudFormation resolves. */
export type Value = unknown;

export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is what CloudFormation takes; each test looks at what it expects
  readonly Properties: any;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface Synthesized {
  readonly resources: ReadonlyMap<string, Resource>;
  readonly outputs: Readonly<Record<string, { readonly Value: Value }>>;
  readonly directory: string;
  ofType(type: string): readonly (readonly [logicalId: string, resource: Resource])[];
  /** The one resource of this type. */
  only(type: string): Resource;
  /** The statements of each role, with what the role is called. */
  readonly rights: ReadonlyMap<string, readonly Statement[]>;
}

export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly Value[];
  readonly Condition?: unknown;
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** Synthesizes with every check switched on: throws where cdk-nag or CloudFormation's rules find something. */
export async function synthesized(configured: Record<string, unknown> = {}): Promise<Synthesized> {
  const directory = mkdtempSync(join(tmpdir(), 'oak-cpd-'));
  const app = makeApp({ context: { 'aws:cdk:bundling-stacks': [] }, outdir: directory });
  const configuration = Configuration.parse({
    stage: 'staging',
    fromAddress: 'cpd@oak-trust.example',
    alarmEmails: ['it@oak-trust.example'],
    anchorLock: { mode: 'governance', days: 1 },
    ...configured,
  });
  const stack = addOak(app, configuration, await loadMachines(registry.map(({ kind }) => kind)));
  const template = app.synth().getStackArtifact(stack.artifactId).template;
  const resources = new Map(Object.entries(template.Resources as Record<string, Resource>));
  const ofType = (type: string) => [...resources].filter(([, resource]) => resource.Type === type);
  const rights = new Map<string, readonly Statement[]>();
  for (const [id, { Properties }] of ofType('AWS::IAM::Policy')) {
    for (const role of Properties.Roles as readonly { Ref: string }[]) {
      if (rights.has(role.Ref)) throw new Error(`two policies for one role: ${id}`);
      rights.set(
        role.Ref,
        (Properties.PolicyDocument.Statement as readonly (Statement & { Action: unknown; Resource: unknown })[]).map(
          (statement) => ({
            ...statement,
            actions: listOf(statement.Action) as string[],
            resources: listOf(statement.Resource),
          }),
        ),
      );
    }
  }
  return {
    resources,
    outputs: template.Outputs,
    directory,
    ofType,
    only: (type) => {
      const [found, ...others] = ofType(type);
      if (!found || others.length > 0) throw new Error(`${others.length + (found ? 1 : 0)} of ${type}`);
      return found[1];
    },
    rights,
  };
}

/** The logical id that a value refers to. */
export const referredTo = (value: Value): string | undefined => {
  const { Ref, 'Fn::GetAtt': attribute } = (value ?? {}) as { Ref?: string; 'Fn::GetAtt'?: readonly string[] };
  return Ref ?? attribute?.[0];
};
