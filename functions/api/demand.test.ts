import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../local/dynamodb.ts';
import { ada, apple, cole, type Harness, type Json, makeHarness, mina, nora } from '../../test/harness.ts';
import { hazel, OAKFIELD, RIVERSIDE, robin, rowan, ST_ALDHELM, sam, sienna, zoe } from '../../test/world.ts';
import type { Child, Person, Process } from '../../workflows/kernel/records.ts';
import { TRUST } from '../../workflows/kernel/records.ts';
import { atLondon, day, instant } from '../../workflows/kernel/time.ts';

let database: DynamoDbLocal;
let oak: Harness;

const at = instant('2026-11-09T07:00:00Z');
const cycle = (id: string, cycleId: string, change: Partial<Process> = {}): Process => ({
  type: 'process',
  processId: id,
  kind: 'learning-review-cycle',
  status: 'active',
  version: 1,
  step: 1,
  wait: 'reviews',
  stage: 'reviews',
  run: '1-abcdef',
  runAt: at,
  restarts: 0,
  lastSeq: 1,
  lastHash: '',
  subjectId: TRUST,
  schoolId: TRUST,
  ruleSet: cycleId,
  startedBy: 'system',
  startedAt: at,
  data: { cycleId, decisions: [{ strand: 'behaviour', route: null, meetBy: 'pdm', note: 'Secret-note' }] },
  ...change,
});

let made = 0;
const held = (n: number, schoolId: string, strand: string, route: string, change: object = {}): Child[] =>
  Array.from({ length: n }, () => ({
    type: 'child',
    parentId: 'cycle-autumn',
    childId: `review-${++made}`,
    kind: 'learning-review',
    subjectId: `secret-person-${made}`,
    schoolId,
    openedAt: at,
    mark: 'conversation-held',
    tally: { needs: [{ strand, route }], isLate: false, ...change },
  }));

beforeAll(async () => {
  database = await startDynamoDbLocal();
  oak = await makeHarness(database);
  oak.setNow(atLondon(day('2027-01-25'), '09:00'));
});
afterAll(() => database?.stop());

/** A report with its query, as a client asks for it. */
const asked = (as: Person, of: string) => {
  const [path = '', query = ''] = of.split('?');
  return oak.request(as, 'GET', path, { query });
};
const get = async (as: Person, of: string): Promise<Json> => {
  const { status, body, text } = await asked(as, of);
  expect(status, text).toBe(200);
  return body;
};

