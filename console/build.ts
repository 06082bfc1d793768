/**
 * `npm run build`: builds the console into `console/dist`, unless what is there was made from the same sources. `npm
 * start` and the browser tests do the same before they serve it.
 */
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'console');

/** Where the built console is. */
export const distFolder = join(source, 'dist');

/** Says from which sources it was built. */
const MARKER = '.built-from';

async function hashOfSources(): Promise<string> {
  const entries = await readdir(source, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.startsWith(distFolder) && !/\.(test|d)\.tsx?$/.test(file));
  const hash = createHash('sha256');
  for (const file of [...files.sort(), join(root, 'package-lock.json')])
    hash.update(`\0${file.slice(root.length)}\0`).update(await readFile(file));
  return hash.digest('hex');
}

const vite = (outDir: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const args = [
      join(root, 'node_modules', 'vite', 'bin', 'vite.js'),
      'build',
      '--config',
      join(source, 'vite.config.ts'),
      '--outDir',
      outDir,
    ];
    execFile(
      process.execPath,
      args,
      { cwd: root, env: { ...process.env, NODE_ENV: 'production' } },
      (error, stdout, stderr) => {
        if (error) reject(new Error(`The console could not be built:\n${(stderr || stdout).trim() || error.message}`));
        else resolve();
      },
    );
  });

/** Builds where it is needed; `onWork` is told before it takes its seconds. The folder is replaced as a whole. */
export async function buildConsole({ onWork }: { readonly onWork?: () => void } = {}): Promise<string> {
  const hash = await hashOfSources();
  const marker = join(distFolder, MARKER);
  const isBuilt = () => existsSync(marker) && readFileSync(marker, 'utf8') === hash;
  if (isBuilt()) return distFolder;
  onWork?.();
  // What a build that was cut short leaves behind is out of the way there.
  const made = join(root, 'node_modules', '.cache', 'oak-cpd', `console-${randomBytes(4).toString('hex')}`);
  await mkdir(dirname(made), { recursive: true });
  const before = `${made}.before`;
  try {
    await vite(made);
    await writeFile(join(made, MARKER), hash);
    // Somebody else may have been faster; what they made is the same, and may be in use already.
    if (isBuilt()) return distFolder;
    await rename(distFolder, before).catch(() => undefined);
    await rename(made, distFolder).catch((error: unknown) => {
      if (!isBuilt()) throw error;
    });
  } finally {
    await Promise.all([made, before].map((folder) => rm(folder, { recursive: true, force: true })));
  }
  return distFolder;
}

if (import.meta.main) {
  await buildConsole({ onWork: () => console.log('Building the console …') });
  console.log('The console is in console/dist');
}
