/**
 * The console over a trust of more than 10,000 people and 9,000 live processes (`scripts/simulation/enlarge.ts`): no page
 * loads all of it, and what the board says is what there is. The table is in memory; what a real one takes is in
 * `docs/performance.md`.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LargeTrust, largeTrust } from '../../scripts/simulation/enlarge.ts';
import type { Item } from '../../workflows/kernel/change.ts';
import type { Person, Process } from '../../workflows/kernel/records.ts';
import { atLondon } from '../../workflows/kernel/time.ts';
import { makeMemoryGround } from '../embedded.ts';
import { expectAccessible, openTheatre, type Stage, type Theatre } from './stage.ts';

/** A minute on a machine that has nothing else to do. */
const PATIENCE_MS = 10 * 60_000;

/** A page that shows one of many: uncompressed, a tenth of which goes over the line. */
const MOST_BYTES = 600_000;
const MOST_ELEMENTS = 2_000;
/** The trust's board shows a hundred schools in a dozen charts. */
const MOST_BYTES_OF_BOARD = 1_500_000;

let trust: LargeTrust;
let theatre: Theatre;
let stage: Stage;
let people: readonly Person[];
let processes: readonly Process[];

const of = <T extends Item['type']>(type: T) =>
  trust.items.filter((item): item is Extract<Item, { type: T }> => item.type === type);

beforeAll(async () => {
  [trust, theatre] = await Promise.all([largeTrust(), openTheatre(makeMemoryGround)]);
  people = of('person');
  processes = of('process');
  stage = await theatre.stage({ items: trust.items, startsAt: atLondon(trust.today, '17:00'), mode: 'manual' });
}, PATIENCE_MS);
afterAll(async () => {
  await stage?.close();
  await theatre?.close();
}, PATIENCE_MS);

const holder = (role: string): Person => {
  const found = people.find(({ roles }) => roles.some((each) => each.role === role));
  if (!found) throw new Error(`Nobody is ${role}`);
  return found;
};

const isLive = ({ status }: Process): boolean => status === 'active' || status === 'paused';

/** Goes there, and tells what the API answered and what stands on the page. */
async function weighed(page: Page, path: string) {
  await page.waitForLoadState('networkidle');
  const answers: { readonly url: string; readonly status: number; readonly text: string }[] = [];
  await page.route(
    (url) => !url.pathname.startsWith('/app'),
    async (route) => {
      const response = await route.fetch();
      answers.push({ url: response.url(), status: response.status(), text: await response.text() });
      await route.fulfill({ response });
    },
  );
  await page.goto(`/app${path}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForLoadState('networkidle');
  await page.unrouteAll({ behavior: 'wait' });
  // What is not there weighs nothing.
  expect(await page.title(), path).not.toContain('There is nothing at this address');
  expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  // Kinds and schools are what every page knows; they are few.
  const lists = answers.filter(({ url }) => !/\/(processes|schools)(\?|$)/.test(url));
  const lengths = lists.map(({ text }) => (JSON.parse(text) as { items?: unknown[] }).items?.length ?? 0);
  return {
    bytes: answers.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0),
    longestList: Math.max(0, ...lengths),
    elements: Number(await page.evaluate('document.querySelectorAll("*").length')),
  };
}

describe('The console over a large trust', () => {
  it('stands on more than 10,000 people and 5,000 open processes', () => {
    expect(people.length).toBeGreaterThan(10_000);
    expect(processes.filter(isLive).length).toBeGreaterThan(5_000);
    expect(new Set(people.map(({ personId }) => personId)).size).toBe(people.length);
    expect(new Set(processes.map(({ processId }) => processId)).size).toBe(processes.length);
  });

  it(
    'shows pages of what there is, and never all',
    async () => {
      const [lead, head] = [holder('trust-lead'), holder('headteacher')];
      for (const [as, paths] of [
        [lead, ['/inbox', '/people', '/schools', `/schools/${head.roles[0]?.schoolId}`, '/learning-reviews']],
        [lead, ['/apprenticeships', '/npq-applications?status=active', '/processes', '/imports']],
        [head, ['/inbox', '/board', '/people', '/learning-reviews']],
      ] as const) {
        const page = await stage.open('/app/inbox', as);
        for (const path of paths) {
          const { bytes, longestList, elements } = await weighed(page, path);
          expect(bytes, path).toBeLessThan(MOST_BYTES);
          expect(longestList, path).toBeLessThanOrEqual(50);
          expect(elements, path).toBeLessThan(MOST_ELEMENTS);
        }
      }
    },
    PATIENCE_MS,
  );

  it(
    'counts the whole trust on its board, and is accessible with a hundred schools',
    async () => {
      const page = await stage.open('/app/inbox', holder('trust-lead'));
      const { bytes, elements } = await weighed(page, '/board');
      expect(bytes).toBeLessThan(MOST_BYTES_OF_BOARD);
      expect(elements).toBeLessThan(MOST_ELEMENTS);
      const live = processes.filter(isLive).length;
      await expect.poll(() => page.getByText(String(live), { exact: true }).count()).toBeGreaterThan(0);
      await expectAccessible(page);
    },
    PATIENCE_MS,
  );

  it(
    'goes on from page to page, and finds one of ten thousand',
    async () => {
      const page = await stage.open('/app/learning-reviews', holder('trust-lead'));
      const rows = page.locator('a[data-row]');
      await expect.poll(() => rows.count()).toBe(50);
      await page.getByRole('button', { name: 'Show more' }).click();
      await expect.poll(() => rows.count()).toBe(100);

      const last = people.findLast(({ posts: [post] }) => post?.job === 'Class Teacher' && post.endsOn === undefined);
      await page.goto('/app/people');
      await page.getByLabel('Find somebody').fill(last?.email ?? '');
      await expect.poll(() => rows.count()).toBe(1);
      await rows.first().click();
      await page.getByRole('heading', { level: 1, name: `${last?.forename} ${last?.surname}` }).waitFor();
    },
    PATIENCE_MS,
  );
});
