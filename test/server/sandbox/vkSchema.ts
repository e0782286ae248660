/**
 * Reads VK's official JSON schema from a folder and converts it for ajv. There, `required: true` is written on the
 * property (draft-03). A few definitions are stricter than live VK; `amendments` lists them with reasons.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';

type Json = { [key: string]: unknown };

/** Where the schema contradicts what VK really sends; the check prints each one beside the result. */
export const amendments: readonly {
  place: string;
  reason: string;
  apply: (documents: Map<string, Json>) => void;
}[] = [
  {
    place: 'callback_type',
    reason: 'message_event is missing from the list, although groups.setLongPollSettings takes it',
    apply: (documents) => {
      (definition(documents, 'callback/objects.json', 'callback_type').enum as string[]).push(
        'message_event',
      );
    },
  },
  {
    place: 'callback_message_event.payload',
    reason: 'typed as text, while deliveries carry the JSON value of the button',
    apply: (documents) => {
      properties(documents, 'callback/objects.json', 'callback_message_event').payload = { required: true };
    },
  },
  {
    place: 'callback_message_typing_state.state',
    reason: 'lists numbers and its own name, while deliveries carry "typing" (as the types of vk-io say)',
    apply: (documents) => {
      const { state } = properties(documents, 'callback/objects.json', 'callback_message_typing_state');
      ((state as Json).enum as string[]).push('typing');
    },
  },
  {
    place: 'groups_group',
    reason:
      'closed to other fields although groups_group_full adds many by allOf, so that none of them could ever come',
    apply: (documents) => {
      delete definition(documents, 'groups/objects.json', 'groups_group').additionalProperties;
    },
  },
  {
    place: 'base_error.inner_type',
    reason: 'asked for, while errors come without it',
    apply: (documents) => {
      delete properties(documents, 'base/objects.json', 'base_error').inner_type;
    },
  },
];

export interface VkSchema {
  /** Names of a method's responses, `response` first. Undefined when the schema does not know the method. */
  responsesOf(method: string): string[] | undefined;
  response(method: string, name: string): ValidateFunction;
  object(document: string, name: string): ValidateFunction;
}

/** Undefined when the folder is missing or holds other files. */
export function loadVkSchema(folder: string): VkSchema | undefined {
  if (!existsSync(join(folder, 'schema.json')) || !existsSync(join(folder, 'messages', 'methods.json')))
    return undefined;
  const documents = new Map<string, Json>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.json')) continue;
    const path = join(entry.parentPath, entry.name);
    documents.set(
      relative(folder, path).replaceAll('\\', '/'),
      JSON.parse(readFileSync(path, 'utf8')) as Json,
    );
  }
  if (documents.get('schema.json')?.title !== 'VK API JSON Schema') return undefined;
  for (const { apply } of amendments) apply(documents);
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  const methods = new Map<string, Record<string, Json>>();
  for (const [name, document] of documents) {
    if (name === 'schema.json' || name === 'schema-errors.json') continue;
    for (const method of (document.methods as Json[] | undefined) ?? []) {
      methods.set(String(method.name), method.responses as Record<string, Json>);
    }
    if (document.definitions)
      ajv.addSchema({ $id: address(name), definitions: withRequiredLists(document.definitions) });
  }
  const compile = (document: string, pointer: string) =>
    ajv.compile({ $ref: `${address(document)}#/definitions/${pointer}` });
  return {
    responsesOf: (method) => (methods.has(method) ? Object.keys(methods.get(method)!) : undefined),
    response(method, name) {
      const reference = String(methods.get(method)?.[name]?.$ref).replace('../', '');
      const [document = '', pointer = ''] = reference.split('#/definitions/');
      return compile(document, pointer);
    },
    object: compile,
  };
}

export function describeErrors(errors: ErrorObject[] | null | undefined): string[] {
  return [
    ...new Set(
      (errors ?? []).map(
        ({ instancePath, message, params }) => `${instancePath || '/'} ${message} ${JSON.stringify(params)}`,
      ),
    ),
  ];
}

function address(document: string): string {
  return `vk://schema/${document}`;
}

function definition(documents: Map<string, Json>, document: string, name: string): Json {
  const definition = (documents.get(document)?.definitions as Record<string, Json> | undefined)?.[name];
  if (!definition) throw new Error(`The schema has no ${name} in ${document}`);
  return definition;
}

function properties(documents: Map<string, Json>, document: string, name: string): Json {
  return definition(documents, document, name).properties as Json;
}

/**
 * `{ properties: { a: { required: true } } }` becomes `{ properties: { a: {} }, required: ['a'] }`, at every depth.
 */
function withRequiredLists(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withRequiredLists);
  if (node === null || typeof node !== 'object') return node;
  const result: Json = {};
  for (const [key, value] of Object.entries(node)) {
    if (key === 'required' && typeof value === 'boolean') continue;
    // The schema's own extension; ajv expects OpenAPI's form of it.
    if (key === 'discriminator') continue;
    result[key] = withRequiredLists(value);
  }
  const fields = (node as Json).properties;
  if (fields !== null && typeof fields === 'object') {
    const required = Object.entries(fields)
      .filter(([, field]) => (field as Json | null)?.required === true)
      .map(([name]) => name);
    if (required.length > 0) result.required = required;
  }
  return result;
}
