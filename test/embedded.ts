/**
 * The embedded cloud with the small trust of `world.ts` in it: DynamoDB Local in memory, the rendered machines, every
 * function. One database serves many clouds; each cloud has its own table, or the caller empties it.
 */
import { randomBytes } from 'node:crypto';
import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { sideBySide } from '../functions/side-by-side.ts';
import { emailGuard, employeeGuard } from '../functions/table/guard-names.ts';
import { decode, encode } from '../functions/table/items.ts';
import { keys } from '../functions/table/keys.ts';
import { makeStore, type Store } from '../functions/table/store.ts';
import { makeClock } from '../local/clock.ts';
import { type Cloud, type CloudOptions, makeCloud } from '../local/cloud.ts';
import { createTable, type DynamoDbLocal, startDynamoDbLocal } from '../local/dynamodb.ts';
import { makeIssuer } from '../local/issuer.ts';
import { makeMemoryTable } from '../local/memory-table.ts';
import { synthesize } from '../local/synthesize.ts';
import { type Deployment, readTemplate } from '../local/template.ts';
import type { Item } from '../workflows/kernel/change.ts';
import { sortName } from '../workflows/kernel/people.ts';
import type { Person } from '../workflows/kernel/records.ts';
import { atLondon, type Instant } from '../workflows/kernel/time.ts';
import { calendar, everybody, schools, wednesday } from './world.ts';

export interface Ground {
  readonly database: DynamoDbLocal;
  readonly deployment: Deployment;
  readonly issuer: Awaited<ReturnType<typeof makeIssuer>>;
  /** A cloud over a new table with the small trust. */
  cloud(options?: GroundOptions): Promise<Cloud>;
  /** Everything that the cloud's table holds of a process, in one read. */
  itemsOf(cloud: Cloud, processId: string): Promise<readonly Item[]>;
  stop(): Promise<void>;
}

export interface GroundOptions
  extends Partial<Pick<CloudOptions, 'mode' | 'seed' | 'intercept' | 'onFailure' | 'issuer'>> {
  readonly startsAt?: Instant;
  readonly people?: readonly Person[];
  /** Without: the calendar opens nothing by itself. */
  readonly hasCycles?: boolean;
  /** In the place of the small trust: all that its table holds. */
  readonly items?: readonly Item[];
  /** In the place of the template's. In memory alone. */
  readonly personClaim?: string;
}

export const PUBLIC_URL = 'http://localhost:3000';

/** Starts the database once and synthesizes once; both serve every cloud made on it. */
export async function makeGround(): Promise<Ground> {
  const [database, template, issuer] = await Promise.all([startDynamoDbLocal(), synthesize(), makeIssuer()]);
  const deployment = readTemplate(template, {
    publicUrl: PUBLIC_URL,
    secret: 'a secret of tests, long enough to be a key',
  });
  const client = new DynamoDBClient(database);
  const documents = DynamoDBDocumentClient.from(client);
  const tables = new WeakMap<Cloud, string>();
  return {
    database,
    deployment,
    issuer,
    async itemsOf(cloud, processId) {
      const { pk } = keys.process(processId);
      const { Items = [] } = await documents.send(
        new QueryCommand({
          TableName: tables.get(cloud),
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': pk },
        }),
      );
      return Items.map(decode);
    },
    async cloud({ startsAt = atLondon(wednesday, '09:00'), people, hasCycles, items, ...options } = {}) {
      // A table of its own: what an earlier cloud left must not be swept by this one's mornings.
      const tableName = `oak-${randomBytes(6).toString('hex')}`;
      await createTable(client, tableName);
      await writeAll(client, tableName, items ?? itemsOfTrust(people, hasCycles));
      const cloud = await makeCloud({
        database,
        deployment: named(deployment, tableName),
        clock: makeClock({ startsAt, isFrozen: true }),
        issuer,
        ...options,
      });
      tables.set(cloud, tableName);
      if (options.mode !== 'manual') await cloud.begin({ isNewTable: true });
      return cloud;
    },
    async stop() {
      client.destroy();
      await database.stop();
    },
  };
}

