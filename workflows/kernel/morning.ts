/**
 * The dates' side: what the morning run does about a wait whose day has come, and about a process whose people or
 * calendar have changed. Pure; safe to run twice, late, or after a week without.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Change, Part } from './change.ts';
import { type AnyTask, datedChildren, nextLook } from './dates.ts';
import { answering, course, redatedWait, taskOf } from './decide.ts';
import { ladderOf, rungsDue } from './due.ts';
import { chasersOf, nextInChain } from './people.ts';
import type { Counting } from './process.ts';
import type { Child, Person, Process, Wait } from './records.ts';
import { isRejection } from './rejections.ts';
import { declarationOf, isEnded, type Scene, taskIdOf, viewOf, without } from './snapshot.ts';
import { bySystem, changeOf, decidedBefore, noticesOfTask, partOfWait, told, type WaitChange } from './transition.ts';

/** What a wait that is due comes to: an answer, notices and its next look, or nothing any more. */
export function dueWait(scene: Scene, wait: Wait, children: readonly Child[] = []): Change | undefined {
  const { definition, snapshot, world } = scene;
  const isDue = wait.state === 'open' && wait.nextAt !== undefined && wait.nextAt <= world.now;
  if (!isDue || snapshot.process.status !== 'active' || wait.step !== snapshot.process.step) return undefined;
  const declared = declarationOf(definition, wait);
  switch (declared.wait) {
    case 'children': {
      const counted = declared.counted(viewOf(scene, wait), children);
      if (counted === undefined) return lookedAt(wait, datedChildren(wait, viewOf(scene, wait)));
      return answering(
        scene,
        wait,
        { ...without(wait, 'nextAt'), state: 'answered', outcome: counted.outcome, answeredAt: world.now },
        counted,
        { event: 'children-counted', by: bySystem },
      );
    }
    case 'timer': {
      const elapsed = declared.elapsed?.(viewOf(scene, wait));
      const data = elapsed?.data ?? viewOf(scene).data;
      return answering(
        scene,
        wait,
        { ...without(wait, 'nextAt'), state: 'answered', outcome: 'elapsed', answeredAt: world.now },
        { outcome: 'elapsed', data, effects: elapsed?.effects ?? [] },
        { event: 'timer-elapsed', by: bySystem },
      );
    }
    case 'task':
      return lapsed(scene, declared, wait) ?? reminded(scene, declared, wait);
    default:
      return undefined;
  }
}

/** Whose rows a wait for children counts; nothing for another wait. */
export function countingOf(scene: Scene, wait: Wait): Counting | undefined {
  const declared = declarationOf(scene.definition, wait);
  if (declared.wait !== 'children') return undefined;
  return declared.counts?.(viewOf(scene, wait)) ?? { parentId: wait.processId };
}

/** Looked at, and again when it says: only the wait is written, and only as it was seen. */
const lookedAt = (before: Wait, after: Wait): Change => ({
  parts: [{ ...partOfWait({ before, after }), expect: { state: 'open', nextAt: before.nextAt } }],
});

/** After its last day a task is answered by the rule that says so. */
function lapsed(scene: Scene, task: AnyTask, wait: Wait): Change | undefined {
  const { world } = scene;
  const view = viewOf(scene, wait);
  const lapses = task.lapses?.(view);
  if (lapses === undefined || world.today <= lapses.lastDay) return undefined;
  const answered = task.answer(view, lapses.outcome, {}, null);
  if (isRejection(answered)) throw new Error(`${task.key} refuses its own lapse: ${answered.rejected}`);
  return answering(
    scene,
    wait,
    { ...without(wait, 'nextAt'), state: 'answered', outcome: answered.outcome, answeredAt: world.now },
    answered,
    { event: 'task-lapsed', by: bySystem },
  );
}