describe('demand', () => {
  it('is empty before any cycle has been opened', async () => {
    expect(await get(rowan, '/reports/demand')).toMatchObject({ cycle: null, total: 0, rows: [] });
  });

  it('counts what was held in time at each school, hides what is small, and names nobody', async () => {
    await oak.put(
      cycle('cycle-before', '2025-26-autumn', { startedAt: instant('2025-11-10T07:00:00Z') }),
      cycle('cycle-autumn', '2026-27-autumn'),
      ...held(12, OAKFIELD, 'behaviour', 'inset'),
      ...held(9, ST_ALDHELM, 'behaviour', 'coaching'),
      ...held(3, RIVERSIDE, 'behaviour', 'coaching'),
      ...held(20, OAKFIELD, 'subject', 'npq'),
      ...held(5, OAKFIELD, 'subject', 'npq', { isLate: true }),
      ...held(6, RIVERSIDE, 'subject', 'npq', { countsAt: ST_ALDHELM }),
    );
    const demand = await get(rowan, '/reports/demand');
    const counts = demand.rows.map(({ strand, schoolId, route, count }: Json) => [strand, schoolId, route, count]);
    expect(counts).toContainEqual(['subject', null, null, 26]);
    expect(counts).toContainEqual(['subject', ST_ALDHELM, null, 6]);
    expect(counts).toContainEqual(['behaviour', RIVERSIDE, null, 'under 5']);
    expect(counts).toContainEqual(['behaviour', ST_ALDHELM, null, 'under 5']);
    expect(counts.findIndex(([strand]: Json) => strand === 'subject')).toBe(0);
    expect(demand).toMatchObject({ isFrozen: true, total: 50, conversations: 50 });
    const behaviour = demand.rows.find(
      ({ strand, schoolId, route }: Json) => strand === 'behaviour' && !schoolId && !route,
    );
    expect(behaviour).toMatchObject({
      label: 'Behaviour',
      meetBy: 'pdm',
      meetByLabel: 'Professional development meetings (PDM)',
    });
    expect(JSON.stringify(demand)).not.toMatch(/secret/i);
  });

  it('is of all schools for the trust lead and the executive, of their own for leads, of none for others', async () => {
    const schoolsOf = async (as: Person) =>
      (await get(as, '/reports/demand')).bySchool.map(({ schoolId }: Json) => schoolId).sort();
    for (const all of [rowan, hazel]) expect(await schoolsOf(all)).toEqual([OAKFIELD, ST_ALDHELM, RIVERSIDE]);
    for (const lead of [sam, sienna]) expect(await schoolsOf(lead)).toEqual([OAKFIELD]);
    expect(await schoolsOf(robin)).toEqual([ST_ALDHELM]);
    for (const nobody of [zoe, mina, cole, ada, apple]) expect(await schoolsOf(nobody)).toEqual([]);
  });

  it('is of the latest cycle, of an earlier one by its id, and of none that there never was', async () => {
    expect((await get(rowan, '/reports/demand')).cycle.cycleId).toBe('2026-27-autumn');
    expect(await get(rowan, '/reports/demand?cycle=2025-26-autumn')).toMatchObject({
      cycle: { cycleId: '2025-26-autumn' },
      total: 0,
    });
    expect((await asked(rowan, '/reports/demand?cycle=2019')).status).toBe(404);
    expect((await asked(rowan, '/reports/demand?year=2019')).status).toBe(422);
  });

  it('comes as CSV with the same rows', async () => {
    const { text, headers } = await oak.request(rowan, 'GET', '/reports/demand', { headers: { accept: 'text/csv' } });
    expect(headers['content-disposition']).toBe('attachment; filename="demand-2027-01-25.csv"');
    const rows = parse(text, { bom: true, columns: true }) as Json[];
    expect(rows).toHaveLength((await get(rowan, '/reports/demand')).rows.length);
    expect(rows.find(({ route, strand }) => strand === 'behaviour' && route === 'inset').sessions).toMatch(
      /^INSET day /,
    );
  });
});

describe('review-load', () => {
  const load = (as: Person, query = '?cycle=2026-27-autumn') => get(as, `/reports/review-load${query}`);
  const of = ({ rows }: Json, managerId: string) => rows.filter((row: Json) => row.managerId === managerId);

  it('counts the reviews of each line manager, fall-back managers included', async () => {
    const all = await load(rowan);
    expect(of(all, 'mina')).toEqual([
      {
        managerId: 'mina',
        manager: 'Mina Sample',
        schoolId: OAKFIELD,
        school: 'Oakfield Primary School',
        reviews: 1,
        isMany: false,
      },
    ]);
    expect(of(all, 'sienna')[0].reviews).toBeGreaterThan(1);
    expect(of(all, 'hazel').length).toBeGreaterThan(1);
  });

  it('shows leads their school, a line manager their own, and who manages nobody nothing', async () => {
    expect(of(await load(sienna), 'mina')).toHaveLength(1);
    expect(of(await load(robin), 'mina')).toHaveLength(0);
    expect((await load(mina)).rows.map(({ managerId }: Json) => managerId)).toEqual(['mina']);
    for (const nobody of [nora, cole, ada]) expect((await load(nobody)).rows).toEqual([]);
  });

  it('is of the cycle that is open or opens next', async () => {
    expect((await load(rowan, '')).cycle.cycleId).toBe('2026-27-summer');
    expect((await asked(rowan, '/reports/review-load?cycle=2019')).status).toBe(404);
  });
});