/** The same ground without a database: each cloud over a table in memory, many times as fast. */
export async function makeMemoryGround(): Promise<Omit<Ground, 'database'>> {
  const [template, issuer] = await Promise.all([synthesize(), makeIssuer()]);
  const deployment = readTemplate(template, {
    publicUrl: PUBLIC_URL,
    secret: 'a secret of tests, long enough to be a key',
  });
  const tables = new WeakMap<Cloud, ReturnType<typeof makeMemoryTable>>();
  return {
    deployment,
    issuer,
    async itemsOf(cloud, processId) {
      const { pk } = keys.process(processId);
      const answer = await tables
        .get(cloud)
        ?.documents()
        .send(
          new QueryCommand({
            TableName: deployment.tableName,
            ConsistentRead: true,
            KeyConditionExpression: '#pk = :pk',
            ExpressionAttributeNames: { '#pk': 'pk' },
            ExpressionAttributeValues: { ':pk': pk },
          }),
        );
      return (answer?.Items ?? []).map(decode);
    },
    async cloud({ startsAt = atLondon(wednesday, '09:00'), people, hasCycles, items, personClaim, ...options } = {}) {
      const table = makeMemoryTable(deployment.tableName);
      await putAll(
        makeStore({ documents: table.documents(), tableName: deployment.tableName }),
        items ?? itemsOfTrust(people, hasCycles),
      );
      const cloud = await makeCloud({
        database: table,
        deployment: personClaim === undefined ? deployment : claiming(deployment, personClaim),
        clock: makeClock({ startsAt, isFrozen: true }),
        issuer,
        ...options,
      });
      tables.set(cloud, table);
      if (options.mode !== 'manual') await cloud.begin({ isNewTable: true });
      return cloud;
    },
    async stop() {},
  };
}

/** A cloud over a table in memory, for stories of a year and more: the same functions and machines, no database. */
export async function cloudInMemory({
  startsAt,
  people = everybody,
}: {
  readonly startsAt: Instant;
  readonly people?: readonly Person[];
}): Promise<Cloud> {
  const deployment = readTemplate(await synthesize(), {
    publicUrl: PUBLIC_URL,
    secret: 'a secret of tests, long enough to be a key',
  });
  const cloud = await makeCloud({
    database: makeMemoryTable(deployment.tableName),
    deployment,
    clock: makeClock({ startsAt, isFrozen: true }),
    issuer: await makeIssuer(),
    awaitsBegin: true,
  });
  await putAll(cloud.store, itemsOfTrust(people));
  await cloud.begin({ isNewTable: true });
  return cloud;
}

const MOST_IN_A_TRANSACTION = 100;

async function putAll(store: Store, items: readonly Item[]): Promise<void> {
  for (let from = 0; from < items.length; from += MOST_IN_A_TRANSACTION)
    await store.commit({
      parts: items
        .slice(from, from + MOST_IN_A_TRANSACTION)
        .map((after, at) => ({ name: `item:${at}`, after, isUnconditional: true })),
    });
}

/** The same deployment where another claim names the person. */
const claiming = (deployment: Deployment, personClaim: string): Deployment => ({
  ...deployment,
  functions: deployment.functions.map((each) => ({
    ...each,
    environment: { ...each.environment, ...('PERSON_CLAIM' in each.environment && { PERSON_CLAIM: personClaim }) },
  })),
});

/** The same deployment with another table. */
const named = (deployment: Deployment, tableName: string): Deployment => ({
  ...deployment,
  tableName,
  functions: deployment.functions.map((each) => ({
    ...each,
    environment: { ...each.environment, ...('TABLE_NAME' in each.environment && { TABLE_NAME: tableName }) },
  })),
});

/** People with the rows that an import writes beside them, schools, and the calendar of the sample, with its cycles or without. */
export function itemsOfTrust(people: readonly Person[] = everybody, hasCycles = true): readonly Item[] {
  return [
    ...schools,
    ...people,
    ...people.flatMap(({ personId, email }): Item[] =>
      email === undefined ? [] : [{ type: 'guard', guard: emailGuard(email), holder: personId }],
    ),
    ...people.flatMap((person) =>
      person.posts.flatMap(({ schoolId, employeeNumber, lineManagerId }): Item[] => [
        { type: 'guard', guard: employeeGuard(schoolId, employeeNumber), holder: person.personId },
        {
          type: 'post-row',
          schoolId,
          employeeNumber,
          personId: person.personId,
          sortName: sortName(person),
          ...(person.email !== undefined && { email: person.email }),
          ...(lineManagerId !== undefined && { lineManagerId }),
        },
      ]),
    ),
    ...people.flatMap(({ personId, roles }) =>
      roles.map(({ role, schoolId }): Item => ({ type: 'role-holder', role, schoolId, personId })),
    ),
    ...calendar.years.map(
      (year): Item => ({
        type: 'calendar-year',
        academicYear: year.academicYear,
        version: 1,
        year: { ...year, ...(!hasCycles && { learningReviewCycles: [] }) },
      }),
    ),
    { type: 'policy', version: 1, policy: { ...calendar.policy } },
  ];
}

/** What BatchWriteItem takes at once, and how many such calls are out at the same time. */
const BATCH = 25;
const AT_ONCE = 8;

async function writeAll(client: DynamoDBClient, tableName: string, items: readonly Item[]): Promise<void> {
  const lots = Array.from({ length: Math.ceil(items.length / BATCH) }, (_, n) =>
    items.slice(n * BATCH, (n + 1) * BATCH),
  );
  const put = (item: Item) => ({
    PutRequest: { Item: marshall(encode(item), { removeUndefinedValues: true }) },
  });
  const write = async (lot: readonly Item[]): Promise<void> => {
    await client.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: lot.map(put) } }));
  };
  await sideBySide(lots, write, AT_ONCE);
}
