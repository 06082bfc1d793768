/** The story of a learning review: looking back, talking, working on it, looking back again. */
import { defineMachine } from '../kernel/machine.ts';
import { process, tasks, timers } from './process.ts';

export const machine = defineMachine(process, (m) => {
  // The cast
  const selfReview = m.task('Person looks back and ahead', tasks.selfReview);
  const conversation = m.task('Line manager and person agree needs', tasks.conversation);
  const development = m.timer('Some weeks have passed', timers.followUpDue);
  const followUp = m.task('Person says what helped', tasks.followUp);
  const answer = m.timer('Trust says what becomes of the needs', timers.trustAnswer);

  const notHeld = m.stopped('not-held');

  // The plot
  selfReview.on({ written: conversation, skipped: conversation, 'not-held': notHeld });
  conversation.on({ agreed: development, 'not-held': notHeld });
  development.on({ elapsed: followUp });
  followUp.on({ reviewed: answer, unanswered: answer });
  answer.on({ elapsed: m.completed('reviewed') });
  return selfReview;
});
