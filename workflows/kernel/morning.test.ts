import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makePlay, type Play, type Played, type PlayOptions, playedNpq, playedToy } from '../../test/play.ts';
import { dateOn, toy } from '../../test/protocol/toy.ts';
import {
  calendar,
  corin,
  OAKFIELD,
  personOf,
  rowan,
  ST_ALDHELM,
  sam,
  sienna,
  wednesday,
  zoe,
} from '../../test/world.ts';
import { addSchoolDays, makeCalendar } from './calendar.ts';
import { keepDraft } from './decide.ts';
import { dueWait, tended } from './morning.ts';
import type { View } from './process.ts';
import { type Person, TRUST, type Wait } from './records.ts';
import { addDays, type Day, day } from './time.ts';

const application = { courseId: 'npq-headship', cohortId: '2026b', motivation: 'm', fundingRoute: 'self' };
function npqAt(options: PlayOptions = {}, more: object = {}): Play {
  const play = makePlay(playedNpq, options);
  play.begin({ ...application, ...more });
  play.drive();
  play.clearNotices();
  return play;
}
function toyAt(played: Played = playedToy, options: PlayOptions = {}): Play {
  const play = makePlay(played, options);
  play.begin();
  play.drive();
  play.clearNotices();
  return play;
}
function atDate(): Play {
  const play = toyAt();
  play.complete(play.wait(), 'done');
  play.drive();
  play.complete(play.wait(2, 'one'), 'yes');
  play.complete(play.wait(2, 'two'), 'yes');
  play.drive();
  return play;
}
const after = (dueOn: Day | undefined, schoolDays: number): Day => addSchoolDays(calendar, dueOn as Day, schoolDays);
const told = (play: Play): string[] =>
  play
    .notices()
    .map(({ personId, reason }) => `${personId} ${reason}`)
    .sort();

/** What the morning of that day would do about the wait it stands at; nothing is written. */
function dueOnDay(play: Play, on: Day, wait?: Wait) {
  play.moveTo(on, '07:00');
  return dueWait(play.scene(), wait ?? play.wait());
}

describe('a date', () => {
  test('elapses on its morning, and the system did it', () => {
    const play = atDate();
    expect(dueOnDay(play, addDays(dateOn, -1))).toBeUndefined();
    play.morning(dateOn);
    expect(play.wait()).toMatchObject({ state: 'answered', outcome: 'elapsed' });
    expect(play.wait()).not.toHaveProperty('answeredBy');
    expect(play.events().at(-1)).toMatchObject({ event: 'timer-elapsed', by: { system: true } });
    expect(play.process().owedAt).toBe(play.world().now);
  });

  test('that was missed elapses on whatever morning comes', () => {
    const play = atDate();
    play.morning(addDays(dateOn, 100));
    expect(play.wait(3).outcome).toBe('elapsed');
  });

  test('does not elapse twice, nor while it is paused, nor after the end', () => {
    const answered = atDate();
    const open = answered.wait();
    answered.morning(dateOn);
    expect(dueOnDay(answered, dateOn, answered.wait(3))).toBeUndefined();
    const paused = atDate();
    paused.act('pause');
    expect(dueOnDay(paused, addDays(dateOn, 1))).toBeUndefined();
    expect(dueOnDay(paused, addDays(dateOn, 1), open)).toBeUndefined();
    const ended = atDate();
    ended.act('withdraw');
    expect(dueOnDay(ended, addDays(dateOn, 1), open)).toBeUndefined();
  });

  test('of a visit that the process has left does nothing', () => {
    const play = atDate();
    const left = play.wait();
    play.act('send-back');
    play.drive();
    expect(dueOnDay(play, addDays(dateOn, 1), left)).toBeUndefined();
  });
});

