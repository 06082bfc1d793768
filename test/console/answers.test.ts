/** What people write and send, on a phone and at a keyboard: nothing is lost, and everybody is told what it came to. */
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import { atLondon, day } from '../../workflows/kernel/time.ts';
import { everybody, OAKFIELD, personOf, rowan, sam, sienna, zoe } from '../world.ts';
import { expectAccessible, expectFitting, stageForEach } from './stage.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** A second headteacher, to whom the first may give what is for either. */
const dara = personOf('Dara', { posts: [{ schoolId: OAKFIELD }], roles: [['headteacher', OAKFIELD]] });

const { stage, restage, ask } = stageForEach({
  startsAt: atLondon(day('2026-11-16'), '09:00'),
  people: [...everybody, dara],
});

/** Zoe's application: the task of the headteachers. */
async function applied(): Promise<string> {
  const { id } = await ask(zoe, 'POST', '/npq-applications', {
    courseId: 'npq-senior-leadership',
    cohortId: '2026b',
    motivation: 'I lead our phonics and want to lead more.',
    fundingRoute: 'dfe-scholarship',
  });
  return `${id}.1`;
}

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name });
const hasFocus = (one: Locator) => one.evaluate((element) => element === element.ownerDocument.activeElement);
const declining = async (page: Page): Promise<Locator> => {
  await page.getByRole('button', { name: 'Do not support it' }).click();
  const reason = page.getByLabel('Reason');
  await reason.waitFor();
  return reason;
};
const kept = (page: Page) => page.getByText('Your draft is kept. Only you can see it.');

describe('an unfinished answer', () => {
  it('is the same in two tabs, and the newest when the connection is back', async () => {
    const taskId = await applied();
    const one = await stage.open(`/app/tasks/${taskId}`, sienna);
    await (await declining(one)).fill('First words.');
    await kept(one).waitFor();
    const other = await one.context().newPage();
    await other.goto(`/app/tasks/${taskId}`);
    await expect.poll(() => other.getByLabel('Reason').inputValue()).toBe('First words.');
    await other.getByLabel('Reason').fill('Second words, elsewhere.');
    await expect.poll(() => one.getByLabel('Reason').inputValue()).toBe('Second words, elsewhere.');

    await one.context().setOffline(true);
    await one.getByLabel('Reason').fill('Third words, without a connection.');
    await one.getByText('Your draft is kept on this device').waitFor();
    await one.context().setOffline(false);
    await kept(one).waitFor();
    await kept(other).waitFor();
    expect((await ask(sienna, 'GET', `/tasks/${taskId}`)).draft).toMatchObject({
      reason: 'Third words, without a connection.',
    });
    await one.reload();
    await expect.poll(() => one.getByLabel('Reason').inputValue()).toBe('Third words, without a connection.');
  });

  it('can be begun without a connection, once the task is shown', async () => {
    const taskId = await applied();
    const page = await stage.open(`/app/tasks/${taskId}`, sienna, { isPhone: true });
    await page.getByRole('button', { name: 'Do not support it' }).waitFor();
    await page.waitForLoadState('networkidle');
    await page.context().setOffline(true);
    await (await declining(page)).fill('From the train.');
    await page.getByText('Your draft is kept on this device').waitFor();
    await page.context().setOffline(false);
    await kept(page).waitFor();
  });

  it('is kept for who leaves within the second, and is there when they come back', async () => {
    const taskId = await applied();
    const page = await stage.open(`/app/tasks/${taskId}`, sienna, { isPhone: true });
    await (await declining(page)).fill('Quickly.');
    await page.getByRole('link', { name: 'Oak CPD' }).click();
    await heading(page, 'Inbox').waitFor();
    await expect
      .poll(async () => (await ask(sienna, 'GET', `/tasks/${taskId}`)).draft)
      .toMatchObject({ reason: 'Quickly.' });
    await page.goBack();
    await page.getByLabel('Reason').waitFor();
    await expect.poll(() => page.getByLabel('Reason').inputValue()).toBe('Quickly.');
  });

  it('that came too late is said not to be sent, and stays to be copied', async () => {
    const taskId = await applied();
    const page = await stage.open(`/app/tasks/${taskId}`, sienna, { isPhone: true });
    await (await declining(page)).fill('Two colleagues are out already.');
    await kept(page).waitFor();
    await ask(dara, 'POST', `/tasks/${taskId}/complete`, {
      outcome: 'endorsed',
      isReleaseAgreed: true,
      isCoverAgreed: true,
    });
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const said = page.getByRole('status').filter({ hasText: 'Somebody was faster' });
    await said.getByText('Dara Sample answered this on 16 November 2026: Support it.').waitFor();
    await said.getByText('Your answer (Do not support it) was not sent.').waitFor();
    await expect.poll(() => hasFocus(said)).toBe(true);
    await page.getByText('Two colleagues are out already.').waitFor();
    await expectAccessible(page);
    await expectFitting(page);
    await page.reload();
    await page.getByText('Two colleagues are out already.').waitFor();
    await page.getByRole('button', { name: 'I do not need it any more' }).click();
    await page.getByText('Two colleagues are out already.').waitFor({ state: 'detached' });
    await page.reload();
    await page.getByText('Dara Sample answered this').waitFor();
    expect(await page.getByText('Two colleagues are out already.').count()).toBe(0);
  });
});

