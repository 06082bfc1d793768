import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../local/dynamodb.ts';
import {
  ada,
  type Harness,
  makeHarness,
  mina,
  nora,
  people,
  type Reply,
  type RequestOptions,
} from '../../test/harness.ts';
import { corin, robin, rowan, sienna } from '../../test/world.ts';
import type { Person } from '../../workflows/kernel/records.ts';
import { rejections } from '../../workflows/kernel/rejections.ts';
import { routes } from './api.ts';
import { Problem } from './problem.ts';

let database: DynamoDbLocal;
let oak: Harness;
let processId: string;
let restore: () => Promise<void>;
let digest: string;

beforeAll(async () => {
  database = await startDynamoDbLocal();
  oak = await makeHarness(database);
  for (const person of people) await oak.request(person, 'GET', '/me');
  const started = await oak.request(nora, 'POST', '/npq-applications', {
    body: {
      courseId: 'npq-senior-leadership',
      cohortId: '2026b',
      motivation: 'I want to lead.',
      fundingRoute: 'trust',
    },
  });
  processId = started.body.id;
  await oak.drive(processId);
  restore = await oak.remember();
  digest = await oak.digest();
});
afterAll(() => database?.stop());

/** What a refusal has to be: a problem of the list, in words, with nothing of our insides. */
function expectRefusal(reply: Reply): void {
  expect(reply.status, reply.text).toBeLessThan(500);
  expect(reply.headers['content-type']).toBe('application/problem+json');
  const problem = Problem.parse(reply.body);
  expect(Object.keys(rejections)).toContain(problem.code);
  expect(problem.status).toBe(reply.status);
  expect(problem.detail.length).toBeGreaterThan(10);
  expect(reply.text).not.toMatch(/ at .*\.ts|node_modules|DynamoDB|Validation|Zod|undefined|\[object/);
}

/** Never an error of ours; a refusal is a problem and changes nothing. */
async function send(as: Person | null, method: string, path: string, options: RequestOptions): Promise<Reply> {
  const reply = await oak.request(as, method, path, options);
  expect(reply.status, `${method} ${path} ${JSON.stringify(options)}: ${reply.text}`).toBeLessThan(500);
  if (reply.status >= 400) {
    expectRefusal(reply);
    expect(await oak.digest(), `${method} ${path} ${JSON.stringify(options)}`).toBe(digest);
  } else if (method !== 'GET') await restore();
  else expect(await oak.digest()).toBe(digest);
  return reply;
}

const anyCaller = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(nora, sienna, rowan) },
  { weight: 2, arbitrary: fc.constantFrom(null, ada, mina, robin, corin) },
);

/** What stands in the place of each parameter of each path where all is right. */
const rightValue = (template: string, name: string): string => {
  if (name === 'taskId') return `${processId}.1`;
  if (name === 'academicYear') return '2026-27';
  if (name === 'kind') return 'npq-application';
  return template.startsWith('/people') ? 'nora' : processId;
};

const wrongValue = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }).map((text) => text.replaceAll('/', '') || 'x'),
  fc.constantFrom('..', '%2e%2e', '\u0000', '#', '__proto__', 'constructor', 'x'.repeat(3000), `${'1'.repeat(30)}.1`),
  fc.constantFrom('nora', 'policy', 'withdraw', 'x.1', 'x.999999', 'x.1.part'),
);

/** A path of one of our routes, mostly with the right ids. */
const anyPath = (template: string): fc.Arbitrary<string> =>
  fc
    .oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 2, arbitrary: wrongValue })
    .map((wrong) => template.replaceAll(/\{([^}]+)\}/g, (_, name: string) => wrong ?? rightValue(template, name)));

const words = fc.constantFrom(
  'items',
  'taskId',
  'outcome',
  'endorsed',
  'declined',
  'reason',
  'isReleaseAgreed',
  'isCoverAgreed',
  'personId',
  'nora',
  'text',
  'courseId',
  'npq-senior-leadership',
  'cohortId',
  '2026b',
  '2027b',
  'providerId',
  'teach-first',
  'motivation',
  'fundingRoute',
  'trust',
  'schoolId',
  '910104',
  'from',
  'to',
  '2026-10-01',
  '2026-02-30',
  'standInId',
  'academicYear',
  '2026-27',
  'terms',
  'isFunded',
  'passed',
  'other',
  '__proto__',
  'constructor',
  'toString',
  'draft',
  'trn',
  '1234567',
  'headteacherStatus',
);

const anyValue: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    words,
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom('\uD800', '', ' ', '\u0000', '=cmd()', 'x'.repeat(5000), '<script>', 'é'.repeat(300)),
    fc.double(),
    fc.constantFrom(1e300, -0, 2 ** 53 + 2, 5e-324, 0, 1, -1),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(words, fc.string({ maxLength: 8 })), tie('value'), { maxKeys: 6 }),
  ),
})).value;

