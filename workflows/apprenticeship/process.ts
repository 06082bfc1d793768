/** An apprenticeship, declared: its tasks, timer and actions. The story is plotted in `machine.ts`, the policy is in `rules.ts` and `actions.ts`. */
import { tell } from '../kernel/news.ts';
import { type ActionSpec, type Actors, defineProcess, present, task, timer, together } from '../kernel/process.ts';
import { type Person, TRUST } from '../kernel/records.ts';
import * as acts from './actions.ts';
import * as facts from './facts.ts';
import { areEnglishAndMathsMandatory } from './gateway.ts';
import type { ApprenticeshipView } from './rules.ts';
import * as rules from './rules.ts';
import type { Signatory } from './schemas.ts';
import * as schemas from './schemas.ts';
import { milestoneLabels, texts, words } from './texts.ts';

const apprentice = ({ process }: ApprenticeshipView) => ({ personId: process.subjectId });
const schoolLead = ({ process }: ApprenticeshipView) => ({ role: 'school-lead' as const, schoolId: process.schoolId });
const headteacher = ({ process }: ApprenticeshipView) => ({ role: 'headteacher' as const, schoolId: process.schoolId });
const manager = ({ process }: ApprenticeshipView) => ({ role: 'line-manager' as const, schoolId: process.schoolId });

const confirmDetails = task('confirm-details', {
  stage: 'onboarding',
  decider: schoolLead,
  outcomes: { confirmed: schemas.detailsForm, refused: schemas.refusedForm },
  answer: (view: ApprenticeshipView, chosen, form, actor) =>
    chosen === 'confirmed'
      ? rules.detailsConfirmed(view, form as schemas.DetailsAnswer)
      : rules.refused(view, chosen, form as unknown as schemas.ReasonAnswer, present(actor)),
  chaser: 'headteacher',
  facts: facts.detailFacts,
  findings: facts.startFindings,
});

// Signatures: the first time with a refusal that ends it, later without.

const signing = (stage: string, signatory: Signatory) => {
  const isProvider = signatory === 'provider';
  return {
    stage,
    decider: signatory === 'apprentice' ? apprentice : isProvider ? schoolLead : headteacher,
    form: (view: ApprenticeshipView) =>
      isProvider ? schemas.providerSignedForm(rules.signedFrom(view), view.world.today) : schemas.signedForm(),
    answer: (view: ApprenticeshipView, form: Readonly<Record<string, unknown>>, actor: Person | null) =>
      isProvider
        ? rules.providerSigned(view, form as schemas.ProviderSignedAnswer, present(actor))
        : rules.signed(view, signatory, present(actor)),
    more: {
      isPersonal: signatory === 'apprentice',
      // The provider signs elsewhere: here stands on which day.
      isForSeveral: isProvider,
      chaser: signatory === 'employer' ? ('trust-lead' as const) : ('headteacher' as const),
      facts: facts.planFacts,
      findings: facts.planFindings,
    },
  };
};

const firstSignature = (key: string, signatory: Signatory) => {
  const { stage, decider, form, answer, more } = signing('onboarding', signatory);
  return task(key, {
    stage,
    decider,
    outcomes: { signed: form, refused: schemas.refusedForm },
    answer: (view: ApprenticeshipView, chosen, sent, actor) =>
      chosen === 'signed'
        ? answer(view, sent, actor)
        : rules.refused(view, chosen, sent as unknown as schemas.ReasonAnswer, present(actor)),
    hardOn: rules.signedByDay,
    ...more,
  });
};

const nextSignature = (key: string, signatory: Signatory) => {
  const { stage, decider, form, answer, more } = signing('on-programme', signatory);
  return task(key, {
    stage,
    decider,
    outcomes: { signed: form, unsigned: null },
    answer: (view: ApprenticeshipView, chosen, sent, actor) =>
      chosen === 'signed' ? answer(view, sent, actor) : rules.unchanged(view, chosen),
    atOnce: (view) => rules.signedBefore(view, signatory),
    lapses: (view) => ({ ...rules.untilReview(view), outcome: 'unsigned' }),
    ...more,
  });
};

