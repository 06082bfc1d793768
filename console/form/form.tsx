/** A form made from a JSON Schema, with errors at the field and above, and the focus where something is wrong. */
import { Alert, Button, Fieldset, Group, Stack, Text } from '@mantine/core';
import '@mantine/core/styles/Fieldset.css';
import { withTheme } from '@rjsf/core';
import type {
  ArrayFieldItemTemplateProps,
  ArrayFieldTemplateProps,
  FieldTemplateProps,
  IconButtonProps,
  ObjectFieldTemplateProps,
  RJSFSchema,
} from '@rjsf/utils';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { type FieldError, Refused } from '../api.ts';
import { problemWords } from '../page.tsx';
import type { JsonSchema } from '../shapes.ts';
import { texts } from '../texts.ts';
import { controlsOf, formSchema, labelAt } from './schema.ts';
import { errorSchemaOf, validator } from './validator.ts';
import { widgets } from './widgets.tsx';

/** Controls bring their own label, help and error. */
const FieldTemplate = ({ children, hidden }: FieldTemplateProps) => (hidden ? null : <div>{children}</div>);

const CONTROLS = 'input:not([type=hidden]), select, textarea, button';

/** Ids of what lies within are longer: `<name>_<field>`. */
const isRoot = (path: readonly unknown[]): boolean => path.length === 0;

/** Within its list an entry is known by its number: the list says what it is of. */
const entryTitle = (title: string): string => {
  const [, at] = /-(\d+)$/.exec(title) ?? [];
  return at === undefined ? title : texts.form.entry(at);
};

const ObjectFieldTemplate = ({ properties, title, description, fieldPathId }: ObjectFieldTemplateProps) => {
  const fields = <Stack gap="lg">{properties.map(({ content }) => content)}</Stack>;
  return isRoot(fieldPathId.path) ? (
    fields
  ) : (
    <Fieldset legend={entryTitle(title)} id={fieldPathId.$id}>
      {description && <Text size="sm">{description}</Text>}
      {fields}
    </Fieldset>
  );
};

function ArrayFieldTemplate({
  title,
  items,
  canAdd,
  onAddClick,
  schema,
  required,
  fieldPathId,
  rawErrors,
}: ArrayFieldTemplateProps) {
  const list = useRef<HTMLFieldSetElement>(null);
  const before = useRef(items.length);
  // What was added is filled in next; after something was removed, its button is gone: on with the last of the list.
  useEffect(() => {
    if (before.current === items.length) return;
    before.current = items.length;
    const entries = list.current?.querySelectorAll<HTMLElement>(':scope > * > .list-item, :scope > .list-item');
    const last = entries?.item(entries.length - 1) ?? list.current;
    last?.querySelector<HTMLElement>(CONTROLS)?.focus();
  }, [items.length]);
  return (
    <Fieldset legend={required === true ? title : `${title} (${texts.optional})`} id={fieldPathId.$id} ref={list}>
      <Stack gap="md">
        {schema.description !== undefined && <Text size="sm">{schema.description}</Text>}
        {rawErrors?.[0] !== undefined && (
          <Text size="sm" c="red.7">
            {rawErrors[0]}
          </Text>
        )}
        {items}
        {canAdd && (
          <Button variant="default" size="xs" onClick={onAddClick} className="fit">
            {texts.form.add}
            <span className="unseen">{texts.form.of(title)}</span>
          </Button>
        )}
      </Stack>
    </Fieldset>
  );
}

const ArrayFieldItemTemplate = ({
  children,
  buttonsProps,
  hasToolbar,
  registry,
  uiSchema,
}: ArrayFieldItemTemplateProps) => {
  const { RemoveButton } = registry.templates.ButtonTemplates;
  return (
    <div className="list-item">
      <div>{children}</div>
      {hasToolbar && buttonsProps.hasRemove && (
        <RemoveButton registry={registry} {...(uiSchema && { uiSchema })} onClick={buttonsProps.onRemoveItem} />
      )}
    </div>
  );
};

const RemoveButton = ({ onClick }: IconButtonProps) => (
  <Button variant="subtle" color="gray" size="compact-sm" onClick={onClick}>
    {texts.form.remove}
  </Button>
);

const Nothing = () => null;

const ThemedForm = withTheme({
  widgets,
  templates: {
    FieldTemplate,
    ObjectFieldTemplate,
    ArrayFieldTemplate,
    ArrayFieldItemTemplate,
    ErrorListTemplate: Nothing,
    FieldErrorTemplate: Nothing,
    FieldHelpTemplate: Nothing,
    DescriptionFieldTemplate: Nothing,
    TitleFieldTemplate: Nothing,
    ButtonTemplates: { RemoveButton },
  },
});

