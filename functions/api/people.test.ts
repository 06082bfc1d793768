import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../local/dynamodb.ts';
import { ada, cole, type Harness, makeHarness, mina, nora } from '../../test/harness.ts';
import { robin, rowan, sam, sienna, zoe } from '../../test/world.ts';
import type { Person } from '../../workflows/kernel/records.ts';

let database: DynamoDbLocal;
let oak: Harness;

beforeAll(async () => {
  database = await startDynamoDbLocal();
});
afterAll(() => database?.stop());
beforeEach(async () => {
  oak = await makeHarness(database);
});

const putAbsences = (as: Person, personId: string, body: unknown, headers: Record<string, string> = {}) =>
  oak.request(as, 'PUT', `/people/${personId}/absences`, { body, headers });
const standsInFor = async (personId: string) => (await oak.store.person(personId))?.standsInFor;

describe('absences', () => {
  it('are kept with the person and, as the other side of the same fact, with who stands in', async () => {
    const first = await putAbsences(sienna, 'sienna', [
      { from: '2026-11-02', to: '2026-11-06' },
      { from: '2026-10-05', to: '2026-10-09', standInId: 'sam' },
    ]);
    expect(first.status, first.text).toBe(200);
    expect(first.body.absences).toEqual([
      { from: '2026-10-05', to: '2026-10-09', standInId: 'sam' },
      { from: '2026-11-02', to: '2026-11-06', standInId: null },
    ]);
    expect(await standsInFor('sam')).toEqual(['sienna']);

    await putAbsences(cole, 'cole', [{ from: '2026-10-05', to: '2026-10-05', standInId: 'sam' }]);
    expect(await standsInFor('sam')).toEqual(['sienna', 'cole']);

    const changed = await putAbsences(sienna, 'sienna', [{ from: '2026-10-05', to: '2026-10-09', standInId: 'mina' }]);
    expect(changed.status, changed.text).toBe(200);
    expect(await standsInFor('sam')).toEqual(['cole']);
    expect(await standsInFor('mina')).toEqual(['sienna']);

    await putAbsences(sienna, 'sienna', []);
    expect(await standsInFor('mina')).toBeUndefined();
    expect((await oak.store.person('sienna'))?.absences).toEqual([]);
    expect((await oak.store.person('mina'))?.version).toBe(mina.version);
  });

  it('give the stand-in the tasks that are due meanwhile', async () => {
    const started = await oak.request(nora, 'POST', '/npq-applications', {
      body: { courseId: 'npq-headship', cohortId: '2026b', motivation: 'Why not', fundingRoute: 'self' },
    });
    await oak.drive(started.body.id);
    expect((await oak.request(cole, 'GET', '/inbox')).body.items).toEqual([]);
    await putAbsences(sienna, 'sienna', [{ from: '2026-09-14', to: '2026-09-30', standInId: 'cole' }]);
    const { items } = (await oak.request(cole, 'GET', '/inbox')).body;
    expect(items.map(({ task }: { task: string }) => task)).toEqual(['endorse']);
  });

  it.each([
    ['somebody oneself', [{ from: '2026-10-05', to: '2026-10-09', standInId: 'sienna' }], '0.standInId'],
    ['nobody on file', [{ from: '2026-10-05', to: '2026-10-09', standInId: 'nobody' }], '0.standInId'],
    ['who has left', [{ from: '2026-10-05', to: '2026-10-09', standInId: 'lee' }], '0.standInId'],
    ['of another school', [{ from: '2026-10-05', to: '2026-10-09', standInId: 'robin' }], '0.standInId'],
    ['of a provider', [{ from: '2026-10-05', to: '2026-10-09', standInId: 'paul' }], '0.standInId'],
    ['an end before the start', [{ from: '2026-10-09', to: '2026-10-05' }], '0.to'],
    ['a day that does not exist', [{ from: '2026-02-30', to: '2026-03-02' }], '0.from'],
    [
      'two that overlap',
      [
        { from: '2026-10-05', to: '2026-10-09' },
        { from: '2026-10-09', to: '2026-10-12' },
      ],
      '1.from',
    ],
    ['more than is asked', [{ from: '2026-10-05', to: '2026-10-09', why: 'ill' }], '0.why'],
  ])('are refused for %s', async (_name, body, path) => {
    const before = await oak.request(sienna, 'GET', '/me').then(() => oak.digest());
    const reply = await putAbsences(sienna, 'sienna', body);
    expect(reply.status, reply.text).toBe(422);
    expect(reply.body.errors.map((error: { path: string }) => error.path)).toContain(path);
    expect(await oak.digest()).toBe(before);
  });

  it('are recorded by the person, their headteacher and the admin, at the version that they read', async () => {
    const body = [{ from: '2026-10-05', to: '2026-10-09' }];
    for (const as of [nora, sienna, ada]) expect((await putAbsences(as, 'nora', body)).status).toBe(200);
    for (const as of [mina, sam]) expect((await putAbsences(as, 'nora', body)).status).toBe(403);
    for (const as of [cole, robin]) expect((await putAbsences(as, 'nora', body)).status).toBe(404);
    const { headers } = await oak.request(nora, 'GET', '/people/nora');
    expect(headers['etag']).toBe('"4"');
    expect((await putAbsences(nora, 'nora', [], { 'if-match': '"3"' })).status).toBe(412);
    expect((await putAbsences(nora, 'nora', [], { 'if-match': '"4"' })).status).toBe(200);
    expect((await putAbsences(nora, 'nora', { from: '2026-10-05' })).body.detail).toBe(
      'The body must be a JSON list, in square brackets.',
    );
  });
});

