/**
 * Whether the DfE's scholarship pays: a pure function that answers with one of the DfE's own codes and a sentence.
 * Source: `app/services/funding_eligibility.rb`, `app/models/{school,application,cohort}.rb` and `docs/funding.md` of
 * `DFE-Digital/npq-registration`. What it cannot know (no list for the cohort yet) it calls `subject_to_review`.
 */
import type { NpqCohort } from '../kernel/calendar.ts';
import { type Qualification, type School, TRUST } from '../kernel/records.ts';
import {
  authoritiesOutsideEngland,
  type Course,
  type CourseId,
  eligibleEstablishmentTypes,
  type FundingCode,
  type HeadteacherStatus,
  isSameCourse,
  WELSH_ESTABLISHMENT,
} from '../npq/courses.ts';
import { type fundedPlaceSentences, fundingSentences } from './texts.ts';

export interface Funding {
  readonly code: FundingCode;
  readonly sentence: string;
  readonly isEligible: boolean;
}

const eligibleCodes: ReadonlySet<FundingCode> = new Set<FundingCode>(['funded', 'marked_funded_by_policy']);

/** The DfE decides these by hand; until then nobody can say. */
const openCodes: ReadonlySet<FundingCode> = new Set<FundingCode>([
  'subject_to_review',
  'referred_by_return_to_teaching_adviser',
]);

/** A code with its sentence. */
export const fundingOfCode = (code: FundingCode): Funding => ({
  code,
  sentence: fundingSentences[code],
  isEligible: eligibleCodes.has(code),
});

/** Whether the DfE may still fund it: eligible, or not decided. */
export const isScholarshipPossible = (funding: Pick<Funding, 'code' | 'isEligible'>): boolean =>
  funding.isEligible || openCodes.has(funding.code);

export interface FundingCase {
  readonly course: Course;
  readonly cohort: NpqCohort;
  /** The school to register under; `trust` where none is named. */
  readonly schoolId: string;
  /** As the register of schools has it; absent where it was never imported. */
  readonly school: School | undefined;
  readonly isPreviouslyFunded: boolean;
  /** `null`: not asked. */
  readonly headteacherStatus: HeadteacherStatus | null;
}

const newHeadteacher: ReadonlySet<HeadteacherStatus> = new Set<HeadteacherStatus>([
  'yes_when_course_starts',
  'yes_in_first_two_years',
  'yes_in_first_five_years',
]);

/**
 * The DfE's answer. The order is the DfE's: cohort, country and earlier funding hold for every course; then the coaching
 * offer, which asks for the person only; then the RISE list, before the kind of school (hard case 11); then the kind of
 * school; then the PP50 list for the courses that need it (hard case 10).
 */
export const fundingFor = (about: FundingCase): Funding => fundingOfCode(codeFor(about));

function codeFor({
  course,
  cohort,
  schoolId,
  school,
  isPreviouslyFunded,
  headteacherStatus,
}: FundingCase): FundingCode {
  if (cohort.funding === 'zero') return 'unfunded_cohort';
  if (school && isOutsideEngland(school)) return 'not_in_england';
  if (isPreviouslyFunded) return 'previously_funded';
  if (course.fundingRule === 'new-headteacher') {
    if (headteacherStatus === null) return 'subject_to_review';
    return newHeadteacher.has(headteacherStatus) ? 'funded' : 'not_new_headteacher_requesting_ehco';
  }
  if (schoolId === TRUST) return 'ineligible_institution_type';
  const lists = cohort.eligibleSettings;
  if (lists?.rise.includes(schoolId)) return 'funded';
  if (school?.establishmentTypeCode === undefined) return 'subject_to_review';
  if (!eligibleEstablishmentTypes.has(withoutZeros(school.establishmentTypeCode)))
    return 'ineligible_establishment_type';
  if (course.fundingRule === 'any-eligible-setting') return 'funded';
  if (!lists) return 'subject_to_review';
  return lists.pp50.includes(schoolId) ? 'funded' : 'ineligible_establishment_not_a_pp50';
}

/** Some exports of the register write `01`. */
const withoutZeros = (code: string): string => code.trim().replace(/^0+(?=\d)/, '');

const isOutsideEngland = (school: School): boolean =>
  school.establishmentTypeCode?.trim() === WELSH_ESTABLISHMENT ||
  (school.laCode !== undefined && authoritiesOutsideEngland.has(school.laCode.trim().padStart(3, '0')));

/** A place that the DfE paid for or pays for: a qualification on record, or an acceptance in another application. */
export interface EarlierPlace {
  readonly courseId: string;
  readonly isFunded: boolean;
}

/**
 * Funded once, never again for the same course, even by somebody who withdrew or failed (hard case 12). The coaching
 * offer and the additional support offer before it count as one (`application.rb#previously_funded?`).
 */
export const isPreviouslyFunded = (courseId: CourseId, places: readonly (EarlierPlace | Qualification)[]): boolean =>
  places.some((place) => place.isFunded && isSameCourse(place.courseId, courseId));

export type FundedPlaceRefusal = keyof typeof fundedPlaceSentences;

/**
 * What `fundedPlace` must be when a provider accepts (`application.rb`, `docs/funding.md`; hard case 9): a limited
 * ("capped") cohort wants yes or no, and yes only where the DfE may fund; an unfunded ("zero") cohort wants no; a full
 * one wants nothing at all. Returns which of the four refusals it is.
 */
export function fundedPlaceRefusal(
  cohortFunding: NpqCohort['funding'],
  funding: Pick<Funding, 'code' | 'isEligible'>,
  fundedPlace: unknown,
): FundedPlaceRefusal | undefined {
  switch (cohortFunding) {
    case 'capped':
      if (typeof fundedPlace !== 'boolean') return 'place-missing';
      return fundedPlace && !isScholarshipPossible(funding) ? 'place-not-eligible' : undefined;
    case 'zero':
      return fundedPlace === false ? undefined : 'place-in-unfunded-cohort';
    case 'full':
      return fundedPlace === undefined || fundedPlace === null ? undefined : 'place-in-full-cohort';
    default:
      return cohortFunding satisfies never;
  }
}

/** Whether the DfE pays for the place: said so, or in a full cohort because the application is eligible. */
export const isPlaceFunded = (fundedPlace: boolean | null, funding: Pick<Funding, 'isEligible'>): boolean =>
  fundedPlace ?? funding.isEligible;

/**
 * The funding after the provider's acceptance: an open question is answered by a funded place, which the DfE alone can
 * give; everything else stays as worked out.
 */
export const fundingAfterAcceptance = (funding: Funding, fundedPlace: boolean | null): Funding =>
  fundedPlace === true && !funding.isEligible ? fundingOfCode('marked_funded_by_policy') : funding;
