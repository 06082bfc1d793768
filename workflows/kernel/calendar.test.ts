import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addSchoolDays,
  addWorkingDays,
  bankHolidaysOf,
  type Calendar,
  type CalendarYear,
  calendarProblems,
  cohort,
  cohortState,
  cohorts,
  defaultPolicy,
  inductionTermAt,
  inductionTerms,
  insetDaysOf,
  isCohortOpen,
  isProvisional,
  isPupilDay,
  isSchoolDay,
  isWorkingDay,
  lastSchoolDayBefore,
  lastSchoolDayOnOrBefore,
  learningReviewCycles,
  makeCalendar,
  nextSchoolDay,
  noCalendar,
  parseCalendarFile,
  parsePolicy,
  schoolDaysBetween,
  termAt,
} from './calendar.ts';
import { addDays, type Day, day, dayOf, instant } from './time.ts';

const folder = new URL('../../sample/', import.meta.url);
const files = readdirSync(folder)
  .filter((name) => name.startsWith('calendar-'))
  .sort();
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const years: readonly CalendarYear[] = files.map((name) => {
  const file = parseCalendarFile(read(name));
  if ('errors' in file) throw new Error(`${name}: ${JSON.stringify(file.errors)}`);
  return file.year;
});
const sample = makeCalendar(years, defaultPolicy);
const alone = (academicYear: string): Calendar =>
  makeCalendar(
    years.filter((year) => year.academicYear === academicYear),
    defaultPolicy,
  );

describe('school days', () => {
  test('are weekdays in term', () => {
    expect(isSchoolDay(sample, day('2026-09-14'))).toBe(true);
    expect(isSchoolDay(sample, day('2026-09-19'))).toBe(false);
    expect(isSchoolDay(sample, day('2026-10-28'))).toBe(false);
    expect(isSchoolDay(sample, day('2027-08-11'))).toBe(false);
  });

  test('are no bank holidays: the first Monday of May is in term 5', () => {
    expect(termAt(sample, day('2027-05-03'))?.name).toBe('Term 5');
    expect(isSchoolDay(sample, day('2027-05-03'))).toBe(false);
  });

  test('are counted from the day after: Monday and five are the Monday after', () => {
    expect(addSchoolDays(sample, day('2026-09-14'), 5)).toBe('2026-09-21');
  });

  test('leave half-term out: five from Friday 23 October are Friday 6 November', () => {
    expect(addSchoolDays(sample, day('2026-10-23'), 5)).toBe('2026-11-06');
  });

  test('are counted over Christmas, a weekend start and a bank holiday', () => {
    expect(addSchoolDays(sample, day('2026-12-18'), 1)).toBe('2027-01-04');
    expect(addSchoolDays(sample, day('2026-09-19'), 1)).toBe('2026-09-21');
    expect(addSchoolDays(sample, day('2027-04-30'), 1)).toBe('2027-05-04');
  });

  test('before and after: the neighbours of Saturday 31 October 2026', () => {
    expect(lastSchoolDayBefore(sample, day('2026-10-31'))).toBe('2026-10-23');
    expect(nextSchoolDay(sample, day('2026-10-31'))).toBe('2026-11-02');
    expect(lastSchoolDayOnOrBefore(sample, day('2026-10-31'))).toBe('2026-10-23');
    expect(lastSchoolDayOnOrBefore(sample, day('2026-10-23'))).toBe('2026-10-23');
    expect(lastSchoolDayBefore(sample, day('2026-10-23'))).toBe('2026-10-22');
  });

  test('of 2026-27 are 196: one more than the 195 of the neighbours, who begin on 3 September', () => {
    expect(schoolDaysBetween(sample, day('2026-08-31'), day('2027-08-31'))).toBe(196);
  });

  test('count the leap day of 2028', () => {
    expect(isSchoolDay(sample, day('2028-02-29'))).toBe(true);
    expect(schoolDaysBetween(sample, day('2028-02-28'), day('2028-03-01'))).toBe(2);
  });

  test('have INSET days among them for staff, not for that school’s pupils', () => {
    const on = day('2026-09-03');
    expect(isSchoolDay(sample, on)).toBe(true);
    expect(isSchoolDay(sample, on, '910101')).toBe(true);
    expect(isPupilDay(sample, on, '910101')).toBe(false);
    expect(isPupilDay(sample, on, '910103')).toBe(true);
    expect(insetDaysOf(sample, '910103').filter((inset) => inset.startsWith('2027'))).toEqual([
      '2027-01-04',
      '2027-02-22',
      '2027-04-12',
      '2027-09-02',
      '2027-11-01',
    ]);
  });

  test('outside term are INSET days for the schools they are for', () => {
    const year = { ...(years[1] as CalendarYear), insetDays: [{ on: day('2026-10-26'), schools: ['910102'] }] };
    const calendar = makeCalendar([year], defaultPolicy);
    expect(isSchoolDay(calendar, day('2026-10-26'), '910102')).toBe(true);
    expect(addSchoolDays(calendar, day('2026-10-23'), 1, '910102')).toBe('2026-10-26');
    expect(isSchoolDay(calendar, day('2026-10-26'), '910101')).toBe(false);
    expect(isSchoolDay(calendar, day('2026-10-26'))).toBe(false);
  });

  test('do not come of an INSET day that was put on Easter Monday', () => {
    expect(insetDaysOf(sample, '910101')).toContain('2030-04-22');
    expect(isSchoolDay(sample, day('2030-04-22'))).toBe(false);
  });

  test('are refused a number that counts nothing', () => {
    expect(() => addSchoolDays(sample, day('2026-09-14'), 1.5)).toThrow(RangeError);
    expect(() => addSchoolDays(sample, day('2026-09-14'), Number.NaN)).toThrow(RangeError);
    expect(() => addSchoolDays(sample, day('2026-09-14'), 1e9)).toThrow(RangeError);
  });
});

