/** What lists share: filters that are in the address, so that a link keeps them, pages on request, keys that move through the rows. */
import { Button, type ButtonProps } from '@mantine/core';
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import { useSearchParams } from 'wouter';
import { Loading, ProblemAlert } from './page.tsx';
import { type List, useSchools } from './queries.ts';
import { texts } from './texts.ts';

export function useFilters() {
  const [search, setSearch] = useSearchParams();
  return {
    search,
    /** Nothing is filtered by what is empty. */
    set: (name: string, value: string) =>
      setSearch(
        (before) => {
          const next = new URLSearchParams(before);
          if (value === '') next.delete(name);
          else next.set(name, value);
          return next;
        },
        { replace: true },
      ),
    clear: () => setSearch({}, { replace: true }),
  };
}

/** The schools and the central office, which has people and processes as well. */
export function usePlaces(): readonly { readonly value: string; readonly label: string }[] {
  const { data } = useSchools();
  const schools = data?.items.filter(({ schoolId }) => schoolId !== OFFICE) ?? [];
  return [
    ...schools.map(({ schoolId, name }) => ({ value: schoolId, label: name })),
    { value: OFFICE, label: texts.centralOffice },
  ];
}

const OFFICE = 'trust';

/** Rows of links: arrow keys, Home and End move through them. */
export const Rows = ({ children, description }: { children: ReactNode; description?: string }) => (
  <ul className="rows" onKeyDown={moveThrough} aria-description={description}>
    {children}
  </ul>
);

function moveThrough(event: KeyboardEvent<HTMLElement>): void {
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('a[data-row]')];
  const at = links.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key];
  if (to === undefined || at < 0) return;
  const link = links[to];
  if (link === undefined) return;
  event.preventDefault();
  link.focus();
}

/** What there is of a list by now, or that there is none. */
export function Pages<T>({
  list,
  none,
  children,
}: {
  list: List<T>;
  none: ReactNode;
  children: (items: readonly T[]) => ReactNode;
}) {
  const items = list.data?.pages.flatMap((page) => page.items);
  return (
    <>
      {list.error && <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Loading lines={6} />}
      {items !== undefined && (items.length === 0 ? none : children(items))}
      <ShowMore list={list} />
    </>
  );
}

/**
 * The next page on request. The button cannot keep the focus while it is busy, and is gone after the last page: its place
 * takes it over at once, so that whoever has gone elsewhere by the time the page comes stays there.
 */
export function ShowMore<T>({
  list: { hasNextPage, isFetchingNextPage, fetchNextPage },
  ...button
}: ButtonProps & { list: List<T> }) {
  const [isAsked, setAsked] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  if (!hasNextPage && !isAsked) return null;
  return (
    <div ref={place} tabIndex={-1}>
      {hasNextPage && (
        <Button
          variant="default"
          {...button}
          loading={isFetchingNextPage}
          onClick={() => {
            setAsked(true);
            place.current?.focus();
            void fetchNextPage();
          }}
        >
          {texts.showMore}
        </Button>
      )}
    </div>
  );
}
