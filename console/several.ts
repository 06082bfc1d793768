/**
 * One answer to several tasks: what is sent, and how far it has come. All of it is kept on the device until it is done,
 * so that a reload or a dropped connection loses nothing and does nothing twice.
 */
import { useEffect, useRef, useState } from 'react';
import { ask } from './api.ts';
import { dropLocally, keepLocally, localDraft } from './drafts.ts';
import { same } from './form/for-several.ts';
import { fieldsOf, fitting } from './form/schema.ts';
import { readAgain } from './queries.ts';
import type { Completion, JsonSchema, Task } from './shapes.ts';

export type Fields = Readonly<Record<string, unknown>>;

interface Item extends Fields {
  readonly taskId: string;
  readonly outcome: string;
}

/** One request: the same key for the same answers, however often it is sent. */
interface Part {
  readonly key: string;
  readonly items: readonly Item[];
}

export type Problem = NonNullable<Completion['problem']>;

export type Fate = Completion & { readonly name: string };

export interface Sending {
  /** What has not been answered yet. */
  readonly parts: readonly Part[];
  readonly names: Readonly<Record<string, string>>;
  readonly fates: readonly Fate[];
  /** So many were not sent: the person stopped it. */
  readonly unsent?: number;
}

export interface Work {
  /** Ids of tasks. */
  readonly chosen: readonly string[];
  readonly outcome?: string;
  readonly fields: Fields;
  /** Where the answer is another for one of them: all its fields, by the id of its task. */
  readonly own: Readonly<Record<string, Fields>>;
  /** Why the last answer was refused, by the id of the task. */
  readonly refused: Readonly<Record<string, Problem>>;
  readonly sending?: Sending;
}

/** So many in one request, so that one sees how far it is, and a dropped connection leaves little in doubt. */
const IN_ONE_REQUEST = 10;

const nothing: Work = { chosen: [], fields: {}, own: {}, refused: {} };

/** What a form answers by itself where nobody says otherwise. */
const proposedBy = (schema: JsonSchema): Fields =>
  Object.fromEntries(
    Object.entries(fieldsOf(schema)).flatMap(([name, field]) =>
      field['default'] === undefined ? [] : [[name, field['default']]],
    ),
  );

/** What is said of a task: its own fields where they were changed, and only what its form asks. */
export const fieldsFor = ({ fields, own }: Pick<Work, 'fields' | 'own'>, taskId: string, schema: JsonSchema): Fields =>
  fitting(schema, { ...proposedBy(schema), ...(own[taskId] ?? fields) });

/** Whether it is another answer than the others get. */
export const differs = (answer: Fields, { fields }: Pick<Work, 'fields'>): boolean =>
  Object.entries(answer).some(([name, value]) => !same(value, fields[name]));

const schemaOf = (task: Task, outcome: string): JsonSchema =>
  task.outcomes.find((each) => each.outcome === outcome)?.schema ?? {};

/** Cut into requests. */
export function sendingOf(work: Work, outcome: string, tasks: readonly Task[]): Sending {
  const items = tasks.map(
    (task): Item => ({
      ...fieldsFor(work, task.taskId, schemaOf(task, outcome)),
      taskId: task.taskId,
      outcome,
    }),
  );
  const parts = Array.from({ length: Math.ceil(items.length / IN_ONE_REQUEST) }, (_, at) => ({
    key: crypto.randomUUID(),
    items: items.slice(at * IN_ONE_REQUEST, (at + 1) * IN_ONE_REQUEST),
  }));
  return { parts, names: Object.fromEntries(tasks.map(({ taskId, subject }) => [taskId, subject.name])), fates: [] };
}

export const isDone = ({ task }: Completion): boolean => task !== undefined;

/** What was refused or not sent stays chosen; where there is none, nothing stays. */
function afterwards(work: Work, { parts, ...sending }: Sending): Work {
  const refused = sending.fates.flatMap(({ taskId, problem }) => (problem ? [[taskId, problem] as const] : []));
  const unsent = parts.flatMap(({ items }) => items.map(({ taskId }) => taskId));
  const chosen = [...refused.map(([taskId]) => taskId), ...unsent];
  const done: Sending = { ...sending, parts: [], unsent: unsent.length };
  return chosen.length === 0
    ? { ...nothing, sending: done }
    : { ...work, chosen, refused: Object.fromEntries(refused), sending: done };
}

export interface Several {
  readonly work: Work;
  readonly write: (change: Partial<Omit<Work, 'sending'>>) => void;
  readonly isSending: boolean;
  /** Why the sending stopped; the same requests can be sent again. */
  readonly error: unknown;
  /** Sends what has not been answered yet. */
  readonly send: (sending: Sending) => Promise<void>;
  /** Sends no more. */
  readonly stop: () => void;
  /** What became of them has been read. */
  readonly close: () => void;
}

export function useSeveral(name: string): Several {
  const [work, setWork] = useState<Work>(() => ({ ...nothing, ...(localDraft(name) as Partial<Work> | undefined) }));
  const [isSending, setSending] = useState(false);
  const [error, setError] = useState<unknown>();
  const latest = useRef(work);
  const isLeft = useRef(false);
  const keep = (next: Work) => {
    latest.current = next;
    setWork(next);
    const isNothing = next.chosen.length === 0 && next.sending === undefined && Object.keys(next.fields).length === 0;
    if (isNothing) dropLocally(name);
    else keepLocally(name, { ...next });
  };
  const close = () => {
    const { sending, ...rest } = latest.current;
    if (sending?.parts.length === 0) keep(rest);
  };
  const closeLatest = useRef(close);
  closeLatest.current = close;
  useEffect(() => {
    isLeft.current = false;
    return () => {
      // A request that is out is waited for, no other follows.
      isLeft.current = true;
      closeLatest.current();
    };
  }, []);
  return {
    work,
    isSending,
    error,
    close,
    write: (change) => keep({ ...latest.current, ...change }),
    stop() {
      const { sending } = latest.current;
      if (sending) keep(afterwards(latest.current, sending));
    },
    async send(begun) {
      let sending = begun;
      setError(undefined);
      setSending(true);
      keep({ ...latest.current, sending });
      try {
        for (const { key, items } of begun.parts) {
          if (isLeft.current) break;
          const { results } = await ask<{ readonly results: readonly Completion[] }>('POST', '/tasks/complete', {
            body: { items },
            key,
          });
          const fates = results.map((each) => ({ ...each, name: sending.names[each.taskId] ?? '' }));
          sending = { ...sending, parts: sending.parts.slice(1), fates: [...sending.fates, ...fates] };
          keep(sending.parts.length === 0 ? afterwards(latest.current, sending) : { ...latest.current, sending });
        }
      } catch (cause) {
        setError(cause);
      }
      setSending(false);
      await readAgain();
    },
  };
}
