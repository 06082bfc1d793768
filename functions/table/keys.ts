/**
 * Every key of the table is made here, and nowhere else. One table, three sparse indexes that hold keys only: an index
 * *proposes*, the item itself is read again consistently and decides (`queries.ts`). So a change that moves no key
 * writes no index, and a stale index shows nothing stale.
 *
 * | item | pk | sk |
 * | --- | --- | --- |
 * | process | `P#<processId>` | `PROCESS` |
 * | token | `P#<processId>` | `TOKEN` |
 * | wait, part of a wait | `P#<processId>` | `WAIT#<step, 6 digits>` · `WAIT#<step>#<part>` |
 * | event | `P#<processId>` | `EVENT#<seq, 8 digits>` |
 * | child | `P#<parentId>` | `CHILD#<kind>#<schoolId>#<childId>` |
 * | what it was at a move | `P#<processId>` | `PROCESS#LEFT#<seq, 8 digits>` |
 * | somebody named | `P#<processId>` | `NAMED#<as>#<personId>` |
 * | comment | `P#<processId>` | `COMMENT#<taskId>#<at>#<commentId>` |
 * | draft | `P#<processId>` | `DRAFT#<taskId>#<personId>` |
 * | person, with posts, roles, qualifications, absences | `PERSON#<personId>` | `PERSON` |
 * | post row | `PERSON#<personId>` | `POST#<schoolId>#<employeeNumber>` |
 * | notice | `PERSON#<personId>` | `NOTICE#<about>#<reason>`, and `#<code>` and `#<day>` of what it says |
 * | mail | `PERSON#<personId>` | `MAIL#<day>` |
 * | role holder | `SCHOOL#<schoolId>` | `ROLE#<role>#<personId>` |
 * | school | `SCHOOLS` | `SCHOOL#<schoolId>` |
 * | calendar year, policy | `CALENDAR` | `YEAR#<academic year>` · `POLICY` |
 * | guard | `GUARD#<guard>` | `GUARD` |
 * | receipt | `RECEIPT#<receipt>` | `RECEIPT` |
 * | part of an import | `IMPORT#<importId>` | `PART#<part, 4 digits>` |
 * | anchor | `ANCHOR` | `<day>` |
 *
 * | index | partition | sort | who is there |
 * | --- | --- | --- | --- |
 * | `a` | `FOR#<personId>` · `FOR#<schoolId>#<role>` | `dueOn#<taskId>` | open wait: with its assignee, else its candidate |
 * | `a` | `FOR#nobody` | `dueOn#<taskId>` | open task that nobody can decide |
 * | `a` | `OF#<personId>` | `kind#startedAt#<processId>` | every process of the subject |
 * | `a` | `LEFT#<schoolId>` | `kind#<processId>#<seq>` | process that has moved from the school |
 * | `a` | `NAMES#<personId>` | `kind#<processId>#<as>` | somebody named |
 * | `a` | `MANAGES#<personId>` | `name#<personId>#<schoolId>#<employeeNumber>` | post row of somebody managed |
 * | `b` | `<schoolId>#<kind>` | `status#stage#startedAt#<processId>` | every process of the school |
 * | `b` | `FOR#…` as in `a` | `dueOn#<taskId>` | open wait that somebody may decide as well, since it escalated |
 * | `b` | `<schoolId>#people` | `name#<e-mail>#<personId>#<employeeNumber>` | post row; `outside#people`: person without any post |
 * | `b` | `MAILS#<month>#<shard>` | `day#<personId>` | mail |
 * | `due` | `owed#<shard>` | `owedAt#<processId>` | process while the machine owes the next move |
 * | `due` | `ended#<shard>` | `endedAt#<processId>` | every process that has ended |
 * | `due` | `morning#<shard>` | `at#<process or task or person>…` | open wait at `nextAt`; notice at `nextAt`; process at its renewal, or when it resumes |
 *
 * | access pattern | how |
 * | --- | --- |
 * | process with its token and waits; one wait; events; comments and drafts of a task | one partition, by prefix |
 * | somebody's inbox, soonest due first | `a` and `b`, a query for each post and role, merged by sort key |
 * | a person's processes; those that name them | `a`, `OF#`; `NAMES#` |
 * | a parent's children, of a kind, at a school | one partition, by prefix |
 * | a school's processes by kind, status, stage; the trust's | `b`, school after school, the cursor says which |
 * | how many of them stand where | `b`, the sort keys alone |
 * | people of a school, of the trust; whom somebody manages | `b`, `#people`, school after school, then outside; `a`, `MANAGES#` |
 * | who holds a role at a school | one partition, by prefix |
 * | what is due by now; what the machine owes; what has ended since | `due`, eight shards, a range on the sort key |
 * | person by e-mail, employee number, TRN; uniqueness | guards: items, so unique *and* consistent |
 * | somebody's notices, mail of a day | one partition, by prefix |
 * | everybody's mail of some weeks | `b`, `MAILS#`, eight shards a month, a range on the sort key |
 * | schools; calendar; an import with its parts; anchors | one partition each |
 *
 * Not one partition per day for what is due: a date moved to a day already swept would never be found again.
 */
