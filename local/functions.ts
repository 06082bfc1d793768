/** The functions of this machine: each made as its `handler.ts` makes it, with clients that lead here and our clock. */
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { makeApi } from '../functions/api/api.ts';
import { makeCaller } from '../functions/api/caller.ts';
import { environment as apiEnvironment } from '../functions/api/environment.ts';
import { environment as importsEnvironment } from '../functions/imports/environment.ts';
import { makeImporter } from '../functions/imports/importer.ts';
import { makeImports } from '../functions/imports/imports.ts';
import { environment as morningRunEnvironment } from '../functions/morning-run/environment.ts';
import { makeMorningRun } from '../functions/morning-run/morning-run.ts';
import { environment as notifyEnvironment } from '../functions/notify/environment.ts';
import { makeNotify } from '../functions/notify/notify.ts';
import { environment as openChildrenEnvironment } from '../functions/open-children/environment.ts';
import { makeOpenChildren } from '../functions/open-children/open-children.ts';
import { environment as publishEnvironment } from '../functions/publish/environment.ts';
import { makePublish } from '../functions/publish/publish.ts';
import { environment as reconcileEnvironment } from '../functions/reconcile/environment.ts';
import { makeReconcile } from '../functions/reconcile/reconcile.ts';
import { environment as relayEnvironment } from '../functions/relay/environment.ts';
import { makeRelay } from '../functions/relay/relay.ts';
import { environment as stepEnvironment } from '../functions/step/environment.ts';
import { makeStep } from '../functions/step/step.ts';
import { makeStore, type Store } from '../functions/table/store.ts';
import { uuidv7 } from '../functions/world.ts';
import type { Clock } from '../workflows/kernel/time.ts';
import type { Clients } from './clients.ts';

export interface Wiring {
  /** The function's variables, as the template has them. */
  readonly variables: Readonly<Record<string, string>>;
  readonly clients: Clients;
  readonly clock: Clock;
  /** Between attempts of a commit, milliseconds. */
  readonly sleep?: (ms: number) => Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: each handler has an event of its own, which it parses itself
export type AnyHandler = (event: any, context: any) => Promise<unknown>;

const storeOf = ({ clients: { documents }, sleep }: Wiring, tableName: string): Store =>
  makeStore({ documents, tableName, ...(sleep && { sleep }) });

/** Metrics are CloudWatch's; nobody reads them here. */
const emit = (): void => {};

/** By name; the environment is parsed as at a cold start. */
export const functions = {
  api(wiring: Wiring): AnyHandler {
    const environment = apiEnvironment.parse(wiring.variables);
    const { clock, sleep } = wiring;
    const store = storeOf(wiring, environment.TABLE_NAME);
    return makeApi({ store, clock, environment, ...(sleep && { sleep }) });
  },
  imports(wiring: Wiring): AnyHandler {
    const { TABLE_NAME, PERSON_CLAIM, BIRTH_KEY } = importsEnvironment.parse(wiring.variables);
    const { clock, sleep } = wiring;
    const store = storeOf(wiring, TABLE_NAME);
    const newId = (): string => uuidv7(clock());
    const importer = makeImporter({ store, clock, newId, birthKey: BIRTH_KEY, ...(sleep && { sleep }) });
    return makeImports({ store, clock, importer, caller: makeCaller({ store, claim: PERSON_CLAIM }) });
  },
  step(wiring: Wiring): AnyHandler {
    const { TABLE_NAME } = stepEnvironment.parse(wiring.variables);
    return makeStep({ store: storeOf(wiring, TABLE_NAME), clock: wiring.clock });
  },
  relay(wiring: Wiring): AnyHandler {
    const environment = relayEnvironment.parse(wiring.variables);
    const { sfn } = wiring.clients;
    return makeRelay({ store: storeOf(wiring, environment.TABLE_NAME), clock: wiring.clock, sfn, environment });
  },
  publish(wiring: Wiring): AnyHandler {
    const environment = publishEnvironment.parse(wiring.variables);
    const { events } = wiring.clients;
    return makePublish({ events, unmarshall: (image) => unmarshall(image as never), environment });
  },
  'morning-run'(wiring: Wiring): AnyHandler {
    const environment = morningRunEnvironment.parse(wiring.variables);
    const { events, s3 } = wiring.clients;
    const store = storeOf(wiring, environment.TABLE_NAME);
    return makeMorningRun({ store, clock: wiring.clock, events, s3, emit, environment });
  },
  reconcile(wiring: Wiring): AnyHandler {
    const { TABLE_NAME } = reconcileEnvironment.parse(wiring.variables);
    return makeReconcile({ store: storeOf(wiring, TABLE_NAME), clock: wiring.clock, emit });
  },
  notify(wiring: Wiring): AnyHandler {
    const environment = notifyEnvironment.parse(wiring.variables);
    const { ses } = wiring.clients;
    return makeNotify({ store: storeOf(wiring, environment.TABLE_NAME), clock: wiring.clock, ses, environment });
  },
  'open-children'(wiring: Wiring): AnyHandler {
    const { TABLE_NAME } = openChildrenEnvironment.parse(wiring.variables);
    return makeOpenChildren({ store: storeOf(wiring, TABLE_NAME), clock: wiring.clock });
  },
} as const;

export type FunctionName = keyof typeof functions;

export const isFunctionName = (name: string): name is FunctionName => Object.hasOwn(functions, name);
