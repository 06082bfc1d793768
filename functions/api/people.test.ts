import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../local/dynamodb.ts';
import { ada, cole, type Harness, makeHarness, mina, nora, people, tam } from '../../test/harness.ts';
import { corin, evie, hazel, OAKFIELD, robin, rowan, sam, sienna, sunil, terry, zoe } from '../../test/world.ts';
import type { Person } from '../../workflows/kernel/records.ts';
import { atLondon, day } from '../../workflows/kernel/time.ts';
import { registry } from '../../workflows/registry.ts';
import { externalGuard } from '../table/guard-names.ts';

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

  it('are taken back by the trust-lead where one was recorded by mistake, once, and of a process never', async () => {
    const made = {
      courseId: 'npq-early-headship-coaching-offer',
      cohortId: '2025b',
      outcome: 'passed',
      isFunded: true,
    };
    await oak.put({ ...zoe, qualifications: [{ ...made, outcome: 'passed', processId: 'p1' }] });
    expect((await oak.request(rowan, 'POST', '/people/zoe/qualifications', { body: passed })).status).toBe(201);
    const read = async () => (await oak.request(rowan, 'GET', '/people/zoe')).body;
    expect((await read()).qualifications).toMatchObject([{ isByHand: false }, { isByHand: true }]);
    const removed = (as: Person, { courseId, cohortId }: Pick<typeof passed, 'courseId' | 'cohortId'>) =>
      oak.request(as, 'POST', '/people/zoe/remove-qualification', { body: { courseId, cohortId } });

    for (const as of [sienna, zoe, ada]) expect((await removed(as, passed)).status).toBe(403);
    expect((await removed(rowan, made)).body).toMatchObject({ status: 409, code: 'made-by-a-process' });
    expect((await removed(rowan, { ...passed, cohortId: '2024a' })).body).toMatchObject({
      status: 422,
      errors: [{ path: 'courseId' }],
    });
    const reply = await removed(rowan, passed);
    expect(reply.status, reply.text).toBe(200);
    expect(reply.body.qualifications).toEqual([{ ...made, providerId: null }]);
    expect((await removed(rowan, passed)).status).toBe(422);
    expect((await read()).actions.map(({ action }: { action: string }) => action)).toEqual(['qualifications']);
    const start = await oak.request(zoe, 'POST', '/npq-applications', {
      body: { courseId: 'npq-headship', cohortId: '2026b', motivation: 'I have not done it.', fundingRoute: 'self' },
    });
    expect(start.status, start.text).toBe(201);
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
    expect((await oak.request(ada, 'GET', '/people/nora')).body.findings).toEqual([
      { ...finding, other: { personId: 'zoe', name: 'Zoe Sample', mayOpen: true } },
    ]);
    for (const as of [sienna, nora, mina]) {
      expect(await findingsOf(as)).toEqual([]);
      expect((await oak.request(as, 'GET', '/people/nora')).body.findings).toEqual([]);
    }
    expect((await oak.request(ada, 'GET', '/people/nora')).text).not.toContain('1234567');

    expect((await oak.request(rowan, 'POST', noras, { body: accepted('7654321') })).status).toBe(200);
    expect(await findingsOf(ada)).toEqual([]);
  });
});

