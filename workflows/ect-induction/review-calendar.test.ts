/** The dates of an induction, by example and by property: total time is kept, nothing falls outside term, the past stays. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendar } from '../../test/world.ts';
import { inductionTermAt, isSchoolDay, makeCalendar } from '../kernel/calendar.ts';
import { addDays, type Day, day } from '../kernel/time.ts';
import {
  absenceKinds,
  comingReviews,
  fteOn,
  type InductionAbsence,
  type InductionFacts,
  isInterimDue,
  type PastReview,
  type ReviewCalendar,
  reviewCalendar,
  termsServed,
} from './review-calendar.ts';

const START = day('2026-09-01');
const facts = (more: Partial<InductionFacts> = {}): InductionFacts => ({
  termsServedBefore: 0,
  termsRequired: 6,
  extensions: 0,
  periods: [{ from: START, to: null }],
  hours: [{ from: START, fte: 1 }],
  absences: [],
  leavesOn: null,
  ...more,
});
const away = (from: string, to: string, more: Partial<InductionAbsence> = {}): InductionAbsence => ({
  from: day(from),
  to: day(to),
  kind: 'ad-hoc',
  days: null,
  isExtending: null,
  ...more,
});
const dates = ({ reviews }: ReviewCalendar): string[] => reviews.map(({ key, latestOn }) => `${key} ${latestOn}`);

describe('the reviews of somebody full time', () => {
  it('are four progress reviews and two formal assessments, at the ends of terms', () => {
    const found = reviewCalendar(calendar, facts());
    expect(dates(found)).toEqual([
      'progress-1 2026-12-18',
      'progress-2 2027-03-25',
      'first 2027-07-23',
      'progress-4 2027-12-17',
      'progress-5 2028-04-07',
      'final-1 2028-07-21',
    ]);
    expect(found.completesOn).toBe('2028-07-21');
  });

  it('open three school weeks before they are due', () => {
    expect(reviewCalendar(calendar, facts()).reviews[0]).toMatchObject({ opensOn: '2026-11-27', dueOn: '2026-12-18' });
  });

  it('of who began in the middle of a term fall in the middle of terms (2.49)', () => {
    const from = day('2026-10-19');
    const found = reviewCalendar(calendar, facts({ periods: [{ from, to: null }], hours: [{ from, fte: 1 }] }));
    const [first] = found.reviews;
    expect(first?.latestOn.slice(0, 7)).toBe('2027-02');
    expect(found.completesOn.slice(0, 7)).toBe('2028-10');
  });
});

describe('part time', () => {
  it('is pro rata: half-time takes four years, with a review in each term of the calendar (2.36, 2.48)', () => {
    const found = reviewCalendar(calendar, facts({ hours: [{ from: START, fte: 0.5 }] }));
    expect(found.completesOn).toBe('2030-07-22');
    expect(found.reviews.map(({ kind }) => kind)).toEqual([
      ...Array.from({ length: 5 }, () => 'progress'),
      'formal',
      ...Array.from({ length: 5 }, () => 'progress'),
      'formal',
    ]);
  });

  it('of four fifths takes two and a half years', () => {
    const found = reviewCalendar(calendar, facts({ hours: [{ from: START, fte: 0.8 }] }));
    expect(found.completesOn).toBe('2029-02-12');
    // Three terms of service are three and three quarters of the calendar: the review of that term falls away.
    expect(dates(found)).toContain('first 2027-11-23');
    expect(dates(found).some((each) => each.startsWith('progress-4'))).toBe(false);
  });

  it('from the second year on makes the second year longer, not the first', () => {
    const found = reviewCalendar(
      calendar,
      facts({
        hours: [
          { from: START, fte: 1 },
          { from: day('2027-09-01'), fte: 0.5 },
        ],
      }),
    );
    expect(dates(found)[2]).toBe('first 2027-07-23');
    expect(found.completesOn).toBe('2029-07-20');
  });
});

describe('absence', () => {
  it('of 29 days in a year extends nothing, of 30 days by 30 (hard case 46)', () => {
    const six = away('2027-01-04', '2027-02-12');
    const none = reviewCalendar(calendar, facts({ absences: [{ ...six, days: 29 }] }));
    const all = reviewCalendar(calendar, facts({ absences: [six] }));
    expect(none).toMatchObject({ completesOn: '2028-07-21', years: [{ extensionDays: 0 }, { extensionDays: 0 }] });
    expect(all.years[0]).toMatchObject({ adHocDays: 30, extensionDays: 30 });
    expect(schoolDays(day('2028-07-21'), all.completesOn)).toBe(30);
  });

  it('of 30 days in pieces, in one year of induction, is one sum', () => {
    const pieces = [away('2026-10-05', '2026-10-23'), away('2027-05-10', '2027-05-28')];
    expect(reviewCalendar(calendar, facts({ absences: pieces })).years[0]?.extensionDays).toBe(30);
  });

  it('on both sides of the end of a year counts where it falls', () => {
    const pieces = [away('2027-07-05', '2027-07-23'), away('2027-09-06', '2027-09-24')];
    const { years } = reviewCalendar(calendar, facts({ absences: pieces }));
    expect(years.map(({ adHocDays, extensionDays }) => [adHocDays, extensionDays])).toEqual([
      [15, 0],
      [15, 0],
    ]);
  });

  it('in the days by which a year is extended extends it further', () => {
    const first = away('2027-01-04', '2027-02-12');
    const { years } = reviewCalendar(calendar, facts({ absences: [first, away('2027-09-13', '2027-09-17')] }));
    expect(years[0]).toMatchObject({ adHocDays: 35, extensionDays: 35 });
  });

  it('of a part-timer counts their own working days, and is made up at their hours', () => {
    const halves = facts({ hours: [{ from: START, fte: 0.5 }] });
    const found = reviewCalendar(calendar, {
      ...halves,
      absences: [away('2026-11-02', '2027-02-12', { days: 30 })],
    });
    expect(found.years[0]?.extensionDays).toBe(30);
    expect(schoolDays(reviewCalendar(calendar, halves).completesOn, found.completesOn)).toBe(60);
  });

  it('by statutory leave is outside the 30, and extends if the teacher wants it (3.7)', () => {
    const leave = (isExtending: boolean | null) =>
      reviewCalendar(
        calendar,
        facts({ absences: [away('2027-04-12', '2027-05-28', { kind: 'maternity', isExtending })] }),
      );
    expect(leave(false).completesOn).toBe('2028-07-21');
    expect(schoolDays(day('2028-07-21'), leave(true).completesOn)).toBe(34);
    // Until the choice is made, the dates are those with an extension.
    expect(leave(null)).toEqual(leave(true));
  });

  it('when a formal assessment is due puts it off until after the return (hard case 49)', () => {
    const leave = away('2027-06-14', '2027-11-12', { kind: 'adoption', isExtending: false });
    const first = reviewCalendar(calendar, facts({ absences: [leave] })).reviews.find(({ key }) => key === 'first');
    expect(first?.latestOn).toBe('2027-11-26');
  });

  it('over several terms leaves one review after the return', () => {
    const leave = away('2027-11-15', '2028-05-05', { kind: 'maternity', isExtending: true });
    const { reviews } = reviewCalendar(calendar, facts({ absences: [leave] }));
    const since = reviews.filter(({ dueOn }) => dueOn > '2027-11-15' && dueOn < '2028-08-31');
    expect(since.map(({ key, dueOn }) => `${key} ${dueOn}`)).toEqual(['progress-6 2028-07-21']);
  });
});

describe('extension, reduction and earlier service', () => {
  it('by the appropriate body add terms, with a final assessment of their own', () => {
    const found = reviewCalendar(calendar, facts({ termsRequired: 7.5, extensions: 1 }));
    expect(found.reviews.at(-1)?.key).toBe('final-2');
    expect(found.completesOn.slice(0, 7)).toBe('2029-02');
  });

  it('to one term leaves the final assessment alone (3.4)', () => {
    expect(dates(reviewCalendar(calendar, facts({ termsRequired: 1 })))).toEqual(['final-1 2026-12-18']);
  });

  it('elsewhere shortens what is left, and the first assessment is not asked for again', () => {
    const found = reviewCalendar(calendar, facts({ termsServedBefore: 3.5 }));
    expect(found.reviews.map(({ key }) => key)).toEqual(['progress-1', 'progress-2', 'final-1']);
  });
});

describe('a post of less than a term', () => {
  it('does not count, and the next one begins anew (2.33)', () => {
    const found = reviewCalendar(
      calendar,
      facts({
        periods: [
          { from: START, to: day('2026-11-20') },
          { from: day('2026-11-21'), to: null },
        ],
      }),
    );
    expect(found.countsFrom).toBe('2026-11-21');
  });

  it('counts after a longer one (2.34)', () => {
    const periods = [
      { from: START, to: day('2027-03-31') },
      { from: day('2027-04-01'), to: day('2027-05-07') },
      { from: day('2027-05-08'), to: null },
    ];
    expect(reviewCalendar(calendar, facts({ periods })).completesOn).toBe('2028-07-21');
  });
});

describe('leaving', () => {
  it('after two and a half terms full time leaves 3.5, at half-time 4.75 (hard case 44)', () => {
    const summer = inductionTermAt(calendar, day('2027-05-10'));
    const before = addDays(summer?.starts as Day, -1);
    const half = nthSchoolDay(before, Math.round(schoolDays(before, summer?.ends as Day) / 2));
    const fullTime = termsServed(calendar, facts(), half);
    expect([fullTime.served, fullTime.left].map((terms) => Math.round(terms * 10) / 10)).toEqual([2.5, 3.5]);
    const halfTime = termsServed(calendar, facts({ hours: [{ from: START, fte: 0.5 }] }), half);
    expect(halfTime.served).toBeCloseTo(1.25, 1);
    expect(halfTime.left).toBeCloseTo(4.75, 1);
    const found = reviewCalendar(calendar, facts({ leavesOn: half }));
    expect(found.reviews.at(-1)).toMatchObject({ key: 'interim', kind: 'interim', latestOn: half });
  });

  it('within the first term counts for nothing and is not assessed', () => {
    const leavesOn = day('2026-12-11');
    expect(termsServed(calendar, facts({ leavesOn }), leavesOn)).toEqual({ served: 0, left: 6 });
    expect(reviewCalendar(calendar, facts({ leavesOn })).reviews).toEqual([]);
    expect(isInterimDue(calendar, facts(), leavesOn)).toBe(false);
  });

  it('at the end of a term with a formal assessment has no interim one', () => {
    expect(dates(reviewCalendar(calendar, facts({ leavesOn: day('2027-08-31') }))).at(-1)).toBe('first 2027-07-23');
  });
});

describe('years that are not on file', () => {
  it('have three terms by the provisional rule, so that every induction ends', () => {
    const nothing = makeCalendar([], calendar.policy);
    const found = reviewCalendar(nothing, facts({ hours: [{ from: START, fte: 0.1 }], termsRequired: 7 }));
    expect(found.completesOn > '2045').toBe(true);
    for (const { dueOn } of found.reviews) expect(isSchoolDay(nothing, dueOn)).toBe(true);
  });
});

// Properties

/** Counted day by day, without any of the shortcuts of the calendar. */
function schoolDays(after: Day, to: Day): number {
  let days = 0;
  for (let on = addDays(after, 1); on <= to; on = addDays(on, 1)) if (isTermDay(on)) days += 1;
  return days;
}
function nthSchoolDay(after: Day, n: number): Day {
  let on = after;
  for (let left = n; left > 0; ) {
    on = addDays(on, 1);
    if (isTermDay(on)) left -= 1;
  }
  return on;
}
const isTermDay = (on: Day): boolean => isSchoolDay(calendar, on) && inductionTermAt(calendar, on) !== undefined;
const lengths = new Map<string, number>();
function termLength(on: Day): number {
  const term = inductionTermAt(calendar, on);
  if (!term) throw new Error(`${on} is in no term`);
  const known = lengths.get(term.starts) ?? schoolDays(addDays(term.starts, -1), term.ends);
  lengths.set(term.starts, known);
  return known;
}

