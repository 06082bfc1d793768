/**
 * Check, then apply. A check plans the file against what is on file and stores the plan's grounds; nothing else is
 * written. Applying plans again, and goes on only if every line still rests on the same grounds.
 *
 * A file needs more items than one transaction holds, and readers must see all of it or nothing. So:
 *
 * 1. *attempt*: the head of the import is marked `applying`, with a new number;
 * 2. *claim*: every person is written ahead under that number, each transaction checking that the attempt still stands;
 * 3. *apply*: one write marks the head `applied`. From here on readers see all of it (`functions/table/pending.ts`);
 * 4. *settle*: what was written ahead becomes final, person by person.
 *
 * Whoever finds a person written ahead by another attempt settles it if it counts, and otherwise ends that attempt first and
 * takes it back: one of the two, never both, because both are a write to the head at the version seen. So a crash at any
 * point leaves nothing that the next `apply`, of this import or another, does not clear up.
 */
import { createHmac } from 'node:crypto';
import { type Part, put, update } from '../../workflows/kernel/change.ts';
import { type ImportRecord, type Person, SchoolId, TRUST } from '../../workflows/kernel/records.ts';
import { type FieldError, isRejection, type Rejection, reject } from '../../workflows/kernel/rejections.ts';
import { type Clock, type Day, dayOf, type Instant, secondsAfter } from '../../workflows/kernel/time.ts';
import { everyPage } from '../side-by-side.ts';
import { emailGuard, employeeGuard } from '../table/guard-names.ts';
import { isApplied, parsePendingIn } from '../table/pending.ts';
import type { Store } from '../table/store.ts';
import { MAX_PARTS } from '../table/transaction.ts';
import { type ImportKind, recognise } from './columns.ts';
import {
  answerOf,
  type ImportAnswer,
  type ImportFile,
  KEPT_DAYS,
  type KeptImport,
  keepParts,
  parseHead,
  readImport,
  recordsOf,
} from './kept-import.ts';
import { planManagers, readManagers } from './line-managers.ts';
import { applyHours, type HoursFile, type HoursPlan, MAX_HOURS_LINES, planHours, readHours } from './off-the-job.ts';
import { claim, namesClaimed, settle, withdraw } from './person-parts.ts';
import type { NewId, Plan } from './plan.ts';
import { readSeparatedFile } from './read-file.ts';
import type { Line } from './report.ts';
import { planRoles, readRoles } from './role-rows.ts';
import { makeRoster, type Roster } from './roster.ts';
import { MAX_SCHOOLS, planSchools, readSchools } from './schools.ts';
import { planStaff, readStaff } from './staff.ts';

export interface ImporterDependencies {
  readonly store: Store;
  readonly clock: Clock;
  /** A new UUIDv7. */
  readonly newId: () => string;
  /** Key of the hash by which dates of birth are compared. With another key nobody on file matches by date of birth. */
  readonly birthKey: string;
  /** Waits between attempts of an apply, milliseconds; injected so that tests do not. */
  readonly sleep?: (ms: number) => Promise<void>;
  /** Parts in one transaction at most; fewer in tests, which fall between many of them. */
  readonly maxParts?: number;
}

export interface CheckRequest {
  readonly kind: ImportKind;
  /** Of a staff export: a URN, or `trust`. */
  readonly schoolId?: string | undefined;
  readonly bytes: Uint8Array;
  /** A person id, or `system`. */
  readonly by: string;
  /** Parts that go with the head of the import: the receipt of an `Idempotency-Key`. */
  readonly also?: ((importId: string) => readonly Part[]) | undefined;
}

export interface Importer {
  /** Stores what the file would do. Refuses a file as a whole with `unreadable-file` or `body-too-large`, an unknown school with `invalid-fields`. `undefined`: a part of `also` did not hold. */
  check(request: CheckRequest): Promise<ImportAnswer | Rejection | undefined>;
  /** What a check answered, or `undefined` where there is no such import. */
  read(importId: string): Promise<ImportAnswer | undefined>;
  /** What sort of file it is and who sent it, or `undefined` where there is no such import. */
  sentBy(importId: string): Promise<{ readonly kind: ImportKind; readonly by: string } | undefined>;
  /** Applies it as a whole, or refuses: `import-changed`, `import-too-old`, `in-progress`, `not-found`. Again: the first answer. */
  apply(importId: string): Promise<ImportAnswer | Rejection>;
}

/** Attempts to apply while others import the same people. */
const ATTEMPTS = 12;

/** People read at once. */
const PAGE = 500;

const reallySleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export function makeImporter({
  store,
  clock,
  newId,
  birthKey,
  sleep = reallySleep,
  maxParts = MAX_PARTS,
}: ImporterDependencies): Importer {
  const birthHash = (birth: Day): string => createHmac('sha256', birthKey).update(birth).digest('hex');

  function readFile(request: CheckRequest, today: Day): ImportFile | Rejection {
    const separated = readSeparatedFile(request.bytes);
    if (isRejection(separated)) return separated;
    const recognised = recognise(request.kind, separated.header);
    if (isRejection(recognised)) return recognised;
    const { columns } = recognised;
    switch (request.kind) {
      case 'staff':
        return readStaff(separated, columns, { schoolId: request.schoolId ?? '', today, birthHash });
      case 'schools':
        return separated.rows.length > MAX_SCHOOLS
          ? reject(
              'unreadable-file',
              `This file lists ${separated.rows.length} schools; ${MAX_SCHOOLS} are taken at most. Send the schools of this trust only, not the whole register.`,
            )
          : readSchools(separated, columns);
      case 'roles':
        return readRoles(separated, columns);
      case 'line-managers':
        return readManagers(separated, columns);
      case 'off-the-job':
        return separated.rows.length > MAX_HOURS_LINES
          ? reject(
              'unreadable-file',
              `This file has ${separated.rows.length} lines; ${MAX_HOURS_LINES} are taken at most. Send it in pieces.`,
            )
          : readHours(separated, columns);
      default:
        throw new Error(`No reading of ${request.kind satisfies never}`);
    }
  }

  async function readRoster(file: ImportFile, today: Day): Promise<Roster> {
    const people = new Map<string, Person>();
    const [schools, guards] = await Promise.all([store.schools(), store.guards([...namesIn(file)])]);
    for await (const person of everyPage((cursor) => store.everybody({ limit: PAGE, cursor })))
      people.set(person.personId, person);
    // An index may lag: whoever holds a name of this file is found by the name itself.
    const holders = [...new Set(guards.map(({ holder }) => holder))];
    for (const person of await store.persons(holders)) people.set(person.personId, person);
    return makeRoster(people.values(), schools, today);
  }

  /** Hours are planned on processes, everything else on people; what somebody may record is theirs alone. */
  async function planOf(file: ImportFile, by: string, idFor: NewId): Promise<Plan | HoursPlan | Rejection> {
    if (file.kind !== 'off-the-job') return planFile(file, await readRoster(file, dayOf(clock())), idFor);
    const [actor] = await store.persons([by]);
    return actor
      ? planHours(file, { store, clock, actor })
      : reject('not-allowed', 'Who sends hours has to be on file.');
  }

  async function recordHours(plan: HoursPlan, by: string): Promise<Rejection | undefined> {
    const [actor] = await store.persons([by]);
    return actor && applyHours(plan, { store, clock, actor });
  }

  async function check(request: CheckRequest): Promise<ImportAnswer | Rejection | undefined> {
    const now = clock();
    const { kind, schoolId } = request;
    const unknown = kind === 'staff' ? await refuseSchool(schoolId) : undefined;
    if (unknown) return unknown;
    const file = readFile(request, dayOf(now));
    if (isRejection(file)) return file;
    const plan = await planOf(file, request.by, () => newId());
    if (isRejection(plan)) return plan;

    await settleWhatCounts(await findPending(plan));

    const importId = newId();
    const made = {
      importId,
      file,
      lines: plan.lines,
      missing: plan.missing,
      grounds: plan.grounds,
      head: { kind, schoolId: kind === 'staff' ? (schoolId ?? null) : null, checkedBy: request.by, checkedAt: now },
    };
    const { head, parts } = recordsOf(made);
    await keepParts(store, parts);
    const { committed } = await store.commit({ parts: [put('import', head), ...(request.also?.(importId) ?? [])] });
    return committed ? answerOf({ ...made, record: head, head: parseHead(head) }) : undefined;
  }

  async function refuseSchool(schoolId: string | undefined): Promise<Rejection | undefined> {
    const invalid = (message: string): Rejection => reject('invalid-fields', message, [{ path: 'school', message }]);
    if (!schoolId)
      return invalid('Say whose staff this is: ?school= with a URN, or with “trust” for the central office.');
    if (schoolId === TRUST) return undefined;
    const isOnFile = SchoolId.safeParse(schoolId).success && (await store.school(schoolId)) !== undefined;
    return isOnFile
      ? undefined
      : invalid(`No school of this trust has the URN ${schoolId.slice(0, 20)}. Import the list of schools first.`);
  }

  async function read(importId: string): Promise<ImportAnswer | undefined> {
    const kept = await readImport(store, importId);
    return kept && answerOf(kept);
  }

  async function sentBy(importId: string) {
    const kept = await readImport(store, importId);
    return kept && { kind: kept.head.kind, by: kept.head.checkedBy };
  }

  async function apply(importId: string): Promise<ImportAnswer | Rejection> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (attempt > 0) await sleep(Math.random() * 20 * 2 ** Math.min(attempt, 5));
      const kept = await readImport(store, importId);
      if (!kept) return reject('not-found', 'There is no such import. Checks are kept for 14 days.');
      if (kept.record.status === 'applied') {
        await settleAll(kept);
        return answerOf(kept);
      }
      const outcome = await tryToApply(kept);
      if (outcome !== 'again') return outcome;
    }
    return reject('in-progress', 'The same people are just being imported by somebody else. Try again in a minute.');
  }

  async function tryToApply(kept: KeptImport): Promise<ImportAnswer | Rejection | 'again'> {
    const now = clock();
    const { record } = kept;
    if (record.expiresAt !== undefined && record.expiresAt <= secondsAfter(now, 0)) {
      return reject('import-too-old', `This file was checked more than ${KEPT_DAYS} days ago. Send it again.`);
    }
    const plan = await planOf(kept.file, kept.head.checkedBy, idsOf(kept, newId));
    if (isRejection(plan)) return plan;
    const changed = changedLines(kept, plan);
    if (changed.length > 0) {
      // Unless it was this very import that changed it, by another request at the same moment.
      const [head] = await store.import(record.importId);
      if (head?.version !== record.version) return 'again';
      return reject(
        'import-changed',
        `Since this file was checked, ${changed.length === 1 ? 'one of its lines has' : `${changed.length} of its lines have`} changed on file (line ${changed
          .slice(0, 10)
          .map(({ line }) => line)
          .join(', ')}${changed.length > 10 ? ', …' : ''}). Nothing was applied: check the file again.`,
        changed.map(({ line, message }): FieldError => ({ path: `lines.${line}`, message })),
      );
    }

    const found = await findPending(plan);
    if (found.length > 0) {
      await clearUp(found);
      return 'again';
    }
    const attempted = await begin(record);
    if (!attempted) return 'again';
    if (!(await claimAll(plan, attempted))) return 'again';
    if ('recordings' in plan) {
      const refused = await recordHours(plan, kept.head.checkedBy);
      if (refused) return refused;
    }
    const applied = await flip(attempted, plan, now);
    if (!applied) return 'again';
    const result = { ...kept, record: applied, head: parseHead(applied) };
    await settleAll(result);
    return answerOf(result);
  }

  /** Of the people whom this plan is about, or who hold a name that it takes: those whom an import has written ahead. */
  async function findPending(plan: Plan): Promise<readonly Person[]> {
    const guards = await store.guards(plan.people.flatMap(namesClaimed));
    const ids = [...idsIn(plan.lines), ...guards.map(({ holder }) => holder)];
    return (await store.personsAsStored([...new Set(ids)])).filter(({ pendingIn }) => pendingIn !== undefined);
  }

  /** Finishes what an import that counts has left unfinished of these people: readers see no difference. */
  async function settleWhatCounts(people: readonly Person[]): Promise<void> {
    for (const [pendingIn, some] of Map.groupBy(people, (person) => person.pendingIn ?? '')) {
      const { importId, attempt } = parsePendingIn(pendingIn);
      const [head] = await store.import(importId);
      if (isApplied(importId, attempt, head)) await inTransactions(some.map(settle));
    }
  }

  /** Settles what counts; ends the attempt of what does not, then takes it back. */
  async function clearUp(pending: readonly Person[]): Promise<void> {
    for (const [pendingIn, people] of Map.groupBy(pending, (person) => person.pendingIn ?? '')) {
      const { importId, attempt } = parsePendingIn(pendingIn);
      const [head] = await store.import(importId);
      if (isApplied(importId, attempt, head)) {
        await inTransactions(people.map(settle));
        continue;
      }
      const isStanding = head?.status === 'applying' && parseHead(head).attempt === attempt;
      if (isStanding) {
        const ended: ImportRecord = { ...head, status: 'checked', version: head.version + 1 };
        const { committed } = await store.commit({
          parts: [update('import', head, ended, { version: head.version, status: 'applying' })],
        });
        if (!committed) continue;
      }
      await inTransactions(people.map(withdraw));
    }
  }

  /** A new attempt, which ends every earlier one of this import. */
  async function begin(record: ImportRecord): Promise<ImportRecord | undefined> {
    const version = record.version + 1;
    const next: ImportRecord = {
      ...record,
      version,
      status: 'applying',
      data: { ...record.data, attempt: version },
    };
    const { committed } = await store.commit({
      parts: [update('import', record, next, { version: record.version, status: record.status })],
    });
    return committed ? next : undefined;
  }

  async function claimAll(plan: Plan, attempted: ImportRecord): Promise<boolean> {
    const pendingIn = `${attempted.importId}.${attempted.version}`;
    const stands = update('import', attempted, attempted, { version: attempted.version, status: 'applying' });
    return inTransactions(
      plan.people.map((change) => claim(change, pendingIn)),
      [stands],
    );
  }

  async function flip(attempted: ImportRecord, plan: Plan, now: Instant): Promise<ImportRecord | undefined> {
    const { expiresAt: _, ...kept } = attempted;
    // Without an expiry from here on: were the head gone, what it has written ahead would no longer count.
    const applied: ImportRecord = {
      ...kept,
      version: attempted.version + 1,
      status: 'applied',
      data: { ...attempted.data, appliedAt: now },
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
  async function settleAll({ record, head, lines }: KeptImport): Promise<void> {
    if (record.expiresAt !== undefined) return;
    const ids = idsIn(lines);
    const pendingIn = `${record.importId}.${head.attempt}`;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const left = (await store.personsAsStored(ids)).filter((person) => person.pendingIn === pendingIn);
      if (left.length === 0) {
        const expiresAt = secondsAfter(head.appliedAt ?? clock(), KEPT_DAYS);
        await store.commit({
          parts: [update('import', record, { ...record, expiresAt }, { version: record.version })],
        });
        return;
      }
      if (attempt > 0) await sleep(Math.random() * 20 * 2 ** Math.min(attempt, 5));
      await inTransactions(left.map(settle));
    }
  }

  /** Groups of parts, each group whole in one transaction and as many groups as fit; stops at the first that does not hold. */
  async function inTransactions(groups: readonly (readonly Part[])[], also: readonly Part[] = []): Promise<boolean> {
    let parts: Part[] = [];
    const send = async (): Promise<boolean> => {
      if (parts.length === 0) return true;
      const { committed } = await store.commit({ parts: [...also, ...parts] });
      parts = [];
      return committed;
    };
    for (const group of groups) {
      if (parts.length + group.length + also.length > maxParts && !(await send())) return false;
      parts.push(...group);
    }
    return send();
  }

  return { check, read, sentBy, apply };
}

