import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { isChange, makePlay, type Play, type PlayOptions, playedApprenticeship } from '../../test/play.ts';
import { calendar, OAKFIELD, personOf, RIVERSIDE, rowan, ST_ALDHELM, sam, sienna, sunil } from '../../test/world.ts';
import type { Decision } from '../kernel/decide.ts';
import { offeredForms, taskOf } from '../kernel/decide.ts';
import type { ActionSpec } from '../kernel/process.ts';
import { type Person, type Process, TRUST, type Wait } from '../kernel/records.ts';
import { isRejection, type Rejection } from '../kernel/rejections.ts';
import { viewOf } from '../kernel/snapshot.ts';
import { addDays, type Day, day } from '../kernel/time.ts';
import {
  endOf,
  intervalAfter,
  learnedThrough,
  lengthOfBreaks,
  monthOf,
  nextMonth,
  reviewLatestOn,
} from './calendar.ts';
import { countedThrough } from './off-the-job.ts';
import { actions, process as declaration } from './process.ts';
import { ruleSetOf } from './rule-sets.ts';
import { isStepSettled, milestones, rulesOf } from './rules.ts';
import { ApprenticeshipData, StartForm, withdrawalReasons } from './schemas.ts';
import { allStandards, standardOf } from './standards.ts';
import { findings, texts } from './texts.ts';

// How these tests speak

const tilly = personOf('Tilly', { posts: [{ schoolId: OAKFIELD, lineManagerId: 'sam', job: 'Teaching Assistant' }] });
const cole = personOf('Cole', { posts: [{ schoolId: OAKFIELD }], roles: [['mentor', OAKFIELD]] });
const milo = personOf('Milo', { posts: [{ schoolId: ST_ALDHELM }], roles: [['mentor', ST_ALDHELM]] });
const apple = personOf('Apple', { posts: [{ schoolId: TRUST }], roles: [['apprenticeship-lead', TRUST]] });

const startsOn = day('2026-09-21');
const plannedEndOn = day('2028-03-20');
const input = {
  personId: 'tilly',
  standardId: 'ST0454',
  providerId: 'somerset-college',
  startsOn,
  plannedEndOn,
  weeklyHours: 30,
  mentorId: 'cole',
  ageAtStart: 24,
};

const make = (options: PlayOptions = {}): Play =>
  makePlay(playedApprenticeship, { subject: tilly, people: [cole, apple, milo], ...options });

const starting = (more: Record<string, unknown> = {}, options: PlayOptions = {}, actor: Person = sam) =>
  make(options).begin({ ...input, ...more }, actor);
const codeOf = (decision: Decision | ReturnType<Play['begin']> | undefined): string =>
  isRejection(decision) ? decision.rejected : 'accepted';
const pathsOf = (decision: unknown): readonly string[] =>
  ((decision as Rejection).errors ?? []).map(({ path }) => path);

const begun = (more: Record<string, unknown> = {}, options: PlayOptions = {}): Play => {
  const play = make(options);
  const started = play.begin({ ...input, ...more }, sam);
  if (isRejection(started)) throw new Error(started.detail);
  play.drive();
  return play;
};
const dataOf = (play: Play): ApprenticeshipData => ApprenticeshipData.parse(play.process().data);
const viewIn = (play: Play, wait?: Wait) => viewOf(play.scene(), wait) as Parameters<typeof milestones>[0];
const told = (play: Play, personId: string) =>
  play.notices(personId).flatMap(({ code }) => (code === undefined ? [] : [code]));

/** What the rules noticed, for the apprentice who is asked to sign. */
const toSign = (play: Play) => {
  const wait = play.wait(1, 'sign-as-apprentice');
  return (taskOf(declaration, wait)?.findings?.(viewIn(play, wait)) ?? []).map(({ code }) => code);
};

function must(decision: Decision): void {
  if (!isChange(decision)) throw new Error(isRejection(decision) ? decision.detail : 'nothing changed');
}

const assessment = {
  priorLearningHours: 0,
  plannedHours: 370,
  english: 'achieved',
  maths: 'achieved',
  needsSupport: false,
};

function onboard(play: Play, more: Record<string, unknown> = {}): void {
  const part = (key: string) => play.wait(play.process().step, key);
  const signedOn = dataOf(play).plan.since;
  must(play.complete(part('sign-as-apprentice'), 'signed', { hasReadPlan: true }, tilly));
  must(play.complete(part('sign-as-employer'), 'signed', { hasReadPlan: true }, sienna));
  must(play.complete(part('sign-for-provider'), 'signed', { signedOn }, sam));
  must(play.complete(part('initial-assessment'), 'assessed', { ...assessment, ...more }, sam));
  must(play.complete(part('set-up-funding'), 'set-up', { agreementSignedOn: signedOn, isOnService: true }, apple));
  play.drive();
}

/** Onboarded and waiting for the first review. */
const training = (
  more: Record<string, unknown> = {},
  options: PlayOptions = {},
  assessed: Record<string, unknown> = {},
): Play => {
  const play = begun(more, options);
  onboard(play, assessed);
  return play;
};

const review = (heldOn: string, more: Record<string, unknown> = {}) => ({
  heldOn,
  isEmployerPresent: true,
  isProviderPresent: true,
  progress: 'Reads with a group every day.',
  targets: 'Phonics, and a visit to another school.',
  ...more,
});

/** Mornings one after the other up to that day, the machine driven after each. */
function mornings(play: Play, from: Day, to: Day, each: (on: Day) => void = () => undefined): void {
  for (let on = from; on <= to; on = addDays(on, 1)) {
    play.morning(on);
    play.drive();
    each(on);
  }
}
const on = (play: Play, text: string): void => {
  play.morning(day(text));
  play.drive();
  // What a morning leads to may be due the same morning.
  play.morning(day(text));
  play.drive();
};

/** The same with 25 hours on record for each month that has ended: on plan. */
const onPlan = (play: Play, text: string): void => {
  play.moveTo(day(text));
  for (let month = monthOf(dataOf(play).startsOn); month < text.slice(0, 7); month = nextMonth(month))
    if (!dataOf(play).months.some((each) => each.month === month))
      must(play.act('record-month', { month, hours: 25 }, sam));
  on(play, text);
};

const otherApprenticeship = (data: Partial<ApprenticeshipData>, more: Partial<Process> = {}): Process => {
  const play = begun();
  return { ...play.process(), processId: 'other', data: { ...dataOf(play), ...data }, ...more };
};

