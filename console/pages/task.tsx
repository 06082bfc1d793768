/** A task: what is asked and why, the facts and findings beside it, and the answer. */
import { Alert, Anchor, Title } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import { Comments } from '../comments.tsx';
import { Due } from '../due.tsx';
import { Facts, Findings } from '../facts.tsx';
import { loadForm } from '../form/later.tsx';
import { Loaded, Notice, PageTitle } from '../page.tsx';
import { useCommand, useKind, useMe, useSchoolName, useTask } from '../queries.ts';
import type { Me, Task, TaskSummary } from '../shapes.ts';
import { useTaskDraft } from '../task-draft.ts';
import { longDay, roleWords, texts, withWords } from '../texts.ts';
import { Answer } from './task-answer.tsx';
import { Answered } from './task-answered.tsx';
import { NotForMe } from './task-not-for-me.tsx';

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
          {/* They are of today, and help to decide: of what is answered they would not be true. */}
          {isOpen && <Findings findings={task.findings} order={2} />}
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
