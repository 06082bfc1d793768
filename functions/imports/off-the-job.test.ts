import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeMemoryGround } from '../../test/embedded.ts';
import { everybody, OAKFIELD, personOf, RIVERSIDE, rowan, sam, sienna, sunil } from '../../test/world.ts';
import type { Person } from '../../workflows/kernel/records.ts';
import { atLondon, day } from '../../workflows/kernel/time.ts';
import { makeImporter } from './importer.ts';
import { readHoursCell, readMonth } from './off-the-job.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers of the API, read as a client reads them
type Json = any;

const tilly = personOf('Tilly', { posts: [{ schoolId: OAKFIELD, lineManagerId: 'sam' }] });
const theo = personOf('Theo', { posts: [{ schoolId: RIVERSIDE, lineManagerId: 'evie' }] });
const cole = personOf('Cole', { posts: [{ schoolId: OAKFIELD }], roles: [['mentor', OAKFIELD]] });
const ada = personOf('Ada', { posts: [{ schoolId: 'trust' }], roles: [['admin', 'trust']] });

let ground: Awaited<ReturnType<typeof makeMemoryGround>>;
beforeAll(async () => {
  ground = await makeMemoryGround();
});
afterAll(() => ground?.stop());

/** A cloud in November 2026 with two apprentices since September. */
async function withApprentices() {
  const cloud = await ground.cloud({
    startsAt: atLondon(day('2026-11-18'), '09:00'),
    people: [...everybody, tilly, theo, cole, ada],
    hasCycles: false,
  });
  const send = async (as: Person, method: string, path: string, body?: unknown) => {
    const answer = await cloud.request({ method, path, as, ...(body !== undefined && { body }) });
    await cloud.settle();
    return answer as { status: number; body: Json };
  };
  const start = async (personId: string): Promise<string> => {
    const { body } = await send(rowan, 'POST', '/apprenticeships', {
      personId,
      standardId: 'ST0454',
      providerId: 'somerset-college',
      startsOn: '2026-09-07',
      plannedEndOn: '2028-03-06',
      weeklyHours: 30,
      mentorId: 'rowan',
      ageAtStart: 24,
    });
    return body.id;
  };
  const ids = { tilly: await start('tilly'), theo: await start('theo') };
  return {
    cloud,
    check: (as: Person, ...rows: string[]) =>
      send(as, 'POST', '/imports/off-the-job', Buffer.from(['Email,Month,Hours', ...rows].join('\r\n'))),
    apply: (as: Person, importId: string) => send(as, 'POST', `/imports/${importId}/apply`),
    record: (as: Person, month: string, hours: number) =>
      send(as, 'POST', `/apprenticeships/${ids.tilly}/record-month`, { month, hours }),
    months: async (who: 'tilly' | 'theo') =>
      Object.fromEntries(
        (await send(rowan, 'GET', `/apprenticeships/${ids[who]}`)).body.data.months.map((each: Json) => [
          each.month,
          each.total,
        ]),
      ),
  };
}

const fatesOf = ({ body }: { body: Json }) => body.lines.map(({ line, fate }: Json) => `${line} ${fate}`);

describe('a cell of a provider’s spreadsheet', () => {
  it.each([
    ['2026-09', '2026-09'],
    ['09/2026', '2026-09'],
    ['9.2026', '2026-09'],
    ['September 2026', '2026-09'],
    ['sep-2026', '2026-09'],
    ['30/09/2026', '2026-09'],
    ['2026-09-01', '2026-09'],
    ['13/2026', undefined],
    ['Sepember', undefined],
    ['2026', undefined],
    ['', undefined],
  ])('%j is the month %j', (text, month) => {
    expect(readMonth(text)).toBe(month);
  });

  it.each([
    ['12', 12],
    ['12.5', 12.5],
    ['12,35', 12.35],
    ['12:30', 12.5],
    ['12:20', 12.33],
    ['0', 0],
    ['-1', undefined],
    ['12:75', undefined],
    ['about 12', undefined],
    ['', undefined],
  ])('%j is %j hours', (text, hours) => {
    expect(readHoursCell(text)).toBe(hours);
  });
});

