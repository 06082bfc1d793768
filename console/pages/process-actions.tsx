/** What its reader can do with a process: the form of an action, what is asked once more, what somebody else did meanwhile. */
import { Alert, Button, Group, Text, Title } from '@mantine/core';
import { useMemo, useState } from 'react';
import { Refused } from '../api.ts';
import { type Draft, dropLocally, keepLocally, localDraft } from '../drafts.ts';
import { useFocus } from '../focus.ts';
import { SchemaForm } from '../form/later.tsx';
import { fieldsOf, fitting, hasFields } from '../form/schema.ts';
import { Failed } from '../page.tsx';
import { readAgain, useCommand, useLinked, useMe } from '../queries.ts';
import { isStale } from '../record.tsx';
import type { JsonSchema, Kind, Linked, Process, ProcessAction } from '../shapes.ts';
import { texts } from '../texts.ts';

export function Actions({ process, kind, onDone }: { process: Process; kind: Kind; onDone: (label: string) => void }) {
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
  const names = new Map(linked.map(({ id, subject, title }) => [id, [title ?? [], subject.name].flat().join(', ')]));
  const named = (field: JsonSchema): JsonSchema => {
    const choices = Array.isArray(field['enum']) ? field['enum'].filter((each) => names.has(each)) : [];
    if (choices.length === 0) return field;
    const labels = Object.fromEntries(choices.map((id) => [id, names.get(id)]));
    return { ...field, enumLabels: { ...(field['enumLabels'] as object), ...labels } };
  };
  return {
    ...schema,
    properties: Object.fromEntries(Object.entries(fieldsOf(schema)).map(([name, field]) => [name, named(field)])),
  };
}

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
        <Failed error={error} />
        <Group>
          <Button loading={command.isPending} onClick={() => submit({})}>
            {action.label}
          </Button>
          {cancel}
        </Group>
      </>
    );
  return (
    <>
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
    </>
  );
}

/** Once more, for what nobody can take back. */
function Sure({ label, isBusy, onYes, onNo }: { label: string; isBusy: boolean; onYes: () => void; onNo: () => void }) {
  return (
    <Alert ref={useFocus<HTMLDivElement>()} tabIndex={-1} color="red" role="alert" title={texts.process.sure(label)}>
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
  return (
    <Alert
      ref={useFocus<HTMLDivElement>()}
      tabIndex={-1}
      color="yellow"
      role="alert"
      title={texts.process.stale}
      mb="md"
    >
      <Text size="sm">{texts.process.staleHelp}</Text>
      <Button mt="sm" size="sm" variant="default" onClick={onRead}>
        {texts.process.staleButton}
      </Button>
    </Alert>
  );
}
