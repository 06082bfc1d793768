import { describe, expect, test } from 'vitest';
import { makePlay, type Play, type Played, type PlayOptions, playedNpq, playedToy } from '../../test/play.ts';
import { dateOn, type ToyData, toy } from '../../test/protocol/toy.ts';
import { calendar, personOf, rowan, sienna, wednesday, zoe } from '../../test/world.ts';
import type { Change } from './change.ts';
import { completeTask, taskOf } from './decide.ts';
import { CHILDREN_AWAITED, type EndAsk, endProcess, openWait, restarted, SUPERSEDED, type WaitAsk } from './drive.ts';
import { nextDigestAt } from './due.ts';
import { children, type ProcessDefinition, type View } from './process.ts';
import type { Notice, Person } from './records.ts';
import { isRejection } from './rejections.ts';
import { addDays, instant } from './time.ts';
import { recipients } from './transition.ts';

function begun(options: PlayOptions = {}, played: Played = playedToy): Play {
  const play = makePlay(played, options);
  play.begin();
  return play;
}
const askOf = (play: Play, more: Partial<WaitAsk> = {}): WaitAsk => ({
  wait: 'write',
  stage: 'draft',
  processId: play.process().processId,
  run: play.process().run,
  step: play.process().step,
  token: 'a token',
  ...more,
});
const endOf = (play: Play, more: Partial<EndAsk> = {}): EndAsk => ({
  as: 'finished',
  status: 'completed',
  processId: play.process().processId,
  run: play.process().run,
  step: play.process().step + 1,
  ...more,
});
const open = (play: Play, ask: WaitAsk): void => {
  const change = openWait(play.scene(), ask);
  if (change === SUPERSEDED) throw new Error('superseded');
  play.commit(change);
};
/** The toy with another declaration of some waits. */
const toyWith = (more: Partial<ProcessDefinition<never>>): Played => ({
  ...playedToy,
  definition: { ...toy, ...more } as unknown as Played['definition'],
});

