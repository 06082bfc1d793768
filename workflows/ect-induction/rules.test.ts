/** Inductions played by hand, in the words of the policy; numbers of hard cases are those of the project's list of facts. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { isChange, makePlay, type Play, playedInduction } from '../../test/play.ts';
import {
  calendar,
  corin,
  evie,
  hazel,
  OAKFIELD,
  personOf,
  robin,
  rowan,
  ST_ALDHELM,
  sam,
  sienna,
  terry,
  worldOf,
  zoe,
} from '../../test/world.ts';
import { addWorkingDays, makeCalendar } from '../kernel/calendar.ts';
import { capacityIn, offeredForms, taskOf } from '../kernel/decide.ts';
import type { View } from '../kernel/process.ts';
import type { Person, Wait } from '../kernel/records.ts';
import { isRejection, type Rejection } from '../kernel/rejections.ts';
import { readLevel } from '../kernel/rights.ts';
import { namedToRead } from '../kernel/snapshot.ts';
import { addDays, type Day, day } from '../kernel/time.ts';
import * as naming from './people.ts';
import { process as declaration } from './process.ts';
import * as rules from './rules.ts';
import { InductionData } from './schemas.ts';
import * as standing from './standing.ts';
import { facts as factLabels, fields, hints, refusals, texts } from './texts.ts';

// How these tests speak

const begins = day('2026-09-01');
const registers = day('2026-08-25');

const tess = personOf('Tess', { posts: [{ schoolId: OAKFIELD }], roles: [['induction-tutor', OAKFIELD]] });
const milo = personOf('Milo', { posts: [{ schoolId: OAKFIELD }], roles: [['mentor', OAKFIELD]] });
const mina = personOf('Mina', { posts: [{ schoolId: OAKFIELD }], roles: [['mentor', OAKFIELD]] });
const faye = personOf('Faye', { posts: [{ schoolId: ST_ALDHELM }], roles: [['mentor', ST_ALDHELM]] });
const tove = personOf('Tove', { posts: [{ schoolId: ST_ALDHELM }], roles: [['induction-tutor', ST_ALDHELM]] });
const people = [tess, milo, mina, faye, tove];

const input = {
  personId: 'zoe',
  schoolId: OAKFIELD,
  startsOn: begins,
  qtsOn: '2026-07-15',
  fte: 1,
  mentorId: 'milo',
  tutorId: 'tess',
  appropriateBodyName: 'Five Counties Teaching School Hub',
  appropriateBodyType: 'teaching-school-hub',
  appropriateBodyUrn: '136306',
  isBodyIndependent: true,
  programme: 'provider-led',
  leadProvider: 'Teach First',
};

const dataOf = (play: Play): InductionData => InductionData.parse(play.process().data);
const viewOf = (play: Play): View<InductionData> => ({
  process: play.process(),
  data: dataOf(play),
  world: play.world(),
  history: play.waits(),
});

const refusalOf = (decision: unknown): Rejection => {
  if (!isRejection(decision)) throw new Error('This was not refused');
  return decision;
};

function starting(more: Record<string, unknown> = {}, options: { today?: Day; subject?: Person; by?: Person } = {}) {
  const play = makePlay(playedInduction, {
    people,
    today: options.today ?? registers,
    subject: options.subject ?? zoe,
  });
  return { play, started: play.begin({ ...input, ...more }, options.by ?? sienna) };
}

function begun(more: Record<string, unknown> = {}, today: Day = registers): Play {
  const { play, started } = starting(more, { today });
  if (isRejection(started)) throw new Error(started.detail);
  play.drive();
  return play;
}

function part(play: Play, name: string, outcome: string, sent: Record<string, unknown>, actor: Person) {
  const decision = play.complete(play.wait(play.process().step, name), outcome, sent, actor);
  if (isChange(decision)) play.drive();
  return decision;
}

function setUp(play: Play): Play {
  part(play, 'confirm-mentor', 'confirmed', { isTimeGiven: true }, sienna);
  part(play, 'confirm-tutor', 'confirmed', {}, sienna);
  part(play, 'confirm-timetable', 'confirmed', { firstYearPercent: 10, secondYearPercent: 5 }, sienna);
  part(play, 'register-with-body', 'registered', { registeredOn: play.world().today }, tess);
  return play;
}

/** Set up in August, and under way. */
const inducting = (more: Record<string, unknown> = {}): Play => setUp(begun(more));

function answer(play: Play, outcome: string, sent: Record<string, unknown>, actor: Person) {
  const decision = play.complete(play.wait(), outcome, sent, actor);
  if (isChange(decision)) play.drive();
  return decision;
}

function act(play: Play, action: string, sent: Record<string, unknown>, actor: Person = sienna) {
  const decision = play.act(action, sent, actor);
  if (isChange(decision)) play.drive();
  return decision;
}

/** Every morning up to that day. */
function mornings(play: Play, until: string): void {
  for (let on = addDays(play.world().today, 1); on <= until; on = addDays(on, 1)) {
    play.morning(on);
    play.drive();
  }
  play.moveTo(day(until));
}

/** The morning on which it stands open at one of those waits, at most four years on. */
function until(play: Play, ...waits: string[]): Day {
  const limit = addDays(play.world().today, 4 * 366);
  while (!waits.includes(play.process().wait)) {
    const next = addDays(play.world().today, 1);
    if (next > limit) throw new Error(`It does not come to ${waits}: it stands at ${play.process().wait}`);
    play.morning(next);
    play.drive();
  }
  play.moveTo(play.world().today);
  return play.world().today;
}

const LONG = 'x'.repeat(6000);
const onTrack = (play: Play) => ({ heldOn: play.world().today, evidence: LONG, targets: LONG });
const report = (play: Play, isOnTrack = true) => ({
  meetingOn: play.world().today,
  isOnTrack,
  strengths: LONG,
  evidence: LONG,
  targets: LONG,
});

