/**
 * One story under one schedule. The seed decides everything: which call goes on next, which fails and how, what is lost,
 * doubled, stopped or killed, which mornings are skipped. Every call that writes, signals or mails is held at the SDK
 * until the schedule lets it go, and so is a share of the reads; between two choices everything that runs has come to
 * its next held call or to its end. Without that, a thousand schedules would be one interleaving a thousand times.
 */

import type { Call, Cloud } from '../../local/cloud.ts';
import { restarted } from '../../workflows/kernel/drive.ts';
import { isDigestDay } from '../../workflows/kernel/due.ts';
import type { Wait } from '../../workflows/kernel/records.ts';
import { isEnded, taskIdOf } from '../../workflows/kernel/snapshot.ts';
import { addDays, addMs, atLondon, type Day, dayOf, type Instant, msBetween } from '../../workflows/kernel/time.ts';
import type { Ground } from '../embedded.ts';
import { calendar, everybody } from '../world.ts';
import { essence, makeInvariants, type Seen, seenIn, Violated } from './invariants.ts';
import { firstDay, type Step, type Story } from './stories.ts';

/** mulberry32: small, fast, the same everywhere. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The open task of that name: a wait of its own, or a part of several at once. */
const openTask = ({ process, waits }: Seen, task: string): Wait | undefined =>
  waits.find((wait) => wait.step === process.step && wait.state === 'open' && (wait.part ?? wait.wait) === task);

/** A step in which somebody asks for something. */
type Asking = Exclude<Step, { do: 'wait' } | { do: 'see' } | { do: 'find' }>;

interface Held {
  readonly call: Call;
  /** What orders calls that come at the same moment. */
  readonly order: string;
  go(): void;
  fail(error: Error): void;
  goThenFail(error: Error): void;
}

export interface Outcome {
  /** The table in the end, without what may differ. */
  readonly essence: string;
  readonly faults: readonly string[];
  readonly steps: number;
}

export interface ScheduleOptions {
  readonly seed: number;
  /** None: the same story without any fault, everything in order. */
  readonly hasFaults: boolean;
  readonly trace?: (line: string) => void;
}

/** More choices than any schedule needs; one that reaches this has no end. */
const MOST_STEPS = 6_000;
const MOST_FAULTS = 8;
/** Share of choices that are a fault while there are faults left. */
const FAULT_SHARE = 0.06;
/** Share of the reads of a process that are held. */
const HELD_READS = 0.25;

/** Share of the mornings on the way that nobody runs. */
const SKIPPED_MORNINGS = 0.9;

const immediate = () => new Promise<void>((resolve) => setImmediate(resolve));

const named = (name: string, message: string, more: object = {}): Error =>
  Object.assign(new Error(message), { name, ...more });

/** What the service would say; each is what a caller may really see. */
const failures = {
  /** Throttled or broken: the SDK does not know whether to try again. */
  lost: () => named('InternalServerError', 'injected: the service failed'),
  /** The SDK tries again, with the same token. */
  timeout: () => named('TimeoutError', 'injected: no answer in time'),
  conflict: () =>
    named('TransactionCanceledException', 'injected: conflict', {
      CancellationReasons: [{ Code: 'TransactionConflict' }],
    }),
  mailRefused: () => named('TooManyRequestsException', 'injected: too many mails'),
};

/** A read of the calendar, the schools or the holders of roles. */
const isReference = ({ service, command, input }: Call): boolean =>
  service === 'dynamodb' &&
  command !== 'TransactWriteItems' &&
  /:"(CALENDAR|SCHOOLS|SCHOOL#[^"]*)"/.test(JSON.stringify(input));

/** Reasons of notices that one thing brings, whenever it happens. */
const reasonsOfOneThing: ReadonlySet<string> = new Set(['new', 'decided', 'told']);

