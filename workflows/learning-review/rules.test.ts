import { describe, expect, it } from 'vitest';
import { OAKFIELD, personOf, ST_ALDHELM, sam, worldOf, zoe } from '../../test/world.ts';
import type { View } from '../kernel/process.ts';
import type { Person, Process } from '../kernel/records.ts';
import { isRejection } from '../kernel/rejections.ts';
import { day, instant } from '../kernel/time.ts';
import { conversationFindings, followUpFacts, selfReviewFacts } from './facts.ts';
import { process as definition } from './process.ts';
import * as rules from './rules.ts';
import { conversationForm, followUpForm, type Need, type ReviewData, selfReviewForm } from './schemas.ts';
import { texts } from './texts.ts';

const need: Need = {
  need: 'Calm starts',
  strand: 'behaviour',
  priority: 'school',
  route: 'coaching',
  helped: null,
  answer: null,
};
const conversation = { needs: [need], heldOn: day('2026-11-12'), heldBy: 'sam', isLate: false, countsAt: null };
const data: ReviewData = {
  cycleId: '2026-27-autumn',
  managerId: 'sam',
  otherManagerIds: [],
  selfReview: null,
  conversation: null,
  followUp: null,
  toldOn: null,
};
const process = {
  processId: 'review',
  kind: 'learning-review',
  wait: 'conversation',
  stage: 'conversation',
  subjectId: 'zoe',
  schoolId: OAKFIELD,
  startedAt: instant('2026-11-09T07:00:00Z'),
  data,
} as Readonly<Record<string, unknown>> as Process;

interface At {
  readonly today?: string;
  readonly subject?: Person;
  readonly change?: Partial<ReviewData>;
  readonly others?: readonly Process[];
  readonly atSchool?: readonly Process[];
  readonly parent?: Process;
}
function viewOf({
  today = '2026-11-12',
  subject = zoe,
  change = {},
  others = [],
  atSchool = [],
  parent,
}: At = {}): View<ReviewData> {
  const world = { ...worldOf(subject, { today: day(today), others, atSchool }), ...(parent && { parent }) };
  return { process, data: { ...data, ...change }, world, history: [] };
}
const cycleWith = (decisions: readonly object[] | null): Process =>
  ({ ...process, processId: 'cycle', kind: 'learning-review-cycle', data: { decisions } }) as Process;

describe('who leads a review', () => {
  it('is the manager of the main post; managers of other posts read and comment', () => {
    const tam = personOf('Tam', {
      posts: [
        { schoolId: ST_ALDHELM, fte: 0.4, lineManagerId: 'sunil' },
        { schoolId: OAKFIELD, fte: 0.6, lineManagerId: 'sam' },
      ],
    });
    const started = rules.startedBySystem({ cycleId: '2026-27-autumn' }, worldOf(tam, { today: day('2026-11-12') }));
    expect(started).toMatchObject({
      naturalKey: '2026-27-autumn/tam',
      schoolId: OAKFIELD,
      data: { managerId: 'sam', otherManagerIds: ['sunil'] },
    });
    expect(started && rules.named(started.data)).toEqual([
      { personId: 'sam', as: 'manager' },
      { personId: 'sunil', as: 'other-manager' },
    ]);
  });

  it('is the headteacher where no manager is on file, and never the person', () => {
    const managed = rules.managersOf(
      worldOf({ ...zoe, posts: [{ schoolId: OAKFIELD, employeeNumber: '1', job: 'Teacher' }] }),
      OAKFIELD,
    );
    expect(managed).toEqual({ managerId: 'sienna', otherManagerIds: [] });
    expect(rules.managersOf(worldOf(sam), OAKFIELD).managerId).toBe('sienna');
  });

  it('is nobody for somebody without a post in scope: there is no review', () => {
    expect(rules.startedBySystem({ cycleId: '2026-27-autumn' }, worldOf({ ...zoe, posts: [] }))).toBeUndefined();
    expect(rules.startedBySystem({ cycleId: 'no such' }, worldOf(zoe))).toBeUndefined();
    expect(rules.start()).toMatchObject({ rejected: 'not-allowed' });
  });
});

describe('the self-review', () => {
  it('says first what is counted and shown to whom, and says it once', () => {
    const first = texts.waits['self-review'].why.split(/(?<=\.)\s/)[0];
    expect(first).toMatch(/line manager.*headteacher.*CPD lead.*only counted, without names and without your words/);
    expect(selfReviewFacts(viewOf()).map(({ value }) => value)).not.toContain(first);
  });

  it('has three questions; the second begins with the needs of the last cycle', () => {
    const last = {
      ...process,
      processId: 'last',
      startedAt: instant('2026-05-04T07:00:00Z'),
      data: { ...data, conversation },
    };
    const [written] = [definition.waits['self-review'].outcomes.written];
    const form = written?.(viewOf({ others: [last as Process] }));
    expect(Object.keys(form?.shape ?? {})).toEqual(['goingWell', 'workOn', 'wouldHelp']);
    expect(form?.parse({})).toEqual({ workOn: 'Calm starts' });
    expect(selfReviewForm({ lastNeeds: undefined }).safeParse({}).success).toBe(false);
  });
});

