/**
 * What may be done to an induction at any time, and what moves and departures do to it. Pure.
 *
 * Sources: as for `rules.ts`.
 */
import { schoolDaysBetween } from '../kernel/calendar.ts';
import { schoolsOf } from '../kernel/people.ts';
import type { Acted, Course } from '../kernel/process.ts';
import { type Person, TRUST } from '../kernel/records.ts';
import type { Rejection } from '../kernel/rejections.ts';
import { addDays, type Day, daysBetween } from '../kernel/time.ts';
import { replacementAsked } from './people.ts';
import * as refuse from './refusals.ts';
import { fteOn, isInterimDue, statutoryLeave, termOn, termsServed } from './review-calendar.ts';
import type {
  AbsenceAnswer,
  ChangeHoursAnswer,
  ChangeProgrammeAnswer,
  DeferTrainingAnswer,
  ExtendedAnswer,
  InductionData,
  LeavingReason,
  MoveSchoolAnswer,
  ReduceAnswer,
  Window,
  WithdrawAnswer,
} from './schemas.ts';
import {
  DAYS_AHEAD,
  earlier,
  extensionNews,
  factsOf,
  firstDay,
  headIds,
  type InductionView,
  interruptible,
  isAtReview,
  isStillDue,
  LEAVING_DAYS_AHEAD,
  later,
  MOVE_DAYS_AHEAD,
  mentorId,
  nextOf,
  openEntry,
  startsOn,
  tellEach,
  tellEct,
  termsRequired,
  tutorId,
  undecidedLeave,
  withExtension,
} from './standing.ts';

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
  if (!isAtReview(view)) return stays;
  const isSame = nextOf(view).next?.key === nextOf({ data, world }).next?.key;
  return isStillDue({ ...view, data }) && (isSame || data.move !== null) ? stays : waiting;
}

const acted = (
  view: InductionView,
  data: InductionData,
  more: Pick<Acted<InductionData>, 'effects' | 'eventData'>,
): Acted<InductionData> => ({ data, course: courseAfter(view, data), ...more });

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
  const isForMove = process.wait === 'interim-assessment' && data.move !== null;
  const isLeft =
    (isAtReview(view) && !isForMove) || process.wait === 'completion' || process.wait === 'choose-extension';
  const course: Course = isLeft ? { then: 'goes-to', wait: 'review-ahead' } : { then: 'stays' };
  return { data, course, effects, eventData };
}

/** The calendar itself has changed under an open review; or somebody who supports or assesses is gone. */
export function onMorning(view: InductionView): (Acted<InductionData> & { readonly event: string }) | undefined {
  if (isAtReview(view) && !isStillDue(view))
    return { data: view.data, course: { then: 'goes-to', wait: 'review-ahead' }, event: 'dates-moved' };
  return replacementAsked(view);
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
