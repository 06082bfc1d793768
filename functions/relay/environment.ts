import * as z from 'zod';

export const environment = z.object({
  TABLE_NAME: z.string(),
  /** ARN of the state machine of each kind of process, as JSON. */
  MACHINES: z.string().transform((text) => z.record(z.string(), z.string()).parse(JSON.parse(text))),
});
