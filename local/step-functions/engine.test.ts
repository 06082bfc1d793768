import { describe, expect, it } from 'vitest';
import { type Engine, makeEngine } from './engine.ts';
import { type Example, exampleText, inputAt, MACHINE, STEP_FUNCTION } from './example-machine.ts';
import { type Execution, LONGEST_EXECUTION, MOST_EVENTS, RETENTION } from './execution.ts';
import type { Json } from './json.ts';

const WEDNESDAY = Date.UTC(2026, 10, 25, 9, 30);
const SECOND = 1000;
const DAY = 86_400 * SECOND;

type Payload = { readonly do: string; readonly token: string; readonly wait: string; readonly step: Json };

interface World {
  readonly engine: Engine;
  /** What the step function was called with, in order. */
  readonly calls: Payload[];
  /** When each call was made, in milliseconds since the start. */
  readonly at: number[];
  /** What the step function does; returns nothing where absent. */
  step: (payload: Payload, call: number) => unknown;
  /** Moves the clock to that many milliseconds after the start, stopping at each time the engine waits for. */
  until(ms: number): Promise<void>;
  /** Moves the clock without running anything. */
  jump(ms: number): void;
  start(wait?: string, name?: string): Execution;
}

function makeWorld({ seed = 1, change }: { seed?: number; change?: (machine: Example) => void } = {}): World {
  let time = WEDNESDAY;
  const calls: Payload[] = [];
  const at: number[] = [];
  const world: World = {
    engine: makeEngine({
      now: () => time,
      seed,
      invoke: async (functionName, payload) => {
        expect(functionName).toBe(STEP_FUNCTION);
        calls.push(payload as Payload);
        at.push(time - WEDNESDAY);
        return world.step(payload as Payload, calls.length);
      },
    }),
    calls,
    at,
    step: () => null,
    async until(ms) {
      await world.engine.settle();
      for (
        let next = world.engine.nextTimeAt();
        next !== undefined && next <= WEDNESDAY + ms;
        next = world.engine.nextTimeAt()
      ) {
        time = next;
        await world.engine.settle();
      }
      time = WEDNESDAY + ms;
    },
    jump(ms) {
      time = WEDNESDAY + ms;
    },
    start(wait = 'endorse', name = 'one') {
      const call = { stateMachineArn: MACHINE, name, input: inputAt(wait) };
      return world.engine.execution(world.engine.startExecution(call).executionArn);
    },
  };
  world.engine.define(MACHINE, exampleText(change));
  return world;
}

class Named extends Error {
  override readonly name: string;

  constructor(name: string) {
    super('on purpose');
    this.name = name;
  }
}

const answer = (step: number, outcome: string): string =>
  JSON.stringify({ processId: '0192f3a0-0000-7000-8000-000000000001', run: '1-abc123', step, outcome });

const types = (execution: Execution): string[] => execution.history.map(({ type }) => type);
const errorOf = (act: () => void): string => {
  try {
    act();
  } catch (error) {
    return (error as Error).name;
  }
  return 'none';
};

