/**
 * Who is calling: the person that the token's claim names. API Gateway has checked signature, issuer, audience and age;
 * roles are not in the token but in the table, so that a change of role counts at once.
 */
import { put, update } from '../../workflows/kernel/change.ts';
import type { Person } from '../../workflows/kernel/records.ts';
import { type Rejection, reject } from '../../workflows/kernel/rejections.ts';
import { emailGuard, externalGuard } from '../table/guard-names.ts';
import type { Store } from '../table/store.ts';

export interface CallerDependencies {
  readonly store: Store;
  /** The claim that names the person. */
  readonly claim: 'email' | 'preferred_username' | 'oid' | 'sub';
}

const notKnown = (): Rejection =>
  reject('not-signed-in', 'You are signed in, but nobody here has your address. Ask your school office to check it.');

/** No address is longer. */
const LONGEST_NAME = 320;

/** Claims come as text; a verified address may be `true` or `"true"`. */
const isTrue = (claim: unknown): boolean => claim === true || claim === 'true';

export function makeCaller({ store, claim }: CallerDependencies) {
  return async (claims: Readonly<Record<string, unknown>> | undefined): Promise<Person | Rejection> => {
    if (claims === undefined) return reject('not-signed-in', 'Please sign in first.');
    const value = typeof claims[claim] === 'string' ? (claims[claim] as string).trim() : '';
    const isName = value !== '' && value.length <= LONGEST_NAME;
    if ('email_verified' in claims && !isTrue(claims['email_verified']))
      return reject('not-signed-in', 'Your address has not been confirmed yet. Confirm it where you sign in.');
    const externalId =
      typeof claims['iss'] === 'string' && typeof claims['sub'] === 'string'
        ? `${claims['iss']}|${claims['sub']}`
        : undefined;

    const [byExternal, byEmail] = await Promise.all([
      externalId === undefined ? undefined : store.guard(externalGuard(externalId)),
      isName ? store.guard(emailGuard(value.toLowerCase())) : undefined,
    ]);
    if (byExternal) return (await store.person(byExternal.holder)) ?? notKnown();
    if (!isName) return notKnown();
    const ids = [...new Set([...(byEmail ? [byEmail.holder] : []), value.toLowerCase(), value])];
    // A name only points: an import claims an address before the person has it, and frees it after.
    const found = (await store.persons(ids)).filter(
      ({ personId, email }) => email === value.toLowerCase() || personId.toLowerCase() === value.toLowerCase(),
    );
    const [person] = found;
    if (person === undefined || found.length > 1) return notKnown();
    if (externalId === undefined || person.externalId === externalId) return person;
    // Somebody has signed in as this person before, with another account: an address that was given to somebody new.
    if (person.externalId !== undefined) return notKnown();
    return remember(person, externalId);
  };

  async function remember(person: Person, externalId: string): Promise<Person | Rejection> {
    // Nobody sees a difference, so the version stays: an import that was checked before may still be applied.
    const after: Person = { ...person, externalId };
    const committed = await store.commit({
      parts: [
        update('person', person, after, { externalId: undefined, email: person.email }),
        put('external', { type: 'guard', guard: externalGuard(externalId), holder: person.personId }),
      ],
    });
    if (committed.committed) return after;
    // Two first requests at once, or an import in between: whoever is now stored for this account counts.
    const guard = await store.guard(externalGuard(externalId));
    if (guard) return (await store.person(guard.holder)) ?? notKnown();
    const again = await store.person(person.personId);
    return again !== undefined && again.externalId === undefined ? again : notKnown();
  }
}
