import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../local/dynamodb.ts';
import {
  cole,
  type Harness,
  itemsOf,
  type Json,
  lee,
  makeHarness,
  mina,
  nora,
  type Reply,
  type RequestOptions,
  tam,
} from '../../test/harness.ts';
import { hazel, OAKFIELD, personOf, robin, rowan, ST_ALDHELM, sam, sienna, wednesday, zoe } from '../../test/world.ts';
import type { Person } from '../../workflows/kernel/records.ts';
import { addDays, atLondon, day } from '../../workflows/kernel/time.ts';

let database: DynamoDbLocal;
let oak: Harness;

beforeAll(async () => {
  database = await startDynamoDbLocal();
});
afterAll(() => database?.stop());
beforeEach(async () => {
  oak = await makeHarness(database);
});

const application = {
  courseId: 'npq-senior-leadership',
  cohortId: '2026b',
  motivation: 'I lead our phonics and want to lead more.',
  fundingRoute: 'dfe-scholarship',
};

/** A request that has to succeed; what the machine then owes to the process is done. */
async function done(
  as: Person,
  method: string,
  path: string,
  body?: unknown,
  options: RequestOptions = {},
): Promise<Json> {
  const reply = await oak.request(as, method, path, { ...(body !== undefined && { body }), ...options });
  expect(reply.status, `${method} ${path}: ${reply.text}`).toBeLessThan(300);
  const processId = reply.body?.process?.id ?? (reply.body?.kind ? reply.body.id : undefined);
  if (processId) await oak.drive(processId);
  return reply.body;
}

const started = (as: Person, more: object = {}): Promise<Json> =>
  done(as, 'POST', '/npq-applications', { ...application, ...more });

const inboxOf = async (as: Person, query: RequestOptions['query'] = ''): Promise<Json[]> =>
  (await done(as, 'GET', '/inbox', undefined, { query })).items;

async function taskOf(as: Person, task: string): Promise<Json> {
  const found = (await inboxOf(as)).filter((each) => each.task === task);
  expect(found.map((each) => each.task)).toEqual([task]);
  return found[0];
}

const completed = async (as: Person, task: string, outcome: string, fields: object = {}): Promise<Json> =>
  done(as, 'POST', `/tasks/${(await taskOf(as, task)).taskId}/complete`, { outcome, ...fields });

const leaving = { reason: 'other' };

const endorsing = { isReleaseAgreed: true, isCoverAgreed: true };

/** As RFC 9457 and the API promise every refusal. */
function expectProblem(reply: Reply, status: number, code: string): void {
  expect(reply.status, reply.text).toBe(status);
  expect(reply.headers['content-type']).toBe('application/problem+json');
  expect(reply.body).toMatchObject({ status, code, type: `urn:oak:problem:${code}` });
  expect(reply.body.title).toEqual(expect.any(String));
  expect(reply.body.detail).toMatch(/[.!?]$/);
}

