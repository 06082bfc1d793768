/**
 * Demand: the needs of many people, added up by strand, school and route, in counts that can be shown. No name, no word
 * that somebody wrote, at any size; what is small is hidden (`suppression.ts`).
 */
import { type Calendar, cohortState, cohorts, insetDaysOf } from '../kernel/calendar.ts';
import type { Day } from '../kernel/time.ts';
import { type CountedReview, type Route, routes, type Strand, strands } from '../learning-needs/needs.ts';
import { hiddenCounts, type Line } from './suppression.ts';

/** How a count from 1 to 4 is shown, and one that would give such a count away. */
export const UNDER_5 = 'under 5';
export type Shown = number | typeof UNDER_5;

/** How many needs of that strand: in all, at one school, or by one route. Nothing but 1 and more is among them. */
export interface DemandRow {
  readonly strand: Strand;
  readonly schoolId: string | null;
  readonly route: Route | null;
  readonly count: Shown;
}

export interface Demand {
  readonly total: Shown;
  /** Conversations in which they were agreed. */
  readonly conversations: Shown;
  readonly bySchool: readonly { readonly schoolId: string; readonly count: Shown }[];
  readonly byRoute: readonly { readonly route: Route; readonly count: Shown }[];
  /** Strands, most needed first; after each its schools and its routes in the same order. */
  readonly rows: readonly DemandRow[];
}

type Place = readonly [strand: Strand | null, schoolId: string | null, route: Route | null];
const keyOf = (...place: Place): string => JSON.stringify(place);

/**
 * Adds up reviews, over all schools that they are of. In one school nearly every count by route is small, and would take
 * the strands with it into hiding: where `routesGiveWay`, strands are shown and routes are left out instead.
 */
export function demandOf(reviews: readonly CountedReview[], { routesGiveWay = false } = {}): Demand {
  const schoolIds = [...new Set(reviews.map(({ schoolId }) => schoolId))].sort();
  const needs = reviews.flatMap(({ schoolId, needs: agreed }) => agreed.map((need) => ({ ...need, schoolId })));
  const counts = new Map<string, number>();
  const add = (...place: Place) => counts.set(keyOf(...place), (counts.get(keyOf(...place)) ?? 0) + 1);
  for (const { strand, schoolId, route } of needs) {
    add(null, null, null);
    add(strand, null, null);
    add(null, schoolId, null);
    add(null, null, route);
    add(strand, schoolId, null);
    add(strand, null, route);
  }
  const ofStrands = (schoolId: string | null, route: Route | null) =>
    strands.map((strand) => keyOf(strand, schoolId, route));
  const ofSchools = (strand: Strand | null) => schoolIds.map((schoolId) => keyOf(strand, schoolId, null));
  const ofRoutes = (strand: Strand | null) => routes.map((route) => keyOf(strand, null, route));
  const linesOfPlaces: Line[] = [
    { total: keyOf(null, null, null), parts: ofStrands(null, null) },
    ...[null, ...strands].map((strand) => ({ total: keyOf(strand, null, null), parts: ofSchools(strand) })),
    ...schoolIds.map((schoolId) => ({ total: keyOf(null, schoolId, null), parts: ofStrands(schoolId, null) })),
  ];
  const linesOfRoutes: Line[] = [
    ...[null, ...strands].map((strand) => ({ total: keyOf(strand, null, null), parts: ofRoutes(strand) })),
    ...routes.map((route) => ({ total: keyOf(null, null, route), parts: ofStrands(null, route) })),
  ];
  const hiddenInAll = hiddenCounts(counts, [...linesOfPlaces, ...linesOfRoutes]);
  const hiddenInPlaces = routesGiveWay ? hiddenCounts(counts, linesOfPlaces) : hiddenInAll;
  const costs = linesOfPlaces
    .flatMap(({ total, parts }) => [total, ...parts])
    .some((key) => hiddenInAll.has(key) && !hiddenInPlaces.has(key));
  const hidden = costs ? hiddenInPlaces : hiddenInAll;
  const shownRoutes = costs ? [] : routes;
  const shown = (...place: Place): Shown =>
    hidden.has(keyOf(...place)) ? UNDER_5 : (counts.get(keyOf(...place)) ?? 0);
  const some = <T extends { readonly count: Shown }>(rows: readonly T[]): readonly T[] =>
    rows.filter(({ count }) => count !== 0).sort((a, b) => weight(b.count) - weight(a.count));
  const held = reviews.length;
  return {
    total: shown(null, null, null),
    conversations: held > 0 && held < 5 ? UNDER_5 : held,
    bySchool: some(schoolIds.map((schoolId) => ({ schoolId, count: shown(null, schoolId, null) }))),
    byRoute: some(shownRoutes.map((route) => ({ route, count: shown(null, null, route) }))),
    rows: some(
      strands.map((strand) => ({ strand, schoolId: null, route: null, count: shown(strand, null, null) })),
    ).flatMap((row): readonly DemandRow[] => [
      row,
      ...some(schoolIds.map((schoolId) => ({ ...row, schoolId, count: shown(row.strand, schoolId, null) }))),
      ...some(shownRoutes.map((route) => ({ ...row, route, count: shown(row.strand, null, route) }))),
    ]),
  };
}

/** What is hidden stands behind what is shown, and tells nothing by its place. */
const weight = (count: Shown): number => (count === UNDER_5 ? 0 : count);

/** A session on file that could meet a need: an INSET day, or an intake of NPQs. */
export interface Session {
  readonly kind: 'inset-day' | 'npq-cohort';
  readonly on: Day;
  /** The intake, for an NPQ. */
  readonly cohortId: string | null;
}

/** So many sessions are named at most. */
const MOST_SESSIONS = 5;

/**
 * Sessions still to come that could meet a need: of a school, or by a route, its INSET days; by an NPQ the intakes that
 * are open or will open. What no calendar has (a PDM, coaching) is not among them.
 */
export function sessionsFor(
  { schoolId, route }: Pick<DemandRow, 'schoolId' | 'route'>,
  {
    calendar,
    today,
    schoolIds,
  }: { readonly calendar: Calendar; readonly today: Day; readonly schoolIds: readonly string[] },
): readonly Session[] {
  if (route === 'npq')
    return cohorts(calendar)
      .filter((cohort) => cohortState(cohort, today) !== 'closed')
      .map(
        ({ id, registrationOpens }): Session => ({
          kind: 'npq-cohort',
          on: registrationOpens,
          cohortId: id,
        }),
      )
      .slice(0, MOST_SESSIONS);
  if (schoolId === null && route !== 'inset') return [];
  const days = (schoolId === null ? schoolIds : [schoolId]).flatMap((each) => insetDaysOf(calendar, each));
  return [...new Set(days)]
    .filter((on) => on > today)
    .sort()
    .slice(0, MOST_SESSIONS)
    .map((on): Session => ({ kind: 'inset-day', on, cohortId: null }));
}
