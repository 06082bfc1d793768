/**
 * The policy of a school review: when the school's numbers are counted, who chooses its priorities, what the cycle is
 * told. Pure.
 *
 * Source: the trust's own settled rules on the learning review.
 */
import { addSchoolDays, type LearningReviewCycle } from '../kernel/calendar.ts';
import { tellEach } from '../kernel/news.ts';
import { holdersNow } from '../kernel/people.ts';
import type { Answered, Decider, Started, View } from '../kernel/process.ts';
import { type Child, TRUST } from '../kernel/records.ts';
import type { Rejection } from '../kernel/rejections.ts';
import { type Day, dayOf } from '../kernel/time.ts';
import type { World } from '../kernel/world.ts';
import { cycleOf, cycleOnFile, isToldToday } from '../learning-needs/cycle.ts';
import {
  countedReviews,
  groupsOf,
  LEARNING_REVIEW,
  progressOf,
  SCHOOL_REVIEW,
  type SchoolTally,
} from '../learning-needs/needs.ts';
import * as refuse from './refusals.ts';
import type { PrioritiesAnswer, SchoolReviewData } from './schemas.ts';

export const KIND = SCHOOL_REVIEW;

/** Of the school's conversations, in percent: so many held are enough to choose priorities by. */
const ENOUGH_PERCENT = 80;
/** So many school days after the window the priorities are not waited for any more. */
const PRIORITIES_SCHOOL_DAYS = 30;

type SchoolReviewView = View<SchoolReviewData>;

export const cycleInView = ({ data, world }: Pick<SchoolReviewView, 'data' | 'world'>): LearningReviewCycle =>
  cycleOf(world.calendar, data.cycleId);

/** Nobody starts one by hand. */
export const start = (): Rejection => refuse.onlyByCycle();

/** Opened by the cycle for a school. */
export function startedBySystem(
  input: Readonly<Record<string, unknown>>,
  { calendar, subject }: World,
): Started<SchoolReviewData> | undefined {
  const cycle = cycleOnFile(calendar, String(input['cycleId']));
  if (!cycle) return undefined;
  return {
    naturalKey: `${cycle.id}/${subject.personId}`,
    data: { cycleId: cycle.id, toldOn: null, totals: null, priorities: null, chosenBy: null, chosenOn: null },
    subjectId: subject.personId,
    schoolId: subject.personId,
    ruleSet: cycle.id,
    wait: 'conversations',
  };
}

/** The learning reviews of its cycle at its school. */
export function counts({ process }: SchoolReviewView) {
  if (process.parentId === undefined) throw new Error(`${process.processId} has no cycle`);
  return { parentId: process.parentId, kind: LEARNING_REVIEW, schoolId: process.schoolId };
}

/**
 * Counted once 80 % of the conversations are held, else on the day on which the window closes. Until then the leads of
 * the school are told once a week how far it is: how many, never who.
 */
export function counted(view: SchoolReviewView, rows: readonly Child[]) {
  const { data, process, world } = view;
  const cycle = cycleInView(view);
  const { reviews, held } = progressOf(rows);
  const isClosing = world.today >= cycle.closesOn;
  if (isClosing && reviews === 0) return { outcome: 'nobody-reviewed' as const, data };
  if (reviews > 0 && (isClosing || held * 100 >= reviews * ENOUGH_PERCENT)) {
    const needs = countedReviews(rows, cycle).flatMap((review) => review.needs);
    const totals = { countedOn: world.today, reviews, held, needs: [...groupsOf(needs)] };
    return { outcome: 'counted' as const, data: { ...data, totals } };
  }
  if (reviews === 0 || !isToldToday(world.calendar, cycle, data.toldOn ?? dayOf(process.startedAt), world.today))
    return undefined;
  return {
    outcome: 'told' as const,
    data: { ...data, toldOn: world.today },
    effects: tellEach(leadsOf(view), 'progress', [], { held, reviews }),
  };
}

/** Headteachers and CPD leads of the school. */
const leadsOf = ({ process, world }: SchoolReviewView): readonly string[] =>
  (['headteacher', 'school-lead'] as const)
    .flatMap((role) => holdersNow(world.directory, role, process.schoolId, world.today))
    .map(({ personId }) => personId);

/**
 * The headteacher, by name: who comes next is then another head or the executive, never a governor (hard case 97). The
 * executive where the school has none.
 */
export function chooser({ process, world }: SchoolReviewView): Decider {
  const heads = holdersNow(world.directory, 'headteacher', process.schoolId, world.today);
  const [head] = heads;
  if (head === undefined) return { role: 'executive', schoolId: TRUST };
  return heads.length === 1 ? { personId: head.personId } : { role: 'headteacher', schoolId: process.schoolId };
}

/** What was counted. Throws before it: the machine does not come here without. */
export function totalsOf({ data }: Pick<SchoolReviewView, 'data'>): NonNullable<SchoolReviewData['totals']> {
  if (data.totals === null) throw new Error('Nothing has been counted');
  return data.totals;
}

export function chosen(
  view: SchoolReviewView,
  form: PrioritiesAnswer,
  chosenBy: string,
): Answered<SchoolReviewData, 'chosen'> {
  const { reviews, held } = totalsOf(view);
  const tally: SchoolTally = {
    reviews,
    held,
    priorities: [...new Set(form.priorities.map(({ strand }) => strand))],
  };
  return {
    outcome: 'chosen',
    data: { ...view.data, priorities: [...form.priorities], chosenBy, chosenOn: view.world.today },
    effects: [{ effect: 'report', mark: 'priorities-chosen', tally }],
    eventData: { priorities: tally.priorities },
  };
}

export const noneChosen = ({ data }: SchoolReviewView): Answered<SchoolReviewData, 'none-chosen'> => ({
  outcome: 'none-chosen',
  data,
});

export const prioritiesLapse = (
  view: SchoolReviewView,
): { readonly lastDay: Day; readonly outcome: 'none-chosen' } => ({
  lastDay: addSchoolDays(view.world.calendar, cycleInView(view).closesOn, PRIORITIES_SCHOOL_DAYS),
  outcome: 'none-chosen',
});

export const milestones = (view: SchoolReviewView) =>
  [
    { name: 'conversations', dueOn: cycleInView(view).closesOn, doneOn: view.data.totals?.countedOn ?? null },
    { name: 'school-priorities', dueOn: null, doneOn: view.data.chosenOn },
  ] as const;

/** For readers beyond the school: what it chose, and none of its numbers, which are small. */
export const brief = ({ cycleId, priorities, chosenOn }: SchoolReviewData): Readonly<Record<string, unknown>> => ({
  cycleId,
  priorities,
  chosenOn,
});
