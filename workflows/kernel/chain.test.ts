import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { chainEvent, GENESIS, type Head, hashOf, verifyChain } from './chain.ts';
import type { Event } from './records.ts';
import { instant } from './time.ts';

type Told = Pick<Event, 'event' | 'data' | 'by' | 'at'>;

const told: fc.Arbitrary<Told> = fc.record({
  event: fc.constantFrom('process-started', 'task-opened', 'task-completed'),
  at: fc.integer({ min: 0, max: 4e12 }).map(instant),
  by: fc.oneof(fc.constant({ system: true } as const), fc.record({ personId: fc.uuid() })),
  data: fc.dictionary(fc.string(), fc.jsonValue()),
});

function chainOf(all: readonly Told[]): Event[] {
  let head: Head = GENESIS;
  return all.map((each) => {
    const event = chainEvent(head, { type: 'event', processId: 'p1', kind: 'npq-application', ...each });
    head = event;
    return event;
  });
}

const chains = fc.array(told, { minLength: 2, maxLength: 12 }).map(chainOf);
const headOf = (chain: readonly Event[]) => ({ seq: chain.length, hash: chain.at(-1)?.hash ?? GENESIS.hash });

/** A chain and the place of one of its events. */
const chainAndPlace = chains.chain((chain) => fc.tuple(fc.constant(chain), fc.nat({ max: chain.length - 1 })));

test('An untouched chain holds, also after a journey through JSON that reorders its fields', () => {
  fc.assert(
    fc.property(chains, (chain) => {
      const back = JSON.parse(JSON.stringify(chain)) as Event[];
      const reordered = back.map((event) => Object.fromEntries(Object.entries(event).reverse()) as Event);
      expect(verifyChain(reordered, headOf(chain))).toEqual({ ok: true });
    }),
  );
});

test('An edit of any field is found where it is, even with the hash made anew', () => {
  fc.assert(
    fc.property(chainAndPlace, fc.boolean(), ([chain, at], isSigned) => {
      const edited = chain.map((event, n) => {
        if (n !== at) return event;
        const other = { ...event, outcome: 'endorsed' };
        return isSigned ? { ...other, hash: hashOf(other) } : other;
      });
      const found = isSigned ? (at + 1 < chain.length ? at + 2 : at + 1) : at + 1;
      expect(verifyChain(edited, headOf(chain))).toEqual({ ok: false, atSeq: found });
    }),
  );
});

test('A dropped event is found, the newest too where the head is known', () => {
  fc.assert(
    fc.property(chainAndPlace, ([chain, at]) => {
      expect(verifyChain(chain.toSpliced(at, 1), headOf(chain))).toEqual({ ok: false, atSeq: at + 1 });
    }),
  );
});

test('Two events that changed places are found', () => {
  fc.assert(
    fc.property(chainAndPlace, fc.nat(), ([chain, at], distance) => {
      const to = (at + 1 + (distance % (chain.length - 1))) % chain.length;
      const moved = [...chain];
      [moved[at], moved[to]] = [chain[to] as Event, chain[at] as Event];
      expect(verifyChain(moved)).toEqual({ ok: false, atSeq: Math.min(at, to) + 1 });
    }),
  );
});

test('An inserted event is found, also one that is chained to the event before it', () => {
  fc.assert(
    fc.property(chainAndPlace, told, ([chain, at], extra) => {
      const base = { type: 'event', processId: 'p1', kind: 'npq-application' } as const;
      const inserted = chainEvent(chain[at] as Event, { ...base, ...extra });
      const longer = chain.toSpliced(at + 1, 0, inserted);
      expect(verifyChain(longer, headOf(chain)).ok).toBe(false);
    }),
  );
});

test('Events of another process are no part of the chain', () => {
  const [first] = chainOf([{ event: 'process-started', at: instant(0), by: { system: true }, data: {} }]);
  const other = chainEvent(first as Event, { ...(first as Event), processId: 'p2' });
  expect(verifyChain([first as Event, other])).toEqual({ ok: false, atSeq: 2 });
});

test('The hash of an event stays as it is: chains written by earlier releases must hold', () => {
  // Worked out independently: SHA-256 of json.dumps(event, sort_keys=True, separators=(',', ':'), ensure_ascii=False).
  const [first] = chainOf([
    { event: 'process-started', at: instant(0), by: { personId: 'x' }, data: { b: [1, null], a: 'é' } },
  ]);
  expect(first?.hash).toBe('ab728f83edd2b5e15adac29aaefffd499fee7a39afaf32b2f11e3725d5dc7a67');
});
