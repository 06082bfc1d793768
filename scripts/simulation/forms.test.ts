import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { day } from '../../workflows/kernel/time.ts';
import { makeChance } from './chance.ts';
import { fill, type Schema } from './forms.ts';

const today = day('2026-11-25');
const filled = (properties: Record<string, Schema>, more: Partial<Parameters<typeof fill>[1]> = {}, seed = 1) =>
  fill(
    { type: 'object', properties, required: Object.keys(properties) },
    { chance: makeChance(seed), about: ['somebody'], today, knows: {}, ...more },
  );

describe('Chance', () => {
  it('is the same for the same seed and words, and evenly spread over others', () => {
    expect(makeChance(1)('a', 'b')).toBe(makeChance(1)('a', 'b'));
    expect(makeChance(1)('a', 'b')).not.toBe(makeChance(2)('a', 'b'));
    expect(makeChance(1)('ab')).not.toBe(makeChance(1)('a', 'b'));
    const numbers = Array.from({ length: 4_000 }, (_, n) => makeChance(1)('person', String(n)));
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const many = numbers.filter((number) => Math.floor(number * 10) === tenth).length;
      expect(many).toBeGreaterThan(320);
      expect(many).toBeLessThan(480);
    }
  });
});

describe('A form', () => {
  it('has every required field in its bounds, whatever the seed', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const answer = filled(
          {
            reason: { type: 'string', maxLength: 20 },
            percent: { type: 'number', minimum: 0, maximum: 100 },
            on: { type: 'string', format: 'date', formatMinimum: '2026-11-01', formatMaximum: '2026-11-20' },
            until: { type: 'string', format: 'date', formatMinimum: '2027-03-01' },
            route: { enum: ['pdm', 'inset'] },
            needs: { type: 'array', minItems: 1, maxItems: 3, items: { type: 'string' } },
          },
          {},
          seed,
        );
        expect((answer['reason'] as string).length).toBeLessThanOrEqual(20);
        expect(answer['percent']).toBeLessThanOrEqual(100);
        expect(answer['on']).toBe('2026-11-20');
        expect(answer['until']).toBe('2027-03-01');
        expect(['pdm', 'inset']).toContain(answer['route']);
        expect((answer['needs'] as string[]).length).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  it('says what is known and chooses what is preferred', () => {
    const answer = filled(
      { trn: { type: 'string' }, criterion: { enum: ['not-met', 'met'] } },
      { knows: { trn: '1234567' }, prefers: 'met' },
    );
    expect(answer).toEqual({ trn: '1234567', criterion: 'met' });
  });

  it('that begins with lines has each of them completed', () => {
    const items = { type: 'object', properties: { strand: {}, meetBy: { enum: ['inset'] }, note: { type: 'string' } } };
    const lines = [{ strand: 'subject' }, { strand: 'pedagogy' }];
    const { decisions } = filled({ decisions: { type: 'array', items, default: lines } }) as {
      decisions: { note: string }[];
    };
    expect(decisions).toMatchObject([
      { strand: 'subject', meetBy: 'inset' },
      { strand: 'pedagogy', meetBy: 'inset' },
    ]);
    expect(decisions.every(({ note }) => note.length > 0)).toBe(true);
  });
});
