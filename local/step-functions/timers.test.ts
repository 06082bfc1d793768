import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeTimers } from './timers.ts';

type Command = { set: [string, number] } | { clear: string } | { take: number };

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ set: fc.tuple(key, fc.nat(20)) }),
  fc.record({ clear: key }),
  fc.record({ take: fc.nat(20) }),
);

describe('timers', () => {
  it('give up what a list sorted by time, then by the order of setting, would', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 300 }), (commands) => {
        const timers = makeTimers();
        let list: { key: string; at: number }[] = [];
        for (const one of commands) {
          if ('set' in one) {
            const [name, at] = one.set;
            timers.set(name, at);
            list = [...list.filter((entry) => entry.key !== name), { key: name, at }];
          } else if ('clear' in one) {
            timers.clear(one.clear);
            list = list.filter((entry) => entry.key !== one.clear);
          } else {
            const due = list.filter(({ at }) => at <= one.take).toSorted((a, b) => a.at - b.at);
            expect(timers.take(one.take)).toEqual(due.map((entry) => entry.key));
            list = list.filter(({ at }) => at > one.take);
          }
          expect(timers.next()).toBe(list.length === 0 ? undefined : Math.min(...list.map(({ at }) => at)));
        }
      }),
    );
  });
});
