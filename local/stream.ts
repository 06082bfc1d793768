/**
 * The table's stream on one machine: reads what DynamoDB Local streams and hands it to the consumers of the template as
 * Lambda's event source mappings do: filtered, in batches, with partial failures, bisection, bounded retries and a record
 * of what was given up.
 *
 * Two differences, both on purpose. A batching window is not waited for, because a batch is whatever is there when it is
 * asked for. And the age of a record is not looked at: the stream's own times are the machine's, ours may have moved by
 * years; the bound is the number of attempts.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import {
  type _Record,
  type AttributeValue,
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
  type Shard,
} from '@aws-sdk/client-dynamodb-streams';
import * as z from 'zod';
import { addMs, type Clock, type Instant } from '../workflows/kernel/time.ts';
import type { Matcher } from './event-pattern.ts';
import type { Job } from './job.ts';
import type { Lambda } from './lambda.ts';

export interface StreamConsumerSettings {
  readonly function: string;
  readonly batchSize: number;
  /** A record is taken if one of them takes it; every record where there is none. */
  readonly filters: readonly Matcher[];
  /** After the first attempt; minus one is for ever. */
  readonly retries: number;
  readonly bisects: boolean;
  readonly reportsItemFailures: boolean;
}

/** What the on-failure queue gets: no content, where it stood in the stream. */
export interface LostRecords {
  readonly function: string;
  readonly at: Instant;
  readonly attempts: number;
  readonly sequenceNumbers: readonly string[];
}

export interface Stream {
  /** Reads what was written since the last time. Cheap where nothing was. */
  poll(): Promise<void>;
  /** Says that something was written, or may have been. */
  touch(): void;
  /** Whether something may have been written that was not read yet. */
  isTouched(): boolean;
  jobs(): Job[];
  nextTimeAt(): Instant | undefined;
  /** Forgets what was read and not yet delivered; it is read again from where each consumer stood, as after a crash. */
  dropAll(): void;
  /** Given up after all attempts, or dropped on purpose. */
  lost(): readonly LostRecords[];
}

export interface StreamOptions {
  readonly client: Pick<DynamoDBStreamsClient, 'send'>;
  readonly streamArn: string;
  readonly region: string;
  readonly consumers: readonly StreamConsumerSettings[];
  readonly lambda: Pick<Lambda, 'invoke'>;
  readonly clock: Clock;
  /** Every record is a job of its own that may be run in any order, and a failure may be tried again at once. */
  readonly isManual?: boolean;
  /** Keeps where each consumer stood between starts. */
  readonly file?: string;
  readonly onWork?: () => void;
  /** Told of each new image as it is read, before anybody else. */
  readonly onImage?: (image: Image) => void;
}

/** As Lambda hands it over. */
interface LambdaRecord {
  readonly eventID: string | undefined;
  readonly eventName: string | undefined;
  readonly eventVersion: string | undefined;
  readonly eventSource: 'aws:dynamodb';
  readonly awsRegion: string;
  readonly dynamodb: Readonly<Record<string, unknown>> & { readonly SequenceNumber: string };
  readonly eventSourceARN: string;
}

interface Entry {
  readonly position: Position;
  readonly record: LambdaRecord;
  readonly about: string;
}

/** Where in the stream: shards in order, sequence numbers rise within one. */
interface Position {
  readonly shardId: string;
  readonly sequenceNumber: string;
}

interface Batch {
  readonly entries: readonly Entry[];
  readonly attempts: number;
  readonly notBefore?: Instant;
}

interface Consumer {
  readonly settings: StreamConsumerSettings;
  /** Not yet delivered, in order. */
  waiting: Entry[];
  /** To be delivered before those: what failed. */
  again: Batch[];
  readonly atWork: Set<Batch>;
  /** The last record that was read for it. */
  read: Position | undefined;
}

const Positions = z.record(z.string(), z.object({ shardId: z.string(), sequenceNumber: z.string() }));

