/** What surrounds every page: where one can go, and who is signed in. */
import { Alert, Button, Group, Text, UnstyledButton } from '@mantine/core';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Link, useLocation, useSearchParams } from 'wouter';
import { forgetDrafts, isLeftBehind } from './drafts.ts';
import { useFocus } from './focus.ts';
import { hasBoard } from './pages/sees-board.ts';
import { queryClient, useIsLocal, useMe } from './queries.ts';
import { endSessions, session, setSession, signInConfig } from './session.ts';
import { APP, texts } from './texts.ts';

function NavLink({ href, children, onFollow }: { href: string; children: string; onFollow: () => void }) {
  const [path] = useLocation();
  const isHere = path === href || path.startsWith(`${href}/`);
  return (
    <li>
      <Link href={href} aria-current={isHere ? 'page' : undefined} onClick={onFollow}>
        {children}
      </Link>
    </li>
  );
}

/** Whoever goes back finds the page where they left it; the browser sees to that. */
let isBack = false;
window.addEventListener('popstate', () => {
  isBack = true;
});

/** Nothing of this person stays on the device, in no tab; then the provider's own session is ended, where it can be. */
export async function signOut(): Promise<void> {
  forgetDrafts();
  queryClient.clear();
  endSessions();
  let isElsewhere = false;
  try {
    const config = await signInConfig();
    if (config.kind === 'local') return;
    const { leaveToSignOut } = await import('./oidc.ts');
    isElsewhere = !(await leaveToSignOut(config));
  } catch {
    isElsewhere = true;
  }
  // Unless somebody has signed in meanwhile.
  if (isElsewhere && session() === undefined) setSession(undefined, { by: 'person', isElsewhere });
}

/** Signing out removes what only this device has of what somebody wrote: who would lose something is asked first. */
function SignOut({ personId }: { personId: string | undefined }) {
  const [isAsked, setAsked] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const question = useFocus<HTMLDivElement>(isAsked);
  const leave = async () => {
    setAsked(false);
    setBusy(true);
    const isLosing = personId !== undefined && (await isLeftBehind(personId));
    setBusy(false);
    if (isLosing) setAsked(true);
    else await signOut();
  };
  const stay = () => {
    setAsked(false);
    button.current?.focus();
  };
  return (
    <>
      <Button
        ref={button}
        size="compact-sm"
        variant="subtle"
        color="gray"
        loading={isBusy}
        onClick={() => void leave()}
      >
        {texts.signOut}
      </Button>
      {isAsked && (
        <Alert ref={question} tabIndex={-1} color="yellow" role="alert" title={texts.leaving.title}>
          <Text size="sm">{texts.leaving.why}</Text>
          <Group mt="sm" gap="xs">
            <Button size="xs" onClick={stay}>
              {texts.leaving.stay}
            </Button>
            <Button size="xs" variant="default" onClick={() => void signOut()}>
              {texts.leaving.leave}
            </Button>
          </Group>
        </Alert>
      )}
    </>
  );
}

export function Frame({ children }: { children: ReactNode }) {
  const { data: me } = useMe();
  const [path] = useLocation();
  const [isOpen, setOpen] = useState(false);
  const isLocal = useIsLocal();
  const seesBoard = me !== undefined && hasBoard(me);
  const imports = me?.may.some((what) => what === 'import' || what === 'import-hours') ?? false;
  const [search] = useSearchParams();
  const menu = useRef<HTMLButtonElement>(null);
  // A board of another school is another page.
  const place = `${path} ${path === '/board' ? search.get('school') : ''}`;
  useEffect(() => {
    if (!isBack) window.scrollTo(0, 0);
    isBack = false;
  }, [place]);
  const close = () => setOpen(false);
  const closeByKey = ({ key }: { readonly key: string }) => {
    if (key !== 'Escape' || !isOpen) return;
    close();
    menu.current?.focus();
  };
  return (
    <div className="frame">
      <a className="skip" href="#main">
        {texts.skip}
      </a>
      <header className="top">
        <Link href="/inbox" className="brand">
          <img src={`${import.meta.env.BASE_URL}favicon.svg`} alt="" width="28" height="28" />
          <span>{APP}</span>
        </Link>
        <UnstyledButton
          ref={menu}
          className="menu-button"
          onKeyDown={closeByKey}
          aria-expanded={isOpen}
          aria-controls="nav"
          onClick={() => setOpen(!isOpen)}
        >
          {texts.menu}
        </UnstyledButton>
      </header>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: Escape closes what the button has opened */}
      <div className={isOpen ? 'side open' : 'side'} id="nav" onKeyDown={closeByKey}>
        <nav aria-label={texts.nav.label}>
          <ul>
            <NavLink href="/inbox" onFollow={close}>
              {texts.nav.inbox}
            </NavLink>
            {seesBoard && (
              <NavLink href="/board" onFollow={close}>
                {texts.nav.board}
              </NavLink>
            )}
            <NavLink href="/processes" onFollow={close}>
              {texts.nav.processes}
            </NavLink>
            <NavLink href="/people" onFollow={close}>
              {texts.nav.people}
            </NavLink>
            <NavLink href="/schools" onFollow={close}>
              {texts.nav.schools}
            </NavLink>
            {imports && (
              <NavLink href="/imports" onFollow={close}>
                {texts.nav.imports}
              </NavLink>
            )}
            {isLocal && (
              <NavLink href="/machine" onFollow={close}>
                {texts.nav.machine}
              </NavLink>
            )}
          </ul>
        </nav>
        <section className="who" aria-label={texts.nav.you}>
          {me && (
            <Link href={`/people/${me.personId}`} onClick={close}>
              {me.name}
            </Link>
          )}
          <SignOut personId={me?.personId} />
        </section>
      </div>
      <main id="main" tabIndex={-1}>
        {isLocal && <p className="practice">{texts.onThisMachine}</p>}
        {children}
      </main>
    </div>
  );
}
