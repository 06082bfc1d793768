/** What is shown beside the decisions of an induction: facts and findings. What was written stands in the tasks' answers. */
import { displayName } from '../kernel/people.ts';
import { type Fact, type FactGroup, type Finding, group, type View } from '../kernel/process.ts';
import type { Wait } from '../kernel/records.ts';
import { type Day, fullDate } from '../kernel/time.ts';
import { fteOn, type PlannedReview, termsServed } from './review-calendar.ts';
import * as rules from './rules.ts';
import type { InductionData } from './schemas.ts';
import * as standing from './standing.ts';
import {
  absenceLabels,
  deferralLabels,
  type FindingCode,
  fields,
  groups,
  facts as labels,
  leavingLabels,
  programmeLabels,
  recommendationLabels,
  reviewLabels,
  findings as sentences,
  words,
} from './texts.ts';

type InductionView = View<InductionData>;

const fact = (label: keyof typeof labels, value: string): Fact => ({ label: labels[label], value });
const finding = (code: FindingCode): Finding => ({ code, sentence: sentences[code] });
const yesOrNo = (is: boolean): string => (is ? words.yes : words.no);

/** "Progress review, term 4", "Final formal assessment". */
export function reviewLabel({ key, kind, term }: Pick<PlannedReview, 'key' | 'kind' | 'term'>): string {
  if (kind === 'progress') return reviewLabels.progress(term);
  if (kind === 'interim') return reviewLabels.interim;
  return key === 'first' ? reviewLabels.first : reviewLabels.final;
}

function nameOf({ world }: InductionView, personId: string | undefined): string {
  const person = personId === undefined ? undefined : world.directory.person(personId);
  return person ? displayName(person) : words.nobody;
}

const dayIf = (label: keyof typeof labels, on: Day | null | undefined): readonly Fact[] =>
  on === null || on === undefined ? [] : [fact(label, fullDate(on))];

/** What everybody in setup looks at. */
export const setupFacts = (view: InductionView): readonly Fact[] => [
  fact('mentor', nameOf(view, standing.mentorId(view.data))),
  fact('tutor', nameOf(view, standing.tutorId(view.data))),
  ...whatItIs(view),
];

const shareInWords = (fte: number): string => (fte === 1 ? words.fullTime : String(fte));

function whatItIs({ data }: InductionView): readonly Fact[] {
  const training = data.training.at(-1);
  return [
    fact('startsOn', fullDate(standing.startsOn(data))),
    fact('hours', shareInWords(fteOn(data.hours, standing.startsOn(data)))),
    ...(data.body === null ? [] : [fact('body', data.body.name)]),
    ...(training === undefined
      ? []
      : [fact('programme', [programmeLabels[training.programme], training.leadProvider ?? []].flat().join(', '))]),
  ];
}

const served = ({ data, world }: InductionView): Fact =>
  fact(
    'served',
    words.servedOf(
      termsServed(world.calendar, standing.factsOf(data), world.today).served,
      standing.termsRequired(data),
    ),
  );

const earlierReviews = ({ data }: InductionView): readonly Fact[] =>
  data.reviews.map((review) => ({
    label: reviewLabel(review),
    value: [
      review.isOnTrack === null ? words.missed : review.isOnTrack ? words.onTrack : words.notOnTrack,
      ...(review.heldOn === null ? [] : [fullDate(review.heldOn)]),
    ].join(', '),
  }));

/** What a review or an assessment is about: which one, how far induction is, what was found before. */
export function reviewFacts(view: InductionView): readonly Fact[] {
  const { data, wait } = view;
  if (wait?.state === 'answered') return ownAnswer(wait);
  const { next } = standing.nextOf(view);
  const due = data.move === null ? next : undefined;
  return [
    ...(due === undefined ? [] : [fact('review', reviewLabel(due)), fact('latestOn', fullDate(due.latestOn))]),
    served(view),
    fact('mentor', nameOf(view, standing.mentorId(data))),
    ...(data.timetable === null
      ? []
      : [fact('timetable', words.percents(data.timetable.firstYearPercent, data.timetable.secondYearPercent))]),
    ...earlierReviews(view),
  ];
}

