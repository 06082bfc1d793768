/** What people do, in order. The same answers with and without faults must come to the same table. */

import type { Person } from '../../workflows/kernel/records.ts';
import { type Day, day } from '../../workflows/kernel/time.ts';
import { corin, OAKFIELD, personOf, robin, rowan, ST_ALDHELM, sam, sienna, zoe } from '../world.ts';

export interface Who {
  readonly personId: string;
  readonly email?: string | undefined;
}

export type Step =
  | { readonly do: 'start'; readonly name: string; readonly as: Who; readonly body: object }
  | {
      readonly do: 'answer';
      readonly of: string;
      readonly as: Who;
      readonly task: string;
      readonly outcome: string;
      readonly fields?: object;
    }
  /** What is done with a task besides answering it. */
  | {
      readonly do: 'on-task';
      readonly of: string;
      readonly as: Who;
      readonly task: string;
      readonly what: 'assign' | 'comments' | 'declare-conflict';
      readonly fields: object;
    }
  | { readonly do: 'act'; readonly of: string; readonly as: Who; readonly action: string; readonly fields?: object }
  /** The people do nothing before that task is there: what they answer next could come before it otherwise. */
  | { readonly do: 'see'; readonly of: string; readonly task: string }
  /** Time passes, morning by morning, some of them skipped, until the morning run of that day. */
  | { readonly do: 'wait'; readonly until: Day };

export interface Story {
  readonly name: string;
  readonly steps: readonly Step[];
  /** In the place of those of the small trust with the same id, or besides them. */
  readonly people?: readonly Person[];
  /** How each process ends. */
  readonly ends: Readonly<Record<string, string>>;
}

/** Leads Oakfield together with Sienna. */
const dara = personOf('Dara', { posts: [{ schoolId: OAKFIELD }], roles: [['headteacher', OAKFIELD]] });

/** The day on which every story begins: three days before registration for autumn 2026 closes. */
export const firstDay = day('2026-12-01');

const start = (name: string, more: object = {}): Step => ({
  do: 'start',
  name,
  as: zoe,
  body: {
    courseId: 'npq-senior-leadership',
    cohortId: '2026b',
    motivation: 'I lead our phonics.',
    fundingRoute: 'dfe-scholarship',
    ...more,
  },
});
const answer = (of: string, as: Who, task: string, outcome: string, fields: object = {}): Step => ({
  do: 'answer',
  of,
  as,
  task,
  outcome,
  fields,
});
const onTask = (
  of: string,
  as: Who,
  task: string,
  what: 'assign' | 'comments' | 'declare-conflict',
  fields: object,
): Step => ({
  do: 'on-task',
  of,
  as,
  task,
  what,
  fields,
});
const act = (of: string, as: Who, action: string, fields: object = {}): Step => ({ do: 'act', of, as, action, fields });
const wait = (until: string): Step => ({ do: 'wait', until: day(until) });

const endorse = (of: string) =>
  answer(of, sienna, 'endorse', 'endorsed', { isReleaseAgreed: true, isCoverAgreed: true });
const approve = (of: string, more: object = {}) =>
  answer(of, rowan, 'approve', 'approved', { fundingSource: 'dfe-scholarship', ...more });
const register = (of: string, registeredOn = '2026-12-01') =>
  answer(of, zoe, 'register-with-dfe', 'registered', { registeredOn, reference: 'DFE-1' });
const accept = (of: string, more: object = { trn: '1234567' }) =>
  answer(of, rowan, 'record-provider-decision', 'accepted', { fundedPlace: true, ...more });

