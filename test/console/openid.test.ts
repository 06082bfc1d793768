/**
 * Signing in as on AWS: the console with a `config.json` that names a provider, that provider itself (a certified one, on
 * this machine), and the API behind an authorizer that knows the provider's keys. Nothing between them is intercepted.
 */

import { decodeProtectedHeader, type JWTPayload } from 'jose';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SignInConfig } from '../../console/sign-in-config.ts';
import type { Issuer } from '../../local/issuer.ts';
import { atLondon, day } from '../../workflows/kernel/time.ts';
import { makeMemoryGround } from '../embedded.ts';
import { sienna, zoe } from '../world.ts';
import { audienceOf, CLIENT, type OpenIdProvider, type ProviderOptions, startProvider } from './openid-provider.ts';
import { expectAccessible, expectFitting, openTheatre, type Stage, type Theatre } from './stage.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let provider: OpenIdProvider;
let theatre: Theatre;
let stage: Stage;

beforeAll(async () => {
  provider = await startProvider();
  theatre = await openTheatre(async () => {
    const ground = await makeMemoryGround();
    const issuer: Issuer = {
      ...ground.issuer,
      // What the tests themselves ask for is signed on this machine; the browser has only the provider's tokens.
      verify: async (token) => (await ground.issuer.verify(token)) ?? (await provider.verify(token)),
    };
    return { ...ground, cloud: (options) => ground.cloud({ ...options, issuer }) };
  });
});
afterAll(async () => {
  await theatre?.close();
  await provider?.stop();
});
beforeEach(() => begin());
afterEach(() => stage?.close());

async function begin(
  options: Omit<ProviderOptions, 'address'> = {},
  {
    personClaim,
    ...config
  }: { readonly personClaim?: string; readonly clientSecret?: string; readonly token?: 'access' } = {},
): Promise<void> {
  const signIn: SignInConfig = {
    kind: 'oidc',
    issuer: provider.issuer,
    clientId: CLIENT,
    // As `scripts/console-on-aws.ts` writes it.
    scope: 'openid email',
    token: 'id',
    ...config,
  };
  stage = await theatre.stage({
    startsAt: atLondon(day('2026-11-16'), '09:00'),
    signIn,
    ...(personClaim !== undefined && { personClaim }),
  });
  provider.begin({ address: stage.address, ...options });
}

/** The same with another provider, or another configuration. */
async function beginAnew(...how: Parameters<typeof begin>): Promise<void> {
  await stage.close();
  await begin(...how);
}

/** Zoe's application; the address of the headteacher's task that comes of it. */
async function applied(): Promise<string> {
  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await stage.cloud.request({ method, path, as: zoe, ...(body !== undefined && { body }) });
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    await stage.cloud.settle();
    return answer.body as { readonly id: string; readonly openTasks: readonly { readonly taskId: string }[] };
  };
  const { id } = await ask('POST', '/npq-applications', {
    courseId: 'npq-senior-leadership',
    cohortId: '2026b',
    motivation: 'I lead our phonics and want to lead more.',
    fundingRoute: 'dfe-scholarship',
  });
  const { openTasks } = await ask('GET', `/npq-applications/${id}`);
  return `/app/tasks/${openTasks[0]?.taskId}`;
}

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });
const task = (page: Page) => heading(page, 'Endorse an NPQ application');
const button = (page: Page) => page.getByRole('button', { name: 'Sign in with your trust account' });
const session = (page: Page): Promise<unknown> => page.evaluate("sessionStorage.getItem('oak.session')");
const email = (who: { readonly email?: string | undefined }): string => who.email ?? '';

