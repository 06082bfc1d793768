/** People and schools as the API shows them. */
import * as z from 'zod';
import { displayName, holds, isCurrent, schoolsOf } from '../../workflows/kernel/people.ts';
import { type Person, type Role, type School, TRUST } from '../../workflows/kernel/records.ts';
import type { Day } from '../../workflows/kernel/time.ts';
import { Day_ } from './present.ts';

export const RoleShape = z.object({ role: z.string(), schoolId: z.string().nullable() });

export const PersonShape = z
  .object({
    personId: z.string(),
    name: z.string(),
    email: z.string().nullable(),
    isCurrent: z.boolean(),
    posts: z.array(
      z.object({
        schoolId: z.string(),
        job: z.string(),
        startsOn: Day_.nullable(),
        endsOn: Day_.nullable(),
        fte: z.number().nullable(),
        lineManagerId: z.string().nullable(),
        employeeNumber: z.string(),
      }),
    ),
    roles: z.array(RoleShape),
    qualifications: z.array(
      z.object({
        courseId: z.string(),
        cohortId: z.string(),
        providerId: z.string().nullable(),
        outcome: z.string(),
        isFunded: z.boolean(),
      }),
    ),
    absences: z.array(z.object({ from: Day_, to: Day_, standInId: z.string().nullable() })),
    findings: z
      .array(z.object({ code: z.string(), sentence: z.string() }))
      .meta({ description: 'What an administrator has to look into; empty for everybody else' }),
  })
  .meta({ id: 'Person' });

export const SchoolShape = z.object({ schoolId: z.string(), name: z.string() }).meta({ id: 'School' });

/** Roles in force, with `staff` at each current school. */
export const rolesOf = (person: Person, today: Day): z.output<typeof RoleShape>[] => [
  ...schoolsOf(person, today).map((schoolId) => roleShape('staff', schoolId)),
  ...person.roles
    .filter(({ role, schoolId }) => holds(person, role, schoolId, today))
    .map(({ role, schoolId }) => roleShape(role, schoolId)),
];

/** A role as the API shows it: one for the whole trust has no school. */
export const roleShape = (role: Role, schoolId: string): z.output<typeof RoleShape> => ({
  role,
  schoolId: schoolId === TRUST ? null : schoolId,
});

/** `holder`: who has the TRN that was refused for this person; given for administrators only. */
export const personShape = (person: Person, today: Day, holder?: Person): z.output<typeof PersonShape> => ({
  personId: person.personId,
  name: displayName(person),
  email: person.email ?? null,
  isCurrent: isCurrent(person, today),
  posts: person.posts.map((post) => ({
    schoolId: post.schoolId,
    job: post.job,
    startsOn: post.startsOn ?? null,
    endsOn: post.endsOn ?? null,
    fte: post.fte ?? null,
    lineManagerId: post.lineManagerId ?? null,
    employeeNumber: post.employeeNumber,
  })),
  roles: rolesOf(person, today),
  qualifications: person.qualifications.map(({ courseId, cohortId, providerId, outcome, isFunded }) => ({
    courseId,
    cohortId,
    providerId: providerId ?? null,
    outcome,
    isFunded,
  })),
  absences: person.absences.map((absence) => ({ ...absence, standInId: absence.standInId ?? null })),
  findings: holder
    ? [
        {
          code: 'trn-taken',
          sentence: `A TRN was given for ${displayName(person)} that ${displayName(holder)} has (${holder.personId}). Ask both for it: one of the two is wrong, or they are one person.`,
        },
      ]
    : [],
});

export const schoolShape = ({ schoolId, name }: School): z.output<typeof SchoolShape> => ({ schoolId, name });
