/**
 * The assessment of a study and its result: time for it, who may sit it, passed or failed, and what may be corrected.
 * 90 % attendance and the window are the providers' (domain facts 1.2); a result that is a new row, never a changed one, is
 * the DfE's (`participant_outcomes/create.rb`).
 */
import { addSchoolDays, lastSchoolDayBefore, nextSchoolDay } from '../kernel/calendar.ts';
import { defaultDueOn } from '../kernel/due.ts';
import { tell, tellEach } from '../kernel/news.ts';
import type { Acted } from '../kernel/process.ts';
import type { Person } from '../kernel/records.ts';
import type { Rejection } from '../kernel/rejections.ts';
import { addDays, type Day, daysBetween } from '../kernel/time.ts';
import { courseOf, resubmissionsOf } from '../npq/courses.ts';
import { nextAssessment, resultsExpectedOn } from '../npq/milestones.ts';
import * as refuse from './refusals.ts';
import type {
  AmendAnswer,
  AssessmentAnswer,
  AttendanceAnswer,
  AttendanceConfirmedAnswer,
  Outcome,
  OutcomeAnswer,
  ProtectedAnswer,
  StudyData,
} from './schemas.ts';
import {
  type Answer,
  assessmentNumber,
  assessmentOf,
  atOnce,
  attemptOf,
  goTo,
  heads,
  isAssessmentSettled,
  laterOf,
  type Morning,
  managerOf,
  openedOn,
  outcomeOf,
  type StudyView,
  tellSubject,
  trustLeads,
  unchanged,
  withOutcome,
} from './standing.ts';

/** Attendance without which nobody sits the assessment, in per cent (domain facts 1.2). */
const ATTENDANCE_NEEDED = 90;

/** With so many days to go people are told of an attendance that is too low: six weeks. */
const ATTENDANCE_LOOKED_AT_DAYS = 42;

/** How many school days before the assessment the line manager is asked to protect time for it. */
const PROTECTED_AHEAD = 20;

/** Providers publish no result of a second assessment sooner than four weeks after it closed. An assumption. */
const RESULTS_SOONEST_DAYS = 28;

// Assessment

/** Twenty school days before the assessment; at once where it has been decided about. */
export function timeIsAskedForOn(view: StudyView): Day {
  const assessment = assessmentOf(view);
  return assessment && !isAssessmentSettled(view.data)
    ? addSchoolDays(view.world.calendar, assessment.from, -PROTECTED_AHEAD)
    : atOnce(view);
}

const assessmentBegins = (view: StudyView): Day => assessmentOf(view)?.from ?? view.world.today;

/** Before the assessment opens, where that can still be. */
export function protectDueOn(view: StudyView): Day {
  const { calendar } = view.world;
  const opened = openedOn(view);
  return laterOf(lastSchoolDayBefore(calendar, assessmentBegins(view)), nextSchoolDay(calendar, opened));
}

/** Whoever does not answer does not hold the assessment up. */
export const protectLapses = (view: StudyView) =>
  ({ lastDay: addDays(assessmentBegins(view), -1), outcome: 'unanswered' }) as const;

/** Nothing to ask where time is agreed for this assessment, or the assessment has been decided about. */
export function protectedBefore(view: StudyView): Answer<'protected'> | undefined {
  const { data } = view;
  const isAgreed = data.protection?.isProtected === true && data.protection.assessmentFrom === assessmentOf(view)?.from;
  return isAgreed || isAssessmentSettled(data) ? unchanged(view, 'protected') : undefined;
}

export function timeAnswered(
  view: StudyView,
  outcome: 'protected' | 'not-protected',
  form: ProtectedAnswer,
  actor: Person,
): Answer<'protected' | 'not-protected'> {
  const isProtected = outcome === 'protected';
  return {
    outcome,
    data: {
      ...view.data,
      protection: {
        assessmentFrom: assessmentBegins(view),
        isProtected,
        on: view.world.today,
        note: form.note ?? null,
      },
    },
    effects: [
      ...tellSubject(view, actor, 'time-protected'),
      ...(isProtected
        ? []
        : tellEach([...trustLeads(view), ...heads(view)], 'time-not-protected', [
            actor.personId,
            view.world.subject.personId,
          ])),
    ],
  };
}

/** The day on which the assessment opens; at once where it has been decided about. */
export const assessmentOpensOn = (view: StudyView): Day =>
  isAssessmentSettled(view.data) ? atOnce(view) : assessmentBegins(view);

