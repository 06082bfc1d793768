import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../local/dynamodb.ts';
import {
  ada,
  apple,
  cole,
  type Harness,
  type Json,
  lee,
  makeHarness,
  mina,
  nora,
  paul,
  people,
  type RequestOptions,
} from '../../test/harness.ts';
import {
  calendar,
  corin,
  evie,
  hazel,
  OAKFIELD,
  robin,
  rowan,
  ST_ALDHELM,
  sam,
  sienna,
  sunil,
  terry,
  zoe,
} from '../../test/world.ts';
import type { Person } from '../../workflows/kernel/records.ts';
import { addMs } from '../../workflows/kernel/time.ts';
import { registry } from '../../workflows/registry.ts';
import { routes } from './api.ts';

let database: DynamoDbLocal;
let oak: Harness;

beforeAll(async () => {
  database = await startDynamoDbLocal();
});
afterAll(() => database?.stop());

const MOTIVATION = 'Motivation-only-for-readers';
const COMMENT = 'Comment-only-for-readers';
const REASON = 'Reason-only-for-readers';
const HEALTH = 'personal-reason-health-or-pregnancy-related';

const application = {
  courseId: 'npq-senior-leadership',
  cohortId: '2026b',
  motivation: MOTIVATION,
  fundingRoute: 'dfe-scholarship',
};

async function done(as: Person, method: string, path: string, body?: unknown): Promise<Json> {
  const reply = await oak.request(as, method, path, body === undefined ? {} : { body });
  expect(reply.status, `${as.personId}: ${method} ${path}: ${reply.text}`).toBeLessThan(300);
  const processId = reply.body?.process?.id ?? (reply.body?.kind ? reply.body.id : undefined);
  if (processId) await oak.drive(processId);
  return reply.body;
}

async function completed(as: Person, task: string, outcome: string, fields: object = {}): Promise<Json> {
  const { items } = await done(as, 'GET', '/inbox');
  const found = items.filter((each: Json) => each.task === task);
  expect(found).toHaveLength(1);
  return done(as, 'POST', `/tasks/${found[0].taskId}/complete`, { outcome, ...fields });
}

const statusOf = async (as: Person | null, method: string, path: string, options?: RequestOptions): Promise<number> =>
  (await oak.request(as, method, path, options)).status;

const endorsing = { isReleaseAgreed: true, isCoverAgreed: true };

/** Everybody of whom the rights speak, seen from an application of Nora's at Oakfield. */
const actors: readonly (readonly [string, Person | null])[] = [
  ['nobody signed in', null],
  ['the applicant', nora],
  ['her line manager', mina],
  ['a colleague, mentor', cole],
  ['school-lead', sam],
  ['headteacher', sienna],
  ['lsc-chair', corin],
  ['headteacher elsewhere', robin],
  ['school-lead elsewhere', sunil],
  ['former headteacher', lee],
  ['trust-lead', rowan],
  ['executive', hazel],
  ['apprenticeship-lead', apple],
  ['trust-chair', terry],
  ['admin', ada],
  ['partner', paul],
];

const degree = { courseId: 'degree', cohortId: '2019', outcome: 'passed', isFunded: false };