describe('opening', () => {
  test('makes the row with its decider and its dates, keeps the token, and owes nothing', () => {
    const play = begun();
    open(play, askOf(play));
    expect(play.wait()).toMatchObject({
      step: 1,
      wait: 'write',
      kind: 'task',
      state: 'open',
      stage: 'draft',
      candidate: { personId: 'zoe' },
      dueOn: '2026-09-30',
    });
    expect(play.token()).toMatchObject({ run: play.process().run, step: 1, token: 'a token' });
    expect(play.process()).toMatchObject({ version: 2, step: 1, restarts: 0 });
    expect(play.process()).not.toHaveProperty('owedAt');
  });

  test('of a wait for children says so, and has them counted from the next morning on', () => {
    const write = children('write', { stage: 'draft', outcomes: ['counted'], counted: () => undefined });
    const play = begun({}, toyWith({ waits: { ...toy.waits, write } as never }));
    open(play, askOf(play));
    expect(play.wait()).toMatchObject({ kind: 'children', state: 'open', nextAt: '2026-09-17T06:00:00.000Z' });
    expect(play.events().at(-1)).toMatchObject({ event: CHILDREN_AWAITED });
    expect(play.notices()).toEqual([]);
  });

  test('twice is one task: the second call only keeps its token', () => {
    const play = begun();
    open(play, askOf(play));
    const { version, lastSeq } = play.process();
    const notices = play.notices().length;
    open(play, askOf(play, { token: 'another' }));
    expect(play.process()).toMatchObject({ version, lastSeq });
    expect(play.token()?.token).toBe('another');
    expect(play.waits()).toHaveLength(1);
    expect(play.notices()).toHaveLength(notices);
  });

  test('by two calls that read the same: the second does not commit', () => {
    const play = begun();
    const first = openWait(play.scene(), askOf(play)) as Change;
    const second = openWait(play.scene(), askOf(play, { token: 'another' })) as Change;
    play.commit(first);
    expect(() => play.commit(second)).toThrow(/Not committed: process/);
  });

  test('forgets the restarts: the machine has moved', () => {
    const play = begun();
    play.commit(restarted(play.process(), { now: play.world().now, suffix: 'again1' }));
    play.commit(restarted(play.process(), { now: play.world().now, suffix: 'again2' }));
    expect(play.process().restarts).toBe(2);
    open(play, askOf(play));
    expect(play.process().restarts).toBe(0);
  });

  test('forgets them at a wait that was open all the time, or every start of a laptop would slow the reconciler', () => {
    const play = begun();
    open(play, askOf(play));
    play.commit(restarted(play.process(), { now: play.world().now, suffix: 'again1' }));
    open(play, askOf(play, { token: 'of again1' }));
    expect(play.process()).toMatchObject({ step: 1, restarts: 0 });
    play.complete(play.wait(), 'done');
    play.commit(restarted(play.process(), { now: play.world().now, suffix: 'again2' }));
    open(play, askOf(play, { token: 'of again2' }));
    // Answered, and not yet moved on: that has to be seen before it counts.
    expect(play.process()).toMatchObject({ step: 1, restarts: 1 });
  });

  test('tells those who may answer that it is new, in the next digest', () => {
    const play = makePlay(playedNpq);
    play.begin({ courseId: 'npq-headship', cohortId: '2026b', motivation: 'm', fundingRoute: 'self' });
    play.drive();
    const fresh = play.notices('sienna').filter(({ reason }) => reason === 'new');
    expect(fresh).toMatchObject([
      { about: `${play.process().processId}.1`, isUrgent: false, nextAt: nextDigestAt(calendar, play.world().now) },
    ]);
    // The line manager is told, not asked.
    expect(play.notices('sam').map(({ reason }) => reason)).toEqual(['told']);
  });

  test('of a task that is due before the next digest is urgent: the event says so, and to whom', () => {
    const { waits } = toy;
    const soon = { ...waits.write, dueOn: () => addDays(wednesday, 0) };
    const play = begun({ at: '15:00' }, toyWith({ waits: { ...waits, write: soon } as never }));
    open(play, askOf(play));
    expect(play.events().at(-1)).toMatchObject({
      event: 'task-opened',
      data: { wait: 'write', isUrgent: true, personIds: ['zoe'] },
    });
    expect(play.notices('zoe')).toMatchObject([{ isUrgent: true, nextAt: play.world().now }]);
  });

  test('for somebody without an address puts the line in the manager’s digest', () => {
    const { email: _, ...without } = zoe;
    const play = begun({ subject: without });
    open(play, askOf(play));
    expect(play.notices().map(({ personId }: Notice) => personId)).toEqual(['sam']);
  });

  test('for somebody on leave without a stand-in keeps the notice until they are back: nothing is sent meanwhile', () => {
    const away: Person = { ...zoe, absences: [{ from: wednesday, to: addDays(wednesday, 7) }] };
    const play = begun({ subject: away });
    open(play, askOf(play));
    expect(play.notices()).toMatchObject([{ personId: 'zoe', reason: 'new' }]);
    const task = taskOf(toy, play.wait());
    expect(task && recipients(play.scene(), task, play.wait())).toEqual([]);
    expect(play.wait().state).toBe('open');
  });

  test('that nobody can decide leaves the task open, without a candidate', () => {
    const gone = ['Sienna', 'Corin', 'Hazel', 'Terry'].map((name) => personOf(name, {}));
    const play = makePlay(playedNpq, { people: gone });
    play.begin({ courseId: 'npq-headship', cohortId: '2026b', motivation: 'm', fundingRoute: 'self' });
    play.drive();
    expect(play.wait()).toMatchObject({ wait: 'endorse', state: 'open' });
    expect(play.wait()).not.toHaveProperty('candidate');
  });
});

