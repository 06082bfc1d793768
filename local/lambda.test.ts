import { afterEach, describe, expect, test, vi } from 'vitest';
import { instant } from '../workflows/kernel/time.ts';
import { makeFailures, withoutPersonalData } from './failures.ts';
import { type FunctionSettings, type LambdaHandler, makeLambda } from './lambda.ts';

const settings: FunctionSettings = { name: 'f', arn: 'arn:f', timeoutSeconds: 3, memoryMb: 128, environment: {} };
const failures = makeFailures(() => instant('2026-11-25T09:00:00Z'));
const lambdaOf = (handler: LambdaHandler, hasTimeouts = true) =>
  makeLambda({ cold: () => ({ settings, handler }), failures, hasTimeouts });

afterEach(() => {
  vi.useRealTimers();
});

describe('a function on one machine', () => {
  test('sees and answers what JSON can carry, nothing else', async () => {
    const seen: unknown[] = [];
    const lambda = lambdaOf(async (event) => {
      seen.push(event);
      return { at: new Date(0), nothing: undefined };
    });
    expect(await lambda.invoke('f', '{"a":1}')).toEqual({ ok: true, payload: '{"at":"1970-01-01T00:00:00.000Z"}' });
    expect(seen).toEqual([{ a: 1 }]);
  });

  test('answers with the name of the error that it throws, and that is kept', async () => {
    class Superseded extends Error {
      override readonly name = 'Superseded';
    }
    const lambda = lambdaOf(async () => {
      throw new Superseded('another run drives');
    });
    expect(await lambda.invoke('f', '{}')).toEqual({
      ok: false,
      errorType: 'Superseded',
      errorMessage: 'another run drives',
    });
    expect(failures.all().at(-1)).toMatchObject({ where: 'f', name: 'Superseded' });
  });

  test('is ended at its timeout, and is dead from then on', async () => {
    vi.useFakeTimers();
    let invocation: ReturnType<typeof lambda.current>;
    const lambda = lambdaOf(async () => {
      invocation = lambda.current();
      await new Promise(() => {});
    });
    const answer = lambda.invoke('f', '{}');
    await vi.advanceTimersByTimeAsync(3_001);
    expect(await answer).toMatchObject({ ok: false, errorType: 'Sandbox.Timedout' });
    expect(invocation).toMatchObject({ function: 'f', isAlive: false });
    expect(lambda.running()).toEqual([]);
  });

  test('is ended by a kill where it stands, and starts cold the next time', async () => {
    let colds = 0;
    const lambda = makeLambda({
      cold: () => {
        colds += 1;
        return { settings, handler: colds === 1 ? () => new Promise(() => {}) : async () => 'warm' };
      },
      failures,
      hasTimeouts: false,
    });
    const answer = lambda.invoke('f', '{}');
    await Promise.resolve();
    lambda.killAll();
    expect(await answer).toMatchObject({ ok: false });
    expect(await lambda.invoke('f', '{}')).toEqual({ ok: true, payload: '"warm"' });
    expect(colds).toBe(2);
  });

  test('refuses an event and an answer of more than six megabytes', async () => {
    const lambda = lambdaOf(async () => 'x'.repeat(6 * 1024 * 1024));
    expect(await lambda.invoke('f', '{}')).toMatchObject({ ok: false, errorType: 'Function.ResponseSizeTooLarge' });
    expect(await lambda.invoke('f', `"${'x'.repeat(6 * 1024 * 1024)}"`)).toMatchObject({ ok: false });
  });
});

test('what is told about a failure quotes nobody', () => {
  expect(withoutPersonalData(`Unexpected token "O'Brien, Siobhan" for s.obrien@oak.example`)).toBe(
    'Unexpected token "…" for <address>',
  );
});
