/** A school: what is under way there, kind by kind, in columns by stage, and its charts. */
import { NativeSelect, Title } from '@mantine/core';
import { Link, useSearchParams } from 'wouter';
import { Due } from '../due.tsx';
import { Loaded, Loading, NotFound, PageTitle } from '../page.tsx';
import { useKinds, useList, useMe, useSchools } from '../queries.ts';
import type { Kind, Labelled, Me, Process } from '../shapes.ts';
import { texts } from '../texts.ts';
import { Charts, leads } from './board.tsx';

export function SchoolPage({ schoolId }: { schoolId: string }) {
  const schools = useSchools();
  const me = useMe();
  return (
    <Loaded query={schools} isPage>
      {({ items }) => {
        const school = items.find((each) => each.schoolId === schoolId);
        if (school === undefined) return <NotFound />;
        return (
          <>
            <PageTitle lead={`${texts.schools.urn} ${schoolId}`}>{school.name}</PageTitle>
            <p>
              <Link href={`/people?school=${schoolId}`}>{texts.schools.people}</Link>
            </p>
            <UnderWay schoolId={schoolId} name={school.name} />
            <Loaded query={me}>{(who) => (seesBoard(who, schoolId) ? <Charts schoolId={schoolId} /> : null)}</Loaded>
          </>
        );
      }}
    </Loaded>
  );
}

const seesBoard = ({ roles }: Me, schoolId: string): boolean =>
  roles.some(({ role, schoolId: at }) => at === null || (leads.has(role) && at === schoolId));

function UnderWay({ schoolId, name }: { schoolId: string; name: string }) {
  const [search, setSearch] = useSearchParams();
  const { data: kinds } = useKinds();
  const kind = kinds?.items.find(({ path }) => path === search.get('kind')) ?? kinds?.items[0];
  if (kind === undefined) return <Loading />;
  return (
    <section aria-labelledby="under-way">
      <Title order={2} size="h4" id="under-way">
        {texts.board.processes(name)}
      </Title>
      <div className="filters">
        <NativeSelect
          size="sm"
          label={texts.board.kind}
          value={kind.path}
          data={kinds?.items.map(({ path, label }) => ({ value: path, label })) ?? []}
          onChange={({ currentTarget: { value } }) => setSearch({ kind: value }, { replace: true })}
        />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard */}
      <section className="kanban" tabIndex={0} aria-label={kind.label}>
        {kind.stages.map((stage) => (
          <Stage key={`${kind.kind} ${stage.name}`} kind={kind} stage={stage} schoolId={schoolId} />
        ))}
      </section>
    </section>
  );
}

/** So many cards stand in a column; the list has them all. */
const CARDS = 8;

function Stage({ kind, stage, schoolId }: { kind: Kind; stage: Labelled; schoolId: string }) {
  const { data: me } = useMe();
  const list = useList<Process>(`/${kind.path}`, {
    school: schoolId,
    stage: stage.name,
    status: 'active',
    limit: String(CARDS),
  });
  const items = list.data?.pages[0]?.items ?? [];
  const hasMore = list.data?.pages[0]?.cursor !== null;
  return (
    <div className="stage">
      <Title order={3} size="h6">
        {stage.label}{' '}
        <span className="quiet">
          {list.isPending ? '' : `${items.length}${hasMore && items.length > 0 ? '+' : ''}`}
        </span>
      </Title>
      {list.isPending && <Loading lines={2} />}
      <ul className="plain">
        {items.map((process) => (
          <li key={process.id}>
            <Link href={`/${kind.path}/${process.id}`} className="card">
              <span>{process.subject.name}</span>
              {me && process.openTasks[0] && <Due task={process.openTasks[0]} today={me.today} />}
            </Link>
          </li>
        ))}
      </ul>
      {hasMore && items.length > 0 && (
        <Link href={`/${kind.path}?school=${schoolId}&stage=${stage.name}&status=active`} className="small">
          {texts.board.seeAll}
          <span className="unseen">{texts.board.seeAllOf(stage.label)}</span>
        </Link>
      )}
    </div>
  );
}
