import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isChange, makePlay, type Play, playedStudy } from '../../test/play.ts';
import {
  calendar,
  evie,
  hazel,
  OAKFIELD,
  personOf,
  RIVERSIDE,
  robin,
  rowan,
  ST_ALDHELM,
  sam,
  sienna,
  worldOf,
  zoe,
} from '../../test/world.ts';
import { cohort, makeCalendar, type NpqCohort } from '../kernel/calendar.ts';
import type { AnyTask } from '../kernel/dates.ts';
import { offeredForms } from '../kernel/decide.ts';
import type { View } from '../kernel/process.ts';
import { type Person, type Process, TRUST, type Wait } from '../kernel/records.ts';
import { isRejection, type Rejection } from '../kernel/rejections.ts';
import { addDays, type Day, day } from '../kernel/time.ts';
import { type CourseId, courses, type DeclarationType, withdrawalReasons } from '../npq/courses.ts';
import { acceptedGuard } from '../npq/effects.ts';
import { scheduleDates } from '../npq/milestones.ts';
import { declarationRefused } from './declarations.ts';
import { actions, process as declaration, tasks } from './process.ts';
import { discreet, startedBySystem } from './rules.ts';
import { StudyData } from './schemas.ts';
import { liveOf, outcomeOf, windows } from './standing.ts';
import { refusals, scheduleLabels, texts } from './texts.ts';

// How these tests speak

const SENIOR_LEADERSHIP = 'npq-senior-leadership';
const LEADING_TEACHING = 'npq-leading-teaching';
const COACHING = 'npq-early-headship-coaching-offer';

/** The course of the autumn cohort has just begun. */
const begins = day('2026-12-14');

interface Setting {
  readonly courseId?: CourseId;
  readonly cohortId?: string;
  readonly today?: Day;
  readonly subject?: Person;
  readonly by?: Person;
}

/** A study that the trust lead has put on record, with the start recorded if there is a day for it. */
function studying({
  courseId = SENIOR_LEADERSHIP,
  cohortId = '2026b',
  today = begins,
  subject = zoe,
  by = rowan,
}: Setting = {}) {
  const play = makePlay(playedStudy, { subject, today });
  const started = play.begin({ personId: subject.personId, courseId, cohortId, isFunded: true }, by);
  if (isRejection(started)) throw new Error(started.detail);
  play.drive();
  return play;
}

const dataOf = (play: Play): StudyData => StudyData.parse(play.process().data);

const viewOf = (play: Play): View<StudyData> => ({
  process: play.process(),
  data: dataOf(play),
  world: play.world(),
  history: play.waits(),
});

/** Answers the open task as the trust lead, and lets the machine go on. */
function record(play: Play, outcome: string, sent: Record<string, unknown> = {}, actor: Person = rowan) {
  const decision = play.complete(play.wait(), outcome, sent, actor);
  if (isChange(decision)) play.drive();
  return decision;
}

function act(play: Play, action: string, sent: Record<string, unknown> = {}, actor: Person = rowan) {
  const decision = play.act(action, sent, actor);
  if (isChange(decision)) play.drive();
  return decision;
}

const refusalOf = (decision: unknown): Rejection => {
  if (!isRejection(decision)) throw new Error('This was not refused');
  return decision;
};

/** Every morning up to that day. */
function mornings(play: Play, until: Day): void {
  for (let on = addDays(play.world().today, 1); on <= until; on = addDays(on, 1)) {
    play.morning(on);
    play.drive();
  }
  play.moveTo(until);
}

/** The morning on which it comes to that wait, at most two years on. */
function morningOf(play: Play, wait: string): Day {
  const limit = addDays(play.world().today, 730);
  while (play.process().wait !== wait || play.process().owedAt !== undefined) {
    const tomorrow = addDays(play.world().today, 1);
    const { kind, dueOn } = play.wait();
    const next = kind === 'timer' && dueOn !== undefined && dueOn > tomorrow ? dueOn : tomorrow;
    if (next > limit) throw new Error(`It does not come to ${wait}: it stands at ${play.process().wait}`);
    play.morning(next);
    play.drive();
  }
  play.moveTo(play.world().today);
  return play.world().today;
}

const told = (play: Play, code: string): readonly string[] =>
  play
    .notices()
    .filter((notice) => notice.code === code)
    .map(({ personId }) => personId)
    .sort();

const LIVE: readonly string[] = ['submitted', 'eligible', 'payable', 'paid'];

const live = (play: Play): readonly string[] =>
  dataOf(play)
    .declarations.filter(({ state }) => LIVE.includes(state))
    .map(({ type, declaredOn }) => `${type} ${declaredOn}`);

const autumn = cohortOnFile('2026b');

function cohortOnFile(id: string): NpqCohort {
  const found = cohort(calendar, id);
  if (!found) throw new Error(`The sample has no cohort ${id}`);
  return found;
}

const withMilestones = (milestones: NonNullable<NpqCohort['milestones']>) =>
  makeCalendar(
    calendar.years.map((year) => ({
      ...year,
      npqCohorts: year.npqCohorts.map((one) => (one.id === '2026b' ? { ...one, milestones } : one)),
    })),
    calendar.policy,
  );

describe('the milestones', () => {
  it('are those of the course in their order: a specialist course has no second retention point', () => {
    const names = (courseId: CourseId) =>
      declaration.milestones(viewOf(studying({ courseId }))).map(({ name }) => name);
    expect(names(SENIOR_LEADERSHIP)).toEqual(['started', 'retained-1', 'retained-2', 'completed']);
    expect(names(LEADING_TEACHING)).toEqual(['started', 'retained-1', 'completed']);
  });

  it('are worked out from the last autumn, and said to be provisional, where none are published', () => {
    expect(declaration.milestones(viewOf(studying()))).toEqual([
      { name: 'started', label: 'Started (provisional date)', dueOn: '2027-01-11', doneOn: null },
      { name: 'retained-1', label: 'Retained 1 (provisional date)', dueOn: '2027-05-26', doneOn: null },
      { name: 'retained-2', label: 'Retained 2 (provisional date)', dueOn: '2028-01-24', doneOn: null },
      { name: 'completed', label: 'Completed (provisional date)', dueOn: '2028-07-25', doneOn: null },
    ]);
  });

  it('take the dates of the calendar first, and open waits move with them the next morning', () => {
    const play = studying();
    record(play, 'recorded', { declaredOn: '2026-12-14' });
    expect(play.wait()).toMatchObject({ wait: 'retained-1-window', dueOn: '2027-03-31' });
    play.setCalendar(withMilestones([{ schedule: 'npq-leadership-autumn', 'retained-1': day('2027-06-30') }]));
    play.morning(day('2026-12-15'));
    expect(play.wait()).toMatchObject({ wait: 'retained-1-window', dueOn: '2027-05-05' });
    const [, retained, second] = declaration.milestones(viewOf(play));
    expect(retained).toMatchObject({ label: 'Retained 1', dueOn: '2027-06-30' });
    expect(second).toMatchObject({ label: 'Retained 2 (provisional date)', dueOn: '2028-01-24' });
  });
});

