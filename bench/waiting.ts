/** A trust in which 10,000 applications wait for their headteachers: the memory that takes, and a morning. */
import { execFileSync } from 'node:child_process';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { StepEvent } from '../functions/step/step.ts';
import { keyOf } from '../functions/table/keys.ts';
import { uuidv7 } from '../functions/world.ts';
import { makeEngine } from '../local/step-functions/engine.ts';
import type { MachineSettings } from '../local/template.ts';
import { makeGround } from '../test/embedded.ts';
import { personOf, worldOf } from '../test/world.ts';
import type { Item } from '../workflows/kernel/change.ts';
import { start } from '../workflows/kernel/decide.ts';
import type { WaitAsk } from '../workflows/kernel/drive.ts';
import { openWait, SUPERSEDED } from '../workflows/kernel/drive.ts';
import { sortName } from '../workflows/kernel/people.ts';
import type { Person, Process, School } from '../workflows/kernel/records.ts';
import { isRejection } from '../workflows/kernel/rejections.ts';
import { relayAction } from '../workflows/kernel/relaying.ts';
import type { Scene } from '../workflows/kernel/snapshot.ts';
import { atLondon, day } from '../workflows/kernel/time.ts';
import { process as npqApplication } from '../workflows/npq-application/process.ts';
import { application } from './application.ts';
import { type DynamoCall, dynamoCall, makeSequenceRecorder, replaySequence } from './calls.ts';
import { type Findings, figure, milliseconds, times } from './markdown.ts';
import { cloudWithTable, putAll } from './tables.ts';

/** Schools, and staff at each; everybody has one application. */
const SCHOOLS = 40;
const STAFF = 250;
const PROCESSES = SCHOOLS * STAFF;

/** A Wednesday in term, and the Thursday's morning. */
const wednesday = day('2026-09-16');
const applyAt = atLondon(wednesday, '09:00');
const nextMorning = atLondon(day('2026-09-17'), '07:00');

interface Memory {
  /** Bytes. */
  readonly heap: number;
  readonly node: number;
  readonly java: number;
}

/** After a collection: what is really held. Needs `--expose-gc`. */
function memory(javaPid: number): Memory {
  globalThis.gc?.();
  globalThis.gc?.();
  const kilobytes = execFileSync('ps', ['-o', 'rss=', '-p', String(javaPid)], { encoding: 'utf8' });
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: heapUsed, node: rss, java: Number(kilobytes) * 1024 };
}

const schoolIds = Array.from({ length: SCHOOLS }, (_, n) => String(920_000 + n));

/** A school with its headteacher and its staff, and the records that an import writes beside people. */
function itemsOfSchool(schoolId: string): readonly Item[] {
  const school: School = {
    type: 'school',
    version: 1,
    schoolId,
    name: `School ${schoolId}`,
    establishmentTypeCode: '28',
    laCode: '933',
  };
  const head = personOf(`Head-${schoolId}`, { posts: [{ schoolId }], roles: [['headteacher', schoolId]] });
  return [
    school,
    { type: 'role-holder', role: 'headteacher', schoolId, personId: head.personId },
    ...[head, ...staffOf(schoolId)].flatMap((person): Item[] => [
      person,
      ...person.posts.map(
        ({ employeeNumber }): Item => ({
          type: 'post-row',
          schoolId,
          employeeNumber,
          personId: person.personId,
          sortName: sortName(person),
        }),
      ),
    ]),
  ];
}

const headOf = ({ posts: [post] }: Person): Person =>
  personOf(`Head-${post?.schoolId}`, {
    posts: [{ schoolId: post?.schoolId ?? '' }],
    roles: [['headteacher', post?.schoolId ?? '']],
  });

const staffOf = (schoolId: string): readonly Person[] =>
  Array.from({ length: STAFF }, (_, n) => personOf(`Staff-${schoolId}-${n}`, { posts: [{ schoolId }] }));

/** What the API commits when that person applies. */
function started(person: Person): { readonly items: readonly Item[]; readonly scene: Scene } {
  const world = { ...worldOf(person, { people: [headOf(person)] }), newId: () => uuidv7(applyAt) };
  const answer = start(npqApplication, npqApplication.input.parse(application) as never, person, world);
  if (isRejection(answer)) throw new Error(`${person.personId} may not apply: ${answer.rejected}`);
  const items = answer.change.parts.flatMap(({ after }) => after ?? []);
  const process = items.find((item) => item.type === 'process');
  if (!process) throw new Error('A start without a process');
  return { items, scene: { definition: npqApplication, snapshot: { process, waits: [] }, world } };
}

/** What the step function commits then, besides what the start did; later records take the place of earlier ones. */
function opened(scene: Scene, event: WaitAsk): readonly Item[] {
  const change = openWait(scene, event);
  if (change === SUPERSEDED) throw new Error('Its own run is refused');
  return change.parts.flatMap(({ after }) => after ?? []);
}

/** The executions of processes whose records are written past the functions: each called its step function once. */
function makeExecutions(machine: MachineSettings) {
  const events: WaitAsk[] = [];
  const engine = makeEngine({
    now: () => Date.parse(applyAt),
    async invoke(_, payload) {
      events.push(StepEvent.parse(payload) as WaitAsk);
      return {};
    },
  });
  engine.define(machine.arn, machine.definition);
  return {
    engine,
    /** Starts one as the relay does, and runs it to its first wait. */
    async start(process: Process): Promise<WaitAsk> {
      const next = relayAction(process, undefined, undefined);
      if (next.action !== 'start') throw new Error(`The relay would do ${next.action}`);
      const input = JSON.stringify(next.input);
      engine.startExecution({ stateMachineArn: machine.arn, name: next.name, input });
      await engine.settle();
      const event = events.pop();
      if (event?.processId !== process.processId) throw new Error('The execution does not wait');
      return event;
    },
  };
}

