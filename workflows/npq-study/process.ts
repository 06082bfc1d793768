/** An NPQ study, declared: its tasks, timers and actions. The story is plotted in `machine.ts`, the policy is in `rules.ts`. */
import { type ActionSpec, defineProcess, present, task, timer, type View } from '../kernel/process.ts';
import { type Person, TRUST } from '../kernel/records.ts';
import type { Rejection } from '../kernel/rejections.ts';
import { courseOf, type DeclarationType, isAssessed } from '../npq/courses.ts';
import { schoolsToMoveTo } from '../npq/schools.ts';
import * as assessment from './assessment.ts';
import * as declarations from './declarations.ts';
import * as facts from './facts.ts';
import * as rules from './rules.ts';
import * as schemas from './schemas.ts';
import * as standing from './standing.ts';
import { declarationLabels, provisional, texts } from './texts.ts';

type StudyView = View<schemas.StudyData>;

const trustLead = () => ({ role: 'trust-lead', schoolId: TRUST }) as const;

const opens = (type: DeclarationType) => (view: StudyView) => standing.windowOpensOn(view, type);

const recordedForm = (type: DeclarationType) => (view: StudyView) =>
  schemas.recordedForm({
    appliesFrom: standing.appliesFrom(view),
    today: view.world.today,
    bounds: declarations.boundsOf(view, type),
    asksHasPassed: type === 'completed' && isAssessed(courseOf(view.data.courseId)),
  });

/** What all four tasks that record a milestone have in common. */
const recording = <Word extends string>(type: DeclarationType) => ({
  stage: type,
  decider: trustLead,
  answer: (view: StudyView, _chosen: Word, form: Readonly<Record<string, unknown>>, actor: Person | null) =>
    declarations.recorded<Word>(view, type, form as unknown as schemas.RecordedAnswer, present(actor)),
  atOnce: (view: StudyView) => declarations.recordedBefore<Word>(view, type),
  dueOn: (view: StudyView) => standing.recordDueOn(view, type),
  chaser: 'executive' as const,
  isForSeveral: true,
  facts: (view: StudyView) => facts.recordFacts(view, type),
  findings: (view: StudyView) => facts.recordFindings(view, type),
});

const startedWindow = timer('started-window', { stage: 'started', on: opens('started') });

const recordStarted = task('record-started', {
  ...recording<'recorded'>('started'),
  outcomes: { recorded: recordedForm('started') },
});

const firstRetentionWindow = timer('retained-1-window', { stage: 'retained-1', on: opens('retained-1') });

const recordFirstRetention = task('record-retained-1', {
  ...recording<'recorded' | 'recorded-no-second'>('retained-1'),
  outcomes: { recorded: recordedForm('retained-1'), 'recorded-no-second': null },
});

const secondRetentionWindow = timer('retained-2-window', { stage: 'retained-2', on: opens('retained-2') });

const recordSecondRetention = task('record-retained-2', {
  ...recording<'recorded' | 'recorded-not-assessed'>('retained-2'),
  outcomes: { recorded: recordedForm('retained-2'), 'recorded-not-assessed': null },
});

const assessmentAhead = timer('assessment-ahead', { stage: 'assessment', on: assessment.timeIsAskedForOn });

const protectTime = task('protect-time', {
  stage: 'assessment',
  decider: ({ process }: StudyView) => ({ role: 'line-manager', schoolId: process.schoolId }),
  outcomes: {
    protected: schemas.protectedForm,
    'not-protected': schemas.notProtectedForm,
    unanswered: null,
  },
  answer: (view: StudyView, chosen, form, actor) =>
    chosen === 'unanswered'
      ? standing.unchanged(view, chosen)
      : assessment.timeAnswered(view, chosen, form as schemas.ProtectedAnswer, present(actor)),
  atOnce: assessment.protectedBefore,
  dueOn: assessment.protectDueOn,
  lapses: assessment.protectLapses,
  chaser: 'headteacher',
  isForSeveral: true,
  facts: facts.protectFacts,
  findings: facts.assessmentFindings,
});

const assessmentWindow = timer('assessment-window', { stage: 'assessment', on: assessment.assessmentOpensOn });

