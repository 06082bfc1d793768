import {
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidToken,
  SendTaskSuccessCommand,
  SFNClient,
  SFNServiceException,
  StartExecutionCommand,
  StopExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import 'aws-sdk-client-mock-vitest/extend';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../local/dynamodb.ts';
import { type Harness, makeHarness } from '../../test/harness.ts';
import type { Process, Token, Wait } from '../../workflows/kernel/records.ts';
import { day, instant } from '../../workflows/kernel/time.ts';
import { environment } from './environment.ts';
import { makeRelay } from './relay.ts';

const MACHINE = 'arn:aws:states:eu-west-2:123456789012:stateMachine:npq-application';
const EXECUTION = 'arn:aws:states:eu-west-2:123456789012:execution:npq-application';
const SINCE = instant('2026-09-16T07:00:00Z');

const sfn = mockClient(SFNClient);
let database: DynamoDbLocal;
let oak: Harness;
let relay: ReturnType<typeof makeRelay>;

beforeAll(async () => {
  database = await startDynamoDbLocal();
  oak = await makeHarness(database, []);
  relay = makeRelay({
    store: oak.store,
    clock: oak.now,
    sfn: new SFNClient({}),
    environment: environment.parse({
      TABLE_NAME: oak.tableName,
      MACHINES: JSON.stringify({ 'npq-application': MACHINE }),
    }),
  });
});
afterAll(() => database?.stop());
beforeEach(() => {
  sfn.reset();
});

let made = 0;

/** A process on file with what else is given of it. */
async function onFile(
  fields: Partial<Process> = {},
  { token, wait }: { token?: Partial<Token>; wait?: Partial<Wait> } = {},
): Promise<string> {
  const processId = `0199f000-0000-7000-8000-${String(++made).padStart(12, '0')}`;
  const process: Process = {
    type: 'process',
    processId,
    kind: 'npq-application',
    status: 'active',
    version: 4,
    step: 2,
    wait: 'approve',
    stage: 'approval',
    run: '3-qwerty',
    runAt: SINCE,
    owedAt: SINCE,
    restarts: 0,
    lastSeq: 4,
    lastHash: 'h',
    subjectId: 'zoe',
    schoolId: '910101',
    ruleSet: '2026b',
    startedBy: 'zoe',
    startedAt: SINCE,
    data: {},
    ...fields,
  };
  if (process.owedAt === undefined) delete process.owedAt;
  await oak.put(
    process,
    ...(token
      ? [{ type: 'token' as const, processId, run: process.run, step: process.step, token: 'a token', ...token }]
      : []),
    ...(wait
      ? [
          {
            type: 'wait' as const,
            processId,
            step: process.step,
            wait: process.wait,
            kind: 'task' as const,
            state: 'open' as const,
            stage: process.stage,
            processKind: process.kind,
            subjectId: 'zoe',
            schoolId: '910101',
            openedAt: SINCE,
            dueOn: day('2026-09-23'),
            ...wait,
          },
        ]
      : []),
  );
  return processId;
}

const recordOf = (processId: string, sequence = '1') => ({
  eventName: 'MODIFY',
  dynamodb: { SequenceNumber: sequence, Keys: { pk: { S: `P#${processId}` }, sk: { S: 'PROCESS' } } },
});
const told = (...records: readonly ReturnType<typeof recordOf>[]) => relay({ Records: records }, {} as Context);
const ofService = <E extends Error>(kind: new (told: { message: string; $metadata: object }) => E): E =>
  new kind({ message: 'as the service says it', $metadata: {} });

const answeredWait = { state: 'answered', outcome: 'approved', answeredAt: SINCE } as const;

describe('a process that the machine owes a move', () => {
  test('is started: the name is made of process and run, the input is what the run was made for', async () => {
    const processId = await onFile();
    expect(await told(recordOf(processId))).toEqual({ batchItemFailures: [] });
    expect(sfn).toHaveReceivedCommandExactlyOnceWith(StartExecutionCommand, {
      stateMachineArn: MACHINE,
      name: `${processId}.3-qwerty`,
      input: JSON.stringify({ processId, run: '3-qwerty', step: 2, wait: 'approve' }),
    });
    expect(sfn).not.toHaveReceivedCommand(StopExecutionCommand);
  });

  test('has a name that Step Functions takes: at most 80 characters', async () => {
    const processId = await onFile({ run: '1234-qwerty' });
    await told(recordOf(processId));
    const { name } = sfn.commandCalls(StartExecutionCommand)[0]?.args[0].input ?? {};
    expect(name?.length).toBeLessThanOrEqual(80);
  });

  test('that an earlier run drove is started, and then the earlier run is stopped', async () => {
    const processId = await onFile({}, { token: { run: '2-asdfgh', step: 1 } });
    await told(recordOf(processId));
    expect(sfn).toHaveReceivedCommandTimes(StartExecutionCommand, 1);
    expect(sfn).toHaveReceivedCommandExactlyOnceWith(StopExecutionCommand, {
      executionArn: `${EXECUTION}:${processId}.2-asdfgh`,
      cause: 'superseded',
    });
  });

  test('that was started before is left alone, and so is an earlier run that is gone', async () => {
    sfn.on(StartExecutionCommand).rejects(ofService(ExecutionAlreadyExists));
    sfn.on(StopExecutionCommand).rejects(ofService(ExecutionDoesNotExist));
    const processId = await onFile({}, { token: { run: '2-asdfgh' } });
    expect(await told(recordOf(processId))).toEqual({ batchItemFailures: [] });
    expect((await oak.store.process(processId))?.run).toBe('3-qwerty');
  });

  test('is answered with the outcome for the next step, and the token is marked', async () => {
    const processId = await onFile({}, { token: {}, wait: answeredWait });
    await told(recordOf(processId));
    expect(sfn).toHaveReceivedCommandExactlyOnceWith(SendTaskSuccessCommand, {
      taskToken: 'a token',
      output: JSON.stringify({ processId, run: '3-qwerty', step: 3, outcome: 'approved' }),
    });
    expect(await oak.store.token(processId)).toMatchObject({ token: 'a token', sentAt: oak.now() });
    expect((await oak.store.process(processId))?.owedAt).toBe(SINCE);
  });

  test('whose execution is on its way to the next wait is left alone', async () => {
    const processId = await onFile({}, { token: { step: 1 } });
    await told(recordOf(processId));
    expect(sfn).not.toHaveReceivedAnyCommand();
  });

  test('whose head was read before a later run took over is left to that run', async () => {
    const processId = await onFile({}, { token: { run: '4-zxcvbn' } });
    await told(recordOf(processId));
    expect(sfn).not.toHaveReceivedAnyCommand();
  });
});

describe('a token that is dead', () => {
  test.each([TaskTimedOut, TaskDoesNotExist, InvalidToken])(
    'is told by %o: a new run finds the answer in the table',
    async (kind) => {
      sfn.on(SendTaskSuccessCommand).rejects(ofService<Error>(kind));
      const processId = await onFile({}, { token: {}, wait: answeredWait });
      expect(await told(recordOf(processId))).toEqual({ batchItemFailures: [] });
      const then = await oak.store.process(processId);
      expect(then).toMatchObject({ version: 4, step: 2, owedAt: oak.now(), restarts: 1 });
      expect(then?.run).toMatch(/^4-[a-z2-9]{6}$/);
      expect((await oak.store.wait(processId, 2))?.outcome).toBe('approved');
    },
  );

  test('that was marked sent tells that the execution has gone on: nothing is to be done', async () => {
    sfn.on(SendTaskSuccessCommand).rejects(ofService(TaskTimedOut));
    const processId = await onFile({}, { token: { sentAt: SINCE }, wait: answeredWait });
    await told(recordOf(processId));
    expect((await oak.store.process(processId))?.run).toBe('3-qwerty');
  });

  test('restarts nothing where the machine has moved on meanwhile', async () => {
    const processId = await onFile({}, { token: {}, wait: answeredWait });
    sfn.on(SendTaskSuccessCommand).callsFake(async () => {
      const before = (await oak.store.process(processId)) as Process;
      const { owedAt: _, ...moved } = before;
      await oak.put({ ...moved, step: 3, wait: 'register-with-dfe', version: 5 });
      throw ofService(TaskTimedOut);
    });
    await told(recordOf(processId));
    expect(await oak.store.process(processId)).toMatchObject({ run: '3-qwerty', step: 3, version: 5, restarts: 0 });
  });
});

describe('a process that is owed nothing', () => {
  test('costs no call while a person or a date owes the next move', async () => {
    const processId = await onFile({ owedAt: undefined as never }, { token: {}, wait: {} });
    await told(recordOf(processId));
    expect(sfn).not.toHaveReceivedAnyCommand();
  });

  test('has ended: its execution is stopped and its token deleted, once', async () => {
    const processId = await onFile(
      { status: 'stopped', outcome: 'withdrawn', owedAt: undefined as never },
      { token: {} },
    );
    await told(recordOf(processId));
    expect(sfn).toHaveReceivedCommandExactlyOnceWith(StopExecutionCommand, {
      executionArn: `${EXECUTION}:${processId}.3-qwerty`,
      cause: 'superseded',
    });
    expect(await oak.store.token(processId)).toBeUndefined();
    await told(recordOf(processId));
    expect(sfn).toHaveReceivedCommandTimes(StopExecutionCommand, 1);
  });

  test('is not there at all', async () => {
    expect(await told(recordOf('0199f000-0000-7000-8000-ffffffffffff'))).toEqual({ batchItemFailures: [] });
  });
});

describe('a batch', () => {
  const throttled = new SFNServiceException({
    name: 'ThrottlingException',
    $fault: 'client',
    message: '',
    $metadata: {},
  });

  test('comes again from the lowest record that failed; what was before it is done, what is after it waits', async () => {
    const ids = [await onFile(), await onFile(), await onFile()];
    sfn
      .on(StartExecutionCommand)
      .resolves({})
      .on(StartExecutionCommand, { name: `${ids[1]}.3-qwerty` })
      .rejects(throttled);
    const records = ids.map((id, at) => recordOf(id, `seq-${at}`));
    expect(await told(...records)).toEqual({ batchItemFailures: [{ itemIdentifier: 'seq-1' }] });
    const names = sfn.commandCalls(StartExecutionCommand).map(({ args }) => args[0].input.name);
    expect(names).toEqual([`${ids[0]}.3-qwerty`, `${ids[1]}.3-qwerty`]);
  });

  test('with a process of a kind that this release does not know fails at that record', async () => {
    const processId = await onFile({ kind: 'coaching' });
    expect(await told(recordOf(processId, 'seq-7'))).toEqual({ batchItemFailures: [{ itemIdentifier: 'seq-7' }] });
  });

  test('may have the same process twice', async () => {
    const processId = await onFile({}, { token: {}, wait: answeredWait });
    sfn.on(SendTaskSuccessCommand).resolvesOnce({}).rejects(ofService(TaskTimedOut));
    expect(await told(recordOf(processId, '1'), recordOf(processId, '2'))).toEqual({ batchItemFailures: [] });
    expect((await oak.store.process(processId))?.run).toBe('3-qwerty');
  });

  test('that is no batch of a stream is refused loudly', async () => {
    await expect(relay({ Records: [{ body: 'hello' }] }, {} as Context)).rejects.toThrow();
  });
});

test('a crash between sending and marking sends twice, and the second is taken for a dead token: harmless, a new run', async () => {
  const processId = await onFile({}, { token: {}, wait: answeredWait });
  const dying = makeRelay({
    store: { ...oak.store, commit: () => Promise.reject(new Error('the function is gone')) },
    clock: oak.now,
    sfn: new SFNClient({}),
    environment: { TABLE_NAME: oak.tableName, MACHINES: { 'npq-application': MACHINE } },
  });
  expect(await dying({ Records: [recordOf(processId, '9')] }, {} as Context)).toEqual({
    batchItemFailures: [{ itemIdentifier: '9' }],
  });
  sfn.on(SendTaskSuccessCommand).rejects(ofService(TaskTimedOut));
  await told(recordOf(processId, '9'));
  expect(await oak.store.process(processId)).toMatchObject({ restarts: 1, step: 2, status: 'active' });
});
