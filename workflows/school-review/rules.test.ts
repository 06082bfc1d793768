import { describe, expect, it } from 'vitest';
import { corin, OAKFIELD, schools, sienna, worldOf } from '../../test/world.ts';
import { placeAsSubject } from '../kernel/places.ts';
import type { View } from '../kernel/process.ts';
import { type Child, type Process, TRUST } from '../kernel/records.ts';
import { type Day, day, instant } from '../kernel/time.ts';
import { brief, chooser, chosen, counted, counts, start } from './rules.ts';
import { prioritiesForm, type SchoolReviewData } from './schemas.ts';

const oakfield = placeAsSubject(
  OAKFIELD,
  schools.find(({ schoolId }) => schoolId === OAKFIELD),
);
const data: SchoolReviewData = {
  cycleId: '2026-27-autumn',
  toldOn: null,
  totals: null,
  priorities: null,
  chosenBy: null,
  chosenOn: null,
};

function viewOn(today: string, change: Partial<SchoolReviewData> = {}): View<SchoolReviewData> {
  const process = {
    processId: 'school-review',
    parentId: 'cycle',
    schoolId: OAKFIELD,
    subjectId: OAKFIELD,
    startedAt: instant('2026-11-09T07:00:00Z'),
  } as Process;
  return { process, data: { ...data, ...change }, world: worldOf(oakfield, { today: day(today) }), history: [] };
}

const row = (at: number, change: Partial<Child> = {}): Child => ({
  type: 'child',
  parentId: 'cycle',
  childId: `review-${at}`,
  kind: 'learning-review',
  subjectId: `person-${at}`,
  schoolId: OAKFIELD,
  openedAt: instant('2026-11-09T07:00:00Z'),
  ...change,
});
const held = (at: number, change: Partial<Child> = {}): Child =>
  row(at, {
    mark: 'conversation-held',
    tally: { needs: [{ strand: 'subject', route: 'pdm' }], isLate: false },
    ...change,
  });
const many = (n: number, make: (at: number) => Child, from = 0) =>
  Array.from({ length: n }, (_, at) => make(from + at));

describe('the numbers of a school', () => {
  it('are counted with 80 % of the conversations held, not with 79', () => {
    expect(counted(viewOn('2026-11-11'), [...many(79, held), ...many(21, row, 79)])).toBeUndefined();
    expect(counted(viewOn('2026-11-11'), [...many(80, held), ...many(20, row, 80)])).toMatchObject({
      outcome: 'counted',
      data: { totals: { reviews: 100, held: 80, needs: [{ strand: 'subject', route: 'pdm', count: 80 }] } },
    });
  });

  it('leave out who has left', () => {
    const left = { outcome: 'left', endedAt: instant('2026-11-10T07:00:00Z') };
    expect(counted(viewOn('2026-11-11'), [...many(4, held), row(4), row(5, left), held(6, left)])).toMatchObject({
      data: { totals: { reviews: 5, held: 4, needs: [{ count: 4 }] } },
    });
  });

  it('are counted when the window closes, whatever is held; where nobody had a review there are none', () => {
    expect(counted(viewOn('2027-01-22'), many(5, row))).toMatchObject({ outcome: 'counted' });
    expect(counted(viewOn('2027-01-21'), [])).toBeUndefined();
    expect(counted(viewOn('2027-01-22'), [])).toMatchObject({ outcome: 'nobody-reviewed' });
  });

  it('are those of its cycle and school', () => {
    expect(counts(viewOn('2026-11-11'))).toEqual({ parentId: 'cycle', kind: 'learning-review', schoolId: OAKFIELD });
  });
});

describe('its priorities', () => {
  const totals = { countedOn: day('2026-12-01') as Day, reviews: 5, held: 4, needs: [] };
  const priority = { strand: 'inclusion' as const, priority: 'Every child reads' };

  it('are one to five, each with a strand', () => {
    const fits = (n: number) => prioritiesForm().safeParse({ priorities: Array(n).fill(priority) }).success;
    expect([0, 1, 5, 6].map(fits)).toEqual([false, true, true, false]);
  });

  it('are reported to the cycle as strands, each once', () => {
    const answer = chosen(viewOn('2026-12-02', { totals }), { priorities: [priority, priority] }, 'sienna');
    expect(answer.effects).toEqual([
      {
        effect: 'report',
        mark: 'priorities-chosen',
        tally: { reviews: 5, held: 4, priorities: ['inclusion'] },
      },
    ]);
  });

  it('are chosen by the head by name, by several heads as heads, else by the executive', () => {
    const view = viewOn('2026-12-02');
    const withPeople = (...people: (typeof sienna)[]) => ({
      ...view,
      world: worldOf(oakfield, { today: day('2026-12-02'), people }),
    });
    expect(chooser(view)).toEqual({ personId: 'sienna' });
    expect(chooser(withPeople({ ...sienna, personId: 'second' }))).toEqual({ role: 'headteacher', schoolId: OAKFIELD });
    expect(chooser(withPeople({ ...sienna, roles: [] }))).toEqual({ role: 'executive', schoolId: TRUST });
    expect(corin.roles).toEqual([{ role: 'lsc-chair', schoolId: OAKFIELD }]);
  });

  it('are all that readers beyond the school see of it', () => {
    expect(brief({ ...data, totals, priorities: [priority] })).toEqual({
      cycleId: '2026-27-autumn',
      priorities: [priority],
      chosenOn: null,
    });
  });
});

describe('a school review', () => {
  it('is started by nobody', () => {
    expect(start()).toMatchObject({ rejected: 'not-allowed' });
  });
});