describe('an answer that was sent', () => {
  it('says what happens next, and with whom', async () => {
    const taskId = await applied();
    const page = await stage.open(`/app/tasks/${taskId}`, sienna, { isPhone: true });
    await heading(page, 'Endorse an NPQ application').waitFor();
    await expect.poll(() => page.title()).toBe('Endorse an NPQ application: Zoe Sample · Oak CPD');
    await page.getByRole('button', { name: 'Support it', exact: true }).click();
    await page
      .getByRole('radiogroup', { name: /released/ })
      .getByLabel('Yes')
      .check();
    await page.getByRole('radiogroup', { name: /cover/ }).getByLabel('No').check();
    await page.getByText('You are sending: Support it').waitFor();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const done = page.getByRole('status').filter({ hasText: 'Done: Endorse an NPQ application' });
    await done.getByText('Approve an NPQ application (CPD lead of the trust)').waitFor();
    await expect.poll(() => hasFocus(done)).toBe(true);
    await expectAccessible(page);
    await expectFitting(page);
  });
});

describe('why something is asked', () => {
  it('leads to the service that it names, and spaces alone are no answer to what may be left out', async () => {
    const taskId = await applied();
    await ask(sienna, 'POST', `/tasks/${taskId}/complete`, {
      outcome: 'endorsed',
      isReleaseAgreed: true,
      isCoverAgreed: true,
    });
    const [approve] = (await ask(rowan, 'GET', '/inbox')).items;
    await ask(rowan, 'POST', `/tasks/${approve.taskId}/complete`, {
      outcome: 'approved',
      fundingSource: 'dfe-scholarship',
    });
    const [register] = (await ask(zoe, 'GET', '/inbox')).items;
    const page = await stage.open(`/app/tasks/${register.taskId}`, zoe, { isPhone: true });
    const link = page.getByRole('link', { name: /^register-national-professional-qualifications/ });
    expect(await link.getAttribute('href')).toBe(
      'https://register-national-professional-qualifications.education.gov.uk',
    );
    await expectAccessible(page);
    await expectFitting(page);
    await page.getByLabel('When did you register with the DfE?').fill('2026-11-16');
    await page.getByLabel(/^Reference in the DfE/).fill('   ');
    await page.getByRole('button', { name: 'I have registered' }).click();
    await page.getByText('Done: Register with the DfE').waitFor();
  });
});

describe('a comment', () => {
  it('that is too long is kept as it was pasted, and one that was added is said to be', async () => {
    const taskId = await applied();
    const page = await stage.open(`/app/tasks/${taskId}`, sienna, { isPhone: true });
    const comment = page.getByLabel('Write a comment');
    await comment.fill('x'.repeat(5_000));
    await page.getByRole('button', { name: 'Add the comment' }).click();
    await page.getByText('At most 4000 characters.').waitFor();
    await expect.poll(() => hasFocus(comment)).toBe(true);
    expect((await comment.inputValue()).length).toBe(5_000);
    await comment.fill('Happy to talk.');
    await page.getByRole('button', { name: 'Add the comment' }).click();
    const added = page.getByRole('status').filter({ hasText: 'Your comment was added.' });
    await added.waitFor();
    await expect.poll(() => hasFocus(added)).toBe(true);
    await expectAccessible(page);
  });
});