/** The whole round of one assessment, on one day. */
function assess(play: Play, ect: Person = zoe, tutor: Person = tess, head: Person = sienna): void {
  answer(play, 'written', report(play), tutor);
  answer(play, 'signed', { comments: LONG }, ect);
  answer(play, 'signed', {}, head);
}

/** Whatever is open is answered as it should be, until it stands at one of those waits or has ended. */
function follow(play: Play, ...stops: string[]): void {
  const known = ['progress-review', 'read-review', 'formal-assessment', 'completion', 'recommend', 'record-outcome'];
  for (let turn = 0; turn < 80; turn++) {
    until(play, ...known, ...stops);
    const { wait, status } = play.process();
    if (status !== 'active' || stops.includes(wait)) return;
    if (wait === 'progress-review') answer(play, 'on-track', onTrack(play), tess);
    else if (wait === 'read-review') answer(play, 'read', { comments: 'Thank you.' }, zoe);
    else if (wait === 'formal-assessment') assess(play);
    else if (wait === 'completion') {
      until(play, 'recommend');
    } else if (wait === 'recommend') {
      answer(play, 'recommended', { recommendation: 'pass', sentOn: play.world().today }, sienna);
    } else {
      answer(play, 'passed', { decidedOn: play.world().today }, tess);
      return;
    }
  }
  throw new Error('It goes on and on');
}

const heldOf = (play: Play): string[] => dataOf(play).reviews.map(({ key, heldOn }) => `${key} ${heldOn}`);
const told = (play: Play, code: string): string[] =>
  play
    .notices()
    .filter((notice) => notice.code === code)
    .map(({ personId }) => personId)
    .sort();

describe('who may begin', () => {
  it('starts on the day of QTS at the earliest, and beside an apprenticeship that is not complete (hard case 81)', () => {
    expect(refusalOf(starting({ qtsOn: '2026-09-02' }).started).detail).toBe(refusals['before-qts']());
    expect(isRejection(starting({ qtsOn: begins }).started)).toBe(false);
  });

  it('serves once: whoever has passed or failed does not begin again (hard case 55)', () => {
    const qualifications = [
      { courseId: 'ect-induction', cohortId: '2023', outcome: 'failed', isFunded: true },
    ] satisfies Person['qualifications'];
    const { started } = starting({}, { subject: { ...zoe, qualifications } });
    expect(refusalOf(started)).toMatchObject({ rejected: 'already-on-record', detail: refusals.inducted() });
  });

  it('has one induction at a time', () => {
    const play = begun();
    expect(
      [...play.items().values()].some((item) => item.type === 'guard' && item.guard === rules.liveGuard('zoe')),
    ).toBe(true);
  });

  it('has an appropriate body that does not employ them (hard case 58)', () => {
    expect(refusalOf(starting({ isBodyIndependent: false }).started).detail).toBe(refusals['body-not-independent']());
    expect(refusalOf(starting({ appropriateBodyUrn: ST_ALDHELM }).started).rejected).toBe('invalid-fields');
  });

  it('belongs to the contract year of the start: 31 May 2027 to 2026, 1 June to 2027, once that is open (hard case 63)', () => {
    const inMay = day('2027-05-20');
    expect(rules.contractPeriodOf(day('2027-05-31'), inMay)).toBe('2026');
    expect(rules.contractPeriodOf(day('2027-06-01'), inMay)).toMatchObject({ rejected: 'cohort-not-open' });
    expect(rules.contractPeriodOf(day('2027-06-01'), day('2027-06-01'))).toBe('2027');
    // An earlier start counts as the present year (`school-admins.md`).
    expect(rules.contractPeriodOf(day('2025-09-01'), inMay)).toBe('2026');
    expect(begun().process().ruleSet).toBe('2026');
  });

  it('has a mentor at the school who is somebody else (hard case 52)', () => {
    expect(refusalOf(starting({ mentorId: 'zoe' }).started).detail).toBe(refusals['mentor-is-ect']());
    expect(refusalOf(starting({ mentorId: 'faye' }).started).detail).toBe(refusals['no-mentor-here']());
    expect(refusalOf(starting({ tutorId: 'zoe' }).started).detail).toBe(refusals['tutor-is-ect']());
    expect(refusalOf(starting({ mentorId: 'mina', tutorId: 'milo' }).started).detail).toBe(refusals['no-tutor-here']());
  });

  it('has one person for both only where that is agreed (hard case 51)', () => {
    expect(refusalOf(starting({ mentorId: 'tess' }).started).detail).toBe(refusals['one-and-the-same']());
    expect(isRejection(starting({ mentorId: 'tess', isOnePersonAgreed: true }).started)).toBe(false);
  });

  it('is not begun by the teacher, nor by a headteacher of another school', () => {
    expect(refusalOf(starting({}, { by: zoe }).started).rejected).toBe('not-allowed');
    expect(refusalOf(starting({}, { by: robin }).started).rejected).toBe('not-allowed');
    expect(isRejection(starting({}, { by: rowan }).started)).toBe(false);
  });

  it('takes terms with one decimal, up to sixteen (hard case 54)', () => {
    const parse = (termsServedBefore: number) => declaration.input.safeParse({ ...input, termsServedBefore }).success;
    expect([parse(2.5), parse(2.55), parse(16.1), parse(-1)]).toEqual([true, false, false, false]);
  });

  it('is begun by another process with what that knows, and once only', () => {
    const world = worldOf(zoe, { today: registers, people });
    const started = rules.startedBySystem({ schoolId: OAKFIELD, startsOn: begins, qtsOn: '2026-07-15' }, world);
    expect(started).toMatchObject({ wait: 'setup', data: { mentors: [], body: null } });
    const before = begun().process();
    const busy = worldOf(zoe, { today: registers, people, others: [before] });
    expect(rules.startedBySystem({ schoolId: OAKFIELD, startsOn: begins, qtsOn: '2026-07-15' }, busy)).toBeUndefined();
  });
});

