/** Check and apply on DynamoDB Local: in one piece for the reader, whatever dies in between. */
import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTable, type DynamoDbLocal, startDynamoDbLocal } from '../../local/dynamodb.ts';
import { importSample, SAMPLE_FOLDER } from '../../local/sample.ts';
import { update } from '../../workflows/kernel/change.ts';
import type { Person } from '../../workflows/kernel/records.ts';
import { isRejection, type Rejection } from '../../workflows/kernel/rejections.ts';
import { addMs, type Instant, instant } from '../../workflows/kernel/time.ts';
import { makeCaller } from '../api/caller.ts';
import { emailGuard, employeeGuard } from '../table/guard-names.ts';
import { makeStore, type Store } from '../table/store.ts';
import { uuidv7 } from '../world.ts';
import { SILENT_MS } from './attempt.ts';
import type { ImportKind } from './columns.ts';
import { type Importer, isUnfinished, makeImporter, type Unfinished } from './importer.ts';
import { makeImports } from './imports.ts';
import { answerOf, type ImportAnswer, readImport } from './kept-import.ts';

const BIRTH_KEY = 'a key that is used in tests only, 32';
const DAY_MS = 86_400_000;

let database: DynamoDbLocal;
let client: DynamoDBClient;
let documents: DynamoDBDocumentClient;
let store: Store;
let tableName: string;
let tables = 0;
let now: Instant;

beforeAll(async () => {
  database = await startDynamoDbLocal();
  client = new DynamoDBClient(database);
  documents = DynamoDBDocumentClient.from(client);
});

afterAll(async () => {
  client?.destroy();
  await database?.stop();
});

beforeEach(async () => {
  tables += 1;
  tableName = `imports-${tables}`;
  await createTable(client, tableName);
  store = makeStore({ documents, tableName });
  now = instant('2026-11-25T09:00:00Z');
});

/** `maxParts`: a small file falls into many transactions, as a large one does into transactions of 100. */
const importerOn = (on: Store, maxParts = 100): Importer =>
  makeImporter({
    maxParts,
    store: on,
    clock: () => now,
    newId: () => uuidv7(now),
    birthKey: BIRTH_KEY,
    sleep: async () => undefined,
  });

function taken(answer: ImportAnswer | Unfinished | Rejection | undefined): ImportAnswer {
  if (answer === undefined) throw new Error('not stored');
  if (isRejection(answer)) throw new Error(answer.detail);
  if (isUnfinished(answer)) throw new Error('unfinished');
  return answer;
}

async function sampleTold(): Promise<readonly string[]> {
  const told: string[] = [];
  const dependencies = { store, clock: () => now, newId: () => uuidv7(now), birthKey: BIRTH_KEY };
  for await (const line of importSample(SAMPLE_FOLDER, dependencies)) told.push(line);
  return told.filter((line) => line.includes('.csv'));
}

/** Every item there is. Only a test scans: it looks whether anything lies about that nobody would find by its key. */
async function everyItem(): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await documents.send(
      new ScanCommand({ TableName: tableName, ConsistentRead: true, ...(ExclusiveStartKey && { ExclusiveStartKey }) }),
    );
    items.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return items;
}

async function check(kind: ImportKind, text: string | Uint8Array, schoolId?: string): Promise<ImportAnswer> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  return taken(await importerOn(store).check({ kind, schoolId, bytes, by: 'system' }));
}

async function take(kind: ImportKind, text: string | Uint8Array, schoolId?: string): Promise<ImportAnswer> {
  const { importId } = await check(kind, text, schoolId);
  return taken(await importerOn(store).apply(importId));
}

const SCHOOLS = 'URN,EstablishmentName\n910101,Oakfield\n910102,Brook Lane\n';
const HEADING = 'Employee ID,First Name,Last Name,Email,Job Title,Date of Birth,Start Date,End Date,FTE';
const arbor = (...rows: string[]) => [HEADING, ...rows].join('\r\n');
const staff = (count: number, job = 'Cook', prefix = 's') =>
  arbor(
    ...Array.from(
      { length: count },
      (_, n) => `${n + 1},Forename${n},Surname${n},${prefix}${n}@oak.example,${job},01/01/1980,,,1.0`,
    ),
  );

/** Numbers of their own for each run. */
const numbered = (run: number, text: string) => text.replaceAll(/^(\d+),/gm, `${run}-$1,`);

