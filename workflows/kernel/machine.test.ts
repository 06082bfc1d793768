import validate from 'asl-validator';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { describe, expect, it } from 'vitest';
import { readRendering } from './asl.ts';
import { diagramOf, mermaidOf, withDiagram } from './diagram.ts';
import { SUPERSEDED, Superseded } from './errors.ts';
import {
  defineMachine,
  type Fragments,
  type Place,
  type ProcessLike,
  renderAsl,
  renderInto,
  STEP_FUNCTION,
} from './machine.ts';

const taskOf = <const Outcome extends string>(key: string, stage: string, ...outcomes: Outcome[]) => ({
  wait: 'task' as const,
  key,
  stage,
  outcomes: Object.fromEntries(outcomes.map((outcome) => [outcome, null])) as Record<Outcome, null>,
});

const endorse = taskOf('endorse', 'endorsement', 'endorsed', 'declined', 'changes-requested');
const revise = taskOf('revise', 'revision', 'resubmitted', 'withdrawn');
const onboarding = {
  wait: 'together' as const,
  key: 'onboarding',
  stage: 'onboarding',
  parts: { 'sign-plan': endorse, 'assess-start': revise },
  outcomes: ['ready', 'refused'] as const,
};
const reviews = {
  wait: 'children' as const,
  key: 'reviews',
  stage: 'open',
  outcomes: ['counted'] as const,
};
const start = { wait: 'timer' as const, key: 'course-start', stage: 'awaiting-start' };

const example = {
  kind: 'example',
  waits: { endorse, revise, onboarding, reviews, 'course-start': start },
  retired: { countersign: 'endorse', 'endorse.refused': 'declined' },
  texts: { label: 'Example', ends: { enrolled: 'Enrolled' } },
};

const machine = defineMachine(example, (m) => {
  const endorsing = m.task('Headteacher endorses', endorse);
  const revising = m.task('Applicant revises', revise);
  const joining = m.together('Plan is signed and start is assessed', onboarding);
  const counting = m.children('Reviews are held', reviews);
  const starting = m.timer('Course starts', start);

  endorsing.on({ endorsed: joining, declined: m.stopped('declined'), 'changes-requested': revising });
  revising.on({ resubmitted: endorsing, withdrawn: m.stopped('withdrawn') });
  joining.on({ ready: counting, refused: m.stopped('declined') });
  counting.on({ counted: starting });
  starting.on({ elapsed: m.completed('enrolled') });
  return endorsing;
});

const text = renderAsl(machine);
const definition = JSON.parse(text);

const retry = [
  { ErrorEquals: ['Superseded', 'States.Timeout'], MaxAttempts: 0 },
  { ErrorEquals: ['States.ALL'], IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 6, JitterStrategy: 'FULL' },
];
const giveUp = [{ ErrorEquals: ['Superseded', 'States.Timeout'], Next: 'Carried on elsewhere' }];

