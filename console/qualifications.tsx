/** What somebody has on record; for those who may, recording what no process here made. */
import { Alert, Button, NativeSelect, Radio, Stack, TextInput } from '@mantine/core';
import '@mantine/core/styles/Radio.css';
import { type FormEvent, useState } from 'react';
import { useFirstWrong, useFocusWithin } from './focus.ts';
import { choiceWords } from './form/schema.ts';
import { useCohorts, useCommand } from './queries.ts';
import {
  Confirm,
  changedBefore,
  errorAt,
  FormProblem,
  isStale,
  PartOfRecord,
  SaveOrCancel,
  useDoing,
  useLatest,
} from './record.tsx';
import type { Action, Cohort, HeldQualification, Person, PersonInFull } from './shapes.ts';
import { monthNames, monthWords, qualificationWords, texts } from './texts.ts';

const words = texts.people.qualification;

/** The first cohort of an NPQ, in the sense of today. */
const FIRST_YEAR = 2017;

/** "Autumn 2026", by the calendar or by the letter; what is no cohort has a year or a month. */
function cohortWords(cohortId: string, cohorts: readonly Cohort[]): string {
  const found = cohorts.find(({ id }) => id === cohortId);
  if (found) return found.label;
  const [, year = '', letter] = /^(\d{4})([ab])$/.exec(cohortId) ?? [];
  if (letter !== undefined) return words.earlier(letter === 'a' ? 'Spring' : 'Autumn', Number(year));
  return /^\d{4}-\d{2}$/.test(cohortId) ? monthWords(cohortId).inFull : cohortId;
}

type Doing = { readonly what: 'add' } | { readonly what: 'remove'; readonly held: HeldQualification };

export function Qualifications({ person, today }: { person: PersonInFull; today: string }) {
  const { data: cohorts = [] } = useCohorts();
  const { doing, done, begin, end } = useDoing<Doing>();
  const action = person.actions.find((each) => each.action === 'qualifications');
  const mayRemove = person.actions.some((each) => each.action === 'remove-qualification');
  return (
    <PartOfRecord id="qualifications" title={texts.people.qualifications} done={done}>
      {person.qualifications.length === 0 && <p className="quiet">{texts.people.noQualifications}</p>}
      <ul className="plain">
        {person.qualifications.map((held) => (
          <li key={`${held.courseId}-${held.cohortId}`}>
            <strong>{held.label}</strong>
            <span className="quiet small">
              {' '}
              · {cohortWords(held.cohortId, cohorts)} · {qualificationWords[held.outcome] ?? held.outcome}
              {held.isFunded && ` · ${texts.people.funded}`}
              {!held.isFunded && isNpq(held.courseId) && ` · ${texts.people.notFunded}`}
            </span>{' '}
            {mayRemove && held.isByHand && doing === undefined && (
              <Button variant="subtle" size="compact-sm" onClick={() => begin({ what: 'remove', held })}>
                {texts.people.remove}
                <span className="unseen">{texts.people.of(held.label)}</span>
              </Button>
            )}
          </li>
        ))}
      </ul>
      {doing?.what === 'add' && action !== undefined && (
        <QualificationForm person={person} action={action} cohorts={cohorts} today={today} onDone={end} />
      )}
      {doing?.what === 'remove' && <Removing person={person} held={doing.held} cohorts={cohorts} onDone={end} />}
      {action !== undefined && doing === undefined && (
        <Button variant="default" size="xs" onClick={() => begin({ what: 'add' })}>
          {action.label}
        </Button>
      )}
    </PartOfRecord>
  );
}

