/**
 * `npm run render`: renders every machine of the registry to the files that are committed beside it. The conformance
 * test compares them.
 *
 * workflows/<kind>/machine.asl.json · the diagram in workflows/<kind>/README.md · workflows/drawings.json (the diagrams
 * as data, for the API) · workflows/waits.lock.json (every wait and outcome ever released)
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { layOut } from '../workflows/kernel/asl.ts';
import { type Diagram, diagramOf, mermaidOf, withDiagram } from '../workflows/kernel/diagram.ts';
import { type Machine, renderAsl } from '../workflows/kernel/machine.ts';
import { Released, withReleased } from '../workflows/kernel/released.ts';
import { registry } from '../workflows/registry.ts';

const workflows = new URL('../workflows/', import.meta.url);

/** The machine of a process: what `workflows/<kind>/machine.ts` exports. */
export async function machineOf(kind: string): Promise<Machine> {
  const { machine } = (await import(new URL(`${kind}/machine.ts`, workflows).href)) as { readonly machine: Machine };
  return machine;
}

/** The text of a file under `workflows/`, or `undefined` where there is none. */
export function committed(path: string): string | undefined {
  const file = new URL(path, workflows);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** What each rendered file has to be, by its path under `workflows/`. */
export async function rendered(): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  const drawings: Record<string, Diagram> = {};
  for (const process of registry) {
    const text = renderAsl(await machineOf(process.kind));
    const diagram = diagramOf(JSON.parse(text), process);
    const page = `${process.kind}/README.md`;
    files.set(`${process.kind}/machine.asl.json`, text);
    files.set(page, withDiagram(committed(page) ?? '', mermaidOf(diagram)));
    drawings[process.kind] = diagram;
  }
  const released = Released.parse(JSON.parse(committed('waits.lock.json') ?? '{}'));
  files.set('drawings.json', asText(drawings));
  files.set('waits.lock.json', asText(withReleased(released, registry)));
  return files;
}

const asText = (value: unknown): string => `${layOut(value, '', 120)}\n`;

if (import.meta.main) {
  for (const [path, text] of await rendered()) {
    if (committed(path) === text) continue;
    writeFileSync(new URL(path, workflows), text);
    console.log(`rendered ${fileURLToPath(new URL(path, workflows))}`);
  }
}