describe('a start', () => {
  it('takes level, title, hours and months from the catalogue, never from whoever starts it', () => {
    const play = begun();
    expect(dataOf(play)).toMatchObject({
      standardId: 'ST0454',
      standardVersion: '1.1',
      title: 'Teaching assistant',
      level: 3,
      publishedHours: 370,
      typicalMonths: 18,
      assessmentPlan: 'end-point',
    });
    expect(StartForm.safeParse({ ...input, level: 6 }).success).toBe(false);
  });

  it('opens three signatures, the initial assessment and the funding at once, each for who does it', () => {
    const play = begun();
    const parts = play.waits().filter(({ part }) => part !== undefined);
    expect(Object.fromEntries(parts.map(({ part, candidate }) => [part, candidate]))).toEqual({
      'sign-as-apprentice': { personId: 'tilly' },
      'sign-as-employer': { role: 'headteacher', schoolId: OAKFIELD },
      'sign-for-provider': { role: 'school-lead', schoolId: OAKFIELD },
      'initial-assessment': { role: 'school-lead', schoolId: OAKFIELD },
      'set-up-funding': { role: 'apprenticeship-lead', schoolId: TRUST },
    });
    expect(told(play, 'tilly')).toContain('started-for-you');
    expect(told(play, 'cole')).toEqual(['named-as-mentor']);
  });

  it('gives the funding to the trust lead where there is no apprenticeship lead', () => {
    const play = begun({}, { people: [cole] });
    expect(play.wait(1, 'set-up-funding').candidate).toEqual({ role: 'trust-lead', schoolId: TRUST });
  });

  it('is not the apprentice’s own to make', () => {
    expect(codeOf(starting({}, {}, tilly))).toBe('not-allowed');
    expect(codeOf(starting({}, {}, sunil))).toBe('not-allowed');
    for (const actor of [sam, sienna, rowan, apple]) expect(codeOf(starting({}, {}, actor))).toBe('accepted');
  });

  it('fixes the rules by the first day: 31 July 2025 or 1 August 2025 (hard case 64)', () => {
    const old = begun({ standardId: 'ST0070', startsOn: '2025-07-31', plannedEndOn: '2027-07-30' });
    expect(old.process().ruleSet).toBe('before-2025-08');
    const new_ = begun({ standardId: 'ST0070', startsOn: '2025-08-01', plannedEndOn: '2027-07-31' });
    expect(new_.process().ruleSet).toBe('2025-26');
    expect(pathsOf(starting({ startsOn: '2025-07-31', plannedEndOn: '2026-07-29' }))).toEqual(['plannedEndOn']);
    expect(codeOf(starting({ startsOn: '2025-07-31', plannedEndOn: '2026-07-30' }))).toBe('accepted');
    expect(codeOf(starting({ startsOn: '2025-08-01', plannedEndOn: '2026-03-31' }))).toBe('accepted');
  });

  it('keeps its rules whatever today is', () => {
    const anyDay = fc.integer({ min: 0, max: 2000 }).map((n) => addDays(day('2026-09-16'), n));
    const play = begun({ standardId: 'ST0070', startsOn: '2025-07-31', plannedEndOn: '2027-07-30' });
    fc.assert(
      fc.property(anyDay, (today) => {
        play.moveTo(today);
        expect(rulesOf(viewIn(play)).key).toBe('before-2025-08');
        expect(reviewLatestOn(dataOf(play), rulesOf(viewIn(play)))).toBe('2025-10-23');
      }),
    );
  });

  it('is refused for standards that are defunded from September 2026, one day after the last', () => {
    const defunded = { standardId: 'ST0384', plannedEndOn: '2028-09-30' };
    expect(codeOf(starting({ ...defunded, startsOn: '2026-08-31' }))).toBe('accepted');
    expect(codeOf(starting({ ...defunded, startsOn: '2026-09-01' }))).toBe('not-fundable');
  });

  it('is refused for an administration assistant aged 25 (hard case 80)', () => {
    expect(codeOf(starting({ standardId: 'ST1472', ageAtStart: 25 }))).toBe('not-fundable');
    expect(codeOf(starting({ standardId: 'ST1472', ageAtStart: 24 }))).toBe('accepted');
    expect(codeOf(starting({ standardId: 'ST1472', ageAtStart: 15 }))).toBe('not-fundable');
  });

  it('is refused on a version that is closed or unknown, and takes the newest open one by itself', () => {
    expect(pathsOf(starting({ standardVersion: '1.0' }))).toEqual(['standardVersion']);
    expect(pathsOf(starting({ standardVersion: '9.9' }))).toEqual(['standardVersion']);
    expect(
      dataOf(begun({ standardId: 'ST0135', startsOn: '2025-06-11', plannedEndOn: '2027-01-31' })).standardVersion,
    ).toBe('1.4');
    expect(
      dataOf(begun({ standardId: 'ST0135', startsOn: '2025-06-12', plannedEndOn: '2027-01-31' })).standardVersion,
    ).toBe('1.5');
  });

  it('is refused beside another apprenticeship, month by month: one may end in the month in which the next begins (hard case 77)', () => {
    const other = (endsOn: string) => [
      otherApprenticeship({ standardId: 'ST0888', startsOn: day('2025-01-06'), plannedEndOn: day(endsOn) }),
    ];
    const dates = { startsOn: '2026-06-01', plannedEndOn: '2027-11-30' };
    expect(codeOf(starting(dates, { others: other('2026-06-30') }))).toBe('accepted');
    expect(codeOf(starting({ ...dates, startsOn: '2026-05-29' }, { others: other('2026-06-30') }))).toBe(
      'overlapping-apprenticeship',
    );
    expect(codeOf(starting(dates, { others: other('2026-07-01') }))).toBe('overlapping-apprenticeship');
    const refused = [{ ...(other('2027-01-31')[0] as Process), status: 'stopped' as const, outcome: 'refused' }];
    expect(codeOf(starting(dates, { others: refused }))).toBe('accepted');
  });

  it('is refused with a mentor who is the apprentice, unknown, or gone; and too far ahead', () => {
    for (const mentorId of ['tilly', 'nobody']) expect(pathsOf(starting({ mentorId }))).toEqual(['mentorId']);
    const gone = personOf('Cole', { posts: [{ schoolId: OAKFIELD, endsOn: day('2026-07-31') }] });
    expect(pathsOf(starting({}, { people: [gone] }))).toEqual(['mentorId']);
    expect(pathsOf(starting({ startsOn: '2028-08-01', plannedEndOn: '2029-08-31' }))).toEqual(['startsOn']);
    expect(codeOf(starting({ startsOn: '2028-07-31', plannedEndOn: '2029-08-31' }))).toBe('accepted');
  });

  it('is refused at a school where they do not work, and without a post', () => {
    expect(pathsOf(starting({ schoolId: RIVERSIDE }))).toEqual(['schoolId']);
    const left = personOf('Tilly', { posts: [{ schoolId: OAKFIELD, endsOn: day('2026-07-31') }] });
    expect(codeOf(starting({}, { subject: left }, rowan))).toBe('no-current-post');
  });

  it('asks for no date of birth and keeps none (hard case 98)', () => {
    expect(StartForm.safeParse({ ...input, dateOfBirth: '2002-01-01' }).success).toBe(false);
    expect(Object.keys(dataOf(begun())).filter((key) => /birth/i.test(key))).toEqual([]);
    expect(StartForm.safeParse({ ...input, ageAtStart: 14 }).success).toBe(false);
  });
});

describe('onboarding', () => {
  it('begins the programme when all five are done, whatever their order', () => {
    const play = training();
    expect(play.process()).toMatchObject({ stage: 'on-programme', wait: 'next-review' });
    expect(dataOf(play).plan).toMatchObject({
      version: 1,
      apprentice: { by: 'tilly' },
      employer: { by: 'sienna' },
      provider: { by: 'sam' },
    });
  });

  it.each(['sign-as-apprentice', 'sign-as-employer', 'sign-for-provider', 'set-up-funding'] as const)(
    'ends with a refusal at %s',
    (key) => {
      const play = begun();
      const who = {
        'sign-as-apprentice': tilly,
        'sign-as-employer': sienna,
        'sign-for-provider': sam,
        'set-up-funding': apple,
      }[key];
      must(play.complete(play.wait(1, key), 'refused', { reason: 'Not now.' }, who));
      play.drive();
      expect(play.process()).toMatchObject({ status: 'stopped', outcome: 'refused' });
      expect(dataOf(play).refusal).toMatchObject({ by: who.personId, reason: 'Not now.' });
      expect(told(play, 'tilly').includes('decision-ready')).toBe(who !== tilly);
      expect([...play.items().values()].filter(({ type }) => type === 'guard')).toEqual([]);
    },
  );

  it('that ends with a refusal tells whoever prepared it, but not who refused', () => {
    const play = begun();
    play.clearNotices();
    must(play.complete(play.wait(play.process().step, 'sign-as-employer'), 'refused', { reason: 'No cover.' }, sienna));
    play.drive();
    expect(play.process()).toMatchObject({ status: 'stopped', outcome: 'refused' });
    expect(told(play, 'tilly')).toEqual(['decision-ready']);
    for (const personId of ['cole', 'sam', 'apple']) expect(told(play, personId), personId).toEqual(['refused']);
    expect(told(play, 'sienna')).toEqual([]);
  });

  it('does not let the apprentice sign as their own employer (hard case 82)', () => {
    const head = personOf('Tilly', { posts: [{ schoolId: OAKFIELD }], roles: [['headteacher', OAKFIELD]] });
    const play = make({
      subject: head,
      people: [cole, apple, personOf('Sienna', { posts: [{ schoolId: OAKFIELD }] })],
    });
    play.begin(input, rowan);
    play.drive();
    const part = play.wait(1, 'sign-as-employer');
    expect(part.candidate).toEqual({ role: 'lsc-chair', schoolId: OAKFIELD });
    expect(codeOf(play.complete(part, 'signed', { hasReadPlan: true }, head))).toBe('about-yourself');
  });

  it('has the signatures due by day 42, and flags the plan on day 43, for good (hard case 83)', () => {
    const play = begun();
    expect(play.wait(1, 'sign-as-apprentice').hardOn).toBe('2026-11-01');
    mornings(play, day('2026-10-30'), day('2026-11-01'));
    expect(dataOf(play).wasPlanLate).toBe(false);
    expect(toSign(play)).toEqual([]);
    play.clearNotices();
    on(play, '2026-11-02');
    expect(dataOf(play).wasPlanLate).toBe(true);
    expect(toSign(play)).toEqual(['plan-was-late']);
    expect(told(play, 'sam')).toEqual(['plan-unsigned']);
    expect(told(play, 'sienna')).toEqual(['plan-unsigned']);
    play.clearNotices();
    on(play, '2026-11-03');
    expect(told(play, 'sam')).toEqual([]);
    onboard(play);
    expect(dataOf(play).wasPlanLate).toBe(true);
  });

  it('flags nobody who signs in time, nor somebody who is entered after those days', () => {
    const play = training();
    on(play, '2026-11-02');
    expect(dataOf(play).wasPlanLate).toBe(false);
    const entered = begun({ startsOn: '2026-01-05', plannedEndOn: '2027-12-31' });
    on(entered, '2026-09-17');
    expect(dataOf(entered).wasPlanLate).toBe(false);
  });

  it('wants at least 187 hours of new learning left after prior learning', () => {
    const assess = (more: Record<string, unknown>) => {
      const play = begun();
      return play.complete(play.wait(1, 'initial-assessment'), 'assessed', { ...assessment, ...more }, sam);
    };
    expect(pathsOf(assess({ priorLearningHours: 184, plannedHours: 187 }))).toEqual(['priorLearningHours']);
    expect(codeOf(assess({ priorLearningHours: 183, plannedHours: 187 }))).toBe('accepted');
    expect(pathsOf(assess({ priorLearningHours: 100, plannedHours: 269 }))).toEqual(['plannedHours']);
    expect(codeOf(assess({ priorLearningHours: 100, plannedHours: 270 }))).toBe('accepted');
  });

  it('does not let somebody aged 18 at the start go without maths (hard case 76)', () => {
    const assess = (ageAtStart: number) => {
      const play = begun({ ageAtStart });
      return play.complete(play.wait(1, 'initial-assessment'), 'assessed', { ...assessment, maths: 'not-taken' }, sam);
    };
    expect(codeOf(assess(18))).toBe('invalid-fields');
    expect(codeOf(assess(19))).toBe('accepted');
  });
});