describe('several tasks together', () => {
  test('are opened in one piece: a row for the whole, one for each part, a notice of each part', () => {
    const play = begun();
    play.drive();
    play.complete(play.wait(), 'done');
    play.clearNotices();
    play.drive();
    expect(play.waits().filter(({ step }) => step === 2)).toMatchObject([
      { kind: 'together', state: 'open' },
      { part: 'one', kind: 'task', state: 'open', candidate: { personId: 'zoe' } },
      { part: 'two', kind: 'task', state: 'open', candidate: { personId: 'zoe' } },
    ]);
    expect(play.wait(2)).not.toHaveProperty('nextAt');
    const id = play.process().processId;
    expect(
      play
        .notices('zoe')
        .map(({ about }) => about)
        .sort(),
    ).toEqual([`${id}.2.one`, `${id}.2.two`]);
    expect(play.events().at(-1)?.event).toBe('tasks-opened');
  });

  /** The toy at its two signatures, of which rules answer some at once, each noting what was noted before it. */
  const signing = (...atOnce: readonly ('yes' | 'no' | undefined)[]): Play => {
    const { sign } = toy.waits;
    const parts = Object.fromEntries(
      Object.entries(sign.parts).map(([key, part], at) => {
        const outcome = atOnce[at];
        const noted = ({ data }: View<ToyData>) => ({ notes: [...data.notes, `${key} after ${data.notes.length}`] });
        return [
          key,
          outcome === undefined
            ? { ...part, onOpen: (view: View<ToyData>) => ({ data: noted(view) }) }
            : { ...part, atOnce: (view: View<ToyData>) => ({ outcome, data: noted(view) }) },
        ];
      }),
    );
    const play = begun({}, toyWith({ waits: { ...toy.waits, sign: { ...sign, parts } } } as never));
    play.drive();
    play.complete(play.wait(), 'done');
    play.clearNotices();
    return play;
  };
  const openSigning = (play: Play) => open(play, askOf(play, { wait: 'sign', stage: 'signature', step: 2 }));

  test('see what those before them wrote, each in its turn', () => {
    const play = signing();
    openSigning(play);
    expect(play.process().data).toEqual({ notes: ['one after 0', 'two after 1'] });
  });

  test('are asked only where no rule answers at once: its answer counts as given, and nobody is told of it', () => {
    const play = signing('yes');
    openSigning(play);
    expect(play.waits().filter(({ step }) => step === 2)).toMatchObject([
      { kind: 'together', state: 'open' },
      { part: 'one', state: 'answered', outcome: 'yes' },
      { part: 'two', state: 'open' },
    ]);
    expect(play.notices('zoe').map(({ about }) => about)).toEqual([play.taskId(play.wait(2, 'two'))]);
    expect(play.process().data).toEqual({ notes: ['one after 0', 'two after 1'] });
    expect(play.events().at(-1)).toMatchObject({ event: 'tasks-opened', data: { decidedByRule: ['one'] } });
    play.complete(play.wait(2, 'two'), 'yes');
    expect(play.wait(2)).toMatchObject({ state: 'answered', outcome: 'agreed' });
  });

  test.each([
    { rules: ['yes', 'yes'] as const, outcome: 'agreed', states: ['answered', 'answered', 'answered'] },
    { rules: ['no'] as const, outcome: 'refused', states: ['answered', 'answered', 'closed'] },
  ])('are answered as a whole where rules say $rules, and the machine owes on', ({ rules, outcome, states }) => {
    const play = signing(...rules);
    openSigning(play);
    expect(play.wait(2)).toMatchObject({ outcome });
    expect(
      play
        .waits()
        .filter(({ step }) => step === 2)
        .map(({ state }) => state),
    ).toEqual(states);
    expect(play.waits().some((each) => each.step === 2 && each.nextAt !== undefined)).toBe(false);
    expect(play.notices()).toEqual([]);
    expect(play.process().owedAt).toBeDefined();
    expect(play.events().at(-1)).toMatchObject({ event: 'task-decided-by-rule', outcome });
  });
});

describe('a date', () => {
  const atDate = (options: PlayOptions = {}): Play => {
    const play = begun(options);
    play.drive();
    play.complete(play.wait(), 'done');
    play.drive();
    play.complete(play.wait(2, 'one'), 'yes');
    play.complete(play.wait(2, 'two'), 'yes');
    return play;
  };

  test('that is to come is set for its morning', () => {
    const play = atDate();
    play.drive();
    expect(play.wait()).toMatchObject({ wait: 'date', kind: 'timer', state: 'open', dueOn: dateOn });
    expect(play.wait().nextAt).toBe(instant('2026-11-04T07:00:00Z'));
    expect(play.notices().filter(({ about }) => about.endsWith('.3'))).toEqual([]);
  });

  test('that is past elapses at once, and so does a rule that decides at once: the machine owes on', () => {
    const play = atDate();
    play.moveTo(addDays(dateOn, 3));
    open(play, askOf(play, { wait: 'date', stage: 'waiting', step: 3 }));
    expect(play.wait(3)).toMatchObject({ state: 'answered', outcome: 'elapsed' });
    expect(play.wait(3)).not.toHaveProperty('nextAt');
    expect(play.process().owedAt).toBe(play.world().now);
    play.drive();
    expect(
      play
        .waits()
        .map(({ wait, state }) => `${wait} ${state}`)
        .slice(-3),
    ).toEqual(['date answered', 'past answered', 'check answered']);
    expect(
      play
        .events()
        .map(({ event }) => event)
        .slice(-3),
    ).toEqual(['timer-elapsed', 'task-decided-by-rule', 'process-completed']);
    expect(play.process()).toMatchObject({ status: 'completed', outcome: 'finished', step: 5 });
  });

  test('of today elapses after this morning’s run, not before it', () => {
    const early = atDate();
    early.moveTo(dateOn, '06:59');
    early.drive();
    expect(early.wait()).toMatchObject({ wait: 'date', state: 'open' });
    const late = atDate();
    late.moveTo(dateOn, '07:00');
    late.drive();
    expect(late.process().status).toBe('completed');
  });
});

