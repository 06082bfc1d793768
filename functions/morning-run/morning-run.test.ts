import { createHash } from 'node:crypto';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import 'aws-sdk-client-mock-vitest/extend';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../local/dynamodb.ts';
import { type Harness, itemsOf, makeHarness } from '../../test/harness.ts';
import { calendar, corin, hazel, OAKFIELD, personOf, rowan, sienna, terry, wednesday, zoe } from '../../test/world.ts';
import { addSchoolDays } from '../../workflows/kernel/calendar.ts';
import { verifyChain } from '../../workflows/kernel/chain.ts';
import type { Notice, Person, Process, Wait } from '../../workflows/kernel/records.ts';
import { addDays, atLondon, type Day, day, dayOf } from '../../workflows/kernel/time.ts';
import { RENEWAL_DAYS } from '../table/keys.ts';
import type { Store } from '../table/store.ts';
import { makeMorningRun } from './morning-run.ts';

const bus = mockClient(EventBridgeClient);
const bucket = mockClient(S3Client);
let database: DynamoDbLocal;
let oak: Harness;
let metrics: Readonly<Record<string, number>>[];

beforeAll(async () => {
  database = await startDynamoDbLocal();
});
afterAll(() => database?.stop());
beforeEach(async () => {
  bus.reset();
  bucket.reset();
  bus.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  bucket.on(PutObjectCommand).resolves({});
  metrics = [];
  oak = await makeHarness(database);
});

const runOn = (store: Store) =>
  makeMorningRun({
    store,
    clock: oak.now,
    events: new EventBridgeClient({}),
    s3: new S3Client({}),
    emit: (each) => metrics.push(each),
    environment: { TABLE_NAME: oak.tableName, BUS_NAME: 'oak-bus', ANCHOR_BUCKET: 'anchors-of-oak' },
  });
const morning = (on: Day, store: Store = oak.store) => {
  oak.setNow(atLondon(on, '07:00'));
  return runOn(store)({}, {} as Context);
};

const application = { courseId: 'npq-senior-leadership', cohortId: '2026b', motivation: 'm', fundingRoute: 'self' };
async function begun(as: Person = zoe, more: object = {}): Promise<string> {
  const { body, status, text } = await oak.request(as, 'POST', '/npq-applications', {
    body: { ...application, ...more },
  });
  expect(status, text).toBe(201);
  await oak.drive(body.id);
  return body.id;
}
async function answer(id: string, step: number, as: Person, body: object): Promise<void> {
  const reply = await oak.request(as, 'POST', `/tasks/${id}.${step}/complete`, { body });
  expect(reply.status, reply.text).toBe(200);
  await oak.drive(id);
}
/** Until the course starts: a timer of 14 December. */
async function accepted(): Promise<string> {
  const id = await begun();
  await answer(id, 1, sienna, { outcome: 'endorsed', isReleaseAgreed: true, isCoverAgreed: true });
  await answer(id, 2, rowan, { outcome: 'approved', fundingSource: 'self' });
  await answer(id, 3, zoe, { outcome: 'registered', registeredOn: '2026-09-16' });
  await answer(id, 4, rowan, { outcome: 'accepted', fundedPlace: false, trn: '1234567' });
  return id;
}
const notices = async (personId: string, about?: string): Promise<string[]> =>
  (await oak.store.notices(personId))
    .filter((each) => about === undefined || each.about === about)
    .map(({ reason }) => reason);
const digests = () => bus.commandCalls(PutEventsCommand).flatMap(({ args }) => args[0].input.Entries ?? []);
const toldTo = (): string[] => digests().flatMap(({ Detail }) => JSON.parse(Detail ?? '{}').personIds);

