import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { environment } from './environment.ts';
import { makePublish } from './publish.ts';

export const handler = makePublish({
  events: new EventBridgeClient({}),
  unmarshall: (image) => unmarshall(image as Parameters<typeof unmarshall>[0]),
  environment: environment.parse(process.env),
});
