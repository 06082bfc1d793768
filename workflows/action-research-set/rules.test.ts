import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonSchemaOf } from '../../functions/api/present.ts';
import { isChange, makePlay, type Play, playedSet } from '../../test/play.ts';
import {
  OAKFIELD,
  personOf,
  rowan,
  sam,
  sienna,
  type WorldOptions,
  wednesday,
  worldOf,
  zoe,
} from '../../test/world.ts';
import { put, update } from '../kernel/change.ts';
import { parsedForm } from '../kernel/decide.ts';
import type { AnyWait, Form, View } from '../kernel/process.ts';
import { type Person, type Process, TRUST } from '../kernel/records.ts';
import { isRejection } from '../kernel/rejections.ts';
import { isEnded, viewOf } from '../kernel/snapshot.ts';
import { addDays, type Day, day, instant } from '../kernel/time.ts';
import { actions, process as declaration } from './process.ts';
import { neverCame, onJoined, projectGuard } from './rules.ts';
import { type Meeting, MOST_MEETINGS, MOST_MEMBERS, MOST_PROJECTS, SetData, StartForm } from './schemas.ts';
import { texts } from './texts.ts';

// How these tests speak

const nora = personOf('Nora', { posts: [{ schoolId: OAKFIELD }] });
const omar = personOf('Omar', { posts: [{ schoolId: OAKFIELD }] });
/** Leads sets, from outside. */
const shirley = personOf('Shirley', { roles: [['partner', TRUST]] });
/** Of another trust. */
const paul = personOf('Paul', { roles: [['partner', TRUST]] });
const people = [nora, omar, shirley, paul];

const SECRET = 'Marking less, asking more';
const set = { title: `${SECRET}: feedback`, priorityArea: `${SECRET}: assessment`, leadId: 'shirley' };
const meeting = { on: '2026-10-07', at: '16:00', place: `${SECRET}: hall`, agenda: `${SECRET}: baseline` };

const projectOf = (processId: string, more: Partial<Process> = {}): Process => ({
  type: 'process',
  processId,
  kind: 'action-research',
  status: 'active',
  version: 3,
  step: 1,
  wait: 'explore-work',
  stage: 'explore',
  run: '1-abcdef',
  runAt: instant('2026-09-10T08:00:00Z'),
  restarts: 0,
  lastSeq: 3,
  lastHash: '',
  subjectId: 'nora',
  schoolId: OAKFIELD,
  ruleSet: 'eef-2019',
  startedBy: 'nora',
  startedAt: instant('2026-09-10T08:00:00Z'),
  data: {},
  ...more,
});
const mentioned = [projectOf('project-1'), projectOf('project-2'), projectOf('ended', { status: 'completed' })];

function begin(sent: Record<string, unknown> = {}, actor: Person = rowan, options: WorldOptions = {}) {
  const fields = parsedForm(StartForm, { ...set, ...sent });
  if (isRejection(fields)) return fields;
  const world = worldOf(shirley, { people, ...options });
  const subject = world.directory.person(String(fields['leadId'])) ?? actor;
  return declaration.start(fields, actor, { ...world, subject });
}

const playOf = (sent: Record<string, unknown> = {}, options: WorldOptions = {}): Play => {
  const play = makePlay(playedSet, { people, subject: shirley, mentioned, ...options });
  const result = play.begin({ ...set, ...sent }, rowan);
  if (isRejection(result)) throw new Error(result.detail);
  play.drive();
  return play;
};

const dataOf = (play: Play): SetData => SetData.parse(play.process().data);
const codeOf = (result: unknown): string | undefined => (isRejection(result) ? result.rejected : undefined);
const fieldsOf = (result: unknown): readonly string[] =>
  isRejection(result) ? (result.errors ?? []).map(({ path }) => path) : [];
const toldTo = (play: Play, personId: string): readonly (string | undefined)[] =>
  play.notices(personId).map(({ code }) => code);
const guards = (play: Play): readonly string[] =>
  [...play.items().values()].flatMap((item) => (item.type === 'guard' ? [`${item.guard} ${item.holder}`] : []));

