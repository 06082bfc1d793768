/** The description of the API (OpenAPI 3.1), made from the schemas that parse the requests: never written by hand. */
import * as z from 'zod';
import { rejections } from '../../workflows/kernel/rejections.ts';
import { importKinds } from '../imports/columns.ts';
import { fates, Missing, Progress, ReportedLine } from '../imports/report.ts';
import { Problem } from './problem.ts';
import type { Route } from './route.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export interface OpenApi {
  readonly openapi: '3.1.0';
  readonly info: JsonObject;
  readonly servers: readonly JsonObject[];
  readonly tags: readonly { readonly name: string; readonly description?: string }[];
  readonly security: readonly JsonObject[];
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } };
  readonly components: { readonly schemas: Record<string, Json>; readonly [part: string]: unknown };
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security?: readonly JsonObject[];
  readonly parameters: readonly JsonObject[];
  readonly requestBody?: JsonObject;
  readonly responses: { readonly [status: string]: JsonObject };
}

/** What every list says of its parameters, where the schema has no description. */
const parameterTexts: Readonly<Record<string, string>> = {
  limit: 'How many at most, 1 to 100',
  cursor: 'Where the last page ended, exactly as it said',
  school: 'Only of this school: its URN',
  kind: 'Only of this kind of process',
  task: 'Only tasks of this name',
  overdue: 'Only late tasks, or only those that are not',
  status: 'Only those with this status',
  stage: 'Only those at this stage',
  person: 'Only those about this person',
  current: 'Only people who work here now, or only those who do not',
};

/** Makes JSON Schemas whose named parts stand once, under `components`. */
function makeSchemas() {
  const schemas: Record<string, Json> = {};
  const moved = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(moved);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, held]) => [
        key,
        key === '$ref' && typeof held === 'string' ? held.replace('#/$defs/', '#/components/schemas/') : moved(held),
      ]),
    );
  };
  const named = (name: string, schema: Json): JsonObject => {
    schemas[name] ??= schema;
    return { $ref: `#/components/schemas/${name}` };
  };
  const schemaOf = (type: z.ZodType, io: 'input' | 'output'): JsonObject => {
    const made = z.toJSONSchema(type, { io, unrepresentable: 'any' }) as Record<string, Json>;
    const { $schema: _, $defs = {}, id, ...schema } = made;
    for (const [name, held] of Object.entries($defs as Record<string, Record<string, Json>>)) {
      const { id: __, ...rest } = held;
      named(name, moved(rest));
    }
    const own = moved(schema) as JsonObject;
    return typeof id === 'string' ? named(id, own) : own;
  };
  return { schemas, schemaOf };
}

type Schemas = ReturnType<typeof makeSchemas>;

const problems = (codes: readonly number[]): Record<string, JsonObject> =>
  Object.fromEntries(codes.map((status) => [String(status), { $ref: `#/components/responses/${status}` }]));

const problemStatuses = [...new Set(Object.values(rejections).map(({ status }) => status))].sort();

/** Every refusal by status, with the codes that it may have. */
const problemResponses = (): JsonObject =>
  Object.fromEntries(
    [...problemStatuses, 500].map((status) => {
      const codes = Object.entries(rejections).filter(([, held]) => held.status === status);
      const list = codes.map(([code, { title }]) => `\`${code}\`: ${title}`).join('; ');
      const waits = status === 409 || status === 429;
      return [
        String(status),
        {
          description: status === 500 ? 'Something went wrong here; nothing was changed' : `${list}.`,
          ...(waits && {
            headers: {
              'Retry-After': { schema: { type: 'integer' }, description: 'Seconds, where trying again will help' },
            },
          }),
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      ];
    }),
  );

const pathParameters = (path: string): JsonObject[] =>
  [...path.matchAll(/\{([^}+]+)\+?\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', maxLength: 200 },
  }));

function queryParameters(route: Route, { schemaOf }: Schemas): JsonObject[] {
  if (route.query === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(route.query, 'input') as {
    readonly properties?: Record<string, Record<string, Json>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, { description, ...held }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    description: description ?? parameterTexts[name] ?? name,
    // A number in an address is text that is read as a number.
    schema: name === 'limit' ? { type: 'integer', minimum: 1, maximum: 100, default: 50 } : held,
  }));
}

