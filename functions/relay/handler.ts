import { SFNClient } from '@aws-sdk/client-sfn';
import { essentials } from '../clients.ts';
import { environment } from './environment.ts';
import { makeRelay } from './relay.ts';

const parsed = environment.parse(process.env);

export const handler = makeRelay({ ...essentials(parsed.TABLE_NAME), sfn: new SFNClient({}), environment: parsed });
