/** Starting a process: what it would come to, and doing it. */
import type { Change } from '../../workflows/kernel/change.ts';
import { notForThem, start } from '../../workflows/kernel/decide.ts';
import { isNaturalId } from '../../workflows/kernel/natural-id.ts';
import type { Person, Process } from '../../workflows/kernel/records.ts';
import { isRejection, type Rejection, reject } from '../../workflows/kernel/rejections.ts';
import { mayListPeople } from '../../workflows/kernel/rights.ts';
import type { AnyProcess, Scene } from '../../workflows/kernel/snapshot.ts';
import { dayOf } from '../../workflows/kernel/time.ts';
import { makeReading, mentionsIn, TooBusy } from '../world.ts';
import { nobodyOfThatId } from './access.ts';
import { committed } from './command.ts';
import { ProcessShape, processAfterwards } from './present-process.ts';
import { type Answer, type ApiContext, type Route, route } from './route.ts';

const ATTEMPTS = 5;

export const starting = (definition: AnyProcess): Route =>
  route({
    method: 'POST',
    path: `/${definition.path}`,
    tag: definition.texts.label,
    summary: `Starts: ${definition.texts.label}`,
    body: definition.input,
    answers: { status: 201, schema: ProcessShape, description: 'The process, with its address in `Location`' },
    async answer(context, asked) {
      const input = asked.body as Record<string, unknown>;
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const started = await wouldStart(context, definition, input, asked.caller);
        if (isRejection(started)) return started;
        const { change, scene, isThere } = started;
        if (isThere) return processAfterwards(scene, asked.caller);
        const answer: Answer = {
          ...processAfterwards(scene, asked.caller, 201),
          location: `/${definition.path}/${scene.snapshot.process.processId}`,
        };
        const result = await committed(context, change, asked, answer);
        if (result !== undefined) return result;
      }
      throw new TooBusy('others changed the same person each time');
    },
  });

/** What starting one would do, decided on what is there now; nothing is written. */
export async function wouldStart(
  { store, clock }: ApiContext,
  definition: AnyProcess,
  input: Readonly<Record<string, unknown>>,
  caller: Person,
): Promise<{ readonly change: Change; readonly scene: Scene; readonly isThere: boolean } | Rejection> {
  const reading = makeReading(store, clock);
  const subject = await reading.subject(definition.subjectOf(input, caller));
  // Who may not see everybody is not told whether somebody is on file.
  if (subject === undefined)
    return mayListPeople(caller, dayOf(clock())).all ? nobodyOfThatId : reject('not-allowed', notForThem(definition));
  const schoolId = typeof input['schoolId'] === 'string' ? input['schoolId'] : undefined;
  const world = await reading.world(subject, [caller.personId], {
    kind: definition.kind,
    mentions: mentionsIn(definition, input),
    ...(schoolId !== undefined && { schoolId }),
  });
  const started = start(definition, input, caller, world);
  if (isRejection(started)) return started;
  // What there can be only one of is started once; whoever comes second gets the first.
  const there = isNaturalId(started.process.processId) ? await store.snapshot(started.process.processId) : undefined;
  const scene = there
    ? await reading.scene(there, [caller.personId])
    : {
        definition,
        snapshot: { process: lastOf(started.change) ?? started.process, waits: [] },
        world,
      };
  return { change: started.change, scene, isThere: there !== undefined };
}

const lastOf = (change: { readonly parts: readonly { readonly name: string; readonly after?: unknown }[] }) =>
  change.parts.find(({ name }) => name === 'process')?.after as Process | undefined;