function acted(play: Play, action: string, sent: Record<string, unknown> = {}, actor: Person = shirley): unknown {
  const result = play.act(action, sent, actor);
  play.drive();
  return result;
}

function completed(play: Play, outcome: string, sent: Record<string, unknown> = {}, actor: Person = shirley): unknown {
  const result = play.complete(play.wait(), outcome, sent, actor);
  play.drive();
  return result;
}

describe('starting a set', () => {
  it('is led from outside, and belongs to the trust then; a colleague’s is at their school', () => {
    expect(begin()).toMatchObject({ subjectId: 'shirley', schoolId: TRUST, wait: 'plan-meeting' });
    expect(begin({ leadId: 'nora' }, sienna)).toMatchObject({ subjectId: 'nora', schoolId: OAKFIELD });
  });

  it('has colleagues as members and partners as guests, and nobody else', () => {
    const started = begin({ memberIds: ['nora', 'paul', 'nora'] });
    expect(isRejection(started) ? [] : started.data.members.map(({ personId, as }) => [personId, as])).toEqual([
      ['nora', 'member'],
      ['paul', 'guest'],
    ]);
    for (const memberIds of [['nobody'], ['corin'], ['shirley']])
      expect(fieldsOf(begin({ memberIds })), String(memberIds)).toEqual(['memberIds']);
    expect(fieldsOf(begin({ leadId: 'corin' }))).toEqual(['leadId']);
  });

  it('tells its lead and members', () => {
    const play = playOf({ memberIds: ['nora', 'paul'] });
    expect([toldTo(play, 'shirley')[0], toldTo(play, 'nora'), toldTo(play, 'paul')]).toEqual([
      'you-lead-a-set',
      ['in-the-set'],
      ['in-the-set'],
    ]);
  });

  it('is not for its lead from outside to do, nor for staff', () => {
    for (const [actor, leadId] of [
      [shirley, 'shirley'],
      [nora, 'nora'],
      [sam, 'shirley'],
    ] as const) {
      const play = makePlay(playedSet, { people, subject: actor.personId === leadId ? actor : shirley });
      expect(codeOf(play.begin({ ...set, leadId }, actor)), actor.personId).toBeDefined();
    }
  });
});

