/**
 * Who mentors, who assesses, who signs: whom an induction names and asks, and what happens when they go. Pure.
 *
 * Source: statutory guidance "Induction for early career teachers" (April 2024), ¶2.42–45, ¶2.55, ¶2.80.
 */
import { addSchoolDays, schoolDaysBetween } from '../kernel/calendar.ts';
import { absenceAt, currentPosts, holdersNow, holds, schoolsOf } from '../kernel/people.ts';
import type { Acted, Decider, Mentions } from '../kernel/process.ts';
import { type Person, TRUST } from '../kernel/records.ts';
import type { Rejection } from '../kernel/rejections.ts';
import { addDays, type Day, daysBetween } from '../kernel/time.ts';
import type { World } from '../kernel/world.ts';
import * as refuse from './refusals.ts';
import type {
  ChangeMentorAnswer,
  ChangeTutorAnswer,
  Choices,
  InductionData,
  MentorAnswer,
  OthersAnswer,
  TutorAnswer,
  Window,
} from './schemas.ts';
import {
  type Answer,
  firstDay,
  type InductionView,
  interruptible,
  LEAVING_DAYS_AHEAD,
  later,
  mentorId,
  openEntry,
  openedOn,
  startsOn,
  tellEach,
  tellEct,
  tutorId,
} from './standing.ts';

/** A mentor or tutor who is away for so many days is replaced. */
const AWAY_DAYS = 14;
/** The headteacher is asked again for a replacement after so many school days. */
const ASK_AGAIN_SCHOOL_DAYS = 20;
/** A replacement is named within so many school days, or induction goes on without. */
const NAME_WITHIN_SCHOOL_DAYS = 10;

/** Whom it names: the tutor reads it in full; a mentor supports and does not assess, so sees stage and dates only (¶2.45). */
export const named = (data: InductionData) => [
  ...(tutorId(data) === undefined ? [] : [{ personId: tutorId(data) as string, as: 'induction-tutor' }]),
  ...(mentorId(data) === undefined
    ? []
    : [{ personId: mentorId(data) as string, as: 'mentor', reads: 'brief' as const }]),
];

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

export interface Naming {
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
export function mentorRefused(id: string, tutorOf: string | undefined, naming: Naming): Rejection | undefined {
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

export function tutorRefused(id: string, mentorOf: string | undefined, naming: Naming): Rejection | undefined {
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

/** The headteacher is asked for somebody else once a mentor or tutor is missing, and again after a while. */
export function replacementAsked(view: InductionView): (Acted<InductionData> & { readonly event: string }) | undefined {
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
