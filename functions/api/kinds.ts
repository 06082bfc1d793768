/** The kinds of process that exist, in words, and what starting one would come to: all that a client needs to know of them. */
import * as z from 'zod';
import { parsedForm } from '../../workflows/kernel/decide.ts';
import { isCurrent, schoolsOf } from '../../workflows/kernel/people.ts';
import type { WaitWords } from '../../workflows/kernel/process.ts';
import type { Person } from '../../workflows/kernel/records.ts';
import { isRejection } from '../../workflows/kernel/rejections.ts';
import { type AnyProcess, viewOf } from '../../workflows/kernel/snapshot.ts';
import { type Day, dayOf } from '../../workflows/kernel/time.ts';
import { registry } from '../../workflows/registry.ts';
import { makeReading } from '../world.ts';
import { noSuch } from './access.ts';
import { liveAt } from './live-at.ts';
import { pageOf } from './paging.ts';
import { jsonSchemaOf, Subject, subjectShape } from './present.ts';
import { rolesOf } from './present-person.ts';
import { type Route, route } from './route.ts';
import { wouldStart } from './starting.ts';

const Labelled = z.object({ name: z.string(), label: z.string() });

const Kind = z
  .object({
    kind: z.string(),
    path: z.string().meta({ description: 'Its path in this API, without the slash' }),
    label: z.string(),
    stages: z.array(Labelled),
    waits: z
      .array(z.object({ name: z.string(), label: z.string(), outcomes: z.array(Labelled) }))
      .meta({ description: 'Tasks, their parts (`<wait>.<part>`) and dates; `name` is the node of the diagram' }),
    actions: z.array(Labelled.extend({ event: z.string().meta({ description: 'The `type` of its event' }) })),
    ends: z.array(Labelled),
    events: z.array(Labelled).meta({ description: 'The `type` of events that no action has' }),
    fields: z.array(Labelled),
    mayStart: z
      .object({ forSelf: z.boolean(), forOthers: z.boolean() })
      .meta({ description: 'Whether you may start one at all; the rules decide when you do' }),
    startSchema: z.record(z.string(), z.unknown()).meta({ description: 'The JSON Schema of what starts one' }),
  })
  .meta({ id: 'Kind' });

const labelled = (labels: Readonly<Record<string, string>>): z.output<typeof Labelled>[] =>
  Object.entries(labels).map(([name, label]) => ({ name, label }));

const worded = (name: string, { title, outcomes }: WaitWords) => ({ name, label: title, outcomes: labelled(outcomes) });

/** By role alone: whom it may be about, and whether now, is decided when it is started. Whoever has no post has nothing to start of their own. */
function mayStartNow({ startedBy }: AnyProcess, caller: Person, managesSomebody: boolean, today: Day) {
  if (!isCurrent(caller, today)) return { forSelf: false, forOthers: false };
  const inForce = rolesOf(caller, today);
  const hasRole = startedBy.some((who) => inForce.some(({ role }) => role === who));
  return {
    forSelf: hasRole || (startedBy.includes('subject') && schoolsOf(caller, today).length > 0),
    forOthers: hasRole || (startedBy.includes('line-manager') && managesSomebody),
  };
}

const kinds = route({
  method: 'GET',
  path: '/processes',
  tag: 'Processes',
  summary: 'The kinds of process there are, with their words, and which of them you may start',
  answers: { status: 200, schema: pageOf(Kind), description: 'All kinds, as one page' },
  async answer({ store, clock }, { caller }) {
    const today = dayOf(clock());
    const managesSomebody = (await store.reportsOf(caller.personId)).length > 0;
    const items = registry.map((definition): z.output<typeof Kind> => {
      const { kind, path, texts, input } = definition;
      return {
        kind,
        path,
        label: texts.label,
        stages: labelled(texts.stages),
        waits: Object.entries(texts.waits).flatMap(([name, { parts = {}, ...whole }]) => [
          worded(name, whole),
          ...Object.entries(parts).map(([part, words]) => worded(`${name}.${part}`, words)),
        ]),
        actions: labelled(texts.actions).map((action) => ({
          ...action,
          event: definition.actions[action.name]?.event ?? action.name,
        })),
        ends: labelled(texts.ends),
        events: labelled(texts.events ?? {}),
        fields: labelled(texts.fields),
        mayStart: mayStartNow(definition, caller, managesSomebody, today),
        startSchema: jsonSchemaOf(input),
      };
    });
    return { status: 200, body: { items, cursor: null } };
  },
});

const Check = z
  .object({
    subject: Subject,
    schoolId: z.string(),
    stage: z.string(),
    first: z.string().meta({ description: 'What comes first: the title of the task or date' }),
    facts: z.array(z.object({ label: z.string(), value: z.string() })),
    findings: z.array(z.object({ code: z.string(), sentence: z.string() })),
  })
  .meta({ id: 'StartCheck' });

const check = route({
  method: 'POST',
  path: '/processes/{kind}/check',
  tag: 'Processes',
  summary: 'Says what starting one would come to, with what the rules notice, or why it is refused. Nothing is changed',
  body: z.looseObject({}).meta({ description: 'What would start one: the body of `POST /{kinds}`' }),
  isBodyOpen: true,
  answers: { status: 200, schema: Check, description: 'What it would come to' },
  async answer(context, { caller, params, body }) {
    const { store, clock } = context;
    const definition = registry.find(({ kind }) => kind === params['kind']);
    if (definition === undefined) return noSuch('kind of process');
    const input = parsedForm(definition.input, body);
    if (isRejection(input)) return input;
    const started = await wouldStart(context, definition, input, caller);
    if (isRejection(started)) return started;
    const { process } = started.scene.snapshot;
    const reading = makeReading(store, clock);
    const scene = await reading.scene(started.scene.snapshot, [caller.personId], { atSchool: liveAt(store) });
    const declared = definition.waits[process.wait];
    const task = declared?.wait === 'task' ? declared : undefined;
    const view = viewOf(scene);
    return {
      status: 200,
      body: {
        subject: subjectShape(scene),
        schoolId: process.schoolId,
        stage: process.stage,
        first: definition.texts.waits[process.wait]?.title ?? definition.texts.label,
        facts: [...(task?.facts?.(view) ?? [])],
        findings: [...(task?.findings?.(view) ?? [])],
      } satisfies z.output<typeof Check>,
    };
  },
});

export const kindRoutes: readonly Route[] = [kinds, check];