describe('a task that nobody answers', () => {
  test('climbs its ladder: half-time, the day, late, the chaser, the next in the chain, stalled', () => {
    const play = npqAt();
    const { dueOn } = play.wait();
    const reasons = (on: Day): string[] => {
      play.clearNotices();
      play.morning(on);
      return told(play);
    };
    expect(reasons(after(dueOn, 0))).toContain('sienna due-today');
    expect(reasons(addDays(dueOn as Day, 1))).toEqual([]);
    expect(reasons(after(dueOn, 5))).toEqual(expect.arrayContaining(['rowan escalated', 'sienna late']));
    expect(reasons(after(dueOn, 10))).toEqual(expect.arrayContaining(['corin may-decide', 'sienna late']));
    expect(reasons(after(dueOn, 15))).toEqual(expect.arrayContaining(['rowan stalled', 'sienna late']));
    expect(reasons(after(dueOn, 20))).toContain('sienna late');
    expect(play.wait().state).toBe('open');
  });

  test('after a week without mornings has one notice for each reader and each thing to know', () => {
    const play = npqAt();
    play.morning(after(play.wait().dueOn, 7));
    expect(told(play).filter((each) => each.startsWith('sienna'))).toEqual(['sienna late']);
    expect(told(play).filter((each) => each.startsWith('rowan'))).toEqual(['rowan escalated']);
  });

  test('is looked at next on the first rung that is still to come', () => {
    const play = npqAt();
    for (const days of [0, 3, 7, 12, 40]) {
      const on = after(play.wait().dueOn, days);
      play.morning(on);
      expect((play.wait().nextAt ?? '') > play.world().now, String(days)).toBe(true);
      expect(dueOnDay(play, on)).toBeUndefined();
    }
  });

  test('may be decided by the next in the chain as well, once, and who had it may still', () => {
    const play = npqAt();
    const { dueOn, candidate } = play.wait();
    play.morning(after(dueOn, 10));
    expect(play.wait()).toMatchObject({ candidate, alsoCandidate: { role: 'lsc-chair', schoolId: OAKFIELD } });
    play.clearNotices();
    play.morning(after(dueOn, 15));
    expect(told(play)).not.toContain('corin may-decide');
    const endorsed = { isReleaseAgreed: true, isCoverAgreed: true };
    play.moveTo(after(dueOn, 16));
    play.complete(play.wait(), 'endorsed', endorsed, corin);
    expect(play.wait()).toMatchObject({ state: 'answered', answeredBy: 'corin' });
    expect(play.events().at(-1)?.data).toMatchObject({ as: 'also' });
  });

  test('of one person’s own work is never for anybody else: the line manager hears of it', () => {
    const play = npqAt({}, { draft: true });
    expect(play.wait().wait).toBe('submit');
    const { dueOn } = play.wait();
    play.morning(after(dueOn, 5));
    expect(told(play)).toEqual(['sam escalated', 'zoe late']);
    play.clearNotices();
    play.morning(after(dueOn, 10));
    expect(play.wait()).not.toHaveProperty('alsoCandidate');
    expect(told(play).some((each) => each.endsWith('may-decide'))).toBe(false);
  });

  test('is for the next in the chain with an event of its own, which names the place and no person', () => {
    const play = npqAt();
    const { version } = play.process();
    const on = after(play.wait().dueOn, 10);
    const [first, second] = [dueOnDay(play, on), dueOnDay(play, on)];
    if (!first || !second) throw new Error('nothing is due');
    play.commit(first);
    expect(play.process().version).toBe(version + 1);
    expect(play.events().at(-1)).toMatchObject({
      event: 'next-may-decide',
      by: { system: true },
      taskId: play.taskId(play.wait()),
      data: { wait: 'endorse', candidate: { role: 'lsc-chair', schoolId: OAKFIELD } },
    });
    // Another morning run at the same moment finds it done.
    expect(() => play.commit(second)).toThrow(/Not committed/);
    expect(dueOnDay(play, on)).toBeUndefined();
  });

  test('moves no version: reminding is no change that anybody could see', () => {
    const play = npqAt();
    const { version, lastSeq } = play.process();
    play.morning(after(play.wait().dueOn, 5));
    expect(play.process()).toMatchObject({ version, lastSeq });
  });

  test('and was answered in the same moment: the reminder does not commit', () => {
    const play = npqAt();
    const change = dueOnDay(play, after(play.wait().dueOn, 0));
    if (!change) throw new Error('nothing is due');
    play.complete(play.wait(), 'declined', { reason: 'No.' }, sienna);
    expect(() => play.commit(change)).toThrow(/Not committed: wait/);
  });

  test('in two mornings at once is moved on once', () => {
    const play = npqAt();
    const on = after(play.wait().dueOn, 0);
    const [first, second] = [dueOnDay(play, on), dueOnDay(play, on)];
    if (!first || !second) throw new Error('nothing is due');
    play.commit(first);
    expect(() => play.commit(second)).toThrow(/Not committed: wait/);
  });

  test('is reminded of as a part of several together, too', () => {
    const play = toyAt();
    play.complete(play.wait(), 'done');
    play.drive();
    play.clearNotices();
    play.complete(play.wait(2, 'one'), 'yes');
    play.morning(after(play.wait(2, 'two').dueOn, 0));
    const id = play.process().processId;
    expect(play.notices('zoe').map(({ about, reason }) => `${about} ${reason}`)).toEqual([`${id}.2.two due-today`]);
  });
});

