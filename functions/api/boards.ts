/**
 * What the boards of a school and of the trust show: how many processes stand where, how many start, end and fall late
 * month by month, how far learning reviews are, and the milestones of single people. Counts of processes that a reader
 * may list by name are shown as they are; needs, which nobody else may read, are counted in `demand.ts`, with small
 * numbers hidden.
 *
 * How many stand where is counted from keys alone (10,000 processes: some 3 MB of an index). The others read the heads of
 * what is live, or ended in the months asked about, and what hangs on them by key, 100 at a time.
 */
import * as z from 'zod';
import { displayName } from '../../workflows/kernel/people.ts';
import { isPlace } from '../../workflows/kernel/places.ts';
import type { Milestone } from '../../workflows/kernel/process.ts';
import { type Process, ProcessStatus, type Wait } from '../../workflows/kernel/records.ts';
import { type Rejection, reject } from '../../workflows/kernel/rejections.ts';
import type { Scope } from '../../workflows/kernel/rights.ts';
import { viewOf } from '../../workflows/kernel/snapshot.ts';
import { atLondon, type Day, day, dayOf, Temporal } from '../../workflows/kernel/time.ts';
import { cycleOf } from '../../workflows/learning-needs/cycle.ts';
import { LEARNING_REVIEW, progressOf } from '../../workflows/learning-needs/needs.ts';
import { processOfKind, registry } from '../../workflows/registry.ts';
import { waitsOfMany } from '../world.ts';
import { glancedBy, noSuch, type Seen } from './access.ts';
import { type CycleQuery, CycleShape, cycleShape, cyclesOpened } from './demand.ts';
import type { ApiContext } from './route.ts';
import {
  type Asking,
  inHeads,
  isLive,
  LOT,
  placesOf,
  SchoolOfReport,
  type SchoolQuery,
  scopesOf,
  standingsIn,
} from './standings.ts';

const Day_ = z.iso.date();
const Count = z.int().min(0);

// Where processes stand

const BoardRow = z.object({
  schoolId: z.string(),
  school: z.string(),
  kind: z.string(),
  label: z.string(),
  status: ProcessStatus,
  stage: z.string(),
  stageLabel: z.string(),
  count: Count,
});
type BoardRow = z.output<typeof BoardRow>;

export const boardColumns = [
  'schoolId',
  'school',
  'kind',
  'label',
  'status',
  'stage',
  'stageLabel',
  'count',
] as const satisfies readonly (keyof BoardRow)[];

export const BoardsReport = z.object({
  asOf: Day_,
  total: Count,
  live: Count.meta({ description: 'Active or paused' }),
  rows: z
    .array(BoardRow)
    .meta({ description: 'By school, kind, status and stage, in the order of each kind’s stages' }),
});

export async function boards(
  context: ApiContext,
  asking: Asking,
  query: z.output<typeof SchoolQuery>,
): Promise<z.output<typeof BoardsReport>> {
  const { store } = context;
  const scopes = await scopesOf(store, asking, registry, query);
  const standings = await standingsIn(store, scopes);
  const groups = Map.groupBy(standings, ({ schoolId, kind, status, stage }) => [schoolId, kind, status, stage].join());
  const rows = [...groups.values()]
    .flatMap(([first, ...others]): BoardRow[] => {
      if (first === undefined) return [];
      const { schoolId, kind, status, stage } = first;
      const texts = processOfKind(kind)?.texts;
      return [
        {
          schoolId,
          school: scopes.get(kind)?.get(schoolId) ?? schoolId,
          kind,
          label: texts?.label ?? kind,
          status,
          stage,
          stageLabel: texts?.stages[stage] ?? stage,
          count: 1 + others.length,
        },
      ];
    })
    .sort(inOrder);
  const sum = (list: readonly BoardRow[]) => list.reduce((total, { count }) => total + count, 0);
  return {
    asOf: asking.today,
    total: sum(rows),
    live: sum(rows.filter(isLive)),
    rows,
  };
}

/** By school, then in the order of the registry, of statuses and of a kind's stages. */
function inOrder(one: BoardRow, other: BoardRow): number {
  const place = ({ kind, status, stage }: BoardRow): readonly number[] => [
    registry.findIndex((definition) => definition.kind === kind),
    ProcessStatus.options.indexOf(status),
    Object.keys(processOfKind(kind)?.texts.stages ?? {}).indexOf(stage),
  ];
  if (one.school !== other.school) return one.school < other.school ? -1 : 1;
  const [mine, theirs] = [place(one), place(other)];
  const at = mine.findIndex((number, n) => number !== theirs[n]);
  return at < 0 ? 0 : (mine[at] ?? 0) - (theirs[at] ?? 0);
}

