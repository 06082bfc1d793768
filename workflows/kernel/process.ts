/**
 * The vocabulary in which a process is declared: its tasks with their outcomes and forms, timers, actions and
 * milestones. `machine.ts` of the same folder plots how one leads to the next; `registry.ts` lists the processes.
 *
 * Everything a declaration computes is a pure function of a {@link View}.
 */
import type * as z from 'zod';
import type { Calendar } from './calendar.ts';
import type { Candidate, Child, Person, Process, Qualification, Role, School, Wait } from './records.ts';
import type { Rejection } from './rejections.ts';
import type { Day } from './time.ts';
import type { World } from './world.ts';

/** A process as its own rules see it: the record with its data parsed. */
export interface View<Data> {
  readonly process: Process;
  readonly data: Data;
  readonly world: World;
  /** The wait that is asked about, where there is one. */
  readonly wait?: Wait;
  /** Earlier visits, oldest first, so that "one resubmission only" is a rule over history. */
  readonly history: readonly Wait[];
}

/** Beyond its own data, what an answer, an action or an end does. Data, carried out by the kernel in the same transaction. */
export type Effect =
  /** Takes a name that nobody else may hold: two at the same moment, one wins, the other gets `rejection`. */
  | { readonly effect: 'claim'; readonly guard: string; readonly rejection: Rejection }
  | { readonly effect: 'release'; readonly guard: string }
  /** At the start of a child: the name that its parent holds is the child's from now on, to release. */
  | { readonly effect: 'take-over'; readonly guard: string }
  /** Ends another process of the same subject, each by its own version. */
  | { readonly effect: 'stop-other'; readonly processId: string; readonly outcome: string; readonly reason: string }
  | { readonly effect: 'record-qualification'; readonly qualification: Qualification }
  /** Stores the subject's TRN and claims it; a second holder is refused with `trn-taken`. */
  | { readonly effect: 'record-trn'; readonly trn: string }
  /**
   * A line in the next digest: `code` names the sentence in the process's texts, `values` are numbers and days for the
   * `{names}` in it.
   */
  | {
      readonly effect: 'tell';
      readonly personId: string;
      readonly reason: 'decided' | 'told';
      readonly code: string;
      readonly values?: Readonly<Record<string, number | Day>>;
    }
  /**
   * Starts another process in the same transaction, as a child of this one: what comes next for the subject, or work
   * that this one gives out, about the same subject or a place. `key` tells it from others of the same kind that this
   * process starts. `input` is for the kind's `startedBySystem`.
   */
  | {
      readonly effect: 'start';
      readonly kind: string;
      readonly key: string;
      readonly input: Readonly<Record<string, unknown>>;
    }
  /**
   * A comment of the process on where it stands, an item of its own: how something is logged that may grow long. `sort`
   * and `on` say what it is and of which day. The text is in no event.
   */
  | {
      readonly effect: 'comment';
      readonly personId: string;
      readonly text: string;
      readonly sort?: string;
      readonly on?: Day;
    }
  /** Makes this process one of another's, which has been mentioned and says itself what that comes to (`onJoined`). */
  | { readonly effect: 'join'; readonly processId: string }
  /** Tells the parent how far this is: a word and, in codes and counts, what the parent adds up. Nothing without a parent. */
  | { readonly effect: 'report'; readonly mark?: string; readonly tally?: Readonly<Record<string, unknown>> };

/** What an answer to a task comes to. */
export interface Answered<Data, Outcome extends string = string> {
  /** The word that the machine branches on; the rule may turn the chosen one into another. */
  readonly outcome: Outcome;
  readonly data: Data;
  /** The rule set from now on, where the answer moves the process to another (a later cohort). */
  readonly ruleSet?: string;
  /** Pauses the process until that day, on its way to the next wait: a break was agreed. */
  readonly pausesUntil?: Day;
  readonly effects?: readonly Effect[];
  /** Codes and ids for the event; never a name or text that somebody wrote. */
  readonly eventData?: Readonly<Record<string, unknown>>;
}

