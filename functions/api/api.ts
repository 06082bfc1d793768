/**
 * The HTTP API: who is calling, what is asked, one route answers, a refusal becomes a problem. Routes and their
 * description are in the files beside this one; `openapi.json` is made from them.
 */
import middy from '@middy/core';
import httpRouter from '@middy/http-router';
import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2 } from 'aws-lambda';
import * as z from 'zod';
import { fieldErrors, fieldsToLookAt, inWords } from '../../workflows/kernel/in-words.ts';
import type { Receipt } from '../../workflows/kernel/records.ts';
import { isRejection, type Rejection, reject, rejections } from '../../workflows/kernel/rejections.ts';
import type { Clock } from '../../workflows/kernel/time.ts';
import { compressed } from '../compressed.ts';
import { BadCursor } from '../table/queries.ts';
import type { Store } from '../table/store.ts';
import { TableBusy } from '../table/transaction.ts';
import { makeReading, TooBusy } from '../world.ts';
import { answered, failed, problemAnswer, refused } from './answer.ts';
import { calendarRoutes } from './calendar.ts';
import { makeCaller } from './caller.ts';
import { busy } from './command.ts';
import { docsRoutes } from './docs.ts';
import type { environment } from './environment.ts';
import { kindRoutes } from './kinds.ts';
import { badCursor } from './paging.ts';
import { pathwayRoutes } from './pathway.ts';
import { peopleRoutes } from './people.ts';
import { problemOf } from './problem.ts';
import { processRoutes } from './processes.ts';
import { hash, isRemembered, keyReused, receiptName, receiptPart } from './receipts.ts';
import { reportRoutes } from './reports.ts';
import { type HttpAnswer, HttpEvent, idempotencyKey, ifMatch, jsonBody, query } from './request.ts';
import type { Answer, Route } from './route.ts';
import { signInRoutes } from './sign-ins.ts';
import { taskRoutes } from './tasks.ts';

export interface ApiDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly environment: z.output<typeof environment>;
  readonly sleep?: (ms: number) => Promise<void>;
}

/** Every route that needs a caller. */
export const routes: readonly Route[] = [
  ...taskRoutes,
  ...processRoutes,
  ...kindRoutes,
  ...peopleRoutes,
  ...pathwayRoutes,
  ...signInRoutes,
  ...calendarRoutes,
  ...reportRoutes,
];

/** No id is longer; a key of the table holds 2,048 bytes. */
const LONGEST_PARAMETER = 200;

const reallySleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export function makeApi({ store, clock, environment, sleep = reallySleep }: ApiDependencies) {
  const callerOf = makeCaller({ store, claim: environment.PERSON_CLAIM });

  /** The answer that was given to this key; a refusal where the key was used for something else. */
  function remembered({ bodyHash: first, status, body, version, location }: Receipt, bodyHash: string): HttpAnswer {
    return first === bodyHash
      ? answered({ status, body: JSON.parse(String(body)), version, location })
      : refused(keyReused());
  }

  async function answerRoute(route: Route, event: HttpEvent): Promise<HttpAnswer> {
    if (Object.values(params(event)).some((value) => value.length > LONGEST_PARAMETER || !value.isWellFormed()))
      return noRoute;
    const caller = await callerOf(event.requestContext.authorizer?.jwt?.claims);
    if (isRejection(caller)) return refused(caller);
    const asked = parsed(route, event);
    if (isRejection(asked)) return refused(asked);

    const key = route.method === 'GET' ? undefined : idempotencyKey(event);
    if (isRejection(key)) return refused(key);
    const name = key === undefined ? undefined : receiptName(caller.personId, route.method, event.rawPath, key);
    const bodyHash = hash(JSON.stringify(asked.raw));
    const earlier = name === undefined ? undefined : await store.receipt(name);
    if (isRemembered(earlier, clock())) return remembered(earlier, bodyHash);
    const context = {
      store,
      clock,
      sleep,
      reading: makeReading(store, clock),
      readAgain: () => makeReading(store, clock),
    };
    const answer = await route.answer(context, {
      event,
      caller,
      params: params(event),
      query: asked.query,
      body: asked.body,
      ifMatch: asked.ifMatch,
      receipt:
        name === undefined ? undefined : (given) => receiptPart(receiptOf(name, bodyHash, given), clock(), earlier),
    });
    if (!isRejection(answer)) return answered(answer);
    // The same command may have been carried out since: then it is what stands in its own way.
    const first = name === undefined ? undefined : await store.receipt(name);
    return isRemembered(first, clock()) ? remembered(first, bodyHash) : refused(answer);
  }

  const receiptOf = (receipt: string, bodyHash: string, given: Answer) => ({
    receipt,
    bodyHash,
    status: given.status,
    // As text: an answer may nest deeper than an item of the table.
    body: JSON.stringify(given.body),
    ...(given.version !== undefined && { version: given.version }),
    ...(given.location !== undefined && { location: given.location }),
  });

  const guarded =
    (answerTo: (event: HttpEvent) => Promise<HttpAnswer>) =>
    async (received: unknown): Promise<HttpAnswer> => {
      const event = HttpEvent.parse(received);
      try {
        return await answerTo(event);
      } catch (error) {
        if (error instanceof BadCursor) return refused(badCursor());
        if (error instanceof TooBusy || error instanceof TableBusy) return refused(busy());
        return failed(error, 'api', event, clock());
      }
    };

  const open = docsRoutes(environment, routes).map(({ method, path, answer }) => ({
    method,
    path,
    handler: guarded(async (event) => answered(await answer(event))),
  }));
  const known = routes.map((route) => ({
    method: route.method,
    path: route.path,
    handler: guarded((event) => answerRoute(route, event)),
  }));
  const router = httpRouter<APIGatewayProxyEventV2, APIGatewayProxyResultV2>({
    routes: [...open, ...known],
    notFoundResponse: ({ path }) => {
      const methods = methodsAt([...open, ...known], path);
      return methods.length > 0 ? notThatMethod(methods) : noRoute;
    },
  });
  return middy<APIGatewayProxyEventV2, APIGatewayProxyResultV2>().use(compressed()).handler(router);
}

/** The methods that a path knows. */
const methodsAt = (declared: readonly Pick<Route, 'method' | 'path'>[], path: string): readonly string[] => [
  ...new Set(
    declared.flatMap((route) => {
      const pattern = route.path
        .replaceAll('.', '\\.')
        .replace('/{proxy+}', '(?:/.*)?')
        .replaceAll(/\{[^}]+\}/g, '[^/]+');
      return new RegExp(`^${pattern}/?$`).test(path) ? [route.method] : [];
    }),
  ),
];

const notThatMethod = (methods: readonly string[]): HttpAnswer => {
  const allow = methods.join(', ');
  const detail = `This address takes ${allow}. GET /docs lists what there is.`;
  return problemAnswer(problemOf(reject('method-not-allowed', detail)), { allow });
};

const noRoute = refused(reject('not-found', 'There is nothing at this address. GET /docs lists what there is.'));

const params = (event: HttpEvent): Record<string, string> =>
  Object.fromEntries(Object.entries(event.pathParameters ?? {}).map(([name, value]) => [name, value ?? '']));

interface Parsed {
  readonly query: unknown;
  readonly body: unknown;
  readonly raw: unknown;
  readonly ifMatch: number | undefined;
}

function parsed(route: Route, event: HttpEvent): Parsed | Rejection {
  const raw = route.method === 'GET' ? {} : jsonBody(event, { isList: route.body instanceof z.ZodArray });
  if (isRejection(raw)) return raw;
  const version = route.method === 'GET' ? undefined : ifMatch(event);
  if (isRejection(version)) return version;
  const asked = route.query?.safeParse(query(event), { error: inWords });
  if (route.query && asked && !asked.success) return invalid(asked.error, route.query);
  if (route.body === undefined || route.isBodyOpen)
    return { query: asked?.data ?? {}, body: raw, raw, ifMatch: version };
  const body = route.body.safeParse(raw, { error: inWords });
  if (!body.success) return invalid(body.error, route.body);
  return { query: asked?.data ?? {}, body: body.data, raw, ifMatch: version };
}

function invalid(error: z.ZodError, asked: z.ZodType): Rejection {
  const errors = fieldErrors(error);
  const fields = fieldsToLookAt(asked, errors);
  return reject(
    'invalid-fields',
    fields ? `Please look again at: ${fields}.` : (errors[0]?.message ?? rejections['invalid-fields'].title),
    errors,
  );
}
