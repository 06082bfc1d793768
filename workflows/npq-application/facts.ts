/** What is shown beside a decision: facts, findings and the hand-off sheet, in the words of `texts.ts`. */
import { isCentral } from '../kernel/people.ts';
import { type Fact, type FactGroup, type Finding, group, type View } from '../kernel/process.ts';
import { type Day, fullDate } from '../kernel/time.ts';
import { courseOf, detailsOf, privateReasons, providerName } from '../npq/courses.ts';
import { deferralLabels, rejectionLabels, withdrawalLabels } from '../npq/words.ts';
import { isScholarshipPossible } from './funding.ts';
import {
  acceptedElsewhere,
  cohortOf,
  courseAndCohort,
  coursesBeside,
  fundingNow,
  otherLiveForCourse,
  startsOn,
} from './rules.ts';
import type { ApplicationData } from './schemas.ts';
import {
  dfePaymentAnswers,
  type FindingCode,
  findings,
  fundingSentences,
  groups,
  handOff,
  handOffAnswers,
  facts as labels,
  routeLabels,
  words,
} from './texts.ts';

type ApplicationView = View<ApplicationData>;

const fact = (label: string, value: string): Fact => ({ label, value });
const finding = (code: FindingCode, sentence: string): Finding => ({ code, sentence });
const yesNo = (value: boolean | null | undefined): string =>
  value === null || value === undefined ? words.notAsked : value ? words.yes : words.no;

function whatItIs(view: ApplicationView): readonly Fact[] {
  const { course, cohort } = courseAndCohort(view);
  return [
    fact(labels.course, `${course.name} (${course.shortCode})`),
    fact(labels.provider, providerName(view.data.providerId)),
    fact(labels.cohort, cohort.label),
    fact(labels.startsOn, fullDate(startsOn(view))),
    fact(labels.deadline, fullDate(cohort.providerDeadline)),
  ];
}

function priceAndDates({ data }: ApplicationView): readonly Fact[] {
  const { priceInPounds, liveSessionsOn, assessment } = detailsOf(data.courseId, data.providerId, data.cohortId);
  return [
    fact(labels.price, priceInPounds === null ? words.askProvider : words.pounds(priceInPounds)),
    fact(
      labels.liveSessions,
      liveSessionsOn.length === 0 ? words.askProvider : liveSessionsOn.map((on) => fullDate(on)).join(', '),
    ),
    fact(
      labels.assessment,
      assessment === null ? words.askProvider : words.range(fullDate(assessment.from), fullDate(assessment.to)),
    ),
  ];
}

/** Other people of the school with a live application for the cohort: who may be out when this course runs. Studies under way are not among them. */
const othersOutThen = ({ data, world }: ApplicationView): number =>
  new Set(
    world.atSchool
      .filter((other) => other.data['cohortId'] === data.cohortId && other.subjectId !== world.subject.personId)
      .map((other) => other.subjectId),
  ).size;

const asked = (view: ApplicationView): readonly Fact[] => [
  fact(labels.motivation, view.data.motivation),
  fact(labels.route, routeLabels[view.data.fundingRoute]),
  fact(labels.funding, fundingSentences[fundingNow(view).code]),
];

/** For the applicant: what is about to be put to the head. */
export const contentFacts = (view: ApplicationView): readonly Fact[] => [
  ...whatItIs(view),
  ...asked(view),
  ...(view.data.changesRequested === null ? [] : [fact(labels.changes, view.data.changesRequested)]),
];

export const endorsementFacts = (view: ApplicationView): readonly Fact[] => [
  ...whatItIs(view),
  ...asked(view),
  ...priceAndDates(view),
  fact(labels.outThen, words.outThen(othersOutThen(view))),
];

export function approvalFacts(view: ApplicationView): readonly Fact[] {
  const { endorsement } = view.data;
  return [
    ...endorsementFacts(view),
    fact(labels.release, yesNo(endorsement?.isReleaseAgreed)),
    fact(labels.cover, yesNo(endorsement?.isCoverAgreed)),
    fact(labels.schoolWillPay, yesNo(endorsement?.schoolWillPay)),
  ];
}

/**
 * The hand-off sheet: the questions of the DfE's service in its order, each with the answer ready to copy
 * (`app/models/registration_wizard.rb`, `app/forms/questionnaires/*.rb`).
 */
