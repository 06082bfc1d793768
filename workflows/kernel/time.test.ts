import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, atLondon, type Day, day, dayOf, instant, Temporal, ZONE } from './time.ts';

/** What `Temporal` says, asked each time anew. */
const london = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(ZONE);

const from = Date.parse('1972-01-01T00:00:00Z');
const to = Date.parse('2100-01-01T00:00:00Z');

describe('The day in London', () => {
  it('is that of the wall clock there, at any instant', () => {
    fc.assert(
      fc.property(fc.integer({ min: from, max: to }), (ms) => {
        expect(dayOf(instant(ms))).toBe(london(ms).toPlainDate().toString());
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['2026-06-30T22:59:59.999Z', '2026-06-30'],
    ['2026-06-30T23:00:00.000Z', '2026-07-01'],
    ['2026-12-31T23:59:59.999Z', '2026-12-31'],
    ['2027-01-01T00:00:00.000Z', '2027-01-01'],
    // The clocks change on 29 March and on 25 October 2026.
    ['2026-03-28T23:59:59.999Z', '2026-03-28'],
    ['2026-03-29T23:00:00.000Z', '2026-03-30'],
    ['2026-10-24T23:00:00.000Z', '2026-10-25'],
    ['2026-10-25T23:00:00.000Z', '2026-10-25'],
  ])('of %s is %s', (at, on) => {
    expect(dayOf(instant(at))).toBe(on);
  });

  it('begins at its own midnight', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40_000 }), (n) => {
        const on = addDays(day('1972-01-01'), n);
        const midnight = atLondon(on, '00:00');
        expect(dayOf(midnight)).toBe(on);
        expect(dayOf(instant(Date.parse(midnight) - 1))).toBe(addDays(on, -1));
      }),
    );
  });
});

describe('What is remembered', () => {
  it('is what Temporal says, however often it is asked and whatever was asked before', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: from, max: to }), fc.integer({ min: -800, max: 800 }))),
        (asked) => {
          for (const [ms, n] of [...asked, ...asked]) {
            const on = london(ms).toPlainDate();
            expect(addDays(on.toString() as Day, n)).toBe(on.add({ days: n }).toString());
            const seven = on.toZonedDateTime({ timeZone: ZONE, plainTime: '07:00' });
            expect(Date.parse(atLondon(on.toString() as Day, '07:00'))).toBe(seven.epochMilliseconds);
          }
        },
      ),
    );
  });

  it('is no day that is none', () => {
    for (const _ of [1, 2]) expect(() => day('2026-02-30')).toThrow(RangeError);
    for (const _ of [1, 2]) expect(() => addDays('2026-13-01' as Day, 1)).toThrow(RangeError);
  });
});
