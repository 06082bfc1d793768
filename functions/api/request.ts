/** What a route gets of an HTTP request, read once and carefully: everything from outside is a guess until it is parsed. */
import * as z from 'zod';
import { type Rejection, reject } from '../../workflows/kernel/rejections.ts';

/** The parts of an HTTP API event (payload 2.0) that are used. */
export const HttpEvent = z.object({
  rawPath: z.string(),
  rawQueryString: z.string().optional(),
  headers: z.record(z.string(), z.string().optional()).optional(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().optional(),
  pathParameters: z.record(z.string(), z.string().optional()).nullish(),
  requestContext: z.object({
    requestId: z.string().optional(),
    http: z.object({ method: z.string(), path: z.string() }),
    authorizer: z.object({ jwt: z.object({ claims: z.record(z.string(), z.unknown()) }).optional() }).nullish(),
  }),
});
export type HttpEvent = z.infer<typeof HttpEvent>;

export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** More than any form needs; a file goes to `/imports`. */
const MAX_BODY = 256 * 1024;

/** An item of the table nests 32 deep; what surrounds the body takes some of it. */
const MAX_DEPTH = 20;

/** Names that JavaScript gives a meaning: the SDK takes an object with a `constructor` for something else than data. */
const namesWithMeaning: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

function unstorableName(name: string): string | undefined {
  if (name === '') return 'The body has a field without a name.';
  return namesWithMeaning.has(name) ? `The body has a field that cannot be called so: ${name}.` : unstorable(name);
}

/** What the table cannot store, in words; nothing where it can. */
function unstorable(value: unknown, depth = 0): string | undefined {
  if (typeof value === 'string')
    return value.isWellFormed()
      ? undefined
      : 'The body has characters that cannot be stored (half of a pair). Type them again.';
  if (typeof value === 'number')
    return Math.abs(value) <= Number.MAX_SAFE_INTEGER && (value === 0 || Math.abs(value) >= 1e-100)
      ? undefined
      : 'The body has a number that is too large or too small.';
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth >= MAX_DEPTH) return `The body is nested more than ${MAX_DEPTH} deep.`;
  for (const [key, held] of Object.entries(value)) {
    const why = unstorableName(key) ?? unstorable(held, depth + 1);
    if (why !== undefined) return why;
  }
  return undefined;
}

/** The JSON body, an object, or a list where the route takes one; an absent object counts as `{}`. */
export function jsonBody(
  event: HttpEvent,
  { isList = false }: { readonly isList?: boolean } = {},
): Record<string, unknown> | readonly unknown[] | Rejection {
  const text = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString('utf8') : (event.body ?? '');
  if (Buffer.byteLength(text) > MAX_BODY)
    return reject('body-too-large', 'An answer may have 256 KB at most. Shorten the texts, please.');
  if (text.trim() === '' && !isList) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return reject('bad-request', 'The body is not JSON. Check commas, quotes and brackets.');
  }
  if (isList && !Array.isArray(parsed))
    return reject('bad-request', 'The body must be a JSON list, in square brackets.');
  if (!isList && (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)))
    return reject('bad-request', 'The body must be a JSON object, like {"outcome": "endorsed"}.');
  const why = unstorable(parsed);
  return why === undefined ? (parsed as Record<string, unknown> | unknown[]) : reject('bad-request', why);
}

/** The header's value, whatever its case. */
export function header(event: HttpEvent, name: string): string | undefined {
  const found = Object.entries(event.headers ?? {}).find(([key]) => key.toLowerCase() === name);
  return found?.[1];
}

/** The query, each name once; the last one counts. */
export const query = (event: HttpEvent): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(event.rawQueryString ?? ''));

/** The version that `If-Match` asks for; nothing where the header is absent or `*`. */
export function ifMatch(event: HttpEvent): number | undefined | Rejection {
  const value = header(event, 'if-match')?.trim();
  if (value === undefined || value === '*') return undefined;
  const version = /^(?:W\/)?"(\d{1,9})"$/.exec(value)?.[1];
  return version === undefined
    ? reject('bad-request', 'If-Match must be the ETag of what you changed, like "3".')
    : Number(version);
}

/** The key that makes a command safe to repeat. */
export function idempotencyKey(event: HttpEvent): string | undefined | Rejection {
  const key = header(event, 'idempotency-key');
  if (key === undefined) return undefined;
  return /^[\x21-\x7e]{1,200}$/.test(key)
    ? key
    : reject('bad-request', 'Idempotency-Key must be 1 to 200 visible characters without spaces.');
}