const courseOfId = (courseId: CourseId) => {
  const found = courses.find((course) => course.courseId === courseId);
  if (!found) throw new Error(courseId);
  return found;
};

describe('a declaration', () => {
  it('is put to the trust lead when its window opens, due on the milestone', () => {
    const play = studying();
    expect(play.wait()).toMatchObject({
      wait: 'record-started',
      candidate: { role: 'trust-lead', schoolId: TRUST },
      dueOn: '2027-01-11',
    });
    record(play, 'recorded', { declaredOn: '2026-12-14' });
    expect(play.wait()).toMatchObject({ wait: 'retained-1-window' });
    expect(morningOf(play, 'record-retained-1')).toBe('2027-03-31');
    expect(play.wait()).toMatchObject({ dueOn: '2027-05-26' });
  });

  it('of a milestone whose predecessor is missing is refused (hard case 23)', () => {
    const play = studying();
    const refused = refusalOf(
      act(play, 'declare', { declarationType: 'completed', declaredOn: '2026-12-14', hasPassed: true }),
    );
    expect(refused).toMatchObject({ rejected: 'out-of-order', detail: refusals['earlier-missing']('Started') });
    expect(dataOf(play).declarations).toEqual([]);
  });

  it('dated before an earlier milestone is refused, on the same day it is allowed (hard case 24)', () => {
    const play = studying();
    record(play, 'recorded', { declaredOn: '2026-12-14' });
    play.moveTo(day('2027-06-01'));
    act(play, 'declare', { declarationType: 'retained-1', declaredOn: '2027-05-26' });
    const refused = refusalOf(act(play, 'declare', { declarationType: 'retained-2', declaredOn: '2027-05-25' }));
    expect(refused).toMatchObject({
      rejected: 'out-of-order',
      errors: [{ path: 'declaredOn', message: refusals['before-earlier']('Retained 1', '26 May 2027') }],
    });
    expect(isChange(act(play, 'declare', { declarationType: 'retained-2', declaredOn: '2027-05-26' }))).toBe(true);
    expect(live(play)).toEqual(['started 2026-12-14', 'retained-1 2027-05-26', 'retained-2 2027-05-26']);
  });

  it('of a second retention point on a specialist course is refused (hard case 25)', () => {
    const play = studying({ courseId: LEADING_TEACHING });
    const refused = refusalOf(act(play, 'declare', { declarationType: 'retained-2', declaredOn: '2026-12-14' }));
    expect(refused.errors).toEqual([{ path: 'declarationType', message: refusals['not-on-schedule']('Retained 2') }]);
  });

  it('counts in London’s days: the first day of the schedule is in time, the day before is not (hard case 28)', () => {
    const play = studying();
    const on = (declaredOn: string) => play.complete(play.wait(), 'recorded', { declaredOn }, rowan);
    expect(refusalOf(on('2026-09-30')).errors).toEqual([
      { path: 'declaredOn', message: refusals['before-schedule']('1 October 2026') },
    ]);
    expect(isChange(on('2026-10-01'))).toBe(true);
    // Half past midnight of British Summer Time is that London day, whatever the day is in UTC.
    const summer = studying();
    record(summer, 'recorded', { declaredOn: '2026-12-14' });
    summer.moveTo(day('2027-05-26'), '00:30');
    expect(isChange(act(summer, 'declare', { declarationType: 'retained-1', declaredOn: '2027-05-26' }))).toBe(true);
  });

  it('in the future is refused (hard case 30)', () => {
    const play = studying();
    const refused = refusalOf(record(play, 'recorded', { declaredOn: '2026-12-15' }));
    expect(refused.errors).toEqual([{ path: 'declaredOn', message: refusals['in-the-future']() }]);
  });

  it('of the same type a second time is refused (hard case 31)', () => {
    const play = studying();
    record(play, 'recorded', { declaredOn: '2026-12-14' });
    const refused = refusalOf(act(play, 'declare', { declarationType: 'started', declaredOn: '2026-12-14' }));
    expect(refused).toMatchObject({
      rejected: 'already-declared',
      detail: refusals['already-declared']('Started', '14 December 2026'),
    });
  });

  it('of the completion says whether it was passed for a leadership course, and not for a coaching offer (hard case 32)', () => {
    const headship = completing({ courseId: 'npq-headship' });
    const { today } = headship.world();
    const refused = refusalOf(record(headship, 'recorded', { declaredOn: today }));
    expect(refused.errors?.map(({ path }) => path)).toEqual(['hasPassed']);
    const byAction = refusalOf(act(headship, 'declare', { declarationType: 'completed', declaredOn: today }));
    expect(byAction.errors).toEqual([{ path: 'hasPassed', message: refusals['has-passed-needed']() }]);
    expect(isChange(record(headship, 'recorded', { declaredOn: today, hasPassed: false }))).toBe(true);

    const coaching = completing({ courseId: COACHING });
    expect(isChange(record(coaching, 'recorded', { declaredOn: coaching.world().today }))).toBe(true);
    expect(coaching.process()).toMatchObject({ status: 'completed', outcome: 'completed' });
    expect(dataOf(coaching).outcomes).toEqual([]);
  });

  it('is recorded before its window, and the study goes on from there', () => {
    const play = studying();
    record(play, 'recorded', { declaredOn: '2026-12-14' });
    play.moveTo(day('2027-02-01'));
    expect(play.wait().wait).toBe('retained-1-window');
    act(play, 'declare', { declarationType: 'retained-1', declaredOn: '2027-01-29' });
    expect(play.wait()).toMatchObject({ wait: 'retained-2-window', dueOn: '2027-11-29' });
  });

  it('while the study is paused is refused, unless it is of a day before the pause (hard case 39)', () => {
    const play = studying();
    record(play, 'recorded', { declaredOn: '2026-12-14' });
    play.moveTo(day('2027-02-01'));
    act(play, 'defer', { reason: 'parental-leave' }, zoe);
    play.moveTo(day('2027-03-01'));
    const declareOn = (declaredOn: string) => act(play, 'declare', { declarationType: 'retained-1', declaredOn });
    expect(refusalOf(declareOn('2027-02-01'))).toMatchObject({
      rejected: 'is-paused',
      detail: refusals['while-deferred']('1 February 2027'),
    });
    expect(isChange(declareOn('2027-01-31'))).toBe(true);
    expect(play.process()).toMatchObject({ status: 'paused', wait: 'retained-2-window' });

    // Once it carries on, the days of the pause stay without declarations.
    act(play, 'resume', {}, zoe);
    const into = refusalOf(act(play, 'declare', { declarationType: 'retained-2', declaredOn: '2027-02-28' }));
    expect(into.errors?.[0]?.message).toBe(refusals['in-a-deferral']('1 February 2027', '1 March 2027'));
    expect(isChange(act(play, 'declare', { declarationType: 'retained-2', declaredOn: '2027-03-01' }))).toBe(true);
  });

  it('by a new provider is taken although the earlier one withdrew the participant (hard case 41)', () => {
    const play = studying();
    record(play, 'recorded', { declaredOn: '2026-12-14' });
    play.moveTo(day('2027-04-01'));
    act(play, 'change-provider', {
      providerId: 'ambition-institute',
      changedOn: '2027-03-01',
      isWithdrawnByEarlier: true,
    });
    const declareOn = (declaredOn: string) => act(play, 'declare', { declarationType: 'retained-1', declaredOn });
    expect(isChange(declareOn('2027-03-31'))).toBe(true);
    expect(dataOf(play).declarations.map(({ providerId }) => providerId)).toEqual([
      'teach-first',
      'ambition-institute',
    ]);
    // The withdrawn provider itself declares nothing for that day or later.
    const view = viewOf(play);
    const back: View<StudyData> = { ...view, data: { ...view.data, providerId: 'teach-first' } };
    expect(declarationRefused(back, 'retained-2', { declaredOn: day('2027-03-31') })?.detail).toBe(
      refusals['withdrawn-by-provider']('1 March 2027'),
    );
  });
});

