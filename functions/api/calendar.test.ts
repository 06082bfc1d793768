import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../local/dynamodb.ts';
import { ada, type Harness, type Json, makeHarness } from '../../test/harness.ts';
import { calendar, rowan, zoe } from '../../test/world.ts';

let database: DynamoDbLocal;
let oak: Harness;

beforeAll(async () => {
  database = await startDynamoDbLocal();
});
afterAll(() => database?.stop());
beforeEach(async () => {
  oak = await makeHarness(database);
  for (const person of [ada, rowan, zoe]) await oak.request(person, 'GET', '/me');
});

/** A file of the sample, as somebody has it on disk. */
const file = (name: string): Json => JSON.parse(readFileSync(new URL(`../../sample/${name}`, import.meta.url), 'utf8'));
const yearOf = (academicYear: string): Json => {
  const { policy: _, ...year } = file(`calendar-${academicYear}.json`);
  return year;
};
const put = (path: string, body: unknown, headers: Record<string, string> = {}, as = ada) =>
  oak.request(as, 'PUT', `/calendar/${path}`, { body, headers });
const read = async (): Promise<Json> => (await oak.request(zoe, 'GET', '/calendar')).body;

it('shows every year as its file has it, the policy, and their versions', async () => {
  const body = await read();
  expect(body.years).toEqual(calendar.years);
  expect(body.years[1]).toEqual(yearOf('2026-27'));
  expect(body.policy).toEqual(calendar.policy);
  expect(body.versions).toEqual({
    ...Object.fromEntries(calendar.years.map((year) => [year.academicYear, 1])),
    policy: 1,
  });
});

describe('putting a year', () => {
  it('takes a file of the sample as it is', async () => {
    const reply = await put('2026-27', file('calendar-2026-27.json'));
    expect(reply.status, reply.text).toBe(200);
    expect(reply.headers['etag']).toBe('"2"');
    expect((await read()).versions).toMatchObject({ '2026-27': 2, policy: 1 });
  });

  it('changes what is put, by admin and trust-lead, at the version that was read', async () => {
    const year = yearOf('2026-27');
    year.insetDays = [{ on: '2026-09-01', schools: 'all' }];
    expect((await put('2026-27', year, { 'If-Match': '"7"' })).body).toMatchObject({
      status: 412,
      code: 'stale-version',
    });
    expect((await put('2026-27', year, { 'If-Match': '"1"' }, rowan)).status).toBe(200);
    expect((await read()).years[1].insetDays).toEqual(year.insetDays);
    expect((await put('2026-27', year, { 'If-Match': '"1"' })).status).toBe(412);
    const denied = await put('2026-27', year, {}, zoe);
    expect(denied.body).toMatchObject({ status: 403, code: 'not-allowed' });
  });

  it('adds a new year with 201', async () => {
    const year = { ...yearOf('2030-31'), academicYear: '2031-32', npqCohorts: [], learningReviewCycles: [] };
    year.terms = [{ name: 'Autumn', starts: '2031-09-02', ends: '2031-12-19', inductionTerm: 'autumn' }];
    Object.assign(year, { bankHolidays: [], insetDays: [] });
    const reply = await put('2031-32', year);
    expect(reply.status, reply.text).toBe(201);
    expect((await put('2031-32', year)).status).toBe(200);
  });

  it('says at which place it is wrong, and changes nothing', async () => {
    const digest = await oak.digest();
    const wrong: readonly (readonly [string, Json, string])[] = [
      ['2026-27', { ...yearOf('2026-27'), terms: [] }, 'terms'],
      ['2026-27', { ...yearOf('2026-27'), bankHolidays: ['2026-12-32'] }, 'bankHolidays.0'],
      ['2026-27', { ...yearOf('2026-27'), timeZone: 'Europe/Paris' }, 'timeZone'],
      ['2026-27', yearOf('2027-28'), 'academicYear'],
      ['2031-32', { ...yearOf('2026-27'), academicYear: '2031-32' }, 'academicYear'],
      ['policy', {}, 'morningRunAt'],
      ['policy', { ...calendar.policy, stalledAfterSchoolDays: 1 }, 'stalledAfterSchoolDays'],
    ];
    for (const [path, body, at] of wrong) {
      const reply = await put(path, body);
      expect(reply.status, `${path} ${at}: ${reply.text}`).toBe(422);
      expect(JSON.stringify(reply.body.errors), reply.text).toContain(
        at === 'academicYear' && path === '2031-32' ? 'path' : `"${at}`,
      );
      expect(await oak.digest()).toBe(digest);
    }
  });

  it('keeps the cohorts and cycles that processes rely on, and lets their dates change', async () => {
    const year = yearOf('2026-27');
    const [cohort, ...others] = year.npqCohorts;
    const reply = await put('2026-27', { ...year, npqCohorts: others });
    expect(reply.body).toMatchObject({ status: 409, code: 'cohort-in-use' });
    expect(reply.body.errors).toEqual([{ path: 'npqCohorts', message: expect.stringContaining(cohort.id) }]);
    if (year.learningReviewCycles.length > 0)
      expect((await put('2026-27', { ...year, learningReviewCycles: [] })).body.code).toBe('cohort-in-use');
    const later = { ...year, npqCohorts: [{ ...cohort, label: 'Moved' }, ...others] };
    expect((await put('2026-27', later)).status).toBe(200);
  });

  it('does not change the policy by the way', async () => {
    const year = yearOf('2026-27');
    const reply = await put('2026-27', { ...year, policy: { ...calendar.policy, repeatEverySchoolDays: 1 } });
    expect(reply.status).toBe(422);
    expect(reply.body.errors[0].path).toBe('policy');
    expect(reply.body.detail).toMatch(/PUT \/calendar\/policy/);
    expect((await read()).policy).toEqual(calendar.policy);
  });
});

describe('putting the policy', () => {
  it('counts versions of its own', async () => {
    const policy = { ...calendar.policy, repeatEverySchoolDays: 3 };
    const reply = await put('policy', policy, { 'if-match': '"1"' });
    expect(reply.status, reply.text).toBe(200);
    expect(reply.headers['etag']).toBe('"2"');
    expect((await read()).policy).toEqual(policy);
    expect((await put('policy', policy, { 'if-match': '"1"' })).status).toBe(412);
    expect((await read()).versions).toMatchObject({ '2026-27': 1, policy: 2 });
  });

  it('is one of two that come at the same version', async () => {
    const [one, other] = [3, 4].map((repeatEverySchoolDays) => ({ ...calendar.policy, repeatEverySchoolDays }));
    const replies = await Promise.all([one, other].map((policy) => put('policy', policy, { 'if-match': '"1"' })));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 412]);
  });
});
