/**
 * The protocol, explored: every interleaving within small budgets, over the pure functions that the functions of the
 * cloud call. A model that cannot fail proves nothing, so the engine is also broken on purpose, and each break is found.
 */
import { describe, expect, test } from 'vitest';
import { type Case, engine, explore } from '../../test/protocol/model.ts';
import type { Change, Part } from './change.ts';
import type { Process } from './records.ts';
import { without } from './snapshot.ts';

const answers = ['write:done', 'write:again', 'one:yes', 'two:yes', 'two:no', 'elapse'];
const courses = ['withdraw', 'send-back', 'pause', 'resume'];

const cases: Readonly<Record<string, Case>> = {
  'the whole story, with every course, without faults': {
    commands: [...answers, ...courses],
    budget: { commands: 5, faults: 0 },
  },
  'two people at once': {
    commands: ['write:done', 'write:again', 'one:yes', 'two:no', 'withdraw', 'send-back'],
    budget: { commands: 3, faults: 0 },
    people: 2,
    relays: 2,
  },
  'the same wait again and again, with two faults': {
    commands: ['write:again', 'withdraw', 'send-back'],
    budget: { commands: 2, faults: 2 },
  },
  'three faults and one answer': { commands: ['write:again'], budget: { commands: 1, faults: 3 } },
  'two relays at once, with a fault': {
    commands: ['write:again', 'send-back'],
    budget: { commands: 2, faults: 1 },
    relays: 2,
  },
  'several tasks together, with a fault': {
    commands: ['one:yes', 'two:yes', 'two:no', 'send-back'],
    budget: { commands: 2, faults: 1 },
    startsAt: 'sign',
  },
  'a date, a date that is past and a rule that decides at once, with a fault': {
    commands: ['elapse', 'pause', 'resume'],
    budget: { commands: 2, faults: 1 },
    startsAt: 'date',
  },
  'a clock that stands still, with a fault': {
    commands: ['write:done', 'write:again', 'withdraw', 'send-back', 'pause'],
    budget: { commands: 2, faults: 1 },
    isFrozen: true,
  },
  'a backup that is restored while executions of the lost days live on': {
    commands: ['write:done', 'send-back'],
    budget: { commands: 2, faults: 1, restores: 1 },
  },
};

describe('in every interleaving the invariants hold, and from every state there is a way to rest', () => {
  let states = 0;
  test.each(Object.entries(cases))('%s', (name, spec) => {
    const { violation, ...explored } = explore(spec);
    expect(violation).toBeUndefined();
    expect(explored.atRest).toBeGreaterThan(0);
    states += explored.states;
    console.log(`${explored.states} states (${states} so far): ${name}`);
  });
});

// ── Breaking it ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** The change with its part on the head altered. */
function altered<T>(change: T | Change, alter: (part: Part<Process>) => Part<Process>): T | Change {
  if (typeof change !== 'object' || change === null || !('parts' in change)) return change;
  return {
    ...change,
    parts: change.parts.map((part) => (part.name === 'process' ? (alter(part as Part<Process>) as Part) : part)),
  };
}

const unexpected = (part: Part<Process>, ...fields: (keyof Process)[]): Part<Process> => ({
  ...part,
  expect: without(part.expect ?? {}, ...fields),
});

const asOf = (part: Part<Process>, after: (after: Process, before: Process) => Process): Part<Process> =>
  part.before && part.after ? { ...part, after: after(part.after, part.before) } : part;

interface Break {
  readonly engine: Case['engine'];
  readonly found: RegExp;
  readonly spec?: Partial<Case>;
}

