/** The forms of the API as the form library is given them: which control each field gets follows from its schema and its name. */
import type { RJSFSchema, UiSchema } from '@rjsf/utils';
import type { Fact, JsonSchema } from '../shapes.ts';
import { longDay, texts } from '../texts.ts';

/** At most so many choices stand open as radio buttons; more are a list to choose from. */
const MOST_RADIOS = 6;
/** A text that may be longer gets several lines. */
const LONGEST_LINE = 200;

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a form asks, by name. */
export const fieldsOf = (schema: unknown): Record<string, JsonSchema> =>
  isObject(schema) && isObject(schema['properties']) ? (schema['properties'] as Record<string, JsonSchema>) : {};

/** Without an answer to which of its fields it cannot be sent. */
export const requiredOf = (schema: JsonSchema): readonly string[] =>
  Array.isArray(schema['required']) ? schema['required'] : [];

/** Something or null: what can be left out is left out, so null is no choice of its own. */
function withoutNull(schema: JsonSchema): JsonSchema {
  const { anyOf, type, ...rest } = schema;
  if (Array.isArray(type)) {
    const [one, ...more] = type.filter((each) => each !== 'null');
    return { ...schema, type: more.length > 0 ? type : one };
  }
  if (!Array.isArray(anyOf)) return schema;
  const others = anyOf.filter((each) => !(isObject(each) && each['type'] === 'null'));
  return others.length === 1 && isObject(others[0]) ? { ...others[0], ...rest } : schema;
}

const referred = (schema: JsonSchema, root: JsonSchema): JsonSchema => {
  const reference = schema['$ref'];
  if (typeof reference !== 'string') return schema;
  const found = (root['$defs'] as Record<string, unknown> | undefined)?.[reference.split('/').at(-1) ?? ''];
  const { $ref: _, ...rest } = schema;
  return isObject(found) ? { ...found, ...rest } : schema;
};

/** Plain objects, lists and values, without the wrappings of the generator. */
function simplified(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const one = withoutNull(referred(schema, root));
  const properties = one['properties'];
  const { items } = one;
  return {
    ...one,
    ...(isObject(properties) && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, held]) => [name, isObject(held) ? simplified(held, root) : held]),
      ),
    }),
    ...(isObject(items) && { items: simplified(items, root) }),
  };
}

/** The schema as the form library takes it. `leftOut`: fields that this person is not asked. */
export function formSchema(schema: JsonSchema, leftOut: readonly string[] = []): RJSFSchema {
  const { $schema: _, $defs: __, title: ___, ...rest } = simplified({ ...schema }, schema);
  return {
    ...rest,
    properties: Object.fromEntries(Object.entries(fieldsOf(rest)).filter(([name]) => !leftOut.includes(name))),
  } as RJSFSchema;
}

/** Ids are called after what they name, `mentorId`, and lists of them likewise, `memberIds`. */
const PERSON =
  /^partner$|^(person|mentor|tutor|coach|standIn|reviewer|lead|sponsor|partner|assessor|member|team|trainer)Id$|(Person|Manager|Mentor|Tutor|Member|Lead|Coach)Id$|^managerId$/;
const SCHOOL = /^schoolId$|SchoolId$/;

/** The control of a field by what its schema says; ids are chosen by name, never typed. */
export function widgetOf(name: string, schema: JsonSchema, isRequired: boolean): string | undefined {
  const choices = schema['enum'];
  const { type, format, maxLength } = schema;
  if (type === 'boolean') return isRequired ? 'yesNo' : 'checkbox';
  if (Array.isArray(choices)) return choices.length <= MOST_RADIOS ? 'choices' : 'select';
  if (type !== 'string') return undefined;
  if (PERSON.test(name)) return 'person';
  if (SCHOOL.test(name)) return 'school';
  if (name === 'cohortId') return 'cohort';
  if (name === 'cycleId') return 'cycle';
  if (name === 'month') return 'month';
  if (format === 'date') return 'date';
  if (/^[a-z]+Id$/.test(name)) return 'reference';
  return typeof maxLength === 'number' && maxLength > LONGEST_LINE ? 'textarea' : 'text';
}

