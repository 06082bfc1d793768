/**
 * A service of AWS in this process: the real SDK client makes the request and reads the answer, only the network in
 * between is missing.
 */
import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';

export interface ServiceRequest {
  readonly method: string;
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type Service = (request: ServiceRequest) => Promise<ServiceAnswer>;

/** The part of the SDK's request that is read here. */
interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

/** A `requestHandler` for an SDK client whose requests `service` answers. */
export function inProcess(service: Service) {
  return {
    async handle(request: SdkRequest) {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
      );
      const { method, path } = request;
      const answer = await service({ method, path, headers, body: toBuffer(request.body) });
      return {
        response: {
          statusCode: answer.status,
          headers: { 'x-amzn-requestid': randomUUID(), ...answer.headers },
          body: Buffer.from(answer.body ?? ''),
        },
      };
    },
  };
}

function toBuffer(body: unknown): Buffer {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  throw new Error('A streamed body is not implemented on one machine');
}

/** An error of a service that speaks JSON: `name` is what the SDK throws. */
export const jsonError = (status: number, name: string, message: string): ServiceAnswer => ({
  status,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': name },
  body: JSON.stringify({ __type: name, message }),
});

/** An answer of a service that speaks JSON. */
export const jsonAnswer = (body: unknown): ServiceAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
