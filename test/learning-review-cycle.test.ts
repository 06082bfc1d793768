/** Whole cycles over the small trust: who gets a review, what becomes of it, what is counted. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addSchoolDays, nextSchoolDay } from '../workflows/kernel/calendar.ts';
import { completeTask } from '../workflows/kernel/decide.ts';
import { type Person, TRUST } from '../workflows/kernel/records.ts';
import { isRejection } from '../workflows/kernel/rejections.ts';
import { currentWait } from '../workflows/kernel/snapshot.ts';
import { addDays, type Day, day } from '../workflows/kernel/time.ts';
import { makeTrustPlay, type TrustPlay } from './trust-play.ts';
import {
  calendar,
  evie,
  hazel,
  OAKFIELD,
  personOf,
  RIVERSIDE,
  robin,
  rowan,
  ST_ALDHELM,
  sam,
  sienna,
  sunil,
  zoe,
} from './world.ts';

const opensOn = day('2026-11-09');
const closesOn = day('2027-01-22');

const pat = personOf('Pat', { posts: [{ schoolId: OAKFIELD, job: 'Midday Supervisor' }] });
const una = personOf('Una', { posts: [{ schoolId: OAKFIELD, lineManagerId: 'sam' }] });
const unaWithoutMail: Person = (({ email: _, ...rest }) => rest)(una);
const lena = personOf('Lena', {
  posts: [{ schoolId: OAKFIELD, lineManagerId: 'sam' }],
  more: { absences: [{ from: day('2026-10-01'), to: day('2026-12-04') }] },
});
const tam = personOf('Tam', {
  posts: [
    { schoolId: OAKFIELD, fte: 0.6, lineManagerId: 'sam' },
    { schoolId: ST_ALDHELM, fte: 0.4, lineManagerId: 'sunil' },
  ],
});
const joiner = (name: string, startsOn: Day): Person => personOf(name, { posts: [{ schoolId: RIVERSIDE, startsOn }] });

const opened = (people: readonly Person[] = []): TrustPlay => {
  const play = makeTrustPlay({ today: addDays(opensOn, -3), people });
  play.morning(opensOn);
  return play;
};

const need = (strand = 'behaviour', route = 'coaching') => ({ need: 'Calm starts', strand, priority: 'school', route });

/** Self-review skipped, conversation held with these needs. */
function hold(play: TrustPlay, person: Person, manager: Person, ...needs: readonly object[]): void {
  const { processId } = play.of('learning-review', person.personId);
  play.complete(processId, 'skipped', {}, person);
  const decision = play.complete(processId, 'agreed', { needs: needs.length > 0 ? needs : [need()] }, manager);
  expect(isRejection(decision) ? decision.detail : '').toBe('');
}
const stageOf = (play: TrustPlay, kind: string, subjectId: string): string => play.of(kind, subjectId).stage;
const cycle = (play: TrustPlay) => play.of('learning-review-cycle', TRUST);
const holdAll = (play: TrustPlay): void => {
  hold(play, zoe, sam, need('behaviour', 'inset'), need('subject', 'npq'));
  hold(play, sam, sienna);
  hold(play, sienna, hazel);
  hold(play, robin, hazel);
  hold(play, sunil, robin);
  hold(play, evie, hazel);
  hold(play, rowan, hazel);
  hold(play, hazel, personOf('Terry', { roles: [['trust-chair', TRUST]] }));
};

