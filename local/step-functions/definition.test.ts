import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { expressions } from '../../workflows/kernel/asl.ts';
import { DefinitionRefused, loadDefinition, type Refusal } from './definition.ts';
import { type Example, exampleText } from './example-machine.ts';
import { placeOf, TASK_TOKEN } from './expressions.ts';

const WAIT = 'Headteacher endorses';
const BRANCH = 'Headteacher endorses, and then?';
const END = 'Ends endorsed';

function refusals(change: (machine: Example) => void): readonly Refusal[] {
  try {
    loadDefinition(exampleText(change));
  } catch (error) {
    if (error instanceof DefinitionRefused) return error.refusals;
    throw error;
  }
  return [];
}

/** Sets `state[…path]`, or removes it where the value is undefined. */
const set =
  (state: string, path: readonly (string | number)[], value: unknown) =>
  (machine: Example): void => {
    // biome-ignore lint/suspicious/noExplicitAny: a definition is spoiled on purpose
    let at: any = machine.States[state];
    for (const key of path.slice(0, -1)) at = at[key];
    at[path.at(-1) as string] = value;
  };

const payload = ['Arguments', 'Payload'];

/** What is refused: the state, where in it, what stands there, and a word of the reason. */
const REFUSED: [title: string, state: string, path: (string | number)[], value: unknown, field: string, why: RegExp][] =
  [
    ['a heartbeat', WAIT, ['HeartbeatSeconds'], 30, 'HeartbeatSeconds', /does not render this field/],
    ['variables', WAIT, ['Assign'], { x: 1 }, 'Assign', /does not render this field/],
    ['JSONPath fields', WAIT, ['InputPath'], '$', 'InputPath', /does not render this field/],
    ['a state of another kind', WAIT, ['Type'], 'Wait', 'Type', /does not render such a state/],
    ['another query language in a state', WAIT, ['QueryLanguage'], 'JSONPath', 'QueryLanguage', /JSONata/],
    [
      'another integration',
      WAIT,
      ['Resource'],
      'arn:aws:states:::sqs:sendMessage',
      'Resource',
      /not a call of a Lambda/,
    ],
    ['a qualifier', WAIT, ['Arguments', 'Qualifier'], 'live', 'Arguments.Qualifier', /does not render this field/],
    ['a callback without a timeout', WAIT, ['TimeoutSeconds'], undefined, 'TimeoutSeconds', /hang for ever/],
    ['a timeout by an expression', WAIT, ['TimeoutSeconds'], '{% 1 %}', 'TimeoutSeconds', /number/],
    ['a timeout in fractions', WAIT, ['TimeoutSeconds'], 1.5, 'TimeoutSeconds', /whole number/],
    ['a callback that keeps its token', WAIT, [...payload, 'token'], 'none', 'Arguments.Payload', /pass its token on/],
    [
      'another path into the input',
      WAIT,
      [...payload, 'step'],
      '{% $states.input.stage %}',
      'Arguments.Payload.step',
      /not an expression/,
    ],
    [
      'a known expression with another space',
      WAIT,
      [...payload, 'step'],
      '{%$states.input.step %}',
      'Arguments.Payload.step',
      /not an expression/,
    ],
    ['the whole input', WAIT, [...payload, 'all'], '{% $states.input %}', 'Arguments.Payload.all', /not an expression/],
    [
      'an expression deep in the payload',
      WAIT,
      [...payload, 'in'],
      [{ it: '{% $now() %}' }],
      'Arguments.Payload.in[0].it',
      /not an expression/,
    ],
    ['half an expression', WAIT, [...payload, 'step'], 'see {% below', 'Arguments.Payload.step', /not an expression/],
    [
      'a condition as an argument',
      WAIT,
      [...payload, 'x'],
      "{% $states.input.wait = 'a' %}",
      'Arguments.Payload.x',
      /belongs into a Choice/,
    ],
    [
      'a computed function name',
      WAIT,
      ['Arguments', 'FunctionName'],
      '{% $states.input.run %}',
      'Arguments.FunctionName',
      /literal/,
    ],
    [
      'a token without a callback',
      END,
      [...payload, 'token'],
      TASK_TOKEN,
      'Arguments.Payload.token',
      /only a callback/,
    ],
    ['an output by an expression', END, ['Output'], '{% $states.result.Payload %}', 'Output', /literal/],
    ['both Next and End', END, ['Next'], 'Carried on elsewhere', 'Next', /either Next or End/],
    ['neither Next nor End', END, ['End'], undefined, 'Next', /either Next or End/],
    ['an End that is false', END, ['End'], false, 'End', /true/],
    ['a Next to nowhere', WAIT, ['Next'], 'Nowhere', 'Next', /no such state/],
    ['a Catch to nowhere', WAIT, ['Catch', 0, 'Next'], 'Nowhere', 'Catch[0].Next', /no such state/],
    ['an output of a catcher', WAIT, ['Catch', 0, 'Output'], {}, 'Catch[0].Output', /does not render this field/],
    ['a wildcard beside a name', WAIT, ['Retry', 1, 'ErrorEquals', 1], 'Mine', 'Retry', /alone and last/],
    ['a wildcard before the end', WAIT, ['Retry', 0, 'ErrorEquals'], ['States.ALL'], 'Retry', /alone and last/],
    [
      'an error that nobody can catch',
      WAIT,
      ['Retry', 0, 'ErrorEquals', 0],
      'States.Runtime',
      'Retry[0].ErrorEquals[0]',
      /reserved/,
    ],
    ['a handler of nothing', WAIT, ['Catch', 0, 'ErrorEquals'], [], 'Catch[0].ErrorEquals', /./],
    ['an interval of nothing', WAIT, ['Retry', 1, 'IntervalSeconds'], 0, 'Retry[1].IntervalSeconds', /./],
    ['a back-off that shrinks', WAIT, ['Retry', 1, 'BackoffRate'], 0.5, 'Retry[1].BackoffRate', /./],
    ['less than no attempt', WAIT, ['Retry', 1, 'MaxAttempts'], -1, 'Retry[1].MaxAttempts', /./],
    ['a cap below the interval', WAIT, ['Retry', 1, 'MaxDelaySeconds'], 2, 'Retry[1].MaxDelaySeconds', /more than/],
    ['an unknown jitter', WAIT, ['Retry', 1, 'JitterStrategy'], 'SOME', 'Retry[1].JitterStrategy', /./],
    [
      'a condition on anything else',
      BRANCH,
      ['Choices', 0, 'Condition'],
      '{% $states.input.step > 3 %}',
      'Choices[0].Condition',
      /not a condition/,
    ],
    [
      'a word that is not kebab-case',
      BRANCH,
      ['Choices', 0, 'Condition'],
      "{% $states.input.outcome = 'Yes' %}",
      'Choices[0].Condition',
      /not a condition/,
    ],
    [
      'an argument as a condition',
      BRANCH,
      ['Choices', 0, 'Condition'],
      '{% $states.input.run %}',
      'Choices[0].Condition',
      /not a condition/,
    ],
    [
      'a JSONPath rule',
      BRANCH,
      ['Choices', 0, 'Variable'],
      '$.outcome',
      'Choices[0].Variable',
      /does not render this field/,
    ],
    ['a choice of nothing', BRANCH, ['Choices'], [], 'Choices', /./],
    ['a choice without a default', BRANCH, ['Default'], undefined, 'Default', /./],
    ['a computed error', 'Unknown wait', ['Error'], '{% $states.input.run %}', 'Error', /literal/],
    ['a computed cause', 'Unknown wait', ['Cause'], '{% $states.input.run %}', 'Cause', /literal/],
    ['a Succeed that leads on', 'Carried on elsewhere', ['Next'], WAIT, 'Next', /does not render this field/],
  ];

