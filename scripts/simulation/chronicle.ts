/** What happened, counted by week and kind of process, from the stream of the table: whatever anybody or anything did is in it. */
import { DescribeStreamCommand, GetRecordsCommand, GetShardIteratorCommand } from '@aws-sdk/client-dynamodb-streams';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { MemoryTable } from '../../local/memory-table.ts';
import { type Calendar, schoolDaysBetween } from '../../workflows/kernel/calendar.ts';
import { Process, TRUST, Wait } from '../../workflows/kernel/records.ts';
import { isEnded, taskIdOf } from '../../workflows/kernel/snapshot.ts';
import { type Day, dayOf } from '../../workflows/kernel/time.ts';

export interface Counts {
  readonly started: number;
  /** Tasks that people have answered. */
  readonly decided: number;
  /** Tasks that became late. */
  readonly late: number;
  readonly ended: number;
  /** Of those, how many in which way. */
  readonly outcomes: Readonly<Record<string, number>>;
}

export interface Week {
  /** From 1. */
  readonly week: number;
  /** Its Monday, or the first day. */
  readonly from: Day;
  readonly kinds: Readonly<Record<string, Counts>>;
  readonly mails: number;
  /** The task that has been open longest, of those that are open or were answered this week. */
  readonly longestWait: { readonly schoolDays: number; readonly task: string } | null;
  readonly notable: readonly string[];
}

interface Counting {
  started: number;
  decided: number;
  late: number;
  ended: number;
  outcomes: Record<string, number>;
}

interface OpenTask {
  readonly task: string;
  readonly kind: string;
  readonly openedOn: Day;
  readonly dueOn: Day | undefined;
  isLate: boolean;
}

interface Known {
  readonly kind: string;
  readonly name: string;
  isEnded: boolean;
}

export interface Chronicle {
  /** Reads on. To be called at least once a day: the stream keeps only so much of what others have read. */
  read(): Promise<void>;
  /** Counts what has become late by that day. */
  closeDay(today: Day): void;
  note(line: string): void;
  closeWeek(week: { readonly week: number; readonly from: Day; readonly today: Day; readonly mails: number }): Week;
}

export function makeChronicle(table: MemoryTable, calendar: Calendar): Chronicle {
  let iterator: string | undefined;
  const known = new Map<string, Known>();
  const open = new Map<string, OpenTask>();
  let kinds = new Map<string, Counting>();
  let notable: string[] = [];
  let answered: OpenTask[] = [];
  /** Children that started this week, by their parent. */
  let children = new Map<string, { readonly kind: string; readonly schoolId: string }[]>();

  const countsOf = (kind: string): Counting => {
    const counts = kinds.get(kind) ?? { started: 0, decided: 0, late: 0, ended: 0, outcomes: {} };
    kinds.set(kind, counts);
    return counts;
  };

  async function firstIterator(): Promise<string | undefined> {
    const { StreamDescription } = await table.streams.send(new DescribeStreamCommand({ StreamArn: table.streamArn }));
    const ShardId = StreamDescription?.Shards?.[0]?.ShardId;
    const { ShardIterator } = await table.streams.send(
      new GetShardIteratorCommand({ StreamArn: table.streamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    return ShardIterator;
  }

  function takeProcess(process: Process): void {
    const { processId, kind, schoolId, parentId, outcome, data } = process;
    let before = known.get(processId);
    if (before === undefined) {
      const { cycleId } = data;
      before = { kind, name: typeof cycleId === 'string' ? cycleId : processId, isEnded: false };
      known.set(processId, before);
      countsOf(kind).started += 1;
      if (parentId !== undefined) children.set(parentId, [...(children.get(parentId) ?? []), { kind, schoolId }]);
    }
    if (!isEnded(process) || before.isEnded) return;
    before.isEnded = true;
    const counts = countsOf(kind);
    counts.ended += 1;
    counts.outcomes[outcome ?? 'ended'] = (counts.outcomes[outcome ?? 'ended'] ?? 0) + 1;
  }

  function takeWait(wait: Wait): void {
    if (wait.kind !== 'task') return;
    const taskId = taskIdOf(wait);
    const { processKind, openedAt, dueOn, state, answeredBy } = wait;
    if (state === 'open') {
      const isLate = open.get(taskId)?.isLate ?? false;
      const task = `${processKind} ${wait.part ?? wait.wait}`;
      open.set(taskId, { task, kind: processKind, openedOn: dayOf(openedAt), dueOn, isLate });
      return;
    }
    const before = open.get(taskId);
    open.delete(taskId);
    if (before === undefined || state !== 'answered' || answeredBy === undefined) return;
    countsOf(processKind).decided += 1;
    answered.push(before);
  }

  return {
    async read() {
      iterator ??= await firstIterator();
      for (;;) {
        const { Records = [], NextShardIterator } = await table.streams.send(
          new GetRecordsCommand({ ShardIterator: iterator }),
        );
        for (const { dynamodb } of Records) {
          const image = dynamodb?.NewImage;
          if (image?.['type']?.S === 'process') takeProcess(Process.parse(unmarshall(image as never)));
          if (image?.['type']?.S === 'wait') takeWait(Wait.parse(unmarshall(image as never)));
        }
        iterator = NextShardIterator;
        if (Records.length === 0) return;
      }
    },
    closeDay(today) {
      for (const task of open.values()) {
        if (task.isLate || task.dueOn === undefined || task.dueOn >= today) continue;
        task.isLate = true;
        countsOf(task.kind).late += 1;
      }
    },
    note(line) {
      notable.push(line);
    },
    closeWeek({ week, from, today, mails }) {
      const opened = [...children].flatMap(([parentId, started]) => {
        const parent = known.get(parentId);
        if (parent?.kind !== 'learning-review-cycle') return [];
        const reviews = started.filter(({ kind }) => kind === 'learning-review').length;
        const places = new Set(started.map(({ schoolId }) => schoolId));
        const office = places.delete(TRUST) ? ' and the central office' : '';
        const verb = started.length > reviews ? 'opened:' : 'took in';
        const schools = `${places.size} ${places.size === 1 ? 'school' : 'schools'}`;
        return [
          `cycle ${parent.name} ${verb} ${reviews} ${reviews === 1 ? 'review' : 'reviews'} in ${schools}${office}`,
        ];
      });
      const followed = Map.groupBy(
        [...children].flatMap(([parentId, started]) => {
          const parent = known.get(parentId)?.kind ?? '';
          return parent === 'learning-review-cycle' ? [] : started.map(({ kind }) => `${kind} followed from ${parent}`);
        }),
        (line) => line,
      );
      for (const [line, all] of followed) opened.push(`${all.length} ${line}`);
      const waits = [...open.values(), ...answered].map(({ task, openedOn }) => ({
        task,
        schoolDays: schoolDaysBetween(calendar, openedOn, today),
      }));
      const longestWait = waits.reduce<Week['longestWait']>(
        (longest, wait) => (longest === null || wait.schoolDays > longest.schoolDays ? wait : longest),
        null,
      );
      const closed: Week = {
        week,
        from,
        kinds: Object.fromEntries([...kinds].sort(([one], [other]) => (one < other ? -1 : 1))),
        mails,
        longestWait,
        notable: [...notable, ...opened],
      };
      kinds = new Map();
      notable = [];
      answered = [];
      children = new Map();
      return closed;
    },
  };
}