describe('meetings', () => {
  it('are waited for, held, and lead to the next', () => {
    const play = playOf({ memberIds: ['nora', 'paul'] });
    completed(play, 'planned', meeting);
    expect(play.wait()).toMatchObject({ wait: 'next-meeting', dueOn: '2026-10-07' });
    play.clearNotices();
    play.morning(day('2026-10-07'));
    play.drive();
    expect(toldTo(play, 'nora')).toEqual(['meets-today']);
    expect(play.wait()).toMatchObject({ wait: 'record-meeting', candidate: { personId: 'shirley' } });
    completed(play, 'recorded', {
      present: ['nora', 'shirley'],
      next: 'Bring one book.',
      on: '2026-11-11',
      place: 'Online',
      agenda: 'Books',
    });
    expect(play.wait()).toMatchObject({ wait: 'next-meeting', dueOn: '2026-11-11' });
    expect(dataOf(play).meetings).toMatchObject([
      { state: 'held', present: ['nora', 'shirley'], next: 'Bring one book.', recordedBy: 'shirley' },
      { state: 'planned', on: '2026-11-11' },
    ]);
  });

  it('are planned anew where none was named', () => {
    const play = playOf();
    completed(play, 'planned', meeting);
    play.morning(day('2026-10-07'));
    play.drive();
    completed(play, 'not-held', { reason: 'Snow.' });
    expect(play.wait().wait).toBe('plan-meeting');
    expect(dataOf(play).meetings).toMatchObject([{ state: 'not-held', next: 'Snow.' }]);
  });

  it('are complete: a next meeting needs its day, its place and what it is about', () => {
    const play = playOf();
    completed(play, 'planned', meeting);
    play.morning(day('2026-10-07'));
    play.drive();
    for (const [sent, field] of [
      [{ place: 'Here', agenda: 'Books' }, 'on'],
      [{ on: '2026-11-11', agenda: 'Books' }, 'place'],
      [{ on: '2026-11-11', place: 'Here' }, 'agenda'],
    ] as const)
      expect(fieldsOf(completed(play, 'recorded', { present: [], ...sent }))).toEqual([field]);
  });

  it('are attended by people of the set only', () => {
    const play = playOf({ memberIds: ['nora'] });
    completed(play, 'planned', meeting);
    play.morning(day('2026-10-07'));
    play.drive();
    expect(fieldsOf(completed(play, 'recorded', { present: ['omar'] }))).toEqual(['present.0']);
  });

  it('added before the one that is planned come first', () => {
    const play = playOf();
    completed(play, 'planned', meeting);
    acted(play, 'add-meeting', { ...meeting, on: '2026-09-30' });
    expect(play.wait()).toMatchObject({ wait: 'next-meeting', dueOn: '2026-09-30' });
  });

  it('added while the next is to be planned end the planning', () => {
    const play = playOf();
    acted(play, 'add-meeting', meeting);
    expect(play.wait()).toMatchObject({ wait: 'next-meeting', dueOn: '2026-10-07' });
  });

  it('cancelled leave the next one, or the planning', () => {
    const play = playOf({ memberIds: ['nora'] });
    completed(play, 'planned', meeting);
    acted(play, 'add-meeting', { ...meeting, on: '2026-09-30' });
    const at = (on: string) => dataOf(play).meetings.find((each) => each.on === on)?.meetingId;
    acted(play, 'remove-meeting', { meetingId: at('2026-09-30') });
    expect(play.wait()).toMatchObject({ wait: 'next-meeting', dueOn: '2026-10-07' });
    acted(play, 'remove-meeting', { meetingId: at('2026-10-07') });
    expect(play.wait().wait).toBe('plan-meeting');
    expect(toldTo(play, 'nora')).toContain('meeting-cancelled');
    const days = play.notices().filter(({ personId, values }) => personId === 'nora' && values !== undefined);
    expect(days.map(({ code, values }) => [code, values?.['on']])).toEqual([
      ['meeting-planned', '2026-10-07'],
      ['meeting-planned', '2026-09-30'],
      ['meeting-cancelled', '2026-09-30'],
      ['meeting-cancelled', '2026-10-07'],
    ]);
    expect(codeOf(acted(play, 'remove-meeting', { meetingId: 'x' }))).toBe('not-now');
  });

  it('cancelled on their day are not recorded', () => {
    const play = playOf();
    completed(play, 'planned', meeting);
    acted(play, 'add-meeting', { ...meeting, on: '2026-11-04' });
    play.morning(day('2026-10-07'));
    play.drive();
    acted(play, 'remove-meeting', { meetingId: dataOf(play).meetings[0]?.meetingId });
    expect(play.wait()).toMatchObject({ wait: 'next-meeting', dueOn: '2026-11-04' });
  });

  it('that were held can have their attendance put right', () => {
    const play = playOf({ memberIds: ['nora'] });
    expect(codeOf(acted(play, 'record-attendance', {}))).toBe('not-now');
    completed(play, 'planned', meeting);
    play.morning(day('2026-10-07'));
    play.drive();
    completed(play, 'recorded', { present: [] });
    const [held] = dataOf(play).meetings;
    acted(play, 'record-attendance', { meetingId: held?.meetingId, present: ['nora'] }, rowan);
    expect(dataOf(play).meetings).toMatchObject([{ state: 'held', present: ['nora'], recordedBy: 'rowan' }]);
  });

  it('show the lead how many have never come', () => {
    const play = playOf({ memberIds: ['nora', 'omar'] });
    completed(play, 'planned', meeting);
    play.morning(day('2026-10-07'));
    play.drive();
    expect(neverCame(viewOf(play.scene()) as View<SetData>)).toBe(0);
    completed(play, 'recorded', { present: ['nora'] });
    expect(neverCame(viewOf(play.scene()) as View<SetData>)).toBe(1);
    const found = declaration.waits['plan-meeting'].findings?.(viewOf(play.scene(), play.wait()) as never) ?? [];
    expect(found.map(({ code }) => code)).toContain('never-came');
  });

  it('are within reach, and at a time of day', () => {
    const play = playOf();
    expect(fieldsOf(completed(play, 'planned', { ...meeting, on: '2029-10-07' }))).toEqual(['on']);
    expect(fieldsOf(completed(play, 'planned', { ...meeting, at: '25:00' }))).toEqual(['at']);
  });
});

