/** The refusals of an action research project: which rejection, in which words. */
import { type Rejection, reject } from '../kernel/rejections.ts';
import type { Criterion, Stage } from './stages.ts';
import { criterionLabels, refusals, stageNames, words } from './texts.ts';

export const ofField = (path: string, message: string): Rejection =>
  reject('invalid-fields', message, [{ path, message }]);

export const noCurrentPost = (): Rejection => reject('no-current-post', refusals['no-current-post']());
export const nameTheSchools = (): Rejection => ofField('schoolIds', refusals['name-the-schools']());
export const noSuchSchool = (schoolId: string): Rejection => ofField('schoolIds', refusals['no-such-school'](schoolId));
export const schoolTakesPart = (): Rejection => ofField('schoolIds', refusals['school-takes-part']());
export const nobodyInTeam = (): Rejection => ofField('teamIds', refusals['no-such-person']());
export const leadInTeam = (): Rejection => ofField('teamIds', refusals['lead-in-team']());
export const sameTeam = (): Rejection => ofField('teamIds', refusals['same-team']());
export const noSuchLead = (): Rejection => ofField('leadId', refusals['no-such-person']());
export const alreadyLeads = (): Rejection => ofField('leadId', refusals['already-leads']());
export const notAPartner = (): Rejection => ofField('partner', refusals['not-a-partner']());
export const noSuchSet = (): Rejection => ofField('setId', refusals['no-such-set']());
export const notASponsor = (usual: keyof typeof words.usualSponsor): Rejection =>
  ofField('sponsorId', refusals['not-a-sponsor'](words.usualSponsor[usual]));
export const notSmall = (): Rejection => ofField('isSmall', refusals['not-small']());
export const datesOutOfOrder = (path: string): Rejection => ofField(path, refusals['dates-out-of-order']());
export const datesIncomplete = (): Rejection => ofField('exploreUntil', refusals['dates-incomplete']());
export const tooShort = (days: number): Rejection => ofField('endsOn', refusals['too-short'](days));
export const startsOutOfRange = (): Rejection => ofField('startsOn', refusals['starts-out-of-range']());
export const endsOutOfRange = (): Rejection => ofField('endsOn', refusals['ends-out-of-range']());
export const unevenWithoutReason = (): Rejection => ofField('unevenBecause', refusals['uneven-without-reason']());

export const stageSkipped = (next: Stage, asked: Stage): Rejection =>
  reject('stage-skipped', refusals['stage-skipped'](stageNames[next], stageNames[asked]));
export const criteriaNotMet = (missing: readonly Criterion[]): Rejection =>
  reject('criteria-not-met', refusals['criteria-not-met'](missing.map((criterion) => criterionLabels[criterion])));
export const decidesInTeam = (): Rejection => reject('conflict-of-interest', refusals['decides-in-team']());
export const notInUseYet = (): Rejection => reject('not-now', refusals['not-in-use-yet']());
export const inReview = (): Rejection => reject('not-now', refusals['in-review']());
export const adaptationWaits = (): Rejection => reject('not-now', refusals['adaptation-waits']());
