/** One process: where it stands, what is waiting, what can be done, what happened, what was said. */
import { Alert, Badge, Button, Group, Title } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'wouter';
import { Comments } from '../comments.tsx';
import { Due } from '../due.tsx';
import { choiceWords, hasFields, widgetOf } from '../form/schema.ts';
import { Loaded, Loading, PageTitle, ProblemAlert } from '../page.tsx';
import {
  useCalendar,
  useCommand,
  useEvents,
  useMe,
  usePerson,
  useProcess,
  useProcessComments,
  useSchoolName,
} from '../queries.ts';
import type { Action, Kind, Process } from '../shapes.ts';
import { dayOf, eventWords, instantWords, longDay, statusWords, texts } from '../texts.ts';
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
  const [notice, setNotice] = useState<string>();
  return (
    <>
      <PageTitle
        aside={<Badge color={process.status === 'active' ? 'oak' : 'gray'}>{statusWords[process.status]}</Badge>}
      >
        {texts.process.of(kind.label, process.subject.name)}
      </PageTitle>
      {notice !== undefined && (
        <Alert color="oak" role="status" mb="md">
          {notice}
        </Alert>
      )}
      {process.asOf !== null && <Alert mb="md">{texts.process.asOf(longDay(dayOf(process.asOf)))}</Alert>}
      {process.resumesOn !== null && <Alert mb="md">{texts.process.resumesOn(longDay(process.resumesOn))}</Alert>}
      <Summary process={process} kind={kind} />
      <div className="columns">
        <div>
          <Open process={process} />
        </div>
        <Actions process={process} kind={kind} onNotice={setNotice} />
      </div>
      <Way process={process} kind={kind} />
      <div className="columns">
        <Milestones process={process} />
        <Details process={process} kind={kind} />
      </div>
      <Timeline process={process} kind={kind} />
      <Said process={process} kind={kind} />
    </>
  );
}

