/**
 * Counts behind the dashboards, as JSON or CSV. No scan: applications and open tasks are found by school, and read by
 * the lot (5,000 processes: 50 batches of 100 for the processes, 50 for their waits); messages by person.
 */
import * as z from 'zod';
import type { Calendar } from '../../workflows/kernel/calendar.ts';
import { taskOf } from '../../workflows/kernel/decide.ts';
import { latenessOf } from '../../workflows/kernel/due.ts';
import { displayName, isCurrent, schoolsOf } from '../../workflows/kernel/people.ts';
import { type Person, ProcessStatus, type Wait } from '../../workflows/kernel/records.ts';
import { isRejection, type Rejection, reject } from '../../workflows/kernel/rejections.ts';
import { mayReport, type Report, type Scope } from '../../workflows/kernel/rights.ts';
import { taskIdOf, wordsOf } from '../../workflows/kernel/snapshot.ts';
import { addDays, type Day, dayOf, Temporal } from '../../workflows/kernel/time.ts';
import { processOfKind, registry } from '../../workflows/registry.ts';
import { pagesOf } from '../side-by-side.ts';
import { NOBODY } from '../table/keys.ts';
import type { Store } from '../table/store.ts';
import { BoardsReport, boardColumns, boards } from './boards.ts';
import { csvOf } from './csv.ts';
import {
  CycleQuery,
  DemandReport,
  demand,
  demandCells,
  demandColumns,
  ReviewLoadReport,
  reviewLoad,
  reviewLoadCells,
  reviewLoadColumns,
} from './demand.ts';
import { LateTasksQuery, LateTasksReport, lateTaskCells, lateTaskColumns, lateTasks } from './late-tasks.ts';
import { MilestonesQuery, MilestonesReport, milestoneColumns, milestones } from './milestones.ts';
import { type HttpEvent, header } from './request.ts';
import { ProgressReport, progressColumns, reviewProgress } from './review-progress.ts';
import { type Answer, type ApiContext, type Asked, type Route, route } from './route.ts';
import {
  type Asking,
  inHeads,
  inOpenTasks,
  isLive,
  placesOf,
  SchoolQuery,
  scopesOf,
  standingsIn,
} from './standings.ts';
import { TrendsReport, trendColumns, trends } from './trends.ts';

const Count = z.int().min(0);
const Day_ = z.iso.date();

/** A page of so many: 5 batches of the table's 100, with the one more that tells whether there is another page. */
const PAGE = 499;
const WEEKS = 8;

// How many applications stand where

const ApplicationRow = z.object({
  schoolId: z.string(),
  school: z.string(),
  courseId: z.string(),
  status: ProcessStatus,
  stage: z.string(),
  outcome: z.string().nullable(),
  count: Count,
});
type ApplicationRow = z.infer<typeof ApplicationRow>;

const applicationColumns = ['schoolId', 'school', 'courseId', 'status', 'stage', 'outcome', 'count'] as const;

const ApplicationsReport = z.object({
  asOf: Day_,
  total: Count,
  byStage: z
    .array(z.object({ stage: z.string(), label: z.string(), count: Count }))
    .meta({ description: 'Live ones: active or paused' }),
  bySchool: z.array(z.object({ schoolId: z.string(), school: z.string(), count: Count })),
  byCourse: z.array(z.object({ courseId: z.string(), count: Count })),
  byOutcome: z.array(z.object({ outcome: z.string(), count: Count })).meta({ description: 'Those that have ended' }),
  rows: z.array(ApplicationRow),
});

const NPQ = 'npq-application';

