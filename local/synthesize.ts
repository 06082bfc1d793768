/**
 * Synthesizes the CloudFormation template as `cdk synth` does, without bundling, in a process of its own: CDK costs about
 * 430 MB of memory and some seconds, so the result is kept until something changes that it is made from.
 */
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What the template is made from. Handlers too: each has to be there, and what they import may be read by `infra/`. */
const sources = ['infra', 'workflows', 'functions', 'cdk.json', 'package-lock.json'];

const context = {
  'aws:cdk:bundling-stacks': [],
  'aws:cdk:enable-path-metadata': true,
  'aws:cdk:disable-stack-trace': true,
};

export interface SynthesizeOptions {
  /** A folder for what was synthesized before; by default one beside the installed packages. */
  readonly cacheDir?: string;
  /** Told before it takes its seconds. */
  readonly onWork?: () => void;
}

/** The template as JSON text. Throws with what CDK said where it fails. */
export async function synthesize({
  cacheDir = join(root, 'node_modules', '.cache', 'oak-cpd'),
  onWork,
}: SynthesizeOptions = {}): Promise<string> {
  const folder = join(cacheDir, `synth-${await hashOfSources()}`);
  const template = join(folder, 'OakCpd.template.json');
  const kept = await readFile(template, 'utf8').catch(() => undefined);
  if (kept !== undefined) return kept;
  onWork?.();
  await mkdir(cacheDir, { recursive: true });
  const made = `${folder}.${randomBytes(4).toString('hex')}`;
  await runCdk(made);
  const text = await readFile(join(made, 'OakCpd.template.json'), 'utf8');
  // Somebody else may have been faster; what they made is the same.
  await rename(made, folder).catch(() => rm(made, { recursive: true, force: true }));
  for (const name of await readdir(cacheDir)) {
    const isOld = /^synth-[0-9a-f]+$/.test(name) && join(cacheDir, name) !== folder;
    if (isOld) await rm(join(cacheDir, name), { recursive: true, force: true });
  }
  return text;
}

function runCdk(outdir: string): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      ['infra/app.ts'],
      {
        cwd: root,
        env: { ...process.env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context), NODE_OPTIONS: '' },
        maxBuffer: 16 * 1024 * 1024,
      },
      (error, _stdout, stderr) => {
        if (error) reject(new Error(`The template could not be synthesized:\n${stderr.trim() || error.message}`));
        else resolve();
      },
    );
  });
}

async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(context)).update(process.version);
  for (const source of sources) {
    const files = source.includes('.')
      ? [source]
      : (await readdir(join(root, source), { recursive: true, withFileTypes: true }))
          .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
          .map((entry) => join(entry.parentPath.slice(root.length), entry.name))
          .sort();
    for (const file of files) hash.update(`\0${file}\0`).update(await readFile(join(root, file)));
  }
  return hash.digest('hex').slice(0, 32);
}