// Month by month

const MONTHS = 12;

const Month = z.string().meta({ description: '`2026-11`' });

const TrendRow = z.object({
  month: Month,
  schoolId: z.string(),
  school: z.string(),
  kind: z.string(),
  label: z.string(),
  started: Count,
  ended: Count,
  late: Count.meta({ description: 'Tasks due in that month that were not done by their due date' }),
});
type TrendRow = z.output<typeof TrendRow>;

export const trendColumns = [
  'month',
  'schoolId',
  'school',
  'kind',
  'label',
  'started',
  'ended',
  'late',
] as const satisfies readonly (keyof TrendRow)[];

export const TrendsReport = z.object({
  asOf: Day_,
  from: Day_,
  months: z
    .array(z.object({ month: Month, started: Count, ended: Count, late: Count }))
    .meta({ description: 'The last twelve, this one so far' }),
  rows: z.array(TrendRow).meta({ description: 'What did not happen in a month is left out' }),
});

/** The months that end with that day's, oldest first. */
function monthsUpTo(today: Day): readonly string[] {
  const last = Temporal.PlainDate.from(today).toPlainYearMonth();
  return Array.from({ length: MONTHS }, (_, n) => last.subtract({ months: MONTHS - 1 - n }).toString());
}

const monthOf = (on: Day): string => on.slice(0, 7);

/** The day by which a task should have been done and was not; nothing for one that was in time or is no longer asked for. */
function missedOn({ state, dueOn, answeredAt }: Wait, process: Process, today: Day): Day | undefined {
  if (dueOn === undefined) return undefined;
  if (state === 'answered') return answeredAt !== undefined && dayOf(answeredAt) > dueOn ? dueOn : undefined;
  return state === 'open' && process.status === 'active' && today > dueOn ? dueOn : undefined;
}

export async function trends(
  context: ApiContext,
  asking: Asking,
  query: z.output<typeof SchoolQuery>,
): Promise<z.output<typeof TrendsReport>> {
  const { store } = context;
  const { today } = asking;
  const months = monthsUpTo(today);
  const from = day(`${months[0]}-01`);
  const scopes = await scopesOf(store, asking, registry, query);
  const rows = new Map<string, TrendRow>();
  const count = (on: Day, { kind, schoolId }: Process, what: 'started' | 'ended' | 'late'): void => {
    if (on < from) return;
    const month = monthOf(on);
    const key = `${month} ${schoolId} ${kind}`;
    const row = rows.get(key) ?? {
      month,
      schoolId,
      school: scopes.get(kind)?.get(schoolId) ?? schoolId,
      kind,
      label: processOfKind(kind)?.texts.label ?? kind,
      started: 0,
      ended: 0,
      late: 0,
    };
    rows.set(key, { ...row, [what]: row[what] + 1 });
  };
  const countAll = async (processes: readonly Process[]): Promise<void> => {
    const waits = await waitsOfMany(store, processes);
    for (const process of processes) {
      count(dayOf(process.startedAt), process, 'started');
      if (process.endedAt !== undefined) count(dayOf(process.endedAt), process, 'ended');
      for (const wait of waits.get(process.processId) ?? []) {
        const missed = wait.kind === 'task' ? missedOn(wait, process, today) : undefined;
        if (missed !== undefined) count(missed, process, 'late');
      }
    }
  };

  // What started in these months is live, or ended in them: nothing else is read.
  const standings = await standingsIn(store, scopes);
  const ended = standings.length === 0 ? [] : await store.endedSince(atLondon(from, '00:00'));
  const wanted = ended.filter(({ kind, schoolId }) => scopes.get(kind)?.has(schoolId));
  for (let at = 0; at < wanted.length; at += LOT) await countAll(wanted.slice(at, at + LOT));
  await inHeads(store, standings.filter(isLive), scopes, async (heads) => {
    // What has ended meanwhile was counted with those.
    await countAll(heads.filter(isLive));
  });

  const all = [...rows.values()].sort((one, other) => {
    const [mine, theirs] = [one, other].map(({ month, school, kind }) => `${month} ${school} ${kind}`);
    return (mine ?? '') < (theirs ?? '') ? -1 : 1;
  });
  return {
    asOf: today,
    from,
    months: months.map((month) => {
      const held = all.filter((row) => row.month === month);
      const sum = (what: 'started' | 'ended' | 'late') => held.reduce((total, row) => total + row[what], 0);
      return { month, started: sum('started'), ended: sum('ended'), late: sum('late') };
    }),
    rows: all,
  };
}