export function handOffSheet(view: ApplicationView): readonly Fact[] {
  const { data, process, world } = view;
  const { course, cohort } = courseAndCohort(view);
  const funding = fundingNow(view);
  const payer = data.approval?.fundingSource ?? data.fundingRoute;
  return [
    fact(handOff.courseStart, cohort.label),
    fact(handOff.agreedProvider, handOffAnswers.yes),
    fact(handOff.inEngland, handOffAnswers.yes),
    fact(
      handOff.workSetting,
      isCentral(world.subject, process.schoolId, world.today) ? handOffAnswers.inTrust : handOffAnswers.inSchool,
    ),
    fact(handOff.school, world.directory.school(process.schoolId)?.name ?? process.schoolId),
    fact(handOff.schoolUrn, process.schoolId),
    fact(handOff.course, course.name),
    fact(handOff.funding, fundingSentences[funding.code]),
    fact(handOff.payment, dfePaymentAnswers[payer]),
    fact(handOff.provider, providerName(data.providerId)),
    fact(handOff.share, handOffAnswers.share),
    fact(handOff.check, handOffAnswers.check),
    fact(handOff.trn, world.subject.trn ?? data.trn ?? handOffAnswers.noTrn),
    fact(labels.deadline, fullDate(cohort.providerDeadline)),
  ];
}

/** For whoever records what the provider decided. */
export function decisionFacts(view: ApplicationView): readonly Fact[] {
  const { data, world } = view;
  return [
    ...whatItIs(view),
    ...(data.registration
      ? [
          fact(labels.registeredOn, fullDate(data.registration.registeredOn)),
          ...(data.registration.reference === null ? [] : [fact(labels.reference, data.registration.reference)]),
        ]
      : []),
    fact(labels.funding, fundingSentences[fundingNow(view).code]),
    ...(data.approval ? [fact(labels.payer, routeLabels[data.approval.fundingSource])] : []),
    fact(labels.trn, world.subject.trn ?? data.trn ?? handOffAnswers.noTrn),
  ];
}

export const startFacts = whatItIs;

const on = (label: string, date: Day | undefined): readonly Fact[] =>
  date === undefined ? [] : [fact(label, fullDate(date))];
const said = (label: string, text: string | null | undefined): readonly Fact[] => (text ? [fact(label, text)] : []);

function decisions({ data }: ApplicationView): readonly Fact[] {
  const { endorsement, endorsementWithdrawal: taken, approval } = data;
  return [
    ...said(labels.changes, data.changesRequested),
    ...on(labels.endorsedOn, endorsement?.endorsedOn),
    ...(endorsement
      ? [
          fact(labels.release, yesNo(endorsement.isReleaseAgreed)),
          fact(labels.cover, yesNo(endorsement.isCoverAgreed)),
          ...(endorsement.schoolWillPay === null ? [] : [fact(labels.schoolWillPay, yesNo(endorsement.schoolWillPay))]),
        ]
      : []),
    ...(taken ? [fact(labels.endorsementTaken, words.taken(fullDate(taken.withdrawnOn), taken.reason))] : []),
    ...on(labels.approvedOn, approval?.approvedOn),
    ...(approval ? [fact(labels.payer, routeLabels[approval.fundingSource])] : []),
    ...said(labels.secondNpq, approval?.secondNpqReason),
    ...said(labels.declined, data.declineReason),
  ];
}

/** Reasons of health, family or loss are for those who may read them, with what was written to them. */
const mayRead = (reason: string, mayReadHealth: boolean): boolean => mayReadHealth || !privateReasons.has(reason);

function withProvider({ data, world }: ApplicationView, mayReadHealth: boolean): readonly Fact[] {
  const { registration, acceptance, deferral } = data;
  return [
    ...on(labels.registeredOn, registration?.registeredOn),
    ...said(labels.reference, registration?.reference),
    ...(deferral
      ? [
          fact(
            labels.deferred,
            words.deferred(fullDate(deferral.deferredOn), cohortOf(world, deferral.fromCohortId).label),
          ),
          ...(mayRead(deferral.reason, mayReadHealth)
            ? [fact(labels.deferralReason, deferralLabels[deferral.reason])]
            : []),
        ]
      : []),
    ...on(labels.acceptedOn, acceptance?.acceptedOn),
    ...on(labels.courseStarts, acceptance?.startsOn),
    ...(acceptance ? [fact(labels.funded, yesNo(acceptance.isFunded))] : []),
  ];
}