describe('opening', () => {
  it('comes by itself on its day, once, however often the morning runs', () => {
    const play = makeTrustPlay({ today: addDays(opensOn, -4) });
    play.morning(addDays(opensOn, -3));
    expect(play.processes()).toEqual([]);
    play.morning(opensOn);
    const before = play.processes().length;
    play.morning(opensOn);
    play.morning(addDays(opensOn, 1));
    expect(play.processes('learning-review-cycle')).toHaveLength(1);
    expect(play.processes()).toHaveLength(before);
  });

  it('comes on a later morning of the window where that one was missed, and not after it', () => {
    const missed = makeTrustPlay({ today: opensOn });
    missed.morning(addDays(opensOn, 9));
    expect(missed.processes('learning-review-cycle')).toHaveLength(1);
    const over = makeTrustPlay({ today: opensOn });
    over.morning(addDays(closesOn, 1));
    expect(over.processes()).toEqual([]);
  });

  it('gives everybody with a post in scope a review, early-career teachers too, and each school one', () => {
    const play = opened([pat]);
    const withReview = play.processes('learning-review').map(({ subjectId }) => subjectId);
    expect(withReview.sort()).toEqual(['evie', 'hazel', 'robin', 'rowan', 'sam', 'sienna', 'sunil', 'zoe']);
    const schools = play.processes('school-review').map(({ subjectId }) => subjectId);
    expect(schools.sort()).toEqual([OAKFIELD, ST_ALDHELM, RIVERSIDE]);
  });

  it('leaves out whose every post is excluded, not who has another', () => {
    const both = personOf('Both', {
      posts: [
        { schoolId: OAKFIELD, job: ' midday supervisor ', fte: 0.9 },
        { schoolId: ST_ALDHELM, job: 'Teaching Assistant', fte: 0.2 },
      ],
    });
    const play = opened([pat, both]);
    expect(play.processes('learning-review').map(({ subjectId }) => subjectId)).not.toContain('pat');
    expect(play.of('learning-review', 'both').schoolId).toBe(ST_ALDHELM);
  });

  it('makes the self-review due when the cycle closes', () => {
    const play = opened();
    expect(currentWait(play.sceneOf(play.of('learning-review', 'zoe').processId).snapshot)?.dueOn).toBe(closesOn);
  });
});

describe('who joins, leaves, moves or is away', () => {
  it('joins up to ten school days before closing, and gets a review; a day later none', () => {
    const last = addSchoolDays(calendar, closesOn, -10);
    const play = opened([joiner('Jo', last), joiner('Late', addDays(last, 1))]);
    play.mornings(addDays(closesOn, 1));
    const withReview = play.processes('learning-review').map(({ subjectId }) => subjectId);
    expect(withReview).toContain('jo');
    expect(withReview).not.toContain('late');
  });

  it('is on leave, and gets theirs on return', () => {
    const play = opened([lena]);
    const has = () => play.processes('learning-review').some(({ subjectId }) => subjectId === 'lena');
    play.mornings(day('2026-12-04'));
    expect(has()).toBe(false);
    play.morning(day('2026-12-05'));
    expect(has()).toBe(true);
  });

  it('leaves, and the review is closed; what they needed is not counted', () => {
    const play = opened();
    hold(play, zoe, sam);
    play.setPeople({ ...zoe, posts: zoe.posts.map((post) => ({ ...post, endsOn: day('2026-11-20') })) });
    play.mornings(day('2026-11-21'));
    expect(play.of('learning-review', 'zoe')).toMatchObject({ status: 'stopped', outcome: 'left' });
    const [row] = play.rowsOf({ parentId: cycle(play).processId }).filter(({ subjectId }) => subjectId === 'zoe');
    expect(row).toMatchObject({ outcome: 'left' });
  });

  it('moves school, and takes the review along: the new manager gets it, the new school counts it', () => {
    const play = opened();
    play.complete(play.of('learning-review', 'zoe').processId, 'skipped', {}, zoe);
    play.setPeople({
      ...zoe,
      posts: [
        ...zoe.posts.map((post) => ({ ...post, endsOn: day('2026-11-20') })),
        {
          schoolId: ST_ALDHELM,
          employeeNumber: 'Z2',
          job: 'Class Teacher',
          startsOn: day('2026-11-21'),
          fte: 1,
          lineManagerId: 'sunil',
        },
      ],
    });
    play.mornings(day('2026-11-23'));
    const review = play.of('learning-review', 'zoe');
    expect(review).toMatchObject({ schoolId: ST_ALDHELM, data: { managerId: 'sunil' } });
    expect(currentWait(play.sceneOf(review.processId).snapshot)?.candidate).toEqual({ personId: 'sunil' });
    expect(
      play.rowsOf({ parentId: cycle(play).processId, kind: 'learning-review', schoolId: ST_ALDHELM }),
    ).toHaveLength(3);
    expect(play.rowsOf({ parentId: cycle(play).processId, kind: 'learning-review', schoolId: OAKFIELD })).toHaveLength(
      2,
    );
  });

  it('moves after the numbers are frozen, and goes on counting where they were counted', () => {
    const play = opened();
    hold(play, zoe, sam);
    play.mornings(addDays(closesOn, 1));
    play.setPeople({ ...zoe, posts: [{ schoolId: ST_ALDHELM, employeeNumber: 'Z2', job: 'Class Teacher' }] });
    play.morning(addDays(closesOn, 2));
    const [row] = play.rowsOf({ parentId: cycle(play).processId }).filter(({ subjectId }) => subjectId === 'zoe');
    expect(row).toMatchObject({ schoolId: ST_ALDHELM, tally: { countsAt: OAKFIELD } });
  });

  it('gets another manager, who then holds the conversation and reads it', () => {
    const play = opened();
    play.complete(play.of('learning-review', 'zoe').processId, 'skipped', {}, zoe);
    play.setPeople({ ...zoe, posts: zoe.posts.map((post) => ({ ...post, lineManagerId: 'sienna' })) });
    play.mornings(addDays(opensOn, 1));
    const review = play.of('learning-review', 'zoe');
    expect(review.data).toMatchObject({ managerId: 'sienna' });
    expect(currentWait(play.sceneOf(review.processId).snapshot)?.candidate).toEqual({ personId: 'sienna' });
  });
});

