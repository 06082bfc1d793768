import {
  AccountSuspendedException,
  LimitExceededException,
  MessageRejected,
  SESv2Client,
  SendEmailCommand,
  TooManyRequestsException,
} from '@aws-sdk/client-sesv2';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import 'aws-sdk-client-mock-vitest/extend';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../local/dynamodb.ts';
import { type Harness, makeHarness } from '../../test/harness.ts';
import { calendar, hazel, rowan, sam, sienna, wednesday, zoe } from '../../test/world.ts';
import { addSchoolDays } from '../../workflows/kernel/calendar.ts';
import type { Notice, Person, Process, Wait } from '../../workflows/kernel/records.ts';
import { addDays, atLondon, type Day, day } from '../../workflows/kernel/time.ts';
import type { Store } from '../table/store.ts';
import { makeNotify } from './notify.ts';

const ses = mockClient(SESv2Client);
let database: DynamoDbLocal;
let oak: Harness;

beforeAll(async () => {
  database = await startDynamoDbLocal();
});
afterAll(() => database?.stop());
beforeEach(async () => {
  ses.reset();
  ses.on(SendEmailCommand).resolves({ MessageId: 'm-1' });
  oak = await makeHarness(database);
});

const thursday: Day = addDays(wednesday, 1);

const environment = { TABLE_NAME: 'oak', PUBLIC_URL: 'https://cpd.oak.example/', FROM_ADDRESS: 'cpd@oak.example' };
const notifyOn = (store: Store) => {
  const notify = makeNotify({ store, clock: oak.now, ses: new SESv2Client({}), environment });
  return (...messages: readonly (readonly string[])[]) =>
    notify(
      {
        Records: messages.map((personIds, at) => ({
          messageId: `m${at}`,
          body: JSON.stringify({ 'detail-type': 'digest-due', detail: { on: '2026-09-17', personIds } }),
        })),
      },
      {} as Context,
    );
};
const told = (...messages: readonly (readonly string[])[]) => notifyOn(oak.store)(...messages);
const none = { batchItemFailures: [] };

/** Zoe's application, with the task `endorse` open and a notice of it for the headteacher. */
async function opened(as: Person = zoe, courseId = 'npq-senior-leadership'): Promise<string> {
  const body = { courseId, cohortId: '2026b', motivation: 'My secret plan', fundingRoute: 'dfe-scholarship' };
  const { body: process } = await oak.request(as, 'POST', '/npq-applications', { body });
  await oak.drive(process.id);
  return process.id;
}
const morning = (on: Day) => oak.setNow(atLondon(on, '07:00'));
const sent = () => ses.commandCalls(SendEmailCommand).map(({ args }) => args[0].input);
const textOf = (at = 0) => sent()[at]?.Content?.Simple?.Body?.Text?.Data ?? '';
const answer = (id: string, step: number, as: Person, body: object) =>
  oak.request(as, 'POST', `/tasks/${id}.${step}/complete`, { body });
const endorsed = { outcome: 'endorsed', isReleaseAgreed: true, isCoverAgreed: true };

const asService = <E extends Error>(kind: new (told: { message: string; $metadata: object }) => E): E =>
  new kind({ message: 'no', $metadata: {} });

