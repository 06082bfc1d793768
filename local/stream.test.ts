import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AttributeValue, DescribeTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { instant } from '../workflows/kernel/time.ts';
import { makeClock } from './clock.ts';
import { createTable, type DynamoDbLocal, startDynamoDbLocal } from './dynamodb.ts';
import { compilePattern } from './event-pattern.ts';
import type { Answer } from './lambda.ts';
import { makeStream, type Stream, type StreamConsumerSettings, type StreamOptions } from './stream.ts';

interface StreamEvent {
  readonly Records: readonly {
    readonly eventName: string;
    readonly dynamodb: { readonly SequenceNumber: string; readonly NewImage: { readonly sk: { readonly S: string } } };
  }[];
}

let database: DynamoDbLocal;
let client: DynamoDBClient;
let streams: DynamoDBStreamsClient;
let table = 0;

beforeAll(async () => {
  database = await startDynamoDbLocal();
  const at = { endpoint: database.endpoint, region: database.region, credentials: database.credentials };
  client = new DynamoDBClient(at);
  streams = new DynamoDBStreamsClient(at);
});
afterAll(() => database.stop());
beforeEach(async () => {
  table += 1;
  await createTable(client, `stream-${table}`);
});

const write = (sk: string, type = 'process') =>
  client.send(
    new PutItemCommand({ TableName: `stream-${table}`, Item: { pk: { S: 'P' }, sk: { S: sk }, type: { S: type } } }),
  );

const settings: StreamConsumerSettings = {
  function: 'relay',
  batchSize: 25,
  filters: [compilePattern({ dynamodb: { NewImage: { type: { S: ['process'] } } } }, 'filter')],
  retries: 3,
  bisects: true,
  reportsItemFailures: true,
};

type Handler = (keys: readonly string[], event: StreamEvent) => unknown;

async function streamTo(
  handler: Handler,
  consumer: Partial<StreamConsumerSettings> = {},
  more: Partial<StreamOptions> = {},
) {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: `stream-${table}` }));
  const clock = makeClock({ startsAt: instant('2026-11-25T09:00:00Z'), isFrozen: true });
  const seen: string[] = [];
  const stream = makeStream({
    client: streams,
    streamArn: Table?.LatestStreamArn ?? '',
    region: 'eu-west-2',
    consumers: [{ ...settings, ...consumer }],
    lambda: {
      async invoke(_name, text): Promise<Answer> {
        const event = JSON.parse(text) as StreamEvent;
        const keys = event.Records.map(({ dynamodb }) => dynamodb.NewImage.sk.S);
        seen.push(keys.join(','));
        try {
          return { ok: true, payload: JSON.stringify(handler(keys, event) ?? null) };
        } catch (error) {
          return { ok: false, errorType: 'Error', errorMessage: String(error) };
        }
      },
    },
    clock: clock.now,
    ...more,
  });
  return { stream, clock, seen };
}

/** Runs what there is, also what has to wait for its time. */
async function runAll({ stream, clock }: { stream: Stream; clock: ReturnType<typeof makeClock> }): Promise<void> {
  for (;;) {
    await stream.poll();
    const [job] = stream.jobs();
    const next = stream.nextTimeAt();
    if (job) await job.run();
    else if (next) clock.moveTo(next);
    else return;
  }
}

const failing =
  (bad: string): Handler =>
  (keys, { Records }) => ({
    batchItemFailures: Records.flatMap(({ dynamodb }, at) =>
      keys[at] === bad ? [{ itemIdentifier: dynamodb.SequenceNumber }] : [],
    ),
  });

describe('the stream', () => {
  test('hands over what the filter takes, in order, in one batch', async () => {
    const it = await streamTo(() => undefined);
    await write('1');
    await write('x', 'event');
    await write('2');
    await runAll(it);
    expect(it.seen).toEqual(['1,2']);
  });

  test('hands over each kind of value as Lambda does, an empty map and bytes too', async () => {
    const images: unknown[] = [];
    const it = await streamTo((_keys, { Records }) => void images.push(Records[0]?.dynamodb.NewImage));
    const values: Record<string, AttributeValue> = {
      empty: { M: {} },
      map: { M: { no: { BOOL: false }, none: { NULL: true }, list: { L: [{ M: {} }, { N: '0' }] } } },
      bytes: { B: new Uint8Array([1, 2]) },
      text: { S: '' },
    };
    const Item = { pk: { S: 'P' }, sk: { S: '1' }, type: { S: 'process' }, ...values };
    await client.send(new PutItemCommand({ TableName: `stream-${table}`, Item }));
    await runAll(it);
    expect(images).toEqual([{ ...Item, bytes: { B: 'AQI=' } }]);
  });

  test('sees a write as soon as it is told of it', async () => {
    const it = await streamTo(() => undefined);
    await runAll(it);
    for (const key of ['1', '2', '3']) {
      await write(key);
      it.stream.touch();
      await runAll(it);
    }
    expect(it.seen).toEqual(['1', '2', '3']);
  });

  test('gives everything again from the lowest failure, a few times, and then gives up and goes on', async () => {
    const it = await streamTo(failing('2'));
    for (const key of ['1', '2', '3']) await write(key);
    await runAll(it);
    // From the failure on; halved, because the first of the batch failed; three retries; then what is behind it.
    expect(it.seen).toEqual(['1,2,3', '2,3', '2', '2', '2', '3']);
    expect(it.stream.lost()).toMatchObject([{ function: 'relay', attempts: 4 }]);
    expect(it.stream.lost()[0]?.sequenceNumbers).toHaveLength(1);
  });

  test('halves a batch whose function throws until the poison stands alone', async () => {
    const it = await streamTo(
      (keys) => {
        if (keys.includes('3')) throw new Error('poison');
      },
      { retries: 0 },
    );
    for (const key of ['1', '2', '3', '4']) await write(key);
    await runAll(it);
    expect(it.seen).toEqual(['1,2,3,4', '1,2', '3,4', '3', '4']);
    expect(it.stream.lost()[0]?.sequenceNumbers).toHaveLength(1);
  });

  test('takes an answer that names a stranger as a failure of all', async () => {
    const it = await streamTo(() => ({ batchItemFailures: [{ itemIdentifier: 'stranger' }] }), { retries: 0 });
    await write('1');
    await runAll(it);
    expect(it.stream.lost()).toHaveLength(1);
  });

  test('after a crash gives again what was not done, and nothing that was', async () => {
    const it = await streamTo(() => undefined);
    await write('1');
    await runAll(it);
    await write('2');
    it.stream.touch();
    await it.stream.poll();
    it.stream.dropAll();
    await runAll(it);
    expect(it.seen).toEqual(['1', '2']);
  });

  test('after a restart goes on where it stood', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'oak-stream-'));
    try {
      const file = join(folder, 'stream.json');
      await write('1');
      await runAll(await streamTo(() => undefined, {}, { file }));
      await write('2');
      const again = await streamTo(() => undefined, {}, { file });
      await runAll(again);
      expect(again.seen).toEqual(['2']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('run by hand: records one by one in any order, twice, or never', async () => {
    const it = await streamTo(() => undefined, {}, { isManual: true });
    for (const key of ['1', '2', '3']) await write(key);
    await it.stream.poll();
    const [first, second, third, all] = it.stream.jobs();
    expect(all?.about).toBe('relay P 1 and 2 more');
    second?.repeat?.();
    await third?.run();
    await second?.run();
    first?.drop?.();
    await runAll(it);
    expect(it.seen).toEqual(['3', '2', '2']);
    expect(it.stream.lost()).toHaveLength(1);
  });
});
