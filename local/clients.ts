/**
 * The SDK clients of the functions, pointed at this machine. Every attempt of every call passes one place, inside the
 * SDK's own retries: there a test can hold it, fail it before it is made, or after it was. What a dead invocation still
 * wants to call never happens, and what it has called never comes back.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SFNClient, type SFNClientConfig } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Documents } from '../functions/table/transaction.ts';
import type { Invocation } from './lambda.ts';
import type { Around, MemoryTable } from './memory-table.ts';
import { inProcess, type Service } from './service.ts';

export type ServiceName = 'dynamodb' | 'sfn' | 'ses' | 'events' | 's3';

/** One attempt of one call to a service, by a function. */
export interface Call {
  readonly function: string;
  readonly invocation: number;
  readonly service: ServiceName;
  /** `TransactWriteItems`, `SendTaskSuccess`, `SendEmail`, … */
  readonly command: string;
  /** As it goes out: attribute values of DynamoDB are marshalled, those for a table in memory are not. */
  readonly input: unknown;
}

/**
 * Makes the call by `go`, now or later, or fails: throwing without `go` is a call that was never made, throwing after it
 * one whose answer was lost. An error that the SDK takes for transient (`name: 'TimeoutError'`) is tried again by it.
 */
export type Intercept = (call: Call, go: () => Promise<unknown>) => Promise<unknown>;

export interface Clients {
  readonly documents: Documents;
  readonly sfn: SFNClient;
  readonly ses: SESv2Client;
  readonly events: EventBridgeClient;
  readonly s3: S3Client;
  /** Resolves when no call is on its way to a service. */
  quiet(): Promise<void>;
  destroy(): void;
}

/** DynamoDB Local, and how it is reached. */
export interface DatabaseServer {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** What the clients of the other services are made with where there is no database: nothing of it leaves this process. */
const nowhere: Omit<DatabaseServer, 'endpoint'> = {
  region: 'eu-west-2',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};

export interface ClientsOptions {
  readonly database: DatabaseServer | MemoryTable;
  readonly stepFunctions: NonNullable<SFNClientConfig['requestHandler']>;
  readonly mail: Service;
  readonly bus: Service;
  readonly objects: Service;
  /** The invocation in which a call is made. Calls outside any are never intercepted. */
  readonly current: () => Invocation | undefined;
  readonly intercept?: Intercept;
  /** Told when the table may have been written. */
  readonly onWrite: () => void;
  /** Without pauses between attempts. */
  readonly isPatient?: boolean;
}

const writes: ReadonlySet<string> = new Set([
  'TransactWriteItems',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'BatchWriteItem',
]);

export function makeClients(options: ClientsOptions): Clients {
  const { database, current, intercept, onWrite, isPatient = true } = options;
  const { region, credentials } = 'endpoint' in database ? database : nowhere;
  const common = { region, credentials, ...(!isPatient && { retryStrategy: hasty }) };
  const underway = new Set<Promise<unknown>>();

  async function perform(call: Omit<Call, 'function' | 'invocation'>, next: () => Promise<unknown>): Promise<unknown> {
    const invocation = current();
    const go = async (): Promise<unknown> => {
      if (invocation?.isAlive === false) return never();
      const sent = next().finally(() => {
        underway.delete(sent);
        if (writes.has(call.command)) onWrite();
      });
      underway.add(sent);
      // Whoever made the call handles its failure; this only keeps Node from seeing an unhandled one.
      sent.catch(() => undefined);
      return sent;
    };
    try {
      if (!intercept || !invocation) return await go();
      return await intercept({ ...call, function: invocation.function, invocation: invocation.id }, go);
    } finally {
      if (invocation?.isAlive === false) await never();
    }
  }

  function watched<T extends { readonly middlewareStack: unknown }>(client: T, service: ServiceName): T {
    const stack = client.middlewareStack as MiddlewareStack;
    stack.addRelativeTo(
      (next, context) => (args) => {
        const command = (context.commandName ?? '').replace(/Command$/, '');
        return perform({ service, command, input: args.input }, () => next(args));
      },
      { relation: 'after', toMiddleware: 'retryMiddleware', name: 'oakCalls', override: true },
    );
    return client;
  }

  /** The table's client: the SDK's, or that of a table in memory. */
  function tableClient(): Pick<Clients, 'documents' | 'destroy'> {
    if (!('endpoint' in database)) {
      const around: Around = (command, input, go) => perform({ service: 'dynamodb', command, input }, go);
      return { documents: database.documents(around), destroy() {} };
    }
    const dynamodb = watched(new DynamoDBClient({ ...common, endpoint: database.endpoint }), 'dynamodb');
    return { documents: DynamoDBDocumentClient.from(dynamodb), destroy: () => dynamodb.destroy() };
  }

  const table = tableClient();
  const sfn = watched(new SFNClient({ ...common, requestHandler: options.stepFunctions }), 'sfn');
  // One attempt, as the function's own handler sets it: a second one would be the second mail that nobody sees.
  const ses = watched(
    new SESv2Client({ region, credentials, maxAttempts: 1, requestHandler: inProcess(options.mail) }),
    'ses',
  );
  const events = watched(new EventBridgeClient({ ...common, requestHandler: inProcess(options.bus) }), 'events');
  const s3 = watched(
    new S3Client({ ...common, forcePathStyle: true, requestHandler: inProcess(options.objects) }),
    's3',
  );
  return {
    documents: table.documents,
    sfn,
    ses,
    events,
    s3,
    async quiet() {
      while (underway.size > 0) await Promise.allSettled(underway);
    },
    destroy() {
      for (const client of [table, sfn, ses, events, s3]) client.destroy();
    },
  };
}

/** The part of the SDK's middleware stack that is used; each client has one of its own type. */
interface MiddlewareStack {
  addRelativeTo(
    middleware: (
      next: (args: { readonly input: unknown }) => Promise<unknown>,
      context: { readonly commandName?: string },
    ) => (args: { readonly input: unknown }) => Promise<unknown>,
    options: { relation: 'after'; toMiddleware: string; name: string; override: boolean },
  ): void;
}

const never = (): Promise<never> => new Promise(() => {});

interface RetryToken {
  getRetryCount(): number;
  getRetryDelay(): number;
}

const retryToken = (count: number): RetryToken => ({ getRetryCount: () => count, getRetryDelay: () => 0 });

/** The SDK's standard retries, three attempts of what is transient or throttled, without their pauses. */
const hasty = {
  async acquireInitialRetryToken(): Promise<RetryToken> {
    return retryToken(0);
  },
  async refreshRetryTokenForRetry(token: RetryToken, { errorType }: { errorType: string }): Promise<RetryToken> {
    const isRetryable = errorType === 'TRANSIENT' || errorType === 'THROTTLING';
    if (!isRetryable || token.getRetryCount() >= 2) throw new Error('not tried again');
    return retryToken(token.getRetryCount() + 1);
  },
  recordSuccess(): void {},
};
