/** The process's own words for its waits, as `GET /processes` gives them. */
import type { Kind, Labelled, Process, Visit } from './shapes.ts';
import { texts } from './texts.ts';

type Words = Kind['waits'][number];

/** Of a wait or of a part of it; a part that has no words of its own has those of the whole. */
export const wordsOf = (kind: Kind | undefined, wait: string, part: string | null = null): Words | undefined =>
  kind?.waits.find(({ name }) => name === (part === null ? wait : `${wait}.${part}`)) ??
  kind?.waits.find(({ name }) => name === wait);

/** Of a task of which only its own name is known: a part is called by its last word alone. */
export const wordsOfTask = (kind: Kind | undefined, task: string): Words | undefined =>
  kind?.waits.find(({ name }) => name === task) ?? kind?.waits.find(({ name }) => name.endsWith(`.${task}`));

export const outcomeWords = (words: Words | undefined, outcome: string | null): string =>
  labelIn(words?.outcomes ?? [], outcome ?? '');

/** The label, or the name itself where there is none. */
export const labelIn = (list: readonly Labelled[], name: string): string =>
  list.find((each) => each.name === name)?.label ?? name;

/** Where a process stands: its stage or, after its end, how it ended, for who may know. */
export function standsAt(
  kind: Kind | undefined,
  { stage, status, outcome }: Pick<Process, 'stage' | 'status' | 'outcome'>,
): string {
  if (status === 'active' || status === 'paused') return labelIn(kind?.stages ?? [], stage);
  return outcome === null ? texts.process.ended : labelIn(kind?.ends ?? [], outcome);
}

/** The visit of which a task id tells. */
export function visitOf(visits: readonly Visit[], taskId: string): Visit | undefined {
  const [, step, part = null] = taskId.split('.');
  return visits.find((visit) => String(visit.step) === step && visit.part === part);
}
