/**
 * Every day at 07:00 in London: what has changed around live processes, waits whose day has come, runs to renew, tasks
 * that nobody can decide, everybody's digest, and then the day's anchor. Each part is safe to repeat, to overlap and to
 * come late: an item is moved on only as it was seen, and what is done leaves the index it was found in.
 */
import { createHash } from 'node:crypto';
import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import middy from '@middy/core';
import type * as z from 'zod';
import type { Calendar } from '../../workflows/kernel/calendar.ts';
import { type Change, put } from '../../workflows/kernel/change.ts';
import { restarted } from '../../workflows/kernel/drive.ts';
import { isDigestDay, nextDigestAt } from '../../workflows/kernel/due.ts';
import { dueWait, tended } from '../../workflows/kernel/morning.ts';
import { holdersNow } from '../../workflows/kernel/people.ts';
import { type Anchor, type Notice, type Process, TRUST, type Wait } from '../../workflows/kernel/records.ts';
import { isEnded, taskIdOf } from '../../workflows/kernel/snapshot.ts';
import {
  addDays,
  addMs,
  type Clock,
  type Day,
  dayOf,
  daysBetween,
  type Instant,
  instant,
} from '../../workflows/kernel/time.ts';
import { noticesOfTask } from '../../workflows/kernel/transition.ts';
import { registry } from '../../workflows/registry.ts';
import { toldOf } from '../log.ts';
import type { Emit } from '../metrics.ts';
import { NOBODY, RENEWAL_DAYS, shards } from '../table/keys.ts';
import type { Page } from '../table/queries.ts';
import type { Store } from '../table/store.ts';
import { makeReading, type Reading, runSuffix, TooBusy } from '../world.ts';
import type { environment } from './environment.ts';

export interface MorningRunDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly events: EventBridgeClient;
  readonly s3: S3Client;
  readonly emit: Emit;
  readonly environment: z.output<typeof environment>;
}

/** What a morning came to, for the log. */
export interface Morning {
  readonly on: Day;
  readonly tended: number;
  readonly answered: number;
  readonly renewed: number;
  readonly ownerless: number;
  readonly digests: number;
}

/** People in one event: an event holds 256 KB, an id 36 bytes; a small batch keeps one failure small. */
const PEOPLE_PER_EVENT = 50;
/** What EventBridge takes at once. */
const EVENTS_PER_CALL = 10;
/** A morning that was missed breaks no chain of anchors; a month of them does, and shows. */
const LOOKS_BACK_DAYS = 31;
/** Longer than any index lags. */
const LAG_MS = 60 * 60_000;
/** Processes looked at side by side: one takes some five reads, 25 ms; 10,000 then take half a minute and not four. */
const AT_ONCE = 8;
/** Attempts of read, decide, commit on one item before it is left for the next morning. */
const ATTEMPTS = 5;

