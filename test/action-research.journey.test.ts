/** Action research and sets on the embedded cloud: whole projects, with the mail that people got. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cloud } from '../local/cloud.ts';
import { TRUST } from '../workflows/kernel/records.ts';
import { atLondon, day } from '../workflows/kernel/time.ts';
import { type Ground, makeGround } from './embedded.ts';
import { answer, ask, type Json, type Who } from './people-over-http.ts';
import { everybody, evie, OAKFIELD, personOf, RIVERSIDE, robin, rowan, ST_ALDHELM, sienna, zoe } from './world.ts';

const nora = personOf('Nora', { posts: [{ schoolId: OAKFIELD }] });
const shirley = personOf('Shirley', { roles: [['partner', TRUST]] });
const people = [...everybody, nora, shirley];

let ground: Ground;
beforeAll(async () => {
  ground = await makeGround();
});
afterAll(() => ground?.stop());

const refusal = async (cloud: Cloud, as: Who, method: string, path: string, body?: unknown): Promise<Json> => {
  const { status, body: answer } = await cloud.request({ method, path, as, ...(body !== undefined && { body }) });
  return [status, (answer as Json)?.code];
};

const criteria = {
  explore: ['problem-evidenced', 'approach-chosen-or-rejected', 'fit-and-capacity-judged'],
  prepare: ['plan-complete', 'readiness-judged', 'training-done'],
  deliver: ['reach-and-fidelity-shown', 'early-outcomes-reviewed', 'next-step-reasoned'],
  sustain: ['turnover-planned', 'review-date-set', 'results-shared'],
} as const;
const all = (stage: keyof typeof criteria, value: string) =>
  Object.fromEntries(criteria[stage].map((criterion) => [criterion, value]));

/** Lead hands in, sponsor decides. */
async function gate(
  cloud: Cloud,
  stage: keyof typeof criteria,
  outcome: string,
  fields: object = {},
  { lead = zoe as Who, sponsor = sienna as Who } = {},
): Promise<void> {
  const ingredients = stage === 'prepare' ? { activeIngredients: 'Partners change weekly.' } : {};
  await answer(cloud, lead, `${stage}-work`, 'ready', { ...all(stage, 'What shows it.'), ...ingredients });
  await answer(cloud, sponsor, `${stage}-gate`, outcome, { ...all(stage, 'met'), ...fields });
}

const project = {
  title: 'Talk partners',
  priorityArea: 'Oracy',
  question: 'Do talk partners help?',
  startsOn: '2026-11-16',
  endsOn: '2027-07-16',
};

/** What people were told of that process, day by day; the rest of their digests is for other tests. */
const newsOf = (cloud: Cloud, id: string): readonly string[] =>
  cloud.mailbox
    .sent()
    .flatMap(({ to, text, sentAt }) =>
      [...text.matchAll(/^- (.*)\n {2}(\S+)$/gm)].flatMap(([, line = '', link = '']) =>
        link.includes(id) ? [`${sentAt.slice(0, 10)} ${to}: ${line}`] : [],
      ),
    )
    .sort();

