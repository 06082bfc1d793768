/** An induction, declared: its tasks, timers and actions. The story is plotted in `machine.ts`, the policy is in `rules.ts`. */
import {
  type ActionSpec,
  defineProcess,
  present,
  task,
  timer,
  together as togetherOf,
  type View,
} from '../kernel/process.ts';
import * as acts from './actions.ts';
import * as facts from './facts.ts';
import * as people from './people.ts';
import * as rules from './rules.ts';
import * as schemas from './schemas.ts';
import * as standing from './standing.ts';
import { milestoneLabels, texts } from './texts.ts';

type InductionView = View<schemas.InductionData>;

/** A school's task, a tutor's above all, is chased by the headteacher; a headteacher's by the trust's CPD lead. */
const byHead = 'headteacher' as const;
const byTrust = 'trust-lead' as const;

// Setup

const confirmMentor = task('confirm-mentor', {
  stage: 'setup',
  decider: (view: InductionView) => people.head(view),
  outcomes: { confirmed: (view: InductionView) => schemas.mentorForm(people.choices(view)) },
  answer: (view, _chosen, form) => people.mentorConfirmed(view, form as unknown as schemas.MentorAnswer),
  chaser: byTrust,
  facts: facts.setupFacts,
});

const confirmTutor = task('confirm-tutor', {
  stage: 'setup',
  decider: (view: InductionView) => people.head(view),
  outcomes: { confirmed: (view: InductionView) => schemas.tutorForm(people.choices(view)) },
  answer: (view, _chosen, form) => people.tutorConfirmed(view, form as unknown as schemas.TutorAnswer),
  chaser: byTrust,
  isForSeveral: true,
  facts: facts.setupFacts,
});

const registerWithBody = task('register-with-body', {
  stage: 'setup',
  decider: people.tutor,
  outcomes: {
    registered: (view: InductionView) =>
      schemas.registeredForm({
        today: view.world.today,
        startsOn: standing.startsOn(view.data),
        isBodyKnown: view.data.body !== null,
      }),
  },
  answer: (view: InductionView, _chosen, form) =>
    rules.bodyRegistered(view, form as unknown as schemas.RegisteredAnswer),
  hardOn: (view) => standing.startsOn(view.data),
  chaser: byHead,
  facts: facts.setupFacts,
});

const confirmTimetable = task('confirm-timetable', {
  stage: 'setup',
  decider: (view: InductionView) => people.head(view),
  outcomes: { confirmed: schemas.timetableForm },
  answer: (view: InductionView, _chosen, form) =>
    rules.timetableConfirmed(view, form as unknown as schemas.TimetableAnswer),
  chaser: byTrust,
  isForSeveral: true,
  facts: facts.setupFacts,
});

const setup = togetherOf('setup', {
  stage: 'setup',
  parts: {
    'confirm-mentor': confirmMentor,
    'confirm-tutor': confirmTutor,
    'register-with-body': registerWithBody,
    'confirm-timetable': confirmTimetable,
  },
  outcomes: ['ready'],
  join: (_view: InductionView, answered) => rules.setUp(answered),
});

// The round of reviews

const reviewAhead = timer('review-ahead', { stage: 'induction', on: rules.reviewAheadOn });

const progressReview = task('progress-review', {
  stage: 'induction',
  decider: people.tutor,
  outcomes: {
    'on-track': (view: InductionView) => schemas.onTrackForm(rules.heldWindow(view)),
    'not-on-track': (view: InductionView) => schemas.notOnTrackForm(rules.heldWindow(view)),
    missed: null,
    'formal-due': null,
    'interim-due': null,
    'choice-first': null,
    assessed: null,
    'not-yet': null,
    left: null,
  },
  answer: (view: InductionView, chosen, form, actor) => {
    switch (chosen) {
      case 'on-track':
      case 'not-on-track':
        return rules.progressHeld(view, chosen, form as unknown as schemas.ProgressAnswer, present(actor));
      case 'missed':
        return rules.progressMissed(view);
      default:
        return standing.unchanged(view, chosen);
    }
  },
  atOnce: rules.routed,
  dueOn: rules.reviewDueOn,
  hardOn: rules.reviewHardOn,
  lapses: rules.missedAfter,
  chaser: byHead,
  facts: facts.reviewFacts,
  findings: facts.reviewFindings,
});

