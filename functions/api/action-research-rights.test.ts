/** Who may see and do what of a project and of a set, over HTTP: every role by every operation. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../local/dynamodb.ts';
import {
  ada,
  apple,
  cole,
  type Harness,
  type Json,
  makeHarness,
  mina,
  nora,
  paul,
  people,
} from '../../test/harness.ts';
import {
  corin,
  evie,
  hazel,
  OAKFIELD,
  personOf,
  robin,
  rowan,
  ST_ALDHELM,
  sam,
  sienna,
  sunil,
  terry,
  zoe,
} from '../../test/world.ts';
import { type Person, TRUST } from '../../workflows/kernel/records.ts';

/** From outside: leads the set, and has nothing to do with the project. */
const shirley = personOf('Shirley', { roles: [['partner', TRUST]] });
/** From outside, too: of another set. */
const pia = personOf('Pia', { roles: [['partner', TRUST]] });

const SECRET = 'Only-for-readers';

let database: DynamoDbLocal;
let oak: Harness;
let projectId: string;
let setId: string;
let otherId: string;
let restore: () => Promise<void>;

async function done(as: Person, method: string, path: string, body?: unknown): Promise<Json> {
  const reply = await oak.request(as, method, path, body === undefined ? {} : { body });
  expect(reply.status, `${as.personId}: ${method} ${path}: ${reply.text}`).toBeLessThan(300);
  const processId = reply.body?.process?.id ?? (reply.body?.kind ? reply.body.id : undefined);
  if (processId) await oak.drive(processId);
  return reply.body;
}

const dates = { startsOn: '2026-09-21', endsOn: '2027-07-16' };

beforeAll(async () => {
  database = await startDynamoDbLocal();
  oak = await makeHarness(database, [...people, shirley, pia]);
  // Everybody has signed in before: the first sign-in writes.
  for (const person of [...people, shirley, pia]) await oak.request(person, 'GET', '/me');
  ({ id: projectId } = await done(nora, 'POST', '/action-research', {
    ...dates,
    title: SECRET,
    priorityArea: SECRET,
    question: SECRET,
    schoolIds: [OAKFIELD, ST_ALDHELM],
    teamIds: ['cole'],
    partner: 'paul',
  }));
  await done(cole, 'POST', `/action-research/${projectId}/log`, { sort: 'evidence', text: SECRET });
  const set = { title: SECRET, priorityArea: SECRET };
  ({ id: setId } = await done(rowan, 'POST', '/action-research-sets', {
    ...set,
    leadId: 'shirley',
    memberIds: ['nora', 'paul'],
  }));
  ({ id: otherId } = await done(rowan, 'POST', '/action-research-sets', { ...set, leadId: 'pia', memberIds: ['zoe'] }));
  await done(shirley, 'POST', `/action-research-sets/${setId}/add-meeting`, {
    on: '2026-10-07',
    place: SECRET,
    agenda: SECRET,
  });
  restore = await oak.remember();
}, 60_000);
afterAll(() => database?.stop());

const actors: readonly (readonly [string, Person | null])[] = [
  ['nobody signed in', null],
  ['lead of the project, member of the set', nora],
  ['team of the project', cole],
  ['partner of the project, guest of the set', paul],
  ['lead of the set, from outside', shirley],
  ['partner of another set', pia],
  ['member of another set', zoe],
  ['line manager of the project’s lead', mina],
  ['headteacher', sienna],
  ['school-lead', sam],
  ['headteacher of the other school that takes part', robin],
  ['school-lead of that school', sunil],
  ['headteacher elsewhere', evie],
  ['trust-lead, sponsor', rowan],
  ['executive', hazel],
  ['lsc-chair', corin],
  ['trust-chair', terry],
  ['apprenticeship-lead', apple],
  ['admin', ada],
];

type Operation = (as: Person | null) => Promise<string | number>;

/** One line for each actor: the status of each operation, or what was seen. Whoever is refused has changed nothing. */
async function table(operations: Readonly<Record<string, Operation>>, isWriting = true): Promise<string> {
  const before = await oak.digest();
  const lines = [['', ...Object.keys(operations)]];
  for (const [name, person] of actors) {
    const cells: string[] = [];
    for (const operation of Object.values(operations)) {
      const told = String(await operation(person));
      if (isWriting && (await oak.digest()) !== before) {
        expect(told, `${name}: refused, and yet something changed`).toMatch(/^2\d\d$/);
        await restore();
      }
      cells.push(told);
    }
    lines.push([name, ...cells]);
  }
  const widths = lines[0]?.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0))) ?? [];
  const text = lines.map((line) => line.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  '));
  return `\n${text.map((line) => line.trimEnd()).join('\n')}\n`;
}

const seen =
  (path: () => string): Operation =>
  async (as) => {
    const { status, text } = await oak.request(as, 'GET', path());
    return status === 200 ? (text.includes(SECRET) ? 'full' : 'brief') : status;
  };
