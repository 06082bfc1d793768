/**
 * The policy of an induction: who may start one, what each answer comes to, what may be done at any time. When things
 * fall is `review-calendar.ts`. Pure: everything a rule looks at is in its view.
 *
 * Sources: statutory guidance "Induction for early career teachers" (April 2024), paragraphs as ¶; the Induction
 * Regulations 2012 for limits in working days, as r.; `DFE-Digital/register-early-career-teachers-public` at 0fe31d1aa
 * (21 August 2026) for what the DfE's service refuses. Numbers of hard cases are those of the project's list of facts.
 */
import { addSchoolDays, addWorkingDays, schoolDaysBetween } from '../kernel/calendar.ts';
import { countedFrom, defaultDueOn } from '../kernel/due.ts';
import { absenceAt, currentPosts, holdersNow, holds, schoolsOf } from '../kernel/people.ts';
import type { Acted, Answered, Course, Decider, Effect, Mentions, Started, View } from '../kernel/process.ts';
import { type Person, TRUST } from '../kernel/records.ts';
import { isRejection, type Rejection } from '../kernel/rejections.ts';
import { addDays, type Day, daysBetween } from '../kernel/time.ts';
import type { World } from '../kernel/world.ts';
import * as refuse from './refusals.ts';
import {
  comingReviews,
  fteOn,
  type InductionFacts,
  isInterimDue,
  type PlannedReview,
  type ReviewCalendar,
  reviewCalendar,
  statutoryLeave,
  termOn,
  termsServed,
} from './review-calendar.ts';
import type {
  AbsenceAnswer,
  bodyTypes,
  ChangeHoursAnswer,
  ChangeMentorAnswer,
  ChangeProgrammeAnswer,
  ChangeTutorAnswer,
  Choices,
  DecidedAnswer,
  DeferTrainingAnswer,
  ExtendedAnswer,
  InductionData,
  LeavingReason,
  MentorAnswer,
  MoveSchoolAnswer,
  OthersAnswer,
  PastReview,
  ProgressAnswer,
  RecommendAnswer,
  ReduceAnswer,
  RegisteredAnswer,
  ReportAnswer,
  StartInput,
  TimetableAnswer,
  TutorAnswer,
  Window,
  WithdrawAnswer,
} from './schemas.ts';

export const KIND = 'ect-induction';
/** How the result is called on somebody's record, where the career ladder reads it. */
const QUALIFICATION = 'ect-induction';
const QTS = 'qts';

type InductionView = View<InductionData>;
type Answer<Outcome extends string> = Answered<InductionData, Outcome>;

/** Inductions in the DfE's present service began on or after this day. */
const FIRST_START = '2021-09-01';
/** The longest that a start, a change or an absence may lie ahead. */
const DAYS_AHEAD = 366;
/** The last day in a post is at most four months ahead (`leaving_date.rb`). */
const LEAVING_DAYS_AHEAD = 122;
/** A move is recorded from four weeks before it. */
const MOVE_DAYS_AHEAD = 28;
/** The ECT's signature, the headteacher's, in working days from the meeting, the day itself counted (¶2.61). */
const ECT_SIGNS_WITHIN = 7;
const REPORT_WITHIN = 10;
/** The headteacher's recommendation, beginning with the day of completion (r.11(3)). */
const RECOMMEND_WITHIN = 10;
/** The body's decision, beginning with the receipt of the recommendation (r.11(5)). */
const DECIDED_WITHIN = 20;
/** Whoever has not signed in time has at least so many days from when the report came to them. */
const AT_LEAST_DAYS_TO_SIGN = 3;
/** A mentor or tutor who is away for so many days is replaced. */
const AWAY_DAYS = 14;
/** The headteacher is asked again for a replacement after so many school days. */
const ASK_AGAIN_SCHOOL_DAYS = 20;
/** A replacement is named within so many school days, or induction goes on without. */
const NAME_WITHIN_SCHOOL_DAYS = 10;

// What an induction stands in

/** What the review calendar is a function of. */
export const factsOf = (data: InductionData): InductionFacts => ({
  termsServedBefore: data.termsServedBefore,
  termsRequired: termsRequired(data),
  extensions: data.termChanges.filter(({ change }) => change === 'extended').length,
  periods: data.periods,
  hours: data.hours,
  absences: data.absences,
  leavesOn: data.leaving?.leavesOn ?? null,
});

/** Six, less what was taken off and plus what was put on. */
export const termsRequired = (data: InductionData): number =>
  Math.round(
    data.termChanges.reduce((all, { change, terms }) => (change === 'extended' ? all + terms : all - terms), 6) * 100,
  ) / 100;

export const startsOn = (data: InductionData): Day => (data.periods[0] as { readonly from: Day }).from;

