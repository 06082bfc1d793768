/** The page of a process: what there is to say of it, what belongs to it, long lives, the picture, and what cannot be undone. */
import type { Locator, Page } from 'playwright-core';
import { expect, it, vi } from 'vitest';
import { TRUST } from '../../workflows/kernel/records.ts';
import { atLondon, day } from '../../workflows/kernel/time.ts';
import { everybody, personOf, rowan, sam, sienna, zoe } from '../world.ts';
import { expectAccessible, expectFitting, stageForEach } from './stage.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const paul = personOf('Paul', { roles: [['partner', TRUST]] });

const { stage, ask } = stageForEach({ startsAt: atLondon(day('2026-11-16'), '09:00'), people: [...everybody, paul] });

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name });
const focused = (page: Page): Promise<unknown> => page.evaluate('document.activeElement?.textContent');

const project = {
  title: 'Words before stories',
  priorityArea: 'Vocabulary',
  question: 'Do six words taught first help?',
  startsOn: '2026-11-18',
  endsOn: '2027-05-28',
};

const application = {
  courseId: 'npq-senior-leadership',
  cohortId: '2026b',
  motivation: 'I lead our phonics.',
  fundingRoute: 'dfe-scholarship',
};

it('names people, facts and meetings, and leads to what belongs to it, both ways, as far as its reader may see that', async () => {
  const set = await ask(rowan, 'POST', '/action-research-sets', {
    title: 'Reading across the trust',
    priorityArea: 'Reading',
    memberIds: [sam.personId, paul.personId],
  });
  const { id } = await ask(zoe, 'POST', '/action-research', { ...project, teamIds: [sam.personId], setId: set.id });
  for (let n = 13; n >= 1; n--)
    await ask(rowan, 'POST', `/action-research-sets/${set.id}/add-meeting`, {
      on: `2026-12-${String(n).padStart(2, '0')}`,
      at: '16:00',
      place: 'The library',
      agenda: 'Reading aloud',
    });

  const page = await stage.open(`/app/action-research-sets/${set.id}`, rowan);
  await heading(page, 'Action research set: Rowan Sample').waitFor();
  const about = page.locator('.about');
  expect(await about.textContent()).toMatch(/MemberSam Sample.*Guest from outsidePaul Sample/);
  const meetings = page.getByRole('region', { name: 'Meetings' });
  expect(await meetings.locator('dt').count()).toBe(8);
  await meetings.getByRole('button', { name: 'Show all 13: Meetings' }).click();
  const milestones = page.locator('.milestones > li');
  expect(await milestones.count()).toBe(8);
  await page.getByRole('button', { name: 'Show all 13 milestones' }).click();
  expect(await milestones.count()).toBe(13);
  expect(await meetings.textContent()).toMatch(/1 December 2026Planned for 16:00: The library\nReading aloud/);
  await page.getByRole('button', { name: 'Take a project out of the set' }).click();
  await page.getByLabel('Words before stories, Zoe Sample').waitFor();
  await expectAccessible(page);

  await page.getByRole('link', { name: 'Action research project: Zoe Sample' }).click();
  await heading(page, 'Action research project: Zoe Sample').waitFor();
  await page.getByText('Words before stories').first().waitFor();
  expect(await about.textContent()).toMatch(/TeamSam Sample/);
  const others = page.getByRole('region', { name: 'Other processes' });
  await others.getByRole('link', { name: 'Action research set: Rowan Sample' }).waitFor();
  await expectAccessible(page);
  expect(page.url()).toContain(id);

  const guest = await stage.open(`/app/action-research-sets/${set.id}`, paul, { isPhone: true });
  await guest.getByRole('region', { name: 'Meetings' }).getByText('The library').first().waitFor();
  await guest.getByRole('region', { name: 'What happened' }).getByText('Started').waitFor();
  expect(await guest.getByText('Words before stories').or(guest.getByText('Other processes')).count()).toBe(0);
  await expectFitting(guest);
  await expectAccessible(guest);
});

