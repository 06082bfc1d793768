/**
 * Charts that anybody reads: bars with their label and number, and columns month by month. Each has the same as a table
 * and as a file beside it; colours repeat what the words say. A library for this would be larger than the whole page.
 */
import '@mantine/core/styles/Table.css';
import './board.css';
import { Button, Group, Table, Title } from '@mantine/core';
import { Fragment, type ReactNode, useId, useState } from 'react';
import { Link } from 'wouter';
import { ask } from './api.ts';
import { problemWords } from './page.tsx';
import type { Shown } from './shapes.ts';
import { texts } from './texts.ts';

export interface Series {
  readonly name: string;
  /** Which colour of `board.css`. */
  readonly tone: 'calm' | 'pale' | 'late' | 'worse' | 'worst';
}

export interface Bar {
  readonly key: string;
  readonly label: string;
  /** Where one sees what is counted. */
  readonly href?: string | undefined;
  /** Bars of one group stand together under its name. */
  readonly group?: string;
  /** One for each series; a small number may be hidden. */
  readonly values: readonly Shown[];
  /** Said under the bar, each on a line of its own, and in a column of the table. */
  readonly notes?: readonly string[];
  /** Leads to what is behind it. */
  readonly more?: ReactNode;
}

/** What is hidden is 1 to 4; it is drawn hatched, as long as 4. */
const MOST_HIDDEN = 4;
const isHidden = (value: Shown): boolean => typeof value !== 'number';
const numberOf = (value: Shown): number => (typeof value === 'number' ? value : MOST_HIDDEN);
const sumOf = ({ values }: Bar): number => values.reduce<number>((sum, value) => sum + numberOf(value), 0);

interface Rows {
  readonly columns: readonly string[];
  /** The first cell is the head of the row. */
  readonly rows: readonly { readonly key: string; readonly cells: readonly string[] }[];
}

/** What every chart has: its heading, what it says in a sentence, the chart, its table and its file. */
function Panel({
  title,
  lead,
  aside,
  table,
  report,
  children,
}: {
  title: string;
  lead?: ReactNode;
  aside?: ReactNode;
  table: Rows;
  /** The report of the API behind it, with its query, for the file. */
  report: string;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section className="panel chart" aria-labelledby={id}>
      <div className="chart-head">
        <Title order={2} size="h4" id={id}>
          {title}
        </Title>
        {aside}
      </div>
      {lead !== undefined && <p className="quiet">{lead}</p>}
      {table.rows.length === 0 ? (
        <p className="quiet">{texts.board.nothing}</p>
      ) : (
        <>
          {children}
          <Group align="flex-start" gap="lg">
            <AsTable title={title} table={table} />
            <CsvButton report={report} title={title} />
          </Group>
        </>
      )}
    </section>
  );
}

