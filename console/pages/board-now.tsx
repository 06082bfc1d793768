/** What is there now: the numbers seen first, late work, what is under way, learning reviews, tasks without anybody. */
import { Button, Title } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import { type Bar, Chart, Glance, Listed } from '../chart.tsx';
import { Due } from '../due.tsx';
import { useCalendar, useKinds, useMe } from '../queries.ts';
import type {
  BoardsReport,
  LatenessReport,
  LateTasksReport,
  OwnerlessReport,
  ReviewLoadReport,
  ReviewProgressReport,
  TaskSummary,
} from '../shapes.ts';
import { longDay, roleNames, statusWords, texts, withWords } from '../texts.ts';
import { boardOf, counted, isAt, type OfSchool, Reported, reportOf, useReport } from './board-report.tsx';

const useBoards = (schoolId: string | undefined) => useReport<BoardsReport>(reportOf('boards', { school: schoolId }));
const useLateness = (schoolId: string | undefined) =>
  useReport<LatenessReport>(reportOf('lateness', { school: schoolId }));

const sumOf = <Row,>(rows: readonly Row[], number: (row: Row) => number): number =>
  rows.reduce((total, row) => total + number(row), 0);

/** The numbers that a headteacher looks for first; those that are not there yet are left out. */
export function AtAGlance({ schoolId }: OfSchool) {
  const { data: boards } = useBoards(schoolId);
  const { data: lateness } = useLateness(schoolId);
  const { data: progress } = useReport<ReviewProgressReport>('review-progress');
  const reviews = progress?.rows.filter(isAt(schoolId)) ?? [];
  const words = texts.board.glance;
  return (
    <Glance
      title={words.title}
      numbers={[
        ...(boards ? [{ name: words.live, value: String(boards.live) }] : []),
        ...(lateness
          ? [
              { name: words.open, value: String(lateness.open) },
              { name: words.late, value: String(lateness.late), ...(lateness.late > 0 && { tone: 'late' as const }) },
              {
                name: words.stalled,
                value: String(lateness.stalled),
                ...(lateness.stalled > 0 && { tone: 'worst' as const }),
              },
            ]
          : []),
        ...(reviews.length > 0
          ? [
              {
                name: words.reviews,
                value: texts.board.outOf(
                  sumOf(reviews, ({ held }) => held),
                  sumOf(reviews, (row) => row.reviews),
                ),
              },
            ]
          : []),
      ]}
    />
  );
}

// Late work

const lateness = [
  { name: texts.board.late.onTime, tone: 'calm' },
  { name: texts.board.late.late, tone: 'late' },
  { name: texts.board.late.escalated, tone: 'worse' },
  { name: texts.board.late.stalled, tone: 'worst' },
] as const;

type LateRow = LatenessReport['rows'][number];

function latenessBars(rows: readonly LateRow[], by: 'schoolId' | 'title', label: (row: LateRow) => string): Bar[] {
  const bars = [...Map.groupBy(rows, (row) => row[by])].map(([key, held]) => {
    const sum = (field: 'open' | 'late' | 'escalated' | 'stalled') => sumOf(held, (row) => row[field]);
    const [open, late, escalated, stalled] = [sum('open'), sum('late'), sum('escalated'), sum('stalled')];
    const [worst] = held.toSorted((one, other) => other.longest - one.longest);
    return {
      key,
      label: held[0] ? label(held[0]) : key,
      ...(by === 'schoolId' && { href: boardOf(key) }),
      // Escalated ones are of the late, stalled ones of the escalated.
      values: [open - late, late - escalated, escalated - stalled, stalled] as const,
      longest: worst?.longest ?? 0,
      moreInTable: worst && worst.longest > 0 ? texts.board.late.days(worst.longest) : '',
      more: worst && worst.longest > 0 && worst.longestTaskId !== null && (
        <Link href={`/tasks/${worst.longestTaskId}`} className="small">
          {texts.board.late.longest}: {texts.board.late.days(worst.longest)}
        </Link>
      ),
    };
  });
  return bars.sort(worstFirst);
}

interface LateBar extends Bar {
  /** In time, late, very late, stalled. */
  readonly values: readonly [number, number, number, number];
  readonly longest: number;
}

/** What is stalled before what is late, and of the same what is late longest. */
function worstFirst(one: LateBar, other: LateBar): number {
  const of = ({ values: [, late, escalated, stalled], longest }: LateBar) => [stalled, escalated, late, longest];
  const mine = of(one);
  const difference = of(other)
    .map((theirs, at) => theirs - (mine[at] ?? 0))
    .find((each) => each !== 0);
  return difference ?? (one.label < other.label ? -1 : 1);
}

