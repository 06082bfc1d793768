/**
 * The records that the table holds, each with its schema: every item read is parsed with it, every type is derived
 * from it. Nothing here is specific to one process: that is in `Process.data`, which the process's own schema parses.
 *
 * Which fields move when, and under which conditions: `docs/protocol.md`.
 */
import * as z from 'zod';
import { Day, Instant } from './time.ts';

/** The central office in the place of a school. It has staff, and trust-wide roles belong to it. */
export const TRUST = 'trust';

/** Roles are a closed list; a job title never gives one. `staff` and `line-manager` follow from posts and are never stored. */
export const roles = [
  'staff',
  'line-manager',
  'mentor',
  'coach',
  'induction-tutor',
  'school-lead',
  'headteacher',
  'trust-lead',
  'apprenticeship-lead',
  'executive',
  'lsc-chair',
  'trust-chair',
  'admin',
  'partner',
] as const;
export const Role = z.enum(roles);
export type Role = z.infer<typeof Role>;

/** Held for the whole trust: stored with `schoolId: TRUST`, shown with `schoolId: null`. */
export const trustRoles: ReadonlySet<Role> = new Set<Role>([
  'trust-lead',
  'apprenticeship-lead',
  'executive',
  'trust-chair',
  'admin',
  'partner',
]);

/** Held by people who need no post: they count as current while they are listed. */
export const outsideRoles: ReadonlySet<Role> = new Set<Role>(['lsc-chair', 'trust-chair', 'partner']);

/** In the place of a person, for what nobody did: another process, or the calendar. */
export const SYSTEM = 'system';

/** Six digits (the school's URN), or `trust` for the central office. */
export const SchoolId = z.string().regex(/^(\d{6}|trust)$/);

/** Who may complete a task: one person, or whoever holds a role at a school when it is read. */
export const Candidate = z.union([
  z.strictObject({ personId: z.string() }),
  z.strictObject({ role: Role, schoolId: SchoolId }),
]);
export type Candidate = z.infer<typeof Candidate>;

export const ProcessStatus = z.enum(['active', 'paused', 'completed', 'stopped']);
export type ProcessStatus = z.infer<typeof ProcessStatus>;

/** One process: the head of its partition. `version` moves at every change that a person could see; driving never touches it. */
export const Process = z.object({
  type: z.literal('process'),
  processId: z.string(),
  kind: z.string(),
  status: ProcessStatus,
  version: z.int().min(1),
  /** Number of the wait it stands at, from 1: the only identity of a visit. */
  step: z.int().min(1),
  /** Key of the wait it stands at, or goes to next. */
  wait: z.string(),
  stage: z.string(),
  /** The one execution that may drive: `<n>-<6 random characters>`. */
  run: z.string(),
  /** When this run was made; renewed after 300 days. */
  runAt: Instant,
  /** Since when the machine owes the next move; absent while a person or a date does, and after the end. */
  owedAt: Instant.optional(),
  /** Restarts since the machine last moved; 5 or more needs attention. */
  restarts: z.int().min(0),
  lastSeq: z.int().min(0),
  lastHash: z.string(),
  /** Whom it is about: a person, or a place (`places.ts`): a school by its URN, or `trust`. */
  subjectId: z.string(),
  schoolId: SchoolId,
  /** Former schools keep read access to what happened up to the move; what it was then: {@link Left}. */
  formerSchools: z.array(z.object({ schoolId: SchoolId, until: Instant, lastSeq: z.int() })).optional(),
  ruleSet: z.string(),
  startedBy: z.string(),
  startedAt: Instant,
  endedAt: Instant.optional(),
  outcome: z.string().optional(),
  reason: z.string().optional(),
  /** The day on which a paused process carries on by itself. */
  resumesOn: Day.optional(),
  /** The process that started this one. */
  parentId: z.string().optional(),
  data: z.record(z.string(), z.unknown()),
});
export type Process = z.infer<typeof Process>;

/**
 * What a process was when it moved to another school: all that the school it left goes on seeing, and by which that
 * school finds it. A record of its own, so that a head that moves often stays small.
 */
export const Left = z.object({
  type: z.literal('left'),
  processId: z.string(),
  kind: z.string(),
  /** The school it left. */
  schoolId: SchoolId,
  /** Up to the move. */
  lastSeq: z.int(),
  status: ProcessStatus,
  stage: z.string(),
  data: z.record(z.string(), z.unknown()),
  step: z.int(),
  /** Whether the wait of that step was open. */
  isOpen: z.boolean(),
});
export type Left = z.infer<typeof Left>;

export const WaitState = z.enum(['open', 'answered', 'closed']);

