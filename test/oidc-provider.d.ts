declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export class Provider {
    constructor(issuer: string, configuration: unknown);
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: Readonly<Record<string, unknown>>,
      options: { readonly mergeWithLastSubmission: boolean },
    ): Promise<void>;
  }
  interface Prompt {
    readonly name: string;
  }
  export const interactionPolicy: {
    base(): { add(prompt: Prompt): void };
    readonly Prompt: new (of: { readonly name: string; readonly requestable: boolean }) => Prompt;
  };
}
