/**
 * Every sentence that a person reads about an NPQ application, for a busy teacher: plain words, what happened, what to
 * do. The type checker holds the waits, actions and codes to it, `rules.test.ts` the rest.
 */
import type { Texts } from '../kernel/process.ts';
import type { FundingCode, FundingRoute, HeadteacherStatus } from '../npq/courses.ts';

export type WaitKey =
  | 'submit'
  | 'endorse'
  | 'revise'
  | 'approve'
  | 'cohort-opens'
  | 'register-with-dfe'
  | 'confirm-registration'
  | 'record-provider-decision'
  | 'enter-trn'
  | 'course-start';

export type ActionKey = 'withdraw' | 'defer' | 'change-provider' | 'move-school' | 'withdraw-endorsement';

/** Labels of the fields of all forms. */
export const fields = {
  personId: 'Applicant',
  courseId: 'NPQ',
  cohortId: 'Cohort',
  providerId: 'Provider',
  motivation: 'Why this NPQ, and why now?',
  fundingRoute: 'How should the course be paid for?',
  headteacherStatus: 'Are you a headteacher?',
  trn: 'Teacher reference number (TRN)',
  trnPending: 'The TRN will follow',
  schoolId: 'School',
  draft: 'Do not ask anybody yet: keep it as a draft',
  isReleaseAgreed: 'Can they be released for the live sessions?',
  isCoverAgreed: 'Is cover agreed?',
  schoolWillPay: 'Will the school pay if the DfE does not?',
  fundingSource: 'Who pays for the course?',
  secondNpqReason: 'Why a second course at the same time?',
  reason: 'Reason',
  note: 'Anything to add?',
  changes: 'What should change?',
  registeredOn: 'When did you register with the DfE?',
  reference: 'Reference in the DfE’s confirmation',
  fundedPlace: 'Is it a funded place?',
  startsOn: 'When does the course start?',
  scheduleId: 'Schedule',
} as const satisfies Record<string, string>;
export type FieldName = keyof typeof fields;

/** What helps with a field, where its label does not say enough. */
export const hints: { readonly [F in FieldName | 'declineReason']?: string } = {
  personId: 'Leave this out to apply for yourself.',
  motivation: 'Your headteacher and the trust’s CPD lead read this. A few sentences are enough.',
  fundingRoute: 'The trust decides who pays. You are told before you register.',
  headteacherStatus: 'Only needed for the Early Headship Coaching Offer.',
  trn: 'Seven digits. You find it on your payslip or at gov.uk/guidance/teacher-reference-number-trn.',
  trnPending: 'Choose this if the DfE has not given them a TRN yet. They are asked for it before the course starts.',
  schoolId: 'The URN of the school to register under. Only needed if you work at more than one, or for the trust.',
  draft: 'It comes to your inbox, where you change it and submit it.',
  schoolWillPay: 'The price is shown above where the provider has published it.',
  registeredOn: 'The date in the DfE’s confirmation e-mail.',
  reference: 'Leave this out if the confirmation has none.',
  startsOn: 'The cohort’s start, unless the provider says otherwise.',
  scheduleId: 'The one in the provider’s list. Leave this out if the provider named none.',
  changes: 'The applicant sees this.',
  declineReason: 'The applicant sees this, and so do the leaders of their school and the trust.',
};