import { createHash } from 'node:crypto';
import type { Item } from '../../workflows/kernel/change.ts';
import {
  type Candidate,
  type Child,
  type ImportRecord,
  type Named,
  type Notice,
  type Person,
  type PostRow,
  type Process,
  ProcessStatus,
  type Role,
  sayingOf,
  type Wait,
} from '../../workflows/kernel/records.ts';
import { parseTaskId, taskIdOf } from '../../workflows/kernel/snapshot.ts';
import { addDays, type Day, dayOf, type Instant, morningOf, Temporal } from '../../workflows/kernel/time.ts';

/**
 * The table as it is created, on AWS and on one machine alike. All keys are strings; indexes project keys only. An
 * index is called by its `id` here; DynamoDB wants names of three characters or more.
 */
export const tableSchema = {
  partitionKey: 'pk',
  sortKey: 'sk',
  indexes: [
    { id: 'a', name: 'index-a', partitionKey: 'aPk', sortKey: 'aSk' },
    { id: 'b', name: 'index-b', partitionKey: 'bPk', sortKey: 'bSk' },
    { id: 'due', name: 'index-due', partitionKey: 'duePk', sortKey: 'dueSk' },
  ],
  /** Seconds since 1970: receipts and checked imports. */
  timeToLive: 'expiresAt',
  stream: 'NEW_IMAGE',
} as const;

export type IndexId = (typeof tableSchema.indexes)[number]['id'];

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** Where an item stands in the indexes; absent attributes keep it out of one. */
export interface IndexKeys {
  readonly aPk?: string;
  readonly aSk?: string;
  readonly bPk?: string;
  readonly bSk?: string;
  readonly duePk?: string;
  readonly dueSk?: string;
}

/** Work that is due is spread over so many partitions: 10,000 reviews opened at once write 1,250 to each. */
export const shards = [0, 1, 2, 3, 4, 5, 6, 7] as const;

/** A run is renewed after 300 days, well before an execution dies of age at 365. */
export const RENEWAL_DAYS = 300;

/** The shard of a process, or of a person for notices: the same for ever. */
export function shardOf(id: string): number {
  const first = createHash('sha256').update(id).digest()[0] ?? 0;
  return first % shards.length;
}

const padded = (n: number, digits: number) => String(n).padStart(digits, '0');

/** Without accents and capitals: how names are compared and looked for. */
export const folded = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();

/** So much of a name or an address stands in a key: a sort key holds 1,024 bytes. */
const LONGEST_IN_KEY = 100;

/** A name in the order of a list. */
const inOrder = (name: string) => folded(name).replaceAll('#', ' ').slice(0, LONGEST_IN_KEY);

/**
 * Whether somebody whose row has that sort key could be found by that part of a name or an address, itself `folded`.
 * Where the key cannot tell, they could.
 */
export function couldBeFound(sortKey: string, part: string): boolean {
  // Until a row is written again it has the key of an earlier release: the name, the person, the number, and no address.
  const [name = '', email = '', , employeeNumber] = sortKey.split('#');
  const [surname, forename, more] = name.split(', ');
  const isWhole = employeeNumber !== undefined && forename !== undefined && more === undefined;
  if (!isWhole || name.length === LONGEST_IN_KEY || email.length === LONGEST_IN_KEY) return true;
  return unspaced(`${forename}${surname}${email}`).includes(unspaced(part));
}

