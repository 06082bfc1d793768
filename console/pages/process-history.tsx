/** What happened in a process and what was said there. */
import { Button, Title } from '@mantine/core';
import { useRef } from 'react';
import { Comments } from '../comments.tsx';
import { Loading, ProblemAlert } from '../page.tsx';
import { useEvents, useProcessComments } from '../queries.ts';
import type { Kind, Process, ProcessEvent } from '../shapes.ts';
import { dayOf, eventWords, longDay, texts, timeWords } from '../texts.ts';
import { visitOf, wordsOf } from '../words.ts';

/** What happened, the newest first, day by day. */
export function Timeline({ process, kind }: { process: Process; kind: Kind }) {
  const events = useEvents(kind.path, process);
  const items = events.data?.pages.flatMap((page) => page.items) ?? [];
  const days = [...Map.groupBy(items, ({ at }) => dayOf(at))];
  const list = useRef<HTMLOListElement>(null);
  return (
    <section aria-labelledby="timeline">
      <Title order={2} size="h4" id="timeline">
        {texts.process.timeline}
      </Title>
      {events.error && <ProblemAlert error={events.error} onRetry={() => void events.refetch()} />}
      <ol className="days" ref={list} tabIndex={-1}>
        {days.map(([on, happened]) => (
          <li key={on}>
            <Title order={3} size="h6">
              {longDay(on)}
            </Title>
            <ol className="timeline">
              {happened.map((event) => (
                <Happened key={event.seq} event={event} process={process} kind={kind} />
              ))}
            </ol>
          </li>
        ))}
      </ol>
      {events.hasNextPage && (
        <Button
          variant="default"
          loading={events.isFetchingNextPage}
          onClick={() =>
            void events.fetchNextPage().then(({ hasNextPage }) => {
              // With the last page the button goes, and would take the focus with it.
              if (!hasNextPage) list.current?.focus();
            })
          }
        >
          {texts.process.earlier}
        </Button>
      )}
      {events.isPending && <Loading />}
    </section>
  );
}

const Happened = ({ event, process, kind }: { event: ProcessEvent; process: Process; kind: Kind }) => (
  <li>
    <span>{eventWords(event, kind, process.visits)}</span>
    <span className="quiet small">
      {timeWords(event.at)} · {'name' in event.by ? event.by.name : texts.process.system}
    </span>
  </li>
);

export function Said({ process, kind }: { process: Process; kind: Kind }) {
  const comments = useProcessComments(kind.path, process);
  const titleOf = (taskId: string): string | undefined => {
    const visit = visitOf(process.visits, taskId);
    return visit && wordsOf(kind, visit.wait, visit.part)?.label;
  };
  if (comments.data === undefined)
    return comments.error ? <ProblemAlert error={comments.error} onRetry={() => void comments.refetch()} /> : null;
  return (
    <Comments
      comments={comments.data.pages.flatMap((page) => page.items).toReversed()}
      taskId={process.asOf === null ? process.openTasks[0]?.taskId : undefined}
      titleOf={titleOf}
      earlier={{
        isThere: comments.hasNextPage,
        isBusy: comments.isFetchingNextPage,
        read: () => void comments.fetchNextPage(),
      }}
    />
  );
}
