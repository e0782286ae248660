/** The OpenAPI 3.1 description of the desk's API, made of the one contract in `shared/api.ts`. */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type Endpoint, endpoints } from '../../shared/api.ts';
import { errorAnswer } from '../../shared/schemas/common.ts';
import { nameShapes } from './namedShapes.ts';

export type JsonSchema = Record<string, unknown>;

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  schema: JsonSchema;
}
export interface Content {
  content: Record<string, { schema: JsonSchema }>;
}
export interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  description: string;
  security: Record<string, string[]>[];
  parameters: Parameter[];
  requestBody?: Content & { required: true };
  responses: Record<string, Content & { description: string }>;
}
export interface OpenApi {
  openapi: '3.1.1';
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: JsonSchema;
}

export const API_VERSION = '0.1.0';
const LOCAL_DEFS = /^#\/\$defs\//;
const COMPONENTS = '#/components/schemas/';
export type SchemaOf = (schema: z.ZodType, io: 'input' | 'output') => JsonSchema;

const upload: JsonSchema = {
  type: 'object',
  required: ['file'],
  properties: { file: { type: 'string', contentMediaType: 'application/octet-stream' } },
};

export function openApiDocument(): OpenApi {
  const schemas: Record<string, JsonSchema> = {};
  schemas.Error = jsonSchema(errorAnswer, 'output', schemas);
  const paths: OpenApi['paths'] = {};
  for (const [name, endpoint] of Object.entries<Endpoint>(endpoints)) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation(name, endpoint, schemas) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Notify Inbox',
      version: API_VERSION,
      description:
        'The API that the screens use. Sign in at /api/auth/sign-in/email: the session is a cookie.',
    },
    servers: [{ url: '/' }],
    paths: { ...signInPaths, ...paths },
    components: {
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'desk.session_token' } },
      schemas,
    },
  };
}

function operation(name: string, endpoint: Endpoint, schemas: Record<string, JsonSchema>): Operation {
  const schemaOf: SchemaOf = (schema, io) => jsonSchema(schema, io, schemas);
  return {
    operationId: name,
    summary: endpoint.summary,
    tags: [tagOf(endpoint.path)],
    description: `Least role: ${endpoint.role}`,
    security: [{ session: [] }],
    parameters: [
      ...parameters('path', endpoint.params, schemaOf),
      ...parameters('query', endpoint.query, schemaOf),
    ],
    ...(endpoint.body && { requestBody: { required: true, ...bodyContent(endpoint.body, schemaOf) } }),
    responses: {
      [endpoint.status]: {
        description: endpoint.status === 202 ? 'Accepted; what comes of it follows as an event' : 'Done',
        ...content('application/json', schemaOf(endpoint.answer, 'output')),
      },
      default: errorResponse,
    },
  };
}

const errorResponse = {
  description: 'Refused; `error.code` says why',
  ...content('application/json', { $ref: '#/components/schemas/Error' }),
};

const okResponse = {
  description: 'Done',
  ...content('application/json', { type: 'object', properties: { ok: { const: true } }, required: ['ok'] }),
};

/** Not in the contract's table: these two work without a session. */
const signInPaths: OpenApi['paths'] = {
  '/api/auth/sign-in/email': {
    post: {
      operationId: 'signIn',
      summary: 'Signs in; the session comes as a cookie',
      tags: ['auth'],
      description: 'Open to everyone. Failed attempts are limited by address and by email',
      security: [],
      parameters: [],
      requestBody: {
        required: true,
        ...content('application/json', {
          type: 'object',
          properties: {
            email: { type: 'string', format: 'email' },
            password: { type: 'string' },
            rememberMe: { type: 'boolean', default: true },
          },
          required: ['email', 'password'],
        }),
      },
      responses: { 200: okResponse, default: errorResponse },
    },
  },
  '/api/auth/sign-out': {
    post: {
      operationId: 'signOut',
      summary: 'Ends this session',
      tags: ['auth'],
      description: 'Open to everyone',
      security: [],
      parameters: [],
      responses: { 200: okResponse, default: errorResponse },
    },
  },
};

function tagOf(path: string): string {
  return path.split('/')[2] ?? 'desk';
}

function bodyContent(body: z.ZodType | 'multipart', schemaOf: SchemaOf): Content {
  return body === 'multipart'
    ? content('multipart/form-data', upload)
    : content('application/json', schemaOf(body, 'input'));
}

export function content(type: string, schema: JsonSchema): Content {
  return { content: { [type]: { schema } } };
}

export function parameters(
  where: 'path' | 'query',
  schema: z.ZodType | undefined,
  schemaOf: SchemaOf,
): Parameter[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: property,
  }));
}

/**
 * Named shapes (`namedShapes.ts`) come in `$defs` of the schema. References count from the whole document, so they
 * move to its components. Throws for a recursive shape without a name, and for a name of two different shapes.
 */
export function jsonSchema(
  schema: z.ZodType,
  io: 'input' | 'output',
  components: Record<string, JsonSchema>,
): JsonSchema {
  nameShapes();
  const made = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  const moved = JSON.parse(JSON.stringify(made), (key, value: unknown) =>
    key === '$ref' && typeof value === 'string' ? value.replace(LOCAL_DEFS, COMPONENTS) : value,
  ) as JsonSchema & { $defs?: Record<string, JsonSchema> };
  const { $schema: _, $defs = {}, ...rest } = moved;
  for (const [name, shape] of Object.entries($defs)) {
    if (name.startsWith('__')) throw new Error('A recursive shape needs a name in namedShapes.ts');
    const before = components[name] ?? shape;
    if (!isDeepStrictEqual(before, shape)) throw new Error(`${name} names two different shapes`);
    components[name] = shape;
  }
  return rest;
}
