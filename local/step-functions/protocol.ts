/**
 * The AWS JSON 1.0 protocol of Step Functions, for the calls that this code makes. No signature is checked: whoever
 * reaches the loopback interface may call.
 */
import type { Engine } from './engine.ts';
import type { Execution, HistoryEvent } from './execution.ts';
import { MAX_BYTES } from './json.ts';
import { ServiceError } from './service-error.ts';

export interface Answer {
  readonly status: number;
  /** JSON. */
  readonly body: string;
}

/** Answers one call: `target` is the header `x-amz-target`, `body` the request's JSON. Never throws. */
export type RequestHandler = (target: string, body: string) => Answer;

type Call = Readonly<Record<string, unknown>>;

interface Field {
  readonly type: 'string' | 'number' | 'boolean';
  readonly isRequired?: boolean;
  /** Characters of a string. */
  readonly min?: number;
  /** Characters of a string, or the value of a number. */
  readonly max?: number;
}

const ARN: Field = { type: 'string', isRequired: true, min: 1, max: 256 };
const ERROR: Field = { type: 'string', max: 256 };
const CAUSE: Field = { type: 'string', max: 32_768 };
const TOKEN: Field = { type: 'string', isRequired: true, min: 1, max: 2048 };

/** Fields of each call, by the service's model. Others are ignored, as the service ignores them. */
const FIELDS = {
  StartExecution: {
    stateMachineArn: ARN,
    name: { type: 'string', min: 1, max: 80 },
    input: { type: 'string', max: MAX_BYTES },
  },
  SendTaskSuccess: { taskToken: TOKEN, output: { type: 'string', isRequired: true, max: MAX_BYTES } },
  SendTaskFailure: { taskToken: TOKEN, error: ERROR, cause: CAUSE },
  DescribeExecution: { executionArn: ARN },
  StopExecution: { executionArn: ARN, error: ERROR, cause: CAUSE },
  GetExecutionHistory: {
    executionArn: ARN,
    maxResults: { type: 'number', max: 1000 },
    reverseOrder: { type: 'boolean' },
    nextToken: { type: 'string', max: 1024 },
    includeExecutionData: { type: 'boolean' },
  },
} satisfies Record<string, Record<string, Field>>;

type Operation = keyof typeof FIELDS;

/** The service's calls over `engine`, without a socket. */
export function makeRequestHandler(engine: Engine): RequestHandler {
  // Each is given what `check` has let through for its fields.
  // biome-ignore lint/suspicious/noExplicitAny: the calls have different shapes; `check` has parsed each
  const operations: Record<Operation, (call: any) => object> = {
    StartExecution: (call) => {
      const { executionArn, startedAt } = engine.startExecution(call);
      return { executionArn, startDate: inSeconds(startedAt) };
    },
    SendTaskSuccess: (call) => {
      engine.sendTaskSuccess(call);
      return {};
    },
    SendTaskFailure: (call) => {
      engine.sendTaskFailure(call);
      return {};
    },
    DescribeExecution: ({ executionArn }) => describe(engine.execution(executionArn)),
    StopExecution: (call) => ({ stopDate: inSeconds(engine.stopExecution(call).stoppedAt) }),
    GetExecutionHistory: (call) => page(engine.execution(call.executionArn), call),
  };

  return (target, body) => {
    try {
      const [service, operation = ''] = target.split('.');
      if (service !== 'AWSStepFunctions' || !isOperation(operation)) {
        throw new ServiceError('UnknownOperationException', `${target} is not answered here.`);
      }
      return { status: 200, body: JSON.stringify(operations[operation](check(FIELDS[operation], body))) };
    } catch (error) {
      if (error instanceof ServiceError) return { status: 400, body: JSON.stringify(errorBody(error)) };
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { status: 500, body: JSON.stringify({ __type: 'InternalFailure', message }) };
    }
  };
}

const isOperation = (name: string): name is Operation => Object.hasOwn(FIELDS, name);

