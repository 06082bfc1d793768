/**
 * What the API answers, as far as the console reads it. `test/console/shapes.test.ts` holds these to the schemas that
 * the API answers with.
 */
export interface Page<T> {
  readonly items: readonly T[];
  readonly cursor: string | null;
}

export interface Reference {
  readonly personId: string;
  readonly name: string;
}

/** A person; for a process about a school or the trust `personId` is null. */
export interface Subject {
  readonly personId: string | null;
  readonly name: string;
}

export interface Labelled {
  readonly name: string;
  readonly label: string;
}

/** A JSON Schema, as the API makes it from its own. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export interface Role {
  readonly role: string;
  /** Null for the whole trust. */
  readonly schoolId: string | null;
}

export interface School {
  readonly schoolId: string;
  readonly name: string;
}

export interface Me {
  readonly personId: string;
  readonly name: string;
  readonly email: string | null;
  readonly schools: readonly School[];
  readonly roles: readonly Role[];
  /** Who is away today and named the reader as their stand-in. */
  readonly standingIn: readonly (Reference & { readonly until: string })[];
  readonly may: readonly ('import' | 'import-hours' | 'look-into-findings')[];
  /** The day it is in London. */
  readonly today: string;
}

export interface TaskSummary {
  readonly taskId: string;
  readonly task: string;
  readonly title: string;
  readonly process: { readonly id: string; readonly kind: string; readonly stage: string };
  readonly subject: Subject;
  readonly schoolId: string;
  readonly assignee: Reference | null;
  readonly candidates: readonly (Reference | Role)[];
  readonly dueOn: string | null;
  readonly status: 'open' | 'completed' | 'cancelled';
  readonly isOverdue: boolean;
  readonly schoolDaysLate: number;
  readonly isEscalated: boolean;
  readonly isStalled: boolean;
  /** Several of this name may be answered with one form. */
  readonly isForSeveral: boolean;
}

export interface Fact {
  readonly label: string;
  readonly value: string;
}

export interface Finding {
  readonly code: string;
  readonly sentence: string;
}

export interface Comment {
  readonly commentId: string;
  readonly at: string;
  readonly by: Reference;
  readonly text: string;
}

export interface Outcome {
  readonly outcome: string;
  readonly label: string;
  readonly schema: JsonSchema;
}

export interface Task extends TaskSummary {
  readonly why: string;
  readonly facts: readonly Fact[];
  readonly findings: readonly Finding[];
  readonly outcomes: readonly Outcome[];
  readonly draft: Readonly<Record<string, unknown>> | null;
  /** Whose task it is, where the reader answers it in their place, or together with them. */
  readonly answersFor: (Reference & { readonly isTogether: boolean }) | null;
  /** To whom the reader may give it. */
  readonly mayGiveTo: readonly Reference[];
  /** Whether the reader may say that somebody else should decide it. */
  readonly mayDeclareConflict: boolean;
  readonly comments: readonly Comment[];
  /** Who said that they should not decide this, and why; told to the trust-lead only. */
  readonly conflicts: readonly { readonly by: Reference; readonly reason: string }[];
  readonly outcome: string | null;
  readonly completedBy: Reference | null;
  readonly completedAt: string | null;
}

/** What became of one of several answers. */
export interface Completion {
  readonly taskId: string;
  readonly task?: TaskSummary | undefined;
  readonly problem?:
    | {
        readonly detail: string;
        readonly code: string;
        readonly errors?: readonly { readonly path: string; readonly message: string }[] | undefined;
      }
    | undefined;
}

export type ProcessStatus = 'active' | 'paused' | 'completed' | 'stopped';

export interface Visit {
  readonly wait: string;
  readonly part: string | null;
  readonly step: number;
  readonly state: 'open' | 'answered' | 'closed';
  readonly outcome: string | null;
}

export interface Action {
  readonly action: string;
  readonly label: string;
  readonly schema: JsonSchema;
}

/** Facts that belong together. */
export interface FactGroup {
  readonly title: string | null;
  readonly facts: readonly Fact[];
}

export interface ProcessAction extends Action {
  /** It may end the process, which nobody can take back. */
  readonly isFinal: boolean;
}

/** A process as lists show it. */
export interface ListedProcess {
  readonly id: string;
  readonly kind: string;
  readonly status: ProcessStatus;
  readonly outcome: string | null;
  readonly stage: string;
  readonly subject: Subject;
  /** What it is called besides whom it is about. */
  readonly title: string | null;
  readonly schoolId: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly openTasks: readonly TaskSummary[];
  readonly timers: readonly { readonly name: string; readonly dueOn: string | null }[];
  readonly milestones: readonly {
    readonly name: string;
    readonly label: string;
    readonly dueOn: string | null;
    readonly doneOn: string | null;
  }[];
  readonly resumesOn: string | null;
  readonly moving: boolean;
  readonly asOf: string | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly version: number;
}

