/**
 * The policy of an induction: who may start one, what each answer comes to, what may be done at any time. When things
 * fall is `review-calendar.ts`. Pure: everything a rule looks at is in its view.
 *
 * Sources: statutory guidance "Induction for early career teachers" (April 2024), paragraphs as ¶; the Induction
 * Regulations 2012 for limits in working days, as r.; `DFE-Digital/register-early-career-teachers-public` at 0fe31d1aa
 * (21 August 2026) for what the DfE's service refuses. Numbers of hard cases are those of the project's list of facts.
 */
import { addSchoolDays, addWorkingDays } from '../kernel/calendar.ts';
import { countedFrom, defaultDueOn } from '../kernel/due.ts';
import { tell } from '../kernel/news.ts';
import { holdersNow, holds, schoolsOf } from '../kernel/people.ts';
import type { Effect, Started } from '../kernel/process.ts';
import { type Person, TRUST } from '../kernel/records.ts';
import { isRejection, type Rejection } from '../kernel/rejections.ts';
import { addDays, type Day } from '../kernel/time.ts';
import type { World } from '../kernel/world.ts';
import { mentorRefused, type Naming, tutorRefused } from './people.ts';
import * as refuse from './refusals.ts';
import { comingReviews, fteOn, type PlannedReview } from './review-calendar.ts';
import type {
  bodyTypes,
  DecidedAnswer,
  ExtendedAnswer,
  InductionData,
  PastReview,
  ProgressAnswer,
  RecommendAnswer,
  RegisteredAnswer,
  ReportAnswer,
  StartInput,
  TimetableAnswer,
  Window,
} from './schemas.ts';
import {
  type Answer,
  calendarOf,
  DAYS_AHEAD,
  earlier,
  extensionNews,
  headIds,
  type InductionView,
  isStillDue,
  KIND,
  later,
  MOVE_DAYS_AHEAD,
  mentorId,
  nextOf,
  openedOn,
  startsOn,
  tellEach,
  tellEct,
  tutorId,
  undecidedLeave,
  withExtension,
} from './standing.ts';

/** How the result is called on somebody's record, where the career ladder reads it. */
const QUALIFICATION = 'ect-induction';
const QTS = 'qts';

/** Inductions in the DfE's present service began on or after this day. */
const FIRST_START = '2021-09-01';
/** The ECT's signature, the headteacher's, in working days from the meeting, the day itself counted (¶2.61). */
const ECT_SIGNS_WITHIN = 7;
const REPORT_WITHIN = 10;
/** The headteacher's recommendation, beginning with the day of completion (r.11(3)). */
const RECOMMEND_WITHIN = 10;
/** The body's decision, beginning with the receipt of the recommendation (r.11(5)). */
const DECIDED_WITHIN = 20;
/** Whoever has not signed in time has at least so many days from when the report came to them. */
const AT_LEAST_DAYS_TO_SIGN = 3;

function presentNext(view: InductionView, kind: PlannedReview['kind']): PlannedReview {
  const { next } = nextOf(view);
  if (next?.kind !== kind) throw new Error(`${view.process.processId} has no ${kind} review to come`);
  return next;
}

/** One live induction for a person. */
export const liveGuard = (personId: string): string => `${KIND}#${personId}`;
/** One outcome for a person, ever (¶1.10, hard case 55). */
export const outcomeGuard = (personId: string): string => `${KIND}-outcome#${personId}`;

// Start

/** Contract year Y is from 1 June Y to 31 May Y+1 (`contract_period.rb`). */
const contractYear = (on: Day): number => Number(on.slice(0, 4)) - (on.slice(5) >= '06-01' ? 0 : 1);

/**
 * The contract year whose rules hold for somebody who starts that day: an earlier one counts as the present one, a later
 * one is closed until its first day (`school-admins.md`, hard case 63).
 */
export function contractPeriodOf(starts: Day, today: Day): string | Rejection {
  const [year, current] = [contractYear(starts), contractYear(today)];
  return year > current ? refuse.contractPeriodClosed(year) : String(current);
}

/** Passed or failed once, nobody serves induction again (¶1.10). */
export const hasOutcome = ({ qualifications }: Person): boolean =>
  qualifications.some(
    ({ courseId, outcome }) => courseId === QUALIFICATION && (outcome === 'passed' || outcome === 'failed'),
  );

