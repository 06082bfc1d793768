import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Engine, makeEngine } from './engine.ts';
import { exampleText, inputAt, MACHINE } from './example-machine.ts';
import { inProcess } from './in-process.ts';
import { makeRequestHandler } from './protocol.ts';
import { type StepFunctionsServer, startStepFunctionsServer } from './server.ts';

const WEDNESDAY = Date.UTC(2026, 10, 25, 9, 30, 0, 123);
const tokens: string[] = [];
const engine: Engine = makeEngine({
  now: () => WEDNESDAY,
  seed: 1,
  invoke: async (_, payload) => {
    tokens.push((payload as { token: string }).token);
  },
});
engine.define(MACHINE, exampleText());

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const EXECUTION = `${MACHINE.replace(':stateMachine:', ':execution:')}:one`;
const start = (input = inputAt('endorse')): StartExecutionCommand =>
  new StartExecutionCommand({ stateMachineArn: MACHINE, name: 'one', input });

let server: StepFunctionsServer;
const clients: Record<string, SFNClient> = {};

beforeAll(async () => {
  server = await startStepFunctionsServer(engine);
  clients['server'] = new SFNClient({ endpoint: server.url, region: 'eu-west-2', credentials });
  clients['process'] = new SFNClient({ requestHandler: inProcess(engine), region: 'eu-west-2', credentials });
});

afterAll(async () => {
  for (const client of Object.values(clients)) client.destroy();
  await server.close();
});

beforeEach(() => {
  engine.dropAll();
  tokens.length = 0;
});

