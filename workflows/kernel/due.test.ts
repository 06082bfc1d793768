import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import file2026 from '../../sample/calendar-2026-27.json' with { type: 'json' };
import file2027 from '../../sample/calendar-2027-28.json' with { type: 'json' };
import {
  addSchoolDays,
  type Calendar,
  cohort,
  isSchoolDay,
  makeCalendar,
  nextSchoolDay,
  noCalendar,
  parseCalendarFile,
  schoolDaysBetween,
} from './calendar.ts';
import {
  dayWords,
  defaultDueOn,
  fallsBeforeNextSchoolDay,
  isDigestDay,
  isDueBeforeNextDigest,
  type LadderTask,
  ladderOf,
  latenessOf,
  latenessWords,
  mayNextDecide,
  nextDigestAt,
  nextDigestDay,
  nextRung,
  rungsDue,
  rungsOf,
} from './due.ts';
import type { Wait } from './records.ts';
import { addDays, atLondon, day, instant, morningOf } from './time.ts';

const parsed = [file2026, file2027].map((json) => {
  const file = parseCalendarFile(json);
  if ('errors' in file || !file.policy) throw new Error('the sample is a calendar with a policy');
  return { year: file.year, policy: file.policy };
});
const policy = parsed[0]?.policy ?? noCalendar().policy;
const calendar = makeCalendar(
  parsed.map(({ year }) => year),
  policy,
);
const withPolicy = (change: Partial<Calendar['policy']>) => makeCalendar(calendar.years, { ...policy, ...change });

describe('when a task is due', () => {
  test('opened on Monday 14 September 2026 with five days: Monday 21 September', () => {
    expect(defaultDueOn(calendar, 'endorse', day('2026-09-14'))).toBe('2026-09-21');
  });

  test('opened on Friday 23 October with five days: Friday 6 November', () => {
    expect(defaultDueOn(calendar, 'approve', day('2026-10-23'))).toBe('2026-11-06');
  });

  test('a task that the policy does not name has ten days', () => {
    expect(defaultDueOn(calendar, 'gateway', day('2026-09-14'))).toBe('2026-09-28');
    expect(defaultDueOn(calendar, 'toString', day('2026-09-14'))).toBe('2026-09-28');
    expect(defaultDueOn(calendar, 'register-with-dfe', day('2026-09-14'))).toBe('2026-09-28');
  });

  test('the provider’s decision is due on the last school day before the cohort starts', () => {
    const cohortStartsOn = cohort(calendar, '2026b')?.startsOn;
    const due = (openedOn: string) =>
      defaultDueOn(calendar, 'record-provider-decision', day(openedOn), { cohortStartsOn });
    expect(cohortStartsOn).toBe('2026-12-14');
    expect(due('2026-09-14')).toBe('2026-12-11');
    expect(due('2026-12-11')).toBe('2026-12-14');
    expect(defaultDueOn(calendar, 'record-provider-decision', day('2026-09-14'))).toBe('2026-09-28');
  });

  test('a review is due when its cycle closes, on the Friday where that is a Saturday', () => {
    const due = (task: string, closesOn: string) =>
      defaultDueOn(calendar, task, day('2026-11-09'), { closesOn: day(closesOn) });
    expect(due('self-review', '2027-01-22')).toBe('2027-01-22');
    expect(due('conversation', '2028-01-22')).toBe('2028-01-21');
    expect(due('follow-up', '2027-01-22')).toBe('2026-11-23');
  });

  describe('before the provider’s deadline of Friday 4 December', () => {
    const hardOn = day('2026-12-04');
    const endorse = (openedOn: string) =>
      defaultDueOn(calendar, 'endorse', day(openedOn), { hardOn, laterStages: ['approve', 'register-with-dfe'] });

    test('early on nothing changes', () => {
      expect(endorse('2026-09-14')).toBe('2026-09-21');
    });

    test('leaves two days for approval and three for registration: Friday 27 November at the latest', () => {
      expect(endorse('2026-11-20')).toBe('2026-11-27');
      expect(endorse('2026-11-24')).toBe('2026-11-27');
      expect(defaultDueOn(calendar, 'approve', day('2026-11-27'), { hardOn, laterStages: ['register-with-dfe'] })).toBe(
        '2026-12-01',
      );
    });

    test('gives at least until the next school day', () => {
      expect(endorse('2026-11-27')).toBe('2026-11-30');
      expect(endorse('2026-12-02')).toBe('2026-12-03');
    });

    test('and at most the deadline', () => {
      expect(endorse('2026-12-03')).toBe('2026-12-04');
      expect(endorse('2026-12-04')).toBe('2026-12-04');
      expect(defaultDueOn(calendar, 'register-with-dfe', day('2026-11-30'), { hardOn })).toBe('2026-12-04');
    });

    test('a deadline at a weekend is taken as the Friday, as long as there is time', () => {
      const saturday = day('2026-12-05');
      expect(defaultDueOn(calendar, 'register-with-dfe', day('2026-11-30'), { hardOn: saturday })).toBe('2026-12-04');
      expect(defaultDueOn(calendar, 'register-with-dfe', day('2026-12-04'), { hardOn: saturday })).toBe('2026-12-05');
    });

    test('a deadline that has passed caps nothing', () => {
      expect(endorse('2026-12-07')).toBe('2026-12-14');
    });
  });

  test('always falls on a school day after it opened, unless a deadline leaves none', () => {
    const days = fc.integer({ min: 0, max: 700 }).map((n) => addDays(day('2026-09-01'), n));
    const tasks = fc.constantFrom('endorse', 'approve', 'register-with-dfe', 'record-provider-decision', 'other-task');
    const stages = fc.subarray(['approve', 'register-with-dfe']);
    fc.assert(
      fc.property(days, tasks, fc.option(days, { nil: undefined }), stages, (openedOn, task, hardOn, laterStages) => {
        const dueOn = defaultDueOn(calendar, task, openedOn, { hardOn, laterStages });
        const isCapped = hardOn !== undefined && hardOn >= openedOn;
        if (isCapped) expect(dueOn <= hardOn).toBe(true);
        if (dueOn === hardOn) return;
        expect(isSchoolDay(calendar, dueOn)).toBe(true);
        expect(dueOn >= nextSchoolDay(calendar, openedOn)).toBe(true);
      }),
    );
  });
});

