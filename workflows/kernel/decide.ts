/**
 * People's side: what a command does to a process, as a Change, or why not, as a Rejection. Pure; the API commits.
 * Conditions and effects: `docs/protocol.md`.
 */
import { isDeepStrictEqual } from 'node:util';
import { addSchoolDays } from './calendar.ts';
import { type Change, type Part, put } from './change.ts';
import { type AnyTask, datedChildren, datedTask, datedTimer } from './dates.ts';
import { dayWords, latenessOf } from './due.ts';
import { fieldErrors, fieldsToLookAt, inWords } from './in-words.ts';
import { type Capacity, capacityOf, displayName, eligiblePeople, resolveDecider } from './people.ts';
import type { Acted, ActionSpec, Answered, Form, Started } from './process.ts';
import type { Comment, Draft, Left, Person, Process, Wait } from './records.ts';
import { isRejection, type Rejection, reject } from './rejections.ts';
import { type AssignContext, mayAct, mayAssign, mayStart } from './rights.ts';
import {
  type AnyProcess,
  answeredBy,
  currentParts,
  currentWait,
  declarationOf,
  isEnded,
  namedBy,
  type Scene,
  taskIdOf,
  viewOf,
  without,
} from './snapshot.ts';
import { dayOf, secondsAfter } from './time.ts';
import {
  begun,
  changeOf,
  closing,
  decidedBefore,
  noticesOfTask,
  partOfWait,
  stopping,
  told,
  type WaitChange,
  withDecider,
} from './transition.ts';
import type { World } from './world.ts';

/** A command that was carried out before, with the same answer: nothing to write. */
export const UNCHANGED = 'unchanged';
export type Decision = Change | Rejection | typeof UNCHANGED;

/** Parses what somebody sent by a form; the rejection names every field that needs another look. */
export function parsedForm(form: Form, sent: unknown): Record<string, unknown> | Rejection {
  const parsed = form.safeParse(sent, { error: inWords });
  if (parsed.success) return parsed.data as Record<string, unknown>;
  const errors = fieldErrors(parsed.error);
  const fields = fieldsToLookAt(form, errors);
  const detail = fields ? `Please look again at: ${fields}.` : 'Please look at your answer again.';
  return reject('invalid-fields', detail, errors);
}

/** Who may start it, for somebody who may not. */
export const notForThem = ({ startedBy }: Pick<AnyProcess, 'startedBy'>): string =>
  startedBy.includes('school-lead')
    ? 'You may not start this for somebody else. Ask the CPD lead of their school.'
    : 'You may not start this. Ask the CPD lead of the trust.';

/** Starts a process. `input` has been parsed by the declaration's schema. */
export function start(
  definition: AnyProcess,
  input: Readonly<Record<string, unknown>>,
  actor: Person,
  world: World,
): { readonly change: Change; readonly process: Process } | Rejection {
  if (!mayStart(definition.startedBy, actor, world.subject, world))
    return actor.personId !== world.subject.personId
      ? reject('not-allowed', notForThem(definition))
      : definition.startedBy.includes('subject')
        ? reject('no-current-post', 'You have no current post in the trust any more, so you cannot start this.')
        : reject('not-allowed', 'You may not start this yourself. Ask the CPD lead of the trust.');
  const started: Started<unknown> | Rejection = definition.start(input, actor, world);
  if (isRejection(started)) return started;
  return begun(world, { definition, started, by: { personId: actor.personId } });
}

const who = (world: World, personId: string | undefined): string => {
  const person = personId === undefined ? undefined : world.directory.person(personId);
  return person ? displayName(person) : 'the system';
};

/** Why a wait can no longer be answered. */
function pastAnswering({ world }: Scene, wait: Wait): Rejection {
  if (wait.state === 'closed')
    return reject('already-ended', 'This task is no longer needed: the process has moved on without it.');
  const on = wait.answeredAt === undefined ? '' : `, on ${dayWords(dayOf(wait.answeredAt), world.today)}`;
  return reject('already-completed', `${who(world, wait.answeredBy)} answered this already${on}. Nothing was changed.`);
}

function ended({ definition, snapshot }: Scene): Rejection {
  const { outcome = '' } = snapshot.process;
  const how = definition.texts.ends[outcome] ?? outcome;
  return reject('already-ended', `This has ended already. ${how}. Nothing was changed.`);
}