async function* everyPage<T>(read: (cursor?: string) => Promise<Page<T>>): AsyncGenerator<T> {
  let cursor: string | undefined;
  do {
    const page: Page<T> = await read(cursor);
    yield* page.items;
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
}

/** Works on each item, some at once, as they come. */
async function sideBySide<T>(items: AsyncGenerator<T>, work: (item: T) => Promise<void>): Promise<void> {
  const worker = async (): Promise<void> => {
    for (let next = await items.next(); !next.done; next = await items.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** Who has something to read this morning, and whether it is urgent: from the index, and from what this run itself wrote. */
interface Readers {
  note(notice: Notice): void;
  of(change: Change | undefined): void;
  /** Everybody on a day on which digests go out, else those for whom it cannot wait. */
  due(isSchoolDay: boolean): readonly string[];
}

function makeReaders(): Readers {
  const urgent = new Map<string, boolean>();
  const note = ({ personId, isUrgent }: Notice): void => {
    urgent.set(personId, (urgent.get(personId) ?? false) || isUrgent);
  };
  return {
    note,
    of(change) {
      for (const { after } of change?.parts ?? []) if (after?.type === 'notice') note(after);
    },
    due: (isSchoolDay) => [...urgent].flatMap(([personId, isNow]) => (isSchoolDay || isNow ? [personId] : [])).sort(),
  };
}

export function makeMorningRun({ store, clock, events, s3, emit, environment: settings }: MorningRunDependencies) {
  /** This morning where digests go out today, else the next morning on which they do. */
  const digestTime = (calendar: Calendar, now: Instant): Instant =>
    isDigestDay(calendar, dayOf(now)) ? now : nextDigestAt(calendar, now);

  /** Reads again, decides, commits; answers with what was written. */
  async function moved(
    processId: string,
    reading: Reading,
    decide: (scene: Awaited<ReturnType<Reading['scene']>>) => Change | undefined,
  ): Promise<Change | undefined> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const snapshot = await store.snapshot(processId);
      if (snapshot === undefined) return undefined;
      // What was read for many may be old by now: after a failed condition everything is read again.
      const fresh =
        attempt === 0
          ? reading
          : makeReading(store, clock, { digestAt: digestTime(await reading.calendar(), clock()) });
      const change = decide(await fresh.scene(snapshot));
      if (change === undefined || (await store.commit(change)).committed) return change;
    }
    throw new TooBusy('others changed the same process each time');
  }

  /** One bad process must not keep the others waiting. */
  async function carefully<T>(processId: string, work: () => Promise<T>, otherwise: T): Promise<T> {
    try {
      return await work();
    } catch (error) {
      failures++;
      console.error(JSON.stringify({ morningRun: 'failed', processId, ...toldOf(error) }));
      return otherwise;
    }
  }
  let failures = 0;

  async function* liveProcesses(): AsyncGenerator<Process> {
    const schoolIds = [...(await store.schools()).map(({ schoolId }) => schoolId), TRUST];
    for (const { kind } of registry)
      for (const status of ['active', 'paused'] as const)
        yield* everyPage((cursor) =>
          store.processesAcross([...new Set(schoolIds)], kind, { status }, { limit: 100, cursor }),
        );
  }

  async function tend(
    reading: Reading,
    readers: Readers,
  ): Promise<{ readonly tended: number; readonly heads: readonly Process[] }> {
    let count = 0;
    const heads: Process[] = [];
    await sideBySide(liveProcesses(), async (process) => {
      heads.push(process);
      // People left, moved, or took over; a pause ended; the calendar changed: one thing at a time, at most three.
      for (let thing = 0; thing < 3; thing++) {
        const change = await carefully(process.processId, () => moved(process.processId, reading, tended), undefined);
        if (change === undefined) break;
        readers.of(change);
        count++;
      }
    });
    return { tended: count, heads };
  }

  const isRenewed = async (process: Process, now: Instant): Promise<boolean> =>
    (await store.commit(restarted(process, { now, suffix: runSuffix() }))).committed;

  /** Everything whose morning has come. The shards are independent of each other. */
  async function sweep(now: Instant, reading: Reading, readers: Readers) {
    let answered = 0;
    let renewed = 0;
    await Promise.all(
      shards.map(async (shard) => {
        const due = everyPage<Process | Wait | Notice>((cursor) =>
          store.dueMorning(shard, now, { limit: 100, cursor }),
        );
        for await (const item of due) {
          switch (item.type) {
            case 'wait': {
              const decide = (scene: Parameters<typeof dueWait>[0]) => {
                const wait = scene.snapshot.waits.find((each) => taskIdOf(each) === taskIdOf(item));
                return wait && dueWait(scene, wait);
              };
              const change = await carefully(item.processId, () => moved(item.processId, reading, decide), undefined);
              if (change) answered++;
              readers.of(change);
              break;
            }
            case 'process':
              if (isEnded(item) || daysBetween(dayOf(item.runAt), dayOf(now)) < RENEWAL_DAYS) break;
              if (await carefully(item.processId, () => isRenewed(item, now), false)) renewed++;
              break;
            case 'notice':
              readers.note(item);
              break;
            default:
              item satisfies never;
          }
        }
      }),
    );
    return { answered, renewed };
  }

  /** Tasks that nobody can decide stand in the digest of the trust-lead and the admins until somebody is named. */
  async function noteOwnerless(reading: Reading, readers: Readers): Promise<number> {
    let count = 0;
    for await (const wait of everyPage<Wait>((cursor) => store.openTasks(NOBODY, { limit: 100, cursor }))) {
      count++;
      await carefully(
        wait.processId,
        async () => {
          const snapshot = await store.snapshot(wait.processId);
          if (snapshot === undefined) return;
          const { world } = await reading.scene(snapshot);
          const told = (['trust-lead', 'admin'] as const).flatMap((role) =>
            holdersNow(world.directory, role, TRUST, world.today),
          );
          const parts = noticesOfTask(world, snapshot.process, wait, told, 'ownerless');
          const unique = [...new Map(parts.map((part) => [part.name, part])).values()];
          if (unique.length > 0) await store.commit({ parts: unique });
          readers.of({ parts: unique });
        },
        undefined,
      );
    }
    return count;
  }

  /**
   * The heads of all chains that are live or have ended since the anchor before, hashed with it, written where the writer
   * of the table cannot change it: an edit or a gap in a chain shows against any later day's list, and a chain that has
   * ended stands in a list with its last event.
   */
  async function anchor(on: Day, now: Instant, live: readonly Process[]): Promise<void> {
    const last = (await store.anchors(addDays(on, -LOOKS_BACK_DAYS), on)).at(-1);
    if (last?.on === on) return;
    // An hour more: an index may lag, and a line that stands in two lists does no harm.
    const ended = await store.endedSince(last === undefined ? instant(0) : addMs(last.at, -LAG_MS));
    const heads = new Map([...live, ...ended].map((process) => [process.processId, process]));
    const lines = [...heads.values()]
      .map(({ processId, lastSeq, lastHash }) => `${processId} ${lastSeq} ${lastHash}`)
      .sort();
    const body = [`previous ${last?.hash ?? 'none'}`, ...lines].join('\n');
    const hash = createHash('sha256').update(body).digest('hex');
    await s3.send(
      new PutObjectCommand({
        Bucket: settings.ANCHOR_BUCKET,
        Key: `anchors/${on}.txt`,
        Body: `${body}\nhash ${hash}\n`,
        ContentType: 'text/plain; charset=utf-8',
        // A bucket with Object Lock takes an object only with a checksum.
        ChecksumAlgorithm: 'SHA256',
      }),
    );
    const record: Anchor = { type: 'anchor', on, at: now, heads: lines.length, hash };
    await store.commit({ parts: [put('anchor', record)] });
  }

  async function sendDigests(on: Day, personIds: readonly string[]): Promise<void> {
    const batches: string[][] = [];
    for (let from = 0; from < personIds.length; from += PEOPLE_PER_EVENT)
      batches.push(personIds.slice(from, from + PEOPLE_PER_EVENT));
    for (let from = 0; from < batches.length; from += EVENTS_PER_CALL) {
      const Entries = batches.slice(from, from + EVENTS_PER_CALL).map((people) => ({
        EventBusName: settings.BUS_NAME,
        Source: 'oak-cpd',
        DetailType: 'digest-due',
        Detail: JSON.stringify({ on, personIds: people }),
      }));
      const { FailedEntryCount } = await events.send(new PutEventsCommand({ Entries }));
      if (FailedEntryCount) throw new Error(`${FailedEntryCount} digest events were not taken`);
    }
  }

  const morningRun = async (): Promise<Morning> => {
    failures = 0;
    const now = clock();
    const on = dayOf(now);
    const calendar = await makeReading(store, clock).calendar();
    const digestAt = digestTime(calendar, now);
    const readers = makeReaders();
    const { tended: tendedCount, heads } = await tend(makeReading(store, clock, { digestAt }), readers);
    const reading = makeReading(store, clock, { digestAt });
    const ownerless = isDigestDay(calendar, on) ? await noteOwnerless(reading, readers) : 0;
    const { answered, renewed } = await sweep(now, reading, readers);
    const due = readers.due(isDigestDay(calendar, on));
    await sendDigests(on, due);
    // Last: what keeps the anchor from being written keeps nobody's mail back.
    await anchor(on, now, heads);
    emit({ MorningRuns: 1, MorningRunFailures: failures, Ownerless: ownerless, Digests: due.length }, now);
    return { on, tended: tendedCount, answered, renewed, ownerless, digests: due.length };
  };
  return middy<unknown, Morning>().handler(morningRun);
}
