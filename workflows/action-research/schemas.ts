/**
 * What an action research project keeps, what starts one, and the form of each outcome and action.
 *
 * The log is not kept here: its entries are comments of the process, each an item of its own, because three years of
 * notes in one record would come to DynamoDB's 400 KB. Here are only how many there are, and the texts of which there is
 * a fixed number: at most 12 criteria of 2,000 characters and about ten others, under 100 KB in all.
 */
import * as z from 'zod';
import { choice, makeLabelled, text } from '../kernel/forms.ts';
import { SchoolId } from '../kernel/records.ts';
import { type Day, Day as DayOf, fullDate } from '../kernel/time.ts';
import {
  allCriteria,
  type Criterion,
  criteria,
  type Judgement,
  judgements,
  type LogSort,
  logSorts,
  type Stage,
  stageAfter,
  stages,
  stagesBefore,
} from './stages.ts';
import { fields, hints, judgementLabels, logLabels, refusals, stageNames } from './texts.ts';

const LONG_TEXT = 2000;
/** One sentence: what a small project writes for each criterion. */
const SENTENCE = 300;
/** One log entry; each is an item of its own. */
const LOG_TEXT = 4000;
const MOST_IN_TEAM = 20;
/** Each further school is about seven items of one transaction, which has at most 100. */
const MOST_FURTHER_SCHOOLS = 8;
const MOST_SCHOOLS = 12;

const labelled = makeLabelled(fields, hints);
/** Where nothing is written, there is no pupil to name. */
const named = makeLabelled(fields, {});

// What is kept

const StageDays = z.object({ explore: DayOf, prepare: DayOf, deliver: DayOf, sustain: DayOf });
const Judgements = z.partialRecord(z.enum(allCriteria), z.enum(judgements));

/** Once in a stage, from coming to it to leaving it. The list only grows. */
export const Entry = z.object({
  stage: z.enum(stages),
  enteredOn: DayOf,
  /** The last day planned for it; another one each time that it stays. */
  until: DayOf,
  /** How often the sponsor let it stay. */
  stays: z.int().min(0),
  leftOn: DayOf.nullable(),
  /** How it was left: `proceed`, `back`, or the decision that ended it. */
  leftBy: z.string().nullable(),
});
export type Entry = z.infer<typeof Entry>;

const Logged = z.object({ note: z.int(), evidence: z.int(), measure: z.int(), adaptation: z.int() });
export type Logged = z.infer<typeof Logged>;

/** What the sponsor decided at a gate: the last time, in full. */
const GateDecision = z.object({
  stage: z.enum(stages),
  outcome: z.string(),
  decidedBy: z.string(),
  decidedOn: DayOf,
  judged: Judgements,
  /** What is missing, why it goes back, or what was added. */
  text: z.string().nullable(),
});

/** A change to an active ingredient that waits for the sponsor, or the last one that was answered. */
const Adaptation = z.object({
  what: z.string(),
  why: z.string(),
  on: DayOf,
  proposedBy: z.string(),
  isAgreed: z.boolean().nullable(),
  answeredBy: z.string().nullable(),
  answeredOn: DayOf.nullable(),
  answer: z.string().nullable(),
});

export const ProjectData = z.object({
  title: z.string(),
  priorityArea: z.string(),
  question: z.string(),
  schoolIds: z.array(SchoolId),
  teamIds: z.array(z.string()),
  /** Nobody where the trust has nobody who may be it. */
  sponsorId: z.string().nullable(),
  partnerId: z.string().nullable(),
  /** The set that it was started in. */
  setId: z.string().nullable(),
  isSmall: z.boolean(),
  startsOn: DayOf,
  endsOn: DayOf,
  /** The last day planned for each stage. */
  plan: StageDays,
  unevenBecause: z.string().nullable(),
  entries: z.array(Entry),
  /** What shows each criterion, as the lead last handed it in. */
  evidence: z.partialRecord(z.enum(allCriteria), z.string()),
  activeIngredients: z.string().nullable(),
  lastGate: GateDecision.nullable(),
  adaptation: Adaptation.nullable(),
  /** How many log entries there are of each stage. */
  logged: z.object({ explore: Logged, prepare: Logged, deliver: Logged, sustain: Logged }),
  /** Changes to active ingredients that were answered. */
  adaptationsAgreed: z.int(),
  adaptationsNotAgreed: z.int(),
  /** What the project came to. */
  decision: z
    .object({
      outcome: z.enum(['stopped', 'embedded', 'scaled', 'de-implemented']),
      decidedBy: z.string(),
      decidedOn: DayOf,
      learned: z.string().nullable(),
      reviewOn: DayOf.nullable(),
      furtherSchoolIds: z.array(SchoolId),
    })
    .nullable(),
  /** What came of it as a session for colleagues, to be placed in an INSET day or a development meeting. */
  sessionOffer: z
    .object({ title: z.string(), priorityArea: z.string(), offeredOn: DayOf, offeredBy: z.string() })
    .nullable(),
  /** Where the lead worked when they took it on, of the schools that take part. */
  leadSchoolIds: z.array(SchoolId),
  leadLeftOn: DayOf.nullable(),
  leadMovedOn: DayOf.nullable(),
  withdrawal: z.object({ reason: z.string(), withdrawnBy: z.string(), withdrawnOn: DayOf }).nullable(),
});
export type ProjectData = z.infer<typeof ProjectData>;