export function start(
  sent: Readonly<Record<string, unknown>>,
  actor: Person,
  world: World,
): Started<InductionData> | Rejection {
  const input = sent as StartInput;
  const schoolId = input.schoolId ?? schoolsOf(world.subject, world.today)[0];
  const isTheirs = world.subject.posts.some(
    (post) => post.schoolId === schoolId && (post.endsOn === undefined || post.endsOn >= input.startsOn),
  );
  if (schoolId === undefined || schoolId === TRUST || !isTheirs) return refuse.notASchoolOfTheirs();
  const mayHere = (['headteacher', 'school-lead', 'induction-tutor', 'trust-lead'] as const).some((role) =>
    holds(actor, role, schoolId, world.today),
  );
  if (!mayHere) return refuse.notYourSchool();
  if ((input.programme === 'provider-led') !== (input.leadProvider !== undefined)) return refuse.providerNeeded();
  if (!input.isBodyIndependent) return refuse.bodyNotIndependent();
  const body = bodyOf(input, world, schoolId);
  if (isRejection(body)) return body;

  const naming: Naming = {
    world,
    schoolId,
    from: input.startsOn,
    isOnePersonAgreed: input.isOnePersonAgreed ?? false,
  };
  const refused =
    (input.mentorId === undefined ? undefined : mentorRefused(input.mentorId, input.tutorId, naming)) ??
    (input.tutorId === undefined ? undefined : tutorRefused(input.tutorId, input.mentorId, naming));
  return (
    refused ??
    begun(world, schoolId, {
      ...input,
      body,
      isOnePersonAgreed: input.isOnePersonAgreed ?? false,
      training: { programme: input.programme, leadProvider: input.leadProvider ?? null },
    })
  );
}

/** The appropriate body, which neither employs the teacher nor recommended them for QTS (¶2.25, hard case 58). */
function bodyOf(
  form: {
    readonly appropriateBodyName?: string | undefined;
    readonly appropriateBodyType?: (typeof bodyTypes)[number] | undefined;
    readonly appropriateBodyUrn?: string | undefined;
  },
  world: World,
  schoolId: string,
): NonNullable<InductionData['body']> | Rejection {
  const { appropriateBodyName: name, appropriateBodyType: type, appropriateBodyUrn: urn } = form;
  if (name === undefined || type === undefined) throw new Error('An appropriate body has a name and a type');
  if (urn !== undefined && (urn === schoolId || world.directory.school(urn) !== undefined))
    return refuse.bodyNotIndependent();
  return { name, type, urn: urn ?? null, registeredOn: null };
}

interface Beginning {
  readonly startsOn: Day;
  readonly qtsOn: Day;
  readonly isQtsOnRecord?: boolean;
  readonly fte: number;
  readonly mentorId?: string | undefined;
  readonly tutorId?: string | undefined;
  readonly isOnePersonAgreed: boolean;
  readonly body: InductionData['body'];
  readonly training: { readonly programme: 'provider-led' | 'school-led'; readonly leadProvider: string | null } | null;
  readonly termsRequired: number;
  readonly termsServedBefore: number;
}

function begun(world: World, schoolId: string, from: Beginning): Started<InductionData> | Rejection {
  const { subject, today } = world;
  if (hasOutcome(subject)) return refuse.inducted();
  if (from.startsOn < from.qtsOn) return refuse.beforeQts();
  if (from.startsOn < FIRST_START) return refuse.tooEarly();
  if (from.startsOn > addDays(today, DAYS_AHEAD)) return refuse.tooFarAhead();
  if (from.termsServedBefore >= from.termsRequired) return refuse.nothingLeft();
  const contractPeriod = contractPeriodOf(from.startsOn, today);
  if (isRejection(contractPeriod)) return contractPeriod;
  const reduction = Math.round((6 - from.termsRequired) * 10) / 10;
  const data: InductionData = {
    qtsOn: from.qtsOn,
    keptFrom: today,
    termsServedBefore: from.termsServedBefore,
    periods: [{ schoolId, from: from.startsOn, to: null }],
    hours: [{ from: from.startsOn, fte: from.fte }],
    absences: [],
    termChanges:
      reduction > 0
        ? [
            {
              change: 'reduced',
              terms: reduction,
              reason: 'prior-experience',
              decidedOn: earlier(from.startsOn, today),
            },
          ]
        : [],
    mentors: from.mentorId === undefined ? [] : [{ personId: from.mentorId, from: from.startsOn, to: null }],
    tutors: from.tutorId === undefined ? [] : [{ personId: from.tutorId, from: from.startsOn, to: null }],
    isOnePersonAgreed: from.isOnePersonAgreed,
    body: from.body,
    timetable: null,
    training: from.training === null ? [] : [{ ...from.training, from: from.startsOn, to: null }],
    deferrals: [],
    reviews: [],
    report: null,
    move: null,
    leaving: null,
    recommendation: null,
    outcome: null,
    asked: null,
  };
  return {
    data,
    subjectId: subject.personId,
    schoolId,
    ruleSet: contractPeriod,
    wait: 'setup',
    effects: [
      { effect: 'claim', guard: liveGuard(subject.personId), rejection: refuse.underWay() },
      ...(from.isQtsOnRecord ? [] : qtsOnRecord(subject, from.qtsOn)),
      tell(subject.personId, 'decided', 'induction-begun'),
    ],
  };
}

