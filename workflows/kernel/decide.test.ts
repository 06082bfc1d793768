import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { isChange, makePlay, type Play, type Played, type PlayOptions, playedNpq, playedToy } from '../../test/play.ts';
import { commitTo } from '../../test/table-in-memory.ts';
import {
  corin,
  hazel,
  OAKFIELD,
  personOf,
  robin,
  rowan,
  ST_ALDHELM,
  sam,
  sienna,
  terry,
  wednesday,
  zoe,
} from '../../test/world.ts';
import { addSchoolDays } from './calendar.ts';
import {
  act,
  assignTask,
  commentOn,
  completeTask,
  type Decision,
  declareConflict,
  keepDraft,
  mayDeclareConflict,
  peopleToGiveTo,
  UNCHANGED,
} from './decide.ts';
import { restarted } from './drive.ts';
import { task } from './process.ts';
import type { Person, Wait } from './records.ts';
import { isRejection, rejections } from './rejections.ts';
import { taskIdOf } from './snapshot.ts';
import { addDays, type Day, day } from './time.ts';

/** The toy at its first task, `write`. */
function toyAt(options: PlayOptions = {}, played: Played = playedToy): Play {
  const play = makePlay(played, options);
  play.begin();
  play.drive();
  return play;
}
/** The toy at `sign`, its two parts open. */
function toyAtSigning(): Play {
  const play = toyAt();
  play.complete(play.wait(), 'done');
  play.drive();
  return play;
}

const application = {
  courseId: 'npq-headship',
  cohortId: '2026b',
  motivation: 'I want to lead.',
  fundingRoute: 'self',
};
/** An application at `endorse`. */
function npqAt(options: PlayOptions = {}, more: object = {}, actor?: Person): Play {
  const play = makePlay(playedNpq, options);
  const started = play.begin({ ...application, ...more }, actor);
  if (isRejection(started)) throw new Error(`${started.rejected}: ${started.detail}`);
  play.drive();
  return play;
}
const endorsing = { isReleaseAgreed: true, isCoverAgreed: true };

const codeOf = (decision: Decision): string =>
  isRejection(decision) ? decision.rejected : decision === UNCHANGED ? UNCHANGED : 'changed';
const toldOf = (play: Play, reason: string): string[] =>
  play
    .notices()
    .filter((notice) => notice.reason === reason)
    .map(({ personId }) => personId)
    .sort();

describe('starting', () => {
  test('makes the head with nothing open, owed by the machine, and the first event', () => {
    const play = makePlay(playedToy);
    play.begin({ note: 'a first word' });
    expect(play.process()).toMatchObject({ status: 'active', version: 1, step: 1, wait: 'write', stage: 'draft' });
    expect(play.process().owedAt).toBe(play.world().now);
    expect(play.process().run).toMatch(/^1-/);
    expect(play.waits()).toEqual([]);
    expect(play.events().map(({ event, by }) => ({ event, by }))).toEqual([
      { event: 'process-started', by: { personId: 'zoe' } },
    ]);
  });

  test('keeps what people wrote out of the event', () => {
    const play = makePlay(playedToy);
    play.begin({ note: 'my mother is ill' });
    expect(JSON.stringify(play.events())).not.toContain('ill');
  });

  test('for somebody else is for those who may', () => {
    const play = makePlay(playedToy);
    expect(play.begin({}, sienna)).toHaveProperty('process');
    expect(makePlay(playedToy).begin({}, sam)).toMatchObject({ rejected: 'not-allowed' });
    expect(makePlay(playedToy).begin({}, robin)).toMatchObject({ rejected: 'not-allowed' });
  });

  test('for oneself takes a current post, and the refusal says so', () => {
    const left = { ...zoe, posts: zoe.posts.map((post) => ({ ...post, endsOn: day('2026-09-01') })) };
    const play = makePlay(playedToy, { subject: left });
    expect(play.begin({}, left)).toMatchObject({ rejected: 'no-current-post' });
  });
});

