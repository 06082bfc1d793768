import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../local/dynamodb.ts';
import { ada, apple, cole, type Harness, type Json, lee, makeHarness, mina, nora, people } from '../../test/harness.ts';
import {
  corin,
  hazel,
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
import { type Child, type Person, type Process, TRUST, type Wait } from '../../workflows/kernel/records.ts';
import { addDays, atLondon, type Day, day, instant } from '../../workflows/kernel/time.ts';
import { milestoneStates } from './milestones.ts';

const tilly = personOf('Tilly', { posts: [{ schoolId: OAKFIELD, lineManagerId: 'sam', job: 'Teaching Assistant' }] });

let database: DynamoDbLocal;
let oak: Harness;

beforeAll(async () => {
  database = await startDynamoDbLocal();
});
afterAll(() => database?.stop());
beforeEach(async () => {
  oak = await makeHarness(database, [...people, tilly]);
});

async function done(as: Person, method: string, path: string, body?: unknown): Promise<Json> {
  const reply = await oak.request(as, method, path, body === undefined ? {} : { body });
  expect(reply.status, `${method} ${path}: ${reply.text}`).toBeLessThan(300);
  const processId = reply.body?.process?.id ?? (reply.body?.kind ? reply.body.id : undefined);
  if (processId) await oak.drive(processId);
  return reply.body;
}

const started = (as: Person, more: object = {}): Promise<Json> =>
  done(as, 'POST', '/npq-applications', {
    courseId: 'npq-headship',
    cohortId: '2026b',
    motivation: 'Why not',
    fundingRoute: 'self',
    ...more,
  });

const apprenticed = (): Promise<Json> =>
  done(sam, 'POST', '/apprenticeships', {
    personId: 'tilly',
    standardId: 'ST1502',
    providerId: 'university-of-somerset',
    startsOn: '2026-09-21',
    plannedEndOn: '2030-09-20',
    weeklyHours: 32.5,
    isTermTimeOnly: true,
    mentorId: 'cole',
    ageAtStart: 24,
  });

const asked = (as: Person, name: string, query: Readonly<Record<string, string>> = {}) =>
  oak.request(as, 'GET', `/reports/${name}`, { query });
const report = async (as: Person, name: string, query: Readonly<Record<string, string>> = {}): Promise<Json> => {
  const { status, body, text } = await asked(as, name, query);
  expect(status, text).toBe(200);
  return body;
};

const at = instant('2026-11-09T07:00:00Z');
const cycle: Process = {
  type: 'process',
  processId: 'cycle-autumn',
  kind: 'learning-review-cycle',
  status: 'active',
  version: 1,
  step: 1,
  wait: 'reviews',
  stage: 'open',
  run: '1-aaaaaa',
  runAt: at,
  restarts: 0,
  lastSeq: 0,
  lastHash: GENESIS.hash,
  subjectId: TRUST,
  schoolId: TRUST,
  ruleSet: '2026-27-autumn',
  startedBy: 'system',
  startedAt: at,
  data: { cycleId: '2026-27-autumn', decisions: [] },
};

/** Who leads nothing, whatever they manage, mentor, chair or administer. */
const leadNothing: readonly Person[] = [zoe, mina, nora, cole, corin, ada, lee];

describe('boards', () => {
  const standing = ({ schoolId, kind, status, stage, count }: Json) => [schoolId, kind, status, stage, count].join(' ');

  it('counts processes of every kind by school, status and stage, the live ones first', async () => {
    await started(zoe);
    await started(nora, { courseId: 'npq-senior-leadership' });
    const { id } = await started(mina);
    await done(mina, 'POST', `/npq-applications/${id}/withdraw`, { reason: 'other' });
    await started(robin);
    await apprenticed();
    const all = await report(rowan, 'boards');
    expect(all).toMatchObject({ asOf: wednesday, total: 5, live: 4 });
    expect(all.rows.map(standing)).toEqual([
      `${OAKFIELD} npq-application active endorsement 2`,
      `${OAKFIELD} npq-application stopped endorsement 1`,
      `${OAKFIELD} apprenticeship active onboarding 1`,
      `${ST_ALDHELM} npq-application active endorsement 1`,
    ]);
    expect(all.rows[0]).toMatchObject({
      school: 'Oakfield Primary School',
      label: 'NPQ application',
      stageLabel: expect.stringMatching(/^[A-Z]/),
    });
    expect((await report(hazel, 'boards')).rows).toEqual(all.rows);
    expect((await report(rowan, 'boards', { school: ST_ALDHELM })).rows).toEqual(all.rows.slice(3));
  });

  it('has those of the central office, which is on file as no school', async () => {
    await oak.put(cycle);
    expect((await report(rowan, 'boards')).rows).toMatchObject([
      { schoolId: TRUST, school: 'Central office', kind: 'learning-review-cycle', count: 1 },
    ]);
    expect((await report(apple, 'boards')).rows).toEqual([]);
  });

  it('is of their school for leads, of apprenticeships for their lead, and empty for everybody else', async () => {
    await started(zoe);
    await started(robin);
    await apprenticed();
    for (const lead of [sam, sienna])
      expect((await report(lead, 'boards')).rows.map(standing)).toEqual([
        `${OAKFIELD} npq-application active endorsement 1`,
        `${OAKFIELD} apprenticeship active onboarding 1`,
      ]);
    expect((await report(robin, 'boards')).total).toBe(1);
    expect((await report(sam, 'boards', { school: ST_ALDHELM })).rows).toEqual([]);
    expect((await report(apple, 'boards')).rows.map(standing)).toEqual([
      `${OAKFIELD} apprenticeship active onboarding 1`,
    ]);
    for (const nobody of leadNothing)
      expect(await report(nobody, 'boards'), nobody.personId).toMatchObject({ total: 0, rows: [] });
  });

  it('comes as CSV, and asks for nothing that it does not know', async () => {
    await started(zoe);
    const { text } = await oak.request(sam, 'GET', '/reports/boards', { headers: { accept: 'text/csv' } });
    expect(parse(text, { bom: true, columns: true })).toEqual([
      {
        schoolId: OAKFIELD,
        school: 'Oakfield Primary School',
        kind: 'npq-application',
        label: 'NPQ application',
        status: 'active',
        stage: 'endorsement',
        stageLabel: expect.any(String),
        count: '1',
      },
    ]);
    expect((await asked(sam, 'boards', { schools: OAKFIELD })).status).toBe(422);
  });
});

describe('lateness of one school', () => {
  it('has the tasks of that school only, and none of a school that the caller does not lead', async () => {
    await started(zoe);
    await started(robin);
    oak.setNow(atLondon(day('2026-10-14'), '09:00'));
    expect(await report(rowan, 'lateness', { school: ST_ALDHELM })).toMatchObject({
      open: 1,
      rows: [{ schoolId: ST_ALDHELM }],
    });
    expect(await report(sam, 'lateness', { school: ST_ALDHELM })).toMatchObject({ open: 0, rows: [] });
  });
});

describe('trends', () => {
  const monthly = ({ months }: Json) =>
    months
      .filter(({ started: begun, ended, late }: Json) => begun + ended + late > 0)
      .map(({ month, started: begun, ended, late }: Json) => `${month}: ${begun} ${ended} ${late}`);

  it('counts starts, ends and tasks that were not done in time by month, also those done late', async () => {
    const first = await started(zoe);
    const second = await started(mina);
    // Both were due on 23 September. One is decided in October, the other withdrawn: it is not asked for any more.
    oak.setNow(atLondon(day('2026-10-14'), '09:00'));
    await done(sienna, 'POST', `/tasks/${first.id}.1/complete`, {
      outcome: 'declined',
      reason: 'Not this year: two colleagues are out already.',
    });
    await done(mina, 'POST', `/npq-applications/${second.id}/withdraw`, { reason: 'other' });
    await started(robin);
    oak.setNow(atLondon(day('2026-11-16'), '09:00'));
    const all = await report(rowan, 'trends');
    expect(all.months).toHaveLength(12);
    expect(all).toMatchObject({ from: '2025-12-01', months: { 0: { month: '2025-12' }, 11: { month: '2026-11' } } });
    expect(monthly(all)).toEqual(['2026-09: 2 0 1', '2026-10: 1 2 1']);
    expect(all.rows).toContainEqual({
      month: '2026-10',
      schoolId: OAKFIELD,
      school: 'Oakfield Primary School',
      kind: 'npq-application',
      label: 'NPQ application',
      started: 0,
      ended: 2,
      late: 0,
    });
    expect(monthly(await report(hazel, 'trends'))).toEqual(monthly(all));
    expect(monthly(await report(sam, 'trends'))).toEqual(['2026-09: 2 0 1', '2026-10: 0 2 0']);
    expect(monthly(await report(rowan, 'trends', { school: ST_ALDHELM }))).toEqual(['2026-10: 1 0 1']);
    for (const nobody of [...leadNothing, apple])
      expect(await report(nobody, 'trends'), nobody.personId).toMatchObject({ rows: [] });
    const { text } = await oak.request(rowan, 'GET', '/reports/trends', { headers: { accept: 'text/csv' } });
    expect(parse(text, { bom: true, columns: true })).toHaveLength(all.rows.length);
  });

  it('counts each of several tasks at once, and nothing from before the twelve months', async () => {
    await apprenticed();
    oak.setNow(atLondon(day('2027-09-15'), '09:00'));
    const { months, rows } = await report(rowan, 'trends');
    expect(months[0].month).toBe('2026-10');
    expect(rows.filter(({ started: begun }: Json) => begun > 0)).toEqual([]);
    // What was due in September 2026 is out of sight; nothing else has opened since.
    expect(rows).toEqual([]);
    oak.setNow(atLondon(day('2026-12-01'), '09:00'));
    const [late] = (await report(rowan, 'trends')).rows.filter((row: Json) => row.late > 0);
    expect(late).toMatchObject({ kind: 'apprenticeship', schoolId: OAKFIELD });
    expect(late.late).toBeGreaterThan(1);
  });
});

describe('milestones', () => {
  const apprentices = { kind: 'apprenticeship' };

  it('says for each apprentice what is done, what is late and what comes next', async () => {
    const { id } = await apprenticed();
    oak.setNow(atLondon(day('2026-11-16'), '09:00'));
    const found = await report(sam, 'milestones', apprentices);
    const shown = (await done(sam, 'GET', `/apprenticeships/${id}`)).milestones;
    expect(found).toMatchObject({ kind: 'apprenticeship', label: 'Apprenticeship', processes: 1 });
    expect(
      found.rows.map(({ milestone, label, dueOn, doneOn }: Json) => ({ name: milestone, label, dueOn, doneOn })),
    ).toHaveLength(shown.length);
    for (const { name, label, dueOn, doneOn } of shown)
      expect(found.rows).toContainEqual(expect.objectContaining({ milestone: name, label, dueOn, doneOn }));
    expect(found.rows[0]).toMatchObject({
      processId: id,
      personId: 'tilly',
      subject: 'Tilly Sample',
      schoolId: OAKFIELD,
      school: 'Oakfield Primary School',
      status: 'active',
    });
    const states = found.rows.map(({ milestone, state }: Json) => `${milestone} ${state}`);
    expect(states).toContain('started done');
    expect(states).toContain('plan-signed late');
    expect(states).toContain('gateway later');
    expect(found.next).toBe(1);
    const [late, ...others] = found.rows.filter(({ state }: Json) => state === 'late');
    expect(others).toHaveLength(found.late - 1);
    expect(found.schools).toEqual([
      { schoolId: OAKFIELD, school: 'Oakfield Primary School', processes: 1, withLate: 1 },
    ]);
    const onlyLate = await report(sam, 'milestones', { ...apprentices, state: 'late' });
    expect(onlyLate).toEqual({ ...found, rows: [late, ...others] });
    const { text } = await oak.request(sam, 'GET', '/reports/milestones', {
      query: apprentices,
      headers: { accept: 'text/csv' },
    });
    expect(parse(text, { bom: true, columns: true })).toHaveLength(found.rows.length);
  });

  it('names nobody to who may not read the process', async () => {
    await apprenticed();
    for (const reader of [rowan, hazel, sam, sienna, apple])
      expect((await report(reader, 'milestones', apprentices)).processes, reader.personId).toBe(1);
    for (const nobody of [robin, ...leadNothing])
      expect(await report(nobody, 'milestones', apprentices), nobody.personId).toMatchObject({
        processes: 0,
        rows: [],
      });
    await started(zoe);
    for (const [reader, processes] of [
      [rowan, 1],
      [sam, 1],
      [robin, 0],
      [apple, 0],
    ] as const)
      expect((await report(reader, 'milestones', { kind: 'npq-application' })).processes, reader.personId).toBe(
        processes,
      );
    expect((await report(rowan, 'milestones', { ...apprentices, school: RIVERSIDE })).rows).toEqual([]);
    expect((await report(sam, 'milestones', { ...apprentices, school: OAKFIELD })).processes).toBe(1);
  });

  it('has the reviews and assessments of inductions by date', async () => {
    await done(sienna, 'POST', '/ect-inductions', {
      personId: 'zoe',
      startsOn: '2026-09-01',
      qtsOn: '2026-07-15',
      fte: 0.8,
      mentorId: 'cole',
      tutorId: 'sienna',
      appropriateBodyName: 'Five Counties Teaching School Hub',
      appropriateBodyType: 'teaching-school-hub',
      isBodyIndependent: true,
      programme: 'provider-led',
      leadProvider: 'Teach First',
    });
    const found = await report(sienna, 'milestones', { kind: 'ect-induction' });
    expect(found).toMatchObject({ kind: 'ect-induction', processes: 1, next: 1 });
    const ahead = found.rows.filter(({ doneOn, dueOn }: Json) => doneOn === null && dueOn !== null);
    expect(ahead.length).toBeGreaterThan(2);
    const days = ahead.map(({ dueOn }: Json) => dueOn);
    expect(days).toEqual(days.toSorted());
    // The mentor has the induction on a page of their own, and leads nothing.
    expect((await report(cole, 'milestones', { kind: 'ect-induction' })).rows).toEqual([]);
  });

  it('needs to know the kind', async () => {
    expect((await asked(rowan, 'milestones')).status).toBe(422);
    expect((await asked(rowan, 'milestones', { kind: 'marriage' })).status).toBe(422);
  });

  const today = day('2026-11-16');
  const anyDay = fc.option(
    fc.integer({ min: -400, max: 400 }).map((days) => addDays(today, days)),
    { nil: null },
  );
  const anyMilestones = fc.array(fc.record({ dueOn: anyDay, doneOn: anyDay }), { maxLength: 12 });

  it('has one next milestone unless all are done or late, and it is the soonest of those to come', () => {
    fc.assert(
      fc.property(anyMilestones, fc.boolean(), (milestones, isPaused) => {
        const states = milestoneStates(milestones, { today, isPaused });
        expect(states).toHaveLength(milestones.length);
        for (const { dueOn, doneOn, state } of states) {
          expect(state === 'done').toBe(doneOn !== null);
          expect(state === 'late').toBe(doneOn === null && !isPaused && dueOn !== null && dueOn < today);
        }
        const next = states.filter(({ state }) => state === 'next');
        const later = states.filter(({ state }) => state === 'later');
        expect(next).toHaveLength(states.some(({ state }) => state === 'next' || state === 'later') ? 1 : 0);
        const at = (on: Day | null | undefined) => on ?? '9999';
        for (const { dueOn } of later) expect(at(next[0]?.dueOn) <= at(dueOn)).toBe(true);
      }),
    );
  });
});

describe('review-progress', () => {
  const review = (schoolId: string, n: number, change: Partial<Child> = {}): Child => ({
    type: 'child',
    parentId: 'cycle-autumn',
    childId: `review-${schoolId}-${n}`,
    kind: 'learning-review',
    subjectId: `secret-${n}`,
    schoolId,
    openedAt: at,
    ...change,
  });

  it('counts reviews and conversations held by school, and leaves out who has left', async () => {
    expect(await report(rowan, 'review-progress')).toMatchObject({ cycle: null, rows: [] });
    const held = { mark: 'conversation-held' };
    await oak.put(
      cycle,
      review(OAKFIELD, 1, held),
      review(OAKFIELD, 2),
      review(OAKFIELD, 3, { outcome: 'left', endedAt: at }),
      review(OAKFIELD, 4, { outcome: 'not-held', endedAt: at }),
      review(ST_ALDHELM, 5, held),
    );
    const all = await report(rowan, 'review-progress');
    expect(all).toMatchObject({
      cycle: { cycleId: '2026-27-autumn' },
      reviews: 4,
      held: 2,
      rows: [
        { schoolId: OAKFIELD, reviews: 3, held: 1, notHeld: 1 },
        { schoolId: ST_ALDHELM, reviews: 1, held: 1, notHeld: 0 },
      ],
    });
    expect(JSON.stringify(all)).not.toContain('secret');
    expect((await report(sam, 'review-progress')).rows).toEqual(all.rows.slice(0, 1));
    for (const nobody of [...leadNothing, apple])
      expect(await report(nobody, 'review-progress'), nobody.personId).toMatchObject({ reviews: 0, rows: [] });
    expect((await asked(rowan, 'review-progress', { cycle: '2019' })).status).toBe(404);
  });
});

describe('with thousands of processes', () => {
  const COUNT = 2500;

  const made = (n: number): readonly Item[] => {
    const processId = `0199f000-0000-7000-8000-${OAKFIELD}${String(n).padStart(6, '0')}`;
    const startedAt = atLondon(addDays(wednesday, -(n % 300)), '09:00');
    const isEnded = n % 2 === 0;
    const process: Process = {
      type: 'process',
      processId,
      kind: 'npq-application',
      status: isEnded ? 'stopped' : 'active',
      version: 2,
      step: 1,
      wait: 'endorse',
      stage: 'endorsement',
      run: '1-abcdef',
      runAt: startedAt,
      restarts: 0,
      lastSeq: 2,
      lastHash: GENESIS.hash,
      subjectId: 'zoe',
      schoolId: OAKFIELD,
      ruleSet: '2026b',
      startedBy: 'zoe',
      startedAt,
      ...(isEnded && { endedAt: atLondon(wednesday, '08:00'), outcome: 'withdrawn' }),
      data: { courseId: 'npq-headship', motivation: 'x'.repeat(1500) },
    };
    const wait: Wait = {
      type: 'wait',
      processId,
      step: 1,
      wait: 'endorse',
      kind: 'task',
      state: isEnded ? 'closed' : 'open',
      stage: 'endorsement',
      processKind: 'npq-application',
      subjectId: 'zoe',
      schoolId: OAKFIELD,
      openedAt: startedAt,
      dueOn: addDays(wednesday, 5 - (n % 300)),
    };
    return [process, wait];
  };

  it('counts each once, without a scan, and the boards without reading a single process', async () => {
    await oak.put(...Array.from({ length: COUNT }, (_, n) => made(n)).flat());
    const commands: string[] = [];
    oak.documents.middlewareStack.add(
      (next, context) => async (input) => {
        commands.push(String(context.commandName));
        return next(input);
      },
      { step: 'initialize' },
    );
    expect((await report(rowan, 'boards')).rows).toMatchObject([
      { status: 'active', count: COUNT / 2 },
      { status: 'stopped', count: COUNT / 2 },
    ]);
    expect(commands).not.toContain('BatchGetCommand');
    const { months } = await report(rowan, 'trends');
    const sum = (what: string) => months.reduce((total: number, month: Json) => total + month[what], 0);
    expect([sum('started'), sum('ended')]).toEqual([COUNT, COUNT / 2]);
    const late = Array.from({ length: COUNT }, (_, n) => made(n)).filter(
      ([, wait]) => wait?.type === 'wait' && wait.state === 'open' && (wait.dueOn ?? '') < wednesday,
    );
    expect(sum('late')).toBe(late.length);
    expect(commands).not.toContain('ScanCommand');
    expect(await asked(rowan, 'milestones', { kind: 'npq-application' })).toMatchObject({ status: 422 });
  });
});
