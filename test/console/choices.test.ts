/** What a page offers to choose from: every place there is, starts that one may start, cohorts that may be meant. In a real browser. */
import { describe, expect, it, vi } from 'vitest';
import { atLondon, day } from '../../workflows/kernel/time.ts';
import { corin, everybody, rowan, sienna } from '../world.ts';
import { expectAccessible, expectFitting, stageForEach } from './stage.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const { stage, ask } = stageForEach({ startsAt: atLondon(day('2026-09-16'), '09:00'), people: everybody });

describe('the central office', () => {
  it('is a place to narrow lists to, and is named where a link has done it', async () => {
    const about = { priorityArea: 'Mathematics' };
    await ask(rowan, 'POST', '/action-research-sets', { ...about, title: 'Mathematics across the trust' });
    await ask(sienna, 'POST', '/action-research-sets', { ...about, title: 'Mathematics at Oakfield' });
    const page = await stage.open('/app/action-research-sets?status=active&school=trust', rowan);
    await page.getByRole('link', { name: /Mathematics across the trust/ }).waitFor();
    const place = page.getByLabel('School');
    expect(await place.locator('option:checked').textContent()).toBe('Central office');
    expect(await page.getByRole('link', { name: /Mathematics at Oakfield/ }).count()).toBe(0);

    await page.goto('/app/inbox');
    const elsewhere = page.getByRole('link', { name: /About Sienna/ });
    await elsewhere.waitFor();
    await place.selectOption('Central office');
    await elsewhere.waitFor({ state: 'detached' });
    expect(new URL(page.url()).search).toBe('?school=trust');
    await page.getByRole('link', { name: /About you/ }).waitFor();
    await place.selectOption('Riverside Primary Academy');
    await page.getByText('Nothing here fits these filters.').waitFor();
    await expectAccessible(page);
  });
});

describe('somebody without a post', () => {
  it('is offered nothing that they could not start', async () => {
    const page = await stage.open('/app/inbox', corin, { isPhone: true });
    await page.getByRole('link', { name: 'See what is under way' }).click();
    await page.getByRole('link', { name: /See them all.*NPQ application/ }).waitFor();
    expect(await page.getByRole('link', { name: /Start one/ }).count()).toBe(0);
    await page.goto('/app/npq-applications/new');
    await page.getByText('You cannot start this.').waitFor();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.goto('/app/people/corin');
    await page.getByText('None in the trust.').waitFor();
    await page.getByText('Chair of the local school committee').waitFor();
    // No ladder from here to an apprenticeship.
    expect(asked).toContain('/people/corin');
    expect(asked).not.toContain('/people/corin/pathway');
    await expectAccessible(page);
    await expectFitting(page);
  });
});

describe('a study that is put on record', () => {
  it('may be of a cohort that has closed, an application may not', async () => {
    const cohorts = async (path: string) => {
      const page = await stage.open(path, rowan);
      const cohort = page.getByLabel('Cohort');
      await cohort.locator('option', { hasText: 'Spring 2027' }).waitFor({ state: 'attached' });
      return (await cohort.locator('option').allTextContents()).map((words) => words.replace(/ \(.*/, ''));
    };
    stage.cloud.clock.moveTo(atLondon(day('2027-02-15'), '09:00'));
    expect(await cohorts('/app/npq-studies/new')).toContain('Autumn 2026');
    expect(await cohorts('/app/npq-applications/new')).not.toContain('Autumn 2026');
  });
});

describe('a cycle of learning reviews', () => {
  it('that is opened by hand says first whom it reaches', async () => {
    const page = await stage.open('/app/learning-review-cycles/new', rowan, { isPhone: true });
    await page.getByLabel('Cycle').locator('option', { hasText: 'Autumn learning review' }).first().waitFor({
      state: 'attached',
    });
    await page.getByText('If you open it now, everybody gets their learning review now.').waitFor();
    await expectAccessible(page);
    await expectFitting(page);
  });
});
