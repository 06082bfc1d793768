/**
 * The table, as the functions see it: consistent reads of single items and partitions, lists by page, and one way to
 * write. It knows no rule. Keys: `keys.ts`.
 */
import type { Change, Committed } from '../../workflows/kernel/change.ts';
import {
  type Anchor,
  type CalendarYearRecord,
  type Child,
  type Comment,
  type Draft,
  type Event,
  type Guard,
  type ImportRecord,
  type Left,
  type Mail,
  type Named,
  type Notice,
  type Person,
  type PolicyRecord,
  type PostRow,
  type Process,
  type ProcessStatus,
  type Receipt,
  type RoleHolder,
  type School,
  type Token,
  TRUST,
  type Wait,
} from '../../workflows/kernel/records.ts';
import type { Day, Instant } from '../../workflows/kernel/time.ts';
import { type ChildrenOf, type Key, keys, OUTSIDE, type Standing, segments, shards, standingOf } from './keys.ts';
import { makePendingReader, type Pending } from './pending.ts';
import { type Listing, makeQueries, type Page, type Paging } from './queries.ts';
import { commit, type Documents } from './transaction.ts';

/** A process with everything that tells where it stands. */
export interface Snapshot {
  readonly process: Process;
  readonly token?: Token;
  /** Every visit, oldest first; after the row of a `together` its parts. */
  readonly waits: readonly Wait[];
  /** What it was at each of its moves to another school. */
  readonly lefts: readonly Left[];
}

export interface ProcessFilter {
  readonly status?: ProcessStatus | undefined;
  readonly stage?: string | undefined;
}

/**
 * Reads of one item or one partition are consistent. Lists over an index read each item again consistently, so that
 * they show nothing stale, but may miss for a moment what was written a moment ago. A cursor that this store has not
 * made throws `BadCursor`; an item that does not fit its schema throws, naming its key and not its content.
 */
export interface Store {
  /**
   * One transaction. A condition that does not hold answers with the names of its parts and writes nothing. Conflicts
   * with other transactions and throttling are tried again, a few times, then `TableBusy` is thrown. `token` (at most
   * 36 characters, random by default) makes the same commit safe to repeat for ten minutes.
   */
  commit(change: Change, options?: { readonly token?: string }): Promise<Committed>;

  process(processId: string): Promise<Process | undefined>;
  /** Those that exist, in the order asked for. */
  processes(processIds: readonly string[]): Promise<readonly Process[]>;
  /** PROCESS, TOKEN, all waits and what it was at its moves in one query. */
  snapshot(processId: string): Promise<Snapshot | undefined>;
  token(processId: string): Promise<Token | undefined>;
  wait(processId: string, step: number, part?: string): Promise<Wait | undefined>;
  waits(processId: string): Promise<readonly Wait[]>;
  /** One visit of each of many processes; those that exist, in the order asked for. */
  visits(visits: readonly Pick<Wait, 'processId' | 'step' | 'part'>[]): Promise<readonly Wait[]>;
  /** Children as their parent sees them, those that have ended too. */
  children(of: ChildrenOf): Promise<readonly Child[]>;
  /** The same by page: children of the first, then those of the next. */
  childrenBy(each: readonly ChildrenOf[], page?: Paging): Promise<Page<Child>>;
  /** How the parent sees that process; nothing where it has none. */
  childRow(process: Process): Promise<Child | undefined>;
  /** How the parents of many processes see them, where they have one. */
  childRows(processes: readonly Process[]): Promise<readonly Child[]>;
  /** Where that person is named, by kind. */
  namedIn(personId: string): Promise<readonly Named[]>;
  /** Oldest first, from the one after `after`. */
  events(
    processId: string,
    options?: { readonly after?: number | undefined; readonly limit?: number | undefined },
  ): Promise<readonly Event[]>;
  /** Oldest first. */
  comments(taskId: string): Promise<readonly Comment[]>;
  /** Of all its tasks, by task. */
  commentsOf(processId: string): Promise<readonly Comment[]>;
  draft(taskId: string, personId: string): Promise<Draft | undefined>;
  /** Everybody's drafts of one task. */
  draftsOf(taskId: string): Promise<readonly Draft[]>;

