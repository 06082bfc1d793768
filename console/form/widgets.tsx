/** The controls of forms, made of the component library's: each with its label, its help and what is wrong with it. */
import '@mantine/core/styles/Radio.css';
import '@mantine/core/styles/ScrollArea.css';
import '@mantine/core/styles/Popover.css';
import '@mantine/core/styles/Combobox.css';
import '@mantine/core/styles/CloseButton.css';
import { Button, Checkbox, NativeSelect, Radio, Select, Stack, Textarea, TextInput } from '@mantine/core';
import type { RegistryWidgetsType, WidgetProps } from '@rjsf/utils';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useRef, useState } from 'react';
import { ask } from '../api.ts';
import { problemWords } from '../page.tsx';
import { pathWith, useCohorts, useCycles, useKinds, useMe, useSchools } from '../queries.ts';
import type { Page, Person, Process } from '../shapes.ts';
import { dayWords, longDay, monthWords, texts } from '../texts.ts';
import { choiceWords, entryLabel, keysOf } from './schema.ts';

/** Label, help and error of a control; what is optional says so, the rest is needed. */
const described = ({ id, label, required, schema, rawErrors, disabled, readonly }: WidgetProps) => ({
  id,
  label: required || entryLabel(label) !== label ? entryLabel(label) : `${label} (${texts.optional})`,
  description: schema.description,
  error: rawErrors?.[0],
  required: required === true,
  withAsterisk: false,
  disabled: disabled === true || readonly === true,
});

/** Spaces alone are no answer. */
const or = (value: string): string | undefined => (value.trim() === '' ? undefined : value);

function TextWidget(props: WidgetProps) {
  const { value, onChange, schema } = props;
  return (
    <TextInput
      {...described(props)}
      value={value ?? ''}
      inputMode={keysOf(schema)}
      autoComplete="off"
      // The form library makes a number of it, and keeps what somebody has typed so far: "32." is on its way to "32.5".
      onChange={({ currentTarget }) => onChange(or(currentTarget.value))}
    />
  );
}

/** From so many characters before the end it is said how many are left. */
const NEAR = 200;

function TextareaWidget(props: WidgetProps) {
  const { value, onChange, schema } = props;
  const length = typeof value === 'string' ? value.length : 0;
  const left = (schema.maxLength ?? Number.POSITIVE_INFINITY) - length;
  return (
    <Stack gap={4}>
      <Textarea
        {...described(props)}
        value={value ?? ''}
        autosize
        minRows={3}
        maxRows={16}
        onChange={({ currentTarget }) => onChange(or(currentTarget.value))}
      />
      {left < NEAR && (
        <span className="quiet small" role="status">
          {texts.form.left(left)}
        </span>
      )}
    </Stack>
  );
}

const DateWidget = (props: WidgetProps) => {
  const { formatMinimum, formatMaximum } = props.schema as {
    readonly formatMinimum?: string;
    readonly formatMaximum?: string;
  };
  return (
    <TextInput
      {...described(props)}
      type="date"
      value={props.value ?? ''}
      min={formatMinimum}
      max={formatMaximum}
      onChange={({ currentTarget }) => props.onChange(or(currentTarget.value))}
    />
  );
};

interface Choice {
  readonly value: string;
  readonly label: string;
}

const choicesOf = ({ schema }: WidgetProps): Choice[] =>
  (schema.enum ?? []).map((value) => ({ value: String(value), label: choiceWords(schema, value) }));

function Radios({ choices, ...props }: WidgetProps & { choices: readonly Choice[] }) {
  const { id, ...labels } = described(props);
  const first = useRef<HTMLInputElement>(null);
  const isChosen = props.value !== undefined && props.value !== null;
  return (
    <Radio.Group {...labels} id={id} name={id} value={isChosen ? String(props.value) : ''} onChange={props.onChange}>
      <Stack gap="xs" mt={6}>
        {choices.map(({ value, label }, at) => (
          <Radio key={value} value={value} label={label} {...(at === 0 && { ref: first })} />
        ))}
        {isChosen && !labels.required && props.schema.default === undefined && (
          <Button
            variant="subtle"
            size="compact-sm"
            className="fit"
            onClick={() => {
              props.onChange(undefined);
              first.current?.focus();
            }}
          >
            {texts.form.clear}
            <span className="unseen">{texts.form.of(entryLabel(props.label))}</span>
          </Button>
        )}
      </Stack>
    </Radio.Group>
  );
}

const Choices = (props: WidgetProps) => <Radios {...props} choices={choicesOf(props)} />;

