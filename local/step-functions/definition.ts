/**
 * Reads a rendered state machine and refuses, when it is loaded, whatever the kernel does not render. What is accepted
 * is small on purpose: everything accepted behaves as on AWS.
 */
import * as z from 'zod';
import { looksLikeExpression, placeOf, TASK_TOKEN } from './expressions.ts';
import type { Json } from './json.ts';

/** One thing in a definition that is not run here. */
export interface Refusal {
  /** Name of the state, or `null` for the machine itself. */
  readonly state: string | null;
  /** Path within the state: `Retry[0].ErrorEquals[1]`. */
  readonly field: string;
  readonly value: unknown;
  readonly why: string;
}

/** Thrown for a definition that this interpreter does not run; `refusals` names each reason. */
export class DefinitionRefused extends Error {
  override readonly name = 'DefinitionRefused';
  readonly refusals: readonly Refusal[];

  constructor(refusals: readonly Refusal[]) {
    super(
      refusals
        .map(({ state, field, value, why }) => {
          const where = state === null ? 'The machine' : `State "${state}"`;
          return `${where}, ${field} = ${JSON.stringify(value)}: ${why}`;
        })
        .join('\n'),
    );
    this.refusals = refusals;
  }
}

const WILDCARD = 'States.ALL';
/** Names under `States.` that a retrier or catcher may list. `States.Runtime` and its like cannot be caught on AWS at all. */
const RESERVED_NAMES = [WILDCARD, 'States.Timeout'];

const seconds = (max: number) => z.int('must be a whole number of seconds').min(1).max(max);

const ErrorEquals = z
  .array(
    z
      .string()
      .min(1)
      .refine((name) => !name.startsWith('States.') || RESERVED_NAMES.includes(name), {
        error: 'is a reserved error that the kernel never handles',
      }),
  )
  .min(1);

const Retrier = z
  .strictObject({
    ErrorEquals,
    IntervalSeconds: seconds(99_999_999).default(1),
    BackoffRate: z.number().min(1).default(2),
    MaxAttempts: z.int().min(0).max(99_999_999).default(3),
    MaxDelaySeconds: seconds(31_622_399).optional(),
    JitterStrategy: z.enum(['FULL', 'NONE']).default('NONE'),
  })
  .refine(({ IntervalSeconds, MaxDelaySeconds = Number.POSITIVE_INFINITY }) => MaxDelaySeconds > IntervalSeconds, {
    path: ['MaxDelaySeconds'],
    error: 'must be more than IntervalSeconds',
  });
export type Retrier = z.infer<typeof Retrier>;

const Catcher = z.strictObject({ ErrorEquals, Next: z.string() });

/** `States.ALL` stands alone and last, as the service demands. */
const wildcardLast = (handlers: readonly { readonly ErrorEquals: readonly string[] }[]): boolean =>
  handlers.every(
    ({ ErrorEquals: names }, index) =>
      !names.includes(WILDCARD) || (names.length === 1 && index === handlers.length - 1),
  );
const WILDCARD_LAST = { error: `${WILDCARD} must stand alone and last` };

const RESOURCE = /^arn:aws[a-z-]*:states:::lambda:invoke(\.waitForTaskToken)?$/;

/** JSON as it stands: no expression in it. */
const Literal = z.json().superRefine((template, refused) => {
  for (const { path } of expressionsIn(template)) {
    refused.addIssue({
      code: 'custom',
      path: [...path],
      message: 'must be a literal: the kernel renders no expression here',
    });
  }
});

const common = { Comment: z.string().optional(), QueryLanguage: z.literal('JSONata').optional() };

const Task = z
  .strictObject({
    ...common,
    Type: z.literal('Task'),
    Resource: z.string().regex(RESOURCE, { error: 'is not a call of a Lambda function', abort: true }),
    Arguments: z.strictObject({ FunctionName: z.string().min(1), Payload: z.record(z.string(), z.json()) }),
    Output: Literal.optional(),
    TimeoutSeconds: seconds(99_999_999).optional(),
    Retry: z.array(Retrier).refine(wildcardLast, WILDCARD_LAST).default([]),
    Catch: z.array(Catcher).refine(wildcardLast, WILDCARD_LAST).default([]),
    Next: z.string().optional(),
    End: z.literal(true).optional(),
  })
  .superRefine((task, refused) => {
    const refuse = (path: readonly PropertyKey[], message: string): void =>
      refused.addIssue({ code: 'custom', path: [...path], message });
    if ((task.Next === undefined) === (task.End === undefined)) refuse(['Next'], 'a Task has either Next or End');
    const callback = isCallback(task);
    const found = expressionsIn(task.Arguments as Json);
    for (const { path, text } of found) {
      const place = placeOf(text);
      if (path[0] === 'FunctionName') refuse(['Arguments', ...path], 'must be a literal');
      else if (place === undefined) refuse(['Arguments', ...path], 'is not an expression that the kernel renders');
      else if (place === 'condition') refuse(['Arguments', ...path], 'belongs into a Choice');
      else if (place === 'callback' && !callback) refuse(['Arguments', ...path], 'only a callback has a token');
    }
    if (!callback) return;
    if (task.TimeoutSeconds === undefined) refuse(['TimeoutSeconds'], 'a callback without a timeout can hang for ever');
    if (!found.some(({ text }) => text === TASK_TOKEN))
      refuse(['Arguments', 'Payload'], 'a callback must pass its token on');
  });