export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** Facts that belong together; the first group of a process, which says what it is, needs no title. */
export interface FactGroup {
  readonly title: string | null;
  readonly facts: readonly Fact[];
}

/** A group, or none where there is nothing to say. */
export const group = (title: string | null, facts: readonly Fact[]): readonly FactGroup[] =>
  facts.length === 0 ? [] : [{ title, facts }];

/** Something the rules noticed: a code and a sentence. */
export interface Finding {
  readonly code: string;
  readonly sentence: string;
}

// biome-ignore lint/suspicious/noExplicitAny: forms of different tasks have different shapes; each is parsed before use
export type Form = z.ZodObject<any>;

/** Who answers: one candidate, or the first in a deciding chain who may (`people.ts`). */
export type Decider = Candidate | { readonly chain: 'endorsing' | 'approving' };

export interface TaskSpec<Data, Outcome extends string> {
  readonly stage: string;
  readonly decider: (view: View<Data>) => Decider;
  /**
   * Each outcome with the form that is asked for it now: `required` holds what is needed now, an `enum` what the rules
   * allow now. `null`: nobody chooses this one, a rule or the morning run does.
   */
  readonly outcomes: { readonly [O in Outcome]: ((view: View<Data>) => Form) | null };
  /** The outcomes that may be chosen now; all with a form where absent. */
  readonly offered?: (view: View<Data>) => readonly NoInfer<Outcome>[];
  /** What the answer comes to. `form` has been parsed by the outcome's form. */
  readonly answer: (
    view: View<Data>,
    chosen: NoInfer<Outcome>,
    form: Readonly<Record<string, unknown>>,
    actor: Person | null,
  ) => Answered<Data, NoInfer<Outcome>> | Rejection;
  /** When it is due; by default so many school days as the calendar's policy names for this task. */
  readonly dueOn?: (view: View<Data>) => Day;
  /** The last day that a provider or a statute gives. */
  readonly hardOn?: (view: View<Data>) => Day | undefined;
  /** The rule that answers at once when the wait opens, or nothing. */
  readonly atOnce?: (view: View<Data>) => Answered<Data, NoInfer<Outcome>> | undefined;
  /** Why it cannot be answered once the process has ended, where there is more to say than that it has. */
  readonly afterEnd?: (process: Process) => Rejection | undefined;
  /** On the morning after `lastDay` the morning run answers with `outcome`. */
  readonly lapses?: (view: View<Data>) => { readonly lastDay: Day; readonly outcome: NoInfer<Outcome> } | undefined;
  /** Work of one person that nobody else may do: it escalates as a notice to the line manager only. */
  readonly isPersonal?: boolean;
  /** May answer as well, from the start (a trust-lead who has the DfE's confirmation in hand). */
  readonly alsoBy?: Role;
  /** Gets the notice when it is late, can remind and reassign. */
  readonly chaser: Role;
  /** May be completed by the line manager together with somebody who has no e-mail address. */
  readonly isFormOfFact?: boolean;
  /**
   * Several of them may be offered with one form: what is recorded is usually the same for all, from a list or a talk with
   * several people. Never a decision about a single person, nor a signature.
   */
  readonly isForSeveral?: boolean;
  readonly facts?: (view: View<Data>) => readonly Fact[];
  readonly findings?: (view: View<Data>) => readonly Finding[];
  /** Told when the wait opens, besides those who may answer. */
  readonly onOpen?: (view: View<Data>) => { readonly data?: Data; readonly effects?: readonly Effect[] };
}

export interface Task<Data, Key extends string, Outcome extends string> extends TaskSpec<Data, Outcome> {
  readonly wait: 'task';
  readonly key: Key;
}

/** Declares a task. Its outcomes are the keys of `outcomes`, and the type checker holds the plot to them. */
export const task = <Data, const Key extends string, const Outcome extends string>(
  key: Key,
  spec: TaskSpec<Data, Outcome>,
): Task<Data, Key, Outcome> => ({ wait: 'task', key, ...spec });

