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
import { countingOf, dueWait, tended } from '../../workflows/kernel/morning.ts';
import { holdersNow } from '../../workflows/kernel/people.ts';
import { isPlace } from '../../workflows/kernel/places.ts';
import { type Anchor, type Notice, type Process, TRUST, type Wait } from '../../workflows/kernel/records.ts';
import { isEnded, type Scene, taskIdOf } from '../../workflows/kernel/snapshot.ts';
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
import { begun, bySystem, noticesOfTask } from '../../workflows/kernel/transition.ts';
import { registry } from '../../workflows/registry.ts';
import { withoutDrafts } from '../drafts.ts';
import { toldOf } from '../log.ts';
import type { Emit } from '../metrics.ts';
import { everyPage, inLots, sideBySide } from '../side-by-side.ts';
import { NOBODY, RENEWAL_DAYS, shards } from '../table/keys.ts';
import type { Store } from '../table/store.ts';
import { makeReading, type Reading, runSuffix, type Surroundings, surroundingsOf, TooBusy } from '../world.ts';
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
  /** Processes that the calendar started. */
  readonly started: number;
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
/** Attempts of read, decide, commit on one item before it is left for the next morning. */
const ATTEMPTS = 5;

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
    decide: (scene: Scene) => Change | undefined | Promise<Change | undefined>,
  ): Promise<Change | undefined> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const snapshot = await store.snapshot(processId);
      if (snapshot === undefined) return undefined;
      // What was read for many may be old by now: after a failed condition everything is read again.
      const fresh =
        attempt === 0
          ? reading
          : makeReading(store, clock, { digestAt: digestTime(await reading.calendar(), clock()) });
      const decided = await decide(await fresh.scene(snapshot));
      const change = decided && (await withoutDrafts(store, decided));
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

  /** What the calendar starts by itself: each once, whatever happens this morning and how late it comes. */
  async function startFromCalendar(reading: Reading): Promise<number> {
    let count = 0;
    const calendar = await reading.calendar();
    for (const definition of registry) {
      const { fromCalendar, startedBySystem, kind } = definition;
      if (fromCalendar === undefined || startedBySystem === undefined) continue;
      for (const { subjectId, input } of fromCalendar(calendar, dayOf(clock()))) {
        const start = async (): Promise<boolean> => {
          const subject = await reading.subject(subjectId);
          if (subject === undefined) throw new Error(`The calendar starts ${kind} for nobody on file`);
          const world = await reading.world(subject, [], { kind, ...(isPlace(subjectId) && { schoolId: subjectId }) });
          const started = startedBySystem(input, world);
          if (started === undefined) return false;
          if (started.naturalKey === undefined) throw new Error(`${kind} from the calendar has no natural key`);
          const { change, process } = begun(world, { definition, started, by: bySystem });
          if ((await store.process(process.processId)) !== undefined) return false;
          return (await store.commit(change)).committed;
        };
        if (await carefully(kind, start, false)) count++;
      }
    }
    return count;
  }

  async function* liveProcesses(): AsyncGenerator<Process> {
    const schoolIds = [...(await store.schools()).map(({ schoolId }) => schoolId), TRUST];
    for (const { kind } of registry)
      for (const status of ['active', 'paused'] as const)
        yield* everyPage((cursor) =>
          store.processesAcross([...new Set(schoolIds)], kind, { status }, { limit: 100, cursor }),
        );
  }

  /** As it was read with many others, which most mornings is all that there is to do; where it is not, it is read again. */
  const isAsItShouldBe = async (process: Process, surroundings: Surroundings, reading: Reading): Promise<boolean> =>
    tended(await reading.scene({ process, waits: surroundings.waits }, [], { surroundings })) === undefined;

  async function tend(
    reading: Reading,
    readers: Readers,
  ): Promise<{ readonly tended: number; readonly heads: readonly Process[] }> {
    let count = 0;
    const heads: Process[] = [];
    await sideBySide(inLots(liveProcesses()), async (lot) => {
      heads.push(...lot);
      const read = () => surroundingsOf(store, lot);
      const surroundings = await carefully('several', read, new Map<string, Surroundings>());
      for (const process of lot) {
        const { processId } = process;
        const known = surroundings.get(processId);
        if (known && (await carefully(processId, () => isAsItShouldBe(process, known, reading), true))) continue;
        // People left, moved, or took over; a pause ended; the calendar changed: one thing at a time, at most three.
        for (let thing = 0; thing < 3; thing++) {
          const change = await carefully(processId, () => moved(processId, reading, tended), undefined);
          if (change === undefined) break;
          readers.of(change);
          count++;
        }
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
    const awaiting: string[] = [];
    await Promise.all(
      shards.map(async (shard) => {
        const due = everyPage<Process | Wait | Notice>((cursor) =>
          store.dueMorning(shard, now, { limit: 100, cursor }),
        );
        for await (const item of due) {
          switch (item.type) {
            case 'wait': {
              if (item.kind === 'children') awaiting.push(item.processId);
              const decide = async (scene: Scene) => {
                const wait = scene.snapshot.waits.find((each) => taskIdOf(each) === taskIdOf(item));
                const counting = wait && countingOf(scene, wait);
                return wait && dueWait(scene, wait, counting && (await store.children(counting)));
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
    return { answered, renewed, awaiting };
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

  async function tell(DetailType: string, details: readonly object[]): Promise<void> {
    for (let from = 0; from < details.length; from += EVENTS_PER_CALL) {
      const Entries = details.slice(from, from + EVENTS_PER_CALL).map((detail) => ({
        EventBusName: settings.BUS_NAME,
        Source: 'oak-cpd',
        DetailType,
        Detail: JSON.stringify(detail),
      }));
      const { FailedEntryCount } = await events.send(new PutEventsCommand({ Entries }));
      if (FailedEntryCount) throw new Error(`${FailedEntryCount} events ${DetailType} were not taken`);
    }
  }

  async function sendDigests(on: Day, personIds: readonly string[]): Promise<void> {
    const batches: object[] = [];
    for (let from = 0; from < personIds.length; from += PEOPLE_PER_EVENT)
      batches.push({ on, personIds: personIds.slice(from, from + PEOPLE_PER_EVENT) });
    await tell('digest-due', batches);
  }

  const morningRun = async (): Promise<Morning> => {
    failures = 0;
    const now = clock();
    const on = dayOf(now);
    const calendar = await makeReading(store, clock).calendar();
    const digestAt = digestTime(calendar, now);
    const readers = makeReaders();
    const started = await startFromCalendar(makeReading(store, clock, { digestAt }));
    const { tended: tendedCount, heads } = await tend(makeReading(store, clock, { digestAt }), readers);
    const reading = makeReading(store, clock, { digestAt });
    const ownerless = isDigestDay(calendar, on) ? await noteOwnerless(reading, readers) : 0;
    const { answered, renewed, awaiting } = await sweep(now, reading, readers);
    // Who joined or came back since yesterday gets theirs: whoever still waits for children is looked at once more.
    await tell(
      'children-due',
      awaiting.map((processId) => ({ processId })),
    );
    const due = readers.due(isDigestDay(calendar, on));
    await sendDigests(on, due);
    // Last: what keeps the anchor from being written keeps nobody's mail back.
    await anchor(on, now, heads);
    emit({ MorningRuns: 1, MorningRunFailures: failures, Ownerless: ownerless, Digests: due.length }, now);
    return { on, started, tended: tendedCount, answered, renewed, ownerless, digests: due.length };
  };
  return middy<unknown, Morning>().handler(morningRun);
}