describe('reviews', () => {
  it('open for the mentor 20 school days before their last day, and are due on the last school day before it', () => {
    const play = training();
    expect(play.wait()).toMatchObject({ wait: 'next-review', dueOn: '2026-11-23' });
    onPlan(play, '2026-11-22');
    expect(play.process().wait).toBe('next-review');
    onPlan(play, '2026-11-23');
    expect(play.wait()).toMatchObject({
      wait: 'review',
      candidate: { personId: 'cole' },
      dueOn: '2026-12-18',
      hardOn: '2026-12-31',
    });
    expect(declaration.named?.(dataOf(play))).toEqual([{ personId: 'cole', as: 'mentor' }]);
  });

  it('lead to the next one, and the texts stay with the task', () => {
    const play = training();
    onPlan(play, '2026-11-23');
    must(play.complete(play.wait(), 'on-track', review('2026-11-23'), cole));
    play.drive();
    expect(play.wait()).toMatchObject({ wait: 'next-review', dueOn: '2027-01-25' });
    expect(JSON.stringify(play.process().data)).not.toContain('Phonics');
    onPlan(play, '2027-01-25');
    const task = taskOf(declaration, play.wait());
    expect(JSON.stringify(task?.facts?.(viewIn(play, play.wait())))).toContain('Phonics, and a visit');
  });

  it('record how things stood, and cannot be dated before the last or in the future', () => {
    const play = training();
    onPlan(play, '2026-11-23');
    for (const heldOn of ['2026-09-20', '2026-11-24'])
      expect(pathsOf(play.complete(play.wait(), 'on-track', review(heldOn), cole))).toEqual(['heldOn']);
    must(play.complete(play.wait(), 'on-track', review('2026-11-20'), cole));
    const [held] = dataOf(play).reviews;
    expect(held).toMatchObject({ heldOn: '2026-11-20', latestOn: '2026-12-31', countedHours: 50 });
    expect(held?.expectedHours).toBeCloseTo((370 * 61) / 547, 1);
    must(play.act('record-month', { month: '2026-09', hours: 60 }, cole));
    expect(dataOf(play).reviews[0]).toEqual(held);
  });

  it('raise a concern that the line manager acts on, until the next review takes its place', () => {
    const play = training();
    onPlan(play, '2026-11-23');
    must(play.complete(play.wait(), 'concern', review('2026-11-23', { concern: 'No time is kept free.' }), cole));
    play.drive();
    expect(play.wait()).toMatchObject({ wait: 'act-on-concern', candidate: { personId: 'sam' } });
    expect(shown(play).facts).toMatchObject({
      Concern: 'Raised at a review, 23 November 2026',
      'Concern of the last review': 'No time is kept free.',
    });
    must(play.complete(play.wait(), 'acted', { measures: 'Thursday mornings are free.' }, sam));
    play.drive();
    expect(play.process().wait).toBe('next-review');
    expect(dataOf(play).concerns).toMatchObject([{ code: 'raised-at-review', actedOn: '2026-11-23' }]);
    expect(dataOf(play).measures).toEqual({ text: 'Thursday mornings are free.', by: 'sam', on: '2026-11-23' });
  });

  it('are never put off by what else is open: it lapses, the review comes, and it is asked again after it', () => {
    const play = training();
    onPlan(play, '2026-11-23');
    must(play.complete(play.wait(), 'concern', review('2026-11-23', { concern: 'No time.' }), cole));
    play.drive();
    onPlan(play, '2027-01-24');
    expect(play.process().wait).toBe('act-on-concern');
    onPlan(play, '2027-01-25');
    expect(play.wait()).toMatchObject({ wait: 'review', state: 'open' });
    must(play.complete(play.wait(), 'on-track', review('2027-01-25'), cole));
    play.drive();
    expect(play.wait()).toMatchObject({ wait: 'act-on-concern', state: 'open' });
  });

  it('go to the headteacher where the mentor has left', () => {
    const play = training();
    play.setPeople(personOf('Cole', { posts: [{ schoolId: OAKFIELD, endsOn: day('2026-10-31') }] }));
    onPlan(play, '2026-11-23');
    expect(play.wait().candidate).toEqual({ role: 'headteacher', schoolId: OAKFIELD });
  });
});

describe('the hours of a month', () => {
  const hours = (play: Play, month: string, total: number) =>
    must(play.act('record-month', { month, hours: total }, cole));

  it('are typed as one number or logged, by the apprentice, the mentor, the manager and the school', () => {
    const play = training();
    play.moveTo(day('2026-09-30'));
    must(play.act('log-training', { on: '2026-09-23', hours: 2.5, activity: 'taught-session' }, tilly));
    must(play.act('log-training', { on: '2026-09-26', hours: 4, activity: 'online-learning' }, cole));
    expect(dataOf(play).months).toEqual([
      { month: '2026-09', total: null, logged: 2.5, uncounted: { 'not-a-working-day': 4 } },
    ]);
    expect(play.events().at(-1)?.data).toMatchObject({ isCounted: false, reason: 'not-a-working-day' });
    hours(play, '2026-09', 18);
    expect(countedThrough(dataOf(play).months)).toBe(18);
    for (const actor of [sam, sienna])
      expect(codeOf(play.act('record-month', { month: '2026-09', hours: 18 }, actor))).toBe('accepted');
    expect(codeOf(play.act('record-month', { month: '2026-09', hours: 18 }, sunil))).toBe('not-allowed');
  });

  it('are of no month before the start or to come, nor logged before the start', () => {
    const play = training();
    expect(codeOf(play.act('log-training', { on: '2026-09-16', hours: 1, activity: 'visit' }, tilly))).toBe('not-now');
    play.moveTo(day('2026-10-05'));
    for (const month of ['2026-08', '2026-11'])
      expect(pathsOf(play.act('record-month', { month, hours: 1 }, cole))).toEqual(['month']);
  });

  it('behind plan by more than 15 per cent warn mentor and line manager, with numbers, and ask the manager', () => {
    const play = training();
    play.moveTo(day('2026-10-02'));
    hours(play, '2026-09', 2);
    mornings(play, day('2026-10-02'), day('2026-11-01'));
    hours(play, '2026-10', 20);
    mornings(play, day('2026-11-02'), day('2026-11-05'));
    expect(dataOf(play).concerns).toEqual([]);
    play.clearNotices();
    mornings(play, day('2026-11-06'), day('2026-11-07'));
    // 41 of 547 days by the end of October: 27.73 of 370 hours, of which 22 are there.
    for (const personId of ['cole', 'sam'])
      expect(play.notices(personId).filter(({ code }) => code === 'behind-plan')).toMatchObject([
        { values: { percent: 21, counted: 22, expected: 28 } },
      ]);
    expect(play.wait()).toMatchObject({ wait: 'act-on-concern', candidate: { personId: 'sam' } });
  });

  it('of none warn once; of a second month running ask the school whether this is a break (hard case 69)', () => {
    const play = training();
    play.moveTo(day('2026-10-02'));
    hours(play, '2026-09', 60);
    play.clearNotices();
    mornings(play, day('2026-11-01'), day('2026-11-10'));
    expect(told(play, 'cole')).toEqual(['month-without-training']);
    expect(told(play, 'sam')).toEqual(['month-without-training']);
    expect(play.process().wait).toBe('next-review');
    on(play, '2026-11-23');
    must(play.complete(play.wait(), 'on-track', review('2026-11-23'), cole));
    play.drive();
    play.clearNotices();
    mornings(play, day('2026-12-01'), day('2026-12-08'));
    expect(told(play, 'cole')).toEqual(['second-month-without-training']);
    expect(play.wait()).toMatchObject({ wait: 'consider-break', candidate: { role: 'school-lead' } });
    must(play.complete(play.wait(), 'training-continues', { reason: 'A course begins in January.' }, sam));
    play.drive();
    expect(play.process().wait).toBe('next-review');
  });

  it('of a second empty month are asked about before what nobody has begun to answer about a concern', () => {
    const play = training();
    mornings(play, day('2026-11-01'), day('2026-11-10'));
    expect(play.process().wait).toBe('act-on-concern');
    must(play.complete(play.wait(), 'acted', { measures: 'We look into it.' }, sam));
    play.drive();
    on(play, '2026-11-23');
    must(play.complete(play.wait(), 'concern', review('2026-11-23', { concern: 'Little time.' }), cole));
    play.drive();
    expect(play.process().wait).toBe('act-on-concern');
    mornings(play, day('2026-12-01'), day('2026-12-08'));
    expect(play.process().wait).toBe('consider-break');
    must(play.complete(play.wait(), 'training-continues', { reason: 'A course begins in January.' }, sam));
    play.drive();
    on(play, '2026-12-09');
    expect(play.process().wait).toBe('act-on-concern');
  });

  it('of August of a term-time contract are announced in July, once', () => {
    const play = training({ isTermTimeOnly: true });
    for (const month of [
      '2026-09',
      '2026-10',
      '2026-11',
      '2026-12',
      '2027-01',
      '2027-02',
      '2027-03',
      '2027-04',
      '2027-05',
      '2027-06',
      '2027-07',
    ]) {
      play.moveTo(day('2027-08-01'));
      hours(play, month, 40);
    }
    play.clearNotices();
    mornings(play, day('2027-07-01'), day('2027-07-03'));
    expect(told(play, 'cole').filter((code) => code === 'august-ahead')).toHaveLength(1);
    play.clearNotices();
    mornings(play, day('2027-09-08'), day('2027-09-10'));
    expect(told(play, 'cole')).not.toContain('month-without-training');
  });
});

