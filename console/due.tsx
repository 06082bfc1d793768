/** How a task stands, in words and in a colour that only repeats them. */
import type { TaskSummary } from './shapes.ts';
import { dueWords, texts } from './texts.ts';

/** What a card or a row says of several open tasks: the one that is due first. */
export const firstDue = <Task extends Pick<TaskSummary, 'dueOn'>>(tasks: readonly Task[]): Task | undefined =>
  tasks.toSorted((one, other) => ((one.dueOn ?? '9') < (other.dueOn ?? '9') ? -1 : 1))[0];

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