/** Both retention points of a leadership course recorded: the assessment is still to come. */
function beforeAssessment(): Play {
  const play = studying();
  record(play, 'recorded', { declaredOn: '2026-12-14' });
  record(play, 'recorded', { declaredOn: morningOf(play, 'record-retained-1') });
  record(play, 'recorded', { declaredOn: morningOf(play, 'record-retained-2') });
  return play;
}

/** A study whose completion is asked for. */
function completing(setting: Setting = {}): Play {
  const play = studying(setting);
  record(play, 'recorded', { declaredOn: play.world().today });
  for (const type of courseOfId(setting.courseId ?? SENIOR_LEADERSHIP).declarationTypes) {
    if (type === 'started' || type === 'completed') continue;
    record(play, 'recorded', { declaredOn: morningOf(play, `record-${type}`) });
  }
  if (courseOfId(setting.courseId ?? SENIOR_LEADERSHIP).group === 'ehco') {
    morningOf(play, 'record-completed');
    return play;
  }
  morningOf(play, 'protect-time');
  record(play, 'protected', {}, sam);
  morningOf(play, 'confirm-attendance');
  record(play, 'may-sit', { percent: 96 });
  morningOf(play, 'record-completed');
  return play;
}

/** A study whose result is asked for, as the provider declared it. */
function atTheResult(hasPassed: boolean, setting: Setting = {}): Play {
  const play = completing(setting);
  record(play, 'recorded', { declaredOn: play.world().today, hasPassed });
  expect(play.wait().wait).toBe('record-outcome');
  return play;
}

/** The first and the last day that the open form shows. */
function shownDays(play: Play): unknown {
  const form = tasks.recordStarted.outcomes.recorded?.(viewOf(play));
  const { formatMinimum, formatMaximum } = form?.shape['declaredOn'].meta() ?? {};
  return [formatMinimum, formatMaximum];
}

describe('voiding a declaration', () => {
  it('of the completion takes the result back, earlier declarations stay (hard case 35)', () => {
    const play = atTheResult(true);
    const before = live(play).slice(0, -1);
    expect(outcomeOf(dataOf(play))?.state).toBe('passed');
    act(play, 'void-declaration', { declarationType: 'completed' });
    const data = dataOf(play);
    expect(data.outcomes.map(({ state }) => state)).toEqual(['passed', 'voided']);
    expect(outcomeOf(data)).toBeUndefined();
    expect(data.declarations.at(-1)).toMatchObject({ type: 'completed', state: 'voided', hasPassed: null });
    expect(live(play)).toEqual(before);
    expect(play.wait()).toMatchObject({ wait: 'record-completed', state: 'open' });
    record(play, 'recorded', { declaredOn: play.world().today, hasPassed: true });
    record(play, 'passed', {});
    expect(play.process()).toMatchObject({ status: 'completed', outcome: 'passed' });
  });

  it('that has been paid asks for it to be paid back (hard case 36)', () => {
    const play = atTheResult(true);
    for (const state of ['eligible', 'payable', 'paid'])
      act(play, 'update-declaration', { declarationType: 'completed', state });
    act(play, 'void-declaration', { declarationType: 'completed' });
    const of = () => dataOf(play).declarations.at(-1);
    expect(of()).toMatchObject({ state: 'awaiting_clawback', hasPassed: null });
    expect(outcomeOf(dataOf(play))).toBeUndefined();
    expect(play.wait().wait).toBe('record-completed');
    act(play, 'update-declaration', { declarationType: 'completed', state: 'clawed_back' });
    expect(of()?.state).toBe('clawed_back');
  });

  it('refuses a change of state that the DfE’s service does not know', () => {
    const play = studying();
    record(play, 'recorded', { declaredOn: '2026-12-14' });
    const paid = refusalOf(act(play, 'update-declaration', { declarationType: 'started', state: 'paid' }));
    expect(paid.errors?.map(({ path }) => path)).toEqual(['state']);
    act(play, 'update-declaration', { declarationType: 'started', state: 'eligible' });
    expect(dataOf(play).declarations[0]?.state).toBe('eligible');
  });

  it('in the middle is asked for again with a date that keeps the order', () => {
    const play = studying();
    record(play, 'recorded', { declaredOn: '2026-12-14' });
    morningOf(play, 'record-retained-1');
    record(play, 'recorded', { declaredOn: '2027-03-29' });
    act(play, 'void-declaration', { declarationType: 'started' });
    expect(refusalOf(record(play, 'recorded', { declaredOn: '2027-03-30' }))).toMatchObject({
      rejected: 'out-of-order',
      detail: refusals['after-later']('Retained 1', '29 March 2027'),
    });
    expect(shownDays(play)).toEqual(['2026-10-01', '2027-03-29']);
    record(play, 'recorded', { declaredOn: '2026-12-15' });
    expect(play.process().wait).toBe('retained-2-window');
    expect([...live(play)].sort()).toEqual(['retained-1 2027-03-29', 'started 2026-12-15']);
  });

  it('has nothing to void before anything is declared', () => {
    expect(refusalOf(act(studying(), 'void-declaration', { declarationType: 'started' })).rejected).toBe('not-now');
  });
});

