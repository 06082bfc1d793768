/** A task: what is asked and why, the facts and findings beside it, and the answer. */
import { Alert, Anchor, Button, Group, NativeSelect, Text, Textarea, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Link } from 'wouter';
import { Comments } from '../comments.tsx';
import { dropLocally } from '../drafts.ts';
import { Due } from '../due.tsx';
import { Facts, Findings } from '../facts.tsx';
import { useFocus } from '../focus.ts';
import { loadForm, SchemaForm } from '../form/later.tsx';
import { fitting, hasFields } from '../form/schema.ts';
import { Failed, Loaded, Notice, PageTitle, problemAtField } from '../page.tsx';
import { useCommand, useKind, useMe, useProcess, useSchoolName, useTask } from '../queries.ts';
import type { Kind, Me, Outcome, Task, TaskSummary } from '../shapes.ts';
import { draftName, type TaskDraft, useTaskDraft, writtenIn } from '../task-draft.ts';
import { dayOf, longDay, roleWords, texts, withWords } from '../texts.ts';
import { labelIn, outcomeWords, wordsOf, wordsOfTask } from '../words.ts';

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

/** Why it is asked, in the words of the process; an address in them leads there. */
function Why({ text }: { text: string }) {
  const parts = text.split(/(https:\/\/[\w./-]*\w)/);
  return (
    <p className="why">
      {parts.map((part, at) =>
        at % 2 === 0 ? (
          part
        ) : (
          <a key={at} href={part} target="_blank" rel="noreferrer">
            {part.replace('https://', '')}
            <span className="unseen">{texts.task.newTab}</span>
          </a>
        ),
      )}
    </p>
  );
}

function TheTask({ task: found, me }: { task: Task; me: Me }) {
  const command = useCommand<Task>();
  // While an answer is under way, the task is not shown as answered by whomever: the answer to it says that.
  const held = useRef(found);
  if (!command.isPending) held.current = found;
  const task = held.current;
  const kind = useKind(task.process.kind);
  const draft = useTaskDraft(task, me.personId);
  const [isDone, setDone] = useState(false);
  const [notice, setNotice] = useState<string>();
  const isOpen = task.status === 'open';
  const isAsked = task.outcomes.length > 0;
  useEffect(() => {
    // Who answers without a connection has the form already.
    if (isAsked) loadForm().catch(() => undefined);
  }, [isAsked]);
  const isAboutMe = task.subject.personId === me.personId;
  return (
    <>
      <PageTitle
        inWindow={isAboutMe ? task.title : `${task.title}: ${task.subject.name}`}
        aside={isOpen ? <Due task={task} today={me.today} /> : undefined}
      >
        {task.title}
      </PageTitle>
      {notice !== undefined && <Notice key={notice}>{notice}</Notice>}
      <About task={task} />
      {task.answersFor && (
        <Alert color="gray" role="note">
          {task.answersFor.isTogether
            ? texts.task.together(task.answersFor.name)
            : texts.task.standsIn(task.answersFor.name)}
        </Alert>
      )}
      <Why text={task.why} />
      {task.conflicts.map(({ by, reason }) => (
        <Alert key={by.personId} color="gray" role="note">
          {texts.task.saidConflict(by.name)} <span className="written">{reason}</span>
        </Alert>
      ))}
      {isAsked && (
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
            <p className="to-process">
              <Anchor component={Link} href={`/${kind.path}/${task.process.id}`}>
                {texts.task.toProcess(kind.label)}
              </Anchor>
            </p>
          )}
        </section>
        <div className="decision" id="answer" tabIndex={-1}>
          {isOpen ? (
            <Answer task={task} draft={draft} command={command} onDone={() => setDone(true)} />
          ) : (
            <Answered task={task} me={me} draft={draft} isDone={isDone} />
          )}
          {isOpen && <NotForMe task={task} me={me} onNotice={setNotice} />}
        </div>
      </div>
      <Comments comments={task.comments} taskId={isOpen ? task.taskId : undefined} />
    </>
  );
}