describe('projects', () => {
  it('come in one set only: the name is taken by it', () => {
    const play = playOf();
    acted(play, 'add-project', { projectId: 'project-1' });
    expect(dataOf(play).projects).toEqual([{ projectId: 'project-1', addedOn: wednesday }]);
    expect(guards(play)).toContain(`${projectGuard('project-1')} ${play.process().processId}`);
    const change = play.scene();
    const again = declaration.actions['add-project'].act(viewOf(change) as never, { projectId: 'project-2' }, shirley);
    expect(isRejection(again) ? [] : again.effects).toContainEqual({
      effect: 'claim',
      guard: projectGuard('project-2'),
      rejection: expect.objectContaining({ rejected: 'in-another-set' }),
    });
    expect(fieldsOf(acted(play, 'add-project', { projectId: 'project-1' }))).toEqual(['projectId']);
  });

  it('must be under way, and must be projects', () => {
    const play = playOf({}, { mentioned: [...mentioned, projectOf('npq', { kind: 'npq-application' })] });
    for (const projectId of ['ended', 'npq', 'nothing'])
      expect(fieldsOf(acted(play, 'add-project', { projectId })), projectId).toEqual(['projectId']);
  });

  it('are free again when they are taken out, and when the set ends', () => {
    const play = playOf();
    acted(play, 'add-project', { projectId: 'project-1' });
    acted(play, 'add-project', { projectId: 'project-2' });
    acted(play, 'remove-project', { projectId: 'project-1' });
    expect(guards(play)).toEqual([`${projectGuard('project-2')} ${play.process().processId}`]);
    acted(play, 'close-set', { learned: 'Ask before telling.' });
    expect(guards(play)).toEqual([]);
  });

  it('that are started in the set are in it at once, and nothing else is', () => {
    const view = viewOf(playOf().scene()) as View<SetData>;
    const joined = onJoined(view, projectOf('project-3'));
    expect(joined?.data.projects).toEqual([{ projectId: 'project-3', addedOn: wednesday }]);
    expect(joined?.effects).toContainEqual(expect.objectContaining({ effect: 'claim' }));
    expect(onJoined(view, projectOf('project-3', { kind: 'npq-study' }))).toBeUndefined();
  });

  it('are kept by number only: nothing of them is in the set', () => {
    const play = playOf({}, { mentioned: [projectOf('project-1', { data: { title: 'Secret title' } })] });
    acted(play, 'add-project', { projectId: 'project-1' });
    expect(JSON.stringify(dataOf(play))).not.toContain('Secret title');
  });
});

