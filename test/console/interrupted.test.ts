/** Who is interrupted while they write, or does not know the form yet: nothing is lost, and each field says what it wants. */
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import { TRUST } from '../../workflows/kernel/records.ts';
import { atLondon, day } from '../../workflows/kernel/time.ts';
import { everybody, OAKFIELD, personOf, rowan, sienna, zoe } from '../world.ts';
import { expectAccessible, expectFitting, stageForEach } from './stage.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const passed = { outcome: 'passed', isFunded: false } as const;
const quinn = personOf('Quinn', {
  posts: [{ schoolId: OAKFIELD }],
  more: {
    qualifications: [
      { courseId: 'qts', cohortId: '2025-07', ...passed },
      { courseId: 'npq-senco', cohortId: '2024b', ...passed },
    ],
  },
});

/** Has the board of all schools, and may look up nobody else. */
const alma = personOf('Alma', { posts: [{ schoolId: TRUST }], roles: [['apprenticeship-lead', TRUST]] });

/** A name without a space in it, and longer than any line. */
const max = personOf('Max', {
  posts: [{ schoolId: OAKFIELD, lineManagerId: 'sam' }],
  more: { forename: 'Maximiliana'.repeat(14), surname: 'Featherstonehaugh'.repeat(9) },
});

const { stage, ask } = stageForEach({
  startsAt: atLondon(day('2026-11-16'), '09:00'),
  people: [...everybody, quinn, max, alma],
});

const button = (page: Page, name: string) => page.getByRole('button', { name });

describe('a form', () => {
  it('keeps whom one chooses a second time, and offers nobody but whom the search finds', async () => {
    const page = await stage.open('/app/action-research/new', rowan, { isPhone: true });
    const lead = page.getByRole('combobox', { name: 'Lead (optional)' });
    for (const _ of ['once', 'again']) {
      await lead.fill('Zoe');
      await page.getByRole('option', { name: 'Zoe Sample' }).waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await expect.poll(() => lead.inputValue(), { timeout: 30_000 }).toBe('Zoe Sample');
    }
    await lead.fill('Sienna');
    await expect
      .poll(() => page.getByRole('option', { name: /Sample/ }).allInnerTexts(), { timeout: 30_000 })
      .toEqual(['Sienna Sample (Class Teacher)']);
  });

  it('says to who finds nobody that they may not look up everybody, and who may', async () => {
    const page = await stage.open('/app/action-research/new', zoe, { isPhone: true });
    await page.getByText('your sponsor can add them with “Change the team”').waitFor();
    await page.getByRole('combobox', { name: 'Lead (optional)' }).fill('Sienna');
    await page.getByText('Who leads your school finds everybody there.').waitFor();
    await page.goto('/app/people');
    await page.getByText('You find yourself here, and whom you manage.').waitFor();
    await expectAccessible(page);
    const keeper = await stage.open('/app/people', alma);
    await keeper.getByText('You find yourself here, and whom you manage.').waitFor();
    const lead = await stage.open('/app/people', sienna);
    await lead.getByText('Zoe Sample').waitFor();
    expect(await lead.getByText('You find yourself here').count()).toBe(0);
  });

  it('asks for what is missing in the order of its fields, and for an entry of a list by its name', async () => {
    const page = await stage.open('/app/action-research/new', rowan, { isPhone: true });
    const team = page.getByRole('group', { name: 'Team (optional)' });
    await team.getByRole('button', { name: /^Add another ?: Team/ }).click();
    await team.getByRole('combobox', { name: 'Team 1' }).waitFor();
    await button(page, 'Check my answers').click();
    const errors = page.locator('.errors a');
    await errors.first().waitFor();
    expect((await errors.allInnerTexts()).slice(0, 2)).toEqual(['Answer this: Team 1', 'Answer this: Title']);
  });
});