/** One that was recorded by mistake. */
function Removing({
  person,
  held: { courseId, cohortId, label },
  cohorts,
  onDone,
}: {
  person: PersonInFull;
  held: HeldQualification;
  cohorts: readonly Cohort[];
  onDone: (notice?: string) => void;
}) {
  const { seen, readAgain } = useLatest(person);
  const command = useCommand<Person>();
  const path = `/people/${encodeURIComponent(person.personId)}/remove-qualification`;
  const remove = () =>
    command
      .mutateAsync({ path, body: { courseId, cohortId }, version: seen.version })
      .then(() => onDone(words.removed(label)), changedBefore(readAgain, onDone));
  return (
    <Confirm
      yes={texts.people.remove}
      isBusy={command.isPending}
      error={isStale(command.error) ? undefined : command.error}
      onYes={() => void remove()}
      onNo={() => onDone()}
    >
      <strong>
        {label}, {cohortWords(cohortId, cohorts)}.
      </strong>{' '}
      {words.removing}
    </Confirm>
  );
}

interface Written {
  readonly courseId: string;
  readonly cohort: string;
  readonly year: string;
  readonly month: string;
  readonly providerId: string;
  readonly outcome: string;
  readonly isFunded: string;
}

const nothing: Written = {
  courseId: '',
  cohort: '',
  year: '',
  month: '',
  providerId: '',
  outcome: '',
  isFunded: '',
};

const isNpq = (courseId: string): boolean => courseId.startsWith('npq-');

/** What the form of the API allows for a field, with its words. */
function choices({ schema }: Action, field: string): { readonly value: string; readonly label: string }[] {
  const held = (schema['properties'] as Record<string, { readonly enum?: readonly string[] }> | undefined)?.[field];
  return (held?.enum ?? []).map((value) => ({ value, label: choiceWords(held, value) }));
}

/** The latest first: those of the calendar, and two in each year up to now. */
function allCohorts(cohorts: readonly Cohort[], today: string) {
  const years = Array.from({ length: Number(today.slice(0, 4)) - FIRST_YEAR + 1 }, (_, at) => FIRST_YEAR + at);
  const ids = new Set([...cohorts.map(({ id }) => id), ...years.flatMap((year) => [`${year}a`, `${year}b`])]);
  return [...ids]
    .sort()
    .toReversed()
    .map((id) => ({ value: id, label: cohortWords(id, cohorts) }));
}

