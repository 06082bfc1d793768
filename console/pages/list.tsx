/** Processes of one kind, by page, with filters that stay in the address. */
import { Button, NativeSelect } from '@mantine/core';
import { Link } from 'wouter';
import { Due, firstDue } from '../due.tsx';
import { Pages, Rows, useFilters, usePlaces } from '../listing.tsx';
import { PageTitle } from '../page.tsx';
import { useList, useMe, useSchoolName } from '../queries.ts';
import type { Kind, ListedProcess } from '../shapes.ts';
import { dayOf, longDay, statusWords, texts } from '../texts.ts';
import { standsAt } from '../words.ts';

export function ListPage({ kind }: { kind: Kind }) {
  const { search, set } = useFilters();
  const { data: me } = useMe();
  const places = usePlaces();
  const schoolName = useSchoolName();
  const filters = Object.fromEntries(
    ['status', 'stage', 'school', 'person'].map((name) => [name, search.get(name)]),
  ) as Record<'status' | 'stage' | 'school' | 'person', string | null>;
  const list = useList<ListedProcess>(`/${kind.path}`, filters);
  const isFiltered = Object.values(filters).some((value) => value !== null);
  const choose = (name: keyof typeof filters, label: string, choices: readonly { value: string; label: string }[]) => (
    <NativeSelect
      size="sm"
      label={label}
      value={filters[name] ?? ''}
      data={[{ value: '', label: texts.inbox.any }, ...choices]}
      onChange={({ currentTarget: { value } }) => set(name, value)}
    />
  );

  return (
    <>
      <PageTitle
        aside={
          kind.mayStart.forSelf || kind.mayStart.forOthers ? (
            <Button component={Link} href={`/${kind.path}/new`}>
              {texts.processes.startShort}
            </Button>
          ) : undefined
        }
      >
        {kind.label}
      </PageTitle>
      <search className="filters" aria-label={texts.inbox.filters}>
        {choose(
          'status',
          texts.processes.status,
          Object.entries(statusWords).map(([value, label]) => ({ value, label })),
        )}
        {choose(
          'stage',
          texts.processes.stage,
          kind.stages.map(({ name, label }) => ({ value: name, label })),
        )}
        {choose('school', texts.processes.school, places)}
        {filters.person !== null && (
          <Button variant="default" size="sm" onClick={() => set('person', '')}>
            {texts.processes.anybody}
          </Button>
        )}
      </search>
      <Pages
        list={list}
        none={<p className="empty">{isFiltered ? texts.processes.noneFiltered : texts.processes.none}</p>}
      >
        {(items) => (
          <Rows>
            {items.map((process) => (
              <li key={process.id}>
                <Link href={`/${kind.path}/${process.id}`} data-row className="row">
                  <span className="row-main">
                    <span className="row-title">{process.subject.name}</span>
                    {process.title !== null && <span>{process.title}</span>}
                    <span>{standsAt(kind, process)}</span>
                    <span className="quiet small">
                      {process.subject.personId === null ? '' : `${schoolName(process.schoolId)} · `}
                      {texts.processes.since} {longDay(dayOf(process.startedAt))}
                    </span>
                  </span>
                  <span className="row-side">
                    <Standing process={process} today={me?.today} />
                  </span>
                </Link>
              </li>
            ))}
          </Rows>
        )}
      </Pages>
    </>
  );
}

/** When the next of its tasks is due; of what waits for nobody, how it stands. */
function Standing({ process: { status, openTasks }, today }: { process: ListedProcess; today: string | undefined }) {
  const task = status === 'active' ? firstDue(openTasks) : undefined;
  return task !== undefined && today !== undefined ? (
    <Due task={task} today={today} />
  ) : (
    <span className="quiet small">{statusWords[status]}</span>
  );
}