const breaks: Readonly<Record<string, Break>> = {
  'any run may drive': {
    engine: {
      openWait: (scene, ask) => {
        const process = { ...scene.snapshot.process, run: ask.run };
        const open = engine.openWait({ ...scene, snapshot: { ...scene.snapshot, process } }, ask);
        return altered(open, (part) => unexpected(part, 'run'));
      },
    },
    found: /^(8|1|2|thrown)/,
  },
  'a token that comes after the answer owes nothing': {
    engine: {
      openWait: (scene, ask) =>
        altered(engine.openWait(scene, ask), (part) =>
          asOf(part, (after, before) => (after.version === before.version ? without(after, 'owedAt') : after)),
        ),
    },
    found: /^4/,
  },
  'a token that comes after the answer leaves the head as it is': {
    engine: {
      openWait: (scene, ask) =>
        altered(engine.openWait(scene, ask), (part) =>
          asOf(part, (after, before) =>
            after.version === before.version && after.owedAt !== undefined ? before : after,
          ),
        ),
    },
    found: /^(7|a dead end)/,
  },
  'the relay acts on a head that is older than the token': {
    engine: {
      relayAction: (process, token, wait) =>
        engine.relayAction(
          process,
          token && token.run > process.run ? { ...token, run: token.run.replace(/^\d+/, '0') } : token,
          wait,
        ),
    },
    found: /the relay stops the run that may drive|^6/,
    spec: { relays: 2 },
  },
  'a jump keeps the number of the step': {
    engine: {
      act: (scene, action, sent, actor) =>
        altered(engine.act(scene, action, sent, actor), (part) =>
          asOf(part, (after, before) => ({ ...after, step: before.step })),
        ),
    },
    found: /./,
  },
  'a jump keeps the run': {
    engine: {
      act: (scene, action, sent, actor) =>
        altered(engine.act(scene, action, sent, actor), (part) => asOf(part, (after, { run }) => ({ ...after, run }))),
    },
    found: /./,
  },
  'a wait opens whatever has happened since it was read': {
    engine: { openWait: (scene, ask) => altered(engine.openWait(scene, ask), (part) => unexpected(part, 'version')) },
    found: /^(1|2|4|5|11)/,
  },
  'people write on a head that the machine has moved since': {
    engine: {
      act: (scene, action, sent, actor) =>
        altered(engine.act(scene, action, sent, actor), (part) => unexpected(part, 'owedAt')),
    },
    found: /^5/,
  },
  'an answer does not owe the next move': {
    engine: {
      completeTask: (scene, wait, answer, actor) =>
        altered(engine.completeTask(scene, wait, answer, actor), (part) =>
          asOf(part, (after) => without(after, 'owedAt')),
        ),
    },
    found: /^4/,
  },
  'the relay answers whichever visit the token was for': {
    engine: {
      relayAction: (process, token, wait) =>
        engine.relayAction(process, token && { ...token, step: process.step }, wait),
    },
    found: /./,
  },
  'the relay starts a run only where there is no token': {
    engine: {
      relayAction: (process, token, wait) => {
        const action = engine.relayAction(process, token, wait);
        return action.action === 'start' && token !== undefined ? { action: 'nothing', why: 'on-its-way' } : action;
      },
    },
    found: /^(7|a dead end)/,
  },
  'runs are counted, not random': {
    engine: {
      restarted: (process, at) =>
        altered(engine.restarted(process, at), (part) =>
          asOf(part, (after, before) => ({
            ...after,
            run: before.run.replace(/\d+/g, (n) => String(Number(n) + 1).padStart(n.length, '0')),
          })),
        ) as Change,
    },
    found: /./,
    spec: { budget: { commands: 2, faults: 1, restores: 1 } },
  },
  'the end is written by whoever comes to it': {
    engine: {
      endProcess: (scene, ask) =>
        altered(
          engine.endProcess(
            { ...scene, snapshot: { ...scene.snapshot, process: { ...scene.snapshot.process, run: ask.run } } },
            ask,
          ),
          (part) => unexpected(part, 'run', 'version'),
        ),
    },
    found: /./,
    spec: { commands: ['two:no', 'withdraw', 'send-back'], startsAt: 'sign' },
  },
};

describe('an engine that is broken on purpose is found out', () => {
  test.each(Object.entries(breaks))('%s', (_name, { engine: broken, found, spec }) => {
    const { violation } = explore({
      commands: ['write:again', 'write:done', 'withdraw', 'send-back'],
      budget: { commands: 2, faults: 1 },
      ...spec,
      ...(broken && { engine: broken }),
    });
    expect(violation?.sentence).toMatch(found);
    if (process.env['TRACE']) console.log(violation?.sentence, violation?.trace);
  });
});
