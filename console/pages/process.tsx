/** One process: where it stands, what is waiting, what can be done, what there is to say of it, what happened, what was said. */
import { Alert, Badge, Button, Group, Text, Title } from '@mantine/core';
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { Link } from 'wouter';
import { Refused } from '../api.ts';
import { Comments } from '../comments.tsx';
import { type Draft, dropLocally, keepLocally, localDraft } from '../drafts.ts';
import { Due } from '../due.tsx';
import { GroupOfFacts } from '../facts.tsx';
import { choiceWords, fitting, hasFields, widgetOf } from '../form/schema.ts';
import { Loaded, Loading, PageTitle, ProblemAlert } from '../page.tsx';
import {
  readAgain,
  useCalendar,
  useCommand,
  useEvents,
  useKinds,
  useLinked,
  useMe,
  usePerson,
  useProcess,
  useProcessComments,
  useSchoolName,
} from '../queries.ts';
import type { JsonSchema, Kind, Linked, Process, ProcessAction, ProcessEvent } from '../shapes.ts';
import { dayOf, eventWords, longDay, roleWords, statusWords, texts, timeWords, withWords } from '../texts.ts';
import { Way } from '../way.tsx';
import { labelIn, visitOf, wordsOf } from '../words.ts';

const SchemaForm = lazy(() => import('../form/form.tsx').then(({ SchemaForm: form }) => ({ default: form })));

export function ProcessPage({ kind, id }: { kind: Kind; id: string }) {
  const process = useProcess(kind.path, id);
  return (
    <Loaded query={process} isPage>
      {(found) => <TheProcess process={found} kind={kind} />}
    </Loaded>
  );
}

function TheProcess({ process, kind }: { process: Process; kind: Kind }) {
  const [done, setDone] = useState<{ readonly label: string }>();
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
      {done && <Done key={process.version} label={done.label} />}
      {isStarted && !done && (
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
          <Actions process={process} kind={kind} onDone={(label) => setDone({ label })} />
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

/** What was just done; the form with which it was done is gone, so the focus comes here. */
function Done({ label }: { label: string }) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => ref.current?.focus(), []);
  return (
    <Alert ref={ref} tabIndex={-1} color="oak" role="status" mb="md">
      {texts.process.did(label)}
    </Alert>
  );
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
      : [texts.process.ended, `${longDay(dayOf(process.endedAt))}: ${labelIn(kind.ends, process.outcome ?? '')}`],
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
const PersonLink = ({ process, personId, name }: { process: Process; personId: string; name: string }) =>
  process.mayOpen.includes(personId) ? <Link href={`/people/${personId}`}>{name}</Link> : name;

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
      {isNothing && !process.moving && <p className="quiet">{texts.process.nobodyWaits}</p>}
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

function Actions({ process, kind, onDone }: { process: Process; kind: Kind; onDone: (label: string) => void }) {
  const { data: me } = useMe();
  const [open, setOpen] = useState<Pick<ProcessAction, 'action' | 'label'>>();
  // Of all actions: the form of one that ends the process is gone before the answer has been read.
  const command = useCommand<Process>();
  const choose = (next: typeof open) => {
    command.reset();
    setOpen(next);
  };
  const chosen = process.actions.find(({ action }) => action === open?.action);
  if (process.actions.length === 0 && open === undefined) return null;
  const buttons = (actions: readonly ProcessAction[], color?: string) => (
    <div className="outcomes">
      {actions.map(({ action, label }) => (
        <Button
          key={action}
          variant={action === open?.action ? 'filled' : 'default'}
          {...(color !== undefined && { color, className: 'final' })}
          aria-expanded={action === open?.action}
          onClick={() => choose(action === open?.action ? undefined : { action, label })}
        >
          {label}
        </Button>
      ))}
    </div>
  );
  const finals = process.actions.filter(({ isFinal }) => isFinal);
  return (
    <section aria-labelledby="actions" className="panel">
      <Title order={2} size="h4" id="actions">
        {texts.process.actions}
      </Title>
      {buttons(process.actions.filter(({ isFinal }) => !isFinal))}
      {finals.length > 0 && buttons(finals, 'red')}
      {open && !chosen && !command.isPending && (
        <Alert color="yellow" role="alert" title={texts.process.gone(open.label)}>
          <Text size="sm">{texts.process.goneHelp}</Text>
        </Alert>
      )}
      {chosen && me && (
        <Act
          key={chosen.action}
          process={process}
          kind={kind}
          action={chosen}
          draftName={`action.${me.personId}.${process.id}.${chosen.action}`}
          command={command}
          onClose={() => choose(undefined)}
          onDone={() => {
            setOpen(undefined);
            onDone(chosen.label);
          }}
        />
      )}
    </section>
  );
}

/** Where a form lets choose one of the linked processes by its number, it is called by its name. */
function withNames(schema: JsonSchema, linked: readonly Linked[]): JsonSchema {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, Record<string, unknown>>>;
  const names = new Map(linked.map(({ id, subject, title }) => [id, [title ?? [], subject.name].flat().join(', ')]));
  const named = (field: Record<string, unknown>): Record<string, unknown> => {
    const choices = Array.isArray(field['enum']) ? field['enum'].filter((each) => names.has(each)) : [];
    if (choices.length === 0) return field;
    const labels = Object.fromEntries(choices.map((id) => [id, names.get(id)]));
    return { ...field, enumLabels: { ...(field['enumLabels'] as object), ...labels } };
  };
  return {
    ...schema,
    properties: Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, named(field)])),
  };
}

