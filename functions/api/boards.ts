/**
 * How many processes stand where, for the boards of a school and of the trust. Counts of processes that a reader may
 * list by name are shown as they are; needs, which nobody else may read, are counted in `demand.ts`, with small numbers
 * hidden. Counted from keys alone (10,000 processes: some 3 MB of an index).
 */
import * as z from 'zod';
import { ProcessStatus } from '../../workflows/kernel/records.ts';
import { processOfKind, registry } from '../../workflows/registry.ts';
import { Day_ } from './present.ts';
import type { ApiContext } from './route.ts';
import { type Asking, Count, isLive, type SchoolQuery, scopesOf, standingsIn } from './standings.ts';

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
