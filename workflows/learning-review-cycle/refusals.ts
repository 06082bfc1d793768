/** The refusals of a learning review cycle: which rejection, in which words. */
import { type Calendar, type LearningReviewCycle, learningReviewCycles } from '../kernel/calendar.ts';
import { type Rejection, reject } from '../kernel/rejections.ts';
import { fullDate } from '../kernel/time.ts';
import { refusals } from './texts.ts';

export function noSuchCycle(calendar: Calendar): Rejection {
  const message = refusals['no-such-cycle'](learningReviewCycles(calendar).map(({ id }) => id));
  return reject('invalid-fields', message, [{ path: 'cycleId', message }]);
}

export const cycleClosed = ({ closesOn }: LearningReviewCycle): Rejection =>
  reject('not-now', refusals['cycle-closed'](fullDate(closesOn)));
