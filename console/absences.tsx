/** When somebody is away and who stands in; for those who may, adding, changing and ending it. */
import { Button, Group, TextInput, Title } from '@mantine/core';
import { type FormEvent, lazy, Suspense, useState } from 'react';
import { daysOf } from './away.ts';
import { useFirstWrong, useFocusWithin } from './focus.ts';
import { Loading } from './page.tsx';
import { useCommand } from './queries.ts';
import {
  Confirm,
  changedBefore,
  errorAt,
  FormProblem,
  isStale,
  NameOf,
  PartOfRecord,
  SaveOrCancel,
  useDoing,
  useLatest,
} from './record.tsx';
import type { Absence, Person, PersonInFull } from './shapes.ts';
import { longDay, texts } from './texts.ts';

const PersonSelect = lazy(() => import('./form/widgets.tsx').then(({ PersonSelect: select }) => ({ default: select })));

const words = texts.people.away;

/** As the API takes them: all at once. */
const bodyOf = (absences: readonly Pick<Absence, 'from' | 'to' | 'standInId'>[]) =>
  absences.map(({ from, to, standInId }) => ({ from, to, ...(standInId !== null && { standInId }) }));

/** Absences of one person do not overlap, so the first day tells them apart. */
type Doing = { readonly what: 'add' } | { readonly what: 'change' | 'end' | 'remove'; readonly absence: Absence };

