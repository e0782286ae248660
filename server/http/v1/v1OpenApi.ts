/** The OpenAPI 3.1 description of the sending API, made of the contract in `shared/v1/`. */

import { commonRefusals, type V1Endpoint, v1Endpoints } from '../../../shared/v1/endpoints.ts';
import { type V1ErrorCode, v1Errors } from '../../../shared/v1/errorCodes.ts';
import { idempotencyKey, statusNotice, v1ErrorAnswer } from '../../../shared/v1/messages.ts';
import {
  API_VERSION,
  content,
  type JsonSchema,
  jsonSchema,
  type OpenApi,
  type Operation,
  type Parameter,
  parameters,
  type SchemaOf,
} from '../openapi.ts';

const ERROR_REF = { $ref: '#/components/schemas/Error' };

export function v1OpenApiDocument(): OpenApi {
  const schemas: Record<string, JsonSchema> = {};
  schemas.Error = jsonSchema(v1ErrorAnswer, 'output', schemas);
  schemas.StatusNotice = jsonSchema(statusNotice, 'output', schemas);
  const paths: OpenApi['paths'] = {};
  for (const [name, endpoint] of Object.entries<V1Endpoint>(v1Endpoints)) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation(name, endpoint, schemas) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Notify Inbox sending',
      version: API_VERSION,
      description:
        'Service messages by phone number. Every request is signed with OAuth 1.0 (RFC 5849, HMAC-SHA1 or ' +
        'HMAC-SHA256, a key and its secret without a token) and sent over HTTPS. oauth_body_hash is checked when it ' +
        'is given. Status changes are posted to statusUrl as StatusNotice, signed in Notify-Inbox-Signature',
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      securitySchemes: {
        oauth1: {
          type: 'http',
          scheme: 'OAuth',
          description:
            'RFC 5849: oauth_consumer_key, oauth_nonce, oauth_signature, oauth_signature_method, oauth_timestamp',
        },
      },
      schemas,
    },
  };
}

function operation(name: string, endpoint: V1Endpoint, schemas: Record<string, JsonSchema>): Operation {
  const schemaOf: SchemaOf = (schema, io) => jsonSchema(schema, io, schemas);
  const body = endpoint.documentedBody ?? endpoint.body;
  return {
    operationId: name,
    summary: endpoint.summary,
    tags: ['messages'],
    description: `${endpoint.description}. Right of the key: ${endpoint.right}`,
    security: [{ oauth1: [] }],
    parameters: [
      ...parameters('path', endpoint.params, schemaOf),
      ...parameters('query', endpoint.query, schemaOf),
      ...(endpoint.takesIdempotencyKey ? [idempotencyParameter(schemaOf)] : []),
    ],
    ...(body && { requestBody: { required: true, ...content('application/json', schemaOf(body, 'input')) } }),
    responses: {
      [endpoint.status]: {
        description: endpoint.status === 202 ? 'Accepted; its statuses follow' : 'Done',
        ...content('application/json', schemaOf(endpoint.answer, 'output')),
      },
      ...refusalResponses([...commonRefusals, ...endpoint.refusals]),
    },
  };
}

/** One answer for each status; it lists the codes that can come with it. */
function refusalResponses(codes: readonly V1ErrorCode[]): Operation['responses'] {
  const byStatus = new Map<number, V1ErrorCode[]>();
  for (const code of codes) {
    const { status } = v1Errors[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, its]) => [
      String(status),
      { description: `error.code is one of: ${its.join(', ')}`, ...content('application/json', ERROR_REF) },
    ]),
  );
}

function idempotencyParameter(schemaOf: SchemaOf): Parameter {
  return {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    schema: schemaOf(idempotencyKey, 'input'),
  };
}
