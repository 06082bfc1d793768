/**
 * State machines as code: the cast, then the plot. A machine is written with the fragments of {@link Fragments}, checked
 * when it is defined, and rendered through CDK constructs, either into a stack or as the text that is committed beside it.
 *
 * What every wait needs is woven in here once: the token, the retries, the quiet end of a superseded run, the entry at
 * any wait, the loud unknown outcome. This is the only file of the kernel that knows CDK; no function may import it.
 */
import { Duration, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { branchAfter, commentOnParts, expressions, layOut, shared } from './asl.ts';
import { SUPERSEDED } from './errors.ts';
import { outcomesOf } from './process.ts';

/** What a machine has to know of a task; every `task(…)` is one. */
export interface TaskLike<Outcome extends string> {
  readonly wait: 'task';
  readonly key: string;
  readonly stage: string;
  readonly outcomes: { readonly [O in Outcome]: unknown };
}

/** What a machine has to know of a timer. */
export interface TimerLike {
  readonly wait: 'timer';
  readonly key: string;
  readonly stage: string;
}

/** What a machine has to know of several tasks at once. */
export interface TogetherLike<Outcome extends string> {
  readonly wait: 'together';
  readonly key: string;
  readonly stage: string;
  readonly parts: Readonly<Record<string, unknown>>;
  readonly outcomes: readonly Outcome[];
}

/** What a machine has to know of a wait for child processes. */
export interface ChildrenLike<Outcome extends string> {
  readonly wait: 'children';
  readonly key: string;
  readonly stage: string;
  readonly outcomes: readonly Outcome[];
}

type WaitLike = TaskLike<string> | TimerLike | TogetherLike<string> | ChildrenLike<string>;

/** What a machine has to know of its process; every `defineProcess(…)` is one. */
export interface ProcessLike {
  readonly kind: string;
  readonly waits: Readonly<Record<string, WaitLike>>;
  readonly retired?: Readonly<Record<string, string>> | undefined;
  readonly texts: { readonly label: string };
}

/** Somewhere a process can go: a wait of the cast or an end. Made by {@link Fragments} only. */
export interface Place {
  /** The sentence by which the diagram, the console of AWS and the history call it. */
  readonly sentence: string;
}

/** Where each outcome leads. Outcomes that the type checker does not know one by one would let every plot pass, so they are refused. */
export type Branches<Outcome extends string> = string extends Outcome
  ? 'The outcomes of this wait are not known to the type checker: declare it with task(…), together(…) or children(…) as a constant of its own.'
  : { readonly [O in Outcome]: Place };

/** A wait in the cast, whose plot is still to be told. */
export interface CastWait<Outcome extends string> extends Place {
  /** Says where each outcome leads. Once for each wait. */
  on(next: Branches<Outcome>): void;
}

/** The vocabulary of a machine. A sentence has an actor and a verb, and at most 69 characters. */
export interface Fragments {
  /** One person decides. */
  task<Outcome extends string>(sentence: string, declaration: TaskLike<Outcome>): CastWait<Outcome>;
  /** A date comes. */
  timer(sentence: string, declaration: TimerLike): CastWait<'elapsed'>;
  /** Several people decide at the same time; a pure rule joins their answers to one word. */
  together<Outcome extends string>(sentence: string, declaration: TogetherLike<Outcome>): CastWait<Outcome>;
  /** Other processes run. */
  children<Outcome extends string>(sentence: string, declaration: ChildrenLike<Outcome>): CastWait<Outcome>;
  /** It ended as it was meant to; `word` becomes the outcome of the process. */
  completed(word: string): Place;
  /** It ended before that. */
  stopped(word: string): Place;
}

export interface PlottedEnd extends Place {
  readonly is: 'end';
  readonly as: string;
  readonly status: 'completed' | 'stopped';
}

export interface PlottedWait extends Place {
  readonly is: 'wait';
  readonly key: string;
  readonly stage: string;
  readonly parts: readonly string[];
  /** In the order of the plot; empty until that is told. */
  readonly next: ReadonlyMap<string, PlottedWait | PlottedEnd>;
}

/** A machine that has been checked: it can be rendered. */
export interface Machine {
  readonly process: ProcessLike;
  readonly first: PlottedWait;
  /** In the order of the cast. */
  readonly waits: readonly PlottedWait[];
  /** In the order in which the plot comes to them. */
  readonly ends: readonly PlottedEnd[];
}

/**
 * Defines the machine of a process: `plot` names the cast, tells the plot and returns the wait with which the story
 * begins. Throws an error that lists everything that is wrong, in sentences, where the type checker cannot see it.
 */
export function defineMachine(process: ProcessLike, plot: (m: Fragments) => Place): Machine {
  const draft = new Draft(process);
  const first = plot(draft.fragments);
  return draft.finish(first);
}

interface DraftWait extends PlottedWait {
  readonly declaration: WaitLike;
  readonly next: Map<string, PlottedWait | PlottedEnd>;
  timesPlotted: number;
}

const KEBAB = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** Step Functions allows 80 characters; the branch after a wait adds 11. */
const LONGEST_SENTENCE = 80 - branchAfter('').length;
/** A transaction of DynamoDB has 100 items; the process, the wait, its token, the event and the rest need the others. */
const MOST_PARTS = 80;

class Draft {
  readonly #process: ProcessLike;
  readonly #waits: DraftWait[] = [];
  readonly #ends: PlottedEnd[] = [];
  readonly #problems: string[] = [];

  constructor(process: ProcessLike) {
    this.#process = process;
  }

  readonly fragments: Fragments = {
    task: (sentence, declaration) => this.#cast(sentence, declaration),
    timer: (sentence, declaration) => this.#cast(sentence, declaration),
    together: (sentence, declaration) => this.#cast(sentence, declaration),
    children: (sentence, declaration) => this.#cast(sentence, declaration),
    completed: (word) => this.#end('completed', word),
    stopped: (word) => this.#end('stopped', word),
  };

  #cast<Outcome extends string>(sentence: string, declaration: WaitLike): CastWait<Outcome> {
    const wait: DraftWait & CastWait<Outcome> = {
      is: 'wait',
      sentence,
      key: declaration.key,
      stage: declaration.stage,
      parts: declaration.wait === 'together' ? Object.keys(declaration.parts) : [],
      declaration,
      next: new Map(),
      timesPlotted: 0,
      on: (next) => {
        wait.timesPlotted += 1;
        for (const [outcome, place] of Object.entries(next)) {
          if (this.#isOurs(place)) wait.next.set(outcome, place);
          else this.#problems.push(`"${sentence}" leads on ${outcome} to something that is not of this machine.`);
        }
      },
    };
    this.#waits.push(wait);
    return wait;
  }

  #end(status: PlottedEnd['status'], as: string): PlottedEnd {
    const known = this.#ends.find((end) => end.as === as && end.status === status);
    if (known) return known;
    const end: PlottedEnd = { is: 'end', sentence: `Ends ${as}`, as, status };
    this.#ends.push(end);
    return end;
  }

  #isOurs(place: unknown): place is PlottedWait | PlottedEnd {
    return [...this.#waits, ...this.#ends].some((ours) => ours === place);
  }

  finish(first: Place): Machine {
    const opening = this.#waits.find((wait) => wait === first);
    const problems = [
      ...this.#problems,
      ...(opening ? this.#unreached(opening) : ['The plot begins with something that is not a wait of this machine.']),
      ...this.#miscast(),
      ...this.#waits.flatMap((wait) => this.#misplotted(wait)),
      ...this.#misnamed(),
      ...this.#misretired(),
    ];
    if (problems.length > 0 || !opening) {
      throw new Error(`The machine of ${this.#process.kind} cannot be rendered:\n- ${problems.join('\n- ')}`);
    }
    return { process: this.#process, first: opening, waits: this.#waits, ends: this.#endsInOrder() };
  }

  /** What no path of the plot comes to, or gets away from. The entry reaches every wait, so it does not count. */
  #unreached(opening: DraftWait): string[] {
    const reached = new Set<Place>([opening]);
    for (const place of reached) {
      if ('next' in place) for (const next of (place as PlottedWait).next.values()) reached.add(next);
    }
    const ending = new Set<Place>(this.#ends);
    for (let before = -1; before < ending.size; ) {
      before = ending.size;
      for (const wait of this.#waits) if ([...wait.next.values()].some((next) => ending.has(next))) ending.add(wait);
    }
    return [
      ...[...this.#waits, ...this.#ends]
        .filter((place) => !reached.has(place))
        .map((place) => `Nothing in the plot leads to "${place.sentence}".`),
      ...this.#waits
        .filter((wait) => wait.timesPlotted > 0 && !ending.has(wait))
        .map((wait) => `From "${wait.sentence}" no end can be reached.`),
    ];
  }

  #miscast(): string[] {
    const problems: string[] = [];
    for (const [key, declared] of Object.entries(this.#process.waits)) {
      const times = this.#waits.filter((wait) => wait.declaration === declared).length;
      if (times === 0) problems.push(`The wait ${key} is declared and never cast.`);
      if (times > 1) problems.push(`The wait ${key} is cast ${times} times.`);
      if (declared.key !== key)
        problems.push(`The wait ${declared.key} is declared as ${key}: the two must be the same.`);
    }
    const declared = new Set<unknown>(Object.values(this.#process.waits));
    for (const wait of this.#waits) {
      if (!declared.has(wait.declaration)) {
        problems.push(`"${wait.sentence}" casts ${wait.key}, which ${this.#process.kind} does not declare.`);
      }
    }
    return problems;
  }

  #misplotted(wait: DraftWait): string[] {
    if (wait.timesPlotted === 0) return [`"${wait.sentence}" is cast and never plotted: say where its outcomes lead.`];
    const problems: string[] = [];
    if (wait.timesPlotted > 1) problems.push(`"${wait.sentence}" is plotted ${wait.timesPlotted} times.`);
    const declared = outcomesOf(wait.declaration);
    for (const outcome of declared.filter((word) => !wait.next.has(word))) {
      problems.push(`"${wait.sentence}" does not say where ${outcome} leads.`);
    }
    for (const outcome of [...wait.next.keys()].filter((word) => !declared.includes(word))) {
      problems.push(`"${wait.sentence}" says where ${outcome} leads, which is no outcome of ${wait.key}.`);
    }
    if (wait.declaration.wait === 'together' && (wait.parts.length < 2 || wait.parts.length > MOST_PARTS)) {
      problems.push(`"${wait.sentence}" has ${wait.parts.length} parts; it needs 2 to ${MOST_PARTS}.`);
    }
    return problems;
  }

  #misnamed(): string[] {
    const problems: string[] = [];
    for (const { sentence } of this.#waits) {
      if (sentence.length > LONGEST_SENTENCE) {
        problems.push(`"${sentence}" has ${sentence.length} characters; ${LONGEST_SENTENCE} are allowed.`);
      }
      if (sentence.includes('/')) problems.push(`"${sentence}" has a slash, which CDK would turn into "--".`);
      if (!/^[A-Z]\S*( \S+)+$/.test(sentence)) {
        problems.push(`"${sentence}" is no sentence: an actor and a verb, with a capital letter and single spaces.`);
      }
    }
    const words = [
      ...this.#waits.flatMap((wait) => [wait.key, wait.stage, ...wait.parts, ...outcomesOf(wait.declaration)]),
      ...this.#ends.map((end) => end.as),
    ];
    for (const word of new Set(words)) {
      if (!KEBAB.test(word)) problems.push(`"${word}" is not in kebab-case, as keys, stages, outcomes and ends are.`);
    }
    const names = [
      ...Object.values(shared),
      ...this.#waits.flatMap((wait) => [wait.sentence, branchAfter(wait.sentence)]),
      ...this.#ends.map((end) => end.sentence),
    ];
    for (const name of new Set(names.filter((one, at) => names.indexOf(one) !== at))) {
      problems.push(`"${name}" is the name of two states.`);
    }
    return problems;
  }

  #misretired(): string[] {
    const problems: string[] = [];
    for (const [old, successor] of Object.entries(this.#process.retired ?? {})) {
      const [key = '', outcome] = old.split('.');
      const wait = this.#waits.find((one) => one.key === key);
      if (outcome === undefined) {
        if (wait) problems.push(`The wait ${key} is retired and still in the cast.`);
        if (!this.#waits.some((one) => one.key === successor)) {
          problems.push(`The retired wait ${key} goes on at ${successor}, which is not in the cast.`);
        }
      } else if (!wait?.next.has(successor)) {
        problems.push(`The retired outcome ${old} counts as ${successor}, which ${key} does not have.`);
      } else if (wait.next.has(outcome)) {
        problems.push(`The outcome ${old} is retired and still plotted.`);
      }
      for (const word of [key, outcome ?? key]) {
        if (!KEBAB.test(word)) problems.push(`"${word}" is retired and not in kebab-case.`);
      }
    }
    return problems;
  }

  #endsInOrder(): PlottedEnd[] {
    const told = this.#waits.flatMap((wait) => [...wait.next.values()]);
    return [...new Set(told.filter((place) => place.is === 'end'))];
  }
}

/** How long an execution waits at one wait, in seconds: 358 days, less than the year that an execution may last. */
const WAIT_SECONDS = 31_000_000;

/** The first retrier keeps `States.ALL` of the second from retrying a wait that has timed out or has been superseded. */
const GIVEN_UP = [SUPERSEDED, sfn.Errors.TIMEOUT];

/**
 * Renders the machine into a stack. `stepFunction` must be an alias: executions that are under way call it by the ARN
 * that they began with. Use the result with `DefinitionBody.fromChainable` and the query language JSONata.
 */
export function renderInto(
  scope: Construct,
  machine: Machine,
  to: { readonly stepFunction: lambda.IFunction },
): sfn.IChainable {
  const states = new Construct(scope, 'States');
  const superseded = sfn.Succeed.jsonata(states, shared.superseded);
  const unknownWait = sfn.Fail.jsonata(states, shared.unknownWait, {
    error: 'UnknownWait',
    cause: 'This definition has no such wait. Was it taken out without an entry in retired?',
  });
  const unknownOutcome = sfn.Fail.jsonata(states, shared.unknownOutcome, {
    error: 'UnknownOutcome',
    cause: 'This wait has no such outcome. Was it taken out without an entry in retired?',
  });

  const call = (
    sentence: string,
    payload: Readonly<Record<string, string>>,
    more: Partial<ConstructorParameters<typeof LambdaInvoke>[2]>,
  ): LambdaInvoke => {
    const state = LambdaInvoke.jsonata(states, sentence, {
      lambdaFunction: to.stepFunction,
      payload: sfn.TaskInput.fromObject(payload),
      retryOnServiceExceptions: false,
      ...more,
    });
    state.addRetry({ errors: GIVEN_UP, maxAttempts: 0 });
    state.addRetry({
      errors: [sfn.Errors.ALL],
      interval: Duration.seconds(2),
      backoffRate: 2,
      maxAttempts: 6,
      jitterStrategy: sfn.JitterType.FULL,
    });
    state.addCatch(superseded, { errors: GIVEN_UP });
    return state;
  };
  const { processId, run, step, token } = expressions;

  const tasks = new Map<Place, LambdaInvoke>();
  for (const wait of machine.waits) {
    const payload = { do: 'wait', wait: wait.key, stage: wait.stage, processId, run, step, token };
    tasks.set(
      wait,
      call(wait.sentence, payload, {
        integrationPattern: sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
        taskTimeout: sfn.Timeout.duration(Duration.seconds(WAIT_SECONDS)),
        ...(wait.parts.length > 0 ? { comment: commentOnParts(wait.parts) } : {}),
      }),
    );
  }
  for (const end of machine.ends) {
    const payload = { do: 'end', as: end.as, status: end.status, processId, run, step };
    tasks.set(end, call(end.sentence, payload, { outputs: {} }));
  }
  const taskOf = (place: Place): LambdaInvoke => {
    const task = tasks.get(place);
    if (!task) throw new Error(`"${place.sentence}" was not rendered.`);
    return task;
  };

  for (const wait of machine.waits) {
    const [only, ...others] = wait.next.values();
    if (only && others.length === 0) {
      taskOf(wait).next(taskOf(only));
      continue;
    }
    const branch = sfn.Choice.jsonata(states, branchAfter(wait.sentence));
    for (const [outcome, place] of branchesOf(machine, wait)) {
      branch.when(sfn.Condition.jsonata(expressions.outcomeIs(outcome)), taskOf(place));
    }
    taskOf(wait).next(branch.otherwise(unknownOutcome));
  }

  const dispatch = sfn.Choice.jsonata(states, shared.dispatch);
  for (const [key, wait] of entriesOf(machine)) {
    dispatch.when(sfn.Condition.jsonata(expressions.waitIs(key)), taskOf(wait));
  }
  return dispatch.otherwise(unknownWait);
}

/** The outcomes of a wait, then those of former releases with the places of their successors. */
function branchesOf(machine: Machine, wait: PlottedWait): [string, PlottedWait | PlottedEnd][] {
  const former = Object.entries(machine.process.retired ?? {}).flatMap(([old, successor]) => {
    const [key, outcome] = old.split('.');
    const place = wait.next.get(successor);
    return key === wait.key && outcome !== undefined && place ? [[outcome, place] as [string, typeof place]] : [];
  });
  return [...wait.next, ...former];
}

/** Every wait at which an execution can be taken up: those of the cast, then retired ones at their successors. */
function entriesOf(machine: Machine): [string, PlottedWait][] {
  const former = Object.entries(machine.process.retired ?? {}).flatMap(([old, successor]) => {
    const wait = machine.waits.find((one) => one.key === successor);
    return wait && !old.includes('.') ? [[old, wait] as [string, PlottedWait]] : [];
  });
  return [...machine.waits.map((wait): [string, PlottedWait] => [wait.key, wait]), ...former];
}

/** Stands in the committed text where the alias of the `step` function comes. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholder of a CloudFormation substitution
export const STEP_FUNCTION = '${StepFunctionAlias}';

/** The machine's comment in AWS: what it drives, and where to change it. */
export const commentOf = (machine: Machine): string =>
  `${machine.process.texts.label}. Rendered from workflows/${machine.process.kind}/machine.ts.`;

/** The machine as the text of `machine.asl.json`: what AWS gets, with {@link STEP_FUNCTION} for the function, states in the order of the story. */
export function renderAsl(machine: Machine): string {
  const stack = new Stack();
  const arn = 'arn:aws:lambda:eu-west-2:111122223333:function:step:live';
  const stepFunction = lambda.Function.fromFunctionArn(stack, 'Step', arn);
  const start = renderInto(stack, machine, { stepFunction });
  const graph = new sfn.StateGraph(start.startState, machine.process.kind).toGraphJson(sfn.QueryLanguage.JSONATA);
  const { StartAt, States } = joinPartition(stack.resolve(graph)) as {
    readonly StartAt: string;
    readonly States: Readonly<Record<string, object>>;
  };
  const order = [
    ...machine.waits.flatMap((wait) => [wait.sentence, branchAfter(wait.sentence)]),
    ...machine.ends.map((end) => end.sentence),
    ...Object.values(shared),
  ].filter((name) => name in States);
  const definition = {
    Comment: commentOf(machine),
    QueryLanguage: 'JSONata',
    StartAt,
    States: Object.fromEntries(order.map((name) => [name, inReadingOrder(States[name])])),
  };
  return `${layOut(definition)}\n`.replaceAll(arn, STEP_FUNCTION);
}

/** What it is, what it does, what may go wrong, where it leads: CDK's own order starts in the middle. */
const READING_ORDER = [
  ...['Type', 'Comment', 'Resource', 'TimeoutSeconds', 'Arguments', 'Retry', 'Catch', 'Choices', 'Default'],
  ...['Error', 'Cause', 'Output', 'Next', 'End'],
];

function inReadingOrder(state: object | undefined): object {
  const rank = (key: string): number => READING_ORDER.indexOf(key);
  return Object.fromEntries(Object.entries(state ?? {}).sort(([a], [b]) => rank(a) - rank(b)));
}

/** CDK leaves the partition to CloudFormation, `{"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, …]]}`; the committed text says `aws`. */
function joinPartition(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(joinPartition);
  if (typeof value !== 'object' || value === null) return value;
  if ('Ref' in value && value.Ref === 'AWS::Partition') return 'aws';
  if ('Fn::Join' in value) {
    const [separator, pieces] = value['Fn::Join'] as [string, unknown[]];
    return pieces.map(joinPartition).join(separator);
  }
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, joinPartition(member)]));
}
