/** Step Functions as an endpoint on this machine: what `AWS_ENDPOINT_URL_SFN` points the real SDK at. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Engine } from './engine.ts';
import { makeRequestHandler } from './protocol.ts';

export interface StepFunctionsServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Resolves when no connection is left; open ones are cut. */
  close(): Promise<void>;
}

/** Listens on the loopback interface, by default on a free port. Rejects where the port is taken. */
export async function startStepFunctionsServer(engine: Engine, port = 0): Promise<StepFunctionsServer> {
  const handle = makeRequestHandler(engine);
  const server = createServer(async (request, response) => {
    try {
      const { status, body } = handle(String(request.headers['x-amz-target'] ?? ''), await text(request));
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() });
      response.end(body);
    } catch {
      // The caller hung up while it was still sending.
      response.destroy();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}
