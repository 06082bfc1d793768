/**
 * The API alone, on a table of DynamoDB Local, with the small trust of `world.ts` and some more people in it. Requests
 * are real HTTP API events; in the place of a state machine the rendered definition is followed by hand, through the
 * `step` function itself.
 */
import { createHash, randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Context } from 'aws-lambda';
import { makeApi } from '../functions/api/api.ts';
import { makeStep } from '../functions/step/step.ts';
import { emailGuard, employeeGuard } from '../functions/table/guard-names.ts';
import { encode } from '../functions/table/items.ts';
import { makeStore, type Store } from '../functions/table/store.ts';
import { createTable, type DynamoDbLocal } from '../local/dynamodb.ts';
import { ANY_OUTCOME } from '../workflows/kernel/asl.ts';
import type { Item } from '../workflows/kernel/change.ts';
import { sortName } from '../workflows/kernel/people.ts';
import { type Person, TRUST } from '../workflows/kernel/records.ts';
import { currentWait, isEnded } from '../workflows/kernel/snapshot.ts';
import { atLondon, type Instant } from '../workflows/kernel/time.ts';
import { renderings } from './renderings.ts';
import { calendar, everybody, OAKFIELD, personOf, ST_ALDHELM, schools, wednesday } from './world.ts';

/** Keeps the roles and the imports, and sees no process. */
export const ada = personOf('Ada', { posts: [{ schoolId: TRUST }], roles: [['admin', TRUST]] });
/** Manages Nora, and leads nothing. */
export const mina = personOf('Mina', { posts: [{ schoolId: OAKFIELD }] });
/** Teaches at Oakfield, managed by Mina. */
export const nora = personOf('Nora', { posts: [{ schoolId: OAKFIELD, lineManagerId: 'mina' }] });
/** A colleague of Nora's. */
export const cole = personOf('Cole', { posts: [{ schoolId: OAKFIELD }], roles: [['mentor', OAKFIELD]] });
export const apple = personOf('Apple', { posts: [{ schoolId: TRUST }], roles: [['apprenticeship-lead', TRUST]] });
/** Of a provider. */
export const paul = personOf('Paul', { roles: [['partner', TRUST]] });
/** Was at Oakfield until July, and led it. */
export const lee = personOf('Lee', {
  posts: [{ schoolId: OAKFIELD, endsOn: '2026-07-31' as Person['posts'][0]['endsOn'] }],
  roles: [['headteacher', OAKFIELD]],
});
/** Has posts at two schools. */
export const tam = personOf('Tam', {
  posts: [
    { schoolId: OAKFIELD, fte: 0.6 },
    { schoolId: ST_ALDHELM, fte: 0.4 },
  ],
});

export const people: readonly Person[] = [...everybody, ada, mina, nora, cole, apple, paul, lee, tam];

// biome-ignore lint/suspicious/noExplicitAny: answers of the API, read as a client reads them
export type Json = any;

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The parsed body, where it is JSON. */
  readonly body: Json;
}

export interface RequestOptions {
  readonly body?: unknown;
  /** Sent as it is, in the place of `body`. */
  readonly raw?: string;
  readonly isBase64Encoded?: boolean;
  readonly query?: string | Readonly<Record<string, string | number>>;
  readonly headers?: Readonly<Record<string, string>>;
}

type Signed = Pick<Person, 'personId' | 'email'> | null;

export interface Harness {
  readonly store: Store;
  readonly documents: DynamoDBDocumentClient;
  readonly tableName: string;
  now(): Instant;
  setNow(at: Instant): void;
  /** A request by that person; by nobody where null. */
  request(as: Signed, method: string, path: string, options?: RequestOptions): Promise<Reply>;
  /** A request with these claims, whosever they are. */
  requestWith(
    claims: Readonly<Record<string, unknown>> | undefined,
    method: string,
    path: string,
    options?: RequestOptions,
  ): Promise<Reply>;
  /** Does what the machine owes to that process, until a person or a date does. */
  drive(processId: string): Promise<void>;
  put(...items: readonly Item[]): Promise<void>;
  /** A hash of all that is in the table. */
  digest(): Promise<string>;
  /** Remembers the table as it is; the answer puts it back so. */
  remember(): Promise<() => Promise<void>>;
}