describe('the one message of a day', () => {
  test('is sent as it is: from, to, subject, text and HTML; then it is marked and its notices are gone', async () => {
    const id = await opened();
    morning(thursday);
    expect(await told(['sienna'])).toEqual(none);
    expect(sent()).toMatchObject([
      {
        FromEmailAddress: 'cpd@oak.example',
        Destination: { ToAddresses: ['sienna@oak.example'] },
        Content: {
          Simple: { Subject: { Data: expect.stringContaining('Endorse an NPQ application'), Charset: 'UTF-8' } },
        },
      },
    ]);
    expect(textOf()).toContain(`https://cpd.oak.example/app/tasks/${id}.1`);
    expect(sent()[0]?.Content?.Simple?.Body?.Html?.Data).toContain(`href="https://cpd.oak.example/app/tasks/${id}.1"`);
    expect(await oak.store.mail('sienna', thursday)).toMatchObject({ sentAt: oak.now(), messageId: 'm-1', notices: 1 });
    expect(await oak.store.notices('sienna')).toEqual([]);
  });

  test('has nothing of what people wrote', async () => {
    await opened();
    morning(thursday);
    await told(['sienna', 'sam', 'zoe', 'rowan']);
    expect(sent().length).toBeGreaterThan(0);
    expect(JSON.stringify(sent())).not.toMatch(/secret plan/i);
    for (const { Content } of sent()) expect(Content?.Simple?.Subject?.Data).not.toMatch(/Zoe/);
  });

  test('is sent once, however often and from wherever it is asked for', async () => {
    await opened();
    morning(thursday);
    await told(['sienna', 'sienna'], ['sienna']);
    await Promise.all([told(['sienna']), told(['sienna'])]);
    expect(sent()).toHaveLength(1);
  });

  test('is one, with all that is new', async () => {
    await opened();
    await opened(zoe, 'npq-leading-literacy');
    morning(thursday);
    await told(['sienna']);
    expect(sent()).toHaveLength(1);
    expect(sent()[0]?.Content?.Simple?.Subject?.Data).toContain('2 new');
  });

  test('is not sent for what holds no more: the notice goes, and the day’s message is still to be had', async () => {
    const id = await opened();
    await answer(id, 1, sienna, endorsed);
    morning(thursday);
    await told(['sienna']);
    expect(sent()).toHaveLength(0);
    expect((await oak.store.notices('sienna')).filter(({ reason }) => reason === 'new')).toEqual([]);
    expect(await oak.store.mail('sienna', thursday)).toBeUndefined();
  });

  test('waits for the morning of the notice, and for a school day', async () => {
    await opened();
    await told(['sienna']);
    morning(addDays(wednesday, 3));
    await told(['sienna']);
    expect(sent()).toHaveLength(0);
    morning(addSchoolDays(calendar, wednesday, 3));
    await told(['sienna']);
    expect(sent()).toHaveLength(1);
  });

  test('goes out at once, on any day, where something is urgent', async () => {
    const id = await opened();
    const [notice] = await oak.store.notices('sienna');
    oak.setNow(atLondon(addDays(wednesday, 3), '11:00'));
    await oak.put({ ...(notice as Notice), nextAt: oak.now(), isUrgent: true });
    await told(['sienna']);
    expect(textOf()).toContain(id);
  });

  test('is for people with an address; for nobody else, and nobody who is unknown', async () => {
    await opened();
    const { email: _, ...without } = sienna;
    await oak.put(without);
    morning(thursday);
    expect(await told(['sienna', 'nobody'])).toEqual(none);
    expect(sent()).toHaveLength(0);
  });
});

describe('somebody without an address', () => {
  test('has their lines in the digest of who manages them', async () => {
    const { email: _, ...without } = zoe;
    await oak.put(without);
    const body = {
      courseId: 'npq-senior-leadership',
      cohortId: '2026b',
      motivation: 'm',
      fundingRoute: 'self',
      personId: 'zoe',
    };
    const { body: process } = await oak.request(rowan, 'POST', '/npq-applications', { body });
    await oak.drive(process.id);
    expect(await oak.store.notices('zoe')).toEqual([]);
    morning(thursday);
    await told(['sam']);
    expect(textOf()).toContain(`/app/tasks/${process.id}.1`);
    expect(textOf()).toContain('for Zoe');
  });
});

describe('somebody on leave', () => {
  const away = (from: Day, to: Day): Person => ({ ...sienna, absences: [{ from, to }] });

  test('hears nothing meanwhile, and all of it afterwards', async () => {
    await opened();
    await oak.put(away(thursday, addDays(thursday, 10)));
    morning(thursday);
    await told(['sienna']);
    expect(sent()).toHaveLength(0);
    morning(addSchoolDays(calendar, addDays(thursday, 10), 1));
    await told(['sienna']);
    expect(sent()).toHaveLength(1);
  });

  test('hears of a task whose last day falls in the absence, and of nothing else', async () => {
    const urgent = await opened();
    const other = await opened(zoe, 'npq-leading-literacy');
    const wait = (await oak.store.wait(urgent, 1)) as Wait;
    await oak.put({ ...wait, hardOn: addDays(thursday, 5) });
    const second = (await oak.store.wait(other, 1)) as Wait;
    await oak.put({ ...second, hardOn: addDays(thursday, 40) });
    await oak.put(away(thursday, addDays(thursday, 10)));
    morning(thursday);
    await told(['sienna']);
    expect(sent()).toHaveLength(1);
    expect(textOf()).toContain(urgent);
    expect(textOf()).not.toContain(other);
    expect((await oak.store.notices('sienna')).map(({ about }) => about)).toEqual([`${other}.1`]);
  });
});

