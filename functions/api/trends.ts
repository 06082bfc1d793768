/**
 * How many processes start, end and fall late month by month. Read are the heads of what is live, or ended in these
 * months, and what hangs on them by key, 100 at a time.
 */
import * as z from 'zod';
import type { Process, Wait } from '../../workflows/kernel/records.ts';
import { atLondon, type Day, day, dayOf, Temporal } from '../../workflows/kernel/time.ts';
import { processOfKind, registry } from '../../workflows/registry.ts';
import { waitsOfMany } from '../world.ts';
import { Day_ } from './present.ts';
import type { ApiContext } from './route.ts';
import { type Asking, Count, inHeads, isLive, LOT, type SchoolQuery, scopesOf, standingsIn } from './standings.ts';

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