export function makeStream(options: StreamOptions): Stream {
  const { client, streamArn, region, lambda, clock, isManual = false, file, onWork = () => {}, onImage } = options;
  const kept = file === undefined ? {} : readPositions(file);
  const consumers = options.consumers.map(
    (settings): Consumer => ({ settings, waiting: [], again: [], atWork: new Set(), read: kept[settings.function] }),
  );
  const lost: LostRecords[] = [];
  let isTouched = true;
  let reading: Promise<void> | undefined;
  /** Where the next read begins; absent until the first, and after a crash. */
  let iterator: string | undefined;
  let shardId: string | undefined;
  /** Counts crashes: what was under way before one is over. */
  let life = 0;
  let iteratorOf = 0;

  // ── Reading ───────────────────────────────────────────────────────────────────────────────────────────────────────

  async function read(): Promise<void> {
    const begun = life;
    if (iteratorOf !== begun) iterator = undefined;
    iteratorOf = begun;
    while (isTouched) {
      isTouched = false;
      const isFresh = iterator === undefined;
      let page: GetRecordsCommandOutput;
      try {
        iterator ??= await firstIterator();
        page = await client.send(new GetRecordsCommand({ ShardIterator: iterator }));
      } catch (error) {
        // An iterator is good for 15 minutes; a new one begins where the last read ended.
        isTouched = true;
        iterator = undefined;
        if (isFresh || begun !== life) throw error;
        continue;
      }
      const { Records = [], NextShardIterator } = page;
      if (begun !== life) return;
      for (const record of Records) take(record);
      iterator = NextShardIterator;
      if (iterator === undefined) await nextShard();
      if (begun !== life) return;
      // A page is cut at 1,000 records or 1 MB; one that is not small may not be the last.
      if (Records.length >= 100 || iterator === undefined) isTouched = true;
    }
  }

  function take(record: _Record): void {
    const entry = entryOf(record);
    const image = imageOf(record.dynamodb?.NewImage);
    if (image) onImage?.(image);
    for (const consumer of consumers) {
      if (consumer.read && !isAfter(entry.position, consumer.read)) continue;
      consumer.read = entry.position;
      const { filters } = consumer.settings;
      if (filters.length === 0 || filters.some((takes) => takes(entry.record))) consumer.waiting.push(entry);
    }
  }

  function entryOf(record: _Record): Entry {
    const { dynamodb = {} } = record;
    const { SequenceNumber = '' } = dynamodb;
    const keys = imageOf(dynamodb.Keys) ?? {};
    return {
      position: { shardId: shardId ?? '', sequenceNumber: SequenceNumber },
      about: Object.keys(keys)
        .sort()
        .map((name) => keys[name]?.['S'] ?? '')
        .join(' '),
      record: {
        eventID: record.eventID,
        eventName: record.eventName,
        eventVersion: record.eventVersion,
        eventSource: 'aws:dynamodb',
        awsRegion: region,
        dynamodb: {
          ApproximateCreationDateTime: Math.floor((dynamodb.ApproximateCreationDateTime?.getTime() ?? 0) / 1_000),
          Keys: keys,
          ...(dynamodb.NewImage && { NewImage: imageOf(dynamodb.NewImage) }),
          ...(dynamodb.OldImage && { OldImage: imageOf(dynamodb.OldImage) }),
          SequenceNumber,
          SizeBytes: dynamodb.SizeBytes,
          StreamViewType: dynamodb.StreamViewType,
        },
        eventSourceARN: streamArn,
      },
    };
  }

  async function shards(): Promise<readonly Shard[]> {
    const found: Shard[] = [];
    for (let from: string | undefined; ; ) {
      const { StreamDescription } = await client.send(
        new DescribeStreamCommand({ StreamArn: streamArn, ...(from !== undefined && { ExclusiveStartShardId: from }) }),
      );
      found.push(...(StreamDescription?.Shards ?? []));
      from = StreamDescription?.LastEvaluatedShardId;
      if (from === undefined) return inOrder(found);
    }
  }

  /** From where the consumer stood that is furthest behind; from the oldest record where one has never read. */
  async function firstIterator(): Promise<string> {
    const all = await shards();
    const stands = consumers.map(({ read }) => read);
    if (stands.every((position) => position !== undefined && all.some(({ ShardId }) => ShardId === position.shardId))) {
      const last = (stands as Position[]).reduce((a, b) => (isAfter(a, b) ? b : a));
      try {
        return await iteratorAt(last.shardId, last.sequenceNumber);
      } catch {
        // Trimmed, or before the first record: then from the oldest, and what was read already is left out.
      }
    }
    const oldest = all[0]?.ShardId;
    if (oldest === undefined) throw new Error('The stream of the table has no shard');
    return iteratorAt(oldest);
  }

  async function iteratorAt(shard: string, after?: string): Promise<string> {
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({
        StreamArn: streamArn,
        ShardId: shard,
        ...(after === undefined
          ? { ShardIteratorType: 'TRIM_HORIZON' }
          : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after }),
      }),
    );
    if (ShardIterator === undefined) throw new Error(`No iterator for the shard ${shard}`);
    shardId = shard;
    return ShardIterator;
  }

  /** A shard is closed after some hours, and its child goes on. */
  async function nextShard(): Promise<void> {
    const all = await shards();
    const child = all.find(({ ParentShardId }) => ParentShardId === shardId);
    if (child?.ShardId !== undefined) iterator = await iteratorAt(child.ShardId);
  }

  // ── Delivering ────────────────────────────────────────────────────────────────────────────────────────────────────

  async function deliver(consumer: Consumer, batch: Batch): Promise<void> {
    const begun = life;
    const { settings } = consumer;
    takeOut(consumer, batch);
    consumer.atWork.add(batch);
    const event = JSON.stringify({ Records: batch.entries.map(({ record }) => record) });
    const answer = await lambda.invoke(settings.function, event);
    if (begun !== life) return;
    consumer.atWork.delete(batch);
    const failedFrom = answer.ok ? firstFailure(settings, answer.payload, batch.entries) : 0;
    if (failedFrom !== undefined) failed(consumer, batch, failedFrom);
    keep();
    onWork();
  }

  function takeOut(consumer: Consumer, batch: Batch): void {
    const entries = new Set(batch.entries);
    consumer.waiting = consumer.waiting.filter((entry) => !entries.has(entry));
    consumer.again = consumer.again.filter((other) => other !== batch);
  }

  /** Everything from the lowest failure comes again. */
  function failed(consumer: Consumer, batch: Batch, from: number): void {
    const { settings } = consumer;
    const entries = batch.entries.slice(from);
    if (settings.bisects && from === 0 && entries.length > 1) {
      // Halving does not count as an attempt.
      const middle = Math.ceil(entries.length / 2);
      const { attempts } = batch;
      consumer.again.unshift(
        { entries: entries.slice(0, middle), attempts },
        { entries: entries.slice(middle), attempts },
      );
      return;
    }
    const attempts = (from === 0 ? batch.attempts : 0) + 1;
    if (settings.retries >= 0 && attempts > settings.retries) {
      giveUp(consumer, entries, attempts);
      return;
    }
    const pause = Math.min(2 ** (attempts - 1), 60) * 1_000;
    consumer.again.unshift({ entries, attempts, ...(!isManual && { notBefore: addMs(clock(), pause) }) });
  }

  function giveUp(consumer: Consumer, entries: readonly Entry[], attempts: number): void {
    lost.push({
      function: consumer.settings.function,
      at: clock(),
      attempts,
      sequenceNumbers: entries.map(({ position }) => position.sequenceNumber),
    });
  }

  /** Where a consumer stands: before the first record that it is not done with. */
  function standOf(consumer: Consumer): Position | undefined {
    const open = [
      ...consumer.waiting,
      ...[...consumer.again, ...consumer.atWork].flatMap(({ entries }) => entries),
    ].map(({ position }) => position);
    const first = open.reduce<Position | undefined>((a, b) => (a === undefined || isAfter(a, b) ? b : a), undefined);
    return first === undefined ? consumer.read : before(first);
  }

  function keep(): void {
    if (file === undefined) return;
    const stands = consumers.flatMap((consumer) => {
      const stand = standOf(consumer);
      return stand === undefined ? [] : [[consumer.settings.function, stand] as const];
    });
    writeFileSync(`${file}.new`, JSON.stringify(Object.fromEntries(stands)));
    renameSync(`${file}.new`, file);
  }

  function jobOf(consumer: Consumer, batch: Batch): Job {
    const [first] = batch.entries;
    const { function: name } = consumer.settings;
    const more = batch.entries.length - 1;
    return {
      kind: 'stream',
      about: `${name} ${first?.about ?? ''}${more > 0 ? ` and ${more} more` : ''}`,
      run: () => deliver(consumer, batch),
      drop() {
        takeOut(consumer, batch);
        giveUp(consumer, batch.entries, batch.attempts);
      },
      repeat() {
        consumer.waiting.push(...batch.entries.map((entry) => ({ ...entry })));
      },
    };
  }

  return {
    async poll() {
      while (reading) await reading;
      if (!isTouched) return;
      reading = read().finally(() => {
        reading = undefined;
      });
      await reading;
    },
    touch() {
      isTouched = true;
      onWork();
    },
    isTouched: () => isTouched,
    jobs() {
      const now = clock();
      return consumers.flatMap((consumer) => {
        const { waiting, again, atWork, settings } = consumer;
        const fresh = (entries: readonly Entry[]): Batch => ({ entries, attempts: 0 });
        if (isManual) {
          const batches = [...again, ...waiting.map((entry) => fresh([entry]))];
          if (waiting.length > 1) batches.push(fresh(waiting.slice(0, settings.batchSize)));
          return batches.map((batch) => jobOf(consumer, batch));
        }
        // In order: what failed holds up what is behind it.
        if (atWork.size > 0) return [];
        const [first] = again;
        if (first) return first.notBefore === undefined || first.notBefore <= now ? [jobOf(consumer, first)] : [];
        return waiting.length > 0 ? [jobOf(consumer, fresh(waiting.slice(0, settings.batchSize)))] : [];
      });
    },
    nextTimeAt() {
      const now = clock();
      return consumers
        .flatMap(({ again }) => again.slice(0, 1))
        .flatMap(({ notBefore }) => (notBefore !== undefined && notBefore > now ? [notBefore] : []))
        .sort()[0];
    },
    dropAll() {
      for (const consumer of consumers) {
        consumer.read = standOf(consumer);
        consumer.waiting = [];
        consumer.again = [];
        consumer.atWork.clear();
      }
      life += 1;
      iterator = undefined;
      isTouched = true;
    },
    lost: () => [...lost],
  };
}

