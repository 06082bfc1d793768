import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendar } from '../../test/world.ts';
import { isSchoolDay } from '../kernel/calendar.ts';
import { addDays, type Day, day, daysBetween } from '../kernel/time.ts';
import {
  addMonths,
  breakDays,
  endOf,
  intervalAfter,
  isOnBreak,
  lastFullMonth,
  learnedThrough,
  lengthOfBreaks,
  longEnoughOn,
  nextStepOpensOn,
  planSignedBy,
  programmeUntil,
  reviewDueOn,
  reviewLatestOn,
  reviewOpensOn,
  shareThrough,
  type Timeline,
  trainingDaysIn,
} from './calendar.ts';
import { ruleSetFor, ruleSetOf, ruleSets } from './rule-sets.ts';
import type { Break } from './schemas.ts';

const rules = ruleSetOf('2026-27');

const breakOf = (startedOn: string, returnedOn: string): Break => ({
  startedOn: day(startedOn),
  expectedReturnOn: day(returnedOn),
  returnedOn: day(returnedOn),
  reason: 'other',
});

const timelineOf = (startsOn: string, endsOn: string, weeklyHours = 30): Timeline => {
  const contract = [{ from: day(startsOn), weeklyMinutes: weeklyHours * 60 }];
  const programme = programmeUntil({ startsOn: day(startsOn), contract, breaks: [] }, day(endsOn));
  return { startsOn: day(startsOn), contract, breaks: [], programme };
};
const year = timelineOf('2026-09-01', '2027-08-31');

