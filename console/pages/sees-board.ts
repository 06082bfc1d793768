/** Whose board is whose. */
import type { Me } from '../shapes.ts';

/** Who leads a school sees its board. */
const leads: ReadonlySet<string> = new Set(['headteacher', 'school-lead']);

/** Who may look up everybody. */
const trustReaders: ReadonlySet<string> = new Set(['trust-lead', 'executive']);

/** Whose board is that of all schools. */
const trustRoles: ReadonlySet<string> = new Set([...trustReaders, 'apprenticeship-lead']);

export const isOfTrust = ({ roles }: Me): boolean => roles.some(({ role }) => trustRoles.has(role));

/** Of any other school the reports count nothing, which is not to be taken for a school without anything late. */
export const seesBoard = (me: Me, schoolId: string): boolean =>
  isOfTrust(me) || me.roles.some(({ role, schoolId: at }) => leads.has(role) && at === schoolId);

/** The admin sees no process, but which tasks nobody can decide, for want of a role, and how much mail goes out. */
export const isAdmin = ({ roles }: Me): boolean => roles.some(({ role }) => role === 'admin');

/** Who finds more people than themselves and whom they manage. */
export const findsColleagues = (me: Me): boolean =>
  isAdmin(me) || me.roles.some(({ role }) => leads.has(role) || trustReaders.has(role));

export const hasBoard = (me: Me): boolean =>
  isOfTrust(me) || isAdmin(me) || me.roles.some(({ role }) => leads.has(role));
