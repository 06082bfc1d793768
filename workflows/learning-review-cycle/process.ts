/** A learning review cycle, declared. The story is plotted in `machine.ts`, the policy is in `rules.ts`. */
import { children, defineProcess, present, task, type View } from '../kernel/process.ts';
import { TRUST } from '../kernel/records.ts';
import { about, signOffFacts } from './facts.ts';
import * as rules from './rules.ts';
import * as schemas from './schemas.ts';
import { milestoneLabels, texts } from './texts.ts';

type CycleView = View<schemas.CycleData>;

const reviews = children('reviews', {
  stage: 'reviews',
  outcomes: ['told', 'counted'],
  forPerson: rules.forPerson,
  forSchool: rules.forSchool,
  counted: rules.counted,
});

const signOff = task('sign-off', {
  stage: 'sign-off',
  decider: () => ({ role: 'trust-lead', schoolId: TRUST }),
  outcomes: { 'signed-off': (view: CycleView) => schemas.signOffForm(rules.groups(view)) },
  answer: (view: CycleView, _chosen, form, actor) =>
    rules.signedOff(view, form as unknown as schemas.SignOffAnswer, present(actor).personId),
  chaser: 'executive',
  facts: signOffFacts,
});

export const waits = { reviews, signOff } as const;

export const process = defineProcess({
  kind: rules.KIND,
  path: 'learning-review-cycles',
  data: schemas.CycleData,
  input: schemas.StartForm,
  subjectOf: () => TRUST,
  startedBy: ['trust-lead'],
  start: rules.start,
  startedBySystem: rules.startedBySystem,
  fromCalendar: rules.fromCalendar,
  waits: { reviews, 'sign-off': signOff },
  actions: {},
  milestones: (view) =>
    rules.milestones(view).map(({ name, dueOn, doneOn }) => ({ name, label: milestoneLabels[name], dueOn, doneOn })),
  namesSchools: rules.namesSchools,
  about,
  brief: rules.brief,
  texts,
});
