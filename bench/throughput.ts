/** Whole applications through the whole embedded cloud, against the transactions that they come to. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { makeGround } from '../test/embedded.ts';
import { applyAll, finishAll, opensAt, teachers, trustWith } from './application.ts';
import { type DynamoCall, dynamoCall, onTable, send } from './calls.ts';
import { type Findings, figure, milliseconds, times } from './markdown.ts';
import { median, ratioOf } from './rounds.ts';
import { cloudWithTable, twinOf } from './tables.ts';

const ROUNDS = 3;
const WARM_UP = 1;
/** In each round, all on their way at once. */
const APPLICATIONS = 8;

interface Round {
  readonly cloud: number;
  readonly bare: number;
  readonly transactions: number;
  readonly reads: number;
}

/** On a database of its own: DynamoDB Local answers more slowly from each further table. */
async function playRound(): Promise<Round> {
  const ground = await makeGround();
  const bare = new DynamoDBClient(ground.database);
  try {
    const people = trustWith(teachers(APPLICATIONS));
    const transactions: DynamoCall[] = [];
    let calls = 0;
    let isMeasured = false;
    const { cloud, tableName } = await cloudWithTable(ground, {
      startsAt: opensAt,
      hasCycles: false,
      people,
      async intercept(call, go) {
        const answer = await go();
        if (!isMeasured) return answer;
        calls += 1;
        // Only those that were taken; in the order in which they were.
        if (call.command === 'TransactWriteItems') transactions.push(dynamoCall(call.command, call.input));
        return answer;
      },
    });
    await cloud.settle();
    const twin = await twinOf(bare, tableName);
    isMeasured = true;
    const begun = performance.now();
    await finishAll(cloud, await applyAll(cloud, people.slice(-APPLICATIONS)));
    const ended = performance.now();
    await cloud.stop();
    const prepared = transactions.map((call) => onTable(call, twin));
    const begunBare = performance.now();
    for (const call of prepared) await send(bare, call);
    const endedBare = performance.now();
    return {
      cloud: ended - begun,
      bare: endedBare - begunBare,
      transactions: transactions.length,
      reads: calls - transactions.length,
    };
  } finally {
    bare.destroy();
    await ground.stop();
  }
}

export async function measureThroughput(say: (text: string) => void): Promise<Findings> {
  const rounds: Round[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    const played = await playRound();
    if (round >= WARM_UP) rounds.push(played);
    say(`round ${round + 1} of ${WARM_UP + ROUNDS}`);
  }
  const timings = { cloud: rounds.map(({ cloud }) => cloud), bare: rounds.map(({ bare }) => bare) };
  const { transactions, reads } = rounds[0] as Round;
  const perSecond = (ms: number): string => figure((APPLICATIONS * 1000) / ms);
  const [cloud, floor] = [median(timings.cloud), median(timings.bare)];
  return {
    tables: [
      {
        head: ['', 'time', 'applications a second', 'an application'],
        rows: [
          ['the embedded cloud', milliseconds(cloud), perSecond(cloud), milliseconds(cloud / APPLICATIONS)],
          ['its transactions alone', milliseconds(floor), perSecond(floor), milliseconds(floor / APPLICATIONS)],
          ['ratio', times(ratioOf(timings.cloud, timings.bare)), '', ''],
        ],
      },
    ],
    notes: [
      `${APPLICATIONS} applications at once from the first click to \`enrolled\`, through gateway, API, stream, relay, state machine, step function and 13 mornings with their digests and mail; median of ${ROUNDS} rounds after ${WARM_UP} to warm up, interleaved. The floor is the ${figure(transactions)} transactions of the round in the same order, one after the other, on a twin of the table. Besides these the functions made ${figure(reads)} calls, nearly all of them reads: ${figure(reads / APPLICATIONS)} for each application.`,
    ],
  };
}
