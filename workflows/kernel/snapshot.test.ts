import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makePlay, playedToy } from '../../test/play.ts';
import {
  answeredBy,
  currentParts,
  currentWait,
  declarationOf,
  parseTaskId,
  taskIdOf,
  viewOf,
  without,
  wordsOf,
} from './snapshot.ts';

describe('a task id', () => {
  test('is read back as it was made', () => {
    const part = fc.option(fc.stringMatching(/^[a-z0-9]+(-[a-z0-9]+)*$/), { nil: undefined });
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 1, max: 999_999 }), part, (processId, step, key) => {
        const wait = { processId, step, ...(key !== undefined && { part: key }) };
        expect(parseTaskId(taskIdOf(wait))).toEqual(wait);
      }),
    );
  });

  test('is nothing else', () => {
    for (const text of [
      '',
      'p',
      'p.',
      'p.0',
      'p.01',
      'p.x',
      'p.1.',
      'p.1.A',
      'p.1.a.b',
      '.1',
      'p.1234567',
      'p.-1',
      'p.1 ',
    ])
      expect(parseTaskId(text), text).toBeUndefined();
    fc.assert(fc.property(fc.string(), (text) => void parseTaskId(text)));
  });
});

describe('the words of a wait', () => {
  const part = { title: 'The first signs', why: 'So that both do.', outcomes: { yes: 'Yes', no: 'No' } };
  const { sign } = playedToy.definition.texts.waits;
  if (sign === undefined) throw new Error('The toy has two signatures');
  const { definition } = playedToy;
  const texts = { ...definition.texts, waits: { ...definition.texts.waits, sign: { ...sign, parts: { one: part } } } };

  test('are those of the part where it has some, else those of the whole', () => {
    const declared = { ...definition, texts };
    expect(wordsOf(declared, { wait: 'sign' })?.title).toBe('Sign it');
    expect(wordsOf(declared, { wait: 'sign', part: 'one' })).toBe(part);
    expect(wordsOf(declared, { wait: 'sign', part: 'two' })?.title).toBe('Sign it');
    expect(wordsOf(declared, { wait: 'gone' })).toBeUndefined();
  });
});

describe('a process as it was read', () => {
  const play = makePlay(playedToy);
  play.begin();
  play.drive();
  play.complete(play.wait(), 'again');
  play.drive();
  play.complete(play.wait(), 'done');
  play.drive();

  test('tells the wait it stands at, and its parts, and nothing of earlier visits', () => {
    const { snapshot } = play.scene();
    expect(currentWait(snapshot)).toMatchObject({ step: 3, wait: 'sign' });
    expect(currentParts(snapshot).map(({ part }) => part)).toEqual(['one', 'two']);
    expect(currentWait({ ...snapshot, process: { ...snapshot.process, step: 4 } })).toBeUndefined();
    expect(answeredBy(snapshot, 'write')).toEqual(['zoe', 'zoe']);
    expect(answeredBy(snapshot, 'sign')).toEqual([]);
  });

  test('shows its rules earlier visits as history, and only those before the wait that is asked about', () => {
    const scene = play.scene();
    expect(viewOf(scene, play.wait(2)).history.map(({ step }) => step)).toEqual([1]);
    expect(viewOf(scene).history.map(({ step }) => step)).toEqual([1, 2, 3, 3, 3]);
    expect(() =>
      viewOf({ ...scene, snapshot: { ...scene.snapshot, process: { ...play.process(), data: { notes: 'none' } } } }),
    ).toThrow();
  });

  test('finds the declaration of a wait and of a part, and no other', () => {
    const { definition } = playedToy;
    expect(declarationOf(definition, { wait: 'write' })).toMatchObject({ key: 'write' });
    expect(declarationOf(definition, { wait: 'sign', part: 'two' })).toMatchObject({ key: 'two' });
    expect(() => declarationOf(definition, { wait: 'dance' })).toThrow(/no wait dance/);
    expect(() => declarationOf(definition, { wait: 'sign', part: 'three' })).toThrow(/no part three/);
    expect(() => declarationOf(definition, { wait: 'write', part: 'one' })).toThrow(/no part one/);
  });
});

test('a field that is taken off is absent, and the record it was taken off is as it was', () => {
  const record: { a: number; b?: number } = { a: 1, b: 2 };
  expect(without(record, 'b')).toStrictEqual({ a: 1 });
  expect(record).toStrictEqual({ a: 1, b: 2 });
});
