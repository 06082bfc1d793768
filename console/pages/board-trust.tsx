/** What the trust plans by: trends, needs, how applications ended, and how much mail people get. */
import { NativeSelect } from '@mantine/core';
import { useState } from 'react';
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
  const [kind, setKind] = useState('');
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
        return ended.length === 0 ? null : (
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
        );
      }}
    </Reported>
  );
}

export function Demand({ schoolId }: OfSchool) {
  return (
    <Reported query={useReport<DemandReport>('demand')}>
      {({ cycle, rows: all }) => {
        const rows = all.filter((row) => row.route === null && row.schoolId === (schoolId ?? null));
        if (cycle === null || rows.length === 0) return null;
        return (
          <Chart
            title={texts.board.demand.title}
            lead={texts.board.demand.of(cycle.label)}
            column={texts.board.columns.strand}
            series={counted(texts.board.demand.count)}
            bars={rows.map(({ strand, label, count }) => ({ key: strand, label, values: [count] }))}
            report="demand"
          />
        );
      }}
    </Reported>
  );
}

export function Mail() {
  return (
    <Reported query={useReport<WorkloadReport>('workload')}>
      {({ rows }) => {
        if (rows.length === 0) return null;
        const mostOf = (held: WorkloadReport['rows']) => Math.max(...held.map(({ messages }) => messages));
        const sum = (held: WorkloadReport['rows']) => held.reduce((total, { messages }) => total + messages, 0);
        const weeks = [...Map.groupBy(rows, ({ weekFrom }) => weekFrom)]
          .map(([week, held]) => ({
            key: week,
            label: texts.board.mail.week(longDay(week)),
            values: [sum(held)],
            notes: [texts.board.mail.most(mostOf(held))],
          }))
          .sort((one, other) => (one.key < other.key ? -1 : 1));
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
              column={texts.board.columns.week}
              noteColumn={texts.board.mail.forOne}
              series={counted(texts.board.mail.count)}
              bars={weeks}
              report="workload"
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
