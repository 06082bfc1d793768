/** Refusals as RFC 9457 problems. */
import * as z from 'zod';
import { type Rejection, rejections } from '../../workflows/kernel/rejections.ts';

export const Problem = z
  .object({
    type: z.string().meta({ examples: ['urn:oak:problem:cohort-closed'] }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'What was wrong and what to do, in words for the person who sees it.' }),
    code: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'Why a request was refused. A refused command changes nothing.' });
export type Problem = z.infer<typeof Problem>;

export function problemOf({ rejected, detail, errors }: Rejection): Problem {
  const { status, title } = rejections[rejected];
  return {
    type: `urn:oak:problem:${rejected}`,
    title,
    status,
    detail,
    code: rejected,
    ...(errors && { errors: [...errors] }),
  };
}

/** A bug of ours: nothing of it is told, but the number under which the log has it. */
export const internalProblem = (requestId: string): Problem => ({
  type: 'urn:oak:problem:internal',
  title: 'Something went wrong here',
  status: 500,
  detail: `Nothing was changed. Please try again; if it happens again, tell your IT person this number: ${requestId}.`,
  code: 'internal',
});
