/**
 * What learning reviews come to, for those who plan: the needs of a cycle in counts that can be shown, and how many
 * reviews each line manager has or will have. Needs are counted from the rows by which the cycle sees its reviews (one
 * partition, 10,000 people: some 20 pages), which hold codes only; no review is read.
 */
import * as z from 'zod';
import { cohort, type LearningReviewCycle, learningReviewCycles } from '../../workflows/kernel/calendar.ts';
import { dayWords } from '../../workflows/kernel/due.ts';
import { displayName, lineManagerOf, makeDirectory } from '../../workflows/kernel/people.ts';
import { type Person, type Process, type School, TRUST } from '../../workflows/kernel/records.ts';
import type { Rejection } from '../../workflows/kernel/rejections.ts';
import type { Scope } from '../../workflows/kernel/rights.ts';
import type { Day } from '../../workflows/kernel/time.ts';
import { cycleOf, cycleOnFile, MANY_REVIEWS, postsInScope } from '../../workflows/learning-needs/cycle.ts';
import {
  answerLabels,
  countedReviews,
  Decision,
  decisionFor,
  LEARNING_REVIEW,
  MeetBy,
  Route,
  routeLabels,
  Strand,
  strandLabels,
} from '../../workflows/learning-needs/needs.ts';
import { demandOf, type Session, sessionsFor, UNDER_5 } from '../../workflows/learning-review-cycle/demand.ts';
import { noSuch } from './access.ts';
import type { ApiContext } from './route.ts';

const Day_ = z.iso.date();
const Count = z.int().min(0);
const Shown = z
  .union([z.int().min(0), z.literal(UNDER_5)])
  .meta({ description: 'Counts from 1 to 4, and those that would give such a count away, are shown as "under 5"' });

export const CycleQuery = z.strictObject({
  cycle: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .meta({ description: 'Id of the cycle in the calendar; by default the latest' }),
});
export type CycleQuery = z.infer<typeof CycleQuery>;

export const CycleShape = z.object({ cycleId: z.string(), label: z.string(), opensOn: Day_, closesOn: Day_ });

export const cycleShape = ({ id, label, opensOn, closesOn }: LearningReviewCycle): z.output<typeof CycleShape> => ({
  cycleId: id,
  label,
  opensOn,
  closesOn,
});

/** Names of schools; the central office need not be on file to have staff. */
export const nameIn =
  (schools: readonly School[]) =>
  (schoolId: string): string =>
    schools.find((school) => school.schoolId === schoolId)?.name ?? (schoolId === TRUST ? 'Central office' : schoolId);

// Demand

const DemandRow = z.object({
  strand: Strand,
  label: z.string(),
  schoolId: z.string().nullable(),
  school: z.string().nullable().meta({ description: 'Null: all schools that you see' }),
  route: Route.nullable(),
  routeLabel: z.string().nullable().meta({ description: 'Null: all routes' }),
  count: Shown,
  sessions: z
    .array(z.object({ kind: z.enum(['inset-day', 'npq-cohort']), on: Day_, label: z.string() }))
    .meta({ description: 'Sessions still to come that could meet it, where a calendar has them' }),
  meetBy: MeetBy.nullable().meta({ description: 'What the trust answered at sign-off' }),
  meetByLabel: z.string().nullable(),
});
type DemandRow = z.output<typeof DemandRow>;

export const DemandReport = z.object({
  asOf: Day_,
  cycle: CycleShape.nullable().meta({ description: 'Null: no cycle has been opened' }),
  isFrozen: z.boolean().meta({ description: 'The window has closed: nothing changes any more' }),
  total: Shown,
  conversations: Shown,
  bySchool: z.array(z.object({ schoolId: z.string(), school: z.string(), count: Shown })),
  byRoute: z.array(z.object({ route: Route, label: z.string(), count: Shown })),
  rows: z.array(DemandRow).meta({
    description: 'Strands, most needed first; after each its schools and its routes. What nobody needs is left out.',
  }),
});

