/** A small process for tests of the engine: a loop, several tasks together, a date, a rule that answers at once, and every course. */
import * as z from 'zod';
import { defineProcess, type TaskSpec, task, timer, together, type View } from '../../workflows/kernel/process.ts';
import { day } from '../../workflows/kernel/time.ts';

export const ToyData = z.object({ notes: z.array(z.string()) });
export type ToyData = z.infer<typeof ToyData>;

const nothing = () => z.strictObject({});
const subject = ({ process }: View<ToyData>) => ({ personId: process.subjectId });

/** The subject answers; what is chosen is what it comes to. */
const plain = <const Outcome extends string>(stage: string, ...outcomes: Outcome[]) =>
  ({
    stage,
    decider: subject,
    outcomes: Object.fromEntries(outcomes.map((outcome) => [outcome, nothing])) as Record<Outcome, typeof nothing>,
    answer: ({ data }, chosen) => ({ outcome: chosen, data }),
    chaser: 'headteacher',
  }) satisfies TaskSpec<ToyData, Outcome>;

/** A day that no test comes to before it moves the clock. */
export const dateOn = day('2026-11-04');

export const toy = defineProcess({
  kind: 'toy',
  path: 'toys',
  data: ToyData,
  input: z.strictObject({ note: z.string().min(1).optional() }),
  subjectOf: (_input, actor) => actor.personId,
  startedBy: ['subject', 'headteacher'],
  start: (input, actor, world) => ({
    data: { notes: typeof input['note'] === 'string' ? [input['note']] : [] },
    subjectId: world.subject.personId,
    schoolId: world.subject.posts[0]?.schoolId ?? 'trust',
    ruleSet: `by ${actor.personId}`,
    wait: 'write',
  }),
  waits: {
    write: task('write', plain('draft', 'done', 'again')),
    sign: together('sign', {
      stage: 'signature',
      parts: { one: task('one', plain('signature', 'yes', 'no')), two: task('two', plain('signature', 'yes', 'no')) },
      outcomes: ['agreed', 'refused'],
      join: (_view, answered) => {
        if (Object.values(answered).includes('no')) return 'refused';
        return Object.keys(answered).length === 2 ? 'agreed' : undefined;
      },
    }),
    date: timer('date', { stage: 'waiting', on: (_view: View<ToyData>) => dateOn }),
    past: timer('past', { stage: 'waiting', on: (_view: View<ToyData>) => day('2026-09-01') }),
    check: task('check', {
      ...plain('check', 'passed'),
      outcomes: { passed: null },
      atOnce: ({ data }) => ({ outcome: 'passed', data }),
    }),
  },
  actions: {
    withdraw: {
      by: ['subject'],
      form: nothing,
      act: ({ data }) => ({ data, course: { then: 'stops', outcome: 'withdrawn' } }),
      event: 'toy-withdrawn',
    },
    'send-back': {
      by: ['subject'],
      form: nothing,
      act: ({ data }) => ({ data, course: { then: 'goes-to', wait: 'write' } }),
      event: 'toy-sent-back',
    },
    pause: {
      by: ['subject'],
      refusedNow: ({ process }) =>
        process.status === 'paused' ? { rejected: 'is-paused', detail: 'It is paused already.' } : undefined,
      form: nothing,
      act: ({ data }) => ({ data, course: { then: 'pauses', until: day('2027-01-06') } }),
      event: 'toy-paused',
    },
    resume: {
      by: ['subject'],
      refusedNow: ({ process }) =>
        process.status === 'paused' ? undefined : { rejected: 'not-paused', detail: 'It is not paused.' },
      form: nothing,
      act: ({ data }) => ({ data, course: { then: 'resumes' } }),
      event: 'toy-resumed',
    },
    note: {
      by: ['subject'],
      form: () => z.strictObject({ note: z.string().min(1) }),
      act: ({ data }, form) => ({ data: { notes: [...data.notes, String(form['note'])] }, course: { then: 'stays' } }),
      event: 'toy-noted',
    },
  },
  milestones: () => [],
  brief: () => ({}),
  texts: {
    label: 'toy',
    stages: { draft: 'Draft', signature: 'Signature', waiting: 'Waiting', check: 'Check' },
    waits: {
      write: { title: 'Write it', why: 'So that there is something.', outcomes: { done: 'Done', again: 'Once more' } },
      sign: { title: 'Sign it', why: 'Both sign.', outcomes: { agreed: 'Agreed', refused: 'Refused' } },
      date: { title: 'The date', why: 'It begins then.', outcomes: { elapsed: 'It came' } },
      past: { title: 'The past date', why: 'It has begun.', outcomes: { elapsed: 'It came' } },
      check: { title: 'Check it', why: 'A rule does.', outcomes: { passed: 'Passed' } },
    },
    actions: {
      withdraw: 'Withdraw',
      'send-back': 'Send back',
      pause: 'Pause',
      resume: 'Resume',
      note: 'Note',
    },
    ends: { finished: 'Finished', refused: 'Refused', withdrawn: 'Withdrawn' },
    told: { finished: 'It is finished.' },
    fields: { note: 'Note' },
  },
});

export type Next = { readonly wait: string } | { readonly as: string; readonly status: 'completed' | 'stopped' };

/** Where each outcome of a wait leads, as a machine would be plotted. */
export type Plot = Readonly<Record<string, Readonly<Record<string, Next>>>>;

export const plot: Plot = {
  write: { done: { wait: 'sign' }, again: { wait: 'write' } },
  sign: { agreed: { wait: 'date' }, refused: { as: 'refused', status: 'stopped' } },
  date: { elapsed: { wait: 'past' } },
  past: { elapsed: { wait: 'check' } },
  check: { passed: { as: 'finished', status: 'completed' } },
};
