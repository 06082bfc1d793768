/**
 * What anybody may ask for: is it there, how is it described, and where does a link in a mail lead. Nothing in it is
 * about a person, and no page runs a script.
 */
import { createHash } from 'node:crypto';
import type * as z from 'zod';
import { escapeHtml } from '../../workflows/kernel/html.ts';
import { parseTaskId } from '../../workflows/kernel/snapshot.ts';
import { registry } from '../../workflows/registry.ts';
import type { environment } from './environment.ts';
import { type Json, type JsonObject, type OpenApi, type Operation, openApi } from './openapi.ts';
import type { HttpEvent } from './request.ts';
import type { Answer, Route } from './route.ts';

export interface OpenRoute {
  readonly method: 'GET';
  readonly path: string;
  readonly answer: (event: HttpEvent) => Answer | Promise<Answer>;
}

const STYLE = `
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; color: #1a1a1a; background: #fff; }
a { color: #0b4f8a; } a:focus-visible { outline: 3px solid #b35900; outline-offset: 2px; }
code, pre { font-family: ui-monospace, monospace; font-size: .9rem; }
pre { overflow-x: auto; padding: .75rem; border: 1px solid #767676; white-space: pre-wrap; overflow-wrap: anywhere; }
section { border-top: 1px solid #767676; margin-top: 1.5rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; }
.method { font-weight: 700; } .skip { position: absolute; left: -999rem; } .skip:focus { position: static; }
@media (prefers-color-scheme: dark) { body { color: #eee; background: #161616; } a { color: #8cc4ff; } a:focus-visible { outline-color: #ffb266; } }
`;

/** Nothing is loaded, run, framed or sent from here; the one style is known by its hash. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const page = (title: string, main: string): Answer => ({
  status: 200,
  contentType: 'text/html; charset=utf-8',
  headers: { 'content-security-policy': policy, 'referrer-policy': 'no-referrer' },
  body: `<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the text</a>
<main id="main">
<h1>${escapeHtml(title)}</h1>
${main}
</main>
</body>
</html>
`,
});

// The description as a page

const code = (text: string): string => `<code>${escapeHtml(text)}</code>`;

const asJson = (value: unknown): string => `<pre tabindex="0">${escapeHtml(JSON.stringify(value, null, 2))}</pre>`;

/** Where a schema is named, a link to it; else the schema itself. */
function schemaHtml(schema: Json | undefined): string {
  const reference = (schema as JsonObject | undefined)?.['$ref'];
  if (typeof reference !== 'string') return asJson(schema);
  const name = reference.split('/').at(-1) ?? '';
  return `<p><a href="#schema-${escapeHtml(name)}">${escapeHtml(name)}</a></p>`;
}

/** A parameter, or what a reference to one leads to. */
function parameterOf(document: OpenApi, parameter: JsonObject): JsonObject {
  const reference = parameter['$ref'];
  if (typeof reference !== 'string') return parameter;
  const parameters = document.components['parameters'] as Record<string, JsonObject>;
  return parameters[reference.split('/').at(-1) ?? ''] ?? {};
}

