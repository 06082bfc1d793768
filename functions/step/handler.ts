import { essentials } from '../clients.ts';
import { environment } from './environment.ts';
import { makeStep } from './step.ts';

export const handler = makeStep(essentials(environment.parse(process.env).TABLE_NAME));
