/** What is shown beside the sign-off: needs by strand, school and route, and what on file could meet them. */
import { cohort } from '../kernel/calendar.ts';
import type { Fact, View } from '../kernel/process.ts';
import { TRUST } from '../kernel/records.ts';
import { fullDate } from '../kernel/time.ts';
import { routeLabels, strandLabels } from '../learning-needs/needs.ts';
import { type Session, sessionsFor } from './demand.ts';
import { cycleInView, numbersOf } from './rules.ts';
import type { CycleData } from './schemas.ts';
import { facts as labels, words } from './texts.ts';

type CycleView = View<CycleData>;

const fact = (label: string, value: string): Fact => ({ label, value });

export function signOffFacts(view: CycleView): readonly Fact[] {
  const { data, world } = view;
  const numbers = numbersOf(view);
  const nameOf = (schoolId: string): string =>
    schoolId === TRUST ? words.centralOffice : (world.directory.school(schoolId)?.name ?? schoolId);
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
