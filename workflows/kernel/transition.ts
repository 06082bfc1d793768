/**
 * From one state of a process to the next, as one {@link Change}: head, waits, one event of the chain, and what the
 * rules asked for besides. The only place where the parts of a transaction on a process are put together.
 */

import { isDeepStrictEqual } from 'node:util';
import { chainEvent, GENESIS } from './chain.ts';
import { type Change, discard, type Part, put, remove, update } from './change.ts';
import type { AnyTask } from './dates.ts';
import { fallsBeforeNextSchoolDay, isDueBeforeNextDigest } from './due.ts';
import { naturalId } from './natural-id.ts';
import { isSameQualification, mailboxOf, recipientsOf, resolveDecider, toldOf } from './people.ts';
import { isPlace, placeAsSubject } from './places.ts';
import type { Effect, Started } from './process.ts';
import {
  type By,
  type Candidate,
  type Child,
  type Guard,
  LOG,
  type Named,
  type Notice,
  type Person,
  type Process,
  type Qualification,
  SYSTEM,
  sayingOf,
  TRUST,
  trustRoles,
  type Wait,
} from './records.ts';
import type { Rejection } from './rejections.ts';
import {
  type AnyProcess,
  answeredBy,
  declarationOf,
  isEnded,
  type Scene,
  taskIdOf,
  viewOf,
  without,
} from './snapshot.ts';
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
  const effects = transition.effects ?? [];
  const besides = partsOfEffects(transition.after, effects, world);
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
    data: {
      ...happened.data,
      ...(besides.started.length > 0 && { started: besides.started }),
      ...urgencyOf(transition),
    },
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
    ...partsOfChildRow(before, after, effects, world),
    ...partsOfNamed(before, after, world),
    ...(transition.extra ?? []),
  ];
  // Two reasons to write the same notice are one line.
  const { refusals, findings } = besides;
  return { parts: [...new Map(parts.map((part) => [part.name, part])).values()], refusals, findings };
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
  readonly findings: Record<string, readonly Part[]>;
  /** Processes that were started with it, as the event tells of them. */
  readonly started: { readonly kind: string; readonly processId: string }[];
}

const guardOf = (guard: string, holder: string): Guard => ({ type: 'guard', guard, holder });

