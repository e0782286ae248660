/** Renders the API's description as one HTML page. Everything that comes from the document is escaped. */
import type { OpenApi, Operation } from './openapi.ts';
import { schemaRows } from './schemaRows.ts';

const styles = `
:root { color-scheme: light dark; --text: #1a1d21; --soft: #5c6570; --page: #f4f6f9; --card: #fff; --line: #dde2e9;
  --accent: #2060c8; --code: #eef2f7; }
@media (prefers-color-scheme: dark) { :root { --text: #e4e7eb; --soft: #9aa5b1; --page: #14171b; --card: #1c2127;
  --line: #303842; --accent: #7fb0ff; --code: #262d35; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { margin: 0; font-size: 1.7rem; } h2 { margin: 2.2rem 0 .6rem; font-size: 1.15rem; text-transform: capitalize; }
h3 { margin: 1rem 0 .3rem; font-size: .9rem; color: var(--soft); font-weight: 600; }
p { margin: .4rem 0; } a { color: var(--accent); }
nav { display: flex; flex-wrap: wrap; gap: .35rem .9rem; margin-top: 1rem; }
nav a { text-transform: capitalize; text-decoration: none; }
details { background: var(--card); border: 1px solid var(--line); border-radius: 10px; margin: .5rem 0; }
summary { display: flex; flex-wrap: wrap; gap: .2rem .8rem; align-items: baseline; padding: .65rem .9rem; cursor: pointer; }
summary:focus-visible, a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 8px; }
summary .about { flex-basis: 100%; color: var(--soft); }
.inside { padding: 0 .9rem .9rem; border-top: 1px solid var(--line); }
code, .method { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .88em; overflow-wrap: anywhere; }
.method { min-width: 3.6rem; font-weight: 700; color: var(--accent); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .28rem .7rem .28rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--soft); font-weight: 500; font-size: .85em; } td code { background: var(--code); border-radius: 4px; padding: .05rem .3rem; }
.must { color: var(--accent); } tr:last-child td { border-bottom: 0; }
`;

export interface DocsPageOptions {
  /** The address of the same document as JSON. */
  jsonPath: string;
  /** The shape of a refusal, as text. */
  refusal: string;
}

const screens: DocsPageOptions = {
  jsonPath: '/api/openapi.json',
  refusal: '{ "error": { "code", "message", "field"?, "retryAfterS"? } }',
};

export function docsPage(document: OpenApi, { jsonPath, refusal }: DocsPageOptions = screens): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const tags = [...new Set(operations.flatMap(({ operation }) => operation.tags))];
  const sections = tags.map((tag) => {
    const cards = operations
      .filter(({ operation }) => operation.tags.includes(tag))
      .map(({ path, method, operation }) => card(path, method, operation, document));
    return `<section id="${escapeHtml(tag)}"><h2>${escapeHtml(tag)}</h2>${cards.join('')}</section>`;
  });
  const links = tags.map((tag) => `<a href="#${escapeHtml(tag)}">${escapeHtml(tag)}</a>`);
  const { title, version, description } = document.info;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><title>${escapeHtml(title)} API</title><style>${styles}</style></head>
<body><main><header><h1>${escapeHtml(title)} API</h1>
<p>Version ${escapeHtml(version)}. ${escapeHtml(description)}</p>
<p>For programs: <a href="${escapeHtml(jsonPath)}">openapi.json</a> (OpenAPI ${escapeHtml(document.openapi)}).
A refusal is <code>${escapeHtml(refusal)}</code> with the matching status.</p>
<nav aria-label="Groups">${links.join('')}</nav></header>
${sections.join('\n')}
</main></body></html>
`;
}

function card(path: string, method: string, operation: Operation, document: OpenApi): string {
  const parts: string[] = [`<p>${escapeHtml(operation.description)}.</p>`];
  if (operation.parameters.length > 0) {
    const schema = {
      properties: Object.fromEntries(
        operation.parameters.map((parameter) => [parameter.name, parameter.schema]),
      ),
      required: operation.parameters
        .filter((parameter) => parameter.required)
        .map((parameter) => parameter.name),
    };
    parts.push(table('Path and query', schema, document));
  }
  for (const [type, { schema }] of Object.entries(operation.requestBody?.content ?? {}))
    parts.push(table(`Body, ${type}`, schema, document));
  for (const [status, { content }] of Object.entries(operation.responses)) {
    if (status === 'default') continue;
    for (const { schema } of Object.values(content)) parts.push(table(`Answer ${status}`, schema, document));
  }
  return `<details><summary><span class="method">${escapeHtml(method.toUpperCase())}</span><code>${escapeHtml(path)}</code>
<span class="about">${escapeHtml(operation.summary)}</span></summary><div class="inside">${parts.join('')}</div></details>`;
}

function table(title: string, schema: Record<string, unknown>, document: OpenApi): string {
  const rows = schemaRows(schema, document.components).map(
    ({ path, type, isRequired }) =>
      `<tr><td><code>${escapeHtml(path)}</code></td><td>${escapeHtml(type)}</td><td>${isRequired ? '<span class="must">required</span>' : ''}</td></tr>`,
  );
  return `<h3>${escapeHtml(title)}</h3><div class="scroll"><table><thead><tr><th>Field</th><th>Type</th><th></th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (char) => entities[char] ?? char);
}