describe('an application in approval, endorsed by its headteacher', () => {
  let id: string;
  let restore: () => Promise<void>;

  beforeAll(async () => {
    oak = await makeHarness(database);
    // Everybody has signed in before: the first sign-in writes.
    for (const person of people) await oak.request(person, 'GET', '/me');
    await done(rowan, 'POST', '/people/nora/qualifications', degree);
    ({ id } = await done(nora, 'POST', '/npq-applications', application));
    await done(sienna, 'POST', `/tasks/${id}.1/comments`, { text: COMMENT });
    await completed(sienna, 'endorse', 'endorsed', endorsing);
    restore = await oak.remember();
  });

  /** One line for each actor: the status of each operation, or what `told` makes of the answer. */
  async function table(
    operations: Readonly<Record<string, (as: Person | null) => Promise<string | number>>>,
  ): Promise<string> {
    const columns = Object.keys(operations);
    const lines = [['', ...columns]];
    for (const [name, person] of actors) {
      const cells: string[] = [];
      for (const operation of Object.values(operations)) {
        const before = await oak.digest();
        const told = String(await operation(person));
        const isRefused = /^[45]\d\d$/.test(told);
        if (isRefused) expect(await oak.digest(), `${name}: refused, and yet something changed`).toBe(before);
        else await restore();
        cells.push(told);
      }
      lines.push([name, ...cells]);
    }
    const widths = lines[0]?.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0))) ?? [];
    return `\n${lines
      .map((line) =>
        line
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join('  ')
          .trimEnd(),
      )
      .join('\n')}\n`;
  }

  /** How much of an answer the actor gets: everything written, stage and dates, or the status of the refusal. */
  const seen = async (as: Person | null, path: string): Promise<string | number> => {
    const { status, text } = await oak.request(as, 'GET', path);
    if (status !== 200) return status;
    return text.includes(MOTIVATION) || text.includes(COMMENT) ? 'full' : 'brief';
  };
  const count = async (as: Person | null, path: string): Promise<string | number> => {
    const { status, body } = await oak.request(as, 'GET', path);
    return status === 200 ? `${body.items.length} of them` : status;
  };

  it('is read by whom decisions name, and by nobody else', async () => {
    const got = await table({
      process: (as) => seen(as, `/npq-applications/${id}`),
      events: async (as) => {
        const { status, body } = await oak.request(as, 'GET', `/npq-applications/${id}/events`);
        if (status !== 200) return status;
        return body.items.some(({ data }: Json) => Object.keys(data).length > 0) ? 'full' : 'brief';
      },
      comments: (as) => seen(as, `/npq-applications/${id}/comments`),
      linked: (as) => statusOf(as, 'GET', `/npq-applications/${id}/linked`),
      list: (as) => count(as, '/npq-applications'),
      task: (as) => statusOf(as, 'GET', `/tasks/${id}.1`),
      openTask: (as) => statusOf(as, 'GET', `/tasks/${id}.2`),
      inbox: (as) => count(as, '/inbox'),
    });
    expect(got).toMatchInlineSnapshot(`
      "
                             process  events  comments  linked  list       task  openTask  inbox
      nobody signed in       401      401     401       401     401        401   401       401
      the applicant          full     full    full      200     1 of them  200   200       0 of them
      her line manager       brief    brief   brief     200     1 of them  404   404       0 of them
      a colleague, mentor    404      404     404       404     0 of them  404   404       0 of them
      school-lead            full     full    full      200     1 of them  200   200       0 of them
      headteacher            full     full    full      200     1 of them  200   200       0 of them
      lsc-chair              404      404     404       404     0 of them  404   404       0 of them
      headteacher elsewhere  404      404     404       404     0 of them  404   404       0 of them
      school-lead elsewhere  404      404     404       404     0 of them  404   404       0 of them
      former headteacher     404      404     404       404     0 of them  404   404       0 of them
      trust-lead             full     full    full      200     1 of them  200   200       1 of them
      executive              full     full    full      200     1 of them  200   200       0 of them
      apprenticeship-lead    404      404     404       404     0 of them  404   404       0 of them
      trust-chair            404      404     404       404     0 of them  404   404       0 of them
      admin                  404      404     404       404     0 of them  404   404       0 of them
      partner                404      404     404       404     0 of them  404   404       0 of them
      "
    `);
  });

  it('is changed by whom decisions name, and by nobody else', async () => {
    const post = (path: string, body: unknown) => (as: Person | null) =>
      statusOf(as, 'POST', `/npq-applications/${id}/${path}`, { body });
    const got = await table({
      withdraw: post('withdraw', { reason: 'other' }),
      defer: post('defer', { cohortId: '2027b', reason: 'other' }),
      provider: post('change-provider', { providerId: 'ambition-institute' }),
      move: post('move-school', { schoolId: ST_ALDHELM }),
      unendorse: post('withdraw-endorsement', { reason: 'No cover after all.' }),
      check: (as) =>
        statusOf(as, 'POST', '/processes/npq-application/check', {
          body: { ...application, personId: 'nora', providerId: 'ucl-institute-of-education' },
        }),
      start: (as) =>
        statusOf(as, 'POST', '/npq-applications', {
          body: { ...application, personId: 'nora', providerId: 'ucl-institute-of-education' },
        }),
    });
    expect(got).toMatchInlineSnapshot(`
      "
                             withdraw  defer  provider  move  unendorse  check  start
      nobody signed in       401       401    401       401   401        401    401
      the applicant          200       200    200       403   403        200    201
      her line manager       403       403    403       403   403        403    403
      a colleague, mentor    404       404    404       404   404        403    403
      school-lead            403       403    403       403   403        200    201
      headteacher            403       403    403       403   200        200    201
      lsc-chair              404       404    404       404   404        403    403
      headteacher elsewhere  404       404    404       404   404        403    403
      school-lead elsewhere  404       404    404       404   404        403    403
      former headteacher     404       404    404       404   404        403    403
      trust-lead             200       200    200       409   403        200    201
      executive              403       403    403       403   403        403    403
      apprenticeship-lead    404       404    404       404   404        403    403
      trust-chair            404       404    404       404   404        403    403
      admin                  404       404    404       404   404        403    403
      partner                404       404    404       404   404        403    403
      "
    `);
  });

  it('has a task that only who decides can work on', async () => {
    const onTask = (method: string, what: string, body: unknown) => (as: Person | null) =>
      statusOf(as, method, `/tasks/${id}.2/${what}`, { body });
    const got = await table({
      approve: onTask('POST', 'complete', { outcome: 'approved', fundingSource: 'trust' }),
      again: (as) => statusOf(as, 'POST', `/tasks/${id}.1/complete`, { body: { outcome: 'declined', reason: REASON } }),
      many: async (as) => {
        const items = [{ taskId: `${id}.2`, outcome: 'approved', fundingSource: 'trust' }];
        const { status, body } = await oak.request(as, 'POST', '/tasks/complete', { body: { items } });
        return status === 200 ? body.results[0].status : status;
      },
      assign: onTask('POST', 'assign', { personId: 'hazel' }),
      conflict: onTask('POST', 'declare-conflict', { reason: 'We are friends.' }),
      draft: onTask('PUT', 'draft', { outcome: 'approved' }),
      comment: onTask('POST', 'comments', { text: 'Hello' }),
    });
    expect(got).toMatchInlineSnapshot(`
      "
                             approve  again  many  assign  conflict  draft  comment
      nobody signed in       401      401    401   401     401       401    401
      the applicant          409      409    409   409     409       409    201
      her line manager       404      404    404   404     404       404    404
      a colleague, mentor    404      404    404   404     404       404    404
      school-lead            403      403    403   403     403       403    201
      headteacher            403      409    403   403     403       403    201
      lsc-chair              404      404    404   404     404       404    404
      headteacher elsewhere  404      404    404   404     404       404    404
      school-lead elsewhere  404      404    404   404     404       404    404
      former headteacher     404      404    404   404     404       404    404
      trust-lead             200      403    200   409     200       200    201
      executive              403      403    403   403     403       403    201
      apprenticeship-lead    404      404    404   404     404       404    404
      trust-chair            404      404    404   404     404       404    404
      admin                  404      404    404   404     404       404    404
      partner                404      404    404   404     404       404    404
      "
    `);
  });

  it('stands beside people, the calendar and reports, each with rights of its own', async () => {
    const year = { ...calendar.years[1], provisional: true };
    const { academicYear } = year;
    const qualification = { courseId: 'npq-headship', cohortId: '2024b', outcome: 'passed', isFunded: true };
    const rowsOf = (report: string) => async (as: Person | null) => {
      const { status, body } = await oak.request(as, 'GET', `/reports/${report}`);
      return status === 200 ? `${body.rows.length} rows` : status;
    };
    const got = await table({
      me: (as) => statusOf(as, 'GET', '/me'),
      nora: (as) => statusOf(as, 'GET', '/people/nora'),
      people: (as) => count(as, '/people'),
      schools: (as) => count(as, '/schools'),
      absences: (as) =>
        statusOf(as, 'PUT', '/people/nora/absences', { body: [{ from: '2026-10-05', to: '2026-10-09' }] }),
      qualification: (as) => statusOf(as, 'POST', '/people/nora/qualifications', { body: qualification }),
      removed: (as) =>
        statusOf(as, 'POST', '/people/nora/remove-qualification', {
          body: { courseId: degree.courseId, cohortId: degree.cohortId },
        }),
      forget: (as) => statusOf(as, 'POST', '/people/nora/forget-sign-in'),
      calendar: (as) => statusOf(as, 'GET', '/calendar'),
      putYear: (as) => statusOf(as, 'PUT', `/calendar/${academicYear}`, { body: year }),
      putPolicy: (as) => statusOf(as, 'PUT', '/calendar/policy', { body: calendar.policy }),
      diagram: (as) => statusOf(as, 'GET', '/processes/npq-application/diagram'),
      applications: rowsOf('npq-applications'),
      lateness: rowsOf('lateness'),
      ownerless: rowsOf('ownerless'),
      workload: async (as) => {
        const { status, body } = await oak.request(as, 'GET', '/reports/workload');
        return status === 200 ? `${body.people} people` : status;
      },
      demand: rowsOf('demand'),
      load: rowsOf('review-load'),
      kinds: (as) => statusOf(as, 'GET', '/processes'),
    });
    expect(got).toMatchInlineSnapshot(`
      "
                             me   nora  people      schools    absences  qualification  removed  forget  calendar  putYear  putPolicy  diagram  applications  lateness  ownerless  workload   demand  load    kinds
      nobody signed in       401  401   401         401        401       401            401      401     401       401      401        401      401           401       401        401        401     401     401
      the applicant          200  200   1 of them   3 of them  200       403            403      403     200       403      403        200      0 rows        0 rows    0 rows     0 people   0 rows  0 rows  200
      her line manager       200  200   2 of them   3 of them  403       403            403      403     200       403      403        200      0 rows        0 rows    0 rows     0 people   0 rows  1 rows  200
      a colleague, mentor    200  404   1 of them   3 of them  404       404            404      403     200       403      403        200      0 rows        0 rows    0 rows     0 people   0 rows  0 rows  200
      school-lead            200  200   9 of them   3 of them  403       403            403      403     200       403      403        200      1 rows        1 rows    0 rows     7 people   0 rows  4 rows  200
      headteacher            200  200   9 of them   3 of them  200       403            403      403     200       403      403        200      1 rows        1 rows    0 rows     7 people   0 rows  4 rows  200
      lsc-chair              200  404   1 of them   3 of them  404       404            404      403     200       403      403        200      0 rows        0 rows    0 rows     0 people   0 rows  0 rows  200
      headteacher elsewhere  200  404   3 of them   3 of them  404       404            404      403     200       403      403        200      0 rows        0 rows    0 rows     3 people   0 rows  2 rows  200
      school-lead elsewhere  200  404   3 of them   3 of them  404       404            404      403     200       403      403        200      0 rows        0 rows    0 rows     3 people   0 rows  2 rows  200
      former headteacher     200  404   1 of them   3 of them  404       404            404      403     200       403      403        200      0 rows        0 rows    0 rows     0 people   0 rows  0 rows  200
      trust-lead             200  200   18 of them  3 of them  403       201            200      403     200       200      200        200      1 rows        1 rows    0 rows     17 people  0 rows  9 rows  200
      executive              200  200   18 of them  3 of them  403       403            403      403     200       403      403        200      1 rows        1 rows    0 rows     17 people  0 rows  9 rows  200
      apprenticeship-lead    200  404   1 of them   3 of them  404       404            404      403     200       403      403        200      1 rows        1 rows    0 rows     17 people  0 rows  0 rows  200
      trust-chair            200  404   1 of them   3 of them  404       404            404      403     200       403      403        200      0 rows        0 rows    0 rows     0 people   0 rows  0 rows  200
      admin                  200  200   18 of them  3 of them  200       403            403      200     200       200      200        200      0 rows        0 rows    0 rows     17 people  0 rows  0 rows  200
      partner                200  404   1 of them   3 of them  404       404            404      403     200       403      403        200      0 rows        0 rows    0 rows     0 people   0 rows  0 rows  200
      "
    `);
  });

  it('is counted on boards for who may list it, and stands among milestones for who may read it', async () => {
    const rowsOf = (path: string, query: Readonly<Record<string, string>>) => async (as: Person | null) => {
      const { status, body } = await oak.request(as, 'GET', path, { query });
      return status === 200 ? (body.rows.length > 0 ? 'counted' : 'none') : status;
    };
    const got = await table({
      board: rowsOf('/reports/boards', {}),
      here: rowsOf('/reports/boards', { school: OAKFIELD }),
      trends: rowsOf('/reports/trends', {}),
      milestones: rowsOf('/reports/milestones', { kind: 'npq-application' }),
      reviews: rowsOf('/reports/review-progress', {}),
    });
    expect(got).toMatchInlineSnapshot(`
      "
                             board    here     trends   milestones  reviews
      nobody signed in       401      401      401      401         401
      the applicant          none     none     none     none        none
      her line manager       none     none     none     none        none
      a colleague, mentor    none     none     none     none        none
      school-lead            counted  counted  counted  counted     none
      headteacher            counted  counted  counted  counted     none
      lsc-chair              none     none     none     none        none
      headteacher elsewhere  none     none     none     none        none
      school-lead elsewhere  none     none     none     none        none
      former headteacher     none     none     none     none        none
      trust-lead             counted  counted  counted  counted     none
      executive              counted  counted  counted  counted     none
      apprenticeship-lead    none     none     none     none        none
      trust-chair            none     none     none     none        none
      admin                  none     none     none     none        none
      partner                none     none     none     none        none
      "
    `);
  });

  it('has no route that these tables leave out', () => {
    const covered = `
      GET /me, GET /people, GET /people/{id}, GET /schools, PUT /people/{id}/absences, POST /people/{id}/qualifications, POST /people/{id}/remove-qualification,
      POST /people/{id}/forget-sign-in, GET /people/{id}/pathway, GET /people/{id}/processes,
      GET /calendar, PUT /calendar/{academicYear}, PUT /calendar/policy, GET /processes/{kind}/diagram,
      GET /reports/npq-applications, GET /reports/lateness, GET /reports/late-tasks, GET /reports/ownerless, GET /reports/workload,
      GET /reports/demand, GET /reports/review-load, GET /reports/review-progress, GET /reports/boards,
      GET /reports/trends, GET /reports/milestones, GET /processes, POST /processes/{kind}/check,
      GET /npq-applications/{id}/comments, GET /npq-applications/{id}/linked,
      GET /inbox, GET /tasks/{taskId}, POST /tasks/{taskId}/complete, POST /tasks/complete, POST /tasks/{taskId}/assign,
      POST /tasks/{taskId}/comments, POST /tasks/{taskId}/declare-conflict, PUT /tasks/{taskId}/draft,
      POST /npq-applications, GET /npq-applications, GET /npq-applications/{id}, GET /npq-applications/{id}/events,
      POST /npq-applications/{id}/withdraw, POST /npq-applications/{id}/defer, POST /npq-applications/{id}/change-provider,
      POST /npq-applications/{id}/move-school, POST /npq-applications/{id}/withdraw-endorsement`
      .split(',')
      .map((text) => text.trim());
    // Each other kind has its readers and actors in tests of its own.
    const others = registry.filter(({ kind }) => kind !== 'npq-application').map(({ texts }) => texts.label);
    const here = routes.filter(({ tag }) => !others.includes(tag));
    expect(here.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(covered.sort());
  });

  it('never tells a line manager, an admin or anybody outside what was written', async () => {
    const paths = [
      '/me',
      '/inbox',
      '/npq-applications',
      `/npq-applications/${id}`,
      `/npq-applications/${id}/events`,
      `/tasks/${id}.1`,
      `/tasks/${id}.2`,
      '/people',
      '/people/nora',
      '/people/nora/processes',
      '/reports/npq-applications',
      '/reports/lateness',
      '/reports/ownerless',
      '/reports/workload',
    ];
    for (const outsider of [mina, ada, cole, robin, sunil, apple, corin, terry, paul, lee])
      for (const path of paths) {
        const { text } = await oak.request(outsider, 'GET', path);
        expect(text, `${outsider.personId} ${path}`).not.toMatch(/only-for-readers/);
      }
  });
});