/** One visit to a wait; for a `together` one row for the whole and one for each part. */
export const Wait = z.object({
  type: z.literal('wait'),
  processId: z.string(),
  step: z.int().min(1),
  /** Key of a part of a `together`. */
  part: z.string().optional(),
  wait: z.string(),
  kind: z.enum(['task', 'timer', 'together', 'children']),
  state: WaitState,
  /** Immutable once set. */
  outcome: z.string().optional(),
  stage: z.string(),
  /** Copies, so that an inbox is one query: ids and codes of the process it belongs to. */
  processKind: z.string(),
  subjectId: z.string(),
  schoolId: SchoolId,
  candidate: Candidate.optional(),
  /** May decide as well, since the task escalated. */
  alsoCandidate: Candidate.optional(),
  /** To whom it was given by hand, and by whom. */
  assigneeId: z.string().optional(),
  assignedBy: z.string().optional(),
  /** People who declared that they should not decide this. */
  conflicts: z.array(z.string()).optional(),
  /** What they wrote of it, by person id; read by the trust-lead. */
  conflictReasons: z.record(z.string(), z.string()).optional(),
  openedAt: Instant,
  /** From when its dates count, where that is not the day it opened: a process that was paused. */
  datedOn: Day.optional(),
  dueOn: Day.optional(),
  /** The last day that a provider or a statute gives. */
  hardOn: Day.optional(),
  /** When the morning run looks again: the next rung of the ladder, or a timer's date. */
  nextAt: Instant.optional(),
  answeredAt: Instant.optional(),
  answeredBy: z.string().optional(),
  onBehalfOf: z.string().optional(),
  /** The word that was chosen, where a rule turned it into another. */
  chosen: z.string().optional(),
  /** What was answered, as the form gave it. */
  answer: z.record(z.string(), z.unknown()).optional(),
  /** Has a draft or a comment; false: had one when it went to somebody else. */
  isBegun: z.boolean().optional(),
  /** Begun before it would have gone to somebody else (another manager, another school): stays up to this day. */
  keptUntil: Day.optional(),
});
export type Wait = z.infer<typeof Wait>;

/** The task token of the current run, one per process. Never in a link, a log or an event. */
export const Token = z.object({
  type: z.literal('token'),
  processId: z.string(),
  run: z.string(),
  step: z.int(),
  token: z.string(),
  sentAt: Instant.optional(),
});
export type Token = z.infer<typeof Token>;

/** Who did it: a person, or the system. */
export const By = z.union([z.strictObject({ personId: z.string() }), z.strictObject({ system: z.literal(true) })]);
export type By = z.infer<typeof By>;

/** What happened, in ids and codes only: names and text that people wrote stay elsewhere, so that they can be erased without breaking the chain. */
export const Event = z.object({
  type: z.literal('event'),
  processId: z.string(),
  kind: z.string(),
  seq: z.int().min(1),
  at: Instant,
  /** Past tense: `process-started`, `task-opened`, `task-completed`, `process-withdrawn`. */
  event: z.string(),
  by: By,
  taskId: z.string().optional(),
  outcome: z.string().optional(),
  fromStage: z.string().optional(),
  toStage: z.string().optional(),
  data: z.record(z.string(), z.unknown()),
  previousHash: z.string(),
  /** SHA-256 over the canonical JSON of all the above. */
  hash: z.string(),
});
export type Event = z.infer<typeof Event>;

/**
 * A process as its parent sees it, in the parent's partition: put with the child, altered in the child's own
 * transactions. So a parent counts its children in one query, and neither ever waits for the other's write.
 */
export const Child = z.object({
  type: z.literal('child'),
  parentId: z.string(),
  childId: z.string(),
  /** The child's kind of process. */
  kind: z.string(),
  subjectId: z.string(),
  schoolId: SchoolId,
  openedAt: Instant,
  /** How far it is, in a word of its own; what it reported last. */
  mark: z.string().optional(),
  /** What it reported besides: codes and counts, never a name or text that somebody wrote. */
  tally: z.record(z.string(), z.unknown()).optional(),
  /** How it ended. */
  outcome: z.string().optional(),
  endedAt: Instant.optional(),
});
export type Child = z.infer<typeof Child>;

/** Somebody whom a process names besides its subject, so that they find it: the same fact as in its data, written with it. */
export const Named = z.object({
  type: z.literal('named'),
  processId: z.string(),
  kind: z.string(),
  personId: z.string(),
  /** As what, in the process's own word: `mentor`, `team`, `guest`. */
  as: z.string(),
});
export type Named = z.infer<typeof Named>;

/** In the place of a part in a comment's `taskId`: what was logged while the process stood at that step. */
export const LOG = 'log';

