/** A school: what is under way there, kind by kind, in columns by stage, and its charts. */
import { NativeSelect, Title } from '@mantine/core';
import { Link, useSearchParams } from 'wouter';
import { Due, firstDue } from '../due.tsx';
import { Loaded, Loading, NotFound, PageTitle, ProblemAlert } from '../page.tsx';
import { useKinds, useList, useMe, useSchools } from '../queries.ts';
import type { BoardsReport, Kind, Labelled, ListedProcess, Me, School } from '../shapes.ts';
import { longDay, texts } from '../texts.ts';
import { Charts, PrintButton } from './board.tsx';
import { Reported, reportOf, useReport } from './board-report.tsx';
import { seesBoard } from './sees-board.ts';

export function SchoolPage({ schoolId }: { schoolId: string }) {
  const schools = useSchools();
  const me = useMe();
  return (
    <Loaded query={schools} isPage>
      {({ items }) => (
        <Loaded query={me} isPage>
          {(who) => {
            const school = items.find((each) => each.schoolId === schoolId);
            return school === undefined ? <NotFound /> : <TheSchool school={school} me={who} />;
          }}
        </Loaded>
      )}
    </Loaded>
  );
}

function TheSchool({ school: { schoolId, name }, me }: { school: School; me: Me }) {
  const isBoard = seesBoard(me, schoolId);
  const urn = `${texts.schools.urn} ${schoolId}`;
  return (
    <>
      <PageTitle lead={isBoard ? texts.board.asOf(urn, longDay(me.today)) : urn} aside={isBoard && <PrintButton />}>
        {name}
      </PageTitle>
      <p className="screen-only">
        <Link href={`/people?school=${schoolId}`}>{texts.schools.people}</Link>
      </p>
      {isBoard ? (
        <>
          <UnderWay schoolId={schoolId} name={name} />
          <Charts schoolId={schoolId} place={name} asOf={me.today} />
        </>
      ) : (
        <Lists schoolId={schoolId} />
      )}
    </>
  );
}

/** For who does not lead it nothing is counted: how much there is of what they may not see is no concern of theirs. */
function Lists({ schoolId }: { schoolId: string }) {
  return (
    <section aria-labelledby="lists">
      <Title order={2} size="h4" id="lists">
        {texts.schools.yours}
      </Title>
      <Loaded query={useKinds()}>
        {({ items }) => (
          <ul className="plain">
            {items.map(({ kind, path, label }) => (
              <li key={kind}>
                <Link href={`/${path}?status=active&school=${schoolId}`}>{label}</Link>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </section>
  );
}

function UnderWay({ schoolId, name }: { schoolId: string; name: string }) {
  const kinds = useKinds();
  const report = useReport<BoardsReport>(reportOf('boards', { school: schoolId }));
  return (
    <section aria-labelledby="under-way">
      <Title order={2} size="h4" id="under-way">
        {texts.board.processes(name)}
      </Title>
      <Loaded query={kinds}>
        {({ items }) => (
          <Reported query={report}>{({ rows }) => <Kanban schoolId={schoolId} kinds={items} rows={rows} />}</Reported>
        )}
      </Loaded>
    </section>
  );
}

/** One kind at a time: that of the address, else the first of which there is any. */
function Kanban({ schoolId, kinds, rows }: { schoolId: string; kinds: readonly Kind[]; rows: BoardsReport['rows'] }) {
  const [search, setSearch] = useSearchParams();
  const count = ({ kind }: Kind, status: string, stage?: string): number =>
    rows
      .filter((row) => row.kind === kind && row.status === status && (stage === undefined || row.stage === stage))
      .reduce((sum, row) => sum + row.count, 0);
  const live = (kind: Kind): number => count(kind, 'active') + count(kind, 'paused');
  const held = kinds.filter((each) => live(each) > 0);
  const kind = kinds.find(({ path }) => path === search.get('kind')) ?? held[0];
  if (kind === undefined) return <p className="quiet">{texts.board.nothingUnderWay}</p>;
  const listOf = (status: string) => `/${kind.path}?school=${schoolId}&status=${status}`;
  const isFull = ({ name }: Labelled): boolean => count(kind, 'active', name) > 0;
  const full = kind.stages.filter(isFull);
  const empty = kind.stages.filter((stage) => !isFull(stage));
  const paused = count(kind, 'paused');
  return (
    <>
      <div className="filters screen-only">
        <NativeSelect
          size="sm"
          label={texts.board.kind}
          value={kind.path}
          data={[...new Set([...held, kind])].map((each) => ({
            value: each.path,
            label: `${each.label} (${live(each)})`,
          }))}
          onChange={({ currentTarget: { value } }) => setSearch({ kind: value }, { replace: true })}
        />
      </div>
      {full.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
        <section className="kanban" tabIndex={0} aria-label={kind.label}>
          {full.map((stage) => (
            <Stage
              key={`${kind.kind} ${stage.name}`}
              kind={kind}
              stage={stage}
              schoolId={schoolId}
              count={count(kind, 'active', stage.name)}
            />
          ))}
        </section>
      )}
      {paused > 0 && (
        <p>
          <Link href={listOf('paused')}>{texts.board.paused(paused)}</Link>
        </p>
      )}
      {empty.length > 0 && (
        <p className="quiet small">{texts.board.nobodyAt(empty.map(({ label }) => label).join(', '))}</p>
      )}
    </>
  );
}

/** So many cards stand in a column; the list has them all. */
const CARDS = 8;

function Stage({ kind, stage, schoolId, count }: { kind: Kind; stage: Labelled; schoolId: string; count: number }) {
  const { data: me } = useMe();
  const list = useList<ListedProcess>(`/${kind.path}`, {
    school: schoolId,
    stage: stage.name,
    status: 'active',
    limit: String(CARDS),
  });
  const items = list.data?.pages[0]?.items ?? [];
  return (
    <div className="stage">
      <Title order={3} size="h6">
        {stage.label} <span className="quiet">{count}</span>
      </Title>
      {list.isPending && <Loading lines={2} />}
      {list.error && <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />}
      <ul className="plain">
        {items.map((process) => {
          const task = firstDue(process.openTasks);
          return (
            <li key={process.id}>
              <Link href={`/${kind.path}/${process.id}`} className="card">
                <span>{process.subject.name}</span>
                {me && task && <Due task={task} today={me.today} />}
              </Link>
            </li>
          );
        })}
      </ul>
      {count > items.length && items.length > 0 && (
        <Link href={`/${kind.path}?school=${schoolId}&stage=${stage.name}&status=active`} className="small">
          {texts.board.seeAll(count)}
          <span className="unseen">{texts.board.seeAllOf(stage.label)}</span>
        </Link>
      )}
    </div>
  );
}