it('shows of a long life what is newest, and the rest when it is asked for', async () => {
  const { id } = await ask(zoe, 'POST', '/action-research', { ...project, startsOn: '2026-11-16' });
  for (let n = 1; n <= 41; n++) await ask(zoe, 'POST', `/action-research/${id}/log`, { text: `Entry ${n}.` });
  await stage.cloud.advance(atLondon(day('2026-11-16'), '15:00'));
  await ask(zoe, 'POST', `/action-research/${id}/log`, {
    text: `Entry 42. ${'We compared six classes. '.repeat(60)}THE END`,
  });

  const page = await stage.open(`/app/action-research/${id}`, sienna);
  const comments = page.locator('.comments > li');
  await comments.filter({ hasText: 'Entry 42.' }).waitFor();
  expect(await comments.count()).toBe(20);
  // What is read on goes down: the newest is the last, and a long one is shown by its beginning.
  expect(await comments.last().textContent()).toMatch(/Entry 42\..*…/s);
  expect(await comments.last().textContent()).not.toContain('THE END');
  await page.getByRole('button', { name: 'Read it all' }).click();
  await comments.last().getByText('THE END').waitFor();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Show earlier comments' }).click();
  await comments.nth(30).waitFor();
  await page.getByRole('button', { name: 'Show earlier comments' }).click();
  await comments.nth(41).waitFor();
  expect(await comments.count()).toBe(42);
  expect(await page.getByRole('button', { name: 'Show earlier comments' }).count()).toBe(0);
  await expect.poll(() => page.evaluate("document.activeElement?.matches('.comments')")).toBe(true);

  const happened = page.getByRole('region', { name: 'What happened' });
  await happened.getByRole('heading', { name: '16 November 2026' }).waitFor();
  expect(await happened.locator('.timeline > li').count()).toBe(40);
  await happened.getByRole('button', { name: 'Show what happened before' }).click();
  await happened.getByText('Started').waitFor();
  expect(await happened.locator('.days > li').count()).toBe(1);
});

const middleOf = async (one: Locator) => {
  const box = await one.boundingBox();
  if (box === null) throw new Error('It is not shown');
  return { ...box, x: box.x + box.width / 2, y: box.y + box.height / 2 };
};

it('has a picture that a phone shows where it stands, and that keys move and size', async () => {
  const { id } = await ask(zoe, 'POST', '/action-research', project);
  const page = await stage.open(`/app/action-research/${id}`, zoe, { isPhone: true });
  const frame = page.locator('.picture');
  const now = frame.locator('.node.now rect');
  await now.waitFor();
  const isInView = async (): Promise<boolean> => {
    const [node, view] = await Promise.all([middleOf(now), middleOf(frame)]);
    return Math.abs(node.x - view.x) < view.width / 2 && Math.abs(node.y - view.y) < view.height / 2;
  };
  await expect.poll(() => isInView()).toBe(true);
  const before = await middleOf(now);

  await frame.focus();
  await page.keyboard.press('+');
  await expect.poll(async () => (await middleOf(now)).width).toBeGreaterThan(before.width * 1.2);
  await page.keyboard.press('0');
  await expect.poll(async () => (await middleOf(frame.locator('svg'))).width).toBeLessThanOrEqual(before.x * 2 + 320);
  expect((await middleOf(now)).width).toBeLessThan(before.width);
  await page.getByRole('button', { name: 'To where it stands' }).click();
  await expect.poll(async () => (await middleOf(now)).width).toBeCloseTo(before.width, 0);
  await expect.poll(() => isInView()).toBe(true);
  await expectFitting(page);
  await expectAccessible(page);
});

it('says that it has ended, and not how, to who may not know', async () => {
  const { id } = await ask(zoe, 'POST', '/npq-applications', application);
  const page = await stage.open('/app/inbox', sam);
  // As of an induction to whom stage and dates are shown.
  await page.route(`**/npq-applications/${id}`, async (route) => {
    if (route.request().resourceType() === 'document') return route.continue();
    const answer = await (await route.fetch()).json();
    const ended = { status: 'completed', outcome: null, endedAt: '2026-11-16T09:00:00Z', about: [], openTasks: [] };
    await route.fulfill({ json: { ...answer, ...ended } });
  });
  await page.goto(`/app/npq-applications/${id}`);
  const steps = page.getByRole('region', { name: 'Where it stands' });
  expect(await steps.getByRole('listitem').last().textContent()).toBe('Ended');
  await steps.getByRole('img', { name: 'It stands at: Ended.' }).waitFor();
  expect(await page.locator('.about').textContent()).toMatch(/Ended16 November 2026(?!:)/);
  await expectAccessible(page);
});