/** QTS is on record from induction on, where no apprenticeship has put it there. */
const qtsOnRecord = ({ qualifications }: Person, qtsOn: Day): readonly Effect[] =>
  qualifications.some(({ courseId, outcome }) => courseId === QTS && outcome === 'passed')
    ? []
    : [
        {
          effect: 'record-qualification',
          qualification: { courseId: QTS, cohortId: qtsOn.slice(0, 7), outcome: 'passed', isFunded: false },
        },
      ];

/**
 * What another process knows when a teacher's induction follows from it, which has put QTS on record: who supports and
 * assesses is named in setup.
 */
interface SystemInput {
  readonly schoolId: string;
  readonly startsOn: Day;
  readonly qtsOn: Day;
  readonly fte?: number;
}

/** Begun by another process; nothing where there is none to begin: it is over or under way, or no post is on file. */
export function startedBySystem(
  input: Readonly<Record<string, unknown>>,
  world: World,
): Started<InductionData> | undefined {
  const { schoolId, startsOn: from, qtsOn, fte = 1 } = input as unknown as SystemInput;
  if (world.others.some(({ kind, status }) => kind === KIND && (status === 'active' || status === 'paused')))
    return undefined;
  const started = begun(world, schoolId, {
    startsOn: from,
    qtsOn,
    isQtsOnRecord: true,
    fte,
    isOnePersonAgreed: false,
    body: null,
    training: null,
    termsRequired: 6,
    termsServedBefore: 0,
  });
  return isRejection(started) ? undefined : started;
}

// Setup

/** The body is registered first, and sets the day from which induction counts; nothing is backdated (¶2.10–17). */
export function bodyRegistered(view: InductionView, form: RegisteredAnswer): Answer<'registered'> | Rejection {
  const { data, process, world } = view;
  const isMoved = form.startsOn !== startsOn(data);
  if (form.registeredOn > form.startsOn) return refuse.startBeforeRegistration();
  if (form.startsOn < data.qtsOn) return refuse.beforeQts();
  if (isMoved && (data.periods.length > 1 || data.reviews.length > 0)) return refuse.startHasPassed();
  const contractPeriod = contractPeriodOf(form.startsOn, world.today);
  if (isRejection(contractPeriod)) return contractPeriod;
  const body = data.body ?? bodyOf(form, world, process.schoolId);
  if (isRejection(body)) return body;
  const moved = isMoved ? withStart(data, form.startsOn) : data;
  return {
    outcome: 'registered',
    data: { ...moved, body: { ...body, registeredOn: form.registeredOn } },
    ruleSet: contractPeriod,
    eventData: { startsOn: form.startsOn },
  };
}

/** Everything that begins with the induction begins on another day. */
function withStart(data: InductionData, from: Day): InductionData {
  const first = <T extends { readonly from: Day }>([head, ...rest]: readonly T[]): T[] =>
    head === undefined ? [] : [{ ...head, from }, ...rest.filter((entry) => entry.from > from)];
  return {
    ...data,
    periods: first(data.periods),
    hours: [{ from, fte: fteOn(data.hours, from) }, ...data.hours.filter((entry) => entry.from > from)],
    mentors: first(data.mentors),
    tutors: first(data.tutors),
    training: first(data.training),
    absences: data.absences.filter((absence) => absence.from >= from),
  };
}

