/** What a task has come to: who answered it, what comes next, and what was written here and not sent. */
import { Alert, Button, Group, Text, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { Link } from 'wouter';
import { dropLocally } from '../drafts.ts';
import { Facts } from '../facts.tsx';
import { useFocus } from '../focus.ts';
import { useKind, useProcess, useSchoolName } from '../queries.ts';
import type { Kind, Me, Task } from '../shapes.ts';
import { draftName, type TaskDraft, writtenIn } from '../task-draft.ts';
import { dayOf, longDay, roleWords, texts, withWords } from '../texts.ts';
import { labelIn, outcomeWords, wordsOf, wordsOfTask } from '../words.ts';

/**
 * Who answered it, when and what, and what comes next; for a task that somebody else was faster with, too. What was
 * written and could not be sent stays there to be copied.
 */
export function Answered({ task, me, draft, isDone }: { task: Task; me: Me; draft: TaskDraft; isDone: boolean }) {
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
