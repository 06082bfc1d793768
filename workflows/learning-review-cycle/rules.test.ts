import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { calendar, hazel, rowan, worldOf } from '../../test/world.ts';
import { start as startProcess } from '../kernel/decide.ts';
import { placeAsSubject } from '../kernel/places.ts';
import { type Child, TRUST } from '../kernel/records.ts';
import { isRejection } from '../kernel/rejections.ts';
import { addDays, day } from '../kernel/time.ts';
import { getsReview, isToldToday } from '../learning-needs/cycle.ts';
import { process } from './process.ts';
import { counted, fromCalendar } from './rules.ts';
import { signOffForm } from './schemas.ts';

const trust = placeAsSubject(TRUST, undefined);
const startedOn = (on: string, cycleId: string, actor = rowan) =>
  startProcess(process, { cycleId }, actor, worldOf(trust, { today: day(on) }));

describe('the answer to the needs', () => {
  const groups = [
    { strand: 'wellbeing', route: 'pdm' },
    { strand: 'wellbeing', route: 'npq' },
    { strand: 'subject', route: 'npq' },
  ] as const;
  const answer = (...decisions: readonly object[]) => signOffForm(groups).safeParse({ decisions }).success;

  it('begins with a line for each strand, not for each of its routes', () => {
    const { properties } = z.toJSONSchema(signOffForm(groups));
    expect(properties?.['decisions']).toMatchObject({ default: [{ strand: 'wellbeing' }, { strand: 'subject' }] });
  });

  it('is whole with an answer to each strand, of which a route may have its own', () => {
    const [wellbeing, subject] = [
      { strand: 'wellbeing', meetBy: 'pdm' },
      { strand: 'subject', meetBy: 'npq' },
    ];
    expect(answer(wellbeing, subject)).toBe(true);
    expect(answer(wellbeing, subject, { strand: 'wellbeing', route: 'npq', meetBy: 'npq' })).toBe(true);
    expect(answer(subject, { strand: 'wellbeing', route: 'npq', meetBy: 'npq' })).toBe(false);
  });
});

describe('a cycle', () => {
  it('is opened by the calendar on each day of its window, as the same one, and on no other', () => {
    const cycles = (on: string) => fromCalendar(calendar, day(on)).map(({ input }) => input['cycleId']);
    expect(cycles('2026-11-08')).toEqual([]);
    expect(cycles('2026-11-09')).toEqual(['2026-27-autumn']);
    expect(cycles('2027-01-22')).toEqual(['2026-27-autumn']);
    expect(cycles('2027-01-23')).toEqual([]);
    expect(cycles('2027-05-04')).toEqual(['2026-27-summer']);
  });

  it('is opened by hand by the trust lead, by nobody else', () => {
    expect(isRejection(startedOn('2026-11-10', '2026-27-autumn'))).toBe(false);
    expect(startedOn('2026-11-10', '2026-27-autumn', hazel)).toMatchObject({ rejected: 'not-allowed' });
  });

  it('that is opened twice is the same process', () => {
    const ids = ['2026-11-09', '2026-11-10'].map((on) => {
      const started = startedOn(on, '2026-27-autumn');
      return isRejection(started) ? started.detail : started.process.processId;
    });
    expect(new Set(ids).size).toBe(1);
  });

  it('is opened by hand where its window is open or it is the next: not one after that', () => {
    expect(isRejection(startedOn('2026-09-16', '2026-27-autumn'))).toBe(false);
    expect(isRejection(startedOn('2026-11-10', '2026-27-summer'))).toBe(false);
    expect(startedOn('2026-09-16', '2026-27-summer')).toMatchObject({
      rejected: 'not-now',
      detail: expect.stringMatching(/^This cycle opens on .*4 May 2027, after another one\./),
    });
  });

  it('that has closed, or that no calendar has, is not opened by hand', () => {
    expect(startedOn('2027-01-23', '2026-27-autumn')).toMatchObject({ rejected: 'not-now' });
    expect(startedOn('2026-11-10', 'spring')).toMatchObject({
      rejected: 'invalid-fields',
      errors: [{ path: 'cycleId', message: expect.stringContaining('2026-27-autumn (') }],
    });
    const later = startedOn('2027-01-23', 'spring');
    expect(isRejection(later) && later.detail, 'only what can still be opened is offered').toMatch(
      /^There is no such cycle\. The calendar has: 2026-27-summer \(/,
    );
  });
});

describe('the needs', () => {
  const started = startedOn('2026-11-09', '2026-27-autumn');
  if (isRejection(started)) throw new Error(started.detail);
  const schoolReview: Child = {
    type: 'child',
    parentId: 'cycle',
    childId: 'school-review',
    kind: 'school-review',
    subjectId: '910101',
    schoolId: '910101',
    openedAt: started.process.startedAt,
  };
  const countedOn = (on: string, row: Child) => {
    const data = process.data.parse(started.process.data);
    const view = { process: started.process, data, world: worldOf(trust, { today: day(on) }), history: [] };
    return counted(view, [row])?.outcome;
  };

  it('are counted the day after the schools’ last day, so that what a head chooses on that day is in', () => {
    expect(countedOn('2027-02-05', schoolReview)).toBeUndefined();
    expect(countedOn('2027-02-06', schoolReview)).toBe('counted');
  });

  it('are counted after the window once every school has chosen', () => {
    const chosen = { ...schoolReview, outcome: 'priorities-chosen', endedAt: started.process.startedAt };
    expect(countedOn('2027-01-22', chosen)).toBeUndefined();
    expect(countedOn('2027-01-23', chosen)).toBe('counted');
  });
});

describe('how far it is', () => {
  const [cycle] = calendar.years
    .flatMap((year) => year.learningReviewCycles)
    .filter(({ id }) => id === '2026-27-autumn');
  if (!cycle) throw new Error('The sample has no autumn cycle');
  const monday = day('2026-11-16');

  it('is told on the first school day of a week, once, and on the next where that morning was missed', () => {
    const told = (last: string, today: string) => isToldToday(calendar, cycle, day(last), day(today));
    expect(told('2026-11-09', '2026-11-13')).toBe(false);
    expect(told('2026-11-09', '2026-11-16')).toBe(true);
    expect(told('2026-11-16', '2026-11-16')).toBe(false);
    expect(told('2026-11-16', '2026-11-20')).toBe(false);
    expect(told('2026-11-09', '2026-11-18')).toBe(true);
  });

  it('is not told on a day without school, nor after the window', () => {
    expect(isToldToday(calendar, cycle, monday, day('2026-12-28'))).toBe(false);
    expect(isToldToday(calendar, cycle, monday, day('2027-01-25'))).toBe(false);
  });

  it('gives nobody a review who is away on the day, or after closing', () => {
    expect(getsReview(rowan, cycle, calendar, cycle.closesOn)).toBe(true);
    expect(getsReview(rowan, cycle, calendar, addDays(cycle.closesOn, 1))).toBe(false);
    const away = { ...rowan, absences: [{ from: monday, to: monday }] };
    expect(getsReview(away, cycle, calendar, monday)).toBe(false);
    expect(getsReview(away, cycle, calendar, addDays(monday, 1))).toBe(true);
  });
});
