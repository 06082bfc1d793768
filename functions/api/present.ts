/**
 * Records as the API shows them. A field without a value is null, never absent. What the caller may not read is taken
 * out here, in one place.
 */
import * as z from 'zod';
import type { Change } from '../../workflows/kernel/change.ts';
import {
  actionNow,
  capacityIn,
  mayDeclareConflict,
  offeredForms,
  peopleToGiveTo,
  taskOf,
} from '../../workflows/kernel/decide.ts';
import { ladderOf, latenessOf, mayNextDecide } from '../../workflows/kernel/due.ts';
import {
  type Capacity,
  currentPosts,
  displayName,
  holds,
  isCurrent,
  schoolsOf,
} from '../../workflows/kernel/people.ts';
import { isPlace } from '../../workflows/kernel/places.ts';
import type { ActionSpec } from '../../workflows/kernel/process.ts';
import {
  type Candidate,
  type Comment,
  type Draft,
  type Event,
  LOG,
  type Person,
  type Process,
  type Role,
  type School,
  TRUST,
  type Wait,
} from '../../workflows/kernel/records.ts';
import { isRejection } from '../../workflows/kernel/rejections.ts';
import { mayReadHealthReasons, maySeePerson } from '../../workflows/kernel/rights.ts';
import {
  currentParts,
  currentWait,
  isEnded,
  type Scene,
  type Snapshot,
  taskIdOf,
  viewOf,
  wordsOf,
} from '../../workflows/kernel/snapshot.ts';
import type { Day } from '../../workflows/kernel/time.ts';
import type { Seen } from './access.ts';

const Day_ = z.iso.date();
const Instant_ = z.iso.datetime();
export const Reference = z.object({ personId: z.string(), name: z.string() });

/** Whom a process is about: a person, or a place, which has a name and no person's id. */
export const Subject = z
  .object({ personId: z.string().nullable(), name: z.string() })
  .meta({ id: 'Subject', description: 'A person; for a process about a school or the trust `personId` is null.' });

const CandidateShape = z.union([Reference, z.object({ role: z.string(), schoolId: z.string().nullable() })]);

export const TaskSummary = z
  .object({
    taskId: z.string(),
    task: z.string(),
    title: z.string(),
    process: z.object({ id: z.string(), kind: z.string(), stage: z.string() }),
    subject: Subject,
    schoolId: z.string(),
    assignee: Reference.nullable(),
    candidates: z.array(CandidateShape),
    openedAt: Instant_,
    dueOn: Day_.nullable(),
    status: z.enum(['open', 'completed', 'cancelled']),
    isOverdue: z.boolean(),
    schoolDaysLate: z
      .int()
      .meta({ description: 'School days since the due date; 0 for a task that became late in the holidays' }),
    isEscalated: z.boolean(),
    isStalled: z.boolean(),
    isForSeveral: z.boolean().meta({
      description: 'Several of this name may be answered with one form; the others are read one by one',
    }),
  })
  .meta({ id: 'TaskSummary' });

const CommentShape = z.object({ commentId: z.string(), at: Instant_, by: Reference, text: z.string() });

/** A comment with the task on which it was made, for the page of a process. */
export const ProcessComment = CommentShape.extend({
  taskId: z.string(),
  sort: z
    .string()
    .nullable()
    .meta({ description: 'What was logged with it (`evidence`); null: a comment on the task' }),
  on: Day_.nullable().meta({ description: 'The day that it tells of, where that is said' }),
}).meta({ id: 'ProcessComment' });

export const Task = TaskSummary.extend({
  why: z.string(),
  facts: z.array(z.object({ label: z.string(), value: z.string() })),
  findings: z.array(z.object({ code: z.string(), sentence: z.string() })),
  outcomes: z.array(z.object({ outcome: z.string(), label: z.string(), schema: z.record(z.string(), z.unknown()) })),
  draft: z.record(z.string(), z.unknown()).nullable(),
  answersFor: Reference.extend({ isTogether: z.boolean() })
    .nullable()
    .meta({ description: 'Whose task it is, where the reader may answer it in their place or together with them' }),
  mayGiveTo: z.array(Reference).meta({ description: 'To whom the reader may give the task' }),
  mayDeclareConflict: z.boolean().meta({ description: 'The reader may say that somebody else should decide this' }),
  comments: z.array(CommentShape),
  conflicts: z
    .array(z.object({ by: Reference, reason: z.string() }))
    .meta({ description: 'Who said that they should not decide this, and why; told to the trust-lead only' }),
  outcome: z.string().nullable(),
  onBehalfOf: z.string().nullable(),
  completedBy: Reference.nullable(),
  completedAt: Instant_.nullable(),
  version: z.int(),
}).meta({ id: 'Task' });

