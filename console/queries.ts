/** What the pages read, each with its key, and what people change. */
import { QueryClient, queryOptions, useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { ask, passes } from './api.ts';
import { signInConfig } from './session.ts';
import type {
  Calendar,
  Diagram,
  Kind,
  Linked,
  Me,
  Page,
  PersonInFull,
  Process,
  ProcessComment,
  ProcessEvent,
  School,
  Task,
} from './shapes.ts';
import { texts } from './texts.ts';

/** A page is fresh for so many milliseconds; words and schools, which hardly ever change, longer. */
const FRESH = 10_000;
const HARDLY_EVER = 10 * 60_000;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: FRESH, retry: (count, error) => passes(error) && count < 2, networkMode: 'always' },
    mutations: { networkMode: 'always' },
  },
});

export const pathWith = (path: string, query: Readonly<Record<string, string | null | undefined>>): string => {
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
};

const reading = <T>(key: readonly unknown[], path: string, staleTime = FRESH) =>
  queryOptions({ queryKey: key, queryFn: ({ signal }) => ask<T>('GET', path, { signal }), staleTime });

export const useSignInConfig = () =>
  useQuery({ queryKey: ['sign-in-config'], queryFn: signInConfig, staleTime: Number.POSITIVE_INFINITY });
/** A practice copy, on one machine. */
export const useIsLocal = (): boolean => useSignInConfig().data?.kind === 'local';
export const useMe = () => useQuery(reading<Me>(['me'], '/me', 60_000));
/** Whose page this is, once that has been read; nobody's after the sign-out. */
export const personHere = (): string | undefined => queryClient.getQueryData<Me>(['me'])?.personId;
export const useKinds = () => useQuery(reading<Page<Kind>>(['kinds'], '/processes', HARDLY_EVER));
export const useSchools = () => useQuery(reading<Page<School>>(['schools'], '/schools', HARDLY_EVER));
const calendar = reading<Calendar>(['calendar'], '/calendar', HARDLY_EVER);
export const useCalendar = () => useQuery(calendar);
export const useCohorts = () =>
  useQuery({ ...calendar, select: ({ years }) => years.flatMap(({ npqCohorts }) => npqCohorts) });
/** Of learning reviews. */
export const useCycles = () =>
  useQuery({ ...calendar, select: ({ years }) => years.flatMap(({ learningReviewCycles }) => learningReviewCycles) });
export const taskQuery = (taskId: string) => reading<Task>(['task', taskId], `/tasks/${encodeURIComponent(taskId)}`);
export const useTask = (taskId: string) => useQuery(taskQuery(taskId));
export const usePerson = (personId: string) =>
  useQuery(reading<PersonInFull>(['person', personId], `/people/${encodeURIComponent(personId)}`));
export const useDiagram = (kind: string) =>
  useQuery(reading<Diagram>(['diagram', kind], `/processes/${kind}/diagram`, HARDLY_EVER));

/** While the machine makes its next move, a process is asked for again every second. */
export const useProcess = (path: string, id: string) =>
  useQuery({
    ...reading<Process>(['process', path, id], `/${path}/${encodeURIComponent(id)}`),
    refetchInterval: ({ state }) => (state.data?.moving ? 1_000 : false),
  });

/** Pages of a list, each when it is asked for. */
export const useList = <T>(path: string, query: Readonly<Record<string, string | null | undefined>>) =>
  useInfiniteQuery({
    queryKey: ['list', path, query],
    queryFn: ({ pageParam, signal }) =>
      ask<Page<T>>('GET', pathWith(path, { ...query, cursor: pageParam }), { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.cursor,
  });
export type List<T> = ReturnType<typeof useList<T>>;

/** What hangs on a process, by page, as of its version. */
const usePagesOf = <T>(
  of: 'events' | 'comments' | 'linked',
  path: string,
  { id, version }: Pick<Process, 'id' | 'version'>,
  query: Readonly<Record<string, string>>,
) =>
  useInfiniteQuery({
    queryKey: ['process', path, id, of, version],
    queryFn: ({ pageParam, signal }) =>
      ask<Page<T>>('GET', pathWith(`/${path}/${encodeURIComponent(id)}/${of}`, { ...query, cursor: pageParam }), {
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.cursor,
    placeholderData: (before) => before,
  });

/** The newest first. */
export const useEvents = (path: string, process: Process) =>
  usePagesOf<ProcessEvent>('events', path, process, { order: 'newest', limit: '40' });
export const useProcessComments = (path: string, process: Process) =>
  usePagesOf<ProcessComment>('comments', path, process, { order: 'newest', limit: '20' });
export const useLinked = (path: string, process: Process) =>
  usePagesOf<Linked>('linked', path, process, { limit: '10' });

/** Everything that is shown is read again; the reader, too, who may stand in for somebody now. */
export const readAgain = (): Promise<unknown> =>
  Promise.all(
    ['process', 'list', 'task', 'person', 'report', 'me'].map((key) =>
      queryClient.invalidateQueries({ queryKey: [key] }),
    ),
  );

export interface Command {
  readonly method?: 'POST' | 'PUT';
  readonly path: string;
  readonly body: unknown;
  /** Of what was read, where a change in between has to be looked at first. */
  readonly version?: number;
}

/**
 * Carries a command out. The same command has the same key until it was answered, so that sending it again after a
 * dropped connection does it once. Afterwards everything that is shown is read again.
 */
export function useCommand<T>() {
  const sent = useRef<{ readonly text: string; readonly key: string } | undefined>(undefined);
  return useMutation({
    mutationFn: ({ method = 'POST', path, body, version }: Command) => {
      const text = JSON.stringify([method, path, body]);
      if (sent.current?.text !== text) sent.current = { text, key: crypto.randomUUID() };
      return ask<T>(method, path, { body, key: sent.current.key, ...(version !== undefined && { version }) });
    },
    onSuccess: () => {
      sent.current = undefined;
      return readAgain();
    },
  });
}

/** Names of schools by their id. */
export function useSchoolName(): (schoolId: string) => string {
  const { data } = useSchools();
  return (schoolId) => data?.items.find((school) => school.schoolId === schoolId)?.name ?? centralOr(schoolId);
}

const centralOr = (schoolId: string): string => (schoolId === 'trust' ? texts.centralOffice : schoolId);

export function useKind(kind: string | undefined): Kind | undefined {
  const { data } = useKinds();
  return data?.items.find((each) => each.kind === kind || each.path === kind);
}
