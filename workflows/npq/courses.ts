/**
 * The catalogue: courses, providers, schedules and the closed lists of the DfE, as data. Identifiers are the DfE's,
 * character for character, because they are copied to its service and compared with its answers.
 *
 * Source: `DFE-Digital/npq-registration` at 9e9784a85 (21 August 2026), `config/initializers/courses.rb`,
 * `app/models/{course,course_group,schedule,lead_provider,application}.rb`, `app/services/funding_eligibility.rb`.
 * Which provider offers what in which cohort is in the calendar (`npqCohorts[].offers`), not here.
 */
import type { NpqCohort } from '../kernel/calendar.ts';
import type { Day } from '../kernel/time.ts';

/** Courses of one group share their schedules. `support` is the offer that the early headship coaching offer replaced. */
export type CourseGroup = 'specialist' | 'leadership' | 'ehco' | 'support';

export type DeclarationType = 'started' | 'retained-1' | 'retained-2' | 'completed';

/**
 * Who can get the DfE's scholarship: staff of any eligible kind of setting, only those of a setting on the PP50 list
 * (or the RISE list, which is looked at first for every course of these two), or heads in their first five years.
 */
export type FundingRule = 'any-eligible-setting' | 'pp50-setting' | 'new-headteacher';

export interface Course {
  /** `npq-leading-teaching-development` is right, although the course is called Leading *Teacher* Development. */
  readonly courseId: string;
  readonly name: string;
  readonly shortCode: string;
  readonly group: CourseGroup;
  readonly declarationTypes: readonly DeclarationType[];
  readonly fundingRule: FundingRule;
  /** How often somebody who has failed may be assessed again; 1 where nothing is said. */
  readonly resubmissions?: number;
  /** Kept for old records; cannot be chosen any more. */
  readonly isHidden?: true;
}

/** A specialist course has no second retention point (hard case 25). */
const specialist: readonly DeclarationType[] = ['started', 'retained-1', 'completed'];
const leadership: readonly DeclarationType[] = ['started', 'retained-1', 'retained-2', 'completed'];

/**
 * The six that the trust named come first, in its order. Funding rules are those of the autumn 2026 cohort, the only
 * ones published; a cohort with other rules needs a rule set of its own, chosen by cohort.
 */
export const courses = [
  {
    courseId: 'npq-leading-teaching-development',
    name: 'Leading Teacher Development',
    shortCode: 'NPQLTD',
    group: 'specialist',
    declarationTypes: specialist,
    fundingRule: 'pp50-setting',
  },
  {
    courseId: 'npq-leading-teaching',
    name: 'Leading Teaching',
    shortCode: 'NPQLT',
    group: 'specialist',
    declarationTypes: specialist,
    fundingRule: 'pp50-setting',
  },
  {
    courseId: 'npq-leading-behaviour-culture',
    name: 'Leading Behaviour and Culture',
    shortCode: 'NPQLBC',
    group: 'specialist',
    declarationTypes: specialist,
    fundingRule: 'pp50-setting',
  },
  {
    courseId: 'npq-senior-leadership',
    name: 'Senior Leadership',
    shortCode: 'NPQSL',
    group: 'leadership',
    declarationTypes: leadership,
    fundingRule: 'any-eligible-setting',
  },
  {
    courseId: 'npq-headship',
    name: 'Headship',
    shortCode: 'NPQH',
    group: 'leadership',
    declarationTypes: leadership,
    fundingRule: 'any-eligible-setting',
  },
  {
    courseId: 'npq-executive-leadership',
    name: 'Executive Leadership',
    shortCode: 'NPQEL',
    group: 'leadership',
    declarationTypes: leadership,
    fundingRule: 'pp50-setting',
  },
  {
    courseId: 'npq-early-years-leadership',
    name: 'Early Years Leadership',
    shortCode: 'NPQEYL',
    group: 'leadership',
    declarationTypes: leadership,
    fundingRule: 'any-eligible-setting',
  },
  {
    courseId: 'npq-leading-literacy',
    name: 'Leading Literacy',
    shortCode: 'NPQLL',
    group: 'specialist',
    declarationTypes: specialist,
    fundingRule: 'pp50-setting',
  },
  {
    courseId: 'npq-leading-primary-mathematics',
    name: 'Leading Primary Mathematics',
    shortCode: 'NPQLPM',
    group: 'specialist',
    declarationTypes: specialist,
    fundingRule: 'pp50-setting',
  },
  {
    courseId: 'npq-senco',
    name: 'Special Educational Needs Co-ordinator (SENCO)',
    shortCode: 'NPQSENCO',
    group: 'leadership',
    declarationTypes: leadership,
    fundingRule: 'any-eligible-setting',
  },
  {
    courseId: 'npq-early-headship-coaching-offer',
    name: 'Early Headship Coaching Offer',
    shortCode: 'EHCO',
    group: 'ehco',
    declarationTypes: leadership,
    fundingRule: 'new-headteacher',
  },
  {
    courseId: 'npq-additional-support-offer',
    name: 'Additional Support Offer for new headteachers',
    shortCode: 'ASO',
    group: 'support',
    declarationTypes: leadership,
    fundingRule: 'new-headteacher',
    isHidden: true,
  },
] as const satisfies readonly Course[];

