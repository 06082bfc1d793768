/** The state machine as a picture, laid out by dagre: the way taken and where it stands are lit. The list beside it says the same. */
import { Graph, layout } from '@dagrejs/dagre';
import { Button } from '@mantine/core';
import { type KeyboardEvent, useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Diagram } from './shapes.ts';
import { texts } from './texts.ts';

const WIDTH = 184;
const LINE = 17;
const PADDING = 11;
/** Characters that fit into a line of a box. */
const LINE_LENGTH = 25;
const MARGIN = 12;
/** How far a way that comes back at once goes out: less than there is between two boxes. */
const LOOP = 24;

function lines(label: string): string[] {
  const found: string[] = [];
  for (const word of label.split(' ')) {
    const last = found.at(-1);
    if (last !== undefined && `${last} ${word}`.length <= LINE_LENGTH) found[found.length - 1] = `${last} ${word}`;
    else found.push(word);
  }
  return found;
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Taken {
  /** Nodes that were visited. */
  readonly nodes: ReadonlySet<string>;
  /** `from to` of the edges that were taken. */
  readonly edges: ReadonlySet<string>;
  /** Where it stands. */
  readonly now: string | undefined;
}

function laidOut({ nodes, edges }: Diagram) {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: 26, ranksep: 40, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, label } of nodes)
    graph.setNode(id, { width: WIDTH, height: lines(label).length * LINE + 2 * PADDING });
  for (const { from, to } of edges) if (from !== to) graph.setEdge(from, to);
  layout(graph);
  const places = new Map(nodes.map(({ id }) => [id, graph.node(id) as unknown as Place]));
  const onwards = graph.edges().map(({ v, w }) => ({
    from: v,
    to: w,
    points: (graph.edge(v, w) as { readonly points: readonly { readonly x: number; readonly y: number }[] }).points,
  }));
  // What stays where it is goes round at the side of its box; dagre draws that across its neighbours.
  const loops = new Set(edges.flatMap(({ from, to }) => (from === to ? [from] : [])));
  const ways = [
    ...onwards,
    ...[...loops].flatMap((id) => {
      const place = places.get(id);
      return place ? [{ from: id, to: id, points: roundOf(place) }] : [];
    }),
  ];
  return { places, ways, frame: around([...places.values()], ways) };
}

function roundOf({ x, y, width }: Place) {
  const side = x + width / 2;
  const [out, high] = [LOOP, LOOP / 2];
  return [
    { x: side, y: y - high / 2 },
    { x: side + out, y: y - high },
    { x: side + out, y: y + high },
    { x: side, y: y + high / 2 },
  ];
}

