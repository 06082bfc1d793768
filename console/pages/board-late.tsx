/** Late work: how much there is of it, by school or by task, and which tasks are late longest. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import { type Bar, Chart, Listed } from '../chart.tsx';
import { Due } from '../due.tsx';
import { useCalendar, useMe } from '../queries.ts';
import type { LatenessReport, LateTasksReport, TaskSummary } from '../shapes.ts';
import { roleNames, texts, withWords } from '../texts.ts';
import { boardOf, type OfSchool, Reported, reportOf, sumOf, useLateness, useReport } from './board-report.tsx';

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
