/**
 * One answer to several tasks: which form serves all of them, what is sent, and how far it has come. All of it is kept
 * on the device until it is done, so that a reload or a dropped connection loses nothing and does nothing twice.
 */
import { useEffect, useRef, useState } from 'react';
import { ask } from './api.ts';
import { dropLocally, keepLocally, localDraft } from './drafts.ts';
import { fitting } from './form/schema.ts';
import { readAgain } from './queries.ts';
import type { Completion, JsonSchema, Outcome, Task } from './shapes.ts';
import { texts } from './texts.ts';

export type Fields = Readonly<Record<string, unknown>>;

// What all have in common

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

const later = (one: string, other: string): string => (one > other ? one : other);
const earlier = (one: string, other: string): string => (one < other ? one : other);

/** How two limits on the same field become the one that keeps both. */
const stricter: Readonly<Record<string, (one: never, other: never) => unknown>> = {
  formatMinimum: later,
  formatMaximum: earlier,
  minimum: Math.max,
  maximum: Math.min,
  minLength: Math.max,
  maxLength: Math.min,
  minItems: Math.max,
  maxItems: Math.min,
};

/** Of use for one, and wrong for another. */
const proposals: ReadonlySet<string> = new Set(['default', 'description']);

/** A field that keeps to what both ask; nothing where they ask for different things. */
function commonField(one: JsonSchema, other: JsonSchema): JsonSchema | undefined {
  const common: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const [left, right] = [one[key], other[key]];
    if (same(left, right)) common[key] = left;
    else if (proposals.has(key)) continue;
    else if (key === 'enum' && Array.isArray(left) && Array.isArray(right)) {
      common[key] = left.filter((value) => right.includes(value));
    } else if (key === 'enumLabels' && isObject(left) && isObject(right)) common[key] = { ...right, ...left };
    else if (key in stricter && (left === undefined || right === undefined)) common[key] = left ?? right;
    else if (key in stricter) common[key] = stricter[key]?.(left as never, right as never);
    else return undefined;
  }
  return canBeMet(common) ? common : undefined;
}

/** Whether the limits leave anything. */
function canBeMet({ enum: choices, formatMinimum, formatMaximum, minimum, maximum }: Record<string, unknown>): boolean {
  if (Array.isArray(choices) && choices.length === 0) return false;
  if (typeof formatMinimum === 'string' && typeof formatMaximum === 'string') return formatMinimum <= formatMaximum;
  return typeof minimum !== 'number' || typeof maximum !== 'number' || minimum <= maximum;
}

const fieldsOf = (schema: JsonSchema): Record<string, JsonSchema> =>
  isObject(schema['properties']) ? (schema['properties'] as Record<string, JsonSchema>) : {};
const requiredOf = (schema: JsonSchema): readonly string[] =>
  Array.isArray(schema['required']) ? schema['required'] : [];

/** The form that asks what each of them asks; nothing where no answer would do for all. */
export function commonSchema(schemas: readonly JsonSchema[]): JsonSchema | undefined {
  const [first, ...others] = schemas;
  if (first === undefined) return undefined;
  const properties = { ...fieldsOf(first) };
  const required = new Set(requiredOf(first));
  for (const other of others) {
    for (const [name, field] of Object.entries(fieldsOf(other))) {
      const before = properties[name];
      const both = before === undefined ? field : commonField(before, field);
      if (both === undefined) return undefined;
      properties[name] = both;
    }
    for (const name of requiredOf(other)) required.add(name);
    if (!same(other['$defs'], first['$defs'])) return undefined;
  }
  for (const [name, field] of Object.entries(properties)) {
    const isProposed = schemas.some((schema) => fieldsOf(schema)[name]?.['default'] !== undefined);
    if (!isProposed || field['default'] !== undefined || required.has(name)) continue;
    const description = [field['description'], texts.several.eachOwn].filter((part) => part !== undefined).join(' ');
    properties[name] = { ...field, description };
  }
  return { ...first, properties, required: [...required] };
}

/** The outcomes that all of them offer, each with the form for all. */
export function commonOutcomes(tasks: readonly Pick<Task, 'outcomes'>[]): readonly Outcome[] {
  const [first, ...others] = tasks;
  return (first?.outcomes ?? []).flatMap((offered) => {
    const found = others.map(({ outcomes }) => outcomes.find(({ outcome }) => outcome === offered.outcome));
    if (found.includes(undefined)) return [];
    const schema = commonSchema([offered, ...(found as Outcome[])].map((each) => each.schema));
    return schema === undefined ? [] : [{ ...offered, schema }];
  });
}

// What is sent

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

// Reading many

let running = 0;
const waiting: (() => void)[] = [];
const SIDE_BY_SIDE = 4;

/** A few at a time: fifty tasks that are read for one page leave room for everybody else. */
export async function inTurn<T>(read: () => Promise<T>): Promise<T> {
  if (running >= SIDE_BY_SIDE) await new Promise<void>((go) => waiting.push(go));
  else running++;
  try {
    return await read();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}