const count =
  (path: string): Operation =>
  async (as) => {
    const { status, body } = await oak.request(as, 'GET', path);
    return status === 200 ? `${body.items.length} of them` : status;
  };
const post =
  (path: () => string, body: unknown): Operation =>
  async (as) =>
    (await oak.request(as, 'POST', path(), { body })).status;

describe('a project of two schools', () => {
  const at = (what = '') => `/action-research/${projectId}${what}`;

  it('is read by its people, the leads of both schools and the trust; its log by whoever reads it in full', async () => {
    const got = await table(
      {
        process: seen(() => at()),
        log: async (as) => {
          const { status, body } = await oak.request(as, 'GET', at('/comments'));
          return status === 200 ? `${body.items.length} entries` : status;
        },
        events: async (as) => (await oak.request(as, 'GET', at('/events'))).status,
        list: count('/action-research'),
        task: async (as) => (await oak.request(as, 'GET', `/tasks/${projectId}.1`)).status,
      },
      false,
    );
    expect(got).toMatchInlineSnapshot(`
      "
                                                       process  log        events  list       task
      nobody signed in                                 401      401        401     401        401
      lead of the project, member of the set           full     1 entries  200     1 of them  200
      team of the project                              full     1 entries  200     1 of them  200
      partner of the project, guest of the set         full     1 entries  200     1 of them  200
      lead of the set, from outside                    404      404        404     0 of them  404
      partner of another set                           404      404        404     0 of them  404
      member of another set                            404      404        404     0 of them  404
      line manager of the project’s lead               brief    0 entries  200     1 of them  404
      headteacher                                      full     1 entries  200     1 of them  200
      school-lead                                      full     1 entries  200     1 of them  200
      headteacher of the other school that takes part  full     1 entries  200     0 of them  200
      school-lead of that school                       full     1 entries  200     0 of them  200
      headteacher elsewhere                            404      404        404     0 of them  404
      trust-lead, sponsor                              full     1 entries  200     1 of them  200
      executive                                        full     1 entries  200     1 of them  200
      lsc-chair                                        404      404        404     0 of them  404
      trust-chair                                      404      404        404     0 of them  404
      apprenticeship-lead                              404      404        404     0 of them  404
      admin                                            404      404        404     0 of them  404
      "
    `);
  }, 120_000);

  it('names the schools that take part', async () => {
    const { body } = await oak.request(nora, 'GET', `/tasks/${projectId}.1`);
    const said = body.facts.find(({ label }: { label: string }) => label === 'Schools').value;
    expect(said).not.toMatch(/\d/);
    expect(said.split(', ')).toHaveLength(2);
  });

  it('is logged by lead and team, led by its lead, and changed hands by who answers for it', async () => {
    const texts = { 'problem-evidenced': 'a', 'approach-chosen-or-rejected': 'b', 'fit-and-capacity-judged': 'c' };
    const got = await table({
      log: post(() => at('/log'), { text: 'A note' }),
      plan: post(() => at('/change-plan'), { endsOn: '2027-06-25' }),
      team: post(() => at('/change-team'), { teamIds: ['zoe'] }),
      partner: post(() => at('/change-partner'), {}),
      lead: post(() => at('/change-lead'), { leadId: 'zoe' }),
      withdraw: post(() => at('/withdraw'), { reason: 'No time' }),
      ready: post(() => `/tasks/${projectId}.1/complete`, { outcome: 'ready', ...texts }),
      comment: post(() => `/tasks/${projectId}.1/comments`, { text: 'Hello' }),
      start: post(() => '/action-research', { ...dates, leadId: 'nora', title: 'a', priorityArea: 'b', question: 'c' }),
    });
    expect(got).toMatchInlineSnapshot(`
      "
                                                       log  plan  team  partner  lead  withdraw  ready  comment  start
      nobody signed in                                 401  401   401   401      401   401       401    401      401
      lead of the project, member of the set           200  200   200   200      200   200       200    201      201
      team of the project                              200  403   403   403      403   403       403    201      403
      partner of the project, guest of the set         403  403   403   403      403   403       403    201      403
      lead of the set, from outside                    404  404   404   404      404   404       404    404      403
      partner of another set                           404  404   404   404      404   404       404    404      403
      member of another set                            404  404   404   404      404   404       404    404      403
      line manager of the project’s lead               403  403   403   403      403   403       404    404      403
      headteacher                                      403  403   403   403      200   403       403    201      201
      school-lead                                      403  403   403   403      403   403       403    201      201
      headteacher of the other school that takes part  403  403   403   403      403   403       403    201      403
      school-lead of that school                       403  403   403   403      403   403       403    201      403
      headteacher elsewhere                            404  404   404   404      404   404       404    404      403
      trust-lead, sponsor                              403  403   200   200      200   200       403    201      201
      executive                                        403  403   403   403      403   403       403    201      403
      lsc-chair                                        404  404   404   404      404   404       404    404      403
      trust-chair                                      404  404   404   404      404   404       404    404      403
      apprenticeship-lead                              404  404   404   404      404   404       404    404      403
      admin                                            404  404   404   404      404   404       404    404      403
      "
    `);
  }, 240_000);
});