/** Every name by which the file's people are found. */
function namesIn(file: ImportFile): ReadonlySet<string> {
  const names = new Set<string>();
  if (file.kind === 'staff') {
    for (const { entry } of file.lines) {
      if (entry) names.add(employeeGuard(file.schoolId, entry.number));
      if (entry?.email !== undefined) names.add(emailGuard(entry.email));
    }
  } else if (file.kind === 'roles') {
    for (const { entry } of file.lines) if (entry) names.add(emailGuard(entry.email));
  } else if (file.kind === 'line-managers') {
    for (const { entry } of file.lines) {
      if (entry) names.add(emailGuard(entry.email)).add(emailGuard(entry.manager));
    }
  }
  return names;
}

function planFile(file: Exclude<ImportFile, HoursFile>, roster: Roster, idFor: NewId): Plan {
  switch (file.kind) {
    case 'staff':
      return planStaff(file, roster, idFor);
    case 'schools':
      return planSchools(file, roster);
    case 'roles':
      return planRoles(file, roster, idFor);
    case 'line-managers':
      return planManagers(file, roster);
    default:
      throw new Error(`No plan for ${(file satisfies never as ImportFile).kind}`);
  }
}

const idsIn = (lines: readonly Line[]): readonly string[] => [
  ...new Set(lines.flatMap(({ personId }) => personId ?? [])),
];

/** Somebody new gets the id that the check has told. */
function idsOf(kept: KeptImport, newId: () => string): NewId {
  const ids = new Map(kept.lines.map(({ line, personId }) => [line, personId]));
  return (line) => ids.get(line) ?? newId();
}

function changedLines(kept: KeptImport, plan: Plan): readonly { readonly line: number; readonly message: string }[] {
  const fates = new Map(kept.lines.map(({ line, fate }) => [line, fate]));
  return plan.lines.flatMap((now) => {
    if (kept.grounds.get(now.line) === plan.grounds.get(now.line)) return [];
    const before = fates.get(now.line);
    // Hours that are as the file says already: an apply that broke off recorded them.
    if (kept.file.kind === 'off-the-job' && now.fate === 'unchanged') return [];
    const message =
      before !== undefined && before !== now.fate
        ? `This line was “${before}” when it was checked and would be “${now.fate}” now${now.reason ? `: ${now.reason}` : '.'}`
        : 'What is on file for this line has changed since it was checked.';
    return [{ line: now.line, message }];
  });
}
