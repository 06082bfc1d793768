/** What was said and logged of a process, however much that is. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../local/dynamodb.ts';
import { type Harness, type Json, makeHarness, nora } from '../../test/harness.ts';
import { sienna } from '../../test/world.ts';
import { criteria } from '../../workflows/action-research/stages.ts';
import type { Comment, Person } from '../../workflows/kernel/records.ts';
import { addMs } from '../../workflows/kernel/time.ts';

let database: DynamoDbLocal;
let oak: Harness;
beforeAll(async () => {
  database = await startDynamoDbLocal();
  oak = await makeHarness(database);
});
afterAll(() => database?.stop());

const project = {
  title: 'Talk partners',
  priorityArea: 'Oracy',
  question: 'Do they help?',
  startsOn: '2026-09-21',
  endsOn: '2027-07-16',
};

async function pagesOf(path: string, query: Readonly<Record<string, string>>): Promise<readonly Json[]> {
  const all: Json[] = [];
  let cursor: string | null = null;
  do {
    const { status, body }: Json = await oak.request(nora, 'GET', path, {
      query: { ...query, ...(cursor === null ? {} : { cursor }) },
    });
    expect(status).toBe(200);
    expect(body.items.length).toBeLessThanOrEqual(Number(query['limit']));
    all.push(...body.items);
    cursor = body.cursor;
  } while (cursor !== null && all.length < 1000);
  return all;
}

it('comes in pages that an answer can hold, oldest first, each entry once; a task is shown without the log', async () => {
  const { body } = await oak.request(nora, 'POST', '/action-research', { body: project });
  await oak.drive(body.id);
  const log = Array.from(
    { length: 600 },
    (_, at): Comment => ({
      type: 'comment',
      processId: body.id,
      taskId: `${body.id}.1.log`,
      commentId: `entry-${at}`,
      at: addMs(oak.now(), at),
      personId: 'nora',
      text: 'x'.repeat(4000),
      sort: 'note',
    }),
  );
  await oak.put(...log);
  await oak.request(nora, 'POST', `/tasks/${body.id}.1/comments`, { body: { text: 'A comment' } });
  const read: Json[] = [];
  let pages = 0;
  for (let cursor: string | null = '0'; cursor !== null && pages < 20; pages++) {
    const reply = await oak.request(nora, 'GET', `/action-research/${body.id}/comments`, { query: { cursor } });
    expect(reply.status).toBe(200);
    expect(reply.text.length).toBeLessThan(1_100_000);
    read.push(...reply.body.items);
    cursor = reply.body.cursor;
  }
  expect(pages).toBe(3);
  expect(read.filter(({ sort }) => sort === 'note').map(({ commentId }) => commentId)).toEqual(
    log.map(({ commentId }) => commentId),
  );
  expect(read).toHaveLength(601);
  expect(new Set(read.map(({ taskId }) => taskId))).toEqual(new Set([`${body.id}.1`]));
  expect(await pagesOf(`/action-research/${body.id}/comments`, { order: 'newest', limit: '250' })).toEqual(
    read.toReversed(),
  );
  const history = await pagesOf(`/action-research/${body.id}/events`, { limit: '2' });
  expect(history.length).toBeGreaterThan(2);
  expect(await pagesOf(`/action-research/${body.id}/events`, { order: 'newest', limit: '2' })).toEqual(
    history.toReversed(),
  );
  const task = await oak.request(nora, 'GET', `/tasks/${body.id}.1`);
  expect(task.body.comments.map(({ text }: Json) => text)).toEqual(['A comment']);
});

it('what an answer logs stands in the log from the first moment, and never on the task', async () => {
  const { body } = await oak.request(nora, 'POST', '/action-research', { body: project });
  const path = `/action-research/${body.id}`;
  const answered = async (as: Person, step: number, outcome: string, fields: object): Promise<Json> => {
    await oak.drive(body.id);
    const reply = await oak.request(as, 'POST', `/tasks/${body.id}.${step}/complete`, { body: { outcome, ...fields } });
    expect(reply.status, reply.text).toBe(200);
    return reply.body;
  };
  const each = (stage: 'explore' | 'prepare', value: string) =>
    Object.fromEntries(criteria[stage].map((criterion) => [criterion, value]));
  await answered(nora, 1, 'ready', each('explore', 'Seen in books.'));
  await answered(sienna, 2, 'proceed', each('explore', 'met'));
  await answered(nora, 3, 'ready', { ...each('prepare', 'Planned.'), activeIngredients: 'Partners change weekly.' });
  await answered(sienna, 4, 'proceed', each('prepare', 'met'));
  const proposed = await answered(nora, 5, 'adaptation-proposed', { what: 'Threes.', why: 'Odd numbers.' });
  expect(proposed.comments).toEqual([]);
  const log = await oak.request(nora, 'GET', `${path}/comments`);
  expect(log.body.items.map(({ sort, text }: Json) => [sort, text])).toEqual([
    ['adaptation', 'Threes.\n\nOdd numbers.'],
  ]);
});
