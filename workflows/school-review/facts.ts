/** What is shown beside the priorities of a school: its needs, added up. */
import type { Fact, View } from '../kernel/process.ts';
import { fullDate } from '../kernel/time.ts';
import { routeLabels, strandLabels, strands } from '../learning-needs/needs.ts';
import { cycleInView, totalsOf } from './rules.ts';
import type { SchoolReviewData } from './schemas.ts';
import { facts as labels, words } from './texts.ts';

/** Strands by how many needs they have, each with the routes that people would like. */
export function prioritiesFacts(view: View<SchoolReviewData>): readonly Fact[] {
  const { countedOn, held, needs, reviews } = totalsOf(view);
  const byStrand = strands
    .map((strand) => {
      const groups = needs.filter((group) => group.strand === strand);
      return { strand, groups, count: groups.reduce((sum, { count }) => sum + count, 0) };
    })
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
  return [
    { label: labels.cycle, value: cycleInView(view).label },
    { label: labels.countedOn, value: fullDate(countedOn) },
    { label: labels.conversations, value: words.ofReviews(held, reviews) },
    ...byStrand.map(({ strand, groups, count }) => ({
      label: strandLabels[strand],
      value: `${words.needs(count)}: ${groups.map((group) => words.byRoute(routeLabels[group.route], group.count)).join(', ')}`,
    })),
  ];
}