export const texts = {
  label: 'NPQ application',
  stages: {
    draft: 'Draft',
    endorsement: 'With the school',
    revision: 'Back with the applicant',
    approval: 'With the trust',
    registration: 'Registering with the DfE',
    'provider-decision': 'With the provider',
    'awaiting-start': 'Waiting for the course to start',
  },
  waits: {
    submit: {
      title: 'Submit the NPQ application',
      why: 'Check what is written here and submit it. Then your school is asked to support it.',
      outcomes: { submitted: 'Submit', withdrawn: 'Do not apply' },
    },
    endorse: {
      title: 'Endorse an NPQ application',
      why: 'Somebody wants to take an NPQ. Do you support it, and are release time and cover agreed? The trust decides about the funding after you.',
      outcomes: {
        endorsed: 'Support it',
        declined: 'Do not support it',
        'changes-requested': 'Ask for changes',
        'carried-over': 'Supported and approved earlier',
      },
    },
    revise: {
      title: 'Change the NPQ application',
      why: 'You are asked to change something before it is decided. What it is stands below.',
      outcomes: { resubmitted: 'Send it back', withdrawn: 'Withdraw the application' },
    },
    approve: {
      title: 'Approve an NPQ application',
      why: 'The school supports this application. Decide whether the trust does, and who pays. What the DfE would fund is shown with its reason.',
      outcomes: {
        approved: 'Approve, and name who pays',
        declined: 'Do not approve',
        'next-cohort': 'Move to a later cohort',
        'ask-school-to-pay': 'Ask whether the school pays',
      },
    },
    'cohort-opens': {
      title: 'Registration for the cohort opens',
      why: 'The application waits until registration for its new cohort opens. Then the trust decides.',
      outcomes: { elapsed: 'Registration is open' },
    },
    'register-with-dfe': {
      title: 'Register with the DfE',
      why: 'Your application is approved. Now register on the DfE’s service “Register for a national professional qualification”: https://register-national-professional-qualifications.education.gov.uk. The answers it asks for are below in its order, ready to copy. Come back and enter the date.',
      outcomes: { registered: 'I have registered', 'deadline-passed': 'The deadline has passed' },
    },
    'confirm-registration': {
      title: 'Confirm the registration with the DfE',
      why: 'The provider’s deadline has passed and no registration is recorded here. If you registered in time, enter the date. Without an answer the application lapses.',
      outcomes: {
        registered: 'Registered in time',
        'not-registered': 'Not registered',
        unanswered: 'Nobody answered',
      },
    },
    'record-provider-decision': {
      title: 'Record the provider’s decision',
      why: 'The applicant has registered with the DfE. The provider must decide before the course starts. Enter what it decided.',
      outcomes: {
        accepted: 'Accepted',
        'accepted-trn-pending': 'Accepted, the TRN will follow',
        rejected: 'Rejected',
      },
    },
    'enter-trn': {
      title: 'Enter the teacher reference number',
      why: 'The provider has accepted you. It needs your teacher reference number (TRN) before the course starts.',
      outcomes: { entered: 'Save' },
    },
    'course-start': {
      title: 'Course starts',
      why: 'Everything is ready. The course starts on this day.',
      outcomes: { elapsed: 'The course has started' },
    },
  },
  actions: {
    withdraw: 'Withdraw the application',
    defer: 'Move to a later cohort',
    'change-provider': 'Change the provider',
    'move-school': 'Move to another school',
    'withdraw-endorsement': 'Take back the endorsement',
  },
  ends: {
    enrolled: 'Enrolled on the course',
    declined: 'Not supported',
    withdrawn: 'Withdrawn',
    lapsed: 'Not registered with the DfE in time',
    rejected: 'Rejected by the provider',
    superseded: 'Closed: another application for the same course and cohort was accepted',
    left: 'Closed: no longer employed by the trust',
  },
  told: {
    'endorsement-opened': 'Somebody you manage has applied for an NPQ. There is nothing for you to do.',
    endorsed: 'Your application is supported. The trust decides next.',
    approved: 'Your application is approved.',
    'decision-ready': 'A decision about your application is ready to read.',
    'carried-over': 'The endorsement and approval of your earlier application count for this one.',
    'decision-carried-over': 'Your decision about an earlier application was taken over for a new one.',
    'moved-to-next-cohort': 'Your application was moved to a later cohort.',
    accepted: 'The provider has accepted you.',
    'place-accepted': 'A provider has accepted somebody in your school. Please keep release time and cover.',
    superseded: 'Your application was closed, because another one for the same course and cohort was accepted.',
    lapsed: 'Your application has lapsed, because no registration with the DfE was recorded in time.',
    enrolled: 'Your course has started.',
    'withdrawn-for-you': 'Your application was withdrawn.',
    'support-not-needed': 'An application that you supported was withdrawn. Release time and cover are free again.',
    'deferred-for-you': 'Your application was moved to a later cohort.',
    'provider-changed-for-you': 'The provider of your application was changed. Please look at what to do next.',
    'moved-school': 'Your application was moved to another school.',
    'endorsement-withdrawn': 'An endorsement was taken back, so the school is asked again.',
    'applicant-left': 'An application was closed, because the applicant no longer works for the trust.',
  },
  fields,
} as const satisfies Texts<WaitKey, ActionKey>;

