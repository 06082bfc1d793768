/** A school review, declared. The story is plotted in `machine.ts`, the policy is in `rules.ts`. */
import { children, defineProcess, present, task, type View } from '../kernel/process.ts';
import { TRUST } from '../kernel/records.ts';
import * as facts from './facts.ts';
import * as rules from './rules.ts';
import * as schemas from './schemas.ts';
import { texts } from './texts.ts';

type SchoolReviewView = View<schemas.SchoolReviewData>;

const conversations = children('conversations', {
  stage: 'conversations',
  outcomes: ['told', 'counted', 'nobody-reviewed'],
  counts: rules.counts,
  counted: rules.counted,
});

const schoolPriorities = task('school-priorities', {
  stage: 'priorities',
  decider: rules.chooser,
  outcomes: { chosen: schemas.prioritiesForm, 'none-chosen': null },
  answer: (view: SchoolReviewView, chosen, form, actor) =>
    chosen === 'chosen'
      ? rules.chosen(view, form as schemas.PrioritiesAnswer, present(actor).personId)
      : rules.noneChosen(view),
  lapses: rules.prioritiesLapse,
  chaser: 'trust-lead',
  facts: facts.prioritiesFacts,
});

export const waits = { conversations, schoolPriorities } as const;

export const process = defineProcess({
  kind: rules.KIND,
  path: 'school-reviews',
  data: schemas.SchoolReviewData,
  input: schemas.StartForm,
  subjectOf: () => TRUST,
  startedBy: [],
  start: rules.start,
  startedBySystem: rules.startedBySystem,
  waits: { conversations, 'school-priorities': schoolPriorities },
  actions: {},
  milestones: (view) =>
    rules.milestones(view).map(({ name, dueOn, doneOn }) => ({ name, label: texts.waits[name].title, dueOn, doneOn })),
  about: facts.about,
  brief: rules.brief,
  staysAtSchool: true,
  texts,
});