const FactGroup = z
  .object({
    title: z.string().nullable(),
    facts: z.array(z.object({ label: z.string(), value: z.string() })),
  })
  .meta({ id: 'FactGroup' });

export const ProcessShape = z
  .object({
    id: z.string(),
    kind: z.string(),
    status: z.enum(['active', 'paused', 'completed', 'stopped']),
    outcome: z.string().nullable(),
    reason: z.string().nullable(),
    stage: z.string(),
    subject: Subject,
    title: z
      .string()
      .nullable()
      .meta({ description: 'What it is called besides whom it is about; for who reads it in full' }),
    about: z
      .array(FactGroup)
      .meta({ description: 'What there is to say of it; empty for who may see stage and dates only' }),
    people: z.array(Reference.extend({ as: z.string(), label: z.string() })).meta({
      description: 'Whom it names, and as what (`mentor`, `team`, `guest`); empty for who may see stage and dates only',
    }),
    mayOpen: z
      .array(z.string())
      .meta({ description: 'Of whom it is about and whom it names, the ids of those whose record you may see' }),
    schoolId: z.string(),
    ruleSet: z.string(),
    data: z.record(z.string(), z.unknown()),
    openTasks: z.array(TaskSummary),
    timers: z.array(z.object({ name: z.string(), dueOn: Day_.nullable() })),
    milestones: z.array(
      z.object({ name: z.string(), label: z.string(), dueOn: Day_.nullable(), doneOn: Day_.nullable() }),
    ),
    actions: z.array(
      z.object({
        action: z.string(),
        label: z.string(),
        schema: z.record(z.string(), z.unknown()),
        isFinal: z.boolean().meta({ description: 'It may end the process, which nobody can take back: ask once more' }),
      }),
    ),
    resumesOn: Day_.nullable(),
    visits: z
      .array(
        z.object({
          wait: z.string(),
          part: z.string().nullable(),
          step: z.int(),
          state: z.enum(['open', 'answered', 'closed']),
          outcome: z.string().nullable(),
        }),
      )
      .meta({
        description: 'The way it has taken through its state machine, oldest first; `wait` is a node of the diagram',
      }),
    moving: z.boolean().meta({ description: 'It is just moving on to its next step.' }),
    asOf: Instant_.nullable().meta({ description: 'For a former school: all of this is as it was then, at the move.' }),
    startedAt: Instant_,
    endedAt: Instant_.nullable(),
    version: z.int(),
  })
  .meta({ id: 'Process' });

/** What a list shows of each. */
export const ListedProcess = ProcessShape.omit({
  about: true,
  people: true,
  mayOpen: true,
  actions: true,
  visits: true,
}).meta({
  id: 'ListedProcess',
});

export const EventShape = z
  .object({
    seq: z.int(),
    at: Instant_,
    type: z.string(),
    by: z.union([Reference, z.object({ system: z.literal(true) })]),
    taskId: z.string().nullable(),
    outcome: z.string().nullable(),
    fromStage: z.string().nullable(),
    toStage: z.string().nullable(),
    data: z.record(z.string(), z.unknown()),
    hash: z.string(),
    previousHash: z.string(),
  })
  .meta({ id: 'Event' });

export const RoleShape = z.object({ role: z.string(), schoolId: z.string().nullable() });