it('asks twice before something ends, and tells of what others did meanwhile without losing what was written', async () => {
  const { id } = await ask(zoe, 'POST', '/npq-applications', application);
  const path = `/npq-applications/${id}`;
  const page = await stage.open(`/app${path}`, zoe);
  const form = page.locator('form').filter({ hasText: 'Reason' });
  await page.getByRole('button', { name: 'Withdraw the application' }).click();
  await page.getByLabel('Anything to add?').fill('My mother needs me.');
  await form.getByRole('button', { name: 'Withdraw the application' }).click();
  await page
    .getByRole('alert')
    .getByRole('link', { name: /Reason/ })
    .waitFor();
  await expectAccessible(page);
  await page.getByLabel('Reason').selectOption({ label: 'Another reason' });
  await form.getByRole('button', { name: 'Withdraw the application' }).click();
  const sure = page.getByRole('alert').filter({ hasText: 'are you sure?' });
  await sure.waitFor();
  await expect.poll(() => focused(page)).toContain('are you sure?');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'No, go back' }).click();
  expect((await ask(zoe, 'GET', path)).status).toBe('active');
  await expect.poll(() => page.getByLabel('Anything to add?').inputValue()).toBe('My mother needs me.');

  await ask(rowan, 'POST', `${path}/change-provider`, { providerId: 'ambition-institute' });
  await form.getByRole('button', { name: 'Withdraw the application' }).click();
  await page.getByRole('button', { name: 'Yes: Withdraw the application' }).click();
  await page.getByText('Somebody changed this while you were looking at it').waitFor();
  await expectAccessible(page);
  // Also not lost when the page is loaded anew.
  await page.reload();
  await page.getByRole('button', { name: 'Withdraw the application' }).click();
  await expect.poll(() => page.getByLabel('Anything to add?').inputValue()).toBe('My mother needs me.');

  await ask(rowan, 'POST', `${path}/change-provider`, { providerId: 'llse' });
  await form.getByRole('button', { name: 'Withdraw the application' }).click();
  await page.getByRole('button', { name: 'Yes: Withdraw the application' }).click();
  await page.getByRole('button', { name: 'Show it as it is now' }).click();
  await page.locator('.facts').getByText('LLSE').waitFor();
  await form.getByRole('button', { name: 'Withdraw the application' }).click();
  await page.getByRole('button', { name: 'Yes: Withdraw the application' }).click();
  await page.getByText('Done: Withdraw the application').waitFor();
  await expect.poll(() => focused(page)).toContain('Done: Withdraw the application');
  expect(await ask(zoe, 'GET', path)).toMatchObject({ status: 'stopped', outcome: 'withdrawn' });
  await page.getByText('My mother needs me.').waitFor();
});

it('says that what waits is held while it is paused, and that an action is gone that somebody else has made needless', async () => {
  const { id } = await ask(zoe, 'POST', '/npq-applications', application);
  const page = await stage.open(`/app/npq-applications/${id}`, zoe);
  await page.getByRole('button', { name: 'Change the provider' }).click();
  await page.getByLabel('Provider').waitFor();
  await ask(rowan, 'POST', `/npq-applications/${id}/defer`, { cohortId: '2027b', reason: 'career-break' });
  await page.getByLabel('Provider').selectOption({ label: 'Ambition Institute' });
  await page.locator('form').getByRole('button', { name: 'Change the provider' }).click();
  await page.getByRole('button', { name: 'Show it as it is now' }).click();
  await page.getByText(/It is paused and carries on by itself on/).waitFor();
  const waiting = page.getByRole('region', { name: 'What is waiting now' });
  expect(await waiting.textContent()).toContain('cannot be answered while it is paused');
  expect(await waiting.textContent()).not.toMatch(/due|late/);

  await ask(zoe, 'POST', `/npq-applications/${id}/withdraw`, { reason: 'other' });
  await page.reload();
  await page.getByText('Stopped').first().waitFor();
  expect(await page.getByRole('region', { name: 'What you can do' }).count()).toBe(0);
});
