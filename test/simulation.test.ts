/**
 * A whole academic year of the sample trust, lived by simulated people (`npm run simulate`), and what must hold when it
 * is over. The table is in memory (ADR 0022): this is about processes, not about Amazon's database.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulated, simulate } from '../scripts/simulation/simulation.ts';
import { type Process, TRUST } from '../workflows/kernel/records.ts';
import { currentWait, isEnded } from '../workflows/kernel/snapshot.ts';
import { dayOf, instant } from '../workflows/kernel/time.ts';
import { registry } from '../workflows/registry.ts';
import { makeInvariants } from './faults/invariants.ts';

/** A minute on a machine that has nothing else to do; many times that where it has. */
const PATIENCE_MS = 15 * 60_000;

let year: Simulated;
const failures: string[] = [];
let processes: readonly Process[] = [];

beforeAll(async () => {
  year = await simulate({ seed: 1, weeks: 52, onFailure: (text) => failures.push(text) });
  processes = await everyProcess();
}, PATIENCE_MS);
afterAll(() => year?.cloud.stop());

async function everyProcess(): Promise<readonly Process[]> {
  const { store } = year.cloud;
  const schools = [...new Set([...(await store.schools()).map(({ schoolId }) => schoolId), TRUST])];
  const found: Process[] = [];
  for (const { kind } of registry) {
    let cursor: string | undefined;
    do {
      const page = await store.processesAcross(schools, kind, {}, { limit: 100, cursor });
      found.push(...page.items);
      cursor = page.cursor ?? undefined;
    } while (cursor !== undefined);
  }
  return found;
}

const of = (kind: string): readonly Process[] => processes.filter((process) => process.kind === kind);
const lines = (): readonly string[] => year.weeks.flatMap(({ notable }) => notable);