describe.each(['server', 'process'])('the SDK of AWS, answered by the %s', (by) => {
  // biome-ignore lint/suspicious/noExplicitAny: commands of all kinds are sent
  const send = (command: any): Promise<any> => (clients[by] as SFNClient).send(command);
  const refusal = async (command: object): Promise<[name: string, message: string, status: number]> => {
    const error = await send(command).catch((thrown: unknown) => thrown);
    return [error.name, error.message, error.$metadata?.httpStatusCode];
  };

  it('starts, answers, describes and reads the history, with dates that are dates', async () => {
    expect(await send(start())).toMatchObject({ executionArn: EXECUTION, startDate: new Date(WEDNESDAY) });
    await engine.settle();
    await send(
      new SendTaskSuccessCommand({
        taskToken: tokens[0],
        output: '{"processId":"p","run":"r","step":2,"outcome":"declined"}',
      }),
    );
    await engine.settle();
    expect(await send(new DescribeExecutionCommand({ executionArn: EXECUTION }))).toMatchObject({
      executionArn: EXECUTION,
      stateMachineArn: MACHINE,
      name: 'one',
      status: 'SUCCEEDED',
      startDate: new Date(WEDNESDAY),
      stopDate: new Date(WEDNESDAY),
      input: inputAt('endorse'),
      output: '{}',
    });
    const { events, nextToken } = await send(new GetExecutionHistoryCommand({ executionArn: EXECUTION }));
    expect(nextToken).toBeUndefined();
    expect(events).toHaveLength(17);
    expect(events[3]).toEqual({
      id: 4,
      previousEventId: 3,
      timestamp: new Date(WEDNESDAY),
      type: 'TaskStateEntered',
      stateEnteredEventDetails: {
        name: 'Headteacher endorses',
        input: inputAt('endorse'),
        inputDetails: { truncated: false },
      },
    });
  });

  it('pages through a history, backwards too, and without the data where they are not wanted', async () => {
    await send(start());
    await engine.settle();
    const ids: number[] = [];
    let nextToken: string | undefined;
    do {
      const page = await send(
        new GetExecutionHistoryCommand({ executionArn: EXECUTION, maxResults: 3, reverseOrder: true, nextToken }),
      );
      ids.push(...page.events.map(({ id }: { id: number }) => id));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(ids).toEqual([7, 6, 5, 4, 3, 2, 1]);
    const bare = await send(new GetExecutionHistoryCommand({ executionArn: EXECUTION, includeExecutionData: false }));
    expect(bare.events[3].stateEnteredEventDetails).toEqual({ name: 'Headteacher endorses' });
    expect(await refusal(new GetExecutionHistoryCommand({ executionArn: EXECUTION, nextToken: 'mine' }))).toEqual([
      'InvalidToken',
      "Invalid Token: 'mine'",
      400,
    ]);
  });

  it('gets the errors of StartExecution', async () => {
    await send(start());
    expect(await send(start())).toMatchObject({ executionArn: EXECUTION });
    expect(await refusal(start('{}'))).toEqual([
      'ExecutionAlreadyExists',
      `Execution Already Exists: '${EXECUTION}'`,
      400,
    ]);
    const other = (fields: object): Promise<[string, string, number]> =>
      refusal(new StartExecutionCommand({ stateMachineArn: MACHINE, ...fields }));
    expect(await other({ stateMachineArn: `${MACHINE}2` })).toEqual([
      'StateMachineDoesNotExist',
      `State Machine Does Not Exist: '${MACHINE}2'`,
      400,
    ]);
    expect(await other({ stateMachineArn: 'mine' })).toEqual([
      'InvalidArn',
      "Invalid Arn: 'Invalid ARN prefix: mine'",
      400,
    ]);
    expect(await other({ name: 'a/b' })).toEqual(['InvalidName', "Invalid Name: 'a/b'", 400]);
    const long = 'n'.repeat(81);
    expect(await other({ name: long })).toEqual([
      'ValidationException',
      `1 validation error detected: Value '${long}' at 'name' failed to satisfy constraint: Member must have length less than or equal to 80`,
      400,
    ]);
    expect((await other({ input: '{' })).slice(0, 1)).toEqual(['InvalidExecutionInput']);
    expect((await other({ input: `"${'x'.repeat(262_144)}"` })).slice(0, 1)).toEqual(['ValidationException']);
    expect((await other({ input: `"${'€'.repeat(90_000)}"` })).slice(0, 1)).toEqual(['InvalidExecutionInput']);
  });

  it('gets the errors of SendTaskSuccess and SendTaskFailure', async () => {
    await send(start());
    await engine.settle();
    const [taskToken = ''] = tokens;
    const gone = ['TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'", 400];
    expect((await refusal(new SendTaskSuccessCommand({ taskToken, output: 'no JSON' })))[0]).toBe('InvalidOutput');
    expect(await refusal(new SendTaskSuccessCommand({ taskToken: 'garbage', output: '{}' }))).toEqual([
      'InvalidToken',
      "Invalid Token: 'Invalid token'",
      400,
    ]);
    for (const misfit of ['', 't'.repeat(2049)]) {
      expect((await refusal(new SendTaskFailureCommand({ taskToken: misfit })))[0]).toBe('ValidationException');
    }
    expect((await refusal(new SendTaskFailureCommand({ taskToken, error: 'e'.repeat(257) })))[0]).toBe(
      'ValidationException',
    );
    expect(
      await send(new SendTaskFailureCommand({ taskToken, error: 'Superseded', cause: 'on purpose' })),
    ).toBeDefined();
    expect(await refusal(new SendTaskFailureCommand({ taskToken }))).toEqual(gone);
    expect(await refusal(new SendTaskSuccessCommand({ taskToken, output: '{}' }))).toEqual(gone);
    engine.dropAll();
    expect((await refusal(new SendTaskSuccessCommand({ taskToken, output: '{}' })))[0]).toBe('TaskDoesNotExist');
  });

  it('gets the errors of the calls that name an execution, and stops one', async () => {
    const missing = ['ExecutionDoesNotExist', `Execution Does Not Exist: '${EXECUTION}'`, 400];
    const calls = (executionArn: string): object[] => [
      new DescribeExecutionCommand({ executionArn }),
      new StopExecutionCommand({ executionArn }),
      new GetExecutionHistoryCommand({ executionArn }),
    ];
    for (const call of calls(EXECUTION)) expect(await refusal(call)).toEqual(missing);
    for (const call of calls('mine')) expect((await refusal(call))[0]).toBe('InvalidArn');
    await send(start());
    const stop = new StopExecutionCommand({ executionArn: EXECUTION, error: 'stopped', cause: 'on purpose' });
    expect(await send(stop)).toMatchObject({ stopDate: new Date(WEDNESDAY) });
    expect(await send(new DescribeExecutionCommand({ executionArn: EXECUTION }))).toMatchObject({
      status: 'ABORTED',
      error: 'stopped',
      cause: 'on purpose',
    });
  });
});

describe('the protocol', () => {
  const handle = makeRequestHandler(engine);
  const answer = (target: string, body: string): [status: number, body: { __type: string; message: string }] => {
    const { status, body: text } = handle(target, body);
    return [status, JSON.parse(text)];
  };

  it('names errors as the service does', () => {
    const call = JSON.stringify({ executionArn: EXECUTION });
    expect(answer('AWSStepFunctions.DescribeExecution', call)).toEqual([
      400,
      {
        __type: 'com.amazonaws.swf.service.v2.model#ExecutionDoesNotExist',
        message: `Execution Does Not Exist: '${EXECUTION}'`,
      },
    ]);
    expect(answer('AWSStepFunctions.SendTaskSuccess', '{}')).toEqual([
      400,
      {
        __type: 'com.amazon.coral.validate#ValidationException',
        message:
          "2 validation errors detected: Value null at 'taskToken' failed to satisfy constraint: Member must not be null; " +
          "Value null at 'output' failed to satisfy constraint: Member must not be null",
      },
    ]);
  });

  it('refuses calls that are not answered here, and bodies that are no call', () => {
    expect(answer('AWSStepFunctions.ListExecutions', '{}')[1].__type).toBe('UnknownOperationException');
    expect(answer('AWSStepFunctions.toString', '{}')[1].__type).toBe('UnknownOperationException');
    expect(answer('DynamoDB_20120810.GetItem', '{}')[1].__type).toBe('UnknownOperationException');
    expect(answer('', '')[0]).toBe(400);
    for (const body of ['', '{', '3', 'null', '{"stateMachineArn":3}']) {
      expect(answer('AWSStepFunctions.StartExecution', body)[1].__type).toBe('SerializationException');
    }
  });

  it('is served on one loopback address only', async () => {
    const { port } = new URL(server.url);
    expect(server.url).toBe(`http://127.0.0.1:${port}`);
    expect((await fetch(server.url, { method: 'POST' })).status).toBe(400);
    // The whole of 127.0.0.0/8 is this machine: whoever listens on all interfaces answers here too.
    await expect(fetch(`http://127.0.0.2:${port}`, { method: 'POST' })).rejects.toThrow();
  });
});
