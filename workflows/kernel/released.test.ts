import { expect, it } from 'vitest';
import type { AnyProcess } from './process.ts';
import { type Released, unaccounted, withReleased } from './released.ts';

const process = (outcomes: readonly string[], retired?: Record<string, string>) => ({
  kind: 'example',
  waits: {
    endorse: { wait: 'task', key: 'endorse', outcomes: Object.fromEntries(outcomes.map((outcome) => [outcome, null])) },
    'course-start': { wait: 'timer', key: 'course-start' },
  } as unknown as AnyProcess['waits'],
  ...(retired ? { retired } : {}),
});

it('adds what a process has, in alphabetical order', () => {
  expect(withReleased({}, [process(['endorsed', 'declined'])])).toEqual({
    example: { 'course-start': ['elapsed'], endorse: ['declined', 'endorsed'] },
  });
});

it('keeps what was released before, of processes too that are gone', () => {
  const released: Released = {
    example: { countersign: ['signed'], endorse: ['refused'] },
    former: { apply: ['done'] },
  };
  expect(withReleased(released, [process(['endorsed'])])).toEqual({
    example: { countersign: ['signed'], 'course-start': ['elapsed'], endorse: ['endorsed', 'refused'] },
    former: { apply: ['done'] },
  });
});

it('names each released wait and outcome that is neither there nor retired', () => {
  const released: Released = { example: { countersign: ['signed'], endorse: ['endorsed', 'refused'] } };
  expect(unaccounted(released, process(['endorsed']))).toEqual(['countersign', 'endorse.refused']);
  const retired = { countersign: 'endorse', 'endorse.refused': 'endorsed' };
  expect(unaccounted(released, process(['endorsed'], retired))).toEqual([]);
});