describe('what is only for some', () => {
  beforeEach(async () => {
    oak = await makeHarness(database);
  });

  it('is a reason of health: for the applicant and the trust-lead, in no list, event, task or report of others', async () => {
    const { id } = await done(nora, 'POST', '/npq-applications', application);
    await completed(sienna, 'endorse', 'endorsed', endorsing);
    await done(nora, 'POST', `/npq-applications/${id}/withdraw`, { reason: HEALTH, note: REASON });
    const paths = [
      `/npq-applications/${id}`,
      `/npq-applications/${id}/events`,
      '/npq-applications',
      `/tasks/${id}.1`,
      `/tasks/${id}.2`,
      '/reports/npq-applications',
    ];
    for (const reader of [sienna, sam, hazel, mina, ada])
      for (const path of paths) {
        const { text } = await oak.request(reader, 'GET', path);
        expect(text, `${reader.personId} ${path}`).not.toContain(HEALTH);
        expect(text, `${reader.personId} ${path}`).not.toContain(REASON);
      }
    for (const reader of [nora, rowan]) {
      const process = await done(reader, 'GET', `/npq-applications/${id}`);
      expect(process.reason).toBe(HEALTH);
      expect(process.data.withdrawal).toMatchObject({ reason: HEALTH, note: REASON });
    }
    expect((await done(sienna, 'GET', `/npq-applications/${id}`)).outcome).toBe('withdrawn');
  });

  it('is a reason of leave in a deferral, while another reason is shown to the headteacher', async () => {
    const { id } = await done(nora, 'POST', '/npq-applications', application);
    await done(nora, 'POST', `/npq-applications/${id}/defer`, { cohortId: '2027b', reason: 'parental-leave' });
    expect((await oak.request(sienna, 'GET', `/npq-applications/${id}`)).text).not.toContain(
      '"reason":"parental-leave"',
    );
    expect((await oak.request(rowan, 'GET', `/npq-applications/${id}`)).text).toContain('"reason":"parental-leave"');
    const other = await done(zoe, 'POST', '/npq-applications', application);
    await done(zoe, 'POST', `/npq-applications/${other.id}/withdraw`, { reason: 'change-in-career' });
    expect(await done(sienna, 'GET', `/npq-applications/${other.id}`)).toMatchObject({ reason: 'change-in-career' });
  });
});

