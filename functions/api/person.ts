/** One person in full, as their page needs it: who manages them, who stands in for whom, and what the reader may do. */
import * as z from 'zod';
import { standardOf } from '../../workflows/apprenticeship/standards.ts';
import { choice } from '../../workflows/kernel/forms.ts';
import {
  currentPosts,
  displayName,
  isManagedBy,
  lineManagerOf,
  makeDirectory,
  schoolsOf,
  sortName,
} from '../../workflows/kernel/people.ts';
import { type Person, Qualification, type Role, TRUST } from '../../workflows/kernel/records.ts';
import type { Rejection } from '../../workflows/kernel/rejections.ts';
import {
  mayForgetSignIn,
  mayRecordAbsence,
  mayRecordQualification,
  maySeePerson,
} from '../../workflows/kernel/rights.ts';
import { Day, dayOf } from '../../workflows/kernel/time.ts';
import { courseIds, courses, providerIds, providers } from '../../workflows/npq/courses.ts';
import { DEGREE, recordable, steps } from '../../workflows/pathway/steps.ts';
import type { Store } from '../table/store.ts';
import { noSuch } from './access.ts';
import { jsonSchemaOf, Reference } from './present.ts';
import { PersonShape, personShape } from './present-person.ts';
import type { ApiContext, Asked } from './route.ts';

/** The person whom the address names, if the caller may see them. */
export async function personOf({ store, clock }: ApiContext, { params, caller }: Asked): Promise<Person | Rejection> {
  const person = await store.person(params['id'] ?? '');
  return person && maySeePerson(caller, person, dayOf(clock())) ? person : noSuch('person');
}

/** Somebody whom a record names. */
const Named = Reference.extend({ mayOpen: z.boolean().meta({ description: 'Whether you may see their record' }) });

const FormShape = z.object({ action: z.string(), label: z.string(), schema: z.record(z.string(), z.unknown()) });

export const PersonInFull = PersonShape.extend({
  lineManagers: z
    .array(z.object({ schoolId: z.string(), manager: Named, isOnFile: z.boolean() }))
    .meta({ description: 'At each school now; who manages by role where no current one is on file' }),
  manages: z.array(Named).meta({ description: 'By their posts now, of those whom you may see' }),
  qualifications: z.array(
    PersonShape.shape.qualifications.element.extend({
      label: z.string().meta({ description: 'What the course is called' }),
      isByHand: z.boolean().meta({ description: 'No process here recorded it' }),
    }),
  ),
  absences: z.array(PersonShape.shape.absences.element.extend({ standIn: Named.nullable() })),
  standingIn: z
    .array(z.object({ person: Named, from: z.iso.date(), to: z.iso.date() }))
    .meta({ description: 'For whom this person stands in, now or later, of those whom you may see' }),
  findings: z.array(
    PersonShape.shape.findings.element.extend({
      other: Named.nullable().meta({ description: 'Whom else it tells of' }),
    }),
  ),
  actions: z.array(FormShape).meta({
    description: 'What you may do, with the JSON Schema of its body: `POST /people/{id}/{action}`, for absences PUT',
  }),
  version: z.int().meta({ description: 'For `If-Match`, so that nothing of somebody else’s is overwritten' }),
}).meta({ id: 'PersonInFull' });

/** What a course of any sort on somebody's record is called. */
function courseLabel(courseId: string): string {
  const npq = courses.find((course) => course.courseId === courseId);
  if (npq) return npq.group === 'specialist' || npq.group === 'leadership' ? `NPQ ${npq.name}` : npq.name;
  if (courseId === DEGREE) return 'Degree';
  const standard = standardOf(courseId);
  if (standard) return `${standard.title}, level ${standard.level}`;
  return steps.find((step) => step.courseIds.includes(courseId))?.label ?? courseId;
}

/** An NPQ with its cohort, or what else the career ladder reads, with the year or month of it. */
export const NewQualification = Qualification.omit({ processId: true })
  .extend({
    courseId: choice([...courseIds, ...recordable], courseLabel),
    cohortId: z
      .string()
      .regex(/^\d{4}([a-z]|-(0[1-9]|1[0-2]))?$/, 'This is a cohort, like 2026b, or a year or month, like 2026-07.'),
    providerId: choice(
      providerIds,
      (providerId) => providers.find((one) => one.providerId === providerId)?.name ?? '',
    ).optional(),
  })
  .strict()
  .refine(({ courseId, cohortId }) => !courseId.startsWith('npq-') || /[a-z]$/.test(cohortId), {
    path: ['cohortId'],
    error: 'The cohort of an NPQ is a year and a letter, like 2026b.',
  });

/** Which of somebody's qualifications. */
export const HeldQualification = z.strictObject({
  courseId: z.string().min(1).max(100),
  cohortId: z.string().min(1).max(20),
});

