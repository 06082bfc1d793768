import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cloud } from '../../local/cloud.ts';
import { makeMemoryGround } from '../../test/embedded.ts';
import {
  everybody,
  hazel,
  OAKFIELD,
  personOf,
  robin,
  rowan,
  ST_ALDHELM,
  sam,
  sienna,
  sunil,
  zoe,
} from '../../test/world.ts';
import type { Person } from '../../workflows/kernel/records.ts';
import { atLondon, day } from '../../workflows/kernel/time.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers of the API, read as a client reads them
type Json = any;

const tilly = personOf('Tilly', {
  posts: [
    { schoolId: OAKFIELD, lineManagerId: 'mina', fte: 0.6 },
    { schoolId: ST_ALDHELM, lineManagerId: 'robin', fte: 0.4 },
  ],
});
const mina = personOf('Mina', { posts: [{ schoolId: OAKFIELD }] });
/** Mentors her, holds no other role and no task yet. */
const cole = personOf('Cole', { posts: [{ schoolId: OAKFIELD }], roles: [['mentor', OAKFIELD]] });
/** A mentor of the same school whom she is not named to. */
const moss = personOf('Moss', { posts: [{ schoolId: OAKFIELD }], roles: [['mentor', OAKFIELD]] });
const apple = personOf('Apple', { posts: [{ schoolId: 'trust' }], roles: [['apprenticeship-lead', 'trust']] });
const ada = personOf('Ada', { posts: [{ schoolId: 'trust' }], roles: [['admin', 'trust']] });
const people = [...everybody, tilly, mina, cole, moss, apple, ada];

let ground: Awaited<ReturnType<typeof makeMemoryGround>>;
let cloud: Cloud;
let path: string;

const send = async (as: Person, method: string, to: string, body?: unknown) => {
  const answer = await cloud.request({ method, path: to, as, ...(body !== undefined && { body }) });
  await cloud.settle();
  return answer as { status: number; body: Json };
};

beforeAll(async () => {
  ground = await makeMemoryGround();
  cloud = await ground.cloud({ startsAt: atLondon(day('2026-10-07'), '09:00'), people, hasCycles: false });
  const { status, body } = await send(rowan, 'POST', '/apprenticeships', {
    personId: 'tilly',
    schoolId: OAKFIELD,
    standardId: 'ST0454',
    providerId: 'somerset-college',
    startsOn: '2026-09-07',
    plannedEndOn: '2028-03-06',
    weeklyHours: 30,
    mentorId: 'cole',
    ageAtStart: 24,
  });
  expect(status).toBe(201);
  path = `/apprenticeships/${body.id}`;
});
afterAll(async () => {
  await cloud?.stop();
  await ground?.stop();
});

describe('an apprenticeship is read', () => {
  it.each([tilly, cole, sam, sienna, rowan, hazel, apple])('in full by $personId', async (reader) => {
    const { status, body } = await send(reader, 'GET', path);
    expect(status).toBe(200);
    expect(body.data).toMatchObject({ standardId: 'ST0454', ageAtStart: 24, plan: { version: 1 } });
    expect((await send(reader, 'GET', '/apprenticeships')).body.items).toHaveLength(1);
  });

  it('by the line manager in stage and dates only', async () => {
    const { status, body } = await send(mina, 'GET', path);
    expect(status).toBe(200);
    expect(body).toMatchObject({ stage: 'onboarding', data: { title: 'Teaching assistant', startsOn: '2026-09-07' } });
    for (const field of ['ageAtStart', 'initialAssessment', 'breaks', 'concerns', 'plan'])
      expect(body.data).not.toHaveProperty(field);
  });

  it.each([moss, zoe, sunil, ada])('not at all by $personId, who is told nothing of it', async (reader) => {
    expect((await send(reader, 'GET', path)).status).toBe(404);
    expect((await send(reader, 'GET', '/apprenticeships')).body.items).toEqual([]);
    expect((await send(reader, 'GET', `${path}/events`)).status).toBe(404);
    expect((await send(reader, 'POST', `${path}/record-month`, { month: '2026-09', hours: 1 })).status).toBe(404);
  });

  it('with those actions that are possible now, each with its form', async () => {
    const { body } = await send(sam, 'GET', path);
    const offered = body.actions.map(({ action }: Json) => action);
    expect(offered).toEqual(
      expect.arrayContaining(['record-month', 'change-hours', 'break-in-learning', 'change-mentor']),
    );
    for (const not of ['resume', 'extend-break', 'record-qts', 'record-assessment-part', 'withdraw'])
      expect(offered).not.toContain(not);
    const hours = body.actions.find(({ action }: Json) => action === 'record-month');
    expect(hours.schema).toMatchObject({ required: ['month', 'hours'], properties: { month: { title: 'Month' } } });
  });
});

describe('hours are recorded', () => {
  it.each([tilly, cole, mina, sam, sienna, rowan, apple])('by $personId', async (actor) => {
    const { status } = await send(actor, 'POST', `${path}/record-month`, { month: '2026-09', hours: 12.35 });
    expect(status).toBe(200);
  });
});

describe('a mentor who is named is found', () => {
  it('also where somebody without a role of mentor is named: any colleague of the trust may be', async () => {
    const named = await send(sam, 'POST', `${path}/change-mentor`, { mentorId: 'zoe' });
    expect(named).toMatchObject({ status: 200, body: { data: { mentorId: 'zoe' } } });
    expect((await send(zoe, 'GET', '/apprenticeships')).body.items).toHaveLength(1);
    expect((await send(cole, 'GET', path)).status).toBe(404);
    expect((await send(sam, 'POST', `${path}/change-mentor`, { mentorId: 'nobody' })).status).toBe(422);
  });
});

describe('a move between schools of the trust', () => {
  it('is made by the school it goes to; the former one keeps what it saw', async () => {
    const move = { schoolId: ST_ALDHELM };
    expect((await send(sam, 'POST', `${path}/move-school`, move)).status).toBe(403);
    expect((await send(sunil, 'POST', `${path}/move-school`, move)).status).toBe(200);
    for (const reader of [sunil, robin]) expect((await send(reader, 'GET', path)).body.data).toHaveProperty('plan');
    const before = await send(sam, 'GET', path);
    expect(before).toMatchObject({ status: 200, body: { openTasks: [] } });
  });
});
