/**
 * Every sentence that a person reads about an induction, for a busy teacher: plain words, what happened, what to do. The
 * type checker holds the waits, actions and codes to it, `rules.test.ts` the rest. "Progress review" is a word of
 * induction alone, and training is never said to be assessed.
 */
import type { Texts } from '../kernel/process.ts';

export type WaitKey =
  | 'setup'
  | 'review-ahead'
  | 'progress-review'
  | 'agree-support'
  | 'read-review'
  | 'choose-extension'
  | 'formal-assessment'
  | 'interim-assessment'
  | 'sign-assessment'
  | 'countersign'
  | 'completion'
  | 'recommend'
  | 'record-outcome'
  | 'name-others';

export type ActionKey =
  | 'change-mentor'
  | 'change-tutor'
  | 'record-absence'
  | 'change-hours'
  | 'move-school'
  | 'extend'
  | 'reduce'
  | 'change-programme'
  | 'defer-training'
  | 'resume-training'
  | 'withdraw';

/** Labels of the fields of all forms. */
export const fields = {
  personId: 'Early career teacher',
  schoolId: 'School',
  startsOn: 'First day of induction',
  qtsOn: 'Qualified teacher status since',
  fte: 'Share of full time',
  mentorId: 'Mentor',
  tutorId: 'Induction tutor',
  isOnePersonAgreed: 'May one person be both mentor and tutor?',
  appropriateBodyName: 'Appropriate body',
  appropriateBodyType: 'Kind of appropriate body',
  appropriateBodyUrn: 'URN of the teaching school hub',
  isBodyIndependent: 'Is the appropriate body independent of this teacher?',
  programme: 'Training programme',
  leadProvider: 'Lead provider',
  termsRequired: 'Terms required',
  termsServedBefore: 'Terms served elsewhere before',
  isTimeGiven: 'Their meetings are timetabled in teaching hours',
  registeredOn: 'Registered with the appropriate body on',
  firstYearPercent: 'Reduction of the timetable in terms 1 to 3, in per cent',
  secondYearPercent: 'Reduction of the timetable in terms 4 to 6, in per cent',
  heldOn: 'Held on',
  evidence: 'Evidence',
  targets: 'Targets',
  concerns: 'Why not on track',
  support: 'What support is put in place?',
  comments: 'Your comments',
  meetingOn: 'Day of the assessment meeting',
  isOnTrack: 'On track to meet the Teachers’ Standards?',
  strengths: 'Strengths',
  recommendation: 'Your recommendation',
  sentOn: 'Sent to the appropriate body on',
  reasons: 'Anything the appropriate body should know?',
  decidedOn: 'Decided on',
  terms: 'Number of terms',
  from: 'From',
  to: 'To',
  kind: 'Kind of absence',
  days: 'Working days missed',
  on: 'First day at the new school',
  hasTeacherAgreed: 'The teacher agrees',
  reason: 'Reason',
  leavesOn: 'Last day in the post',
} as const satisfies Record<string, string>;
export type FieldName = keyof typeof fields;

/** What helps with a field, where its label does not say enough. */
export const hints: { readonly [F in FieldName]?: string } = {
  startsOn: 'The day that the appropriate body has set. It is never before QTS.',
  fte: 'Between 0.1 and 1. Half-time is 0.5.',
  mentorId: 'Somebody with the mentor role at the school. They support and do not assess.',
  tutorId: 'Somebody with the induction tutor role at the school, or the headteacher.',
  isOnePersonAgreed:
    'Only exceptionally, and with safeguards: the one who assesses should not be the one who supports.',
  appropriateBodyName: 'Its name, for example of the teaching school hub.',
  isBodyIndependent: 'It must neither employ the teacher nor have recommended them for QTS.',
  appropriateBodyUrn: 'Six digits. Leave it out if it is no teaching school hub.',
  termsRequired: 'Six, unless the appropriate body has reduced it.',
  termsServedBefore: 'As the appropriate body has it, with at most one decimal.',
  firstYearPercent: 'At least 10, on top of planning time.',
  secondYearPercent: 'At least 5, on top of planning time.',
  isOnTrack: 'In the final assessment: does the teacher meet the Standards?',
  comments: 'What you write stands in the report. You may leave it empty.',
  days: 'Needed for somebody part time: only days on which they would have worked. 0 takes the absence back.',
  terms: 'With at most one decimal, like 2.5.',
  leavesOn: 'Leave this out only for an induction that was started by mistake.',
};

