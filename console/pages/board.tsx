/** How things stand in a school, or in all that the reader may see: at a glance, then late work, what is under way, what comes next. */
import { NativeSelect } from '@mantine/core';
import { useSearchParams } from 'wouter';
import { Loading, PageTitle } from '../page.tsx';
import { useMe, useSchools } from '../queries.ts';
import type { Me } from '../shapes.ts';
import { texts } from '../texts.ts';
import { Milestones } from './board-milestones.tsx';
import { AtAGlance, Late, Ownerless, ReviewLoad, ReviewProgress, UnderWay, UnderWayBySchool } from './board-now.tsx';
import { Demand, EndedApplications, Mail, Trends } from './board-trust.tsx';

/** Who leads a school sees its board. */
export const leads: ReadonlySet<string> = new Set(['headteacher', 'school-lead']);

/** Whose board is that of all schools. */
const trustRoles: ReadonlySet<string> = new Set(['trust-lead', 'executive', 'apprenticeship-lead']);

const isOfTrust = ({ roles }: Me): boolean => roles.some(({ role }) => trustRoles.has(role));

export function BoardPage() {
  const [search, setSearch] = useSearchParams();
  const { data: me } = useMe();
  const { data: schools } = useSchools();
  if (me === undefined || schools === undefined)
    return (
      <>
        <PageTitle>{texts.board.title}</PageTitle>
        <Loading />
      </>
    );
  const isTrust = isOfTrust(me);
  const led = schools.items.filter(({ schoolId }) =>
    me.roles.some(({ role, schoolId: at }) => leads.has(role) && at === schoolId),
  );
  if (!isTrust && led.length === 0)
    return (
      <>
        <PageTitle>{texts.board.title}</PageTitle>
        <p>{texts.board.notYours}</p>
      </>
    );
  const central = { schoolId: 'trust', name: texts.centralOffice };
  const choices = isTrust ? [...schools.items.filter(({ schoolId }) => schoolId !== central.schoolId), central] : led;
  const chosen = search.get('school') ?? (isTrust || led.length !== 1 ? undefined : led[0]?.schoolId);
  const name = choices.find(({ schoolId }) => schoolId === chosen)?.name;
  return (
    <>
      <PageTitle lead={name === undefined ? (isTrust ? texts.board.trustLead : texts.board.lead) : name}>
        {texts.board.title}
      </PageTitle>
      {choices.length > 1 && (
        <search className="filters" aria-label={texts.inbox.filters}>
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
      <Charts schoolId={chosen} />
    </>
  );
}

/** The charts of one school, or of all that the reader may see. */
export const Charts = ({ schoolId }: { schoolId?: string | undefined }) =>
  schoolId === undefined ? (
    <div className="charts">
      <AtAGlance />
      <Trends />
      <Late />
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
      <UnderWay schoolId={schoolId} />
      <Milestones schoolId={schoolId} />
      <ReviewProgress schoolId={schoolId} />
      <Demand schoolId={schoolId} />
      <ReviewLoad schoolId={schoolId} />
      <Ownerless schoolId={schoolId} />
    </div>
  );