/** A key has blanks where a name has none: around a name that is missing, and for what parts a key. */
const unspaced = (text: string) => text.replaceAll(/[\s#]/g, '');

function processOfTask(taskId: string): string {
  const named = parseTaskId(taskId);
  if (!named) throw new Error(`Not a task id: ${taskId}`);
  return named.processId;
}

const inProcess = (processId: string) => `P#${processId}`;
const ofPerson = (personId: string) => `PERSON#${personId}`;

export const keys = {
  process: (processId: string): Key => ({ pk: inProcess(processId), sk: 'PROCESS' }),
  token: (processId: string): Key => ({ pk: inProcess(processId), sk: 'TOKEN' }),
  wait: (processId: string, step: number, part?: string): Key => ({
    pk: inProcess(processId),
    sk: part === undefined ? `WAIT#${padded(step, 6)}` : `WAIT#${padded(step, 6)}#${part}`,
  }),
  event: (processId: string, seq: number): Key => ({ pk: inProcess(processId), sk: `EVENT#${padded(seq, 8)}` }),
  child: (child: Pick<Child, 'parentId' | 'kind' | 'schoolId' | 'childId'>): Key => ({
    pk: inProcess(child.parentId),
    sk: `CHILD#${child.kind}#${child.schoolId}#${child.childId}`,
  }),
  left: (processId: string, lastSeq: number): Key => ({
    pk: inProcess(processId),
    sk: `PROCESS#LEFT#${padded(lastSeq, 8)}`,
  }),
  named: (named: Pick<Named, 'processId' | 'as' | 'personId'>): Key => ({
    pk: inProcess(named.processId),
    sk: `NAMED#${named.as}#${named.personId}`,
  }),
  comment: (taskId: string, at: Instant, commentId: string): Key => ({
    pk: inProcess(processOfTask(taskId)),
    sk: `COMMENT#${taskId}#${at}#${commentId}`,
  }),
  draft: (taskId: string, personId: string): Key => ({
    pk: inProcess(processOfTask(taskId)),
    sk: `DRAFT#${taskId}#${personId}`,
  }),
  person: (personId: string): Key => ({ pk: ofPerson(personId), sk: 'PERSON' }),
  postRow: (row: Pick<PostRow, 'personId' | 'schoolId' | 'employeeNumber'>): Key => ({
    pk: ofPerson(row.personId),
    sk: `POST#${row.schoolId}#${row.employeeNumber}`,
  }),
  notice: (notice: Pick<Notice, 'personId' | 'about' | 'reason' | 'code' | 'values'>): Key => ({
    pk: ofPerson(notice.personId),
    sk: ['NOTICE', notice.about, notice.reason, ...sayingOf(notice)].join('#'),
  }),
  mail: (personId: string, on: Day): Key => ({ pk: ofPerson(personId), sk: `MAIL#${on}` }),
  roleHolder: (schoolId: string, role: Role, personId: string): Key => ({
    pk: `SCHOOL#${schoolId}`,
    sk: `ROLE#${role}#${personId}`,
  }),
  school: (schoolId: string): Key => ({ pk: 'SCHOOLS', sk: `SCHOOL#${schoolId}` }),
  calendarYear: (academicYear: string): Key => ({ pk: 'CALENDAR', sk: `YEAR#${academicYear}` }),
  policy: (): Key => ({ pk: 'CALENDAR', sk: 'POLICY' }),
  guard: (guard: string): Key => ({ pk: `GUARD#${guard}`, sk: 'GUARD' }),
  receipt: (receipt: string): Key => ({ pk: `RECEIPT#${receipt}`, sk: 'RECEIPT' }),
  import: (importId: string, part: ImportRecord['part']): Key => ({
    pk: `IMPORT#${importId}`,
    sk: `PART#${padded(part, 4)}`,
  }),
  anchor: (on: Day): Key => ({ pk: 'ANCHOR', sk: on }),
} as const;

/**
 * A stretch of one partition, of the table or of an index: everything in it, what begins with `prefix`, or what lies
 * between two sort keys (both included).
 */
export interface Segment {
  readonly index?: IndexId;
  readonly partition: string;
  readonly prefix?: string;
  readonly between?: readonly [string, string];
}

/** `$` sorts just after `#`, so this is after everything that begins with `text#` and before `text` with more behind it. */
const through = (text: string) => `${text}$`;

/** The partition of an inbox: what waits for that person, or for whoever holds the role at the school. */
export const candidatePartition = (candidate: Candidate): string =>
  'personId' in candidate ? `FOR#${candidate.personId}` : `FOR#${candidate.schoolId}#${candidate.role}`;

/** The partition of tasks that nobody can decide: the chain has no holder left. */
export const NOBODY = 'FOR#nobody';

const mailPartition = (month: string, shard: number): string => `MAILS#${month}#${shard}`;

/** `2026-11`, `2026-12`: the months of both days and those between. */
function monthsBetween(from: Day, to: Day): readonly string[] {
  const last = Temporal.PlainDate.from(to).toPlainYearMonth();
  const months: string[] = [];
  let month = Temporal.PlainDate.from(from).toPlainYearMonth();
  for (; Temporal.PlainYearMonth.compare(month, last) <= 0; month = month.add({ months: 1 }))
    months.push(String(month));
  return months;
}

/** In the place of a school: people without any post (chairs, partners). */
export const OUTSIDE = 'outside';

const statuses: readonly ProcessStatus[] = ['active', 'paused', 'completed', 'stopped'];

/** Whose children: all of a parent's, those of a kind, or those of a kind at one school. */
export interface ChildrenOf {
  readonly parentId: string;
  readonly kind?: string | undefined;
  readonly schoolId?: string | undefined;
}

export const segments = {
  leftFrom: (schoolId: string, kind: string): Segment => ({
    index: 'a',
    partition: `LEFT#${schoolId}`,
    prefix: `${kind}#`,
  }),
  /** PROCESS with what it was at its moves, TOKEN and every WAIT stand side by side. */
  snapshot: (processId: string): Segment => ({
    partition: inProcess(processId),
    between: ['PROCESS', through('WAIT')],
  }),
  waits: (processId: string): Segment => ({ partition: inProcess(processId), prefix: 'WAIT#' }),
  events: (processId: string, after: number): Segment => ({
    partition: inProcess(processId),
    between: [`EVENT#${padded(after + 1, 8)}`, through('EVENT')],
  }),
  comments: (taskId: string): Segment => ({
    partition: inProcess(processOfTask(taskId)),
    prefix: `COMMENT#${taskId}#`,
  }),
  commentsOf: (processId: string): Segment => ({ partition: inProcess(processId), prefix: `COMMENT#${processId}.` }),
  drafts: (taskId: string): Segment => ({ partition: inProcess(processOfTask(taskId)), prefix: `DRAFT#${taskId}#` }),
  notices: (personId: string): Segment => ({ partition: ofPerson(personId), prefix: 'NOTICE#' }),
  /** By month and shard: ten thousand messages of one morning are not written to one partition. */
  mails: (from: Day, to: Day): readonly Segment[] =>
    monthsBetween(from, to).flatMap((month) =>
      shards.map((shard) => ({ index: 'b', partition: mailPartition(month, shard), between: [from, through(to)] })),
    ),
  posts: (personId: string): Segment => ({ partition: ofPerson(personId), prefix: 'POST#' }),
  roleHolders: (schoolId: string): Segment => ({ partition: `SCHOOL#${schoolId}`, prefix: 'ROLE#' }),
  anchors: (from: Day, to: Day): Segment => ({ partition: 'ANCHOR', between: [from, to] }),
  schools: (): Segment => ({ partition: 'SCHOOLS', prefix: 'SCHOOL#' }),
  calendarYears: (): Segment => ({ partition: 'CALENDAR', prefix: 'YEAR#' }),
  import: (importId: string): Segment => ({ partition: `IMPORT#${importId}`, prefix: 'PART#' }),
  processesOf: (personId: string): Segment => ({ index: 'a', partition: `OF#${personId}` }),
  children: ({ parentId, kind, schoolId }: ChildrenOf): Segment => ({
    partition: inProcess(parentId),
    prefix: ['CHILD', kind, kind === undefined ? undefined : schoolId, '']
      .filter((part) => part !== undefined)
      .join('#'),
  }),
  naming: (personId: string): Segment => ({ index: 'a', partition: `NAMES#${personId}` }),
  reportsOf: (managerId: string): Segment => ({ index: 'a', partition: `MANAGES#${managerId}` }),
  people: (schoolId: string): Segment => ({ index: 'b', partition: `${schoolId}#people` }),
  /** A stage without a status is asked for in each status, in the order of {@link ProcessStatus}. */
  processesAt: (
    schoolId: string,
    kind: string,
    filter: { readonly status?: ProcessStatus | undefined; readonly stage?: string | undefined },
  ): readonly Segment[] => {
    const partition = `${schoolId}#${kind}`;
    const { status, stage } = filter;
    if (stage !== undefined) {
      return (status === undefined ? statuses : [status]).map((each) => ({
        index: 'b',
        partition,
        prefix: `${each}#${stage}#`,
      }));
    }
    return [status === undefined ? { index: 'b', partition } : { index: 'b', partition, prefix: `${status}#` }];
  },
  /** Each inbox in both indexes: what waits there, and what somebody there may decide as well. */
  inboxes: (partitions: readonly string[]): readonly Segment[] =>
    [...new Set(partitions)].flatMap((partition) => [
      { index: 'a', partition },
      { index: 'b', partition },
    ]),
  dueMorning: (shard: number, until: Instant): Segment => ({
    index: 'due',
    partition: `morning#${shard}`,
    between: ['0', through(until)],
  }),
  owed: (shard: number, until: Instant): Segment => ({
    index: 'due',
    partition: `owed#${shard}`,
    between: ['0', through(until)],
  }),
  endedSince: (shard: number, since: Instant): Segment => ({
    index: 'due',
    partition: `ended#${shard}`,
    between: [since, '9999'],
  }),
} as const;

/** Where a process of a school stands, as its key in the index tells. */
export interface Standing {
  readonly processId: string;
  readonly status: ProcessStatus;
  readonly stage: string;
}

/** The reverse of what {@link indexKeysOf} makes of a process. */
export function standingOf(sortKey: string): Standing {
  const [status, stage = '', , processId = ''] = sortKey.split('#');
  return { status: ProcessStatus.parse(status), stage, processId };
}

/** Whether a sort key lies in the segment. */
export const isWithin = (segment: Segment, sortKey: string): boolean =>
  (segment.prefix === undefined || sortKey.startsWith(segment.prefix)) &&
  (segment.between === undefined || (segment.between[0] <= sortKey && sortKey <= segment.between[1]));

/** The key of an item's record. */
export function keyOf(item: Item): Key {
  switch (item.type) {
    case 'process':
      return keys.process(item.processId);
    case 'token':
      return keys.token(item.processId);
    case 'wait':
      return keys.wait(item.processId, item.step, item.part);
    case 'event':
      return keys.event(item.processId, item.seq);
    case 'child':
      return keys.child(item);
    case 'left':
      return keys.left(item.processId, item.lastSeq);
    case 'named':
      return keys.named(item);
    case 'comment':
      return keys.comment(item.taskId, item.at, item.commentId);
    case 'draft':
      return keys.draft(item.taskId, item.personId);
    case 'person':
      return keys.person(item.personId);
    case 'post-row':
      return keys.postRow(item);
    case 'notice':
      return keys.notice(item);
    case 'mail':
      return keys.mail(item.personId, item.on);
    case 'role-holder':
      return keys.roleHolder(item.schoolId, item.role, item.personId);
    case 'school':
      return keys.school(item.schoolId);
    case 'calendar-year':
      return keys.calendarYear(item.academicYear);
    case 'policy':
      return keys.policy();
    case 'guard':
      return keys.guard(item.guard);
    case 'receipt':
      return keys.receipt(item.receipt);
    case 'import':
      return keys.import(item.importId, item.part);
    case 'anchor':
      return keys.anchor(item.on);
    default:
      throw new Error(`No key for ${(item satisfies never as Item).type}`);
  }
}

/** Where the item stands in the indexes: a pure function of its record, so that a key is never out of step with it. */
export const indexKeysOf = (item: Item): IndexKeys => ({ ...listKeysOf(item), ...dueKeysOf(item) });

/** Its places in `a` and `b`. */
export function listKeysOf(item: Item): IndexKeys {
  switch (item.type) {
    case 'process':
      return {
        aPk: segments.processesOf(item.subjectId).partition,
        aSk: `${item.kind}#${item.startedAt}#${item.processId}`,
        bPk: `${item.schoolId}#${item.kind}`,
        bSk: `${item.status}#${item.stage}#${item.startedAt}#${item.processId}`,
      };
    case 'wait':
      return item.state === 'open' ? keysOfOpenWait(item) : {};
    case 'left':
      return {
        aPk: segments.leftFrom(item.schoolId, item.kind).partition,
        aSk: `${item.kind}#${item.processId}#${padded(item.lastSeq, 8)}`,
      };
    case 'named':
      return {
        aPk: segments.naming(item.personId).partition,
        aSk: `${item.kind}#${item.processId}#${item.as}`,
      };
    case 'post-row': {
      const name = inOrder(item.sortName);
      return {
        bPk: segments.people(item.schoolId).partition,
        bSk: `${name}#${inOrder(item.email ?? '')}#${item.personId}#${item.employeeNumber}`,
        ...(item.lineManagerId !== undefined && {
          aPk: segments.reportsOf(item.lineManagerId).partition,
          aSk: `${name}#${item.personId}#${item.schoolId}#${item.employeeNumber}`,
        }),
      };
    }
    case 'person':
      return item.posts.length > 0 ? {} : keysOfOutsider(item);
    case 'mail':
      return {
        bPk: mailPartition(item.on.slice(0, 7), shardOf(item.personId)),
        bSk: `${item.on}#${item.personId}`,
      };
    default:
      return {};
  }
}

/** Its place in `due`. Apart, because shard and dates cost more to reckon than all the other keys. */
export function dueKeysOf(item: Item): IndexKeys {
  switch (item.type) {
    case 'process':
      return dueOfProcess(item);
    case 'wait':
      return item.state === 'open' && item.nextAt !== undefined
        ? { duePk: `morning#${shardOf(item.processId)}`, dueSk: `${item.nextAt}#${taskIdOf(item)}` }
        : {};
    case 'notice':
      return {
        duePk: `morning#${shardOf(item.personId)}`,
        dueSk: `${item.nextAt}#${item.personId}#${item.about}#${item.reason}#${item.code ?? ''}`,
      };
    default:
      return {};
  }
}

const keysOfOutsider = (person: Person): IndexKeys => ({
  bPk: segments.people(OUTSIDE).partition,
  bSk: `${inOrder(`${person.surname} ${person.forename}`)}#${person.personId}`,
});

function keysOfOpenWait(wait: Wait): IndexKeys {
  const sortKey = `${wait.dueOn ?? '9999-12-31'}#${taskIdOf(wait)}`;
  const first = wait.assigneeId === undefined ? wait.candidate : { personId: wait.assigneeId };
  return {
    ...(first && { aPk: candidatePartition(first), aSk: sortKey }),
    ...(!first && wait.kind === 'task' && { aPk: NOBODY, aSk: sortKey }),
    ...(wait.alsoCandidate && { bPk: candidatePartition(wait.alsoCandidate), bSk: sortKey }),
  };
}

/**
 * While the machine owes, the reconciler finds it; else the morning run does: at the renewal, or earlier where it resumes
 * by itself; and once it has ended, for the day's anchor.
 */
function dueOfProcess(process: Process): IndexKeys {
  const shard = shardOf(process.processId);
  if (process.endedAt !== undefined) {
    return { duePk: `ended#${shard}`, dueSk: `${process.endedAt}#${process.processId}` };
  }
  if (process.owedAt !== undefined) {
    return { duePk: `owed#${shard}`, dueSk: `${process.owedAt}#${process.processId}` };
  }
  const renewalOn = addDays(dayOf(process.runAt), RENEWAL_DAYS);
  const { resumesOn } = process;
  const isSooner = process.status === 'paused' && resumesOn !== undefined && resumesOn < renewalOn;
  const at = morningOf(isSooner ? resumesOn : renewalOn);
  return { duePk: `morning#${shard}`, dueSk: `${at}#${process.processId}` };
}