export const texts = {
  label: 'Induction',
  stages: {
    setup: 'Being set up',
    induction: 'In induction',
    assessment: 'Being assessed',
    completion: 'Complete, with the school',
    outcome: 'With the appropriate body',
  },
  waits: {
    setup: {
      title: 'Set the induction up',
      why: 'Before induction starts, four things are settled.',
      outcomes: { ready: 'All settled' },
      parts: {
        'confirm-mentor': {
          title: 'Confirm the mentor of an early career teacher',
          why: 'A mentor meets the teacher every week, in teaching hours that are timetabled for it. Mentors do not assess.',
          outcomes: { confirmed: 'Confirm' },
        },
        'confirm-tutor': {
          title: 'Confirm the induction tutor of an early career teacher',
          why: 'The induction tutor holds the reviews and writes the assessments. It may be you.',
          outcomes: { confirmed: 'Confirm' },
        },
        'register-with-body': {
          title: 'Register an early career teacher with the appropriate body',
          why: 'Register before induction starts: nothing is backdated. The appropriate body sets the day from which it counts.',
          outcomes: { registered: 'Registered' },
        },
        'confirm-timetable': {
          title: 'Confirm the reduced timetable of an early career teacher',
          why: 'At most 90 per cent of a timetable in terms 1 to 3, and 95 per cent in terms 4 to 6, on top of planning time.',
          outcomes: { confirmed: 'Confirm' },
        },
      },
    },
    'review-ahead': {
      title: 'Next review',
      why: 'The next review opens on that day.',
      outcomes: { elapsed: 'It is time' },
    },
    'progress-review': {
      title: 'Hold a progress review',
      why: 'Look at the evidence together and say whether the teacher is on track to meet the Teachers’ Standards. They read what you write.',
      outcomes: {
        'on-track': 'On track',
        'not-on-track': 'Not on track',
        missed: 'Not held',
        'formal-due': 'A formal assessment is due',
        'interim-due': 'An interim assessment is due',
        'choice-first': 'A choice about leave comes first',
        assessed: 'Assessed',
        'not-yet': 'Not yet',
        left: 'Left',
      },
    },
    'agree-support': {
      title: 'Agree support for an early career teacher',
      why: 'A progress review says that a teacher is not on track. Agree with the induction tutor what is done about it.',
      outcomes: { agreed: 'Agree the support' },
    },
    'read-review': {
      title: 'Read your progress review',
      why: 'Your induction tutor has written your progress review. You may comment on it.',
      outcomes: { read: 'I have read it', unread: 'Not read' },
    },
    'choose-extension': {
      title: 'Choose whether your leave extends induction',
      why: 'You have been on statutory leave. It is your choice whether induction becomes longer by it, and it is always granted. Ask your appropriate body if you are not sure.',
      outcomes: { extended: 'Extend my induction', 'not-extended': 'Do not extend it' },
    },
    'formal-assessment': {
      title: 'Write a formal assessment',
      why: 'Meet, and write the report. Then the teacher comments and signs, and the headteacher signs, all within ten working days of the meeting.',
      outcomes: { written: 'The report is written' },
    },
    'interim-assessment': {
      title: 'Write an interim assessment',
      why: 'The teacher leaves this post. Write down how far they have come, for the next school.',
      outcomes: { written: 'The report is written' },
    },
    'sign-assessment': {
      title: 'Comment on and sign your assessment report',
      why: 'Your assessment report is written. Read it, comment if you want to, and sign.',
      outcomes: { signed: 'Sign', unsigned: 'Not signed in time' },
    },
    countersign: {
      title: 'Sign an assessment report',
      why: 'An induction assessment report is ready for your signature. Then it goes to the appropriate body.',
      outcomes: {
        signed: 'Sign',
        'signed-final': 'Signed, the final one',
        'signed-leaving': 'Signed, on leaving',
        'signed-moving': 'Signed, on moving',
      },
    },
    completion: {
      title: 'Completion of induction',
      why: 'All terms are served on that day.',
      outcomes: { elapsed: 'Complete' },
    },
    recommend: {
      title: 'Recommend the outcome of an induction',
      why: 'Induction is complete. Send your recommendation to the appropriate body and to the teacher within ten working days, the day of completion counted.',
      outcomes: { recommended: 'It is sent' },
    },
    'record-outcome': {
      title: 'Record the appropriate body’s decision',
      why: 'The appropriate body decides within 20 working days of the recommendation. Record what its letter says.',
      outcomes: { passed: 'Passed', failed: 'Failed', extended: 'Extended' },
    },
    'name-others': {
      title: 'Name a mentor and an induction tutor',
      why: 'An early career teacher of your school has no mentor or no induction tutor, or they are away for two weeks. Name who takes over.',
      outcomes: { named: 'Name them', 'not-yet': 'Not named in time' },
    },
  },
  actions: {
    'change-mentor': 'Change the mentor',
    'change-tutor': 'Change the induction tutor',
    'record-absence': 'Record an absence',
    'change-hours': 'Change the hours',
    'move-school': 'Move to another school of the trust',
    extend: 'Record an extension',
    reduce: 'Record a reduction',
    'change-programme': 'Change the training programme',
    'defer-training': 'Defer the training',
    'resume-training': 'Resume the training',
    withdraw: 'Record that the teacher leaves',
  },
  ends: { passed: 'Induction passed', failed: 'Induction failed', left: 'Left before completion' },
  told: {
    'induction-begun': 'Your induction has been recorded here.',
    'named-mentor': 'You are named as mentor of an early career teacher.',
    'named-tutor': 'You are named as induction tutor of an early career teacher.',
    'people-changed': 'You have another mentor or induction tutor.',
    'review-held': 'A progress review of an early career teacher has been held.',
    'review-missed': 'A progress review was not held in its term.',
    'report-complete': 'An assessment report is signed and can go to the appropriate body.',
    'dates-moved': 'The dates of an induction have moved.',
    'absence-recorded': 'An absence has been recorded in your induction.',
    'hours-changed': 'Your hours have been changed in your induction, and its dates with them.',
    'moved-school': 'Your induction goes on at another school.',
    'moved-away': 'An early career teacher goes to another school of the trust.',
    'induction-extended': 'Your induction has been extended. The new dates are there.',
    'induction-reduced': 'Your induction has been reduced. The new dates are there.',
    'programme-changed': 'Your training programme has been changed.',
    'leaving-recorded': 'It has been recorded that you leave. Your induction can go on elsewhere.',
    'leaving-told': 'An early career teacher leaves.',
    'recommendation-sent':
      'The recommendation about your induction has been sent. You may write to the appropriate body within ten working days.',
    'induction-passed': 'The decision about your induction is ready to read.',
    'induction-failed':
      'The decision about your induction is ready to read. It says how and until when you can appeal: 20 working days.',
    'induction-ended': 'An induction has ended. From now on appraisal applies.',
  },
  events: {
    'replacement-asked': 'Another mentor or induction tutor was asked for',
    'dates-moved': 'The dates of reviews have moved',
  },
  fields,
  named: { 'induction-tutor': 'Induction tutor', mentor: 'Mentor' },
} as const satisfies Texts<WaitKey, ActionKey>;

