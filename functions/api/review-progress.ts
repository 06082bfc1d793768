/** How far learning reviews are, school by school. */
import * as z from 'zod';
import type { Rejection } from '../../workflows/kernel/rejections.ts';
import type { Scope } from '../../workflows/kernel/rights.ts';
import type { Day } from '../../workflows/kernel/time.ts';
import { cycleOf } from '../../workflows/learning-needs/cycle.ts';
import { LEARNING_REVIEW, progressOf } from '../../workflows/learning-needs/needs.ts';
import { noSuch } from './access.ts';
import { type CycleQuery, CycleShape, cycleShape, cyclesOpened } from './demand.ts';
import { Day_ } from './present.ts';
import type { ApiContext } from './route.ts';
import { Count, placesOf } from './standings.ts';

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