/** Time for so many transactions of an apply. */
function timeFor(transactions: number): () => boolean {
  let left = transactions;
  return () => {
    left -= 1;
    return left >= 0;
  };
}

async function everybody(): Promise<readonly Person[]> {
  const people: Person[] = [];
  let cursor: string | null = null;
  do {
    const page = await store.everybody({ limit: 100, ...(cursor !== null && { cursor }) });
    people.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== null);
  return people;
}

/** Everything a reader can see of people, without ids and versions. */
async function seen(schoolIds = ['910101', '910102', 'trust']): Promise<unknown> {
  const people = await everybody();
  const lists = await Promise.all(
    schoolIds.map(async (schoolId) => ({
      posts: (await store.postRows(schoolId, { limit: 100 })).items.map(({ employeeNumber }) => employeeNumber).sort(),
      roles: (await store.roleHolders(schoolId)).map(({ role }) => role).sort(),
    })),
  );
  const shown = people
    .map(({ forename, surname, email, posts, roles }) =>
      JSON.stringify([forename, surname, email, posts.map(({ lineManagerId: _, ...post }) => post), roles]),
    )
    .sort();
  return { shown, lists };
}

/** Nothing half-done is left: no record that an import wrote ahead, every name held by whoever has it. */
async function expectTidy(): Promise<void> {
  const items = await everyItem();
  expect(items.filter((item) => item['pendingIn'] !== undefined)).toEqual([]);
  const people = await everybody();
  const names = people.flatMap(({ personId, email, posts }) => [
    ...(email === undefined ? [] : [`${emailGuard(email)} ${personId}`]),
    ...posts.map((post) => `${employeeGuard(post.schoolId, post.employeeNumber)} ${personId}`),
  ]);
  const guards = items.filter(({ type }) => type === 'guard').map(({ guard, holder }) => `${guard} ${holder}`);
  expect(guards.sort()).toEqual(names.sort());
  const rows = items
    .filter(({ type }) => type === 'post-row')
    .map(
      ({ schoolId, employeeNumber, personId, lineManagerId }) =>
        `${schoolId}#${employeeNumber} ${personId} ${lineManagerId}`,
    );
  const posts = people.flatMap(({ personId, posts: held }) =>
    held.map((post) => `${post.schoolId}#${post.employeeNumber} ${personId} ${post.lineManagerId}`),
  );
  expect(rows.sort()).toEqual(posts.sort());
  const holders = items
    .filter(({ type }) => type === 'role-holder')
    .map(({ role, schoolId, personId }) => `${role} ${schoolId} ${personId}`);
  expect(holders.sort()).toEqual(
    people
      .flatMap(({ personId, roles }) => roles.map(({ role, schoolId }) => `${role} ${schoolId} ${personId}`))
      .sort(),
  );
}

class Killed extends Error {}

/** A store that dies: before its `n`-th commit, or just after it. */
function dying(n: number, when: 'before' | 'after'): Store & { commits: () => number } {
  let commits = 0;
  return {
    ...store,
    commits: () => commits,
    async commit(change, options) {
      commits += 1;
      if (commits > n || (commits === n && when === 'before')) throw new Killed('killed');
      const result = await store.commit(change, options);
      if (commits === n) throw new Killed('killed');
      return result;
    },
  };
}

describe('the sample', () => {
  test('is imported whole, once, and a second time changes nothing', async () => {
    expect(await sampleTold()).toEqual([
      'schools.csv: 7 added',
      'staff-910101-arbor.csv: 44 added, 1 repeated, 1 empty',
      'staff-910102-arbor.csv: 38 added, 1 leaver, 1 repeated, 1 empty',
      'staff-910103-bromcom.csv: 30 added, 1 refused',
      'staff-910104-sims.csv: 32 added, 2 leaver',
      'staff-910105-arbor.csv: 47 added, 3 leaver, 1 repeated, 1 empty',
      'staff-910106-bromcom.csv: 41 added, 1 leaver, 1 refused',
      'staff-910107-sims.csv: 27 added, 2 leaver',
      'staff-trust-office.csv: 3 added',
      'roles.csv: 46 added',
      'line-managers.csv: 253 added, 8 refused',
    ]);
    const people = await everybody();
    expect(people.filter(({ posts }) => posts.length > 0)).toHaveLength(269);
    expect(people.filter(({ posts }) => posts.length > 1)).toHaveLength(2);
    expect(people.filter(({ posts }) => posts.length === 0)).toHaveLength(8);
    await expectTidy();

    expect((await sampleTold()).every((line) => line.endsWith('nothing to apply'))).toBe(true);
    expect(await everybody()).toEqual(people);
    expect(await store.calendarYears()).toHaveLength(6);
  });

  test('leaves no date of birth in the table, not even between check and apply', async () => {
    await take('schools', readFileSync(`${SAMPLE_FOLDER}schools.csv`));
    await check('staff', readFileSync(`${SAMPLE_FOLDER}staff-910104-sims.csv`), '910104');
    const items = await everyItem();
    const text = JSON.stringify(items);
    expect(text).toContain('Hembrow');
    expect(text).not.toMatch(/1987-10-17|17\/10\/1987/);
  });
});

