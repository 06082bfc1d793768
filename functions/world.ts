/** Reads what the rules may look at: the calendar, the people a decision needs, the subject's other processes. */
import { randomBytes } from 'node:crypto';
import { type Calendar, CalendarYear, makeCalendar, noCalendar, Policy } from '../workflows/kernel/calendar.ts';
import type { Change } from '../workflows/kernel/change.ts';
import { nextDigestAt } from '../workflows/kernel/due.ts';
import { makeDirectory } from '../workflows/kernel/people.ts';
import { isPlace, placeAsSubject } from '../workflows/kernel/places.ts';
import type { Mentions } from '../workflows/kernel/process.ts';
import {
  type Child,
  type Person,
  type Process,
  type RoleHolder,
  type School,
  SchoolId,
  TRUST,
  type Wait,
} from '../workflows/kernel/records.ts';
import type { Rejection } from '../workflows/kernel/rejections.ts';
import {
  type AnyProcess,
  isEnded,
  namedBy,
  type Scene,
  type Snapshot,
  schoolsNamedBy,
} from '../workflows/kernel/snapshot.ts';
import { type Clock, dayOf, type Instant } from '../workflows/kernel/time.ts';
import type { World } from '../workflows/kernel/world.ts';
import { processOfKind } from '../workflows/registry.ts';
import type { Store } from './table/store.ts';

/** What each store had last. A calendar changes some times a year, and keeps its school days once it has reckoned them. */
const lastRead = new WeakMap<Store, { readonly versions: string; readonly calendar: Calendar }>();

/** The calendar on file; without one, the rule for years that are not on file and the default policy. */
export async function readCalendar(store: Store): Promise<Calendar> {
  const [years, policy] = await Promise.all([store.calendarYears(), store.policy()]);
  if (years.length === 0 && policy === undefined) return noCalendar();
  const versions = [...years.map(({ academicYear, version }) => `${academicYear}.${version}`), policy?.version].join();
  const last = lastRead.get(store);
  if (last?.versions === versions) return last.calendar;
  const calendar = makeCalendar(
    years.map(({ year }) => CalendarYear.parse(year)),
    policy ? Policy.parse(policy.policy) : noCalendar().policy,
  );
  lastRead.set(store, { versions, calendar });
  return calendar;
}

/** The declaration of a kind; throws for one that is not in the registry: a process of a release to come. */
export function definitionOf(kind: string): AnyProcess {
  const definition = processOfKind(kind);
  if (definition === undefined) throw new Error(`No process of kind ${kind} is in the registry`);
  return definition;
}

/** So many people, schools and processes a form may name: more than any has fields for. */
const MOST_NAMED = 60;

const idsIn = (ids: readonly string[] = []): readonly string[] =>
  [...new Set(ids)].filter((id) => id.length > 0 && id.length <= 100).slice(0, MOST_NAMED);

/** Whom and what a body names, whatever somebody sent: nobody makes this read without end. */
export function mentionsIn(definition: AnyProcess, sent: Readonly<Record<string, unknown>>): Mentions {
  const { personIds, schoolIds, processIds } = definition.mentions?.(sent) ?? {};
  return {
    personIds: idsIn(personIds),
    schoolIds: idsIn(schoolIds).filter((id) => SchoolId.safeParse(id).success),
    processIds: idsIn(processIds),
  };
}

/** A UUIDv7 at that instant: 48 bits of milliseconds, version, 74 random bits. */
export function uuidv7(at: Instant): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.parse(at), 0, 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Six random characters; 31 to the power of 6 is 887 million, and a run is only compared within one process. */
export const runSuffix = (): string => [...randomBytes(6)].map((byte) => LETTERS[byte % LETTERS.length]).join('');

/** What stands around a process: its waits, those of parts among them, and how its parent sees it. */
export interface Surroundings {
  readonly waits: readonly Wait[];
  readonly row?: Child | undefined;
}

