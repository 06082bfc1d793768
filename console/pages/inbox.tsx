/** What somebody has to do or decide, soonest first. The filters are in the address, so that a link keeps them. */
import { Button, Checkbox, NativeSelect } from '@mantine/core';
import type { KeyboardEvent } from 'react';
import { Link, useSearchParams } from 'wouter';
import { Due } from '../due.tsx';
import { Loading, PageTitle, ProblemAlert } from '../page.tsx';
import { useKinds, useList, useMe, useSchoolName, useSchools } from '../queries.ts';
import type { Me, TaskSummary } from '../shapes.ts';
import { StandingIn } from '../standing-in.tsx';
import { texts } from '../texts.ts';

/** Arrow keys, Home and End move through a list of links. */
export function moveThrough(event: KeyboardEvent<HTMLElement>): void {
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('a[data-row]')];
  const at = links.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key];
  if (to === undefined || at < 0) return;
  const link = links[to];
  if (link === undefined) return;
  event.preventDefault();
  link.focus();
}

/** Whether somebody sees more than one school's tasks. */
const seesSchools = ({ roles }: Me): boolean =>
  new Set(roles.map(({ schoolId }) => schoolId)).size > 1 || roles.some(({ schoolId }) => schoolId === null);

export function InboxPage() {
  const [search, setSearch] = useSearchParams();
  const { data: me } = useMe();
  const { data: kinds } = useKinds();
  const { data: schools } = useSchools();
  const filters = { kind: search.get('kind'), school: search.get('school'), overdue: search.get('overdue') };
  const isFiltered = Object.values(filters).some((value) => value !== null);
  const list = useList<TaskSummary>('/inbox', filters);
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const set = (name: string, value: string) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === '') next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );

  return (
    <>
      <PageTitle lead={texts.inbox.lead}>{texts.inbox.title}</PageTitle>
      <StandingIn />
      {(isFiltered || items.length > 0) && (
        <search className="filters" aria-label={texts.inbox.filters}>
          {(kinds?.items.length ?? 0) > 1 && (
            <NativeSelect
              size="sm"
              label={texts.inbox.kind}
              value={filters.kind ?? ''}
              onChange={(event) => set('kind', event.currentTarget.value)}
              data={[
                { value: '', label: texts.inbox.any },
                ...(kinds?.items.map(({ kind, label }) => ({ value: kind, label })) ?? []),
              ]}
            />
          )}
          {me && seesSchools(me) && (
            <NativeSelect
              size="sm"
              label={texts.inbox.school}
              value={filters.school ?? ''}
              onChange={(event) => set('school', event.currentTarget.value)}
              data={[
                { value: '', label: texts.inbox.any },
                ...(schools?.items.map(({ schoolId, name }) => ({ value: schoolId, label: name })) ?? []),
              ]}
            />
          )}
          <Checkbox
            label={texts.inbox.late}
            checked={filters.overdue === 'true'}
            onChange={(event) => set('overdue', event.currentTarget.checked ? 'true' : '')}
          />
        </search>
      )}
      {list.error && <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Loading lines={6} />}
      {list.data !== undefined && items.length === 0 && (
        <section className="empty">
          <p>
            <strong>{isFiltered ? texts.inbox.emptyFiltered : texts.inbox.empty}</strong>
          </p>
          {!isFiltered && <p>{texts.inbox.emptyHelp}</p>}
          {isFiltered ? (
            <Button variant="default" onClick={() => setSearch({}, { replace: true })}>
              {texts.inbox.clear}
            </Button>
          ) : (
            <Button component={Link} href="/processes" variant="default">
              {texts.inbox.start}
            </Button>
          )}
        </section>
      )}
      <Offers tasks={items} isMore={list.hasNextPage} search={search} />
      {items.length > 0 && me && <TaskList tasks={items} me={me} />}
      {list.hasNextPage && (
        <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {texts.showMore}
        </Button>
      )}
    </>
  );
}

/** More stand behind "more": the inbox stays an inbox. */
const OFFERS = 3;

/** Where several of one name wait that may be answered with one form. */
function Offers({
  tasks,
  isMore,
  search,
}: {
  tasks: readonly TaskSummary[];
  isMore: boolean;
  search: URLSearchParams;
}) {
  const several = Map.groupBy(
    tasks.filter(({ isForSeveral }) => isForSeveral),
    ({ process, task }) => `${process.kind}/${task}`,
  );
  const offers = [...several].filter(([, { length }]) => length > 1).toSorted(([, a], [, b]) => b.length - a.length);
  const list = (shown: typeof offers) => (
    <ul className="offers">
      {shown.map(([path, like]) => (
        <li key={path}>
          <span>
            {like[0]?.title}
            <span className="quiet"> · {texts.several.waiting(`${like.length}${isMore ? '+' : ''}`)}</span>
          </span>
          <Link href={`/inbox/${path}${search.size > 0 ? `?${search}` : ''}`}>
            {texts.several.offer}
            <span className="unseen">{texts.several.offerOf(like[0]?.title ?? '')}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
  if (offers.length === 0) return null;
  return (
    <section aria-label={texts.several.offers}>
      {list(offers.slice(0, OFFERS))}
      {offers.length > OFFERS && (
        <details>
          <summary>{texts.several.moreOffers(offers.length - OFFERS)}</summary>
          {list(offers.slice(OFFERS))}
        </details>
      )}
    </section>
  );
}

function TaskList({ tasks, me }: { tasks: readonly TaskSummary[]; me: Me }) {
  const schoolName = useSchoolName();
  const { data: kinds } = useKinds();
  const labelOf = ({ process: { kind, stage } }: TaskSummary): string => {
    const found = kinds?.items.find((each) => each.kind === kind);
    const stageLabel = found?.stages.find(({ name }) => name === stage)?.label;
    return [found?.label ?? kind, stageLabel].filter((part) => part !== undefined).join(' · ');
  };
  return (
    <ul className="rows" onKeyDown={moveThrough} aria-description={texts.inbox.keys}>
      {tasks.map((task) => (
        <li key={task.taskId}>
          <Link href={`/tasks/${task.taskId}`} data-row className="row">
            <span className="row-main">
              <span className="row-title">{task.title}</span>
              <span className="row-about">
                {task.subject.personId === me.personId ? texts.inbox.yours : texts.inbox.about(task.subject.name)}
                {task.subject.personId !== null && <span className="quiet"> · {schoolName(task.schoolId)}</span>}
              </span>
              <span className="quiet small">{labelOf(task)}</span>
            </span>
            <span className="row-side">
              <Due task={task} today={me.today} />
              {task.assignee && task.assignee.personId !== me.personId && (
                <span className="quiet small">{texts.inbox.given(task.assignee.name)}</span>
              )}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
