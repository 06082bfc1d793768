/**
 * Several tasks of one name answered with one form: whom it is for, the answer, a look before it is sent, and what
 * became of each. What a task tells of a single person stands beside their name all the way.
 */
import '../several.css';
import { Alert, Anchor, Button, Checkbox, Group, Text, Title } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useEffect, useId, useRef, useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import { ask } from '../api.ts';
import { Due } from '../due.tsx';
import { Facts } from '../facts.tsx';
import { fitting, hasFields, labelAt, saidWith } from '../form/schema.ts';
import { Loaded, Loading, PageTitle, ProblemAlert, problemWords } from '../page.tsx';
import { useKind, useList, useMe, useSchoolName } from '../queries.ts';
import {
  commonOutcomes,
  differs,
  type Fate,
  type Fields,
  fieldsFor,
  inTurn,
  isDone,
  type Problem,
  type Sending,
  type Several,
  sendingOf,
  useSeveral,
} from '../several.ts';
import type { Fact, Finding, JsonSchema, Me, Outcome, Task, TaskSummary } from '../shapes.ts';
import { texts } from '../texts.ts';
import { wordsOfTask } from '../words.ts';

const SchemaForm = lazy(() => import('../form/form.tsx').then(({ SchemaForm: form }) => ({ default: form })));

const said = texts.several;

interface Which {
  readonly kind: string;
  readonly task: string;
}

export function SeveralPage(which: Which) {
  const me = useMe();
  const [search] = useSearchParams();
  const title = wordsOfTask(useKind(which.kind), which.task)?.label ?? said.offers;
  return (
    <>
      <PageTitle
        lead={said.lead}
        aside={
          <Anchor component={Link} href={search.size > 0 ? `/inbox?${search}` : '/inbox'}>
            {said.back}
          </Anchor>
        }
      >
        {title}
      </PageTitle>
      <Loaded query={me}>{(who) => <TheSeveral {...which} me={who} />}</Loaded>
    </>
  );
}

function TheSeveral({ kind, task, me }: Which & { me: Me }) {
  const several = useSeveral(`several.${me.personId}.${kind}.${task}`);
  const [isReviewing, setReviewing] = useState(false);
  const { sending } = several.work;
  if (sending !== undefined && (several.isSending || sending.parts.length > 0))
    return <SendingNow several={several} sending={sending} />;
  if (sending !== undefined)
    return (
      <Results
        sending={sending}
        refused={several.work.refused}
        outcome={several.work.outcome}
        onAgain={() => {
          several.close();
          setReviewing(true);
        }}
        onOthers={() => {
          several.close();
          setReviewing(false);
        }}
      />
    );
  return <Answering kind={kind} task={task} me={me} several={several} review={[isReviewing, setReviewing]} />;
}

