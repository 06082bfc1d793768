/** Learning reviews on the embedded cloud: a whole cycle, from the morning that opens it to demand and "you said, we did". */
import { describe, expect, it } from 'vitest';
import type { Cloud } from '../local/cloud.ts';
import { addSchoolDays } from '../workflows/kernel/calendar.ts';
import { type Person, TRUST } from '../workflows/kernel/records.ts';
import { atLondon, day } from '../workflows/kernel/time.ts';
import { cloudInMemory } from './embedded.ts';
import { ask, inboxOf, type Json, morning, send } from './people-over-http.ts';
import {
  calendar,
  corin,
  everybody,
  evie,
  hazel,
  OAKFIELD,
  personOf,
  RIVERSIDE,
  robin,
  rowan,
  ST_ALDHELM,
  sam,
  sienna,
  sunil,
  terry,
  zoe,
} from './world.ts';

const opensOn = day('2026-11-09');
const closesOn = day('2027-01-22');

const ada = personOf('Ada', { posts: [{ schoolId: TRUST, job: 'Administrator' }], roles: [['admin', TRUST]] });
const pat = personOf('Pat', { posts: [{ schoolId: OAKFIELD, job: 'Midday Supervisor' }] });
const tam = personOf('Tam', {
  posts: [
    { schoolId: OAKFIELD, fte: 0.6, lineManagerId: 'sam' },
    { schoolId: ST_ALDHELM, fte: 0.4, lineManagerId: 'sunil' },
  ],
});
const una: Person = (({ email: _, ...rest }) => rest)(
  personOf('Una', { posts: [{ schoolId: OAKFIELD, lineManagerId: 'sam' }] }),
);
/** Thirteen at Oakfield, whom Sam manages, and three at each other school. */
const team = (prefix: string, n: number, schoolId: string, lineManagerId: string): readonly Person[] =>
  Array.from({ length: n }, (_, at) => personOf(`${prefix}${at + 1}`, { posts: [{ schoolId, lineManagerId }] }));
const oaks = team('Oak', 10, OAKFIELD, 'sam');
const aldhelms = team('Aldhelm', 3, ST_ALDHELM, 'sunil');
const rivers = team('River', 3, RIVERSIDE, 'evie');
const people: readonly Person[] = [...everybody, ada, pat, tam, una, ...oaks, ...aldhelms, ...rivers];

async function answer(cloud: Cloud, as: Person, task: string, outcome: string, fields: object = {}): Promise<Json> {
  const [found] = await inboxOf(cloud, as, task);
  expect(found, `${as.personId} has ${task}`).toBeDefined();
  return ask(cloud, as, 'POST', `/tasks/${found.taskId}/complete`, { outcome, ...fields });
}
const cycleOf = async (cloud: Cloud): Promise<Json> =>
  (await ask(cloud, rowan, 'GET', '/learning-review-cycles')).items[0];
const reviewOf = async (cloud: Cloud, as: Person): Promise<Json> =>
  (await ask(cloud, as, 'GET', `/learning-reviews?person=${as.personId}`)).items[0];

const need = (strand: string, route: string) => ({ need: 'Only-for-the-school', strand, priority: 'school', route });