export type CourseId = (typeof courses)[number]['courseId'];

/** Every identifier, the hidden one too: an application for it is refused as not offered, not as unknown. */
export const courseIds = courses.map((course) => course.courseId) as [CourseId, ...CourseId[]];

/** The identifiers that somebody can choose. */
export const chooseableCourseIds: readonly CourseId[] = courses
  .filter((course) => !('isHidden' in course))
  .map((course) => course.courseId);

/** The course of a known identifier. */
export function courseOf(courseId: CourseId): Course {
  const found = courses.find((course) => course.courseId === courseId);
  if (!found) throw new Error(`There is no course ${courseId}`);
  return found;
}

/** Whether it ends with an assessment that is passed or failed; the coaching offers do not (`declarations/create.rb`). */
export const isAssessed = ({ group }: Course): boolean => group === 'specialist' || group === 'leadership';

/** How often somebody who has failed may be assessed again. The DfE says no number; the trust's is one. */
export const resubmissionsOf = ({ resubmissions = 1 }: Course): number => resubmissions;

/** The early headship coaching offer took the place of the additional support offer: for funding and passes they are one. */
const REBRANDED: ReadonlySet<string> = new Set(['npq-early-headship-coaching-offer', 'npq-additional-support-offer']);

/** Whether two identifiers are one course, old and new names counted as the same. */
export const isSameCourse = (a: string, b: string): boolean => a === b || (REBRANDED.has(a) && REBRANDED.has(b));

/** The eight lead providers; the trust's usual one is Teach First. */
export const providers = [
  { providerId: 'ambition-institute', name: 'Ambition Institute' },
  { providerId: 'best-practice-network', name: 'Best Practice Network' },
  { providerId: 'church-of-england', name: 'Church of England' },
  { providerId: 'llse', name: 'LLSE' },
  { providerId: 'national-institute-of-teaching', name: 'National Institute of Teaching' },
  { providerId: 'school-led-network', name: 'School-Led Network' },
  { providerId: 'teach-first', name: 'Teach First' },
  { providerId: 'ucl-institute-of-education', name: 'UCL Institute of Education' },
] as const;

export type ProviderId = (typeof providers)[number]['providerId'];

export const providerIds = providers.map((provider) => provider.providerId) as [ProviderId, ...ProviderId[]];

export const USUAL_PROVIDER: ProviderId = 'teach-first';

/** The name of a known provider. */
export function providerName(providerId: ProviderId): string {
  const found = providers.find((provider) => provider.providerId === providerId);
  if (!found) throw new Error(`There is no provider ${providerId}`);
  return found.name;
}

