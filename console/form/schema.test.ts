import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { registry } from '../../workflows/registry.ts';
import type { JsonSchema } from '../shapes.ts';
import {
  choiceWords,
  controlsOf,
  entryLabel,
  fitting,
  formSchema,
  hasFields,
  keysOf,
  labelAt,
  saidWith,
} from './schema.ts';

const schemaOf = (form: z.ZodType): JsonSchema =>
  z.toJSONSchema(form, { io: 'input', unrepresentable: 'any' }) as JsonSchema;

const controls = (form: z.ZodType) => controlsOf(formSchema(schemaOf(form)) as JsonSchema);

describe('the controls of a form', () => {
  it('follow from what a field may hold', () => {
    const form = z.object({
      isAgreed: z.boolean(),
      draft: z.boolean().optional(),
      few: z.enum(['a', 'b']),
      many: z.enum(['a', 'b', 'c', 'd', 'e', 'f', 'g']),
      startsOn: z.iso.date(),
      long: z.string().max(4000),
      short: z.string().max(100),
      several: z.array(z.enum(['a', 'b'])),
      month: z.string().regex(/^\d{4}-\d{2}$/),
    });
    const widgets = Object.fromEntries(
      Object.entries(controls(form)).map(([name, control]) => [
        name,
        (control as Record<string, unknown>)['ui:widget'],
      ]),
    );
    expect(widgets).toEqual({
      isAgreed: 'yesNo',
      draft: 'checkbox',
      few: 'choices',
      many: 'select',
      startsOn: 'date',
      long: 'textarea',
      short: 'text',
      several: 'several',
      month: 'month',
    });
  });

  it('choose people, schools and the rest by name, also in lists and within lists', () => {
    const form = z.object({
      mentorId: z.string(),
      schoolId: z.string().nullable(),
      memberIds: z.array(z.string()),
      parts: z.array(z.object({ leadId: z.string() })),
    });
    expect(controls(form)).toEqual({
      mentorId: { 'ui:widget': 'person' },
      schoolId: { 'ui:widget': 'school' },
      memberIds: { items: { 'ui:widget': 'person' } },
      parts: { items: { leadId: { 'ui:widget': 'person' } } },
    });
  });

  it('offer the keys for numbers on a phone where nothing else is right', () => {
    const form = schemaOf(
      z.object({
        age: z.int(),
        hours: z.number(),
        urn: z.string().regex(/^\d{6}$/),
        trn: z.string().meta({ pattern: '^\\s*(?:\\d\\s*){7}$' }),
        place: z.string().regex(/^(\d{6}|trust)$/),
        version: z.string().regex(/^\d+\.\d+$/),
        name: z.string(),
      }),
    );
    const keys = Object.entries(form['properties'] as object).map(([name, field]) => [name, keysOf(field)]);
    expect(Object.fromEntries(keys)).toEqual({
      age: 'numeric',
      hours: 'decimal',
      urn: 'numeric',
      trn: 'numeric',
      place: undefined,
      version: undefined,
      name: undefined,
    });
  });

  it.each(registry.map(({ kind, input }) => [kind, input] as const))(
    'of what starts a %s let nobody type the id of a person, a school, a cohort or a cycle',
    (_kind, input) => {
      const typed = Object.entries(controls(input)).filter(([name, control]) => {
        const { 'ui:widget': own, items } = control as Record<string, unknown>;
        const widget = own ?? (items as Record<string, unknown> | undefined)?.['ui:widget'];
        return (
          /(person|mentor|tutor|lead|sponsor|member|team|school|cohort|cycle)Ids?$/i.test(name) && widget === 'text'
        );
      });
      expect(typed).toEqual([]);
    },
  );
});

describe('the schema of a form', () => {
  it('has no wrapping for what may be null, and leaves out what this person is not asked', () => {
    const form = z.object({ note: z.string().nullable().meta({ title: 'Note' }), personId: z.string().optional() });
    expect(formSchema(schemaOf(form), ['personId'])).toMatchObject({
      properties: { note: { type: 'string', title: 'Note' } },
    });
    expect(formSchema(schemaOf(form), ['personId']).properties).not.toHaveProperty('personId');
  });

  it('has no fields where there is nothing to ask', () => {
    expect(hasFields(schemaOf(z.object({})))).toBe(false);
    expect(hasFields(schemaOf(z.object({ place: z.null().optional() })))).toBe(false);
    expect(hasFields(schemaOf(z.object({ note: z.string() })))).toBe(true);
  });

  it('names a field by its path, and a choice by its label', () => {
    const form = schemaOf(
      z.object({
        targets: z.array(z.object({ title: z.string().meta({ title: 'Target' }) })).meta({ title: 'Targets' }),
        teamIds: z.array(z.string()).meta({ title: 'Team' }),
      }),
    );
    expect(labelAt(form, ['targets', '0', 'title'])).toBe('Target');
    expect(labelAt(form, ['targets'])).toBe('Targets');
    expect(labelAt(form, ['teamIds', '0'])).toBe('Team 1');
    expect(labelAt(form, ['unknown'])).toBe('unknown');
    expect(choiceWords({ enumLabels: { a: 'The first' } }, 'a')).toBe('The first');
    expect(choiceWords({}, 'b')).toBe('b');
    expect(entryLabel('Team-2')).toBe('Team 2');
  });

  it('takes of what was written what it asks for', () => {
    expect(fitting(schemaOf(z.object({ reason: z.string() })), { reason: 'a', changes: 'b' })).toEqual({ reason: 'a' });
  });
});

describe('what was written', () => {
  it('is said in words, field by field, without what was left out', () => {
    const form = z.object({
      startsOn: z.iso.date().meta({ title: 'From when?' }),
      isAgreed: z.boolean().meta({ title: 'Agreed?' }),
      who: z.enum(['ann', 'ben']).meta({ title: 'Who?', enumLabels: { ann: 'Ann Ash' } }),
      percent: z.number().nullable().meta({ title: 'Percent' }),
      note: z.string().meta({ title: 'Note' }).optional(),
      days: z.array(z.enum(['mon', 'tue'])).meta({ title: 'Days' }),
      needs: z.array(z.object({ need: z.string(), isOwn: z.boolean() })).meta({ title: 'Need' }),
    });
    const written = {
      startsOn: '2026-12-14',
      isAgreed: false,
      who: 'ann',
      percent: 0,
      note: '',
      days: ['mon'],
      needs: [
        { need: 'Phonics', isOwn: true },
        { need: 'Maths', isOwn: false },
      ],
    };
    expect(saidWith(schemaOf(form), written)).toEqual([
      { label: 'From when?', value: '14 December 2026' },
      { label: 'Agreed?', value: 'No' },
      { label: 'Who?', value: 'Ann Ash' },
      { label: 'Percent', value: '0' },
      { label: 'Days', value: 'mon' },
      { label: 'Need 1', value: 'Phonics · Yes' },
      { label: 'Need 2', value: 'Maths · No' },
    ]);
  });
});