export const timetableConfirmed = (view: InductionView, form: TimetableAnswer): Answer<'confirmed'> => ({
  outcome: 'confirmed',
  data: { ...view.data, timetable: { ...form } },
});

export const setUp = (answered: Readonly<Record<string, string>>): 'ready' | undefined =>
  Object.keys(answered).length === 4 ? 'ready' : undefined;

// The round of reviews

/** When there is something to do: a review opens, somebody is back from leave and chooses, somebody has left. */
export function reviewAheadOn(view: InductionView): Day {
  const { data, world } = view;
  const { next } = nextOf(view);
  const leave = undecidedLeave(view);
  const review = next?.opensOn ?? (data.leaving === null ? world.today : addDays(data.leaving.leavesOn, 1));
  const on = data.move === null ? review : world.today;
  return leave === undefined ? on : earlier(on, addDays(leave.to, 1));
}

type Route = 'choice-first' | 'formal-due' | 'interim-due' | 'assessed' | 'not-yet' | 'left';

/** Where the round goes when something else than a progress review is to be done. */
export function routed(view: InductionView): Answer<Route> | undefined {
  const { data, world } = view;
  const to = (outcome: Route): Answer<Route> => ({ outcome, data });
  if (data.move !== null) return to('interim-due');
  const leave = undecidedLeave(view);
  if (leave !== undefined && leave.to < world.today) return to('choice-first');
  const { next } = nextOf(view);
  if (next === undefined) {
    if (data.leaving === null) return to('assessed');
    return to(world.today > data.leaving.leavesOn ? 'left' : 'not-yet');
  }
  if (next.opensOn > world.today) return to('not-yet');
  if (next.kind === 'progress') return undefined;
  return to(next.kind === 'formal' ? 'formal-due' : 'interim-due');
}

/** Mentors do not assess, unless the one person is both by agreement (¶2.45, ¶2.55; hard case 51). */
const mayAssess = ({ data }: InductionView, actor: Person): Rejection | undefined =>
  actor.personId === mentorId(data) && actor.personId !== tutorId(data) ? refuse.mentorsDoNotAssess() : undefined;

/** A change of the calendar since this morning; the next morning run puts it right. */
const notDueAnyMore = (view: InductionView): Rejection | undefined =>
  isStillDue(view) ? undefined : refuse.datesMoved();

export function progressHeld(
  view: InductionView,
  outcome: 'on-track' | 'not-on-track',
  form: ProgressAnswer,
  actor: Person,
): Answer<'on-track' | 'not-on-track'> | Rejection {
  const refused = mayAssess(view, actor) ?? notDueAnyMore(view);
  if (refused) return refused;
  const isOnTrack = outcome === 'on-track';
  const past = pastReview(view, presentNext(view, 'progress'), { heldOn: form.heldOn, isOnTrack, by: actor.personId });
  return {
    outcome,
    data: { ...view.data, reviews: [...view.data.reviews, past] },
    // Asked only when it is not on track; otherwise told.
    effects: isOnTrack ? tellEach(view, headIds(view), 'review-held', actor.personId) : [],
    eventData: { review: past.key },
  };
}

/** Not held by the time the next one opens. */
export function progressMissed(view: InductionView): Answer<'missed'> {
  const past = pastReview(view, presentNext(view, 'progress'), { heldOn: null, isOnTrack: null, by: null });
  return {
    outcome: 'missed',
    data: { ...view.data, reviews: [...view.data.reviews, past] },
    effects: [
      ...tellEach(view, [...headIds(view), tutorId(view.data)], 'review-missed'),
      ...tellEct(view, 'review-missed'),
    ],
    eventData: { review: past.key },
  };
}

const pastReview = (
  { wait, process }: InductionView,
  { key, kind, term, dueOn }: Pick<PlannedReview, 'key' | 'kind' | 'term' | 'dueOn'>,
  held: Pick<PastReview, 'heldOn' | 'isOnTrack' | 'by'>,
): PastReview => ({
  key,
  kind,
  term,
  dueOn,
  ...held,
  step: wait?.step ?? process.step,
  signedOn: null,
  countersignedOn: null,
});

