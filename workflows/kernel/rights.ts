/**
 * Who may see and do what, as the trust has settled it. Deny by default: whatever is not allowed here is not. Roles
 * count only while they are in force. Who may decide a task is `people.ts`.
 */
import {
  capacityOf,
  chasersOf,
  currentPosts,
  eligiblePeople,
  holdersNow,
  holds,
  isCurrent,
  isImpartial,
  isManagedBy,
  lineManagerOf,
  mayBeDeputyAt,
  schoolsOf,
} from './people.ts';
import type { Actors } from './process.ts';
import { type Candidate, type Person, type Process, type Role, TRUST, type Wait } from './records.ts';
import { isRejection, type Rejection, reject } from './rejections.ts';
import type { Day, Instant } from './time.ts';
import type { Directory } from './world.ts';

/**
 * `full`: everything but health-related reasons ({@link mayReadHealthReasons}). `brief`: stage and dates, no motivation,
 * reason or comment. `former`: in full what happened up to a move ({@link formerLimit}). `none`: it does not exist.
 */
export type ReadLevel = 'full' | 'brief' | 'former' | 'none';

/** What reading depends on besides the process. */
export interface ReadContext {
  readonly directory: Directory;
  readonly today: Day;
  /** Holds or held a task of this process. */
  readonly heldTasks: boolean;
  /** People whom the process names as mentor, coach or tutor, or whom it invited. */
  readonly named: readonly string[];
  /** People whom it names so that they find it, with stage and dates only: a mentor, who does not assess. */
  readonly namedBriefly?: readonly string[];
  /** Further schools that take part: their leads read it as those of the process's school do. */
  readonly alsoAt?: readonly string[];
  /** It stays at its school: trust-lead and executive see stage and dates only, unless it names them or they hold a task of it. */
  readonly staysAtSchool?: boolean;
  /** The trust-wide role that keeps this kind of process: it reads it in full. */
  readonly keptBy?: Role;
}

/** How much of a process somebody may read. The admin role gives nothing of any process. */
export function readLevel(actor: Person, process: Process, context: ReadContext): ReadLevel {
  const { directory, today, heldTasks, named, namedBriefly = [], alsoAt = [], staysAtSchool = false, keptBy } = context;
  if (actor.personId === process.subjectId) return 'full';
  if (!isCurrent(actor, today)) return 'none';
  if (heldTasks || named.includes(actor.personId)) return 'full';
  if (isTrustReader(actor, today) && !staysAtSchool) return 'full';
  if (keptBy !== undefined && holds(actor, keptBy, TRUST, today)) return 'full';
  if ([process.schoolId, ...alsoAt].some((schoolId) => leads(actor, schoolId, today))) return 'full';
  if (formerLimit(actor, process, today)) return 'former';
  if (isTrustReader(actor, today) || namedBriefly.includes(actor.personId)) return 'brief';
  const subject = directory.person(process.subjectId);
  return subject && isLineManager(actor, subject, directory, today) ? 'brief' : 'none';
}

/** For `former`: until when, and up to which event, that person's school was the process's; the latest of several. */
export function formerLimit(
  actor: Person,
  process: Process,
  today: Day,
): { readonly until: Instant; readonly lastSeq: number } | undefined {
  const [latest] = (process.formerSchools ?? [])
    .filter(({ schoolId }) => leads(actor, schoolId, today))
    .sort((a, b) => b.lastSeq - a.lastSeq);
  return latest && { until: latest.until, lastSeq: latest.lastSeq };
}

/** Health-related reasons are seen by the subject and the trust-lead only. */
export const mayReadHealthReasons = (actor: Person, process: Process, today: Day): boolean =>
  actor.personId === process.subjectId || holds(actor, 'trust-lead', TRUST, today);

/** May that person start a process for the subject: as the subject, or with a role at a current school of the subject's or in the trust? */
export function mayStart(
  startedBy: Actors,
  actor: Person,
  subject: Person,
  { directory, today }: { readonly directory: Directory; readonly today: Day },
): boolean {
  if (!isCurrent(actor, today)) return false;
  return startedBy.some((who) => {
    if (who === 'subject') return actor.personId === subject.personId;
    if (typeof who === 'object') return false;
    if (who === 'line-manager') return isLineManager(actor, subject, directory, today);
    return [...schoolsOf(subject, today), TRUST].some((schoolId) => holds(actor, who, schoolId, today));
  });
}

/** What an action on a process depends on. */
export interface ActContext {
  readonly directory: Directory;
  readonly today: Day;
  /** Who answered the latest visit to the wait with that key. */
  readonly answeredBy: (wait: string) => readonly string[];
  /** Whom the process names as that. */
  readonly named: (as: string) => readonly string[];
  /** Where roles at a school count; the process's school by default. For `move-school` the new one. */
  readonly schoolId?: string | undefined;
}

