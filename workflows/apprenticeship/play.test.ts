import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isChange, makePlay, type Play, playedApprenticeship } from '../../test/play.ts';
import { OAKFIELD, personOf, ST_ALDHELM, sam, sienna, sunil } from '../../test/world.ts';
import { offeredForms, taskOf } from '../kernel/decide.ts';
import { type Person, TRUST } from '../kernel/records.ts';
import { isEnded } from '../kernel/snapshot.ts';
import { addDays, type Day, day } from '../kernel/time.ts';
import { endOf, learnedThrough, monthOf, reviewLatestOn } from './calendar.ts';
import { process as declaration } from './process.ts';
import { ruleSetOf } from './rule-sets.ts';
import { ApprenticeshipData } from './schemas.ts';

const tilly = personOf('Tilly', { posts: [{ schoolId: OAKFIELD, lineManagerId: 'sam' }] });
const cole = personOf('Cole', { posts: [{ schoolId: OAKFIELD }], roles: [['mentor', OAKFIELD]] });
const milo = personOf('Milo', { posts: [{ schoolId: ST_ALDHELM }], roles: [['mentor', ST_ALDHELM]] });
const apple = personOf('Apple', { posts: [{ schoolId: TRUST }], roles: [['apprenticeship-lead', TRUST]] });
const everyone: readonly Person[] = [tilly, cole, sam, sienna, apple, milo, sunil];

/** What somebody might send: every field that any form has, with what a draw makes of it. */
function sentOn(today: Day, n: number): Readonly<Record<string, unknown>> {
  const past = addDays(today, -(n % 40));
  return {
    hasReadPlan: true,
    signedOn: past,
    priorLearningHours: n % 3 === 0 ? 50 : 0,
    plannedHours: 370 + (n % 4) * 25,
    english: 'achieved',
    maths: n % 2 === 0 ? 'achieved' : 'studying',
    needsSupport: false,
    agreementSignedOn: past,
    isOnService: true,
    heldOn: past,
    isEmployerPresent: n % 5 !== 0,
    isProviderPresent: true,
    progress: 'Something.',
    targets: 'More.',
    concern: 'A little.',
    measures: 'Time is kept.',
    missing: 'Hours.',
    isEvidenceComplete: true,
    isAgreedByProvider: true,
    areBehavioursConfirmed: true,
    grade: 'Pass',
    assessedOn: past,
    resitPlan: 'Again.',
    step: (['permanent-post', 'next-apprenticeship', 'leaving', 'teacher-degree-apprenticeship'] as const)[n % 4],
    nextStandardId: 'ST1414',
    isAgreedWithApprentice: true,
    on: past,
    hours: (n % 30) + 0.25,
    activity: 'visit',
    month: monthOf(past),
    startedOn: past,
    expectedReturnOn: addDays(past, (n % 90) + 1),
    returnedOn: today,
    weeklyHours: 5 + (n % 40),
    from: past,
    providerId: `college-${n % 5}`,
    because: 'end',
    plannedEndOn: addDays(today, n),
    standardVersion: (['1.4', '1.5'] as const)[n % 2],
    mentorId: (['cole', 'milo'] as const)[n % 2],
    reason: (['other', 'parental-leave', 'Why not.'] as const)[n % 3],
    part: 'Observation',
    outcome: 'passed',
    awardedOn: past,
    agreesHoursAreEnough: true,
    lastDayOfLearning: past,
    note: 'Something.',
  };
}

/** Only what the form knows: forms are strict. */
const fitting = (form: { readonly shape: object }, sent: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(sent).filter(([field]) => field in form.shape));

/** Ends and their like would make a play short. */
const spared = new Set(['withdraw', 'refused', 'not-eligible']);

