/** An action research project, declared: its tasks, its timer, its actions. The story is plotted in `machine.ts`, the policy is in `rules.ts`. */
import { type ActionSpec, defineProcess, present, task, timer, type View } from '../kernel/process.ts';
import type { Person } from '../kernel/records.ts';
import * as facts from './facts.ts';
import * as rules from './rules.ts';
import * as schemas from './schemas.ts';
import type { Stage } from './stages.ts';
import { stageNames, texts, words } from './texts.ts';

type ProjectView = View<schemas.ProjectData>;

/** Who is told when a sponsor is late; for the lead's own work it is their line manager. */
const chaser = 'trust-lead' as const;

/** What the work of each stage has in common. */
const work = (stage: Stage) => ({
  stage,
  decider: rules.lead,
  dueOn: rules.workDueOn,
  isPersonal: true,
  chaser,
  facts: (view: ProjectView) => facts.workFacts(view, stage),
  findings: facts.workFindings,
});

/** What every gate has in common. */
const gate = (stage: Stage) => ({
  stage,
  decider: rules.sponsor,
  chaser,
  facts: (view: ProjectView) => facts.gateFacts(view, stage),
  findings: (view: ProjectView) => facts.gateFindings(view, stage),
});

/** What the sponsor decides beside the gates. */
const sponsors = (stage: string) => ({
  stage,
  decider: rules.sponsor,
  chaser,
  findings: facts.sponsorFindings,
});

const readyForm = (stage: Stage) => (view: ProjectView) => schemas.readyForm(stage, view.data);
const proceedForm = (stage: Stage) => () => schemas.proceedForm(stage);
const stayForm = (stage: Stage) => (view: ProjectView) => schemas.stayForm(stage, view.world.today);
const backForm = (stage: Stage) => (view: ProjectView) => schemas.backForm(stage, view.world.today);
const stopForm = (stage: Stage) => () => schemas.stopForm(stage);

/** What a form's outcome comes to at a gate; each form has been parsed by the outcome's own schema. */
const gateAnswers = {
  proceed: (view: ProjectView, stage: Stage, form: object, actor: Person) =>
    rules.proceed(view, stage, form as schemas.ProceedAnswer & schemas.Judged, actor),
  stay: (view: ProjectView, stage: Stage, form: object, actor: Person) =>
    rules.stay(view, stage, form as schemas.StayAnswer & schemas.Judged, actor),
  stop: (view: ProjectView, stage: Stage, form: object, actor: Person) =>
    rules.stop(view, stage, form as schemas.StopAnswer & schemas.Judged, actor),
};

const goBack = <Outcome extends string>(
  view: ProjectView,
  stage: Stage,
  form: object,
  actor: Person,
  word: { readonly [S in Stage]?: Outcome },
) => rules.back(view, stage, form as schemas.BackAnswer & schemas.Judged, actor, word);

const exploreWork = task('explore-work', {
  ...work('explore'),
  outcomes: { ready: readyForm('explore') },
  answer: (view: ProjectView, _chosen, form) => rules.ready(view, 'explore', form as schemas.ReadyAnswer),
});

const exploreGate = task('explore-gate', {
  ...gate('explore'),
  outcomes: { proceed: proceedForm('explore'), stay: stayForm('explore'), stop: stopForm('explore') },
  answer: (view: ProjectView, chosen, form, actor) => gateAnswers[chosen](view, 'explore', form, present(actor)),
});

const prepareWork = task('prepare-work', {
  ...work('prepare'),
  outcomes: { ready: readyForm('prepare') },
  answer: (view: ProjectView, _chosen, form) => rules.ready(view, 'prepare', form as schemas.ReadyAnswer),
});

const prepareGate = task('prepare-gate', {
  ...gate('prepare'),
  outcomes: {
    proceed: proceedForm('prepare'),
    stay: stayForm('prepare'),
    back: backForm('prepare'),
    stop: stopForm('prepare'),
  },
  answer: (view: ProjectView, chosen, form, actor) =>
    chosen === 'back'
      ? goBack(view, 'prepare', form, present(actor), { explore: 'back' })
      : gateAnswers[chosen](view, 'prepare', form, present(actor)),
});