/** May that person do an action that is declared for these actors? */
export function mayAct(actors: Actors, actor: Person, process: Process, context: ActContext): boolean {
  const { directory, today, answeredBy, named, schoolId = process.schoolId } = context;
  if (!isCurrent(actor, today)) return false;
  return actors.some((who) => {
    if (who === 'subject') return actor.personId === process.subjectId;
    if (typeof who === 'object')
      return ('named' in who ? named(who.named) : answeredBy(who.answered)).includes(actor.personId);
    if (who !== 'line-manager') return holds(actor, who, schoolId, today);
    const subject = directory.person(process.subjectId);
    return subject !== undefined && isLineManager(actor, subject, directory, today);
  });
}

/** Everything, or some schools' (perhaps none's); one's own and, of people, those one manages come on top. */
export type Scope = { readonly all: true } | { readonly all: false; readonly schools: readonly string[] };

/** Whose records are listed for that person, besides their own and those of people they manage. */
export function mayListPeople(actor: Person, today: Day): Scope {
  return isTrustReader(actor, today) || holds(actor, 'admin', TRUST, today)
    ? { all: true }
    : { all: false, schools: schoolsLed(actor, today) };
}

/** Whose processes are listed in full for that person, besides their own; `keptBy`: the role that keeps that kind. */
export const mayListProcesses = (actor: Person, today: Day, keptBy?: Role): Scope =>
  isTrustReader(actor, today) || (keptBy !== undefined && holds(actor, keptBy, TRUST, today))
    ? { all: true }
    : { all: false, schools: schoolsLed(actor, today) };

/** May that person see the other's record: within {@link mayListPeople} who has or had a post there, who is managed, oneself? */
export function maySeePerson(actor: Person, person: Person, today: Day): boolean {
  if (actor.personId === person.personId) return true;
  const scope = mayListPeople(actor, today);
  if (scope.all) return true;
  const places = [...person.posts, ...person.roles].map(({ schoolId }) => schoolId);
  return scope.schools.some((schoolId) => places.includes(schoolId)) || manages(actor, person, today);
}

/** The reports there are. */
export const reports = [
  'npq-applications',
  'lateness',
  'late-tasks',
  'ownerless',
  'workload',
  'demand',
  'review-load',
  'review-progress',
  'boards',
  'trends',
  'milestones',
] as const;
export type Report = (typeof reports)[number];

/**
 * Of which schools that person sees the report: leads of theirs; trust-lead, apprenticeship-lead and executive of all.
 * The admin, who sees no process, has those that tell of roles and mail: `ownerless` and `workload`; learning reviews are
 * no concern of the apprenticeship-lead's. Reports over every kind of process are asked kind by kind, with the role that
 * keeps it: who lists those processes counts them.
 */
export function mayReport(actor: Person, report: Report, today: Day, keptBy?: Role): Scope {
  if (report === 'boards' || report === 'trends' || report === 'milestones' || report === 'late-tasks')
    return mayListProcesses(actor, today, keptBy);
  const isForAdmin = report === 'ownerless' || report === 'workload';
  const isOfReviews = report === 'demand' || report === 'review-load' || report === 'review-progress';
  const seesAll =
    isTrustReader(actor, today) ||
    (!isOfReviews && holds(actor, 'apprenticeship-lead', TRUST, today)) ||
    (isForAdmin && holds(actor, 'admin', TRUST, today));
  return seesAll ? { all: true } : { all: false, schools: schoolsLed(actor, today) };
}

/** Staff, schools, roles and line managers are imported by the admin. */
export const mayImport = (actor: Person, today: Day): boolean => holds(actor, 'admin', TRUST, today);

/**
 * Hours of many apprentices come in a file from those who lead apprenticeships, a school or the trust; each line is decided
 * as if it were typed, so nobody gets more by it than they have.
 */
export const mayImportHours = (actor: Person, today: Day): boolean =>
  holds(actor, 'trust-lead', TRUST, today) ||
  holds(actor, 'apprenticeship-lead', TRUST, today) ||
  schoolsLed(actor, today).length > 0;

/** The calendar and its policy are put by the admin and the trust-lead. */
export const mayPutCalendar = (actor: Person, today: Day): boolean =>
  holds(actor, 'admin', TRUST, today) || holds(actor, 'trust-lead', TRUST, today);

/** Absences are recorded by the person, the headteacher of a current school of theirs, and the admin. */
export const mayRecordAbsence = (actor: Person, person: Person, today: Day): boolean =>
  (actor.personId === person.personId && isCurrent(actor, today)) ||
  holds(actor, 'admin', TRUST, today) ||
  schoolsOf(person, today).some((schoolId) => holds(actor, 'headteacher', schoolId, today));

/** Qualifications that no process made are recorded by the trust-lead. */
export const mayRecordQualification = (actor: Person, today: Day): boolean => holds(actor, 'trust-lead', TRUST, today);

/** With which account somebody signs in is forgotten by the admin. */
export const mayForgetSignIn = (actor: Person, today: Day): boolean => holds(actor, 'admin', TRUST, today);

