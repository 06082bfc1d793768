import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { instant } from '../workflows/kernel/time.ts';
import { emitMetrics, NAMESPACE } from './metrics.ts';

describe('metrics', () => {
  const lines: string[] = [];
  beforeEach(() => {
    lines.length = 0;
    vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'oak-reconcile');
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });

  test('are one line in the embedded format: each value beside its declaration, with the unit of its name', () => {
    const at = instant('2026-09-16T08:30:00Z');
    emitMetrics({ Restarted: 2, OldestOwedSeconds: 2700 }, at);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      _aws: {
        Timestamp: Date.parse(at),
        CloudWatchMetrics: [
          {
            Namespace: NAMESPACE,
            Dimensions: [['FunctionName']],
            Metrics: [
              { Name: 'Restarted', Unit: 'Count' },
              { Name: 'OldestOwedSeconds', Unit: 'Seconds' },
            ],
          },
        ],
      },
      FunctionName: 'oak-reconcile',
      Restarted: 2,
      OldestOwedSeconds: 2700,
    });
  });
});