describe('qualifications', () => {
  const passed = { courseId: 'npq-headship', cohortId: '2024b', outcome: 'passed', isFunded: true };

  it('are recorded by the trust-lead, and the same course and cohort takes the place of what was there', async () => {
    const first = await oak.request(rowan, 'POST', '/people/zoe/qualifications', { body: passed });
    expect(first.status, first.text).toBe(201);
    expect(first.body.qualifications).toEqual([{ ...passed, providerId: null }]);
    const second = await oak.request(rowan, 'POST', '/people/zoe/qualifications', {
      body: { ...passed, providerId: 'teach-first', isFunded: false },
    });
    expect(second.body.qualifications).toEqual([{ ...passed, providerId: 'teach-first', isFunded: false }]);
    const denied = await oak.request(zoe, 'POST', '/people/zoe/qualifications', { body: passed });
    expect(denied.status).toBe(403);
    const start = await oak.request(zoe, 'POST', '/npq-applications', {
      body: { courseId: 'npq-headship', cohortId: '2026b', motivation: 'Again', fundingRoute: 'self' },
    });
    expect(start.body).toMatchObject({ status: 409, code: 'already-passed' });
  });

  it('name a course, a cohort and a provider that there are', async () => {
    for (const wrong of [
      { courseId: 'yoga' },
      { cohortId: 'last year' },
      { providerId: 'me' },
      { outcome: 'good' },
      { isFunded: 'yes' },
    ]) {
      const reply = await oak.request(rowan, 'POST', '/people/zoe/qualifications', { body: { ...passed, ...wrong } });
      expect(reply.status, JSON.stringify(wrong)).toBe(422);
      expect(reply.body.errors[0].path).toBe(Object.keys(wrong)[0]);
    }
    expect((await oak.request(rowan, 'POST', '/people/nobody/qualifications', { body: passed })).status).toBe(404);
  });
});

describe('a TRN that somebody else has', () => {
  const registered = async (as: Person): Promise<string> => {
    const post = async (by: Person, path: string, body: object) => {
      const reply = await oak.request(by, 'POST', path, { body });
      expect(reply.status, reply.text).toBeLessThan(300);
      await oak.drive(reply.body.process?.id ?? reply.body.id);
      return reply.body;
    };
    const { id } = await post(as, '/npq-applications', {
      courseId: 'npq-headship',
      cohortId: '2026b',
      motivation: 'Why not',
      fundingRoute: 'trust',
    });
    const endorsing = { outcome: 'endorsed', isReleaseAgreed: true, isCoverAgreed: true };
    await post(sienna, `/tasks/${id}.1/complete`, endorsing);
    await post(rowan, `/tasks/${id}.2/complete`, { outcome: 'approved', fundingSource: 'trust' });
    await post(as, `/tasks/${id}.3/complete`, { outcome: 'registered', registeredOn: '2026-09-16', reference: 'X' });
    return `/tasks/${id}.4/complete`;
  };
  const accepted = (trn: string) => ({ outcome: 'accepted', fundedPlace: false, trn });
  const findingsOf = async (as: Person) =>
    (await oak.request(as, 'GET', '/people', { query: { findings: 'true' } })).body.items.map(
      ({ personId, findings }: { personId: string; findings: unknown }) => ({ personId, findings }),
    );

  it('is refused, and stands as a finding for the administrators until it is right', async () => {
    const [zoes, noras] = [await registered(zoe), await registered(nora)];
    expect((await oak.request(rowan, 'POST', zoes, { body: accepted('1234567') })).status).toBe(200);
    expect(await findingsOf(ada)).toEqual([]);
    const refused = await oak.request(rowan, 'POST', noras, { body: accepted('1234567') });
    expect(refused.body).toMatchObject({ status: 409, code: 'trn-taken' });
    expect((await oak.store.person('nora'))?.trn).toBeUndefined();

    const finding = { code: 'trn-taken', sentence: expect.stringMatching(/Nora Sample that Zoe Sample has \(zoe\)/) };
    for (const as of [ada, rowan]) expect(await findingsOf(as)).toEqual([{ personId: 'nora', findings: [finding] }]);
    expect((await oak.request(ada, 'GET', '/people/nora')).body.findings).toEqual([finding]);
    for (const as of [sienna, nora, mina]) {
      expect(await findingsOf(as)).toEqual([]);
      expect((await oak.request(as, 'GET', '/people/nora')).body.findings).toEqual([]);
    }
    expect((await oak.request(ada, 'GET', '/people/nora')).text).not.toContain('1234567');

    expect((await oak.request(rowan, 'POST', noras, { body: accepted('7654321') })).status).toBe(200);
    expect(await findingsOf(ada)).toEqual([]);
  });
});

it('never gives a date of birth, a hash of it, an account or a TRN', async () => {
  await oak.put({
    ...zoe,
    birthHash: 'hash-of-birth',
    externalId: 'issuer|sub-of-zoe',
    trn: '1234567',
    standsInFor: ['sam'],
  });
  for (const path of ['/people', '/people/zoe', '/me'])
    expect((await oak.request(rowan, 'GET', path)).text).not.toMatch(/hash-of-birth|issuer\||1234567|standsInFor/);
});
