/** The story of an action research set: from meeting to meeting, until it has done its work. */
import { defineMachine } from '../kernel/machine.ts';
import { process, tasks, timers } from './process.ts';

export const machine = defineMachine(process, (m) => {
  // The cast
  const plan = m.task('Lead plans the next meeting', tasks.planMeeting);
  const next = m.timer('Set meets', timers.nextMeeting);
  const record = m.task('Lead records the meeting', tasks.recordMeeting);

  // The plot
  plan.on({ planned: next, closed: m.completed('closed') });
  next.on({ elapsed: record });
  record.on({ recorded: plan, 'not-held': plan });
  return plan;
});
