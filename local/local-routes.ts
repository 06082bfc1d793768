/**
 * `/local/*`: what exists on one machine only. Anybody who can reach the port may call it, so it answers to programs and
 * to pages of this address, never to a page of another site.
 */
import * as z from 'zod';
import { emailGuard } from '../functions/table/guard-names.ts';
import type { Store } from '../functions/table/store.ts';
import { atLondon, Day, dayOf, type Instant, instant, Temporal, ZONE } from '../workflows/kernel/time.ts';
import type { Cloud } from './cloud.ts';
import { type GatewayRequest, type GatewayResponse, problem } from './gateway.ts';
import type { Issuer } from './issuer.ts';
import { signInTable } from './sign-in.ts';

/** When a moved clock stops on its day: an hour after the morning run. */
const STOPS_AT = '08:00';
/** Ten years: longer than anything here lasts. */
const MOST_DAYS = 3_653;

const TokenBody = z.union([z.strictObject({ email: z.string() }), z.strictObject({ personId: z.string() })]);
const AdvanceBody = z.union([
  z.strictObject({ days: z.int().min(-MOST_DAYS).max(MOST_DAYS) }),
  z.strictObject({ to: Day }),
]);

export interface LocalRoutesDependencies {
  readonly cloud: Cloud;
  readonly issuer: Issuer;
}

type Route = (request: GatewayRequest, query: URLSearchParams) => Promise<GatewayResponse>;

/** Answers a request whose path begins with `/local/`. */
export function makeLocalRoutes({ cloud, issuer }: LocalRoutesDependencies) {
  const { store, clock } = cloud;

  const routes: Readonly<Record<string, Route>> = {
    'POST /local/token': async (request) => {
      const body = parse(TokenBody, request);
      if (!body.success) return body.response;
      const person = await personOf(store, body.data);
      if (!person)
        return problem('not-found', 'Nobody here has this address or id. GET /local/people lists some who are.');
      const { personId, email } = person;
      return json({ token: await issuer.tokenFor({ personId, email }), personId });
    },
    'GET /local/clock': async () => json({ now: clock.now() }),
    'POST /local/clock/advance': async (request) => {
      const body = parse(AdvanceBody, request);
      if (!body.success) return body.response;
      if ('days' in body.data && body.data.days === 0) return json({ now: (await cloud.settle()).now });
      const now = clock.now();
      const to = 'to' in body.data ? atLondon(body.data.to, STOPS_AT) : daysLater(now, body.data.days);
      if (Date.parse(to) - Date.parse(now) > MOST_DAYS * 86_400_000) {
        return problem('invalid-fields', 'The clock moves ten years at a time at most.');
      }
      try {
        await cloud.advance(to);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        return problem(
          'clock-cannot-go-back',
          `It is ${inWords(clock.now())} here already. Start with another DATA_DIR to begin anew.`,
        );
      }
      return json({ now: clock.now() });
    },
    'POST /local/settle': async () => json(await cloud.settle()),
    'GET /local/mailbox': async (_request, query) => {
      const to = query.get('to');
      return json({ items: cloud.mailbox.sent(to === null ? undefined : to) });
    },
    'GET /local/executions': async (_request, query) => {
      const of = query.get('processId');
      const executions = cloud.engine.executions().filter(({ name }) => of === null || name.startsWith(`${of}.`));
      return json({
        items: executions.map((execution) => ({
          executionArn: execution.executionArn,
          stateMachineArn: execution.stateMachineArn,
          name: execution.name,
          status: execution.status,
          startDate: instant(execution.startedAt),
          stopDate: execution.stoppedAt === undefined ? null : instant(execution.stoppedAt),
          input: execution.input,
          output: execution.output ?? null,
          error: execution.error ?? null,
          cause: execution.cause ?? null,
          events: execution.history.map(({ timestamp, ...event }) => ({ timestamp: instant(timestamp), ...event })),
        })),
      });
    },
    'GET /local/people': async () => {
      const names = new Map((await store.schools()).map(({ schoolId, name }) => [schoolId, name]));
      const people = await signInTable(store, dayOf(clock.now()));
      return json({ items: people.map((one) => ({ ...one, schoolName: names.get(one.schoolId ?? '') ?? null })) });
    },
  };

  return async (request: GatewayRequest): Promise<GatewayResponse> => {
    if (isFromElsewhere(request)) return problem('not-allowed', 'A page of another site may not do this.');
    const [path = '', query = ''] = request.url.split('?');
    const route = routes[`${request.method} ${path}`];
    if (route) return route(request, new URLSearchParams(query));
    const isKnown = Object.keys(routes).some((key) => key.endsWith(` ${path}`));
    return isKnown
      ? problem('method-not-allowed', `${request.method} is not for this address.`)
      : problem('not-found', `There is only ${Object.keys(routes).join(', ')}.`);
  };
}

async function personOf(store: Store, asked: z.infer<typeof TokenBody>) {
  if ('personId' in asked) return store.person(asked.personId);
  const email = asked.email.trim().toLowerCase();
  const holder = (await store.guard(emailGuard(email)))?.holder;
  const person = holder === undefined ? undefined : await store.person(holder);
  return person?.email === email ? person : undefined;
}

/** The same time by London's clocks, so many days on. */
const daysLater = (now: Instant, days: number): Instant =>
  instant(Temporal.Instant.from(now).toZonedDateTimeISO(ZONE).add({ days }).toInstant().toString());

const inWords = (at: Instant): string =>
  Temporal.Instant.from(at)
    .toZonedDateTimeISO(ZONE)
    .toPlainDateTime()
    .toString({ smallestUnit: 'minute' })
    .replace('T', ' ');

type Parsed<T> =
  | { readonly success: true; readonly data: T }
  | { readonly success: false; readonly response: GatewayResponse };

function parse<T>(schema: z.ZodType<T>, { body }: GatewayRequest): Parsed<T> {
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    return { success: false, response: problem('bad-request', 'The body is not JSON.') };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { success: true, data: parsed.data };
  const errors = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  return { success: false, response: problem('invalid-fields', 'This is not what the address takes.', errors) };
}

const json = (value: unknown): GatewayResponse => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  cookies: [],
  body: Buffer.from(JSON.stringify(value)),
});

function isFromElsewhere({ rawHeaders }: GatewayRequest): boolean {
  const header = (name: string): string | undefined => {
    const at = rawHeaders.findIndex((text, index) => index % 2 === 0 && text.toLowerCase() === name);
    return at < 0 ? undefined : rawHeaders[at + 1];
  };
  const origin = header('origin');
  return origin !== undefined && origin !== `http://${header('host')}`;
}
