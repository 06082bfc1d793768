import { SESv2Client } from '@aws-sdk/client-sesv2';
import { essentials } from '../clients.ts';
import { environment } from './environment.ts';
import { makeNotify } from './notify.ts';

const parsed = environment.parse(process.env);

export const handler = makeNotify({
  ...essentials(parsed.TABLE_NAME),
  ses: new SESv2Client({ maxAttempts: 1 }),
  environment: parsed,
});
