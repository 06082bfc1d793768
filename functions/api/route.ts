/** One path of the API: how it is described and how it answers. The OpenAPI document is made from the same object. */
import type * as z from 'zod';
import type { Part } from '../../workflows/kernel/change.ts';
import type { Person } from '../../workflows/kernel/records.ts';
import type { Rejection } from '../../workflows/kernel/rejections.ts';
import type { Clock } from '../../workflows/kernel/time.ts';
import type { Store } from '../table/store.ts';
import type { Reading } from '../world.ts';
import type { HttpEvent } from './request.ts';

export interface ApiContext {
  readonly store: Store;
  readonly clock: Clock;
  /** One reading for this request: everything is read once. Without "who else of the school is out then". */
  readonly reading: Reading;
  /** Another reading, after somebody else's change got in between. */
  readonly readAgain: () => Reading;
  /** Waits; in tests it does not. */
  readonly sleep: (ms: number) => Promise<void>;
}

export interface Asked<Query = unknown, Body = unknown> {
  readonly event: HttpEvent;
  readonly caller: Person;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  readonly ifMatch: number | undefined;
  /** What remembers the answer of this command, where a key was sent; committed with the change. */
  readonly receipt: ((answer: Answer) => Part) | undefined;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** The version, sent as `ETag`. */
  readonly version?: number | undefined;
  readonly location?: string | undefined;
  /** Set where the answer is not JSON. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** With `{names}` for what varies. */
  readonly path: string;
  /** What it does, in a sentence. */
  readonly summary: string;
  readonly tag: string;
  readonly query?: z.ZodObject;
  /** Shown in the OpenAPI document; parsed before the route is asked, unless the form depends on the process. A list where it is an array. */
  readonly body?: z.ZodType;
  /** The route parses the body itself, by a form that depends on what is asked about. */
  readonly isBodyOpen?: boolean;
  readonly answers: { readonly status: number; readonly schema?: z.ZodType; readonly description: string };
  /** Answers in these formats by `Accept` besides JSON. */
  readonly alsoAs?: readonly string[];
  readonly answer: (context: ApiContext, asked: Asked) => Promise<Answer | Rejection>;
}

/** Declares a route; query and body reach `answer` as its schemas parse them. */
export const route = <Query extends z.ZodObject = z.ZodObject, Body extends z.ZodType = z.ZodType>(
  declared: Omit<Route, 'query' | 'body' | 'answer'> & {
    readonly query?: Query;
    readonly body?: Body;
    readonly answer: (
      context: ApiContext,
      asked: Asked<z.output<Query>, z.output<Body>>,
    ) => Promise<Answer | Rejection>;
  },
): Route => declared as unknown as Route;
