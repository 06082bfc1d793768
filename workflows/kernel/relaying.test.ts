import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Process, Token, Wait } from './records.ts';
import { executionName, relayAction } from './relaying.ts';
import { instant } from './time.ts';

const SINCE = instant('2026-09-16T07:00:00Z');

const process: Process = {
  type: 'process',
  processId: '0199f000-0000-7000-8000-000000000001',
  kind: 'toy',
  status: 'active',
  version: 4,
  step: 2,
  wait: 'write',
  stage: 'draft',
  run: '3-qwerty',
  runAt: SINCE,
  owedAt: SINCE,
  restarts: 0,
  lastSeq: 4,
  lastHash: '',
  subjectId: 'zoe',
  schoolId: '910101',
  ruleSet: '2026b',
  startedBy: 'zoe',
  startedAt: SINCE,
  data: {},
};
const { owedAt: _, ...notOwed } = process;
const token: Token = { type: 'token', processId: process.processId, run: process.run, step: 2, token: 'a token' };
const open: Wait = {
  type: 'wait',
  processId: process.processId,
  step: 2,
  wait: 'write',
  kind: 'task',
  state: 'open',
  stage: 'draft',
  processKind: 'toy',
  subjectId: 'zoe',
  schoolId: '910101',
  openedAt: SINCE,
};
const answered: Wait = { ...open, state: 'answered', outcome: 'done' };

describe('what the relay does', () => {
  test('a process of which no execution is known is started, with what its run was made for', () => {
    expect(relayAction(process, undefined, undefined)).toEqual({
      action: 'start',
      name: '0199f000-0000-7000-8000-000000000001.3-qwerty',
      input: { processId: process.processId, run: '3-qwerty', step: 2, wait: 'write' },
      stopRun: undefined,
    });
  });

  test('a new run is started, answered or not, and the run before it is stopped', () => {
    for (const wait of [undefined, open, answered])
      expect(relayAction(process, { ...token, run: '2-asdfgh', step: 1 }, wait)).toMatchObject({
        action: 'start',
        stopRun: '2-asdfgh',
      });
  });

  test('the token of this run and this visit is answered with the outcome, as the next step', () => {
    expect(relayAction(process, token, answered)).toEqual({
      action: 'answer',
      token,
      output: { processId: process.processId, run: '3-qwerty', step: 3, outcome: 'done' },
    });
  });

  test('the token of another visit is not: the execution is on its way', () => {
    for (const step of [1, 3])
      expect(relayAction(process, { ...token, step }, answered)).toEqual({ action: 'nothing', why: 'on-its-way' });
  });

  test('a wait that is open or closed is not answered', () => {
    for (const wait of [open, { ...open, state: 'closed' as const }, undefined])
      expect(relayAction(process, token, wait)).toEqual({ action: 'nothing', why: 'on-its-way' });
  });

  test('nothing, while a person or a date owes the next move', () => {
    for (const wait of [undefined, open, answered])
      expect(relayAction(notOwed, token, wait)).toEqual({ action: 'nothing', why: 'not-owed' });
  });

  test('a pause stops people, not the machine', () => {
    expect(relayAction({ ...process, status: 'paused' }, token, answered)).toMatchObject({ action: 'answer' });
  });

  test('the end is tidied up, and then there is nothing', () => {
    for (const status of ['completed', 'stopped'] as const) {
      expect(relayAction({ ...notOwed, status }, token, answered)).toEqual({ action: 'tidy', token });
      expect(relayAction({ ...notOwed, status }, undefined, answered)).toEqual({ action: 'nothing', why: 'ended' });
    }
  });

  test('a head that is older than the token is outdated: the run that may drive is never stopped as an old one', () => {
    for (const run of ['4-aaaaaa', '10-aaaaaa', '100-zzzzzz'])
      expect(relayAction(process, { ...token, run }, answered)).toEqual({ action: 'nothing', why: 'outdated' });
  });

  test('runs are compared as numbers, not as text', () => {
    expect(relayAction({ ...process, run: '10-qwerty' }, { ...token, run: '9-asdfgh' }, open)).toMatchObject({
      action: 'start',
      stopRun: '9-asdfgh',
    });
  });

  test('of two runs with the same number, after a restore, the one of the head is started', () => {
    expect(relayAction(process, { ...token, run: '3-zzzzzz' }, open)).toMatchObject({
      action: 'start',
      stopRun: '3-zzzzzz',
    });
  });

  test('the name of an execution is one that Step Functions takes', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 1, max: 999_999 }), (id, n) => {
        expect(executionName(id, `${n}-abcdef`)).toMatch(/^[0-9A-Za-z.-]{1,80}$/);
      }),
    );
  });

  test('whatever was read, torn or not, one answer goes to one visit only, and the current run is never stopped', () => {
    const run = fc.constantFrom('2-asdfgh', '3-qwerty', '4-zxcvbn');
    const step = fc.integer({ min: 1, max: 4 });
    const head = fc.record({
      status: fc.constantFrom('active' as const, 'paused' as const, 'stopped' as const, 'completed' as const),
      owedAt: fc.option(fc.constant(SINCE), { nil: undefined }),
      step,
      run,
    });
    const wait = fc.option(
      step.chain((at) => fc.constantFrom({ ...open, step: at }, { ...answered, step: at })),
      { nil: undefined },
    );
    fc.assert(
      fc.property(head, fc.option(fc.record({ run, step }), { nil: undefined }), wait, (fields, held, row) => {
        const { owedAt, ...rest } = fields;
        const read: Process = { ...notOwed, ...rest, ...(owedAt && { owedAt }) };
        const action = relayAction(read, held && { ...token, ...held }, row);
        if (action.action === 'answer') {
          expect(action.output.step).toBe(action.token.step + 1);
          expect(action.token.run).toBe(read.run);
        }
        if (action.action === 'start') expect(action.stopRun).not.toBe(action.input.run);
      }),
    );
  });
});