describe('an application through the API', () => {
  it('goes from the start to the provider’s acceptance, each step by whoever it is for', async () => {
    const reply = await oak.request(zoe, 'POST', '/npq-applications', { body: application });
    expect(reply.status).toBe(201);
    expect(reply.headers['location']).toBe(`/npq-applications/${reply.body.id}`);
    expect(reply.headers['etag']).toBe('"1"');
    expect(reply.body).toMatchObject({
      kind: 'npq-application',
      status: 'active',
      outcome: null,
      reason: null,
      stage: 'endorsement',
      subject: { personId: 'zoe', name: 'Zoe Sample' },
      schoolId: OAKFIELD,
      openTasks: [],
      moving: true,
      endedAt: null,
      version: 1,
    });
    await oak.drive(reply.body.id);

    const endorse = await taskOf(sienna, 'endorse');
    expect(endorse).toMatchObject({
      title: expect.any(String),
      process: { id: reply.body.id, kind: 'npq-application', stage: 'endorsement' },
      candidates: [{ role: 'headteacher', schoolId: OAKFIELD }],
      dueOn: '2026-09-23',
      status: 'open',
      isOverdue: false,
    });
    const task = await done(sienna, 'GET', `/tasks/${endorse.taskId}`);
    expect(task.outcomes.map(({ outcome }: Json) => outcome)).toEqual(['endorsed', 'declined', 'changes-requested']);
    expect(task.outcomes[0].schema.required).toEqual(expect.arrayContaining(['isReleaseAgreed', 'isCoverAgreed']));
    expect(task.why).not.toBe('');
    expect(task.facts.length).toBeGreaterThan(3);

    const decided = await completed(sienna, 'endorse', 'endorsed', { ...endorsing });
    expect(decided).toMatchObject({
      status: 'completed',
      outcome: 'endorsed',
      completedBy: { personId: 'sienna', name: 'Sienna Sample' },
      outcomes: [],
    });
    await completed(rowan, 'approve', 'approved', { fundingSource: 'trust' });
    await completed(zoe, 'register-with-dfe', 'registered', { registeredOn: '2026-09-16' });
    await completed(rowan, 'record-provider-decision', 'accepted', { fundedPlace: false, trn: '1234567' });

    const process = await done(zoe, 'GET', `/npq-applications/${reply.body.id}`);
    expect(process).toMatchObject({ stage: 'awaiting-start', status: 'active', moving: false, openTasks: [] });
    expect(process.timers).toEqual([{ name: expect.any(String), dueOn: expect.stringMatching(/^2026-/) }]);
    expect(process.milestones.filter(({ doneOn }: Json) => doneOn === wednesday)).toHaveLength(4);

    const { items: events } = await done(zoe, 'GET', `/npq-applications/${reply.body.id}/events`);
    expect(events.map(({ seq }: Json) => seq)).toEqual(events.map((_: Json, at: number) => at + 1));
    expect(events[0]).toMatchObject({ type: 'process-started', by: { personId: 'zoe' }, fromStage: null });
    expect(events.map(({ type }: Json) => type)).toContain('task-completed');
    for (const [at, event] of events.entries()) if (at > 0) expect(event.previousHash).toBe(events[at - 1].hash);
  });

  it('gives every field of a process and of a task, null where there is none', async () => {
    const { id } = await started(zoe);
    const [task] = await inboxOf(sienna);
    const undefinedIn = (value: Json): boolean => JSON.stringify(value).includes('undefined');
    const process = await done(zoe, 'GET', `/npq-applications/${id}`);
    expect(Object.keys(process)).toEqual(
      expect.arrayContaining(
        'id kind status outcome reason stage subject schoolId ruleSet data openTasks timers milestones actions startedAt endedAt version'.split(
          ' ',
        ),
      ),
    );
    const whole = await done(sienna, 'GET', `/tasks/${task.taskId}`);
    expect(Object.keys(whole)).toEqual(
      expect.arrayContaining(
        'taskId task title process subject schoolId assignee candidates openedAt dueOn status isOverdue isEscalated isStalled why facts findings outcomes draft comments completedBy completedAt'.split(
          ' ',
        ),
      ),
    );
    expect([process, whole].some(undefinedIn)).toBe(false);
  });

  it('tells a lead’s applicant to confirm first, and a lead elsewhere that there is nothing', async () => {
    const draft = await started(sam, { personId: 'zoe' });
    expect(draft).toMatchObject({ stage: 'draft', subject: { personId: 'zoe' } });
    await taskOf(zoe, 'submit');
    expectProblem(await oak.request(robin, 'GET', `/npq-applications/${draft.id}`), 404, 'not-found');
    expectProblem(
      await oak.request(robin, 'POST', '/npq-applications', { body: { ...application, personId: 'zoe' } }),
      403,
      'not-allowed',
    );
  });

  it('lets somebody withdraw, once; what was withdrawn takes nothing more', async () => {
    const { id } = await started(zoe);
    const gone = await done(zoe, 'POST', `/npq-applications/${id}/withdraw`, {
      reason: 'personal-reason-health-or-pregnancy-related',
    });
    expect(gone).toMatchObject({ status: 'stopped', outcome: 'withdrawn', openTasks: [], actions: [] });
    expectProblem(
      await oak.request(zoe, 'POST', `/npq-applications/${id}/withdraw`, { body: leaving }),
      409,
      'already-ended',
    );
    expect(await inboxOf(sienna)).toEqual([]);
  });

  it('of the central office moves to any school of the trust, and to none beyond', async () => {
    const { id } = await started(hazel, { schoolId: OAKFIELD, draft: true });
    const moving = (schoolId: string) =>
      oak.request(rowan, 'POST', `/npq-applications/${id}/move-school`, { body: { schoolId } });
    expectProblem(await moving('999999'), 422, 'invalid-fields');
    expect((await moving(ST_ALDHELM)).body).toMatchObject({ schoolId: ST_ALDHELM, stage: 'draft' });
  });

  it('is accepted by one provider only, also where two are recorded at the same moment', async () => {
    const places = [];
    for (const providerId of ['teach-first', 'llse']) {
      const { id } = await started(zoe, { providerId });
      await completed(sienna, 'endorse', 'endorsed', endorsing);
      await completed(rowan, 'approve', 'approved', { fundingSource: 'dfe-scholarship' });
      await completed(zoe, 'register-with-dfe', 'registered', { registeredOn: wednesday });
      const { openTasks } = await done(zoe, 'GET', `/npq-applications/${id}`);
      places.push(openTasks[0].taskId);
    }
    const body = { outcome: 'accepted', fundedPlace: true, trnPending: true };
    const replies = await Promise.all(
      places.map((taskId) => oak.request(rowan, 'POST', `/tasks/${taskId}/complete`, { body })),
    );
    const [accepted, refused] = replies.sort((a, b) => a.status - b.status) as [Reply, Reply];
    expect(accepted.status).toBe(200);
    expectProblem(refused, 409, 'has-another-accepted-application');
  });
});

