/**
 * People: who is current, who holds which role, who manages whom, and who may decide what. Pure questions to records
 * that were read before; the rules are the settled ones of the trust on people, roles and rights.
 *
 * Roles are resolved when they are asked for, never stored as people: a new headteacher finds the old one's tasks.
 */
import type { Decider } from './process.ts';
import {
  type Absence,
  type Candidate,
  outsideRoles,
  type Person,
  type Post,
  type Qualification,
  type Role,
  type RoleHolder,
  type School,
  TRUST,
  trustRoles,
  type Wait,
} from './records.ts';
import { isRejection, type Rejection, reject } from './rejections.ts';
import type { Day } from './time.ts';
import type { Directory } from './world.ts';

/** A directory of what has been read. It knows nobody else, so read also the managers and stand-ins of those who may decide. */
export function makeDirectory(
  persons: Iterable<Person>,
  holders: Iterable<RoleHolder>,
  schools: Iterable<School> = [],
): Directory {
  const people = new Map([...persons].map((person) => [person.personId, person]));
  const places = new Map([...schools].map((school) => [school.schoolId, school]));
  const lists = new Map<string, Person[]>();
  for (const { role, schoolId, personId } of holders) {
    const person = people.get(personId);
    const list = lists.get(`${schoolId}#${role}`) ?? [];
    if (person && !list.includes(person)) list.push(person);
    lists.set(`${schoolId}#${role}`, list);
  }
  return {
    person: (personId) => people.get(personId),
    listed: (role, schoolId) => lists.get(`${schoolId}#${role}`) ?? [],
    school: (schoolId) => places.get(schoolId),
  };
}

/** From its first day to its last, both included: who ends today is current today and no longer tomorrow (hard case 96). */
export const isCurrentPost = ({ startsOn, endsOn }: Post, today: Day): boolean =>
  (startsOn === undefined || startsOn <= today) && (endsOn === undefined || today <= endsOn);

/** Posts in force, the main post first: most hours (an unknown share is a full one), then the earliest start. */
export const currentPosts = (person: Person, today: Day): readonly Post[] =>
  person.posts.filter((post) => isCurrentPost(post, today)).sort(byWeight);

/** Has a current post, or is listed for a role that needs none. */
export const isCurrent = (person: Person, today: Day): boolean =>
  hasCurrentPost(person, today) || person.roles.some(({ role }) => outsideRoles.has(role));

/** Of the posts in force the one that decides school and manager by default. */
export const mainPost = (person: Person, today: Day): Post | undefined => currentPosts(person, today)[0];

/** Ids of the current schools, the main post's first; `trust` for the central office. */
export const schoolsOf = (person: Person, today: Day): readonly string[] => [
  ...new Set(currentPosts(person, today).map(({ schoolId }) => schoolId)),
];

/** Does the person belong to the central office in view of a process at that school: no post there, but one in the office? */
export function isCentral(person: Person, schoolId: string, today: Day): boolean {
  const schools = schoolsOf(person, today);
  return schoolId === TRUST || (!schools.includes(schoolId) && schools.includes(TRUST));
}

/**
 * Is the role in force for that person at that school? Only with a current post, but for outside people. A trust-wide
 * role is in force at every school; `staff` follows from posts. `line-manager` is a relation, not a role somewhere:
 * ask {@link isManagedBy} or {@link lineManagerOf}; here it is never held.
 */
export function holds(person: Person, role: Role, schoolId: string, today: Day): boolean {
  if (role === 'line-manager') return false;
  if (role === 'staff') return schoolsOf(person, today).includes(schoolId);
  const at = placeOf(role, schoolId);
  const isListed = person.roles.some((held) => held.role === role && held.schoolId === at);
  return isListed && (outsideRoles.has(role) || hasCurrentPost(person, today));
}

/** Everybody for whom the role is in force there. */
export const holdersNow = (directory: Directory, role: Role, schoolId: string, today: Day): readonly Person[] =>
  directory.listed(role, placeOf(role, schoolId)).filter((person) => holds(person, role, schoolId, today));

/**
 * The manager of that person at that school (of the main post where there is none there). Without a current one on
 * file: the headteacher; for a headteacher or the central office the executive; for the executive the trust-chair. A
 * place without a holder is passed over upwards. Nothing for somebody without a current post, and at the very top.
 */
