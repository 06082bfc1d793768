/**
 * The chain of a process's events: each holds the hash of the one before it, so that an edit, a gap, an insertion or
 * another order shows. The head (`lastSeq`, `lastHash`) stands on the process and, once a day, where the writer of the
 * table cannot write; only against a head does it show that the newest events are missing.
 */
import { createHash } from 'node:crypto';
import type { Event } from './records.ts';

/** Where a chain stands: number and hash of its newest event. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

/** Before the first event. */
export const GENESIS: Head = { seq: 0, hash: '0'.repeat(64) };

/** JSON with sorted keys and without `undefined`: the same text for the same content, whoever wrote it. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value)
    .filter(([, held]) => held !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, held]) => `${JSON.stringify(name)}:${canonical(held)}`);
  return `{${fields.join(',')}}`;
}

/** SHA-256, in hexadecimal, over everything an event holds but its own hash. */
export function hashOf(event: Omit<Event, 'hash'>): string {
  const { hash: _, ...rest } = event as Event;
  return createHash('sha256').update(canonical(rest)).digest('hex');
}

/** The event as the next one of its chain. */
export function chainEvent(previous: Head, event: Omit<Event, 'seq' | 'previousHash' | 'hash'>): Event {
  const unsigned = { ...event, seq: previous.seq + 1, previousHash: previous.hash };
  return { ...unsigned, hash: hashOf(unsigned) };
}

export type Verified = { readonly ok: true } | { readonly ok: false; readonly atSeq: number };

/**
 * Whether these are the events of one process from the first on, untouched; `atSeq` is the first number that does not
 * hold. With `head` the newest must be exactly that one.
 */
export function verifyChain(events: readonly Event[], head?: Head): Verified {
  let previous = GENESIS;
  for (const event of events) {
    const atSeq = previous.seq + 1;
    const isNext = event.seq === atSeq && event.previousHash === previous.hash;
    if (!isNext || event.processId !== events[0]?.processId || event.hash !== hashOf(event))
      return { ok: false, atSeq };
    previous = { seq: event.seq, hash: event.hash };
  }
  if (head && head.seq > previous.seq) return { ok: false, atSeq: previous.seq + 1 };
  if (head && (head.seq < previous.seq || head.hash !== previous.hash)) return { ok: false, atSeq: head.seq };
  return { ok: true };
}
