/** How things stand in the schools that somebody leads, or in the trust: late work first, then what is under way and asked for. */
import { Button, NativeSelect, Title } from '@mantine/core';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link, useSearchParams } from 'wouter';
import { ask } from '../api.ts';
import { type Bar, Chart } from '../chart.tsx';
import { Loading, PageTitle, ProblemAlert } from '../page.tsx';
import { useKind, useList, useMe, useSchools } from '../queries.ts';
import type {
  ApplicationsReport,
  DemandReport,
  LatenessReport,
  OwnerlessReport,
  Process,
  ReviewLoadReport,
  WorkloadReport,
} from '../shapes.ts';
import { longDay, texts } from '../texts.ts';
import { labelIn } from '../words.ts';

/** Reports count what is there now; they need not be fresher than a minute. */
const FRESH = 60_000;

const useReport = <T,>(report: string) =>
  useQuery({
    queryKey: ['report', report],
    queryFn: ({ signal }) => ask<T>('GET', `/reports/${report}`, { signal }),
    staleTime: FRESH,
  });

export function BoardPage() {
  const [search, setSearch] = useSearchParams();
  const { data: me } = useMe();
  const { data: schools } = useSchools();
  const schoolId = search.get('school') ?? undefined;
  const isTrust = me?.roles.some(({ schoolId: at }) => at === null) ?? false;
  const led = schools?.items.filter(
    (school) => isTrust || me?.roles.some(({ role, schoolId: at }) => leads.has(role) && at === school.schoolId),
  );
  return (
    <>
      <PageTitle lead={isTrust ? texts.board.trustLead : texts.board.lead}>{texts.board.title}</PageTitle>
      {(led?.length ?? 0) > 1 && (
        <search className="filters" aria-label={texts.inbox.filters}>
          <NativeSelect
            size="sm"
            label={texts.board.school}
            value={schoolId ?? ''}
            data={[
              { value: '', label: texts.board.allSchools },
              ...(led?.map((school) => ({ value: school.schoolId, label: school.name })) ?? []),
            ]}
            onChange={({ currentTarget: { value } }) =>
              setSearch(value === '' ? {} : { school: value }, { replace: true })
            }
          />
        </search>
      )}
      <Charts schoolId={schoolId} />
    </>
  );
}

/** Who leads a school sees its board. */
export const leads: ReadonlySet<string> = new Set(['headteacher', 'school-lead']);

/** The charts of one school, or of all that the reader may see. */
export function Charts({ schoolId }: { schoolId?: string | undefined }) {
  const isWanted = (row: { readonly schoolId: string }): boolean => schoolId === undefined || row.schoolId === schoolId;
  return (
    <div className="charts">
      <Late isWanted={isWanted} isOneSchool={schoolId !== undefined} />
      <Applications isWanted={isWanted} />
      <Demand schoolId={schoolId} />
      <ReviewLoad isWanted={isWanted} />
      <Apprentices schoolId={schoolId} />
      {schoolId === undefined && <Mail />}
      <Ownerless isWanted={isWanted} />
    </div>
  );
}

type IsWanted = (row: { readonly schoolId: string }) => boolean;

