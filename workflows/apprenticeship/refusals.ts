/** The refusals of an apprenticeship: which rejection, in which words. */
import { type Rejection, reject } from '../kernel/rejections.ts';
import { type Day, fullDate } from '../kernel/time.ts';
import { refusals } from './texts.ts';

const ofField = (path: string, message: string): Rejection => reject('invalid-fields', message, [{ path, message }]);

export const noCurrentPost = (): Rejection => reject('no-current-post', refusals['no-current-post']());
export const notASchoolOfTheirs = (): Rejection => ofField('schoolId', refusals['not-a-school-of-theirs']());
export const noSuchVersion = (): Rejection => ofField('standardVersion', refusals['no-such-version']());
export const versionClosed = (): Rejection => ofField('standardVersion', refusals['version-closed']());
export const defunded = (title: string, lastDay: Day): Rejection =>
  reject('not-fundable', refusals.defunded(title, fullDate(lastDay)));
export const wrongAge = (title: string, from: number, to: number): Rejection =>
  reject('not-fundable', refusals['wrong-age'](title, from, to));
export const tooShort = (months: number): Rejection => ofField('plannedEndOn', refusals['too-short'](months));
export const tooLong = (): Rejection => ofField('plannedEndOn', refusals['too-long']());
export const startsTooLate = (latest: Day): Rejection =>
  ofField('startsOn', refusals['starts-too-late'](fullDate(latest)));
export const overlapping = (title: string): Rejection =>
  reject('overlapping-apprenticeship', refusals.overlapping(title));
export const ownMentor = (): Rejection => ofField('mentorId', refusals['own-mentor']());
export const noSuchMentor = (): Rejection => ofField('mentorId', refusals['no-such-mentor']());
export const sameMentor = (): Rejection => ofField('mentorId', refusals['same-mentor']());
export const tooFewHoursLeft = (least: number): Rejection =>
  ofField('priorLearningHours', refusals['too-few-hours-left'](least));
export const planBelowMinimum = (minimum: number): Rejection =>
  ofField('plannedHours', refusals['plan-below-minimum'](minimum));
export const notInTrainingYet = (startsOn: Day): Rejection =>
  reject('not-now', refusals['not-in-training-yet'](fullDate(startsOn)));
export const trainingIsOver = (): Rejection => reject('not-now', refusals['training-is-over']());
export const monthOutOfRange = (from: string, to: string): Rejection =>
  ofField('month', refusals['month-out-of-range'](from, to));
export const monthOnBreak = (): Rejection => ofField('month', refusals['month-on-break']());
export const pausedAlready = (): Rejection => reject('is-paused', refusals['paused-already']());
export const notPaused = (): Rejection => reject('not-paused', refusals['not-paused']());
export const breakOverlaps = (): Rejection => ofField('startedOn', refusals['break-overlaps']());
export const returnBeforeBreak = (): Rejection => ofField('expectedReturnOn', refusals['return-before-break']());
export const returnNotAhead = (): Rejection => ofField('expectedReturnOn', refusals['return-not-ahead']());
export const stopBeforeStart = (startsOn: Day): Rejection =>
  ofField('lastDayOfLearning', refusals['stop-before-start'](fullDate(startsOn)));
export const stopOutOfRange = (from: Day, to: Day): Rejection =>
  ofField('lastDayOfLearning', refusals['day-out-of-range'](from, to));
export const sameHours = (): Rejection => ofField('weeklyHours', refusals['same-hours']());
export const sameProvider = (): Rejection => ofField('providerId', refusals['same-provider']());
export const nothingChanged = (): Rejection => ofField('because', refusals['nothing-changed']());
export const noOtherVersion = (): Rejection => reject('not-now', refusals['no-other-version']());
export const noOtherSchool = (): Rejection => reject('not-now', refusals['no-other-school']());
export const notAtGateway = (): Rejection => reject('not-now', refusals['not-at-gateway']());
export const somethingElseFirst = (): Rejection => reject('not-now', refusals['something-else-first']());
export const notShort = (): Rejection => reject('not-now', refusals['not-short']());
export const signedAlready = (): Rejection => reject('not-now', refusals['signed-already']());
export const notAssessedYet = (): Rejection => reject('not-now', refusals['not-assessed-yet']());
export const notReformed = (): Rejection => reject('not-now', refusals['not-reformed']());
export const tooManyParts = (): Rejection => reject('not-now', refusals['too-many-parts']());
export const notTeaching = (): Rejection => reject('not-now', refusals['not-teaching']());
export const qtsAlready = (): Rejection => reject('not-now', refusals['qts-already']());
export const detailsFirst = (): Rejection => reject('not-now', refusals['details-first']());