describe('a task that has changed hands', () => {
  test('is no longer in the digest of who had it', async () => {
    const id = await opened();
    const wait = (await oak.store.wait(id, 1)) as Wait;
    await oak.put({ ...wait, candidate: { role: 'executive', schoolId: 'trust' } });
    morning(thursday);
    await told(['sienna']);
    expect(sent()).toHaveLength(0);
  });

  test('is in the digest of who may decide as well, while their role is in force', async () => {
    const id = await opened();
    const wait = (await oak.store.wait(id, 1)) as Wait;
    await oak.put({ ...wait, alsoCandidate: { role: 'executive', schoolId: 'trust' } });
    const [notice] = await oak.store.notices('sienna');
    const forHazel: Notice = { ...(notice as Notice), personId: 'hazel', reason: 'may-decide' };
    await oak.put(forHazel);
    await oak.put({ ...hazel, posts: hazel.posts.map((post) => ({ ...post, endsOn: day('2026-09-16') })) });
    morning(thursday);
    await told(['hazel']);
    expect(sent()).toHaveLength(0);
    await oak.put(hazel, forHazel);
    await told(['hazel']);
    expect(textOf()).toContain(id);
  });
});

test('somebody who has left hears of their own, and no more of other people', async () => {
  const id = await opened();
  const left = (person: Person): Person => ({
    ...person,
    posts: person.posts.map((post) => ({ ...post, endsOn: wednesday })),
  });
  const [line] = (await oak.store.notices('sam')).filter(({ reason }) => reason === 'told');
  await oak.put(left(sam), left(zoe), { ...(line as Notice), personId: 'zoe', reason: 'decided' });
  morning(thursday);
  await told(['sam'], ['zoe']);
  expect(sent().map(({ Destination }) => Destination?.ToAddresses)).toEqual([['zoe@oak.example']]);
  expect(textOf()).toContain(id);
  expect(await oak.store.notices('sam')).toEqual([]);
});

describe('when SES does not answer as it should', () => {
  test.each([TooManyRequestsException, LimitExceededException, MessageRejected, AccountSuspendedException])(
    'a definite refusal takes the claim back, so that the message comes again: %o',
    async (kind) => {
      await opened();
      morning(thursday);
      ses.on(SendEmailCommand).rejectsOnce(asService<Error>(kind)).resolves({ MessageId: 'm-2' });
      expect(await told(['sienna'])).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
      expect(await oak.store.mail('sienna', thursday)).toBeUndefined();
      expect(await told(['sienna'])).toEqual(none);
      expect(await oak.store.mail('sienna', thursday)).toMatchObject({ messageId: 'm-2' });
    },
  );

  test('nobody knows whether it went out: the claim stays, nothing is sent twice, tomorrow’s digest has it', async () => {
    await opened();
    morning(thursday);
    ses.on(SendEmailCommand).rejectsOnce(Object.assign(new Error('socket hang up'), { name: 'TimeoutError' }));
    expect(await told(['sienna'])).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
    ses.on(SendEmailCommand).resolves({});
    expect(await told(['sienna'])).toEqual(none);
    expect(sent()).toHaveLength(1);
    expect(await oak.store.mail('sienna', thursday)).not.toHaveProperty('sentAt');
    expect(await oak.store.notices('sienna')).toHaveLength(1);
    morning(addSchoolDays(calendar, thursday, 1));
    await told(['sienna']);
    expect(sent()).toHaveLength(2);
  });

  test('the claim is there before SES is called', async () => {
    await opened();
    morning(thursday);
    let claim: unknown;
    ses.on(SendEmailCommand).callsFake(async () => {
      claim = await oak.store.mail('sienna', thursday);
      return {};
    });
    await told(['sienna']);
    expect(claim).toMatchObject({ claimedAt: oak.now() });
    expect(claim).not.toHaveProperty('sentAt');
  });

  test('a crash after sending and before marking means no second message that day', async () => {
    await opened();
    morning(thursday);
    let commits = 0;
    const dying: Store = {
      ...oak.store,
      commit: (change, options) => {
        if (++commits > 1) return Promise.reject(new Error('the function is gone'));
        return oak.store.commit(change, options);
      },
    };
    await notifyOn(dying)(['sienna']);
    await told(['sienna']);
    expect(sent()).toHaveLength(1);
  });

  test('one address that is refused keeps nobody else of the message waiting', async () => {
    await opened();
    const [notice] = await oak.store.notices('sienna');
    const id = (notice as Notice).processId;
    await oak.put({ ...(notice as Notice), personId: 'zoe', reason: 'told', about: id, code: 'no-such-code' });
    morning(thursday);
    ses
      .on(SendEmailCommand, { Destination: { ToAddresses: ['sienna@oak.example'] } })
      .rejects(asService(MessageRejected));
    expect(await told(['sienna', 'zoe'])).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
    expect(await oak.store.mail('zoe', thursday)).toBeDefined();
    expect(await oak.store.mail('sienna', thursday)).toBeUndefined();
  });
});

