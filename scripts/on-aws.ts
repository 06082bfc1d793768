/**
 * What an operator does once, to a table on AWS, with rights of their own: the first administrator or the first import,
 * which nobody can do over HTTP while there is no administrator; the restart of every process after a restore from backup;
 * and forgetting the accounts with which people signed in, where the trust's directory is another.
 *
 *     npm exec -- node scripts/on-aws.ts first-import --table NAME --folder exports    (BIRTH_KEY in the environment)
 *     npm exec -- node scripts/on-aws.ts first-admin --table NAME --email ADDRESS
 *     npm exec -- node scripts/on-aws.ts restart --table NAME
 *     npm exec -- node scripts/on-aws.ts forget-sign-ins --table NAME
 *
 * Region and credentials are the AWS command line's. `docs/deploy.md` says when.
 */
import { parseArgs } from 'node:util';
import { forgetEverySignIn } from '../functions/api/sign-ins.ts';
import { essentials } from '../functions/clients.ts';
import { environment } from '../functions/imports/environment.ts';
import { uuidv7 } from '../functions/world.ts';
import { makeFirstAdmin } from '../local/first-admin.ts';
import { resumeProcesses } from '../local/resume.ts';
import { importSample } from '../local/sample.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { table: { type: 'string' }, folder: { type: 'string' }, email: { type: 'string' } },
});
const [command] = positionals;
const { table, folder, email } = values;

if (command === 'first-import' && table !== undefined && folder !== undefined) {
  const { BIRTH_KEY } = environment.pick({ BIRTH_KEY: true }).parse(process.env);
  const { store, clock } = essentials(table);
  const dependencies = { store, clock, newId: () => uuidv7(clock()), birthKey: BIRTH_KEY };
  for await (const line of importSample(folder, dependencies)) console.log(line);
} else if (command === 'first-admin' && table !== undefined && email !== undefined) {
  const { store, clock } = essentials(table);
  console.log(await makeFirstAdmin(email, { store, clock, newId: () => uuidv7(clock()) }));
} else if (command === 'forget-sign-ins' && table !== undefined) {
  console.log(`${await forgetEverySignIn(essentials(table).store)} people sign in anew, by their address`);
} else if (command === 'restart' && table !== undefined) {
  const { store, clock } = essentials(table);
  const { processes } = await resumeProcesses(store, clock, (count) => console.log(`${count} so far`));
  console.log(`${processes} processes restarted`);
} else {
  console.error(
    [
      'on-aws.ts first-import --table NAME --folder DIRECTORY',
      'on-aws.ts first-admin --table NAME --email ADDRESS',
      'on-aws.ts restart --table NAME',
      'on-aws.ts forget-sign-ins --table NAME',
    ].join('\n'),
  );
  process.exitCode = 2;
}
