/**
 * Puts the console into its bucket (`infra/console.ts`): builds it, writes `config.json`, which says how people sign in
 * here, and uploads the files, the page that names them last. `docs/deploy.md` has the command.
 */
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { buildConsole } from '../console/build.ts';

const Options = z.object({
  bucket: z.string().min(3),
  issuer: z.url({ protocol: /^https$/ }),
  'client-id': z.string().min(1),
  scope: z.string().default('openid email'),
  /** Which token names the person: the id token, unless the provider puts the claim into the access token. */
  token: z.enum(['id', 'access']).default('id'),
  /** Google gives tokens to no page without it. Everybody can read it: PKCE and the registered address protect. */
  'client-secret': z.string().min(1).optional(),
});

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

const { values } = parseArgs({
  options: {
    bucket: { type: 'string' },
    issuer: { type: 'string' },
    'client-id': { type: 'string' },
    scope: { type: 'string' },
    token: { type: 'string' },
    'client-secret': { type: 'string' },
  },
});
const parsed = Options.safeParse(values);
if (!parsed.success) {
  console.error(z.prettifyError(parsed.error));
  process.exit(2);
}
const { bucket, issuer, scope, token, 'client-id': clientId, 'client-secret': clientSecret } = parsed.data;

const folder = await buildConsole({ onWork: () => console.log('Building the console …') });
const client = new S3Client({});

async function upload(name: string, body: Uint8Array | string): Promise<void> {
  await client.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: `app/${name}`,
      Body: body,
      ContentType: types[extname(name)] ?? 'application/octet-stream',
      // Names of assets change with what is in them; everything else is asked for each time.
      CacheControl: name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    }),
  );
  console.log(`  ${name}`);
}

const entries = await readdir(folder, { recursive: true, withFileTypes: true });
const names = entries
  .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
  .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
  .sort((one, other) => Number(one === 'index.html') - Number(other === 'index.html'));
await upload('config.json', JSON.stringify({ signIn: { kind: 'oidc', issuer, clientId, scope, token, clientSecret } }));
for (const name of names) await upload(name, await readFile(join(folder, name)));
console.log(`The console is in ${bucket}`);
