/** What a study stands in: its course and dates, what is declared and what is still to come, and whom to tell. */
import { cohort as cohortOnFile, lastSchoolDayOnOrBefore, type NpqCohort, nextSchoolDay } from '../kernel/calendar.ts';
import { countedFrom, defaultDueOn } from '../kernel/due.ts';
import { tell, tellEach } from '../kernel/news.ts';
import { holdersNow, lineManagerOf, resolveDecider } from '../kernel/people.ts';
import type { Acted, Answered, Effect, Course as Path, View } from '../kernel/process.ts';
import { type Person, TRUST } from '../kernel/records.ts';
import type { Rejection } from '../kernel/rejections.ts';
import { addDays, type Day } from '../kernel/time.ts';
import type { World } from '../kernel/world.ts';
import { type Course, courseOf, type DeclarationType } from '../npq/courses.ts';
import { type AssessmentWindow, resultsExpectedOn, type ScheduleDates, scheduleDates } from '../npq/milestones.ts';
import * as refuse from './refusals.ts';
import type { Declaration, DeclarationState, Outcome, StudyData } from './schemas.ts';

export type StudyView = View<StudyData>;
export type Answer<Word extends string> = Answered<StudyData, Word>;
export type Morning = Acted<StudyData> & { readonly event: string };

/** How long before its date a milestone is put to the trust's CPD lead, in days: eight weeks. Our rule. */
const WINDOW_DAYS = 56;

/** The cohort of a stored study. Throws where the calendar has lost it: a calendar must keep the cohorts in use. */
export function cohortOf(world: World, cohortId: string): NpqCohort {
  const found = cohortOnFile(world.calendar, cohortId);
  if (!found) throw new Error(`The calendar has no cohort ${cohortId}`);
  return found;
}

/** Course and cohort of the study in view. */
export const courseAndCohort = ({ data, world }: StudyView): { course: Course; cohort: NpqCohort } => ({
  course: courseOf(data.courseId),
  cohort: cohortOf(world, data.cohortId),
});

export const datesOf = (view: StudyView): ScheduleDates =>
  scheduleDates(view.world.calendar, {
    ...courseAndCohort(view),
    scheduleId: view.data.scheduleId,
    startsOn: view.data.startsOn,
  });

/** No declaration may be dated before this day. */
export const appliesFrom = (view: StudyView): Day => datesOf(view).appliesFrom;

/** Declarations that stand: submitted, or on their way to being paid. */
export const LIVE: ReadonlySet<DeclarationState> = new Set(['submitted', 'eligible', 'payable', 'paid']);
export const isLive = ({ state }: Declaration): boolean => LIVE.has(state);

/** The declaration of that type that stands, if one does. */
export const liveOf = ({ declarations }: StudyData, type: DeclarationType): Declaration | undefined =>
  declarations.findLast((declaration) => declaration.type === type && isLive(declaration));

export const typesOf = ({ courseId }: StudyData): readonly DeclarationType[] => courseOf(courseId).declarationTypes;

/** The next milestone that has to be declared; nothing once all of them are. */
export const nextType = (data: StudyData): DeclarationType | undefined =>
  typesOf(data).find((type) => liveOf(data, type) === undefined);

/** The assessment that counts now; nothing for a course without one. */
export const assessmentOf = (view: StudyView): AssessmentWindow | null =>
  view.data.assessment ?? datesOf(view).assessment;

/** The number of the assessment that counts now, from 1. */
export const assessmentNumber = ({ assessmentsBehind }: StudyData): number => assessmentsBehind.length + 1;

/** Whether that assessment has been decided about, so that nothing more of it is asked. */
export const isAssessmentSettled = (data: StudyData): boolean => data.maySit >= assessmentNumber(data);

/** The number of assessments that counted, this one included: each but the last was failed. */
export const attemptOf = ({ assessmentsBehind }: StudyData): number =>
  assessmentsBehind.filter(({ because }) => because === 'failed').length + 1;

/** The result that stands; nothing before there is one, and after it was taken back. */
export function outcomeOf({ outcomes }: StudyData): Outcome | undefined {
  const last = outcomes.at(-1);
  return last === undefined || last.state === 'voided' ? undefined : last;
}

export interface MilestoneWindow {
  readonly type: DeclarationType;
  /** From this day on it is asked for. */
  readonly opensOn: Day;
  readonly dueOn: Day;
  readonly isProvisional: boolean;
}

/** The milestones of the course on its schedule, in their order. A later assessment moves the completion. */
export function windows(view: StudyView): readonly MilestoneWindow[] {
  const { calendar } = view.world;
  const { appliesFrom: start, milestones: dates } = datesOf(view);
  const begins = laterOf(start, view.data.startsOn);
  return dates.map(({ type, dueOn, isProvisional }) => {
    const moved = type === 'completed' && view.data.assessment;
    const results = moved ? resultsExpectedOn(calendar, moved) : dueOn;
    const isLater = results > dueOn;
    const by = isLater ? results : dueOn;
    return {
      type,
      opensOn: type === 'started' ? begins : laterOf(addDays(by, -WINDOW_DAYS), begins),
      dueOn: by,
      isProvisional: isLater || isProvisional,
    };
  });
}

