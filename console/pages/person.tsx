/** One person: posts, roles, qualifications, absences, and their processes of every kind. */
import { Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { choiceWords } from '../form/schema.ts';
import { Loaded, Loading, PageTitle } from '../page.tsx';
import { Pathway } from '../pathway.tsx';
import { useCalendar, useKinds, useList, usePerson, useSchoolName } from '../queries.ts';
import type { Kind, Person, Process } from '../shapes.ts';
import { dayOf, longDay, qualificationWords, roleWords, statusWords, texts } from '../texts.ts';

export function PersonPage({ personId }: { personId: string }) {
  const person = usePerson(personId);
  return (
    <Loaded query={person} isPage>
      {(found) => <ThePerson person={found} />}
    </Loaded>
  );
}

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <section aria-label={title}>
    <Title order={2} size="h4">
      {title}
    </Title>
    {children}
  </section>
);

function ThePerson({ person }: { person: Person }) {
  const schoolName = useSchoolName();
  const kinds = useKinds();
  const { email, isCurrent, posts, roles, absences } = person;
  return (
    <>
      <PageTitle aside={isCurrent ? undefined : <span className="due calm">{texts.people.left}</span>}>
        {person.name}
      </PageTitle>
      <dl className="about">
        <div>
          <dt>{texts.people.email}</dt>
          <dd>{email ?? texts.people.noEmail}</dd>
        </div>
      </dl>
      <div className="columns">
        <div>
          <Part title={texts.people.posts}>
            <ul className="plain">
              {posts.map(({ schoolId, employeeNumber, job, startsOn, endsOn, fte }) => (
                <li key={`${schoolId}-${employeeNumber}`}>
                  <strong>{job}</strong>, {schoolName(schoolId)}
                  <span className="quiet small">
                    {[
                      startsOn === null ? '' : texts.people.since(longDay(startsOn)),
                      endsOn === null ? '' : texts.people.until(longDay(endsOn)),
                      fte === null || fte === 1 ? '' : texts.people.fte(fte),
                    ]
                      .filter(Boolean)
                      .map((each) => ` · ${each}`)
                      .join('')}
                  </span>
                </li>
              ))}
            </ul>
          </Part>
          <Part title={texts.people.processes}>
            {kinds.data?.items.map((kind) => (
              <TheirProcesses key={kind.kind} kind={kind} personId={person.personId} />
            ))}
          </Part>
        </div>
        <div>
          <Pathway personId={person.personId} />
          <Part title={texts.people.qualifications}>
            <Qualifications person={person} kinds={kinds.data?.items ?? []} />
          </Part>
          <Part title={texts.people.roles}>
            {roles.length === 0 && <p className="quiet">{texts.people.noRoles}</p>}
            <ul className="plain">
              {roles.map((role) => (
                <li key={`${role.role}-${role.schoolId}`}>{roleWords(role, schoolName)}</li>
              ))}
            </ul>
          </Part>
          {absences.length > 0 && (
            <Part title={texts.people.absences}>
              <ul className="plain">
                {absences.map(({ from, to }) => (
                  <li key={from}>{texts.people.absence(longDay(from), longDay(to))}</li>
                ))}
              </ul>
            </Part>
          )}
        </div>
      </div>
    </>
  );
}

function Qualifications({ person: { qualifications }, kinds }: { person: Person; kinds: readonly Kind[] }) {
  const { data: calendar } = useCalendar();
  const cohorts = calendar?.years.flatMap(({ npqCohorts }) => npqCohorts) ?? [];
  /** The words of the field in whichever form has it. */
  const words = (field: string, value: string): string => {
    const schemas = kinds.map(({ startSchema }) => (startSchema['properties'] as Record<string, unknown>)?.[field]);
    return schemas.map((schema) => choiceWords(schema, value)).find((each) => each !== value) ?? value;
  };
  if (qualifications.length === 0) return <p className="quiet">{texts.people.noQualifications}</p>;
  return (
    <ul className="plain">
      {qualifications.map(({ courseId, cohortId, outcome, isFunded }) => (
        <li key={`${courseId}-${cohortId}`}>
          <strong>{words('courseId', courseId)}</strong>
          <span className="quiet small">
            {' '}
            · {cohorts.find(({ id }) => id === cohortId)?.label ?? cohortId} · {qualificationWords[outcome] ?? outcome}{' '}
            · {isFunded ? texts.people.funded : texts.people.notFunded}
          </span>
        </li>
      ))}
    </ul>
  );
}

function TheirProcesses({ kind, personId }: { kind: Kind; personId: string }) {
  const list = useList<Process>(`/${kind.path}`, { person: personId, limit: '10' });
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  if (list.isPending) return <Loading lines={1} />;
  if (items.length === 0) return null;
  return (
    <ul className="plain">
      {items.map(({ id, status, stage, outcome, startedAt }) => (
        <li key={id}>
          <Link href={`/${kind.path}/${id}`}>{kind.label}</Link>
          <span className="quiet small">
            {' '}
            · {statusWords[status]} ·{' '}
            {[...kind.stages, ...kind.ends].find(({ name }) => name === (outcome ?? stage))?.label ?? stage} ·{' '}
            {longDay(dayOf(startedAt))}
          </span>
        </li>
      ))}
      {list.hasNextPage && (
        <li>
          <Link href={`/${kind.path}?person=${encodeURIComponent(personId)}`}>{texts.showMore}</Link>
        </li>
      )}
    </ul>
  );
}