export const calendarOf = ({ data, world }: Pick<InductionView, 'data' | 'world'>): ReviewCalendar =>
  reviewCalendar(world.calendar, factsOf(data));

/** The review that comes next, and the one after it. */
export function nextOf(view: Pick<InductionView, 'data' | 'world'>) {
  const [next, following] = comingReviews(calendarOf(view), view.data.reviews, view.data.keptFrom);
  return { next, following };
}

function presentNext(view: InductionView, kind: PlannedReview['kind']): PlannedReview {
  const { next } = nextOf(view);
  if (next?.kind !== kind) throw new Error(`${view.process.processId} has no ${kind} review to come`);
  return next;
}

/** The open entry of mentors or tutors. */
const openEntry = <T extends { readonly to: Day | null }>(entries: readonly T[]): T | undefined =>
  entries.findLast(({ to }) => to === null);

export const mentorId = (data: InductionData): string | undefined => openEntry(data.mentors)?.personId;
export const tutorId = (data: InductionData): string | undefined => openEntry(data.tutors)?.personId;

/** Whom it names: the tutor reads it in full; a mentor supports and does not assess, so sees stage and dates only (¶2.45). */
export const named = (data: InductionData) => [
  ...(tutorId(data) === undefined ? [] : [{ personId: tutorId(data) as string, as: 'induction-tutor' }]),
  ...(mentorId(data) === undefined
    ? []
    : [{ personId: mentorId(data) as string, as: 'mentor', reads: 'brief' as const }]),
];

// Who decides

/**
 * The headteacher of the school by name, else an executive by name: a role would fall to the governors where nobody
 * holds it or it is late, and they see no induction (¶2.80, hard case 97).
 */
export function head(view: InductionView, schoolId: string = view.process.schoolId): Decider {
  const { directory, subject, today } = view.world;
  const [found] = [
    ...holdersNow(directory, 'headteacher', schoolId, today),
    ...holdersNow(directory, 'executive', TRUST, today),
  ].filter(({ personId }) => personId !== subject.personId);
  return found ? { personId: found.personId } : { role: 'induction-tutor', schoolId };
}

/** The induction tutor while they are there, else the headteacher, who may assess as well (¶2.55). */
export function tutor(view: InductionView): Decider {
  const id = tutorId(view.data);
  const person = id === undefined ? undefined : view.world.directory.person(id);
  return person && currentPosts(person, view.world.today).length > 0 ? { personId: person.personId } : head(view);
}

/** Who writes the interim report of a move: the former school's tutor, else its headteacher. */
export function interimAuthor(view: InductionView): Decider {
  const { move } = view.data;
  if (move === null) return tutor(view);
  const person = move.tutorId === null ? undefined : view.world.directory.person(move.tutorId);
  return person && currentPosts(person, view.world.today).length > 0
    ? { personId: person.personId }
    : head(view, move.fromSchoolId);
}

export const countersigner = (view: InductionView): Decider => head(view, view.data.report?.schoolId);

export const ect = ({ process }: InductionView): Decider => ({ personId: process.subjectId });

/** Those who may be named at the school. */
export function choices({ data, process, world }: InductionView): Choices {
  const { directory, subject, today } = world;
  const at = (role: 'mentor' | 'induction-tutor' | 'headteacher'): readonly Person[] =>
    holdersNow(directory, role, process.schoolId, today).filter(({ personId }) => personId !== subject.personId);
  const tutors = [...at('induction-tutor'), ...at('headteacher')];
  const mentors = [...at('mentor'), ...(data.isOnePersonAgreed ? tutors : [])];
  return {
    mentors: unique(mentors),
    tutors: unique(tutors),
    mentorId: mentorId(data),
    tutorId: tutorId(data),
  };
}

const unique = (people: readonly Person[]): readonly Person[] => [
  ...new Map(people.map((person) => [person.personId, person])).values(),
];

interface Naming {
  readonly world: World;
  readonly schoolId: string;
  readonly from: Day;
  readonly isOnePersonAgreed: boolean;
  readonly leavesOn?: Day | undefined;
}

/** People and schools that a form names: the school of an appropriate body may be one of the trust's own. */
export function mentions(sent: Readonly<Record<string, unknown>>): Mentions {
  const texts = (...fields: readonly string[]): readonly string[] =>
    fields.map((field) => sent[field]).filter((value) => typeof value === 'string');
  return { personIds: texts('mentorId', 'tutorId'), schoolIds: texts('schoolId', 'appropriateBodyUrn') };
}

