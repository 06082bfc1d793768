import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../local/dynamodb.ts';
import { ada, apple, cole, type Harness, type Json, makeHarness, mina, nora } from '../../test/harness.ts';
import {
  OAKFIELD,
  personOf,
  RIVERSIDE,
  robin,
  rowan,
  ST_ALDHELM,
  sam,
  sienna,
  wednesday,
  zoe,
} from '../../test/world.ts';
import { GENESIS } from '../../workflows/kernel/chain.ts';
import type { Item } from '../../workflows/kernel/change.ts';
import type { Person, Process, Wait } from '../../workflows/kernel/records.ts';
import { addDays, atLondon, day, instant } from '../../workflows/kernel/time.ts';
import { csvOf } from './csv.ts';

let database: DynamoDbLocal;
let oak: Harness;

beforeAll(async () => {
  database = await startDynamoDbLocal();
});
afterAll(() => database?.stop());
beforeEach(async () => {
  oak = await makeHarness(database);
});

async function done(as: Person, method: string, path: string, body?: unknown): Promise<Json> {
  const reply = await oak.request(as, method, path, body === undefined ? {} : { body });
  expect(reply.status, `${method} ${path}: ${reply.text}`).toBeLessThan(300);
  const processId = reply.body?.process?.id ?? (reply.body?.kind ? reply.body.id : undefined);
  if (processId) await oak.drive(processId);
  return reply.body;
}

const application = { courseId: 'npq-headship', cohortId: '2026b', motivation: 'Why not', fundingRoute: 'self' };
const started = (as: Person, more: object = {}): Promise<Json> =>
  done(as, 'POST', '/npq-applications', { ...application, ...more });
const report = (as: Person, name: string): Promise<Json> => done(as, 'GET', `/reports/${name}`);

describe('npq-applications', () => {
  it('counts by stage, school and course, for leads those of their school', async () => {
    await started(zoe);
    await started(nora, { courseId: 'npq-senior-leadership' });
    const { id } = await started(mina);
    await done(mina, 'POST', `/npq-applications/${id}/withdraw`, { reason: 'other' });
    await started(robin);
    const all = await report(rowan, 'npq-applications');
    expect(all).toMatchObject({
      asOf: wednesday,
      total: 4,
      byStage: [{ stage: 'endorsement', label: expect.any(String), count: 3 }],
      bySchool: [
        { schoolId: OAKFIELD, school: 'Oakfield Primary School', count: 3 },
        { schoolId: ST_ALDHELM, school: expect.any(String), count: 1 },
      ],
      byCourse: [
        { courseId: 'npq-headship', count: 3 },
        { courseId: 'npq-senior-leadership', count: 1 },
      ],
      byOutcome: [{ outcome: 'withdrawn', count: 1 }],
    });
    expect(all.rows.reduce((sum: number, { count }: Json) => sum + count, 0)).toBe(4);
    expect(await report(sam, 'npq-applications')).toMatchObject({ total: 3, bySchool: [{ schoolId: OAKFIELD }] });
    expect(await report(cole, 'npq-applications')).toMatchObject({ total: 0, rows: [] });
    expect(await report(ada, 'npq-applications')).toMatchObject({ total: 0, rows: [] });
    expect(await report(apple, 'npq-applications')).toMatchObject({ total: 4 });
  });
});

describe('lateness', () => {
  it('counts what is late, escalated and stalled by task and school, and names the longest', async () => {
    const first = await started(zoe);
    oak.setNow(atLondon(addDays(wednesday, 7), '09:00'));
    await started(nora);
    await started(robin);
    // Zoe's was due on 23 September, 15 school days ago; the others on the 30th, ten.
    oak.setNow(atLondon(day('2026-10-14'), '09:00'));
    const all = await report(rowan, 'lateness');
    expect(all).toMatchObject({ open: 3, late: 3, escalated: 3, stalled: 1 });
    expect(all.rows[0]).toMatchObject({
      task: 'endorse',
      schoolId: OAKFIELD,
      open: 2,
      late: 2,
      escalated: 2,
      stalled: 1,
      longest: 15,
      longestTaskId: `${first.id}.1`,
    });
    expect(all.rows).toHaveLength(2);
    expect((await report(sienna, 'lateness')).open).toBe(2);
    expect((await report(ada, 'lateness')).open).toBe(0);
  });
});