describe('a project', () => {
  it('goes forward, back to Explore and forward again, and stops with what was learned', async () => {
    const cloud = await ground.cloud({ startsAt: atLondon(day('2026-11-16'), '09:00'), people });
    const morning = (on: string) => cloud.advance(atLondon(day(on), '08:00'));
    const { id } = await ask(cloud, zoe, 'POST', '/action-research', { ...project, teamIds: ['nora'] });
    const path = `/action-research/${id}`;
    await ask(cloud, nora, 'POST', `${path}/log`, { sort: 'measure', text: 'Four of 30 speak in full sentences.' });
    await morning('2026-11-17');
    await gate(cloud, 'explore', 'proceed');
    await morning('2026-11-18');
    await gate(cloud, 'prepare', 'back', { 'readiness-judged': 'not-met', to: 'explore', why: 'Not ready.' });
    await morning('2026-11-19');
    await gate(cloud, 'explore', 'proceed');
    await gate(cloud, 'prepare', 'proceed');
    await ask(cloud, nora, 'POST', `${path}/log-adaptation`, {
      what: 'Threes.',
      why: 'Odd numbers.',
      touchesActiveIngredient: true,
    });
    await answer(cloud, sienna, 'deliver-adaptation', 'agreed');
    await morning('2026-11-20');
    await gate(cloud, 'deliver', 'stop', { learned: 'Talk improved, writing did not.' });

    const ended = await ask(cloud, zoe, 'GET', path);
    expect(ended).toMatchObject({ status: 'completed', outcome: 'stopped' });
    expect(ended.data.entries.map(({ stage, leftBy }: Json) => [stage, leftBy])).toEqual([
      ['explore', 'proceed'],
      ['prepare', 'back'],
      ['explore', 'proceed'],
      ['prepare', 'proceed'],
      ['deliver', 'stop'],
    ]);
    const log = (await ask(cloud, nora, 'GET', `${path}/comments`)).items;
    expect(log.map(({ sort, on, by, taskId }: Json) => [sort, on, by.personId, taskId])).toEqual([
      ['measure', '2026-11-16', 'nora', `${id}.1`],
      ['adaptation', '2026-11-19', 'nora', `${id}.10`],
    ]);
    const { items: events } = await ask(cloud, zoe, 'GET', `${path}/events`);
    expect(JSON.stringify(events)).not.toMatch(/sentences|Threes|ready\.|improved|weekly/);
    expect(newsOf(cloud, id)).toMatchInlineSnapshot(`
      [
        "2026-11-17 nora@oak.example: You are in the team of an action research project. You can add to its log at any time. (Zoe)",
        "2026-11-17 sienna@oak.example: You are the sponsor of an action research project: you decide at the end of each stage. (Zoe)",
        "2026-11-17 zoe@oak.example: Explore: hand in for the sponsor’s decision – due Mon 18 Jan 2027",
        "2026-11-18 nora@oak.example: The sponsor has decided about an action research project that you work on. (Zoe)",
        "2026-11-18 zoe@oak.example: Prepare: hand in for the sponsor’s decision – due Tue 16 Mar 2027",
        "2026-11-18 zoe@oak.example: Your sponsor has decided about your project. Please read what is next.",
        "2026-11-19 nora@oak.example: The sponsor has decided about an action research project that you work on. (Zoe)",
        "2026-11-19 zoe@oak.example: Explore: hand in for the sponsor’s decision – due Mon 18 Jan 2027",
        "2026-11-19 zoe@oak.example: Your sponsor has decided about your project. Please read what is next.",
        "2026-11-20 nora@oak.example: The sponsor has decided about an action research project that you work on. (Zoe)",
        "2026-11-20 zoe@oak.example: Deliver: hand in for the sponsor’s decision – due Thu 20 May 2027",
        "2026-11-20 zoe@oak.example: Your sponsor has decided about your project. Please read what is next.",
      ]
    `);
    expect(cloud.failures.all()).toEqual([]);
    await cloud.stop();
  }, 120_000);

  it('changes hands: the new lead has the work and finds it in their list, who led it is in the team', async () => {
    const cloud = await ground.cloud({ startsAt: atLondon(day('2026-11-16'), '09:00'), people });
    const { id } = await ask(cloud, zoe, 'POST', '/action-research', project);
    const changed = await ask(cloud, zoe, 'POST', `/action-research/${id}/change-lead`, { leadId: 'nora' });
    expect(changed.subject.personId).toBe('nora');
    expect((await ask(cloud, nora, 'GET', '/action-research')).items).toMatchObject([{ id }]);
    expect((await ask(cloud, zoe, 'GET', '/action-research')).items).toMatchObject([
      { id, data: { teamIds: ['zoe'] } },
    ]);
    expect(await refusal(cloud, zoe, 'POST', `/action-research/${id}/change-plan`)).toEqual([403, 'not-allowed']);
    await ask(cloud, zoe, 'POST', `/action-research/${id}/log`, { text: 'Still here.' });
    await answer(cloud, nora, 'explore-work', 'ready', all('explore', 'x'));
    expect(cloud.failures.all()).toEqual([]);
    await cloud.stop();
  }, 120_000);

  it('is taken to two further schools, each from Explore with its own head as sponsor, and told to its parent', async () => {
    const cloud = await ground.cloud({ startsAt: atLondon(day('2026-11-16'), '09:00'), people });
    const { id } = await ask(cloud, zoe, 'POST', '/action-research', project);
    await gate(cloud, 'explore', 'proceed');
    await gate(cloud, 'prepare', 'proceed');
    await gate(cloud, 'deliver', 'proceed');
    await gate(cloud, 'sustain', 'scaled', { schoolIds: [ST_ALDHELM, RIVERSIDE] });
    expect(await ask(cloud, zoe, 'GET', `/action-research/${id}`)).toMatchObject({
      status: 'completed',
      outcome: 'scaled',
      data: { sessionOffer: { title: 'Talk partners' } },
    });
    const live = (await ask(cloud, zoe, 'GET', '/action-research')).items.filter(
      (each: Json) => each.status === 'active',
    );
    expect(live.map(({ schoolId, stage }: Json) => [schoolId, stage]).sort()).toEqual([
      [ST_ALDHELM, 'explore'],
      [RIVERSIDE, 'explore'],
    ]);
    const child = live.find(({ schoolId }: Json) => schoolId === ST_ALDHELM);
    await ask(cloud, zoe, 'GET', `/action-research/${child.id}`);
    await ask(cloud, robin, 'POST', `/action-research/${child.id}/change-lead`, { leadId: 'sunil' });
    const sunil = people.find(({ personId }) => personId === 'sunil') as Who;
    await gate(cloud, 'explore', 'proceed', {}, { lead: sunil, sponsor: robin });
    expect((await ask(cloud, robin, 'GET', `/action-research/${child.id}`)).stage).toBe('prepare');
    expect((await ask(cloud, evie, 'GET', '/action-research')).items).toMatchObject([{ schoolId: RIVERSIDE }]);
    const rows = (await ground.itemsOf(cloud, id)).filter(({ type }) => type === 'child');
    expect(rows.map((row: Json) => [row.schoolId, row.subjectId, row.mark])).toEqual(
      expect.arrayContaining([
        [ST_ALDHELM, 'sunil', 'prepare'],
        [RIVERSIDE, 'zoe', undefined],
      ]),
    );
    expect(cloud.failures.all()).toEqual([]);
    await cloud.stop();
  }, 120_000);
});

