import { describe, expect, test } from 'vitest';
import { inTurn } from './in-turn.ts';

describe('Reading many', () => {
  test('goes on four at a time, also past one that fails', async () => {
    let running = 0;
    let most = 0;
    const read = (at: number) =>
      inTurn(async () => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 1));
        running--;
        if (at === 2) throw new Error('no');
        return at;
      });
    const found = await Promise.allSettled(Array.from({ length: 12 }, (_, at) => read(at)));
    expect(most).toBe(4);
    expect(found.filter(({ status }) => status === 'fulfilled')).toHaveLength(11);
    expect(await read(7)).toBe(7);
  });
});
