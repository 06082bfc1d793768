/**
 * A staff export of one school, line by line. Reading (`readStaff`) knows cells, planning (`planStaff`) knows people;
 * both are pure. Who is the same person, and what refuses a line, is settled when planning.
 */
import * as z from 'zod';
import { displayName } from '../../workflows/kernel/people.ts';
import { type Person, type Post, SchoolId } from '../../workflows/kernel/records.ts';
import { Day, Temporal } from '../../workflows/kernel/time.ts';
import { addressOf, fteOf, isAddress, isMangled, isTooLong, jobOf, readDay, surnameOf, tidy } from './cells.ts';
import { type Columns, cellOf, isOverlong } from './columns.ts';
import { digestOf, groundsOf, type NewId, type Plan } from './plan.ts';
import { isEmptyRow, type Row, type SeparatedFile } from './read-file.ts';
import { type Line, lineOf, type Missing } from './report.ts';
import { canonical, changedFields, changedInPost, type Roster, sameName } from './roster.ts';

/** What a line says about somebody. The date of birth is a keyed hash already; the date itself goes no further. */
export const StaffEntry = z.object({
  number: z.string(),
  forename: z.string(),
  surname: z.string(),
  email: z.string().optional(),
  birthHash: z.string().optional(),
  /** Absent where the file has no such column or the cell is empty. */
  job: z.string().optional(),
  startsOn: Day.optional(),
  endsOn: Day.optional(),
  fte: z.number().optional(),
});
export type StaffEntry = z.infer<typeof StaffEntry>;

export const StaffLine = z.object({
  line: z.int(),
  warnings: z.array(z.string()),
  /** None of entry and refusal: the line is empty. */
  entry: StaffEntry.optional(),
  refusal: z.string().optional(),
  /** The employee number of a refused line, so that its post does not count as missing. */
  number: z.string().optional(),
  /** The name on a refused line, where it could be read. */
  name: z.string().optional(),
});
export type StaffLine = z.infer<typeof StaffLine>;

/** A staff file as it is kept between check and apply. */
export const StaffFile = z.object({
  kind: z.literal('staff'),
  schoolId: SchoolId,
  /** Which columns of the post the file has: what it has no column for stays as it is on file. */
  has: z.array(z.enum(['job', 'startsOn', 'endsOn', 'fte'])),
  lines: z.array(StaffLine),
});
export type StaffFile = z.infer<typeof StaffFile>;

export interface StaffReading {
  readonly schoolId: string;
  readonly today: Day;
  /** A keyed hash of the day, the same for the same day. */
  birthHash(day: Day): string;
}

/** Longer than any cell that is used; read no further. */
const LONGEST_CELL = 500;

/** Under 16 nobody is employed by a school; over 80 it is more often a slip than a caretaker. */
const AGES = { youngest: 16, oldest: 80 } as const;

export function readStaff(file: SeparatedFile, columns: Columns, reading: StaffReading): StaffFile {
  const fields = { job: 'job', startsOn: 'starts', endsOn: 'ends', fte: 'fte' } as const;
  return {
    kind: 'staff',
    schoolId: reading.schoolId,
    has: (['job', 'startsOn', 'endsOn', 'fte'] as const).filter((field) => columns.has(fields[field])),
    lines: file.rows.map((row) => readLine(file.header, row, columns, reading)),
  };
}