export const fundingSentences: Readonly<Record<FundingCode, string>> = {
  funded: 'The DfE funds this course at this school.',
  subject_to_review: 'It is not known yet whether the DfE funds this course at this school. The DfE will say so.',
  ineligible_establishment_type: 'The DfE does not fund NPQs at this kind of school.',
  ineligible_establishment_not_a_pp50:
    'The DfE funds this course only at schools on its list for the cohort, and this school is not on it.',
  ineligible_institution_type: 'The DfE funds courses of school staff only, and no school is named.',
  previously_funded: 'The DfE has funded this course for this person before, and funds it only once.',
  referred_by_return_to_teaching_adviser: 'A return to teaching adviser made the referral. The DfE decides.',
  not_new_headteacher_requesting_ehco:
    'The DfE funds the coaching offer only in the first five years as a headteacher.',
  early_years_invalid_npq: 'The DfE does not fund this course in early years settings.',
  not_entitled_childminder: 'The DfE does not fund this course for childminders who are not on its list.',
  not_lead_mentor_course: 'The DfE does not fund this course for lead mentors.',
  unfunded_cohort: 'The DfE funds no course in this cohort.',
  not_in_england: 'The DfE funds courses at schools in England only.',
  marked_funded_by_policy: 'The DfE looked at this case and funds the course.',
  marked_ineligible_by_policy: 'The DfE looked at this case and does not fund the course.',
};

/** The four refusals of a funded place (hard case 9). */
export const fundedPlaceSentences = {
  'place-missing': 'Say whether it is a funded place: this cohort has a limited number.',
  'place-not-eligible': 'It cannot be a funded place: the DfE does not fund this application.',
  'place-in-unfunded-cohort': 'It cannot be a funded place: the DfE funds no course in this cohort. Answer no.',
  'place-in-full-cohort': 'Leave this empty: in this cohort every eligible place is funded.',
} as const;

export const routeLabels: Readonly<Record<FundingRoute, string>> = {
  'dfe-scholarship': 'The DfE’s scholarship',
  trust: 'The trust',
  school: 'The school',
  self: 'The applicant',
};

/** The DfE's own words for "How is your course being paid for?". */
export const dfePaymentAnswers: Readonly<Record<FundingRoute, string>> = {
  'dfe-scholarship': 'Not asked: the DfE funds the course',
  trust: 'My trust is paying',
  school: 'My workplace is covering the cost',
  self: 'I am paying',
};

export const headteacherLabels: Readonly<Record<HeadteacherStatus, string>> = {
  no: 'No',
  yes_when_course_starts: 'Yes, when the course starts',
  yes_in_first_two_years: 'Yes, in my first two years',
  yes_over_two_years: 'Yes, for over two years',
  yes_in_first_five_years: 'Yes, in my first five years',
  yes_over_five_years: 'Yes, for over five years',
};

/** What the rules noticed, for those who decide. */
export const findings = {
  'other-application': (provider: string, cohort: string) =>
    `There is another application for the same course, with ${provider} for ${cohort}. Only one can be accepted in a cohort.`,
  'other-application-accepted': (provider: string) =>
    `Another application for the same course and cohort was accepted by ${provider}. This one cannot be accepted as well.`,
  workload: (course: string) =>
    `Another course is under way or applied for at the same time: ${course}. Whoever approves gives a reason for two at once.`,
  'release-not-agreed': () => 'The school supports it, but release time is not agreed yet.',
  'cover-not-agreed': () => 'The school supports it, but cover is not agreed yet.',
  'school-will-not-pay': () =>
    'It is not agreed that the school pays. If you name the school, this goes back to whoever endorsed it.',
  'school-asked-to-pay': () => 'The trust asks whether the school pays for this course.',
  'funding-changed': () => 'The DfE’s scholarship was approved, but it does not fund this application any more.',
  'carried-over': () =>
    'The endorsement and approval of an earlier application for the same course, cohort and school were taken over.',
  'deadline-passed': (deadline: string) => `The provider’s deadline was ${deadline}.`,
} as const;
export type FindingCode = keyof typeof findings;

/** Refusals: what was wrong, and what to do. */
export const refusals = {
  'cohort-not-open': (opens: string) =>
    `Registration for this cohort opens on ${opens}. Your draft is kept. Submit it from that day on.`,
  'cohort-closed': (deadline: string) => `Registration for this cohort closed on ${deadline}. Choose a later cohort.`,
  'not-offered': (provider: string, course: string, cohort: string) =>
    `${provider} does not offer ${course} in ${cohort}. Choose another provider or cohort.`,
  'already-passed': (course: string) => `${course} is passed already. It cannot be taken again.`,
  duplicate: () =>
    'There is an application under way for this person, course, cohort and provider. Carry on with that one, or withdraw it first.',
  'another-accepted': () =>
    'Another application of this person for the same course and cohort is accepted. Only one can be. Withdraw that one first.',
  'no-current-post': () => 'Only somebody with a current post in the trust can apply.',
  'not-your-school': () => 'You can start an application for somebody only at a school that you lead.',
  'no-such-cohort': () => 'There is no such cohort.',
  'name-the-school': () =>
    'Name the school to register under: central staff register under one of the trust’s schools.',
  'not-a-school-of-theirs': () => 'This is not one of the schools where they work now.',
  'no-such-school': () => 'There is no such school in the trust.',
  'other-trn': () => 'Another TRN is on record. Ask the trust’s CPD lead to have it corrected.',
  'trn-needed': () => 'Enter the TRN, or say that it will follow.',
  'accepted-already': () => 'The provider has accepted this application. To change provider, ask the DfE.',
  'same-school': () => 'The application is at this school already.',
  'no-other-school': () => 'They have no current post at another school. Record the post first.',
  'no-later-cohort': () => 'No later cohort is on file in which this provider offers this course.',
  'no-other-provider': () => 'No other provider offers this course in this cohort.',
  'nothing-endorsed': () => 'There is no endorsement to take back.',
  'registered-already': () =>
    'The applicant has registered with the DfE. The endorsement cannot be taken back any more.',
  'registered-after-deadline': (deadline: string) => `The date must not be after the provider’s deadline, ${deadline}.`,
  'registered-out-of-range': (from: string, to: string) => `The date must be between ${from} and ${to}.`,
  'start-out-of-range': (from: string, to: string) => `The course must start between ${from} and ${to}.`,
  'bad-trn': () => 'A TRN has exactly seven digits and is not 0000000.',
} as const;

