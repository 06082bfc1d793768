/**
 * For who may see stage and dates only: what of it they may see of what was asked at the start, as it is now. Labels and
 * words come from the form of the start.
 */
import { Title } from '@mantine/core';
import { passes } from '../api.ts';
import { choiceWords, fieldsOf, widgetOf } from '../form/schema.ts';
import { useCohorts, useCycles, usePerson, useSchoolName } from '../queries.ts';
import type { JsonSchema, Kind, Process } from '../shapes.ts';
import { longDay, texts } from '../texts.ts';
import { labelIn } from '../words.ts';

export function Details({ process, kind }: { process: Process; kind: Kind }) {
  const rows = Object.entries(fieldsOf(kind.startSchema)).flatMap(([name, schema]) => {
    const value = process.data[name];
    const isShown = ['string', 'number', 'boolean'].includes(typeof value) && value !== '';
    return isShown ? [{ name, schema, value: value as string | number | boolean }] : [];
  });
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="details">
      <Title order={2} size="h4" id="details">
        {texts.process.details}
      </Title>
      <dl className="facts">
        {rows.map(({ name, schema, value }) => (
          <div key={name}>
            <dt>{labelIn(kind.fields, name)}</dt>
            <dd>
              <Value name={name} schema={schema} value={value} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** A value in words: ids are shown as what they name. */
function Value({ name, schema, value }: { name: string; schema: JsonSchema; value: string | number | boolean }) {
  const schoolName = useSchoolName();
  const { data: cohorts } = useCohorts();
  const { data: cycles } = useCycles();
  const text = String(value);
  if (typeof value === 'boolean') return value ? texts.form.yes : texts.form.no;
  switch (widgetOf(name, schema, false)) {
    case 'person':
      return <PersonName personId={text} />;
    case 'school':
      return schoolName(text);
    case 'date':
      return longDay(text);
    case 'cohort':
      return cohorts?.find(({ id }) => id === text)?.label ?? text;
    case 'cycle':
      return cycles?.find(({ id }) => id === text)?.label ?? text;
    default:
      return choiceWords(schema, value);
  }
}

/** Who may not see the directory is told that it is somebody. */
function PersonName({ personId }: { personId: string }) {
  const person = usePerson(personId);
  return person.data?.name ?? (person.error && !passes(person.error) ? texts.process.somebody : '…');
}
