/**
 * Which file may know which: `infra → functions → workflows → workflows/kernel`, `local` composes them and nobody
 * knows `local`, and the rules are pure. Read from the source, type imports too, because an arrow is an arrow.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { registry } from '../workflows/registry.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = globSync('{infra,functions,workflows,local,console,scripts,test}/**/*.{ts,tsx}', {
  cwd: root,
  exclude: (name) => ['node_modules', 'cdk.out', 'dist'].includes(name),
}).sort();

interface Arrow {
  readonly from: string;
  /** A file of ours by its path from the root, else the package as it is imported. */
  readonly to: string;
}

const IMPORTS = [
  /^(?:import|export)\s[^;'"`]*?\bfrom\s*['"]([^'"]+)['"]/gm,
  /^import\s*['"]([^'"]+)['"]/gm,
  /\bimport\(\s*(?:new URL\(\s*)?['"`]([^'"`]+)['"`]/g,
];

function arrowsFrom(file: string, source: string): Arrow[] {
  return IMPORTS.flatMap((pattern) => [...source.matchAll(pattern)]).map(([, named = '']) => ({
    from: file,
    to: named.startsWith('.') ? relative(root, join(root, dirname(file), named)) : named,
  }));
}

const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');
const arrows = sources.flatMap((file) => arrowsFrom(file, textOf(file)));
const isTest = (file: string): boolean => file.endsWith('.test.ts') || file.startsWith('test/');
const isIn = (folder: string) => (file: string) => file.startsWith(`${folder}/`);
const isMachine = (file: string): boolean => /^workflows\/[^/]+\/machine\.ts$/.test(file);
const folderOf = (file: string): string | undefined => /^workflows\/([^/]+)\//.exec(file)?.[1];
/** A folder of a process, the others being the kernel and what several processes share (facts about NPQs). */
const isOfAProcess = (folder: string): boolean =>
  folder !== 'kernel' && sources.includes(`workflows/${folder}/process.ts`);
const isShared = (folder: string | undefined): boolean =>
  folder !== undefined && folder !== 'kernel' && !isOfAProcess(folder);
const isOurs = (file: string): boolean => sources.includes(file) || existsSync(join(root, file));
const described = ({ from, to }: Arrow): string => `${from} → ${to}`;
const wrong = (isWrong: (arrow: Arrow) => boolean): string[] => arrows.filter(isWrong).map(described);

/** The file and everything of ours that it imports, by way of others too. */
function closureOf(file: string): string[] {
  const found = new Set([file]);
  for (const from of found) {
    for (const arrow of arrows) if (arrow.from === from && sources.includes(arrow.to)) found.add(arrow.to);
  }
  return [...found];
}

describe('reading the source', () => {
  it('sees every way to import', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text with a template in it
    const byKind = 'workflows/${kind}/machine.ts';
    const source = [
      "import { a } from './a.ts';",
      "import type { B } from '../b.ts';",
      'import {\n  c,\n  type D,\n} from "package-c";',
      "import * as e from 'package-e/sub';",
      "import './f.ts';",
      "export { g } from './g.ts';",
      "const h = await import('./h.ts');",
      `const i = await import(\`../${byKind}\`);`,
    ].join('\n');
    expect(
      arrowsFrom('local/x.ts', source)
        .map(({ to }) => to)
        .sort(),
    ).toEqual(
      ['local/a.ts', 'b.ts', 'package-c', 'package-e/sub', 'local/f.ts', 'local/g.ts', 'local/h.ts', byKind].sort(),
    );
  });

  it('finds the files that the arrows name', () => {
    // The sample above is text of this file, and looks like imports.
    const others = arrows.filter(({ from }) => from !== 'test/architecture.test.ts');
    const missing = others.filter(({ to }) => /^(infra|functions|workflows|local|console|scripts|test)\//.test(to));
    expect(missing.filter(({ to }) => !to.includes('$') && !isOurs(to)).map(described)).toEqual([]);
    expect(sources.length).toBeGreaterThan(20);
  });
});

describe('the arrows', () => {
  it('let only infra and the machines know CDK', () => {
    const mayKnow = (file: string): boolean =>
      isIn('infra')(file) || isMachine(file) || file === 'workflows/kernel/machine.test.ts';
    expect(wrong(({ from, to }) => /^(aws-cdk-lib|constructs|cdk-nag)(\/|$)/.test(to) && !mayKnow(from))).toEqual([]);
  });

  it('let no function, rule or process know a machine', () => {
    const mayKnow = (file: string): boolean =>
      isIn('infra')(file) || isIn('scripts')(file) || isMachine(file) || isTest(file);
    expect(wrong(({ from, to }) => to.endsWith('/machine.ts') && !mayKnow(from))).toEqual([]);
  });

  it('point from infra and functions to workflows, and from there to the kernel', () => {
    const mayNotKnow: Record<string, RegExp> = {
      workflows: /^(infra|functions|local|console|scripts|test)\//,
      functions: /^(infra|local|console|scripts|test)\//,
      console: /^(infra|functions|local|scripts|test)\//,
      infra: /^(local|console|scripts|test)\//,
    };
    const isWrong = ({ from, to }: Arrow): boolean =>
      !isTest(from) && (mayNotKnow[from.split('/')[0] ?? '']?.test(to) ?? false);
    expect(wrong(isWrong)).toEqual([]);
  });

  it('let the kernel know no process', () => {
    const isWrong = ({ from, to }: Arrow): boolean =>
      isIn('workflows/kernel')(from) && !isTest(from) && isOurs(to) && !isIn('workflows/kernel')(to);
    expect(wrong(isWrong)).toEqual([]);
  });

  it('let no process know another', () => {
    const isWrong = ({ from, to }: Arrow): boolean => {
      const [one, other] = [folderOf(from), folderOf(to)];
      return one !== undefined && other !== undefined && one !== other && one !== 'kernel' && isOfAProcess(other);
    };
    expect(wrong(isWrong)).toEqual([]);
  });

  it('let what several processes share know the kernel only', () => {
    const isWrong = ({ from, to }: Arrow): boolean => {
      const [one, other] = [folderOf(from), folderOf(to)];
      return isShared(one) && !isTest(from) && isOurs(to) && other !== one && other !== 'kernel';
    };
    expect(wrong(isWrong)).toEqual([]);
  });

  it('let nobody know the embedded cloud but tests and scripts', () => {
    const mayKnow = (file: string): boolean => isIn('local')(file) || isIn('scripts')(file) || isTest(file);
    expect(wrong(({ from, to }) => isIn('local')(to) && !mayKnow(from))).toEqual([]);
  });

  it('never come to a barrel', () => {
    const barrels = sources.filter((file) => /(^|\/)index\.ts$/.test(file) || /^export \*/m.test(textOf(file)));
    expect(barrels).toEqual([]);
  });

  it('never come to a drawer for everything', () => {
    expect(sources.filter((file) => /(^|\/)(utils?|helpers?|common|types|misc)(\.ts$|\/)/.test(file))).toEqual([]);
  });
});

describe('the rules', () => {
  const rules = sources.filter((file) => /^workflows\/[^/]+\/rules\.ts$/.test(file));

  it('stand in every folder of the registry, with the other files of a process', () => {
    for (const { kind } of registry) {
      for (const name of [
        'process.ts',
        'machine.ts',
        'rules.ts',
        'schemas.ts',
        'texts.ts',
        'README.md',
        'rules.test.ts',
      ]) {
        expect(existsSync(join(root, 'workflows', kind, name)), `workflows/${kind}/${name}`).toBe(true);
      }
    }
  });

  it.each(rules)(
    'of %s know the kernel, what is shared, the schemas and the data beside them, and nothing else',
    (file) => {
      const known = arrows.filter(({ from }) => from === file).map(({ to }) => to);
      const folder = dirname(file);
      const isAllowed = (to: string): boolean =>
        isIn('workflows/kernel')(to) ||
        isShared(folderOf(to)) ||
        (dirname(to) === folder && !/\/(process|machine|texts)\.ts$/.test(to)) ||
        to === 'zod';
      expect(known.filter((to) => !isAllowed(to))).toEqual([]);
    },
  );

  it.each([
    ...rules,
    // What several processes share has rules and is no process.
    ...rules.map((file) => file.replace('rules.ts', 'process.ts')).filter((file) => sources.includes(file)),
  ])('of %s are pure, with everything that they call: no clock, no chance, no world outside', (file) => {
    const closure = closureOf(file);
    const packages = arrows.filter(({ from, to }) => closure.includes(from) && !isOurs(to)).map(({ to }) => to);
    expect(packages.filter((name) => !/^(zod|temporal-polyfill)$/.test(name))).toEqual([]);
    for (const part of closure) {
      const code = withoutComments(textOf(part));
      const impure = code.match(
        /\bDate\.now\b|\bnew Date\(|\bMath\.random\b|\bTemporal\.Now\b|\bcrypto\.|\bprocess\.(env|cwd|argv|hrtime)\b|\bfetch\(|\bperformance\.|\bsetTimeout\(|\bconsole\./g,
      );
      // `systemClock` of time.ts is the clock that the deployed functions are given; no rule may name it.
      expect(impure ?? [], part).toEqual(part === 'workflows/kernel/time.ts' ? ['Date.now'] : []);
      if (part !== 'workflows/kernel/time.ts') expect(code, part).not.toContain('systemClock');
    }
  });
});

const withoutComments = (source: string): string => source.replaceAll(/\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/.*$/gm, '');

describe('a bundle', () => {
  it('that holds the registry holds no CDK and no machine', async () => {
    const { metafile } = await build({
      stdin: { contents: "export { registry } from './workflows/registry.ts';", resolveDir: root, loader: 'ts' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      minify: true,
      write: false,
      metafile: true,
    });
    const inputs = Object.keys(metafile.inputs);
    for (const { kind } of registry) expect(inputs).toContain(`workflows/${kind}/process.ts`);
    expect(inputs.filter((file) => /aws-cdk-lib|node_modules\/constructs|machine\.ts$/.test(file))).toEqual([]);
    // CDK would make it 40 MB.
    const [output] = Object.values(metafile.outputs);
    expect(output?.bytes).toBeLessThan(800_000);
  });
});
