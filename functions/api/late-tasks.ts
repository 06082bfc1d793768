/** Which tasks are late, about whom and with whom: what a head or a lead follows up, longest first. The counts are `lateness`. */
import * as z from 'zod';
import type { Calendar } from '../../workflows/kernel/calendar.ts';
import { latenessOf } from '../../workflows/kernel/due.ts';
import type { Person, Wait } from '../../workflows/kernel/records.ts';
import type { Day } from '../../workflows/kernel/time.ts';
import { registry } from '../../workflows/registry.ts';
import { glancedBy } from './access.ts';
import { Limit } from './paging.ts';
import { TaskSummary, taskSummary } from './present-task.ts';
import type { ApiContext } from './route.ts';
import { inOpenTasks, SchoolQuery, scopesOf } from './standings.ts';

export const LateTasksQuery = z.strictObject({ ...SchoolQuery.shape, limit: Limit });

const LateTask = TaskSummary.extend({
  school: z.string(),
  label: z.string().meta({ description: 'What it belongs to' }),
});
type LateTask = z.output<typeof LateTask>;

export const LateTasksReport = z.object({
  asOf: z.iso.date(),
  total: z.int().min(0).meta({ description: 'Late ones, of which the rows are those that are late longest' }),
  rows: z.array(LateTask),
});

export const lateTaskColumns = [
  'taskId',
  'title',
  'label',
  'subject',
  'schoolId',
  'school',
  'with',
  'dueOn',
  'schoolDaysLate',
  'isEscalated',
  'isStalled',
] as const;

const yesOrNo = (is: boolean): string => (is ? 'yes' : 'no');

/** A row for a spreadsheet. */
export const lateTaskCells = (row: LateTask): Record<(typeof lateTaskColumns)[number], string | number | null> => ({
  taskId: row.taskId,
  title: row.title,
  label: row.label,
  subject: row.subject.name,
  schoolId: row.schoolId,
  school: row.school,
  with: row.assignee?.name ?? row.candidates.map((each) => ('role' in each ? each.role : each.name)).join('; '),
  dueOn: row.dueOn,
  schoolDaysLate: row.schoolDaysLate,
  isEscalated: yesOrNo(row.isEscalated),
  isStalled: yesOrNo(row.isStalled),
});

interface Late {
  readonly wait: Wait;
  readonly schoolDaysLate: number;
}

const longestFirst = (one: Late, other: Late): number =>
  other.schoolDaysLate - one.schoolDaysLate ||
  ((one.wait.dueOn ?? '') < (other.wait.dueOn ?? '') ? -1 : (one.wait.dueOn ?? '') > (other.wait.dueOn ?? '') ? 1 : 0);

const lateOf = (waits: readonly Wait[], calendar: Calendar, today: Day): readonly Late[] =>
  waits.flatMap((wait) => {
    const { isOverdue, schoolDaysLate } = latenessOf(calendar, wait.dueOn, today);
    return isOverdue ? [{ wait, schoolDaysLate }] : [];
  });

/** Kind by kind, of the schools whose processes of that kind the caller may list. */
export async function lateTasks(
  context: ApiContext,
  { caller, today }: { readonly caller: Person; readonly today: Day },
  query: z.output<typeof LateTasksQuery>,
): Promise<z.output<typeof LateTasksReport>> {
  const { store, reading } = context;
  const calendar = await reading.calendar();
  const scopes = await scopesOf(store, { caller, report: 'late-tasks', today }, registry, query);
  let longest: readonly Late[] = [];
  let total = 0;
  await inOpenTasks(store, scopes, (waits) => {
    const late = lateOf(waits, calendar, today);
    total += late.length;
    // Nobody is shown more than these, so that no more are kept.
    longest = [...longest, ...late].sort(longestFirst).slice(0, query.limit);
  });
  const heads = await store.processes([...new Set(longest.map(({ wait }) => wait.processId))]);
  const seen = new Map(
    // A school that it has left has no part in what is open now.
    (await glancedBy(reading, heads, caller)).flatMap(({ scene, asOf }) =>
      asOf === undefined ? [[scene.snapshot.process.processId, scene] as const] : [],
    ),
  );
  const rows = longest.flatMap(({ wait }) => {
    const scene = seen.get(wait.processId);
    if (scene === undefined) return [];
    const school = scopes.get(wait.processKind)?.get(wait.schoolId) ?? wait.schoolId;
    return [{ ...taskSummary(scene, wait), school, label: scene.definition.texts.label }];
  });
  return { asOf: today, total, rows };
}
