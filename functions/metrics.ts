/** Metrics by CloudWatch's embedded format: one line of JSON on standard output, no call, no waiting. */
import type { Instant } from '../workflows/kernel/time.ts';

/** Namespace of every metric of ours; alarms look here. */
export const NAMESPACE = 'OakCPD';

export type Emit = (metrics: Readonly<Record<string, number>>, at: Instant) => void;

export const emitMetrics: Emit = (metrics, at) => {
  const line = {
    _aws: {
      Timestamp: Date.parse(at),
      CloudWatchMetrics: [
        {
          Namespace: NAMESPACE,
          // Two stages in one account stay apart by the name of the function.
          Dimensions: [['FunctionName']],
          Metrics: Object.keys(metrics).map((name) => ({
            Name: name,
            Unit: name.endsWith('Seconds') ? 'Seconds' : 'Count',
          })),
        },
      ],
    },
    FunctionName: process.env['AWS_LAMBDA_FUNCTION_NAME'] ?? 'local',
    ...metrics,
  };
  console.log(JSON.stringify(line));
};