export type Task = z.infer<typeof Task>;

const Choice = z.strictObject({
  ...common,
  Type: z.literal('Choice'),
  Choices: z
    .array(
      z.strictObject({
        Condition: z.string().refine((text) => placeOf(text) === 'condition', {
          error: 'is not a condition that the kernel renders',
        }),
        Next: z.string(),
        Comment: z.string().optional(),
      }),
    )
    .min(1),
  Default: z.string(),
});

const Succeed = z.strictObject({ ...common, Type: z.literal('Succeed'), Output: Literal.optional() });

const LiteralText = z.string().refine((text) => !looksLikeExpression(text), { error: 'must be a literal' });

const Fail = z.strictObject({
  ...common,
  Type: z.literal('Fail'),
  Error: LiteralText.optional(),
  Cause: LiteralText.optional(),
});

const State = z.discriminatedUnion('Type', [Task, Choice, Succeed, Fail]);
export type State = z.infer<typeof State>;

const Definition = z.strictObject({
  Comment: z.string().optional(),
  QueryLanguage: z.literal('JSONata', 'must be JSONata'),
  StartAt: z.string(),
  States: z.record(z.string().min(1).max(80, 'a name has 80 characters at most'), State),
});
export type Definition = z.infer<typeof Definition>;

/** Waits for its token instead of for the function. */
export const isCallback = (task: { readonly Resource: string }): boolean => task.Resource.endsWith('.waitForTaskToken');

/**
 * The definition in a rendered text (real ARNs or placeholders, it does not matter here). Throws {@link DefinitionRefused},
 * which names state, field and value of everything that is not run here, and `SyntaxError` for text that is no JSON.
 */
export function loadDefinition(text: string): Definition {
  const raw: unknown = JSON.parse(text);
  const parsed = Definition.safeParse(raw);
  if (!parsed.success) throw new DefinitionRefused(parsed.error.issues.flatMap((issue) => refusalsOf(issue, raw)));
  const refusals = refusedTransitions(parsed.data);
  if (refusals.length > 0) throw new DefinitionRefused(refusals);
  return parsed.data;
}

function refusalsOf(issue: z.core.$ZodIssue, raw: unknown): Refusal[] {
  const refusal = (path: readonly PropertyKey[], why: string): Refusal => {
    const isInState = path[0] === 'States' && path.length > 1;
    return {
      state: isInState ? String(path[1]) : null,
      field: fieldAt(isInState ? path.slice(2) : path),
      value: path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], raw),
      why,
    };
  };
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => refusal([...issue.path, key], 'the kernel does not render this field'));
  }
  if (issue.code === 'invalid_union') return [refusal(issue.path, 'the kernel does not render such a state')];
  return [refusal(issue.path, issue.message)];
}

const fieldAt = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (at, key) => (typeof key === 'number' ? `${at}[${key}]` : at ? `${at}.${String(key)}` : String(key)),
    '',
  ) || 'the whole of it';

/** Targets that do not exist, and states that nothing leads to: AWS refuses both. */
function refusedTransitions(definition: Definition): Refusal[] {
  const refusals: Refusal[] = [];
  const reached = new Set<string>();
  const follow = (state: string | null, field: string, target: string): void => {
    const next = definition.States[target];
    if (!next) refusals.push({ state, field, value: target, why: 'there is no such state' });
    if (!next || reached.has(target)) return;
    reached.add(target);
    for (const [onward, to] of transitionsOf(next)) follow(target, onward, to);
  };
  follow(null, 'StartAt', definition.StartAt);
  // A target that is missing leaves others unreached: one mistake is named once.
  if (refusals.length > 0) return refusals;
  for (const [name, state] of Object.entries(definition.States)) {
    if (!reached.has(name))
      refusals.push({ state: name, field: 'Type', value: state.Type, why: 'nothing leads to this state' });
  }
  return refusals;
}

function transitionsOf(state: State): [field: string, target: string][] {
  switch (state.Type) {
    case 'Task':
      return [
        ...state.Catch.map(({ Next }, index): [string, string] => [`Catch[${index}].Next`, Next]),
        ...(state.Next === undefined ? [] : [['Next', state.Next] satisfies [string, string]]),
      ];
    case 'Choice':
      return [
        ...state.Choices.map(({ Next }, index): [string, string] => [`Choices[${index}].Next`, Next]),
        ['Default', state.Default],
      ];
    case 'Succeed':
    case 'Fail':
      return [];
    default:
      return state satisfies never;
  }
}

/** Every text in the template that is, or was meant to be, an expression. */
function expressionsIn(
  template: Json,
  path: readonly PropertyKey[] = [],
): { path: readonly PropertyKey[]; text: string }[] {
  if (typeof template === 'string') return looksLikeExpression(template) ? [{ path, text: template }] : [];
  if (typeof template !== 'object' || template === null) return [];
  if (Array.isArray(template)) return template.flatMap((item, index) => expressionsIn(item, [...path, index]));
  return Object.entries(template).flatMap(([key, member]) => expressionsIn(member, [...path, key]));
}
