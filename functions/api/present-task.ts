/** A task as the API shows it: in a list, and in full for who may read or answer it. */
import * as z from 'zod';
import { capacityIn, mayDeclareConflict, offeredForms, peopleToGiveTo, taskOf } from '../../workflows/kernel/decide.ts';
import { ladderOf, latenessOf, mayNextDecide } from '../../workflows/kernel/due.ts';
import { type Capacity, holds } from '../../workflows/kernel/people.ts';
import {
  type Candidate,
  type Comment,
  type Draft,
  type Person,
  TRUST,
  type Wait,
} from '../../workflows/kernel/records.ts';
import { isRejection } from '../../workflows/kernel/rejections.ts';
import { isEnded, type Scene, taskIdOf, viewOf, wordsOf } from '../../workflows/kernel/snapshot.ts';
import type { Seen } from './access.ts';
import { Day_, Instant_, jsonSchemaOf, namer, type PersonNamer, Reference, Subject, subjectShape } from './present.ts';

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

export const CommentShape = z.object({ commentId: z.string(), at: Instant_, by: Reference, text: z.string() });

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