function notActive(scene: Scene): Rejection | undefined {
  const { process } = scene.snapshot;
  if (isEnded(process)) return ended(scene);
  if (process.status === 'paused') {
    const until = process.resumesOn ? ` until ${dayWords(process.resumesOn, scene.world.today)}` : '';
    return reject('is-paused', `This is paused${until}. It can be answered when it carries on.`);
  }
  return undefined;
}

/** In whatever order the fields stand: the table keeps none. */
const sameAnswer = (a: object, b: object): boolean =>
  isDeepStrictEqual(JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b)));

/** In what capacity the actor may answer this task now, or why not. */
export function capacityIn(scene: Scene, task: AnyTask, wait: Wait, actor: Person): Capacity | Rejection {
  const { world } = scene;
  return capacityOf(actor, wait, world.subject, world.directory, world.today, {
    exclude: decidedBefore(scene, task),
    isFormOfFact: task.isFormOfFact,
  });
}

/** The outcomes that may be chosen now, each with its form. */
export function offeredForms(scene: Scene, task: AnyTask, wait: Wait): ReadonlyMap<string, Form> {
  const view = viewOf(scene, wait);
  const offered = task.offered?.(view);
  return new Map(
    Object.entries(task.outcomes).flatMap(([outcome, form]) =>
      form !== null && (offered === undefined || offered.includes(outcome)) ? [[outcome, form(view)] as const] : [],
    ),
  );
}

/** The task of a wait, or nothing where that wait is no task. */
export function taskOf(definition: AnyProcess, wait: Wait): AnyTask | undefined {
  const declared = declarationOf(definition, wait);
  return declared.wait === 'task' ? declared : undefined;
}

/** Completes a task. `sent` is the body without `outcome`. */
export function completeTask(
  scene: Scene,
  wait: Wait,
  answer: { readonly outcome: unknown; readonly sent: Readonly<Record<string, unknown>> },
  actor: Person,
): Decision {
  const { definition, snapshot, world } = scene;
  const { process } = snapshot;
  const task = taskOf(definition, wait);
  if (task === undefined) return reject('not-found', 'There is no task with this number.');
  const capacity = capacityIn(scene, task, wait, actor);
  if (isRejection(capacity) && !(wait.state === 'answered' && wait.answeredBy === actor.personId)) return capacity;
  if (wait.state === 'answered') {
    const before = { ...(wait.answer ?? {}), outcome: wait.chosen ?? wait.outcome };
    const forms = offeredForms(scene, task, wait);
    const again = forms.get(String(answer.outcome))?.safeParse(answer.sent);
    const now = { ...(again?.success ? again.data : answer.sent), outcome: answer.outcome };
    return wait.answeredBy === actor.personId && sameAnswer(before, now) ? UNCHANGED : pastAnswering(scene, wait);
  }
  const refused =
    (isEnded(process) ? task.afterEnd?.(process) : undefined) ??
    notActive(scene) ??
    (wait.state === 'closed' ? pastAnswering(scene, wait) : undefined);
  if (refused) return refused;

  const forms = offeredForms(scene, task, wait);
  const form = typeof answer.outcome === 'string' ? forms.get(answer.outcome) : undefined;
  if (form === undefined) {
    const choices = [...forms.keys()].join(', ');
    const message = `Choose one of: ${choices}.`;
    return reject('invalid-fields', `The outcome is missing or not possible now. ${message}`, [
      { path: 'outcome', message },
    ]);
  }
  const fields = parsedForm(form, answer.sent);
  if (isRejection(fields)) return fields;
  const chosen = answer.outcome as string;
  const answered = task.answer(viewOf(scene, wait), chosen, fields, actor) as Answered<unknown> | Rejection;
  if (isRejection(answered)) return answered;
  const onBehalfOf = !isRejection(capacity) && capacity.as === 'with' ? capacity.onBehalfOf : undefined;
  // By hand, or because it was late: not by whom the rules name first.
  const isGiven = !isRejection(capacity) && (capacity.as === 'assignee' || capacity.as === 'also');
  const standsInFor = !isRejection(capacity) && capacity.as === 'stand-in' ? capacity.standsInFor : undefined;
  const after: Wait = {
    ...without(wait, 'nextAt'),
    state: 'answered',
    outcome: answered.outcome,
    chosen,
    answeredAt: world.now,
    answeredBy: actor.personId,
    ...(onBehalfOf !== undefined && { onBehalfOf }),
    answer: fields,
  };
  return answering(scene, wait, after, answered, {
    event: 'task-completed',
    by: { personId: actor.personId },
    data: {
      ...(chosen !== answered.outcome && { chosen }),
      ...(onBehalfOf !== undefined && { onBehalfOf }),
      ...(standsInFor !== undefined && { standsInFor }),
      ...(isGiven && { as: capacity.as }),
      ...(decidedBefore(scene, task).includes(actor.personId) && { decidedBefore: true }),
    },
  });
}

