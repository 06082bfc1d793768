import * as z from 'zod';

export const environment = z.object({
  TABLE_NAME: z.string(),
  /** Where people open the console, without a slash at its end. */
  PUBLIC_URL: z.string(),
  FROM_ADDRESS: z.string(),
});