async function applications(
  { store }: ApiContext,
  scope: Scope,
  today: Day,
): Promise<z.output<typeof ApplicationsReport>> {
  const places = await placesOf(store, scope);
  const scopes = new Map([[NPQ, places]]);
  const rows = new Map<string, ApplicationRow>();
  await inHeads(store, await standingsIn(store, scopes), scopes, (heads) => {
    for (const { status, stage, outcome = null, schoolId, data } of heads) {
      const courseId = String(data['courseId']);
      const key = JSON.stringify([schoolId, courseId, status, stage, outcome]);
      const school = places.get(schoolId) ?? schoolId;
      const row = rows.get(key) ?? { schoolId, school, courseId, status, stage, outcome, count: 0 };
      rows.set(key, { ...row, count: row.count + 1 });
    }
  });
  const sorted = [...rows.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
  const live = sorted.filter(isLive);
  const stages = processOfKind(NPQ)?.texts.stages ?? {};
  const counted = (list: readonly ApplicationRow[], field: 'stage' | 'schoolId' | 'courseId' | 'outcome') =>
    [...Map.groupBy(list, (row) => row[field] ?? '')].map(([value, held]) => ({
      value,
      school: held[0]?.school ?? '',
      count: held.reduce((sum, { count }) => sum + count, 0),
    }));
  return {
    asOf: today,
    total: sorted.reduce((sum, { count }) => sum + count, 0),
    byStage: counted(live, 'stage').map(({ value, count }) => ({ stage: value, label: stages[value] ?? value, count })),
    bySchool: counted(sorted, 'schoolId').map(({ value, school, count }) => ({ schoolId: value, school, count })),
    byCourse: counted(sorted, 'courseId').map(({ value, count }) => ({ courseId: value, count })),
    byOutcome: counted(
      sorted.filter(({ outcome }) => outcome !== null),
      'outcome',
    ).map(({ value, count }) => ({ outcome: value, count })),
    rows: sorted,
  };
}

// What is late

const LatenessRow = z.object({
  kind: z.string(),
  task: z.string(),
  title: z.string(),
  schoolId: z.string(),
  school: z.string(),
  open: Count,
  late: Count,
  escalated: Count,
  stalled: Count,
  longest: Count.meta({ description: 'School days since the due date of the one that is late longest' }),
  longestTaskId: z.string().nullable(),
});
type LatenessRow = z.infer<typeof LatenessRow>;

const latenessColumns = [
  'kind',
  'task',
  'title',
  'schoolId',
  'school',
  'open',
  'late',
  'escalated',
  'stalled',
  'longest',
  'longestTaskId',
] as const;

const LatenessReport = z.object({
  asOf: Day_,
  open: Count,
  late: Count,
  escalated: Count.meta({ description: 'Of the late ones' }),
  stalled: Count.meta({ description: 'Of the escalated ones' }),
  rows: z.array(LatenessRow),
});

const titleOf = (wait: Wait): string => {
  const definition = processOfKind(wait.processKind);
  return (definition && wordsOf(definition, wait)?.title) ?? wait.wait;
};

function withTask(row: LatenessRow, wait: Wait, calendar: Calendar, today: Day): LatenessRow {
  const { isOverdue, isEscalated, isStalled, schoolDaysLate } = latenessOf(calendar, wait.dueOn, today);
  const isLongest = isOverdue && (row.longestTaskId === null || schoolDaysLate > row.longest);
  return {
    ...row,
    open: row.open + 1,
    late: row.late + (isOverdue ? 1 : 0),
    escalated: row.escalated + (isEscalated ? 1 : 0),
    stalled: row.stalled + (isStalled ? 1 : 0),
    ...(isLongest && { longest: schoolDaysLate, longestTaskId: taskIdOf(wait) }),
  };
}

async function lateness(
  { store, reading }: ApiContext,
  asking: Asking,
  query: z.output<typeof SchoolQuery>,
): Promise<z.output<typeof LatenessReport>> {
  const { today } = asking;
  const calendar = await reading.calendar();
  const scopes = await scopesOf(store, asking, registry, query);
  const rows = new Map<string, LatenessRow>();
  await inOpenTasks(store, scopes, (waits) => {
    for (const wait of waits) {
      const { processKind: kind, schoolId } = wait;
      const task = wait.part ?? wait.wait;
      const title = titleOf(wait);
      // Kinds have tasks of the same name, and a kind has them at two places with words of their own.
      const key = JSON.stringify([kind, title, schoolId]);
      const school = scopes.get(kind)?.get(schoolId) ?? schoolId;
      const none = { open: 0, late: 0, escalated: 0, stalled: 0, longest: 0, longestTaskId: null };
      const row = rows.get(key) ?? { kind, task, title, schoolId, school, ...none };
      rows.set(key, withTask(row, wait, calendar, today));
    }
  });
  const sorted = [...rows.values()].sort(
    (one, other) => other.longest - one.longest || other.late - one.late || (one.task < other.task ? -1 : 1),
  );
  const sum = (field: 'open' | 'late' | 'escalated' | 'stalled') =>
    sorted.reduce((total, row) => total + row[field], 0);
  return {
    asOf: today,
    open: sum('open'),
    late: sum('late'),
    escalated: sum('escalated'),
    stalled: sum('stalled'),
    rows: sorted,
  };
}

// What nobody can decide

const OwnerlessRow = z.object({
  taskId: z.string(),
  task: z.string(),
  title: z.string(),
  schoolId: z.string(),
  school: z.string(),
  openedOn: Day_,
  dueOn: Day_.nullable(),
});

const ownerlessColumns = ['taskId', 'task', 'title', 'schoolId', 'school', 'openedOn', 'dueOn'] as const;

const OwnerlessReport = z.object({ asOf: Day_, total: Count, rows: z.array(OwnerlessRow) });

async function ownerless({ store }: ApiContext, scope: Scope, today: Day): Promise<z.output<typeof OwnerlessReport>> {
  const places = await placesOf(store, scope);
  const rows: z.output<typeof OwnerlessRow>[] = [];
  const keep = (wait: Wait): boolean => scope.all || places.has(wait.schoolId);
  for await (const page of pagesOf((cursor) => store.openTasks(NOBODY, { limit: PAGE, cursor, keep }))) {
    const processes = await store.processes([...new Set(page.map(({ processId }) => processId))]);
    const active = new Set(processes.filter(({ status }) => status === 'active').map(({ processId }) => processId));
    for (const wait of page) {
      const definition = processOfKind(wait.processKind);
      const isTask = definition !== undefined && taskOf(definition, wait) !== undefined;
      if (!isTask || !active.has(wait.processId)) continue;
      rows.push({
        taskId: taskIdOf(wait),
        task: wait.part ?? wait.wait,
        title: titleOf(wait),
        schoolId: wait.schoolId,
        school: places.get(wait.schoolId) ?? wait.schoolId,
        openedOn: dayOf(wait.openedAt),
        dueOn: wait.dueOn ?? null,
      });
    }
  }
  return { asOf: today, total: rows.length, rows };
}

// How much mail people get

const WorkloadRow = z.object({
  personId: z.string(),
  name: z.string(),
  weekFrom: Day_.meta({ description: 'The Monday of the week' }),
  messages: Count,
  lines: Count.meta({ description: 'What these messages told, in lines' }),
});

const workloadColumns = ['personId', 'name', 'weekFrom', 'messages', 'lines'] as const;

const WorkloadReport = z.object({
  asOf: Day_,
  from: Day_,
  people: Count.meta({ description: 'With a current post or a role from outside, whether they got messages or not' }),
  messages: Count,
  most: Count.meta({ description: 'Most messages that one person got in one week' }),
  rows: z.array(WorkloadRow).meta({ description: 'Weeks without a message are left out' }),
});

const mondayOf = (on: Day): Day => addDays(on, 1 - Temporal.PlainDate.from(on).dayOfWeek);

async function* peopleIn(store: Store, scope: Scope): AsyncGenerator<readonly Person[]> {
  if (scope.all) {
    yield* pagesOf((cursor) => store.everybody({ limit: PAGE, cursor }));
    return;
  }
  for (const schoolId of scope.schools)
    for await (const rows of pagesOf((cursor) => store.postRows(schoolId, { limit: PAGE, cursor })))
      yield store.persons([...new Set(rows.map(({ personId }) => personId))]);
}

/** People of a scope and, whoever leads no school, those whom they manage. */
async function* reviewed(store: Store, scope: Scope, caller: Person): AsyncGenerator<readonly Person[]> {
  yield* peopleIn(store, scope);
  if (!scope.all) yield store.persons((await store.reportsOf(caller.personId)).map(({ personId }) => personId));
}

async function workload({ store }: ApiContext, scope: Scope, today: Day): Promise<z.output<typeof WorkloadReport>> {
  const from = addDays(mondayOf(today), -7 * (WEEKS - 1));
  const people = new Map<string, Person>();
  // Of a school those who work there now: others are not the lead's people.
  for await (const page of peopleIn(store, scope))
    for (const person of page)
      if (
        isCurrent(person, today) &&
        (scope.all || schoolsOf(person, today).some((schoolId) => scope.schools.includes(schoolId)))
      )
        people.set(person.personId, person);
  const mails = await store.mails(from, today, new Set(people.keys()));
  const rows = [...Map.groupBy(mails, ({ personId, on }) => `${personId} ${mondayOf(on)}`).values()].flatMap(
    (held): z.output<typeof WorkloadRow>[] => {
      const [first] = held;
      const person = first && people.get(first.personId);
      return first === undefined || person === undefined
        ? []
        : [
            {
              personId: person.personId,
              name: displayName(person),
              weekFrom: mondayOf(first.on),
              messages: held.length,
              lines: held.reduce((sum, { notices }) => sum + notices, 0),
            },
          ];
    },
  );
  rows.sort((one, other) => other.messages - one.messages || (one.weekFrom < other.weekFrom ? 1 : -1));
  return {
    asOf: today,
    from,
    people: people.size,
    messages: rows.reduce((sum, { messages }) => sum + messages, 0),
    most: rows[0]?.messages ?? 0,
    rows,
  };
}

// As JSON or CSV

/** The better of the two that the caller takes; nothing where it takes neither. */
export function formatFor(event: HttpEvent): 'json' | 'csv' | Rejection {
  const accepted = (header(event, 'accept') ?? '*/*').split(',').map((range) => {
    const [type = '', ...parameters] = range
      .toLowerCase()
      .split(';')
      .map((part) => part.trim());
    const q = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    return { type, weight: q === undefined ? 1 : Number(q) };
  });
  const weightOf = (type: string, any: string): number =>
    accepted.find((range) => range.type === type)?.weight ??
    accepted.find((range) => range.type === any)?.weight ??
    accepted.find((range) => range.type === '*/*')?.weight ??
    0;
  const json = weightOf('application/json', 'application/*');
  const csv = weightOf('text/csv', 'text/*');
  if (!(json > 0) && !(csv > 0))
    return reject('not-acceptable', 'Reports come as application/json or as text/csv. Ask for one of them in Accept.');
  return csv > json ? 'csv' : 'json';
}

type Cells = Readonly<Record<string, string | number | null>>;

interface Reported<Row> {
  readonly rows: readonly Row[];
}

function reporting<Row, Query extends z.ZodObject = z.ZodObject>(declared: {
  readonly report: Report;
  readonly summary: string;
  readonly schema: z.ZodType;
  readonly query?: Query;
  readonly columns: readonly string[];
  /** A row for a spreadsheet, where it is not one as it stands. */
  readonly cells: (row: Row) => Cells;
  readonly made: (
    context: ApiContext,
    scope: Scope,
    today: Day,
    asked: Asked<z.output<Query>>,
  ) => Promise<Reported<Row> | Rejection>;
}): Route {
  const { report, summary, schema, columns, cells, made, query } = declared;
  return route({
    method: 'GET',
    path: `/reports/${report}`,
    tag: 'Reports',
    summary,
    ...(query && { query }),
    answers: { status: 200, schema, description: 'The report; as CSV its `rows`' },
    alsoAs: ['text/csv'],
    async answer(context, asked): Promise<Answer | Rejection> {
      const format = formatFor(asked.event);
      if (isRejection(format)) return format;
      const today = dayOf(context.clock());
      const body = await made(context, mayReport(asked.caller, report, today), today, asked as Asked<z.output<Query>>);
      if (isRejection(body)) return body;
      if (format === 'json') return { status: 200, body, headers: { vary: 'accept' } };
      return {
        status: 200,
        body: csvOf(columns, body.rows.map(cells)),
        contentType: 'text/csv; charset=utf-8',
        headers: { vary: 'accept', 'content-disposition': `attachment; filename="${report}-${today}.csv"` },
      };
    },
  });
}

const asItStands = (row: Cells): Cells => row;

export const reportRoutes: readonly Route[] = [
  reporting({
    report: 'npq-applications',
    summary: 'NPQ applications of the schools that you lead, or of all: how many at which stage, by school and course',
    schema: ApplicationsReport,
    columns: applicationColumns,
    cells: asItStands,
    made: applications,
  }),
  reporting({
    report: 'lateness',
    summary:
      'Open tasks: how many are late, escalated or stalled, by task and school, and the one that is late longest',
    schema: LatenessReport,
    query: SchoolQuery,
    columns: latenessColumns,
    cells: asItStands,
    made: (context, _, today, { caller, query }) => lateness(context, { caller, report: 'lateness', today }, query),
  }),
  reporting({
    report: 'late-tasks',
    summary: 'The tasks that are late longest: about whom, with whom, since when',
    schema: LateTasksReport,
    query: LateTasksQuery,
    columns: lateTaskColumns,
    cells: lateTaskCells,
    made: (context, _, today, { caller, query }) => lateTasks(context, { caller, today }, query),
  }),
  reporting({
    report: 'ownerless',
    summary: 'Open tasks that nobody can decide, because no role in their chain has a holder',
    schema: OwnerlessReport,
    columns: ownerlessColumns,
    cells: asItStands,
    made: ownerless,
  }),
  reporting({
    report: 'workload',
    summary: 'Messages by person and week, of the last eight weeks',
    schema: WorkloadReport,
    columns: workloadColumns,
    cells: asItStands,
    made: workload,
  }),
  reporting({
    report: 'demand',
    summary:
      'The needs of a learning review cycle, ranked by strand, school and route, with what could meet them. Counts only; small ones are hidden.',
    schema: DemandReport,
    query: CycleQuery,
    columns: demandColumns,
    cells: demandCells,
    made: (context, scope, today, { query }) => demand(context, scope, today, query),
  }),
  reporting({
    report: 'review-load',
    summary: 'How many learning reviews each line manager has in the cycle that is open or opens next',
    schema: ReviewLoadReport,
    query: CycleQuery,
    columns: reviewLoadColumns,
    cells: reviewLoadCells,
    made: (context, scope, today, { caller, query }) =>
      reviewLoad(context, { scope, caller, people: reviewed(context.store, scope, caller) }, today, query),
  }),
  reporting({
    report: 'review-progress',
    summary: 'How far the learning reviews of a cycle are, school by school',
    schema: ProgressReport,
    query: CycleQuery,
    columns: progressColumns,
    cells: asItStands,
    made: (context, scope, today, { query }) => reviewProgress(context, scope, today, query),
  }),
  reporting({
    report: 'boards',
    summary: 'Processes of every kind: how many stand where, by school, kind, status and stage',
    schema: BoardsReport,
    query: SchoolQuery,
    columns: boardColumns,
    cells: asItStands,
    made: (context, _, today, { caller, query }) => boards(context, { caller, report: 'boards', today }, query),
  }),
  reporting({
    report: 'trends',
    summary: 'Month by month over the last twelve: processes started and ended, and tasks that were not done in time',
    schema: TrendsReport,
    query: SchoolQuery,
    columns: trendColumns,
    cells: asItStands,
    made: (context, _, today, { caller, query }) => trends(context, { caller, report: 'trends', today }, query),
  }),
  reporting({
    report: 'milestones',
    summary: 'What each person has reached, what comes next and what is late, in live processes of one kind',
    schema: MilestonesReport,
    query: MilestonesQuery,
    columns: milestoneColumns,
    cells: asItStands,
    made: (context, _, today, { caller, query }) => milestones(context, { caller, report: 'milestones', today }, query),
  }),
];
