/** Where a process stands: the way it took and what can come next, as a list and as a picture. */
import { Button, Title } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { Loading, ProblemAlert } from './page.tsx';
import type { Taken } from './picture.tsx';
import { useDiagram } from './queries.ts';
import type { Diagram, Kind, Process, Visit } from './shapes.ts';
import { texts } from './texts.ts';
import { outcomeWords, standsAt, wordsOf } from './words.ts';

const Picture = lazy(() => import('./picture.tsx').then(({ Picture: picture }) => ({ default: picture })));

/** One for each step; the parts of a step stand under it. */
const steps = ({ visits }: Process): readonly Visit[] => visits.filter(({ part }) => part === null);

const isEnded = ({ status }: Process): boolean => status === 'completed' || status === 'stopped';

function takenIn(process: Process, { edges }: Diagram): Taken {
  const way = steps(process);
  // How it ended is not for everybody who may know that it has.
  const end = isEnded(process) && process.outcome !== null ? `ends-${process.outcome}` : undefined;
  const stops = [...way.map(({ wait }) => wait), ...(end === undefined ? [] : [end])];
  const known = new Set(edges.map(({ from, to }) => `${from} ${to}`));
  return {
    nodes: new Set(stops),
    edges: new Set(
      stops
        .slice(1)
        .map((to, at) => `${stops[at]} ${to}`)
        .filter((edge) => known.has(edge)),
    ),
    now: isEnded(process) ? end : way.at(-1)?.wait,
  };
}

/** So many steps of a long way are shown at first: the last ones. */
const LAST = 6;
const HARDLY_MORE = 9;

export function Way({ process, kind }: { process: Process; kind: Kind }) {
  const diagram = useDiagram(process.kind);
  const [isAll, setAll] = useState(false);
  if (diagram.error) return <ProblemAlert error={diagram.error} onRetry={() => void diagram.refetch()} />;
  if (diagram.data === undefined) return <Loading />;
  const taken = takenIn(process, diagram.data);
  const nodeLabel = (id: string) => diagram.data.nodes.find((node) => node.id === id)?.label ?? id;
  const stands = taken.now === undefined ? standsAt(kind, process) : nodeLabel(taken.now);
  const all = steps(process);
  const now = all.at(-1);
  const shown = isAll || all.length <= HARDLY_MORE ? all : all.slice(-LAST);
  const next =
    isEnded(process) || now?.state !== 'open' ? [] : diagram.data.edges.filter(({ from }) => from === now.wait);
  return (
    <section aria-labelledby="way" className="way">
      <div>
        <Title order={2} size="h4" id="way">
          {texts.process.steps}
        </Title>
        {all.length > HARDLY_MORE && (
          <Button variant="default" size="sm" aria-expanded={isAll} onClick={() => setAll(!isAll)}>
            {isAll ? texts.process.fewer : texts.process.earlierSteps(all.length - shown.length)}
          </Button>
        )}
        <ol className="steps" start={all.length - shown.length + 1}>
          {shown.map((visit) => (
            <li key={visit.step} className={visit === now && !isEnded(process) ? 'now' : undefined}>
              <strong>{nodeLabel(visit.wait)}</strong>
              {visit.state === 'open' && <span className="small"> ({texts.process.nowAt})</span>}
              {visit.state === 'answered' && visit.outcome !== null && (
                <span className="quiet"> – {outcomeWords(wordsOf(kind, visit.wait), visit.outcome)}</span>
              )}
              <Parts process={process} kind={kind} visit={visit} />
            </li>
          ))}
          {isEnded(process) && (
            <li className="now">
              <strong>{standsAt(kind, process)}</strong>
            </li>
          )}
        </ol>
        {next.length > 0 && (
          <>
            <Title order={3} size="h5">
              {texts.process.next}
            </Title>
            <ul className="next">
              {next.map(({ outcome, to }) => (
                <li key={outcome}>
                  {texts.process.nextIf(outcomeWords(wordsOf(kind, now?.wait ?? ''), outcome), nodeLabel(to))}
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
      <Suspense fallback={<Loading />}>
        <Picture diagram={diagram.data} taken={taken} label={texts.process.pictureOf(kind.label, stands)} />
      </Suspense>
    </section>
  );
}

/** The parts of a step that several people answer. */
function Parts({ process, kind, visit }: { process: Process; kind: Kind; visit: Visit }) {
  const parts = process.visits.filter(({ step, part }) => step === visit.step && part !== null);
  if (parts.length === 0) return null;
  return (
    <ul>
      {parts.map(({ wait, part, state, outcome }) => {
        const words = wordsOf(kind, wait, part);
        return (
          <li key={part}>
            {words?.label ?? part}
            {state === 'open' && <span className="small"> ({texts.process.nowAt})</span>}
            {state === 'answered' && outcome !== null && (
              <span className="quiet"> – {outcomeWords(words, outcome)}</span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