describe('the ladder', () => {
  const five: LadderTask = { openedOn: day('2026-09-14'), dueOn: day('2026-09-21') };
  const ten: LadderTask = { openedOn: day('2026-09-14'), dueOn: day('2026-09-28') };
  const words = (task: LadderTask, until: string, on = calendar) =>
    rungsOf(task, on, day(until)).map((rung) => `${rung.on} ${rung.rung}`);

  test('of five days: due, then a reminder each fifth day, escalated at 5, the next may decide at 10, stalled at 15', () => {
    expect(words(five, '2026-10-23')).toEqual([
      '2026-09-21 due-today',
      '2026-09-28 late',
      '2026-09-28 escalated',
      '2026-10-05 late',
      '2026-10-05 may-decide',
      '2026-10-12 late',
      '2026-10-12 stalled',
      '2026-10-19 late',
    ]);
  });

  test('has a follow-up after half the time, from ten days on', () => {
    expect(words(ten, '2026-09-28')).toEqual(['2026-09-21 follow-up', '2026-09-28 due-today']);
    const nine: LadderTask = { openedOn: day('2026-09-14'), dueOn: day('2026-09-25') };
    expect(words(nine, '2026-09-25')).toEqual(['2026-09-25 due-today']);
  });

  test('half of eleven days is six: rounded up', () => {
    const eleven: LadderTask = { openedOn: day('2026-09-14'), dueOn: day('2026-09-29') };
    expect(words(eleven, '2026-09-28')).toEqual(['2026-09-22 follow-up']);
  });

  test('has no follow-up on the day it is due, whatever the policy says', () => {
    expect(words(ten, '2026-09-28', withPolicy({ followUpShare: 1 }))).toEqual(['2026-09-28 due-today']);
  });

  test('the next may decide three school days before a provider’s date where that comes first', () => {
    const hardOn = day('2026-12-04');
    expect(words({ openedOn: day('2026-11-20'), dueOn: day('2026-11-27'), hardOn }, '2026-12-04')).toEqual([
      '2026-11-27 due-today',
      '2026-12-01 may-decide',
      '2026-12-04 late',
      '2026-12-04 escalated',
    ]);
    expect(mayNextDecide({ ...five, hardOn }, calendar, day('2026-10-02'))).toBe(false);
    expect(mayNextDecide({ ...five, hardOn }, calendar, day('2026-10-05'))).toBe(true);
  });

  test('but whoever got a task has it for a school day first, and a date that had passed counts for nothing', () => {
    const lastMinute = { openedOn: day('2026-12-03'), dueOn: day('2026-12-04'), hardOn: day('2026-12-04') };
    expect(mayNextDecide(lastMinute, calendar, day('2026-12-03'))).toBe(false);
    expect(mayNextDecide(lastMinute, calendar, day('2026-12-04'))).toBe(true);
    const afterwards = { openedOn: day('2026-12-07'), dueOn: day('2026-12-14'), hardOn: day('2026-12-04') };
    expect(mayNextDecide(afterwards, calendar, day('2026-12-14'))).toBe(false);
  });

  test('of a personal task never lets anybody else decide', () => {
    const personal = { ...five, hardOn: day('2026-09-22'), isPersonal: true };
    expect(words(personal, '2026-12-18').filter((rung) => rung.endsWith('may-decide'))).toEqual([]);
    expect(mayNextDecide(personal, calendar, day('2027-06-01'))).toBe(false);
  });

  test('stands still over half-term: five days late from Friday 23 October is Friday 6 November', () => {
    const task: LadderTask = { openedOn: day('2026-10-16'), dueOn: day('2026-10-23') };
    expect(nextRung(task, calendar, day('2026-10-23'))).toEqual({ on: '2026-11-06', rungs: ['late', 'escalated'] });
  });

  test('a change of the policy reaches tasks that are open', () => {
    const patient = withPolicy({ escalateAfterSchoolDays: 8, repeatEverySchoolDays: 7 });
    expect(words(five, '2026-10-02', patient)).toEqual([
      '2026-09-21 due-today',
      '2026-09-30 late',
      '2026-10-01 escalated',
    ]);
  });

  test('after a week without a morning run there is one state to tell of, and the next rung is after today', () => {
    const today = day('2026-10-13');
    expect(rungsDue(five, calendar, today)).toEqual(['late', 'escalated', 'may-decide', 'stalled']);
    expect(nextRung(five, calendar, today)).toEqual({ on: '2026-10-19', rungs: ['late'] });
  });

  test('tells what holds now: the follow-up until it is due, due today on that day only', () => {
    expect(rungsDue(ten, calendar, day('2026-09-18'))).toEqual([]);
    expect(rungsDue(ten, calendar, day('2026-09-23'))).toEqual(['follow-up']);
    expect(rungsDue(ten, calendar, day('2026-09-28'))).toEqual(['due-today']);
    expect(rungsDue(ten, calendar, day('2026-09-29'))).toEqual([]);
    expect(rungsDue(ten, calendar, day('2026-10-05'))).toEqual(['late', 'escalated']);
  });

  test('of a stored wait counts from its London day; a wait without a due date has none', () => {
    const wait = { openedAt: instant('2026-09-13T23:30:00Z'), dueOn: day('2026-09-21') } as Wait;
    expect(ladderOf(wait)).toEqual({ ...five, hardOn: undefined, isPersonal: false });
    expect(ladderOf({ openedAt: wait.openedAt } as Wait)).toBeUndefined();
    const carriedOn = { ...wait, openedAt: instant('2026-03-02T09:00:00Z'), datedOn: five.openedOn };
    expect(ladderOf(carriedOn)).toEqual({ ...five, hardOn: undefined, isPersonal: false });
  });

  const tasks = fc
    .record({
      opened: fc.integer({ min: 0, max: 300 }),
      time: fc.integer({ min: 1, max: 40 }),
      hard: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }),
      isPersonal: fc.boolean(),
    })
    .map(({ opened, time, hard, isPersonal }): LadderTask => {
      const openedOn = addDays(day('2026-09-01'), opened);
      const hardOn = hard === undefined ? undefined : addDays(openedOn, hard);
      return { openedOn, dueOn: addSchoolDays(calendar, openedOn, time), hardOn, isPersonal };
    });

  test('walked rung by rung is the whole ladder: none is told twice, none is left out', () => {
    fc.assert(
      fc.property(tasks, (task) => {
        const until = addDays(task.dueOn, 120);
        const walked: string[] = [];
        for (let next = nextRung(task, calendar, task.openedOn); next.on <= until; ) {
          walked.push(...next.rungs.map((rung) => `${next.on} ${rung}`));
          next = nextRung(task, calendar, next.on);
        }
        expect(walked).toEqual(rungsOf(task, calendar, until).map(({ on, rung }) => `${on} ${rung}`));
      }),
    );
  });

  test('the next rung is after the day, on a school day, and the notice comes before the right', () => {
    fc.assert(
      fc.property(tasks, fc.integer({ min: 0, max: 200 }), (task, days) => {
        const after = addDays(task.openedOn, days);
        const { on } = nextRung(task, calendar, after);
        expect(on > after).toBe(true);
        expect(isSchoolDay(calendar, on)).toBe(true);
        if (task.hardOn === undefined && rungsDue(task, calendar, after).includes('may-decide'))
          expect(latenessOf(calendar, task.dueOn, after).isEscalated).toBe(true);
      }),
    );
  });
});