/** What stands around many processes, some hundred items in one call, where a process by itself is two. */
export async function surroundingsOf(
  store: Store,
  processes: readonly Process[],
): Promise<ReadonlyMap<string, Surroundings>> {
  const [waits, rows] = await Promise.all([waitsOfMany(store, processes), store.childRows(processes)]);
  const rowOf = new Map(rows.map((row) => [row.childId, row]));
  return new Map(
    processes.map(({ processId }) => [processId, { waits: waits.get(processId) ?? [], row: rowOf.get(processId) }]),
  );
}

/** Reads the same things once for many processes: the morning run's view of one moment. */
export interface Reading {
  /** Everything a decision about that process needs. `also`: people beyond the obvious, the actor above all. */
  scene(snapshot: Snapshot, also?: readonly string[], options?: SceneOptions): Promise<Scene>;
  /**
   * What a list shows of many processes, in this order: where each stands, and who may see and answer it. They are read
   * together, some fifteen calls for a page, where as many scenes are hundreds. Of the subject's other processes and of
   * the parent nothing is read: whoever asks for them throws. One of a kind of a release to come is left out.
   */
  glances(processes: readonly Process[], also?: readonly string[]): Promise<readonly Scene[]>;
  /** Whom a process is or would be about: a person on file, a school on file, the trust; nothing for anything else. */
  subject(subjectId: string): Promise<Person | undefined>;
  /** The world for a start: about that person, at those schools. */
  world(subject: Person, also?: readonly string[], about?: AboutStart): Promise<World>;
  calendar(): Promise<Calendar>;
}

export interface ReadingOptions {
  /** In the morning run: what is noted now goes into this morning's digest. */
  readonly digestAt?: Instant;
}

export interface SceneOptions {
  /**
   * Reads "who else of the school is out then", where a task is shown or answered. Given by who needs it, so that the
   * other functions neither hold that code nor need the right to its index.
   */
  readonly atSchool?: (schoolId: string, kind: string) => Promise<readonly Process[]>;
  /** Where the process would go: a school beyond the subject's own and its own. */
  readonly targetSchoolId?: string;
  /** Whom and what the form names. */
  readonly mentions?: Mentions;
  /** How the parent sees the process, where that has been read already. */
  readonly surroundings?: Pick<Surroundings, 'row'>;
}

/** What a start is about, besides a person. */
export interface AboutStart {
  readonly kind: string;
  readonly schoolId?: string;
  /** The process that starts it. */
  readonly parent?: Process;
  /** Whom and what the form names. */
  readonly mentions?: Mentions;
}

/** What a world is about, besides a person. */
interface About extends SceneOptions, Partial<AboutStart> {
  readonly process?: Process;
  /** Where else people may have to decide. */
  readonly alsoAt?: readonly string[];
  /** Schools whose names are said, and nothing else of them. */
  readonly namesSchools?: readonly string[];
  /** For a list: nothing is read of other processes. */
  readonly isGlance?: boolean;
}

const unread = (what: string): never => {
  throw new Error(`A list does not read ${what}`);
};

/** The world in which a list sees a process: nothing was read of the subject's other processes, the parent, the school's. */
export const atAGlance = (read: Omit<World, 'others' | 'waitsOf' | 'parent' | 'childRowOf' | 'atSchool'>): World => ({
  ...read,
  get others() {
    return unread('other processes of the person');
  },
  get parent() {
    return unread('the parent');
  },
  get atSchool() {
    return unread('other processes of the school');
  },
  waitsOf: () => unread('other processes of the person'),
  childRowOf: () => unread('how the parent sees it'),
});

