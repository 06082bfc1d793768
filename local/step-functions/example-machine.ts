/** A machine as the kernel renders one, small: what the tests of the interpreter run and spoil. */
import type { Json } from './json.ts';

export const MACHINE = 'arn:aws:states:eu-west-2:111122223333:stateMachine:npq-application';
export const STEP_FUNCTION = 'arn:aws:lambda:eu-west-2:111122223333:function:step:live';

type Written = { [key: string]: Json };

const Retry = [
  { ErrorEquals: ['Superseded', 'States.Timeout'], MaxAttempts: 0 },
  { ErrorEquals: ['States.ALL'], IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 6, JitterStrategy: 'FULL' },
];
const Catch = [{ ErrorEquals: ['Superseded', 'States.Timeout'], Next: 'Carried on elsewhere' }];

const ids = {
  processId: '{% $states.input.processId %}',
  run: '{% $states.input.run %}',
  step: '{% $states.input.step %}',
};

const wait = (key: string, next: string): Written => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  TimeoutSeconds: 31_000_000,
  Arguments: {
    FunctionName: STEP_FUNCTION,
    Payload: { do: 'wait', wait: key, stage: 'endorsement', ...ids, token: '{% $states.context.Task.Token %}' },
  },
  Retry,
  Catch,
  Next: next,
});

const end = (as: string, status: string): Written => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: STEP_FUNCTION, Payload: { do: 'end', as, status, ...ids } },
  Output: {},
  Retry,
  Catch,
  End: true,
});

export interface Example {
  [key: string]: Json;
  QueryLanguage: string;
  StartAt: string;
  States: { [name: string]: Written };
}

/** Endorsed after any number of revisions, or declined. Made anew at each call, so that a test may change it. */
export const example = (): Example => ({
  Comment: 'NPQ application',
  QueryLanguage: 'JSONata',
  StartAt: 'Where it stands',
  States: {
    'Headteacher endorses': wait('endorse', 'Headteacher endorses, and then?'),
    'Headteacher endorses, and then?': {
      Type: 'Choice',
      Choices: [
        { Condition: "{% $states.input.outcome = 'endorsed' %}", Next: 'Ends endorsed' },
        { Condition: "{% $states.input.outcome = 'declined' %}", Next: 'Ends declined' },
        { Condition: "{% $states.input.outcome = 'changes-requested' %}", Next: 'Applicant revises' },
      ],
      Default: 'Unknown outcome',
    },
    'Applicant revises': wait('revise', 'Headteacher endorses'),
    'Ends endorsed': end('endorsed', 'completed'),
    'Ends declined': end('declined', 'stopped'),
    'Where it stands': {
      Type: 'Choice',
      Choices: [
        { Condition: "{% $states.input.wait = 'endorse' %}", Next: 'Headteacher endorses' },
        { Condition: "{% $states.input.wait = 'revise' %}", Next: 'Applicant revises' },
      ],
      Default: 'Unknown wait',
    },
    'Unknown wait': { Type: 'Fail', Error: 'UnknownWait', Cause: 'This definition has no such wait.' },
    'Unknown outcome': { Type: 'Fail', Error: 'UnknownOutcome', Cause: 'This wait has no such outcome.' },
    'Carried on elsewhere': { Type: 'Succeed' },
  },
});

/** {@link example} as text, with something changed in it. */
export function exampleText(change: (machine: Example) => void = () => {}): string {
  const machine: Example = JSON.parse(JSON.stringify(example()));
  change(machine);
  return JSON.stringify(machine);
}

/** The input of an execution that begins at a wait. */
export const inputAt = (key: string, step = 1): string =>
  JSON.stringify({ processId: '0192f3a0-0000-7000-8000-000000000001', run: '1-abc123', step, wait: key });
