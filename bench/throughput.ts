/** Whole applications through the whole embedded cloud, against the transactions that they come to. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { makeGround } from '../test/embedded.ts';
import { applyAll, finishAll, opensAt, teachers, trustWith } from './application.ts';
import { type DynamoCall, dynamoCall, onTable, send } from './calls.ts';
import { type Findings, figure, milliseconds, times } from './markdown.ts';
import { interleaved, median, ratioOf } from './rounds.ts';
import { cloudWithTable, twinOf } from './tables.ts';

const ROUNDS = 3;
const WARM_UP = 1;
/** In each round, all on their way at once. */
const APPLICATIONS = 8;

export async function measureThroughput(say: (text: string) => void): Promise<Findings> {
  const ground = await makeGround();
  const bare = new DynamoDBClient(ground.database);
  try {
    const people = trustWith(teachers(APPLICATIONS));
    let transactions: DynamoCall[] = [];
    let twin = '';
    let calls = 0;
    const timings = await interleaved(
      {
        async cloud() {
          transactions = [];
          let isMeasured = false;
          const { cloud, tableName } = await cloudWithTable(ground, {
            startsAt: opensAt,
            people,
            async intercept(call, go) {
              const answer = await go();
              if (isMeasured) calls += 1;
              // Only those that were taken; in the order in which they were.
              if (isMeasured && call.command === 'TransactWriteItems')
                transactions.push(dynamoCall(call.command, call.input));
              return answer;
            },
          });
          await cloud.settle();
          twin = await twinOf(bare, tableName);
          calls = 0;
          isMeasured = true;
          const begun = performance.now();
          await finishAll(cloud, await applyAll(cloud, people.slice(-APPLICATIONS)));
          const took = performance.now() - begun;
          await cloud.stop();
          return took;
        },
        async bare() {
          const prepared = transactions.map((call) => onTable(call, twin));
          const begun = performance.now();
          for (const call of prepared) await send(bare, call);
          return performance.now() - begun;
        },
      },
      { rounds: ROUNDS, warmUp: WARM_UP, onRound: (round) => say(`round ${round + 1} of ${WARM_UP + ROUNDS}`) },
    );
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
        `${APPLICATIONS} applications at once from the first click to \`enrolled\`, through gateway, API, stream, relay, state machine, step function and 13 mornings with their digests and mail; median of ${ROUNDS} rounds after ${WARM_UP} to warm up, interleaved. The floor is the ${figure(transactions.length)} transactions of the round in the same order, one after the other, on a twin of the table. Besides these the functions made ${figure(calls - transactions.length)} calls, nearly all of them reads: ${figure((calls - transactions.length) / APPLICATIONS)} for each application.`,
      ],
    };
  } finally {
    bare.destroy();
    await ground.stop();
  }
}
