/** The refusals of a learning review: which rejection, in which words. */
import { type Rejection, reject } from '../kernel/rejections.ts';
import { refusals } from './texts.ts';

export const onlyByCycle = (): Rejection => reject('not-allowed', refusals['only-by-cycle']());
export const pastSelfReview = (): Rejection => reject('not-now', refusals['past-self-review']());
