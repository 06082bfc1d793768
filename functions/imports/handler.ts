import { makeCaller } from '../api/caller.ts';
import { essentials } from '../clients.ts';
import { uuidv7 } from '../world.ts';
import { environment } from './environment.ts';
import { makeImporter } from './importer.ts';
import { makeImports } from './imports.ts';

const { TABLE_NAME, PERSON_CLAIM, BIRTH_KEY } = environment.parse(process.env);
const { store, clock } = essentials(TABLE_NAME);

export const handler = makeImports({
  store,
  clock,
  importer: makeImporter({ store, clock, newId: () => uuidv7(clock()), birthKey: BIRTH_KEY }),
  caller: makeCaller({ store, claim: PERSON_CLAIM }),
});
