/** Whom the answer to several tasks goes to and what it says, once more before it is sent. */
import { Alert, Button, Group, Title } from '@mantine/core';
import { type ReactNode, useId, useRef, useState } from 'react';
import { Facts } from '../facts.tsx';
import { SchemaForm } from '../form/later.tsx';
import { hasFields, saidWith } from '../form/schema.ts';
import { useSchoolName } from '../queries.ts';
import { differs, type Fields, fieldsFor, type Several, sendingOf } from '../several.ts';
import type { Fact, Finding, JsonSchema, Outcome, Task } from '../shapes.ts';
import { texts } from '../texts.ts';
import { Noticed, Reason, Single, StepTitle, singleFacts, without } from './several-parts.tsx';

const said = texts.several;

/** Whom it goes to and what it says, once more; for a single one it can be changed here. */
export function Review({
  several,
  tasks,
  outcome,
  inCommon,
  onLeaveOut,
  onChange,
}: {
  several: Several;
  tasks: readonly Task[];
  outcome: Outcome;
  inCommon: readonly Finding[];
  onLeaveOut: (taskId: string) => void;
  onChange: () => void;
}) {
  const { work, send } = several;
  const [open, setOpen] = useState<string>();
  const list = useId();
  const count = useRef<HTMLHeadingElement>(null);
  return (
    <section className="panel">
      <StepTitle>{said.review}</StepTitle>
      <Facts facts={[{ label: texts.task.decide, value: outcome.label }, ...saidWith(outcome.schema, work.fields)]} />
      {inCommon.length > 0 && (
        <Alert role="note" color="yellow" title={said.ofAll}>
          <Noticed findings={inCommon} />
        </Alert>
      )}
      <Title order={3} size="h5" id={list} ref={count} tabIndex={-1}>
        {said.goesTo(tasks.length)}
      </Title>
      <ul className="rows" aria-labelledby={list}>
        {tasks.map((task) => (
          <ReviewRow
            key={task.taskId}
            several={several}
            task={task}
            outcome={outcome.outcome}
            inCommon={inCommon}
            single={singleFacts(task, tasks)}
            isOpen={open === task.taskId}
            onOpen={(isOpen) => setOpen(isOpen ? task.taskId : undefined)}
            onLeaveOut={() => {
              onLeaveOut(task.taskId);
              count.current?.focus();
            }}
          />
        ))}
      </ul>
      <Group>
        <Button onClick={() => void send(sendingOf(work, outcome.outcome, tasks))}>{said.send(tasks.length)}</Button>
        <Button variant="default" onClick={onChange}>
          {said.change}
        </Button>
      </Group>
    </section>
  );
}

function ReviewRow({
  several: { work, write },
  task,
  outcome,
  inCommon,
  single,
  isOpen,
  onOpen,
  onLeaveOut,
}: {
  several: Several;
  task: Task;
  outcome: string;
  inCommon: readonly Finding[];
  single: readonly Fact[];
  isOpen: boolean;
  onOpen: (isOpen: boolean) => void;
  onLeaveOut: () => void;
}) {
  const schoolName = useSchoolName();
  const { taskId, subject } = task;
  const schema = task.outcomes.find((each) => each.outcome === outcome)?.schema ?? {};
  const answer = fieldsFor(work, taskId, schema);
  const change = useRef<HTMLButtonElement>(null);
  const closed = () => {
    onOpen(false);
    change.current?.focus();
  };
  const refused = work.refused[taskId];
  const { [taskId]: _, ...others } = work.own;
  return (
    <li className="whom">
      <div>
        <strong>{subject.name}</strong>
        <div className="quiet small">{schoolName(task.schoolId)}</div>
      </div>
      <Group gap="xs">
        {hasFields(schema) && (
          <Button
            ref={change}
            size="compact-sm"
            variant="subtle"
            aria-expanded={isOpen}
            onClick={() => onOpen(!isOpen)}
          >
            {said.changeOne}
            <span className="unseen">{said.of(subject.name)}</span>
          </Button>
        )}
        <Button size="compact-sm" variant="subtle" color="gray" onClick={onLeaveOut}>
          {said.leaveOut}
          <span className="unseen">{said.of(subject.name)}</span>
        </Button>
      </Group>
      <div className="whom-more">
        {refused && (
          <p className="small refused">
            {said.refused} <Reason problem={refused} schema={schema} />
          </p>
        )}
        <Single facts={single} />
        <Noticed findings={without(task.findings, inCommon)} />
        {differs(answer, work) && !isOpen && (
          <>
            <p className="small">{said.differs}</p>
            <Facts facts={saidWith(schema, answer)} />
          </>
        )}
        {isOpen && (
          <OwnAnswer
            taskId={taskId}
            schema={schema}
            value={answer}
            onKeep={(fields) => {
              write({ own: { ...others, [taskId]: fields } });
              closed();
            }}
          >
            <Button
              variant="default"
              onClick={() => {
                write({ own: others });
                closed();
              }}
            >
              {said.sameAgain}
            </Button>
          </OwnAnswer>
        )}
      </div>
    </li>
  );
}

function OwnAnswer({
  taskId,
  schema,
  value,
  onKeep,
  children,
}: {
  taskId: string;
  schema: JsonSchema;
  value: Fields;
  onKeep: (fields: Fields) => void;
  children: ReactNode;
}) {
  const [fields, setFields] = useState(value);
  return (
    <SchemaForm
      name={`own-${taskId.replaceAll('.', '-')}`}
      schema={schema}
      value={fields}
      onChange={setFields}
      onSubmit={onKeep}
      submit={said.keepOne}
      isBusy={false}
    >
      {children}
    </SchemaForm>
  );
}