describe('completing a task', () => {
  test('answers the wait for good, owes the next move, and says who and when', () => {
    const play = toyAt();
    const { version } = play.process();
    expect(codeOf(play.complete(play.wait(), 'done'))).toBe('changed');
    expect(play.wait()).toMatchObject({ state: 'answered', outcome: 'done', answeredBy: 'zoe', answer: {} });
    expect(play.wait()).not.toHaveProperty('nextAt');
    expect(play.process()).toMatchObject({ version: version + 1, step: 1, owedAt: play.world().now });
    expect(play.events().at(-1)).toMatchObject({
      event: 'task-completed',
      outcome: 'done',
      taskId: taskIdOf(play.wait()),
    });
  });

  test('twice with the same answer changes nothing, with another it is refused by name', () => {
    const play = toyAt();
    play.complete(play.wait(), 'done');
    const before = play.items();
    expect(play.complete(play.wait(), 'done')).toBe(UNCHANGED);
    const other = play.complete(play.wait(), 'again');
    expect(other).toMatchObject({ rejected: 'already-completed' });
    expect(isRejection(other) && other.detail).toMatch(/Zoe Sample answered this already, on Wed 16 Sep/);
    expect(play.items()).toBe(before);
  });

  test('names the London day on which it was answered, also shortly after midnight', () => {
    const play = toyAt({ today: day('2026-09-17'), at: '00:30' });
    play.complete(play.wait(), 'done');
    expect(play.complete(play.wait(), 'again')).toMatchObject({ detail: expect.stringContaining('on Thu 17 Sep.') });
  });

  test('twice with the same answer changes nothing after the process has moved on, too', () => {
    const play = toyAt();
    const first = play.wait();
    play.complete(first, 'again');
    play.drive();
    expect(play.wait()).toMatchObject({ step: 2, wait: 'write', state: 'open' });
    expect(play.complete(play.wait(1), 'again')).toBe(UNCHANGED);
    expect(codeOf(play.complete(play.wait(2), 'again'))).toBe('changed');
  });

  test('twice is the same answer in whatever order its fields come, and however the form fills them in', () => {
    const play = npqAt();
    play.complete(play.wait(), 'endorsed', { isReleaseAgreed: true, isCoverAgreed: true }, sienna);
    const again = { isCoverAgreed: true, isReleaseAgreed: true };
    expect(play.complete(play.wait(), 'endorsed', again, sienna)).toBe(UNCHANGED);
    expect(codeOf(play.complete(play.wait(), 'endorsed', { ...again, isCoverAgreed: false }, sienna))).toBe(
      'already-completed',
    );
  });

  test('twice is the same answer however the table orders what stands within a field', () => {
    const nested = task('plan', {
      stage: 'draft',
      decider: ({ process }) => ({ personId: process.subjectId }),
      outcomes: { planned: () => z.object({ visit: z.record(z.string(), z.string()) }) },
      answer: ({ data }, chosen) => ({ outcome: chosen, data }),
      chaser: 'headteacher',
    });
    const waits = { ...playedToy.definition.waits, write: { ...nested, key: 'write' } };
    const play = toyAt({}, { ...playedToy, definition: { ...playedToy.definition, waits } });
    play.complete(play.wait(), 'planned', { visit: { on: 'Monday', at: 'noon' } });
    expect(play.complete(play.wait(), 'planned', { visit: { at: 'noon', on: 'Monday' } })).toBe(UNCHANGED);
  });

  test('by somebody else, after it was answered, says who answered', () => {
    const play = npqAt();
    play.complete(play.wait(), 'endorsed', endorsing, sienna);
    const play2 = play.complete(play.wait(), 'declined', { reason: 'No.' }, rowan);
    expect(codeOf(play2)).toBe('not-allowed');
  });

  test('with an outcome that is not offered names those that are', () => {
    const play = toyAt();
    for (const outcome of ['finished', undefined, 7, null, 'constructor', '__proto__']) {
      const refused = play.complete(play.wait(), outcome);
      expect(refused, String(outcome)).toMatchObject({ rejected: 'invalid-fields' });
      expect(isRejection(refused) && refused.errors).toEqual([
        { path: 'outcome', message: 'Choose one of: done, again.' },
      ]);
    }
  });

  test('never with an outcome that only a rule or a date gives', () => {
    const play = npqAt();
    expect(codeOf(play.complete(play.wait(), 'carried-over', {}, sienna))).toBe('invalid-fields');
  });

  test('with a wrong form names every field that needs another look', () => {
    const play = npqAt();
    const refused = play.complete(play.wait(), 'endorsed', { isReleaseAgreed: 'perhaps', extra: 1 }, sienna);
    expect(refused).toMatchObject({ rejected: 'invalid-fields' });
    const paths = isRejection(refused) ? refused.errors?.map(({ path }) => path) : [];
    expect(paths).toEqual(expect.arrayContaining(['isReleaseAgreed', 'isCoverAgreed', 'extra']));
  });

  test('is refused while it is paused, says until when, and is possible afterwards', () => {
    const play = toyAt();
    play.act('pause');
    const refused = play.complete(play.wait(), 'done');
    expect(refused).toMatchObject({ rejected: 'is-paused' });
    expect(isRejection(refused) && refused.detail).toContain('until Wed 6 Jan 2027');
    play.act('resume');
    expect(codeOf(play.complete(play.wait(), 'done'))).toBe('changed');
  });

  test('is refused after the end, and where the process has moved on without it', () => {
    const play = toyAt();
    const open = play.wait();
    play.act('send-back');
    expect(codeOf(play.complete(play.wait(1), 'done'))).toBe('already-ended');
    play.drive();
    play.act('withdraw');
    expect(codeOf(play.complete(play.wait(2), 'done'))).toBe('already-ended');
    expect(codeOf(play.complete(open, 'done'))).toBe('already-ended');
  });

  test('is for who may: neither the subject about themselves, nor just anybody', () => {
    const play = npqAt();
    expect(codeOf(play.complete(play.wait(), 'declined', { reason: 'No.' }, zoe))).toBe('about-yourself');
    expect(codeOf(play.complete(play.wait(), 'declined', { reason: 'No.' }, sam))).toBe('not-allowed');
    expect(codeOf(play.complete(play.wait(), 'declined', { reason: 'No.' }, robin))).toBe('not-allowed');
  });

  test('that is no task is not found', () => {
    const play = toyAtSigning();
    expect(codeOf(play.complete(play.wait(2), 'agreed'))).toBe('not-found');
  });
});

