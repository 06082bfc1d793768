/** What every page has: its title for the window and for whoever listens, what is shown while it loads, what went wrong. */
import { Alert, Button, Skeleton, Stack, Text, Title, VisuallyHidden } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { Component, type ReactNode, useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { Refused, Unreachable } from './api.ts';
import { useFocus } from './focus.ts';
import { isMissingPart, reloadIfReached } from './parts.ts';
import { APP, texts } from './texts.ts';

let isFirstPage = true;

/** The heading of a page; after a move within the console it takes the focus, so that a screen reader tells where one is. */
export function PageTitle({
  children,
  inWindow = children,
  lead,
  aside,
}: {
  children: string;
  /** What the window is called, where the heading alone would be the same for many pages. */
  inWindow?: string;
  lead?: ReactNode;
  aside?: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${inWindow} · ${APP}`;
  }, [inWindow]);
  useEffect(() => {
    if (!isFirstPage) heading.current?.focus();
    isFirstPage = false;
  }, []);
  return (
    <header className="page-title">
      <div>
        <Title order={1} ref={heading} tabIndex={-1}>
          {children}
        </Title>
        {lead !== undefined && <p className="lead">{lead}</p>}
      </div>
      {aside}
    </header>
  );
}

export const Loading = ({ lines = 4 }: { lines?: number }) => (
  <Stack gap="sm" aria-busy="true" role="status">
    <VisuallyHidden>{texts.loading}</VisuallyHidden>
    {Array.from({ length: lines }, (_, at) => (
      <Skeleton key={at} height={at === 0 ? 28 : 18} width={`${95 - ((at * 17) % 40)}%`} />
    ))}
  </Stack>
);

/** A failure in words for the person. */
export function problemWords(error: unknown): string {
  if (error instanceof Unreachable || isMissingPart(error)) return texts.problem.offline;
  return error instanceof Refused && error.message !== '' ? error.message : texts.problem.unknown;
}

/** The same at the only field of a form: what is wrong with what was written there. */
export const problemAtField = (error: unknown): string =>
  (error instanceof Refused && error.errors.length === 1 && error.errors[0]?.message) || problemWords(error);

export const ProblemAlert = ({ error, onRetry }: { error: unknown; onRetry?: () => void }) => (
  <Alert color="red" variant="light" title={texts.problem.title} role="alert">
    <Text size="sm">{problemWords(error)}</Text>
    {onRetry && (
      <Button mt="sm" size="xs" variant="default" onClick={onRetry}>
        {texts.problem.again}
      </Button>
    )}
  </Alert>
);

/** Why what was just tried went wrong, if it did: it takes the focus, because the pressed button lost it while it was busy. */
export function Failed({ error }: { error: unknown }) {
  const problem = useFocus<HTMLDivElement>(error);
  if (!error) return null;
  return (
    <div ref={problem} tabIndex={-1}>
      <ProblemAlert error={error} />
    </div>
  );
}

/** What an act came to: it takes the focus, because the button that was pressed is gone. */
export const Notice = ({ children }: { children: string }) => (
  <Alert ref={useFocus<HTMLDivElement>()} tabIndex={-1} color="oak" role="status" mb="md">
    {children}
  </Alert>
);

export const NotFound = ({ detail }: { detail?: string }) => (
  <>
    <PageTitle>{texts.problem.notFound}</PageTitle>
    <p>{detail ?? texts.problem.notFoundHelp}</p>
    <Button component={Link} href="/inbox" variant="default">
      {texts.problem.toInbox}
    </Button>
  </>
);

/** A page that fails says so, and the way to the others stays. One that could not be loaded comes when the connection is back. */
export class Boundary extends Component<{ children: ReactNode }, { readonly error: unknown }> {
  override state: { readonly error: unknown } = { error: undefined };
  static getDerivedStateFromError = (error: unknown) => ({ error });
  readonly #again = () => {
    if (isMissingPart(this.state.error)) void reloadIfReached();
  };
  override componentDidMount() {
    window.addEventListener('online', this.#again);
  }
  override componentWillUnmount() {
    window.removeEventListener('online', this.#again);
  }
  override render() {
    return this.state.error === undefined ? (
      this.props.children
    ) : (
      <>
        <PageTitle>{texts.problem.noPage}</PageTitle>
        <ProblemAlert error={this.state.error} onRetry={() => void reloadIfReached()} />
      </>
    );
  }
}

/**
 * What is asked for, once it is there; what was there stays while it is asked for again. `isPage`: the page has no title
 * before.
 */
export function Loaded<T>({
  query,
  isPage = false,
  children,
}: {
  query: UseQueryResult<T>;
  isPage?: boolean;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error instanceof Refused && query.error.status === 404) return <NotFound detail={query.error.message} />;
  if (!query.error) return <Loading />;
  return (
    <>
      {isPage && <PageTitle>{texts.problem.noPage}</PageTitle>}
      <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />
    </>
  );
}