/** From when to when a review may have been held. */
export function heldWindow(view: InductionView): Window {
  const { next } = nextOf(view);
  const { today } = view.world;
  return { from: earlier(next?.opensOn ?? today, today), to: today };
}

/** A review that is not held by the time the next one opens is missed, and the round goes on. */
export function missedAfter(view: InductionView): { readonly lastDay: Day; readonly outcome: 'missed' } | undefined {
  const { next, following } = nextOf(view);
  if (next?.kind !== 'progress' || following === undefined) return undefined;
  return { lastDay: later(addDays(following.opensOn, -1), next.latestOn), outcome: 'missed' };
}

/** The review's own day; where that has passed when the task opens, five school days. */
export function reviewDueOn(view: InductionView): Day {
  const opened = view.wait === undefined ? view.world.today : countedFrom(view.wait);
  const { next } = nextOf(view);
  return next === undefined || next.dueOn < opened ? addSchoolDays(view.world.calendar, opened, 5) : next.dueOn;
}

export const reviewHardOn = (view: InductionView): Day | undefined => nextOf(view).next?.latestOn;

/** Reading is an offer, not a duty: the round goes on without it. */
export const unreadAfter = ({ wait, world }: InductionView): { readonly lastDay: Day; readonly outcome: 'unread' } => ({
  lastDay: defaultDueOn(world.calendar, 'read-review', wait === undefined ? world.today : countedFrom(wait)),
  outcome: 'unread',
});

/** The leave that is chosen about: the first of those that are over. */
export const leaveToChoose = undecidedLeave;

/** Statutory leave extends induction if the teacher wants it to, and that is always granted (¶3.7). */
export function leaveChosen(
  view: InductionView,
  outcome: 'extended' | 'not-extended',
): Answer<'extended' | 'not-extended'> {
  const leave = undecidedLeave(view);
  const absences = view.data.absences.map((absence) =>
    absence === leave ? { ...absence, isExtending: outcome === 'extended' } : absence,
  );
  return {
    outcome,
    data: { ...view.data, absences },
    effects: tellEach(view, [...headIds(view), tutorId(view.data)], 'dates-moved'),
  };
}

// Formal and interim assessments

export function reportWritten(view: InductionView, form: ReportAnswer, actor: Person): Answer<'written'> | Rejection {
  const { data, process, wait } = view;
  const refused = mayAssess(view, actor) ?? notDueAnyMore(view);
  if (refused) return refused;
  const { key, kind, term, dueOn } = assessmentDue(view);
  return {
    outcome: 'written',
    data: {
      ...data,
      report: {
        key,
        kind,
        term,
        dueOn,
        meetingOn: form.meetingOn,
        isOnTrack: form.isOnTrack,
        by: actor.personId,
        step: wait?.step ?? process.step,
        schoolId: data.move?.fromSchoolId ?? process.schoolId,
        signedOn: null,
      },
    },
    eventData: { review: key },
  };
}

/** What is to be assessed: the interim one of a move, or what the calendar has next. */
function assessmentDue(view: InductionView) {
  const { data, process } = view;
  const { move } = data;
  if (move !== null)
    return { key: `interim-${data.periods.length - 1}`, kind: 'interim', term: move.term, dueOn: move.on } as const;
  const kind: 'interim' | 'formal' = process.wait === 'interim-assessment' ? 'interim' : 'formal';
  return { ...presentNext(view, kind), kind };
}

export function meetingWindow(view: InductionView): Window {
  const { data, world } = view;
  const from = data.move === null ? (nextOf(view).next?.opensOn ?? world.today) : data.move.on;
  return { from: earlier(addDays(from, data.move === null ? 0 : -MOVE_DAYS_AHEAD), world.today), to: world.today };
}

/** An interim report of a move is written within ten school days. */
export function assessmentDueOn(view: InductionView): Day {
  if (view.data.move === null) return reviewDueOn(view);
  const opened = view.wait === undefined ? view.world.today : countedFrom(view.wait);
  return addSchoolDays(view.world.calendar, opened, 10);
}

export const assessmentHardOn = (view: InductionView): Day | undefined =>
  view.data.move === null ? reviewHardOn(view) : undefined;

function presentReport({ data, process }: InductionView): NonNullable<InductionData['report']> {
  if (data.report === null) throw new Error(`${process.processId} has no report to sign`);
  return data.report;
}

