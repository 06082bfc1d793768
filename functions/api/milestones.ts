/** The milestones of single people: what is done, what is late, what comes next. */
import * as z from 'zod';
import type { Milestone } from '../../workflows/kernel/process.ts';
import { ProcessStatus } from '../../workflows/kernel/records.ts';
import { type Rejection, reject } from '../../workflows/kernel/rejections.ts';
import { viewOf } from '../../workflows/kernel/snapshot.ts';
import type { Day } from '../../workflows/kernel/time.ts';
import { registry } from '../../workflows/registry.ts';
import { glancedBy, noSuch, type Seen } from './access.ts';
import { Day_, subjectShape } from './present.ts';
import type { ApiContext } from './route.ts';
import { type Asking, Count, inHeads, isLive, SchoolOfReport, scopesOf, standingsIn } from './standings.ts';

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
  const { definition, snapshot } = scene;
  const { processId, schoolId, status } = snapshot.process;
  const { personId, name: subject } = subjectShape(scene);
  const states = milestoneStates(definition.milestones(viewOf(scene)), { today, isPaused: status === 'paused' });
  return states.map(({ name, label, dueOn, doneOn, state }) => ({
    processId,
    personId,
    subject,
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