/** On the provider's own page. */
async function signInAs(page: Page, account: string): Promise<void> {
  await heading(page, "The trust's sign-in").waitFor();
  expect(new URL(page.url()).origin).toBe(provider.issuer);
  await page.getByLabel('Account').fill(account);
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** The computer's clock goes wrong by that much. */
const wrongBy = (minutes: number) => async (context: BrowserContext) => {
  await context.addInitScript(`{ const now = Date.now; Date.now = () => now() + ${minutes * 60_000}; }`);
};

describe('signing in at the trust', () => {
  it('leads to the link that somebody followed, with a token that is meant for this client', async () => {
    const path = await applied();
    const page = await stage.open(`${path}?from=mail`);
    await signInAs(page, email(sienna));
    await task(page).waitFor();
    expect(page.url()).toBe(`${stage.address}${path}?from=mail`);
    const { token } = JSON.parse(String(await session(page)));
    expect(provider.seen).toContain(token);
    expect(audienceOf(token)).toBe(CLIENT);
    // Practice pages are for one machine alone.
    expect(await page.getByRole('link', { name: 'This machine' }).count()).toBe(0);
    // The answer of the provider is not gone back to.
    await page.goBack();
    await page.waitForURL((url) => !url.search.includes('code='));
  });

  it.each(['state', 'nonce'] as const)(
    'refuses an answer with another %s, in words, and leads to the link at the next attempt',
    async (what) => {
      const path = await applied();
      provider.change(what);
      const page = await stage.open(path);
      await signInAs(page, email(sienna));
      await page.getByText('You could not be signed in. Please try again').waitFor();
      expect(await session(page)).toBeNull();
      await button(page).click();
      await task(page).waitFor();
      expect(page.url()).toBe(`${stage.address}${path}`);
    },
  );

  it('refuses an answer that nobody here asked for', async () => {
    const page = await stage.open('/app?code=stolen&state=somebody-elses');
    await page.getByText('You could not be signed in.').waitFor();
    expect(await session(page)).toBeNull();
  });

  it('says that somebody was not let in, and knows afterwards where they wanted to go', async () => {
    const path = await applied();
    const page = await stage.open(path, undefined, { isPhone: true });
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('You were not let in, or you cancelled.').waitFor();
    await expectAccessible(page);
    await expectFitting(page);
    // Nor is anything of the button cut off.
    const [words, place] = (await page.evaluate(
      "(({ scrollWidth, clientWidth }) => [scrollWidth, clientWidth])(document.querySelector('.mantine-Button-label'))",
    )) as readonly [number, number];
    expect(words).toBe(place);
    await button(page).click();
    await signInAs(page, email(sienna));
    await task(page).waitFor();
  });

  it('says that the provider cannot be reached: before, and on the way back', async () => {
    const path = await applied();
    const words = 'The sign-in of your trust cannot be reached at the moment.';
    provider.fail('gone');
    const page = await stage.open(path);
    await page.getByText(words).waitFor();
    provider.fail('broken');
    await button(page).click();
    await page.getByText(words).waitFor();
    provider.fail(undefined);
    await button(page).click();
    // Its pages answer still.
    provider.fail('no-tokens');
    await signInAs(page, email(sienna));
    await page.getByText(words).waitFor();
    provider.fail(undefined);
    await button(page).click();
    await task(page).waitFor();
  });

  it('does not go round in circles where the provider answers with an error and nothing else', async () => {
    const page = await stage.open('/app?error=server_error');
    await page.getByText('You could not be signed in.').waitFor();
    expect(new URL(page.url()).pathname).toBe('/app/sign-in');
  });

  it.each([-4, 4])('works where the clock of the computer is wrong by %i minutes', async (minutes) => {
    // By such a clock the token has expired before it comes, or is from the future.
    await beginAnew({ lasts: 120 });
    const path = await applied();
    const page = await stage.open(path, undefined, { prepare: wrongBy(minutes) });
    await signInAs(page, email(sienna));
    await task(page).waitFor();
  });
});

describe('whom the token names', () => {
  it('is in the access token, where the configuration says so, as Cognito’s may', async () => {
    await beginAnew({ knowsApi: true }, { token: 'access' });
    const page = await stage.open(await applied());
    await signInAs(page, email(sienna));
    await task(page).waitFor();
    const { token } = JSON.parse(String(await session(page)));
    expect(provider.seen).toContain(token);
    expect(decodeProtectedHeader(token).typ).toBe('at+jwt');
  });

  it('is the verified address, as Google gives it to a page that has the secret', async () => {
    const google = (account: string) => ({ email: account, email_verified: account !== email(zoe), hd: 'oak.example' });
    const secret = 'GOCSPX-that-everybody-can-read';
    await beginAnew({ claimsOf: google, secret, hasNoEnd: true }, { clientSecret: secret });
    const path = await applied();
    const page = await stage.open(path);
    await signInAs(page, email(sienna));
    await task(page).waitFor();

    // There is no way to end Google's session, so that is said, and the next person is asked who they are.
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('Your trust account is still signed in on this device').waitFor();
    await expectAccessible(page);
    await button(page).click();
    await signInAs(page, email(zoe));
    await page.getByText('Your address has not been confirmed yet.').waitFor();
  });

  it('is the user name of Entra ID, where the configuration says so', async () => {
    const entra = (account: string) => ({ oid: `oid-of-${account}`, preferred_username: account.toUpperCase() });
    await beginAnew({ claimsOf: entra }, { personClaim: 'preferred_username' });
    const path = await applied();
    const page = await stage.open(path);
    await signInAs(page, email(sienna));
    await task(page).waitFor();
  });

  it('is told when nobody here knows them, and can be somebody else', async () => {
    const path = await applied();
    const page = await stage.open(path);
    await signInAs(page, 'caterer@oak.example');
    await page.getByText('You are signed in, but nobody here has your address.').waitFor();
    expect(await session(page)).toBeNull();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Sign in with another account' }).click();
    await signInAs(page, email(sienna));
    await task(page).waitFor();
    expect(page.url()).toBe(`${stage.address}${path}`);
  });
});

describe('a session', () => {
  const wish = 'Please say more about the lower school.';

  it('that ends in the middle of a form loses nothing: signed in again, one goes on writing', async () => {
    const page = await stage.open(await applied());
    await signInAs(page, email(sienna));
    await task(page).waitFor();
    await page.getByRole('button', { name: 'Ask for changes' }).click();
    const field = page.getByLabel('What should change?');
    await field.waitFor();
    await provider.expire();
    await field.fill(wish);
    await page.getByText('Your sign-in has expired').waitFor();
    await button(page).click();
    await task(page).waitFor();
    await expect.poll(() => field.inputValue()).toBe(wish);
    await page.getByText('Your draft is kept. Only you can see it.').waitFor();
  });

  it('goes on unnoticed where the provider gives new tokens, whatever the clocks say', async () => {
    await beginAnew({ hasRefresh: true });
    const page = await stage.open(await applied());
    await signInAs(page, email(sienna));
    await task(page).waitFor();
    const before = await session(page);
    await provider.expire();
    await page.getByRole('link', { name: 'Inbox' }).click();
    await heading(page, 'Inbox').waitFor();
    await page.locator('a[data-row]').first().waitFor();
    expect(await session(page)).not.toBe(before);
    expect(provider.grants).toHaveLength(2);
  });

  it('ends where the gateway says so in its own words, which are no problem of the API', async () => {
    const page = await stage.open(await applied());
    await signInAs(page, email(sienna));
    await task(page).waitFor();
    // As API Gateway answers on AWS.
    const isInbox = (url: URL) => url.pathname === '/inbox';
    await page.route(isInbox, (route) => route.fulfill({ status: 401, json: { message: 'Unauthorized' } }));
    await page.getByRole('link', { name: 'Inbox' }).click();
    await page.getByText('You have been signed out. Sign in again and you come back').waitFor();
    await page.unroute(isInbox);
    await button(page).click();
    await heading(page, 'Inbox').waitFor();
  });

  it('is renewed before its token expires', async () => {
    await beginAnew({ hasRefresh: true, lasts: 50 });
    const page = await stage.open(await applied());
    await signInAs(page, email(sienna));
    await task(page).waitFor();
    expect(provider.grants.length).toBeGreaterThan(1);
  });

  it('ends in every tab, at the provider, and leaves nothing on the device', async () => {
    const path = await applied();
    const page = await stage.open(path);
    await signInAs(page, email(sienna));
    await task(page).waitFor();
    // Whoever is signed in at the trust is let in by another tab without being asked.
    const other = await page.context().newPage();
    await other.goto(`${stage.address}/app/people`);
    await heading(other, 'People').waitFor();
    const asleep = String(await session(other));
    await page.getByRole('button', { name: 'Ask for changes' }).click();
    await page.getByLabel('What should change?').fill(wish);

    await page.getByRole('button', { name: 'Sign out' }).click();
    await heading(page, 'Sign out of the trust').waitFor();
    // What stays in the history of the browser is no token.
    expect([...provider.seen].filter((token) => page.url().includes(token))).toEqual([]);
    await heading(other, 'Sign in').waitFor();
    await page.getByRole('button', { name: 'Yes, sign me out' }).click();
    await heading(page, 'Sign in').waitFor();
    expect(page.url()).toBe(`${stage.address}/app/sign-in`);
    expect(await page.evaluate('Object.keys(localStorage)')).toEqual(['oak.signed-out']);
    for (const each of [page, other])
      expect(await each.evaluate("Object.keys(sessionStorage).filter((key) => key !== 'oak.begun')")).toEqual([]);
    expect(await page.evaluate('caches.keys()')).toEqual([]);

    // A tab that slept, or was closed and is opened again, still has its token, and is signed out all the same.
    await other.evaluate(`sessionStorage.setItem('oak.session', ${JSON.stringify(asleep)})`);
    await other.goto(`${stage.address}/app/sign-in`);
    await heading(other, 'Sign in').waitFor();
    expect(await session(other)).toBeNull();
    await button(other).click();
    await heading(other, "The trust's sign-in").waitFor();
  });

  it('is begun by two tabs at once, each with its own link', async () => {
    const path = await applied();
    const page = await stage.open(path);
    await heading(page, "The trust's sign-in").waitFor();
    const other = await page.context().newPage();
    await other.goto(`${stage.address}/app/people/zoe`);
    await signInAs(other, email(sienna));
    await heading(other, 'Zoe Sample').waitFor();
    await signInAs(page, email(sienna));
    await task(page).waitFor();
  });
});

describe('the authorizer of these tests, like that of API Gateway,', () => {
  it('takes a token for this client alone, of this issuer, by the clock', async () => {
    const now = Math.floor(Date.now() / 1000);
    const good = { iss: provider.issuer, sub: 'sienna', aud: CLIENT, iat: now - 60, exp: now + 60 };
    const { aud: _, ...withoutAudience } = good;
    const isTaken = async (claims: JWTPayload, header?: { readonly kid?: string }) =>
      (await provider.verify(await provider.sign(claims, header))) !== undefined;
    expect(await isTaken(good)).toBe(true);
    expect(await isTaken({ ...withoutAudience, client_id: CLIENT })).toBe(true);
    // Graph's, which Entra ID gives for these scopes as the access token.
    expect(await isTaken({ ...good, aud: '00000003-0000-0000-c000-000000000000', client_id: CLIENT })).toBe(false);
    expect(await isTaken({ ...good, iss: 'https://accounts.google.com' })).toBe(false);
    expect(await isTaken({ ...good, exp: now - 1 })).toBe(false);
    expect(await isTaken({ ...good, iat: now + 60 })).toBe(false);
    expect(await isTaken({ ...good, nbf: now + 60 })).toBe(false);
    expect(await isTaken(good, {})).toBe(false);
    expect(await provider.verify(await stage.tokenFor(sienna))).toBeUndefined();
  });
});
