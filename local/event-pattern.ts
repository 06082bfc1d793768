/**
 * The event patterns of EventBridge rules and of the filters of event source mappings: which event a rule takes.
 * Only the comparisons listed here are known; any other is refused by name when the pattern is loaded, never ignored.
 */

export type EventPattern = { readonly [field: string]: EventPattern | readonly unknown[] };

/** Answers whether an event is taken. */
export type Matcher = (event: unknown) => boolean;

/**
 * Compiles a pattern. `where` names it in errors. Throws for a comparison that is not implemented and for a shape that
 * AWS refuses as well.
 */
export function compilePattern(pattern: unknown, where: string): Matcher {
  if (!isObject(pattern)) throw new Error(`${where}: an event pattern is an object`);
  return compileFields(pattern, where, []);
}

function compileFields(pattern: Record<string, unknown>, where: string, path: readonly string[]): Matcher {
  const fields = Object.entries(pattern).map(([field, wanted]): Matcher => {
    const at = [...path, field];
    if (field === '$or') return compileOr(wanted, where, path);
    if (isObject(wanted)) {
      const inner = compileFields(wanted, where, at);
      return (event) => inner(isObject(event) ? event[field] : undefined);
    }
    if (!Array.isArray(wanted) || wanted.length === 0) {
      throw new Error(`${where}: ${at.join('.')} needs a list of what it may be`);
    }
    const comparisons = wanted.map((comparison) => compileComparison(comparison, `${where}: ${at.join('.')}`));
    return (event) => {
      const found = isObject(event) ? event[field] : undefined;
      return comparisons.some((matches) => matches(found));
    };
  });
  return (event) => fields.every((matches) => matches(event));
}

function compileOr(wanted: unknown, where: string, path: readonly string[]): Matcher {
  if (!Array.isArray(wanted) || !wanted.every(isObject)) throw new Error(`${where}: $or needs a list of patterns`);
  const branches = wanted.map((branch) => compileFields(branch, where, path));
  return (event) => branches.some((matches) => matches(event));
}

/** A field that is a list matches where one of its elements does. */
const some = (test: (value: unknown) => boolean): Matcher => {
  return (found) => (Array.isArray(found) ? found.some(test) : test(found));
};

function compileComparison(comparison: unknown, where: string): Matcher {
  if (!isObject(comparison)) return some((value) => value === comparison);
  const [operator, operand, ...more] = Object.entries(comparison).flat();
  if (more.length === 0) {
    if (operator === 'exists' && typeof operand === 'boolean') {
      // `exists` is about leaves: an object is not one.
      return (found) => (found !== undefined && !isObject(found)) === operand;
    }
    if (operator === 'prefix' && typeof operand === 'string') {
      return some((value) => typeof value === 'string' && value.startsWith(operand));
    }
    if (operator === 'suffix' && typeof operand === 'string') {
      return some((value) => typeof value === 'string' && value.endsWith(operand));
    }
    if (operator === 'anything-but' && !isObject(operand)) {
      const refused: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
      return some((value) => value !== undefined && !refused.includes(value));
    }
  }
  throw new Error(`${where}: the comparison ${JSON.stringify(comparison)} is not implemented here`);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
