/** What somebody has to do or decide, soonest first. The filters are in the address, so that a link keeps them. */
import { Button, Checkbox, NativeSelect } from '@mantine/core';
import { Link } from 'wouter';
import { Due } from '../due.tsx';
import { Pages, Rows, useFilters, usePlaces } from '../listing.tsx';
import { Loaded, PageTitle } from '../page.tsx';
import { useKinds, useList, useMe, useSchoolName } from '../queries.ts';
import type { Me, TaskSummary } from '../shapes.ts';
import { StandingIn } from '../standing-in.tsx';
import { texts } from '../texts.ts';

/** Whether somebody sees more than one school's tasks. */
const seesSchools = ({ roles }: Me): boolean =>
  new Set(roles.map(({ schoolId }) => schoolId)).size > 1 || roles.some(({ schoolId }) => schoolId === null);

export function InboxPage() {
  const { search, set, clear } = useFilters();
  const me = useMe();
  const { data: kinds } = useKinds();
  const places = usePlaces();
  const filters = { kind: search.get('kind'), school: search.get('school'), overdue: search.get('overdue') };
  const isFiltered = Object.values(filters).some((value) => value !== null);
  const list = useList<TaskSummary>('/inbox', filters);

  return (
    <>
      <PageTitle lead={texts.inbox.lead}>{texts.inbox.title}</PageTitle>
      <StandingIn />
      {(isFiltered || list.data?.pages.some(({ items }) => items.length > 0)) && (
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
          {me.data && seesSchools(me.data) && (
            <NativeSelect
              size="sm"
              label={texts.inbox.school}
              value={filters.school ?? ''}
              onChange={(event) => set('school', event.currentTarget.value)}
              data={[{ value: '', label: texts.inbox.any }, ...places]}
            />
          )}
          <Checkbox
            label={texts.inbox.late}
            checked={filters.overdue === 'true'}
            onChange={(event) => set('overdue', event.currentTarget.checked ? 'true' : '')}
          />
        </search>
      )}
      <Loaded query={me}>
        {(who) => (
          <Pages list={list} none={<Nothing onClear={isFiltered ? clear : undefined} />}>
            {(tasks) => (
              <>
                <Offers tasks={tasks} isMore={list.hasNextPage} search={search} />
                <TaskList tasks={tasks} me={who} />
              </>
            )}
          </Pages>
        )}
      </Loaded>
    </>
  );
}

function Nothing({ onClear }: { onClear: (() => void) | undefined }) {
  const { data: kinds } = useKinds();
  const mayStart = kinds?.items.some((each) => each.mayStart.forSelf || each.mayStart.forOthers);
  return (
    <section className="empty">
      <p>
        <strong>{onClear ? texts.inbox.emptyFiltered : texts.inbox.empty}</strong>
      </p>
      {onClear ? (
        <Button variant="default" onClick={onClear}>
          {texts.inbox.clear}
        </Button>
      ) : (
        <>
          <p>{mayStart ? texts.inbox.emptyHelp : texts.inbox.emptyHelpOnly}</p>
          <Button component={Link} href="/processes" variant="default">
            {mayStart ? texts.inbox.start : texts.inbox.underWay}
          </Button>
        </>
      )}
    </section>
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

/** Somebody else's, that the reader may answer too: given to that person, or late, or they are away. */
function With({ task: { assignee, candidates }, me }: { task: TaskSummary; me: Me }) {
  const [first] = candidates;
  const whose = assignee ?? (first && 'personId' in first ? first : undefined);
  return whose === undefined || whose.personId === me.personId ? null : (
    <span className="quiet small">{texts.inbox.given(whose.name)}</span>
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
    <Rows description={texts.inbox.keys}>
      {tasks.map((task) => (
        <li key={task.taskId}>
          <Link href={`/tasks/${task.taskId}`} data-row className="row">
            <span className="row-main">
              <span className="row-title">{task.title}</span>
              <span>
                {task.subject.personId === me.personId ? texts.inbox.yours : texts.inbox.about(task.subject.name)}
                {task.subject.personId !== null && <span className="quiet"> · {schoolName(task.schoolId)}</span>}
              </span>
              <span className="quiet small">{labelOf(task)}</span>
            </span>
            <span className="row-side">
              <Due task={task} today={me.today} />
              <With task={task} me={me} />
            </span>
          </Link>
        </li>
      ))}
    </Rows>
  );
}