describe('an execution', () => {
  it('waits for one answer after the other and ends as they say', async () => {
    const { engine, calls, start } = makeWorld();
    const execution = start();
    await engine.settle();
    expect(calls).toEqual([
      {
        do: 'wait',
        wait: 'endorse',
        stage: 'endorsement',
        processId: '0192f3a0-0000-7000-8000-000000000001',
        run: '1-abc123',
        step: 1,
        token: expect.stringMatching(/^[A-Za-z0-9+/=]{100,2048}$/),
      },
    ]);
    expect(execution.status).toBe('RUNNING');

    engine.sendTaskSuccess({ taskToken: calls[0]?.token ?? '', output: answer(2, 'changes-requested') });
    await engine.settle();
    expect(calls[1]).toMatchObject({ wait: 'revise', step: 2 });
    engine.sendTaskSuccess({ taskToken: calls[1]?.token ?? '', output: answer(3, 'resubmitted') });
    await engine.settle();
    engine.sendTaskSuccess({ taskToken: calls[2]?.token ?? '', output: answer(4, 'endorsed') });
    await engine.settle();

    expect(calls[3]).toEqual({
      do: 'end',
      as: 'endorsed',
      status: 'completed',
      processId: '0192f3a0-0000-7000-8000-000000000001',
      run: '1-abc123',
      step: 4,
    });
    expect(execution).toMatchObject({ status: 'SUCCEEDED', output: '{}', stoppedAt: WEDNESDAY });
    expect(engine.idle()).toBe(true);
    expect(engine.nextTimeAt()).toBeUndefined();
  });

  it('begins at the wait that its input names', async () => {
    const { engine, calls, start } = makeWorld();
    start('revise');
    await engine.settle();
    expect(calls).toMatchObject([{ wait: 'revise' }]);
  });

  it('fails loudly at a wait, or an outcome, that the definition does not know', async () => {
    const { engine, calls, start } = makeWorld();
    const lost = start('countersign', 'lost');
    const execution = start();
    await engine.settle();
    engine.sendTaskSuccess({ taskToken: calls[0]?.token ?? '', output: '{"step":2}' });
    await engine.settle();
    expect(lost).toMatchObject({ status: 'FAILED', error: 'UnknownWait' });
    expect(execution).toMatchObject({
      status: 'FAILED',
      error: 'UnknownOutcome',
      cause: 'This wait has no such outcome.',
    });
  });

  it('is plain data', async () => {
    const { engine, start } = makeWorld();
    const execution = start();
    await engine.settle();
    expect(JSON.parse(JSON.stringify(execution))).toEqual(execution);
  });

  it('has the history that the service would give', async () => {
    const { engine, calls, start } = makeWorld();
    const execution = start();
    await engine.settle();
    engine.sendTaskSuccess({ taskToken: calls[0]?.token ?? '', output: answer(2, 'declined') });
    await engine.settle();
    expect(types(execution)).toEqual([
      'ExecutionStarted',
      'ChoiceStateEntered',
      'ChoiceStateExited',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskSucceeded',
      'TaskStateExited',
      'ChoiceStateEntered',
      'ChoiceStateExited',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    expect(execution.history.map(({ id }) => id)).toEqual(Array.from({ length: 17 }, (_, index) => index + 1));
    expect(execution.history[0]).toMatchObject({ previousEventId: 0 });
    expect(execution.history[1]).toMatchObject({ previousEventId: 0 });
    expect(execution.history[16]).toMatchObject({ previousEventId: 16 });
  });

  it('keeps the definition it began with when another is loaded', async () => {
    const { engine, calls, start } = makeWorld();
    const before = start('endorse', 'before');
    await engine.settle();
    engine.define(
      MACHINE,
      exampleText((machine) => {
        machine.States['Unknown outcome'] = { Type: 'Fail', Error: 'Renamed' };
      }),
    );
    const after = start('endorse', 'after');
    await engine.settle();
    for (const { token } of calls) engine.sendTaskSuccess({ taskToken: token, output: '{}' });
    await engine.settle();
    expect([before.error, after.error]).toEqual(['UnknownOutcome', 'Renamed']);
  });

  it('passes what it gives and gets through JSON', async () => {
    const world = makeWorld();
    world.step = (payload) => {
      if (payload.do === 'end') return { at: new Date(WEDNESDAY), nothing: undefined };
      (payload as { step: Json }).step = 'changed by the function';
      return undefined;
    };
    const execution = world.start();
    await world.engine.settle();
    world.engine.sendTaskSuccess({ taskToken: world.calls[0]?.token ?? '', output: answer(2, 'endorsed') });
    await world.engine.settle();
    expect(execution.history[4]?.taskScheduledEventDetails?.parameters).toContain('"step":1');
    expect(execution.history.findLast(({ type }) => type === 'TaskSucceeded')?.taskSucceededEventDetails?.output).toBe(
      '{"ExecutedVersion":"$LATEST","Payload":{"at":"2026-11-25T09:30:00.000Z"},"StatusCode":200}',
    );
  });

  it('gives a function a payload of its own: what it does to it, the next attempt does not see', async () => {
    const world = makeWorld();
    world.step = (payload, call) => {
      const step = payload.step as { number: number };
      step.number += 1;
      if (call === 1) throw new Named('Fault');
    };
    const input = JSON.stringify({ ...JSON.parse(inputAt('endorse')), step: { number: 1 } });
    const { executionArn } = world.engine.startExecution({ stateMachineArn: MACHINE, input });
    await world.until(DAY);
    const given = world.engine
      .execution(executionArn)
      .history.flatMap(({ taskScheduledEventDetails: details }) =>
        details ? JSON.parse(details.parameters ?? '') : [],
      );
    expect(given.map(({ Payload }) => Payload.step)).toEqual([{ number: 1 }, { number: 1 }]);
  });

  it('fails with States.QueryEvaluationError, after its retries, where an expression comes to nothing', async () => {
    const { engine, calls, until } = makeWorld();
    const { executionArn } = engine.startExecution({ stateMachineArn: MACHINE, input: '{"wait":"endorse"}' });
    await until(DAY);
    expect(engine.execution(executionArn)).toMatchObject({
      status: 'FAILED',
      error: 'States.QueryEvaluationError',
      cause:
        "An error occurred while executing the state 'Headteacher endorses' (entered at the event id #4). " +
        "The JSONata expression '$states.input.processId' specified for the field 'Arguments/Payload/processId' returned nothing (undefined).",
    });
    expect(types(engine.execution(executionArn)).filter((type) => type === 'EvaluationFailed')).toHaveLength(7);
    expect(calls).toEqual([]);
  });
});

describe('a failing function', () => {
  it('is called again after a back-off that doubles, with jitter up to the whole of it, six times', async () => {
    const world = makeWorld();
    world.step = () => {
      throw new Named('Fault');
    };
    const execution = world.start();
    await world.until(DAY);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'Fault' });
    expect(JSON.parse(execution.cause ?? '')).toMatchObject({ errorType: 'Fault', errorMessage: 'on purpose' });
    expect(world.calls).toHaveLength(7);
    const waited = world.at.slice(1).map((at, index) => at - (world.at[index] ?? 0));
    const shares = waited.map((ms, index) => ms / (2 * SECOND * 2 ** index));
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...shares)).toBeLessThan(1);
    expect(new Set(shares.map((share) => Math.floor(share * 4))).size).toBeGreaterThan(1);
  });

  it('is called again after exactly the back-off without jitter, capped where a cap is given', async () => {
    const world = makeWorld({
      change: (machine) => {
        const wait = machine.States['Headteacher endorses'] as { Retry: object[] };
        wait.Retry = [
          { ErrorEquals: ['States.ALL'], IntervalSeconds: 3, BackoffRate: 3, MaxAttempts: 4, MaxDelaySeconds: 20 },
        ];
      },
    });
    world.step = () => {
      throw new Named('Fault');
    };
    world.start();
    await world.until(DAY);
    expect(world.at).toEqual([0, 3, 12, 32, 52].map((seconds) => seconds * SECOND));
  });

  it('has a new token at every attempt, and the old one answers TaskTimedOut', async () => {
    const world = makeWorld();
    world.step = (_, call) => {
      if (call === 1) throw new Named('Fault');
    };
    const execution = world.start();
    await world.engine.settle();
    const [first = ''] = world.calls.map(({ token }) => token);
    expect(errorOf(() => world.engine.sendTaskSuccess({ taskToken: first, output: '{}' }))).toBe('TaskTimedOut');
    await world.until(2 * SECOND);
    const second = world.calls[1]?.token ?? '';
    expect(second).not.toBe(first);
    expect(errorOf(() => world.engine.sendTaskFailure({ taskToken: first }))).toBe('TaskTimedOut');
    world.engine.sendTaskSuccess({ taskToken: second, output: answer(2, 'endorsed') });
    await world.engine.settle();
    expect(execution.status).toBe('SUCCEEDED');
  });

  it('ends its execution quietly where the machine catches its name, without another attempt', async () => {
    const world = makeWorld();
    world.step = () => {
      throw new Named('Superseded');
    };
    const execution = world.start();
    await world.until(DAY);
    expect(world.calls).toHaveLength(1);
    expect(execution.status).toBe('SUCCEEDED');
    expect(JSON.parse(execution.output ?? '')).toMatchObject({ Error: 'Superseded' });
  });

  it('counts its retries anew at each visit', async () => {
    const world = makeWorld();
    const visited = new Set<Json>();
    world.step = ({ step }) => {
      if (visited.has(step)) return;
      visited.add(step);
      throw new Named('Fault');
    };
    const execution = world.start();
    for (let step = 1; step <= 20; step += 1) {
      await world.until(step * 60 * SECOND);
      const outcome = step % 2 === 1 ? 'changes-requested' : 'resubmitted';
      world.engine.sendTaskSuccess({ taskToken: world.calls.at(-1)?.token ?? '', output: answer(step + 1, outcome) });
    }
    await world.until(DAY);
    expect(execution.status).toBe('RUNNING');
    expect(types(execution).filter((type) => type === 'TaskFailed')).toHaveLength(21);
  });

  it('is counted by each retrier for itself', async () => {
    const world = makeWorld({
      change: (machine) => {
        const wait = machine.States['Headteacher endorses'] as { Retry: object[] };
        wait.Retry = [
          { ErrorEquals: ['Fault'], MaxAttempts: 2 },
          { ErrorEquals: ['States.ALL'], MaxAttempts: 2 },
        ];
      },
    });
    world.step = (_, call) => {
      throw new Named(call % 2 === 1 ? 'Fault' : 'Other');
    };
    const execution = world.start();
    await world.until(DAY);
    expect(world.calls).toHaveLength(5);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'Fault' });
  });

  it.each([
    ['an error without a name', Object.assign(new Error('x'), { name: '' }), 'Lambda.Unknown'],
    ['too many calls at once', new Named('Lambda.TooManyRequestsException'), 'Lambda.TooManyRequestsException'],
    ['a text that was thrown', 'a text', 'string'],
    ['an unnamed class', new (class extends Error {})('x'), 'Error'],
  ])('is reported as Lambda reports it: %s', async (_, thrown, error) => {
    const world = makeWorld();
    world.step = () => {
      throw thrown;
    };
    const execution = world.start();
    await world.until(DAY);
    expect(execution).toMatchObject({ status: 'FAILED', error });
  });

  it('fails also by returning what is no JSON', async () => {
    const world = makeWorld();
    world.step = () => 1n;
    const execution = world.start();
    await world.until(DAY);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'Runtime.MarshalError' });
  });
});