export function Late({ schoolId }: OfSchool) {
  const { data: calendar } = useCalendar();
  return (
    <Reported query={useLateness(schoolId)}>
      {({ rows, open, late, stalled }) => {
        const isBySchool = schoolId === undefined && new Set(rows.map((row) => row.schoolId)).size > 1;
        return (
          <Chart
            title={isBySchool ? texts.board.late.title : texts.board.late.byTask}
            lead={texts.board.late.summary(open, late, stalled)}
            note={
              late > 0 && calendar
                ? texts.board.late.explained(
                    calendar.policy.escalateAfterSchoolDays,
                    calendar.policy.stalledAfterSchoolDays,
                  )
                : undefined
            }
            column={isBySchool ? texts.board.columns.school : texts.board.columns.task}
            noteColumn={texts.board.late.longest}
            series={lateness}
            bars={latenessBars(
              rows,
              isBySchool ? 'schoolId' : 'title',
              isBySchool ? ({ school }) => school : ({ title }) => title,
            )}
            report={isBySchool ? 'lateness' : undefined}
          />
        );
      }}
    </Reported>
  );
}

/** At which school they hold the role, the school of the task says. */
const withRoles = (task: TaskSummary): string => withWords(task, ({ role }) => roleNames[role] ?? role);

/** Which tasks these are: so many at first, and all that the report has on request. */
const LONGEST = 8;
const LONGEST_OF_ALL = 50;

export function LateLongest({ schoolId }: OfSchool) {
  const { data: me } = useMe();
  const [isAll, setAll] = useState(false);
  const words = texts.board.late;
  const report = reportOf('late-tasks', { school: schoolId, limit: String(LONGEST_OF_ALL) });
  return (
    <Reported query={useReport<LateTasksReport>(report)}>
      {({ total, rows }) =>
        rows.length === 0 ? null : (
          <Listed
            title={words.list}
            table={{
              columns: [
                texts.board.columns.task,
                words.about,
                texts.board.columns.school,
                words.with,
                words.due,
                words.daysLate,
              ],
              rows: rows.map((task) => ({
                key: task.taskId,
                cells: [
                  task.title,
                  task.subject.name,
                  task.school,
                  withRoles(task) || words.nobody,
                  // For a spreadsheet: a day and a number, which it can sort.
                  task.dueOn ?? '',
                  task.schoolDaysLate,
                ],
              })),
            }}
          >
            <ul className="late-list">
              {(isAll ? rows : rows.slice(0, LONGEST)).map((task) => (
                <li key={task.taskId}>
                  <span>
                    <Link href={`/tasks/${task.taskId}`}>{task.title}</Link>
                    <span className="small quiet">
                      {[texts.inbox.about(task.subject.name), ...(schoolId === undefined ? [task.school] : [])].join(
                        ' · ',
                      )}
                    </span>
                    <span className="small">
                      {withRoles(task) === '' ? words.nobody : texts.inbox.given(withRoles(task))}
                    </span>
                  </span>
                  {me && <Due task={task} today={me.today} />}
                </li>
              ))}
            </ul>
            {!isAll && rows.length > LONGEST && (
              <Button size="compact-sm" variant="default" className="screen-only" onClick={() => setAll(true)}>
                {words.showAll(rows.length, total)}
              </Button>
            )}
            {(isAll || rows.length <= LONGEST) && total > rows.length && (
              <p className="quiet small">{words.more(total - rows.length)}</p>
            )}
          </Listed>
        )
      }
    </Reported>
  );
}

// What is under way

const statuses = [
  { name: statusWords['active'] ?? 'active', tone: 'calm' },
  { name: statusWords['paused'] ?? 'paused', tone: 'pale' },
] as const;

type BoardRow = BoardsReport['rows'][number];

/** Where nothing is paused, nothing is said of it. */
const statusesOf = (bars: readonly Bar[]) =>
  bars.some(({ values }) => values[1] !== 0) ? statuses : statuses.slice(0, 1);

const isLive = ({ status }: BoardRow): boolean => status === 'active' || status === 'paused';

const liveOf = (rows: readonly BoardRow[]): readonly [number, number] => [
  sumOf(rows, ({ status, count }) => (status === 'active' ? count : 0)),
  sumOf(rows, ({ status, count }) => (status === 'paused' ? count : 0)),
];

/** By kind and stage, each bar leading to the list of those. */
export function UnderWay({ schoolId }: OfSchool) {
  const { data: kinds } = useKinds();
  const orderOf = ({ kind, stage }: BoardRow): number => {
    const at = kinds?.items.findIndex((each) => each.kind === kind) ?? 0;
    const stageAt = kinds?.items[at]?.stages.findIndex(({ name }) => name === stage) ?? 0;
    return at * 1000 + stageAt;
  };
  return (
    <Reported query={useBoards(schoolId)}>
      {({ rows, live, total }) => {
        const groups = Map.groupBy(
          rows.filter(isLive).toSorted((one, other) => orderOf(one) - orderOf(other)),
          ({ kind, stage }) => `${kind} ${stage}`,
        );
        const bars = [...groups].flatMap(([key, held]): Bar[] => {
          const [first] = held;
          const path = kinds?.items.find(({ kind }) => kind === first?.kind)?.path;
          if (first === undefined) return [];
          const [active, paused] = liveOf(held);
          const query = new URLSearchParams({
            status: active > 0 ? 'active' : 'paused',
            stage: first.stage,
            ...(schoolId !== undefined && { school: schoolId }),
          });
          return [
            {
              key,
              group: first.label,
              label: first.stageLabel,
              href: path === undefined ? undefined : `/${path}?${query}`,
              values: [active, paused],
            },
          ];
        });
        return (
          <Chart
            title={texts.board.underWay.title}
            lead={texts.board.underWay.lead(live, total - live)}
            groupColumn={texts.board.kind}
            column={texts.board.columns.stage}
            series={statusesOf(bars)}
            bars={bars}
          />
        );
      }}
    </Reported>
  );
}

