/**
 * A small trust for tests of rules: people of three schools and the central office, the sample's calendar and schools,
 * and a world in which a rule looks around. Nothing here decides anything: directory and calendar are the kernel's own.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { type Calendar, makeCalendar, parseCalendarFile } from '../workflows/kernel/calendar.ts';
import { nextDigestAt } from '../workflows/kernel/due.ts';
import { makeDirectory } from '../workflows/kernel/people.ts';
import { type Person, type Post, type Process, type Role, type School, TRUST } from '../workflows/kernel/records.ts';
import { atLondon, type Day, day } from '../workflows/kernel/time.ts';
import type { World } from '../workflows/kernel/world.ts';
import { registry } from '../workflows/registry.ts';

const sample = new URL('../sample/', import.meta.url);

/** A Wednesday in term; autumn 2026 is open for registration, spring 2027 not yet. */
export const wednesday: Day = day('2026-09-16');

/** The calendar of the sample, all six years. */
export const calendar: Calendar = calendarOfSample();

function calendarOfSample(): Calendar {
  const files = readdirSync(sample).filter((name) => name.startsWith('calendar-'));
  const parsed = files.sort().map((name) => parseCalendarFile(JSON.parse(readFileSync(new URL(name, sample), 'utf8'))));
  const years = parsed.flatMap((file) => ('year' in file ? [file.year] : []));
  const [policy] = parsed.flatMap((file) => ('year' in file && file.policy ? [file.policy] : []));
  if (years.length !== files.length || !policy) throw new Error('The calendars of the sample cannot be read');
  return makeCalendar(years, policy);
}

/** Oakfield is on no list, St Aldhelm's is on the PP50 list of autumn 2026, Riverside on the RISE list. */
export const OAKFIELD = '910101';
export const ST_ALDHELM = '910104';
export const RIVERSIDE = '910105';

export const schools: readonly School[] = [
  { schoolId: OAKFIELD, name: 'Oakfield Primary School', establishmentTypeCode: '34' },
  { schoolId: ST_ALDHELM, name: "St Aldhelm's CofE Primary School", establishmentTypeCode: '28' },
  { schoolId: RIVERSIDE, name: 'Riverside Primary Academy', establishmentTypeCode: '28' },
].map((school) => ({ type: 'school', version: 1, laCode: '933', ...school }));

interface Sketch {
  readonly posts?: readonly (Partial<Post> & { readonly schoolId: string })[];
  readonly roles?: readonly (readonly [Role, string])[];
  readonly more?: Partial<Person>;
}

/** A person by a name that is also the id. */
export const personOf = (name: string, { posts = [], roles = [], more = {} }: Sketch): Person => ({
  type: 'person',
  personId: name.toLowerCase(),
  version: 1,
  forename: name,
  surname: 'Sample',
  email: `${name.toLowerCase()}@oak.example`,
  posts: posts.map((post, at) => ({ employeeNumber: `${name}-${at}`, job: 'Class Teacher', fte: 1, ...post })),
  roles: roles.map(([role, schoolId]) => ({ role, schoolId })),
  qualifications: [],
  absences: [],
  ...more,
});

/** Teaches at Oakfield, managed by the deputy. */
export const zoe = personOf('Zoe', { posts: [{ schoolId: OAKFIELD, lineManagerId: 'sam' }] });
export const sam = personOf('Sam', {
  posts: [{ schoolId: OAKFIELD, lineManagerId: 'sienna' }],
  roles: [['school-lead', OAKFIELD]],
});
export const sienna = personOf('Sienna', { posts: [{ schoolId: OAKFIELD }], roles: [['headteacher', OAKFIELD]] });
export const corin = personOf('Corin', { roles: [['lsc-chair', OAKFIELD]] });
export const robin = personOf('Robin', { posts: [{ schoolId: ST_ALDHELM }], roles: [['headteacher', ST_ALDHELM]] });
export const sunil = personOf('Sunil', { posts: [{ schoolId: ST_ALDHELM }], roles: [['school-lead', ST_ALDHELM]] });
export const evie = personOf('Evie', { posts: [{ schoolId: RIVERSIDE }], roles: [['headteacher', RIVERSIDE]] });
export const rowan = personOf('Rowan', { posts: [{ schoolId: TRUST }], roles: [['trust-lead', TRUST]] });
export const hazel = personOf('Hazel', { posts: [{ schoolId: TRUST }], roles: [['executive', TRUST]] });
export const terry = personOf('Terry', { roles: [['trust-chair', TRUST]] });

export const everybody: readonly Person[] = [zoe, sam, sienna, corin, robin, sunil, evie, rowan, hazel, terry];

export interface WorldOptions {
  readonly today?: Day;
  /** London wall time of `now`, in the morning by default. */
  readonly at?: string;
  readonly others?: readonly Process[];
  readonly atSchool?: readonly Process[];
  /** Processes that a form names. */
  readonly mentioned?: readonly Process[];
  /** In the place of those with the same id among everybody. */
  readonly people?: readonly Person[];
  readonly calendar?: Calendar;
  readonly schools?: readonly School[];
}

/** The world of a subject. Ids count up, so that a test is the same every time. */
export function worldOf(subject: Person, options: WorldOptions = {}): World {
  const today = options.today ?? wednesday;
  const people = new Map([...everybody, ...(options.people ?? []), subject].map((one) => [one.personId, one]));
  const holders = [...people.values()].flatMap((one) =>
    one.roles.map(({ role, schoolId }) => ({ type: 'role-holder' as const, role, schoolId, personId: one.personId })),
  );
  const years = options.calendar ?? calendar;
  const now = atLondon(today, options.at ?? '09:30');
  let made = 0;
  return {
    now,
    today,
    digestAt: nextDigestAt(years, now),
    calendar: years,
    directory: makeDirectory(people.values(), holders, options.schools ?? schools),
    subject,
    others: options.others ?? [],
    waitsOf: () => [],
    mentioned: (processId) => options.mentioned?.find((each) => each.processId === processId),
    childRowOf: () => undefined,
    definitionOf: (kind) => {
      const found = registry.find((process) => process.kind === kind);
      if (!found) throw new Error(`There is no process of the kind ${kind}`);
      return found;
    },
    atSchool: options.atSchool ?? [],
    newId: () => `0199f000-0000-7000-8000-${String(++made).padStart(12, '0')}`,
    newRunSuffix: () => 'abcdef',
  };
}