export const absenceLabels = {
  'ad-hoc': 'Sickness or another absence',
  maternity: 'Maternity leave',
  paternity: 'Paternity leave',
  adoption: 'Adoption leave',
  'shared-parental': 'Shared parental leave',
  'parental-bereavement': 'Parental bereavement leave',
  carers: 'Carer’s leave',
} as const;

export const bodyTypeLabels = {
  'teaching-school-hub': 'A teaching school hub',
  national: 'A national body',
} as const;

export const programmeLabels = { 'provider-led': 'Provider-led', 'school-led': 'School-led' } as const;

export const deferralLabels = {
  bereavement: 'Bereavement',
  long_term_sickness: 'Long-term sickness',
  parental_leave: 'Parental leave',
  career_break: 'Career break',
  other: 'Another reason',
} as const;

export const leavingLabels = {
  left_teaching_profession: 'Leaves teaching',
  moved_school: 'Moves to a school outside the trust',
  other: 'Another reason',
  started_in_error: 'Was started by mistake',
} as const;

export const reductionLabels = {
  'prior-experience': 'Earlier experience of whole classes',
  'part-time-two-years': 'Two years part time, and the Standards are met',
} as const;

export const recommendationLabels = {
  pass: 'Meets the Standards',
  fail: 'Does not meet the Standards',
  extend: 'Induction should be extended',
} as const;

