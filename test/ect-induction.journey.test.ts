/**
 * An induction of two and a half years part time on the embedded cloud, through absence, a new mentor, a machine that dies
 * now and then, and every renewal of its executions.
 */
import { describe, expect, it } from 'vitest';
import { atLondon, type Day, day } from '../workflows/kernel/time.ts';
import { cloudInMemory } from './embedded.ts';
import { ask, type Json, morning, send, type Who } from './people-over-http.ts';
import { corin, everybody, OAKFIELD, personOf, robin, rowan, ST_ALDHELM, sienna, zoe } from './world.ts';

const tess = personOf('Tess', { posts: [{ schoolId: OAKFIELD }], roles: [['induction-tutor', OAKFIELD]] });
const milo = personOf('Milo', { posts: [{ schoolId: OAKFIELD }], roles: [['mentor', OAKFIELD]] });
const mina = personOf('Mina', { posts: [{ schoolId: OAKFIELD }], roles: [['mentor', OAKFIELD]] });
const people = [...everybody, tess, milo, mina];

const WRITTEN = 'Reads with every group every day, and plans from what they know.';

/** What each task is answered with, and by whom, on that day. */
const answers: Readonly<Record<string, (today: string) => readonly [Who, string, object]>> = {
  'progress-review': (today) => [tess, 'on-track', { heldOn: today, evidence: WRITTEN, targets: WRITTEN }],
  'read-review': () => [zoe, 'read', {}],
  'formal-assessment': (today) => [
    tess,
    'written',
    { meetingOn: today, isOnTrack: true, strengths: WRITTEN, evidence: WRITTEN, targets: WRITTEN },
  ],
  'sign-assessment': () => [zoe, 'signed', { comments: WRITTEN }],
  countersign: () => [sienna, 'signed', {}],
  'choose-extension': () => [zoe, 'extended', {}],
  recommend: (today) => [sienna, 'recommended', { recommendation: 'pass', sentOn: today }],
  'record-outcome': (today) => [tess, 'passed', { decidedOn: today }],
};