const AsTable = ({ title, table: { columns, rows } }: { title: string; table: Rows }) => (
  <details>
    <summary>
      {texts.board.asTable}
      <span className="unseen">{texts.board.of(title)}</span>
    </summary>
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard */}
    <section className="scroll" tabIndex={0} aria-label={texts.board.tableOf(title)}>
      <Table className="fit">
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th scope="col" key={column}>
                {column}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ key, cells: [head, ...cells] }) => (
            <Table.Tr key={key}>
              <Table.Th scope="row">{head}</Table.Th>
              {cells.map((cell, at) => (
                <Table.Td key={columns[at + 1]}>{cell}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  </details>
);

const Legend = ({ series }: { series: readonly Series[] }) => (
  <ul className="legend" aria-hidden="true">
    {series.map(({ name, tone }) => (
      <li key={name}>
        <span className={`swatch ${tone}`} />
        {name}
      </li>
    ))}
  </ul>
);

/** More bars than these nobody compares; the table has them all. */
const MOST_BARS = 12;

export function Chart({
  title,
  lead,
  column,
  groupColumn,
  noteColumn,
  series,
  bars,
  report,
}: {
  title: string;
  lead?: ReactNode;
  /** What the labels are. */
  column: string;
  groupColumn?: string;
  noteColumn?: string;
  series: readonly Series[];
  bars: readonly Bar[];
  report: string;
}) {
  // Where all is hidden, nothing is drawn as if it were much.
  const least = bars.some(({ values }) => values.some(isHidden)) ? 3 * MOST_HIDDEN : 1;
  const most = Math.max(least, ...bars.map(sumOf));
  const shown = groupColumn === undefined ? bars.slice(0, MOST_BARS) : bars;
  const table: Rows = {
    columns: [
      ...(groupColumn === undefined ? [] : [groupColumn]),
      column,
      ...series.map(({ name }) => name),
      ...(noteColumn === undefined ? [] : [noteColumn]),
    ],
    rows: bars.map(({ key, label, group = '', values, notes = [] }) => ({
      key,
      cells: [
        ...(groupColumn === undefined ? [] : [group]),
        label,
        ...series.map((_, at) => String(values[at] ?? 0)),
        ...(noteColumn === undefined ? [] : [notes.join(' ')]),
      ],
    })),
  };
  return (
    <Panel title={title} lead={lead} table={table} report={report}>
      {series.length > 1 && <Legend series={series} />}
      {[...Map.groupBy(shown, ({ group = '' }) => group)].map(([group, held]) => (
        <Fragment key={group}>
          {group !== '' && (
            <Title order={3} size="h6">
              {group}
            </Title>
          )}
          <ul className="bars">
            {held.map((bar) => (
              <OneBar key={bar.key} bar={bar} series={series} most={most} />
            ))}
          </ul>
        </Fragment>
      ))}
      {shown.length < bars.length && <p className="quiet small">{texts.board.others(bars.length - shown.length)}</p>}
    </Panel>
  );
}

/** However few, they are seen. */
const widthOf = (value: Shown, most: number) =>
  value === 0 ? { width: 0 } : { width: `${(100 * numberOf(value)) / most}%`, minWidth: 4 };

const OneBar = ({ bar, series, most }: { bar: Bar; series: readonly Series[]; most: number }) => (
  <li>
    <span className="bar-label">
      {bar.href === undefined ? bar.label : <Link href={bar.href}>{bar.label}</Link>}
      {bar.more}
    </span>
    <span className="bar" aria-hidden="true">
      {series.map(({ name, tone }, at) => (
        <span
          key={name}
          className={`segment ${isHidden(bar.values[at] ?? 0) ? 'hidden' : tone}`}
          style={widthOf(bar.values[at] ?? 0, most)}
        />
      ))}
    </span>
    <span className="bar-value">
      {series.length === 1
        ? String(bar.values[0] ?? 0)
        : series
            .map(({ name }, at) => [name, bar.values[at] ?? 0] as const)
            .filter(([, value]) => value !== 0)
            .map(([name, value]) => `${value} ${name.toLowerCase()}`)
            .join(', ')}
    </span>
    {bar.notes?.map((note) => (
      <span key={note} className="bar-note quiet small">
        {note}
      </span>
    ))}
  </li>
);

export interface Column {
  readonly key: string;
  /** Under the column. */
  readonly label: string;
  /** In the table. */
  readonly inFull: string;
  /** One for each series. */
  readonly values: readonly number[];
}

/** Columns side by side, for each series a row of them with a scale of its own: ten starts are not lost beside a thousand. */
export function Columns({
  title,
  lead,
  aside,
  column,
  series,
  columns,
  report,
}: {
  title: string;
  lead?: ReactNode;
  aside?: ReactNode;
  /** What the columns are. */
  column: string;
  series: readonly Series[];
  columns: readonly Column[];
  report: string;
}) {
  const table: Rows = {
    columns: [column, ...series.map(({ name }) => name)],
    rows: columns.map(({ key, inFull, values }) => ({ key, cells: [inFull, ...values.map(String)] })),
  };
  return (
    <Panel title={title} lead={lead} aside={aside} table={table} report={report}>
      {series.map(({ name, tone }, at) => {
        const most = Math.max(1, ...columns.map(({ values }) => values[at] ?? 0));
        return (
          <div key={name} className="series">
            <Title order={3} size="h6">
              {name}
            </Title>
            <ul className="months" aria-hidden="true">
              {columns.map(({ key, label, values }) => (
                <li key={key}>
                  <span className={values[at] === 0 ? 'month-value quiet' : 'month-value'}>{values[at]}</span>
                  <span className="month-column">
                    <span className={`segment ${tone}`} style={{ height: `${(100 * (values[at] ?? 0)) / most}%` }} />
                  </span>
                  <span className="quiet">{label}</span>
                </li>
              ))}
            </ul>
            <p className="unseen">{columns.map(({ inFull, values }) => `${inFull}: ${values[at]}`).join('; ')}</p>
          </div>
        );
      })}
    </Panel>
  );
}

/** Numbers that are seen first. */
export const Glance = ({
  title,
  numbers,
}: {
  title: string;
  numbers: readonly { readonly name: string; readonly value: string; readonly tone?: Series['tone'] }[];
}) => (
  <section className="glance" aria-label={title}>
    <dl>
      {numbers.map(({ name, value, tone }) => (
        <div key={name} className={`panel ${tone ?? ''}`}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  </section>
);

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
      link.download = `${report.replace(/\?.*$/, '')}.csv`;
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
        <span className="unseen">{texts.board.of(title)}</span>
      </Button>
      {error !== undefined && <p role="alert">{problemWords(error)}</p>}
    </div>
  );
}