describe('a batch of the queue', () => {
  test('fails message by message', async () => {
    await opened();
    morning(thursday);
    const notify = makeNotify({ store: oak.store, clock: oak.now, ses: new SESv2Client({}), environment });
    const body = (text: string, messageId: string) => ({ messageId, body: text });
    expect(
      await notify(
        {
          Records: [
            body('no json', 'a'),
            body(JSON.stringify({ 'detail-type': 'digest-due', detail: { personIds: ['sienna'] } }), 'b'),
            body(JSON.stringify({ 'detail-type': 'digest-due', detail: {} }), 'c'),
          ],
        },
        {} as Context,
      ),
    ).toEqual({ batchItemFailures: [{ itemIdentifier: 'a' }, { itemIdentifier: 'c' }] });
    expect(sent()).toHaveLength(1);
  });

  test('takes the event of a task that opened as it comes: other fields are no matter', async () => {
    const id = await opened();
    const [notice] = await oak.store.notices('sienna');
    await oak.put({ ...(notice as Notice), isUrgent: true });
    const notify = makeNotify({ store: oak.store, clock: oak.now, ses: new SESv2Client({}), environment });
    const detail = { processId: id, isUrgent: true, personIds: ['sienna'], event: 'task-opened', seq: 2 };
    const body = JSON.stringify({ version: '0', id: 'x', 'detail-type': 'task-opened', source: 'oak-cpd', detail });
    expect(await notify({ Records: [{ messageId: 'a', body, attributes: {} }] }, {} as Context)).toEqual(none);
    expect(sent()).toHaveLength(1);
  });
});

test('a notice that was put again while the message was on its way stays for tomorrow', async () => {
  await opened();
  morning(thursday);
  ses.on(SendEmailCommand).callsFake(async () => {
    const [notice] = await oak.store.notices('sienna');
    await oak.put({ ...(notice as Notice), at: oak.now() });
    return { MessageId: 'm-1' };
  });
  expect(await told(['sienna'])).toEqual(none);
  expect(await oak.store.mail('sienna', thursday)).toMatchObject({ messageId: 'm-1' });
  expect(await oak.store.notices('sienna')).toHaveLength(1);
});

test('a message of more notices than a transaction holds takes them all away', async () => {
  const id = await opened();
  const process = (await oak.store.process(id)) as Process;
  const notice = ((await oak.store.notices('sienna')) as readonly Notice[])[0] as Notice;
  const more = Array.from(
    { length: 150 },
    (_, n): Notice => ({ ...notice, reason: 'told', about: process.processId, code: `code-${n}` }),
  );
  await oak.put(...more);
  morning(thursday);
  await told(['sienna']);
  expect(await oak.store.mail('sienna', thursday)).toMatchObject({ notices: 151 });
  expect(await oak.store.notices('sienna')).toEqual([]);
});