describe('a task that lapses', () => {
  const registering = (): Play => {
    const play = npqAt();
    play.complete(play.wait(), 'endorsed', { isReleaseAgreed: true, isCoverAgreed: true }, sienna);
    play.drive();
    play.complete(play.wait(), 'approved', { fundingSource: 'self' }, rowan);
    play.drive();
    return play;
  };

  test('may be answered on its last day, and lapses on the morning after', () => {
    const play = registering();
    const last = play.wait().hardOn as Day;
    play.morning(last);
    expect(play.wait()).toMatchObject({ wait: 'register-with-dfe', state: 'open' });
    play.morning(addDays(last, 1));
    expect(play.wait(3)).toMatchObject({ state: 'answered', outcome: 'deadline-passed' });
    expect(play.events().at(-1)).toMatchObject({ event: 'task-lapsed', by: { system: true } });
    play.drive();
    expect(play.wait()).toMatchObject({ wait: 'confirm-registration', state: 'open' });
  });

  test('lapses though its morning was missed, and though other rungs have come meanwhile', () => {
    const play = registering();
    play.morning(addDays(play.wait().hardOn as Day, 20));
    expect(play.wait(3).outcome).toBe('deadline-passed');
  });
});

describe('what has changed since yesterday', () => {
  const next = addDays(wednesday, 1);

  test('nothing: nothing is written', () => {
    for (const play of [npqAt(), toyAt(), atDate()]) {
      play.moveTo(next, '07:00');
      expect(tended(play.scene())).toBeUndefined();
    }
  });

  test('a pause that is over, on its day or after it, and not before', () => {
    const play = toyAt();
    play.act('pause');
    play.moveTo(day('2027-01-05'), '07:00');
    expect(tended(play.scene())).toBeUndefined();
    play.morning(day('2027-01-09'));
    expect(play.process().status).toBe('active');
    expect(play.wait().datedOn).toBe('2027-01-09');
    expect(told(play)).toEqual(['zoe new']);
    expect(play.events().at(-1)).toMatchObject({ event: 'process-resumed', by: { system: true } });
    expect(tended(play.scene())).toBeUndefined();
  });

  test('the subject left: the process ends; what has ended is left alone', () => {
    const play = npqAt();
    play.setPeople({ ...zoe, posts: zoe.posts.map((post) => ({ ...post, endsOn: wednesday })) });
    play.morning(next);
    expect(play.process()).toMatchObject({ status: 'stopped', outcome: 'left' });
    expect(play.wait().state).toBe('closed');
    expect(tended(play.scene())).toBeUndefined();
  });

  test('the subject works at another school: the new head is asked, the old one is asked no more', () => {
    const play = npqAt();
    play.setPeople({
      ...zoe,
      posts: [
        ...zoe.posts.map((post) => ({ ...post, endsOn: wednesday })),
        { schoolId: ST_ALDHELM, employeeNumber: 'Z2', job: 'Teacher' },
      ],
    });
    play.morning(next);
    expect(play.process()).toMatchObject({ schoolId: ST_ALDHELM, formerSchools: [{ schoolId: OAKFIELD }] });
    play.drive();
    expect(play.wait()).toMatchObject({ candidate: { role: 'headteacher', schoolId: ST_ALDHELM }, state: 'open' });
  });

  test('the subject works elsewhere while it is just moving on: tomorrow, then', () => {
    const play = npqAt();
    play.complete(play.wait(), 'endorsed', { isReleaseAgreed: true, isCoverAgreed: true }, sienna);
    play.setPeople({
      ...zoe,
      posts: [
        ...zoe.posts.map((post) => ({ ...post, endsOn: wednesday })),
        { schoolId: ST_ALDHELM, employeeNumber: 'Z2', job: 'Teacher' },
      ],
    });
    play.moveTo(next, '07:00');
    expect(tended(play.scene())).toBeUndefined();
    play.drive();
    play.morning(addDays(next, 1));
    expect(play.process().schoolId).toBe(ST_ALDHELM);
  });

  test('nobody is left at the place: the next in the chain gets the task, and hears of it', () => {
    const play = npqAt();
    play.setPeople({ ...sienna, posts: [] });
    play.morning(next);
    expect(play.wait().candidate).toEqual({ role: 'lsc-chair', schoolId: OAKFIELD });
    expect(told(play)).toEqual(['corin new']);
    expect(play.events().at(-1)).toMatchObject({ event: 'tasks-reassigned', data: { waits: ['endorse'] } });
    play.moveTo(next, '07:00');
    expect(tended(play.scene())).toBeUndefined();
  });

  test('nobody at all is left: the task stays, without a candidate; and comes back when somebody is there', () => {
    const play = npqAt();
    const gone = ['Sienna', 'Corin', 'Hazel', 'Terry'].map((name) => personOf(name, {}));
    play.setPeople(...gone);
    play.morning(next);
    expect(play.wait()).not.toHaveProperty('candidate');
    expect(play.wait().state).toBe('open');
    expect(play.notices().filter(({ reason }) => reason === 'new')).toEqual([]);
    play.setPeople(sienna);
    play.morning(addDays(next, 1));
    expect(play.wait().candidate).toEqual({ role: 'headteacher', schoolId: OAKFIELD });
    expect(told(play)).toContain('sienna new');
  });

  test('the calendar: dates that are to come move with it', () => {
    const play = npqAt();
    const { dueOn } = play.wait();
    const policy = { ...calendar.policy, dueSchoolDays: { ...calendar.policy.dueSchoolDays, endorse: 3 } };
    play.setCalendar(makeCalendar(calendar.years, policy));
    play.morning(next);
    expect(play.wait().dueOn).toBe(addSchoolDays(calendar, wednesday, 3));
    expect(play.wait().dueOn).not.toBe(dueOn);
    expect((play.wait().nextAt ?? '') > play.world().now).toBe(true);
    // The same people: it is not new for anybody.
    expect(told(play)).toEqual([]);
    expect(tended(play.scene())).toBeUndefined();
  });

  test('the policy: a task that is late already is late by the new count, and heard of on its next rung', () => {
    const play = npqAt();
    const policy = { ...calendar.policy, dueSchoolDays: { ...calendar.policy.dueSchoolDays, endorse: 20 } };
    play.morning(after(play.wait().dueOn, 1));
    play.setCalendar(makeCalendar(calendar.years, policy));
    play.morning(after(play.wait().dueOn, 2));
    expect(play.wait().dueOn).toBe(addSchoolDays(calendar, wednesday, 20));
  });

  test('the date of a timer moves while it is open, and not after', () => {
    const play = atDate();
    const { waits } = toy;
    const later: Played = {
      ...playedToy,
      definition: { ...toy, waits: { ...waits, date: { ...waits.date, on: () => addDays(dateOn, 7) } } } as never,
    };
    play.moveTo(next, '07:00');
    const change = tended({ ...play.scene(), definition: later.definition });
    expect(change?.parts.find(({ name }) => name.startsWith('wait:'))).toMatchObject({
      after: { dueOn: addDays(dateOn, 7), nextAt: '2026-11-11T07:00:00.000Z' },
    });
    play.morning(dateOn);
    expect(tended({ ...play.scene(), definition: later.definition })).toBeUndefined();
  });

  test('who was told before is not told anew when a colleague joins', () => {
    const play = npqAt();
    const second = personOf('Dara', { posts: [{ schoolId: OAKFIELD }], roles: [['headteacher', OAKFIELD]] });
    play.setPeople(second);
    play.moveTo(next, '07:00');
    // A role is resolved when it is read: nothing is stored of who holds it.
    expect(tended(play.scene())).toBeUndefined();
  });
});