/** Two people with one TRN, and the like: told to the admin and the trust-lead, who keep the people. */
export const mayLookIntoFindings = (actor: Person, today: Day): boolean =>
  holds(actor, 'admin', TRUST, today) || holds(actor, 'trust-lead', TRUST, today);

/** What assigning a task depends on. */
export interface AssignContext {
  readonly subject: Person;
  readonly directory: Directory;
  readonly today: Day;
  /** Late by 5: its chaser may reassign it. */
  readonly isEscalated: boolean;
  readonly chaser: Role;
  readonly isPersonal?: boolean | undefined;
  /** Who has decided before. */
  readonly exclude?: readonly string[] | undefined;
}

/**
 * May that person give the task to the other? Who may complete it, and its chaser once it is late by 5, may give it to
 * anybody who holds the role, or to a deputy named for it at that school (who stands in for a holder in an absence that
 * is not over); a line manager's to another leader of the school. Never to the subject, somebody below the subject or
 * in conflict, or who decided before; and never work that is for one person.
 */
export function mayAssign(actor: Person, target: Person, wait: Wait, context: AssignContext): true | Rejection {
  const { subject, directory, today, isEscalated, chaser, isPersonal = false, exclude } = context;
  const isOwnWork = wait.candidate && 'personId' in wait.candidate && wait.candidate.personId === subject.personId;
  const capacity = capacityOf(actor, wait, subject, directory, today, { exclude });
  const isChaser =
    isEscalated &&
    actor.personId !== subject.personId &&
    chasersOf(chaser, wait, subject, directory, today).some(({ personId }) => personId === actor.personId);
  if (isRejection(capacity) && !isChaser) return capacity;
  if (isPersonal || isOwnWork)
    return reject('may-not-be-assigned', 'Only the person whom this is for can do it, so it cannot be given away.');
  if (target.personId === subject.personId)
    return reject('may-not-be-assigned', 'This is about that person, so somebody else decides it.');
  if (!isCurrent(target, today))
    return reject('may-not-be-assigned', 'That person has no current post. Choose somebody who has.');
  const about = { subject, schoolId: wait.schoolId, conflicts: wait.conflicts };
  if (!isImpartial(target, about, directory, today) || exclude?.includes(target.personId))
    return reject(
      'may-not-be-assigned',
      'That person cannot decide this: they are managed by whom it is about, declared a conflict, or decided before.',
    );
  const isEligible = eligiblePeople(wait, subject, directory, today, { exclude }).some(
    ({ personId }) => personId === target.personId,
  );
  const roles = [wait.candidate, wait.alsoCandidate].filter((candidate) => candidate !== undefined);
  if (isEligible || roles.some((candidate) => mayTakeOver(target, candidate, wait.schoolId, directory, today)))
    return true;
  return reject(
    'may-not-be-assigned',
    'Choose somebody who holds the role for this, or a deputy who is named for it at the school.',
  );
}

function mayTakeOver(
  target: Person,
  candidate: Candidate,
  schoolId: string,
  directory: Directory,
  today: Day,
): boolean {
  if ('personId' in candidate) {
    const person = directory.person(candidate.personId);
    return leads(target, schoolId, today) || (person !== undefined && isDeputyOf(target, person, schoolId, today));
  }
  return (
    holds(target, candidate.role, candidate.schoolId, today) ||
    (mayBeDeputyAt(target, candidate.role, candidate.schoolId, today) &&
      holdersNow(directory, candidate.role, candidate.schoolId, today).some((holder) =>
        isDeputyOf(target, holder, candidate.schoolId, today),
      ))
  );
}

const isDeputyOf = (target: Person, holder: Person, schoolId: string, today: Day): boolean =>
  schoolsOf(target, today).includes(schoolId) &&
  holder.absences.some(({ to, standInId }) => standInId === target.personId && today <= to);

const isTrustReader = (actor: Person, today: Day): boolean =>
  holds(actor, 'trust-lead', TRUST, today) || holds(actor, 'executive', TRUST, today);

const leads = (actor: Person, schoolId: string, today: Day): boolean =>
  holds(actor, 'headteacher', schoolId, today) || holds(actor, 'school-lead', schoolId, today);

const schoolsLed = (actor: Person, today: Day): readonly string[] => [
  ...new Set(actor.roles.map(({ schoolId }) => schoolId).filter((schoolId) => leads(actor, schoolId, today))),
];

/** On file, and in force: a manager without a current post manages nobody. */
const manages = (actor: Person, person: Person, today: Day): boolean =>
  currentPosts(actor, today).length > 0 && isManagedBy(person, actor.personId, today);

/** On file or by fall-back, but staff only: a chair reads a process only through a task. */
const isLineManager = (actor: Person, subject: Person, directory: Directory, today: Day): boolean =>
  manages(actor, subject, today) ||
  (currentPosts(actor, today).length > 0 &&
    schoolsOf(subject, today).some(
      (schoolId) => lineManagerOf(subject, schoolId, directory, today)?.personId === actor.personId,
    ));