/** Whoever chose an outcome. Throws for nobody: only an outcome without a form comes from a rule or the morning run. */
export function present(actor: Person | null): Person {
  if (!actor) throw new Error('This outcome is chosen by somebody');
  return actor;
}

export interface TimerSpec<Data> {
  readonly stage: string;
  /** The morning on which it elapses; a day that is past elapses at once. */
  readonly on: (view: View<Data>) => Day;
  readonly elapsed?: (view: View<Data>) => { readonly data: Data; readonly effects?: readonly Effect[] };
  readonly onOpen?: (view: View<Data>) => { readonly data?: Data; readonly effects?: readonly Effect[] };
}

export interface Timer<Data, Key extends string> extends TimerSpec<Data> {
  readonly wait: 'timer';
  readonly key: Key;
}

/** Declares a timer: a wait for a date, with the one outcome `elapsed`. */
export const timer = <Data, const Key extends string>(key: Key, spec: TimerSpec<Data>): Timer<Data, Key> => ({
  wait: 'timer',
  key,
  ...spec,
});

export interface TogetherSpec<Data, Outcome extends string> {
  readonly stage: string;
  /** The parts, each a task; about 45 at most: each is a row and a notice for each reader, and a transaction has 100 items. */
  // biome-ignore lint/suspicious/noExplicitAny: each part has outcomes of its own, checked where it is declared
  readonly parts: Readonly<Record<string, Task<Data, string, any>>>;
  readonly outcomes: readonly Outcome[];
  /** After each answered part: nothing yet, or the word for all of them. Keys of `answered` are the parts', values their outcomes. */
  readonly join: (view: View<Data>, answered: Readonly<Record<string, string>>) => NoInfer<Outcome> | undefined;
}

export interface Together<Data, Key extends string, Outcome extends string> extends TogetherSpec<Data, Outcome> {
  readonly wait: 'together';
  readonly key: Key;
}

/** Declares one wait of several tasks at once: one state, one token, a row for each part, a pure join. */
export const together = <Data, const Key extends string, const Outcome extends string>(
  key: Key,
  spec: TogetherSpec<Data, Outcome>,
): Together<Data, Key, Outcome> => ({ wait: 'together', key, ...spec });