describe('setup', () => {
  it('asks head and tutor for four things, in any order, and goes on when all are settled', () => {
    const play = begun();
    const who = play.waits().flatMap(({ part: name, candidate }) => (name === undefined ? [] : [[name, candidate]]));
    expect(Object.fromEntries(who)).toEqual({
      'confirm-mentor': { personId: 'sienna' },
      'confirm-tutor': { personId: 'sienna' },
      'confirm-timetable': { personId: 'sienna' },
      'register-with-body': { personId: 'tess' },
    });
    setUp(play);
    expect(play.process()).toMatchObject({ wait: 'review-ahead', stage: 'induction' });
    expect(play.wait().dueOn).toBe('2026-11-27');
  });

  it('wants ten per cent less in the first year and five in the second', () => {
    const play = begun();
    const sent = { firstYearPercent: 9, secondYearPercent: 5 };
    expect(refusalOf(part(play, 'confirm-timetable', 'confirmed', sent, sienna)).rejected).toBe('invalid-fields');
  });

  it('backdates nothing: the body is registered first, and sets the day', () => {
    const play = begun({}, day('2026-09-14'));
    const late = part(play, 'register-with-body', 'registered', { registeredOn: '2026-09-14' }, tess);
    expect(refusalOf(late).detail).toBe(refusals['start-before-registration']());
    part(play, 'register-with-body', 'registered', { registeredOn: '2026-09-14', startsOn: '2026-09-14' }, tess);
    expect(standing.startsOn(dataOf(play))).toBe('2026-09-14');
    expect(dataOf(play).mentors[0]?.from).toBe('2026-09-14');
  });
});

describe('two years full time', () => {
  it('go from setup to a pass, with six reviews, and the result on the person', () => {
    const play = inducting();
    follow(play);
    expect(play.process()).toMatchObject({ status: 'completed', outcome: 'passed' });
    expect(dataOf(play).reviews.map(({ key }) => key)).toEqual([
      'progress-1',
      'progress-2',
      'first',
      'progress-4',
      'progress-5',
      'final-1',
    ]);
    expect(dataOf(play).recommendation?.completedOn).toBe('2028-07-21');
    const { qualifications } = play.world().subject;
    expect(qualifications).toMatchObject([
      { courseId: 'qts', cohortId: '2026-07', outcome: 'passed', isFunded: false },
      { courseId: 'ect-induction', cohortId: '2026', outcome: 'passed', isFunded: true },
    ]);
    // The name is free again, and the outcome is taken for ever.
    const guards = [...play.items().values()].flatMap((item) => (item.type === 'guard' ? [item.guard] : []));
    expect(guards).toContain(rules.outcomeGuard('zoe'));
    expect(guards).not.toContain(rules.liveGuard('zoe'));
  });

  it('keep what people write out of the process: it stays small, however long the texts are', () => {
    const play = inducting();
    follow(play);
    expect(JSON.stringify(play.process()).length).toBeLessThan(10_000);
    for (const wait of play.waits()) expect(JSON.stringify(wait).length).toBeLessThan(40_000);
    const events = JSON.stringify(play.events());
    expect(events).not.toContain('xxxx');
  });

  it('give every deadline in working days as the law has it', () => {
    const play = inducting();
    until(play, 'progress-review');
    follow(play, 'formal-assessment');
    answer(play, 'written', report(play), tess);
    const meeting = play.world().today;
    expect(play.wait()).toMatchObject({ wait: 'sign-assessment', hardOn: addWorkingDays(calendar, meeting, 10) });
    answer(play, 'signed', {}, zoe);
    expect(play.wait()).toMatchObject({ wait: 'countersign', hardOn: addWorkingDays(calendar, meeting, 10) });
    answer(play, 'signed', {}, sienna);
    follow(play, 'recommend');
    expect(play.wait().hardOn).toBe(addWorkingDays(calendar, day('2028-07-21'), 10));
    answer(play, 'recommended', { recommendation: 'pass', sentOn: play.world().today }, sienna);
    expect(play.wait()).toMatchObject({
      wait: 'record-outcome',
      hardOn: addWorkingDays(calendar, play.world().today, 20),
    });
  });

  it('end failed, or go on extended with a final assessment of their own', () => {
    const failing = inducting();
    follow(failing, 'record-outcome');
    answer(failing, 'failed', { decidedOn: failing.world().today }, tess);
    expect(failing.process()).toMatchObject({ status: 'completed', outcome: 'failed' });
    expect(failing.world().subject.qualifications.at(-1)?.outcome).toBe('failed');

    const going = inducting();
    follow(going, 'record-outcome');
    answer(going, 'extended', { decidedOn: going.world().today, terms: 1.5 }, tess);
    expect(going.process()).toMatchObject({ status: 'active', wait: 'review-ahead' });
    follow(going);
    expect(going.process().outcome).toBe('passed');
    expect(dataOf(going).reviews.at(-1)?.key).toBe('final-2');
    expect(dataOf(going).recommendation?.completedOn.slice(0, 7)).toBe('2029-02');
  });
});

describe('two and a half years part time', () => {
  it('are played to the end in a moment', () => {
    const play = inducting({ fte: 0.8 });
    follow(play);
    expect(play.process().outcome).toBe('passed');
    expect(dataOf(play).recommendation?.completedOn).toBe('2029-02-12');
    expect(heldOf(play).map((each) => each.split(' ')[0])).toEqual([
      'progress-1',
      'progress-2',
      'progress-3',
      'first',
      'progress-5',
      'progress-6',
      'progress-7',
      'final-1',
    ]);
  });
});