describe('an answer', () => {
  it('counts before the function that stored the token has returned, whose return is then dropped', async () => {
    const world = makeWorld();
    world.step = async ({ token, wait }) => {
      if (wait === 'endorse') world.engine.sendTaskSuccess({ taskToken: token, output: answer(2, 'endorsed') });
      return 'late';
    };
    const execution = world.start();
    await world.engine.settle();
    expect(execution.status).toBe('SUCCEEDED');
    expect(types(execution).filter((type) => type === 'TaskSubmitted')).toEqual([]);
    expect(types(execution).filter((type) => type === 'TaskSucceeded')).toHaveLength(2);
  });

  it('counts although the function that stored the token fails afterwards', async () => {
    const world = makeWorld();
    world.step = async ({ token, wait }) => {
      if (wait !== 'endorse') return;
      world.engine.sendTaskSuccess({ taskToken: token, output: answer(2, 'endorsed') });
      throw new Named('Fault');
    };
    const execution = world.start();
    await world.until(DAY);
    expect(execution.status).toBe('SUCCEEDED');
    expect(types(execution)).not.toContain('TaskFailed');
  });

  it('lets the next wait begin while the former function is still out, and its return stays dropped', async () => {
    const world = makeWorld();
    let finish = (): void => {};
    world.step = ({ wait }) => {
      if (wait === 'revise') return new Promise<void>((resolve) => (finish = resolve));
    };
    const execution = world.start('revise');
    const first = (async () => {
      while (world.calls.length === 0) await world.engine.runOne();
    })();
    await expect.poll(() => world.calls.length).toBe(1);
    world.engine.sendTaskSuccess({ taskToken: world.calls[0]?.token ?? '', output: answer(2, 'resubmitted') });
    await world.engine.settle();
    expect(world.calls).toMatchObject([{ wait: 'revise' }, { wait: 'endorse', step: 2 }]);
    expect(world.engine.idle()).toBe(false);
    finish();
    await first;
    expect(world.engine.idle()).toBe(true);
    expect(execution.state).toBe('Headteacher endorses');
    expect(types(execution).filter((type) => type === 'TaskSubmitted')).toHaveLength(1);
  });

  it('is taken once: the second is TaskTimedOut, whatever it says', async () => {
    const { engine, calls, start } = makeWorld();
    const execution = start();
    await engine.settle();
    const taskToken = calls[0]?.token ?? '';
    engine.sendTaskSuccess({ taskToken, output: answer(2, 'changes-requested') });
    expect(errorOf(() => engine.sendTaskSuccess({ taskToken, output: answer(2, 'changes-requested') }))).toBe(
      'TaskTimedOut',
    );
    await engine.settle();
    expect(errorOf(() => engine.sendTaskFailure({ taskToken, error: 'Late' }))).toBe('TaskTimedOut');
    await engine.settle();
    expect(execution).toMatchObject({ status: 'RUNNING', state: 'Applicant revises' });
  });

  it('of failure is an error of its own name, retried and caught as any other', async () => {
    const { engine, calls, start, until } = makeWorld();
    const execution = start();
    await engine.settle();
    engine.sendTaskFailure({ taskToken: calls[0]?.token ?? '', error: 'Mine', cause: 'because' });
    await until(2 * SECOND);
    expect(calls).toHaveLength(2);
    engine.sendTaskFailure({ taskToken: calls[1]?.token ?? '', error: 'Superseded', cause: 'because' });
    await until(4 * SECOND);
    expect(execution).toMatchObject({ status: 'SUCCEEDED', output: '{"Error":"Superseded","Cause":"because"}' });
  });

  it('with a token of garbage is InvalidToken, with one of a forgotten execution TaskDoesNotExist', async () => {
    const { engine, calls, start } = makeWorld();
    start();
    await engine.settle();
    const taskToken = calls[0]?.token ?? '';
    expect(errorOf(() => engine.sendTaskSuccess({ taskToken: 'garbage', output: '{}' }))).toBe('InvalidToken');
    const forged = Buffer.from(JSON.stringify([`${MACHINE}:one`, '0', '0'])).toString('base64');
    expect(errorOf(() => engine.sendTaskSuccess({ taskToken: forged, output: '{}' }))).toBe('InvalidToken');
    expect(errorOf(() => engine.sendTaskSuccess({ taskToken, output: '{' }))).toBe('InvalidOutput');
    engine.dropAll();
    expect(errorOf(() => engine.sendTaskSuccess({ taskToken, output: '{}' }))).toBe('TaskDoesNotExist');
  });
});

