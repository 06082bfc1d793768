import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, test } from 'vitest';
import { registry } from '../workflows/registry.ts';
import { readConfiguration } from './configuration.ts';
import { machineLogicalId } from './machines.ts';
import { addOak, makeApp } from './oak.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Synthesizes as `cdk` does, in a process of its own. */
function synthesize(stage: string): { readonly template: string; readonly report: string } {
  const directory = mkdtempSync(join(tmpdir(), 'oak-cpd-'));
  try {
    execFileSync(process.execPath, ['infra/app.ts'], {
      cwd: root,
      env: {
        ...process.env,
        CDK_OUTDIR: directory,
        CDK_CONTEXT_JSON: JSON.stringify({ stage, 'aws:cdk:bundling-stacks': [] }),
      },
    });
    return {
      template: readFileSync(join(directory, 'OakCpd.template.json'), 'utf8'),
      report: readFileSync(join(directory, 'validation-report.json'), 'utf8'),
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

describe('The app', () => {
  test('passes cdk-nag and the rules of CloudFormation for staging, with nothing but what is acknowledged, and gives the same template every time', () => {
    const first = synthesize('staging');
    expect(first.report).not.toContain('AwsSolutions-');
    for (const { kind } of registry)
      expect(JSON.parse(first.template).Resources).toHaveProperty(machineLogicalId(kind));
    expect(synthesize('staging').template).toBe(first.template);
  });

  test('passes them for production too', () => {
    const { report, template } = synthesize('production');
    expect(report).not.toContain('AwsSolutions-');
    expect(template).toContain('oak-cpd-production-needs-attention');
  });
});

test('The checks are on: a bucket in clear fails the synthesis', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'oak-cpd-'));
  try {
    const app = makeApp({ context: { 'aws:cdk:bundling-stacks': [] }, outdir });
    const stack = addOak(app, readConfiguration('staging'), []);
    new Bucket(stack, 'InClear');
    expect(() => app.synth()).toThrow(/Validation failed/);
  } finally {
    rmSync(outdir, { recursive: true });
  }
});