// How far learning reviews are

const ProgressRow = z.object({
  schoolId: z.string(),
  school: z.string(),
  reviews: Count.meta({ description: 'Of who has left, none' }),
  held: Count.meta({ description: 'Conversations held' }),
  notHeld: Count.meta({ description: 'Ended without a conversation' }),
});
type ProgressRow = z.output<typeof ProgressRow>;

export const progressColumns = [
  'schoolId',
  'school',
  'reviews',
  'held',
  'notHeld',
] as const satisfies readonly (keyof ProgressRow)[];

export const ProgressReport = z.object({
  asOf: Day_,
  cycle: CycleShape.nullable().meta({ description: 'The latest that has been opened; null: none has' }),
  reviews: Count,
  held: Count,
  rows: z.array(ProgressRow),
});

export async function reviewProgress(
  context: ApiContext,
  scope: Scope,
  today: Day,
  { cycle: wanted }: CycleQuery,
): Promise<z.output<typeof ProgressReport> | Rejection> {
  const { store, reading } = context;
  const [calendar, opened, places] = await Promise.all([
    reading.calendar(),
    cyclesOpened(context),
    placesOf(store, scope),
  ]);
  const process = opened.find(({ data }) => wanted === undefined || data['cycleId'] === wanted);
  if (process === undefined)
    return wanted === undefined
      ? { asOf: today, cycle: null, reviews: 0, held: 0, rows: [] }
      : noSuch('learning review cycle');
  const children = await store.children({ parentId: process.processId, kind: LEARNING_REVIEW });
  const rows = [...Map.groupBy(children, ({ schoolId }) => schoolId)]
    .flatMap(([schoolId, held]): ProgressRow[] => {
      const school = places.get(schoolId);
      const notHeld = held.filter(({ outcome }) => outcome === 'not-held').length;
      return school === undefined ? [] : [{ schoolId, school, ...progressOf(held), notHeld }];
    })
    .sort((one, other) => (one.school < other.school ? -1 : 1));
  return {
    asOf: today,
    cycle: cycleShape(cycleOf(calendar, String(process.data['cycleId']))),
    reviews: rows.reduce((sum, { reviews }) => sum + reviews, 0),
    held: rows.reduce((sum, { held }) => sum + held, 0),
    rows,
  };
}

// Milestones of single people

const MilestoneState = z.enum(['done', 'late', 'next', 'later']).meta({
  description: '`late`: its day is past and it is not done; `next`: the first of those to come; `later`: the others',
});

const MilestoneRow = z.object({
  processId: z.string(),
  personId: z.string().nullable(),
  subject: z.string(),
  schoolId: z.string(),
  school: z.string(),
  status: ProcessStatus,
  milestone: z.string(),
  label: z.string(),
  dueOn: Day_.nullable(),
  doneOn: Day_.nullable(),
  state: MilestoneState,
});
type MilestoneRow = z.output<typeof MilestoneRow>;

export const milestoneColumns = [
  'processId',
  'personId',
  'subject',
  'schoolId',
  'school',
  'status',
  'milestone',
  'label',
  'dueOn',
  'doneOn',
  'state',
] as const satisfies readonly (keyof MilestoneRow)[];

export const MilestonesQuery = z.strictObject({
  kind: z.enum(registry.map(({ kind }) => kind)).meta({ description: 'A kind of process: `apprenticeship`' }),
  school: SchoolOfReport,
  state: MilestoneState.optional().meta({ description: 'Rows of that state only; the counts are of all' }),
});

export const MilestonesReport = z.object({
  asOf: Day_,
  kind: z.string(),
  label: z.string(),
  processes: Count.meta({ description: 'Live ones: active or paused' }),
  done: Count,
  next: Count,
  late: Count,
  schools: z
    .array(z.object({ schoolId: z.string(), school: z.string(), processes: Count, withLate: Count }))
    .meta({ description: 'How many there are, and how many of them have something late; most late first' }),
  rows: z.array(MilestoneRow).meta({ description: 'By person, each one’s milestones by date' }),
});

/** More than this is no list that anybody reads. */
const MOST_PROCESSES = 1000;

