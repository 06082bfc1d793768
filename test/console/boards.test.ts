/** The boards as a headteacher and the trust see them, in a real browser. */
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type Person, TRUST } from '../../workflows/kernel/records.ts';
import { atLondon, day } from '../../workflows/kernel/time.ts';
import type { Json } from '../people-over-http.ts';
import { corin, everybody, OAKFIELD, personOf, robin, rowan, ST_ALDHELM, sam, sienna, zoe } from '../world.ts';
import { expectAccessible, expectFitting, stageForEach } from './stage.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const tilly = personOf('Tilly', { posts: [{ schoolId: OAKFIELD, lineManagerId: 'sam', job: 'Teaching Assistant' }] });
const ada = personOf('Ada', { posts: [{ schoolId: TRUST }], roles: [['admin', TRUST]] });
const cole = personOf('Cole', { posts: [{ schoolId: OAKFIELD }], roles: [['mentor', OAKFIELD]] });

const { stage, ask } = stageForEach({
  startsAt: atLondon(day('2026-09-16'), '09:00'),
  people: [...everybody, tilly, cole, ada],
});

beforeEach(() => set());

const post = (as: Person, path: string, body: unknown): Promise<Json> => ask(as, 'POST', path, body);

const application = {
  courseId: 'npq-senior-leadership',
  cohortId: '2026b',
  motivation: 'I lead our phonics and want to lead more.',
  fundingRoute: 'self',
};

/** Two applications and an apprenticeship at Oakfield, an application at St Aldhelm's; two months later hardly anything is done. */
async function set(): Promise<void> {
  await post(zoe, '/npq-applications', application);
  const withdrawn = await post(sam, '/npq-applications', { ...application, courseId: 'npq-headship' });
  await post(sam, `/npq-applications/${withdrawn.id}/withdraw`, { reason: 'other' });
  await post(robin, '/npq-applications', { ...application, courseId: 'npq-headship' });
  await post(sam, '/apprenticeships', {
    personId: 'tilly',
    standardId: 'ST1502',
    providerId: 'university-of-somerset',
    startsOn: '2026-09-21',
    plannedEndOn: '2030-09-20',
    weeklyHours: 32.5,
    isTermTimeOnly: true,
    mentorId: 'cole',
    ageAtStart: 24,
  });
  stage.cloud.clock.moveTo(atLondon(day('2026-11-16'), '09:00'));
}

const chart = (page: Page, name: string | RegExp) => page.getByRole('region', { name, exact: true });

/** Every chart is there: nothing loads any more. */
async function isDrawn(page: Page, ...charts: readonly string[]): Promise<void> {
  for (const name of charts) await chart(page, name).waitFor();
  await expect.poll(() => page.getByRole('status').count()).toBe(0);
}

async function fileOf(page: Page, name: string, button = 'Download as CSV'): Promise<string> {
  const downloading = page.waitForEvent('download');
  await chart(page, name)
    .getByRole('button', { name: new RegExp(`^${button}`) })
    .click();
  const download = await downloading;
  const parts: Buffer[] = [];
  for await (const part of await download.createReadStream()) parts.push(part as Buffer);
  return `${download.suggestedFilename()}\n${Buffer.concat(parts).toString('utf8').replace('\uFEFF', '')}`;
}

const styleOf = (page: Page, selector: string, property: string): Promise<unknown> =>
  page.evaluate(`getComputedStyle(document.querySelector('${selector}')).getPropertyValue('${property}')`);