function About({ task }: { task: TaskSummary }) {
  const schoolName = useSchoolName();
  const { task: said } = texts;
  // While it is open and in time, the day stands beside the title.
  const isDaySaid = task.status === 'open' && !task.isOverdue;
  const rows: readonly (readonly [string, string])[] = [
    [said.about, task.subject.name],
    [said.school, schoolName(task.schoolId)],
    [said.with, withWords(task, (role) => roleWords(role, schoolName))],
    [said.due, task.dueOn === null || isDaySaid ? '' : longDay(task.dueOn)],
  ];
  return (
    <dl className="about">
      {rows.map(
        ([label, value]) =>
          value !== '' && (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

/**
 * Who answered it, when and what, and what comes next; for a task that somebody else was faster with, too. What was
 * written and could not be sent stays there to be copied.
 */
function Answered({ task, me, draft, isDone }: { task: Task; me: Me; draft: TaskDraft; isDone: boolean }) {
  const kind = useKind(task.process.kind);
  const ref = useFocus<HTMLDivElement>(isDone || draft.wasOpen);
  const words = wordsOfTask(kind, task.task);
  const outcome = outcomeWords(words, task.outcome);
  const said =
    task.status === 'cancelled'
      ? texts.task.cancelled
      : task.completedBy === null
        ? texts.task.answeredBySystem(outcome)
        : texts.task.answered(task.completedBy.name, longDay(dayOf(task.completedAt ?? '')), outcome);
  const isUnsent = !isDone && Object.keys(draft.value).length > 0;
  const isByMe = task.completedBy?.personId === me.personId;
  const title = isDone
    ? texts.task.completed(task.title)
    : isUnsent && task.completedBy
      ? isByMe
        ? texts.task.already
        : texts.task.meanwhile
      : undefined;
  return (
    <>
      <Alert ref={ref} tabIndex={-1} color={isDone ? 'oak' : isUnsent ? 'yellow' : 'gray'} title={title} role="status">
        <Text size="sm">{said}</Text>
        {isUnsent && (
          <Text size="sm">
            <strong>{texts.task.notSent(outcomeWords(words, String(draft.value['outcome'] ?? '')))}</strong>
          </Text>
        )}
        {isDone && kind && <Next task={task} kind={kind} />}
        <Group mt="md" gap="sm">
          <Button component={Link} href="/inbox" size="sm">
            {texts.problem.toInbox}
          </Button>
          {kind && (
            <Button
              component={Link}
              href={`/${kind.path}/${task.process.id}`}
              size="sm"
              variant="default"
              className="several-lines"
            >
              {texts.task.toProcess(kind.label)}
            </Button>
          )}
        </Group>
      </Alert>
      {isUnsent && <Unsent task={task} me={me} draft={draft} kind={kind} />}
    </>
  );
}

function Unsent({ task, me, draft, kind }: { task: Task; me: Me; draft: TaskDraft; kind: Kind | undefined }) {
  const written = writtenIn(draft.value);
  const id = useId();
  if (written.length === 0) return null;
  return (
    <section className="panel" aria-labelledby={id}>
      <Title order={2} size="h4" id={id}>
        {texts.task.written}
      </Title>
      <p className="quiet small">{texts.task.writtenHelp}</p>
      <Facts facts={written.map(([name, value]) => ({ label: labelIn(kind?.fields ?? [], name), value }))} />
      <Button
        variant="default"
        onClick={() => {
          dropLocally(draftName(task, me.personId));
          draft.stop();
        }}
      >
        {texts.task.writtenDrop}
      </Button>
    </section>
  );
}

/** What the answer has led to, once the machine has moved on; nothing for who may not see that. */
function Next({ task, kind }: { task: Task; kind: Kind }) {
  const { data } = useProcess(kind.path, task.process.id);
  const schoolName = useSchoolName();
  if (data === undefined) return null;
  if (data.moving) return <p className="small">{texts.process.moving}</p>;
  const lines: readonly (readonly [string, ReactNode])[] =
    data.endedAt !== null
      ? [['end', texts.task.nextEnded(labelIn(kind.ends, data.outcome ?? ''))]]
      : [
          ...data.openTasks.map(
            (open) =>
              [
                open.taskId,
                texts.task.nextWith(
                  open.title,
                  withWords(open, (role) => roleWords(role, schoolName)),
                ),
              ] as const,
          ),
          ...data.timers.map(
            ({ name, dueOn }) =>
              [
                name,
                texts.task.nextWaits(
                  wordsOf(kind, name)?.label ?? name,
                  dueOn === null ? texts.process.noDate : longDay(dueOn),
                ),
              ] as const,
          ),
        ];
  if (lines.length === 0) return null;
  return (
    <div className="what-next small">
      <strong>{texts.task.next}</strong>
      <ul>
        {lines.map(([key, line]) => (
          <li key={key}>{line}</li>
        ))}
      </ul>
    </div>
  );
}

/** An outcome without a form. */
function Plain({
  outcome,
  isOnly,
  error,
  isBusy,
  onSend,
}: {
  outcome: Outcome;
  isOnly: boolean;
  error: unknown;
  isBusy: boolean;
  onSend: () => void;
}) {
  return (
    <div>
      <Failed error={error} />
      <Group>
        <Button loading={isBusy} onClick={onSend}>
          {isOnly ? outcome.label : texts.task.send}
        </Button>
        {!isOnly && <Sends outcome={outcome} />}
      </Group>
    </div>
  );
}

/** What the button would send, beside it: the buttons that choose may be out of sight by then. */
const Sends = ({ outcome: { label } }: { outcome: Outcome }) => (
  <span className="quiet small">{texts.task.sends(label)}</span>
);

function Answer({
  task,
  draft: kept,
  command,
  onDone,
}: {
  task: Task;
  draft: TaskDraft;
  command: ReturnType<typeof useCommand<Task>>;
  onDone: () => void;
}) {
  const client = useQueryClient();
  const { taskId, outcomes } = task;
  const { value: draft, write } = kept;
  const heading = useId();
  const [only] = outcomes.length === 1 ? outcomes : [];
  const chosen = only ?? outcomes.find(({ outcome }) => outcome === draft['outcome']);
  const { outcome: _, ...written } = draft;

  if (outcomes.length === 0)
    return (
      <Alert color="gray" role="note">
        <strong>{texts.task.notYours}</strong>
        <Text size="sm">{texts.task.notYoursHelp}</Text>
      </Alert>
    );

  const send = (outcome: string, fields: Readonly<Record<string, unknown>>) => {
    kept.hold();
    command.mutate(
      { path: `/tasks/${taskId}/complete`, body: { outcome, ...fields } },
      {
        onSuccess: (answered) => {
          kept.stop();
          onDone();
          client.setQueryData(['task', taskId], answered);
        },
        onError: () => {
          kept.resume();
          // Somebody may have been faster: the task then says who, and when.
          void client.invalidateQueries({ queryKey: ['task', taskId] });
        },
      },
    );
  };

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
        >
          {!only && <Sends outcome={chosen} />}
        </SchemaForm>
      )}
      {chosen && !hasFields(chosen.schema) && (
        <Plain
          outcome={chosen}
          isOnly={only !== undefined}
          error={command.error}
          isBusy={command.isPending}
          onSend={() => send(chosen.outcome, {})}
        />
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

/** Only what this person may do with it: who sees this has nothing to guess. */
function NotForMe({ task, me, onNotice }: { task: Task; me: Me; onNotice: (text: string) => void }) {
  const { mayGiveTo, mayDeclareConflict } = task;
  if (mayGiveTo.length === 0 && !mayDeclareConflict) return null;
  return (
    <details className="not-for-me">
      <summary>{texts.task.more}</summary>
      {mayGiveTo.length > 0 && <Assign task={task} onNotice={onNotice} />}
      {mayDeclareConflict && <Conflict task={task} onNotice={onNotice} />}
      <p className="small">
        {texts.task.away} <Link href={`/people/${me.personId}`}>{texts.task.awayLink}</Link>
        {texts.task.awayEnd}
      </p>
    </details>
  );
}

function Assign({ task, onNotice }: { task: Task; onNotice: (text: string) => void }) {
  const [personId, setPersonId] = useState('');
  const command = useCommand<Task>();
  const client = useQueryClient();
  const field = useFocus<HTMLSelectElement>(command.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (personId === '') return;
    command.mutate(
      { path: `/tasks/${task.taskId}/assign`, body: { personId } },
      {
        onSuccess: (changed) => {
          client.setQueryData(['task', task.taskId], changed);
          setPersonId('');
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
      <NativeSelect
        ref={field}
        label={texts.task.assignLabel}
        description={texts.task.assignHelp}
        value={personId}
        onChange={({ currentTarget }) => setPersonId(currentTarget.value)}
        data={[
          { value: '', label: texts.form.select },
          ...task.mayGiveTo.map(({ personId: value, name }) => ({ value, label: name })),
        ]}
        error={command.error ? problemAtField(command.error) : undefined}
      />
      <Button type="submit" variant="default" mt="sm" disabled={personId === ''} loading={command.isPending}>
        {texts.task.assignButton}
      </Button>
    </form>
  );
}

function Conflict({ task, onNotice }: { task: Task; onNotice: (text: string) => void }) {
  const [reason, setReason] = useState('');
  const command = useCommand<TaskSummary>();
  const field = useFocus<HTMLTextAreaElement>(command.error);
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
        ref={field}
        label={texts.task.conflictLabel}
        description={texts.task.conflictHelp}
        autosize
        minRows={2}
        value={reason}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
        error={command.error ? problemAtField(command.error) : undefined}
      />
      <Button type="submit" variant="default" mt="sm" disabled={reason.trim() === ''} loading={command.isPending}>
        {texts.task.conflictButton}
      </Button>
    </form>
  );
}