describe('tasks of the same name', () => {
  const open = (processId: string, processKind: string): readonly [Process, Wait] => {
    const openedAt = atLondon(wednesday, '09:00');
    const about = { processId, step: 1, wait: 'record-outcome', stage: 'outcome', schoolId: OAKFIELD };
    const head: Process = {
      ...about,
      type: 'process',
      kind: processKind,
      status: 'active',
      version: 2,
      run: '1-abcdef',
      runAt: openedAt,
      restarts: 0,
      lastSeq: 2,
      lastHash: GENESIS.hash,
      subjectId: 'zoe',
      ruleSet: '2026b',
      startedBy: 'zoe',
      startedAt: openedAt,
      data: {},
    };
    return [head, { ...about, type: 'wait', kind: 'task', state: 'open', processKind, subjectId: 'zoe', openedAt }];
  };

  it('are counted by what they are a task of', async () => {
    await oak.put(...open('study', 'npq-study'), ...open('induction', 'ect-induction'));
    const { rows } = await report(rowan, 'lateness');
    expect(rows.map(({ kind, title, open: many }: Json) => `${kind}: ${title}: ${many}`).sort()).toEqual([
      expect.stringMatching(/^ect-induction: .+: 1$/),
      expect.stringMatching(/^npq-study: .+: 1$/),
    ]);
    expect(new Set(rows.map(({ title }: Json) => title)).size).toBe(2);
  });
});

describe('late tasks', () => {
  it('are listed by name, longest late first, with whom they are, for those who may list the process', async () => {
    const first = await started(zoe);
    oak.setNow(atLondon(addDays(wednesday, 7), '09:00'));
    await started(nora);
    await started(robin);
    oak.setNow(atLondon(day('2026-10-14'), '09:00'));
    const all = await report(rowan, 'late-tasks');
    expect(all).toMatchObject({ asOf: '2026-10-14', total: 3 });
    expect(all.rows.map(({ subject, schoolDaysLate }: Json) => [subject.name, schoolDaysLate])).toEqual([
      ['Zoe Sample', 15],
      [expect.any(String), 10],
      [expect.any(String), 10],
    ]);
    expect(all.rows[0]).toMatchObject({
      taskId: `${first.id}.1`,
      label: 'NPQ application',
      school: 'Oakfield Primary School',
      candidates: [{ role: 'headteacher', schoolId: OAKFIELD }],
      isStalled: true,
    });
    const one = await oak.request(rowan, 'GET', '/reports/late-tasks', { query: { school: ST_ALDHELM, limit: '1' } });
    expect(one.body).toMatchObject({ total: 1, rows: [{ schoolId: ST_ALDHELM }] });
    expect(await report(sienna, 'late-tasks')).toMatchObject({ total: 2, rows: [{ schoolId: OAKFIELD }, {}] });
    for (const other of [zoe, cole, ada, apple])
      expect(await report(other, 'late-tasks')).toMatchObject({ total: 0, rows: [] });
    const { text } = await oak.request(sienna, 'GET', '/reports/late-tasks', { headers: { accept: 'text/csv' } });
    const [row] = parse(text.replace('\uFEFF', ''), { columns: true }) as Json[];
    expect(row).toMatchObject({ subject: 'Zoe Sample', with: 'headteacher', schoolDaysLate: '15', isStalled: 'yes' });
  });

  it('name whom a task waits for where that is one person', async () => {
    const { id } = await started(zoe);
    await done(sienna, 'POST', `/tasks/${id}.1/complete`, { outcome: 'changes-requested', changes: 'Say more.' });
    oak.setNow(atLondon(day('2026-10-28'), '09:00'));
    const { rows } = await report(sam, 'late-tasks');
    expect(rows).toMatchObject([{ task: 'revise', candidates: [{ personId: 'zoe', name: 'Zoe Sample' }] }]);
    const { text } = await oak.request(sam, 'GET', '/reports/late-tasks', { headers: { accept: 'text/csv' } });
    expect(parse(text.replace('\uFEFF', ''), { columns: true })).toMatchObject([{ with: 'Zoe Sample' }]);
  });
});

