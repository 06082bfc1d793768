/**
 * From one state of a process to the next, as one {@link Change}: head, waits, one event of the chain, and what the
 * rules asked for besides. The only place where the parts of a transaction on a process are put together.
 */

import { chainEvent, GENESIS } from './chain.ts';
import { type Change, type Part, put, remove, update } from './change.ts';
import type { AnyTask } from './dates.ts';
import { fallsBeforeNextSchoolDay, isDueBeforeNextDigest } from './due.ts';
import { mailboxOf, recipientsOf, resolveDecider, toldOf } from './people.ts';
import type { Effect } from './process.ts';
import {
  type By,
  type Candidate,
  type Guard,
  type Person,
  type Process,
  TRUST,
  trustRoles,
  type Wait,
} from './records.ts';
import type { Rejection } from './rejections.ts';
import { type AnyProcess, answeredBy, isEnded, type Scene, taskIdOf, viewOf, without } from './snapshot.ts';
import type { World } from './world.ts';

/** A wait put (no `before`) or altered. */
export interface WaitChange {
  readonly before?: Wait;
  readonly after: Wait;
}

export interface Happened {
  /** Past tense: `task-completed`. */
  readonly event: string;
  readonly by: By;
  readonly taskId?: string | undefined;
  readonly outcome?: string | undefined;
  /** Ids and codes; never a name or text that somebody wrote. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
}

export interface Transition {
  readonly before: Process | undefined;
  /** The process as it shall be, but for version and chain, which are moved here. */
  readonly after: Process;
  /** Whose write it is: people's needs the version and the `owedAt` that it saw, the machine's the version and the run. */
  readonly side: 'people' | 'machine';
  readonly waits?: readonly WaitChange[];
  readonly happened: Happened;
  readonly effects?: readonly Effect[];
  readonly extra?: readonly Part[];
}

export const bySystem: By = { system: true };

/** Makes the one transaction of a transition. */
export function changeOf(world: World, transition: Transition): Change {
  const { before, happened, side } = transition;
  const besides = partsOfEffects(transition.after, transition.effects ?? [], world);
  const event = chainEvent(before ? { seq: before.lastSeq, hash: before.lastHash } : GENESIS, {
    type: 'event',
    processId: transition.after.processId,
    kind: transition.after.kind,
    at: world.now,
    event: happened.event,
    by: happened.by,
    ...(happened.taskId !== undefined && { taskId: happened.taskId }),
    ...(happened.outcome !== undefined && { outcome: happened.outcome }),
    ...(before && { fromStage: before.stage }),
    toStage: transition.after.stage,
    data: { ...happened.data, ...urgencyOf(transition) },
  });
  const after: Process = {
    ...transition.after,
    version: (before?.version ?? 0) + 1,
    lastSeq: event.seq,
    lastHash: event.hash,
  };
  const parts = [
    before
      ? update('process', before, after, {
          version: before.version,
          // Driving moves `owedAt` and no version: a change made on an earlier one would leave it, or its key, behind.
          ...(side === 'machine' ? { run: before.run } : { owedAt: before.owedAt }),
        })
      : put('process', after),
    ...(transition.waits ?? []).map(partOfWait),
    put(`event:${event.seq}`, event),
    ...besides.parts,
    ...(transition.extra ?? []),
  ];
  // Two reasons to write the same notice are one line.
  return { parts: [...new Map(parts.map((part) => [part.name, part])).values()], refusals: besides.refusals };
}

/**
 * Who cannot wait for the next digest: the bus passes the event on to `notify` (`infra/messages.ts`). What the morning
 * run writes itself goes out with its own digests, which are not complete before its end.
 */
function urgencyOf({ side, happened, extra = [] }: Transition) {
  if (side === 'people' && 'system' in happened.by) return {};
  const personIds = extra.flatMap(({ after }) => (after?.type === 'notice' && after.isUrgent ? [after.personId] : []));
  return personIds.length > 0 ? { isUrgent: true, personIds: [...new Set(personIds)] } : {};
}

export const partOfWait = ({ before, after }: WaitChange): Part =>
  before
    ? update(`wait:${taskIdOf(after)}`, before, after, { state: before.state })
    : put(`wait:${taskIdOf(after)}`, after);

