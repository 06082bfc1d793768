/**
 * A trust of thousands, made of the simulated one: every person and process many times over, under other ids, names,
 * addresses and schools. What each record holds is what the functions wrote, so that whoever reads it finds what they
 * would find in life. For measuring and for looking at, never to go on living in: copies have no receipts, mails
 * or executions, and the hashes of their events are those of the first.
 */
import { emailGuard, employeeGuard } from '../../functions/table/guard-names.ts';
import { decode } from '../../functions/table/items.ts';
import type { Item } from '../../workflows/kernel/change.ts';
import { sortName } from '../../workflows/kernel/people.ts';
import { isPlace } from '../../workflows/kernel/places.ts';
import { type Person, TRUST } from '../../workflows/kernel/records.ts';
import type { Day } from '../../workflows/kernel/time.ts';
import { simulate } from './simulation.ts';

/** A week before Christmas: the autumn's reviews, applications and studies are under way, as many as there ever are. */
const WEEKS = 16;

export interface LargeTrust {
  readonly items: readonly Item[];
  /** The last day that was lived. */
  readonly today: Day;
}

/** More than 10,000 people at 98 schools and some 9,000 processes, nearly all of them live. */
export async function largeTrust(): Promise<LargeTrust> {
  const { cloud, table, today } = await simulate({ seed: 1, weeks: WEEKS });
  await cloud.stop();
  return { items: [...enlarged([...table.all()].map(decode), { copies: 41, copiesAtASchool: 3 })], today };
}

interface Enlargement {
  /** How many times every member of staff is there, the first included. */
  readonly copies: number;
  /** How many of those work at one school, under one head. */
  readonly copiesAtASchool: number;
}

/** How often something is there: once in the trust, once in each school, or once for each copy of the staff. */
type Reach = 'trust' | 'school' | 'staff';

/** What a copy is not given: it happened to the first, is the trust's own, or is made anew with the person's names. */
const notCopied: ReadonlySet<Item['type']> = new Set([
  'anchor',
  'calendar-year',
  'guard',
  'import',
  'mail',
  'notice',
  'policy',
  'post-row',
  'receipt',
  'token',
]);

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** The trust with so many copies of its staff; the first is what was given. */
function* enlarged(items: readonly Item[], { copies, copiesAtASchool }: Enlargement): Generator<Item> {
  for (const item of items) {
    // Nobody has signed in yet: who measures does so by an issuer of their own.
    if (item.type === 'person') yield { ...item, externalId: undefined };
    else yield item;
  }
  const people = items.filter((item) => item.type === 'person');
  const reaches = reachesOf(items, people);
  const copied = items.filter((item) => !notCopied.has(item.type));
  const schoolIds = new Set(items.flatMap((item) => (item.type === 'school' ? [item.schoolId] : [])));
  for (let copy = 1; copy < copies; copy += 1) {
    const group = Math.floor(copy / copiesAtASchool);
    const isFirstOfSchool = copy % copiesAtASchool === 0;
    const rename = renaming(reaches, schoolIds, { copy, group });
    const surnames = new Map(
      people.map(({ personId }, at) => [personId, people[(at + copy * 7) % people.length]?.surname ?? '']),
    );
    for (const item of copied) {
      const reach = reachOf(item, reaches);
      if (reach === 'trust' || (reach === 'school' && !isFirstOfSchool)) continue;
      const one = JSON.parse(rename(JSON.stringify(item))) as Item;
      if (one.type === 'school') yield { ...one, name: `${one.name} ${group + 1}` };
      else if (one.type !== 'person') yield one;
      else yield* withNames(one, { copy, surname: surnames.get((item as Person).personId) ?? one.surname });
    }
  }
}

/** A person under a name, an address and employee numbers of their own, with the rows that an import writes beside them. */
function* withNames(person: Person, { copy, surname }: { readonly copy: number; readonly surname: string }) {
  const posts = person.posts.map((post) => ({ ...post, employeeNumber: `${post.employeeNumber}-${copy}` }));
  const email = person.email?.replace('@', `.${copy}@`);
  const { trn: _, externalId: __, ...rest } = person;
  const renamed: Person = { ...rest, surname, posts, ...(email !== undefined && { email }) };
  yield renamed;
  const { personId } = renamed;
  if (email !== undefined) yield { type: 'guard', guard: emailGuard(email), holder: personId } as const;
  for (const { schoolId, employeeNumber, lineManagerId } of posts) {
    yield { type: 'guard', guard: employeeGuard(schoolId, employeeNumber), holder: personId } as const;
    yield {
      type: 'post-row',
      schoolId,
      employeeNumber,
      personId,
      sortName: sortName(renamed),
      ...(email !== undefined && { email }),
      ...(lineManagerId !== undefined && { lineManagerId }),
    } as const;
  }
}

/** Who leads a school is there once for all its staff, and so is what is about the school or about them. */
function reachesOf(items: readonly Item[], people: readonly Person[]): ReadonlyMap<string, Reach> {
  const reaches = new Map<string, Reach>();
  for (const { personId, posts, roles } of people) {
    const isOfSchool = [...posts, ...roles].some(({ schoolId }) => schoolId !== TRUST);
    reaches.set(personId, isOfSchool ? (roles.length > 0 ? 'school' : 'staff') : 'trust');
  }
  for (const item of items) {
    if (item.type !== 'process') continue;
    const { processId, schoolId, subjectId } = item;
    const reach = isPlace(subjectId) ? 'school' : (reaches.get(subjectId) ?? 'staff');
    reaches.set(processId, schoolId === TRUST ? 'trust' : reach);
  }
  return reaches;
}

function reachOf(item: Item, reaches: ReadonlyMap<string, Reach>): Reach {
  if (item.type === 'school') return item.schoolId === TRUST ? 'trust' : 'school';
  const owner = item.type === 'child' ? item.childId : 'processId' in item ? item.processId : undefined;
  const about = owner ?? ('personId' in item ? item.personId : undefined);
  return (about === undefined ? undefined : reaches.get(about)) ?? 'staff';
}

/** Puts a copy's ids and schools in the place of the first's, wherever in a text they stand. */
function renaming(
  reaches: ReadonlyMap<string, Reach>,
  schoolIds: ReadonlySet<string>,
  { copy, group }: { readonly copy: number; readonly group: number },
) {
  const ending = (n: number): string => n.toString(16).padStart(8, '0');
  const endings: Readonly<Record<Reach, string | undefined>> = {
    trust: undefined,
    // What is left of an id is still its own: 42 bits of chance and the millisecond.
    school: group === 0 ? undefined : ending(group),
    staff: ending(copy),
  };
  return (text: string): string =>
    text
      .replace(UUID, (id) => {
        const end = endings[reaches.get(id) ?? 'staff'];
        return end === undefined ? id : `${id.slice(0, -end.length)}${end}`;
      })
      .replace(/"(\d{6})(?=["#])/g, (all, urn: string) =>
        group > 0 && schoolIds.has(urn) ? `"${Number(urn) + 100 * group}` : all,
      );
}
