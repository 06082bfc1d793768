/** What NPQ processes do beyond their own data: whom they tell, and the name that only one accepted place may hold. */
import type { Effect } from '../kernel/process.ts';

/**
 * One accepted place for a person, course and cohort: claimed with the provider's acceptance, free again when the
 * application or the study that came of it is withdrawn (`applications/accept.rb`).
 */
export const acceptedGuard = (
  personId: string,
  { courseId, cohortId }: { readonly courseId: string; readonly cohortId: string },
): string => `accepted#${personId}#${courseId}#${cohortId}`;

/** `decided`: to the subject, about their own process; `told`: to somebody else. */
export const tell = (personId: string, reason: 'decided' | 'told', code: string): Effect => ({
  effect: 'tell',
  personId,
  reason,
  code,
});

/** Tells each of them once, but not those who know because they did it or are asked. */
export const tellEach = (
  people: readonly (string | undefined)[],
  code: string,
  except: readonly (string | undefined)[],
): readonly Effect[] =>
  [...new Set(people)].flatMap((personId) =>
    personId === undefined || except.includes(personId) ? [] : [tell(personId, 'told', code)],
  );
