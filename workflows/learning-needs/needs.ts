/**
 * What a learning need is, in codes: the words in which learning reviews, school reviews and cycles speak of the same
 * thing. A review reports its needs to the cycle as these codes and nothing else; everything that is added up is added
 * up here.
 */
import * as z from 'zod';
import { type Child, SchoolId } from '../kernel/records.ts';
import { type Day, dayOf } from '../kernel/time.ts';

export const LEARNING_REVIEW = 'learning-review';
export const SCHOOL_REVIEW = 'school-review';

export const strands = [
  'subject',
  'pedagogy',
  'assessment',
  'behaviour',
  'inclusion',
  'leadership',
  'safeguarding',
  'wellbeing',
  'role-specific',
] as const;
export const Strand = z.enum(strands);
export type Strand = z.infer<typeof Strand>;

export const strandLabels: Readonly<Record<Strand, string>> = {
  subject: 'Subject knowledge',
  pedagogy: 'Pedagogy',
  assessment: 'Assessment',
  behaviour: 'Behaviour',
  inclusion: 'Inclusion',
  leadership: 'Leadership',
  safeguarding: 'Safeguarding',
  wellbeing: 'Wellbeing',
  'role-specific': 'Specific to the role',
};

/** How somebody would like a need to be met. */
export const routes = [
  'pdm',
  'hub-pdm',
  'inset',
  'coaching',
  'npq',
  'apprenticeship',
  'action-research',
  'none',
] as const;
export const Route = z.enum(routes);
export type Route = z.infer<typeof Route>;

export const routeLabels: Readonly<Record<Route, string>> = {
  pdm: 'Professional development meeting (PDM)',
  'hub-pdm': 'Hub PDM',
  inset: 'INSET day',
  coaching: 'Coaching',
  npq: 'NPQ',
  apprenticeship: 'Apprenticeship',
  'action-research': 'Action research',
  none: 'No route in mind',
};

/** What the trust answers to a group of needs: by what it is met, or not now. */
export const answers = [
  'pdm',
  'hub-pdm',
  'inset',
  'coaching',
  'npq',
  'apprenticeship',
  'action-research',
  'other',
  'not-now',
] as const;
export const MeetBy = z.enum(answers);
export type MeetBy = z.infer<typeof MeetBy>;

export const answerLabels: Readonly<Record<MeetBy, string>> = {
  pdm: 'Professional development meetings (PDM)',
  'hub-pdm': 'Hub PDMs',
  inset: 'An INSET day',
  coaching: 'Coaching',
  npq: 'An NPQ',
  apprenticeship: 'An apprenticeship',
  'action-research': 'Action research',
  other: 'Something else',
  'not-now': 'Not now',
};

/** A need without the words in which it was put. */
export const NeedCode = z.object({ strand: Strand, route: Route });
export type NeedCode = z.infer<typeof NeedCode>;

/** What the trust answered to the needs of a strand, of one route or of all that are not named besides. */
export const Decision = z.object({
  strand: Strand,
  route: Route.nullable(),
  meetBy: MeetBy,
  note: z.string().nullable(),
});
export type Decision = z.infer<typeof Decision>;

/** The answer to a need: the one for its route, else the one for its strand. */
export const decisionFor = (decisions: readonly Decision[], { strand, route }: NeedCode): Decision | undefined =>
  decisions.find((each) => each.strand === strand && each.route === route) ??
  decisions.find((each) => each.strand === strand && each.route === null);

/** What a child reported when its conversation was held. */
export const CONVERSATION_HELD = 'conversation-held';

/** What a learning review tells the cycle: codes, and whether it came too late to count. */
export const ReviewTally = z.object({
  needs: z.array(NeedCode),
  /** Held after the window had closed. */
  isLate: z.boolean(),
  /** The school where it was counted, for somebody who moved after the numbers were frozen. */
  countsAt: SchoolId.optional(),
});
export type ReviewTally = z.infer<typeof ReviewTally>;

/** What a school review tells the cycle when its priorities are chosen. */
export const SchoolTally = z.object({ reviews: z.int(), held: z.int(), priorities: z.array(Strand) });
export type SchoolTally = z.infer<typeof SchoolTally>;

export interface CountedReview {
  readonly schoolId: string;
  readonly needs: readonly NeedCode[];
}

const hasLeft = ({ outcome }: Child): boolean => outcome === 'left';

/**
 * The reviews whose needs count: held in the window, and not of somebody who left before it closed. What is late, what
 * moves and who leaves afterwards changes nothing: the numbers are frozen then.
 */
export const countedReviews = (
  rows: readonly Child[],
  { closesOn }: { readonly closesOn: Day },
): readonly CountedReview[] =>
  rows.flatMap((row) => {
    if (row.kind !== LEARNING_REVIEW || row.mark !== CONVERSATION_HELD) return [];
    const { needs, isLate, countsAt } = ReviewTally.parse(row.tally);
    const leftInTime = hasLeft(row) && row.endedAt !== undefined && dayOf(row.endedAt) <= closesOn;
    return isLate || leftInTime ? [] : [{ schoolId: countsAt ?? row.schoolId, needs }];
  });

/** How far the reviews are: how many there are, leavers' left out, and how many conversations of them are held. */
export function progressOf(rows: readonly Child[]): { readonly reviews: number; readonly held: number } {
  const reviews = rows.filter((row) => row.kind === LEARNING_REVIEW && !hasLeft(row));
  return { reviews: reviews.length, held: reviews.filter(({ mark }) => mark === CONVERSATION_HELD).length };
}

/** Needs by strand and route, most first; what nobody needs is not among them. */
export function groupsOf(
  needs: readonly NeedCode[],
): readonly { readonly strand: Strand; readonly route: Route; readonly count: number }[] {
  return strands
    .flatMap((strand) =>
      routes.map((route) => ({
        strand,
        route,
        count: needs.filter((need) => need.strand === strand && need.route === route).length,
      })),
    )
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
}
