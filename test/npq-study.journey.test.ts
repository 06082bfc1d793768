/** An NPQ from the first click to the pass on the embedded cloud: eighteen months, longer than an execution may last. */
import { describe, expect, it } from 'vitest';
import type { Cloud } from '../local/cloud.ts';
import { atLondon, type Day, day } from '../workflows/kernel/time.ts';
import { cloudInMemory } from './embedded.ts';
import { answer, ask, inboxOf, type Json, send, type Who } from './people-over-http.ts';
import { everybody, OAKFIELD, personOf, robin, rowan, sam, sienna, zoe } from './world.ts';

/** Manages Zoe, and nothing else. */
const mia = personOf('Mia', { posts: [{ schoolId: OAKFIELD, lineManagerId: 'sienna' }] });
const managed = { ...zoe, posts: zoe.posts.map((post) => ({ ...post, lineManagerId: 'mia' })) };
const people = [...everybody.filter(({ personId }) => personId !== 'zoe'), managed, mia];

/** Ticks every task of that name in the trust lead's inbox with one call. */
async function tick(cloud: Cloud, task: string, fields: object): Promise<readonly string[]> {
  const found = await inboxOf(cloud, rowan, task);
  const items = found.map(({ taskId }) => ({ taskId, outcome: 'recorded', ...fields }));
  const { results } = await ask(cloud, rowan, 'POST', '/tasks/complete', { items });
  return results.map((each: Json) => each.task?.status);
}

const morning = (cloud: Cloud, on: Day): Promise<void> => cloud.advance(atLondon(on, '08:00'));