/** Only what is allowed: where a rule leaves one answer, there is one, and a yes alone is a tick. */
function YesNo(props: WidgetProps) {
  const allowed: readonly unknown[] =
    props.schema.enum ?? ('const' in props.schema ? [props.schema.const] : [true, false]);
  if (!allowed.includes(false)) return <CheckboxWidget {...props} />;
  return (
    <Radios
      {...props}
      choices={[
        { value: 'true', label: texts.form.yes },
        { value: 'false', label: texts.form.no },
      ].filter(({ value }) => allowed.includes(value === 'true'))}
      onChange={(value: string) => props.onChange(value === 'true')}
    />
  );
}

const CheckboxWidget = (props: WidgetProps) => {
  const { label, ...rest } = described({ ...props, required: true });
  return (
    <Checkbox
      {...rest}
      required={props.required === true}
      label={label}
      checked={props.value === true}
      onChange={({ currentTarget }) => props.onChange(currentTarget.checked ? true : undefined)}
    />
  );
};

const Several = (props: WidgetProps) => {
  const { items } = props.schema as { readonly items?: { readonly enum?: readonly unknown[] } };
  return (
    <Checkbox.Group {...described(props)} value={(props.value ?? []).map(String)} onChange={props.onChange}>
      <Stack gap="xs" mt={6}>
        {(items?.enum ?? []).map((value) => (
          <Checkbox key={String(value)} value={String(value)} label={choiceWords(items, value)} />
        ))}
      </Stack>
    </Checkbox.Group>
  );
};

/** `from`: where the choices are read, which may fail. */
const Chosen = ({
  choices,
  from,
  ...props
}: WidgetProps & { choices: readonly Choice[]; from?: Pick<UseQueryResult, 'data' | 'error'> }) => (
  <NativeSelect
    {...described(props)}
    error={props.rawErrors?.[0] ?? (from?.error && from.data === undefined ? problemWords(from.error) : undefined)}
    value={props.value ?? ''}
    onChange={({ currentTarget }) => props.onChange(or(currentTarget.value))}
    data={[{ value: '', label: texts.form.select }, ...choices]}
  />
);

const SelectWidget = (props: WidgetProps) => <Chosen {...props} choices={choicesOf(props)} />;

/** The central office among the places. */
const OFFICE = 'trust';

function School(props: WidgetProps) {
  const from = useSchools();
  const schools = from.data?.items.map(({ schoolId, name }) => ({ value: schoolId, label: name })) ?? [];
  // Where the office may be meant as well as a school.
  const isOffice = new RegExp(props.schema.pattern ?? '^$').test(OFFICE);
  const choices = isOffice ? [...schools, { value: OFFICE, label: texts.centralOffice }] : schools;
  return <Chosen {...props} schema={withoutUrnHelp(props)} choices={choices} from={from} />;
}

/** Who chooses by name need not be told of numbers. */
const withoutUrnHelp = ({ schema }: WidgetProps) => ({
  ...schema,
  description: schema.description?.replace(/^The URN of the school/, 'The school'),
});

/** Cohorts that have not closed, with their dates; closed ones too where what began with one is put on record. */
function Cohort(props: WidgetProps) {
  const from = useCohorts();
  const { data: me } = useMe();
  const today = me?.today ?? '';
  const cohorts = (from.data ?? []).filter(
    ({ id, providerDeadline }) =>
      providerDeadline >= today || id === props.value || props.schema['includesClosed'] === true,
  );
  return (
    <Chosen
      {...props}
      from={from}
      choices={cohorts.map(({ id, label, registrationOpens, providerDeadline }) => ({
        value: id,
        label: texts.form.cohort(label, dayWords(registrationOpens, today), dayWords(providerDeadline, today)),
      }))}
    />
  );
}

/** Cycles of learning reviews that have not closed, the soonest first, with their days: each year has one of the same name. */
function Cycle(props: WidgetProps) {
  const from = useCycles();
  const { data: me } = useMe();
  const today = me?.today ?? '';
  const cycles = (from.data ?? []).filter(({ id, closesOn }) => closesOn >= today || id === props.value);
  return (
    <Chosen
      {...props}
      from={from}
      choices={cycles.map(({ id, label, opensOn, closesOn }) => ({
        value: id,
        label: texts.form.cycle(label ?? id, longDay(opensOn), longDay(closesOn)),
      }))}
    />
  );
}

/** So many months back may be chosen: what is entered is of this month or the last ones. */
const MONTHS = 24;

/** Months by their names, this one first. */
function Month(props: WidgetProps) {
  const { data: me } = useMe();
  const [year = 0, month = 1] = (me?.today ?? '').split('-').map(Number);
  const recent = me === undefined ? [] : Array.from({ length: MONTHS }, (_, back) => monthBefore(year, month, back));
  const value = typeof props.value === 'string' ? [props.value] : [];
  return (
    <Chosen
      {...props}
      choices={[...new Set([...recent, ...value])].map((each) => ({ value: each, label: monthWords(each).inFull }))}
    />
  );
}

