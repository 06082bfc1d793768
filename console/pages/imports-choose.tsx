/** Which file, of what kind, of which school; and what it must look like. */
import { Alert, Button, NativeSelect } from '@mantine/core';
import { type DragEvent, useEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import { ask, Refused } from '../api.ts';
import { csvOf, save } from '../csv.ts';
import { ProblemAlert } from '../page.tsx';
import { pathWith, personHere, useSchools } from '../queries.ts';
import type { ImportReport, School } from '../shapes.ts';
import { sizeWords, texts } from '../texts.ts';
import { fileKinds, isOffice, MOST_BYTES } from './imports-files.ts';
import { SoFar, useSeconds } from './imports-progress.tsx';
import {
  changing,
  forgetImport,
  rememberedImport,
  rememberImport,
  showReport,
  telling,
  wholeOf,
} from './imports-run.ts';

/** A file as it was when it was chosen: what happens to it on the disk afterwards is no matter. */
export interface ReadFile {
  readonly name: string;
  readonly bytes: Blob;
  readonly lines: number;
  /** Sent again after a lost connection, it is checked once. */
  readonly key: string;
}

export interface Chosen {
  readonly kind: string;
  /** Empty: that of the file's name, if it has one. */
  readonly school: string;
  readonly file: ReadFile | undefined;
}

type Doing =
  | { readonly at: 'sending'; readonly sent: number; readonly of: number }
  | { readonly at: 'checking' }
  | { readonly at: 'reading'; readonly done: number; readonly of: number };

const NEW_LINE = 10;

async function readFile(file: File): Promise<ReadFile | string> {
  const { name, size } = file;
  if (isOffice(name)) return texts.imports.notCsv(name);
  if (size > MOST_BYTES) return texts.imports.tooLarge(name, sizeWords(size));
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (bytes.length === 0) return texts.imports.emptyFile(name);
    const ends = bytes.reduce((count, byte) => (byte === NEW_LINE ? count + 1 : count), 0);
    const lines = bytes.at(-1) === NEW_LINE ? ends : ends + 1;
    return { name, bytes: new Blob([bytes]), lines, key: crypto.randomUUID() };
  } catch {
    return texts.imports.cannotRead(name);
  }
}

/** The school whose URN the name of the file has. */
const schoolIn = (name: string, schools: readonly School[]): string | undefined =>
  schools.find(({ schoolId }) => name.split(/\D+/).includes(schoolId))?.schoolId;

/** The kind that the file is of, where the API knows it better. */
const otherKind = (error: unknown): string | undefined =>
  error instanceof Refused
    ? error.errors.find(({ path }) => path.startsWith('kind.'))?.path.slice('kind.'.length)
    : undefined;