/** Attendance as it was in the last weeks before the assessment; older figures are asked for again. */
function attendanceForAssessment(view: StudyView): number | undefined {
  const { attendance } = view.data;
  const since = addDays(assessmentBegins(view), -ATTENDANCE_LOOKED_AT_DAYS);
  return attendance && attendance.asOn >= since ? attendance.percent : undefined;
}

/**
 * Decided without asking: settled before, assessed once already, or the attendance is on record. One that is too low is
 * only where it was still so when the assessment opened: weeks before, there was time to catch up.
 */
export function attendanceKnown(view: StudyView): Answer<'may-sit' | 'may-resit' | 'cannot-sit'> | undefined {
  const { data } = view;
  if (isAssessmentSettled(data))
    return unchanged(view, data.maySit > 1 && attemptOf(data) > 1 ? 'may-resit' : 'may-sit');
  if (attemptOf(data) > 1) return { outcome: 'may-resit', data: { ...data, maySit: assessmentNumber(data) } };
  const percent = attendanceForAssessment(view);
  if (percent === undefined) return undefined;
  const isFinal = percent >= ATTENDANCE_NEEDED || (data.attendance?.asOn ?? '') >= assessmentBegins(view);
  return isFinal ? sits(view, data, percent, null) : undefined;
}

/**
 * With 90 % the assessment may be sat. Without, the next one: that is not a fail (hard case 42), so it costs no
 * resubmission. The line manager is asked for time again.
 */
function sits(
  view: StudyView,
  data: StudyData,
  percent: number,
  actor: Person | null,
): Answer<'may-sit' | 'cannot-sit'> {
  if (percent >= ATTENDANCE_NEEDED) return { outcome: 'may-sit', data: { ...data, maySit: assessmentNumber(data) } };
  return {
    outcome: 'cannot-sit',
    data: withNextAssessment(view, data, 'attendance'),
    effects: [
      ...tellSubject(view, actor, 'cannot-sit'),
      ...tellEach([managerOf(view), ...trustLeads(view)], 'assessment-again', [
        actor?.personId,
        view.world.subject.personId,
      ]),
    ],
  };
}

function withNextAssessment(view: StudyView, data: StudyData, because: 'attendance' | 'failed'): StudyData {
  const assessment = assessmentOf(view);
  if (!assessment) return data;
  return {
    ...data,
    assessment: nextAssessment(view.world.calendar, assessment, view.world.today),
    assessmentsBehind: [...data.assessmentsBehind, { from: assessment.from, because }],
    protection: null,
  };
}

export function attendanceConfirmed(
  view: StudyView,
  form: AttendanceConfirmedAnswer,
  actor: Person,
): Answer<'may-sit' | 'cannot-sit'> {
  const { today } = view.world;
  const data: StudyData = { ...view.data, attendance: { percent: form.percent, asOn: today, recordedOn: today } };
  return sits(view, data, form.percent, actor);
}

export const assessmentRefused = (view: StudyView): Rejection | undefined =>
  assessmentOf(view) === null
    ? refuse.notAssessed()
    : isAssessmentSettled(view.data)
      ? refuse.assessmentOver()
      : undefined;

/** The provider has named the days. Whoever waits for the assessment waits from before the line manager is asked. */
export function setAssessment(view: StudyView, form: AssessmentAnswer): Acted<StudyData> | Rejection {
  const refused = assessmentRefused(view);
  if (refused) return refused;
  if (form.to < view.world.today) return refuse.assessmentPast();
  return {
    data: { ...view.data, assessment: { from: form.from, to: form.to, isProvisional: false } },
    course: view.process.stage === 'assessment' ? goTo(view, 'assessment-ahead') : { then: 'stays' },
    eventData: { from: form.from, to: form.to },
  };
}

export const recordAttendance = (view: StudyView, form: AttendanceAnswer): Acted<StudyData> => ({
  data: {
    ...view.data,
    attendance: { percent: form.percent, asOn: form.asOn, recordedOn: view.world.today },
  },
  course: { then: 'stays' },
});

/**
 * From six weeks before the assessment on: under 90 % the participant, the line manager and the trust's CPD lead are
 * told; where nothing is on record the CPD lead is asked for it. Each once for an assessment.
 */
