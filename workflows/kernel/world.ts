/**
 * What a rule may look at besides the process itself: the time, the calendar, the people concerned and the subject's
 * other processes, read before the rule runs. Rules call nothing and read no clock.
 */
import type { Calendar } from './calendar.ts';
import type { Child, Person, Process, Role, School, Wait } from './records.ts';
import type { AnyProcess } from './snapshot.ts';
import type { Day, Instant } from './time.ts';

/** The people a decision needs: the subject, the actor, line managers, and every holder of a role at the school and in the trust. */
export interface Directory {
  person(personId: string): Person | undefined;
  /** Everybody listed for the role there, whether in force or not; trust-wide roles are listed at `TRUST`. */
  listed(role: Role, schoolId: string): readonly Person[];
  school(schoolId: string): School | undefined;
}

export interface World {
  readonly now: Instant;
  readonly today: Day;
  /** When what is noted now is sent: this morning in the morning run, else the next digest. */
  readonly digestAt: Instant;
  readonly calendar: Calendar;
  readonly directory: Directory;
  /** Whom the process is about; a place stands in as a person without posts (`places.ts`). */
  readonly subject: Person;
  /** The subject's other processes, ended ones too, in full; not the process that is decided about. */
  readonly others: readonly Process[];
  /** The waits of one of `others` that is live; empty for one that has ended. */
  waitsOf(processId: string): readonly Wait[];
  /** A process that the form names (`ProcessDefinition.mentions`), whoever it is about; nothing where there is none. */
  mentioned(processId: string): Process | undefined;
  /** The process that started this one, as it stands. */
  readonly parent?: Process;
  /** How the parent sees the process, or one of `others` that is live; nothing for one without a parent. */
  childRowOf(processId: string): Child | undefined;
  /** Live processes of the same kind at the process's school, for "how many are out for CPD then"; the process itself excluded. */
  readonly atSchool: readonly Process[];
  /** The declaration of a kind, for what one process does to another. Throws for a kind that is not in the registry. */
  definitionOf(kind: string): AnyProcess;
  /** A new UUIDv7. */
  newId(): string;
  /** Six random characters for a run. */
  newRunSuffix(): string;
}