describe('several tasks together', () => {
  test('move on when the join has its word: here, when both have said yes', () => {
    const play = toyAtSigning();
    expect(play.waits().map(({ part, state }) => `${part ?? 'whole'} ${state}`)).toEqual([
      'whole answered',
      'whole open',
      'one open',
      'two open',
    ]);
    play.complete(play.wait(2, 'one'), 'yes');
    expect(play.process()).not.toHaveProperty('owedAt');
    expect(play.wait(2).state).toBe('open');
    play.complete(play.wait(2, 'two'), 'yes');
    expect(play.wait(2)).toMatchObject({ state: 'answered', outcome: 'agreed' });
    expect(play.process().owedAt).toBeDefined();
  });

  test('close what is still open when one answer decides for all', () => {
    const play = toyAtSigning();
    play.complete(play.wait(2, 'two'), 'no');
    expect(play.wait(2)).toMatchObject({ state: 'answered', outcome: 'refused' });
    expect(play.wait(2, 'one')).toMatchObject({ state: 'closed' });
    expect(play.wait(2, 'one')).not.toHaveProperty('nextAt');
    expect(codeOf(play.complete(play.wait(2, 'one'), 'yes'))).toBe('already-ended');
    play.drive();
    expect(play.process()).toMatchObject({ status: 'stopped', outcome: 'refused' });
  });

  test('are all closed by a jump and by a stop', () => {
    for (const action of ['send-back', 'withdraw']) {
      const play = toyAtSigning();
      play.complete(play.wait(2, 'one'), 'yes');
      play.act(action);
      const states = play
        .waits()
        .filter(({ step }) => step === 2)
        .map(({ part, state }) => `${part ?? 'whole'} ${state}`);
      expect(states, action).toEqual(['whole closed', 'one answered', 'two closed']);
    }
  });
});

describe('an answer that pauses', () => {
  test('lets the machine go on to the next wait, which asks nobody until the day has come', () => {
    const until = day('2026-10-05');
    const { write } = playedToy.definition.waits;
    if (write?.wait !== 'task') throw new Error('The toy begins with a task');
    const answer: typeof write.answer = (view, chosen, form, actor) => ({
      ...(write.answer(view, chosen, form, actor) as { outcome: string; data: unknown }),
      pausesUntil: until,
    });
    const waits = { ...playedToy.definition.waits, write: { ...write, answer } };
    const play = toyAt({}, { ...playedToy, definition: { ...playedToy.definition, waits } });
    play.complete(play.wait(), 'done');
    expect(play.process()).toMatchObject({ status: 'paused', resumesOn: until });
    play.clearNotices();
    play.drive();
    expect(play.wait(2, 'one')).toMatchObject({ state: 'open' });
    expect(play.wait(2, 'one')).not.toHaveProperty('nextAt');
    expect(play.notices()).toEqual([]);
    expect(codeOf(play.complete(play.wait(2, 'one'), 'yes'))).toBe('is-paused');
    play.morning(until);
    expect(play.process()).toMatchObject({ status: 'active' });
    expect(play.notices('zoe').map(({ reason }) => reason)).toEqual(['new', 'new']);
  });
});