/** What the rules noticed, for those who decide. */
export const findings = {
  'no-mentor': 'No mentor is named.',
  'mentor-is-tutor': 'One person is mentor and induction tutor. That is for exceptions only, with safeguards.',
  'not-registered': 'The teacher is not registered with an appropriate body. Time before that does not count.',
  'unsigned-by-teacher': 'The teacher did not sign in time.',
  'not-on-track': 'The report says that the teacher is not on track.',
  'long-absence': 'Absences extend this induction.',
  'recommended-otherwise': 'The headteacher recommended something else.',
} as const;
export type FindingCode = keyof typeof findings;

/** Refusals: what was wrong, and what to do. */
export const refusals = {
  'mentor-is-ect': () => 'Nobody mentors themselves. Choose somebody else.',
  'tutor-is-ect': () => 'Nobody assesses themselves. Choose somebody else.',
  'one-and-the-same': () =>
    'Mentor and induction tutor are different people: the mentor supports, the tutor assesses. If it has to be one person, say that it is agreed.',
  'no-mentor-here': () => 'Choose somebody who has the mentor role at this school. The administrator gives roles.',
  'no-tutor-here': () =>
    'Choose somebody who has the induction tutor role at this school, or the headteacher. The administrator gives roles.',
  'mentor-not-there': () => 'The mentor has to work at this school on that day, and so has the teacher.',
  'tutor-not-there': () => 'The induction tutor has to work at this school on that day.',
  'same-mentor': () => 'That person is the mentor already.',
  'same-tutor': () => 'That person is the induction tutor already.',
  'mentors-overlap': () => 'Nobody has two mentors at a time. The new one begins after the one before.',
  'tutors-overlap': () => 'The new induction tutor begins after the one before.',
  'contract-period-closed': (year: number) =>
    `Starts from 1 June ${year} belong to the DfE’s contract year ${year}, which opens on that day.`,
  'not-a-school-of-theirs': () => 'The teacher has no post at this school on that day. Record the post first.',
  'not-your-school': () => 'You can start an induction only at a school where you lead or are induction tutor.',
  'provider-needed': () => 'Name the lead provider of a provider-led programme, and none for a school-led one.',
  'body-not-independent': () =>
    'The appropriate body must neither employ the teacher nor have recommended them for QTS. Choose another.',
  inducted: () => 'This person’s induction has an outcome already. Induction is served once.',
  'under-way': () => 'There is an induction under way for this person. Carry on with that one.',
  'before-qts': () => 'Induction starts on the day of QTS at the earliest.',
  'too-early': () => 'Inductions that began before September 2021 are not recorded here.',
  'too-far-ahead': () => 'The start is more than a year ahead. Record it nearer the time.',
  'nothing-left': () => 'All required terms have been served already.',
  'start-before-registration': () =>
    'Induction starts on the day of the registration at the earliest: ask the appropriate body for the day it has set.',
  'start-has-passed': () => 'Reviews have been held, so the start cannot be changed any more.',
  'mentors-do-not-assess': () =>
    'Mentors support and do not assess. The induction tutor or the headteacher has to do this.',
  'dates-moved': () => 'The dates of this induction have moved. What is due now comes up tomorrow morning.',
  completed: () => 'Induction is complete. What is left is to record the outcome.',
  'absences-overlap': () => 'There is an absence in these days already. Correct that one.',
  'too-many-entries': () => 'There are too many entries. Put some together.',
  'too-many-days': (schoolDays: number) => `There are only ${schoolDays} school days in that time.`,
  'days-needed': () => 'Say how many of their own working days were missed: they work part time.',
  'same-hours': () => 'These are their hours already.',
  'no-other-school': () => 'They have no post at another school of the trust. Record the post first.',
  'no-reduction': (required: number) => `That is no reduction: ${required} terms are required now.`,
  'not-two-years-part-time': () => 'Two years from the start have not passed, or they did not work part time.',
  'teacher-has-to-agree': () => 'Induction is reduced only if the teacher agrees.',
  'same-programme': () => 'This is their programme already.',
  'deferred-already': () => 'The training is deferred already.',
  'training-just-changed': () => 'The training began or changed today, or has not begun. Defer it from tomorrow on.',
  'not-deferred': () => 'The training is not deferred.',
  'deferred-today': () => 'The training was deferred today. Resume it from tomorrow on.',
  'day-out-of-range': (from: string, to: string) => `The day must be between ${from} and ${to}.`,
  'ends-before-start': () => 'The last day is before the first.',
  'last-day-needed': () => 'Give the last day, unless induction was started by mistake.',
  'terms-with-the-end': () => 'Terms served are given with the last day, and only with it.',
  'time-not-given': () => 'The mentor’s time has to be timetabled. Confirm when it is.',
  'too-little-time': (percent: number) => `The reduction is at least ${percent} per cent.`,
} as const;

