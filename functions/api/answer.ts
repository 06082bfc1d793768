/** What goes back over HTTP: an answer, a refusal as a problem, or that something broke. */
import { type Rejection, rejections } from '../../workflows/kernel/rejections.ts';
import type { Instant } from '../../workflows/kernel/time.ts';
import { toldOf } from '../log.ts';
import { internalProblem, type Problem, problemOf } from './problem.ts';
import { hash } from './receipts.ts';
import type { HttpAnswer, HttpEvent } from './request.ts';
import type { Answer } from './route.ts';

const common = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

export const problemAnswer = (problem: Problem, more: Record<string, string> = {}): HttpAnswer => ({
  statusCode: problem.status,
  headers: { ...common, 'content-type': 'application/problem+json', ...more },
  body: JSON.stringify(problem),
});

/** What a client can do about it: sign in, or try again in a second. */
const helpfulHeaders = ({ rejected }: Rejection): Record<string, string> => {
  if (rejections[rejected].status === 401) return { 'www-authenticate': 'Bearer' };
  const passes = rejected === 'moving-on' || rejected === 'too-many-requests' || rejected === 'in-progress';
  return passes ? { 'retry-after': '1' } : {};
};

export const refused = (rejection: Rejection): HttpAnswer =>
  problemAnswer(problemOf(rejection), helpfulHeaders(rejection));

export const answered = (answer: Answer): HttpAnswer => ({
  statusCode: answer.status,
  headers: {
    ...common,
    'content-type': answer.contentType ?? 'application/json',
    ...(answer.version !== undefined && { etag: `"${answer.version}"` }),
    ...(answer.location !== undefined && { location: answer.location }),
    ...answer.headers,
  },
  body: typeof answer.body === 'string' && answer.contentType ? answer.body : JSON.stringify(answer.body),
});

/**
 * A bug of ours as a problem. The log of that function has it without the body of the request, under the number that API
 * Gateway gave the request, or one of our own.
 */
export function internal(error: unknown, of: 'api' | 'imports', event: HttpEvent, now: Instant): Problem {
  const { requestId = hash(event.rawPath, now).slice(0, 12), http } = event.requestContext;
  console.error(JSON.stringify({ [of]: 'failed', requestId, method: http.method, ...toldOf(error) }));
  return internalProblem(requestId);
}

export const failed = (...what: Parameters<typeof internal>): HttpAnswer => problemAnswer(internal(...what));
