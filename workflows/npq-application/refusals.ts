/** The refusals of an NPQ application: which rejection, in which words. */
import type { NpqCohort } from '../kernel/calendar.ts';
import { type Rejection, reject } from '../kernel/rejections.ts';
import { fullDate } from '../kernel/time.ts';
import { type CourseId, courseOf, type ProviderId, providerName } from '../npq/courses.ts';
import { refusals } from './texts.ts';

const ofField = (path: string, message: string): Rejection => reject('invalid-fields', message, [{ path, message }]);

export const noSuchCohort = (): Rejection => ofField('cohortId', refusals['no-such-cohort']());
export const nameTheSchool = (): Rejection => ofField('schoolId', refusals['name-the-school']());
export const notASchoolOfTheirs = (): Rejection => ofField('schoolId', refusals['not-a-school-of-theirs']());
export const noSuchSchool = (): Rejection => ofField('schoolId', refusals['no-such-school']());
export const sameSchool = (): Rejection => ofField('schoolId', refusals['same-school']());
export const otherTrn = (): Rejection => ofField('trn', refusals['other-trn']());
export const trnNeeded = (): Rejection => ofField('trn', refusals['trn-needed']());

export const notYourSchool = (): Rejection => reject('not-allowed', refusals['not-your-school']());
export const noCurrentPost = (): Rejection => reject('no-current-post', refusals['no-current-post']());
export const cohortNotOpen = (cohort: NpqCohort): Rejection =>
  reject('cohort-not-open', refusals['cohort-not-open'](fullDate(cohort.registrationOpens)));
export const cohortClosed = (cohort: NpqCohort): Rejection =>
  reject('cohort-closed', refusals['cohort-closed'](fullDate(cohort.providerDeadline)));
export const notOffered = (cohort: NpqCohort, courseId: CourseId, providerId: ProviderId): Rejection =>
  reject('not-offered', refusals['not-offered'](providerName(providerId), courseOf(courseId).name, cohort.label));
export const alreadyPassed = (courseId: CourseId): Rejection =>
  reject('already-passed', refusals['already-passed'](courseOf(courseId).name));
export const duplicate = (): Rejection => reject('duplicate-application', refusals.duplicate());
export const anotherAccepted = (): Rejection =>
  reject('has-another-accepted-application', refusals['another-accepted']());
export const acceptedAlready = (): Rejection => reject('too-late-to-change', refusals['accepted-already']());
export const registeredAlready = (): Rejection => reject('too-late-to-change', refusals['registered-already']());
export const nothingEndorsed = (): Rejection => reject('not-now', refusals['nothing-endorsed']());
export const noOtherSchool = (): Rejection => reject('not-now', refusals['no-other-school']());
export const noLaterCohort = (): Rejection => reject('not-now', refusals['no-later-cohort']());
export const noOtherProvider = (): Rejection => reject('not-now', refusals['no-other-provider']());
