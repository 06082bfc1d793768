import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDays, atLondon, type Day, day, dayOf } from '../workflows/kernel/time.ts';
import { makeMemoryGround } from './embedded.ts';
import { ask, type Json, type Who } from './people-over-http.ts';
import { everybody, OAKFIELD, personOf, sam, sienna } from './world.ts';

let ground: Awaited<ReturnType<typeof makeMemoryGround>>;
beforeAll(async () => {
  ground = await makeMemoryGround();
});
afterAll(() => ground?.stop());

const tilly = personOf('Tilly', { posts: [{ schoolId: OAKFIELD, lineManagerId: 'sam', job: 'Teaching Assistant' }] });
const cole = personOf('Cole', { posts: [{ schoolId: OAKFIELD }], roles: [['mentor', OAKFIELD]] });
const apple = personOf('Apple', {
  posts: [{ schoolId: 'trust' }],
  roles: [['apprenticeship-lead', 'trust']],
});

const start = {
  personId: 'tilly',
  standardId: 'ST1502',
  providerId: 'university-of-somerset',
  startsOn: '2026-09-21',
  plannedEndOn: '2030-09-20',
  weeklyHours: 32.5,
  isTermTimeOnly: true,
  mentorId: 'cole',
  ageAtStart: 24,
};

/** Who answers which task, and how, on that day. */
const answers: Readonly<Record<string, (today: Day, process: Json) => { as: Who; outcome: string; form: object }>> = {
  'sign-as-apprentice': () => ({ as: tilly, outcome: 'signed', form: { hasReadPlan: true } }),
  'sign-as-employer': () => ({ as: sienna, outcome: 'signed', form: { hasReadPlan: true } }),
  'sign-for-provider': (today) => ({ as: sam, outcome: 'signed', form: { signedOn: today } }),
  'initial-assessment': () => ({
    as: sam,
    outcome: 'assessed',
    form: { priorLearningHours: 0, plannedHours: 1000, english: 'achieved', maths: 'achieved', needsSupport: false },
  }),
  'set-up-funding': (today) => ({
    as: apple,
    outcome: 'set-up',
    form: { agreementSignedOn: today, isOnService: true },
  }),
  review: (today, { data }) => ({
    as: cole,
    outcome: today >= data.plannedEndOn ? 'ready-for-gateway' : 'on-track',
    form: {
      heldOn: today,
      isEmployerPresent: true,
      isProviderPresent: true,
      progress: 'All is well.',
      targets: 'More of it.',
    },
  }),
  'act-on-concern': () => ({ as: sam, outcome: 'acted', form: { measures: 'Thursdays are free.' } }),
  'decide-next-step': () => ({
    as: sam,
    outcome: 'proposed',
    form: { step: 'next-apprenticeship', nextStandardId: 'ST1414', isAgreedWithApprentice: true },
  }),
  'confirm-next-step': () => ({ as: sienna, outcome: 'confirmed', form: {} }),
  gateway: () => ({ as: sienna, outcome: 'passed', form: { isEvidenceComplete: true, isAgreedByProvider: true } }),
  'record-assessment': (today) => ({ as: sam, outcome: 'passed', form: { grade: 'Merit', assessedOn: today } }),
};