describe('a break in learning', () => {
  const away = { startedOn: '2026-11-02', expectedReturnOn: '2027-02-01', reason: 'parental-leave' };

  it('pauses, moves planned end and review by its length, and is history afterwards', () => {
    const play = training();
    play.moveTo(day('2026-11-02'));
    must(play.act('break-in-learning', away, sam));
    expect(play.process()).toMatchObject({ status: 'paused', resumesOn: '2027-02-01' });
    expect(dataOf(play).plannedEndOn).toBe(addDays(plannedEndOn, 91));
    expect(reviewLatestOn(dataOf(play), ruleSetOf('2026-27'))).toBe(addDays(day('2026-12-31'), 91));
    mornings(play, day('2027-01-30'), day('2027-01-31'));
    expect(play.process().status).toBe('paused');
    on(play, '2027-02-01');
    expect(play.process().status).toBe('active');
    expect(dataOf(play).breaks).toMatchObject([{ startedOn: '2026-11-02', returnedOn: '2027-02-01' }]);
    expect(told(play, 'sam')).toContain('break-over');
    // The end has moved, so all three sign again.
    expect(play.process().wait).toBe('re-sign-plan');
  });

  it('is shorter where they come back sooner, longer where its end is changed', () => {
    const play = training();
    play.moveTo(day('2026-11-02'));
    must(play.act('break-in-learning', away, sam));
    must(play.act('extend-break', { expectedReturnOn: '2027-03-01' }, sam));
    expect(play.process().resumesOn).toBe('2027-03-01');
    expect(dataOf(play).plannedEndOn).toBe(addDays(plannedEndOn, 119));
    play.moveTo(day('2026-12-10'));
    must(play.act('resume', { returnedOn: '2026-12-07' }, sam));
    expect(play.process()).toMatchObject({ status: 'active' });
    expect(dataOf(play).plannedEndOn).toBe(addDays(plannedEndOn, 35));
  });

  it('cannot begin in a break, nor end where there is none (hard case 70)', () => {
    const play = training();
    expect(codeOf(play.act('resume', {}, sam))).toBe('not-paused');
    play.moveTo(day('2026-11-02'));
    must(play.act('break-in-learning', away, sam));
    expect(codeOf(play.act('break-in-learning', away, sam))).toBe('is-paused');
    must(play.act('withdraw', { reason: 'WithdrawDuringLearning', lastDayOfLearning: '2026-10-30' }, tilly));
    expect(codeOf(play.act('break-in-learning', away, sam))).toBe('already-ended');
    expect(codeOf(play.act('resume', {}, sam))).toBe('already-ended');
  });

  it('that is over already only goes into the history, and two never overlap', () => {
    const play = training();
    play.moveTo(day('2026-12-01'));
    must(
      play.act('break-in-learning', { startedOn: '2026-10-05', expectedReturnOn: '2026-10-19', reason: 'other' }, sam),
    );
    expect(play.process().status).toBe('active');
    expect(dataOf(play).plannedEndOn).toBe(addDays(plannedEndOn, 14));
    for (const [startedOn, expectedReturnOn] of [
      ['2026-10-18', '2026-11-18'],
      ['2026-10-01', '2026-10-06'],
    ])
      expect(pathsOf(play.act('break-in-learning', { startedOn, expectedReturnOn, reason: 'other' }, sam))).toEqual([
        'startedOn',
      ]);
    expect(
      pathsOf(
        play.act(
          'break-in-learning',
          { startedOn: '2026-11-20', expectedReturnOn: '2026-11-20', reason: 'other' },
          sam,
        ),
      ),
    ).toEqual(['expectedReturnOn']);
  });

  it('can be what the question about two empty months comes to', () => {
    const play = training();
    mornings(play, day('2026-11-01'), day('2026-11-10'));
    must(play.complete(play.wait(), 'acted', { measures: 'We look into it.' }, sam));
    play.drive();
    on(play, '2026-11-23');
    must(play.complete(play.wait(), 'on-track', review('2026-11-23'), cole));
    play.drive();
    mornings(play, day('2026-12-01'), day('2026-12-08'));
    expect(play.process().wait).toBe('consider-break');
    must(play.complete(play.wait(), 'break-agreed', { ...away, startedOn: '2026-11-30' }, sam));
    play.drive();
    expect(play.process()).toMatchObject({ status: 'paused', wait: 'next-review', resumesOn: '2027-02-01' });
    expect(told(play, 'tilly')).toContain('break-recorded');
    expect(play.wait()).not.toHaveProperty('nextAt');
    on(play, '2027-02-01');
    expect(play.process().status).toBe('active');
  });

  it('tells others nothing of health and family', () => {
    const play = training();
    play.moveTo(day('2026-11-02'));
    must(play.act('break-in-learning', away, sam));
    expect(declaration.discreet?.(dataOf(play), null).data['breaks']).toMatchObject([{ reason: null }]);
    const page = (mayReadHealth: boolean) => JSON.stringify(declaration.about?.(viewIn(play), mayReadHealth));
    expect(page(true)).toContain('Parental leave');
    expect(page(false)).not.toContain('Parental leave');
  });

  it('counts no hours in it', () => {
    const play = training();
    play.moveTo(day('2026-11-02'));
    must(play.act('break-in-learning', away, sam));
    play.moveTo(day('2027-01-15'));
    expect(pathsOf(play.act('record-month', { month: '2026-12', hours: 3 }, sam))).toEqual(['month']);
    must(play.act('log-training', { on: '2027-01-14', hours: 2, activity: 'visit' }, tilly));
    expect(dataOf(play).months).toMatchObject([{ logged: 0, uncounted: { 'on-a-break': 2 } }]);
  });
});

describe('changes', () => {
  it('of hours pro-rate what is left, keep the old plan and have the new one signed by all three', () => {
    const play = training();
    const signed = dataOf(play).plan;
    must(play.act('change-hours', { weeklyHours: 15, from: '2027-06-21' }, sam));
    play.drive();
    const data = dataOf(play);
    expect(data.formerPlans).toEqual([signed]);
    expect(data.plan).toMatchObject({ version: 2, because: 'hours', apprentice: null });
    expect(data.plannedEndOn).toBe(addDays(day('2027-06-21'), 2 * 274 - 1));
    expect(play.process().wait).toBe('re-sign-plan');
    const part = (key: string) => play.wait(play.process().step, key);
    must(play.complete(part('sign-as-apprentice'), 'signed', { hasReadPlan: true }, tilly));
    must(play.complete(part('sign-as-employer'), 'signed', { hasReadPlan: true }, sienna));
    must(play.complete(part('sign-for-provider'), 'signed', { signedOn: '2026-09-16' }, sam));
    play.drive();
    expect(play.process().wait).toBe('next-review');
    expect(codeOf(play.act('change-hours', { weeklyHours: 15, from: '2027-06-21' }, sam))).toBe('invalid-fields');
  });

  it('of the provider are the apprentice’s, the trust’s and the school’s to make', () => {
    const play = training();
    play.moveTo(day('2026-10-05'));
    for (const actor of [cole, sunil])
      expect(codeOf(play.act('change-provider', { providerId: 'another-college' }, actor))).toBe('not-allowed');
    must(play.act('change-provider', { providerId: 'another-college' }, tilly));
    play.drive();
    expect(dataOf(play)).toMatchObject({
      providerId: 'another-college',
      formerProviders: [{ providerId: 'somerset-college', until: '2026-10-04' }],
      plan: { version: 2, because: 'provider' },
    });
    must(play.complete(play.wait(play.process().step, 'sign-as-employer'), 'signed', { hasReadPlan: true }, sienna));
    onPlan(play, '2026-11-23');
    must(play.complete(play.wait(), 'on-track', review('2026-11-23'), cole));
    play.drive();
    const parts = play.waits().filter(({ step, part }) => step === play.process().step && part !== undefined);
    expect(Object.fromEntries(parts.map(({ part, state }) => [part, state]))).toEqual({
      'sign-as-apprentice': 'open',
      'sign-as-employer': 'answered',
      'sign-for-provider': 'open',
    });
  });

  it('of the plan take a new end or other hours, never fewer than the minimum or too short', () => {
    const play = training();
    expect(codeOf(play.act('change-plan', { because: 'hours', plannedHours: 369 }, sam))).toBe('invalid-fields');
    expect(codeOf(play.act('change-plan', { because: 'end', plannedEndOn: '2027-05-19' }, sam))).toBe('invalid-fields');
    expect(codeOf(play.act('change-plan', { because: 'end' }, sam))).toBe('invalid-fields');
    must(play.act('change-plan', { because: 'end', plannedEndOn: '2028-06-30', plannedHours: 420 }, sam));
    expect(dataOf(play)).toMatchObject({ plannedEndOn: '2028-06-30', initialAssessment: { plannedHours: 420 } });
    expect(endOf(dataOf(play))).toBe('2028-06-30');
  });

  it('of the standard’s version bring its hours, and keep the rules of the start', () => {
    const play = training(
      { standardId: 'ST0135', startsOn: '2024-09-02', plannedEndOn: '2027-03-01' },
      {},
      { plannedHours: 800 },
    );
    expect(dataOf(play)).toMatchObject({ standardVersion: '1.3', publishedHours: null });
    must(play.act('change-standard-version', { standardVersion: '1.5', assessmentPlan: 'reformed' }, sam));
    expect(dataOf(play)).toMatchObject({ standardVersion: '1.5', publishedHours: 396, assessmentPlan: 'reformed' });
    expect(play.process().ruleSet).toBe('before-2025-08');
    expect(
      codeOf(training({ standardId: 'ST0070' }).act('change-standard-version', { standardVersion: '1.0' }, sam)),
    ).toBe('not-now');
  });

  it('of the mentor tell both and the apprentice, and the open review moves', () => {
    const play = training();
    on(play, '2026-11-23');
    play.clearNotices();
    must(play.act('change-mentor', { mentorId: 'milo' }, sam));
    expect(play.wait().candidate).toEqual({ personId: 'milo' });
    expect(told(play, 'milo')).toContain('named-as-mentor');
    expect(told(play, 'cole')).toEqual(['no-longer-mentor']);
    for (const mentorId of ['milo', 'tilly', 'nobody'])
      expect(pathsOf(play.act('change-mentor', { mentorId }, sam))).toEqual(['mentorId']);
  });

  it('of school within the trust are no change of employer: signatures, hours and plan stand (hard case 78)', () => {
    const play = training();
    const before = dataOf(play);
    const moved = personOf('Tilly', { posts: [{ schoolId: ST_ALDHELM, lineManagerId: 'sunil' }] });
    play.setPeople(moved);
    play.clearNotices();
    on(play, '2026-10-05');
    expect(play.process()).toMatchObject({
      schoolId: ST_ALDHELM,
      wait: 'next-review',
      formerSchools: [{ schoolId: OAKFIELD }],
    });
    expect(dataOf(play)).toEqual(before);
    expect(told(play, 'tilly')).toEqual(['moved-school']);
    expect(told(play, 'sunil')).toEqual(['mentor-elsewhere']);
  });

  it('of school can be made by the new school, with a mentor there', () => {
    const both = personOf('Tilly', {
      posts: [
        { schoolId: OAKFIELD, lineManagerId: 'sam' },
        { schoolId: ST_ALDHELM, fte: 0.4 },
      ],
    });
    const play = training({}, { subject: both });
    expect(codeOf(play.act('move-school', { schoolId: ST_ALDHELM, mentorId: 'milo' }, sam))).toBe('not-allowed');
    must(play.act('move-school', { schoolId: ST_ALDHELM, mentorId: 'milo' }, sunil));
    expect(play.process().schoolId).toBe(ST_ALDHELM);
    expect(dataOf(play).mentorId).toBe('milo');
    expect(told(play, 'sunil')).not.toContain('mentor-elsewhere');
  });
});