const initialAssessment = task('initial-assessment', {
  stage: 'onboarding',
  decider: schoolLead,
  outcomes: {
    assessed: (view: ApprenticeshipView) =>
      schemas.assessedForm({ areMandatory: areEnglishAndMathsMandatory(view.data) }),
    'not-eligible': schemas.refusedForm,
  },
  answer: (view: ApprenticeshipView, chosen, form, actor) =>
    chosen === 'assessed'
      ? rules.assessed(view, form as unknown as schemas.AssessedAnswer)
      : rules.refused(view, chosen, form as unknown as schemas.ReasonAnswer, present(actor)),
  chaser: 'headteacher',
  facts: facts.assessmentFacts,
  findings: facts.startFindings,
});

const setUpFunding = task('set-up-funding', {
  stage: 'onboarding',
  decider: () => ({ role: 'apprenticeship-lead' as const, schoolId: TRUST }),
  outcomes: {
    'set-up': (view: ApprenticeshipView) => schemas.fundingForm(view.world.today),
    refused: schemas.refusedForm,
  },
  answer: (view: ApprenticeshipView, chosen, form, actor) =>
    chosen === 'set-up'
      ? rules.fundingSetUp(view, form as schemas.FundingAnswer)
      : rules.refused(view, chosen, form as unknown as schemas.ReasonAnswer, present(actor)),
  chaser: 'trust-lead',
  isForSeveral: true,
  facts: facts.detailFacts,
  findings: facts.startFindings,
});

/** One wait; the training plan has three signatures, each a task of the one who signs. */
const onboarding = together('onboarding', {
  stage: 'onboarding',
  parts: {
    'sign-as-apprentice': firstSignature('sign-as-apprentice', 'apprentice'),
    'sign-as-employer': firstSignature('sign-as-employer', 'employer'),
    'sign-for-provider': firstSignature('sign-for-provider', 'provider'),
    'initial-assessment': initialAssessment,
    'set-up-funding': setUpFunding,
  },
  outcomes: ['ready', 'refused'] as const,
  join: (_view: ApprenticeshipView, answered) => rules.onboardingJoined(answered),
});

const nextReview = timer('next-review', { stage: 'on-programme', on: rules.nextReviewOn });

const review = task('review', {
  stage: 'on-programme',
  decider: ({ data }: ApprenticeshipView) => ({ personId: data.mentorId }),
  outcomes: {
    'on-track': (view: ApprenticeshipView) => schemas.reviewedForm(rules.reviewFrom(view), view.world.today),
    concern: (view: ApprenticeshipView) => schemas.concernForm(rules.reviewFrom(view), view.world.today),
    'ready-for-gateway': (view: ApprenticeshipView) => schemas.reviewedForm(rules.reviewFrom(view), view.world.today),
    'not-yet': null,
    'ask-about-break': null,
    'ask-manager': null,
    'ask-to-sign': null,
    'ask-next-step': null,
  },
  answer: (view: ApprenticeshipView, chosen, form, actor) => {
    switch (chosen) {
      case 'on-track':
      case 'concern':
      case 'ready-for-gateway':
        return rules.reviewed(view, chosen, form as unknown as schemas.ReviewAnswer, present(actor));
      default:
        return rules.unchanged(view, chosen);
    }
  },
  atOnce: rules.routed,
  dueOn: rules.reviewDue,
  hardOn: rules.reviewHardOn,
  chaser: 'headteacher',
  facts: facts.reviewFacts,
  findings: facts.reviewFindings,
});

const actOnConcern = task('act-on-concern', {
  stage: 'on-programme',
  decider: manager,
  outcomes: { acted: schemas.actedForm, unanswered: null },
  answer: (view: ApprenticeshipView, chosen, form, actor) =>
    chosen === 'acted'
      ? rules.concernsActedOn(view, form as unknown as schemas.ActedAnswer, present(actor))
      : rules.unchanged(view, chosen),
  lapses: (view) => ({ ...rules.untilReview(view), outcome: 'unanswered' }),
  chaser: 'headteacher',
  facts: facts.concernFacts,
  findings: facts.concernFindings,
});