/** The answer to a wait, whoever gives it: for a part of a `together`, the join may answer the whole. */
export function answering(
  scene: Scene,
  before: Wait,
  after: Wait,
  answered: Answered<unknown>,
  happened: {
    readonly event: string;
    readonly by: Parameters<typeof changeOf>[1]['happened']['by'];
    readonly data?: Readonly<Record<string, unknown>>;
  },
): Change {
  const { definition, snapshot, world } = scene;
  const { process } = snapshot;
  const waits: WaitChange[] = [{ before, after }];
  let isMoving = after.part === undefined;
  if (after.part !== undefined) {
    const whole = currentWait(snapshot);
    const declared = definition.waits[after.wait];
    if (whole === undefined || declared?.wait !== 'together')
      throw new Error(`${taskIdOf(after)} is a part of nothing`);
    const parts = currentParts(snapshot).map((part) => (part.part === after.part ? after : part));
    const outcomes = parts.flatMap((part) => (part.outcome !== undefined ? [[part.part, part.outcome]] : []));
    const joined = declared.join(
      { ...viewOf(scene, whole), data: answered.data },
      Object.fromEntries(outcomes) as Record<string, string>,
    );
    if (joined !== undefined) {
      isMoving = true;
      waits.push({ before: whole, after: { ...whole, state: 'answered', outcome: joined, answeredAt: world.now } });
      for (const part of parts)
        if (part.state === 'open') waits.push({ before: part, after: { ...without(part, 'nextAt'), state: 'closed' } });
    }
  }
  return changeOf(world, {
    before: process,
    after: {
      ...process,
      data: answered.data as Process['data'],
      ...(answered.ruleSet !== undefined && { ruleSet: answered.ruleSet }),
      ...(answered.pausesUntil !== undefined && { status: 'paused' as const, resumesOn: answered.pausesUntil }),
      ...(isMoving && { owedAt: world.now }),
    },
    side: 'people',
    waits,
    happened: {
      ...happened,
      taskId: taskIdOf(after),
      outcome: answered.outcome,
      data: { ...happened.data, ...answered.eventData, wait: after.wait },
    },
    effects: answered.effects ?? [],
  });
}

/** The action a caller may take now, or why not. */
export function actionNow(
  scene: Scene,
  spec: ActionSpec<unknown>,
  actor: Person,
  schoolId?: string,
): Rejection | undefined {
  const { snapshot, world } = scene;
  const { process } = snapshot;
  const context = {
    directory: world.directory,
    today: world.today,
    answeredBy: (wait: string) => answeredBy(snapshot, wait).slice(-1),
    named: (as: string) => namedBy(scene, as),
    ...(schoolId !== undefined && { schoolId }),
  };
  if (!mayAct(spec.by, actor, process, context)) return reject('not-allowed', 'You may not do this here.');
  if (isEnded(process) && spec.evenAfterEnd !== true) return ended(scene);
  return spec.refusedNow?.(viewOf(scene), actor);
}

/** Does what the process allows at any time: `withdraw`, `defer`, … */
export function act(scene: Scene, action: string, sent: unknown, actor: Person): Decision {
  const { definition } = scene;
  const spec: ActionSpec<unknown> | undefined = Object.hasOwn(definition.actions, action)
    ? definition.actions[action]
    : undefined;
  if (spec === undefined) return reject('not-found', `There is no action ${action} here.`);
  const names = spec.rolesCountAtTarget && typeof sent === 'object' && sent !== null && 'schoolId' in sent;
  const target = names ? String(sent.schoolId) : undefined;
  const refused = actionNow(scene, spec, actor, target);
  if (refused) return refused;
  const form = parsedForm(spec.form(viewOf(scene)), sent ?? {});
  if (isRejection(form)) return form;
  const acted = spec.act(viewOf(scene), form, actor);
  if (isRejection(acted)) return acted;
  return course(scene, acted, { event: spec.event, by: { personId: actor.personId } });
}

