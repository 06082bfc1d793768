/**
 * Several tasks of one name answered with one form: whom it is for, the answer, a look before it is sent, and what
 * became of each. What a task tells of a single person stands beside their name all the way.
 */
import '../several.css';
import { Alert, Anchor, Button, Checkbox, Title } from '@mantine/core';
import { useEffect, useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import { Due } from '../due.tsx';
import { Facts } from '../facts.tsx';
import { commonOutcomes } from '../form/for-several.ts';
import { SchemaForm } from '../form/later.tsx';
import { fitting, hasFields } from '../form/schema.ts';
import { ShowMore } from '../listing.tsx';
import { Outcomes } from '../outcomes.tsx';
import { Loaded, Loading, PageTitle, ProblemAlert, problemWords } from '../page.tsx';
import { useKind, useList, useMe, useSchoolName } from '../queries.ts';
import { type Problem, type Several, useSeveral } from '../several.ts';
import type { Fact, Finding, JsonSchema, Me, Outcome, Task, TaskSummary } from '../shapes.ts';
import { texts } from '../texts.ts';
import { wordsOfTask } from '../words.ts';
import {
  mayAnswer,
  Noticed,
  Reason,
  Single,
  StepTitle,
  schemaFor,
  singleFacts,
  useTasks,
  without,
} from './several-parts.tsx';
import { Results, SendingNow } from './several-results.tsx';
import { Review } from './several-review.tsx';

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
  const { hasNextPage, isFetching, isError, fetchNextPage } = list;
  useEffect(() => {
    if (isMissing && hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [isMissing, hasNextPage, isFetching, isError, fetchNextPage]);

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
          <ShowMore list={list} mt="sm" />
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
      <Outcomes
        outcomes={outcomes}
        chosen={outcome?.outcome}
        onChoose={(chosen) => write({ outcome: chosen, own: {} })}
      />
      {outcomes.length === 1 && (
        <p>
          <strong>{outcome?.label}</strong>
        </p>
      )}
      {outcome && hasFields(outcome.schema) && (
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
      )}
      {outcome && !hasFields(outcome.schema) && <Button onClick={onCheck}>{said.check(count)}</Button>}
    </>
  );
}
