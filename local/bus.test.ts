import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { describe, expect, test } from 'vitest';
import { instant } from '../workflows/kernel/time.ts';
import { type Bus, makeBus } from './bus.ts';
import { makeClock } from './clock.ts';
import { compilePattern } from './event-pattern.ts';
import type { Answer } from './lambda.ts';
import { inProcess } from './service.ts';

const mails = 'arn:aws:sqs:eu-west-2:000000000000:mails';
const dead = 'arn:aws:sqs:eu-west-2:000000000000:dead';

interface SqsEvent {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

function busWith(notify: (event: SqsEvent) => unknown, { reportsItemFailures = true, batchSize = 10 } = {}) {
  const clock = makeClock({ startsAt: instant('2026-11-25T07:00:00Z'), isFrozen: true });
  const bus = makeBus({
    busNames: ['oak'],
    rules: [
      {
        name: 'Digest',
        busName: 'oak',
        takes: compilePattern({ 'detail-type': ['digest-due'] }, 'rule Digest'),
        targets: [mails],
      },
    ],
    queues: [
      { arn: mails, name: 'mails', visibilitySeconds: 180, maxReceiveCount: 2, deadLetterArn: dead },
      { arn: dead, name: 'dead', visibilitySeconds: 30 },
    ],
    consumers: [{ queueArn: mails, function: 'notify', batchSize, reportsItemFailures }],
    lambda: {
      async invoke(_name, event): Promise<Answer> {
        try {
          return { ok: true, payload: JSON.stringify(notify(JSON.parse(event)) ?? null) };
        } catch (error) {
          return { ok: false, errorType: 'Error', errorMessage: String(error) };
        }
      },
    },
    clock: clock.now,
    region: 'eu-west-2',
    account: '000000000000',
  });
  const client = new EventBridgeClient({
    region: 'eu-west-2',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestHandler: inProcess(bus.service),
  });
  const put = (DetailType: string, detail: unknown, EventBusName = 'oak') =>
    client.send(
      new PutEventsCommand({
        Entries: [{ EventBusName, Source: 'oak.cpd', DetailType, Detail: JSON.stringify(detail) }],
      }),
    );
  return { bus, clock, put };
}

const runAll = async (bus: Bus): Promise<void> => {
  for (let job = bus.jobs()[0]; job; job = bus.jobs()[0]) await job.run();
};

describe('the bus', () => {
  test('hands an event of a rule to the function behind the queue, in the shape of SQS', async () => {
    const seen: SqsEvent[] = [];
    const { bus, put } = busWith((event) => void seen.push(event));
    expect(await put('digest-due', { personIds: ['p1'] })).toMatchObject({ FailedEntryCount: 0 });
    await put('task-opened', { isUrgent: false });
    await runAll(bus);
    expect(seen).toHaveLength(1);
    expect(seen[0]?.Records).toMatchObject([{ eventSource: 'aws:sqs', eventSourceARN: mails }]);
    expect(JSON.parse(seen[0]?.Records[0]?.body ?? '')).toMatchObject({
      'detail-type': 'digest-due',
      source: 'oak.cpd',
      time: '2026-11-25T07:00:00Z',
      detail: { personIds: ['p1'] },
    });
    expect(bus.messages(mails)).toEqual([]);
  });

  test('gives a failed message again after its time, and at last to the dead-letter queue', async () => {
    let calls = 0;
    const { bus, clock, put } = busWith(() => {
      calls += 1;
      throw new Error('no');
    });
    await put('digest-due', {});
    await runAll(bus);
    expect(bus.nextTimeAt()).toBe(instant('2026-11-25T07:03:00Z'));
    clock.moveTo(instant('2026-11-25T07:03:00Z'));
    await runAll(bus);
    expect(calls).toBe(2);
    expect(bus.nextTimeAt()).toBeUndefined();
    expect(bus.messages(dead)).toHaveLength(1);
  });

  test('gives only the messages again that the function names', async () => {
    const { bus, put } = busWith(({ Records }) => ({ batchItemFailures: [{ itemIdentifier: Records[1]?.messageId }] }));
    await put('digest-due', { n: 1 });
    await put('digest-due', { n: 2 });
    await put('digest-due', { n: 3 });
    await runAll(bus);
    expect(bus.messages(mails).map(({ body }) => JSON.parse(body).detail.n)).toEqual([2]);
  });

  test('gives all again where the answer names a message that was not there', async () => {
    const { bus, put } = busWith(() => ({ batchItemFailures: [{ itemIdentifier: 'unknown' }] }));
    await put('digest-due', { n: 1 });
    await put('digest-due', { n: 2 });
    await runAll(bus);
    expect(bus.messages(mails)).toHaveLength(2);
  });

  test('refuses a bus that is not there', async () => {
    const { put } = busWith(() => undefined);
    await expect(put('digest-due', {}, 'other')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