const Failures = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() });

/**
 * The lowest record that failed, or nothing. As on AWS: an answer without failures means success; one that cannot be
 * understood, or that names a record which was not there, means that all have failed.
 */
function firstFailure(
  { reportsItemFailures }: StreamConsumerSettings,
  payload: string,
  entries: readonly Entry[],
): number | undefined {
  if (!reportsItemFailures || payload === 'null') return undefined;
  const parsed = Failures.safeParse(JSON.parse(payload));
  if (!parsed.success) return 0;
  const failures = (parsed.data.batchItemFailures ?? []).map(({ itemIdentifier }) =>
    entries.findIndex(({ position }) => position.sequenceNumber === itemIdentifier),
  );
  if (failures.length === 0) return undefined;
  return Math.max(0, Math.min(...failures));
}

/** Shards of one lineage, parents first. */
function inOrder(shards: readonly Shard[]): readonly Shard[] {
  const ids = new Set(shards.map(({ ShardId }) => ShardId));
  const ordered = shards.filter(({ ParentShardId }) => ParentShardId === undefined || !ids.has(ParentShardId));
  for (let at = 0; at < ordered.length; at += 1) {
    ordered.push(...shards.filter(({ ParentShardId }) => ParentShardId === ordered[at]?.ShardId));
  }
  return ordered;
}