/** People with the rows that an import writes beside them. */
export const itemsOf = (persons: readonly Person[]): readonly Item[] => [
  ...persons,
  ...persons.flatMap((person) => [
    ...(person.email === undefined
      ? []
      : [{ type: 'guard' as const, guard: emailGuard(person.email), holder: person.personId }]),
    ...person.posts.flatMap(({ schoolId, employeeNumber, lineManagerId }): Item[] => [
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
    ...person.roles.map(
      ({ role, schoolId }): Item => ({ type: 'role-holder', role, schoolId, personId: person.personId }),
    ),
  ]),
];

const itemsOfTrust = (persons: readonly Person[]): readonly Item[] => [
  ...schools,
  ...itemsOf(persons),
  ...calendar.years.map(
    (year): Item => ({ type: 'calendar-year', academicYear: year.academicYear, version: 1, year: { ...year } }),
  ),
  { type: 'policy', version: 1, policy: { ...calendar.policy } },
];

type Stored = Record<string, unknown>;
type Write = { PutRequest: { Item: Stored } } | { DeleteRequest: { Key: Stored } };

/** What BatchWriteItem takes at once. */
const BATCH = 25;

export async function makeHarness(database: DynamoDbLocal, persons: readonly Person[] = people): Promise<Harness> {
  const client = new DynamoDBClient(database);
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const tableName = `oak-${randomBytes(6).toString('hex')}`;
  await createTable(client, tableName);
  const store = makeStore({ documents, tableName, sleep: async () => undefined });
  let now = atLondon(wednesday, '09:00');
  const clock = () => now;
  const environment = { TABLE_NAME: tableName, PUBLIC_URL: 'https://cpd.oak.example', PERSON_CLAIM: 'email' as const };
  const api = makeApi({ store, clock, environment, sleep: async () => undefined });
  const step = makeStep({ store, clock });

  const writeAll = async (writes: readonly Write[]): Promise<void> => {
    for (let at = 0; at < writes.length; at += BATCH)
      await documents.send(new BatchWriteCommand({ RequestItems: { [tableName]: writes.slice(at, at + BATCH) } }));
  };
  const put: Harness['put'] = (...items) =>
    writeAll(items.map((item) => ({ PutRequest: { Item: { ...encode(item) } } })));
  const everything = async (): Promise<readonly Stored[]> => {
    const items: Stored[] = [];
    let from: Stored | undefined;
    do {
      const page = await documents.send(
        new ScanCommand({ TableName: tableName, ConsistentRead: true, ...(from && { ExclusiveStartKey: from }) }),
      );
      items.push(...(page.Items ?? []));
      from = page.LastEvaluatedKey;
    } while (from);
    return items;
  };
  await put(...itemsOfTrust(persons));

  const requestWith: Harness['requestWith'] = async (claims, method, path, options = {}) => {
    const { body, raw = body === undefined ? undefined : JSON.stringify(body), query = '', headers = {} } = options;
    const rawQueryString =
      typeof query === 'string'
        ? query
        : new URLSearchParams(
            Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)])),
          ).toString();
    const event = {
      version: '2.0',
      routeKey: 'ANY /{proxy+}',
      rawPath: path,
      rawQueryString,
      headers: {
        host: 'cpd.oak.example',
        ...(raw !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      pathParameters: { proxy: path.slice(1) },
      requestContext: {
        accountId: '123456789012',
        apiId: 'api',
        domainName: 'cpd.oak.example',
        domainPrefix: 'cpd',
        http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
        requestId: 'request-of-a-test',
        routeKey: 'ANY /{proxy+}',
        stage: '$default',
        time: '16/Sep/2026:08:00:00 +0000',
        timeEpoch: Date.parse(now),
        ...(claims && { authorizer: { principalId: '', integrationLatency: 0, jwt: { claims, scopes: [] } } }),
      },
      isBase64Encoded: options.isBase64Encoded ?? false,
      ...(raw !== undefined && { body: raw }),
    };
    // As over the network: nothing but JSON arrives.
    const answer = (await api(JSON.parse(JSON.stringify(event)), {} as Context)) as {
      readonly statusCode: number;
      readonly headers: Record<string, string>;
      readonly body: string;
    };
    const isJson = /json/.test(answer.headers['content-type'] ?? '');
    return {
      status: answer.statusCode,
      headers: answer.headers,
      text: answer.body,
      body: isJson ? JSON.parse(answer.body) : undefined,
    };
  };

  /** As Cognito says them: everything is text. Somebody without an address is signed in by person id. */
  const claimsOf = ({ personId, email = personId }: NonNullable<Signed>) => ({
    iss: 'https://sign-in.oak.example',
    sub: `sub-of-${personId}`,
    aud: 'console',
    email,
    email_verified: 'true',
  });

  return {
    store,
    documents,
    tableName,
    now: clock,
    setNow(at) {
      now = at;
    },
    requestWith,
    request: (as, method, path, options) => requestWith(as === null ? undefined : claimsOf(as), method, path, options),
    async drive(processId) {
      for (;;) {
        const snapshot = await store.snapshot(processId);
        if (snapshot === undefined || isEnded(snapshot.process) || snapshot.process.owedAt === undefined) return;
        const { process } = snapshot;
        const rendering = renderings.get(process.kind);
        if (rendering === undefined) throw new Error(`No rendering of ${process.kind}`);
        const wait = currentWait(snapshot);
        const at = rendering.waits.find((state) => state.wait === (wait?.wait ?? process.wait));
        const common = { processId, run: process.run, token: `token-${randomBytes(4).toString('hex')}` };
        if (wait?.state !== 'answered') {
          await step({ do: 'wait', wait: at?.wait, stage: at?.stage, step: process.step, ...common }, {} as Context);
          continue;
        }
        const name = at?.next.get(wait.outcome ?? '') ?? at?.next.get(ANY_OUTCOME);
        const next = rendering.waits.find((state) => state.name === name);
        const end = rendering.ends.find((state) => state.name === name);
        const later = { step: process.step + 1, ...common };
        if (next) await step({ do: 'wait', wait: next.wait, stage: next.stage, ...later }, {} as Context);
        else if (end) await step({ do: 'end', as: end.as, status: end.status, ...later }, {} as Context);
        else throw new Error(`${wait.wait} leads nowhere with ${wait.outcome}`);
      }
    },
    put,
    async digest() {
      const hash = createHash('sha256');
      const items = (await everything()).map((item) => JSON.stringify(Object.entries(item).sort()));
      for (const item of items.sort()) hash.update(item);
      return hash.digest('hex');
    },
    async remember() {
      const kept = await everything();
      const keyOf = ({ pk, sk }: Stored) => `${pk} ${sk}`;
      return async () => {
        const there = await everything();
        const wanted = new Map(kept.map((item) => [keyOf(item), JSON.stringify(item)]));
        await writeAll([
          ...there.flatMap((item) =>
            wanted.has(keyOf(item)) ? [] : [{ DeleteRequest: { Key: { pk: item['pk'], sk: item['sk'] } } }],
          ),
          ...kept.flatMap((item) => {
            const now = there.find((other) => keyOf(other) === keyOf(item));
            return JSON.stringify(now) === wanted.get(keyOf(item)) ? [] : [{ PutRequest: { Item: item } }];
          }),
        ]);
      };
    },
  };
}