/** The report goes to the appropriate body within ten working days of the meeting (¶2.61). */
export const reportHardOn = (view: InductionView): Day =>
  addWorkingDays(view.world.calendar, presentReport(view).meetingOn, REPORT_WITHIN);

const signBy = (view: InductionView): Day =>
  addWorkingDays(view.world.calendar, presentReport(view).meetingOn, ECT_SIGNS_WITHIN);

export const signDueOn = (view: InductionView): Day =>
  defaultDueOn(view.world.calendar, 'sign-assessment', openedOn(view), { hardOn: signBy(view) });

/** A signature that does not come does not hold the report up: it goes on without, and says so. */
export const unsignedAfter = (view: InductionView): { readonly lastDay: Day; readonly outcome: 'unsigned' } => ({
  lastDay: later(signBy(view), addDays(openedOn(view), AT_LEAST_DAYS_TO_SIGN)),
  outcome: 'unsigned',
});

export const signed = (view: InductionView): Answer<'signed'> => ({
  outcome: 'signed',
  data: { ...view.data, report: { ...presentReport(view), signedOn: view.world.today } },
});

export const countersignDueOn = (view: InductionView): Day =>
  defaultDueOn(view.world.calendar, 'countersign', openedOn(view), { hardOn: reportHardOn(view) });

type Countersigned = 'signed' | 'signed-final' | 'signed-leaving' | 'signed-moving';

/** The report is complete. What comes next depends on what it was. */
export function countersigned(view: InductionView, actorId: string | undefined): Answer<Countersigned> {
  const { data } = view;
  const report = presentReport(view);
  const { key, kind, term, dueOn, meetingOn, isOnTrack, by, step, signedOn } = report;
  const past: PastReview = {
    ...pastReview(view, { key, kind, term, dueOn }, { heldOn: meetingOn, isOnTrack, by }),
    step,
    signedOn,
    countersignedOn: view.world.today,
  };
  const isOfMove = kind === 'interim' && data.move !== null;
  const extensions = data.termChanges.filter(({ change }) => change === 'extended').length;
  const outcome: Countersigned = isOfMove
    ? 'signed-moving'
    : kind === 'interim'
      ? 'signed-leaving'
      : key === `final-${extensions + 1}`
        ? 'signed-final'
        : 'signed';
  return {
    outcome,
    data: { ...data, reviews: [...data.reviews, past], report: null, ...(isOfMove && { move: null }) },
    effects: [...tellEct(view, 'report-complete'), ...tellEach(view, [by], 'report-complete', actorId)],
    eventData: { review: key },
  };
}

/** A headteacher who assessed has signed already. */
export function countersignedAtOnce(view: InductionView): Answer<Countersigned> | undefined {
  const { by, schoolId } = presentReport(view);
  const { directory, today } = view.world;
  const isHead = holdersNow(directory, 'headteacher', schoolId, today).some(({ personId }) => personId === by);
  return isHead ? countersigned(view, by) : undefined;
}

// Completion and outcome

export const completesOn = (view: InductionView): Day => calendarOf(view).completesOn;

export const recommendHardOn = (view: InductionView): Day =>
  addWorkingDays(view.world.calendar, completesOn(view), RECOMMEND_WITHIN);

export function sentWindow(view: InductionView): Window {
  const { today } = view.world;
  return { from: earlier(completesOn(view), today), to: today };
}

export const recommended = (view: InductionView, form: RecommendAnswer, actor: Person): Answer<'recommended'> => ({
  outcome: 'recommended',
  data: {
    ...view.data,
    recommendation: {
      recommendation: form.recommendation,
      sentOn: form.sentOn,
      by: actor.personId,
      completedOn: completesOn(view),
    },
  },
  effects: tellEct(view, 'recommendation-sent'),
});

function presentRecommendation({ data, process }: InductionView): NonNullable<InductionData['recommendation']> {
  if (data.recommendation === null) throw new Error(`${process.processId} has no recommendation`);
  return data.recommendation;
}

export const decisionHardOn = (view: InductionView): Day =>
  addWorkingDays(view.world.calendar, presentRecommendation(view).sentOn, DECIDED_WITHIN);

export const decisionWindow = (view: InductionView): Window => ({
  from: presentRecommendation(view).sentOn,
  to: view.world.today,
});

