/**
 * The only expressions that a definition may hold, character for character: what the kernel renders. A machine that
 * asks for more is refused when it is loaded, so that nothing runs here that was never compared with AWS.
 *
 * They are evaluated by the `jsonata` package at exactly 2.0.6, which is what AWS implements.
 */
import jsonata from 'jsonata';
import type { Json } from './json.ts';

interface Form {
  readonly pattern: RegExp;
  /** `condition`: of a Choice. `argument`: of any function. `callback`: of a function that is given a token. */
  readonly stands: 'condition' | 'argument' | 'callback';
}

const WORD = '[a-z0-9]+(?:-[a-z0-9]+)*';

const FORMS: readonly Form[] = [
  { stands: 'condition', pattern: new RegExp(`^\\{% \\$states\\.input\\.wait = '${WORD}' %\\}$`) },
  { stands: 'condition', pattern: new RegExp(`^\\{% \\$states\\.input\\.outcome = '${WORD}' %\\}$`) },
  { stands: 'argument', pattern: /^\{% \$states\.input\.processId %\}$/ },
  { stands: 'argument', pattern: /^\{% \$states\.input\.run %\}$/ },
  { stands: 'argument', pattern: /^\{% \$states\.input\.step %\}$/ },
  { stands: 'callback', pattern: /^\{% \$states\.context\.Task\.Token %\}$/ },
];

/** The kernel's name for a task's token; a callback that does not pass it on could never be answered. */
export const TASK_TOKEN = '{% $states.context.Task.Token %}';

/** Where this expression may stand, or nothing for one that is not known here. */
export const placeOf = (text: string): Form['stands'] | undefined =>
  FORMS.find((form) => form.pattern.test(text))?.stands;

/** Is, or was meant to be, an expression: what a definition may only hold if {@link placeOf} knows it. */
export const looksLikeExpression = (text: string): boolean => text.includes('{%') || text.includes('%}');

/** `$states` as an expression sees it. */
export interface States {
  readonly input: Json;
  readonly context: { readonly Task?: { readonly Token: string } };
}

/** `States.QueryEvaluationError`: on AWS an expression that comes to nothing fails its state. */
export class QueryEvaluationError extends Error {
  override readonly name = 'States.QueryEvaluationError';
}

const compiled = new Map<string, jsonata.Expression>();

/**
 * The value of an expression that `placeOf` knows. `field` names it in the error, as AWS does (`Arguments/Payload/step`).
 * Throws {@link QueryEvaluationError} for a value that is undefined.
 */
export async function evaluate(text: string, states: States, field: string): Promise<Json> {
  const source = text.slice(2, -2).trim();
  let expression = compiled.get(text);
  if (!expression) {
    expression = jsonata(source);
    compiled.set(text, expression);
  }
  const value: Json | undefined = await expression.evaluate(undefined, { states });
  if (value === undefined) {
    throw new QueryEvaluationError(
      `The JSONata expression '${source}' specified for the field '${field}' returned nothing (undefined).`,
    );
  }
  return value;
}

/** The template with every expression in it replaced by its value. Throws as {@link evaluate} does. */
export async function fillIn(template: Json, states: States, field: string): Promise<Json> {
  if (typeof template === 'string') return looksLikeExpression(template) ? evaluate(template, states, field) : template;
  if (typeof template !== 'object' || template === null) return template;
  if (Array.isArray(template)) {
    const items: Json[] = [];
    for (const [index, item] of template.entries()) items.push(await fillIn(item, states, `${field}[${index}]`));
    return items;
  }
  const filled: Record<string, Json> = {};
  for (const [key, member] of Object.entries(template)) filled[key] = await fillIn(member, states, `${field}/${key}`);
  return filled;
}
