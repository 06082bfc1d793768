import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendar, OAKFIELD, RIVERSIDE, ST_ALDHELM } from '../../test/world.ts';
import { day } from '../kernel/time.ts';
import { type NeedCode, type Route, routes, type Strand } from '../learning-needs/needs.ts';
import { type Demand, demandOf, type Shown, sessionsFor, UNDER_5 } from './demand.ts';

const need = (strand: Strand, route: Route): NeedCode => ({ strand, route });
const times = (n: number, schoolId: string, ...needs: NeedCode[]) =>
  Array.from({ length: n }, () => ({ schoolId, needs }));

const rowOf = ({ rows }: Demand, strand: Strand, schoolId: string | null = null, route: Route | null = null) =>
  rows.find((row) => row.strand === strand && row.schoolId === schoolId && row.route === route)?.count;

describe('demand', () => {
  it('ranks strands by how many need them, and each by school and by route', () => {
    const demand = demandOf([
      ...times(12, OAKFIELD, need('behaviour', 'inset')),
      ...times(20, RIVERSIDE, need('behaviour', 'coaching')),
      ...times(40, RIVERSIDE, need('subject', 'npq')),
    ]);
    const order = demand.rows.filter(({ schoolId, route }) => schoolId === null && route === null);
    expect(order.map(({ strand, count }) => [strand, count])).toEqual([
      ['subject', 40],
      ['behaviour', 32],
    ]);
    expect(rowOf(demand, 'behaviour', RIVERSIDE)).toBe(20);
    expect(rowOf(demand, 'behaviour', null, 'inset')).toBe(12);
    expect(demand).toMatchObject({ total: 72, conversations: 72 });
    expect(demand.bySchool[0]).toEqual({ schoolId: RIVERSIDE, count: 60 });
  });

  it('shows 1 to 4 as "under 5", and the next smallest so too where a total would reveal it', () => {
    const demand = demandOf([
      ...times(3, OAKFIELD, need('wellbeing', 'coaching')),
      ...times(9, RIVERSIDE, need('wellbeing', 'coaching')),
      ...times(30, ST_ALDHELM, need('wellbeing', 'coaching')),
    ]);
    expect(rowOf(demand, 'wellbeing', OAKFIELD)).toBe(UNDER_5);
    expect(rowOf(demand, 'wellbeing', RIVERSIDE)).toBe(UNDER_5);
    expect(rowOf(demand, 'wellbeing', ST_ALDHELM)).toBe(30);
    expect(rowOf(demand, 'wellbeing')).toBe(42);
  });

  it('of one school leaves routes out where their small counts would hide its strands', () => {
    // One by each route: who knows that it is eight in all knows each of them.
    const school = [
      ...routes.flatMap((route) => times(1, OAKFIELD, need('behaviour', route))),
      ...times(3, OAKFIELD, need('wellbeing', 'npq'), need('subject', 'inset'), need('leadership', 'npq')),
    ];
    expect(rowOf(demandOf(school), 'behaviour')).toBe(UNDER_5);
    const demand = demandOf(school, { routesGiveWay: true });
    expect(rowOf(demand, 'behaviour')).toBe(8);
    expect(rowOf(demand, 'behaviour', OAKFIELD)).toBe(8);
    for (const strand of ['wellbeing', 'subject', 'leadership'] as const) expect(rowOf(demand, strand)).toBe(UNDER_5);
    expect(demand.byRoute).toEqual([]);
    expect(demand.rows.filter(({ route }) => route !== null)).toEqual([]);
  });

  it('of one school keeps its routes where they hide no strand', () => {
    const school = [...times(12, OAKFIELD, need('behaviour', 'pdm')), ...times(10, OAKFIELD, need('subject', 'npq'))];
    expect(demandOf(school, { routesGiveWay: true })).toEqual(demandOf(school));
    expect(rowOf(demandOf(school, { routesGiveWay: true }), 'behaviour', null, 'pdm')).toBe(12);
  });

  it('of nobody is nothing', () => {
    expect(demandOf([])).toEqual({ total: 0, conversations: 0, bySchool: [], byRoute: [], rows: [] });
  });

  const reviews = fc.array(
    fc.record({
      schoolId: fc.constantFrom(OAKFIELD, RIVERSIDE, ST_ALDHELM, 'trust'),
      needs: fc.array(
        fc.record({
          strand: fc.constantFrom<Strand>('behaviour', 'subject', 'wellbeing', 'leadership'),
          route: fc.constantFrom<Route>('pdm', 'coaching', 'npq'),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    }),
    { maxLength: 120 },
  );

  it('leaves no total from which one hidden count could be subtracted, in any row, column or the grand total', () => {
    fc.assert(
      fc.property(reviews, (all) => {
        const demand = demandOf(all);
        const strandRows = demand.rows.filter(({ schoolId, route }) => schoolId === null && route === null);
        const lines: (readonly (Shown | undefined)[])[] = [
          [demand.total, ...strandRows.map(({ count }) => count)],
          [demand.total, ...demand.bySchool.map(({ count }) => count)],
          [demand.total, ...demand.byRoute.map(({ count }) => count)],
          ...strandRows.flatMap(({ strand, count }) => [
            [
              count,
              ...demand.rows.filter((row) => row.strand === strand && row.schoolId !== null).map((row) => row.count),
            ],
            [
              count,
              ...demand.rows.filter((row) => row.strand === strand && row.route !== null).map((row) => row.count),
            ],
          ]),
          ...demand.bySchool.map(({ schoolId, count }) => [
            count,
            ...demand.rows.filter((row) => row.schoolId === schoolId).map((row) => row.count),
          ]),
          ...demand.byRoute.map(({ route, count }) => [
            count,
            ...demand.rows.filter((row) => row.route === route).map((row) => row.count),
          ]),
        ];
        for (const line of lines) {
          expect(line.filter((count) => count === UNDER_5)).not.toHaveLength(1);
          for (const count of line) expect(count === UNDER_5 || (count ?? 0) >= 5 || count === 0).toBe(true);
        }
      }),
    );
  });

  it('has no count but those of codes: whatever else is in a review does not reach it', () => {
    const [withWords] = times(1, OAKFIELD, { ...need('subject', 'pdm'), need: 'What I said' } as NeedCode);
    expect(JSON.stringify(demandOf(withWords ? [withWords] : []))).not.toContain('What I said');
  });
});

describe('sessions that could meet a need', () => {
  const at = { calendar, today: day('2027-01-25'), schoolIds: [OAKFIELD, RIVERSIDE] };

  it('are INSET days still to come, for a school its own', () => {
    const days = sessionsFor({ schoolId: OAKFIELD, route: null }, at);
    expect(days.length).toBeGreaterThan(0);
    expect(days.every(({ kind, on }) => kind === 'inset-day' && on > at.today)).toBe(true);
    expect(sessionsFor({ schoolId: null, route: 'inset' }, at).length).toBeGreaterThanOrEqual(days.length);
  });

  it('are the intakes of NPQs that have not closed', () => {
    const intakes = sessionsFor({ schoolId: null, route: 'npq' }, at);
    expect(intakes.map(({ cohortId }) => cohortId)).toContain('2027b');
    expect(intakes.map(({ cohortId }) => cohortId)).not.toContain('2026b');
  });

  it('are none by a route of which no calendar knows', () => {
    expect(sessionsFor({ schoolId: null, route: 'coaching' }, at)).toEqual([]);
  });
});