const considerBreak = task('consider-break', {
  stage: 'on-programme',
  decider: schoolLead,
  outcomes: {
    'training-continues': schemas.trainingContinuesForm,
    'break-agreed': (view: ApprenticeshipView) => schemas.breakForm(view.data.startsOn, view.world.today),
    unanswered: null,
  },
  answer: (view: ApprenticeshipView, chosen, form, actor) => {
    switch (chosen) {
      case 'training-continues':
        return rules.trainingContinues(view);
      case 'break-agreed':
        return rules.breakAgreed(view, form as schemas.BreakAnswer, present(actor));
      default:
        return rules.unchanged(view, chosen);
    }
  },
  lapses: (view) => ({ ...rules.untilReview(view), outcome: 'unanswered' }),
  chaser: 'headteacher',
  facts: facts.concernFacts,
  findings: facts.concernFindings,
});

const reSignPlan = together('re-sign-plan', {
  stage: 'on-programme',
  parts: {
    'sign-as-apprentice': nextSignature('sign-as-apprentice', 'apprentice'),
    'sign-as-employer': nextSignature('sign-as-employer', 'employer'),
    'sign-for-provider': nextSignature('sign-for-provider', 'provider'),
  },
  outcomes: ['signed', 'unsigned'] as const,
  join: (_view: ApprenticeshipView, answered) => rules.signaturesJoined(answered),
});

const gateway = task('gateway', {
  stage: 'gateway',
  decider: headteacher,
  outcomes: {
    passed: (view: ApprenticeshipView) => schemas.gatewayForm({ isReformed: view.data.assessmentPlan === 'reformed' }),
    'not-yet': schemas.notYetForm,
  },
  offered: rules.gatewayOffered,
  answer: (view: ApprenticeshipView, chosen, form, actor) =>
    chosen === 'passed'
      ? rules.gatewayPassed(view, present(actor))
      : rules.gatewayNotYet(view, form as unknown as schemas.NotYetAnswer, present(actor)),
  chaser: 'trust-lead',
  facts: facts.gatewayFacts,
  findings: facts.gatewayFindings,
});

const assessedFrom = ({ data }: ApprenticeshipView) =>
  data.assessmentPlan === 'reformed' ? data.startsOn : (data.gateway?.passedOn ?? data.startsOn);

const recordAssessment = task('record-assessment', {
  stage: 'assessment',
  decider: schoolLead,
  outcomes: {
    passed: (view: ApprenticeshipView) =>
      schemas.assessmentPassedForm(rules.gradesOf(view), assessedFrom(view), view.world.today),
    failed: (view: ApprenticeshipView) => schemas.assessmentFailedForm(assessedFrom(view), view.world.today),
  },
  answer: (view: ApprenticeshipView, chosen, form) =>
    chosen === 'passed'
      ? rules.assessmentPassed(view, form as unknown as schemas.AssessmentPassedAnswer)
      : rules.assessmentFailed(view, form as unknown as schemas.AssessmentFailedAnswer),
  dueOn: rules.assessmentDueOn,
  chaser: 'headteacher',
  facts: facts.resultFacts,
});

const decideNextStep = task('decide-next-step', {
  stage: 'progression',
  decider: manager,
  outcomes: {
    proposed: (view: ApprenticeshipView) => schemas.nextStepForm(rules.nextStepsOf(view), rules.nextStandards(view)),
    noted: null,
    decided: null,
    unanswered: null,
  },
  answer: (view: ApprenticeshipView, chosen, form, actor) =>
    chosen === 'proposed'
      ? rules.stepProposed(view, form as unknown as schemas.NextStepAnswer, present(actor))
      : rules.unchanged(view, chosen),
  atOnce: rules.stepBefore,
  lapses: (view) => {
    const until = rules.untilReviewBeforeEnd(view);
    return until && { ...until, outcome: 'unanswered' };
  },
  chaser: 'headteacher',
  facts: facts.nextStepFacts,
  onOpen: (view) => ({
    effects: view.data.wish === null ? [tell(view.process.subjectId, 'decided', 'say-what-next')] : [],
  }),
});