describe('a learning review cycle', () => {
  it('opens by itself, once; is held, counted, signed off; and everybody hears what became of their needs', async () => {
    const cloud = await cloudInMemory({ people, startsAt: atLondon(day('2026-11-06'), '09:00') });

    // Before it opens it can be seen who will have many.
    const load = await ask(cloud, sam, 'GET', '/reports/review-load');
    expect(load.cycle.cycleId).toBe('2026-27-autumn');
    expect(load.rows[0]).toMatchObject({ managerId: 'sam', schoolId: OAKFIELD, reviews: 13, isMany: true });
    const ofSunil = await ask(cloud, sunil, 'GET', '/reports/review-load');
    expect(ofSunil.rows.map(({ managerId }: Json) => managerId)).not.toContain('sam');
    expect((await ask(cloud, zoe, 'GET', '/reports/review-load')).rows).toEqual([]);

    await morning(cloud, opensOn);
    const opened = await cycleOf(cloud);
    expect(opened).toMatchObject({
      kind: 'learning-review-cycle',
      status: 'active',
      stage: 'reviews',
      subject: { personId: null },
    });
    const childrenOf = () => cloud.store.children({ parentId: opened.id });
    const inScope = people.length - [corin, terry, pat].length;
    expect((await childrenOf()).filter(({ kind }) => kind === 'learning-review')).toHaveLength(inScope);
    expect((await childrenOf()).filter(({ kind }) => kind === 'school-review')).toHaveLength(3);

    // A second morning, and a second opening by hand, find it open.
    await cloud.invoke('morning-run');
    await cloud.settle();
    const again = await ask(cloud, rowan, 'POST', '/learning-review-cycles', { cycleId: '2026-27-autumn' });
    expect(again.id).toBe(opened.id);
    expect((await send(cloud, sienna, 'POST', '/learning-review-cycles', { cycleId: '2026-27-autumn' })).status).toBe(
      403,
    );
    expect((await send(cloud, zoe, 'POST', '/learning-reviews', { cycleId: '2026-27-autumn' })).status).toBe(405);
    expect((await ask(cloud, rowan, 'GET', '/learning-review-cycles')).items).toHaveLength(1);
    expect(await childrenOf()).toHaveLength(inScope + 3);
    const [mail] = cloud.mailbox.sent().filter(({ to }) => to === 'zoe@oak.example');
    expect(mail?.text).toContain('Look back and ahead: your learning review – due Fri 22 Jan 2027');

    // Everybody looks back; who has no e-mail does it with their manager.
    const [zoes] = await inboxOf(cloud, zoe, 'self-review');
    const task = await ask(cloud, zoe, 'GET', `/tasks/${zoes.taskId}`);
    expect(task.why).toMatch(/^Your line manager, your headteacher .* without names/);
    await answer(cloud, zoe, 'self-review', 'written', { workOn: 'Only-for-the-school: phonics' });
    const reviewed = [sam, sienna, sunil, robin, evie, hazel, rowan, ada, tam, ...oaks, ...aldhelms, ...rivers];
    for (const one of reviewed) await answer(cloud, one, 'self-review', 'skipped');
    const [unas] = await inboxOf(cloud, sam, 'self-review');
    expect(unas.subject.personId).toBe('una');
    await ask(cloud, sam, 'POST', `/tasks/${unas.taskId}/complete`, { outcome: 'skipped' });

    // The manager of Tam's other post reads and comments, and does not decide.
    const ofTam = await reviewOf(cloud, tam);
    const asSunil = await ask(cloud, sunil, 'GET', `/learning-reviews/${ofTam.id}`);
    const { taskId } = asSunil.openTasks[0];
    await ask(cloud, sunil, 'POST', `/tasks/${taskId}/comments`, { text: 'Reading in year 2 goes well with us.' });
    expect(
      (await send(cloud, sunil, 'POST', `/tasks/${taskId}/complete`, { outcome: 'agreed', needs: [] })).status,
    ).toBe(403);

    // Sam has many, is told so, hands one to the headteacher, and talks with all the others at once.
    const sams = await inboxOf(cloud, sam, 'conversation');
    expect(sams).toHaveLength(13);
    const first = await ask(cloud, sam, 'GET', `/tasks/${sams[0].taskId}`);
    expect(first.findings).toEqual([expect.objectContaining({ code: 'many-reviews' })]);
    const handed = sams.find(({ subject }) => subject.personId === 'oak10');
    await ask(cloud, sam, 'POST', `/tasks/${handed.taskId}/assign`, { personId: 'sienna' });
    const held = await ask(cloud, sam, 'POST', '/tasks/complete', {
      items: sams
        .filter((each) => each !== handed)
        .map(({ taskId, subject }) => ({
          taskId,
          outcome: 'agreed',
          needs: [need('behaviour', subject.personId === 'oak1' ? 'inset' : 'coaching')],
        })),
    });
    expect(held.results.map(({ status }: Json) => status)).toEqual(Array(12).fill(200));
    await answer(cloud, sienna, 'conversation', 'agreed', { needs: [need('wellbeing', 'none')] });
    for (const [manager, n] of [
      [sunil, 3],
      [evie, 3],
      [robin, 1],
      [sienna, 1],
      [hazel, 5],
      [terry, 1],
    ] as const)
      for (let at = 0; at < n; at++)
        await answer(cloud, manager, 'conversation', 'agreed', {
          needs: [need('behaviour', 'coaching'), need('subject', 'npq')],
        });

    // Who reads what: words stay at the school.
    const { id } = await reviewOf(cloud, zoe);
    const seen: Record<string, string> = {};
    for (const one of [zoe, sam, sienna, tam, robin, corin, rowan, hazel, ada, terry]) {
      const { status, body } = await send(cloud, one, 'GET', `/learning-reviews/${id}`);
      const isFull = JSON.stringify(body).includes('Only-for-the-school');
      seen[one.personId] = status !== 200 ? String(status) : isFull ? 'all of it' : 'stage and dates';
    }
    expect(seen).toEqual({
      zoe: 'all of it',
      sam: 'all of it',
      sienna: 'all of it',
      tam: '404',
      robin: '404',
      corin: '404',
      rowan: 'stage and dates',
      hazel: 'stage and dates',
      ada: '404',
      terry: '404',
    });
    const tams = await reviewOf(cloud, tam);
    expect((await send(cloud, sunil, 'GET', `/learning-reviews/${tams.id}`)).body.data.conversation).not.toBeNull();

    // A week on the leads hear how far it is; enough is held for every school to choose.
    await morning(cloud, day('2026-11-10'));
    for (const [head, school] of [
      [sienna, OAKFIELD],
      [robin, ST_ALDHELM],
      [evie, RIVERSIDE],
    ] as const) {
      const [priorities] = await inboxOf(cloud, head, 'school-priorities');
      expect(priorities.schoolId).toBe(school);
      await answer(cloud, head, 'school-priorities', 'chosen', {
        priorities: [{ strand: 'behaviour', priority: 'Calm corridors' }],
      });
    }
    await morning(cloud, day('2026-11-16'));
    const told = cloud.mailbox.sent().filter(({ to, sentAt }) => to === 'rowan@oak.example' && sentAt >= '2026-11-16');
    expect(told[0]?.text).toContain(
      `Learning reviews in all schools: ${inScope} of ${inScope} conversations are held.`,
    );

    await morning(cloud, closesOn);
    expect((await cycleOf(cloud)).stage).toBe('reviews');
    await morning(cloud, day('2027-01-23'));
    expect((await cycleOf(cloud)).stage).toBe('sign-off');

    // Demand: counts only, small ones hidden, for those who may.
    const demand = await ask(cloud, rowan, 'GET', '/reports/demand');
    expect(demand).toMatchObject({ cycle: { cycleId: '2026-27-autumn' }, isFrozen: true, conversations: inScope });
    expect(JSON.stringify(demand)).not.toMatch(/Only-for-the-school|Sample|zoe/);
    const small = demand.rows.filter(({ count }: Json) => typeof count === 'number' && count > 0 && count < 5);
    expect(small).toEqual([]);
    const wellbeing = demand.rows.find(
      ({ strand, schoolId, route }: Json) => strand === 'wellbeing' && !schoolId && !route,
    );
    expect(wellbeing.count).toBe('under 5');
    const byInset = demand.rows.find(({ strand, route }: Json) => strand === 'behaviour' && route === 'inset');
    expect(byInset.sessions.length).toBeGreaterThan(0);
    const csv = await cloud.request({
      method: 'GET',
      path: '/reports/demand',
      as: hazel,
      headers: { accept: 'text/csv' },
    });
    const lines = String(csv.body).trim().split('\r\n');
    expect(lines[0]).toMatch(
      /^\uFEFF?strand,label,schoolId,school,route,routeLabel,count,sessions,meetBy,meetByLabel$/,
    );
    expect(lines).toHaveLength(demand.rows.length + 1);
    const ofOakfield = await ask(cloud, sienna, 'GET', '/reports/demand');
    expect(ofOakfield.bySchool.map(({ schoolId }: Json) => schoolId)).toEqual([OAKFIELD]);
    for (const other of [zoe, ada, corin]) expect((await ask(cloud, other, 'GET', '/reports/demand')).rows).toEqual([]);
    expect(demand.bySchool.find(({ schoolId }: Json) => schoolId === TRUST)?.school).toBe('Central office');
    expect((await send(cloud, rowan, 'GET', '/reports/demand?cycle=no-such')).status).toBe(404);

    // Sign-off shows the needs by the names of schools, and everybody hears of it once.
    const [signOff] = await inboxOf(cloud, rowan, 'sign-off');
    const toAnswer = JSON.stringify((await ask(cloud, rowan, 'GET', `/tasks/${signOff.taskId}`)).facts);
    expect(toAnswer).not.toMatch(/9101\d\d/);
    expect(toAnswer).toContain('Oakfield');
    await answer(cloud, rowan, 'sign-off', 'signed-off', {
      decisions: [
        { strand: 'behaviour', meetBy: 'coaching', note: 'From March on' },
        { strand: 'subject', meetBy: 'not-now', note: 'Places are full' },
        { strand: 'wellbeing', meetBy: 'other', note: 'A talk in May' },
      ],
    });
    expect(await cycleOf(cloud)).toMatchObject({ status: 'completed', outcome: 'signed-off' });
    await morning(cloud, day('2027-01-26'));
    const saying = cloud.mailbox
      .sent()
      .filter(({ to, text }) => to === 'oak1@oak.example' && text.includes('You said, we did'));
    expect(saying).toHaveLength(1);

    // The follow-up had opened meanwhile, so many school days after the conversation.
    expect(addSchoolDays(calendar, opensOn, 40) <= day('2027-01-26')).toBe(true);
    const [followUp] = await inboxOf(cloud, zoe, 'follow-up');
    const shown = await ask(cloud, zoe, 'GET', `/tasks/${followUp.taskId}`);
    expect(shown.facts.map(({ value }: Json) => value).join(' ')).toContain('From March on');
    await answer(cloud, zoe, 'follow-up', 'reviewed', { need1: 'helped' });
    expect(await reviewOf(cloud, zoe)).toMatchObject({ status: 'completed', outcome: 'reviewed' });
    expect(cloud.failures.all()).toEqual([]);
    await cloud.stop();
  }, 120_000);
});
