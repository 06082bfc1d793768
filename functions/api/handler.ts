import { essentials } from '../clients.ts';
import { makeApi } from './api.ts';
import { environment } from './environment.ts';

const parsed = environment.parse(process.env);

export const handler = makeApi({ ...essentials(parsed.TABLE_NAME), environment: parsed });