describe('a progress review', () => {
  it('on track is told to the headteacher, who is not asked, and read by the teacher', () => {
    const play = inducting();
    expect(until(play, 'progress-review')).toBe('2026-11-27');
    expect(play.wait()).toMatchObject({ candidate: { personId: 'tess' }, dueOn: '2026-12-18', hardOn: '2026-12-18' });
    answer(play, 'on-track', { ...onTrack(play), targets: 'Phonics.' }, tess);
    expect(told(play, 'review-held')).toEqual(['sienna']);
    expect(play.wait()).toMatchObject({ wait: 'read-review', candidate: { personId: 'zoe' } });
    const task = taskOf(declaration, play.wait());
    const shown = task?.facts?.({ ...viewOf(play), wait: play.wait() }) ?? [];
    expect(shown).toContainEqual({ label: fields.targets, value: 'Phonics.' });
    expect(shown).toContainEqual({ label: factLabels.isOnTrack, value: 'Yes' });
  });

  it('not on track asks the headteacher what is done about it', () => {
    const play = inducting();
    until(play, 'progress-review');
    answer(play, 'not-on-track', { ...onTrack(play), concerns: 'Behaviour.' }, tess);
    expect(play.wait()).toMatchObject({ wait: 'agree-support', candidate: { personId: 'sienna' } });
    answer(play, 'agreed', { support: 'A coach.' }, sienna);
    const task = taskOf(declaration, play.wait());
    expect(task?.facts?.({ ...viewOf(play), wait: play.wait() })).toContainEqual({
      label: fields.support,
      value: 'A coach.',
    });
  });

  it('shows the headteacher what the teacher says to a report as the teacher’s, not as their own', () => {
    const play = inducting();
    follow(play, 'formal-assessment');
    answer(play, 'written', report(play, false), tess);
    answer(play, 'signed', { comments: 'My mentor changed twice.' }, zoe);
    const task = taskOf(declaration, play.wait());
    const shown = task?.facts?.({ ...viewOf(play), wait: play.wait() }) ?? [];
    expect(shown).toContainEqual({ label: 'The teacher’s comments', value: 'My mentor changed twice.' });
    expect(shown.map(({ label }) => label)).not.toContain(fields.comments);
  });

  it('asks who leaves for the terms they have served, by that name, and how a number of terms is written', () => {
    const form = declaration.actions.withdraw.form(viewOf(inducting()));
    const { properties } = z.toJSONSchema(form, { io: 'input', unrepresentable: 'any' });
    expect(properties?.['terms']).toMatchObject({ title: 'Terms served', description: hints.terms });
  });

  it('that nobody reads holds nothing up', () => {
    const play = inducting();
    until(play, 'progress-review');
    answer(play, 'on-track', onTrack(play), tess);
    until(play, 'review-ahead');
    expect(play.waits().at(-2)?.outcome).toBe('unread');
  });

  it('that is not held is missed when the next one opens', () => {
    const play = inducting();
    until(play, 'progress-review');
    mornings(play, '2027-03-04');
    expect(heldOf(play)).toEqual(['progress-1 null']);
    expect(play.process().wait).toBe('progress-review');
    expect(told(play, 'review-missed')).toEqual(['sienna', 'tess', 'zoe']);
    expect(standing.nextOf(viewOf(play)).next?.key).toBe('progress-2');
  });
});

describe('a headteacher who is the induction tutor', () => {
  it('assesses, and has signed with that', () => {
    const play = begun({ tutorId: 'sienna' });
    part(play, 'confirm-mentor', 'confirmed', { isTimeGiven: true }, sienna);
    part(play, 'confirm-tutor', 'confirmed', {}, sienna);
    part(play, 'confirm-timetable', 'confirmed', { firstYearPercent: 10, secondYearPercent: 5 }, sienna);
    part(play, 'register-with-body', 'registered', { registeredOn: play.world().today }, sienna);
    until(play, 'progress-review');
    answer(play, 'on-track', onTrack(play), sienna);
    mornings(play, '2027-07-01');
    until(play, 'formal-assessment');
    answer(play, 'written', report(play), sienna);
    answer(play, 'signed', {}, zoe);
    expect(play.process().wait).toBe('review-ahead');
    expect(dataOf(play).reviews.at(-1)).toMatchObject({ key: 'first', by: 'sienna', signedOn: play.world().today });
  });
});

describe('mentors', () => {
  it('do not assess, even if the task is given to them (hard case 51)', () => {
    const play = inducting();
    until(play, 'progress-review');
    expect(refusalOf(answer(play, 'on-track', onTrack(play), milo)).rejected).toBe('not-allowed');
    expect(rules.progressHeld(viewOf(play), 'on-track', { heldOn: begins }, milo)).toMatchObject({
      rejected: 'conflict-of-interest',
      detail: refusals['mentors-do-not-assess'](),
    });
    expect(rules.reportWritten(viewOf(play), { meetingOn: begins, isOnTrack: true }, milo)).toMatchObject({
      rejected: 'conflict-of-interest',
    });
  });

  it('do not overlap, come from the school, and end with their post (hard case 52)', () => {
    const play = inducting();
    mornings(play, '2026-10-05');
    const change = (mentorId: string, from: string) => act(play, 'change-mentor', { mentorId, from });
    expect(refusalOf(change('mina', begins)).rejected).toBe('invalid-fields');
    expect(refusalOf(change('faye', '2026-10-06')).rejected).toBe('invalid-fields');
    play.setPeople({
      ...mina,
      posts: [{ schoolId: OAKFIELD, employeeNumber: 'm', job: 'Teacher', endsOn: day('2026-10-31') }],
    });
    expect(refusalOf(change('mina', '2026-11-02')).detail).toBe(refusals['mentor-not-there']());
    expect(isChange(change('mina', '2026-10-06'))).toBe(true);
    expect(dataOf(play).mentors).toEqual([
      { personId: 'milo', from: begins, to: '2026-10-05' },
      { personId: 'mina', from: '2026-10-06', to: null },
    ]);
    expect(told(play, 'named-mentor')).toContain('mina');
  });

  it('who leave are replaced by the headteacher, who is asked at once and not every morning', () => {
    const play = inducting();
    mornings(play, '2026-10-05');
    play.setPeople({
      ...milo,
      posts: [{ schoolId: OAKFIELD, employeeNumber: 'm', job: 'Teacher', endsOn: day('2026-10-09') }],
    });
    mornings(play, '2026-10-10');
    expect(play.wait()).toMatchObject({ wait: 'name-others', candidate: { personId: 'sienna' } });
    answer(play, 'named', { mentorId: 'mina', tutorId: 'tess' }, sienna);
    expect(standing.mentorId(dataOf(play))).toBe('mina');
    mornings(play, '2026-10-20');
    expect(play.process().wait).toBe('review-ahead');
  });

  it('and tutors who are away for two weeks are replaced; for less than that they are not', () => {
    const play = inducting();
    mornings(play, '2026-10-05');
    play.setPeople({ ...tess, absences: [{ from: day('2026-10-06'), to: day('2026-10-18') }] });
    mornings(play, '2026-10-07');
    expect(play.process().wait).toBe('review-ahead');
    play.setPeople({ ...tess, absences: [{ from: day('2026-10-06'), to: day('2026-10-19') }] });
    mornings(play, '2026-10-08');
    expect(play.process().wait).toBe('name-others');
    // Nobody names anybody: the round goes on, and the headteacher is asked again later.
    mornings(play, '2026-10-31');
    expect(play.process().wait).toBe('review-ahead');
  });
});