export interface SchemaFormProps {
  /** Distinguishes the ids of two forms on a page. */
  readonly name: string;
  readonly schema: JsonSchema;
  readonly leftOut?: readonly string[];
  readonly value: Readonly<Record<string, unknown>>;
  readonly onChange: (value: Readonly<Record<string, unknown>>) => void;
  readonly onSubmit: (value: Readonly<Record<string, unknown>>) => void;
  /** Why the API refused what was sent. */
  readonly error?: unknown;
  readonly submit: string;
  readonly isBusy: boolean;
  /** Beside the button. */
  readonly children?: ReactNode;
}

/** What the API said of fields that this form has; the rest stands above. */
const ofFields = (error: unknown): readonly FieldError[] =>
  error instanceof Refused ? error.errors.filter(({ path }) => path !== '') : [];

export function SchemaForm(props: SchemaFormProps) {
  const { name, schema, leftOut, value, onChange, onSubmit, error, submit, isBusy, children } = props;
  const form = useMemo(() => formSchema(schema, leftOut), [schema, leftOut]);
  const controls = useMemo(() => controlsOf(form as JsonSchema), [form]);
  const [found, setFound] = useState<readonly FieldError[]>([]);
  const refused = ofFields(error);
  const extraErrors = useMemo(() => errorSchemaOf(ofFields(error)), [error]);
  const summary = useRef<HTMLDivElement>(null);
  const isTouched = useRef(false);
  const wrong = found.length > 0 ? found : refused;
  const isWrong = wrong.length > 0 || (error !== undefined && error !== null);

  useEffect(() => {
    if (isWrong) summary.current?.focus();
  }, [isWrong, found, error]);

  // Who hears the title of the window first hears it there; it goes with what was wrong, or with the page.
  useEffect(() => {
    if (!isWrong) return;
    const before = document.title;
    const said = texts.problem.inWindow(before);
    document.title = said;
    return () => {
      if (document.title === said) document.title = before;
    };
  }, [isWrong]);

  const touch = () => {
    isTouched.current = true;
  };
  return (
    <div className="form" onInputCapture={touch} onClickCapture={touch} onKeyDownCapture={touch}>
      {isWrong && (
        <Alert
          ref={summary}
          tabIndex={-1}
          color="red"
          title={wrong.length > 0 ? texts.problem.summary : texts.problem.title}
          role="alert"
          mb="md"
        >
          {wrong.length === 0 && <Text size="sm">{problemWords(error)}</Text>}
          {wrong.length > 0 && (
            <ul className="errors">
              {wrong.map(({ path, message }) => (
                <li key={path}>
                  <a
                    href={`#${idOf(name, path)}`}
                    onClick={(event) => {
                      event.preventDefault();
                      focusField(idOf(name, path));
                    }}
                  >
                    {withLabel(labelAt(form, path.split('.')), message)}
                    {entryOf(path, value, form)}
                  </a>
                </li>
              ))}
            </ul>
          )}
        </Alert>
      )}
      <ThemedForm
        idPrefix={name}
        schema={form}
        uiSchema={controls}
        validator={validator}
        formData={value}
        extraErrors={extraErrors}
        extraErrorsBlockSubmit={false}
        noHtml5Validate
        // An answer is somebody's: nothing is filled in but what the form itself proposes.
        experimental_defaultFormStateBehavior={{
          requiredBooleanDefault: 'skip',
          constAsDefaults: 'never',
          arrayMinItems: { populate: 'requiredOnly' },
        }}
        showErrorList={false}
        onChange={({ formData }) => {
          // What the form proposes by itself is nobody's draft yet.
          if (isTouched.current) onChange(formData ?? {});
        }}
        onError={(errors) => {
          setFound(
            errors.map(({ property, message }) => ({ path: (property ?? '').slice(1), message: message ?? '' })),
          );
        }}
        onSubmit={({ formData }) => {
          setFound([]);
          onSubmit(formData ?? {});
        }}
      >
        <Group mt="lg">
          <Button type="submit" loading={isBusy}>
            {submit}
          </Button>
          {children}
        </Group>
      </ThemedForm>
    </div>
  );
}

const idOf = (name: string, path: string): string => [name, ...path.split('.')].join('_');

/** In which of several entries of a list a field is; an entry that is one field has its number in its label. */
function entryOf(path: string, value: Readonly<Record<string, unknown>>, { properties }: RJSFSchema): string {
  const [, name = '', at] = /^([^.]+)\.(\d+)\./.exec(path) ?? [];
  // What the form proposes is nobody's draft yet.
  const proposed = properties?.[name];
  const list = value[name] ?? (typeof proposed === 'object' ? proposed.default : undefined);
  return Array.isArray(list) && list.length > 1 ? ` (${texts.form.entry(String(Number(at) + 1))})` : '';
}

const withLabel = (label: string, message: string): string =>
  label === '' || message.includes(label) ? message : `${label}${label.endsWith('?') ? '' : ':'} ${message}`;

/** The control itself, or the first of a group. */
function focusField(id: string): void {
  const field = document.getElementById(id);
  const control = field?.matches(CONTROLS) ? field : field?.querySelector<HTMLElement>(CONTROLS);
  (control ?? field)?.focus();
}
