import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTable, type DynamoDbLocal, startDynamoDbLocal } from '../../local/dynamodb.ts';
import { makeMemoryTable } from '../../local/memory-table.ts';
import { chainEvent, GENESIS, type Head, verifyChain } from '../../workflows/kernel/chain.ts';
import { discard, type Item, type Part, put, remove, update } from '../../workflows/kernel/change.ts';
import type {
  Child,
  Event,
  Mail,
  Notice,
  Person,
  Post,
  PostRow,
  Process,
  School,
  Wait,
} from '../../workflows/kernel/records.ts';
import { parseTaskId, taskIdOf } from '../../workflows/kernel/snapshot.ts';
import { addDays, atLondon, day, type Instant, instant } from '../../workflows/kernel/time.ts';
import { ItemTooLarge } from './items.ts';
import { candidatePartition, indexKeysOf, keyOf, shardOf, shards } from './keys.ts';
import { BadCursor, type Page, type Paging } from './queries.ts';
import { makeStore, type Store } from './store.ts';
import { type Documents, TableBusy } from './transaction.ts';

const WEDNESDAY = instant('2026-11-25T09:00:00Z');

let database: DynamoDbLocal;
let client: DynamoDBClient;
let documents: Documents;
let store: Store;
let tableName: string;
let tables = 0;

beforeAll(async () => {
  database = await startDynamoDbLocal();
  client = new DynamoDBClient(database);
});

afterAll(async () => {
  client?.destroy();
  await database?.stop();
});

/** Each makes a table that nobody has written to. */
const backends = {
  'DynamoDB Local': async (name: string): Promise<Documents> => {
    await createTable(client, name);
    return DynamoDBDocumentClient.from(client);
  },
  'a table in memory': async (name: string): Promise<Documents> => makeMemoryTable(name).documents(),
};

const process = (fields: Partial<Process> = {}): Process => ({
  type: 'process',
  processId: 'p1',
  kind: 'npq-application',
  status: 'active',
  version: 1,
  step: 1,
  wait: 'endorse',
  stage: 'endorsement',
  run: '1-abcdef',
  runAt: WEDNESDAY,
  restarts: 0,
  lastSeq: 0,
  lastHash: GENESIS.hash,
  subjectId: 'amira',
  schoolId: '910101',
  ruleSet: '2026-autumn',
  startedBy: 'amira',
  startedAt: WEDNESDAY,
  data: { courseId: 'npq-headship' },
  ...fields,
});

const wait = (fields: Partial<Wait> = {}): Wait => ({
  type: 'wait',
  processId: 'p1',
  step: 1,
  wait: 'endorse',
  kind: 'task',
  state: 'open',
  stage: 'endorsement',
  processKind: 'npq-application',
  subjectId: 'amira',
  schoolId: '910101',
  candidate: { role: 'headteacher', schoolId: '910101' },
  openedAt: WEDNESDAY,
  dueOn: day('2026-12-02'),
  ...fields,
});

const person = (personId: string, fields: Partial<Person> = {}): Person => ({
  type: 'person',
  personId,
  version: 1,
  forename: 'A',
  surname: personId,
  posts: [],
  roles: [],
  qualifications: [],
  absences: [],
  ...fields,
});

const post = (schoolId: string, employeeNumber: string, fields: Partial<Post> = {}): Post => ({
  schoolId,
  employeeNumber,
  job: 'Teacher',
  ...fields,
});

const notice = (fields: Partial<Notice> = {}): Notice => ({
  type: 'notice',
  personId: 'amira',
  reason: 'new',
  about: 'p1.1',
  processId: 'p1',
  processKind: 'npq-application',
  subjectId: 'amira',
  at: WEDNESDAY,
  nextAt: WEDNESDAY,
  isUrgent: false,
  ...fields,
});

/** A person with a row for each of their posts, as an import writes them. */
const withPosts = (held: Person): (Person | PostRow)[] => [
  held,
  ...held.posts.map(
    ({ schoolId, employeeNumber, lineManagerId }): PostRow => ({
      type: 'post-row',
      schoolId,
      employeeNumber,
      personId: held.personId,
      sortName: `${held.surname} ${held.forename}`,
      ...(lineManagerId !== undefined && { lineManagerId }),
    }),
  ),
];

async function given(...items: readonly Item[]): Promise<void> {
  for (let from = 0; from < items.length; from += 100) {
    const parts = items.slice(from, from + 100).map((item, n) => put(`item ${n}`, item));
    expect(await store.commit({ parts })).toEqual({ committed: true });
  }
}

async function walk<T>(
  list: (page: Paging) => Promise<Page<T>>,
  limit: number,
): Promise<{ readonly items: T[]; readonly sizes: number[] }> {
  const items: T[] = [];
  const sizes: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await list({ limit, cursor });
    items.push(...page.items);
    sizes.push(page.items.length);
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return { items, sizes };
}

