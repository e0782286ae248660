import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { docsRoutes } from '../../../server/http/docs.route.ts';
import { openApiDocument } from '../../../server/http/openapi.ts';
import { schemaRows } from '../../../server/http/schemaRows.ts';
import { v1OpenApiDocument } from '../../../server/http/v1/v1OpenApi.ts';
import { type Endpoint, endpoints } from '../../../shared/api.ts';
import { serve } from './serve.ts';

const document = openApiDocument();

it('describes every endpoint of the contract under its own path and status', () => {
  for (const [name, endpoint] of Object.entries<Endpoint>(endpoints)) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}');
    const operation = document.paths[path]?.[endpoint.method.toLowerCase()];
    expect(operation).toMatchObject({ operationId: name, summary: endpoint.summary });
    expect(operation?.responses[endpoint.status]).toBeDefined();
    const inPath = operation?.parameters
      .filter((parameter) => parameter.in === 'path')
      .map((parameter) => parameter.name);
    expect(inPath).toEqual([...endpoint.path.matchAll(/:(\w+)/g)].map(([, parameter]) => parameter));
  }
});

it('holds only references that resolve, and schemas that compile', () => {
  const text = JSON.stringify(document);
  const schemas = document.components.schemas as Record<string, object>;
  for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g))
    expect(Object.keys(schemas)).toContain(name);
  expect(text).not.toContain('#/$defs/');
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ ...document, $id: 'openapi' });
  const paths = text.match(/"schema":\{/g) ?? [];
  expect(paths.length).toBeGreaterThan(Object.keys(endpoints).length);
  for (const [path, methods] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(methods))
      for (const status of Object.keys(operation.responses)) {
        const pointer = ['paths', path, method, 'responses', status, 'content', 'application/json', 'schema'];
        const escaped = pointer.map((step) =>
          encodeURIComponent(step.replace(/~/g, '~0').replace(/\//g, '~1')),
        );
        expect(() => ajv.compile({ $ref: `openapi#/${escaped.join('/')}` })).not.toThrow();
      }
});

it('gives the allowed values of every field', () => {
  const isSaid = (schema: object) =>
    ['type', '$ref', 'anyOf', 'oneOf', 'enum', 'const'].some((word) => word in schema);
  const unsaid: string[] = [];
  const look = (node: unknown, path: string): void => {
    if (node === null || typeof node !== 'object') return;
    for (const [key, value] of Object.entries(node)) look(value, `${path}/${key}`);
    if (!('properties' in node)) return;
    for (const [name, field] of Object.entries(node.properties as Record<string, object>))
      if (!isSaid(field)) unsaid.push(`${path}/${name}`);
  };
  look([document, v1OpenApiDocument()], '');
  expect(unsaid).toEqual([]);
});

it('defines common shapes once, by name, and still shows their fields on the page', () => {
  const answer = document.paths['/api/conversations/{conversationId}/messages']?.get?.responses[200];
  const { schema } = Object.values(answer?.content ?? {})[0] ?? { schema: {} };
  expect(schema).toMatchObject({
    properties: { messages: { items: { $ref: '#/components/schemas/Message' } } },
  });
  expect(document.components.schemas).toMatchObject({
    Message: { properties: { forwarded: { items: { $ref: '#/components/schemas/ForwardedMessage' } } } },
    ForwardedMessage: {
      properties: { forwarded: { items: { $ref: '#/components/schemas/ForwardedMessage' } } },
    },
  });
  const rows = new Map(schemaRows(schema, document.components).map(({ path, type }) => [path, type]));
  expect(rows.get('messages[].forwarded[].authorName')).toBe('string');
  expect(rows.get('messages[].forwarded[].forwarded')).toBe('list of the same again');
  expect(rows.has('messages[].forwarded[].forwarded[].authorName')).toBe(false);
  const template = {
    properties: { template: { $ref: '#/components/schemas/Template' } },
    required: ['template'],
  };
  const nested = new Map(schemaRows(template, document.components).map(({ path, type }) => [path, type]));
  expect(nested.get('template')).toBe('object');
  expect(nested.get('template.latest.body')).toMatch(/^string, at most/);
});

it('is a page that needs no script and a file for programs, both within the desk’s own policy', async () => {
  await using served = await serve({ routers: [docsRoutes()] });
  const page = await fetch(`${served.url}/api/docs`);
  const html = await page.text();
  expect(page.headers.get('content-type')).toContain('text/html');
  expect(html).not.toMatch(/<script|src=|href="http|@import|url\(/);
  for (const { path, summary } of Object.values<Endpoint>(endpoints)) {
    expect(html).toContain(path.replace(/:(\w+)/g, '{$1}'));
    expect(html).toContain(summary.replace(/'/g, '&#39;'));
  }
  const file = await fetch(`${served.url}/api/openapi.json`);
  expect(await file.json()).toEqual(JSON.parse(JSON.stringify(document)));
});