export function Choosing({
  kinds,
  chosen,
  onChange,
  onChecked,
}: {
  kinds: readonly string[];
  chosen: Chosen;
  onChange: (chosen: Chosen) => void;
  onChecked: (report: ImportReport) => void;
}) {
  const [refusal, setRefusal] = useState<string>();
  const [error, setError] = useState<unknown>();
  const [doing, setDoing] = useState<Doing>();
  const [isOver, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const { data: schools } = useSchools();
  const { kind, file } = chosen;
  const school = chosen.school || ((file && schoolIn(file.name, schools?.items ?? [])) ?? '');
  const isReady = file !== undefined && (kind !== 'staff' || school !== '');
  const better = otherKind(error);

  const isHere = useRef(false);
  useEffect(() => {
    isHere.current = true;
    // A file that misses its place must not replace the page.
    const stay = (event: Event) => event.preventDefault();
    window.addEventListener('dragover', stay);
    window.addEventListener('drop', stay);
    return () => {
      isHere.current = false;
      window.removeEventListener('dragover', stay);
      window.removeEventListener('drop', stay);
    };
  }, []);

  const take = async (files: FileList | null) => {
    const [first] = files ?? [];
    if (first === undefined || doing) return;
    setError(undefined);
    const read = (files?.length ?? 0) > 1 ? texts.imports.oneFile(files?.length ?? 0) : await readFile(first);
    // What was chosen before stays chosen where the new one is no good.
    if (typeof read === 'string') {
      setRefusal(read);
      return;
    }
    setRefusal(undefined);
    onChange({ ...chosen, file: read });
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files);
  };
  const check = async (of: string) => {
    if (file === undefined) return;
    setError(undefined);
    setRefusal(undefined);
    setDoing({ at: 'sending', sent: 0, of: file.bytes.size });
    const by = personHere();
    try {
      const path = pathWith(`/imports/${of}`, of === 'staff' ? { school } : {});
      const through = telling((sent, all) =>
        setDoing(sent < all ? { at: 'sending', sent, of: all } : { at: 'checking' }),
      );
      const first = await ask<ImportReport>('POST', path, {
        body: file.bytes,
        key: `${file.key}.${of}.${school}`,
        through,
      });
      const report = await wholeOf(first, ({ lines, missing, counts }) => {
        const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
        setDoing({ at: 'reading', done: lines.length + missing.length, of: all });
      });
      // Who signs in meanwhile is not told of somebody else's file.
      if (personHere() !== by) return;
      if (changing(report) > 0) rememberImport(report, file.name);
      showReport({ ...report, fileName: file.name });
      // Whoever has gone to another page meanwhile finds it remembered here.
      if (!isHere.current) return;
      // Sent once more, it is to be checked once more.
      onChange({ kind: of, school, file: { ...file, key: crypto.randomUUID() } });
      onChecked(report);
    } catch (cause) {
      setError(cause);
      setDoing(undefined);
    }
  };

  return (
    <>
      <Remembered />
      <div className="panel">
        <div className="filters">
          <NativeSelect
            label={texts.imports.kind}
            value={kind}
            disabled={doing !== undefined}
            onChange={({ currentTarget }) => onChange({ ...chosen, kind: currentTarget.value })}
            data={kinds.map((value) => ({ value, label: texts.imports.kinds[value] ?? value }))}
          />
          {kind === 'staff' && (
            <NativeSelect
              label={texts.imports.school}
              value={school}
              disabled={doing !== undefined}
              onChange={({ currentTarget }) => onChange({ ...chosen, school: currentTarget.value })}
              data={[
                { value: '', label: texts.form.select },
                ...(schools?.items
                  .filter(({ schoolId }) => schoolId !== 'trust')
                  .map(({ schoolId, name }) => ({ value: schoolId, label: name })) ?? []),
                { value: 'trust', label: texts.centralOffice },
              ]}
            />
          )}
        </div>
        <Looks kind={kind} />
        {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a convenience beside the button */}
        <div
          className={isOver ? 'drop over' : 'drop'}
          onDragEnter={() => setOver(true)}
          onDragOver={(event) => event.preventDefault()}
          onDragLeave={({ currentTarget, relatedTarget }) =>
            setOver(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))
          }
          onDrop={drop}
        >
          <span role="status">
            {isOver
              ? texts.imports.dropNow
              : file === undefined
                ? texts.imports.drop
                : texts.imports.chosen(file.name, sizeWords(file.bytes.size), file.lines)}
          </span>
          <Button variant="default" onClick={() => input.current?.click()} disabled={doing !== undefined}>
            {texts.imports.choose}
          </Button>
          <input
            ref={input}
            type="file"
            hidden
            aria-label={texts.imports.choose}
            onChange={({ currentTarget }) => {
              void take(currentTarget.files).then(() => {
                // The same file, saved anew, may be chosen again.
                currentTarget.value = '';
              });
            }}
          />
        </div>
        {error !== undefined && <ProblemAlert error={error} />}
        {better !== undefined && kinds.includes(better) && (better !== 'staff' || school !== '') && (
          <Button
            variant="default"
            className="fit"
            onClick={() => {
              onChange({ ...chosen, kind: better });
              void check(better);
            }}
          >
            {texts.imports.asKind(texts.imports.kinds[better] ?? better)}
          </Button>
        )}
        {refusal !== undefined && (
          <Alert color="red" variant="light" role="alert">
            {refusal}
          </Alert>
        )}
        {doing === undefined ? (
          <>
            <Button onClick={() => void check(kind)} disabled={!isReady} aria-describedby="first">
              {texts.imports.check}
            </Button>
            <p id="first" className="quiet small">
              {isReady ? '' : texts.imports.missingFirst}
            </p>
          </>
        ) : (
          <Checking doing={doing} lines={file?.lines ?? 0} />
        )}
      </div>
    </>
  );
}

function Checking({ doing, lines }: { doing: Doing; lines: number }) {
  const seconds = useSeconds();
  switch (doing.at) {
    case 'sending':
      return (
        <SoFar
          label={texts.imports.sending}
          words={texts.imports.sent(sizeWords(doing.sent), sizeWords(doing.of))}
          done={doing.sent}
          of={doing.of}
        />
      );
    case 'checking':
      return <SoFar label={texts.imports.checking} words={texts.imports.checkingFor(lines, seconds)} />;
    case 'reading':
      return (
        <SoFar
          label={texts.imports.reading}
          words={texts.imports.read(doing.done, doing.of)}
          done={doing.done}
          of={doing.of}
        />
      );
    default:
      throw new Error(`No words for ${doing satisfies never}`);
  }
}

/** The import that was checked last on this device and not applied. */
function Remembered() {
  const [draft, setDraft] = useState(rememberedImport);
  const importId = draft?.['importId'];
  if (typeof importId !== 'string') return null;
  const name = draft?.['name'];
  return (
    <Alert variant="light" color="oak">
      <p>{texts.imports.unfinished(typeof name === 'string' ? name : texts.imports.aFile)}</p>
      <div className="pager">
        <Button component={Link} href={pathWith('/imports', { import: importId })} size="xs">
          {texts.imports.open}
        </Button>
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            forgetImport(importId);
            setDraft(undefined);
          }}
        >
          {texts.imports.forget}
        </Button>
      </div>
    </Alert>
  );
}

function Looks({ kind }: { kind: string }) {
  const known = fileKinds[kind];
  if (known === undefined) return null;
  return (
    <details className="looks">
      <summary>{texts.imports.looks}</summary>
      <p>{texts.imports.looksLike[kind]}</p>
      {known.layouts.map(({ system, required, optional }) => (
        <div key={system ?? kind}>
          <strong>{system === undefined ? texts.imports.columns : texts.imports.columnsOf(system)}</strong>
          <ul>
            <li>
              <code>{required.join(', ')}</code>
            </li>
            {optional.length > 0 && <li>{texts.imports.optional(optional.join(', '))}</li>}
          </ul>
        </div>
      ))}
      <Button variant="default" size="xs" onClick={() => save(`${kind}.csv`, csvOf(known.example))}>
        {texts.imports.example}
      </Button>
    </details>
  );
}
