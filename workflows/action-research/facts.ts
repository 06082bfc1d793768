/** What is shown beside a task of a project: facts and findings, in the words of `texts.ts`. */
import { type Fact, type FactGroup, type Finding, group, type View } from '../kernel/process.ts';
import { fullDate } from '../kernel/time.ts';
import { milestones } from './rules.ts';
import type { ProjectData } from './schemas.ts';
import { allCriteria, criteria, type Stage, stages } from './stages.ts';
import {
  criterionLabels,
  type FindingCode,
  findings,
  groups,
  judgementLabels,
  facts as labels,
  stageNames,
  texts,
  words,
} from './texts.ts';

type ProjectView = View<ProjectData>;

const fact = (label: string, value: string): Fact => ({ label, value });
const finding = (code: FindingCode, sentence: string): Finding => ({ code, sentence });

const whatItIs = ({ data, world }: ProjectView): readonly Fact[] => [
  fact(labels.title, data.title),
  fact(labels.priorityArea, data.priorityArea),
  fact(labels.question, data.question),
  fact(labels.schools, data.schoolIds.map((id) => world.directory.school(id)?.name ?? id).join(', ')),
  ...(data.isSmall ? [fact(labels.small, words.yes)] : []),
  ...(data.activeIngredients === null ? [] : [fact(labels.activeIngredients, data.activeIngredients)]),
];

/** Where the time was to go, and where it went. */
const balance = (view: ProjectView): readonly Fact[] => [
  ...milestones(view).map(({ stage, planned, spent }) =>
    fact(labels.balance(stageNames[stage]), words.balance(planned, spent)),
  ),
  ...(view.data.unevenBecause === null ? [] : [fact(labels.unevenBecause, view.data.unevenBecause)]),
];

const logged = ({ data }: ProjectView, stage: Stage): Fact => {
  const { evidence, measure, note, adaptation } = data.logged[stage];
  return fact(labels.log, words.log(evidence, measure, note, adaptation));
};

const lastDecision = ({ data }: ProjectView): readonly Fact[] => {
  const { lastGate } = data;
  if (lastGate === null) return [];
  const { stage, outcome, decidedOn } = lastGate;
  const outcomes: Readonly<Record<string, string>> = texts.waits[`${stage}-gate`].outcomes;
  // In the order in which a gate asks them: a table does not keep that of a record.
  const judged = allCriteria.flatMap((criterion) => {
    const judgement = lastGate.judged[criterion];
    return judgement === undefined ? [] : [`${criterionLabels[criterion]}: ${judgementLabels[judgement]}.`];
  });
  return [
    fact(
      labels.lastDecision,
      [
        words.decided(stageNames[stage], fullDate(decidedOn), outcomes[outcome] ?? outcome),
        ...judged,
        ...(lastGate.text === null ? [] : [lastGate.text]),
      ].join('\n'),
    ),
  ];
};

/** For the lead: what it is, what the sponsor said last, how the time goes. */
export const workFacts = (view: ProjectView, stage: Stage): readonly Fact[] => [
  ...whatItIs(view),
  ...lastDecision(view),
  logged(view, stage),
  ...balance(view),
];

/** For the sponsor: each criterion of the stage with what shows it. */
export const gateFacts = (view: ProjectView, stage: Stage): readonly Fact[] => [
  ...whatItIs(view),
  ...criteria[stage].flatMap((criterion) => {
    const shown = view.data.evidence[criterion];
    return shown === undefined ? [] : [fact(criterionLabels[criterion], shown)];
  }),
  logged(view, stage),
  ...lastDecision(view),
  ...balance(view),
];

export const adaptationFacts = (view: ProjectView): readonly Fact[] => [
  ...whatItIs(view),
  ...(view.data.adaptation === null
    ? []
    : [fact(labels.change, view.data.adaptation.what), fact(labels.changeWhy, view.data.adaptation.why)]),
];

/** What was found when it was embedded. */
export const reviewFacts = (view: ProjectView): readonly Fact[] => gateFacts(view, 'sustain');

const schoolNames = ({ world }: ProjectView, schoolIds: readonly string[]): string =>
  schoolIds.map((id) => world.directory.school(id)?.name ?? id).join(', ');

