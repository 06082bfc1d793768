/** What happened in a process and what was said there, as the API shows it. */
import * as z from 'zod';
import { type Comment, type Event, LOG, type Person } from '../../workflows/kernel/records.ts';
import { mayReadHealthReasons } from '../../workflows/kernel/rights.ts';
import { isDiscreet, taskIdOf } from '../../workflows/kernel/snapshot.ts';
import type { Seen } from './access.ts';
import { Day_, Instant_, namerOf, type PersonNamer, Reference } from './present.ts';
import { CommentShape } from './present-task.ts';

/** A comment with the task on which it was made, for the page of a process. */
export const ProcessComment = CommentShape.extend({
  taskId: z.string(),
  sort: z
    .string()
    .nullable()
    .meta({ description: 'What was logged with it (`evidence`); null: a comment on the task' }),
  on: Day_.nullable().meta({ description: 'The day that it tells of, where that is said' }),
}).meta({ id: 'ProcessComment' });

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
  const isBrief = level === 'brief';
  const hidden = new Set(snapshot.waits.filter((wait) => isDiscreet(definition, wait)).map((wait) => taskIdOf(wait)));
  const isHidden = ({ event, taskId }: Event): boolean =>
    definition.discreetEvents?.includes(event) === true || (taskId !== undefined && hidden.has(taskId));
  const shown = isBrief ? events.filter((event) => !isHidden(event)) : events;
  return shown.map((event) => {
    const shape = eventShape(event, name);
    // Stage and dates only: how somebody was judged is in an outcome as well.
    if (isBrief) return { ...shape, outcome: null, data: {} };
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
