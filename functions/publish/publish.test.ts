import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import 'aws-sdk-client-mock-vitest/extend';
import { beforeEach, describe, expect, test } from 'vitest';
import { makePublish } from './publish.ts';

const bus = mockClient(EventBridgeClient);
const publish = makePublish({
  events: new EventBridgeClient({}),
  unmarshall: (image) => unmarshall(image as Parameters<typeof unmarshall>[0]),
  environment: { TABLE_NAME: 'oak', BUS_NAME: 'oak-bus' },
});

const eventOf = (seq: number, fields: object = {}) => ({
  pk: 'P#p1',
  sk: `EVENT#${seq}`,
  type: 'event',
  processId: 'p1',
  kind: 'npq-application',
  seq,
  at: '2026-09-16T08:30:00.000Z',
  event: 'task-opened',
  by: { system: true },
  taskId: 'p1.2',
  fromStage: 'endorsement',
  toStage: 'approval',
  data: { wait: 'approve', isUrgent: true, personIds: ['rowan'] },
  previousHash: 'a',
  hash: 'b',
  ...fields,
});
const recordOf = (item: object, sequence: string) => ({
  eventName: 'INSERT',
  dynamodb: { SequenceNumber: sequence, NewImage: marshall(item) },
});
const told = (...records: readonly object[]) => publish({ Records: records }, {} as Context);
const sequence = (n: number) => `seq-${String(n).padStart(3, '0')}`;
const many = (n: number) => Array.from({ length: n }, (_, at) => recordOf(eventOf(at + 1), sequence(at + 1)));

beforeEach(() => {
  bus.reset();
  bus.on(PutEventsCommand).callsFake(({ Entries }) => ({ Entries: Entries.map(() => ({ EventId: 'e' })) }));
});

describe('an event of a process on the bus', () => {
  test('has its name as the type, its time, and ids and codes as the detail; hashes and who did it stay in the table', async () => {
    expect(await told(recordOf(eventOf(3), 'seq-1'))).toEqual({ batchItemFailures: [] });
    const [call] = bus.commandCalls(PutEventsCommand);
    const [entry] = call?.args[0].input.Entries ?? [];
    expect(entry).toMatchObject({
      EventBusName: 'oak-bus',
      Source: 'oak-cpd',
      DetailType: 'task-opened',
      Time: new Date('2026-09-16T08:30:00.000Z'),
    });
    expect(JSON.parse(entry?.Detail ?? '')).toEqual({
      wait: 'approve',
      isUrgent: true,
      personIds: ['rowan'],
      processId: 'p1',
      kind: 'npq-application',
      seq: 3,
      at: '2026-09-16T08:30:00.000Z',
      event: 'task-opened',
      taskId: 'p1.2',
      fromStage: 'endorsement',
      toStage: 'approval',
    });
  });

  test('keeps its own identity, whatever its data is called', async () => {
    await told(recordOf(eventOf(3, { data: { processId: 'another', seq: 99 } }), 'seq-1'));
    const [call] = bus.commandCalls(PutEventsCommand);
    expect(JSON.parse(call?.args[0].input.Entries?.[0]?.Detail ?? '')).toMatchObject({ processId: 'p1', seq: 3 });
  });

  test('is put ten at a time, in order', async () => {
    await told(...many(23));
    const calls = bus.commandCalls(PutEventsCommand).map(({ args }) => args[0].input.Entries ?? []);
    expect(calls.map(({ length }) => length)).toEqual([10, 10, 3]);
    expect(calls.flat().map(({ Detail }) => JSON.parse(Detail ?? '').seq)).toEqual(many(23).map((_, at) => at + 1));
  });

  test('is all that is published: other items of the table and deletions are passed over', async () => {
    const process = { pk: 'P#p1', sk: 'PROCESS', type: 'process', processId: 'p1' };
    expect(
      await told(recordOf(process, 'seq-1'), { eventName: 'REMOVE', dynamodb: { SequenceNumber: 'seq-2' } }),
    ).toEqual({ batchItemFailures: [] });
    expect(bus).not.toHaveReceivedAnyCommand();
  });
});

describe('what the bus does not take', () => {
  test('comes again from the first entry that failed', async () => {
    bus.on(PutEventsCommand).resolves({
      FailedEntryCount: 2,
      Entries: [
        { EventId: 'e' },
        { ErrorCode: 'ThrottlingException' },
        { EventId: 'e' },
        { ErrorCode: 'InternalFailure' },
      ],
    });
    expect(await told(...many(4))).toEqual({ batchItemFailures: [{ itemIdentifier: 'seq-002' }] });
  });

  test('keeps what comes after it back, so that each process is told in order', async () => {
    bus
      .on(PutEventsCommand)
      .resolvesOnce({ Entries: Array.from({ length: 10 }, (_, at) => (at === 9 ? { ErrorCode: 'x' } : {})) });
    expect(await told(...many(15))).toEqual({ batchItemFailures: [{ itemIdentifier: 'seq-010' }] });
    expect(bus).toHaveReceivedCommandTimes(PutEventsCommand, 1);
  });

  test('is the whole call where that fails: its first record comes again', async () => {
    bus.on(PutEventsCommand).resolvesOnce({ Entries: [] }).rejects(new Error('no network'));
    expect(await told(...many(12))).toEqual({ batchItemFailures: [{ itemIdentifier: 'seq-011' }] });
  });
});
