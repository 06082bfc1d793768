/** One process: where it stands, what is waiting, what can be done, what there is to say of it, what happened, what was said. */
import { Alert, Badge, Button, Title } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { Link } from 'wouter';
import { Due } from '../due.tsx';
import { GroupOfFacts } from '../facts.tsx';
import { ShowMore } from '../listing.tsx';
import { Loaded, Notice, PageTitle, ProblemAlert } from '../page.tsx';
import { useKind, useLinked, useMe, useProcess, useSchoolName } from '../queries.ts';
import { NameOf } from '../record.tsx';
import type { Kind, Linked, Process } from '../shapes.ts';
import { dayOf, longDay, roleWords, statusWords, texts, withWords } from '../texts.ts';
import { Way } from '../way.tsx';
import { labelIn, standsAt } from '../words.ts';
import { Actions } from './process-actions.tsx';
import { Details } from './process-details.tsx';
import { Said, Timeline } from './process-history.tsx';

export function ProcessPage({ kind, id }: { kind: Kind; id: string }) {
  const process = useProcess(kind.path, id);
  return (
    <Loaded query={process} isPage>
      {(found) => <TheProcess process={found} kind={kind} />}
    </Loaded>
  );
}

function TheProcess({ process, kind }: { process: Process; kind: Kind }) {
  /** What was done here, last of all. */
  const [done, setDone] = useState<readonly string[]>([]);
  const [first, ...groups] = process.about;
  const isStarted = useJustStarted();
  return (
    <>
      <PageTitle
        lead={process.title ?? undefined}
        aside={<Badge color={process.status === 'active' ? 'oak' : 'gray'}>{statusWords[process.status]}</Badge>}
      >
        {texts.process.of(kind.label, process.subject.name)}
      </PageTitle>
      {done.length > 0 && <Notice key={done.length}>{texts.process.did(done.at(-1) ?? '')}</Notice>}
      {isStarted && done.length === 0 && (
        <Alert color="oak" role="status" mb="md">
          {texts.start.started}
        </Alert>
      )}
      {process.asOf !== null && <Alert mb="md">{texts.process.asOf(longDay(dayOf(process.asOf)))}</Alert>}
      {process.status === 'paused' && (
        <Alert mb="md">
          {process.resumesOn === null ? texts.process.paused : texts.process.resumesOn(longDay(process.resumesOn))}
        </Alert>
      )}
      <Summary process={process} kind={kind} />
      <div className="columns">
        <div>
          <Open process={process} />
          {first ? <GroupOfFacts group={first} /> : <Details process={process} kind={kind} />}
        </div>
        <div>
          <Actions process={process} kind={kind} onDone={(label) => setDone([...done, label])} />
          <Milestones process={process} />
          <LinkedOnes process={process} kind={kind} />
        </div>
      </div>
      <Way process={process} kind={kind} />
      {groups.length > 0 && (
        <div className="fact-groups">
          {groups.map((group, at) => (
            <GroupOfFacts key={group.title ?? at} group={group} />
          ))}
        </div>
      )}
      <Timeline process={process} kind={kind} />
      {!isBrief(process) && <Said process={process} kind={kind} />}
    </>
  );
}

/** Whether who sees this has just sent what started it; said once, not again when the page is loaded anew. */
function useJustStarted(): boolean {
  const [isStarted] = useState(
    () => (window.history.state as { readonly isStarted?: boolean } | null)?.isStarted === true,
  );
  useEffect(() => {
    if (isStarted) window.history.replaceState(null, '');
  }, [isStarted]);
  return isStarted;
}

