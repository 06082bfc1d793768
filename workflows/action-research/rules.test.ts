import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonSchemaOf } from '../../functions/api/present.ts';
import { makePlay, type Play, playedResearch } from '../../test/play.ts';
import {
  calendar,
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
  terry,
  type WorldOptions,
  worldOf,
  zoe,
} from '../../test/world.ts';
import { isSchoolDay } from '../kernel/calendar.ts';
import { parsedForm } from '../kernel/decide.ts';
import type { AnyWait, Form, Started } from '../kernel/process.ts';
import { type Comment, type Person, type Process, TRUST } from '../kernel/records.ts';
import { isRejection, type Rejection } from '../kernel/rejections.ts';
import { isEnded, viewOf } from '../kernel/snapshot.ts';
import { addDays, type Day, day, instant } from '../kernel/time.ts';
import { actions, process as declaration } from './process.ts';
import { evenPlan, milestones, plannedDays, sponsorOf } from './rules.ts';
import { type Entry, ProjectData, proceedForm, readyForm, StartForm } from './schemas.ts';
import { criteria, isStage, type Stage, stageAfter, stages } from './stages.ts';
import { texts } from './texts.ts';

// How these tests speak

const nora = personOf('Nora', { posts: [{ schoolId: OAKFIELD }] });
const omar = personOf('Omar', { posts: [{ schoolId: OAKFIELD }] });
const paul = personOf('Paul', { roles: [['partner', TRUST]] });
const people = [nora, omar, paul];

const SECRET = 'Pupils in Year 4 talk more';
const project = {
  title: `${SECRET}: talk partners`,
  priorityArea: `${SECRET}: oracy`,
  question: `${SECRET}: do talk partners help?`,
  startsOn: '2026-09-21',
  endsOn: '2027-07-16',
};

function begin(
  sent: Record<string, unknown> = {},
  actor: Person = zoe,
  options: WorldOptions & { subject?: Person } = {},
): Started<ProjectData> | Rejection {
  const fields = parsedForm(StartForm, { ...project, ...sent });
  if (isRejection(fields)) return fields;
  return declaration.start(fields, actor, worldOf(options.subject ?? actor, { people, ...options }));
}

function started(result: Started<ProjectData> | Rejection): Started<ProjectData> {
  if (isRejection(result)) throw new Error(`refused: ${result.rejected} ${result.detail}`);
  return result;
}

const codeOf = (result: unknown): string | undefined => (isRejection(result) ? result.rejected : undefined);
const fieldsOf = (result: unknown): readonly string[] =>
  isRejection(result) ? (result.errors ?? []).map(({ path }) => path) : [];

const playOf = (sent: Record<string, unknown> = {}, options: WorldOptions & { subject?: Person } = {}): Play => {
  const play = makePlay(playedResearch, { people, ...options });
  const result = play.begin({ ...project, ...sent });
  if (isRejection(result)) throw new Error(result.detail);
  play.drive();
  return play;
};

const dataOf = (play: Play): ProjectData => ProjectData.parse(play.process().data);
const stagesEntered = (play: Play): readonly Stage[] => dataOf(play).entries.map(({ stage }) => stage);

const shown = (stage: Stage) => ({
  ...Object.fromEntries(criteria[stage].map((criterion) => [criterion, `${SECRET}: what shows it`])),
  ...(stage === 'prepare' ? { activeIngredients: `${SECRET}: pairs change weekly` } : {}),
});
const judged = (stage: Stage, but: Record<string, 'met' | 'not-met'> = {}) => ({
  ...Object.fromEntries(criteria[stage].map((criterion) => [criterion, 'met'])),
  ...but,
});

/** Hands the stage in, and has the sponsor decide. */
function gate(play: Play, outcome: string, sent: Record<string, unknown> = {}, sponsor: Person = sienna): unknown {
  const { stage } = play.process();
  if (!isStage(stage)) throw new Error(`${stage} has no gate`);
  if (play.process().wait.endsWith('-work')) {
    expect(codeOf(play.complete(play.wait(), 'ready', shown(stage)))).toBeUndefined();
    play.drive();
  }
  const decision = play.complete(play.wait(), outcome, { ...judged(stage), ...sent }, sponsor);
  play.drive();
  return decision;
}

const commentsOf = (play: Play): readonly Comment[] =>
  [...play.items().values()].filter((item): item is Comment => item.type === 'comment');
const toldTo = (play: Play, personId: string): readonly (string | undefined)[] =>
  play.notices(personId).map(({ code }) => code);
const childrenOf = (play: Play): readonly Process[] =>
  [...play.items().values()].filter((item): item is Process => item.type === 'process' && item.parentId !== undefined);