describe('time', () => {
  it('takes a wait out of a driving execution after its timeout, which States.ALL does not retry behind a retrier of none', async () => {
    const { engine, calls, start, until } = makeWorld();
    const execution = start();
    await until(31_000_000 * SECOND - 1);
    expect(execution.status).toBe('RUNNING');
    await until(31_000_000 * SECOND);
    expect(calls).toHaveLength(1);
    expect(execution).toMatchObject({ status: 'SUCCEEDED', output: '{"Error":"States.Timeout","Cause":""}' });
    expect(types(execution)).toContain('TaskTimedOut');
    expect(errorOf(() => engine.sendTaskSuccess({ taskToken: calls[0]?.token ?? '', output: '{}' }))).toBe(
      'TaskTimedOut',
    );
  });

  it('makes States.ALL retry a timeout where no retrier of none stands before it', async () => {
    const { calls, start, until } = makeWorld({
      change: (machine) => {
        const wait = machine.States['Headteacher endorses'] as { Retry: object[]; TimeoutSeconds: number };
        wait.Retry = [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }];
        wait.TimeoutSeconds = 60;
      },
    });
    const execution = start();
    await until(61 * SECOND);
    expect(calls).toHaveLength(2);
    expect(execution.status).toBe('RUNNING');
  });

  it('fails an execution with States.Timeout, and no cause, where nobody catches it', async () => {
    const { start, until } = makeWorld({
      change: (machine) => {
        Object.assign(machine.States['Headteacher endorses'] as object, { Retry: [], Catch: [], TimeoutSeconds: 60 });
        delete machine.States['Applicant revises'];
        const { Choices } = machine.States['Headteacher endorses, and then?'] as { Choices: object[] };
        Choices.length = 2;
        (machine.States['Where it stands'] as { Choices: object[] }).Choices.length = 1;
      },
    });
    const execution = start();
    await until(60 * SECOND);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    expect(execution).not.toHaveProperty('cause');
  });

  it('refuses an answer from the very millisecond of the timeout on, even if no job has run since', async () => {
    const { engine, calls, start, until, jump } = makeWorld();
    const early = start('endorse', 'early');
    const late = start('endorse', 'late');
    await until(SECOND);
    jump(31_000_000 * SECOND - 1);
    engine.sendTaskSuccess({ taskToken: calls[0]?.token ?? '', output: answer(2, 'endorsed') });
    jump(31_000_000 * SECOND);
    expect(errorOf(() => engine.sendTaskSuccess({ taskToken: calls[1]?.token ?? '', output: '{}' }))).toBe(
      'TaskTimedOut',
    );
    await engine.settle();
    expect([early.output, late.output]).toEqual(['{}', '{"Error":"States.Timeout","Cause":""}']);
  });

  it('drops the return of a function that took longer than the timeout', async () => {
    const world = makeWorld();
    world.step = () => world.jump(31_000_000 * SECOND);
    const execution = world.start();
    await world.engine.settle();
    expect(types(execution)).not.toContain('TaskSubmitted');
    expect(execution.output).toBe('{"Error":"States.Timeout","Cause":""}');
  });

  it('ends every execution after a year', async () => {
    const { engine, calls, start, until } = makeWorld();
    const execution = start();
    await until(200 * DAY);
    engine.sendTaskSuccess({ taskToken: calls[0]?.token ?? '', output: answer(2, 'changes-requested') });
    await until(LONGEST_EXECUTION - 1);
    expect(execution.status).toBe('RUNNING');
    await until(LONGEST_EXECUTION);
    expect(execution).toMatchObject({ status: 'TIMED_OUT', stoppedAt: WEDNESDAY + LONGEST_EXECUTION });
    expect(execution.history.at(-1)).toMatchObject({
      type: 'ExecutionTimedOut',
      executionTimedOutEventDetails: { error: 'States.Timeout' },
    });
    expect(errorOf(() => engine.sendTaskSuccess({ taskToken: calls[1]?.token ?? '', output: '{}' }))).toBe(
      'TaskTimedOut',
    );
    expect(engine.nextTimeAt()).toBeUndefined();
  });

  it('ends an execution after a year that is backing off', async () => {
    const world = makeWorld({
      change: (machine) => {
        const wait = machine.States['Headteacher endorses'] as { Retry: object[] };
        wait.Retry = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 99_999_999 }];
      },
    });
    world.step = () => {
      throw new Named('Fault');
    };
    const execution = world.start();
    await world.until(LONGEST_EXECUTION);
    expect(execution).toMatchObject({ status: 'TIMED_OUT', stoppedAt: WEDNESDAY + LONGEST_EXECUTION });
  });

  it('frees a name, and forgets its history, 90 days after the execution has closed', async () => {
    const { engine, start, until } = makeWorld();
    const { executionArn } = start();
    engine.stopExecution({ executionArn });
    await until(RETENTION - 1);
    expect(errorOf(() => start())).toBe('ExecutionAlreadyExists');
    await until(RETENTION);
    expect(errorOf(() => engine.execution(executionArn))).toBe('ExecutionDoesNotExist');
    expect(start().status).toBe('RUNNING');
  });
});

