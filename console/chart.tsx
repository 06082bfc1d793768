/**
 * Bars that anybody reads: the label, the bar, the number. The same as a table and as a file beside it. Colours repeat
 * what the words say.
 */
import '@mantine/core/styles/Table.css';
import { Button, Group, Table, Title } from '@mantine/core';
import { type ReactNode, useId, useState } from 'react';
import { ask } from './api.ts';
import { problemWords } from './page.tsx';
import type { Shown } from './shapes.ts';
import { texts } from './texts.ts';

export interface Series {
  readonly name: string;
  /** Which colour of `styles.css`. */
  readonly tone: 'calm' | 'late' | 'worse' | 'worst';
}

export interface Bar {
  readonly key: string;
  readonly label: string;
  /** One for each series; a small number may be hidden. */
  readonly values: readonly Shown[];
  /** Leads to what is behind it. */
  readonly more?: ReactNode;
}

const numberOf = (value: Shown): number => (typeof value === 'number' ? value : 0);
const wordsOf = (value: Shown): string => String(value);
const sumOf = ({ values }: Bar): number => values.reduce<number>((sum, value) => sum + numberOf(value), 0);

export function Chart({
  title,
  lead,
  column,
  series,
  bars,
  report,
}: {
  title: string;
  lead?: ReactNode;
  /** What the labels are. */
  column: string;
  series: readonly Series[];
  bars: readonly Bar[];
  /** The report of the API behind it, for the file. */
  report: string;
}) {
  const id = useId();
  const most = Math.max(1, ...bars.map(sumOf));
  return (
    <section className="panel chart" aria-labelledby={id}>
      <Title order={2} size="h4" id={id}>
        {title}
      </Title>
      {lead !== undefined && <p className="quiet">{lead}</p>}
      {bars.length === 0 && <p className="quiet">{texts.board.nothing}</p>}
      {series.length > 1 && bars.length > 0 && (
        <ul className="legend" aria-hidden="true">
          {series.map(({ name, tone }) => (
            <li key={name}>
              <span className={`swatch ${tone}`} />
              {name}
            </li>
          ))}
        </ul>
      )}
      <ul className="bars">
        {bars.map((bar) => (
          <li key={bar.key}>
            <span className="bar-label">
              {bar.label}
              {bar.more}
            </span>
            <span className="bar" aria-hidden="true">
              {bar.values.map((value, at) => (
                <span
                  key={series[at]?.name}
                  className={`segment ${series[at]?.tone}`}
                  style={{ width: `${(100 * numberOf(value)) / most}%` }}
                />
              ))}
            </span>
            <span className="bar-value">
              {series.length === 1
                ? wordsOf(bar.values[0] ?? 0)
                : series
                    .map(({ name }, at) => [name, bar.values[at] ?? 0] as const)
                    .filter(([, value]) => value !== 0)
                    .map(([name, value]) => `${wordsOf(value)} ${name.toLowerCase()}`)
                    .join(', ')}
            </span>
          </li>
        ))}
      </ul>
      {bars.length > 0 && (
        <Group align="flex-start" gap="lg">
          <details>
            <summary>{texts.board.asTable}</summary>
            <Table className="fit">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th scope="col">{column}</Table.Th>
                  {series.map(({ name }) => (
                    <Table.Th scope="col" key={name}>
                      {name}
                    </Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {bars.map(({ key, label, values }) => (
                  <Table.Tr key={key}>
                    <Table.Th scope="row">{label}</Table.Th>
                    {series.map(({ name }, at) => (
                      <Table.Td key={name}>{wordsOf(values[at] ?? 0)}</Table.Td>
                    ))}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </details>
          <CsvButton report={report} title={title} />
        </Group>
      )}
    </section>
  );
}

/** The report as a file. A plain link could not say who asks. */
function CsvButton({ report, title }: { report: string; title: string }) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const load = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const text = await ask<string>('GET', `/reports/${report}`, { accept: 'text/csv' });
      // The mark at the front tells a spreadsheet that it is UTF-8.
      const address = URL.createObjectURL(new Blob(['\uFEFF', text], { type: 'text/csv' }));
      const link = document.createElement('a');
      link.href = address;
      link.download = `${report}.csv`;
      link.click();
      URL.revokeObjectURL(address);
    } catch (cause) {
      setError(cause);
    }
    setBusy(false);
  };
  return (
    <div>
      <Button size="compact-sm" variant="subtle" loading={isBusy} onClick={() => void load()}>
        {texts.board.csv}
        <span className="unseen">{texts.board.csvOf(title)}</span>
      </Button>
      {error !== undefined && <p role="alert">{problemWords(error)}</p>}
    </div>
  );
}