const confirmNextStep = task('confirm-next-step', {
  stage: 'progression',
  decider: headteacher,
  outcomes: {
    confirmed: schemas.confirmedForm,
    'sent-back': schemas.sentBackForm,
    'confirmed-at-end': null,
    unanswered: null,
  },
  answer: (view: ApprenticeshipView, chosen, form, actor) => {
    switch (chosen) {
      case 'confirmed':
        return rules.stepConfirmed(view, present(actor));
      case 'sent-back':
        return rules.stepSentBack(view, form as unknown as schemas.ReasonAnswer, present(actor));
      default:
        return rules.unchanged(view, chosen);
    }
  },
  lapses: (view) => {
    const until = rules.untilReviewBeforeEnd(view);
    return until && { ...until, outcome: 'unanswered' };
  },
  chaser: 'trust-lead',
  facts: facts.nextStepFacts,
});

export const tasks = {
  confirmDetails,
  review,
  actOnConcern,
  considerBreak,
  gateway,
  recordAssessment,
  decideNextStep,
  confirmNextStep,
} as const;
export const togethers = { onboarding, reSignPlan } as const;
export const timers = { nextReview } as const;

const leads: Actors = ['school-lead', 'headteacher', 'trust-lead', 'apprenticeship-lead'];
const whoLogs: Actors = ['subject', { named: 'mentor' }, 'line-manager', ...leads];

export const actions = {
  'log-training': {
    by: whoLogs,
    refusedNow: acts.notInTraining,
    form: (view) => schemas.logForm(view.data.startsOn, view.world.today),
    act: (view, form) => acts.logTraining(view, form as unknown as schemas.LogAnswer),
    event: 'training-logged',
  },
  'record-month': {
    by: whoLogs,
    refusedNow: acts.notInTraining,
    form: schemas.monthForm,
    act: (view, form) => acts.recordMonth(view, form as schemas.MonthAnswer),
    event: 'month-recorded',
  },
  'break-in-learning': {
    by: leads,
    refusedNow: acts.breakRefused,
    form: (view) => schemas.breakForm(view.data.startsOn, view.world.today),
    act: (view, form, actor) => acts.beginBreak(view, form as schemas.BreakAnswer, actor),
    event: 'break-begun',
  },
  'extend-break': {
    by: leads,
    refusedNow: acts.notOnBreak,
    form: schemas.extendBreakForm,
    act: (view, form, actor) => acts.extendBreak(view, form as schemas.ExtendBreakAnswer, actor),
    event: 'break-extended',
  },
  resume: {
    by: leads,
    refusedNow: acts.notOnBreak,
    form: (view) => schemas.resumeForm(acts.breakStartedOn(view), view.world.today),
    act: (view, form, actor) => acts.resume(view, form as schemas.ResumeAnswer, actor),
    event: 'training-resumed',
  },
  'change-hours': {
    by: leads,
    refusedNow: acts.changeRefused,
    form: (view) => schemas.changeHoursForm(view.data.startsOn, acts.latestChange(view)),
    act: (view, form, actor) => acts.changeHours(view, form as unknown as schemas.ChangeHoursAnswer, actor),
    event: 'hours-changed',
  },
  'change-provider': {
    by: ['subject', ...leads],
    refusedNow: acts.changeRefused,
    form: (view) => schemas.changeProviderForm(view.data.startsOn, view.world.today),
    act: (view, form, actor) => acts.changeProvider(view, form as schemas.ChangeProviderAnswer, actor),
    event: 'provider-changed',
  },
  'change-plan': {
    by: leads,
    refusedNow: acts.changeRefused,
    form: schemas.changePlanForm,
    act: (view, form, actor) => acts.changePlan(view, form as unknown as schemas.ChangePlanAnswer, actor),
    event: 'plan-changed',
  },
  'change-standard-version': {
    by: leads,
    refusedNow: acts.versionChangeRefused,
    form: (view) => schemas.changeVersionForm(acts.otherVersions(view)),
    act: (view, form, actor) => acts.changeVersion(view, form as unknown as schemas.ChangeVersionAnswer, actor),
    event: 'standard-version-changed',
  },
  'bring-review-forward': {
    by: [{ named: 'mentor' }, ...leads],
    refusedNow: acts.bringForwardRefused,
    form: schemas.broughtForwardForm,
    act: (view, _form, actor) => acts.bringForward(view, actor),
    event: 'review-brought-forward',
  },
  'change-mentor': {
    by: leads,
    form: schemas.changeMentorForm,
    act: (view, form, actor) => acts.changeMentor(view, form as schemas.ChangeMentorAnswer, actor),
    event: 'mentor-changed',
  },
  'move-school': {
    by: ['trust-lead', 'apprenticeship-lead', 'school-lead'],
    rolesCountAtTarget: true,
    refusedNow: acts.moveRefused,
    form: (view) => schemas.moveSchoolForm(acts.schoolsToMoveTo(view)),
    act: (view, form, actor) => acts.moveSchool(view, form as unknown as schemas.MoveSchoolAnswer, actor),
    event: 'school-moved',
  },
  'record-english-maths': {
    by: leads,
    refusedNow: acts.englishMathsRefused,
    form: (view) => schemas.englishMathsForm({ areMandatory: areEnglishAndMathsMandatory(view.data) }),
    act: (view, form) => acts.recordEnglishMaths(view, form as unknown as schemas.EnglishMathsAnswer),
    event: 'english-maths-recorded',
  },
  'sign-shortfall-statement': {
    by: ['subject', 'headteacher', 'executive'],
    refusedNow: acts.shortfallRefused,
    form: schemas.shortfallForm,
    act: (view, _form, actor) => acts.signShortfall(view, actor),
    event: 'shortfall-signed',
  },
  'record-assessment-part': {
    by: leads,
    refusedNow: acts.assessmentPartRefused,
    form: (view) => schemas.assessmentPartForm(view.data.startsOn, view.world.today),
    act: (view, form, actor) => acts.recordAssessmentPart(view, form as unknown as schemas.AssessmentPartAnswer, actor),
    event: 'assessment-part-recorded',
  },
  'record-qts': {
    by: leads,
    refusedNow: acts.qtsRefused,
    form: (view) => schemas.qtsForm(view.data.startsOn, view.world.today),
    act: (view, form, actor) => acts.recordQts(view, form as schemas.QtsAnswer, actor),
    event: 'qts-recorded',
  },
  'say-next-step': {
    by: ['subject'],
    form: (view) => schemas.wishForm(rules.nextStepsOf(view)),
    act: (view, form) => acts.sayWish(view, form as unknown as schemas.WishAnswer),
    event: 'wish-said',
  },
  withdraw: {
    by: ['subject', 'trust-lead', 'apprenticeship-lead'],
    form: schemas.withdrawForm,
    mayEnd: true,
    act: (view, form, actor) => acts.withdraw(view, form as unknown as schemas.WithdrawAnswer, actor),
    event: 'process-withdrawn',
  },
} as const satisfies Record<string, ActionSpec<schemas.ApprenticeshipData>>;

