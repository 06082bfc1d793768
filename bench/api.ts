/** What the API adds to the DynamoDB calls that it makes: the handler in process, then its very calls with a bare client. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Context } from 'aws-lambda';
import { makeApi } from '../functions/api/api.ts';
import { makeStore } from '../functions/table/store.ts';
import { makeGround, PUBLIC_URL } from '../test/embedded.ts';
import { robin, rowan, ST_ALDHELM } from '../test/world.ts';
import type { Person } from '../workflows/kernel/records.ts';
import {
  type Application,
  answers,
  application,
  applyAll,
  ask,
  bodyOf,
  opensAt,
  teachers,
  trustWith,
  whoAnswers,
} from './application.ts';
import { type RecordedCall, recordCalls, replay } from './calls.ts';
import { type Findings, figure, milliseconds, times } from './markdown.ts';
import { interleaved, median, ratioOf, type Timings } from './rounds.ts';
import { cloudWithTable, twinOf } from './tables.ts';

const ROUNDS = 30;
const WARM_UP = 10;

interface Request {
  readonly as: Person;
  readonly method: string;
  readonly path: string;
  readonly body?: object;
}

interface Measured {
  readonly name: string;
  readonly calls: readonly RecordedCall[];
  readonly handler: Timings;
  readonly bare: Timings;
  /** Processor time beyond that of the bare calls, milliseconds. */
  readonly own: number;
  readonly transaction?: Timings;
}

export async function measureApi(say: (text: string) => void): Promise<Findings> {
  const ground = await makeGround();
  const recorded = new DynamoDBClient(ground.database);
  const bare = new DynamoDBClient(ground.database);
  try {
    const endorse = answers[0] as (typeof answers)[number];
    const endorsed = teachers(ROUNDS + WARM_UP);
    const others = teachers(5, ST_ALDHELM);
    const starting = teachers(ROUNDS + WARM_UP, '910105');
    const people = trustWith([...endorsed, ...others, ...starting]);
    const { cloud, tableName } = await cloudWithTable(ground, { startsAt: opensAt, people });
    say(`${endorsed.length + others.length} applications are made`);
    const applications = await applyAll(cloud, [...endorsed, ...others]);
    // Whoever calls for the first time has their account stored; that is not what is measured.
    for (const person of [...starting, robin, rowan, ...applications.map((each) => whoAnswers(endorse, each))])
      await ask(cloud, person, 'GET', '/me');
    await cloud.settle();
    await cloud.stop();

    const claims = new Map<Person, Readonly<Record<string, string>>>();
    for (const person of people) claims.set(person, await claimsOf(ground.issuer, person));
    const recorder = recordCalls(recorded);
    const documents = DynamoDBDocumentClient.from(recorded);
    const apiOn = (table: string) => {
      const api = makeApi({
        store: makeStore({ documents, tableName: table }),
        clock: () => opensAt,
        environment: { TABLE_NAME: table, PUBLIC_URL, PERSON_CLAIM: 'email' },
      });
      return async (request: Request): Promise<void> => {
        const answer = (await api(eventOf(request, claims.get(request.as) ?? {}) as never, {} as Context)) as {
          readonly statusCode: number;
          readonly body: string;
        };
        if (answer.statusCode >= 300) throw new Error(`${request.path}: ${answer.statusCode} ${answer.body}`);
      };
    };

    // Every table gets each round's transaction once, so that all stay twins, and each contestant has each table in turn.
    const tables = [tableName, await twinOf(bare, tableName), await twinOf(bare, tableName)];
    const apis = tables.map(apiOn);
    const inTurn = <T>(all: readonly T[], turn: number): T => all[turn % all.length] as T;

    const measure = async (name: string, requestOf: (round: number) => Request): Promise<Measured> => {
      say(name);
      const isCommand = requestOf(0).method !== 'GET';
      let calls: readonly RecordedCall[] = [];
      const work = { handler: [] as number[], bare: [] as number[] };
      const timings = await interleaved(
        {
          async handler(round) {
            const request = requestOf(round);
            const worked = process.cpuUsage();
            const begun = performance.now();
            await inTurn(isCommand ? apis : apis.slice(0, 1), round)(request);
            const took = performance.now() - begun;
            work.handler.push(processorTime(worked));
            calls = recorder.take();
            return took;
          },
          async bare(round) {
            const worked = process.cpuUsage();
            const took = await replay(bare, calls, isCommand ? inTurn(tables, round + 1) : tableName);
            work.bare.push(processorTime(worked));
            return took;
          },
          transaction: (round) => replay(bare, isCommand ? transactionOf(calls) : [], inTurn(tables, round + 2)),
        },
        { rounds: ROUNDS, warmUp: WARM_UP },
      );
      const { handler, bare: floor, transaction } = timings;
      const own = median(work.handler.slice(WARM_UP)) - median(work.bare.slice(WARM_UP));
      return { name, calls, handler, bare: floor, own, ...(isCommand && { transaction }) };
    };

    const example = applications[endorsed.length] as Application;
    const measured = [
      await measure('complete a task', (round) => {
        const each = applications[round] as Application;
        const path = `/tasks/${each.processId}.1/complete`;
        return { as: whoAnswers(endorse, each), method: 'POST', path, body: bodyOf(endorse, each) };
      }),
      await measure('start an application', (round) => {
        const as = starting[round] as Person;
        return { as, method: 'POST', path: '/npq-applications', body: application };
      }),
      await measure('GET task', () => ({ as: robin, method: 'GET', path: `/tasks/${example.processId}.1` })),
      await measure('GET inbox, 5 tasks', () => ({ as: robin, method: 'GET', path: '/inbox' })),
      await measure('GET process', () => ({
        as: example.applicant,
        method: 'GET',
        path: `/npq-applications/${example.processId}`,
      })),
      await measure('list of 25 processes', () => ({
        as: rowan,
        method: 'GET',
        path: '/npq-applications?limit=25',
      })),
    ];
    return findingsOf(measured);
  } finally {
    recorded.destroy();
    bare.destroy();
    await ground.stop();
  }
}