/** Within the six years on file: at least three fifths of full time, and not too much leave. */
const anyDay = (from: number, to: number) => fc.integer({ min: from, max: to }).map((n) => addDays(START, n));
const anyHours = fc
  .array(fc.record({ from: anyDay(1, 900), fte: fc.integer({ min: 6, max: 10 }).map((n) => n / 10) }), { maxLength: 5 })
  .map((changes) =>
    [{ from: START, fte: 1 }, ...new Map(changes.map((each) => [each.from, each])).values()].sort((a, b) =>
      a.from < b.from ? -1 : 1,
    ),
  );
const anyAbsences = fc
  .array(
    fc.record({
      from: anyDay(0, 800),
      length: fc.integer({ min: 0, max: 70 }),
      kind: fc.constantFrom(...absenceKinds),
      isExtending: fc.constantFrom(true, false, null),
    }),
    { maxLength: 6 },
  )
  .map((all) => {
    const sorted = all
      .map(({ from, length, kind, isExtending }) => ({
        from,
        to: addDays(from, length),
        kind,
        days: null,
        isExtending: kind === 'ad-hoc' ? null : isExtending,
      }))
      .sort((a, b) => (a.from < b.from ? -1 : 1));
    return sorted.filter((each, at) => sorted.slice(0, at).every(({ to }) => to < each.from));
  });
