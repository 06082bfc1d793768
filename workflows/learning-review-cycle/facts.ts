/** What is shown beside the sign-off: needs by strand, school and route, and what on file could meet them. */
import { cohort } from '../kernel/calendar.ts';
import { type Fact, type FactGroup, group, type View } from '../kernel/process.ts';
import { TRUST } from '../kernel/records.ts';
import { fullDate } from '../kernel/time.ts';
import { answerLabels, routeLabels, strandLabels } from '../learning-needs/needs.ts';
import { type Session, sessionsFor } from './demand.ts';
import { cycleInView, numbersOf } from './rules.ts';
import type { CycleData } from './schemas.ts';
import { groups, facts as labels, words } from './texts.ts';

type CycleView = View<CycleData>;

const fact = (label: string, value: string): Fact => ({ label, value });

const schoolNamer =
  ({ world }: CycleView) =>
  (schoolId: string): string =>
    schoolId === TRUST ? words.centralOffice : (world.directory.school(schoolId)?.name ?? schoolId);

const prioritiesOf = (view: CycleView): readonly Fact[] =>
  view.data.schools.map(({ schoolId, priorities }) =>
    fact(schoolNamer(view)(schoolId), priorities.map((strand) => strandLabels[strand]).join(', ')),
  );

/** Its page: when it is open, what it came to, what the trust answers. Counts are those that may be shown. */
export function about(view: CycleView): readonly FactGroup[] {
  const { numbers, decisions, signedOffOn } = view.data;
  const { label, opensOn, closesOn } = cycleInView(view);
  const ofStrand = (strand: string, by: 'schoolId' | 'route') =>
    (numbers?.rows ?? []).filter((row) => row.strand === strand && row[by] !== null);
  const whole = (numbers?.rows ?? []).filter(({ schoolId, route }) => schoolId === null && route === null);
  return [
    ...group(null, [
      fact(labels.cycle, label),
      fact(labels.opensOn, fullDate(opensOn)),
      fact(labels.closesOn, fullDate(closesOn)),
      ...(numbers === null
        ? []
        : [
            fact(labels.countedOn, fullDate(numbers.countedOn)),
            fact(labels.conversations, String(numbers.conversations)),
            fact(labels.total, String(numbers.total)),
          ]),
      ...(signedOffOn === null ? [] : [fact(labels.signedOff, fullDate(signedOffOn))]),
    ]),
    ...group(
      groups.needs,
      whole.map(({ strand, count }) =>
        fact(
          strandLabels[strand],
          words.strand(
            String(count),
            ofStrand(strand, 'route').map(({ route, count: part }) =>
              words.part(route === null ? '' : routeLabels[route], String(part)),
            ),
          ),
        ),
      ),
    ),
    ...group(groups.schools, prioritiesOf(view)),
    ...group(
      groups.decisions,
      (decisions ?? []).map(({ strand, route, meetBy, note }) =>
        fact(
          words.group(strandLabels[strand], route === null ? words.allRoutes : routeLabels[route]),
          words.answered(answerLabels[meetBy], note),
        ),
      ),
    ),
  ];
}

export function signOffFacts(view: CycleView): readonly Fact[] {
  const { data, world } = view;
  const numbers = numbersOf(view);
  const nameOf = schoolNamer(view);
  const schoolIds = numbers.bySchool.map(({ schoolId }) => schoolId);
  const strandRows = numbers.rows.filter(({ schoolId, route }) => schoolId === null && route === null);
  const partsOf = (strand: string, by: 'schoolId' | 'route') =>
    numbers.rows.filter((row) => row.strand === strand && row[by] !== null);
  const inWords = ({ cohortId, on }: Session): string =>
    cohortId === null
      ? words.insetDay(fullDate(on))
      : words.cohort(cohort(world.calendar, cohortId)?.label ?? cohortId, fullDate(on));
  const sessions = (['inset', 'npq'] as const).map((route) => {
    const found = sessionsFor({ schoolId: null, route }, { calendar: world.calendar, today: world.today, schoolIds });
    return fact(
      labels.sessions,
      words.strand(words.sessionsFor(routeLabels[route]), found.length === 0 ? [words.noSession] : found.map(inWords)),
    );
  });
  return [
    fact(labels.cycle, cycleInView(view).label),
    fact(labels.countedOn, fullDate(numbers.countedOn)),
    fact(labels.conversations, String(numbers.conversations)),
    fact(labels.total, String(numbers.total)),
    ...strandRows.flatMap(({ strand, count }) => [
      fact(
        strandLabels[strand],
        words.strand(
          String(count),
          partsOf(strand, 'route').map((row) =>
            words.part(row.route === null ? '' : routeLabels[row.route], String(row.count)),
          ),
        ),
      ),
      fact(
        strandLabels[strand],
        words.strand(
          String(count),
          partsOf(strand, 'schoolId').map((row) => words.part(nameOf(row.schoolId ?? TRUST), String(row.count))),
        ),
      ),
    ]),
    ...data.schools.map(({ schoolId, priorities }) =>
      fact(
        labels.schools,
        words.strand(
          nameOf(schoolId),
          priorities.map((strand) => strandLabels[strand]),
        ),
      ),
    ),
    ...sessions,
  ];
}
