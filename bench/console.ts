/** What the console sends before it can be used: compressed script and style of the first page, and of what comes later. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { buildConsole } from '../console/build.ts';
import { type Findings, figure } from './markdown.ts';

/** The first page may come with so many bytes of compressed script. */
const BUDGET = 200_000;

/** Files that a file imports before it runs; what it imports later stands in `import(…)`. */
function importedBy(folder: string, file: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(file)) return found;
  found.add(file);
  const source = readFileSync(join(folder, file), 'utf8');
  for (const [, name = ''] of source.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g)) {
    if (existsSync(join(folder, name))) importedBy(folder, name, found);
  }
  return found;
}

const kilobytes = (bytes: number): string => `${figure(bytes / 1000)} KB`;

export async function measureConsole(say: (text: string) => void): Promise<Findings> {
  const dist = await buildConsole({ onWork: () => say('building') });
  const assets = join(dist, 'assets');
  const page = readFileSync(join(dist, 'index.html'), 'utf8');
  const entry = /<script[^>]*src="\/app\/assets\/([^"]+)"/.exec(page)?.[1];
  if (entry === undefined) throw new Error('The page names no script');
  const first = importedBy(assets, entry);
  const all = readdirSync(assets);
  const sizes = (names: readonly string[]) => {
    const contents = names.map((name) => readFileSync(join(assets, name)));
    const sum = (of: (content: Buffer) => number) => contents.reduce((bytes, content) => bytes + of(content), 0);
    return {
      raw: sum((content) => content.byteLength),
      gzip: sum((content) => gzipSync(content).byteLength),
      brotli: sum((content) => brotliCompressSync(content).byteLength),
    };
  };
  const styles = [...page.matchAll(/href="\/app\/assets\/([^"]+\.css)"/g)].map(([, name = '']) => name);
  const groups: readonly (readonly [string, readonly string[]])[] = [
    ['script of the first page', [...first]],
    ['style of the first page', styles],
    ['forms', all.filter((name) => /^(form|widgets)-.*\.js$/.test(name))],
    ['drawing', all.filter((name) => /^picture-.*\.js$/.test(name))],
    ['everything', all],
  ];
  const { gzip } = sizes([...first]);
  if (gzip > BUDGET) throw new Error(`The first page comes with ${gzip} bytes of script; it may have ${BUDGET}`);
  return {
    tables: [
      {
        head: ['', 'files', 'bytes', 'gzip', 'brotli'],
        rows: groups.map(([label, names]) => {
          const size = sizes(names);
          return [label, String(names.length), kilobytes(size.raw), kilobytes(size.gzip), kilobytes(size.brotli)];
        }),
      },
    ],
    notes: [
      `The first page is the sign-in and the inbox. Its script must stay under ${kilobytes(BUDGET)} compressed; it is ${gzip.toLocaleString('en-GB')} bytes with gzip. Forms and drawing come when a task or process is opened.`,
    ],
  };
}