/** Carries out what an action, a departure or a date does to the course of a process. */
export function course(
  scene: Scene,
  acted: Acted<unknown>,
  by: { readonly event: string; readonly by: Parameters<typeof changeOf>[1]['happened']['by'] },
): Change | Rejection {
  const { definition, snapshot, world } = scene;
  const before = snapshot.process;
  const current = currentWait(snapshot);
  const happened = { ...by, data: acted.eventData };
  const { course: to } = acted;
  if (isEnded(before) && to.then !== 'stays') throw new Error(`${before.processId} has ended and cannot go on`);
  if (to.then === 'stops')
    return stopping(scene, {
      outcome: to.outcome,
      reason: to.reason,
      happened: { ...happened, outcome: to.outcome },
      data: acted.data,
      effects: acted.effects,
    });

  const subject = acted.subjectId === undefined ? world.subject : world.directory.person(acted.subjectId);
  if (subject === undefined) throw new Error(`${before.processId} cannot be about somebody who is not on file`);
  const moved: Process = {
    ...before,
    data: acted.data as Process['data'],
    ...(acted.ruleSet !== undefined && { ruleSet: acted.ruleSet }),
    ...(acted.subjectId !== undefined && { subjectId: acted.subjectId }),
    ...(acted.schoolId !== undefined &&
      acted.schoolId !== before.schoolId && {
        schoolId: acted.schoolId,
        formerSchools: [
          ...(before.formerSchools ?? []),
          { schoolId: before.schoolId, until: world.now, lastSeq: before.lastSeq },
        ],
      }),
  };
  const { processId, kind, schoolId, lastSeq, status, stage, data, step } = before;
  const isOpen = current?.state === 'open';
  const left: Left = { type: 'left', processId, kind, schoolId, lastSeq, status, stage, data, step, isOpen };
  const partsOfMove = moved.schoolId === schoolId ? [] : [put(`left:${lastSeq}`, left)];
  const target = to.then === 'goes-to' ? to.wait : to.then === 'pauses' ? to.goesTo : undefined;
  const paused: Process =
    to.then === 'pauses'
      ? { ...moved, status: 'paused', ...(to.until && { resumesOn: to.until }) }
      : to.then === 'resumes'
        ? { ...without(moved, 'resumesOn'), status: 'active' }
        : moved;

  if (target !== undefined) {
    if (current?.state !== 'open')
      return reject('moving-on', 'This is just moving on to its next step. Please try again in a moment.');
    return changeOf(world, {
      before,
      after: {
        ...paused,
        step: before.step + 1,
        wait: target,
        stage: declarationOf(definition, { wait: target }).stage,
        run: `${Number(before.run.split('-')[0]) + 1}-${world.newRunSuffix()}`,
        runAt: world.now,
        owedAt: world.now,
      },
      side: 'people',
      waits: closing(scene),
      happened: { ...happened, data: { ...happened.data, jumpsTo: target } },
      effects: acted.effects ?? [],
      extra: partsOfMove,
    });
  }
  const there: Scene = { ...scene, snapshot: { ...snapshot, process: paused }, world: { ...world, subject } };
  const redated = openRows(scene).map((row) => ({
    before: row,
    after: redatedWait(there, { ...row, subjectId: paused.subjectId }, to.then === 'resumes'),
  }));
  const notices = redated.flatMap(({ before: row, after }) => {
    const task = taskOf(definition, after);
    const isNews = to.then === 'resumes' || !isDeepStrictEqual(row.candidate, after.candidate);
    return task && isNews && paused.status === 'active'
      ? noticesOfTask(world, paused, after, told(there, task, after), 'new')
      : [];
  });
  return changeOf(world, {
    before,
    after: paused,
    side: 'people',
    waits: redated,
    happened,
    effects: acted.effects ?? [],
    extra: [...partsOfMove, ...notices],
  });
}

const openRows = ({ snapshot }: Scene): readonly Wait[] =>
  snapshot.waits.filter((wait) => wait.step === snapshot.process.step && wait.state === 'open');

/** An open wait as the process now stands: who decides and by when, from today on where it carries on after a pause. */
export function redatedWait(scene: Scene, wait: Wait, fromToday: boolean): Wait {
  const declared = declarationOf(scene.definition, wait);
  const from: Wait = fromToday ? { ...wait, datedOn: scene.world.today } : wait;
  switch (declared.wait) {
    case 'task':
      return datedTask(
        declared,
        keptOrGoing(scene, declared, from, withDecider(scene, declared, from)),
        viewOf(scene, from),
      );
    case 'timer':
      return datedTimer(declared, from, viewOf(scene, from));
    case 'children':
      return datedChildren(from, viewOf(scene, from));
    default:
      return from;
  }
}

