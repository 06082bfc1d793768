/** Which processes a page leads to: what started it, what it started, what it counts; each only to who may see it. */
import { expect, it } from 'vitest';
import { cloudInMemory } from '../../test/embedded.ts';
import { ask, type Json, morning } from '../../test/people-over-http.ts';
import { everybody, OAKFIELD, rowan, sienna, zoe } from '../../test/world.ts';
import type { Person } from '../../workflows/kernel/records.ts';
import { atLondon, day } from '../../workflows/kernel/time.ts';

it('leads from a cycle to its reviews by page, from a school’s review to those it counts, and nobody to what they may not see', async () => {
  const cloud = await cloudInMemory({ startsAt: atLondon(day('2026-11-06'), '09:00'), people: everybody });
  try {
    await morning(cloud, day('2026-11-09'));
    const linkedOf = async (as: Person, path: string): Promise<Json[]> => {
      const all: Json[] = [];
      for (let cursor = ''; ; ) {
        const page = await ask(cloud, as, 'GET', `${path}/linked?limit=3${cursor && `&cursor=${cursor}`}`);
        expect(page.items.length).toBeLessThanOrEqual(4);
        all.push(...page.items);
        if (page.cursor === null) return all;
        cursor = page.cursor;
      }
    };
    const listed = async (as: Person, path: string): Promise<Json[]> =>
      (await ask(cloud, as, 'GET', `/${path}?limit=100`)).items;
    const [cycle] = await listed(rowan, 'learning-review-cycles');
    const schools = await listed(rowan, 'school-reviews');
    const reviews = await listed(rowan, 'learning-reviews');
    const ids = (items: Json[]): string[] => items.map(({ id }) => id);

    const ofCycle = await linkedOf(rowan, `/learning-review-cycles/${cycle.id}`);
    // The few come before the many, and each once.
    expect(ofCycle.map(({ kind, as }) => `${as} ${kind}`)).toEqual([
      ...schools.map(() => 'child school-review'),
      ...reviews.map(() => 'child learning-review'),
    ]);
    expect(ids(ofCycle).toSorted()).toEqual(ids([...schools, ...reviews]).toSorted());

    const oakfield = schools.find(({ schoolId }) => schoolId === OAKFIELD);
    const ofSchool = await linkedOf(sienna, `/school-reviews/${oakfield.id}`);
    expect(ofSchool.every(({ as }) => as === 'other')).toBe(true);
    expect(ids(ofSchool).toSorted()).toEqual(ids(reviews.filter(({ schoolId }) => schoolId === OAKFIELD)).toSorted());
    expect(await linkedOf(rowan, `/school-reviews/${oakfield.id}`)).toContainEqual(
      expect.objectContaining({ as: 'parent', id: cycle.id, path: 'learning-review-cycles' }),
    );

    const [own] = await listed(zoe, 'learning-reviews');
    expect(await linkedOf(zoe, `/learning-reviews/${own.id}`)).toEqual([]);
  } finally {
    await cloud.stop();
  }
});