describe('a set', () => {
  it('is led from outside, meets, has the projects that were started in it and those taken in, each in one set only', async () => {
    const cloud = await ground.cloud({ startsAt: atLondon(day('2026-11-16'), '09:00'), people });
    const morning = (on: string) => cloud.advance(atLondon(day(on), '08:00'));
    const about = { title: 'Feedback', priorityArea: 'Assessment', leadId: 'shirley' };
    const set = await ask(cloud, rowan, 'POST', '/action-research-sets', { ...about, memberIds: ['nora'] });
    const other = await ask(cloud, rowan, 'POST', '/action-research-sets', about);
    const path = `/action-research-sets/${set.id}`;

    const begun = await ask(cloud, zoe, 'POST', '/action-research', { ...project, setId: set.id });
    expect(begun.data.setId).toBe(set.id);
    expect((await ask(cloud, shirley, 'GET', path)).data.projects).toMatchObject([{ projectId: begun.id }]);
    const elsewhere = { projectId: begun.id };
    expect(await refusal(cloud, rowan, 'POST', `/action-research-sets/${other.id}/add-project`, elsewhere)).toEqual([
      409,
      'in-another-set',
    ]);
    await ask(cloud, shirley, 'POST', `${path}/remove-project`, elsewhere);
    await ask(cloud, rowan, 'POST', `/action-research-sets/${other.id}/add-project`, elsewhere);
    expect(await refusal(cloud, shirley, 'POST', `${path}/add-project`, elsewhere)).toEqual([409, 'in-another-set']);
    expect(await refusal(cloud, shirley, 'GET', `/action-research/${begun.id}`)).toEqual([404, 'not-found']);

    const { items } = await ask(cloud, shirley, 'GET', '/inbox');
    const plan = items.find((each: Json) => each.process.id === set.id);
    const first = { on: '2026-11-25', at: '16:00', place: 'Oakfield', agenda: 'Where we are' };
    await ask(cloud, shirley, 'POST', `/tasks/${plan.taskId}/complete`, { outcome: 'planned', ...first });
    await morning('2026-11-25');
    await answer(cloud, shirley, 'record-meeting', 'recorded', {
      present: ['shirley', 'nora'],
      next: 'One book each.',
    });
    await ask(cloud, shirley, 'POST', `${path}/close-set`, { learned: 'Ask before telling.' });
    const closed = await ask(cloud, nora, 'GET', path);
    expect(closed).toMatchObject({
      status: 'completed',
      outcome: 'closed',
      data: { meetings: [{ state: 'held', present: ['shirley', 'nora'] }] },
    });
    expect(newsOf(cloud, set.id)).toMatchInlineSnapshot(`
      [
        "2026-11-17 nora@oak.example: A meeting of your action research set is planned for Wed 25 Nov. Please note the day. (Shirley)",
        "2026-11-17 nora@oak.example: You are in an action research set. You can read who is in it and when it meets. (Shirley)",
        "2026-11-17 shirley@oak.example: A project was started in your action research set.",
        "2026-11-17 shirley@oak.example: You lead an action research set. Please plan its first meeting.",
        "2026-11-25 nora@oak.example: Your action research set meets today. (Shirley)",
        "2026-11-25 shirley@oak.example: Record the meeting of the set – due Wed 9 Dec",
        "2026-11-25 shirley@oak.example: Your action research set meets today.",
      ]
    `);
    expect(cloud.failures.all()).toEqual([]);
    await cloud.stop();
  }, 120_000);
});
