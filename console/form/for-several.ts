/** The form that serves several tasks: it asks what each of them asks, within the limits of all. */
import type { JsonSchema, Outcome, Task } from '../shapes.ts';
import { texts } from '../texts.ts';
import { fieldsOf, isObject, requiredOf } from './schema.ts';

export const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

const later = (one: string, other: string): string => (one > other ? one : other);
const earlier = (one: string, other: string): string => (one < other ? one : other);

/** How two limits on the same field become the one that keeps both. */
const stricter: Readonly<Record<string, (one: never, other: never) => unknown>> = {
  formatMinimum: later,
  formatMaximum: earlier,
  minimum: Math.max,
  maximum: Math.min,
  minLength: Math.max,
  maxLength: Math.min,
  minItems: Math.max,
  maxItems: Math.min,
};

/** Of use for one, and wrong for another. */
const proposals: ReadonlySet<string> = new Set(['default', 'description']);

/** A field that keeps to what both ask; nothing where they ask for different things. */
function commonField(one: JsonSchema, other: JsonSchema): JsonSchema | undefined {
  const common: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const [left, right] = [one[key], other[key]];
    if (same(left, right)) common[key] = left;
    else if (proposals.has(key)) continue;
    else if (key === 'enum' && Array.isArray(left) && Array.isArray(right)) {
      common[key] = left.filter((value) => right.includes(value));
    } else if (key === 'enumLabels' && isObject(left) && isObject(right)) common[key] = { ...right, ...left };
    else if (key in stricter && (left === undefined || right === undefined)) common[key] = left ?? right;
    else if (key in stricter) common[key] = stricter[key]?.(left as never, right as never);
    else return undefined;
  }
  return canBeMet(common) ? common : undefined;
}

/** Whether the limits leave anything. */
function canBeMet({ enum: choices, formatMinimum, formatMaximum, minimum, maximum }: Record<string, unknown>): boolean {
  if (Array.isArray(choices) && choices.length === 0) return false;
  if (typeof formatMinimum === 'string' && typeof formatMaximum === 'string') return formatMinimum <= formatMaximum;
  return typeof minimum !== 'number' || typeof maximum !== 'number' || minimum <= maximum;
}

/** The form that asks what each of them asks; nothing where no answer would do for all. */
export function commonSchema(schemas: readonly JsonSchema[]): JsonSchema | undefined {
  const [first, ...others] = schemas;
  if (first === undefined) return undefined;
  const properties = { ...fieldsOf(first) };
  const required = new Set(requiredOf(first));
  for (const other of others) {
    for (const [name, field] of Object.entries(fieldsOf(other))) {
      const before = properties[name];
      const both = before === undefined ? field : commonField(before, field);
      if (both === undefined) return undefined;
      properties[name] = both;
    }
    for (const name of requiredOf(other)) required.add(name);
    if (!same(other['$defs'], first['$defs'])) return undefined;
  }
  for (const [name, field] of Object.entries(properties)) {
    const isProposed = schemas.some((schema) => fieldsOf(schema)[name]?.['default'] !== undefined);
    if (!isProposed || field['default'] !== undefined || required.has(name)) continue;
    const description = [field['description'], texts.several.eachOwn].filter((part) => part !== undefined).join(' ');
    properties[name] = { ...field, description };
  }
  return { ...first, properties, required: [...required] };
}

/** The outcomes that all of them offer, each with the form for all. */
export function commonOutcomes(tasks: readonly Pick<Task, 'outcomes'>[]): readonly Outcome[] {
  const [first, ...others] = tasks;
  return (first?.outcomes ?? []).flatMap((offered) => {
    const found = others.map(({ outcomes }) => outcomes.find(({ outcome }) => outcome === offered.outcome));
    if (found.includes(undefined)) return [];
    const schema = commonSchema([offered, ...(found as Outcome[])].map((each) => each.schema));
    return schema === undefined ? [] : [{ ...offered, schema }];
  });
}
