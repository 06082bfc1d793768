/** People and schools: the directory, within what the caller may see. */
import * as z from 'zod';
import { displayName, isCurrent } from '../../workflows/kernel/people.ts';
import type { Person, PostRow } from '../../workflows/kernel/records.ts';
import { isRejection } from '../../workflows/kernel/rejections.ts';
import { mayListPeople, mayLookIntoFindings } from '../../workflows/kernel/rights.ts';
import { dayOf } from '../../workflows/kernel/time.ts';
import { couldBeFound, folded } from '../table/keys.ts';
import { BadCursor, type Page } from '../table/queries.ts';
import type { Store } from '../table/store.ts';
import { glancedBy } from './access.ts';
import { me } from './me.ts';
import { badCursor, Cursor, Limit, pageOf } from './paging.ts';
import { managedBy, PersonInFull, personInFull, personOf } from './person.ts';
import { personChangeRoutes } from './person-changes.ts';
import { PersonShape, personShape, SchoolShape, schoolShape } from './present-person.ts';
import { ListedProcess, listedProcess } from './present-process.ts';
import { type ApiContext, type Route, route } from './route.ts';

const PeopleQuery = z.object({
  current: z.enum(['true', 'false']).optional(),
  school: z.string().max(20).optional(),
  q: z.string().trim().max(100).optional().meta({ description: 'Part of a name or of an address' }),
  findings: z
    .enum(['true'])
    .optional()
    .meta({ description: 'Only those with something that an administrator has to look into' }),
  limit: Limit,
  cursor: Cursor,
});

/**
 * Where a list of people stands: after `n` of those who are listed outside any school, or in a school (`at`: which, and
 * the table's own cursor in it), or in the table's list of everybody.
 */
const Place = z.union([
  z.strictObject({ few: z.int().min(0).max(100_000) }),
  z.strictObject({ school: z.int().min(0).max(10_000), after: z.string().max(1500).nullable() }),
  z.strictObject({ all: z.string().max(1500) }),
]);
type Place = z.infer<typeof Place>;

const toCursor = (place: Place): string => Buffer.from(JSON.stringify(place)).toString('base64url');