/** A comment on a task, or an entry of the process's log. */
export const Comment = z.object({
  type: z.literal('comment'),
  processId: z.string(),
  taskId: z.string(),
  commentId: z.string(),
  at: Instant,
  personId: z.string(),
  text: z.string(),
  /** What was logged with it, in a word of the process (`evidence`); absent: somebody commented on the task. */
  sort: z.string().optional(),
  /** The day that it tells of, where that is said. */
  on: Day.optional(),
});
export type Comment = z.infer<typeof Comment>;

/** An unfinished answer, seen by its writer only. */
export const Draft = z.object({
  type: z.literal('draft'),
  processId: z.string(),
  taskId: z.string(),
  personId: z.string(),
  at: Instant,
  /** Seconds since 1970, for the table's time to live; it goes with the task in any case. Drafts of the first release have none. */
  expiresAt: z.int().optional(),
  form: z.record(z.string(), z.unknown()),
});
export type Draft = z.infer<typeof Draft>;

/** Makes something unique, and finds it: `npq#<person>#<course>#<cohort>#<provider>` → the process that holds it. */
export const Guard = z.object({
  type: z.literal('guard'),
  guard: z.string(),
  holder: z.string(),
});
export type Guard = z.infer<typeof Guard>;

export const Post = z.object({
  schoolId: SchoolId,
  employeeNumber: z.string(),
  job: z.string(),
  startsOn: Day.optional(),
  /** The last day in the post, itself included: somebody is current today and no longer tomorrow (hard case 96). */
  endsOn: Day.optional(),
  /** Full-time equivalent, 0 to 1. */
  fte: z.number().optional(),
  lineManagerId: z.string().optional(),
});
export type Post = z.infer<typeof Post>;

export const Qualification = z.object({
  courseId: z.string(),
  cohortId: z.string(),
  providerId: z.string().optional(),
  outcome: z.enum(['enrolled', 'passed', 'failed', 'withdrawn']),
  isFunded: z.boolean(),
  /** Which process recorded it; absent where somebody did by hand. */
  processId: z.string().optional(),
});
export type Qualification = z.infer<typeof Qualification>;

export const Absence = z.object({ from: Day, to: Day, standInId: z.string().optional() });
export type Absence = z.infer<typeof Absence>;

/**
 * An attempt to apply an import, `<importId>.<attempt>`, that wrote this ahead: it counts from the moment that attempt is
 * applied, for all its records at once. The store shows records as they count, and without these fields.
 */
export const PendingIn = z.string().regex(/^[^.]+\.\d+$/);

/** Somebody the trust develops or works with. The only record with a name. */
export const Person = z.object({
  type: z.literal('person'),
  personId: z.string(),
  version: z.int().min(1),
  forename: z.string(),
  surname: z.string(),
  /** Trimmed and lower-cased; absent for people without an address. */
  email: z.string().optional(),
  /** Keyed hash of the date of birth, for matching only; the date itself is not kept. */
  birthHash: z.string().optional(),
  /** `<issuer>|<sub>` of the first sign-in; counts before the address from then on. */
  externalId: z.string().optional(),
  trn: z.string().optional(),
  /** Given for this person and refused, because it is somebody else's: one of the two is wrong, which an admin has to find out. */
  trnRefused: z.string().optional(),
  posts: z.array(Post),
  roles: z.array(z.object({ role: Role, schoolId: SchoolId })),
  qualifications: z.array(Qualification),
  absences: z.array(Absence),
  /** People who named this person as their stand-in: the same fact as in their `absences`, written with it. */
  standsInFor: z.array(z.string()).optional(),
  pendingIn: PendingIn.optional(),
  /** What the import of `pendingIn` makes of the fields that it may change; absent there: the whole record is new. */
  pendingNext: z
    .object({
      forename: z.string(),
      surname: z.string(),
      email: z.string().optional(),
      birthHash: z.string().optional(),
      posts: z.array(Post),
      roles: z.array(z.object({ role: Role, schoolId: SchoolId })),
    })
    .optional(),
});
export type Person = z.infer<typeof Person>;

/** A holder of a role at a school: the same fact as in `Person.roles`, written with it, found from the school. */
export const RoleHolder = z.object({
  type: z.literal('role-holder'),
  schoolId: SchoolId,
  role: Role,
  personId: z.string(),
  pendingIn: PendingIn.optional(),
});
export type RoleHolder = z.infer<typeof RoleHolder>;

/** A post found from its school and from its line manager: the same fact as in `Person.posts`, written with it. */
export const PostRow = z.object({
  type: z.literal('post-row'),
  schoolId: SchoolId,
  employeeNumber: z.string(),
  personId: z.string(),
  /** Surname and forename, for the order of lists. */
  sortName: z.string(),
  /** Of the person, so that the index alone tells whom a search could mean. */
  email: z.string().optional(),
  lineManagerId: z.string().optional(),
  pendingIn: PendingIn.optional(),
});
export type PostRow = z.infer<typeof PostRow>;

