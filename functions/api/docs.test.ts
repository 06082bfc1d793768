import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../local/dynamodb.ts';
import { type Harness, type Json, makeHarness } from '../../test/harness.ts';
import { OAKFIELD, sienna, zoe } from '../../test/world.ts';
import { routes } from './api.ts';

let database: DynamoDbLocal;
let oak: Harness;
let document: Json;

beforeAll(async () => {
  database = await startDynamoDbLocal();
  oak = await makeHarness(database);
  document = (await oak.request(null, 'GET', '/openapi.json')).body;
});
afterAll(() => database?.stop());

/** Every object in the document with where it stands. */
function* walk(value: Json, at = '#'): Generator<readonly [string, Json]> {
  if (typeof value !== 'object' || value === null) return;
  yield [at, value];
  for (const [key, held] of Object.entries(value))
    yield* walk(held, `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
}

const resolved = (reference: string): Json =>
  reference
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((held: Json, part) => held?.[part], document);

const operations = (): readonly { readonly path: string; readonly method: string; readonly operation: Json }[] =>
  Object.entries<Json>(document.paths).flatMap(([path, methods]) =>
    Object.entries<Json>(methods).map(([method, operation]) => ({ path, method, operation })),
  );

describe('the description', () => {
  it('is OpenAPI 3.1 in its structure', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document).sort()).toEqual(
      ['components', 'info', 'openapi', 'paths', 'security', 'servers', 'tags'].sort(),
    );
    expect(document.info).toMatchObject({ title: expect.any(String), version: expect.any(String) });
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const tags = new Set(document.tags.map(({ name }: Json) => name));
    for (const { path, method, operation } of operations()) {
      const where = `${method} ${path}`;
      expect(['get', 'post', 'put'], where).toContain(method);
      expect(path, where).toMatch(/^\/[a-zA-Z0-9{}/.-]*$/);
      expect(operation.operationId, where).toMatch(/^[a-z][A-Za-z0-9]+$/);
      expect(
        operation.tags.every((tag: string) => tags.has(tag)),
        where,
      ).toBe(true);
      expect(operation.summary.length, where).toBeGreaterThan(5);
      const parameters = operation.parameters.map((each: Json) => (each.$ref ? resolved(each.$ref) : each));
      const keys = parameters.map(({ name, in: place }: Json) => `${place} ${name}`);
      expect(new Set(keys).size, where).toBe(keys.length);
      for (const parameter of parameters) {
        expect(['path', 'query', 'header'], where).toContain(parameter.in);
        expect(parameter.schema, `${where} ${parameter.name}`).toBeTypeOf('object');
        if (parameter.in === 'path') expect(parameter.required).toBe(true);
      }
      const named = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name);
      const inPath = parameters.flatMap(({ name, in: place }: Json) => (place === 'path' ? [name] : []));
      expect(inPath, where).toEqual(named);
      if (method === 'get') expect(operation.requestBody, where).toBeUndefined();
      const answers = Object.entries<Json>(operation.responses);
      expect(
        answers.some(([status]) => status.startsWith('2')),
        where,
      ).toBe(true);
      for (const [status, answer] of answers) {
        expect(status, where).toMatch(/^[2-5]\d\d$/);
        const response = answer.$ref ? resolved(answer.$ref) : answer;
        expect(response?.description, `${where} ${status}`).toEqual(expect.any(String));
        for (const [type, { schema }] of Object.entries<Json>(response.content ?? {})) {
          expect(type).toMatch(/^[a-z]+\/[a-z+-]+$/);
          expect(schema, `${where} ${status}`).toBeTypeOf('object');
        }
      }
    }
  });

  it('refers only to what is in it, and leaves nothing of zod behind', () => {
    for (const [at, value] of walk(document)) {
      if (typeof value.$ref === 'string') expect(resolved(value.$ref), `${at}: ${value.$ref}`).toBeDefined();
      expect(Object.keys(value), at).not.toContain('$defs');
      expect(Object.keys(value), at).not.toContain('$schema');
      if (Array.isArray(value.required) && value.properties)
        expect(Object.keys(value.properties), at).toEqual(expect.arrayContaining(value.required));
      if (value.type !== undefined && at.startsWith('#/components/schemas') && typeof value.type === 'string')
        expect(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'], at).toContain(value.type);
    }
    expect(JSON.stringify(document)).not.toContain('#/$defs');
  });

  it('has every route of the API, of the imports, and what is open', () => {
    const described = operations().map(({ path, method }) => `${method.toUpperCase()} ${path}`);
    expect(described).toEqual(expect.arrayContaining(routes.map(({ method, path }) => `${method} ${path}`)));
    expect(described).toEqual(
      expect.arrayContaining([
        'POST /imports/staff',
        'POST /imports/schools',
        'POST /imports/roles',
        'POST /imports/line-managers',
        'POST /imports/off-the-job',
        'POST /imports/{importId}/apply',
        'GET /imports/{importId}',
        'GET /imports/{importId}/progress',
        'GET /health',
        'GET /openapi.json',
        'GET /docs',
      ]),
    );
  });

  it('asks for a token everywhere but where none is needed, and knows the headers of commands', () => {
    expect(document.security).toEqual([{ bearer: [] }]);
    expect(document.components.securitySchemes.bearer).toMatchObject({ type: 'http', scheme: 'bearer' });
    const open = operations().filter(({ operation }) => operation.security?.length === 0);
    expect(open.map(({ path }) => path).sort()).toEqual(['/docs', '/health', '/openapi.json']);
    for (const { path, method, operation } of operations()) {
      const names = operation.parameters.map((each: Json) => (each.$ref ? resolved(each.$ref).name : each.name));
      const isCommand = method !== 'get' && !path.startsWith('/imports');
      expect(names.includes('Idempotency-Key') && names.includes('If-Match'), `${method} ${path}`).toBe(isCommand);
    }
  });

  it('describes the body of a start by the form that parses it', () => {
    const schema = document.paths['/npq-applications'].post.requestBody.content['application/json'].schema;
    expect(schema.required).toEqual(['courseId', 'cohortId', 'motivation', 'fundingRoute']);
    expect(schema.properties.courseId.enum).toContain('npq-senior-leadership');
    expect(schema.additionalProperties).toBe(false);
    const absences = document.paths['/people/{id}/absences'].put.requestBody.content['application/json'].schema;
    expect(absences).toMatchObject({ type: 'array', items: { required: ['from', 'to'] } });
  });

  it('has the answers that are given', async () => {
    const started = await oak.request(zoe, 'POST', '/npq-applications', {
      body: { courseId: 'npq-headship', cohortId: '2026b', motivation: 'Why not', fundingRoute: 'self' },
    });
    await oak.drive(started.body.id);
    const [task] = (await oak.request(sienna, 'GET', '/inbox')).body.items;
    const fits = (name: string, value: object): void => {
      const { properties, required } = document.components.schemas[name];
      expect(Object.keys(value).sort(), name).toEqual(Object.keys(properties).sort());
      expect([...required].sort(), name).toEqual(Object.keys(properties).sort());
    };
    fits('Process', (await oak.request(zoe, 'GET', `/npq-applications/${started.body.id}`)).body);
    fits('TaskSummary', task);
    fits('Task', (await oak.request(sienna, 'GET', `/tasks/${task.taskId}`)).body);
    fits('Event', (await oak.request(zoe, 'GET', `/npq-applications/${started.body.id}/events`)).body.items[0]);
    fits('PersonInFull', (await oak.request(zoe, 'GET', '/people/zoe')).body);
    fits('Person', (await oak.request(zoe, 'GET', '/people')).body.items[0]);
    fits('Me', (await oak.request(zoe, 'GET', '/me')).body);
    fits('School', (await oak.request(zoe, 'GET', '/schools')).body.items[0]);
    fits('Calendar', (await oak.request(zoe, 'GET', '/calendar')).body);
    const diagram = (await oak.request(zoe, 'GET', '/processes/npq-application/diagram')).body;
    fits('Diagram', diagram);
    const nodes = new Set(diagram.nodes.map(({ id }: Json) => id));
    expect(diagram.edges.every(({ from, to }: Json) => nodes.has(from) && nodes.has(to))).toBe(true);
    expect((await oak.request(zoe, 'GET', '/processes/constructor/diagram')).status).toBe(404);
    expect(task.schoolId).toBe(OAKFIELD);
  });
});

describe('pages for anybody', () => {
  const pages = ['/docs', '/app', '/app/', '/app/tasks/0199f000-0000-7000-8000-000000000001.1', '/app/x/y/z'];

  it.each(pages)('%s runs nothing, loads nothing and can be read by a screen reader', async (path) => {
    const { status, headers, text } = await oak.request(null, 'GET', path);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    const style = /<style>([\s\S]*?)<\/style>/.exec(text)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(text).not.toMatch(/<script|<iframe|<img|<link|\son[a-z]+=|\sstyle=|javascript:/i);
    expect(text).toMatch(/^<!doctype html>\n<html lang="en-GB">/);
    expect(text.match(/<h1>/g)).toHaveLength(1);
    expect(text).toContain('<main id="main">');
    const ids = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of text.matchAll(/ href="#([^"]+)"/g)) expect(ids, path).toContain(target);
    for (const [, target] of text.matchAll(/ href="([^"#]+)"/g)) expect(['/docs', '/openapi.json']).toContain(target);
    for (const tag of ['section', 'ul', 'li', 'table', 'pre', 'h3', 'nav'])
      expect(text.split(`</${tag}>`).length, tag).toBe(text.split(new RegExp(`<${tag}[ >]`)).length);
    const levels = [...text.matchAll(/<h(\d)/g)].map(([, level]) => Number(level));
    for (const [at, level] of levels.entries())
      if (at > 0) expect(level - (levels[at - 1] ?? 0)).toBeLessThanOrEqual(1);
  });

  it('shows every operation in the docs', async () => {
    const { text } = await oak.request(null, 'GET', '/docs');
    for (const { operation } of operations()) expect(text).toContain(`<h3 id="${operation.operationId}">`);
    expect(text).not.toContain('undefined');
  });

  it('says how to see the task of a link, and repeats no link that is not ours', async () => {
    const taskId = '0199f000-0000-7000-8000-000000000001.2';
    const { text } = await oak.request(null, 'GET', `/app/tasks/${taskId}`);
    expect(text).toContain(`https://cpd.oak.example/tasks/${taskId}`);
    const process = await oak.request(null, 'GET', '/app/npq-applications/0199f000-0000-7000-8000-000000000001');
    expect(process.text).toContain('https://cpd.oak.example/npq-applications/0199f000-0000-7000-8000-000000000001');
    for (const path of ['/app/tasks/"><b>x', '/app/tasks/<svg>.1', '/app/npq-applications/evil', "/app/tasks/x';y.1"]) {
      const page = await oak.request(null, 'GET', path);
      expect(page.status).toBe(200);
      expect(page.text).not.toMatch(/<b>|<svg|evil|';y/);
      expect(page.text).toContain('https://cpd.oak.example/inbox');
    }
  });

  it('leads from the root to the console, and tells that it is well', async () => {
    const root = await oak.request(null, 'GET', '/');
    expect([root.status, root.headers['location']]).toEqual([302, '/app']);
    expect((await oak.request(null, 'GET', '/health')).body).toEqual({ status: 'ok' });
  });
});