export function lineManagerOf(person: Person, schoolId: string, directory: Directory, today: Day): Person | undefined {
  const posts = currentPosts(person, today);
  const there = posts.filter((post) => post.schoolId === schoolId);
  const relevant = there.length > 0 ? there : posts.slice(0, 1);
  const [first] = relevant;
  if (!first) return undefined;
  for (const post of relevant) {
    const manager = managerOnFile(person, post, directory, today);
    if (manager) return manager;
  }
  return managerByRole(person, first.schoolId, directory, today);
}

/** Does a current post of that person name the manager, directly? */
export const isManagedBy = (person: Person, managerId: string, today: Day): boolean =>
  person.personId !== managerId && currentPosts(person, today).some((post) => post.lineManagerId === managerId);

/** Is that person anywhere in the reporting line below the manager, fall-back managers included (hard case 19)? */
export function isBelow(person: Person, managerId: string, directory: Directory, today: Day): boolean {
  const seen = new Set<string>();
  const above: Person[] = [person];
  for (let next = above.pop(); next; next = above.pop()) {
    if (seen.has(next.personId)) continue;
    seen.add(next.personId);
    for (const post of currentPosts(next, today)) {
      const manager =
        managerOnFile(next, post, directory, today) ?? managerByRole(next, post.schoolId, directory, today);
      if (post.lineManagerId === managerId || manager?.personId === managerId) return person.personId !== managerId;
      if (manager) above.push(manager);
    }
  }
  return false;
}

/** What a decision is about, and who is out of the question. */
export interface About {
  readonly subject: Person;
  readonly schoolId: string;
  /** People who declared that they should not decide this. */
  readonly conflicts?: readonly string[] | undefined;
  /** Who has decided before (endorsed): passed over unless the chain has nobody else. */
  readonly exclude?: readonly string[] | undefined;
}

/** Who gets a task. Nobody: it stays open without a candidate and is reported as ownerless. */
export type Resolved =
  | {
      readonly candidate: Candidate;
      readonly eligible: readonly Person[];
      /** The chain had nobody but people of `exclude`: the record has to say so. */
      readonly isRepeat: boolean;
    }
  | { readonly candidate: undefined; readonly eligible: readonly []; readonly isRepeat: false };

/**
 * Who decides: the first place in the chain with a current holder who is neither the subject, nor anywhere below the
 * subject, nor in conflict. A role that is named alone begins a chain too ({@link chainFrom}), so that it falls to the
 * next where it has no such holder. The subject's own work stays the subject's, whoever they are.
 */
export function resolveDecider(decider: Decider, about: About, directory: Directory, today: Day): Resolved {
  if ('personId' in decider && decider.personId === about.subject.personId) {
    const eligible = isCurrent(about.subject, today) ? [about.subject] : [];
    return { candidate: { personId: decider.personId }, eligible, isRepeat: false };
  }
  const chain = chainOf(decider, about, directory, today);
  return (
    firstOf(chain, about, directory, today, true) ?? firstOf(chain, about, directory, today, false) ?? { ...nobody }
  );
}

/**
 * Who may decide as well, once the task is late: the next place in the chain after `current` with somebody else who may.
 * Nobody who decided before, since the chain has somebody else; nobody for the subject's own work.
 */
export function nextInChain(current: Candidate, about: About, directory: Directory, today: Day): Resolved {
  if ('personId' in current && current.personId === about.subject.personId) return { ...nobody };
  const already = resolveDecider(current, about, directory, today);
  const chain = chainOf(current, about, directory, today);
  const place = chain.findIndex((candidate) => already.candidate && isSame(candidate, already.candidate));
  const others = { ...about, conflicts: [...(about.conflicts ?? []), ...already.eligible.map((one) => one.personId)] };
  return firstOf(chain.slice(place + 1), others, directory, today, true) ?? { ...nobody };
}

/** What the task's declaration adds to the question who may decide. */
export interface DecideOptions {
  /** Who has decided before: {@link About}. */
  readonly exclude?: readonly string[] | undefined;
  /** May be completed by the line manager together with somebody who has no e-mail address. */
  readonly isFormOfFact?: boolean | undefined;
}

/** In what capacity somebody may complete a task. */
export type Capacity =
  | { readonly as: 'candidate' | 'assignee' | 'also' }
  | { readonly as: 'stand-in'; readonly standsInFor: string }
  | { readonly as: 'with'; readonly onBehalfOf: string };

/**
 * In what capacity that person may complete the task now, or why not: `about-yourself` for the subject,
 * `conflict-of-interest` for who would decide but is in the subject's reporting line or declared a conflict or decided
 * before, `not-allowed` for everybody else.
 */