describe('outside the years on file', () => {
  const none = noCalendar();

  test('weekdays that are not in August nor from 20 December to 2 January are school days, and provisional', () => {
    expect(isSchoolDay(none, day('2033-08-31'))).toBe(false);
    expect(isSchoolDay(none, day('2033-09-01'))).toBe(true);
    expect(isSchoolDay(none, day('2033-12-19'))).toBe(true);
    expect(isSchoolDay(none, day('2033-12-20'))).toBe(false);
    expect(isSchoolDay(none, day('2035-01-02'))).toBe(false);
    expect(isSchoolDay(none, day('2035-01-03'))).toBe(true);
    expect(isProvisional(none, day('2033-09-01'))).toBe(true);
    expect(isProvisional(sample, day('2033-09-01'))).toBe(true);
  });

  test('bank holidays are worked out: Easter and the Mondays of May are no school days', () => {
    for (const on of ['2033-04-15', '2033-04-18', '2033-05-02', '2033-05-30', '2028-01-03'])
      expect(isSchoolDay(none, day(on)), on).toBe(false);
    expect(isSchoolDay(none, day('2033-04-14'))).toBe(true);
  });

  test('the rule for bank holidays gives what the six files of the sample list', () => {
    const listed = new Set(years.flatMap((year) => year.bankHolidays));
    const worked = [2025, 2026, 2027, 2028, 2029, 2030, 2031].flatMap(bankHolidaysOf);
    expect(worked.filter((on) => on >= '2025-08-25' && on <= '2031-08-25')).toEqual([...listed].sort());
  });

  test('substitutes: New Year on a Saturday, Christmas on a Saturday, on a Sunday', () => {
    expect(bankHolidaysOf(2022)).toContain('2022-01-03');
    expect(bankHolidaysOf(2021)).toEqual(expect.arrayContaining(['2021-12-27', '2021-12-28']));
    expect(bankHolidaysOf(2022)).toEqual(expect.arrayContaining(['2022-12-26', '2022-12-27']));
  });

  test('a year on file that is not agreed yet is provisional, an agreed one is not', () => {
    expect(isProvisional(sample, day('2027-11-03'))).toBe(true);
    expect(isProvisional(sample, day('2026-11-03'))).toBe(false);
    expect(isProvisional(sample, day('2027-08-31'))).toBe(false);
  });

  test('the file’s gaps are holidays, not provisional school days', () => {
    expect(isSchoolDay(alone('2026-27'), day('2027-02-17'))).toBe(false);
    expect(isSchoolDay(alone('2026-27'), day('2027-09-01'))).toBe(true);
    expect(isSchoolDay(sample, day('2027-09-01'))).toBe(false);
  });
});