/** In stages in which something is in use, the lead hands in or asks to change an active ingredient. */
const workInUse = (
  view: ProjectView,
  stage: Stage,
  chosen: 'ready' | 'adaptation-proposed',
  form: object,
  actor: Person,
) =>
  chosen === 'ready'
    ? rules.ready(view, stage, form as schemas.ReadyAnswer)
    : rules.adaptationProposed(view, form as schemas.AdaptationAnswer, actor);

const adaptation = (stage: Stage) => ({
  ...sponsors(stage),
  outcomes: { agreed: schemas.agreedForm, 'not-agreed': schemas.notAgreedForm },
  answer: (view: ProjectView, chosen: 'agreed' | 'not-agreed', form: object, actor: Person | null) =>
    chosen === 'agreed'
      ? rules.agreed(view, form as schemas.AgreedAnswer, present(actor))
      : rules.notAgreed(view, form as schemas.NotAgreedAnswer, present(actor)),
  facts: facts.adaptationFacts,
});

const deliverWork = task('deliver-work', {
  ...work('deliver'),
  outcomes: { ready: readyForm('deliver'), 'adaptation-proposed': schemas.adaptationForm },
  answer: (view: ProjectView, chosen, form, actor) => workInUse(view, 'deliver', chosen, form, present(actor)),
});

const deliverAdaptation = task('deliver-adaptation', adaptation('deliver'));

const deliverGate = task('deliver-gate', {
  ...gate('deliver'),
  outcomes: {
    proceed: proceedForm('deliver'),
    stay: stayForm('deliver'),
    back: backForm('deliver'),
    'back-to-explore': null,
    stop: stopForm('deliver'),
  },
  answer: (view: ProjectView, chosen, form, actor) => {
    switch (chosen) {
      case 'back':
      case 'back-to-explore':
        return goBack(view, 'deliver', form, present(actor), { prepare: 'back', explore: 'back-to-explore' });
      default:
        return gateAnswers[chosen](view, 'deliver', form, present(actor));
    }
  },
});

const sustainWork = task('sustain-work', {
  ...work('sustain'),
  outcomes: { ready: readyForm('sustain'), 'adaptation-proposed': schemas.adaptationForm },
  answer: (view: ProjectView, chosen, form, actor) => workInUse(view, 'sustain', chosen, form, present(actor)),
});

const sustainAdaptation = task('sustain-adaptation', adaptation('sustain'));

const sustainGate = task('sustain-gate', {
  ...gate('sustain'),
  outcomes: {
    embedded: (view: ProjectView) => schemas.embeddedForm(view.world.today),
    scaled: schemas.scaledForm,
    'de-implemented': stopForm('sustain'),
    stay: stayForm('sustain'),
    back: backForm('sustain'),
    'back-to-prepare': null,
    'back-to-explore': null,
  },
  answer: (view: ProjectView, chosen, form, actor) => {
    const sponsor = present(actor);
    switch (chosen) {
      case 'embedded':
        return rules.embedded(view, form as unknown as schemas.EmbeddedAnswer & schemas.Judged, sponsor);
      case 'scaled':
        return rules.scaled(view, form as unknown as schemas.ScaledAnswer & schemas.Judged, sponsor);
      case 'de-implemented':
        return rules.deImplemented(view, form as unknown as schemas.StopAnswer & schemas.Judged, sponsor);
      case 'stay':
        return gateAnswers.stay(view, 'sustain', form, sponsor);
      default:
        return goBack(view, 'sustain', form, sponsor, {
          deliver: 'back',
          prepare: 'back-to-prepare',
          explore: 'back-to-explore',
        });
    }
  },
});

const reviewDue = timer('review-due', { stage: 'embedded', on: rules.reviewOn });

const review = task('review', {
  ...sponsors('embedded'),
  outcomes: {
    'still-in-use': (view: ProjectView) => schemas.stillInUseForm(view.world.today),
    'review-again': null,
    'work-again': (view: ProjectView) => schemas.workAgainForm(view.world.today),
    'de-implemented': stopForm('sustain'),
  },
  answer: (view: ProjectView, chosen, form, actor) => {
    const sponsor = present(actor);
    switch (chosen) {
      case 'work-again':
        return rules.workAgain(view, form as schemas.WorkAgainAnswer, sponsor);
      case 'de-implemented':
        return rules.deImplemented(view, form as unknown as schemas.StopAnswer & schemas.Judged, sponsor);
      default:
        return rules.stillInUse(view, form as schemas.StillInUseAnswer, sponsor);
    }
  },
  facts: facts.reviewFacts,
});

