/** Lists come page by page: how much is asked for, where to go on, and what a page is. */
import * as z from 'zod';
import { type Rejection, reject } from '../../workflows/kernel/rejections.ts';

export const Limit = z.coerce.number().int().min(1, 'Ask for 1 to 100.').max(100, 'Ask for 1 to 100.').default(50);
export const Cursor = z.string().max(2000).optional();

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), cursor: z.string().nullable() });

export const badCursor = (): Rejection =>
  reject('invalid-fields', 'This page cannot be found again. Start the list from its beginning.', [
    { path: 'cursor', message: 'Use the cursor exactly as the last page gave it.' },
  ]);