describe('a command that is sent again', () => {
  it('gets its first answer by its Idempotency-Key, and nothing is started twice', async () => {
    const headers = { 'Idempotency-Key': 'a-click-of-zoe' };
    const first = await oak.request(zoe, 'POST', '/npq-applications', { body: application, headers });
    const again = await oak.request(zoe, 'POST', '/npq-applications', { body: application, headers });
    expect(again).toEqual(first);
    expect((await done(zoe, 'GET', '/npq-applications')).items).toHaveLength(1);
    const other = { ...application, motivation: 'Something else.' };
    expectProblem(
      await oak.request(zoe, 'POST', '/npq-applications', { body: other, headers }),
      422,
      'idempotency-key-reused',
    );
  });

  it('keeps keys apart by person and address', async () => {
    const headers = { 'idempotency-key': 'one' };
    const first = await oak.request(zoe, 'POST', '/npq-applications', { body: application, headers });
    const other = await oak.request(nora, 'POST', '/npq-applications', { body: application, headers });
    expect([first.status, other.status]).toEqual([201, 201]);
    expect(other.body.id).not.toBe(first.body.id);
    const withdrawn = await oak.request(zoe, 'POST', `/npq-applications/${first.body.id}/withdraw`, {
      body: leaving,
      headers,
    });
    expect(withdrawn.body.outcome, withdrawn.text).toBe('withdrawn');
  });

  it('is remembered for thirty days, and a refusal is not', async () => {
    const headers = { 'idempotency-key': 'k' };
    const bad = await oak.request(zoe, 'POST', '/npq-applications', {
      body: { ...application, cohortId: '2031x' },
      headers,
    });
    expect(bad.status).toBe(422);
    const good = await oak.request(zoe, 'POST', '/npq-applications', { body: application, headers });
    expect(good.status, good.text).toBe(201);
    oak.setNow(atLondon(addDays(wednesday, 31), '09:00'));
    expectProblem(
      await oak.request(zoe, 'POST', '/npq-applications', { body: application, headers }),
      409,
      'duplicate-application',
    );
    // The table deletes late: what has expired is still there, and the key is good for something new.
    const body = { ...application, providerId: 'ucl-institute-of-education' };
    const other = await oak.request(zoe, 'POST', '/npq-applications', { body, headers });
    expect(other.status, other.text).toBe(201);
    expect(await oak.request(zoe, 'POST', '/npq-applications', { body, headers })).toEqual(other);
  });

  it('answers two at the same moment once', async () => {
    const headers = { 'idempotency-key': 'double-click' };
    const replies = await Promise.all(
      [1, 2, 3].map(() => oak.request(zoe, 'POST', '/npq-applications', { body: application, headers })),
    );
    expect(replies.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(replies.map(({ body }) => body.id)).size).toBe(1);
  });

  it('answers 200 to the same completion and 409 to another', async () => {
    await started(zoe);
    const { taskId } = await taskOf(sienna, 'endorse');
    const body = { outcome: 'endorsed', ...endorsing };
    const first = await oak.request(sienna, 'POST', `/tasks/${taskId}/complete`, { body });
    expect(first.status, first.text).toBe(200);
    const before = await oak.digest();
    const again = await oak.request(sienna, 'POST', `/tasks/${taskId}/complete`, { body });
    expect(again.status, again.text).toBe(200);
    expect(again.body).toMatchObject({ status: 'completed', outcome: 'endorsed' });
    const other = await oak.request(sienna, 'POST', `/tasks/${taskId}/complete`, {
      body: { outcome: 'declined', reason: 'No cover.' },
    });
    expectProblem(other, 409, 'already-completed');
    expect(await oak.digest()).toBe(before);
  });
});

