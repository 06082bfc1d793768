import { describe, expect, test } from 'vitest';
import { compilePattern } from './event-pattern.ts';

describe('an event pattern', () => {
  test('takes an event whose fields are all among those listed', () => {
    const takes = compilePattern({ source: ['oak'], detail: { kind: ['a', 'b'] } }, 'rule');
    expect(takes({ source: 'oak', detail: { kind: 'b', more: 1 } })).toBe(true);
    expect(takes({ source: 'oak', detail: { kind: 'c' } })).toBe(false);
    expect(takes({ source: 'oak' })).toBe(false);
  });

  test('tells true from "true" and 1 from "1"', () => {
    const takes = compilePattern({ detail: { isUrgent: [true] } }, 'rule');
    expect(takes({ detail: { isUrgent: true } })).toBe(true);
    expect(takes({ detail: { isUrgent: 'true' } })).toBe(false);
  });

  test('asks whether a field of a stream record is there', () => {
    const takes = compilePattern({ dynamodb: { NewImage: { owedAt: { S: [{ exists: true }] } } } }, 'filter');
    expect(takes({ dynamodb: { NewImage: { owedAt: { S: '2026' } } } })).toBe(true);
    expect(takes({ dynamodb: { NewImage: {} } })).toBe(false);
    expect(takes({ dynamodb: {} })).toBe(false);
    const without = compilePattern({ dynamodb: { NewImage: { owedAt: { S: [{ exists: false }] } } } }, 'filter');
    expect(without({ dynamodb: { NewImage: {} } })).toBe(true);
  });

  test('knows prefix, suffix, anything-but and $or', () => {
    expect(compilePattern({ a: [{ prefix: 'x' }] }, 'p')({ a: 'xy' })).toBe(true);
    expect(compilePattern({ a: [{ suffix: 'x' }] }, 'p')({ a: 'xy' })).toBe(false);
    const other = compilePattern({ a: [{ 'anything-but': ['x', 'y'] }] }, 'p');
    expect([other({ a: 'z' }), other({ a: 'x' }), other({})]).toEqual([true, false, false]);
    const either = compilePattern({ $or: [{ a: [1] }, { b: [2] }] }, 'p');
    expect([either({ a: 1 }), either({ b: 2 }), either({ a: 2, b: 1 })]).toEqual([true, true, false]);
  });

  test('refuses a comparison that it does not know, by name', () => {
    expect(() => compilePattern({ a: [{ cidr: '10.0.0.0/8' }] }, 'rule Digest')).toThrow(/rule Digest: a.*cidr/);
    expect(() => compilePattern({ a: 'x' }, 'rule Digest')).toThrow(/list of what it may be/);
  });
});
