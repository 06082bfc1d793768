/** Inbox and tasks. */
import * as z from 'zod';
import type { Change } from '../../workflows/kernel/change.ts';
import {
  assignTask,
  capacityIn,
  commentOn,
  completeTask,
  declareConflict,
  keepDraft,
  taskOf,
} from '../../workflows/kernel/decide.ts';
import { latenessOf } from '../../workflows/kernel/due.ts';
import { absenceAt, currentPosts, holds, lineManagerOf, schoolsOf } from '../../workflows/kernel/people.ts';
import { type Person, TRUST, trustRoles, type Wait } from '../../workflows/kernel/records.ts';
import { isRejection, type Rejection, reject } from '../../workflows/kernel/rejections.ts';
import { parseTaskId, type Scene, taskIdOf } from '../../workflows/kernel/snapshot.ts';
import { type Day, dayOf } from '../../workflows/kernel/time.ts';
import { everyPage } from '../side-by-side.ts';
import { candidatePartition } from '../table/keys.ts';
import { TableBusy } from '../table/transaction.ts';
import { type Reading, TooBusy } from '../world.ts';
import { nobodyOfThatId, type Seen, seenBy, seenTask } from './access.ts';
import { internal } from './answer.ts';
import { busy, command } from './command.ts';
import { liveAt } from './live-at.ts';
import { Cursor, Limit, pageOf } from './paging.ts';
import { Task, TaskSummary, taskInFull, taskSummary } from './present-task.ts';
import { Problem, problemOf } from './problem.ts';
import { type Answer, type ApiContext, type Asked, type Route, route } from './route.ts';

/** Every list in which a task for this person may stand: their own, those of their roles, of people they stand in for, and of people without an address whom they manage. */
async function inboxesOf(context: ApiContext, caller: Person): Promise<readonly string[]> {
  const { store, clock } = context;
  const today = dayOf(clock());
  const own = (person: Person): string[] => [
    candidatePartition({ personId: person.personId }),
    ...person.roles.map(({ role, schoolId }) =>
      candidatePartition({ role, schoolId: trustRoles.has(role) ? TRUST : schoolId }),
    ),
    ...currentPosts(person, today).map(({ schoolId }) => candidatePartition({ role: 'staff', schoolId })),
  ];
  const absent = (await store.persons(caller.standsInFor ?? [])).filter(
    (person) => absenceAt(person, today)?.standInId === caller.personId,
  );
  const helped = await helpedBy(context, caller, today);
  return [...new Set([...own(caller), ...absent.flatMap(own), ...helped.flatMap(own)])];
}

/** People without an address whose line manager the caller is: by their posts or, where these name nobody current, by role. */
async function helpedBy({ store, reading }: ApiContext, caller: Person, today: Day): Promise<readonly Person[]> {
  const named = await store.reportsOf(caller.personId);
  const places = [
    ...schoolsOf(caller, today).filter((schoolId) => holds(caller, 'headteacher', schoolId, today)),
    ...(holds(caller, 'executive', TRUST, today) ? [TRUST] : []),
  ];
  const rows = [...named];
  for (const schoolId of places)
    for await (const row of everyPage((cursor) => store.postRows(schoolId, { limit: 500, cursor }))) rows.push(row);
  const people = await store.persons([...new Set(rows.map(({ personId }) => personId))]);
  const helped = await Promise.all(
    people
      .filter(({ email }) => email === undefined)
      .map(async (person) => {
        const { directory } = await reading.world(person);
        const isTheirs = schoolsOf(person, today).some(
          (schoolId) => lineManagerOf(person, schoolId, directory, today)?.personId === caller.personId,
        );
        return isTheirs ? [person] : [];
      }),
  );
  return helped.flat();
}

const InboxQuery = z.object({
  kind: z.string().optional(),
  task: z.string().optional(),
  school: z.string().optional(),
  overdue: z.enum(['true', 'false']).optional(),
  limit: Limit,
  cursor: Cursor,
});

