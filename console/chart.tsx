/**
 * Charts that anybody reads: bars with their label and number, and columns month by month. Each has the same as a table
 * and as a file beside it; colours repeat what the words say. A library for this would be larger than the whole page.
 */
import '@mantine/core/styles/Table.css';
import './board.css';
import { Button, Group, Table, Title } from '@mantine/core';
import { createContext, Fragment, type ReactNode, useContext, useId, useState } from 'react';
import { Link } from 'wouter';
import { ask } from './api.ts';
import { csvOf, save } from './csv.ts';
import { problemWords } from './page.tsx';
import type { Shown } from './shapes.ts';
import { texts } from './texts.ts';

/** Of which school and day the charts are: in the names of their files. */
export const Standing = createContext({ place: '', asOf: '' });

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
  /** Leads to what is behind it, and the same for the table. */
  readonly more?: ReactNode;
  readonly moreInTable?: string;
}

/** What is hidden is 1 to 4; it is drawn hatched, as long as 4. */
const MOST_HIDDEN = 4;
const isHidden = (value: Shown): boolean => typeof value !== 'number';
const numberOf = (value: Shown): number => (typeof value === 'number' ? value : MOST_HIDDEN);
const sumOf = ({ values }: Bar): number => values.reduce<number>((sum, value) => sum + numberOf(value), 0);

interface Rows {
  readonly columns: readonly string[];
  /** The first cell is the head of the row. */
  readonly rows: readonly { readonly key: string; readonly cells: readonly (string | number)[] }[];
}

/** What every chart has: its heading, what it says in a sentence, the chart, its table and the same as a file. */
function Panel({
  title,
  lead,
  note,
  aside,
  table,
  report,
  children,
}: {
  title: string;
  /** What the chart says. */
  lead?: ReactNode;
  /** How it is to be read. */
  note?: ReactNode;
  aside?: ReactNode;
  table: Rows;
  /** The report of the API behind it, with its query, where it tells more than the table. */
  report?: string | undefined;
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
      {lead !== undefined && <p className="finding">{lead}</p>}
      {note !== undefined && <p className="quiet small">{note}</p>}
      {table.rows.length === 0 ? (
        <p className="quiet">{texts.board.nothing}</p>
      ) : (
        <>
          {children}
          <Group align="flex-start" className="chart-more">
            <AsTable title={title} table={table} />
            <CsvButton title={title} table={table} />
            {report !== undefined && <DetailsButton title={title} report={report} />}
          </Group>
        </>
      )}
    </section>
  );
}

/** The table is made when somebody opens it: a hundred schools in ten tables are most of a page that nobody looks at. */
function AsTable({ title, table }: { title: string; table: Rows }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        {texts.board.asTable}
        <span className="unseen">{texts.board.of(title)}</span>
      </summary>
      {isOpen && <InRows title={title} table={table} />}
    </details>
  );
}