describe('starting a project', () => {
  it('begins in Explore, led by whoever starts it, sponsored by the head of the one school', () => {
    const { data, schoolId, subjectId, wait } = started(begin({ teamIds: ['nora'] }));
    expect({ schoolId, subjectId, wait }).toEqual({ schoolId: OAKFIELD, subjectId: 'zoe', wait: 'explore-work' });
    expect(data).toMatchObject({ schoolIds: [OAKFIELD], teamIds: ['nora'], sponsorId: 'sienna', isSmall: false });
    expect(data.entries).toMatchObject([{ stage: 'explore', enteredOn: '2026-09-21', leftOn: null }]);
  });

  it('has the trust-lead as its sponsor where several schools take part', () => {
    expect(started(begin({ schoolIds: [OAKFIELD, ST_ALDHELM] })).data.sponsorId).toBe('rowan');
  });

  it('gives a head who leads the trust-lead, and a trust-lead who leads an executive', () => {
    expect(started(begin({}, sienna)).data.sponsorId).toBe('rowan');
    expect(started(begin({ schoolIds: [OAKFIELD] }, rowan)).data.sponsorId).toBe('hazel');
    expect(started(begin({ schoolIds: [OAKFIELD, RIVERSIDE] }, rowan)).data.sponsorId).toBe('hazel');
  });

  it('never has somebody of the team as its sponsor, nor somebody whom the lead manages', () => {
    expect(started(begin({ teamIds: ['sienna'] })).data.sponsorId).toBe('rowan');
    const managed = personOf('Sienna', {
      posts: [{ schoolId: OAKFIELD, lineManagerId: 'zoe' }],
      roles: [['headteacher', OAKFIELD]],
    });
    expect(started(begin({}, zoe, { people: [managed] })).data.sponsorId).toBe('rowan');
  });

  it('takes a sponsor by name only if they may be it', () => {
    expect(started(begin({ sponsorId: 'sienna' })).data.sponsorId).toBe('sienna');
    for (const sponsorId of ['rowan', 'sam', 'zoe', 'nobody'])
      expect(fieldsOf(begin({ sponsorId })), sponsorId).toEqual(['sponsorId']);
    expect(fieldsOf(begin({ teamIds: ['sienna'], sponsorId: 'sienna' }))).toEqual(['sponsorId']);
  });

  it('is refused with a team of the lead, of nobody, or of people without a post', () => {
    for (const teamIds of [['zoe'], ['nobody'], ['paul']])
      expect(fieldsOf(begin({ teamIds })), String(teamIds)).toEqual(['teamIds']);
  });

  it('takes as partner somebody from outside who is on file as one, and nobody else', () => {
    expect(started(begin({ partner: 'paul' })).data.partnerId).toBe('paul');
    expect(fieldsOf(begin({ partner: 'nora' }))).toEqual(['partner']);
  });

  it('is refused for schools that are not the trust’s, and for the central office', () => {
    expect(fieldsOf(begin({ schoolIds: ['999999'] }))).toEqual(['schoolIds']);
    expect(fieldsOf(begin({}, rowan))).toEqual(['schoolIds']);
  });

  it('is refused for somebody whose posts have ended', () => {
    const gone = personOf('Zoe', { posts: [{ schoolId: OAKFIELD, endsOn: day('2026-07-31') }] });
    expect(codeOf(begin({}, gone))).toBe('no-current-post');
  });

  it('names a set that is under way', () => {
    const set: Process = { ...playOf().process(), processId: 'set-1', kind: 'action-research-set' };
    const asked = (mentioned: readonly Process[]) => begin({ setId: 'set-1' }, zoe, { mentioned });
    expect(started(asked([set]))).toMatchObject({ data: { setId: 'set-1' } });
    expect(started(asked([set])).effects).toContainEqual({ effect: 'join', processId: 'set-1' });
    expect(fieldsOf(asked([]))).toEqual(['setId']);
    expect(fieldsOf(asked([{ ...set, kind: 'npq-application' }]))).toEqual(['setId']);
    expect(fieldsOf(asked([{ ...set, status: 'completed' }]))).toEqual(['setId']);
  });

  it('tells those whom it names, and not whoever starts it', () => {
    const play = makePlay(playedResearch, { people });
    play.begin({ ...project, leadId: 'zoe', teamIds: ['nora'], partner: 'paul' }, sam);
    expect(toldTo(play, 'zoe')).toEqual(['started-for-you']);
    expect(toldTo(play, 'nora')).toEqual(['in-the-team']);
    expect(toldTo(play, 'sienna')).toEqual(['you-are-sponsor']);
    expect(toldTo(play, 'paul')).toEqual(['partner-invited']);
    expect(toldTo(play, 'sam')).toEqual([]);
  });

  it('tells the heads of all schools that take part', () => {
    const play = makePlay(playedResearch, { people });
    play.begin({ ...project, schoolIds: [OAKFIELD, ST_ALDHELM] });
    expect(toldTo(play, 'robin')).toEqual(['your-school-takes-part']);
    expect(toldTo(play, 'sienna')).toEqual(['your-school-takes-part']);
    expect(toldTo(play, 'rowan')).toEqual(['you-are-sponsor']);
  });
});

describe('a small project', () => {
  const oneTerm = { startsOn: '2026-11-02', endsOn: '2026-12-18' };

  it('is one of one school within one term', () => {
    expect(started(begin(oneTerm)).data.isSmall).toBe(true);
    expect(started(begin({ ...oneTerm, isSmall: false })).data.isSmall).toBe(false);
    expect(started(begin({ ...oneTerm, schoolIds: [OAKFIELD, RIVERSIDE] })).data.isSmall).toBe(false);
    expect(fieldsOf(begin({ isSmall: true }))).toEqual(['isSmall']);
    expect(fieldsOf(begin({ ...oneTerm, isSmall: true, schoolIds: [OAKFIELD, RIVERSIDE] }))).toEqual(['isSmall']);
  });

  it('writes one sentence for each criterion', () => {
    const small = playOf(oneTerm);
    const long = Object.fromEntries(criteria.explore.map((criterion) => [criterion, 'a'.repeat(301)]));
    expect(fieldsOf(small.complete(small.wait(), 'ready', long))).toEqual([...criteria.explore]);
    expect(codeOf(playOf().complete(playOf().wait(), 'ready', long))).toBeUndefined();
  });
});

describe('the time', () => {
  it('is split evenly, in school days', () => {
    const { plan, startsOn } = started(begin()).data;
    const days = Object.values(plannedDays(calendar, { startsOn, plan }));
    expect(Math.max(...days) - Math.min(...days)).toBeLessThanOrEqual(1);
    expect(plan.sustain).toBe('2027-07-16');
    expect(days.reduce((sum, one) => sum + one)).toBeGreaterThan(150);
  });

  const uneven = { exploreUntil: '2026-10-09', prepareUntil: '2026-11-13', deliverUntil: '2027-06-11' };

  it('is split otherwise only with a reason', () => {
    expect(fieldsOf(begin(uneven))).toEqual(['unevenBecause']);
    const { data } = started(begin({ ...uneven, unevenBecause: 'We explored in the summer.' }));
    expect(data.plan).toMatchObject({ explore: '2026-10-09', deliver: '2027-06-11' });
    expect(data.unevenBecause).toBe('We explored in the summer.');
  });

  it('needs no reason where the lead’s own dates come to the same', () => {
    const { explore, prepare, deliver } = started(begin()).data.plan;
    const own = begin({ exploreUntil: explore, prepareUntil: prepare, deliverUntil: deliver });
    expect(started(own).data.unevenBecause).toBeNull();
  });

  it.each([
    ['some dates only', { exploreUntil: '2026-10-09' }, 'exploreUntil'],
    ['dates out of order', { ...uneven, prepareUntil: '2026-10-01' }, 'prepareUntil'],
    ['an end before the last of them', { ...uneven, endsOn: '2027-06-01' }, 'endsOn'],
    ['an end before the start', { endsOn: '2026-09-20' }, 'endsOn'],
    ['too little time', { endsOn: '2026-09-25' }, 'endsOn'],
    ['more than four years', { endsOn: '2031-09-25' }, 'endsOn'],
    ['a start more than a year ahead', { startsOn: '2027-10-01', endsOn: '2028-07-01' }, 'startsOn'],
  ])('is refused with %s', (_, sent, field) => {
    expect(fieldsOf(begin(sent))).toEqual([field]);
  });

  it('is shown as planned and spent, stage by stage, whatever way the project went', () => {
    const play = playOf();
    play.moveTo(day('2026-10-05'));
    gate(play, 'proceed');
    play.moveTo(day('2026-10-12'));
    gate(play, 'back', { to: 'explore', why: 'We do not know enough yet.' });
    play.moveTo(day('2026-10-19'));
    const shownTime = milestones(viewOf(play.scene()) as Parameters<typeof milestones>[0]);
    // Mon 21 Sep to Mon 5 Oct is 11 days with the first, and Mon 12 to Mon 19 Oct another 5.
    expect(shownTime.map(({ stage, spent }) => [stage, spent])).toEqual([
      ['explore', 16],
      ['prepare', 5],
      ['deliver', 0],
      ['sustain', 0],
    ]);
    expect(shownTime.map(({ doneOn }) => doneOn)).toEqual([null, null, null, null]);
    expect(declaration.milestones(viewOf(play.scene()) as never)[0]?.label).toBe(
      'Explore: 45 school days planned, 16 spent',
    );
  });
});