describe('the conversation', () => {
  it('of somebody with two posts is one, led by the manager of the main post; the other manager is named', () => {
    const play = opened([tam]);
    const review = play.of('learning-review', 'tam');
    expect(play.processes('learning-review').filter(({ subjectId }) => subjectId === 'tam')).toHaveLength(1);
    expect(review).toMatchObject({ schoolId: OAKFIELD, data: { managerId: 'sam', otherManagerIds: ['sunil'] } });
    play.complete(review.processId, 'skipped', {}, tam);
    expect(isRejection(play.complete(review.processId, 'agreed', { needs: [need()] }, sunil))).toBe(true);
    expect(isRejection(play.complete(review.processId, 'agreed', { needs: [need()] }, sam))).toBe(false);
  });

  it('of somebody without e-mail follows a self-review that the manager writes with them, and the record says so', () => {
    const play = opened([unaWithoutMail]);
    const { processId } = play.of('learning-review', 'una');
    play.complete(processId, 'written', { workOn: 'Phonics' }, sam);
    expect(play.waitsOf(processId)[0]).toMatchObject({ answeredBy: 'sam', onBehalfOf: 'una' });
    expect(play.of('learning-review', 'una').stage).toBe('conversation');
  });

  it('need not wait for a self-review: the manager of the main post goes to it, nobody else', () => {
    const play = opened([tam]);
    const ofTwo = play.of('learning-review', 'tam').processId;
    expect(isRejection(play.act(ofTwo, 'go-to-conversation', {}, sunil))).toBe(true);
    expect(isRejection(play.act(ofTwo, 'go-to-conversation', {}, sam))).toBe(false);
    const { processId } = play.of('learning-review', 'zoe');
    expect(isRejection(play.act(processId, 'go-to-conversation', {}, sienna))).toBe(true);
    expect(isRejection(play.act(processId, 'go-to-conversation', {}, sam))).toBe(false);
    expect(play.of('learning-review', 'zoe').stage).toBe('conversation');
    expect(isRejection(play.act(processId, 'go-to-conversation', {}, sam))).toBe(true);
  });

  it('is never with oneself, and agrees one to three needs', () => {
    const play = opened();
    const { processId } = play.of('learning-review', 'zoe');
    play.complete(processId, 'skipped', {}, zoe);
    expect(isRejection(play.complete(processId, 'agreed', { needs: [need()] }, zoe))).toBe(true);
    for (const needs of [[], [need(), need(), need(), need()], [need('joy')]])
      expect(play.complete(processId, 'agreed', { needs }, sam)).toMatchObject({ rejected: 'invalid-fields' });
    expect(isRejection(play.complete(processId, 'agreed', { needs: [need(), need(), need()] }, sam))).toBe(false);
  });

  it('tells the cycle strand and route, no word and no priority', () => {
    const play = opened();
    hold(play, zoe, sam, need('wellbeing', 'none'));
    const [row] = play.rowsOf({ parentId: cycle(play).processId }).filter(({ subjectId }) => subjectId === 'zoe');
    expect(row).toMatchObject({ mark: 'conversation-held' });
    expect(row?.tally).toEqual({ needs: [{ strand: 'wellbeing', route: 'none' }], isLate: false });
  });
});

