/** Who has reached what: apprentices, inductions, NPQ studies. Of one school person by person, else school by school. */
import { type Bar, Chart } from '../chart.tsx';
import { useKinds, useMe } from '../queries.ts';
import type { Kind, MilestonesReport } from '../shapes.ts';
import { dayWords, texts } from '../texts.ts';
import { boardOf, type OfSchool, Reported, reportOf, useReport } from './board-report.tsx';

/** Kinds that go on for terms or years, in which milestones tell more than the stage. */
const longKinds = ['apprenticeship', 'ect-induction', 'npq-study'] as const;

export function Milestones({ schoolId }: OfSchool) {
  const { data: kinds } = useKinds();
  return longKinds.map((name) => {
    const kind = kinds?.items.find((each) => each.kind === name);
    return kind && <OfKind key={name} kind={kind} schoolId={schoolId} />;
  });
}

const words = texts.board.milestones;
const ofPeople = [
  { name: words.done, tone: 'calm' },
  { name: words.late, tone: 'late' },
  { name: words.toCome, tone: 'pale' },
] as const;
const ofSchools = [
  { name: words.onTrack, tone: 'calm' },
  { name: words.somethingLate, tone: 'late' },
] as const;

function OfKind({ kind, schoolId }: OfSchool & { kind: Kind }) {
  const { data: me } = useMe();
  const report = reportOf('milestones', { kind: kind.kind, school: schoolId });
  // Of many schools only counts are shown: what is late is the least there is to read.
  const asked = schoolId === undefined ? reportOf('milestones', { kind: kind.kind, state: 'late' }) : report;
  const counts = useReport<MilestonesReport>(asked);
  const isOfOne = counts.data !== undefined && (schoolId !== undefined || counts.data.schools.length <= 1);
  const whole = useReport<MilestonesReport>(report, { isWanted: isOfOne });
  return (
    <Reported query={isOfOne ? whole : counts}>
      {({ processes, rows, late, schools }) => {
        if (processes === 0) return null;
        const people = isOfOne ? peopleOf(rows) : [];
        return (
          <Chart
            title={words.title(kind.label)}
            lead={words.lead(processes, late)}
            column={isOfOne ? texts.board.columns.person : texts.board.columns.school}
            {...(isOfOne && { noteColumn: words.next })}
            series={isOfOne ? ofPeople : ofSchools}
            bars={isOfOne ? people.map((person) => barOf(person, kind, me?.today ?? '')) : schools.map(barOfSchool)}
            report={isOfOne ? undefined : report}
          />
        );
      }}
    </Reported>
  );
}

type Row = MilestonesReport['rows'][number];

interface PersonsMilestones {
  readonly processId: string;
  readonly subject: string;
  readonly of: (state: Row['state']) => readonly Row[];
}

/** What is late first, then by what comes next. */
function peopleOf(rows: readonly Row[]): readonly PersonsMilestones[] {
  const people = [...Map.groupBy(rows, ({ processId }) => processId)].flatMap(([processId, held]) => {
    const [first] = held;
    const of = (state: Row['state']) => held.filter((row) => row.state === state);
    return first ? [{ processId, subject: first.subject, of }] : [];
  });
  const placeOf = ({ of }: PersonsMilestones): string =>
    `${9999 - of('late').length} ${of('next')[0]?.dueOn ?? '9999'}`;
  return people.sort((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1));
}

function barOf({ processId, subject, of }: PersonsMilestones, kind: Kind, today: string): Bar {
  const [late] = of('late');
  const [next] = of('next');
  const inWords = ({ label, dueOn }: Row): string => (dueOn === null ? label : words.by(label, dayWords(dueOn, today)));
  return {
    key: processId,
    label: subject,
    href: `/${kind.path}/${processId}`,
    values: [of('done').length, of('late').length, of('next').length + of('later').length],
    notes: [late && words.isLate(inWords(late)), next && words.isNext(inWords(next))].filter(
      (note) => note !== undefined,
    ),
  };
}

const barOfSchool = ({ schoolId, school, processes, withLate }: MilestonesReport['schools'][number]): Bar => ({
  key: schoolId,
  label: school,
  href: boardOf(schoolId),
  values: [processes - withLate, withLate],
});
