/**
 * What holds for every process of the registry, whoever writes the next one: the declaration, the machine, its words
 * and what is rendered of them fit together. No test here names a process.
 */
import validate from 'asl-validator';
import { describe, expect, it } from 'vitest';
import { loadDefinition } from '../../local/step-functions/definition.ts';
import { committed, machineOf, rendered } from '../../scripts/render.ts';
import { registry } from '../registry.ts';
import { ANY_OUTCOME, branchAfter, readRendering, shared } from './asl.ts';
import { type Machine, type PlottedEnd, type PlottedWait, STEP_FUNCTION } from './machine.ts';
import { outcomesOf } from './process.ts';
import { Released, unaccounted } from './released.ts';

const KEBAB = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const files = await rendered();

describe('the registry', () => {
  it('has processes, each with a kind and a path of its own', () => {
    expect(registry.length).toBeGreaterThan(0);
    expect(new Set(registry.map(({ kind }) => kind)).size).toBe(registry.length);
    expect(new Set(registry.map(({ path }) => path)).size).toBe(registry.length);
    for (const { kind, path } of registry) {
      expect(kind).toMatch(KEBAB);
      expect(path).toMatch(KEBAB);
    }
  });

  it.each([...files.keys()])('has %s as it is rendered: otherwise npm run render', (path) => {
    expect(committed(path)).toBe(files.get(path));
  });
});

