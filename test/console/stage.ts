/**
 * A real browser in front of the embedded cloud with the small trust of `world.ts`. On Linux the browser comes from npm;
 * elsewhere it is the Chrome that is installed.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import chromium, { inflate, setupLambdaEnvironment } from '@sparticuz/chromium';
import { type Browser, type BrowserContext, type Page, chromium as playwright } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { buildConsole } from '../../console/build.ts';
import type { SignInConfig } from '../../console/sign-in-config.ts';
import type { Cloud } from '../../local/cloud.ts';
import { makeSite } from '../../local/console.ts';
import { serve } from '../../local/gateway.ts';
import { type Ground, type GroundOptions, makeGround } from '../embedded.ts';
import { ask, type Json, type Who } from '../people-over-http.ts';

const axeSource = readFileSync(
  fileURLToPath(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url)),
  'utf8',
);

/** The narrowest that WCAG 2.2 asks for (1.4.10, reflow): a small phone, or a window at 400 %. */
const PHONE = { width: 320, height: 640 };
const DESKTOP = { width: 1280, height: 900 };

interface OpenOptions {
  readonly isPhone?: boolean;
  /** Before the first page: what stands around the console. */
  readonly prepare?: (context: BrowserContext) => Promise<void>;
}

export interface Stage {
  readonly cloud: Cloud;
  /** Where it is served, without the slash at the end. */
  readonly address: string;
  /** A page of a new window, signed in as somebody; what it complains of fails the test at {@link Stage.close}. */
  open(path: string, as?: Who, options?: OpenOptions): Promise<Page>;
  /** A token as the issuer of this machine signs it. */
  tokenFor(who: Who): Promise<string>;
  close(): Promise<void>;
}

interface StageOptions
  extends Pick<GroundOptions, 'startsAt' | 'people' | 'items' | 'mode' | 'issuer' | 'personClaim'> {
  /** How people sign in, where not as anybody of the small trust. */
  readonly signIn?: SignInConfig;
}

/** What clouds are made on: a database, or only memory. */
type StageGround = Pick<Ground, 'cloud' | 'issuer' | 'stop'>;

/** The browser and the database; one stage after another stands on them. */
export interface Theatre {
  stage(options?: StageOptions): Promise<Stage>;
  close(): Promise<void>;
}

// Containers have little shared memory.
const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none'];