export function Absences({ person, today }: { person: PersonInFull; today: string }) {
  const { doing, done, begin, end } = useDoing<Doing>();
  const action = person.actions.find((each) => each.action === 'absences');
  const { absences, standingIn } = person;
  const coming = absences.filter(({ to }) => to >= today);
  const over = absences.filter(({ to }) => to < today).toReversed();
  if (action === undefined && absences.length + standingIn.length === 0) return null;

  const onBegin = action === undefined || doing !== undefined ? undefined : begin;
  const entries = (list: readonly Absence[]) => (
    <ul className="plain">
      {list.map((absence) => (
        <li key={absence.from}>
          <Entry absence={absence} today={today} onBegin={onBegin} />
        </li>
      ))}
    </ul>
  );
  return (
    <PartOfRecord id="absences" title={texts.people.absences} done={done}>
      {coming.length === 0 && <p className="quiet">{words.none}</p>}
      {entries(coming)}
      {over.length > 0 && (
        <details>
          <summary>{words.earlier(over.length)}</summary>
          {entries(over)}
        </details>
      )}
      {/* Not beside its entry, which may go while somebody writes. */}
      {doing?.what === 'add' && <AbsenceForm person={person} onDone={end} />}
      {doing?.what === 'change' && <AbsenceForm person={person} absence={doing.absence} onDone={end} />}
      {(doing?.what === 'end' || doing?.what === 'remove') && (
        <Ending person={person} absence={doing.absence} isEnd={doing.what === 'end'} today={today} onDone={end} />
      )}
      {action !== undefined && doing === undefined && (
        <Button variant="default" size="xs" mt="xs" onClick={() => begin({ what: 'add' })}>
          {action.label}
        </Button>
      )}
      {standingIn.length > 0 && (
        <>
          <Title order={3} size="h6" mt="md">
            {words.standingIn}
          </Title>
          <ul className="plain">
            {standingIn.map(({ person: away, from, to }) => (
              <li key={`${away.personId} ${from}`}>
                <NameOf person={away} />
                <span className="quiet small"> · {daysOf({ from, to })}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </PartOfRecord>
  );
}

function Entry({
  absence,
  today,
  onBegin,
}: {
  absence: Absence;
  today: string;
  onBegin: ((doing: Doing) => void) | undefined;
}) {
  const { from, to, standIn } = absence;
  const isNow = from <= today && today <= to;
  const button = (what: 'change' | 'end' | 'remove', label: string) => (
    <Button variant="subtle" size="compact-sm" onClick={() => onBegin?.({ what, absence })}>
      {label}
      <span className="unseen">{texts.people.of(daysOf(absence))}</span>
    </Button>
  );
  return (
    <>
      {daysOf(absence)} {isNow && <span className="due soon">{words.now}</span>}
      <div className="quiet small">
        {standIn === null ? (
          words.noStandIn
        ) : (
          <>
            <NameOf person={standIn} /> {words.standsInToo}
          </>
        )}
      </div>
      {onBegin !== undefined && (
        <Group gap="xs">
          {button('change', texts.people.change)}
          {isNow ? button('end', words.end) : button('remove', texts.people.remove)}
        </Group>
      )}
    </>
  );
}

const DAY = 24 * 60 * 60 * 1000;

const dayBefore = (day: string): string =>
  new Date(Date.parse(`${day}T12:00:00Z`) - DAY).toISOString().slice(0, 'YYYY-MM-DD'.length);

/** An absence that ends: with yesterday, or as if it had never been. */
function Ending({
  person,
  absence,
  isEnd,
  today,
  onDone,
}: {
  person: PersonInFull;
  absence: Absence;
  isEnd: boolean;
  today: string;
  onDone: (notice?: string) => void;
}) {
  const { seen, readAgain } = useLatest(person);
  const command = useCommand<Person>();
  const yesterday = dayBefore(today);
  const staysUntilYesterday = isEnd && absence.from <= yesterday;
  const end = () =>
    command
      .mutateAsync({
        method: 'PUT',
        path: `/people/${encodeURIComponent(person.personId)}/absences`,
        body: bodyOf(
          seen.absences.flatMap((each) => {
            if (each.from !== absence.from) return [each];
            return staysUntilYesterday ? [{ ...each, to: yesterday }] : [];
          }),
        ),
        version: seen.version,
      })
      .then(() => onDone(isEnd ? words.ended : words.removed), changedBefore(readAgain, onDone));
  const sentence = staysUntilYesterday ? words.endsYesterday(longDay(yesterday)) : words.begunToday;
  return (
    <Confirm
      yes={isEnd ? words.end : texts.people.remove}
      isBusy={command.isPending}
      error={isStale(command.error) ? undefined : command.error}
      onYes={() => void end()}
      onNo={() => onDone()}
    >
      <strong>{daysOf(absence)}.</strong> {isEnd ? sentence : words.removing}
    </Confirm>
  );
}

function AbsenceForm({
  person,
  absence,
  onDone,
}: {
  person: PersonInFull;
  absence?: Absence;
  onDone: (notice?: string) => void;
}) {
  const { seen, readAgain } = useLatest(person);
  const [from, setFrom] = useState(absence?.from ?? '');
  const [to, setTo] = useState(absence?.to ?? '');
  const [standInId, setStandInId] = useState(absence?.standInId ?? null);
  /** How often it was tried. */
  const [tried, setTried] = useState(0);
  const command = useCommand<Person>();
  const form = useFocusWithin<HTMLFormElement>();
  const others = seen.absences.filter((each) => each.from !== absence?.from);
  // It is sent last, so that what is said of an overlap is said of it.
  const at = others.length;
  const [sentAt, setSentAt] = useState(at);
  const { error } = command;
  const missing = (value: string, label: string) =>
    tried > 0 && value === '' ? texts.form.required(label) : undefined;
  const errors = {
    from: missing(from, words.first) ?? errorAt(error, `${sentAt}.from`),
    to: missing(to, words.last) ?? errorAt(error, `${sentAt}.to`),
    standInId: errorAt(error, `${sentAt}.standInId`),
  };
  const isWrong = Object.values(errors).some((each) => each !== undefined);
  useFirstWrong(form, isWrong, error ?? tried);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(tried + 1);
    if (from === '' || to === '') return;
    setSentAt(at);
    command.mutate(
      {
        method: 'PUT',
        path: `/people/${encodeURIComponent(person.personId)}/absences`,
        body: bodyOf([...others, { from, to, standInId }]),
        version: seen.version,
      },
      {
        onSuccess: () => onDone(words.saved(daysOf({ from, to }))),
        onError: (cause) => {
          if (isStale(cause)) void readAgain();
        },
      },
    );
  };
  const day = (name: 'from' | 'to', label: string, value: string, onChange: (day: string) => void) => (
    <TextInput
      type="date"
      label={label}
      error={errors[name]}
      value={value}
      min={name === 'to' ? from : undefined}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
  return (
    <form className="panel" ref={form} onSubmit={submit} noValidate aria-label={texts.people.absences}>
      <FormProblem
        error={error}
        fields={['from', 'to', 'standInId'].map((name) => `${sentAt}.${name}`)}
        inWords={({ path, message }) => {
          const other = others[Number(path.split('.')[0])];
          return other === undefined ? message : words.other(daysOf(other), message);
        }}
      />
      {absence && <strong>{daysOf(absence)}</strong>}
      {day('from', words.first, from, setFrom)}
      {day('to', words.last, to, setTo)}
      <Suspense fallback={<Loading lines={2} />}>
        <PersonSelect
          label={`${words.standIn} (${texts.optional})`}
          description={words.standInHelp}
          error={errors.standInId}
          value={standInId}
          knownAs={absence?.standIn?.name}
          onChange={setStandInId}
        />
      </Suspense>
      <SaveOrCancel isSaving={command.isPending} onCancel={() => onDone()} />
    </form>
  );
}