describe.each(registry.map((process) => ({ kind: process.kind, process })))('$kind', ({ kind, process }) => {
  const text = committed(`${kind}/machine.asl.json`) ?? '{}';
  const definition = JSON.parse(text);
  const rendering = readRendering(definition);
  const waits = Object.entries(process.waits);

  it('has a rendering that is valid in the language of Step Functions', () => {
    expect(validate(JSON.parse(text)).errorsText()).toBe('');
  });

  it('has a rendering that the interpreter on one machine runs: it refuses what it does not know', () => {
    const arn = 'arn:aws:lambda:eu-west-2:111122223333:function:step:live';
    expect(Object.keys(loadDefinition(text.replaceAll(STEP_FUNCTION, arn)).States)).toEqual(
      Object.keys(definition.States),
    );
  });

  it('declares each wait under its own key, with words in kebab-case', () => {
    for (const [key, declared] of waits) {
      expect(declared.key).toBe(key);
      for (const word of [key, declared.stage, ...outcomesOf(declared)]) expect(word).toMatch(KEBAB);
    }
  });

  it('renders each declared wait once, in its stage, and none besides', () => {
    expect(rendering.waits.map(({ wait, stage }) => [wait, stage]).sort()).toEqual(
      waits.map(([key, declared]) => [key, declared.stage]).sort(),
    );
  });

  it('can be taken up at each wait, and at each retired one', () => {
    const retired = Object.keys(process.retired ?? {}).filter((old) => !old.includes('.'));
    expect([...rendering.entries.keys()].sort()).toEqual([...Object.keys(process.waits), ...retired].sort());
    for (const [key, state] of rendering.entries) {
      const at = rendering.waits.find(({ name }) => name === state);
      expect(at?.wait).toBe(process.retired?.[key] ?? key);
    }
  });

  it('leads from each outcome of each wait to exactly one wait or end, as the plot says', async () => {
    const machine = await machineOf(kind);
    for (const wait of machine.waits) {
      const state = rendering.waits.find((one) => one.wait === wait.key);
      const declared = process.waits[wait.key];
      expect(declared).toBeDefined();
      for (const outcome of declared ? outcomesOf(declared) : []) {
        const to = state?.next.get(outcome) ?? state?.next.get(ANY_OUTCOME);
        expect(to, `${wait.key} ${outcome}`).toBe(wait.next.get(outcome)?.sentence);
        expect([...rendering.waits, ...rendering.ends].filter(({ name }) => name === to)).toHaveLength(1);
      }
    }
  });

  it('has no outcome that the process does not declare', () => {
    for (const { wait, next } of rendering.waits) {
      const declared = process.waits[wait];
      const known = declared ? outcomesOf(declared) : [];
      for (const outcome of next.keys()) {
        const isKnown = known.includes(outcome) || `${wait}.${outcome}` in (process.retired ?? {});
        expect(isKnown || (outcome === ANY_OUTCOME && known.length === 1), `${wait} ${outcome}`).toBe(true);
      }
    }
  });

  it('offers for several nothing that one person alone has to answer', () => {
    const tasks = waits.flatMap(([, wait]) =>
      wait.wait === 'task' ? [wait] : wait.wait === 'together' ? Object.values(wait.parts) : [],
    );
    for (const { key, isForSeveral, isPersonal } of tasks)
      expect(isForSeveral === true && isPersonal === true, key).toBe(false);
  });

  it('fails loudly on a wait or an outcome that it does not know', () => {
    expect(definition.States[shared.dispatch].Default).toBe(shared.unknownWait);
    for (const { name, next } of rendering.waits) {
      if (!next.has(ANY_OUTCOME)) expect(definition.States[branchAfter(name)].Default).toBe(shared.unknownOutcome);
    }
    expect(definition.States[shared.unknownWait].Type).toBe('Fail');
    expect(definition.States[shared.unknownOutcome].Type).toBe('Fail');
  });

  it('comes to every wait and every end on some path of the plot, and to an end from each', async () => {
    const machine = await machineOf(kind);
    const paths = pathsOf(machine);
    const visited = new Set<PlottedWait | PlottedEnd>(paths.flatMap((path) => path.places));
    expect([...machine.waits, ...machine.ends].filter((place) => !visited.has(place))).toEqual([]);
    for (const wait of machine.waits) expect(leadsToAnEnd(wait), `${wait.key} reaches an end`).toBe(true);
  });

  it('walks each path in the rendering as the plot tells it', async () => {
    const paths = pathsOf(await machineOf(kind));
    expect(paths.length).toBeGreaterThan(0);
    for (const { outcomes, places } of paths) {
      let at = rendering.entries.get((places[0] as PlottedWait).key);
      for (const outcome of outcomes) {
        const { next } = rendering.waits.find(({ name }) => name === at) ?? { next: new Map<string, string>() };
        at = next.get(outcome) ?? next.get(ANY_OUTCOME);
      }
      expect(at, outcomes.join(', ')).toBe(places.at(-1)?.sentence);
    }
  });

  it('has names for its states that Step Functions takes, and that are sentences', () => {
    for (const name of Object.keys(definition.States)) {
      expect(name.length).toBeLessThanOrEqual(80);
      expect(name).not.toContain('/');
    }
    for (const { name } of rendering.waits) expect(name).toMatch(/^[A-Z]\S*( \S+)+$/);
  });

  it('has a form for each outcome that somebody chooses, and somebody chooses something at each task', () => {
    for (const [key, declared] of waits) {
      if (declared.wait !== 'task') continue;
      const forms: unknown[] = Object.values(declared.outcomes);
      for (const form of forms) expect(form === null || typeof form === 'function', key).toBe(true);
      expect(
        forms.some((form) => form !== null),
        key,
      ).toBe(true);
    }
  });

  it('has words for every stage, wait, outcome, action and end, and for none that it does not have', () => {
    const { texts } = process;
    const sorted = (words: Iterable<string>): string[] => [...new Set(words)].sort();
    expect(sorted(Object.keys(texts.waits))).toEqual(sorted(Object.keys(process.waits)));
    expect(sorted(Object.keys(texts.actions))).toEqual(sorted(Object.keys(process.actions)));
    for (const [, { stage }] of waits) expect(texts.stages).toHaveProperty([stage]);
    for (const { as } of rendering.ends) expect(texts.ends).toHaveProperty([as]);
    for (const [key, declared] of waits) {
      expect(sorted(Object.keys(texts.waits[key]?.outcomes ?? {})), key).toEqual(sorted(outcomesOf(declared)));
      const parts = declared.wait === 'together' ? declared.parts : {};
      expect(sorted(Object.keys(texts.waits[key]?.parts ?? {})), key).toEqual(sorted(Object.keys(parts)));
      for (const [part, { outcomes }] of Object.entries(parts))
        expect(sorted(Object.keys(texts.waits[key]?.parts?.[part]?.outcomes ?? {})), `${key} ${part}`).toEqual(
          sorted(Object.keys(outcomes)),
        );
    }
    const words = [
      texts.label,
      ...Object.values(texts.stages),
      ...Object.values(texts.actions),
      ...Object.values(texts.ends),
      ...Object.values(texts.told),
      ...Object.values(texts.fields),
      ...Object.values(texts.waits)
        .flatMap((each) => [each, ...Object.values(each.parts ?? {})])
        .flatMap(({ title, why, outcomes }) => [title, why, ...Object.values(outcomes)]),
    ];
    expect(words.filter((word) => word.trim() === '')).toEqual([]);
  });

  it('says what an action is called when it has happened', () => {
    for (const { event } of Object.values(process.actions)) expect(event).toMatch(/^[a-z]+(-[a-z]+)+$/);
  });

  it('has or has retired every wait and every outcome that was ever released', () => {
    const released = Released.parse(JSON.parse(committed('waits.lock.json') ?? '{}'));
    expect(released[kind]).toBeDefined();
    expect(unaccounted(released, process)).toEqual([]);
  });
});

/** Also by going round: a year of reviews passes the same timer again and again, which no path of {@link pathsOf} does. */
function leadsToAnEnd(from: PlottedWait): boolean {
  const seen = new Set([from]);
  for (const wait of seen) {
    for (const to of wait.next.values()) {
      if (to.is === 'end') return true;
      seen.add(to);
    }
  }
  return false;
}

interface Path {
  readonly outcomes: readonly string[];
  readonly places: readonly (PlottedWait | PlottedEnd)[];
}

/** Every path from the beginning that takes no outcome of a wait twice: to an end, or to where only taken ones are left. */
function pathsOf(machine: Machine): Path[] {
  const finished: Path[] = [];
  const walk = (path: Path, taken: ReadonlySet<string>): void => {
    const at = path.places.at(-1);
    const open = at?.is === 'wait' ? [...at.next].filter(([outcome]) => !taken.has(`${at.key} ${outcome}`)) : [];
    if (at?.is !== 'wait' || open.length === 0) {
      finished.push(path);
      return;
    }
    for (const [outcome, next] of open) {
      const longer = { outcomes: [...path.outcomes, outcome], places: [...path.places, next] };
      walk(longer, new Set([...taken, `${at.key} ${outcome}`]));
    }
  };
  walk({ outcomes: [], places: [machine.first] }, new Set());
  return finished;
}