describe('a date that has come', () => {
  const start = day('2026-12-14');

  test('elapses on its morning, not before', async () => {
    const id = await accepted();
    const step = (await oak.store.process(id))?.step ?? 0;
    expect((await morning(addDays(start, -1))).answered).toBe(0);
    expect((await oak.store.wait(id, step))?.state).toBe('open');
    expect((await morning(start)).answered).toBe(1);
    expect(await oak.store.wait(id, step)).toMatchObject({ state: 'answered', outcome: 'elapsed' });
    expect((await oak.store.process(id))?.owedAt).toBe(oak.now());
    await oak.drive(id);
    expect(await oak.store.process(id)).toMatchObject({ status: 'completed', outcome: 'enrolled' });
  });

  test('elapses though its morning was missed, on the next that is held', async () => {
    const id = await accepted();
    expect((await morning(addDays(start, 9))).answered).toBe(1);
    expect((await oak.store.process(id))?.owedAt).toBe(oak.now());
  });

  test('elapses once, in however many runs at the same time', async () => {
    const id = await accepted();
    oak.setNow(atLondon(start, '07:00'));
    await Promise.all([runOn(oak.store)({}, {} as Context), runOn(oak.store)({}, {} as Context)]);
    await morning(start);
    const events = await oak.store.events(id);
    expect(events.filter(({ event }) => event === 'timer-elapsed')).toHaveLength(1);
    const process = (await oak.store.process(id)) as Process;
    expect(verifyChain(events, { seq: process.lastSeq, hash: process.lastHash })).toEqual({ ok: true });
  });

  test('lapses a task on the morning after its last day', async () => {
    const id = await begun();
    await answer(id, 1, sienna, { outcome: 'endorsed', isReleaseAgreed: true, isCoverAgreed: true });
    await answer(id, 2, rowan, { outcome: 'approved', fundingSource: 'self' });
    const { hardOn } = (await oak.store.wait(id, 3)) as Wait;
    await morning(hardOn as Day);
    expect((await oak.store.wait(id, 3))?.state).toBe('open');
    await morning(addDays(hardOn as Day, 1));
    expect(await oak.store.wait(id, 3)).toMatchObject({ state: 'answered', outcome: 'deadline-passed' });
    expect(await oak.store.wait(id, 3)).not.toHaveProperty('answeredBy');
  });
});

describe('a task that grows late', () => {
  test('is told of on its day, then as late, then to its chaser', async () => {
    const id = await begun();
    const { dueOn } = (await oak.store.wait(id, 1)) as Wait;
    await morning(dueOn as Day);
    expect(await notices('sienna', `${id}.1`)).toEqual(expect.arrayContaining(['due-today']));
    expect(await notices('rowan', `${id}.1`)).toEqual([]);
    await morning(addSchoolDays(calendar, dueOn as Day, 5));
    expect(await notices('sienna', `${id}.1`)).toEqual(expect.arrayContaining(['late']));
    expect(await notices('rowan', `${id}.1`)).toEqual(['escalated']);
  });

  test('after a week without a morning has one look, and the next is still to come', async () => {
    const id = await begun();
    const { dueOn } = (await oak.store.wait(id, 1)) as Wait;
    const late = addSchoolDays(calendar, dueOn as Day, 8);
    expect((await morning(late)).answered).toBe(1);
    const wait = (await oak.store.wait(id, 1)) as Wait;
    expect(wait.nextAt && wait.nextAt > oak.now()).toBe(true);
    expect((await morning(late)).answered).toBe(0);
    expect(new Set(await notices('rowan', `${id}.1`))).toEqual(new Set(['escalated']));
  });

  test('is for the next in the chain as well once it is late by ten', async () => {
    const id = await begun();
    const { dueOn } = (await oak.store.wait(id, 1)) as Wait;
    await morning(addSchoolDays(calendar, dueOn as Day, 10));
    expect((await oak.store.wait(id, 1))?.alsoCandidate).toEqual({ role: 'lsc-chair', schoolId: '910101' });
    expect(await notices('corin', `${id}.1`)).toEqual(['may-decide']);
    const { body } = await oak.request(corin, 'GET', '/inbox');
    expect(body.items.map(({ taskId }: { taskId: string }) => taskId)).toEqual([`${id}.1`]);
  });
});