/** Notices that a transaction writes, a line each. */
function noticesIn(input: unknown): readonly string[] {
  // Marshalled on its way to a database, as it is to a table in memory.
  type Text = string | { readonly S?: string };
  const text = (value: Text | undefined): string => (typeof value === 'string' ? value : (value?.S ?? ''));
  const { TransactItems = [] } = input as {
    readonly TransactItems?: readonly { readonly Put?: { readonly Item?: Readonly<Record<string, Text>> } }[];
  };
  return TransactItems.flatMap(({ Put }) => {
    const item = Put?.Item;
    const reason = text(item?.['reason']);
    if (text(item?.['type']) !== 'notice' || !reasonsOfOneThing.has(reason)) return [];
    return [[text(item?.['personId']), reason, text(item?.['about']), text(item?.['code'])].join(' ')];
  });
}

/** The stretch of the table a read goes to, where it is a process's. */
const isOfProcess = (input: unknown): boolean => JSON.stringify(input).includes('"P#');

export async function runSchedule(
  ground: Pick<Ground, 'cloud' | 'itemsOf'>,
  story: Story,
  options: ScheduleOptions,
): Promise<Outcome> {
  const { seed, hasFaults, trace = () => {} } = options;
  const random = randomOf(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const chance = (share: number): boolean => hasFaults && random() < share;

  let inFlight = 0;
  let activity = 0;
  let isCalm = !hasFaults;
  let isWritten = true;
  let arrived: Held[] = [];
  let held: Held[] = [];
  const faults: string[] = [];
  const mailCalls = new Map<string, number>();
  /** What people are told of, but for the ladder of late tasks, which depends on the mornings that there were. */
  const told = new Set<string>();
  /** What was read of the calendar, schools and roles, which no story changes: read once for a schedule. */
  const references = new Map<string, Promise<unknown>>();

  const intercept = (call: Call, go: () => Promise<unknown>): Promise<unknown> => {
    activity++;
    const run = async (): Promise<unknown> => {
      inFlight++;
      if (call.service === 'ses') countMail(call);
      try {
        const answer = await go();
        if (call.command === 'TransactWriteItems') for (const line of noticesIn(call.input)) told.add(line);
        return answer;
      } finally {
        if (call.command === 'TransactWriteItems') isWritten = true;
        inFlight--;
        activity++;
      }
    };
    const isHeld =
      call.service === 'dynamodb'
        ? call.command === 'TransactWriteItems' || (isOfProcess(call.input) && !isCalm && random() < HELD_READS)
        : call.service !== 's3';
    const known = isReference(call) ? JSON.stringify([call.command, call.input]) : undefined;
    if (known !== undefined) {
      const read = references.get(known) ?? run();
      references.set(known, read);
      return read;
    }
    if (isCalm || !isHeld) return run();
    return new Promise((resolve, reject) => {
      const order = `${String(call.invocation).padStart(8, '0')} ${call.service} ${call.command}`;
      arrived.push({
        call,
        order,
        go: () => void run().then(resolve, reject),
        fail: (error) => reject(error),
        goThenFail: (error) => void run().then(() => reject(error), reject),
      });
    });
  };

  const others = story.people ?? [];
  const people = [...everybody.filter((one) => !others.some((other) => other.personId === one.personId)), ...others];
  const cloud: Cloud = await ground.cloud({
    mode: 'manual',
    seed,
    intercept,
    startsAt: atLondon(firstDay, '09:00'),
    people,
    hasCycles: story.hasCycles ?? false,
  });
  const countMail = (call: Call): void => {
    const to = JSON.stringify((call.input as { Destination?: unknown }).Destination);
    const key = `${to} ${dayOf(cloud.clock.now())}`;
    mailCalls.set(key, (mailCalls.get(key) ?? 0) + 1);
  };

  // ── Coming to rest ────────────────────────────────────────────────────────────────────────────────────────────────

  const running = new Set<Promise<unknown>>();
  const track = (work: Promise<unknown>): void => {
    activity++;
    const tracked = work.finally(() => {
      running.delete(tracked);
      activity++;
    });
    running.add(tracked);
    tracked.catch(() => undefined);
  };

  /** Until everything that runs is held or over. Handlers do nothing but calls and promises, so some turns tell. */
  async function rest(): Promise<void> {
    let calm = 0;
    let last = -1;
    while (calm < 3) {
      await immediate();
      if (inFlight === 0 && opening === 0 && activity === last) calm++;
      else calm = 0;
      last = activity;
    }
    held.push(...arrived.sort((a, b) => (a.order < b.order ? -1 : 1)));
    arrived = [];
  }
  /** Requests whose token is being checked: that is done outside of what is watched. */
  let opening = 0;

  // ── What is checked ───────────────────────────────────────────────────────────────────────────────────────────────

  const invariants = makeInvariants();
  const names = new Map<string, string>();
  const ids = new Map<string, string>();
  const paths = new Map<string, string>();
  const pathOfStart = ({ path = '/npq-applications' }: { readonly path?: string }): string => path;
  /** Every process of the story as it stands; read again only after something was written. */
  const look = async (): Promise<readonly Seen[]> => {
    if (isWritten || looked.length !== ids.size) {
      isWritten = false;
      looked = (await Promise.all([...ids.values()].map(async (id) => seenIn(await ground.itemsOf(cloud, id))))).filter(
        (one) => one !== undefined,
      );
    }
    return looked;
  };
  let looked: readonly Seen[] = [];
  const lookAt = async (name: string): Promise<Seen | undefined> =>
    (await look()).find(({ process }) => process.processId === ids.get(name));
  const check = async (): Promise<void> => {
    for (const seen of await look()) invariants.check(seen);
    invariants.checkExecutions(cloud.engine);
  };

  // ── What people do ────────────────────────────────────────────────────────────────────────────────────────────────

  let at = 0;
  let asking = false;
  let refusal = '';
  let tries = 0;

  async function request(step: Asking): Promise<void> {
    asking = true;
    tries++;
    const key = `step-${at}`;
    const as = { personId: step.as.personId, email: step.as.email };
    opening++;
    const before = cloud.lambda.running().length;
    const target = await pathOf(step);
    const work = cloud
      .request({ method: 'POST', path: target.path, as, body: target.body, headers: { 'idempotency-key': key } })
      .then(({ status, body }) => {
        refusal = `${status} ${JSON.stringify(body)}`;
        trace(`  ${step.as.personId} ${target.path} → ${status}`);
        if (status >= 200 && status < 300) {
          if (step.do === 'start') {
            const { id } = body as { id: string };
            ids.set(step.name, id);
            paths.set(step.name, pathOfStart(step));
            names.set(id, step.name);
          }
          at++;
          tries = 0;
        } else if (status < 500 && status !== 409 && status !== 429) {
          throw new Violated(`${target.path} was refused: ${refusal}`);
        }
      })
      .finally(() => {
        asking = false;
      });
    track(work);
    let isOver = false;
    void work.then(
      () => {
        isOver = true;
      },
      (error: unknown) => {
        isOver = true;
        broken = error;
      },
    );
    while (!isOver && cloud.lambda.running().length === before) await immediate();
    opening--;
  }
  let broken: unknown;

  async function pathOf(step: Asking): Promise<{ path: string; body: object }> {
    if (step.do === 'start') return { path: pathOfStart(step), body: step.body };
    const id = ids.get(step.of) ?? '';
    if (step.do === 'on-task') return { path: `/tasks/${taskAsked}/${step.what}`, body: step.fields };
    if (step.do === 'act') return { path: `${paths.get(step.of)}/${id}/${step.action}`, body: step.fields ?? {} };
    return { path: `/tasks/${taskAsked}/complete`, body: { outcome: step.outcome, ...step.fields } };
  }
  let taskAsked = '';

  /** Whether a person can do the next step now: the task is there, or was answered by the try before. */
  async function mayAsk(step: Asking): Promise<boolean> {
    if (asking) return false;
    if (step.do === 'start') return true;
    const seen = await lookAt(step.of);
    if (seen === undefined) return false;
    if (step.do === 'act') {
      if (tries > 0) return true;
      const wait = seen.waits.find((each) => each.step === seen.process.step);
      return wait?.state === 'open';
    }
    if (tries > 0) return true;
    const wait = openTask(seen, step.task);
    if (wait === undefined || seen.process.status !== 'active') return false;
    taskAsked = taskIdOf(wait);
    return true;
  }

  async function isFound({ name, kind, path, subjectId, at: schoolId }: Step & { do: 'find' }): Promise<boolean> {
    if (ids.has(name)) return true;
    const { items } = await cloud.store.processesAt(schoolId, kind);
    const found = items.find((process) => process.subjectId === subjectId);
    if (found === undefined) return false;
    ids.set(name, found.processId);
    names.set(found.processId, name);
    paths.set(name, path);
    return true;
  }
  // ── What can go wrong ─────────────────────────────────────────────────────────────────────────────────────────────

  const note = (fault: string): void => {
    faults.push(fault);
    trace(`! ${fault}`);
  };

  async function fault(): Promise<void> {
    const jobs = await cloud.jobs();
    const kinds: (() => Promise<void> | void)[] = [];
    if (held.length > 0)
      kinds.push(
        ...[1, 2, 3].map(() => () => {
          const one = pick(held);
          held = held.filter((each) => each !== one);
          const { service, command, function: by } = one.call;
          const isWrite = command === 'TransactWriteItems';
          const errors =
            service === 'ses'
              ? ['lost', 'mailRefused']
              : isWrite
                ? ['lost', 'timeout', 'conflict']
                : ['lost', 'timeout'];
          const error = pick(errors) as keyof typeof failures;
          // A conflict or a refusal is a call that did nothing; of the others nobody knows.
          const isAfter = error !== 'conflict' && error !== 'mailRefused' && random() < 0.5;
          note(`${by}: ${command} ${error} ${isAfter ? 'after it was done' : 'before it was done'}`);
          if (isAfter) one.goThenFail(failures[error]());
          else one.fail(failures[error]());
        }),
      );
    for (const job of jobs) {
      const { repeat, drop } = job;
      if (repeat)
        kinds.push(() => {
          note(`twice: ${job.kind}`);
          repeat();
        });
      if (drop && job.kind === 'stream')
        kinds.push(() => {
          note(`lost: ${job.kind}`);
          drop();
        });
    }
    const executions = cloud.engine.executions().filter(({ status }) => status === 'RUNNING');
    if (executions.length > 0)
      kinds.push(() => {
        note('an execution is stopped');
        cloud.engine.stopExecution({ executionArn: pick(executions).executionArn });
      });
    const live = (await look()).filter(({ process }) => !isEnded(process));
    if (live.length > 0)
      kinds.push(async () => {
        note('a new run by hand');
        const { process } = pick(live);
        await cloud.store.commit(
          restarted(process, { now: cloud.clock.now(), suffix: `x${Math.floor(random() * 1e6)}` }),
        );
      });
    kinds.push(
      () => {
        note('the morning run out of turn');
        track(cloud.invoke('morning-run'));
      },
      () => {
        note('the reconciler out of turn');
        cloud.clock.moveTo(addMs(cloud.clock.now(), 11 * 60_000));
        track(cloud.invoke('reconcile'));
      },
    );
    if (random() < 0.35)
      kinds.splice(0, kinds.length, async () => {
        note('killed and started anew');
        for (const one of held) one.fail(named('Killed', 'the machine is gone'));
        held = [];
        await cloud.kill();
        isWritten = true;
        asking = false;
      });
    await pick(kinds)();
  }

  // ── Time ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  const morningOf = (on: Day): Instant => atLondon(on, '07:00');
  const isQuiet = async (): Promise<boolean> =>
    held.length === 0 && running.size === 0 && !asking && (await cloud.jobs()).length === 0;

  /** Nothing is left to do now: a retry's time, a tick of the reconciler, or the next morning. */
  async function passTime(step: Step | undefined): Promise<void> {
    const now = cloud.clock.now();
    const isOwed = (await look()).some(({ process }) => process.owedAt !== undefined);
    const retry = cloud.nextTimeAt();
    if (retry !== undefined && msBetween(now, retry) <= 3_600_000) {
      cloud.clock.moveTo(retry);
    } else if (isOwed) {
      cloud.clock.moveTo(addMs(now, 11 * 60_000));
      track(cloud.invoke('reconcile'));
    } else if (step === undefined || step.do !== 'wait') {
      // Somebody waits for a task that a morning run should have brought and died over: the scheduler tries again.
      cloud.clock.moveTo(addMs(now, 11 * 60_000));
      track(cloud.invoke('morning-run'));
    } else {
      const next = addDays(dayOf(now), now < morningOf(dayOf(now)) ? 0 : 1);
      if (next > step.until) {
        at++;
        return;
      }
      cloud.clock.moveTo(morningOf(next));
      if (next !== step.until && chance(SKIPPED_MORNINGS)) trace(`  the morning of ${next} is skipped`);
      else track(cloud.invoke('morning-run'));
    }
  }

  // ── The schedule ──────────────────────────────────────────────────────────────────────────────────────────────────

  let steps = 0;
  let wrote = false;
  try {
    while (
      at < story.steps.length ||
      !(await isQuiet()) ||
      (await look()).some(({ process }) => process.owedAt !== undefined)
    ) {
      if (++steps > MOST_STEPS) throw new Violated(`no end after ${MOST_STEPS} steps: ${refusal}`);
      if (broken !== undefined) throw broken;
      const step = story.steps[at];
      if (faults.length < MOST_FAULTS && chance(FAULT_SHARE)) {
        await fault();
        wrote = true;
      } else {
        const jobs = await cloud.jobs();
        const choices: (() => Promise<void> | void)[] = [
          ...held.map((one) => () => {
            held = held.filter((each) => each !== one);
            if (one.call.command === 'TransactWriteItems') wrote = true;
            trace(`  ${one.call.function} ${one.call.command}`);
            one.go();
          }),
          ...jobs.map((job) => () => {
            trace(`  ${job.kind} ${job.about}`);
            track(job.run());
          }),
        ];
        if (step?.do === 'see') {
          const seen = await lookAt(step.of);
          if (seen !== undefined && openTask(seen, step.task) !== undefined) {
            at++;
            continue;
          }
        } else if (step?.do === 'find') {
          if (await isFound(step)) {
            at++;
            continue;
          }
        } else if (step && step.do !== 'wait' && (await mayAsk(step))) choices.push(() => request(step));
        const choice = hasFaults ? choices[Math.floor(random() * choices.length)] : choices[0];
        if (choice) await choice();
        else if (running.size === 0 || (held.length === 0 && jobs.length === 0)) await passTime(step);
      }
      await rest();
      if (wrote) await check();
      wrote = false;
    }
    // 7 and 10: faults have ceased. Two school mornings later nothing is owed, and no notice that holds is unsent.
    isCalm = true;
    for (let schoolMornings = 0; schoolMornings < 2; ) {
      const next = addDays(dayOf(cloud.clock.now()), 1);
      cloud.clock.moveTo(morningOf(next));
      if (!isDigestDay(calendar, next)) continue;
      schoolMornings++;
      await cloud.invoke('morning-run');
      await cloud.settle();
    }
    await cloud.invoke('reconcile');
    await cloud.settle();
    await check();
    const seen = await look();
    for (const { process } of seen) {
      const name = names.get(process.processId) ?? '';
      invariants.hold(process.owedAt === undefined, `7: ${name} is still owed`);
      invariants.hold(
        process.outcome === story.ends[name],
        `lost: ${name} ended ${process.outcome} in stage ${process.stage}, not ${story.ends[name]}`,
      );
    }
    for (const { personId } of people) {
      const notices = (await cloud.store.notices(personId)).filter(
        ({ nextAt }) => nextAt < addMs(cloud.clock.now(), -2 * 86_400_000),
      );
      invariants.hold(notices.length === 0, `10: ${personId} was never told ${notices.map(({ reason }) => reason)}`);
    }
    for (const [key, count] of mailCalls) invariants.hold(count <= 1, `10: ${count} mails for ${key}`);
    if (!hasFaults) {
      // Others may go on: what the calendar started, and what came of an application.
      const left = cloud.engine
        .executions()
        .filter(({ status, name }) => status === 'RUNNING' && [...names.keys()].some((id) => name.startsWith(id)));
      invariants.hold(left.length === 0, `8: ${left.length} executions are left running`);
    }
    const compared = new Map([...names].filter(([, name]) => !story.notCompared?.includes(name)));
    return {
      essence: essence(
        seen.filter(({ process }) => compared.has(process.processId)),
        compared,
        told,
      ),
      faults,
      steps,
    };
  } finally {
    await cloud.stop();
  }
}
