import { expect, test } from 'vitest';
import { firstDue } from './due.tsx';

test('of several open tasks a row tells of the one that is due first; one without a day comes last', () => {
  const tasks = [{ dueOn: null }, { dueOn: '2026-12-11' }, { dueOn: '2026-11-17' }];
  expect(firstDue(tasks)).toEqual({ dueOn: '2026-11-17' });
  expect(firstDue(tasks.slice(0, 1))).toEqual({ dueOn: null });
  expect(firstDue([])).toBeUndefined();
});