describe('a task that is begun', () => {
  const { write } = toy.waits;
  const managed: Played = {
    ...playedToy,
    definition: {
      ...toy,
      waits: {
        ...toy.waits,
        write: {
          ...write,
          decider: ({ process }: { process: { schoolId: string } }) => ({
            role: 'line-manager',
            schoolId: process.schoolId,
          }),
        },
      },
      onSubjectMoved: ({ process, data, world }: View<{ notes: string[] }>) => {
        const to = world.subject.posts.at(-1)?.schoolId;
        return to === undefined || to === process.schoolId
          ? undefined
          : { data, course: { then: 'stays' }, schoolId: to };
      },
    } as never,
  };
  const next = addDays(wednesday, 1);
  const managedBy = (lineManagerId: string): Person => ({
    ...zoe,
    posts: zoe.posts.map((post) => ({ ...post, lineManagerId })),
  });
  const begun = (): Play => {
    const play = toyAt(managed);
    expect(play.wait().candidate).toEqual({ personId: 'sam' });
    play.decided(keepDraft(play.scene(), play.wait(), { note: 'Nearly' }, sam));
    return play;
  };

  test('stays with its manager for ten school days when the manager is another, and then goes', () => {
    const play = begun();
    play.setPeople(managedBy('sienna'));
    play.morning(next);
    const { keptUntil } = play.wait();
    expect(keptUntil).toBe(addSchoolDays(calendar, next, 10));
    expect(play.wait().candidate).toEqual({ personId: 'sam' });
    expect(told(play)).toEqual([]);
    expect(play.events().at(-1)).toMatchObject({
      event: 'tasks-reassigned',
      data: { waits: ['write'], kept: ['write'] },
    });
    play.moveTo(next, '07:00');
    expect(tended(play.scene())).toBeUndefined();

    play.morning(keptUntil as Day);
    expect(play.wait().candidate).toEqual({ personId: 'sam' });
    play.clearNotices();
    play.morning(addDays(keptUntil as Day, 1));
    expect(play.wait().candidate).toEqual({ personId: 'sienna' });
    expect(play.wait()).not.toHaveProperty('keptUntil');
    expect(play.wait().isBegun).toBe(false);
    expect(told(play)).toContain('sienna new');
  });

  test('is still answered by who began it, and by nobody else meanwhile', () => {
    const play = begun();
    play.setPeople(managedBy('sienna'));
    play.morning(next);
    expect(play.complete(play.wait(), 'done', {}, sienna)).toMatchObject({ rejected: 'not-allowed' });
    play.complete(play.wait(), 'done', {}, sam);
    expect(play.wait(1)).toMatchObject({ state: 'answered', answeredBy: 'sam' });
  });

  test('that is not begun goes at once', () => {
    const play = toyAt(managed);
    play.setPeople(managedBy('sienna'));
    play.morning(next);
    expect(play.wait().candidate).toEqual({ personId: 'sienna' });
    expect(told(play)).toEqual(['sienna new']);
  });

  test('goes at once where its manager has left', () => {
    const play = begun();
    play.setPeople(managedBy('sienna'), { ...sam, posts: sam.posts.map((post) => ({ ...post, endsOn: wednesday })) });
    play.morning(next);
    expect(play.wait().candidate).toEqual({ personId: 'sienna' });
  });

  test('stays with the manager at the old school when its person moves school, and then goes to the new one', () => {
    const play = begun();
    play.setPeople({
      ...zoe,
      posts: [
        ...zoe.posts.map((post) => ({ ...post, endsOn: wednesday })),
        { schoolId: ST_ALDHELM, employeeNumber: 'Z2', job: 'Teacher', lineManagerId: 'sunil' },
      ],
    });
    play.morning(next);
    expect(play.process().schoolId).toBe(ST_ALDHELM);
    const { candidate, keptUntil } = play.wait();
    expect(candidate).toEqual({ personId: 'sam' });
    play.clearNotices();
    play.morning(addDays(keptUntil as Day, 1));
    expect(play.wait()).toMatchObject({ candidate: { personId: 'sunil' }, schoolId: ST_ALDHELM });
    expect(told(play)).toContain('sunil new');
  });

  test('and one that is not begun is with the new school at once, which hears of it', () => {
    const play = toyAt(managed);
    play.setPeople({
      ...zoe,
      posts: [{ schoolId: ST_ALDHELM, employeeNumber: 'Z2', job: 'Teacher', lineManagerId: 'sunil' }],
    });
    play.morning(next);
    expect(play.wait().candidate).toEqual({ personId: 'sunil' });
    expect(told(play)).toEqual(['sunil new']);
  });
});