describe('an execution that may not drive', () => {
  test('writes nothing: another run, an earlier step, an end', () => {
    const play = begun();
    play.drive();
    expect(openWait(play.scene(), askOf(play, { run: '7-another' }))).toBe(SUPERSEDED);
    expect(endProcess(play.scene(), endOf(play, { run: '7-another' }))).toBe(SUPERSEDED);
    const { run } = play.process();
    play.act('send-back');
    expect(openWait(play.scene(), askOf(play, { run, step: 1 }))).toBe(SUPERSEDED);
    expect(openWait(play.scene(), askOf(play, { step: 1 }))).toBe(SUPERSEDED);
    play.act('withdraw');
    expect(openWait(play.scene(), askOf(play))).toBe(SUPERSEDED);
    expect(endProcess(play.scene(), endOf(play))).toBe(SUPERSEDED);
  });

  test('is a bug where no interleaving leads: too far, unanswered, another wait', () => {
    const play = begun();
    expect(() => openWait(play.scene(), askOf(play, { step: 3 }))).toThrow(/stands at 1/);
    expect(() => openWait(play.scene(), askOf(play, { wait: 'date' }))).toThrow(/goes to write/);
    expect(() => openWait(play.scene(), askOf(play, { step: 2 }))).toThrow(/went on to 2/);
    play.drive();
    expect(() => openWait(play.scene(), askOf(play, { step: 2, wait: 'sign' }))).toThrow(/went on to 2/);
    expect(() => endProcess(play.scene(), endOf(play))).toThrow(/ends it at 2/);
    expect(() => endProcess(play.scene(), endOf(play, { step: 1 }))).toThrow(/ends it at 1/);
  });
});

describe('a token that comes back', () => {
  test('to an open wait takes the debt off that a restart made', () => {
    const play = begun();
    play.drive();
    play.commit(restarted(play.process(), { now: play.world().now, suffix: 'zzzzzz' }));
    expect(play.process().owedAt).toBeDefined();
    const { version } = play.process();
    open(play, askOf(play));
    expect(play.process()).not.toHaveProperty('owedAt');
    expect(play.process().version).toBe(version);
  });

  test('to an answered wait owes the move anew, later than before even on a clock that stands still', () => {
    const play = begun();
    play.drive();
    play.complete(play.wait(), 'done');
    const before = play.process().owedAt;
    open(play, askOf(play));
    expect((play.process().owedAt ?? '') > (before ?? '')).toBe(true);
    expect(play.wait().state).toBe('answered');
  });

  test('while it is paused: opened without dates, and tells nobody', () => {
    const play = begun();
    play.drive();
    play.complete(play.wait(), 'again');
    play.act('pause');
    play.clearNotices();
    open(play, askOf(play, { step: 2 }));
    expect(play.wait(2)).not.toHaveProperty('nextAt');
    expect(play.notices()).toEqual([]);
  });
});

describe('the end', () => {
  const ended = (): Play => {
    const play = begun();
    play.drive();
    play.complete(play.wait(), 'done');
    play.drive();
    play.complete(play.wait(2, 'two'), 'no');
    return play;
  };

  test('is recorded once, with what the process does at its end', () => {
    const play = ended();
    const ask = endOf(play, { as: 'refused', status: 'stopped' });
    play.commit(endProcess(play.scene(), ask) as Change);
    expect(play.process()).toMatchObject({ status: 'stopped', outcome: 'refused', endedAt: play.world().now, step: 2 });
    expect(play.process()).not.toHaveProperty('owedAt');
    expect(play.events().at(-1)).toMatchObject({ event: 'process-stopped', outcome: 'refused', by: { system: true } });
    expect(endProcess(play.scene(), ask)).toBe(SUPERSEDED);
  });

  test('gives the reason that the process has for it, and its effects', () => {
    const told = { effect: 'tell' as const, personId: 'zoe', reason: 'decided' as const, code: 'finished' };
    const play = begun(
      {},
      toyWith({
        onEnd: ({ data }: { data: unknown }, outcome: string) => ({
          data,
          reason: `because ${outcome}`,
          effects: [told],
        }),
      } as never),
    );
    play.drive();
    play.complete(play.wait(), 'done');
    play.drive();
    play.complete(play.wait(2, 'two'), 'no');
    play.drive();
    expect(play.process()).toMatchObject({ outcome: 'refused', reason: 'because refused' });
    expect(play.notices('zoe').filter(({ reason }) => reason === 'decided')).toMatchObject([{ code: 'finished' }]);
  });

  test('and a withdrawal that both read the same: one of them is decided again', () => {
    const play = ended();
    const end = endProcess(play.scene(), endOf(play, { as: 'refused', status: 'stopped' })) as Change;
    play.act('withdraw');
    expect(() => play.commit(end)).toThrow(/Not committed: process/);
    expect(play.process()).toMatchObject({ outcome: 'withdrawn' });
  });
});