describe('versions', () => {
  it('refuses a command on what has changed since it was read', async () => {
    const { id } = await started(zoe);
    const read = await oak.request(zoe, 'GET', `/npq-applications/${id}`);
    const { taskId } = await taskOf(sienna, 'endorse');
    await done(sienna, 'POST', `/tasks/${taskId}/comments`, { text: 'Let us talk on Friday.' });
    const headers = { 'If-Match': read.headers['etag'] ?? '' };
    expectProblem(
      await oak.request(zoe, 'POST', `/npq-applications/${id}/withdraw`, { body: leaving, headers }),
      412,
      'stale-version',
    );
    const now = await oak.request(zoe, 'GET', `/npq-applications/${id}`);
    const withdrawn = await oak.request(zoe, 'POST', `/npq-applications/${id}/withdraw`, {
      body: leaving,
      headers: { 'If-Match': now.headers['etag'] ?? '' },
    });
    expect(withdrawn.status, withdrawn.text).toBe(200);
    expect(withdrawn.headers['etag']).toBe(`"${withdrawn.body.version}"`);
  });

  it('asks for the ETag as it was given', async () => {
    const { id } = await started(zoe);
    for (const wrong of ['3', '"x"', '"1", "2"', '']) {
      const reply = await oak.request(zoe, 'POST', `/npq-applications/${id}/withdraw`, {
        body: leaving,
        headers: { 'if-match': wrong },
      });
      expectProblem(reply, 400, 'bad-request');
    }
  });
});

describe('while a process is moving on', () => {
  it('says so and when to try again', async () => {
    const { body } = await oak.request(zoe, 'POST', '/npq-applications', { body: application });
    await oak.drive(body.id);
    await completed(sienna, 'endorse', 'endorsed', { ...endorsing });
    await completed(rowan, 'approve', 'approved', { fundingSource: 'trust' });
    const { taskId } = await taskOf(zoe, 'register-with-dfe');
    // Answered, and the machine has not moved: a jump has nothing to leave yet.
    await oak.request(zoe, 'POST', `/tasks/${taskId}/complete`, {
      body: { outcome: 'registered', registeredOn: '2026-09-16' },
    });
    const reply = await oak.request(zoe, 'POST', `/npq-applications/${body.id}/change-provider`, {
      body: { providerId: 'ambition-institute' },
    });
    expectProblem(reply, 409, 'moving-on');
    expect(reply.headers['retry-after']).toBe('1');
    await oak.drive(body.id);
    const moved = await done(zoe, 'POST', `/npq-applications/${body.id}/change-provider`, {
      providerId: 'ambition-institute',
    });
    expect(moved).toMatchObject({ stage: 'registration' });
  });
});