describe('A year of the sample trust', () => {
  it('goes by without a failure: no function threw, nothing was given up, nothing is owed', () => {
    expect(failures).toEqual([]);
    expect(year.cloud.failures.all()).toEqual([]);
    expect(year.cloud.stream.lost()).toEqual([]);
    expect(processes.filter(({ owedAt }) => owedAt !== undefined)).toEqual([]);
    expect(processes.filter(({ restarts }) => restarts > 0)).toEqual([]);
  });

  it('has two cycles, which the calendar opens and somebody signs off, with a review for everybody in scope', () => {
    expect(of('learning-review-cycle').map(({ data, outcome }) => [data['cycleId'], outcome])).toEqual([
      ['2026-27-autumn', 'signed-off'],
      ['2026-27-summer', 'signed-off'],
    ]);
    expect(of('school-review')).toHaveLength(14);
    expect(of('learning-review').length).toBeGreaterThan(450);
    expect(lines()).toContainEqual(
      expect.stringMatching(/^cycle 2026-27-autumn opened: 2\d\d reviews in 7 schools and the central office$/),
    );
    expect(lines()).toContainEqual(expect.stringMatching(/^cycle 2026-27-autumn took in 1 review/));
  });

  it('has every review held, some late and some never, and ended or waiting for a date', async () => {
    const open = of('learning-review').filter((process) => !isEnded(process));
    for (const { processId } of open) {
      const snapshot = await year.cloud.store.snapshot(processId);
      const wait = snapshot && currentWait(snapshot);
      expect(wait?.state).toBe('open');
      // Every window is over, so nothing of it is still to be had; a follow-up lapses by itself.
      expect(wait?.wait).toMatch(/^(follow-up-due|follow-up|trust-answer)$/);
      if (wait?.kind === 'timer') expect(dayOf(wait.nextAt ?? instant(0)) > year.today).toBe(true);
    }
    const ends = Map.groupBy(of('learning-review'), ({ outcome }) => outcome);
    for (const end of ['reviewed', 'not-held', 'left']) expect(ends.get(end)?.length, end).toBeGreaterThan(0);
    const held = of('learning-review').flatMap(({ data }) => (data['conversation'] ? [data['conversation']] : []));
    expect(held.filter((conversation) => (conversation as { isLate: boolean }).isLate).length).toBeGreaterThan(10);
  });

  it('has fifteen applications, and a study for each that was enrolled', () => {
    const applications = of('npq-application');
    expect(applications).toHaveLength(15);
    const enrolled = applications.filter(({ outcome }) => outcome === 'enrolled');
    expect(enrolled.length).toBeGreaterThanOrEqual(5);
    expect(of('npq-study')).toHaveLength(enrolled.length);
    expect(new Set(applications.map(({ outcome }) => outcome)).size).toBeGreaterThan(2);
    expect(of('npq-study').filter(({ data }) => (data['deferrals'] as unknown[]).length > 0)).toHaveLength(1);
  });

  it('has six projects, those that were taken to further schools, and a set that meets', () => {
    const projects = of('action-research');
    expect(projects.filter(({ parentId }) => parentId === undefined)).toHaveLength(6);
    expect(projects.filter(({ status }) => status === 'completed').length).toBeGreaterThanOrEqual(2);
    const [set, ...others] = of('action-research-set');
    expect(others).toEqual([]);
    const meetings = (set?.data['meetings'] ?? []) as readonly { readonly state: string }[];
    expect(meetings.filter(({ state }) => state === 'held').length).toBeGreaterThanOrEqual(3);
  });

  it('has an apprenticeship for each apprentice and an induction for each early career teacher, under way at its end', () => {
    expect(of('apprenticeship').map(({ status, stage }) => `${status} ${stage}`)).toEqual(
      Array(7).fill('active on-programme'),
    );
    expect(of('ect-induction').map(({ status }) => status)).toEqual(Array(7).fill('active'));
    const reviews = of('apprenticeship').map(({ data }) => (data['reviews'] as unknown[]).length);
    expect(Math.min(...reviews)).toBeGreaterThanOrEqual(2);
  });

  it('sends nobody two messages on a day, and none to whom it has no address of', () => {
    const sent = year.cloud.mailbox.sent();
    expect(sent.length).toBeGreaterThan(1_000);
    const perDay = Map.groupBy(sent, ({ to, sentAt }) => `${to} ${dayOf(sentAt)}`);
    expect([...perDay].filter(([, mails]) => mails.length > 1).map(([key]) => key)).toEqual([]);
  });

  it('holds every invariant of the protocol in every process, and every chain of events', async () => {
    const { store, engine } = year.cloud;
    const invariants = makeInvariants();
    for (const { processId } of processes) {
      const snapshot = await store.snapshot(processId);
      if (!snapshot) throw new Error(`${processId} is gone`);
      const { process, token, waits } = snapshot;
      invariants.check({ process, token, waits, events: await store.events(processId) });
    }
    invariants.checkExecutions(engine);
  });

  it('lists every process as its own page shows it, to whoever asks', async () => {
    const everybody = await year.cloud.store.everybody({ limit: 500 });
    const who = (role: string) => everybody.items.find(({ roles }) => roles.some((each) => each.role === role));
    const readers = [who('trust-lead'), who('headteacher'), who('mentor')].filter((one) => one !== undefined);
    expect(readers).toHaveLength(3);
    let compared = 0;
    for (const as of readers)
      for (const { path } of registry) {
        const list = await year.cloud.request({ method: 'GET', path: `/${path}?limit=100`, as });
        for (const listed of (list.body as { items: { id: string }[] }).items) {
          const { body } = await year.cloud.request({ method: 'GET', path: `/${path}/${listed.id}`, as });
          expect(body).toMatchObject(listed);
          compared += 1;
        }
      }
    expect(compared).toBeGreaterThan(200);
  });

  it('asks for nothing that a person could not answer: forms are filled in from their schemas alone', () => {
    expect(year.tally.answers).toBeGreaterThan(1_000);
    expect(year.tally.refused.filter(({ status }) => status === 422 || status >= 500)).toEqual([]);
  });
});

describe('A seed', () => {
  const fewWeeks = async (seed: number) => {
    const { weeks, cloud } = await simulate({ seed, weeks: 7 });
    await cloud.stop();
    return weeks;
  };

  it(
    'is the same weeks again, and another seed other weeks',
    async () => {
      const first = await fewWeeks(7);
      expect(await fewWeeks(7)).toEqual(first);
      expect(await fewWeeks(8)).not.toEqual(first);
    },
    PATIENCE_MS,
  );
});