/** Notices of the rungs that hold today, and the next rung after today: a week's backlog is one notice. */
function reminded(scene: Scene, task: AnyTask, wait: Wait): Change | undefined {
  const { snapshot, world } = scene;
  const { process } = snapshot;
  const ladder = ladderOf(wait, task.isPersonal);
  const rungs = ladder ? rungsDue(ladder, world.calendar, world.today) : [];
  let after = wait;
  const notices: Part[] = [];
  const tell = (people: readonly Person[], reason: string) =>
    notices.push(...noticesOfTask(world, process, wait, people, reason));
  for (const rung of rungs) {
    switch (rung) {
      case 'follow-up':
      case 'due-today':
      case 'late':
        tell(told(scene, task, wait), rung);
        break;
      case 'escalated':
      case 'stalled':
        tell(chasersOf(task.chaser, wait, world.subject, world.directory, world.today, task.isPersonal), rung);
        break;
      case 'may-decide': {
        if (wait.candidate === undefined || wait.alsoCandidate !== undefined) break;
        const next = nextInChain(
          wait.candidate,
          {
            subject: world.subject,
            schoolId: process.schoolId,
            conflicts: wait.conflicts,
            exclude: decidedBefore(scene, task),
          },
          world.directory,
          world.today,
        );
        if (next.candidate === undefined) break;
        after = { ...after, alsoCandidate: next.candidate };
        tell(next.eligible, rung);
        break;
      }
      default:
        rung satisfies never;
    }
  }
  const nextAt = nextLook(task, after, viewOf(scene, after), world.today);
  const moved: Wait = nextAt === undefined ? without(after, 'nextAt') : { ...after, nextAt };
  // Reminding is no change that anybody could see; a right to decide is.
  if (after.alsoCandidate !== undefined && wait.alsoCandidate === undefined)
    return changeOf(world, {
      before: process,
      after: process,
      side: 'people',
      waits: [{ before: wait, after: moved }],
      happened: {
        event: 'next-may-decide',
        by: bySystem,
        taskId: taskIdOf(wait),
        data: { wait: wait.part ?? wait.wait, candidate: after.alsoCandidate },
      },
      extra: notices,
    });
  return {
    parts: [
      { ...partOfWait({ before: wait, after: moved }), expect: { state: 'open', nextAt: wait.nextAt } },
      ...unique(notices),
    ],
  };
}

const unique = (parts: readonly Part[]): Part[] => [...new Map(parts.map((part) => [part.name, part])).values()];

/**
 * What has changed around a live process since yesterday: its subject left or moved, who decides has changed, the
 * calendar gives other dates, a pause is over. One change at a time; asked again until there is none.
 */
export function tended(scene: Scene): Change | undefined {
  const { definition, snapshot, world } = scene;
  const { process } = snapshot;
  if (isEnded(process)) return undefined;
  const left = definition.onSubjectLeft?.(viewOf(scene));
  if (left !== undefined) return accepted(course(scene, left, { event: 'subject-left', by: bySystem }));
  const movedTo = definition.onSubjectMoved?.(viewOf(scene));
  if (movedTo !== undefined) return accepted(course(scene, movedTo, { event: 'school-moved', by: bySystem }));
  if (process.status === 'paused') {
    if (process.resumesOn === undefined || process.resumesOn > world.today) return undefined;
    const data = viewOf(scene).data;
    return accepted(course(scene, { data, course: { then: 'resumes' } }, { event: 'process-resumed', by: bySystem }));
  }
  const reassignment = reassigned(scene);
  if (reassignment !== undefined) return reassignment;
  const acted = definition.onMorning?.(viewOf(scene));
  return acted && accepted(course(scene, acted, { event: acted.event, by: bySystem }));
}

/** A rule of the process may say "not now" (it is just moving on): tomorrow, then. */
const accepted = (result: ReturnType<typeof course>): Change | undefined => (isRejection(result) ? undefined : result);

function reassigned(scene: Scene): Change | undefined {
  const { definition, snapshot, world } = scene;
  const { process } = snapshot;
  const changes: WaitChange[] = [];
  const notices: Part[] = [];
  for (const before of openWaits(snapshot.process, snapshot.waits)) {
    const task = taskOf(definition, before);
    const fresh = redatedWait(scene, before, false);
    // What the ladder has reached stays; a date that is still to come may move.
    const after: Wait =
      fresh.dueOn === before.dueOn && fresh.hardOn === before.hardOn && before.nextAt !== undefined
        ? { ...fresh, nextAt: before.nextAt }
        : fresh;
    if (isDeepStrictEqual(after, before)) continue;
    changes.push({ before, after });
    if (task === undefined) continue;
    // Other dates are news to nobody. Who had it before and left cannot be asked; who has it now is told.
    if (!isDeepStrictEqual(after.candidate, before.candidate))
      notices.push(...noticesOfTask(world, process, after, told(scene, task, after), 'new'));
  }
  if (changes.length === 0) return undefined;
  const kept = changes.flatMap(({ before, after }) =>
    after.keptUntil !== undefined && before?.keptUntil === undefined ? [after.part ?? after.wait] : [],
  );
  return changeOf(world, {
    before: process,
    after: process,
    side: 'people',
    waits: changes,
    happened: {
      event: 'tasks-reassigned',
      by: bySystem,
      data: { waits: changes.map(({ after }) => after.part ?? after.wait), ...(kept.length > 0 && { kept }) },
    },
    extra: notices,
  });
}

const openWaits = (process: Process, waits: readonly Wait[]): readonly Wait[] =>
  waits.filter((wait) => wait.step === process.step && wait.state === 'open');