/** Unpacking takes seconds, and who comes in between would find half a browser: one test file unpacks, others wait. */
async function unpacked(): Promise<string> {
  const lock = join(tmpdir(), 'oak-cpd-chromium.lock');
  for (let waited = 0; ; waited += LOOK_AGAIN) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      // Whoever held it has died.
      if (waited > LONGEST_UNPACKING) rmSync(lock, { recursive: true, force: true });
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
    }
  }
  try {
    return await chromium.executablePath();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

const LOOK_AGAIN = 100;
const LONGEST_UNPACKING = 30_000;

async function launch(): Promise<Browser> {
  if (process.platform !== 'linux') return playwright.launch({ channel: 'chrome' });
  chromium.setGraphicsMode = false;
  const executablePath = await unpacked();
  // Without fonts of the system: those of the package.
  if (!existsSync('/etc/fonts')) process.env['FONTCONFIG_PATH'] = join(tmpdir(), 'fonts');
  try {
    return await playwright.launch({ executablePath, args });
  } catch (error) {
    if (!/shared librar/.test(String(error))) throw error;
    // A bare Linux without the libraries of a desktop: the package brings them.
    await inflate(fileURLToPath(new URL('../../node_modules/@sparticuz/chromium/bin/al2023.tar.br', import.meta.url)));
    setupLambdaEnvironment(join(tmpdir(), 'al2023', 'lib'));
    return playwright.launch({ executablePath, args });
  }
}

export async function openTheatre(makeStageGround: () => Promise<StageGround> = makeGround): Promise<Theatre> {
  const [browser, ground, folder] = await Promise.all([launch(), makeStageGround(), buildConsole()]);
  return {
    stage: (options = {}) => setStage(browser, ground, folder, options),
    async close() {
      await browser.close();
      await ground.stop();
    },
  };
}

/** For the tests of a file: a theatre for all of them, a stage for each, and requests that have to succeed on it. */
export function stageForEach(options: StageOptions): {
  readonly stage: Stage;
  /** Another stage in the place of the one that stands, for a test that needs other people. */
  restage(options: StageOptions): Promise<void>;
  ask(as: Who, method: string, path: string, body?: unknown): Promise<Json>;
} {
  let theatre: Theatre | undefined;
  let stage: Stage | undefined;
  const current = (): Stage => {
    if (!stage) throw new Error('There is a stage only in a test');
    return stage;
  };
  beforeAll(async () => {
    theatre = await openTheatre();
  });
  afterAll(() => theatre?.close());
  beforeEach(async () => {
    stage = await theatre?.stage(options);
  });
  afterEach(() => stage?.close());
  return {
    stage: {
      get address() {
        return current().address;
      },
      get cloud() {
        return current().cloud;
      },
      open: (...asked) => current().open(...asked),
      tokenFor: (who) => current().tokenFor(who),
      close: () => current().close(),
    },
    async restage(others) {
      await current().close();
      stage = await theatre?.stage(others);
    },
    ask: (as, method, path, body) => ask(current().cloud, as, method, path, body),
  };
}

async function setStage(
  browser: Browser,
  ground: StageGround,
  folder: string,
  { signIn, ...options }: StageOptions,
): Promise<Stage> {
  const cloud = await ground.cloud(options);
  const { server } = await serve(makeSite({ cloud, issuer: ground.issuer, folder, ...(signIn && { signIn }) }), 0);
  const base = `http://localhost:${(server.address() as AddressInfo).port}`;
  const contexts: BrowserContext[] = [];
  const complaints: string[] = [];
  return {
    cloud,
    address: base,
    tokenFor: (who) => ground.issuer.tokenFor(who),
    async open(path, as, { isPhone = false, prepare } = {}) {
      const context = await browser.newContext({
        baseURL: base,
        viewport: isPhone ? PHONE : DESKTOP,
        locale: 'en-GB',
        // Nothing moves: what is looked at is at rest.
        reducedMotion: 'reduce',
      });
      contexts.push(context);
      // A busy machine answers late; nothing here waits for less than that.
      context.setDefaultTimeout(60_000);
      if (as) {
        const session = JSON.stringify({ token: await ground.issuer.tokenFor(as) });
        await context.addInitScript(`
          if (!sessionStorage.getItem('oak.begun')) {
            sessionStorage.setItem('oak.begun', '1');
            sessionStorage.setItem('oak.session', ${JSON.stringify(session)});
          }`);
      }
      await prepare?.(context);
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
      page.on('console', (message) => {
        // The browser tells of refused requests; that the page shows them is tested.
        const isOfNetwork = /Failed to load resource|net::ERR/.test(message.text());
        if (['error', 'warning'].includes(message.type()) && !isOfNetwork)
          complaints.push(`${page.url()}: ${message.text()}`);
      });
      await page.goto(path);
      return page;
    },
    async close() {
      // What a test still holds back or changes on the way ends with the pages that asked for it.
      const routed = contexts.flatMap((context) => [context, ...context.pages()]);
      await Promise.all(routed.map((each) => each.unrouteAll({ behavior: 'ignoreErrors' })));
      await Promise.all(contexts.map((context) => context.close()));
      await closeServer(server);
      await cloud.stop();
      expect(complaints).toEqual([]);
    },
  };
}

const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    if ('closeAllConnections' in server) (server.closeAllConnections as () => void)();
  });

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
}

/** Nothing against WCAG 2.2 A and AA, and none of axe's own best practices, on this page as it is now. */
export async function expectAccessible(page: Page): Promise<void> {
  const violations = (await page.evaluate(
    `${axeSource};axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)`,
  )) as readonly Violation[];
  expect(
    violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(' ')} ${failureSummary}`).join('\n')}`,
    ),
    page.url(),
  ).toEqual([]);
}

/** Nothing sticks out at the side: a phone scrolls one way only. */
export async function expectFitting(page: Page): Promise<void> {
  const [content, window] = (await page.evaluate(
    '[document.documentElement.scrollWidth, window.innerWidth]',
  )) as readonly [number, number];
  expect(content, `${page.url()} is wider than the window`).toBeLessThanOrEqual(window);
}