const headerParameters = { 'Idempotency-Key': 'IdempotencyKey', 'If-Match': 'IfMatch' } as const;
const headersOf = (...names: readonly (keyof typeof headerParameters)[]): JsonObject[] =>
  names.map((name) => ({ $ref: `#/components/parameters/${headerParameters[name]}` }));

/** `GET /npq-applications/{id}/events` is `getNpqApplicationsIdEvents`. */
const operationIdOf = (method: string, path: string): string =>
  `${method.toLowerCase()}${path
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')}`;

function operationOf(route: Route, made: Schemas): Operation {
  const { method, path, summary, tag, body, answers } = route;
  const isCommand = method !== 'GET';
  const schema = answers.schema && made.schemaOf(answers.schema, 'output');
  const others = (route.alsoAs ?? []).map((type) => [type, { schema: { type: 'string' } }] as const);
  const success: JsonObject = {
    description: answers.description,
    ...(isCommand && { headers: { ETag: { schema: { type: 'string' }, description: 'The version, for `If-Match`' } } }),
    ...(schema && { content: { 'application/json': { schema }, ...Object.fromEntries(others) } }),
  };
  return {
    operationId: operationIdOf(method, path),
    summary,
    tags: [tag],
    parameters: [
      ...pathParameters(path),
      ...queryParameters(route, made),
      ...(isCommand ? headersOf('Idempotency-Key', 'If-Match') : []),
    ],
    ...(body && {
      requestBody: { required: true, content: { 'application/json': { schema: made.schemaOf(body, 'input') } } },
    }),
    responses: {
      [String(answers.status)]: success,
      ...(method === 'PUT' && path.startsWith('/calendar/') && { '201': success }),
      ...problems([
        ...(isCommand ? [400] : []),
        401,
        ...(isCommand ? [403] : []),
        404,
        ...(isCommand ? [409, 412, 413] : []),
        ...(route.alsoAs ? [406] : []),
        ...(isCommand || route.query ? [422] : []),
        429,
        500,
      ]),
    },
  };
}

const ImportState = z
  .object({
    importId: z.string(),
    kind: z.enum(importKinds),
    schoolId: z.string().nullable(),
    checkedAt: z.iso.datetime(),
    appliedAt: z.iso.datetime().nullable().meta({ description: 'Since when it counts, for everybody at once' }),
    progress: Progress.nullable().meta({
      description: 'People written ahead, then made final; null before an apply and after its end',
    }),
  })
  .meta({ id: 'ImportState', description: 'How far an import is' });

const ImportReport = ImportState.extend({
  counts: z.record(z.enum([...fates, 'missing']), z.int()),
  missing: z.array(Missing),
  lines: z.array(ReportedLine),
  cursor: z.string().nullable().meta({ description: 'Where the next page of lines and missing begins; null: nowhere' }),
}).meta({ id: 'Import', description: 'What became, or will become, of each line of a file' });