function readLine(header: Row, row: Row, columns: Columns, reading: StaffReading): StaffLine {
  const { line } = row;
  if (isEmptyRow(row)) return { line, warnings: [] };
  const number = tidy(cellOf(columns, row, 'number').slice(0, LONGEST_CELL));
  const refused = (refusal: string): StaffLine => ({ line, warnings: [], refusal, ...(number !== '' && { number }) });

  if (isOverlong(header, row)) {
    return refused(
      `This line has ${row.cells.length} values where the heading has ${header.cells.length}: a comma or semicolon inside a value needs quotation marks around the value.`,
    );
  }
  if ([...columns.values()].some((at) => (row.cells[at]?.length ?? 0) > LONGEST_CELL)) {
    return refused('A value of this line is far too long to be what its column says.');
  }
  const warnings: string[] = [];
  if (row.cells.length < header.cells.length) {
    warnings.push('This line is shorter than the heading: what is not there was taken as empty.');
  }

  const forename = tidy(cellOf(columns, row, 'forename'));
  const surname = surnameOf(cellOf(columns, row, 'surname'));
  const lacks = [
    ...(number === '' ? ['the employee number'] : []),
    ...(forename === '' ? ['the forename'] : []),
    ...(surname === '' ? ['the surname'] : []),
  ];
  const days = { birth: 'date of birth', starts: 'start date', ends: 'end date' } as const;
  const read: { birth?: Day; starts?: Day; ends?: Day } = {};
  const impossible: string[] = [];
  for (const field of ['birth', 'starts', 'ends'] as const) {
    const text = cellOf(columns, row, field);
    const found = text === '' ? undefined : readDay(text);
    if (found) read[field] = found;
    else if (text !== '') impossible.push(`the ${days[field]} “${text.slice(0, 40)}” is no possible date`);
  }
  const problems = [
    ...(lacks.length > 0 ? [`${lacks.join(' and ')} ${lacks.length > 1 ? 'are' : 'is'} missing`] : []),
    ...impossible,
  ];
  const name = `${forename} ${surname}`.trim();
  if (problems.length > 0)
    return {
      ...refused(sentence(problems.join('; '))),
      ...(name !== '' && !isTooLong('name', name) && { name }),
    };

  const job = jobOf(cellOf(columns, row, 'job'));
  if (
    isTooLong('number', number) ||
    isTooLong('name', forename) ||
    isTooLong('name', surname) ||
    isTooLong('job', job)
  ) {
    return refused('The employee number, a name or the job of this line is too long to be one.');
  }
  if (isMangled(forename) || isMangled(surname)) {
    warnings.push(
      'The name holds letters that were lost in an earlier conversion of this file. Export it again from the system itself.',
    );
  }

  const address = addressOf(cellOf(columns, row, 'email'));
  const isUsable = isAddress(address);
  if (address !== '' && !isUsable) warnings.push(`“${address.slice(0, 60)}” is no e-mail address, so none was taken.`);

  const hours = cellOf(columns, row, 'fte');
  const fte = fteOf(hours);
  if (hours !== '' && fte === undefined && /\d/.test(hours)) {
    warnings.push(`“${hours.slice(0, 20)}” is no share of a full post between 0 and 1, so none was taken.`);
  }
  warnings.push(...oddDates(read, reading.today));

  return {
    line,
    warnings,
    entry: {
      number,
      forename,
      surname,
      ...(isUsable && { email: address }),
      ...(read.birth && { birthHash: reading.birthHash(read.birth) }),
      ...(job !== '' && { job }),
      ...(read.starts && { startsOn: read.starts }),
      ...(read.ends && { endsOn: read.ends }),
      ...(fte !== undefined && { fte }),
    },
  };
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const yearsBetween = (a: Day, b: Day): number =>
  Temporal.PlainDate.from(a).until(Temporal.PlainDate.from(b), { largestUnit: 'years' }).years;

function oddDates(
  read: { readonly birth?: Day; readonly starts?: Day; readonly ends?: Day },
  today: Day,
): readonly string[] {
  const odd: string[] = [];
  const { birth, starts, ends } = read;
  if (birth) {
    const age = yearsBetween(birth, today);
    if (birth > today) odd.push('The date of birth is in the future.');
    else if (age < AGES.youngest || age > AGES.oldest) odd.push(`By the date of birth this person is ${age}.`);
    else if (starts && yearsBetween(birth, starts) < AGES.youngest) {
      odd.push(`By the dates given this person was ${yearsBetween(birth, starts)} at the start.`);
    }
  }
  if (starts && yearsBetween(today, starts) >= 1) odd.push(`The start date ${starts} is more than a year away.`);
  if (starts && ends && ends < starts) odd.push('The end date is before the start date.');
  return odd;
}

/** What a line comes to besides its report. */
interface Outcome {
  readonly line: Line;
  readonly grounds: string;
}

/**
 * Plans the file against everybody on file. A line is the same *post* as one on file when school and employee number
 * agree, and the same *person* when the addresses agree and the dates of birth do not contradict; never by name alone.
 */
export function planStaff(file: StaffFile, roster: Roster, newId: NewId): Plan {
  const lines: Line[] = [];
  const grounds = new Map<number, string>();
  const seen = new Map<string, { line: number; text: string; personId: string }>();
  const numbers = new Set<string>();

  for (const each of file.lines) {
    const number = each.entry?.number ?? each.number;
    if (number !== undefined) numbers.add(number);
    const { line, grounds: ground } = planLine(each, file, roster, newId, seen);
    lines.push(line);
    grounds.set(each.line, ground);
  }
  return {
    lines,
    missing: missingFrom(file.schoolId, numbers, roster),
    people: roster.changes(),
    schools: [],
    grounds,
  };
}

function planLine(
  { line, warnings: readWarnings, entry, refusal }: StaffLine,
  file: StaffFile,
  roster: Roster,
  newId: NewId,
  seen: Map<string, { line: number; text: string; personId: string }>,
): Outcome {
  const refused = (reason: string): Outcome => ({
    line: lineOf(line, 'refused', { reason, warnings: readWarnings }),
    grounds: digestOf('refused'),
  });
  if (refusal !== undefined) return refused(refusal);
  if (!entry) return { line: lineOf(line, 'empty'), grounds: digestOf('empty') };

  const text = canonical(entry);
  const earlier = seen.get(entry.number);
  if (earlier) {
    return earlier.text === text
      ? {
          line: lineOf(line, 'repeated', {
            reason: `The same as line ${earlier.line}.`,
            warnings: readWarnings,
            personId: earlier.personId,
          }),
          grounds: digestOf(['repeated', earlier.line]),
        }
      : refused(
          `Employee number ${entry.number} is on line ${earlier.line} already, with other details: that line was taken.`,
        );
  }

  const found = whoIs(entry, file.schoolId, roster);
  if ('refusal' in found) return refused(found.refusal);
  const { person } = found;
  const warnings = [...readWarnings];
  const next = person ? withLine(person, entry, file, roster, warnings) : newPerson(newId(line), entry, file.schoolId);
  if (!person) warnings.push(...twinWarnings(next, roster));
  roster.plan(next);
  seen.set(entry.number, { line, text, personId: next.personId });

  const { fate, changes } = fateOf(person, next, entry.number, file.schoolId, roster);
  return {
    line: lineOf(line, fate, { warnings, personId: next.personId, changes }),
    grounds: groundsOf(person, next),
  };
}

/** Whom on file a line is about: somebody, nobody yet, or it cannot be said. */
function whoIs(
  entry: StaffEntry,
  schoolId: string,
  roster: Roster,
): { readonly person: Person | undefined } | { readonly refusal: string } {
  const byPost = roster.withNumber(schoolId, entry.number);
  const byAddress = entry.email === undefined ? undefined : roster.withAddress(entry.email);
  const contradicts = (person: Person): boolean =>
    person.birthHash !== undefined && entry.birthHash !== undefined && person.birthHash !== entry.birthHash;

  if (byAddress && byAddress.email !== entry.email) {
    return {
      refusal: `${entry.email} is the address of ${displayName(byAddress)} until this file is applied. Apply it, then send it again for this line.`,
    };
  }
  if (byAddress && byPost && byAddress.personId !== byPost.personId) {
    return {
      refusal: `Employee number ${entry.number} is ${displayName(byPost)} here, but ${entry.email} is the address of ${displayName(byAddress)} (${placesOf(byAddress, roster)}). One of the two is wrong.`,
    };
  }
  if (byAddress && contradicts(byAddress)) {
    return {
      refusal: `${entry.email} is the address of ${displayName(byAddress)} (${placesOf(byAddress, roster)}), who has another date of birth. Correct whichever of the two is wrong.`,
    };
  }
  if (byPost && contradicts(byPost)) {
    return {
      refusal: `Employee number ${entry.number} is ${displayName(byPost)} here, who has another date of birth. Correct it, or give the new person a number of their own.`,
    };
  }
  if (byPost && !byAddress && !isLikely(byPost, entry)) {
    return {
      refusal: `Employee number ${entry.number} is ${displayName(byPost)} here, and nothing else on this line agrees with that. A number that is used again for somebody else cannot be taken.`,
    };
  }
  return { person: byPost ?? byAddress };
}

/** An employee number alone does not make somebody the same person: the date of birth or one of the names agrees as well. */
const isLikely = (person: Person, entry: StaffEntry): boolean =>
  (person.birthHash !== undefined && person.birthHash === entry.birthHash) ||
  sameName(person.forename) === sameName(entry.forename) ||
  sameName(person.surname) === sameName(entry.surname);

const placesOf = (person: Person, roster: Roster): string =>
  person.posts.map((post) => `${roster.placeOf(post.schoolId)}, number ${post.employeeNumber}`).join('; ') || 'no post';

const postFrom = (entry: StaffEntry, schoolId: string): Post => ({
  schoolId,
  employeeNumber: entry.number,
  job: entry.job ?? '',
  ...(entry.startsOn && { startsOn: entry.startsOn }),
  ...(entry.endsOn && { endsOn: entry.endsOn }),
  ...(entry.fte !== undefined && { fte: entry.fte }),
});

const newPerson = (personId: string, entry: StaffEntry, schoolId: string): Person => ({
  type: 'person',
  personId,
  version: 1,
  forename: entry.forename,
  surname: entry.surname,
  ...(entry.email !== undefined && { email: entry.email }),
  ...(entry.birthHash !== undefined && { birthHash: entry.birthHash }),
  posts: [postFrom(entry, schoolId)],
  roles: [],
  qualifications: [],
  absences: [],
});

/**
 * Somebody on file as the line says they are. Name and address come from one export only, that of the leading post:
 * otherwise two schools that write a name differently would change it to and fro for ever.
 */
function withLine(person: Person, entry: StaffEntry, file: StaffFile, roster: Roster, warnings: string[]): Person {
  const isThis = (post: Post): boolean => post.schoolId === file.schoolId && post.employeeNumber === entry.number;
  const old = person.posts.find(isThis);
  const { lineManagerId, ...rest } = old ?? {};
  const kept = Object.fromEntries(Object.entries(rest).filter(([field]) => !file.has.some((has) => has === field)));
  const fresh = postFrom(entry, file.schoolId);
  const post: Post = {
    ...kept,
    ...fresh,
    job: entry.job ?? old?.job ?? '',
    ...(lineManagerId !== undefined && { lineManagerId }),
  };
  const posts = old ? person.posts.map((each) => (isThis(each) ? post : each)) : [...person.posts, post];
  const leading = [...posts].sort((a, b) => inLeadingOrder(a, b, roster.today))[0];
  const isLeading = leading !== undefined && isThis(leading);

  const isNamedAlike = person.forename === entry.forename && person.surname === entry.surname;
  if (!old) {
    const isBirthSame = person.birthHash !== undefined && person.birthHash === entry.birthHash;
    const birth = isBirthSame ? 'does too' : 'does not contradict';
    warnings.push(
      `The same person as ${displayName(person)} (${placesOf(person, roster)}): the address agrees, and the date of birth ${birth}.`,
    );
    if (!isNamedAlike && !isBirthSame) warnings.push('The names differ: look whether this really is one person.');
  }
  if (!isNamedAlike && !isLeading && leading) {
    warnings.push(`Kept as ${displayName(person)}, the name at ${roster.placeOf(leading.schoolId)}.`);
  }
  const email = isLeading || person.email === undefined ? (entry.email ?? person.email) : person.email;
  if (entry.email !== undefined && entry.email !== email) {
    warnings.push(
      `Kept with the address ${email}, which is the one at ${roster.placeOf(leading?.schoolId ?? file.schoolId)}.`,
    );
  }
  return {
    ...person,
    ...(isLeading && { forename: entry.forename, surname: entry.surname }),
    ...(email !== undefined && { email }),
    ...(person.birthHash === undefined && entry.birthHash !== undefined && { birthHash: entry.birthHash }),
    posts,
  };
}

/** The post that names the person comes first: one that has not ended, most hours (an unknown share is a full one), the earliest start, then a fixed order. */
function inLeadingOrder(a: Post, b: Post, today: Day): number {
  const [isOver, isOverToo] = [hasLeft(a, today), hasLeft(b, today)];
  if (isOver !== isOverToo) return isOver ? 1 : -1;
  const hours = (b.fte ?? 1) - (a.fte ?? 1);
  if (hours !== 0) return hours;
  const text = (post: Post): string => `${post.startsOn ?? '9999-12-31'} ${post.schoolId} ${post.employeeNumber}`;
  return text(a) < text(b) ? -1 : 1;
}

function twinWarnings(person: Person, roster: Roster): readonly string[] {
  return roster
    .twinsOf(person)
    .map(
      (twin) =>
        `There is somebody of the same name and date of birth (${placesOf(twin, roster)}) without the same e-mail address: kept as two people, as a name alone does not make them one.`,
    );
}

/** The last day of a post counts (hard case 96): left is who ended before today. */
const hasLeft = (post: Post | undefined, today: Day): boolean => post?.endsOn !== undefined && post.endsOn < today;

function fateOf(
  before: Person | undefined,
  after: Person,
  number: string,
  schoolId: string,
  roster: Roster,
): Pick<Line, 'fate'> & { readonly changes: readonly string[] } {
  const postOf = (person: Person | undefined): Post | undefined =>
    person?.posts.find((post) => post.schoolId === schoolId && post.employeeNumber === number);
  const [old, now] = [postOf(before), postOf(after)];
  const leaves = hasLeft(now, roster.today) && !hasLeft(old, roster.today);
  if (!old) {
    return { fate: leaves ? 'leaver' : 'added', changes: before ? ['school'] : [] };
  }
  const changes = [
    ...(before ? changedFields(before, after).filter((field) => field !== 'posts') : []),
    ...(now ? changedInPost(old, now) : []),
    ...(leaves ? ['left'] : []),
  ].map((field) => (field === 'birthHash' ? 'dateOfBirth' : field));
  if (changes.length === 0) return { fate: 'unchanged', changes };
  return { fate: leaves ? 'leaver' : 'changed', changes };
}

function missingFrom(schoolId: string, numbers: ReadonlySet<string>, roster: Roster): readonly Missing[] {
  const missing: Missing[] = [];
  for (const person of roster.everybody()) {
    for (const post of person.posts) {
      if (post.schoolId !== schoolId || numbers.has(post.employeeNumber) || hasLeft(post, roster.today)) continue;
      missing.push({ personId: person.personId, name: displayName(person), employeeNumber: post.employeeNumber });
    }
  }
  return missing.sort((a, b) => (a.name < b.name ? -1 : 1));
}