/** Closes what is open at the step, for a jump or a stop. */
export const closing = ({ snapshot: { process, waits } }: Scene): WaitChange[] =>
  waits
    .filter((wait) => wait.step === process.step && wait.state === 'open')
    .map((before) => ({ before, after: { ...without(before, 'nextAt'), state: 'closed' } }));

export interface End {
  readonly outcome: string;
  readonly reason?: string | undefined;
  readonly happened: Happened;
  readonly data?: unknown;
  readonly effects?: readonly Effect[] | undefined;
}

/** The end of a process by people, or by another process: what is open is closed, nothing is owed. */
export function stopping(scene: Scene, end: End): Change {
  const { snapshot, definition, world } = scene;
  const before = snapshot.process;
  const data = (end.data ?? before.data) as Process['data'];
  const atEnd = definition.onEnd?.({ ...viewOf(scene), data: definition.data.parse(data) }, end.outcome);
  const after: Process = {
    ...without(before, 'owedAt', 'resumesOn'),
    status: 'stopped',
    outcome: end.outcome,
    ...reasonOf(end.reason ?? atEnd?.reason),
    endedAt: world.now,
    data: (atEnd?.data ?? data) as Process['data'],
  };
  return changeOf(world, {
    before,
    after,
    side: 'people',
    waits: closing(scene),
    happened: end.happened,
    effects: [...(end.effects ?? []), ...(atEnd?.effects ?? [])],
  });
}

export const reasonOf = (reason: string | undefined) => (reason === undefined ? {} : { reason });

interface Besides {
  readonly parts: Part[];
  readonly refusals: Record<string, Rejection>;
}

const guardOf = (guard: string, holder: string): Guard => ({ type: 'guard', guard, holder });

function partsOfEffects(process: Process, effects: readonly Effect[], world: World): Besides {
  const parts: Part[] = [];
  const refusals: Record<string, Rejection> = {};
  const claim = (guard: Guard, refusal: Rejection) => {
    parts.push(put(`guard:${guard.guard}`, guard));
    refusals[`guard:${guard.guard}`] = refusal;
  };
  const released = new Set(effects.flatMap((e) => (e.effect === 'release' ? [e.guard] : [])));
  let person: Person = world.subject;
  for (const effect of effects) {
    switch (effect.effect) {
      case 'claim':
        // Released and taken again in one change: it stays with its holder.
        if (!released.delete(effect.guard)) claim(guardOf(effect.guard, process.processId), effect.rejection);
        break;
      case 'release':
        break;
      case 'stop-other':
        parts.push(...partsOfStoppedOther(process, effect, world));
        break;
      case 'record-qualification': {
        const { qualification: added } = effect;
        const others = person.qualifications.filter(
          (q) => q.courseId !== added.courseId || q.cohortId !== added.cohortId,
        );
        person = { ...person, qualifications: [...others, added] };
        break;
      }
      case 'record-trn':
        if (person.trn === effect.trn) break;
        claim(guardOf(`trn#${effect.trn}`, person.personId), {
          rejected: 'trn-taken',
          detail: 'Somebody else here has this TRN. Check the seven digits; if they are right, tell your trust office.',
        });
        if (person.trn !== undefined) {
          const old = guardOf(`trn#${person.trn}`, person.personId);
          parts.push(remove(`guard:${old.guard}`, old, { holder: old.holder }));
        }
        person = { ...person, trn: effect.trn };
        break;
      case 'tell': {
        const { personId, reason, code } = effect;
        parts.push(...noticeFor(world, personId, process, { reason, about: process.processId, code }));
        break;
      }
      default:
        effect satisfies never;
    }
  }
  for (const guard of released) {
    const held = guardOf(guard, process.processId);
    parts.push({ name: `guard:${guard}`, before: held, isUnconditional: true });
  }
  if (person !== world.subject) {
    const after = { ...person, version: world.subject.version + 1 };
    parts.push(update(`person:${person.personId}`, world.subject, after, { version: world.subject.version }));
  }
  return { parts, refusals };
}

function partsOfStoppedOther(by: Process, effect: Effect & { effect: 'stop-other' }, world: World): Part[] {
  const process = world.others.find((other) => other.processId === effect.processId);
  if (process === undefined || isEnded(process)) return [];
  const definition = world.definitionOf(process.kind);
  const change = stopping(
    { definition, snapshot: { process, waits: world.waitsOf(process.processId) }, world },
    {
      outcome: effect.outcome,
      reason: effect.reason,
      happened: {
        event: 'process-stopped',
        by: bySystem,
        outcome: effect.outcome,
        data: { reason: effect.reason, becauseOf: by.processId },
      },
    },
  );
  return change.parts.map((part) =>
    part.after?.type === 'notice' ? part : { ...part, name: `${part.name}@${process.processId}` },
  );
}