const confirmAttendance = task('confirm-attendance', {
  stage: 'assessment',
  decider: trustLead,
  outcomes: { 'may-sit': schemas.attendanceConfirmedForm, 'may-resit': null, 'cannot-sit': null },
  answer: (view: StudyView, chosen, form, actor) =>
    chosen === 'may-sit'
      ? assessment.attendanceConfirmed(view, form as unknown as schemas.AttendanceConfirmedAnswer, present(actor))
      : standing.unchanged(view, chosen),
  atOnce: assessment.attendanceKnown,
  chaser: 'executive',
  facts: facts.attendanceFacts,
  findings: facts.assessmentFindings,
});

const completedWindow = timer('completed-window', { stage: 'completed', on: opens('completed') });

const recordCompleted = task('record-completed', {
  ...recording<'recorded' | 'recorded-not-assessed'>('completed'),
  outcomes: { recorded: recordedForm('completed'), 'recorded-not-assessed': null },
});

const resultsDue = timer('results-due', { stage: 'outcome', on: assessment.resultsDueOn });

const outcomeForm = (view: StudyView) =>
  schemas.outcomeForm({
    from: standing.appliesFrom(view),
    today: view.world.today,
    completedOn: assessment.completedOn(view),
  });

const recordOutcome = task('record-outcome', {
  stage: 'outcome',
  decider: trustLead,
  outcomes: { passed: outcomeForm, failed: outcomeForm, resubmission: null },
  answer: (view: StudyView, chosen, form, actor) =>
    chosen === 'resubmission'
      ? standing.unchanged(view, chosen)
      : assessment.outcomeRecorded(view, chosen, form as unknown as schemas.OutcomeAnswer, present(actor)),
  dueOn: assessment.outcomeDueOn,
  chaser: 'executive',
  facts: facts.outcomeFacts,
  findings: facts.outcomeFindings,
});

export const tasks = {
  recordStarted,
  recordFirstRetention,
  recordSecondRetention,
  protectTime,
  confirmAttendance,
  recordCompleted,
  recordOutcome,
} as const;

export const timers = {
  startedWindow,
  firstRetentionWindow,
  secondRetentionWindow,
  assessmentAhead,
  assessmentWindow,
  completedWindow,
  resultsDue,
} as const;

const scheduleForm = (view: StudyView) => rules.scheduleChoices(view);

/** By who keeps the record, and otherwise as the rule says. */
const byKeeper =
  (refusedNow?: (view: StudyView) => Rejection | undefined) =>
  (view: StudyView, actor: Person): Rejection | undefined =>
    standing.keeperRefused(view, actor) ?? refusedNow?.(view);

