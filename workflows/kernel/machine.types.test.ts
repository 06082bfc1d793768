/**
 * What the type checker has to refuse in a plot. Each `@ts-expect-error` is itself an error where nothing is refused, so
 * `tsc` is what runs these tests; here only their number is held.
 */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { defineMachine, type Fragments } from './machine.ts';
import { children, defineProcess, task, timer, together, type View } from './process.ts';

type Data = { readonly reason?: string | undefined };
const form = (_: View<Data>) => z.object({});
const spec = {
  stage: 'endorsement',
  decider: (_: View<Data>) => ({ role: 'headteacher', schoolId: 'trust' }) as const,
  chaser: 'trust-lead',
} as const;

const endorse = task('endorse', {
  ...spec,
  outcomes: { endorsed: form, declined: form },
  answer: (view: View<Data>, chosen) => ({ outcome: chosen, data: view.data }),
});
const revise = task('revise', {
  ...spec,
  outcomes: { resubmitted: form },
  answer: (view: View<Data>, chosen) => ({ outcome: chosen, data: view.data }),
});
const start = timer('course-start', { stage: 'awaiting-start', on: (view: View<Data>) => view.world.today });
const onboarding = together('onboarding', {
  stage: 'onboarding',
  parts: { endorse, revise },
  outcomes: ['ready', 'refused'],
  join: (_: View<Data>) => undefined,
});
const reviews = children('reviews', {
  stage: 'open',
  outcomes: ['counted', 'closed'],
  counted: (view: View<Data>) => ({ outcome: 'counted', data: view.data }),
});

const texts = {
  label: 'Example',
  stages: {},
  actions: {},
  ends: {},
  told: {},
  fields: {},
} as const;
const sentence = { title: 'A title', why: 'A reason.', outcomes: {} } as const;
const declaration = {
  kind: 'example',
  path: 'examples',
  data: z.object({ reason: z.string().optional() }) as z.ZodType<Data>,
  input: z.object({}),
  subjectOf: () => 'p-1',
  startedBy: ['subject'],
  start: () => ({ data: {}, subjectId: 'p-1', schoolId: 'trust', ruleSet: '1', wait: 'endorse' }),
  actions: {},
  milestones: () => [],
  brief: () => ({}),
} as const;

/** Its tasks are declared in place, where inference has gone wrong before. */
const inPlace = defineProcess({
  ...declaration,
  waits: {
    approve: task('approve', {
      ...spec,
      outcomes: { approved: form, refused: form },
      answer: (view: View<Data>, chosen) => ({ outcome: chosen, data: view.data }),
    }),
    'open-day': timer('open-day', { stage: 'awaiting-start', on: (view: View<Data>) => view.world.today }),
  },
  texts: { ...texts, waits: { approve: sentence, 'open-day': sentence } },
});

const asDeclared = defineProcess({
  ...declaration,
  waits: { endorse, revise, 'course-start': start, onboarding, reviews },
  texts: {
    ...texts,
    waits: { endorse: sentence, revise: sentence, 'course-start': sentence, onboarding: sentence, reviews: sentence },
  },
});

/** Never called: what stands in it is for the type checker. */
function plots(m: Fragments): void {
  const end = m.completed('enrolled');
  const endorsing = m.task('Headteacher endorses', endorse);
  const revising = m.task('Applicant revises', revise);
  const starting = m.timer('Course starts', start);
  const joining = m.together('All are ready', onboarding);
  const counting = m.children('Reviews are held', reviews);

  endorsing.on({ endorsed: starting, declined: end });
  starting.on({ elapsed: end });
  joining.on({ ready: end, refused: end });
  counting.on({ counted: end, closed: end });
  m.task('Headteacher endorses', asDeclared.waits.endorse).on({ endorsed: end, declined: end });

  // @ts-expect-error an outcome is missing
  endorsing.on({ endorsed: starting });
  // @ts-expect-error an outcome is unknown
  endorsing.on({ endorsed: starting, declined: end, postponed: end });
  // @ts-expect-error an outcome is misspelt
  revising.on({ resubmited: endorsing });
  // @ts-expect-error a timer elapses, and has nothing else to say
  starting.on({ finished: end });
  // @ts-expect-error an outcome of the join is missing
  joining.on({ ready: end });
  // @ts-expect-error an outcome of the count is missing
  counting.on({ counted: end });
  // @ts-expect-error an outcome leads to a state, not to its name
  endorsing.on({ endorsed: 'Course starts', declined: end });
  // @ts-expect-error a place has no plot where it is an end
  end.on({ elapsed: starting });

  // @ts-expect-error a timer is not cast as a task
  m.task('Course starts', start);
  // @ts-expect-error a task is not cast as a timer
  m.timer('Headteacher endorses', endorse);
  // @ts-expect-error which of two tasks it is has to be known
  m.task('Somebody answers', Math.random() < 0.5 ? endorse : revise);

  const approving = m.task('Trust lead approves', inPlace.waits.approve);
  approving.on({ approved: end, refused: end });
  // @ts-expect-error also of a task that was declared in place every outcome has to lead somewhere
  approving.on({});
  // @ts-expect-error a wait taken from the process by a computed key has outcomes that nobody knows
  m.task('Trust lead approves', Object.values(declaredLoosely)[0]).on({});
  // @ts-expect-error and a word for any outcome does not do either
  m.task('Trust lead approves', loose).on({ approved: end });
}

declare const declaredLoosely: Record<string, typeof loose>;
declare const loose: ReturnType<typeof task<Data, string, string>>;

/** Never called either. */
function declarations(): void {
  task('endorse', {
    ...spec,
    outcomes: { endorsed: form, declined: form },
    // @ts-expect-error the answer is an outcome of the task
    answer: (view: View<Data>) => ({ outcome: 'postponed', data: view.data }),
  });
  task('endorse', {
    ...spec,
    outcomes: { endorsed: form },
    answer: (view: View<Data>, chosen) => ({ outcome: chosen, data: view.data }),
    // @ts-expect-error it lapses to one of its own outcomes
    lapses: (view: View<Data>) => ({ lastDay: view.world.today, outcome: 'lapsed' }),
  });
  defineProcess({
    ...declaration,
    waits: { endorse },
    // @ts-expect-error a wait has no text
    texts: { ...texts, waits: {} },
  });
  // @ts-expect-error a machine begins somewhere
  defineMachine(asDeclared, () => {});
}

it('holds the number of mistakes that the type checker has to refuse', () => {
  const source = readFileSync(new URL(import.meta.url), 'utf8');
  expect(source.match(/^ *\/\/ @ts-expect-error/gm)).toHaveLength(18);
  expect([plots, declarations]).toHaveLength(2);
});
