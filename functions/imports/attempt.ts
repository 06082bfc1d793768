/**
 * How a file is applied. It needs more items than one transaction holds, and often more time than one request has, and
 * readers must see all of it or nothing. So:
 *
 * 1. *begin*: the head of the import is marked `applying`, with a new number, the attempt;
 * 2. *claim*: every person is written ahead under that number, each transaction checking that the attempt still stands and
 *    noting on the head how many are done;
 * 3. *flip*: one write marks the head `applied`. From here on readers see all of it (`functions/table/pending.ts`);
 * 4. *settle*: what was written ahead becomes final, person by person.
 *
 * Each step may break off, by a crash or because the time of the request is up, and is carried on where it stands: by the
 * next request for this import, or by two at once, which then write the same. What another import has written ahead is
 * settled if it counts; otherwise that attempt is ended first and what it wrote taken back: one of the two, never both,
 * because both are a write to the head at the version seen.
 *
 * An attempt that is alive is ended by an older import only, so that of two that want the same people one always gets on;
 * one that has been silent for {@link SILENT_MS} by any.
 */
import { type Part, put, update } from '../../workflows/kernel/change.ts';
import type { ImportRecord, Person } from '../../workflows/kernel/records.ts';
import { type Clock, type Instant, secondsAfter } from '../../workflows/kernel/time.ts';
import { isApplied, parsePendingIn } from '../table/pending.ts';
import type { Store } from '../table/store.ts';
import { KEPT_DAYS, type KeptImport, parseHead } from './kept-import.ts';
import { claim, namesClaimed, settle, withdraw } from './person-parts.ts';
import type { Plan } from './plan.ts';
import type { Line, Progress } from './report.ts';

/** Whether there is time for one more transaction. */
export type HasTime = () => boolean;

/** `refused`: a condition did not hold, because somebody else wrote meanwhile. */
export type Outcome = 'done' | 'refused' | 'out-of-time';

/** Two requests of an apply are at most so long apart, with what they read before their first write: 29 s and a bit. */
export const SILENT_MS = 60_000;

/** Of those found written ahead: `blocked` by an attempt that is alive and older. */
export type Clearing = 'cleared' | 'blocked' | 'out-of-time';

export interface AttemptDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly maxParts: number;
}

export const pendingInOf = ({ importId, data }: ImportRecord): string => `${importId}.${data['attempt']}`;

export const idsIn = (lines: readonly Line[]): readonly string[] => [
  ...new Set(lines.flatMap(({ personId }) => personId ?? [])),
];