function toPlace(cursor: string | undefined): Place {
  if (cursor === undefined) return { few: 0 };
  try {
    return Place.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch (cause) {
    throw new BadCursor('This cursor is not one of ours', { cause });
  }
}

interface Listing {
  readonly limit: number;
  readonly cursor: string | undefined;
  readonly keep: (person: Person) => boolean;
}

/** Those of `few`, then everybody with a post at these schools in the order of names; each person once, at the first of the schools. */
async function peopleOf(
  store: Store,
  { few, schools }: { readonly few: readonly Person[]; readonly schools: readonly string[] },
  { limit, cursor, keep }: Listing,
): Promise<Page<Person>> {
  let place = toPlace(cursor);
  if ('all' in place) throw new BadCursor('This cursor belongs to another list');
  const items: Person[] = [];
  if ('few' in place) {
    const rest = few.filter(
      (person) => keep(person) && !person.posts.some(({ schoolId }) => schools.includes(schoolId)),
    );
    items.push(...rest.slice(place.few, place.few + limit));
    if (place.few + limit < rest.length) return { items, cursor: toCursor({ few: place.few + limit }) };
    place = { school: 0, after: null };
  }
  let { school, after } = place;
  while (items.length < limit) {
    const schoolId = schools[school];
    if (schoolId === undefined) return { items, cursor: null };
    const page: Page<PostRow> = await store.postRows(schoolId, {
      limit: limit - items.length,
      ...(after !== null && { cursor: after }),
    });
    const people = new Map(
      (await store.persons(page.items.map(({ personId }) => personId))).map((person) => [person.personId, person]),
    );
    for (const row of page.items) {
      const person = people.get(row.personId);
      if (person && isFirstRow(person, row, schools) && keep(person)) items.push(person);
    }
    after = page.cursor;
    if (after === null) school += 1;
  }
  return { items, cursor: school < schools.length ? toCursor({ school, after }) : null };
}

/** Of a person's rows at these schools the one at which they are shown. */
function isFirstRow(person: Person, row: PostRow, schools: readonly string[]): boolean {
  const place = ({ schoolId, employeeNumber }: Pick<PostRow, 'schoolId' | 'employeeNumber'>): [number, string] => [
    schools.indexOf(schoolId),
    employeeNumber,
  ];
  const [at, number] = place(row);
  return person.posts.every((post) => {
    const [otherAt, otherNumber] = place(post);
    return otherAt < 0 || otherAt > at || (otherAt === at && otherNumber >= number);
  });
}

/** Holders of a role at the school who have no post there: chairs, people of the central office. */
async function holdersFromOutside(store: Store, schoolId: string): Promise<readonly Person[]> {
  const holders = await store.roleHolders(schoolId);
  const people = await store.persons([...new Set(holders.map(({ personId }) => personId))]);
  return people.filter(({ posts }) => posts.every((post) => post.schoolId !== schoolId));
}

async function listed(context: ApiContext, caller: Person, query: z.output<typeof PeopleQuery>): Promise<Page<Person>> {
  const { store, clock } = context;
  const today = dayOf(clock());
  const wanted = query.q === undefined ? undefined : folded(query.q);
  const keep = (person: Person): boolean =>
    (query.findings === undefined || (person.trnRefused !== undefined && mayLookIntoFindings(caller, today))) &&
    (query.current === undefined || isCurrent(person, today) === (query.current === 'true')) &&
    (wanted === undefined || folded(`${displayName(person)} ${person.email ?? ''}`).includes(wanted));
  const scope = mayListPeople(caller, today);
  const { limit, cursor } = query;

  if (scope.all && query.school === undefined) {
    const place = toPlace(cursor);
    if (!('all' in place) && cursor !== undefined) throw new BadCursor('This cursor belongs to another list');
    const keepKey = wanted === undefined ? undefined : (sortKey: string) => couldBeFound(sortKey, wanted);
    const page = await store.everybody({ limit, keep, keepKey, ...('all' in place && { cursor: place.all }) });
    return { items: page.items, cursor: page.cursor === null ? null : toCursor({ all: page.cursor }) };
  }
  if (scope.all) {
    const schools = [query.school as string];
    return peopleOf(
      store,
      { few: await holdersFromOutside(store, schools[0] as string), schools },
      { limit, cursor, keep },
    );
  }
  const schools = scope.schools.filter((schoolId) => query.school === undefined || query.school === schoolId);
  const [outside, managed] = await Promise.all([
    Promise.all(schools.map((schoolId) => holdersFromOutside(store, schoolId))),
    managedBy(store, caller, today),
  ]);
  const isAtSchool = ({ posts, roles }: Person): boolean =>
    query.school === undefined || [...posts, ...roles].some(({ schoolId }) => schoolId === query.school);
  const few = new Map([caller, ...managed, ...outside.flat()].filter(isAtSchool).map((one) => [one.personId, one]));
  return peopleOf(store, { few: [...few.values()], schools }, { limit, cursor, keep });
}

/** Who has the TRN that was refused for one of these people; of nobody where the caller does not look into it. */
async function trnHolders({ store, clock }: ApiContext, caller: Person, persons: readonly Person[]) {
  const isTheirs = mayLookIntoFindings(caller, dayOf(clock()));
  const refused = isTheirs ? persons.flatMap(({ trnRefused }) => trnRefused ?? []) : [];
  const guards = await store.guards([...new Set(refused)].map((trn) => `trn#${trn}`));
  const holders = await store.persons([...new Set(guards.map(({ holder }) => holder))]);
  return (person: Person): Person | undefined => {
    const guard = guards.find((each) => each.guard === `trn#${person.trnRefused}`);
    return holders.find(({ personId }) => personId === guard?.holder && personId !== person.personId);
  };
}

const people = route({
  method: 'GET',
  path: '/people',
  tag: 'People',
  summary: 'People whom you may see: everybody who has or had a post, or holds a role from outside',
  query: PeopleQuery,
  answers: { status: 200, schema: pageOf(PersonShape), description: 'A page of people' },
  async answer(context, { caller, query }) {
    const today = dayOf(context.clock());
    const page = await listed(context, caller, query);
    const holderOf = await trnHolders(context, caller, page.items);
    const items = page.items.map((person) => personShape(person, today, holderOf(person)));
    return { status: 200, body: { items, cursor: page.cursor } };
  },
});

const person = route({
  method: 'GET',
  path: '/people/{id}',
  tag: 'People',
  summary: 'One person: posts, roles in force, qualifications, and what you may do. Dates of birth are not kept',
  answers: { status: 200, schema: PersonInFull, description: 'The person' },
  async answer(context, asked) {
    const { store, clock } = context;
    const { caller } = asked;
    const today = dayOf(clock());
    const found = await personOf(context, asked);
    if (isRejection(found)) return found;
    const trnHolder = (await trnHolders(context, caller, [found]))(found);
    const body = await personInFull(store, found, { caller, today, trnHolder });
    return { status: 200, body, version: found.version };
  },
});

const TheirProcessesQuery = z.object({ limit: Limit, cursor: Cursor });

/** One person's are few: all are read for each page, and what the caller may not see is not counted. */
const theirProcesses = route({
  method: 'GET',
  path: '/people/{id}/processes',
  tag: 'People',
  summary: 'Processes of every kind about one person that you may see, the latest first',
  query: TheirProcessesQuery,
  answers: { status: 200, schema: pageOf(ListedProcess), description: 'A page of processes' },
  async answer(context, asked) {
    const { store, reading } = context;
    const { caller, query } = asked;
    const from = /^(\d{1,6})$/.exec(query.cursor ?? '0')?.[1];
    if (from === undefined) return badCursor();
    const person = await personOf(context, asked);
    if (isRejection(person)) return person;
    const latestFirst = (await glancedBy(reading, await store.processesOf(person.personId), caller))
      .map((each) => listedProcess(each, caller))
      .sort((one, other) => (one.startedAt > other.startedAt ? -1 : 1));
    const to = Number(from) + query.limit;
    return {
      status: 200,
      body: {
        items: latestFirst.slice(Number(from), to),
        cursor: to < latestFirst.length ? String(to) : null,
      },
    };
  },
});

const schools = route({
  method: 'GET',
  path: '/schools',
  tag: 'People',
  summary: 'The schools of the trust, with their URN',
  answers: { status: 200, schema: pageOf(SchoolShape), description: 'All schools' },
  async answer({ store }) {
    return { status: 200, body: { items: (await store.schools()).map(schoolShape), cursor: null } };
  },
});

export const peopleRoutes: readonly Route[] = [me, people, person, theirProcesses, schools, ...personChangeRoutes];