/** One line of somebody's next digest; in the manager's digest for somebody without an address; none for nobody. */
export function noticeFor(
  world: World,
  personId: string,
  process: Process,
  line: { reason: string; about: string; code?: string | undefined; isUrgent?: boolean },
): Part[] {
  const person = world.directory.person(personId);
  const mailbox = person && mailboxOf(person, world.directory, world.today);
  if (mailbox === undefined) return [];
  return [
    {
      name: `notice:${mailbox.personId}:${line.about}:${line.reason}:${line.code ?? ''}`,
      after: {
        type: 'notice',
        personId: mailbox.personId,
        reason: line.reason,
        about: line.about,
        processId: process.processId,
        processKind: process.kind,
        subjectId: process.subjectId,
        ...(line.code !== undefined && { code: line.code }),
        at: world.now,
        // What is urgent waits for no school day: the next morning run sends it, if nothing does before.
        nextAt: line.isUrgent ? world.now : world.digestAt,
        isUrgent: line.isUrgent ?? false,
      },
      isUnconditional: true,
    },
  ];
}

/** A line about a task for each of these people. */
export function noticesOfTask(
  world: World,
  process: Process,
  wait: Wait,
  people: readonly Person[],
  reason: string,
): Part[] {
  const isUrgent =
    reason === 'new'
      ? isDueBeforeNextDigest(world.calendar, wait.dueOn, world.now)
      : fallsBeforeNextSchoolDay(world.calendar, wait.hardOn, world.today);
  const about = taskIdOf(wait);
  return people.flatMap(({ personId }) => noticeFor(world, personId, process, { reason, about, isUrgent }));
}

/** The wait with the candidate who decides now, by the task's chain or by name. */
export function withDecider(scene: Scene, task: AnyTask, wait: Wait): Wait {
  const { snapshot, world } = scene;
  const { schoolId } = snapshot.process;
  const { candidate } = resolveDecider(
    task.decider(viewOf(scene, wait)),
    { subject: world.subject, schoolId, conflicts: wait.conflicts, exclude: decidedBefore(scene, task) },
    world.directory,
    world.today,
  );
  const also: Candidate | undefined = task.alsoBy
    ? { role: task.alsoBy, schoolId: trustRoles.has(task.alsoBy) ? TRUST : schoolId }
    : wait.alsoCandidate;
  return {
    ...without(wait, 'candidate', 'alsoCandidate'),
    schoolId,
    ...(candidate && { candidate }),
    ...(also && { alsoCandidate: also }),
  };
}

/** Who endorsed, for a task that approves: nobody does both, unless the chain has nobody else. */
export function decidedBefore(scene: Scene, task: AnyTask): readonly string[] {
  const view = viewOf(scene);
  const chainOf = (definition: AnyProcess, key: string): string | undefined => {
    const declared = definition.waits[key];
    const decider = declared?.wait === 'task' ? declared.decider(view) : undefined;
    return decider && 'chain' in decider ? decider.chain : undefined;
  };
  const { definition, snapshot } = scene;
  if (chainOf(definition, task.key) !== 'approving') return [];
  return Object.keys(definition.waits)
    .filter((key) => chainOf(definition, key) === 'endorsing')
    .flatMap((key) => answeredBy(snapshot, key).slice(-1));
}

/** To whom notices of a task are written. */
export const told = (scene: Scene, task: AnyTask, wait: Wait): readonly Person[] =>
  toldOf(wait, scene.world.subject, scene.world.directory, scene.world.today, decidingOptions(scene, task));

/** To whom of them they may be sent today. */
export const recipients = (scene: Scene, task: AnyTask, wait: Wait): readonly Person[] =>
  recipientsOf(wait, scene.world.subject, scene.world.directory, scene.world.today, decidingOptions(scene, task));

const decidingOptions = (scene: Scene, task: AnyTask) => ({
  exclude: decidedBefore(scene, task),
  isFormOfFact: task.isFormOfFact,
});