/** Whether a provider runs a course in a cohort; `all` means all that can be chosen. */
export const isOffered = (cohort: NpqCohort, courseId: CourseId, providerId: string): boolean =>
  chooseableCourseIds.includes(courseId) &&
  cohort.offers.some(
    (offer) => offer.providerId === providerId && (offer.courses === 'all' || offer.courses.includes(courseId)),
  );

const schedules = {
  specialist: ['npq-specialist-autumn', 'npq-specialist-spring'],
  leadership: ['npq-leadership-autumn', 'npq-leadership-spring'],
  ehco: ['npq-ehco-november', 'npq-ehco-december', 'npq-ehco-march', 'npq-ehco-june'],
  support: ['npq-aso-november', 'npq-aso-december', 'npq-aso-march', 'npq-aso-june'],
} as const satisfies Record<CourseGroup, readonly string[]>;

export type ScheduleId = (typeof schedules)[CourseGroup][number];

export const scheduleIds = Object.values(schedules).flat() as [ScheduleId, ...ScheduleId[]];

/** The schedules that a provider may name for a course: those of its group. */
export const schedulesFor = (course: Course): readonly ScheduleId[] => schedules[course.group];

/**
 * The schedule when the provider names none: the cohort's for leadership and specialist courses (2026a is spring and
 * 2026b autumn whatever the date of acceptance, `course_groups/{leadership,specialist}.rb`), and by the month of the
 * start for the coaching offers: each holds from its month to the next one's.
 */
export function usualSchedule(course: Course, cohort: NpqCohort, startsOn: Day): ScheduleId {
  if (course.group === 'leadership' || course.group === 'specialist') return `npq-${course.group}-${cohort.schedule}`;
  const offer = course.group === 'ehco' ? 'npq-ehco' : 'npq-aso';
  const month = Number(startsOn.slice(5, 7));
  if (month >= 9 && month <= 11) return `${offer}-november`;
  if (month === 12 || month <= 2) return `${offer}-december`;
  return month <= 5 ? `${offer}-march` : `${offer}-june`;
}

/** What a provider has published about one course in one cohort. */
export interface CourseDetails {
  readonly cohortId: string;
  readonly courseId: CourseId;
  readonly providerId: ProviderId;
  /** In pounds, for somebody the DfE does not fund. */
  readonly priceInPounds: number | null;
  readonly liveSessionsOn: readonly Day[];
  readonly assessment: { readonly from: Day; readonly to: Day } | null;
}

/**
 * Prices and dates that the trust has in writing, one entry for each course, provider and cohort. None is published
 * for the cohorts on file as of November 2026, so that forms say "ask the provider"; nothing here is estimated.
 */
const publishedDetails: readonly CourseDetails[] = [];

/** What is known of price and dates; `null` and empty where nothing is. */
export const detailsOf = (
  courseId: CourseId,
  providerId: ProviderId,
  cohortId: string,
  published: readonly CourseDetails[] = publishedDetails,
): CourseDetails =>
  published.find((one) => one.courseId === courseId && one.providerId === providerId && one.cohortId === cohortId) ?? {
    cohortId,
    courseId,
    providerId,
    priceInPounds: null,
    liveSessionsOn: [],
    assessment: null,
  };

/** Who pays: what the applicant asks for, and what the trust decides. The last three are the DfE's words as well. */
export const fundingRoutes = ['dfe-scholarship', 'trust', 'school', 'self'] as const;
export type FundingRoute = (typeof fundingRoutes)[number];

/** The DfE's status codes, and the two that a decision by hand leaves. */
export const fundingCodes = [
  'funded',
  'subject_to_review',
  'ineligible_establishment_type',
  'ineligible_establishment_not_a_pp50',
  'ineligible_institution_type',
  'previously_funded',
  'referred_by_return_to_teaching_adviser',
  'not_new_headteacher_requesting_ehco',
  'early_years_invalid_npq',
  'not_entitled_childminder',
  'not_lead_mentor_course',
  'unfunded_cohort',
  'not_in_england',
  'marked_funded_by_policy',
  'marked_ineligible_by_policy',
] as const;
export type FundingCode = (typeof fundingCodes)[number];