const anyFacts = fc.record({ hours: anyHours, absences: anyAbsences }).map((some) => facts(some));

describe('the review calendar', () => {
  it('keeps total time under any sequence of changes of hours and absences', () => {
    fc.assert(
      fc.property(anyFacts, (some) => {
        const { completesOn, years } = reviewCalendar(calendar, some);
        // Six terms of service, and after them day for day what the years were extended by.
        let terms = 0;
        let madeUp = 0;
        let last = 0;
        const owed = years.reduce((sum, { extensionDays }) => sum + extensionDays, 0);
        for (let on = START; on <= completesOn; on = addDays(on, 1)) {
          if (!isTermDay(on)) continue;
          last = fteOn(some.hours, on);
          if (terms < 6 - 1e-6) terms += last / termLength(on);
          else madeUp += last;
        }
        expect(terms).toBeGreaterThanOrEqual(6 - 1e-6);
        expect(madeUp).toBeGreaterThanOrEqual(owed - 1e-6);
        // Not a day too long.
        expect(madeUp - last).toBeLessThan(Math.max(owed, 1e-6));
        // What extends is what was missed, all of it or nothing.
        const absent = some.absences.reduce((sum, { from, to }) => sum + schoolDays(addDays(from, -1), to), 0);
        expect(owed).toBeLessThanOrEqual(absent + 1e-6);
      }),
      { numRuns: 60 },
    );
  });

  it('lets no review fall outside term', () => {
    fc.assert(
      fc.property(anyFacts, fc.option(anyDay(30, 900), { nil: null }), (some, leavesOn) => {
        const { reviews } = reviewCalendar(calendar, { ...some, leavesOn });
        for (const { dueOn, latestOn, kind } of reviews) {
          expect(isTermDay(dueOn)).toBe(true);
          expect(dueOn <= latestOn).toBe(true);
          if (kind !== 'interim') expect(inductionTermAt(calendar, latestOn)).toBeDefined();
        }
      }),
      { numRuns: 100 },
    );
  });

  it('has one review or assessment in a term, in order, and ends with the final one', () => {
    fc.assert(
      fc.property(anyFacts, (some) => {
        const { reviews } = reviewCalendar(calendar, some);
        const terms = reviews.map(({ dueOn }) => inductionTermAt(calendar, dueOn)?.starts);
        expect(new Set(terms).size).toBe(reviews.length);
        expect(reviews.map(({ dueOn }) => dueOn)).toEqual([...reviews.map(({ dueOn }) => dueOn)].sort());
        expect(reviews.filter(({ key }) => key === 'final-1')).toHaveLength(1);
      }),
      { numRuns: 100 },
    );
  });

  it('never asks again for what is over, whatever of the past is corrected', () => {
    fc.assert(
      fc.property(anyFacts, anyFacts, fc.integer({ min: 0, max: 8 }), (before, after, held) => {
        const past: PastReview[] = reviewCalendar(calendar, before).reviews.slice(0, held);
        const coming = comingReviews(reviewCalendar(calendar, after), past, START);
        const lastTerm = Math.max(0, ...past.map(({ term }) => term));
        for (const { key, kind, term } of coming) {
          expect(past.some((review) => review.key === key)).toBe(false);
          if (kind === 'progress') expect(term).toBeGreaterThan(lastTerm);
        }
        if (!past.some(({ key }) => key === 'final-1')) expect(coming.at(-1)?.key).toBe('final-1');
      }),
      { numRuns: 100 },
    );
  });

  it('moves nothing before the day from which something changed', () => {
    fc.assert(
      fc.property(anyHours, anyDay(1, 900), (hours, from) => {
        const before = facts({ hours });
        const after = facts({ hours: [...hours.filter((each) => each.from < from), { from, fte: 0.6 }] });
        const due = (some: InductionFacts) =>
          reviewCalendar(calendar, some)
            .reviews.filter(({ dueOn, kind }) => dueOn < from && kind === 'formal')
            .map(({ key, dueOn }) => `${key} ${dueOn}`);
        expect(due(after)).toEqual(due(before));
      }),
      { numRuns: 100 },
    );
  });
});
