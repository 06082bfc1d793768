/**
 * What an operator does once, to a table on AWS, with rights of their own: the first import, which nobody can do over
 * HTTP while there is no administrator, and the restart of every process after a restore from backup.
 *
 *     npm exec -- node scripts/on-aws.ts first-import --table NAME --folder exports    (BIRTH_KEY in the environment)
 *     npm exec -- node scripts/on-aws.ts restart --table NAME
 *
 * Region and credentials are the AWS command line's. `docs/deploy.md` says when.
 */
import { parseArgs } from 'node:util';
import { essentials } from '../functions/clients.ts';
import { environment } from '../functions/imports/environment.ts';
import { uuidv7 } from '../functions/world.ts';
import { resumeProcesses } from '../local/resume.ts';
import { importSample } from '../local/sample.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { table: { type: 'string' }, folder: { type: 'string' } },
});
const [command] = positionals;
const { table, folder } = values;

if (command === 'first-import' && table !== undefined && folder !== undefined) {
  const { BIRTH_KEY } = environment.pick({ BIRTH_KEY: true }).parse(process.env);
  const { store, clock } = essentials(table);
  const dependencies = { store, clock, newId: () => uuidv7(clock()), birthKey: BIRTH_KEY };
  for await (const line of importSample(folder, dependencies)) console.log(line);
} else if (command === 'restart' && table !== undefined) {
  const { store, clock } = essentials(table);
  const { processes } = await resumeProcesses(store, clock, (count) => console.log(`${count} so far`));
  console.log(`${processes} processes restarted`);
} else {
  console.error('on-aws.ts first-import --table NAME --folder DIRECTORY | on-aws.ts restart --table NAME');
  process.exitCode = 2;
}