describe('working days', () => {
  test('the day itself is day 1: ten from Monday 16 November end on Friday 27 November', () => {
    expect(addWorkingDays(sample, day('2026-11-16'), 1)).toBe('2026-11-16');
    expect(addWorkingDays(sample, day('2026-11-16'), 10)).toBe('2026-11-27');
  });

  test('run through the holidays but not over bank holidays', () => {
    expect(isWorkingDay(sample, day('2026-10-28'))).toBe(true);
    expect(isWorkingDay(sample, day('2026-12-28'))).toBe(false);
    expect(addWorkingDays(sample, day('2026-12-24'), 3)).toBe('2026-12-30');
  });

  test('a limit that begins at a weekend has the Monday as day 1', () => {
    expect(addWorkingDays(sample, day('2026-11-14'), 1)).toBe('2026-11-16');
    expect(() => addWorkingDays(sample, day('2026-11-14'), 0)).toThrow(RangeError);
  });
});

describe('terms', () => {
  test('six of the school are three of induction, half-term included', () => {
    expect(inductionTermAt(sample, day('2026-10-28'))).toEqual({
      academicYear: '2026-27',
      inductionTerm: 'autumn',
      starts: '2026-09-02',
      ends: '2026-12-18',
    });
    expect(inductionTermAt(sample, day('2027-06-07'))?.inductionTerm).toBe('summer');
    expect(inductionTermAt(sample, day('2026-12-24'))).toBeUndefined();
    expect(inductionTerms(sample)).toHaveLength(18);
  });

  test('no term has a day of the holidays', () => {
    expect(termAt(sample, day('2026-10-26'))).toBeUndefined();
  });
});

describe('cohorts and cycles', () => {
  test('registration is open from its first day to the provider’s deadline, both included', () => {
    const autumn = cohort(sample, '2026b');
    if (!autumn) throw new Error('the sample has 2026b');
    expect(isCohortOpen(autumn, day('2026-05-31'))).toBe(false);
    expect(isCohortOpen(autumn, day('2026-06-01'))).toBe(true);
    expect(isCohortOpen(autumn, day('2026-12-04'))).toBe(true);
    expect(isCohortOpen(autumn, day('2026-12-05'))).toBe(false);
    expect(cohortState(autumn, day('2026-05-31'))).toBe('not-open');
    expect(cohortState(autumn, day('2026-12-05'))).toBe('closed');
  });

  test('hard case 28: half past midnight on 1 October in summer time is 1 October in London', () => {
    const at = instant('2026-10-01T00:30:00+01:00');
    expect(at).toBe('2026-09-30T23:30:00.000Z');
    const opensThen = { registrationOpens: day('2026-10-01'), providerDeadline: day('2026-10-30') };
    expect(isCohortOpen(opensThen, dayOf(at))).toBe(true);
    const closesThen = { registrationOpens: day('2026-09-01'), providerDeadline: day('2026-09-30') };
    expect(isCohortOpen(closesThen, dayOf(at))).toBe(false);
  });

  test('come in order, and an unknown one is nothing', () => {
    expect(cohorts(sample).map(({ id }) => id)).toEqual(['2026a', '2026b', '2027a', '2027b']);
    expect(cohort(sample, '2031a')).toBeUndefined();
    expect(learningReviewCycles(sample).map(({ id }) => id)).toContain('2026-27-autumn');
    expect(cohorts(noCalendar())).toEqual([]);
  });
});

