/** Reports behind the boards: asked for once, shown when they are there. */
import { type Query, type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useSyncExternalStore } from 'react';
import { ask } from '../api.ts';
import type { Bar } from '../chart.tsx';
import { Loading, ProblemAlert } from '../page.tsx';
import { pathWith } from '../queries.ts';
import type { LatenessReport } from '../shapes.ts';
import { texts } from '../texts.ts';

/** Reports count what is there now; they need not be fresher than a minute. */
const FRESH = 60_000;

/** What a chart of a school is asked with; nothing: all that the reader may see. */
export interface OfSchool {
  readonly schoolId?: string | undefined;
}

/** The report's path below `/reports`, of that school where the report takes one. */
export const reportOf = (report: string, query: Readonly<Record<string, string | undefined>> = {}): string =>
  pathWith(report, query);

export const useReport = <T,>(report: string, { isWanted = true } = {}) =>
  useQuery({
    enabled: isWanted,
    queryKey: ['report', report],
    queryFn: ({ signal }) => ask<T>('GET', `/reports/${report}`, { signal }),
    staleTime: FRESH,
  });

/** How late tasks are: counted for the numbers seen first and for the charts. */
export const useLateness = (schoolId: string | undefined) =>
  useReport<LatenessReport>(reportOf('lateness', { school: schoolId }));

export function Reported<T>({ query, children }: { query: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return children(query.data);
  return <div className="panel">{query.error ? <p className="quiet">{texts.board.notLoaded}</p> : <Loading />}</div>;
}

const failing = {
  queryKey: ['report'],
  type: 'active',
  predicate: ({ state }: Query) => state.status === 'error',
} as const;

/** What makes one report fail makes others fail: it is said once, also where numbers of before are still shown, and all are asked for again. */
export function ReportProblem() {
  const client = useQueryClient();
  const cache = client.getQueryCache();
  const error = useSyncExternalStore(
    (told) => cache.subscribe(told),
    () => cache.findAll(failing)[0]?.state.error ?? undefined,
  );
  return error === undefined ? null : (
    <ProblemAlert error={error} onRetry={() => void client.refetchQueries(failing)} />
  );
}

export const isAt =
  (schoolId: string | undefined) =>
  (row: { readonly schoolId: string }): boolean =>
    schoolId === undefined || row.schoolId === schoolId;

export const sumOf = <Row,>(rows: readonly Row[], number: (row: Row) => number): number =>
  rows.reduce((total, row) => total + number(row), 0);

/** One series of counts. */
export const counted = (name: string) => [{ name, tone: 'calm' }] as const;

export const boardOf = (schoolId: string): string => `/board?school=${schoolId}`;

/** Rows added up by a field, most first. */
export function countedBy<Row extends { readonly count: number }>(
  rows: readonly Row[],
  name: (row: Row) => string,
  label: (name: string) => string,
): Bar[] {
  return [...Map.groupBy(rows, name)]
    .map(([key, held]) => ({ key, label: label(key), values: [sumOf(held, ({ count }) => count)] }))
    .sort((one, other) => (other.values[0] ?? 0) - (one.values[0] ?? 0));
}
