/** What forms are made of. A form is built from what the rules allow now: its enums hold only that. */
import * as z from 'zod';
import { Day } from './time.ts';

/** Text as somebody wrote it, without space around it. Half a surrogate pair cannot be stored as UTF-8, so it is refused. */
export const text = (most: number) =>
  z
    .string()
    .trim()
    .min(1, 'Enter some text')
    .max(most, `Enter no more than ${most} characters`)
    .refine((value) => value.isWellFormed(), 'Remove the characters that cannot be read');

/** One of what is allowed now, with a label for each. */
export const choice = <const T extends string>(
  allowed: readonly T[],
  labels: { readonly [K in T]?: string } | ((value: T) => string),
) =>
  z.enum(allowed as readonly [T, ...T[]]).meta({
    enum: [...allowed],
    enumLabels: Object.fromEntries(
      allowed.map((value) => [value, typeof labels === 'function' ? labels(value) : (labels[value] ?? value)]),
    ),
  });

/** A day from `from` to `to`, both included. */
export const dayBetween = (from: Day, to: Day, refusal: string) =>
  Day.refine((on) => on >= from && on <= to, refusal).meta({ formatMinimum: from, formatMaximum: to });

/** For somebody with posts at schools: one of those. For the central office: any school, by its URN. */
export const schoolField = (schools: readonly { readonly schoolId: string; readonly name: string }[] | 'any') =>
  schools === 'any'
    ? z.string().regex(/^\d{6}$/, 'Enter the six digits of the school’s URN')
    : choice(
        schools.map((school) => school.schoolId),
        (schoolId) => schools.find((school) => school.schoolId === schoolId)?.name ?? schoolId,
      );

/** Gives each field the label and the help that a process has for it; what a {@link choice} allows stays with it. */
export const makeLabelled =
  <Field extends string>(
    labels: Readonly<Record<Field, string>>,
    hints: { readonly [F in NoInfer<Field>]?: string } = {},
  ) =>
  <T extends z.ZodType>(field: Field, schema: T, more: Record<string, unknown> = {}): T => {
    const hint = hints[field];
    return schema.meta({
      ...(schema.meta() ?? {}),
      title: labels[field],
      ...(hint === undefined ? {} : { description: hint }),
      ...more,
    });
  };