describe('actions', () => {
  test('that are not declared are not found, whatever they are called', () => {
    const play = toyAt();
    for (const action of ['dance', 'constructor', 'toString', '__proto__', 'hasOwnProperty'])
      expect(codeOf(play.act(action)), action).toBe('not-found');
  });

  test('are for who may', () => {
    expect(codeOf(toyAt().act('withdraw', {}, sienna))).toBe('not-allowed');
  });

  test('after the end are refused', () => {
    const play = toyAt();
    play.act('withdraw');
    expect(codeOf(play.act('withdraw'))).toBe('already-ended');
  });

  test('that only keep something leave the course as it is', () => {
    const play = toyAt();
    const before = play.wait();
    play.act('note', { note: 'hello' });
    expect(play.process().data).toEqual({ notes: ['hello'] });
    expect(play.wait()).toEqual(before);
    expect(codeOf(play.act('note', { note: '' }))).toBe('invalid-fields');
    expect(codeOf(play.act('note', undefined))).toBe('invalid-fields');
  });

  test('that jump close the open wait, count a step, and take a new run', () => {
    const play = toyAtSigning();
    const before = play.process();
    play.act('send-back');
    const then = play.process();
    expect(then).toMatchObject({ step: 3, wait: 'write', stage: 'draft', version: before.version + 1 });
    expect(then.run).not.toBe(before.run);
    expect(Number(then.run.split('-')[0])).toBe(Number(before.run.split('-')[0]) + 1);
    expect(then.owedAt).toBeDefined();
    expect(play.events().at(-1)).toMatchObject({ event: 'toy-sent-back', data: { jumpsTo: 'write' } });
    play.drive();
    expect(play.wait()).toMatchObject({ step: 3, state: 'open' });
  });

  test('that jump while it is just moving on have to wait a moment; withdrawing does not', () => {
    const play = toyAt();
    play.complete(play.wait(), 'done');
    expect(codeOf(play.act('send-back'))).toBe('moving-on');
    const fresh = makePlay(playedToy);
    fresh.begin();
    expect(codeOf(fresh.act('send-back'))).toBe('moving-on');
    expect(codeOf(play.act('withdraw'))).toBe('changed');
    expect(play.process()).toMatchObject({ status: 'stopped', outcome: 'withdrawn' });
    expect(play.process()).not.toHaveProperty('owedAt');
    expect(play.wait().state).toBe('answered');
  });
});

describe('a pause', () => {
  test('takes the dates that would wake somebody off, and keeps the rest', () => {
    const play = toyAt();
    expect(play.wait().nextAt).toBeDefined();
    play.act('pause');
    expect(play.process()).toMatchObject({ status: 'paused', resumesOn: '2027-01-06' });
    expect(play.wait()).not.toHaveProperty('nextAt');
    expect(play.wait()).toMatchObject({ state: 'open', dueOn: expect.any(String) });
    expect(codeOf(play.act('pause'))).toBe('is-paused');
  });

  test('that ends gives new dates from that day, and the task is new again', () => {
    const play = toyAt();
    const { dueOn } = play.wait();
    play.act('pause');
    play.clearNotices();
    const later = addDays(wednesday, 28);
    play.moveTo(later);
    play.act('resume');
    expect(play.process()).toMatchObject({ status: 'active' });
    expect(play.process()).not.toHaveProperty('resumesOn');
    expect(play.wait().datedOn).toBe(later);
    expect(play.wait().dueOn).toBe(addSchoolDays(play.world().calendar, later, 10));
    expect(play.wait().dueOn).not.toBe(dueOn);
    expect(play.wait().nextAt).toBeDefined();
    expect(toldOf(play, 'new')).toEqual(['zoe']);
  });

  test('does not stop the machine: a wait on its way opens, without dates and without a word to anybody', () => {
    const play = toyAt();
    play.complete(play.wait(), 'again');
    play.clearNotices();
    play.act('pause');
    play.drive();
    expect(play.wait()).toMatchObject({ step: 2, state: 'open' });
    expect(play.wait()).not.toHaveProperty('nextAt');
    expect(play.notices()).toEqual([]);
    play.act('resume');
    expect(play.wait().nextAt).toBeDefined();
    expect(toldOf(play, 'new')).toEqual(['zoe']);
  });

  test('can be withdrawn from, and leaves nothing that wakes anybody', () => {
    const play = toyAt();
    play.act('pause');
    play.act('withdraw');
    expect(play.process()).not.toHaveProperty('resumesOn');
    expect(play.wait()).toMatchObject({ state: 'closed' });
  });
});

describe('what people and the machine write at once', () => {
  test('a withdrawal that was read before a restart is decided again, so that nothing is owed after the end', () => {
    const play = toyAt();
    const readBefore = play.scene();
    play.commit(restarted(play.process(), { now: play.world().now, suffix: 'zzzzzz' }));
    const withdrawn = act(readBefore, 'withdraw', {}, zoe);
    const answered = completeTask(readBefore, play.wait(), { outcome: 'done', sent: {} }, zoe);
    for (const decision of [withdrawn, answered]) {
      if (!isChange(decision)) throw new Error('refused');
      expect(commitTo(play.items(), decision).result).toEqual({ committed: false, failed: ['process'] });
    }
    expect(codeOf(play.act('withdraw'))).toBe('changed');
    expect(play.process()).not.toHaveProperty('owedAt');
  });
});