describe('absence and hours', () => {
  it('of thirty days moves the first assessment by thirty days, and what was held stays (hard case 46)', () => {
    const play = inducting();
    follow(play, 'read-review');
    answer(play, 'read', {}, zoe);
    const held = dataOf(play).reviews;
    act(play, 'record-absence', { from: '2027-01-04', to: '2027-02-12', kind: 'ad-hoc' }, tess);
    expect(dataOf(play).reviews).toEqual(held);
    expect(rules.completesOn(viewOf(play))).toBe('2028-10-13');
    act(play, 'record-absence', { from: '2027-01-04', to: '2027-02-12', kind: 'ad-hoc', days: 29 }, tess);
    expect(rules.completesOn(viewOf(play))).toBe('2028-07-21');
    act(play, 'record-absence', { from: '2027-01-04', to: '2027-02-12', kind: 'ad-hoc', days: 0 }, tess);
    expect(dataOf(play).absences).toEqual([]);
  });

  it('is said in their own days by somebody part time, and never twice for the same days', () => {
    const play = inducting({ fte: 0.6 });
    const record = (sent: object) => act(play, 'record-absence', { kind: 'ad-hoc', ...sent });
    expect(refusalOf(record({ from: '2026-10-05', to: '2026-10-09' })).detail).toBe(refusals['days-needed']());
    expect(refusalOf(record({ from: '2026-10-05', to: '2026-10-09', days: 6 })).detail).toBe(
      refusals['too-many-days'](5),
    );
    expect(isChange(record({ from: '2026-10-05', to: '2026-10-09', days: 3 }))).toBe(true);
    expect(refusalOf(record({ from: '2026-10-08', to: '2026-10-12', days: 1 })).detail).toBe(
      refusals['absences-overlap'](),
    );
  });

  it('by statutory leave puts an assessment off until the return and the choice (hard case 49)', () => {
    const play = inducting();
    follow(play, 'formal-assessment');
    expect(play.world().today).toBe('2027-07-02');
    // The leave was only recorded when the assessment was open already: it closes.
    act(play, 'record-absence', { from: '2027-07-05', to: '2027-11-26', kind: 'maternity' });
    expect(play.process().wait).toBe('review-ahead');
    expect(until(play, 'choose-extension')).toBe('2027-11-27');
    expect(play.wait().candidate).toEqual({ personId: 'zoe' });
    answer(play, 'not-extended', {}, zoe);
    expect(play.process().wait).toBe('formal-assessment');
    expect(play.wait().dueOn).toBe('2027-12-10');
    expect(rules.completesOn(viewOf(play))).toBe('2028-07-21');
    assess(play);
    follow(play);
    expect(play.process().outcome).toBe('passed');
  });

  it('extends if the teacher chooses it', () => {
    const play = inducting();
    act(play, 'record-absence', { from: '2027-04-12', to: '2027-05-28', kind: 'shared-parental' });
    follow(play, 'choose-extension');
    answer(play, 'extended', {}, zoe);
    expect(dataOf(play).absences[0]?.isExtending).toBe(true);
    expect(rules.completesOn(viewOf(play)) > '2028-09').toBe(true);
  });

  it('changes of hours move what is to come', () => {
    const play = inducting();
    follow(play, 'read-review');
    act(play, 'change-hours', { fte: 0.5, from: '2027-09-01' });
    expect(rules.completesOn(viewOf(play))).toBe('2029-07-20');
    expect(refusalOf(act(play, 'change-hours', { fte: 0.5, from: '2027-10-01' })).detail).toBe(
      refusals['same-hours'](),
    );
  });

  it('kinds of leave and reasons of deferral are the teacher’s and the trust-lead’s to read', () => {
    const play = inducting();
    act(play, 'record-absence', { from: '2027-04-12', to: '2027-05-28', kind: 'maternity' });
    const { data } = rules.discreet(dataOf(play), null);
    expect(JSON.stringify(data)).not.toContain('maternity');
    const page = (mayReadHealth: boolean) => JSON.stringify(declaration.about?.(viewOf(play), mayReadHealth));
    expect(page(true)).toContain('Maternity leave');
    expect(page(false)).not.toMatch(/maternity|sickness/i);
    expect(JSON.stringify(play.events())).not.toContain('maternity');
    expect(rules.discreet(dataOf(play), 'bereavement').reason).toBeNull();
    expect(rules.discreet(dataOf(play), 'moved_school').reason).toBe('moved_school');
  });
});

describe('a calendar that changes under an open review', () => {
  const later = makeCalendar(
    calendar.years.map((year) =>
      year.academicYear === '2026-27'
        ? {
            ...year,
            terms: year.terms.map((term) =>
              term.name === 'Term 3' ? { ...term, inductionTerm: 'autumn' as const } : term,
            ),
          }
        : year,
    ),
    calendar.policy,
  );

  it('closes it, and opens it again when it is due by the new dates', () => {
    const play = inducting();
    until(play, 'progress-review');
    mornings(play, '2026-12-01');
    play.setCalendar(later);
    const tooEarly = answer(play, 'on-track', onTrack(play), tess);
    expect(refusalOf(tooEarly)).toMatchObject({ rejected: 'moving-on', detail: refusals['dates-moved']() });
    mornings(play, '2026-12-02');
    expect(play.process().wait).toBe('review-ahead');
    until(play, 'progress-review');
    expect(play.wait().dueOn).toBe('2027-02-12');
  });
});