function howItEnded({ data }: ApplicationView, mayReadHealth: boolean): readonly Fact[] {
  const { rejection, withdrawal } = data;
  const { reason = null, note = null } = withdrawal ?? {};
  return [
    ...(rejection
      ? [fact(labels.rejected, rejectionLabels[rejection.reason]), ...said(labels.note, rejection.note)]
      : []),
    ...(withdrawal
      ? [
          fact(labels.withdrawn, fullDate(withdrawal.withdrawnOn)),
          ...(reason !== null && mayRead(reason, mayReadHealth) ? [fact(labels.reason, withdrawalLabels[reason])] : []),
          ...(reason === null || mayRead(reason, mayReadHealth) ? said(labels.note, note) : []),
        ]
      : []),
  ];
}

/** Its page: what is applied for, what was decided, how far it is with the provider. */
export const about = (view: ApplicationView, mayReadHealth: boolean): readonly FactGroup[] => [
  ...group(null, [
    ...whatItIs(view),
    fact(labels.motivation, view.data.motivation),
    fact(labels.route, routeLabels[view.data.fundingRoute]),
    fact(labels.funding, fundingSentences[view.data.funding.code]),
  ]),
  ...group(groups.decisions, decisions(view)),
  ...group(groups.provider, withProvider(view, mayReadHealth)),
  ...group(groups.end, howItEnded(view, mayReadHealth)),
];

/** What else the person applies for: on every open task of either application. */
function beside(view: ApplicationView): readonly Finding[] {
  const accepted = acceptedElsewhere(view);
  return [
    ...(accepted
      ? [
          finding(
            'other-application-accepted',
            findings['other-application-accepted'](providerName(accepted.data.providerId)),
          ),
        ]
      : []),
    ...otherLiveForCourse(view)
      .filter((other) => other.process.processId !== accepted?.process.processId)
      .map(({ data }) =>
        finding(
          'other-application',
          findings['other-application'](providerName(data.providerId), cohortOf(view.world, data.cohortId).label),
        ),
      ),
    ...coursesBeside(view).map((courseId) => finding('workload', findings.workload(nameOf(courseId)))),
  ];
}

const nameOf = (courseId: string): string => {
  const known = courseId as Parameters<typeof courseOf>[0];
  return courseOf(known).name;
};

const fundingFinding = (view: ApplicationView): readonly Finding[] => {
  const { code, isEligible } = fundingNow(view);
  return isEligible ? [] : [{ code, sentence: fundingSentences[code] }];
};

/** The provider's last day has passed and nobody has registered: whoever decides should know. */
const deadlinePassed = (view: ApplicationView): readonly Finding[] => {
  const { providerDeadline } = courseAndCohort(view).cohort;
  return view.world.today > providerDeadline && view.data.registration === null
    ? [finding('deadline-passed', findings['deadline-passed'](fullDate(providerDeadline)))]
    : [];
};

const isEndorsementCarriedOver = ({ data }: ApplicationView): boolean => data.endorsement?.carriedOverFrom != null;

export const contentFindings = (view: ApplicationView): readonly Finding[] => [
  ...beside(view),
  ...fundingFinding(view),
  ...deadlinePassed(view),
];

export const endorsementFindings = (view: ApplicationView): readonly Finding[] => [
  ...beside(view),
  ...fundingFinding(view),
  ...deadlinePassed(view),
  ...(view.data.isSchoolAskedToPay ? [finding('school-asked-to-pay', findings['school-asked-to-pay']())] : []),
];

export function approvalFindings(view: ApplicationView): readonly Finding[] {
  const { endorsement } = view.data;
  return [
    ...beside(view),
    ...fundingFinding(view),
    ...deadlinePassed(view),
    ...(endorsement?.isReleaseAgreed === false
      ? [finding('release-not-agreed', findings['release-not-agreed']())]
      : []),
    ...(endorsement?.isCoverAgreed === false ? [finding('cover-not-agreed', findings['cover-not-agreed']())] : []),
    ...(endorsement?.schoolWillPay === false
      ? [finding('school-will-not-pay', findings['school-will-not-pay']())]
      : []),
  ];
}

/** From registration on: what was taken over, what has changed since the approval, a deadline that has passed. */
export function registrationFindings(view: ApplicationView): readonly Finding[] {
  const isScholarshipLost =
    view.data.approval?.fundingSource === 'dfe-scholarship' && !isScholarshipPossible(fundingNow(view));
  return [
    ...(isEndorsementCarriedOver(view) ? [finding('carried-over', findings['carried-over']())] : []),
    ...beside(view),
    ...(isScholarshipLost ? [finding('funding-changed', findings['funding-changed']())] : []),
    ...deadlinePassed(view),
  ];
}