describe('the conversation', () => {
  it.each([
    [{ ...need, strand: 'happiness' }],
    [{ ...need, route: 'conference' }],
    [{ ...need, priority: 'pupils' }],
    [{ ...need, need: ' ' }],
    [{ ...need, need: 'x'.repeat(301) }],
  ])('does not take a need that is none', (wrong) => {
    const { helped: _, answer: __, ...sent } = wrong;
    expect(conversationForm().safeParse({ needs: [sent] }).success).toBe(false);
  });

  it('held on the last day of the window is in time, a day later it is late', () => {
    const isLate = (today: string) =>
      rules.agreed(viewOf({ today }), { needs: [need] }, 'sam').data.conversation?.isLate;
    expect(isLate('2027-01-22')).toBe(false);
    expect(isLate('2027-01-23')).toBe(true);
  });

  it('writes no word into the event, nor into what the cycle is told', () => {
    const { eventData, effects } = rules.agreed(viewOf(), { needs: [need] }, 'sam');
    expect(JSON.stringify([eventData, effects])).not.toContain('Calm');
  });

  it('shows a manager with more than twelve reviews that they are many, and only them', () => {
    const other = (at: number): Process => ({ ...process, processId: `other-${at}` });
    const codes = (n: number) =>
      conversationFindings(viewOf({ atSchool: Array.from({ length: n }, (_, at) => other(at)) })).map(
        ({ code }) => code,
      );
    expect(codes(11)).toEqual([]);
    expect(codes(12)).toEqual(['many-reviews']);
    const ofAnother = { ...process, data: { ...data, managerId: 'sienna' } } as Process;
    expect(conversationFindings(viewOf({ atSchool: Array(20).fill(ofAnother) }))).toEqual([]);
  });

  it('says from closing on that it is late', () => {
    expect(conversationFindings(viewOf({ today: '2027-01-25' })).map(({ code }) => code)).toEqual(['late']);
  });
});

describe('the follow-up', () => {
  it('comes so many school days after the conversation as the cycle says', () => {
    expect(rules.followUpOn(viewOf({ change: { conversation } }))).toBe('2027-01-21');
  });

  it('is one tap for each need', () => {
    const form = followUpForm([need, need]);
    expect(form.safeParse({ need1: 'helped', need2: 'partly' }).success).toBe(true);
    expect(form.safeParse({ need1: 'helped' }).success).toBe(false);
    expect(form.safeParse({ need1: 'helped', need2: 'rather' }).success).toBe(false);
    expect(form.safeParse({ need1: 'helped', need2: 'no', need3: 'no' }).success).toBe(false);
  });

  it('shows what became of each need, once the trust has answered', () => {
    const before = followUpFacts(viewOf({ change: { conversation } }));
    expect(before.at(-1)?.value).toMatch(/not answered yet/);
    const answered = { ...need, answer: { meetBy: 'inset' as const, note: 'On 22 February' } };
    const change = { conversation: { ...conversation, needs: [answered] }, toldOn: day('2027-02-15') };
    expect(followUpFacts(viewOf({ change })).at(-1)?.value).toMatch(/An INSET day. On 22 February/);
  });

  it('that nobody answers is not asked for for ever', () => {
    expect(rules.followUpLapses(viewOf({ change: { conversation } }))).toMatchObject({ outcome: 'unanswered' });
    expect(rules.notFollowedUp(viewOf()).data.followUp).toBeNull();
  });
});

describe('every morning', () => {
  const decisions = [
    { strand: 'behaviour', route: null, meetBy: 'pdm', note: null },
    { strand: 'behaviour', route: 'coaching', meetBy: 'coaching', note: 'From March' },
  ];

  it('the person is told once what the trust has answered, by route before strand', () => {
    const told = rules.onMorning(viewOf({ change: { conversation }, parent: cycleWith(decisions) }));
    expect(told).toMatchObject({
      event: 'answer-told',
      data: { conversation: { needs: [{ answer: { meetBy: 'coaching', note: 'From March' } }] } },
      effects: [{ effect: 'tell', personId: 'zoe', code: 'you-said-we-did' }],
    });
    expect(told && rules.onMorning(viewOf({ change: told.data, parent: cycleWith(decisions) }))).toBeUndefined();
  });

  it('nothing is told before the sign-off, nor to whom no need was agreed with', () => {
    expect(rules.onMorning(viewOf({ change: { conversation }, parent: cycleWith(null) }))).toBeUndefined();
    expect(rules.onMorning(viewOf({ parent: cycleWith(decisions) }))).toBeUndefined();
  });

  it('a leaver’s review ends, unless another post is to come', () => {
    const gone = { ...zoe, posts: zoe.posts.map((post) => ({ ...post, endsOn: day('2026-11-11') })) };
    expect(rules.onSubjectLeft(viewOf({ subject: gone }))).toMatchObject({
      course: { then: 'stops', outcome: 'left' },
    });
    const back = {
      ...gone,
      posts: [...gone.posts, { schoolId: OAKFIELD, employeeNumber: '2', job: 'Teacher', startsOn: day('2027-01-04') }],
    };
    expect(rules.onSubjectLeft(viewOf({ subject: back }))).toBeUndefined();
  });
});

describe('who sees stage and dates only', () => {
  it('sees no need and no word of it', () => {
    const seen = JSON.stringify(
      rules.brief({
        ...data,
        conversation,
        selfReview: {
          goingWell: 'Secret',
          workOn: null,
          wouldHelp: null,
          isSkipped: false,
          answeredOn: day('2026-11-10'),
        },
      }),
    );
    expect(seen).not.toMatch(/Calm|Secret|behaviour/);
    expect(JSON.parse(seen)).toEqual({ cycleId: '2026-27-autumn', isHeld: true, isLate: false });
  });
});

describe('going to the conversation without a self-review', () => {
  it('is possible while the self-review is open', () => {
    expect(isRejection(rules.goToConversation(viewOf()))).toBe(true);
    const open = { ...viewOf(), process: { ...process, wait: 'self-review' } };
    expect(rules.goToConversation(open)).toMatchObject({ course: { then: 'goes-to', wait: 'conversation' } });
  });
});
