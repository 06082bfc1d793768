/** An NPQ application, declared: its tasks, timers and actions. The story is plotted in `machine.ts`, the policy is in `rules.ts`. */
import { type ActionSpec, defineProcess, present, task, timer, type View } from '../kernel/process.ts';
import { courseOf } from '../npq/courses.ts';
import { schoolsToMoveTo } from '../npq/schools.ts';
import * as facts from './facts.ts';
import * as rules from './rules.ts';
import * as schemas from './schemas.ts';
import { milestoneLabels, texts } from './texts.ts';

type ApplicationView = View<schemas.ApplicationData>;

/** Every task of the application is chased by the trust's CPD lead. */
const chaser = 'trust-lead' as const;
const applicant = ({ process }: ApplicationView) => ({ personId: process.subjectId });
const openedWithFunding = (view: ApplicationView) => ({ data: rules.withFundingNow(view) });

const contentForm = (view: ApplicationView) => schemas.contentForm({ isTrnKnown: rules.isTrnKnown(view) });

const submit = task('submit', {
  stage: 'draft',
  decider: applicant,
  outcomes: { submitted: contentForm, withdrawn: schemas.withdrawnForm },
  answer: (view: ApplicationView, chosen, form) =>
    chosen === 'submitted'
      ? rules.submitted(view, form as schemas.ContentAnswer)
      : rules.withdrawnByTask(view, form as schemas.WithdrawAnswer),
  dueOn: rules.submitDueOn,
  hardOn: rules.deadlineAhead,
  isPersonal: true,
  chaser,
  facts: facts.contentFacts,
  findings: facts.contentFindings,
  onOpen: openedWithFunding,
});

const endorse = task('endorse', {
  stage: 'endorsement',
  decider: () => ({ chain: 'endorsing' }),
  outcomes: {
    endorsed: (view: ApplicationView) => schemas.endorsedForm({ isPaymentAsked: rules.isPaymentAsked(view) }),
    declined: schemas.declinedForm,
    'changes-requested': schemas.changesForm,
    'carried-over': null,
  },
  answer: (view: ApplicationView, chosen, form, actor) => {
    switch (chosen) {
      case 'endorsed':
        return rules.endorsed(view, form as unknown as schemas.EndorsedAnswer, present(actor));
      case 'declined':
        return rules.declined(view, form as schemas.DeclinedAnswer, 'endorsement');
      case 'changes-requested':
        return rules.changesRequested(view, form as schemas.ChangesAnswer);
      default:
        return rules.unchanged(view, chosen satisfies 'carried-over');
    }
  },
  atOnce: rules.carriedOver,
  dueOn: (view) =>
    rules.dueOn(view, 'endorse', {
      hardOn: rules.deadlineAhead(view),
      laterStages: ['approve', 'register-with-dfe'],
    }),
  hardOn: rules.deadlineAhead,
  chaser,
  facts: facts.endorsementFacts,
  findings: facts.endorsementFindings,
  onOpen: rules.onEndorsementOpened,
});

const revise = task('revise', {
  stage: 'revision',
  decider: applicant,
  outcomes: { resubmitted: contentForm, withdrawn: schemas.withdrawnForm },
  answer: (view: ApplicationView, chosen, form) =>
    chosen === 'resubmitted'
      ? rules.resubmitted(view, form as schemas.ContentAnswer)
      : rules.withdrawnByTask(view, form as schemas.WithdrawAnswer),
  dueOn: (view) =>
    rules.dueOn(view, 'revise', {
      hardOn: rules.deadlineAhead(view),
      laterStages: ['approve', 'register-with-dfe'],
    }),
  hardOn: rules.deadlineAhead,
  isPersonal: true,
  chaser,
  facts: facts.contentFacts,
  findings: facts.contentFindings,
  onOpen: openedWithFunding,
});