const agreeSupport = task('agree-support', {
  stage: 'induction',
  decider: (view: InductionView) => people.head(view),
  outcomes: { agreed: schemas.supportForm },
  answer: (view: InductionView, chosen) => standing.unchanged(view, chosen),
  chaser: byTrust,
  facts: facts.writtenReview,
});

const readReview = task('read-review', {
  stage: 'induction',
  decider: people.ect,
  outcomes: { read: schemas.readForm, unread: null },
  answer: (view: InductionView, chosen) => standing.unchanged(view, chosen),
  lapses: rules.unreadAfter,
  isPersonal: true,
  chaser: byHead,
  facts: facts.writtenReview,
});

const chooseExtension = task('choose-extension', {
  stage: 'induction',
  decider: people.ect,
  outcomes: { extended: schemas.nothingForm, 'not-extended': schemas.nothingForm },
  answer: (view: InductionView, chosen) => rules.leaveChosen(view, chosen),
  isPersonal: true,
  chaser: byHead,
  facts: facts.leaveFacts,
});

// Assessments

const formalAssessment = task('formal-assessment', {
  stage: 'assessment',
  decider: people.tutor,
  outcomes: { written: (view: InductionView) => schemas.reportForm(rules.meetingWindow(view)) },
  answer: (view: InductionView, _chosen, form, actor) =>
    rules.reportWritten(view, form as unknown as schemas.ReportAnswer, present(actor)),
  dueOn: rules.assessmentDueOn,
  hardOn: rules.assessmentHardOn,
  chaser: byHead,
  facts: facts.reviewFacts,
  findings: facts.reviewFindings,
});

const interimAssessment = task('interim-assessment', {
  stage: 'assessment',
  decider: people.interimAuthor,
  outcomes: { written: (view: InductionView) => schemas.reportForm(rules.meetingWindow(view)) },
  answer: (view: InductionView, _chosen, form, actor) =>
    rules.reportWritten(view, form as unknown as schemas.ReportAnswer, present(actor)),
  dueOn: rules.assessmentDueOn,
  hardOn: rules.assessmentHardOn,
  chaser: byHead,
  facts: facts.reviewFacts,
  findings: facts.reviewFindings,
});

const signAssessment = task('sign-assessment', {
  stage: 'assessment',
  decider: people.ect,
  outcomes: { signed: schemas.readForm, unsigned: null },
  answer: (view: InductionView, chosen) =>
    chosen === 'signed' ? rules.signed(view) : standing.unchanged(view, chosen satisfies 'unsigned'),
  dueOn: rules.signDueOn,
  hardOn: rules.reportHardOn,
  lapses: rules.unsignedAfter,
  isPersonal: true,
  chaser: byHead,
  facts: facts.writtenReport,
});

const countersign = task('countersign', {
  stage: 'assessment',
  decider: people.countersigner,
  outcomes: { signed: schemas.readForm, 'signed-final': null, 'signed-leaving': null, 'signed-moving': null },
  answer: (view: InductionView, _chosen, _form, actor) => rules.countersigned(view, actor?.personId),
  atOnce: rules.countersignedAtOnce,
  dueOn: rules.countersignDueOn,
  hardOn: rules.reportHardOn,
  chaser: byTrust,
  facts: facts.writtenReport,
  findings: facts.reportFindings,
});

// Completion

const completion = timer('completion', { stage: 'induction', on: rules.completesOn });