describe('an apprenticeship', () => {
  it('of four years with a break goes through every renewal of its executions', { timeout: 300_000 }, async () => {
    const cloud = await ground.cloud({
      startsAt: atLondon(day('2026-09-16'), '09:00'),
      people: [...everybody, tilly, cole, apple],
      hasCycles: false,
    });
    const started = await ask(cloud, sam, 'POST', '/apprenticeships', start);
    const path = `/apprenticeships/${started.id}`;
    expect(started).toMatchObject({
      status: 'active',
      stage: 'onboarding',
      data: { title: 'Teacher (degree)', level: 6 },
      ruleSet: '2026-27',
    });

    const today = (): Day => dayOf(cloud.clock.now());
    const read = (as: Who = sam) => ask(cloud, as, 'GET', path);
    const runs = new Set<string>();
    const answerAll = async (): Promise<Json> => {
      for (;;) {
        const now = await read();
        const task = now.openTasks.find(({ task: name }: { task: string }) => answers[name] !== undefined);
        if (task === undefined || now.status !== 'active') return now;
        const { as, outcome, form } = answers[task.task]?.(today(), now) ?? { as: sam, outcome: '', form: {} };
        await ask(cloud, as, 'POST', `/tasks/${task.taskId}/complete`, { outcome, ...form });
      }
    };

    const opened = await read();
    expect(opened.openTasks.map(({ task, title }: Json) => `${task}: ${title}`)).toEqual([
      'initial-assessment: Record the initial assessment of an apprentice',
      'set-up-funding: Set up employment and funding of an apprentice',
      'sign-as-apprentice: Sign your training plan',
      'sign-as-employer: Sign a training plan as the employer',
      'sign-for-provider: Record the provider’s signature under a training plan',
    ]);

    let hours = 0;
    let now = await answerAll();
    while (now.endedAt === null && today() < '2032-01-01') {
      const month = today().slice(0, 7);
      const next = addDays(day(`${month}-28`), 6).slice(0, 7);
      await cloud.advance(atLondon(day(`${next}-02`), '08:00'));
      runs.add((await cloud.store.process(started.id))?.run ?? '');
      if (today() === '2028-02-02')
        await ask(cloud, sam, 'POST', `${path}/break-in-learning`, {
          startedOn: '2028-02-02',
          expectedReturnOn: '2028-09-04',
          reason: 'parental-leave',
        });
      const isAway = today() > '2028-02-02' && today() <= '2028-09-02';
      if (!isAway && hours < 1000 && !month.endsWith('-08')) {
        await ask(cloud, cole, 'POST', `${path}/record-month`, { month, hours: 25 });
        hours += 25;
      }
      now = await answerAll();
    }

    expect(now).toMatchObject({ status: 'completed', outcome: 'completed', stage: 'progression' });
    expect(now.data.breaks).toMatchObject([{ startedOn: '2028-02-02', returnedOn: '2028-09-04' }]);
    expect(now.data.plannedEndOn).toBe(addDays(day('2030-09-20'), 215));
    // 1,700 days at 300 a run, and the jumps of a concern or a changed plan.
    const numbers = [...runs].map((run) => Number(run.split('-')[0]));
    expect(Math.max(...numbers)).toBeGreaterThanOrEqual(5);
    const late = now.data.reviews.filter(({ heldOn, latestOn }: Json) => heldOn > latestOn);
    expect(late).toEqual([]);
    expect(now.data.reviews.length).toBeGreaterThanOrEqual(15);

    // The mentor finds it, the line manager of somebody else does not; the next one waits for its details.
    const named = await ask(cloud, cole, 'GET', '/apprenticeships');
    expect(named.items.map(({ id }: Json) => id)).toContain(started.id);
    const all = await ask(cloud, tilly, 'GET', '/apprenticeships?person=tilly');
    expect(all.items.map(({ stage, data }: Json) => `${data.title}: ${stage}`).sort()).toEqual([
      'Specialist teaching assistant: onboarding',
      'Teacher (degree): progression',
    ]);
    const next = all.items.find(({ stage }: Json) => stage === 'onboarding');
    const details = await ask(cloud, sam, 'GET', `/tasks/${next.openTasks[0].taskId}`);
    expect(details).toMatchObject({ task: 'confirm-details', title: 'Confirm the details of the next apprenticeship' });
    await ask(cloud, sam, 'POST', `/tasks/${details.taskId}/complete`, {
      outcome: 'confirmed',
      providerId: 'somerset-college',
      startsOn: addDays(today(), 30),
      plannedEndOn: addDays(today(), 760),
      weeklyHours: 30,
      mentorId: 'cole',
      ageAtStart: 29,
    });
    expect((await ask(cloud, sam, 'GET', `/apprenticeships/${next.id}`)).openTasks).toHaveLength(5);
    const me = await ask(cloud, tilly, 'GET', '/people/tilly');
    expect(me.qualifications).toMatchObject([{ courseId: 'ST1502', outcome: 'passed' }]);
    expect(cloud.failures.all()).toEqual([]);
    await cloud.stop();
  });
});