describe('hours from a provider', () => {
  it('are checked line by line, applied, and recorded by whoever sent them', async () => {
    const { cloud, check, apply, record, months } = await withApprentices();
    await record(rowan, '2026-10', 20);
    const checked = await check(
      rowan,
      'tilly@oak.example,2026-09,18.5',
      'tilly@oak.example,October 2026,22:30',
      'THEO@oak.example,09/2026,12',
      'theo@oak.example,09/2026,12',
      'theo@oak.example,09/2026,13',
      '',
      'nobody@oak.example,2026-09,4',
      'zoe@oak.example,2026-09,4',
      'tilly@oak.example,2026-12,4',
      'tilly@oak.example,2026-09-31,4',
      'tilly@oak.example,2026-11,many',
    );
    expect(checked.status).toBe(201);
    expect(fatesOf(checked)).toEqual([
      '2 added',
      '3 changed',
      '4 added',
      '5 repeated',
      '6 refused',
      '7 empty',
      '8 refused',
      '9 refused',
      '10 refused',
      '11 refused',
      '12 refused',
    ]);
    expect(checked.body.counts).toMatchObject({ added: 2, changed: 1, repeated: 1, refused: 6 });
    expect(await months('tilly')).toEqual({ '2026-10': 20 });

    const applied = await apply(rowan, checked.body.importId);
    expect(applied.status).toBe(200);
    expect(applied.body.appliedAt).not.toBeNull();
    expect(await months('tilly')).toEqual({ '2026-09': 18.5, '2026-10': 22.5 });
    expect(await months('theo')).toEqual({ '2026-09': 12 });
    const again = await apply(rowan, checked.body.importId);
    expect(again.body).toEqual(applied.body);
    expect(fatesOf(await check(rowan, 'tilly@oak.example,2026-09,18.5'))).toEqual(['2 unchanged']);
    expect(cloud.failures.all()).toEqual([]);
    await cloud.stop();
  });

  it('are of those whose hours one may record by hand: nobody learns of other apprentices, and an administrator sees none', async () => {
    const { cloud, check, apply, months } = await withApprentices();
    const rows = ['tilly@oak.example,2026-09,10', 'theo@oak.example,2026-09,10'];
    expect(fatesOf(await check(sam, ...rows))).toEqual(['2 added', '3 refused']);
    expect(fatesOf(await check(sunil, ...rows))).toEqual(['2 refused', '3 refused']);
    const asAdmin = await check(ada, ...rows);
    expect(fatesOf(asAdmin)).toEqual(['2 refused', '3 refused']);
    const reasons = asAdmin.body.lines.map(({ reason }: Json) => reason);
    expect(reasons).toEqual(
      (await check(sunil, 'nobody@oak.example,2026-09,1', 'zoe@oak.example,2026-09,1')).body.lines.map(
        ({ reason }: Json) => reason,
      ),
    );

    const { body } = await check(sienna, ...rows);
    for (const other of [sam, ada]) expect((await apply(other, body.importId)).status).toBe(403);
    expect((await apply(sienna, body.importId)).status).toBe(200);
    expect(await months('tilly')).toEqual({ '2026-09': 10 });
    expect(await months('theo')).toEqual({});
    // Everything else is still for administrators.
    const staff = await cloud.request({
      method: 'POST',
      path: '/imports/roles',
      as: sienna,
      body: Buffer.from('Email,Role,URN'),
    });
    expect(staff.status).toBe(403);
    await cloud.stop();
  });

  it('are taken 500 lines at a time, and a file of something else is named', async () => {
    const { cloud, check } = await withApprentices();
    const lines = Array.from({ length: 501 }, (_, at) => `tilly@oak.example,2026-09,${at % 100}`);
    expect(await check(sam, ...lines)).toMatchObject({ status: 422, body: { code: 'unreadable-file' } });
    expect((await check(sam, ...lines.slice(1))).body.counts).toMatchObject({ added: 1, refused: 495, repeated: 4 });
    const roles = await cloud.request({
      method: 'POST',
      path: '/imports/off-the-job',
      as: sam,
      body: Buffer.from('Email,Role,URN\r\na@oak.example,mentor,910101'),
    });
    expect(roles).toMatchObject({ status: 422, body: { detail: expect.stringContaining('This is a list of roles') } });
    await cloud.stop();
  });

  it('are recorded in as many requests as it takes, and say how many are', async () => {
    const { cloud, check, apply, months } = await withApprentices();
    const { body } = await check(
      sam,
      'tilly@oak.example,2026-09,10',
      'tilly@oak.example,2026-10,11',
      'tilly@oak.example,2026-11,4',
    );
    const importer = makeImporter({
      store: cloud.store,
      clock: () => cloud.clock.now(),
      newId: () => expect.fail('Nobody is added'),
      birthKey: '',
    });
    let left = 2;
    const hasTime = () => {
      left -= 1;
      return left >= 0;
    };
    expect(await importer.apply(body.importId, hasTime)).toMatchObject({
      unfinished: { appliedAt: null, progress: { step: 'writing', done: 2, of: 3 } },
    });
    expect(await months('tilly')).toEqual({ '2026-09': 10, '2026-10': 11 });
    expect(await importer.state(body.importId)).toMatchObject({ progress: { done: 2, of: 3 } });
    const applied = await apply(sam, body.importId);
    expect(applied).toMatchObject({ status: 200, body: { progress: null, counts: { added: 3 } } });
    expect(await months('tilly')).toEqual({ '2026-09': 10, '2026-10': 11, '2026-11': 4 });
    await cloud.stop();
  });

  it('are not applied where somebody has typed another number since, and are where it is the same', async () => {
    const { cloud, check, apply, record, months } = await withApprentices();
    const rows = ['tilly@oak.example,2026-09,10', 'tilly@oak.example,2026-10,11'];
    const first = await check(sam, ...rows);
    await record(cole, '2026-09', 9);
    await record(sam, '2026-09', 9);
    const refused = await apply(sam, first.body.importId);
    expect(refused).toMatchObject({ status: 409, body: { code: 'import-changed', errors: [{ path: 'lines.2' }] } });
    expect(await months('tilly')).toEqual({ '2026-09': 9 });
    // As after a crash in the middle: one line is recorded, the other is not.
    const second = await check(sam, ...rows);
    await record(sam, '2026-09', 10);
    expect((await apply(sam, second.body.importId)).status).toBe(200);
    expect(await months('tilly')).toEqual({ '2026-09': 10, '2026-10': 11 });
    await cloud.stop();
  });
});
