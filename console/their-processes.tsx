/** What runs or ran about somebody, of every kind: what is under way first, with what it waits for. */
import { Stack, Title } from '@mantine/core';
import { Link } from 'wouter';
import { Due, firstDue } from './due.tsx';
import { ShowMore } from './listing.tsx';
import { Loading, ProblemAlert } from './page.tsx';
import { useKind, useList } from './queries.ts';
import type { ListedProcess } from './shapes.ts';
import { dayOf, longDay, statusWords, texts } from './texts.ts';
import { standsAt } from './words.ts';

const isEnded = ({ status }: ListedProcess): boolean => status === 'completed' || status === 'stopped';

export function TheirProcesses({ personId, today }: { personId: string; today: string }) {
  const list = useList<ListedProcess>(`/people/${encodeURIComponent(personId)}/processes`, {});
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const ended = items.filter(isEnded);
  const underWay = items.filter((process) => !isEnded(process));
  return (
    <Stack component="section" gap="xs" aria-labelledby="processes">
      <Title order={2} size="h4" id="processes">
        {texts.people.processes}
      </Title>
      {list.error && <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Loading lines={2} />}
      {list.data !== undefined && underWay.length === 0 && (
        <p className="quiet">{ended.length === 0 ? texts.people.noProcesses : texts.people.nothingUnderWay}</p>
      )}
      {underWay.length > 0 && (
        <ul className="rows">
          {underWay.map((process) => (
            <li key={process.id}>
              <UnderWay process={process} today={today} />
            </li>
          ))}
        </ul>
      )}
      {ended.length > 0 && (
        <details>
          <summary>{texts.people.ended(ended.length, list.hasNextPage)}</summary>
          <ul className="plain">
            {ended.map((process) => (
              <li key={process.id}>
                <Ended process={process} />
              </li>
            ))}
          </ul>
        </details>
      )}
      <ShowMore list={list} size="xs" />
    </Stack>
  );
}

function useWords(process: ListedProcess) {
  const kind = useKind(process.kind);
  const label = kind?.label ?? '';
  return {
    name: process.title === null ? label : `${label}: ${process.title}`,
    href: `/${kind?.path ?? process.kind}/${process.id}`,
    stands: standsAt(kind, process),
  };
}

function UnderWay({ process, today }: { process: ListedProcess; today: string }) {
  const { name, href, stands } = useWords(process);
  const { openTasks, status, startedAt } = process;
  const task = firstDue(openTasks);
  return (
    <Link href={href} className="row">
      <span className="row-main">
        <span className="row-title">{name}</span>
        <span>
          {status === 'paused' ? `${statusWords[status]} · ` : ''}
          {stands}
        </span>
        <span className="quiet small">
          {task === undefined ? '' : `${texts.people.waitsFor(openTasks.map(({ title }) => title).join('; '))} · `}
          {texts.people.since(longDay(dayOf(startedAt)))}
        </span>
      </span>
      {task !== undefined && (
        <span className="row-side">
          <Due task={task} today={today} />
        </span>
      )}
    </Link>
  );
}

function Ended({ process }: { process: ListedProcess }) {
  const { name, href, stands } = useWords(process);
  return (
    <>
      <Link href={href}>{name}</Link>
      <span className="quiet small">
        {' '}
        · {stands}
        {process.endedAt === null ? '' : ` · ${longDay(dayOf(process.endedAt))}`}
      </span>
    </>
  );
}
