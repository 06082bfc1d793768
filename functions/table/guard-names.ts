/**
 * Names that only one person may have, and by which that person is found consistently. A guard only points: whoever
 * follows it reads the person and compares, as an import claims names before it counts.
 */

/** `email` trimmed and lower-cased. */
export const emailGuard = (email: string): string => `email#${email}`;

/** `<issuer>|<sub>`, stored at the first sign-in; from then on it counts before the address. */
export const externalGuard = (externalId: string): string => `external#${externalId}`;

/** The employee number at a school, `trust` for the central office. */
export const employeeGuard = (schoolId: string, employeeNumber: string): string =>
  `employee#${schoolId}#${employeeNumber}`;
