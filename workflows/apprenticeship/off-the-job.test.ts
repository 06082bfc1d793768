import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendar } from '../../test/world.ts';
import { type Day, day } from '../kernel/time.ts';
import { addMonths, endOf, monthOf, programmeUntil } from './calendar.ts';
import {
  augustToAnnounce,
  countedIn,
  countedThrough,
  fullHours,
  minimumHours,
  plannedHours,
  progressThrough,
  uncounted,
  verdictOn,
  withEntry,
  withTotal,
} from './off-the-job.ts';
import { ruleSetOf } from './rule-sets.ts';
import { type ApprenticeshipData, activities, type Break } from './schemas.ts';

const rules = ruleSetOf('2026-27');
const before = ruleSetOf('before-2025-08');

type Hours = Parameters<typeof progressThrough>[0];
type Known = NonNullable<ApprenticeshipData['initialAssessment']>;

const known = (more: Partial<Known> = {}): Known => ({
  priorLearningHours: 0,
  plannedHours: 370,
  english: 'achieved',
  maths: 'achieved',
  needsSupport: false,
  assessedOn: day('2026-09-10'),
  ...more,
});

function hoursOf(startsOn: string, endsOn: string, more: Partial<Hours> = {}, weeklyHours = 30): Hours {
  const contract = more.contract ?? [{ from: day(startsOn), weeklyMinutes: weeklyHours * 60 }];
  const base = { startsOn: day(startsOn), contract, breaks: more.breaks ?? [] };
  const programme = programmeUntil({ ...base, breaks: [] }, day(endsOn));
  return {
    ...base,
    programme,
    plannedEndOn: endOf({ ...base, programme }),
    months: [],
    initialAssessment: known(),
    publishedHours: 370,
    isTermTimeOnly: false,
    ...more,
  };
}

/** So many hours in each of these months. */
const months = (totals: Readonly<Record<string, number>>): Hours['months'] =>
  Object.entries(totals).reduce<Hours['months']>((all, [month, total]) => withTotal(all, month, total), []);

const year = hoursOf('2026-09-01', '2027-08-31');
const onBreak: Break = {
  startedOn: day('2026-11-01'),
  expectedReturnOn: day('2026-12-01'),
  returnedOn: null,
  reason: 'other',
};