export const PersonShape = z
  .object({
    personId: z.string(),
    name: z.string(),
    email: z.string().nullable(),
    isCurrent: z.boolean(),
    posts: z.array(
      z.object({
        schoolId: z.string(),
        job: z.string(),
        startsOn: Day_.nullable(),
        endsOn: Day_.nullable(),
        fte: z.number().nullable(),
        lineManagerId: z.string().nullable(),
        employeeNumber: z.string(),
      }),
    ),
    roles: z.array(RoleShape),
    qualifications: z.array(
      z.object({
        courseId: z.string(),
        cohortId: z.string(),
        providerId: z.string().nullable(),
        outcome: z.string(),
        isFunded: z.boolean(),
      }),
    ),
    absences: z.array(z.object({ from: Day_, to: Day_, standInId: z.string().nullable() })),
    findings: z
      .array(z.object({ code: z.string(), sentence: z.string() }))
      .meta({ description: 'What an administrator has to look into; empty for everybody else' }),
  })
  .meta({ id: 'Person' });

export const SchoolShape = z.object({ schoolId: z.string(), name: z.string() }).meta({ id: 'School' });

export type PersonNamer = (personId: string) => { readonly personId: string; readonly name: string };

/** Names by the directory; somebody who is not on file any more keeps the id. */
export const namer = (scene: Scene): PersonNamer => namerOf(scene.world.directory.person);

/** The subject by name. */
export const subjectShape = ({ world: { subject } }: Scene): z.output<typeof Subject> => ({
  personId: isPlace(subject.personId) ? null : subject.personId,
  name: displayName(subject),
});

/** What it is called besides whom it is about, for readers in full. */
export const titleOf = ({ definition, snapshot: { process } }: Scene): string | null =>
  definition.titled?.(definition.data.parse(process.data)) ?? null;

const namerOf =
  (find: (personId: string) => Person | undefined): PersonNamer =>
  (personId) => {
    const person = find(personId);
    return { personId, name: person ? displayName(person) : 'Somebody no longer on file' };
  };