function QualificationForm({
  person,
  action,
  cohorts,
  today,
  onDone,
}: {
  person: PersonInFull;
  action: Action;
  cohorts: readonly Cohort[];
  today: string;
  onDone: (notice?: string) => void;
}) {
  const { seen, readAgain } = useLatest(person);
  const [written, setWritten] = useState(nothing);
  const [tried, setTried] = useState(0);
  const command = useCommand<Person>();
  const form = useFocusWithin<HTMLFormElement>();
  const { error } = command;
  const set = (field: keyof Written) => (value: string) => setWritten((before) => ({ ...before, [field]: value }));
  const { courseId, cohort, year, month, providerId, outcome, isFunded } = written;
  const hasCohort = isNpq(courseId);
  const cohortId = hasCohort ? cohort : [year.trim(), month].filter(Boolean).join('-');
  const courses = choices(action, 'courseId');
  const group = (label: string, isOfGroup: (id: string) => boolean) => ({
    group: label,
    items: courses.filter(({ value }) => isOfGroup(value)),
  });

  const missing = (value: string, label: string) =>
    tried > 0 && value === '' ? texts.form.required(label) : undefined;
  const errors = {
    courseId: missing(courseId, words.course) ?? errorAt(error, 'courseId'),
    cohortId:
      missing(hasCohort ? cohort : year, hasCohort ? words.cohort : words.year) ??
      (tried > 0 && !hasCohort && !/^\d{4}$/.test(year.trim()) ? words.yearHelp : errorAt(error, 'cohortId')),
    providerId: errorAt(error, 'providerId'),
    outcome: missing(outcome, words.outcome) ?? errorAt(error, 'outcome'),
    isFunded: missing(isFunded, words.funded) ?? errorAt(error, 'isFunded'),
  };
  const isWrong = Object.values(errors).some((each) => each !== undefined);
  useFirstWrong(form, isWrong, error ?? tried);
  const replaced = seen.qualifications.find((each) => each.courseId === courseId && each.cohortId === cohortId);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(tried + 1);
    const isComplete = [courseId, outcome, isFunded].every((each) => each !== '');
    if (!isComplete || !(hasCohort ? cohort !== '' : /^\d{4}$/.test(year.trim()))) return;
    command.mutate(
      {
        path: `/people/${encodeURIComponent(person.personId)}/qualifications`,
        body: {
          courseId,
          cohortId,
          outcome,
          isFunded: isFunded === 'true',
          ...(hasCohort && providerId !== '' && { providerId }),
        },
        version: seen.version,
      },
      {
        onSuccess: () => onDone(words.saved(courses.find(({ value }) => value === courseId)?.label ?? courseId)),
        onError: (cause) => {
          if (isStale(cause)) void readAgain();
        },
      },
    );
  };
  const radios = (
    field: 'outcome' | 'isFunded',
    label: string,
    options: readonly { value: string; label: string }[],
  ) => (
    <Radio.Group label={label} error={errors[field]} name={field} value={written[field]} onChange={set(field)}>
      <Stack gap="xs" mt={6}>
        {options.map((option) => (
          <Radio key={option.value} {...option} aria-invalid={errors[field] !== undefined || undefined} />
        ))}
      </Stack>
    </Radio.Group>
  );
  const select = (
    field: 'cohort' | 'month' | 'providerId',
    label: string,
    none: string,
    data: readonly { value: string; label: string }[],
    problem?: string,
  ) => (
    <NativeSelect
      label={label}
      error={problem}
      value={written[field]}
      onChange={({ currentTarget }) => set(field)(currentTarget.value)}
      data={[{ value: '', label: none }, ...data]}
    />
  );
  return (
    <form className="panel" ref={form} onSubmit={submit} noValidate aria-label={action.label}>
      <FormProblem error={error} fields={Object.keys(errors)} />
      <NativeSelect
        label={words.course}
        error={errors.courseId}
        value={courseId}
        onChange={({ currentTarget }) => set('courseId')(currentTarget.value)}
        data={[
          { value: '', label: texts.form.select },
          group(words.npqs, isNpq),
          group(words.others, (id) => !isNpq(id)),
        ]}
      />
      {courseId !== '' && hasCohort && (
        <>
          {select('cohort', words.cohort, texts.form.select, allCohorts(cohorts, today), errors.cohortId)}
          {select(
            'providerId',
            `${words.provider} (${texts.optional})`,
            texts.form.select,
            choices(action, 'providerId'),
            errors.providerId,
          )}
        </>
      )}
      {courseId !== '' && !hasCohort && (
        <>
          <TextInput
            label={words.year}
            description={words.yearHelp}
            error={errors.cohortId}
            inputMode="numeric"
            autoComplete="off"
            maxLength={4}
            value={year}
            onChange={({ currentTarget }) => set('year')(currentTarget.value)}
          />
          {select(
            'month',
            `${words.month} (${texts.optional})`,
            words.unknownMonth,
            monthNames.map((label, at) => ({ value: String(at + 1).padStart(2, '0'), label })),
          )}
        </>
      )}
      {radios(
        'outcome',
        words.outcome,
        choices(action, 'outcome').map(({ value }) => ({ value, label: qualificationWords[value] ?? value })),
      )}
      {radios('isFunded', words.funded, [
        { value: 'true', label: texts.form.yes },
        { value: 'false', label: texts.form.no },
      ])}
      {replaced && (
        <Alert color="yellow" role="status">
          {words.replaces(qualificationWords[replaced.outcome] ?? replaced.outcome)}
        </Alert>
      )}
      <SaveOrCancel isSaving={command.isPending} onCancel={() => onDone()} />
    </form>
  );
}