const recommend = task('recommend', {
  stage: 'completion',
  decider: (view: InductionView) => people.head(view),
  outcomes: { recommended: (view: InductionView) => schemas.recommendForm(rules.sentWindow(view)) },
  answer: (view: InductionView, _chosen, form, actor) =>
    rules.recommended(view, form as unknown as schemas.RecommendAnswer, present(actor)),
  hardOn: rules.recommendHardOn,
  chaser: byTrust,
  facts: facts.completionFacts,
  findings: facts.reviewFindings,
});

const recordOutcome = task('record-outcome', {
  stage: 'outcome',
  decider: people.tutor,
  outcomes: {
    passed: (view: InductionView) => schemas.decidedForm(rules.decisionWindow(view)),
    failed: (view: InductionView) => schemas.decidedForm(rules.decisionWindow(view)),
    extended: (view: InductionView) => schemas.extendedForm(rules.decisionWindow(view)),
  },
  answer: (view: InductionView, chosen, form) =>
    chosen === 'extended'
      ? rules.extendedByBody(view, form as unknown as schemas.ExtendedAnswer)
      : rules.decided(view, chosen, form as unknown as schemas.DecidedAnswer),
  dueOn: rules.decisionHardOn,
  hardOn: rules.decisionHardOn,
  chaser: byHead,
  facts: facts.outcomeFacts,
});

const nameOthers = task('name-others', {
  stage: 'induction',
  decider: (view: InductionView) => people.head(view),
  outcomes: { named: (view: InductionView) => schemas.othersForm(people.choices(view)), 'not-yet': null },
  answer: (view: InductionView, chosen, form) =>
    chosen === 'named'
      ? people.othersNamed(view, form as unknown as schemas.OthersAnswer)
      : standing.unchanged(view, chosen satisfies 'not-yet'),
  lapses: people.notNamedAfter,
  chaser: byTrust,
  facts: facts.othersFacts,
});

export const together = { setup } as const;
export const timers = { reviewAhead, completion } as const;
export const tasks = {
  progressReview,
  agreeSupport,
  readReview,
  chooseExtension,
  formalAssessment,
  interimAssessment,
  signAssessment,
  countersign,
  recommend,
  recordOutcome,
  nameOthers,
} as const;

/** The induction tutor of this induction, and leaders of its school and the trust. */
const recorders = [{ named: 'induction-tutor' }, 'headteacher', 'school-lead', 'trust-lead'] as const;

