/** A process as the API shows it: in a list, and in full or by stage and dates for who opens it. */
import * as z from 'zod';
import { actionNow } from '../../workflows/kernel/decide.ts';
import { currentPosts } from '../../workflows/kernel/people.ts';
import { isPlace } from '../../workflows/kernel/places.ts';
import type { ActionSpec } from '../../workflows/kernel/process.ts';
import type { Person, Wait } from '../../workflows/kernel/records.ts';
import { mayReadHealthReasons, maySeePerson } from '../../workflows/kernel/rights.ts';
import { currentParts, currentWait, isDiscreet, type Scene, viewOf } from '../../workflows/kernel/snapshot.ts';
import type { Day } from '../../workflows/kernel/time.ts';
import { type Seen, seenBy } from './access.ts';
import { Day_, Instant_, jsonSchemaOf, namer, Reference, Subject, subjectShape } from './present.ts';
import { TaskSummary, taskSummary } from './present-task.ts';
import type { Answer } from './route.ts';

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

/** How it ended, for who may know. */
export const outcomeOf = ({ definition, snapshot: { process } }: Scene, isFull: boolean): string | null =>
  isFull || !definition.isOutcomeDiscreet ? (process.outcome ?? null) : null;

/** What it is called besides whom it is about, for readers in full. */
export const titleOf = ({ definition, snapshot: { process } }: Scene): string | null =>
  definition.titled?.(definition.data.parse(process.data)) ?? null;

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
    outcome: outcomeOf(scene, isFull),
    reason: isFull ? shown.reason : null,
    stage: process.stage,
    subject: subjectShape(scene),
    title: isFull ? titleOf(scene) : null,
    schoolId: process.schoolId,
    ruleSet: process.ruleSet,
    data: (isFull ? shown.data : definition.brief(view.data)) as Record<string, unknown>,
    openTasks: open
      .filter((wait) => wait.kind === 'task' && (isFull || !isDiscreet(definition, wait)))
      .map((wait) => taskSummary(scene, wait)),
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
    visits: snapshot.waits
      .filter((visit) => isFull || !isDiscreet(definition, visit))
      .map(({ wait, part, step, state, outcome }) => ({
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

/** The process as an answer, with its version. */
export const processAnswer = (seen: Seen, caller: Person, status = 200): Answer => ({
  status,
  body: processShape(seen, caller),
  version: seen.scene.snapshot.process.version,
});

/** After a command: the process as the caller sees it then; who has moved it out of their sight gets stage and dates once more. */
export const processAfterwards = (scene: Scene, caller: Person, status = 200): Answer =>
  processAnswer(seenBy(scene, caller) ?? { scene, level: 'brief' }, caller, status);
