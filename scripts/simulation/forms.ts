/** Fills in any form from its JSON Schema, as a person would who has read the labels. */
import { addDays, type Day } from '../../workflows/kernel/time.ts';
import { anything, FILLS_OPTIONAL, leftOut, phrases, saysYes, USUALLY_YES } from './behaviour.ts';
import { between, type Chance, oneOf } from './chance.ts';

/** The part of JSON Schema that `GET /tasks/{taskId}` and `GET /processes` give. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly formatMinimum?: string;
  readonly formatMaximum?: string;
  readonly default?: unknown;
}

export interface Filler {
  readonly chance: Chance;
  /** What this is about, so that the same form is filled in differently by another person. */
  readonly about: readonly string[];
  readonly today: Day;
  /** What the person knows, by the name of the field: their TRN, the schools there are. */
  readonly knows: Readonly<Record<string, unknown>>;
  /** Chosen wherever it is offered. */
  readonly prefers?: string | undefined;
}

export function fill(schema: Schema, filler: Filler): Record<string, unknown> {
  const filled: Record<string, unknown> = {};
  const required = new Set(schema.required ?? []);
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const at = filler.chance(...filler.about, 'fills', name) * 100;
    const isFilled =
      required.has(name) || begins(field) || (!leftOut.has(name) && field.default === undefined && at < FILLS_OPTIONAL);
    if (isFilled) filled[name] = valueFor(name, field, filler);
  }
  return filled;
}

function valueFor(name: string, schema: Schema, filler: Filler): unknown {
  const at = filler.chance(...filler.about, name);
  if (name in filler.knows) return filler.knows[name];
  if (schema.default !== undefined && !begins(schema)) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum.includes(filler.prefers) ? filler.prefers : oneOf(schema.enum, at);
  if (schema.anyOf) {
    const options = schema.anyOf.filter(({ type }) => type !== 'null');
    return valueFor(name, options[0] ?? {}, filler);
  }
  switch (schema.type) {
    case 'boolean':
      return at * 100 < (saysYes[name] ?? USUALLY_YES);
    case 'integer':
    case 'number':
      return between(
        [Math.ceil(Math.max(schema.minimum ?? 1, (schema.maximum ?? 10) * 0.9)), schema.maximum ?? 10],
        at,
      );
    case 'array':
      return list(name, schema, filler);
    case 'object':
      return fill(schema, { ...filler, about: [...filler.about, name] });
    default:
      return schema.format === 'date' ? dayFor(schema, filler.today) : textFor(name, schema, at);
  }
}

/** A day in the past as late as it may be; one that lies ahead in a month. */
function dayFor({ formatMinimum, formatMaximum }: Schema, today: Day): string {
  const ahead = addDays(today, 30);
  if (formatMaximum !== undefined && formatMaximum > ahead && (formatMinimum ?? '') >= today) return ahead;
  if (formatMaximum !== undefined) return formatMaximum < today ? formatMaximum : today;
  return formatMinimum !== undefined && formatMinimum > ahead ? formatMinimum : ahead;
}

const textFor = (name: string, { maxLength = 500 }: Schema, at: number): string =>
  oneOf(phrases[name] ?? anything, at).slice(0, maxLength);

/** One or two of them; where the form begins with some lines, those, with what is still missing in each. */
function list(name: string, schema: Schema, filler: Filler): unknown[] {
  const { items = {}, minItems = 0, maxItems = 3 } = schema;
  if (begins(schema)) {
    return schema.default.map((line, n) => {
      const rest = Object.keys(items.properties ?? {}).filter((field) => !(field in line) && !leftOut.has(field));
      const properties = Object.fromEntries(rest.map((field) => [field, items.properties?.[field] ?? {}]));
      const about = [...filler.about, name, String(n)];
      return { ...line, ...fill({ properties, required: rest }, { ...filler, about }) };
    });
  }
  const many = Math.min(maxItems, Math.max(minItems, between([1, 2], filler.chance(...filler.about, name, 'many'))));
  const values = Array.from({ length: many }, (_, n) =>
    valueFor(name, items, { ...filler, about: [...filler.about, String(n)], knows: {} }),
  );
  return items.enum ? [...new Set(values)] : values;
}

/** Whether the form is offered with lines that are begun. */
const begins = (schema: Schema): schema is Schema & { readonly default: readonly Record<string, unknown>[] } =>
  schema.type === 'array' &&
  Array.isArray(schema.default) &&
  schema.default.length > 0 &&
  schema.default.every((line) => typeof line === 'object' && line !== null);