describe('after closing', () => {
  it('can be finished for ten school days, marked late and not counted, then it ends as not held', () => {
    const play = opened();
    play.mornings(nextSchoolDay(calendar, closesOn));
    hold(play, zoe, sam);
    expect(play.of('learning-review', 'zoe').data).toMatchObject({ conversation: { isLate: true } });
    const last = addSchoolDays(calendar, closesOn, 10);
    play.mornings(last);
    expect(play.of('learning-review', 'sam').status).toBe('active');
    play.morning(addDays(last, 1));
    expect(play.of('learning-review', 'sam')).toMatchObject({ status: 'stopped', outcome: 'not-held' });
    expect(play.of('learning-review', 'zoe').status).toBe('active');
  });
});

describe('a school', () => {
  it('chooses priorities once four of five conversations are held', () => {
    const [a, b] = ['Ann', 'Ben'].map((name) =>
      personOf(name, { posts: [{ schoolId: OAKFIELD, lineManagerId: 'sam' }] }),
    );
    const play = opened([a as Person, b as Person]);
    hold(play, zoe, sam);
    hold(play, a as Person, sam);
    hold(play, sam, sienna);
    play.morning(addDays(opensOn, 1));
    expect(stageOf(play, 'school-review', OAKFIELD)).toBe('conversations');
    hold(play, b as Person, sam, need('inclusion', 'pdm'));
    play.morning(addDays(opensOn, 2));
    const review = play.of('school-review', OAKFIELD);
    expect(review.stage).toBe('priorities');
    expect(review.data['totals']).toEqual({
      countedOn: addDays(opensOn, 2),
      reviews: 5,
      held: 4,
      needs: [
        { strand: 'behaviour', route: 'coaching', count: 3 },
        { strand: 'inclusion', route: 'pdm', count: 1 },
      ],
    });
  });

  it('chooses them on the day on which the window closes, with what there is', () => {
    const play = opened();
    hold(play, zoe, sam);
    play.mornings(addDays(closesOn, -1));
    expect(stageOf(play, 'school-review', OAKFIELD)).toBe('conversations');
    play.morning(closesOn);
    expect(stageOf(play, 'school-review', OAKFIELD)).toBe('priorities');
  });

  it('asks its headteacher, and where there is none the executive: never a governor (hard case 97)', () => {
    const play = opened();
    play.mornings(closesOn);
    const task = () => currentWait(play.sceneOf(play.of('school-review', OAKFIELD).processId).snapshot);
    expect(task()?.candidate).toEqual({ personId: 'sienna' });
    play.setPeople({ ...sienna, roles: [] });
    play.mornings(addDays(closesOn, 40));
    expect(task()).toMatchObject({ candidate: { role: 'executive', schoolId: TRUST } });
    const told = play.notices('corin').filter(({ processKind }) => processKind === 'school-review');
    expect(told).toEqual([]);
  });

  it('is told once a week how many conversations are held, never whose; the trust lead of all', () => {
    const play = opened();
    hold(play, zoe, sam);
    play.mornings(day('2026-11-15'));
    expect(play.notices().filter(({ code }) => code === 'progress')).toEqual([]);
    play.mornings(day('2026-11-16'));
    play.morning(day('2026-11-16'));
    const progress = (personId: string) => play.notices(personId).filter(({ code }) => code === 'progress');
    expect(progress('sienna').map(({ values }) => values)).toEqual([{ held: 1, reviews: 3 }]);
    expect(progress('sam').map(({ values }) => values)).toEqual([{ held: 1, reviews: 3 }]);
    expect(progress('rowan').map(({ values }) => values)).toEqual([{ held: 1, reviews: 8 }]);
    expect(progress('zoe')).toEqual([]);
    play.clearNotices();
    play.mornings(day('2026-11-22'));
    expect(progress('sienna')).toEqual([]);
    play.mornings(day('2026-11-23'));
    expect(progress('sienna')).toHaveLength(1);
  });
});