describe('an induction', () => {
  it('goes part time from setup to the pass, over the years and over several executions', async () => {
    const cloud = await cloudInMemory({ startsAt: atLondon(day('2026-08-25'), '09:00'), people });
    const started = await ask(cloud, sienna, 'POST', '/ect-inductions', {
      personId: 'zoe',
      startsOn: '2026-09-01',
      qtsOn: '2026-07-15',
      fte: 0.8,
      mentorId: 'milo',
      tutorId: 'tess',
      appropriateBodyName: 'Five Counties Teaching School Hub',
      appropriateBodyType: 'teaching-school-hub',
      isBodyIndependent: true,
      programme: 'provider-led',
      leadProvider: 'Teach First',
    });
    const path = `/ect-inductions/${started.id}`;
    const show = (as: Who = zoe): Promise<Json> => ask(cloud, as, 'GET', path);
    const act = (action: string, body: object, as: Who = sienna): Promise<Json> =>
      ask(cloud, as, 'POST', `${path}/${action}`, body);
    const runOf = async () => Number((await cloud.store.process(started.id))?.run.split('-')[0]);
    const second = await send(cloud, sienna, 'POST', '/ect-inductions', { personId: 'zoe', startsOn: '2026-09-01' });
    expect(second.status).toBe(422);

    const open = (await show(sienna)).openTasks;
    expect(open.map(({ title }: Json) => title).sort()).toEqual([
      'Confirm the induction tutor of an early career teacher',
      'Confirm the mentor of an early career teacher',
      'Confirm the reduced timetable of an early career teacher',
      'Register an early career teacher with the appropriate body',
    ]);
    const settle = (task: string, as: Who, outcome: string, fields: object) => {
      const { taskId } = open.find((each: Json) => each.task === task);
      return ask(cloud, as, 'POST', `/tasks/${taskId}/complete`, { outcome, ...fields });
    };
    await settle('confirm-mentor', sienna, 'confirmed', { isTimeGiven: true });
    await settle('confirm-tutor', sienna, 'confirmed', {});
    await settle('register-with-body', tess, 'registered', { registeredOn: '2026-08-25' });
    await settle('confirm-timetable', sienna, 'confirmed', { firstYearPercent: 10, secondYearPercent: 5 });
    expect(await show()).toMatchObject({ stage: 'induction', timers: [{ name: 'Next review', dueOn: '2026-11-27' }] });

    let today = day('2026-08-25');
    let rounds = 0;
    /** Answers what is open as it comes, until that day or the end. */
    const goOnUntil = async (limit: string): Promise<void> => {
      for (;;) {
        const at = await show();
        if (at.status !== 'active') return;
        const [task] = at.openTasks;
        if (task !== undefined) {
          const [as, outcome, fields] = answers[task.task]?.(today) ?? [];
          if (as === undefined) throw new Error(`Nobody here answers ${task.task}`);
          await ask(cloud, as, 'POST', `/tasks/${task.taskId}/complete`, { outcome, ...fields });
          // The machine dies where it stands, and carries on from the table.
          if (++rounds % 7 === 0) {
            await cloud.kill();
            await cloud.settle();
          }
          continue;
        }
        const next = day(at.timers[0].dueOn);
        if (next > limit) break;
        await sleepUntil(next);
      }
      await sleepUntil(day(limit));
    };
    let renewals = 0;
    /** Nothing but mornings: where another run has taken over, the one before was 300 days old. */
    const sleepUntil = async (on: Day): Promise<void> => {
      const before = await runOf();
      today = on;
      await morning(cloud, today);
      renewals += (await runOf()) - before;
    };

    await goOnUntil('2027-03-26');
    expect((await show()).data.reviews.map(({ key }: Json) => key)).toEqual(['progress-1', 'progress-2']);
    const kept = (await show()).data.reviews;

    // The mentor finds it, and sees stage and dates; a governor nothing (hard case 97).
    expect((await ask(cloud, milo, 'GET', '/ect-inductions')).items).toHaveLength(1);
    const seen = await show(milo);
    expect(seen.data).toEqual({ startsOn: '2026-09-01' });
    expect(seen.milestones.map(({ name }: Json) => name)).toContain('first');
    expect(JSON.stringify(seen)).not.toContain(WRITTEN);
    // How the reviews went is no date either.
    const { items } = await ask(cloud, milo, 'GET', `${path}/events`);
    expect(items.length).toBeGreaterThan(5);
    expect(items.filter(({ outcome }: Json) => outcome !== null)).toEqual([]);
    expect((await send(cloud, corin, 'GET', path)).status).toBe(404);
    expect((await ask(cloud, zoe, 'GET', '/people/zoe/pathway')).current).toMatchObject([{ step: 'ect-induction' }]);

    await act('change-mentor', { mentorId: 'mina', from: '2027-04-12' });
    expect((await send(cloud, milo, 'GET', path)).status).toBe(404);
    // Forty of her own days away in the first year: the first assessment is later, what was held stays.
    const before = await dueOf('first');
    await act('record-absence', { from: '2027-04-12', to: '2027-06-25', kind: 'ad-hoc', days: 40 }, tess);
    expect((await dueOf('first')) > before).toBe(true);
    expect((await show()).data.reviews).toEqual(kept);
    async function dueOf(name: string): Promise<string> {
      return (await show()).milestones.find((each: Json) => each.name === name).dueOn;
    }

    await goOnUntil('2028-09-01');
    // In her last year she works full time.
    const longer = await dueOf('completed');
    await act('change-hours', { fte: 1, from: '2028-09-04' });
    expect((await dueOf('completed')) < longer).toBe(true);
    expect((await show()).data.reviews.slice(0, 2)).toEqual(kept);

    await goOnUntil('2029-08-01');
    const ended = await show();
    expect(ended).toMatchObject({ status: 'completed', outcome: 'passed' });
    expect(ended.data.reviews.map(({ key }: Json) => key)).toEqual([
      'progress-1',
      'progress-2',
      'progress-3',
      'progress-4',
      // Three terms of service at four fifths, and forty days of her own: in the fifth term of the calendar.
      'first',
      'progress-6',
      'progress-7',
      'final-1',
    ]);
    for (const { dueOn, heldOn } of ended.data.reviews) expect(heldOn <= dueOn).toBe(true);
    // What was written is in the tasks, for those who may read it, and nowhere else.
    expect(JSON.stringify(ended.data)).not.toContain(WRITTEN);
    const report = (await cloud.store.waits(started.id)).find(({ wait }) => wait === 'sign-assessment');
    const read = await ask(cloud, rowan, 'GET', `/tasks/${started.id}.${report?.step}`);
    expect(read.facts).toContainEqual({ label: 'Strengths', value: WRITTEN });
    expect((await send(cloud, mina, 'GET', `/tasks/${started.id}.${report?.step}`)).status).toBe(404);
    expect(JSON.stringify(cloud.mailbox.sent())).not.toContain(WRITTEN);

    expect((await ask(cloud, zoe, 'GET', '/people/zoe')).qualifications).toMatchObject([
      { courseId: 'qts', cohortId: '2026-07', providerId: null, outcome: 'passed', isFunded: false },
      { courseId: 'ect-induction', cohortId: '2026', providerId: null, outcome: 'passed', isFunded: true },
    ]);
    expect(await ask(cloud, zoe, 'GET', '/people/zoe/pathway')).toMatchObject({
      completed: [{ step: 'qts' }, { step: 'ect-induction', shownBy: 'qualification', on: ended.endedAt.slice(0, 10) }],
      current: [],
      next: [{ step: 'npq-specialist', startPath: '/npq-applications' }],
    });
    expect(renewals).toBeGreaterThanOrEqual(1);
    expect(cloud.failures.all()).toEqual([]);
    await cloud.stop();
  }, 300_000);

  it('moves school with an interim assessment: the former school reads what it wrote, and nothing that comes after', async () => {
    const mover = personOf('Zola', { posts: [{ schoolId: OAKFIELD }, { schoolId: ST_ALDHELM }] });
    const mel = personOf('Mel', { posts: [{ schoolId: ST_ALDHELM }], roles: [['mentor', ST_ALDHELM]] });
    const toby = personOf('Toby', { posts: [{ schoolId: ST_ALDHELM }], roles: [['induction-tutor', ST_ALDHELM]] });
    const startsAt = atLondon(day('2026-08-25'), '09:00');
    const cloud = await cloudInMemory({ startsAt, people: [...people, mover, mel, toby] });
    const { id } = await ask(cloud, sienna, 'POST', '/ect-inductions', {
      personId: mover.personId,
      schoolId: OAKFIELD,
      startsOn: '2026-09-01',
      qtsOn: '2026-07-15',
      mentorId: 'milo',
      tutorId: 'tess',
      appropriateBodyName: 'Five Counties Teaching School Hub',
      appropriateBodyType: 'teaching-school-hub',
      isBodyIndependent: true,
      programme: 'school-led',
    });
    const path = `/ect-inductions/${id}`;
    const answer = async (as: Who, outcome: string, fields: object, name?: string): Promise<string> => {
      const { openTasks } = await ask(cloud, mover, 'GET', path);
      const { taskId } = openTasks.find(({ task }: Json) => name === undefined || task === name);
      await ask(cloud, as, 'POST', `/tasks/${taskId}/complete`, { outcome, ...fields });
      return taskId;
    };
    await answer(sienna, 'confirmed', { isTimeGiven: true }, 'confirm-mentor');
    await answer(sienna, 'confirmed', {}, 'confirm-tutor');
    await answer(tess, 'registered', { registeredOn: '2026-08-25' }, 'register-with-body');
    await answer(sienna, 'confirmed', { firstYearPercent: 10, secondYearPercent: 5 }, 'confirm-timetable');
    await morning(cloud, day('2026-12-07'));
    const review = { evidence: WRITTEN, targets: WRITTEN };
    await answer(tess, 'on-track', { heldOn: '2026-12-07', ...review });
    await answer(mover, 'read', {});
    await morning(cloud, day('2027-02-08'));
    await ask(cloud, rowan, 'POST', `${path}/move-school`, { schoolId: ST_ALDHELM, on: '2027-02-22' });
    const report = { meetingOn: '2027-02-08', isOnTrack: true, strengths: WRITTEN, ...review };
    await answer(tess, 'written', report);
    await answer(mover, 'signed', {});
    const signed = await answer(sienna, 'signed', {});
    await answer(robin, 'named', { mentorId: 'mel', tutorId: 'toby' });
    await morning(cloud, day('2027-07-05'));
    const heldAfter = await answer(toby, 'written', { ...report, meetingOn: '2027-07-05', isOnTrack: false });

    const now = await ask(cloud, sienna, 'GET', path);
    expect(now.data.reviews.map(({ key }: Json) => key)).toEqual(['progress-1']);
    expect(now.openTasks).toEqual([]);
    expect((await ask(cloud, sienna, 'GET', `/tasks/${signed}`)).facts).toContainEqual({
      label: 'Strengths',
      value: WRITTEN,
    });
    expect((await send(cloud, sienna, 'GET', `/tasks/${heldAfter}`)).status).toBe(404);
    expect(now.data.report).toBeNull();
    // The former tutor is named no more.
    expect((await send(cloud, tess, 'GET', path)).status).toBe(404);
    expect((await ask(cloud, toby, 'GET', path)).data.report).toMatchObject({ isOnTrack: false });
    await cloud.stop();
  }, 120_000);
});