describe('an early end', () => {
  it('before the start has the start as last day of learning (hard case 71)', () => {
    const play = training();
    const end = (lastDayOfLearning: string) =>
      play.act('withdraw', { reason: 'WithdrawFromStart', lastDayOfLearning }, tilly);
    expect(pathsOf(end('2026-09-16'))).toEqual(['lastDayOfLearning']);
    must(end('2026-09-21'));
    expect(play.process()).toMatchObject({ status: 'stopped', outcome: 'withdrawn', reason: 'WithdrawFromStart' });
  });

  it('is not in the future, nor before the start, nor after the planned end (hard case 71)', () => {
    const play = training();
    play.moveTo(day('2026-10-20'));
    const end = (lastDayOfLearning: string) =>
      play.act('withdraw', { reason: 'WithdrawDuringLearning', lastDayOfLearning }, tilly);
    for (const wrong of ['2026-11-01', '2026-10-21', '2026-09-20'])
      expect(pathsOf(end(wrong))).toEqual(['lastDayOfLearning']);
    must(end('2026-10-20'));
    expect(told(play, 'cole')).toContain('apprentice-withdrawn');
  });

  it('has the service’s reasons, and a few words where it is another', () => {
    expect(withdrawalReasons).toEqual(['WithdrawFromStart', 'WithdrawDuringLearning', 'WithdrawFromBeta', 'Other']);
    const play = training();
    play.moveTo(day('2026-10-20'));
    const other = { reason: 'Other', lastDayOfLearning: '2026-10-20' };
    expect(pathsOf(play.act('withdraw', other, rowan))).toEqual(['otherReason']);
    expect(pathsOf(play.act('withdraw', { ...other, otherReason: 'x'.repeat(101) }, rowan))).toEqual(['otherReason']);
    must(play.act('withdraw', { ...other, otherReason: 'Moves away.' }, rowan));
    expect(told(play, 'tilly')).toContain('withdrawn-for-you');
  });

  it('comes with the last post', () => {
    const play = training();
    play.setPeople(personOf('Tilly', { posts: [{ schoolId: OAKFIELD, endsOn: day('2026-10-31') }] }));
    on(play, '2026-11-02');
    expect(play.process()).toMatchObject({ status: 'stopped', outcome: 'left' });
    expect(told(play, 'apple')).toContain('apprentice-left');
  });
});

/** Quarter hours for each month from September 2026 to June 2027, in all so many. */
const monthsOf = (hours: number): readonly (readonly [string, number])[] => {
  const names = ['2026-09', '2026-10', '2026-11', '2026-12', '2027-01', '2027-02', '2027-03', '2027-04', '2027-05'];
  const each = Math.floor((hours / 10) * 4) / 4;
  return [...names.map((month) => [month, each] as const), ['2027-06', hours - 9 * each] as const];
};

/** In training with all hours on record, and a review held that says ready; today is 6 July 2027. */
function atGateway(
  more: Record<string, unknown> = {},
  {
    hours = 370,
    assessed = {},
    isNextDecided = true,
  }: { hours?: number; assessed?: object; isNextDecided?: boolean } = {},
): Play {
  const play = begun({ plannedEndOn: '2027-12-20', ...more });
  onboard(play, { ...assessed });
  const to = (text: string): void => {
    play.moveTo(day(text));
    for (const [month, total] of monthsOf(hours))
      if (month < text.slice(0, 7)) must(play.act('record-month', { month, hours: total }, cole));
    on(play, text);
  };
  for (const opens of ['2026-11-23', '2027-01-25', '2027-04-19']) {
    to(opens);
    must(play.complete(play.wait(), 'on-track', review(opens), cole));
    play.drive();
  }
  if (isNextDecided) {
    to('2027-06-21');
    must(play.complete(play.wait(), 'proposed', { step: 'leaving', isAgreedWithApprentice: true }, sam));
    play.drive();
  }
  to('2027-07-06');
  must(play.complete(play.wait(), 'ready-for-gateway', review('2027-07-06'), cole));
  play.drive();
  return play;
}

const shown = (play: Play) => {
  const task = taskOf(declaration, play.wait());
  if (!task) throw new Error('No task');
  return {
    outcomes: [...offeredForms(play.scene(), task, play.wait()).keys()],
    facts: Object.fromEntries(
      (task.facts?.(viewIn(play, play.wait())) ?? []).map(({ label, value }) => [label, value]),
    ),
    findings: (task.findings?.(viewIn(play, play.wait())) ?? []).map(({ code }) => code),
  };
};
const through = { isEvidenceComplete: true, isAgreedByProvider: true };

describe('the gateway', () => {
  it('shows each criterion with yes or no, and passes when all are met', () => {
    const play = atGateway();
    expect(play.wait()).toMatchObject({ wait: 'gateway', candidate: { role: 'headteacher', schoolId: OAKFIELD } });
    expect(shown(play)).toMatchObject({
      outcomes: ['passed', 'not-yet'],
      facts: {
        'Long enough in training': 'Yes',
        'Enough hours off the job': 'Yes',
        'Reviews held in time, with the school there': 'Yes',
        'Hours off the job': '370 of 370',
      },
      findings: [],
    });
    must(play.complete(play.wait(), 'passed', through, sienna));
    play.drive();
    expect(play.process()).toMatchObject({ stage: 'assessment', wait: 'record-assessment' });
  });

  it('cannot be passed below the minimum, and says that funds are at risk', () => {
    const play = atGateway({}, { hours: 369.75 });
    expect(shown(play)).toMatchObject({
      outcomes: ['not-yet'],
      facts: { 'Enough hours off the job': 'No' },
      findings: ['criterion-not-met', 'criterion-not-met', 'below-minimum'],
    });
    expect(codeOf(play.complete(play.wait(), 'passed', through, sienna))).toBe('invalid-fields');
    must(play.complete(play.wait(), 'not-yet', { missing: 'A quarter of an hour.' }, sienna));
    play.drive();
    expect(play.process()).toMatchObject({ stage: 'on-programme', wait: 'next-review' });
    expect(dataOf(play).missing).toMatchObject({ text: 'A quarter of an hour.', by: 'sienna' });
    expect(told(play, 'cole')).toContain('gateway-not-yet');
  });

  it('wants a statement of both where the hours are below plan, though above the minimum', () => {
    const play = atGateway({}, { hours: 380, assessed: { plannedHours: 420 } });
    expect(told(play, 'tilly')).toContain('statement-needed');
    expect(told(play, 'sienna')).toContain('statement-needed-of-employer');
    expect(shown(play).outcomes).toEqual(['not-yet']);
    must(play.act('sign-shortfall-statement', { agreesHoursAreEnough: true }, tilly));
    expect(shown(play).outcomes).toEqual(['not-yet']);
    expect(codeOf(play.act('sign-shortfall-statement', { agreesHoursAreEnough: true }, tilly))).toBe('not-now');
    expect(codeOf(play.act('sign-shortfall-statement', { agreesHoursAreEnough: true }, cole))).toBe('not-allowed');
    must(play.act('sign-shortfall-statement', { agreesHoursAreEnough: true }, sienna));
    expect(shown(play)).toMatchObject({ outcomes: ['passed', 'not-yet'], findings: [] });
  });

  it('wants maths of who was 18 at the start and is 19 now, but not of who was 19 (hard case 76)', () => {
    const studying = { maths: 'studying' };
    const young = atGateway({ ageAtStart: 18 }, { assessed: studying });
    expect(shown(young)).toMatchObject({ outcomes: ['not-yet'], facts: { 'Maths, where the rules require it': 'No' } });
    must(young.act('record-english-maths', { english: 'achieved', maths: 'achieved' }, sam));
    expect(shown(young).outcomes).toEqual(['passed', 'not-yet']);
    expect(shown(atGateway({ ageAtStart: 19 }, { assessed: studying })).outcomes).toEqual(['passed', 'not-yet']);
  });

  it('has the statement signed there and not before, and asks for none below the minimum', () => {
    const early = training();
    expect(codeOf(early.act('sign-shortfall-statement', { agreesHoursAreEnough: true }, tilly))).toBe('not-now');
    expect(told(atGateway({}, { hours: 369.75 }), 'tilly')).not.toContain('statement-needed');
  });

  it('comes again as soon as what was missing is there: the review is brought forward', () => {
    const play = atGateway({}, { hours: 369.75 });
    expect(codeOf(play.act('bring-review-forward', {}, cole))).toBe('not-now');
    must(play.complete(play.wait(), 'not-yet', { missing: 'A quarter of an hour.' }, sienna));
    play.drive();
    on(play, '2027-07-07');
    expect(play.process().wait).toBe('next-review');
    expect(codeOf(play.act('bring-review-forward', {}, tilly))).toBe('not-allowed');
    must(play.act('bring-review-forward', {}, cole));
    play.drive();
    expect(play.wait()).toMatchObject({ wait: 'review', state: 'open', dueOn: '2027-07-21' });
    must(play.act('record-month', { month: '2027-07', hours: 1 }, sam));
    must(play.complete(play.wait(), 'ready-for-gateway', review('2027-07-07'), cole));
    play.drive();
    expect(shown(play).outcomes).toEqual(['passed', 'not-yet']);
    must(play.complete(play.wait(), 'not-yet', { missing: 'The portfolio.' }, sienna));
    play.drive();
    on(play, '2027-07-08');
    expect(play.process().wait).toBe('next-review');
  });

  it('of a reformed plan has the employer confirm the behaviours; of the old one it is not asked', () => {
    const reformed = atGateway({ assessmentPlan: 'reformed' });
    expect(pathsOf(reformed.complete(reformed.wait(), 'passed', through, sienna))).toEqual(['areBehavioursConfirmed']);
    must(
      reformed.act('record-assessment-part', { part: 'Observation', outcome: 'passed', assessedOn: '2027-05-10' }, sam),
    );
    expect(shown(reformed).facts).toMatchObject({ 'Parts passed': 'Observation' });
    must(reformed.complete(reformed.wait(), 'passed', { ...through, areBehavioursConfirmed: true }, sienna));
    const old = atGateway();
    expect(codeOf(old.complete(old.wait(), 'passed', { ...through, areBehavioursConfirmed: true }, sienna))).toBe(
      'invalid-fields',
    );
    expect(
      codeOf(
        old.act('record-assessment-part', { part: 'Observation', outcome: 'passed', assessedOn: '2027-05-10' }, sam),
      ),
    ).toBe('not-now');
  });

  it('ends what can change: no hours, no plan, no provider afterwards', () => {
    const play = atGateway();
    must(play.complete(play.wait(), 'passed', through, sienna));
    play.drive();
    for (const [action, form] of [
      ['record-month', { month: '2027-03', hours: 1 }],
      ['change-hours', { weeklyHours: 10, from: '2027-09-01' }],
      ['change-provider', { providerId: 'another' }],
    ] as const)
      expect(codeOf(play.act(action, form, sam))).toBe('not-now');
  });
});

