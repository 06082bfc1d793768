/** What comes in between: an answer that fails or comes late, somebody else's act, the person's own other tab, another clock. */
import type { BrowserContext, Locator, Page, Route } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import { TRUST } from '../../workflows/kernel/records.ts';
import { atLondon, day } from '../../workflows/kernel/time.ts';
import { everybody, OAKFIELD, personOf, rowan, sienna, zoe } from '../world.ts';
import { expectAccessible, stageForEach } from './stage.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const ada = personOf('Ada', { posts: [{ schoolId: TRUST }], roles: [['admin', TRUST]] });
/** A second headteacher, to whom the first may give what is for either. */
const dara = personOf('Dara', { posts: [{ schoolId: OAKFIELD }], roles: [['headteacher', OAKFIELD]] });

const { stage, restage, ask } = stageForEach({
  startsAt: atLondon(day('2026-11-16'), '09:00'),
  people: [...everybody, dara, ada],
});

/** Zoe's application, whose first task is that of the headteachers. */
async function applied(): Promise<string> {
  const { id } = await ask(zoe, 'POST', '/npq-applications', {
    courseId: 'npq-senior-leadership',
    cohortId: '2026b',
    motivation: 'I lead our phonics and want to lead more.',
    fundingRoute: 'dfe-scholarship',
  });
  return id;
}

/** Closed until it is opened. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

const refusing = (route: Route, status: number) =>
  route.fulfill({
    status,
    contentType: 'application/problem+json',
    body: JSON.stringify({ status, detail: 'Not now, says the test.' }),
  });

/** That path of the API cannot be read until the switch is turned. */
const without = (path: string, power: { isOn: boolean }) => async (context: BrowserContext) => {
  await context.route(path, (route) => (power.isOn ? route.fallback() : refusing(route, 503)));
};

const inStorage = (name: string, value: unknown): string =>
  `localStorage.setItem('oak.draft.${name}', ${JSON.stringify(JSON.stringify(value))});`;

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });

async function declining(page: Page, reason: string): Promise<void> {
  await page.getByRole('button', { name: 'Do not support it' }).click();
  await page.getByLabel('Reason').fill(reason);
}

const hasFocus = (one: Locator) => one.evaluate((element) => element === element.ownerDocument.activeElement);

/** Somebody turns to the page again, whose clock is in the hands of the test. */
async function backAfterAWhile(page: Page): Promise<void> {
  await page.clock.fastForward(60_000);
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))");
}

const kept = (page: Page) => page.getByText('Your draft is kept. Only you can see it.').waitFor();

describe('what cannot be read', () => {
  it('is said to be so, and not that there is nothing, and comes when it is asked for again', async () => {
    const id = await applied();
    const kinds = { isOn: false };
    const page = await stage.open(`/app/npq-applications/${id}`, zoe, { prepare: without('**/processes', kinds) });
    await heading(page, 'This page cannot be shown now').waitFor();
    await expectAccessible(page);
    kinds.isOn = true;
    await page.getByRole('button', { name: 'Try again' }).click();
    await heading(page, 'NPQ application: Zoe Sample').waitFor();

    const me = { isOn: false };
    const inbox = await stage.open('/app/inbox', sienna, { prepare: without('**/me', me) });
    await inbox.getByRole('alert').getByText('Not now, says the test.').waitFor();
    me.isOn = true;
    await inbox.getByRole('button', { name: 'Try again' }).click();
    await inbox.getByRole('link', { name: /^Endorse an NPQ application/ }).waitFor();

    const pathway = { isOn: false };
    const person = await stage.open('/app/people/zoe', rowan, { prepare: without('**/pathway', pathway) });
    await person.getByRole('alert').getByText('Not now, says the test.').waitFor();
    pathway.isOn = true;
    await person.getByRole('button', { name: 'Try again' }).click();
    await person.getByRole('heading', { name: 'Pathway' }).waitFor();
  });

  it('is no list without a school or a search that found nobody', async () => {
    const page = await stage.open('/app/action-research/new', zoe, {
      async prepare(context) {
        for (const path of ['**/schools', '**/people?*']) await context.route(path, (route) => refusing(route, 403));
      },
    });
    await page.getByRole('combobox', { name: 'Lead (optional)' }).fill('Zoe');
    await page.getByRole('listbox').getByText('Not now, says the test.').waitFor();
    const schools = page.getByRole('group', { name: 'Schools that take part' });
    await schools.getByRole('button', { name: 'Add another' }).click();
    await schools.getByText('Not now, says the test.').waitFor();
    await expectAccessible(page);
  });

  it('is asked for once, also where a choice of before has to be found again', async () => {
    let asked = 0;
    const page = await stage.open('/app/inbox/npq-application/endorse', sienna, {
      async prepare(context) {
        await context.addInitScript(inStorage('several.sienna.npq-application.endorse', { chosen: ['elsewhere.1'] }));
        await context.route('**/inbox?*', async (route) => {
          if (!route.request().url().includes('cursor=')) {
            const answer = await route.fetch();
            return route.fulfill({ json: { ...(await answer.json()), cursor: 'next' } });
          }
          asked++;
          return refusing(route, 400);
        });
      },
    });
    await page.getByRole('alert').getByText('Not now, says the test.').waitFor();
    await page.waitForLoadState('networkidle');
    expect(asked).toBe(1);
  });
});

