/** For who should not answer a task: giving it to somebody else, and saying why somebody else should decide. */
import { Button, NativeSelect, Textarea, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Link } from 'wouter';
import { useFocus } from '../focus.ts';
import { problemAtField } from '../page.tsx';
import { taskQuery, useCommand } from '../queries.ts';
import type { Me, Task, TaskSummary } from '../shapes.ts';
import { texts } from '../texts.ts';

/** Only what this person may do with it: who sees this has nothing to guess. */
export function NotForMe({ task, me, onNotice }: { task: Task; me: Me; onNotice: (text: string) => void }) {
  const { mayGiveTo, mayDeclareConflict } = task;
  // A form whose task is out of its reader's hands is gone before the answer has been read.
  const giving = useCommand<Task>();
  const passingOn = useCommand<TaskSummary>();
  if (mayGiveTo.length === 0 && !mayDeclareConflict) return null;
  // Who only sees to it that somebody answers is not asked whether it is for them.
  if (task.outcomes.length === 0 && !mayDeclareConflict)
    return (
      <details className="not-for-me">
        <summary>{texts.task.assign}</summary>
        <Assign task={task} command={giving} onNotice={onNotice} />
      </details>
    );
  return (
    <details className="not-for-me">
      <summary>{texts.task.more}</summary>
      {mayGiveTo.length > 0 && (
        <>
          <Title order={3} size="h5">
            {texts.task.assign}
          </Title>
          <Assign task={task} command={giving} onNotice={onNotice} />
        </>
      )}
      {mayDeclareConflict && <Conflict task={task} command={passingOn} onNotice={onNotice} />}
      <p className="small">
        {texts.task.away} <Link href={`/people/${me.personId}`}>{texts.task.awayLink}</Link>
        {texts.task.awayEnd}
      </p>
    </details>
  );
}

interface Handing<T> {
  readonly task: Task;
  readonly command: ReturnType<typeof useCommand<T>>;
  readonly onNotice: (text: string) => void;
}

function Assign({ task, command, onNotice }: Handing<Task>) {
  const [personId, setPersonId] = useState('');
  const client = useQueryClient();
  const field = useFocus<HTMLSelectElement>(command.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (personId === '') return;
    command.mutate(
      { path: `/tasks/${task.taskId}/assign`, body: { personId } },
      {
        onSuccess: (changed) => {
          client.setQueryData(taskQuery(task.taskId).queryKey, changed);
          setPersonId('');
          onNotice(texts.task.assigned(changed.assignee?.name ?? ''));
        },
      },
    );
  };
  return (
    <form onSubmit={submit}>
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

function Conflict({ task, command, onNotice }: Handing<TaskSummary>) {
  const [reason, setReason] = useState('');
  const field = useFocus<HTMLTextAreaElement>(command.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    command.mutate(
      { path: `/tasks/${task.taskId}/declare-conflict`, body: { reason } },
      {
        onSuccess: () => onNotice(texts.task.conflictDone),
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