const isStale = (error: unknown): boolean => error instanceof Refused && error.status === 412;
/** It is not, or not any more, as the page shows it. */
const isElsewhere = (error: unknown): boolean => error instanceof Refused && error.status === 409;

function Act({
  process,
  kind,
  action,
  draftName,
  command,
  onClose,
  onDone,
}: {
  process: Process;
  kind: Kind;
  action: ProcessAction;
  draftName: string;
  command: ReturnType<typeof useCommand<Process>>;
  onClose: () => void;
  onDone: () => void;
}) {
  const [value, setValue] = useState<Draft>(() => localDraft(draftName) ?? {});
  const linked = useLinked(kind.path, process);
  const schema = useMemo(
    () => withNames(action.schema, linked.data?.pages.flatMap((page) => page.items) ?? []),
    [action.schema, linked.data],
  );
  /** What would be sent, while it is asked whether that is meant. */
  const [asked, setAsked] = useState<Draft>();
  const send = (fields: Draft) =>
    command.mutate(
      { path: `/${kind.path}/${process.id}/${action.action}`, body: fields, version: process.version },
      {
        onSuccess: () => {
          dropLocally(draftName);
          onDone();
        },
        onError: (error) => {
          setAsked(undefined);
          if (isElsewhere(error)) void readAgain();
        },
      },
    );
  const submit = (fields: Draft) => {
    command.reset();
    if (action.isFinal) setAsked(fields);
    else send(fields);
  };
  const write = (next: Draft) => {
    setValue(next);
    if (Object.keys(next).length === 0) dropLocally(draftName);
    else keepLocally(draftName, next);
  };
  const cancel = (
    <Button variant="default" onClick={onClose}>
      {texts.process.cancel}
    </Button>
  );
  if (asked)
    return (
      <Sure
        label={action.label}
        isBusy={command.isPending}
        onYes={() => send(asked)}
        onNo={() => setAsked(undefined)}
      />
    );
  const stale = isStale(command.error) && <Stale onRead={() => void readAgain().then(() => command.reset())} />;
  const error = isStale(command.error) ? null : command.error;
  if (!hasFields(action.schema))
    return (
      <>
        {stale}
        {error && <ProblemAlert error={error} />}
        <Group>
          <Button loading={command.isPending} onClick={() => submit({})}>
            {action.label}
          </Button>
          {cancel}
        </Group>
      </>
    );
  return (
    <Suspense fallback={<Loading />}>
      {stale}
      <SchemaForm
        name={`action-${action.action}`}
        schema={schema}
        value={fitting(schema, value)}
        onChange={write}
        onSubmit={submit}
        error={error}
        submit={action.label}
        isBusy={command.isPending}
      >
        {cancel}
      </SchemaForm>
      <p className="quiet small">{texts.process.draftKept}</p>
    </Suspense>
  );
}