/** One record for each key: the last. */
const latest = (items: readonly Item[]): readonly Item[] => [
  ...new Map(items.map((item) => [JSON.stringify(keyOf(item)), item])).values(),
];

export async function measureWaiting(say: (text: string) => void): Promise<Findings> {
  const ground = await makeGround();
  const bare = new DynamoDBClient(ground.database);
  try {
    const recorder = makeSequenceRecorder();
    let isMorning = false;
    const { cloud, tableName } = await cloudWithTable(ground, {
      intercept: (call, go) =>
        isMorning && call.service === 'dynamodb' ? recorder.record(dynamoCall(call.command, call.input), go) : go(),
    });
    for (const schoolId of schoolIds) await putAll(bare, tableName, itemsOfSchool(schoolId));
    say(`${figure(PROCESSES)} people are on file`);
    const before = memory(ground.database.javaPid);

    const [ofCloud = '', ...others] = schoolIds;
    await putAll(
      bare,
      tableName,
      staffOf(ofCloud).flatMap((person) => started(person).items),
    );
    cloud.stream.touch();
    await cloud.settle();
    say(`${figure(STAFF)} wait, driven by the cloud`);
    const [machine] = ground.deployment.machines;
    if (!machine) throw new Error('The template has no state machine');
    const executions = makeExecutions(machine);
    for (const schoolId of others) {
      const items: Item[] = [];
      for (const person of staffOf(schoolId)) {
        const { items: first, scene } = started(person);
        items.push(...latest([...first, ...opened(scene, await executions.start(scene.snapshot.process))]));
      }
      await putAll(bare, tableName, items);
    }
    say(`${figure(PROCESSES)} wait`);
    const [real, made] = [cloud.engine.executions(), executions.engine.executions()];
    if (real.length + made.length !== PROCESSES || [...real, ...made].some(({ status }) => status !== 'RUNNING'))
      throw new Error(`${real.length} and ${made.length} executions in the place of ${PROCESSES}`);
    const [bytesOfReal, bytesOfMade] = [real, made].map(([first]) => JSON.stringify(first).length);
    if (bytesOfReal !== bytesOfMade)
      throw new Error(`An execution of the cloud has ${bytesOfReal} bytes, one made here ${bytesOfMade}`);
    for (const schoolId of schoolIds) {
      const { items } = await cloud.store.openTasks(`FOR#${schoolId}#headteacher`, { limit: 100 });
      if (items.length !== 100) throw new Error(`${items.length} tasks wait for a headteacher of ${STAFF}`);
    }
    const after = memory(ground.database.javaPid);

    cloud.clock.moveTo(nextMorning);
    isMorning = true;
    const morningBegun = performance.now();
    const answer = await cloud.invoke('morning-run');
    const morning = performance.now() - morningBegun;
    isMorning = false;
    if (!answer.ok) throw new Error(`The morning run failed: ${answer.errorMessage}`);
    await cloud.stop();
    say(`a morning: ${answer.payload}`);
    const { calls, atOnce } = recorder.sequence();
    const reads = calls.filter(({ command }) => command !== 'TransactWriteItems');
    const replayed = await replaySequence(bare, { calls: reads, atOnce });
    say('the same calls, bare');
    const lists = await replaySequence(bare, { calls: reads.filter(isList), atOnce: 1 });
    return findingsOf({ before, after, morning, replayed, lists, atOnce, reads: reads.length });
  } finally {
    bare.destroy();
    await ground.stop();
  }
}

/** A query over an index that finds many: of a school's processes, or of what is due. */
const isList = ({ command, input }: DynamoCall): boolean =>
  command === 'Query' && ['index-b', 'index-due'].includes(input.IndexName ?? '');

interface Measured {
  readonly before: Memory;
  readonly after: Memory;
  readonly morning: number;
  readonly replayed: number;
  readonly lists: number;
  readonly atOnce: number;
  readonly reads: number;
}

function findingsOf({ before, after, morning, replayed, lists, atOnce, reads }: Measured): Findings {
  const megabytes = (bytes: number): string => `${figure(bytes / 2 ** 20)} MB`;
  const each = (field: keyof Memory): string => `${figure((after[field] - before[field]) / PROCESSES / 1024)} KB`;
  const row = (name: string, field: keyof Memory): string[] => [
    name,
    megabytes(before[field]),
    megabytes(after[field]),
    each(field),
  ];
  return {
    tables: [
      {
        head: [`memory with ${figure(PROCESSES)} waiting`, 'before', 'after', 'for each'],
        rows: [
          row('Node, heap in use', 'heap'),
          row('Node, resident', 'node'),
          row('DynamoDB Local, resident', 'java'),
        ],
      },
      {
        head: [`a morning with ${figure(PROCESSES)} waiting`, 'time', 'the morning run takes'],
        rows: [
          ['the morning run', milliseconds(morning), ''],
          ['its calls, bare', milliseconds(replayed), times(morning / replayed)],
          ['its lists alone, bare', milliseconds(lists), times(morning / lists)],
        ],
      },
    ],
    notes: [
      `${SCHOOLS} schools with ${STAFF} members of staff each, everybody with one application that waits for the headteacher. Those of one school are driven there by relay, state machine and step function; for the others the same pure functions make the records, and the same engine runs the execution to its wait (an execution of each kind has the same length as JSON). Memory after a full collection; DynamoDB Local holds the whole table in memory, and Java gives back what it once took only late. The morning makes ${figure(reads)} reads, at most ${figure(atOnce)} at once, and so does the floor; its lists are made one after the other. One run: so many calls are their own average.`,
    ],
  };
}