interface Way {
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** Everything drawn lies within: ways back bend out farther than dagre reckons. */
function around(places: readonly Place[], ways: readonly Way[]) {
  const points = ways.flatMap((way) => way.points);
  const xs = [...places.flatMap(({ x, width }) => [x - width / 2, x + width / 2]), ...points.map(({ x }) => x)];
  const ys = [...places.flatMap(({ y, height }) => [y - height / 2, y + height / 2]), ...points.map(({ y }) => y)];
  const left = Math.min(...xs) - MARGIN;
  const top = Math.min(...ys) - MARGIN;
  return { left, top, width: Math.max(...xs) + MARGIN - left, height: Math.max(...ys) + MARGIN - top };
}

const LARGEST = 2;
/** Smaller than this nobody reads it; only all of it at once may be. */
const SMALLEST = 0.5;
const STEP = 1.25;

export function Picture({ diagram, taken, label }: { diagram: Diagram; taken: Taken; label: string }) {
  // Parts of a step stand in the list; the picture shows the step.
  const shown = useMemo(() => {
    const nodes = diagram.nodes.filter(({ kind }) => kind !== 'part');
    return { nodes, edges: diagram.edges };
  }, [diagram]);
  const { places, ways, frame } = useMemo(() => laidOut(shown), [shown]);
  const [scale, setScale] = useState(1);
  const window_ = useRef<HTMLElement>(null);
  /** What stands in the middle, in the picture's own measure, and stays there when its size changes. */
  const middle = useRef<{ readonly x: number; readonly y: number }>(undefined);
  const help = useId();

  const now = taken.now === undefined ? undefined : places.get(taken.now);
  const show = useCallback(
    ({ x, y }: { readonly x: number; readonly y: number }, at: number) => {
      const { current } = window_;
      current?.scrollTo(
        (x - frame.left) * at - current.clientWidth / 2,
        (y - frame.top) * at - current.clientHeight / 2,
      );
    },
    [frame],
  );
  useEffect(() => {
    if (now) show(now, 1);
  }, [now, show]);
  useLayoutEffect(() => {
    if (middle.current) show(middle.current, scale);
    middle.current = undefined;
  }, [scale, show]);

  const resize = (wanted: number, around_?: Place) => {
    const { current } = window_;
    if (!current) return;
    middle.current = around_ ?? {
      x: (current.scrollLeft + current.clientWidth / 2) / scale + frame.left,
      y: (current.scrollTop + current.clientHeight / 2) / scale + frame.top,
    };
    if (wanted === scale) {
      show(middle.current, scale);
      middle.current = undefined;
    } else setScale(wanted);
  };
  const larger = () => resize(Math.min(LARGEST, scale * STEP));
  const smaller = () => resize(Math.max(Math.min(SMALLEST, scale), scale / STEP));
  const whole = () => {
    const { current } = window_;
    if (current) resize(Math.min(1, current.clientWidth / frame.width, current.clientHeight / frame.height));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = { '+': larger, '=': larger, '-': smaller, '0': whole }[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };

  return (
    <div>
      {/* biome-ignore lint/a11y/useSemanticElements: buttons, not fields of a form */}
      <div className="picture-tools" role="group" aria-label={texts.process.pictureTools}>
        <Button variant="default" size="xs" onClick={smaller}>
          {texts.process.smaller}
        </Button>
        <Button variant="default" size="xs" onClick={larger}>
          {texts.process.larger}
        </Button>
        <Button variant="default" size="xs" onClick={whole}>
          {texts.process.whole}
        </Button>
        {now && (
          <Button variant="default" size="xs" onClick={() => resize(Math.max(1, scale), now)}>
            {texts.process.toNow}
          </Button>
        )}
      </div>
      <section
        ref={window_}
        className="picture"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
        tabIndex={0}
        aria-label={label}
        aria-describedby={help}
        onKeyDown={onKeyDown}
      >
        <svg
          width={frame.width * scale}
          height={frame.height * scale}
          viewBox={`${frame.left} ${frame.top} ${frame.width} ${frame.height}`}
          role="img"
          aria-label={label}
        >
          <defs>
            {['way', 'way taken'].map((kind) => (
              <marker
                key={kind}
                id={kind === 'way' ? 'arrow' : 'arrow-taken'}
                viewBox="0 0 8 8"
                refX="7"
                refY="4"
                markerWidth="7"
                markerHeight="7"
                orient="auto"
              >
                <path d="M0 0 8 4 0 8z" className={kind} />
              </marker>
            ))}
          </defs>
          {ways
            .toSorted((one, other) => Number(isTaken(taken, one)) - Number(isTaken(taken, other)))
            .map((way) => (
              <path
                key={`${way.from} ${way.to}`}
                className={isTaken(taken, way) ? 'edge taken' : 'edge'}
                markerEnd={`url(#${isTaken(taken, way) ? 'arrow-taken' : 'arrow'})`}
                d={smooth(way.points)}
              />
            ))}
          {shown.nodes.map(({ id, label: text, kind }) => {
            const place = places.get(id);
            return place && <Node key={id} place={place} text={text} kind={kind} state={stateOf(taken, id)} />;
          })}
        </svg>
      </section>
      <p id={help} className="picture-keys quiet small">
        {texts.process.pictureKeys}
      </p>
    </div>
  );
}

const isTaken = (taken: Taken, { from, to }: { readonly from: string; readonly to: string }): boolean =>
  taken.edges.has(`${from} ${to}`);

const stateOf = (taken: Taken, id: string): 'now' | 'visited' | 'ahead' =>
  taken.now === id ? 'now' : taken.nodes.has(id) ? 'visited' : 'ahead';

function Node({ place, text, kind, state }: { place: Place; text: string; kind: string; state: string }) {
  const { x, y, width, height } = place;
  const rows = lines(text);
  const isEnd = kind === 'completed' || kind === 'stopped';
  return (
    <g className={`node ${kind} ${state}`}>
      <rect x={x - width / 2} y={y - height / 2} width={width} height={height} rx={isEnd ? height / 2 : 8} />
      {rows.map((row, at) => (
        <text
          key={row + String(at)}
          x={x}
          y={y + (at - (rows.length - 1) / 2) * LINE}
          dominantBaseline="central"
          textAnchor="middle"
        >
          {row}
        </text>
      ))}
    </g>
  );
}

/** A line through the points with rounded corners. */
function smooth(points: readonly { readonly x: number; readonly y: number }[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  const inner = rest.slice(0, -1);
  const last = rest.at(-1) ?? first;
  const curves = inner.map((point, at) => {
    const next = inner[at + 1] ?? last;
    const to = at === inner.length - 1 ? last : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    return `Q${point.x} ${point.y} ${to.x} ${to.y}`;
  });
  return `M${first.x} ${first.y} ${curves.length > 0 ? curves.join(' ') : `L${last.x} ${last.y}`}`;
}
