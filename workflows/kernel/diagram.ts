/**
 * The drawing of a machine, made from its rendering and the process's words: waits, outcomes and ends. What every
 * machine has (the entry, the unknown, the superseded run) tells nothing about this one and is left out.
 */
import { ANY_OUTCOME, readRendering } from './asl.ts';
import { outcomesOf } from './process.ts';

export interface DiagramNode {
  /** Key of the wait, `<wait>.<part>` for a part of a `together`, `ends-<word>` for an end. */
  readonly id: string;
  readonly label: string;
  readonly kind: 'task' | 'timer' | 'together' | 'children' | 'part' | 'completed' | 'stopped';
  /** For a part: the `together` that it belongs to. */
  readonly within?: string;
}

export interface DiagramEdge {
  readonly from: string;
  readonly to: string;
  readonly outcome: string;
}

export interface Diagram {
  readonly nodes: readonly DiagramNode[];
  readonly edges: readonly DiagramEdge[];
}

/** What a drawing has to know of a process; every `defineProcess(…)` is one. */
export interface DrawableProcess {
  readonly waits: Readonly<
    Record<
      string,
      | { readonly wait: 'task'; readonly outcomes: object }
      | { readonly wait: 'timer' }
      | { readonly wait: 'together' | 'children'; readonly outcomes: readonly string[] }
    >
  >;
  readonly texts: { readonly ends: Readonly<Record<string, string>> };
}

/** Draws a machine. `definition` is the parsed text of `machine.asl.json`; throws `NotOurRendering` for another. */
export function diagramOf(definition: unknown, process: DrawableProcess): Diagram {
  const { waits, ends } = readRendering(definition);
  const ids = new Map<string, string>([
    ...waits.map(({ name, wait }): [string, string] => [name, wait]),
    ...ends.map(({ name, as }): [string, string] => [name, `ends-${as}`]),
  ]);
  const nodes: DiagramNode[] = [];
  const edges: DiagramEdge[] = [];
  for (const { name, wait, parts, next } of waits) {
    const declared = process.waits[wait];
    nodes.push({ id: wait, label: name, kind: declared?.wait ?? 'task' });
    for (const part of parts) {
      nodes.push({ id: `${wait}.${part}`, label: inWords(part), kind: 'part', within: wait });
    }
    for (const outcome of declared ? outcomesOf(declared) : next.keys()) {
      const to = ids.get(next.get(outcome) ?? next.get(ANY_OUTCOME) ?? '');
      if (to !== undefined) edges.push({ from: wait, to, outcome });
    }
  }
  for (const { as, status } of ends) {
    nodes.push({ id: `ends-${as}`, label: process.texts.ends[as] ?? inWords(as), kind: status });
  }
  return { nodes, edges };
}

const inWords = (key: string): string => `${key.slice(0, 1).toUpperCase()}${key.slice(1).replaceAll('-', ' ')}`;

const shapes: Record<DiagramNode['kind'], (label: string) => string> = {
  task: (label) => `["${label}"]`,
  timer: (label) => `{{"${label}"}}`,
  together: (label) => `["${label}"]`,
  children: (label) => `[["${label}"]]`,
  part: (label) => `["${label}"]`,
  completed: (label) => `(["${label}"])`,
  stopped: (label) => `(["${label}"])`,
};

/** The drawing as Mermaid, for a README: outcomes that lead the same way share an arrow. */
export function mermaidOf({ nodes, edges }: Diagram): string {
  const lines = ['flowchart TD'];
  for (const { id, label, kind } of nodes.filter((node) => node.within === undefined)) {
    const words = label.replaceAll('"', '#quot;');
    if (kind !== 'together') {
      lines.push(`  ${id}${shapes[kind](words)}`);
      continue;
    }
    const parts = nodes.filter((node) => node.within === id);
    lines.push(`  subgraph ${id}["${words}"]`);
    for (const part of parts) lines.push(`    ${part.id}${shapes.part(part.label)}`);
    lines.push('  end');
  }
  const arrows = new Map<string, DiagramEdge[]>();
  for (const edge of edges) {
    const arrow = `${edge.from} ${edge.to}`;
    arrows.set(arrow, [...(arrows.get(arrow) ?? []), edge]);
  }
  for (const [first, ...others] of arrows.values()) {
    if (!first) continue;
    const outcomes = [first, ...others].map(({ outcome }) => outcome).join(', ');
    lines.push(`  ${first.from} -->|${outcomes}| ${first.to}`);
  }
  return lines.join('\n');
}

const OPENING = '<!-- diagram: made by npm run render -->';
const CLOSING = '<!-- /diagram -->';

/** The page with the drawing between its markers. Throws where the page has no markers, and says which to add. */
export function withDiagram(page: string, mermaid: string): string {
  const from = page.indexOf(OPENING);
  const to = page.indexOf(CLOSING, from);
  if (from < 0 || to < 0) throw new Error(`This page has no place for its diagram: add ${OPENING} and ${CLOSING}.`);
  return `${page.slice(0, from)}${OPENING}\n\`\`\`mermaid\n${mermaid}\n\`\`\`\n${page.slice(to)}`;
}
