/** One person: posts, who manages them, when they are away, what they have learnt, and what runs about them. */
import { Alert, Button, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { Absences } from '../absences.tsx';
import { awayOn } from '../away.ts';
import { Loaded, PageTitle } from '../page.tsx';
import { Pathway } from '../pathway.tsx';
import { Qualifications } from '../qualifications.tsx';
import { useCommand, useMe, usePerson, useSchoolName } from '../queries.ts';
import { Confirm, NameOf } from '../record.tsx';
import type { Person, PersonInFull } from '../shapes.ts';
import { longDay, roleWords, texts } from '../texts.ts';
import { TheirProcesses } from '../their-processes.tsx';

export function PersonPage({ personId }: { personId: string }) {
  const person = usePerson(personId);
  const me = useMe();
  return (
    <Loaded query={person} isPage>
      {(found) => <Loaded query={me}>{({ today }) => <ThePerson person={found} today={today} />}</Loaded>}
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

function ThePerson({ person, today }: { person: PersonInFull; today: string }) {
  const schoolName = useSchoolName();
  const away = awayOn(person.absences, today);
  // A post says that somebody is staff there.
  const roles = person.roles.filter(({ role }) => role !== 'staff');
  return (
    <>
      <PageTitle aside={person.isCurrent ? undefined : <span className="due calm">{texts.people.left}</span>}>
        {person.name}
      </PageTitle>
      <ToLookInto person={person} />
      {away && (
        <Alert color="gray">
          {texts.people.away.isAway(person.name, longDay(away.to))}{' '}
          {away.standIn === null ? (
            texts.people.away.nobodyStandsIn
          ) : (
            <>
              <NameOf person={away.standIn} /> {texts.people.away.standsInToo}.
            </>
          )}
        </Alert>
      )}
      <About person={person} />
      <div className="columns">
        <div>
          <Part title={texts.people.posts}>
            <Posts person={person} />
          </Part>
          <Manages person={person} />
          <TheirProcesses personId={person.personId} today={today} />
        </div>
        <div>
          <Absences person={person} today={today} />
          {/* Whoever is from outside has no career here. */}
          {person.posts.length > 0 && <Pathway personId={person.personId} />}
          <Qualifications person={person} today={today} />
          {roles.length > 0 && (
            <Part title={texts.people.roles}>
              <ul className="plain">
                {roles.map((role) => (
                  <li key={`${role.role}-${role.schoolId}`}>{roleWords(role, schoolName)}</li>
                ))}
              </ul>
            </Part>
          )}
          <SignIn person={person} />
        </div>
      </div>
    </>
  );
}

function ToLookInto({ person: { findings } }: { person: PersonInFull }) {
  if (findings.length === 0) return null;
  return (
    <Alert color="yellow">
      <Title order={2} size="h5">
        {texts.people.findings}
      </Title>
      {findings.map(({ code, sentence, other }) => (
        <p key={code}>
          {sentence}{' '}
          {other?.mayOpen && (
            <Link href={`/people/${encodeURIComponent(other.personId)}`}>{texts.people.openOther(other.name)}</Link>
          )}
        </p>
      ))}
    </Alert>
  );
}

function About({ person: { email, lineManagers } }: { person: PersonInFull }) {
  const schoolName = useSchoolName();
  return (
    <dl className="about">
      <div>
        <dt>{texts.people.email}</dt>
        <dd>{email === null ? texts.people.noEmail : <a href={`mailto:${email}`}>{email}</a>}</dd>
      </div>
      {lineManagers.length > 0 && (
        <div>
          <dt>{texts.people.lineManager}</dt>
          {lineManagers.map(({ schoolId, manager, isOnFile }) => (
            <dd key={schoolId}>
              <NameOf person={manager} />
              <span className="quiet small">
                {lineManagers.length > 1 && ` · ${texts.people.at(schoolName(schoolId))}`}
                {!isOnFile && ` · ${texts.people.managesByRole}`}
              </span>
            </dd>
          ))}
        </div>
      )}
    </dl>
  );
}

function Posts({ person: { posts } }: { person: Person }) {
  const schoolName = useSchoolName();
  if (posts.length === 0) return <p className="quiet">{texts.people.noPosts}</p>;
  return (
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
  );
}

/** So many people stand there; more are shown when they are asked for. */
const FEW = 6;

function Manages({ person: { manages } }: { person: PersonInFull }) {
  if (manages.length === 0) return null;
  const title = texts.people.manages(manages.length);
  const list = (
    <ul className="plain">
      {manages.map((each) => (
        <li key={each.personId}>
          <NameOf person={each} />
        </li>
      ))}
    </ul>
  );
  return manages.length > FEW ? (
    <section aria-label={title}>
      <details>
        <summary>{title}</summary>
        {list}
      </details>
    </section>
  ) : (
    <Part title={title}>{list}</Part>
  );
}

function SignIn({ person: { personId, actions } }: { person: PersonInFull }) {
  const [isAsked, setAsked] = useState(false);
  const command = useCommand<Person>();
  const action = actions.find((each) => each.action === 'forget-sign-in');
  if (action === undefined && !command.isSuccess) return null;
  return (
    <Part title={texts.people.signIn.title}>
      {command.isSuccess ? (
        <Alert color="oak" role="status">
          {texts.people.signIn.done}
        </Alert>
      ) : (
        <>
          <p className="quiet">{texts.people.signIn.help}</p>
          {isAsked ? (
            <Confirm
              yes={action?.label ?? ''}
              isBusy={command.isPending}
              error={command.error}
              onYes={() => command.mutate({ path: `/people/${encodeURIComponent(personId)}/forget-sign-in`, body: {} })}
              onNo={() => setAsked(false)}
            >
              {texts.people.signIn.sure}
            </Confirm>
          ) : (
            <Button variant="default" size="xs" onClick={() => setAsked(true)}>
              {action?.label}
            </Button>
          )}
        </>
      )}
    </Part>
  );
}