describe('a gate', () => {
  it('84: Explore does not lead to Deliver: there is no plan, and nobody has judged readiness', () => {
    const play = playOf();
    for (const to of ['deliver', 'sustain']) expect(codeOf(gate(play, 'proceed', { to }))).toBe('stage-skipped');
    expect(play.process().wait).toBe('explore-gate');
    gate(play, 'proceed', { to: 'prepare' });
    expect(play.process().wait).toBe('prepare-work');
  });

  it('85: who is not ready stays in Prepare or goes back to Explore, and the history is kept', () => {
    const play = playOf();
    gate(play, 'proceed');
    const notReady = { 'readiness-judged': 'not-met' } as const;
    expect(codeOf(gate(play, 'proceed', notReady))).toBe('criteria-not-met');
    gate(play, 'stay', { ...notReady, missing: 'Two colleagues have not been trained.', until: '2026-11-20' });
    expect(play.process()).toMatchObject({ wait: 'prepare-work', stage: 'prepare' });
    expect(dataOf(play).entries.at(-1)).toMatchObject({ stage: 'prepare', stays: 1, until: '2026-11-20' });
    expect(play.wait().dueOn).toBe('2026-11-20');
    const facts = declaration.waits['prepare-work'].facts?.(viewOf(play.scene(), play.wait()) as never) ?? [];
    const decided = facts.find(({ label }) => label === 'The sponsor’s last decision');
    expect(decided?.value.split('\n').map((line) => line.replace(/^.*: /, ''))).toEqual([
      'Stay in this stage.',
      ...['Met.', 'Not met.', 'Met.'],
      'Two colleagues have not been trained.',
    ]);
    gate(play, 'back', { ...notReady, to: 'explore', why: 'It does not fit after all.' });
    expect(play.process()).toMatchObject({ wait: 'explore-work', stage: 'explore' });
    expect(dataOf(play).entries).toMatchObject([
      { stage: 'explore', leftBy: 'proceed' },
      { stage: 'prepare', leftBy: 'back', stays: 1 },
      { stage: 'explore', leftOn: null },
    ]);
  });

  it('needs every criterion met to go on, and says which are missing', () => {
    const play = playOf();
    const refused = gate(play, 'proceed', { 'problem-evidenced': 'not-met' });
    expect(codeOf(refused)).toBe('criteria-not-met');
    expect(isRejection(refused) && refused.detail).toContain('The problem is agreed, and data show it');
    expect(fieldsOf(gate(play, 'proceed', { 'problem-evidenced': undefined }))).toEqual(['problem-evidenced']);
  });

  it('shows the sponsor each criterion with what shows it', () => {
    const play = playOf();
    play.complete(play.wait(), 'ready', shown('explore'));
    play.drive();
    const task = declaration.waits['explore-gate'];
    const facts = task.facts?.(viewOf(play.scene(), play.wait()) as never) ?? [];
    expect(facts.filter(({ value }) => value.endsWith('what shows it'))).toHaveLength(3);
    expect(facts.map(({ label }) => label)).toContain('Time for Sustain');
  });

  it('is the sponsor’s: neither the lead nor somebody of the team decides it', () => {
    const play = playOf({ teamIds: ['nora', 'sam'] });
    play.complete(play.wait(), 'ready', shown('explore'));
    play.drive();
    expect(play.wait().candidate).toEqual({ personId: 'sienna' });
    const by = (actor: Person) => codeOf(play.complete(play.wait(), 'proceed', judged('explore'), actor));
    expect([zoe, nora, sam, robin].map(by)).toEqual(['about-yourself', 'not-allowed', 'not-allowed', 'not-allowed']);
    expect(by(sienna)).toBeUndefined();
  });

  it('is refused to a sponsor who is in the team by now', () => {
    const play = playOf();
    play.complete(play.wait(), 'ready', shown('explore'));
    play.drive();
    const view = viewOf(play.scene(), play.wait());
    const data = { ...dataOf(play), teamIds: ['sienna'] };
    const task = declaration.waits['explore-gate'];
    expect(codeOf(task.answer({ ...view, data } as never, 'proceed', judged('explore'), sienna))).toBe(
      'conflict-of-interest',
    );
  });

  it('goes back to any earlier stage, and to no later one', () => {
    const play = playOf();
    gate(play, 'proceed');
    gate(play, 'proceed');
    expect(fieldsOf(gate(play, 'back', { to: 'sustain', why: 'x' }))).toEqual(['to']);
    gate(play, 'back', { to: 'prepare', why: 'More training.' });
    expect(play.process().wait).toBe('prepare-work');
    gate(play, 'proceed');
    gate(play, 'back', { to: 'explore', why: 'Another approach.', until: '2026-12-04' });
    expect(play.process().wait).toBe('explore-work');
    expect(stagesEntered(play)).toEqual(['explore', 'prepare', 'deliver', 'prepare', 'deliver', 'explore']);
    expect(dataOf(play).entries.at(-1)?.until).toBe('2026-12-04');
  });

  it('offers nothing to go back to in Explore', () => {
    const play = playOf();
    expect(fieldsOf(gate(play, 'back', { to: 'explore', why: 'x' }))).toEqual(['outcome']);
  });

  it('stops with what was learned, which is a result: the project is completed', () => {
    const play = playOf({ teamIds: ['nora'] });
    gate(play, 'stop', {
      learned: 'It changes nothing here.',
      ...judged('explore', { 'problem-evidenced': 'not-met' }),
    });
    expect(play.process()).toMatchObject({ status: 'completed', outcome: 'stopped' });
    expect(dataOf(play).decision).toMatchObject({ outcome: 'stopped', learned: 'It changes nothing here.' });
    expect(toldTo(play, 'nora')).toContain('team-decision');
  });
});

