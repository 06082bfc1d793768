/** Where a process stands: the way it took and what can come next, as a list and as a picture. */
import { Title } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { Loading, ProblemAlert } from './page.tsx';
import type { Taken } from './picture.tsx';
import { useDiagram } from './queries.ts';
import type { Diagram, Kind, Process, Visit } from './shapes.ts';
import { texts } from './texts.ts';

const Picture = lazy(() => import('./picture.tsx').then(({ Picture: picture }) => ({ default: picture })));

/** One for each step; the parts of a step stand under it. */
const steps = ({ visits }: Process): readonly Visit[] => visits.filter(({ part }) => part === null);

const isEnded = ({ status }: Process): boolean => status === 'completed' || status === 'stopped';

function takenIn(process: Process, { edges }: Diagram): Taken {
  const way = steps(process);
  const end = isEnded(process) ? `ends-${process.outcome}` : undefined;
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
    now: end ?? way.at(-1)?.wait,
  };
}

export function Way({ process, kind }: { process: Process; kind: Kind }) {
  const diagram = useDiagram(process.kind);
  if (diagram.error) return <ProblemAlert error={diagram.error} onRetry={() => void diagram.refetch()} />;
  if (diagram.data === undefined) return <Loading />;
  const taken = takenIn(process, diagram.data);
  const nodeLabel = (id: string) => diagram.data.nodes.find((node) => node.id === id)?.label ?? id;
  const outcomeLabel = ({ wait, outcome }: { readonly wait: string; readonly outcome: string | null }) =>
    kind.waits.find(({ name }) => name === wait)?.outcomes.find(({ name }) => name === outcome)?.label ?? outcome ?? '';
  const now = steps(process).at(-1);
  const next =
    isEnded(process) || now?.state !== 'open' ? [] : diagram.data.edges.filter(({ from }) => from === now.wait);
  const partLabel = (part: string) => kind.waits.find(({ name }) => name === part)?.label ?? nodeLabel(part);

  return (
    <section aria-labelledby="way" className="way">
      <div>
        <Title order={2} size="h4" id="way">
          {texts.process.steps}
        </Title>
        <ol className="steps">
          {steps(process).map((visit) => (
            <li key={visit.step} className={visit === now && !isEnded(process) ? 'now' : undefined}>
              <strong>{nodeLabel(visit.wait)}</strong>
              {visit.state === 'open' && <span className="small"> ({texts.process.nowAt})</span>}
              {visit.state === 'answered' && <span className="quiet"> – {outcomeLabel(visit)}</span>}
              <Parts process={process} step={visit.step} label={partLabel} outcomeLabel={outcomeLabel} />
            </li>
          ))}
          {isEnded(process) && (
            <li className="now">
              <strong>{kind.ends.find(({ name }) => name === process.outcome)?.label ?? process.outcome}</strong>
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
                  {texts.process.nextIf(outcomeLabel({ wait: now?.wait ?? '', outcome }), nodeLabel(to))}
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
      <Suspense fallback={<Loading />}>
        <Picture
          diagram={diagram.data}
          taken={taken}
          label={texts.process.pictureOf(kind.label, taken.now === undefined ? '' : nodeLabel(taken.now))}
        />
      </Suspense>
    </section>
  );
}

function Parts({
  process,
  step,
  label,
  outcomeLabel,
}: {
  process: Process;
  step: number;
  label: (part: string) => string;
  outcomeLabel: (visit: { readonly wait: string; readonly outcome: string | null }) => string;
}) {
  const parts = process.visits.filter((visit) => visit.step === step && visit.part !== null);
  if (parts.length === 0) return null;
  return (
    <ul>
      {parts.map(({ part, state, outcome }) => (
        <li key={part}>
          {label(part ?? '')}
          {state === 'answered' && <span className="quiet"> – {outcomeLabel({ wait: part ?? '', outcome })}</span>}
        </li>
      ))}
    </ul>
  );
}