describe('limits', () => {
  const big = JSON.stringify({ text: 'x'.repeat(262_144) });

  it('of 256 KiB hold for an input and an answer, in bytes', async () => {
    const { engine, calls, start } = makeWorld();
    start();
    await engine.settle();
    const taskToken = calls[0]?.token ?? '';
    const euros = JSON.stringify({ text: '€'.repeat(90_000) });
    for (const output of [big, euros]) {
      expect(errorOf(() => engine.sendTaskSuccess({ taskToken, output }))).toBe('InvalidOutput');
      expect(errorOf(() => engine.startExecution({ stateMachineArn: MACHINE, input: output }))).toBe(
        'InvalidExecutionInput',
      );
    }
    const exact = JSON.stringify({ outcome: 'declined', text: '' });
    const output = exact.replace('""', `"${'x'.repeat(262_144 - exact.length)}"`);
    expect(Buffer.byteLength(output)).toBe(262_144);
    engine.sendTaskSuccess({ taskToken, output });
  });

  it('of 256 KiB hold for the arguments of a function, which is then not called', async () => {
    const { engine, calls } = makeWorld();
    const input = JSON.stringify({ processId: 'p', run: 'x'.repeat(262_050), step: 1, wait: 'endorse' });
    const { executionArn } = engine.startExecution({ stateMachineArn: MACHINE, input });
    await engine.settle();
    expect(calls).toEqual([]);
    expect(engine.execution(executionArn)).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });

  it('of 256 KiB hold for what a function returns; nobody catches that', async () => {
    const world = makeWorld({
      change: (machine) => {
        const end = machine.States['Ends declined'] as { Retry: object[]; Catch: object[] };
        end.Retry = [{ ErrorEquals: ['States.ALL'] }];
        end.Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Carried on elsewhere' }];
      },
    });
    world.step = (payload) => (payload.do === 'end' ? big : null);
    const execution = world.start();
    await world.engine.settle();
    world.engine.sendTaskSuccess({ taskToken: world.calls[0]?.token ?? '', output: answer(2, 'declined') });
    await world.until(DAY);
    expect(world.calls).toHaveLength(2);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });

  it('of 25,000 events fail an execution with States.Runtime, which States.ALL does not catch', async () => {
    const world = makeWorld({
      change: (machine) => {
        for (const name of ['Headteacher endorses', 'Applicant revises']) {
          const wait = machine.States[name] as { Catch: object[] };
          wait.Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Carried on elsewhere' }];
        }
      },
    });
    world.step = ({ token, wait }, call) => {
      // One failed attempt has three events: they move the limit onto the start of a call, which is then not made.
      if (call === 1) throw new Named('Fault');
      const outcome = wait === 'endorse' ? 'changes-requested' : 'resubmitted';
      world.engine.sendTaskSuccess({ taskToken: token, output: answer(1, outcome) });
    };
    const execution = world.start();
    await world.until(DAY);
    expect(execution).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: 'The execution reached the maximum number of history events (25000).',
    });
    expect(execution.history).toHaveLength(MOST_EVENTS);
    expect(types(execution).slice(-2)).toEqual(['TaskScheduled', 'ExecutionFailed']);
    expect(world.calls).toHaveLength(types(execution).filter((type) => type === 'TaskStarted').length);
    expect(world.engine.idle()).toBe(true);
  });

  it('hold for names: the characters that the service forbids are InvalidName', () => {
    const { engine } = makeWorld();
    for (const name of ['a b', 'a/b', 'a:b', 'a*b', 'a\u0007b', 'a\ud800b', 'a\\b', 'a`b', 'a|b', 'a~b']) {
      expect(errorOf(() => engine.startExecution({ stateMachineArn: MACHINE, name }))).toBe('InvalidName');
    }
    expect(errorOf(() => engine.startExecution({ stateMachineArn: MACHINE, name: '0192f3a0-0000.1-AbC123_é' }))).toBe(
      'none',
    );
  });
});