export function capacityOf(
  person: Person,
  wait: Wait,
  subject: Person,
  directory: Directory,
  today: Day,
  options: DecideOptions = {},
): Capacity | Rejection {
  const is = (other: Person | undefined) => other?.personId === person.personId;
  if (!isCurrent(person, today)) return notAllowed;
  const principals = principalsOf(wait, subject, directory, today, options);
  if (principals.candidates.some(is)) return { as: 'candidate' };
  if (wait.conflicts?.includes(person.personId)) return inConflict('You said that you should not decide this.');
  if (is(subject)) return aboutYourself;
  if (is(principals.assignee)) return { as: 'assignee' };
  if (principals.also.some(is)) return { as: 'also' };
  const stoodInFor = principals.all.find((one) => is(standInFor(one, wait, subject, directory, today, options)));
  if (stoodInFor) return { as: 'stand-in', standsInFor: stoodInFor.personId };
  const helped = helpedBy(wait, directory, today, options);
  if (helped && is(helped.manager)) return { as: 'with', onBehalfOf: helped.person.personId };
  return wouldDecide(person, wait, today)
    ? inConflict('Somebody outside the reporting line of this person, who has not decided before, has to decide this.')
    : notAllowed;
}

/** {@link capacityOf}, where only yes or no matters. */
export function mayDecide(
  person: Person,
  wait: Wait,
  subject: Person,
  directory: Directory,
  today: Day,
  options: DecideOptions = {},
): true | Rejection {
  const capacity = capacityOf(person, wait, subject, directory, today, options);
  return isRejection(capacity) ? capacity : true;
}

/** Everybody who may complete the task now, each once: assignee, candidates, who may decide as well, stand-ins, helping managers. */
export function eligiblePeople(
  wait: Wait,
  subject: Person,
  directory: Directory,
  today: Day,
  options: DecideOptions = {},
): readonly Person[] {
  const { all } = principalsOf(wait, subject, directory, today, options);
  const standIns = all.map((one) => standInFor(one, wait, subject, directory, today, options));
  const people = [...all, ...standIns, helpedBy(wait, directory, today, options)?.manager];
  return unique(people.filter((one) => one !== undefined)).filter(
    (one) => mayDecide(one, wait, subject, directory, today, options) === true,
  );
}

/**
 * To whom notices of the task go: the assignee, else the candidates; instead of somebody on leave their stand-in. Without
 * one it is still theirs: they are told when they are back, or at once where {@link recipientsOf} has them.
 */
export function toldOf(
  wait: Wait,
  subject: Person,
  directory: Directory,
  today: Day,
  options: DecideOptions = {},
): readonly Person[] {
  const { assignee, candidates } = principalsOf(wait, subject, directory, today, options);
  return unique(
    (assignee ? [assignee] : candidates).map((one) =>
      absenceAt(one, today) ? (standInFor(one, wait, subject, directory, today, options) ?? one) : one,
    ),
  );
}

/** Of those, who may be written to today: nobody on leave, unless a provider's or statutory date passes in the absence. */
export const recipientsOf = (
  wait: Wait,
  subject: Person,
  directory: Directory,
  today: Day,
  options: DecideOptions = {},
): readonly Person[] =>
  toldOf(wait, subject, directory, today, options).filter((one) => {
    const absence = absenceAt(one, today);
    return !absence || (wait.hardOn !== undefined && today <= wait.hardOn && wait.hardOn <= absence.to);
  });

/**
 * Who gets the notice when the task is late by 5: holders of the chaser's role, or who comes in their place. In the place
 * of a headteacher, for what is a head's or where there is none, the trust-lead: no governor (hard case 97). For work of
 * one person that nobody else may do, the person's line manager only.
 */
export function chasersOf(
  chaser: Role,
  wait: Wait,
  subject: Person,
  directory: Directory,
  today: Day,
  isPersonal = false,
): readonly Person[] {
  if (isPersonal) {
    const person =
      wait.candidate && 'personId' in wait.candidate ? directory.person(wait.candidate.personId) : undefined;
    const manager = lineManagerOf(person ?? subject, wait.schoolId, directory, today);
    return manager ? [manager] : [];
  }
  const about: About = { subject, schoolId: wait.schoolId };
  const isWithoutHead =
    chaser === 'headteacher' &&
    !holdersNow(directory, chaser, wait.schoolId, today).some((head) => isImpartial(head, about, directory, today));
  const role = isWithoutHead ? 'trust-lead' : chaser;
  return resolveDecider({ role, schoolId: placeOf(role, wait.schoolId) }, about, directory, today).eligible;
}

