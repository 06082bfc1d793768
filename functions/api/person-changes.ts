/** What is put on a person by hand: qualifications that no process made, absences with who stands in. */
import { type Part, update } from '../../workflows/kernel/change.ts';
import { couldStandInFor, isCurrent, isSameQualification } from '../../workflows/kernel/people.ts';
import type { Absence, Person, Qualification } from '../../workflows/kernel/records.ts';
import { type FieldError, isRejection, type Rejection, reject } from '../../workflows/kernel/rejections.ts';
import { mayRecordAbsence, mayRecordQualification } from '../../workflows/kernel/rights.ts';
import { without } from '../../workflows/kernel/snapshot.ts';
import { type Day, dayOf } from '../../workflows/kernel/time.ts';
import { TooBusy } from '../world.ts';
import { committed } from './command.ts';
import { Absences, HeldQualification, NewQualification, personOf } from './person.ts';
import { PersonShape, personShape } from './present-person.ts';
import { type Answer, type ApiContext, type Asked, type Route, route } from './route.ts';

const ATTEMPTS = 5;

const personAnswer = (person: Person, today: Day, status = 200): Answer => ({
  status,
  body: personShape(person, today),
  version: person.version,
});

/** Reads the person, decides what to write, commits with the receipt; again where somebody else was faster. */
async function changePerson(
  context: ApiContext,
  asked: Asked,
  {
    may,
    change,
    status,
  }: {
    readonly may: (person: Person) => Rejection | undefined;
    readonly change: (
      person: Person,
    ) => Promise<{ readonly after: Person; readonly besides: readonly Part[] } | Rejection>;
    readonly status: number;
  },
): Promise<Answer | Rejection> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = await personOf(context, asked);
    if (isRejection(before)) return before;
    const refused = may(before);
    if (refused) return refused;
    if (asked.ifMatch !== undefined && asked.ifMatch !== before.version)
      return reject('stale-version', 'Somebody changed this person meanwhile. Read it again, then decide.');
    const changed = await change(before);
    if (isRejection(changed)) return changed;
    const after = { ...changed.after, version: before.version + 1 };
    const parts = [update('person', before, after, { version: before.version }), ...changed.besides];
    const answer = personAnswer(after, dayOf(context.clock()), status);
    const result = await committed(context, { parts }, asked, answer);
    if (result !== undefined) return result;
  }
  throw new TooBusy('others changed the same person each time');
}

const mayKeepQualifications = ({ clock }: ApiContext, { caller }: Asked): Rejection | undefined =>
  mayRecordQualification(caller, dayOf(clock()))
    ? undefined
    : reject('not-allowed', "Qualifications are recorded by the trust's CPD lead. Send them the certificate.");

const addQualification = route({
  method: 'POST',
  path: '/people/{id}/qualifications',
  tag: 'People',
  summary: 'Records a qualification that no process here made; for a course and cohort on record it takes its place',
  body: NewQualification,
  answers: { status: 201, schema: PersonShape, description: 'The person' },
  answer: (context, asked) =>
    changePerson(context, asked, {
      status: 201,
      may: () => mayKeepQualifications(context, asked),
      change: async (before) => {
        const { providerId, ...held } = asked.body;
        const others = before.qualifications.filter((one) => !isSameQualification(one, held));
        const added: Qualification = { ...held, ...(providerId !== undefined && { providerId }) };
        return { after: { ...before, qualifications: [...others, added] }, besides: [] };
      },
    }),
});

/** One that was recorded of the wrong person would keep them from a course, and from the DfE's money for it. */
const removeQualification = route({
  method: 'POST',
  path: '/people/{id}/remove-qualification',
  tag: 'People',
  summary: 'Takes back a qualification that was recorded by mistake, and by no process here',
  body: HeldQualification,
  answers: { status: 200, schema: PersonShape, description: 'The person' },
  answer: (context, asked) =>
    changePerson(context, asked, {
      status: 200,
      may: () => mayKeepQualifications(context, asked),
      change: async (before) => {
        const held = before.qualifications.find((one) => isSameQualification(one, asked.body));
        if (held === undefined)
          return reject('invalid-fields', 'This qualification is not on record, so nothing was removed.', [
            { path: 'courseId', message: 'This is not on record for that cohort, or was removed already.' },
          ]);
        if (held.processId !== undefined)
          return reject(
            'made-by-a-process',
            'This was recorded by a process here. Correct it there, and this follows.',
          );
        return {
          after: { ...before, qualifications: before.qualifications.filter((one) => one !== held) },
          besides: [],
        };
      },
    }),
});