/** Bodies that are JSON, that nearly are, and that are not. */
const anyRaw: fc.Arbitrary<string | undefined> = fc.oneof(
  { weight: 6, arbitrary: fc.dictionary(words, anyValue, { maxKeys: 6 }).map((value) => JSON.stringify(value)) },
  { weight: 2, arbitrary: anyValue.map((value) => JSON.stringify(value) ?? 'null') },
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    undefined,
    '',
    ' ',
    '{',
    '[',
    'null',
    '[]',
    '{}',
    '"',
    '1e999',
    '{"a":1e999}',
    '{"":1}',
    '{"a":{"":1}}',
  ),
  fc.constantFrom(
    '['.repeat(50_000),
    `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`,
    JSON.stringify({ text: 'x'.repeat(300_000) }),
  ),
  fc.integer({ min: 15, max: 40 }).map((depth) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`),
);

const anyHeaders: fc.Arbitrary<Record<string, string>> = fc.dictionary(
  fc.constantFrom(
    'Idempotency-Key',
    'idempotency-key',
    'If-Match',
    'Accept',
    'Content-Type',
    'X-Amzn-Trace-Id',
    'Range',
  ),
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom(
      '"1"',
      '"999"',
      'W/"2"',
      '*',
      '',
      'x'.repeat(300),
      'text/csv',
      'text/csv;q=x',
      'image/png',
      '*/*;q=0',
      '__proto__',
    ),
  ),
  { maxKeys: 4 },
);

const anyQuery: fc.Arbitrary<string> = fc.oneof(
  fc
    .dictionary(
      fc.constantFrom(
        'limit',
        'cursor',
        'school',
        'kind',
        'task',
        'overdue',
        'status',
        'stage',
        'person',
        'current',
        'q',
        '__proto__',
        'x',
      ),
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.constantFrom(
          'own:0',
          'at:',
          'at:x',
          'own:99999999999',
          '910101',
          'trust',
          'active',
          'true',
          '50',
          '1e1',
          '٣',
          'x'.repeat(3000),
          'nora',
          'a#b',
        ),
        fc.constantFrom(
          'WyJGT1IjbWUiLCJ4IiwieCIsIngiXQ',
          'eyJzY2hvb2wiOjAsImFmdGVyIjoieCJ9',
          'eyJmZXciOjV9',
          'eyJhbGwiOiJ4In0',
          'WyJ4Il0',
        ),
      ),
      { maxKeys: 5 },
    )
    .map((values) => new URLSearchParams(values as Record<string, string>).toString()),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('%', '%zz', '&&&=', 'limit', 'limit=&limit=2', 'a=%ED%A0%80'),
);

describe('whatever is sent', () => {
  for (const { method, path } of routes)
    it(`${method} ${path} answers with what it promises or a refusal, which changes nothing`, async () => {
      await fc.assert(
        fc.asyncProperty(
          anyPath(path),
          anyCaller,
          anyQuery,
          anyHeaders,
          method === 'GET' ? fc.constant(undefined) : anyRaw,
          fc.boolean(),
          async (address, as, query, headers, raw, isBase64) => {
            const isBase64Encoded = isBase64 && raw !== undefined;
            const sent = isBase64Encoded ? Buffer.from(raw).toString('base64') : raw;
            await send(as, method, address, {
              query,
              headers,
              isBase64Encoded,
              ...(sent !== undefined && { raw: sent }),
            });
          },
        ),
        { numRuns: 30 },
      );
    });

  it('at any other address or with any other method is not found or not allowed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'get'),
        fc.oneof(
          fc.constantFrom(...routes.map(({ path }) => path)),
          fc.string({ unit: 'binary', maxLength: 40 }).map((text) => `/x${text}`),
        ),
        async (method, path) => {
          const reply = await oak.request(rowan, method, path, {});
          expect(reply.status, `${method} ${path}: ${reply.text}`).toBeLessThan(500);
          if (reply.status >= 400) expectRefusal(reply);
        },
      ),
      { numRuns: 200 },
    );
    await restore();
  });

  it('as a token answers with a person or a refusal', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.constantFrom('email', 'iss', 'sub', 'email_verified', 'aud', 'scope'), anyValue, {
          maxKeys: 5,
        }),
        async (claims) => {
          const reply = await oak.requestWith(claims, 'GET', '/me');
          expect(reply.status, reply.text).toBeLessThan(500);
          if (reply.status >= 400) expectRefusal(reply);
        },
      ),
      { numRuns: 150 },
    );
    await restore();
  });
});

describe('what a form may hold', () => {
  it.each([
    ['half a pair', '{"text":"\\uD800"}', 400],
    ['a field without a name', '{"":1}', 400],
    ['a field called constructor', '{"text":"Hello","constructor":[]}', 400],
    ['a number beyond all', '{"text":1e999}', 400],
    ['twenty-one levels', `${'{"a":'.repeat(21)}1${'}'.repeat(21)}`, 400],
    ['no JSON', 'text=hello', 400],
    ['a list', '["text"]', 400],
    ['300 KB', JSON.stringify({ text: 'x'.repeat(300_000) }), 413],
    ['an empty text', '{"text":"  "}', 422],
    ['a number for a text', '{"text":7}', 422],
    ['something more', '{"text":"Hello","mood":"good"}', 422],
    ['nothing', '', 422],
  ])('is refused for %s', async (_name, raw, status) => {
    const reply = await send(sienna, 'POST', `/tasks/${processId}.1/comments`, { raw });
    expect(reply.status, reply.text).toBe(status);
  });

  it('names each field that needs another look', async () => {
    const reply = await send(nora, 'POST', '/npq-applications', { body: { courseId: 'yoga', mood: 'good' } });
    expect(reply.body.errors).toEqual(
      expect.arrayContaining([
        { path: 'courseId', message: expect.stringMatching(/^Choose one of: npq-/) },
        { path: 'cohortId', message: 'This is needed.' },
        { path: 'motivation', message: 'This is needed.' },
        { path: 'mood', message: 'This is not asked for here. Leave it out.' },
      ]),
    );
  });
});