describe('whatever happens in whatever order', () => {
  const people: readonly Person[] = [zoe, sam, sienna, corin, rowan];
  const happening = fc.oneof(
    fc.record({ do: fc.constant('days' as const), n: fc.integer({ min: 1, max: 60 }) }),
    fc.record({ do: fc.constant('leaves' as const), who: fc.constantFrom(...people) }),
    fc.record({ do: fc.constant('returns' as const), who: fc.constantFrom(...people) }),
    fc.record({ do: fc.constant('moves' as const), to: fc.constantFrom(OAKFIELD, ST_ALDHELM, TRUST) }),
    fc.record({
      do: fc.constant('on leave' as const),
      who: fc.constantFrom(...people),
      days: fc.integer({ min: 1, max: 30 }),
    }),
    fc.record({ do: fc.constant('answers' as const) }),
  );

  test('a morning never throws, and a second one on the same day writes nothing', () => {
    fc.assert(
      fc.property(fc.array(happening, { minLength: 1, maxLength: 8 }), fc.boolean(), (happenings, isDraft) => {
        const play = npqAt({}, isDraft ? { draft: true } : {});
        let on = wednesday;
        for (const each of happenings) {
          if (each.do === 'days') on = addDays(on, each.n);
          else if (each.do === 'leaves')
            play.setPeople({ ...each.who, posts: each.who.posts.map((post) => ({ ...post, endsOn: on })) });
          else if (each.do === 'returns') play.setPeople(each.who);
          else if (each.do === 'moves')
            play.setPeople({ ...zoe, posts: [{ schoolId: each.to, employeeNumber: 'Z2', job: 'Teacher' }] });
          else if (each.do === 'on leave')
            play.setPeople({ ...each.who, absences: [{ from: on, to: addDays(on, each.days), standInId: 'hazel' }] });
          else if (play.process().status === 'active' && play.waits().at(-1)?.state === 'open') {
            play.moveTo(on);
            const endorsed = { isReleaseAgreed: true, isCoverAgreed: true };
            play.complete(play.waits().at(-1) as Wait, 'endorsed', endorsed, sienna);
          }
          play.drive();
          on = addDays(on, 1);
          play.morning(on);
          play.drive();
          play.morning(on);
          play.drive();
          const before = play.items();
          play.morning(on);
          expect(play.items()).toEqual(before);
        }
      }),
      { numRuns: 60 },
    );
  });
});