describe('a calendar file', () => {
  const good = read('calendar-2026-27.json') as Record<string, unknown> & { terms: Record<string, unknown>[] };
  const errorsOf = (json: unknown) => {
    const file = parseCalendarFile(json);
    return 'errors' in file ? file.errors.map(({ path, message }) => `${path}: ${message}`) : [];
  };
  const withTerm = (at: number, change: Record<string, unknown>) => ({
    ...good,
    terms: good.terms.map((term, place) => (place === at ? { ...term, ...change } : term)),
  });

  test('splits into its year and its policy', () => {
    expect(files).toHaveLength(6);
    const file = parseCalendarFile(good);
    expect(file).toMatchObject({ year: { academicYear: '2026-27' }, policy: defaultPolicy });
    const { policy: _, ...withoutPolicy } = good;
    expect(parseCalendarFile(withoutPolicy)).toMatchObject({ policy: undefined });
  });

  test.each([
    [
      'a term that ends before it starts',
      withTerm(1, { ends: '2026-10-30' }),
      'terms.1.ends: Term 2 ends on 2026-10-30, before it starts on 2026-11-02',
    ],
    [
      'terms that overlap',
      withTerm(1, { starts: '2026-10-23' }),
      'terms.1.starts: Term 2 starts on 2026-10-23, before Term 1 ends on 2026-10-23',
    ],
    [
      'an unknown induction term',
      withTerm(0, { inductionTerm: 'winter' }),
      'terms.0.inductionTerm: This is one of: autumn, spring, summer',
    ],
    [
      'induction terms out of order',
      withTerm(0, { inductionTerm: 'summer' }),
      'terms.1.inductionTerm: autumn cannot come after summer',
    ],
    ['a day that is none', withTerm(0, { starts: '2026-02-30' }), 'terms.0.starts: This is not a day like 2026-09-14'],
    [
      'a term of another year',
      withTerm(5, { ends: '2027-09-23' }),
      'terms.5.ends: 2027-09-23 is not in 2026-27, which is from 2026-08-01 to 2027-08-31',
    ],
    ['two terms of one name', withTerm(1, { name: 'Term 1' }), 'terms.1.name: Term 1 is there twice'],
    [
      'a year that does not follow',
      { ...good, academicYear: '2026-28' },
      'academicYear: After 2026 comes 2027: 2026-27',
    ],
    [
      'a year written otherwise',
      { ...good, academicYear: '2026/27' },
      'academicYear: An academic year is written like 2026-27',
    ],
    ['no terms', { ...good, terms: [] }, 'terms: A year has at least one term'],
    ['a part that is missing', { ...good, insetDays: undefined }, 'insetDays: This is needed.'],
    ['a part that is unknown', { ...good, closures: [] }, ': Nothing is known of closures'],
    [
      'an INSET day at a weekend',
      { ...good, insetDays: [{ on: '2026-09-05', schools: 'all' }] },
      'insetDays.0.on: 2026-09-05 is at a weekend',
    ],
    [
      'an INSET day twice',
      {
        ...good,
        insetDays: [
          { on: '2026-09-02', schools: 'all' },
          { on: '2026-09-02', schools: ['910101'] },
        ],
      },
      'insetDays.1.on: 2026-09-02 is there twice for a school',
    ],
    [
      'INSET for a school without a URN',
      { ...good, insetDays: [{ on: '2026-09-02', schools: ['Oakfield'] }] },
      'insetDays.0.schools.0: This is not a school: its URN, or "trust"',
    ],
    [
      'a bank holiday twice',
      { ...good, bankHolidays: ['2026-12-25', '2026-12-25'] },
      'bankHolidays.1: 2026-12-25 is there twice',
    ],
    [
      'a policy without a time for other tasks',
      { ...good, policy: { ...defaultPolicy, dueSchoolDays: { other: 'cohort-start' } } },
      'policy.dueSchoolDays.other: There has to be a number of school days for every other task',
    ],
    [
      'a right before the notice',
      { ...good, policy: { ...defaultPolicy, nextMayDecideAfterSchoolDays: 4 } },
      'policy.nextMayDecideAfterSchoolDays: The notice comes first: this cannot be less than escalateAfterSchoolDays',
    ],
    [
      'a time that is none',
      { ...good, policy: { ...defaultPolicy, morningRunAt: '7am' } },
      'policy.morningRunAt: This is one of: 07:00',
    ],
    ['nothing at all', null, ': This is not a calendar: a JSON object with an academicYear and its terms'],
    ['a list', [], ': This is not a calendar: a JSON object with an academicYear and its terms'],
  ])('with %s is refused, with its place and a sentence', (_, json, error) => {
    expect(errorsOf(json)).toContain(error);
  });

  test.each([
    [
      'a deadline before registration opens',
      { providerDeadline: '2026-05-29' },
      'npqCohorts.0.providerDeadline: The deadline 2026-05-29 is before registration opens on 2026-06-01',
    ],
    [
      'a course that starts before the deadline',
      { startsOn: '2026-12-04' },
      'npqCohorts.0.startsOn: The course starts on 2026-12-04, which is not after the deadline 2026-12-04',
    ],
    ['an id that is another’s', { id: '2027a' }, 'npqCohorts.1.id: 2027a is there twice'],
    [
      'a provider twice',
      {
        offers: [
          { providerId: 'llse', courses: 'all' },
          { providerId: 'llse', courses: [] },
        ],
      },
      'npqCohorts.0.offers.1.providerId: llse is there twice',
    ],
    [
      'a schedule twice',
      { milestones: [{ schedule: 'npq-leadership-autumn' }, { schedule: 'npq-leadership-autumn' }] },
      'npqCohorts.0.milestones.1.schedule: npq-leadership-autumn is there twice',
    ],
    [
      'milestones out of their order',
      { milestones: [{ schedule: 'npq-leadership-autumn', 'retained-1': '2027-05-26', completed: '2027-05-25' }] },
      'npqCohorts.0.milestones.0.completed: completed is on 2027-05-25, before retained-1 on 2027-05-26',
    ],
    [
      'an assessment that ends before it begins',
      { milestones: [{ schedule: 'npq-senco', assessment: { from: '2028-03-02', to: '2028-03-01' } }] },
      'npqCohorts.0.milestones.0.assessment.to: The assessment ends on 2028-03-01, before it begins on 2028-03-02',
    ],
  ])('with a cohort with %s is refused', (_, change, error) => {
    const intakes = (good['npqCohorts'] as Record<string, unknown>[]).map((intake, at) =>
      at === 0 ? { ...intake, ...change } : intake,
    );
    expect(errorsOf({ ...good, npqCohorts: intakes })).toContain(error);
  });

  test('with a review cycle that closes before it opens, or that is there twice, is refused', () => {
    const [cycle] = good['learningReviewCycles'] as Record<string, unknown>[];
    const errors = errorsOf({ ...good, learningReviewCycles: [{ ...cycle, closesOn: '2026-11-01' }, cycle] });
    expect(errors).toEqual([
      'learningReviewCycles.0.closesOn: Autumn learning review closes on 2026-11-01, before it opens on 2026-11-09',
      'learningReviewCycles.1.id: 2026-27-autumn is there twice',
    ]);
  });

  test('never makes the parser throw', () => {
    fc.assert(
      fc.property(fc.anything(), fc.constantFrom(...Object.keys(good)), (value, key) => {
        for (const json of [value, { ...good, [key]: value }]) {
          const file = parseCalendarFile(json);
          expect('errors' in file ? file.errors.length > 0 : file.year.terms.length > 0).toBe(true);
        }
      }),
    );
  });

  test('a policy may come alone', () => {
    expect(parsePolicy(defaultPolicy)).toEqual(defaultPolicy);
    expect(parsePolicy({ ...defaultPolicy, repeatEverySchoolDays: 0 })).toHaveProperty(
      'errors.0.path',
      'repeatEverySchoolDays',
    );
    expect(parsePolicy({ ...defaultPolicy, repeatEverySchoolDays: 'five' })).toHaveProperty(
      'errors.0.message',
      'Enter a number.',
    );
  });
});