const putAbsences = route({
  method: 'PUT',
  path: '/people/{id}/absences',
  tag: 'People',
  summary: 'Sets when somebody is away, and who stands in: all absences at once, those that are left out are gone',
  body: Absences,
  answers: { status: 200, schema: PersonShape, description: 'The person' },
  answer: (context, asked) => {
    const today = dayOf(context.clock());
    return changePerson(context, asked, {
      status: 200,
      may: (before) =>
        mayRecordAbsence(asked.caller, before, today)
          ? undefined
          : reject('not-allowed', 'Absences are recorded by the person, their headteacher or the administrator.'),
      change: async (before) => {
        const absences: Absence[] = [...asked.body]
          .sort((one, other) => (one.from < other.from ? -1 : 1))
          .map(({ from, to, standInId }) => ({ from, to, ...(standInId !== undefined && { standInId }) }));
        const standIns = await context.store.persons(standInsOf([...before.absences, ...absences]));
        const errors = problemsOf(asked.body, before, standIns, today);
        if (errors.length > 0)
          return reject('invalid-fields', errors[0]?.message ?? 'Please look at the absences again.', errors);
        return {
          after: { ...before, absences },
          besides: standIns.flatMap((one) => standInPart(one, before, absences)),
        };
      },
    });
  },
});

const standInsOf = (absences: readonly Absence[]): string[] => [
  ...new Set(absences.flatMap(({ standInId }) => (standInId === undefined ? [] : [standInId]))),
];

function problemsOf(
  sent: readonly Absence[],
  absentee: Person,
  standIns: readonly Person[],
  today: Day,
): readonly FieldError[] {
  const overlaps = sent.flatMap((absence, at) =>
    sent.slice(0, at).some((other) => other.from <= absence.to && absence.from <= other.to)
      ? [{ path: `${at}.from`, message: 'This absence overlaps with another. Make one of the two.' }]
      : [],
  );
  const wrong = sent.flatMap(({ standInId, to }, at): FieldError[] => {
    if (standInId === undefined) return [];
    if (standInId === absentee.personId)
      return [{ path: `${at}.standInId`, message: 'Somebody else has to stand in.' }];
    const standIn = standIns.find(({ personId }) => personId === standInId);
    // An absence that is over stays as it was: whoever stood in may have left since.
    if (to < today && standIn) return [];
    if (!standIn || !isCurrent(standIn, today))
      return [{ path: `${at}.standInId`, message: 'Choose somebody who works here now to stand in.' }];
    const message =
      'This person could decide nothing in that place. Choose a colleague of the same school or office, or somebody with the same role.';
    return couldStandInFor(standIn, absentee, today) ? [] : [{ path: `${at}.standInId`, message }];
  });
  return [...overlaps, ...wrong];
}

/** The other side of the same fact. Nobody changes it on the stand-in's record, so its version stays. */
function standInPart(standIn: Person, absentee: Person, absences: readonly Absence[]): Part[] {
  const is = standInsOf(absences).includes(standIn.personId);
  const known = standIn.standsInFor ?? [];
  if (is === known.includes(absentee.personId)) return [];
  const standsInFor = is ? [...known, absentee.personId] : known.filter((personId) => personId !== absentee.personId);
  const after = standsInFor.length > 0 ? { ...standIn, standsInFor } : without(standIn, 'standsInFor');
  return [update(`stand-in:${standIn.personId}`, standIn, after, { standsInFor: standIn.standsInFor })];
}

export const personChangeRoutes: readonly Route[] = [addQualification, removeQualification, putAbsences];
