/** Importing an export of the MIS: check it, see what would become of each row, apply it as a whole. */
import '@mantine/core/styles/Table.css';
import { Alert, Button, Checkbox, Group, NativeSelect, Table, Title } from '@mantine/core';
import { type DragEvent, useRef, useState } from 'react';
import { ask, Refused } from '../api.ts';
import { Loaded, PageTitle, ProblemAlert } from '../page.tsx';
import { pathWith, queryClient, useMe, useSchools } from '../queries.ts';
import type { ImportReport } from '../shapes.ts';
import { instantWords, texts } from '../texts.ts';

export function ImportsPage() {
  const me = useMe();
  return (
    <>
      <PageTitle lead={texts.imports.lead}>{texts.imports.title}</PageTitle>
      <Loaded query={me}>
        {({ roles }) =>
          roles.some(({ role }) => role === 'admin') ? <Importing /> : <p>{texts.imports.notAllowed}</p>
        }
      </Loaded>
    </>
  );
}

type Step =
  | { readonly at: 'choosing' }
  | { readonly at: 'checking' | 'applying'; readonly report?: ImportReport }
  | { readonly at: 'checked' | 'applied'; readonly report: ImportReport };

/** A row that says something: it changes something, or was refused. */
const isNotable = (fate: string): boolean => fate !== 'unchanged' && fate !== 'empty';

function Importing() {
  const [kind, setKind] = useState('staff');
  const [school, setSchool] = useState('');
  const [file, setFile] = useState<File>();
  const [step, setStep] = useState<Step>({ at: 'choosing' });
  const [error, setError] = useState<unknown>();
  const input = useRef<HTMLInputElement>(null);
  const { data: schools } = useSchools();
  const isReady = file !== undefined && (kind !== 'staff' || school !== '');

  const check = async () => {
    if (file === undefined) return;
    setError(undefined);
    setStep({ at: 'checking' });
    try {
      const path = pathWith(`/imports/${kind}`, kind === 'staff' ? { school } : {});
      const report = await ask<ImportReport>('POST', path, { body: file, key: crypto.randomUUID() });
      setStep({ at: 'checked', report });
    } catch (cause) {
      setError(cause);
      setStep({ at: 'choosing' });
    }
  };
  const apply = async (report: ImportReport) => {
    setError(undefined);
    setStep({ at: 'applying', report });
    try {
      const applied = await ask<ImportReport>('POST', `/imports/${report.importId}/apply`, { body: {} });
      setStep({ at: 'applied', report: applied });
      void queryClient.invalidateQueries();
    } catch (cause) {
      setError(cause);
      // What changed since the check has to be checked again.
      setStep(cause instanceof Refused && cause.status === 409 ? { at: 'choosing' } : { at: 'checked', report });
    }
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setFile(event.dataTransfer.files[0]);
  };
  const report = 'report' in step ? step.report : undefined;
  const isBusy = step.at === 'checking' || step.at === 'applying';

  return (
    <>
      {error !== undefined && <ProblemAlert error={error} />}
      {report === undefined ? (
        <div className="panel">
          <div className="filters">
            <NativeSelect
              label={texts.imports.kind}
              value={kind}
              onChange={({ currentTarget }) => setKind(currentTarget.value)}
              data={Object.entries(texts.imports.kinds).map(([value, label]) => ({ value, label }))}
            />
            {kind === 'staff' && (
              <NativeSelect
                label={texts.imports.school}
                value={school}
                onChange={({ currentTarget }) => setSchool(currentTarget.value)}
                data={[
                  { value: '', label: texts.form.select },
                  ...(schools?.items.map(({ schoolId, name }) => ({ value: schoolId, label: name })) ?? []),
                  { value: 'trust', label: texts.centralOffice },
                ]}
              />
            )}
          </div>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a convenience beside the button */}
          <div className="drop" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
            <span>{file === undefined ? texts.imports.drop : texts.imports.chosen(file.name)}</span>
            <Button variant="default" onClick={() => input.current?.click()}>
              {texts.imports.choose}
            </Button>
            <input
              ref={input}
              type="file"
              hidden
              aria-label={texts.imports.choose}
              onChange={({ currentTarget }) => setFile(currentTarget.files?.[0])}
            />
          </div>
          <Button onClick={() => void check()} disabled={!isReady} loading={isBusy}>
            {texts.imports.check}
          </Button>
          <p role="status">{step.at === 'checking' ? texts.imports.checking : ''}</p>
        </div>
      ) : (
        <Report
          report={report}
          isBusy={isBusy}
          onApply={() => void apply(report)}
          onAgain={() => {
            setFile(undefined);
            setStep({ at: 'choosing' });
          }}
        />
      )}
    </>
  );
}