describe('what has changed since yesterday', () => {
  test('a pause that is over: it carries on, its task is new again and due from today', async () => {
    const id = await begun();
    await answer(id, 1, sienna, { outcome: 'endorsed', isReleaseAgreed: true, isCoverAgreed: true });
    await answer(id, 2, rowan, { outcome: 'approved', fundingSource: 'self' });
    const deferred = await oak.request(zoe, 'POST', `/npq-applications/${id}/defer`, {
      body: { cohortId: '2027b', reason: 'other' },
    });
    expect(deferred.status, deferred.text).toBe(200);
    await oak.drive(id);
    const { resumesOn, status } = (await oak.store.process(id)) as Process;
    expect(status).toBe('paused');
    expect((await oak.store.wait(id, 4))?.nextAt).toBeUndefined();
    await morning(addDays(resumesOn as Day, -1));
    expect((await oak.store.process(id))?.status).toBe('paused');
    await morning(resumesOn as Day);
    expect(await oak.store.process(id)).toMatchObject({ status: 'active' });
    expect(await oak.store.process(id)).not.toHaveProperty('resumesOn');
    const wait = (await oak.store.wait(id, 4)) as Wait;
    expect(wait.datedOn).toBe(resumesOn);
    expect(wait.dueOn && wait.dueOn > (resumesOn as Day)).toBe(true);
    expect(await notices('zoe', `${id}.4`)).toEqual(['new']);
  });

  test('the subject left: the application ends, and is not driven on', async () => {
    const id = await begun();
    await oak.put({ ...zoe, version: 2, posts: zoe.posts.map((post) => ({ ...post, endsOn: wednesday })) });
    expect((await morning(addDays(wednesday, 1))).tended).toBe(1);
    expect(await oak.store.process(id)).toMatchObject({ status: 'stopped', outcome: 'left' });
  });

  test('a new headteacher: the old one’s task is new for them, and the old one hears no more', async () => {
    const id = await begun();
    const noor = personOf('Noor', { posts: [{ schoolId: OAKFIELD }], roles: [['headteacher', OAKFIELD]] });
    await oak.put(
      { ...sienna, version: 2, posts: sienna.posts.map((post) => ({ ...post, endsOn: wednesday })) },
      ...itemsOf([noor]),
    );
    await morning(addDays(wednesday, 1));
    const { body } = await oak.request(noor, 'GET', '/inbox');
    expect(body.items.map(({ taskId }: { taskId: string }) => taskId)).toEqual([`${id}.1`]);
  });

  test('nobody has: nothing is written, no event, no version', async () => {
    const id = await begun();
    const before = await oak.store.snapshot(id);
    expect(await morning(addDays(wednesday, 1))).toMatchObject({ tended: 0, answered: 0 });
    expect(await oak.store.snapshot(id)).toEqual(before);
  });
});

describe('tasks that nobody can decide', () => {
  test('stand in the digest of trust-lead and admin, on school days, until somebody can', async () => {
    const nobody = [sienna, corin, hazel, terry].map(
      (one): Person => ({
        ...one,
        version: 2,
        roles: [],
        posts: one.posts.map((post) => ({ ...post, endsOn: day('2026-08-31') })),
      }),
    );
    await oak.put(...nobody);
    const id = await begun();
    expect((await oak.store.wait(id, 1))?.candidate).toBeUndefined();
    expect((await morning(addDays(wednesday, 3))).ownerless).toBe(0);
    expect((await morning(addDays(wednesday, 5))).ownerless).toBe(1);
    expect(await notices('rowan', `${id}.1`)).toContain('ownerless');
    expect(await notices('ada', `${id}.1`)).toContain('ownerless');
    expect(toldTo()).toEqual(expect.arrayContaining(['rowan', 'ada']));
  });
});

