/** The story of a school review: conversations are held, the needs are added up, the head chooses priorities. */
import { defineMachine } from '../kernel/machine.ts';
import { process, waits } from './process.ts';

export const machine = defineMachine(process, (m) => {
  // The cast
  const conversations = m.children('School holds its conversations', waits.conversations);
  const priorities = m.task('Headteacher chooses priorities', waits.schoolPriorities);

  // The plot
  conversations.on({
    told: conversations,
    counted: priorities,
    'nobody-reviewed': m.completed('no-reviews'),
  });
  priorities.on({ chosen: m.completed('priorities-chosen'), 'none-chosen': m.stopped('no-priorities') });
  return conversations;
});
