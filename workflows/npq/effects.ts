/** The name that only one accepted place of a person may hold, whether an application or a study holds it. */

/**
 * One accepted place for a person, course and cohort: claimed with the provider's acceptance, free again when the
 * application or the study that came of it is withdrawn (`applications/accept.rb`).
 */
export const acceptedGuard = (
  personId: string,
  { courseId, cohortId }: { readonly courseId: string; readonly cohortId: string },
): string => `accepted#${personId}#${courseId}#${cohortId}`;
