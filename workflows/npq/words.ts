/** Words that all NPQ processes use: the DfE's reasons as people read them. */
import type { deferralReasons, rejectionReasons, withdrawalReasons } from './courses.ts';

export const rejectionLabels: Readonly<Record<(typeof rejectionReasons)[number], string>> = {
  registration_expired: 'The registration expired',
  rejected_by_provider: 'Rejected by the provider',
  other_application_in_this_cohort_accepted: 'Another application in this cohort was accepted',
};

export const deferralLabels: Readonly<Record<(typeof deferralReasons)[number], string>> = {
  bereavement: 'Bereavement',
  'long-term-sickness': 'Long-term sickness',
  'parental-leave': 'Parental leave',
  'career-break': 'Career break',
  other: 'Another reason',
};

export const withdrawalLabels: Readonly<Record<(typeof withdrawalReasons)[number], string>> = {
  'insufficient-capacity-to-undertake-programme': 'Not enough capacity for the course',
  'personal-reason-health-or-pregnancy-related': 'Health or pregnancy',
  'personal-reason-moving-school': 'Moving school',
  'personal-reason-other': 'Another personal reason',
  'insufficient-capacity': 'Not enough capacity',
  'change-in-developmental-or-personal-priorities': 'Other priorities now',
  'change-in-school-circumstances': 'The school’s situation has changed',
  'change-in-school-leadership': 'The school’s leadership has changed',
  'quality-of-programme-structure-not-suitable.': 'The way the course is built does not suit',
  'quality-of-programme-content-not-suitable': 'The content of the course does not suit',
  'quality-of-programme-facilitation-not-effective': 'The course is not led well',
  'quality-of-programme-accessibility': 'The course is not accessible',
  'quality-of-programme-other': 'Something else about the course',
  'programme-not-appropriate-for-role-and-cpd-needs': 'The course does not fit role or needs',
  'started-in-error': 'Started by mistake',
  'expected-commitment-unclear': 'It was not clear how much time it takes',
  'assessment-requirements-not-met': 'The requirements for the assessment are not met',
  'change-in-career': 'Change of career',
  'disengaged-and-unresponsive': 'No longer taking part',
  'non-payment-of-invoice': 'The invoice was not paid',
  other: 'Another reason',
};