describe('the assessment', () => {
  it('asks the line manager to protect time twenty school days before it', () => {
    const play = beforeAssessment();
    const on = morningOf(play, 'protect-time');
    const { assessment } = scheduleDates(calendar, {
      course: courseOfId(SENIOR_LEADERSHIP),
      cohort: autumn,
      scheduleId: 'npq-leadership-autumn',
      startsOn: begins,
    });
    expect(assessment?.from).toBe('2028-04-25');
    expect(on).toBe('2028-03-14');
    expect(play.wait()).toMatchObject({ candidate: { personId: 'sam' }, dueOn: '2028-04-24' });
    record(play, 'not-protected', { note: 'Nobody can cover.' }, sam);
    expect(told(play, 'time-not-protected')).toEqual(['rowan', 'sienna']);
    expect(told(play, 'time-protected')).toEqual(['zoe']);
    expect(play.process().wait).toBe('assessment-window');
  });

  it('is not held up by a line manager who does not answer', () => {
    const play = beforeAssessment();
    morningOf(play, 'protect-time');
    expect(morningOf(play, 'confirm-attendance')).toBe('2028-04-25');
    expect(play.waits().find(({ wait }) => wait === 'protect-time')?.outcome).toBe('unanswered');
  });

  it('tells participant, line manager and trust lead of an attendance under 90 % with six weeks to go, once', () => {
    const play = beforeAssessment();
    act(play, 'record-attendance', { percent: 85 });
    mornings(play, day('2028-03-13'));
    expect(told(play, 'attendance-low')).toEqual([]);
    mornings(play, day('2028-03-14'));
    expect(told(play, 'attendance-low')).toEqual(['zoe']);
    expect(told(play, 'attendance-low-told')).toEqual(['rowan', 'sam']);
    play.clearNotices();
    mornings(play, day('2028-03-20'));
    expect(told(play, 'attendance-low')).toEqual([]);
  });

  it('asks the trust lead for an attendance that nobody has recorded', () => {
    const play = beforeAssessment();
    mornings(play, day('2028-03-15'));
    expect(told(play, 'attendance-needed')).toEqual(['rowan']);
    expect(told(play, 'attendance-low')).toEqual([]);
  });

  it('cannot be sat with less than 90 %: the next one, and not a fail (hard case 42)', () => {
    const play = beforeAssessment();
    act(play, 'record-attendance', { percent: 89 });
    morningOf(play, 'protect-time');
    act(play, 'record-attendance', { percent: 89.5 });
    record(play, 'protected', {}, sam);
    // What was on record weeks before decides nothing: there was time to catch up.
    morningOf(play, 'confirm-attendance');
    record(play, 'may-sit', { percent: 89.5 });
    expect(play.process().wait).toBe('assessment-ahead');
    const data = dataOf(play);
    expect(data.assessmentsBehind).toEqual([{ from: '2028-04-25', because: 'attendance' }]);
    expect(data.assessment).toMatchObject({ from: '2028-10-25', isProvisional: true });
    expect(data.outcomes).toEqual([]);
    expect(told(play, 'cannot-sit')).toEqual(['zoe']);
    expect(told(play, 'assessment-again')).toEqual(['sam']);

    // It cost no resubmission: failed once after it, there is another assessment.
    morningOf(play, 'protect-time');
    record(play, 'protected', {}, sam);
    morningOf(play, 'confirm-attendance');
    record(play, 'may-sit', { percent: 90 });
    morningOf(play, 'record-completed');
    record(play, 'recorded', { declaredOn: play.world().today, hasPassed: false });
    record(play, 'failed');
    expect(play.process()).toMatchObject({ status: 'active', stage: 'assessment' });
  });

  it('is put off without asking where the attendance is too low on the day it opens', () => {
    const play = beforeAssessment();
    morningOf(play, 'protect-time');
    act(play, 'set-assessment', { from: '2028-04-25', to: '2028-05-02' });
    record(play, 'protected', {}, sam);
    play.moveTo(day('2028-04-25'), '06:00');
    act(play, 'record-attendance', { percent: 89 });
    play.morning(day('2028-04-25'));
    play.drive();
    expect(dataOf(play).assessmentsBehind).toEqual([{ from: '2028-04-25', because: 'attendance' }]);
    expect(told(play, 'assessment-again')).toEqual(['rowan', 'sam']);
  });

  it('moves the completion with it', () => {
    const play = beforeAssessment();
    act(play, 'set-assessment', { from: '2028-09-11', to: '2028-09-18' });
    expect(windows(viewOf(play)).at(-1)).toMatchObject({ type: 'completed', dueOn: '2028-12-11' });
    expect(play.process().wait).toBe('assessment-ahead');
    expect(play.wait().dueOn).toBe('2028-07-03');
  });

  it('can be taken again once after a fail, and then no more', () => {
    const play = atTheResult(false);
    record(play, 'failed');
    expect(told(play, 'resubmission')).toEqual(['zoe']);
    morningOf(play, 'protect-time');
    record(play, 'protected', {}, sam);
    morningOf(play, 'record-outcome');
    expect(
      play
        .waits()
        .filter(({ wait }) => wait === 'confirm-attendance')
        .at(-1)?.outcome,
    ).toBe('may-resit');
    record(play, 'failed', { completedOn: play.world().today });
    expect(play.process()).toMatchObject({ status: 'completed', outcome: 'failed' });
    expect(dataOf(play).outcomes.map(({ state, attempt }) => `${state} ${attempt}`)).toEqual(['failed 1', 'failed 2']);
    expect(play.world().subject.qualifications).toMatchObject([{ courseId: SENIOR_LEADERSHIP, outcome: 'failed' }]);
  });

  it('passed at the second attempt is passed', () => {
    const play = atTheResult(false);
    record(play, 'failed');
    morningOf(play, 'protect-time');
    record(play, 'protected', {}, sam);
    morningOf(play, 'record-outcome');
    record(play, 'passed', { completedOn: play.world().today });
    expect(play.process()).toMatchObject({ status: 'completed', outcome: 'passed' });
  });

  it('that was failed by a declaration made in error counts again once that is voided', () => {
    const play = atTheResult(false);
    record(play, 'failed');
    act(play, 'void-declaration', { declarationType: 'completed' });
    expect(play.wait()).toMatchObject({ wait: 'record-completed', state: 'open' });
    record(play, 'recorded', { declaredOn: play.world().today, hasPassed: false });
    record(play, 'failed');
    expect(play.process()).toMatchObject({ status: 'active', stage: 'assessment' });
  });
});