describe('the log', () => {
  it('takes notes, evidence and measurements of lead and team at any time, each an item of its own with its day', () => {
    const play = playOf({ teamIds: ['nora'] });
    play.moveTo(day('2026-10-01'));
    play.act('log', { sort: 'evidence', text: `${SECRET}: counted`, on: '2026-09-30' }, nora);
    play.complete(play.wait(), 'ready', shown('explore'));
    play.drive();
    play.act('log', { text: `${SECRET}: a thought` });
    expect(commentsOf(play)).toMatchObject([
      { sort: 'evidence', on: '2026-09-30', personId: 'nora', taskId: `${play.process().processId}.1.log` },
      { sort: 'note', on: '2026-10-01', personId: 'zoe', taskId: `${play.process().processId}.2.log` },
    ]);
    expect(dataOf(play).logged.explore).toEqual({ note: 1, evidence: 1, measure: 0, adaptation: 0 });
  });

  it('does not make the process longer: ten thousand entries are ten thousand items', () => {
    const data = dataOf(playOf());
    const many = { ...data.logged.explore, note: 10_000 };
    const size = JSON.stringify({ ...data, logged: { ...data.logged, explore: many } }).length;
    expect(size - JSON.stringify(data).length).toBe(4);
  });

  it('is nobody else’s: not the sponsor’s, not the partner’s', () => {
    const play = playOf({ teamIds: ['nora'], partner: 'paul' });
    const by = (actor: Person) => codeOf(play.act('log', { text: 'x' }, actor));
    expect([sienna, paul, omar, rowan].map(by)).toEqual(Array(4).fill('not-allowed'));
    expect([zoe, nora].map(by)).toEqual([undefined, undefined]);
  });

  it('has no day to come, and none before the project', () => {
    const play = playOf();
    play.moveTo(day('2026-10-01'));
    for (const on of ['2026-10-02', '2026-09-20'])
      expect(fieldsOf(play.act('log', { text: 'x', on })), on).toEqual(['on']);
  });
});

describe('an adaptation', () => {
  const inDeliver = (sent: Record<string, unknown> = {}): Play => {
    const play = playOf(sent);
    gate(play, 'proceed');
    gate(play, 'proceed');
    return play;
  };
  const change = { what: `${SECRET}: threes, not pairs`, why: `${SECRET}: odd numbers` };

  it('86: that touches an active ingredient opens the sponsor’s agreement', () => {
    const play = inDeliver({ teamIds: ['nora'] });
    play.act('log-adaptation', { ...change, touchesActiveIngredient: true }, nora);
    play.drive();
    expect(play.process()).toMatchObject({ stage: 'deliver', wait: 'deliver-adaptation' });
    expect(play.wait().candidate).toEqual({ personId: 'sienna' });
    expect(dataOf(play).adaptation).toMatchObject({ proposedBy: 'nora', isAgreed: null });
    play.complete(play.wait(), 'agreed', {}, sienna);
    play.drive();
    expect(play.process().wait).toBe('deliver-work');
    expect(dataOf(play)).toMatchObject({ adaptation: { isAgreed: true, answeredBy: 'sienna' }, adaptationsAgreed: 1 });
    expect(stagesEntered(play)).toEqual(['explore', 'prepare', 'deliver']);
  });

  it('86: that touches none is only logged', () => {
    const play = inDeliver();
    const step = play.process().step;
    play.act('log-adaptation', { ...change, touchesActiveIngredient: false });
    expect(play.process()).toMatchObject({ wait: 'deliver-work', step });
    expect(dataOf(play)).toMatchObject({ adaptation: null, logged: { deliver: { adaptation: 1 } } });
    expect(commentsOf(play).map(({ sort }) => sort)).toEqual(['adaptation']);
  });

  it('that is not agreed does not count, and the lead sees why', () => {
    const play = inDeliver();
    play.complete(play.wait(), 'adaptation-proposed', change);
    play.drive();
    play.complete(play.wait(), 'not-agreed', { why: 'It would be something else.' }, sienna);
    play.drive();
    expect(dataOf(play)).toMatchObject({
      adaptation: { isAgreed: false, answer: 'It would be something else.' },
      adaptationsNotAgreed: 1,
    });
    const codes = declaration.waits['deliver-work'].findings?.(viewOf(play.scene(), play.wait()) as never) ?? [];
    expect(codes.map(({ code }) => code)).toContain('adaptation-not-agreed');
  });

  it('waits for the answer to the one before', () => {
    const play = inDeliver();
    play.act('log-adaptation', { ...change, touchesActiveIngredient: true });
    play.drive();
    expect(codeOf(play.act('log-adaptation', { ...change, touchesActiveIngredient: true }))).toBe('not-now');
    expect(codeOf(play.act('log-adaptation', { ...change, touchesActiveIngredient: false }))).toBeUndefined();
  });

  it('takes a stage that was handed in back to its work: the sponsor is to know before deciding', () => {
    const play = inDeliver();
    play.complete(play.wait(), 'ready', shown('deliver'));
    play.drive();
    play.act('log-adaptation', { ...change, touchesActiveIngredient: true });
    play.drive();
    play.complete(play.wait(), 'agreed', {}, sienna);
    play.drive();
    expect(play.process().wait).toBe('deliver-work');
    // What was handed in before need not be written again.
    expect(codeOf(play.complete(play.wait(), 'ready', {}))).toBeUndefined();
  });

  it('is nothing for Explore and Prepare, where nothing is in use', () => {
    const play = playOf();
    const touch = { ...change, touchesActiveIngredient: true };
    expect(codeOf(play.act('log-adaptation', touch))).toBe('not-now');
    gate(play, 'proceed');
    expect(codeOf(play.act('log-adaptation', touch))).toBe('not-now');
  });
});

