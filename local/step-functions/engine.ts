/**
 * Step Functions on one machine: runs the definitions that `definition.ts` accepts, with the semantics of the service.
 *
 * An execution is plain data; nothing is held but the calls of functions that are out. What there is to do is one queue of
 * executions, each to be moved one step. Whoever drives the engine runs that queue and owns the time: it moves its clock to
 * {@link Engine.nextTimeAt} when nothing is left to run. Executions are disposable, so none of this is ever stored.
 */
import { randomInt } from 'node:crypto';
import { type Definition, isCallback, loadDefinition, type Retrier, type State, type Task } from './definition.ts';
import {
  type Execution,
  type HistoryEvent,
  LONGEST_EXECUTION,
  MOST_EVENTS,
  type Phase,
  RETENTION,
} from './execution.ts';
import { evaluate, fillIn, QueryEvaluationError, type States } from './expressions.ts';
import { isTooLarge, type Json } from './json.ts';
import { hexDigits, seededRandom } from './random.ts';
import { ServiceError } from './service-error.ts';
import { executionOfToken, makeTaskToken } from './task-token.ts';
import { makeTimers } from './timers.ts';

export interface EngineOptions {
  /** The time, in milliseconds since 1970. The engine has no other. */
  readonly now: () => number;
  /**
   * Calls a function with a payload that nobody else holds. A rejection is the function's failure: `name` of the error is the
   * error's name (`Superseded`, `Sandbox.Timedout`, `Lambda.TooManyRequestsException`).
   */
  readonly invoke: (functionName: string, payload: Json) => Promise<unknown>;
  /** For jitter, tokens and names; the same seed and the same calls give the same run. Random where absent. */
  readonly seed?: number;
  /** Told whenever there is something new to run or another time to wait for. */
  readonly onWork?: () => void;
}

export interface Engine {
  /** Loads a machine's definition; executions already running keep theirs. Throws `DefinitionRefused`. */
  define(stateMachineArn: string, definition: string): void;

  startExecution(call: { stateMachineArn: string; name?: string; input?: string }): {
    executionArn: string;
    startedAt: number;
  };
  sendTaskSuccess(call: { taskToken: string; output: string }): void;
  sendTaskFailure(call: { taskToken: string; error?: string; cause?: string }): void;
  stopExecution(call: { executionArn: string; error?: string; cause?: string }): { stoppedAt: number };
  /** The execution, with its history: to be read, not changed. */
  execution(executionArn: string): Readonly<Execution>;
  /** All that are known, in the order of their start. */
  executions(): readonly Readonly<Execution>[];

  /** ARNs of the executions that have a job now, in the order in which `runOne` takes them. */
  pending(): readonly string[];
  /**
   * Runs the first job, or that of the execution named. The promise resolves when the job is done, which includes the function
   * that it called; others may be run meanwhile. `false` where there was nothing to run.
   */
  runOne(executionArn?: string): Promise<boolean>;
  /** Nothing to run at this time, and no job that is not done. */
  idle(): boolean;
  /** The next time, in milliseconds since 1970, at which there will be a job if nothing happens before. */
  nextTimeAt(): number | undefined;
  /** Runs job after job, one at a time, until there is none. Time does not move. */
  settle(): Promise<void>;
  /** All executions and their histories are gone, as when a machine is switched off. Definitions stay; a call that is out is forgotten. */
  dropAll(): void;
}

/** No retrier and no catcher is asked, not even for `States.ALL`. */
const UNCATCHABLE = ['States.Runtime', 'States.DataLimitExceeded'];

interface Failure {
  readonly error?: string;
  readonly cause?: string;
}

type Details = Omit<HistoryEvent, 'id' | 'type' | 'timestamp' | 'previousEventId'>;

