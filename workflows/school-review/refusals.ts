/** The refusal of a school review, in words. */
import { type Rejection, reject } from '../kernel/rejections.ts';
import { refusals } from './texts.ts';

export const onlyByCycle = (): Rejection => reject('not-allowed', refusals['only-by-cycle']());