describe('the result', () => {
  it('passed again with another date is refused, and corrected by an amendment that keeps both (hard case 34)', () => {
    const play = atTheResult(true);
    const first = outcomeOf(dataOf(play))?.completedOn ?? '';
    const other = addDays(day(first), -3);
    const refused = refusalOf(record(play, 'passed', { completedOn: other }));
    expect(refused.errors?.map(({ path }) => path)).toEqual(['completedOn']);
    act(play, 'amend-outcome', { completedOn: other, reason: 'The provider corrected its list.' });
    expect(dataOf(play).outcomes).toMatchObject([
      { state: 'passed', completedOn: first, amends: null },
      { state: 'passed', completedOn: other, amends: 0, reason: 'The provider corrected its list.' },
    ]);
    record(play, 'passed');
    expect(dataOf(play).outcomes).toHaveLength(2);
    // The certificate often says so only later.
    expect(isChange(act(play, 'amend-outcome', { completedOn: first, reason: 'The certificate.' }))).toBe(true);
    expect(play.process()).toMatchObject({ status: 'completed', outcome: 'passed' });
    expect(dataOf(play).outcomes.at(-1)).toMatchObject({ completedOn: first, amends: 1 });
    expect(refusalOf(act(play, 'withdraw', { reason: 'other' })).rejected).toBe('already-ended');
  });

  it('goes on the person’s record, and those concerned are told', () => {
    const play = atTheResult(true);
    play.clearNotices();
    record(play, 'passed');
    expect(play.process()).toMatchObject({ status: 'completed', outcome: 'passed' });
    expect(play.world().subject.qualifications).toEqual([
      {
        courseId: SENIOR_LEADERSHIP,
        cohortId: '2026b',
        providerId: 'teach-first',
        outcome: 'passed',
        isFunded: true,
        processId: play.process().processId,
      },
    ]);
    expect(told(play, 'passed')).toEqual(['zoe']);
    expect(told(play, 'ended')).toEqual(['sam', 'sienna']);
  });
});

describe('pausing and withdrawing', () => {
  it('before the first declaration: no pause, and a withdrawal that says to tell the provider (hard case 37)', () => {
    const play = studying();
    expect(refusalOf(act(play, 'defer', { reason: 'career-break' }, zoe))).toMatchObject({
      rejected: 'nothing-declared',
      detail: expect.stringContaining('sk the provider to move you to the next cohort'),
    });
    act(play, 'withdraw', { reason: 'other' }, zoe);
    expect(play.process()).toMatchObject({ status: 'stopped', outcome: 'withdrawn', reason: 'other' });
    expect(dataOf(play).withdrawal).toMatchObject({ tellProvider: true });
    expect(told(play, 'tell-the-provider')).toEqual(['rowan']);
  });

  it('after the start: a withdrawal for each of the DfE’s 21 reasons, the full stop of one of them included', () => {
    expect(withdrawalReasons).toHaveLength(21);
    expect(withdrawalReasons).toContain('quality-of-programme-structure-not-suitable.');
    for (const reason of withdrawalReasons) {
      const play = studying();
      record(play, 'recorded', { declaredOn: '2026-12-14' });
      act(play, 'withdraw', { reason }, zoe);
      expect(play.process()).toMatchObject({ status: 'stopped', outcome: 'withdrawn', reason });
      expect(dataOf(play).withdrawal).toMatchObject({ tellProvider: false });
      expect(play.world().subject.qualifications).toMatchObject([{ outcome: 'withdrawn', isFunded: true }]);
    }
  });

  it('by withdrawal makes the place free, so that another may be accepted', () => {
    const play = studying();
    const held = () => [...play.items().values()].some((item) => item.type === 'guard' && item.guard === guard);
    const guard = acceptedGuard('zoe', { courseId: SENIOR_LEADERSHIP, cohortId: '2026b' });
    expect(held()).toBe(true);
    act(play, 'withdraw', { reason: 'started-in-error' }, rowan);
    expect(held()).toBe(false);
  });

  it('stops the clock: a window that would open in a pause opens after it', () => {
    const play = studying();
    record(play, 'recorded', { declaredOn: '2026-12-14' });
    play.moveTo(day('2027-01-18'));
    act(play, 'defer', { reason: 'long-term-sickness', note: 'An operation.' }, zoe);
    expect(refusalOf(act(play, 'defer', { reason: 'other' }, zoe)).rejected).toBe('is-paused');
    mornings(play, day('2027-05-03'));
    expect(play.process()).toMatchObject({ status: 'paused', wait: 'retained-1-window' });
    act(play, 'resume', {}, rowan);
    mornings(play, day('2027-05-04'));
    expect(play.wait()).toMatchObject({ wait: 'record-retained-1', state: 'open' });
    expect(dataOf(play).deferrals).toEqual([
      { reason: 'long-term-sickness', note: 'An operation.', deferredOn: '2027-01-18', resumedOn: '2027-05-03' },
    ]);
    expect(refusalOf(act(play, 'resume', {}, rowan)).rejected).toBe('not-paused');
  });

  it('by the provider’s rejection is refused while a declaration stands (hard case 8)', () => {
    const play = studying();
    record(play, 'recorded', { declaredOn: '2026-12-14' });
    const rejected = () => act(play, 'reject', { reason: 'rejected_by_provider' });
    expect(refusalOf(rejected())).toMatchObject({
      rejected: 'declarations-stand',
      detail: refusals['reject-with-declarations'](),
    });
    act(play, 'void-declaration', { declarationType: 'started' });
    expect(isChange(rejected())).toBe(true);
    expect(play.process()).toMatchObject({ status: 'stopped', outcome: 'rejected' });
    expect(play.world().subject.qualifications).toMatchObject([{ outcome: 'withdrawn', isFunded: false }]);
  });
});

