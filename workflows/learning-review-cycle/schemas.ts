/** The data of a learning review cycle and its forms. */
import * as z from 'zod';
import { choice, makeLabelled, text } from '../kernel/forms.ts';
import { SchoolId } from '../kernel/records.ts';
import { Day } from '../kernel/time.ts';
import {
  answerLabels,
  answers,
  Decision,
  decisionFor,
  type NeedCode,
  Route,
  routeLabels,
  routes,
  Strand,
  strandLabels,
  strands,
} from '../learning-needs/needs.ts';
import { UNDER_5 } from './demand.ts';
import { fields, hints, words } from './texts.ts';

const labelled = makeLabelled(fields);

const SHORT_TEXT = 300;

const Shown = z.union([z.int(), z.literal(UNDER_5)]);

/** What the cycle came to, in counts that can be shown: the exact ones are not kept. */
const Numbers = z.object({
  countedOn: Day,
  total: Shown,
  conversations: Shown,
  bySchool: z.array(z.object({ schoolId: SchoolId, count: Shown })),
  byRoute: z.array(z.object({ route: Route, count: Shown })),
  rows: z.array(z.object({ strand: Strand, schoolId: SchoolId.nullable(), route: Route.nullable(), count: Shown })),
});

export const CycleData = z.object({
  cycleId: z.string(),
  /** When the trust-leads were last told how far the reviews are. */
  toldOn: Day.nullable(),
  numbers: Numbers.nullable(),
  /** What the schools had chosen when the numbers were counted. */
  schools: z.array(z.object({ schoolId: SchoolId, priorities: z.array(Strand) })),
  decisions: z.array(Decision).nullable(),
  signedOffBy: z.string().nullable(),
  signedOffOn: Day.nullable(),
});
export type CycleData = z.infer<typeof CycleData>;

export const StartForm = z.strictObject({
  cycleId: z.string().min(1).max(100).meta({ title: fields.cycleId, description: hints.cycleId }),
});
export type StartInput = z.infer<typeof StartForm>;

/** An answer for each group of needs: by its route, or once for all of a strand that are not named. "Not now" says why. */
export const signOffForm = (groups: readonly NeedCode[]) =>
  z.strictObject({
    decisions: z
      .array(
        z
          .strictObject({
            strand: labelled('strand', choice(strands, strandLabels)),
            route: labelled('route', choice(routes, routeLabels)).optional(),
            meetBy: labelled('meetBy', choice(answers, answerLabels)),
            note: labelled('note', text(SHORT_TEXT)).optional(),
          })
          .refine(({ meetBy, note }) => meetBy !== 'not-now' || note !== undefined, {
            path: ['note'],
            error: words.sayWhyNotNow,
          }),
      )
      .max(strands.length * (routes.length + 1))
      .superRefine((decisions, context) => {
        const given = decisions.map((decision) => ({
          ...decision,
          route: decision.route ?? null,
          note: decision.note ?? null,
        }));
        const missing = groups.filter((group) => decisionFor(given, group) === undefined);
        if (missing.length > 0)
          context.addIssue({
            code: 'custom',
            message: words.stillToDecide(
              missing.map(({ strand, route }) => words.group(strandLabels[strand], routeLabels[route])),
            ),
          });
      })
      // A form begins with a line for each strand: with one for each route as well a trust of seven schools had 71.
      .meta({
        title: fields.decisions,
        default: [...new Set(groups.map(({ strand }) => strand))].map((strand) => ({ strand })),
      }),
  });
export interface SignOffAnswer {
  readonly decisions: readonly {
    readonly strand: Strand;
    readonly route?: Route;
    readonly meetBy: Decision['meetBy'];
    readonly note?: string;
  }[];
}