/** Labels of the facts that are shown beside a decision. */
export const facts = {
  review: 'Review',
  latestOn: 'Last day by the rules',
  mentor: 'Mentor',
  tutor: 'Induction tutor',
  body: 'Appropriate body',
  startsOn: 'Start of induction',
  completesOn: 'Complete on',
  served: 'Terms served',
  hours: 'Share of full time',
  programme: 'Training programme',
  timetable: 'Reduction of the timetable',
  absence: 'Days absent in this year of induction',
  comments: 'Comments',
  teacherComments: 'The teacher’s comments',
  heldOn: 'Held on',
  isOnTrack: 'On track',
  meetingOn: 'Meeting on',
  signedOn: 'Signed by the teacher on',
  leave: 'Leave',
  recommendation: 'Recommendation',
  sentOn: 'Sent on',
  decisionBy: 'The body decides by',
  earlier: 'Earlier reviews',
  registeredOn: 'Registered with it on',
  qtsOn: 'Qualified teacher status since',
  leavesOn: 'Last day in the post',
  leavingReason: 'Why',
  decided: 'The body decided',
} as const;

/** Above the facts of its page. */
export const groups = {
  reviews: 'Reviews and assessments',
  training: 'Training',
  schools: 'Schools and hours',
  absences: 'Absences',
  deferrals: 'Deferrals of training',
  length: 'Changes of its length',
  end: 'How it ended',
} as const;

export const words = {
  yes: 'Yes',
  no: 'No',
  nobody: 'Nobody',
  fullTime: 'Full time',
  missed: 'not held',
  onTrack: 'on track',
  notOnTrack: 'not on track',
  servedOf: (served: number, required: number) => `${served} of ${required}`,
  percents: (first: number, second: number) => `${first} % in terms 1 to 3, ${second} % in terms 4 to 6`,
  range: (from: string, to: string) => `${from} to ${to}`,
  since: (from: string) => `Since ${from}`,
  days: (range: string, days: number) => `${range}: ${days === 1 ? '1 day' : `${days} days`}`,
  fte: (fte: number) => `${fte} of full time`,
  absent: 'Absent',
  deferred: 'Deferred',
  terms: (terms: number, change: 'reduced' | 'extended', on: string) =>
    `${terms === 1 ? '1 term' : `${terms} terms`} ${change === 'reduced' ? 'taken off' : 'put on'}, ${on}`,
  termChange: 'Terms',
  outcomes: { passed: 'Passed', failed: 'Failed' },
  onDay: (what: string, on: string) => `${what}, ${on}`,
} as const;

export const reviewLabels = {
  progress: (term: number) => `Progress review, term ${term}`,
  first: 'First formal assessment',
  final: 'Final formal assessment',
  interim: 'Interim assessment',
} as const;

export const milestoneLabels = {
  started: 'Induction begins',
  completed: 'Induction complete',
  outcome: 'Appropriate body’s decision',
} as const;
