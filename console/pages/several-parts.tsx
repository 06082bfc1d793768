/** What the steps of answering several tasks share: their headings, reading each task, and what stands beside a name. */
import { Title } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { ask } from '../api.ts';
import { labelAt } from '../form/schema.ts';
import { inTurn } from '../in-turn.ts';
import { taskQuery } from '../queries.ts';
import type { Problem } from '../several.ts';
import type { Fact, Finding, JsonSchema, Task } from '../shapes.ts';

/** A heading that takes the focus when its step begins, so that a screen reader tells where one is. */
export function StepTitle({ children, isFirst = false }: { children: string; isFirst?: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (isFirst) return;
    heading.current?.focus();
    heading.current?.scrollIntoView({ block: 'nearest' });
  }, [isFirst]);
  return (
    <Title order={2} size="h4" ref={heading} tabIndex={-1}>
      {children}
    </Title>
  );
}

/** Each in full, a few at a time; what was read stays for a while, because many are read. */
export const useTasks = (taskIds: readonly string[]) =>
  useQueries({
    queries: taskIds.map((taskId) => ({
      queryKey: taskQuery(taskId).queryKey,
      queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
        inTurn(() => ask<Task>('GET', `/tasks/${encodeURIComponent(taskId)}`, { signal })),
      staleTime: 60_000,
      refetchOnWindowFocus: false,
    })),
  });

/** What the answer was asked with, for the labels of its fields. */
export const schemaFor = (task: Task | undefined, outcome: string | undefined): JsonSchema | undefined =>
  (task?.outcomes.find((each) => each.outcome === outcome) ?? task?.outcomes[0])?.schema;

export const mayAnswer = (task: Task | undefined): task is Task =>
  task !== undefined && task.status === 'open' && task.outcomes.length > 0;

/** So many of what tells one from another stand beside the name; all of them are behind "the facts". */
const MOST_SINGLE = 3;

/** Facts that are not the same for everybody. */
export function singleFacts(task: Task | undefined, tasks: readonly Task[]): readonly Fact[] {
  const isShared = ({ label, value }: Fact) =>
    tasks.every(({ facts }) => facts.some((fact) => fact.label === label && fact.value === value));
  return (task?.facts ?? []).filter((fact) => !isShared(fact)).slice(0, MOST_SINGLE);
}

export const Single = ({ facts }: { facts: readonly Fact[] }) =>
  facts.length === 0 ? null : (
    <dl className="single">
      {facts.map(({ label, value }, at) => (
        <div key={at}>
          <dt>{label}:</dt> <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );

export const without = (findings: readonly Finding[], inCommon: readonly Finding[]): readonly Finding[] =>
  findings.filter(({ sentence }) => !inCommon.some((common) => common.sentence === sentence));

export const Noticed = ({ findings }: { findings: readonly Finding[] }) =>
  findings.length === 0 ? null : (
    <ul className="noticed">
      {findings.map(({ code, sentence }) => (
        <li key={code + sentence}>{sentence}</li>
      ))}
    </ul>
  );

/** Why it was refused, with the fields by their labels. */
export function Reason({
  problem: { detail, errors = [] },
  schema,
}: {
  problem: Problem;
  schema: JsonSchema | undefined;
}) {
  const atFields = errors.map(({ path, message }) =>
    [labelAt(schema, path.split('.')), message].filter((part) => part !== '').join(': '),
  );
  // What is wrong with a field is often all there is to say.
  const isSaid = errors.some(({ message }) => message === detail);
  return <>{(isSaid ? atFields : [detail, ...atFields]).join(' ')}</>;
}
