import type { Actors } from './process.ts';
import type { Person, Process, Role, Wait } from './records.ts';
import type { Rejection } from './rejections.ts';
import type { Day, Instant } from './time.ts';
import type { Directory } from './world.ts';

export type ReadLevel = 'full' | 'brief' | 'former' | 'none';
export interface ReadContext {
  readonly directory: Directory;
  readonly today: Day;
  /** Holds or held a task of this process. */
  readonly heldTasks: boolean;
  /** People whom the process names (mentor, coach, tutor) or invited. */
  readonly named: readonly string[];
}
export declare function readLevel(actor: Person, process: Process, context: ReadContext): ReadLevel;
/** For `former`: up to when and up to which event. */
export declare function formerLimit(
  actor: Person,
  process: Process,
  today: Day,
): { readonly until: Instant; readonly lastSeq: number } | undefined;
/** Health-related reasons: the subject and the trust-lead only. */
export declare function mayReadHealthReasons(actor: Person, process: Process, today: Day): boolean;

export declare function mayStart(
  startedBy: Actors,
  actor: Person,
  subject: Person,
  context: { readonly directory: Directory; readonly today: Day },
): boolean;
export interface ActContext {
  readonly directory: Directory;
  readonly today: Day;
  /** Who answered the wait with that key, latest visit. */
  readonly answeredBy: (wait: string) => readonly string[];
  /** Where roles at a school count; the process's school by default. For `move-school`: the new school. */
  readonly schoolId?: string | undefined;
}
export declare function mayAct(actors: Actors, actor: Person, process: Process, context: ActContext): boolean;

/** All, or some schools; one's own record and those of people one manages come on top. */
export type Scope = { readonly all: true } | { readonly all: false; readonly schools: readonly string[] };
export declare function mayListPeople(actor: Person, today: Day): Scope;
export declare function maySeePerson(actor: Person, person: Person, today: Day): boolean;
export declare const reports: readonly ['npq-applications', 'lateness', 'ownerless', 'workload'];
export type Report = (typeof reports)[number];
export declare function mayReport(actor: Person, report: Report, today: Day): Scope;
export declare function mayImport(actor: Person, today: Day): boolean;
export declare function mayPutCalendar(actor: Person, today: Day): boolean;
export declare function mayRecordAbsence(actor: Person, person: Person, today: Day): boolean;
export declare function mayRecordQualification(actor: Person, today: Day): boolean;
export interface AssignContext {
  readonly subject: Person;
  readonly directory: Directory;
  readonly today: Day;
  /** Late by 5: its chaser may reassign. */
  readonly isEscalated: boolean;
  readonly chaser: Role;
  readonly isPersonal?: boolean | undefined;
  readonly exclude?: readonly string[] | undefined;
}
export declare function mayAssign(actor: Person, target: Person, wait: Wait, context: AssignContext): true | Rejection;