describe('a definition', () => {
  it('is loaded as the kernel renders it', () => {
    const { States, StartAt } = loadDefinition(exampleText());
    expect(StartAt).toBe('Where it stands');
    expect(Object.keys(States)).toHaveLength(9);
  });

  it('may name another partition of AWS, and stand under JSONata state by state', () => {
    const change = (machine: Example): void => {
      set(WAIT, ['Resource'], 'arn:aws-cn:states:::lambda:invoke.waitForTaskToken')(machine);
      for (const state of Object.values(machine.States)) state['QueryLanguage'] = 'JSONata';
    };
    expect(refusals(change)).toEqual([]);
  });

  it.each(REFUSED)('is refused with %s, by state, field and value', (_, state, path, value, field, why) => {
    const found = refusals(set(state, path, value));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ state, field, why: expect.stringMatching(why) });
    // Where the field that is wrong is the one that was changed, its value is what was written.
    if (field.endsWith(String(path.at(-1)))) expect(found[0]?.value).toEqual(value);
  });

  it('is refused with a field of the machine that the kernel does not render', () => {
    const found = refusals((machine) => {
      machine['TimeoutSeconds'] = 60;
    });
    expect(found).toEqual([
      { state: null, field: 'TimeoutSeconds', value: 60, why: 'the kernel does not render this field' },
    ]);
  });

  it('is refused in JSONPath', () => {
    const found = refusals((machine) => {
      machine.QueryLanguage = 'JSONPath';
    });
    expect(found).toMatchObject([{ state: null, field: 'QueryLanguage', value: 'JSONPath' }]);
  });

  it('is refused where it starts nowhere', () => {
    const found = refusals((machine) => {
      machine.StartAt = 'Nowhere';
    });
    expect(found).toEqual([{ state: null, field: 'StartAt', value: 'Nowhere', why: 'there is no such state' }]);
  });

  it('is refused with a state that nothing leads to', () => {
    const found = refusals((machine) => {
      machine.States['Left over'] = { Type: 'Succeed' };
    });
    expect(found).toMatchObject([{ state: 'Left over', why: 'nothing leads to this state' }]);
  });

  it('is refused with a name of 81 characters', () => {
    const name = 'x'.repeat(81);
    const found = refusals((machine) => {
      machine.States[name] = { Type: 'Succeed' };
      set(WAIT, ['Next'], name)(machine);
    });
    expect(found).toMatchObject([{ state: name }]);
  });

  it('names every refusal at once, in a sentence each', () => {
    const change = (machine: Example): void => {
      set(WAIT, ['HeartbeatSeconds'], 30)(machine);
      set(BRANCH, ['Choices', 1, 'Condition'], '{% true %}')(machine);
    };
    expect(() => loadDefinition(exampleText(change))).toThrow(
      'State "Headteacher endorses", HeartbeatSeconds = 30: the kernel does not render this field\n' +
        'State "Headteacher endorses, and then?", Choices[1].Condition = "{% true %}": is not a condition that the kernel renders',
    );
  });

  it('of a Parallel, a Map, a Pass or a Wait is refused', () => {
    for (const Type of ['Parallel', 'Map', 'Pass', 'Wait']) {
      const found = refusals((machine) => {
        machine.States[WAIT] = { Type, Next: BRANCH };
      });
      expect(found).toMatchObject([{ state: WAIT, field: 'Type', value: Type }]);
    }
  });

  it('may hold every expression of the kernel, each in its place', () => {
    expect(placeOf(expressions.waitIs('record-provider-decision'))).toBe('condition');
    expect(placeOf(expressions.outcomeIs('next-cohort'))).toBe('condition');
    expect(placeOf(expressions.processId)).toBe('argument');
    expect(placeOf(expressions.run)).toBe('argument');
    expect(placeOf(expressions.step)).toBe('argument');
    expect(placeOf(expressions.token)).toBe('callback');
    expect(expressions.token).toBe(TASK_TOKEN);
  });
});

const workflows = fileURLToPath(new URL('../../workflows/', import.meta.url));
const rendered = readdirSync(workflows)
  .map((folder) => `${workflows}${folder}/machine.asl.json`)
  .filter((file) => existsSync(file));

describe('every rendered machine of the registry', () => {
  it('is there to be loaded', () => {
    expect(rendered.length).toBeGreaterThan(0);
  });

  it.each(rendered)('%s is loaded', (file) => {
    expect(() => loadDefinition(readFileSync(file, 'utf8'))).not.toThrow();
  });
});