describe('giving a task to somebody', () => {
  const deputy = personOf('Dara', { posts: [{ schoolId: OAKFIELD }], roles: [['headteacher', OAKFIELD]] });

  test('keeps both names, tells the one, and is no answer', () => {
    const play = npqAt({ people: [deputy] });
    play.clearNotices();
    const decision = play.decided(assignTask(play.scene(), play.wait(), deputy, sienna));
    expect(codeOf(decision)).toBe('changed');
    expect(play.wait()).toMatchObject({ assigneeId: 'dara', assignedBy: 'sienna', state: 'open' });
    expect(toldOf(play, 'new')).toEqual(['dara']);
    expect(play.events().at(-1)).toMatchObject({ event: 'task-assigned', data: { assigneeId: 'dara' } });
    expect(assignTask(play.scene(), play.wait(), deputy, sienna)).toBe(UNCHANGED);
  });

  test('that is due before the next digest tells them at once, not the next morning', () => {
    const play = npqAt({ people: [deputy], at: '15:00' });
    const dueToday = { ...play.wait(), dueOn: play.world().today };
    const decision = play.decided(assignTask(play.scene(), dueToday, deputy, sienna));
    expect(codeOf(decision)).toBe('changed');
    expect(play.events().at(-1)?.data).toEqual({ assigneeId: 'dara', isUrgent: true, personIds: ['dara'] });
  });

  test('is offered to whoever may have it and to nobody else: colleagues of the role, and a deputy who is named', () => {
    const offered = (play: Play, actor: Person) =>
      peopleToGiveTo(play.scene(), play.wait(), actor).map(({ personId }) => personId);
    const standIn = personOf('Stan', { posts: [{ schoolId: OAKFIELD }] });
    const absence = { from: day('2026-11-01'), to: day('2026-11-30'), standInId: 'stan' };
    const play = npqAt({ people: [deputy, standIn, { ...sienna, absences: [absence] }] });
    expect(offered(play, sienna).toSorted()).toEqual(['dara', 'stan']);
    expect(offered(play, zoe)).toEqual([]);
    expect(offered(npqAt(), sienna)).toEqual([]);
    play.decided(assignTask(play.scene(), play.wait(), deputy, sienna));
    expect(offered(play, sienna)).toEqual(['stan']);
    expect(mayDeclareConflict(play.scene(), play.wait(), sienna)).toBe(true);
    expect(mayDeclareConflict(toyAt().scene(), toyAt().wait(), zoe)).toBe(false);
  });

  test('never to the subject, and never by just anybody', () => {
    const play = npqAt();
    expect(codeOf(assignTask(play.scene(), play.wait(), zoe, sienna))).toBe('may-not-be-assigned');
    expect(codeOf(assignTask(play.scene(), play.wait(), sienna, robin))).toBe('not-allowed');
  });

  test('of a wait that is no task, or was answered, or is paused, is refused', () => {
    const play = toyAtSigning();
    expect(codeOf(assignTask(play.scene(), play.wait(2), sam, zoe))).toBe('not-found');
    expect(codeOf(assignTask(play.scene(), play.wait(1), sam, zoe))).toBe('already-completed');
    play.act('pause');
    expect(codeOf(assignTask(play.scene(), play.wait(2, 'one'), sam, zoe))).toBe('is-paused');
  });
});