/** The schema of a form as JSON Schema, as people's clients read it. */
export const jsonSchemaOf = (form: z.ZodType): Record<string, unknown> =>
  z.toJSONSchema(form, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>;

const placed = (candidate: Candidate, name: PersonNamer) =>
  'personId' in candidate
    ? name(candidate.personId)
    : { role: candidate.role, schoolId: candidate.schoolId === TRUST ? null : candidate.schoolId };

const statuses = { open: 'open', answered: 'completed', closed: 'cancelled' } as const;

export function taskSummary(scene: Scene, wait: Wait): z.output<typeof TaskSummary> {
  const { definition, world, snapshot } = scene;
  const lateness = wait.state === 'open' ? latenessOf(world.calendar, wait.dueOn, world.today) : undefined;
  const name = namer(scene);
  return {
    taskId: taskIdOf(wait),
    task: wait.part ?? wait.wait,
    title: wordsOf(definition, wait)?.title ?? definition.texts.label,
    process: { id: wait.processId, kind: wait.processKind, stage: wait.stage },
    subject: subjectShape(scene),
    schoolId: wait.schoolId,
    assignee: wait.assigneeId === undefined ? null : name(wait.assigneeId),
    candidates: [wait.candidate, mayAlso(scene, wait) ? wait.alsoCandidate : undefined].flatMap((candidate) =>
      candidate ? [placed(candidate, name)] : [],
    ),
    openedAt: wait.openedAt,
    dueOn: wait.dueOn ?? null,
    status: isEnded(snapshot.process) && wait.state === 'open' ? 'cancelled' : statuses[wait.state],
    isOverdue: lateness?.isOverdue ?? false,
    schoolDaysLate: lateness?.schoolDaysLate ?? 0,
    isEscalated: lateness?.isEscalated ?? false,
    isStalled: lateness?.isStalled ?? false,
    isForSeveral: taskOf(definition, wait)?.isForSeveral ?? false,
  };
}

/** A task that somebody may answer as well, from its start or since it escalated. */
function mayAlso({ definition, world }: Scene, wait: Wait): boolean {
  const task = taskOf(definition, wait);
  if (task?.alsoBy !== undefined) return true;
  const ladder = ladderOf(wait, task?.isPersonal);
  return ladder !== undefined && mayNextDecide(ladder, world.calendar, world.today);
}

export interface AboutTask {
  readonly comments: readonly Comment[];
  readonly draft: Draft | undefined;
}

/** What people wrote of why they should not decide is between them and the trust-lead; never for whom it is about. */
const mayReadConflicts = (reader: Person, { world }: Scene): boolean =>
  reader.personId !== world.subject.personId && holds(reader, 'trust-lead', TRUST, world.today);

/** Whose task it is, for who stands in for them while they are away or fills it in together with them. */
const otherWhoseItIs = (capacity: Capacity, name: PersonNamer): z.output<typeof Task>['answersFor'] =>
  capacity.as === 'stand-in'
    ? { ...name(capacity.standsInFor), isTogether: false }
    : capacity.as === 'with'
      ? { ...name(capacity.onBehalfOf), isTogether: true }
      : null;

/** A task in full, for somebody who may read or answer it. Outcomes only for those who may answer it now. */
export function taskInFull({ scene, asOf }: Seen, wait: Wait, reader: Person, about: AboutTask): z.output<typeof Task> {
  const { definition } = scene;
  const task = taskOf(definition, wait);
  const name = namer(scene);
  const texts = wordsOf(definition, wait);
  const isOpen = asOf === undefined && wait.state === 'open' && scene.snapshot.process.status === 'active';
  const capacity = task && isOpen ? capacityIn(scene, task, wait, reader) : undefined;
  const mayAnswer = capacity !== undefined && !isRejection(capacity);
  const view = viewOf(scene, wait);
  return {
    ...taskSummary(scene, wait),
    why: texts?.why ?? '',
    facts: [...(task?.facts?.(view) ?? [])],
    // Findings are about today, the person's other processes among them: of no concern to a school they have left.
    findings: asOf ? [] : [...(task?.findings?.(view) ?? [])],
    outcomes:
      task && mayAnswer
        ? [...offeredForms(scene, task, wait)].map(([outcome, form]) => ({
            outcome,
            label: texts?.outcomes[outcome] ?? outcome,
            schema: jsonSchemaOf(form),
          }))
        : [],
    draft: about.draft?.form ?? null,
    answersFor: mayAnswer ? otherWhoseItIs(capacity, name) : null,
    mayGiveTo: asOf ? [] : peopleToGiveTo(scene, wait, reader).map(({ personId }) => name(personId)),
    mayDeclareConflict: asOf === undefined && mayDeclareConflict(scene, wait, reader),
    comments: about.comments
      .filter(({ at }) => asOf === undefined || at <= asOf.at)
      .map(({ commentId, at, personId, text }) => ({ commentId, at, by: name(personId), text })),
    conflicts: mayReadConflicts(reader, scene)
      ? Object.entries(wait.conflictReasons ?? {}).map(([personId, reason]) => ({ by: name(personId), reason }))
      : [],
    outcome: wait.outcome ?? null,
    onBehalfOf: wait.onBehalfOf ?? null,
    completedBy: wait.answeredBy === undefined ? null : name(wait.answeredBy),
    completedAt: wait.answeredAt ?? null,
    version: scene.snapshot.process.version,
  };
}

/** A process as a list shows it to that reader: without its words, its way and what may be done, which are for who opens it. */
export function listedProcess({ scene, level, asOf }: Seen, reader: Person): z.output<typeof ListedProcess> {
  const { definition, snapshot } = scene;
  const { process } = snapshot;
  const view = viewOf(scene);
  // Who saw it up to a move has no part in what is open now.
  const open = asOf
    ? []
    : [currentWait(snapshot), ...currentParts(snapshot)].filter((wait): wait is Wait => wait?.state === 'open');
  const isFull = isInFull(level);
  const shown = toldTo(scene, reader);
  return {
    id: process.processId,
    kind: process.kind,
    status: process.status,
    outcome: process.outcome ?? null,
    reason: isFull ? shown.reason : null,
    stage: process.stage,
    subject: subjectShape(scene),
    title: isFull ? titleOf(scene) : null,
    schoolId: process.schoolId,
    ruleSet: process.ruleSet,
    data: (isFull ? shown.data : definition.brief(view.data)) as Record<string, unknown>,
    openTasks: open.filter(({ kind }) => kind === 'task').map((wait) => taskSummary(scene, wait)),
    timers: open
      .filter(({ kind }) => kind === 'timer')
      .map((wait) => ({
        name: definition.texts.waits[wait.wait]?.title ?? wait.wait,
        dueOn: wait.dueOn ?? null,
      })),
    milestones: definition.milestones(view).map((milestone) => ({ ...milestone })),
    resumesOn: process.resumesOn ?? null,
    moving: process.owedAt !== undefined,
    asOf: asOf?.at ?? null,
    startedAt: process.startedAt,
    endedAt: process.endedAt ?? null,
    version: process.version,
  };
}

const isInFull = (level: Seen['level']): boolean => level === 'full' || level === 'former';

/** What is told of the process in full; reasons of health only to those who may read them. */
function toldTo({ definition, snapshot: { process }, world }: Scene, reader: Person) {
  const told = { data: definition.data.parse(process.data), reason: process.reason ?? null };
  return mayReadHealthReasons(reader, process, world.today)
    ? told
    : (definition.discreet?.(told.data, told.reason) ?? told);
}

/** A process as that reader may see it. */
export function processShape(seen: Seen, reader: Person): z.output<typeof ProcessShape> {
  const { scene, level, asOf } = seen;
  const { definition, snapshot, world } = scene;
  const view = viewOf(scene);
  const isFull = isInFull(level);
  const name = namer(scene);
  const mayReadHealth = mayReadHealthReasons(reader, snapshot.process, world.today);
  const named = isFull ? (definition.named?.(view.data) ?? []) : [];
  const { subjectId } = snapshot.process;
  const shown = [...(isPlace(subjectId) ? [] : [subjectId]), ...named.map(({ personId }) => personId)];
  return {
    ...listedProcess(seen, reader),
    about: isFull
      ? (definition.about?.(view, mayReadHealth) ?? []).map(({ title, facts }) => ({ title, facts: [...facts] }))
      : [],
    people: named.map(({ personId, as }) => ({
      ...name(personId),
      as,
      label: definition.texts.named?.[as] ?? as,
    })),
    mayOpen: [...new Set(shown)].filter((personId) => {
      const person = world.directory.person(personId);
      return person !== undefined && maySeePerson(reader, person, world.today);
    }),
    actions: Object.entries(asOf ? {} : definition.actions).flatMap(([action, spec]) =>
      actionNow(
        scene,
        spec as ActionSpec<unknown>,
        reader,
        spec.rolesCountAtTarget ? anySchool(reader, world.today) : undefined,
      )
        ? []
        : [
            {
              action,
              label: definition.texts.actions[action] ?? action,
              schema: jsonSchemaOf(spec.form(view)),
              isFinal: spec.mayEnd ?? false,
            },
          ],
    ),
    visits: snapshot.waits.map(({ wait, part, step, state, outcome }) => ({
      wait,
      part: part ?? null,
      step,
      state,
      // Stage and dates only: how somebody was judged is in an outcome as well.
      outcome: isFull ? (outcome ?? null) : null,
    })),
  };
}

/** A school at which the reader leads, for actions whose roles count where the process would go. */
const anySchool = (reader: Person, today: Day): string | undefined =>
  reader.roles.find(({ role }) => role === 'school-lead' || role === 'headteacher')?.schoolId ??
  currentPosts(reader, today)[0]?.schoolId;

const eventShape = (event: Event, name: PersonNamer): z.output<typeof EventShape> => ({
  seq: event.seq,
  at: event.at,
  type: event.event,
  by: 'personId' in event.by ? name(event.by.personId) : event.by,
  taskId: event.taskId ?? null,
  outcome: event.outcome ?? null,
  fromStage: event.fromStage ?? null,
  toStage: event.toStage ?? null,
  data: event.data,
  hash: event.hash,
  previousHash: event.previousHash,
});

/**
 * The history as that reader may see it: who may see stage and dates only gets no details, and reasons of health go to
 * those who may read them. `people` are those who did it.
 */
export function eventsShape(
  { scene, level }: Seen,
  events: readonly Event[],
  reader: Person,
  people: readonly Person[],
): z.output<typeof EventShape>[] {
  const { definition, snapshot, world } = scene;
  const name = namerOf((personId) => people.find((person) => person.personId === personId));
  const mayReadHealth = mayReadHealthReasons(reader, snapshot.process, world.today);
  const isPrivate = (reason: unknown): boolean =>
    typeof reason === 'string' &&
    definition.discreet?.(definition.data.parse(snapshot.process.data), reason).reason === null;
  return events.map((event) => {
    const shape = eventShape(event, name);
    // Stage and dates only: how somebody was judged is in an outcome as well.
    if (level === 'brief') return { ...shape, outcome: null, data: {} };
    if (mayReadHealth || !isPrivate(event.data['reason'])) return shape;
    const { reason: _, ...data } = event.data;
    return { ...shape, data };
  });
}

/** Comments, oldest first; for a former school those up to the move. `people` are those who wrote them. */
export function commentsShape(
  { asOf }: Seen,
  comments: readonly Comment[],
  people: readonly Person[],
): z.output<typeof ProcessComment>[] {
  const name = namerOf((id) => people.find(({ personId }) => personId === id));
  return comments
    .filter(({ at }) => asOf === undefined || at <= asOf.at)
    .toSorted((one, other) => (one.at < other.at ? -1 : 1))
    .map(({ commentId, taskId, at, personId, text, sort, on }) => ({
      commentId,
      taskId: sort === undefined ? taskId : taskId.slice(0, -`.${LOG}`.length),
      at,
      by: name(personId),
      text,
      sort: sort ?? null,
      on: on ?? null,
    }));
}

/** Roles in force, with `staff` at each current school. */
export const rolesOf = (person: Person, today: Day): z.output<typeof RoleShape>[] => [
  ...schoolsOf(person, today).map((schoolId) => roleShape('staff', schoolId)),
  ...person.roles
    .filter(({ role, schoolId }) => holds(person, role, schoolId, today))
    .map(({ role, schoolId }) => roleShape(role, schoolId)),
];

/** A role as the API shows it: one for the whole trust has no school. */
export const roleShape = (role: Role, schoolId: string): z.output<typeof RoleShape> => ({
  role,
  schoolId: schoolId === TRUST ? null : schoolId,
});

/** `holder`: who has the TRN that was refused for this person; given for administrators only. */
export const personShape = (person: Person, today: Day, holder?: Person): z.output<typeof PersonShape> => ({
  personId: person.personId,
  name: displayName(person),
  email: person.email ?? null,
  isCurrent: isCurrent(person, today),
  posts: person.posts.map((post) => ({
    schoolId: post.schoolId,
    job: post.job,
    startsOn: post.startsOn ?? null,
    endsOn: post.endsOn ?? null,
    fte: post.fte ?? null,
    lineManagerId: post.lineManagerId ?? null,
    employeeNumber: post.employeeNumber,
  })),
  roles: rolesOf(person, today),
  qualifications: person.qualifications.map((held) => ({ ...held, providerId: held.providerId ?? null })),
  absences: person.absences.map((absence) => ({ ...absence, standInId: absence.standInId ?? null })),
  findings: holder
    ? [
        {
          code: 'trn-taken',
          sentence: `A TRN was given for ${displayName(person)} that ${displayName(holder)} has (${holder.personId}). Ask both for it: one of the two is wrong, or they are one person.`,
        },
      ]
    : [],
});

export const schoolShape = ({ schoolId, name }: School): z.output<typeof SchoolShape> => ({ schoolId, name });

/** The snapshot as it is once the change is committed, so that the answer needs no second read. */
export function after(snapshot: Snapshot, change: Change): Snapshot {
  let process: Process = snapshot.process;
  const waits = new Map(snapshot.waits.map((wait) => [taskIdOf(wait), wait]));
  for (const { after: item } of change.parts) {
    if (item?.type === 'process' && item.processId === process.processId) process = item;
    if (item?.type === 'wait' && item.processId === process.processId) waits.set(taskIdOf(item), item);
  }
  const added = change.parts.flatMap(({ after: item }) => (item?.type === 'left' ? [item] : []));
  return { process, waits: [...waits.values()], lefts: [...(snapshot.lefts ?? []), ...added] };
}
