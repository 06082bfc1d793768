import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../local/dynamodb.ts';
import { ada, type Harness, type Json, lee, makeHarness } from '../../test/harness.ts';
import { corin, rowan, sam, sienna, zoe } from '../../test/world.ts';
import type { Person } from '../../workflows/kernel/records.ts';
import { registry } from '../../workflows/registry.ts';

let database: DynamoDbLocal;
let oak: Harness;

beforeAll(async () => {
  database = await startDynamoDbLocal();
  oak = await makeHarness(database);
});
afterAll(() => database?.stop());

const application = {
  courseId: 'npq-senior-leadership',
  cohortId: '2026b',
  motivation: 'I lead our phonics and want to lead more.',
  fundingRoute: 'dfe-scholarship',
};

const check = (as: Person, body: unknown) => oak.request(as, 'POST', '/processes/npq-application/check', { body });
const kindsFor = async (as: Person): Promise<Json[]> => (await oak.request(as, 'GET', '/processes')).body.items;

describe('the kinds of process', () => {
  it('are those of the registry, with a label for each word that a client meets', async () => {
    const kinds = await kindsFor(zoe);
    expect(kinds.map(({ kind }) => kind)).toEqual(registry.map(({ kind }) => kind));
    const [npq] = kinds;
    expect(npq.path).toBe('npq-applications');
    expect(npq.stages).toContainEqual({ name: 'endorsement', label: 'With the school' });
    const endorse = npq.waits.find(({ name }: Json) => name === 'endorse');
    expect(endorse).toMatchObject({ label: 'Endorse an NPQ application' });
    expect(endorse.outcomes).toContainEqual({ name: 'endorsed', label: 'Support it' });
    expect(npq.startSchema.required).toContain('motivation');
  });

  it('offer nothing of their own to whoever has no post: a chair would be refused after a whole form', async () => {
    for (const { mayStart } of await kindsFor(corin)) expect(mayStart).toEqual({ forSelf: false, forOthers: false });
  });

  it('say who may start one for themselves and for others, and nobody who has left', async () => {
    const of = async (as: Person) =>
      (await kindsFor(as)).find(({ kind }: Json) => kind === 'npq-application')?.mayStart;
    expect(await of(zoe)).toEqual({ forSelf: true, forOthers: false });
    expect(await of(sam)).toEqual({ forSelf: true, forOthers: true });
    expect(await of(ada)).toEqual({ forSelf: true, forOthers: false });
    expect((await oak.request(lee, 'GET', '/processes')).body.items?.[0]?.mayStart ?? 'refused').not.toMatchObject({
      forSelf: true,
    });
  });
});

describe('checking a start', () => {
  it('tells the facts and findings that come first, and changes nothing', async () => {
    const before = (await oak.request(zoe, 'GET', '/npq-applications')).body.items.length;
    const { status, body } = await check(zoe, application);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      subject: { personId: 'zoe' },
      stage: 'endorsement',
      first: 'Endorse an NPQ application',
    });
    expect(body.facts.length).toBeGreaterThan(3);
    expect((await oak.request(zoe, 'GET', '/npq-applications')).body.items).toHaveLength(before);
  });

  it('refuses what the start would refuse, in the same words', async () => {
    const wrong = { ...application, cohortId: '2019a' };
    const [checked, started] = [
      await check(zoe, wrong),
      await oak.request(zoe, 'POST', '/npq-applications', { body: wrong }),
    ];
    expect(checked.status).toBeGreaterThanOrEqual(400);
    expect(checked.body).toEqual(started.body);
    expect((await check(zoe, { ...application, motivation: '' })).body.errors).toMatchObject([{ path: 'motivation' }]);
    expect((await check(zoe, { ...application, personId: 'sam' })).status).toBe(403);
    expect((await oak.request(zoe, 'POST', '/processes/none/check', { body: {} })).status).toBe(404);
  });
});

describe('the page of a process', () => {
  it('has the way it took, who did what by name, and what was said on all its tasks', async () => {
    const { id } = (await oak.request(zoe, 'POST', '/npq-applications', { body: application })).body;
    await oak.drive(id);
    const [task] = (await oak.request(sienna, 'GET', '/inbox')).body.items;
    await oak.request(sienna, 'POST', `/tasks/${task.taskId}/comments`, { body: { text: 'Let us talk on Friday.' } });
    const process = (await oak.request(zoe, 'GET', `/npq-applications/${id}`)).body;
    expect(process.visits).toEqual([{ wait: 'endorse', part: null, step: 1, state: 'open', outcome: null }]);
    expect(process.openTasks).toMatchObject([{ schoolDaysLate: 0 }]);
    const events = (await oak.request(zoe, 'GET', `/npq-applications/${id}/events`)).body.items;
    expect(events[0].by).toEqual({ personId: 'zoe', name: 'Zoe Sample' });
    const said = await oak.request(rowan, 'GET', `/npq-applications/${id}/comments`);
    expect(said.body.items).toMatchObject([
      { taskId: task.taskId, by: { name: 'Sienna Sample' }, text: 'Let us talk on Friday.' },
    ]);
    expect((await oak.request(ada, 'GET', `/npq-applications/${id}/comments`)).status).toBe(404);
  });
});