/** The state of each milestone, soonest first; what has no date comes after what has one. While a process is paused nothing is late. */
export function milestoneStates<M extends Pick<Milestone, 'dueOn' | 'doneOn'>>(
  milestones: readonly M[],
  { today, isPaused }: { readonly today: Day; readonly isPaused: boolean },
): readonly (M & { readonly state: z.output<typeof MilestoneState> })[] {
  const sorted = milestones.toSorted((one, other) => {
    const [mine, theirs] = [one, other].map(({ dueOn, doneOn }) => doneOn ?? dueOn ?? '9999');
    return mine === theirs ? 0 : (mine ?? '') < (theirs ?? '') ? -1 : 1;
  });
  const isLate = ({ dueOn, doneOn }: M): boolean => !isPaused && doneOn === null && dueOn !== null && dueOn < today;
  const next = sorted.find((each) => each.doneOn === null && !isLate(each));
  return sorted.map((each) => ({
    ...each,
    state: each.doneOn !== null ? 'done' : isLate(each) ? 'late' : each === next ? 'next' : 'later',
  }));
}

export async function milestones(
  context: ApiContext,
  asking: Asking,
  query: z.output<typeof MilestonesQuery>,
): Promise<z.output<typeof MilestonesReport> | Rejection> {
  const { store, reading } = context;
  const { caller, today } = asking;
  const definition = registry.find(({ kind }) => kind === query.kind);
  if (definition === undefined) return noSuch('kind of process');
  const scopes = await scopesOf(store, asking, [definition], query);
  const places = scopes.get(definition.kind) ?? new Map<string, string>();
  const live = (await standingsIn(store, scopes)).filter(isLive);
  if (live.length > MOST_PROCESSES)
    return reject('invalid-fields', `There are more than ${MOST_PROCESSES} of these. Ask for one school at a time.`, [
      { path: 'school', message: 'Name a school.' },
    ]);
  const rows: MilestoneRow[] = [];
  const shown = new Set<string>();
  await inHeads(store, live, scopes, async (heads) => {
    for (const seen of await glancedBy(reading, heads.filter(isLive), caller)) {
      // A school that it has left sees it as it was then: no milestones of today.
      if (seen.asOf !== undefined) continue;
      shown.add(seen.scene.snapshot.process.processId);
      rows.push(...milestoneRows(seen, places, today));
    }
  });
  rows.sort((one, other) => {
    const [mine, theirs] = [one, other].map(({ subject, processId }) => `${subject} ${processId}`);
    return mine === theirs ? 0 : (mine ?? '') < (theirs ?? '') ? -1 : 1;
  });
  const number = (state: MilestoneRow['state']) => rows.filter((row) => row.state === state).length;
  return {
    asOf: today,
    kind: definition.kind,
    label: definition.texts.label,
    processes: shown.size,
    done: number('done'),
    next: number('next'),
    late: number('late'),
    schools: bySchool(rows),
    rows: query.state === undefined ? rows : rows.filter(({ state }) => state === query.state),
  };
}

function bySchool(rows: readonly MilestoneRow[]): z.output<typeof MilestonesReport>['schools'] {
  const processes = (held: readonly MilestoneRow[]): number => new Set(held.map(({ processId }) => processId)).size;
  return [...Map.groupBy(rows, ({ schoolId }) => schoolId)]
    .map(([schoolId, held]) => ({
      schoolId,
      school: held[0]?.school ?? schoolId,
      processes: processes(held),
      withLate: processes(held.filter(({ state }) => state === 'late')),
    }))
    .sort((one, other) => other.withLate - one.withLate || (one.school < other.school ? -1 : 1));
}

/** What {@link listedProcess} shows of milestones at every level of reading. */
function milestoneRows({ scene }: Seen, places: ReadonlyMap<string, string>, today: Day): readonly MilestoneRow[] {
  const { definition, snapshot, world } = scene;
  const { processId, schoolId, status } = snapshot.process;
  const states = milestoneStates(definition.milestones(viewOf(scene)), { today, isPaused: status === 'paused' });
  return states.map(({ name, label, dueOn, doneOn, state }) => ({
    processId,
    personId: isPlace(world.subject.personId) ? null : world.subject.personId,
    subject: displayName(world.subject),
    schoolId,
    school: places.get(schoolId) ?? schoolId,
    status,
    milestone: name,
    label,
    dueOn,
    doneOn,
    state,
  }));
}
