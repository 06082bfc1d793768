/** The refusals of a learning review cycle: which rejection, in which words. */
import { type Calendar, type LearningReviewCycle, learningReviewCycles } from '../kernel/calendar.ts';
import { type Rejection, reject } from '../kernel/rejections.ts';
import { type Day, fullDate } from '../kernel/time.ts';
import { refusals } from './texts.ts';

/** Names those that can still be opened. */
export function noSuchCycle(calendar: Calendar, today: Day): Rejection {
  const open = learningReviewCycles(calendar).filter(({ closesOn }) => closesOn >= today);
  const message = refusals['no-such-cycle'](open.map(({ id, label }) => `${id} (${label})`));
  return reject('invalid-fields', message, [{ path: 'cycleId', message }]);
}

export const cycleClosed = ({ closesOn }: LearningReviewCycle): Rejection =>
  reject('not-now', refusals['cycle-closed'](fullDate(closesOn)));