describe('what somebody may do with a person', () => {
  const passed = { courseId: 'npq-headship', cohortId: '2024b', outcome: 'passed', isFunded: true };
  const held = { courseId: 'qts', cohortId: '2019', outcome: 'passed', isFunded: false } as const;
  const commands = {
    absences: (as: Person) => putAbsences(as, 'nora', []),
    qualifications: (as: Person) => oak.request(as, 'POST', '/people/nora/qualifications', { body: passed }),
    'remove-qualification': (as: Person) =>
      oak.request(as, 'POST', '/people/nora/remove-qualification', {
        body: { courseId: held.courseId, cohortId: held.cohortId },
      }),
    'forget-sign-in': (as: Person) => oak.request(as, 'POST', '/people/nora/forget-sign-in'),
  };

  it('is said with the person, for every role as it is then carried out', async () => {
    const account = 'issuer|nora';
    const signIn = () =>
      oak.put(
        { ...nora, externalId: account, qualifications: [held] },
        { type: 'guard', guard: externalGuard(account), holder: 'nora' },
      );
    const said = new Map<string, string>();
    for (const as of people.filter(({ personId }) => personId !== 'nora')) {
      await signIn();
      const { status, body } = await oak.request(as, 'GET', '/people/nora');
      const offered: string[] =
        status === 200 ? body.actions.map(({ action }: { action: string }) => action) : ['not found'];
      said.set(as.personId, offered.join());
      for (const [action, send] of Object.entries(commands)) {
        await signIn();
        const reply = await send(as);
        expect(reply.status < 300, `${as.personId} ${action}: ${reply.text}`).toBe(offered.includes(action));
      }
    }
    const none = ['sam', 'mina', 'hazel'].map((personId) => [personId, '']);
    const unseen = ['zoe', 'corin', 'robin', 'sunil', 'evie', 'terry', 'cole', 'apple', 'paul', 'lee', 'tam'];
    expect(Object.fromEntries(said)).toEqual({
      sienna: 'absences',
      rowan: 'qualifications,remove-qualification',
      ada: 'absences,forget-sign-in',
      ...Object.fromEntries(none),
      ...Object.fromEntries(unseen.map((personId) => [personId, 'not found'])),
    });
  });

  it('is, for oneself, to say when one is away; a sign-in that never was is not forgotten', async () => {
    const actionsOf = async (as: Person, personId: string) =>
      (await oak.request(as, 'GET', `/people/${personId}`)).body.actions.map(
        ({ action }: { action: string }) => action,
      );
    expect(await actionsOf(nora, 'nora')).toEqual(['absences']);
    expect(await actionsOf(ada, 'zoe')).toEqual(['absences']);
    expect(await actionsOf(corin, 'corin')).toEqual(['absences']);
  });

  it('comes with forms whose courses and providers have words', async () => {
    const { body } = await oak.request(rowan, 'GET', '/people/nora');
    const { courseId, providerId } = body.actions[0].schema.properties;
    expect(courseId.enumLabels).toMatchObject({
      'npq-headship': 'NPQ Headship',
      'npq-early-headship-coaching-offer': 'Early Headship Coaching Offer',
      ST0454: 'Teaching assistant, level 3',
      qts: 'Qualified teacher status',
      degree: 'Degree',
    });
    expect(Object.keys(courseId.enumLabels)).toEqual(courseId.enum);
    expect(Object.entries(courseId.enumLabels).filter(([id, label]) => id === label)).toEqual([]);
    expect(providerId.enumLabels['teach-first']).toBe('Teach First');
    const recorded = await commands.qualifications(rowan);
    expect(recorded.status).toBe(201);
    expect((await oak.request(nora, 'GET', '/people/nora')).body.qualifications).toEqual([
      { ...passed, providerId: null, label: 'NPQ Headship', isByHand: true },
    ]);
  });

  it('tells by /me who imports: the administrator, and hours also those who lead', async () => {
    const may = async (as: Person) =>
      (await oak.request(as, 'GET', '/me')).body.may.filter((what: string) => what.startsWith('import'));
    expect(await may(ada)).toEqual(['import']);
    expect(await may(rowan)).toEqual(['import-hours']);
    expect(await may(sienna)).toEqual(['import-hours']);
    expect(await may(zoe)).toEqual([]);
  });

  it('is told to those who look into findings by /me', async () => {
    for (const as of people) {
      const { may } = (await oak.request(as, 'GET', '/me')).body;
      expect(may.includes('look-into-findings'), as.personId).toBe(['ada', 'rowan'].includes(as.personId));
    }
  });
});