describe('check, then apply', () => {
  test('a check changes nobody, and applying answers as the check did', async () => {
    await take('schools', SCHOOLS);
    const checked = await check('staff', staff(3), '910101');
    expect(checked).toMatchObject({
      kind: 'staff',
      schoolId: '910101',
      counts: { added: 3, missing: 0 },
      appliedAt: null,
    });
    expect(await everybody()).toEqual([]);
    const applied = taken(await importerOn(store).apply(checked.importId));
    expect({ ...applied, appliedAt: null }).toEqual(checked);
    expect((await everybody()).map(({ personId }) => personId).sort()).toEqual(
      checked.lines.map(({ personId }) => personId).sort(),
    );
    await expectTidy();
  });

  test('a second apply answers as the first, and changes nothing, also when people have changed since', async () => {
    await take('schools', SCHOOLS);
    const first = await take('staff', staff(3), '910101');
    await take('staff', staff(3, 'Teacher'), '910101');
    const people = await everybody();
    expect(await importerOn(store).apply(first.importId)).toEqual(first);
    expect(await everybody()).toEqual(people);
  });

  test('what changed since the check is named, and nothing is applied', async () => {
    await take('schools', SCHOOLS);
    await take('staff', staff(3), '910101');
    const checked = await check('staff', staff(3, 'Teacher'), '910101');
    await take('staff', arbor('2,Forename1,Surname1,s1@oak.example,Caretaker,01/01/1980,,,1.0'), '910101');
    const before = await everybody();
    const refused = await importerOn(store).apply(checked.importId);
    expect(refused).toMatchObject({ rejected: 'import-changed', errors: [{ path: 'lines.3' }] });
    expect(await everybody()).toEqual(before);
  });

  test('a sign-in between check and apply does not stand in its way, and is kept', async () => {
    await take('schools', SCHOOLS);
    await take('staff', staff(1), '910101');
    const checked = await check('staff', staff(1, 'Teacher'), '910101');
    const [person] = await everybody();
    if (!person) throw new Error('nobody');
    const signedIn = { ...person, externalId: 'issuer|1', version: person.version + 1 };
    await store.commit({ parts: [update('person', person, signedIn, { version: person.version })] });
    taken(await importerOn(store).apply(checked.importId));
    expect(await store.person(person.personId)).toMatchObject({
      externalId: 'issuer|1',
      posts: [{ job: 'Teacher' }],
      version: 3,
    });
  });

  test('a changed address moves the name by which somebody is found', async () => {
    await take('schools', SCHOOLS);
    await take('staff', staff(1), '910101');
    const answer = await take('staff', staff(1).replace('s0@', 'new0@'), '910101');
    expect(answer.lines[0]).toMatchObject({ fate: 'changed', changes: ['email'] });
    expect(await store.guard(emailGuard('s0@oak.example'))).toBeUndefined();
    expect((await store.guard(emailGuard('new0@oak.example')))?.holder).toBe(answer.lines[0]?.personId);
    await expectTidy();
  });

  test('a check is kept for 14 days', async () => {
    await take('schools', SCHOOLS);
    const checked = await check('staff', staff(1), '910101');
    now = addMs(now, 14 * DAY_MS);
    expect(await importerOn(store).apply(checked.importId)).toMatchObject({ rejected: 'import-too-old' });
  });

  test('an import that nobody made is not found, and a school that is not on file is refused', async () => {
    expect(await importerOn(store).apply(uuidv7(now))).toMatchObject({ rejected: 'not-found' });
    for (const schoolId of [undefined, '', '999999', 'x'.repeat(3000)]) {
      const refused = await importerOn(store).check({
        kind: 'staff',
        schoolId,
        bytes: Buffer.from(staff(1)),
        by: 'system',
      });
      expect(refused).toMatchObject({ rejected: 'invalid-fields', errors: [{ path: 'school' }] });
    }
  });

  test('a file of hundreds is kept in parts, and applied', { timeout: 300_000 }, async () => {
    await take('schools', SCHOOLS);
    const answer = await take('staff', staff(350, 'Cook of '.repeat(22)), '910101');
    expect(answer.counts.added).toBe(350);
    expect(await everybody()).toHaveLength(350);
    expect((await store.import(answer.importId)).length).toBeGreaterThan(4);
  });
});