const approve = task('approve', {
  stage: 'approval',
  decider: () => ({ chain: 'approving' }),
  outcomes: {
    approved: (view: ApplicationView) =>
      schemas.approvedForm({
        funding: rules.fundingNow(view),
        isSecondCourse: rules.coursesBeside(view).length > 0,
      }),
    declined: schemas.declinedForm,
    'next-cohort': (view: ApplicationView) => schemas.nextCohortForm(rules.laterCohorts(view)),
    'ask-school-to-pay': null,
  },
  offered: (view: ApplicationView) =>
    rules.laterCohorts(view).length > 0 ? ['approved', 'declined', 'next-cohort'] : ['approved', 'declined'],
  answer: (view: ApplicationView, chosen, form, actor) => {
    switch (chosen) {
      case 'approved':
        return rules.approved(view, form as unknown as schemas.ApprovedAnswer, present(actor));
      case 'declined':
        return rules.declined(view, form as schemas.DeclinedAnswer, 'approval');
      case 'next-cohort':
        return rules.nextCohort(view, form as schemas.NextCohortAnswer);
      default:
        return rules.unchanged(view, chosen satisfies 'ask-school-to-pay');
    }
  },
  dueOn: (view) =>
    rules.dueOn(view, 'approve', { hardOn: rules.deadlineAhead(view), laterStages: ['register-with-dfe'] }),
  hardOn: rules.deadlineAhead,
  chaser,
  facts: facts.approvalFacts,
  findings: facts.approvalFindings,
  onOpen: openedWithFunding,
});

const cohortOpens = timer('cohort-opens', {
  stage: 'approval',
  on: (view: ApplicationView) => rules.courseAndCohort(view).cohort.registrationOpens,
});

const registeredForm = (view: ApplicationView) =>
  schemas.registeredForm({ cohort: rules.courseAndCohort(view).cohort, today: view.world.today });

const registerWithDfe = task('register-with-dfe', {
  stage: 'registration',
  decider: applicant,
  outcomes: { registered: registeredForm, 'deadline-passed': null },
  answer: (view: ApplicationView, chosen, form, actor) =>
    chosen === 'registered'
      ? rules.registered(view, form as schemas.RegisteredAnswer, present(actor))
      : rules.unchanged(view, chosen),
  dueOn: (view) => rules.dueOn(view, 'register-with-dfe', { hardOn: rules.deadlineAhead(view) }),
  hardOn: rules.deadlineAhead,
  lapses: (view) => ({
    lastDay: rules.courseAndCohort(view).cohort.providerDeadline,
    outcome: 'deadline-passed',
  }),
  isPersonal: true,
  alsoBy: 'trust-lead',
  chaser,
  isFormOfFact: true,
  facts: facts.handOffSheet,
  findings: facts.registrationFindings,
  onOpen: openedWithFunding,
});

const confirmRegistration = task('confirm-registration', {
  stage: 'registration',
  decider: applicant,
  outcomes: { registered: registeredForm, 'not-registered': schemas.notRegisteredForm, unanswered: null },
  answer: (view: ApplicationView, chosen, form, actor) =>
    chosen === 'registered'
      ? rules.registered(view, form as schemas.RegisteredAnswer, present(actor))
      : rules.unchanged(view, chosen),
  lapses: (view) => ({ lastDay: rules.dueOn(view, 'confirm-registration'), outcome: 'unanswered' }),
  isPersonal: true,
  alsoBy: 'trust-lead',
  chaser,
  isFormOfFact: true,
  facts: facts.handOffSheet,
  findings: facts.registrationFindings,
});

const recordProviderDecision = task('record-provider-decision', {
  stage: 'provider-decision',
  decider: () => ({ chain: 'approving' }),
  outcomes: {
    accepted: (view: ApplicationView) =>
      schemas.acceptedForm({
        ...rules.courseAndCohort(view),
        funding: rules.fundingNow(view),
        isTrnKnown: rules.isTrnKnown(view),
        isRefusedAnyway: rules.acceptedElsewhere(view) !== undefined,
        latestStart: rules.latestStart(view),
      }),
    'accepted-trn-pending': null,
    rejected: schemas.rejectedForm,
  },
  answer: (view: ApplicationView, chosen, form, actor) => {
    switch (chosen) {
      case 'accepted':
        return rules.accepted(view, form as unknown as schemas.AcceptedAnswer, actor);
      case 'rejected':
        return rules.rejected(view, form as schemas.RejectedAnswer);
      default:
        return rules.unchanged(view, chosen satisfies 'accepted-trn-pending');
    }
  },
  afterEnd: rules.refusedAfterEnd,
  dueOn: (view) =>
    rules.dueOn(view, 'record-provider-decision', { cohortStartsOn: rules.courseAndCohort(view).cohort.startsOn }),
  chaser,
  facts: facts.decisionFacts,
  findings: facts.registrationFindings,
  onOpen: openedWithFunding,
});