/** So long a begun task stays with its person, in school days. */
const KEPT_SCHOOL_DAYS = 10;

/**
 * A task that goes to somebody else goes at once, but one that its person has begun stays with them for ten school days,
 * as long as they may decide it at all. What was given or allowed to others at the place it leaves does not come along.
 */
function keptOrGoing(scene: Scene, task: AnyTask, before: Wait, fresh: Wait): Wait {
  const isSame = (candidate: Wait['candidate']) => isDeepStrictEqual(candidate, before.candidate);
  if (isSame(fresh.candidate)) return without(fresh, 'keptUntil');
  const { subject, directory, today, calendar } = scene.world;
  const { candidate, schoolId, conflicts } = before;
  const exclude = decidedBefore(scene, task);
  const keptUntil = before.keptUntil ?? addSchoolDays(calendar, today, KEPT_SCHOOL_DAYS);
  const stays =
    before.isBegun &&
    candidate !== undefined &&
    today <= keptUntil &&
    isSame(resolveDecider(candidate, { subject, schoolId, conflicts, exclude }, directory, today).candidate);
  if (stays) return { ...fresh, candidate, keptUntil };
  const { isBegun } = before;
  const going: Wait = {
    ...without(fresh, 'keptUntil', ...(task.alsoBy ? [] : (['alsoCandidate'] as const))),
    ...(isBegun !== undefined && { isBegun: false }),
  };
  return schoolId === fresh.schoolId ? going : without(going, 'assigneeId', 'assignedBy');
}

const assignContext = (scene: Scene, task: AnyTask, wait: Wait): AssignContext => {
  const { subject, directory, today, calendar } = scene.world;
  return {
    subject,
    directory,
    today,
    isEscalated: latenessOf(calendar, wait.dueOn, today).isEscalated,
    chaser: task.chaser,
    isPersonal: task.isPersonal,
    exclude: decidedBefore(scene, task),
  };
};

/**
 * To whom that person may give the task now. Whoever {@link mayAssign} allows holds one of its roles, leads the school,
 * or is named as a stand-in of one of these: the directory has them all.
 */
export function peopleToGiveTo(scene: Scene, wait: Wait, actor: Person): readonly Person[] {
  const task = taskOf(scene.definition, wait);
  if (task === undefined || wait.state !== 'open' || notActive(scene)) return [];
  const context = assignContext(scene, task, wait);
  const { subject, directory, today, exclude } = context;
  const known = [
    ...eligiblePeople(wait, subject, directory, today, { exclude }),
    ...[wait.candidate, wait.alsoCandidate].flatMap((candidate): readonly (Person | undefined)[] => {
      if (candidate === undefined) return [];
      if ('role' in candidate) return directory.listed(candidate.role, candidate.schoolId);
      const leaders = (['headteacher', 'school-lead'] as const).flatMap((role) =>
        directory.listed(role, wait.schoolId),
      );
      return [directory.person(candidate.personId), ...leaders];
    }),
  ].filter((person) => person !== undefined);
  const standIns = known.flatMap(({ absences }) =>
    absences.flatMap(({ standInId }) => (standInId === undefined ? [] : (directory.person(standInId) ?? []))),
  );
  const others = new Map([...known, ...standIns].map((person) => [person.personId, person]));
  for (const personId of [actor.personId, wait.assigneeId ?? '']) others.delete(personId);
  return [...others.values()].filter((target) => mayAssign(actor, target, wait, context) === true);
}

/** Gives a task to somebody by hand. */
export function assignTask(scene: Scene, wait: Wait, target: Person, actor: Person): Decision {
  const { definition, snapshot, world } = scene;
  const task = taskOf(definition, wait);
  if (task === undefined) return reject('not-found', 'There is no task with this number.');
  const refused = wait.state === 'open' ? notActive(scene) : pastAnswering(scene, wait);
  if (refused) return refused;
  const may = mayAssign(actor, target, wait, assignContext(scene, task, wait));
  if (may !== true) return may;
  if (wait.assigneeId === target.personId) return UNCHANGED;
  const after: Wait = { ...wait, assigneeId: target.personId, assignedBy: actor.personId };
  return changeOf(world, {
    before: snapshot.process,
    after: snapshot.process,
    side: 'people',
    waits: [{ before: wait, after }],
    happened: {
      event: 'task-assigned',
      by: { personId: actor.personId },
      taskId: taskIdOf(wait),
      data: { assigneeId: target.personId },
    },
    extra: noticesOfTask(world, snapshot.process, after, [target], 'new'),
  });
}