describe('nobody decides about themselves', () => {
  beforeEach(async () => {
    oak = await makeHarness(database);
  });

  it('neither a headteacher, whose application goes to the chair', async () => {
    const { id } = await done(sienna, 'POST', '/npq-applications', application);
    const own = await oak.request(sienna, 'POST', `/tasks/${id}.1/complete`, {
      body: { outcome: 'endorsed', ...endorsing },
    });
    expect(own.body).toMatchObject({ status: 409, code: 'about-yourself' });
    expect(await statusOf(robin, 'GET', `/npq-applications/${id}`)).toBe(404);
    expect(await statusOf(terry, 'GET', `/npq-applications/${id}`)).toBe(404);
    // The chair reads it through the task, before and after.
    expect(await done(corin, 'GET', `/npq-applications/${id}`)).toMatchObject({ data: { motivation: MOTIVATION } });
    await completed(corin, 'endorse', 'endorsed', endorsing);
    expect(await statusOf(corin, 'GET', `/npq-applications/${id}`)).toBe(200);
  });

  it('nor the trust-lead, whose approval is the executive’s', async () => {
    const { id } = await done(rowan, 'POST', '/npq-applications', { ...application, schoolId: '910105' });
    await completed(hazel, 'endorse', 'endorsed', endorsing);
    const own = await oak.request(rowan, 'POST', `/tasks/${id}.2/complete`, {
      body: { outcome: 'approved', fundingSource: 'trust' },
    });
    expect(own.body).toMatchObject({ status: 409, code: 'about-yourself' });
    // The executive has endorsed already, so it goes on to the chair of the trust.
    expect((await done(hazel, 'GET', '/inbox')).items).toEqual([]);
    await completed(terry, 'approve', 'approved', { fundingSource: 'trust' });
  });
});