const enterTrn = task('enter-trn', {
  stage: 'awaiting-start',
  decider: applicant,
  outcomes: { entered: schemas.trnForm },
  answer: (view: ApplicationView, _chosen, form) => rules.trnEntered(view, form as schemas.TrnAnswer),
  atOnce: rules.trnOnRecord,
  dueOn: rules.trnDueOn,
  isPersonal: true,
  chaser,
  isFormOfFact: true,
  facts: facts.startFacts,
});

const courseStart = timer('course-start', { stage: 'awaiting-start', on: rules.startsOn });

export const tasks = {
  submit,
  endorse,
  revise,
  approve,
  registerWithDfe,
  confirmRegistration,
  recordProviderDecision,
  enterTrn,
} as const;

export const timers = { cohortOpens, courseStart } as const;

export const actions = {
  withdraw: {
    by: ['subject', 'trust-lead'],
    form: schemas.withdrawForm,
    mayEnd: true,
    act: (view, form, actor) => rules.withdraw(view, form as schemas.WithdrawAnswer, actor),
    event: 'process-withdrawn',
  },
  defer: {
    by: ['subject', 'trust-lead'],
    refusedNow: rules.deferralRefused,
    form: (view) => schemas.deferForm(rules.laterCohorts(view)),
    act: (view, form, actor) => rules.defer(view, form as schemas.DeferAnswer, actor),
    event: 'process-deferred',
  },
  'change-provider': {
    by: ['subject', 'trust-lead'],
    refusedNow: rules.providerChangeRefused,
    form: (view) => schemas.changeProviderForm(rules.otherProviders(view)),
    act: (view, form, actor) => rules.changeProvider(view, form as schemas.ChangeProviderAnswer, actor),
    event: 'provider-changed',
  },
  'move-school': {
    by: ['trust-lead', 'school-lead'],
    rolesCountAtTarget: true,
    refusedNow: rules.moveRefused,
    form: (view) => schemas.moveSchoolForm(schoolsToMoveTo(view)),
    act: (view, form, actor) => rules.moveSchool(view, form as schemas.MoveSchoolAnswer, actor),
    event: 'school-moved',
  },
  'withdraw-endorsement': {
    by: [{ answered: 'endorse' }],
    refusedNow: rules.endorsementWithdrawalRefused,
    form: schemas.withdrawEndorsementForm,
    act: (view, form, actor) => rules.withdrawEndorsement(view, form as schemas.WithdrawEndorsementAnswer, actor),
    event: 'endorsement-withdrawn',
  },
} as const satisfies Record<string, ActionSpec<schemas.ApplicationData>>;

export const process = defineProcess({
  kind: rules.KIND,
  path: 'npq-applications',
  data: schemas.ApplicationData,
  input: schemas.StartForm,
  subjectOf: (input, actor) => (typeof input['personId'] === 'string' ? input['personId'] : actor.personId),
  startedBy: ['subject', 'school-lead', 'headteacher', 'trust-lead'],
  start: rules.start,
  waits: {
    submit,
    endorse,
    revise,
    approve,
    'cohort-opens': cohortOpens,
    'register-with-dfe': registerWithDfe,
    'confirm-registration': confirmRegistration,
    'record-provider-decision': recordProviderDecision,
    'enter-trn': enterTrn,
    'course-start': courseStart,
  },
  actions,
  milestones: (view) =>
    rules.milestones(view).map(({ name, dueOn, doneOn }) => ({ name, label: milestoneLabels[name], dueOn, doneOn })),
  onEnd: rules.onEnd,
  onSubjectLeft: rules.onSubjectLeft,
  onSubjectMoved: rules.onSubjectMoved,
  titled: ({ courseId }) => courseOf(courseId).name,
  about: facts.about,
  brief: rules.brief,
  discreet: rules.discreet,
  texts,
});