describe('killed between any two commits', () => {
  const first = staff(10);
  /** Everybody changes, four are new, one gets another address. */
  const second = staff(14, 'Teacher').replace('s3@', 'moved3@');

  async function prepare() {
    await take('schools', SCHOOLS);
    await take('staff', first, '910101');
    await take('roles', 'Email,Role,URN\ns0@oak.example,headteacher,910101\n');
    return check('staff', second, '910101');
  }

  /** Another table with the same items: what was prepared, once for each death. */
  async function copyOf(items: readonly Record<string, unknown>[]): Promise<void> {
    tables += 1;
    tableName = `imports-${tables}`;
    await createTable(client, tableName);
    store = makeStore({ documents, tableName });
    for (let at = 0; at < items.length; at += 25) {
      const some = items.slice(at, at + 25).map((Item) => ({ PutRequest: { Item } }));
      await documents.send(new BatchWriteCommand({ RequestItems: { [tableName]: some } }));
    }
  }

  test('a reader sees all of it or nothing, and a second apply finishes it', { timeout: 300_000 }, async () => {
    const { importId } = await prepare();
    const prepared = await everyItem();
    const before = await seen();
    const counting = dying(1000, 'before');
    taken(await importerOn(counting, 10).apply(importId));
    const after = await seen();
    const commits = counting.commits();
    expect(commits).toBeGreaterThan(8);

    const views = new Set<string>();
    for (let n = 1; n <= commits; n += 1) {
      for (const when of ['before', 'after'] as const) {
        await copyOf(prepared);
        await expect(importerOn(dying(n, when), 10).apply(importId)).rejects.toThrow(Killed);
        const view = JSON.stringify(await seen());
        expect([JSON.stringify(before), JSON.stringify(after)]).toContain(view);
        views.add(view);

        // Somebody asks again for this import; or nobody does, and another one of the same people clears up.
        if (when === 'before') taken(await importerOn(store).apply(importId));
        else {
          now = addMs(now, SILENT_MS);
          await take('staff', second, '910101');
        }
        expect(await seen()).toEqual(after);
        await expectTidy();
      }
    }
    expect(views.size).toBe(2);
  });

  test('a file that never counted leaves nothing behind for another that names the same people', async () => {
    await take('schools', SCHOOLS);
    const { importId } = await check('staff', first, '910101');
    await expect(importerOn(dying(3, 'before'), 10).apply(importId)).rejects.toThrow(Killed);
    expect(await everybody()).toEqual([]);
    now = addMs(now, SILENT_MS);
    await take('staff', staff(12, 'Teacher'), '910102');
    expect((await everybody()).every(({ posts }) => posts.length === 1 && posts[0]?.schoolId === '910102')).toBe(true);
    await expectTidy();
    expect(await importerOn(store).apply(importId)).toMatchObject({ rejected: 'import-changed' });
  });
});

