/** The refusals of an action research set: which rejection, in which words. */
import { type Rejection, reject } from '../kernel/rejections.ts';
import { refusals, words } from './texts.ts';

const ofField = (path: string, message: string): Rejection => reject('invalid-fields', message, [{ path, message }]);

export const notALead = (): Rejection => ofField('leadId', refusals['not-a-lead']());
export const alreadyLeads = (): Rejection => ofField('leadId', refusals['already-leads']());
export const nobodyOfThat = (path: string): Rejection => ofField(path, refusals['no-such-person']());
export const leadIsNoMember = (path: string): Rejection => ofField(path, refusals['lead-is-no-member']());
export const alreadyIn = (): Rejection => ofField('personId', refusals['already-in']());
export const noSuchProject = (): Rejection => ofField('projectId', refusals['no-such-project']());
export const alreadyInThisSet = (): Rejection => ofField('projectId', refusals['already-in-this-set']());
export const inAnotherSet = (): Rejection => reject('in-another-set', refusals['in-another-set']());
export const incompleteNext = (path: string): Rejection => ofField(path, refusals['incomplete-next']());
export const tooManyProjects = (most: number): Rejection =>
  reject('not-now', refusals['set-is-full'](words.projects, most));
export const tooManyMembers = (most: number): Rejection =>
  reject('not-now', refusals['set-is-full'](words.members, most));
export const tooManyMeetings = (most: number): Rejection =>
  reject('not-now', refusals['set-is-full'](words.meetings, most));
export const nothingThere = (what: 'plannedMeeting' | 'heldMeeting' | 'project' | 'member'): Rejection =>
  reject('not-now', refusals['nothing-there'](words[what]));
