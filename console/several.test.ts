import { describe, expect, test } from 'vitest';
import { sendingOf } from './several.ts';
import type { JsonSchema, Task } from './shapes.ts';

const day = (more: object = {}): JsonSchema => ({ type: 'string', format: 'date', title: 'On which day?', ...more });
const form = (properties: Readonly<Record<string, JsonSchema>>, required = Object.keys(properties)): JsonSchema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
describe('What is sent', () => {
  const taskOf = (at: number) =>
    ({
      taskId: `study-${at}.2`,
      subject: { personId: `p${at}`, name: `Person ${at}` },
      outcomes: [{ outcome: 'recorded', label: 'Recorded', schema: form({ on: day() }) }],
    }) as unknown as Task;
  const tasks = Array.from({ length: 23 }, (_, at) => taskOf(at));

  test('is cut into requests, each with a key of its own, and every task is in one of them', () => {
    const work = { chosen: [], fields: { on: '2026-12-01' }, own: { 'study-3.2': { on: '2026-12-02' } }, refused: {} };
    const { parts, names } = sendingOf(work, 'recorded', tasks);
    expect(parts.map(({ items }) => items.length)).toEqual([10, 10, 3]);
    expect(new Set(parts.map(({ key }) => key)).size).toBe(3);
    const items = parts.flatMap((part) => part.items);
    expect(items.map(({ taskId }) => taskId)).toEqual(tasks.map(({ taskId }) => taskId));
    expect(items[3]).toEqual({ taskId: 'study-3.2', outcome: 'recorded', on: '2026-12-02' });
    expect(items[4]).toEqual({ taskId: 'study-4.2', outcome: 'recorded', on: '2026-12-01' });
    expect(names['study-4.2']).toBe('Person 4');
  });
});