export const demandColumns = [
  'strand',
  'label',
  'schoolId',
  'school',
  'route',
  'routeLabel',
  'count',
  'sessions',
  'meetBy',
  'meetByLabel',
] as const;

/** A row for a spreadsheet: the sessions as one text. */
export const demandCells = (row: DemandRow): Record<(typeof demandColumns)[number], string | number | null> => ({
  ...row,
  sessions: row.sessions.map(({ label }) => label).join('; '),
});

/** Opened cycles, the latest first. */
export async function cyclesOpened({ store }: ApiContext): Promise<readonly Process[]> {
  const all = await store.processesOf(TRUST);
  return all
    .filter(({ kind }) => kind === 'learning-review-cycle')
    .sort((one, other) => (one.startedAt < other.startedAt ? 1 : -1));
}

export async function demand(
  context: ApiContext,
  scope: Scope,
  today: Day,
  { cycle: wanted }: CycleQuery,
): Promise<z.output<typeof DemandReport> | Rejection> {
  const { store, reading } = context;
  const [calendar, opened, schools] = await Promise.all([reading.calendar(), cyclesOpened(context), store.schools()]);
  const process = opened.find(({ data }) => wanted === undefined || data['cycleId'] === wanted);
  if (process === undefined) {
    if (wanted !== undefined) return noSuch('learning review cycle');
    return {
      asOf: today,
      cycle: null,
      isFrozen: false,
      total: 0,
      conversations: 0,
      bySchool: [],
      byRoute: [],
      rows: [],
    };
  }
  const cycle = cycleOf(calendar, String(process.data['cycleId']));
  const decisions = Decision.array().parse(process.data['decisions'] ?? []);
  const children = await store.children({ parentId: process.processId, kind: LEARNING_REVIEW });
  const reviews = countedReviews(children, cycle).filter(
    ({ schoolId }) => scope.all || scope.schools.includes(schoolId),
  );
  const found = demandOf(reviews, { routesGiveWay: !scope.all });
  const nameOf = nameIn(schools);
  const schoolIds = found.bySchool.map(({ schoolId }) => schoolId);
  const inWords = ({ kind, on, cohortId }: Session): string =>
    kind === 'inset-day'
      ? `INSET day ${dayWords(on, today)}`
      : `NPQs ${cohort(calendar, cohortId ?? '')?.label ?? cohortId}, registration from ${dayWords(on, today)}`;
  const answerTo = (strand: Strand, route: Route | null): MeetBy | null => {
    const decision =
      route === null
        ? decisions.find((each) => each.strand === strand && each.route === null)
        : decisionFor(decisions, { strand, route });
    return decision?.meetBy ?? null;
  };
  return {
    asOf: today,
    cycle: cycleShape(cycle),
    isFrozen: today > cycle.closesOn,
    total: found.total,
    conversations: found.conversations,
    bySchool: found.bySchool.map(({ schoolId, count }) => ({ schoolId, school: nameOf(schoolId), count })),
    byRoute: found.byRoute.map(({ route, count }) => ({ route, label: routeLabels[route], count })),
    rows: found.rows.map((row) => {
      const meetBy = row.schoolId === null ? answerTo(row.strand, row.route) : null;
      return {
        ...row,
        label: strandLabels[row.strand],
        school: row.schoolId === null ? null : nameOf(row.schoolId),
        routeLabel: row.route === null ? null : routeLabels[row.route],
        sessions: sessionsFor(row, { calendar, today, schoolIds }).map((session) => ({
          kind: session.kind,
          on: session.on,
          label: inWords(session),
        })),
        meetBy,
        meetByLabel: meetBy && answerLabels[meetBy],
      };
    }),
  };
}

// How many reviews each line manager has