/** A heading that takes the focus when its step begins, so that a screen reader tells where one is. */
function StepTitle({ children, isFirst = false }: { children: string; isFirst?: boolean }) {
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
const useTasks = (taskIds: readonly string[]) =>
  useQueries({
    queries: taskIds.map((taskId) => ({
      queryKey: ['task', taskId],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
        inTurn(() => ask<Task>('GET', `/tasks/${encodeURIComponent(taskId)}`, { signal })),
      staleTime: 60_000,
      refetchOnWindowFocus: false,
    })),
  });

/** What the answer was asked with, for the labels of its fields. */
const schemaFor = (task: Task | undefined, outcome: string | undefined): JsonSchema | undefined =>
  (task?.outcomes.find((each) => each.outcome === outcome) ?? task?.outcomes[0])?.schema;

const mayAnswer = (task: Task | undefined): task is Task =>
  task !== undefined && task.status === 'open' && task.outcomes.length > 0;

function Answering({
  kind,
  task,
  me,
  several,
  review: [isReviewing, setReviewing],
}: Which & { me: Me; several: Several; review: readonly [boolean, (isReviewing: boolean) => void] }) {
  const [search, setSearch] = useSearchParams();
  const filters = { school: search.get('school'), overdue: search.get('overdue') };
  const list = useList<TaskSummary>('/inbox', { kind, task, ...filters });
  const listed = list.data?.pages.flatMap(({ items }) => items);
  const items = listed?.filter(({ isForSeveral }) => isForSeveral).toSorted(byDayAndName) ?? [];
  const found = useTasks(items.map(({ taskId }) => taskId));
  const [isBack, setBack] = useState(false);
  const { work, write } = several;

  // What was chosen on a further page is there again after a reload.
  const isMissing = work.chosen.some((taskId) => !items.some((item) => item.taskId === taskId));
  const { hasNextPage, isFetching, fetchNextPage } = list;
  useEffect(() => {
    if (isMissing && hasNextPage && !isFetching) void fetchNextPage();
  }, [isMissing, hasNextPage, isFetching, fetchNextPage]);

  if (list.error) return <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />;
  if (listed === undefined) return <Loading lines={6} />;
  if (items.length === 0)
    return (
      <section className="empty">
        <p>
          <strong>{listed.length > 0 ? said.oneByOne : said.none}</strong>
        </p>
        <Button component={Link} href="/inbox" variant="default">
          {said.back}
        </Button>
      </section>
    );

  const rows = items.map((item, at): Row => ({ item, task: found[at]?.data, error: found[at]?.error ?? undefined }));
  const canBeChosen = rows.filter((row) => row.error === undefined && (row.task === undefined || mayAnswer(row.task)));
  const chosen = canBeChosen.filter(({ item }) => work.chosen.includes(item.taskId));
  const tasks = chosen.flatMap((row) => row.task ?? []);
  const isReading = tasks.length < chosen.length;
  const outcomes = isReading ? [] : commonOutcomes(tasks);
  const [only] = outcomes.length === 1 ? outcomes : [];
  const outcome = only ?? outcomes.find((each) => each.outcome === work.outcome);
  const read = rows.flatMap((row) => row.task ?? []);
  const inCommon = commonFindings(read);
  const choose = (taskIds: readonly string[], isChosen: boolean) =>
    write({
      chosen: isChosen
        ? [...new Set([...work.chosen, ...taskIds])]
        : work.chosen.filter((taskId) => !taskIds.includes(taskId)),
    });

  if (isReviewing && outcome !== undefined)
    return (
      <Review
        several={several}
        tasks={tasks}
        outcome={outcome}
        inCommon={inCommon}
        onLeaveOut={(taskId) => choose([taskId], false)}
        onChange={() => {
          setReviewing(false);
          setBack(true);
        }}
      />
    );
  if (isReviewing && isReading) return <Loading lines={6} />;

  return (
    <>
      {[...search.keys()].some((name) => name === 'school' || name === 'overdue') && (
        <p className="quiet">
          {said.filtered}{' '}
          <Button variant="subtle" size="compact-sm" onClick={() => setSearch({}, { replace: true })}>
            {said.unfiltered}
          </Button>
        </p>
      )}
      <div className="columns halves">
        <section aria-labelledby="whom">
          <Title order={2} size="h4" id="whom">
            {said.whom}
          </Title>
          {inCommon.length > 0 && (
            <Alert role="note" color="yellow" title={said.ofAll} mt="sm">
              <Noticed findings={inCommon} />
            </Alert>
          )}
          <div className="choosing">
            <Checkbox
              label={said.all(canBeChosen.length, hasNextPage)}
              checked={chosen.length > 0 && chosen.length === canBeChosen.length}
              indeterminate={chosen.length > 0 && chosen.length < canBeChosen.length}
              onChange={({ currentTarget }) =>
                choose(
                  canBeChosen.map(({ item }) => item.taskId),
                  currentTarget.checked,
                )
              }
            />
            <span role="status" className="quiet small">
              {said.chosen(chosen.length, canBeChosen.length)}
            </span>
            <a className="to-answer" href="#answer">
              {texts.task.toAnswer}
            </a>
          </div>
          <ul className="rows">
            {rows.map((row) => (
              <WhomRow
                key={row.item.taskId}
                row={row}
                me={me}
                inCommon={inCommon}
                single={singleFacts(row.task, read)}
                refused={work.refused[row.item.taskId]}
                sent={schemaFor(row.task, work.outcome)}
                isChosen={chosen.includes(row)}
                onChoose={(isChosen) => choose([row.item.taskId], isChosen)}
              />
            ))}
          </ul>
          {hasNextPage && (
            <Button variant="default" mt="sm" loading={list.isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {texts.showMore}
            </Button>
          )}
        </section>
        <div className="decision" id="answer">
          <section className="panel">
            <StepTitle isFirst={!isBack && !isReviewing}>{said.answer}</StepTitle>
            {chosen.length === 0 ? (
              <p className="quiet">{said.chooseFirst}</p>
            ) : isReading ? (
              <Loading />
            ) : outcomes.length === 0 ? (
              <p>{said.nothingInCommon}</p>
            ) : (
              <Answer
                several={several}
                outcomes={outcomes}
                outcome={outcome}
                count={chosen.length}
                onCheck={() => setReviewing(true)}
              />
            )}
            <p className="quiet small">{texts.start.kept}</p>
          </section>
        </div>
      </div>
    </>
  );
}

/** Soonest first as in the inbox, and by name, as lists on paper are. */
const byDayAndName = (one: TaskSummary, other: TaskSummary): number =>
  (one.dueOn ?? '9').localeCompare(other.dueOn ?? '9') || one.subject.name.localeCompare(other.subject.name);

interface Row {
  readonly item: TaskSummary;
  readonly task: Task | undefined;
  readonly error: unknown;
}

const commonFindings = ([first, ...others]: readonly Task[]): readonly Finding[] =>
  others.length === 0
    ? []
    : (first?.findings ?? []).filter(({ sentence }) =>
        others.every(({ findings }) => findings.some((finding) => finding.sentence === sentence)),
      );

/** So many of what tells one from another stand beside the name; all of them are behind "the facts". */
const MOST_SINGLE = 3;

/** Facts that are not the same for everybody. */
function singleFacts(task: Task | undefined, tasks: readonly Task[]): readonly Fact[] {
  const isShared = ({ label, value }: Fact) =>
    tasks.every(({ facts }) => facts.some((fact) => fact.label === label && fact.value === value));
  return (task?.facts ?? []).filter((fact) => !isShared(fact)).slice(0, MOST_SINGLE);
}

const Single = ({ facts }: { facts: readonly Fact[] }) =>
  facts.length === 0 ? null : (
    <dl className="single">
      {facts.map(({ label, value }, at) => (
        <div key={at}>
          <dt>{label}:</dt> <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );

const without = (findings: readonly Finding[], inCommon: readonly Finding[]): readonly Finding[] =>
  findings.filter(({ sentence }) => !inCommon.some((common) => common.sentence === sentence));

const Noticed = ({ findings }: { findings: readonly Finding[] }) =>
  findings.length === 0 ? null : (
    <ul className="noticed">
      {findings.map(({ code, sentence }) => (
        <li key={code + sentence}>{sentence}</li>
      ))}
    </ul>
  );

/** Why it was refused, with the fields by their labels. */
function Reason({ problem: { detail, errors = [] }, schema }: { problem: Problem; schema: JsonSchema | undefined }) {
  const atFields = errors.map(({ path, message }) =>
    [labelAt(schema, path.split('.')), message].filter((part) => part !== '').join(': '),
  );
  // What is wrong with a field is often all there is to say.
  const isSaid = errors.some(({ message }) => message === detail);
  return <>{(isSaid ? atFields : [detail, ...atFields]).join(' ')}</>;
}

function WhomRow({
  row: { item, task, error },
  me,
  inCommon,
  single,
  refused,
  sent,
  isChosen,
  onChoose,
}: {
  row: Row;
  me: Me;
  inCommon: readonly Finding[];
  single: readonly Fact[];
  refused: Problem | undefined;
  sent: JsonSchema | undefined;
  isChosen: boolean;
  onChoose: (isChosen: boolean) => void;
}) {
  const schoolName = useSchoolName();
  const cannot =
    error !== undefined ? problemWords(error) : task === undefined || mayAnswer(task) ? undefined : texts.task.notYours;
  return (
    <li className="whom">
      <Checkbox
        label={item.subject.name}
        description={schoolName(item.schoolId)}
        checked={isChosen}
        disabled={cannot !== undefined}
        onChange={({ currentTarget }) => onChoose(currentTarget.checked)}
      />
      <div className="whom-side">
        <Due task={item} today={me.today} />
        {item.assignee && item.assignee.personId !== me.personId && (
          <span className="quiet small">{texts.inbox.given(item.assignee.name)}</span>
        )}
      </div>
      <div className="whom-more">
        {cannot !== undefined && <p className="small">{cannot}</p>}
        {refused && (
          <p className="small refused">
            {said.refused} <Reason problem={refused} schema={sent} />
          </p>
        )}
        <Single facts={single} />
        <Noticed findings={without(task?.findings ?? [], inCommon)} />
        <details>
          <summary>
            {said.facts}
            <span className="unseen">{said.of(item.subject.name)}</span>
          </summary>
          {task ? <Facts facts={task.facts} /> : <Loading lines={2} />}
          <Anchor component={Link} href={`/tasks/${item.taskId}`} size="sm">
            {said.alone}
            <span className="unseen">{said.of(item.subject.name)}</span>
          </Anchor>
        </details>
      </div>
    </li>
  );
}

function Answer({
  several: { work, write },
  outcomes,
  outcome,
  count,
  onCheck,
}: {
  several: Several;
  outcomes: readonly Outcome[];
  outcome: Outcome | undefined;
  count: number;
  onCheck: () => void;
}) {
  return (
    <>
      {outcomes.length > 1 && (
        // biome-ignore lint/a11y/useSemanticElements: buttons that choose, not fields of a form
        <div className="outcomes" role="group" aria-label={texts.task.choose}>
          {outcomes.map((each) => (
            <Button
              key={each.outcome}
              variant={each === outcome ? 'filled' : 'default'}
              aria-pressed={each === outcome}
              onClick={() => write({ outcome: each.outcome, own: {} })}
            >
              {each.label}
            </Button>
          ))}
        </div>
      )}
      {outcomes.length === 1 && (
        <p>
          <strong>{outcome?.label}</strong>
        </p>
      )}
      {outcome && hasFields(outcome.schema) && (
        <Suspense fallback={<Loading />}>
          <SchemaForm
            key={outcome.outcome}
            name={`several-${outcome.outcome}`}
            schema={outcome.schema}
            value={fitting(outcome.schema, work.fields)}
            onChange={(fields) => write({ fields })}
            onSubmit={(fields) => {
              write({ fields });
              onCheck();
            }}
            submit={said.check(count)}
            isBusy={false}
          />
        </Suspense>
      )}
      {outcome && !hasFields(outcome.schema) && <Button onClick={onCheck}>{said.check(count)}</Button>}
    </>
  );
}

/** Whom it goes to and what it says, once more; for a single one it can be changed here. */
function Review({
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
    <Suspense fallback={<Loading />}>
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
    </Suspense>
  );
}

function SendingNow({ several, sending }: { several: Several; sending: Sending }) {
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
function Results({
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