describe.each(Object.entries(backends))('On %s', (_, make) => {
  /** A table for each test: none sees what another wrote. */
  beforeEach(async () => {
    tables += 1;
    tableName = `oak-${tables}`;
    documents = await make(tableName);
    store = makeStore({ documents, tableName });
  });

  describe('A commit', () => {
    test('writes every part or none, and names each part that did not hold', async () => {
      await given(process(), { type: 'guard', guard: 'trn#1234567', holder: 'ben' });
      const seen = process();
      const answer = await store.commit({
        parts: [
          update('process', seen, { ...seen, version: 2 }, { version: 1 }),
          put('guard:trn#1234567', { type: 'guard', guard: 'trn#1234567', holder: 'amira' }),
          update('wait:p1.1', wait(), wait({ state: 'answered', outcome: 'endorsed' }), { state: 'open' }),
        ],
      });
      expect(answer).toEqual({ committed: false, failed: ['guard:trn#1234567', 'wait:p1.1'] });
      expect(await store.process('p1')).toEqual(seen);
      expect((await store.guard('trn#1234567'))?.holder).toBe('ben');
    });

    test('lets exactly one of many at the same moment through, and tells the others the part', async () => {
      await given(process());
      const seen = process();
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, n) =>
          store.commit({
            parts: [
              update('process', seen, { ...seen, version: 2, reason: `writer ${n}` }, { version: 1 }),
              put(`event ${n}`, {
                ...chainEvent(GENESIS, {
                  type: 'event',
                  processId: 'p1',
                  kind: 'npq-application',
                  at: WEDNESDAY,
                  event: 'task-completed',
                  by: { personId: `writer${n}` },
                  data: {},
                }),
              }),
            ],
          }),
        ),
      );
      const winner = answers.findIndex(({ committed }) => committed);
      expect(answers.filter(({ committed }) => committed)).toHaveLength(1);
      for (const answer of answers) if (!answer.committed) expect(answer.failed).toContain('process');
      expect((await store.process('p1'))?.reason).toBe(`writer ${winner}`);
      expect(await store.events('p1')).toHaveLength(1);
    });

    test('writes only the fields that differ: a writer of other fields is not undone', async () => {
      await given(process({ owedAt: WEDNESDAY }));
      const seen = process({ owedAt: WEDNESDAY });
      const { owedAt: _, ...driven } = seen;
      await store.commit({
        parts: [update('process', seen, { ...seen, stage: 'approval', version: 2 }, { version: 1 })],
      });
      const late = await store.commit({
        parts: [update<Process>('process', seen, driven, { run: seen.run, owedAt: WEDNESDAY })],
      });
      expect(late).toEqual({ committed: true });
      expect(await store.process('p1')).toEqual(process({ stage: 'approval', version: 2 }));
    });

    test('moves an item in the indexes with the fields that its keys are made of', async () => {
      await given(process({ owedAt: WEDNESDAY }));
      const shard = shardOf('p1');
      expect(await store.owed(shard, WEDNESDAY)).toHaveLength(1);
      const seen = process({ owedAt: WEDNESDAY });
      await store.commit({ parts: [update('process', seen, process(), {})] });
      expect(await store.owed(shard, WEDNESDAY)).toEqual([]);
      const renewal = await store.dueMorning(shard, instant('2028-01-01T00:00:00Z'));
      expect(renewal.items).toEqual([process()]);
    });

    test('understands an expected field that is not there', async () => {
      await given(process());
      const owing = process({ owedAt: WEDNESDAY });
      const once = { parts: [update('process', process(), owing, { owedAt: undefined })] };
      expect(await store.commit(once)).toEqual({ committed: true });
      expect(await store.commit(once)).toEqual({ committed: false, failed: ['process'] });
    });

    test('compares whole objects where one is expected', async () => {
      await given(wait());
      const moved = wait({ candidate: { personId: 'ben' } });
      const change = { parts: [update('wait', wait(), moved, { candidate: wait().candidate })] };
      expect(await store.commit(change)).toEqual({ committed: true });
      expect(await store.commit(change)).toEqual({ committed: false, failed: ['wait'] });
    });

    test('checks a part that changes nothing, and does not write it', async () => {
      await given(process());
      const checked = (version: number) =>
        store.commit({
          parts: [
            update('process', process(), process(), { version }),
            { name: 'notice', after: notice({ reason: `v${version}` }), isUnconditional: true },
          ],
        });
      expect(await checked(2)).toEqual({ committed: false, failed: ['process'] });
      expect(await store.notices('amira')).toEqual([]);
      expect(await checked(1)).toEqual({ committed: true });
      expect(await store.notices('amira')).toHaveLength(1);
    });

    test('neither changes nor deletes what is not there', async () => {
      const gone = process({ processId: 'gone' });
      const changed = await store.commit({ parts: [update('change', gone, { ...gone, version: 2 }, {})] });
      const deleted = await store.commit({ parts: [remove('delete', gone)] });
      expect(changed).toEqual({ committed: false, failed: ['change'] });
      expect(deleted).toEqual({ committed: false, failed: ['delete'] });
      expect(await store.process('gone')).toBeUndefined();
    });

    test('puts and deletes without a condition where the change says so', async () => {
      const last = (form: string): Part => ({
        name: 'draft',
        after: {
          type: 'draft',
          processId: 'p1',
          taskId: 'p1.1',
          personId: 'ben',
          at: WEDNESDAY,
          expiresAt: 1_800_000_000,
          form: { reason: form },
        },
        isUnconditional: true,
      });
      await store.commit({ parts: [last('first')] });
      await store.commit({ parts: [last('second')] });
      const draft = await store.draft('p1.1', 'ben');
      expect(draft?.form).toEqual({ reason: 'second' });
      const gone: Part = { name: 'draft', before: draft as Item, isUnconditional: true };
      expect(await store.commit({ parts: [gone] })).toEqual({ committed: true });
      expect(await store.commit({ parts: [gone] })).toEqual({ committed: true });
      expect(await store.draft('p1.1', 'ben')).toBeUndefined();
    });

    test('discards what is there as expected or gone already, and nothing that is another’s', async () => {
      const mine = { type: 'guard', guard: 'npq#a', holder: 'p1' } as const;
      const release = { parts: [discard('guard', mine, { holder: 'p1' })] };
      await given(mine);
      expect(await store.commit(release)).toEqual({ committed: true });
      expect(await store.guard('npq#a')).toBeUndefined();
      expect(await store.commit(release)).toEqual({ committed: true });
      const theirs = { ...mine, holder: 'p2' };
      await given(theirs);
      expect(await store.commit(release)).toEqual({ committed: false, failed: ['guard'] });
      expect(await store.guard('npq#a')).toEqual(theirs);
    });

    test('stores nothing for a field that is undefined, at any depth', async () => {
      const held = { ...process(), owedAt: undefined, data: { deep: [{ gone: undefined, kept: null }], empty: '' } };
      await given(held as unknown as Process);
      expect(await store.process('p1')).toEqual(process({ data: { deep: [{ kept: null }], empty: '' } }));
    });

    test('with the same token writes once', async () => {
      await given(process());
      const change = { parts: [update('process', process(), process({ version: 2 }), { version: 1 })] };
      expect(await store.commit(change, { token: 'one' })).toEqual({ committed: true });
      expect(await store.commit(change, { token: 'one' })).toEqual({ committed: true });
      expect(await store.commit(change, { token: 'two' })).toEqual({ committed: false, failed: ['process'] });
    });

    test('takes a hundred parts', async () => {
      const parts = Array.from({ length: 100 }, (_, n) => put(`${n}`, notice({ about: `p${n}.1` })));
      expect(await store.commit({ parts })).toEqual({ committed: true });
      expect(await store.notices('amira')).toHaveLength(100);
    });

    test('throws on what no transaction can hold: a bug, told by the names of the parts', async () => {
      const parts = Array.from({ length: 101 }, (_, n) => put(`${n}`, notice({ about: `p${n}.1` })));
      await expect(store.commit({ parts })).rejects.toThrow('101 parts');
      await expect(store.commit({ parts: [] })).rejects.toThrow('without parts');
      await expect(store.commit({ parts: [put('one', process()), put('two', process())] })).rejects.toThrow(
        'Parts one and two both write P#p1 PROCESS',
      );
      await expect(
        store.commit({ parts: [update('move', process(), process({ processId: 'p2' }), {})] }),
      ).rejects.toThrow('would move');
      await expect(store.commit({ parts: [{ name: 'nothing' }] })).rejects.toThrow('nothing neither puts');
      await expect(
        store.commit({ parts: [{ ...put('new', process()), expect: { type: 'process' } }] }),
      ).rejects.toThrow('cannot expect');
    });

    test('throws on an item of more than 400 KB, naming its key and none of its content', async () => {
      await given(process());
      const words = (bytes: number) => ({ words: 'secret '.repeat(bytes / 7) });
      const large = process({ processId: 'p2', data: words(450_000) });
      const added = await store.commit({ parts: [put('large', large)] }).catch((error: unknown) => error);
      expect(added).toBeInstanceOf(ItemTooLarge);
      expect(String(added)).toMatch(/P#p2 PROCESS is too large: 4\d{5} bytes of 409600/);
      expect(String(added)).not.toContain('secret');
      const grown = update('grown', process(), process({ data: words(450_000) }), {});
      await expect(store.commit({ parts: [grown] })).rejects.toThrow(ItemTooLarge);
      expect(await store.process('p2')).toBeUndefined();
      const fits = update('fits', process(), process({ data: words(400_000) }), {});
      expect(await store.commit({ parts: [fits] })).toEqual({ committed: true });
    });

    test('refuses to write a record that nobody could read again', async () => {
      const broken = process({ status: 'lost' as never, stage: 'secret' });
      await expect(store.commit({ parts: [put('process', broken)] })).rejects.toThrow('P#p1 PROCESS is broken: status');
    });
  });

  describe('Reading', () => {
    test('a broken item throws with its key and field, not with its content', async () => {
      await documents.send(
        new TransactWriteCommand({
          TransactItems: [
            { Put: { TableName: tableName, Item: { ...process(), pk: 'P#p1', sk: 'PROCESS', version: 'secret' } } },
          ],
        }),
      );
      await expect(store.process('p1')).rejects.toThrow('Item P#p1 PROCESS is broken: version (invalid_type)');
      await expect(store.process('p1')).rejects.not.toThrow('secret');
    });

    test('each kind of item comes back as it was written, without the attributes of its keys', async () => {
      const school: School = { type: 'school', schoolId: '910101', name: 'Oak Primary', version: 1, pupils: 210 };
      const on = day('2026-11-25');
      const items: Item[] = [
        process({ owedAt: WEDNESDAY }),
        wait({ nextAt: WEDNESDAY }),
        {
          type: 'left',
          processId: 'p1',
          kind: 'npq-application',
          schoolId: '910102',
          lastSeq: 3,
          status: 'active',
          stage: 'endorsement',
          data: { motivation: 'm' },
          step: 1,
          isOpen: true,
        },
        { type: 'token', processId: 'p1', run: '1-abcdef', step: 1, token: 't' },
        {
          type: 'comment',
          processId: 'p1',
          taskId: 'p1.1',
          commentId: 'c1',
          at: WEDNESDAY,
          personId: 'ben',
          text: 'Hm',
        },
        {
          type: 'draft',
          processId: 'p1',
          taskId: 'p1.1',
          personId: 'ben',
          at: WEDNESDAY,
          expiresAt: 1_800_000_000,
          form: { a: 1 },
        },
        { type: 'guard', guard: 'email#a@oak.example', holder: 'amira' },
        ...withPosts(person('amira', { posts: [post('910101', 'E1', { lineManagerId: 'ben' })] })),
        { type: 'role-holder', schoolId: '910101', role: 'headteacher', personId: 'ben' },
        school,
        { type: 'calendar-year', academicYear: '2026-27', version: 1, year: { terms: [] } },
        { type: 'policy', version: 3, policy: { followUp: 'half' } },
        notice(),
        { type: 'mail', personId: 'amira', on, claimedAt: WEDNESDAY, notices: 2 },
        { type: 'receipt', receipt: 'r', bodyHash: 'b', at: WEDNESDAY, expiresAt: 1, status: 201, location: '/x' },
        { type: 'import', importId: 'i', part: 0, version: 1, status: 'checked', data: { lines: [] } },
        { type: 'anchor', on, at: WEDNESDAY, heads: 3, hash: 'h' },
      ];
      await given(...items);
      const read = [
        await store.process('p1'),
        await store.wait('p1', 1),
        ...(await store.leftFrom('910102', 'npq-application')),
        await store.token('p1'),
        ...(await store.comments('p1.1')),
        await store.draft('p1.1', 'ben'),
        await store.guard('email#a@oak.example'),
        await store.person('amira'),
        ...(await store.postsOf('amira')),
        ...(await store.roleHolders('910101')),
        await store.school('910101'),
        ...(await store.calendarYears()),
        await store.policy(),
        ...(await store.notices('amira')),
        await store.mail('amira', on),
        await store.receipt('r'),
        ...(await store.import('i')),
        ...(await store.anchors(on, on)),
      ];
      expect(read).toEqual(items);
    });

    test('what is not there is undefined or empty', async () => {
      expect(await store.process('none')).toBeUndefined();
      expect(await store.snapshot('none')).toBeUndefined();
      expect(await store.wait('none', 1)).toBeUndefined();
      expect(await store.policy()).toBeUndefined();
      expect(await store.waits('none')).toEqual([]);
      expect(await store.import('none')).toEqual([]);
      expect(await store.persons([])).toEqual([]);
      expect(await store.openTasks([])).toEqual({ items: [], cursor: null });
    });

    test('an id longer than any key is simply not there', async () => {
      const long = 'é'.repeat(2000);
      expect(await store.process(long)).toBeUndefined();
      expect(await store.persons([long])).toEqual([]);
      expect(await store.snapshot(long)).toBeUndefined();
      expect(await store.draftsOf(`${long}.1`)).toEqual([]);
      expect(await store.draft('p1.1', long)).toBeUndefined();
      expect((await store.processesAt(long, 'npq-application')).items).toEqual([]);
      expect((await store.processesAt('910101', 'npq-application', { stage: long })).items).toEqual([]);
      expect((await store.openTasks(`FOR#${long}`)).items).toEqual([]);
      expect(await store.processesOf(long)).toEqual([]);
    });

    test('a snapshot has process, token and every wait in order, and nothing else of the partition', async () => {
      const steps = [1, 2, 9, 10, 11].map((step) => wait({ step, state: 'answered', outcome: 'done' }));
      const parts = ['b', 'a'].map((part) => wait({ step: 10, part }));
      const token = { type: 'token', processId: 'p1', run: '1-abcdef', step: 1, token: 't' } as const;
      await given(
        process(),
        token,
        ...steps,
        ...parts,
        {
          type: 'draft',
          processId: 'p1',
          taskId: 'p1.1',
          personId: 'ben',
          at: WEDNESDAY,
          expiresAt: 1_800_000_000,
          form: {},
        },
        { type: 'comment', processId: 'p1', taskId: 'p1.1', commentId: 'c', at: WEDNESDAY, personId: 'x', text: 'y' },
      );
      const snapshot = await store.snapshot('p1');
      expect(snapshot?.process).toEqual(process());
      expect(snapshot?.token).toEqual(token);
      expect(snapshot?.waits.map(taskIdOf)).toEqual(['p1.1', 'p1.2', 'p1.9', 'p1.10', 'p1.10.a', 'p1.10.b', 'p1.11']);
      expect(await store.waits('p1')).toEqual(snapshot?.waits);
    });

    test('comments and drafts belong to their task only, not to one whose number begins alike', async () => {
      const on = (taskId: string): Item[] => [
        {
          type: 'draft',
          processId: 'p1',
          taskId,
          personId: 'ben',
          at: WEDNESDAY,
          expiresAt: 1_800_000_000,
          form: { taskId },
        },
        { type: 'comment', processId: 'p1', taskId, commentId: 'c', at: WEDNESDAY, personId: 'ben', text: taskId },
      ];
      await given(...on('p1.1'), ...on('p1.11'), ...on('p1.1.plan'));
      expect((await store.comments('p1.1')).map(({ text }) => text)).toEqual(['p1.1']);
      expect((await store.draftsOf('p1.1.plan')).map(({ taskId }) => taskId)).toEqual(['p1.1.plan']);
    });

    test('persons and guards come in the order asked for, each as often as asked, over more than one batch', async () => {
      const ids = Array.from({ length: 130 }, (_, n) => `person${n}`);
      await given(
        ...ids.map((id) => person(id)),
        ...ids.map((id) => ({ type: 'guard', guard: id, holder: id }) as const),
      );
      const asked = [...ids.toReversed(), 'nobody', 'person7'];
      const expected = [...ids.toReversed(), 'person7'];
      expect((await store.persons(asked)).map(({ personId }) => personId)).toEqual(expected);
      expect((await store.guards(asked)).map(({ holder }) => holder)).toEqual(expected);
    });

    test('events are read on from a number, by so many, and their chain holds against the head', async () => {
      let head: Head = GENESIS;
      const events: Event[] = Array.from({ length: 120 }, (_, n) => {
        const event = chainEvent(head, {
          type: 'event',
          processId: 'p1',
          kind: 'npq-application',
          at: instant(n * 1000),
          event: 'task-opened',
          by: n % 2 ? { system: true } : { personId: 'amira' },
          taskId: `p1.${n + 1}`,
          data: { n, nested: { list: [n, null, 'é'], gone: undefined } },
        });
        head = event;
        return event;
      });
      await given(...events);
      const read = await store.events('p1');
      expect(verifyChain(read, { seq: head.seq, hash: head.hash })).toEqual({ ok: true });
      expect((await store.events('p1', { after: 99, limit: 3 })).map(({ seq }) => seq)).toEqual([100, 101, 102]);
      expect(await store.events('p1', { after: 120 })).toEqual([]);
      const edited = { ...(read[56] as Event), by: { personId: 'mallory' } };
      await store.commit({ parts: [update('edit', read[56] as Event, edited, {})] });
      expect(verifyChain(await store.events('p1'))).toEqual({ ok: false, atSeq: 57 });
    });

    test('a partition of some megabytes is read to its end, in order', async () => {
      const text = 'é'.repeat(100_000);
      const comments = Array.from({ length: 12 }, (_, n) => ({
        type: 'comment' as const,
        processId: 'p1',
        taskId: 'p1.1',
        commentId: `c${n}`,
        at: instant(1000 * n),
        personId: 'ben',
        text,
      }));
      for (const comment of comments) await given(comment);
      expect((await store.comments('p1.1')).map(({ commentId }) => commentId)).toEqual(
        comments.map(({ commentId }) => commentId),
      );
    });

    test('the mails of some weeks are those of their days, first and last included, over the end of a month', async () => {
      const mailed = (personId: string, days: readonly number[]): Mail[] =>
        days.map((n) => ({
          type: 'mail',
          personId,
          on: addDays(day('2026-11-23'), n),
          claimedAt: WEDNESDAY,
          notices: 1,
        }));
      await given(...mailed('amira', [0, 1, 6, 7, 8, 9]), ...mailed('ben', [1]), ...mailed('cara', [2]), notice());
      const found = await store.mails(day('2026-11-24'), day('2026-12-01'), new Set(['amira', 'ben', 'dan']));
      expect(found.map(({ personId, on }) => `${personId} ${on}`).sort()).toEqual([
        'amira 2026-11-24',
        'amira 2026-11-29',
        'amira 2026-11-30',
        'amira 2026-12-01',
        'ben 2026-11-24',
      ]);
    });

    test('children: all of a parent, of a kind, of a kind at a school; and how the parent sees one', async () => {
      const child = (childId: string, fields: Partial<Child> = {}): Child => ({
        type: 'child',
        parentId: 'cycle',
        childId,
        kind: 'learning-review',
        subjectId: childId,
        schoolId: '910101',
        openedAt: WEDNESDAY,
        ...fields,
      });
      await given(
        child('r1'),
        child('r2', { schoolId: '910102' }),
        child('s1', { kind: 'school-review' }),
        child('other', { parentId: 'another' }),
      );
      const ids = async (of: Parameters<Store['children']>[0]) => (await store.children(of)).map((row) => row.childId);
      expect(await ids({ parentId: 'cycle' })).toEqual(['r1', 'r2', 's1']);
      expect(await ids({ parentId: 'cycle', kind: 'learning-review' })).toEqual(['r1', 'r2']);
      expect(await ids({ parentId: 'cycle', kind: 'learning-review', schoolId: '910102' })).toEqual(['r2']);
      const one = process({ processId: 'r1', parentId: 'cycle', kind: 'learning-review' });
      expect(await store.childRow(one)).toMatchObject({ childId: 'r1' });
      expect(await store.childRow(process())).toBeUndefined();
    });

    test('the heads of many processes, and how their parents see them', async () => {
      const child: Child = {
        type: 'child',
        parentId: 'cycle',
        childId: 'p1',
        kind: 'npq-application',
        subjectId: 'amira',
        schoolId: '910101',
        openedAt: WEDNESDAY,
      };
      const [one, other] = [process({ parentId: 'cycle' }), process({ processId: 'p2' })];
      await given(child, one, other);
      expect(await store.processes(['p2', 'p3', 'p1'])).toEqual([other, one]);
      expect(await store.childRows([one, other])).toEqual([child]);
      expect(await store.childRows([])).toEqual([]);
    });
  });

  describe('An inbox', () => {
    const head = candidatePartition({ role: 'headteacher', schoolId: '910101' });
    const ben = candidatePartition({ personId: 'ben' });

    test('has what is open for the role, soonest due first, without a date last', async () => {
      const { dueOn: _, ...undated } = wait({ processId: 'p0' });
      await given(
        wait({ processId: 'p1', dueOn: day('2026-12-02') }),
        wait({ processId: 'p2', dueOn: day('2026-11-30') }),
        undated,
        wait({ processId: 'p3', state: 'answered', outcome: 'endorsed' }),
        wait({ processId: 'p4', state: 'closed' }),
        wait({ processId: 'p5', candidate: { role: 'headteacher', schoolId: '910102' } }),
      );
      const { items, cursor } = await store.openTasks(head);
      expect(items.map(({ processId }) => processId)).toEqual(['p2', 'p1', 'p0']);
      expect(cursor).toBeNull();
    });

    test('loses a task with its answer, and gives an assigned one to whom it was given', async () => {
      await given(wait(), wait({ processId: 'p2' }));
      const answered = wait({ state: 'answered', outcome: 'endorsed' });
      const given2 = wait({ processId: 'p2', assigneeId: 'ben', assignedBy: 'head' });
      await store.commit({
        parts: [
          update('answer', wait(), answered, { state: 'open' }),
          update('assign', wait({ processId: 'p2' }), given2, { state: 'open' }),
        ],
      });
      expect((await store.openTasks(head)).items).toEqual([]);
      expect((await store.openTasks(ben)).items).toEqual([given2]);
    });

    test('shows once what stands in several of its partitions, also what has escalated to one', async () => {
      const both = wait({ processId: 'p1', alsoCandidate: { personId: 'ben' } });
      const escalated = wait({
        processId: 'p2',
        candidate: { role: 'school-lead', schoolId: '910101' },
        alsoCandidate: { role: 'headteacher', schoolId: '910101' },
        dueOn: day('2026-11-01'),
      });
      await given(both, escalated);
      expect((await store.openTasks([head, ben])).items).toEqual([escalated, both]);
    });

    test.each([1, 2, 3, 7, 100])('pages of %i over several partitions give each task once, in order', async (limit) => {
      const waits = Array.from({ length: 25 }, (_, n) =>
        wait({
          processId: `p${n}`,
          dueOn: addDays(day('2026-11-25'), (n * 7) % 5),
          candidate: n % 3 === 0 ? { personId: 'ben' } : { role: 'headteacher', schoolId: '910101' },
          ...(n % 4 === 0 && { alsoCandidate: { personId: 'ben' } as const }),
        }),
      );
      await given(...waits);
      const { items, sizes } = await walk((page) => store.openTasks([head, ben], page), limit);
      const expected = waits.map((each) => `${each.dueOn}#${taskIdOf(each)}`).sort();
      expect(items.map((each) => `${each.dueOn}#${taskIdOf(each)}`)).toEqual(expected);
      expect(sizes.slice(0, -1).every((size) => size === limit)).toBe(true);
      expect(sizes.at(-1)).toBeGreaterThan(0);
    });

    test('fills its pages with what the caller keeps', async () => {
      await given(...Array.from({ length: 20 }, (_, n) => wait({ processId: `p${n + 10}` })));
      const keep = ({ processId }: Wait) => processId.endsWith('9') || processId.endsWith('8');
      const { items, sizes } = await walk((page) => store.openTasks(head, { ...page, keep }), 3);
      expect(items.map(({ processId }) => processId)).toEqual(['p18', 'p19', 'p28', 'p29']);
      expect(sizes).toEqual([3, 1]);
    });

    test('stays in order where most of one inbox is left out and another has little', async () => {
      const early = Array.from({ length: 12 }, (_, n) =>
        wait({ processId: `p${n + 10}`, dueOn: addDays(day('2026-12-01'), n) }),
      );
      const late = [2, 9, 20].map((n) =>
        wait({ processId: `q${n}`, dueOn: addDays(day('2026-12-01'), n), candidate: { personId: 'ben' } }),
      );
      await given(...early, ...late);
      const keep = ({ processId }: Wait) => ['p11', 'p17', 'p20', 'q2', 'q9', 'q20'].includes(processId);
      const { items } = await walk((page) => store.openTasks([head, ben], { ...page, keep }), 2);
      expect(items.map(({ processId }) => processId)).toEqual(['p11', 'q2', 'p17', 'q9', 'p20', 'q20']);
    });
  });

  describe('Lists', () => {
    const kind = 'npq-application';

    test("a person's processes are all there, ended ones too", async () => {
      const mine = ['p1', 'p2'].map((processId) => process({ processId }));
      const ended = process({ processId: 'p3', status: 'stopped', outcome: 'declined', endedAt: WEDNESDAY });
      await given(...mine, ended, process({ processId: 'p4', subjectId: 'ben' }));
      expect(await store.processesOf('amira')).toEqual([...mine, ended]);
      const [, ...others] = [...mine, ended];
      expect(await store.processesBeside({ processId: 'p1', subjectId: 'amira' })).toEqual(others);
    });

    test("a school's processes are found by status, by stage and by both", async () => {
      await given(
        process({ processId: 'p1' }),
        process({ processId: 'p2', stage: 'approval' }),
        process({ processId: 'p3', status: 'paused' }),
        process({ processId: 'p4', kind: 'npq-study' }),
        process({ processId: 'p5', schoolId: '910102' }),
        process({ processId: 'p6', stage: 'endorsement-again' }),
      );
      const found = async (filter: Parameters<Store['processesAt']>[2]) =>
        (await store.processesAt('910101', kind, filter)).items.map(({ processId }) => processId);
      expect(await found({})).toEqual(['p2', 'p1', 'p6', 'p3']);
      expect(await found({ status: 'active' })).toEqual(['p2', 'p1', 'p6']);
      expect(await found({ stage: 'endorsement' })).toEqual(['p1', 'p3']);
      expect(await found({ status: 'paused', stage: 'endorsement' })).toEqual(['p3']);
      expect(await found({ status: 'completed' })).toEqual([]);
      expect((await store.standingsAt('910101', kind)).map(({ status, stage }) => `${status} ${stage}`)).toEqual([
        'active approval',
        'active endorsement',
        'active endorsement-again',
        'paused endorsement',
      ]);
    });

    test.each([1, 3, 5, 50])('pages of %i over schools in order give each process once', async (limit) => {
      const schools = ['910103', '910101', '910102', '910104'];
      const processes = Array.from({ length: 17 }, (_, n) =>
        process({ processId: `p${String(n).padStart(2, '0')}`, schoolId: schools[n % 3] as string }),
      );
      await given(...processes);
      const { items, sizes } = await walk((page) => store.processesAcross(schools, kind, {}, page), limit);
      const expected = schools.flatMap((schoolId) => processes.filter((each) => each.schoolId === schoolId));
      expect(items).toEqual(expected);
      expect(sizes.at(-1)).toBeGreaterThan(0);
    });

    test('pages are filled with what the caller keeps', async () => {
      const processes = Array.from({ length: 14 }, (_, n) =>
        process({ processId: `p${n + 10}`, subjectId: n % 5 === 4 ? 'ben' : 'amira', schoolId: `91010${(n % 2) + 1}` }),
      );
      await given(...processes);
      const keep = ({ subjectId }: Process) => subjectId === 'ben';
      const listing = (page: Paging) => store.processesAcross(['910101', '910102'], kind, {}, { ...page, keep });
      expect((await listing({ limit: 2 })).items.map(({ processId }) => processId)).toEqual(['p14', 'p19']);
      expect((await walk(listing, 1)).sizes).toEqual([1, 1]);
    });

    test('people of a school come by name without regard to accents and capitals, in pages', async () => {
      const names = ['Évans', 'abbott', 'Zeller', 'de Souza', 'Davies', "O'Neill"];
      const people = names.map((surname, n) => person(`id${n}`, { surname, posts: [post('910101', `E${n}`)] }));
      await given(...people.flatMap(withPosts), ...withPosts(person('x', { posts: [post('910102', 'E0')] })));
      const { items } = await walk((page) => store.postRows('910101', page), 2);
      expect(items.map(({ sortName }) => sortName.replace(/ A$/, ''))).toEqual([
        'abbott',
        'Davies',
        'de Souza',
        'Évans',
        "O'Neill",
        'Zeller',
      ]);
    });

    test.each([1, 2, 50])(
      'everybody (pages of %i) has each person once, at the first school, outsiders last',
      async (limit) => {
        const school = (schoolId: string): School => ({ type: 'school', schoolId, name: schoolId, version: 1 });
        const people = [
          person('two-posts', { posts: [post('910102', 'E1'), post('910101', 'E2'), post('910101', 'E1')] }),
          person('b-only', { posts: [post('910102', 'E7')] }),
          person('a-only', { posts: [post('910101', 'E9')] }),
          person('central', { posts: [post('trust', 'C1')] }),
          person('chair', { roles: [{ role: 'lsc-chair', schoolId: '910101' }] }),
        ];
        await given(school('trust'), school('910102'), school('910101'), ...people.flatMap(withPosts));
        const { items } = await walk((page) => store.everybody(page), limit);
        expect(items.map(({ personId }) => personId)).toEqual(['a-only', 'two-posts', 'b-only', 'central', 'chair']);
      },
    );

    test('a search reads whom the keys propose, and goes on from page to page', async () => {
      const school: School = { type: 'school', schoolId: '910101', name: 'One', version: 1 };
      const people = Array.from({ length: 30 }, (_, n) =>
        person(`id${String(n).padStart(2, '0')}`, {
          forename: `F${n}`,
          surname: n % 3 === 0 ? 'Khan' : 'Smith',
          posts: [post('910101', `E${n}`)],
        }),
      );
      await given(school, ...people.flatMap(withPosts));
      const keepKey = (sortKey: string): boolean => sortKey.startsWith('khan');
      const { items, sizes } = await walk((page) => store.everybody({ ...page, keepKey }), 4);
      expect(items.map(({ personId }) => personId).sort()).toEqual(
        people.filter(({ surname }) => surname === 'Khan').map(({ personId }) => personId),
      );
      expect(sizes).toEqual([4, 4, 2]);
    });

    test('sort keys are in the order of their bytes, not of their UTF-16 units', async () => {
      const surnames = ['\u{1d49c}', '\ufffd', 'z', 'é'];
      const people = surnames.map((surname, n) => person(`id${n}`, { surname, posts: [post('910101', `E${n}`)] }));
      await given(...people.flatMap(withPosts));
      const { items } = await walk((page) => store.postRows('910101', page), 2);
      expect(items.map(({ sortName }) => sortName.replace(/ A$/, ''))).toEqual(surnames.toReversed());
    });

    test('reports of a manager are the posts that name them, and no longer when they name another', async () => {
      const cara = person('cara', { posts: [post('910101', 'E1', { lineManagerId: 'ben' }), post('910102', 'E2')] });
      await given(...withPosts(cara));
      const [row] = await store.reportsOf('ben');
      expect(row).toMatchObject({ personId: 'cara', schoolId: '910101' });
      await store.commit({ parts: [update('row', row as PostRow, { ...(row as PostRow), lineManagerId: 'dan' }, {})] });
      expect(await store.reportsOf('ben')).toEqual([]);
      expect(await store.reportsOf('dan')).toHaveLength(1);
    });
  });

  describe('What is due', () => {
    const at = (text: string) => atLondon(day(text), '07:00');
    const dueBy = async (until: Instant) =>
      (await Promise.all(shards.map((shard) => store.dueMorning(shard, until)))).flatMap(({ items }) => items);

    test('is found on its morning or on any later one, never before', async () => {
      const open = wait({ nextAt: at('2026-12-01') });
      const told = notice({ nextAt: at('2026-12-01') });
      await given(open, told, wait({ processId: 'p2', state: 'answered', outcome: 'x', nextAt: at('2026-12-01') }));
      expect(await dueBy(at('2026-11-30'))).toEqual([]);
      for (const until of [at('2026-12-01'), at('2026-12-09')]) {
        expect(await dueBy(until)).toEqual(expect.arrayContaining([open, told]));
        expect(await dueBy(until)).toHaveLength(2);
      }
    });

    test('leaves by itself when it is handled', async () => {
      const open = wait({ nextAt: at('2026-12-01') });
      await given(open);
      const next = { ...open, nextAt: at('2026-12-04') };
      await store.commit({ parts: [update('wait', open, next, { nextAt: open.nextAt })] });
      expect(await dueBy(at('2026-12-03'))).toEqual([]);
      expect(await dueBy(at('2026-12-04'))).toEqual([next]);
    });

    test('a process is due at its renewal after 300 days, or earlier on the day it resumes; never while the machine owes, nor ended', async () => {
      const renewed = process({ processId: 'p1' });
      const paused = process({ processId: 'p2', status: 'paused', resumesOn: day('2027-01-04') });
      await given(
        renewed,
        paused,
        process({ processId: 'p3', owedAt: WEDNESDAY }),
        process({ processId: 'p4', status: 'completed', outcome: 'enrolled', endedAt: WEDNESDAY }),
      );
      // 25 November 2026 and 300 days: 21 September 2027.
      expect(await dueBy(at('2027-01-03'))).toEqual([]);
      expect(await dueBy(at('2027-01-04'))).toEqual([paused]);
      expect(await dueBy(at('2027-09-20'))).toEqual([paused]);
      expect(await dueBy(at('2027-09-21'))).toEqual(expect.arrayContaining([renewed, paused]));
    });

    test('a process that the machine owes a move is found from the moment on, longest first, so many at once', async () => {
      const shard = 3;
      const ids = Array.from({ length: 200 }, (_, n) => `q${n}`).filter((id) => shardOf(id) === shard);
      const owing = ids.slice(0, 12).map((processId, n) => process({ processId, owedAt: instant(1000 * (100 - n)) }));
      await given(...owing);
      const first = await store.owed(shard, WEDNESDAY, 5);
      expect(first).toEqual(owing.toReversed().slice(0, 5));
      expect(await store.owed(shard, instant(1000 * 90))).toEqual([owing[11], owing[10]]);
      expect(await store.owed(4, WEDNESDAY)).toEqual([]);
    });

    test('pages go on over hundreds without losing one', async () => {
      const shard = shardOf('amira');
      const notices = Array.from({ length: 230 }, (_, n) => notice({ about: `p${n}.1` }));
      await given(...notices);
      const { items } = await walk((page) => store.dueMorning(shard, WEDNESDAY, page), 100);
      expect(new Set(items.map((item) => keyOf(item).sk)).size).toBe(230);
      expect(items).toHaveLength(230);
    });
  });

  describe('A cursor', () => {
    const lists = (): ((cursor: string) => Promise<unknown>)[] => [
      (cursor) => store.postRows('910101', { cursor }),
      (cursor) => store.processesAt('910101', 'npq-application', {}, { cursor }),
      (cursor) => store.processesAcross(['910101', '910102'], 'npq-application', { stage: 'approval' }, { cursor }),
      (cursor) => store.everybody({ cursor }),
      (cursor) => store.openTasks('FOR#ben', { cursor }),
      (cursor) => store.dueMorning(0, WEDNESDAY, { cursor }),
    ];
    const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('910101#npq-application', 'PROCESS'),
    );
    const forged = fc.oneof(
      fc.string(),
      fc.jsonValue().map(encoded),
      fc.array(text, { maxLength: 5 }).map(encoded),
      fc.tuple(fc.constant('910101#npq-application'), text, text, text).map(encoded),
      fc.tuple(fc.constant('910101#people'), text, text, text).map(encoded),
    );

    test('that was forged is a BadCursor or begins somewhere in the same list, and never anything else', async () => {
      await given(process(), ...withPosts(person('amira', { posts: [post('910101', 'E1')] })));
      await fc.assert(
        fc.asyncProperty(forged, fc.nat({ max: 5 }), async (cursor, n) => {
          try {
            await lists()[n]?.(cursor);
          } catch (error) {
            expect(error).toBeInstanceOf(BadCursor);
          }
        }),
        { numRuns: 300 },
      );
    });

    test.each(['', 'x', '%%%', encoded(['910102#npq-application', 'a', 'b', 'c']), encoded(null), encoded({})])(
      'that is none of this list (%s) is a BadCursor',
      async (cursor) => {
        for (const list of lists().slice(0, 2)) await expect(list(cursor)).rejects.toThrow(BadCursor);
      },
    );

    test('of one list does not open another', async () => {
      await given(...['p1', 'p2'].map((processId) => process({ processId, schoolId: '910102' })));
      const { cursor } = await store.processesAt('910102', 'npq-application', {}, { limit: 1 });
      expect(cursor).not.toBeNull();
      await expect(store.processesAt('910101', 'npq-application', {}, { cursor: cursor ?? '' })).rejects.toThrow(
        BadCursor,
      );
    });
  });
});