const inbox = route({
  method: 'GET',
  path: '/inbox',
  tag: 'Tasks',
  summary: 'Open tasks that you may complete: your own and those of your roles, soonest due first',
  query: InboxQuery,
  answers: { status: 200, schema: pageOf(TaskSummary), description: 'A page of tasks' },
  async answer(context, { caller, query }) {
    const { store, reading, clock } = context;
    const today = dayOf(clock());
    const calendar = await reading.calendar();
    const partitions = await inboxesOf(context, caller);
    const isWanted = (wait: Wait): boolean =>
      wait.kind === 'task' &&
      (query.kind === undefined || wait.processKind === query.kind) &&
      (query.task === undefined || (wait.part ?? wait.wait) === query.task) &&
      (query.school === undefined || wait.schoolId === query.school) &&
      (query.overdue === undefined || latenessOf(calendar, wait.dueOn, today).isOverdue === (query.overdue === 'true'));
    const items: z.output<typeof TaskSummary>[] = [];
    let cursor: string | null = query.cursor ?? null;
    do {
      const page = await store.openTasks(partitions, {
        limit: query.limit - items.length,
        ...(cursor !== null && { cursor }),
        keep: isWanted,
      });
      const processes = await store.processes([...new Set(page.items.map(({ processId }) => processId))]);
      const scenes = await reading.glances(processes, [caller.personId]);
      const byId = new Map(scenes.map((scene) => [scene.snapshot.process.processId, scene]));
      for (const wait of page.items) {
        const scene = byId.get(wait.processId);
        const task = scene && taskOf(scene.definition, wait);
        const mayAnswer =
          scene &&
          task &&
          scene.snapshot.process.status === 'active' &&
          !isRejection(capacityIn(scene, task, wait, caller));
        if (mayAnswer) items.push(taskSummary(scene, wait));
      }
      cursor = page.cursor;
    } while (cursor !== null && items.length < query.limit);
    return { status: 200, body: { items, cursor } };
  },
});

/** A task in full, with who else of the school is out then, the names of those who wrote comments, and what `change` adds. */
async function fullTask(
  { store }: ApiContext,
  reading: Reading,
  seen: Seen,
  wait: Wait,
  caller: Person,
  change?: Change,
): Promise<Answer> {
  const { snapshot } = seen.scene;
  const [stored, kept] = await Promise.all([
    store.comments(taskIdOf(wait)),
    store.draft(taskIdOf(wait), caller.personId),
  ]);
  const added = (change?.parts ?? []).flatMap(({ after }) => after ?? []);
  // What the change has logged stands in the process's log, not on the task.
  const said = added.filter((item) => item.type === 'comment').filter(({ taskId }) => taskId === taskIdOf(wait));
  const comments = [...stored, ...said];
  const draft = added.find((item) => item.type === 'draft') ?? (wait.state === 'open' ? kept : undefined);
  const also = [caller.personId, ...comments.map(({ personId }) => personId)];
  const scene = await reading.scene(snapshot, also, { atSchool: liveAt(store) });
  return {
    status: 200,
    body: taskInFull({ ...seen, scene }, wait, caller, { comments, draft }),
    version: snapshot.process.version,
  };
}

const oneTask = route({
  method: 'GET',
  path: '/tasks/{taskId}',
  tag: 'Tasks',
  summary: 'A task: what to decide and why, by when, and the form of each outcome',
  answers: { status: 200, schema: Task, description: 'The task' },
  async answer(context, { params, caller }) {
    const seen = await seenTask(context.store, context.reading, params['taskId'] ?? '', caller);
    return isRejection(seen) ? seen : fullTask(context, context.reading, seen, seen.wait, caller);
  },
});

/** The task as a command finds it; a former school reads on, and changes nothing. */
async function taskToChange(
  { store }: ApiContext,
  reading: Reading,
  { params, caller, body }: Asked,
): Promise<Scene | Rejection> {
  const seen = await seenTask(store, reading, params['taskId'] ?? '', caller, (body ?? {}) as Record<string, unknown>);
  if (isRejection(seen)) return seen;
  return seen.asOf
    ? reject('not-allowed', 'This has moved to another school. You can read here what happened up to then.')
    : seen.scene;
}

const waitOf = (scene: Scene, asked: Asked): Wait => {
  const wait = scene.snapshot.waits.find((each) => taskIdOf(each) === asked.params['taskId']);
  if (wait === undefined) throw new Error('the task is gone');
  return wait;
};

/** After a command the caller may have no part in it any more: they see once more what they did. */
const taskAfter = (
  context: ApiContext,
  asked: Asked,
  scene: Scene,
  reading: Reading,
  change?: Change,
): Promise<Answer> =>
  fullTask(
    context,
    reading,
    seenBy(scene, asked.caller) ?? { scene, level: 'full' },
    waitOf(scene, asked),
    asked.caller,
    change,
  );