/** The texts of an answer, in the order of the form. */
const writtenIn = (answer: Wait['answer'], comments: keyof typeof labels = 'comments'): readonly Fact[] =>
  (['strengths', 'evidence', 'targets', 'concerns', 'support', 'comments', 'reasons'] as const).flatMap((field) => {
    const value = answer?.[field];
    if (typeof value !== 'string') return [];
    // The form says "your": whoever reads it here may be somebody else.
    return [field === 'comments' ? fact(comments, value) : { label: fields[field], value }];
  });

/** A task that is over shows what was answered. */
function ownAnswer({ answer, answeredAt }: Wait): readonly Fact[] {
  const on = answer?.['heldOn'] ?? answer?.['meetingOn'];
  const isOnTrack = answer?.['isOnTrack'];
  return [
    ...(typeof on === 'string' && answeredAt !== undefined ? [fact('heldOn', fullDate(on as Day))] : []),
    ...(typeof isOnTrack === 'boolean' ? [fact('isOnTrack', yesOrNo(isOnTrack))] : []),
    ...writtenIn(answer),
  ];
}

/** The last answered visit to one of these waits before the one in view, not before `after`. */
const lastVisit = ({ history }: InductionView, keys: readonly string[], after = 0): Wait | undefined =>
  history.findLast(({ wait, state, step }) => keys.includes(wait) && state === 'answered' && step > after);

/** The last progress review as it was written, and the support that was agreed since. */
export function writtenReview(view: InductionView): readonly Fact[] {
  const review = lastVisit(view, ['progress-review']);
  const support = lastVisit(view, ['agree-support'], review?.step);
  const past = view.data.reviews.find(({ step }) => step === review?.step);
  return [
    ...(past === undefined ? [] : [fact('review', reviewLabel(past))]),
    ...dayIf('heldOn', past?.heldOn),
    ...(past?.isOnTrack === undefined || past.isOnTrack === null ? [] : [fact('isOnTrack', yesOrNo(past.isOnTrack))]),
    ...writtenIn(review?.answer),
    ...writtenIn(support?.answer),
    ...(view.wait?.state === 'answered' ? ownAnswer(view.wait) : []),
  ];
}

/** The report as it was written, and what the teacher added. */
export function writtenReport(view: InductionView): readonly Fact[] {
  const written = lastVisit(view, ['formal-assessment', 'interim-assessment']);
  const signature = lastVisit(view, ['sign-assessment'], written?.step);
  const report =
    view.data.report ??
    view.data.reviews
      .map((review) => ({ ...review, meetingOn: review.heldOn }))
      .find(({ step }) => step === written?.step);
  return [
    ...(report === undefined
      ? []
      : [
          fact('review', reviewLabel(report)),
          ...dayIf('meetingOn', report.meetingOn),
          ...(report.isOnTrack === null ? [] : [fact('isOnTrack', yesOrNo(report.isOnTrack))]),
          ...dayIf('signedOn', report.signedOn),
        ]),
    ...writtenIn(written?.answer),
    ...writtenIn(signature?.answer, 'teacherComments'),
    ...(view.wait?.state === 'answered' ? ownAnswer(view.wait) : []),
  ];
}

const span = (from: Day, to: Day | null): string =>
  to === null ? words.since(fullDate(from)) : words.range(fullDate(from), fullDate(to));

/** Kinds of leave and reasons of deferral tell of health and family: a plain word in their place. */
const absences = ({ data }: InductionView, mayReadHealth: boolean): readonly Fact[] =>
  data.absences.map(({ from, to, kind, days }) => ({
    label: mayReadHealth ? absenceLabels[kind] : words.absent,
    value: days === null ? span(from, to) : words.days(span(from, to), days),
  }));

const deferrals = ({ data }: InductionView, mayReadHealth: boolean): readonly Fact[] =>
  data.deferrals.map(({ reason, from, to }) => ({
    label: mayReadHealth ? deferralLabels[reason] : words.deferred,
    value: span(from, to),
  }));