export const stories: readonly Story[] = [
  {
    name: 'straight to enrolment',
    steps: [start('a'), endorse('a'), approve('a'), register('a'), accept('a'), wait('2026-12-14')],
    ends: { a: 'enrolled' },
  },
  {
    name: 'changes asked for twice, then declined by the trust',
    steps: [
      start('a'),
      answer('a', sienna, 'endorse', 'changes-requested', { changes: 'Say more about your team.' }),
      answer('a', zoe, 'revise', 'resubmitted', { motivation: 'I lead a team of four.' }),
      answer('a', sienna, 'endorse', 'changes-requested', { changes: 'And about next year.' }),
      answer('a', zoe, 'revise', 'resubmitted', { motivation: 'I lead a team of four, next year of six.' }),
      endorse('a'),
      answer('a', rowan, 'approve', 'declined', { reason: 'No place left this year.' }),
    ],
    ends: { a: 'declined' },
  },
  {
    name: 'a draft, submitted, withdrawn while it waits for the trust',
    steps: [
      start('a', { draft: true }),
      answer('a', zoe, 'submit', 'submitted', {}),
      endorse('a'),
      act('a', zoe, 'withdraw', { reason: 'change-in-career' }),
    ],
    ends: { a: 'withdrawn' },
  },
  {
    name: 'registration is missed and lapses',
    steps: [
      start('a'),
      endorse('a'),
      approve('a'),
      wait('2026-12-05'),
      answer('a', zoe, 'confirm-registration', 'not-registered', {}),
    ],
    ends: { a: 'lapsed' },
  },
  {
    name: 'another provider after registration',
    steps: [
      start('a'),
      endorse('a'),
      approve('a'),
      register('a'),
      act('a', zoe, 'change-provider', { providerId: 'ucl-institute-of-education' }),
      register('a'),
      accept('a'),
      wait('2026-12-14'),
    ],
    ends: { a: 'enrolled' },
  },
  {
    name: 'two applications, one accepted, the other superseded',
    steps: [
      start('a'),
      start('b', { providerId: 'ucl-institute-of-education' }),
      endorse('a'),
      endorse('b'),
      approve('a'),
      register('a'),
      approve('b'),
      { do: 'see', of: 'b', task: 'register-with-dfe' },
      accept('a'),
      wait('2026-12-14'),
    ],
    ends: { a: 'enrolled', b: 'superseded' },
  },
  {
    name: 'the endorsement is taken back and given again',
    steps: [
      start('a'),
      endorse('a'),
      act('a', sienna, 'withdraw-endorsement', { reason: 'Cover fell through.' }),
      endorse('a'),
      approve('a'),
      act('a', rowan, 'withdraw', { reason: 'change-in-career' }),
    ],
    ends: { a: 'withdrawn' },
  },
  {
    name: 'accepted without a TRN, which comes later',
    steps: [
      start('a'),
      endorse('a'),
      approve('a'),
      register('a'),
      accept('a', { trnPending: true }),
      answer('a', zoe, 'enter-trn', 'entered', { trn: '7654321' }),
      wait('2026-12-14'),
    ],
    ends: { a: 'enrolled' },
  },
  {
    name: 'deferred to the next cohort, paused until it opens',
    steps: [
      start('a'),
      endorse('a'),
      approve('a'),
      { do: 'see', of: 'a', task: 'register-with-dfe' },
      act('a', zoe, 'defer', { cohortId: '2027b', reason: 'parental-leave' }),
      wait('2027-05-31'),
      register('a', '2027-05-31'),
      answer('a', rowan, 'record-provider-decision', 'rejected', { reason: 'rejected_by_provider' }),
    ],
    ends: { a: 'rejected' },
  },
  {
    name: 'the applicant moves school after approval, and the new head endorses again',
    people: [
      {
        ...zoe,
        posts: [...zoe.posts, { schoolId: ST_ALDHELM, employeeNumber: 'Zoe-1', job: 'Class Teacher', fte: 0.4 }],
      },
    ],
    steps: [
      start('a', { schoolId: OAKFIELD }),
      endorse('a'),
      approve('a'),
      { do: 'see', of: 'a', task: 'register-with-dfe' },
      act('a', rowan, 'move-school', { schoolId: ST_ALDHELM }),
      answer('a', robin, 'endorse', 'endorsed', { isReleaseAgreed: true, isCoverAgreed: true }),
      approve('a'),
      act('a', zoe, 'withdraw', { reason: 'change-in-career' }),
    ],
    ends: { a: 'withdrawn' },
  },
  {
    name: 'approved for the next cohort, when it opens',
    steps: [
      start('a'),
      endorse('a'),
      answer('a', rowan, 'approve', 'next-cohort', { cohortId: '2027b' }),
      wait('2027-05-31'),
      approve('a'),
      act('a', rowan, 'withdraw', { reason: 'change-in-career' }),
    ],
    ends: { a: 'withdrawn' },
  },
  {
    name: 'given to a colleague, who talks about it and then endorses',
    people: [dara],
    steps: [
      start('a'),
      onTask('a', sienna, 'endorse', 'assign', { personId: dara.personId }),
      onTask('a', sam, 'endorse', 'comments', { text: 'Cover is in place on Thursdays.' }),
      onTask('a', dara, 'endorse', 'comments', { text: 'Thank you, then yes.' }),
      answer('a', dara, 'endorse', 'endorsed', { isReleaseAgreed: true, isCoverAgreed: true }),
      answer('a', rowan, 'approve', 'declined', { reason: 'No place left this year.' }),
    ],
    ends: { a: 'declined' },
  },
  {
    name: 'the head should not decide, so the chair of the governors does',
    steps: [
      start('a'),
      onTask('a', sienna, 'endorse', 'declare-conflict', { reason: 'We are related.' }),
      answer('a', corin, 'endorse', 'endorsed', { isReleaseAgreed: true, isCoverAgreed: true }),
      onTask('a', rowan, 'approve', 'comments', { text: 'Is the cover paid for?' }),
      approve('a'),
      act('a', zoe, 'withdraw', { reason: 'change-in-career' }),
    ],
    ends: { a: 'withdrawn' },
  },
  {
    name: 'rejected by the provider',
    steps: [
      start('a'),
      endorse('a'),
      approve('a'),
      register('a'),
      answer('a', rowan, 'record-provider-decision', 'rejected', { reason: 'rejected_by_provider' }),
    ],
    ends: { a: 'rejected' },
  },
];
