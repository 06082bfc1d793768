/** Building blocks of the forms that ask for needs. */
import * as z from 'zod';

/** Text as somebody wrote it, without space around it. Half a surrogate pair cannot be stored as UTF-8, so it is refused. */
export const text = (title: string, most: number) =>
  z
    .string()
    .trim()
    .min(1, 'Enter some text')
    .max(most, `Enter no more than ${most} characters`)
    .refine((value) => value.isWellFormed(), 'Remove the characters that cannot be read')
    .meta({ title });

/** One of what is allowed, with a label for each. */
export const choice = <const T extends string>(
  title: string,
  allowed: readonly T[],
  labels: Readonly<Record<T, string>>,
) =>
  z.enum(allowed as readonly [T, ...T[]]).meta({
    title,
    enum: [...allowed],
    enumLabels: Object.fromEntries(allowed.map((value) => [value, labels[value]])),
  });