describe('what cannot be', () => {
  it('asks everybody to sign in, but for what is open', async () => {
    for (const path of [
      '/me',
      '/inbox',
      '/people',
      '/calendar',
      '/reports/lateness',
      '/npq-applications',
      '/tasks/x.1',
    ]) {
      expectProblem(await oak.request(null, 'GET', path), 401, 'not-signed-in');
    }
    for (const path of ['/health', '/openapi.json', '/docs', '/app', '/app/tasks/x.1', '/app/npq-applications/1'])
      expect((await oak.request(null, 'GET', path)).status, path).toBe(200);
  });

  it('knows no other addresses and says which methods an address takes', async () => {
    for (const path of ['/nothing', '/npq-nothing', '/tasks', '/tasks/a/b/c', '/people/a/b', '/me/x', '/%00'])
      expectProblem(await oak.request(zoe, 'GET', path), 404, 'not-found');
    const reply = await oak.request(zoe, 'DELETE', '/people/zoe');
    expectProblem(reply, 405, 'method-not-allowed');
    expect(reply.headers['allow']).toBe('GET');
    expect((await oak.request(zoe, 'PATCH', '/npq-applications')).headers['allow']).toBe('POST, GET');
    expectProblem(await oak.request(zoe, 'POST', '/tasks/x.1/frobnicate', { body: {} }), 404, 'not-found');
  });

  it('finds no task, process or person that is not there, whatever the id', async () => {
    for (const id of ['x', '0199f000-0000-7000-8000-000000000001', `${'a'.repeat(199)}`, 'a#b', '..', 'ü'])
      for (const path of [
        `/tasks/${id}`,
        `/tasks/${id}.1`,
        `/npq-applications/${id}`,
        `/npq-applications/${id}/events`,
        `/people/${id}`,
      ])
        expectProblem(await oak.request(rowan, 'GET', path), 404, 'not-found');
  });

  it('refuses cursors that no list has given out, and limits out of bounds', async () => {
    await started(zoe);
    const forged = [
      'x',
      'own:',
      'at:x',
      'own:-1',
      'own:99999999',
      `at:${'A'.repeat(500)}`,
      'eyJmZXciOjB9x',
      'at:WyJhIiwiYiIsImMiLCJkIl0',
    ];
    for (const path of ['/inbox', '/npq-applications', '/people'])
      for (const cursor of forged) {
        const reply = await oak.request(rowan, 'GET', path, { query: { cursor } });
        if (reply.status !== 200) expectProblem(reply, 422, 'invalid-fields');
        else expect(reply.body.items, `${path} ${cursor}`).toEqual([]);
      }
    for (const path of ['/inbox', '/npq-applications', '/people'])
      for (const limit of ['0', '101', '-1', '1.5', 'many', '']) {
        const reply = await oak.request(rowan, 'GET', path, { query: { limit } });
        expectProblem(reply, 422, 'invalid-fields');
        expect(reply.body.errors[0].path).toBe('limit');
      }
  });

  it('tells a headteacher in plain words what to do', async () => {
    await started(zoe);
    const { taskId } = await taskOf(sienna, 'endorse');
    const said = async (body: object): Promise<string> =>
      (await oak.request(sienna, 'POST', `/tasks/${taskId}/complete`, { body })).body.detail;
    expect(await said({})).toBe(
      'The outcome is missing or not possible now. Choose one of: endorsed, declined, changes-requested.',
    );
    expect(await said({ outcome: 'endorsed' })).toMatch(/^Please look again at: .*elease.*over/);
    expect(await said({ outcome: 'declined' })).toBe('Please look again at: Reason.');
    const cycle = await oak.request(sienna, 'POST', '/learning-review-cycles', { body: { cycleId: 'autumn' } });
    expect(cycle.body.detail).toBe('You may not start this. Ask the CPD lead of the trust.');
    const foreign = await oak.request(cole, 'GET', `/tasks/${taskId}`);
    expect(foreign.body.detail).toBe(
      'There is no task here that you may see. Check the link, or ask who sent it to you.',
    );
    const body = await oak.request(sienna, 'POST', `/tasks/${taskId}/complete`, { raw: '{"outcome": endorsed}' });
    expectProblem(body, 400, 'bad-request');
    expect(body.body.detail).toBe('The body is not JSON. Check commas, quotes and brackets.');
  });
});

