/** What a rule has somebody told: lines of their next digest. */
import type { Effect } from './process.ts';
import type { Day } from './time.ts';

/**
 * `decided`: to the subject, about their own process; `told`: to somebody else. `code` names the sentence in the texts of
 * the process, `values` are the numbers and days in it.
 */
export const tell = (
  personId: string,
  reason: 'decided' | 'told',
  code: string,
  values?: Readonly<Record<string, number | Day>>,
): Effect => ({ effect: 'tell', personId, reason, code, ...(values && { values }) });

/** Tells each of them once, but not those who know because they did it or are asked. */
export const tellEach = (
  people: readonly (string | null | undefined)[],
  code: string,
  except: readonly (string | null | undefined)[] = [],
  values?: Readonly<Record<string, number | Day>>,
): readonly Effect[] =>
  [...new Set(people)].flatMap((personId) =>
    personId === null || personId === undefined || except.includes(personId)
      ? []
      : [tell(personId, 'told', code, values)],
  );
