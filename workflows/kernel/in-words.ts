/** What is wrong with a form, in words for whoever fills it in: no type names, no "expected string, received undefined". */
import * as z from 'zod';
import type { FieldError } from './rejections.ts';

type Raw = Parameters<z.core.$ZodErrorMap>[0];

const list = (values: readonly unknown[]): string => values.map(String).join(', ');

const wanted: Readonly<Record<string, string>> = {
  string: 'Enter text here.',
  number: 'Enter a number.',
  int: 'Enter a whole number.',
  boolean: 'Answer true or false.',
  array: 'Send a list here.',
  object: 'Send an object here.',
  record: 'Send an object here.',
};

const bounds = (origin: string, amount: number | bigint, more: 'least' | 'most'): string => {
  if (origin === 'string') return `Enter at ${more} ${amount} characters.`;
  if (origin === 'array' || origin === 'set') return `Send at ${more} ${amount}.`;
  return `This has to be ${amount} at ${more}.`;
};

const formats: Readonly<Record<string, string>> = {
  date: 'Enter a day that exists, like 2026-11-23.',
  datetime: 'Enter a time like 2026-11-23T09:30:00Z.',
  email: 'Enter an e-mail address.',
};

/** For `safeParse(sent, { error: inWords })`: a sentence where the schema has none of its own. */
export function inWords(issue: Raw): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'This is needed.' : (wanted[issue.expected] ?? 'This does not fit here.');
    case 'invalid_value':
      return issue.input === undefined
        ? `This is needed: one of ${list(issue.values)}.`
        : `Choose one of: ${list(issue.values)}.`;
    case 'too_small':
      return bounds(issue.origin, issue.minimum, 'least');
    case 'too_big':
      return bounds(issue.origin, issue.maximum, 'most');
    case 'invalid_format':
      return formats[issue.format] ?? 'This is not written as it has to be.';
    case 'unrecognized_keys':
      return 'This is not asked for here. Leave it out.';
    default:
      return 'This does not fit here.';
  }
}

/** The errors of a form, each at its field. A field that nobody asked for is named too. */
export const fieldErrors = (error: z.ZodError, under = ''): FieldError[] =>
  error.issues.flatMap((issue) => {
    const path = [...(under ? [under] : []), ...issue.path.map(String)];
    const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
    return paths.map((each) => ({ path: each.join('.'), message: issue.message }));
  });

/** As much of a JSON Schema as leads to the title of a field. */
interface Titled {
  readonly title?: string;
  readonly properties?: Readonly<Record<string, Titled>>;
  readonly items?: Titled;
}

/** Where to look again: each field once, by the label under which people know it; by its path where it has none. */
export function fieldsToLookAt(form: z.ZodType, errors: readonly FieldError[]): string {
  const root = z.toJSONSchema(form, { io: 'input', unrepresentable: 'any' }) as Titled;
  const nameOf = (path: string): string => {
    let at: Titled | undefined = root;
    let title: string | undefined;
    for (const part of path.split('.')) {
      at = at?.properties?.[part] ?? at?.items;
      title = at?.title ?? title;
      if (at === undefined) return path;
    }
    return title ?? path;
  };
  const quoted = (name: string): string => (/[ ,?]/.test(name) ? `“${name}”` : name);
  const names = errors
    .map(({ path }) => path)
    .filter(Boolean)
    .map(nameOf);
  return [...new Set(names)].map(quoted).join(', ');
}