/** The window of a milestone. Throws for one that the course does not have: a bug. */
export function windowOf(view: StudyView, type: DeclarationType): MilestoneWindow {
  const found = windows(view).find((window) => window.type === type);
  if (!found) throw new Error(`${view.data.courseId} has no ${type}`);
  return found;
}

export const laterOf = (a: Day, b: Day): Day => (a > b ? a : b);

/** A day on which a timer elapses at once. */
export const atOnce = ({ world }: StudyView): Day => addDays(world.today, -1);

/** When a milestone is asked for; at once where it is declared already. */
export const windowOpensOn = (view: StudyView, type: DeclarationType): Day =>
  liveOf(view.data, type) === undefined ? windowOf(view, type).opensOn : atOnce(view);

/** From when the due time of the task in view counts. */
export const openedOn = ({ wait, world }: StudyView): Day => (wait ? countedFrom(wait) : world.today);

/** The milestone's day, or the time for any task where that has passed. */
export function recordDueOn(view: StudyView, type: DeclarationType): Day {
  const { calendar } = view.world;
  const opened = openedOn(view);
  const { dueOn } = windowOf(view, type);
  return dueOn > opened
    ? laterOf(lastSchoolDayOnOrBefore(calendar, dueOn), nextSchoolDay(calendar, opened))
    : defaultDueOn(calendar, `record-${type}`, opened);
}

/** An answer that changes nothing but the way. */
export const unchanged = <Word extends string>(view: StudyView, outcome: Word): Answer<Word> => ({
  outcome,
  data: view.data,
});

/** To a wait; where the study is paused it stays so. */
export const goTo = ({ process }: StudyView, wait: string): Path =>
  process.status === 'paused'
    ? { then: 'pauses', ...(process.resumesOn === undefined ? {} : { until: process.resumesOn }), goesTo: wait }
    : { then: 'goes-to', wait };

// Results

/** The study with that result, for the assessment that counts now. */
export const withOutcome = (
  data: StudyData,
  state: 'passed' | 'failed',
  completedOn: Day,
  { world }: StudyView,
  actor: Person,
): StudyData => ({
  ...data,
  outcomes: [
    ...data.outcomes,
    {
      state,
      attempt: attemptOf(data),
      completedOn,
      recordedOn: world.today,
      recordedBy: actor.personId,
      amends: null,
      reason: null,
    },
  ],
});

/** The result is taken back with the completion it came with; earlier declarations stay (hard case 35). */
export function withoutOutcome(data: StudyData, { world }: StudyView, actor: Person): StudyData {
  const standing = outcomeOf(data);
  if (!standing) return data;
  const taken: Outcome = {
    ...standing,
    state: 'voided',
    recordedOn: world.today,
    recordedBy: actor.personId,
    amends: null,
    reason: null,
  };
  // An assessment that was failed was failed by that result, so it counts again.
  const behind = data.assessmentsBehind.filter(({ because }) => because !== 'failed');
  const counted =
    behind.length === data.assessmentsBehind.length
      ? {}
      : {
          assessmentsBehind: behind,
          maySit: behind.length + 1,
          assessment: behind.length === 0 ? null : data.assessment,
        };
  return { ...data, ...counted, outcomes: [...data.outcomes, taken] };
}

// Who is told, and who keeps the record

const isSubject = ({ world }: StudyView, actor: Person): boolean => actor.personId === world.subject.personId;

export const tellSubject = (view: StudyView, actor: Person | null, code: string): readonly Effect[] =>
  actor && isSubject(view, actor) ? [] : [tell(view.world.subject.personId, 'decided', code)];

export const managerOf = ({ process, world }: StudyView): string | undefined =>
  lineManagerOf(world.subject, process.schoolId, world.directory, world.today)?.personId;

const holdersOf = ({ world }: StudyView, role: 'trust-lead' | 'headteacher', schoolId: string): readonly string[] =>
  holdersNow(world.directory, role, schoolId, world.today).map(({ personId }) => personId);

export const trustLeads = (view: StudyView): readonly string[] => holdersOf(view, 'trust-lead', TRUST);
export const heads = (view: StudyView): readonly string[] => holdersOf(view, 'headteacher', view.process.schoolId);

/** Line manager and headteacher, but not who did it and not the participant. */
export const tellTheSchool = (view: StudyView, code: string, actor: Person | null): readonly Effect[] =>
  tellEach([managerOf(view), ...heads(view)], code, [actor?.personId, view.world.subject.personId]);

/** Who may keep the record of a study: the trust's CPD lead and, where that is the participant, the next in the chain. */
export const keepers = ['trust-lead', 'executive', 'trust-chair'] as const;

/** Nobody keeps their own record, and the next in the chain keeps it only where nobody before them can. */
export function keeperRefused({ process, world }: StudyView, actor: Person): Rejection | undefined {
  const { eligible } = resolveDecider(
    { role: 'trust-lead', schoolId: TRUST },
    { subject: world.subject, schoolId: process.schoolId },
    world.directory,
    world.today,
  );
  if (eligible.some(({ personId }) => personId === actor.personId)) return undefined;
  return actor.personId === world.subject.personId ? refuse.aboutYourself() : refuse.forTheTrustLead();
}