function Summary({ process, kind }: { process: Process; kind: Kind }) {
  const schoolName = useSchoolName();
  const { subject, people } = process;
  const named = Map.groupBy(people, ({ label }) => label);
  const rows: [string, ReactNode][] = [
    ...(subject.personId === null
      ? []
      : [
          [
            texts.process.about,
            <PersonLink key="about" process={process} personId={subject.personId} name={subject.name} />,
          ] as [string, ReactNode],
        ]),
    process.endedAt === null
      ? [texts.process.stage, labelIn(kind.stages, process.stage)]
      : [
          texts.process.ended,
          [
            longDay(dayOf(process.endedAt)),
            ...(process.outcome === null ? [] : [labelIn(kind.ends, process.outcome)]),
          ].join(': '),
        ],
    ...(schoolName(process.schoolId) === subject.name
      ? []
      : [[texts.process.school, schoolName(process.schoolId)] as [string, ReactNode]]),
    [texts.process.started, longDay(dayOf(process.startedAt))],
    ...[...named].map(([label, each]): [string, ReactNode] => [
      label,
      each.map(({ personId, name }, at) => (
        <span key={personId}>
          {at > 0 && ', '}
          <PersonLink process={process} personId={personId} name={name} />
        </span>
      )),
    ]),
  ];
  return (
    <dl className="about">
      {rows.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Leads to the record of somebody, where the reader may see it. */
const PersonLink = ({ process, personId, name }: { process: Process; personId: string; name: string }) => (
  <NameOf person={{ personId, name, mayOpen: process.mayOpen.includes(personId) }} />
);

/** Stage and dates are all that the reader sees: no task, and nothing of what was written. */
const isBrief = ({ about }: Process): boolean => about.length === 0;

function Open({ process }: { process: Process }) {
  const { data: me } = useMe();
  const schoolName = useSchoolName();
  const isNothing = process.openTasks.length + process.timers.length === 0;
  const isPaused = process.status === 'paused';
  return (
    <section aria-labelledby="open">
      <Title order={2} size="h4" id="open">
        {texts.process.open}
      </Title>
      {process.moving && <p role="status">{texts.process.moving}</p>}
      {isNothing && !process.moving && (
        <p className="quiet">{isBrief(process) ? texts.process.nothingSeen : texts.process.nobodyWaits}</p>
      )}
      <ul className="rows">
        {process.openTasks.map((task) => {
          const row = (
            <>
              <span className="row-main">
                <span className="row-title">{task.title}</span>
                <span className="quiet small">{withWords(task, (role) => roleWords(role, schoolName))}</span>
              </span>
              <span className="row-side">
                {isPaused ? (
                  <span className="quiet small">{texts.process.taskPaused}</span>
                ) : (
                  me && <Due task={task} today={me.today} />
                )}
              </span>
            </>
          );
          return (
            <li key={task.taskId}>
              {isBrief(process) ? (
                <span className="row">{row}</span>
              ) : (
                <Link href={`/tasks/${task.taskId}`} className="row">
                  {row}
                </Link>
              )}
            </li>
          );
        })}
        {process.timers.map(({ name, dueOn }) => (
          <li key={name} className="row">
            {isPaused
              ? texts.process.waitsPaused(name)
              : texts.process.waitsFor(name, dueOn === null ? texts.process.noDate : longDay(dueOn))}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** So many of a long list are shown: the last that are done, and what comes next. */
const DONE_SHOWN = 3;
const SHOWN = 8;
const HARDLY_MORE = 12;

function Milestones({ process: { milestones } }: { process: Process }) {
  const [isAll, setAll] = useState(false);
  const { data: me } = useMe();
  if (milestones.length === 0) return null;
  const isPast = (day: string): boolean => me !== undefined && day < me.today;
  const next = milestones.findIndex(({ doneOn }) => doneOn === null);
  const from = Math.max(0, Math.min((next < 0 ? milestones.length : next) - DONE_SHOWN, milestones.length - SHOWN));
  const shown = isAll || milestones.length <= HARDLY_MORE ? milestones : milestones.slice(from, from + SHOWN);
  return (
    <section aria-labelledby="milestones">
      <Title order={2} size="h4" id="milestones">
        {texts.process.milestones}
      </Title>
      <ul className="milestones">
        {shown.map(({ name, label, dueOn, doneOn }) => (
          <li key={name} className={doneOn === null ? undefined : 'done'}>
            <span>{label}</span>
            <span className="quiet small">
              {doneOn !== null
                ? `${texts.process.done}: ${longDay(doneOn)}`
                : dueOn !== null
                  ? `${isPast(dueOn) ? texts.process.wasExpected : texts.process.expected}: ${longDay(dueOn)}`
                  : texts.process.noDate}
            </span>
          </li>
        ))}
      </ul>
      {milestones.length > HARDLY_MORE && (
        <Button variant="default" size="sm" aria-expanded={isAll} onClick={() => setAll(!isAll)}>
          {isAll ? texts.process.fewer : texts.process.allMilestones(milestones.length)}
        </Button>
      )}
    </section>
  );
}

/** What it came from, what came of it, what belongs to it: as far as the reader may see that. */
function LinkedOnes({ process, kind }: { process: Process; kind: Kind }) {
  const linked = useLinked(kind.path, process);
  const items = linked.data?.pages.flatMap((page) => page.items) ?? [];
  if (linked.error) return <ProblemAlert error={linked.error} onRetry={() => void linked.refetch()} />;
  if (items.length === 0 && !linked.hasNextPage) return null;
  return (
    <section aria-labelledby="linked">
      <Title order={2} size="h4" id="linked">
        {texts.process.linkedTitle}
      </Title>
      {(['parent', 'other', 'child'] as const).map((as) => {
        const found = items.filter((item) => item.as === as);
        return (
          found.length > 0 && (
            <div key={as}>
              <Title order={3} size="h6">
                {texts.process.linked[as]}
              </Title>
              <ul className="plain">
                {found.map((item) => (
                  <LinkedOne key={item.id} item={item} />
                ))}
              </ul>
            </div>
          )
        );
      })}
      <ShowMore list={linked} size="sm" />
    </section>
  );
}

function LinkedOne({ item }: { item: Linked }) {
  const kind = useKind(item.path);
  return (
    <li>
      <Link href={`/${item.path}/${item.id}`}>{texts.process.of(kind?.label ?? item.kind, item.subject.name)}</Link>
      <span className="quiet small">
        {' '}
        · {[...(item.title === null ? [] : [item.title]), statusWords[item.status], standsAt(kind, item)].join(' · ')}
      </span>
    </li>
  );
}
