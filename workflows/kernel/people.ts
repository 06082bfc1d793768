import type { Decider } from './process.ts';
import type { Candidate, Person, Post, Role, RoleHolder, School, Wait } from './records.ts';
import type { Rejection } from './rejections.ts';
import type { Day } from './time.ts';
import type { Directory } from './world.ts';

export declare function makeDirectory(
  persons: Iterable<Person>,
  holders: Iterable<RoleHolder>,
  schools?: Iterable<School>,
): Directory;
export declare function isCurrentPost(post: Post, today: Day): boolean;
/** Posts in force, main post first. */
export declare function currentPosts(person: Person, today: Day): readonly Post[];
export declare function isCurrent(person: Person, today: Day): boolean;
export declare function mainPost(person: Person, today: Day): Post | undefined;
/** Ids of the current schools (`trust` for the central office), the main post's first. */
export declare function schoolsOf(person: Person, today: Day): readonly string[];
/** Central office in view of a process at that school. */
export declare function isCentral(person: Person, schoolId: string, today: Day): boolean;
/** Role in force there; trust-wide roles are in force at every school. `line-manager` is never held so: see `lineManagerOf`. */
export declare function holds(person: Person, role: Role, schoolId: string, today: Day): boolean;
export declare function holdersNow(directory: Directory, role: Role, schoolId: string, today: Day): readonly Person[];
export declare function lineManagerOf(
  person: Person,
  schoolId: string,
  directory: Directory,
  today: Day,
): Person | undefined;
/** By a current post on file, directly. */
export declare function isManagedBy(person: Person, managerId: string, today: Day): boolean;
/** Anywhere in the reporting line below, fall-back managers included. */
export declare function isBelow(person: Person, managerId: string, directory: Directory, today: Day): boolean;

export interface About {
  readonly subject: Person;
  readonly schoolId: string;
  readonly conflicts?: readonly string[] | undefined;
  /** Who has decided before (endorsed): passed over unless the chain has nobody else. */
  readonly exclude?: readonly string[] | undefined;
}
export type Resolved =
  | {
      readonly candidate: Candidate;
      readonly eligible: readonly Person[];
      /** The chain had nobody but people of `exclude`: the record has to say so. */
      readonly isRepeat: boolean;
    }
  | { readonly candidate: undefined; readonly eligible: readonly []; readonly isRepeat: false };
export declare function resolveDecider(decider: Decider, about: About, directory: Directory, today: Day): Resolved;
/** Who may decide as well once the task is late by 10; nothing where there is nobody further. */
export declare function nextInChain(current: Candidate, about: About, directory: Directory, today: Day): Resolved;

export interface DecideOptions {
  readonly exclude?: readonly string[] | undefined;
  readonly isFormOfFact?: boolean | undefined;
}
/** In what capacity somebody may complete a task; `onBehalfOf` for a manager with somebody who has no e-mail. */
export type Capacity =
  | { readonly as: 'candidate' | 'assignee' | 'also' }
  | { readonly as: 'stand-in'; readonly standsInFor: string }
  | { readonly as: 'with'; readonly onBehalfOf: string };
export declare function capacityOf(
  person: Person,
  wait: Wait,
  subject: Person,
  directory: Directory,
  today: Day,
  options?: DecideOptions,
): Capacity | Rejection;
export declare function mayDecide(
  person: Person,
  wait: Wait,
  subject: Person,
  directory: Directory,
  today: Day,
  options?: DecideOptions,
): true | Rejection;
/** Everybody who may complete it now: assignee, candidates, also-candidates, stand-ins, managers of people without e-mail. */
export declare function eligiblePeople(
  wait: Wait,
  subject: Person,
  directory: Directory,
  today: Day,
  options?: DecideOptions,
): readonly Person[];
/** To whom notices go: the assignee, else the candidates; a stand-in instead of somebody absent; nobody absent without one. */
export declare function recipientsOf(
  wait: Wait,
  subject: Person,
  directory: Directory,
  today: Day,
  options?: DecideOptions,
): readonly Person[];
/** Who gets the notice when it is late by 5; for a personal task the line manager only. */
export declare function chasersOf(
  chaser: Role,
  wait: Wait,
  subject: Person,
  directory: Directory,
  today: Day,
  isPersonal?: boolean,
): readonly Person[];
export declare function absenceAt(person: Person, on: Day): Person['absences'][number] | undefined;
/** Whose digest carries a person's notices: their own, or their line manager's where they have no e-mail. */
export declare function mailboxOf(person: Person, directory: Directory, today: Day): Person | undefined;
export declare function displayName(person: Pick<Person, 'forename' | 'surname'>): string;
export declare function firstName(person: Pick<Person, 'forename'>): string;
/** "surname, forename" in lower case without accents, for the order of lists. */
export declare function sortName(person: Pick<Person, 'forename' | 'surname'>): string;