describe('the length', () => {
  it('is reduced with the teacher’s consent, never below a term', () => {
    const play = inducting();
    const reduce = (termsRequired: number, more: object = {}) =>
      act(play, 'reduce', {
        termsRequired,
        decidedOn: play.world().today,
        reason: 'prior-experience',
        hasTeacherAgreed: true,
        ...more,
      });
    expect(refusalOf(reduce(0.5)).rejected).toBe('invalid-fields');
    expect(refusalOf(reduce(3, { hasTeacherAgreed: false })).rejected).toBe('invalid-fields');
    expect(refusalOf(reduce(6)).detail).toBe(refusals['no-reduction'](6));
    expect(refusalOf(reduce(5, { reason: 'part-time-two-years' })).detail).toBe(refusals['not-two-years-part-time']());
    expect(isChange(reduce(1))).toBe(true);
    expect(rules.completesOn(viewOf(play))).toBe('2026-12-18');
    // One term: the final assessment alone.
    expect(standing.nextOf(viewOf(play)).next?.key).toBe('final-1');
  });

  it('is extended by the appropriate body, in terms with one decimal', () => {
    const play = inducting();
    const extend = (terms: number) => act(play, 'extend', { terms, decidedOn: play.world().today });
    expect(refusalOf(extend(0.25)).rejected).toBe('invalid-fields');
    expect(isChange(extend(1.5))).toBe(true);
    expect(standing.termsRequired(dataOf(play))).toBe(7.5);
  });
});

describe('a move to another school', () => {
  const both = {
    ...zoe,
    posts: [
      { schoolId: OAKFIELD, employeeNumber: 'z', job: 'Class Teacher', fte: 1, endsOn: day('2027-04-30') },
      { schoolId: ST_ALDHELM, employeeNumber: 'z', job: 'Class Teacher', fte: 1, startsOn: day('2027-05-01') },
    ],
  };

  it('ends with an interim assessment by the former school, then the new headteacher names mentor and tutor', () => {
    const play = inducting();
    follow(play, 'review-ahead');
    mornings(play, '2027-02-01');
    follow(play, 'read-review');
    answer(play, 'read', {}, zoe);
    mornings(play, '2027-04-20');
    play.setPeople(both);
    expect(isChange(act(play, 'move-school', { schoolId: ST_ALDHELM, on: '2027-05-01' }, robin))).toBe(true);
    expect(play.process()).toMatchObject({ schoolId: ST_ALDHELM, wait: 'interim-assessment' });
    expect(play.wait().candidate).toEqual({ personId: 'tess' });
    mornings(play, '2027-05-04');
    answer(play, 'written', report(play), tess);
    answer(play, 'signed', {}, play.world().subject);
    // The report is the former headteacher's to sign.
    expect(play.wait().candidate).toEqual({ personId: 'sienna' });
    answer(play, 'signed', {}, sienna);
    expect(play.wait()).toMatchObject({ wait: 'name-others', candidate: { personId: 'robin' } });
    expect(refusalOf(answer(play, 'named', { mentorId: 'milo', tutorId: 'tove' }, robin)).rejected).toBe(
      'invalid-fields',
    );
    answer(play, 'named', { mentorId: 'faye', tutorId: 'tove' }, robin);
    expect(play.process().wait).toBe('review-ahead');
    expect(dataOf(play)).toMatchObject({ move: null, periods: [{ to: '2027-04-30' }, { schoolId: ST_ALDHELM }] });
    // Time goes on as it was, and the interim stands in for the review of that term.
    expect(rules.completesOn(viewOf(play))).toBe('2028-07-21');
    expect(standing.nextOf(viewOf(play)).next?.key).toBe('first');
  });

  it('within the first term assesses nothing, and that time does not count', () => {
    const play = inducting();
    mornings(play, '2026-10-05');
    const posts = both.posts.map((post, at) => ({
      ...post,
      ...(at === 0 ? { endsOn: day('2026-10-11') } : { startsOn: day('2026-10-12') }),
    }));
    play.setPeople({ ...zoe, posts });
    mornings(play, '2026-10-12');
    expect(play.process()).toMatchObject({ schoolId: ST_ALDHELM, wait: 'name-others' });
    expect(standing.calendarOf(viewOf(play)).countsFrom).toBe('2026-10-12');
  });
});

