/** The data of a school review and the form of its task. */
import * as z from 'zod';
import { choice, makeLabelled, text } from '../kernel/forms.ts';
import { Day } from '../kernel/time.ts';
import { Route, Strand, strandLabels, strands } from '../learning-needs/needs.ts';
import { fields, words } from './texts.ts';

const labelled = makeLabelled(fields);

/** A school chooses one to five priorities. */
export const MOST_PRIORITIES = 5;
const SHORT_TEXT = 300;

/** What the school's reviews came to when they were counted. */
export const Totals = z.object({
  countedOn: Day,
  /** Reviews at the school, leavers' left out, and how many of their conversations were held by then. */
  reviews: z.int(),
  held: z.int(),
  /** Needs by strand and route, most first. */
  needs: z.array(z.object({ strand: Strand, route: Route, count: z.int() })),
});

export const SchoolReviewData = z.object({
  cycleId: z.string(),
  /** When the leads of the school were last told how far the reviews are. */
  toldOn: Day.nullable(),
  totals: Totals.nullable(),
  priorities: z.array(z.object({ strand: Strand, priority: z.string() })).nullable(),
  chosenBy: z.string().nullable(),
  chosenOn: Day.nullable(),
});
export type SchoolReviewData = z.infer<typeof SchoolReviewData>;

/** What the cycle starts one with. */
export const StartForm = z.strictObject({ cycleId: z.string().min(1).max(100) });

export const prioritiesForm = () =>
  z.strictObject({
    priorities: z
      .array(
        z.strictObject({
          strand: labelled('strand', choice(strands, strandLabels)),
          priority: labelled('priority', text(SHORT_TEXT)),
        }),
      )
      .min(1, words.onePriorityAtLeast)
      .max(MOST_PRIORITIES, words.fivePrioritiesAtMost)
      .meta({ title: fields.priorities }),
  });
export type PrioritiesAnswer = z.infer<ReturnType<typeof prioritiesForm>>;
