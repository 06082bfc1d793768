/** Who is interrupted while they write, or does not know the form yet: nothing is lost, and each field says what it wants. */
import type { Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import { atLondon, day } from '../../workflows/kernel/time.ts';
import { rowan } from '../world.ts';
import { stageForEach } from './stage.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const { stage } = stageForEach({ startsAt: atLondon(day('2026-11-16'), '09:00') });

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
