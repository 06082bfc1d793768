/** What is there now: the numbers seen first, what is under way, tasks that nobody can decide. */
import { Title } from '@mantine/core';
import { Link } from 'wouter';
import { type Bar, Chart, Glance } from '../chart.tsx';
import { useKinds } from '../queries.ts';
import type { BoardsReport, OwnerlessReport, ReviewProgressReport } from '../shapes.ts';
import { statusWords, texts } from '../texts.ts';
import { boardOf, isAt, type OfSchool, Reported, reportOf, sumOf, useLateness, useReport } from './board-report.tsx';

const useBoards = (schoolId: string | undefined) => useReport<BoardsReport>(reportOf('boards', { school: schoolId }));

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
