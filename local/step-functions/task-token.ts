/**
 * Task tokens: opaque to everybody else. They carry the execution they belong to, so that an answer finds it without a
 * list of all tokens ever given out, and a check, so that garbage is told from a token that is used up.
 */
import { createHash } from 'node:crypto';

const checkOf = (executionArn: string, nonce: string): string =>
  createHash('sha256').update(`${executionArn}\n${nonce}`).digest('base64url').slice(0, 22);

/** A token for one attempt of one task; `nonce` must not have been used for this execution before. */
export const makeTaskToken = (executionArn: string, nonce: string): string =>
  Buffer.from(JSON.stringify([executionArn, nonce, checkOf(executionArn, nonce)])).toString('base64');

/** The execution that the token was made for, or nothing where it is no token. */
export function executionOfToken(token: string): string | undefined {
  try {
    const [executionArn, nonce, check] = JSON.parse(Buffer.from(token, 'base64').toString()) as string[];
    return executionArn && nonce && check === checkOf(executionArn, nonce) ? executionArn : undefined;
  } catch {
    return undefined;
  }
}