describe('leaving', () => {
  it('after a term ends with an interim assessment and the terms served (hard case 44)', () => {
    const play = inducting();
    follow(play, 'review-ahead');
    mornings(play, '2027-03-01');
    follow(play, 'review-ahead');
    const leave = (sent: object) => act(play, 'withdraw', { reason: 'left_teaching_profession', ...sent });
    expect(refusalOf(leave({ leavesOn: '2027-05-28' })).rejected).toBe('invalid-fields');
    expect(refusalOf(leave({ terms: 2.5 })).rejected).toBe('invalid-fields');
    expect(refusalOf(leave({ leavesOn: '2027-05-28', terms: 2.55 })).rejected).toBe('invalid-fields');
    expect(refusalOf(leave({ leavesOn: '2027-05-28', terms: 16.1 })).rejected).toBe('invalid-fields');
    expect(isChange(leave({ leavesOn: '2027-05-28', terms: 2.5 }))).toBe(true);
    follow(play, 'interim-assessment');
    expect(play.wait()).toMatchObject({ dueOn: '2027-05-28', hardOn: '2027-05-28' });
    assess(play);
    expect(play.process()).toMatchObject({ status: 'stopped', outcome: 'left', reason: 'left_teaching_profession' });
    expect(dataOf(play).leaving?.terms).toBe(2.5);
  });

  it('by an import that ends the last post comes to the same', () => {
    const play = inducting();
    follow(play, 'read-review');
    answer(play, 'read', {}, zoe);
    play.setPeople({
      ...zoe,
      posts: [{ schoolId: OAKFIELD, employeeNumber: 'z', job: 'Class Teacher', endsOn: day('2027-02-12') }],
    });
    mornings(play, '2027-02-13');
    expect(play.process().wait).toBe('interim-assessment');
    expect(dataOf(play).leaving).toMatchObject({ leavesOn: '2027-02-12', terms: 1.6 });
    answer(play, 'written', report(play), tess);
    mornings(play, '2027-03-05');
    // Who has left cannot sign; the report goes on without.
    expect(play.wait()).toMatchObject({ wait: 'countersign' });
    answer(play, 'signed', {}, sienna);
    expect(play.process().outcome).toBe('left');
  });

  it('within a term, or after a start by mistake, ends at once', () => {
    const early = inducting();
    mornings(early, '2026-10-05');
    act(early, 'withdraw', { reason: 'moved_school', leavesOn: '2026-10-02', terms: 0 });
    mornings(early, '2026-10-06');
    expect(early.process().outcome).toBe('left');
    const wrong = begun();
    act(wrong, 'withdraw', { reason: 'started_in_error' });
    expect(wrong.process()).toMatchObject({ status: 'stopped', outcome: 'left', reason: 'started_in_error' });
  });
});

describe('training', () => {
  it('that began earlier ends, and one that begins today or later never was (hard case 60)', () => {
    const play = inducting();
    mornings(play, '2026-10-05');
    const change = (sent: Record<string, unknown>) => act(play, 'change-programme', sent);
    expect(refusalOf(change({ programme: 'school-led', leadProvider: 'UCL', from: '2026-10-05' })).rejected).toBe(
      'invalid-fields',
    );
    change({ programme: 'school-led', from: '2026-10-12' });
    expect(dataOf(play).training).toEqual([
      { programme: 'provider-led', leadProvider: 'Teach First', from: begins, to: '2026-10-11' },
      { programme: 'school-led', leadProvider: null, from: '2026-10-12', to: null },
    ]);
    // The future one is taken back.
    change({ programme: 'provider-led', leadProvider: 'UCL', from: '2026-10-19' });
    expect(dataOf(play).training.map(({ programme, from }) => `${programme} ${from}`)).toEqual([
      `provider-led ${begins}`,
      'provider-led 2026-10-19',
    ]);
  });

  it('is not deferred on the day it changed, nor resumed on the day it was deferred (hard case 61)', () => {
    const play = inducting();
    mornings(play, '2026-10-05');
    act(play, 'change-programme', { programme: 'school-led', from: '2026-10-05' });
    const defer = () => act(play, 'defer-training', { reason: 'bereavement' });
    expect(refusalOf(defer()).detail).toBe(refusals['training-just-changed']());
    mornings(play, '2026-10-06');
    expect(isChange(defer())).toBe(true);
    expect(refusalOf(act(play, 'resume-training', {})).detail).toBe(refusals['deferred-today']());
    expect(refusalOf(defer()).detail).toBe(refusals['deferred-already']());
    mornings(play, '2026-10-07');
    expect(isChange(act(play, 'resume-training', {}))).toBe(true);
    expect(dataOf(play).deferrals).toEqual([{ reason: 'bereavement', from: '2026-10-06', to: '2026-10-06' }]);
  });
});

describe('who sees what', () => {
  const reads = (play: Play, reader: Person) => {
    const scene = play.scene();
    return readLevel(reader, scene.snapshot.process, {
      directory: scene.world.directory,
      today: scene.world.today,
      heldTasks: false,
      named: namedToRead(scene, 'full'),
      namedBriefly: namedToRead(scene, 'brief'),
    });
  };

  it('is in full the teacher, the tutor, leaders of the school and the trust; others nothing', () => {
    const play = inducting();
    for (const reader of [zoe, tess, sienna, sam, rowan, hazel]) expect(reads(play, reader)).toBe('full');
    for (const reader of [mina, corin, terry, robin, evie, faye]) expect(reads(play, reader)).toBe('none');
  });

  it('never is a governor, however late a task and whoever is away (hard case 97)', () => {
    const play = inducting();
    follow(play, 'formal-assessment');
    answer(play, 'written', report(play), tess);
    answer(play, 'signed', {}, zoe);
    const nobodyHolds = { ...sienna, roles: [] };
    for (const setting of [[], [nobodyHolds], [nobodyHolds, { ...hazel, roles: [] }]] as const) {
      play.setPeople(...(setting as readonly Person[]));
      mornings(play, addDays(play.world().today, 60));
      const { wait } = play.process();
      const open = play.waits().filter(({ state }) => state === 'open');
      for (const one of open) {
        const task = taskOf(declaration, one);
        for (const governor of [corin, terry])
          if (task) expect(isRejection(capacityIn(play.scene(), task, one, governor)), wait).toBe(true);
      }
    }
    expect(play.notices('corin')).toEqual([]);
    expect(play.notices('terry')).toEqual([]);
  });

  it('is, for mentor and line manager, stage and dates only', () => {
    const play = inducting();
    expect(rules.brief(dataOf(play))).toEqual({ startsOn: begins });
    expect(reads(play, milo)).toBe('brief');
    expect(naming.named(dataOf(play))).toEqual([
      { personId: 'tess', as: 'induction-tutor' },
      { personId: 'milo', as: 'mentor', reads: 'brief' },
    ]);
    const held = (wait: Wait) => wait.candidate && 'personId' in wait.candidate && wait.candidate.personId === 'milo';
    follow(play);
    expect(play.waits().some(held)).toBe(false);
  });
});

describe('the words', () => {
  it('has a sentence for everything that is told', () => {
    const codes = new Set<string>();
    const play = inducting();
    follow(play);
    for (const { code } of play.notices()) if (code !== undefined) codes.add(code);
    expect([...codes].filter((code) => !(code in texts.told))).toEqual([]);
    expect(codes.size).toBeGreaterThan(3);
  });
});