export const process = defineProcess({
  kind: rules.KIND,
  path: 'apprenticeships',
  data: schemas.ApprenticeshipData,
  input: schemas.StartForm,
  subjectOf: (input) => String(input['personId']),
  startedBy: leads,
  start: rules.start,
  startedBySystem: rules.startedBySystem,
  mentions: ({ mentorId }) => (typeof mentorId === 'string' ? { personIds: [mentorId] } : {}),
  waits: {
    'confirm-details': confirmDetails,
    onboarding,
    'next-review': nextReview,
    review,
    'act-on-concern': actOnConcern,
    'consider-break': considerBreak,
    're-sign-plan': reSignPlan,
    gateway,
    'record-assessment': recordAssessment,
    'decide-next-step': decideNextStep,
    'confirm-next-step': confirmNextStep,
  },
  actions,
  milestones: (view) =>
    rules.milestones(view).map(({ name, number, dueOn, doneOn }) => ({
      name: number === undefined ? name : `${name}-${number}`,
      label: number === undefined ? milestoneLabels[name] : words.review(number),
      dueOn,
      doneOn,
    })),
  onEnd: rules.onEnd,
  onSubjectLeft: rules.onSubjectLeft,
  onSubjectMoved: rules.onSubjectMoved,
  onMorning: rules.onMorning,
  named: ({ mentorId }) => [{ personId: mentorId, as: 'mentor' }],
  keptBy: 'apprenticeship-lead',
  titled: ({ title }) => title,
  about: facts.about,
  brief: rules.brief,
  discreet: rules.discreet,
  texts,
});