describe('Sustain ends by a decision alone', () => {
  const inSustain = (sent: Record<string, unknown> = {}, options: WorldOptions = {}, sponsor = sienna): Play => {
    const play = playOf(sent, options);
    for (const _ of [1, 2, 3]) gate(play, 'proceed', {}, sponsor);
    expect(play.process().stage).toBe('sustain');
    return play;
  };

  it('not by its date: long after the end it still waits for somebody', () => {
    const play = inSustain();
    play.morning(day('2028-01-12'));
    expect(isEnded(play.process())).toBe(false);
  });

  it('embedded: on the review date the sponsor is asked whether it still is', () => {
    const play = inSustain();
    gate(play, 'embedded', { reviewOn: '2027-11-10' });
    expect(play.process()).toMatchObject({ status: 'active', stage: 'embedded', wait: 'review-due' });
    expect(dataOf(play).decision).toMatchObject({ outcome: 'embedded', reviewOn: '2027-11-10' });
    expect(dataOf(play).entries.at(-1)).toMatchObject({ stage: 'sustain', leftBy: 'embedded' });
    play.morning(day('2027-11-09'));
    expect(play.wait().state).toBe('open');
    play.morning(day('2027-11-10'));
    play.drive();
    expect(play.wait()).toMatchObject({ wait: 'review', candidate: { personId: 'sienna' } });
    play.complete(play.wait(), 'still-in-use', { reviewOn: '2028-11-08' }, sienna);
    play.drive();
    expect(play.wait()).toMatchObject({ wait: 'review-due', dueOn: '2028-11-08' });
    play.morning(day('2028-11-08'));
    play.drive();
    play.complete(play.wait(), 'still-in-use', {}, sienna);
    play.drive();
    expect(play.process()).toMatchObject({ status: 'completed', outcome: 'embedded' });
  });

  it('embedded, and brought back to work by its review', () => {
    const play = inSustain();
    gate(play, 'embedded', { reviewOn: '2027-11-10' });
    play.morning(day('2027-11-10'));
    play.drive();
    play.complete(play.wait(), 'work-again', { why: 'New colleagues do not know it.', until: '2027-12-17' }, sienna);
    play.drive();
    expect(play.process()).toMatchObject({ stage: 'sustain', wait: 'sustain-work' });
    expect(stagesEntered(play)).toEqual(['explore', 'prepare', 'deliver', 'sustain', 'sustain']);
    gate(play, 'de-implemented', { learned: 'It did not last.' });
    expect(play.process()).toMatchObject({ status: 'completed', outcome: 'de-implemented' });
  });

  it('87: scaled: each further school begins a project of its own from Explore, and the result is offered as a session', () => {
    const play = inSustain();
    play.clearNotices();
    gate(play, 'scaled', { schoolIds: [ST_ALDHELM, RIVERSIDE], sessionTitle: 'Talk partners that work' });
    expect(play.process()).toMatchObject({ status: 'completed', outcome: 'scaled' });
    expect(dataOf(play)).toMatchObject({
      decision: { outcome: 'scaled', furtherSchoolIds: [ST_ALDHELM, RIVERSIDE] },
      sessionOffer: { title: 'Talk partners that work', offeredBy: 'sienna' },
    });
    const children = childrenOf(play);
    expect(children.map(({ schoolId, wait, stage, subjectId }) => [schoolId, wait, stage, subjectId])).toEqual([
      [ST_ALDHELM, 'explore-work', 'explore', 'zoe'],
      [RIVERSIDE, 'explore-work', 'explore', 'zoe'],
    ]);
    const [first] = children.map(({ data }) => ProjectData.parse(data));
    expect(first).toMatchObject({ schoolIds: [ST_ALDHELM], sponsorId: 'robin', teamIds: [], evidence: {} });
    expect(first?.entries).toMatchObject([{ stage: 'explore', leftOn: null }]);
    expect(children.every(({ parentId }) => parentId === play.process().processId)).toBe(true);
    expect(toldTo(play, 'robin')).toEqual(['comes-to-your-school']);
    expect(toldTo(play, 'evie')).toEqual(['comes-to-your-school']);
    expect(toldTo(play, 'zoe')).toContain('scaled-for-you');
  });

  it('87: a school that takes part already, or is none of the trust’s, does not begin anew', () => {
    const play = inSustain({ schoolIds: [OAKFIELD, RIVERSIDE] }, {}, rowan);
    const asked = (schoolId: string) => gate(play, 'scaled', { schoolIds: [schoolId] }, rowan);
    expect(fieldsOf(asked(RIVERSIDE))).toEqual(['schoolIds']);
    expect(fieldsOf(asked('999999'))).toEqual(['schoolIds']);
    expect(childrenOf(play)).toEqual([]);
  });

  it('needs its criteria for what goes on, not for what stops', () => {
    const notShared = judged('sustain', { 'results-shared': 'not-met' });
    expect(codeOf(gate(inSustain(), 'embedded', { ...notShared, reviewOn: '2027-11-10' }))).toBe('criteria-not-met');
    expect(codeOf(gate(inSustain(), 'scaled', { ...notShared, schoolIds: [RIVERSIDE] }))).toBe('criteria-not-met');
    expect(codeOf(gate(inSustain(), 'de-implemented', { ...notShared, learned: 'x' }))).toBeUndefined();
  });

  it('goes back to each of the three', () => {
    for (const to of ['explore', 'prepare', 'deliver']) {
      const play = inSustain();
      gate(play, 'back', { to, why: 'x' });
      expect(play.process().wait).toBe(`${to}-work`);
    }
  });
});