const ReviewLoadRow = z.object({
  managerId: z.string(),
  manager: z.string(),
  schoolId: z.string(),
  school: z.string(),
  reviews: Count,
  isMany: z.boolean().meta({
    description: `More than ${MANY_REVIEWS}: any may be handed to another leader, or held as one conversation of several`,
  }),
});

export const reviewLoadColumns = ['managerId', 'manager', 'schoolId', 'school', 'reviews', 'isMany'] as const;

export const ReviewLoadReport = z.object({
  asOf: Day_,
  cycle: CycleShape.nullable().meta({ description: 'The one that is open or opens next; null: none is on file' }),
  rows: z.array(ReviewLoadRow).meta({ description: 'Most first. Who leads no school sees their own.' }),
});

/** For a spreadsheet: yes or no in words. */
export const reviewLoadCells = (
  row: z.output<typeof ReviewLoadRow>,
): Record<(typeof reviewLoadColumns)[number], string | number | null> => ({
  ...row,
  isMany: row.isMany ? 'yes' : 'no',
});

/** Whose reviews a caller may see the load of: pages of people, and the managers whose rows are shown. */
export interface LoadScope {
  readonly people: AsyncIterable<readonly Person[]>;
  readonly scope: Scope;
  readonly caller: Person;
}

/** By the posts of the day on which the cycle opens, or of today once it is open. */
export async function reviewLoad(
  { store, reading }: ApiContext,
  { people: pages, scope, caller }: LoadScope,
  today: Day,
  { cycle: wanted }: CycleQuery,
): Promise<z.output<typeof ReviewLoadReport> | Rejection> {
  const [calendar, schools] = await Promise.all([reading.calendar(), store.schools()]);
  const cycle =
    wanted === undefined
      ? learningReviewCycles(calendar).find(({ closesOn }) => closesOn >= today)
      : cycleOnFile(calendar, wanted);
  if (cycle === undefined)
    return wanted === undefined ? { asOf: today, cycle: null, rows: [] } : noSuch('learning review cycle');
  const on = cycle.opensOn > today ? cycle.opensOn : today;
  const inScope: { readonly person: Person; readonly schoolId: string }[] = [];
  for await (const page of pages)
    for (const person of page) {
      const schoolId = postsInScope(person, cycle, on)[0]?.schoolId;
      if (schoolId !== undefined) inScope.push({ person, schoolId });
    }
  const holders = (
    await Promise.all(
      [...schools.map(({ schoolId }) => schoolId), TRUST].map((schoolId) => store.roleHolders(schoolId)),
    )
  ).flat();
  const managers = inScope.flatMap(({ person }) =>
    person.posts.flatMap(({ lineManagerId }) => (lineManagerId === undefined ? [] : [lineManagerId])),
  );
  const others = await store.persons([...new Set([...managers, ...holders.map(({ personId }) => personId)])]);
  const directory = makeDirectory([...others, ...inScope.map(({ person }) => person)], holders, schools);
  const rows = new Map<string, z.output<typeof ReviewLoadRow>>();
  const nameOf = nameIn(schools);
  const seen = new Set<string>();
  for (const { person, schoolId } of inScope) {
    if (seen.has(person.personId)) continue;
    seen.add(person.personId);
    const manager = lineManagerOf(person, schoolId, directory, on);
    const isShown = scope.all || scope.schools.includes(schoolId) || manager?.personId === caller.personId;
    if (!manager || !isShown) continue;
    const key = `${manager.personId}#${schoolId}`;
    const reviews = (rows.get(key)?.reviews ?? 0) + 1;
    rows.set(key, {
      managerId: manager.personId,
      manager: displayName(manager),
      schoolId,
      school: nameOf(schoolId),
      reviews,
      isMany: reviews > MANY_REVIEWS,
    });
  }
  return {
    asOf: today,
    cycle: cycleShape(cycle),
    rows: [...rows.values()].sort(
      (one, other) => other.reviews - one.reviews || (one.manager < other.manager ? -1 : 1),
    ),
  };
}
