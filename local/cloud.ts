/**
 * The embedded cloud: the functions, the state machines and what connects them, on one machine, over DynamoDB Local.
 *
 * `auto`: whatever can happen happens by itself, one thing at a time. The clock may tick (`npm start`) or stand still
 * (journeys); {@link Cloud.settle} and {@link Cloud.advance} bring everything to rest.
 *
 * `manual`: nothing happens by itself. A test asks {@link Cloud.jobs} what could happen next and runs any of it, several
 * at once if it likes, in any order, twice or never; {@link Cloud.invoke} is the scheduler's hand; {@link Cloud.kill} ends
 * the machine where it stands and starts it anew. With `intercept` it also holds and fails each call of each function to
 * DynamoDB, Step Functions, SES, EventBridge and S3 (`clients.ts`). Requests of people, `invoke` and jobs are promises
 * that stay open while one of their calls is held; after a kill they resolve, and their function does nothing more.
 */
import { join } from 'node:path';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { makeStore, type Store } from '../functions/table/store.ts';
import { type Clock, type Instant, instant, msBetween } from '../workflows/kernel/time.ts';
import { type Bus, makeBus } from './bus.ts';
import { type ClientsOptions, type DatabaseServer, type Intercept, makeClients } from './clients.ts';
import type { LocalClock } from './clock.ts';
import { type Failures, makeFailures } from './failures.ts';
import { type FunctionName, functions, isFunctionName } from './functions.ts';
import { type GatewayRequest, type GatewayResponse, makeGateway } from './gateway.ts';
import type { Issuer, TokenSubject } from './issuer.ts';
import type { Job } from './job.ts';
import { type Answer, type Lambda, makeLambda } from './lambda.ts';
import { type Mailbox, makeMailbox } from './mail.ts';
import { makeObjects, type Objects } from './objects.ts';
import { type Resumed, resumeProcesses } from './resume.ts';
import { makeScheduler } from './scheduler.ts';
import { type Engine, makeEngine } from './step-functions/engine.ts';
import { inProcess } from './step-functions/in-process.ts';
import { makeStream, type Stream } from './stream.ts';
import type { Deployment } from './template.ts';

export type { Call, Intercept } from './clients.ts';
export type { Job } from './job.ts';

export interface CloudOptions {
  /** DynamoDB Local, or a table in memory for what ends with this process. */
  readonly database: ClientsOptions['database'];
  /** The template; its table is there already. */
  readonly deployment: Deployment;
  readonly clock: LocalClock;
  readonly issuer: Issuer;
  readonly mode?: 'auto' | 'manual';
  /** Of the state machines' jitter, tokens and names. */
  readonly seed?: number;
  readonly intercept?: Intercept;
  /** Keeps the mailbox, the anchors and where the stream was read to between starts; all in memory where absent. */
  readonly dataDir?: string;
  /** Told of each failure of a function, without personal data. */
  readonly onFailure?: (text: string) => void;
  /** No schedule fires before {@link Cloud.begin}. Else this is a new table whose schedules begin at once. */
  readonly awaitsBegin?: boolean;
}

export interface CloudRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Who is signed in. */
  readonly as?: TokenSubject;
  /** A value is sent as JSON, bytes as they are. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface CloudResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed body where it is JSON, else its text. */
  readonly body: unknown;
}

export interface Settled {
  readonly now: Instant;
  /** When something that failed is tried again; nothing is waiting for its time where absent. */
  readonly nextAttemptAt?: Instant;
}

export interface Cloud {
  readonly clock: LocalClock;
  /** What people do, through the gateway. */
  request(request: CloudRequest): Promise<CloudResponse>;
  /** The same for bytes from a socket. */
  readonly gateway: (request: GatewayRequest) => Promise<GatewayResponse>;

