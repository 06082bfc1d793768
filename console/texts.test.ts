import { describe, expect, it } from 'vitest';
import { roles } from '../workflows/kernel/records.ts';
import { registry } from '../workflows/registry.ts';
import type { Kind, ProcessEvent, Visit } from './shapes.ts';
import { dayOf, dayWords, dueWords, eventWords, instantWords, roleNames, roleWords } from './texts.ts';

describe('when something is due', () => {
  const task = { dueOn: '2026-09-21', isOverdue: false, schoolDaysLate: 0 };

  it('is said in words that need no reckoning', () => {
    expect(dueWords(task, '2026-09-16')).toBe('due Mon 21 Sep');
    expect(dueWords(task, '2026-09-21')).toBe('due today');
    expect(dueWords({ ...task, dueOn: '2027-01-04' }, '2026-12-01')).toBe('due Mon 4 Jan 2027');
    expect(dueWords({ ...task, isOverdue: true, schoolDaysLate: 1 }, '2026-09-22')).toBe('1 school day late');
    expect(dueWords({ ...task, isOverdue: true, schoolDaysLate: 3 }, '2026-09-24')).toBe('3 school days late');
    expect(dueWords({ ...task, dueOn: '2026-10-23', isOverdue: true }, '2026-10-26')).toBe('was due Fri 23 Oct');
    expect(dueWords({ ...task, dueOn: null }, '2026-09-16')).toBe('no date');
  });

  it('is by London’s clocks', () => {
    expect(dayOf('2026-07-01T23:30:00Z')).toBe('2026-07-02');
    expect(dayOf('2026-12-01T23:30:00Z')).toBe('2026-12-01');
    expect(instantWords('2026-07-01T23:30:00Z')).toBe('Thu, 2 Jul 2026, 00:30');
    expect(dayWords('2026-09-16', '2026-09-16')).toBe('today');
  });
});

describe('roles', () => {
  it('each have a name that people know', () => {
    expect(Object.keys(roleNames).toSorted()).toEqual([...roles].toSorted());
    expect(roleWords({ role: 'headteacher', schoolId: '910101' }, () => 'Oakfield')).toBe('Headteacher, Oakfield');
    expect(roleWords({ role: 'trust-lead', schoolId: null }, () => '')).toBe('CPD lead of the trust');
  });
});

describe('what happened', () => {
  const kind = {
    label: 'NPQ application',
    waits: [
      { name: 'endorse', label: 'Endorse an NPQ application', outcomes: [{ name: 'endorsed', label: 'Support it' }] },
    ],
    actions: [{ name: 'withdraw', label: 'Withdraw the application', event: 'process-withdrawn' }],
    ends: [{ name: 'withdrawn', label: 'Withdrawn' }],
    events: [{ name: 'deadline-seen', label: 'The deadline has passed' }],
  } as unknown as Kind;
  const visits: readonly Visit[] = [{ wait: 'endorse', part: null, step: 1, state: 'answered', outcome: 'endorsed' }];
  const happened = (event: Partial<ProcessEvent>): string =>
    eventWords({ taskId: null, outcome: null, type: '', ...event } as ProcessEvent, kind, visits);

  it('is told in the words of the process', () => {
    expect(happened({ type: 'process-started' })).toBe('Started');
    expect(happened({ type: 'task-opened', taskId: 'p.1' })).toBe('Asked: Endorse an NPQ application');
    expect(happened({ type: 'task-completed', taskId: 'p.1', outcome: 'endorsed' })).toBe(
      'Endorse an NPQ application: Support it',
    );
    expect(happened({ type: 'deadline-seen' })).toBe('The deadline has passed');
    expect(happened({ type: 'process-withdrawn', outcome: 'withdrawn' })).toBe('Withdraw the application: Withdrawn');
  });

  it('is told readably also where no word is known', () => {
    expect(happened({ type: 'something-new', outcome: 'came-about' })).toBe('Something new: Came about');
    expect(happened({ type: 'task-completed', taskId: 'p.9', outcome: 'done' })).toBe('Done');
  });

  it('has words for every action of every kind', () => {
    for (const { texts, actions } of registry)
      for (const name of Object.keys(actions)) expect(texts.actions[name], name).toMatch(/^\p{Lu}/u);
  });
});