/** `2026-09`, so many months before that one. */
const monthBefore = (year: number, month: number, back: number): string =>
  new Date(Date.UTC(year, month - 1 - back)).toISOString().slice(0, 7);

/** Somebody of those whom the reader may see, found by a part of the name. */
export function PersonSelect({
  value,
  knownAs,
  onChange,
  ...labels
}: {
  id?: string | undefined;
  label: string;
  description?: string | undefined;
  error?: string | undefined;
  required?: boolean;
  withAsterisk?: boolean;
  disabled?: boolean;
  value: string | null;
  /** The name of whom it stands at, for a reader who may not look them up. */
  knownAs?: string | undefined;
  onChange: (personId: string | null) => void;
}) {
  const [typed, setTyped] = useState('');
  const q = useDeferredValue(typed.trim());
  const chosen = useQuery({
    queryKey: ['person', value],
    queryFn: ({ signal }) => ask<Person>('GET', `/people/${encodeURIComponent(value ?? '')}`, { signal }),
    enabled: value !== null,
  });
  const name = value === null ? undefined : (chosen.data?.name ?? knownAs);
  const isAsking = q.length > 1 && q !== name;
  const found = useQuery({
    queryKey: ['list', '/people', { q, current: 'true', limit: '10' }],
    queryFn: ({ signal }) =>
      ask<Page<Person>>('GET', pathWith('/people', { q, current: 'true', limit: '10' }), { signal }),
    enabled: isAsking,
    placeholderData: (before) => before,
  });
  const people = found.data?.items ?? [];
  const data = [
    ...(value !== null && !people.some(({ personId }) => personId === value) ? [{ value, label: name ?? '…' }] : []),
    ...people.map(({ personId, name: label, posts }) => ({
      value: personId,
      label: posts[0] ? `${label} (${posts[0].job})` : label,
    })),
  ];
  return (
    <Select
      {...labels}
      searchable
      clearable
      // Whoever chooses the same person once more means that person.
      allowDeselect={false}
      clearButtonProps={{ 'aria-label': texts.form.remove }}
      value={value}
      onChange={onChange}
      searchValue={typed}
      onSearchChange={setTyped}
      data={data}
      // The API has searched; whom it stands at is among them only where the search finds them.
      filter={({ options }) =>
        isAsking
          ? options.filter((option) => people.some(({ personId }) => 'value' in option && option.value === personId))
          : options
      }
      placeholder={texts.form.typeName}
      nothingFoundMessage={
        !isAsking
          ? texts.form.typeName
          : found.isFetching
            ? texts.form.searching
            : found.error
              ? problemWords(found.error)
              : texts.form.nobody
      }
      comboboxProps={{ withinPortal: false }}
      maxDropdownHeight={260}
    />
  );
}

/** A process of another kind, by its title: `projectId` names an "Action research project". What names none is typed. */
function Reference(props: WidgetProps) {
  const { data: kinds } = useKinds();
  const noun = props.name.replace(/Id$/, '').toLowerCase();
  const kind = kinds?.items.find(({ label }) => label.toLowerCase().split(' ').at(-1) === noun);
  const found = useQuery({
    queryKey: ['list', kind?.path, 'to choose from'],
    queryFn: ({ signal }) =>
      ask<Page<Process>>('GET', pathWith(`/${kind?.path}`, { status: 'active', limit: '100' }), { signal }),
    enabled: kind !== undefined,
  });
  if (kind === undefined) return <TextWidget {...props} />;
  const choices = found.data?.items.map(({ id, data, subject }) => ({
    value: id,
    label: typeof data['title'] === 'string' ? `${data['title']} (${subject.name})` : subject.name,
  }));
  return <Chosen {...props} choices={choices ?? []} from={found} />;
}

const PersonWidget = (props: WidgetProps) => (
  <PersonSelect
    {...described(props)}
    value={props.value ?? null}
    onChange={(personId) => props.onChange(personId ?? undefined)}
  />
);

export const widgets: RegistryWidgetsType = {
  TextWidget,
  text: TextWidget,
  textarea: TextareaWidget,
  TextareaWidget,
  date: DateWidget,
  DateWidget,
  choices: Choices,
  RadioWidget: Choices,
  yesNo: YesNo,
  checkbox: CheckboxWidget,
  CheckboxWidget,
  several: Several,
  select: SelectWidget,
  SelectWidget,
  school: School,
  cohort: Cohort,
  cycle: Cycle,
  month: Month,
  person: PersonWidget,
  reference: Reference,
};
