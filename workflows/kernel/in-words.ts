/** What is wrong with a form, in words for whoever fills it in: no type names, no "expected string, received undefined". */
import type * as z from 'zod';
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