  /** What could happen next, in the order of `auto`; without what is happening already. Reads the stream first. */
  jobs(): Promise<readonly Job[]>;
  /** When there will be another job if nothing happens before: a retry, a timeout. */
  nextTimeAt(): Instant | undefined;
  /** Calls a function, as the scheduler does. The answer tells how it ended. */
  invoke(name: FunctionName, event?: unknown): Promise<Answer>;
  /**
   * The machine dies where it stands and starts again: invocations, executions, messages and what was read of the stream
   * are gone, the table stays, and each process that has not ended gets a new run. Resolves when that is written.
   */
  kill(): Promise<void>;
  /** Restarts every process that has not ended, as after a restore. */
  resume(onPage?: (count: number) => void): Promise<Resumed>;

  /** Runs what there is to run, in order, until nothing is; the clock does not move. */
  settle(): Promise<Settled>;
  /**
   * Moves the clock to `to`, schedule by schedule: each morning on the way is run at its hour and settled, and so is
   * everything that waits for a time of its own. Throws `RangeError` where that is past.
   */
  advance(to: Instant): Promise<void>;
  /** Lets the schedules fire from now on, and first what was missed. For a cloud made with `awaitsBegin`. */
  begin(options: { readonly isNewTable: boolean }): Promise<void>;
  /** Stops: nothing new begins, and what runs is waited for. */
  stop(): Promise<void>;

  // To look at.
  readonly store: Store;
  readonly engine: Engine;
  readonly mailbox: Mailbox;
  readonly objects: Objects;
  readonly bus: Bus;
  readonly stream: Stream;
  readonly lambda: Lambda;
  readonly failures: Failures;
}