// What starts one

const personId = z.string().trim().min(1).max(100);
const title = text(150);
const schoolIdField = z.string().regex(/^\d{6}$/, 'Enter the six digits of the school’s URN');
const teamField = labelled('teamIds', z.array(personId).max(MOST_IN_TEAM, `A team has at most ${MOST_IN_TEAM} people`));

const planFields = {
  exploreUntil: labelled('exploreUntil', DayOf).optional(),
  prepareUntil: labelled('prepareUntil', DayOf).optional(),
  deliverUntil: labelled('deliverUntil', DayOf).optional(),
  unevenBecause: labelled('unevenBecause', text(LONG_TEXT)).optional(),
};

export const StartForm = z.strictObject({
  leadId: labelled('leadId', personId).optional(),
  teamIds: teamField.default([]),
  schoolIds: labelled('schoolIds', z.array(schoolIdField).min(1).max(MOST_SCHOOLS)).optional(),
  title: labelled('title', title),
  priorityArea: labelled('priorityArea', title),
  question: labelled('question', text(LONG_TEXT)),
  partner: labelled('partner', personId).optional(),
  setId: labelled('setId', personId).optional(),
  sponsorId: labelled('sponsorId', personId).optional(),
  isSmall: labelled('isSmall', z.boolean()).optional(),
  startsOn: labelled('startsOn', DayOf),
  endsOn: labelled('endsOn', DayOf),
  ...planFields,
});
export type StartInput = z.infer<typeof StartForm>;

/** What the project of a further school takes over from the one that went well: what it is about, and how long it has. */
export const FurtherSchool = z.strictObject({
  schoolId: SchoolId,
  title: z.string(),
  priorityArea: z.string(),
  question: z.string(),
  activeIngredients: z.string().nullable(),
  schoolDays: z.int(),
});

// Forms of outcomes

/** For each criterion of the stage what shows it; what was handed in before stands until it is written anew. */
export function readyForm(stage: Stage, { evidence, isSmall, activeIngredients }: ProjectData) {
  const most = isSmall ? SENTENCE : LONG_TEXT;
  return z.strictObject({
    ...Object.fromEntries(
      criteria[stage].map((criterion) => {
        const field = labelled(
          criterion,
          text(most),
          isSmall ? { description: `One sentence. ${hints[criterion]}` } : {},
        );
        const before = evidence[criterion];
        return [criterion, before === undefined ? field : field.default(before)];
      }),
    ),
    ...(stage === 'prepare'
      ? {
          activeIngredients:
            activeIngredients === null
              ? labelled('activeIngredients', text(LONG_TEXT))
              : labelled('activeIngredients', text(LONG_TEXT)).default(activeIngredients),
        }
      : {}),
  });
}
export type ReadyAnswer = { readonly [C in Criterion]?: string } & { readonly activeIngredients?: string };

const judged = (stage: Stage) =>
  Object.fromEntries(
    criteria[stage].map((criterion) => [criterion, named(criterion, choice(judgements, judgementLabels))]),
  );
export type Judged = { readonly [C in Criterion]?: Judgement };

const noteField = labelled('note', text(LONG_TEXT)).optional();
const learnedField = labelled('learned', text(LONG_TEXT));

/** Some stage of the four is understood, only what the rules allow is offered; the rest is refused in words. */
const stageField = (allowed: readonly Stage[]) =>
  labelled('to', z.enum(stages), {
    enum: [...allowed],
    enumLabels: Object.fromEntries(allowed.map((stage) => [stage, stageNames[stage]])),
  });

const later = (today: Day) => DayOf.refine((on) => on > today, refusals['past-day']());

export function proceedForm(stage: Stage) {
  const next = stageAfter(stage);
  return z.strictObject({
    ...judged(stage),
    note: noteField,
    ...(next ? { to: stageField([next]).default(next) } : {}),
  });
}
export interface ProceedAnswer {
  readonly note?: string;
  readonly to?: Stage;
}

export const stayForm = (stage: Stage, today: Day) =>
  z.strictObject({
    ...judged(stage),
    missing: labelled('missing', text(LONG_TEXT)),
    until: labelled('until', later(today)),
  });
export interface StayAnswer {
  readonly missing: string;
  readonly until: Day;
}

export function backForm(stage: Stage, today: Day) {
  const before = stagesBefore(stage);
  return z.strictObject({
    ...judged(stage),
    to: labelled(
      'to',
      choice(before, (to) => stageNames[to]),
    ),
    why: labelled('why', text(LONG_TEXT)),
    until: labelled('until', later(today)).optional(),
  });
}
export interface BackAnswer {
  readonly to: Stage;
  readonly why: string;
  readonly until?: Day;
}