/** The waits of many processes, those of parts after the wait that asks them, as a snapshot has them: a hundred in one call. */
export async function waitsOfMany(
  store: Store,
  processes: readonly Process[],
): Promise<ReadonlyMap<string, readonly Wait[]>> {
  const waits = await store.visits(
    processes.flatMap(({ processId, step }) => Array.from({ length: step }, (_, n) => ({ processId, step: n + 1 }))),
  );
  const parts = await store.visits(
    waits.flatMap(({ processId, processKind, wait, step }) => {
      const declared = processOfKind(processKind)?.waits[wait];
      return declared?.wait === 'together'
        ? Object.keys(declared.parts).map((part) => ({ processId, step, part }))
        : [];
    }),
  );
  const inOrder = [...waits, ...parts].sort(
    (one, other) => one.step - other.step || ((one.part ?? '') < (other.part ?? '') ? -1 : 1),
  );
  return Map.groupBy(inOrder, ({ processId }) => processId);
}

export function makeReading(store: Store, clock: Clock, options: ReadingOptions = {}): Reading {
  const now = clock();
  const today = dayOf(now);
  const persons = new Map<string, Promise<Person | undefined>>();
  const roleHolders = new Map<string, Promise<readonly RoleHolder[]>>();
  const schools = new Map<string, Promise<School | undefined>>();
  const parents = new Map<string, Promise<Process | undefined>>();
  let calendarOnce: Promise<Calendar> | undefined;

  const remembered = <T>(cache: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> => {
    const known = cache.get(key);
    if (known) return known;
    const reading = read();
    cache.set(key, reading);
    return reading;
  };
  const calendar = () => {
    calendarOnce ??= readCalendar(store);
    return calendarOnce;
  };
  const holdersAt = (schoolId: string) => remembered(roleHolders, schoolId, () => store.roleHolders(schoolId));
  const schoolOf = (schoolId: string) => remembered(schools, schoolId, () => store.school(schoolId));
  const parentOf = (parentId: string) => remembered(parents, parentId, () => store.process(parentId));

  /** Those not read yet in one call, the others as they were read. */
  async function read(personIds: Iterable<string>): Promise<Person[]> {
    const wanted = [...new Set(personIds)];
    const missing = wanted.filter((personId) => !persons.has(personId));
    if (missing.length > 0) {
      const reading = store.persons(missing);
      for (const personId of missing)
        persons.set(
          personId,
          reading.then((found) => found.find((person) => person.personId === personId)),
        );
    }
    const found = await Promise.all(wanted.map((personId) => persons.get(personId)));
    return found.filter((person) => person !== undefined);
  }

  const linked = (person: Person): readonly string[] => [
    ...person.posts.flatMap(({ lineManagerId }) => (lineManagerId === undefined ? [] : [lineManagerId])),
    ...person.absences.flatMap(({ standInId }) => (standInId === undefined ? [] : [standInId])),
  ];

  async function directoryFor(
    schoolIds: readonly string[],
    personIds: readonly string[],
    namesSchools: readonly string[],
  ) {
    const places = [...new Set([...schoolIds, TRUST])];
    const named = [...new Set([...places, ...namesSchools])];
    const [holders, schoolRows] = await Promise.all([
      Promise.all(places.map(holdersAt)).then((lists) => lists.flat()),
      Promise.all(named.map(schoolOf)).then((rows) => rows.filter((row) => row !== undefined)),
    ]);
    const people = new Map<string, Person>();
    let wanted: readonly string[] = [...personIds, ...holders.map(({ personId }) => personId)];
    const asked = new Set(wanted);
    // Up to the top of every reporting line, however long: whoever stands below the subject must not decide.
    while (wanted.length > 0) {
      const found = await read(wanted);
      for (const person of found) people.set(person.personId, person);
      wanted = [...new Set(found.flatMap(linked))].filter((personId) => !asked.has(personId));
      for (const personId of wanted) asked.add(personId);
    }
    return makeDirectory(people.values(), holders, schoolRows);
  }

  async function world(subject: Person, also: readonly string[] = [], about: About = {}): Promise<World> {
    persons.set(subject.personId, Promise.resolve(subject));
    const schoolIds = [
      ...subject.posts.map((post) => post.schoolId),
      about.schoolId,
      about.targetSchoolId,
      ...(about.alsoAt ?? []),
      ...(about.mentions?.schoolIds ?? []),
    ].filter((schoolId) => schoolId !== undefined);
    const mentioned = await processesNamed(about.mentions?.processIds ?? []);
    const alsoNamed = [...(about.mentions?.personIds ?? []), ...[...mentioned.values()].map((each) => each.subjectId)];
    const parentId = about.process?.parentId;
    const [year, around, parent, atSchool, directory] = await Promise.all([
      calendar(),
      about.isGlance ? undefined : othersOf(subject, about.process, about.surroundings),
      about.parent ?? (parentId === undefined || about.isGlance ? undefined : parentOf(parentId)),
      about.atSchool && about.schoolId && about.kind ? about.atSchool(about.schoolId, about.kind) : [],
      directoryFor(schoolIds, [subject.personId, ...also, ...alsoNamed], about.namesSchools ?? []),
    ]);
    const found = {
      now,
      today,
      digestAt: options.digestAt ?? nextDigestAt(year, now),
      calendar: year,
      directory,
      subject,
      mentioned: (processId: string) => mentioned.get(processId),
      definitionOf,
      newId: () => uuidv7(now),
      newRunSuffix: runSuffix,
    };
    if (around === undefined) return atAGlance(found);
    const { others, waits, rows } = around;
    return {
      ...found,
      others,
      waitsOf: (processId) => waits.get(processId) ?? [],
      ...(parent && { parent }),
      childRowOf: (processId) => rows.get(processId),
      atSchool: atSchool.filter((process) => process.processId !== about.process?.processId),
    };
  }

  async function processesNamed(processIds: readonly string[]): Promise<ReadonlyMap<string, Process>> {
    const found = await Promise.all(processIds.map(store.process));
    return new Map(found.flatMap((process) => (process ? [[process.processId, process]] : [])));
  }

  /** The subject's other processes, the waits of those that are live, and how parents see those and the process itself. */
  async function othersOf(subject: Person, process: Process | undefined, surroundings?: Pick<Surroundings, 'row'>) {
    const others = isPlace(subject.personId)
      ? []
      : process
        ? await store.processesBeside({ processId: process.processId, subjectId: subject.personId })
        : await store.processesOf(subject.personId);
    const live = others.filter((other) => !isEnded(other));
    const children = [...(process && !surroundings ? [process] : []), ...live].filter(
      ({ parentId }) => parentId !== undefined,
    );
    const [waits, rows] = await Promise.all([
      Promise.all(live.map(async ({ processId }) => [processId, await store.waits(processId)] as const)),
      Promise.all(children.map(store.childRow)),
    ]);
    return {
      others,
      waits: new Map<string, readonly Wait[]>(waits),
      rows: new Map([...rows, surroundings?.row].flatMap((row) => (row ? [[row.childId, row]] : []))),
    };
  }

  async function subjectOf(subjectId: string): Promise<Person | undefined> {
    if (!isPlace(subjectId)) return (await read([subjectId]))[0];
    const school = await schoolOf(subjectId);
    return school === undefined && subjectId !== TRUST ? undefined : placeAsSubject(subjectId, school);
  }

  /** Whom and which schools a decision about the process needs, besides those of its subject. */
  function concerned(snapshot: Snapshot) {
    const { process, waits } = snapshot;
    const definition = definitionOf(process.kind);
    const named = waits.flatMap((wait) => [
      ...(wait.assigneeId === undefined ? [] : [wait.assigneeId]),
      ...(wait.answeredBy === undefined ? [] : [wait.answeredBy]),
      ...(wait.candidate && 'personId' in wait.candidate ? [wait.candidate.personId] : []),
    ]);
    return {
      definition,
      personIds: [...named, ...namedBy({ definition, snapshot }), process.startedBy],
      // A begun task may be with a school that the subject has left.
      alsoAt: waits.flatMap(({ state, candidate }) =>
        state === 'open' && candidate && 'role' in candidate ? [candidate.schoolId] : [],
      ),
      namesSchools: schoolsNamedBy({ definition, snapshot }),
    };
  }

  async function sceneOf(
    snapshot: Snapshot,
    also: readonly string[],
    options: SceneOptions & Pick<About, 'isGlance'>,
  ): Promise<Scene> {
    const { process } = snapshot;
    const { definition, personIds, alsoAt, namesSchools } = concerned(snapshot);
    const subject = await subjectOf(process.subjectId);
    if (subject === undefined) throw new Error(`${process.processId} is about nobody on file`);
    const about: About = { kind: process.kind, schoolId: process.schoolId, alsoAt, namesSchools, process, ...options };
    return { definition, snapshot, world: await world(subject, [...personIds, ...also], about) };
  }

  return {
    calendar,
    world,
    subject: subjectOf,
    scene: (snapshot, also = [], sceneOptions = {}) => sceneOf(snapshot, also, sceneOptions),
    async glances(found, also = []) {
      const processes = found.filter(({ kind }) => processOfKind(kind) !== undefined);
      // What it was at its moves stands in its partition only.
      const hasMoved = ({ formerSchools = [] }: Process): boolean => formerSchools.length > 0;
      const [moved, waits] = await Promise.all([
        Promise.all(processes.filter(hasMoved).map(({ processId }) => store.snapshot(processId))),
        waitsOfMany(
          store,
          processes.filter((process) => !hasMoved(process)),
        ),
      ]);
      const whole = new Map(moved.flatMap((snapshot) => (snapshot ? [[snapshot.process.processId, snapshot]] : [])));
      const snapshots = processes.map(
        (process) => whole.get(process.processId) ?? { process, waits: waits.get(process.processId) ?? [] },
      );
      // Everybody for all of them first: each by itself then finds them read.
      const subjects = await read(processes.map(({ subjectId }) => subjectId).filter((id) => !isPlace(id)));
      const all = snapshots.map(concerned);
      await directoryFor(
        [
          ...subjects.flatMap(({ posts }) => posts.map(({ schoolId }) => schoolId)),
          ...processes.map(({ schoolId }) => schoolId),
          ...all.flatMap(({ alsoAt }) => alsoAt),
        ],
        [...subjects.map(({ personId }) => personId), ...all.flatMap(({ personIds }) => personIds), ...also],
        all.flatMap(({ namesSchools }) => namesSchools),
      );
      return Promise.all(snapshots.map((snapshot) => sceneOf(snapshot, also, { isGlance: true })));
    },
  };
}

/** Attempts of read, decide, commit before the caller is told to try again. */
const ATTEMPTS = 5;

/** Somebody else was faster each time: the caller may try again. */
export class TooBusy extends Error {
  override readonly name = 'TooBusy';
}

/**
 * Reads, decides and commits; where a condition no longer holds, reads and decides again. `decide` answers with what to
 * commit and what the caller gets, or with only the latter. A part that failed and has a refusal of its own ends it.
 */
export async function decideAndCommit<T>(
  store: Store,
  decide: () => Promise<{ readonly change: Change; readonly result: T } | { readonly result: T }>,
  refused: (rejection: Rejection) => T,
): Promise<T> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const decided = await decide();
    if (!('change' in decided)) return decided.result;
    const committed = await store.commit(decided.change);
    if (committed.committed) return decided.result;
    // A name that is taken counts only where nothing else has moved: otherwise decide again on what is there now.
    const isStale = committed.failed.some((name) => decided.change.refusals?.[name] === undefined);
    const refusal = isStale ? undefined : committed.failed.map((name) => decided.change.refusals?.[name])[0];
    if (refusal) return refused(refusal);
  }
  throw new TooBusy('others changed the same process each time');
}