describe('people who come and go', () => {
  it('a lead who leaves: the sponsor is told once, finds the work, and names who carries on', () => {
    const play = playOf({ teamIds: ['nora'] });
    play.clearNotices();
    const gone = { ...zoe, posts: zoe.posts.map((post) => ({ ...post, endsOn: day('2026-10-02') })) };
    play.setPeople(gone);
    play.morning(day('2026-10-05'));
    play.morning(day('2026-10-06'));
    expect(toldTo(play, 'sienna').filter((code) => code === 'lead-left')).toHaveLength(1);
    expect(play.wait()).toMatchObject({ wait: 'explore-work', candidate: { personId: 'sienna' } });
    expect(codeOf(play.act('change-lead', { leadId: 'omar' }, sam))).toBe('not-allowed');
    expect(codeOf(play.act('change-lead', { leadId: 'omar' }, sienna))).toBeUndefined();
    expect(play.process()).toMatchObject({ subjectId: 'omar', wait: 'explore-work' });
    expect(play.wait()).toMatchObject({ subjectId: 'omar', candidate: { personId: 'omar' } });
    expect(dataOf(play).leadLeftOn).toBeNull();
    expect(toldTo(play, 'omar')).toContain('you-are-lead');
    expect(play.morning(day('2026-10-07'))).toBeUndefined();
    expect(dataOf(play).leadLeftOn).toBeNull();
  });

  it('a lead who works at another school now: the project stays, and is asked about once', () => {
    const play = playOf();
    play.setPeople({ ...zoe, posts: [{ schoolId: ST_ALDHELM, employeeNumber: 'Z-2', job: 'Class Teacher', fte: 1 }] });
    play.morning(day('2026-10-05'));
    play.morning(day('2026-10-06'));
    expect(play.process().schoolId).toBe(OAKFIELD);
    expect(toldTo(play, 'sienna').filter((code) => code === 'lead-moved')).toHaveLength(1);
  });

  it('a new lead gets the sponsor that goes with them, and is in the team no longer', () => {
    const play = playOf({ teamIds: ['sienna', 'nora'] });
    expect(dataOf(play).sponsorId).toBe('rowan');
    play.act('change-lead', { leadId: 'nora' }, rowan);
    expect(dataOf(play)).toMatchObject({ teamIds: ['sienna', 'zoe'], sponsorId: 'rowan' });
    play.act('change-team', { teamIds: [] }, nora);
    expect(dataOf(play)).toMatchObject({ teamIds: [], sponsorId: 'sienna' });
    play.act('change-lead', { leadId: 'sienna' }, rowan);
    expect(dataOf(play)).toMatchObject({ teamIds: ['nora'], sponsorId: 'rowan' });
    // A head who hands it over sponsors it, and is in no team.
    play.act('change-lead', { leadId: 'nora' }, sienna);
    expect(dataOf(play)).toMatchObject({ teamIds: [], sponsorId: 'sienna' });
  });

  it('a new headteacher sponsors what the old one did, from the next morning on', () => {
    const play = playOf();
    play.complete(play.wait(), 'ready', shown('explore'));
    play.drive();
    const left = { ...sienna, posts: sienna.posts.map((post) => ({ ...post, endsOn: day('2026-12-31') })) };
    const nia = personOf('Nia', { posts: [{ schoolId: OAKFIELD }], roles: [['headteacher', OAKFIELD]] });
    play.setPeople(left, nia);
    play.morning(day('2027-01-05'));
    expect(dataOf(play).sponsorId).toBe('nia');
    expect(play.wait().candidate).toEqual({ personId: 'nia' });
    expect(toldTo(play, 'nia')).toContain('you-are-sponsor');
    expect(toldTo(play, 'zoe')).toContain('sponsor-changed');
  });

  it('a head who joins the team sponsors it no longer', () => {
    const play = playOf();
    play.complete(play.wait(), 'ready', shown('explore'));
    play.drive();
    play.act('change-team', { teamIds: ['sienna'] });
    expect(dataOf(play).sponsorId).toBe('rowan');
    expect(play.wait().candidate).toEqual({ personId: 'rowan' });
  });

  it('is reported as ownerless where nobody may sponsor it', () => {
    const alone = [rowan, hazel, terry, sienna].map((person) => ({ ...person, roles: [] }));
    const play = playOf({}, { people: [...people, ...alone] });
    expect(dataOf(play).sponsorId).toBeNull();
    expect(sponsorOf(viewOf(play.scene()) as never)).toBeUndefined();
    play.complete(play.wait(), 'ready', shown('explore'));
    play.drive();
    expect(play.wait().candidate).toBeUndefined();
  });

  it('who joins and leaves the team hears of it; the same team is refused', () => {
    const play = playOf({ teamIds: ['nora'] });
    play.clearNotices();
    expect(fieldsOf(play.act('change-team', { teamIds: ['nora'] }))).toEqual(['teamIds']);
    play.act('change-team', { teamIds: ['omar'] });
    expect([toldTo(play, 'nora'), toldTo(play, 'omar')]).toEqual([['not-in-the-team'], ['in-the-team']]);
    expect(codeOf(play.act('log', { text: 'x' }, nora))).toBe('not-allowed');
  });

  it('a withdrawal ends it, with news for team and sponsor', () => {
    const play = playOf({ teamIds: ['nora'] });
    play.clearNotices();
    expect(codeOf(play.act('withdraw', { reason: 'No time.' }, sienna))).toBe('not-allowed');
    play.act('withdraw', { reason: 'No time.' });
    expect(play.process()).toMatchObject({ status: 'stopped', outcome: 'withdrawn' });
    expect(dataOf(play).entries.at(-1)).toMatchObject({ leftBy: 'withdrawn' });
    expect([toldTo(play, 'nora'), toldTo(play, 'sienna')]).toEqual([['withdrawn'], ['withdrawn']]);
  });

  it('other dates move the day of the work that is under way', () => {
    const play = playOf();
    const before = play.wait().dueOn;
    play.act('change-plan', { endsOn: '2027-12-17' });
    expect(play.wait().dueOn).not.toBe(before);
    expect(play.wait().dueOn).toBe(dataOf(play).plan.explore);
    expect(fieldsOf(play.act('change-plan', { endsOn: '2026-09-01' }))).toEqual(['endsOn']);
  });
});

// Whatever is sent

type Command = readonly [kind: string, pick: number, more: number];

const anyCommands = fc.array(
  fc.tuple(
    fc.constantFrom('complete', 'complete', 'ready', 'ready', 'ready', 'act', 'garbage', 'morning'),
    fc.nat(1000),
    fc.nat(1000),
  ),
  { minLength: 5, maxLength: 60, size: 'max' },
);

