/** What is shown beside a task: facts and findings, in the words of `texts.ts`. */
import { type Fact, type FactGroup, type Finding, group, type View } from '../kernel/process.ts';
import { fullDate } from '../kernel/time.ts';
import { type DeclarationType, isAssessed, privateReasons, providerName } from '../npq/courses.ts';
import { deferralLabels, rejectionLabels, withdrawalLabels } from '../npq/words.ts';
import { assessmentsLeft } from './assessment.ts';
import { milestones } from './rules.ts';
import type { StudyData } from './schemas.ts';
import { assessmentOf, courseAndCohort, liveOf, outcomeOf, windowOf } from './standing.ts';
import {
  declarationLabels,
  type FindingCode,
  findings,
  groups,
  facts as labels,
  pulseLabels,
  scheduleLabels,
  stateLabels,
  struggleLabels,
  words,
} from './texts.ts';

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

const declared = ({ data }: StudyView): readonly Fact[] =>
  data.declarations.map(({ type, declaredOn, state }) =>
    fact(declarationLabels[type], words.declaration(fullDate(declaredOn), stateLabels[state])),
  );

function assessed(view: StudyView): readonly Fact[] {
  const { protection, attendance: known, outcomes } = view.data;
  return [
    ...assessment(view),
    ...(known === null ? [] : [attendance(view)]),
    ...(protection === null
      ? []
      : [
          fact(labels.protection, protection.isProtected ? words.isProtected : words.notProtected),
          ...(protection.note === null ? [] : [fact(labels.protectionNote, protection.note)]),
        ]),
    ...outcomes.map(({ attempt, state, completedOn }) =>
      fact(labels.result(attempt), words.resultOn(words.results[state], fullDate(completedOn))),
    ),
  ];
}

/** What is said of why; of health, family and loss, and how it goes, only to those who may read that. */
function why<Reason extends string>(
  { reason, note }: { readonly reason: Reason; readonly note: string | null },
  reasons: Readonly<Record<Reason, string>>,
  mayReadHealth: boolean,
): readonly Fact[] {
  if (!mayReadHealth && privateReasons.has(reason)) return [];
  return [fact(labels.reason, reasons[reason]), ...(note === null ? [] : [fact(labels.note, note)])];
}

/** Its page: what it is, what was declared, the assessment, breaks, and how it goes. */
export function about(view: StudyView, mayReadHealth: boolean): readonly FactGroup[] {
  const { deferrals, isFunded, pulses, rejection, withdrawal } = view.data;
  return [
    ...group(null, [...whatItIs(view), fact(labels.funded, isFunded ? words.yes : words.no)]),
    ...group(groups.declarations, declared(view)),
    ...group(groups.assessment, assessed(view)),
    ...group(
      groups.breaks,
      deferrals.flatMap((deferral) => [
        fact(
          labels.deferred,
          deferral.resumedOn === null
            ? words.untilNow(fullDate(deferral.deferredOn))
            : words.range(fullDate(deferral.deferredOn), fullDate(deferral.resumedOn)),
        ),
        ...why(deferral, deferralLabels, mayReadHealth),
      ]),
    ),
    ...group(
      groups.pulses,
      mayReadHealth
        ? pulses.map(({ on, pulse, struggle, note }) =>
            fact(
              fullDate(on),
              words.pulse(pulseLabels[pulse], struggle === null ? null : struggleLabels[struggle], note),
            ),
          )
        : [],
    ),
    ...group(groups.end, [
      ...(withdrawal === null
        ? []
        : [
            fact(labels.withdrawn, fullDate(withdrawal.withdrawnOn)),
            ...why(withdrawal, withdrawalLabels, mayReadHealth),
          ]),
      ...(rejection === null
        ? []
        : [fact(labels.rejected, fullDate(rejection.rejectedOn)), ...why(rejection, rejectionLabels, true)]),
    ]),
  ];
}
