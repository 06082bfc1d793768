/** What the trust plans by: trends, needs, how applications ended, and how much mail people get. */
import { NativeSelect } from '@mantine/core';
import { useSearchParams } from 'wouter';
import { Chart, Columns } from '../chart.tsx';
import { useKind } from '../queries.ts';
import type { ApplicationsReport, DemandReport, TrendsReport, WorkloadReport } from '../shapes.ts';
import { longDay, monthWords, texts } from '../texts.ts';
import { labelIn } from '../words.ts';
import { counted, countedBy, type OfSchool, Reported, useReport } from './board-report.tsx';

const trends = [
  { name: texts.board.trends.started, tone: 'calm' },
  { name: texts.board.trends.ended, tone: 'pale' },
  { name: texts.board.trends.late, tone: 'late' },
] as const;

export function Trends() {
  const [search, setSearch] = useSearchParams();
  const kind = search.get('kind') ?? '';
  const setKind = (next: string) => setSearch(next === '' ? {} : { kind: next }, { replace: true });
  return (
    <Reported query={useReport<TrendsReport>('trends')}>
      {({ months, rows: all }) => {
        const rows = kind === '' ? all : all.filter((row) => row.kind === kind);
        const labels = new Map(all.map((row) => [row.kind, row.label]));
        const columns = months.map(({ month }) => {
          const held = rows.filter((row) => row.month === month);
          const sum = (what: 'started' | 'ended' | 'late') => held.reduce((total, row) => total + row[what], 0);
          return { key: month, ...monthWords(month), values: [sum('started'), sum('ended'), sum('late')] };
        });
        const total = (at: number) => columns.reduce((sum, { values }) => sum + (values[at] ?? 0), 0);
        return (
          <Columns
            title={texts.board.trends.title}
            lead={texts.board.trends.lead(total(0), total(1), total(2))}
            aside={
              labels.size > 1 && (
                <NativeSelect
                  size="xs"
                  label={texts.board.kind}
                  value={kind}
                  data={[{ value: '', label: texts.all }, ...[...labels].map(([value, label]) => ({ value, label }))]}
                  onChange={({ currentTarget: { value } }) => setKind(value)}
                />
              )
            }
            column={texts.board.columns.month}
            series={trends}
            columns={columns}
            report="trends"
          />
        );
      }}
    </Reported>
  );
}

export function EndedApplications() {
  const kind = useKind('npq-application');
  return (
    <Reported query={useReport<ApplicationsReport>('npq-applications')}>
      {({ rows }) => {
        const ended = rows.filter(({ outcome }) => outcome !== null);
        const bars = countedBy(
          ended,
          ({ outcome }) => outcome ?? '',
          (outcome) => labelIn(kind?.ends ?? [], outcome),
        );
        const [most] = bars;
        return most === undefined ? null : (
          <Chart
            title={texts.board.npq.ended}
            lead={texts.board.npq.lead(
              Number(most.values[0]),
              most.label,
              ended.reduce((sum, { count }) => sum + count, 0),
            )}
            column={texts.board.columns.outcome}
            series={counted(texts.board.npq.count)}
            bars={bars}
            report="npq-applications"
          />
        );
      }}
    </Reported>
  );
}

export function Demand({ schoolId }: OfSchool) {
  return (
    <Reported query={useReport<DemandReport>('demand')}>
      {({ cycle, isFrozen, conversations, rows: all }) => {
        const rows = all.filter((row) => row.route === null && row.schoolId === (schoolId ?? null));
        if (cycle === null || rows.length === 0) return null;
        const words = texts.board.demand;
        // Of a school they are its INSET days, the same for each need.
        const [next] = rows[0]?.sessions ?? [];
        return (
          <Chart
            title={words.title}
            lead={words.of(cycle.label)}
            note={
              schoolId !== undefined
                ? next && words.couldMeet(next.label)
                : isFrozen
                  ? words.heldBy(conversations, longDay(cycle.closesOn))
                  : words.heldSoFar(conversations)
            }
            column={texts.board.columns.strand}
            {...(schoolId === undefined && { noteColumn: words.how })}
            series={counted(words.count)}
            bars={rows.map(({ strand, label, count, meetByLabel }) => ({
              key: strand,
              label,
              values: [count],
              notes: meetByLabel === null ? [] : [words.isMet(meetByLabel)],
            }))}
            report="demand"
          />
        );
      }}
    </Reported>
  );
}

const WEEK = 7 * 86_400_000;

/** That Monday and those after it, up to that day. */
function mondaysFrom(from: string, to: string): readonly string[] {
  const first = Date.parse(from);
  return Array.from({ length: Math.floor((Date.parse(to) - first) / WEEK) + 1 }, (_, n) =>
    new Date(first + n * WEEK).toISOString().slice(0, 10),
  );
}

export function Mail() {
  return (
    <Reported query={useReport<WorkloadReport>('workload')}>
      {({ asOf, from, rows }) => {
        if (rows.length === 0) return null;
        const mostOf = (held: WorkloadReport['rows']) => Math.max(0, ...held.map(({ messages }) => messages));
        const sum = (held: WorkloadReport['rows']) => held.reduce((total, { messages }) => total + messages, 0);
        // Weeks without a message are no rows, and weeks all the same.
        const weeks = mondaysFrom(from, asOf).map((week) => {
          const held = rows.filter(({ weekFrom }) => weekFrom === week);
          return {
            key: week,
            label: texts.board.mail.week(longDay(week)),
            values: [sum(held)],
            notes: held.length === 0 ? [] : [texts.board.mail.most(mostOf(held))],
          };
        });
        const people = [...Map.groupBy(rows, ({ personId }) => personId)]
          .map(([personId, held]) => ({
            key: personId,
            label: held[0]?.name ?? personId,
            href: `/people/${personId}`,
            values: [sum(held)],
            notes: [texts.board.mail.mostInAWeek(mostOf(held))],
          }))
          .sort((one, other) => (other.values[0] ?? 0) - (one.values[0] ?? 0));
        return (
          <>
            <Chart
              title={texts.board.mail.title}
              lead={texts.board.mail.leadOf(mostOf(rows))}
              column={texts.board.columns.week}
              noteColumn={texts.board.mail.forOne}
              series={counted(texts.board.mail.count)}
              bars={weeks}
            />
            <Chart
              title={texts.board.mail.byPerson}
              lead={texts.board.mail.lead}
              column={texts.board.columns.person}
              noteColumn={texts.board.mail.forOne}
              series={counted(texts.board.mail.count)}
              bars={people}
              report="workload"
            />
          </>
        );
      }}
    </Reported>
  );
}
