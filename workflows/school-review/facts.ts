/** What is shown beside the priorities of a school: its needs, added up. */
import type * as z from 'zod';
import { type Fact, type FactGroup, group, type View } from '../kernel/process.ts';
import { fullDate } from '../kernel/time.ts';
import { routeLabels, strandLabels, strands } from '../learning-needs/needs.ts';
import { cycleInView, totalsOf } from './rules.ts';
import type { SchoolReviewData, Totals } from './schemas.ts';
import { groups, facts as labels, words } from './texts.ts';

/** Strands by how many needs they have, each with the routes that people would like. */
export function prioritiesFacts(view: View<SchoolReviewData>): readonly Fact[] {
  const totals = totalsOf(view);
  return [{ label: labels.cycle, value: cycleInView(view).label }, ...counted(totals), ...byStrand(totals)];
}

const counted = ({ countedOn, held, reviews }: z.infer<typeof Totals>): readonly Fact[] => [
  { label: labels.countedOn, value: fullDate(countedOn) },
  { label: labels.conversations, value: words.ofReviews(held, reviews) },
];

const byStrand = ({ needs }: z.infer<typeof Totals>): readonly Fact[] =>
  strands
    .map((strand) => {
      const found = needs.filter((each) => each.strand === strand);
      return { strand, found, count: found.reduce((sum, { count }) => sum + count, 0) };
    })
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .map(({ strand, found, count }) => ({
      label: strandLabels[strand],
      value: `${words.needs(count)}: ${found.map((each) => words.byRoute(routeLabels[each.route], each.count)).join(', ')}`,
    }));

/** Its page: the cycle, what the school's reviews came to, what it chose. */
export function about(view: View<SchoolReviewData>): readonly FactGroup[] {
  const { totals, priorities, chosenOn } = view.data;
  return [
    ...group(null, [
      { label: labels.cycle, value: cycleInView(view).label },
      ...(totals === null ? [] : counted(totals)),
      ...(chosenOn === null ? [] : [{ label: labels.chosenOn, value: fullDate(chosenOn) }]),
    ]),
    ...group(
      groups.priorities,
      (priorities ?? []).map(({ strand, priority }) => ({ label: strandLabels[strand], value: priority })),
    ),
    ...group(groups.needs, totals === null ? [] : byStrand(totals)),
  ];
}