describe('changing the schedule', () => {
  it('refuses a declaration of the new schedule’s very first day, takes one of the day after (hard case 27)', () => {
    const declaredOn = (on: string) => {
      const play = studying();
      const view = viewOf(play);
      const data: StudyData = {
        ...view.data,
        declarations: [
          {
            type: 'started',
            declaredOn: day(on),
            state: 'submitted',
            providerId: 'teach-first',
            hasPassed: null,
            recordedOn: begins,
            recordedBy: 'rowan',
            changedOn: null,
          },
        ],
        scheduleId: 'npq-leadership-spring',
      };
      return actions['change-schedule'].act({ ...view, data }, { scheduleId: 'npq-leadership-autumn' }, rowan);
    };
    expect(refusalOf(declaredOn('2026-10-01'))).toMatchObject({
      rejected: 'declarations-stand',
      detail: refusals['declaration-not-after-start']('Started', '1 October 2026', '1 October 2026'),
    });
    expect(isRejection(declaredOn('2026-10-02'))).toBe(false);
  });

  it('on resumption keeps to the same rules, and to another cohort only without declarations (hard case 38)', () => {
    const play = studying();
    record(play, 'recorded', { declaredOn: '2026-12-14' });
    play.moveTo(day('2027-02-01'));
    act(play, 'defer', { reason: 'parental-leave' }, zoe);
    play.moveTo(day('2027-11-01'));
    const elsewhere = { scheduleId: 'npq-leadership-autumn', cohortId: '2027b' };
    expect(refusalOf(act(play, 'resume', elsewhere))).toMatchObject({
      rejected: 'declarations-stand',
      detail: refusals['cohort-with-declarations'](),
    });
    // Void, move, submit again.
    act(play, 'void-declaration', { declarationType: 'started' });
    expect(isChange(act(play, 'resume', elsewhere))).toBe(true);
    expect(play.process()).toMatchObject({ status: 'active', ruleSet: '2027b' });
    expect(dataOf(play)).toMatchObject({ ...elsewhere, startsOn: '2027-10-18' });
    expect(live(play)).toEqual([]);
    play.morning(day('2027-11-02'));
    play.drive();
    expect(isChange(record(play, 'recorded', { declaredOn: '2027-11-01' }))).toBe(true);
  });

  it('on resumption within the cohort keeps the declarations and takes the new dates (hard case 38)', () => {
    const play = studying({ today: day('2027-01-11') });
    record(play, 'recorded', { declaredOn: '2027-01-08' });
    play.moveTo(day('2027-02-01'));
    act(play, 'defer', { reason: 'other' }, zoe);
    play.moveTo(day('2027-03-01'));
    act(play, 'resume', { scheduleId: 'npq-leadership-spring' });
    expect(dataOf(play).scheduleId).toBe('npq-leadership-spring');
    expect(live(play)).toEqual(['started 2027-01-08']);
    expect(windows(viewOf(play)).map(({ dueOn }) => dueOn)).toEqual([
      '2027-05-30',
      '2027-12-19',
      '2028-07-24',
      '2029-02-25',
    ]);
    expect(play.wait()).toMatchObject({ wait: 'retained-1-window', dueOn: '2027-10-24' });
  });

  it('refuses on resumption a schedule that starts after what is declared (hard case 38)', () => {
    const play = studying();
    record(play, 'recorded', { declaredOn: '2026-12-14' });
    act(play, 'defer', { reason: 'other' }, zoe);
    expect(refusalOf(act(play, 'resume', { scheduleId: 'npq-leadership-spring' })).detail).toBe(
      refusals['declaration-not-after-start']('Started', '14 December 2026', '1 January 2027'),
    );
    expect(play.process().status).toBe('paused');
  });

  it('refuses the same schedule, and a cohort that the DfE funds otherwise', () => {
    const play = studying();
    expect(refusalOf(act(play, 'change-schedule', { scheduleId: 'npq-leadership-autumn' })).errors).toEqual([
      { path: 'scheduleId', message: refusals['same-schedule']() },
    ]);
    const unfunded = studying({ cohortId: '2027a', today: day('2027-04-19') });
    expect(
      refusalOf(act(unfunded, 'change-schedule', { scheduleId: 'npq-leadership-autumn', cohortId: '2027b' })).detail,
    ).toBe(refusals['funding-differs']());
  });

  it('waits again for a start that is still to come', () => {
    const play = studying();
    expect(play.process().wait).toBe('record-started');
    act(play, 'change-schedule', { scheduleId: 'npq-leadership-autumn', cohortId: '2027b' });
    expect(play.wait()).toMatchObject({ wait: 'started-window', dueOn: '2027-10-18' });
    expect(play.world().subject.qualifications).toMatchObject([
      { cohortId: '2026b', outcome: 'withdrawn', isFunded: false },
      { cohortId: '2027b', outcome: 'enrolled', isFunded: true },
    ]);
    const guards = [...play.items().values()].flatMap((item) => (item.type === 'guard' ? [item.guard] : []));
    expect(guards).toContain(acceptedGuard('zoe', { courseId: SENIOR_LEADERSHIP, cohortId: '2027b' }));
    expect(guards).not.toContain(acceptedGuard('zoe', { courseId: SENIOR_LEADERSHIP, cohortId: '2026b' }));
  });
});

