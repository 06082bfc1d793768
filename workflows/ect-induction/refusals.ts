/** The refusals of an induction: which rejection, in which words. */
import { type Rejection, reject } from '../kernel/rejections.ts';
import { refusals } from './texts.ts';

const ofField = (path: string, message: string): Rejection => reject('invalid-fields', message, [{ path, message }]);

export const mentorIsEct = (): Rejection => ofField('mentorId', refusals['mentor-is-ect']());
export const tutorIsEct = (): Rejection => ofField('tutorId', refusals['tutor-is-ect']());
export const oneAndTheSame = (field: 'mentorId' | 'tutorId'): Rejection =>
  ofField(field, refusals['one-and-the-same']());
export const noMentorHere = (): Rejection => ofField('mentorId', refusals['no-mentor-here']());
export const noTutorHere = (): Rejection => ofField('tutorId', refusals['no-tutor-here']());
export const mentorNotThere = (): Rejection => ofField('mentorId', refusals['mentor-not-there']());
export const tutorNotThere = (): Rejection => ofField('tutorId', refusals['tutor-not-there']());
export const sameMentor = (): Rejection => ofField('mentorId', refusals['same-mentor']());
export const sameTutor = (): Rejection => ofField('tutorId', refusals['same-tutor']());
export const mentorsOverlap = (): Rejection => ofField('from', refusals['mentors-overlap']());
export const tutorsOverlap = (): Rejection => ofField('from', refusals['tutors-overlap']());
export const notASchoolOfTheirs = (): Rejection => ofField('schoolId', refusals['not-a-school-of-theirs']());
export const providerNeeded = (): Rejection => ofField('leadProvider', refusals['provider-needed']());
export const bodyNotIndependent = (): Rejection => ofField('isBodyIndependent', refusals['body-not-independent']());
export const beforeQts = (): Rejection => ofField('startsOn', refusals['before-qts']());
export const tooEarly = (): Rejection => ofField('startsOn', refusals['too-early']());
export const tooFarAhead = (): Rejection => ofField('startsOn', refusals['too-far-ahead']());
export const nothingLeft = (): Rejection => ofField('termsServedBefore', refusals['nothing-left']());
export const startBeforeRegistration = (): Rejection => ofField('startsOn', refusals['start-before-registration']());
export const startHasPassed = (): Rejection => ofField('startsOn', refusals['start-has-passed']());
export const absencesOverlap = (): Rejection => ofField('from', refusals['absences-overlap']());
export const tooManyDays = (schoolDays: number): Rejection => ofField('days', refusals['too-many-days'](schoolDays));
export const daysNeeded = (): Rejection => ofField('days', refusals['days-needed']());
export const sameHours = (): Rejection => ofField('fte', refusals['same-hours']());
export const noReduction = (required: number): Rejection =>
  ofField('termsRequired', refusals['no-reduction'](required));
export const notTwoYearsPartTime = (): Rejection => ofField('reason', refusals['not-two-years-part-time']());
export const sameProgramme = (): Rejection => ofField('programme', refusals['same-programme']());

export const notYourSchool = (): Rejection => reject('not-allowed', refusals['not-your-school']());
export const contractPeriodClosed = (year: number): Rejection =>
  reject('cohort-not-open', refusals['contract-period-closed'](year));
export const inducted = (): Rejection => reject('already-on-record', refusals.inducted());
export const underWay = (): Rejection => reject('already-on-record', refusals['under-way']());
export const mentorsDoNotAssess = (): Rejection => reject('conflict-of-interest', refusals['mentors-do-not-assess']());
export const datesMoved = (): Rejection => reject('moving-on', refusals['dates-moved']());
export const completed = (): Rejection => reject('too-late-to-change', refusals.completed());
export const tooManyEntries = (): Rejection => reject('not-now', refusals['too-many-entries']());
export const noOtherSchool = (): Rejection => reject('not-now', refusals['no-other-school']());
export const deferredAlready = (): Rejection => reject('not-now', refusals['deferred-already']());
export const trainingJustChanged = (): Rejection => reject('not-now', refusals['training-just-changed']());
export const notDeferred = (): Rejection => reject('not-now', refusals['not-deferred']());
export const deferredToday = (): Rejection => reject('not-now', refusals['deferred-today']());