/** What the body's letter says. One outcome for a person, ever (hard case 55). */
export const decided = (
  view: InductionView,
  outcome: 'passed' | 'failed',
  form: DecidedAnswer,
): Answer<'passed' | 'failed'> => ({
  outcome,
  data: { ...view.data, outcome: { outcome, decidedOn: form.decidedOn } },
  effects: [{ effect: 'claim', guard: outcomeGuard(view.process.subjectId), rejection: refuse.inducted() }],
});

export const extendedByBody = (view: InductionView, form: ExtendedAnswer): Answer<'extended'> => ({
  outcome: 'extended',
  data: { ...withExtension(view.data, form), recommendation: null },
  effects: extensionNews(view),
  eventData: { terms: form.terms },
});

/** The name is free again; the result is kept on the person, where the career ladder reads it. */
export function onEnd(view: InductionView, outcome: string) {
  const { data, process } = view;
  const release: Effect = { effect: 'release', guard: liveGuard(process.subjectId) };
  if (outcome !== 'passed' && outcome !== 'failed')
    return { data, effects: [release], ...(data.leaving && { reason: data.leaving.reason }) };
  const isFunded = data.training.some(({ programme }) => programme === 'provider-led');
  const qualification = { courseId: QUALIFICATION, cohortId: process.ruleSet, outcome, isFunded } as const;
  return {
    data,
    effects: [
      release,
      { effect: 'record-qualification', qualification },
      ...tellEct(view, `induction-${outcome}`),
      ...tellEach(view, [...headIds(view), mentorId(data), tutorId(data)], 'induction-ended'),
    ] satisfies readonly Effect[],
  };
}

// What is shown

export interface MilestoneOf {
  readonly name: string;
  readonly kind: PlannedReview['kind'] | 'started' | 'completed' | 'outcome';
  readonly term: number | null;
  readonly dueOn: Day | null;
  readonly doneOn: Day | null;
}

export function milestones(view: InductionView): readonly MilestoneOf[] {
  const { data, world, process } = view;
  const calendar = calendarOf(view);
  const past = data.reviews.map(({ key, kind, term, dueOn, heldOn }): MilestoneOf => {
    return { name: key, kind, term, dueOn, doneOn: heldOn };
  });
  const report = data.report;
  const done = report === null ? data.reviews : [...data.reviews, report];
  const coming = comingReviews(calendar, done, data.keptFrom).map(({ key, kind, term, dueOn }): MilestoneOf => {
    return { name: key, kind, term, dueOn, doneOn: null };
  });
  const signing: readonly MilestoneOf[] =
    report === null
      ? []
      : [{ name: report.key, kind: report.kind, term: report.term, dueOn: report.dueOn, doneOn: report.meetingOn }];
  const starts = startsOn(data);
  const bare = { term: null, doneOn: null } as const;
  const completedOn = data.recommendation?.completedOn ?? calendar.completesOn;
  return [
    { ...bare, name: 'started', kind: 'started', dueOn: starts, doneOn: starts <= world.today ? starts : null },
    ...past,
    ...signing,
    ...(process.status === 'active' ? coming : []),
    ...(data.leaving === null
      ? [
          {
            ...bare,
            name: 'completed',
            kind: 'completed' as const,
            dueOn: completedOn,
            doneOn: data.recommendation === null ? null : completedOn,
          },
          {
            ...bare,
            name: 'outcome',
            kind: 'outcome' as const,
            dueOn:
              data.recommendation === null
                ? null
                : addWorkingDays(world.calendar, data.recommendation.sentOn, DECIDED_WITHIN),
            doneOn: data.outcome?.decidedOn ?? null,
          },
        ]
      : []),
  ];
}

/** For the line manager and the mentor: stage and dates. */
export const brief = (data: InductionData): Readonly<Record<string, unknown>> => ({ startsOn: startsOn(data) });

const privateReasons: ReadonlySet<string> = new Set(['bereavement', 'long_term_sickness', 'parental_leave']);

/** Kinds of leave and reasons of deferral tell of health and family: for the teacher and the trust-lead only. */
export const discreet = (data: InductionData, reason: string | null) => ({
  data: {
    ...data,
    absences: data.absences.map(({ from, to, days }) => ({ from, to, days })),
    deferrals: data.deferrals.map(({ from, to }) => ({ from, to })),
  },
  reason: reason !== null && privateReasons.has(reason) ? null : reason,
});
