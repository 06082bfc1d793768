import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { essentials } from '../clients.ts';
import { emitMetrics } from '../metrics.ts';
import { environment } from './environment.ts';
import { makeMorningRun } from './morning-run.ts';

const parsed = environment.parse(process.env);

export const handler = makeMorningRun({
  ...essentials(parsed.TABLE_NAME),
  events: new EventBridgeClient({}),
  s3: new S3Client({}),
  emit: emitMetrics,
  environment: parsed,
});