describe('lists', () => {
  const pages = async (as: Person, path: string, query: Record<string, string | number> = {}): Promise<Json[]> => {
    const items: Json[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < 200; page++) {
      const reply: Json = await done(as, 'GET', path, undefined, {
        query: { ...query, ...(cursor !== null && { cursor }) },
      });
      expect(reply.items.length).toBeLessThanOrEqual(Number(query['limit'] ?? 50));
      items.push(...reply.items);
      cursor = reply.cursor;
      if (cursor === null) return items;
    }
    throw new Error('more pages than there can be');
  };

  it('show each process once, at any page size', async () => {
    const ids: string[] = [];
    for (const person of [zoe, nora, sam, tam, cole, mina])
      for (const providerId of ['teach-first', 'ambition-institute'])
        ids.push((await started(person, { providerId })).id);
    for (const limit of [1, 2, 3, 5, 11, 12, 13, 50]) {
      const all = await pages(rowan, '/npq-applications', { limit });
      expect(all.map(({ id }) => id).sort(), `limit ${limit}`).toEqual([...ids].sort());
      const ofSchool = await pages(sienna, '/npq-applications', { limit });
      expect(ofSchool.map(({ id }) => id).sort()).toEqual([...ids].sort());
    }
    expect(await pages(robin, '/npq-applications', { limit: 2 })).toEqual([]);
    expect(
      (await pages(mina, '/npq-applications', { limit: 1 })).map(({ subject }) => subject.personId).sort(),
    ).toEqual(['mina', 'mina', 'nora', 'nora']);
    expect(await pages(rowan, '/npq-applications', { limit: 1, person: 'zoe' })).toHaveLength(2);
    expect(await pages(robin, '/npq-applications', { limit: 1, person: 'zoe' })).toEqual([]);
    expect(await pages(rowan, '/npq-applications', { stage: 'endorsement', limit: 4 })).toHaveLength(12);
    expect(await pages(rowan, '/npq-applications', { stage: 'approval' })).toEqual([]);
    expect(await pages(rowan, '/npq-applications', { status: 'stopped' })).toEqual([]);
    expect(await pages(rowan, '/npq-applications', { school: OAKFIELD, limit: 5 })).toHaveLength(12);
    expect(await pages(rowan, '/npq-applications', { school: '910105' })).toEqual([]);

    for (const limit of [1, 4, 12]) {
      const inbox = await pages(sienna, '/inbox', { limit });
      expect(new Set(inbox.map(({ taskId }) => taskId)).size).toBe(12);
      expect(inbox).toHaveLength(12);
    }
  });

  it('show each person once, in the scope of who asks', async () => {
    for (const limit of [1, 2, 3, 7, 100]) {
      const all = await pages(rowan, '/people', { limit });
      expect(all.map(({ personId }) => personId).sort()).toEqual(
        'ada apple cole corin evie hazel lee mina nora paul robin rowan sam sienna sunil tam terry zoe'.split(' '),
      );
      const mine = await pages(sienna, '/people', { limit });
      expect(mine.map(({ personId }) => personId).sort()).toEqual(
        'cole corin lee mina nora sam sienna tam zoe'.split(' '),
      );
      const managed = await pages(mina, '/people', { limit });
      expect(managed.map(({ personId }) => personId).sort()).toEqual(['mina', 'nora']);
      const there = await pages(rowan, '/people', { limit, school: '910104' });
      expect(there.map(({ personId }) => personId).sort()).toEqual(['robin', 'sunil', 'tam']);
    }
    expect((await pages(rowan, '/people', { q: 'ZÖE' })).map(({ personId }) => personId)).toEqual(['zoe']);
    expect((await pages(rowan, '/people', { current: 'false' })).map(({ personId }) => personId)).toEqual(['lee']);
    expect((await pages(sienna, '/people', { school: '910104' })).map(({ personId }) => personId)).toEqual([]);
  });

  it('show late tasks alone, and in the order of their due dates', async () => {
    await started(zoe);
    oak.setNow(atLondon(addDays(wednesday, 7), '09:00'));
    await started(nora);
    oak.setNow(atLondon(day('2026-09-25'), '09:00'));
    const all = await inboxOf(sienna);
    expect(all.map(({ subject, isOverdue }) => [subject.personId, isOverdue])).toEqual([
      ['zoe', true],
      ['nora', false],
    ]);
    expect((await inboxOf(sienna, { overdue: 'true' })).map(({ subject }) => subject.personId)).toEqual(['zoe']);
    expect((await inboxOf(sienna, { overdue: 'false' })).map(({ subject }) => subject.personId)).toEqual(['nora']);
    expect(await inboxOf(sienna, { school: '910104' })).toEqual([]);
    expect(await inboxOf(sienna, { task: 'approve' })).toEqual([]);
  });
});

