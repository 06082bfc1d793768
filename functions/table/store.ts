/**
 * The table, as the functions see it: consistent reads of single items and partitions, lists by page, and one way to
 * write. It knows no rule. Keys: `keys.ts`.
 */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Change, Committed } from '../../workflows/kernel/change.ts';
import type {
  Anchor,
  CalendarYearRecord,
  Comment,
  Draft,
  Event,
  Guard,
  ImportRecord,
  Mail,
  Notice,
  Person,
  PolicyRecord,
  PostRow,
  Process,
  ProcessStatus,
  Receipt,
  RoleHolder,
  School,
  Token,
  Wait,
} from '../../workflows/kernel/records.ts';
import type { Day, Instant } from '../../workflows/kernel/time.ts';
import type { Page, Paging } from './queries.ts';

/** A process with everything that tells where it stands. */
export interface Snapshot {
  readonly process: Process;
  readonly token?: Token;
  /** Every visit, oldest first; after the row of a `together` its parts. */
  readonly waits: readonly Wait[];
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
  /** PROCESS, TOKEN and all waits in one query. */
  snapshot(processId: string): Promise<Snapshot | undefined>;
  token(processId: string): Promise<Token | undefined>;
  wait(processId: string, step: number, part?: string): Promise<Wait | undefined>;
  waits(processId: string): Promise<readonly Wait[]>;
  /** Oldest first, from the one after `after`. */
  events(
    processId: string,
    options?: { readonly after?: number | undefined; readonly limit?: number | undefined },
  ): Promise<readonly Event[]>;
  /** Oldest first. */
  comments(taskId: string): Promise<readonly Comment[]>;
  draft(taskId: string, personId: string): Promise<Draft | undefined>;
  /** Everybody's drafts of one task. */
  draftsOf(taskId: string): Promise<readonly Draft[]>;

  person(personId: string): Promise<Person | undefined>;
  /** Those that exist, in the order asked for. */
  persons(personIds: readonly string[]): Promise<readonly Person[]>;
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
  everybody(page?: Paging): Promise<Page<Person>>;

  calendarYears(): Promise<readonly CalendarYearRecord[]>;
  policy(): Promise<PolicyRecord | undefined>;

  /** All of one person's, ended ones too, by kind and start. */
  processesOf(personId: string): Promise<readonly Process[]>;
  processesAt(schoolId: string, kind: string, filter?: ProcessFilter, page?: Paging): Promise<Page<Process>>;
  /** The same over several schools, in the order given. */
  processesAcross(
    schoolIds: readonly string[],
    kind: string,
    filter?: ProcessFilter,
    page?: Paging,
  ): Promise<Page<Process>>;
  /** Open tasks of these inboxes (`candidatePartition`), each once, soonest due first; also those that escalated to one of them. */
  openTasks(partitions: string | readonly string[], page?: Paging): Promise<Page<Wait>>;

  /** What the morning run has to look at: open waits and notices whose `nextAt` has come, processes to renew or to resume. */
  dueMorning(shard: number, until: Instant, page?: Paging): Promise<Page<Process | Wait | Notice>>;
  /** Processes whose next move the machine has owed since `until` or longer, longest first. */
  owed(shard: number, until: Instant, limit?: number): Promise<readonly Process[]>;

  notices(personId: string): Promise<readonly Notice[]>;
  mail(personId: string, on: Day): Promise<Mail | undefined>;
  /** Both days included. */
  mailsOf(personId: string, from: Day, to: Day): Promise<readonly Mail[]>;
  /** May still be there some days after `expiresAt`: the reader compares. */
  receipt(hash: string): Promise<Receipt | undefined>;
  /** All parts in order; empty where there is no such import. */
  import(importId: string): Promise<readonly ImportRecord[]>;
  anchor(on: Day): Promise<Anchor | undefined>;
}

export interface StoreDependencies {
  readonly documents: DynamoDBDocumentClient;
  readonly tableName: string;
  /** Waits between attempts of a commit, milliseconds; injected so that tests do not. */
  readonly sleep?: (ms: number) => Promise<void>;
}
