/** Learning reviews: how far they are, and how many each line manager has. */
import { Chart } from '../chart.tsx';
import type { ReviewLoadReport, ReviewProgressReport } from '../shapes.ts';
import { longDay, texts } from '../texts.ts';
import { boardOf, counted, isAt, type OfSchool, Reported, sumOf, useReport } from './board-report.tsx';

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