export const School = z.object({
  type: z.literal('school'),
  schoolId: SchoolId,
  name: z.string(),
  version: z.int().min(1),
  /** Columns of the DfE register of schools, as imported. */
  ukprn: z.string().optional(),
  establishmentTypeCode: z.string().optional(),
  phase: z.string().optional(),
  town: z.string().optional(),
  postcode: z.string().optional(),
  statusCode: z.string().optional(),
  laCode: z.string().optional(),
  establishmentNumber: z.string().optional(),
  pupils: z.int().optional(),
});
export type School = z.infer<typeof School>;

/** One line of somebody's next digest. What it is about, reason, code and the days in it are its identity. */
export const Notice = z.object({
  type: z.literal('notice'),
  personId: z.string(),
  /** `new`, `due-today`, `follow-up`, `late`, `escalated`, `may-decide`, `stalled`, `decided`, `told`, `ownerless`, … */
  reason: z.string(),
  /** A task id or a process id. */
  about: z.string(),
  processId: z.string(),
  processKind: z.string(),
  subjectId: z.string(),
  /** For `decided` and `told`: which sentence of the process's texts. */
  code: z.string().optional(),
  /** Numbers and days for the `{names}` in that sentence. */
  values: z.record(z.string(), z.union([z.number(), Day])).optional(),
  at: Instant,
  /** The morning from which it may be sent. */
  nextAt: Instant,
  /** A statutory or provider's date falls before the next school day: may go out on a day without school. */
  isUrgent: z.boolean(),
});
export type Notice = z.infer<typeof Notice>;

/** What tells two lines apart that say the same of the same: the code of the sentence, and the days in it. */
export const sayingOf = ({ code, values = {} }: Partial<Pick<Notice, 'code' | 'values'>>): readonly string[] => [
  ...(code === undefined ? [] : [code]),
  ...Object.values(values).filter((value) => typeof value === 'string'),
];

/** The claim on a person's one message of a day. Put before it is sent, never put twice. */
export const Mail = z.object({
  type: z.literal('mail'),
  personId: z.string(),
  on: Day,
  claimedAt: Instant,
  sentAt: Instant.optional(),
  messageId: z.string().optional(),
  notices: z.int(),
});
export type Mail = z.infer<typeof Mail>;

/** The first answer to a command with an `Idempotency-Key`, kept 30 days, as it was given. */
export const Receipt = z.object({
  type: z.literal('receipt'),
  /** Hash of caller, method, path and key. */
  receipt: z.string(),
  bodyHash: z.string(),
  at: Instant,
  /** Seconds since 1970, for the table's time to live. */
  expiresAt: z.int(),
  status: z.int(),
  body: z.unknown().optional(),
  version: z.int().optional(),
  location: z.string().optional(),
});
export type Receipt = z.infer<typeof Receipt>;

/** Head of all event chains of a day, also written where the writer of the table cannot write. */
export const Anchor = z.object({
  type: z.literal('anchor'),
  on: Day,
  at: Instant,
  heads: z.int(),
  hash: z.string(),
});
export type Anchor = z.infer<typeof Anchor>;

/** One academic year of the calendar. `calendar.ts` parses what `year` holds: a file of the sample without its policy. */
export const CalendarYearRecord = z.object({
  type: z.literal('calendar-year'),
  /** `2026-27`. */
  academicYear: z.string().regex(/^\d{4}-\d{2}$/),
  version: z.int().min(1),
  year: z.record(z.string(), z.unknown()),
});
export type CalendarYearRecord = z.infer<typeof CalendarYearRecord>;

/** The trust's policy on due times, reminders and escalation; one record. `calendar.ts` parses what `policy` holds. */
export const PolicyRecord = z.object({
  type: z.literal('policy'),
  version: z.int().min(1),
  policy: z.record(z.string(), z.unknown()),
});
export type PolicyRecord = z.infer<typeof PolicyRecord>;

/** A checked file, in parts because an item holds 400 KB; part 0 tells how far it is. */
export const ImportRecord = z.object({
  type: z.literal('import'),
  importId: z.string(),
  part: z.int().min(0),
  version: z.int().min(1),
  status: z.enum(['checked', 'applying', 'applied']),
  /** Seconds since 1970, for the table's time to live; absent: kept. */
  expiresAt: z.int().optional(),
  data: z.record(z.string(), z.unknown()),
});
export type ImportRecord = z.infer<typeof ImportRecord>;
