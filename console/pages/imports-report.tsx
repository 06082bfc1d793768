/** What a check found, row by row, and applying it. Ten thousand rows are shown a hundred at a time. */
import { Alert, Button, Group, Table, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { Link } from 'wouter';
import { passes, Refused } from '../api.ts';
import { csvOf, save } from '../csv.ts';
import { Loading, ProblemAlert } from '../page.tsx';
import { useSchoolName } from '../queries.ts';
import type { ImportReport } from '../shapes.ts';
import { instantWords, texts } from '../texts.ts';
import { SoFar } from './imports-progress.tsx';
import { apply, changing, forgetImport, type NamedReport, type Run, reportOf, useRun } from './imports-run.ts';

type Line = ImportReport['lines'][number];

interface Ways {
  /** The file is still at hand. */
  readonly onCheckAgain: (() => void) | undefined;
  readonly onAnother: () => void;
}

export function OneImport({ importId, isJustChecked, ...ways }: Ways & { importId: string; isJustChecked: boolean }) {
  const { data: report, error, refetch } = useQuery(reportOf(importId));
  const isGone = error instanceof Refused && error.status < 500;
  useEffect(() => {
    if (isGone) forgetImport(importId);
  }, [isGone, importId]);
  if (report) return <Report report={report} isJustChecked={isJustChecked} {...ways} />;
  if (!error) return <Loading />;
  return (
    <>
      <ProblemAlert error={error} {...(!isGone && { onRetry: () => void refetch() })} />
      <Another onAnother={ways.onAnother} />
    </>
  );
}

const Another = ({ onAnother }: { onAnother: () => void }) => (
  <Button variant="default" onClick={onAnother}>
    {texts.imports.another}
  </Button>
);

function Report({ report, isJustChecked, ...ways }: Ways & { report: NamedReport; isJustChecked: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const schoolName = useSchoolName();
  const { counts, missing, appliedAt } = report;
  const kind = texts.imports.kinds[report.kind] ?? report.kind;
  useEffect(() => {
    if (isJustChecked) heading.current?.focus();
  }, [isJustChecked]);
  return (
    <>
      <section aria-labelledby="counts" className="panel">
        <Title order={2} size="h4" id="counts" ref={heading} tabIndex={-1}>
          {appliedAt === null ? texts.imports.counts : texts.imports.countsNow}
        </Title>
        <p className="quiet">
          {[
            report.schoolId === null ? kind : texts.imports.staffOf(schoolName(report.schoolId)),
            ...(report.fileName === undefined ? [] : [report.fileName]),
            texts.imports.checkedAt(instantWords(report.checkedAt)),
          ].join(' · ')}
        </p>
        <ul className="counts">
          {Object.entries(counts)
            .filter(([, count]) => count > 0)
            .map(([fate, count]) => (
              <li key={fate}>
                <strong>{count.toLocaleString('en-GB')}</strong> {texts.imports.fates[fate] ?? fate}
              </li>
            ))}
        </ul>
        <Applying report={report} {...ways} />
      </section>
      {missing.length > 0 && <Missing kind={report.kind} missing={missing} />}
      <Rows lines={report.lines} />
    </>
  );
}

/** Applying it, how far it is, and the way on from wherever it stopped. */
function Applying({ report, onCheckAgain, onAnother }: Ways & { report: ImportReport }) {
  const run = useRun(report.importId);
  const { progress, appliedAt } = report;
  if (run?.at === 'running') return <Running run={run} />;
  const goOn = () => void apply(report.importId);
  const isDone = appliedAt !== null && progress === null;
  const isBegun = progress !== null;
  const hasChanged = run !== undefined && run.error instanceof Refused && run.error.code.startsWith('import-');
  return (
    <>
      {run !== undefined && <Stopped run={run} />}
      {appliedAt !== null && (
        <Alert color="oak" role="status">
          {texts.imports.applied(instantWords(appliedAt))} {isBegun && texts.imports.notTidied}
        </Alert>
      )}
      {isDone && (report.counts['refused'] ?? 0) > 0 && <p>{texts.imports.refusedNow}</p>}
      {isBegun && appliedAt === null && (
        <Alert color="yellow" variant="light" role="status">
          {texts.imports.brokeOff(progress.done, progress.of)}
        </Alert>
      )}
      {!isDone && !isBegun && (
        <p>
          {changing(report) === 0
            ? report.lines.length === 0
              ? texts.imports.noRowsInFile
              : texts.imports.nothingToApply
            : texts.imports.wouldTake(changing(report), report.counts['refused'] ?? 0)}
        </p>
      )}
      <Group mt="md">
        {!isDone && !hasChanged && (isBegun || changing(report) > 0) && (
          <Button onClick={goOn}>{isBegun || run !== undefined ? texts.imports.carryOn : texts.imports.apply}</Button>
        )}
        {hasChanged && onCheckAgain && <Button onClick={onCheckAgain}>{texts.imports.checkAgain}</Button>}
        <Another onAnother={onAnother} />
      </Group>
    </>
  );
}

function Running({ run }: { run: Extract<Run, { at: 'running' }> }) {
  const { progress } = run;
  if (progress === null) return <SoFar label={texts.imports.applying} words={texts.imports.gettingReady} />;
  const { step, done, of } = progress;
  return (
    <>
      <SoFar
        label={texts.imports.applying}
        words={step === 'writing' ? texts.imports.writing(done, of) : texts.imports.finishing(done, of)}
        done={step === 'writing' ? done : of + done}
        of={2 * of}
      />
      <p className="quiet small">{texts.imports.mayLeave}</p>
    </>
  );
}

const Stopped = ({ run }: { run: Extract<Run, { at: 'stopped' }> }) =>
  passes(run.error) ? (
    <Alert color="red" variant="light" title={texts.problem.title} role="alert">
      {texts.imports.connection}
    </Alert>
  ) : (
    <ProblemAlert error={run.error} />
  );

/** Names that are shown at once. */
const NAMES = 100;

function Missing({ kind, missing }: Pick<ImportReport, 'kind' | 'missing'>) {
  const [shown, setShown] = useState(NAMES);
  return (
    <section aria-labelledby="missing" className="panel missing">
      <Title order={2} size="h4" id="missing">
        {texts.imports.missing}
      </Title>
      <p className="quiet">{texts.imports.missingHelp[kind]}</p>
      <details>
        <summary>{texts.imports.missingCount(missing.length)}</summary>
        <ul className="plain">
          {missing.slice(0, shown).map(({ name, personId, employeeNumber, role }, at) => (
            <li key={[personId, employeeNumber, role, at].join()}>
              {personId === undefined ? name : <Link href={`/people/${encodeURIComponent(personId)}`}>{name}</Link>}
            </li>
          ))}
        </ul>
        {missing.length > shown && (
          <Button variant="default" size="xs" onClick={() => setShown(shown + NAMES)}>
            {texts.showMore}
          </Button>
        )}
      </details>
    </section>
  );
}

/** Rows of one page. */
const ROWS = 100;

const needsALook = ({ fate, warnings }: Line): boolean => fate === 'refused' || warnings.length > 0;

const changesOf = (changes: readonly string[]): readonly string[] =>
  changes.length === 0
    ? []
    : [texts.imports.changes(changes.map((field) => texts.imports.fields[field] ?? field).join(', '))];

const reasonOf = ({ reason, warnings, changes }: Line): string =>
  [...(reason === null ? [] : [reason]), ...warnings, ...changesOf(changes)].join(' ');

const fits = (line: Line, words: string): boolean =>
  `${line.line} ${line.about ?? ''} ${reasonOf(line)}`.toLocaleLowerCase('en-GB').includes(words);

function Rows({ lines }: { lines: readonly Line[] }) {
  const look = useMemo(() => lines.filter(needsALook).length, [lines]);
  const [show, setShow] = useState(() => (look > 0 ? 'look' : 'all'));
  const [find, setFind] = useState('');
  const [page, setPage] = useState(0);
  const words = useDeferredValue(find.trim().toLocaleLowerCase('en-GB'));
  const counts = useMemo(() => Map.groupBy(lines, ({ fate }) => fate), [lines]);
  const shown = useMemo(
    () =>
      lines.filter(
        (line) =>
          (show === 'all' || (show === 'look' ? needsALook(line) : line.fate === show)) &&
          (words === '' || fits(line, words)),
      ),
    [lines, show, words],
  );
  const from = page * ROWS;
  const some = shown.slice(from, from + ROWS);
  const choices = [
    ...(look > 0 ? [{ value: 'look', label: texts.imports.toLookAt, count: look }] : []),
    { value: 'all', label: texts.imports.allRows, count: lines.length },
    ...Object.keys(texts.imports.fates).flatMap((fate) => {
      const count = counts.get(fate)?.length ?? 0;
      return count === 0 ? [] : [{ value: fate, label: texts.imports.fates[fate] ?? fate, count }];
    }),
  ];
  return (
    <section aria-labelledby="rows">
      <Title order={2} size="h4" id="rows">
        {texts.imports.rows}
      </Title>
      <ul className="fates" aria-label={texts.imports.show}>
        {choices.map(({ value, label, count }) => (
          <li key={value}>
            <button
              type="button"
              aria-pressed={show === value}
              onClick={() => {
                setShow(value);
                setPage(0);
              }}
            >
              {label} <strong>{count.toLocaleString('en-GB')}</strong>
            </button>
          </li>
        ))}
      </ul>
      <div className="filters">
        <TextInput
          size="sm"
          type="search"
          label={texts.imports.find}
          description={texts.imports.findHelp}
          value={find}
          onChange={({ currentTarget }) => {
            setFind(currentTarget.value);
            setPage(0);
          }}
        />
        <Button
          variant="default"
          size="sm"
          disabled={shown.length === 0}
          onClick={() => save(texts.imports.fileName, csvOf(tableOf(shown)))}
        >
          {texts.imports.download}
        </Button>
      </div>
      <p role="status" className="unseen">
        {texts.imports.shown(shown.length)}
      </p>
      {shown.length === 0 ? <p className="quiet">{texts.imports.noRows}</p> : <RowTable lines={some} />}
      {shown.length > ROWS && (
        <nav className="pager" aria-label={texts.imports.pages}>
          <Button variant="default" size="xs" disabled={page === 0} onClick={() => setPage(page - 1)}>
            {texts.imports.previous}
          </Button>
          <span role="status">{texts.imports.range(from + 1, from + some.length, shown.length)}</span>
          <Button variant="default" size="xs" disabled={from + ROWS >= shown.length} onClick={() => setPage(page + 1)}>
            {texts.imports.next}
          </Button>
        </nav>
      )}
    </section>
  );
}

const { line: lineLabel, about, fate: fateLabel, reason } = texts.imports;

const tableOf = (lines: readonly Line[]): readonly (readonly (string | number)[])[] => [
  [lineLabel, about, fateLabel, reason],
  ...lines.map((line) => [line.line, line.about ?? '', texts.imports.fates[line.fate] ?? line.fate, reasonOf(line)]),
];

function RowTable({ lines }: { lines: readonly Line[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
    <section className="scroll" tabIndex={0} aria-label={texts.imports.table}>
      <Table striped>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{texts.imports.line}</Table.Th>
            <Table.Th scope="col">{texts.imports.about}</Table.Th>
            <Table.Th scope="col">{texts.imports.fate}</Table.Th>
            <Table.Th scope="col">{texts.imports.reason}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map((line) => (
            <Table.Tr key={line.line}>
              <Table.Td>{line.line}</Table.Td>
              <Table.Td>{line.about}</Table.Td>
              <Table.Td>{texts.imports.fates[line.fate] ?? line.fate}</Table.Td>
              <Table.Td>{reasonOf(line)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
