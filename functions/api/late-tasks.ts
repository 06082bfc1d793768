/** Which tasks are late, about whom and with whom: what a head or a lead follows up, longest first. The counts are `lateness`. */
import * as z from 'zod';
import type { Calendar } from '../../workflows/kernel/calendar.ts';
import { latenessOf } from '../../workflows/kernel/due.ts';
import type { Person, Process, Wait } from '../../workflows/kernel/records.ts';
import { mayReport } from '../../workflows/kernel/rights.ts';
import type { Day } from '../../workflows/kernel/time.ts';
import { processOfKind, registry } from '../../workflows/registry.ts';
import { pagesOf } from '../side-by-side.ts';
import { glancedBy } from './access.ts';
import { placesOf, SchoolQuery } from './boards.ts';
import { TaskSummary, taskSummary } from './present.ts';
import type { ApiContext } from './route.ts';
import { Limit } from './tasks.ts';

/** A page of so many: 5 batches of the table's 100, with the one more that tells whether there is another page. */
const PAGE = 499;

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
  with: row.assignee?.name ?? row.candidates.map((each) => ('role' in each ? each.role : each.personId)).join('; '),
  dueOn: row.dueOn,
  schoolDaysLate: row.schoolDaysLate,
  isEscalated: yesOrNo(row.isEscalated),
  isStalled: yesOrNo(row.isStalled),
});

/** The keys of what a process may wait for now: its wait and, of a `together`, the parts. */
export const visitsOf = ({
  kind,
  processId,
  step,
  wait,
}: Process): readonly Pick<Wait, 'processId' | 'step' | 'part'>[] => {
  const declared = processOfKind(kind)?.waits[wait];
  if (declared?.wait === 'together') return Object.keys(declared.parts).map((part) => ({ processId, step, part }));
  return declared?.wait === 'task' ? [{ processId, step }] : [];
};

interface Late {
  readonly wait: Wait;
  readonly schoolDaysLate: number;
}

const longestFirst = (one: Late, other: Late): number =>
  other.schoolDaysLate - one.schoolDaysLate ||
  ((one.wait.dueOn ?? '') < (other.wait.dueOn ?? '') ? -1 : (one.wait.dueOn ?? '') > (other.wait.dueOn ?? '') ? 1 : 0);

const lateOf = (waits: readonly Wait[], calendar: Calendar, today: Day): readonly Late[] =>
  waits.flatMap((wait) => {
    if (wait.state !== 'open') return [];
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
  const schools = new Map<string, string>();
  let longest: readonly Late[] = [];
  let total = 0;
  await Promise.all(
    registry.map(async ({ kind, keptBy }) => {
      const places = await placesOf(store, mayReport(caller, 'late-tasks', today, keptBy), query);
      await Promise.all(
        [...places].map(async ([schoolId, school]) => {
          schools.set(schoolId, school);
          for await (const page of pagesOf((cursor) =>
            store.processesAt(schoolId, kind, { status: 'active' }, { limit: PAGE, cursor }),
          )) {
            const late = lateOf(await store.visits(page.flatMap(visitsOf)), calendar, today);
            total += late.length;
            // Nobody is shown more than these, so that no more are kept.
            longest = [...longest, ...late].sort(longestFirst).slice(0, query.limit);
          }
        }),
      );
    }),
  );
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
    const school = schools.get(wait.schoolId) ?? wait.schoolId;
    return [{ ...taskSummary(scene, wait), school, label: scene.definition.texts.label }];
  });
  return { asOf: today, total, rows };
}