/** DynamoDB Local counts through all shards of a stream. */
const isAfter = (a: Position, b: Position): boolean => BigInt(a.sequenceNumber) > BigInt(b.sequenceNumber);

const before = ({ shardId, sequenceNumber }: Position): Position => ({
  shardId,
  sequenceNumber: String(BigInt(sequenceNumber) - 1n).padStart(sequenceNumber.length, '0'),
});

/** Attribute values by name: `{ type: { S: 'process' } }`. */
export type Image = Record<string, Record<string, unknown>>;

function imageOf(image: Record<string, AttributeValue> | undefined): Image | undefined {
  return image && Object.fromEntries(Object.entries(image).map(([name, value]) => [name, jsonOf(value)]));
}

/** An attribute value in JSON: binary ones as base64, as Lambda gives them. DynamoDB Local streams an empty map as `{}`. */
function jsonOf(value: AttributeValue): Record<string, unknown> {
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  if (value.M) return { M: imageOf(value.M) };
  if (value.L) return { L: value.L.map(jsonOf) };
  if (value.B) return { B: base64(value.B) };
  if (value.BS) return { BS: value.BS.map(base64) };
  return Object.keys(value).length === 0 ? { M: {} } : { ...value };
}

function readPositions(file: string): z.infer<typeof Positions> {
  try {
    return Positions.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // Never read, or cut off: from the oldest record then, which every consumer bears.
    return {};
  }
}