describe('an hour off the job', () => {
  const counts = (on: string, activity: (typeof activities)[number], more: Partial<Hours> = {}) =>
    uncounted({ ...year, ...more }, calendar, { on: day(on), activity });

  it('counts on a working day, when something new is learned', () => {
    for (const activity of activities.slice(0, 7)) expect(counts('2026-09-16', activity)).toBeUndefined();
  });

  it('does not count on a Saturday, for functional skills maths or for productive cover (hard case 67)', () => {
    expect(counts('2026-09-19', 'taught-session')).toBe('not-a-working-day');
    expect(counts('2026-09-16', 'english-maths')).toBe('english-maths');
    expect(counts('2026-09-16', 'productive-work')).toBe('productive-work');
  });

  it('does not count at a review, in one’s own time, on a bank holiday or in a break', () => {
    expect(counts('2026-09-16', 'progress-review')).toBe('progress-review');
    expect(counts('2026-09-16', 'own-time')).toBe('own-time');
    expect(counts('2026-12-25', 'online-learning')).toBe('not-a-working-day');
    expect(counts('2026-11-11', 'online-learning', { breaks: [onBreak] })).toBe('on-a-break');
  });

  it('counts in the holidays for a contract of the whole year, and not for one of term time', () => {
    expect(counts('2026-10-28', 'online-learning')).toBeUndefined();
    expect(counts('2026-10-28', 'online-learning', { isTermTimeOnly: true })).toBe('not-a-working-day');
  });

  it('is folded into its month, counted or not', () => {
    const first = withEntry([], { on: day('2026-09-16'), hours: 2.25 }, undefined);
    const second = withEntry(first, { on: day('2026-09-17'), hours: 0.5 }, undefined);
    const third = withEntry(second, { on: day('2026-09-19'), hours: 3 }, 'not-a-working-day');
    expect(third).toEqual([{ month: '2026-09', total: null, logged: 2.75, uncounted: { 'not-a-working-day': 3 } }]);
    expect(countedIn(third, '2026-09')).toBe(2.75);
  });

  it('gives way to the total of its month, which can be typed again', () => {
    const logged = withEntry([], { on: day('2026-09-16'), hours: 2 }, undefined);
    expect(countedThrough(withTotal(logged, '2026-09', 20))).toBe(20);
    expect(countedThrough(withTotal(withTotal(logged, '2026-09', 20), '2026-09', 18.5))).toBe(18.5);
    expect(countedThrough(withTotal(logged, '2026-09', 0))).toBe(0);
  });

  it('makes no more months than there are, however many entries are logged in four years', () => {
    const entries = fc.array(fc.tuple(fc.integer({ min: 0, max: 1460 }), fc.integer({ min: 1, max: 32 })), {
      maxLength: 400,
    });
    fc.assert(
      fc.property(entries, (drawn) => {
        let folded: Hours['months'] = [];
        for (const [n, quarters] of drawn) {
          const on = new Date(Date.UTC(2026, 8, 1 + n)).toISOString().slice(0, 10) as Day;
          folded = withEntry(folded, { on, hours: quarters / 4 }, undefined);
        }
        expect(folded.length).toBeLessThanOrEqual(49);
        expect(countedThrough(folded)).toBeCloseTo(
          drawn.reduce((sum, [, quarters]) => sum + quarters / 4, 0),
          5,
        );
        expect([...folded].sort((a, b) => (a.month < b.month ? -1 : 1))).toEqual(folded);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the minimum', () => {
  it('is what is published for the version of the standard, less prior learning, but never below 187', () => {
    expect(minimumHours(year, rules)).toBe(370);
    expect(minimumHours({ ...year, initialAssessment: known({ priorLearningHours: 100 }) }, rules)).toBe(270);
    expect(minimumHours({ ...year, initialAssessment: known({ priorLearningHours: 300 }) }, rules)).toBe(187);
    expect(minimumHours({ ...year, publishedHours: null }, rules)).toBe(187);
  });

  it('was a fifth of the contract, of 30 hours a week at most, and never below 278, for starts before August 2025 (hard case 64)', () => {
    // 52 weeks and a day at 30 hours, a fifth of it; 37 hours make no difference, 15 are below what is checked.
    const old = (weekly: number) => fullHours(hoursOf('2024-09-01', '2025-08-31', {}, weekly), before);
    expect(old(30)).toBe(Math.round((365 * 30) / 7 / 5));
    expect(old(37)).toBe(old(30));
    expect(old(15)).toBe(278);
    expect(fullHours(hoursOf('2024-09-01', '2026-08-31', {}, 15), before)).toBe(Math.round((730 * 15) / 7 / 5));
  });

  it('of the old rules is pro-rated with a change of hours, because the contract is kept as a whole', () => {
    const plain = hoursOf('2024-09-01', '2026-08-31', {}, 20);
    const contract = [...plain.contract, { from: day('2025-09-01'), weeklyMinutes: 10 * 60 }];
    const changed = hoursOf('2024-09-01', '2026-08-31', { contract }, 20);
    expect(
      fullHours({ ...changed, programme: plain.programme, plannedEndOn: endOf({ ...plain, contract }) }, before),
    ).toBe(fullHours(plain, before));
  });

  it('is no more than the plan', () => {
    expect(plannedHours({ ...year, initialAssessment: known({ plannedHours: 400 }) }, rules)).toBe(400);
    expect(plannedHours({ ...year, initialAssessment: null }, rules)).toBe(370);
  });
});

describe('a month', () => {
  const monthly = (per: number, ...without: string[]): Hours['months'] =>
    months(
      Object.fromEntries(
        ['2026-09', '2026-10', '2026-11', '2026-12', '2027-01', '2027-02']
          .filter((month) => !without.includes(month))
          .map((month) => [month, per]),
      ),
    );

  it('on plan gives no cause to say anything', () => {
    expect(verdictOn({ ...year, months: monthly(31) }, rules, '2026-12')).toMatchObject({
      isWithoutTraining: false,
      isSecondRunning: false,
      isBehindPlan: false,
    });
  });

  it('without training is warned of; a second running asks for a break (hard case 69)', () => {
    const one = { ...year, months: monthly(60, '2026-11') };
    expect(verdictOn(one, rules, '2026-11')).toMatchObject({ isWithoutTraining: true, isSecondRunning: false });
    const two = { ...year, months: monthly(80, '2026-11', '2026-12') };
    expect(verdictOn(two, rules, '2026-12')).toMatchObject({ isWithoutTraining: false, isSecondRunning: true });
    expect(verdictOn(two, rules, '2027-01')).toMatchObject({ isWithoutTraining: false, isSecondRunning: false });
  });

  it('behind plan by 15 per cent raises nothing, by more it does', () => {
    // By the end of February 181 of 365 days: 183.48 of 370 hours.
    const at = (total: number) =>
      verdictOn({ ...year, months: months({ '2026-09': total }) }, rules, '2027-02').isBehindPlan;
    const { expected } = progressThrough(year, rules, day('2027-02-28'));
    expect(expected).toBe(183.48);
    expect(at(expected * 0.85)).toBe(false);
    expect(at(expected * 0.85 - 0.5)).toBe(true);
  });

  it('of which less than half was training says nothing, nor one in a break', () => {
    const late = hoursOf('2026-09-20', '2027-09-19');
    expect(verdictOn(late, rules, '2026-09').isWithoutTraining).toBe(false);
    const away = { ...year, breaks: [onBreak], months: monthly(50, '2026-11') };
    expect(verdictOn(away, rules, '2026-11')).toMatchObject({ isWithoutTraining: false, isBehindPlan: false });
  });

  it('of August is announced in July for a contract of term time, and warned of in September for any other', () => {
    const long = hoursOf('2026-09-01', '2028-08-31', { months: months({ '2027-06': 200, '2027-07': 10 }) });
    expect(verdictOn(long, rules, '2027-08').isWithoutTraining).toBe(true);
    expect(verdictOn({ ...long, isTermTimeOnly: true }, rules, '2027-08').isWithoutTraining).toBe(false);
    expect(augustToAnnounce({ ...long, isTermTimeOnly: true }, day('2027-07-01'))).toBe('2027-08');
    expect(augustToAnnounce(long, day('2027-07-01'))).toBeUndefined();
    expect(augustToAnnounce({ ...long, isTermTimeOnly: true }, day('2027-06-30'))).toBeUndefined();
    expect(
      augustToAnnounce({ ...year, isTermTimeOnly: true, plannedEndOn: day('2027-07-31') }, day('2027-07-01')),
    ).toBeUndefined();
  });

  it('of August counts as one of two running all the same: July and August without training ask for a break', () => {
    const long = hoursOf('2026-09-01', '2028-08-31', { months: months({ '2027-06': 200 }), isTermTimeOnly: true });
    expect(verdictOn(long, rules, '2027-08').isSecondRunning).toBe(true);
  });

  it('is of no interest once all planned hours are there', () => {
    const done = { ...year, months: months({ '2026-09': 370 }) };
    expect(verdictOn(done, rules, '2027-03')).toMatchObject({ isWithoutTraining: false, isSecondRunning: false });
  });

  it('later never changes what was counted before it', () => {
    const totals = fc.array(fc.integer({ min: 0, max: 80 }), { minLength: 2, maxLength: 24 });
    fc.assert(
      fc.property(totals, fc.integer({ min: 0, max: 200 }), (drawn, later) => {
        const named = drawn.map((total, at) => [monthOf(addMonths(day('2026-09-01'), at)), total] as const);
        const all = months(Object.fromEntries(named));
        const [last] = named.at(-1) ?? ['2026-09'];
        const changed = withTotal(all, last, later);
        for (const [month] of named.slice(0, -1))
          expect(countedThrough(changed, month)).toBe(countedThrough(all, month));
      }),
      { numRuns: 100 },
    );
  });
});
