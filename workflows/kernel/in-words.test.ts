import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { fieldErrors, fieldsToLookAt, inWords } from './in-words.ts';

const form = z.strictObject({
  reason: z.string().min(1).meta({ title: 'Reason' }).optional(),
  fits: z.enum(['met', 'not-met']).meta({ title: 'It fits our school, and we have the time' }),
  needs: z
    .array(z.strictObject({ strand: z.enum(['subject']).meta({ title: 'Strand' }) }))
    .meta({ title: 'One to three needs' })
    .default([]),
  bare: z.int().optional(),
});

const lookAt = (sent: unknown): string => {
  const parsed = form.safeParse(sent, { error: inWords });
  if (parsed.success) throw new Error('Nothing is wrong with it');
  return fieldsToLookAt(form, fieldErrors(parsed.error));
};

describe('Where to look again', () => {
  it('is said with the labels that stand beside the fields', () => {
    expect(lookAt({ reason: '', fits: 'perhaps' })).toBe('Reason, “It fits our school, and we have the time”');
  });

  it('is said once for a list, by the label of the field in it', () => {
    expect(lookAt({ fits: 'met', needs: [{ strand: 'x' }, { strand: 'y' }] })).toBe('Strand');
    expect(lookAt({ fits: 'met', needs: 'x' })).toBe('“One to three needs”');
  });

  it('is said by path where a field has no label, or is not asked for', () => {
    expect(lookAt({ fits: 'met', bare: 'x', mood: 1 })).toBe('bare, mood');
  });

  it('is empty where the answer as a whole does not fit', () => {
    expect(lookAt('yes')).toBe('');
  });
});
