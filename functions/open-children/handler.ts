import { essentials } from '../clients.ts';
import { environment } from './environment.ts';
import { makeOpenChildren } from './open-children.ts';

export const handler = makeOpenChildren(essentials(environment.parse(process.env).TABLE_NAME));