  person(personId: string): Promise<Person | undefined>;
  /** Those that exist, in the order asked for. */
  persons(personIds: readonly string[]): Promise<readonly Person[]>;
  /** With what an import has written ahead: for imports only, which finish or undo it. All others see people as they count. */
  personsAsStored(personIds: readonly string[]): Promise<readonly Person[]>;
  guard(name: string): Promise<Guard | undefined>;
  /** Those that exist, in the order asked for. */
  guards(names: readonly string[]): Promise<readonly Guard[]>;
  school(schoolId: string): Promise<School | undefined>;
  /** By id; the central office is among them where it is on file. */
  schools(): Promise<readonly School[]>;
  roleHolders(schoolId: string): Promise<readonly RoleHolder[]>;
  /** Everybody who has or had a post there, by name. */
  postRows(schoolId: string, page?: Paging): Promise<Page<PostRow>>;
  /** Post rows of one person. */
  postsOf(personId: string): Promise<readonly PostRow[]>;
  /** Post rows that name this line manager, whether current or not. */
  reportsOf(managerId: string): Promise<readonly PostRow[]>;
  /** Each person once, at the first of their schools: schools by id, the central office, then people without any post. */
  everybody(page?: Listing<Person>): Promise<Page<Person>>;

  calendarYears(): Promise<readonly CalendarYearRecord[]>;
  policy(): Promise<PolicyRecord | undefined>;

  /** What moved from that school to another, as it was then: by process, each move. */
  leftFrom(schoolId: string, kind: string): Promise<readonly Left[]>;
  /** All of one person's, ended ones too, by kind and start. */
  processesOf(personId: string): Promise<readonly Process[]>;
  /** The same without that process, of which nothing is read. */
  processesBeside(process: Pick<Process, 'processId' | 'subjectId'>): Promise<readonly Process[]>;
  processesAt(schoolId: string, kind: string, filter?: ProcessFilter, page?: Listing<Process>): Promise<Page<Process>>;
  /** The same over several schools, in the order given. */
  processesAcross(
    schoolIds: readonly string[],
    kind: string,
    filter?: ProcessFilter,
    page?: Listing<Process>,
  ): Promise<Page<Process>>;
  /** Where each process of the kind stands there, by the index alone: for counts, a moment behind at most. */
  standingsAt(schoolId: string, kind: string): Promise<readonly Standing[]>;
  /** Open tasks of these inboxes (`candidatePartition`), each once, soonest due first; also those that escalated to one of them. */
  openTasks(partitions: string | readonly string[], page?: Listing<Wait>): Promise<Page<Wait>>;

  /** What the morning run has to look at: open waits and notices whose `nextAt` has come, processes to renew or to resume. */
  dueMorning(shard: number, until: Instant, page?: Paging): Promise<Page<Process | Wait | Notice>>;
  /** Processes whose next move the machine has owed since `until` or longer, longest first. */
  owed(shard: number, until: Instant, limit?: number): Promise<readonly Process[]>;

  /** Processes that have ended at that instant or later. */
  endedSince(since: Instant): Promise<readonly Process[]>;

  notices(personId: string): Promise<readonly Notice[]>;
  mail(personId: string, on: Day): Promise<Mail | undefined>;
  /** What those people were sent from one day to another, both included. */
  mails(from: Day, to: Day, personIds: ReadonlySet<string>): Promise<readonly Mail[]>;
  /** May still be there some days after `expiresAt`: the reader compares. */
  receipt(hash: string): Promise<Receipt | undefined>;
  /** All parts in order; empty where there is no such import. */
  import(importId: string): Promise<readonly ImportRecord[]>;
  /** Part 0 alone, which tells how far it is. */
  importHead(importId: string): Promise<ImportRecord | undefined>;
  /** Oldest first, both days included. */
  anchors(from: Day, to: Day): Promise<readonly Anchor[]>;
}

