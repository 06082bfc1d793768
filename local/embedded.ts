/** A cloud for a test: its own empty table in a database that other tests use too, a clock that stands still. */
import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { uuidv7 } from '../functions/world.ts';
import type { Instant } from '../workflows/kernel/time.ts';
import { makeClock } from './clock.ts';
import { type Cloud, type CloudOptions, makeCloud } from './cloud.ts';
import { createTable } from './dynamodb.ts';
import { makeIssuer } from './issuer.ts';
import { importSample, SAMPLE_FOLDER } from './sample.ts';
import { synthesize } from './synthesize.ts';
import { readTemplate } from './template.ts';

export interface EmbedOptions extends Pick<CloudOptions, 'mode' | 'seed' | 'intercept' | 'onFailure'> {
  readonly database: CloudOptions['database'];
  readonly startsAt: Instant;
  /** The sample trust is imported; else the table is empty. */
  readonly hasSample?: boolean;
}

const SECRET = 'the-secret-of-a-test-is-known-to-everybody';

/**
 * A new cloud; `stop` it when done. Another access key is another database to DynamoDB Local, so that clouds over one
 * of them never see each other.
 */
export async function embed({ database, startsAt, hasSample = false, ...options }: EmbedOptions): Promise<Cloud> {
  const own = {
    endpoint: database.endpoint,
    region: database.region,
    credentials: { ...database.credentials, accessKeyId: `TEST${randomBytes(8).toString('hex').toUpperCase()}` },
  };
  const deployment = readTemplate(await synthesize(), { publicUrl: 'http://localhost:3000', secret: SECRET });
  const client = new DynamoDBClient(own);
  await createTable(client, deployment.tableName);
  client.destroy();
  const clock = makeClock({ startsAt, isFrozen: true });
  const cloud = await makeCloud({ ...options, database: own, deployment, clock, issuer: await makeIssuer() });
  if (hasSample) {
    const newId = (): string => uuidv7(clock.now());
    const importing = importSample(SAMPLE_FOLDER, { store: cloud.store, clock: clock.now, newId, birthKey: SECRET });
    for await (const _line of importing) {
      // Each is told to whoever starts the machine; a test looks at the table.
    }
  }
  await cloud.begin({ isNewTable: true });
  await cloud.settle();
  return cloud;
}