describe('a restart', () => {
  test('is a new run and nothing that anybody could see', () => {
    const play = begun();
    play.drive();
    const before = play.process();
    const at = instant('2027-07-14T06:00:00Z');
    play.commit(restarted(before, { now: at, suffix: 'zzzzzz' }));
    expect(play.process()).toEqual({ ...before, run: '2-zzzzzz', runAt: at, owedAt: at, restarts: 1 });
  });

  test('of a process that has moved, was restarted or has ended since does not commit', () => {
    for (const meanwhile of ['opened', 'restarted', 'withdrawn'] as const) {
      const play = begun();
      const late = restarted(play.process(), { now: play.world().now, suffix: 'late11' });
      if (meanwhile === 'opened') play.drive();
      if (meanwhile === 'restarted')
        play.commit(restarted(play.process(), { now: play.world().now, suffix: 'first1' }));
      if (meanwhile === 'withdrawn') play.act('withdraw');
      expect(() => play.commit(late), meanwhile).toThrow(/Not committed: process/);
    }
  });

  test('leaves an answer to the new run', () => {
    const play = begun();
    play.drive();
    play.complete(play.wait(), 'done');
    play.commit(restarted(play.process(), { now: play.world().now, suffix: 'zzzzzz' }));
    play.drive();
    expect(play.wait()).toMatchObject({ step: 2, wait: 'sign' });
  });

  test('of a process on its way to a wait that this release has no more goes to its successor', () => {
    const retired = toyWith({ retired: { draft: 'write' } } as never);
    const play = begun({}, retired);
    const { process } = play.scene().snapshot;
    const scene = { ...play.scene(), snapshot: { process: { ...process, wait: 'draft' }, waits: [] } };
    expect(openWait(scene, askOf(play))).toMatchObject({ parts: [{ after: { wait: 'write' } }, {}, {}, {}, {}] });
  });
});

describe('what one process does to another', () => {
  test('is in the same transaction, each by its own version: accepting one ends the others of the course and cohort', () => {
    const play = makePlay(playedNpq);
    play.begin({ courseId: 'npq-headship', cohortId: '2026b', motivation: 'm', fundingRoute: 'self' });
    play.drive();
    play.complete(play.wait(), 'endorsed', { isReleaseAgreed: true, isCoverAgreed: true }, sienna);
    play.drive();
    play.complete(play.wait(), 'approved', { fundingSource: 'self' }, rowan);
    play.drive();
    play.complete(play.wait(), 'registered', { registeredOn: '2026-09-16' }, zoe);
    play.drive();
    const other = makePlay(playedNpq);
    other.begin({
      courseId: 'npq-headship',
      cohortId: '2026b',
      providerId: 'ambition-institute',
      motivation: 'm',
      fundingRoute: 'self',
    });
    other.drive();
    const their = { ...other.process(), processId: 'other' };
    const theirWait = { ...other.wait(), processId: 'other' };
    const scene = play.scene();
    const world = {
      ...scene.world,
      others: [their],
      waitsOf: (id: string) => (id === 'other' ? [theirWait] : []),
    };
    const accepted = completeTask(
      { ...scene, world },
      play.wait(),
      { outcome: 'accepted', sent: { fundedPlace: false, trn: '1234567' } },
      rowan,
    );
    if (isRejection(accepted) || typeof accepted === 'string') throw new Error(JSON.stringify(accepted));
    const parts = new Map(accepted.parts.map((part) => [part.name, part]));
    expect(parts.get('process@other')).toMatchObject({
      after: { status: 'stopped', outcome: 'superseded', version: their.version + 1 },
      expect: { version: their.version },
    });
    expect(parts.get('wait:other.1@other')).toMatchObject({ after: { state: 'closed' } });
    expect(parts.get(`event:${their.lastSeq + 1}@other`)).toMatchObject({
      after: { event: 'process-stopped', data: { becauseOf: play.process().processId } },
    });
    expect(JSON.stringify([...parts.keys()])).toContain('guard:');
  });
});
