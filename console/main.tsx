/** The console begins here: who is signed in, and which page the address names. Pages that are not the first are loaded when they are opened. */
import '@mantine/core/styles/baseline.css';
import '@mantine/core/styles/global.css';
import '@mantine/core/styles/UnstyledButton.css';
import '@mantine/core/styles/VisuallyHidden.css';
import '@mantine/core/styles/Paper.css';
import '@mantine/core/styles/Loader.css';
import '@mantine/core/styles/Button.css';
import '@mantine/core/styles/Group.css';
import '@mantine/core/styles/Stack.css';
import '@mantine/core/styles/Text.css';
import '@mantine/core/styles/Title.css';
import '@mantine/core/styles/Anchor.css';
import '@mantine/core/styles/Alert.css';
import '@mantine/core/styles/Badge.css';
import '@mantine/core/styles/Skeleton.css';
import '@mantine/core/styles/Input.css';
import '@mantine/core/styles/InlineInput.css';
import '@mantine/core/styles/Checkbox.css';
import 'virtual:theme.css';
import './styles.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, type ReactNode, StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { Redirect, Route, Router, Switch, useLocation } from 'wouter';
import { Frame } from './frame.tsx';
import { Boundary, Loaded, Loading, NotFound } from './page.tsx';
import { InboxPage } from './pages/inbox.tsx';
import { SignInPage } from './pages/sign-in.tsx';
import { isMissingPart, watchParts } from './parts.ts';
import { queryClient, useKind, useKinds } from './queries.ts';
import { isAnswerOfProvider, signInAddress, useSession, watchSignOut } from './session.ts';
import type { Kind } from './shapes.ts';
import { theme } from './theme.ts';

const TaskPage = lazy(() => import('./pages/task.tsx').then(({ TaskPage: page }) => ({ default: page })));
const SeveralPage = lazy(() => import('./pages/several.tsx').then(({ SeveralPage: page }) => ({ default: page })));
const ProcessPage = lazy(() => import('./pages/process.tsx').then(({ ProcessPage: page }) => ({ default: page })));
const ProcessesPage = lazy(() =>
  import('./pages/processes.tsx').then(({ ProcessesPage: page }) => ({ default: page })),
);
const ListPage = lazy(() => import('./pages/list.tsx').then(({ ListPage: page }) => ({ default: page })));
const StartPage = lazy(() => import('./pages/start.tsx').then(({ StartPage: page }) => ({ default: page })));
const PeoplePage = lazy(() => import('./pages/people.tsx').then(({ PeoplePage: page }) => ({ default: page })));
const PersonPage = lazy(() => import('./pages/person.tsx').then(({ PersonPage: page }) => ({ default: page })));
const SchoolPage = lazy(() => import('./pages/school.tsx').then(({ SchoolPage: page }) => ({ default: page })));
const BoardPage = lazy(() => import('./pages/board.tsx').then(({ BoardPage: page }) => ({ default: page })));
const SchoolsPage = lazy(() => import('./pages/schools.tsx').then(({ SchoolsPage: page }) => ({ default: page })));
const ImportsPage = lazy(() => import('./pages/imports.tsx').then(({ ImportsPage: page }) => ({ default: page })));
const MachinePage = lazy(() => import('./pages/machine.tsx').then(({ MachinePage: page }) => ({ default: page })));

/** Pages of a kind of process; which kinds there are, the API says. */
function OfKind({ path, children }: { path: string; children: (kind: Kind) => ReactNode }) {
  const kinds = useKinds();
  const kind = useKind(path);
  return (
    <Loaded query={kinds} isPage>
      {() => (kind === undefined ? <NotFound /> : children(kind))}
    </Loaded>
  );
}

function App() {
  const isSignedIn = useSession() !== undefined;
  const [location] = useLocation();
  if (location === '/sign-in' || isAnswerOfProvider(location, window.location.search)) return <SignInPage />;
  if (!isSignedIn) return <Redirect to={signInAddress(here())} replace />;
  return (
    <Frame>
      <Boundary key={location}>
        <Suspense fallback={<Loading />}>
          <Switch>
            <Route path="/">
              <Redirect to="/inbox" replace />
            </Route>
            <Route path="/inbox" component={InboxPage} />
            <Route path="/inbox/:kind/:task">
              {({ kind, task }) => <SeveralPage key={`${kind}/${task}`} kind={kind} task={task} />}
            </Route>
            <Route path="/tasks/:taskId">{({ taskId }) => <TaskPage key={taskId} taskId={taskId} />}</Route>
            <Route path="/processes" component={ProcessesPage} />
            <Route path="/people" component={PeoplePage} />
            <Route path="/people/:id">{({ id }) => <PersonPage key={id} personId={decoded(id)} />}</Route>
            <Route path="/board" component={BoardPage} />
            <Route path="/schools" component={SchoolsPage} />
            <Route path="/schools/:id">{({ id }) => <SchoolPage key={id} schoolId={id} />}</Route>
            <Route path="/imports" component={ImportsPage} />
            <Route path="/machine" component={MachinePage} />
            <Route path="/:path">
              {({ path }) => <OfKind path={path}>{(kind) => <ListPage kind={kind} />}</OfKind>}
            </Route>
            <Route path="/:path/new">
              {({ path }) => <OfKind path={path}>{(kind) => <StartPage kind={kind} />}</OfKind>}
            </Route>
            <Route path="/:path/:id">
              {({ path, id }) => <OfKind path={path}>{(kind) => <ProcessPage kind={kind} id={id} />}</OfKind>}
            </Route>
            <Route>
              <NotFound />
            </Route>
          </Switch>
        </Suspense>
      </Boundary>
    </Frame>
  );
}

/** What the address names; an address that nobody can read names nobody. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const BASE = import.meta.env.BASE_URL.replace(/\/$/, '');

/** The address as it is written, which the router has decoded. */
const here = (): string => `${window.location.pathname.slice(BASE.length) || '/'}${window.location.search}`;

watchParts();
watchSignOut(() => queryClient.clear());

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no place for the console');
const tell = (error: unknown): void => {
  // No connection is no fault to look into; the page says it.
  if (!isMissingPart(error)) console.error(error);
};
createRoot(root, { onCaughtError: tell }).render(
  <StrictMode>
    <MantineProvider theme={theme} forceColorScheme="light" withCssVariables={false} withGlobalClasses={false}>
      <QueryClientProvider client={queryClient}>
        <Router base={BASE}>
          <App />
        </Router>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
