/** The state machines of the registry as they are rendered, by kind. */
import { readFileSync } from 'node:fs';
import { type Rendering, readRendering } from '../workflows/kernel/asl.ts';
import { registry } from '../workflows/registry.ts';

export const renderings: ReadonlyMap<string, Rendering> = new Map(
  registry.map(({ kind }) => {
    const file = new URL(`../workflows/${kind}/machine.asl.json`, import.meta.url);
    return [kind, readRendering(JSON.parse(readFileSync(file, 'utf8')))];
  }),
);