describe('ownerless', () => {
  it('lists the tasks that nobody can decide', async () => {
    // Nobody endorses and nobody stands above: only Zoe and the lead who looks are here.
    oak = await makeHarness(database, [zoe, sam, ada]);
    const { id } = await started(zoe);
    const found = await report(sam, 'ownerless');
    expect(found).toMatchObject({
      total: 1,
      rows: [{ taskId: `${id}.1`, task: 'endorse', schoolId: OAKFIELD, openedOn: wednesday }],
    });
    expect((await report(ada, 'ownerless')).total).toBe(1);
    expect((await report(zoe, 'ownerless')).total).toBe(0);
    const task = await done(sam, 'GET', `/tasks/${id}.1`);
    expect(task.candidates).toEqual([]);
  });
});

describe('workload', () => {
  it('counts messages by person and week, eight weeks back', async () => {
    const mail = (personId: string, on: string, notices: number): Item => ({
      type: 'mail',
      personId,
      on: day(on),
      claimedAt: instant(`${on}T06:00:00Z`),
      notices,
    });
    await oak.put(
      mail('zoe', '2026-09-14', 2),
      mail('zoe', '2026-09-16', 1),
      mail('zoe', '2026-09-09', 4),
      mail('zoe', '2026-07-27', 1),
      mail('zoe', '2026-07-26', 9),
      mail('robin', '2026-09-15', 1),
      mail('corin', '2026-09-15', 1),
    );
    const all = await report(rowan, 'workload');
    expect(all).toMatchObject({ from: '2026-07-27', messages: 6, most: 2, people: 17 });
    expect(all.rows[0]).toEqual({ personId: 'zoe', name: 'Zoe Sample', weekFrom: '2026-09-14', messages: 2, lines: 3 });
    const ours = await report(sam, 'workload');
    expect(new Set(ours.rows.map(({ personId }: Json) => personId))).toEqual(new Set(['zoe']));
    expect((await report(ada, 'workload')).messages).toBe(6);
  });
});

describe('as CSV', () => {
  const asked = (accept: string) =>
    oak.request(rowan, 'GET', '/reports/npq-applications', { headers: { Accept: accept } });

  it('comes where Accept prefers it, and 406 where neither will do', async () => {
    await started(zoe);
    const csv = await asked('text/csv');
    expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(csv.headers['content-disposition']).toBe('attachment; filename="npq-applications-2026-09-16.csv"');
    expect(parse(csv.text, { bom: true, columns: true })).toEqual([
      {
        schoolId: OAKFIELD,
        school: 'Oakfield Primary School',
        courseId: 'npq-headship',
        status: 'active',
        stage: 'endorsement',
        outcome: '',
        count: '1',
      },
    ]);
    for (const accept of [
      '*/*',
      'application/json',
      'text/csv;q=0.5, application/json',
      'text/*;q=0.2, application/*',
      'application/json, text/csv',
    ])
      expect((await asked(accept)).headers['content-type'], accept).toBe('application/json');
    for (const accept of ['text/csv, application/json;q=0.9', 'TEXT/CSV', 'text/*', 'image/png, text/csv'])
      expect((await asked(accept)).headers['content-type'], accept).toBe('text/csv; charset=utf-8');
    for (const accept of ['image/png', 'text/html', 'text/csv;q=0'])
      expect((await asked(accept)).body, accept).toMatchObject({ status: 406, code: 'not-acceptable' });
  });

  it('runs no formula, whatever somebody is called', async () => {
    const evil = personOf('=HYPERLINK("https://evil.example";"Click")', { posts: [{ schoolId: RIVERSIDE }] });
    oak = await makeHarness(database, [rowan, { ...evil, personId: 'evil', email: 'evil@oak.example' }]);
    await oak.put({
      type: 'mail',
      personId: 'evil',
      on: wednesday,
      claimedAt: instant('2026-09-16T06:00:00Z'),
      notices: 1,
    });
    const { text } = await oak.request(rowan, 'GET', '/reports/workload', { headers: { accept: 'text/csv' } });
    const [row] = parse(text, { bom: true, columns: true }) as Json[];
    expect(row.name).toBe('\'=HYPERLINK("https://evil.example";"Click") Sample');
  });

  it('gives back every cell that is read again, and none that begins a formula', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ a: fc.string({ unit: 'binary' }), b: fc.integer() }), { minLength: 1 }),
        (rows) => {
          const read = parse(csvOf(['a', 'b'], rows), { bom: true, columns: true, skip_empty_lines: false }) as Json[];
          expect(read).toHaveLength(rows.length);
          for (const [at, { a, b }] of rows.entries()) {
            expect(read[at].b).toBe(String(b));
            expect([a, `'${a}`]).toContain(read[at].a);
            expect(read[at].a).not.toMatch(/^\s*[=+\-@]/);
          }
        },
      ),
    );
  });
});