/** The absence that has that day, its first and last day included. */
export const absenceAt = (person: Person, on: Day): Absence | undefined =>
  person.absences.find(({ from, to }) => from <= on && on <= to);

/** Whose digest has a person's notices: their own, or that of the first manager upwards who has an address. */
export function mailboxOf(person: Person, directory: Directory, today: Day): Person | undefined {
  const seen = new Set<string>();
  let next: Person | undefined = person;
  while (next && next.email === undefined) {
    if (seen.has(next.personId)) return undefined;
    seen.add(next.personId);
    const post: Post | undefined = mainPost(next, today);
    next = post && lineManagerOf(next, post.schoolId, directory, today);
  }
  return next;
}

/** Forename and surname as exported, but a surname all in capitals in title case: O'BRIEN is O'Brien. */
export const displayName = ({ forename, surname }: Pick<Person, 'forename' | 'surname'>): string =>
  `${forename.trim()} ${shownSurname(surname.trim())}`.trim();

/** The forename, for texts that name nobody in full. */
export const firstName = ({ forename }: Pick<Person, 'forename'>): string => forename.trim();

/** A course of a cohort stands on somebody's record once. */
export const isSameQualification = (
  one: Pick<Qualification, 'courseId' | 'cohortId'>,
  other: Pick<Qualification, 'courseId' | 'cohortId'>,
): boolean => one.courseId === other.courseId && one.cohortId === other.cohortId;

/** "surname, forename" in lower case and without accents: the order of lists. */
export const sortName = ({ forename, surname }: Pick<Person, 'forename' | 'surname'>): string =>
  `${surname.trim()}, ${forename.trim()}`.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Where a role is listed: trust-wide ones at the trust. */
const placeOf = (role: Role, schoolId: string): string => (trustRoles.has(role) ? TRUST : schoolId);

const hasCurrentPost = (person: Person, today: Day): boolean => person.posts.some((post) => isCurrentPost(post, today));

function byWeight(a: Post, b: Post): number {
  const hours = (b.fte ?? 1) - (a.fte ?? 1);
  if (hours !== 0) return hours;
  const [first, second] = [a, b].map((post) => `${post.startsOn ?? ''}#${post.schoolId}#${post.employeeNumber}`);
  return (first as string) < (second as string) ? -1 : 1;
}

function managerOnFile(person: Person, post: Post, directory: Directory, today: Day): Person | undefined {
  const manager = post.lineManagerId === undefined ? undefined : directory.person(post.lineManagerId);
  return manager && manager.personId !== person.personId && isCurrent(manager, today) ? manager : undefined;
}

function managerByRole(person: Person, schoolId: string, directory: Directory, today: Day): Person | undefined {
  const upwards: readonly Role[] = holds(person, 'executive', TRUST, today)
    ? ['trust-chair']
    : schoolId === TRUST || holds(person, 'headteacher', schoolId, today)
      ? ['executive', 'trust-chair']
      : ['headteacher', 'executive', 'trust-chair'];
  return upwards
    .flatMap((role) => holdersNow(directory, role, schoolId, today))
    .find((manager) => manager.personId !== person.personId);
}

const nobody = { candidate: undefined, eligible: [], isRepeat: false } as const;

/**
 * The places to ask, in order. `endorsing`: headteacher, lsc-chair of that school, executive, trust-chair, for the
 * central office from the executive on. `approving`: trust-lead, executive, trust-chair. A role of these begins at its
 * place. A school's task that has no holder goes to the headteacher and then the executive, never to governors
 * (hard case 97). A person who cannot is followed by the headteacher.
 */
function chainOf(decider: Decider, about: About, directory: Directory, today: Day): readonly Candidate[] {
  const { subject, schoolId } = about;
  if ('chain' in decider) {
    if (decider.chain === 'approving') return places(approving, schoolId);
    return places(isCentral(subject, schoolId, today) ? endorsing.slice(2) : endorsing, schoolId);
  }
  if ('personId' in decider) return [decider, ...places(['headteacher', 'executive'], schoolId)];
  if (decider.role === 'line-manager') {
    const manager = lineManagerOf(subject, decider.schoolId, directory, today);
    const above = places(['headteacher', 'executive', 'trust-chair'], decider.schoolId);
    return manager ? [{ personId: manager.personId }, ...above] : above;
  }
  return chainFrom(decider.role, decider.schoolId);
}