describe('a conflict that somebody declares', () => {
  test('gives the task to the next in the chain, who hears of it; the reason stays out of the history', () => {
    const play = npqAt();
    play.clearNotices();
    play.decided(declareConflict(play.scene(), play.wait(), 'We are married', sienna));
    expect(play.wait()).toMatchObject({
      candidate: { role: 'lsc-chair', schoolId: OAKFIELD },
      conflicts: ['sienna'],
      conflictReasons: { sienna: 'We are married' },
    });
    expect(toldOf(play, 'new')).toEqual(['corin']);
    expect(JSON.stringify(play.events())).not.toContain('married');
    expect(codeOf(play.complete(play.wait(), 'endorsed', endorsing, sienna))).toBe('conflict-of-interest');
    expect(declareConflict(play.scene(), play.wait(), 'again', sienna)).toBe(UNCHANGED);
  });

  test('goes up the chain, and past its end leaves the task with nobody', () => {
    const play = npqAt();
    const seen: (Wait['candidate'] | 'nobody')[] = [];
    for (const person of [sienna, corin, hazel, terry]) {
      expect(codeOf(play.decided(declareConflict(play.scene(), play.wait(), 'no', person))), person.personId).toBe(
        'changed',
      );
      seen.push(play.wait().candidate ?? 'nobody');
    }
    expect(seen).toEqual([
      { role: 'lsc-chair', schoolId: OAKFIELD },
      { role: 'executive', schoolId: 'trust' },
      { role: 'trust-chair', schoolId: 'trust' },
      'nobody',
    ]);
    expect(play.wait().conflicts).toHaveLength(4);
  });

  test('takes the task back from who it was given to', () => {
    const play = npqAt({
      people: [personOf('Dara', { posts: [{ schoolId: OAKFIELD }], roles: [['headteacher', OAKFIELD]] })],
    });
    const dara = play.world().directory.person('dara') as Person;
    play.decided(assignTask(play.scene(), play.wait(), dara, sienna));
    play.decided(declareConflict(play.scene(), play.wait(), 'no', dara));
    expect(play.wait()).not.toHaveProperty('assigneeId');
    expect(play.wait()).toMatchObject({ conflicts: ['dara'], candidate: { role: 'headteacher' } });
  });

  test('is not for one’s own work', () => {
    const play = toyAt();
    expect(codeOf(declareConflict(play.scene(), play.wait(), 'no', zoe))).toBe('not-now');
  });
});

describe('who endorsed', () => {
  test('does not approve as well, while the chain has somebody else', () => {
    const both: Person = { ...sienna, roles: [...sienna.roles, { role: 'trust-lead', schoolId: 'trust' }] };
    const play = npqAt({ people: [both, { ...rowan, roles: [] }] });
    play.complete(play.wait(), 'endorsed', endorsing, both);
    play.drive();
    expect(play.wait()).toMatchObject({ wait: 'approve', candidate: { role: 'executive', schoolId: 'trust' } });
    expect(codeOf(play.complete(play.wait(), 'declined', { reason: 'No.' }, both))).toBe('not-allowed');
  });

  test('approves where there is nobody else, and the history says so', () => {
    const both: Person = { ...sienna, roles: [...sienna.roles, { role: 'trust-lead', schoolId: 'trust' }] };
    const without = [rowan, hazel, terry].map((one): Person => ({ ...one, roles: [] }));
    const play = npqAt({ people: [both, ...without] });
    play.complete(play.wait(), 'endorsed', endorsing, both);
    play.drive();
    expect(play.wait()).toMatchObject({ wait: 'approve', candidate: { role: 'trust-lead', schoolId: 'trust' } });
    play.complete(play.wait(), 'declined', { reason: 'No.' }, both);
    expect(play.events().at(-1)).toMatchObject({ event: 'task-completed', data: { decidedBefore: true } });
  });
});

describe('drafts and comments', () => {
  test('a draft is seen by nobody: no version, no event; the task is begun', () => {
    const play = toyAt();
    const { version } = play.process();
    play.decided(keepDraft(play.scene(), play.wait(), { half: 'a sentence' }, zoe));
    expect(play.process().version).toBe(version);
    expect(play.wait().isBegun).toBe(true);
    play.decided(keepDraft(play.scene(), play.wait(), { half: 'another' }, zoe));
    const drafts = [...play.items().values()].filter(({ type }) => type === 'draft');
    expect(drafts).toMatchObject([{ personId: 'zoe', form: { half: 'another' } }]);
  });

  test('a draft is for who may answer, of a task that is open', () => {
    const play = npqAt();
    expect(codeOf(keepDraft(play.scene(), play.wait(), {}, zoe))).toBe('about-yourself');
    play.complete(play.wait(), 'endorsed', endorsing, sienna);
    expect(codeOf(keepDraft(play.scene(), play.wait(), {}, sienna))).toBe('already-completed');
    const signing = toyAtSigning();
    expect(codeOf(keepDraft(signing.scene(), signing.wait(2), {}, zoe))).toBe('not-found');
  });

  test('a comment is in the history by its id alone, and begins the task', () => {
    const play = toyAt();
    play.decided(commentOn(play.scene(), play.wait(), 'Ask Sam about her leave', sam));
    expect(play.wait().isBegun).toBe(true);
    expect(play.events().at(-1)).toMatchObject({ event: 'comment-added', by: { personId: 'sam' } });
    expect(JSON.stringify(play.events())).not.toContain('leave');
    play.decided(commentOn(play.scene(), play.wait(), 'And another', sam));
    expect([...play.items().values()].filter(({ type }) => type === 'comment')).toHaveLength(2);
  });

  test('nothing is written to what has ended: its chain of events is closed', () => {
    const play = npqAt();
    play.decided(act(play.scene(), 'withdraw', { reason: 'change-in-career' }, zoe));
    expect(codeOf(commentOn(play.scene(), play.wait(), 'A pity', sienna))).toBe('already-ended');
  });
});