/** The gateway is passed, the assessment open; today is 6 July 2027. */
const atAssessment = (more: Record<string, unknown> = {}, isNextDecided = true): Play => {
  const play = atGateway(more, { isNextDecided });
  must(play.complete(play.wait(), 'passed', through, sienna));
  play.drive();
  return play;
};

describe('the assessment', () => {
  it('is passed with a grade that the standard has, and ends the apprenticeship where what comes next is decided', () => {
    const play = atAssessment();
    expect(codeOf(play.complete(play.wait(), 'passed', { grade: 'Merit', assessedOn: '2027-07-06' }, sam))).toBe(
      'invalid-fields',
    );
    must(play.complete(play.wait(), 'passed', { grade: 'Distinction', assessedOn: '2027-07-06' }, sam));
    play.drive();
    expect(play.process()).toMatchObject({ status: 'completed', outcome: 'completed' });
    expect(play.world().subject.qualifications).toMatchObject([
      { courseId: 'ST0454', cohortId: '2026-09', providerId: 'somerset-college', outcome: 'passed', isFunded: true },
    ]);
    expect(told(play, 'tilly')).toContain('completed');
    expect(told(play, 'cole')).toContain('assessment-decided');
  });

  it('knows every grade of a certificate where the standard has no list of its own', () => {
    const play = atAssessment({ standardId: 'ST0070' });
    must(play.complete(play.wait(), 'passed', { grade: 'Merit', assessedOn: '2027-07-06' }, sam));
    expect(dataOf(play).assessments).toMatchObject([{ outcome: 'passed', grade: 'Merit' }]);
  });

  it('that is failed leads back to training with a plan for the resit, reviews begin anew, the gateway comes again', () => {
    const play = atAssessment();
    must(play.complete(play.wait(), 'failed', { assessedOn: '2027-07-06', resitPlan: 'Two more observations.' }, sam));
    play.drive();
    expect(play.process()).toMatchObject({ stage: 'on-programme', wait: 'next-review' });
    expect(dataOf(play)).toMatchObject({
      gateway: null,
      assessments: [{ outcome: 'failed', grade: 'Fail', resitPlan: 'Two more observations.' }],
    });
    expect(reviewLatestOn(dataOf(play), rulesOf(viewIn(play)))).toBe('2027-10-31');
    on(play, '2027-09-27');
    expect(JSON.stringify(shown(play).facts)).toContain('Two more observations.');
    must(play.complete(play.wait(), 'ready-for-gateway', review('2027-09-27'), cole));
    play.drive();
    must(play.complete(play.wait(), 'passed', through, sienna));
    play.drive();
    must(play.complete(play.wait(), 'passed', { grade: 'Pass', assessedOn: '2027-09-27' }, sam));
    play.drive();
    expect(play.process().outcome).toBe('completed');
  });
});

describe('what comes next', () => {
  it('is asked half a year before the planned end, with what the apprentice would like beside it', () => {
    const play = training({ plannedEndOn: '2027-09-13' });
    must(play.act('say-next-step', { step: 'permanent-post', note: 'I love the nursery.' }, tilly));
    expect(codeOf(play.act('say-next-step', { step: 'leaving' }, sam))).toBe('not-allowed');
    for (const opens of ['2026-11-23', '2027-01-25']) {
      onPlan(play, opens);
      must(play.complete(play.wait(), 'on-track', review(opens), cole));
      play.drive();
    }
    expect(play.wait()).toMatchObject({ wait: 'next-review', dueOn: '2027-03-13' });
    onPlan(play, '2027-03-13');
    expect(play.wait()).toMatchObject({ wait: 'decide-next-step', candidate: { personId: 'sam' } });
    expect(shown(play).facts).toMatchObject({
      'The apprentice would like': 'A permanent post',
      'The apprentice adds': 'I love the nursery.',
    });
    must(play.complete(play.wait(), 'proposed', { step: 'permanent-post', isAgreedWithApprentice: true }, sam));
    play.drive();
    expect(play.wait()).toMatchObject({ wait: 'confirm-next-step', candidate: { role: 'headteacher' } });
    must(play.complete(play.wait(), 'confirmed', {}, sienna));
    play.drive();
    expect(play.process()).toMatchObject({ stage: 'on-programme', wait: 'next-review' });
    expect(isStepSettled(dataOf(play))).toBe(true);
  });

  const atEnd = (): Play => {
    const play = atAssessment({}, false);
    must(play.complete(play.wait(), 'passed', { grade: 'Pass', assessedOn: '2027-07-06' }, sam));
    play.drive();
    return play;
  };

  it('is asked at the end where nobody has said it before; it does not lapse then', () => {
    const play = atEnd();
    expect(play.wait()).toMatchObject({ wait: 'decide-next-step', stage: 'progression', state: 'open' });
    on(play, '2028-03-01');
    expect(play.wait()).toMatchObject({ wait: 'decide-next-step', state: 'open' });
  });

  it('needs the headteacher only for a permanent post and a next apprenticeship', () => {
    for (const step of [
      'postgraduate-teacher-apprenticeship',
      'teacher-degree-apprenticeship',
      'other-teacher-training',
      'leaving',
    ]) {
      const play = atEnd();
      must(play.complete(play.wait(), 'proposed', { step, isAgreedWithApprentice: true }, sam));
      play.drive();
      expect(play.process(), step).toMatchObject({ status: 'completed', outcome: 'completed' });
    }
    const play = atEnd();
    must(play.complete(play.wait(), 'proposed', { step: 'permanent-post', isAgreedWithApprentice: true }, sam));
    play.drive();
    must(play.complete(play.wait(), 'sent-back', { reason: 'The post is not there.' }, sienna));
    play.drive();
    expect(play.process().wait).toBe('decide-next-step');
    expect(shown(play).facts).toMatchObject({ 'The headteacher asked for another proposal': 'The post is not there.' });
  });

  const children = (play: Play) =>
    [...play.items().values()].filter(
      (item): item is Process => item.type === 'process' && item.parentId === play.process().processId,
    );

  it.each([
    ['postgraduate-teacher-apprenticeship', 'ST0490'],
    ['teacher-degree-apprenticeship', 'ST1502'],
  ])('starts the apprenticeship that follows: %s is %s', (step, standardId) => {
    const play = atEnd();
    must(play.complete(play.wait(), 'proposed', { step, isAgreedWithApprentice: true }, sam));
    play.drive();
    expect(children(play)).toMatchObject([
      {
        kind: 'apprenticeship',
        wait: 'confirm-details',
        subjectId: 'tilly',
        data: { standardId, providerId: 'somerset-college' },
      },
    ]);
  });

  it('names the standard of a next apprenticeship, and starts it once the headteacher has confirmed', () => {
    const play = atEnd();
    const step = { step: 'next-apprenticeship', isAgreedWithApprentice: true };
    expect(pathsOf(play.complete(play.wait(), 'proposed', { ...step, nextStandardId: 'ST0454' }, sam))).toEqual([
      'nextStandardId',
    ]);
    expect(pathsOf(play.complete(play.wait(), 'proposed', step, sam))).toEqual(['nextStandardId']);
    expect(codeOf(play.complete(play.wait(), 'proposed', { ...step, nextStandardId: 'ST0384' }, sam))).toBe(
      'invalid-fields',
    );
    must(play.complete(play.wait(), 'proposed', { ...step, nextStandardId: 'ST1414' }, sam));
    play.drive();
    expect(children(play)).toEqual([]);
    must(play.complete(play.wait(), 'confirmed', {}, sienna));
    play.drive();
    expect(play.process().outcome).toBe('completed');
    expect(children(play)).toMatchObject([{ data: { standardId: 'ST1414', ageAtStart: null } }]);
  });

  it('that was started by itself waits until the school has confirmed its details', () => {
    const play = atEnd();
    must(
      play.complete(
        play.wait(),
        'proposed',
        { step: 'teacher-degree-apprenticeship', isAgreedWithApprentice: true },
        sam,
      ),
    );
    play.drive();
    const [child] = children(play);
    if (!child) throw new Error('Nothing was started');
    const definition = playedApprenticeship;
    const next = makePlay(definition, {
      subject: tilly,
      people: [cole, apple],
      today: day('2027-07-06'),
      others: [play.process()],
    });
    next.begin({ ...input, startsOn: '2027-09-01', plannedEndOn: '2031-07-31', standardId: 'ST0070' }, sam);
    const head = next.process();
    next.commit({
      parts: [
        { name: 'process', before: head, after: { ...head, wait: 'confirm-details', data: child.data }, expect: {} },
      ],
    });
    next.drive();
    expect(next.wait()).toMatchObject({ wait: 'confirm-details', candidate: { role: 'school-lead' } });
    expect(codeOf(next.act('change-hours', { weeklyHours: 10, from: '2027-09-01' }, sam))).toBe('not-now');
    const details = {
      providerId: 'university-of-somerset',
      startsOn: '2027-09-01',
      plannedEndOn: '2031-07-31',
      weeklyHours: 32.5,
      mentorId: 'cole',
      ageAtStart: 25,
    };
    expect(pathsOf(next.complete(next.wait(), 'confirmed', { ...details, plannedEndOn: '2028-04-01' }, sam))).toEqual([
      'plannedEndOn',
    ]);
    must(next.complete(next.wait(), 'confirmed', details, sam));
    next.drive();
    expect(next.process()).toMatchObject({ stage: 'onboarding', wait: 'onboarding', ruleSet: '2026-27' });
    expect(dataOf(next)).toMatchObject({ standardId: 'ST1502', ageAtStart: 25, plannedEndOn: '2031-07-31' });
    expect(told(next, 'cole')).toContain('named-as-mentor');
    expect([...next.items().values()]).toContainEqual(
      expect.objectContaining({ type: 'guard', guard: 'apprenticeship#tilly#ST1502' }),
    );
  });
});