const InRows = ({ title, table: { columns, rows } }: { title: string; table: Rows }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
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
              <Table.Td key={columns[at + 1]} className={typeof cell === 'number' ? 'number' : undefined}>
                {cell}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  </section>
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

/** More bars than these nobody compares; the table has them all. One or two more are no reason to leave any out. */
const MOST_BARS = 12;
const A_FEW_MORE = 3;

export function Chart({
  title,
  lead,
  note,
  column,
  groupColumn,
  noteColumn,
  series,
  bars,
  report,
}: {
  title: string;
  lead?: ReactNode;
  note?: ReactNode;
  /** What the labels are. */
  column: string;
  groupColumn?: string;
  noteColumn?: string;
  series: readonly Series[];
  bars: readonly Bar[];
  report?: string | undefined;
}) {
  // Where all is hidden, nothing is drawn as if it were much.
  const least = bars.some(({ values }) => values.some(isHidden)) ? 3 * MOST_HIDDEN : 1;
  const most = Math.max(least, ...bars.map(sumOf));
  const shown = groupColumn === undefined && bars.length > MOST_BARS + A_FEW_MORE ? bars.slice(0, MOST_BARS) : bars;
  const table: Rows = {
    columns: [
      ...(groupColumn === undefined ? [] : [groupColumn]),
      column,
      ...series.map(({ name }) => name),
      ...(noteColumn === undefined ? [] : [noteColumn]),
    ],
    rows: bars.map(({ key, label, group = '', values, notes = [], moreInTable }) => ({
      key,
      cells: [
        ...(groupColumn === undefined ? [] : [group]),
        label,
        ...series.map((_, at) => values[at] ?? 0),
        ...(noteColumn === undefined ? [] : [moreInTable ?? notes.join(' ')]),
      ],
    })),
  };
  return (
    <Panel title={title} lead={lead} note={note} table={table} report={report}>
      {series.length > 1 && <Legend series={series} />}
      {[...Map.groupBy(shown, ({ group = '' }) => group)].map(([group, held]) => (
        <Fragment key={group}>
          {group !== '' && (
            <Title order={3} size="h6">
              {group}
            </Title>
          )}
          <ul className={series.length > 1 ? 'bars several' : 'bars'}>
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

const OneBar = ({ bar, series, most }: { bar: Bar; series: readonly Series[]; most: number }) => (
  <li>
    <span className="bar-label">
      {bar.href === undefined ? bar.label : <Link href={bar.href}>{bar.label}</Link>}
      {bar.more}
    </span>
    <span className="bar" aria-hidden="true">
      {series.map(({ name, tone }, at) => {
        const value = bar.values[at] ?? 0;
        return value === 0 ? null : (
          <span
            key={name}
            className={`segment ${isHidden(value) ? 'hidden' : tone}`}
            style={{ width: `${(100 * numberOf(value)) / most}%` }}
          />
        );
      })}
    </span>
    <span className="bar-value">
      {series.length === 1
        ? String(bar.values[0] ?? 0)
        : series
            .map(({ name }, at) => [name, bar.values[at] ?? 0] as const)
            .filter(([, value]) => value !== 0)
            .map(([name, value]) => `${value} ${name.toLowerCase()}`)
            .join(', ') || '0'}
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
  report?: string | undefined;
}) {
  const table: Rows = {
    columns: [column, ...series.map(({ name }) => name)],
    rows: columns.map(({ key, inFull, values }) => ({ key, cells: [inFull, ...values] })),
  };
  return (
    <Panel title={title} lead={lead} aside={aside} table={table} report={report}>
      {series.map(({ name, tone }, at) => {
        const most = Math.max(1, ...columns.map(({ values }) => values[at] ?? 0));
        return (
          <div key={name}>
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

/** A list beside the charts: what it says is its table already, and a file as well. */
export function Listed({ title, table, children }: { title: string; table: Rows; children: ReactNode }) {
  const id = useId();
  return (
    <section className="panel chart" aria-labelledby={id}>
      <Title order={2} size="h4" id={id}>
        {title}
      </Title>
      {children}
      <div className="chart-more">
        <CsvButton title={title} table={table} />
      </div>
    </section>
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

/** Words as the name of a file. */
const slugOf = (...words: readonly string[]): string =>
  words
    .filter((word) => word !== '')
    .join(' ')
    .toLowerCase()
    .replaceAll(/['’]/g, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '');

/** What the table says, as a file. */
function CsvButton({ title, table }: { title: string; table: Rows }) {
  const { place, asOf } = useContext(Standing);
  return (
    <Button
      size="compact-sm"
      variant="subtle"
      onClick={() =>
        save(`${slugOf(title, place, asOf)}.csv`, csvOf([table.columns, ...table.rows.map(({ cells }) => cells)]))
      }
    >
      {texts.board.csv}
      <span className="unseen">{texts.board.of(title)}</span>
    </Button>
  );
}

/** Every row of the report behind it. A plain link could not say who asks. */
function DetailsButton({ title, report }: { title: string; report: string }) {
  const { place, asOf } = useContext(Standing);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const load = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const text = await ask<string>('GET', `/reports/${report}`, { accept: 'text/csv' });
      save(`${slugOf(title, texts.board.details, place, asOf)}.csv`, text);
    } catch (cause) {
      setError(cause);
    }
    setBusy(false);
  };
  return (
    <div>
      <Button size="compact-sm" variant="subtle" loading={isBusy} onClick={() => void load()}>
        {texts.board.csvDetails}
        <span className="unseen">{texts.board.of(title)}</span>
      </Button>
      {error !== undefined && <p role="alert">{problemWords(error)}</p>}
    </div>
  );
}