describe('an NPQ study', () => {
  it('is started by the enrolment, in the same transaction, and goes on to the pass over several executions', async () => {
    const cloud = await cloudInMemory({ startsAt: atLondon(day('2026-11-16'), '09:00'), people });
    const application = await ask(cloud, zoe, 'POST', '/npq-applications', {
      courseId: 'npq-senior-leadership',
      cohortId: '2026b',
      motivation: 'I lead our phonics and want to lead more.',
      fundingRoute: 'dfe-scholarship',
    });
    await answer(cloud, sienna, 'endorse', 'endorsed', { isReleaseAgreed: true, isCoverAgreed: true });
    await answer(cloud, rowan, 'approve', 'approved', { fundingSource: 'dfe-scholarship' });
    await answer(cloud, zoe, 'register-with-dfe', 'registered', { registeredOn: '2026-11-16' });
    await answer(cloud, rowan, 'record-provider-decision', 'accepted', { fundedPlace: true, trn: '1234567' });
    // Another participant, on record by hand, so that milestones are ticked together.
    const besides = await ask(cloud, rowan, 'POST', '/npq-studies', {
      personId: 'sam',
      courseId: 'npq-leading-teaching',
      cohortId: '2026b',
      isFunded: false,
    });

    await morning(cloud, day('2026-12-14'));
    expect(await ask(cloud, zoe, 'GET', `/npq-applications/${application.id}`)).toMatchObject({ outcome: 'enrolled' });
    const [study] = (await ask(cloud, zoe, 'GET', '/npq-studies?person=zoe')).items;
    const pathOf = (id: string) => `/npq-studies/${id}`;
    const show = async (as: Who = zoe): Promise<Json> => ask(cloud, as, 'GET', pathOf(study.id));
    expect(await show()).toMatchObject({
      status: 'active',
      stage: 'started',
      schoolId: application.schoolId,
      ruleSet: '2026b',
      data: { isFunded: true, scheduleId: 'npq-leadership-autumn', startsOn: '2026-12-14' },
    });
    expect(await cloud.store.process(study.id)).toMatchObject({ parentId: application.id, startedBy: 'system' });
    const happened = (await ask(cloud, zoe, 'GET', `/npq-applications/${application.id}/events?limit=100`)).items;
    expect(happened.at(-1)).toMatchObject({
      type: 'process-completed',
      data: { started: [{ kind: 'npq-study', processId: study.id }] },
    });

    // Another school's head sees nothing; the line manager sees stage and dates.
    expect((await send(cloud, robin, 'GET', pathOf(study.id))).status).toBe(404);
    expect((await show(mia)).data).not.toHaveProperty('isFunded');

    expect(await tick(cloud, 'record-started', { declaredOn: '2026-12-14' })).toEqual(['completed', 'completed']);
    await morning(cloud, day('2027-04-01'));
    expect(await tick(cloud, 'record-retained-1', { declaredOn: '2027-03-26' })).toEqual(['completed', 'completed']);
    expect((await show()).milestones).toMatchObject([
      { name: 'started', doneOn: '2026-12-14' },
      { name: 'retained-1', doneOn: '2027-03-26' },
      { name: 'retained-2', doneOn: null, dueOn: '2028-01-24' },
      { name: 'completed', doneOn: null, dueOn: '2028-07-25' },
    ]);

    const runOf = async () => Number((await cloud.store.process(study.id))?.run.split('-')[0]);

    // A pause of two months, then on.
    await morning(cloud, day('2027-06-01'));
    await ask(cloud, zoe, 'POST', `${pathOf(study.id)}/defer`, { reason: 'parental-leave' });
    expect((await show(sienna)).data.deferrals).toMatchObject([{ reason: null }]);
    const refused = await send(cloud, rowan, 'POST', `${pathOf(study.id)}/declare`, {
      declarationType: 'retained-2',
      declaredOn: '2027-06-01',
    });
    expect(refused).toMatchObject({ status: 409, body: { code: 'is-paused' } });
    await morning(cloud, day('2027-08-02'));
    await ask(cloud, zoe, 'POST', `${pathOf(study.id)}/resume`, {});
    expect(await runOf()).toBe(1);

    await morning(cloud, day('2027-12-01'));
    await answer(cloud, rowan, 'record-retained-2', 'recorded', { declaredOn: '2027-11-30' });

    // The other one, a specialist course, has its assessment already; it ends by a withdrawal.
    await ask(cloud, sam, 'POST', `${pathOf(besides.id)}/withdraw`, { reason: 'change-in-career' });
    expect(await ask(cloud, sam, 'GET', pathOf(besides.id))).toMatchObject({
      status: 'stopped',
      outcome: 'withdrawn',
      reason: 'change-in-career',
    });

    // 300 days after the first run began another has taken over, without anybody noticing.
    const before = (await ask(cloud, zoe, 'GET', `${pathOf(study.id)}/events?limit=100`)).items.length;
    expect(await runOf()).toBe(2);

    await morning(cloud, day('2028-03-20'));
    await answer(cloud, mia, 'protect-time', 'protected', { note: 'Tuesdays.' });
    await ask(cloud, rowan, 'POST', `${pathOf(study.id)}/record-attendance`, { percent: 97 });
    await morning(cloud, day('2028-06-01'));
    await answer(cloud, rowan, 'record-completed', 'recorded', { declaredOn: '2028-06-01', hasPassed: true });
    await answer(cloud, rowan, 'record-outcome', 'passed', { completedOn: '2028-06-01' });
    expect(await show()).toMatchObject({ status: 'completed', outcome: 'passed' });
    expect((await ask(cloud, zoe, 'GET', `${pathOf(study.id)}/events?limit=100`)).items.length).toBeGreaterThan(before);
    expect((await ask(cloud, zoe, 'GET', '/people/zoe')).qualifications).toEqual([
      {
        courseId: 'npq-senior-leadership',
        cohortId: '2026b',
        providerId: 'teach-first',
        outcome: 'passed',
        isFunded: true,
        label: 'NPQ Senior Leadership',
        isByHand: false,
      },
    ]);
    await morning(cloud, day('2028-06-05'));
    const last = cloud.mailbox.sent().filter(({ to }) => to === zoe.email);
    expect(last.at(-1)?.text).toContain('The result of your NPQ is on record');
    expect(cloud.failures.all()).toEqual([]);
    await cloud.stop();
  }, 240_000);
});
