/** What changing somebody's record needs: asked once more before it is done, and nobody else's entry overwritten unseen. */
import { Alert, Button, Group, Text, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { type FieldError, Refused } from './api.ts';
import { useFocus, useFocusWithin } from './focus.ts';
import { Failed, problemWords } from './page.tsx';
import { usePerson } from './queries.ts';
import type { Named, PersonInFull } from './shapes.ts';
import { texts } from './texts.ts';

/** Somebody else's change came in between: what was read before is not what would be overwritten. */
export const isStale = (error: unknown): boolean => error instanceof Refused && error.status === 412;

/** What is wrong at the field of that path. */
export const errorAt = (error: unknown, path: string): string | undefined =>
  error instanceof Refused ? error.errors.find((each) => each.path === path)?.message : undefined;

/** What went wrong besides what stands at the fields of that form. */
export function FormProblem({
  error,
  fields,
  inWords = ({ message }) => message,
}: {
  error: unknown;
  fields: readonly string[];
  inWords?: (error: FieldError) => string;
}) {
  if (error === null || error === undefined) return null;
  if (isStale(error))
    return (
      <Alert color="yellow" role="alert">
        <Text size="sm">{texts.people.changedMeanwhile}</Text>
      </Alert>
    );
  const others = error instanceof Refused ? error.errors.filter(({ path }) => !fields.includes(path)) : [];
  if (error instanceof Refused && error.errors.length > 0 && others.length === 0) return null;
  return (
    <Alert color="red" variant="light" title={texts.problem.title} role="alert">
      {others.length === 0 && <Text size="sm">{problemWords(error)}</Text>}
      {others.map((each) => (
        <Text size="sm" key={each.path}>
          {inWords(each)}
        </Text>
      ))}
    </Alert>
  );
}

/** The record as it was when somebody began to change it; after somebody else's change, as it is now. */
export function useLatest(person: PersonInFull) {
  const [seen, setSeen] = useState(person);
  const query = usePerson(person.personId);
  const readAgain = async () => {
    const { data } = await query.refetch();
    if (data !== undefined) setSeen(data);
  };
  return { seen, readAgain };
}

/** Nothing was done because somebody else was faster: what is on record now is shown, and that is said. */
export const changedBefore =
  (readAgain: () => Promise<void>, onDone: (notice: string) => void) =>
  async (cause: unknown): Promise<void> => {
    if (!isStale(cause)) return;
    await readAgain();
    onDone(texts.people.changedBefore);
  };

/** What is being done with a part of a record, and what the last of it came to. */
export function useDoing<Doing>() {
  const [doing, setDoing] = useState<Doing>();
  const [done, setDone] = useState<{ readonly said: string | undefined }>();
  const begin = (next: Doing) => {
    setDone(undefined);
    setDoing(next);
  };
  const end = (said?: string) => {
    setDoing(undefined);
    setDone({ said });
  };
  return { doing, done, begin, end };
}

/** A part of a record under its heading, which has the focus after something was done: what had it is gone. */
export const PartOfRecord = ({
  id,
  title,
  done,
  children,
}: {
  id: string;
  title: string;
  done: { readonly said: string | undefined } | undefined;
  children: ReactNode;
}) => (
  <section aria-labelledby={id}>
    <Title order={2} size="h4" id={id} ref={useFocus<HTMLHeadingElement>(done)} tabIndex={-1}>
      {title}
    </Title>
    {done?.said !== undefined && (
      <Alert color="oak" role="status" mt="xs">
        {done.said}
      </Alert>
    )}
    {children}
  </section>
);

/** The end of a form that changes a record. */
export const SaveOrCancel = ({ isSaving, onCancel }: { isSaving: boolean; onCancel: () => void }) => (
  <Group>
    <Button type="submit" loading={isSaving}>
      {texts.people.save}
    </Button>
    <Button variant="default" onClick={onCancel}>
      {texts.people.cancel}
    </Button>
  </Group>
);

/** Somebody by name, with the way to their record for whoever may see it. */
export const NameOf = ({ person: { personId, name, mayOpen } }: { person: Named }) =>
  mayOpen ? <Link href={`/people/${encodeURIComponent(personId)}`}>{name}</Link> : name;

/** Asks once more, in place. */
export function Confirm({
  children,
  yes,
  isBusy,
  error,
  onYes,
  onNo,
}: {
  children: ReactNode;
  yes: string;
  isBusy: boolean;
  error: unknown;
  onYes: () => void;
  onNo: () => void;
}) {
  const inside = useFocusWithin<HTMLElement>();
  return (
    <section className="panel" ref={inside} aria-label={yes}>
      <p>{children}</p>
      <Failed error={error} />
      <Group>
        <Button loading={isBusy} onClick={onYes}>
          {yes}
        </Button>
        <Button variant="default" onClick={onNo}>
          {texts.people.cancel}
        </Button>
      </Group>
    </section>
  );
}