describe('a form of several entries', () => {
  it('says in which of them something is missing, also while nothing has been written', async () => {
    const taskId = await applied();
    const entry = {
      type: 'object',
      properties: { strand: { type: 'string', title: 'Strand' }, how: { type: 'string', title: 'How?' } },
      required: ['strand', 'how'],
    };
    const decisions = {
      type: 'array',
      title: 'Answers',
      items: entry,
      default: [{ strand: 'one' }, { strand: 'two' }],
    };
    const schema = { type: 'object', properties: { decisions }, required: ['decisions'] };
    const page = await stage.open('/app/inbox', sienna);
    await page.route(`**/tasks/${taskId}`, async (route) => {
      const task = await (await route.fetch()).json();
      await route.fulfill({ json: { ...task, outcomes: [{ outcome: 'endorsed', label: 'Support it', schema }] } });
    });
    await page.getByRole('link', { name: /Endorse an NPQ application/ }).click();
    await page.getByRole('button', { name: 'Support it', exact: true }).click();
    const wrong = page.getByRole('alert').getByRole('link');
    await wrong.first().waitFor();
    expect(await wrong.allTextContents()).toEqual(['Answer this: How? (Entry 1)', 'Answer this: How? (Entry 2)']);
  });
});

describe('a task that is not for you', () => {
  it('that is very late can be given to somebody by who sees to it, who is not asked whether it is for them', async () => {
    const taskId = await applied();
    // So late that the trust lead has been told.
    stage.cloud.clock.moveTo(atLondon(day('2026-12-01'), '09:00'));
    const page = await stage.open(`/app/tasks/${taskId}`, rowan);
    await page.getByText('This is not yours to answer now.').waitFor();
    expect(await page.getByText('Not for you?').count()).toBe(0);
    await page.getByText('Give it to somebody else').click();
    await page.getByLabel('Who should answer it?').selectOption({ label: 'Dara Sample' });
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Give it to them' }).click();
    await page.getByText('It is with Dara Sample now.').waitFor();
  });

  it('can be given to those who may have it, and to nobody else', async () => {
    const taskId = await applied();
    const page = await stage.open(`/app/tasks/${taskId}`, sienna, { isPhone: true });
    await page.getByText('Not for you?').click();
    const whom = page.getByLabel('Who should answer it?');
    expect(await whom.locator('option').allInnerTexts()).toEqual(['Choose …', 'Dara Sample']);
    await whom.selectOption({ label: 'Dara Sample' });
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Give it to them' }).click();
    const notice = page.getByRole('status').filter({ hasText: 'It is with Dara Sample now.' });
    await notice.waitFor();
    await expect.poll(() => hasFocus(notice)).toBe(true);
    expect((await ask(dara, 'GET', '/inbox')).items).toMatchObject([{ taskId, assignee: { name: 'Dara Sample' } }]);
  });

  it('says for whom it is answered in their absence', async () => {
    const away = { from: day('2026-11-02'), to: day('2026-12-18'), standInId: 'sam' };
    await restage({
      startsAt: atLondon(day('2026-11-16'), '09:00'),
      people: [...everybody.filter((one) => one !== sienna), { ...sienna, absences: [away] }],
    });
    const taskId = await applied();
    const page = await stage.open(`/app/tasks/${taskId}`, sam, { isPhone: true });
    await page.getByText('This is for Sienna Sample, who is away. You can answer it in their place').waitFor();
    await page.getByRole('button', { name: 'Support it', exact: true }).waitFor();
    await expectAccessible(page);
    const own = await stage.open(`/app/tasks/${taskId}`, sienna);
    await own.getByRole('button', { name: 'Support it', exact: true }).waitFor();
    expect(await own.getByText('who is away').count()).toBe(0);
  });

  it('is not offered to be passed on where it is one’s own work', async () => {
    const taskId = await applied();
    await ask(sienna, 'POST', `/tasks/${taskId}/complete`, { outcome: 'changes-requested', changes: 'Say more.' });
    const [own] = (await ask(zoe, 'GET', '/inbox')).items;
    const page = await stage.open(`/app/tasks/${own.taskId}`, zoe);
    await page.getByRole('button', { name: 'Send it back' }).waitFor();
    expect(await page.getByText('Not for you?').count()).toBe(0);
  });
});

