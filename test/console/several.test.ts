/** Several tasks of one name answered with one form, in a real browser. */
import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import { TRUST } from '../../workflows/kernel/records.ts';
import { atLondon, day } from '../../workflows/kernel/time.ts';
import { ask, inboxOf, type Json } from '../people-over-http.ts';
import { everybody, OAKFIELD, personOf, rowan, sienna } from '../world.ts';
import { expectAccessible, expectFitting, stageForEach } from './stage.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** Twelve who take part: more than are sent with one request. */
const staff = Array.from({ length: 12 }, (_, at) =>
  personOf(`Staff${at}`, { posts: [{ schoolId: OAKFIELD, lineManagerId: 'sam' }] }),
);

/** Leads CPD of the trust as well. */
const rhea = personOf('Rhea', { posts: [{ schoolId: TRUST }], roles: [['trust-lead', TRUST]] });

const { stage, restage } = stageForEach({
  startsAt: atLondon(day('2026-12-15'), '09:00'),
  people: [...everybody, rhea, ...staff],
});

/** Studies of so many people: each waits for the trust lead to record its start. */
async function studying(count: number): Promise<readonly Json[]> {
  for (const { personId } of staff.slice(0, count))
    await ask(stage.cloud, rowan, 'POST', '/npq-studies', {
      personId,
      courseId: 'npq-leading-teaching',
      cohortId: '2026b',
      isFunded: true,
    });
  const tasks = await inboxOf(stage.cloud, rowan, 'record-started');
  expect(tasks).toHaveLength(count);
  return tasks;
}

const AT = '/app/inbox/npq-study/record-started';
const ON = 'Declared by the provider for which day?';
const step = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 2, name });
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const focused = (page: Page): Promise<unknown> => page.evaluate('document.activeElement?.textContent');
const answered = async (taskId: string): Promise<Json> => {
  await stage.cloud.settle();
  const { status, outcome, completedBy } = await ask(stage.cloud, rowan, 'GET', `/tasks/${taskId}`);
  return [status, outcome, completedBy?.personId];
};
const declaredOn = async (taskId: string): Promise<Json> => {
  const { data } = await ask(stage.cloud, rowan, 'GET', `/npq-studies/${taskId.split('.')[0]}`);
  return data.declarations.map((each: Json) => each.declaredOn);
};

/** Chooses all that are listed, and answers for a day. */
async function fill(page: Page, count: number, on: string): Promise<void> {
  await page.getByRole('checkbox', { name: `All ${count}` }).check();
  await page.getByLabel(ON).fill(on);
  await button(page, `Check ${count} answers`).click();
  await step(page, 'Before you send it').waitFor();
}