/** The table under a chart, as its file has it. */
async function tableOf(page: Page, name: string): Promise<readonly string[]> {
  const rows = await chart(page, name).locator('tr').all();
  const cells = await Promise.all(rows.map((row) => row.locator('th, td').allTextContents()));
  return cells.map((row) => row.map((cell) => (/[",]/.test(cell) ? `"${cell}"` : cell)).join(','));
}

describe('the board of a school', () => {
  it('shows a headteacher what is late, under way and next, each with its table and its file', async () => {
    const page = await stage.open('/app/inbox', sienna);
    await page.getByRole('link', { name: 'Board', exact: true }).click();
    await isDrawn(page, 'Late work by task', 'Under way, by kind and stage', 'Apprenticeship: milestones');
    await page.getByText('Oakfield Primary School').first().waitFor();
    const glance = page.getByRole('region', { name: 'At a glance' });
    await expect.poll(() => glance.textContent()).toMatch(/Under way\s*2\s*Open tasks/);
    await chart(page, 'Late work by task')
      .getByText(/Late longest: \d+ school days/)
      .first()
      .waitFor();

    const milestones = chart(page, 'Apprenticeship: milestones');
    await milestones
      .getByText(/^Late: /)
      .first()
      .waitFor();
    await milestones.getByText('As a table').click();
    const row = milestones.getByRole('row', { name: /^Tilly Sample/ });
    await row.waitFor();
    expect(await row.getByRole('cell').allInnerTexts()).toEqual([
      expect.stringMatching(/^\d+$/),
      expect.stringMatching(/^[1-9]/),
      expect.stringMatching(/^[1-9]/),
      expect.stringMatching(/^Late: .+ Next: .+/),
    ]);
    await expectAccessible(page);
    const [name, ...lines] = (await fileOf(page, 'Apprenticeship: milestones')).trim().split(/\r?\n/);
    expect(name).toBe('apprenticeship-milestones-oakfield-primary-school-2026-11-16.csv');
    expect(lines).toEqual(await tableOf(page, 'Apprenticeship: milestones'));

    await chart(page, 'Under way, by kind and stage').getByRole('link', { name: 'With the school' }).click();
    await page.getByRole('link', { name: /Zoe Sample/ }).waitFor();
    expect(new URL(page.url()).search).toBe(`?status=active&stage=endorsement&school=${OAKFIELD}`);
    expect(await page.getByRole('link', { name: /Robin Sample/ }).count()).toBe(0);
  });

  it('lists which tasks are late longest, about whom and with whom', async () => {
    const page = await stage.open('/app/board', sienna);
    const list = chart(page, 'What is late longest');
    const first = list.getByRole('listitem').filter({ hasText: 'Endorse an NPQ application' });
    await first.getByText('About Zoe Sample').waitFor();
    await first.getByText('With Headteacher').waitFor();
    await first.getByText(/school days late · Stalled/).waitFor();
    const [name, head, ...lines] = (await fileOf(page, 'What is late longest')).trim().split(/\r?\n/);
    expect(name).toBe('what-is-late-longest-oakfield-primary-school-2026-11-16.csv');
    expect(head).toBe('Task,About,School,With,Due,School days late');
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^Endorse an NPQ application,Zoe Sample,Oakfield Primary School,Headteacher.*,2026-09-23,\d+$/,
      ),
    );
    await first.getByRole('link').click();
    await page.getByRole('heading', { level: 1, name: 'Endorse an NPQ application' }).waitFor();

    // What is answered is late no more, the board that was looked at before knows it.
    await page.getByRole('button', { name: 'Ask for changes' }).click();
    await page.getByLabel('What should change?').fill('Please say more.');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('Done: Endorse an NPQ application').waitFor();
    await page.getByRole('link', { name: 'Board', exact: true }).click();
    await first.waitFor({ state: 'detached' });
  });

  it('fits a phone', async () => {
    const page = await stage.open('/app/board', sam, { isPhone: true });
    await isDrawn(page, 'Late work by task', 'Under way, by kind and stage', 'Apprenticeship: milestones');
    const menu = page.getByRole('button', { name: 'Menu' });
    await menu.click();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Escape');
    expect(await menu.getAttribute('aria-expanded')).toBe('false');
    await expect.poll(() => menu.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
    for (const summary of await page.getByText('As a table').all()) await summary.click();
    await expectAccessible(page);
    await expectFitting(page);
  });

  it('is of no other school, which would look as if nothing were late there', async () => {
    const page = await stage.open(`/app/board?school=${ST_ALDHELM}`, sienna);
    await page.getByText('There is no board of this school for you').waitFor();
    expect(await page.locator('.chart, .glance').count()).toBe(0);
    await page.getByRole('link', { name: 'Go to your board' }).click();
    await isDrawn(page, 'Late work by task');
    await page.goto('/app/board?school=nonsense');
    await page.getByText('There is no board of this school for you').waitFor();
  });

  it('prints with its bars and without what only a screen can do', async () => {
    const page = await stage.open('/app/board', sienna);
    await isDrawn(page, 'Late work by task', 'Under way, by kind and stage', 'Apprenticeship: milestones');
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByText('Oakfield Primary School, 16 November 2026').isVisible()).toBe(true);
    expect(await chart(page, 'Late work by task').getByText('stalled', { exact: false }).first().isVisible()).toBe(
      true,
    );
    for (const name of ['Print', 'Menu', 'Sign out', /^Download as CSV/])
      expect(await page.getByRole('button', { name }).count(), String(name)).toBe(0);
    expect(await styleOf(page, '.segment', 'print-color-adjust')).toBe('exact');
    await page.emulateMedia({ media: 'screen', forcedColors: 'active' });
    expect(await styleOf(page, '.segment', 'forced-color-adjust')).toBe('none');
  });

  it('says once that there is no connection, and asks for all reports again', async () => {
    const page = await stage.open('/app/inbox', sienna);
    await page.route('**/reports/**', (route) => route.abort());
    await page.getByRole('link', { name: 'Board', exact: true }).click();
    await page.getByRole('alert').getByText('There is no connection').waitFor();
    await page.getByText('This could not be loaded.').nth(2).waitFor();
    expect(await page.getByRole('alert').count()).toBe(1);
    await expectAccessible(page);
    await page.unroute('**/reports/**');
    await page.getByRole('button', { name: 'Try again' }).click();
    await isDrawn(page, 'Late work by task', 'Under way, by kind and stage', 'Apprenticeship: milestones');
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('is not for teachers', async () => {
    const page = await stage.open('/app/inbox', zoe);
    await page.getByRole('heading', { level: 1, name: 'Inbox' }).waitFor();
    expect(await page.getByRole('link', { name: 'Board', exact: true }).count()).toBe(0);
    await page.goto('/app/board');
    await page.getByText('A board is for who leads a school or the trust.').waitFor();
    expect(await page.locator('.chart').count()).toBe(0);
    expect(await page.locator('main').textContent()).not.toMatch(/Oakfield|Tilly|Robin/);
    await expectAccessible(page);
  });
});

describe('the board of the admin', () => {
  it('shows which tasks nobody can decide and how much mail goes out, and no process', async () => {
    const page = await stage.open('/app/board', ada);
    await page.getByText('Every task has somebody who can decide it.').waitFor();
    await page.getByRole('navigation').getByRole('link', { name: 'Board', exact: true }).waitFor();
    expect(await page.locator('.glance').count()).toBe(0);
    expect(await page.locator('main').textContent()).not.toMatch(/Under way|Tilly/);
    await expectAccessible(page);
  });
});

describe('the schools', () => {
  it('begin with those that the reader leads, and say how they stand', async () => {
    const page = await stage.open('/app/schools', robin, { isPhone: true });
    const cards = page.locator('.cards > li');
    await cards
      .first()
      .getByRole('heading', { name: /^St Aldhelm/ })
      .waitFor();
    await cards.first().getByText('1 of 1 open task is late').waitFor();
    expect(
      await cards
        .nth(1)
        .getByRole('link', { name: /^Board/ })
        .count(),
    ).toBe(0);
    await expectAccessible(page);
    await expectFitting(page);
    await cards
      .first()
      .getByRole('link', { name: /^Board/ })
      .click();
    await isDrawn(page, 'Late work by task');
  });
});

describe('the page of a school', () => {
  it('shows who leads it what stands where, the first kind that there is', async () => {
    const page = await stage.open(`/app/schools/${OAKFIELD}`, sienna);
    const column = page.getByRole('region', { name: 'NPQ application' });
    await column.getByRole('link', { name: /^Zoe Sample/ }).waitFor();
    expect(await column.getByRole('heading').allTextContents()).toEqual(['With the school 1']);
    await page.getByText('Nothing is at: Draft').waitFor();
    await page.getByLabel('Kind', { exact: true }).selectOption('Apprenticeship (1)');
    await page
      .getByRole('region', { name: 'Apprenticeship', exact: true })
      .getByRole('link', { name: /Tilly/ })
      .waitFor();
    await isDrawn(page, 'Late work by task', 'Under way, by kind and stage');
    await expectAccessible(page);
  });

  it('counts nothing for anybody else: a zero would be taken for the truth', async () => {
    for (const who of [ada, corin, zoe]) {
      const page = await stage.open(`/app/schools/${OAKFIELD}`, who, { isPhone: true });
      await page.getByRole('heading', { name: 'What you may see here' }).waitFor();
      expect(await page.locator('.stage, .glance, .chart').count()).toBe(0);
      if (who === zoe) await expectAccessible(page);
      await expectFitting(page);
    }
  });
});

describe('the board of the trust', () => {
  it('shows trends and each school, leads to the board of one, and keeps the school in the address', async () => {
    const page = await stage.open('/app/board', rowan);
    await isDrawn(page, 'Month by month', 'Late work by school', 'Under way, by school');
    const trends = chart(page, 'Month by month');
    await trends.getByText('In twelve months 4 started and 1 ended.').waitFor();
    await trends.getByText('As a table').click();
    await trends.getByRole('row', { name: /^September 2026 4 1 [1-9]/ }).waitFor();
    await trends.getByLabel('Kind').selectOption('Apprenticeship');
    await trends.getByText('In twelve months 1 started and 0 ended.').waitFor();
    expect(new URL(page.url()).search).toBe('?kind=apprenticeship');
    const [name, ...lines] = (await fileOf(page, 'Month by month')).trim().split(/\r?\n/);
    expect(name).toBe('month-by-month-2026-11-16.csv');
    expect(lines).toEqual(await tableOf(page, 'Month by month'));
    expect(await fileOf(page, 'Month by month', 'Every detail as CSV')).toMatch(
      /^month-by-month-details-2026-11-16\.csv\n.*2026-09,.*NPQ application/s,
    );
    await expectAccessible(page);

    await chart(page, 'Late work by school')
      .getByRole('link', { name: /^St Aldhelm/ })
      .click();
    await isDrawn(page, 'Late work by task', 'Under way, by kind and stage');
    expect(new URL(page.url()).search).toBe(`?school=${ST_ALDHELM}`);
    await expect.poll(() => page.evaluate('[document.activeElement.tagName, window.scrollY]')).toEqual(['H1', 0]);
    await expect.poll(() => page.title()).toMatch(/^Board: St Aldhelm.* · Oak CPD$/);
    expect(await chart(page, 'Apprenticeship: milestones').count()).toBe(0);
    await page.getByLabel('School', { exact: true }).selectOption('Oakfield Primary School');
    await chart(page, 'Apprenticeship: milestones').waitFor();
    await page.reload();
    await chart(page, 'Apprenticeship: milestones').waitFor();
    await expectAccessible(page);
  });

  it('says of how many conversations needs are counted: later ones are held, and count for nothing', async () => {
    const page = await stage.open('/app/inbox', rowan);
    const needs = {
      strand: 'wellbeing',
      label: 'Wellbeing',
      schoolId: null,
      route: null,
      sessions: [],
      meetByLabel: null,
    };
    await page.route('**/reports/demand', (route) =>
      route.fulfill({
        json: {
          cycle: { label: 'Autumn learning review', closesOn: '2027-01-22' },
          isFrozen: true,
          conversations: 157,
          rows: [{ ...needs, count: 23 }],
        },
      }),
    );
    await page.getByRole('link', { name: 'Board', exact: true }).click();
    await chart(page, 'Learning needs').getByText('From 157 conversations held by 22 January 2027.').waitFor();
  });

  it('fits a phone', async () => {
    const page = await stage.open('/app/board', rowan, { isPhone: true });
    await isDrawn(page, 'Month by month', 'Late work by school', 'Under way, by school');
    for (const summary of await page.getByText('As a table').all()) await summary.click();
    await expectAccessible(page);
    await expectFitting(page);
  });
});

describe('a person’s page', () => {
  it('shows where they stand on the career ladder, and starts what may come next for them', async () => {
    const page = await stage.open('/app/people/zoe', sam, { isPhone: true });
    const pathway = page.getByRole('region', { name: 'Pathway' });
    await pathway.getByText('Qualified teacher status', { exact: false }).first().waitFor();
    expect(await pathway.getByRole('link', { name: /NPQ/ }).first().getAttribute('href')).toMatch(/^\/app\/npq-/);
    await expectAccessible(page);
    await expectFitting(page);
    await page.goto('/app/people/tilly');
    await pathway.getByText('Under way').waitFor();

    const hers = await stage.open('/app/people/cole', cole);
    const start = hers
      .getByRole('region', { name: 'Pathway' })
      .getByRole('link', { name: /^Start it/ })
      .first();
    await start.click();
    await hers.getByRole('heading', { level: 1, name: /^Start: NPQ application/ }).waitFor();
    const colleagues = await stage.open('/app/people/zoe', cole);
    await colleagues.getByRole('heading', { level: 1 }).waitFor();
    await expect.poll(() => colleagues.getByRole('status').count()).toBe(0);
    expect(await colleagues.getByRole('region', { name: 'Pathway' }).count()).toBe(0);
  });
});