/** A command on one task. */
const onTask = (
  context: ApiContext,
  asked: Asked,
  decide: (scene: Scene, wait: Wait) => ReturnType<typeof completeTask>,
): Promise<Answer | Rejection> =>
  command(context, asked, {
    read: (reading) => taskToChange(context, reading, asked),
    decide: (scene) => decide(scene, waitOf(scene, asked)),
    present: (scene, reading, change) => taskAfter(context, asked, scene, reading, change),
  });

const complete = route({
  method: 'POST',
  path: '/tasks/{taskId}/complete',
  tag: 'Tasks',
  summary: 'Completes a task with one of its outcomes and the fields of its form',
  body: z.looseObject({ outcome: z.string().meta({ description: 'One of the outcomes of the task' }) }),
  isBodyOpen: true,
  answers: { status: 200, schema: Task, description: 'The task, completed' },
  answer: (context, asked) => {
    const { outcome, ...sent } = asked.body as Record<string, unknown>;
    return onTask(context, asked, (scene, wait) => completeTask(scene, wait, { outcome, sent }, asked.caller));
  },
});

/** More than a class of ECTs or a round of milestones; each takes some ten reads and one transaction. */
const MOST_AT_ONCE = 50;
/** Processes worked on side by side; tasks of one process follow each other, or they would stand in each other's way. */
const SIDE_BY_SIDE = 4;

const OneOfMany = z.looseObject({
  taskId: z.string().min(1).max(200),
  outcome: z.string().meta({ description: 'One of the outcomes of that task' }),
});
type OneOfMany = z.output<typeof OneOfMany>;

export const Completion = z
  .object({
    taskId: z.string(),
    status: z.int().meta({ description: 'What completing this task alone would have answered' }),
    task: TaskSummary.extend({ outcome: z.string().nullable(), version: z.int() }).optional(),
    problem: Problem.optional(),
  })
  .meta({ id: 'Completion' });
type Completion = z.output<typeof Completion>;

/** One of many: as {@link complete} does it, but what goes wrong is said of it alone. */
async function completion(context: ApiContext, asked: Asked, item: OneOfMany): Promise<Completion> {
  const { taskId, outcome, ...sent } = item;
  const one: Asked = { ...asked, params: { taskId }, body: item, ifMatch: undefined, receipt: undefined };
  const refused = (problem: Problem): Completion => ({ taskId, status: problem.status, problem });
  try {
    const answer = await command(
      // What the one before has changed is read again.
      { ...context, reading: context.readAgain() },
      one,
      {
        read: (reading) => taskToChange(context, reading, one),
        decide: (scene) => completeTask(scene, waitOf(scene, one), { outcome, sent }, asked.caller),
        present: (scene) => {
          const wait = waitOf(scene, one);
          const { version } = scene.snapshot.process;
          return { status: 200, body: { ...taskSummary(scene, wait), outcome: wait.outcome ?? null, version } };
        },
      },
    );
    if (isRejection(answer)) return refused(problemOf(answer));
    return { taskId, status: answer.status, task: answer.body as NonNullable<Completion['task']> };
  } catch (error) {
    if (error instanceof TooBusy || error instanceof TableBusy) return refused(problemOf(busy()));
    return refused(internal(error, 'api', asked.event, context.clock()));
  }
}