function chainFrom(role: Role, schoolId: string): readonly Candidate[] {
  switch (role) {
    case 'headteacher':
    case 'lsc-chair':
    case 'executive':
    case 'trust-chair':
      return places(endorsing.slice(endorsing.indexOf(role)), schoolId);
    case 'trust-lead':
      return places(approving, schoolId);
    case 'apprenticeship-lead':
      return places([role, ...approving], schoolId);
    case 'school-lead':
    case 'mentor':
    case 'coach':
    case 'induction-tutor':
      return places([role, 'headteacher', 'executive'], schoolId);
    case 'staff':
    case 'line-manager':
    case 'admin':
    case 'partner':
      return places([role], schoolId);
    default:
      return role satisfies never;
  }
}

const endorsing: readonly Role[] = ['headteacher', 'lsc-chair', 'executive', 'trust-chair'];
const approving: readonly Role[] = ['trust-lead', 'executive', 'trust-chair'];
const places = (chain: readonly Role[], schoolId: string): readonly Candidate[] =>
  chain.map((role) => ({ role, schoolId: placeOf(role, schoolId) }));

const isSame = (a: Candidate, b: Candidate): boolean =>
  'personId' in a
    ? 'personId' in b && a.personId === b.personId
    : 'role' in b && a.role === b.role && a.schoolId === b.schoolId;

function firstOf(
  chain: readonly Candidate[],
  about: About,
  directory: Directory,
  today: Day,
  isExcluding: boolean,
): Resolved | undefined {
  for (const candidate of chain) {
    const eligible = holdersOf(candidate, directory, today).filter(
      (person) =>
        isImpartial(person, about, directory, today) && !(isExcluding && about.exclude?.includes(person.personId)),
    );
    if (eligible.length > 0) return { candidate, eligible, isRepeat: !isExcluding };
  }
  return undefined;
}

function holdersOf(candidate: Candidate, directory: Directory, today: Day): readonly Person[] {
  if ('role' in candidate) return holdersNow(directory, candidate.role, candidate.schoolId, today);
  const person = directory.person(candidate.personId);
  return person && isCurrent(person, today) ? [person] : [];
}

/** Is that person neither the subject, nor anywhere below the subject, nor in a declared conflict? */
export const isImpartial = (person: Person, { subject, conflicts }: About, directory: Directory, today: Day): boolean =>
  person.personId !== subject.personId &&
  !conflicts?.includes(person.personId) &&
  !isBelow(person, subject.personId, directory, today);

/** Whose task it is, before stand-ins and helpers; all of them may decide. */
function principalsOf(wait: Wait, subject: Person, directory: Directory, today: Day, { exclude }: DecideOptions) {
  const about: About = { subject, schoolId: wait.schoolId, conflicts: wait.conflicts, exclude };
  const candidates = wait.candidate ? resolveDecider(wait.candidate, about, directory, today).eligible : [];
  const may = (person: Person) => isImpartial(person, about, directory, today) && !exclude?.includes(person.personId);
  const also = wait.alsoCandidate ? holdersOf(wait.alsoCandidate, directory, today).filter(may) : [];
  const named = wait.assigneeId === undefined ? undefined : directory.person(wait.assigneeId);
  const isCandidate = candidates.some(({ personId }) => personId === named?.personId);
  const assignee = named && isCurrent(named, today) && (isCandidate || may(named)) ? named : undefined;
  return { assignee, candidates, also, all: unique([...(assignee ? [assignee] : []), ...candidates, ...also]) };
}

/** Who stands in for somebody on leave whose task is due before they are back; never for the subject's own work. */
function standInFor(
  person: Person,
  wait: Wait,
  subject: Person,
  directory: Directory,
  today: Day,
  { exclude }: DecideOptions,
): Person | undefined {
  const absence = absenceAt(person, today);
  if (absence?.standInId === undefined || person.personId === subject.personId) return undefined;
  if (wait.dueOn !== undefined && wait.dueOn > absence.to) return undefined;
  const standIn = directory.person(absence.standInId);
  const about: About = { subject, schoolId: wait.schoolId, conflicts: wait.conflicts };
  const may =
    standIn &&
    isCurrent(standIn, today) &&
    isImpartial(standIn, about, directory, today) &&
    !exclude?.includes(standIn.personId) &&
    placesHeld(person, wait, { ...about, exclude }, directory, today).some((place) =>
      mayTakePlace(standIn, person, place, wait.schoolId, today),
    );
  return may ? standIn : undefined;
}

