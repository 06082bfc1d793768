/** How far the sending of answers to several tasks is, and what became of each. */
import { Anchor, Button, Group, Text, Title } from '@mantine/core';
import { useId } from 'react';
import { Link } from 'wouter';
import { ProblemAlert } from '../page.tsx';
import { type Fate, isDone, type Problem, type Sending, type Several } from '../several.ts';
import type { Task } from '../shapes.ts';
import { texts } from '../texts.ts';
import { mayAnswer, Reason, StepTitle, schemaFor, useTasks } from './several-parts.tsx';

const said = texts.several;

export function SendingNow({ several, sending }: { several: Several; sending: Sending }) {
  const { isSending, error, send, stop } = several;
  const { fates, parts } = sending;
  const all = fates.length + parts.reduce((sum, { items }) => sum + items.length, 0);
  const label = useId();
  return (
    <section className="panel">
      <StepTitle key={String(isSending)}>{isSending ? said.sending : said.interrupted}</StepTitle>
      <p id={label} role="status">
        {said.sent(fates.length, all)}
      </p>
      <progress className="sent" aria-labelledby={label} max={all} value={fates.length} />
      {!isSending && (
        <>
          {error !== undefined && <ProblemAlert error={error} />}
          <p>{said.interruptedHelp}</p>
          <Group>
            <Button onClick={() => void send(sending)}>{said.carryOn}</Button>
            <Button variant="default" onClick={stop}>
              {said.stop}
            </Button>
          </Group>
        </>
      )}
    </section>
  );
}

/** What became of each. */
export function Results({
  sending: { fates, unsent = 0 },
  refused,
  outcome,
  onAgain,
  onOthers,
}: {
  sending: Sending;
  refused: Readonly<Record<string, Problem>>;
  outcome: string | undefined;
  onAgain: () => void;
  onOthers: () => void;
}) {
  const done = fates.filter(isDone);
  const notDone = fates.filter((fate) => !isDone(fate));
  const found = useTasks(notDone.map(({ taskId }) => taskId));
  const rows = notDone.map((fate, at) => ({ fate, task: found[at]?.data, isGone: isGone(found[at]) }));
  const again = rows.filter(({ isGone: gone }) => !gone).length + unsent;
  return (
    <section className="panel">
      <StepTitle>{said.results(done.length, notDone.length + unsent)}</StepTitle>
      {(notDone.length > 0 || unsent > 0) && (
        <>
          {notDone.length > 0 && (
            <>
              <Title order={3} size="h5">
                {said.notDone}
              </Title>
              <ul className="rows">
                {rows.map(({ fate, task, isGone: gone }) => (
                  <li key={fate.taskId} className="whom">
                    <Anchor component={Link} href={`/tasks/${fate.taskId}`}>
                      {fate.name}
                    </Anchor>
                    <div className="whom-more small">
                      {refused[fate.taskId] && (
                        <Reason problem={refused[fate.taskId] as Problem} schema={schemaFor(task, outcome)} />
                      )}{' '}
                      {gone && said.gone}
                    </div>
                  </li>
                ))}
              </ul>
            </>
          )}
          {unsent > 0 && <p>{said.unsent(unsent)}</p>}
          {again > 0 && <p>{said.stayChosen}</p>}
        </>
      )}
      {done.length > 0 && <DoneList done={done} isAll={notDone.length + unsent === 0} />}
      <Group>
        {again > 0 && <Button onClick={onAgain}>{said.again(again)}</Button>}
        <Button component={Link} href="/inbox" variant={again > 0 ? 'default' : 'filled'}>
          {said.back}
        </Button>
        <Button variant="default" onClick={onOthers}>
          {said.others}
        </Button>
      </Group>
    </section>
  );
}

/** It was read again after the answer: nobody asks for it any more, or not this person. */
const isGone = (query: { readonly data?: Task | undefined; readonly error: unknown } | undefined): boolean =>
  query !== undefined && (query.error !== null || (query.data !== undefined && !mayAnswer(query.data)));

function DoneList({ done, isAll }: { done: readonly Fate[]; isAll: boolean }) {
  const heading = useId();
  return (
    <>
      {!isAll && (
        <Title order={3} size="h5" id={heading}>
          {said.done}
        </Title>
      )}
      <ul className="done-list" aria-label={said.done}>
        {done.map(({ taskId, name }) => (
          <li key={taskId}>
            <Text component="span" size="sm">
              {name}
            </Text>
          </li>
        ))}
      </ul>
    </>
  );
}