/** Whether that person may be mentor from that day (hard cases 51 and 52). */
function mentorRefused(id: string, tutorOf: string | undefined, naming: Naming): Rejection | undefined {
  const { world, schoolId, from, isOnePersonAgreed, leavesOn } = naming;
  if (id === world.subject.personId) return refuse.mentorIsEct();
  const person = world.directory.person(id);
  const isTutor = id === tutorOf;
  if (isTutor && !isOnePersonAgreed) return refuse.oneAndTheSame('mentorId');
  if (person === undefined || !(holds(person, 'mentor', schoolId, world.today) || isTutor))
    return refuse.noMentorHere();
  if (!isThere(person, schoolId, from) || (leavesOn !== undefined && from > leavesOn)) return refuse.mentorNotThere();
  return undefined;
}

function tutorRefused(id: string, mentorOf: string | undefined, naming: Naming): Rejection | undefined {
  const { world, schoolId, from, isOnePersonAgreed } = naming;
  if (id === world.subject.personId) return refuse.tutorIsEct();
  const person = world.directory.person(id);
  const mayBe =
    person !== undefined &&
    (holds(person, 'induction-tutor', schoolId, world.today) || holds(person, 'headteacher', schoolId, world.today));
  if (!mayBe) return refuse.noTutorHere();
  if (id === mentorOf && !isOnePersonAgreed) return refuse.oneAndTheSame('tutorId');
  return isThere(person, schoolId, from) ? undefined : refuse.tutorNotThere();
}

/** Has a post at that school that does not end before that day. */
const isThere = (person: Person, schoolId: string, from: Day): boolean =>
  person.posts.some((post) => post.schoolId === schoolId && (post.endsOn === undefined || post.endsOn >= from));

type Entry = InductionData['mentors'][number];

/** The entry before ends the day before; one that would begin later never was. */
const replaced = (entries: readonly Entry[], personId: string, from: Day): Entry[] => [
  ...entries
    .filter((entry) => entry.from < from)
    .map((entry) => (entry.to === null || entry.to >= from ? { ...entry, to: addDays(from, -1) } : entry)),
  { personId, from, to: null },
];

// Effects

const tell = (personId: string, reason: 'decided' | 'told', code: string): Effect => ({
  effect: 'tell',
  personId,
  reason,
  code,
});

/** Tells each once, but not those who know because they did it, nor the subject. */
function tellEach(
  { process }: Pick<InductionView, 'process'>,
  people: readonly (string | undefined)[],
  code: string,
  actorId?: string,
): readonly Effect[] {
  const wanted = new Set(people.filter((id) => id !== undefined && id !== actorId && id !== process.subjectId));
  return [...wanted].map((id) => tell(id as string, 'told', code));
}

const tellEct = ({ process }: Pick<InductionView, 'process'>, code: string, actorId?: string): readonly Effect[] =>
  actorId === process.subjectId ? [] : [tell(process.subjectId, 'decided', code)];

const headIds = ({ process, world }: InductionView): readonly string[] =>
  holdersNow(world.directory, 'headteacher', process.schoolId, world.today).map(({ personId }) => personId);

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
      ...qtsOnRecord(subject, from.qtsOn),
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

/** What another process knows when a teacher's induction follows from it: who supports and assesses is named in setup. */
interface SystemInput {
  readonly schoolId: string;
  readonly startsOn: Day;
  readonly qtsOn: Day;
  readonly fte?: number;
}

