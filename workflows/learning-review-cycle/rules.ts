/**
 * The policy of a learning review cycle: when it opens, who gets a review, when it is counted, how it is answered. Pure.
 *
 * Source: the trust's own settled rules on the learning review and on demand.
 */
import { type Calendar, type LearningReviewCycle, learningReviewCycles } from '../kernel/calendar.ts';
import { tellEach } from '../kernel/news.ts';
import { holdersNow } from '../kernel/people.ts';
import type { Answered, CalendarStart, ChildToBe, Started, View } from '../kernel/process.ts';
import { type Child, type Person, TRUST } from '../kernel/records.ts';
import type { Rejection } from '../kernel/rejections.ts';
import { type Day, dayOf } from '../kernel/time.ts';
import type { World } from '../kernel/world.ts';
import { cycleOf, cycleOnFile, cyclesToOpen, finishesOn, getsReview, isToldToday } from '../learning-needs/cycle.ts';
import {
  countedReviews,
  LEARNING_REVIEW,
  type NeedCode,
  progressOf,
  SCHOOL_REVIEW,
  SchoolTally,
} from '../learning-needs/needs.ts';
import { demandOf } from './demand.ts';
import * as refuse from './refusals.ts';
import type { CycleData, SignOffAnswer, StartInput } from './schemas.ts';

export const KIND = 'learning-review-cycle';

type CycleView = View<CycleData>;

export const cycleInView = ({ data, world }: Pick<CycleView, 'data' | 'world'>): LearningReviewCycle =>
  cycleOf(world.calendar, data.cycleId);

// Start

const begun = (cycle: LearningReviewCycle): Started<CycleData> => ({
  naturalKey: cycle.id,
  data: {
    cycleId: cycle.id,
    toldOn: null,
    numbers: null,
    schools: [],
    decisions: null,
    signedOffBy: null,
    signedOffOn: null,
  },
  subjectId: TRUST,
  schoolId: TRUST,
  ruleSet: cycle.id,
  wait: 'reviews',
});

/** By hand: a cycle whose window is open, or the next one. One that is opened already is that one. */
export function start(
  sent: Readonly<Record<string, unknown>>,
  _actor: Person,
  { calendar, today }: World,
): Started<CycleData> | Rejection {
  const cycle = cycleOnFile(calendar, (sent as StartInput).cycleId);
  if (!cycle) return refuse.noSuchCycle(calendar, today);
  if (today > cycle.closesOn) return refuse.cycleClosed(cycle);
  return cyclesToOpen(calendar, today).some(({ id }) => id === cycle.id) ? begun(cycle) : refuse.cycleTooEarly(cycle);
}

/** By the calendar: on its day, or on a later morning of its window where that one was missed. */
export const fromCalendar = (calendar: Calendar, today: Day): readonly CalendarStart[] =>
  learningReviewCycles(calendar)
    .filter(({ opensOn, closesOn }) => opensOn <= today && today <= closesOn)
    .map(({ id }) => ({ subjectId: TRUST, input: { cycleId: id } }));

export function startedBySystem(
  input: Readonly<Record<string, unknown>>,
  { calendar }: World,
): Started<CycleData> | undefined {
  const cycle = cycleOnFile(calendar, String(input['cycleId']));
  return cycle && begun(cycle);
}

// Reviews

export const forPerson = (view: CycleView, person: Person): ChildToBe | undefined =>
  getsReview(person, cycleInView(view), view.world.calendar, view.world.today)
    ? { kind: LEARNING_REVIEW, input: { cycleId: view.data.cycleId } }
    : undefined;

/** Each school, while the window is open. The central office is counted with the others, and chooses no priorities. */
export const forSchool = (view: CycleView): ChildToBe | undefined =>
  view.world.today <= cycleInView(view).closesOn
    ? { kind: SCHOOL_REVIEW, input: { cycleId: view.data.cycleId } }
    : undefined;

/** So many school days after the window schools have to choose their priorities. */
const latestDay = (view: CycleView): Day => finishesOn(view.world.calendar, cycleInView(view));

/**
 * After the window, once every school review has ended or the latest day has come, needs are added up. In the window the
 * trust-leads are told once a week how far it is: how many, never who.
 */
export function counted(view: CycleView, rows: readonly Child[]) {
  const { data, process, world } = view;
  const cycle = cycleInView(view);
  const schools = rows.filter(({ kind }) => kind === SCHOOL_REVIEW);
  const isClosed = world.today > cycle.closesOn;
  if (isClosed && (world.today > latestDay(view) || schools.every(({ endedAt }) => endedAt !== undefined))) {
    const { total, conversations, bySchool, byRoute, rows: found } = demandOf(countedReviews(rows, cycle));
    return {
      outcome: 'counted' as const,
      data: {
        ...data,
        numbers: {
          countedOn: world.today,
          total,
          conversations,
          bySchool: [...bySchool],
          byRoute: [...byRoute],
          rows: [...found],
        },
        schools: schools.flatMap(({ schoolId, tally }) =>
          tally === undefined ? [] : [{ schoolId, priorities: SchoolTally.parse(tally).priorities }],
        ),
      },
    };
  }
  const { held, reviews } = progressOf(rows);
  if (reviews === 0 || !isToldToday(world.calendar, cycle, data.toldOn ?? dayOf(process.startedAt), world.today))
    return undefined;
  return {
    outcome: 'told' as const,
    data: { ...data, toldOn: world.today },
    effects: tellEach(
      holdersNow(world.directory, 'trust-lead', TRUST, world.today).map(({ personId }) => personId),
      'progress',
      [],
      { held, reviews },
    ),
  };
}

// Sign-off

/** What was counted. Throws before it: the machine does not come here without. */
export function numbersOf({ data }: Pick<CycleView, 'data'>): NonNullable<CycleData['numbers']> {
  if (data.numbers === null) throw new Error('Nothing has been counted');
  return data.numbers;
}

/** Every strand with a route by which somebody would like to work on it: each wants an answer. */
export const groups = (view: CycleView): readonly NeedCode[] =>
  numbersOf(view).rows.flatMap(({ strand, route }) => (route === null ? [] : [{ strand, route }]));

export const signedOff = (
  { data, world }: CycleView,
  form: SignOffAnswer,
  signedOffBy: string,
): Answered<CycleData, 'signed-off'> => ({
  outcome: 'signed-off',
  data: {
    ...data,
    decisions: form.decisions.map(({ strand, route, meetBy, note }) => ({
      strand,
      route: route ?? null,
      meetBy,
      note: note ?? null,
    })),
    signedOffBy,
    signedOffOn: world.today,
  },
});

export const milestones = (view: CycleView) => {
  const { opensOn, closesOn } = cycleInView(view);
  return [
    { name: 'opens', dueOn: opensOn, doneOn: dayOf(view.process.startedAt) },
    { name: 'closes', dueOn: closesOn, doneOn: view.world.today > closesOn ? closesOn : null },
    { name: 'counted', dueOn: latestDay(view), doneOn: view.data.numbers?.countedOn ?? null },
    { name: 'signed-off', dueOn: null, doneOn: view.data.signedOffOn },
  ] as const;
};

/** Schools that the sign-off says by name. */
export const namesSchools = ({ numbers, schools }: CycleData): readonly string[] => [
  ...(numbers?.bySchool ?? []).map(({ schoolId }) => schoolId),
  ...schools.map(({ schoolId }) => schoolId),
];

/** For who may see stage and dates only. */
export const brief = ({ cycleId, signedOffOn }: CycleData): Readonly<Record<string, unknown>> => ({
  cycleId,
  signedOffOn,
});