/** A child process to be: for `startedBySystem` of its kind. */
export interface ChildToBe {
  readonly kind: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Which children a wait counts: of one parent, perhaps of one kind, perhaps at one school. */
export interface Counting {
  readonly parentId: string;
  readonly kind?: string;
  readonly schoolId?: string;
}

export interface ChildrenSpec<Data, Outcome extends string> {
  readonly stage: string;
  readonly outcomes: readonly Outcome[];
  /**
   * The child that somebody of the trust gets, or none (yet). Asked for everybody with a current post when the wait
   * opens and again every morning while it is open, so that who joins or comes back gets theirs; who has one gets no
   * second. Whoever asks is `open-children`.
   */
  readonly forPerson?: (view: View<Data>, person: Person) => ChildToBe | undefined;
  /** The same for every school, the central office (`trust`) among them where it is on file. */
  readonly forSchool?: (view: View<Data>, school: School) => ChildToBe | undefined;
  /** Whose rows `counted` gets; by default this process's own children of every kind. */
  readonly counts?: (view: View<Data>) => Counting;
  /** Asked every morning, with the children as they are: nothing yet, or the word. */
  readonly counted: (
    view: View<Data>,
    children: readonly Child[],
  ) => { readonly outcome: NoInfer<Outcome>; readonly data: Data; readonly effects?: readonly Effect[] } | undefined;
  readonly onOpen?: (view: View<Data>) => { readonly data?: Data; readonly effects?: readonly Effect[] };
}

export interface Children<Data, Key extends string, Outcome extends string> extends ChildrenSpec<Data, Outcome> {
  readonly wait: 'children';
  readonly key: Key;
}

/** Declares a wait for other processes: children are opened by `open-children`, counted by the morning run. */
export const children = <Data, const Key extends string, const Outcome extends string>(
  key: Key,
  spec: ChildrenSpec<Data, Outcome>,
): Children<Data, Key, Outcome> => ({ wait: 'children', key, ...spec });

/** Any wait of a process. */
export type AnyWait<Data> =
  // biome-ignore lint/suspicious/noExplicitAny: outcomes are checked where a wait is declared and where it is plotted
  Task<Data, string, any> | Timer<Data, string> | Together<Data, string, any> | Children<Data, string, any>;

/** The words with which a wait can be answered, in the order of their declaration. */
export function outcomesOf(
  wait:
    | { readonly wait: 'task'; readonly outcomes: object }
    | { readonly wait: 'timer' }
    | { readonly wait: 'together' | 'children'; readonly outcomes: readonly string[] },
): readonly string[] {
  if (wait.wait === 'timer') return ['elapsed'];
  return wait.wait === 'task' ? Object.keys(wait.outcomes) : wait.outcomes;
}

/** What an action does to the course of the process. */
export type Course =
  | { readonly then: 'stays' }
  | { readonly then: 'goes-to'; readonly wait: string }
  | { readonly then: 'stops'; readonly outcome: string; readonly reason?: string }
  /** Without a day it carries on only when somebody says so. */
  | { readonly then: 'pauses'; readonly until?: Day; readonly goesTo?: string }
  | { readonly then: 'resumes' };

export interface Acted<Data> {
  readonly data: Data;
  readonly course: Course;
  readonly schoolId?: string;
  /** Whom it is about from now on: somebody who has been mentioned. */
  readonly subjectId?: string;
  readonly ruleSet?: string;
  readonly effects?: readonly Effect[];
  readonly eventData?: Readonly<Record<string, unknown>>;
}

/**
 * Who may act: the subject, holders of roles (at the process's school or the trust), who last answered a task, or whom
 * the process names as that (`ProcessDefinition.named`).
 */
export type Actors = readonly ('subject' | Role | { readonly answered: string } | { readonly named: string })[];

export interface ActionSpec<Data> {
  readonly by: Actors;
  /** Roles at a school count at the school that the form's `schoolId` names, not at the process's: for a move. */
  readonly rolesCountAtTarget?: boolean;
  /** May be done after the end as well: a correction of the record, whose course is `stays`. */
  readonly evenAfterEnd?: boolean;
  /** It ends the process, or may: nobody can take that back, so clients ask once more. */
  readonly mayEnd?: true;
  /** Refused at another moment with this; absent: may be done now. */
  readonly refusedNow?: (view: View<Data>, actor: Person) => Rejection | undefined;
  readonly form: (view: View<Data>) => Form;
  readonly act: (view: View<Data>, form: Readonly<Record<string, unknown>>, actor: Person) => Acted<Data> | Rejection;
  /** Past tense, for the event: `process-withdrawn`. */
  readonly event: string;
}

export interface Milestone {
  readonly name: string;
  readonly label: string;
  readonly dueOn: Day | null;
  readonly doneOn: Day | null;
}

/** What starting comes to: where it begins, with what data. */
export interface Started<Data> {
  /**
   * What there can be only one of, within the kind: `2026-27-autumn/<personId>`. The process's id follows from it, so that
   * starting it twice is starting it once. Absent: a new id, or for a child the parent and the child's key.
   */
  readonly naturalKey?: string;
  readonly data: Data;
  readonly subjectId: string;
  readonly schoolId: string;
  readonly ruleSet: string;
  /** Key of the first wait. */
  readonly wait: string;
  readonly status?: 'active' | 'paused';
  readonly resumesOn?: Day;
  readonly effects?: readonly Effect[];
}

/** What a task is called, why it is asked, and what each outcome is called. */
export interface WaitWords {
  readonly title: string;
  readonly why: string;
  readonly outcomes: Readonly<Record<string, string>>;
}

/** A sentence for every key: totality is the type checker's. */
export interface Texts<WaitKey extends string, ActionKey extends string> {
  /** What one is called: "NPQ application". */
  readonly label: string;
  readonly stages: Readonly<Record<string, string>>;
  readonly waits: {
    readonly [K in WaitKey]: {
      /** Title of the task, or the timer's name: "Endorse an NPQ application". */
      readonly title: string;
      /** What is asked and why, in a sentence or two. */
      readonly why: string;
      readonly outcomes: Readonly<Record<string, string>>;
      /** Of a `together`: the words of each part, by its key. */
      readonly parts?: Readonly<Record<string, WaitWords>>;
    };
  };
  readonly actions: { readonly [K in ActionKey]: string };
  /** For each outcome of the whole process. */
  readonly ends: Readonly<Record<string, string>>;
  /** For each `code` of a `tell`: one sentence, without names, reasons, grades or health matters. */
  readonly told: Readonly<Record<string, string>>;
  /** For each field of a form: its label. */
  readonly fields: Readonly<Record<string, string>>;
  /** For each event that no action has, of mornings above all: what happened, in a few words. */
  readonly events?: Readonly<Record<string, string>>;
  /** For each word as which people are named (`mentor`): its label. */
  readonly named?: Readonly<Record<string, string>>;
}

/** Whom and what a form names beyond what is on record of the process: read before a rule looks at it. */
export interface Mentions {
  readonly personIds?: readonly string[];
  /** With who holds roles there. */
  readonly schoolIds?: readonly string[];
  /** With whom they are about. */
  readonly processIds?: readonly string[];
}

/** One that the calendar starts. */
export interface CalendarStart {
  /** Whom it is about: a person, a school, or `trust`. */
  readonly subjectId: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface ProcessDefinition<Data = Record<string, unknown>> {
  /** `npq-application`; its folder and its state machine are called the same. */
  readonly kind: string;
  /** `npq-applications`: its path in the API. */
  readonly path: string;
  /** Parses the stored data. */
  readonly data: z.ZodType<Data>;
  /** The body of `POST /{path}`, given what the rules allow now is not known yet (no subject). */
  readonly input: Form;
  /** Whose process a start would make; the kernel loads the world of that person. */
  readonly subjectOf: (input: Readonly<Record<string, unknown>>, actor: Person) => string;
  /** Roles (at a school of the subject's, or the trust) that may start it for somebody; `subject`: for themselves. */
  readonly startedBy: Actors;
  readonly start: (input: Readonly<Record<string, unknown>>, actor: Person, world: World) => Started<Data> | Rejection;
  /**
   * Starts one that nobody asked for: another process or the calendar did. `world.subject` is that process's subject, or
   * the person or place that the child is for. Nothing: there is none to start, which is no error.
   */
  readonly startedBySystem?: (input: Readonly<Record<string, unknown>>, world: World) => Started<Data> | undefined;
  /** Those that the calendar starts by itself, asked every morning: each has a natural key, and is started once. */
  readonly fromCalendar?: (calendar: Calendar, today: Day) => readonly CalendarStart[];
  /** What the body of a start, an answer or an action names; it has not been parsed yet. */
  readonly mentions?: (sent: Readonly<Record<string, unknown>>) => Mentions;
  /** What it does to this process that another becomes one of its own; nothing: it does not take any. */
  readonly onJoined?: (
    view: View<Data>,
    joiner: Process,
  ) => { readonly data: Data; readonly effects?: readonly Effect[] } | undefined;
  readonly waits: Readonly<Record<string, AnyWait<Data>>>;
  readonly actions: Readonly<Record<string, ActionSpec<Data>>>;
  readonly milestones: (view: View<Data>) => readonly Milestone[];
  /** Once more before the record of the end: what an end by the machine does besides. */
  readonly onEnd?: (
    view: View<Data>,
    outcome: string,
  ) => { readonly data: Data; readonly reason?: string; readonly effects?: readonly Effect[] };
  /** Asked every morning, and when an import ends somebody's posts: what it does to the process that its subject left. */
  readonly onSubjectLeft?: (view: View<Data>) => Acted<Data> | undefined;
  /** Asked every morning, and when an import moves somebody: what it does to the process that its subject works elsewhere. */
  readonly onSubjectMoved?: (view: View<Data>) => Acted<Data> | undefined;
  /**
   * Asked every morning of an active process, last of these: what a day brings that is no wait's date. One thing at a
   * time, and nothing once it is done, or the morning would do it again.
   */
  readonly onMorning?: (view: View<Data>) => (Acted<Data> & { readonly event: string }) | undefined;
  /**
   * People whom it names besides the subject: they read it in full, or stage and dates only where `reads` says so, find it
   * in their lists, and may be actors.
   */
  readonly named?: (
    data: Data,
  ) => readonly { readonly personId: string; readonly as: string; readonly reads?: 'brief' }[];
  /** Further schools that take part: their school-leads and headteachers read it in full. */
  readonly alsoAt?: (data: Data) => readonly string[];
  /** Schools whose names its facts say, besides its own and those that take part. It gives nobody a right. */
  readonly namesSchools?: (data: Data) => readonly string[];
  /** What one is called besides whom it is about: the course, the title of a project. For who reads it in full. */
  readonly titled?: (data: Data) => string | undefined;
  /**
   * What there is to say of it as a whole, for its page; for who reads it in full. It tells nothing that is not in
   * `data`, and reasons of health only where `mayReadHealth`, as {@link discreet} does.
   */
  readonly about?: (view: View<Data>, mayReadHealth: boolean) => readonly FactGroup[];
  /** Other processes that belong to it and are neither its parent nor its children; a link shows what its reader may see. */
  readonly linked?: (data: Data) => readonly string[];
  /** The name that this kind holds for each process that is {@link linked} to one of it: by it the other finds back. */
  readonly linkGuard?: (processId: string) => string;
  /** What is shown to somebody who may see stage and dates only: the data without what people wrote. */
  readonly brief: (data: Data) => Readonly<Record<string, unknown>>;
  /**
   * Waits that are opened only because of how somebody was judged, or of their health: that there was one tells it. Who
   * may see stage and dates only sees none of them.
   */
  readonly discreetWaits?: readonly string[];
  /** Events that tell the same by their names. */
  readonly discreetEvents?: readonly string[];
  /** How it ended tells how somebody was judged: who may see stage and dates only is told that it has ended, and when. */
  readonly isOutcomeDiscreet?: boolean;
  /** What people wrote stays with them, their managers and their school: trust-lead and executive see stage and dates only. */
  readonly staysAtSchool?: boolean;
  /** The trust-wide role that keeps this kind: who holds it reads each in full and finds it, as a trust-lead does. */
  readonly keptBy?: Role;
  /**
   * Data and reason without what tells of somebody's health, for readers who are neither the subject nor a trust-lead
   * (`mayReadHealthReasons`); everything is shown to everybody who may read in full where absent.
   */
  readonly discreet?: (
    data: Data,
    reason: string | null,
  ) => { readonly data: Readonly<Record<string, unknown>>; readonly reason: string | null };
  readonly texts: Texts<string, string>;
  /**
   * What former releases had: `old-wait` with the wait that took its place, `wait.old-outcome` with the outcome of the
   * same wait as which it counts.
   */
  readonly retired?: Readonly<Record<string, string>>;
}

/** A process of the registry, whatever its data: the kernel parses stored data with the process's own schema before a rule sees it. */
// biome-ignore lint/suspicious/noExplicitAny: each process has data of its own shape
export type AnyProcess = ProcessDefinition<any>;

/** Declares a process; the keys of waits and actions are those of its texts, both ways. */
export const defineProcess = <
  Data,
  Waits extends Record<string, AnyWait<Data>>,
  Actions extends Record<string, ActionSpec<Data>>,
>(
  definition: Omit<ProcessDefinition<Data>, 'waits' | 'actions' | 'texts'> & {
    readonly waits: Waits;
    readonly actions: Actions;
    readonly texts: Texts<keyof Waits & string, keyof Actions & string>;
  },
): ProcessDefinition<Data> & { readonly waits: Waits; readonly actions: Actions } => definition;