describe('who may read and do what', () => {
  it('lets the subject and the trust lead pause and withdraw, the trust lead alone keep the record', () => {
    const play = studying();
    record(play, 'recorded', { declaredOn: '2026-12-14' });
    for (const actor of [sam, sienna, robin, hazel, evie]) {
      expect(refusalOf(act(play, 'defer', { reason: 'other' }, actor)).rejected).toBe('not-allowed');
      expect(refusalOf(act(play, 'declare', {}, actor)).rejected).toBe('not-allowed');
      expect(refusalOf(act(play, 'pulse', { pulse: 'going-well' }, actor)).rejected).toBe('not-allowed');
    }
    expect(refusalOf(act(play, 'void-declaration', { declarationType: 'started' }, zoe)).rejected).toBe('not-allowed');
    expect(refusalOf(act(play, 'pulse', { pulse: 'going-well' }, rowan)).rejected).toBe('not-allowed');
    expect(isChange(act(play, 'defer', { reason: 'other' }, zoe))).toBe(true);
  });

  it('lets nobody keep the record of their own study: the next in the chain does', () => {
    const lead = personOf('Rowan', {
      posts: [{ schoolId: TRUST }, { schoolId: OAKFIELD }],
      roles: [['trust-lead', TRUST]],
    });
    const play = studying({ subject: lead, by: lead });
    expect(play.wait()).toMatchObject({ candidate: { role: 'executive', schoolId: TRUST } });
    const declared = { declarationType: 'started', declaredOn: '2026-12-14' };
    expect(refusalOf(act(play, 'declare', declared, lead)).rejected).toBe('about-yourself');
    expect(isChange(act(play, 'declare', declared, hazel))).toBe(true);
    expect(refusalOf(act(studying(), 'declare', declared, hazel))).toMatchObject({
      rejected: 'not-allowed',
      detail: refusals['for-the-trust-lead'](),
    });
  });

  it('keeps health, loss and how it goes from everybody but the subject and the trust lead', () => {
    const play = studying();
    record(play, 'recorded', { declaredOn: '2026-12-14' });
    act(play, 'pulse', { pulse: 'struggling', struggle: 'personal-or-health', note: 'I am ill.' }, zoe);
    act(play, 'defer', { reason: 'bereavement', note: 'My mother.' }, zoe);
    const shown = discreet(dataOf(play), 'personal-reason-health-or-pregnancy-related');
    expect(JSON.stringify(shown)).not.toMatch(/ill|mother|bereavement|struggling|health/);
    expect(shown.reason).toBeNull();
    const page = (mayReadHealth: boolean) => JSON.stringify(declaration.about?.(viewOf(play), mayReadHealth));
    expect(page(true)).toMatch(/My mother.*I am ill/);
    expect(page(false)).not.toMatch(/I am ill|mother|Bereavement|struggling/i);
    expect(discreet(dataOf(play), 'change-in-career').reason).toBe('change-in-career');
  });

  it('shows the line manager stage and dates', () => {
    const play = atTheResult(false);
    const shown = JSON.stringify(declaration.brief(dataOf(play)));
    expect(shown).toContain('retained-1');
    expect(shown).not.toMatch(/hasPassed|failed|isFunded|attendance|pulse|deferral/);
  });

  it('asks the participant once a term, and tells the trust lead of those who do not do well', () => {
    const play = studying();
    record(play, 'recorded', { declaredOn: '2026-12-14' });
    mornings(play, day('2027-01-31'));
    expect(told(play, 'pulse-asked')).toEqual([]);
    mornings(play, day('2027-02-01'));
    expect(told(play, 'pulse-asked')).toEqual(['zoe']);
    play.clearNotices();
    mornings(play, day('2027-05-09'));
    expect(told(play, 'pulse-asked')).toEqual([]);
    mornings(play, day('2027-05-10'));
    expect(told(play, 'pulse-asked')).toEqual(['zoe']);
    act(play, 'pulse', { pulse: 'going-well' }, zoe);
    expect(told(play, 'pulse-needs-you')).toEqual([]);
    expect(refusalOf(act(play, 'pulse', { pulse: 'struggling' }, zoe)).errors?.map(({ path }) => path)).toEqual([
      'struggle',
    ]);
    act(play, 'pulse', { pulse: 'thinking-of-stopping' }, zoe);
    expect(told(play, 'pulse-needs-you')).toEqual(['rowan']);
  });

  it('takes the study along to another school, and leaves it as it is', () => {
    const both = personOf('Zoe', { posts: [{ schoolId: OAKFIELD, lineManagerId: 'sam' }, { schoolId: RIVERSIDE }] });
    const play = studying({ subject: both });
    act(play, 'move-school', { schoolId: RIVERSIDE });
    expect(play.process()).toMatchObject({ schoolId: RIVERSIDE, wait: 'record-started', status: 'active' });
    expect(play.process().formerSchools).toMatchObject([{ schoolId: OAKFIELD }]);
    play.setPeople(personOf('Zoe', { posts: [{ schoolId: ST_ALDHELM }] }));
    play.morning(day('2026-12-15'));
    expect(play.process().schoolId).toBe(ST_ALDHELM);
  });

  it('goes on for somebody who leaves the trust; the trust lead is told, once', () => {
    const play = studying();
    play.setPeople(personOf('Zoe', { posts: [{ schoolId: OAKFIELD, endsOn: day('2026-12-31') }] }));
    mornings(play, day('2027-01-05'));
    expect(play.process().status).toBe('active');
    expect(told(play, 'participant-left')).toEqual(['rowan']);
    expect(dataOf(play).leftToldOn).toBe('2027-01-01');
  });
});

describe('starting a study', () => {
  const handedOver = {
    courseId: SENIOR_LEADERSHIP,
    cohortId: '2026b',
    providerId: 'teach-first',
    scheduleId: 'npq-leadership-autumn',
    startsOn: begins,
    fundedPlace: true,
    isEligible: true,
    isFunded: true,
    schoolId: OAKFIELD,
  };

  it('begins with what the application hands over, at its school, under its cohort’s rules', () => {
    expect(startedBySystem(handedOver, worldOf(zoe))).toMatchObject({
      subjectId: 'zoe',
      schoolId: OAKFIELD,
      ruleSet: '2026b',
      wait: 'started-window',
      data: { isFunded: true, declarations: [], startsOn: begins },
    });
  });

  it('begins no second time beside one that the trust lead has put on record', () => {
    const process: Process = studying().process();
    expect(startedBySystem(handedOver, worldOf(zoe, { others: [process] }))).toBeUndefined();
    const ended = worldOf(zoe, { others: [{ ...process, status: 'stopped', outcome: 'withdrawn' }] });
    expect(startedBySystem(handedOver, ended)).toBeDefined();
  });

  it('by hand is the trust lead’s, for somebody with a post, on a schedule of the course, once', () => {
    const play = makePlay(playedStudy, { today: begins });
    const input = { personId: 'zoe', courseId: LEADING_TEACHING, cohortId: '2026b', isFunded: false };
    expect(refusalOf(play.begin(input, sienna)).rejected).toBe('not-allowed');
    expect(refusalOf(play.begin(input, zoe)).rejected).toBe('not-allowed');
    expect(refusalOf(play.begin({ ...input, scheduleId: 'npq-leadership-autumn' }, rowan)).errors).toEqual([
      { path: 'scheduleId', message: refusals['wrong-schedule']() },
    ]);
    expect(refusalOf(play.begin({ ...input, cohortId: '1999a' }, rowan)).errors?.map(({ path }) => path)).toEqual([
      'cohortId',
    ]);
    for (const startsOn of ['1826-01-01', '2027-12-15'])
      expect(refusalOf(play.begin({ ...input, startsOn }, rowan)).errors).toEqual([
        { path: 'startsOn', message: refusals['day-out-of-range']('1 June 2026', '14 December 2027') },
      ]);
    expect(isRejection(play.begin(input, rowan))).toBe(false);
    expect(dataOf(play)).toMatchObject({ scheduleId: 'npq-specialist-autumn', fundedPlace: false, isFunded: false });
    const gone = personOf('Zoe', { posts: [{ schoolId: OAKFIELD, endsOn: day('2026-01-01') }] });
    expect(refusalOf(makePlay(playedStudy, { subject: gone }).begin(input, rowan)).rejected).toBe('no-current-post');
  });
});

describe('a whole study', () => {
  it.each([SENIOR_LEADERSHIP, LEADING_TEACHING] as const)('of %s goes from its start to the pass', (courseId) => {
    const play = atTheResult(true, { courseId });
    record(play, 'passed');
    expect(play.process()).toMatchObject({ status: 'completed', outcome: 'passed' });
    expect(declaration.milestones(viewOf(play)).every(({ doneOn }) => doneOn !== null)).toBe(true);
    expect(play.waits().map(({ wait, outcome }) => `${wait} ${outcome}`)).toEqual([
      'started-window elapsed',
      'record-started recorded',
      'retained-1-window elapsed',
      courseId === LEADING_TEACHING ? 'record-retained-1 recorded-no-second' : 'record-retained-1 recorded',
      ...(courseId === LEADING_TEACHING ? [] : ['retained-2-window elapsed', 'record-retained-2 recorded']),
      'assessment-ahead elapsed',
      'protect-time protected',
      'assessment-window elapsed',
      'confirm-attendance may-sit',
      'completed-window elapsed',
      'record-completed recorded',
      'record-outcome passed',
    ]);
  });
});