/** With both sides of a changed stand-in, the person and the receipt, a transaction stays within its 100 items. */
const MAX_ABSENCES = 40;

/** All of somebody's absences at once. */
export const Absences = z
  .array(
    z
      .strictObject({ from: Day, to: Day, standInId: z.string().min(1).max(100).optional() })
      .refine(({ from, to }) => from <= to, { path: ['to'], message: 'The last day is before the first.' }),
  )
  .max(MAX_ABSENCES, `At most ${MAX_ABSENCES} absences: leave out those that are over.`);

/** What the caller may do with that person, by the rights by which it is then carried out; a sign-in is forgotten only where there is one. */
function actionsFor(caller: Person, person: Person, today: Day): z.output<typeof FormShape>[] {
  const may: readonly (readonly [boolean, string, string, z.ZodType])[] = [
    [mayRecordAbsence(caller, person, today), 'absences', 'Record an absence', Absences],
    [mayRecordQualification(caller, today), 'qualifications', 'Record a qualification', NewQualification],
    [
      mayRecordQualification(caller, today) && person.qualifications.some(({ processId }) => processId === undefined),
      'remove-qualification',
      'Remove a qualification',
      HeldQualification,
    ],
    [
      mayForgetSignIn(caller, today) && person.externalId !== undefined,
      'forget-sign-in',
      'Forget the sign-in',
      z.strictObject({}),
    ],
  ];
  return may.flatMap(([isAllowed, action, label, body]) =>
    isAllowed ? [{ action, label, schema: jsonSchemaOf(body) }] : [],
  );
}

/** Those whom somebody manages by their posts now. */
export async function managedBy(store: Store, manager: Person, today: Day): Promise<readonly Person[]> {
  if (currentPosts(manager, today).length === 0) return [];
  const rows = await store.reportsOf(manager.personId);
  const people = await store.persons([...new Set(rows.map(({ personId }) => personId))]);
  return people.filter((person) => isManagedBy(person, manager.personId, today));
}

/** Who manages where no manager is on file. */
const byRole: ReadonlySet<Role> = new Set(['headteacher', 'executive', 'trust-chair']);

interface Read {
  readonly caller: Person;
  readonly today: Day;
  /** Who has the TRN that was refused for this person; given for whoever looks into it. */
  readonly trnHolder: Person | undefined;
}

export async function personInFull(
  store: Store,
  person: Person,
  { caller, today, trnHolder }: Read,
): Promise<z.output<typeof PersonInFull>> {
  const schools = schoolsOf(person, today);
  const holders = (await Promise.all([...new Set([...schools, TRUST])].map(store.roleHolders)))
    .flat()
    .filter(({ role }) => byRole.has(role));
  const ids = [
    ...person.posts.flatMap(({ lineManagerId }) => lineManagerId ?? []),
    ...person.absences.flatMap(({ standInId }) => standInId ?? []),
    ...(person.standsInFor ?? []),
    ...holders.map(({ personId }) => personId),
  ];
  const managed = await managedBy(store, person, today);
  const directory = makeDirectory([...(await store.persons([...new Set(ids)])), person], holders);
  const named = (other: Person): z.output<typeof Named> => ({
    personId: other.personId,
    name: displayName(other),
    mayOpen: maySeePerson(caller, other, today),
  });
  const shape = personShape(person, today, trnHolder);
  return {
    ...shape,
    lineManagers: schools.flatMap((schoolId) => {
      const manager = lineManagerOf(person, schoolId, directory, today);
      return manager
        ? [{ schoolId, manager: named(manager), isOnFile: isManagedBy(person, manager.personId, today) }]
        : [];
    }),
    manages: managed
      .toSorted((one, other) => (sortName(one) < sortName(other) ? -1 : 1))
      .map(named)
      .filter(({ mayOpen }) => mayOpen),
    qualifications: shape.qualifications.map((held, at) => ({
      ...held,
      label: courseLabel(held.courseId),
      isByHand: person.qualifications[at]?.processId === undefined,
    })),
    absences: shape.absences.map((absence) => {
      const standIn = absence.standInId === null ? undefined : directory.person(absence.standInId);
      return { ...absence, standIn: standIn ? named(standIn) : null };
    }),
    standingIn: (person.standsInFor ?? []).flatMap((personId) => {
      const away = directory.person(personId);
      // Whoever stands in is told for whom; others know it of those whose record they may see.
      if (!away || !(caller.personId === person.personId || maySeePerson(caller, away, today))) return [];
      return away.absences
        .filter(({ standInId, to }) => standInId === person.personId && today <= to)
        .map(({ from, to }) => ({ person: named(away), from, to }));
    }),
    findings: shape.findings.map((finding) => ({ ...finding, other: trnHolder ? named(trnHolder) : null })),
    actions: actionsFor(caller, person, today),
    version: person.version,
  };
}