const actors = [zoe, nora, omar, sienna, rowan, hazel, paul, sunil];

const sensible = (stage: Stage, pick: number, today: Day) => ({
  ...judged(stage, pick % 3 === 0 ? { [criteria[stage][0]]: 'not-met' } : {}),
  ...shown(stage),
  missing: `${SECRET}: missing`,
  until: addDays(today, 1 + (pick % 60)),
  to: stages[pick % 4],
  why: `${SECRET}: why`,
  what: `${SECRET}: what`,
  learned: `${SECRET}: learned`,
  reviewOn: addDays(today, 30),
  schoolIds: [RIVERSIDE],
  reason: `${SECRET}: reason`,
  text: `${SECRET}: text`,
  sort: ['note', 'evidence', 'measure'][pick % 3],
  touchesActiveIngredient: pick % 2 === 0,
  endsOn: addDays(today, 100 + (pick % 300)),
  teamIds: pick % 2 === 0 ? ['nora', 'omar'] : ['sienna'],
  leadId: ['zoe', 'nora', 'omar'][pick % 3],
  partner: 'paul',
});

/** Of what could be said only what the form asks for. */
function fitting(form: Form, all: Record<string, unknown>): Record<string, unknown> {
  const { properties = {} } = jsonSchemaOf(form) as { properties?: Record<string, { enum?: readonly string[] }> };
  return Object.fromEntries(
    Object.entries(properties).flatMap(([field, { enum: allowed }]) => {
      const value = all[field];
      if (value === undefined) return [];
      return [[field, allowed && !Array.isArray(value) && !allowed.includes(String(value)) ? allowed[0] : value]];
    }),
  );
}

function carriedOut(play: Play, [kind, pick, more]: Command): void {
  const { today } = play.world();
  const head = play.process();
  if (isEnded(head)) return;
  const stage = isStage(head.stage) ? head.stage : 'sustain';
  const all = sensible(stage, more, today);
  const actor = actors[more % actors.length] as Person;
  const view = viewOf(play.scene(), play.wait()) as never;
  const declared: AnyWait<ProjectData> | undefined = declaration.waits[head.wait];
  switch (kind) {
    case 'morning':
      play.morning(addDays(today, 1 + (pick % 40)));
      break;
    case 'act': {
      // Withdrawals end the story too early to be worth much.
      const names = Object.keys(actions).filter((name) => name !== 'withdraw');
      const action = names[pick % names.length] as keyof typeof actions;
      play.act(action, fitting(actions[action].form(view), all), actor);
      break;
    }
    case 'garbage':
      play.complete(play.wait(), ['proceed', 'back', 'nonsense'][pick % 3], { to: 'deliver', x: pick }, actor);
      play.act(['log', 'change-lead', 'nonsense'][pick % 3] as string, { text: '', leadId: pick, on: 'never' }, actor);
      break;
    default: {
      if (declared?.wait !== 'task' || play.wait().state !== 'open') break;
      const forms = Object.entries(declared.outcomes as Record<string, ((v: never) => Form) | null>).filter(
        (each): each is [string, (v: never) => Form] => each[1] !== null,
      );
      // Decisions that go on are as likely as all others together, or few would come to Sustain.
      const [outcome, form] = (kind === 'ready' ? forms[0] : forms[pick % forms.length]) as [
        string,
        (v: never) => Form,
      ];
      const candidate = play.wait().candidate;
      const decider =
        candidate && 'personId' in candidate ? play.world().directory.person(candidate.personId) : undefined;
      play.complete(
        play.wait(),
        outcome,
        fitting(form(view), kind === 'ready' ? sensible(stage, 1, today) : all),
        decider ?? actor,
      );
    }
  }
  play.drive();
}