describe('a list', () => {
  it('keeps the place of who asks for its last page', async () => {
    const page = await stage.open('/app/people', rowan, {
      async prepare(context) {
        await context.route('**/people?*', async (route) => {
          if (route.request().url().includes('cursor=')) return route.fulfill({ json: { items: [], cursor: null } });
          const answer = await route.fetch();
          return route.fulfill({ json: { ...(await answer.json()), cursor: 'next' } });
        });
      },
    });
    const more = page.getByRole('button', { name: 'Show more' });
    await more.focus();
    await page.keyboard.press('Enter');
    await more.waitFor({ state: 'detached' });
    await page.keyboard.press('Shift+Tab');
    await expect.poll(() => hasFocus(page.locator('a[data-row]').last())).toBe(true);
  });
});

describe('a comment', () => {
  it('that was begun is there also where its writer is known late', async () => {
    const id = await applied();
    const known = gate();
    const page = await stage.open(`/app/npq-applications/${id}`, sienna, {
      async prepare(context) {
        await context.addInitScript(inStorage(`comment.sienna.${id}.1`, { text: 'Half a sentence' }));
        await context.route('**/me', async (route) => {
          await known.opened;
          await route.continue();
        });
      },
    });
    await page.getByRole('heading', { name: 'Comments' }).waitFor();
    known.open();
    await expect.poll(() => page.getByLabel('Write a comment').inputValue()).toBe('Half a sentence');
  });

  it('keeps the place of its writer, whatever they did with the process before', async () => {
    const id = await applied();
    const page = await stage.open(`/app/npq-applications/${id}`, zoe);
    await page.getByRole('button', { name: 'Change the provider' }).click();
    await page.getByLabel('Provider').selectOption({ label: 'Ambition Institute' });
    await page.locator('form').getByRole('button', { name: 'Change the provider' }).click();
    await page.getByText('Done: Change the provider').waitFor();
    await page.clock.install();
    await page.getByLabel('Write a comment').fill('They have a place for me.');
    await ask(sienna, 'POST', `/tasks/${id}.1/comments`, { text: 'Good news.' });
    await backAfterAWhile(page);
    await page.locator('.comments').getByText('Good news.').waitFor();
    expect(await hasFocus(page.getByLabel('Write a comment'))).toBe(true);
  });

  it('is shown at once, also while a draft is being kept', async () => {
    const id = await applied();
    const page = await stage.open(`/app/tasks/${id}.1`, sienna);
    const [saving, reading] = [gate(), gate()];
    await page.route('**/draft', async (route) => {
      await saving.opened;
      await route.continue();
    });
    await declining(page, 'Not this year.');
    await page.getByText('Keeping your draft').waitFor();
    let isFirst = true;
    await page.route(`**/tasks/${id}.1`, async (route) => {
      if (isFirst) {
        isFirst = false;
        await reading.opened;
      }
      // It may have been given up meanwhile.
      await route.continue().catch(() => undefined);
    });
    await page.getByLabel('Write a comment').fill('Let us talk.');
    const asked = page.waitForRequest(`**/tasks/${id}.1`);
    await page.getByRole('button', { name: 'Add the comment' }).click();
    await asked;
    saving.open();
    await kept(page);
    reading.open();
    await page.locator('.comments').getByText('Let us talk.').waitFor();
  });
});

