import * as z from 'zod';

export const environment = z.object({
  TABLE_NAME: z.string().min(1),
  /** The claim of the token that names the person. */
  PERSON_CLAIM: z.enum(['email', 'preferred_username', 'oid', 'sub']).default('email'),
  /** Key of the hash by which dates of birth are compared; 32 characters are 128 bits as hexadecimal. Never change it. */
  BIRTH_KEY: z.string().min(32),
});
