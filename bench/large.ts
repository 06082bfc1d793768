/** A trust of more than 10,000 people and 9,000 live processes: how long the API takes for what the console's pages ask. */
import { gzipSync } from 'node:zlib';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { largeTrust } from '../scripts/simulation/enlarge.ts';
import { makeGround } from '../test/embedded.ts';
import type { Person } from '../workflows/kernel/records.ts';
import { atLondon } from '../workflows/kernel/time.ts';
import { dynamoCall, makeSequenceRecorder, replaySequence, type Sequence } from './calls.ts';
import { type Findings, figure, milliseconds, times } from './markdown.ts';
import { interleaved, median, ratioOf } from './rounds.ts';
import { cloudWithTable } from './tables.ts';

const ROUNDS = 5;

/** What is asked by whom, in the order of the pages. */
const asked: readonly (readonly ['trust-lead' | 'headteacher', string])[] = [
  ['headteacher', '/inbox'],
  ['headteacher', '/reports/boards'],
  ['headteacher', '/reports/lateness'],
  ['headteacher', '/reports/trends'],
  ['trust-lead', '/people?current=true'],
  ['trust-lead', '/people?current=true&q=thompson'],
  ['trust-lead', '/learning-reviews'],
  ['trust-lead', '/apprenticeships'],
  ['trust-lead', '/reports/boards'],
  ['trust-lead', '/reports/lateness'],
  ['trust-lead', '/reports/late-tasks?limit=8'],
  ['trust-lead', '/reports/trends'],
  ['trust-lead', '/reports/review-progress'],
  ['trust-lead', '/reports/demand'],
  ['trust-lead', '/reports/milestones?kind=apprenticeship&state=late'],
  ['trust-lead', '/reports/review-load'],
  ['trust-lead', '/reports/workload'],
];

export async function measureLarge(say: (text: string) => void): Promise<Findings> {
  const { items, today } = await largeTrust();
  const people = items.filter((item): item is Person => item.type === 'person');
  const live = items.filter((item) => item.type === 'process' && item.endedAt === undefined).length;
  const schools = items.filter(({ type }) => type === 'school').length;
  say(`${figure(people.length)} people at ${schools} schools, ${figure(live)} live processes`);
  const ground = await makeGround();
  const bare = new DynamoDBClient(ground.database);
  let recorder = makeSequenceRecorder();
  let isRecording = false;
  try {
    const { cloud } = await cloudWithTable(ground, {
      items,
      startsAt: atLondon(today, '17:00'),
      mode: 'manual',
      intercept: (call, go) =>
        isRecording && call.service === 'dynamodb' ? recorder.record(dynamoCall(call.command, call.input), go) : go(),
    });
    say(`${figure(items.length)} items are in the table`);
    const rows: string[][] = [];
    for (const [role, path] of asked) {
      const as = people.find(({ roles }) => roles.some((each) => each.role === role));
      if (!as) throw new Error(`Nobody is ${role}`);
      let text = '';
      const get = async (): Promise<undefined> => {
        const { status, body } = await cloud.request({ method: 'GET', path, as });
        if (status !== 200) throw new Error(`${path} answers ${status}`);
        text = JSON.stringify(body);
      };
      // The first time somebody signs in is written down, and is no part of what the page takes.
      await get();
      recorder = makeSequenceRecorder();
      isRecording = true;
      await get();
      isRecording = false;
      const sequence: Sequence = recorder.sequence();
      const { api, floor } = await interleaved(
        { api: get, floor: () => replaySequence(bare, sequence) },
        { rounds: ROUNDS, warmUp: 1 },
      );
      rows.push([
        `\`${path}\`, ${role}`,
        milliseconds(median(api)),
        milliseconds(median(floor)),
        times(ratioOf(api, floor)),
        figure(sequence.calls.length),
        figure(sequence.atOnce),
        `${figure(text.length / 1024)} KB`,
        `${figure(gzipSync(text).length / 1024)} KB`,
      ]);
      say(`${path}: ${milliseconds(median(api))}`);
    }
    await cloud.stop();
    return {
      tables: [{ head: ['asked', 'answers in', 'calls, bare', 'ratio', 'calls', 'at once', 'answer', 'gzip'], rows }],
      notes: [
        `${figure(people.length)} people at ${schools} schools, ${figure(live)} live processes of nine kinds: the sixteenth week of a simulated year, every school many times over (\`scripts/simulation/enlarge.ts\`). Median of ${ROUNDS} after 1, interleaved with the same DynamoDB calls made bare and as many at once; DynamoDB Local answers one call after the other, and Amazon's side by side.`,
      ],
    };
  } finally {
    bare.destroy();
    await ground.stop();
  }
}
