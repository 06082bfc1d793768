/** Where somebody stands on the career ladder: what is done, what is under way, and what can come next with the reason. */
import { Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { ask, passes } from './api.ts';
import { ProblemAlert } from './page.tsx';
import { useKinds, useMe } from './queries.ts';
import { longDay, texts } from './texts.ts';

/** What `GET /people/{id}/pathway` answers. */
interface PathwayRead {
  readonly completed: readonly {
    readonly step: string;
    readonly label: string;
    readonly shownBy: 'qualification' | 'role' | 'post';
    readonly on: string | null;
  }[];
  readonly current: readonly {
    readonly step: string;
    readonly label: string;
    readonly processId: string;
    readonly path: string | null;
  }[];
  readonly next: readonly {
    readonly step: string;
    readonly label: string;
    readonly why: string;
    readonly startPath: string | null;
  }[];
}

export function Pathway({ personId }: { personId: string }) {
  const { data: me } = useMe();
  const { data: kinds } = useKinds();
  const { data, error, refetch } = useQuery({
    queryKey: ['person', personId, 'pathway'],
    queryFn: ({ signal }) => ask<PathwayRead>('GET', `/people/${encodeURIComponent(personId)}/pathway`, { signal }),
  });
  // Whose pathway one may not see has none here: the record beside it says what may be known.
  if (data === undefined) return passes(error) ? <ProblemAlert error={error} onRetry={() => void refetch()} /> : null;
  const { completed, current, next } = data;
  const mayStart = (path: string): boolean => {
    const kind = kinds?.items.find((each) => `/${each.path}` === path);
    return (personId === me?.personId ? kind?.mayStart.forSelf : kind?.mayStart.forOthers) ?? false;
  };
  if (completed.length + current.length + next.length === 0) return null;
  return (
    <section aria-labelledby="pathway" className="panel">
      <Title order={2} size="h4" id="pathway">
        {texts.pathway.title}
      </Title>
      {completed.length > 0 && (
        <>
          <Title order={3} size="h6">
            {texts.pathway.completed}
          </Title>
          <ul className="plain">
            {completed.map(({ step, label, on, shownBy }) => (
              <li key={step}>
                {label}{' '}
                <span className="quiet small">{on === null ? texts.pathway.shownBy[shownBy] : longDay(on)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {current.length > 0 && (
        <>
          <Title order={3} size="h6">
            {texts.pathway.current}
          </Title>
          <ul className="plain">
            {current.map(({ processId, label, path }) => (
              <li key={processId}>{path === null ? label : <Link href={path}>{label}</Link>}</li>
            ))}
          </ul>
        </>
      )}
      {next.length > 0 && (
        <>
          <Title order={3} size="h6">
            {texts.pathway.next}
          </Title>
          <ul className="plain">
            {next.map(({ step, label, why, startPath }) => (
              <li key={step}>
                {label}{' '}
                {startPath !== null && mayStart(startPath) && (
                  <Link href={`${startPath}/new?person=${encodeURIComponent(personId)}`}>
                    {texts.pathway.start}
                    <span className="unseen">{texts.pathway.startOf(label)}</span>
                  </Link>
                )}
                <div className="quiet small">{why}</div>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