/** An engine with no machine in it yet. */
export function makeEngine({ now, invoke, seed = randomInt(2 ** 32), onWork = () => {} }: EngineOptions): Engine {
  const random = seededRandom(seed);
  const definitions: Definition[] = [];
  const current = new Map<string, number>();
  const executions = new Map<string, Execution>();
  /** Closed ones, in the order of closing: first to be forgotten first. */
  const closed: Execution[] = [];
  const queue = new Set<string>();
  const timers = makeTimers();
  let jobsOut = 0;

  const stateOf = (execution: Execution): State =>
    // A definition is only loaded if all its transitions exist.
    (definitions[execution.definition] as Definition).States[execution.state] as State;

  // ── What an execution goes through ────────────────────────────────────────────────────────────────────────────────

  /** Notes what happened. An execution that is over takes no more, nor one whose history is full: it fails of that. */
  function record(execution: Execution, type: HistoryEvent['type'], details: Details = {}): void {
    if (execution.phase.is === 'over') return;
    if (execution.history.length >= MOST_EVENTS - 1) {
      const cause = `The execution reached the maximum number of history events (${MOST_EVENTS}).`;
      end(execution, 'FAILED', { error: 'States.Runtime', cause });
      return;
    }
    append(execution, type, details);
  }

  function append({ history }: Execution, type: HistoryEvent['type'], details: Details): void {
    const id = history.length + 1;
    // The first state's entry points at 0, not at the start: so does the service's.
    history.push({ id, previousEventId: id === 2 ? 0 : id - 1, timestamp: now(), type, ...details });
  }

  function become(execution: Execution, phase: Phase): void {
    if (execution.phase.is === 'over') return;
    execution.phase = phase;
    const closesAt = execution.startedAt + LONGEST_EXECUTION;
    if (phase.is === 'over') timers.clear(execution.executionArn);
    else if (phase.is === 'calling') timers.set(execution.executionArn, Math.min(phase.expiresAt, closesAt));
    else if (phase.is === 'backing-off') timers.set(execution.executionArn, Math.min(phase.until, closesAt));
    else {
      timers.set(execution.executionArn, closesAt);
      queue.add(execution.executionArn);
    }
    onWork();
  }

  function end(
    execution: Execution,
    status: 'SUCCEEDED' | 'FAILED' | 'ABORTED' | 'TIMED_OUT',
    { output, error, cause }: Failure & { readonly output?: string } = {},
  ): void {
    if (execution.phase.is === 'over') return;
    const failure = present({ error, cause });
    switch (status) {
      case 'SUCCEEDED':
        append(execution, 'ExecutionSucceeded', { executionSucceededEventDetails: present({ output }) });
        break;
      case 'FAILED':
        append(execution, 'ExecutionFailed', { executionFailedEventDetails: failure });
        break;
      case 'ABORTED':
        append(execution, 'ExecutionAborted', { executionAbortedEventDetails: failure });
        break;
      case 'TIMED_OUT':
        append(execution, 'ExecutionTimedOut', { executionTimedOutEventDetails: { error: 'States.Timeout' } });
        break;
      default:
        status satisfies never;
    }
    Object.assign(execution, { status, stoppedAt: now() }, present({ output }), failure);
    become(execution, { is: 'over' });
    queue.delete(execution.executionArn);
    closed.push(execution);
  }

  /** Fails a state from within, as the service words it. */
  const because = (execution: Execution, sentence: string): string => {
    const entered = execution.history.findLast(({ stateEnteredEventDetails }) => stateEnteredEventDetails)?.id ?? 0;
    return `An error occurred while executing the state '${execution.state}' (entered at the event id #${entered}). ${sentence}`;
  };

  const tooLarge = (execution: Execution, what: string): Failure => ({
    error: 'States.DataLimitExceeded',
    cause: because(execution, `${what} has a size exceeding the maximum number of bytes service limit.`),
  });

  function goTo(execution: Execution, next: string, input: Json): void {
    if (execution.phase.is === 'over') return;
    execution.state = next;
    execution.stateInput = input;
    execution.retried = [];
    become(execution, { is: 'entering' });
  }

  /** Leaves a Task with what it came to. */
  function leave(execution: Execution, state: Task, result: Json): void {
    const output = state.Output ?? result;
    const text = JSON.stringify(output);
    record(execution, 'TaskStateExited', {
      stateExitedEventDetails: { name: execution.state, output: text, outputDetails: { truncated: false } },
    });
    if (state.Next === undefined) end(execution, 'SUCCEEDED', { output: text });
    else goTo(execution, state.Next, output);
  }

  /** An attempt has failed: it is tried again, caught, or the execution fails of it. */
  function fail(execution: Execution, state: Task, failure: Failure): void {
    if (execution.phase.is === 'over') return;
    const handles = ({ ErrorEquals }: { readonly ErrorEquals: readonly string[] }): boolean =>
      !UNCATCHABLE.includes(failure.error ?? '') &&
      (ErrorEquals.includes('States.ALL') || (failure.error !== undefined && ErrorEquals.includes(failure.error)));
    // The first retrier that names the error decides alone, also when it has no attempt left.
    const index = state.Retry.findIndex(handles);
    const retrier = state.Retry[index];
    const before = execution.retried[index] ?? 0;
    if (retrier && before < retrier.MaxAttempts) {
      execution.retried = state.Retry.map((_, at) => (execution.retried[at] ?? 0) + (at === index ? 1 : 0));
      become(execution, { is: 'backing-off', until: now() + delayOf(retrier, before) });
      return;
    }
    const catcher = state.Catch.find(handles);
    if (!catcher) {
      end(execution, 'FAILED', failure);
      return;
    }
    const output = { Error: failure.error ?? '', Cause: failure.cause ?? '' };
    record(execution, 'TaskStateExited', {
      stateExitedEventDetails: {
        name: execution.state,
        output: JSON.stringify(output),
        outputDetails: { truncated: false },
      },
    });
    goTo(execution, catcher.Next, output);
  }

  /** Milliseconds before the next attempt, `before` having been made. */
  function delayOf({ IntervalSeconds, BackoffRate, MaxDelaySeconds, JitterStrategy }: Retrier, before: number): number {
    const longest = Math.min(IntervalSeconds * BackoffRate ** before, MaxDelaySeconds ?? 99_999_999) * 1000;
    return Math.round(JitterStrategy === 'FULL' ? random() * longest : longest);
  }

  /** Does what the clock demands of it: the end of its year, the end of a state's timeout. */
  function expire(execution: Execution): void {
    const { phase } = execution;
    if (phase.is === 'over') return;
    if (now() >= execution.startedAt + LONGEST_EXECUTION) {
      end(execution, 'TIMED_OUT');
    } else if (phase.is === 'calling' && now() >= phase.expiresAt) {
      const state = stateOf(execution) as Task;
      const failure = { error: 'States.Timeout' };
      record(execution, 'TaskTimedOut', { taskTimedOutEventDetails: { ...resourceOf(state), ...failure } });
      fail(execution, state, failure);
    }
  }

  // ── Jobs ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  async function advance(execution: Execution): Promise<void> {
    expire(execution);
    const { phase } = execution;
    if (phase.is === 'entering') await enter(execution, stateOf(execution));
    else if (phase.is === 'backing-off' && now() >= phase.until) await attempt(execution, stateOf(execution) as Task);
  }

  async function enter(execution: Execution, state: State): Promise<void> {
    const { state: name, stateInput, phase } = execution;
    const input = JSON.stringify(stateInput);
    record(execution, `${state.Type}StateEntered`, {
      stateEnteredEventDetails: { name, input, inputDetails: { truncated: false } },
    });
    const exited = (output: string): Details => ({
      stateExitedEventDetails: { name, output, outputDetails: { truncated: false } },
    });
    switch (state.Type) {
      case 'Task':
        return attempt(execution, state);
      case 'Choice': {
        let next = state.Default;
        for (const [index, rule] of state.Choices.entries()) {
          const states = { input: stateInput, context: {} };
          if ((await evaluate(rule.Condition, states, `Choices[${index}]/Condition`)) !== true) continue;
          next = rule.Next;
          break;
        }
        if (execution.phase !== phase) return;
        record(execution, 'ChoiceStateExited', exited(input));
        return goTo(execution, next, stateInput);
      }
      case 'Succeed': {
        const output = state.Output === undefined ? input : JSON.stringify(state.Output);
        record(execution, 'SucceedStateExited', exited(output));
        return end(execution, 'SUCCEEDED', { output });
      }
      case 'Fail':
        return end(execution, 'FAILED', present({ error: state.Error, cause: state.Cause }));
      default:
        state satisfies never;
    }
  }

  /** Calls the function once, with a token of its own where it is a callback. */
  async function attempt(execution: Execution, state: Task): Promise<void> {
    const { phase, executionArn } = execution;
    const token = isCallback(state) ? makeTaskToken(executionArn, hexDigits(random, 32)) : undefined;
    const states: States = {
      input: execution.stateInput,
      context: token === undefined ? {} : { Task: { Token: token } },
    };
    let payload: Json;
    try {
      payload = await fillIn(state.Arguments.Payload as Json, states, 'Arguments/Payload');
    } catch (error) {
      if (!(error instanceof QueryEvaluationError)) throw error;
      if (execution.phase !== phase) return;
      const failure = { error: error.name, cause: because(execution, error.message) };
      record(execution, 'EvaluationFailed', {
        evaluationFailedEventDetails: { ...failure, location: 'Arguments', state: execution.state },
      });
      return fail(execution, state, failure);
    }
    if (execution.phase !== phase) return;
    const { FunctionName } = state.Arguments;
    const parameters = JSON.stringify({ FunctionName, Payload: payload });
    if (isTooLarge(parameters)) return fail(execution, state, tooLarge(execution, 'The value of Arguments'));
    record(execution, 'TaskScheduled', {
      taskScheduledEventDetails: {
        ...resourceOf(state),
        region: executionArn.split(':')[3],
        parameters,
        ...present({ timeoutInSeconds: state.TimeoutSeconds }),
      },
    });
    record(execution, 'TaskStarted', { taskStartedEventDetails: resourceOf(state) });
    const calling: Phase = {
      is: 'calling',
      expiresAt: now() + (state.TimeoutSeconds ?? 99_999_999) * 1000,
      ...present({ token }),
    };
    become(execution, calling);
    if (execution.phase !== calling) return;
    const outcome = await call(FunctionName, JSON.parse(parameters).Payload);
    // The token may have been answered before the function returned: then nobody asks what it returned.
    expire(execution);
    if (execution.phase === calling) returned(execution, state, outcome);
  }

  async function call(functionName: string, payload: Json): Promise<{ readonly text: string } | Failure> {
    let result: unknown;
    try {
      result = await invoke(functionName, payload);
    } catch (thrown) {
      return failureOf(thrown);
    }
    try {
      return { text: JSON.stringify(result) ?? 'null' };
    } catch (thrown) {
      return { ...failureOf(thrown), error: 'Runtime.MarshalError' };
    }
  }

  function returned(execution: Execution, state: Task, outcome: { readonly text: string } | Failure): void {
    if (!('text' in outcome)) {
      record(execution, 'TaskFailed', { taskFailedEventDetails: { ...resourceOf(state), ...outcome } });
      fail(execution, state, outcome);
      return;
    }
    const result = `{"ExecutedVersion":"$LATEST","Payload":${outcome.text},"StatusCode":200}`;
    const details = { ...resourceOf(state), output: result, outputDetails: { truncated: false } };
    if (isTooLarge(result)) {
      fail(execution, state, tooLarge(execution, 'The result of the function'));
    } else if (isCallback(state)) {
      record(execution, 'TaskSubmitted', { taskSubmittedEventDetails: details });
    } else {
      record(execution, 'TaskSucceeded', { taskSucceededEventDetails: details });
      leave(execution, state, JSON.parse(result));
    }
  }

  // ── The service's calls ───────────────────────────────────────────────────────────────────────────────────────────

  function forgetOld(): void {
    while (closed[0] && now() >= (closed[0].stoppedAt ?? 0) + RETENTION) {
      const execution = closed.shift() as Execution;
      executions.delete(execution.executionArn);
    }
  }

  function known(executionArn: string): Execution {
    if (!executionArn.startsWith('arn:')) throw invalidArn(executionArn);
    forgetOld();
    const execution = executions.get(executionArn);
    if (!execution) throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
    return execution;
  }

  /** The execution that waits for this very token. Throws what the service answers to any other. */
  function waitingFor(taskToken: string): Execution {
    const executionArn = executionOfToken(taskToken);
    if (executionArn === undefined) throw new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'");
    forgetOld();
    const execution = executions.get(executionArn);
    if (!execution) throw new ServiceError('TaskDoesNotExist', "Task Does Not Exist: 'Task does not exist'");
    expire(execution);
    if (execution.phase.is === 'calling' && execution.phase.token === taskToken) return execution;
    throw new ServiceError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
  }

  function takeDue(): void {
    for (const executionArn of timers.take(now())) queue.add(executionArn);
  }

  const engine: Engine = {
    define(stateMachineArn, definition) {
      if (!isMachineArn(stateMachineArn)) throw invalidArn(stateMachineArn);
      definitions.push(loadDefinition(definition));
      current.set(stateMachineArn, definitions.length - 1);
    },

    startExecution({ stateMachineArn, name = uuid(hexDigits(random, 32)), input = '{}' }) {
      if (!isMachineArn(stateMachineArn)) throw invalidArn(stateMachineArn);
      if (FORBIDDEN_IN_NAME.test(name)) throw new ServiceError('InvalidName', `Invalid Name: '${name}'`);
      const definition = current.get(stateMachineArn);
      if (definition === undefined) {
        throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${stateMachineArn}'`);
      }
      const stateInput = parseJson(input, (detail) => {
        return new ServiceError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${detail}'`);
      });
      forgetOld();
      const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
      const there = executions.get(executionArn);
      if (there?.status === 'RUNNING' && there.input === input) return { executionArn, startedAt: there.startedAt };
      if (there) throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`);
      const execution: Execution = {
        executionArn,
        stateMachineArn,
        name,
        definition,
        input,
        startedAt: now(),
        status: 'RUNNING',
        state: (definitions[definition] as Definition).StartAt,
        stateInput,
        phase: { is: 'entering' },
        retried: [],
        history: [],
      };
      executions.set(executionArn, execution);
      record(execution, 'ExecutionStarted', {
        executionStartedEventDetails: { input, inputDetails: { truncated: false } },
      });
      become(execution, { is: 'entering' });
      return { executionArn, startedAt: execution.startedAt };
    },

    sendTaskSuccess({ taskToken, output }) {
      const result = parseJson(output, (detail) => new ServiceError('InvalidOutput', `Invalid Output: '${detail}'`));
      const execution = waitingFor(taskToken);
      const state = stateOf(execution) as Task;
      record(execution, 'TaskSucceeded', {
        taskSucceededEventDetails: { ...resourceOf(state), output, outputDetails: { truncated: false } },
      });
      leave(execution, state, result);
    },

    sendTaskFailure({ taskToken, error, cause }) {
      const execution = waitingFor(taskToken);
      const state = stateOf(execution) as Task;
      const failure = present({ error, cause });
      record(execution, 'TaskFailed', { taskFailedEventDetails: { ...resourceOf(state), ...failure } });
      fail(execution, state, failure);
    },

    stopExecution({ executionArn, error, cause }) {
      const execution = known(executionArn);
      expire(execution);
      end(execution, 'ABORTED', present({ error, cause }));
      return { stoppedAt: execution.stoppedAt ?? now() };
    },

    execution: known,

    executions: () => [...executions.values()],

    pending() {
      takeDue();
      return [...queue];
    },

    async runOne(executionArn) {
      takeDue();
      const arn = executionArn ?? queue.values().next().value;
      if (arn === undefined || !queue.delete(arn)) return false;
      const execution = executions.get(arn);
      jobsOut += 1;
      try {
        if (execution) await advance(execution);
      } finally {
        jobsOut -= 1;
      }
      return true;
    },

    idle() {
      takeDue();
      return queue.size === 0 && jobsOut === 0;
    },

    nextTimeAt: () => timers.next(),

    async settle() {
      while (await engine.runOne());
    },

    dropAll() {
      for (const execution of executions.values()) execution.phase = { is: 'over' };
      executions.clear();
      closed.length = 0;
      queue.clear();
      timers.clearAll();
    },
  };
  return engine;
}

/** White space, brackets, wildcards, `" # % \ ^ | ~ `` ` `` $ & , ; : /`, control characters and halves of a pair. */
const FORBIDDEN_IN_NAME = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}\p{Cs}]/u;