/** Is there somebody else who would decide? */
const isOfChain = (scene: Scene, task: AnyTask, wait: Wait): boolean => 'chain' in task.decider(viewOf(scene, wait));

/** May that person say that they should not decide this? */
export function mayDeclareConflict(scene: Scene, wait: Wait, actor: Person): boolean {
  const task = taskOf(scene.definition, wait);
  return (
    task !== undefined &&
    wait.state === 'open' &&
    notActive(scene) === undefined &&
    isOfChain(scene, task, wait) &&
    !isRejection(capacityIn(scene, task, wait, actor))
  );
}

/** Somebody who should not decide says so: the next in the chain gets the task. `reason` stays out of the event. */
export function declareConflict(scene: Scene, wait: Wait, reason: string, actor: Person): Decision {
  const { definition, snapshot, world } = scene;
  const task = taskOf(definition, wait);
  if (task === undefined) return reject('not-found', 'There is no task with this number.');
  if (wait.conflicts?.includes(actor.personId)) return UNCHANGED;
  const refused = wait.state === 'open' ? notActive(scene) : pastAnswering(scene, wait);
  if (refused) return refused;
  const capacity = capacityIn(scene, task, wait, actor);
  if (isRejection(capacity)) return capacity;
  if (!isOfChain(scene, task, wait))
    return reject('not-now', 'This task is about your own work, so nobody else can do it for you.');
  const open = without(wait, ...(wait.assigneeId === actor.personId ? (['assigneeId', 'assignedBy'] as const) : []));
  const declared: Wait = {
    ...open,
    conflicts: [...(wait.conflicts ?? []), actor.personId],
    conflictReasons: { ...wait.conflictReasons, [actor.personId]: reason },
  };
  const after = withDecider(scene, task, declared);
  return changeOf(world, {
    before: snapshot.process,
    after: snapshot.process,
    side: 'people',
    waits: [{ before: wait, after }],
    happened: { event: 'conflict-declared', by: { personId: actor.personId }, taskId: taskIdOf(wait) },
    extra: noticesOfTask(world, snapshot.process, after, told(scene, task, after), 'new'),
  });
}

/** A comment on a task, open or not; on what has ended nothing is written any more. */
export function commentOn(scene: Scene, wait: Wait, text: string, actor: Person): Decision {
  const { snapshot, world } = scene;
  if (isEnded(snapshot.process)) return ended(scene);
  const comment: Comment = {
    type: 'comment',
    processId: wait.processId,
    taskId: taskIdOf(wait),
    commentId: world.newId(),
    at: world.now,
    personId: actor.personId,
    text,
  };
  return changeOf(world, {
    before: snapshot.process,
    after: snapshot.process,
    side: 'people',
    waits: wait.state === 'open' && !wait.isBegun ? [{ before: wait, after: { ...wait, isBegun: true } }] : [],
    happened: {
      event: 'comment-added',
      by: { personId: actor.personId },
      taskId: taskIdOf(wait),
      data: { commentId: comment.commentId },
    },
    extra: [{ name: `comment:${comment.commentId}`, after: comment }],
  });
}

/** A school year after it was last kept, whoever wrote it will begin anew. */
const DRAFT_DAYS = 365;

/** Keeps an unfinished answer for its writer. Nobody else sees a difference: no version, no event. */
export function keepDraft(scene: Scene, wait: Wait, form: Readonly<Record<string, unknown>>, actor: Person): Decision {
  const { snapshot, world, definition } = scene;
  const task = taskOf(definition, wait);
  if (task === undefined) return reject('not-found', 'There is no task with this number.');
  const refused = wait.state === 'open' ? undefined : pastAnswering(scene, wait);
  if (refused) return refused;
  const capacity = capacityIn(scene, task, wait, actor);
  if (isRejection(capacity)) return capacity;
  const draft: Draft = {
    type: 'draft',
    processId: snapshot.process.processId,
    taskId: taskIdOf(wait),
    personId: actor.personId,
    at: world.now,
    expiresAt: secondsAfter(world.now, DRAFT_DAYS),
    form,
  };
  const parts: Part[] = [{ name: 'draft', after: draft, isUnconditional: true }];
  if (!wait.isBegun) parts.push(partOfWait({ before: wait, after: { ...wait, isBegun: true } }));
  return { parts };
}