describe('who signs out in mid-form', () => {
  const hasFocus = (one: Locator) => one.evaluate((element) => element === element.ownerDocument.activeElement);
  const signedOut = (page: Page) => page.getByRole('heading', { name: 'Who would you like to be?' });
  const question = (page: Page) => page.getByRole('alert').filter({ hasText: 'You have not sent everything' });

  it('finds the last words of an answer when they come back, and is asked where the server cannot be reached', async () => {
    const { id } = await ask(zoe, 'POST', '/npq-applications', {
      courseId: 'npq-senior-leadership',
      cohortId: '2026b',
      motivation: 'I lead our phonics and want to lead more.',
      fundingRoute: 'dfe-scholarship',
    });
    const page = await stage.open(`/app/tasks/${id}.1`, sienna, { isPhone: true });
    await button(page, 'Do not support it').click();
    const reason = page.getByLabel('Reason');
    await reason.fill('Written without a connection.');
    await page.context().setOffline(true);
    await reason.fill('Written without a connection, and not saved.');
    await button(page, 'Menu').click();
    await button(page, 'Sign out').click();
    await question(page).waitFor();
    await expect.poll(() => hasFocus(question(page))).toBe(true);
    await expectAccessible(page);
    await expectFitting(page);
    await button(page, 'Stay signed in').click();
    await question(page).waitFor({ state: 'detached' });
    expect(await reason.inputValue()).toBe('Written without a connection, and not saved.');

    await page.context().setOffline(false);
    await reason.fill('The last words.');
    await button(page, 'Sign out').click();
    await signedOut(page).waitFor();
    expect((await ask(sienna, 'GET', `/tasks/${id}.1`)).draft).toMatchObject({ reason: 'The last words.' });
    expect(await page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('oak.draft.'))")).toEqual([]);
  });

  it('is asked where they went on writing while the server got what they had', async () => {
    const { id } = await ask(zoe, 'POST', '/npq-applications', {
      courseId: 'npq-senior-leadership',
      cohortId: '2026b',
      motivation: 'I lead our phonics and want to lead more.',
      fundingRoute: 'dfe-scholarship',
    });
    const page = await stage.open(`/app/tasks/${id}.1`, sienna);
    await button(page, 'Do not support it').click();
    const reason = page.getByLabel('Reason');
    let sent = () => {};
    const isSent = new Promise<void>((resolve) => {
      sent = resolve;
    });
    const bodies: string[] = [];
    await page.route('**/draft', async (route) => {
      bodies.push(route.request().postData() ?? '');
      await isSent;
      // It may have been given up meanwhile.
      await route.continue().catch(() => undefined);
    });
    await reason.fill('First words.');
    await button(page, 'Sign out').click();
    await expect.poll(() => bodies.some((body) => body.includes('First words.'))).toBe(true);
    await reason.fill('First words, and more.');
    sent();
    await question(page).or(signedOut(page)).waitFor();
    await expect
      .poll(async () => (await ask(sienna, 'GET', `/tasks/${id}.1`)).draft?.reason)
      .toBe('First words, and more.');
  });

  it('is asked before a form is lost that only this device has', async () => {
    const page = await stage.open('/app/action-research/new', rowan);
    await page.getByLabel('Title').fill('Feedback in writing');
    await button(page, 'Sign out').click();
    await question(page).waitFor();
    await button(page, 'Sign out and lose it').click();
    await signedOut(page).waitFor();
    expect(await page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('oak.draft.'))")).toEqual([]);
  });
});

it('a milestone whose day has passed is not said to be expected', async () => {
  const { id } = await ask(zoe, 'POST', '/action-research', {
    title: 'Words before stories',
    priorityArea: 'Reading',
    question: 'Do more words help with stories?',
    startsOn: '2026-11-16',
    exploreUntil: '2026-11-17',
    prepareUntil: '2026-12-11',
    deliverUntil: '2027-01-15',
    endsOn: '2027-02-05',
    unevenBecause: 'We know the problem already.',
  });
  const page = await stage.open(`/app/action-research/${id}`, zoe, { isPhone: true });
  const explore = page.locator('.milestones > li').first();
  await explore.waitFor();
  await expect.poll(() => explore.textContent()).toMatch(/^Explore.*Expected: 17 November 2026$/s);
  await stage.cloud.advance(atLondon(day('2026-11-18'), '09:00'));
  await page.reload();
  await explore.waitFor();
  await expect.poll(() => explore.textContent()).toMatch(/^Explore.*Was expected, and is not done: 17 November 2026$/s);
});