describe('the rendering', () => {
  it('is valid in the language of Step Functions', () => {
    const { isValid, errorsText } = validate(JSON.parse(text));
    expect(errorsText()).toBe('');
    expect(isValid).toBe(true);
  });

  it('waits for a token, and gives the step function all that it needs as literals and three fields of the input', () => {
    expect(definition.States['Applicant revises']).toEqual({
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      TimeoutSeconds: 31_000_000,
      Arguments: {
        FunctionName: STEP_FUNCTION,
        Payload: {
          do: 'wait',
          wait: 'revise',
          stage: 'revision',
          processId: '{% $states.input.processId %}',
          run: '{% $states.input.run %}',
          step: '{% $states.input.step %}',
          token: '{% $states.context.Task.Token %}',
        },
      },
      Retry: retry,
      Catch: giveUp,
      Next: 'Applicant revises, and then?',
    });
  });

  it('branches on the outcome word alone, and an unknown one fails loudly', () => {
    expect(definition.States['Applicant revises, and then?']).toEqual({
      Type: 'Choice',
      Choices: [
        { Condition: "{% $states.input.outcome = 'resubmitted' %}", Next: 'Headteacher endorses' },
        { Condition: "{% $states.input.outcome = 'withdrawn' %}", Next: 'Ends withdrawn' },
      ],
      Default: 'Unknown outcome',
    });
    expect(definition.States['Unknown outcome'].Type).toBe('Fail');
  });

  it('goes straight on after a wait with one outcome', () => {
    expect(definition.States['Course starts'].Next).toBe('Ends enrolled');
    expect(Object.keys(definition.States)).not.toContain('Course starts, and then?');
  });

  it('records how it ended, once, without a token', () => {
    expect(definition.States['Ends enrolled']).toEqual({
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: {
        FunctionName: STEP_FUNCTION,
        Payload: {
          do: 'end',
          as: 'enrolled',
          status: 'completed',
          processId: '{% $states.input.processId %}',
          run: '{% $states.input.run %}',
          step: '{% $states.input.step %}',
        },
      },
      Retry: retry,
      Catch: giveUp,
      Output: {},
      End: true,
    });
    expect(definition.States['Ends declined'].Arguments.Payload.status).toBe('stopped');
  });

  it('begins where the process stands, at any wait, and takes retired ones to their successors', () => {
    expect(definition.StartAt).toBe('Where it stands');
    expect([...readRendering(definition).entries]).toEqual([
      ['endorse', 'Headteacher endorses'],
      ['revise', 'Applicant revises'],
      ['onboarding', 'Plan is signed and start is assessed'],
      ['reviews', 'Reviews are held'],
      ['course-start', 'Course starts'],
      ['countersign', 'Headteacher endorses'],
    ]);
    expect(definition.States['Where it stands'].Default).toBe('Unknown wait');
  });

  it('still follows an outcome of a former release', () => {
    const branch = definition.States['Headteacher endorses, and then?'];
    expect(branch.Choices).toContainEqual({
      Condition: "{% $states.input.outcome = 'refused' %}",
      Next: 'Ends declined',
    });
  });

  it('tells the states in the order of the story, and what every machine has last', () => {
    expect(Object.keys(definition.States)).toEqual([
      'Headteacher endorses',
      'Headteacher endorses, and then?',
      'Applicant revises',
      'Applicant revises, and then?',
      'Plan is signed and start is assessed',
      'Plan is signed and start is assessed, and then?',
      'Reviews are held',
      'Course starts',
      'Ends declined',
      'Ends withdrawn',
      'Ends enrolled',
      'Where it stands',
      'Unknown wait',
      'Unknown outcome',
      'Carried on elsewhere',
    ]);
  });

  it('is the definition that a stack deploys, and the stack may call the step function and nothing else', () => {
    const stack = new Stack();
    const arn = 'arn:aws:lambda:eu-west-2:111122223333:function:step:live';
    const stepFunction = lambda.Function.fromFunctionArn(stack, 'Step', arn);
    new sfn.StateMachine(stack, 'Machine', {
      definitionBody: sfn.DefinitionBody.fromChainable(renderInto(stack, machine, { stepFunction })),
      queryLanguage: sfn.QueryLanguage.JSONATA,
    });
    const template = Template.fromStack(stack);
    const [deployed] = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
    const pieces: unknown[] = deployed?.['Properties'].DefinitionString['Fn::Join'][1];
    const joined = pieces.map((piece) => (typeof piece === 'string' ? piece : 'aws')).join('');
    const { Comment: _, ...story } = definition;
    expect(JSON.parse(joined.replaceAll(arn, STEP_FUNCTION))).toEqual(story);
    const [policy] = Object.values(template.findResources('AWS::IAM::Policy'));
    const statements: { Action: unknown }[] = policy?.['Properties'].PolicyDocument.Statement;
    expect(statements.map((statement) => statement.Action)).toEqual(['lambda:InvokeFunction']);
  });

  it('catches the error under the name that the thrower gives it, whatever a minifier calls the class', () => {
    expect(new Superseded('another run drives').name).toBe(SUPERSEDED);
    expect(retry[0]?.ErrorEquals).toContain(SUPERSEDED);
  });
});

