/** The data of a learning review and the forms of its tasks. Options of a form are what the rules allow now. */
import * as z from 'zod';
import { choice, makeLabelled, text } from '../kernel/forms.ts';
import { SchoolId } from '../kernel/records.ts';
import { Day } from '../kernel/time.ts';
import { MeetBy, Route, routeLabels, routes, Strand, strandLabels, strands } from '../learning-needs/needs.ts';
import { fields, helpedLabels, priorityLabels, words } from './texts.ts';

const labelled = makeLabelled(fields);

/** A review has one to three needs. */
export const MOST_NEEDS = 3;
const SHORT_TEXT = 300;
const LONG_TEXT = 1000;

/** Which priority a need serves. */
export const priorities = ['school', 'trust', 'own'] as const;
export type Priority = (typeof priorities)[number];

/** Whether what was done about a need helped. */
export const helped = ['helped', 'partly', 'no', 'did-not-happen'] as const;
export type Helped = (typeof helped)[number];

export const Need = z.object({
  /** In the words of the two who agreed it. */
  need: z.string(),
  strand: Strand,
  priority: z.enum(priorities),
  route: Route,
  /** What came of it, as the person saw it at the follow-up. */
  helped: z.enum(helped).nullable(),
  /** What the trust answered at the cycle's sign-off; nothing before it, and where it answered nothing to this one. */
  answer: z.object({ meetBy: MeetBy, note: z.string().nullable() }).nullable(),
});
export type Need = z.infer<typeof Need>;

export const ReviewData = z.object({
  cycleId: z.string(),
  /** Leads the review: manages the main post. Nothing where nobody does. */
  managerId: z.string().nullable(),
  /** Manage another post of the person: they may read and comment. */
  otherManagerIds: z.array(z.string()),
  selfReview: z
    .object({
      goingWell: z.string().nullable(),
      workOn: z.string().nullable(),
      wouldHelp: z.string().nullable(),
      isSkipped: z.boolean(),
      answeredOn: Day,
    })
    .nullable(),
  conversation: z
    .object({
      needs: z.array(Need),
      heldOn: Day,
      heldBy: z.string(),
      /** After the window had closed: not in the numbers. */
      isLate: z.boolean(),
      /** The school where it was counted, for somebody who moved after the numbers were frozen. */
      countsAt: SchoolId.nullable(),
    })
    .nullable(),
  followUp: z.object({ next: z.string().nullable(), answeredOn: Day }).nullable(),
  /** When the person was told what became of their needs. */
  toldOn: Day.nullable(),
});
export type ReviewData = z.infer<typeof ReviewData>;

/** What the cycle starts one with. */
export const StartForm = z.strictObject({ cycleId: z.string().min(1).max(100) });

/** Three questions, five minutes. The second is prefilled with the needs of the last cycle. */
export const selfReviewForm = ({ lastNeeds }: { readonly lastNeeds: string | undefined }) =>
  z.strictObject({
    goingWell: labelled('goingWell', text(LONG_TEXT)).optional(),
    workOn:
      lastNeeds === undefined
        ? labelled('workOn', text(LONG_TEXT))
        : labelled('workOn', text(LONG_TEXT)).default(lastNeeds),
    wouldHelp: labelled('wouldHelp', text(LONG_TEXT)).optional(),
  });
export interface SelfReviewAnswer {
  readonly goingWell?: string;
  readonly workOn: string;
  readonly wouldHelp?: string;
}

export const nothingForm = () => z.strictObject({});

export const conversationForm = () =>
  z.strictObject({
    needs: z
      .array(
        z.strictObject({
          need: labelled('need', text(SHORT_TEXT)),
          strand: labelled('strand', choice(strands, strandLabels)),
          priority: labelled('priority', choice(priorities, priorityLabels)),
          route: labelled('route', choice(routes, routeLabels)),
        }),
      )
      .min(1, words.oneNeedAtLeast)
      .max(MOST_NEEDS, words.threeNeedsAtMost)
      .meta({ title: fields.needs }),
  });
export interface ConversationAnswer {
  readonly needs: readonly Omit<Need, 'helped' | 'answer'>[];
}

/** One tap for each need, which stands in the label of its field. */
export function followUpForm(needs: readonly Need[]) {
  const taps = needs.map(({ need, strand }, at) => [
    `need${at + 1}`,
    choice(helped, helpedLabels).meta({ title: words.didItHelp(strandLabels[strand], need) }),
  ]);
  return z.strictObject({ ...Object.fromEntries(taps), next: labelled('next', text(LONG_TEXT)).optional() });
}
export interface FollowUpAnswer {
  readonly need1: Helped;
  readonly need2?: Helped;
  readonly need3?: Helped;
  readonly next?: string;
}
