/** What a function writes to its log of an error. */
import * as z from 'zod';

const FRAMES = 8;
const ISSUES = 5;
const LENGTH = 200;

/** Where and why, never what: a value may be somebody's words. */
const issuesOf = ({ issues }: z.ZodError): string =>
  [
    ...issues.slice(0, ISSUES).map(({ path, code }) => `${path.join('.') || 'all of it'} (${code})`),
    ...(issues.length > ISSUES ? [`${issues.length - ISSUES} more`] : []),
  ].join(', ');

/** An error as the log has it: where it happened. The message of one that is not ours could quote what somebody wrote, and stays out. */
export function toldOf(error: unknown) {
  if (!(error instanceof Error)) return { error: typeof error };
  const isOurs = error.constructor === Error && !('$metadata' in error);
  const message = error instanceof z.ZodError ? issuesOf(error) : isOurs ? error.message : undefined;
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return {
    error: error.name,
    ...(message !== undefined && { message: message.slice(0, LENGTH) }),
    stack: frames.slice(0, FRAMES).join('\n'),
  };
}
