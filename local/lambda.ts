/**
 * Lambda on one machine: the handlers run in this process, each with its real event. Events and answers go through JSON
 * as they do on AWS, sizes and times are held to, and an invocation that has timed out or was killed does nothing more:
 * its next call to a service never comes back.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { describeError, type Failures } from './failures.ts';

/** What the template says about a function. */
export interface FunctionSettings {
  readonly name: string;
  readonly arn: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
}

/** What a handler gets besides its event: the part of Lambda's context that code may use. */
export interface LambdaContext {
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
  readonly awsRequestId: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  readonly callbackWaitsForEmptyEventLoop: boolean;
  getRemainingTimeInMillis(): number;
}

export type LambdaHandler = (event: unknown, context: LambdaContext) => Promise<unknown>;

/** One run of a handler. */
export interface Invocation {
  readonly id: number;
  readonly function: string;
  /** False once it has timed out or was killed. */
  isAlive: boolean;
}

export type Answer =
  | { readonly ok: true /** JSON. */; readonly payload: string }
  | { readonly ok: false; readonly errorType: string; readonly errorMessage: string };

export interface Lambda {
  /** Runs a function on an event (JSON text). Never throws: what the handler throws is the answer. */
  invoke(name: string, event: string): Promise<Answer>;
  /** The invocation in which the caller runs, if any. */
  current(): Invocation | undefined;
  running(): readonly Invocation[];
  /** Runs something that belongs to no invocation, though one may have caused it. */
  outside<T>(work: () => T): T;
  /** Ends every invocation where it stands, as a kill of the machine does. */
  killAll(): void;
}

export interface LambdaOptions {
  /** Makes the handler at the first invocation, as a cold start does. */
  readonly cold: (name: string) => { readonly settings: FunctionSettings; readonly handler: LambdaHandler };
  readonly failures: Failures;
  /** Off where a test holds calls back for as long as it likes. */
  readonly hasTimeouts: boolean;
  /** Told at every end of an invocation. */
  readonly onEnd?: (invocation: Invocation) => void;
}

/** Six megabytes: the limit of a synchronous event and of its answer. */
export const PAYLOAD_LIMIT = 6 * 1024 * 1024;

const KILLED: Answer = { ok: false, errorType: 'Runtime.ExitError', errorMessage: 'The machine was killed' };

export function makeLambda({ cold, failures, hasTimeouts, onEnd }: LambdaOptions): Lambda {
  const storage = new AsyncLocalStorage<Invocation>();
  const warm = new Map<string, ReturnType<typeof cold>>();
  const running = new Map<Invocation, (answer: Answer) => void>();
  let count = 0;

  async function run(name: string, event: string, invocation: Invocation): Promise<Answer> {
    if (Buffer.byteLength(event) > PAYLOAD_LIMIT) {
      return refuse('RequestEntityTooLargeException', `The event of ${name} is larger than 6 MB`);
    }
    let known = warm.get(name);
    if (!known) {
      known = cold(name);
      warm.set(name, known);
    }
    const { settings, handler } = known;
    const ends = Date.now() + settings.timeoutSeconds * 1_000;
    const context: LambdaContext = {
      functionName: name,
      functionVersion: 'live',
      invokedFunctionArn: settings.arn,
      memoryLimitInMB: String(settings.memoryMb),
      awsRequestId: randomUUID(),
      logGroupName: `/aws/lambda/${name}`,
      logStreamName: 'local',
      callbackWaitsForEmptyEventLoop: false,
      getRemainingTimeInMillis: () => (hasTimeouts ? Math.max(0, ends - Date.now()) : settings.timeoutSeconds * 1_000),
    };
    const timer = hasTimeouts ? timeLimit(settings, invocation) : undefined;
    try {
      const result = storage.run(invocation, async () => handler(JSON.parse(event), context));
      const value = await (timer ? Promise.race([result, timer.ends]) : result);
      const payload = JSON.stringify(value) ?? 'null';
      if (Buffer.byteLength(payload) > PAYLOAD_LIMIT) {
        return refuse('Function.ResponseSizeTooLarge', `The answer of ${name} is larger than 6 MB`);
      }
      return { ok: true, payload };
    } finally {
      timer?.stop();
    }
  }

  function refuse(errorType: string, errorMessage: string): Answer {
    return { ok: false, errorType, errorMessage };
  }

  return {
    async invoke(name, event) {
      count += 1;
      const invocation: Invocation = { id: count, function: name, isAlive: true };
      const killed = Promise.withResolvers<Answer>();
      running.set(invocation, killed.resolve);
      try {
        return await Promise.race([killed.promise, run(name, event, invocation)]);
      } catch (error) {
        failures.note(name, error);
        const { name: errorType, message: errorMessage } = describeError(error);
        return { ok: false, errorType, errorMessage };
      } finally {
        running.delete(invocation);
        onEnd?.(invocation);
      }
    },
    current: () => storage.getStore(),
    running: () => [...running.keys()],
    outside: (work) => storage.exit(work),
    killAll() {
      for (const [invocation, end] of running) {
        invocation.isAlive = false;
        end(KILLED);
      }
      running.clear();
      warm.clear();
    },
  };
}

function timeLimit(settings: FunctionSettings, invocation: Invocation): { ends: Promise<never>; stop: () => void } {
  const { promise: ends, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    invocation.isAlive = false;
    reject(new TimedOut(settings));
  }, settings.timeoutSeconds * 1_000);
  return { ends, stop: () => clearTimeout(timer) };
}

class TimedOut extends Error {
  override readonly name = 'Sandbox.Timedout';
  constructor({ name, timeoutSeconds }: FunctionSettings) {
    super(`Task timed out after ${timeoutSeconds}.00 seconds: ${name}`);
  }
}
