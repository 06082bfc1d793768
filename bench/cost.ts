/** What one finished application uses of AWS, and what a thousand cost. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Execution } from '../local/step-functions/execution.ts';
import { type Ground, makeGround } from '../test/embedded.ts';
import { applyAll, endsAt, finishAll, opensAt, teachers, trustWith } from './application.ts';
import { type Entry, type Ledger, makeLedger } from './ledger.ts';
import { type Findings, figure } from './markdown.ts';
import { costOf, prices, together, type Usage } from './prices.ts';
import { cloudWithTable } from './tables.ts';

const APPLICATIONS = 10;

/** Billed time of an invocation: Lambda bills by the millisecond; 100 ms is what `docs/deploy.md` reckons with. */
const SECONDS = 0.1;

/** Calls of SQS for a message: sent, received, deleted. */
const CALLS_PER_MESSAGE = 3;

interface Run {
  readonly ledger: Ledger;
  readonly executions: readonly Readonly<Execution>[];
  readonly memoryMb: ReadonlyMap<string, number>;
}

export async function measureCost(say: (text: string) => void): Promise<Findings> {
  const ground = await makeGround();
  try {
    const quiet = await run(ground, 0);
    say('two weeks without an application');
    const busy = await run(ground, APPLICATIONS);
    say(`${APPLICATIONS} applications`);
    return findingsOf(quiet, busy);
  } finally {
    await ground.stop();
  }
}

async function run(ground: Ground, count: number): Promise<Run> {
  const client = new DynamoDBClient(ground.database);
  const ledger = makeLedger(client);
  // The same people in both: what a morning costs without applications is theirs.
  const people = trustWith(teachers(APPLICATIONS));
  const { cloud } = await cloudWithTable(ground, {
    startsAt: opensAt,
    people,
    hasCycles: false,
    intercept: ledger.intercept,
  });
  const applicants = people.slice(-APPLICATIONS).slice(0, count);
  if (count > 0) await finishAll(cloud, await applyAll(cloud, applicants), { isRead: true });
  else await cloud.advance(endsAt);
  const executions = cloud.engine.executions();
  const sum = [...ledger.byFunction.values()].reduce((total, { invocations }) => total + invocations, 0);
  if (sum !== ledger.lastInvocation())
    throw new Error(`${ledger.lastInvocation()} invocations, of which ${sum} called something`);
  await cloud.stop();
  client.destroy();
  const memoryMb = new Map(ground.deployment.functions.map((each) => [each.name, each.memoryMb]));
  return { ledger, executions, memoryMb };
}

/** States entered, and start and end, as AWS's own pricing example counts them. Each retry enters its state again. */
export function transitionsOf({ history }: Pick<Execution, 'history'>): number {
  const isCounted = (type: string): boolean => type.endsWith('StateEntered') || type === 'LambdaFunctionFailed';
  return history.filter(({ type }) => isCounted(type)).length + 2;
}

const nothing: Entry = { invocations: 0, reads: 0, readUnits: 0, transactions: 0, writeUnits: 0 };

/** What each function used for one application: the busy two weeks less the quiet ones. */
function perApplication(quiet: Run, busy: Run): ReadonlyMap<string, Entry> {
  const share = (busier: number, quieter: number): number => (busier - quieter) / APPLICATIONS;
  return new Map(
    [...busy.ledger.byFunction].map(([name, entry]) => {
      const without = quiet.ledger.byFunction.get(name) ?? nothing;
      return [
        name,
        {
          invocations: share(entry.invocations, without.invocations),
          reads: share(entry.reads, without.reads),
          readUnits: share(entry.readUnits, without.readUnits),
          transactions: share(entry.transactions, without.transactions),
          writeUnits: share(entry.writeUnits, without.writeUnits),
        },
      ];
    }),
  );
}