it('says of an NPQ that the DfE did not fund it, and nothing of who paid for qualified teacher status', async () => {
  const page = await stage.open('/app/people/quinn', rowan, { isPhone: true });
  const list = page.getByRole('region', { name: 'Qualifications' }).getByRole('listitem');
  await list.first().waitFor();
  expect((await list.allTextContents()).map((line) => /not funded/.test(line))).toEqual([false, true]);
});

it('names and texts of any length stay within a small phone', async () => {
  const { id } = await ask(max, 'POST', '/npq-applications', {
    courseId: 'npq-senior-leadership',
    cohortId: '2026b',
    motivation: 'M'.repeat(300),
    fundingRoute: 'dfe-scholarship',
  });
  await ask(max, 'POST', `/tasks/${id}.1/comments`, { text: 'W'.repeat(2000) });
  const page = await stage.open('/app/inbox', sienna, { isPhone: true });
  const name = `${max.forename} ${max.surname}`;
  for (const [path, isThere] of [
    ['/inbox', page.getByText(name)],
    [`/tasks/${id}.1`, page.getByText('WWWW')],
    [`/npq-applications/${id}`, page.getByText('WWWW')],
    ['/people/max', page.getByRole('heading', { level: 1, name })],
    ['/npq-applications', page.getByText(name)],
  ] as const) {
    await page.goto(`/app${path}`);
    await isThere.first().waitFor();
    await expectFitting(page);
  }
});

it('what the rules notice is said to who decides, and not any more when it is decided', async () => {
  const { id } = await ask(zoe, 'POST', '/action-research', {
    title: 'Words before stories',
    priorityArea: 'Reading',
    question: 'Do more words help with stories?',
    startsOn: '2026-11-16',
    endsOn: '2027-02-05',
  });
  const page = await stage.open(`/app/tasks/${id}.1`, zoe, { isPhone: true });
  const noticed = page.getByRole('note').filter({ hasText: 'What the rules noticed' });
  await noticed.waitFor();
  const fields = page.locator('#answer textarea');
  await fields.first().waitFor();
  for (const field of await fields.all()) await field.fill('We have looked at it.');
  await button(page, 'Ready for the sponsor').click();
  await page.getByText('Done: Explore').waitFor();
  await expect.poll(() => noticed.count()).toBe(0);
});

it('an inbox says whose task it is, where it is somebody else’s as well', async () => {
  await ask(zoe, 'POST', '/npq-applications', {
    courseId: 'npq-senior-leadership',
    cohortId: '2026b',
    motivation: 'I lead our phonics and want to lead more.',
    fundingRoute: 'dfe-scholarship',
  });
  const page = await stage.open('/app/inbox', sienna, { isPhone: true });
  const row = page.getByRole('link', { name: /About Zoe Sample/ });
  await row.waitFor();
  expect(await row.getByText('With Quinn Sample').count()).toBe(0);
  // Long before the mentor’s review is late, its headteacher may answer it as well; a task for a role may be somebody’s, too.
  const theirs = page.getByRole('link', { name: /^Theirs/ });
  await page.route(
    ({ pathname }) => pathname === '/inbox',
    async (route) => {
      const answer = await (await route.fetch()).json();
      const [task] = answer.items;
      const mentor = { personId: 'quinn', name: 'Quinn Sample' };
      const items = [
        { ...task, candidates: [...task.candidates, mentor] },
        { ...task, taskId: 'another.1', title: 'Theirs', candidates: [mentor, ...task.candidates] },
      ];
      await route.fulfill({ json: { ...answer, items } });
    },
  );
  await page.reload();
  await theirs.getByText('With Quinn Sample').waitFor();
  expect(await row.getByText('With Quinn Sample').count()).toBe(1);
});