function answerOpen(play: Play, n: number): void {
  const open = play
    .waits()
    .filter(({ state, kind, step }) => state === 'open' && kind === 'task' && step === play.process().step);
  const wait = open[n % Math.max(1, open.length)];
  const task = wait && taskOf(declaration, wait);
  if (!wait || !task) return;
  const forms = [...offeredForms(play.scene(), task, wait)].filter(([outcome]) => !spared.has(outcome));
  const [outcome, form] = forms[n % Math.max(1, forms.length)] ?? [];
  if (!outcome || !form) return;
  const sent = fitting(form, sentOn(play.world().today, n));
  for (const actor of everyone) if (isChange(play.complete(wait, outcome, sent, actor))) return;
}

function actSomehow(play: Play, n: number): void {
  const names = Object.keys(declaration.actions).filter((name) => !spared.has(name));
  const name = names[n % names.length] ?? '';
  const spec = declaration.actions[name];
  if (!spec || isEnded(play.process())) return;
  const view = play.scene();
  const form = spec.form({ process: view.snapshot.process, data: dataOf(play), world: view.world, history: [] });
  for (const actor of everyone)
    if (isChange(play.act(name, fitting(form, sentOn(play.world().today, n)), actor))) return;
}

const dataOf = (play: Play): ApprenticeshipData => ApprenticeshipData.parse(play.process().data);

/** What holds at every moment, whoever did what. */
function holds(play: Play, latest: Map<number, Day>): void {
  const data = dataOf(play);
  const rules = ruleSetOf('2026-27');
  expect(play.process().ruleSet).toBe('2026-27');
  expect(data.plannedEndOn).toBe(endOf(data));
  expect(learnedThrough(data, data.plannedEndOn)).toBeGreaterThanOrEqual(data.programme);
  expect(data.plan.version).toBe(data.formerPlans.length + 1);
  for (const [at, { latestOn }] of data.reviews.entries()) {
    const before = latest.get(at);
    if (before !== undefined) expect(latestOn).toBe(before);
    latest.set(at, latestOn);
  }
  expect(data.breaks.filter(({ returnedOn }) => returnedOn === null).length).toBeLessThanOrEqual(1);
  if (play.process().status === 'paused') expect(play.waits().some(({ nextAt }) => nextAt !== undefined)).toBe(false);
  expect(reviewLatestOn(data, rules) >= data.startsOn).toBe(true);
  expect(JSON.stringify(play.process()).length).toBeLessThan(60_000);
}

describe('an apprenticeship that anybody does anything to', () => {
  const step = fc.tuple(fc.constantFrom('days', 'answer', 'answer', 'act'), fc.integer({ min: 0, max: 999 }));

  it('keeps its promises: rules, total time, plans, reviews; it never hangs, and no review is put off', {
    timeout: 120_000,
  }, () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 30, maxLength: 80 }), (steps) => {
        const play = makePlay(playedApprenticeship, { subject: tilly, people: [cole, apple, milo] });
        play.begin(
          {
            personId: 'tilly',
            standardId: 'ST0135',
            standardVersion: '1.5',
            providerId: 'college',
            startsOn: '2026-09-21',
            plannedEndOn: '2028-03-20',
            weeklyHours: 30,
            mentorId: 'cole',
            ageAtStart: 24,
          },
          sam,
        );
        play.drive();
        const latest = new Map<number, Day>();
        let today = day('2026-09-16');
        for (const [what, n] of steps) {
          if (isEnded(play.process())) break;
          if (what === 'days') {
            today = addDays(today, (n % 45) + 1);
            play.morning(today);
            play.drive();
            play.morning(today);
          } else if (what === 'answer') answerOpen(play, n);
          else actSomehow(play, n);
          play.drive();
          holds(play, latest);
          // Between two reviews something else may be open, but never once the next review has opened.
          const { wait, status } = play.process();
          const isAsked = ['act-on-concern', 'consider-break', 're-sign-plan', 'next-review'].includes(wait);
          if (status === 'active' && isAsked && what === 'days')
            expect(today <= reviewLatestOn(dataOf(play), ruleSetOf('2026-27')), `${wait} on ${today}`).toBe(true);
        }
      }),
      { numRuns: 25 },
    );
  });
});