export interface Process extends ListedProcess {
  /** What there is to say of it; empty for who may see stage and dates only. */
  readonly about: readonly FactGroup[];
  readonly people: readonly (Reference & { readonly as: string; readonly label: string })[];
  /** Of whom it is about and whom it names, those whose record the reader may see. */
  readonly mayOpen: readonly string[];
  readonly actions: readonly ProcessAction[];
  readonly visits: readonly Visit[];
}

export interface ProcessEvent {
  readonly seq: number;
  readonly at: string;
  readonly type: string;
  readonly by: Reference | { readonly system: true };
  readonly taskId: string | null;
  readonly outcome: string | null;
}

/** A process that belongs to another. */
export interface Linked {
  readonly as: 'parent' | 'other' | 'child';
  readonly id: string;
  readonly kind: string;
  readonly path: string;
  readonly subject: Subject;
  readonly title: string | null;
  readonly status: ProcessStatus;
  readonly stage: string;
  readonly outcome: string | null;
}

export interface ProcessComment extends Comment {
  readonly taskId: string;
  /** What was logged with it; null for a comment. */
  readonly sort: string | null;
  readonly on: string | null;
}

export interface Kind {
  readonly kind: string;
  readonly path: string;
  readonly label: string;
  readonly stages: readonly Labelled[];
  readonly waits: readonly (Labelled & { readonly outcomes: readonly Labelled[] })[];
  readonly actions: readonly (Labelled & { readonly event: string })[];
  readonly ends: readonly Labelled[];
  readonly events: readonly Labelled[];
  readonly fields: readonly Labelled[];
  readonly mayStart: { readonly forSelf: boolean; readonly forOthers: boolean };
  readonly startSchema: JsonSchema;
}

export interface StartCheck {
  readonly subject: Subject;
  readonly first: string;
  readonly facts: readonly Fact[];
  readonly findings: readonly Finding[];
}

export interface Diagram {
  readonly nodes: readonly { readonly id: string; readonly label: string; readonly kind: string }[];
  readonly edges: readonly { readonly from: string; readonly to: string; readonly outcome: string }[];
}

export interface Person {
  readonly personId: string;
  readonly name: string;
  readonly email: string | null;
  readonly isCurrent: boolean;
  readonly posts: readonly {
    readonly schoolId: string;
    readonly job: string;
    readonly startsOn: string | null;
    readonly endsOn: string | null;
    readonly fte: number | null;
    readonly employeeNumber: string;
  }[];
  readonly roles: readonly Role[];
  readonly qualifications: readonly {
    readonly courseId: string;
    readonly cohortId: string;
    readonly outcome: string;
    readonly isFunded: boolean;
  }[];
  readonly absences: readonly { readonly from: string; readonly to: string; readonly standInId: string | null }[];
  /** What an administrator has to look into; empty for everybody else. */
  readonly findings: readonly Finding[];
}

/** Somebody whom a record names. */
export interface Named extends Reference {
  /** Whether the reader may see their record. */
  readonly mayOpen: boolean;
}

export interface Absence {
  readonly from: string;
  readonly to: string;
  readonly standInId: string | null;
  readonly standIn: Named | null;
}

export type HeldQualification = Person['qualifications'][number] & {
  readonly label: string;
  /** No process here recorded it. */
  readonly isByHand: boolean;
};

/** What `GET /people/{id}` answers. */
export interface PersonInFull extends Person {
  /** At each school now; by role where nobody current is on file. */
  readonly lineManagers: readonly {
    readonly schoolId: string;
    readonly manager: Named;
    readonly isOnFile: boolean;
  }[];
  /** Of those whom the reader may see. */
  readonly manages: readonly Named[];
  readonly qualifications: readonly HeldQualification[];
  readonly absences: readonly Absence[];
  readonly standingIn: readonly { readonly person: Named; readonly from: string; readonly to: string }[];
  readonly findings: readonly (Finding & { readonly other: Named | null })[];
  /** What the reader may do with it. */
  readonly actions: readonly Action[];
  readonly version: number;
}

export interface Cohort {
  readonly id: string;
  readonly label: string;
  readonly registrationOpens: string;
  readonly providerDeadline: string;
}

export interface Calendar {
  readonly policy: { readonly escalateAfterSchoolDays: number; readonly stalledAfterSchoolDays: number };
  readonly years: readonly {
    readonly npqCohorts: readonly Cohort[];
    readonly learningReviewCycles: readonly {
      readonly id: string;
      readonly label?: string | undefined;
      readonly opensOn: string;
      readonly closesOn: string;
    }[];
  }[];
}

