/** The directory, as far as the reader may see it. */
import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import { awayOn } from '../away.ts';
import { Pages, Rows, useFilters, usePlaces } from '../listing.tsx';
import { PageTitle } from '../page.tsx';
import { useList, useMe, useSchoolName } from '../queries.ts';
import type { Person } from '../shapes.ts';
import { dayWords, texts } from '../texts.ts';
import { findsColleagues } from './sees-board.ts';

/** So many milliseconds after the last keystroke it is looked for. */
const PAUSE = 300;

export function PeoplePage() {
  const { search, set } = useFilters();
  const places = usePlaces();
  const { data: me } = useMe();
  const schoolName = useSchoolName();
  const [typed, setTyped] = useState(search.get('q') ?? '');
  const q = search.get('q');
  const filters = {
    q,
    school: search.get('school'),
    current: search.get('all') === null ? 'true' : null,
    findings: search.get('findings') === 'true' ? 'true' : null,
  };
  const list = useList<Person>('/people', filters);
  const looked = useRef(q ?? '');
  useEffect(() => {
    const next = typed.trim();
    if (next === looked.current) return;
    const timer = setTimeout(() => {
      looked.current = next;
      set('q', next);
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [typed]);
  // The address came from elsewhere: a link to this page, or the way back.
  useEffect(() => {
    const given = q ?? '';
    if (given === looked.current) return;
    looked.current = given;
    setTyped(given);
  }, [q]);

  return (
    <>
      <PageTitle lead={me && !findsColleagues(me) ? texts.people.few : undefined}>{texts.people.title}</PageTitle>
      <search className="filters" aria-label={texts.inbox.filters}>
        <TextInput
          type="search"
          size="sm"
          label={texts.people.search}
          description={texts.people.searchHelp}
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        />
        <NativeSelect
          size="sm"
          label={texts.people.school}
          value={filters.school ?? ''}
          onChange={({ currentTarget }) => set('school', currentTarget.value)}
          data={[{ value: '', label: texts.inbox.any }, ...places]}
        />
        <Checkbox
          label={texts.people.current}
          checked={filters.current !== null}
          onChange={({ currentTarget }) => set('all', currentTarget.checked ? '' : 'true')}
        />
        {me?.may.includes('look-into-findings') && (
          <Checkbox
            label={texts.people.onlyFindings}
            checked={filters.findings !== null}
            onChange={({ currentTarget }) => set('findings', currentTarget.checked ? 'true' : '')}
          />
        )}
      </search>
      <Pages
        list={list}
        none={<p className="empty">{filters.findings === null ? texts.people.none : texts.people.noneWithFindings}</p>}
      >
        {(items) => (
          <Rows>
            {items.map((person) => (
              <li key={person.personId}>
                <Link href={`/people/${encodeURIComponent(person.personId)}`} data-row className="row">
                  <span className="row-main">
                    <span className="row-title">{person.name}</span>
                    <span>{person.posts.map(({ job, schoolId }) => `${job}, ${schoolName(schoolId)}`).join('; ')}</span>
                  </span>
                  <Aside person={person} today={me?.today ?? ''} />
                </Link>
              </li>
            ))}
          </Rows>
        )}
      </Pages>
    </>
  );
}

/** What is to be known of somebody before their page is opened. */
function Aside({ person: { isCurrent, absences, findings }, today }: { person: Person; today: string }) {
  const away = awayOn(absences, today);
  const said = [
    findings.length > 0 && <span className="due soon">{texts.people.findings}</span>,
    !isCurrent && texts.people.left,
    away && texts.people.away.until(dayWords(away.to, today)),
  ].filter(Boolean);
  return said.length === 0 ? null : (
    <span className="row-side quiet small">
      {said.map((each, at) => (
        <span key={at}>{each}</span>
      ))}
    </span>
  );
}