describe('whatever people send, in whatever order', () => {
  it('never throws; the history of stages only grows; Explore never leads to Deliver; no text is in an event', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(anyCommands, (commands) => {
        const play = playOf({ teamIds: ['nora'] });
        let before: readonly Entry[] = [];
        for (const command of commands) {
          carriedOut(play, command);
          const { entries } = dataOf(play);
          expect(entries.length).toBeGreaterThanOrEqual(before.length);
          // All but the last entry is past, and past entries stay as they were.
          expect(entries.slice(0, Math.max(0, before.length - 1))).toEqual(before.slice(0, -1));
          for (const [at, { stage }] of entries.entries()) {
            const previous = entries[at - 1];
            if (previous === undefined) continue;
            expect(previous.leftOn).not.toBeNull();
            const isForward = stages.indexOf(stage) > stages.indexOf(previous.stage);
            if (isForward) expect(stage).toBe(stageAfter(previous.stage));
          }
          before = entries;
          const head = play.process();
          reached.add(head.wait);
          if (isEnded(head)) reached.add(`ended ${head.outcome}`);
          const current = play.wait();
          if (current.state === 'open' && current.dueOn !== undefined && current.kind === 'task')
            expect(isSchoolDay(calendar, current.dueOn), current.dueOn).toBe(true);
        }
        expect(JSON.stringify(play.events())).not.toContain(SECRET);
        expect(JSON.stringify(declaration.brief(dataOf(play)))).not.toContain(SECRET);
        expect(JSON.stringify(play.notices())).not.toContain(SECRET);
        expect(JSON.stringify(play.process()).length).toBeLessThan(100_000);
      }),
      { numRuns: 25, seed: 84 },
    );
    // A property that never came anywhere would hold for nothing.
    expect([...reached].sort()).toEqual(
      expect.arrayContaining([
        'deliver-work',
        'deliver-adaptation',
        'explore-gate',
        'prepare-gate',
        'sustain-gate',
        'ended stopped',
      ]),
    );
  });

  it('a start is a project that its schema keeps, or a refusal', () => {
    const rarely = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 3, nil: undefined });
    const seldom = <T>(value: fc.Arbitrary<T>) =>
      fc.tuple(fc.nat(5), value).map(([n, one]) => (n === 0 ? one : undefined));
    const dates = fc
      .tuple(
        fc.integer({ min: -400, max: 400 }),
        fc.integer({ min: -5, max: 1600 }),
        fc.array(fc.nat(100), { maxLength: 3 }),
      )
      .map(([from, length, parts]) => {
        const startsOn = addDays(day('2026-09-16'), from);
        const at = (n: number | undefined) =>
          n === undefined ? undefined : addDays(startsOn, Math.round((length * n) / 100));
        const [exploreUntil, prepareUntil, deliverUntil] = [...parts].sort((a, b) => a - b).map(at);
        return { startsOn, endsOn: addDays(startsOn, length), exploreUntil, prepareUntil, deliverUntil };
      });
    let begun = 0;
    fc.assert(
      fc.property(
        dates,
        fc.record({
          unevenBecause: rarely(fc.constant('Because.')),
          schoolIds: seldom(fc.subarray([OAKFIELD, RIVERSIDE, '999999'], { minLength: 1 })),
          teamIds: rarely(fc.subarray(['nora', 'sienna', 'zoe', 'nobody'])),
          isSmall: seldom(fc.boolean()),
          sponsorId: seldom(fc.constantFrom('sienna', 'rowan', 'nora')),
          partner: seldom(fc.constantFrom('paul', 'nora')),
        }),
        fc.constantFrom(zoe, sienna, rowan),
        (on, others, actor) => {
          const sent = Object.entries({ ...on, ...others }).filter(([, value]) => value !== undefined);
          const result = begin(Object.fromEntries(sent), actor);
          if (isRejection(result)) {
            expect(result.detail).not.toBe('');
            return;
          }
          begun += 1;
          expect(ProjectData.parse(result.data)).toEqual(result.data);
          expect(result.data.sponsorId).not.toBe(actor.personId);
          expect(result.data.teamIds).not.toContain(result.data.sponsorId);
          const { explore, prepare, deliver, sustain } = result.data.plan;
          expect([explore, prepare, deliver, sustain]).toEqual([explore, prepare, deliver, sustain].sort());
        },
      ),
      { numRuns: 400 },
    );
    expect(begun).toBeGreaterThan(10);
  });

  it('an even plan has four parts that differ by a day at most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 20, max: 1400 }), (from, length) => {
        const startsOn = addDays(day('2025-09-01'), from);
        const plan = evenPlan(calendar, startsOn, addDays(startsOn, length));
        const days = Object.values(plannedDays(calendar, { startsOn, plan }));
        expect(Math.max(...days) - Math.min(...days)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('the words', () => {
  it('name the field of every form', () => {
    const play = playOf();
    const view = viewOf(play.scene(), play.wait()) as never;
    const forms = [
      StartForm,
      ...Object.values(declaration.waits).flatMap((wait) =>
        wait.wait === 'task'
          ? Object.values(wait.outcomes as Record<string, ((v: never) => Form) | null>).flatMap((form) =>
              form ? [form(view)] : [],
            )
          : [],
      ),
      ...Object.values(declaration.actions).map((action) => action.form(view)),
    ];
    for (const form of forms) {
      const { properties = {} } = jsonSchemaOf(form) as { properties?: Record<string, { title?: string }> };
      for (const [field, { title }] of Object.entries(properties))
        expect(title, field).toBe((texts.fields as Record<string, string>)[field]);
    }
  });

  it('warn of pupils’ names at every text that people write, and where nothing is written they do not', () => {
    const play = playOf();
    const hintsOf = (form: Parameters<typeof jsonSchemaOf>[0]) =>
      (jsonSchemaOf(form) as { properties: Record<string, { description?: string }> }).properties;
    const WARNING = 'Do not name pupils';
    expect(hintsOf(declaration.actions.log.form(viewOf(play.scene()) as never))['text']?.description).toContain(
      WARNING,
    );
    expect(
      hintsOf(readyForm('explore', ProjectData.parse(play.process().data)))['problem-evidenced']?.description,
    ).toContain(WARNING);
    expect(hintsOf(proceedForm('explore'))['problem-evidenced']?.description).toBeUndefined();
    expect(hintsOf(proceedForm('explore'))['note']?.description).toContain(WARNING);
    const codes = declaration.waits['explore-work'].findings?.(viewOf(play.scene(), play.wait()) as never) ?? [];
    expect(codes[0]?.code).toBe('no-pupil-names');
  });

  it('say nothing of what was decided in a message', () => {
    for (const sentence of Object.values(texts.told))
      expect(sentence).not.toMatch(/not agreed|missing|reason|because/i);
  });

  it('give each stage the same number of criteria', () => {
    expect(new Set(stages.map((stage) => criteria[stage].length)).size).toBe(1);
  });
});

describe('a whole project', () => {
  it('goes forward, back and forward again, and stops with a result', () => {
    const play = playOf({ teamIds: ['nora'], partner: 'paul' });
    play.moveTo(day('2026-10-08'));
    play.act('log', { sort: 'measure', text: 'Baseline.' }, nora);
    gate(play, 'stay', {
      missing: 'Look at what others did.',
      until: '2026-11-06',
      ...judged('explore', { 'approach-chosen-or-rejected': 'not-met' }),
    });
    play.moveTo(day('2026-11-05'));
    gate(play, 'proceed');
    play.moveTo(day('2026-12-03'));
    gate(play, 'back', { to: 'explore', why: 'Another approach fits better.' });
    play.moveTo(day('2027-01-14'));
    gate(play, 'proceed');
    play.moveTo(day('2027-02-04'));
    gate(play, 'proceed');
    play.moveTo(day('2027-04-29'));
    play.act('log-adaptation', { what: 'Threes.', why: 'Odd numbers.', touchesActiveIngredient: true }, nora);
    play.drive();
    play.complete(play.wait(), 'agreed', {}, sienna);
    play.drive();
    gate(play, 'stop', { learned: 'Talk improved, writing did not.' });
    expect(play.process()).toMatchObject({ status: 'completed', outcome: 'stopped' });
    expect(
      dataOf(play).entries.map(({ stage, enteredOn, leftOn, leftBy, stays }) => [
        stage,
        enteredOn,
        leftOn,
        leftBy,
        stays,
      ]),
    ).toEqual([
      ['explore', '2026-09-21', '2026-11-05', 'proceed', 1],
      ['prepare', '2026-11-05', '2026-12-03', 'back', 0],
      ['explore', '2026-12-03', '2027-01-14', 'proceed', 0],
      ['prepare', '2027-01-14', '2027-02-04', 'proceed', 0],
      ['deliver', '2027-02-04', '2027-04-29', 'stop', 0],
    ]);
    expect(play.process().startedAt < instant('2026-10-01T00:00:00Z')).toBe(true);
  });
});
