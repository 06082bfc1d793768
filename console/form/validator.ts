/**
 * Validates what was written before it is sent. The library's usual validator compiles schemas into code, which the
 * content security policy forbids; this one interprets them. What it cannot know, the API says, field by field.
 */
import { type OutputUnit, Validator } from '@cfworker/json-schema';
import type { ErrorSchema, RJSFSchema, RJSFValidationError, ValidatorType } from '@rjsf/utils';
import type { FieldError } from '../api.ts';
import { texts } from '../texts.ts';
import { labelAt } from './schema.ts';

const pathOf = (pointer: string): string[] => pointer.split('/').slice(1);

const at = (schema: unknown, path: readonly string[]): Record<string, unknown> => {
  const [first, ...rest] = path;
  const held = (schema ?? {}) as Record<string, unknown>;
  if (first === undefined) return held;
  return at(/^\d+$/.test(first) ? held['items'] : (held['properties'] as Record<string, unknown>)?.[first], rest);
};

/** What is wanted where something was written in another way. */
function wantedAt({ format, pattern, examples }: Record<string, unknown>): string {
  const { form } = texts;
  if (format === 'date') return form.date;
  const [, count] = typeof pattern === 'string' ? (/^\^\\d\{(\d+)\}\$$/.exec(pattern) ?? []) : [];
  if (count !== undefined) return form.digits(Number(count));
  const [example] = Array.isArray(examples) ? examples : [];
  return typeof example === 'string' ? form.like(example) : form.pattern;
}

/** What is wrong at a field, in words. */
function words(keyword: string, schema: RJSFSchema, path: readonly string[]): string {
  const held = at(schema, path);
  const limit = Number(held[keyword]);
  const { form } = texts;
  switch (keyword) {
    case 'maxLength':
      return form.tooLong(limit);
    case 'minLength':
      return form.tooShort;
    case 'pattern':
    case 'format':
      return wantedAt(held);
    case 'enum':
    case 'const':
      return form.notAllowed;
    case 'type':
      return held['type'] === 'number' || held['type'] === 'integer'
        ? form.number
        : form.required(labelAt(schema, path));
    case 'multipleOf':
      return form.step(limit);
    case 'minimum':
    case 'exclusiveMinimum':
      return form.smallest(limit);
    case 'maximum':
    case 'exclusiveMaximum':
      return form.largest(limit);
    case 'minItems':
      return form.fewest(limit);
    case 'maxItems':
      return form.most(limit);
    default:
      return form.wrong;
  }
}

/** They only say that something below them is wrong. */
const containers = new Set(['properties', 'items', '$ref', 'allOf', 'anyOf', 'oneOf', 'additionalProperties', 'false']);

function errorsOf(units: readonly OutputUnit[], schema: RJSFSchema): FieldError[] {
  const found = units.flatMap(({ keyword, instanceLocation, error }): FieldError[] => {
    const path = pathOf(instanceLocation);
    if (keyword === 'required') {
      const name = /property "([^"]+)"/.exec(error)?.[1] ?? '';
      const missing = [...path, name];
      return [{ path: missing.join('.'), message: texts.form.required(labelAt(schema, missing)) }];
    }
    return containers.has(keyword) ? [] : [{ path: path.join('.'), message: words(keyword, schema, path) }];
  });
  const fields = Object.keys(schema.properties ?? {});
  const placeOf = ({ path }: FieldError): number => fields.indexOf(path.split('.')[0] ?? '');
  // One sentence for each field is enough, in the order of the fields.
  return [...new Map(found.map((each) => [each.path, each])).values()].sort((a, b) => placeOf(a) - placeOf(b));
}

/** Errors by path as the form library keeps them, at each field. */
export function errorSchemaOf(errors: readonly FieldError[]): ErrorSchema {
  const root: Record<string, unknown> = {};
  for (const { path, message } of errors) {
    let held = root;
    for (const part of path.split('.').filter(Boolean)) {
      held[part] ??= {};
      held = held[part] as Record<string, unknown>;
    }
    held['__errors'] = [...((held['__errors'] as string[] | undefined) ?? []), message];
  }
  return root as ErrorSchema;
}

const check = (schema: RJSFSchema, data: unknown): OutputUnit[] =>
  // biome-ignore lint/suspicious/noExplicitAny: the two libraries name the same JSON Schema differently
  new Validator(schema as any, '2020-12', false).validate(JSON.parse(JSON.stringify(data ?? {}))).errors;

export const validator: ValidatorType = {
  validateFormData(data, schema) {
    const errors = errorsOf(check(schema, data), schema);
    return {
      errors: errors.map(
        ({ path, message }): RJSFValidationError => ({ stack: message, message, property: `.${path}` }),
      ),
      errorSchema: errorSchemaOf(errors),
    };
  },
  isValid: (schema, data) => check(schema, data).length === 0,
  rawValidation: <Result>(schema: RJSFSchema, data?: unknown) => ({ errors: check(schema, data) as Result[] }),
};
