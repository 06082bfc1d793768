import * as z from 'zod';

export const environment = z.object({
  TABLE_NAME: z.string(),
  PUBLIC_URL: z.string(),
  /** The claim that names the person. */
  PERSON_CLAIM: z.enum(['email', 'preferred_username', 'oid', 'sub']).default('email'),
});