/** The places of a task by which that person may decide it; who was given it by hand has it in the place of its candidate. */
function placesHeld(person: Person, wait: Wait, about: About, directory: Directory, today: Day): readonly Candidate[] {
  const first = wait.candidate && resolveDecider(wait.candidate, about, directory, today).candidate;
  const held = [first, wait.alsoCandidate].filter(
    (place) =>
      place !== undefined && holdersOf(place, directory, today).some(({ personId }) => personId === person.personId),
  ) as Candidate[];
  return held.length > 0 || first === undefined ? held : [first];
}

/**
 * May somebody decide in the place of another who is away? Who holds the role too or a later place in its chain; else,
 * as a deputy, who works at the place: at that school, in the central office for a role of the whole trust. Governors are
 * followed by governors and the executive only, never by staff of the school that they watch over. For a line manager:
 * who works at one of the same schools, the headteacher, the executive.
 */
function mayTakePlace(standIn: Person, absentee: Person, place: Candidate, schoolId: string, today: Day): boolean {
  const at = schoolsOf(standIn, today);
  if ('personId' in place) {
    const shared = [schoolId, ...schoolsOf(absentee, today)];
    return (
      shared.some((one) => at.includes(one) || holds(standIn, 'headteacher', one, today)) ||
      holds(standIn, 'executive', TRUST, today)
    );
  }
  const isInChain = chainFrom(place.role, place.schoolId).some(
    (one) => 'role' in one && holds(standIn, one.role, one.schoolId, today),
  );
  return isInChain || mayBeDeputyAt(standIn, place.role, place.schoolId, today);
}

/** Works where the role is held: a deputy who is named there may do what its holder does. Outside roles have none. */
export const mayBeDeputyAt = (person: Person, role: Role, schoolId: string, today: Day): boolean =>
  !outsideRoles.has(role) && schoolsOf(person, today).includes(placeOf(role, schoolId));

/** Could that person decide anything at all in the other's place, by a role of theirs or as whose manager they have a post? */
export function couldStandInFor(standIn: Person, absentee: Person, today: Day): boolean {
  const roles = absentee.roles.filter(({ role, schoolId }) => holds(absentee, role, schoolId, today));
  const manages: readonly Candidate[] =
    currentPosts(absentee, today).length > 0 ? [{ personId: absentee.personId }] : [];
  const schoolId = mainPost(absentee, today)?.schoolId ?? TRUST;
  return [...roles, ...manages].some((place) => mayTakePlace(standIn, absentee, place, schoolId, today));
}

/** Somebody without an address whose form of fact the line manager completes with them. */
function helpedBy(wait: Wait, directory: Directory, today: Day, { isFormOfFact }: DecideOptions) {
  if (!isFormOfFact || !wait.candidate || !('personId' in wait.candidate)) return undefined;
  const person = directory.person(wait.candidate.personId);
  if (!person || person.email !== undefined || !isCurrent(person, today)) return undefined;
  const manager = lineManagerOf(person, wait.schoolId, directory, today);
  return manager && { person, manager };
}

/** Named for the task, though they may not decide it. */
const wouldDecide = (person: Person, wait: Wait, today: Day): boolean =>
  wait.assigneeId === person.personId ||
  [wait.candidate, wait.alsoCandidate].some(
    (candidate) =>
      candidate !== undefined &&
      ('personId' in candidate
        ? candidate.personId === person.personId
        : holds(person, candidate.role, candidate.schoolId, today)),
  );

const notAllowed = reject('not-allowed', 'This task is for somebody else.');
const aboutYourself = reject('about-yourself', 'This is about you, so somebody else decides it.');
const inConflict = (why: string): Rejection => reject('conflict-of-interest', why);

const unique = (people: readonly Person[]): readonly Person[] => [
  ...new Map(people.map((person) => [person.personId, person])).values(),
];

/** A surname all in capitals in title case, each part and what follows Mc with a capital: MÜLLER is Müller, O'BRIEN O'Brien. Any other as it is. */
export function shownSurname(surname: string): string {
  const isShouted = surname === surname.toLocaleUpperCase('en-GB') && /\p{L}.*\p{L}/u.test(surname);
  if (!isShouted) return surname;
  return surname
    .toLocaleLowerCase('en-GB')
    .replace(
      /(^|[^\p{L}\p{M}])(\p{L})/gu,
      (_, before: string, letter: string) => before + letter.toLocaleUpperCase('en-GB'),
    )
    .replace(/(?<!\p{L})Mc(\p{L})(?=\p{L})/gu, (_, letter: string) => `Mc${letter.toLocaleUpperCase('en-GB')}`);
}