describe('somebody without an address', () => {
  it('has their form of fact filled in with their line manager, also where that is the headteacher by role', async () => {
    const { email: _, ...quiet } = personOf('Quill', { posts: [{ schoolId: OAKFIELD }] });
    await oak.put(...itemsOf([quiet]));
    await started(quiet);
    await completed(sienna, 'endorse', 'endorsed', endorsing);
    await completed(rowan, 'approve', 'approved', { fundingSource: 'trust' });
    expect(await inboxOf(mina)).toEqual([]);
    await taskOf(quiet, 'register-with-dfe');
    const task = await completed(sienna, 'register-with-dfe', 'registered', { registeredOn: '2026-09-16' });
    expect(task).toMatchObject({ onBehalfOf: 'quill', completedBy: { personId: 'sienna' } });
  });
});

describe('tasks', () => {
  it('are answered again with the comment that was added, and added once', async () => {
    await started(zoe);
    const { taskId } = await taskOf(sienna, 'endorse');
    const say = () =>
      oak.request(sienna, 'POST', `/tasks/${taskId}/comments`, {
        body: { text: 'Let us talk.' },
        headers: { 'idempotency-key': 'said' },
      });
    const [first, again] = [await say(), await say()];
    expect(first.body.comments).toMatchObject([{ text: 'Let us talk.', by: { personId: 'sienna' } }]);
    expect(again).toEqual(first);
    expect((await done(sienna, 'GET', `/tasks/${taskId}`)).comments).toHaveLength(1);
  });

  it('take comments as long as an answer with all of them can be kept, and are completed all the same', async () => {
    await started(zoe);
    const { taskId } = await taskOf(sienna, 'endorse');
    const say = (n: number) =>
      oak.request(sienna, 'POST', `/tasks/${taskId}/comments`, {
        body: { text: '\u{1f333}'.repeat(2000) },
        headers: { 'idempotency-key': `said-${n}` },
      });
    const statuses: number[] = [];
    while (statuses.at(-1) !== 413 && statuses.length < 40) statuses.push((await say(statuses.length)).status);
    expect(statuses).toEqual([...Array.from({ length: 18 }, () => 201), 413]);
    const reply = await oak.request(sienna, 'POST', `/tasks/${taskId}/complete`, {
      body: { outcome: 'endorsed', isReleaseAgreed: true, isCoverAgreed: true },
      headers: { 'idempotency-key': 'done' },
    });
    expect(reply.status, reply.text.slice(0, 200)).toBe(200);
  });

  it('keep a draft for its writer alone, and comments for all who may read', async () => {
    await started(zoe);
    const { taskId } = await taskOf(sienna, 'endorse');
    const kept = await done(sienna, 'PUT', `/tasks/${taskId}/draft`, {
      outcome: 'endorsed',
      note: { deep: [1, null] },
    });
    expect(kept.draft).toEqual({ outcome: 'endorsed', note: { deep: [1, null] } });
    expect((await done(rowan, 'GET', `/tasks/${taskId}`)).draft).toBeNull();
    const commented = await oak.request(rowan, 'POST', `/tasks/${taskId}/comments`, {
      body: { text: 'By Friday, please.' },
    });
    expect(commented.status).toBe(201);
    expect(commented.body.comments).toMatchObject([
      { by: { personId: 'rowan', name: 'Rowan Sample' }, text: 'By Friday, please.' },
    ]);
    expect((await done(sienna, 'GET', `/tasks/${taskId}`)).comments).toHaveLength(1);
    expectProblem(await oak.request(zoe, 'PUT', `/tasks/${taskId}/draft`, { body: { x: 1 } }), 409, 'about-yourself');
  });

  it('can be given to somebody who may decide, and go on in the chain where somebody should not', async () => {
    await started(zoe);
    const { taskId } = await taskOf(sienna, 'endorse');
    expectProblem(
      await oak.request(sienna, 'POST', `/tasks/${taskId}/assign`, { body: { personId: 'zoe' } }),
      409,
      'may-not-be-assigned',
    );
    expectProblem(
      await oak.request(sienna, 'POST', `/tasks/${taskId}/assign`, { body: { personId: 'nobody' } }),
      422,
      'invalid-fields',
    );
    await done(sienna, 'POST', `/tasks/${taskId}/declare-conflict`, { reason: 'We are related.' });
    expect(await inboxOf(sienna)).toEqual([]);
    const conflictsFor = async (as: Person) => (await done(as, 'GET', `/tasks/${taskId}`)).conflicts;
    expect(await conflictsFor(rowan)).toEqual([
      { by: { personId: 'sienna', name: 'Sienna Sample' }, reason: 'We are related.' },
    ]);
    for (const other of [zoe, sam, hazel]) expect(await conflictsFor(other), other.personId).toEqual([]);
    expectProblem(await oak.request(lee, 'GET', `/tasks/${taskId}`), 404, 'not-found');
  });
});