/** Once more, for what nobody can take back. */
function Sure({ label, isBusy, onYes, onNo }: { label: string; isBusy: boolean; onYes: () => void; onNo: () => void }) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => ref.current?.focus(), []);
  return (
    <Alert ref={ref} tabIndex={-1} color="red" role="alert" title={texts.process.sure(label)}>
      <Text size="sm">{texts.process.sureWhy}</Text>
      <Group mt="md" gap="sm">
        <Button color="red" loading={isBusy} onClick={onYes}>
          {texts.process.sureYes(label)}
        </Button>
        <Button variant="default" disabled={isBusy} onClick={onNo}>
          {texts.process.sureNo}
        </Button>
      </Group>
    </Alert>
  );
}

/** Somebody was faster. */
function Stale({ onRead }: { onRead: () => void }) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => ref.current?.focus(), []);
  return (
    <Alert ref={ref} tabIndex={-1} color="yellow" role="alert" title={texts.process.stale} mb="md">
      <Text size="sm">{texts.process.staleHelp}</Text>
      <Button mt="sm" size="sm" variant="default" onClick={onRead}>
        {texts.process.staleButton}
      </Button>
    </Alert>
  );
}

/** So many of a long list are shown: the last that are done, and what comes next. */
const DONE_SHOWN = 3;
const SHOWN = 8;
const HARDLY_MORE = 12;

function Milestones({ process: { milestones } }: { process: Process }) {
  const [isAll, setAll] = useState(false);
  if (milestones.length === 0) return null;
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
                  ? `${texts.process.expected}: ${longDay(dueOn)}`
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
      {linked.hasNextPage && (
        <Button
          variant="default"
          size="sm"
          loading={linked.isFetchingNextPage}
          onClick={() => void linked.fetchNextPage()}
        >
          {texts.showMore}
        </Button>
      )}
    </section>
  );
}

function LinkedOne({ item }: { item: Linked }) {
  const { data: kinds } = useKinds();
  const kind = kinds?.items.find(({ path }) => path === item.path);
  const stands =
    item.outcome === null ? labelIn(kind?.stages ?? [], item.stage) : labelIn(kind?.ends ?? [], item.outcome);
  return (
    <li>
      <Link href={`/${item.path}/${item.id}`}>{texts.process.of(kind?.label ?? item.kind, item.subject.name)}</Link>
      <span className="quiet small">
        {' '}
        · {[...(item.title === null ? [] : [item.title]), statusWords[item.status], stands].join(' · ')}
      </span>
    </li>
  );
}

