/** The AWS clients of deployed functions: made when a module loads, so that they are there for every call. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { systemClock } from '../workflows/kernel/time.ts';
import { makeStore } from './table/store.ts';

/** What every function needs. */
export const essentials = (tableName: string) => ({
  store: makeStore({ documents: DynamoDBDocumentClient.from(new DynamoDBClient({})), tableName }),
  clock: systemClock,
});