const isMachineArn = (arn: string): boolean => /^arn:aws[a-z-]*:states:[^:]+:[^:]*:stateMachine:[^:]+$/.test(arn);

const invalidArn = (arn: string): ServiceError =>
  new ServiceError('InvalidArn', `Invalid Arn: 'Invalid ARN prefix: ${arn}'`);

const uuid = (hex: string): string =>
  [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');

const resourceOf = (task: Task): { resourceType: string; resource: string } => ({
  resourceType: 'lambda',
  resource: isCallback(task) ? 'invoke.waitForTaskToken' : 'invoke',
});

function parseJson(text: string, refusal: (detail: string) => ServiceError): Json {
  if (isTooLarge(text)) throw refusal('The size exceeds the maximum number of bytes service limit');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refusal((error as Error).message);
  }
}

/** What Lambda reports of a thrown value: its name as the error, the rest as JSON in the cause, cut as the service cuts it. */
function failureOf(thrown: unknown): Failure {
  const { errorType, ...rest } =
    thrown instanceof Error
      ? { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n') }
      : { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  const cause = JSON.stringify({ errorType, ...rest }).slice(0, 32_768);
  return { error: (errorType || 'Lambda.Unknown').slice(0, 256), cause };
}

/** Without the members that are undefined: `exactOptionalPropertyTypes` keeps the two apart. */
function present<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