describe('the people of a set', () => {
  it('come and go by name, and hear of it', () => {
    const play = playOf();
    acted(play, 'add-member', { personId: 'paul' });
    expect(dataOf(play).members).toMatchObject([{ personId: 'paul', as: 'guest' }]);
    expect(declaration.named?.(dataOf(play))).toEqual([{ personId: 'paul', as: 'guest' }]);
    expect(fieldsOf(acted(play, 'add-member', { personId: 'paul' }))).toEqual(['personId']);
    expect(fieldsOf(acted(play, 'add-member', { personId: 'shirley' }))).toEqual(['personId']);
    expect(fieldsOf(acted(play, 'add-member', { personId: 'nobody' }))).toEqual(['personId']);
    acted(play, 'remove-member', { personId: 'paul' });
    expect(dataOf(play).members).toEqual([]);
    expect(toldTo(play, 'paul')).toEqual(['in-the-set', 'not-in-the-set']);
  });

  it('change nothing of it: its lead and the trust-lead do', () => {
    const play = playOf({ memberIds: ['nora', 'paul'] });
    for (const actor of [nora, paul, sienna, sam])
      expect(codeOf(acted(play, 'add-meeting', meeting, actor)), actor.personId).toBe('not-allowed');
    expect(codeOf(acted(play, 'add-meeting', meeting, rowan))).toBeUndefined();
    expect(codeOf(completed(playOf({ memberIds: ['nora'] }), 'planned', meeting, nora))).toBe('not-allowed');
  });

  it('get another lead, who may come from their midst', () => {
    const play = playOf({ memberIds: ['nora', 'paul'] });
    expect(fieldsOf(acted(play, 'change-lead', { leadId: 'shirley' }))).toEqual(['leadId']);
    expect(fieldsOf(acted(play, 'change-lead', { leadId: 'corin' }))).toEqual(['leadId']);
    acted(play, 'change-lead', { leadId: 'nora' }, rowan);
    expect(play.process()).toMatchObject({ subjectId: 'nora', schoolId: OAKFIELD });
    expect(play.wait()).toMatchObject({ wait: 'plan-meeting', candidate: { personId: 'nora' } });
    expect(dataOf(play).members.map(({ personId }) => personId)).toEqual(['paul']);
    expect(toldTo(play, 'shirley')).toContain('lead-changed');
  });

  it('lose their lead: the trust-lead is told once, and finds the work', () => {
    const play = playOf();
    play.clearNotices();
    play.setPeople({ ...shirley, roles: [] });
    play.morning(day('2026-09-21'));
    play.morning(day('2026-09-22'));
    expect(toldTo(play, 'rowan').filter((code) => code === 'lead-left')).toHaveLength(1);
    expect(play.wait().candidate).toEqual({ role: 'trust-lead', schoolId: TRUST });
    expect(codeOf(completed(play, 'planned', meeting, rowan))).toBeUndefined();
  });
});

describe('the end of a set', () => {
  it('is completed by a decision, when the next meeting would be planned or at any time', () => {
    const asked = playOf({ memberIds: ['nora'] });
    completed(asked, 'closed', { learned: 'Ask before telling.' });
    const anyTime = playOf({ memberIds: ['nora'] });
    completed(anyTime, 'planned', meeting);
    acted(anyTime, 'close-set', { learned: 'Ask before telling.' }, rowan);
    for (const play of [asked, anyTime]) {
      expect(play.process()).toMatchObject({ status: 'completed', outcome: 'closed' });
      expect(dataOf(play).closure?.learned).toBe('Ask before telling.');
      expect(toldTo(play, 'nora')).toContain('set-closed');
    }
  });

  it('is a stop where it comes to nothing', () => {
    const play = playOf();
    acted(play, 'stop-set', { reason: 'Nobody has time.' });
    expect(play.process()).toMatchObject({ status: 'stopped', outcome: 'stopped' });
  });
});

// Whatever is sent

const actors = [shirley, rowan, nora, paul, sienna];

const sensible = (pick: number, today: Day, data: SetData): Record<string, unknown> => ({
  ...meeting,
  on: addDays(today, (pick % 40) - 5),
  present: data.members.slice(0, pick % 4).map(({ personId }) => personId),
  next: `${SECRET}: next`,
  reason: `${SECRET}: reason`,
  learned: `${SECRET}: learned`,
  projectId: `project-${1 + (pick % 2)}`,
  personId: ['nora', 'omar', 'paul', 'nobody'][pick % 4],
  leadId: ['shirley', 'nora', 'paul'][pick % 3],
  meetingId: data.meetings[pick % Math.max(1, data.meetings.length)]?.meetingId ?? 'none',
});

/** Of what could be said only what the form asks for. */
const fitting = (form: Form, all: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.keys((jsonSchemaOf(form) as { properties?: object }).properties ?? {}).flatMap((field) =>
      all[field] === undefined ? [] : [[field, all[field]]],
    ),
  );