export function attendanceLookedAt(view: StudyView): Morning | undefined {
  const { data, world } = view;
  const assessment = assessmentOf(view);
  if (!assessment || isAssessmentSettled(data) || attemptOf(data) > 1) return undefined;
  const toGo = daysBetween(world.today, assessment.from);
  if (toGo < 0 || toGo > ATTENDANCE_LOOKED_AT_DAYS) return undefined;
  const { from } = assessment;
  const except = [world.subject.personId];
  if (data.attendance === null) {
    if (data.attendanceAskedFor === from) return undefined;
    return {
      data: { ...data, attendanceAskedFor: from },
      course: { then: 'stays' },
      effects: tellEach(trustLeads(view), 'attendance-needed', except),
      event: 'attendance-asked-for',
    };
  }
  if (data.attendance.percent >= ATTENDANCE_NEEDED || data.attendanceToldFor === from) return undefined;
  return {
    data: { ...data, attendanceToldFor: from },
    course: { then: 'stays' },
    effects: [
      tell(world.subject.personId, 'decided', 'attendance-low'),
      ...tellEach([managerOf(view), ...trustLeads(view)], 'attendance-low-told', except),
    ],
    event: 'attendance-found-low',
  };
}

// Result

/** The result of the assessment that counts now, where one is on record. */
const outcomeOfAttempt = (data: StudyData): Outcome | undefined => {
  const standing = outcomeOf(data);
  return standing?.attempt === attemptOf(data) ? standing : undefined;
};

/** The date that the provider declared the result for. */
export const completedOn = ({ data }: StudyView): Day | undefined => outcomeOfAttempt(data)?.completedOn;

/** When the result of a second assessment can be asked for. */
export const resultsDueOn = (view: StudyView): Day =>
  addDays(assessmentOf(view)?.to ?? view.world.today, RESULTS_SOONEST_DAYS);

export function outcomeDueOn(view: StudyView): Day {
  const { calendar } = view.world;
  const opened = openedOn(view);
  const assessment = assessmentOf(view);
  const soon = defaultDueOn(calendar, 'record-outcome', opened);
  return attemptOf(view.data) > 1 && assessment ? laterOf(resultsExpectedOn(calendar, assessment), soon) : soon;
}

/**
 * Passed or failed. A second time the same result changes nothing, and with another date it is refused: a date is
 * corrected by an amendment that leaves both on record (hard case 34). Failed is followed by another assessment as long
 * as the course has one left.
 */
export function outcomeRecorded(
  view: StudyView,
  state: 'passed' | 'failed',
  form: OutcomeAnswer,
  actor: Person,
): Answer<'passed' | 'failed' | 'resubmission'> | Rejection {
  const { data } = view;
  const standing = outcomeOfAttempt(data);
  if (standing?.state === state && standing.completedOn !== form.completedOn)
    return refuse.outcomeOnRecord(standing.completedOn);
  const kept = standing?.state === state ? data : withOutcome(data, state, form.completedOn, view, actor);
  if (state === 'passed' || attemptOf(data) > resubmissionsOf(courseOf(data.courseId)))
    return { outcome: state, data: kept };
  return {
    outcome: 'resubmission',
    data: withNextAssessment(view, kept, 'failed'),
    effects: [
      ...tellSubject(view, actor, 'resubmission'),
      ...tellEach([managerOf(view)], 'assessment-again', [actor.personId, view.world.subject.personId]),
    ],
  };
}

/** How many assessments are left after the one that counts now. */
export const assessmentsLeft = ({ data }: StudyView): number =>
  Math.max(0, resubmissionsOf(courseOf(data.courseId)) + 1 - attemptOf(data));

export const amendRefused = ({ data }: StudyView): Rejection | undefined =>
  outcomeOf(data) === undefined ? refuse.noOutcome() : undefined;

/** A corrected date is a record of its own that names the one it corrects (hard case 34). */
export function amendOutcome(view: StudyView, form: AmendAnswer, actor: Person): Acted<StudyData> | Rejection {
  const { data, world } = view;
  const standing = outcomeOf(data);
  if (!standing) return refuse.noOutcome();
  if (standing.completedOn === form.completedOn) return refuse.sameDate();
  const amendment: Outcome = {
    ...standing,
    completedOn: form.completedOn,
    recordedOn: world.today,
    recordedBy: actor.personId,
    amends: data.outcomes.length - 1,
    reason: form.reason,
  };
  return {
    data: { ...data, outcomes: [...data.outcomes, amendment] },
    course: { then: 'stays' },
    effects: tellSubject(view, actor, 'outcome-amended'),
    eventData: { completedOn: form.completedOn },
  };
}