/** Milliseconds that this process has worked since. */
function processorTime(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

const transactionOf = (calls: readonly RecordedCall[]): readonly RecordedCall[] =>
  calls.filter(({ command }) => command === 'TransactWriteItems').map((each) => ({ ...each, after: [] }));

/** As API Gateway hands them on: all text. */
async function claimsOf(
  issuer: { tokenFor(subject: { personId: string; email?: string | undefined }): Promise<string> },
  { personId, email }: Person,
): Promise<Readonly<Record<string, string>>> {
  const token = await issuer.tokenFor({ personId, email });
  const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as object;
  return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, String(value)]));
}

/** An event of the HTTP API, payload 2.0. */
function eventOf({ method, path, body }: Request, claims: Readonly<Record<string, string>>): object {
  const [rawPath = '', rawQueryString = ''] = path.split('?');
  return {
    version: '2.0',
    routeKey: 'ANY /{proxy+}',
    rawPath,
    rawQueryString,
    headers: { host: 'localhost', ...(body && { 'content-type': 'application/json' }) },
    pathParameters: { proxy: rawPath.slice(1) },
    requestContext: {
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'bench' },
      requestId: 'bench',
      stage: '$default',
      timeEpoch: Date.parse(opensAt),
      authorizer: { jwt: { claims, scopes: null } },
    },
    isBase64Encoded: false,
    ...(body && { body: JSON.stringify(body) }),
  };
}

const kinds = { GetItem: 'Get', BatchGetItem: 'BatchGet', Query: 'Query', TransactWriteItems: 'Transact' } as const;

/** How many of which, and how many must follow one another. */
function callsText(calls: readonly RecordedCall[]): string {
  const counts = Object.entries(kinds).flatMap(([command, name]) => {
    const count = calls.filter((call) => call.command === command).length;
    return count > 0 ? [`${count} ${name}`] : [];
  });
  return counts.join(', ');
}

/** The longest chain of calls each of which began after the one before had ended. */
export function depthOf(calls: readonly Pick<RecordedCall, 'after'>[]): number {
  const depths: number[] = [];
  for (const { after } of calls) depths.push(1 + Math.max(0, ...after.map((earlier) => depths[earlier] ?? 0)));
  return Math.max(0, ...depths);
}

function findingsOf(measured: readonly Measured[]): Findings {
  return {
    tables: [
      {
        head: [
          'request',
          'handler',
          'its calls, bare',
          'ratio',
          'own work',
          'transaction alone',
          'ratio',
          'calls',
          'one after another',
        ],
        rows: measured.map(({ name, calls, handler, bare, own, transaction }) => [
          name,
          milliseconds(median(handler)),
          milliseconds(median(bare)),
          times(ratioOf(handler, bare)),
          milliseconds(own),
          transaction ? milliseconds(median(transaction)) : '',
          transaction ? times(ratioOf(handler, transaction)) : '',
          callsText(calls),
          figure(depthOf(calls)),
        ]),
      },
    ],
    notes: [
      `Medians of ${ROUNDS} rounds after ${WARM_UP} to warm up. *Bare*: the calls that the handler made in that round, recorded and made again at once with a client that neither marshals nor parses, as many at the same time as the handler had out, commands on twins of the table that they take turns on. *Ratio*: the median of the ratios within a round. *Own work*: processor time of Node beyond that of the bare calls: JSON in and out, routing, rights, rules, forms, parsing of every item. *One after another*: the longest chain of calls that waited for one another.`,
    ],
  };
}