const completeMany = route({
  method: 'POST',
  path: '/tasks/complete',
  tag: 'Tasks',
  summary: 'Completes many tasks, each on its own: what refuses one keeps no other from being completed',
  body: z.strictObject({
    items: z
      .array(OneOfMany)
      .min(1, 'Name at least one task.')
      .max(MOST_AT_ONCE, `At most ${MOST_AT_ONCE} tasks at once.`),
  }),
  answers: {
    status: 200,
    schema: z.object({ results: z.array(Completion) }),
    description: 'For each item in its place the task as it is now, or why it was refused',
  },
  async answer(context, asked) {
    const { items } = asked.body;
    const results: Completion[] = [];
    const byProcess = Map.groupBy(items.entries(), ([, { taskId }]) => parseTaskId(taskId)?.processId ?? taskId);
    const waiting = byProcess.values();
    const worker = async (): Promise<void> => {
      for (const group of waiting) for (const [at, item] of group) results[at] = await completion(context, asked, item);
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
    const answer: Answer = { status: 200, body: { results } };
    // Each item is safe to repeat by itself; what was refused is not remembered, so that it can be tried again.
    if (asked.receipt && results.every(({ task }) => task !== undefined))
      await context.store.commit({ parts: [asked.receipt(answer)] });
    return answer;
  },
});

const assign = route({
  method: 'POST',
  path: '/tasks/{taskId}/assign',
  tag: 'Tasks',
  summary: 'Gives a task to somebody else who may decide it',
  body: z.strictObject({ personId: z.string().max(100) }),
  answers: { status: 200, schema: Task, description: 'The task' },
  answer(context, asked) {
    const { personId } = asked.body;
    return command(context, asked, {
      read: async (reading) => {
        const scene = await taskToChange(context, reading, asked);
        return isRejection(scene) ? scene : reading.scene(scene.snapshot, [asked.caller.personId, personId]);
      },
      decide: (scene) => {
        const target = scene.world.directory.person(personId);
        return target ? assignTask(scene, waitOf(scene, asked), target, asked.caller) : nobodyOfThatId;
      },
      present: (scene, reading) => taskAfter(context, asked, scene, reading),
    });
  },
});

const text = (most: number) =>
  z.string().trim().min(1, 'Write something first.').max(most, `At most ${most} characters.`);

/**
 * A task is answered with its comments and the reader's draft, and a receipt keeps the answer in one item of 400 KB:
 * 150 + 100 for these, and more than any form needs for the rest.
 */
const MAX_COMMENTS_BYTES = 150_000;
const MAX_DRAFT_BYTES = 100_000;

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

const comment = route({
  method: 'POST',
  path: '/tasks/{taskId}/comments',
  tag: 'Tasks',
  summary: 'Adds a comment to a task',
  body: z.strictObject({ text: text(4000) }),
  answers: { status: 201, schema: Task, description: 'The task with its comments' },
  answer: (context, asked) =>
    command(context, asked, {
      async read(reading) {
        const scene = await taskToChange(context, reading, asked);
        if (isRejection(scene)) return scene;
        const said = await context.store.comments(taskIdOf(waitOf(scene, asked)));
        const isFull = bytesOf(said.map(({ text }) => text)) + bytesOf(asked.body.text) > MAX_COMMENTS_BYTES;
        return isFull
          ? reject('body-too-large', 'So much has been written here that no more fits. Please talk to each other.')
          : scene;
      },
      decide: (scene) => commentOn(scene, waitOf(scene, asked), asked.body.text, asked.caller),
      present: async (scene, reading, change) => ({
        ...(await taskAfter(context, asked, scene, reading, change)),
        status: 201,
      }),
    }),
});

const conflict = route({
  method: 'POST',
  path: '/tasks/{taskId}/declare-conflict',
  tag: 'Tasks',
  summary: 'Says that you should not decide this; the next in the chain gets the task',
  body: z.strictObject({ reason: text(1000) }),
  answers: { status: 200, schema: TaskSummary, description: 'The task, now with somebody else' },
  answer: (context, asked) =>
    command(context, asked, {
      read: (reading) => taskToChange(context, reading, asked),
      decide: (scene) => declareConflict(scene, waitOf(scene, asked), asked.body.reason, asked.caller),
      present: (scene) => ({
        status: 200,
        body: taskSummary(scene, waitOf(scene, asked)),
        version: scene.snapshot.process.version,
      }),
    }),
});

const draft = route({
  method: 'PUT',
  path: '/tasks/{taskId}/draft',
  tag: 'Tasks',
  summary: 'Keeps an unfinished answer, for you alone',
  body: z.record(z.string(), z.unknown()),
  isBodyOpen: true,
  answers: { status: 200, schema: Task, description: 'The task with your draft' },
  async answer(context, asked) {
    if (bytesOf(asked.body) > MAX_DRAFT_BYTES)
      return reject('body-too-large', 'A draft may have 100 KB at most. Shorten the texts, please.');
    return onTask(context, asked, (scene, wait) => keepDraft(scene, wait, asked.body, asked.caller));
  },
});

export const taskRoutes: readonly Route[] = [inbox, oneTask, complete, completeMany, assign, comment, conflict, draft];
