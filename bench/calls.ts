/** Records the DynamoDB calls that some code makes, and makes the very same again with a bare client. */
import {
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  type DynamoDBClient,
  GetItemCommand,
  type GetItemCommandInput,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
} from '@aws-sdk/client-dynamodb';

/** A call as it goes out: values marshalled. */
export type DynamoCall =
  | { readonly command: 'GetItem'; readonly input: GetItemCommandInput }
  | { readonly command: 'BatchGetItem'; readonly input: BatchGetItemCommandInput }
  | { readonly command: 'Query'; readonly input: QueryCommandInput }
  | { readonly command: 'TransactWriteItems'; readonly input: TransactWriteItemsCommandInput };

/** A recorded call, and which of those before it had ended when it began. */
export type RecordedCall = DynamoCall & { readonly after: readonly number[] };

const known: ReadonlySet<string> = new Set(['GetItem', 'BatchGetItem', 'Query', 'TransactWriteItems']);

/** The call, where it is one of those that functions make. A call that cannot be made again throws: the floor would lack it. */
export function dynamoCall(command: string, input: unknown): DynamoCall {
  if (!known.has(command)) throw new Error(`${command} cannot be recorded`);
  // The command's name and its input came from the SDK together.
  return { command, input } as DynamoCall;
}

export interface Recorder {
  /** What was called since the last time. */
  take(): readonly RecordedCall[];
}

interface Middleware {
  addRelativeTo(
    middleware: (
      next: (args: { readonly input: unknown }) => Promise<unknown>,
      context: { readonly commandName?: string },
    ) => (args: { readonly input: unknown }) => Promise<unknown>,
    options: { relation: 'after'; toMiddleware: string; name: string },
  ): void;
}

/** Records each attempt of each call of that client. */
export function recordCalls(client: DynamoDBClient): Recorder {
  let calls: RecordedCall[] = [];
  let ended: number[] = [];
  (client.middlewareStack as unknown as Middleware).addRelativeTo(
    (next, { commandName = '' }) =>
      async (args) => {
        const [into, done] = [calls, ended];
        const at = into.length;
        into.push({ ...dynamoCall(commandName.replace(/Command$/, ''), args.input), after: [...done] });
        try {
          return await next(args);
        } finally {
          done.push(at);
        }
      },
    { relation: 'after', toMiddleware: 'retryMiddleware', name: 'benchCalls' },
  );
  return {
    take() {
      const taken = calls;
      calls = [];
      ended = [];
      return taken;
    },
  };
}

/** The same call on another table, with no token of its own: it is another call. */
export function onTable(call: DynamoCall, TableName: string): DynamoCall {
  switch (call.command) {
    case 'GetItem':
      return { ...call, input: { ...call.input, TableName } };
    case 'Query':
      return { ...call, input: { ...call.input, TableName } };
    case 'BatchGetItem':
      return {
        ...call,
        input: { RequestItems: { [TableName]: Object.values(call.input.RequestItems ?? {})[0] ?? { Keys: [] } } },
      };
    case 'TransactWriteItems': {
      const TransactItems = (call.input.TransactItems ?? []).map((item) =>
        Object.fromEntries(Object.entries(item).map(([kind, part]) => [kind, { ...part, TableName }])),
      );
      return { ...call, input: { TransactItems } as TransactWriteItemsCommandInput };
    }
    default:
      throw new Error(`No ${(call satisfies never as DynamoCall).command}`);
  }
}

export async function send(client: DynamoDBClient, call: DynamoCall): Promise<void> {
  switch (call.command) {
    case 'GetItem':
      await client.send(new GetItemCommand(call.input));
      return;
    case 'Query':
      await client.send(new QueryCommand(call.input));
      return;
    case 'BatchGetItem':
      await client.send(new BatchGetItemCommand(call.input));
      return;
    case 'TransactWriteItems':
      await client.send(new TransactWriteItemsCommand(call.input));
      return;
    default:
      call satisfies never;
  }
}

/** Makes the calls again on that table, as much at once as when they were recorded; answers with the milliseconds. */
export async function replay(
  client: DynamoDBClient,
  calls: readonly RecordedCall[],
  tableName: string,
): Promise<number> {
  const prepared = calls.map((call) => onTable(call, tableName));
  const begun = performance.now();
  const made: Promise<void>[] = [];
  for (const [at, call] of prepared.entries()) {
    const before = (calls[at]?.after ?? []).map((earlier) => made[earlier]);
    made.push(Promise.all(before).then(() => send(client, call)));
  }
  await Promise.all(made);
  return performance.now() - begun;
}

/** Calls in the order in which they began, and how many were out at once at most. */
export interface Sequence {
  readonly calls: readonly DynamoCall[];
  readonly atOnce: number;
}

/** Records a sequence: less exact than {@link recordCalls}, and no more memory than the calls themselves. */
export function makeSequenceRecorder(): {
  record<T>(call: DynamoCall, go: () => Promise<T>): Promise<T>;
  sequence(): Sequence;
} {
  const calls: DynamoCall[] = [];
  let out = 0;
  let atOnce = 0;
  return {
    async record(call, go) {
      calls.push(call);
      out += 1;
      atOnce = Math.max(atOnce, out);
      try {
        return await go();
      } finally {
        out -= 1;
      }
    },
    sequence: () => ({ calls, atOnce }),
  };
}

/** Makes them again in order, always that many at once; answers with the milliseconds. */
export async function replaySequence(client: DynamoDBClient, { calls, atOnce }: Sequence): Promise<number> {
  const begun = performance.now();
  let next = 0;
  const lanes = Array.from({ length: atOnce }, async () => {
    for (let call = calls[next++]; call; call = calls[next++]) await send(client, call);
  });
  await Promise.all(lanes);
  return performance.now() - begun;
}