describe('the whole way', () => {
  it('is counted after closing, signed off, and everybody is told what became of their needs', () => {
    const play = opened();
    holdAll(play);
    play.mornings(addDays(opensOn, 1));
    for (const [school, head] of [
      [OAKFIELD, sienna],
      [ST_ALDHELM, robin],
      [RIVERSIDE, evie],
    ] as const)
      play.complete(
        play.of('school-review', school).processId,
        'chosen',
        { priorities: [{ strand: 'behaviour', priority: 'Calm corridors' }] },
        head,
      );
    expect(play.of('school-review', OAKFIELD)).toMatchObject({ status: 'completed', outcome: 'priorities-chosen' });
    play.mornings(closesOn);
    expect(cycle(play).stage).toBe('reviews');
    play.morning(addDays(closesOn, 1));
    expect(cycle(play)).toMatchObject({
      stage: 'sign-off',
      data: {
        numbers: { total: 9, conversations: 8 },
        schools: expect.arrayContaining([{ schoolId: OAKFIELD, priorities: ['behaviour'] }]),
      },
    });

    const sign = (decisions: readonly object[]) =>
      play.complete(cycle(play).processId, 'signed-off', { decisions }, rowan);
    expect(sign([{ strand: 'behaviour', meetBy: 'coaching' }])).toMatchObject({ rejected: 'invalid-fields' });
    expect(
      sign([
        { strand: 'behaviour', meetBy: 'coaching' },
        { strand: 'subject', meetBy: 'not-now' },
      ]),
    ).toMatchObject({
      rejected: 'invalid-fields',
    });
    const signed = sign([
      { strand: 'behaviour', meetBy: 'coaching', note: 'From March' },
      { strand: 'behaviour', route: 'inset', meetBy: 'inset', note: 'On 22 February' },
      { strand: 'subject', meetBy: 'not-now', note: 'The budget is spent' },
    ]);
    expect(isRejection(signed)).toBe(false);
    expect(cycle(play)).toMatchObject({ status: 'completed', outcome: 'signed-off' });

    play.clearNotices();
    play.mornings(addDays(play.today(), 2));
    const told = play.notices('zoe').filter(({ code }) => code === 'you-said-we-did');
    expect(told).toHaveLength(1);
    expect(play.of('learning-review', 'zoe').data).toMatchObject({
      conversation: {
        needs: [
          { answer: { meetBy: 'inset', note: 'On 22 February' } },
          { answer: { meetBy: 'not-now', note: 'The budget is spent' } },
        ],
      },
    });
  });

  it('is counted after the latest day though a head has chosen nothing', () => {
    const play = opened();
    hold(play, zoe, sam);
    const latest = addSchoolDays(calendar, closesOn, 10);
    play.mornings(latest);
    expect(cycle(play).stage, 'what a head chooses on that day is in').toBe('reviews');
    play.morning(addDays(latest, 1));
    expect(cycle(play)).toMatchObject({ stage: 'sign-off', data: { numbers: { total: 'under 5' }, schools: [] } });
  });

  it('follows up so many school days after the conversation; a review that is done before the trust has answered waits for it', () => {
    const play = opened();
    hold(play, zoe, sam, need(), need('subject', 'npq'));
    const { processId } = play.of('learning-review', 'zoe');
    const due = addSchoolDays(calendar, opensOn, 40);
    play.mornings(addDays(due, -1));
    expect(play.of('learning-review', 'zoe').stage).toBe('development');
    play.morning(due);
    expect(play.of('learning-review', 'zoe').stage).toBe('follow-up');
    expect(play.complete(processId, 'reviewed', { need1: 'helped' }, zoe)).toMatchObject({
      rejected: 'invalid-fields',
    });
    play.complete(processId, 'reviewed', { need1: 'helped', need2: 'did-not-happen', next: 'More of it' }, zoe);
    expect(play.of('learning-review', 'zoe')).toMatchObject({ status: 'active', stage: 'answer' });
    play.mornings(addDays(addSchoolDays(calendar, closesOn, 10), 1));
    play.complete(
      cycle(play).processId,
      'signed-off',
      {
        decisions: [
          { strand: 'behaviour', meetBy: 'pdm' },
          { strand: 'subject', meetBy: 'npq' },
        ],
      },
      rowan,
    );
    play.mornings(addDays(play.today(), 1));
    expect(play.of('learning-review', 'zoe')).toMatchObject({ status: 'completed', outcome: 'reviewed' });
    expect(play.notices('zoe').filter(({ code }) => code === 'you-said-we-did')).toHaveLength(1);
  });

  it('is remembered: the next self-review begins with last time’s needs and what became of them', () => {
    const play = opened();
    hold(play, zoe, sam);
    play.mornings(addDays(addSchoolDays(calendar, closesOn, 10), 1));
    play.complete(cycle(play).processId, 'signed-off', { decisions: [{ strand: 'behaviour', meetBy: 'pdm' }] }, rowan);
    play.mornings(addDays(play.today(), 1));
    play.morning(day('2027-05-04'));
    const review = play.of('learning-review', 'zoe');
    expect(review.data['cycleId']).toBe('2026-27-summer');
    const { definition, ...scene } = play.sceneOf(review.processId);
    const selfReview = definition.waits['self-review'];
    if (selfReview?.wait !== 'task') throw new Error('no task');
    const view = {
      process: review,
      data: definition.data.parse(review.data),
      world: scene.world,
      history: [],
    };
    const facts = selfReview.facts?.(view) ?? [];
    expect(facts[0]?.value).toMatch(/Calm starts.*Professional development meetings/);
    const form = (selfReview.outcomes as Record<string, (of: typeof view) => { parse(sent: unknown): unknown }>)[
      'written'
    ];
    expect(form?.(view).parse({})).toEqual({ workOn: 'Calm starts' });
  });
});

