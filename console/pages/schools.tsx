/** The schools of the trust, each with its processes and its people. */
import { Title } from '@mantine/core';
import { Link } from 'wouter';
import { Loaded, PageTitle } from '../page.tsx';
import { useKinds, useSchools } from '../queries.ts';
import { texts } from '../texts.ts';

export function SchoolsPage() {
  const schools = useSchools();
  const { data: kinds } = useKinds();
  return (
    <>
      <PageTitle>{texts.schools.title}</PageTitle>
      <Loaded query={schools}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="empty">{texts.schools.none}</p>
          ) : (
            <ul className="cards">
              {items.map(({ schoolId, name }) => (
                <li key={schoolId} className="panel">
                  <Title order={2} size="h5">
                    <Link href={`/schools/${schoolId}`}>{name}</Link>
                  </Title>
                  <p className="quiet small">
                    {texts.schools.urn} {schoolId}
                  </p>
                  <ul className="plain">
                    <li>
                      <Link href={`/people?school=${schoolId}`}>
                        {texts.schools.people}
                        <span className="unseen">, {name}</span>
                      </Link>
                    </li>
                    {kinds?.items.map(({ kind, path, label }) => (
                      <li key={kind}>
                        <Link href={`/${path}?status=active&school=${schoolId}`}>
                          {label}
                          <span className="unseen">, {name}</span>
                        </Link>
                      </li>
                    ))}
                  </ul>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </>
  );
}