describe('a former school', () => {
  it('reads what happened up to the move, as it was then, and changes nothing', async () => {
    oak = await makeHarness(database);
    const { id } = await done(zoe, 'POST', '/npq-applications', application);
    await done(sienna, 'POST', `/tasks/${id}.1/comments`, { text: COMMENT });
    await completed(sienna, 'endorse', 'endorsed', endorsing);
    const before = await done(sienna, 'GET', `/npq-applications/${id}`);
    const eventsBefore = (await done(sienna, 'GET', `/npq-applications/${id}/events`)).items;

    const record = await oak.store.person('zoe');
    if (!record) throw new Error('Zoe is gone');
    const [post] = record.posts;
    if (!post) throw new Error('Zoe has no post');
    await oak.put(
      { ...record, posts: [{ ...post, schoolId: ST_ALDHELM, lineManagerId: 'sunil' }] },
      {
        type: 'post-row',
        schoolId: ST_ALDHELM,
        employeeNumber: post.employeeNumber,
        personId: 'zoe',
        sortName: 'sample zoe',
        lineManagerId: 'sunil',
      },
    );
    oak.setNow(addMs(oak.now(), 60_000));
    await done(sunil, 'POST', `/npq-applications/${id}/move-school`, { schoolId: ST_ALDHELM });
    oak.setNow(addMs(oak.now(), 60_000));
    await done(robin, 'POST', `/tasks/${id}.3/comments`, { text: 'Said-at-the-new-school' });
    await completed(robin, 'endorse', 'declined', { reason: REASON });
    await done(sunil, 'GET', `/npq-applications/${id}`);

    // What the person does at the new school is in no finding that the old one reads.
    await done(zoe, 'POST', '/npq-applications', { ...application, courseId: 'npq-leading-literacy' });
    expect((await done(zoe, 'GET', `/tasks/${id}.1`)).findings).not.toEqual([]);

    for (const former of [sienna, sam]) {
      const now = await done(former, 'GET', `/npq-applications/${id}`);
      expect(now).toEqual({
        ...before,
        // Whom they lead no more they look up no more.
        mayOpen: [],
        version: now.version,
        openTasks: [],
        actions: [],
        moving: false,
        asOf: now.asOf,
      });
      expect(now.asOf).not.toBeNull();
      expect((await done(former, 'GET', `/npq-applications/${id}/events`)).items).toEqual(eventsBefore);
      const task = await done(former, 'GET', `/tasks/${id}.1`);
      expect(task).toMatchObject({ outcome: 'endorsed', comments: [{ text: COMMENT }], findings: [] });
      expect(await statusOf(former, 'GET', `/tasks/${id}.3`)).toBe(404);
      expect(await statusOf(former, 'POST', `/tasks/${id}.1/comments`, { body: { text: 'Still here' } })).toBe(403);
      const list = await done(former, 'GET', '/npq-applications');
      expect(list.items).toMatchObject([{ id, schoolId: before.schoolId, status: 'active', asOf: now.asOf }]);
      // It has stopped since, which is not told by what a filter finds either.
      const stopped = await oak.request(former, 'GET', '/npq-applications', { query: { status: 'stopped' } });
      expect(stopped.body.items).toEqual([]);
      expect(JSON.stringify(list)).not.toMatch(/new-school|Reason-only/);
    }
    expect(await done(robin, 'GET', `/npq-applications/${id}`)).toMatchObject({ outcome: 'declined', asOf: null });
    expect(await statusOf(evie, 'GET', `/npq-applications/${id}`)).toBe(404);
  });
});

it('counts a role only while it is in force, and only where it is held', async () => {
  oak = await makeHarness(database);
  const rolesOf = async (person: Person) => (await done(person, 'GET', '/me')).roles;
  expect(await rolesOf(mina)).toEqual([
    { role: 'staff', schoolId: '910101' },
    { role: 'line-manager', schoolId: '910101' },
  ]);
  expect(await rolesOf(rowan)).toEqual([
    { role: 'staff', schoolId: null },
    { role: 'trust-lead', schoolId: null },
  ]);
  expect(await rolesOf(lee)).toEqual([]);
  expect(await rolesOf(corin)).toEqual([{ role: 'lsc-chair', schoolId: '910101' }]);
});