function whatCameOfIt(view: ProjectView): readonly Fact[] {
  const { decision, sessionOffer, withdrawal } = view.data;
  return [
    ...(decision === null
      ? []
      : [
          fact(labels.decision, `${decisionWords[decision.outcome]}, ${fullDate(decision.decidedOn)}`),
          ...(decision.learned === null ? [] : [fact(labels.learned, decision.learned)]),
          ...(decision.reviewOn === null ? [] : [fact(labels.reviewOn, fullDate(decision.reviewOn))]),
          ...(decision.furtherSchoolIds.length === 0
            ? []
            : [fact(labels.furtherSchools, schoolNames(view, decision.furtherSchoolIds))]),
        ]),
    ...(sessionOffer === null ? [] : [fact(labels.session, sessionOffer.title)]),
    ...(withdrawal === null ? [] : [fact(labels.withdrawn, withdrawal.reason)]),
  ];
}

const decisionWords = { ...texts.waits['sustain-gate'].outcomes, stopped: texts.ends.stopped } as const;

function change({ adaptation }: ProjectData): readonly Fact[] {
  if (adaptation === null) return [];
  const { what, why, isAgreed, answer } = adaptation;
  return [
    fact(labels.change, what),
    fact(labels.changeWhy, why),
    fact(labels.answered, isAgreed === null ? words.notAnswered : isAgreed ? words.agreed : words.notAgreed),
    ...(answer === null ? [] : [fact(labels.answer, answer)]),
  ];
}

const shownIn = ({ evidence }: ProjectData, stage: Stage): readonly Fact[] =>
  criteria[stage].flatMap((criterion) => {
    const shown = evidence[criterion];
    return shown === undefined ? [] : [fact(criterionLabels[criterion], shown)];
  });

/** Its page: what it is, what came of it, what was handed in stage by stage. */
export function about(view: ProjectView): readonly FactGroup[] {
  const { startsOn, endsOn } = view.data;
  return [
    ...group(null, [...whatItIs(view), fact(labels.from, words.range(fullDate(startsOn), fullDate(endsOn)))]),
    ...group(groups.end, whatCameOfIt(view)),
    ...group(groups.gate, lastDecision(view)),
    ...group(groups.change, change(view.data)),
    ...stages.flatMap((stage) => group(labels.shown(stageNames[stage]), shownIn(view.data, stage))),
    ...group(groups.time, balance(view)),
  ];
}

const aboutTheLead = ({ data }: ProjectView): readonly Finding[] => [
  ...(data.leadLeftOn === null ? [] : [finding('lead-left', findings['lead-left']())]),
  ...(data.leadMovedOn === null ? [] : [finding('lead-moved', findings['lead-moved']())]),
];

/** Half as long again as planned. */
const MUCH_LONGER = 1.5;

const aboutTheTime = (view: ProjectView): readonly Finding[] => [
  ...milestones(view).flatMap(({ stage, planned, spent }) =>
    spent > planned * MUCH_LONGER
      ? [finding('took-longer', findings['took-longer'](stageNames[stage], planned, spent))]
      : [],
  ),
  ...(view.data.unevenBecause === null ? [] : [finding('uneven', findings.uneven())]),
];

export const workFindings = (view: ProjectView): readonly Finding[] => [
  finding('no-pupil-names', findings['no-pupil-names']()),
  ...aboutTheLead(view),
  ...(view.data.adaptation?.isAgreed === false
    ? [finding('adaptation-not-agreed', findings['adaptation-not-agreed']())]
    : []),
];

export function gateFindings(view: ProjectView, stage: Stage): readonly Finding[] {
  const { evidence, measure } = view.data.logged[stage];
  return [
    finding('no-pupil-names', findings['no-pupil-names']()),
    ...aboutTheLead(view),
    ...(evidence + measure === 0 && !view.data.isSmall
      ? [finding('nothing-logged', findings['nothing-logged']())]
      : []),
    ...aboutTheTime(view),
  ];
}

export const sponsorFindings = (view: ProjectView): readonly Finding[] => [
  finding('no-pupil-names', findings['no-pupil-names']()),
  ...aboutTheLead(view),
];