function Summary({ process, kind }: { process: Process; kind: Kind }) {
  const schoolName = useSchoolName();
  const rows: [string, string][] = [
    process.endedAt === null
      ? [texts.process.stage, labelIn(kind.stages, process.stage)]
      : [texts.process.ended, `${longDay(dayOf(process.endedAt))}: ${labelIn(kind.ends, process.outcome ?? '')}`],
    [texts.process.school, schoolName(process.schoolId)],
    [texts.process.started, longDay(dayOf(process.startedAt))],
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

function Open({ process }: { process: Process }) {
  const { data: me } = useMe();
  const isNothing = process.openTasks.length + process.timers.length === 0;
  return (
    <section aria-labelledby="open">
      <Title order={2} size="h4" id="open">
        {texts.process.open}
      </Title>
      {process.moving && <p role="status">{texts.process.moving}</p>}
      {isNothing && !process.moving && <p className="quiet">{texts.process.nobodyWaits}</p>}
      <ul className="rows">
        {process.openTasks.map((task) => (
          <li key={task.taskId}>
            <Link href={`/tasks/${task.taskId}`} className="row">
              <span className="row-main">
                <span className="row-title">{task.title}</span>
                {task.assignee && <span className="quiet small">{texts.inbox.given(task.assignee.name)}</span>}
              </span>
              <span className="row-side">{me && <Due task={task} today={me.today} />}</span>
            </Link>
          </li>
        ))}
        {process.timers.map(({ name, dueOn }) => (
          <li key={name} className="row">
            {texts.process.waitsFor(name, dueOn === null ? texts.process.noDate : longDay(dueOn))}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Actions({ process, kind, onNotice }: { process: Process; kind: Kind; onNotice: (text: string) => void }) {
  const [open, setOpen] = useState<string>();
  const chosen = process.actions.find(({ action }) => action === open);
  if (process.actions.length === 0) return null;
  return (
    <section aria-labelledby="actions" className="panel">
      <Title order={2} size="h4" id="actions">
        {texts.process.actions}
      </Title>
      <div className="outcomes">
        {process.actions.map(({ action, label }) => (
          <Button
            key={action}
            variant={action === open ? 'filled' : 'default'}
            aria-expanded={action === open}
            onClick={() => setOpen(action === open ? undefined : action)}
          >
            {label}
          </Button>
        ))}
      </div>
      {chosen && (
        <Act
          key={chosen.action}
          process={process}
          kind={kind}
          action={chosen}
          onClose={() => setOpen(undefined)}
          onDone={() => {
            setOpen(undefined);
            onNotice(texts.process.did(chosen.label));
          }}
        />
      )}
    </section>
  );
}

function Act({
  process,
  kind,
  action,
  onClose,
  onDone,
}: {
  process: Process;
  kind: Kind;
  action: Action;
  onClose: () => void;
  onDone: () => void;
}) {
  const [value, setValue] = useState<Readonly<Record<string, unknown>>>({});
  const command = useCommand<Process>();
  const send = (fields: Readonly<Record<string, unknown>>) =>
    command.mutate({ path: `/${kind.path}/${process.id}/${action.action}`, body: fields }, { onSuccess: onDone });
  const cancel = (
    <Button variant="default" onClick={onClose}>
      {texts.process.cancel}
    </Button>
  );
  if (!hasFields(action.schema))
    return (
      <>
        {command.error && <ProblemAlert error={command.error} />}
        <Group>
          <Button loading={command.isPending} onClick={() => send({})}>
            {action.label}
          </Button>
          {cancel}
        </Group>
      </>
    );
  return (
    <Suspense fallback={<Loading />}>
      <SchemaForm
        name={`action-${action.action}`}
        schema={action.schema}
        value={value}
        onChange={setValue}
        onSubmit={send}
        error={command.error}
        submit={action.label}
        isBusy={command.isPending}
      >
        {cancel}
      </SchemaForm>
    </Suspense>
  );
}

function Milestones({ process: { milestones } }: { process: Process }) {
  if (milestones.length === 0) return null;
  return (
    <section aria-labelledby="milestones">
      <Title order={2} size="h4" id="milestones">
        {texts.process.milestones}
      </Title>
      <ul className="milestones">
        {milestones.map(({ name, label, dueOn, doneOn }) => (
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
    </section>
  );
}

/** What was asked at the start, as it is now: labels and words come from the form of the start. */
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

function Timeline({ process, kind }: { process: Process; kind: Kind }) {
  const events = useEvents(kind.path, process.id, process.version);
  const items = events.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section aria-labelledby="timeline">
      <Title order={2} size="h4" id="timeline">
        {texts.process.timeline}
      </Title>
      {events.error && <ProblemAlert error={events.error} onRetry={() => void events.refetch()} />}
      <ol className="timeline">
        {items.map((event) => (
          <li key={event.seq}>
            <span>{eventWords(event, kind, process.visits)}</span>
            <span className="quiet small">
              {instantWords(event.at)} · {'name' in event.by ? event.by.name : texts.process.system}
            </span>
          </li>
        ))}
      </ol>
      {events.hasNextPage && (
        <Button variant="default" loading={events.isFetchingNextPage} onClick={() => void events.fetchNextPage()}>
          {texts.showMore}
        </Button>
      )}
      {events.isPending && <Loading />}
    </section>
  );
}

function Said({ process, kind }: { process: Process; kind: Kind }) {
  const comments = useProcessComments(kind.path, process.id, process.version);
  const titleOf = (taskId: string): string | undefined => {
    const visit = visitOf(process.visits, taskId);
    return visit && wordsOf(kind, visit.wait, visit.part)?.label;
  };
  if (comments.data === undefined) return comments.error ? <ProblemAlert error={comments.error} /> : null;
  return (
    <Comments
      comments={comments.data.items}
      taskId={process.asOf === null ? process.openTasks[0]?.taskId : undefined}
      titleOf={titleOf}
    />
  );
}