describe('the digests', () => {
  test('are asked for of everybody who has something to read, this morning’s notices included', async () => {
    const id = await begun();
    const { dueOn } = (await oak.store.wait(id, 1)) as Wait;
    await oak.put(
      ...(await oak.store.notices('sienna')).map((each) => ({
        ...each,
        nextAt: atLondon(addDays(dueOn as Day, 30), '07:00'),
      })),
    );
    const { digests: count } = await morning(dueOn as Day);
    expect(toldTo()).toContain('sienna');
    expect(count).toBe(toldTo().length);
    expect(digests()[0]).toMatchObject({ EventBusName: 'oak-bus', Source: 'oak-cpd', DetailType: 'digest-due' });
    expect(JSON.parse(digests()[0]?.Detail ?? '{}').on).toBe(dueOn);
  });

  test('are not asked for on a day without school', async () => {
    await begun();
    expect((await morning(addDays(wednesday, 3))).digests).toBe(0);
    expect(bus).not.toHaveReceivedAnyCommand();
  });

  test('are asked for on a day without school where a last day falls before the next', async () => {
    const saturday = addDays(wednesday, 3);
    const id = await begun();
    const wait = (await oak.store.wait(id, 1)) as Wait;
    await oak.put({ ...wait, dueOn: saturday, hardOn: addDays(saturday, 1), nextAt: atLondon(saturday, '07:00') });
    // As the policy would have it: the dates are put by hand, so the sweep alone is asked.
    const untended: Store = {
      ...oak.store,
      processesAcross: async () => ({ items: [], cursor: null }),
    };
    await morning(saturday, untended);
    // The next in the chain as well: three school days before a last day they may decide too.
    expect(toldTo()).toEqual(['corin', 'sienna']);
    expect((await oak.store.notices('sienna')).find(({ reason }) => reason === 'due-today')).toMatchObject({
      isUrgent: true,
      nextAt: oak.now(),
    });
  });

  test('are asked for fifty at a time, ten batches a call, each reader once', async () => {
    const notice = (n: number): Notice => ({
      type: 'notice',
      personId: `reader-${String(n).padStart(4, '0')}`,
      reason: 'told',
      about: 'p1',
      processId: 'p1',
      processKind: 'npq-application',
      subjectId: 'zoe',
      code: 'x',
      at: atLondon(wednesday, '07:00'),
      nextAt: atLondon(wednesday, '07:00'),
      isUrgent: false,
    });
    const all = Array.from({ length: 520 }, (_, n) => notice(n));
    await oak.put(...all, ...all.slice(0, 40).map((each) => ({ ...each, code: 'y' })));
    expect((await morning(addDays(wednesday, 1))).digests).toBe(520);
    expect(bus.commandCalls(PutEventsCommand).map(({ args }) => args[0].input.Entries?.length)).toEqual([10, 1]);
    expect(digests().every(({ Detail }) => JSON.parse(Detail ?? '').personIds.length <= 50)).toBe(true);
    expect(new Set(toldTo()).size).toBe(520);
    expect(toldTo()).toHaveLength(520);
  });

  test('that the bus does not take fail the run loudly, so that it comes again', async () => {
    await begun();
    bus.on(PutEventsCommand).resolves({ FailedEntryCount: 1 });
    await expect(morning(addDays(wednesday, 1))).rejects.toThrow(/not taken/);
  });
});

describe('renewal', () => {
  test(`gives a run of ${RENEWAL_DAYS} days a successor, and nobody sees a difference`, async () => {
    const id = await begun();
    const before = (await oak.store.process(id)) as Process;
    const { nextAt: _, ...quiet } = (await oak.store.wait(id, 1)) as Wait;
    await oak.put(quiet);
    const on = addDays(dayOf(before.runAt), RENEWAL_DAYS);
    const untended: Store = { ...oak.store, processesAcross: async () => ({ items: [], cursor: null }) };
    expect((await morning(addDays(on, -1), untended)).renewed).toBe(0);
    expect((await morning(on, untended)).renewed).toBe(1);
    const then = (await oak.store.process(id)) as Process;
    expect(then.run).not.toBe(before.run);
    expect(then).toMatchObject({ version: before.version, lastSeq: before.lastSeq, owedAt: oak.now() });
    expect((await morning(on, untended)).renewed).toBe(0);
  });
});

