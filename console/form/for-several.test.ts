import { describe, expect, test } from 'vitest';
import { differs, fieldsFor } from '../several.ts';
import type { JsonSchema } from '../shapes.ts';
import { commonOutcomes, commonSchema } from './for-several.ts';

const day = (more: object = {}): JsonSchema => ({ type: 'string', format: 'date', title: 'On which day?', ...more });
const form = (properties: Readonly<Record<string, JsonSchema>>, required = Object.keys(properties)): JsonSchema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const choice = (...values: readonly string[]): JsonSchema => ({
  type: 'string',
  title: 'Who?',
  enum: values,
  enumLabels: Object.fromEntries(values.map((value) => [value, value.toUpperCase()])),
});

describe('The form for several tasks', () => {
  test('is the form of each where all are asked the same', () => {
    const one = form({ on: day({ formatMinimum: '2026-09-01' }) });
    expect(commonSchema([one, structuredClone(one), structuredClone(one)])).toEqual(one);
  });

  test('takes the stricter of two limits, and what both may choose', () => {
    const common = commonSchema([
      form({ on: day({ formatMinimum: '2026-09-01', formatMaximum: '2026-12-14' }), who: choice('ann', 'ben') }),
      form({ on: day({ formatMinimum: '2026-10-01', formatMaximum: '2026-12-01' }), who: choice('ben', 'cat') }),
    ]);
    expect(common?.['properties']).toEqual({
      on: day({ formatMinimum: '2026-10-01', formatMaximum: '2026-12-01' }),
      who: { type: 'string', title: 'Who?', enum: ['ben'], enumLabels: { ann: 'ANN', ben: 'BEN', cat: 'CAT' } },
    });
  });

  test('keeps a limit that only one has', () => {
    const common = commonSchema([form({ on: day() }), form({ on: day({ formatMaximum: '2026-12-01' }) })]);
    expect(common?.['properties']).toEqual({ on: day({ formatMaximum: '2026-12-01' }) });
  });

  test('proposes nothing that is right for one and wrong for another: left empty, each keeps what is proposed', () => {
    const proposing = (value: string) => form({ on: day({ default: value, description: 'By the list.' }) }, []);
    const common = commonSchema([proposing('2026-09-01'), proposing('2026-10-01')]);
    const description = 'By the list. Left empty, it is for each of them what is proposed for them.';
    expect(common?.['properties']).toEqual({ on: day({ description }) });
    const empty = { fields: {}, own: {} };
    expect(fieldsFor(empty, 'a.1', proposing('2026-10-01'))).toEqual({ on: '2026-10-01' });
    expect(differs({ on: '2026-10-01' }, empty)).toBe(true);
    const filled = { fields: { on: '2026-11-01' }, own: {} };
    expect(fieldsFor(filled, 'a.1', proposing('2026-10-01'))).toEqual({ on: '2026-11-01' });
    expect(differs({ on: '2026-11-01' }, filled)).toBe(false);
    expect(commonSchema([proposing('2026-09-01'), proposing('2026-09-01')])?.['properties']).toEqual({
      on: day({ default: '2026-09-01', description: 'By the list.' }),
    });
  });

  test('asks what only one of them asks, and sends it to that one alone', () => {
    const plain = form({ on: day() });
    const more = form({ on: day(), hasPassed: { type: 'boolean', title: 'Passed?' } });
    const common = commonSchema([plain, more]);
    expect(common?.['required']).toEqual(['on', 'hasPassed']);
    const work = { own: {}, fields: { on: '2026-12-01', hasPassed: true } };
    expect(fieldsFor(work, 'a.1', plain)).toEqual({ on: '2026-12-01' });
    expect(fieldsFor(work, 'b.1', more)).toEqual({ on: '2026-12-01', hasPassed: true });
  });

  test.each([
    ['other questions', form({ fee: day() }), form({ fee: day({ title: 'Another question?' }) })],
    ['nothing that both may choose', form({ who: choice('ann') }), form({ who: choice('ben') })],
    [
      'no day that is right for both',
      form({ on: day({ formatMaximum: '2026-09-01' }) }),
      form({ on: day({ formatMinimum: '2026-10-01' }) }),
    ],
    ['no number for both', form({ n: { type: 'number', maximum: 3 } }), form({ n: { type: 'number', minimum: 4 } })],
  ])('is none where there are %s', (_what, one, other) => {
    expect(commonSchema([one, other])).toBeUndefined();
  });

  test('offers the outcomes that all of them offer', () => {
    const offering = (...outcomes: readonly string[]) => ({
      outcomes: outcomes.map((outcome) => ({ outcome, label: outcome, schema: form({}) })),
    });
    const common = commonOutcomes([offering('passed', 'failed', 'later'), offering('failed', 'passed')]);
    expect(common.map(({ outcome }) => outcome)).toEqual(['passed', 'failed']);
    expect(commonOutcomes([])).toEqual([]);
  });
});
