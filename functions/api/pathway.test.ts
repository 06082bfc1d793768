import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDynamoDbLocal } from '../../local/dynamodb.ts';
import { ada, cole, type Harness, makeHarness, mina, nora } from '../../test/harness.ts';
import { corin, hazel, robin, rowan, sam, sienna, zoe } from '../../test/world.ts';

let database: Awaited<ReturnType<typeof startDynamoDbLocal>>;
let harness: Harness;
beforeAll(async () => {
  database = await startDynamoDbLocal();
  harness = await makeHarness(database);
});
afterAll(() => database?.stop());

describe('GET /people/{id}/pathway', () => {
  it('says what somebody has, does and could do next, with where to start it', async () => {
    const { status, body } = await harness.request(zoe, 'GET', '/people/zoe/pathway');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      personId: 'zoe',
      name: 'Zoe Sample',
      completed: [{ step: 'qts', shownBy: 'post' }, { step: 'ect-induction' }],
      current: [],
      next: [{ step: 'npq-specialist', startPath: '/npq-applications' }],
    });
  });

  it('shows what is under way with its address', async () => {
    const started = await harness.request(zoe, 'POST', '/npq-applications', {
      body: {
        courseId: 'npq-leading-literacy',
        cohortId: '2026b',
        motivation: 'I lead reading.',
        fundingRoute: 'school',
      },
    });
    expect(started.status).toBe(201);
    const { body } = await harness.request(zoe, 'GET', '/people/zoe/pathway');
    expect(body.current).toEqual([
      {
        step: 'npq-specialist',
        label: 'A specialist NPQ',
        processId: started.body.id,
        path: `/npq-applications/${started.body.id}`,
      },
    ]);
    expect(body.next[0]).toMatchObject({ step: 'npq-senior-leadership', startPath: null });
  });

  it('reads what was gained elsewhere, once the trust lead has put it on record', async () => {
    const record = (body: object) =>
      harness.request(rowan, 'POST', '/people/cole/qualifications', {
        body: { outcome: 'passed', isFunded: false, ...body },
      });
    expect((await record({ courseId: 'ST1414', cohortId: '2019' })).status).toBe(201);
    expect((await record({ courseId: 'degree', cohortId: '2016-07' })).status).toBe(201);
    expect((await record({ courseId: 'npq-senco', cohortId: '2024' })).status).toBe(422);
    expect((await record({ courseId: 'juggling', cohortId: '2024' })).status).toBe(422);
    const { body } = await harness.request(cole, 'GET', '/people/cole/pathway');
    expect(body.completed.map(({ step }: { step: string }) => step)).toEqual([
      'specialist-teaching-assistant',
      'qts',
      'ect-induction',
    ]);
  });

  it('is for the person, the line manager, leads of the school, trust-lead and executive', async () => {
    for (const reader of [nora, mina, sam, sienna, rowan, hazel])
      expect((await harness.request(reader, 'GET', '/people/nora/pathway')).status, reader.personId).toBe(200);
  });

  it('does not exist for colleagues, leads of other schools, governors and the admin', async () => {
    for (const reader of [zoe, cole, robin, corin, ada])
      expect((await harness.request(reader, 'GET', '/people/nora/pathway')).status, reader.personId).toBe(404);
    expect((await harness.request(rowan, 'GET', '/people/nobody/pathway')).status).toBe(404);
    expect((await harness.request(null, 'GET', '/people/nora/pathway')).status).toBe(401);
  });
});
