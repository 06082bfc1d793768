/** People at work on the embedded cloud, over HTTP as their clients would: what they ask for, what they answer. */
import { expect } from 'vitest';
import type { Cloud } from '../local/cloud.ts';
import { atLondon, type Day } from '../workflows/kernel/time.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers of the API, read as a client reads them
export type Json = any;

/** Who is signed in. */
export interface Who {
  readonly personId: string;
  readonly email?: string | undefined;
}

/** Sends one request and lets everything settle that follows from it. Nobody is signed in where `as` is null. */
export async function send(
  cloud: Cloud,
  as: Who | null,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ readonly status: number; readonly body: Json }> {
  const reply = await cloud.request({ method, path, ...(as && { as }), ...(body !== undefined && { body }) });
  await cloud.settle();
  return { status: reply.status, body: reply.body };
}

/** The same for what has to succeed: the body of the answer. */
export async function ask(cloud: Cloud, as: Who, method: string, path: string, body?: unknown): Promise<Json> {
  const { status, body: answer } = await send(cloud, as, method, path, body);
  expect({ status, answer }, `${as.personId}: ${method} ${path}`).toMatchObject({
    status: expect.toSatisfy((s: number) => s < 300),
  });
  return answer;
}

/** What waits in somebody's inbox: all of it, or the tasks of one name. */
export const inboxOf = async (cloud: Cloud, as: Who, task?: string): Promise<readonly Json[]> =>
  (await ask(cloud, as, 'GET', '/inbox?limit=100')).items.filter(
    (each: Json) => task === undefined || each.task === task,
  );

/** Completes the one task of that name in somebody's inbox. */
export async function answer(cloud: Cloud, as: Who, task: string, outcome: string, fields: object = {}): Promise<Json> {
  const found = await inboxOf(cloud, as, task);
  expect(
    found.map((each) => each.task),
    `${as.personId} has ${task}`,
  ).toEqual([task]);
  return ask(cloud, as, 'POST', `/tasks/${found[0].taskId}/complete`, { outcome, ...fields });
}

/** The clock moves on to that day, when its morning run is over. */
export const morning = (cloud: Cloud, on: Day): Promise<void> => cloud.advance(atLondon(on, '08:00'));