/** The name spaces are the service's own, as measured; an SDK takes what stands behind the `#`. */
function errorBody({ name, message }: ServiceError): { readonly __type: string; readonly message: string } {
  if (name === 'SerializationException' || name === 'UnknownOperationException') return { __type: name, message };
  const space = name === 'ValidationException' ? 'com.amazon.coral.validate' : 'com.amazonaws.swf.service.v2.model';
  return { __type: `${space}#${name}`, message };
}

/** The call in the request's body. Throws what the service answers to a body that does not fit its model. */
function check(fields: Readonly<Record<string, Field>>, body: string): Call {
  let raw: unknown;
  try {
    raw = JSON.parse(body);
  } catch (error) {
    throw new ServiceError('SerializationException', (error as Error).message);
  }
  if (typeof raw !== 'object' || raw === null)
    throw new ServiceError('SerializationException', 'The body is no object.');
  const call: Record<string, unknown> = {};
  const violations: string[] = [];
  for (const [name, { type, isRequired, min = 0, max }] of Object.entries(fields)) {
    const value = (raw as Call)[name] ?? undefined;
    const violates = (constraint: string): void => {
      const shown = value === undefined ? 'Value null' : `Value '${value}'`;
      violations.push(`${shown} at '${name}' failed to satisfy constraint: Member must ${constraint}`);
    };
    if (value === undefined) {
      if (isRequired) violates('not be null');
      continue;
    }
    if (typeof value !== type) throw new ServiceError('SerializationException', `${name} must be a ${type}.`);
    if (type === 'string') {
      const { length } = value as string;
      if (length < min) violates(`have length greater than or equal to ${min}`);
      if (max !== undefined && length > max) violates(`have length less than or equal to ${max}`);
    } else if (max !== undefined && (value as number) > max) {
      violates(`have value less than or equal to ${max}`);
    }
    call[name] = value;
  }
  if (violations.length > 0) {
    const noun = violations.length === 1 ? 'error' : 'errors';
    throw new ServiceError(
      'ValidationException',
      `${violations.length} validation ${noun} detected: ${violations.join('; ')}`,
    );
  }
  return call;
}

/** Dates go over the wire as seconds since 1970, with fractions. */
const inSeconds = (ms: number): number => ms / 1000;

function describe(execution: Readonly<Execution>): object {
  const { executionArn, stateMachineArn, name, status, startedAt, stoppedAt, input, output, error, cause } = execution;
  const included = { included: true };
  return {
    executionArn,
    stateMachineArn,
    name,
    status,
    startDate: inSeconds(startedAt),
    stopDate: stoppedAt === undefined ? undefined : inSeconds(stoppedAt),
    input,
    inputDetails: included,
    output,
    outputDetails: output === undefined ? undefined : included,
    error,
    cause,
  };
}

interface HistoryCall {
  readonly maxResults?: number;
  readonly reverseOrder?: boolean;
  readonly nextToken?: string;
  readonly includeExecutionData?: boolean;
}

function page(
  { history }: Readonly<Execution>,
  { maxResults, reverseOrder = false, nextToken, includeExecutionData = true }: HistoryCall,
): object {
  const from = nextToken === undefined ? 0 : Number(/^from-(\d+)$/.exec(nextToken)?.[1]);
  if (Number.isNaN(from)) throw new ServiceError('InvalidToken', `Invalid Token: '${nextToken}'`);
  const until = from + (maxResults || 100);
  const events = (reverseOrder ? history.toReversed() : history).slice(from, until);
  return {
    events: events.map((event) => ({
      ...(includeExecutionData ? event : withoutData(event)),
      timestamp: inSeconds(event.timestamp),
    })),
    nextToken: until < history.length ? `from-${until}` : undefined,
  };
}

/** The event without what the execution's data are; `parameters` of a call stay, as they do on AWS. */
function withoutData(event: HistoryEvent): object {
  const isData = (key: string): boolean => /^(?:in|out)put(?:Details)?$/.test(key);
  return Object.fromEntries(
    Object.entries(event).map(([key, value]) => [
      key,
      typeof value === 'object'
        ? Object.fromEntries(Object.entries(value).filter(([member]) => !isData(member)))
        : value,
    ]),
  );
}