describe('a move to another school', () => {
  test('takes the process along to the new head; the former school keeps what happened up to then', () => {
    const moving: Person = {
      ...zoe,
      posts: [...zoe.posts, { schoolId: ST_ALDHELM, employeeNumber: 'Z2', job: 'Teacher' }],
    };
    const play = npqAt({ subject: moving }, { schoolId: OAKFIELD });
    const { lastSeq } = play.process();
    play.clearNotices();
    expect(codeOf(play.act('move-school', { schoolId: ST_ALDHELM }, rowan))).toBe('changed');
    expect(play.process()).toMatchObject({
      schoolId: ST_ALDHELM,
      wait: 'endorse',
      step: 2,
      formerSchools: [{ schoolId: OAKFIELD, lastSeq }],
    });
    expect([...play.items().values()].find(({ type }) => type === 'left')).toMatchObject({
      schoolId: OAKFIELD,
      lastSeq,
      status: 'active',
      stage: 'endorsement',
      isOpen: true,
    });
    play.drive();
    expect(play.wait()).toMatchObject({
      schoolId: ST_ALDHELM,
      candidate: { role: 'headteacher', schoolId: ST_ALDHELM },
    });
    expect(toldOf(play, 'new')).toEqual(['robin']);
    expect(codeOf(play.complete(play.wait(), 'declined', { reason: 'No.' }, sienna))).toBe('not-allowed');
  });

  test('there and back leaves two former schools', () => {
    const moving: Person = {
      ...zoe,
      posts: [...zoe.posts, { schoolId: ST_ALDHELM, employeeNumber: 'Z2', job: 'Teacher' }],
    };
    const play = npqAt({ subject: moving }, { schoolId: OAKFIELD });
    play.act('move-school', { schoolId: ST_ALDHELM }, rowan);
    play.drive();
    play.act('move-school', { schoolId: OAKFIELD }, rowan);
    expect(play.process().formerSchools?.map(({ schoolId }) => schoolId)).toEqual([OAKFIELD, ST_ALDHELM]);
  });
});