describe('whatever happens', () => {
  const anyDay = fc.integer({ min: 0, max: 700 }).map((n) => addDays(begins, n));
  const tenths = (from: number, to: number) => fc.integer({ min: from, max: to }).map((n) => n / 10);
  const anyStep = fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('days' as const), days: fc.integer({ min: 5, max: 150 }) }) },
    fc.record({ do: fc.constant('hours' as const), fte: tenths(4, 10), from: anyDay }),
    fc.record({
      do: fc.constant('absence' as const),
      from: anyDay,
      length: fc.integer({ min: 0, max: 90 }),
      kind: fc.constantFrom('ad-hoc', 'maternity', 'carers'),
    }),
    fc.record({ do: fc.constant('extend' as const), terms: tenths(1, 20) }),
    fc.record({ do: fc.constant('reduce' as const), termsRequired: tenths(10, 50) }),
    fc.constantFrom(
      { do: 'mentor' as const },
      { do: 'mentor-leaves' as const },
      { do: 'move' as const },
      { do: 'leave' as const },
      { do: 'programme' as const },
    ),
  );
  type AnyStep = typeof anyStep extends fc.Arbitrary<infer T> ? T : never;

  /** Who is asked, and what they answer. */
  function settle(play: Play): void {
    const { wait } = play.process();
    const decider = play.wait().candidate;
    const actor =
      [zoe, tess, sienna, tove, robin, hazel].find(
        ({ personId }) => decider && 'personId' in decider && decider.personId === personId,
      ) ?? sienna;
    const today = { sentOn: play.world().today, decidedOn: play.world().today };
    if (wait === 'progress-review') answer(play, 'on-track', onTrack(play), actor);
    else if (wait === 'read-review') answer(play, 'read', {}, play.world().subject);
    else if (wait === 'formal-assessment' || wait === 'interim-assessment')
      answer(play, 'written', report(play), actor);
    else if (wait === 'sign-assessment') answer(play, 'signed', {}, play.world().subject);
    else if (wait === 'countersign') answer(play, 'signed', {}, actor);
    else if (wait === 'choose-extension') answer(play, 'extended', {}, play.world().subject);
    else if (wait === 'recommend') answer(play, 'recommended', { recommendation: 'pass', sentOn: today.sentOn }, actor);
    else if (wait === 'record-outcome') answer(play, 'passed', { decidedOn: today.decidedOn }, actor);
    else if (wait === 'name-others') {
      const isThere = play.process().schoolId === ST_ALDHELM;
      const named = isThere ? { mentorId: 'faye', tutorId: 'tove' } : { mentorId: 'mina', tutorId: 'tess' };
      answer(play, 'named', named, actor);
    }
  }

  const atStAldhelm = (from: Day): Person => ({
    ...zoe,
    posts: [
      { schoolId: OAKFIELD, employeeNumber: 'z', job: 'Class Teacher', fte: 1, endsOn: addDays(from, -1) },
      { schoolId: ST_ALDHELM, employeeNumber: 'z', job: 'Class Teacher', fte: 1, startsOn: from },
    ],
  });

  function happen(play: Play, step: AnyStep): void {
    const { today } = play.world();
    switch (step.do) {
      case 'days': {
        const limit = addDays(today, step.days);
        while (play.world().today < limit && play.process().status === 'active') {
          settle(play);
          mornings(play, addDays(play.world().today, 1));
        }
        break;
      }
      case 'hours':
        act(play, 'change-hours', { fte: step.fte, from: step.from });
        break;
      case 'absence':
        act(play, 'record-absence', { from: step.from, to: addDays(step.from, step.length), kind: step.kind, days: 1 });
        break;
      case 'extend':
        act(play, 'extend', { terms: step.terms, decidedOn: today });
        break;
      case 'reduce':
        act(play, 'reduce', {
          termsRequired: step.termsRequired,
          decidedOn: today,
          reason: 'prior-experience',
          hasTeacherAgreed: true,
        });
        break;
      case 'mentor':
        act(play, 'change-mentor', { mentorId: 'mina', from: today });
        break;
      case 'mentor-leaves':
        play.setPeople({
          ...milo,
          posts: milo.posts.map((post) => ({ ...post, endsOn: today })),
        });
        break;
      case 'move':
        if (play.world().subject.posts.length === 1 && play.process().schoolId === OAKFIELD) {
          play.setPeople({ ...play.world().subject, posts: atStAldhelm(addDays(today, 1)).posts });
          act(play, 'move-school', { schoolId: ST_ALDHELM, on: addDays(today, 1) }, rowan);
        }
        break;
      case 'leave': {
        const { subject } = play.world();
        play.setPeople({ ...subject, posts: subject.posts.map((post) => ({ ...post, endsOn: post.endsOn ?? today })) });
        break;
      }
      case 'programme':
        act(play, 'change-programme', { programme: 'school-led', from: today });
        break;
      default:
        step satisfies never;
    }
  }

  it('what was recorded never changes, nothing is held twice, and somebody or a date always has the next move', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { minLength: 1, maxLength: 8 }), (steps) => {
        const play = inducting();
        let before: InductionData['reviews'] = [];
        for (const step of steps) {
          if (play.process().status !== 'active') break;
          happen(play, step);
          const { reviews } = dataOf(play);
          expect(reviews.slice(0, before.length)).toEqual(before);
          expect(new Set(reviews.map(({ key }) => key)).size).toBe(reviews.length);
          before = reviews;
          if (play.process().status !== 'active') continue;
          const open = play.waits().filter(({ state }) => state === 'open');
          expect(open.length).toBeGreaterThan(0);
          for (const one of open) {
            const task = taskOf(declaration, one);
            if (task) expect(offeredForms(play.scene(), task, one).size).toBeGreaterThan(0);
            else expect(one.nextAt).toBeDefined();
          }
          expect(declaration.milestones(viewOf(play)).length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 40 },
    );
  });
});