describe('several tasks at once', () => {
  it('are offered in the inbox, chosen, looked through, and answered each on its own', async () => {
    const tasks = await studying(4);
    const page = await stage.open('/app/inbox?kind=npq-study', rowan);
    await page.getByRole('link', { name: /^Answer several at once/ }).click();
    await page.getByRole('heading', { level: 1, name: 'Record the start of an NPQ' }).waitFor();
    expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe(`${AT}?kind=npq-study`);
    await page.getByText('Choose somebody first.').waitFor();
    // What the rules notice of everybody is said once, and what is known of one stands beside the name.
    await page.getByText('This is so for all of them').waitFor();
    expect(await page.getByText('The DfE has not published this date.').count()).toBe(1);
    await page.getByText('The facts').first().click();
    await page.getByText('Leading Teaching').first().waitFor();
    await expectAccessible(page);

    await page.getByRole('checkbox', { name: 'All 4' }).check();
    await page.getByText('4 of 4 chosen').waitFor();
    const on = page.getByLabel(ON);
    await on.waitFor();
    await button(page, 'Check 4 answers').click();
    await page.getByRole('alert').waitFor();
    await on.fill('2026-12-15');
    await button(page, 'Check 4 answers').click();
    await step(page, 'Before you send it').waitFor();
    await expect.poll(() => focused(page)).toBe('Before you send it');
    await page.getByText('15 December 2026').waitFor();
    await expectAccessible(page);

    const [first, second, third, left] = tasks.map(({ subject }) => subject.name);
    await button(page, new RegExp(`^Leave out.*${left}`)).click();
    await page.getByText('It goes to 3 people').waitFor();
    await expect.poll(() => focused(page)).toBe('It goes to 3 people');
    await button(page, new RegExp(`^Change it for this one.*${second}`)).click();
    await page.getByLabel(ON).fill('2026-12-14');
    await expectAccessible(page);
    await button(page, 'Keep this answer').click();
    await page.getByText('Their own answer').waitFor();
    await expect.poll(() => focused(page)).toContain(second);
    // Nothing is lost on the way back, and by a reload.
    await button(page, 'Change the answer').click();
    await page.reload();
    await page.getByText('3 of 4 chosen').waitFor();
    await expect.poll(() => page.getByLabel(ON).inputValue()).toBe('2026-12-15');
    await button(page, 'Check 3 answers').click();
    await page.getByText('Their own answer').waitFor();
    await button(page, 'Send 3 answers').click();
    await step(page, 'Done: 3 answers').waitFor();
    await expect.poll(() => focused(page)).toBe('Done: 3 answers');
    for (const name of [first, second, third]) await page.getByRole('listitem').getByText(name).waitFor();
    await expectAccessible(page);

    expect(await Promise.all(tasks.map(({ taskId }) => answered(taskId)))).toEqual([
      ...Array(3).fill(['completed', 'recorded', 'rowan']),
      ['open', null, undefined],
    ]);
    expect(await Promise.all(tasks.map(({ taskId }) => declaredOn(taskId)))).toEqual([
      ['2026-12-15'],
      ['2026-12-14'],
      ['2026-12-15'],
      [],
    ]);
    await button(page, 'Answer others').click();
    await page.getByText('0 of 1 chosen').waitFor();
  });

  it('that were refused say why and stay chosen, and those that somebody else was faster with are done', async () => {
    const tasks = await studying(3);
    const [taken, busy, fine] = tasks;
    const page = await stage.open(AT, rowan);
    await fill(page, 3, '2026-12-15');
    await ask(stage.cloud, rhea, 'POST', `/tasks/${taken.taskId}/complete`, {
      outcome: 'recorded',
      declaredOn: '2026-12-14',
    });
    // Too many people at once: what the API says then of a single one.
    await page.route(
      '**/tasks/complete',
      async (route) => {
        const body = route.request().postDataJSON();
        const items = body.items.filter(({ taskId }: Json) => taskId !== busy.taskId);
        const response = await route.fetch({ postData: { items } });
        const problem = { status: 429, code: 'too-many-requests', detail: 'Please try again in a moment.' };
        const { results } = await response.json();
        await route.fulfill({
          response,
          json: { results: [...results, { taskId: busy.taskId, status: 429, problem }] },
        });
      },
      { times: 1 },
    );
    await button(page, 'Send 3 answers').click();
    await step(page, '1 done, 2 not done').waitFor();
    await page.getByText('Rhea Sample answered this already').waitFor();
    await page.getByText('It needs no answer from you any more.').waitFor();
    await page.getByText('Please try again in a moment.').waitFor();
    await expectAccessible(page);
    expect(await page.getByRole('link', { name: busy.subject.name }).getAttribute('href')).toBe(
      `/app/tasks/${busy.taskId}`,
    );
    await page.reload();
    await step(page, '1 done, 2 not done').waitFor();

    await button(page, 'Try it again').click();
    await page.getByText('It goes to 1 person').waitFor();
    await page.getByText('Not done last time: Please try again in a moment.').waitFor();
    await button(page, 'Send 1 answer').click();
    await step(page, 'Done: 1 answer').waitFor();
    expect(await Promise.all([taken, busy, fine].map(({ taskId }) => answered(taskId)))).toEqual([
      ['completed', 'recorded', 'rhea'],
      ['completed', 'recorded', 'rowan'],
      ['completed', 'recorded', 'rowan'],
    ]);
    await page.getByRole('link', { name: 'Back to the inbox' }).last().click();
    await page.getByText('Nothing is waiting for you.').waitFor();
  });

  it('are sent on where a dropped connection or a reload stopped it, and none of them twice', async () => {
    const tasks = await studying(12);
    const page = await stage.open(AT, rowan);
    await fill(page, 12, '2026-12-15');
    const keys: (string | undefined)[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/tasks/complete')) keys.push(request.headers()['idempotency-key']);
    });
    // It arrives, and the answer does not.
    await page.route(
      '**/tasks/complete',
      async (route) => {
        await route.fetch();
        await route.abort();
      },
      { times: 1 },
    );
    await button(page, 'Send 12 answers').click();
    await step(page, 'Not everything has been sent').waitFor();
    await page.getByRole('alert').getByText('There is no connection').waitFor();
    await page.getByText('0 of 12 sent').waitFor();
    await expectAccessible(page);
    await page.reload();
    await page.getByText('0 of 12 sent').waitFor();
    await button(page, 'Carry on').click();
    await step(page, 'Done: 12 answers').waitFor();
    expect(keys).toHaveLength(3);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[1]);
    for (const { taskId } of tasks) expect(await answered(taskId)).toEqual(['completed', 'recorded', 'rowan']);
    const events = await ask(
      stage.cloud,
      rowan,
      'GET',
      `/npq-studies/${tasks[0].taskId.split('.')[0]}/events?limit=100`,
    );
    expect(events.items.filter(({ type }: Json) => type === 'task-completed')).toHaveLength(1);
  });

  it('are chosen from page after page, and stay chosen when the page is loaded again', async () => {
    await studying(3);
    const prepare = async (context: BrowserContext): Promise<void> => {
      await context.route('**/inbox?*', (route) => route.continue({ url: `${route.request().url()}&limit=2` }));
    };
    const page = await stage.open(AT, rowan, { prepare });
    await page.getByRole('checkbox', { name: 'All 2 that are shown' }).check();
    await page.getByText('2 of 2 chosen').waitFor();
    await button(page, 'Show more').click();
    await page.getByText('2 of 3 chosen').waitFor();
    await page.getByRole('checkbox', { name: 'All 3' }).check();
    await page.getByText('3 of 3 chosen').waitFor();
    await page.reload();
    await page.getByText('3 of 3 chosen').waitFor();
    await page.getByRole('checkbox', { name: 'All 3' }).uncheck();
    await page.getByText('0 of 3 chosen').waitFor();
  });

  it('leave nothing on the device of who signs out while they are sent', async () => {
    await studying(2);
    const page = await stage.open(AT, rowan);
    await fill(page, 2, '2026-12-15');
    let go = (): void => undefined;
    const isOut = new Promise<void>((resolve) => {
      go = resolve;
    });
    await page.route('**/tasks/complete', async (route) => {
      await isOut;
      await route.continue();
    });
    await button(page, 'Send 2 answers').click();
    await page.getByText('0 of 2 sent').waitFor();
    const kept = (): Promise<unknown> =>
      page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('oak.draft.'))");
    expect(await kept()).toHaveLength(1);
    await button(page, 'Sign out').click();
    await button(page, 'Sign out and lose it').click();
    await page.getByRole('heading', { name: 'Who would you like to be?' }).waitFor();
    await Promise.all([page.waitForResponse('**/tasks/complete'), go()]);
    await page.waitForLoadState('networkidle');
    expect(await kept()).toEqual([]);
    await stage.cloud.settle();
  });

  it('that somebody stops sending stay chosen', async () => {
    const tasks = await studying(2);
    const page = await stage.open(AT, rowan);
    await fill(page, 2, '2026-12-15');
    await page.route('**/tasks/complete', (route) => route.abort(), { times: 1 });
    await button(page, 'Send 2 answers').click();
    await button(page, 'Send no more').click();
    await step(page, '0 done, 2 not done').waitFor();
    await page.getByText('2 answers were not sent.').waitFor();
    await expectAccessible(page);
    await button(page, 'Try these 2 again').click();
    await button(page, 'Change the answer').click();
    await page.getByText('2 of 2 chosen').waitFor();
    await page.getByLabel(ON).fill('2026-12-14');
    await button(page, 'Check 2 answers').click();
    await button(page, 'Send 2 answers').click();
    await step(page, 'Done: 2 answers').waitFor();
    await stage.cloud.settle();
    for (const { taskId } of tasks) expect(await declaredOn(taskId)).toEqual(['2026-12-14']);
  });

  it('are answered with the keyboard alone on the smallest phone', async () => {
    const tasks = await studying(2);
    const page = await stage.open('/app/inbox', rowan, { isPhone: true });
    const press = async (role: 'link' | 'button' | 'checkbox', name: string | RegExp, key: string) => {
      const control = page.getByRole(role, { name });
      await control.waitFor();
      for (let tabs = 0; tabs < 60; tabs++) {
        if (await control.evaluate((element) => element === element.ownerDocument.activeElement)) break;
        await page.keyboard.press('Tab');
      }
      await page.keyboard.press(key);
    };
    await page.getByRole('link', { name: /^Answer several at once/ }).waitFor();
    await expectFitting(page);
    await press('link', /^Answer several at once/, 'Enter');
    await press('checkbox', 'All 2', 'Space');
    await page.getByText('2 of 2 chosen').waitFor();
    await page.getByLabel(ON).waitFor();
    await expectFitting(page);
    await expectAccessible(page);
    await press('link', 'Go to your answer', 'Enter');
    await page.keyboard.press('Tab');
    // Day and month are the same in every country's order.
    await page.keyboard.type('12122026');
    await press('button', 'Check 2 answers', 'Enter');
    await step(page, 'Before you send it').waitFor();
    await expectFitting(page);
    await expectAccessible(page);
    await press('button', 'Send 2 answers', 'Enter');
    await step(page, 'Done: 2 answers').waitFor();
    await expectFitting(page);
    expect(await answered(tasks[0].taskId)).toEqual(['completed', 'recorded', 'rowan']);
  });
});

describe('what is decided about a single person', () => {
  it('is not offered for several', async () => {
    // Registration is open.
    await restage({ startsAt: atLondon(day('2026-11-16'), '09:00'), people: [...everybody, ...staff] });
    for (const one of staff.slice(0, 2))
      await ask(stage.cloud, one, 'POST', '/npq-applications', {
        courseId: 'npq-senior-leadership',
        cohortId: '2026b',
        motivation: 'I lead our phonics.',
        fundingRoute: 'dfe-scholarship',
      });
    const page = await stage.open('/app/inbox', sienna);
    await page.locator('a[data-row]').nth(1).waitFor();
    expect(await page.getByRole('link', { name: /at once/ }).count()).toBe(0);
    await page.goto('/app/inbox/npq-application/endorse');
    await page.getByText('These are read and answered one by one').waitFor();
    await expectAccessible(page);
  });
});
