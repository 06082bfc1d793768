/** The refusals of a learning review cycle: which rejection, in which words. */
import type { Calendar, LearningReviewCycle } from '../kernel/calendar.ts';
import { type Rejection, reject } from '../kernel/rejections.ts';
import { type Day, fullDate } from '../kernel/time.ts';
import { cyclesToOpen } from '../learning-needs/cycle.ts';
import { refusals } from './texts.ts';

/** Names those that can still be opened. */
export function noSuchCycle(calendar: Calendar, today: Day): Rejection {
  const message = refusals['no-such-cycle'](cyclesToOpen(calendar, today).map(({ id, label }) => `${id} (${label})`));
  return reject('invalid-fields', message, [{ path: 'cycleId', message }]);
}

export const cycleClosed = ({ closesOn }: LearningReviewCycle): Rejection =>
  reject('not-now', refusals['cycle-closed'](fullDate(closesOn)));

export const cycleTooEarly = ({ opensOn }: LearningReviewCycle): Rejection =>
  reject('not-now', refusals['cycle-too-early'](fullDate(opensOn)));
