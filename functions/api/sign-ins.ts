/**
 * Forgetting as whom somebody signs in: the account of the first sign-in counts from then on (`caller.ts`), and where the
 * trust's directory gives them another, they are locked out until it is forgotten. Their next sign-in is a first one.
 */
import { type Change, remove, update } from '../../workflows/kernel/change.ts';
import type { Guard, Person } from '../../workflows/kernel/records.ts';
import { isRejection, reject } from '../../workflows/kernel/rejections.ts';
import { mayForgetSignIn } from '../../workflows/kernel/rights.ts';
import { without } from '../../workflows/kernel/snapshot.ts';
import { dayOf } from '../../workflows/kernel/time.ts';
import { everyPage } from '../side-by-side.ts';
import { externalGuard } from '../table/guard-names.ts';
import type { Store } from '../table/store.ts';
import { TooBusy } from '../world.ts';
import { noSuch } from './access.ts';
import { committed } from './command.ts';
import { PersonShape, personShape } from './present-person.ts';
import { type Answer, type Route, route } from './route.ts';

const ATTEMPTS = 5;

/** Nobody sees a difference on the person, so the version stays. Nothing for somebody who has not signed in. */
function forgetting(person: Person): Change | undefined {
  const { personId, externalId } = person;
  if (externalId === undefined) return undefined;
  const guard: Guard = { type: 'guard', guard: externalGuard(externalId), holder: personId };
  return {
    parts: [
      update('person', person, without(person, 'externalId'), { externalId }),
      remove('external', guard, { holder: personId }),
    ],
  };
}

/**
 * Forgets the sign-ins of everybody, for when the trust's directory is another: nobody could sign in before it, nor could
 * an administrator ask for it over HTTP. Answers with how many there were.
 */
export async function forgetEverySignIn(store: Store): Promise<number> {
  let count = 0;
  for await (const person of everyPage<Person>((cursor) => store.everybody({ limit: 100, cursor }))) {
    const change = forgetting(person);
    if (change !== undefined && (await store.commit(change)).committed) count++;
  }
  return count;
}

const forget = route({
  method: 'POST',
  path: '/people/{id}/forget-sign-in',
  tag: 'People',
  summary: 'Forgets with which account somebody signs in: their next sign-in is taken for the first, by their address',
  answers: { status: 200, schema: PersonShape, description: 'The person' },
  async answer(context, asked) {
    const { store, clock } = context;
    const { caller, params } = asked;
    const today = dayOf(clock());
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (!mayForgetSignIn(caller, today))
        return reject('not-allowed', 'A sign-in is forgotten by the administrators of this trust.');
      const person = await store.person(params['id'] ?? '');
      if (person === undefined) return noSuch('person');
      const answer: Answer = { status: 200, body: personShape(person, today), version: person.version };
      const change = forgetting(person);
      if (change === undefined) return answer;
      const result = await committed(context, change, asked, answer);
      if (result === undefined) continue;
      if (!isRejection(result))
        console.log(JSON.stringify({ api: 'sign-in-forgotten', personId: person.personId, by: caller.personId }));
      return result;
    }
    throw new TooBusy('others changed the same person each time');
  },
});

export const signInRoutes: readonly Route[] = [forget];