describe('an answer', () => {
  it('that was sent in another tab is not said to be unsent', async () => {
    const id = await applied();
    const page = await stage.open(`/app/tasks/${id}.1`, sienna);
    await declining(page, 'Not this year.');
    await kept(page);
    const other = await page.context().newPage();
    await other.clock.install();
    await other.goto(`/app/tasks/${id}.1`);
    await other.getByLabel('Reason').waitFor();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('Done: Endorse an NPQ application').waitFor();
    await backAfterAWhile(other);
    await other.getByText('Sienna Sample answered this on 16 November 2026: Do not support it.').waitFor();
    expect(await other.getByText('was not sent').count()).toBe(0);
    expect(await other.getByText('Not this year.').count()).toBe(0);
  });

  it('that somebody else has given is told to who is still writing, and their words stay', async () => {
    const id = await applied();
    const page = await stage.open(`/app/tasks/${id}.1`, sienna);
    await page.getByRole('button', { name: 'Do not support it' }).waitFor();
    await ask(dara, 'POST', `/tasks/${id}.1/complete`, {
      outcome: 'endorsed',
      isReleaseAgreed: true,
      isCoverAgreed: true,
    });
    await declining(page, 'Two colleagues are out already.');
    const said = page.getByRole('status').filter({ hasText: 'Somebody was faster' });
    await said.getByText('Dara Sample answered this on 16 November 2026: Support it.').waitFor();
    await page.getByText('Two colleagues are out already.').waitFor();
  });
});

describe('who hands something on', () => {
  it('is told so, also where the form is gone before all is read again', async () => {
    const id = await applied();
    const page = await stage.open(`/app/tasks/${id}.1`, sienna);
    await page.getByText('Not for you?').click();
    const why = page.getByLabel('Why should somebody else decide?');
    await why.fill('We are married.');
    const known = gate();
    await page.route('**/me', async (route) => {
      await known.opened;
      await route.continue();
    });
    await page.getByRole('button', { name: 'Pass it on' }).click();
    await why.waitFor({ state: 'detached' });
    known.open();
    const notice = page.getByRole('status').filter({ hasText: 'Thank you. Somebody else decides this now.' });
    await notice.waitFor();
    await expect.poll(() => hasFocus(notice)).toBe(true);
  });

  it('and takes the place of somebody sees at once that they do', async () => {
    const page = await stage.open('/app/people/zoe', sienna);
    await page.getByRole('button', { name: 'Record an absence' }).click();
    await page.getByLabel('First day away').fill('2026-11-16');
    await page.getByLabel('Last day away').fill('2026-11-20');
    await page.getByRole('combobox', { name: /^Who stands in/ }).fill('Sienna');
    await page.getByRole('option', { name: /Sienna/ }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved: away 16 November 2026').waitFor();
    await page.getByRole('link', { name: 'Inbox' }).click();
    await heading(page, 'Inbox').waitFor();
    expect(await page.getByText('You stand in for Zoe Sample until 20 November 2026.').count()).toBe(1);
  });
});

describe('an import', () => {
  it('that is checked while somebody else signs in is nothing that they are told of', async () => {
    const page = await stage.open('/app/imports', ada);
    const checking = gate();
    await page.route('**/imports/staff**', async (route) => {
      await checking.opened;
      await route.continue();
    });
    await page.locator('input[type=file]').setInputFiles({
      name: `staff-${OAKFIELD}.csv`,
      mimeType: 'text/csv',
      buffer: Buffer.from('Employee ID,First Name,Last Name,Email,Job Title\r\n1,Ash,Rowe,a.rowe@oak.example,Cook'),
    });
    await page.getByText('Chosen:').waitFor();
    const asked = page.waitForRequest('**/imports/staff**');
    await page.getByRole('button', { name: 'Check the file' }).click();
    await asked;
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Or the e-mail address of anybody in the trust').fill('rowan@oak.example');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('link', { name: 'Rowan Sample' }).waitFor();
    await page.getByRole('link', { name: 'Inbox' }).click();
    await heading(page, 'Inbox').waitFor();
    const answered = page.waitForResponse('**/imports/staff**');
    checking.open();
    expect((await answered).status()).toBe(201);
    await (await answered).finished();
    await page.getByRole('link', { name: 'Import', exact: true }).click();
    await heading(page, 'Import').waitFor();
    await page.getByLabel('What is in the file?').waitFor();
    expect(await page.getByText('is not applied yet').count()).toBe(0);
  });
});

describe('a browser in another part of the world', () => {
  it('shows the days and hours of London', async () => {
    await restage({ startsAt: atLondon(day('2026-11-16'), '00:30'), people: everybody });
    const id = await applied();
    const page = await stage.open('/app/inbox', zoe);
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Emulation.setTimezoneOverride', { timezoneId: 'America/Los_Angeles' });
    await page.goto(`/app/npq-applications/${id}`);
    expect(await page.evaluate(`new Date('2026-11-16T00:30:00Z').getDate()`)).toBe(15);
    await page.getByRole('heading', { level: 3, name: '16 November 2026' }).waitFor();
    await page.getByText('00:30 · Zoe Sample').first().waitFor();
    await page.getByRole('definition').filter({ hasText: '16 November 2026' }).first().waitFor();
  });
});