describe('years among each other', () => {
  test('the six of the sample agree', () => {
    expect(calendarProblems(years)).toEqual([]);
  });

  test('a year twice, a cohort in two years and terms that overlap are named', () => {
    const [, second, third] = years as [CalendarYear, CalendarYear, CalendarYear];
    expect(calendarProblems([second, second]).map(({ path }) => path)).toContain('academicYear');
    expect(calendarProblems([second, { ...third, npqCohorts: second.npqCohorts }])).toContainEqual({
      path: 'npqCohorts',
      message: '2026b is in 2026-27 and in 2027-28',
    });
    const early = third.terms.map((term, at) => (at === 0 ? { ...term, starts: day('2027-07-20') } : term));
    expect(calendarProblems([third, second, { ...third, terms: early }]).map(({ path }) => path)).toContain('terms');
  });
});

describe('for any calendar and any day', () => {
  const calendars = fc.constantFrom(sample, alone('2026-27'), noCalendar());
  const days = fc.integer({ min: 0, max: 3650 }).map((n) => addDays(day('2024-01-01'), n));
  const counts = fc.integer({ min: 1, max: 500 });

  test('the n-th school day is a school day, and counting to it gives n', () => {
    fc.assert(
      fc.property(calendars, days, counts, (calendar, from, n) => {
        const on = addSchoolDays(calendar, from, n);
        expect(isSchoolDay(calendar, on)).toBe(true);
        expect(schoolDaysBetween(calendar, from, on)).toBe(n);
      }),
    );
  });

  test('counting back from a school day undoes counting forward', () => {
    fc.assert(
      fc.property(calendars, days, counts, (calendar, any, n) => {
        const from = nextSchoolDay(calendar, any);
        expect(addSchoolDays(calendar, addSchoolDays(calendar, from, n), -n)).toBe(from);
      }),
    );
  });

  test('a later day or a greater number never gives an earlier day', () => {
    fc.assert(
      fc.property(calendars, days, days, counts, counts, (calendar, a, b, n, m) => {
        const [early, late] = a < b ? [a, b] : [b, a];
        expect(addSchoolDays(calendar, early, n) <= addSchoolDays(calendar, late, n)).toBe(true);
        expect(addSchoolDays(calendar, a, Math.min(n, m)) <= addSchoolDays(calendar, a, Math.max(n, m))).toBe(true);
      }),
    );
  });

  test('counting agrees with going from day to day', () => {
    fc.assert(
      fc.property(calendars, days, fc.integer({ min: 0, max: 400 }), (calendar, a, length) => {
        const b = addDays(a, length);
        let count = 0;
        for (let on = a; on < b; ) {
          on = addDays(on, 1);
          if (isSchoolDay(calendar, on)) count += 1;
        }
        expect(schoolDaysBetween(calendar, a, b)).toBe(count);
        expect(schoolDaysBetween(calendar, b, a)).toBe(0 - count);
      }),
      { numRuns: 40 },
    );
  });

  test('every school day is a working day, and a limit of n working days has n of them', () => {
    fc.assert(
      fc.property(calendars, days, fc.integer({ min: 1, max: 60 }), (calendar, from, n) => {
        if (isSchoolDay(calendar, from)) expect(isWorkingDay(calendar, from)).toBe(true);
        const last = addWorkingDays(calendar, from, n);
        const within = Array.from({ length: 120 }, (_, at) => addDays(from, at)).filter(
          (on: Day) => on <= last && isWorkingDay(calendar, on),
        );
        expect(within).toHaveLength(n);
        expect(within.at(-1)).toBe(last);
      }),
    );
  });
});