export interface StoreDependencies {
  readonly documents: Documents;
  readonly tableName: string;
  /** Waits between attempts of a commit, milliseconds; injected so that tests do not. */
  readonly sleep?: (ms: number) => Promise<void>;
}

const reallySleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** The store on that table; any `DynamoDBDocumentClient` will do. */
export function makeStore({ documents, tableName, sleep = reallySleep }: StoreDependencies): Store {
  const { get, getAll, readAll, itemPage, page, everyItem, merged, sortKeys } = makeQueries(
    documents,
    tableName,
    sleep,
  );

  /** Schools by id, the central office after them, then those without any post. */
  const inOrder = (schools: readonly School[]) => [
    ...schools.map(({ schoolId }) => schoolId).filter((schoolId) => schoolId !== TRUST),
    TRUST,
    OUTSIDE,
  ];

  const asTheyCount = makePendingReader((importId) => get('import', keys.import(importId, 0)));
  const thatCount = async <T extends Pending>(records: readonly T[]): Promise<readonly T[]> =>
    (await asTheyCount(records)).filter((record) => record !== undefined);
  const persons = async (personIds: readonly string[]) => thatCount(await getAll('person', personIds.map(keys.person)));

  /** For each row the person, if it is the first of that person's rows in the whole list. */
  async function personsAtFirstRow(stored: readonly (PostRow | Person)[], order: readonly string[]) {
    const items = await asTheyCount(stored);
    const rows = items.filter((item) => item?.type === 'post-row');
    const people = await persons(rows.map(({ personId }) => personId));
    const byId = new Map(people.map((person) => [person.personId, person]));
    const isFirst = (row: PostRow, person: Person) =>
      person.posts.every((post) => {
        const before = order.indexOf(post.schoolId) - order.indexOf(row.schoolId);
        if (order.indexOf(post.schoolId) < 0 || before > 0) return true;
        return before === 0 && post.employeeNumber >= row.employeeNumber;
      });
    return items.map((item) => {
      if (!item) return undefined;
      if (item.type === 'person') return item.posts.length === 0 ? item : undefined;
      const person = byId.get(item.personId);
      return person && isFirst(item, person) ? person : undefined;
    });
  }

  return {
    commit: (change, options) => commit(documents, tableName, change, sleep, options?.token),

    process: (processId) => get('process', keys.process(processId)),
    processes: (processIds) => getAll('process', processIds.map(keys.process)),
    async snapshot(processId) {
      const items = await readAll(['process', 'left', 'token', 'wait'], segments.snapshot(processId));
      const process = items.find((item) => item.type === 'process');
      if (!process) return undefined;
      const token = items.find((item) => item.type === 'token');
      const waits = items.filter((item) => item.type === 'wait');
      return { process, ...(token && { token }), waits, lefts: items.filter((item) => item.type === 'left') };
    },
    token: (processId) => get('token', keys.token(processId)),
    wait: (processId, step, part) => get('wait', keys.wait(processId, step, part)),
    visits: (visits) =>
      getAll(
        'wait',
        visits.map(({ processId, step, part }) => keys.wait(processId, step, part)),
      ),
    waits: (processId) => readAll(['wait'], segments.waits(processId)),
    children: (of) => readAll(['child'], segments.children(of)),
    childrenBy: (each, paging = {}) => itemPage(['child'], each.map(segments.children), paging),
    childRow: async ({ parentId, kind, schoolId, processId }) =>
      parentId === undefined ? undefined : get('child', keys.child({ parentId, kind, schoolId, childId: processId })),
    childRows: (processes) =>
      getAll(
        'child',
        processes.flatMap(({ parentId, kind, schoolId, processId }) =>
          parentId === undefined ? [] : [keys.child({ parentId, kind, schoolId, childId: processId })],
        ),
      ),
    namedIn: (personId) => everyItem('named', segments.naming(personId)),
    events: (processId, { after = 0, limit } = {}) => readAll(['event'], segments.events(processId, after), limit),
    comments: (taskId) => readAll(['comment'], segments.comments(taskId)),
    commentsOf: (processId) => readAll(['comment'], segments.commentsOf(processId)),
    draft: (taskId, personId) => get('draft', keys.draft(taskId, personId)),
    draftsOf: (taskId) => readAll(['draft'], segments.drafts(taskId)),

    async person(personId) {
      const stored = await get('person', keys.person(personId));
      return stored && (await asTheyCount([stored]))[0];
    },
    persons,
    personsAsStored: (personIds) => getAll('person', personIds.map(keys.person)),
    guard: (name) => get('guard', keys.guard(name)),
    guards: (names) => getAll('guard', names.map(keys.guard)),
    school: (schoolId) => get('school', keys.school(schoolId)),
    schools: () => readAll(['school'], segments.schools()),
    roleHolders: async (schoolId) => thatCount(await readAll(['role-holder'], segments.roleHolders(schoolId))),
    postRows: (schoolId, paging = {}) => page(['post-row'], [segments.people(schoolId)], paging, asTheyCount),
    postsOf: async (personId) => thatCount(await readAll(['post-row'], segments.posts(personId))),
    reportsOf: async (managerId) => thatCount(await everyItem('post-row', segments.reportsOf(managerId))),
    async everybody(listing = {}) {
      const order = inOrder(await readAll(['school'], segments.schools()));
      return page(['post-row', 'person'], order.map(segments.people), listing, (items) =>
        personsAtFirstRow(items, order),
      );
    },

    calendarYears: () => readAll(['calendar-year'], segments.calendarYears()),
    policy: () => get('policy', keys.policy()),

    leftFrom: (schoolId, kind) => everyItem('left', segments.leftFrom(schoolId, kind)),
    processesOf: (personId) => everyItem('process', segments.processesOf(personId)),
    processesBeside: ({ processId, subjectId }) =>
      everyItem('process', segments.processesOf(subjectId), ({ pk }) => pk !== keys.process(processId).pk),
    processesAt: (schoolId, kind, filter = {}, listing = {}) =>
      itemPage(['process'], segments.processesAt(schoolId, kind, filter), listing),
    processesAcross: (schoolIds, kind, filter = {}, listing = {}) =>
      itemPage(
        ['process'],
        schoolIds.flatMap((schoolId) => segments.processesAt(schoolId, kind, filter)),
        listing,
      ),
    standingsAt: async (schoolId, kind) => {
      const found = await Promise.all(segments.processesAt(schoolId, kind, {}).map(sortKeys));
      return found.flat().map(standingOf);
    },
    openTasks: (partitions, listing = {}) =>
      merged('wait', segments.inboxes(typeof partitions === 'string' ? [partitions] : partitions), listing),

    dueMorning: (shard, until, paging = {}) =>
      itemPage(['process', 'wait', 'notice'], [segments.dueMorning(shard, until)], paging),
    owed: async (shard, until, limit = 100) =>
      (await itemPage(['process'], [segments.owed(shard, until)], { limit })).items,

    endedSince: async (since) =>
      (await Promise.all(shards.map((shard) => everyItem('process', segments.endedSince(shard, since))))).flat(),

    notices: (personId) => readAll(['notice'], segments.notices(personId)),
    mail: (personId, on) => get('mail', keys.mail(personId, on)),
    async mails(from, to, personIds) {
      const theirs = new Set([...personIds].map((personId) => keys.mail(personId, from).pk));
      const wanted = ({ pk }: Key): boolean => theirs.has(pk);
      const found = await Promise.all(segments.mails(from, to).map((segment) => everyItem('mail', segment, wanted)));
      return found.flat();
    },
    receipt: (hash) => get('receipt', keys.receipt(hash)),
    import: (importId) => readAll(['import'], segments.import(importId)),
    importHead: (importId) => get('import', keys.import(importId, 0)),
    anchors: (from, to) => readAll(['anchor'], segments.anchors(from, to)),
  };
}