describe('lateness', () => {
  const dueOn = day('2026-09-21');
  const on = (today: string) => latenessOf(calendar, dueOn, day(today));

  test('begins the day after, escalates at 5 and stalls at 15', () => {
    expect(on('2026-09-21')).toEqual({ isOverdue: false, isEscalated: false, isStalled: false, schoolDaysLate: 0 });
    expect(on('2026-09-22')).toEqual({ isOverdue: true, isEscalated: false, isStalled: false, schoolDaysLate: 1 });
    expect(on('2026-09-25')).toMatchObject({ isEscalated: false, schoolDaysLate: 4 });
    expect(on('2026-09-28')).toMatchObject({ isEscalated: true, schoolDaysLate: 5 });
    expect(on('2026-10-09')).toMatchObject({ isStalled: false, schoolDaysLate: 14 });
    expect(on('2026-10-12')).toMatchObject({ isStalled: true, schoolDaysLate: 15 });
  });

  test('does not grow in the holidays', () => {
    const friday = day('2026-10-23');
    expect(latenessOf(calendar, friday, day('2026-11-01'))).toMatchObject({ isOverdue: true, schoolDaysLate: 0 });
    expect(latenessOf(calendar, undefined, friday).isOverdue).toBe(false);
  });

  test('is said in words', () => {
    const said = (due: string, today: string) => latenessWords(calendar, day(due), day(today));
    expect(said('2026-09-21', '2026-09-24')).toBe('3 school days late');
    expect(said('2026-09-21', '2026-09-22')).toBe('1 school day late');
    expect(said('2026-09-21', '2026-09-21')).toBe('due today');
    expect(said('2026-09-21', '2026-09-14')).toBe('due Mon 21 Sep');
    expect(said('2027-01-04', '2026-12-18')).toBe('due Mon 4 Jan 2027');
    expect(said('2026-10-23', '2026-10-26')).toBe('was due Fri 23 Oct');
    expect(dayWords(day('2026-12-06'), day('2026-01-01'))).toBe('Sun 6 Dec');
  });

  test('agrees with counting school days', () => {
    fc.assert(
      fc.property(fc.integer({ min: -30, max: 200 }), (days) => {
        const today = addDays(dueOn, days);
        expect(latenessOf(calendar, dueOn, today).schoolDaysLate).toBe(
          Math.max(0, schoolDaysBetween(calendar, dueOn, today)),
        );
      }),
    );
  });
});