describe('a start', () => {
  it('leads back to the form for who wants to change it, and past it once it is sent', async () => {
    const page = await stage.open('/app/processes', zoe, { isPhone: true });
    await page.getByRole('link', { name: /Start one.*NPQ application/ }).click();
    await page.getByLabel('NPQ', { exact: true }).selectOption({ label: 'Senior Leadership' });
    await page.getByLabel('Cohort').selectOption('2026b');
    await page.getByLabel('Why this NPQ, and why now?').fill('I lead our phonics.');
    await page.getByLabel('The DfE’s scholarship').check();
    // What may be left out can be left out again.
    await page
      .getByRole('radiogroup', { name: /headteacher/ })
      .getByLabel('Yes, for over two years')
      .check();
    await page.getByRole('button', { name: /^Clear this answer.*headteacher/ }).click();
    expect(await page.getByLabel('Yes, for over two years').isChecked()).toBe(false);
    await page.getByLabel(/^Teacher reference number/).fill('12');
    await page.getByRole('button', { name: 'Check my answers' }).click();
    await page.getByRole('link', { name: 'Teacher reference number (TRN): Enter it like this: 1234567' }).click();
    expect(await page.getByLabel(/^Teacher reference number/).getAttribute('inputmode')).toBe('numeric');
    await expect.poll(() => page.title()).toBe('Error: Start: NPQ application · Oak CPD');
    await page.getByLabel(/^Teacher reference number/).fill('');
    await page.getByRole('button', { name: 'Check my answers' }).click();
    await page.getByRole('button', { name: 'Change my answers' }).click();
    await page.getByRole('button', { name: 'Change my answers' }).waitFor({ state: 'detached' });
    await expect.poll(() => hasFocus(page.locator('.form-panel'))).toBe(true);
    await expect.poll(() => page.title()).toBe('Start: NPQ application · Oak CPD');
    await page.getByRole('button', { name: 'Check my answers' }).click();
    await page.getByRole('button', { name: 'Send it' }).click();
    await heading(page, 'NPQ application: Zoe Sample').waitFor();
    await page.getByText('It has started.').waitFor();
    await expect.poll(() => page.title()).toBe('NPQ application: Zoe Sample · Oak CPD');
    await expectAccessible(page);
    await page.reload();
    await heading(page, 'NPQ application: Zoe Sample').waitFor();
    expect(await page.getByText('It has started.').count()).toBe(0);
    await page.goBack();
    await heading(page, 'Processes').waitFor();
  });

  it('takes numbers as they are typed, with their decimals, and gives each person an own draft', async () => {
    const page = await stage.open('/app/apprenticeships/new?person=zoe', rowan, { isPhone: true });
    const hours = page.getByLabel('Contracted hours a week');
    await hours.click();
    await page.keyboard.type('32.5');
    await expect.poll(() => hours.inputValue()).toBe('32.5');
    await page.keyboard.type('3');
    await page.getByLabel('Age on the first day of training').fill('30');
    await page.getByRole('button', { name: 'Check my answers' }).click();
    await page.getByRole('link', { name: 'Contracted hours a week: Enter it in steps of 0.25' }).waitFor();
    expect(await page.getByRole('link', { name: /Age on/ }).count()).toBe(0);
    await page.goto('/app/apprenticeships/new?person=sam');
    await page.getByLabel('Contracted hours a week').waitFor();
    await expect.poll(() => page.getByLabel('Contracted hours a week').inputValue()).toBe('');
  });

  it('puts the focus into what was added to a list, and back into the list when it was removed', async () => {
    const page = await stage.open('/app/action-research/new', zoe, { isPhone: true });
    const schools = page.getByRole('group', { name: 'Schools that take part' });
    await schools.getByRole('button', { name: 'Add another' }).click();
    await schools.getByRole('combobox').waitFor();
    await expect.poll(() => hasFocus(schools.getByRole('combobox'))).toBe(true);
    await schools.getByRole('button', { name: 'Remove' }).click();
    await schools.getByRole('combobox').waitFor({ state: 'detached' });
    await expect.poll(() => hasFocus(schools.getByRole('button', { name: 'Add another' }))).toBe(true);
    await expectFitting(page);
  });
});