/** For who may see stage and dates only: what of that they may see of what was asked at the start, as it is now: labels and words come from the form of the start. */
function Details({ process, kind }: { process: Process; kind: Kind }) {
  const properties = (kind.startSchema['properties'] ?? {}) as Readonly<Record<string, Record<string, unknown>>>;
  const rows = Object.entries(properties).flatMap(([name, schema]) => {
    const value = process.data[name];
    const isShown = ['string', 'number', 'boolean'].includes(typeof value) && value !== '';
    return isShown ? [{ name, schema, value: value as string | number | boolean }] : [];
  });
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="details">
      <Title order={2} size="h4" id="details">
        {texts.process.details}
      </Title>
      <dl className="facts">
        {rows.map(({ name, schema, value }) => (
          <div key={name}>
            <dt>{labelIn(kind.fields, name)}</dt>
            <dd>
              <Value name={name} schema={schema} value={value} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** A value in words: ids are shown as what they name. */
function Value({
  name,
  schema,
  value,
}: {
  name: string;
  schema: Record<string, unknown>;
  value: string | number | boolean;
}) {
  const schoolName = useSchoolName();
  const { data: calendar } = useCalendar();
  const text = String(value);
  if (typeof value === 'boolean') return value ? texts.form.yes : texts.form.no;
  switch (widgetOf(name, schema, false)) {
    case 'person':
      return <PersonName personId={text} />;
    case 'school':
      return schoolName(text);
    case 'date':
      return longDay(text);
    case 'cohort':
      return calendar?.years.flatMap(({ npqCohorts }) => npqCohorts).find(({ id }) => id === text)?.label ?? text;
    case 'cycle': {
      const cycles = calendar?.years.flatMap(({ learningReviewCycles }) => learningReviewCycles);
      return cycles?.find(({ id }) => id === text)?.label ?? text;
    }
    default:
      return choiceWords(schema, value);
  }
}

/** Who may not see the directory is told that it is somebody. */
function PersonName({ personId }: { personId: string }) {
  const person = usePerson(personId);
  return person.data?.name ?? (person.error ? texts.process.somebody : '…');
}

/** What happened, the newest first, day by day. */
function Timeline({ process, kind }: { process: Process; kind: Kind }) {
  const events = useEvents(kind.path, process);
  const items = events.data?.pages.flatMap((page) => page.items) ?? [];
  const days = [...Map.groupBy(items, ({ at }) => dayOf(at))];
  const list = useRef<HTMLOListElement>(null);
  return (
    <section aria-labelledby="timeline">
      <Title order={2} size="h4" id="timeline">
        {texts.process.timeline}
      </Title>
      {events.error && <ProblemAlert error={events.error} onRetry={() => void events.refetch()} />}
      <ol className="days" ref={list} tabIndex={-1}>
        {days.map(([on, happened]) => (
          <li key={on}>
            <Title order={3} size="h6">
              {longDay(on)}
            </Title>
            <ol className="timeline">
              {happened.map((event) => (
                <Happened key={event.seq} event={event} process={process} kind={kind} />
              ))}
            </ol>
          </li>
        ))}
      </ol>
      {events.hasNextPage && (
        <Button
          variant="default"
          loading={events.isFetchingNextPage}
          onClick={() =>
            void events.fetchNextPage().then(({ hasNextPage }) => {
              // With the last page the button goes, and would take the focus with it.
              if (!hasNextPage) list.current?.focus();
            })
          }
        >
          {texts.process.earlier}
        </Button>
      )}
      {events.isPending && <Loading />}
    </section>
  );
}

const Happened = ({ event, process, kind }: { event: ProcessEvent; process: Process; kind: Kind }) => (
  <li>
    <span>{eventWords(event, kind, process.visits)}</span>
    <span className="quiet small">
      {timeWords(event.at)} · {'name' in event.by ? event.by.name : texts.process.system}
    </span>
  </li>
);

function Said({ process, kind }: { process: Process; kind: Kind }) {
  const comments = useProcessComments(kind.path, process);
  const titleOf = (taskId: string): string | undefined => {
    const visit = visitOf(process.visits, taskId);
    return visit && wordsOf(kind, visit.wait, visit.part)?.label;
  };
  if (comments.data === undefined)
    return comments.error ? <ProblemAlert error={comments.error} onRetry={() => void comments.refetch()} /> : null;
  return (
    <Comments
      comments={comments.data.pages.flatMap((page) => page.items).toReversed()}
      taskId={process.asOf === null ? process.openTasks[0]?.taskId : undefined}
      titleOf={titleOf}
      earlier={{
        isThere: comments.hasNextPage,
        isBusy: comments.isFetchingNextPage,
        read: () => void comments.fetchNextPage(),
      }}
    />
  );
}