function partsOfEffects(process: Process, effects: readonly Effect[], world: World): Besides {
  const parts: Part[] = [];
  const refusals: Record<string, Rejection> = {};
  const findings: Record<string, readonly Part[]> = {};
  const started: Besides['started'] = [];
  const claim = (guard: Guard, refusal: Rejection) => {
    parts.push(put(`guard:${guard.guard}`, guard));
    refusals[`guard:${guard.guard}`] = refusal;
  };
  const released = new Set(effects.flatMap((e) => (e.effect === 'release' ? [e.guard] : [])));
  let person: Person = world.subject;
  /** Another process about the same person may change their record too: it is one item, and written once. */
  const others = (change: readonly Part[]): void => {
    for (const part of change) {
      if (part.after?.type === 'person' && part.name === `person:${person.personId}`) person = part.after;
      else parts.push(part);
    }
  };
  for (const effect of effects) {
    switch (effect.effect) {
      case 'claim':
        // Released and taken again in one change: it stays with its holder.
        if (!released.delete(effect.guard)) claim(guardOf(effect.guard, process.processId), effect.rejection);
        break;
      case 'release':
        break;
      case 'take-over': {
        if (process.parentId === undefined) throw new Error(`${process.processId} has nobody to take a name over from`);
        const held = guardOf(effect.guard, process.parentId);
        const taken = guardOf(effect.guard, process.processId);
        parts.push(update(`guard:${effect.guard}`, held, taken, { holder: held.holder }));
        break;
      }
      case 'stop-other':
        others(partsOfStoppedOther(process, effect, { ...world, subject: person }));
        break;
      case 'start': {
        const child = startedChild(process, effect, { ...world, subject: person });
        if (child === undefined) break;
        others(renamed(child.change.parts, child.process.processId));
        for (const [name, refusal] of Object.entries(child.change.refusals ?? {}))
          refusals[`${name}@${child.process.processId}`] = refusal;
        started.push({ kind: child.process.kind, processId: child.process.processId });
        break;
      }
      case 'comment': {
        const { effect: _, ...comment } = effect;
        const commentId = world.newId();
        // Beside the comments on the task, so that a task is shown without its log, however long that is.
        const taskId = taskIdOf({ ...process, part: LOG });
        parts.push(
          put(`comment:${commentId}`, {
            type: 'comment',
            processId: process.processId,
            taskId,
            commentId,
            at: world.now,
            ...comment,
          }),
        );
        break;
      }
      case 'join': {
        const joined = joinedOther(process, effect.processId, world);
        parts.push(...renamed(joined.parts, effect.processId));
        for (const [name, refusal] of Object.entries(joined.refusals ?? {}))
          refusals[`${name}@${effect.processId}`] = refusal;
        break;
      }
      case 'report':
        // On the row in the parent's partition: `partsOfChildRow`.
        break;
      case 'record-qualification': {
        const { qualification: added } = effect;
        const others = person.qualifications.filter((held) => !isSameQualification(held, added));
        const made: Qualification = { ...added, processId: process.processId };
        person = { ...person, qualifications: [...others, made] };
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
        // As seen, so that a finding undoes nothing; nobody's answer depends on it, so the version stays.
        findings[`guard:trn#${effect.trn}`] = [
          update('finding', world.subject, { ...world.subject, trnRefused: effect.trn }, { trn: world.subject.trn }),
        ];
        person = { ...without(person, 'trnRefused'), trn: effect.trn };
        break;
      case 'tell': {
        const { personId, reason, code, values } = effect;
        parts.push(...noticeFor(world, personId, process, { reason, about: process.processId, code, values }));
        break;
      }
      default:
        effect satisfies never;
    }
  }
  for (const guard of released) {
    const held = guardOf(guard, process.processId);
    // Released before, it may be gone; held by another, it is not ours to release.
    parts.push(discard(`guard:${guard}`, held, { holder: held.holder }));
  }
  if (person !== world.subject) {
    const after = { ...person, version: world.subject.version + 1 };
    parts.push(update(`person:${person.personId}`, world.subject, after, { version: world.subject.version }));
  }
  return { parts, refusals, findings, started };
}

/** Parts of another process in the same transaction: notices and people are the same whoever writes them, the rest is its own. */
const renamed = (parts: readonly Part[], processId: string): Part[] =>
  parts.map((part) =>
    part.after?.type === 'notice' || part.name.startsWith('person:')
      ? part
      : { ...part, name: `${part.name}@${processId}` },
  );

/** A process to be, and who or what starts it. */
export interface Beginning {
  readonly definition: AnyProcess;
  readonly started: Started<unknown>;
  readonly by: By;
  readonly parentId?: string;
  /** Its natural key where it gives none itself: for a child, what tells it from its parent's others. */
  readonly naturalKey?: string;
}

/** The transaction that starts a process, and the process as it then is but for version and chain. */
export function begun(
  world: World,
  { definition, started, by, parentId, naturalKey }: Beginning,
): { readonly change: Change; readonly process: Process } {
  const key = started.naturalKey ?? naturalKey;
  const processId = key === undefined ? world.newId() : naturalId(`${definition.kind}/${key}`);
  const process: Process = {
    type: 'process',
    processId,
    kind: definition.kind,
    status: started.status ?? 'active',
    version: 1,
    step: 1,
    wait: started.wait,
    stage: declarationOf(definition, { wait: started.wait }).stage,
    run: firstRun(world.newRunSuffix()),
    runAt: world.now,
    owedAt: world.now,
    restarts: 0,
    lastSeq: 0,
    lastHash: '',
    subjectId: started.subjectId,
    schoolId: started.schoolId,
    ruleSet: started.ruleSet,
    startedBy: 'personId' in by ? by.personId : SYSTEM,
    startedAt: world.now,
    ...(started.resumesOn && { resumesOn: started.resumesOn }),
    ...(parentId !== undefined && { parentId }),
    data: started.data as Process['data'],
  };
  const change = changeOf(world, {
    before: undefined,
    after: process,
    side: 'people',
    happened: {
      event: 'process-started',
      by,
      data: {
        wait: started.wait,
        ruleSet: started.ruleSet,
        ...(parentId !== undefined && { parentId }),
      },
    },
    effects: started.effects ?? [],
  });
  return { change, process };
}

/** The first run of a process. */
const firstRun = (suffix: string): string => `1-${suffix}`;

/**
 * A child that a process starts; nothing where its own rule says that there is none to start. It is about the same
 * subject, or about a place: of nobody else has the world what a rule would look at.
 */
function startedChild(parent: Process, { kind, key, input }: Effect & { effect: 'start' }, world: World) {
  const definition = world.definitionOf(kind);
  if (definition.startedBySystem === undefined) throw new Error(`${kind} can only be started by a person`);
  const own: World = { ...world, parent };
  const started: Started<unknown> | undefined = definition.startedBySystem(input, own);
  if (started === undefined) return undefined;
  const { subjectId } = started;
  if (subjectId !== world.subject.personId && !isPlace(subjectId))
    throw new Error(`${parent.processId} cannot start ${kind} about somebody else`);
  const about: World = isPlace(subjectId)
    ? { ...own, subject: placeAsSubject(subjectId, world.directory.school(subjectId)), others: [] }
    : own;
  return begun(about, {
    definition,
    started,
    by: bySystem,
    parentId: parent.processId,
    naturalKey: `${parent.processId}/${key}`,
  });
}

/** What it does to the other process that this one becomes one of its own; nothing to one that has ended. */
function joinedOther(joiner: Process, processId: string, world: World): Change {
  const other = world.mentioned(processId);
  if (other === undefined) throw new Error(`${joiner.processId} joins ${processId}, which nobody has mentioned`);
  const definition = world.definitionOf(other.kind);
  const joined = isEnded(other)
    ? undefined
    : definition.onJoined?.(viewOf({ definition, snapshot: { process: other, waits: [] }, world }), joiner);
  if (joined === undefined) return { parts: [] };
  return changeOf(world, {
    before: other,
    after: { ...other, data: joined.data },
    side: 'people',
    happened: { event: 'process-joined', by: bySystem, data: { processId: joiner.processId, kind: joiner.kind } },
    effects: joined.effects ?? [],
  });
}

/** The row by which a parent sees the process: put with it, moved where it moves school, altered by what it reports and by its end. */
function partsOfChildRow(
  before: Process | undefined,
  after: Process,
  effects: readonly Effect[],
  world: World,
): readonly Part[] {
  if (after.parentId === undefined) return [];
  const row = before === undefined ? undefined : world.childRowOf(after.processId);
  // One of another subject, which is only read where it is decided about: its next change finds its row.
  if (before !== undefined && row === undefined) return [];
  const reports = effects.filter((effect) => effect.effect === 'report');
  let next: Child = row ?? {
    type: 'child',
    parentId: after.parentId,
    childId: after.processId,
    kind: after.kind,
    subjectId: after.subjectId,
    schoolId: after.schoolId,
    openedAt: after.startedAt,
  };
  for (const { mark, tally } of reports)
    next = { ...next, ...(mark !== undefined && { mark }), ...(tally !== undefined && { tally: { ...tally } }) };
  if (after.endedAt !== undefined && after.outcome !== undefined)
    next = { ...next, outcome: after.outcome, endedAt: after.endedAt };
  next = { ...next, schoolId: after.schoolId, subjectId: after.subjectId };
  if (row === undefined) return [put(`child:${after.processId}`, next)];
  if (isDeepStrictEqual(row, next)) return [];
  return row.schoolId === next.schoolId
    ? [update(`child:${after.processId}`, row, next, {})]
    : [remove(`child-left:${after.processId}`, row), put(`child:${after.processId}`, next)];
}

/** Rows by which people find what names them. */
function partsOfNamed(before: Process | undefined, after: Process, world: World): readonly Part[] {
  const definition = world.definitionOf(after.kind);
  const rowsOf = (process: Process | undefined): ReadonlyMap<string, Named> =>
    new Map(
      (process && definition.named ? definition.named(definition.data.parse(process.data)) : []).map(
        ({ personId, as }) => [
          `${as}:${personId}`,
          { type: 'named', processId: after.processId, kind: after.kind, personId, as },
        ],
      ),
    );
  if (definition.named === undefined) return [];
  const were = rowsOf(before);
  const are = rowsOf(after);
  return [
    ...[...are].flatMap(([key, row]) =>
      were.has(key) ? [] : [{ name: `named:${key}`, after: row, isUnconditional: true }],
    ),
    ...[...were].flatMap(([key, row]) =>
      are.has(key) ? [] : [{ name: `named:${key}`, before: row, isUnconditional: true }],
    ),
  ];
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
  return renamed(change.parts, process.processId);
}

/** One line of somebody's next digest; in the manager's digest for somebody without an address; none for nobody. */
export function noticeFor(
  world: World,
  personId: string,
  process: Process,
  line: {
    reason: string;
    about: string;
    code?: string | undefined;
    values?: Notice['values'];
    isUrgent?: boolean;
  },
): Part[] {
  const person = world.directory.person(personId);
  const mailbox = person && mailboxOf(person, world.directory, world.today);
  if (mailbox === undefined) return [];
  return [
    {
      name: ['notice', mailbox.personId, line.about, line.reason, sayingOf(line).join(':')].join(':'),
      after: {
        type: 'notice',
        personId: mailbox.personId,
        reason: line.reason,
        about: line.about,
        processId: process.processId,
        processKind: process.kind,
        subjectId: process.subjectId,
        ...(line.code !== undefined && { code: line.code }),
        ...(line.values !== undefined && { values: line.values }),
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
