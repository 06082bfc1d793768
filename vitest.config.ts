import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['node_modules/**', 'cdk.out/**'],
    // By default one processor is left alone, which on a machine of two leaves one: half the time is spent waiting.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // What a page comes to in the end is waited for, however busy the machine is.
    expect: { poll: { timeout: 30_000 } },
  },
});