describe('whatever is sent to a task', () => {
  const anything = fc.anything({ maxDepth: 3 });
  const needs = fc.array(
    fc.record(
      { need: anything, strand: anything, priority: anything, route: anything },
      { requiredKeys: [], noNullPrototype: true },
    ),
  );
  const decisions = fc.array(
    fc.record(
      {
        strand: fc.oneof(fc.constant('behaviour'), anything),
        route: fc.oneof(fc.constant('coaching'), anything),
        meetBy: fc.oneof(fc.constantFrom('pdm', 'not-now'), anything),
        note: anything,
      },
      { requiredKeys: [], noNullPrototype: true },
    ),
  );

  it.each([
    ['self-review', 'written', { workOn: anything, goingWell: anything }],
    ['conversation', 'agreed', { needs: fc.oneof(needs, anything) }],
    ['follow-up', 'reviewed', { need1: anything, next: anything }],
    ['school-priorities', 'chosen', { priorities: fc.oneof(needs, anything) }],
    ['sign-off', 'signed-off', { decisions: fc.oneof(decisions, anything) }],
  ] as const)('%s is refused in words or taken, and never an error of ours', (wanted, outcome, fields) => {
    const play = opened();
    const { processId } = play.of('learning-review', 'zoe');
    if (wanted !== 'self-review') play.complete(processId, 'skipped', {}, zoe);
    if (!['self-review', 'conversation'].includes(wanted)) play.complete(processId, 'agreed', { needs: [need()] }, sam);
    if (wanted !== 'self-review' && wanted !== 'conversation')
      play.mornings(addDays(addSchoolDays(calendar, closesOn, 10), 1));
    const of = {
      'school-priorities': play.of('school-review', OAKFIELD).processId,
      'sign-off': cycle(play).processId,
    };
    const scene = play.sceneOf(wanted in of ? of[wanted as keyof typeof of] : processId);
    const wait = currentWait(scene.snapshot);
    expect(wait?.wait).toBe(wanted);
    const actor = {
      'self-review': zoe,
      conversation: sam,
      'follow-up': zoe,
      'school-priorities': sienna,
      'sign-off': rowan,
    }[wanted];
    fc.assert(
      fc.property(fc.record(fields as Record<string, fc.Arbitrary<unknown>>, { requiredKeys: [] }), (sent) => {
        const decision = wait && completeTask(scene, wait, { outcome, sent }, actor);
        if (isRejection(decision)) {
          expect(decision.rejected).toBe('invalid-fields');
          for (const { message } of decision.errors ?? []) expect(message).not.toMatch(/undefined|expected|\[object/);
        }
      }),
    );
  });
});