describe('starting and stopping', () => {
  it('is done once for the same name and input while it runs, and refused for any other', async () => {
    const { engine, start } = makeWorld();
    const first = start();
    await engine.settle();
    expect(start()).toBe(first);
    await engine.settle();
    expect(types(first).filter((type) => type === 'ExecutionStarted')).toHaveLength(1);
    expect(errorOf(() => start('revise'))).toBe('ExecutionAlreadyExists');
    engine.stopExecution({ executionArn: first.executionArn });
    expect(errorOf(() => start())).toBe('ExecutionAlreadyExists');
  });

  it('aborts a running execution; a finished one stays as it is', async () => {
    const { engine, calls, start, until } = makeWorld();
    const execution = start();
    await engine.settle();
    const { executionArn } = execution;
    expect(engine.stopExecution({ executionArn, error: 'superseded', cause: 'by 2-def456' })).toEqual({
      stoppedAt: WEDNESDAY,
    });
    await until(DAY);
    expect(engine.stopExecution({ executionArn, error: 'again' })).toEqual({ stoppedAt: WEDNESDAY });
    expect(execution).toMatchObject({ status: 'ABORTED', error: 'superseded', cause: 'by 2-def456' });
    expect(errorOf(() => engine.sendTaskSuccess({ taskToken: calls[0]?.token ?? '', output: '{}' }))).toBe(
      'TaskTimedOut',
    );
    expect(errorOf(() => engine.stopExecution({ executionArn: `${executionArn}2` }))).toBe('ExecutionDoesNotExist');
  });

  it('leaves no job of an execution that was stopped before it ran', () => {
    const { engine, start } = makeWorld();
    const { executionArn } = start();
    expect(engine.pending()).toEqual([executionArn]);
    engine.stopExecution({ executionArn });
    expect(engine.pending()).toEqual([]);
  });

  it('does not let the retention of an execution that was dropped end its successor of the same name', async () => {
    const { engine, start, until } = makeWorld();
    engine.stopExecution({ executionArn: start().executionArn });
    engine.dropAll();
    const successor = start();
    await until(RETENTION + DAY);
    expect(engine.execution(successor.executionArn)).toBe(successor);
  });

  it('drops the return of a function whose execution was stopped meanwhile', async () => {
    const world = makeWorld();
    const execution = world.start();
    world.step = () => {
      world.engine.stopExecution({ executionArn: execution.executionArn });
      throw new Named('Fault');
    };
    await world.until(DAY);
    expect(world.calls).toHaveLength(1);
    expect(execution.status).toBe('ABORTED');
    expect(types(execution).at(-1)).toBe('ExecutionAborted');
  });

  it('gives an execution without a name one of its own', () => {
    const { engine } = makeWorld();
    const names = [1, 2].map(() => engine.startExecution({ stateMachineArn: MACHINE }).executionArn.split(':').at(-1));
    expect(names[0]).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(names[1]).not.toBe(names[0]);
  });

  it('knows nothing any more when all was dropped, and the return of a function that was out changes nothing', async () => {
    const world = makeWorld();
    const execution = world.start();
    world.step = () => {
      world.engine.dropAll();
      throw new Named('Fault');
    };
    await world.engine.settle();
    expect(world.engine.executions()).toEqual([]);
    expect(world.engine.idle()).toBe(true);
    expect(world.engine.nextTimeAt()).toBeUndefined();
    expect(errorOf(() => world.engine.execution(execution.executionArn))).toBe('ExecutionDoesNotExist');
    world.step = () => null;
    expect(world.start()).not.toBe(execution);
    await world.engine.settle();
    expect(world.calls).toHaveLength(2);
    expect(world.calls[1]?.token).not.toBe(world.calls[0]?.token);
  });
});