export function UnderWayBySchool() {
  return (
    <Reported query={useBoards(undefined)}>
      {({ rows }) => {
        const bars = [...Map.groupBy(rows.filter(isLive), (row) => row.schoolId)]
          .map(([schoolId, held]) => ({
            key: schoolId,
            label: held[0]?.school ?? schoolId,
            href: boardOf(schoolId),
            values: liveOf(held),
          }))
          .sort((one, other) => sumOf(other.values, Number) - sumOf(one.values, Number));
        const [most] = bars;
        return most === undefined || bars.length < 2 ? null : (
          <Chart
            title={texts.board.underWay.bySchool}
            lead={texts.board.underWay.mostAt(most.label, sumOf(most.values, Number))}
            column={texts.board.columns.school}
            series={statusesOf(bars)}
            bars={bars}
            report="boards"
          />
        );
      }}
    </Reported>
  );
}

// Learning reviews

const progress = [
  { name: texts.board.progress.held, tone: 'calm' },
  { name: texts.board.progress.notHeld, tone: 'worse' },
  { name: texts.board.progress.toCome, tone: 'pale' },
] as const;

export function ReviewProgress({ schoolId }: OfSchool) {
  return (
    <Reported query={useReport<ReviewProgressReport>('review-progress')}>
      {({ asOf, cycle, rows: all }) => {
        const rows = all
          .filter(isAt(schoolId))
          .toSorted((one, other) => one.held / one.reviews - other.held / other.reviews);
        if (cycle === null || rows.length === 0) return null;
        const words = texts.board.progress;
        return (
          <Chart
            title={texts.board.progress.title}
            lead={texts.board.progress.lead(
              cycle.label,
              sumOf(rows, ({ held }) => held),
              sumOf(rows, ({ reviews }) => reviews),
            )}
            note={(cycle.closesOn < asOf ? words.closed : words.until)(longDay(cycle.closesOn))}
            column={texts.board.columns.school}
            series={progress}
            bars={rows.map(({ schoolId: at, school, reviews, held, notHeld }) => ({
              key: at,
              label: school,
              ...(schoolId === undefined && { href: boardOf(at) }),
              values: [held, notHeld, reviews - held - notHeld],
            }))}
          />
        );
      }}
    </Reported>
  );
}

export function ReviewLoad({ schoolId }: OfSchool) {
  return (
    <Reported query={useReport<ReviewLoadReport>('review-load')}>
      {({ asOf, cycle, rows: all }) => {
        const rows = all.filter(isAt(schoolId));
        if (cycle === null || rows.length === 0) return null;
        const words = texts.board.load;
        const most = Math.max(...rows.map(({ reviews }) => reviews));
        return (
          <Chart
            title={words.title}
            lead={
              cycle.opensOn > asOf
                ? words.coming(cycle.label, longDay(cycle.opensOn), most)
                : words.lead(cycle.label, most)
            }
            note={rows.some(({ isMany }) => isMany) ? words.manyHelp : undefined}
            column={texts.board.columns.manager}
            noteColumn={texts.board.columns.note}
            series={counted(words.count)}
            bars={rows.map(({ managerId, manager, schoolId: at, school, reviews, isMany }) => ({
              key: `${managerId} ${at}`,
              label: manager,
              notes: [
                [...(schoolId === undefined ? [school] : []), ...(isMany ? [words.many] : [])].join(' · '),
              ].filter((note) => note !== ''),
              values: [reviews],
            }))}
            report={schoolId === undefined ? 'review-load' : undefined}
          />
        );
      }}
    </Reported>
  );
}

// What nobody can decide

/** The admin gives people their roles, and reads no task. */
export function Ownerless({ schoolId, isOfAdmin = false }: OfSchool & { isOfAdmin?: boolean }) {
  const { data } = useReport<OwnerlessReport>('ownerless');
  const rows = data?.rows.filter(isAt(schoolId)) ?? [];
  if (rows.length === 0)
    return isOfAdmin && data !== undefined ? <p className="panel">{texts.board.ownerless.none}</p> : null;
  return (
    <section className="panel" aria-labelledby="ownerless">
      <Title order={2} size="h4" id="ownerless">
        {texts.board.ownerless.title}
      </Title>
      <p className="quiet">{texts.board.ownerless.help}</p>
      <ul className="plain">
        {rows.map(({ taskId, title, school }) => (
          <li key={taskId}>
            {isOfAdmin ? title : <Link href={`/tasks/${taskId}`}>{title}</Link>}{' '}
            <span className="quiet small">· {school}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
