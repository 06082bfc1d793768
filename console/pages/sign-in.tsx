/** Signing in: with the trust's account or, on one machine, as anybody of the sample. Leads back to where one wanted to go. */
import { Alert, Button, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useCallback, useEffect, useRef, useState } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { ask } from '../api.ts';
import { Loading, ProblemAlert, problemWords } from '../page.tsx';
import { queryClient } from '../queries.ts';
import { howEnded, placeAfter, type SignInConfig, setSession, signInConfig, useSession } from '../session.ts';
import type { Page } from '../shapes.ts';
import { APP, roleNames, texts } from '../texts.ts';

interface Someone {
  readonly role: string;
  readonly schoolId: string | null;
  readonly schoolName: string | null;
  readonly personId: string;
  readonly name: string;
}

export function SignInPage() {
  const config = useQuery({ queryKey: ['sign-in-config'], queryFn: signInConfig, staleTime: Number.POSITIVE_INFINITY });
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
  const [, navigate] = useLocation();
  const [search] = useSearchParams();
  const isBack = search.has('state');
  const [isBusy, setBusy] = useState(isBack);
  const [hasFailed, setFailed] = useState(false);
  const isOnce = useRef(false);
  const ended = howEnded();
  const isOnTheWay = search.has('to');

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
      } catch {
        setFailed(true);
        setBusy(false);
        navigate('/sign-in', { replace: true });
      }
    })();
  }, [isBack, config, navigate]);

  const leave = useCallback(async () => {
    setBusy(true);
    setFailed(false);
    try {
      const { leaveToSignIn } = await import('../oidc.ts');
      await leaveToSignIn(config, to);
    } catch {
      setFailed(true);
      setBusy(false);
    }
  }, [config, to]);

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
      {hasFailed && (
        <Alert color="red" role="alert">
          {texts.signIn.failed}
        </Alert>
      )}
      <p>{isBusy ? texts.signIn.going : texts.signIn.why}</p>
      <Button fullWidth size="md" loading={isBusy} onClick={() => void leave()}>
        {texts.signIn.toTrust}
      </Button>
    </>
  );
}

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
  const ended = isSignedIn ? undefined : howEnded();

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
