import type { RJSFSchema } from '@rjsf/utils';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { JsonSchema } from '../shapes.ts';
import { formSchema } from './schema.ts';
import { errorSchemaOf, validator } from './validator.ts';

const form = z.strictObject({
  motivation: z.string().min(1).max(20).meta({ title: 'Why?' }),
  isAgreed: z.boolean().meta({ title: 'Is it agreed?' }),
  route: z.enum(['trust', 'school']).meta({ title: 'Who pays?' }),
  hours: z.number().min(1).max(10).multipleOf(0.25).optional().meta({ title: 'Hours' }),
  version: z
    .string()
    .regex(/^\d+\.\d+$/)
    .optional()
    .meta({ title: 'Version', examples: ['1.1'] }),
  since: z.iso.date().optional().meta({ title: 'Since' }),
  code: z
    .string()
    .regex(/^[A-Z]+$/)
    .optional()
    .meta({ title: 'Code' }),
  trn: z
    .string()
    .regex(/^\d{7}$/)
    .optional()
    .meta({ title: 'TRN' }),
  needs: z
    .array(z.strictObject({ need: z.string().min(1).meta({ title: 'Need' }) }))
    .min(1)
    .optional()
    .meta({ title: 'Needs' }),
});
const schema: RJSFSchema = formSchema(z.toJSONSchema(form, { io: 'input' }) as JsonSchema);
const good = { motivation: 'I lead phonics.', isAgreed: false, route: 'trust' };

const found = (data: unknown): Record<string, string | undefined> =>
  Object.fromEntries(
    validator.validateFormData(data, schema).errors.map(({ property, message }) => [property, message]),
  );

describe('validation', () => {
  it('asks for what is missing by its label, and never by a code', () => {
    expect(found({})).toEqual({
      '.motivation': 'Answer this: Why?',
      '.isAgreed': 'Answer this: Is it agreed?',
      '.route': 'Answer this: Who pays?',
    });
  });

  it('says it in the order of the fields, whatever is wrong with each', () => {
    const said = Object.keys(found({ ...good, motivation: 'x'.repeat(21), isAgreed: undefined, trn: '12' }));
    expect(said).toEqual(['.motivation', '.isAgreed', '.trn']);
    expect(Object.keys(found({ hours: 11 }))).toEqual(['.motivation', '.isAgreed', '.route', '.hours']);
  });

  it('says what is wrong at each field', () => {
    expect(
      found({
        motivation: 'x'.repeat(21),
        isAgreed: true,
        route: 'nobody',
        hours: 11,
        trn: '12',
        needs: [{ need: '' }],
      }),
    ).toEqual({
      '.motivation': 'Enter no more than 20 characters',
      '.route': 'Choose one of the answers',
      '.hours': 'Enter 10 or less',
      '.trn': 'Enter 7 digits',
      '.needs.0.need': 'Enter some text',
    });
    expect(found({ ...good, needs: [] })).toEqual({ '.needs': 'At least 1 entry' });
    expect(found({ ...good, hours: 'many' })).toEqual({ '.hours': 'Enter a number' });
    expect(found({ ...good, hours: 1.3 })).toEqual({ '.hours': 'Enter it in steps of 0.25' });
    expect(found({ ...good, version: '1' })).toEqual({ '.version': 'Enter it like this: 1.1' });
    expect(found({ ...good, since: '2026-02-30' })).toEqual({ '.since': 'Enter a date that exists' });
    expect(found({ ...good, code: 'x' })).toEqual({ '.code': 'This does not look right. Please check it' });
  });

  it('lets pass what fits, also a no', () => {
    expect(found(good)).toEqual({});
    expect(validator.isValid(schema, good, schema)).toBe(true);
  });

  it('agrees with the schema of the API on whatever is written', () => {
    const answer = fc.record(
      {
        motivation: fc.string({ maxLength: 25 }),
        isAgreed: fc.oneof(fc.boolean(), fc.string()),
        route: fc.constantFrom('trust', 'school', 'self'),
        hours: fc.oneof(fc.integer({ min: -2, max: 12 }), fc.string()),
        trn: fc.stringMatching(/^\d{0,8}$/),
        needs: fc.array(fc.record({ need: fc.string({ maxLength: 3 }) }), { maxLength: 3 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(answer, (data) => {
        expect(validator.isValid(schema, data, schema)).toBe(form.safeParse(data).success);
      }),
    );
  });

  it('puts errors of the API at their fields', () => {
    expect(
      errorSchemaOf([
        { path: 'needs.0.need', message: 'Say more' },
        { path: 'trn', message: 'Taken' },
      ]),
    ).toEqual({ needs: { 0: { need: { __errors: ['Say more'] } } }, trn: { __errors: ['Taken'] } });
  });
});