/** Starts the cloud; in `auto` it is at work when this resolves. */
export async function makeCloud(options: CloudOptions): Promise<Cloud> {
  const { database, deployment, clock: localClock, issuer, mode = 'auto', seed, intercept, dataDir } = options;
  const isManual = mode === 'manual';
  const clock: Clock = localClock.now;
  const fileOf = (name: string) => (dataDir === undefined ? {} : { file: join(dataDir, name) });
  const settings = new Map(deployment.functions.map((each) => [each.name, each]));
  for (const name of settings.keys()) {
    if (!isFunctionName(name)) throw new Error(`The template has a function ${name} that this machine does not know`);
  }

  const failures = makeFailures(clock, options.onFailure);
  const mailbox = makeMailbox({ clock, ...fileOf('mailbox.jsonl') });
  const objects = makeObjects(dataDir === undefined ? {} : { folder: join(dataDir, 'anchors') });

  /** Woken when there may be something to run; set when the pump exists. */
  let wake = (): void => {};
  const onWork = (): void => wake();

  const lambda = makeLambda({
    cold(name) {
      const known = settings.get(name);
      if (!known || !isFunctionName(name)) throw new Error(`There is no function ${name} in the template`);
      const wiring = { variables: known.environment, clients, clock, ...(isManual && { sleep: async () => {} }) };
      return { settings: known, handler: functions[name](wiring) };
    },
    failures,
    hasTimeouts: !isManual,
    onEnd: onWork,
  });
  const engine = makeEngine({
    now: () => Date.parse(clock()),
    async invoke(name, payload) {
      const answer = await lambda.invoke(name, JSON.stringify(payload));
      if (answer.ok) return JSON.parse(answer.payload) as unknown;
      throw new FunctionError(answer.errorType, answer.errorMessage);
    },
    ...(seed !== undefined && { seed }),
    onWork,
  });
  for (const { arn, definition } of deployment.machines) engine.define(arn, definition);
  const bus = makeBus({
    busNames: deployment.busNames,
    rules: deployment.rules,
    queues: deployment.queues,
    consumers: deployment.queueConsumers,
    lambda,
    clock,
    region: deployment.region,
    account: deployment.account,
    onWork,
  });
  const clients = makeClients({
    database,
    stepFunctions: inProcess(engine),
    mail: mailbox.service,
    bus: bus.service,
    objects: objects.service,
    current: lambda.current,
    ...(intercept && { intercept }),
    onWrite: () => stream.touch(),
    isPatient: !isManual,
  });
  const store = makeStore({ documents: clients.documents, tableName: deployment.tableName });
  const source = await streamOf(database, deployment.tableName);
  const owed = new Set<string>();
  const stream = makeStream({
    client: source.client,
    streamArn: source.streamArn,
    region: deployment.region,
    consumers: deployment.streamConsumers,
    lambda,
    clock,
    isManual,
    ...fileOf('stream.json'),
    onWork,
    onImage(image) {
      if (image['type']?.['S'] !== 'process') return;
      const processId = String(image['processId']?.['S']);
      if (image['owedAt'] === undefined) owed.delete(processId);
      else owed.add(processId);
    },
  });
  const invoke = (name: string, event: unknown = {}): Promise<Answer> => lambda.invoke(name, JSON.stringify(event));
  const scheduler = makeScheduler({
    schedules: deployment.schedules,
    invoke: (name, input) => lambda.invoke(name, input),
    clock,
    owed: () => owed,
    ...fileOf('schedules.json'),
  });
  if (!options.awaitsBegin) scheduler.begin({ isNewTable: true });
  const gateway = makeGateway({
    routes: deployment.routes,
    invoke: (name, event) => lambda.invoke(name, event),
    verify: issuer.verify,
    clock,
    account: deployment.account,
  });

  // ── What can happen ───────────────────────────────────────────────────────────────────────────────────────────────

  const executionJob = (executionArn: string): Job => ({
    kind: 'execution',
    about: `${executionArn.split(':').at(-1)} ${engine.execution(executionArn).state}`,
    run: async () => {
      try {
        await engine.runOne(executionArn);
      } catch (error) {
        failures.note('step-functions', error);
      }
    },
  });
  const jobsNow = (): readonly Job[] => [...engine.pending().map(executionJob), ...stream.jobs(), ...bus.jobs()];
  /** The first of them: with ten thousand waiting, no list is made. */
  const firstJob = (): Job | undefined => {
    const [executionArn] = engine.pending();
    return executionArn === undefined ? (stream.jobs()[0] ?? bus.jobs()[0]) : executionJob(executionArn);
  };

  function nextTimeAt(): Instant | undefined {
    const ofEngine = engine.nextTimeAt();
    const times = [
      ofEngine === undefined ? undefined : instant(ofEngine),
      stream.nextTimeAt(),
      bus.nextTimeAt(),
      scheduler.nextRetryAt(),
    ];
    return times.filter((at) => at !== undefined).sort()[0];
  }

  // ── By itself ─────────────────────────────────────────────────────────────────────────────────────────────────────

  let isStopped = false;
  let pumping: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  /** Runs job after job until there is none. One at a time for all who ask. */
  function pump(): Promise<void> {
    pumping ??= run().finally(() => {
      pumping = undefined;
    });
    return pumping;

    async function run(): Promise<void> {
      while (!isStopped) {
        await stream.poll();
        const job = firstJob();
        if (!job) return;
        await job.run();
      }
    }
  }

  /** Runs the pump, and afterwards watches the time. */
  async function attend(): Promise<void> {
    try {
      await pump();
    } catch (error) {
      failures.note('runtime', error);
      await pause(1_000);
    }
    // What came between the last look and the end.
    if (!isStopped && (stream.isTouched() || firstJob())) setTimeout(wake, 0);
    else watchTime();
  }

  if (!isManual) {
    wake = () => {
      if (!isStopped && !pumping) void lambda.outside(attend);
    };
  }

  /** Sleeps until the next time of anything, at most a minute: the machine may have slept as well. */
  function watchTime(): void {
    clearTimeout(timer);
    if (isStopped || isManual || !localClock.isTicking()) return;
    const next = [nextTimeAt(), scheduler.nextAt()].filter((at) => at !== undefined).sort()[0];
    const sleep = next === undefined ? 60_000 : Math.min(60_000, Math.max(1, msBetween(clock(), next)));
    timer = setTimeout(() => {
      void exclusively(async () => {
        if (!isStopped && localClock.isTicking()) await scheduler.runDue();
      })
        .catch((error: unknown) => failures.note('scheduler', error))
        .finally(wake);
    }, sleep);
    timer.unref();
  }

  let queue: Promise<unknown> = Promise.resolve();
  /** One walk through time at a time. */
  function exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = queue.then(work);
    queue = result.catch(() => undefined);
    return result;
  }

  async function settle(): Promise<Settled> {
    for (;;) {
      await pump();
      if (lambda.running().length > 0) {
        await pause(2);
        continue;
      }
      if (isStopped || (!stream.isTouched() && !firstJob())) break;
    }
    watchTime();
    const next = nextTimeAt();
    const isRetry = next !== undefined && msBetween(clock(), next) < 3_600_000;
    return { now: clock(), ...(isRetry && { nextAttemptAt: next }) };
  }

  async function advance(to: Instant): Promise<void> {
    if (msBetween(clock(), to) < 0) throw new RangeError(`${to} is past`);
    const wasTicking = localClock.isTicking();
    localClock.pause();
    clearTimeout(timer);
    try {
      for (;;) {
        await settle();
        const next = [nextTimeAt(), scheduler.nextAt({ isMoved: true })].filter((at) => at !== undefined).sort()[0];
        if (next === undefined || msBetween(next, to) < 0) break;
        localClock.moveTo(next);
        await scheduler.runDue({ between: settle });
      }
      localClock.moveTo(to);
      await settle();
    } finally {
      if (wasTicking) localClock.resume();
      watchTime();
    }
  }

  return {
    clock: localClock,
    store,
    engine,
    mailbox,
    objects,
    bus,
    stream,
    lambda,
    failures,
    gateway: (request) => gateway.handle(request),
    async request({ method, path, as, body, headers = {} }) {
      const isBytes = body instanceof Uint8Array;
      const sent = {
        host: 'localhost',
        ...(as && { authorization: `Bearer ${await issuer.tokenFor(as)}` }),
        ...(body !== undefined && !isBytes && { 'content-type': 'application/json' }),
        ...headers,
      };
      const response = await gateway.handle({
        method,
        url: path,
        rawHeaders: Object.entries(sent).flat(),
        body: body === undefined ? Buffer.alloc(0) : isBytes ? Buffer.from(body) : Buffer.from(JSON.stringify(body)),
      });
      const text = response.body.toString();
      const isJson = /\bjson\b/.test(response.headers['content-type'] ?? '') && text !== '';
      return {
        status: response.status,
        headers: response.headers,
        body: isJson ? (JSON.parse(text) as unknown) : text,
      };
    },
    async jobs() {
      await stream.poll();
      return jobsNow();
    },
    nextTimeAt,
    invoke,
    kill: () =>
      lambda.outside(async () => {
        lambda.killAll();
        engine.dropAll();
        bus.dropAll();
        stream.dropAll();
        scheduler.dropRetries();
        // What is on its way to the table may still be written, as when a machine dies.
        await clients.quiet();
        await resumeProcesses(store, clock);
      }),
    resume: (onPage) => resumeProcesses(store, clock, onPage),
    settle: () => settle(),
    advance: (to) => exclusively(() => advance(to)),
    async begin({ isNewTable }) {
      scheduler.begin({ isNewTable });
      await exclusively(() => scheduler.runDue());
      wake();
    },
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      // What hangs is not waited for.
      await Promise.race([pumping?.catch(() => undefined), pause(3_000)]);
      lambda.killAll();
      await Promise.race([clients.quiet(), pause(3_000)]);
      clients.destroy();
      source.destroy();
    },
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A function's failure, by its name: what Step Functions tells its retries and catches apart by. */
class FunctionError extends Error {
  override readonly name: string;
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
    this.stack = '';
  }
}

/** A client of the table's stream. */
async function streamOf(database: ClientsOptions['database'], tableName: string) {
  if (!('endpoint' in database)) return { client: database.streams, streamArn: database.streamArn, destroy() {} };
  const client = new DynamoDBStreamsClient(database);
  return { client, streamArn: await streamArnOf(database, tableName), destroy: () => client.destroy() };
}

async function streamArnOf(database: DatabaseServer, tableName: string): Promise<string> {
  const client = new DynamoDBClient(database);
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }));
    if (Table?.LatestStreamArn === undefined) throw new Error(`The table ${tableName} has no stream`);
    return Table.LatestStreamArn;
  } finally {
    client.destroy();
  }
}
