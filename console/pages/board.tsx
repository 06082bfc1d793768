/** How things stand in a school, or in all that the reader may see: at a glance, then late work, what is under way, what comes next. */
import { Button, NativeSelect } from '@mantine/core';
import { type ReactNode, useEffect, useMemo } from 'react';
import { Link, useSearchParams } from 'wouter';
import { Standing } from '../chart.tsx';
import { Loading, PageTitle, ProblemAlert } from '../page.tsx';
import { useMe, useSchools } from '../queries.ts';
import type { Me, School } from '../shapes.ts';
import { longDay, texts } from '../texts.ts';
import { Late, LateLongest } from './board-late.tsx';
import { Milestones } from './board-milestones.tsx';
import { AtAGlance, Ownerless, UnderWay, UnderWayBySchool } from './board-now.tsx';
import { ReportProblem } from './board-report.tsx';
import { ReviewLoad, ReviewProgress } from './board-reviews.tsx';
import { Demand, EndedApplications, Mail, Trends } from './board-trust.tsx';
import { isAdmin, isOfTrust, seesBoard } from './sees-board.ts';

export function BoardPage() {
  const me = useMe();
  const schools = useSchools();
  if (me.data !== undefined && schools.data !== undefined) return <Board me={me.data} schools={schools.data.items} />;
  const error = me.error ?? schools.error;
  return (
    <>
      <PageTitle>{texts.board.title}</PageTitle>
      {error ? (
        <ProblemAlert error={error} onRetry={() => void Promise.all([me.refetch(), schools.refetch()])} />
      ) : (
        <Loading />
      )}
    </>
  );
}

function Board({ me, schools }: { me: Me; schools: readonly School[] }) {
  const [search, setSearch] = useSearchParams();
  const isTrust = isOfTrust(me);
  const central = { schoolId: 'trust', name: texts.centralOffice };
  const choices = isTrust
    ? [...schools.filter(({ schoolId }) => schoolId !== central.schoolId), central]
    : schools.filter(({ schoolId }) => seesBoard(me, schoolId));
  const chosen = search.get('school') ?? (isTrust || choices.length !== 1 ? undefined : choices[0]?.schoolId);
  const name = choices.find(({ schoolId }) => schoolId === chosen)?.name;
  // The bar that led here has gone with its chart. Who chose from the list stays there.
  useEffect(() => {
    if (document.activeElement === document.body)
      document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
  }, [chosen]);
  if (choices.length === 0)
    return isAdmin(me) ? <OfAdmin today={me.today} /> : <NotYours words={texts.board.notYours} />;
  if (chosen !== undefined && name === undefined)
    return (
      <NotYours words={texts.board.notThisSchool}>
        <Button component={Link} href="/board" variant="default">
          {texts.board.toOwn}
        </Button>
      </NotYours>
    );
  const today = longDay(me.today);
  return (
    <>
      <PageTitle
        lead={
          name === undefined
            ? (isTrust ? texts.board.trustOf : texts.board.ledOf)(today)
            : texts.board.asOf(name, today)
        }
        inWindow={name === undefined ? texts.board.title : `${texts.board.title}${texts.board.of(name)}`}
        aside={<PrintButton />}
      >
        {texts.board.title}
      </PageTitle>
      {choices.length > 1 && (
        <search className="filters screen-only" aria-label={texts.inbox.filters}>
          <NativeSelect
            size="sm"
            label={texts.board.school}
            value={chosen ?? ''}
            data={[
              { value: '', label: texts.board.allSchools },
              ...choices.map((school) => ({ value: school.schoolId, label: school.name })),
            ]}
            onChange={({ currentTarget: { value } }) =>
              setSearch(value === '' ? {} : { school: value }, { replace: true })
            }
          />
        </search>
      )}
      <Charts schoolId={chosen} place={name ?? ''} asOf={me.today} />
    </>
  );
}

export const PrintButton = () => (
  <Button variant="default" className="screen-only" onClick={() => window.print()}>
    {texts.board.print}
  </Button>
);

const NotYours = ({ words, children }: { words: string; children?: ReactNode }) => (
  <>
    <PageTitle>{texts.board.title}</PageTitle>
    <p>{words}</p>
    {children}
  </>
);

function OfAdmin({ today }: { today: string }) {
  const standing = useMemo(() => ({ place: '', asOf: today }), [today]);
  return (
    <>
      <PageTitle lead={texts.board.ofAdmin}>{texts.board.title}</PageTitle>
      <Standing value={standing}>
        <ReportProblem />
        <div className="charts">
          <Ownerless isOfAdmin />
          <Mail />
        </div>
      </Standing>
    </>
  );
}

/** The charts of one school, or of all that the reader may see. */
export function Charts({ schoolId, place, asOf }: { schoolId?: string | undefined; place: string; asOf: string }) {
  const standing = useMemo(() => ({ place, asOf }), [place, asOf]);
  return (
    <Standing value={standing}>
      <ReportProblem />
      {schoolId === undefined ? (
        <div className="charts">
          <AtAGlance />
          <Trends />
          <Late />
          <LateLongest />
          <UnderWayBySchool />
          <ReviewProgress />
          <Ownerless />
          <Milestones />
          <UnderWay />
          <Demand />
          <EndedApplications />
          <ReviewLoad />
          <Mail />
        </div>
      ) : (
        <div className="charts">
          <AtAGlance schoolId={schoolId} />
          <Late schoolId={schoolId} />
          <LateLongest schoolId={schoolId} />
          <UnderWay schoolId={schoolId} />
          <Milestones schoolId={schoolId} />
          <ReviewProgress schoolId={schoolId} />
          <Demand schoolId={schoolId} />
          <ReviewLoad schoolId={schoolId} />
          <Ownerless schoolId={schoolId} />
        </div>
      )}
    </Standing>
  );
}