describe('an apply that needs more than one request', () => {
  /** Asks again and again, each time with time for so many transactions; what it said in between. */
  async function inParts(importId: string, transactions: number, between: (part: Unfinished) => Promise<void>) {
    for (let part = 0; part < 100; part += 1) {
      const answer = await importerOn(store, 10).apply(importId, timeFor(transactions));
      if (isRejection(answer) || !isUnfinished(answer)) return answer;
      await between(answer);
    }
    throw new Error('It never ended');
  }

  async function prepare() {
    await take('schools', SCHOOLS);
    await take('staff', staff(10), '910101');
    return check('staff', staff(14, 'Teacher').replace('s3@', 'moved3@'), '910101');
  }

  test('says how far it is, counts all at once and comes to what one request would', { timeout: 120_000 }, async () => {
    const checked = await prepare();
    const before = JSON.stringify(await seen());
    const told: string[] = [];
    const views: string[] = [];
    const applied = await inParts(checked.importId, 2, async ({ unfinished }) => {
      const { progress, appliedAt } = unfinished;
      told.push(`${progress?.step} ${progress?.done}/${progress?.of}`);
      views.push(JSON.stringify(await seen()) === before ? 'before' : 'after');
      expect(views.at(-1)).toBe(appliedAt === null ? 'before' : 'after');
      expect(await importerOn(store).state(checked.importId)).toEqual(unfinished);
      // Nobody else has to wait for it to read, and a day may lie in between.
      now = addMs(now, DAY_MS / 4);
    });
    expect({ ...taken(applied), appliedAt: null }).toEqual(checked);
    expect(views).toEqual(views.toSorted().toReversed());
    expect(new Set(views).size).toBe(2);
    expect(told[0]).toMatch(/^writing [1-9]\d*\/14$/);
    expect(told.at(-1)).toMatch(/^finishing [1-9]\d*\/14$/);
    const done = told.map((text) => [text.split(' ')[0] === 'writing' ? 0 : 14, Number(/\d+/.exec(text)?.[0])]);
    const sums = done.map(([step = 0, count = 0]) => step + count);
    expect(sums).toEqual(sums.toSorted((a, b) => a - b));
    await expectTidy();
    expect((await everybody()).every(({ posts }) => posts[0]?.job === 'Teacher')).toBe(true);
    expect(await importerOn(store).apply(checked.importId)).toEqual(applied);
  });

  test('even the least time brings it on', { timeout: 120_000 }, async () => {
    const { importId } = await prepare();
    taken(await inParts(importId, 1, async () => undefined));
    await expectTidy();
  });

  test('a change of somebody not yet written ahead ends it, and nothing of it is left', async () => {
    const { importId } = await prepare();
    const people = await everybody();
    let parts = 0;
    const answer = await inParts(importId, 2, async () => {
      parts += 1;
      if (parts > 1) return;
      // The last of the file is changed by an older import that was applied meanwhile.
      const last = people.find(({ email }) => email === 's9@oak.example');
      if (!last) throw new Error('nobody');
      const renamed = { ...last, surname: 'Other', version: last.version + 1 };
      await store.commit({ parts: [update('person', last, renamed, { version: last.version })] });
    });
    expect(answer).toMatchObject({ rejected: 'import-changed', errors: [{ path: 'lines.11' }] });
    expect((await everybody()).every(({ posts }) => posts[0]?.job === 'Cook')).toBe(true);
    await expectTidy();
    expect(await importerOn(store).state(importId)).toMatchObject({ appliedAt: null, progress: null });
  });

  test('a younger import of the same people waits for it, until it has been silent for a minute', async () => {
    const { importId } = await prepare();
    now = addMs(now, 1000);
    const younger = await check('staff', staff(10, 'Caretaker'), '910101');
    await importerOn(store, 10).apply(importId, timeFor(3));
    expect(await importerOn(store).apply(younger.importId)).toMatchObject({ rejected: 'in-progress' });
    expect(await importerOn(store).apply(younger.importId, timeFor(1))).toMatchObject({ rejected: 'in-progress' });
    now = addMs(now, SILENT_MS);
    taken(await importerOn(store).apply(younger.importId));
    expect(await importerOn(store).apply(importId)).toMatchObject({ rejected: 'import-changed' });
    expect((await everybody()).map(({ posts }) => posts[0]?.job)).toEqual(Array(10).fill('Caretaker'));
    await expectTidy();
  });

  test('an older import of the same people ends it', async () => {
    await take('schools', SCHOOLS);
    await take('staff', staff(10), '910101');
    const older = await check('staff', staff(10, 'Caretaker'), '910101');
    now = addMs(now, 1000);
    const { importId } = await check('staff', staff(10, 'Teacher'), '910101');
    await importerOn(store, 10).apply(importId, timeFor(1));
    taken(await importerOn(store).apply(older.importId));
    expect(await importerOn(store).apply(importId)).toMatchObject({ rejected: 'import-changed' });
    await expectTidy();
  });
});