describe('a machine is refused', () => {
  const refusing = (process: ProcessLike, plot: (m: Fragments) => Place): string => {
    try {
      defineMachine(process, plot);
    } catch (error) {
      return (error as Error).message;
    }
    return 'not refused';
  };
  const withWaits = (waits: ProcessLike['waits'], retired?: ProcessLike['retired']): ProcessLike => ({
    kind: 'example',
    waits,
    retired,
    texts: { label: 'Example' },
  });
  const only = withWaits({ revise });
  const one =
    (sentence: string, word = 'done') =>
    (m: Fragments) => {
      const revising = m.task(sentence, revise);
      revising.on({ resubmitted: m.completed(word), withdrawn: m.stopped('withdrawn') });
      return revising;
    };

  it('not at all where nothing is wrong with it', () => {
    expect(refusing(only, one('Applicant revises'))).toBe('not refused');
  });

  it('when a wait is declared and never cast', () => {
    expect(refusing(withWaits({ revise, endorse }), one('Applicant revises'))).toContain(
      'The wait endorse is declared and never cast.',
    );
  });

  it('when a wait is cast twice', () => {
    const plot = (m: Fragments): Place => {
      const again = m.task('Applicant revises again', revise);
      again.on({ resubmitted: m.completed('done'), withdrawn: m.stopped('withdrawn') });
      const revising = m.task('Applicant revises', revise);
      revising.on({ resubmitted: again, withdrawn: m.stopped('withdrawn') });
      return revising;
    };
    expect(refusing(only, plot)).toContain('The wait revise is cast 2 times.');
  });

  it('when it casts what the process does not declare, be it of the same key', () => {
    const twin = { ...revise };
    expect(refusing(withWaits({ revise: twin }), one('Applicant revises'))).toContain(
      '"Applicant revises" casts revise, which example does not declare.',
    );
  });

  it('when a wait is declared under another key than its own', () => {
    expect(refusing(withWaits({ revision: revise }), one('Applicant revises'))).toContain(
      'The wait revise is declared as revision: the two must be the same.',
    );
  });

  it('when a wait is cast and never plotted', () => {
    const plot = (m: Fragments): Place => {
      const endorsing = m.task('Headteacher endorses', endorse);
      const revising = m.task('Applicant revises', revise);
      revising.on({ resubmitted: endorsing, withdrawn: m.stopped('withdrawn') });
      return revising;
    };
    expect(refusing(withWaits({ revise, endorse }), plot)).toContain(
      '"Headteacher endorses" is cast and never plotted',
    );
  });

  it('when a wait is plotted twice', () => {
    const plot = (m: Fragments): Place => {
      const revising = m.task('Applicant revises', revise);
      revising.on({ resubmitted: m.completed('done'), withdrawn: m.stopped('withdrawn') });
      revising.on({ resubmitted: m.completed('done'), withdrawn: m.stopped('declined') });
      return revising;
    };
    expect(refusing(only, plot)).toContain('"Applicant revises" is plotted 2 times.');
  });

  it('when the plot alone does not lead to a wait, though the entry does', () => {
    const plot = (m: Fragments): Place => {
      const endorsing = m.task('Headteacher endorses', endorse);
      const revising = m.task('Applicant revises', revise);
      revising.on({ resubmitted: m.completed('done'), withdrawn: m.stopped('withdrawn') });
      endorsing.on({ endorsed: revising, declined: revising, 'changes-requested': revising });
      return revising;
    };
    expect(refusing(withWaits({ revise, endorse }), plot)).toContain(
      'Nothing in the plot leads to "Headteacher endorses".',
    );
  });

  it('when nothing leads to an end that it names', () => {
    const plot = (m: Fragments): Place => {
      m.stopped('lapsed');
      return one('Applicant revises')(m);
    };
    expect(refusing(only, plot)).toContain('Nothing in the plot leads to "Ends lapsed".');
  });

  it('when a wait leads to no end', () => {
    const plot = (m: Fragments): Place => {
      const endorsing = m.task('Headteacher endorses', endorse);
      const revising = m.task('Applicant revises', revise);
      revising.on({ resubmitted: endorsing, withdrawn: m.stopped('withdrawn') });
      endorsing.on({ endorsed: endorsing, declined: endorsing, 'changes-requested': endorsing });
      return revising;
    };
    expect(refusing(withWaits({ revise, endorse }), plot)).toContain(
      'From "Headteacher endorses" no end can be reached.',
    );
  });

  it('when an outcome has no branch, or a branch no outcome, where the type checker did not look', () => {
    const plot = (m: Fragments): Place => {
      const revising = m.task('Applicant revises', revise);
      const branches = { resubmitted: m.completed('done'), withdrawn: m.stopped('withdrawn'), postponed: revising };
      revising.on(branches);
      return revising;
    };
    expect(refusing(only, plot)).toContain(
      '"Applicant revises" says where postponed leads, which is no outcome of revise.',
    );
    const short = (m: Fragments): Place => {
      const revising = m.task('Applicant revises', revise);
      revising.on({ resubmitted: m.completed('done') } as unknown as { resubmitted: Place; withdrawn: Place });
      return revising;
    };
    expect(refusing(only, short)).toContain('"Applicant revises" does not say where withdrawn leads.');
  });

  it('when it leads to a state of another machine, or begins with one', () => {
    let stranger: Place | undefined;
    refusing(only, (m) => {
      stranger = m.stopped('lapsed');
      return one('Applicant revises')(m);
    });
    const plot = (m: Fragments): Place => {
      const revising = m.task('Applicant revises', revise);
      revising.on({ resubmitted: m.completed('done'), withdrawn: stranger as Place });
      return revising;
    };
    expect(refusing(only, plot)).toContain(
      '"Applicant revises" leads on withdrawn to something that is not of this machine.',
    );
    const elsewhere = (m: Fragments): Place => {
      one('Applicant revises')(m);
      return stranger as Place;
    };
    expect(refusing(only, elsewhere)).toContain('The plot begins with something that is not a wait of this machine.');
  });

  it.each([
    ['A'.padEnd(60, 'a') + ' revises it'.padEnd(10, 'x'), '69 are allowed'],
    ['Applicant revises/resubmits', 'has a slash'],
    ['Revise', 'is no sentence'],
    ['applicant revises', 'is no sentence'],
    ['Applicant  revises', 'is no sentence'],
    ['Where it stands', '"Where it stands" is the name of two states.'],
  ])('when a sentence is too long, has a slash, is no sentence, or is taken: %s', (sentence, problem) => {
    expect(refusing(only, one(sentence))).toContain(problem);
  });

  it('allows a sentence of 69 characters, and Step Functions the 80 of its branch', () => {
    const sentence = `Applicant ${'r'.repeat(59)}`;
    expect(sentence).toHaveLength(69);
    expect(refusing(only, one(sentence))).toBe('not refused');
    const rendering = JSON.parse(renderAsl(defineMachine(only, one(sentence))));
    expect(Math.max(...Object.keys(rendering.States).map((name) => name.length))).toBe(80);
  });

  it('when two waits have the same sentence', () => {
    const plot = (m: Fragments): Place => {
      const endorsing = m.task('Somebody answers', endorse);
      const revising = m.task('Somebody answers', revise);
      revising.on({ resubmitted: endorsing, withdrawn: m.stopped('withdrawn') });
      endorsing.on({ endorsed: m.completed('done'), declined: revising, 'changes-requested': revising });
      return revising;
    };
    expect(refusing(withWaits({ revise, endorse }), plot)).toContain('"Somebody answers" is the name of two states.');
  });

  it('when one word both completes and stops it', () => {
    const plot = (m: Fragments): Place => {
      const revising = m.task('Applicant revises', revise);
      revising.on({ resubmitted: m.completed('done'), withdrawn: m.stopped('done') });
      return revising;
    };
    expect(refusing(only, plot)).toContain('"Ends done" is the name of two states.');
  });

  it("when a word is not in kebab-case, as a quote in an expression's literal would not be", () => {
    expect(refusing(only, one('Applicant revises', "it's done"))).toContain('"it\'s done" is not in kebab-case');
    const shouted = taskOf('revise', 'revision', 'Resubmitted');
    const plot = (m: Fragments): Place => {
      const revising = m.task('Applicant revises', shouted);
      revising.on({ Resubmitted: m.completed('done') });
      return revising;
    };
    expect(refusing(withWaits({ revise: shouted }), plot)).toContain('"Resubmitted" is not in kebab-case');
  });

  it.each([1, 81])('when a together has %i parts', (count) => {
    const parts = Object.fromEntries(Array.from({ length: count }, (_, at) => [`part-${at}`, revise]));
    const joining = { ...onboarding, parts };
    const plot = (m: Fragments): Place => {
      const all = m.together('All are ready', joining);
      all.on({ ready: m.completed('done'), refused: m.stopped('declined') });
      return all;
    };
    expect(refusing(withWaits({ onboarding: joining }), plot)).toContain(`has ${count} parts; it needs 2 to 80`);
  });

  it.each([
    [{ revise: 'revise' }, 'The wait revise is retired and still in the cast.'],
    [{ rework: 'endorse' }, 'The retired wait rework goes on at endorse, which is not in the cast.'],
    [
      { 'revise.given-up': 'lapsed' },
      'The retired outcome revise.given-up counts as lapsed, which revise does not have.',
    ],
    [{ 'revise.withdrawn': 'resubmitted' }, 'The outcome revise.withdrawn is retired and still plotted.'],
    [{ "re'work": 'revise' }, '"re\'work" is retired and not in kebab-case.'],
  ])('when what is retired has no good successor: %o', (retired, problem) => {
    expect(refusing(withWaits({ revise }, retired), one('Applicant revises'))).toContain(problem);
  });

  it('with everything that is wrong at once', () => {
    const message = refusing(withWaits({ revise, endorse }), one('applicant/revises'));
    expect(message.split('\n- ')).toHaveLength(4);
  });
});

