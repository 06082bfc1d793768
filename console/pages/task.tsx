/** A task: what is asked and why, the facts and findings beside it, and the answer. */
import { Alert, Anchor, Button, Group, Text, Textarea, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, lazy, Suspense, useEffect, useId, useRef, useState } from 'react';
import { Link } from 'wouter';
import { Comments } from '../comments.tsx';
import { Due } from '../due.tsx';
import { Facts, Findings } from '../facts.tsx';
import { fitting, hasFields } from '../form/schema.ts';
import { Loaded, Loading, PageTitle, ProblemAlert, problemWords } from '../page.tsx';
import { useCommand, useKind, useMe, useSchoolName, useTask } from '../queries.ts';
import type { Me, Task, TaskSummary } from '../shapes.ts';
import { useTaskDraft } from '../task-draft.ts';
import { dayOf, longDay, roleWords, texts } from '../texts.ts';
import { outcomeWords, wordsOfTask } from '../words.ts';

const SchemaForm = lazy(() => import('../form/form.tsx').then(({ SchemaForm: form }) => ({ default: form })));
const PersonSelect = lazy(() =>
  import('../form/widgets.tsx').then(({ PersonSelect: select }) => ({ default: select })),
);

export function TaskPage({ taskId }: { taskId: string }) {
  const me = useMe();
  const task = useTask(taskId);
  return (
    <Loaded query={me} isPage>
      {(who) => (
        <Loaded query={task} isPage>
          {(found) => <TheTask task={found} me={who} />}
        </Loaded>
      )}
    </Loaded>
  );
}

function TheTask({ task, me }: { task: Task; me: Me }) {
  const kind = useKind(task.process.kind);
  const [isDone, setDone] = useState(false);
  const [notice, setNotice] = useState<string>();
  return (
    <>
      <PageTitle aside={task.status === 'open' ? <Due task={task} today={me.today} /> : undefined}>
        {task.title}
      </PageTitle>
      {notice !== undefined && (
        <Alert color="oak" role="status" mb="md">
          {notice}
        </Alert>
      )}
      <About task={task} me={me} />
      <p className="why">{task.why}</p>
      {task.conflicts.map(({ by, reason }) => (
        <Alert key={by.personId} color="gray">
          {texts.task.saidConflict(by.name)} <span className="written">{reason}</span>
        </Alert>
      ))}
      {task.outcomes.length > 0 && (
        <a className="to-answer" href="#answer">
          {texts.task.toAnswer}
        </a>
      )}
      <div className="columns halves">
        <section aria-labelledby="facts">
          <Findings findings={task.findings} order={2} />
          <Title order={2} size="h4" id="facts">
            {texts.task.facts}
          </Title>
          {task.facts.length === 0 ? <p className="quiet">{texts.task.noFacts}</p> : <Facts facts={task.facts} />}
          {kind && (
            <p>
              <Anchor component={Link} href={`/${kind.path}/${task.process.id}`}>
                {texts.task.toProcess}
              </Anchor>
            </p>
          )}
        </section>
        <div className="decision" id="answer">
          {task.status === 'open' ? (
            <Answer task={task} me={me} onDone={() => setDone(true)} />
          ) : (
            <Answered task={task} isDone={isDone} />
          )}
          {task.outcomes.length > 0 && <NotForMe task={task} onNotice={setNotice} />}
        </div>
      </div>
      <Comments comments={task.comments} taskId={task.status === 'open' ? task.taskId : undefined} />
    </>
  );
}

function About({ task, me }: { task: TaskSummary; me: Me }) {
  const schoolName = useSchoolName();
  const withWhom = task.assignee
    ? [task.assignee.name]
    : task.candidates.map((candidate) =>
        'role' in candidate
          ? roleWords(candidate, schoolName)
          : candidate.personId === me.personId
            ? me.name
            : candidate.personId === task.subject.personId
              ? task.subject.name
              : '',
      );
  return (
    <dl className="about">
      <div>
        <dt>{texts.task.about}</dt>
        <dd>{task.subject.name}</dd>
      </div>
      <div>
        <dt>{texts.task.school}</dt>
        <dd>{schoolName(task.schoolId)}</dd>
      </div>
      {withWhom.some(Boolean) && (
        <div>
          <dt>{texts.task.with}</dt>
          <dd>{withWhom.filter(Boolean).join('; ')}</dd>
        </div>
      )}
      {task.dueOn !== null && (
        <div>
          <dt>{texts.task.due}</dt>
          <dd>{longDay(task.dueOn)}</dd>
        </div>
      )}
    </dl>
  );
}

/** Who answered it, when and what; for a task that somebody else was faster with, too. */
function Answered({ task, isDone }: { task: Task; isDone: boolean }) {
  const kind = useKind(task.process.kind);
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isDone) ref.current?.focus();
  }, [isDone]);
  const outcome = outcomeWords(wordsOfTask(kind, task.task), task.outcome);
  const said =
    task.status === 'cancelled'
      ? texts.task.cancelled
      : task.completedBy === null
        ? texts.task.answeredBySystem(outcome)
        : texts.task.answered(task.completedBy.name, longDay(dayOf(task.completedAt ?? '')), outcome);
  return (
    <Alert
      ref={ref}
      tabIndex={-1}
      color={isDone ? 'oak' : 'gray'}
      title={isDone ? texts.task.completed(task.title) : undefined}
      role="status"
    >
      <Text size="sm">{said}</Text>
      <Group mt="md" gap="sm">
        <Button component={Link} href="/inbox" size="sm">
          {texts.problem.toInbox}
        </Button>
        {kind && (
          <Button component={Link} href={`/${kind.path}/${task.process.id}`} size="sm" variant="default">
            {texts.task.toProcess}
          </Button>
        )}
      </Group>
    </Alert>
  );
}

