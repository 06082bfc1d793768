/** What is shown beside a task: facts and findings, in the words of `texts.ts`. */
import type { Fact, Finding, View } from '../kernel/process.ts';
import { fullDate } from '../kernel/time.ts';
import { type DeclarationType, isAssessed, providerName } from '../npq/courses.ts';
import { assessmentsLeft } from './assessment.ts';
import { milestones } from './rules.ts';
import type { StudyData } from './schemas.ts';
import { assessmentOf, courseAndCohort, liveOf, outcomeOf, windowOf } from './standing.ts';
import { declarationLabels, type FindingCode, findings, facts as labels, scheduleLabels, words } from './texts.ts';

type StudyView = View<StudyData>;

const fact = (label: string, value: string): Fact => ({ label, value });
const finding = (code: FindingCode, sentence: string): Finding => ({ code, sentence });

const dated = (on: Parameters<typeof fullDate>[0], isProvisional: boolean): string =>
  isProvisional ? words.provisional(fullDate(on)) : fullDate(on);

function whatItIs(view: StudyView): readonly Fact[] {
  const { course, cohort } = courseAndCohort(view);
  return [
    fact(labels.course, `${course.name} (${course.shortCode})`),
    fact(labels.provider, providerName(view.data.providerId)),
    fact(labels.cohort, cohort.label),
    fact(labels.schedule, scheduleLabels(view.data.scheduleId)),
    fact(labels.startedOn, fullDate(view.data.startsOn)),
  ];
}

function declaredSoFar(view: StudyView): Fact {
  const declared = milestones(view).flatMap(({ type, doneOn }) =>
    doneOn === null ? [] : [words.declared(declarationLabels[type], fullDate(doneOn))],
  );
  return fact(labels.declared, declared.length === 0 ? words.nothing : declared.join(', '));
}

const attendance = ({ data }: StudyView): Fact =>
  fact(
    labels.attendance,
    data.attendance === null ? words.unknown : words.percent(data.attendance.percent, fullDate(data.attendance.asOn)),
  );

function assessment(view: StudyView): readonly Fact[] {
  const found = assessmentOf(view);
  return found === null
    ? []
    : [fact(labels.assessment, words.range(fullDate(found.from), dated(found.to, found.isProvisional)))];
}

/** For whoever ticks a milestone against the provider's list. */
export function recordFacts(view: StudyView, type: DeclarationType): readonly Fact[] {
  const { dueOn, isProvisional } = windowOf(view, type);
  return [...whatItIs(view), fact(labels.milestone, dated(dueOn, isProvisional)), declaredSoFar(view)];
}

export function recordFindings(view: StudyView, type: DeclarationType): readonly Finding[] {
  return [
    ...(windowOf(view, type).isProvisional ? [finding('provisional', findings.provisional())] : []),
    ...view.data.deferrals.flatMap(({ deferredOn, resumedOn }) =>
      resumedOn === null
        ? []
        : [finding('was-deferred', findings['was-deferred'](fullDate(deferredOn), fullDate(resumedOn)))],
    ),
  ];
}

/** For the line manager: what it is and when, no results and no attendance. */
export const protectFacts = (view: StudyView): readonly Fact[] => [...whatItIs(view), ...assessment(view)];

export const attendanceFacts = (view: StudyView): readonly Fact[] => [
  ...whatItIs(view),
  ...assessment(view),
  attendance(view),
];

export const assessmentFindings = (view: StudyView): readonly Finding[] =>
  assessmentOf(view)?.isProvisional ? [finding('provisional', findings.provisional())] : [];

export const outcomeFacts = (view: StudyView): readonly Fact[] => [
  ...whatItIs(view),
  declaredSoFar(view),
  ...assessment(view),
];

export function outcomeFindings(view: StudyView): readonly Finding[] {
  if (!isAssessed(courseAndCohort(view).course)) return [];
  const hasPassed = liveOf(view.data, 'completed')?.hasPassed ?? null;
  const isFirst = hasPassed !== null && outcomeOf(view.data)?.attempt === 1 && view.data.outcomes.length === 1;
  return [
    ...(isFirst ? [finding('declared-as', findings['declared-as'](hasPassed))] : []),
    assessmentsLeft(view) > 0
      ? finding('assessment-left', findings['assessment-left']())
      : finding('last-assessment', findings['last-assessment']()),
  ];
}