describe('who is named with a person', () => {
  const managersOf = async (as: Person, personId: string) => {
    const { body } = await oak.request(as, 'GET', `/people/${personId}`);
    return body.lineManagers.map(({ manager, isOnFile }: { manager: { personId: string }; isOnFile: boolean }) => [
      manager.personId,
      isOnFile,
    ]);
  };

  it('is the line manager, on file or by role, and whether the reader may look them up', async () => {
    const theirs = { schoolId: OAKFIELD, isOnFile: true };
    const read = async (as: Person) => (await oak.request(as, 'GET', '/people/nora')).body.lineManagers;
    expect(await read(nora)).toEqual([
      { ...theirs, manager: { personId: 'mina', name: 'Mina Sample', mayOpen: false } },
    ]);
    expect(await read(sienna)).toEqual([
      { ...theirs, manager: { personId: 'mina', name: 'Mina Sample', mayOpen: true } },
    ]);
    expect(await managersOf(cole, 'cole')).toEqual([['sienna', false]]);
    expect(await managersOf(rowan, 'sienna')).toEqual([['hazel', false]]);
    expect(await managersOf(rowan, 'hazel')).toEqual([['terry', false]]);
    expect(await managersOf(tam, 'tam')).toEqual([
      ['sienna', false],
      ['robin', false],
    ]);
    for (const none of [terry, corin]) expect(await managersOf(rowan, none.personId)).toEqual([]);
    expect(await managersOf(rowan, 'lee')).toEqual([]);
  });

  it('is whom they manage, of those whom the reader may see', async () => {
    const managed = async (as: Person, personId: string) =>
      (await oak.request(as, 'GET', `/people/${personId}`)).body.manages.map(
        ({ personId: id }: { personId: string }) => id,
      );
    for (const as of [mina, sienna, rowan]) expect(await managed(as, 'mina'), as.personId).toEqual(['nora']);
    expect(await managed(sienna, 'sienna')).toEqual(['sam']);
    expect(await managed(nora, 'nora')).toEqual([]);
    // At a school that the reader does not lead.
    await oak.put(
      { ...robin, posts: [...robin.posts, ...sam.posts.map((post) => ({ ...post, employeeNumber: 'second' }))] },
      { ...sunil, posts: sunil.posts.map((post) => ({ ...post, lineManagerId: 'robin' })) },
      ...sunil.posts.map(({ schoolId, employeeNumber }) => ({
        type: 'post-row' as const,
        schoolId,
        employeeNumber,
        personId: 'sunil',
        sortName: 'sample, sunil',
        lineManagerId: 'robin',
      })),
    );
    expect(await managed(rowan, 'robin')).toEqual(['sunil']);
    expect(await managed(sienna, 'robin')).toEqual([]);
  });

  it('is who stands in, and for whom: told to the stand-in and to whoever may see the person away', async () => {
    const [from, to] = ['2026-09-14', '2026-09-30'];
    await putAbsences(sienna, 'sienna', [{ from, to, standInId: 'cole' }]);
    const standIn = { personId: 'cole', name: 'Cole Sample' };
    const seen = (await oak.request(hazel, 'GET', '/people/sienna')).body;
    expect(seen.absences).toEqual([{ from, to, standInId: 'cole', standIn: { ...standIn, mayOpen: true } }]);
    const away = { personId: 'sienna', name: 'Sienna Sample' };
    const standingIn = async (as: Person) => (await oak.request(as, 'GET', '/people/cole')).body.standingIn;
    expect(await standingIn(cole)).toEqual([{ person: { ...away, mayOpen: false }, from, to }]);
    expect(await standingIn(sam)).toEqual([{ person: { ...away, mayOpen: true }, from, to }]);
    expect((await oak.request(cole, 'GET', '/me')).body.standingIn).toEqual([{ ...away, until: to }]);
    for (const other of [sienna, sam, nora])
      expect((await oak.request(other, 'GET', '/me')).body.standingIn).toEqual([]);

    await oak.put(
      { ...mina, standsInFor: ['evie'] },
      { ...evie, absences: [{ from: day(from), to: day(to), standInId: 'mina' }] },
    );
    // Of another school: her absence is hers.
    expect((await oak.request(sienna, 'GET', '/people/mina')).body.standingIn).toEqual([]);
    expect((await oak.request(rowan, 'GET', '/people/mina')).body.standingIn).toHaveLength(1);

    await putAbsences(sienna, 'sienna', [{ from: '2026-09-01', to: '2026-09-15', standInId: 'cole' }]);
    expect(await standingIn(cole)).toEqual([]);
    expect((await oak.request(cole, 'GET', '/me')).body.standingIn).toEqual([]);
  });
});

describe('processes of a person', () => {
  it('are those that the lists of each kind show, whoever reads, the latest first and page by page', async () => {
    const start = async (body: object) => {
      const reply = await oak.request(nora, 'POST', '/npq-applications', {
        body: { cohortId: '2026b', motivation: 'Why not', fundingRoute: 'self', ...body },
      });
      expect(reply.status, reply.text).toBe(201);
      await oak.drive(reply.body.id);
      return reply.body.id as string;
    };
    const first = await start({ courseId: 'npq-headship' });
    oak.setNow(atLondon(day('2026-09-17'), '09:00'));
    const second = await start({ courseId: 'npq-leading-literacy' });
    const own = await oak.request(nora, 'GET', '/people/nora/processes');
    expect(own.body.items.map(({ id }: { id: string }) => id)).toEqual([second, first]);
    for (const as of people) {
      const { status, body } = await oak.request(as, 'GET', '/people/nora/processes');
      const isSeen = (await oak.request(as, 'GET', '/people/nora')).status === 200;
      expect(status, as.personId).toBe(isSeen ? 200 : 404);
      if (!isSeen) continue;
      const lists = await Promise.all(
        registry.map(({ path }) => oak.request(as, 'GET', `/${path}`, { query: { person: 'nora' } })),
      );
      const byId = (items: readonly { id: string }[]) => [...items].sort((one, other) => (one.id < other.id ? -1 : 1));
      expect(byId(body.items), as.personId).toEqual(byId(lists.flatMap((list) => list.body.items)));
    }
    const page = await oak.request(sienna, 'GET', '/people/nora/processes', { query: { limit: 1 } });
    expect(page.body.items).toMatchObject([{ id: second }]);
    const next = await oak.request(sienna, 'GET', '/people/nora/processes', {
      query: { limit: 1, cursor: page.body.cursor },
    });
    expect(next.body).toMatchObject({ items: [{ id: first }], cursor: null });
    const wrong = await oak.request(sienna, 'GET', '/people/nora/processes', { query: { cursor: 'own:1' } });
    expect(wrong.body).toMatchObject({ status: 422, code: 'invalid-fields' });
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