export function makeAttempts({ store, clock, maxParts }: AttemptDependencies) {
  /** The head with how far it is, in the same transaction as what is done; it must still be at that version. */
  const note = (head: ImportRecord, progress: Progress): Part =>
    update(
      'import',
      head,
      { ...head, data: { ...head.data, progress, touchedAt: clock() } },
      { version: head.version, status: head.status },
    );

  /** Groups of parts, each group whole in one transaction and as many groups as fit; stops at the first that does not hold. */
  async function inTransactions(
    groups: readonly (readonly Part[])[],
    hasTime: HasTime,
    also: (done: number) => readonly Part[] = () => [],
  ): Promise<Outcome> {
    for (let at = 0; at < groups.length; ) {
      if (!hasTime()) return 'out-of-time';
      const parts: Part[] = [];
      const room = maxParts - also(at).length;
      do {
        parts.push(...(groups[at] ?? []));
        at += 1;
      } while (at < groups.length && parts.length + (groups[at]?.length ?? 0) <= room);
      const { committed } = await store.commit({ parts: [...also(at), ...parts] });
      if (!committed) return 'refused';
    }
    return 'done';
  }

  /** Of the people whom this plan is about, or who hold a name that it takes: those whom an import has written ahead. */
  async function findPending(plan: Plan): Promise<readonly Person[]> {
    const guards = await store.guards(plan.people.flatMap(namesClaimed));
    const ids = [...idsIn(plan.lines), ...guards.map(({ holder }) => holder)];
    return (await store.personsAsStored([...new Set(ids)])).filter(({ pendingIn }) => pendingIn !== undefined);
  }

  /** Finishes what an import that counts has left unfinished of these people: readers see no difference. */
  async function settleWhatCounts(people: readonly Person[], hasTime: HasTime): Promise<void> {
    for (const [pendingIn, some] of Map.groupBy(people, (person) => person.pendingIn ?? '')) {
      const { importId, attempt } = parsePendingIn(pendingIn);
      if (isApplied(importId, attempt, await store.importHead(importId)))
        await inTransactions(some.map(settle), hasTime);
    }
  }

  /** Settles what counts; ends the attempt of what does not, then takes it back. `by`: the import that wants these people. */
  async function clearUp(pending: readonly Person[], by: string, hasTime: HasTime): Promise<Clearing> {
    for (const [pendingIn, people] of Map.groupBy(pending, (person) => person.pendingIn ?? '')) {
      const { importId, attempt } = parsePendingIn(pendingIn);
      const head = await store.importHead(importId);
      const counts = isApplied(importId, attempt, head);
      if (!counts && head?.status === 'applying' && parseHead(head).attempt === attempt) {
        if (by > importId && isAlive(head)) return 'blocked';
        if (!(await end(head))) continue;
      }
      const outcome = await inTransactions(people.map(counts ? settle : withdraw), hasTime);
      if (outcome === 'out-of-time') return outcome;
    }
    return 'cleared';
  }

  function isAlive(head: ImportRecord): boolean {
    const { touchedAt } = parseHead(head);
    if (touchedAt === undefined) return false;
    const silentFor = Date.parse(clock()) - Date.parse(touchedAt);
    // Before it was touched: a clock that was moved says nothing.
    return silentFor >= 0 && silentFor < SILENT_MS;
  }

  /** Ends a standing attempt: what it has written ahead will never count. */
  async function end(head: ImportRecord): Promise<boolean> {
    const ended: ImportRecord = { ...head, status: 'checked', version: head.version + 1 };
    const { committed } = await store.commit({
      parts: [update('import', head, ended, { version: head.version, status: 'applying' })],
    });
    return committed;
  }

  /** A new attempt. */
  async function begin(record: ImportRecord, of: number): Promise<ImportRecord | undefined> {
    const version = record.version + 1;
    const progress: Progress = { step: 'writing', done: 0, of };
    const next: ImportRecord = {
      ...record,
      version,
      status: 'applying',
      data: { ...record.data, attempt: version, progress, touchedAt: clock() },
    };
    const { committed } = await store.commit({
      parts: [update('import', record, next, { version: record.version, status: record.status })],
    });
    return committed ? next : undefined;
  }

  /** Writes ahead whoever is not yet: `pending` are those whom this attempt has already. */
  async function claimRest(
    plan: Plan,
    attempted: ImportRecord,
    pending: readonly Person[],
    hasTime: HasTime,
  ): Promise<Outcome> {
    const pendingIn = pendingInOf(attempted);
    const claimed = new Set(pending.flatMap((person) => (person.pendingIn === pendingIn ? [person.personId] : [])));
    const left = plan.people.filter(({ next }) => !claimed.has(next.personId));
    const before = plan.people.length - left.length;
    return inTransactions(
      left.map((change) => claim(change, pendingIn)),
      hasTime,
      (done) => [note(attempted, { step: 'writing', done: before + done, of: plan.people.length })],
    );
  }

  /** From here on it counts. */
  async function flip(attempted: ImportRecord, plan: Plan, now: Instant): Promise<ImportRecord | undefined> {
    const { expiresAt: _, ...kept } = attempted;
    const progress: Progress = { step: 'finishing', done: 0, of: plan.people.length };
    // Without an expiry from here on: were the head gone, what it has written ahead would no longer count.
    const applied: ImportRecord = {
      ...kept,
      version: attempted.version + 1,
      status: 'applied',
      data: { ...attempted.data, appliedAt: now, progress },
    };
    const schools = plan.schools.map(({ base, next }) =>
      base
        ? update(`school:${next.schoolId}`, base, next, { version: base.version })
        : put(`school:${next.schoolId}`, next),
    );
    const { committed } = await store.commit({
      parts: [update('import', attempted, applied, { version: attempted.version, status: 'applying' }), ...schools],
    });
    return committed ? applied : undefined;
  }

  /** Makes final what an applied import has written ahead, and lets it expire afterwards. May be called again and again. */
  async function settleAll({ record, head, lines }: KeptImport, hasTime: HasTime): Promise<Outcome> {
    if (record.expiresAt !== undefined) return 'done';
    const pendingIn = pendingInOf(record);
    const left = (await store.personsAsStored(idsIn(lines))).filter((person) => person.pendingIn === pendingIn);
    const of = Math.max(head.progress?.of ?? 0, left.length);
    const outcome = await inTransactions(left.map(settle), hasTime, (done) => [
      note(record, { step: 'finishing', done: of - left.length + done, of }),
    ]);
    if (outcome !== 'done') return outcome;
    const expiresAt = secondsAfter(head.appliedAt ?? clock(), KEPT_DAYS);
    await store.commit({ parts: [update('import', record, { ...record, expiresAt }, { version: record.version })] });
    return outcome;
  }

  return { findPending, settleWhatCounts, clearUp, begin, note, claimRest, flip, settleAll };
}