function Reported<T>({ query, children }: { query: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return children(query.data);
  return (
    <div className="panel">
      {query.error ? <ProblemAlert error={query.error} onRetry={() => void query.refetch()} /> : <Loading />}
    </div>
  );
}

const lateness = [
  { name: texts.board.late.onTime, tone: 'calm' },
  { name: texts.board.late.late, tone: 'late' },
  { name: texts.board.late.escalated, tone: 'worse' },
  { name: texts.board.late.stalled, tone: 'worst' },
] as const;

type LateRow = LatenessReport['rows'][number];

function latenessBars(rows: readonly LateRow[], by: 'schoolId' | 'title', label: (row: LateRow) => string): Bar[] {
  const bars = [...Map.groupBy(rows, (row) => row[by])].map(([key, held]) => {
    const sum = (field: 'open' | 'late' | 'escalated' | 'stalled') => held.reduce((all, row) => all + row[field], 0);
    const [open, late, escalated, stalled] = [sum('open'), sum('late'), sum('escalated'), sum('stalled')];
    const [longest] = held.toSorted((one, other) => other.longest - one.longest);
    return {
      key,
      label: held[0] ? label(held[0]) : key,
      // Escalated ones are of the late, stalled ones of the escalated.
      values: [open - late, late - escalated, escalated - stalled, stalled],
      late,
      more: longest && longest.longest > 0 && longest.longestTaskId !== null && (
        <Link href={`/tasks/${longest.longestTaskId}`} className="small">
          {texts.board.late.longest}: {texts.board.late.days(longest.longest)}
        </Link>
      ),
    };
  });
  return bars.sort((one, other) => other.late - one.late || (one.label < other.label ? -1 : 1));
}

function Late({ isWanted, isOneSchool }: { isWanted: IsWanted; isOneSchool: boolean }) {
  const query = useReport<LatenessReport>('lateness');
  return (
    <Reported query={query}>
      {({ rows: all }) => {
        const rows = all.filter(isWanted);
        const sum = (field: 'open' | 'late' | 'stalled') => rows.reduce((total, row) => total + row[field], 0);
        const isBySchool = !isOneSchool && new Set(rows.map((row) => row.schoolId)).size > 1;
        return (
          <Chart
            title={isBySchool ? texts.board.late.title : texts.board.late.byTask}
            lead={texts.board.late.summary(sum('open'), sum('late'), sum('stalled'))}
            column={isBySchool ? texts.board.columns.school : texts.board.columns.task}
            series={lateness}
            bars={latenessBars(
              rows,
              isBySchool ? 'schoolId' : 'title',
              isBySchool ? ({ school }) => school : ({ title }) => title,
            )}
            report="lateness"
          />
        );
      }}
    </Reported>
  );
}

const counted = (name: string) => [{ name, tone: 'calm' }] as const;

/** Rows added up by a field, most first. */
function countedBy<Row extends { readonly count: number }>(
  rows: readonly Row[],
  name: (row: Row) => string,
  label: (name: string) => string,
): Bar[] {
  return [...Map.groupBy(rows, name)]
    .map(([key, held]) => ({ key, label: label(key), values: [held.reduce((sum, { count }) => sum + count, 0)] }))
    .sort((one, other) => (other.values[0] ?? 0) - (one.values[0] ?? 0));
}

function Applications({ isWanted }: { isWanted: IsWanted }) {
  const query = useReport<ApplicationsReport>('npq-applications');
  const kind = useKind('npq-application');
  return (
    <Reported query={query}>
      {({ rows: all }) => {
        const rows = all.filter(isWanted);
        const stages = kind?.stages ?? [];
        const live = countedBy(
          rows.filter(({ outcome }) => outcome === null),
          ({ stage }) => stage,
          (stage) => labelIn(stages, stage),
        );
        const inOrder = (stage: string) => stages.findIndex(({ name }) => name === stage);
        const ended = rows.filter(({ outcome }) => outcome !== null);
        return (
          <>
            <Chart
              title={texts.board.npq.title}
              column={texts.board.columns.stage}
              series={counted(texts.board.npq.count)}
              bars={live.sort((one, other) => inOrder(one.key) - inOrder(other.key))}
              report="npq-applications"
            />
            {ended.length > 0 && (
              <Chart
                title={texts.board.npq.ended}
                column={texts.board.columns.outcome}
                series={counted(texts.board.npq.count)}
                bars={countedBy(
                  ended,
                  ({ outcome }) => outcome ?? '',
                  (outcome) => labelIn(kind?.ends ?? [], outcome),
                )}
                report="npq-applications"
              />
            )}
          </>
        );
      }}
    </Reported>
  );
}

/** So many needs stand in the chart; the file has them all. */
const MOST_NEEDS = 12;

function Demand({ schoolId }: { schoolId: string | undefined }) {
  const query = useReport<DemandReport>('demand');
  return (
    <Reported query={query}>
      {({ cycle, rows }) =>
        cycle !== null && (
          <Chart
            title={texts.board.demand.title}
            lead={texts.board.demand.of(cycle.label)}
            column={texts.board.columns.strand}
            series={counted(texts.board.demand.count)}
            bars={rows
              .filter((row) => row.route === null && row.schoolId === (schoolId ?? null))
              .slice(0, MOST_NEEDS)
              .map(({ strand, label, count }) => ({ key: strand, label, values: [count] }))}
            report="demand"
          />
        )
      }
    </Reported>
  );
}

/** Line managers that are shown; the file has them all. */
const MOST_MANAGERS = 12;

function ReviewLoad({ isWanted }: { isWanted: IsWanted }) {
  const query = useReport<ReviewLoadReport>('review-load');
  return (
    <Reported query={query}>
      {({ cycle, rows }) =>
        cycle !== null && (
          <Chart
            title={texts.board.load.title}
            lead={cycle.label}
            column={texts.board.columns.manager}
            series={counted(texts.board.load.count)}
            bars={rows
              .filter(isWanted)
              .slice(0, MOST_MANAGERS)
              .map(({ managerId, manager, schoolId, reviews, isMany }) => ({
                key: `${managerId} ${schoolId}`,
                label: isMany ? `${manager} (${texts.board.load.many})` : manager,
                values: [reviews],
              }))}
            report="review-load"
          />
        )
      }
    </Reported>
  );
}

/** The next thing that each apprentice has to reach; what is late first. */
function Apprentices({ schoolId }: { schoolId: string | undefined }) {
  const { data: me } = useMe();
  const list = useList<Process>('/apprenticeships', { status: 'active', school: schoolId ?? null, limit: '100' });
  const apprentices = list.data?.pages.flatMap((page) => page.items) ?? [];
  if (apprentices.length === 0) return null;
  const rows = apprentices
    .map(({ id, subject, milestones }) => ({
      id,
      name: subject.name,
      next: milestones
        .filter(({ doneOn, dueOn }) => doneOn === null && dueOn !== null)
        .toSorted((one, other) => ((one.dueOn ?? '') < (other.dueOn ?? '') ? -1 : 1))[0],
    }))
    .sort((one, other) => ((one.next?.dueOn ?? '9') < (other.next?.dueOn ?? '9') ? -1 : 1));
  return (
    <section className="panel" aria-labelledby="apprentices">
      <Title order={2} size="h4" id="apprentices">
        {texts.board.apprentices.title}
      </Title>
      <p className="quiet">{texts.board.apprentices.lead}</p>
      <ul className="plain">
        {rows.map(({ id, name, next }) => (
          <li key={id}>
            <Link href={`/apprenticeships/${id}`}>{name}</Link>{' '}
            <span className="quiet small">
              · {next?.dueOn ? `${next.label}: ${longDay(next.dueOn)}` : texts.board.apprentices.none}
            </span>{' '}
            {next?.dueOn && me && next.dueOn < me.today && (
              <span className="due late">{texts.board.apprentices.late}</span>
            )}
          </li>
        ))}
      </ul>
      {list.hasNextPage && (
        <Button variant="default" size="xs" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {texts.showMore}
        </Button>
      )}
    </section>
  );
}

function Mail() {
  const query = useReport<WorkloadReport>('workload');
  return (
    <Reported query={query}>
      {({ rows }) => (
        <Chart
          title={texts.board.mail.title}
          column={texts.board.columns.week}
          series={counted(texts.board.mail.count)}
          bars={countedBy(
            rows.map(({ weekFrom, messages }) => ({ weekFrom, count: messages })),
            ({ weekFrom }) => weekFrom,
            (weekFrom) => texts.board.mail.week(longDay(weekFrom)),
          ).sort((one, other) => (one.key < other.key ? -1 : 1))}
          report="workload"
        />
      )}
    </Reported>
  );
}

function Ownerless({ isWanted }: { isWanted: IsWanted }) {
  const { data } = useReport<OwnerlessReport>('ownerless');
  const rows = data?.rows.filter(isWanted) ?? [];
  if (rows.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="ownerless">
      <Title order={2} size="h4" id="ownerless">
        {texts.board.ownerless.title}
      </Title>
      <p className="quiet">{texts.board.ownerless.help}</p>
      <ul className="plain">
        {rows.map(({ taskId, title, school }) => (
          <li key={taskId}>
            <Link href={`/tasks/${taskId}`}>{title}</Link> <span className="quiet small">· {school}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