describe('the planned end', () => {
  it('is the one that was planned, as long as nothing changes', () => {
    expect(endOf(year)).toBe('2027-08-31');
  });

  it('moves by the length of a break, and by less where the break was shorter than expected', () => {
    expect(endOf({ ...year, breaks: [breakOf('2027-01-01', '2027-03-01')] })).toBe('2027-10-29');
    expect(endOf({ ...year, breaks: [breakOf('2027-01-01', '2027-02-01')] })).toBe('2027-10-01');
  });

  it('is pro-rated by a change of hours: half the hours from half time on take half a year more', () => {
    const half = { from: day('2027-03-02'), weeklyMinutes: 15 * 60 };
    expect(daysBetween(day('2026-09-01'), day('2027-03-02'))).toBe(182);
    expect(endOf({ ...year, contract: [...year.contract, half] })).toBe(addDays(day('2027-03-02'), 2 * 183 - 1));
  });

  it('comes sooner with more hours', () => {
    const more = { from: day('2027-03-02'), weeklyMinutes: 60 * 60 };
    expect(endOf({ ...year, contract: [...year.contract, more] }) < '2027-08-31').toBe(true);
  });

  it('knows nothing of breaks after it', () => {
    expect(endOf({ ...year, breaks: [breakOf('2028-01-01', '2028-03-01')] })).toBe('2027-08-31');
  });

  /** Days, as offsets from the start. */
  const changes = fc.record({
    hours: fc.array(fc.tuple(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 60, max: 2400 })), { maxLength: 5 }),
    breaks: fc.array(fc.tuple(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 200 })), { maxLength: 4 }),
    months: fc.integer({ min: 8, max: 48 }),
  });
  const changed = ({ hours, breaks, months }: typeof changes extends fc.Arbitrary<infer T> ? T : never): Timeline => {
    const startsOn = day('2026-09-01');
    const base = timelineOf(startsOn, addDays(addMonths(startsOn, months), -1));
    let at = startsOn;
    const history = breaks.map(([gap, length]) => {
      const startedOn = addDays(at, gap);
      at = addDays(startedOn, length);
      return breakOf(startedOn, at);
    });
    const contract = [
      ...base.contract,
      ...hours.map(([n, weeklyMinutes]) => ({ from: addDays(startsOn, n), weeklyMinutes })),
    ];
    return { ...base, breaks: history, contract };
  };

  it('keeps the total time under any sequence of changes of hours and breaks', () => {
    fc.assert(
      fc.property(changes, (drawn) => {
        const timeline = changed(drawn);
        const end = endOf(timeline);
        const most = Math.max(...timeline.contract.map(({ weeklyMinutes }) => weeklyMinutes));
        expect(learnedThrough(timeline, end)).toBeGreaterThanOrEqual(timeline.programme);
        expect(learnedThrough(timeline, end)).toBeLessThan(timeline.programme + most);
        expect(learnedThrough(timeline, addDays(end, -1))).toBeLessThan(timeline.programme);
        expect(isOnBreak(timeline.breaks, end)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('moves by exactly the days of a break when the hours stay', () => {
    fc.assert(
      fc.property(changes, (drawn) => {
        const timeline = changed({ ...drawn, hours: [] });
        const without = endOf({ ...timeline, breaks: [] });
        const end = endOf(timeline);
        expect(daysBetween(without, end)).toBe(breakDays(timeline.breaks, timeline.startsOn, addDays(end, 1)));
      }),
      { numRuns: 200 },
    );
  });

  it('has gone through the programme evenly: never back, from nothing to all', () => {
    fc.assert(
      fc.property(changes, fc.integer({ min: -30, max: 2500 }), (drawn, n) => {
        const timeline = changed(drawn);
        const on = addDays(timeline.startsOn, n);
        const share = shareThrough(timeline, on);
        expect(share).toBeGreaterThanOrEqual(n < 0 ? 0 : shareThrough(timeline, addDays(on, -1)));
        expect(share >= 1).toBe(on >= endOf(timeline));
      }),
      { numRuns: 200 },
    );
  });
});

describe('the rules of the start', () => {
  it('are 12 months and a fifth of the hours on 31 July 2025, 8 months and published hours on 1 August (hard case 64)', () => {
    expect(ruleSetFor(day('2025-07-31'))).toMatchObject({
      key: 'before-2025-08',
      minimumMonths: 12,
      hours: { by: 'share' },
    });
    expect(ruleSetFor(day('2025-08-01'))).toMatchObject({
      key: '2025-26',
      minimumMonths: 8,
      hours: { by: 'published' },
    });
    expect(ruleSetFor(day('2026-07-31')).key).toBe('2025-26');
    expect(ruleSetFor(day('2026-08-01')).key).toBe('2026-27');
  });

  it('are the latest on file for a year whose rules are not out yet, and are found again by their key', () => {
    expect(ruleSetFor(day('2031-09-01')).key).toBe('2026-27');
    for (const each of ruleSets) expect(ruleSetOf(each.key)).toBe(each);
    expect(() => ruleSetOf('2019-20')).toThrow('2019-20');
  });

  it('want the plan signed by the end of day 42, the start being day 1 (hard case 83)', () => {
    expect(planSignedBy(day('2026-09-01'), rules)).toBe('2026-10-12');
  });

  it('count the shortest period without breaks', () => {
    expect(longEnoughOn({ startsOn: day('2026-09-01'), breaks: [] }, rules)).toBe('2027-04-30');
    const breaks = [breakOf('2027-01-01', '2027-02-01')];
    expect(longEnoughOn({ startsOn: day('2026-09-01'), breaks }, rules)).toBe('2027-05-31');
    expect(longEnoughOn({ startsOn: day('2025-07-31'), breaks: [] }, ruleSetOf('before-2025-08'))).toBe('2026-07-30');
  });
});

describe('reviews', () => {
  const held = (...days: string[]) =>
    days.map((on) => ({
      heldOn: day(on),
      latestOn: day(on),
      outcome: 'on-track' as const,
      isEmployerPresent: true,
      isProviderPresent: true,
      countedHours: 0,
      expectedHours: 0,
    }));
  const of = (startsOn: string, reviews: string[] = [], breaks: readonly Break[] = []) => ({
    startsOn: day(startsOn),
    reviews: held(...reviews),
    reviewsFrom: null,
    breaks: [...breaks],
  });

  it('are due by the end of the third calendar month after the last: 1 August, 30 November', () => {
    expect(intervalAfter({ months: 3 }, day('2026-08-01'))).toBe('2026-11-30');
    expect(intervalAfter({ months: 3 }, day('2026-08-31'))).toBe('2026-11-30');
    expect(intervalAfter({ months: 3 }, day('2026-11-30'))).toBe('2027-02-28');
    expect(reviewLatestOn(of('2026-09-01', ['2026-11-12']), rules)).toBe('2027-02-28');
  });

  it('were due after 12 weeks for starts before August 2025', () => {
    expect(reviewLatestOn(of('2025-06-02'), ruleSetOf('before-2025-08'))).toBe('2025-08-25');
  });

  it('move by the breaks since the last, and not by those before it', () => {
    const breaks = [breakOf('2026-10-01', '2026-10-11'), breakOf('2026-12-01', '2027-01-01')];
    expect(reviewLatestOn(of('2026-09-01', ['2026-11-12'], breaks), rules)).toBe('2027-03-31');
    expect(reviewLatestOn(of('2026-09-01', [], breaks.slice(0, 1)), rules)).toBe('2027-01-10');
  });

  it('begin anew after a failed assessment', () => {
    expect(reviewLatestOn({ ...of('2026-09-01', ['2027-02-01']), reviewsFrom: day('2027-06-10') }, rules)).toBe(
      '2027-09-30',
    );
  });

  it('are due on the last school day before the last day: 31 December is in the holidays', () => {
    expect(reviewLatestOn(of('2026-09-02'), rules)).toBe('2026-12-31');
    expect(reviewDueOn(calendar, of('2026-09-02'), rules)).toBe('2026-12-18');
  });

  it('never skip: however they are held, each has its last day within the interval after the one before', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 16 });
    fc.assert(
      fc.property(gaps, fc.constantFrom(...ruleSets), fc.integer({ min: 0, max: 364 }), (drawn, set, offset) => {
        const startsOn = addDays(day('2025-01-06'), offset);
        const reviews: string[] = [];
        for (const part of drawn) {
          const dates = of(startsOn, reviews);
          const [opens, due, latest] = [
            reviewOpensOn(calendar, dates, set),
            reviewDueOn(calendar, dates, set),
            reviewLatestOn(dates, set),
          ];
          const last = (reviews.at(-1) ?? startsOn) as Day;
          expect(opens > last).toBe(true);
          expect(opens <= due).toBe(true);
          expect(due <= latest).toBe(true);
          expect(isSchoolDay(calendar, due)).toBe(true);
          expect(latest).toBe(intervalAfter(set.review, last));
          const on = addDays(opens, Math.floor((daysBetween(opens, latest) * part) / 100));
          reviews.push(on);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('months', () => {
  it('can be judged from the fifth school day after them', () => {
    expect(lastFullMonth(calendar, day('2026-10-01'))).toBe('2026-08');
    expect(lastFullMonth(calendar, day('2026-10-06'))).toBe('2026-08');
    expect(lastFullMonth(calendar, day('2026-10-07'))).toBe('2026-09');
    expect(lastFullMonth(calendar, day('2027-01-08'))).toBe('2026-12');
  });

  it('have training only from the start on and outside breaks', () => {
    const breaks = [breakOf('2026-11-11', '2027-01-05')];
    const timeline = { startsOn: day('2026-09-15'), breaks };
    expect(
      ['2026-08', '2026-09', '2026-10', '2026-11', '2026-12', '2027-01'].map((m) => trainingDaysIn(timeline, m)),
    ).toEqual([0, 16, 31, 10, 0, 27]);
    expect(lengthOfBreaks(breaks)).toBe(55);
  });

  it('ask what comes next half a year before the end', () => {
    expect(nextStepOpensOn(day('2028-08-31'))).toBe('2028-02-29');
  });
});
