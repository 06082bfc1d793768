/** Stage and dates: what is only asked because of how somebody was judged tells how they were judged. */
import { describe, expect, it } from 'vitest';
import { isChange, makePlay, playedInduction } from '../../test/play.ts';
import { OAKFIELD, personOf, sienna, zoe } from '../../test/world.ts';
import type { Person } from '../../workflows/kernel/records.ts';
import { addDays, day } from '../../workflows/kernel/time.ts';
import type { Seen } from './access.ts';
import { eventsShape } from './present-history.ts';
import { listedProcess, processShape } from './present-process.ts';

const tess = personOf('Tess', { posts: [{ schoolId: OAKFIELD }], roles: [['induction-tutor', OAKFIELD]] });
const milo = personOf('Milo', { posts: [{ schoolId: OAKFIELD }], roles: [['mentor', OAKFIELD]] });

/** At the headteacher, after a progress review that says that the teacher is not on track. */
function notOnTrack() {
  const play = makePlay(playedInduction, { people: [tess, milo], today: day('2026-08-25'), subject: zoe });
  play.begin(
    {
      personId: 'zoe',
      schoolId: OAKFIELD,
      startsOn: '2026-09-01',
      qtsOn: '2026-07-15',
      fte: 1,
      mentorId: 'milo',
      tutorId: 'tess',
      appropriateBodyName: 'Five Counties Teaching School Hub',
      appropriateBodyType: 'teaching-school-hub',
      isBodyIndependent: true,
      programme: 'provider-led',
      leadProvider: 'Teach First',
    },
    sienna,
  );
  play.drive();
  const answer = (part: string | undefined, outcome: string, sent: Record<string, unknown>, actor: Person) => {
    const wait = part === undefined ? play.wait() : play.wait(play.process().step, part);
    expect(isChange(play.complete(wait, outcome, sent, actor)), outcome).toBe(true);
    play.drive();
  };
  answer('confirm-mentor', 'confirmed', { isTimeGiven: true }, sienna);
  answer('confirm-tutor', 'confirmed', {}, sienna);
  answer('confirm-timetable', 'confirmed', { firstYearPercent: 10, secondYearPercent: 5 }, sienna);
  answer('register-with-body', 'registered', { registeredOn: '2026-08-25' }, tess);
  while (play.process().wait !== 'progress-review') {
    play.morning(addDays(play.world().today, 1));
    play.drive();
  }
  play.moveTo(play.world().today);
  const review = { heldOn: play.world().today, evidence: 'Lessons.', targets: 'Routines.', concerns: 'Behaviour.' };
  answer(undefined, 'not-on-track', review, tess);
  expect(play.process().wait).toBe('agree-support');
  return play;
}

describe('who may see stage and dates only', () => {
  it('is not told by what is asked, and was asked, that a teacher is not on track', () => {
    const play = notOnTrack();
    const scene = play.scene();
    const shownTo = (reader: Person, level: Seen['level']) =>
      JSON.stringify([
        processShape({ scene, level }, reader),
        listedProcess({ scene, level }, reader),
        eventsShape({ scene, level }, play.events(), reader, []),
      ]);
    const TOLD = /agree-support|Agree support/;
    const openTask = `"taskId":"${play.process().processId}.${play.process().step}"`;
    expect(shownTo(sienna, 'full')).toMatch(TOLD);
    expect(shownTo(sienna, 'full')).toContain(openTask);
    expect(shownTo(milo, 'brief')).not.toMatch(TOLD);
    expect(shownTo(milo, 'brief')).not.toContain(openTask);
    expect(processShape({ scene, level: 'brief' }, milo)).toMatchObject({ stage: 'induction', openTasks: [] });
  });

  it('is not told by the history that a teacher was absent', () => {
    const play = notOnTrack();
    const absence = { from: '2026-09-14', to: '2026-09-18', kind: 'ad-hoc', days: 5 };
    expect(isChange(play.act('record-absence', absence, tess))).toBe(true);
    const typesFor = (reader: Person, level: Seen['level']) =>
      eventsShape({ scene: play.scene(), level }, play.events(), reader, []).map(({ type }) => type);
    expect(typesFor(sienna, 'full')).toContain('absence-recorded');
    expect(typesFor(milo, 'brief')).not.toContain('absence-recorded');
    expect(typesFor(milo, 'brief')).toContain('process-started');
  });

  it('is told that an induction has ended, and not how', () => {
    const { definition, snapshot, world } = notOnTrack().scene();
    const ended = { ...snapshot.process, status: 'completed', outcome: 'failed' } as const;
    const scene = { definition, world, snapshot: { ...snapshot, process: ended } };
    const outcomes = (reader: Person, level: Seen['level']) => [
      processShape({ scene, level }, reader).outcome,
      listedProcess({ scene, level }, reader).outcome,
    ];
    expect(outcomes(sienna, 'full')).toEqual(['failed', 'failed']);
    expect(outcomes(milo, 'brief')).toEqual([null, null]);
    expect(processShape({ scene, level: 'brief' }, milo).status).toBe('completed');
  });
});