/** `headteacher_status`: asked only for the coaching offer. */
export const headteacherStatuses = [
  'no',
  'yes_when_course_starts',
  'yes_in_first_two_years',
  'yes_over_two_years',
  'yes_in_first_five_years',
  'yes_over_five_years',
] as const;
export type HeadteacherStatus = (typeof headteacherStatuses)[number];

/** `reason_for_rejection`. */
export const rejectionReasons = [
  'registration_expired',
  'rejected_by_provider',
  'other_application_in_this_cohort_accepted',
] as const;

/** `participants/defer.rb`. */
export const deferralReasons = [
  'bereavement',
  'long-term-sickness',
  'parental-leave',
  'career-break',
  'other',
] as const;

/** `participants/withdraw.rb`. The full stop at the end of one of them is in the DfE's list. */
export const withdrawalReasons = [
  'insufficient-capacity-to-undertake-programme',
  'personal-reason-health-or-pregnancy-related',
  'personal-reason-moving-school',
  'personal-reason-other',
  'insufficient-capacity',
  'change-in-developmental-or-personal-priorities',
  'change-in-school-circumstances',
  'change-in-school-leadership',
  'quality-of-programme-structure-not-suitable.',
  'quality-of-programme-content-not-suitable',
  'quality-of-programme-facilitation-not-effective',
  'quality-of-programme-accessibility',
  'quality-of-programme-other',
  'programme-not-appropriate-for-role-and-cpd-needs',
  'started-in-error',
  'expected-commitment-unclear',
  'assessment-requirements-not-met',
  'change-in-career',
  'disengaged-and-unresponsive',
  'non-payment-of-invoice',
  'other',
] as const;

/** Reasons that tell of somebody's health, family or loss: for the subject and the trust-lead only. */
export const privateReasons: ReadonlySet<string> = new Set([
  'personal-reason-health-or-pregnancy-related',
  'bereavement',
  'long-term-sickness',
  'parental-leave',
]);

/**
 * Codes of the DfE's register of schools (`TypeOfEstablishment (code)`) whose staff can get a scholarship: the 30 of
 * `app/models/school.rb`, `eligible_establishment_type_codes`, with the names given there. A code that is not listed is
 * `ineligible_establishment_type`, among them 11 (other independent school), 27 (miscellaneous) and 30 (Welsh).
 */
export const eligibleEstablishmentTypes: ReadonlyMap<string, string> = new Map([
  ['1', 'Community school'],
  ['2', 'Voluntary aided school'],
  ['3', 'Voluntary controlled school'],
  ['5', 'Foundation school'],
  ['6', 'City technology college'],
  ['7', 'Community special school'],
  ['8', 'Non-maintained special school'],
  ['10', 'Other independent special school'],
  ['12', 'Foundation special school'],
  ['14', 'Pupil referral unit'],
  ['15', 'Local authority nursery school'],
  ['18', 'Further education'],
  ['24', 'Secure units'],
  ['26', "Service children's education"],
  ['28', 'Academy sponsor led'],
  ['31', 'Sixth form centres'],
  ['32', 'Special post 16 institution'],
  ['33', 'Academy special sponsor led'],
  ['34', 'Academy converter'],
  ['35', 'Free schools'],
  ['36', 'Free schools special'],
  ['38', 'Free schools alternative provision'],
  ['39', 'Free schools 16 to 19'],
  ['40', 'University technical college'],
  ['41', 'Studio schools'],
  ['42', 'Academy alternative provision converter'],
  ['43', 'Academy alternative provision sponsor led'],
  ['44', 'Academy special converter'],
  ['45', 'Academy 16-19 converter'],
  ['46', 'Academy 16 to 19 sponsor led'],
]);

/** The type code of a Welsh school, and the local-authority codes outside England (`School#in_england?`). */
export const WELSH_ESTABLISHMENT = '30';
export const authoritiesOutsideEngland: ReadonlySet<string> = new Set(['000', '673', '702', '704', '708']);