describe('whatever people send, in whatever order', () => {
  it('never throws, never holds two meetings at once, keeps names and texts out of events, and gives every project back', () => {
    const reached = new Set<string>();
    const commands = fc.array(
      fc.tuple(fc.constantFrom('complete', 'complete', 'act', 'act', 'garbage', 'morning'), fc.nat(1000), fc.nat(1000)),
      { minLength: 5, maxLength: 50, size: 'max' },
    );
    fc.assert(
      fc.property(commands, (sent) => {
        const play = playOf({ memberIds: ['nora', 'paul'] });
        for (const [kind, pick, more] of sent) {
          const head = play.process();
          if (isEnded(head)) break;
          const { today } = play.world();
          const all = sensible(more, today, dataOf(play));
          const actor = actors[more % actors.length] as Person;
          const view = viewOf(play.scene(), play.wait()) as never;
          const declared: AnyWait<SetData> | undefined = declaration.waits[head.wait];
          if (kind === 'morning') play.morning(addDays(today, 1 + (pick % 20)));
          else if (kind === 'garbage') {
            play.complete(play.wait(), ['planned', 'recorded'][pick % 2], { on: pick, present: 'x' }, actor);
            play.act(['add-meeting', 'add-member', 'nonsense'][pick % 3] as string, { on: 'x', personId: 1 }, actor);
          } else if (kind === 'act') {
            const names = Object.keys(actions).filter((name) => pick % 9 === 0 || !/close|stop/.test(name));
            const action = names[pick % names.length] as keyof typeof actions;
            const form = formNow(play, action);
            play.act(action, form ? fitting(form, all) : {}, actor);
          } else if (declared?.wait === 'task' && play.wait().state === 'open') {
            const forms = Object.entries(declared.outcomes as Record<string, (v: never) => Form>);
            const [outcome, form] = forms[pick % 7 === 0 ? 1 : 0] as [string, (v: never) => Form];
            const lead = play.world().subject;
            play.complete(play.wait(), outcome, fitting(form(view), all), pick % 2 === 0 ? rowan : lead);
          }
          play.drive();
          reached.add(play.process().wait);
          if (isEnded(play.process())) reached.add('ended');
          const data = dataOf(play);
          expect(data.meetings.length).toBeLessThanOrEqual(MOST_MEETINGS);
          expect(data.members.length).toBeLessThanOrEqual(MOST_MEMBERS);
          expect(data.members.some(({ personId }) => personId === play.process().subjectId)).toBe(false);
          if (play.wait().wait === 'next-meeting' && play.wait().state === 'open')
            expect(data.meetings.some(({ state }) => state === 'planned')).toBe(true);
          const held = isEnded(play.process()) ? [] : data.projects.map(({ projectId }) => projectGuard(projectId));
          expect(
            guards(play)
              .map((each) => each.split(' ')[0])
              .sort(),
          ).toEqual([...held].sort());
        }
        expect(JSON.stringify(play.events())).not.toContain(SECRET);
        expect(JSON.stringify(play.notices())).not.toContain(SECRET);
        expect(JSON.stringify(declaration.brief(dataOf(play)))).not.toContain(SECRET);
      }),
      { numRuns: 25, seed: 5 },
    );
    expect([...reached].sort()).toEqual(['ended', 'next-meeting', 'plan-meeting', 'record-meeting']);
  });

  /** The form as it is offered; nothing where the action is refused now. */
  function formNow(play: Play, action: keyof typeof actions): Form | undefined {
    const spec = actions[action];
    const view = viewOf(play.scene()) as never;
    return 'refusedNow' in spec && spec.refusedNow(view) ? undefined : spec.form(view);
  }

  it('a set that is as full as it can be fits into one item', () => {
    const ids = Array.from(
      { length: MOST_MEMBERS + 1 },
      (_, at) => `0199f000-0000-7000-8000-${String(at).padStart(12, '0')}`,
    );
    const wide = (length: number) => '\u20ac'.repeat(length);
    const full: Meeting = {
      meetingId: ids[0] ?? '',
      on: wednesday,
      at: '16:00',
      place: wide(100),
      agenda: wide(200),
      state: 'held',
      present: ids,
      next: wide(500),
      recordedBy: ids[0] ?? '',
      recordedOn: wednesday,
    };
    const data: SetData = {
      title: wide(150),
      priorityArea: wide(150),
      projects: Array.from({ length: MOST_PROJECTS }, () => ({ projectId: ids[0] ?? '', addedOn: wednesday })),
      members: ids.slice(1).map((personId) => ({ personId, as: 'member', addedOn: wednesday })),
      meetings: Array.from({ length: MOST_MEETINGS }, () => full),
      closure: { closedBy: ids[0] ?? '', closedOn: wednesday, learned: wide(2000) },
      stopped: null,
      leadLeftOn: null,
    };
    expect(Buffer.byteLength(JSON.stringify(data))).toBeLessThan(350_000);
  });

  it('a set with as many projects and members as it can have ends in one transaction, with room for a receipt', () => {
    const many = Array.from({ length: MOST_MEMBERS }, (_, at) =>
      personOf(`Member${at}`, { posts: [{ schoolId: OAKFIELD }] }),
    );
    for (const [action, sent, end] of [
      ['stop-set', { reason: 'No time for it' }, 'stopped'],
      ['close-set', { learned: 'Ask more' }, 'closed'],
    ] as const) {
      const play = playOf({ memberIds: many.map(({ personId }) => personId) }, { people: [...people, ...many] });
      const before = play.process();
      const projects = Array.from({ length: MOST_PROJECTS }, (_, at) => ({
        projectId: `project-${at}`,
        addedOn: wednesday,
      }));
      play.commit({
        parts: [
          update('process', before, { ...before, data: { ...before.data, projects } }, {}),
          ...projects.map(({ projectId }) => {
            const guard = projectGuard(projectId);
            return put(`guard:${guard}`, { type: 'guard' as const, guard, holder: before.processId });
          }),
        ],
      });
      const change = play.act(action, sent);
      expect(isChange(change) && change.parts.length, action).toBeLessThan(100);
      play.drive();
      expect(play.process().outcome, action).toBe(end);
      expect(guards(play), action).toEqual([]);
    }
  });
});