/** Labels of the facts that are shown beside a decision. */
export const facts = {
  course: 'NPQ',
  provider: 'Provider',
  cohort: 'Cohort',
  startsOn: 'Starts on',
  deadline: 'Provider’s deadline',
  motivation: 'Why this NPQ',
  route: 'The applicant asks for it to be paid by',
  funding: 'DfE scholarship',
  price: 'Price',
  liveSessions: 'Live sessions',
  assessment: 'Assessment',
  outThen: 'Others of the school applying for the same cohort',
  release: 'Release time agreed',
  cover: 'Cover agreed',
  schoolWillPay: 'The school will pay',
  payer: 'Paid by',
  changes: 'What should change',
  registeredOn: 'Registered with the DfE on',
  reference: 'DfE reference',
  trn: 'TRN',
  endorsedOn: 'Endorsed on',
  endorsementTaken: 'The endorsement was taken back',
  approvedOn: 'Approved on',
  secondNpq: 'Why a second NPQ',
  declined: 'Why it was declined',
  acceptedOn: 'Accepted on',
  courseStarts: 'Course starts on',
  funded: 'The DfE pays for the place',
  rejected: 'Rejected by the provider',
  deferred: 'Deferred',
  deferralReason: 'Why it was deferred',
  withdrawn: 'Withdrawn on',
  reason: 'Reason',
  note: 'Added',
} as const;

/** Above the facts of its page. */
export const groups = { decisions: 'What was decided', provider: 'With the provider', end: 'How it ended' } as const;

/** The DfE's own questions, in its order (`app/models/registration_wizard.rb`): the hand-off sheet. */
export const handOff = {
  courseStart: '1. When do you want to start your course?',
  agreedProvider: '2. Have you chosen an NPQ and provider?',
  inEngland: '3. Do you work in England?',
  workSetting: '4. What setting do you work in?',
  school: '5. Which school or academy do you work for?',
  schoolUrn: '    The school’s URN',
  course: '6. Which NPQ do you want to do?',
  funding: '7. Funding',
  payment: '8. How is your course being paid for?',
  provider: '9. Which provider have you chosen?',
  share: '10. Do you agree to share your information with the provider?',
  check: '11. Check your answers',
  trn: '    If you are asked for your TRN',
} as const;

export const handOffAnswers = {
  yes: 'Yes',
  inSchool: 'A school',
  inTrust: 'An academy trust',
  share: 'Yes. The provider cannot see your application otherwise.',
  check: 'Compare with this sheet, submit, and keep the confirmation e-mail.',
  noTrn: 'Not on record here. The DfE can give you one when you are accepted.',
} as const;

export const words = {
  yes: 'Yes',
  no: 'No',
  notAsked: 'Not asked',
  deferred: (on: string, fromCohort: string) => `${on}, from ${fromCohort}`,
  taken: (on: string, reason: string) => `${on}. ${reason}`,
  askProvider: 'Not known: ask the provider',
  pounds: (amount: number) => `£${amount.toLocaleString('en-GB')}`,
  range: (from: string, to: string) => `${from} to ${to}`,
  outThen: (people: number) => (people === 0 ? 'Nobody' : people === 1 ? '1 other person' : `${people} other people`),
} as const;

export const milestoneLabels = {
  endorsed: 'Supported by the school',
  approved: 'Approved by the trust',
  registered: 'Registered with the DfE',
  'provider-decided': 'Decided by the provider',
  'course-started': 'Course starts',
} as const;
