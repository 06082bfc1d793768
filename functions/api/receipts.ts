/**
 * What makes a command safe to repeat: the first answer to an `Idempotency-Key` is written with the command itself, and
 * found again for 30 days. The table's time to live deletes late; what has expired counts no more and is written over.
 */
import { createHash } from 'node:crypto';
import { type Part, put, update } from '../../workflows/kernel/change.ts';
import type { Receipt } from '../../workflows/kernel/records.ts';
import { type Rejection, reject } from '../../workflows/kernel/rejections.ts';
import { type Instant, secondsAfter } from '../../workflows/kernel/time.ts';

const KEPT_DAYS = 30;

/** Of these texts in this order. */
export const hash = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex');

/** The name of a receipt: a key belongs to caller, method and path. */
export const receiptName = (personId: string, method: string, path: string, key: string): string =>
  hash(personId, method, path, key);

/** Whether it still counts. */
export const isRemembered = (receipt: Receipt | undefined, now: Instant): receipt is Receipt =>
  receipt !== undefined && receipt.expiresAt > secondsAfter(now, 0);

/** The receipt as a part of the command's transaction, `receipt`; `expired` is the one that it takes the place of. */
export function receiptPart(
  answered: Omit<Receipt, 'type' | 'at' | 'expiresAt'>,
  now: Instant,
  expired: Receipt | undefined,
): Part {
  const next: Receipt = { type: 'receipt', at: now, expiresAt: secondsAfter(now, KEPT_DAYS), ...answered };
  return expired ? update('receipt', expired, next, { at: expired.at }) : put('receipt', next);
}

export const keyReused = (): Rejection =>
  reject('idempotency-key-reused', 'This Idempotency-Key was used for another request. Take a new one.');