/** How far an import is. */
export interface ImportState {
  readonly importId: string;
  readonly kind: string;
  readonly schoolId: string | null;
  readonly checkedAt: string;
  /** Since when it counts, for everybody at once. */
  readonly appliedAt: string | null;
  /** Null before an apply and after its end. */
  readonly progress: { readonly step: 'writing' | 'finishing'; readonly done: number; readonly of: number } | null;
}

/** Of a large file a page of its lines and of who is missing; `cursor` leads to the next. */
export interface ImportReport extends ImportState {
  readonly counts: Readonly<Record<string, number>>;
  readonly missing: readonly {
    readonly personId?: string | undefined;
    readonly employeeNumber?: string | undefined;
    readonly role?: string | undefined;
    readonly name: string;
  }[];
  readonly lines: readonly {
    readonly line: number;
    /** Whom or what the line is about, in its own words. */
    readonly about: string | null;
    readonly fate: string;
    readonly reason: string | null;
    readonly warnings: readonly string[];
    readonly personId: string | null;
    readonly changes: readonly string[];
  }[];
  readonly cursor: string | null;
}

/** A count, or the words that it is too small to be shown. */
export type Shown = number | string;

export interface LateTasksReport {
  readonly total: number;
  readonly rows: readonly (TaskSummary & { readonly school: string; readonly label: string })[];
}

export interface LatenessReport {
  readonly open: number;
  readonly late: number;
  readonly stalled: number;
  readonly rows: readonly {
    readonly title: string;
    readonly schoolId: string;
    readonly school: string;
    readonly open: number;
    readonly late: number;
    readonly escalated: number;
    readonly stalled: number;
    readonly longest: number;
    readonly longestTaskId: string | null;
  }[];
}

export interface ApplicationsReport {
  readonly rows: readonly {
    readonly outcome: string | null;
    readonly count: number;
  }[];
}

export interface DemandReport {
  readonly cycle: { readonly label: string; readonly closesOn: string } | null;
  /** The window has closed: what is held later does not count. */
  readonly isFrozen: boolean;
  /** Those whose needs are counted. */
  readonly conversations: Shown;
  readonly rows: readonly {
    readonly strand: string;
    readonly label: string;
    readonly schoolId: string | null;
    readonly route: string | null;
    readonly count: Shown;
    /** Sessions to come that could meet it, the next first. */
    readonly sessions: readonly { readonly label: string }[];
    readonly meetByLabel: string | null;
  }[];
}

export interface ReviewLoadReport {
  readonly asOf: string;
  readonly cycle: Cycle | null;
  readonly rows: readonly {
    readonly managerId: string;
    readonly manager: string;
    readonly schoolId: string;
    readonly school: string;
    readonly reviews: number;
    readonly isMany: boolean;
  }[];
}

export interface WorkloadReport {
  readonly asOf: string;
  readonly from: string;
  readonly rows: readonly {
    readonly personId: string;
    readonly name: string;
    readonly weekFrom: string;
    readonly messages: number;
  }[];
}

export interface BoardsReport {
  readonly total: number;
  readonly live: number;
  readonly rows: readonly {
    readonly schoolId: string;
    readonly school: string;
    readonly kind: string;
    readonly label: string;
    readonly status: ProcessStatus;
    readonly stage: string;
    readonly stageLabel: string;
    readonly count: number;
  }[];
}

export interface TrendsReport {
  readonly months: readonly { readonly month: string }[];
  readonly rows: readonly {
    readonly month: string;
    readonly kind: string;
    readonly label: string;
    readonly started: number;
    readonly ended: number;
    readonly late: number;
  }[];
}

export interface MilestonesReport {
  readonly processes: number;
  readonly late: number;
  readonly schools: readonly {
    readonly schoolId: string;
    readonly school: string;
    readonly processes: number;
    readonly withLate: number;
  }[];
  readonly rows: readonly {
    readonly processId: string;
    readonly subject: string;
    readonly label: string;
    readonly dueOn: string | null;
    readonly state: 'done' | 'late' | 'next' | 'later';
  }[];
}

/** A cycle of learning reviews. */
export interface Cycle {
  readonly label: string;
  readonly opensOn: string;
  readonly closesOn: string;
}

export interface ReviewProgressReport {
  readonly asOf: string;
  readonly cycle: Cycle | null;
  readonly rows: readonly {
    readonly schoolId: string;
    readonly school: string;
    readonly reviews: number;
    readonly held: number;
    readonly notHeld: number;
  }[];
}

export interface OwnerlessReport {
  readonly rows: readonly {
    readonly taskId: string;
    readonly title: string;
    readonly school: string;
    readonly schoolId: string;
  }[];
}