describe('At the edge of the SDK', () => {
  const canceled = (...codes: readonly string[]) =>
    new TransactionCanceledException({
      message: 'cancelled',
      $metadata: {},
      CancellationReasons: codes.map((Code) => ({ Code })),
    });
  const change = { parts: [put('process', process()), put('wait', wait())] };

  function mocked() {
    const dynamo = mockClient(DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-west-2' })));
    const slept: number[] = [];
    const edge = makeStore({
      documents: dynamo as unknown as DynamoDBDocumentClient,
      tableName: 'oak',
      sleep: async (ms) => {
        slept.push(ms);
      },
    });
    return { dynamo, slept, edge };
  }

  test('a conflict is tried again with the same token until it goes through', async () => {
    const { dynamo, slept, edge } = mocked();
    dynamo
      .on(TransactWriteCommand)
      .rejectsOnce(canceled('None', 'TransactionConflict'))
      .rejectsOnce(Object.assign(new Error('slow down'), { name: 'ThrottlingException' }))
      .rejectsOnce(canceled('ThrottlingError', 'ProvisionedThroughputExceeded'))
      .resolves({});
    expect(await edge.commit(change)).toEqual({ committed: true });
    const tokens = dynamo.commandCalls(TransactWriteCommand).map((call) => call.args[0].input.ClientRequestToken);
    expect(tokens).toHaveLength(4);
    expect(new Set(tokens).size).toBe(1);
    expect(slept).toHaveLength(3);
  });

  test('each commit has a token of its own', async () => {
    const { dynamo, edge } = mocked();
    dynamo.on(TransactWriteCommand).resolves({});
    await edge.commit(change);
    await edge.commit(change);
    const tokens = dynamo.commandCalls(TransactWriteCommand).map((call) => call.args[0].input.ClientRequestToken);
    expect(new Set(tokens).size).toBe(2);
  });

  test('a conflict that never ends is TableBusy after six attempts', async () => {
    const { dynamo, slept, edge } = mocked();
    dynamo.on(TransactWriteCommand).rejects(canceled('TransactionConflict', 'None'));
    await expect(edge.commit(change)).rejects.toThrow(TableBusy);
    expect(dynamo.commandCalls(TransactWriteCommand)).toHaveLength(6);
    expect(slept).toHaveLength(5);
  });

  test('a condition that did not hold is told at once, whatever else happened', async () => {
    const { dynamo, edge } = mocked();
    dynamo.on(TransactWriteCommand).rejects(canceled('TransactionConflict', 'ConditionalCheckFailed'));
    expect(await edge.commit(change)).toEqual({ committed: false, failed: ['wait'] });
    expect(dynamo.commandCalls(TransactWriteCommand)).toHaveLength(1);
  });

  test('any other refusal throws with its cause', async () => {
    const { dynamo, edge } = mocked();
    const refusal = canceled('None', 'ItemCollectionSizeLimitExceeded');
    dynamo.on(TransactWriteCommand).rejectsOnce(refusal).rejectsOnce(new Error('no network'));
    await expect(edge.commit(change)).rejects.toMatchObject({
      message: expect.stringContaining('wait: ItemCollectionSizeLimitExceeded'),
      cause: refusal,
    });
    await expect(edge.commit(change)).rejects.toThrow('no network');
  });

  test('keys that a batch leaves unprocessed are asked for again, for ever is TableBusy', async () => {
    const { dynamo, edge } = mocked();
    const stored = (id: string) => ({ ...person(id), pk: `PERSON#${id}`, sk: 'PERSON' });
    const left = { oak: { Keys: [{ pk: 'PERSON#b', sk: 'PERSON' }] } };
    dynamo
      .on(BatchGetCommand)
      .resolvesOnce({ Responses: { oak: [stored('a')] }, UnprocessedKeys: left })
      .resolvesOnce({ Responses: { oak: [] }, UnprocessedKeys: left })
      .resolvesOnce({ Responses: { oak: [stored('b')] } })
      .resolves({ UnprocessedKeys: left });
    expect((await edge.persons(['a', 'b'])).map(({ personId }) => personId)).toEqual(['a', 'b']);
    expect(dynamo.commandCalls(BatchGetCommand)[1]?.args[0].input.RequestItems?.['oak']?.Keys).toEqual(left.oak.Keys);
    await expect(edge.persons(['b'])).rejects.toThrow(TableBusy);
  });

  test('an index only proposes: a row of yesterday is dropped by the item itself', async () => {
    const { dynamo, edge } = mocked();
    const row = (item: Item) => ({ ...keyOf(item), ...indexKeysOf(item) });
    const answered = wait({ state: 'answered', outcome: 'endorsed' });
    const moved = wait({ processId: 'p2', candidate: { role: 'headteacher', schoolId: '910102' } });
    const open = wait({ processId: 'p3' });
    const now = [answered, moved, open].map((item) => ({ ...item, ...keyOf(item) }));
    const proposed = [row(wait()), row(wait({ processId: 'p2' })), row(open), row(wait({ processId: 'erased' }))];
    dynamo.on(QueryCommand, { IndexName: 'index-a' }).resolves({ Items: proposed });
    dynamo.on(QueryCommand, { IndexName: 'index-b' }).resolves({ Items: [] });
    dynamo.on(BatchGetCommand).resolves({ Responses: { oak: now } });
    const inbox = await edge.openTasks(candidatePartition({ role: 'headteacher', schoolId: '910101' }));
    expect(inbox.items).toEqual([open]);
    expect(dynamo.commandCalls(BatchGetCommand)[0]?.args[0].input.RequestItems?.['oak']?.ConsistentRead).toBe(true);
  });

  test('single items and partitions are read consistently', async () => {
    const { dynamo, edge } = mocked();
    dynamo.on(GetCommand).resolves({}).on(QueryCommand).resolves({ Items: [] });
    await edge.process('p1');
    await edge.snapshot('p1');
    expect(dynamo.commandCalls(GetCommand)[0]?.args[0].input.ConsistentRead).toBe(true);
    expect(dynamo.commandCalls(QueryCommand)[0]?.args[0].input.ConsistentRead).toBe(true);
  });
});

test('A task id is made and read back, and other text is none', () => {
  const processId = fc.uuid({ version: 7 });
  const part = fc.option(fc.constantFrom('plan', 'initial-assessment'), { nil: undefined });
  fc.assert(
    fc.property(processId, fc.integer({ min: 1, max: 999_999 }), part, (id, step, named) => {
      const task = named === undefined ? { processId: id, step } : { processId: id, step, part: named };
      expect(parseTaskId(taskIdOf(task))).toEqual(task);
    }),
  );
  for (const none of ['', 'p1', 'p1.', 'p1.0', 'p1.x', '.1', 'p1.1.', 'p1.1.P', 'p1.1.a b']) {
    expect(parseTaskId(none)).toBeUndefined();
  }
});

test('Shards are filled evenly: 10,000 at once are at most a tenth more than their share in each', () => {
  const counts = shards.map(() => 0);
  for (let n = 0; n < 10_000; n += 1) counts[shardOf(`process-${n}`)] = (counts[shardOf(`process-${n}`)] ?? 0) + 1;
  expect(Math.max(...counts)).toBeLessThan(1250 * 1.1);
});

test('No function scans the table', () => {
  const functions = join(import.meta.dirname, '..');
  const sources = readdirSync(functions, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  );
  expect(sources).toContain(join('table', 'queries.ts'));
  const scanning = sources.filter((name) =>
    /\bScan(Command|Input)?\b|paginateScan|PartiQL|ExecuteStatement/.test(readFileSync(join(functions, name), 'utf8')),
  );
  expect(scanning).toEqual([]);
});