describe('a draft', () => {
  const drafted = async (as: Person, taskId: string): Promise<void> => {
    await done(as, 'PUT', `/tasks/${taskId}/draft`, { reason: 'Not sure yet' });
  };

  it('goes with the answer, whoever gives it', async () => {
    await started(zoe);
    const { taskId } = await taskOf(sienna, 'endorse');
    await drafted(sienna, taskId);
    expect((await done(sienna, 'GET', `/tasks/${taskId}`)).draft).toEqual({ reason: 'Not sure yet' });
    const answer = await completed(sienna, 'endorse', 'declined', { reason: 'Not this year.' });
    expect(answer.draft).toBeNull();
    expect(await oak.store.draftsOf(taskId)).toEqual([]);
  });

  it('goes with the task that is needed no longer', async () => {
    const { id } = await started(zoe);
    const { taskId } = await taskOf(sienna, 'endorse');
    await drafted(sienna, taskId);
    await done(zoe, 'POST', `/npq-applications/${id}/withdraw`, leaving);
    expect(await oak.store.draftsOf(taskId)).toEqual([]);
  });

  it('stays while the task does, for a year at most', async () => {
    await started(zoe);
    const { taskId } = await taskOf(sienna, 'endorse');
    await drafted(sienna, taskId);
    await done(sam, 'POST', `/tasks/${taskId}/comments`, { text: 'Cover is in place.' });
    const [kept] = await oak.store.draftsOf(taskId);
    expect(kept).toMatchObject({ personId: 'sienna', form: { reason: 'Not sure yet' } });
    expect(kept?.expiresAt).toBe(Math.floor(Date.parse(oak.now()) / 1000) + 365 * 86_400);
  });
});