describe('teaching', () => {
  const teacher = { standardId: 'ST0490', plannedEndOn: '2027-08-31' };

  it('records qualified teacher status before the assessment, and goes on beside the induction (hard case 81)', () => {
    const play = training(teacher);
    play.moveTo(day('2027-07-20'));
    must(play.act('record-qts', { awardedOn: '2027-07-16' }, sam));
    expect(play.process().status).toBe('active');
    expect(play.world().subject.qualifications).toMatchObject([
      { courseId: 'qts', cohortId: '2027-07', outcome: 'passed' },
    ]);
    expect(codeOf(play.act('record-qts', { awardedOn: '2027-07-16' }, sam))).toBe('not-now');
    expect(milestones(viewIn(play)).find(({ name }) => name === 'qts')?.doneOn).toBe('2027-07-16');
    const induction = { ...play.process(), kind: 'ect-induction', processId: 'induction' };
    const other = personOf('Tilly', { posts: tilly.posts });
    expect(codeOf(starting({}, { subject: other, others: [induction] }))).toBe('accepted');
  });

  it.each(['status first', 'post first'])(
    'begins the induction once there is a confirmed post as well: %s',
    (order) => {
      const play = training(teacher);
      onPlan(play, '2027-03-05');
      const inductions = () =>
        [...play.items().values()].filter((item) => item.type === 'process' && item.kind === 'ect-induction');
      const record = () => must(play.act('record-qts', { awardedOn: '2027-03-05' }, sam));
      const decide = () => {
        must(play.complete(play.wait(), 'proposed', { step: 'permanent-post', isAgreedWithApprentice: true }, sam));
        play.drive();
        must(play.complete(play.wait(), 'confirmed', {}, sienna));
        play.drive();
      };
      expect(play.process().wait).toBe('review');
      must(play.complete(play.wait(), 'on-track', review('2027-03-05'), cole));
      play.drive();
      on(play, '2027-03-05');
      const [first, second] = order === 'status first' ? [record, decide] : [decide, record];
      first();
      expect(inductions()).toEqual([]);
      second();
      expect(inductions()).toMatchObject([
        {
          wait: 'setup',
          subjectId: 'tilly',
          schoolId: OAKFIELD,
          data: { qtsOn: '2027-03-05', periods: [{ to: null }] },
        },
      ]);
      expect(play.process().status).toBe('active');
      expect(play.world().subject.qualifications.filter(({ courseId }) => courseId === 'qts')).toHaveLength(1);
    },
  );

  it('is for standards that lead to it', () => {
    expect(codeOf(training().act('record-qts', { awardedOn: '2026-09-16' }, sam))).toBe('not-now');
  });
});

