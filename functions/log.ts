/** What a function writes to its log of an error. */

/** An error as the log has it: where it happened. The message of one that is not ours could quote what somebody wrote, and stays out. */
export function toldOf(error: unknown) {
  if (!(error instanceof Error)) return { error: typeof error };
  const isOurs = error.constructor === Error && !('$metadata' in error);
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return { error: error.name, ...(isOurs && { message: error.message.slice(0, 200) }), stack: frames.join('\n') };
}
