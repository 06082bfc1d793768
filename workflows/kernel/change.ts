/**
 * What a command does, as data. The rules make a `Change`; the table layer commits it as one transaction and knows no
 * rule; the rules know no DynamoDB.
 */
import type {
  Anchor,
  CalendarYearRecord,
  Child,
  Comment,
  Draft,
  Event,
  Guard,
  ImportRecord,
  Left,
  Mail,
  Named,
  Notice,
  Person,
  PolicyRecord,
  PostRow,
  Process,
  Receipt,
  RoleHolder,
  School,
  Token,
  Wait,
} from './records.ts';
import type { Rejection } from './rejections.ts';

/** Any record of the table. */
export type Item =
  | Process
  | Wait
  | Token
  | Event
  | Child
  | Left
  | Named
  | Comment
  | Draft
  | Guard
  | Person
  | RoleHolder
  | PostRow
  | School
  | Notice
  | Mail
  | Receipt
  | Anchor
  | CalendarYearRecord
  | PolicyRecord
  | ImportRecord;

/**
 * One item's part of a transaction. `before` absent: put, only if the item is not there. `after` absent: delete.
 * Both: only the fields that differ are written, so that two writers of different fields do not undo each other.
 *
 * `expect` names the fields of the stored item that must still be as given (`undefined` means: not there). With
 * `before` and an empty `expect` the item must only exist.
 */
export interface Part<T extends Item = Item> {
  /** Named in the failure: `process`, `wait:<taskId>`, `guard:<guard>`. */
  readonly name: string;
  readonly before?: T;
  readonly after?: T;
  readonly expect?: { readonly [K in keyof T]?: T[K] | undefined };
  /** Delete or put without any condition: for notices and drafts, where the last writer may win. */
  readonly isUnconditional?: boolean;
  /** Delete only: what is gone already may be gone; what is there must be as `expect` says. */
  readonly mayBeGone?: boolean;
}

/** One transaction: at most 100 parts. Also says what the caller answers with. */
export interface Change {
  readonly parts: readonly Part[];
  /** What it means when the part of that name does not hold and deciding again would not help: a name that is taken. */
  readonly refusals?: Readonly<Record<string, Rejection>>;
  /** What is written in its place where it is refused by the part of that name: a finding for whoever has to look into it. */
  readonly findings?: Readonly<Record<string, readonly Part[]>>;
}

/** What `commit` answers: done, or the names of the parts whose condition did not hold. */
export type Committed =
  | { readonly committed: true }
  | { readonly committed: false; readonly failed: readonly string[] };

export const put = <T extends Item>(name: string, after: T): Part => ({ name, after }) as Part;

export const update = <T extends Item>(
  name: string,
  before: T,
  after: T,
  expect: { [K in keyof T]?: T[K] | undefined },
): Part => ({ name, before, after, expect }) as Part;

/** Deletes what may be gone already; where it is there, it must be as expected. */
export const discard = <T extends Item>(name: string, before: T, expect: { [K in keyof T]?: T[K] | undefined }): Part =>
  ({ name, before, expect, mayBeGone: true }) as Part;

export const remove = <T extends Item>(
  name: string,
  before: T,
  expect: { [K in keyof T]?: T[K] | undefined } = {},
): Part => ({ name, before, expect }) as Part;