describe('digests', () => {
  test('go out at seven in London, in summer and in winter', () => {
    expect(morningOf(day('2026-09-14'))).toBe('2026-09-14T06:00:00.000Z');
    expect(morningOf(day('2026-11-16'))).toBe('2026-11-16T07:00:00.000Z');
  });

  test('are of school days only', () => {
    expect(isDigestDay(calendar, day('2026-10-23'))).toBe(true);
    expect(isDigestDay(calendar, day('2026-10-24'))).toBe(false);
    expect(nextDigestDay(calendar, day('2026-10-23'))).toBe('2026-11-02');
  });

  test('the next one is this morning’s until it has gone out, then the next school day’s', () => {
    const next = (at: string) => nextDigestAt(calendar, atLondon(day(at.slice(0, 10)), at.slice(11)));
    expect(next('2026-09-14T06:59')).toBe(morningOf(day('2026-09-14')));
    expect(next('2026-09-14T07:00')).toBe(morningOf(day('2026-09-14')));
    expect(next('2026-09-14T07:01')).toBe(morningOf(day('2026-09-15')));
    expect(next('2026-10-24T06:00')).toBe(morningOf(day('2026-11-02')));
  });

  test('a new task due before the next digest goes out at once', () => {
    const now = atLondon(day('2026-12-04'), '10:00');
    expect(isDueBeforeNextDigest(calendar, day('2026-12-04'), now)).toBe(true);
    expect(isDueBeforeNextDigest(calendar, day('2026-12-05'), now)).toBe(true);
    expect(isDueBeforeNextDigest(calendar, day('2026-12-07'), now)).toBe(false);
    expect(isDueBeforeNextDigest(calendar, undefined, now)).toBe(false);
    expect(isDueBeforeNextDigest(calendar, day('2026-12-04'), atLondon(day('2026-12-04'), '06:00'))).toBe(false);
  });

  test('on a day without school only a provider’s or statutory date before the next school day counts', () => {
    const saturday = day('2026-10-24');
    expect(fallsBeforeNextSchoolDay(calendar, day('2026-10-31'), saturday)).toBe(true);
    expect(fallsBeforeNextSchoolDay(calendar, saturday, saturday)).toBe(true);
    expect(fallsBeforeNextSchoolDay(calendar, day('2026-11-02'), saturday)).toBe(false);
    expect(fallsBeforeNextSchoolDay(calendar, day('2026-10-23'), saturday)).toBe(false);
    expect(fallsBeforeNextSchoolDay(calendar, undefined, saturday)).toBe(false);
  });
});
