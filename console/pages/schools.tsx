/** The schools of the trust: how each stands, for who may see that, and its people. */
import { Title } from '@mantine/core';
import { Link } from 'wouter';
import { Loaded, PageTitle } from '../page.tsx';
import { useMe, useSchools } from '../queries.ts';
import type { LatenessReport } from '../shapes.ts';
import { texts } from '../texts.ts';
import { boardOf, useReport } from './board-report.tsx';
import { seesBoard } from './sees-board.ts';

export function SchoolsPage() {
  const schools = useSchools();
  const { data: me } = useMe();
  return (
    <>
      <PageTitle>{texts.schools.title}</PageTitle>
      <Loaded query={schools}>
        {({ items }) => {
          const led = me === undefined ? [] : items.filter(({ schoolId }) => seesBoard(me, schoolId));
          const others = items.filter((school) => !led.includes(school));
          return items.length === 0 ? (
            <p className="empty">{texts.schools.none}</p>
          ) : (
            <ul className="cards">
              {[...led, ...others].map(({ schoolId, name }) => (
                <li key={schoolId} className="panel">
                  <Title order={2} size="h5">
                    <Link href={`/schools/${schoolId}`}>{name}</Link>
                  </Title>
                  <p className="quiet small">
                    {texts.schools.urn} {schoolId}
                  </p>
                  {led.some((school) => school.schoolId === schoolId) && <Standing schoolId={schoolId} name={name} />}
                  <p>
                    <Link href={`/people?school=${schoolId}`}>
                      {texts.schools.people}
                      <span className="unseen">, {name}</span>
                    </Link>
                  </p>
                </li>
              ))}
            </ul>
          );
        }}
      </Loaded>
    </>
  );
}

/** One report for all of them. */
function Standing({ schoolId, name }: { schoolId: string; name: string }) {
  const { data } = useReport<LatenessReport>('lateness');
  const rows = data?.rows.filter((row) => row.schoolId === schoolId) ?? [];
  const sum = (field: 'open' | 'late' | 'stalled') => rows.reduce((total, row) => total + row[field], 0);
  return (
    <p>
      <Link href={boardOf(schoolId)}>
        {texts.board.title}
        <span className="unseen">, {name}</span>
      </Link>
      {data && ` · ${texts.board.late.summary(sum('open'), sum('late'), sum('stalled'))}`}
    </p>
  );
}