/** Which control stands for which part of the schema. */
export function controlsOf(schema: JsonSchema): UiSchema {
  const required = requiredOf(schema);
  return Object.fromEntries(
    Object.entries(fieldsOf(schema)).flatMap(([name, held]): [string, UiSchema][] => {
      if (isObject(held['properties'])) return [[name, controlsOf(held)]];
      const { items } = held;
      if (held['type'] === 'array' && isObject(items)) {
        if (isObject(items['properties'])) return [[name, { items: controlsOf(items) }]];
        const isSet = Array.isArray(items['enum']);
        const widget = isSet ? 'several' : widgetOf(name.replace(/Ids$/, 'Id'), items, true);
        if (widget === undefined) return [];
        return [[name, isSet ? { 'ui:widget': widget } : { items: { 'ui:widget': widget } }]];
      }
      const widget = widgetOf(name, held, required.includes(name));
      return widget === undefined ? [] : [[name, { 'ui:widget': widget }]];
    }),
  );
}

/** What is asked at all: a form without fields is one press of a button. */
export const hasFields = (schema: JsonSchema): boolean =>
  Object.values(fieldsOf(schema)).some((held) => held['type'] !== 'null');

/** Of what was written, what that form asks for. */
export function fitting(schema: JsonSchema, written: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const properties = fieldsOf(schema);
  return Object.fromEntries(Object.entries(written).filter(([name]) => Object.hasOwn(properties, name)));
}

/** The label of a field by its path, `targets.0.title`. */
export function labelAt(schema: unknown, path: readonly string[]): string {
  const [first, ...rest] = path;
  if (first === undefined || !isObject(schema)) {
    return isObject(schema) && typeof schema['title'] === 'string' ? schema['title'] : '';
  }
  const isEntry = /^\d+$/.test(first);
  const label = labelAt(isEntry ? schema['items'] : fieldsOf(schema)[first], rest);
  if (label !== '' || rest.length > 0) return label;
  return isEntry ? `${labelAt(schema, [])} ${Number(first) + 1}`.trim() : first;
}

/** The words for a chosen value. */
export function choiceWords(schema: unknown, value: unknown): string {
  const labels = isObject(schema) ? schema['enumLabels'] : undefined;
  const label = isObject(labels) ? labels[String(value)] : undefined;
  return typeof label === 'string' ? label : String(value);
}

/** Which keys a phone offers for a field that is typed: those for numbers where nothing else is right. */
export function keysOf(schema: unknown): 'numeric' | 'decimal' | undefined {
  const { type, pattern } = isObject(schema) ? schema : {};
  if (type === 'integer') return 'numeric';
  if (type === 'number') return 'decimal';
  const isOfDigits =
    typeof pattern === 'string' && pattern.includes('\\d') && !/[a-z.|]/i.test(pattern.replaceAll(/\\[ds]/g, ''));
  return isOfDigits ? 'numeric' : undefined;
}

/** The form library calls an entry of a list after the list, `Team-1`; here it is "Team 1". */
export const entryLabel = (label: string): string => label.replace(/-(\d+)$/, ' $1');

/** What was written, in words, field by field; what was left out is left out. */
export function saidWith(schema: JsonSchema, written: Readonly<Record<string, unknown>>): readonly Fact[] {
  return Object.entries(fieldsOf(schema)).flatMap(([name, wrapped]): readonly Fact[] => {
    const value = written[name];
    if (value === undefined || value === null || value === '') return [];
    const field = simplified(wrapped, schema);
    const label = typeof field['title'] === 'string' ? field['title'] : name;
    if (!Array.isArray(value)) return [{ label, value: saidOf(field, value) }];
    const { items } = field;
    return value.map((one, at) => ({
      label: value.length > 1 ? `${label} ${at + 1}` : label,
      value:
        isObject(one) && isObject(items)
          ? saidWith(items, one)
              .map((said) => said.value)
              .join(' · ')
          : saidOf(items, one),
    }));
  });
}

const saidOf = (field: unknown, value: unknown): string => {
  if (typeof value === 'boolean') return value ? texts.form.yes : texts.form.no;
  const isDate = isObject(field) && field['format'] === 'date' && typeof value === 'string';
  return isDate ? longDay(value) : choiceWords(field, value);
};
