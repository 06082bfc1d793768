/** How a task stands, in words and in a colour that only repeats them. */
import type { TaskSummary } from './shapes.ts';
import { dueWords, texts } from './texts.ts';

export function Due({
  task,
  today,
}: {
  task: Pick<TaskSummary, 'dueOn' | 'isOverdue' | 'isEscalated' | 'isStalled' | 'schoolDaysLate'>;
  today: string;
}) {
  const level =
    task.isStalled || task.isEscalated ? 'worse' : task.isOverdue ? 'late' : task.dueOn === today ? 'soon' : 'calm';
  return (
    <span className={`due ${level}`}>
      {dueWords(task, today)}
      {task.isStalled && ` · ${texts.inbox.stalled}`}
    </span>
  );
}