export const tasks = {
  exploreWork,
  exploreGate,
  prepareWork,
  prepareGate,
  deliverWork,
  deliverAdaptation,
  deliverGate,
  sustainWork,
  sustainAdaptation,
  sustainGate,
  review,
} as const;

export const timers = { reviewDue } as const;

const team = ['subject', { named: 'team' }] as const;

export const actions = {
  log: {
    by: team,
    form: (view) => schemas.logForm(view.data, view.world.today),
    act: (view, form, actor) => rules.log(view, form as unknown as schemas.LogAnswer, actor),
    event: 'log-added',
  },
  'log-adaptation': {
    by: team,
    refusedNow: rules.adaptationRefused,
    form: (view) => schemas.logAdaptationForm(view.data, view.world.today),
    act: (view, form, actor) => rules.logAdaptation(view, form as unknown as schemas.LogAdaptationAnswer, actor),
    event: 'adaptation-logged',
  },
  'change-plan': {
    by: ['subject'],
    form: (view) => schemas.changePlanForm(view.data),
    act: (view, form) => rules.changePlan(view, form as schemas.ChangePlanAnswer),
    event: 'plan-changed',
  },
  'change-team': {
    by: ['subject', { named: 'sponsor' }],
    form: schemas.changeTeamForm,
    act: (view, form, actor) => rules.changeTeam(view, form as schemas.ChangeTeamAnswer, actor),
    event: 'team-changed',
  },
  'change-partner': {
    by: ['subject', { named: 'sponsor' }],
    form: schemas.changePartnerForm,
    act: (view, form, actor) => rules.changePartner(view, form as schemas.ChangePartnerAnswer, actor),
    event: 'partner-changed',
  },
  'change-lead': {
    by: ['subject', { named: 'sponsor' }, 'headteacher', 'trust-lead'],
    form: schemas.changeLeadForm,
    act: (view, form, actor) => rules.changeLead(view, form as schemas.ChangeLeadAnswer, actor),
    event: 'lead-changed',
  },
  withdraw: {
    by: ['subject', 'trust-lead'],
    form: schemas.withdrawForm,
    mayEnd: true,
    act: (view, form, actor) => rules.withdraw(view, form as schemas.WithdrawAnswer, actor),
    event: 'process-withdrawn',
  },
} as const satisfies Record<string, ActionSpec<schemas.ProjectData>>;

export const process = defineProcess({
  kind: rules.KIND,
  path: 'action-research',
  data: schemas.ProjectData,
  input: schemas.StartForm,
  subjectOf: (input, actor) => (typeof input['leadId'] === 'string' ? input['leadId'] : actor.personId),
  startedBy: ['subject', 'school-lead', 'headteacher', 'trust-lead'],
  start: rules.start,
  startedBySystem: rules.startedBySystem,
  mentions: rules.mentions,
  waits: {
    'explore-work': exploreWork,
    'explore-gate': exploreGate,
    'prepare-work': prepareWork,
    'prepare-gate': prepareGate,
    'deliver-work': deliverWork,
    'deliver-adaptation': deliverAdaptation,
    'deliver-gate': deliverGate,
    'sustain-work': sustainWork,
    'sustain-adaptation': sustainAdaptation,
    'sustain-gate': sustainGate,
    'review-due': reviewDue,
    review,
  },
  actions,
  milestones: (view) => [
    ...rules.milestones(view).map(({ stage, planned, spent, dueOn, doneOn }) => ({
      name: stage,
      label: words.milestone(stageNames[stage], planned, spent),
      dueOn,
      doneOn,
    })),
    ...(view.data.decision?.reviewOn
      ? [{ name: 'review', label: words.review, dueOn: view.data.decision.reviewOn, doneOn: null }]
      : []),
  ],
  onSubjectLeft: rules.onSubjectLeft,
  onSubjectMoved: rules.onSubjectMoved,
  onMorning: rules.onMorning,
  named: rules.named,
  titled: ({ title }) => title,
  about: facts.about,
  alsoAt: (data) => data.schoolIds,
  brief: rules.brief,
  texts,
});
