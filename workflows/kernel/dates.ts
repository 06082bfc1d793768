/** The dates of a wait: when it is due, what a provider allows at the latest, and when the morning run looks at it again. */
import { countedFrom, defaultDueOn, type LadderTask, ladderOf, nextRung } from './due.ts';
import type { Children, Task, Timer, View } from './process.ts';
import type { Wait } from './records.ts';
import { addDays, type Day, type Instant, morningOf } from './time.ts';

// biome-ignore lint/suspicious/noExplicitAny: tasks of every process
export type AnyTask = Task<any, string, any>;
// biome-ignore lint/suspicious/noExplicitAny: timers of every process
export type AnyTimer = Timer<any, string>;

// biome-ignore lint/suspicious/noExplicitAny: children of every process
export type AnyChildren = Children<any, string, any>;

const earliest = (...instants: readonly (Instant | undefined)[]): Instant | undefined =>
  instants.filter((at) => at !== undefined).sort()[0];

/** When the morning run next looks at an open task after the run of `after`: its next rung, or the morning after it lapses. */
export function nextLook(task: AnyTask, wait: Wait, view: View<unknown>, after: Day): Instant | undefined {
  const { calendar } = view.world;
  const ladder: LadderTask | undefined = ladderOf(wait, task.isPersonal);
  const rung = ladder && nextRung(ladder, calendar, after).on;
  const lapses = task.lapses?.(view);
  return earliest(rung && morningOf(rung), lapses && morningOf(addDays(lapses.lastDay, 1)));
}

/** An open wait of a task with its dates worked out; without `nextAt` while the process is paused. */
export function datedTask(task: AnyTask, wait: Wait, view: View<unknown>): Wait {
  const { calendar, today } = view.world;
  const openedOn = countedFrom(wait);
  const hardOn = task.hardOn?.({ ...view, wait });
  const dueOn = task.dueOn?.({ ...view, wait }) ?? defaultDueOn(calendar, task.key, openedOn, { hardOn });
  const { nextAt: _nextAt, hardOn: _hardOn, ...rest } = wait;
  const dated: Wait = { ...rest, dueOn, ...(hardOn && { hardOn }) };
  if (view.process.status === 'paused') return dated;
  const next = nextLook(task, dated, { ...view, wait: dated }, today);
  return next ? { ...dated, nextAt: next } : dated;
}

/** An open wait for a date; without `nextAt` while the process is paused. */
export function datedTimer(timer: AnyTimer, wait: Wait, view: View<unknown>): Wait {
  const dueOn = timer.on({ ...view, wait });
  const { nextAt: _nextAt, ...rest } = wait;
  if (view.process.status === 'paused') return { ...rest, dueOn };
  return { ...rest, dueOn, nextAt: morningOf(dueOn) };
}

/** An open wait for children: looked at every morning, from tomorrow on; not while the process is paused. */
export function datedChildren(wait: Wait, view: View<unknown>): Wait {
  const { nextAt: _nextAt, ...rest } = wait;
  if (view.process.status === 'paused') return rest;
  return { ...rest, nextAt: morningOf(addDays(view.world.today, 1)) };
}