function parametersHtml(document: OpenApi, { parameters }: Operation): string {
  if (parameters.length === 0) return '';
  const rows = parameters.map((each) => {
    const { name, in: place, description, required } = parameterOf(document, each);
    const where = `${place}${required === true ? ', required' : ''}`;
    return `<tr><th scope="row">${code(String(name))}</th><td>${escapeHtml(where)}</td><td>${escapeHtml(String(description ?? ''))}</td></tr>`;
  });
  return `<table><thead><tr><th scope="col">Parameter</th><th scope="col">In</th><th scope="col">What it is</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

const contentHtml = (content: Json | undefined): string =>
  Object.entries((content ?? {}) as Record<string, { readonly schema?: Json }>)
    .map(([type, { schema }]) => `<p>${code(type)}</p>${type.includes('json') ? schemaHtml(schema) : ''}`)
    .join('');

function operationHtml(document: OpenApi, path: string, method: string, operation: Operation): string {
  const { operationId, summary, requestBody, responses } = operation;
  const answers = Object.entries(responses).map(([status, response]) => {
    const reference = response['$ref'];
    if (typeof reference === 'string') return `<li><a href="#problem-${status}">${status}</a></li>`;
    return `<li>${status}: ${escapeHtml(String(response['description'] ?? ''))}${contentHtml(response['content'])}</li>`;
  });
  return `<section aria-labelledby="${operationId}">
<h3 id="${operationId}"><span class="method">${method.toUpperCase()}</span> ${code(path)}</h3>
<p>${escapeHtml(summary)}</p>
${parametersHtml(document, operation)}
${requestBody ? `<h4>Body</h4>${contentHtml(requestBody['content'])}` : ''}
<h4>Answers</h4>
<ul>${answers.join('')}</ul>
</section>`;
}

function docsPage(document: OpenApi): Answer {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const groups = document.tags.map(({ name }) => ({
    name,
    held: operations.filter(({ operation }) => operation.tags.includes(name)),
  }));
  const contents = groups.map(
    ({ name, held }) =>
      `<li>${escapeHtml(name)}<ul>${held
        .map(
          ({ path, method, operation }) =>
            `<li><a href="#${operation.operationId}">${method.toUpperCase()} ${escapeHtml(path)}</a></li>`,
        )
        .join('')}</ul></li>`,
  );
  const sections = groups.map(
    ({ name, held }) =>
      `<h2>${escapeHtml(name)}</h2>${held.map(({ path, method, operation }) => operationHtml(document, path, method, operation)).join('')}`,
  );
  const responses = document.components['responses'] as Record<string, JsonObject>;
  const problems = Object.entries(responses).map(
    ([status, response]) =>
      `<li id="problem-${status}"><strong>${status}</strong> ${escapeHtml(String(response['description']))}</li>`,
  );
  const schemas = Object.entries(document.components.schemas).map(
    ([name, schema]) => `<h3 id="schema-${escapeHtml(name)}">${escapeHtml(name)}</h3>${asJson(schema)}`,
  );
  return page(
    'Oak CPD: the API',
    `<p>${escapeHtml(String(document.info['description']))}</p>
<p>Send a token of your trust’s sign-in with every request: ${code('Authorization: Bearer …')}. The same description for programs: <a href="/openapi.json">openapi.json</a>.</p>
<nav aria-label="Contents"><ul>${contents.join('')}</ul></nav>
${sections.join('\n')}
<h2>Refusals</h2>
<p>Each is ${code('application/problem+json')} with a ${code('code')}.</p>
<ul>${problems.join('')}</ul>
<h2>Schemas</h2>
${schemas.join('\n')}`,
  );
}

// Where a link in a mail leads

/** The request that shows what the link is about; the link is only repeated where it is one of ours. */
function requestFor(path: string): string | undefined {
  const [first, id = '', ...rest] = path.split('/').slice(2);
  if (rest.length > 0) return undefined;
  if (first === 'tasks') return parseTaskId(id) && /^[0-9a-z.-]{1,100}$/.test(id) ? `/tasks/${id}` : undefined;
  const isKnown = registry.some((definition) => definition.path === first);
  return isKnown && /^[0-9a-f-]{36}$/.test(id) ? `/${first}/${id}` : undefined;
}

function appPage(event: HttpEvent, publicUrl: string): Answer {
  const request = requestFor(event.rawPath);
  const ask = `curl -H "Authorization: Bearer $TOKEN" ${publicUrl.replace(/\/+$/, '')}${request ?? '/inbox'}`;
  return page(
    'Oak CPD',
    `<p>The pages to click through are not at this address: your trust has its own for them. What you were written about is open, and can be read and done through the API.</p>
<p>${request === undefined ? 'Your open tasks' : 'What this link is about'}, with a token of your trust’s sign-in:</p>
<pre tabindex="0">${escapeHtml(ask)}</pre>
<p>A task lists its outcomes, each with its form. To complete it, send the outcome you choose and the fields of its form to ${code('POST /tasks/{taskId}/complete')}. Everything else is in the <a href="/docs">description of the API</a>.</p>
<p>If you do not know what to do with this, ask the CPD lead of your school: they can see what is waiting, and help.</p>`,
  );
}

/** Every route that needs no token. */
export function docsRoutes(
  { PUBLIC_URL }: z.output<typeof environment>,
  routes: readonly Route[],
): readonly OpenRoute[] {
  let made: OpenApi | undefined;
  const document = (): OpenApi => {
    made ??= openApi(routes, PUBLIC_URL);
    return made;
  };
  const get = (path: string, answer: OpenRoute['answer']): OpenRoute => ({ method: 'GET', path, answer });
  return [
    get('/health', () => ({ status: 200, body: { status: 'ok' } })),
    get('/openapi.json', () => ({ status: 200, body: document() })),
    get('/docs', () => docsPage(document())),
    get('/', () => ({ status: 302, body: null, location: '/app' })),
    get('/app', (event) => appPage(event, PUBLIC_URL)),
    get('/app/{proxy+}', (event) => appPage(event, PUBLIC_URL)),
  ];
}
