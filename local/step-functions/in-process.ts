/**
 * The `requestHandler` of an `SFNClient` that calls the engine without a socket. The SDK still serializes every call and
 * reads every answer, so what is tested is what is deployed; only the order of things is ours.
 */
import type { SFNClientConfig } from '@aws-sdk/client-sfn';
import type { Engine } from './engine.ts';
import { makeRequestHandler } from './protocol.ts';

interface Request {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** For `new SFNClient({ requestHandler: inProcess(engine), … })`. */
export function inProcess(engine: Engine): NonNullable<SFNClientConfig['requestHandler']> {
  const handle = makeRequestHandler(engine);
  return {
    metadata: { handlerProtocol: 'in-process' },
    async handle({ headers, body }: Request) {
      const target = Object.entries(headers).find(([name]) => name.toLowerCase() === 'x-amz-target')?.[1] ?? '';
      const text = typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array | undefined);
      const answer = handle(target, text);
      return {
        response: {
          statusCode: answer.status,
          headers: { 'content-type': 'application/x-amz-json-1.0' },
          body: Buffer.from(answer.body),
        },
      };
    },
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  };
}