export const actions = {
  pulse: {
    by: ['subject'],
    form: schemas.pulseForm,
    act: (view, form) => rules.pulse(view, form as unknown as schemas.PulseAnswer),
    event: 'pulse-taken',
  },
  defer: {
    by: ['subject', 'trust-lead'],
    refusedNow: rules.deferralRefused,
    form: schemas.deferForm,
    act: (view, form, actor) => rules.defer(view, form as unknown as schemas.DeferAnswer, actor),
    event: 'process-deferred',
  },
  resume: {
    by: ['subject', 'trust-lead'],
    refusedNow: rules.resumptionRefused,
    form: (view) => schemas.resumeForm(scheduleForm(view)),
    act: (view, form, actor) => rules.resume(view, form as schemas.ScheduleAnswer, actor),
    event: 'process-resumed',
  },
  withdraw: {
    by: ['subject', 'trust-lead'],
    form: schemas.withdrawForm,
    mayEnd: true,
    act: (view, form, actor) => rules.withdraw(view, form as unknown as schemas.WithdrawAnswer, actor),
    event: 'process-withdrawn',
  },
  'change-schedule': {
    by: standing.keepers,
    refusedNow: byKeeper(),
    form: (view) => schemas.changeScheduleForm(scheduleForm(view)),
    act: (view, form, actor) => rules.changeSchedule(view, form as schemas.ScheduleAnswer, actor),
    event: 'schedule-changed',
  },
  'change-provider': {
    by: ['subject', 'trust-lead'],
    refusedNow: rules.providerChangeRefused,
    form: (view) =>
      schemas.changeProviderForm({
        offered: rules.otherProviders(view),
        from: rules.providerChangesFrom(view),
        today: view.world.today,
      }),
    act: (view, form, actor) => rules.changeProvider(view, form as unknown as schemas.ChangeProviderAnswer, actor),
    event: 'provider-changed',
  },
  'move-school': {
    by: ['trust-lead', 'school-lead'],
    rolesCountAtTarget: true,
    refusedNow: rules.moveRefused,
    form: (view) => schemas.moveSchoolForm(schoolsToMoveTo(view)),
    act: (view, form, actor) => rules.moveSchool(view, form as unknown as schemas.MoveSchoolAnswer, actor),
    event: 'school-moved',
  },
  declare: {
    by: standing.keepers,
    refusedNow: byKeeper(declarations.declareRefused),
    form: (view) => schemas.declareForm({ appliesFrom: standing.appliesFrom(view), today: view.world.today }),
    act: (view, form, actor) => declarations.declare(view, form as unknown as schemas.DeclareAnswer, actor),
    event: 'declaration-recorded',
  },
  'void-declaration': {
    by: standing.keepers,
    refusedNow: byKeeper(declarations.voidRefused),
    form: (view) => schemas.voidForm(declarations.typesToVoid(view)),
    act: (view, form, actor) => declarations.voidDeclaration(view, form as unknown as schemas.VoidAnswer, actor),
    event: 'declaration-voided',
  },
  'update-declaration': {
    by: standing.keepers,
    refusedNow: byKeeper(declarations.updateRefused),
    form: (view) => schemas.stateForm(declarations.typesToUpdate(view), declarations.statesToChoose(view)),
    act: (view, form, actor) => declarations.updateDeclaration(view, form as unknown as schemas.StateAnswer, actor),
    event: 'declaration-updated',
  },
  'record-attendance': {
    by: standing.keepers,
    refusedNow: byKeeper(),
    form: (view) => schemas.attendanceForm(view.world.today),
    act: (view, form) => assessment.recordAttendance(view, form as unknown as schemas.AttendanceAnswer),
    event: 'attendance-recorded',
  },
  'set-assessment': {
    by: standing.keepers,
    refusedNow: byKeeper(assessment.assessmentRefused),
    form: schemas.assessmentForm,
    act: (view, form) => assessment.setAssessment(view, form as unknown as schemas.AssessmentAnswer),
    event: 'assessment-set',
  },
  'amend-outcome': {
    by: standing.keepers,
    evenAfterEnd: true,
    refusedNow: byKeeper(assessment.amendRefused),
    form: (view) => schemas.amendForm({ from: standing.appliesFrom(view), today: view.world.today }),
    act: (view, form, actor) => assessment.amendOutcome(view, form as unknown as schemas.AmendAnswer, actor),
    event: 'outcome-amended',
  },
  reject: {
    by: standing.keepers,
    refusedNow: byKeeper(rules.rejectionRefused),
    form: schemas.rejectForm,
    mayEnd: true,
    act: (view, form, actor) => rules.reject(view, form as unknown as schemas.RejectAnswer, actor),
    event: 'acceptance-taken-back',
  },
} as const satisfies Record<string, ActionSpec<schemas.StudyData>>;

export const process = defineProcess({
  kind: rules.KIND,
  path: 'npq-studies',
  data: schemas.StudyData,
  input: schemas.StartForm,
  subjectOf: (input, actor) => (typeof input['personId'] === 'string' ? input['personId'] : actor.personId),
  startedBy: ['trust-lead'],
  start: rules.start,
  startedBySystem: rules.startedBySystem,
  waits: {
    'started-window': startedWindow,
    'record-started': recordStarted,
    'retained-1-window': firstRetentionWindow,
    'record-retained-1': recordFirstRetention,
    'retained-2-window': secondRetentionWindow,
    'record-retained-2': recordSecondRetention,
    'assessment-ahead': assessmentAhead,
    'protect-time': protectTime,
    'assessment-window': assessmentWindow,
    'confirm-attendance': confirmAttendance,
    'completed-window': completedWindow,
    'record-completed': recordCompleted,
    'results-due': resultsDue,
    'record-outcome': recordOutcome,
  },
  actions,
  milestones: (view) =>
    rules.milestones(view).map(({ type, dueOn, doneOn, isProvisional }) => ({
      name: type,
      label: isProvisional && doneOn === null ? provisional(declarationLabels[type]) : declarationLabels[type],
      dueOn,
      doneOn,
    })),
  onEnd: rules.onEnd,
  onSubjectLeft: rules.onSubjectLeft,
  onSubjectMoved: rules.onSubjectMoved,
  onMorning: rules.onMorning,
  titled: ({ courseId }) => courseOf(courseId).name,
  about: facts.about,
  brief: rules.brief,
  discreet: rules.discreet,
  texts,
});