export const actions = {
  'change-mentor': {
    by: recorders,
    refusedNow: acts.tooLateNow,
    form: (view) => schemas.changeMentorForm(people.choices(view), people.peopleWindow(view, 'mentors')),
    act: (view, form, actor) => people.changeMentor(view, form as unknown as schemas.ChangeMentorAnswer, actor),
    event: 'mentor-changed',
  },
  'change-tutor': {
    by: ['headteacher', 'school-lead', 'trust-lead'],
    refusedNow: acts.tooLateNow,
    form: (view) => schemas.changeTutorForm(people.choices(view), people.peopleWindow(view, 'tutors')),
    act: (view, form, actor) => people.changeTutor(view, form as unknown as schemas.ChangeTutorAnswer, actor),
    event: 'tutor-changed',
  },
  'record-absence': {
    by: recorders,
    refusedNow: acts.tooLateNow,
    form: (view) => schemas.absenceForm(acts.changeWindow(view)),
    act: (view, form, actor) => acts.recordAbsence(view, form as unknown as schemas.AbsenceAnswer, actor),
    event: 'absence-recorded',
  },
  'change-hours': {
    by: recorders,
    refusedNow: acts.tooLateNow,
    form: (view) => schemas.changeHoursForm(acts.changeWindow(view)),
    act: (view, form, actor) => acts.changeHours(view, form as unknown as schemas.ChangeHoursAnswer, actor),
    event: 'hours-changed',
  },
  'move-school': {
    by: ['trust-lead', 'school-lead', 'headteacher'],
    rolesCountAtTarget: true,
    refusedNow: acts.moveRefused,
    form: (view) => schemas.moveSchoolForm(acts.schoolsToMoveTo(view), acts.moveWindow(view)),
    act: (view, form, actor) => acts.moveSchool(view, form as unknown as schemas.MoveSchoolAnswer, actor),
    event: 'school-moved',
  },
  extend: {
    by: recorders,
    refusedNow: acts.tooLateNow,
    form: (view) => schemas.extendForm(acts.untilToday(view)),
    act: (view, form, actor) => acts.extend(view, form as unknown as schemas.ExtendedAnswer, actor),
    event: 'induction-extended',
  },
  reduce: {
    by: recorders,
    refusedNow: acts.tooLateNow,
    form: (view) => schemas.reduceForm(acts.untilToday(view)),
    act: (view, form, actor) => acts.reduce(view, form as unknown as schemas.ReduceAnswer, actor),
    event: 'induction-reduced',
  },
  'change-programme': {
    by: recorders,
    refusedNow: acts.tooLateNow,
    form: (view) => schemas.changeProgrammeForm(acts.programmeWindow(view)),
    act: (view, form) => acts.changeProgramme(view, form as unknown as schemas.ChangeProgrammeAnswer),
    event: 'programme-changed',
  },
  'defer-training': {
    by: recorders,
    refusedNow: acts.deferralRefused,
    form: schemas.deferTrainingForm,
    act: (view, form) => acts.deferTraining(view, form as unknown as schemas.DeferTrainingAnswer),
    event: 'training-deferred',
  },
  'resume-training': {
    by: recorders,
    refusedNow: acts.resumptionRefused,
    form: schemas.nothingForm,
    act: (view) => acts.resumeTraining(view),
    event: 'training-resumed',
  },
  withdraw: {
    by: recorders,
    refusedNow: acts.tooLateNow,
    form: (view) => schemas.withdrawForm(acts.leavingWindow(view)),
    mayEnd: true,
    act: (view, form) => acts.withdraw(view, form as unknown as schemas.WithdrawAnswer),
    event: 'leaving-recorded',
  },
} as const satisfies Record<string, ActionSpec<schemas.InductionData>>;

export const process = defineProcess({
  kind: standing.KIND,
  path: 'ect-inductions',
  data: schemas.InductionData,
  input: schemas.StartForm,
  subjectOf: (input) => String(input['personId']),
  startedBy: ['headteacher', 'school-lead', 'induction-tutor', 'trust-lead'],
  start: rules.start,
  startedBySystem: rules.startedBySystem,
  mentions: people.mentions,
  waits: {
    setup,
    'review-ahead': reviewAhead,
    'progress-review': progressReview,
    'agree-support': agreeSupport,
    'read-review': readReview,
    'choose-extension': chooseExtension,
    'formal-assessment': formalAssessment,
    'interim-assessment': interimAssessment,
    'sign-assessment': signAssessment,
    countersign,
    completion,
    recommend,
    'record-outcome': recordOutcome,
    'name-others': nameOthers,
  },
  actions,
  milestones: (view) =>
    rules.milestones(view).map(({ name, kind, term, dueOn, doneOn }) => ({
      name,
      label:
        kind === 'progress' || kind === 'formal' || kind === 'interim'
          ? facts.reviewLabel({ key: name, kind, term: term ?? 0 })
          : milestoneLabels[kind],
      dueOn,
      doneOn,
    })),
  onEnd: rules.onEnd,
  onSubjectLeft: acts.onSubjectLeft,
  onSubjectMoved: acts.onSubjectMoved,
  onMorning: acts.onMorning,
  named: people.named,
  about: facts.about,
  namesSchools: ({ periods }) => periods.map(({ schoolId }) => schoolId),
  brief: rules.brief,
  discreetWaits: ['agree-support', 'choose-extension'],
  discreetEvents: ['absence-recorded', 'training-deferred', 'training-resumed', 'induction-extended'],
  isOutcomeDiscreet: true,
  discreet: rules.discreet,
  texts,
});