describe('the words', () => {
  it('name the field of every form', () => {
    const play = playOf({ memberIds: ['nora'] });
    acted(play, 'add-project', { projectId: 'project-1' });
    completed(play, 'planned', meeting);
    const view = viewOf(play.scene(), play.wait()) as never;
    const { 'plan-meeting': plan, 'record-meeting': record } = declaration.waits;
    const forms: Form[] = [
      StartForm,
      ...Object.values({ ...plan.outcomes, ...record.outcomes }).flatMap((form) => (form ? [form(view)] : [])),
      ...Object.values(declaration.actions).map((action) => action.form(view)),
    ];
    for (const form of forms) {
      const { properties = {} } = jsonSchemaOf(form) as { properties?: Record<string, { title?: string }> };
      for (const [field, { title }] of Object.entries(properties))
        expect(title, field).toBe((texts.fields as Record<string, string>)[field]);
    }
  });

  it('show who is in it by name', () => {
    const play = playOf({ memberIds: ['nora', 'paul'] });
    const facts = declaration.waits['plan-meeting'].facts?.(viewOf(play.scene(), play.wait()) as never) ?? [];
    expect(facts.map(({ label, value }) => `${label}: ${value}`)).toEqual([
      `Set: ${set.title}`,
      `Priority: ${set.priorityArea}`,
      'Projects: 0',
      'Members: Nora Sample',
      'Guests from outside: Paul Sample',
      'Meetings held: 0',
    ]);
  });
});

it('a staff lead at a school is managed there: their line manager sees days and numbers, no names', () => {
  const play = makePlay(playedSet, { people, subject: zoe });
  play.begin({ ...set, leadId: 'zoe', memberIds: ['nora'] }, sienna);
  expect(declaration.brief(dataOf(play))).toEqual({ meetings: [], members: 1, projects: 0 });
});