function Answer({ task, me, onDone }: { task: Task; me: Me; onDone: () => void }) {
  const client = useQueryClient();
  const { taskId, outcomes } = task;
  const [draft, write, kept] = useTaskDraft(task, me.personId);
  const command = useCommand<Task>();
  const heading = useId();
  const [only] = outcomes.length === 1 ? outcomes : [];
  const chosen = only ?? outcomes.find(({ outcome }) => outcome === draft['outcome']);
  const { outcome: _, ...written } = draft;

  if (outcomes.length === 0)
    return (
      <Alert color="gray">
        <strong>{texts.task.notYours}</strong>
        <Text size="sm">{texts.task.notYoursHelp}</Text>
      </Alert>
    );

  const send = (outcome: string, fields: Readonly<Record<string, unknown>>) =>
    command.mutate(
      { path: `/tasks/${taskId}/complete`, body: { outcome, ...fields } },
      {
        onSuccess: (answered) => {
          kept.stop();
          onDone();
          client.setQueryData(['task', taskId], answered);
        },
        // Somebody may have been faster: the task then says who, and when.
        onError: () => void client.invalidateQueries({ queryKey: ['task', taskId] }),
      },
    );

  return (
    <section className="panel" aria-labelledby={heading}>
      <Title order={2} size="h4" id={heading}>
        {texts.task.decide}
      </Title>
      {outcomes.length > 1 && (
        // biome-ignore lint/a11y/useSemanticElements: buttons that choose, not fields of a form
        <div className="outcomes" role="group" aria-label={texts.task.choose}>
          {outcomes.map(({ outcome, label }) => (
            <Button
              key={outcome}
              variant={outcome === chosen?.outcome ? 'filled' : 'default'}
              aria-pressed={outcome === chosen?.outcome}
              onClick={() => {
                command.reset();
                write({ ...draft, outcome });
              }}
            >
              {label}
            </Button>
          ))}
        </div>
      )}
      {chosen && hasFields(chosen.schema) && (
        <Suspense fallback={<Loading />}>
          <SchemaForm
            key={chosen.outcome}
            name={`answer-${chosen.outcome}`}
            schema={chosen.schema}
            value={fitting(chosen.schema, written)}
            onChange={(value) => write({ ...draft, ...emptied(chosen.schema), ...value, outcome: chosen.outcome })}
            onSubmit={(value) => send(chosen.outcome, value)}
            error={command.error}
            submit={only ? chosen.label : texts.task.send}
            isBusy={command.isPending}
          />
        </Suspense>
      )}
      {chosen && !hasFields(chosen.schema) && (
        <div>
          {command.error && <ProblemAlert error={command.error} />}
          <Button loading={command.isPending} onClick={() => send(chosen.outcome, {})}>
            {only ? chosen.label : texts.task.send}
          </Button>
        </div>
      )}
      <p role="status" className="quiet small draft-state">
        {
          { none: '', saving: texts.task.draftSaving, saved: texts.task.draftSaved, local: texts.task.draftLocal }[
            kept.state
          ]
        }
      </p>
    </section>
  );
}

/** A field that was emptied is not in the form's value any more, and goes from the draft as well. */
const emptied = (schema: Task['outcomes'][number]['schema']): Record<string, undefined> =>
  Object.fromEntries(Object.keys((schema['properties'] ?? {}) as object).map((name) => [name, undefined]));

function NotForMe({ task, onNotice }: { task: Task; onNotice: (text: string) => void }) {
  return (
    <details className="not-for-me">
      <summary>{texts.task.more}</summary>
      <Assign task={task} onNotice={onNotice} />
      <Conflict task={task} onNotice={onNotice} />
    </details>
  );
}

function Assign({ task, onNotice }: { task: Task; onNotice: (text: string) => void }) {
  const [personId, setPersonId] = useState<string | null>(null);
  const command = useCommand<Task>();
  const client = useQueryClient();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (personId === null) return;
    command.mutate(
      { path: `/tasks/${task.taskId}/assign`, body: { personId } },
      {
        onSuccess: (changed) => {
          client.setQueryData(['task', task.taskId], changed);
          onNotice(texts.task.assigned(changed.assignee?.name ?? ''));
        },
      },
    );
  };
  return (
    <form onSubmit={submit}>
      <Title order={3} size="h5">
        {texts.task.assign}
      </Title>
      <Suspense fallback={<Loading lines={1} />}>
        <PersonSelect
          label={texts.task.assignLabel}
          description={texts.task.assignHelp}
          value={personId}
          onChange={setPersonId}
          error={command.error ? problemWords(command.error) : undefined}
        />
      </Suspense>
      <Button type="submit" variant="default" mt="sm" disabled={personId === null} loading={command.isPending}>
        {texts.task.assignButton}
      </Button>
    </form>
  );
}

function Conflict({ task, onNotice }: { task: Task; onNotice: (text: string) => void }) {
  const [reason, setReason] = useState('');
  const command = useCommand<TaskSummary>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    command.mutate(
      { path: `/tasks/${task.taskId}/declare-conflict`, body: { reason } },
      {
        onSuccess: () => {
          onNotice(texts.task.conflictDone);
        },
      },
    );
  };
  return (
    <form onSubmit={submit}>
      <Title order={3} size="h5">
        {texts.task.conflict}
      </Title>
      <Textarea
        label={texts.task.conflictLabel}
        description={texts.task.conflictHelp}
        maxLength={1000}
        autosize
        minRows={2}
        value={reason}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
        error={command.error ? problemWords(command.error) : undefined}
      />
      <Button type="submit" variant="default" mt="sm" disabled={reason.trim() === ''} loading={command.isPending}>
        {texts.task.conflictButton}
      </Button>
    </form>
  );
}