function howItEnded({ data: { leaving, recommendation, outcome } }: InductionView): readonly Fact[] {
  return [
    ...dayIf('leavesOn', leaving?.leavesOn),
    ...(leaving === null ? [] : [fact('leavingReason', leavingLabels[leaving.reason])]),
    ...(recommendation === null
      ? []
      : [
          fact('recommendation', recommendationLabels[recommendation.recommendation]),
          ...dayIf('sentOn', recommendation.sentOn),
        ]),
    ...(outcome === null
      ? []
      : [fact('decided', words.onDay(words.outcomes[outcome.outcome], fullDate(outcome.decidedOn)))]),
  ];
}

/** Its page: people, terms, reviews, training, schools, absences. */
export function about(view: InductionView, mayReadHealth: boolean): readonly FactGroup[] {
  const { data, world } = view;
  return [
    ...group(null, [
      ...whatItIs(view),
      ...dayIf('registeredOn', data.body?.registeredOn),
      ...(data.timetable === null
        ? []
        : [fact('timetable', words.percents(data.timetable.firstYearPercent, data.timetable.secondYearPercent))]),
      served(view),
      fact('completesOn', fullDate(rules.completesOn(view))),
      fact('qtsOn', fullDate(data.qtsOn)),
    ]),
    ...group(groups.end, howItEnded(view)),
    ...group(groups.reviews, earlierReviews(view)),
    ...group(
      groups.training,
      data.training.map(({ programme, leadProvider, from, to }) => ({
        label: [programmeLabels[programme], ...(leadProvider === null ? [] : [leadProvider])].join(', '),
        value: span(from, to),
      })),
    ),
    ...group(groups.deferrals, deferrals(view, mayReadHealth)),
    ...group(groups.absences, absences(view, mayReadHealth)),
    ...group(
      groups.length,
      data.termChanges.map(({ change, terms, decidedOn }) => ({
        label: words.termChange,
        value: words.terms(terms, change, fullDate(decidedOn)),
      })),
    ),
    ...group(groups.schools, [
      ...data.periods.map(({ schoolId, from, to }) => ({
        label: world.directory.school(schoolId)?.name ?? schoolId,
        value: span(from, to),
      })),
      ...data.hours.map(({ from, fte }) => ({
        label: fte === 1 ? words.fullTime : words.fte(fte),
        value: words.since(fullDate(from)),
      })),
    ]),
  ];
}

export function leaveFacts(view: InductionView): readonly Fact[] {
  const leave = rules.leaveToChoose(view);
  return [
    ...(leave === undefined ? [] : [fact('leave', words.range(fullDate(leave.from), fullDate(leave.to)))]),
    served(view),
    fact('completesOn', fullDate(rules.completesOn(view))),
  ];
}

export const completionFacts = (view: InductionView): readonly Fact[] => [
  fact('completesOn', fullDate(view.data.recommendation?.completedOn ?? rules.completesOn(view))),
  served(view),
  ...earlierReviews(view),
];

export function outcomeFacts(view: InductionView): readonly Fact[] {
  const { recommendation } = view.data;
  if (recommendation === null) return completionFacts(view);
  return [
    ...completionFacts(view),
    fact('recommendation', recommendationLabels[recommendation.recommendation]),
    fact('sentOn', fullDate(recommendation.sentOn)),
    fact('decisionBy', fullDate(rules.decisionHardOn(view))),
  ];
}

export function othersFacts(view: InductionView): readonly Fact[] {
  const { data } = view;
  return [fact('mentor', nameOf(view, standing.mentorId(data))), fact('tutor', nameOf(view, standing.tutorId(data)))];
}

/** What whoever assesses should know. */
export function reviewFindings(view: InductionView): readonly Finding[] {
  const { data } = view;
  const mentor = standing.mentorId(data);
  const { years } = standing.calendarOf(view);
  return [
    ...(mentor === undefined ? [finding('no-mentor')] : []),
    ...(mentor !== undefined && mentor === standing.tutorId(data) ? [finding('mentor-is-tutor')] : []),
    ...(data.body?.registeredOn === null || data.body === null ? [finding('not-registered')] : []),
    ...(years.some(({ extensionDays }) => extensionDays > 0) ? [finding('long-absence')] : []),
  ];
}

export function reportFindings(view: InductionView): readonly Finding[] {
  const { report } = view.data;
  return [
    ...(report !== null && report.signedOn === null ? [finding('unsigned-by-teacher')] : []),
    ...(report !== null && !report.isOnTrack ? [finding('not-on-track')] : []),
  ];
}