function findingsOf(quiet: Run, busy: Run): Findings {
  const functions = perApplication(quiet, busy);
  const all = [...functions.values()];
  const sum = (field: keyof Entry): number => all.reduce((total, entry) => total + entry[field], 0);
  const transitions = busy.executions.reduce((total, each) => total + transitionsOf(each), 0) / APPLICATIONS;
  const gigabyteSeconds = [...functions].reduce(
    (total, [name, { invocations }]) => total + (invocations * SECONDS * (busy.memoryMb.get(name) ?? 0)) / 1024,
    0,
  );
  const messages = (busy.ledger.messages() - quiet.ledger.messages()) / APPLICATIONS;
  const events = (busy.ledger.events() - quiet.ledger.events()) / APPLICATIONS;
  const usage: Usage = {
    transitions,
    invocations: sum('invocations'),
    gigabyteSeconds,
    writeUnits: sum('writeUnits'),
    readUnits: sum('readUnits'),
    requests: functions.get('api')?.invocations ?? 0,
    events,
    queueCalls: (functions.get('notify')?.invocations ?? 0) * CALLS_PER_MESSAGE,
    messages,
  };
  const cost = costOf(usage);
  const dollars = (each: number): string => (each * 1000).toFixed(2);
  const row = (name: string, entry: Entry): string[] => [
    name,
    ...[entry.invocations, entry.reads, entry.readUnits, entry.transactions, entry.writeUnits].map(figure),
  ];
  const total: Entry = {
    invocations: sum('invocations'),
    reads: sum('reads'),
    readUnits: sum('readUnits'),
    transactions: sum('transactions'),
    writeUnits: sum('writeUnits'),
  };
  const quietMorning = quiet.ledger.byFunction.get('morning-run') ?? nothing;
  return {
    tables: [
      {
        head: ['for one application', 'invocations', 'reads', 'read units', 'transactions', 'write units'],
        rows: [
          ...[...functions]
            .filter(([, { invocations, reads }]) => invocations > 0 || reads > 0)
            .map(([name, entry]) => row(name, entry)),
          row('**together**', total),
        ],
      },
      {
        head: ['for a thousand applications', 'of each', 'dollars'],
        rows: [
          ...Object.entries(cost).map(([name, each]) => [name, usedText(name, usage), dollars(each)]),
          ['**together**', '', `**${dollars(together(cost))}**`],
        ],
      },
    ],
    notes: [
      `${APPLICATIONS} applications at once over 13 mornings, less the same two weeks without any, divided by ${APPLICATIONS}. Each answer is given as a person gives it: list, task, answer. Transitions are counted in the execution histories: states entered, start and end. Units are worked out from the items by the documented formula (\`bench/capacity.ts\`), because DynamoDB Local counts transactions of puts and updates short and empty queries not at all; a transaction counts double, and so do, to be careful, the index rows that it moves. Lambda is reckoned with ${SECONDS * 1000} ms an invocation, and counts one record of the stream for each of most invocations; on AWS batches make them fewer.`,
      `Prices: ${prices.region}, ${prices.asOf}, list prices in US dollars without free tiers, from memory of the price lists: check them before you rely on the sum. A morning on which nobody waits for anything costs ${figure(quietMorning.readUnits / quietMorning.invocations)} read units and ${figure(quietMorning.writeUnits / quietMorning.invocations)} write units.`,
    ],
  };
}

function usedText(name: string, usage: Usage): string {
  const texts: Readonly<Record<string, string>> = {
    'Step Functions': `${figure(usage.transitions)} transitions`,
    Lambda: `${figure(usage.invocations)} invocations, ${figure(usage.gigabyteSeconds)} GB-s`,
    'DynamoDB, writing': `${figure(usage.writeUnits)} units`,
    'DynamoDB, reading': `${figure(usage.readUnits)} units`,
    'API Gateway': `${figure(usage.requests)} requests`,
    EventBridge: `${figure(usage.events)} events`,
    SQS: `${figure(usage.queueCalls)} calls`,
    SES: `${figure(usage.messages)} messages`,
  };
  return texts[name] ?? '';
}
