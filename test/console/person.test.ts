/** A person's page, in a real browser: absences and who stands in, qualifications, what has to be looked into, sign-in. */
import type { Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import { TRUST } from '../../workflows/kernel/records.ts';
import { atLondon, day } from '../../workflows/kernel/time.ts';
import type { Json } from '../people-over-http.ts';
import { everybody, hazel, OAKFIELD, personOf, rowan, sam, sienna, zoe } from '../world.ts';
import { expectAccessible, expectFitting, stageForEach } from './stage.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const ada = personOf('Ada', { posts: [{ schoolId: TRUST }], roles: [['admin', TRUST]] });
const cole = personOf('Cole', { posts: [{ schoolId: OAKFIELD }], roles: [['mentor', OAKFIELD]] });
const TRN = '1234567';
/** Was given the TRN that Cole has. */
const nell = personOf('Nell', { posts: [{ schoolId: OAKFIELD }], more: { trnRefused: TRN } });

const { stage, ask } = stageForEach({
  startsAt: atLondon(day('2026-11-16'), '09:00'),
  people: [...everybody, ada, cole, nell],
});

const absencesOf = async (personId: string): Promise<Json> =>
  (await stage.cloud.store.person(personId))?.absences ?? [];

const absences = (page: Page) => page.getByRole('region', { name: 'Absences' });

const entry = (page: Page, days: string) => absences(page).getByRole('listitem').filter({ hasText: days });

/** Writes the form that is open and sends it. */
async function write(page: Page, from: string, to: string, standIn?: string): Promise<void> {
  await page.getByLabel('First day away').fill(from);
  await page.getByLabel('Last day away').fill(to);
  if (standIn !== undefined) {
    await page.getByRole('combobox', { name: /^Who stands in/ }).fill(standIn);
    await page.getByRole('option', { name: new RegExp(standIn) }).click();
  }
  await page.getByRole('button', { name: 'Save' }).click();
}

const focused = (page: Page): Promise<unknown> =>
  page.evaluate('document.activeElement?.labels?.[0]?.textContent ?? document.activeElement?.textContent');

describe('an absence', () => {
  it('is recorded with who stands in, refused at its field, changed, ended, and known to who stands in', async () => {
    const page = await stage.open('/app/people/sienna', sienna, { isPhone: true });
    await page.getByRole('button', { name: 'Record an absence' }).click();
    await expect.poll(() => focused(page)).toContain('First day away');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Answer this: First day away').waitFor();
    await write(page, '2026-11-20', '2026-11-16', 'Cole');
    await page.getByText('The last day is before the first.').waitFor();
    await expect.poll(() => focused(page)).toContain('Last day away');
    await expectAccessible(page);
    await expectFitting(page);
    await write(page, '2026-11-16', '2026-11-20');
    await page.getByText('Saved: away 16 November 2026 to 20 November 2026.').waitFor();
    await expect.poll(() => focused(page)).toBe('Absences');
    const now = page.getByRole('alert').filter({ hasText: 'Sienna Sample is away until 20 November 2026.' });
    await now.getByRole('link', { name: 'Cole Sample' }).waitFor();
    await expectAccessible(page);
    await expectFitting(page);

    await page.getByRole('button', { name: 'Record an absence' }).click();
    await write(page, '2026-11-20', '2026-11-27');
    await page.getByText('This absence overlaps with another. Make one of the two.').waitFor();
    await write(page, '2026-12-07', '2026-12-11');
    await page.getByText('Saved: away 7 December 2026').waitFor();
    expect(await absencesOf('sienna')).toEqual([
      { from: '2026-11-16', to: '2026-11-20', standInId: 'cole' },
      { from: '2026-12-07', to: '2026-12-11' },
    ]);

    const standIn = await stage.open('/app/inbox', cole);
    await standIn.getByText('You stand in for Sienna Sample until 20 November 2026.').waitFor();
    await expectAccessible(standIn);
    await standIn.getByRole('link', { name: 'Cole Sample' }).click();
    await absences(standIn).getByText('Stands in for others').waitFor();
    // Who may not see the headteacher's record is not led to it.
    await absences(standIn).getByText('Sienna Sample', { exact: false }).waitFor();
    expect(await absences(standIn).getByRole('link').count()).toBe(0);
    const listed = await stage.open('/app/people', rowan);
    await listed.getByRole('link', { name: /Sienna Sample.*Away until Fri 20 Nov/s }).waitFor();

    stage.cloud.clock.moveTo(atLondon(day('2026-11-18'), '09:00'));
    await page.reload();
    await page.getByRole('button', { name: /^Back at work/ }).click();
    await page.getByText('The absence then ends yesterday, on 17 November 2026.').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Back at work' }).click();
    await page.getByText('The absence has ended.').waitFor();
    await page.getByText('Earlier absences (1)').click();
    await entry(page, '16 November 2026 to 17 November 2026').waitFor();
    expect(await page.getByText(/is away until/).count()).toBe(0);
    await page.getByRole('button', { name: /^Remove.*7 December/ }).click();
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('The absence was removed.').waitFor();
    expect(await absencesOf('sienna')).toEqual([{ from: '2026-11-16', to: '2026-11-17', standInId: 'cole' }]);
  });

  it('overwrites nothing that somebody else recorded meanwhile, and keeps what was entered', async () => {
    await ask(zoe, 'PUT', '/people/zoe/absences', [{ from: '2026-11-23', to: '2026-11-24' }]);
    const page = await stage.open('/app/people/zoe', sienna);
    await page.getByRole('button', { name: 'Record an absence' }).click();
    await ask(zoe, 'PUT', '/people/zoe/absences', [
      { from: '2026-11-23', to: '2026-11-24' },
      { from: '2026-12-01', to: '2026-12-02' },
    ]);
    await write(page, '2026-12-10', '2026-12-11');
    await page
      .getByRole('alert')
      .getByText(/Somebody else changed this record/)
      .waitFor();
    await entry(page, '1 December 2026 to 2 December 2026').waitFor();
    await expectAccessible(page);
    expect(await absencesOf('zoe')).toHaveLength(2);
    await expect.poll(() => page.getByLabel('First day away').inputValue()).toBe('2026-12-10');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved: away 10 December 2026').waitFor();
    expect(await absencesOf('zoe')).toHaveLength(3);

    await page.getByRole('button', { name: /^Remove : 1 December/ }).click();
    await ask(zoe, 'PUT', '/people/zoe/absences', [{ from: '2026-12-01', to: '2026-12-04' }]);
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('so nothing was done.').waitFor();
    await entry(page, '1 December 2026 to 4 December 2026').waitFor();
    expect(await absencesOf('zoe')).toEqual([{ from: '2026-12-01', to: '2026-12-04' }]);
  });
});

describe('a person’s page', () => {
  it('says who manages, what runs of every kind with one request, and offers only what the reader may do', async () => {
    await ask(zoe, 'POST', '/npq-applications', {
      courseId: 'npq-senior-leadership',
      cohortId: '2026b',
      motivation: 'I lead our phonics.',
      fundingRoute: 'self',
    });
    const page = await stage.open('/app/people', sam);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.getByRole('link', { name: /Zoe Sample/ }).click();
    const processes = page.getByRole('region', { name: 'Processes' });
    await processes.getByText('waits for: Endorse an NPQ application').waitFor();
    expect(asked.filter((path) => path === '/people/zoe/processes')).toHaveLength(1);
    expect(asked.filter((path) => path === '/npq-applications')).toEqual([]);
    expect(await page.getByRole('link', { name: 'Sam Sample' }).first().getAttribute('href')).toBe('/app/people/sam');
    for (const name of ['Record an absence', 'Record a qualification', 'Forget the sign-in'])
      expect(await page.getByRole('button', { name }).count(), name).toBe(0);
    await page.getByText('Line manager').waitFor();
    const hers = await stage.open('/app/people/zoe', zoe, { isPhone: true });
    await hers.getByText('Sam Sample').waitFor();
    expect(await hers.locator('main').getByRole('link', { name: 'Sam Sample' }).count()).toBe(0);
    await hers.getByRole('button', { name: 'Record an absence' }).waitFor();
    await expectFitting(hers);
    const executive = await stage.open('/app/people/sienna', hazel);
    const manages = executive.getByRole('region', { name: 'Manages 1 person' });
    await manages.getByRole('link', { name: 'Sam Sample' }).waitFor();
    await executive.getByText('by role, because nobody is on record').waitFor();
  });

  it('takes a qualification that no process made from the trust’s lead, in words', async () => {
    const page = await stage.open('/app/people/zoe', rowan, { isPhone: true });
    const record = page.getByRole('button', { name: 'Record a qualification' });
    const save = page.getByRole('button', { name: 'Save' });
    await record.click();
    await save.click();
    await page.getByText('Answer this: Did the DfE pay for it?').waitFor();
    await expectAccessible(page);
    await page.getByLabel('What is it?').selectOption({ label: 'NPQ Headship' });
    await page.getByLabel('Cohort').selectOption({ label: 'Autumn 2021' });
    await page.getByLabel('Provider (optional)').selectOption({ label: 'Teach First' });
    await page.getByLabel('Passed', { exact: true }).check();
    await page.getByLabel('Yes').check();
    await expectAccessible(page);
    await expectFitting(page);
    await save.click();
    await page.getByText('Saved: NPQ Headship.').waitFor();
    await page.getByText(/Autumn 2021 · Passed · funded by the DfE/).waitFor();

    await record.click();
    await page.getByLabel('What is it?').selectOption({ label: 'Degree' });
    await page.getByLabel('Year').fill('99');
    await page.getByLabel('Month').selectOption({ label: 'July' });
    await page.getByLabel('Passed', { exact: true }).check();
    await page.getByLabel('No', { exact: true }).check();
    await save.click();
    await expect.poll(() => focused(page)).toContain('Year');
    await page.getByLabel('Year').fill('2019');
    await save.click();
    await page.getByText(/July 2019 · Passed/).waitFor();
    await record.click();
    await page.getByLabel('What is it?').selectOption({ label: 'NPQ Headship' });
    await page.getByLabel('Cohort').selectOption({ label: 'Autumn 2021' });
    await page.getByText('This is on record already (Passed).').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Cancel' }).click();

    // What was recorded of the wrong person is taken back.
    await record.click();
    await page.getByLabel('What is it?').selectOption('npq-senco');
    await page.getByLabel('Cohort').selectOption({ label: 'Autumn 2025' });
    await page.getByLabel('Passed', { exact: true }).check();
    await page.getByLabel('Yes').check();
    await save.click();
    await page.getByRole('button', { name: /^Remove : .*SENCO/ }).click();
    await page.getByText('as if it had never been on record').waitFor();
    await expectAccessible(page);
    await expectFitting(page);
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText(/^Removed: .*SENCO/).waitFor();
    await expect.poll(() => focused(page)).toBe('Qualifications');
    await page.getByRole('button', { name: /^Remove : NPQ Headship/ }).waitFor();
    expect((await stage.cloud.store.person('zoe'))?.qualifications).toEqual([
      {
        courseId: 'npq-headship',
        cohortId: '2021b',
        outcome: 'passed',
        isFunded: true,
        providerId: 'teach-first',
      },
      { courseId: 'degree', cohortId: '2019-07', outcome: 'passed', isFunded: false },
    ]);
  });

  it('shows administrators what has to be looked into, and lets them forget a sign-in after asking once more', async () => {
    await stage.cloud.store.commit({
      parts: [
        {
          name: 'trn',
          after: { type: 'guard', guard: `trn#${TRN}`, holder: 'cole' },
          isUnconditional: true,
        },
      ],
    });
    const page = await stage.open('/app/people', ada, { isPhone: true });
    await page.getByLabel('Only those to look into').check();
    await page.getByRole('link', { name: /Zoe Sample/ }).waitFor({ state: 'detached' });
    await expectAccessible(page);
    await expectFitting(page);
    await page.getByRole('link', { name: /Nell Sample.*To look into/s }).click();
    await page.getByText(/A TRN was given for Nell Sample that Cole Sample has/).waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Open the page of Cole Sample' }).click();
    await page.getByRole('heading', { level: 1, name: 'Cole Sample' }).waitFor();
    // Nobody has signed in as Cole yet.
    expect(await page.getByRole('button', { name: 'Forget the sign-in' }).count()).toBe(0);

    await ask(cole, 'GET', '/me');
    await page.reload();
    await page.getByRole('button', { name: 'Forget the sign-in' }).click();
    await page.getByText('then counts as the first one').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect((await stage.cloud.store.person('cole'))?.externalId).toBeDefined();
    await page.getByRole('button', { name: 'Forget the sign-in' }).click();
    await page.getByRole('button', { name: 'Forget the sign-in' }).click();
    await page.getByText('The sign-in is forgotten.').waitFor();
    expect((await stage.cloud.store.person('cole'))?.externalId).toBeUndefined();

    const others = await stage.open('/app/people', sienna);
    await others.getByRole('link', { name: /Nell Sample/ }).waitFor();
    expect(await others.getByLabel('Only those to look into').count()).toBe(0);
  });
});
