/** Signing in: with the trust's account or, on one machine, as anybody of the sample. Leads back to where one wanted to go. */
import { Alert, Button, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useCallback, useEffect, useRef, useState } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { ask } from '../api.ts';
import type { Failure, SignInFailed } from '../oidc.ts';
import { Loading, ProblemAlert, problemWords } from '../page.tsx';
import { queryClient, useSignInConfig } from '../queries.ts';
import {
  isAnswerOfProvider,
  placeAfter,
  session,
  setSession,
  signInAddress,
  useEnded,
  useSession,
} from '../session.ts';
import type { Page } from '../shapes.ts';
import type { SignInConfig } from '../sign-in-config.ts';
import { APP, roleNames, texts } from '../texts.ts';

interface Someone {
  readonly role: string;
  readonly schoolId: string | null;
  readonly schoolName: string | null;
  readonly personId: string;
  readonly name: string;
}

export function SignInPage() {
  const config = useSignInConfig();
  useEffect(() => {
    document.title = `${texts.signIn.title} · ${APP}`;
  }, []);
  return (
    <main className="sign-in" id="main">
      <div className="sign-in-card">
        <p className="brand">
          <img src={`${import.meta.env.BASE_URL}favicon.svg`} alt="" width="36" height="36" />
          <span>{APP}</span>
        </p>
        {config.error && <ProblemAlert error={config.error} onRetry={() => void config.refetch()} />}
        {config.isPending && <Loading />}
        {config.data?.kind === 'oidc' && <WithTrust config={config.data} />}
        {config.data?.kind === 'local' && <AsAnybody />}
      </div>
    </main>
  );
}

/** The router takes the query for what is written in it once more, which an address within it does not survive. */
const wanted = (): string => placeAfter(new URLSearchParams(window.location.search).get('to'));

function WithTrust({ config }: { config: Extract<SignInConfig, { kind: 'oidc' }> }) {
  const to = wanted();
  const [location, navigate] = useLocation();
  const [search] = useSearchParams();
  const isBack = isAnswerOfProvider(location, window.location.search);
  const [isBusy, setBusy] = useState(isBack);
  const [failure, setFailure] = useState<Failure>();
  const isOnce = useRef(false);
  const ended = useEnded();
  const isOnTheWay = search.has('to');
  // Whoever was refused, or has signed out, may still be who the provider would send back without asking.
  const isChoosing = ended?.by === 'person' || (ended?.by === 'api' && ended.isUnknown === true);

  useEffect(() => {
    if (!isBack || isOnce.current) return;
    isOnce.current = true;
    void (async () => {
      try {
        const { comeBack } = await import('../oidc.ts');
        const came = await comeBack(config, new URL(window.location.href));
        queryClient.clear();
        setSession(came.session);
        navigate(placeAfter(came.to), { replace: true });
      } catch (error) {
        // Gone back to by somebody who is signed in long since.
        if (session() !== undefined) return navigate('/inbox', { replace: true });
        const { why, to: before } = failed(error);
        setFailure(why);
        setBusy(false);
        navigate(signInAddress(placeAfter(before ?? null)), { replace: true });
      }
    })();
  }, [isBack, config, navigate]);

  const leave = useCallback(async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      const { leaveToSignIn } = await import('../oidc.ts');
      await leaveToSignIn(config, { to, isChoosing });
    } catch (error) {
      setFailure(failed(error).why);
      setBusy(false);
    }
  }, [config, to, isChoosing]);

  // Whoever follows a link need not press a button first, unless they have just signed out or were refused.
  useEffect(() => {
    if (!isOnTheWay || ended !== undefined || isOnce.current) return;
    isOnce.current = true;
    void leave();
  }, [isOnTheWay, ended, leave]);

  return (
    <>
      <Title order={1} size="h3">
        {texts.signIn.title}
      </Title>
      {ended?.by === 'api' && <Alert color="yellow">{ended.detail || texts.signIn.expired}</Alert>}
      {ended?.by === 'person' && ended.isElsewhere && <Alert color="yellow">{texts.signIn.elsewhere}</Alert>}
      {failure && (
        <Alert color="red" role="alert">
          {texts.signIn.failed[failure]}
        </Alert>
      )}
      <p>{isBusy ? texts.signIn.going : texts.signIn.why}</p>
      <Button className="several-lines" fullWidth size="md" loading={isBusy} onClick={() => void leave()}>
        {ended?.by === 'api' && ended.isUnknown ? texts.signIn.another : texts.signIn.toTrust}
      </Button>
    </>
  );
}

/** What went wrong; the part of the console that signs people in may not have come at all. */
const failed = (error: unknown): Partial<Pick<SignInFailed, 'to'>> & Pick<SignInFailed, 'why'> =>
  error instanceof Error && error.name === 'SignInFailed' ? (error as SignInFailed) : { why: 'unreachable' };

function AsAnybody() {
  const to = wanted();
  const [, navigate] = useLocation();
  const isSignedIn = useSession() !== undefined;
  const people = useQuery({
    queryKey: ['local-people'],
    queryFn: () => ask<Page<Someone>>('GET', '/local/people'),
    staleTime: 0,
  });
  const [email, setEmail] = useState('');
  const [error, setError] = useState<unknown>();
  const lastEnd = useEnded();
  const ended = isSignedIn ? undefined : lastEnd;

  const be = async (who: { readonly personId: string } | { readonly email: string }) => {
    try {
      const { token } = await ask<{ readonly token: string }>('POST', '/local/token', { body: who });
      queryClient.clear();
      setSession({ token });
      navigate(to, { replace: true });
    } catch (cause) {
      setError(cause);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void be({ email });
  };
  return (
    <>
      <Title order={1} size="h3">
        {texts.signIn.whoTitle}
      </Title>
      <p>{texts.signIn.whoHelp}</p>
      {ended?.by === 'api' && ended.detail !== '' && <Alert color="yellow">{ended.detail}</Alert>}
      {people.error && <ProblemAlert error={people.error} onRetry={() => void people.refetch()} />}
      {people.isPending && <Loading lines={8} />}
      <ul className="who-list">
        {people.data?.items.map(({ role, schoolName, personId, name }) => (
          <li key={`${role}-${personId}`}>
            <button type="button" onClick={() => void be({ personId })}>
              <strong>{roleNames[role] ?? role}</strong>
              <span>
                {name}
                <span className="quiet"> · {schoolName ?? texts.trust}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      <form onSubmit={submit} className="inline-form">
        <TextInput
          type="email"
          label={texts.signIn.emailLabel}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          error={error === undefined ? undefined : problemWords(error)}
          autoComplete="off"
        />
        <Button type="submit" variant="default">
          {texts.signIn.emailButton}
        </Button>
      </form>
    </>
  );
}
