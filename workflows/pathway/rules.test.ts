import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hazel, OAKFIELD, personOf, sienna, wednesday, zoe } from '../../test/world.ts';
import type { Person, Process, Qualification } from '../kernel/records.ts';
import { day, instant } from '../kernel/time.ts';
import { courseIds } from '../npq/courses.ts';
import { registry } from '../registry.ts';
import { pathwayOf } from './rules.ts';
import { steps } from './steps.ts';

const passed = (courseId: string): Qualification => ({ courseId, cohortId: '2026', outcome: 'passed', isFunded: true });
const assistant = (...qualifications: Qualification[]): Person =>
  personOf('Ivy', { posts: [{ schoolId: OAKFIELD, job: 'Teaching Assistant' }], more: { qualifications } });
const teacher = (...qualifications: Qualification[]): Person => ({ ...zoe, qualifications });
const process = (kind: string, data: Record<string, unknown>, more: Partial<Process> = {}): Process => ({
  type: 'process',
  processId: `the-${kind}`,
  kind,
  status: 'active',
  version: 1,
  step: 1,
  wait: 'any',
  stage: 'any',
  run: '1-abcdef',
  runAt: instant('2026-09-01T08:00:00Z'),
  restarts: 0,
  lastSeq: 1,
  lastHash: '',
  subjectId: 'zoe',
  schoolId: OAKFIELD,
  ruleSet: '1',
  startedBy: 'sienna',
  startedAt: instant('2026-09-01T08:00:00Z'),
  data,
  ...more,
});
const nextOf = (person: Person, processes: readonly Process[] = []): string[] =>
  pathwayOf(person, processes, wednesday).next.map(({ step }) => step);

describe('the ladder', () => {
  it('begins with an apprenticeship for somebody without a record', () => {
    expect(nextOf(assistant())).toEqual(['early-years-practitioner', 'teaching-assistant']);
  });

  it('leads from the teaching assistant to the specialist, and from there to a teacher, by degree or without', () => {
    expect(nextOf(assistant(passed('ST0454')))).toEqual(['specialist-teaching-assistant']);
    expect(nextOf(assistant(passed('ST0135')))).toEqual(['specialist-teaching-assistant']);
    expect(nextOf(assistant(passed('ST1414')))).toEqual([
      'teacher-degree-apprenticeship',
      'postgraduate-teacher-apprenticeship',
    ]);
    expect(nextOf(assistant(passed('ST1414'), passed('degree')))).toEqual(['postgraduate-teacher-apprenticeship']);
    expect(nextOf(assistant(passed('ST1414'), passed('ST0490')))).toEqual(['qts']);
    expect(nextOf(assistant(passed('qts')))).toEqual(['ect-induction']);
  });

  it('leads through the NPQs to headship and an executive role', () => {
    expect(nextOf(teacher(passed('ect-induction')))).toEqual(['npq-specialist']);
    expect(nextOf(teacher(passed('npq-leading-literacy')))).toEqual(['npq-senior-leadership']);
    expect(nextOf(teacher(passed('npq-senior-leadership')))).toEqual(['npq-headship']);
    expect(nextOf(teacher(passed('npq-headship')))).toEqual(['headship']);
    expect(nextOf(hazel)).toEqual([]);
  });

  it('takes a class teacher without a record for one who has served induction, and a trainee not', () => {
    expect(nextOf(teacher())).toEqual(['npq-specialist']);
    expect(pathwayOf(teacher(), [], wednesday).completed).toEqual([
      { step: 'qts', label: 'Qualified teacher status', shownBy: 'post', on: null },
      { step: 'ect-induction', label: 'Induction as an early career teacher', shownBy: 'post', on: null },
    ]);
    const trainee = personOf('Tia', { posts: [{ schoolId: OAKFIELD, job: 'Trainee Teacher' }] });
    expect(nextOf(trainee)).toContain('teaching-assistant');
  });

  it('offers a new head coaching, for five years', () => {
    const since = (startsOn: string): Person => ({
      ...sienna,
      posts: sienna.posts.map((post) => ({ ...post, startsOn: day(startsOn) })),
    });
    expect(nextOf(since('2024-09-01'))).toEqual(['early-headship-coaching', 'npq-executive-leadership']);
    expect(nextOf(since('2017-02-22'))).toEqual(['npq-executive-leadership']);
  });
});