/** Begun by another process; nothing where there is none to begin: it is over or under way, or no post is on file. */
export function startBySystem(
  input: Readonly<Record<string, unknown>>,
  world: World,
): Started<InductionData> | undefined {
  const { schoolId, startsOn: from, qtsOn, fte = 1 } = input as unknown as SystemInput;
  if (world.others.some(({ kind, status }) => kind === KIND && (status === 'active' || status === 'paused')))
    return undefined;
  const started = begun(world, schoolId, {
    startsOn: from,
    qtsOn,
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

const namingNow = (
  { data, process, world }: InductionView,
  from: Day,
  isOnePersonAgreed: boolean | undefined,
): Naming => ({
  world,
  schoolId: process.schoolId,
  from,
  isOnePersonAgreed: isOnePersonAgreed ?? data.isOnePersonAgreed,
  leavesOn: data.leaving?.leavesOn,
});

/** From when somebody who is named in setup counts: from the start, or from today where that is past. */
const firstDay = ({ data }: InductionView): Day => (data.periods.at(-1) as { readonly from: Day }).from;

export function mentorConfirmed(view: InductionView, form: MentorAnswer): Answer<'confirmed'> | Rejection {
  const from = firstDay(view);
  const naming = namingNow(view, later(from, view.world.today), form.isOnePersonAgreed);
  const refused = mentorRefused(form.mentorId, tutorId(view.data), naming);
  if (refused) return refused;
  const mentors = replaced(view.data.mentors, form.mentorId, from);
  return {
    outcome: 'confirmed',
    data: { ...view.data, mentors, isOnePersonAgreed: naming.isOnePersonAgreed },
    effects: tellEach(view, [form.mentorId], 'named-mentor'),
    eventData: { mentorId: form.mentorId },
  };
}

export function tutorConfirmed(view: InductionView, form: TutorAnswer): Answer<'confirmed'> | Rejection {
  const from = firstDay(view);
  const naming = namingNow(view, later(from, view.world.today), form.isOnePersonAgreed);
  const refused = tutorRefused(form.tutorId, mentorId(view.data), naming);
  if (refused) return refused;
  const tutors = replaced(view.data.tutors, form.tutorId, from);
  return {
    outcome: 'confirmed',
    data: { ...view.data, tutors, isOnePersonAgreed: naming.isOnePersonAgreed },
    effects: tellEach(view, [form.tutorId], 'named-tutor'),
    eventData: { tutorId: form.tutorId },
  };
}

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

const undecidedLeave = ({ data }: InductionView) =>
  data.leaving === null
    ? data.absences.find(({ kind, isExtending }) => kind !== 'ad-hoc' && isExtending === null)
    : undefined;

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

export function progressHeld(
  view: InductionView,
  outcome: 'on-track' | 'not-on-track',
  form: ProgressAnswer,
  actor: Person,
): Answer<'on-track' | 'not-on-track'> | Rejection {
  const refused = mayAssess(view, actor);
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
  const refused = mayAssess(view, actor);
  if (refused) return refused;
  const item = assessmentDue(view);
  const { key, kind, term, dueOn } = item;
  if (kind === 'progress') throw new Error('A progress review is no report');
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
export function assessmentDue(view: InductionView): PlannedReview {
  const { data, world } = view;
  const { move } = data;
  if (move !== null)
    return {
      key: `interim-${data.periods.length - 1}`,
      kind: 'interim',
      term: move.term,
      latestOn: move.on,
      dueOn: move.on,
      opensOn: addDays(earlier(move.on, world.today), -MOVE_DAYS_AHEAD),
    };
  const { next } = nextOf(view);
  if (next === undefined) throw new Error(`${view.process.processId} has no assessment to come`);
  return next;
}

export function meetingWindow(view: InductionView): Window {
  const { today } = view.world;
  return { from: earlier(assessmentDue(view).opensOn, today), to: today };
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

const openedOn = ({ wait, world }: InductionView): Day => (wait === undefined ? world.today : countedFrom(wait));

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

const withExtension = (data: InductionData, { terms, decidedOn }: ExtendedAnswer): InductionData => ({
  ...data,
  termChanges: [...data.termChanges, { change: 'extended', terms, reason: null, decidedOn }],
});

const extensionNews = (view: InductionView, actorId?: string): readonly Effect[] => [
  ...tellEct(view, 'induction-extended', actorId),
  ...tellEach(view, [...headIds(view), mentorId(view.data), tutorId(view.data)], 'dates-moved', actorId),
];

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

// Other people

/** Mentor and tutor, as the headteacher names them; who stays keeps their entry. */
export function othersNamed(view: InductionView, form: OthersAnswer): Answer<'named'> | Rejection {
  const { data, world } = view;
  const from = later(world.today, firstDay(view));
  const naming = namingNow(view, from, form.isOnePersonAgreed);
  const refused =
    mentorRefused(form.mentorId, form.tutorId, naming) ?? tutorRefused(form.tutorId, form.mentorId, naming);
  if (refused) return refused;
  const isNewMentor = form.mentorId !== mentorId(data);
  const isNewTutor = form.tutorId !== tutorId(data);
  return {
    outcome: 'named',
    data: {
      ...data,
      mentors: isNewMentor ? replaced(data.mentors, form.mentorId, from) : data.mentors,
      tutors: isNewTutor ? replaced(data.tutors, form.tutorId, from) : data.tutors,
      isOnePersonAgreed: naming.isOnePersonAgreed,
    },
    effects: [
      ...(isNewMentor ? tellEach(view, [form.mentorId], 'named-mentor') : []),
      ...(isNewTutor ? tellEach(view, [form.tutorId], 'named-tutor') : []),
      ...(isNewMentor || isNewTutor ? tellEct(view, 'people-changed') : []),
    ],
    eventData: { mentorId: form.mentorId, tutorId: form.tutorId },
  };
}

export const notNamedAfter = (view: InductionView): { readonly lastDay: Day; readonly outcome: 'not-yet' } => ({
  lastDay: addSchoolDays(view.world.calendar, openedOn(view), NAME_WITHIN_SCHOOL_DAYS),
  outcome: 'not-yet',
});

export const unchanged = <Outcome extends string>({ data }: InductionView, outcome: Outcome): Answer<Outcome> => ({
  outcome,
  data,
});

/** Who is missing: nobody is named, or who is has left the school or is away for two weeks. */
export function missing({ data, process, world }: InductionView): readonly ('mentor' | 'tutor')[] {
  const isGone = (personId: string | undefined): boolean => {
    const person = personId === undefined ? undefined : world.directory.person(personId);
    if (person === undefined || !schoolsOf(person, world.today).includes(process.schoolId)) return true;
    const absence = absenceAt(person, world.today);
    return absence !== undefined && daysBetween(absence.from, absence.to) + 1 >= AWAY_DAYS;
  };
  return [
    ...(isGone(mentorId(data)) ? (['mentor'] as const) : []),
    ...(isGone(tutorId(data)) ? (['tutor'] as const) : []),
  ];
}

/** Waits that can be left and come back to: what was due there is found again. */
const interruptible: ReadonlySet<string> = new Set(['review-ahead', 'progress-review', 'formal-assessment']);

/** The headteacher is asked for somebody else once a mentor or tutor is missing, and again after a while. */
export function onMorning(view: InductionView): (Acted<InductionData> & { readonly event: string }) | undefined {
  const { data, process, world, history } = view;
  if (!interruptible.has(process.wait) || data.leaving !== null || data.move !== null || firstDay(view) > world.today)
    return undefined;
  const isBegun = history.some((wait) => wait.step === process.step && wait.isBegun === true);
  const gone = missing(view);
  if (isBegun || gone.length === 0) return undefined;
  const personIds = gone.map((as) => (as === 'mentor' ? mentorId(data) : tutorId(data)) ?? as);
  const isAsked =
    data.asked !== null &&
    personIds.every((id) => data.asked?.personIds.includes(id)) &&
    schoolDaysBetween(world.calendar, data.asked.on, world.today) < ASK_AGAIN_SCHOOL_DAYS;
  if (isAsked) return undefined;
  return {
    data: { ...data, asked: { personIds, on: world.today } },
    course: { then: 'goes-to', wait: 'name-others' },
    event: 'replacement-asked',
    eventData: { missing: gone },
  };
}

// Actions

/** After completion the dates stand: the outcome is what is left. */
const concluding: ReadonlySet<string> = new Set(['recommend', 'record-outcome']);

export const tooLateNow = ({ process }: InductionView): Rejection | undefined =>
  concluding.has(process.wait) ? refuse.completed() : undefined;

/** From the start of induction to a year ahead. */
export const changeWindow = ({ data, world }: InductionView): Window => ({
  from: startsOn(data),
  to: addDays(later(world.today, startsOn(data)), DAYS_AHEAD),
});

export const untilToday = ({ data, world }: InductionView): Window => ({
  from: earlier(startsOn(data), world.today),
  to: world.today,
});

/** Where the process goes when its dates have moved: back to wait, where what it was about is not due any more. */
function courseAfter(view: InductionView, data: InductionData): Course {
  const { process, world } = view;
  const stays: Course = { then: 'stays' };
  const waiting: Course = { then: 'goes-to', wait: 'review-ahead' };
  if (process.wait === 'completion') {
    const { next } = nextOf({ data, world });
    return next === undefined && data.leaving === null ? stays : waiting;
  }
  if (process.wait === 'choose-extension') return undecidedLeave({ ...view, data }) === undefined ? waiting : stays;
  if (process.wait !== 'progress-review' && process.wait !== 'formal-assessment') return stays;
  const [before, after] = [nextOf(view).next, nextOf({ data, world }).next];
  return before?.key === after?.key && after !== undefined && after.opensOn <= world.today ? stays : waiting;
}

const acted = (
  view: InductionView,
  data: InductionData,
  more: Pick<Acted<InductionData>, 'effects' | 'eventData'>,
): Acted<InductionData> => ({ data, course: courseAfter(view, data), ...more });

/** Nobody has two mentors at a time: the next one begins after the one before did (hard case 52). */
export function changeMentor(
  view: InductionView,
  form: ChangeMentorAnswer,
  actor: Person,
): Acted<InductionData> | Rejection {
  const { data } = view;
  const naming = namingNow(view, form.from, form.isOnePersonAgreed);
  const before = openEntry(data.mentors);
  if (before?.personId === form.mentorId) return refuse.sameMentor();
  if (before !== undefined && form.from <= before.from) return refuse.mentorsOverlap();
  const refused = mentorRefused(form.mentorId, tutorId(data), naming);
  if (refused) return refused;
  const mentors = replaced(data.mentors, form.mentorId, form.from);
  return {
    data: { ...data, mentors, isOnePersonAgreed: naming.isOnePersonAgreed },
    course: { then: 'stays' },
    effects: [
      ...tellEach(view, [form.mentorId], 'named-mentor', actor.personId),
      ...tellEct(view, 'people-changed', actor.personId),
    ],
    eventData: { mentorId: form.mentorId, from: form.from },
  };
}

export function changeTutor(
  view: InductionView,
  form: ChangeTutorAnswer,
  actor: Person,
): Acted<InductionData> | Rejection {
  const { data } = view;
  const naming = namingNow(view, form.from, form.isOnePersonAgreed);
  const before = openEntry(data.tutors);
  if (before?.personId === form.tutorId) return refuse.sameTutor();
  if (before !== undefined && form.from <= before.from) return refuse.tutorsOverlap();
  const refused = tutorRefused(form.tutorId, mentorId(data), naming);
  if (refused) return refused;
  const tutors = replaced(data.tutors, form.tutorId, form.from);
  return {
    data: { ...data, tutors, isOnePersonAgreed: naming.isOnePersonAgreed },
    course: { then: 'stays' },
    effects: [
      ...tellEach(view, [form.tutorId], 'named-tutor', actor.personId),
      ...tellEct(view, 'people-changed', actor.personId),
    ],
    eventData: { tutorId: form.tutorId, from: form.from },
  };
}

/** The day from which somebody else may take over. */
export const peopleWindow = (view: InductionView, who: 'mentors' | 'tutors'): Window => {
  const last = openEntry(view.data[who]);
  const first = last === undefined ? startsOn(view.data) : addDays(last.from, 1);
  return { from: first, to: later(addDays(view.world.today, LEAVING_DAYS_AHEAD), first) };
};

/** Most absences that are kept: one for each month of the longest induction. */
const MOST_ENTRIES = 120;

/**
 * Records an absence, or corrects the one that begins on the same day; no days at all take it back. What extends and by
 * how much follows (`review-calendar.ts`); what has been held stays.
 */
export function recordAbsence(
  view: InductionView,
  form: AbsenceAnswer,
  actor: Person,
): Acted<InductionData> | Rejection {
  const { data, world } = view;
  const others = data.absences.filter((absence) => absence.from !== form.from);
  const earlierOne = data.absences.find((absence) => absence.from === form.from);
  if (others.some((absence) => absence.from <= form.to && form.from <= absence.to)) return refuse.absencesOverlap();
  if (others.length >= MOST_ENTRIES) return refuse.tooManyEntries();
  const schoolDays = schoolDaysBetween(world.calendar, addDays(form.from, -1), form.to);
  if (form.days !== undefined && form.days > schoolDays) return refuse.tooManyDays(schoolDays);
  if (form.days === undefined && fteOn(data.hours, form.from) < 1) return refuse.daysNeeded();
  const isStatutory = (statutoryLeave as readonly string[]).includes(form.kind);
  const absence = {
    from: form.from,
    to: form.to,
    kind: form.kind,
    days: form.days ?? null,
    isExtending: isStatutory && earlierOne?.kind === form.kind ? earlierOne.isExtending : null,
  };
  const absences = [...others, ...(form.days === 0 ? [] : [absence])].sort((a, b) => (a.from < b.from ? -1 : 1));
  return acted(
    view,
    { ...data, absences },
    {
      effects: tellEct(view, 'absence-recorded', actor.personId),
      eventData: { from: form.from, to: form.to },
    },
  );
}

export function changeHours(
  view: InductionView,
  form: ChangeHoursAnswer,
  actor: Person,
): Acted<InductionData> | Rejection {
  const { data } = view;
  const others = data.hours.filter((entry) => entry.from !== form.from);
  if (fteOn(data.hours, form.from) === form.fte) return refuse.sameHours();
  if (others.length >= MOST_ENTRIES) return refuse.tooManyEntries();
  const hours = [...others, { from: form.from, fte: form.fte }].sort((a, b) => (a.from < b.from ? -1 : 1));
  return acted(
    view,
    { ...data, hours },
    {
      effects: [
        ...tellEct(view, 'hours-changed', actor.personId),
        ...tellEach(view, [tutorId(data)], 'dates-moved', actor.personId),
      ],
      eventData: { fte: form.fte, from: form.from },
    },
  );
}

/** Schools of theirs other than this one, now or from a post that is to begin. */
export const schoolsToMoveTo = ({ process, world }: InductionView) =>
  [
    ...new Set(
      world.subject.posts
        .filter(({ endsOn }) => endsOn === undefined || endsOn >= world.today)
        .map(({ schoolId }) => schoolId),
    ),
  ]
    .filter((schoolId) => schoolId !== process.schoolId && schoolId !== TRUST)
    .map((schoolId) => ({ schoolId, name: world.directory.school(schoolId)?.name ?? schoolId }));

export const moveRefused = (view: InductionView): Rejection | undefined =>
  schoolsToMoveTo(view).length === 0 ? refuse.noOtherSchool() : undefined;

export function moveWindow(view: InductionView): Window {
  const from = addDays(firstDay(view), 1);
  return { from, to: later(addDays(view.world.today, MOVE_DAYS_AHEAD), from) };
}

export const moveSchool = (view: InductionView, form: MoveSchoolAnswer, actor: Person): Acted<InductionData> =>
  movedTo(view, form.schoolId, form.on, actor.personId);

/**
 * The post ends with an interim assessment by the former school where it lasted a term and none has just been made
 * (¶2.62); the new headteacher then names mentor and tutor. Time goes on as it is.
 */
function movedTo(view: InductionView, schoolId: string, on: Day, actorId: string | undefined): Acted<InductionData> {
  const { data, process, world } = view;
  const lastDay = addDays(on, -1);
  const closed = <T extends { readonly from: Day; readonly to: Day | null }>(entries: readonly T[]): T[] =>
    entries
      .filter((entry) => entry.from <= lastDay)
      .map((entry) => (entry.to === null || entry.to > lastDay ? { ...entry, to: lastDay } : entry));
  const term = termOn(world.calendar, factsOf(data), lastDay);
  const isAssessed =
    data.report !== null || data.reviews.some((review) => review.kind !== 'progress' && review.term >= term);
  const owesInterim =
    process.wait !== 'setup' &&
    process.wait !== 'completion' &&
    !concluding.has(process.wait) &&
    data.move === null &&
    data.leaving === null &&
    !isAssessed &&
    isInterimDue(world.calendar, data, lastDay);
  const moved: InductionData = {
    ...data,
    periods: [...closed(data.periods), { schoolId, from: on, to: null }],
    mentors: closed(data.mentors),
    tutors: closed(data.tutors),
    asked: null,
    move: owesInterim ? { fromSchoolId: process.schoolId, on, tutorId: tutorId(data) ?? null, term } : data.move,
  };
  const goesTo =
    process.wait === 'setup'
      ? 'setup'
      : interruptible.has(process.wait)
        ? owesInterim
          ? 'interim-assessment'
          : 'name-others'
        : undefined;
  return {
    data: moved,
    course: goesTo === undefined ? { then: 'stays' } : { then: 'goes-to', wait: goesTo },
    schoolId,
    effects: [
      ...tellEct(view, 'moved-school', actorId),
      ...tellEach(view, [...headIds(view), mentorId(data)], 'moved-away', actorId),
    ],
    eventData: { fromSchoolId: process.schoolId, schoolId, on },
  };
}

/** Works at another school, as an import says. */
export function onSubjectMoved(view: InductionView): Acted<InductionData> | undefined {
  const { process, world } = view;
  const theirs = schoolsOf(world.subject, world.today);
  const [to] = theirs.filter((schoolId) => schoolId !== TRUST);
  if (to === undefined || theirs.includes(process.schoolId) || firstDay(view) >= world.today) return undefined;
  return movedTo(view, to, world.today, undefined);
}

export function extend(view: InductionView, form: ExtendedAnswer, actor: Person): Acted<InductionData> {
  return acted(view, withExtension(view.data, form), {
    effects: extensionNews(view, actor.personId),
    eventData: { terms: form.terms },
  });
}

/** For experience before, or after two years part time; never without the teacher's consent, never below a term (¶3.2–5). */
export function reduce(view: InductionView, form: ReduceAnswer, actor: Person): Acted<InductionData> | Rejection {
  const { data } = view;
  const required = termsRequired(data);
  const terms = Math.round((required - form.termsRequired) * 100) / 100;
  if (terms <= 0) return refuse.noReduction(required);
  const isTwoYears = daysBetween(startsOn(data), form.decidedOn) >= 2 * 365;
  if (form.reason === 'part-time-two-years' && !(isTwoYears && data.hours.some(({ fte }) => fte < 1)))
    return refuse.notTwoYearsPartTime();
  return acted(
    view,
    {
      ...data,
      termChanges: [...data.termChanges, { change: 'reduced', terms, reason: form.reason, decidedOn: form.decidedOn }],
    },
    {
      effects: [
        ...tellEct(view, 'induction-reduced', actor.personId),
        ...tellEach(view, [...headIds(view), tutorId(data)], 'dates-moved', actor.personId),
      ],
      eventData: { terms: form.termsRequired },
    },
  );
}

/** From today on. */
export const programmeWindow = ({ world }: InductionView): Window => ({
  from: world.today,
  to: addDays(world.today, DAYS_AHEAD),
});

/** Training that has begun ends the day before; what begins today or later never was (hard case 60). */
export function changeProgramme(view: InductionView, form: ChangeProgrammeAnswer): Acted<InductionData> | Rejection {
  const { data, world } = view;
  const leadProvider = form.leadProvider ?? null;
  const last = openEntry(data.training);
  if (last?.programme === form.programme && last.leadProvider === leadProvider) return refuse.sameProgramme();
  const training = [
    ...data.training
      .filter(({ from }) => from < world.today)
      .map((entry) => (entry.to === null ? { ...entry, to: addDays(form.from, -1) } : entry)),
    { programme: form.programme, leadProvider, from: form.from, to: null },
  ];
  const deferrals = data.deferrals.map((entry) => (entry.to === null ? { ...entry, to: form.from } : entry));
  return {
    data: { ...data, training, deferrals },
    course: { then: 'stays' },
    effects: tellEct(view, 'programme-changed'),
    eventData: { programme: form.programme, from: form.from },
  };
}

/** Refused on the day on which training began or changed, or before (hard case 61). */
export function deferralRefused({ data, world }: InductionView): Rejection | undefined {
  if (openEntry(data.deferrals) !== undefined) return refuse.deferredAlready();
  const training = openEntry(data.training);
  return training === undefined || training.from >= world.today ? refuse.trainingJustChanged() : undefined;
}

export const deferTraining = ({ data, world }: InductionView, form: DeferTrainingAnswer): Acted<InductionData> => ({
  data: { ...data, deferrals: [...data.deferrals, { reason: form.reason, from: world.today, to: null }] },
  course: { then: 'stays' },
});

/** Refused on the day of the deferral (hard case 61). */
export function resumptionRefused({ data, world }: InductionView): Rejection | undefined {
  const deferral = openEntry(data.deferrals);
  if (deferral === undefined) return refuse.notDeferred();
  return deferral.from >= world.today ? refuse.deferredToday() : undefined;
}

export const resumeTraining = ({ data, world }: InductionView): Acted<InductionData> => ({
  data: {
    ...data,
    deferrals: data.deferrals.map((entry) => (entry.to === null ? { ...entry, to: addDays(world.today, -1) } : entry)),
  },
  course: { then: 'stays' },
});

export const leavingWindow = (view: InductionView): Window => ({
  from: startsOn(view.data),
  to: later(addDays(view.world.today, LEAVING_DAYS_AHEAD), startsOn(view.data)),
});

export function withdraw(view: InductionView, form: WithdrawAnswer): Acted<InductionData> {
  const { leavesOn, terms = 0, reason } = form;
  // One that began in error never was: nothing is assessed, no time is recorded.
  if (leavesOn === undefined)
    return { data: view.data, course: { then: 'stops', outcome: 'left', reason }, eventData: { reason } };
  return leaves(view, { leavesOn, terms, reason });
}

/** The last day of a post: an interim assessment where one is due, then the end. */
function leaves(
  view: InductionView,
  leaving: { readonly leavesOn: Day; readonly terms: number; readonly reason: LeavingReason },
): Acted<InductionData> {
  const { process } = view;
  const data: InductionData = { ...view.data, leaving };
  const effects = [
    ...tellEct(view, 'leaving-recorded'),
    ...tellEach(view, [...headIds(view), tutorId(data)], 'leaving-told'),
  ];
  const eventData = { leavesOn: leaving.leavesOn, reason: leaving.reason };
  if (process.wait === 'setup') return { data, course: { then: 'stops', outcome: 'left' }, effects, eventData };
  const isWaiting =
    interruptible.has(process.wait) || process.wait === 'completion' || process.wait === 'choose-extension';
  const course: Course =
    isWaiting && process.wait !== 'review-ahead' ? { then: 'goes-to', wait: 'review-ahead' } : { then: 'stays' };
  return { data, course, effects, eventData };
}

/** The last post has ended, and no other is to begin. After completion the outcome is still recorded. */
export function onSubjectLeft(view: InductionView): Acted<InductionData> | undefined {
  const { data, process, world } = view;
  const { posts } = world.subject;
  const hasPost = posts.some(({ endsOn }) => endsOn === undefined || endsOn >= world.today);
  if (hasPost || data.leaving !== null || concluding.has(process.wait)) return undefined;
  const lastDay = posts.reduce((last, { endsOn }) => later(last, endsOn ?? last), startsOn(data));
  const { served } = termsServed(world.calendar, factsOf(data), lastDay);
  return leaves(view, { leavesOn: lastDay, terms: Math.round(served * 10) / 10, reason: 'other' });
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

const later = (a: Day, b: Day): Day => (a > b ? a : b);
const earlier = (a: Day, b: Day): Day => (a < b ? a : b);
