/**
 * The rendered definition as data: the four kinds of state of `docs/protocol.md` and nothing else. Read by the diagram,
 * by tests and by whoever wants to follow a process without running it.
 */

/** Why a rendering cannot be followed: it is not one of ours, or not of this release. */
export class NotOurRendering extends Error {
  override readonly name = 'NotOurRendering';
}

/** Calls `step` and waits for the token: the process stands here. */
export interface WaitState {
  readonly is: 'wait';
  readonly name: string;
  readonly wait: string;
  readonly stage: string;
  /** Parts of a `together`, else empty. */
  readonly parts: readonly string[];
  /** For each outcome the name of the next wait or end. One entry with the key `*` where every outcome leads on alike. */
  readonly next: ReadonlyMap<string, string>;
}

/** Calls `step` once more, which records how the process ended. */
export interface EndState {
  readonly is: 'end';
  readonly name: string;
  readonly as: string;
  readonly status: 'completed' | 'stopped';
}

export interface Rendering {
  /** In the order of the cast. */
  readonly waits: readonly WaitState[];
  readonly ends: readonly EndState[];
  /** Where an execution is taken up: key of a wait, also of retired ones, to the state's name. */
  readonly entries: ReadonlyMap<string, string>;
}

/** The only outcome that a timer has, and the key of a {@link WaitState.next} that does not ask for the outcome. */
export const ANY_OUTCOME = '*';

/** Names of the states that every machine has, and which no drawing shows. */
export const shared = {
  dispatch: 'Where it stands',
  unknownWait: 'Unknown wait',
  unknownOutcome: 'Unknown outcome',
  superseded: 'Carried on elsewhere',
} as const;

/** What the branch after a wait is called: 11 characters more than the wait, so a wait's name has at most 69 of the 80 that Step Functions allows. */
export const branchAfter = (state: string): string => `${state}, and then?`;

/** The literal expressions, character for character: the local interpreter knows these and no others. */
export const expressions = {
  waitIs: (wait: string): string => `{% $states.input.wait = '${wait}' %}`,
  outcomeIs: (outcome: string): string => `{% $states.input.outcome = '${outcome}' %}`,
  processId: '{% $states.input.processId %}',
  run: '{% $states.input.run %}',
  step: '{% $states.input.step %}',
  token: '{% $states.context.Task.Token %}',
} as const;

const PARTS = 'Together: ';

/** The comment of a state that waits for several parts; {@link readRendering} reads them back. */
export const commentOnParts = (parts: readonly string[]): string => `${PARTS}${parts.join(', ')}`;

/** Text of a definition: an object stands on one line where it fits, so that a reviewer sees a branch as a line. */
export function layOut(value: unknown, indent = '', width = 140, lead = 0): string {
  const line = onOneLine(value);
  if (typeof value !== 'object' || value === null || indent.length + lead + line.length <= width) return line;
  const inner = `${indent}  `;
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const members = Object.entries(value).map(([key, member]) => {
    const label = Array.isArray(value) ? '' : `${JSON.stringify(key)}: `;
    return `${inner}${label}${layOut(member, inner, width, label.length + 1)}`;
  });
  return `${open}\n${members.join(',\n')}\n${indent}${close}`;
}

function onOneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${onOneLine(member)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

interface RawState {
  readonly Type?: string;
  readonly Comment?: string;
  readonly Next?: string;
  readonly Choices?: readonly { readonly Condition: string; readonly Next: string }[];
  readonly Arguments?: { readonly Payload?: Readonly<Record<string, string>> };
}

/** Reads a rendered definition back (parsed JSON). Throws {@link NotOurRendering} for a state that the kernel does not render. */
export function readRendering(definition: unknown): Rendering {
  const states = new Map(Object.entries((definition as { States?: Record<string, RawState> }).States ?? {}));
  const stateNamed = (name: string): RawState => {
    const state = states.get(name);
    if (!state) throw new NotOurRendering(`There is no state "${name}".`);
    return state;
  };
  const branches = (name: string, condition: RegExp): Map<string, string> => {
    const taken = new Map<string, string>();
    for (const choice of stateNamed(name).Choices ?? []) {
      const word = condition.exec(choice.Condition)?.[1];
      if (!word) throw new NotOurRendering(`"${name}" asks ${choice.Condition}, which the kernel never asks.`);
      if (taken.has(word)) throw new NotOurRendering(`"${name}" asks twice for '${word}'.`);
      taken.set(word, choice.Next);
    }
    return taken;
  };

  const waits: WaitState[] = [];
  const ends: EndState[] = [];
  for (const [name, state] of states) {
    const payload = state.Arguments?.Payload;
    if (payload?.['do'] === 'wait') {
      const next = state.Next ?? '';
      waits.push({
        is: 'wait',
        name,
        wait: payload['wait'] ?? '',
        stage: payload['stage'] ?? '',
        parts: state.Comment?.startsWith(PARTS) ? state.Comment.slice(PARTS.length).split(', ') : [],
        next:
          stateNamed(next).Type === 'Choice'
            ? branches(next, OUTCOME_IS)
            : new Map<string, string>([[ANY_OUTCOME, next]]),
      });
    } else if (payload?.['do'] === 'end') {
      ends.push({
        is: 'end',
        name,
        as: payload['as'] ?? '',
        status: payload['status'] === 'completed' ? 'completed' : 'stopped',
      });
    } else if (!['Choice', 'Fail', 'Succeed'].includes(state.Type ?? '')) {
      throw new NotOurRendering(`"${name}" is of a kind that the kernel never renders.`);
    }
  }
  return { waits, ends, entries: branches(shared.dispatch, WAIT_IS) };
}

const WAIT_IS = /^\{% \$states\.input\.wait = '([a-z0-9-]+)' %\}$/;
const OUTCOME_IS = /^\{% \$states\.input\.outcome = '([a-z0-9-]+)' %\}$/;