/** The imports are another function (`functions/imports`), behind the same address. */
function importPaths({ schemaOf }: Schemas): OpenApi['paths'] {
  const report = { 'application/json': { schema: schemaOf(ImportReport, 'output') } };
  const state = { 'application/json': { schema: schemaOf(ImportState, 'output') } };
  const school = {
    name: 'school',
    in: 'query',
    required: true,
    description: 'The URN of the school, or `trust` for the central office',
    schema: { type: 'string', pattern: '^(\\d{6}|trust)$' },
  };
  const checks = importKinds.map((kind) => {
    const path = `/imports/${kind}`;
    const operation: Operation = {
      operationId: operationIdOf('POST', path),
      summary: `Checks a file of ${kind.replaceAll('-', ' ')}; nothing is changed yet`,
      tags: ['Imports'],
      parameters: [...(kind === 'staff' ? [school] : []), ...headersOf('Idempotency-Key')],
      requestBody: {
        required: true,
        description: 'The untouched bytes of the export',
        content: {
          'application/octet-stream': { schema: { type: 'string', format: 'binary' } },
          'text/csv': { schema: { type: 'string' } },
        },
      },
      responses: {
        '201': { description: 'What would become of each line', content: report },
        ...problems([400, 401, 403, 409, 413, 422, 429, 500]),
      },
    };
    return [path, { post: operation }] as const;
  });
  const apply: Operation = {
    operationId: 'postImportsImportIdApply',
    summary: 'Applies a checked file as a whole, or says what changed since and applies nothing',
    tags: ['Imports'],
    parameters: pathParameters('/imports/{importId}/apply'),
    responses: {
      '200': { description: 'What became of each line', content: report },
      '202': {
        description: 'It needs more time than a request has: send the same again, and it goes on',
        content: state,
      },
      ...problems([401, 403, 404, 409, 429, 500]),
    },
  };
  const read: Operation = {
    operationId: 'getImportsImportId',
    summary: 'A checked or applied file again; of a large one a page',
    tags: ['Imports'],
    parameters: [
      ...pathParameters('/imports/{importId}'),
      {
        name: 'cursor',
        in: 'query',
        required: false,
        description: parameterTexts['cursor'] ?? '',
        schema: { type: 'string' },
      },
    ],
    responses: {
      '200': { description: 'What would become, or became, of each line', content: report },
      ...problems([401, 403, 404, 422, 429, 500]),
    },
  };
  const progress: Operation = {
    operationId: 'getImportsImportIdProgress',
    summary: 'How far an import is, while it is applied',
    tags: ['Imports'],
    parameters: pathParameters('/imports/{importId}/progress'),
    responses: {
      '200': { description: 'How far it is', content: state },
      ...problems([401, 403, 404, 429, 500]),
    },
  };
  return Object.fromEntries([
    ...checks,
    ['/imports/{importId}', { get: read }] as const,
    ['/imports/{importId}/apply', { post: apply }] as const,
    ['/imports/{importId}/progress', { get: progress }] as const,
  ]);
}

/** What anybody may ask for, without a token. */
const openPaths = (): OpenApi['paths'] => {
  const open = (path: string, summary: string, type: string, schema: JsonObject): Operation => ({
    operationId: operationIdOf('GET', path),
    summary,
    tags: ['About'],
    security: [],
    parameters: [],
    responses: { '200': { description: summary, content: { [type]: { schema } } } },
  });
  return {
    '/health': {
      get: open('/health', 'Whether the API answers', 'application/json', {
        type: 'object',
        properties: { status: { type: 'string', const: 'ok' } },
        required: ['status'],
      }),
    },
    '/openapi.json': { get: open('/openapi.json', 'This description', 'application/json', { type: 'object' }) },
    '/docs': { get: open('/docs', 'This description as a page to read', 'text/html', { type: 'string' }) },
  };
};

/** The document for these routes. */
export function openApi(routes: readonly Route[], publicUrl: string): OpenApi {
  const made = makeSchemas();
  made.schemaOf(Problem, 'output');
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) {
    const methods = paths[route.path] ?? {};
    methods[route.method.toLowerCase()] = operationOf(route, made);
    paths[route.path] = methods;
  }
  const tags = [...new Set([...routes.map(({ tag }) => tag), 'Imports', 'About'])];
  return {
    openapi: '3.1.0',
    info: {
      title: 'Oak CPD',
      version: '1',
      description:
        "The professional-development processes of a school trust. Whoever calls sees and does what their roles in the trust's table allow; a refusal is `application/problem+json` with a `detail` in plain words, and changes nothing.",
    },
    servers: [{ url: publicUrl }],
    tags: tags.map((name) => ({ name })),
    security: [{ bearer: [] }],
    paths: { ...openPaths(), ...paths, ...importPaths(made) },
    components: {
      schemas: made.schemas,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A token of the trust’s sign-in' },
      },
      parameters: {
        IdempotencyKey: {
          name: 'Idempotency-Key',
          in: 'header',
          required: false,
          description:
            'Makes the command safe to repeat for 30 days: the same key with the same body gets the first answer, with another body 422',
          schema: { type: 'string', pattern: '^[!-~]{1,200}$' },
        },
        IfMatch: {
          name: 'If-Match',
          in: 'header',
          required: false,
          description: 'The `ETag` of what was read; 412 where it has changed since',
          schema: { type: 'string', examples: ['"3"'] },
        },
      },
      responses: problemResponses(),
    },
  };
}
