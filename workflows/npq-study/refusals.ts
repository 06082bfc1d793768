/** The refusals of an NPQ study: which rejection, in which words. */
import type { NpqCohort } from '../kernel/calendar.ts';
import { type Rejection, reject } from '../kernel/rejections.ts';
import { type Day, fullDate } from '../kernel/time.ts';
import { type CourseId, courseOf, type DeclarationType, type ProviderId, providerName } from '../npq/courses.ts';
import type { Declaration, DeclarationState } from './schemas.ts';
import { declarationLabels, refusals, stateLabels } from './texts.ts';

const ofField = (path: string, message: string): Rejection => reject('invalid-fields', message, [{ path, message }]);
const withField = (code: 'out-of-order', path: string, message: string): Rejection =>
  reject(code, message, [{ path, message }]);
const label = (type: DeclarationType): string => declarationLabels[type];

// Declarations

export const notOnSchedule = (type: DeclarationType): Rejection =>
  ofField('declarationType', refusals['not-on-schedule'](label(type)));
export const beforeSchedule = (appliesFrom: Day): Rejection =>
  ofField('declaredOn', refusals['before-schedule'](fullDate(appliesFrom)));
export const inTheFuture = (): Rejection => ofField('declaredOn', refusals['in-the-future']());
export const alreadyDeclared = ({ type, declaredOn }: Declaration): Rejection =>
  reject('already-declared', refusals['already-declared'](label(type), fullDate(declaredOn)));
export const earlierMissing = (type: DeclarationType): Rejection =>
  withField('out-of-order', 'declarationType', refusals['earlier-missing'](label(type)));
export const beforeEarlier = ({ type, declaredOn }: Declaration): Rejection =>
  withField('out-of-order', 'declaredOn', refusals['before-earlier'](label(type), fullDate(declaredOn)));
export const afterLater = ({ type, declaredOn }: Declaration): Rejection =>
  withField('out-of-order', 'declaredOn', refusals['after-later'](label(type), fullDate(declaredOn)));
export const hasPassedNeeded = (): Rejection => ofField('hasPassed', refusals['has-passed-needed']());
export const hasPassedNotAsked = (): Rejection => ofField('hasPassed', refusals['has-passed-not-asked']());
export const whileDeferred = (from: Day): Rejection =>
  reject('is-paused', refusals['while-deferred'](fullDate(from)), [
    { path: 'declaredOn', message: refusals['while-deferred'](fullDate(from)) },
  ]);
export const inADeferral = (from: Day, to: Day): Rejection =>
  ofField('declaredOn', refusals['in-a-deferral'](fullDate(from), fullDate(to)));
export const withdrawnByProvider = (on: Day): Rejection =>
  ofField('declaredOn', refusals['withdrawn-by-provider'](fullDate(on)));
export const nothingLeftToDeclare = (): Rejection => reject('not-now', refusals['nothing-left-to-declare']());
export const nothingToVoid = (): Rejection => reject('not-now', refusals['nothing-to-void']());
export const nothingToUpdate = (): Rejection => reject('not-now', refusals['nothing-to-update']());
export const noSuchChange = (from: DeclarationState, to: DeclarationState): Rejection =>
  ofField('state', refusals['no-such-change'](stateLabels[from], stateLabels[to]));

// Who keeps the record

export const aboutYourself = (): Rejection => reject('about-yourself', refusals['about-yourself']());
export const forTheTrustLead = (): Rejection => reject('not-allowed', refusals['for-the-trust-lead']());

// The course of a study

export const deferBeforeAny = (): Rejection => reject('nothing-declared', refusals['defer-before-any']());
export const pausedAlready = (): Rejection => reject('is-paused', refusals['paused-already']());
export const notPaused = (): Rejection => reject('not-paused', refusals['not-paused']());
export const rejectWithDeclarations = (): Rejection =>
  reject('declarations-stand', refusals['reject-with-declarations']());

export const sameSchedule = (): Rejection => ofField('scheduleId', refusals['same-schedule']());
export const declarationNotAfterStart = ({ type, declaredOn }: Declaration, start: Day): Rejection =>
  reject(
    'declarations-stand',
    refusals['declaration-not-after-start'](label(type), fullDate(declaredOn), fullDate(start)),
  );
export const declarationNotOnSchedule = ({ type }: Declaration): Rejection =>
  reject('declarations-stand', refusals['declaration-not-on-schedule'](label(type)));
export const cohortWithDeclarations = (): Rejection =>
  reject('declarations-stand', refusals['cohort-with-declarations']());
export const fundingDiffers = (): Rejection => reject('not-now', refusals['funding-differs']());
export const noSuchCohort = (): Rejection => ofField('cohortId', refusals['no-such-cohort']());
export const startOutOfRange = (from: Day, to: Day): Rejection =>
  ofField('startsOn', refusals['day-out-of-range'](fullDate(from), fullDate(to)));
export const notOffered = (cohort: NpqCohort, courseId: CourseId, providerId: ProviderId): Rejection =>
  reject('not-offered', refusals['not-offered'](providerName(providerId), courseOf(courseId).name, cohort.label));
export const noOtherProvider = (): Rejection => reject('not-now', refusals['no-other-provider']());

export const sameSchool = (): Rejection => ofField('schoolId', refusals['same-school']());
export const noSuchSchool = (): Rejection => ofField('schoolId', refusals['no-such-school']());
export const noOtherSchool = (): Rejection => reject('not-now', refusals['no-other-school']());

// Assessment and result

export const notAssessed = (): Rejection => reject('not-now', refusals['not-assessed']());
export const assessmentOver = (): Rejection => reject('not-now', refusals['assessment-over']());
export const assessmentPast = (): Rejection => ofField('to', refusals['assessment-past']());
export const outcomeOnRecord = (completedOn: Day): Rejection =>
  ofField('completedOn', refusals['outcome-on-record'](fullDate(completedOn)));
export const noOutcome = (): Rejection => reject('not-now', refusals['no-outcome']());
export const sameDate = (): Rejection => ofField('completedOn', refusals['same-date']());

// Start

export const alreadyPassed = (courseId: CourseId): Rejection =>
  reject('already-passed', refusals['already-passed'](courseOf(courseId).name));
export const studyUnderWay = (): Rejection => reject('has-another-accepted-application', refusals['study-under-way']());
export const noCurrentPost = (): Rejection => reject('no-current-post', refusals['no-current-post']());
export const nameTheSchool = (): Rejection => ofField('schoolId', refusals['name-the-school']());
export const notASchoolOfTheirs = (): Rejection => ofField('schoolId', refusals['not-a-school-of-theirs']());
export const wrongSchedule = (): Rejection => ofField('scheduleId', refusals['wrong-schedule']());
