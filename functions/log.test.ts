import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { toldOf } from './log.ts';

describe('an error in the log', () => {
  it('of a record that does not fit its schema says where and why in a few words, and never what stands there', () => {
    const names = Array.from({ length: 30 }, (_, n) => `field${n}`);
    const schema = z.strictObject({
      data: z.object(Object.fromEntries(names.map((name) => [name, z.literal('x')]))),
      reason: z.string(),
    });
    const written = Object.fromEntries(names.map((name) => [name, 'what somebody wrote']));
    const { error } = schema.safeParse({ data: written, reason: 7 });
    const told = toldOf(error) as { message?: string };
    expect(told).toMatchObject({
      error: 'ZodError',
      message: expect.stringMatching(/^data\.field0 \(invalid_value\), /),
    });
    expect(told.message).toMatch(/, 26 more$/);
    expect(told.message?.length).toBeLessThanOrEqual(200);
    expect(JSON.stringify(told)).not.toContain('somebody');
  });

  it('of ours has its message, of others only its name and where', () => {
    expect(toldOf(new Error('P#1 is gone'))).toMatchObject({ error: 'Error', message: 'P#1 is gone' });
    expect(toldOf(new TypeError('Zoe is not a function'))).not.toHaveProperty('message');
    expect(toldOf(Object.assign(new Error('Zoe'), { $metadata: {} }))).not.toHaveProperty('message');
    expect(toldOf('Zoe')).toEqual({ error: 'string' });
  });
});