describe('with thousands of open processes', () => {
  /** More than two pages of one school; the page of a report is 499. */
  const AT_EACH = 1200;

  const running = (n: number, schoolId: string): readonly [Process, Wait] => {
    const processId = `0199f000-0000-7000-8000-${schoolId}${String(n).padStart(6, '0')}`;
    const openedAt = atLondon(addDays(wednesday, -(n % 20)), '09:00');
    const head: Process = {
      type: 'process',
      processId,
      kind: 'npq-application',
      status: 'active',
      version: 2,
      step: 1,
      wait: 'endorse',
      stage: 'endorsement',
      run: '1-abcdef',
      runAt: openedAt,
      restarts: 0,
      lastSeq: 2,
      lastHash: GENESIS.hash,
      subjectId: 'zoe',
      schoolId,
      ruleSet: '2026b',
      startedBy: 'zoe',
      startedAt: openedAt,
      data: { courseId: n % 3 === 0 ? 'npq-headship' : 'npq-senior-leadership', motivation: 'x'.repeat(1500) },
    };
    const wait: Wait = {
      type: 'wait',
      processId,
      step: 1,
      wait: 'endorse',
      kind: 'task',
      state: 'open',
      stage: 'endorsement',
      processKind: 'npq-application',
      subjectId: 'zoe',
      schoolId,
      openedAt,
      dueOn: addDays(wednesday, 1 - (n % 20)),
      ...(n % 100 !== 0 && { candidate: { role: 'headteacher' as const, schoolId } }),
    };
    return [head, wait];
  };

  it('counts each once, without a scan', async () => {
    const items = [OAKFIELD, ST_ALDHELM].flatMap((schoolId) =>
      Array.from({ length: AT_EACH }, (_, n) => running(n, schoolId)).flat(),
    );
    await oak.put(...items);
    const commands: string[] = [];
    oak.documents.middlewareStack.add(
      (next, context) => async (input) => {
        commands.push(String(context.commandName));
        return next(input);
      },
      { step: 'initialize' },
    );
    const applications = await report(rowan, 'npq-applications');
    const late = await report(rowan, 'lateness');
    const ownerless = await report(rowan, 'ownerless');
    expect(applications).toMatchObject({
      total: 2 * AT_EACH,
      byStage: [{ stage: 'endorsement', count: 2 * AT_EACH }],
      bySchool: [{ count: AT_EACH }, { count: AT_EACH }],
    });
    expect(late).toMatchObject({ open: 2 * AT_EACH });
    expect(late.late).toBe(items.filter((item) => item.type === 'wait' && (item.dueOn ?? '') < wednesday).length);
    expect(ownerless.total).toBe((2 * AT_EACH) / 100);
    expect(new Set(commands)).not.toContain('ScanCommand');
  });
});