describe('whatever is sent', () => {
  const junk = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(undefined, null, '', 'x'.repeat(10_000), '__proto__', -1, 1e308, [], {}),
  );
  const record = fc.oneof(
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('reason', 'trn', 'cohortId', 'schoolId', '__proto__')), junk),
    fc.record(
      {
        isReleaseAgreed: fc.boolean(),
        isCoverAgreed: fc.boolean(),
        schoolWillPay: fc.boolean(),
        reason: fc.oneof(fc.constantFrom('other', 'moved-provider', 'No.'), fc.string()),
        note: fc.string(),
        cohortId: fc.constantFrom('2026b', '2027a', '2027b', 'never'),
        providerId: fc.constantFrom('teach-first', 'ambition-institute', 'nobody'),
        schoolId: fc.constantFrom(OAKFIELD, ST_ALDHELM, '999999', 'trust', 'nowhere'),
        fundingSource: fc.constantFrom('dfe-scholarship', 'trust', 'school', 'self', 'luck'),
        registeredOn: fc.constantFrom('2026-09-16', '2026-12-01', '1999-02-30'),
        reference: fc.string(),
        fundedPlace: fc.boolean(),
        startsOn: fc.constantFrom('2026-10-12', '2030-01-01'),
        trn: fc.constantFrom('1234567', '0000000', '12 34 567', 'abc'),
        trnPending: fc.boolean(),
        secondNpqReason: fc.string(),
        motivation: fc.string(),
        changes: fc.string(),
      },
      { requiredKeys: [] },
    ),
  );
  const person = fc.constantFrom(zoe, sam, sienna, corin, robin, rowan, hazel);
  const outcome = fc.oneof(
    fc.constantFrom(
      'submitted',
      'endorsed',
      'declined',
      'changes-requested',
      'resubmitted',
      'approved',
      'next-cohort',
      'registered',
      'accepted',
      'rejected',
      'entered',
      'withdrawn',
    ),
    junk,
  );
  const action = fc.constantFrom(
    'withdraw',
    'defer',
    'change-provider',
    'move-school',
    'withdraw-endorsement',
    'valueOf',
  );
  const command = fc.oneof(
    { weight: 5, arbitrary: fc.record({ do: fc.constant('complete' as const), outcome, sent: record, person }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('act' as const), action, sent: fc.oneof(record, junk), person }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('assign' as const), target: person, person }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('conflict' as const), person }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('draft' as const), sent: record, person }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('comment' as const), person }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('morning' as const), days: fc.integer({ min: 1, max: 30 }) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), person }) },
  );

  /** What the right person would do next, so that a run gets somewhere. */
  function onwards(play: Play): Decision {
    const wait = play.wait();
    const { wait: key } = wait;
    if (key === 'endorse') return play.complete(wait, 'endorsed', endorsing, sienna);
    if (key === 'approve') return play.complete(wait, 'approved', { fundingSource: 'self' }, rowan);
    if (key === 'register-with-dfe') return play.complete(wait, 'registered', { registeredOn: '2026-09-16' }, zoe);
    if (key === 'record-provider-decision')
      return play.complete(wait, 'accepted', { fundedPlace: false, trnPending: true }, rowan);
    return UNCHANGED;
  }

  test('a decision is a change, a rejection of the list or nothing, never an exception; and a change is made once', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4 }),
        fc.array(command, { minLength: 1, maxLength: 8 }),
        (progress, commands) => {
          const play = npqAt();
          for (let n = 0; n < progress; n++) {
            onwards(play);
            play.drive();
          }
          let on: Day = wednesday;
          for (const each of commands) {
            const scene = play.scene();
            const waits = play.waits();
            const wait = waits.at(-1) as Wait;
            const decide = (): Decision | undefined => {
              switch (each.do) {
                case 'complete':
                  return completeTask(scene, wait, { outcome: each.outcome, sent: each.sent }, each.person);
                case 'act':
                  return play.act(each.action, each.sent, each.person);
                case 'assign':
                  return assignTask(scene, wait, each.target, each.person);
                case 'conflict':
                  return declareConflict(scene, wait, 'why', each.person);
                case 'draft':
                  return keepDraft(scene, wait, each.sent, each.person);
                case 'comment':
                  return commentOn(scene, wait, 'a word', each.person);
                case 'morning':
                  on = addDays(on, each.days);
                  play.morning(on);
                  play.moveTo(on);
                  return undefined;
                default:
                  play.setPeople({
                    ...each.person,
                    posts: each.person.posts.map((post) => ({ ...post, endsOn: day('2026-09-20') })),
                  });
                  return undefined;
              }
            };
            const decision = decide();
            // What a page offers is what would be done, no more and no less.
            const isDone = decision !== undefined && decision !== UNCHANGED && !isRejection(decision);
            if (each.do === 'assign' && each.target.personId !== each.person.personId && decision !== UNCHANGED)
              expect(
                peopleToGiveTo(scene, wait, each.person).some(({ personId }) => personId === each.target.personId),
              ).toBe(isDone);
            if (each.do === 'conflict') expect(mayDeclareConflict(scene, wait, each.person)).toBe(isDone);
            if (decision === undefined || each.do === 'act') {
              play.drive();
              continue;
            }
            if (isRejection(decision)) {
              expect(rejections).toHaveProperty(decision.rejected);
              expect(decision.detail).toMatch(/[.!?]$/);
            } else if (decision !== UNCHANGED) {
              play.commit(decision);
              // Made again on what it has made, it does not hold; a draft is the last writer's.
              if (each.do !== 'draft') expect(commitTo(play.items(), decision).result.committed).toBe(false);
            }
            play.drive();
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  test('starting is a process or a rejection, never an exception', () => {
    const input = fc.record(
      {
        courseId: fc.constantFrom('npq-headship', 'npq-senior-leadership', 'npq-early-years-leadership', 'npq-senco'),
        cohortId: fc.constantFrom('2026b', '2027a', '2027b', '1999a'),
        providerId: fc.constantFrom('teach-first', 'llse', 'ucl-institute-of-education'),
        motivation: fc.string({ minLength: 1 }),
        fundingRoute: fc.constantFrom('dfe-scholarship', 'trust', 'school', 'self'),
        schoolId: fc.constantFrom(OAKFIELD, ST_ALDHELM, 'trust'),
        draft: fc.boolean(),
        trn: fc.constantFrom('1234567', '7654321'),
      },
      { requiredKeys: ['courseId', 'cohortId', 'motivation', 'fundingRoute'] },
    );
    fc.assert(
      fc.property(input, fc.constantFrom(zoe, sam, sienna, robin, rowan, hazel, corin), (sent, actor) => {
        const { definition } = playedNpq;
        const parsed = definition.input.safeParse(sent);
        if (!parsed.success) return;
        const play = makePlay(playedNpq, { today: day('2026-09-16') });
        const started = play.begin(sent, actor);
        if (isRejection(started)) expect(rejections).toHaveProperty(started.rejected);
        else {
          expect(commitTo(play.items(), started.change).result.committed).toBe(false);
          play.drive();
          expect(play.process().owedAt).toBeUndefined();
        }
      }),
      { numRuns: 150 },
    );
  });
});