/** Rows that are shown at once. */
const ROWS = 200;

function Report({
  report,
  isBusy,
  onApply,
  onAgain,
}: {
  report: ImportReport;
  isBusy: boolean;
  onApply: () => void;
  onAgain: () => void;
}) {
  const [isAll, setAll] = useState(false);
  const [shown, setShown] = useState(ROWS);
  const lines = report.lines.filter(({ fate }) => isAll || isNotable(fate));
  return (
    <>
      <section aria-labelledby="counts" className="panel">
        <Title order={2} size="h4" id="counts">
          {texts.imports.counts}
        </Title>
        <ul className="counts">
          {Object.entries(report.counts)
            .filter(([, count]) => count > 0)
            .map(([fate, count]) => (
              <li key={fate}>
                <strong>{count}</strong> {texts.imports.fates[fate] ?? fate}
              </li>
            ))}
        </ul>
        {report.appliedAt !== null && (
          <Alert color="oak" role="status">
            {texts.imports.applied(instantWords(report.appliedAt))}
          </Alert>
        )}
        <Group mt="md">
          {report.appliedAt === null && (
            <Button loading={isBusy} onClick={onApply}>
              {texts.imports.apply}
            </Button>
          )}
          <Button variant="default" onClick={onAgain} disabled={isBusy}>
            {texts.imports.another}
          </Button>
        </Group>
        <p role="status">{isBusy ? texts.imports.applying : ''}</p>
      </section>
      {report.missing.length > 0 && (
        <section aria-labelledby="missing">
          <Title order={2} size="h4" id="missing">
            {texts.imports.missing}
          </Title>
          <p className="quiet">{texts.imports.missingHelp}</p>
          <ul className="plain">
            {report.missing.map(({ name, personId, employeeNumber, role }) => (
              <li key={[personId, employeeNumber, role, name].join()}>{name}</li>
            ))}
          </ul>
        </section>
      )}
      <section aria-labelledby="rows">
        <Title order={2} size="h4" id="rows">
          {texts.imports.rows}
        </Title>
        <Checkbox
          label={texts.imports.onlyNotable}
          checked={!isAll}
          onChange={({ currentTarget }) => setAll(!currentTarget.checked)}
        />
        {lines.length === 0 ? <p className="quiet">{texts.imports.noRows}</p> : <Rows lines={lines.slice(0, shown)} />}
        {lines.length > shown && (
          <Button variant="default" onClick={() => setShown(shown + ROWS)}>
            {texts.showMore}
          </Button>
        )}
      </section>
    </>
  );
}

function Rows({ lines }: { lines: ImportReport['lines'] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
    <section className="scroll" tabIndex={0} aria-label={texts.imports.table}>
      <Table striped>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{texts.imports.line}</Table.Th>
            <Table.Th scope="col">{texts.imports.fate}</Table.Th>
            <Table.Th scope="col">{texts.imports.reason}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map(({ line, fate, reason, warnings }) => (
            <Table.Tr key={line}>
              <Table.Td>{line}</Table.Td>
              <Table.Td>{texts.imports.fates[fate] ?? fate}</Table.Td>
              <Table.Td>{[reason, ...warnings].filter(Boolean).join(' ')}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