describe('the drawing', () => {
  const diagram = diagramOf(definition, example);

  it('has the waits, the unfolded parts and the ends, and nothing that every machine has', () => {
    expect(diagram.nodes).toEqual([
      { id: 'endorse', label: 'Headteacher endorses', kind: 'task' },
      { id: 'revise', label: 'Applicant revises', kind: 'task' },
      { id: 'onboarding', label: 'Plan is signed and start is assessed', kind: 'together' },
      { id: 'onboarding.sign-plan', label: 'Sign plan', kind: 'part', within: 'onboarding' },
      { id: 'onboarding.assess-start', label: 'Assess start', kind: 'part', within: 'onboarding' },
      { id: 'reviews', label: 'Reviews are held', kind: 'children' },
      { id: 'course-start', label: 'Course starts', kind: 'timer' },
      { id: 'ends-declined', label: 'Declined', kind: 'stopped' },
      { id: 'ends-withdrawn', label: 'Withdrawn', kind: 'stopped' },
      { id: 'ends-enrolled', label: 'Enrolled', kind: 'completed' },
    ]);
  });

  it('has an edge for each outcome of today, with its word', () => {
    expect(diagram.edges.map(({ from, outcome, to }) => `${from} ${outcome} ${to}`)).toEqual([
      'endorse endorsed onboarding',
      'endorse declined ends-declined',
      'endorse changes-requested revise',
      'revise resubmitted endorse',
      'revise withdrawn ends-withdrawn',
      'onboarding ready reviews',
      'onboarding refused ends-declined',
      'reviews counted course-start',
      'course-start elapsed ends-enrolled',
    ]);
  });

  it('reads as Mermaid, where outcomes that lead the same way share an arrow', () => {
    const shared = mermaidOf({
      nodes: [
        { id: 'confirm', label: 'Applicant confirms', kind: 'task' },
        { id: 'ends-lapsed', label: 'It "lapsed"', kind: 'stopped' },
      ],
      edges: [
        { from: 'confirm', to: 'ends-lapsed', outcome: 'not-registered' },
        { from: 'confirm', to: 'ends-lapsed', outcome: 'unanswered' },
      ],
    });
    expect(shared).toBe(
      [
        'flowchart TD',
        '  confirm["Applicant confirms"]',
        '  ends-lapsed(["It #quot;lapsed#quot;"])',
        '  confirm -->|not-registered, unanswered| ends-lapsed',
      ].join('\n'),
    );
    expect(mermaidOf(diagram)).toContain(
      '  subgraph onboarding["Plan is signed and start is assessed"]\n    onboarding.sign-plan["Sign plan"]\n',
    );
  });

  it('goes between the markers of a page, and says so where there are none', () => {
    const page = '# Story\n\n<!-- diagram: made by npm run render -->\nold\n<!-- /diagram -->\n\nMore.\n';
    const drawn = withDiagram(page, 'flowchart TD');
    expect(drawn).toBe(
      '# Story\n\n<!-- diagram: made by npm run render -->\n```mermaid\nflowchart TD\n```\n<!-- /diagram -->\n\nMore.\n',
    );
    expect(withDiagram(drawn, 'flowchart TD')).toBe(drawn);
    expect(() => withDiagram('# Story\n', 'flowchart TD')).toThrow('add <!-- diagram: made by npm run render -->');
  });

  it('is not made of a definition that is not ours', () => {
    const foreign = { StartAt: 'A', States: { A: { Type: 'Wait', Seconds: 1, End: true } } };
    expect(() => diagramOf(foreign, example)).toThrow('"A" is of a kind that the kernel never renders.');
    const asking = structuredClone(definition);
    asking.States['Where it stands'].Choices[0].Condition = '{% $states.input.age > 3 %}';
    expect(() => diagramOf(asking, example)).toThrow('which the kernel never asks');
  });
});
