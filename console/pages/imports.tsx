/**
 * Importing an export of the MIS: check it, see what would become of each row, apply it as a whole. The import that is
 * shown is in the address, so that a reload or another day finds it again.
 */
import '@mantine/core/styles/Table.css';
import './imports.css';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { Loaded, PageTitle } from '../page.tsx';
import { useMe } from '../queries.ts';
import type { Me } from '../shapes.ts';
import { texts } from '../texts.ts';
import { Choosing, type Chosen } from './imports-choose.tsx';
import { OneImport } from './imports-report.tsx';

const kindsFor = ({ may }: Me): readonly string[] =>
  Object.keys(texts.imports.kinds).filter((kind) => may.includes(kind === 'off-the-job' ? 'import-hours' : 'import'));

export function ImportsPage() {
  const me = useMe();
  return (
    <>
      <PageTitle lead={texts.imports.lead}>{texts.imports.title}</PageTitle>
      <Loaded query={me}>
        {(reader) => {
          const kinds = kindsFor(reader);
          return kinds.length > 0 ? <Importing kinds={kinds} /> : <p>{texts.imports.notAllowed}</p>;
        }}
      </Loaded>
    </>
  );
}

function Importing({ kinds }: { kinds: readonly string[] }) {
  const [search, setSearch] = useSearchParams();
  const [chosen, setChosen] = useState<Chosen>({ kind: kinds[0] ?? '', school: '', file: undefined });
  const importId = search.get('import');
  if (importId === null)
    return (
      <Choosing
        kinds={kinds}
        chosen={chosen}
        onChange={setChosen}
        onChecked={({ importId: checked }) => setSearch({ import: checked })}
      />
    );
  return (
    <OneImport
      key={importId}
      importId={importId}
      isJustChecked={chosen.file !== undefined}
      onCheckAgain={chosen.file && (() => setSearch({}))}
      onAnother={() => {
        setChosen({ ...chosen, file: undefined });
        setSearch({});
      }}
    />
  );
}