describe('what is shown', () => {
  it('are milestones that are done, next and late', () => {
    const play = training();
    onPlan(play, '2026-11-23');
    must(play.complete(play.wait(), 'on-track', review('2026-11-20'), cole));
    play.drive();
    expect(
      declaration
        .milestones(viewIn(play) as never)
        .map(({ name, label, dueOn, doneOn }) => `${name} (${label}): ${dueOn} ${doneOn}`),
    ).toMatchInlineSnapshot(`
      [
        "started (Training begins): 2026-09-21 2026-09-21",
        "plan-signed (Training plan signed by all three): 2026-11-01 2026-09-16",
        "initially-assessed (Prior learning looked at): null 2026-09-16",
        "funding-set-up (Employment and funding set up): null 2026-09-16",
        "review-1 (Review 1): 2026-12-31 2026-11-20",
        "review-2 (Review 2): 2027-02-26 null",
        "next-step-decided (What comes next is decided): 2028-03-20 null",
        "gateway (Gateway): 2028-03-20 null",
        "assessed (Assessment passed): null null",
      ]
    `);
  });

  it('to the line manager are stage and dates, no words and no reasons', () => {
    const play = training();
    const brief = declaration.brief(dataOf(play));
    expect(Object.keys(brief)).toEqual([
      'standardId',
      'standardVersion',
      'title',
      'level',
      'providerId',
      'mentorId',
      'startsOn',
      'plannedEndOn',
      'reviewsHeldOn',
      'countedHours',
    ]);
  });

  it('has a sentence for each thing it tells, each number in it named', () => {
    for (const [code, sentence] of Object.entries(texts.told)) {
      const names = [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(names, code).toEqual(code === 'behind-plan' ? ['percent', 'counted', 'expected'] : []);
    }
    expect(Object.keys(findings).length).toBeGreaterThan(0);
    for (const { event } of Object.values(actions)) expect(event).toMatch(/-/);
  });

  it('has forms that a client can show: each field with a label, each choice with its words, what is needed now as required', () => {
    const plays = [
      begun(),
      training(),
      atGateway({ assessmentPlan: 'reformed' }),
      atAssessment({ standardId: 'ST0070' }),
    ];
    const forms = plays.flatMap((play) => {
      const open = play.waits().filter(({ state, kind }) => state === 'open' && kind === 'task');
      const ofTasks = open.flatMap((wait) => {
        const task = taskOf(declaration, wait);
        return task
          ? [...offeredForms(play.scene(), task, wait)].map(([outcome, form]) => [outcome, form] as const)
          : [];
      });
      const ofActions = Object.entries<ActionSpec<ApprenticeshipData>>(declaration.actions).flatMap(([action, spec]) =>
        spec.refusedNow?.(viewIn(play), sam) === undefined ? [[action, spec.form(viewIn(play))] as const] : [],
      );
      return [...ofTasks, ...ofActions];
    });
    expect(new Set(forms.map(([name]) => name)).size).toBeGreaterThan(15);
    for (const [name, form] of [...forms, ['start', StartForm] as const]) {
      const schema = z.toJSONSchema(form, { io: 'input' }) as { properties?: Record<string, Record<string, unknown>> };
      for (const [field, shown] of Object.entries(schema.properties ?? {})) {
        expect(shown['title'], `${name} ${field}`).toEqual(expect.any(String));
        if (shown['enum'] !== undefined && (shown['enum'] as unknown[])[0] !== true)
          expect(Object.keys(shown['enumLabels'] as object), `${name} ${field}`).toEqual(shown['enum']);
      }
    }
    const ending = forms.find(([name]) => name === 'withdraw')?.[1];
    expect(z.toJSONSchema(ending as z.ZodType, { io: 'input' })).toMatchObject({
      required: ['reason', 'lastDayOfLearning'],
    });
  });

  it('has standards with titles and versions in order, each found by its id', () => {
    for (const standard of allStandards) {
      expect(standardOf(standard.standardId)).toBe(standard);
      expect(standard.standardId).toMatch(/^ST\d{4}$/);
      const starts = standard.versions.map(({ startsFrom }) => startsFrom ?? '');
      expect([...starts].sort()).toEqual(starts);
    }
  });
});

describe('whatever happens', () => {
  const act = fc.oneof(
    fc.record({
      do: fc.constant('hours' as const),
      n: fc.integer({ min: -300, max: 300 }),
      weekly: fc.integer({ min: 4, max: 60 }),
    }),
    fc.record({
      do: fc.constant('break' as const),
      n: fc.integer({ min: 1, max: 400 }),
      length: fc.integer({ min: 1, max: 120 }),
    }),
    fc.record({
      do: fc.constant('month' as const),
      n: fc.integer({ min: 0, max: 500 }),
      total: fc.integer({ min: 0, max: 60 }),
    }),
    fc.record({
      do: fc.constant('log' as const),
      n: fc.integer({ min: 0, max: 500 }),
      total: fc.integer({ min: 1, max: 8 }),
    }),
    fc.record({ do: fc.constant('provider' as const), n: fc.integer({ min: 0, max: 500 }) }),
    fc.record({ do: fc.constant('version' as const) }),
  );

  it('a past event that is moved or added never changes what was recorded, and the total time is kept', () => {
    fc.assert(
      fc.property(fc.array(act, { minLength: 1, maxLength: 8 }), (drawn) => {
        const play = training({ standardId: 'ST0135' }, {}, { plannedHours: 396 });
        on(play, '2026-11-23');
        must(play.complete(play.wait(), 'on-track', review('2026-11-20'), cole));
        play.drive();
        play.moveTo(day('2027-06-15'));
        for (const one of drawn) {
          const before = dataOf(play);
          const past = (n: number) => addDays(day('2027-06-15'), -n);
          if (one.do === 'hours') play.act('change-hours', { weeklyHours: one.weekly, from: past(one.n) }, sam);
          if (one.do === 'break')
            play.act(
              'break-in-learning',
              { startedOn: past(one.n), expectedReturnOn: past(one.n - one.length), reason: 'other' },
              sam,
            );
          if (one.do === 'month') play.act('record-month', { month: monthOf(past(one.n)), hours: one.total }, sam);
          if (one.do === 'log')
            play.act('log-training', { on: past(one.n), hours: one.total, activity: 'visit' }, tilly);
          if (one.do === 'provider')
            play.act('change-provider', { providerId: `college-${one.n}`, from: past(one.n) }, sam);
          if (one.do === 'version') play.act('change-standard-version', { standardVersion: '1.4' }, sam);
          play.drive();
          const after = dataOf(play);
          expect(after.reviews).toEqual(before.reviews);
          expect(after.formerPlans.slice(0, before.formerPlans.length)).toEqual(before.formerPlans);
          expect(after.initialAssessment).toEqual(before.initialAssessment);
          expect(after.programme).toBe(before.programme);
          expect(after.plannedEndOn).toBe(endOf(after));
          expect(learnedThrough(after, after.plannedEndOn)).toBeGreaterThanOrEqual(after.programme);
          expect(play.process().ruleSet).toBe('2026-27');
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe('four years', () => {
  it('of a teacher degree apprenticeship with two breaks, other hours, two schools and a resit pass in seconds', {
    timeout: 60_000,
  }, () => {
    const first = day('2026-09-21');
    const play = begun({
      standardId: 'ST1502',
      startsOn: first,
      plannedEndOn: '2030-09-20',
      weeklyHours: 32.5,
      isTermTimeOnly: true,
    });
    onboard(play, { plannedHours: 1200 });
    const pass = { reviews: 0, concerns: 0, failed: false, signatures: 0 };
    const isAway = () => play.process().status === 'paused';
    const answer = (today: Day): unknown => {
      const { wait, step, status } = play.process();
      if (status !== 'active') return undefined;
      const head =
        play.process().schoolId === OAKFIELD
          ? sienna
          : personOf('Robin', { posts: [{ schoolId: ST_ALDHELM }], roles: [['headteacher', ST_ALDHELM]] });
      const lead = play.process().schoolId === OAKFIELD ? sam : sunil;
      const open = play.wait();
      if (open.state !== 'open') return;
      switch (wait) {
        case 'review': {
          // The mentor takes a week.
          if (today < addDays(day(open.openedAt.slice(0, 10)), 7)) return;
          const isReady = countedThrough(dataOf(play).months) >= 1200 && today >= dataOf(play).plannedEndOn;
          const outcome = isReady ? 'ready-for-gateway' : pass.reviews % 5 === 3 ? 'concern' : 'on-track';
          must(play.complete(open, outcome, review(today, outcome === 'concern' ? { concern: 'Hours.' } : {}), cole));
          pass.reviews++;
          return;
        }
        case 'act-on-concern':
          pass.concerns++;
          return must(play.complete(open, 'acted', { measures: 'Time is kept.' }, lead));
        case 're-sign-plan':
          for (const [key, who, form] of [
            ['sign-as-apprentice', tilly, { hasReadPlan: true }],
            ['sign-as-employer', head, { hasReadPlan: true }],
            ['sign-for-provider', lead, { signedOn: today }],
          ] as const) {
            const part = play.wait(step, key);
            if (part.state === 'open') must(play.complete(part, 'signed', form, who));
            pass.signatures++;
          }
          return;
        case 'decide-next-step':
          return must(play.complete(open, 'proposed', { step: 'permanent-post', isAgreedWithApprentice: true }, lead));
        case 'confirm-next-step':
          return must(play.complete(open, 'confirmed', {}, head));
        case 'gateway':
          return must(play.complete(open, 'passed', through, head));
        case 'record-assessment':
          if (!pass.failed) {
            pass.failed = true;
            return must(play.complete(open, 'failed', { assessedOn: today, resitPlan: 'Once more in spring.' }, lead));
          }
          return must(play.complete(open, 'passed', { grade: 'Pass', assessedOn: today }, lead));
        default:
          return;
      }
    };
    let today = first;
    for (
      ;
      today < '2033-01-01' && play.process().status !== 'completed' && play.process().status !== 'stopped';
      today = addDays(today, 1)
    ) {
      play.morning(today);
      play.drive();
      const lead = play.process().schoolId === OAKFIELD ? sam : sunil;
      if (today === '2027-11-15')
        must(
          play.act(
            'break-in-learning',
            { startedOn: today, expectedReturnOn: '2028-05-08', reason: 'parental-leave' },
            lead,
          ),
        );
      if (today === '2028-03-01') must(play.act('extend-break', { expectedReturnOn: '2028-07-03' }, lead));
      if (today === '2029-02-05')
        must(
          play.act('break-in-learning', { startedOn: today, expectedReturnOn: '2029-03-05', reason: 'other' }, lead),
        );
      if (today === '2029-02-26') must(play.act('resume', { returnedOn: today }, lead));
      if (today === '2028-09-04') must(play.act('change-hours', { weeklyHours: 26, from: today }, lead));
      if (today === '2029-09-03')
        play.setPeople(personOf('Tilly', { posts: [{ schoolId: ST_ALDHELM, lineManagerId: 'sunil' }] }));
      if (today.endsWith('-02') && !isAway() && !today.includes('-09-') && countedThrough(dataOf(play).months) < 1200) {
        const month = monthOf(addDays(today, -2));
        if (month >= '2026-09')
          must(play.act('record-month', { month, hours: 40 }, play.process().schoolId === OAKFIELD ? sam : sunil));
      }
      play.drive();
      answer(today);
      play.drive();
    }
    const data = dataOf(play);
    expect(play.process()).toMatchObject({ status: 'completed', outcome: 'completed', ruleSet: '2026-27' });
    expect(data.breaks.map(({ startedOn, returnedOn }) => [startedOn, returnedOn])).toEqual([
      ['2027-11-15', '2028-07-03'],
      ['2029-02-05', '2029-02-26'],
    ]);
    expect(lengthOfBreaks(data.breaks)).toBe(252);
    expect(data.plannedEndOn > addDays(day('2030-09-20'), 252)).toBe(true);
    expect(learnedThrough(data, data.plannedEndOn)).toBeGreaterThanOrEqual(data.programme);

    // No review was skipped or late.
    for (const { heldOn, latestOn } of data.reviews) expect(heldOn <= latestOn).toBe(true);
    for (const [at, { heldOn }] of data.reviews.entries()) {
      const last = data.reviews[at - 1]?.heldOn ?? data.startsOn;
      const plain = intervalAfter({ months: 3 }, last);
      const isBreakBetween = data.breaks.some(({ startedOn }) => startedOn >= last && startedOn <= heldOn);
      const isAfterFail = data.assessments.some(({ assessedOn }) => assessedOn >= last && assessedOn <= heldOn);
      if (!isBreakBetween && !isAfterFail) expect(heldOn <= plain, `${last} ${heldOn}`).toBe(true);
    }
    expect(data.reviews.length).toBe(pass.reviews);
    expect(data.reviews.length).toBeGreaterThanOrEqual(18);
    expect(data.assessments.map(({ outcome }) => outcome)).toEqual(['failed', 'passed']);
    expect(data.formerPlans.length).toBeGreaterThanOrEqual(3);
    expect(play.process()).toMatchObject({ schoolId: ST_ALDHELM });

    // The log lives in totals: neither the process nor its waits grow towards what an item or a partition holds.
    expect(data.months.length).toBeLessThanOrEqual(60);
    expect(JSON.stringify(play.process()).length).toBeLessThan(20_000);
    expect(play.waits().length).toBeLessThan(150);
    expect(play.waits().filter(({ state }) => state === 'open')).toEqual([]);
    expect(calendar.years.length).toBeGreaterThan(0);
  });
});
