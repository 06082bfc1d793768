/** Whose board is whose. */
import type { Me } from '../shapes.ts';

/** Who leads a school sees its board. */
const leads: ReadonlySet<string> = new Set(['headteacher', 'school-lead']);

/** Whose board is that of all schools. */
const trustRoles: ReadonlySet<string> = new Set(['trust-lead', 'executive', 'apprenticeship-lead']);

export const isOfTrust = ({ roles }: Me): boolean => roles.some(({ role }) => trustRoles.has(role));

/** Of any other school the reports count nothing, which is not to be taken for a school without anything late. */
export const seesBoard = (me: Me, schoolId: string): boolean =>
  isOfTrust(me) || me.roles.some(({ role, schoolId: at }) => leads.has(role) && at === schoolId);

/** The admin sees no process, but which tasks nobody can decide, for want of a role, and how much mail goes out. */
export const isAdmin = ({ roles }: Me): boolean => roles.some(({ role }) => role === 'admin');

export const hasBoard = (me: Me): boolean =>
  isOfTrust(me) || isAdmin(me) || me.roles.some(({ role }) => leads.has(role));