describe('the queue', () => {
  it('runs in the order in which work came, or as its driver picks', async () => {
    const { engine, calls, start } = makeWorld();
    const arns = ['one', 'two', 'three'].map((name) => start('endorse', name).executionArn);
    expect(engine.pending()).toEqual(arns);
    expect(await engine.runOne(arns[2])).toBe(true);
    expect(engine.pending()).toEqual([arns[0], arns[1], arns[2]]);
    expect(await engine.runOne(arns[2])).toBe(true);
    expect(calls).toHaveLength(1);
    expect(await engine.runOne(arns[2])).toBe(false);
    await engine.settle();
    expect(calls).toHaveLength(3);
    expect(await engine.runOne()).toBe(false);
  });

  it('tells its driver of new work', async () => {
    let told = 0;
    const engine = makeEngine({ now: () => WEDNESDAY, invoke: async () => null, onWork: () => told++ });
    engine.define(MACHINE, exampleText());
    engine.startExecution({ stateMachineArn: MACHINE, input: inputAt('endorse') });
    expect(told).toBe(1);
  });

  it('gives the same histories for the same seed, and other jitter for another', async () => {
    const run = async (seed: number): Promise<string> => {
      const world = makeWorld({ seed });
      world.step = (_, call) => {
        if (call % 3 !== 0) throw new Named(call % 2 === 0 ? 'Fault' : 'Other');
      };
      for (const name of ['one', 'two', 'three']) world.start('endorse', name);
      await world.until(60 * SECOND);
      for (const { token } of world.calls) {
        if (
          errorOf(() => world.engine.sendTaskSuccess({ taskToken: token, output: answer(2, 'endorsed') })) === 'none'
        ) {
          await world.engine.settle();
        }
      }
      await world.until(DAY);
      return JSON.stringify(world.engine.executions()).replaceAll(/at [^"]*/g, '');
    };
    const first = await run(7);
    expect(await run(7)).toBe(first);
    expect(await run(8)).not.toBe(first);
  });
});
