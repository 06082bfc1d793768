/** An NPQ application from the first click to enrolment, as the people in it click, and enough people to have many. */
import type { Cloud } from '../local/cloud.ts';
import { everybody, OAKFIELD, personOf, robin, rowan, ST_ALDHELM, sienna } from '../test/world.ts';
import type { Person } from '../workflows/kernel/records.ts';
import { atLondon, day, type Instant } from '../workflows/kernel/time.ts';

/** Three days before registration for autumn 2026 closes, and the morning after the courses start. */
export const opensAt: Instant = atLondon(day('2026-12-01'), '09:00');
export const endsAt: Instant = atLondon(day('2026-12-14'), '08:00');

/** So many teachers of that school, managed by the deputy. */
export const teachers = (count: number, schoolId = OAKFIELD): readonly Person[] =>
  Array.from({ length: count }, (_, n) =>
    personOf(`Teacher-${schoolId}-${n}`, { posts: [{ schoolId, lineManagerId: 'sam' }] }),
  );

export const trustWith = (more: readonly Person[]): readonly Person[] => [...everybody, ...more];

/** What a teacher sends to apply. */
export const application = {
  courseId: 'npq-senior-leadership',
  cohortId: '2026b',
  motivation:
    'I have led our phonics for three years and want to lead more of the school: how we plan, how we look at what pupils learn, and how we help new colleagues.',
  fundingRoute: 'dfe-scholarship',
} as const;

export interface Answered {
  readonly by: 'headteacher' | 'trust-lead' | 'applicant';
  readonly outcome: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The answers in order: the n-th completes the task of step n. */
export const answers: readonly Answered[] = [
  { by: 'headteacher', outcome: 'endorsed', fields: { isReleaseAgreed: true, isCoverAgreed: true } },
  { by: 'trust-lead', outcome: 'approved', fields: { fundingSource: 'dfe-scholarship' } },
  { by: 'applicant', outcome: 'registered', fields: { registeredOn: '2026-12-01', reference: 'DFE-1' } },
  { by: 'trust-lead', outcome: 'accepted', fields: { fundedPlace: true } },
];

export interface Application {
  readonly processId: string;
  readonly applicant: Person;
  /** Seven digits, nobody else's. */
  readonly trn: string;
}

const heads: Readonly<Record<string, Person>> = { [OAKFIELD]: sienna, [ST_ALDHELM]: robin };

export function whoAnswers({ by }: Answered, { applicant }: Application): Person {
  const head = heads[applicant.posts[0]?.schoolId ?? ''];
  if (!head) throw new Error(`No headteacher for ${applicant.personId}`);
  return { headteacher: head, 'trust-lead': rowan, applicant }[by];
}

/** The body that completes the task. */
export const bodyOf = ({ outcome, fields }: Answered, { trn }: Application): object => ({
  outcome,
  ...fields,
  ...(outcome === 'accepted' && { trn }),
});

/** A request that must succeed. */
export async function ask(
  cloud: Cloud,
  as: Person,
  method: string,
  path: string,
  body?: object,
): Promise<Readonly<Record<string, unknown>>> {
  const answer = await cloud.request({ method, path, as, ...(body && { body }) });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body as Readonly<Record<string, unknown>>;
}

/** Each of them applies. */
export async function applyAll(cloud: Cloud, applicants: readonly Person[]): Promise<readonly Application[]> {
  const applications: Application[] = [];
  for (const [n, applicant] of applicants.entries()) {
    const { id } = await ask(cloud, applicant, 'POST', '/npq-applications', application);
    applications.push({ processId: String(id), applicant, trn: String(1_000_001 + n) });
  }
  await cloud.settle();
  return applications;
}

/** Every answer for every application, all of one step before the next, and the mornings until the courses have started. */
export async function finishAll(
  cloud: Cloud,
  applications: readonly Application[],
  { isRead = false }: { readonly isRead?: boolean } = {},
): Promise<void> {
  for (const [n, answer] of answers.entries()) {
    for (const each of applications) {
      const who = whoAnswers(answer, each);
      const path = `/tasks/${each.processId}.${n + 1}`;
      // As the console does: the list, the task, the answer.
      if (isRead) await ask(cloud, who, 'GET', '/inbox?limit=20');
      if (isRead) await ask(cloud, who, 'GET', path);
      await ask(cloud, who, 'POST', `${path}/complete`, bodyOf(answer, each));
    }
    await cloud.settle();
  }
  await cloud.advance(endsAt);
  for (const { processId } of applications) {
    const process = await cloud.store.process(processId);
    if (process?.outcome !== 'enrolled') throw new Error(`An application ended ${process?.status} ${process?.outcome}`);
  }
  const [failure] = cloud.failures.all();
  if (failure) throw new Error(`The cloud noted a failure: ${JSON.stringify(failure)}`);
}
