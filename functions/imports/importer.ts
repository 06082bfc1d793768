/**
 * Check, then apply. A check plans the file against what is on file and stores the plan's grounds; nothing else is
 * written. Applying plans again, and goes on only if every line still rests on the same grounds. How it is written so that
 * readers see all of it or nothing, in as many requests as it takes: `attempt.ts`.
 */
import { createHmac } from 'node:crypto';
import { type Part, put } from '../../workflows/kernel/change.ts';
import { type ImportRecord, type Person, SchoolId, TRUST } from '../../workflows/kernel/records.ts';
import { type FieldError, isRejection, type Rejection, reject } from '../../workflows/kernel/rejections.ts';
import { type Clock, type Day, dayOf, secondsAfter } from '../../workflows/kernel/time.ts';
import { everyPage } from '../side-by-side.ts';
import { emailGuard, employeeGuard } from '../table/guard-names.ts';
import { parsePendingIn } from '../table/pending.ts';
import type { Store } from '../table/store.ts';
import { MAX_PARTS } from '../table/transaction.ts';
import { type HasTime, makeAttempts, pendingInOf } from './attempt.ts';
import { type ImportKind, recognise } from './columns.ts';
import {
  answerOf,
  type ImportAnswer,
  type ImportFile,
  type ImportState,
  KEPT_DAYS,
  type KeptImport,
  keepParts,
  parseHead,
  readImport,
  recordsOf,
  stateOf,
} from './kept-import.ts';
import { planManagers, readManagers } from './line-managers.ts';
import { applyHours, type HoursFile, type HoursPlan, MAX_HOURS_LINES, planHours, readHours } from './off-the-job.ts';
import type { NewId, Plan } from './plan.ts';
import { readSeparatedFile } from './read-file.ts';
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

/** An apply that goes on with the next request. */
export interface Unfinished {
  readonly unfinished: ImportState;
}

export const isUnfinished = (answer: object): answer is Unfinished => 'unfinished' in answer;

export interface Importer {
  /** Stores what the file would do. Refuses a file as a whole with `unreadable-file` or `body-too-large`, an unknown school with `invalid-fields`. `undefined`: a part of `also` did not hold. */
  check(request: CheckRequest, hasTime?: HasTime): Promise<ImportAnswer | Rejection | undefined>;
  /** What a check answered, with how far it is, from that line on; `undefined` where there is no such import. */
  read(importId: string, from?: number): Promise<ImportAnswer | undefined>;
  /** How far it is; `undefined` where there is no such import. */
  state(importId: string): Promise<ImportState | undefined>;
  /** What sort of file it is and who sent it, or `undefined` where there is no such import. */
  sentBy(importId: string): Promise<{ readonly kind: ImportKind; readonly by: string } | undefined>;
  /**
   * Applies it as a whole, or refuses: `import-changed`, `import-too-old`, `in-progress`, `not-found`. Where there is no
   * more time, unfinished: again, and it goes on. Again after the end: the first answer.
   */
  apply(importId: string, hasTime?: HasTime): Promise<ImportAnswer | Unfinished | Rejection>;
}

/** Attempts to apply while others import the same people. */
const ATTEMPTS = 12;

/** People read at once. */
const PAGE = 500;

const always: HasTime = () => true;

const reallySleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export function makeImporter({
  store,
  clock,
  newId,
  birthKey,
  sleep = reallySleep,
  maxParts = MAX_PARTS,
}: ImporterDependencies): Importer {
  const attempts = makeAttempts({ store, clock, maxParts });
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

  async function recordHours(
    plan: HoursPlan,
    attempted: ImportRecord,
    hasTime: HasTime,
  ): Promise<Rejection | 'out-of-time' | undefined> {
    const { checkedBy, progress } = parseHead(attempted);
    const [actor] = await store.persons([checkedBy]);
    const of = Math.max(progress?.of ?? 0, plan.recordings.length);
    const before = of - plan.recordings.length;
    const tell = (done: number) =>
      store.commit({ parts: [attempts.note(attempted, { step: 'writing', done: before + done, of })] });
    return actor && applyHours(plan, { store, clock, actor, hasTime, tell });
  }

  async function check(request: CheckRequest, hasTime = always): Promise<ImportAnswer | Rejection | undefined> {
    const now = clock();
    const { kind, schoolId } = request;
    const unknown = kind === 'staff' ? await refuseSchool(schoolId) : undefined;
    if (unknown) return unknown;
    const file = readFile(request, dayOf(now));
    if (isRejection(file)) return file;
    const plan = await planOf(file, request.by, () => newId());
    if (isRejection(plan)) return plan;

    await attempts.settleWhatCounts(await attempts.findPending(plan), hasTime);

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

  async function read(importId: string, from = 0): Promise<ImportAnswer | undefined> {
    const kept = await readImport(store, importId);
    return kept && answerOf(kept, from);
  }

  async function state(importId: string): Promise<ImportState | undefined> {
    const head = await store.importHead(importId);
    return head && stateOf(head, parseHead(head));
  }

  async function sentBy(importId: string) {
    const record = await store.importHead(importId);
    const head = record && parseHead(record);
    return head && { kind: head.kind, by: head.checkedBy };
  }

  async function apply(importId: string, hasTime = always): Promise<ImportAnswer | Unfinished | Rejection> {
    let isBlocked = false;
    for (let attempt = 0; attempt < ATTEMPTS && (attempt === 0 || hasTime()); attempt += 1) {
      if (attempt > 0) await sleep(Math.random() * 20 * 2 ** Math.min(attempt, 5));
      const kept = await readImport(store, importId);
      if (!kept) return reject('not-found', 'There is no such import. Checks are kept for 14 days.');
      const outcome = kept.record.status === 'applied' ? await finish(kept, hasTime) : await tryToApply(kept, hasTime);
      isBlocked = outcome === 'blocked';
      if (outcome === 'out-of-time') break;
      if (outcome !== 'again' && outcome !== 'blocked') return outcome;
    }
    const unfinished = await state(importId);
    return unfinished && (unfinished.appliedAt !== null || !(isBlocked || hasTime()))
      ? { unfinished }
      : reject('in-progress', 'The same people are just being imported by somebody else. Try again in a minute.');
  }

  /** It counts; what is left is to make it final. */
  async function finish(kept: KeptImport, hasTime: HasTime): Promise<ImportAnswer | 'again' | 'out-of-time'> {
    const outcome = await attempts.settleAll(kept, hasTime);
    if (outcome !== 'done') return outcome === 'refused' ? 'again' : outcome;
    const record = (await store.importHead(kept.record.importId)) ?? kept.record;
    return answerOf({ ...kept, record, head: parseHead(record) });
  }

  async function tryToApply(
    kept: KeptImport,
    hasTime: HasTime,
  ): Promise<ImportAnswer | Rejection | 'again' | 'blocked' | 'out-of-time'> {
    const now = clock();
    const { record } = kept;
    if (record.expiresAt !== undefined && record.expiresAt <= secondsAfter(now, 0)) {
      return reject('import-too-old', `This file was checked more than ${KEPT_DAYS} days ago. Send it again.`);
    }
    const plan = await planOf(kept.file, kept.head.checkedBy, idsOf(kept, newId));
    if (isRejection(plan)) return plan;
    const pending = await attempts.findPending(plan);
    const isOurs = ({ pendingIn }: Person): boolean =>
      record.status === 'applying' && pendingIn === pendingInOf(record);

    const changed = changedLines(kept, plan);
    if (changed.length > 0) {
      // Unless it was this very import that changed it, by another request at the same moment.
      const head = await store.importHead(record.importId);
      if (head?.version !== record.version) return 'again';
      const own = pending.filter(({ pendingIn = '' }) => parsePendingIn(pendingIn).importId === record.importId);
      await attempts.clearUp(own, record.importId, hasTime);
      return changedSince(changed);
    }

    const others = pending.filter((person) => !isOurs(person));
    if (others.length > 0) {
      // What another request for this import has begun meanwhile is carried on, not ended: two that end each other never end.
      const head = await store.importHead(record.importId);
      if (head?.version !== record.version) return 'again';
      const clearing = await attempts.clearUp(others, record.importId, hasTime);
      return clearing === 'cleared' ? 'again' : clearing;
    }
    const attempted = record.status === 'applying' ? record : await attempts.begin(record, stepsOf(plan));
    if (!attempted) return 'again';
    const claimed = await attempts.claimRest(plan, attempted, pending, hasTime);
    if (claimed !== 'done') return claimed === 'refused' ? 'again' : claimed;
    if ('recordings' in plan) {
      const refused = await recordHours(plan, attempted, hasTime);
      if (refused) return refused;
    }
    const applied = await attempts.flip(attempted, plan, now);
    return applied ? finish({ ...kept, record: applied, head: parseHead(applied) }, hasTime) : 'again';
  }

  return { check, read, state, sentBy, apply };
}

/** Lines that a refusal names at most. */
const NAMED = 200;

const changedSince = (changed: ReturnType<typeof changedLines>): Rejection =>
  reject(
    'import-changed',
    `Since this file was checked, ${changed.length === 1 ? 'one of its lines has' : `${changed.length} of its lines have`} changed on file (line ${changed
      .slice(0, 10)
      .map(({ line }) => line)
      .join(', ')}${changed.length > 10 ? ', …' : ''}). Nothing was applied: check the file again.`,
    changed.slice(0, NAMED).map(({ line, message }): FieldError => ({ path: `lines.${line}`, message })),
  );

/** What is written one by one: people, or the hours of a month. */
const stepsOf = (plan: Plan | HoursPlan): number =>
  'recordings' in plan ? plan.recordings.length : plan.people.length;

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