describe('the words', () => {
  it('name nobody and no health, reason or grade in what is told', () => {
    for (const sentence of Object.values(texts.told)) {
      expect(sentence).not.toMatch(/sick|ill |health|bereave|leave of|passed|failed|struggl/i);
      expect(sentence).toMatch(/^[A-Z].*[.?]$/);
    }
  });

  it('have a label for each schedule', () => {
    expect(scheduleLabels('npq-leadership-autumn')).toBe('Leadership, autumn');
    expect(scheduleLabels('npq-ehco-november')).toBe('EHCO, november');
  });
});

// Properties

const TYPES: readonly DeclarationType[] = ['started', 'retained-1', 'retained-2', 'completed'];

type Command =
  | { readonly does: 'wait'; readonly days: number }
  | {
      readonly does: 'answer';
      readonly pick: number;
      readonly ago: number;
      readonly flag: boolean;
      readonly percent: number;
    }
  | { readonly does: 'act'; readonly action: string; readonly sent: Record<string, unknown>; readonly ago: number };

const actionNames = Object.keys(actions).filter((name) => name !== 'withdraw' && name !== 'reject');

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant('wait' as const), days: fc.integer({ min: 1, max: 120 }) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constant('answer' as const),
      pick: fc.nat(3),
      ago: fc.integer({ min: -2, max: 40 }),
      flag: fc.boolean(),
      percent: fc.integer({ min: 80, max: 100 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('act' as const),
      action: fc.constantFrom(...actionNames),
      ago: fc.integer({ min: -2, max: 200 }),
      sent: fc.record(
        {
          declarationType: fc.constantFrom(...TYPES),
          state: fc.constantFrom('eligible', 'payable', 'paid', 'ineligible', 'clawed_back'),
          hasPassed: fc.boolean(),
          reason: fc.constantFrom('other', 'bereavement', 'because'),
          scheduleId: fc.constantFrom('npq-leadership-autumn', 'npq-leadership-spring'),
          cohortId: fc.constantFrom('2026a', '2026b', '2027a', '2027b'),
          providerId: fc.constantFrom('teach-first', 'llse', 'ambition-institute'),
          percent: fc.integer({ min: 60, max: 100 }),
          pulse: fc.constantFrom('going-well', 'thinking-of-stopping'),
        },
        { requiredKeys: [] },
      ),
    }),
  },
);

/** Only the fields that the form knows, so that more than refusals of unknown fields is tried. */
function fitting(form: { readonly shape: Record<string, unknown> }, sent: Record<string, unknown>) {
  return Object.fromEntries(Object.entries(sent).filter(([field]) => field in form.shape));
}

function carryOut(play: Play, one: Command): void {
  const { today } = play.world();
  if (one.does === 'wait') {
    // The machine stands still between the mornings that matter, so only those of its own dates are run.
    const until = addDays(today, one.days);
    play.morning(until);
    play.drive();
    play.moveTo(until);
    return;
  }
  const dates = {
    declaredOn: addDays(today, -one.ago),
    completedOn: addDays(today, -one.ago),
    asOn: addDays(today, -one.ago),
  };
  if (one.does === 'answer') {
    const wait: Wait = play.wait();
    const task = declaration.waits[wait.wait];
    if (task?.wait !== 'task' || wait.state !== 'open') return;
    const forms = [...offeredForms(play.scene(), task as AnyTask, wait)];
    const [outcome, form] = forms[one.pick % forms.length] ?? [];
    if (!outcome || !form) return;
    const sent = { ...dates, hasPassed: one.flag, percent: one.percent, note: 'A note.' };
    const actor = wait.wait === 'protect-time' ? sam : rowan;
    if (isChange(play.complete(wait, outcome, fitting(form, sent), actor))) play.drive();
    return;
  }
  const spec = actions[one.action as keyof typeof actions];
  const refused = 'refusedNow' in spec ? spec.refusedNow(viewOf(play), rowan) : undefined;
  const known = refused
    ? {}
    : fitting(spec.form(viewOf(play)), {
        ...dates,
        ...one.sent,
        from: addDays(today, one.ago),
        to: addDays(today, one.ago + 7),
      });
  if (isChange(play.act(one.action, known, one.action === 'pulse' ? zoe : rowan))) play.drive();
}

/** Where a story begins: at the start, before the assessment, before the completion, at the result. */
const beginnings: Readonly<Record<string, () => Play>> = {
  start: () => studying(),
  specialist: () => studying({ courseId: LEADING_TEACHING }),
  coaching: () => completing({ courseId: COACHING }),
  assessment: () => beforeAssessment(),
  completion: () => completing(),
  result: () => atTheResult(true),
  failed: () => {
    const play = atTheResult(false);
    record(play, 'failed');
    return play;
  },
};

describe('whatever people do', () => {
  it('milestones keep their order, nothing throws, and it stands where something can be done', () => {
    const ends = new Set<string>();
    const stoodAt = new Set<string>();
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(beginnings)),
        fc.array(command, { minLength: 5, maxLength: 40 }),
        (beginning, all) => {
          const play = beginnings[beginning]?.() ?? studying();
          const types = courseOfId(dataOf(play).courseId).declarationTypes;
          for (const one of all) {
            carryOut(play, one);
            const data = dataOf(play);
            const dated = types.flatMap((type) => liveOf(data, type)?.declaredOn ?? []);
            expect([...dated].sort()).toEqual(dated);
            for (const type of types) {
              const standing = data.declarations.filter((each) => each.type === type && LIVE.includes(each.state));
              expect(standing.length).toBeLessThanOrEqual(1);
            }
            // No result without the declaration that brought it, and as many assessments as there are.
            if (liveOf(data, 'completed') === undefined) expect(outcomeOf(data)).toBeUndefined();
            expect(data.assessmentsBehind.filter(({ because }) => because === 'failed').length).toBeLessThanOrEqual(1);
            const { status, owedAt, outcome, wait } = play.process();
            stoodAt.add(wait);
            if (status === 'active' || status === 'paused') {
              expect(owedAt).toBeUndefined();
              expect(play.wait().state).toBe('open');
              continue;
            }
            // An end by the machine needs every milestone.
            expect(types.every((type) => liveOf(data, type) !== undefined)).toBe(true);
            ends.add(outcome ?? '');
            break;
          }
        },
      ),
      { numRuns: 200 },
    );
    expect(ends).toContain('passed');
    expect(stoodAt.size).toBeGreaterThanOrEqual(10);
  }, 60_000);
});