describe('the anchor of the day', () => {
  const objects = () => bucket.commandCalls(PutObjectCommand).map(({ args }) => args[0].input);
  const bodyOf = (at: number) => String(objects()[at]?.Body);

  test('holds the head of every live chain, with its hash, where the writer of the table cannot write', async () => {
    const id = await begun();
    const { lastSeq, lastHash } = (await oak.store.process(id)) as Process;
    await morning(addDays(wednesday, 1));
    expect(objects()).toMatchObject([
      { Bucket: 'anchors-of-oak', Key: 'anchors/2026-09-17.txt', ChecksumAlgorithm: 'SHA256' },
    ]);
    const [previous, line, hash] = bodyOf(0).trim().split('\n');
    expect(previous).toBe('previous none');
    expect(line).toBe(`${id} ${lastSeq} ${lastHash}`);
    expect(hash).toBe(`hash ${createHash('sha256').update(`${previous}\n${line}`).digest('hex')}`);
    const thursday = addDays(wednesday, 1);
    expect(await oak.store.anchors(thursday, thursday)).toMatchObject([{ heads: 1, hash: hash?.slice(5) }]);
  });

  test('follows the last one, though a morning was missed', async () => {
    await begun();
    await morning(addDays(wednesday, 1));
    await morning(addDays(wednesday, 2));
    await morning(addDays(wednesday, 9));
    const hashes = [0, 1].map((at) => bodyOf(at).trim().split('\n').at(-1)?.slice(5));
    expect(bodyOf(1)).toMatch(`previous ${hashes[0]}\n`);
    expect(bodyOf(2)).toMatch(`previous ${hashes[1]}\n`);
  });

  test('has the last event of a chain that has ended since, also of one that no morning saw alive', async () => {
    const [seen, unseen] = [await begun(), await begun(zoe, { providerId: 'ucl-institute-of-education' })];
    const body = { reason: 'change-in-career' };
    await morning(addDays(wednesday, 1));
    await oak.request(zoe, 'POST', `/npq-applications/${seen}/withdraw`, { body });
    await morning(addDays(wednesday, 2));
    const short = await begun(zoe, { providerId: 'ambition-institute' });
    for (const id of [unseen, short]) await oak.request(zoe, 'POST', `/npq-applications/${id}/withdraw`, { body });
    await morning(addDays(wednesday, 5));
    await morning(addDays(wednesday, 6));
    const lineOf = async (id: string): Promise<string> => {
      const { lastSeq, lastHash, status } = (await oak.store.process(id)) as Process;
      expect(status).toBe('stopped');
      return `${id} ${lastSeq} ${lastHash}\n`;
    };
    expect(bodyOf(1)).toContain(await lineOf(seen));
    expect(bodyOf(2)).toContain(await lineOf(unseen));
    expect(bodyOf(2)).toContain(await lineOf(short));
    expect(bodyOf(3)).not.toContain(short);
  });

  test('is written once a day', async () => {
    await morning(addDays(wednesday, 1));
    await morning(addDays(wednesday, 1));
    expect(objects()).toHaveLength(1);
  });

  test('that cannot be written keeps no mail back, and is written by the run that comes again', async () => {
    await begun();
    bucket.on(PutObjectCommand).rejectsOnce(new Error('no bucket')).resolves({});
    await expect(morning(addDays(wednesday, 1))).rejects.toThrow('no bucket');
    expect(toldTo()).toContain('sienna');
    await morning(addDays(wednesday, 1));
    expect(await oak.store.anchors(addDays(wednesday, 1), addDays(wednesday, 1))).toHaveLength(1);
  });
});

describe('one bad process', () => {
  test('is counted, and keeps no other waiting', async () => {
    const bad = await begun();
    const good = await begun(zoe, { providerId: 'ambition-institute' });
    await oak.put({ ...((await oak.store.process(bad)) as Process), data: { nonsense: true } });
    const { dueOn } = (await oak.store.wait(good, 1)) as Wait;
    await morning(dueOn as Day);
    expect(await notices('sienna', `${good}.1`)).toContain('due-today');
    expect(metrics.at(-1)?.['MorningRunFailures']).toBeGreaterThan(0);
    expect(metrics.at(-1)?.['MorningRuns']).toBe(1);
  });

  test('of yesterday is not counted again today', async () => {
    await morning(addDays(wednesday, 1));
    expect(metrics).toEqual([{ MorningRuns: 1, MorningRunFailures: 0, Ownerless: 0, Digests: 0 }]);
  });
});

test('a morning that is held twice leaves the same as one that is held once', async () => {
  const id = await begun();
  const { dueOn } = (await oak.store.wait(id, 1)) as Wait;
  await morning(addSchoolDays(calendar, dueOn as Day, 5));
  const once = await oak.digest();
  await morning(addSchoolDays(calendar, dueOn as Day, 5));
  expect(await oak.digest()).toBe(once);
});