describe('a report that is too large for one answer', () => {
  test('comes in pages, lines first, then who is missing, none twice', async () => {
    await take('schools', SCHOOLS);
    await take('staff', staff(20), '910101');
    const { importId } = await check('staff', arbor('99,New,Comer,new@oak.example,Cook,,,,1.0'), '910101');
    const kept = await readImport(store, importId);
    if (!kept) throw new Error('not kept');
    const whole = answerOf(kept);
    expect([whole.lines.length, whole.missing.length, whole.cursor]).toEqual([1, 20, null]);
    const lines: unknown[] = [];
    const missing: unknown[] = [];
    let pages = 0;
    for (let cursor: string | null = '0'; cursor !== null; pages += 1) {
      const page: ImportAnswer = answerOf(kept, Number(cursor), 500);
      expect(page.counts).toEqual(whole.counts);
      lines.push(...page.lines);
      missing.push(...page.missing);
      cursor = page.cursor;
    }
    expect(pages).toBeGreaterThan(3);
    expect({ lines, missing }).toEqual({ lines: whole.lines, missing: whole.missing });
  });

  test('no page is larger than a function may answer with, whatever its letters', async () => {
    await take('schools', SCHOOLS);
    const { importId } = await check('staff', staff(1), '910101');
    const kept = await readImport(store, importId);
    if (!kept) throw new Error('not kept');
    const [line] = kept.lines;
    if (!line) throw new Error('no line');
    const lines = Array.from({ length: 20_000 }, (_, n) => ({
      ...line,
      line: n + 2,
      warnings: [`“${'é"'.repeat(150)}”`],
    }));
    const page = answerOf({ ...kept, lines });
    expect(Buffer.byteLength(JSON.stringify({ body: JSON.stringify(page) }))).toBeLessThan(6 * 1024 * 1024);
    expect(page.lines.length).toBeGreaterThan(4_000);
    expect(Number(page.cursor)).toBe(page.lines.length);
  });
});

describe('two at the same moment', () => {
  test('of one import are one', async () => {
    await take('schools', SCHOOLS);
    const { importId } = await check('staff', staff(12), '910101');
    const answers = await Promise.all([importerOn(store, 10).apply(importId), importerOn(store, 10).apply(importId)]);
    expect(await everybody()).toHaveLength(12);
    for (const answer of answers) expect(taken(answer).importId).toBe(importId);
    await expectTidy();
  });

  test('of one import, each in parts, in every order of their writes, write the same', {
    timeout: 300_000,
  }, async () => {
    await take('schools', SCHOOLS);
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        run += 1;
        const { importId } = await check('staff', numbered(run, staff(8, 'Cook', `w${run}n`)), '910101');
        const scheduled: Store = { ...store, commit: scheduler.scheduleFunction(store.commit) };
        const carriedOn = async () => {
          for (let request = 0; request < 20; request += 1) {
            const answer = await importerOn(scheduled, 6).apply(importId, timeFor(3));
            if (!isRejection(answer) && !isUnfinished(answer)) return answer;
          }
          throw new Error('never finished');
        };
        const answers = await scheduler.waitFor(Promise.all([carriedOn(), carriedOn()]));
        expect(new Set(answers.map(({ appliedAt }) => appliedAt))).toEqual(new Set([now]));
        expect(await everybody()).toHaveLength(8 * run);
      }),
      { numRuns: 12 },
    );
    await expectTidy();
  });

  test('of two imports of the same people, one is applied and the other says what changed, in every order of their writes', {
    timeout: 300_000,
  }, async () => {
    await take('schools', SCHOOLS);
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        run += 1;
        const prefix = `r${run}n`;
        await take('staff', numbered(run, staff(8, 'Cook', prefix)), '910101');
        const jobs = ['Teacher', 'Caretaker'];
        const checks = [];
        for (const job of jobs) checks.push(await check('staff', numbered(run, staff(8, job, prefix)), '910101'));
        const scheduled: Store = { ...store, commit: scheduler.scheduleFunction(store.commit) };
        const applying = checks.map(({ importId }) => importerOn(scheduled, 6).apply(importId));
        const outcomes = await scheduler.waitFor(Promise.all(applying));
        const applied = jobs.filter((_, at) => !isRejection(outcomes[at]));
        for (const { rejected } of outcomes.filter(isRejection))
          expect(['import-changed', 'in-progress']).toContain(rejected);
        expect(applied).toHaveLength(1);
        const people = await store.persons(checks[0]?.lines.flatMap(({ personId }) => personId ?? []) ?? []);
        expect(new Set(people.map(({ posts }) => posts[0]?.job))).toEqual(new Set(applied));
      }),
      { numRuns: 8 },
    );
    await expectTidy();
  });
});

