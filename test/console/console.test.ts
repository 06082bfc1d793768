/**
 * The console as people use it, in a real browser. Each page is looked at with axe, and on a phone for whether it fits;
 * `stage.ts` fails a test whose pages complained (an error, a script or style that the content security policy refused).
 */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import { type Person, TRUST } from '../../workflows/kernel/records.ts';
import { atLondon, day } from '../../workflows/kernel/time.ts';
import { corin, everybody, OAKFIELD, personOf, rowan, sam, sienna, terry, zoe } from '../world.ts';
import { expectAccessible, expectFitting, stageForEach } from './stage.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const { stage, restage, ask } = stageForEach({ startsAt: atLondon(day('2026-11-16'), '09:00') });

const application = {
  courseId: 'npq-senior-leadership',
  cohortId: '2026b',
  motivation: 'I lead our phonics and want to lead more.',
  fundingRoute: 'dfe-scholarship',
};

/** Zoe's application, and the headteacher's task that comes of it. */
async function applied(more: object = {}): Promise<{ readonly id: string; readonly taskId: string }> {
  const { id } = await ask(zoe, 'POST', '/npq-applications', { ...application, ...more });
  const process = await ask(zoe, 'GET', `/npq-applications/${id}`);
  return { id, taskId: process.openTasks[0].taskId };
}

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name });
const isFocused = (page: Page, selector: string): Promise<unknown> =>
  page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)}) ?? false`);
const focusedHref = (page: Page): Promise<unknown> => page.evaluate("document.activeElement?.getAttribute('href')");

describe('signing in', () => {
  it('lists the sample people by role, and leads back to the link that somebody followed', async () => {
    const { taskId } = await applied();
    const page = await stage.open(`/app/tasks/${taskId}`);
    await heading(page, 'Who would you like to be?').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: /^Headteacher Sienna Sample/ }).click();
    await heading(page, 'Endorse an NPQ application').waitFor();
    expect(new URL(page.url()).pathname).toBe(`/app/tasks/${taskId}`);

    await page.getByRole('button', { name: 'Sign out' }).click();
    await heading(page, 'Who would you like to be?').waitFor();
    await page.getByLabel('Or the e-mail address of anybody in the trust').fill('nobody@oak.example');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('Nobody here has this address').waitFor();
  });

  it('keeps what somebody looked for in the link, however it is spelt', async () => {
    const page = await stage.open("/app/people?q=O'Brien%20Zo%C3%AB");
    await page.getByRole('button', { name: /^Headteacher/ }).click();
    await heading(page, 'People').waitFor();
    await expect.poll(() => page.getByLabel('Find somebody').inputValue()).toBe("O'Brien Zoë");
  });

  it('leads nowhere but to pages of the console', async () => {
    const page = await stage.open('/app/sign-in?to=%2F%2Fevil.example%2Fapp');
    await page.getByRole('button', { name: /^Headteacher/ }).click();
    await heading(page, 'Inbox').waitFor();
    expect(new URL(page.url()).pathname).toBe('/app/inbox');
  });

  it('comes again when the token is refused, and says why', async () => {
    const page = await stage.open('/app/inbox', zoe);
    await heading(page, 'Inbox').waitFor();
    await page.evaluate(`sessionStorage.setItem('oak.session', JSON.stringify({ token: 'not.a.token' }))`);
    await page.reload();
    await heading(page, 'Who would you like to be?').waitFor();
    await page.getByText('Your sign-in has expired or is not valid here.').waitFor();
  });
});

describe('the inbox', () => {
  it('says how late things are, keeps its filters in the address, and is moved through with the arrow keys', async () => {
    await applied();
    await ask(sam, 'POST', '/npq-applications', { ...application, courseId: 'npq-headship' });
    // Lateness is reckoned by the day, whatever the mornings in between did.
    stage.cloud.clock.moveTo(atLondon(day('2026-11-26'), '08:00'));
    await applied({ courseId: 'npq-leading-literacy' });

    const page = await stage.open('/app/inbox?kind=npq-application', sienna);
    const rows = page.locator('a[data-row]');
    await rows.nth(2).waitFor();
    const texts = await rows.allInnerTexts();
    expect(texts[0]).toContain('3 school days late');
    expect(texts[2]).toMatch(/due (today|\w{3} \d)/);
    expect(texts.join()).toContain('About Zoe Sample');
    await expectAccessible(page);

    await rows.first().focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => focusedHref(page)).toBe(await rows.nth(1).getAttribute('href'));
    await page.keyboard.press('End');
    await expect.poll(() => focusedHref(page)).toBe(await rows.nth(2).getAttribute('href'));

    await page.getByLabel('Late only').check();
    await rows.nth(2).waitFor({ state: 'detached' });
    expect(new URL(page.url()).search).toBe('?kind=npq-application&overdue=true');
    await page.reload();
    await rows.nth(1).waitFor();
    expect(await page.getByLabel('Late only').isChecked()).toBe(true);
    expect(await rows.count()).toBe(2);
  });

  it('helps where nothing is waiting', async () => {
    const page = await stage.open('/app/inbox', terry, { isPhone: true });
    await page.getByText('Nothing is waiting for you.').waitFor();
    await expectAccessible(page);
    await expectFitting(page);
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('link', { name: 'Processes' }).click();
    await heading(page, 'Processes').waitFor();
    await page.goto('/app/inbox?overdue=true');
    await page.getByText('Nothing here fits these filters.').waitFor();
  });
});

describe('a task', () => {
  it('shows facts beside the answer, tells of an error at its field, keeps the draft, and takes the answer', async () => {
    const { taskId } = await applied();
    const page = await stage.open(`/app/tasks/${taskId}`, sienna);
    await heading(page, 'Endorse an NPQ application').waitFor();
    await page.getByText('I lead our phonics and want to lead more.').waitFor();
    const summary = page.getByRole('alert');
    // A question that nobody answered is asked again, never answered with no.
    await page.getByRole('button', { name: 'Support it', exact: true }).click();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await summary.getByRole('link', { name: /Can they be released/ }).waitFor();
    await page.getByRole('button', { name: 'Do not support it' }).click();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await summary.getByText('Some answers need another look').waitFor();
    await expect.poll(() => isFocused(page, '[role="alert"]')).toBe(true);
    await expectAccessible(page);
    await summary.getByRole('link').click();
    await expect.poll(() => isFocused(page, 'textarea')).toBe(true);
    await page.keyboard.type('Not this year: two colleagues are out already.');
    await page.getByText('Your draft is kept. Only you can see it.').waitFor();

    await page.reload();
    const reason = page.getByLabel('Reason');
    await reason.waitFor();
    await expect.poll(() => reason.inputValue()).toBe('Not this year: two colleagues are out already.');
    expect((await ask(sienna, 'GET', `/tasks/${taskId}`)).draft).toMatchObject({ outcome: 'declined' });
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('Done: Endorse an NPQ application').waitFor();
    await page.getByText('Sienna Sample answered this on 16 November 2026: Do not support it.').waitFor();
    await expectAccessible(page);
    await stage.cloud.settle();
    expect((await ask(zoe, 'GET', `/tasks/${taskId}`)).outcome).toBe('declined');
  });

  it('loses nothing when the connection drops', async () => {
    const { taskId } = await applied();
    const page = await stage.open(`/app/tasks/${taskId}`, sienna);
    await page.getByRole('button', { name: 'Ask for changes' }).click();
    await page.getByLabel('What should change?').waitFor();
    await page.context().setOffline(true);
    await page.getByLabel('What should change?').fill('Please say more about the lower school.');
    await page.getByText('Your draft is kept on this device').waitFor();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('alert').getByText('There is no connection').waitFor();
    await page.context().setOffline(false);
    await page.getByText('Your draft is kept. Only you can see it.').waitFor();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('Done: Endorse an NPQ application').waitFor();
  });

  it('that somebody else has answered meanwhile says who, when and what', async () => {
    const { taskId } = await applied();
    await ask(sienna, 'POST', `/tasks/${taskId}/complete`, {
      outcome: 'endorsed',
      isReleaseAgreed: true,
      isCoverAgreed: true,
    });
    const approve = (await ask(rowan, 'GET', '/inbox')).items[0];
    const page = await stage.open(`/app/tasks/${approve.taskId}`, rowan);
    await page.getByRole('button', { name: 'Approve, and name who pays' }).click();
    await page.getByLabel('The trust', { exact: true }).check();
    await ask(rowan, 'POST', `/tasks/${approve.taskId}/complete`, { outcome: 'declined', reason: 'Not now.' });
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('Rowan Sample answered this on 16 November 2026: Do not approve.').waitFor();
  });

  it('can be talked about, passed on, and read by who may not answer it', async () => {
    const { taskId } = await applied();
    const theirs = await stage.open(`/app/tasks/${taskId}`, zoe, { isPhone: true });
    await theirs.getByText('This is not yours to answer now.').waitFor();
    await theirs.getByLabel('Write a comment').fill('<img src=x onerror="window.wasRun = true"> Happy to talk.');
    await theirs.getByRole('button', { name: 'Add the comment' }).click();
    await theirs.getByText('<img src=x onerror="window.wasRun = true"> Happy to talk.').waitFor();
    expect(await theirs.evaluate('window.wasRun ?? false')).toBe(false);
    await expectFitting(theirs);
    await expectAccessible(theirs);

    const page = await stage.open(`/app/tasks/${taskId}`, sienna);
    await page.getByText('Not for you?').click();
    // Nobody else holds the role, and no deputy is named: there is nobody to give it to.
    expect(await page.getByText('Give it to somebody else').count()).toBe(0);
    await expectAccessible(page);
    await page.getByLabel('Why should somebody else decide?').fill('We are related.');
    await page.getByRole('button', { name: 'Pass it on' }).click();
    await page.getByText('Somebody else decides this now').or(page.getByText('There is no task here')).waitFor();
    expect((await ask(corin, 'GET', '/inbox')).items).toMatchObject([{ taskId }]);
  });
});

describe('a process', () => {
  it('is shown as a picture and as a list, with what happened, what is expected and what can be done', async () => {
    const { id, taskId } = await applied();
    await ask(sienna, 'POST', `/tasks/${taskId}/complete`, {
      outcome: 'endorsed',
      isReleaseAgreed: true,
      isCoverAgreed: false,
    });
    const page = await stage.open(`/app/npq-applications/${id}`, zoe);
    await heading(page, 'NPQ application: Zoe Sample').waitFor();
    const picture = page.getByRole('img', { name: /It stands at: Trust lead approves/ });
    await picture.waitFor();
    expect(await picture.locator('.node.now').count()).toBe(1);
    expect(await picture.locator('.edge.taken').count()).toBe(1);
    const steps = page.locator('.steps > li');
    expect(await steps.allInnerTexts()).toEqual([
      expect.stringContaining('Support it'),
      expect.stringContaining('It stands here now'),
    ]);
    await page.locator('.timeline').getByText('Endorse an NPQ application: Support it').waitFor();
    await page.locator('.milestones').getByText('Done: 16 November 2026').waitFor();
    await expectAccessible(page);

    await page.getByRole('button', { name: 'Change the provider' }).click();
    await page.getByLabel('Provider').selectOption({ label: 'Ambition Institute' });
    await page.locator('form').getByRole('button', { name: 'Change the provider' }).click();
    await page.getByText('Done: Change the provider').waitFor();
    await page.getByLabel('Write a comment').fill('I changed the provider, as we said.');
    await page.getByRole('button', { name: 'Add the comment' }).click();
    await page.locator('.comments').getByText('I changed the provider, as we said.').waitFor();
    await page.locator('.timeline').getByText('Change the provider').waitFor();

    const phone = await stage.open(`/app/npq-applications/${id}`, rowan, { isPhone: true });
    await phone.getByRole('img', { name: /It stands at/ }).waitFor();
    await expectFitting(phone);
    await expectAccessible(phone);
  });

  it('is found in a list with filters and pages, and not by who may not see it', async () => {
    const { id } = await applied();
    const page = await stage.open('/app/npq-applications?status=active', sienna);
    await page.getByRole('link', { name: /Zoe Sample/ }).waitFor();
    await expectAccessible(page);
    await page.getByLabel('Stage').selectOption({ label: 'With the trust' });
    await page.getByText('None fits these filters.').waitFor();
    expect(new URL(page.url()).searchParams.get('stage')).toBe('approval');
    const other = await stage.open(`/app/npq-applications/${id}`, terry);
    await heading(other, 'There is nothing at this address').waitFor();
    await expectAccessible(other);
  });
});

describe('starting a process', () => {
  it('warns before anything is sent, shows a refusal at its field, and keeps what was written', async () => {
    await applied({ courseId: 'npq-leading-literacy' });
    const page = await stage.open('/app/processes', zoe);
    await page.getByRole('link', { name: /Start one.*NPQ application/ }).waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: /Start one.*NPQ application/ }).click();
    await heading(page, 'Start: NPQ application').waitFor();
    // Who may start one for themselves alone is not asked for whom.
    expect(await page.getByLabel('Applicant (optional)').count()).toBe(0);
    await page.getByRole('button', { name: 'Check my answers' }).click();
    await page.getByRole('alert').waitFor();
    await expectAccessible(page);
    await page.getByLabel('NPQ', { exact: true }).selectOption({ label: 'Senior Leadership' });
    await page.getByLabel('Cohort').selectOption('2026b');
    await page.getByLabel('Why this NPQ, and why now?').fill('I lead our phonics.');
    await page.getByLabel('The DfE’s scholarship').check();
    await page.getByLabel(/^Teacher reference number/).fill('12');
    await page.getByRole('button', { name: 'Check my answers' }).click();
    await page
      .getByRole('alert')
      .getByRole('link', { name: /Teacher reference number/ })
      .click();
    await page.keyboard.press('End');
    await page.keyboard.type('34567');
    await page.reload();
    await expect.poll(() => page.getByLabel('Why this NPQ, and why now?').inputValue()).toBe('I lead our phonics.');
    await page.getByRole('button', { name: 'Check my answers' }).click();
    await page.getByRole('heading', { name: 'Before you send it' }).waitFor();
    await page.getByText(/Another course is under way or applied for at the same time/).waitFor();
    expect((await ask(zoe, 'GET', '/npq-applications')).items).toHaveLength(1);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Send it' }).click();
    await heading(page, 'NPQ application: Zoe Sample').waitFor();
    await page.getByRole('link', { name: /Endorse an NPQ application/ }).waitFor();
  });
});

describe('starting one for somebody else', () => {
  it('knows from the link for whom, and says so before anything is sent', async () => {
    const page = await stage.open('/app/npq-applications/new?person=zoe', rowan);
    const whom = page.getByRole('combobox', { name: /^Applicant/ });
    await expect.poll(() => whom.inputValue()).toBe('Zoe Sample');
    await page.getByLabel('NPQ', { exact: true }).selectOption({ label: 'Senior Leadership' });
    await page.getByLabel('Cohort').selectOption('2026b');
    await page.getByLabel('Why this NPQ, and why now?').fill('She leads our phonics.');
    await page.getByLabel('The DfE’s scholarship').check();
    await page.getByRole('button', { name: 'Check my answers' }).click();
    await page.getByText('This is about Zoe Sample.').waitFor();
    await expectAccessible(page);
  });
});

describe('people and schools', () => {
  it('are looked for by what the address says, also when it comes from a link or the way back', async () => {
    const page = await stage.open('/app/people', rowan);
    const [find, zoes, siennas] = [
      page.getByLabel('Find somebody'),
      page.locator('main').getByRole('link', { name: /Zoe Sample/ }),
      page.locator('main').getByRole('link', { name: /Sienna Sample/ }),
    ];
    await find.fill('zo');
    await zoes.waitFor();
    await siennas.waitFor({ state: 'detached' });
    await page.getByRole('navigation').getByRole('link', { name: 'People' }).click();
    await siennas.waitFor();
    await expect.poll(() => find.inputValue()).toBe('');
    await page.goBack();
    await siennas.waitFor({ state: 'detached' });
    await expect.poll(() => find.inputValue()).toBe('zo');
  });

  it('are found, each with what is theirs', async () => {
    await applied();
    const page = await stage.open('/app/people', rowan, { isPhone: true });
    await page.getByLabel('Find somebody').fill('zo');
    await page.getByRole('link', { name: /Zoe Sample/ }).waitFor();
    await page.getByRole('link', { name: /Sienna Sample/ }).waitFor({ state: 'detached' });
    await expectAccessible(page);
    await expectFitting(page);
    await page.getByRole('link', { name: /Zoe Sample/ }).click();
    await heading(page, 'Zoe Sample').waitFor();
    await page.getByRole('link', { name: 'NPQ application' }).waitFor();
    await expectAccessible(page);
    await expectFitting(page);
    await page.goto('/app/schools');
    await page.getByRole('heading', { name: 'Oakfield Primary School' }).waitFor();
    await expectAccessible(page);
    await expectFitting(page);
  });
});

describe('a page that has not been loaded yet', () => {
  it('says that there is no connection, and comes when it is back', async () => {
    const page = await stage.open('/app/inbox', sienna);
    await heading(page, 'Inbox').waitFor();
    await page.context().setOffline(true);
    await page.getByRole('link', { name: 'Board', exact: true }).click();
    await page.getByRole('alert').getByText('There is no connection').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('link', { name: 'Inbox', exact: true }).click();
    await heading(page, 'Inbox').waitFor();
    await page.getByRole('link', { name: 'Board', exact: true }).click();
    await page.getByRole('alert').waitFor();
    await page.context().setOffline(false);
    await page.getByRole('region', { name: 'At a glance' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/app/board');
  });
});

describe('a long list', () => {
  it('comes page by page, and nothing is asked for that nobody wants to see', async () => {
    const many = Array.from({ length: 70 }, (_, at) => personOf(`Staff${at}`, { posts: [{ schoolId: OAKFIELD }] }));
    await restage({ people: [...everybody, ...many] });
    const page = await stage.open('/app/people', rowan);
    const rows = page.locator('a[data-row]');
    await rows.nth(49).waitFor();
    expect(await rows.count()).toBe(50);
    await page.getByRole('button', { name: 'Show more' }).click();
    await rows.nth(50).waitFor();
    await page.getByRole('button', { name: 'Show more' }).waitFor({ state: 'detached' });
    expect(await rows.count()).toBe(many.length + everybody.length);
  });
});

describe('a school', () => {
  it('shows its leads what is under way stage by stage, with its board, and others its people only', async () => {
    await applied();
    stage.cloud.clock.moveTo(atLondon(day('2026-12-01'), '08:00'));
    const heads = await stage.open(`/app/schools/${OAKFIELD}`, sienna, { isPhone: true });
    await heads.getByRole('link', { name: /Zoe Sample/ }).waitFor();
    await heads.getByText(/Late longest/).waitFor();
    await expectAccessible(heads);
    await expectFitting(heads);
    const teachers = await stage.open(`/app/schools/${OAKFIELD}`, zoe);
    await teachers.getByRole('heading', { name: 'Oakfield Primary School', level: 1 }).waitFor();
    await expectAccessible(teachers);
    expect(await teachers.getByRole('link', { name: 'Board' }).count()).toBe(0);
  });
});

describe('an import', () => {
  it('shows what becomes of each row before it is applied as a whole', async () => {
    const ada = personOf('Ada', { posts: [{ schoolId: TRUST }], roles: [['admin', TRUST]] });
    await restage({ people: [...everybody, ada] });
    const page = await stage.open('/app/imports', ada);
    await page.getByLabel('What is in the file?').selectOption('schools');
    await page.locator('input[type=file]').setInputFiles({
      name: 'schools.csv',
      mimeType: 'text/csv',
      buffer: readFileSync(new URL('../../sample/schools.csv', import.meta.url)),
    });
    await page.getByText('Chosen: schools.csv').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Check the file' }).click();
    await page.getByRole('heading', { name: 'What would become of the rows' }).waitFor();
    await page.getByRole('cell', { name: 'New' }).first().waitFor();
    await expectAccessible(page);
    expect((await ask(ada, 'GET', '/schools')).items).toHaveLength(3);
    await page.getByRole('button', { name: 'Apply it' }).click();
    await page.getByText(/^Applied on/).waitFor();
    expect((await ask(ada, 'GET', '/schools')).items).toHaveLength(7);
    const teachers = await stage.open('/app/imports', zoe);
    await teachers.getByText('Imports are done by the administrator.').waitFor();
  });
});

describe('on one machine', () => {
  it('the clock is moved and the mail of the morning is read, clearly apart from the product', async () => {
    await applied();
    const page = await stage.open('/app/machine', sienna);
    await page.getByText('Practice copy on this machine').waitFor();
    await page.getByText('It is Mon, 16 Nov 2026, 09:00 here.').waitFor();
    await page.getByRole('button', { name: 'Move the clock' }).click();
    await page.getByText('It is Tue, 17 Nov 2026, 09:00 now.').waitFor();
    await page
      .getByRole('heading', { name: /Professional development/ })
      .first()
      .waitFor();
    await page.getByLabel('To', { exact: true }).fill('sienna@oak.example');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.locator('.mails a').first().click();
    await page.waitForURL(/\/app\/(tasks|npq-applications)\//);
    await page.goto('/app/machine');
    await page.getByText('It is Tue, 17 Nov 2026, 09:00 here.').waitFor();
    await expectAccessible(page);
  });
});

/** A person at a keyboard: Tab, arrows, Space, Enter and letters; never a pointer. */
function keyboardOf(page: Page) {
  const { keyboard } = page;
  /** Tabs on until that element has the focus, as everybody can who sees where the focus is. */
  const tabToElement = async (wanted: Locator): Promise<void> => {
    await wanted.waitFor();
    for (let presses = 0; presses < 80; presses++) {
      await keyboard.press('Tab');
      if (await wanted.evaluate((element) => element === element.ownerDocument.activeElement)) return;
    }
    throw new Error(`The Tab key does not come to ${wanted}`);
  };
  const tabTo = (role: Parameters<Page['getByRole']>[0], name: string | RegExp) =>
    tabToElement(page.getByRole(role, { name }).first());
  return {
    tabTo,
    async follow(role: 'link' | 'button', name: string | RegExp) {
      await tabTo(role, name);
      await keyboard.press('Enter');
    },
    /** Comes to the group at its first choice and moves on with the arrow keys. */
    async choose(group: string, choice: string) {
      const radios = page.getByRole('radiogroup', { name: group }).getByRole('radio');
      await tabToElement(radios.first());
      await keyboard.press('Space');
      const wanted = page.getByRole('radiogroup', { name: group }).getByRole('radio', { name: choice });
      for (let at = 1; at < (await radios.count()) && !(await wanted.isChecked()); at++)
        await keyboard.press('ArrowDown');
    },
    async write(label: string | RegExp, text: string) {
      await tabTo('textbox', label);
      await keyboard.type(text);
    },
    async select(label: string | RegExp, beginning: string) {
      await tabTo('combobox', label);
      const choices = page.getByRole('combobox', { name: label }).first().locator('option');
      await choices.filter({ hasText: beginning }).first().waitFor({ state: 'attached' });
      // Letters that come more than a second apart begin anew: a busy machine types once more.
      const chosen = page.getByRole('combobox', { name: label }).first().locator('option:checked');
      await expect
        .poll(
          async () => {
            await keyboard.type(beginning);
            return chosen.textContent();
          },
          { interval: 2_000 },
        )
        .toContain(beginning);
    },
    type: (text: string) => keyboard.type(text),
  };
}

describe('with the keyboard alone', () => {
  it('a whole NPQ application goes from the first click to the start of the course', async () => {
    const zoes = await stage.open('/app/inbox', zoe);
    const hers = keyboardOf(zoes);
    await hers.follow('link', 'Processes');
    await heading(zoes, 'Processes').waitFor();
    await hers.follow('link', /^Start one.*NPQ application/);
    await heading(zoes, 'Start: NPQ application').waitFor();
    await hers.select('NPQ', 'Senior');
    await hers.select('Cohort', 'Autumn 2026');
    await hers.write('Why this NPQ, and why now?', 'I lead our phonics and want to lead more.');
    await hers.choose('How should the course be paid for?', 'The DfE’s scholarship');
    await hers.follow('button', 'Check my answers');
    await zoes.getByRole('heading', { name: 'Before you send it' }).waitFor();
    await hers.follow('button', 'Send it');
    await heading(zoes, 'NPQ application: Zoe Sample').waitFor();
    await stage.cloud.settle();

    const answer = async (who: Person, title: string, fill: (keys: ReturnType<typeof keyboardOf>) => Promise<void>) => {
      const page = await stage.open('/app/inbox', who);
      const keys = keyboardOf(page);
      await keys.follow('link', new RegExp(`^${title}`));
      await heading(page, title).waitFor();
      await fill(keys);
      await page.getByText(`Done: ${title}`).waitFor();
      await stage.cloud.settle();
    };
    await answer(sienna, 'Endorse an NPQ application', async (keys) => {
      await keys.follow('button', 'Support it');
      await keys.choose('Can they be released for the live sessions?', 'Yes');
      await keys.choose('Is cover agreed?', 'Yes');
      await keys.follow('button', 'Send');
    });
    await answer(rowan, 'Approve an NPQ application', async (keys) => {
      await keys.follow('button', 'Approve, and name who pays');
      await keys.choose('Who pays for the course?', 'The DfE’s scholarship');
      await keys.follow('button', 'Send');
    });
    await answer(zoe, 'Register with the DfE', async (keys) => {
      await keys.tabTo('textbox', 'When did you register with the DfE?');
      // Of these digits day and month are the same in every country's order.
      await keys.type('11112026');
      await keys.follow('button', 'I have registered');
    });
    await answer(rowan, 'Record the provider’s decision', async (keys) => {
      await keys.follow('button', 'Accepted');
      await keys.choose('Is it a funded place?', 'Yes');
      // The provider began earlier than its cohort: the course is under way at once.
      await keys.tabTo('textbox', /^When does the course start/);
      await keys.type('11112026');
      await keys.write(/^Teacher reference number/, '1234567');
      await keys.follow('button', 'Send');
    });
    await zoes.reload();
    await zoes.locator('.steps').getByText('Enrolled on the course').waitFor();
    await zoes.getByText('Completed', { exact: true }).waitFor();
    await expectAccessible(zoes);
  });
});

describe('the first page', () => {
  it('comes with less than 200 KB of compressed script, none of it inline', async () => {
    const page = await stage.open('/app/sign-in');
    const scripts: Promise<readonly [string, number]>[] = [];
    page.on('response', (response) => {
      if (response.request().resourceType() === 'script')
        scripts.push(response.body().then((body) => [response.url(), gzipSync(body).byteLength] as const));
    });
    await page.reload();
    await page.getByRole('button', { name: /^Headteacher/ }).click();
    await heading(page, 'Inbox').waitFor();
    const bytes = (await Promise.all(scripts)).reduce((sum, [, size]) => sum + size, 0);
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(200_000);
    const answer = await page.request.get('/app/anything/at/all');
    expect(answer.headers()['content-security-policy']).toMatch(/default-src 'none'.*script-src 'self'(;|$)/);
    expect(answer.headers()['content-security-policy']).not.toContain('unsafe');
    expect(await answer.text()).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=/);
    expect((await page.request.get('/app/assets/none.js')).status()).toBe(404);
  });
});