describe('a set that is led from outside', () => {
  const at = (what = '') => `/action-research-sets/${setId}${what}`;

  it('names its people to those in it, who may not read the directory', async () => {
    const { body } = await oak.request(paul, 'GET', at());
    expect(body.people.map(({ personId, as }: { personId: string; as: string }) => [personId, as])).toEqual([
      ['nora', 'member'],
      ['paul', 'guest'],
    ]);
    const names = body.people.map(({ name }: { name: string }) => name);
    expect(names[0]).toMatch(/^Nora /);
    const brief = await oak.request(mina, 'GET', `/action-research/${projectId}`);
    expect(brief.body.people, 'stage and dates only').toEqual([]);
  });

  it('is read by its people and the trust; guests see their own set, no other, and no project', async () => {
    const got = await table(
      {
        process: seen(() => at()),
        other: seen(() => `/action-research-sets/${otherId}`),
        events: async (as) => (await oak.request(as, 'GET', at('/events'))).status,
        list: count('/action-research-sets'),
        projects: count('/action-research'),
      },
      false,
    );
    expect(got).toMatchInlineSnapshot(`
      "
                                                       process  other  events  list       projects
      nobody signed in                                 401      401    401     401        401
      lead of the project, member of the set           full     404    200     1 of them  1 of them
      team of the project                              404      404    404     0 of them  1 of them
      partner of the project, guest of the set         full     404    200     1 of them  1 of them
      lead of the set, from outside                    full     404    200     1 of them  0 of them
      partner of another set                           404      full   404     1 of them  0 of them
      member of another set                            404      full   404     1 of them  0 of them
      line manager of the project’s lead               404      404    404     0 of them  1 of them
      headteacher                                      404      404    404     0 of them  1 of them
      school-lead                                      404      404    404     0 of them  1 of them
      headteacher of the other school that takes part  404      404    404     0 of them  0 of them
      school-lead of that school                       404      404    404     0 of them  0 of them
      headteacher elsewhere                            404      404    404     0 of them  0 of them
      trust-lead, sponsor                              full     full   200     2 of them  1 of them
      executive                                        full     full   200     2 of them  1 of them
      lsc-chair                                        404      404    404     0 of them  0 of them
      trust-chair                                      404      404    404     0 of them  0 of them
      apprenticeship-lead                              404      404    404     0 of them  0 of them
      admin                                            404      404    404     0 of them  0 of them
      "
    `);
  }, 120_000);

  it('is changed by its lead and the trust-lead', async () => {
    const got = await table({
      meeting: post(() => at('/add-meeting'), { on: '2026-11-04', place: 'Hall', agenda: 'Books' }),
      member: post(() => at('/add-member'), { personId: 'cole' }),
      project: post(() => at('/add-project'), { projectId }),
      lead: post(() => at('/change-lead'), { leadId: 'pia' }),
      close: post(() => at('/close-set'), { learned: 'A lot' }),
      stop: post(() => at('/stop-set'), { reason: 'Nobody' }),
      start: post(() => '/action-research-sets', { title: 'a', priorityArea: 'b', leadId: 'shirley' }),
    });
    expect(got).toMatchInlineSnapshot(`
      "
                                                       meeting  member  project  lead  close  stop  start
      nobody signed in                                 401      401     401      401   401    401   401
      lead of the project, member of the set           403      403     403      403   403    403   403
      team of the project                              404      404     404      404   404    404   403
      partner of the project, guest of the set         403      403     403      403   403    403   403
      lead of the set, from outside                    200      200     200      200   200    200   403
      partner of another set                           404      404     404      404   404    404   403
      member of another set                            404      404     404      404   404    404   403
      line manager of the project’s lead               404      404     404      404   404    404   403
      headteacher                                      404      404     404      404   404    404   403
      school-lead                                      404      404     404      404   404    404   403
      headteacher of the other school that takes part  404      404     404      404   404    404   403
      school-lead of that school                       404      404     404      404   404    404   403
      headteacher elsewhere                            404      404     404      404   404    404   403
      trust-lead, sponsor                              200      200     200      200   200    200   201
      executive                                        403      403     403      403   403    403   201
      lsc-chair                                        404      404     404      404   404    404   403
      trust-chair                                      404      404     404      404   404    404   403
      apprenticeship-lead                              404      404     404      404   404    404   403
      admin                                            404      404     404      404   404    404   403
      "
    `);
  }, 240_000);
});