describe('over HTTP', () => {
  const handlerOn = (on: Store) =>
    makeImports({
      store: on,
      clock: () => now,
      importer: importerOn(on),
      caller: makeCaller({ store: on, claim: 'email' }),
    });

  interface Request {
    readonly path: string;
    readonly query?: string;
    readonly body?: string | Uint8Array;
    readonly as?: string;
    readonly key?: string;
    readonly method?: string;
    readonly isText?: boolean;
    /** Milliseconds until the request is given up. */
    readonly time?: number;
  }

  async function send({
    path,
    query = '',
    body = '',
    as = 'it@oak.example',
    key,
    method = 'POST',
    isText = false,
    time = 29_000,
  }: Request) {
    const event = {
      rawPath: path,
      rawQueryString: query,
      headers: { ...(key !== undefined && { 'idempotency-key': key }) },
      body: isText ? body : Buffer.from(body).toString('base64'),
      isBase64Encoded: !isText,
      requestContext: {
        requestId: 'r',
        http: { method, path },
        ...(as !== '' && { authorizer: { jwt: { claims: { email: as } } } }),
      },
    };
    // biome-ignore lint/suspicious/noExplicitAny: the handler needs nothing else of Lambda's context
    const answer = await handlerOn(store)(event, { getRemainingTimeInMillis: () => time } as any);
    return { status: answer.statusCode, type: answer.headers['content-type'], body: JSON.parse(answer.body) };
  }

  beforeEach(async () => {
    await take('schools', SCHOOLS);
    await take(
      'staff',
      arbor(
        '1,Alder,Beech,it@oak.example,IT Manager,01/02/1980,,,1.0',
        '2,Old,Admin,old@oak.example,IT,,,01/01/2020,1.0',
        '3,Hazel,Lindon,chief@oak.example,Chief,,,,1.0',
      ),
      'trust',
    );
    await take(
      'roles',
      'Email,Role,URN\nit@oak.example,admin,\nold@oak.example,admin,\nchief@oak.example,executive,\n',
    );
  });

  test('an administrator checks and applies; nobody else does', async () => {
    const request = { path: '/imports/staff', query: 'school=910101', body: staff(2) };
    expect(await send({ ...request, as: '' })).toMatchObject({ status: 401, type: 'application/problem+json' });
    expect(await send({ ...request, as: 'chief@oak.example' })).toMatchObject({
      status: 403,
      body: { code: 'not-allowed' },
    });
    expect(await send({ ...request, as: 'old@oak.example' })).toMatchObject({ status: 403 });
    const checked = await send(request);
    expect(checked).toMatchObject({ status: 201, body: { counts: { added: 2 }, schoolId: '910101' } });
    const path = `/imports/${checked.body.importId}/apply`;
    expect(await send({ path, as: 'chief@oak.example' })).toMatchObject({ status: 403 });
    expect(await send({ path })).toMatchObject({
      status: 200,
      body: { importId: checked.body.importId, appliedAt: now },
    });
    expect(await send({ path })).toMatchObject({
      status: 200,
      body: { importId: checked.body.importId, appliedAt: now },
    });
  });

  test('a checked file can be read again, and how far it is; by nobody but administrators', async () => {
    const checked = await send({ path: '/imports/staff', query: 'school=910101', body: staff(3) });
    const path = `/imports/${checked.body.importId}`;
    const read = { path, method: 'GET' };
    expect(await send(read)).toEqual({ ...checked, status: 200 });
    expect(await send({ ...read, query: 'cursor=2' })).toMatchObject({ status: 200, body: { cursor: null } });
    expect((await send({ ...read, query: 'cursor=2' })).body.lines).toEqual(checked.body.lines.slice(2));
    expect(await send({ ...read, query: 'cursor=x' })).toMatchObject({ status: 422, body: { code: 'invalid-fields' } });
    const progress = { path: `${path}/progress`, method: 'GET' };
    const { lines: _, missing: __, counts: ___, cursor: ____, ...state } = checked.body;
    expect(await send(progress)).toMatchObject({ status: 200, body: state });
    for (const request of [read, progress]) {
      expect(await send({ ...request, as: 'chief@oak.example' })).toMatchObject({ status: 403 });
      expect(await send({ ...request, method: 'POST' })).toMatchObject({ status: 405 });
      const nobodys = request.path.replace(checked.body.importId, '01935f2a-0000-7000-8000-000000000000');
      expect(await send({ ...request, path: nobodys })).toMatchObject({ status: 404 });
    }
    // Nothing is left of the time: what is done is said, and the next request goes on.
    expect(await send({ path: `${path}/apply`, time: 5_000 })).toMatchObject({
      status: 202,
      body: { importId: checked.body.importId, appliedAt: null },
    });
    expect(await send({ path: `${path}/apply` })).toMatchObject({
      status: 200,
      body: { appliedAt: now, progress: null },
    });
    expect((await send(progress)).body).toMatchObject({ appliedAt: now, progress: null });
  });

  test('the same Idempotency-Key gives the first answer, and another file is refused', async () => {
    const request = { path: '/imports/staff', query: 'school=910101', body: staff(2), key: 'k1' };
    const [one, other] = await Promise.all([send(request), send(request)]);
    expect(one.status).toBe(201);
    expect(other).toEqual(one);
    await send({ path: `/imports/${one.body.importId}/apply` });
    expect(await send(request)).toEqual(one);
    expect(await send({ ...request, body: staff(3) })).toMatchObject({
      status: 422,
      body: { code: 'idempotency-key-reused' },
    });
    now = addMs(now, 31 * DAY_MS);
    expect((await send(request)).body.importId).not.toBe(one.body.importId);
  });

  test.each([
    [
      'a school that is not on file',
      { path: '/imports/staff', query: 'school=999999', body: staff(1) },
      422,
      'invalid-fields',
    ],
    ['staff of no school', { path: '/imports/staff', body: staff(1) }, 422, 'invalid-fields'],
    ['an empty file', { path: '/imports/staff', query: 'school=trust', body: '' }, 422, 'unreadable-file'],
    ['schools as staff', { path: '/imports/staff', query: 'school=trust', body: SCHOOLS }, 422, 'unreadable-file'],
    ['too much', { path: '/imports/schools', body: Buffer.alloc(4_600_000, 'a') }, 413, 'body-too-large'],
    [
      'lost letters',
      { path: '/imports/schools', body: 'URN,EstablishmentName\n910101,Sch\uFFFDl\n', isText: true },
      422,
      'unreadable-file',
    ],
    ['an unknown kind', { path: '/imports/payroll' }, 404, 'not-found'],
    ['a kind that is applied', { path: '/imports/staff/apply' }, 404, 'not-found'],
    ['an id that is none', { path: '/imports/not-an-id/apply' }, 404, 'not-found'],
    ['an import that nobody made', { path: '/imports/01935f2a-0000-7000-8000-000000000000/apply' }, 404, 'not-found'],
    ['an id too long for a key', { path: `/imports/${'x'.repeat(5000)}/apply` }, 404, 'not-found'],
    ['GET', { path: '/imports/staff', method: 'GET' }, 405, 'method-not-allowed'],
    ['a key that is too long', { path: '/imports/schools', body: SCHOOLS, key: 'k'.repeat(300) }, 400, 'bad-request'],
  ] as const)('%s is refused and changes nothing', async (_, request, status, code) => {
    const before = await everybody();
    expect(await send(request)).toMatchObject({
      status,
      type: 'application/problem+json',
      body: { status, code, type: `urn:oak:problem:${code}` },
    });
    expect(await everybody()).toEqual(before);
  });

  test('a file that travelled as text is read where nothing was lost', async () => {
    expect(
      await send({ path: '/imports/schools', body: 'URN,EstablishmentName\n910103,École\n', isText: true }),
    ).toMatchObject({ status: 201, body: { counts: { added: 1 } } });
  });

  test('whatever is sent, nothing but a sentence comes back', async () => {
    const path = fc.oneof(
      fc.constantFrom('/imports/staff', '/imports/schools', '/imports/roles', '/imports/line-managers'),
      fc.string().map((text) => `/imports/${text}`),
    );
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.string({ unit: 'binary' }).map((text) => Buffer.from(`URN,EstablishmentName\n${text}`)),
    );
    await fc.assert(
      fc.asyncProperty(path, fc.webQueryParameters(), body, async (to, query, sent) => {
        const answer = await send({ path: to, query: `school=trust&${query}`, body: sent });
        expect([201, 404, 413, 422]).toContain(answer.status);
      }),
      { numRuns: 40 },
    );
  });
});
