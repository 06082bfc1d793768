/** The answer to a task: which outcome, its form, and sending it. */
import { Alert, Button, Group, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useId } from 'react';
import { SchemaForm } from '../form/later.tsx';
import { fieldsOf, fitting, hasFields } from '../form/schema.ts';
import { Outcomes } from '../outcomes.tsx';
import { Failed } from '../page.tsx';
import { taskQuery, type useCommand } from '../queries.ts';
import type { JsonSchema, Task } from '../shapes.ts';
import type { TaskDraft } from '../task-draft.ts';
import { texts } from '../texts.ts';

export function Answer({
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
          client.setQueryData(taskQuery(taskId).queryKey, answered);
        },
        onError: () => {
          kept.resume();
          // Somebody may have been faster: the task then says who, and when.
          void client.invalidateQueries(taskQuery(taskId));
        },
      },
    );
  };

  const submit = only?.label ?? texts.task.send;
  // What would be sent, beside the button: the buttons that choose may be out of sight by then.
  const sends = only === undefined && chosen && <span className="quiet small">{texts.task.sends(chosen.label)}</span>;
  return (
    <section className="panel" aria-labelledby={heading}>
      <Title order={2} size="h4" id={heading}>
        {texts.task.decide}
      </Title>
      <Outcomes
        outcomes={outcomes}
        chosen={chosen?.outcome}
        onChoose={(outcome) => {
          command.reset();
          write({ ...draft, outcome });
        }}
      />
      {chosen && hasFields(chosen.schema) && (
        <SchemaForm
          key={chosen.outcome}
          name={`answer-${chosen.outcome}`}
          schema={chosen.schema}
          value={fitting(chosen.schema, written)}
          onChange={(value) => write({ ...draft, ...emptied(chosen.schema), ...value, outcome: chosen.outcome })}
          onSubmit={(value) => send(chosen.outcome, value)}
          error={command.error}
          submit={submit}
          isBusy={command.isPending}
        >
          {sends}
        </SchemaForm>
      )}
      {chosen && !hasFields(chosen.schema) && (
        <div>
          <Failed error={command.error} />
          <Group>
            <Button loading={command.isPending} onClick={() => send(chosen.outcome, {})}>
              {submit}
            </Button>
            {sends}
          </Group>
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
const emptied = (schema: JsonSchema): Record<string, undefined> =>
  Object.fromEntries(Object.keys(fieldsOf(schema)).map((name) => [name, undefined]));