/** Stopping needs nothing met: only what was learned. */
export const stopForm = (stage: Stage) =>
  z.strictObject({ ...z.object(judged(stage)).partial().shape, learned: learnedField });
export interface StopAnswer {
  readonly learned: string;
}

export const embeddedForm = (today: Day) =>
  z.strictObject({ ...judged('sustain'), reviewOn: labelled('reviewOn', later(today)), note: noteField });
export interface EmbeddedAnswer {
  readonly reviewOn: Day;
  readonly note?: string;
}

export const scaledForm = () =>
  z.strictObject({
    ...judged('sustain'),
    schoolIds: labelled(
      'schoolIds',
      z
        .array(schoolIdField)
        .min(1)
        .max(MOST_FURTHER_SCHOOLS, `Take it to at most ${MOST_FURTHER_SCHOOLS} schools at once`),
      { description: 'Each of these schools begins anew with Explore, as a project of its own.' },
    ),
    sessionTitle: labelled('sessionTitle', title).optional(),
    note: noteField,
  });
export interface ScaledAnswer {
  readonly schoolIds: readonly string[];
  readonly sessionTitle?: string;
  readonly note?: string;
}

export const adaptationForm = () =>
  z.strictObject({ what: labelled('what', text(LONG_TEXT)), why: labelled('why', text(LONG_TEXT)) });
export type AdaptationAnswer = z.infer<ReturnType<typeof adaptationForm>>;

export const agreedForm = () => z.strictObject({ note: noteField });
export interface AgreedAnswer {
  readonly note?: string;
}
export const notAgreedForm = () => z.strictObject({ why: labelled('why', text(LONG_TEXT)) });
export type NotAgreedAnswer = z.infer<ReturnType<typeof notAgreedForm>>;

export const stillInUseForm = (today: Day) =>
  z.strictObject({
    note: noteField,
    reviewOn: labelled('reviewOn', later(today), {
      description: 'Leave this out if nobody needs to look at it again.',
    }).optional(),
  });
export interface StillInUseAnswer {
  readonly note?: string;
  readonly reviewOn?: Day;
}

export const workAgainForm = (today: Day) =>
  z.strictObject({ why: labelled('why', text(LONG_TEXT)), until: labelled('until', later(today)) });
export type WorkAgainAnswer = z.infer<ReturnType<typeof workAgainForm>>;

// Forms of actions

const dayInProject = ({ startsOn }: Pick<ProjectData, 'startsOn'>, today: Day) => {
  const from = startsOn < today ? startsOn : today;
  return labelled(
    'on',
    DayOf.refine((on) => on >= from && on <= today, refusals['log-day']()),
    { formatMinimum: from, formatMaximum: today, description: `Today, ${fullDate(today)}, unless you say otherwise.` },
  ).default(today);
};

export const logForm = (data: ProjectData, today: Day) =>
  z.strictObject({
    sort: labelled('sort', choice(logSorts, logLabels)).default('note'),
    text: labelled('text', text(LOG_TEXT)),
    on: dayInProject(data, today),
  });
export interface LogAnswer {
  readonly sort: LogSort;
  readonly text: string;
  readonly on: Day;
}

export const logAdaptationForm = (data: ProjectData, today: Day) =>
  z.strictObject({
    ...adaptationForm().shape,
    touchesActiveIngredient: labelled('touchesActiveIngredient', z.boolean()),
    on: dayInProject(data, today),
  });
export interface LogAdaptationAnswer extends AdaptationAnswer {
  readonly touchesActiveIngredient: boolean;
  readonly on: Day;
}

/** New dates for the whole; those of stages that are over change nothing any more. */
export const changePlanForm = ({ endsOn }: ProjectData) =>
  z.strictObject({ endsOn: labelled('endsOn', DayOf).default(endsOn), ...planFields });
export type ChangePlanAnswer = z.infer<ReturnType<typeof changePlanForm>>;

export const changeTeamForm = () => z.strictObject({ teamIds: teamField });
export type ChangeTeamAnswer = z.infer<ReturnType<typeof changeTeamForm>>;

export const changePartnerForm = () =>
  z.strictObject({
    partner: labelled('partner', personId, {
      description: 'Leave this out if there is no partner any more.',
    }).optional(),
  });
export interface ChangePartnerAnswer {
  readonly partner?: string;
}

export const changeLeadForm = () =>
  z.strictObject({
    leadId: labelled('leadId', personId, { description: 'A colleague with a current post in the trust.' }),
  });
export type ChangeLeadAnswer = z.infer<ReturnType<typeof changeLeadForm>>;

export const withdrawForm = () => z.strictObject({ reason: labelled('reason', text(LONG_TEXT)) });
export type WithdrawAnswer = z.infer<ReturnType<typeof withdrawForm>>;