describe('what is under way', () => {
  it('is not offered again, and what it opens is named without a start', () => {
    const found = pathwayOf(teacher(passed('qts')), [process('ect-induction', {})], wednesday);
    expect(found.current).toEqual([
      {
        step: 'ect-induction',
        label: 'Induction as an early career teacher',
        processId: 'the-ect-induction',
        kind: 'ect-induction',
      },
    ]);
    expect(found.completed.map(({ step }) => step)).toEqual(['qts']);
    expect(found.next).toEqual([expect.objectContaining({ step: 'npq-specialist', kind: null })]);
  });

  it('is an NPQ that is applied for or studied, and an apprenticeship by its standard', () => {
    const applied = pathwayOf(teacher(), [process('npq-application', { courseId: 'npq-senco' })], wednesday);
    expect(applied.current.map(({ step }) => step)).toEqual(['npq-specialist']);
    const learning = pathwayOf(assistant(), [process('apprenticeship', { standardId: 'ST0454' })], wednesday);
    expect(learning.current.map(({ step }) => step)).toEqual(['teaching-assistant']);
    expect(learning.next.map(({ step }) => step)).toEqual(['specialist-teaching-assistant']);
  });

  it('that has ended counts through the record, with its day', () => {
    const ended = process(
      'ect-induction',
      {},
      { status: 'completed', outcome: 'passed', endedAt: instant('2026-09-04T09:00:00Z') },
    );
    const found = pathwayOf(teacher(passed('qts'), passed('ect-induction')), [ended], wednesday);
    expect(found.completed.at(-1)).toMatchObject({ step: 'ect-induction', shownBy: 'qualification', on: '2026-09-04' });
  });

  it('and was failed is never offered again where there is one chance', () => {
    const failed: Qualification = { ...passed('ect-induction'), outcome: 'failed' };
    expect(nextOf(teacher(passed('qts'), failed))).toEqual([]);
  });
});

describe('the data', () => {
  it('name NPQ courses that exist, steps that exist, and each step once', () => {
    const npqs = steps.flatMap((step) => step.courseIds).filter((id) => id.startsWith('npq-'));
    expect(npqs.filter((id) => !(courseIds as readonly string[]).includes(id))).toEqual([]);
    const names = new Set(steps.map(({ step }) => step));
    expect(names.size).toBe(steps.length);
    for (const { after, insteadOf = [] } of steps)
      for (const step of [...after, ...insteadOf]) expect(names).toContain(step);
  });

  it('start processes that exist, but for those that are still to come', () => {
    const kinds = registry.map(({ kind }) => kind);
    const named = new Set(steps.flatMap(({ kind }) => (kind === undefined ? [] : [kind])));
    expect([...named].filter((kind) => !kinds.includes(kind) && kind !== 'apprenticeship')).toEqual([]);
  });
});

describe('whatever is on record', () => {
  it('no step is in two of the lists, and nothing below what is reached is offered', () => {
    const all = steps.flatMap(({ courseIds: ids }) => ids);
    fc.assert(
      fc.property(fc.subarray(all), fc.subarray(all), fc.boolean(), (done, live, isTeaching) => {
        const person = (isTeaching ? teacher : assistant)(...done.map(passed));
        const processes = live.map((id) =>
          process(id.startsWith('ST') ? 'apprenticeship' : id === 'ect-induction' ? id : 'npq-application', {
            standardId: id,
            courseId: id,
          }),
        );
        const { completed, next } = pathwayOf(person, processes, wednesday);
        const names = new Set(completed.map(({ step }) => step));
        expect(next.filter(({ step }) => names.has(step))).toEqual([]);
        for (const { step, why } of next) {
          expect(why.length).toBeGreaterThan(10);
          const highest = steps.findIndex((each) => each.step === completed.at(-1)?.step);
          const own = steps.findIndex((each) => each.step === step);
          if (own < highest) expect(steps[own]?.after.some((before) => names.has(before)) || highest < 0).toBe(true);
        }
      }),
    );
  });
});
